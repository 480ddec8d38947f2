"""torch's compiler stays out of memory while nobody compiles, and comes when somebody does."""

import subprocess
import sys

import pytest

from unmasked import paths

pytestmark = pytest.mark.slow  # processes that load torch and its compiler


def _said(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], cwd=paths.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


TRAINS = """
import sys, torch
{imports}
torch.manual_seed(0)
net = torch.nn.Linear(3, 1)
optimiser = torch.optim.Adam(net.parameters(), lr=0.1)
for _ in range(3):
    optimiser.zero_grad()
    net(torch.ones(2, 3)).square().mean().backward()
    optimiser.step()
print(net.weight.sum().item(), "torch._dynamo.eval_frame" in sys.modules)
"""


def test_a_training_comes_out_the_same_without_it():
    weights, there = _said(TRAINS.format(imports=""))
    if there == "False":
        pytest.skip("this torch doesn't load its compiler for an optimiser")
    assert _said(TRAINS.format(imports="import unmasked.training")) == [weights, "False"]


def test_whoever_compiles_gets_the_real_one():
    code = """
import torch, unmasked.training
optimiser = torch.optim.SGD(torch.nn.Linear(1, 1).parameters(), lr=1)
double = torch.compile(lambda x: 2 * x, backend="eager")
print(double(torch.ones(1)).item(), torch._dynamo.is_compiling(), hasattr(torch._dynamo, "OptimizedModule"))
optimiser.step()
import torch._dynamo.config
"""
    assert _said(code) == ["2.0", "False", "True"]


def test_whoever_looks_through_all_modules_doesnt_wake_it():
    code = """
import sys, unmasked.training
for module in list(sys.modules.values()):
    getattr(module, "__file__", None)
print("torch._dynamo.eval_frame" in sys.modules)
"""
    assert _said(code) == ["False"]
