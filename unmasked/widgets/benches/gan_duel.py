"""The duel: a generator and a discriminator train against each other before your eyes, and you set the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from unmasked.models import swapping
from unmasked.widgets.benches import scores
from unmasked.widgets.benches.theatre import Theatre
from unmasked.widgets.kit import (
    INK,
    SHARP,
    Frame,
    Meter,
    Panel,
    Slider,
    Toggle,
    loss_curves,
    side_by_side,
    two_digits,
    write,
)

TILE, SHOWN, GAP = 132, 2, 4  # CSS pixels of a face and of its verdict, how many, and what lies between
LOSSES, HIGH = 820, 110  # CSS pixels of the losses' curves: as wide as three strips
WEIGHTS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0)  # where the slider of the adversary's weight can rest
MOST = 1.5  # end of the bars of sharpness and variety: 1 is the truth's
MORE = (
    "A square of the verdict is the discriminator's answer for one patch of the face above it: white means "
    "it takes the patch for real, black for drawn. Variety is how much the drawn faces differ from each other inside "
    "the face, as a share of how much the true ones do: near 0 they've all become one picture."
)


def gan_duel(
    make_run: Callable[[Mapping], object],
    pictures: np.ndarray,
    truth: np.ndarray,
    *,
    masks: np.ndarray | None = None,
    mean_picture: np.ndarray | None = None,
    a: str = "ada",
    b: str = "bo",
    adversary: float = 0.03,
    rounds: int = 1,
    picture_loss: bool = True,
    first_steps: int = 0,
) -> Duel:
    """A bench in which a swap trains against a discriminator: faces, verdicts, both losses, and three rules to set.

    make_run  called with the rules, a dict that the bench keeps up to date while it trains: "adversary" (the weight of
              the discriminator's word), "rounds" (its steps for each of the generator's), "picture_loss" (True or
              False). Builds NEW networks and returns an `unmasked.training.Run` with them as state["model"] and
              state["discriminator"]: pictures float (N, 3, S, S) → verdicts (N, 1, h, w), 1 for real.
    adversary, rounds, picture_loss   the rules at first.
    The rest is as in `theatre`; at least two pictures. Raises ValueError or TypeError for arguments of another kind.
    """
    rules = {"adversary": adversary, "rounds": rounds, "picture_loss": picture_loss}
    return Duel(make_run, rules, pictures, truth, masks, mean_picture, a, b, first_steps)


class Duel(Theatre):
    """See `gan_duel`. `start()`, `pause()`, `one_step()` and `again()` are what the buttons do."""

    def __init__(self, make_run, rules, pictures, truth, masks, mean_picture, a, b, first_steps):
        self.rules = dict(rules)
        super().__init__(lambda: make_run(self.rules), pictures, truth, masks, mean_picture, a, b, first_steps)

    def _fresh_run(self):
        run = super()._fresh_run()
        if "discriminator" not in run.state:
            raise ValueError(f'make_run: wanted the run\'s state to hold the "discriminator", got {sorted(run.state)}')
        return run

    def _question(self) -> str:
        return "A duel: what does each of the two learn from the other, and who may be too strong?"

    def _dials(self) -> list:
        rules = self.rules
        if len(self._pictures) < SHOWN:
            raise ValueError(f"pictures: wanted {SHOWN} or more, got {len(self._pictures)}")
        if rules["adversary"] not in WEIGHTS:
            raise ValueError(f"adversary: wanted one of {WEIGHTS}, got {rules['adversary']!r}")
        return [
            Slider("adversary", "Discriminator's weight", 0, WEIGHTS[-1], rules["adversary"], stops=WEIGHTS),
            Slider("rounds", "Its steps a round", 0, 8, rules["rounds"], 1),
            Toggle("picture_loss", "Keep the picture loss", rules["picture_loss"]),
        ]

    def _stage(self, settings: dict) -> Frame:
        self.rules["adversary"] = float(settings["adversary"])
        self.rules["rounds"] = round(settings["rounds"])
        self.rules["picture_loss"] = bool(settings["picture_loss"])
        return self._picture()

    def _drawn_and_judged(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Every held-out swap, uint8 (N, S, S, 3), its verdicts (N, h, w), and those of the truth."""
        import torch

        from unmasked.tensors import to_tensor

        model, judge = self._run.state["model"], self._run.state["discriminator"]
        training = [getattr(net, "training", False) for net in (model, judge)]
        model.eval(), judge.eval()
        try:
            swap = swapping.swap_pictures(model, self._pictures, *self.names)
            with torch.inference_mode():
                verdicts = [judge(to_tensor(some))[:, 0].float().numpy() for some in (swap, self._truth)]
        finally:
            model.train(training[0]), judge.train(training[1])
        return swap, *verdicts

    def _picture(self, number: int = 1) -> Frame:
        _, b = self.shown_names
        run = self._run
        with run.lock:
            history = run.history
            losses = {name: list(values) for name, values in history.losses.items()}
            steps, seconds = history.steps, history.seconds
            swap, said, of_truth = self._drawn_and_judged()
        found = self._measured(swap)
        told = f"explained swap {two_digits(found['explained'])}, sharpness {found['sharpness']:.2f}, "
        told += f"variety {found['variety']:.2f}"
        rate = f" · {steps / seconds:.0f} steps/s" if seconds and steps else ""
        verdict = f"true {two_digits(float(of_truth.mean()))}, drawn {two_digits(float(said.mean()))}"
        words = f"Step {steps} of {run.steps} · mean verdict: {verdict}{rate} · {self._state()}"
        curves = loss_curves(losses, max(steps, 1), LOSSES, HIGH)
        panels = [
            _strip(swap[:SHOWN], f"{b}, drawn (64 × 64)", f"Two faces that the generator draws after {steps} steps"),
            _strip(verdict_maps(said[:SHOWN]), "The verdict: white real, black drawn", f"Mean verdicts: {verdict}"),
            _strip(self._truth[:SHOWN], f"The true {b}", f"{b} drawn in the same performances"),
            Panel(curves, "The losses", f"The losses over {steps} steps", 1 / SHARP, smooth=True, drawing=True),
        ]
        alt = f"A duel after {steps} steps: two drawn faces of {b}, the discriminator's verdict on each patch of them "
        alt += f"(mean {verdict}), and the truth. Of {len(swap)} held-out faces: {told}."
        return Frame(panels, alt, words, meters=_meters(found), more=MORE)

    def _measured(self, swap: np.ndarray) -> dict[str, float]:
        from unmasked import metrics
        from unmasked.tensors import masks_to_tensor, to_tensor

        mask = None if self._masks is None else masks_to_tensor(self._masks)
        return {
            "explained": scores.explained(swap, self._truth, self._mean, self._masks),
            "sharpness": metrics.sharpness(to_tensor(swap), to_tensor(self._truth), mask),
            "variety": variety(swap, self._truth),
        }


