"""Muon: updates of one length in every direction, Adam for what is no matrix, and a state that can be kept."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from unmasked.training import Muon, train
from unmasked.training.muon import orthogonalised


@settings(max_examples=25, deadline=None)
@given(rows=st.integers(1, 40), columns=st.integers(1, 40), seed=st.integers(0, 1000))
def test_five_steps_leave_orthogonal_matrices_of_the_same_directions(rows, columns, seed):
    matrices = torch.randn(3, rows, columns, generator=torch.Generator().manual_seed(seed))
    made = orthogonalised(matrices, steps=5)
    assert made.shape == matrices.shape
    for before, after in zip(matrices, made, strict=True):
        left, values, right = torch.linalg.svd(before, full_matrices=False)
        turned = left.T @ after @ right.T  # diagonal where the directions are kept
        assert (turned - torch.diag(turned.diagonal())).abs().max() < 1e-2
        clear = values > 0.05 * values.max()
        assert ((turned.diagonal() > 0.6) & (turned.diagonal() < 1.3))[clear].all(), "a direction was left behind"


def test_two_steps_lift_the_weak_directions_most():
    values = torch.tensor([1.0, 0.3, 0.1, 0.03])
    made = orthogonalised(torch.diag(values)[None], steps=2)[0].diagonal()
    gain = made / values
    assert (gain.diff() > 0).all(), f"gains {gain.tolist()}: the weaker a direction, the more it is to be lifted"


def test_the_size_of_a_gradient_does_not_matter():
    matrices = torch.randn(2, 5, 7, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(orthogonalised(1000 * matrices), orthogonalised(matrices), rtol=1e-4, atol=1e-5)


def small_net() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 5, 3), nn.LeakyReLU(0.1), nn.Flatten(), nn.Linear(5 * 4 * 6, 2))


def one_step(net: nn.Module, optimiser: torch.optim.Optimizer, seed: int = 0) -> None:
    seen = torch.randn(4, 3, 6, 8, generator=torch.Generator().manual_seed(seed))
    optimiser.zero_grad()
    net(seen).square().mean().backward()
    optimiser.step()


def test_a_convolution_moves_by_one_length_along_all_its_directions():
    net = small_net()
    before = net[0].weight.detach().clone()
    one_step(net, Muon(net.parameters(), lr=0.1, newton_schulz=5))
    moved = (before - net[0].weight.detach()).reshape(5, -1)
    values = torch.linalg.svdvals(moved)
    assert (values > 0.06).all() and (values < 0.13).all(), f"lengths {values.tolist()}, wanted about 0.1 in each"


def test_tall_matrices_move_further():
    for rows, columns in ((12, 3), (3, 12)):
        p = nn.Parameter(torch.zeros(rows, columns))
        p.grad = torch.randn(rows, columns, generator=torch.Generator().manual_seed(2))
        Muon([p], lr=0.1, newton_schulz=5).step()
        length = torch.linalg.svdvals(p.detach()).mean().item()
        assert length == pytest.approx(0.1 * max(1, rows / columns) ** 0.5, rel=0.3)


def test_what_is_no_matrix_moves_as_by_adam():
    numbers = torch.Generator().manual_seed(3)
    mine, theirs = (nn.Parameter(torch.ones(7)) for _ in range(2))
    head_mine, head_theirs = (nn.Parameter(torch.ones(2, 3)) for _ in range(2))
    muon = Muon([mine], lr=0.04, by_adam=[head_mine], adam_share=0.05, betas=(0.9, 0.95))
    adam = torch.optim.Adam([theirs, head_theirs], lr=0.002, betas=(0.9, 0.95))
    for _ in range(5):
        mine.grad = torch.randn(7, generator=numbers)
        head_mine.grad = torch.randn(2, 3, generator=numbers)
        theirs.grad, head_theirs.grad = mine.grad.clone(), head_mine.grad.clone()
        muon.step()
        adam.step()
    torch.testing.assert_close(mine, theirs)
    torch.testing.assert_close(head_mine, head_theirs)


def test_matrices_of_one_shape_do_not_mix():
    def moved(together: bool) -> torch.Tensor:
        numbers = torch.Generator().manual_seed(4)
        a, b = (nn.Parameter(torch.zeros(4, 6)) for _ in range(2))
        a.grad, b.grad = (torch.randn(4, 6, generator=numbers) for _ in range(2))
        Muon([a, b] if together else [a]).step()
        return a.detach()

    torch.testing.assert_close(moved(True), moved(False))


def test_a_parameter_without_a_gradient_stays():
    a, b = nn.Parameter(torch.ones(3, 3)), nn.Parameter(torch.ones(3))
    Muon([a, b]).step()
    assert torch.equal(a, torch.ones(3, 3)) and torch.equal(b, torch.ones(3))


def test_in_bfloat16_it_goes_nearly_the_same_way():
    exact, rough = small_net(), small_net()
    one_step(exact, Muon(exact.parameters(), lr=0.1))
    one_step(rough, Muon(rough.parameters(), lr=0.1, dtype=torch.bfloat16))
    assert rough[0].weight.dtype == torch.float32
    torch.testing.assert_close(rough[0].weight, exact[0].weight, rtol=0, atol=0.01)


def test_the_order_of_a_convolutions_bytes_changes_nothing():
    plain, laid = small_net(), small_net().to(memory_format=torch.channels_last)
    for net in (plain, laid):
        one_step(net, Muon(net.parameters()))
    torch.testing.assert_close(plain[0].weight, laid[0].weight, rtol=1e-4, atol=1e-5)


def test_a_run_by_muon_is_taken_up_bit_for_bit(tmp_path, capsys):
    def trained(*sittings: int) -> torch.Tensor:
        for steps in sittings:
            net = small_net()
            optimiser = Muon(net.parameters())

            def step(i: int, net=net, optimiser=optimiser) -> dict[str, float]:
                one_step(net, optimiser, seed=i)
                return {"loss": 0.0}

            path = tmp_path / f"{len(sittings)}.safetensors"
            state = {"net": net, "optimiser": optimiser}
            train(step, steps=steps, state=state, checkpoint=path, fingerprint="x", progress=False)
        return net[3].weight.detach()

    assert torch.equal(trained(6), trained(3, 6))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lr": -1}, "lr: wanted 0 or more, got -1"),
        ({"lr": float("nan")}, "lr: wanted 0 or more"),
        ({"momentum": 1.0}, "momentum: wanted 0 or more and less than 1"),
        ({"newton_schulz": 0}, "newton_schulz: wanted a whole number of steps"),
        ({"adam_share": np.nan}, "adam_share: wanted 0 or more"),
    ],
)
def test_wrong_settings_are_worded(options, words):
    with pytest.raises(ValueError, match=words):
        Muon([nn.Parameter(torch.zeros(2, 2))], **options)
