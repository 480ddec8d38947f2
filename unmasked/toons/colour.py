"""Colours of the toon world: RGB triples of whole numbers 0…255, chosen by hue."""

import colorsys

Colour = tuple[int, int, int]


def from_hls(hue: float, lightness: float, saturation: float) -> Colour:
    """RGB of a hue in degrees with lightness and saturation 0…1."""
    rgb = colorsys.hls_to_rgb(hue % 360.0 / 360.0, min(max(lightness, 0.0), 1.0), min(max(saturation, 0.0), 1.0))
    return tuple(round(255 * channel) for channel in rgb)


def to_hls(colour: Colour) -> tuple[float, float, float]:
    """Hue in degrees, lightness and saturation 0…1 of an RGB colour."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255.0 for channel in colour))
    return 360.0 * hue, lightness, saturation


def shade(colour: Colour, factor: float) -> Colour:
    """`colour` in shadow (`factor` below 1; a little towards blue, as shadows are) or in more light (above 1)."""
    if factor > 1:
        return mix(colour, (255, 255, 255), factor - 1)
    tint = (1.0, 0.98, 1.06)
    return tuple(
        round(min(255.0, channel * factor * (1 + (1 - factor) * (t - 1))))
        for channel, t in zip(colour, tint, strict=True)
    )


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`first` with `share` (0…1) of `second` in it."""
    return tuple(round(a + share * (b - a)) for a, b in zip(first, second, strict=True))


def lightness(colour: Colour) -> float:
    """Perceived lightness 0…100 (CIE L*), what a greyscale print keeps of a colour."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255.0 for v in colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116.0 * luminance ** (1 / 3) - 16.0 if luminance > 0.008856 else 903.3 * luminance
