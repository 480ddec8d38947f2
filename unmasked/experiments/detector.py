"""Makes lesson 13's table and the shipped detectors: `python -m unmasked.experiments.detector`.

Every seed has strangers of its own, some to learn from and others to be judged by; they are filmed and forged once, and
every variant is trained on them from nothing. Two experiments:

  makers   each variant against every maker, at the compression it was trained on and at one it never met.
  split    one and the same net, judged by frames dealt out at random (leaky) and by characters never seen (clean).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from unmasked import tensors, toons
from unmasked.experiments.command import command_of, module_parser, settings_of
from unmasked.experiments.tables import in_words, rounded, save_table
from unmasked.forensics import roughen, splits
from unmasked.forensics.compression import LEVELS
from unmasked.forensics.detector import logits_of
from unmasked.forensics.footage import REAL, Footage, gather
from unmasked.forensics.roc import auc
from unmasked.forensics.self_blended import SelfBlended
from unmasked.makers import Maker, built_in, record
from unmasked.makers.whole import BentStill
from unmasked.models import weights
from unmasked.models.meso import Meso4
from unmasked.models.xray import XRay, xray_loss
from unmasked.training import History, Run, cosine, set_rate

TABLE = "detector"
FIRST = 3_000_000  # strangers with numbers of their own, filmed by no other experiment
KNOWN, TRAINED, HARD = "box paste", next(iter(LEVELS)), list(LEVELS)[-1]  # the mildest compression and the strongest
SAME_NETWORK = ("feathered swap", "Poisson swap")  # the known maker's own network, blended otherwise
OTHERS = ("another network", "splice")
BLENDED = (KNOWN, *SAME_NETWORK, *OTHERS)
WHOLE = "bent still"
SELF = SelfBlended.name
SPLIT_MAKER = "another network"
SHARES = (0.7, 0.3)  # of frames or characters, to learn from and to be judged by
LEARNED, JUDGED, COPIES = 240, 60, 5  # characters, and self-blended versions of each of their clips
STEPS, BATCH, RATE = 500, 32, 2e-3

# name → (net, makers to learn from, roughened?)
VARIANTS: dict[str, tuple[type[nn.Module], tuple[str, ...], bool]] = {
    "one maker": (Meso4, (KNOWN,), False),
    "one maker, roughened": (Meso4, (KNOWN,), True),
    "three blends": (Meso4, (KNOWN, *SAME_NETWORK), False),
    "every maker": (Meso4, BLENDED, False),
    "self-blended": (Meso4, (SELF,), False),
    "self-blended, roughened": (Meso4, (SELF,), True),
    "X-ray, one maker": (XRay, (KNOWN,), False),
    "X-ray, every maker": (XRay, BLENDED, False),
    "X-ray, self-blended": (XRay, (SELF,), False),
}


def makers() -> dict[str, Maker]:
    """The five of the course, and the one in which nothing is blended."""
    return built_in() | {WHOLE: BentStill()}


def draw(
    characters: int,
    frames: int = 3,
    *,
    first: int = FIRST,
    seed: int = 0,
    copies: int = 3,
    who: Sequence[str] = (*BLENDED, WHOLE),
    levels: Sequence[str] = (TRAINED, HARD),
    progress: Callable[[str], None] = lambda words: None,
) -> Footage:
    """Footage of `characters` strangers, a clip each: recordings, fakes by the makers `who` at all `levels`, and
    `copies` self-blended versions of every recording at the first level."""
    clips = [record(toons.sample_identity(first + number), 0, frames) for number in range(characters)]
    known = makers()
    footage = gather(clips, {name: known[name] for name in who}, levels, seed, progress)
    if copies:
        own = [gather(clips, {SELF: SelfBlended()}, {REAL: (), SELF: levels[:1]}, seed + k) for k in range(copies)]
        # More versions of a clip stand beside its frames: whoever splits by clip keeps them together.
        footage.crops[SELF, levels[0]] = np.concatenate([one.crops[SELF, levels[0]] for one in own], 1)
        footage.masks[SELF] = np.concatenate([one.masks[SELF] for one in own], 1)
    return footage


def chosen(footage: Footage, names: Sequence[str], level: str, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All frames of these makers at a level, of the clips `rows`: crops uint8 (N, 64, 64, 3), masks (N, 64, 64)."""
    crops = [footage.crops[name, level][rows] for name in names]
    masks = [footage.masks[name][rows] for name in names]
    return tuple(np.concatenate([one.reshape(-1, *one.shape[2:]) for one in some]) for some in (crops, masks))


