"""DeepFaceLab's DF: encoder and one Inter shared, one decoder for each character. Its wiring, at toy size.

Source: github.com/iperov/DeepFaceLab, SAEHD. Left out: the mask branch of the decoder, its residual blocks, the options
-u and -d. The real df-ud has about 54.5 million parameters at 128 pixels; this one 0.8 million at 64.
"""

from collections.abc import Iterable

import torch
from torch import nn
from torch.nn.functional import leaky_relu, pad

from unmasked.arguments import checked_batch, checked_choice, checked_names, checked_whole


class Downscale(nn.Module):
    """Half the height and width: a 5×5 convolution of stride 2, then LeakyReLU."""

    def __init__(self, channels_in: int, channels_out: int):
        super().__init__()
        self.convolution = nn.Conv2d(channels_in, channels_out, 5, stride=2)

    def forward(self, x):  # (N, in, H, W), H and W even
        # TensorFlow's "same" padding: of the 3 missing pixels 1 before and 2 after (models/original.py says why).
        return leaky_relu(self.convolution(pad(x, (1, 2, 1, 2))), 0.1)  # (N, out, H/2, W/2)


class Upscale(nn.Module):
    """Twice the height and width: a 3×3 convolution to 4·C channels, LeakyReLU, pixel shuffle."""

    def __init__(self, channels_in: int, channels_out: int):
        super().__init__()
        self.convolution = nn.Conv2d(channels_in, 4 * channels_out, 3, padding=1)

    def forward(self, x):  # (N, in, H, W)
        return nn.functional.pixel_shuffle(leaky_relu(self.convolution(x), 0.1), 2)  # (N, out, 2H, 2W)


class Encoder(nn.Sequential):
    """Pictures (N, 3, 64, 64) to features (N, 128·width). It has no bottleneck: that is the Inter's part."""

    def __init__(self, width: int = 16):
        w = width
        super().__init__(  # (N, 3, 64, 64)
            Downscale(3, w),  # (N, w, 32, 32)
            Downscale(w, 2 * w),  # (N, 2w, 16, 16)
            Downscale(2 * w, 4 * w),  # (N, 4w, 8, 8)
            Downscale(4 * w, 8 * w),  # (N, 8w, 4, 4)
            nn.Flatten(),  # (N, 128w)
        )


class Inter(nn.Sequential):
    """Features (N, 128·width) to a code (N, channels, 8, 8), through a bottleneck of code_size numbers."""

    def __init__(self, width: int = 16, code_size: int = 64, channels: int = 64):
        super().__init__(  # (N, 128w)
            # As in the Original no activation between the two: one matrix of rank ≤ code_size.
            nn.Linear(128 * width, code_size),  # (N, code_size)
            nn.Linear(code_size, 16 * channels),  # (N, 16·channels)
            nn.Unflatten(1, (channels, 4, 4)),  # (N, channels, 4, 4)
            Upscale(channels, channels),  # (N, channels, 8, 8)
        )


class Decoder(nn.Sequential):
    """A code (N, channels, 8, 8) to pictures (N, 3, 64, 64) in 0…1."""

    def __init__(self, width: int = 16, channels: int = 64):
        w = width
        super().__init__(  # (N, channels, 8, 8)
            Upscale(channels, 2 * w),  # (N, 2w, 16, 16)
            Upscale(2 * w, w),  # (N, w, 32, 32)
            Upscale(w, w // 2),  # (N, w/2, 64, 64)
            nn.Conv2d(w // 2, 3, 1),  # (N, 3, 64, 64): a 1×1 convolution, where the Original has 5×5
            nn.Sigmoid(),
        )


class DF(nn.Module):
    """Encoder and Inter for all, a decoder for each name: `model.decode(model.encode(pictures, "ada"), "bo")`.

    names      the characters.
    width      channels of the first layer; even, because the last one halves it.
    code_size  the bottleneck (DeepFaceLab's ae_dims, 256 there).
    """

    def __init__(self, names: Iterable[str] = ("ada", "bo"), width: int = 16, code_size: int = 64):
        super().__init__()
        self.names = checked_names(names)
        width, code_size = checked_whole(width, "width", 2, even=True), checked_whole(code_size, "code_size", 1)
        self.config = {"names": list(self.names), "width": width, "code_size": code_size}
        self.encoder = Encoder(width)
        self.inter = Inter(width, code_size, code_size)
        self.decoders = nn.ModuleDict({name: Decoder(width, code_size) for name in self.names})

    def encode(self, pictures: torch.Tensor, name: str | None = None) -> torch.Tensor:
        """Pictures (N, 3, 64, 64) in 0…1 to codes (N, code_size, 8, 8). All of it is shared: `name` changes nothing."""
        if name is not None:
            checked_choice(name, self.names, "name")
        return self.inter(self.encoder(checked_batch(pictures)))

    def decode(self, codes: torch.Tensor, name: str) -> torch.Tensor:
        """Codes to pictures (N, 3, 64, 64) in 0…1 of the character `name`."""
        return self.decoders[checked_choice(name, self.names, "name")](codes)

    def forward(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        """Pictures of a character, rebuilt."""
        return self.decode(self.encode(pictures, name), name)
