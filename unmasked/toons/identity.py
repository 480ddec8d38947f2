"""Who a character is: the shape, the colours and the hair that a performance never changes."""

from dataclasses import dataclass

from unmasked.arguments import checked_choice, checked_kind, checked_number
from unmasked.toons.colour import Colour

HAIR_STYLES = (
    "bald",
    "tuft",
    "bob",
    "long",
    "curls",
    "afro",
    "bun",
    "spikes",
    "quiff",
    "braids",
    "crop",
    "mohawk",
    "puffs",
)
GLASSES = ("", "round", "square")
EXTRAS = ("", "horns", "antennae", "cat_ears")
TEETH = ("even", "gap", "fangs")

# What still draws well; beyond, features would leave the face or each other's company.
LIMITS: dict[str, tuple[float, float]] = {
    "width": (0.7, 1.05),
    "depth": (0.75, 1.1),
    "jaw": (0.5, 1.05),
    "cheeks": (0.0, 0.14),
    "squareness": (2.0, 3.5),
    "eye_size": (0.65, 1.25),
    "eye_spacing": (0.3, 0.44),
    "eye_height": (-0.18, 0.08),
    "eye_aspect": (0.7, 1.3),
    "eye_tilt": (-0.3, 0.3),
    "iris_size": (0.6, 1.3),
    "lashes": (0.0, 2.0),
    "brow_thickness": (0.3, 2.2),
    "brow_length": (0.6, 1.3),
    "brow_arch": (0.0, 1.5),
    "nose_width": (0.06, 0.24),
    "nose_height": (0.05, 0.2),
    "mouth_width": (0.2, 0.42),
    "mouth_height": (0.46, 0.6),
    "lip_fullness": (0.2, 1.6),
    "ear_size": (0.5, 1.6),
    "ear_point": (0.0, 1.0),
    "hair_volume": (0.6, 1.3),
    "freckles": (0, 24),
    "blush": (0.0, 1.0),
}


@dataclass(frozen=True)
class Identity:
    """One character. Lengths are in half head heights, so 1 is from the middle of the head to the chin."""

    name: str
    # Colours
    skin: Colour
    hair: Colour
    iris: Colour
    lips: Colour
    clothes: Colour
    backdrop: Colour = (148, 158, 176)
    frames: Colour = (40, 40, 60)
    extra: Colour = (240, 220, 160)
    # Head
    width: float = 0.86  # half width
    depth: float = 0.92  # half depth
    jaw: float = 0.72  # width of the jaw beside that of the skull
    cheeks: float = 0.04  # bulge of the cheeks
    squareness: float = 2.2  # 2 is an ellipse, 3 a rounded box
    # Eyes
    eye_size: float = 1.0
    eye_spacing: float = 0.37  # from the middle of the face to the middle of an eye
    eye_height: float = -0.06
    eye_aspect: float = 1.05  # height beside width
    eye_tilt: float = 0.0  # positive lifts the outer corners
    iris_size: float = 1.0
    lashes: float = 1.0
    # Brows, nose, mouth, ears
    brow_thickness: float = 1.0
    brow_length: float = 1.0
    brow_arch: float = 0.5
    nose_width: float = 0.13
    nose_height: float = 0.11
    mouth_width: float = 0.31
    mouth_height: float = 0.53
    lip_fullness: float = 1.0
    teeth: str = "even"
    ear_size: float = 1.0
    ear_point: float = 0.0  # 0 round … 1 pointed
    # Hair and the rest
    hair_style: str = "crop"
    hair_volume: float = 1.0
    glasses: str = ""
    extras: str = ""
    freckles: int = 0
    blush: float = 0.5
    marks: int = 0  # the arrangement of freckles and strands, like a fingerprint

    def __post_init__(self):
        for field, allowed in (("hair_style", HAIR_STYLES), ("glasses", GLASSES), ("extras", EXTRAS), ("teeth", TEETH)):
            checked_choice(getattr(self, field), allowed, field)
        for field, (low, high) in LIMITS.items():
            checked_number(getattr(self, field), field, low, high)
        for field in ("skin", "hair", "iris", "lips", "clothes", "backdrop", "frames", "extra"):
            colour = getattr(self, field)
            if len(colour) != 3 or not all(isinstance(channel, int) and 0 <= channel <= 255 for channel in colour):
                raise ValueError(f"{field}: wanted three whole numbers in 0…255 (red, green, blue), got {colour!r}")


def checked_identity(identity: Identity, name: str = "identity") -> Identity:
    """`identity`, if it is an Identity. Raises TypeError that says how to get one from a name."""
    hint = f"; use toons.character({identity!r})" if isinstance(identity, str) else ""
    return checked_kind(identity, Identity, name, f"a toons.Identity{hint}")
