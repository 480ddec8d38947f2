"""First Order Motion, small: one still of a face nobody trained on, moved as another face moves.

Source: Siarohin and others, "First order motion model for image animation", 2019; its plan at a quarter of the side. A
detector finds keypoints that nobody named, a motion net turns those of two pictures into a flow and an occlusion map,
and a generator draws. There the occlusion map gates features alone; here the moved still itself passes the same gate,
as in the authors' next paper ("Motion representations for articulated animation", 2021).
"""

from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import interpolate

from unmasked.arguments import checked_batch, checked_faces, checked_whole
from unmasked.models.motion import (
    Keypoints,
    bumps,
    dense_flow,
    local_affine,
    look_up,
    occlusion_blend,
    places,
    relative_motion,
    soft_argmax,
)

SIDE = 64  # pixels
CELLS = SIDE // 2  # the side of heat maps, masks, flow and occlusion map
KEYPOINTS = 10  # the paper's
HEATED = 4.0  # heat maps begin uneven: even ones would put every keypoint in the picture's middle


def _block(into: int, out: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(into, out, 3, stride=stride, padding=1), nn.LeakyReLU(0.1))


class Hourglass(nn.Module):
    """Features (N, C, 32, 32) to features (N, w, 32, 32): down to 4 × 4 to see the whole face, up again to say where.

    Source: Newell and others, "Stacked hourglass networks for human pose estimation", 2016.
    """

    def __init__(self, into: int, width: int):
        super().__init__()
        w = width
        self.enter = _block(into, w)  # (N, w, 32, 32)
        widths = [w, 2 * w, 3 * w, 4 * w]
        self.down = nn.ModuleList(_block(a, b, stride=2) for a, b in pairwise(widths))  # to (N, 4w, 4, 4)
        self.up = nn.ModuleList(nn.Sequential(_block(b, b), nn.Conv2d(b, a, 1)) for a, b in pairwise(widths))

    def forward(self, features):  # (N, C, 32, 32)
        levels = [self.enter(features)]
        for down in self.down:
            levels.append(down(levels[-1]))  # (N, 2w, 16, 16), (N, 3w, 8, 8), (N, 4w, 4, 4)
        x = levels.pop()
        for up in reversed(self.up):
            x = levels.pop() + interpolate(up(x), scale_factor=2.0)  # (N, 3w, 8, 8) … (N, w, 32, 32)
        return x


class KeypointDetector(nn.Module):
    """Pictures (N, 3, 64, 64) in 0…1 to Keypoints: `value` (N, K, 2) and `jacobian` (N, K, 2, 2). Nobody labels them.

    Raises TypeError or ValueError for pictures of another kind or shape.
    """

    def __init__(self, keypoints: int = KEYPOINTS, width: int = 24):
        super().__init__()
        self.keypoints = keypoints
        self.see = nn.Sequential(nn.PixelUnshuffle(2), Hourglass(12, width))  # (N, w, 32, 32)
        self.heat = nn.Sequential(_block(width, width), nn.Conv2d(width, keypoints, 3, padding=1))  # (N, K, 32, 32)
        with torch.no_grad():
            self.heat[1].weight.mul_(HEATED)
        self.turn = nn.Conv2d(width, 4 * keypoints, 1)  # (N, 4K, 32, 32)
        nn.init.zeros_(self.turn.weight)  # begin with pictures that are neither turned nor stretched
        with torch.no_grad():
            self.turn.bias.copy_(torch.tensor([1.0, 0.0, 0.0, 1.0]).repeat(keypoints))

    def detect(self, pictures: torch.Tensor) -> tuple[Keypoints, torch.Tensor]:
        """The keypoints, and the heat maps (N, K, 32, 32) that they are the middles of."""
        seen = self.see(checked_batch(pictures, side=SIDE))
        with torch.autocast(seen.device.type, enabled=False):  # places to a hundredth of a pixel need all their digits
            seen = seen.float()
            value, heat = soft_argmax(self.heat(seen))
            # A jacobian is the mean of a map under the heat map, too. The map is linear in what was seen, so the mean
            # may be taken first: four numbers a keypoint are made, not four maps.
            under = heat.flatten(2) @ seen.flatten(2).mT  # (N, K, w)
            turn = self.turn.weight.view(self.keypoints, 4, -1)
            jacobian = torch.einsum("nkw,kjw->nkj", under, turn) + self.turn.bias.view(-1, 4)
        return Keypoints(value, jacobian.unflatten(2, (2, 2))), heat

    def forward(self, pictures: torch.Tensor) -> Keypoints:
        """The keypoints of each picture."""
        return self.detect(pictures)[0]


