"""Tables over seeds for lesson 02: `python -m unmasked.experiments.autoencoders` makes data/tables/autoencoders.json.

Two experiments. `sizes`: how much of a new picture comes back through codes of several sizes, from PCA and from an
autoencoder. `contents`: one net is trained on Ada alone, one on six characters, one on nothing; what can be read off
their codes, and what comes through them?
"""

import argparse
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from torch import nn

from unmasked import metrics, tensors, toons
from unmasked.experiments.autoencoder_ada import SIZES, autoencoder_run, explained_reconstruction
from unmasked.experiments.command import add_seeds, command_of, module_parser, settings_of
from unmasked.experiments.probes import identity_accuracy
from unmasked.experiments.tables import rounded, save_table
from unmasked.faces import Faces, draw_faces, paired_faces, unpaired_faces
from unmasked.models.autoencoder import Autoencoder

TABLE = "autoencoders"
STEPS = 600
ALONE = ("ada",)
SEVERAL = ("ada", "bo", "cleo", "dot", "eli", "fay")
PROBED = ("smile", "jaw", "gaze_x", "gaze_y", "light_azimuth", "light_strength")
# What is changed in a picture, from and to, to see whether the change comes out at the other end.
CHANGES = {"smile": (-1.0, 1.0), "gaze_x": (-1.0, 1.0), "light_azimuth": (-60.0, 60.0)}


