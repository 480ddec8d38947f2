"""The swap by the clock or by pictures seen, and others beside it: `python benchmarks/swap.py --seconds 60`.

Draws unpaired faces of two characters, then trains each net from nothing for so many seconds of the clock, and measures
it on held-out faces against the true swap. Ends in one JSON line. Drawing, and what is worked out once from what was
drawn (average faces, the guide's targets), come before the clock; batches, augmentation and all steps are inside it.

With `--images 20000` it counts pictures instead (of both characters together), which compares on any machine: slim,
slim_adam and original_shaped, each from nothing over 5, 10, 20, … thousand pictures, each length a training of its own
whose rate falls to 0, on one thread in float32; the median over the seeds, and the shipped weights.

  slim             SwapNet(), trained as in lesson 04: codes standardised and matched, guided. Median over the seeds.
  slim_adam        the same by Adam instead of Muon.
  slim_plain       the same net without alignment, match and guide;  slim_aligned: with all but the guide.
  original         faceswap's Original, 82 million parameters, trained as in 2017 (see `train_original`).
  original_shaped  the same shape at about the slim net's size, trained as the slim net without alignment and guide.
  separate         two separate autoencoders of the slim net's own parts, trained the same way: nothing links them.
  shipped          the weights that come with the course: the same scores, and what a regressor reads off the swaps.
  pairs            slim, for two other pairs of unlike characters.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence

import torch
from torch import nn

from unmasked import augment, metrics, tensors, toons
from unmasked.experiments.pairs import Truth, draw_all, true_faces
from unmasked.experiments.swap import Mixed, swap_run
from unmasked.faces import Faces, unpaired_faces
from unmasked.models import weights
from unmasked.models.alignment import match_codes
from unmasked.models.original import Original
from unmasked.models.swap import SwapNet

WHAT = (
    "slim",
    "slim_adam",
    "slim_plain",
    "slim_aligned",
    "original",
    "original_shaped",
    "separate",
    "shipped",
    "pairs",
)
PLAIN = {"match": 0.0, "guided": False}
LENGTHS = (5_000, 10_000, 20_000, 40_000, 80_000)  # pictures seen
COLUMNS = {
    "images_per_s": "images/s",
    "explained_ab": "swap ab",
    "explained_ba": "swap ba",
    "expression_ab": "expr. ab",
    "expression_ba": "expr. ba",
    "shuffled_ab": "shuf. ab",
    "shuffled_ba": "shuf. ba",
    "reconstruction_a": "rec. a",
    "reconstruction_b": "rec. b",
}


def parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def say(*words: object) -> None:
    print(*words, file=sys.stderr, flush=True)


# --- measuring --------------------------------------------------------------------------------------------------------


def scores(drawn: dict[tuple[str, str], torch.Tensor], truth: dict[str, Truth]) -> dict[str, float]:
    """Explained swap, expression and shuffled, both ways, and explained reconstruction of both characters.

    The baseline of swap and reconstruction is the mean of the TRUE held-out pictures: no other still picture scores
    higher. It scores 0.
    """
    found = {}
    a, b = truth
    for key, source, target in (("ab", a, b), ("ba", b, a)):
        swap, known = drawn[source, target], truth[target]
        still = known.pictures.mean(0)
        generator = torch.Generator().manual_seed(0)
        found[f"explained_{key}"] = metrics.explained_swap(swap, known.pictures, still, known.masks)
        found[f"expression_{key}"] = metrics.explained_expression(swap, known.pictures, known.neutral, known.features)
        found[f"shuffled_{key}"] = metrics.shuffled(
            metrics.explained_swap, swap, known.pictures, still, known.masks, generator=generator
        )
    for key, name in (("a", a), ("b", b)):
        known = truth[name]
        rebuilt = metrics.explained_swap(drawn[name, name], known.pictures, known.pictures.mean(0), known.masks)
        found[f"reconstruction_{key}"] = rebuilt
    return found


# --- training ---------------------------------------------------------------------------------------------------------


def by_the_clock(label: str, seconds: float, pictures: int, step: Callable[[], float]) -> dict[str, float]:
    """Repeats `step`, which returns its loss, until the seconds are over; `pictures`: those of one step, both sides."""
    start, steps, told = time.perf_counter(), 0, 0.0
    while (elapsed := time.perf_counter() - start) < seconds:
        loss = step()
        steps += 1
        if elapsed - told >= 10:
            told = elapsed
            say(f"  {label}: {elapsed:.0f} of {seconds:g} s, {steps} steps, loss {loss:.4f}")
    elapsed = time.perf_counter() - start
    return {"images_per_s": steps * pictures / elapsed, "steps": steps, "seconds": elapsed}


def train_slim(
    label: str,
    model: nn.Module,
    faces: dict[str, Faces],
    machine: tensors.Machine,
    *,
    seconds: float,
    batch: int = 16,
    seed: int = 0,
    **settings,
) -> dict[str, float]:
    """The course's training, `swap_run`, of any net that can encode and decode; `settings` go to it."""
    seen = model if machine.precision == "float32" else Mixed(model, machine)
    begun = time.perf_counter()
    run = swap_run(seen, faces, steps=10**9, seconds=seconds, batch=batch, seed=seed, label=label, **settings)

    say(f"  {label}: made ready in {time.perf_counter() - begun:.1f} s, before the clock")

    def step() -> float:
        run.advance(1)
        return sum(values[-1] for values in run.history.losses.values())

    trained = by_the_clock(label, seconds, 2 * batch, step)
    if settings.get("guided", True):
        begun = time.perf_counter()
        match_codes(model, {name: tensors.to_tensor(some.pictures[:2000]) for name, some in faces.items()})
        say(f"  {label}: codes matched in {time.perf_counter() - begun:.1f} s, after the clock")
    return trained