def variety(pictures: np.ndarray, truth: np.ndarray) -> float:
    """How much pictures differ from each other, as a share of how much the true ones do; uint8 (N, H, W, 3) both."""
    spread, wanted = (some.astype(np.float64).std(0).mean() for some in (pictures, truth))
    return float(spread / max(wanted, 1e-9))


def verdict_maps(verdicts: np.ndarray, side: int = TILE) -> np.ndarray:
    """Verdicts (N, h, w) as grey squares, black for 0, white for 1, each map with its mean: uint8 (N, S, S, 3)."""
    grey = np.rint(255 * np.clip(verdicts, 0, 1)).astype(np.uint8)
    maps = []
    for one, value in zip(grey, verdicts.mean((1, 2)), strict=True):
        large = cv2.resize(one, (side, side), interpolation=cv2.INTER_NEAREST)[..., None].repeat(3, 2)
        large[side - 24 :, side - 46 :] = 255
        write(large, two_digits(float(value)), side - 4, side - 5, 15, INK, anchor="rs", bold=True)
        maps.append(large)
    return np.stack(maps)


def _strip(pictures: np.ndarray, title: str, alt: str) -> Panel:
    large = [cv2.resize(one, (TILE, TILE), interpolation=cv2.INTER_CUBIC) for one in pictures]
    return Panel(side_by_side(np.stack(large), GAP), title, alt, 1.0, smooth=True)


def _meters(found: Mapping[str, float]) -> tuple[Meter, ...]:
    explained = found["explained"]
    return (
        Meter("Explained swap", two_digits(explained), explained, None, 1, "0: average face, 1: the truth", main=True),
        Meter("Sharpness", f"{found['sharpness']:.2f}", found["sharpness"] / MOST, 1 / MOST, None, "line: the truth's"),
        Meter("Variety", f"{found['variety']:.2f}", found["variety"] / MOST, 1 / MOST, None, "line: the truth's"),
    )
