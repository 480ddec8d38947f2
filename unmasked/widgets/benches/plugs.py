"""Swap the plugs: whose picture goes in, through which encoder, out of which decoder, in several nets at once."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import traitlets

from unmasked import toons
from unmasked.models import swapping
from unmasked.widgets.benches import board, scores
from unmasked.widgets.kit import SCRIPTS, SHARP, Bench, Choice, Frame, Panel, Slider, compose, source, two_digits

COLUMNS = 8  # numbers of a code beside each other
LOW, HIGH = np.array((58, 134, 214)), np.array((226, 122, 40))  # below 0, above 0


def plugs(
    networks: Mapping[str, object], faces: Mapping[str, np.ndarray], masks: Mapping[str, np.ndarray] | None = None
) -> Bench:
    """A diagram with cables: two characters' pictures, encoders and decoders are plugged together, in all nets at once.

    networks  a label → a swap model, such as {"One shared encoder": net, "Two separate autoencoders": other}. A model
              whose `encoders` hold one for each name has separate ones; any other shares its one encoder. Each is a
              row of the diagram.
    faces     two names → aligned pictures uint8 (N, 64, 64, 3) of the SAME performances, so that the truth is known.
    masks     the same names → face masks uint8 (N, 64, 64): where the score looks. Everywhere if left out.
    Raises ValueError or TypeError for anything else.
    """
    return PlugBench(Plugs(networks, faces, masks))


def _name(name: str) -> str:
    return toons.character(name).name if name in toons.CAST else name.capitalize()


class PlugBench(Bench):
    """See `plugs`. The diagram's places are worked out here; the page and the still picture draw them alike."""

    _esm = source(*SCRIPTS, "benches/plugs.js")
    _css = source("kit/kit.css", "benches/ends.css", "benches/plugs.css")

    board = traitlets.Dict().tag(sync=True)

    def __init__(self, scene: Plugs):
        a, b = scene.names
        labels = [(name, _name(name)) for name in scene.names]
        knobs = [
            Choice("picture", "Picture", labels, a),
            Choice("encoder", "Encoder", [(name, f"{label}'s") for name, label in labels], a),
            Choice("decoder", "Decoder", [(name, f"{label}'s") for name, label in labels], b),
            Slider("moment", "Performance", 1, scene.count, 1, 1),
        ]
        rows = {key: (scene.separate(key), scene.layouts(key)) for key in scene.networks}
        places = board.build(dict(labels), rows)
        super().__init__(scene.draw, knobs, title="Which plug goes where?")
        self.board = places

    def still(self) -> np.ndarray:
        """The diagram with its pictures and cables as a still picture: uint8 (H, W, 3)."""
        drawn = board.paint(self.board, self.shown.panels, self.settings)
        return compose([Panel(drawn, scale=1 / SHARP, smooth=True)], self.shown.words, width=self.board["width"])


