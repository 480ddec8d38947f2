"""The places of the plugs' diagram: boxes, cables and sockets in CSS pixels, for the page and for its still picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from unmasked.widgets.kit import ACCENT, FAINT, INK, LINE, SHARP, Panel, blank, enlarge, stroke, to_rgb, write

FACE = 128  # the side of a picture in its box
CODE = (48, 96)
ROW = 182  # from one network to the next
TOP = 34  # above a row's pictures: room for its name, and for the cables into the decoders
PICTURE, ENCODER, CODED, LAYOUT, DECODERS, TRUTH = 0, 174, 276, 344, (458, 596), 740  # where each column begins
PART = (86, 56)  # width and height of an encoder or a layout
WIDTH = TRUTH + FACE


def build(names: Mapping[str, str], rows: Mapping[str, tuple[bool, bool]]) -> dict:
    """The diagram of two characters, `names` (name → label), and networks: label → (two encoders?, two layouts?).

    Returns width, height and lists: `boxes` (words or the index of a panel, and what a click on it sets), `cables`
    (four points of a curve, and the settings under which it carries something), `plugs` (cable ends to be dragged: what
    they set, and where they are for each value) and `names` of the rows.
    """
    high = max(2, len(rows)) * ROW
    boxes, cables, ends, titles = [], [], [], []
    sources = {}
    for number, (name, label) in enumerate(names.items()):
        top = (high - 2 * ROW) / 2 + number * ROW + TOP
        boxes.append(_face(number, PICTURE, top, {"picture": name}, f"Plug {label}'s picture in"))
        sources[name] = (PICTURE + FACE, top + FACE / 2)
    ends.append({"setting": "picture", "words": "the cable from the picture", "at": sources, "from": None})
    first = (high - len(rows) * ROW) / 2
    for number, (title, (two_encoders, two_layouts)) in enumerate(rows.items()):
        top = first + number * ROW
        titles.append({"x": ENCODER, "y": top + 2, "words": title})
        panel = 2 + 3 * number
        middle = top + TOP + FACE / 2
        code_in, code_out = (CODED, middle), (CODED + CODE[0], middle)
        encoders = _parts(names, two_encoders, ENCODER, top, "encoder")
        layouts = _parts(names, two_layouts, LAYOUT, top, "decoder", "layout")
        boxes += [*encoders.values()] if two_encoders else [next(iter(encoders.values()))]
        boxes += [*layouts.values()] if two_layouts else [next(iter(layouts.values()))]
        boxes.append({"x": CODED, "y": middle - CODE[1] / 2, "w": CODE[0], "h": CODE[1], "panel": panel, "set": {}})
        boxes[-1]["kind"] = "code"
        for picture, start in sources.items():
            for encoder, part in encoders.items():
                when = {"picture": picture, **({"encoder": encoder} if two_encoders else {})}
                if two_encoders or encoder == picture:
                    cables.append(_cable(start, _left(part), when))
        for encoder, part in list(encoders.items())[: 2 if two_encoders else 1]:
            cables.append(_cable(_right(part), code_in, {"encoder": encoder} if two_encoders else {}))
        sockets = {}
        for index, (name, label) in enumerate(names.items()):
            layout, left = layouts[name], DECODERS[index]
            if two_layouts or not index:
                cables.append(_cable(code_out, _left(layout), {"decoder": name} if two_layouts else {}))
            # The first decoder stands in the way of the second: that one's cable comes from above.
            sockets[name] = (left + 30, top + TOP) if index else (left, middle)
            cables.append((_over if index else _cable)(_right(layout), sockets[name], {"decoder": name}))
            words = f"Plug {label}'s decoder in"
            boxes.append(_face(panel + 1 + index, left, top + TOP, {"decoder": name}, words))
        if two_encoders:
            at = {name: _left(part) for name, part in encoders.items()}
            words = f"the cable into the encoder, {title}"
            ends.append({"setting": "encoder", "words": words, "at": at, "from": "picture"})
        words = f"the cable into the decoder, {title}"
        ends.append({"setting": "decoder", "words": words, "at": sockets, "from": _right(layouts[next(iter(names))])})
        if two_layouts:
            ends[-1]["from"] = {name: _right(part) for name, part in layouts.items()}
    last = 2 + 3 * len(rows)
    boxes.append(_face(last, TRUTH, (high - ROW) / 2 + TOP, {}, ""))
    return {
        "width": WIDTH,
        "height": high,
        "boxes": boxes,
        "cables": cables,
        "plugs": ends,
        "names": titles,
        "labels": dict(names),
    }


def _face(panel: int, x: float, y: float, set_to: dict, words: str) -> dict:
    return {"x": x, "y": y, "w": FACE, "h": FACE, "panel": panel, "set": set_to, "hint": words, "kind": "face"}


def _parts(names: Mapping[str, str], two: bool, x: float, top: float, setting: str, called: str = "") -> dict:
    """Name → the box of an encoder or a layout; with one for both, the same box twice."""
    called, (wide, high) = called or setting, PART
    if not two:
        middle = top + TOP + FACE / 2
        one = {"x": x, "y": middle - 36, "w": wide, "h": 72, "words": ["one", called], "set": {}, "kind": "part"}
        return dict.fromkeys(names, one)
    tops = (top + TOP, top + TOP + FACE - high)
    return {
        name: {
            "x": x, "y": y, "w": wide, "h": high, "words": [f"{label}'s", called], "set": {setting: name},
            "hint": f"Plug {label}'s {called} in", "kind": "part",
        }
        for y, (name, label) in zip(tops, names.items(), strict=True)
    }  # fmt: skip


def _left(box: dict) -> tuple[float, float]:
    return box["x"], box["y"] + box["h"] / 2


def _right(box: dict) -> tuple[float, float]:
    return box["x"] + box["w"], box["y"] + box["h"] / 2


def _cable(start: tuple, end: tuple, when: dict) -> dict:
    bend = max(8.0, (end[0] - start[0]) / 2)
    return {"points": [start, (start[0] + bend, start[1]), (end[0] - bend, end[1]), end], "when": when}


def _over(start: tuple, end: tuple, when: dict) -> dict:
    """Into a decoder from above."""
    return {"points": [start, (start[0], end[1] - 66), (end[0], end[1] - 40), end], "when": when}


# ---- the still picture


def paint(places: Mapping, panels: Sequence[Panel], settings: Mapping) -> np.ndarray:
    """The diagram with the panels' pictures, and the cables that these settings plug in: uint8 (H, W, 3)."""
    paper = blank(places["width"], places["height"])
    for live in (False, True):
        for cable in places["cables"]:
            if all(settings[key] == value for key, value in cable["when"].items()) == live:
                stroke(paper, _bezier(cable["points"]) * SHARP, ACCENT if live else LINE, 3 if live else 1)
    for title in places["names"]:
        write(paper, title["words"], title["x"] * SHARP, title["y"] * SHARP, 14 * SHARP, INK, bold=True)
    for box in places["boxes"]:
        live = all(settings[key] == value for key, value in box["set"].items())
        left, top, right, bottom = (
            round(edge * SHARP) for edge in (box["x"], box["y"], box["x"] + box["w"], box["y"] + box["h"])
        )
        paper[top:bottom, left:right] = (246, 248, 250)
        if "panel" in box:
            panel = panels[box["panel"]]
            whole = enlarge(panel.picture, (right - left) / panel.picture.shape[1], panel.smooth)
            picture = to_rgb(whole, (246, 248, 250))
            paper[top:bottom, left:right] = cv2.resize(picture, (right - left, bottom - top))
            middle = (left + right) / 2
            colour = INK if live else FAINT
            write(paper, panel.title, middle, bottom + 3 * SHARP, 13 * SHARP, colour, "ma")
        for number, words in enumerate(box.get("words", ())):
            y = (top + bottom) / 2 + (number - 0.5) * 17 * SHARP
            write(paper, words, (left + right) / 2, y, 13 * SHARP, INK if live else FAINT, "mm")
        cv2.rectangle(paper, (left, top), (right - 1, bottom - 1), ACCENT if live else LINE, SHARP * (1 + live))
    for end in places["plugs"]:
        x, y = end["at"][settings[end["setting"]]]
        place = round(x * SHARP), round(y * SHARP)
        cv2.circle(paper, place, 8 * SHARP, ACCENT, -1, cv2.LINE_AA)
        cv2.circle(paper, place, 5 * SHARP, (255, 255, 255), -1, cv2.LINE_AA)
    return paper


def _bezier(points: Sequence[Sequence[float]]) -> np.ndarray:
    """A curve through the first and last of four points, as SVG's C has it: float (40, 2)."""
    t = np.linspace(0, 1, 40)[:, None]
    a, b, c, d = (np.asarray(point, np.float64) for point in points)
    return (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t**2 * (1 - t) * c + t**3 * d
