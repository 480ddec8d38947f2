"""What is done to files and pictures, and what each tie makes of it."""

import numpy as np
import pytest

from unmasked.models.autoencoder import Autoencoder
from unmasked.provenance import credentials, tampering
from unmasked.provenance.containers import kind_of, manifest_of, to_jpeg, to_picture, to_png, with_manifest
from unmasked.toons.camera import jpeg


def test_a_manifest_is_taken_out_and_put_back(signed, portrait):
    bare = with_manifest(signed, None)
    assert manifest_of(bare) is None and credentials.verify(bare).state == "none"
    assert (to_picture(bare) == portrait).all()
    assert with_manifest(bare, manifest_of(signed)) == signed


def test_an_ordinary_png_has_no_manifest(portrait):
    png = to_png(portrait)
    assert manifest_of(png) is None and with_manifest(png, None) == png


def test_a_cut_png_and_another_kind_of_file_get_words(signed, portrait):
    with pytest.raises(ValueError, match="png: the file is cut off"):
        manifest_of(signed[:-20])
    with pytest.raises(ValueError, match="png: wanted the bytes of a PNG"):
        manifest_of(to_jpeg(portrait))
    with pytest.raises(ValueError, match="without one"):
        to_picture(to_png(portrait)[:40])
    assert kind_of(to_jpeg(portrait)) == "image/jpeg"


def test_one_pixel_keeps_the_manifest_and_is_seen(signed, portrait):
    changed = tampering.one_pixel(signed)
    off = np.abs(to_picture(changed).astype(int) - portrait)
    assert off.sum() == 1 and manifest_of(changed) == manifest_of(signed)
    assert credentials.verify(changed).state == "tampered"


def test_stripped_and_saved_files_have_no_credentials_and_the_first_keeps_its_pixels(signed, portrait):
    assert (to_picture(tampering.stripped(signed)) == portrait).all()
    saved = tampering.saved(signed, lambda picture: jpeg(picture, 60))
    assert {credentials.verify(data).state for data in (tampering.stripped(signed), saved)} == {"none"}


def test_anothers_manifest_does_not_fit(signed, portrait, other):
    others = credentials.sign(to_png(other), "a camera took it", "Gus")
    swapped = tampering.swapped(signed, others)
    verdict = credentials.verify(swapped)
    assert verdict.state == "tampered" and "Gus" in verdict.said[0]
    with pytest.raises(ValueError, match="other"):
        tampering.swapped(signed, to_png(other))


def test_crops_and_sizes_are_as_asked(wide):
    assert tampering.cropped(wide, 0.1).shape == (48, 72, 3)
    assert (tampering.cropped(wide, 0.1) == wide[6:54, 9:81]).all()
    assert tampering.resized(wide, 0.5).shape == (30, 45, 3)
    with pytest.raises(ValueError, match="share"):
        tampering.cropped(wide, 0.5)
    with pytest.raises(ValueError, match="factor"):
        tampering.resized(wide, 0)


def test_the_tables_changes_give_pictures(portrait):
    net = Autoencoder(code_size=4, width=4)
    for name, change in tampering.changes().items():
        made = change(portrait)
        assert made.dtype == np.uint8 and made.ndim == 3, name
    named = tampering.changes({"4 numbers": net})
    assert named["regenerated from 4 numbers"](portrait[:64, :64]).shape == (64, 64, 3)