class Plugs:
    """The bench's plain function and what it needs."""

    def __init__(self, networks, faces, masks=None):
        if len(faces) != 2:
            raise ValueError(f"faces: wanted the pictures of two characters, got {list(faces)}")
        if not networks:
            raise ValueError("networks: wanted at least one, got none")
        self.names = tuple(faces)
        self.faces = {name: np.asarray(pictures) for name, pictures in faces.items()}
        shapes = {pictures.shape for pictures in self.faces.values()}
        shape = next(iter(shapes))
        if len(shapes) > 1 or len(shape) != 4 or shape[3] != 3 or shape[0] < 2:
            raise ValueError(
                f"faces: wanted two sets of two or more pictures (N, 64, 64, 3), got shapes {sorted(shapes)}"
            )
        self.count = shape[0]
        self.masks = masks
        self.networks = {key: swapping.own_copy(model) for key, model in networks.items()}
        self.means = {name: scores.mean_picture(pictures) for name, pictures in self.faces.items()}
        self.scale = board.FACE / shape[1]
        self.empty = Panel(np.zeros((8, 8, 4), np.uint8), scale=board.FACE / 8)

    def separate(self, key: str) -> bool:
        """Whether this network has an encoder for each character."""
        return hasattr(self.networks[key], "encoders")

    def layouts(self, key: str) -> bool:
        """Whether this network has a layout for each character."""
        return hasattr(self.networks[key], "layouts")

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: picture, encoder, decoder (names), moment (from 1).

        Returns both pictures, for each network its code and both decoders' pictures (an idle one is empty), the truth.
        """
        picture, encoder, decoder = settings["picture"], settings["encoder"], settings["decoder"]
        moment = round(settings["moment"]) - 1
        names = {name: _name(name) for name in self.names}
        given, wanted = self.faces[picture][moment], self.faces[decoder][moment]
        mask = None if self.masks is None else self.masks[decoder][moment][None]
        panels = [
            self._face(self.faces[name][moment], f"{names[name]}'s picture", f"{names[name]}, performance {moment + 1}")
            for name in self.names
        ]
        told = []
        for key, model in self.networks.items():
            # A shared encoder has one socket: it is told whose picture it reads, for a net that keeps notes on each.
            through = encoder if self.separate(key) else picture
            code, result = _through(model, given, through, decoder)
            score = two_digits(scores.explained(result[None], wanted[None], self.means[decoder], mask))
            told.append(f"{key} {score}")
            panels.append(Panel(_cells(code), "", f"{key}: the code, {len(code)} numbers", smooth=False))
            for name in self.names:
                title = f"{names[name]}'s decoder"
                if name == decoder:
                    alt = f"{key}: what {title} draws, explained {score}"
                    panels.append(self._face(result, f"{title}: {score}", alt))
                else:
                    alt = f"{key}: {title} is not plugged in"
                    panels.append(Panel(self.empty.picture, title, alt, self.empty.scale))
        panels.append(self._face(wanted, f"the true {names[decoder]}", f"{names[decoder]} in performance {moment + 1}"))
        path = f"{names[picture]}'s picture goes in"
        if any(self.separate(key) for key in self.networks):
            path += f" (where there are two encoders, through {names[encoder]}'s)"
        what = "picture" if picture == decoder else "swap"
        words = (
            f"{path}, {names[decoder]}'s decoder draws. Explained {what}: {'; '.join(told)} "
            f"(1 is the true {names[decoder]}, 0 is {names[decoder]}'s average picture)."
        )
        idle = () if any(self.separate(key) for key in self.networks) else ("encoder",)
        return Frame(panels, alt=f"A diagram of cables. {words}", words=words, idle=idle)

    def _face(self, picture: np.ndarray, title: str, alt: str) -> Panel:
        return Panel(picture, title, alt, self.scale, smooth=True)


def _through(model, picture: np.ndarray, source_name: str, target: str) -> tuple[np.ndarray, np.ndarray]:
    """The code, float (C,), of a picture uint8 (S, S, 3), and what the target's decoder draws from it."""
    import torch

    from unmasked.tensors import to_pictures, to_tensor

    with torch.inference_mode(), swapping.one_thread():
        codes = model.encode(to_tensor(picture[None]), source_name)
        return codes.flatten().float().numpy(), to_pictures(model.decode(codes, target))[0]


def _cells(code: np.ndarray) -> np.ndarray:
    """A code as cells, blue below 0 and orange above: uint8 (high, wide, 4), at `SHARP` pixels a CSS pixel."""
    rows = -(-len(code) // COLUMNS)
    values = np.zeros(rows * COLUMNS)
    values[: len(code)] = code / max(float(np.abs(code).max()), 1e-6)
    cells = np.zeros((rows, COLUMNS, 4), np.uint8)
    cells[..., :3] = np.where(values[:, None] < 0, LOW, HIGH).reshape(rows, COLUMNS, 3)
    cells[..., 3] = np.rint(40 + 215 * np.abs(values)).reshape(rows, COLUMNS)
    cells.reshape(-1, 4)[len(code) :, 3] = 0
    size = (board.CODE[0] * SHARP, board.CODE[1] * SHARP)
    return cv2.resize(cells, size, interpolation=cv2.INTER_NEAREST)
