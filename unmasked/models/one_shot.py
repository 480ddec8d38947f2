"""A swap that needs one picture of each: who acts is read from one picture, and so is who shall appear.

`SwapNet` learns a decoder a character and `AnyoneSwap` is told an average face. Here one decoder draws everybody, and a
code of who shall appear sets the style of all its feature maps (`AdaIN`). Nothing about a character is stored.
After Chen and others, "SimSwap: an efficient framework for high fidelity face swapping", 2020 (identity injected into
the feature maps by AdaIN, the identity code from a frozen recognition net); this one is a hundred times smaller, has no
discriminator, and has a code in its middle where theirs keeps the feature maps of the whole picture.
"""

import torch
from torch import nn
from torch.nn.functional import instance_norm, leaky_relu

from unmasked.arguments import checked_batch, checked_faces, checked_tensor, checked_whole
from unmasked.models.identity import IdentityNet
from unmasked.models.swap import SIDE, Layout, Upscale

EMBEDDING = 64  # numbers that the shipped identity net says of a face


class AdaIN(nn.Module):
    """Adaptive instance normalisation: feature maps (N, channels, H, W) take the style that an identity code asks for.

    Each map is brought to mean 0 and standard deviation 1 over its places, picture by picture: so what a whole map had
    of brightness or contrast is gone, and WHERE it's strong stays. A linear layer then makes of the identity code
    (N, identity) a scale and a shift for each map.
    Source: Huang and Belongie, "Arbitrary style transfer in real-time with adaptive instance normalization", 2017.
    """

    def __init__(self, channels: int, identity: int):
        super().__init__()
        self.style = nn.Linear(checked_whole(identity, "identity", 1), 2 * checked_whole(channels, "channels", 1))

    def forward(self, features: torch.Tensor, identity: torch.Tensor) -> torch.Tensor:
        scale, shift = self.style(identity)[..., None, None].chunk(2, dim=1)  # (N, channels, 1, 1) each
        # Around 1, not around 0: at the start of training a style must not switch the maps off.
        return (1 + scale) * instance_norm(features) + shift  # (N, channels, H, W)


class Styled(nn.Module):
    """Two convolutions, the identity's style after each, added to what came in: (N, C, H, W) → (N, C, H, W).

    What is added can't wipe anything out: brightness, which `AdaIN` would lose, goes past it.
    """

    def __init__(self, channels: int, identity: int):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.styles = nn.ModuleList(AdaIN(channels, identity) for _ in range(2))

    def forward(self, features: torch.Tensor, identity: torch.Tensor) -> torch.Tensor:
        inner = leaky_relu(self.styles[0](self.first(features), identity), 0.1)
        return features + self.styles[1](self.second(inner), identity)


