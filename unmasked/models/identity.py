"""Says who a face is, whatever it does: the instrument that tells whether a swap looks like its target.

A picture becomes a short list of numbers, its embedding, of length 1. It's trained so that all pictures of one
character point the same way and those of others elsewhere (experiments/identity.py); then the cosine between two
embeddings says how alike two faces are.
"""

import torch
from torch import nn
from torch.nn.functional import normalize

from unmasked.arguments import checked_batch, checked_number, checked_tensor, checked_whole


class IdentityNet(nn.Module):
    """Aligned pictures (N, 3, 64, 64) in 0…1 to embeddings (N, size) of length 1. 0.2 million parameters.

    size   of an embedding; `width`: half the channels at 16×16, the others follow.
    Raises TypeError or ValueError for pictures of another kind or shape.
    """

    def __init__(self, size: int = 64, width: int = 24):
        super().__init__()
        size, w = checked_whole(size, "size", 1), checked_whole(width, "width", 1)
        self.config = {"size": size, "width": w}
        self.layers = nn.Sequential(  # (N, 3, 64, 64)
            nn.PixelUnshuffle(2),  # (N, 12, 32, 32)
            nn.Conv2d(12, 2 * w, 3, stride=2, padding=1),  # (N, 2w, 16, 16)
            nn.LeakyReLU(0.1),
            nn.Conv2d(2 * w, 2 * w, 3, padding=1),  # (N, 2w, 16, 16)
            nn.LeakyReLU(0.1),
            nn.Conv2d(2 * w, 3 * w, 3, stride=2, padding=1),  # (N, 3w, 8, 8)
            nn.LeakyReLU(0.1),
            nn.Conv2d(3 * w, 3 * w, 3, padding=1),  # (N, 3w, 8, 8)
            nn.LeakyReLU(0.1),
            nn.Conv2d(3 * w, 4 * w, 3, stride=2, padding=1),  # (N, 4w, 4, 4)
            nn.LeakyReLU(0.1),
            nn.Flatten(),  # (N, 64w)
            nn.Linear(64 * w, size),  # (N, size)
        )

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures to embeddings (N, size), each of length 1."""
        # Grey becomes 0: so small a net starts quicker from colours that lie around nothing.
        return normalize(self.layers(4 * (checked_batch(pictures) - 0.5)), dim=1)


class MarginHead(nn.Module):
    """Compares embeddings with one direction for each training character; thrown away after training.

    `forward(embeddings, whose)` (N, size), int64 (N,) → logits (N, characters) for cross-entropy: `scale` times the
    cosines, where the right one's is lowered by `margin`. To win all the same, a picture must be nearer to its own
    character than to any other by that margin. With `margin` 0 it's an ordinary classifier on the sphere.
    Source: Wang and others, "CosFace: large margin cosine loss for deep face recognition", 2018.
    """

    def __init__(self, size: int, characters: int, margin: float = 0.2, scale: float = 16.0):
        super().__init__()
        self.margin, self.scale = checked_number(margin, "margin", 0, 2), checked_number(scale, "scale", 1e-3)
        self.directions = nn.Parameter(torch.randn(checked_whole(characters, "characters", 2), size))

    def forward(self, embeddings: torch.Tensor, whose: torch.Tensor) -> torch.Tensor:
        cosines = checked_tensor(embeddings, "embeddings") @ normalize(self.directions, dim=1).T
        right = nn.functional.one_hot(whose, len(self.directions))
        return self.scale * (cosines - self.margin * right)


@torch.no_grad()
def embed(model: IdentityNet, pictures: torch.Tensor, part: int = 50) -> torch.Tensor:
    """Embeddings (N, size) of pictures (N, 3, 64, 64), `part` of them at a time."""
    return torch.cat([model(some) for some in pictures.split(part)])


def likeness(embeddings: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """How alike pictures are to a character: the cosine (N,) in −1…1 of each embedding (N, size) with the mean of the
    character's `known` ones (M, size)."""
    return normalize(embeddings, dim=1) @ normalize(known.mean(0), dim=0)
