"""Makes the swap that needs one picture of each: `python -m unmasked.experiments.one_shot`.

It learns from strangers, two pictures of each at a time, and never from a matched pair. Either picture is rebuilt from
its own code and from the identity of the OTHER one. So the identity can't hold what a picture does, because it comes
from a picture that does something else; and the code needn't hold who does it. That it doesn't is asked for four times:

  recoloured  the code is read off a picture in colours of chance.
  guide       a linear layer must read the landmarks off the code, as in lesson 04.
  kinship     two codes of one character must have no more in common than two of strangers.
  swaps       one's code is drawn with another's identity. There is no truth to hold that against, but the drawing must
              look like the other one to the shipped identity net, and do the same to the encoder.

Whether swaps come out right is measured on strangers of other numbers, where the truth is drawn.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import normalize

from unmasked import losses, metrics, paths, tensors, toons
from unmasked.experiments import judges
from unmasked.experiments.anyone import filmed
from unmasked.experiments.command import command_of, module_parser, refuse_shortened, settings_of
from unmasked.experiments.guide import GUIDED, guide_loss, guide_targets
from unmasked.experiments.tables import in_words, rounded
from unmasked.faces import Faces, draw_faces
from unmasked.models import one_shot, weights
from unmasked.models.identity import IdentityNet, embed
from unmasked.models.one_shot import EMBEDDING, OneShotSwap
from unmasked.tensors import PRECISIONS, Machine, probe
from unmasked.training import Muon, Run, cosine, fingerprint, set_rate

WEIGHTS = "one-shot"
FIRST = 610_000  # the training strangers' numbers begin here: far from those of any exam
NEVER_SEEN = 680_000
RATE, BATCH = 0.02, 24
OUTSIDE, FEATURES = 0.2, 1.0  # weights of a pixel outside the face, and of one in eyes and mouth beside its 1
GUIDE, KINSHIP, SAME, ALIKE = 0.2, 0.5, 0.3, 0.5  # weights in the loss
BEGIN, FULL = 0.05, 0.15  # when, as shares of the training, what keeps identity out of the code sets in, and is full
READ = ("smile", "jaw")
Scores = dict[str, float]


@dataclass
class Strangers:
    """Aligned faces of many characters, each in performances of its own: `pictures` uint8 (C, K, 64, 64, 3), the
    `weights` of their pixels float16 (C, K, 64, 64), and guide `targets` float32 (C, K, GUIDED)."""

    pictures: np.ndarray
    weights: np.ndarray
    targets: torch.Tensor

    def pairs(self, count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Two different pictures of each of `count` random characters, the firsts before the seconds: pictures
        (2·count, 3, 64, 64), weights (2·count, 1, 64, 64), targets (2·count, GUIDED)."""
        characters, each = self.pictures.shape[:2]
        who = torch.randint(characters, (count,), generator=generator)
        one = torch.randint(each, (count,), generator=generator)
        other = (one + torch.randint(1, each, (count,), generator=generator)) % each
        chosen = torch.cat([who, who]).numpy(), torch.cat([one, other]).numpy()
        weight = torch.from_numpy(self.weights[chosen].astype(np.float32))[:, None]
        return tensors.to_tensor(self.pictures[chosen]), weight, self.targets[chosen]


def draw(characters: int, each: int, seed: int = 0, first: int = FIRST) -> Strangers:
    """`characters` strangers, `each` pictures of every one."""
    pictures, weight, targets = [], [], []
    for number in range(characters):
        acted = toons.sample_performances(np.random.default_rng([seed, number, 0x15]), each)
        faces = draw_faces(toons.sample_identity(first + number), acted)
        features = metrics.eyes_and_mouth(faces.landmarks) / 255
        weight.append((OUTSIDE + (1 - OUTSIDE) / 255 * faces.masks + FEATURES * features).astype(np.float16))
        pictures.append(faces.pictures)
        targets.append(guide_targets(faces))
    return Strangers(np.stack(pictures), np.stack(weight), torch.stack(targets))