class DenseMotion(nn.Module):
    """A still and two sets of keypoints to masks, flow and occlusion map, each 32 × 32."""

    def __init__(self, keypoints: int = KEYPOINTS, width: int = 24):
        super().__init__()
        self.net = Hourglass(4 * keypoints + 3, width)
        self.masks = nn.Conv2d(width, keypoints + 1, 3, padding=1)
        self.occlusion = nn.Conv2d(width, 1, 3, padding=1)
        nn.init.constant_(self.occlusion.bias, 2.0)  # begin by trusting the moved still
        self.register_buffer("grid", places(CELLS), persistent=False)

    def forward(self, source: torch.Tensor, kp_source: Keypoints, kp_driving: Keypoints) -> dict[str, torch.Tensor]:
        """`source` (N, 3, 64, 64) to `masks` (N, K + 1, 32, 32), `flow` (N, 32, 32, 2), `occlusion` (N, 1, 32, 32)."""
        points = kp_source.value.shape[1]
        with torch.autocast(source.device.type, enabled=False):
            motions = local_affine(self.grid, *kp_source, *kp_driving)  # (N, K, 32, 32, 2)
            small = nn.functional.avg_pool2d(source.float(), 2)  # (N, 3, 32, 32)
            # One under the other, as one tall flow: that looks the same still up K times without K copies of it.
            moved = look_up(small, motions.flatten(1, 2)).unflatten(2, (points, CELLS))  # (N, 3, K, 32, 32)
            moved = torch.cat([small, moved.transpose(1, 2).flatten(1, 2)], 1)  # (N, 3K + 3, 32, 32)
            heat = bumps(kp_driving.value, self.grid) - bumps(kp_source.value, self.grid)  # (N, K, 32, 32)
        seen = self.net(torch.cat([heat, moved], 1))  # (N, 4K + 3, 32, 32) → (N, w, 32, 32)
        masks = self.masks(seen).float().softmax(1)
        occlusion = self.occlusion(seen).float().sigmoid()
        return {"masks": masks, "flow": dense_flow(masks, motions, self.grid), "occlusion": occlusion}


class Generator(nn.Module):
    """A still, its flow and its occlusion map to the picture that they ask for."""

    def __init__(self, width: int = 48):
        super().__init__()
        w = width
        self.enter = nn.Sequential(nn.PixelUnshuffle(2), _block(12, w), _block(w, w))  # (N, w, 32, 32)
        self.down = nn.Sequential(_block(w, 2 * w, stride=2), _block(2 * w, 2 * w))  # (N, 2w, 16, 16)
        self.middle = nn.Sequential(_block(2 * w, 2 * w, stride=2), _block(2 * w, 2 * w), nn.Conv2d(2 * w, 2 * w, 1))
        self.up = nn.Sequential(_block(2 * w, 2 * w), nn.Conv2d(2 * w, w, 1))  # (N, w, 16, 16)
        self.draw = nn.Sequential(_block(w, w), nn.Conv2d(w, 12, 3, padding=1), nn.PixelShuffle(2))  # (N, 3, 64, 64)
        self.register_buffer("coarse", places(CELLS), persistent=False)
        self.register_buffer("fine", places(SIDE), persistent=False)

    def forward(self, source: torch.Tensor, flow: torch.Tensor, occlusion: torch.Tensor) -> torch.Tensor:
        """`source` (N, 3, 64, 64), `flow` (N, 32, 32, 2), `occlusion` (N, 1, 32, 32) to pictures (N, 3, 64, 64)."""
        features = occlusion * look_up(self.enter(source).float(), flow)  # (N, w, 32, 32)
        down = self.down(features)  # (N, 2w, 16, 16)
        down = down + interpolate(self.middle(down), scale_factor=2.0)
        drawn = self.draw(features + interpolate(self.up(down), scale_factor=2.0)).float().tanh()
        # How far places move, not where they lie, is what may be stretched to the picture's size up to its edges.
        moves = interpolate((flow - self.coarse).permute(0, 3, 1, 2), scale_factor=2.0, mode="bilinear")
        fine = self.fine + moves.permute(0, 2, 3, 1)  # (N, 64, 64, 2)
        gate = interpolate(occlusion, scale_factor=2.0, mode="bilinear")
        moved = look_up(source, fine)  # (N, 3, 64, 64)
        # It repaints the moved still, by one full range at most: what is to change by half needs a gate half shut.
        return occlusion_blend(moved, moved + drawn, gate)


