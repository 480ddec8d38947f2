"""Finds faces of all sizes in one pass: a heat map that is high at their middles, and beside it how large they are.

Fully convolutional: every cell of the map is computed in the same way, so a frame may have any size.
Source: Zhou, Wang and Krähenbühl, "Objects as points" (CenterNet), 2019.
"""

import torch
from torch import nn
from torch.nn.functional import interpolate, pad, softplus

from unmasked.arguments import checked_batch, checked_tensor, checked_whole

CELL = 4  # pixels of the frame to a cell of the heat map, each way
COARSEST = 32  # pixels to a cell of the coarsest level
_TYPICAL = 48.0  # pixels: a box of this side is a size of 0
_PEAK = 0.12  # spread of a true peak, beside the box's side
_RARE = -4.0  # the heat's bias at first: nearly every cell is no middle, and so it need not learn that


class Finder(nn.Module):
    """Pictures (N, 3, H, W) in 0…1 to heat and boxes, each of a quarter of the size. 0.2 million parameters.

    forward gives `heat` (N, 1, h, w), logits of there being a face's middle in the cell, and `boxes` (N, 4, h, w),
    x0, y0, x1, y1 of the face whose middle that were, in pixels of the picture; h = ⌈H / 4⌉, w = ⌈W / 4⌉.
    `width`: channels at stride 4; the others follow. Raises TypeError or ValueError for pictures of another kind.
    """

    def __init__(self, width: int = 32):
        super().__init__()
        w = checked_whole(width, "width", 4)
        self.config = {"width": w}

        def block(into: int, out: int, stride: int = 1) -> nn.Sequential:
            return nn.Sequential(nn.Conv2d(into, out, 3, stride=stride, padding=1), nn.LeakyReLU(0.1))

        # 4×4 pixels folded into channels: the first layer sees 12×12 pixels from each cell.
        self.enter = nn.Sequential(nn.PixelUnshuffle(CELL), block(3 * CELL**2, w))  # (N, w, H/4, W/4)
        # Each level sees twice as far. At stride 32 a place sees any face whole, and what is around it.
        self.level8 = nn.Sequential(block(w, 3 * w // 2, 2), block(3 * w // 2, 3 * w // 2))  # (N, 1.5w, H/8, W/8)
        self.level16 = nn.Sequential(block(3 * w // 2, 2 * w, 2), block(2 * w, 2 * w))  # (N, 2w, H/16, W/16)
        self.level32 = nn.Sequential(block(2 * w, 2 * w, 2), block(2 * w, 2 * w))  # (N, 2w, H/32, W/32)
        # And back to the fine cells, where the middles are told apart.
        self.up32 = nn.Conv2d(2 * w, 2 * w, 1)
        self.up16 = nn.Conv2d(2 * w, 3 * w // 2, 1)
        self.join8 = block(3 * w // 2, 3 * w // 2)
        self.up8 = nn.Conv2d(3 * w // 2, w, 1)
        self.join4 = block(w, w)
        self.out = nn.Conv2d(w, 5, 1)  # heat; where the middle is in the cell, x and y; log of width and of height
        with torch.no_grad():
            self.out.bias.zero_()
            self.out.bias[0] = _RARE

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Pictures to heat (N, 1, h, w), logits, and boxes (N, 4, h, w) in pixels."""
        height, width = checked_batch(pictures, side=None).shape[2:]
        # Filled up with mid-grey, which is 0 for the net, as the borders of its convolutions are.
        centred = pad(pictures - 0.5, (0, -width % COARSEST, 0, -height % COARSEST))
        fine = self.enter(centred)  # (N, w, H/4, W/4)
        eighth = self.level8(fine)  # (N, 1.5w, H/8, W/8)
        sixteenth = self.level16(eighth)  # (N, 2w, H/16, W/16)
        sixteenth = sixteenth + _twice(self.up32(self.level32(sixteenth)))
        eighth = self.join8(eighth + _twice(self.up16(sixteenth)))
        fine = self.join4(fine + _twice(self.up8(eighth)))
        out = self.out(fine)[:, :, : -(-height // CELL), : -(-width // CELL)].float()  # (N, 5, h, w)
        return out[:, :1], _boxes(out[:, 1:])


def _twice(features: torch.Tensor) -> torch.Tensor:
    return interpolate(features, scale_factor=2)


def cell_middles(height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """y (height, 1) and x (width,) of the middles of the cells, in pixels of the picture."""
    y, x = (CELL * torch.arange(count) + (CELL - 1) / 2 for count in (height, width))
    return y[:, None], x


def _boxes(out: torch.Tensor) -> torch.Tensor:
    """What the net says of middle and size, (N, 4, h, w), as corners in pixels."""
    y, x = cell_middles(*out.shape[2:])
    middle = torch.stack([x.to(out.device) + CELL * out[:, 0], y.to(out.device) + CELL * out[:, 1]], 1)
    half = 0.5 * _TYPICAL * out[:, 2:].clamp(-4, 4).exp()  # (N, 2, h, w)
    return torch.cat([middle - half, middle + half], 1)


def targets(boxes: list[torch.Tensor], shape: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
    """What the net should say of pictures of `shape` (H, W), given the `boxes` of the faces in each: float (F, 4).

    Returns heat (N, 1, h, w) in 0…1, a hill at every face's middle, 1 in the middle's own cell; and (N, 4, h, w) the
    box that each cell should give: that of the nearest hill.
    """
    height, width = (-(-side // CELL) for side in shape)
    y, x = cell_middles(height, width)
    heat = torch.zeros(len(boxes), 1, height, width)
    aims = torch.zeros(len(boxes), 4, height, width)
    for n, some in enumerate(boxes):
        for box in some:
            centre, sides = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
            column, row = ((centre + 0.5) / CELL).floor().long().tolist()
            # A middle outside the picture is for the nearest cell to say.
            column, row = min(max(column, 0), width - 1), min(max(row, 0), height - 1)
            spread = (_PEAK * sides).clamp_min(0.5 * CELL)
            hill = torch.exp(-0.5 * (((y - y[row]) / spread[1]) ** 2 + ((x - x[column]) / spread[0]) ** 2))
            nearest = hill > heat[n, 0]
            heat[n, 0][nearest] = hill[nearest]
            aims[n, :, nearest] = box[:, None]
    return heat, aims


def finder_loss(
    heat: torch.Tensor, boxes: torch.Tensor, true_heat: torch.Tensor, true_boxes: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The two losses: of the heat, for one face; and how far the edges of the boxes near the middles are off.

    `heat`, `boxes` as the Finder gives them, the others as `targets` does. Both numbers are ≥ 0.
    Source: Zhou and others, 2019, equation 1: a cell near a middle is hardly blamed for being warm, and what is
    already right hardly counts, for there are a thousand bare cells to a face.
    """
    for name, tensor in (("heat", heat), ("true_heat", true_heat)):
        checked_tensor(tensor, name, ("N", 1, "H", "W"))
    chance = heat.sigmoid()
    middle = (true_heat == 1).float()
    count = middle.sum().clamp_min(1)
    missed = middle * (1 - chance) ** 2 * softplus(-heat)
    wrong = (1 - true_heat) ** 4 * chance**2 * softplus(heat)
    weight = true_heat * (true_heat > 0.3)
    sides = (true_boxes[:, 2:] - true_boxes[:, :2]).clamp_min(1.0)  # (N, 2, h, w)
    off = (boxes - true_boxes).abs() / torch.cat([sides, sides], 1)  # the share of the side by which each edge is off
    return (missed + wrong).sum() / count, (weight * off).sum() / weight.sum().clamp_min(1)