class Batches:
    """Half recordings, half fakes, drawn at random, mirrored and recoloured at random; `rough`: roughened too."""

    def __init__(self, real: np.ndarray, fake: np.ndarray, masks: np.ndarray, seed: int, rough: bool = False):
        if not len(real) or not len(fake):
            raise ValueError(f"real, fake: wanted pictures of both kinds, got {len(real)} and {len(fake)}")
        self.real, self.fake, self.masks, self.rough = real, fake, masks, rough
        self.rng = np.random.default_rng(seed)

    def draw(self, count: int = BATCH) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Pictures (2h, 3, 64, 64), 1 for a fake and 0 for a recording (2h,), masks (2h, 1, 64, 64); h = count // 2."""
        half = count // 2
        a, b = self.rng.integers(len(self.real), size=half), self.rng.integers(len(self.fake), size=half)
        pictures = np.concatenate([self.real[a], self.fake[b]])
        masks = np.concatenate([np.zeros_like(self.masks[b]), self.masks[b]])
        pictures, masks = roughen.mirrored(pictures, masks, self.rng)
        pictures = roughen.recoloured(pictures, self.rng)
        if self.rough:
            pictures = roughen.roughened(pictures, self.rng)
        fake = torch.cat([torch.zeros(half), torch.ones(half)])
        return tensors.to_tensor(pictures), fake, tensors.masks_to_tensor(masks)


