"""A performance in words, for those who hear the picture instead of seeing it."""

from __future__ import annotations

import numpy as np

from unmasked import toons

LABELS = {
    "yaw": ("Turn", "°", "Pose"),
    "pitch": ("Nod", "°", "Pose"),
    "roll": ("Tilt", "°", "Pose"),
    "smile": ("Smile", "", "Expression"),
    "jaw": ("Jaw", "", "Expression"),
    "lids": ("Lids", "", "Expression"),
    "brows": ("Brows", "", "Expression"),
    "gaze_x": ("Gaze across", "", "Expression"),
    "gaze_y": ("Gaze down", "", "Expression"),
    "light_azimuth": ("Light from", "°", "Light"),
    "light_strength": ("Light", "", "Light"),
}


def describe(performance: toons.Performance | np.ndarray) -> str:
    """The performance in a few words, such as "turned 20° to the right, smiling, mouth open"."""
    if not isinstance(performance, toons.Performance):
        performance = toons.Performance.from_array(performance)
    p = performance
    words = [
        _side(p.yaw, "turned {0}° to the left", "turned {0}° to the right"),
        _side(p.pitch, "face {0}° up", "face {0}° down"),
        _side(p.roll, "tilted {0}° to the left", "tilted {0}° to the right"),
        _pick(p.smile, (-0.6, "frowning hard"), (-0.2, "frowning"), (0.2, ""), (0.6, "smiling"), (2, "beaming")),
        _pick(p.jaw, (0.1, "lips closed"), (0.45, "mouth ajar"), (0.8, "mouth open"), (2, "mouth wide open")),
        _pick(p.lids, (0.12, "eyes shut"), (0.45, "eyes half shut"), (0.85, "eyes open"), (2, "eyes wide open")),
        _pick(p.brows, (-0.4, "brows drawn down"), (0.4, ""), (2, "brows raised")),
        _pick(p.gaze_x, (-0.35, "looking to the left"), (0.35, ""), (2, "looking to the right")),
        _pick(p.gaze_y, (-0.35, "looking up"), (0.35, ""), (2, "looking down")),
        _light(p),
    ]  # fmt: skip
    return ", ".join(word for word in words if word)


def _side(value: float, below: str, above: str) -> str:
    if abs(value) < 2:
        return ""
    return (above if value > 0 else below).format(round(abs(value)))


def _pick(value: float, *steps: tuple[float, str]) -> str:
    return next(word for limit, word in steps if value <= limit)


def _light(p: toons.Performance) -> str:
    if p.light_strength < 0.25:
        return "in soft light"
    side = _pick(p.light_azimuth, (-20, " from the left"), (20, " from the front"), (200, " from the right"))
    return f"light{side}"
