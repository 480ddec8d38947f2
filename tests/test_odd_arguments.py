"""What is no argument gets words at the function that was called, not a trace from deep inside."""

import numpy as np
import pytest
import torch

from unmasked import arguments, blend, digits, extract, faces, film, losses, metrics, sound, toons

THINGS = {
    "None": None,
    "text": "x",
    "a dict": {},
    "an object": object(),
    "not a number": float("nan"),
    "an empty list": [],
    "an empty array": np.zeros(0),
    "a negative number": -1,
    "rows of unlike lengths": [[1, 2], [3]],
}
CALLS = {
    "losses.mae": lambda odd: losses.mae(odd, odd),
    "losses.dssim_mse": lambda odd: losses.dssim_mse(odd, odd),
    "losses.edge_loss": lambda odd: losses.edge_loss(odd, odd),
    "losses.discriminator_loss": lambda odd: losses.discriminator_loss(odd, odd),
    "losses.generator_loss": lambda odd: losses.generator_loss(odd),
    "losses.covariance_gap": lambda odd: losses.covariance_gap(odd, torch.zeros(3, 2)),
    "metrics.wilson_interval": lambda odd: metrics.wilson_interval(odd, odd),
    "sound.mfcc": lambda odd: sound.mfcc(odd),
    "sound.windows": lambda odd: sound.windows(odd),
    "sound.log_energy": lambda odd: sound.log_energy(odd),
    "sound.differences": lambda odd: sound.differences(odd),
    "film.decode_h264": lambda odd: film.decode_h264(odd),
    "blend.within_seam": lambda odd: blend.within_seam(odd),
    "faces.draw_faces": lambda odd: faces.draw_faces(toons.character("ada"), odd),
    "faces.unpaired_faces": lambda odd: faces.unpaired_faces(odd, 1),
    "toons.with_expression": lambda odd: toons.with_expression(odd, odd),
    "extract.similarity": lambda odd: extract.similarity(odd, odd),
}


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("call", CALLS)
def test_a_thing_that_is_no_argument_is_named(call, thing):
    with pytest.raises((TypeError, ValueError)) as told:
        CALLS[call](THINGS[thing])
    assert "wanted" in str(told.value) or "no film" in str(told.value), f"not in the course's words: {told.value}"


@pytest.mark.parametrize("thing", [name for name in THINGS if name != "text"])
def test_a_path_that_is_none_is_named(thing):
    for call in (arguments.checked_path, digits.read_idx):
        with pytest.raises(TypeError, match="path: wanted the path of a file"):
            call(THINGS[thing])


def test_a_folder_in_place_of_an_idx_file_is_named(tmp_path):
    with pytest.raises(ValueError, match="this is a folder; wanted an IDX file"):
        digits.read_idx(tmp_path)
