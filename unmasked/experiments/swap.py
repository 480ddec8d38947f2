"""How the slim swap is trained: `python -m unmasked.experiments.swap` makes the shipped weights.

In comes what is drawn of each character, unpaired; out goes a trained SwapNet. One step: a batch of each, each rebuilt
by its own decoder, one loss, one optimiser step. The benchmark, the training theatre and the shipped weights all use
`swap_run`; lesson 04 builds the same step in plain sight.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from unmasked import losses, metrics, paths, tensors
from unmasked.experiments.guide import Guide, anchor_loss, guide_loss, guide_targets
from unmasked.faces import Faces, paired_faces, unpaired_faces
from unmasked.models import swap, weights
from unmasked.models.swap import SwapNet
from unmasked.training import Run, cosine, fingerprint, set_rate

RATE = 2e-3
BETAS = (0.9, 0.95)  # a run of a minute has no time for a memory of a thousand steps
OUTSIDE = 0.1  # weight of a pixel outside the face: hair and background are rebuilt too, but they must not come first
MATCH = 0.01  # weight of the covariance gap between the characters' codes
GUIDE = 0.07  # weight of the guide: what a shared linear layer must be able to read off every code
ANCHOR = 0.05  # weight of the anchor, at first: what a shared network must be able to say of every code beforehand


class Batches:
    """Draws random batches of one character's faces: pictures, the weight of each pixel, and the guide's targets."""

    def __init__(self, faces: Faces, generator: torch.Generator):
        self.faces, self.generator, self.targets = faces, generator, guide_targets(faces)

    def draw(self, count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Pictures float (count, 3, 64, 64), weights (count, 1, 64, 64), targets (count, GUIDED)."""
        chosen = torch.randint(len(self.faces), (count,), generator=self.generator)
        inside = tensors.masks_to_tensor(self.faces.masks[chosen.numpy()])
        pictures = tensors.to_tensor(self.faces.pictures[chosen.numpy()])
        return pictures, OUTSIDE + (1 - OUTSIDE) * inside, self.targets[chosen]


