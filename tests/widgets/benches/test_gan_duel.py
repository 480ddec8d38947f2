"""The duel: its rules reach the training, its verdicts and numbers say what is so."""

import numpy as np
import pytest
import torch
from stand_in import StandIn
from torch import nn

from unmasked.training import Run
from unmasked.widgets import gan_duel
from unmasked.widgets.benches.gan_duel import TILE, variety, verdict_maps

pytestmark = pytest.mark.usefixtures("learner_home")


class Judge(nn.Module):
    """Calls red patches real."""

    def __init__(self):
        super().__init__()
        self.red = nn.Parameter(torch.tensor([1.0, 0.0, 0.0]))

    def forward(self, pictures):
        return nn.functional.avg_pool2d((pictures * self.red[:, None, None]).sum(1, keepdim=True), 8)


@pytest.fixture
def stage(faces):
    seen, made = [], []

    def make(rules):
        model = StandIn(tint=0.4)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)

        def step(i):
            seen.append(dict(rules))
            loss = (model.gain - 1).square().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            return {"picture": loss, "generator": loss, "discriminator": loss}

        return Run(step, steps=50, state={"model": model, "discriminator": Judge()}, say=lambda words: None)

    def build(**more):
        pictures, truth = faces["ada"].pictures, faces["bo"].pictures
        bench = gan_duel(make, pictures, truth, masks=faces["bo"].masks, **more)
        made.append(bench)
        return bench, seen

    yield build
    for bench in made:
        bench.close()


def test_the_rules_reach_a_training_that_has_begun(stage):
    bench, seen = stage(adversary=0.03, rounds=1)
    bench.one_step()
    bench.set(adversary=1.0, rounds=6.0, picture_loss=False)
    bench.one_step()
    assert seen[0] == {"adversary": 0.03, "rounds": 1, "picture_loss": True}
    assert seen[1] == {"adversary": 1.0, "rounds": 6, "picture_loss": False}


def test_a_new_start_keeps_the_rules_and_forgets_the_steps(stage):
    bench, seen = stage()
    bench.set(rounds=4.0)
    bench.one_step()
    bench.again()
    assert "Step 0 of 50" in bench.shown.words
    bench.one_step()
    assert seen[-1]["rounds"] == 4


def test_faces_verdicts_and_numbers_are_shown(stage):
    bench, _ = stage()
    frame = bench.shown
    assert [meter.name for meter in frame.meters] == ["Explained swap", "Sharpness", "Variety"]
    assert "mean verdict: true" in frame.words and "variety" in frame.alt
    assert frame.panels[0].picture.shape[:2] == frame.panels[2].picture.shape[:2] == frame.panels[1].picture.shape[:2]
    assert bench.still().ndim == 3


@pytest.mark.parametrize("settings", [(0.0, 0.0, False), (1.0, 8.0, True)])
def test_rules_at_their_ends(stage, settings):
    bench, _ = stage()
    bench.set(**dict(zip(("adversary", "rounds", "picture_loss"), settings, strict=True)))
    bench.one_step()
    assert "Step 1 of 50" in bench.shown.words


def test_variety_is_that_of_the_truth_or_nothing():
    truth = np.random.default_rng(0).integers(0, 255, (5, 8, 6, 3)).astype(np.uint8)
    assert variety(truth, truth) == pytest.approx(1)
    assert variety(np.repeat(truth[:1], 5, 0), truth) == 0


def test_a_verdict_is_white_for_real_and_black_for_drawn():
    maps = verdict_maps(np.array([[[1.0, 0.0], [0.0, 1.0]], [[2.0, 2.0], [-1.0, 0.5]]]))
    assert maps.shape == (2, TILE, TILE, 3)
    assert maps[0, 5, 5, 0] == 255 and maps[0, 5, -5, 0] == 0 and maps[1, 5, 5, 0] == 255


def test_other_arguments_are_refused_in_words(stage, faces):
    with pytest.raises(ValueError, match="adversary"):
        stage(adversary=0.5)
    state = {"model": StandIn(), "discriminator": Judge()}
    make_run = lambda rules: Run(lambda i: {}, steps=2, state=state, say=lambda words: None)  # noqa: E731
    with pytest.raises(ValueError, match="pictures: wanted 2"):
        gan_duel(make_run, faces["ada"].pictures[:1], faces["bo"].pictures[:1])
    without = Run(lambda i: {}, steps=2, state={"model": StandIn()}, say=lambda words: None)
    with pytest.raises(ValueError, match="discriminator"):
        gan_duel(lambda rules: without, faces["ada"].pictures, faces["bo"].pictures)
