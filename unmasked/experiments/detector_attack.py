"""Makes lesson 13's table of attacks: `python -m unmasked.experiments.detector_attack`.

Every seed has strangers of its own, forged by one maker. Two experiments:

  format   recordings saved as JPEG and fakes as PNG: what a net learns from such a set, and from one without the bias.
  step     one gradient step of some grey levels against a plain net and a hardened one, and what of it another net
           believes.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

import numpy as np
import torch
from torch import nn

from unmasked import tensors
from unmasked.experiments import detector
from unmasked.experiments.command import add_keeping, add_seeds, command_of, module_parser, settings_of
from unmasked.experiments.detector import KNOWN, TRAINED, Batches, chosen
from unmasked.experiments.tables import keep_rows
from unmasked.forensics.attack import attacked, one_step
from unmasked.forensics.calibration import threshold_at
from unmasked.forensics.detector import logits_of
from unmasked.forensics.footage import REAL, Footage
from unmasked.forensics.roc import auc
from unmasked.models.meso import Meso4
from unmasked.toons import camera

TABLE = "detector-attack"
FORMAT_MAKER = "another network"
QUALITY = 20  # of the JPEG that the recordings went through
NETS = ("plain", "hardened")
LEVELS = (0, 1, 2, 4, 8)  # grey levels of a step
STRONGEST = 8  # grey levels of the steps that a hardened net learns from
ALARMS = 0.05
LEARNED, JUDGED, STEPS = 80, 40, 350
Row = dict[str, str | int | float]


def saved(crops: np.ndarray, quality: int = QUALITY) -> np.ndarray:
    """Crops uint8 (N, H, W, 3), each through JPEG of that quality."""
    return np.stack([camera.jpeg(crop, quality) for crop in crops])


def noisy(crops: np.ndarray, levels: int, seed: int) -> np.ndarray:
    """Crops uint8 (N, H, W, 3), each value moved by `levels` grey levels, up or down by the toss of a coin."""
    coins = np.random.default_rng([seed, 0xC01]).integers(0, 2, crops.shape)
    return np.clip(crops.astype(int) + levels * (2 * coins - 1), 0, 255).astype(np.uint8)


def attacked_half(net: nn.Module, pictures: torch.Tensor, fake: torch.Tensor, generator: torch.Generator):
    """A training batch in which a coin tosses which fakes are attacked, each by up to 8 grey levels; the rest stays.

    The step is taken against the net as it is now, in training mode: recordings aren't attacked, because nobody wants
    his own recording to be flagged.
    """
    shape = len(pictures), 1, 1, 1
    levels = STRONGEST / 255 * torch.rand(shape, generator=generator)
    hit = (torch.rand(shape, generator=generator) < 0.5) & (fake.view(shape) == 1)
    direction = (one_step(net, pictures, fake, 1 / 255) - pictures).sign()
    return torch.where(hit, (pictures + levels * direction).clamp(0, 1), pictures)


def train_hardened(batches: Batches, steps: int, seed: int, label: str = "hardened", *, progress: bool = False):
    """A Meso4 that learns from attacks on itself, in eval mode, and its history; arguments as `train_detector`'s.

    Source: Goodfellow, Shlens and Szegedy, 2015: adversarial training.
    """
    spoil = partial(attacked_half, generator=torch.Generator().manual_seed(seed))
    return detector.train_detector(Meso4, batches, steps, seed, label, spoil=spoil, progress=progress)


def draw_for(seed: int, learned: int = LEARNED, judged: int = JUDGED) -> tuple[Footage, Footage]:
    """A seed's own strangers, to learn from and to be judged by, each forged by both makers of this experiment."""
    first = detector.FIRST + 500_000 + 10_000 * seed  # nobody else's strangers
    settings = {"seed": seed, "who": (KNOWN, FORMAT_MAKER), "levels": (TRAINED,), "copies": 0}
    return detector.draw(learned, first=first, **settings), detector.draw(judged, first=first + 5_000, **settings)


def frames_of(footage: Footage, maker: str) -> np.ndarray:
    """All frames of a maker: uint8 (N, 64, 64, 3)."""
    return chosen(footage, [maker], TRAINED, np.arange(len(footage)))[0]


def _trained(real: np.ndarray, fake: np.ndarray, steps: int, seed: int, train=None) -> nn.Module:
    batches = Batches(real, fake, np.zeros(fake.shape[:3], np.uint8), seed)
    return (train or _plain)(batches, steps, seed)[0]