class OneShotSwap(nn.Module):
    """Swaps any two toons by one picture of each: `swap(pictures, of)`.

    code_size   numbers that say what a face does.
    look        numbers that a look encoder, trained along, adds to the embedding: the embedding was made to tell people
                apart, and needn't hold all that a drawing of them shows. 0: the embedding alone.
    width       a third of the channels at 16 × 16 in the encoder; the others follow.
    Identity codes have `EMBEDDING` + `look` numbers. The identity net inside is frozen.
    Raises TypeError or ValueError for pictures or codes of another kind or shape.
    """

    def __init__(self, code_size: int = 48, look: int = 64, width: int = 32):
        super().__init__()
        code_size, look = checked_whole(code_size, "code_size", 1), checked_whole(look, "look", 0)
        w = checked_whole(width, "width", 4)
        self.config = {"code_size": code_size, "look": look, "width": w}
        self.who = IdentityNet(EMBEDDING).requires_grad_(False)  # pictures → (N, 64), of length 1
        self.look = _encoder(look, w) if look else None  # pictures → (N, look)
        self.encoder = _encoder(code_size, w)  # pictures → (N, code)
        size, middle, fine = EMBEDDING + look, 3 * w // 2, 3 * w // 4
        self.layout = Layout(code_size, w)  # codes → (N, 2w, 8, 8): what is where
        self.coarse = Styled(2 * w, size)  # (N, 2w, 8, 8)
        self.up_middle = Upscale(2 * w, middle)  # (N, 1.5w, 16, 16)
        self.middle = Styled(middle, size)  # (N, 1.5w, 16, 16)
        self.up_fine = Upscale(middle, fine)  # (N, 0.75w, 32, 32)
        self.fine = AdaIN(fine, size)  # (N, 0.75w, 32, 32)
        self.last = nn.Sequential(
            nn.LeakyReLU(0.1),
            nn.Conv2d(fine, 12, 3, padding=1),  # (N, 12, 32, 32)
            nn.PixelShuffle(2),  # (N, 3, 64, 64)
        )

    def encode(self, pictures: torch.Tensor) -> torch.Tensor:
        """Codes (N, code_size) of what is done in pictures float (N, 3, 64, 64) in 0…1, whoever does it."""
        return self.encoder(_centred(checked_batch(pictures, side=SIDE)))

    def identify(self, pictures: torch.Tensor) -> torch.Tensor:
        """Identity codes (N, EMBEDDING + look) of who is seen in pictures float (N, 3, 64, 64) in 0…1.

        Raises TypeError or ValueError for pictures of another kind or shape, and for one of one colour everywhere.
        """
        known = EMBEDDING**0.5 * self.who(checked_faces(pictures, side=SIDE))  # about 1 each, like other features
        if self.look is None:
            return known
        return torch.cat([known, self.look(_centred(pictures))], 1)

    def decode(self, codes: torch.Tensor, identity: torch.Tensor) -> torch.Tensor:
        """Pictures (N, 3, 64, 64), near 0…1, of whoever has the identity code, doing what the codes (N, code_size) say.

        identity   (N, EMBEDDING + look), or one for all: (1, …) or without the first axis.
        """
        checked_tensor(codes, "codes", ("N", self.config["code_size"]))
        size = EMBEDDING + self.config["look"]
        identity = identity[None] if identity.ndim == 1 else identity
        checked_tensor(identity, "identity", ("N", size))
        if len(identity) not in (1, len(codes)):
            raise ValueError(f"identity: wanted one for all or one for each of {len(codes)} codes, got {len(identity)}")
        identity = identity.expand(len(codes), size)
        features = self.coarse(self.layout(codes), identity)  # (N, 2w, 8, 8)
        features = self.middle(self.up_middle(features), identity)  # (N, 1.5w, 16, 16)
        features = self.fine(self.up_fine(features), identity)  # (N, 0.75w, 32, 32)
        return 0.5 + 0.25 * self.last(features)  # (N, 3, 64, 64)

    def swap(self, pictures: torch.Tensor, of: torch.Tensor) -> torch.Tensor:
        """Whoever is seen in `of`, one picture (3, 64, 64) or a batch of one or N, doing what is done in `pictures`.

        Raises TypeError or ValueError as `encode` and `identify` do.
        """
        of = checked_faces(of[None] if getattr(of, "ndim", 4) == 3 else of, "of", side=SIDE)
        return self.decode(self.encode(pictures), self.identify(of))


def _centred(pictures: torch.Tensor) -> torch.Tensor:
    return 4 * (pictures - 0.5)  # grey becomes 0, and colours have about unit size


def _encoder(size: int, w: int) -> nn.Sequential:
    # The shape of `PerformanceRegressor`: both say something of a face, wherever in the picture it shows.
    return nn.Sequential(  # (N, 3, 64, 64)
        nn.PixelUnshuffle(2),  # (N, 12, 32, 32)
        nn.Conv2d(12, 3 * w // 2, 3, stride=2, padding=1),  # (N, 1.5w, 16, 16)
        nn.LeakyReLU(0.1),
        nn.Conv2d(3 * w // 2, 3 * w // 2, 3, padding=1),  # (N, 1.5w, 16, 16)
        nn.LeakyReLU(0.1),
        nn.Conv2d(3 * w // 2, 3 * w, 3, stride=2, padding=1),  # (N, 3w, 8, 8)
        nn.LeakyReLU(0.1),
        nn.Conv2d(3 * w, 2 * w, 3, padding=1),  # (N, 2w, 8, 8)
        nn.LeakyReLU(0.1),
        nn.Conv2d(2 * w, w, 1),  # (N, w, 8, 8)
        nn.LeakyReLU(0.1),
        nn.Flatten(),  # (N, 64w)
        nn.Linear(64 * w, size),  # (N, size)
    )
