"""The first picture of the course: Bo, one corner curling. Whoever pulls it finds Ada beneath, with the same grin.

`python -m unmasked.widgets.benches.peel` draws what it plays, data/opening/{ada,bo}.webp, and lessons/00_start.webp,
the still picture that stands in the lesson before anything has run.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import traitlets

from unmasked import paths, toons
from unmasked.arguments import checked_picture
from unmasked.widgets.kit import Panel, bundle, compose, source, still_bundle
from unmasked.widgets.kit.live import LiveWidget

FOLDER = paths.DATA / "opening"
STILL = paths.LESSONS / "00_start.webp"
SIDE, SHOWN = 480, 440  # pixels of a frame, CSS pixels on the page
BREATHS = 5  # frames of a breath, out to in; the page fades from one to the next
BLINK = (0.3, 0.0)  # the lids of the frames that follow
WHO = ("bo", "ada")  # above, beneath
REST = (0.76, 0.76)  # where the corner lies at first; 0…1 from edge to edge, it belongs at (1, 1)
BACK = (246, 242, 233)  # the back of the sheet

TITLE = "This is not Bo."
ALTS = (
    "A portrait of Bo, who grins broadly. Its lower right corner curls up, as on a sheet that can be pulled off.",
    "Bo's portrait, pulled up from its lower right corner. Beneath it another portrait comes to light, with his grin.",
    "Ada's portrait, in the pose and with the grin that Bo had. His is off.",
)
WORDS = (
    "This is not Bo. Pull the corner, and see who it is.",
    "Whose grin is it?",
    "It was Ada all along. Bo did none of this: every picture of him was drawn in her pose, with her grin and her "
    "blinks. That's the perfect face swap, and you can see it only because both of them are drawn.",
)


def peel() -> PeelWidget:
    """A portrait of Bo that breathes and blinks, and can be pulled off: beneath it Ada does the same."""
    return PeelWidget()


class PeelWidget(LiveWidget):
    """See `peel`. All that moves is moved in the page; the kernel only sends the pictures."""

    _esm = source("kit/kit.js", "benches/peel.js")
    _css = source("kit/kit.css", "benches/ends.css", "benches/peel.css")

    title = traitlets.Unicode(TITLE).tag(sync=True)
    alts = traitlets.List(list(ALTS)).tag(sync=True)
    words = traitlets.List(list(WORDS)).tag(sync=True)
    sheets = traitlets.List().tag(sync=True)
    plan = traitlets.Dict().tag(sync=True)

    def __init__(self):
        super().__init__(
            sheets=[sheet_of(name).read_bytes() for name in WHO],
            plan={"side": SIDE, "shown": SHOWN, "breaths": BREATHS, "blinks": len(BLINK), "rest": list(REST)},
        )

    def still(self) -> np.ndarray:
        """Bo with one corner curling, as the page shows him at first; uint8 (H, W, 3)."""
        panel = Panel(first_picture(), TITLE, ALTS[0], SHOWN / SIDE, smooth=True)
        return compose([panel])

    def _repr_mimebundle_(self, **_) -> tuple[dict, dict]:
        return still_bundle(self, *bundle(self.still(), ALTS[0], small=True))


def performances() -> np.ndarray:
    """What both do: a breath from out to in, then a blink at its beginning; float32 (BREATHS + len(BLINK), 11)."""
    acts = [
        toons.Performance(
            yaw=9,
            pitch=1.6 * (0.5 - full),
            roll=-2 + 0.6 * full,
            smile=0.96 + 0.04 * full,
            jaw=0.22 + 0.07 * full,
            brows=0.35 + 0.1 * full,
            gaze_x=-0.25,
        )
        for full in np.linspace(0, 1, BREATHS)
    ]
    calm = {name: getattr(acts[0], name) for name in toons.PARAMETERS}
    acts += [toons.Performance(**{**calm, "lids": lids}) for lids in BLINK]
    return np.stack([act.to_array() for act in acts])


def sheet_of(name: str) -> Path:
    """The file with a character's frames, one below the other."""
    return FOLDER / f"{name}.webp"


