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
    """Twice the height and width: a 3×3 convolution to 4·C channels, LeakyReLU, pixel shuffle (faceswap's upscale)."""

    def __init__(self, channels_in: int, channels_out: int):
        super().__init__()
        self.convolution = nn.Conv2d(channels_in, 4 * channels_out, 3, padding=1)
        self.shuffle = nn.PixelShuffle(2)

    def forward(self, features):  # (N, in, H, W)
        return self.shuffle(nn.functional.leaky_relu(self.convolution(features), 0.1))  # (N, out, 2H, 2W)


class Encoder(nn.Module):
    """Pictures, as differences from the average face (N, 3, 64, 64), to codes (N, code_size)."""

    def __init__(self, code_size: int = 128, width: int = 32):
        super().__init__()
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(4),  # (N, 48, 16, 16): 4×4 pixels folded into channels, 16 times fewer places to visit
            nn.Conv2d(48, width, 3, padding=1),  # (N, w, 16, 16)
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
    """The coarse map (N, 2·width, 8, 8) to one character's difference from the average face (N, 3, 64, 64)."""

    def __init__(self, width: int = 32):
        super().__init__()
        fine = max(1, width // 2)
        self.layers = nn.Sequential(
            Upscale(2 * width, width),  # (N, w, 16, 16)
            Upscale(width, fine),  # (N, w/2, 32, 32)
            nn.Conv2d(fine, 12, 3, padding=1),  # (N, 12, 32, 32)
            nn.PixelShuffle(2),  # (N, 3, 64, 64)
        )
        # Begin near the average face: large random differences would first have to be unlearned.
        nn.init.zeros_(self.layers[2].bias)
        with torch.no_grad():
            self.layers[2].weight.mul_(0.1)

    def forward(self, layout):
        return self.layers(layout)


class Standardise(nn.Module):
    """Codes (N, C) less a stored mean, over a stored standard deviation; while training, the two follow the batches.

    Always the stored ones, also while training: by those of 16 codes in hand, each code would tremble with its company.
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
            with torch.no_grad():
                # A plain mean over the first batches, then a running one: 1, 1/2, 1/3, … down to the momentum.
                self.batches += 1
                share = max(self.momentum, 1 / int(self.batches))
                self.mean.lerp_(codes.mean(0), share)
                self.variance.lerp_((codes - self.mean).square().mean(0), share)
        return (codes - self.mean) / (self.variance + 1e-5).sqrt()


class SwapNet(nn.Module):
    """One shared encoder and layout, one decoder a name: `decode(encode(pictures, "ada"), "bo")` is the swap.

    names       the characters, at least one.
    code_size   numbers in a code.
    width       channels at 16 × 16; everything else is a multiple of it.
    shared      False gives every name an encoder and a layout of its own: separate autoencoders, for comparison.
    aligned     standardise the codes a character, by statistics that are stored in the model: one picture's code never
                depends on another's.

    Call `store_averages` before training. Source of the wiring: faceswap's Original and DeepFaceLab's DF.
    """

    def __init__(
        self,
        names: Sequence[str] = ("ada", "bo"),
        code_size: int = 128,
        width: int = 32,
        aligned: bool = True,
        shared: bool = True,
    ):
        super().__init__()
        if isinstance(names, str) or not names or len(set(names)) != len(names):
            raise ValueError(f"names: wanted different names of characters, got {names!r}")
        for argument, value in (("code_size", code_size), ("width", width)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{argument}: wanted a whole number of 1 or more, got {value!r}")
        self.names = tuple(names)
        self.config = {"names": list(names), "code_size": code_size, "width": width}
        self.config |= {"aligned": aligned, "shared": shared}
        if shared:
            self.encoder = Encoder(code_size, width)
            self.layout = Layout(code_size, width)
        else:
            self.encoders = nn.ModuleDict({name: Encoder(code_size, width) for name in names})
            self.layouts = nn.ModuleDict({name: Layout(code_size, width) for name in names})
        self.decoders = nn.ModuleDict({name: Decoder(width) for name in names})
        self.standardise = nn.ModuleDict({name: Standardise(code_size) for name in names if aligned})
        for name in names:
            self.register_buffer(f"average_{name}", torch.full((3, SIDE, SIDE), 0.5))
            self.register_buffer(f"spread_{name}", torch.full((3, SIDE, SIDE), SPREAD))
            self.register_buffer(f"middle_{name}", torch.zeros(code_size))
            self.register_buffer(f"turn_{name}", torch.eye(code_size))
            self.register_buffer(f"back_{name}", torch.eye(code_size), persistent=False)
        self.register_load_state_dict_post_hook(lambda net, _: net._turn_back())

    def store_averages(self, pictures: Mapping[str, torch.Tensor]) -> "SwapNet":
        """Keeps each character's average face and its spread; `pictures`: float (N, 3, 64, 64) in 0…1 a name."""
        for name, batch in pictures.items():
            self._known(name)
            self._checked(batch)
            getattr(self, f"average_{name}").copy_(batch.mean(0))
            # The floor keeps a pixel that hardly ever changes from being blown up into noise.
            getattr(self, f"spread_{name}").copy_(batch.std(0).clamp_min(0.05))
        return self

    @torch.no_grad()
    def match_codes(self, pictures: Mapping[str, torch.Tensor]) -> "SwapNet":
        """Turns the codes of every character so that those of all vary alike; to be called once, after training.

        By stored means and covariances: each character's codes move, by the shortest way, to the covariance of the last
        name's, and back again before their own decoder. What is rebuilt hardly changes; what is swapped does.
        `pictures`: float (N, 3, 64, 64) a name, more pictures than a code has numbers; training ones will do.
        Source: the map between Gaussians of Dowson and Landau (1982); the idea of Sun and others, CORAL (2016).
        """
        was_training = self.training
        self.eval()
        covariances = {}
        for name, batch in pictures.items():
            getattr(self, f"middle_{self._known(name)}").zero_()
            getattr(self, f"turn_{name}").copy_(torch.eye(self.config["code_size"]))
            if self.standardise:
                # The running statistics tremble with the last few batches; these are of all the pictures given.
                raw = torch.cat([self._raw(part, name) for part in batch.split(100)])
                self.standardise[name].mean.copy_(raw.mean(0))
                self.standardise[name].variance.copy_(raw.var(0))
            codes = torch.cat([self.encode(part, name) for part in batch.split(100)]).double()
            getattr(self, f"middle_{name}").copy_(codes.mean(0))
            # The ridge leaves directions in which hardly anything varies as they are.
            covariances[name] = torch.cov(codes.T) + 0.05 * torch.eye(codes.shape[1], dtype=torch.float64)
        target = covariances[self.names[-1]]
        for name, covariance in covariances.items():
            root, inverse_root = _power(covariance, 0.5), _power(covariance, -0.5)
            getattr(self, f"turn_{name}").copy_(inverse_root @ _power(root @ target @ root, 0.5) @ inverse_root)
        self._turn_back()
        return self.train(was_training)

    def _turn_back(self) -> None:
        for name in self.names:
            getattr(self, f"back_{name}").copy_(torch.linalg.inv(getattr(self, f"turn_{name}").double()))

    def encode(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        """Codes (N, code_size) of pictures of `name`, float (N, 3, 64, 64) in 0…1. ValueError for others."""
        self._known(name)
        self._checked(pictures)
        codes = self._raw(pictures, name)
        if self.standardise:
            codes = self.standardise[name](codes)
        return (codes - getattr(self, f"middle_{name}")) @ getattr(self, f"turn_{name}")

    def _raw(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        differences = (pictures - self.average(name)) / getattr(self, f"spread_{name}")
        encoder = self.encoder if self.config["shared"] else self.encoders[name]
        return encoder(differences.contiguous(memory_format=torch.channels_last))

    def decode(self, codes: torch.Tensor, name: str) -> torch.Tensor:
        """Pictures (N, 3, 64, 64) of `name`, near 0…1, from codes (N, code_size). ValueError for an unknown name."""
        self._known(name)
        layout = self.layout if self.config["shared"] else self.layouts[name]
        own = codes @ getattr(self, f"back_{name}") + getattr(self, f"middle_{name}")
        return self.average(name) + SPREAD * self.decoders[name](layout(own))

    def average(self, name: str) -> torch.Tensor:
        """The stored average face of `name`, float (3, 64, 64) in 0…1."""
        return getattr(self, f"average_{self._known(name)}")

    def forward(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        return self.decode(self.encode(pictures, name), name)

    def _known(self, name: str) -> str:
        if name not in self.names:
            raise ValueError(f"name: this net knows {', '.join(self.names)}, got {name!r}")
        return name

    @staticmethod
    def _checked(pictures: torch.Tensor) -> None:
        if pictures.ndim != 4 or pictures.shape[1:] != (3, SIDE, SIDE):
            raise ValueError(f"pictures: wanted shape (N, 3, {SIDE}, {SIDE}), got {tuple(pictures.shape)}")


def _power(matrix: torch.Tensor, exponent: float) -> torch.Tensor:
    """A power of a symmetric matrix without negative eigenvalues."""
    values, vectors = torch.linalg.eigh(matrix)
    return (vectors * values.clamp_min(1e-9) ** exponent) @ vectors.T
