"""The named cast, and as many strangers as an experiment wants."""

from unmasked.toons.identity import Identity

_ALL = (
    Identity(
        "Ada", skin=(126, 222, 196), hair=(104, 32, 92), iris=(196, 84, 30), lips=(214, 66, 122), clothes=(246, 200, 84),
        backdrop=(150, 158, 178), width=0.84, jaw=0.62, cheeks=0.07, eye_size=1.08, eye_spacing=0.37, eye_aspect=1.12, lashes=1.4,
        brow_thickness=0.8, brow_arch=0.9, nose_width=0.10, nose_height=0.085, mouth_width=0.29, lip_fullness=1.25, hair_style="bob",
        blush=0.9, marks=1,
    ),
    Identity(
        "Bo", skin=(92, 78, 190), hair=(255, 168, 36), iris=(70, 200, 120), lips=(150, 64, 150), clothes=(36, 150, 140),
        frames=(250, 240, 225), backdrop=(150, 158, 178), width=0.94, jaw=0.90, cheeks=0.03, squareness=2.7, eye_size=0.86,
        eye_spacing=0.38, eye_aspect=0.98, lashes=0.2, brow_thickness=1.5, brow_arch=0.2, nose_width=0.18, nose_height=0.14,
        mouth_width=0.36, lip_fullness=0.6, ear_size=1.15, hair_style="quiff", glasses="round", freckles=14, blush=0.0, teeth="gap", marks=2,
    ),
)  # fmt: skip
CAST: dict[str, Identity] = {one.name.lower(): one for one in _ALL}


def character(name: str) -> Identity:
    """The character of the cast with that name, upper or lower case. Raises ValueError that lists the cast."""
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, not {type(name).__name__}")
    try:
        return CAST[name.strip().lower()]
    except KeyError:
        raise ValueError(f"no character is called {name!r}; the cast is {', '.join(CAST)}") from None