class FirstOrderMotion(nn.Module):
    """Keypoint detector, motion net and generator. `keypoints(pictures)`, `animate(source, kp_source, kp_driving)`."""

    def __init__(self, keypoints: int = KEYPOINTS, width: int = 24):
        super().__init__()
        count, w = checked_whole(keypoints, "keypoints", 1), checked_whole(width, "width", 1)
        self.config = {"keypoints": count, "width": w}
        self.detector = KeypointDetector(count, w)
        self.motion = DenseMotion(count, w)
        self.generator = Generator(2 * w)

    def keypoints(self, pictures: torch.Tensor) -> Keypoints:
        """Pictures (N, 3, 64, 64) in 0…1 to Keypoints: `value` (N, K, 2) in −1…1, `jacobian` (N, K, 2, 2)."""
        return self.detector(pictures)

    def animate(self, source: torch.Tensor, kp_source: Keypoints, kp_driving: Keypoints) -> dict[str, torch.Tensor]:
        """One still or N of them, moved from its keypoints to N sets that drive.

        source (N, 3, 64, 64) or (1, 3, 64, 64), `kp_source` of as many. Returns `prediction` (N, 3, 64, 64), `flow`
        (N, 32, 32, 2) in −1…1, `occlusion` (N, 1, 32, 32) in 0…1, `masks` (N, K + 1, 32, 32), the background's first.
        Raises TypeError or ValueError for pictures of another kind or shape.
        """
        count = len(kp_driving.value)
        checked_batch(source, "source", side=SIDE)
        if len(source) not in (1, count):
            raise ValueError(
                f"source: wanted 1 still or {count}, as many as sets of keypoints drive, got {len(source)}"
            )
        if len(source) == 1:
            source, kp_source = source.expand(count, -1, -1, -1), kp_source.expand(count)
        made = self.motion(source, kp_source, kp_driving)
        return {"prediction": self.generator(source, made["flow"], made["occlusion"])} | made

    def drive(
        self, still: torch.Tensor, frames: torch.Tensor, relative: bool = True, first: torch.Tensor | None = None
    ) -> dict[str, torch.Tensor]:
        """A still (1, 3, 64, 64), driven by frames (N, 3, 64, 64): as `animate`, with `kp_source` and `kp_driving` too.

        relative  carry over how the keypoints move since `first` (1, 3, 64, 64), the first frame where None; else where
                  they are, and with it the driver's shape.
        Raises TypeError or ValueError for pictures of another kind or shape, and for one of one colour everywhere.
        """
        checked_faces(still, "still", side=SIDE)
        checked_faces(frames, "frames", side=SIDE)
        if first is not None:
            checked_faces(first, "first", side=SIDE)
        kp_source, kp_driving = self.keypoints(still), self.keypoints(frames)
        if relative:
            start = kp_driving.take(slice(0, 1)) if first is None else self.keypoints(first)
            kp_driving = relative_motion(kp_source, kp_driving, start)
        return self.animate(still, kp_source, kp_driving) | {"kp_source": kp_source, "kp_driving": kp_driving}
