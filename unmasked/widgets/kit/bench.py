"""The kit that every bench is built from: a picture view, and the bench that turns settings into pictures."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import traitlets

from unmasked.widgets.kit.frames import Frame, pack_frame
from unmasked.widgets.kit.knobs import Button, Knob, Points
from unmasked.widgets.kit.live import LiveWidget, log, source, still_bundle
from unmasked.widgets.kit.meters import meter_panel
from unmasked.widgets.kit.paper import bundle, compose, with_points

PARTS = ("kit.js", "meters.js", "knobs.js", "points.js", "hands.js", "play.js", "bench.js")
SCRIPTS = tuple(f"kit/{name}" for name in PARTS)


class Bench(LiveWidget):
    """A plain function from settings to a picture, with knobs.

    draw     called with the settings, a dict of name → value; returns a Frame. It may be called in a second thread,
             while a cell runs, but never twice at a time. While it draws only the newest settings wait.
    knobs    Sliders, Choices, Toggles, and Points on a picture.
    title    a few words above.
    hands    {"panel": 0, "across": name, "down": name, "words": …}: dragging on a panel turns two sliders.
    track    settings (dicts, also incomplete ones) that the play button runs through.
    beside   knobs and buttons stand right of the pictures where the page has room for it, else below.
    hero     the first picture is the large one; the others stand beside it, one below the other.
    wide     uses the page's whole width, up to 1,100 px, for its pictures.

    The first frame is drawn here and now, in the caller's thread, and its errors are raised. Later errors are shown in
    words in the bench, with the traceback on demand, and logged; the last good picture stays.
    """

    _esm = source(*SCRIPTS)
    _css = source("kit/kit.css")

    title = traitlets.Unicode("").tag(sync=True)
    knobs = traitlets.List().tag(sync=True)
    buttons = traitlets.List().tag(sync=True)
    hands = traitlets.Dict().tag(sync=True)
    track = traitlets.List().tag(sync=True)
    beside = traitlets.Bool(False).tag(sync=True)
    hero = traitlets.Bool(False).tag(sync=True)
    wide = traitlets.Bool(False).tag(sync=True)
    # The browser has just said these: telling it again (an echo) would only hold up the picture.
    settings = traitlets.Dict().tag(sync=True, echo_update=False)
    asked = traitlets.Int(0).tag(sync=True, echo_update=False)
    frame = traitlets.Dict().tag(sync=True)
    kept = traitlets.Dict().tag(sync=True)  # pixels of lasting panels, by key

    def __init__(
        self,
        draw: Callable[[dict], Frame],
        knobs: Sequence[Knob] = (),
        *,
        title: str = "",
        hands: Mapping | None = None,
        track: Sequence[Mapping] = (),
        buttons: Sequence[Button] = (),
        beside: bool = False,
        hero: bool = False,
        wide: bool = False,
    ):
        if not callable(draw):
            raise TypeError(f"draw: wanted a function from settings to a Frame, got {type(draw).__name__}")
        names = [knob.name for knob in knobs]
        if len(set(names)) < len(names):
            raise ValueError(f"knobs: every name may come once, got {names}")
        self.draw = draw
        self._knobs = {knob.name: knob for knob in knobs}
        self._lock = threading.Lock()
        self._waiting: tuple[dict, int] | None = None
        self.closed = False
        settings = {knob.name: knob.accept(knob.start) for knob in knobs}
        self.shown = self._drawn(settings)
        for knob in knobs:
            if isinstance(knob, Points) and knob.panel >= len(self.shown.panels):
                raise ValueError(f"{knob.name}: wanted a panel below {len(self.shown.panels)}, got {knob.panel}")
        super().__init__(
            title=title,
            knobs=[knob.describe() for knob in knobs],
            buttons=[button.describe() for button in buttons],
            hands=dict(hands or {}),
            track=[self._accepted(step) for step in track],
            beside=beside,
            hero=hero,
            wide=wide,
            settings=settings,
            **self._travelling(self.shown, 0),
        )
        self.observe(self._on_asked, "asked")
        self.on_msg(self._on_message)

    # ---- from settings to a frame

    def _drawn(self, settings: dict) -> Frame:
        points = {name for name, knob in self._knobs.items() if isinstance(knob, Points)}
        # Lists travel; a drawing wants an array.
        given = {name: np.array(value) if name in points else value for name, value in settings.items()}
        frame = self.draw(given)
        if not isinstance(frame, Frame):
            raise TypeError(f"draw: wanted a Frame, got {type(frame).__name__}")
        return frame

    def _accepted(self, values: Mapping) -> dict:
        strangers = [name for name in values if name not in self._knobs]
        if strangers:
            raise ValueError(f"no knob is called {strangers[0]!r}; there are {', '.join(self._knobs) or 'none'}")
        return {name: self._knobs[name].accept(value) for name, value in values.items()}

    def set(self, **values) -> Frame:
        """Turns knobs from Python and returns the frame that is shown then. Numbers beyond a slider's end stop there.

        Raises ValueError or TypeError for an unknown name or a value that its knob does not take.
        """
        settings = {**self.settings, **self._accepted(values)}
        self.settings = settings
        self.ask(settings, self.asked)
        return self.shown

    def ask(self, settings: dict, number: int = 0) -> None:
        """Draws these settings, or leaves them to the thread that is drawing: it takes the newest when it is done."""
        self._waiting = (settings, number)
        while self._waiting is not None and self._lock.acquire(blocking=False):
            # After the release one look more: settings may have come between the last look and the release.
            try:
                self._draw_newest()
            finally:
                self._lock.release()

    def _draw_newest(self) -> None:
        while (waiting := self._waiting) is not None:
            self._waiting = None
            settings, number = waiting
            if self.closed:
                return
            try:
                frame = self._drawn({**self.settings, **self._accepted(settings)})
            except Exception as error:
                self.fail("The picture could not be drawn", error, number)
            else:
                self.present(frame, number)

    def present(self, frame: Frame, number: int | None = None) -> None:
        """Shows a frame."""
        self.shown = frame
        if not self.closed:
            state = self._travelling(frame, self.asked if number is None else number)
            with self.hold_sync():  # one message: a picture must not come before its pixels
                for name, value in state.items():
                    setattr(self, name, value)

    @staticmethod
    def _travelling(frame: Frame, number: int) -> dict:
        """The frame as it travels: the pixels of lasting panels apart, so that they go only when they are others."""
        packed, kept = pack_frame(frame, number), {}
        for place, panel in enumerate(frame.panels):
            if panel.lasting:
                kept[str(place)] = packed["panels"][place]["data"]
                packed["panels"][place] = {**packed["panels"][place], "data": None, "key": str(place)}
        return {"kept": kept, "frame": packed}

    def fail(self, what: str, error: BaseException, number: int | None = None) -> None:
        """Says in words that something went wrong, keeps the last picture, and logs the traceback."""
        trace = "".join(traceback.format_exception(error))
        log.error("%s: %s\n%s", what, error, trace)
        if not self.closed:
            words = f"{what}. {type(error).__name__}: {error}"
            number = self.asked if number is None else number
            self.frame = {**self.frame, "error": words, "trace": trace, "answered": number}

    # ---- from the browser

    def _on_asked(self, change) -> None:
        self.ask(dict(self.settings), change["new"])

    def _on_message(self, _, content, buffers) -> None:
        if not isinstance(content, dict):
            return
        try:
            if "press" in content:
                self.on_press(content["press"])
            elif "view" in content:
                self.on_view(content["view"])
        except Exception as error:
            self.fail("That did not work", error)

    def on_press(self, name: str) -> None:
        """A button was pressed. Benches with buttons override it."""

    def on_view(self, change: int) -> None:
        """A view of the bench came (+1) or went (−1). Benches that must know override it."""

    def close(self) -> None:
        """Ends the bench: nothing is drawn after it."""
        self.closed = True
        self._waiting = None
        super().close()

    # ---- the still picture

    def still(self):
        """The bench as a still picture: uint8 (H, W, 3)."""
        panels = list(self.shown.panels)
        for knob in self._knobs.values():
            if isinstance(knob, Points):
                panels[knob.panel] = with_points(panels[knob.panel], self.settings[knob.name], knob.lines)
        if self.shown.meters:
            panels.append(meter_panel(self.shown.meters))
        return compose(panels, self.shown.words)

    def _repr_mimebundle_(self, **_) -> tuple[dict, dict]:
        return still_bundle(self, *bundle(self.still(), self.shown.alt, small=True))


class PictureView(Bench):
    """Shows a picture whose words change with it: `view.present(Frame(picture, alt, words))` sets the next one."""

    def __init__(self, frame: Frame, title: str = ""):
        super().__init__(lambda settings: frame, title=title)