@cache
def frames_of(name: str) -> np.ndarray:
    """A character's frames as kept, uint8 (N, SIDE, SIDE, 3)."""
    sheet = cv2.imdecode(np.frombuffer(sheet_of(name).read_bytes(), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    return np.ascontiguousarray(sheet).reshape(-1, SIDE, SIDE, 3)


def first_picture() -> np.ndarray:
    """Bo at rest, his corner curling over Ada: uint8 (SIDE, SIDE, 3)."""
    return folded(*(frames_of(name)[0] for name in WHO), REST)


def folded(top: np.ndarray, under: np.ndarray, corner: tuple[float, float]) -> np.ndarray:
    """A sheet whose lower right corner was pulled to another place, and what shows beneath it: uint8 (H, W, 3).

    `top`, `under`: square pictures of one size; `corner`: where the corner lies, 0…1 from edge to edge (beyond is
    allowed). The fold is the perpendicular bisector of the way that the corner went, as it is in paper.
    Raises ValueError for pictures of unequal or oblong shape.
    """
    checked_picture(top, "top"), checked_picture(under, "under")
    if top.shape != under.shape or top.shape[0] != top.shape[1]:
        raise ValueError(f"top, under: wanted two square pictures of one size, got {top.shape} and {under.shape}")
    side = len(top)
    way = np.array([1.0, 1.0]) - corner
    length = float(np.hypot(*way))
    if length < 1 / side:
        return top.copy()
    normal = way / length
    middle = (np.array([1.0, 1.0]) + corner) / 2
    down, across = (np.mgrid[:side, :side] + 0.5) / side
    beyond = (across - middle[0]) * normal[0] + (down - middle[1]) * normal[1]  # below 0: the sheet lies flat
    mirrored = [axis - 2 * beyond * part for axis, part in zip((across, down), normal, strict=True)]
    flap = (beyond <= 0) & np.all([(part >= 0) & (part <= 1) for part in mirrored], 0)

    # Soft edges, at the fold as at the flap's sides.
    lifted = np.clip(0.5 + beyond * side, 0, 1)[..., None]
    seen = cv2.GaussianBlur(flap.astype(np.float32), (3, 3), 0)[..., None]
    shade = cv2.GaussianBlur(flap.astype(np.float32), (0, 0), side / 50)[..., None]
    beneath = under * (1 - 0.42 * np.exp(-np.maximum(beyond, 0) / 0.05))[..., None]
    flat = top * (1 - 0.35 * shade)
    picture = lifted * beneath + (1 - lifted) * flat
    # Bright a little behind the fold and dimmer at it: a sheet that bends.
    bent = 0.80 + 0.2 * np.clip(-beyond / 0.045, 0, 1) - 0.12 * np.clip((-beyond - 0.045) / 0.35, 0, 1)
    through = cv2.remap(top, *(np.float32(part * side - 0.5) for part in mirrored), cv2.INTER_LINEAR)
    back = (0.9 * np.array(BACK) + 0.1 * through) * bent[..., None]
    return np.rint(seen * back + (1 - seen) * picture).clip(0, 255).astype(np.uint8)


def draw() -> dict[Path, bytes]:
    """All the files that the command writes: their paths and what they hold."""
    pairs = toons.draw_pair(*(toons.character(name) for name in WHO), performances(), size=SIDE)
    made = {}
    for name, portraits in zip(WHO, pairs, strict=True):
        made[sheet_of(name)] = _webp(np.concatenate(list(portraits.pictures)), 88)
    still = folded(*(portraits.pictures[0] for portraits in pairs), REST)
    made[STILL] = _webp(still, 88)
    return made


def _webp(picture: np.ndarray, quality: int) -> bytes:
    done, data = cv2.imencode(".webp", picture[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, quality])
    if not done:
        raise RuntimeError(f"OpenCV could not write a .webp of a picture with shape {picture.shape}")
    return data.tobytes()


def main() -> None:
    for path, data in draw().items():
        paths.write_aside(path, data)
        print(f"{path.relative_to(paths.ROOT)} ({len(data) / 1e3:.0f} kB)")


if __name__ == "__main__":
    main()
