"""Credentials: what was signed holds, whatever was changed is seen, and a stranger's signature is no forgery."""

import numpy as np
import pytest

from unmasked import film
from unmasked.provenance import tampering
from unmasked.provenance.certificate import course_signer, main, new_signer
from unmasked.provenance.containers import to_jpeg, to_picture, to_png
from unmasked.provenance.credentials import MADE, Verdict, sign, verify


@pytest.fixture(scope="module")
def stranger():
    return new_signer("Ministry of Truth", "Stranger")


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("encode", [to_png, to_jpeg])
def test_what_was_signed_is_valid_and_says_what_was_said(wide, encode, made):
    verdict = verify(sign(encode(wide), made, "how it was done"))
    assert verdict == Verdict("valid", "Unmasked, for learning only", (f"created: {made}; how it was done",), ())


def test_a_signed_picture_has_the_same_pixels(wide):
    assert (to_picture(sign(to_png(wide), "a program drew it", "noise")) == wide).all()


def test_a_film_is_signed_too_and_a_changed_one_is_seen(wide):
    plain = film.encode_h264(np.repeat(wide[None], 4, 0))
    signed = sign(plain, "a program drew it", "a film")
    assert verify(plain).state == "none"
    assert verify(signed).state == "valid"
    assert film.decode_h264(signed).shape == (4, 60, 90, 3)
    changed = bytearray(signed)
    changed[-200] ^= 1
    verdict = verify(bytes(changed))
    assert verdict.state == "tampered" and "film" in verdict.problems[0]


def test_without_anybody_on_the_list_an_intact_file_is_untrusted_and_nothing_worse(signed):
    verdict = verify(signed, ())
    assert verdict.state == "untrusted"
    assert verdict.problems == ("nobody on your list vouches for the signer",)


def test_a_stranger_is_untrusted_until_the_list_has_the_root(portrait, stranger):
    data = sign(to_png(portrait), "a camera took it", "honestly", signer=stranger)
    assert verify(data).state == "untrusted"
    assert verify(data).signer == "Ministry of Truth"
    assert verify(data, [stranger.root]).state == "valid"
    assert verify(data, [course_signer().root, stranger.root]).state == "valid"


@pytest.mark.parametrize("place", [b"Ada, drawn", b"IDAT"])
def test_a_changed_byte_is_seen_in_the_words_and_in_the_pixels(signed, place):
    changed = bytearray(signed)
    changed[signed.index(place) + (60 if place == b"IDAT" else 0)] ^= 1
    assert verify(bytes(changed)).state == "tampered"


def test_what_was_made_from_it_tells_the_whole_story(signed, portrait):
    once = sign(to_png(portrait[:60]), "part of it is from a trained network", "cut", parent=signed)
    twice = sign(to_png(portrait[:50]), "a person drew it", "cut again", parent=once)
    said = verify(twice).said
    assert [line.partition(":")[0] for line in said] == ["edited", "edited", "created"]
    assert said[0].endswith("cut again") and said[-1].endswith("Ada, drawn")


def test_a_tampered_parent_is_told_of(signed, portrait):
    bad = tampering.one_pixel(signed)
    verdict = verify(sign(to_png(portrait), "a person drew it", "mended", parent=bad))
    assert verdict.state == "valid"
    assert "made from: a file whose own credentials were tampered with" in verdict.said


def test_signing_again_replaces_the_credentials(signed):
    assert verify(sign(signed, "a person drew it", "anew")).said == ("created: a person drew it; anew",)


def test_half_a_file_is_damaged_and_says_so(signed):
    verdict = verify(signed[: len(signed) // 2])
    assert verdict.state == "damaged" and verdict.problems[0].startswith("it can't be read")


@pytest.mark.parametrize("data", [b"", b"GIF89a"])
def test_another_kind_of_file_gets_words(data):
    for call in (lambda: verify(data), lambda: sign(data, "a program drew it", "x y")):
        with pytest.raises(ValueError, match="data: wanted the bytes of a PNG, JPEG or MP4"):
            call()


def test_bad_arguments_get_words(signed, portrait, stranger):
    png = to_png(portrait)
    with pytest.raises(TypeError, match="data"):
        verify(portrait)
    with pytest.raises(ValueError, match="made: wanted one of 'a camera"):
        sign(png, "magic", "x")
    with pytest.raises(ValueError, match="how"):
        sign(png, "a program drew it", " ")
    with pytest.raises(TypeError, match="signer"):
        sign(png, "a program drew it", "x", signer="me")
    with pytest.raises(ValueError, match="trust"):
        verify(signed, ["no certificate"])
    with pytest.raises(ValueError, match="could not be signed"):
        sign(png[:50], "a program drew it", "x")
    with pytest.raises(ValueError, match="could not be signed"):
        sign(png, "a program drew it", "x", signer=type(stranger)(stranger.chain, "no key", stranger.root))


def test_a_signer_hides_its_key_and_bad_names_get_words(stranger):
    assert "PRIVATE" in stranger.key and "PRIVATE" not in repr(stranger)
    with pytest.raises(ValueError, match="name"):
        new_signer("", "x")
    with pytest.raises(ValueError, match="organisation"):
        new_signer("x", "y" * 65)
    with pytest.raises(ValueError, match="years"):
        new_signer("x", "y", 0)


def test_the_command_writes_a_signer_once(tmp_path, portrait, capsys):
    main(["--folder", str(tmp_path)])
    signer = course_signer(tmp_path)
    assert verify(sign(to_png(portrait), "a program drew it", "x", signer=signer), [signer.root]).state == "valid"
    with pytest.raises(SystemExit):
        main(["--folder", str(tmp_path)])
    assert "is there already" in capsys.readouterr().err
    (tmp_path / "root.pem").unlink()
    with pytest.raises(FileNotFoundError, match=r"root\.pem is missing"):
        course_signer(tmp_path)
