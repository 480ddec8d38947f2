"""Learning rates by step."""

import pytest
import torch

from unmasked.training import cosine, set_rate


def test_cosine_falls_from_rate_to_floor():
    rates = [cosine(i, 100, 2.0, warmup=10, floor=0.1) for i in range(101)]
    assert rates[:10] == sorted(rates[:10]) and rates[9] < 2.0
    assert max(rates) == rates[10] == 2.0
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[55] == pytest.approx(2.0 * (0.1 + 0.9 / 2)) and rates[100] == pytest.approx(0.2)
    reference = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(reference, 40)
    for i in range(40):
        assert cosine(i, 40, 3e-3) == pytest.approx(reference.param_groups[0]["lr"], abs=1e-12)
        reference.step()
        schedule.step()
    with pytest.raises(ValueError, match="`warmup`"):
        cosine(0, 10, 1.0, warmup=10)
    set_rate(reference, 0.5)
    assert reference.param_groups[0]["lr"] == 0.5
