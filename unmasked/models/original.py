"""faceswap's "Original" (December 2017), layer by layer: the network that the word deepfake began with.

Source: github.com/deepfakes/faceswap, plugins/Model_Original (2017) and plugins/train/model/original.py (today).
One encoder for all, one decoder for each character. 82,062,470 parameters for two characters: encoder 69,662,976, each
decoder 6,199,747, so that one swap passes through 75,862,723 of them. No normalisation anywhere.
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
        # TensorFlow's "same": H/2 outputs of stride 2 reach over 2·(H/2 − 1) + 5 = H + 3 pixels, so 3 are missing, and
        # it puts the odd one AFTER. With `padding=2` every window would lie one pixel further up and to the left.
        x = pad(x, (1, 2, 1, 2))  # (N, in, H + 3, W + 3)
        return leaky_relu(self.convolution(x), 0.1)  # (N, out, H/2, W/2)


class Upscale(nn.Module):
    """Twice the height and width: a 3×3 convolution to 4·C channels, LeakyReLU, pixel shuffle. No deconvolution."""

    def __init__(self, channels_in: int, channels_out: int):
        super().__init__()
        self.convolution = nn.Conv2d(channels_in, 4 * channels_out, 3, padding=1)

    def forward(self, x):  # (N, in, H, W)
        x = leaky_relu(self.convolution(x), 0.1)  # (N, 4·out, H, W)
        # Keras orders the four channels of a pixel otherwise than PyTorch: the same function, its filters renumbered.
        return nn.functional.pixel_shuffle(x, 2)  # (N, out, 2H, 2W)


class Encoder(nn.Module):
    """Pictures to codes; the same for every character. Shapes for width w = 128 in brackets."""

    def __init__(self, width: int = 128, code_size: int = 1024):
        super().__init__()
        w = width
        self.convolutions = nn.Sequential(  # (N, 3, 64, 64)
            Downscale(3, w),  # (N, w, 32, 32)         [128]
            Downscale(w, 2 * w),  # (N, 2w, 16, 16)    [256]
            Downscale(2 * w, 4 * w),  # (N, 4w, 8, 8)  [512]
            Downscale(4 * w, 8 * w),  # (N, 8w, 4, 4)  [1024]
            nn.Flatten(),  # (N, 16·8w)                [16384]
        )
        # No activation after either dense layer: together they are one matrix of rank ≤ code_size. All that is known of
        # a face passes here, and the first of the two alone has a fifth of all the weights (16384 · 1024).
        self.narrow = nn.Linear(16 * 8 * w, code_size)  # (N, code_size)   [1024]
        self.widen = nn.Linear(code_size, 16 * 8 * w)  # (N, 16·8w)        [16384]
        self.upscale = Upscale(8 * w, 4 * w)  # (N, 4w, 8, 8)              [512]

    def bottleneck(self, pictures):
        """The narrowest place: (N, code_size)."""
        return self.narrow(self.convolutions(pictures))

    def forward(self, pictures):  # (N, 3, 64, 64)
        x = self.widen(self.bottleneck(pictures))  # (N, 16·8w)
        return self.upscale(x.unflatten(1, (-1, 4, 4)))  # (N, 4w, 8, 8)


class Decoder(nn.Sequential):
    """Codes to pictures of one character."""

    def __init__(self, width: int = 128):
        w = width
        super().__init__(  # (N, 4w, 8, 8)                                 [512]
            Upscale(4 * w, 2 * w),  # (N, 2w, 16, 16)                      [256]
            Upscale(2 * w, w),  # (N, w, 32, 32)                           [128]
            Upscale(w, w // 2),  # (N, w/2, 64, 64)                        [64]
            nn.Conv2d(w // 2, 3, 5, padding=2),  # (N, 3, 64, 64)
            nn.Sigmoid(),
        )


class Original(nn.Module):
    """One shared encoder, one decoder for each name: `model.decode(model.encode(pictures, "ada"), "bo")`.

    names      the characters.
    width      channels of the first layer; the others follow in the same proportions. 128 is the Original; 16 makes a
               net of its shape with 1.3 million parameters.
    code_size  the bottleneck, 8 · width where None (1024 in the Original).
    Raises ValueError for wrong names, an odd or too small width, pictures that are not (N, 3, 64, 64).
    """

    def __init__(self, names: Iterable[str] = ("ada", "bo"), width: int = 128, code_size: int | None = None):
        super().__init__()
        self.names = checked_names(names)
        width = checked_whole(width, "width", 2, even=True)  # the decoder's last layer halves it
        code_size = checked_whole(8 * width if code_size is None else code_size, "code_size", 1)
        self.config = {"names": list(self.names), "width": width, "code_size": code_size}
        self.encoder = Encoder(width, code_size)
        self.decoders = nn.ModuleDict({name: Decoder(width) for name in self.names})
        self.apply(_start_as_keras)

    def encode(self, pictures: torch.Tensor, name: str | None = None) -> torch.Tensor:
        """Pictures (N, 3, 64, 64) in 0…1 to codes (N, 4·width, 8, 8). The encoder is shared: `name` changes nothing."""
        if name is not None:
            checked_choice(name, self.names, "name")
        return self.encoder(checked_batch(pictures))

    def decode(self, codes: torch.Tensor, name: str) -> torch.Tensor:
        """Codes to pictures (N, 3, 64, 64) in 0…1 of the character `name`."""
        return self.decoders[checked_choice(name, self.names, "name")](codes)

    def forward(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        """Pictures of a character, rebuilt: what training compares with the pictures themselves."""
        return self.decode(self.encode(pictures, name), name)


def _start_as_keras(layer: nn.Module) -> None:
    # Keras begins with Glorot's uniform weights and zero biases, PyTorch with others (half the variance in most layers
    # here); with no normalisation to even that out, the beginning belongs to the training.
    if isinstance(layer, nn.Conv2d | nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
