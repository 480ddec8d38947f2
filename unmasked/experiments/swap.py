"""How the slim swap is trained: its batches, its loss, its run.

In comes what is drawn of each character, unpaired; out goes a trained SwapNet. One step: a batch of each, each rebuilt
by its own decoder, one loss, one optimiser step. The benchmark, the training theatre and the shipped weights all use
`swap_run`; lesson 04 builds the same step in plain sight.
"""

import time
from collections.abc import Callable, Mapping

import torch
from torch import nn

from unmasked import losses, metrics, tensors
from unmasked.arguments import checked_number
from unmasked.experiments.adversary import Adversary
from unmasked.experiments.guide import Guide, anchor_loss, guide_loss, guide_targets
from unmasked.faces import Faces
from unmasked.training import Muon, Run, cosine, set_rate

RATES = {"muon": 0.04, "adam": 2e-3}
BETAS = (0.9, 0.95)  # a run of a minute has no time for a memory of a thousand steps
OUTSIDE = 0.1  # weight of a pixel outside the face: hair and background are rebuilt too, but they must not come first
MATCH = 0.01  # weight of the covariance gap between the characters' codes
GUIDE = 0.25  # weight of the guide: what a shared linear layer must be able to read off every code
ANCHOR = 0.05  # weight of the anchor, at first: what a shared network must be able to say of every code beforehand