def _plain(batches: Batches, steps: int, seed: int):
    return detector.train_detector(Meso4, batches, steps, seed)


def format_rows(seed: int, steps: int = STEPS, *, drawn: tuple[Footage, Footage] | None = None) -> list[Row]:
    """Two nets, taught by a set with the bias and by one without; each AUC of single frames of strangers.

    as_collected  recordings as JPEG, fakes as PNG, like the first net's lessons.
    both_jpeg, both_png   saved alike.
    no_fakes      recordings as PNG, in the place of fakes, against recordings as JPEG.
    """
    known, strangers = drawn or draw_for(seed)
    real, fake = (frames_of(known, name) for name in (REAL, FORMAT_MAKER))
    new_real, new_fake = (frames_of(strangers, name) for name in (REAL, FORMAT_MAKER))
    taught = {"biased": (saved(real), fake), "equalised": (saved(real), saved(fake))}
    rows = []
    for name, lessons in taught.items():
        net = _trained(*lessons, steps, seed)
        pairs = {
            "as_collected": (saved(new_real), new_fake),
            "both_jpeg": (saved(new_real), saved(new_fake)),
            "both_png": (new_real, new_fake),
            "no_fakes": (saved(new_real), new_real),
        }
        found = {key: auc(*(logits_of(net, crops) for crops in pair)) for key, pair in pairs.items()}
        rows.append({"experiment": "format", "net": name, "seed": seed} | found)
    return rows


def step_rows(
    seed: int, steps: int = STEPS, *, drawn: tuple[Footage, Footage] | None = None, levels: Sequence[int] = LEVELS
) -> list[Row]:
    """A plain and a hardened net, each attacked by steps of all `levels`: rows of frames of strangers.

    auc         of the attacked fakes against untouched recordings.
    caught      the share of the attacked fakes above the line that accuses 5 % of these same recordings.
    auc_passed, caught_passed   the same, where the step was taken against ANOTHER plain net, from other first weights.
    accused     the share of RECORDINGS above that line, once each value has moved as far up or down by chance.
    """
    known, strangers = drawn or draw_for(seed)
    real, fake = (frames_of(known, name) for name in (REAL, KNOWN))
    new_real, new_fake = (frames_of(strangers, name) for name in (REAL, KNOWN))
    other = _trained(real, fake, steps, seed + 1000)
    rows = []
    for name, train in zip(NETS, (_plain, train_hardened), strict=True):
        net = _trained(real, fake, steps, seed, train)
        scores = logits_of(net, new_real)
        line = threshold_at(scores, ALARMS)
        for level in levels:
            row = {"experiment": "step", "net": name, "seed": seed, "levels": level}
            for ending, against in (("", net), ("_passed", other)):
                hit = logits_of(net, attacked(against, new_fake, level))
                row |= {f"auc{ending}": auc(scores, hit), f"caught{ending}": float((hit >= line).mean())}
            row["accused"] = float((logits_of(net, noisy(new_real, level, seed)) >= line).mean())
            rows.append(row)
    return rows


def make_parser():
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    add_seeds(parser, "row")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--learned", type=int, default=LEARNED, help="characters to learn from")
    parser.add_argument("--judged", type=int, default=JUDGED, help="characters to be judged by")
    add_keeping(parser)
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    print(tensors.Machine("cpu", 1, "float32").apply())
    table = {"command": command_of(parser, asked), "settings": settings_of(asked)}
    wanted = [
        (seed, *key)
        for seed in range(asked.seeds)
        for key in (
            *(("format", net, None) for net in ("biased", "equalised")),
            *(("step", net, level) for net in NETS for level in LEVELS),
        )
    ]

    def make(missing: list[tuple]) -> Iterator[Row]:
        for seed, some in groupby(missing, key=lambda key: key[0]):
            some = list(some)
            drawn = draw_for(seed, asked.learned, asked.judged)
            made = format_rows(seed, asked.steps, drawn=drawn) + step_rows(seed, asked.steps, drawn=drawn)
            by_key = {(row["seed"], row["experiment"], row["net"], row.setdefault("levels", None)): row for row in made}
            yield from (by_key[key] for key in some)

    keep_rows(
        TABLE, table, ("seed", "experiment", "net", "levels"), wanted, make, fresh=asked.fresh, folder=asked.folder
    )


if __name__ == "__main__":
    main()
