"""How each style of hair is cut: hairline, thickness, where it ends, and what its edge looks like."""

from dataclasses import dataclass

Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Style:
    """One style; hairlines are (degrees round the head from the front, height) pairs from the middle backwards."""

    line: Line
    left_line: Line | None = None  # where the parting is not in the middle: the line on the left of the picture
    thick: float = 0.06  # how far the hair stands off the skull
    end: float = 0.34  # height at which the hair at the back ends
    flare: float = 0.0  # how far long hair stands off the jaw at its end
    curls: int = 0  # round curls along the outline
    curl: float = 0.0  # and how far they stand out
    teeth: int = 0  # locks of the fringe
    tooth: float = 0.0  # and how far they hang down
    strands: bool = False


# From the temple backwards: down before the ear, up round it, and to the neck.
_SIDES = ((56, -0.52), (64, -0.30), (70, -0.02), (76, 0.08), (86, 0.02), (98, -0.10), (112, 0.02), (145, 0.14))
_TIED = ((54, -0.44), (62, -0.20), (70, 0.0), (84, -0.02), (100, 0.02), (145, 0.14))

STYLES: dict[str, Style] = {
    "bald": Style(((0, -0.70), (25, -0.70), (45, -0.66), (60, -0.50), (75, -0.30), (100, -0.2), (145, -0.1))),
    "crop": Style(
        ((0, -0.70), (22, -0.70), (42, -0.66), *_SIDES),
        left_line=((0, -0.68), (20, -0.58), (40, -0.56), *_SIDES),
        strands=True,
    ),
    "bob": Style(
        (
            (0, -0.66), (20, -0.65), (36, -0.62), (47, -0.54), (54, -0.32), (57, 0.05), (58, 0.36), (64, 0.62),
            (82, 0.74), (110, 0.78), (145, 0.78),
        ),
        thick=0.10, end=0.86, flare=0.16, teeth=5, tooth=0.035, strands=True,
    ),
    "long": Style(
        (
            (0, -0.90), (10, -0.80), (24, -0.66), (40, -0.50), (52, -0.26), (58, 0.10), (60, 0.55), (64, 0.95),
            (80, 1.18), (110, 1.25), (145, 1.25),
        ),
        thick=0.08, end=1.38, flare=0.10, strands=True,
    ),
    "curls": Style(
        (
            (0, -0.64), (20, -0.64), (38, -0.60), (50, -0.48), (57, -0.24), (60, 0.02), (64, 0.22), (74, 0.36),
            (90, 0.42), (110, 0.44), (145, 0.44),
        ),
        thick=0.15, end=0.56, flare=0.06, curls=15, curl=0.11, teeth=7, tooth=0.075,
    ),
    "afro": Style(
        (
            (0, -0.66), (20, -0.66), (38, -0.62), (52, -0.50), (58, -0.30), (62, -0.10), (66, 0.10), (74, 0.22),
            (95, 0.26), (145, 0.30),
        ),
        thick=0.34, end=0.46, curls=19, curl=0.07, teeth=13, tooth=0.035,
    ),
    "bun": Style(((0, -0.72), (20, -0.70), (40, -0.62), *_TIED), thick=0.05, end=0.30, strands=True),
    "spikes": Style(((0, -0.66), (20, -0.66), (40, -0.62), *_SIDES), thick=0.07, teeth=7, tooth=0.10),
    "quiff": Style(((0, -0.76), (22, -0.74), (42, -0.68), *_SIDES)),
    "braids": Style(
        (
            (0, -0.86), (12, -0.76), (28, -0.64), (44, -0.52), (56, -0.32), (64, -0.06), (72, 0.12), (90, 0.16),
            (110, 0.2), (145, 0.2),
        ),
        thick=0.07, end=0.36, strands=True,
    ),
    "puffs": Style(((0, -0.67), (20, -0.66), (38, -0.60), *_TIED), end=0.30, strands=True),
}  # fmt: skip
STYLES["tuft"] = STYLES["mohawk"] = STYLES["bald"]
BARE = ("bald", "tuft", "mohawk")
COVERS_EARS = ("bob", "long", "curls")
