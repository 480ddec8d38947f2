"""A small autoencoder for pictures of 64×64, and two of them side by side: what a swap would be without sharing."""

from collections.abc import Callable, Iterable

import torch
from torch import nn
from torch.nn.functional import leaky_relu

from unmasked.models.arguments import checked_name, checked_names, checked_pictures, checked_size


class Upscale(nn.Module):
    """Twice the height and width: a 3×3 convolution to 4·C channels, LeakyReLU, pixel shuffle."""

    def __init__(self, channels_in: int, channels_out: int):
        super().__init__()
        self.convolution = nn.Conv2d(channels_in, 4 * channels_out, 3, padding=1)

    def forward(self, x):  # (N, in, H, W)
        return nn.functional.pixel_shuffle(leaky_relu(self.convolution(x), 0.1), 2)  # (N, out, 2H, 2W)


class Encoder(nn.Sequential):
    """Pictures (N, 3, 64, 64) to codes (N, code_size)."""

    def __init__(self, code_size: int = 128, width: int = 16):
        w = width
        super().__init__(  # (N, 3, 64, 64)
            # 4×4 windows at stride 2 meet every pixel equally often; 3×3 ones meet every other row twice as often.
            nn.Conv2d(3, w, 4, stride=2, padding=1),  # (N, w, 32, 32)
            nn.LeakyReLU(0.1),  # not ReLU: a channel that falls below zero once must be able to come back
            nn.Conv2d(w, 2 * w, 4, stride=2, padding=1),  # (N, 2w, 16, 16)
            nn.LeakyReLU(0.1),
            nn.Conv2d(2 * w, 4 * w, 4, stride=2, padding=1),  # (N, 4w, 8, 8)
            nn.LeakyReLU(0.1),
            nn.Conv2d(4 * w, 8 * w, 4, stride=2, padding=1),  # (N, 8w, 4, 4)
            nn.LeakyReLU(0.1),
            nn.Flatten(),  # (N, 128w)
            nn.Linear(128 * w, code_size),  # (N, code_size): no activation, a code may be any point
        )


class Decoder(nn.Sequential):
    """Codes (N, code_size) to pictures (N, 3, 64, 64) in 0…1."""

    def __init__(self, code_size: int = 128, width: int = 16):
        w = width
        super().__init__(  # (N, code_size)
            nn.Linear(code_size, 128 * w),  # (N, 128w)
            nn.LeakyReLU(0.1),
            nn.Unflatten(1, (8 * w, 4, 4)),  # (N, 8w, 4, 4)
            Upscale(8 * w, 4 * w),  # (N, 4w, 8, 8)
            Upscale(4 * w, 2 * w),  # (N, 2w, 16, 16)
            Upscale(2 * w, w),  # (N, w, 32, 32)
            # 12 channels = 3 colours of 2×2 pixels: the last doubling costs no layer of its own at full size.
            nn.Conv2d(w, 12, 3, padding=1),  # (N, 12, 32, 32)
            nn.PixelShuffle(2),  # (N, 3, 64, 64)
            nn.Sigmoid(),  # 0…1, as pictures are
        )


class Autoencoder(nn.Module):
    """Through a narrow place and back: `model.decode(model.encode(pictures))`. About 1.0 million parameters.

    code_size  numbers that a picture must pass through, of 12,288 in the picture.
    width      channels of the first layer.
    """

    def __init__(self, code_size: int = 128, width: int = 16):
        super().__init__()
        code_size, width = checked_size("code_size", code_size), checked_size("width", width)
        self.config = {"code_size": code_size, "width": width}
        self.encoder = Encoder(code_size, width)
        self.decoder = Decoder(code_size, width)

    def encode(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures (N, 3, 64, 64) in 0…1 to codes (N, code_size). Raises ValueError for another shape."""
        return self.encoder(checked_pictures(pictures))

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """Codes (N, code_size) to pictures (N, 3, 64, 64) in 0…1."""
        return self.decoder(codes)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures, rebuilt."""
        return self.decode(self.encode(pictures))


class SeparateAutoencoders(nn.Module):
    """One whole autoencoder for each name, nothing shared, used like a swap: the comparison that shows why to share.

    Each side learns to rebuild its own character; but nothing makes Ada's codes and Bo's codes mean the same, so
    `model.decode(model.encode(pictures, "ada"), "bo")` reads a language it never learned.

    names                    the characters.
    code_size, width         of the Encoder and Decoder above.
    encoder, decoder         functions that make one each, in place of those: give a swap model's own parts to
                             compare exactly the same nets with and without sharing. `weights` cannot keep such a model.
    """

    def __init__(
        self,
        names: Iterable[str] = ("ada", "bo"),
        code_size: int = 128,
        width: int = 16,
        *,
        encoder: Callable[[], nn.Module] | None = None,
        decoder: Callable[[], nn.Module] | None = None,
    ):
        super().__init__()
        self.names = checked_names(names)
        code_size, width = checked_size("code_size", code_size), checked_size("width", width)
        if (encoder is None) != (decoder is None):
            raise ValueError("`encoder` and `decoder` belong together: give both or neither")
        own = encoder is not None
        self.config = None if own else {"names": list(self.names), "code_size": code_size, "width": width}
        make_encoder = encoder or (lambda: Encoder(code_size, width))
        make_decoder = decoder or (lambda: Decoder(code_size, width))
        self.encoders = nn.ModuleDict({name: make_encoder() for name in self.names})
        self.decoders = nn.ModuleDict({name: make_decoder() for name in self.names})
        parts = [*self.encoders.values(), *self.decoders.values()]
        if len({id(part) for part in parts}) != len(parts):
            raise ValueError("`encoder` or `decoder` returned the same module twice: then it would be shared after all")

    def encode(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        """Pictures (N, 3, 64, 64) in 0…1 to codes (N, code_size), by the encoder of `name`."""
        return self.encoders[checked_name(name, self.names)](checked_pictures(pictures))

    def decode(self, codes: torch.Tensor, name: str) -> torch.Tensor:
        """Codes (N, code_size) to pictures (N, 3, 64, 64) in 0…1, by the decoder of `name`."""
        return self.decoders[checked_name(name, self.names)](codes)

    def forward(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        """Pictures of a character, rebuilt by its own autoencoder."""
        return self.decode(self.encode(pictures, name), name)
