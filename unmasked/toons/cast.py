"""The named cast, and as many strangers as an experiment wants."""

from unmasked.arguments import checked_kind
from unmasked.toons.identity import Identity

_ALL = (
    Identity(
        "Ada", skin=(126, 222, 196), hair=(112, 34, 98), iris=(200, 92, 30), lips=(216, 62, 120),
        clothes=(246, 200, 84), width=0.84, jaw=0.66, cheeks=0.08, squareness=2.3, eye_size=1.08, eye_spacing=0.37,
        eye_aspect=1.12, lashes=1.4, brow_thickness=0.7, brow_arch=0.9, nose_width=0.10, nose_height=0.085,
        mouth_width=0.29, lip_fullness=1.2, hair_style="bob", blush=0.9, marks=1,
    ),
    Identity(
        "Bo", skin=(98, 86, 200), hair=(255, 170, 40), iris=(60, 190, 116), lips=(210, 98, 178), clothes=(30, 156, 146),
        frames=(250, 240, 225), width=0.92, jaw=0.90, cheeks=0.03, squareness=2.7, eye_size=0.98, eye_spacing=0.395,
        eye_aspect=1.0, lashes=0.1, brow_thickness=1.35, brow_arch=0.2, nose_width=0.17, nose_height=0.135,
        mouth_width=0.36, lip_fullness=0.55, ear_size=1.15, hair_style="quiff", glasses="round", freckles=14,
        blush=0.0, teeth="gap", marks=2,
    ),
    Identity(
        "Cleo", skin=(24, 118, 138), hair=(216, 210, 238), iris=(226, 168, 40), lips=(250, 124, 134),
        clothes=(124, 58, 150), width=0.80, jaw=0.70, cheeks=0.05, eye_size=0.98, eye_aspect=0.92, eye_tilt=0.16,
        lashes=1.5, brow_thickness=0.65, brow_arch=1.0, nose_width=0.095, nose_height=0.12, mouth_width=0.31,
        lip_fullness=1.3, hair_style="long", blush=0.0, marks=3,
    ),
    Identity(
        "Dot", skin=(188, 230, 98), hair=(198, 38, 88), iris=(70, 100, 214), lips=(224, 84, 110),
        clothes=(84, 160, 240), width=0.93, jaw=0.80, cheeks=0.10, squareness=2.3, eye_size=1.16, eye_spacing=0.40,
        eye_height=0.02, eye_aspect=1.05, lashes=0.9, brow_thickness=0.8, brow_length=0.8, brow_arch=0.6,
        nose_width=0.085, nose_height=0.075, mouth_width=0.27, mouth_height=0.54, lip_fullness=0.6,
        hair_style="puffs", freckles=12, blush=0.5, teeth="gap", marks=4,
    ),
    Identity(
        "Eli", skin=(140, 196, 250), hair=(46, 38, 96), iris=(120, 84, 60), lips=(196, 96, 146), clothes=(236, 110, 84),
        width=0.80, jaw=0.76, cheeks=0.03, eye_size=0.95, eye_spacing=0.355, eye_aspect=1.0, eye_tilt=-0.10, lashes=0.5,
        brow_thickness=1.1, brow_arch=0.5, nose_width=0.12, nose_height=0.15, mouth_width=0.30, lip_fullness=0.8,
        hair_style="curls", blush=0.5, marks=5,
    ),
    Identity(
        "Fay", skin=(232, 98, 196), hair=(252, 240, 166), iris=(40, 158, 190), lips=(150, 30, 110),
        clothes=(70, 190, 170), extra=(255, 226, 120), width=0.83, jaw=0.62, cheeks=0.06, eye_size=1.12,
        eye_aspect=1.12, eye_tilt=0.08, lashes=1.3, brow_thickness=0.6, brow_arch=0.8, nose_width=0.09,
        nose_height=0.08, mouth_width=0.28, lip_fullness=0.9, ear_point=1.0, hair_style="braids", extras="antennae",
        blush=0.4, marks=6,
    ),
    Identity(
        "Gus", skin=(82, 116, 168), hair=(40, 34, 52), iris=(220, 90, 40), lips=(120, 72, 132), clothes=(200, 60, 66),
        extra=(244, 226, 180), width=0.95, jaw=0.98, cheeks=0.05, squareness=3.0, eye_size=0.80, eye_spacing=0.36,
        eye_aspect=0.95, lashes=0.1, brow_thickness=1.9, brow_length=1.1, brow_arch=0.1, nose_width=0.21,
        nose_height=0.15, mouth_width=0.40, lip_fullness=0.5, ear_size=1.2, hair_style="tuft", extras="horns",
        teeth="fangs", blush=0.0, marks=7,
    ),
    Identity(
        "Hana", skin=(206, 178, 250), hair=(48, 38, 74), iris=(92, 60, 170), lips=(206, 54, 86), clothes=(60, 66, 110),
        frames=(206, 40, 62), width=0.82, jaw=0.74, cheeks=0.05, eye_size=0.96, eye_spacing=0.375, eye_aspect=0.96,
        eye_tilt=0.10, lashes=1.0, brow_thickness=0.8, brow_arch=0.4, nose_width=0.11, nose_height=0.095,
        mouth_width=0.28, lip_fullness=0.95, hair_style="bun", glasses="square", blush=0.6, marks=8,
    ),
    Identity(
        "Ivo", skin=(30, 132, 86), hair=(255, 104, 44), iris=(250, 200, 60), lips=(92, 190, 120), clothes=(44, 40, 60),
        width=0.86, jaw=0.86, cheeks=0.02, squareness=2.5, eye_size=0.88, eye_aspect=0.94, eye_tilt=0.12, lashes=0.2,
        brow_thickness=1.3, brow_arch=0.3, nose_width=0.15, nose_height=0.16, mouth_width=0.34, lip_fullness=0.6,
        ear_size=1.3, ear_point=1.0, hair_style="mohawk", blush=0.0, marks=9,
    ),
    Identity(
        "Joy", skin=(46, 186, 200), hair=(250, 118, 92), iris=(110, 60, 150), lips=(188, 48, 96),
        clothes=(250, 226, 120), width=0.87, jaw=0.82, cheeks=0.08, eye_size=1.02, eye_aspect=1.05, lashes=1.2,
        brow_thickness=1.0, brow_arch=0.7, nose_width=0.16, nose_height=0.10, mouth_width=0.34, lip_fullness=1.25,
        hair_style="afro", blush=0.0, marks=10,
    ),
    Identity(
        "Kit", skin=(66, 108, 226), hair=(214, 226, 240), iris=(160, 220, 60), lips=(240, 130, 190),
        clothes=(240, 150, 60), extra=(250, 150, 190), width=0.86, jaw=0.66, cheeks=0.06, eye_size=1.05,
        eye_aspect=1.0, eye_tilt=0.14, lashes=0.6, brow_thickness=1.0, brow_arch=0.4, nose_width=0.09,
        nose_height=0.07, mouth_width=0.30, lip_fullness=0.6, hair_style="spikes", extras="cat_ears", freckles=8,
        blush=0.3, marks=11,
    ),
)  # fmt: skip
CAST: dict[str, Identity] = {one.name.lower(): one for one in _ALL}


def character(name: str) -> Identity:
    """The character of the cast with that name, upper or lower case. Raises ValueError that lists the cast."""
    checked_kind(name, str, "name", "a character's name")
    try:
        return CAST[name.strip().lower()]
    except KeyError:
        raise ValueError(f"no character is called {name!r}; the cast is {', '.join(CAST)}") from None
