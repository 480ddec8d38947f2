"""The slim face swap of this course: one shared encoder, one decoder a character, small enough to train in a minute.

Each character's average face is kept in the model. The encoder is shown how a picture differs from that average, and a
decoder draws how its picture differs from that average: training starts from the baseline instead of looking for it.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import nn

SIDE = 64  # pixels: the side of an aligned crop
SPREAD = 0.15  # a typical standard deviation of a pixel over a toon's performances: decoders speak in units of it


class Upscale(nn.Module):
    """Twice the height and width: convolution to 4·C channels, LeakyReLU, pixel shuffle (faceswap's)."""

    def __init__(self, channels_in: int, channels_out: int):
        super().__init__()
        self.convolution = nn.Conv2d(channels_in, 4 * channels_out, 3, padding=1)
        self.shuffle = nn.PixelShuffle(2)

    def forward(self, features):  # (N, in, H, W)
        return self.shuffle(nn.functional.leaky_relu(self.convolution(features), 0.1))  # (N, out, 2H, 2W)


class Encoder(nn.Module):
    """Pictures, as differences from the average face (N, 3, S, S), to codes (N, code_size)."""

    def __init__(self, code_size: int = 128, width: int = 32, side: int = SIDE):
        super().__init__()
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(4),  # (N, 48, S/4, S/4): 4×4 pixels folded into channels, 16 times fewer places to visit
            nn.Conv2d(48, width, 3, stride=side // 64, padding=1),  # (N, w, 16, 16)
            nn.LeakyReLU(0.1),
            nn.Conv2d(width, 2 * width, 3, stride=2, padding=1),  # (N, 2w, 8, 8)
            nn.LeakyReLU(0.1),
            nn.Conv2d(2 * width, 3 * width, 3, stride=2, padding=1),  # (N, 3w, 4, 4)
            nn.LeakyReLU(0.1),
            nn.Flatten(),  # (N, 48w)
            nn.Linear(48 * width, code_size),  # (N, code)
        )

    def forward(self, differences):
        return self.layers(differences)


class Layout(nn.Module):
    """Codes (N, code_size) to a coarse map of the face (N, 2·width, 8, 8): what is where. Shared by all characters.

    Original keeps its two dense layers and first upscale in the shared part too. It leaves a decoder only local work:
    what a mouth looks like here, not where the mouth is.
    """

    def __init__(self, code_size: int = 128, width: int = 32):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(code_size, 48 * width),  # (N, 48w)
            nn.Unflatten(1, (3 * width, 4, 4)),  # (N, 3w, 4, 4)
            nn.LeakyReLU(0.1),
            Upscale(3 * width, 2 * width),  # (N, 2w, 8, 8)
        )

    def forward(self, codes):
        return self.layers(codes)


