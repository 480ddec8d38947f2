"""A swap whose decoders draw a mask along with the colour: what passes in front of the face stays where it is.

A slim swap replaces the whole crop, a hand in it too. Here each decoder says for every pixel how much of its own colour
belongs there, and the rest is left as it was. Source: faceswap-GAN v2.2, 2018.
"""

from collections.abc import Sequence

import torch
from torch import nn

from unmasked.models.swap import SIDE, Decoder, SwapNet

STEEP = 2.0  # the decoder's last number to the mask's logit: its numbers stay small for long
OPEN = 2.0  # the logit at the start: most pixels are face, and a mask that begins shut would stop the colour's gradient


def composite(colour: torch.Tensor, alpha: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
    """α·colour + (1 − α)·pictures: float (N, 3, S, S), with `alpha` (N, 1, S, S) in 0…1.

    Raises ValueError for shapes that don't belong together, which would be stretched to fit.
    """
    if colour.shape != pictures.shape or alpha.shape != (len(colour), 1, *colour.shape[2:]):
        raise ValueError(
            f"alpha: wanted (N, 1, H, W) beside colour and pictures of one shape (N, 3, H, W); got "
            f"{tuple(alpha.shape)}, {tuple(colour.shape)} and {tuple(pictures.shape)}"
        )
    return alpha * colour + (1 - alpha) * pictures


class AlphaSwapNet(SwapNet):
    """A SwapNet whose `decode` gives colour (N, 3, S, S) and a mask α (N, 1, S, S) in 0…1. Arguments as SwapNet's.

    `swap(pictures, "ada", "bo")` lays the colour over the pictures by α.
    """

    def __init__(
        self,
        names: Sequence[str] = ("ada", "bo"),
        code_size: int = 128,
        width: int = 32,
        aligned: bool = True,
        shared: bool = True,
        side: int = SIDE,
    ):
        super().__init__(names, code_size, width, aligned, shared, side)
        self.decoders = nn.ModuleDict({name: Decoder(width, side, channels=4) for name in self.names})

    def decode(self, codes: torch.Tensor, name: str) -> tuple[torch.Tensor, torch.Tensor]:
        """Colour (N, 3, S, S) near 0…1, and α (N, 1, S, S). ValueError for an unknown name."""
        character = self._character(name)
        layout = self.layout if self.config["shared"] else self.layouts[name]
        drawn = self.decoders[name](layout(character.from_common(codes)))  # (N, 4, S, S)
        alpha = torch.sigmoid(STEEP * drawn[:, 3:] + OPEN)  # (N, 1, S, S)
        return character.pictures(drawn[:, :3]), alpha

    def swap(self, pictures: torch.Tensor, source: str, target: str) -> torch.Tensor:
        """Pictures of `source` with the face of `target`, and what the mask leaves of them: (N, 3, S, S)."""
        colour, alpha = self.decode(self.encode(pictures, source), target)
        return composite(colour, alpha, pictures)

    def forward(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        return self.swap(pictures, name, name)
