"""A discriminator that judges patches: not whether the whole picture is real, but each place of it.

A place of its verdict sees a patch of the picture and no more, so it can tell blur, grain and edges, and leaves it to
the other losses whether the face is the right one. Source: Isola and others, "pix2pix", 2017; faceswap-GAN is built on
the same idea.
"""

import torch
from torch import nn

from unmasked.arguments import checked_batch, checked_whole


class PatchDiscriminator(nn.Module):
    """Pictures (N, 3, S, S) in 0…1 to verdicts (N, 1, S/8, S/8): 1 for real, 0 for drawn, as it learns them.

    width     channels of the first layer; the others are 2 and 4 times as wide. Each verdict sees 38 × 38 pixels.
    spectral  divides every layer's weights by their largest singular value, so that the verdict can't change faster
              than the picture: what it teaches then stays of use to the generator (Miyato and others, 2018).
    Raises TypeError or ValueError for pictures of another kind or shape.
    """

    def __init__(self, width: int = 16, spectral: bool = True):
        super().__init__()
        w = checked_whole(width, "width", 1)
        self.config = {"width": w, "spectral": bool(spectral)}
        norm = nn.utils.parametrizations.spectral_norm if spectral else nn.Identity()
        self.layers = nn.Sequential(  # (N, 3, S, S)
            norm(nn.Conv2d(3, w, 4, stride=2, padding=1)),  # (N, w, S/2, S/2)
            nn.LeakyReLU(0.2),
            norm(nn.Conv2d(w, 2 * w, 4, stride=2, padding=1)),  # (N, 2w, S/4, S/4)
            nn.LeakyReLU(0.2),
            norm(nn.Conv2d(2 * w, 4 * w, 4, stride=2, padding=1)),  # (N, 4w, S/8, S/8)
            nn.LeakyReLU(0.2),
            norm(nn.Conv2d(4 * w, 1, 3, padding=1)),  # (N, 1, S/8, S/8)
        )

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        # Around 0 instead of 0…1: a layer without a mean to unlearn starts quicker.
        return self.layers(2 * checked_batch(pictures, side=None) - 1)
