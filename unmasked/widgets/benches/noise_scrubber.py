"""The noise scrubber: noise put into a face and taken out again, from several seeds, in as many steps as one likes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from unmasked.arguments import checked_kind, checked_mask, checked_picture, checked_whole
from unmasked.models import swapping
from unmasked.widgets.kit import SCRIPTS, Bench, Choice, Frame, Meter, Panel, Slider, source, two_digits

SIDE, SHOWN = 64, 166  # pixels of a face, and CSS pixels of each picture: four of them fit beside each other
COUNTS = (1, 2, 4, 8, 16, 32)  # steps from noise to face that can be chosen
PLACES = COUNTS[-1]  # of the scrubber: the finest way has a stage at each
START = {"place": 28, "steps": 16}  # faces show through the noise
STAGE, GUESS = "stage", "guess"
VIEWS = ((STAGE, "the mixture so far"), (GUESS, "the face that the net expects"))
QUESTION = "How does noise turn into a face, and in how many steps?"
MORE = (
    "Left: the face with so much noise mixed into its middle, (1 − t) · face + t · noise. The others begin as nothing "
    "but noise, each seed another one, and the net says at every step which way to move. It never sees what the hole "
    "hides, so each seed ends in a face of its own that fits the rest. “The face that the net expects” is what the "
    "stage would become if the rest of the way were one straight step. Fine detail is measured at the end of the way, "
    "1 is as much as in the true face; it's the mean of the seeds. All pictures have 64 × 64 pixels, enlarged."
)


def noise_scrubber(model, picture: np.ndarray, hole: np.ndarray, *, seeds: Sequence[int] = (0, 1, 2), title: str = ""):
    """A bench that scrubs between a face and noise, forward and back, with several paintings of one hole side by side.

    model    a trained RepaintNet; all ways are worked out once, at the beginning.
    picture  uint8 (64, 64, 3), an aligned face; hole: uint8 (64, 64), 255 where noise goes in and a face comes out.
    seeds    of the noise, whole numbers, one to three.
    Raises TypeError or ValueError that names the argument.
    """
    scene = Ways(model, picture, hole, seeds)
    knobs = [
        Slider("place", "From noise to face", 0, PLACES, START["place"], 1, f" of {PLACES}"),
        Slider("steps", "Steps", COUNTS[0], COUNTS[-1], START["steps"], 1, stops=COUNTS),
        Choice("view", "Show", VIEWS, STAGE),
    ]
    track = [{"place": place} for place in (*range(PLACES + 1), *[PLACES] * 6, *range(PLACES, -1, -1))]
    return ScrubberBench(scene.draw, knobs, title=title or QUESTION, track=track, wide=True)


class ScrubberBench(Bench):
    """See `noise_scrubber`."""

    _esm = source(*SCRIPTS, "benches/noise_scrubber.js")
    _css = source("kit/kit.css", "benches/noise_scrubber.css")


class Ways:
    """The bench's plain function and what it needs."""

    def __init__(self, model, picture: np.ndarray, hole: np.ndarray, seeds: Sequence[int] = (0, 1, 2)):
        import torch

        from unmasked.models.repaint import RepaintNet
        from unmasked.tensors import masks_to_tensor, to_tensor

        checked_kind(model, RepaintNet, "model", "a RepaintNet")
        self.picture = checked_picture(picture, "picture", (SIDE, SIDE))
        self.seeds = [checked_whole(seed, "seeds") for seed in seeds]
        if not 1 <= len(self.seeds) <= 3:
            raise ValueError(f"seeds: wanted one to three, got {len(self.seeds)}")
        hole = np.rint(255 * checked_mask(hole, "hole", (SIDE, SIDE), face=True)).astype(np.uint8)
        self.face, self.inside = to_tensor(picture), masks_to_tensor(hole)
        self.noise = torch.cat([_noise(seed) for seed in self.seeds])
        with torch.inference_mode(), swapping.one_thread():
            self.ways = {count: self._way(model, count) for count in COUNTS}
        self.detail = {count: self._detail(stages[-1]) for count, (stages, _) in self.ways.items()}

    def _way(self, model, count: int):
        """All stages of the way in `count` steps, and what is expected at each, both (count + 1, seeds, 3, 64, 64) in
        −1…1, the noise first."""
        import torch

        from unmasked.models.flow import sample
        from unmasked.models.repaint import surroundings

        seen = surroundings(self.face, self.inside).expand(len(self.noise), -1, -1, -1)
        stages = sample(model, self.noise, count, seen, keep=True)
        # A step of 1/count along the velocity says what the whole of the rest would do.
        left = torch.arange(count, 0, -1).view(-1, 1, 1, 1, 1)
        expected = stages[:-1] + left * (stages[1:] - stages[:-1])
        return stages, torch.cat([expected, stages[-1:]])

    def _shown(self, painted):
        """Painted parts (N, 3, 64, 64) in −1…1 within their picture: uint8 (N, 64, 64, 3)."""
        from unmasked.tensors import to_pictures

        return to_pictures(self.face + self.inside * ((painted + 1) / 2 - self.face))

    def _detail(self, painted) -> float:
        from unmasked import metrics

        count = len(painted)
        truth, inside = self.face.expand(count, -1, -1, -1), self.inside.expand(count, -1, -1, -1)
        return metrics.sharpness(((painted + 1) / 2).clamp(0, 1).clone(), truth, inside)

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: place (0…32 of the way from noise), steps, view. Returns the noised face and every painting."""
        from unmasked.models.flow import noised

        count = min(COUNTS, key=lambda one: abs(one - settings["steps"]))
        done = int(settings["place"] * count / PLACES + 1e-6)  # a coarse way stands still between two stages
        t, guess = 1 - done / count, settings["view"] == GUESS
        mixed, _ = noised(2 * self.face - 1, self.noise[:1], t)
        made = self._shown(self.ways[count][guess][done])
        scale, many = SHOWN / SIDE, "one step" if count == 1 else f"{count} steps"
        what = "the face expected" if guess else "the mixture"
        panels = [Panel(self._shown(mixed)[0], "Noise put in", f"The face with noise, t = {t:.2f}", scale, smooth=True)]
        for seed, picture in zip(self.seeds, made, strict=True):
            alt = f"{what.capitalize()} after {done} of {many}, from the noise of seed {seed}"
            panels.append(Panel(picture, f"Taken out, seed {seed}", alt, scale, smooth=True))
        detail = self.detail[count]
        meters = (
            Meter("Noise left, t", f"{t:.2f}", t),
            Meter("Fine detail at the end", two_digits(detail), detail, None, 1, f"in {many}", main=True),
        )
        told = f"{done} of {many} done, shown is {what}."
        alt = (
            f"A face with noise in its middle, and beside it {len(self.seeds)} paintings of that middle. {told} "
            f"t = {t:.2f}; fine detail at the end: {two_digits(detail)}."
        )
        return Frame(panels, alt, told, meters=meters, more=MORE)


def _noise(seed: int):
    import torch

    return torch.randn(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(seed))