def train_original(
    label: str,
    model: Original,
    faces: dict[str, Faces],
    machine: tensors.Machine,
    *,
    seconds: float,
    batch: int = 16,
    seed: int = 0,
) -> dict[str, float]:
    """faceswap's training of 2017: MAE, Adam 5e-5 with betas 0.5 and 0.999, an A-batch, then a B-batch, grid warp.

    Otherwise than in 2017: batches of `batch` instead of 64 a side, for 64 leave a CPU a dozen steps a minute; no shift
    of A to B's mean colour; and no rotation, zoom, shift and flip, for these crops are aligned already.
    """
    model.to(memory_format=torch.channels_last).train()
    generator = torch.Generator().manual_seed(seed)
    # Two compiled models in 2017: each side has Adam's moments of its own, for the shared encoder too.
    optimisers = {
        name: torch.optim.Adam(
            [*model.encoder.parameters(), *model.decoders[name].parameters()], lr=5e-5, betas=(0.5, 0.999), fused=True
        )
        for name in faces
    }

    def step() -> float:
        total = 0.0
        for name, some in faces.items():
            chosen = torch.randint(len(some), (batch,), generator=generator).numpy()
            warped, target = augment.grid_warp(tensors.to_tensor(some.pictures[chosen]), generator)
            warped = warped.contiguous(memory_format=torch.channels_last)
            with machine.autocast():
                rebuilt = model.decode(model.encode(warped, name), name)
            loss = (rebuilt.float() - target).abs().mean()
            optimisers[name].zero_grad()
            loss.backward()
            optimisers[name].step()
            total += loss.item()
        return total

    return by_the_clock(label, seconds, len(faces) * batch, step)


def shaped_like(size: int, names: Sequence[str]) -> int:
    """The even width that brings Original's shape nearest to `size` parameters."""
    with torch.device("meta"):
        return min(range(4, 64, 2), key=lambda width: abs(parameters(Original(names, width=width)) - size))