def recoloured(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Pictures (N, 3, 64, 64) in colours that say nothing of who is seen.

    Each channel becomes a random mixture of the three, with a random contrast. The mixture is a mean, so that what is
    lighter stays lighter: light is part of what a face does.
    """
    count = len(pictures)
    mixture = (2 * torch.randn(count, 3, 3, generator=generator)).softmax(2)
    contrast = 0.7 + 0.6 * torch.rand(count, 3, 1, 1, generator=generator)
    offset = 0.1 * torch.randn(count, 3, 1, 1, generator=generator)
    mixed = torch.einsum("ncd,ndhw->nchw", mixture, pictures)
    return (mixed - 0.5) * contrast + 0.5 + offset


def kinship(codes: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """How much the codes of two pictures of one character have in common: (N, C) and (N, C) → 0-d, −1…1.

    Row i of both is of one character. The correlation of each number with its like, over the batch; then their mean.
    Performances have nothing to do with each other here, so what two pictures' codes share can only come from who is
    seen: it's the share of a code's variance that lies between characters (statisticians' intraclass correlation). For
    a batch of strangers it's 0 on average, and a little above or below by chance.
    """
    one, other = ((part - part.mean(0)) / (part.std(0, correction=0) + 1e-6) for part in (codes, others))
    return (one * other).mean()


def parts_of_loss(
    model: OneShotSwap,
    guide: nn.Module,
    strangers: Strangers,
    batch: int,
    generator: torch.Generator,
    apart: float = 1.0,
) -> dict[str, torch.Tensor]:
    """What training makes small on a batch of pairs, each part weighted, each a 0-d tensor: their sum is the loss.

    apart   0…1, a further weight of what keeps identity out of the code; 0 leaves it out.
    """
    wanted, weight, targets = strangers.pairs(batch, generator)
    seen = filmed(wanted, generator).contiguous(memory_format=torch.channels_last)
    codes, identity = model.encode(recoloured(seen, generator)).float(), model.identify(seen)
    made = model.decode(codes, identity.roll(batch, 0)).float()  # whose identity comes from the pair's other picture
    parts = {
        "rebuilt": losses.dssim_mse(made, wanted, weights=weight),
        "guide": GUIDE * guide_loss(guide(codes), targets),
    }
    if not apart:
        return parts
    acts, appears = codes[:batch], identity[batch:].roll(1, 0)
    swapped = model.decode(acts, appears).float()
    again = model.encode(recoloured(swapped, generator)).float()
    missed = (again - acts.detach()).square().mean() / codes.detach().var(0).mean()
    cosines = (normalize(appears[:, :EMBEDDING].float(), dim=1) * model.who(swapped).float()).sum(1)
    parts["kinship"] = apart * KINSHIP * kinship(codes[:batch], codes[batch:])
    parts["same"], parts["alike"] = apart * SAME * missed, apart * ALIKE * (1 - cosines.mean())
    return parts


def new_model(seed: int = 0, **sizes) -> OneShotSwap:
    """An untrained net with the shipped identity net inside; `sizes` go to `OneShotSwap`."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # the layers' first weights
        model = OneShotSwap(**sizes)
        model.who.load_state_dict(weights.load("identity").state_dict())
    return model


def run_of(
    model: OneShotSwap,
    strangers: Strangers,
    steps: int,
    batch: int = BATCH,
    seed: int = 0,
    machine: Machine | None = None,
    **options,
) -> Run:
    """A training run in float32, or as `machine` says; `batch` pairs a step; `options` go to `training.Run`."""
    machine = Machine("cpu", torch.get_num_threads(), "float32") if machine is None else machine
    model.to(memory_format=torch.channels_last).train()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        guide = nn.Linear(model.config["code_size"], GUIDED)
    learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
    dtype = PRECISIONS[machine.precision]
    optimiser = Muon(learned, RATE, by_adam=guide.parameters(), adam_share=0.1, dtype=dtype)
    generator = torch.Generator().manual_seed(seed)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, RATE, warmup=min(100, steps // 10)))
        with machine.autocast():
            apart = min(1.0, max(0.0, (i / steps - BEGIN) / (FULL - BEGIN)))
            parts = parts_of_loss(model, guide, strangers, batch, generator, apart)
        optimiser.zero_grad()
        sum(parts.values()).backward()
        optimiser.step()
        return parts

    state = {"model": model, "guide": guide, "optimiser": optimiser}
    return Run(step, steps=steps, state=state, generator=generator, **options)


# --- the exam: strangers of other numbers -----------------------------------------------------------------------------


@dataclass
class Exam:
    """Pairs of strangers, each pair in performances of its own: one acts, the other shall appear.

    `acted`, `truth` Faces, one of T frames a pair; `stills` (P, 3, 64, 64): the only picture of whoever shall appear,
    in yet another performance; `others` uint8 (Q, K, 64, 64, 3), Q ≥ P: more pictures of them, for judges alone.
    """

    acted: list[Faces]
    truth: list[Faces]
    stills: torch.Tensor
    others: np.ndarray

    def __len__(self) -> int:
        return len(self.stills)

    def first(self, pairs: int) -> "Exam":
        """The same exam for the first pairs alone; the right one is still to be found among all."""
        return Exam(self.acted[:pairs], self.truth[:pairs], self.stills[:pairs], self.others)

    @property
    def performances(self) -> np.ndarray:
        """What is done, float32 (P·T, 11)."""
        return np.concatenate([faces.performances for faces in self.truth])


def exam(pairs: int = 50, frames: int = 12, others: int = 16, seed: int = 0, first: int = NEVER_SEEN) -> Exam:
    """So many pairs of strangers: two of numbers from `first` on for each."""
    acted, truth, stills, more = [], [], [], []
    for number in range(pairs):
        rng = np.random.default_rng([seed, number, 0xE8A])
        does, besides = toons.sample_performances(rng, frames), toons.sample_performances(rng, 1 + others)
        actor, appears = (toons.sample_identity(first + 2 * number + side) for side in (0, 1))
        acted.append(draw_faces(actor, does))
        truth.append(draw_faces(appears, does))
        pictures = draw_faces(appears, besides).pictures
        stills.append(tensors.to_tensor(pictures[0]))
        more.append(pictures[1:])
    return Exam(acted, truth, torch.cat(stills), np.stack(more))


@torch.no_grad()
def swapped(model: OneShotSwap, asked: Exam) -> list[torch.Tensor]:
    """What the net draws of each pair: (T, 3, 64, 64) in 0…1 each."""
    model.eval()
    some = zip(asked.acted, asked.stills, strict=True)
    return [model.swap(tensors.to_tensor(faces.pictures), still).clamp(0, 1) for faces, still in some]


@lru_cache(maxsize=2)
def judge(name: str) -> nn.Module:
    """The shipped judge of that name, loaded once."""
    return weights.load(name)


def retrieved(who: IdentityNet, drawn: list[torch.Tensor], asked: Exam) -> float:
    """Rank 1: the share of drawn pictures that look most like the right one of the exam's Q characters.

    A character is the mean embedding of its `others`, none of which any maker has seen.
    """
    known = torch.stack([normalize(embed(who, tensors.to_tensor(some)).mean(0), dim=0) for some in asked.others])
    right = [(embed(who, some) @ known.T).argmax(1) == number for number, some in enumerate(drawn)]
    return float(torch.cat(right).float().mean())


def measured(drawn: list[torch.Tensor], asked: Exam) -> Scores:
    """How good drawn pictures (a batch (T, 3, 64, 64) in 0…1 for each pair) are.

    rank1       how often the judge among nets finds the right one of Q characters in them (`retrieved`).
    helper      the same by the identity net that helped to draw.
    smile, jaw  R² with which the judge reads what was done.
    explained   the mean over the pairs of how much of the error of the target's average face they avoid.
    """
    read = judges.read(judge(judges.WHAT), torch.cat(drawn))
    r2 = metrics.recovery(read, asked.performances)
    explained = []
    for some, faces, others in zip(drawn, asked.truth, asked.others[: len(drawn)], strict=True):
        truth, inside = tensors.to_tensor(faces.pictures), tensors.masks_to_tensor(faces.masks)
        explained.append(metrics.explained_swap(some, truth, tensors.to_tensor(others).mean(0), inside))
    return {
        "rank1": retrieved(judge(judges.WHO), drawn, asked),
        "helper": retrieved(judge("identity"), drawn, asked),
        **{name: r2[name] for name in READ},
        "explained": float(np.mean(explained)),
    }


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--characters", type=int, default=800, help="sampled strangers to learn from")
    parser.add_argument("--each", type=int, default=20, help="pictures of each")
    parser.add_argument("--steps", type=int, default=4600)
    parser.add_argument("--batch", type=int, default=BATCH, help="pairs of pictures a step")
    parser.add_argument("--code-size", type=int, default=48)
    parser.add_argument("--look", type=int, default=64, help="numbers of the look encoder beside the embedding")
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--held-out", type=int, default=50, help="pairs of other strangers to score on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--precision", choices=PRECISIONS, help="default: the quicker one on this machine")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    machine = probe(precision=asked.precision).apply()
    print(machine)
    strangers = draw(asked.characters, asked.each, asked.seed)
    questions = exam(asked.held_out, seed=asked.seed + 1)
    model = new_model(asked.seed, code_size=asked.code_size, look=asked.look, width=asked.width)
    run = run_of(
        model,
        strangers,
        asked.steps,
        asked.batch,
        asked.seed,
        machine,
        label=WEIGHTS,
        checkpoint=paths.user_folder() / "runs" / f"{WEIGHTS}.safetensors",
        checkpoint_seconds=120,
        fingerprint=fingerprint(
            sys.modules[__name__], one_shot, settings_of(asked), strangers.pictures, strangers.weights
        ),
    )
    while not run.done:
        run.advance(500)
        print(run.history, in_words(rounded(measured(swapped(model, questions), questions))), flush=True)
        model.train()
        run.save()
    refuse_shortened(parser, run)
    description = f"OneShotSwap: swaps any two toons by one picture of each, 64×64; {asked.characters} strangers."
    weights.save(model.eval(), WEIGHTS, description, command_of(parser, asked), folder=asked.folder)
    scores = measured(swapped(weights.load(WEIGHTS, folder=asked.folder), questions), questions)
    print(json.dumps({WEIGHTS: rounded(scores)}))


if __name__ == "__main__":
    main()
