"""The alignment of codes: after it all characters' codes vary alike, and what is rebuilt stays."""

import pytest
import torch
from small_swap import pictures, small, with_averages

from unmasked.models.alignment import match_codes


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(5)


def test_matched_codes_vary_alike_and_rebuild_as_before(generator):
    seen = {"ada": pictures(200, generator), "bo": pictures(300, generator) ** 2}
    net = with_averages(small(), generator).train()
    for _ in range(40):
        for name, batch in seen.items():
            net.encode(batch[:50], name)
    match_codes(net.eval(), seen)  # statistics of all these pictures, not of the last few batches
    before = {name: net(batch[:5], name) for name, batch in seen.items()}
    assert match_codes(net, seen) is net
    for name, batch in seen.items():
        torch.testing.assert_close(net(batch[:5], name), before[name], atol=1e-4, rtol=1e-3)
    with torch.no_grad():
        ada, bo = (torch.cov(net.encode(batch, name).T) for name, batch in seen.items())
    assert (ada - bo).norm() < 0.2 * bo.norm(), "after matching, the two characters' codes still vary differently"


def test_matched_codes_survive_a_state_dict(generator):
    net = with_averages(small(), generator).eval()
    match_codes(net, {name: pictures(200, generator) for name in net.names})
    again = small().eval()
    again.load_state_dict(net.state_dict())
    seen = pictures(3, generator)
    torch.testing.assert_close(again.decode(again.encode(seen, "ada"), "bo"), net.decode(net.encode(seen, "ada"), "bo"))
