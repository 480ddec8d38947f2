"""Why sharing works: `python -m unmasked.experiments.two_decoders_why` makes the second table of lesson 04.

A shared net swaps, two separate ones don't. Between them lie several differences; here one at a time is taken away from
the shared net. Nobody guides the codes and nothing aligns them, so whatever is left is due to what is shared.
"""

import argparse
from collections.abc import Mapping

import torch
from torch import nn

from unmasked import tensors
from unmasked.arguments import checked_choice
from unmasked.experiments import two_decoders
from unmasked.experiments.pairs import NAMES
from unmasked.experiments.two_decoders import Row, keep, trained_row
from unmasked.faces import Faces
from unmasked.models.swap import SwapNet

TABLE = "two-decoders-why"
# The two that lesson 04 trains, and between them the shared net with one thing taken away.
VARIANTS = {
    "shared": "one encoder, one layout, the character's own average subtracted, a linear code",
    "own encoders": "an encoder each, one layout",
    "own layouts": "one encoder, a layout each",
    "one average": "both characters' pictures together give the average and the spread for both",
    "no average": "mid grey stands for the average, one spread for all pixels",
    "bent code": "a LeakyReLU after the code's layer",
    "separate": "an encoder and a layout each",
}
AVERAGED = 1000  # pictures of each character in "one average", as many as training takes for its own


class GivenAverages(SwapNet):
    """A SwapNet that keeps the averages it was given, or the mid grey it began with: training stores nothing."""

    def store_averages(self, pictures: Mapping[str, torch.Tensor]) -> "GivenAverages":
        """Stores nothing."""
        return self


def untrained(variant: str, faces: Mapping[str, Faces]) -> SwapNet:
    """The net of one variant, before any training on `faces`. ValueError for an unknown variant."""
    checked_choice(variant, VARIANTS, "variant")
    if variant in ("no average", "one average"):
        net = GivenAverages(NAMES, aligned=False)
        if variant == "one average":
            of_both = torch.cat([tensors.to_tensor(faces[name].pictures[:AVERAGED]) for name in NAMES])
            SwapNet.store_averages(net, dict.fromkeys(NAMES, of_both))
        return net
    if variant in ("own encoders", "own layouts"):
        net, (first, *others) = SwapNet(NAMES, aligned=False, shared=False), NAMES
        one_for_all = net.layouts if variant == "own encoders" else net.encoders
        for name in others:
            one_for_all[name] = one_for_all[first]
        return net
    net = SwapNet(NAMES, aligned=False, shared=variant != "separate")
    if variant == "bent code":
        net.encoder.layers.append(nn.LeakyReLU(0.1))
    return net


def two_decoders_why_row(variant: str, seed: int, steps: int = 600, **settings) -> Row:
    """Trains one variant from one seed, from nothing, and measures it: one row of the table.

    variant   one of VARIANTS; `settings`, and the row, are those of `two_decoders.trained_row`.
    Raises ValueError for an unknown variant. The random state of the caller stays as it was.
    """
    checked_choice(variant, VARIANTS, "variant")
    return trained_row(
        variant, lambda faces: untrained(variant, faces), seed, steps, match=0.0, guided=False, **settings
    )


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    return two_decoders.make_parser(__spec__.name, __doc__)


def main(arguments: list[str] | None = None) -> None:
    keep(TABLE, VARIANTS, two_decoders_why_row, make_parser(), arguments)


if __name__ == "__main__":
    main()