class Decoder(nn.Module):
    """The coarse map (N, 2·width, 8, 8) to one character's difference from the average face (N, channels, S, S)."""

    def __init__(self, width: int = 32, side: int = SIDE, channels: int = 3):
        super().__init__()
        fine = max(1, width // 2)
        twice_as_fine = [Upscale(fine, fine)] if side == 128 else []  # (N, w/2, 64, 64), at 128 pixels
        self.layers = nn.Sequential(
            Upscale(2 * width, width),  # (N, w, 16, 16)
            Upscale(width, fine),  # (N, w/2, 32, 32)
            *twice_as_fine,
            nn.Conv2d(fine, 4 * channels, 3, padding=1),  # (N, 12, S/2, S/2) for colour
            nn.PixelShuffle(2),  # (N, channels, S, S)
        )
        # Begin near the average face: large random differences would first have to be unlearned.
        last = self.layers[-2]
        nn.init.zeros_(last.bias)
        with torch.no_grad():
            last.weight.mul_(0.1)

    def forward(self, layout):
        return self.layers(layout)


class Standardise(nn.Module):
    """Codes (N, C) less a stored mean, over a stored standard deviation; while training, the two follow the batches.

    Always the stored ones, also while training: by those of 16 codes in hand, each code would tremble with its company.
    While training, a batch's mean is held still for the gradient: the stored mean trails behind it, and a loss that
    gained from the distance between the two would drive the codes ever further, for nothing that lasts.
    """

    def __init__(self, code_size: int, momentum: float = 0.05):
        super().__init__()
        self.momentum = momentum
        self.register_buffer("mean", torch.zeros(code_size))
        self.register_buffer("variance", torch.ones(code_size))
        self.register_buffer("batches", torch.zeros((), dtype=torch.long))

    def forward(self, codes):
        codes = codes.float()  # under autocast they come in 16 bits; statistics need 32
        if self.training:
            if len(codes) > 1:
                codes = codes - codes.mean(0) + codes.mean(0).detach()
            with torch.no_grad():
                # A plain mean over the first batches, then a running one: 1, 1/2, 1/3, … down to the momentum.
                self.batches += 1
                share = max(self.momentum, 1 / int(self.batches))
                self.mean.lerp_(codes.mean(0), share)
                self.variance.lerp_((codes - self.mean).square().mean(0), share)
        return (codes - self.mean) / (self.variance + 1e-5).sqrt()


class Character(nn.Module):
    """What the net keeps of one character besides a decoder; nothing of it is learned by gradients.

    average, spread   (3, S, S): the mean picture and each pixel's standard deviation.
    standardise       the code's mean and variance, an Identity where codes are not aligned.
    middle, turn      (C,) and (C, C): the code's further turn, none until `alignment.match_codes` finds one.
    """

    def __init__(self, code_size: int, side: int, aligned: bool):
        super().__init__()
        self.register_buffer("average", torch.full((3, side, side), 0.5))
        self.register_buffer("spread", torch.full((3, side, side), SPREAD))
        self.standardise = Standardise(code_size) if aligned else nn.Identity()
        self.register_buffer("middle", torch.zeros(code_size))
        self.register_buffer("turn", torch.eye(code_size))
        self.register_buffer("back", torch.eye(code_size), persistent=False)
        self.register_load_state_dict_post_hook(lambda character, _: character.turn_by(character.turn))

    def store(self, pictures: torch.Tensor) -> None:
        """Takes the average face and its spread from pictures, float (N, 3, S, S) in 0…1."""
        self.average.copy_(pictures.mean(0))
        # The floor keeps a pixel that hardly ever changes from being blown up into noise.
        self.spread.copy_(pictures.std(0).clamp_min(0.05))

    def turn_by(self, turn: torch.Tensor) -> None:
        """Keeps a turn of the code (C, C), and its inverse for the way back."""
        self.turn.copy_(turn)
        self.back.copy_(torch.linalg.inv(turn.double()))

    def differences(self, pictures):  # (N, 3, S, S)
        return (pictures - self.average) / self.spread  # (N, 3, S, S)

    def to_common(self, codes):  # (N, C), as the encoder makes them
        return (self.standardise(codes) - self.middle) @ self.turn  # (N, C), laid as every character's are

    def from_common(self, codes):  # (N, C)
        return codes @ self.back + self.middle  # (N, C), as this character's decoder learned them

    def pictures(self, differences):  # (N, 3, S, S), in units of SPREAD
        return self.average + SPREAD * differences  # (N, 3, S, S), near 0…1


class SwapNet(nn.Module):
    """One shared encoder and layout, one decoder a name: `decode(encode(pictures, "ada"), "bo")` is the swap.

    names       the characters, at least one.
    code_size   numbers in a code.
    width       channels at 16 × 16; everything else is a multiple of it.
    shared      False gives every name an encoder and a layout of its own: separate autoencoders, for comparison.
    aligned     standardise the codes a character, by statistics that are stored in the model: one picture's code never
                depends on another's.
    side        S, the pictures' side in pixels: 64 or 128.

    Call `store_averages` before training. Source of the wiring: faceswap's Original and DeepFaceLab's DF.
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
        super().__init__()
        if isinstance(names, str) or not names or len(set(names)) != len(names):
            raise ValueError(f"names: wanted different names of characters, got {names!r}")
        for argument, value in (("code_size", code_size), ("width", width)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{argument}: wanted a whole number of 1 or more, got {value!r}")
        if side not in (64, 128):
            raise ValueError(f"side: wanted 64 or 128 pixels, got {side!r}")
        self.names, self.side = tuple(names), side
        self.config = {"names": list(names), "code_size": code_size, "width": width}
        self.config |= {"aligned": aligned, "shared": shared, "side": side}
        if shared:
            self.encoder = Encoder(code_size, width, side)
            self.layout = Layout(code_size, width)
        else:
            self.encoders = nn.ModuleDict({name: Encoder(code_size, width, side) for name in names})
            self.layouts = nn.ModuleDict({name: Layout(code_size, width) for name in names})
        self.decoders = nn.ModuleDict({name: Decoder(width, side) for name in names})
        self.characters = nn.ModuleDict({name: Character(code_size, side, aligned) for name in names})
        self.register_load_state_dict_pre_hook(_rename_old_keys)

    def store_averages(self, pictures: Mapping[str, torch.Tensor]) -> "SwapNet":
        """Keeps each character's average face and its spread; `pictures`: float (N, 3, S, S) in 0…1 a name."""
        for name, batch in pictures.items():
            self._character(name).store(self._checked(batch))
        return self

    def encode(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        """Codes (N, code_size) of pictures of `name`, float (N, 3, S, S) in 0…1. ValueError for others."""
        return self._character(name).to_common(self.raw_codes(pictures, name))

    def raw_codes(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        """What the encoder itself says of pictures of `name`, before any alignment: (N, code_size)."""
        differences = self._character(name).differences(self._checked(pictures))
        encoder = self.encoder if self.config["shared"] else self.encoders[name]
        return encoder(differences.contiguous(memory_format=torch.channels_last))

    def decode(self, codes: torch.Tensor, name: str) -> torch.Tensor:
        """Pictures (N, 3, S, S) of `name`, near 0…1, from codes (N, code_size). ValueError for an unknown name."""
        character = self._character(name)
        layout = self.layout if self.config["shared"] else self.layouts[name]
        return character.pictures(self.decoders[name](layout(character.from_common(codes))))

    def average(self, name: str) -> torch.Tensor:
        """The stored average face of `name`, float (3, S, S) in 0…1."""
        return self._character(name).average

    def forward(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        return self.decode(self.encode(pictures, name), name)

    def _character(self, name: str) -> Character:
        if name not in self.names:
            raise ValueError(f"name: this net knows {', '.join(self.names)}, got {name!r}")
        return self.characters[name]

    def _checked(self, pictures: torch.Tensor) -> torch.Tensor:
        if pictures.ndim != 4 or pictures.shape[1:] != (3, self.side, self.side):
            raise ValueError(f"pictures: wanted shape (N, 3, {self.side}, {self.side}), got {tuple(pictures.shape)}")
        return pictures


def _rename_old_keys(net: SwapNet, state: dict, prefix: str, *_) -> None:
    # Until a character became a module its parts lay beside each other: average_ada, standardise.ada.mean, …
    for name in net.names:
        for part in ("average", "spread", "middle", "turn"):
            if (old := f"{prefix}{part}_{name}") in state:
                state[f"{prefix}characters.{name}.{part}"] = state.pop(old)
        for part in ("mean", "variance", "batches"):
            if (old := f"{prefix}standardise.{name}.{part}") in state:
                state[f"{prefix}characters.{name}.standardise.{part}"] = state.pop(old)