class Batches:
    """Draws random batches of one character's faces: pictures, the weight of each pixel, and the guide's targets.

    features: what a pixel in eyes or mouth weighs MORE than one elsewhere in the face, 0 or above.
    """

    def __init__(self, faces: Faces, generator: torch.Generator, features: float = 0.0):
        self.faces, self.generator, self.targets = faces, generator, guide_targets(faces)
        self.features = checked_number(features, "features", 0)
        side = faces.pictures.shape[1:3]
        self.eyes_and_mouth = metrics.eyes_and_mouth(faces.landmarks, shape=side) if features else None

    def draw(self, count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Pictures float (count, 3, 64, 64), weights (count, 1, 64, 64), targets (count, GUIDED)."""
        chosen = torch.randint(len(self.faces), (count,), generator=self.generator)
        weights = OUTSIDE + (1 - OUTSIDE) * tensors.masks_to_tensor(self.faces.masks[chosen.numpy()])
        if self.eyes_and_mouth is not None:
            weights = weights + self.features * tensors.masks_to_tensor(self.eyes_and_mouth[chosen.numpy()])
        return tensors.to_tensor(self.faces.pictures[chosen.numpy()]), weights, self.targets[chosen]


class Mixed(nn.Module):
    """A swap net that trains in the machine's precision; its weights, and what the loss compares, stay in float32."""

    def __init__(self, model: nn.Module, machine: tensors.Machine):
        super().__init__()
        self.model, self.machine, self.config = model, machine, model.config
        if hasattr(model, "store_averages"):
            self.store_averages = model.store_averages

    def encode(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        """Codes in float32."""
        with self.machine.autocast():
            return self.model.encode(pictures, name).float()

    def decode(self, codes: torch.Tensor, name: str) -> torch.Tensor:
        """Pictures in float32."""
        with self.machine.autocast():
            drawn = self.model.decode(codes, name)
        # Some nets draw a mask beside the colour.
        return tuple(part.float() for part in drawn) if isinstance(drawn, tuple) else drawn.float()


def swap_loss(
    model: nn.Module,
    batches: Mapping[str, tuple[torch.Tensor, torch.Tensor, torch.Tensor]],
    *,
    match: float = MATCH,
    guide: Guide | None = None,
    guide_weight: float = GUIDE,
    anchor: float = ANCHOR,
    picture_loss: Callable[..., torch.Tensor] = losses.l1_l2,
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """The loss of one step, and its parts by name.

    batches   name → (pictures, weights, targets), as `Batches.draw` returns them.
    match     weight of the covariance gap between the characters' codes; 0 leaves it out.
    guide     ties every code to the landmarks and the light of its picture, both ways, by `guide_weight`; None leaves
              it out.
    anchor    weight of the way from landmarks and light to the code.
    picture_loss   compares what is rebuilt with its picture: (rebuilt, pictures, weights=(N, 1, S, S)) → 0-d.
    """
    parts, codes = {}, {}
    for name, (pictures, pixel_weights, _) in batches.items():
        codes[name] = model.encode(pictures, name)
        parts[name] = picture_loss(model.decode(codes[name], name), pictures, weights=pixel_weights)
    if match:
        first, *others = codes.values()
        parts["match"] = match * sum(losses.covariance_gap(first, other) for other in others)
    if guide is not None:
        targets = {name: batches[name][2] for name in batches}
        parts["guide"] = guide_weight * sum(guide_loss(guide.read(codes[n]), targets[n]) for n in batches)
        parts["anchor"] = anchor * sum(anchor_loss(codes[n], guide.predict(targets[n])) for n in batches)
    return sum(parts.values()), parts


def swap_run(
    model: nn.Module,
    faces: Mapping[str, Faces],
    *,
    steps: int,
    seconds: float | None = None,
    batch: int = 16,
    optimiser: str = "muon",
    rate: float | None = None,
    match: float = MATCH,
    guided: bool = True,
    guide_weight: float = GUIDE,
    picture_loss: Callable[..., torch.Tensor] = losses.l1_l2,
    features: float = 0.0,
    adversary: Adversary | None = None,
    batches: Callable[[Faces, torch.Generator, float], Batches] = Batches,
    seed: int = 0,
    **options,
) -> Run:
    """A pausable training of `model` on `faces`; its averages are stored first where it keeps any.

    steps, seconds   the learning rate falls to 0 by the number of steps; with `seconds`, by the clock (for a benchmark
                     that must use a minute well on any machine; not repeatable to the bit).
    batch            pictures of each character a step.
    optimiser        "muon", or "adam" for comparison; `rate`: its learning rate at the top, that of RATES where None.
    guided           train the shared guide along; it is thrown away afterwards. Its anchor falls to 0 by the end:
                     it keeps the codes together while they form, and lets go of what landmarks cannot say.
    picture_loss     as `swap_loss` takes it; `features`: further weight of eyes and mouth, as `Batches` takes it.
    adversary        a discriminator that learns along: what it says of the rebuilt pictures joins the picture loss.
    batches          what draws from one character's faces; Batches, or something like it.
    options          go to `training.Run`: label, checkpoint, fingerprint, …
    Raises ValueError for an unknown optimiser.
    """
    if optimiser not in RATES:
        raise ValueError(f"optimiser: wanted one of {', '.join(RATES)}, got {optimiser!r}")
    rate = RATES[optimiser] if rate is None else rate
    if hasattr(model, "store_averages"):
        for name, some in faces.items():
            model.store_averages({name: tensors.to_tensor(some.pictures[:1000])})
    model.to(memory_format=torch.channels_last).train()
    generator = torch.Generator().manual_seed(seed)
    drawers = {name: batches(some, generator, features) for name, some in faces.items()}
    state: dict[str, object] = {"model": model}
    if adversary is not None:
        state |= adversary.state
        picture_loss = adversary.beside(picture_loss)
    guide = None
    if guided:
        guide = state["guide"] = Guide(model.config["code_size"])
    beside = list(guide.parameters()) if guide else []
    if optimiser == "muon":
        dtype = tensors.PRECISIONS[model.machine.precision] if isinstance(model, Mixed) else torch.float32
        moving = Muon(model.parameters(), rate, by_adam=beside, betas=BETAS, dtype=dtype)
    else:
        moving = torch.optim.Adam([*model.parameters(), *beside], lr=rate, betas=BETAS, fused=True)
    state["optimiser"] = moving
    begun: list[float] = []

    def step(i: int) -> dict[str, torch.Tensor]:
        begun or begun.append(time.perf_counter())
        elapsed = None if seconds is None else (time.perf_counter() - begun[0]) / seconds
        set_rate(moving, _rate(i, steps, rate, elapsed))
        anchor = ANCHOR * max(0.0, 1 - (i / steps if elapsed is None else elapsed))
        drawn = {name: drawer.draw(batch) for name, drawer in drawers.items()}
        weights = {"match": match, "guide_weight": guide_weight, "anchor": anchor}
        loss, parts = swap_loss(model, drawn, guide=guide, picture_loss=picture_loss, **weights)
        moving.zero_grad()
        loss.backward()
        moving.step()
        return parts if adversary is None else parts | adversary.learn()

    return Run(step, steps=steps, state=state, generator=generator, **options)


def _rate(i: int, steps: int, rate: float, elapsed: float | None) -> float:
    if elapsed is None:
        return cosine(i, steps, rate, warmup=min(50, steps // 10))
    return cosine(int(1000 * min(elapsed, 1.0)), 1001, rate, warmup=30)
