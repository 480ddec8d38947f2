"""What benches are built from: pictures and words, knobs and points, plots, and stills for pages without a kernel."""

from unmasked.widgets.kit.axes import Axes
from unmasked.widgets.kit.bench import SCRIPTS, Bench, PictureView
from unmasked.widgets.kit.diagrams import curve, stroke
from unmasked.widgets.kit.frames import Frame, Panel, check_alt, check_picture, pack_frame, to_rgb
from unmasked.widgets.kit.knobs import Button, Choice, Points, Slider, Toggle
from unmasked.widgets.kit.lettering import FAINT, INK, font, text_width, wrap, write
from unmasked.widgets.kit.live import AnswerWidget, source, still_bundle
from unmasked.widgets.kit.meters import Meter, meter_panel
from unmasked.widgets.kit.numbers import minus, two_digits
from unmasked.widgets.kit.paper import PAPER, SHARP, WIDTH, blank, bundle, compose, enlarge, side_by_side
from unmasked.widgets.kit.plots import ACCENT, EDGE, LINE, loss_curves

__all__ = [
    "ACCENT", "EDGE", "FAINT", "INK", "LINE", "PAPER", "SCRIPTS", "SHARP", "WIDTH", "AnswerWidget", "Axes", "Bench",
    "Button", "Choice", "Frame", "Meter", "Panel", "PictureView", "Points", "Slider", "Toggle", "blank",
    "bundle", "check_alt", "check_picture", "compose", "curve", "enlarge", "font", "loss_curves", "meter_panel",
    "minus", "pack_frame", "side_by_side", "source", "still_bundle", "stroke", "text_width", "to_rgb", "two_digits",
    "wrap", "write",
]  # fmt: skip