def loss_of(model: nn.Module, pictures: torch.Tensor, fake: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """The loss of a batch: cross-entropy; an X-ray also has to draw the boundary."""
    if isinstance(model, XRay):
        return xray_loss(model, pictures, fake, masks)
    return binary_cross_entropy_with_logits(model(pictures), fake)


def train_detector(
    kind: type[nn.Module],
    batches: Batches,
    steps: int,
    seed: int,
    label: str = "detector",
    *,
    spoil: Callable[[nn.Module, torch.Tensor, torch.Tensor], torch.Tensor] | None = None,
    progress: bool = False,
) -> tuple[nn.Module, History]:
    """A net of this kind, trained from nothing, in eval mode, and its history. The caller's random state stays.

    spoil     what is done to a batch before the net learns from it: (net, pictures, fake) → pictures.
    progress  shows a bar, as a lesson wants it; Ctrl+C then ends the training and not the call.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # the first weights, and what dropout leaves out
        model = kind().to(memory_format=torch.channels_last).train()
        optimiser = torch.optim.Adam(model.parameters(), lr=RATE)

        def step(i: int) -> dict[str, torch.Tensor]:
            set_rate(optimiser, cosine(i, steps, RATE, warmup=min(20, steps - 1)))
            pictures, fake, masks = batches.draw()
            if spoil is not None:
                pictures = spoil(model, pictures, fake)
            loss = loss_of(model, pictures, fake, masks)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            return {"loss": loss}

        run = Run(step, steps=steps, label=label)
        run.complete() if progress else run.advance(steps)
    return model.eval(), run.history


def train_variant(footage: Footage, name: str, rows: np.ndarray, steps: int, seed: int) -> tuple[nn.Module, History]:
    """One of VARIANTS, trained on the clips `rows`."""
    kind, learned, rough = VARIANTS[name]
    real, _ = chosen(footage, [REAL], TRAINED, rows)
    batches = Batches(real, *chosen(footage, learned, TRAINED, rows), seed=seed, rough=rough)
    return train_detector(kind, batches, steps, seed, f"{name}, seed {seed}")


def areas(model: nn.Module, footage: Footage, rows: np.ndarray, maker: str, level: str) -> dict[str, float]:
    """AUC of single frames and of clips (the mean of a clip's logits) against one maker, on the clips `rows`."""
    sides = []
    for who in (REAL, maker):
        crops, _ = chosen(footage, [who], level, rows)
        sides.append(logits_of(model, crops).reshape(len(rows), -1))
    (real, fake), clips = sides, [side.mean(1) for side in sides]
    return {"auc": auc(real.ravel(), fake.ravel()), "auc_clip": auc(*clips)}


def draw_for(
    seed: int,
    learned: int = LEARNED,
    judged: int = JUDGED,
    who: Sequence[str] = (*BLENDED, WHOLE),
    taught: Sequence[str] = BLENDED,
    progress: Callable[[str], None] = print,
) -> tuple[Footage, Footage]:
    """A seed's own strangers: footage to learn from (by `taught`, and self-blended), and to be judged by (by `who`)."""
    first = FIRST + 10_000 * seed
    one = draw(learned, first=first, seed=seed, who=taught, levels=(TRAINED,), copies=COPIES, progress=progress)
    return one, draw(judged, first=first + 5_000, seed=seed, who=who, copies=0, progress=progress)


def maker_rows(
    name: str,
    seed: int,
    steps: int = STEPS,
    *,
    learned: int = LEARNED,
    judged: int = JUDGED,
    who: Sequence[str] = (*BLENDED, WHOLE),
    drawn: tuple[Footage, Footage] | None = None,
) -> list[dict]:
    """The table's rows of one variant and seed: trained on `learned` characters, judged by `judged` others.

    `drawn`: what `draw_for` gives for these settings, so that a table need not draw it for every variant.
    """
    taught = tuple(maker for maker in VARIANTS[name][1] if maker != SELF)
    known, strangers = drawn or draw_for(seed, learned, judged, who, taught, progress=lambda words: None)
    model, history = train_variant(known, name, np.arange(len(known)), steps, seed)
    rows = []
    for level in (TRAINED, HARD):
        for maker in who:
            found = areas(model, strangers, np.arange(len(strangers)), maker, level)
            row = {"experiment": "makers", "variant": name, "maker": maker, "level": level, "seed": seed}
            rows.append(row | {"steps": history.steps} | found)
    return rows


def collected(footage: Footage, maker: str, seed: int, clips: int = 24) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A set as careless collectors make it: recordings of some people, fakes of OTHERS.

    Returns frames uint8 (N, 64, 64, 3), whether each is a fake, and whose it is.
    """
    order = np.random.default_rng(seed).permutation(len(footage))[:clips]
    half = clips // 2
    frames, fake, whose = [], [], []
    for number, clip in enumerate(order):
        crops = footage.crops[REAL if number < half else maker, TRAINED][clip]
        frames.append(crops)
        fake += [number >= half] * len(crops)
        whose += [footage.characters[clip]] * len(crops)
    return np.concatenate(frames), np.array(fake), np.array(whose)


def split_scores(
    frames: np.ndarray,
    fake: np.ndarray,
    learn: np.ndarray,
    steps: int,
    seed: int,
    label: str = "split",
    *,
    progress: bool = False,
) -> float:
    """AUC on the frames that are not in `learn` bool (N,), by a net trained on those that are.

    `progress` as in `train_detector`. Raises ValueError where a side holds one kind only.
    """
    for name, some in (("learn", fake[learn]), ("the rest", fake[~learn])):
        if some.all() or not some.any():
            raise ValueError(f"{name}: wanted recordings and fakes in it, got one kind only")
    blank = np.zeros(frames.shape[:3], np.uint8)
    batches = Batches(frames[learn & ~fake], frames[learn & fake], blank[learn & fake], seed)
    model, _ = train_detector(Meso4, batches, steps, seed, f"{label}, seed {seed}", progress=progress)
    logits = logits_of(model, frames[~learn])
    return auc(logits[~fake[~learn]], logits[fake[~learn]])


def split_rows(footage: Footage, seed: int, steps: int = STEPS, clips: int = 24) -> list[dict]:
    """Leaky and clean, on the same frames, with the same net and as many steps."""
    frames, fake, whose = collected(footage, SPLIT_MAKER, seed, clips)
    rng = np.random.default_rng([seed, 1])
    leaky = splits.by_row(len(frames), SHARES, rng) == 0
    clean = np.empty(len(frames), bool)
    for kind in (False, True):  # dealt out by kind, so that both are on both sides
        clean[fake == kind] = splits.by_group(whose[fake == kind], SHARES, rng) == 0
    rows = []
    for name, learn in (("leaky", leaky), ("clean", clean)):
        found = split_scores(frames, fake, learn, steps, seed, name)
        row = {"experiment": "split", "variant": name, "maker": SPLIT_MAKER, "level": TRAINED, "seed": seed}
        rows.append(row | {"steps": steps, "auc": found})
    return rows


def mean_and_spread(rows: Sequence[dict], key: str = "auc", **which) -> tuple[float, float]:
    """Mean and the sample's standard deviation (nan for one seed) over the seeds of the rows that agree with `which`; a
    tuple as a value means any of it, and then a seed's own mean counts. Raises ValueError where no row agrees."""

    def agrees(row: dict) -> bool:
        return all(row.get(k) in v if isinstance(v, tuple) else row.get(k) == v for k, v in which.items())

    seeds: dict[int, list[float]] = {}
    for row in filter(agrees, rows):
        seeds.setdefault(row["seed"], []).append(row[key])
    if not seeds:
        raise ValueError(f"rows: none agrees with {which}")
    means = [float(np.mean(values)) for values in seeds.values()]
    return float(np.mean(means)), float(np.std(means, ddof=1)) if len(means) > 1 else float("nan")


def summary(rows: Sequence[dict]) -> dict[str, float]:
    """The six numbers of `benchmarks/detect.py`: means over the seeds, AUC of single frames."""
    unseen = (*SAME_NETWORK, *OTHERS)

    def mean(variant: str, maker, level: str = TRAINED) -> float:
        return round(mean_and_spread(rows, experiment="makers", variant=variant, maker=maker, level=level)[0], 4)

    found = {
        "known": mean("one maker", KNOWN),
        "unseen_maker": mean("one maker", unseen),
        "unseen_compression": mean("one maker", KNOWN, HARD),
        "self_blended_unseen": mean("self-blended", unseen),
    }
    for name in ("leaky", "clean"):
        found[name] = round(mean_and_spread(rows, experiment="split", variant=name)[0], 4)
    return found


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--seeds", type=int, default=3, help="seeds 0, 1, … of each row")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--learned", type=int, default=LEARNED, help="characters to learn from")
    parser.add_argument("--judged", type=int, default=JUDGED, help="characters to be judged by")
    parser.add_argument("--one-seed", type=int, default=None, help="only print the rows of this seed; writes nothing")
    parser.add_argument("--ship", action="store_true", help="also write the two shipped detectors, from seed 0")
    parser.add_argument("--folder", type=Path, default=None, help="where table and weights go (default: data/)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    if asked.seeds < 1 or asked.learned < 24 or asked.judged < 4:
        parser.error("wanted 1 seed or more, 24 characters or more to learn from, 4 or more to be judged by")

    print(tensors.probe(precision="float32").apply())
    rows: list[dict] = []
    for seed in range(asked.seeds) if asked.one_seed is None else [asked.one_seed]:
        drawn = draw_for(seed, asked.learned, asked.judged, progress=lambda who: print(f"… {who}", flush=True))
        found = [split_rows(drawn[0], seed, asked.steps)]
        found += [maker_rows(name, seed, asked.steps, drawn=drawn) for name in VARIANTS]
        for row in (rounded(row) for some in found for row in some):
            rows.append(row)
            print(in_words(row), flush=True)
        if asked.ship and seed == 0 and asked.one_seed is None:
            ship(drawn[0], asked.steps, command_of(parser, asked), asked.folder)
    print(summary(rows))
    if asked.one_seed is not None:
        return
    command, settings = command_of(parser, asked, without=["ship"]), settings_of(asked, without=["ship"])
    table = {"command": command, "settings": settings, "variants": list(VARIANTS), "rows": rows}
    folder = None if asked.folder is None else asked.folder / "tables"
    print(f"written: {save_table(TABLE, table, folder=folder).name}")


def ship(footage: Footage, steps: int, command: str, folder: Path | None = None) -> None:
    """Trains the two shipped detectors on this footage and writes their weights (below data/ where None).

    `command`: what makes them again.
    """
    for name, variant in (("detector-one-maker", "one maker"), ("detector-self-blended", "self-blended")):
        model, _ = train_variant(footage, variant, np.arange(len(footage)), steps, 0)
        learned = " and ".join(VARIANTS[variant][1])
        description = f"Meso4 for 64×64 crops; learned from recordings and {learned} ({len(footage)} characters)."
        weights.save(model, name, description, command, folder=None if folder is None else folder / "weights")
        print(f"written: {name}")


if __name__ == "__main__":
    main()
