"""The training of the identity net: who shares colours, what a few steps bring, and what the shipped net tells."""

import torch

from unmasked.experiments import identity
from unmasked.models import weights
from unmasked.models.identity import IdentityNet

NEVER_SEEN = identity.FIRST + 90_000


def test_three_at_a_time_share_their_colours_and_nothing_else():
    people = identity.strangers(7, NEVER_SEEN)
    for start in (0, 3):
        colours = {tuple(getattr(one, field) for field in identity.COLOURS) for one in people[start : start + 3]}
        assert len(colours) == 1
    assert people[0].skin != people[3].skin
    assert len({one.eye_size for one in people}) == 7


def test_a_few_steps_tell_a_few_people_apart():
    people = identity.draw(identity.strangers(6, NEVER_SEEN), 10, 0)
    torch.manual_seed(0)
    run = identity.run_of(IdentityNet(width=6), people, steps=40, batch=24, say=lambda words: None)
    run.advance(40)
    wrong = run.history.losses["loss"]
    assert sum(wrong[-10:]) < 0.8 * sum(wrong[:10])


def test_the_shipped_net_verifies_strangers():
    people = identity.draw(identity.strangers(12, NEVER_SEEN), 6, 1)
    found = identity.verification(weights.load("identity"), people)
    assert found["auc"] > 0.97 and found["eer"] < 0.1
    assert 0.5 < found["alike"] <= found["auc"] and found["same"] > found["other"] + 0.4