def swap_loss(
    model: nn.Module,
    batches: Mapping[str, tuple[torch.Tensor, torch.Tensor, torch.Tensor]],
    *,
    match: float = MATCH,
    guide: Guide | None = None,
    anchor: float = ANCHOR,
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """The loss of one step, and its parts by name.

    batches   name → (pictures, weights, targets), as `Batches.draw` returns them.
    match     weight of the covariance gap between the characters' codes; 0 leaves it out.
    guide     ties every code to the landmarks and the light of its picture, both ways; None leaves it out.
    anchor    weight of the way from landmarks and light to the code.
    """
    parts, codes = {}, {}
    for name, (pictures, pixel_weights, _) in batches.items():
        codes[name] = model.encode(pictures, name)
        parts[name] = losses.l1_l2(model.decode(codes[name], name), pictures, weights=pixel_weights)
    if match:
        first, *others = codes.values()
        parts["match"] = match * sum(losses.covariance_gap(first, other) for other in others)
    if guide is not None:
        targets = {name: batches[name][2] for name in batches}
        parts["guide"] = GUIDE * sum(guide_loss(guide.read(codes[n]), targets[n]) for n in batches)
        parts["anchor"] = anchor * sum(anchor_loss(codes[n], guide.predict(targets[n])) for n in batches)
    return sum(parts.values()), parts


def swap_run(
    model: nn.Module,
    faces: Mapping[str, Faces],
    *,
    steps: int,
    seconds: float | None = None,
    batch: int = 16,
    rate: float = RATE,
    match: float = MATCH,
    guided: bool = True,
    seed: int = 0,
    **options,
) -> Run:
    """A pausable training of `model` on `faces`; its averages are stored first where it keeps any.

    steps, seconds   the learning rate falls to 0 by the number of steps; with `seconds`, by the clock (for a benchmark
                     that must use a minute well on any machine; not repeatable to the bit).
    batch            pictures of each character a step.
    guided           train the shared guide along; it is thrown away afterwards. Its anchor falls to 0 by the end:
                     it keeps the codes together while they form, and lets go of what landmarks cannot say.
    options          go to `training.Run`: label, checkpoint, fingerprint, …
    """
    if hasattr(model, "store_averages"):
        for name, some in faces.items():
            model.store_averages({name: tensors.to_tensor(some.pictures[:1000])})
    model.to(memory_format=torch.channels_last).train()
    generator = torch.Generator().manual_seed(seed)
    drawers = {name: Batches(some, generator) for name, some in faces.items()}
    state: dict[str, object] = {"model": model}
    guide = None
    if guided:
        guide = state["guide"] = Guide(model.config["code_size"])
    optimiser = state["optimiser"] = torch.optim.Adam(
        [*model.parameters(), *(guide.parameters() if guide else ())], lr=rate, betas=BETAS, fused=True
    )
    begun: list[float] = []

    def step(i: int) -> dict[str, torch.Tensor]:
        begun or begun.append(time.perf_counter())
        elapsed = None if seconds is None else (time.perf_counter() - begun[0]) / seconds
        set_rate(optimiser, _rate(i, steps, rate, elapsed))
        anchor = ANCHOR * max(0.0, 1 - (i / steps if elapsed is None else elapsed))
        drawn = {name: drawer.draw(batch) for name, drawer in drawers.items()}
        loss, parts = swap_loss(model, drawn, match=match, guide=guide, anchor=anchor)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return parts

    return Run(step, steps=steps, state=state, generator=generator, **options)


def _rate(i: int, steps: int, rate: float, elapsed: float | None) -> float:
    if elapsed is None:
        return cosine(i, steps, rate, warmup=min(50, steps // 10))
    return cosine(int(1000 * min(elapsed, 1.0)), 1001, rate, warmup=30)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--names", nargs="+", default=["ada", "bo"], help="names of the cast (default: ada bo)")
    parser.add_argument("--pictures", type=int, default=16000, help="training pictures of each character")
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--batch", type=int, default=16, help="pictures of each character a step")
    parser.add_argument("--width", type=int, default=40)
    parser.add_argument("--code-size", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    parser.add_argument("--name", default="swap-ada-bo", help="the weights' name")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    asked = parser.parse_args(arguments)

    print(tensors.probe(precision="float32").apply())
    names = tuple(asked.names)
    faces = unpaired_faces(names, asked.pictures, asked.seed, asked.workers)
    torch.manual_seed(asked.seed)  # the layers' first weights
    model = SwapNet(names, asked.code_size, asked.width)
    # Where a run is kept, and what makes it another run.
    kept = paths.user_folder() / "runs" / f"{asked.name}.safetensors"
    pictures = [some.pictures for some in faces.values()]
    settings = {key: value for key, value in vars(asked).items() if key not in ("folder", "workers")}
    run = swap_run(
        model,
        faces,
        steps=asked.steps,
        batch=asked.batch,
        seed=asked.seed,
        label=asked.name,
        checkpoint=kept,
        fingerprint=fingerprint(sys.modules[__name__], swap, settings, *pictures),
    )
    truth = paired_faces(names, 400, asked.seed + 1)
    while not run.done:
        run.advance(500)
        print(run.history, {f"{a}→{b}": round(v, 3) for (a, b), v in explained_table(model, truth).items()}, flush=True)
    run.save()
    model.match_codes({name: tensors.to_tensor(some.pictures[:3000]) for name, some in faces.items()})
    changed = {key: value for key, value in settings.items() if value != parser.get_default(key)}
    command = "python -m unmasked.experiments.swap"
    for key, value in changed.items():
        command += f" --{key.replace('_', '-')} {' '.join(value) if isinstance(value, list) else value}"
    description = f"SwapNet of {', '.join(names)}: shared encoder and layout, a decoder each, 64×64."
    weights.save(model.eval(), asked.name, description, command, folder=asked.folder)
    model = weights.load(asked.name, folder=asked.folder)
    print(json.dumps({f"{a}_{b}": round(v, 4) for (a, b), v in explained_table(model, truth).items()}))


@torch.no_grad()
def codes_of(model: nn.Module, faces: Faces, name: str) -> torch.Tensor:
    """The codes of a character's faces: float (N, code_size).

    A part at a time: the middle layers of all at once would fill a small machine.
    """
    pictures = faces.pictures
    return torch.cat([model.encode(tensors.to_tensor(pictures[i : i + 50]), name) for i in range(0, len(pictures), 50)])


@torch.no_grad()
def explained_table(model: nn.Module, truth: Mapping[str, Faces]) -> dict[tuple[str, str], float]:
    """How much of the truth is explained, from each character to each, itself too: {(from, to): 0…1 or below}.

    truth: faces of each character in the same performances (`paired_faces`). The baseline is the truth's average face.
    """
    was_training = model.training
    model.eval()
    pictures = {name: tensors.to_tensor(some.pictures) for name, some in truth.items()}
    table = {}
    for a in truth:
        codes = codes_of(model, truth[a], a)
        for b in truth:
            inside = tensors.masks_to_tensor(truth[b].masks)
            drawn = torch.cat([model.decode(part, b) for part in codes.split(50)]).clamp(0, 1)
            table[a, b] = metrics.explained_swap(drawn, pictures[b], pictures[b].mean(0), inside)
    model.train(was_training)
    return table


if __name__ == "__main__":
    main()
