"""Lesson 13's attacks: batches that are attacked, rows, and the kept table."""

import numpy as np
import pytest
import torch

from unmasked.experiments import detector_attack
from unmasked.experiments.tables import load_table
from unmasked.models.meso import Meso4


@pytest.fixture(scope="module")
def drawn():
    return detector_attack.draw_for(900, 3, 4)


def test_only_fakes_are_attacked_and_by_no_more_than_asked():
    torch.manual_seed(0)
    net, generator = Meso4().train(), torch.Generator().manual_seed(4)
    pictures = 0.2 + 0.6 * torch.rand(12, 3, 64, 64, generator=generator)
    fake = torch.cat([torch.zeros(6), torch.ones(6)])
    moved = detector_attack.attacked_half(net, pictures, fake, generator)
    off = (moved - pictures).abs().amax((1, 2, 3))
    assert (off[:6] == 0).all() and 0 < (off[6:] > 0).sum() < 6, "a coin tosses which of the fakes are moved"
    assert off.max() <= detector_attack.STRONGEST / 255 + 1e-6 and net.training


def test_rows_of_both_experiments(drawn):
    rows = detector_attack.format_rows(900, 2, drawn=drawn)
    assert [row["net"] for row in rows] == ["biased", "equalised"]
    assert all(0 <= row[key] <= 1 for row in rows for key in ("as_collected", "both_jpeg", "both_png", "no_fakes"))
    rows = detector_attack.step_rows(900, 2, drawn=drawn, levels=(0, 4))
    assert [(row["net"], row["levels"]) for row in rows] == [(n, k) for n in detector_attack.NETS for k in (0, 4)]
    for row in rows[::2]:
        assert row["caught"] == row["caught_passed"], "a step of nothing is the same against whoever it was taken"


def test_saving_changes_pixels_and_not_shapes():
    crops = np.random.default_rng(1).integers(0, 256, (3, 64, 64, 3)).astype(np.uint8)
    saved = detector_attack.saved(crops)
    assert saved.shape == crops.shape and saved.dtype == np.uint8 and (saved != crops).any()


def test_noise_moves_every_value_as_far_and_nothing_else():
    crops = np.random.default_rng(2).integers(10, 240, (2, 9, 7, 3)).astype(np.uint8)
    off = detector_attack.noisy(crops, 3, seed=1).astype(int) - crops
    assert set(np.unique(off)) == {-3, 3} and 0.3 < (off > 0).mean() < 0.7
    np.testing.assert_array_equal(detector_attack.noisy(crops, 0, seed=1), crops)


def test_the_kept_table_is_whole():
    table = load_table(detector_attack.TABLE)
    assert table["command"] == "python -m unmasked.experiments.detector_attack"
    seeds = range(table["settings"]["seeds"])
    assert len(seeds) >= 3
    keys = {(row["seed"], row["experiment"], row["net"], row["levels"]) for row in table["rows"]}
    steps = {(s, "step", net, level) for s in seeds for net in detector_attack.NETS for level in detector_attack.LEVELS}
    assert keys == steps | {(s, "format", net, None) for s in seeds for net in ("biased", "equalised")}
