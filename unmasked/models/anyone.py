"""Two small swaps for ANY toon: they are told who acts and who shall appear by two average faces, not by two names.

The face swap of lesson 04 has a decoder a character, so it knows two. A forger who needs hundreds of characters cannot
train hundreds of decoders. `AnyoneSwap` keeps the plan of lesson 04 (squeeze what differs from the average face into a
code, draw from the code) and has one decoder that also looks at the average face of whoever shall appear. `Translator`
is another road: no code at all, branches at several sizes, after Korshunova and others.
"""

import torch
from torch import nn

from unmasked.arguments import checked_batch, checked_whole
from unmasked.models.swap import SPREAD, Encoder, Layout, Upscale


class AnyoneSwap(nn.Module):
    """An autoencoder of differences from an average face, with one decoder for everybody. 0.5 million parameters.

    `swap(pictures, acting, appearing)`: pictures float (N, 3, 64, 64) in 0…1 of whoever acts, the average face of the
    one who acts and of the one who appears, each (3, 64, 64) or (N, 3, 64, 64); returns (N, 3, 64, 64), near 0…1.
    Raises TypeError or ValueError for pictures of another kind or shape.
    """

    def __init__(self, code_size: int = 128, width: int = 32):
        super().__init__()
        w = checked_whole(width, "width", 1)
        self.config = {"code_size": checked_whole(code_size, "code_size", 1), "width": w}
        self.encoder = Encoder(code_size, w)  # differences (N, 3, 64, 64) → codes (N, code)
        self.layout = nn.Sequential(Layout(code_size, w), Upscale(2 * w, w))  # codes → (N, w, 16, 16): what is where
        self.look = nn.Sequential(  # the average face of whoever appears → (N, w, 16, 16): what it looks like there
            nn.PixelUnshuffle(4),
            nn.Conv2d(48, w, 3, padding=1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(w, w, 3, padding=1),
            nn.LeakyReLU(0.1),
        )
        self.draw = nn.Sequential(
            nn.Conv2d(2 * w, 3 * w, 3, padding=1),  # (N, 3w, 16, 16)
            nn.LeakyReLU(0.1),
            nn.Conv2d(3 * w, 2 * w, 3, padding=1),  # (N, 2w, 16, 16)
            nn.LeakyReLU(0.1),
            nn.Conv2d(2 * w, 48, 3, padding=1),  # (N, 48, 16, 16)
            nn.PixelShuffle(4),  # (N, 3, 64, 64)
        )
        _begin_small(self.draw[4])

    def encode(self, pictures: torch.Tensor, acting: torch.Tensor) -> torch.Tensor:
        """Codes (N, code_size) of what the pictures do that the average face `acting` does not."""
        return self.encoder((checked_batch(pictures) - acting) / SPREAD)

    def decode(self, codes: torch.Tensor, appearing: torch.Tensor) -> torch.Tensor:
        """Pictures (N, 3, 64, 64) of whoever has the average face `appearing`, doing what the codes say."""
        appearing = appearing.expand(len(codes), 3, 64, 64)
        features = torch.cat([self.layout(codes), self.look(appearing)], 1)
        return appearing + SPREAD * self.draw(features)

    def swap(self, pictures: torch.Tensor, acting: torch.Tensor, appearing: torch.Tensor) -> torch.Tensor:
        """Whoever has the average face `appearing`, doing what is done in `pictures`."""
        return self.decode(self.encode(pictures, acting), appearing)


class Translator(nn.Module):
    """No code and no bottleneck: three branches at 16, 8 and 4 places, joined from coarse to fine. 0.5 million weights.

    Same call as `AnyoneSwap.swap`. As nothing squeezes, nothing forces it to forget who acts: it must be shown the
    right answer, so it is trained on matched pairs. Such pairs exist for drawings; for photographs they hardly do.
    After Korshunova and others, "Fast face-swap using convolutional neural networks", 2017 (branches on downsampled
    inputs, nearest upsampling and concatenation); its losses are others.
    Raises TypeError or ValueError for pictures of another kind or shape.
    """

    def __init__(self, width: int = 32):
        super().__init__()
        w = checked_whole(width, "width", 1)
        self.config = {"width": w}
        # Three pictures go in: what is done, beside whose average, and whose average shall appear.
        self.fine = _block(9 * 16, 2 * w)  # (N, 2w, 16, 16)
        self.middle = _block(2 * w, 2 * w, stride=2)  # (N, 2w, 8, 8)
        self.coarse = nn.Sequential(_block(2 * w, 3 * w, stride=2), _block(3 * w, 3 * w))  # (N, 3w, 4, 4)
        self.join_middle = _block(5 * w, 2 * w)  # (N, 2w, 8, 8)
        self.join_fine = _block(4 * w, 3 * w)  # (N, 3w, 16, 16)
        self.last = nn.Sequential(
            nn.Upsample(scale_factor=2, mode="nearest"),  # (N, 3w, 32, 32)
            nn.Conv2d(3 * w, w // 2, 3, padding=1),  # (N, w/2, 32, 32)
            nn.LeakyReLU(0.1),
            nn.Upsample(scale_factor=2, mode="nearest"),  # (N, w/2, 64, 64)
            nn.Conv2d(w // 2, 3, 3, padding=1),  # (N, 3, 64, 64)
        )
        _begin_small(self.last[4])
        self.fold = nn.PixelUnshuffle(4)

    def swap(self, pictures: torch.Tensor, acting: torch.Tensor, appearing: torch.Tensor) -> torch.Tensor:
        """Whoever has the average face `appearing`, doing what is done in `pictures`."""
        checked_batch(pictures)
        acting, appearing = (average.expand(len(pictures), 3, 64, 64) for average in (acting, appearing))
        seen = torch.cat([(pictures - acting) / SPREAD, acting, appearing], 1)  # (N, 9, 64, 64)
        fine = self.fine(self.fold(seen))
        middle = self.middle(fine)
        coarse = nn.functional.interpolate(self.coarse(middle), scale_factor=2.0)
        middle = self.join_middle(torch.cat([coarse, middle], 1))
        middle = nn.functional.interpolate(middle, scale_factor=2.0)
        return appearing + SPREAD * self.last(self.join_fine(torch.cat([middle, fine], 1)))


def _block(channels_in: int, channels_out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1), nn.LeakyReLU(0.1))


def _begin_small(layer: nn.Conv2d) -> None:
    # Begin near the average face: large random differences would first have to be unlearned.
    nn.init.zeros_(layer.bias)
    with torch.no_grad():
        layer.weight.mul_(0.1)
