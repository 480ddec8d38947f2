"""Strangers: pleasant characters drawn by chance, as many as an experiment wants."""

import numpy as np

from unmasked.arguments import checked_whole
from unmasked.toons.colour import from_hls, lightness
from unmasked.toons.identity import EXTRAS, HAIR_STYLES, TEETH, Identity

SKIN_HUES = (82.0, 316.0)  # degrees, lime to magenta: no person has such a skin


def sample_identity(seed: int) -> Identity:
    """The stranger with that number; the same on every machine. `seed` a whole number ≥ 0."""
    generator = np.random.Generator(np.random.PCG64([checked_whole(seed, "seed"), 0x70075]))

    def between(low, high):
        return float(np.round(generator.uniform(low, high), 4))

    def chance(share):
        return bool(generator.random() < share)

    def one_of(options, weights=None):
        weights = None if weights is None else np.asarray(weights, float) / np.sum(weights)
        return options[int(generator.choice(len(options), p=weights))]

    skin_hue = between(*SKIN_HUES)
    # Pale skins are left out where they would come near a person's: pink beyond violet, yellow below green.
    palest = 0.66 if skin_hue > 285 or skin_hue < 95 else 0.78
    skin = from_hls(skin_hue, between(0.36, palest), between(0.45, 0.75))
    # Hair far from the skin in hue and in lightness, so that the two never melt together.
    hair_hue = skin_hue + between(80.0, 280.0)
    hair_light = between(0.16, 0.34) if lightness(skin) > 62 else between(0.55, 0.78)
    hair = from_hls(hair_hue, hair_light, between(0.45, 0.9))
    style = one_of(HAIR_STYLES, [0.4, 0.7, 1.2, 1.1, 1.1, 0.8, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.9])
    lip_hue = one_of((skin_hue + 30, 335.0, 350.0, 300.0))
    lip_light = min(0.62, max(0.36, lightness(skin) / 100 - 0.18))
    glasses = one_of(("", "round", "square"), [7, 2, 1])
    return Identity(
        name=f"stranger {int(seed)}", skin=skin, hair=hair,
        iris=from_hls(between(0, 360), between(0.34, 0.5), between(0.55, 0.9)),
        lips=from_hls(lip_hue, lip_light, between(0.45, 0.75)),
        clothes=from_hls(between(0, 360), between(0.4, 0.65), between(0.4, 0.8)),
        backdrop=from_hls(between(190, 260), between(0.60, 0.68), between(0.05, 0.16)),
        frames=one_of(((32, 30, 48), (246, 240, 228), (188, 40, 60), (30, 90, 150))),
        extra=from_hls(between(20, 60), between(0.6, 0.85), between(0.4, 0.9)), width=between(0.78, 0.95),
        jaw=between(0.58, 0.95), cheeks=between(0.0, 0.08), squareness=between(2.1, 2.8),
        eye_size=between(0.86, 1.16), eye_spacing=between(0.35, 0.40), eye_height=between(-0.10, 0.0),
        eye_aspect=between(0.92, 1.16), eye_tilt=between(-0.10, 0.16), iris_size=between(0.9, 1.12),
        lashes=between(0.1, 1.5), brow_thickness=between(0.6, 1.6), brow_length=between(0.85, 1.1),
        brow_arch=between(0.0, 1.0), nose_width=between(0.085, 0.19), nose_height=between(0.075, 0.14),
        mouth_width=between(0.26, 0.37), mouth_height=between(0.51, 0.56), lip_fullness=between(0.4, 1.3),
        teeth=one_of(TEETH, [7, 2, 1]), ear_size=between(0.8, 1.3), ear_point=one_of((0.0, 0.0, 0.0, 1.0)),
        hair_style=style, hair_volume=between(0.85, 1.12), glasses=glasses, extras=one_of(EXTRAS, [8, 0.7, 0.7, 0.7]),
        freckles=one_of((0, 0, 10, 16)), blush=between(0.0, 0.9) if chance(0.6) else 0.0, marks=int(seed),
    )  # fmt: skip