def draw(
    names: Sequence[str], seed: int, pictures: int, held_out: int, asked: Sequence[str] = ALONE
) -> tuple[dict, dict]:
    """Faces to train on, `pictures` in all, each character in performances of its own, and `held_out` matched ones of
    each character in `asked`.
    """
    return unpaired_faces(tuple(names), pictures // len(names), seed), paired_faces(tuple(asked), held_out, seed)


def train(faces: Mapping[str, Faces], code_size: int, seed: int, steps: int) -> Autoencoder:
    """An autoencoder of all these faces together, from nothing, in `steps` steps; 0 leaves it untrained.

    The random state of the caller stays as it was.
    """
    pictures = torch.cat([tensors.to_tensor(some.pictures) for some in faces.values()])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # the layers' first weights
        model = Autoencoder(code_size).store_average(pictures)
    if steps:
        label = f"{code_size} numbers, seed {seed}"
        autoencoder_run(model, pictures, steps=steps, seed=seed, label=label).advance(steps)
    return model.eval()


def pca_rebuilt(known: torch.Tensor, asked: torch.Tensor, code_size: int) -> torch.Tensor:
    """`asked` pictures (N, 3, H, W), squeezed into `code_size` numbers and rebuilt by the PCA of the `known` ones."""
    pca = PCA(code_size, svd_solver="randomized", random_state=0).fit(known.flatten(1).numpy())
    rebuilt = pca.inverse_transform(pca.transform(asked.flatten(1).numpy()))
    return torch.from_numpy(rebuilt.astype(np.float32)).reshape(asked.shape)


def size_row(
    code_size: int,
    seed: int,
    steps: int = STEPS,
    *,
    pictures: int = 3000,
    held_out: int = 300,
    model: nn.Module | None = None,
) -> dict[str, str | int | float]:
    """Ada through a code of `code_size` numbers: explained reconstruction of held-out faces, by PCA and autoencoder.

    `model`: what `train` gives for these settings, so that a table need not train it twice.
    """
    faces, truth = draw(ALONE, seed, pictures, held_out)
    known, asked = (tensors.to_tensor(some["ada"].pictures) for some in (faces, truth))
    model = model or train(faces, code_size, seed, steps)
    inside = tensors.masks_to_tensor(truth["ada"].masks)
    by_pca = pca_rebuilt(known, asked, code_size).clamp(0, 1)
    return {
        "code_size": code_size,
        "seed": seed,
        "steps": steps,
        "pca": metrics.explained(by_pca, asked, known.mean(0), inside),
        "autoencoder": explained_reconstruction(model, truth["ada"], known.mean(0)),
    }


@torch.no_grad()
def codes_of(model: nn.Module, faces: Faces) -> np.ndarray:
    """The codes of these faces: float32 (N, code_size)."""
    # A part at a time: what the layers make of thousands of pictures at once would not fit a small machine.
    parts = np.split(faces.pictures, range(250, len(faces), 250))
    return np.concatenate([model.encode(tensors.to_tensor(part)).numpy() for part in parts])


def performance_recovery(model: nn.Module, known: Mapping[str, Faces], asked: Mapping[str, Faces]) -> dict[str, float]:
    """R² of a linear regression from codes to each parameter of PROBED: learned on `known`, measured on `asked`."""
    columns = [toons.PARAMETERS.index(name) for name in PROBED]
    values, wanted = (np.concatenate([f.performances for f in some.values()])[:, columns] for some in (known, asked))
    codes, new_codes = (np.concatenate([codes_of(model, f) for f in some.values()]) for some in (known, asked))
    return metrics.recovery(LinearRegression().fit(codes, values).predict(new_codes), wanted, PROBED)


def who_accuracy(model: nn.Module, known: Mapping[str, Faces], asked: Mapping[str, Faces]) -> float:
    """How often a probe tells by a code of `asked` whose it is, having learned it on `known`: `identity_accuracy`."""
    return identity_accuracy(*({name: codes_of(model, f) for name, f in some.items()} for some in (known, asked)))


@torch.no_grad()
def share_through(net: nn.Module, before: torch.Tensor, after: torch.Tensor, inside: torch.Tensor) -> float:
    """How much of a change comes through: 1 all of it, 0 nothing of it.

    before, after   the same faces (N, 3, H, W) with one thing changed; `inside`: where to look, (N, 1, H, W).
    The change of the output is laid along that of the input: Σ out·in / Σ in·in, over all pixels inside.
    """
    change_in, change_out = after - before, net(after) - net(before)
    return float((inside * change_in * change_out).sum() / (inside * change_in * change_in).sum())


def changed(name: str, performances: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ada in these performances with parameter `name` low, then high, and the faces of both: for share_through."""
    both = []
    for value in CHANGES[name]:
        acted = performances.copy()
        acted[:, toons.PARAMETERS.index(name)] = value
        if name == "light_azimuth":  # without a lamp it has no side
            acted[:, toons.PARAMETERS.index("light_strength")] = 0.8
        both.append(draw_faces(toons.CAST["ada"], acted))
    before, after = (tensors.to_tensor(faces.pictures) for faces in both)
    inside = torch.maximum(*(tensors.masks_to_tensor(faces.masks) for faces in both))
    return before, after, inside


@torch.no_grad()
def skin_through(model: nn.Module, truth: Mapping[str, Faces]) -> float:
    """How much of a stranger's skin COLOUR comes through, brightness apart: 1 all of it, 0 the net draws Ada's skin.

    From Ada's to each other character's mean colour inside the face, in the same performances.
    """

    def colour(pictures: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
        mean = (inside * pictures).sum((2, 3)) / inside.sum((2, 3))  # (N, 3)
        return mean - mean.mean(1, keepdim=True)

    seen, drawn = {}, {}
    for name, some in truth.items():
        pictures, inside = tensors.to_tensor(some.pictures), tensors.masks_to_tensor(some.masks)
        seen[name], drawn[name] = colour(pictures, inside), colour(model(pictures), inside)
    others = [name for name in truth if name != "ada"]
    change_in = torch.cat([seen[name] - seen["ada"] for name in others])
    change_out = torch.cat([drawn[name] - drawn["ada"] for name in others])
    return float((change_in * change_out).sum() / (change_in * change_in).sum())


def contents_row(
    names: Sequence[str],
    seed: int,
    steps: int = STEPS,
    *,
    code_size: int = 32,
    pictures: int = 3000,
    held_out: int = 300,
    model: nn.Module | None = None,
) -> dict[str, str | int | float]:
    """What is in the codes of a net that was trained on these characters, `pictures` in all; with 0 steps, on none.

    Probes, R² on held-out faces of Ada: PROBED. `who`: how often a probe tells six characters apart (guessing: 1/6).
    `… through`: how much of a change comes out of the decoder (share_through, skin_through).
    """
    faces, truth = draw(names, seed, pictures, held_out, SEVERAL)
    model = model or train(faces, code_size, seed, steps)
    half = {name: (some[: held_out // 2], some[held_out // 2 :]) for name, some in truth.items()}
    learn, test = ({name: parts[k] for name, parts in half.items()} for k in (0, 1))
    row = {
        "trained_on": len(names) if steps else 0,
        "seed": seed,
        "steps": steps,
        **performance_recovery(model, faces, {"ada": truth["ada"]}),
    }
    row["who"] = who_accuracy(model, learn, test)
    for name in CHANGES:
        row[f"{name} through"] = share_through(model, *changed(name, truth["ada"].performances[:100]))
    row["skin through"] = skin_through(model, truth)
    return row


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    add_seeds(parser)
    parser.add_argument("--steps", type=int, default=STEPS)
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    print(tensors.probe(precision="float32").apply())
    rows = []
    for seed in range(asked.seeds):
        for size in SIZES:
            model = train(draw(ALONE, seed, 3000, 2)[0], size, seed, asked.steps)
            rows.append({"experiment": "sizes"} | rounded(size_row(size, seed, asked.steps, model=model)))
            if size == 32:
                rows.append({"experiment": "contents"} | rounded(contents_row(ALONE, seed, asked.steps, model=model)))
        rows.append({"experiment": "contents"} | rounded(contents_row(SEVERAL, seed, asked.steps)))
        rows.append({"experiment": "contents"} | rounded(contents_row(ALONE, seed, 0)))
        print(*rows[-7:], sep="\n", flush=True)
    table = {"command": command_of(parser, asked), "settings": settings_of(asked), "rows": rows}
    print(f"written: {save_table(TABLE, table).name}")


if __name__ == "__main__":
    main()