def train_by_images(
    model: nn.Module, faces: dict[str, Faces], images: int, *, batch: int, seed: int, label: str, **settings
) -> None:
    """`swap_run` over so many pictures, those of both characters together."""
    steps = max(1, images // (batch * len(faces)))
    run = swap_run(model, faces, steps=steps, batch=batch, seed=seed, label=label, **settings)
    run.advance(steps)
    say(f"  {run.history}")
    if settings.get("guided", True):
        match_codes(model, {name: tensors.to_tensor(some.pictures[:2000]) for name, some in faces.items()})


def original_shaped(names: Sequence[str]) -> Original:
    """Original's plan at the slim net's size."""
    return Original(names, width=shaped_like(parameters(SwapNet(names)), names))


# --- the run ----------------------------------------------------------------------------------------------------------


class Report:
    """Collects what was measured; prints a line at once and the table at the end."""

    def __init__(self):
        self.rows: dict[str, dict[str, float]] = {}

    def add(self, name: str, row: dict[str, float]) -> dict[str, float]:
        self.rows[name] = row
        print(f"{name:18}" + self._cells(row), flush=True)
        return row

    @staticmethod
    def head() -> str:
        return f"{'':18}" + "".join(f"{title:>10}" for title in COLUMNS.values())

    @staticmethod
    def _cells(row: dict[str, float]) -> str:
        cells = (
            f"{row[key]:>10,.1f}" if key == "images_per_s" else f"{row[key]:>10.3f}" for key in COLUMNS if key in row
        )
        return " " * 10 * ("images_per_s" not in row) + "".join(cells)

    def table(self) -> str:
        return "\n".join([self.head(), *(f"{name:18}{self._cells(row)}" for name, row in self.rows.items())])


def median(rows: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(row[key] for row in rows) for key in rows[0]}


@torch.no_grad()
def shipped_scores(name: str, count: int) -> dict:
    """Shipped weights' scores, the size of their file, and R² of every parameter, read off the swaps and the truth.

    `recovery`: off the swaps A → B. `recovery_true`, off the true pictures of B, is the most that the reader can do.
    The reader sees 64 pixels a side: larger pictures are averaged down to that.
    """
    model, reader = weights.load(name), weights.load("regressor")
    truth = true_faces(("ada", "bo"), count, model.side)
    drawn, acted = draw_all(model, truth), truth["bo"].performances

    def read(pictures: torch.Tensor) -> torch.Tensor:
        return reader(nn.functional.adaptive_avg_pool2d(pictures, 64))

    return {
        **scores(drawn, truth),
        "megabytes": weights.shipped()[name]["bytes"] / 1e6,
        "recovery": metrics.recovery(read(drawn["ada", "bo"]), acted),
        "recovery_ba": metrics.recovery(read(drawn["bo", "ada"]), acted),  # matched: the same performances
        "recovery_true": metrics.recovery(read(truth["bo"].pictures), acted),
    }


def still_scores(faces: dict[str, Faces], truth: dict[str, Truth]) -> dict[str, float]:
    """What one still picture scores, the mean of the training pictures: nothing in it follows anybody."""
    still = {name: tensors.to_tensor(some.pictures).mean(0) for name, some in faces.items()}
    return scores({(a, b): still[b].expand_as(truth[b].pictures) for a in truth for b in truth}, truth)


SHIPPED = {"shipped": "swap-ada-bo", "shipped_128": "swap-ada-bo-128"}
BY_IMAGES: dict[str, tuple[Callable[[Sequence[str]], nn.Module], dict]] = {
    "slim": (SwapNet, {}),
    "slim_adam": (SwapNet, {"optimiser": "adam"}),
    "original_shaped": (original_shaped, PLAIN),
}


def by_images(
    variant: str, faces: dict[str, Faces], truth: dict[str, Truth], asked: argparse.Namespace, report, results: dict
) -> None:
    """One variant at every length up to `asked.images`: {pictures: [A → B, B → A]}, the median over the seeds."""
    net, settings = BY_IMAGES[variant]
    lengths = [*(length for length in LENGTHS if length < asked.images), asked.images]
    results[variant] = {}
    for length in lengths:
        rows = []
        for seed in range(asked.seeds):
            torch.manual_seed(seed)  # the layers' first weights
            model = net(tuple(faces))
            label = f"{variant}, {length} pictures, seed {seed}"
            train_by_images(model, faces, length, batch=asked.batch, seed=seed, label=label, **settings)
            rows.append(scores(draw_all(model, truth), truth))
        row = report.add(f"{variant}, {length}", median(rows))
        results[variant][str(length)] = [row["explained_ab"], row["explained_ba"]]


def measure(asked: argparse.Namespace, machine: tensors.Machine, report: Report, results: dict) -> None:
    """Does all that was asked, and puts it into `results` bit by bit, so that an interruption keeps what there is."""
    names = ("ada", "bo")
    by_clock = set(asked.only) if asked.seconds else set()
    trained = by_clock - {"shipped", "pairs"}

    def material(pair: tuple[str, str], train: bool) -> tuple[dict[str, Faces], dict[str, Truth]]:
        start = time.perf_counter()
        drawn = (
            unpaired_faces(pair, asked.pictures, workers=asked.workers) if train else {},
            true_faces(pair, asked.held_out),
        )
        say(f"drawn in {time.perf_counter() - start:.1f} s, before the clock: {' and '.join(pair)}")
        return drawn

    def slim(label: str, pair: tuple[str, str], faces, truth, seed: int = 0, net=None, **settings) -> dict[str, float]:
        torch.manual_seed(seed)  # the layers' first weights
        model = net() if net else SwapNet(pair)
        row = train_slim(label, model, faces, machine, seconds=asked.seconds, batch=asked.batch, seed=seed, **settings)
        return report.add(label, {**row, **scores(draw_all(model, truth), truth), "parameters": parameters(model)})

    if "shipped" in asked.only:
        for key, name in SHIPPED.items():
            try:
                results[key] = report.add(key, shipped_scores(name, asked.held_out))
            except weights.WeightsError as error:
                print(f"{key}: not measured. {error}")
    if trained or asked.images:
        faces, truth = material(names, True)
    if asked.images:
        results["by_images"] = {}
        for variant in BY_IMAGES:
            if variant in asked.only:
                by_images(variant, faces, truth, asked, report, results["by_images"])
    if trained:
        results["still"] = report.add("one still picture", still_scores(faces, truth))
    if "slim" in by_clock:
        rows = []
        for seed in range(asked.seeds):
            rows.append(slim(f"slim, seed {seed}", names, faces, truth, seed))
            results["slim"] = median(rows) | {"parameters": rows[0]["parameters"], "seeds": len(rows)}
        if len(rows) > 1:
            report.add("slim, median", results["slim"])
    variants = {
        "slim_adam": (lambda: SwapNet(names), {"optimiser": "adam"}),
        "slim_plain": (lambda: SwapNet(names, aligned=False), PLAIN),
        "slim_aligned": (lambda: SwapNet(names), {"guided": False}),
        "separate": (lambda: SwapNet(names, aligned=False, shared=False), PLAIN),
        "original_shaped": (lambda: original_shaped(names), PLAIN),
    }
    for name, (net, settings) in variants.items():
        if name in by_clock:
            results[name] = slim(name, names, faces, truth, net=net, **settings)
    if "original" in by_clock:
        torch.manual_seed(0)
        model = Original(names)
        row = train_original("original", model, faces, machine, seconds=asked.seconds, batch=asked.original_batch)
        row |= scores(draw_all(model, truth), truth) | {"parameters": parameters(model)}
        results["original"] = report.add("original", row)
        del model
    if "pairs" in by_clock:
        for pair in asked.pairs:
            faces, truth = material(pair, True)
            results.setdefault("pairs", {})["+".join(pair)] = slim(f"slim {'+'.join(pair)}", pair, faces, truth)


def summary(results: dict, report: Report) -> None:
    """The table, the ratio of speeds, what was recovered, and the JSON line."""
    print("\n" + report.table())
    print("swap, rec.: 1 is the truth, 0 the true pictures' mean; expr., in eyes and mouth: 0 is the true calm face.")
    print(
        "A calm face is sharp where the truth differs, so a blurred still picture can score above 0 in expr.: compare."
    )
    if "slim" in results and "original" in results:
        ratio = results["slim"]["images_per_s"] / results["original"]["images_per_s"]
        results["slim_to_original"] = ratio
        print(f"slim : original = {ratio:.0f} : 1 in images a second")
    for key in SHIPPED:
        if key not in results:
            continue
        shipped = results[key]
        print(f"{key}: {shipped['megabytes']:.2f} MB. R² of the performance read off the pictures:")
        print(f"  {'':16}{'swap a→b':>10}{'swap b→a':>10}{'true b':>10}")
        for name in toons.PARAMETERS:
            values = (shipped[key][name] for key in ("recovery", "recovery_ba", "recovery_true"))
            print(f"  {name:16}" + "".join(f"{value:>10.3f}" for value in values))
    print(json.dumps(_rounded(results)))


def _rounded(value):
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value


def pair_of(text: str) -> tuple[str, str]:
    pair = tuple(text.split("+"))
    if len(pair) != 2 or pair[0] == pair[1] or not set(pair) <= set(toons.CAST):
        raise argparse.ArgumentTypeError(f"wanted two of the cast, like gus+fay, got {text!r}")
    return pair


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, help="of the clock, for each training (default: 60, without --images)")
    parser.add_argument("--images", type=int, help="pictures seen, of both characters together, instead of seconds")
    parser.add_argument("--seeds", type=int, default=3, help="of the slim net and by images (default: 3)")
    parser.add_argument("--only", nargs="+", choices=WHAT, default=list(WHAT), metavar="WHAT", help=", ".join(WHAT))
    parser.add_argument("--pairs", nargs="+", type=pair_of, default=[("gus", "fay"), ("cleo", "dot")], metavar="A+B")
    parser.add_argument("--pictures", type=int, default=3000, help="training pictures of each character")
    parser.add_argument("--held-out", type=int, default=400, help="faces of each character to measure on")
    parser.add_argument("--batch", type=int, default=16, help="pictures of each character a step")
    parser.add_argument("--original-batch", type=int, default=16, help="the same, for Original")
    parser.add_argument(
        "--precision", choices=["float32", "bfloat16"], default=None, help="default: the probe's choice"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    asked = parser.parse_args(arguments)
    if asked.seconds is None and asked.images is None:
        asked.seconds = 60.0
    if (asked.seconds is not None and not asked.seconds > 0) or asked.seeds < 1:
        parser.error(f"--seconds must be above 0 and --seeds 1 or more, got {asked.seconds} and {asked.seeds}")
    if asked.images is not None and asked.images < 2 * asked.batch:
        parser.error(f"--images must be {2 * asked.batch} or more, one batch of each, got {asked.images}")

    counted = asked.seconds is None  # by pictures alone: on one thread in float32 every machine learns the same
    machine = tensors.probe(1 if counted else None, "float32" if counted else asked.precision).apply()
    print(f"{machine}\n\n{Report.head()}", flush=True)
    report, results = Report(), {}
    interrupted = False
    try:
        measure(asked, machine, report, results)
    except KeyboardInterrupt:
        interrupted = True
        print("Interrupted: below is what there is.")
    results["machine"] = {"threads": machine.threads, "precision": machine.precision}
    results["machine"] |= {"seconds": asked.seconds, "images": asked.images}
    summary(results, report)
    return 130 if interrupted else 0


if __name__ == "__main__":
    sys.exit(main())
