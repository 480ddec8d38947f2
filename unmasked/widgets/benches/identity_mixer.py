"""The identity mixer: one performer, two people known from one picture each, and a slider from one to the other."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import numpy as np

from unmasked import toons
from unmasked.arguments import checked_kind
from unmasked.faces import draw_faces
from unmasked.models import swapping
from unmasked.widgets.benches import rings, scores
from unmasked.widgets.benches.puppet import performance_sliders
from unmasked.widgets.benches.rings import JAW, SMILE, RingBench
from unmasked.widgets.kit import SCRIPTS, Bench, Choice, Frame, Meter, Panel, Slider, source, two_digits

SIDE, TILE = 64, 192  # pixels of a face, and CSS pixels of it on the page
TURNED = ("smile", "jaw", "yaw", "pitch")
KNOWN = 12  # pictures by which the judge knows somebody; the net that draws sees one
FIRST = 690_001  # strangers whom no net of the course has met begin here
QUESTION = "Is one picture of somebody enough?"
MORE = (
    "The net has seen one picture of each of the two, and nothing else of them. An identity code is read off each "
    "picture, the slider mixes the two codes number by number, and the decoder draws the mixture doing what the "
    "performer does. Between the ends there is no truth: nobody looks like that. So there's a judge, another network "
    "that has helped to train nothing here: it says how alike the drawn face and each of the two are, from 12 other "
    "pictures of each. The first number says how much of the nearer one's still, unmoved, is put right by the swap."
)


def identity_mixer(
    model,
    performer: str | toons.Identity = "ada",
    people: Mapping[str, toons.Identity] | None = None,
    *,
    judge=None,
    start: Mapping[str, float] | None = None,
    title: str = "",
) -> Bench:
    """A bench where somebody performs and one of two others appears, or whatever lies between them.

    model      OneShotSwap; the bench works on a copy.
    performer  a name of the cast, or an Identity.
    people     who can be chosen: two or more, by the name that the page gives them; if left out, Cleo and strangers.
    judge      IdentityNet that says how alike faces are; the shipped judge where None.
    start      where the sliders stand at first, by parameter name.
    Raises ValueError or TypeError for anything else.
    """
    scene = Mixer(model, performer, _strangers() if people is None else people, judge)
    values = toons.Performance(**{"smile": 0.8, "jaw": 0.3, "yaw": 12.0, **(start or {})})
    names = list(scene.people)
    options = [(name, name) for name in names]
    knobs = [
        Slider("mix", "To the right", 0, 100, 0, 5, " %"),
        Choice("left", "Left", options, names[0]),
        Choice("right", "Right", options, names[1]),
        *performance_sliders(values, TURNED),
    ]
    path = toons.smooth_track(np.random.default_rng(15), 60, 25)
    columns = [toons.PARAMETERS.index(name) for name in TURNED]
    there = [dict(zip(TURNED, map(float, step[columns].round(3)), strict=True)) for step in path]
    track = [step | {"mix": 100 * number / (len(there) - 1)} for number, step in enumerate(there)]
    return MixerBench(
        scene,
        knobs,
        title=title or QUESTION,
        hands={
            "panel": 0,
            "across": "yaw",
            "down": "pitch",
            "words": "Drag the head to turn it, a ring to smile or open the mouth; the arrow keys do the same.",
        },
        track=track + track[::-1],
        beside=True,
    )


class MixerBench(RingBench):
    """See `identity_mixer`."""

    _esm = source(*SCRIPTS, "kit/grips.js", "benches/identity_mixer.js")
    _css = source("kit/kit.css", "benches/ends.css", "benches/identity_mixer.css")


class Mixer:
    """The bench's plain function and what it needs."""

    grips = SMILE, JAW

    def __init__(self, model, performer, people: Mapping[str, toons.Identity], judge=None):
        import torch

        from unmasked.models import weights
        from unmasked.models.identity import IdentityNet, embed
        from unmasked.models.one_shot import OneShotSwap
        from unmasked.tensors import to_tensor

        checked_kind(model, OneShotSwap, "model", "a OneShotSwap")
        self.model = copy.deepcopy(model)
        self.model.eval()
        self.model.requires_grad_(False)
        self.performer = toons.character(performer) if isinstance(performer, str) else performer
        checked_kind(self.performer, toons.Identity, "performer", "a name of the cast or a toons.Identity")
        if not isinstance(people, Mapping) or len(people) < 2:
            raise ValueError(f"people: wanted two or more by name, got {people!r}")
        self.people = {
            name: checked_kind(one, toons.Identity, f"people[{name!r}]", "an Identity") for name, one in people.items()
        }
        judge = weights.load("judge-identity") if judge is None else judge
        self.judge = checked_kind(judge, IdentityNet, "judge", "an IdentityNet")
        calm = toons.Performance().to_array()[None]
        self.stills = {name: draw_faces(one, calm, SIDE).pictures[0] for name, one in self.people.items()}
        acted = toons.sample_performances(np.random.default_rng(1), KNOWN)
        with torch.inference_mode(), swapping.one_thread():
            self.codes = {name: self.model.identify(to_tensor(still[None])) for name, still in self.stills.items()}
            self.known = {
                name: embed(self.judge, to_tensor(draw_faces(one, acted, SIDE).pictures))
                for name, one in self.people.items()
            }
        self.places: list[list[float]] = []  # of the rings in what was drawn last
        scale = TILE / SIDE
        self.shown = {
            name: Panel(still, f"One picture: {name}", f"The one picture of {name}, calm", scale, True, lasting=True)
            for name, still in self.stills.items()
        }

    def turns(self) -> list[dict[str, list[float]]]:
        """By how much each ring turns its slider: see `rings.turns`."""
        return rings.turns(self.grips, self.performer, toons.Performance(), SIDE)

    def mixed(self, acting: np.ndarray, left: str, right: str, share: float) -> tuple[np.ndarray, list[float]]:
        """What the net draws for the performer's picture uint8 (64, 64, 3), with `share` (0…1) of the right one's code
        in it: uint8 (64, 64, 3); and how alike the judge finds it to either, −1…1."""
        import torch

        from unmasked.models.identity import embed, likeness
        from unmasked.tensors import to_pictures, to_tensor

        with torch.inference_mode(), swapping.one_thread():
            code = torch.lerp(self.codes[left], self.codes[right], share)
            drawn = self.model.decode(self.model.encode(to_tensor(acting[None])), code)
            picture = to_pictures(drawn)[0]
            seen = embed(self.judge, to_tensor(picture[None]))
            return picture, [float(likeness(seen, self.known[name])) for name in (left, right)]

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: mix (0…100), left, right and those of the sliders. Returns performer and both stills, then the
        drawn face between the truth of either end."""
        left, right, share = settings["left"], settings["right"], settings["mix"] / 100
        acts = toons.Performance(**{name: float(settings[name]) for name in TURNED})
        everybody = [self.performer, self.people[left], self.people[right]]
        faces = draw_faces(everybody, np.stack([acts.to_array()] * 3), SIDE)
        acting, *truth = faces.pictures
        self.places = rings.places(self.grips, faces.landmarks[0], acts, SIDE)
        picture, alike = self.mixed(acting, left, right, share)
        end = int(share > 0.5)
        near = (left, right)[end]
        still, true = self.stills[near], truth[end]
        told, score = "the performer stands like the still", None
        if not np.array_equal(true, still):
            score = scores.explained(picture[None], true[None], still, faces.masks[1 + end][None])
            told = f"explained {two_digits(score)} of the error of {near}'s still"
        who = self.performer.name
        mixture = f"{left} and {right}, {round(100 - 100 * share)} to {round(100 * share)}"
        scale = TILE / SIDE
        named = left if share == 0 else right if share == 1 else "the mixture"
        panels = [
            Panel(acting, f"{who} performs: drag", f"{who}, performing", scale, True),
            self.shown[left],
            self.shown[right],
            Panel(picture, f"Drawn: {named}", f"What the net draws: {mixture}", scale, True),
            Panel(truth[0], f"The true {left}", f"{left}, doing what {who} does", scale, True),
            Panel(truth[1], f"The true {right}", f"{right}, doing what {who} does", scale, True),
        ]
        meters = (
            Meter(
                f"Explained, as {near}",
                "–" if score is None else two_digits(score),
                score or 0.0,
                None,
                1,
                "1: the truth; 0: the still, unmoved",
                main=True,
            ),
            *(
                Meter(f"Like {name}", two_digits(cosine), max(0.0, cosine), note="the judge's cosine")
                for name, cosine in zip((left, right), alike, strict=True)
            ),
        )
        likened = " and ".join(
            f"{two_digits(cosine)} like {name}" for name, cosine in zip((left, right), alike, strict=True)
        )
        alt = (
            f"{who} performs; of {left} and of {right} there is one picture each. Drawn: {mixture}: {told}. The judge "
            f"finds it {likened}."
        )
        words = f"{mixture}." if score is not None else f"{mixture}: {told}."
        return Frame(panels, alt, words, meters=meters, more=MORE)


def _strangers() -> dict[str, toons.Identity]:
    some = {f"stranger {number + 1}": toons.sample_identity(FIRST + number) for number in range(3)}
    return {"Cleo": toons.character("cleo"), **some}
