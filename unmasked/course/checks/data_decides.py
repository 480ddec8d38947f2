"""The checks of lesson 06: shrinking, a paired gain with its interval, one whole experiment."""

import cv2
import numpy as np
from scipy import stats

from unmasked.course.checks import (
    Trial,
    array_of,
    close,
    exercise,
    has_columns,
    known_slips,
    numbers_of,
    refuse,
    require,
)
from unmasked.experiments import data_decides
from unmasked.experiments.data_decides import Data, Experiment, atlas_row, atlas_rows


@exercise("data-decides.shrink", reference=data_decides.shrink)
def check_shrink(trial: Trial) -> None:
    """Pictures that are not square and full of detail, several shares; the slips have names."""
    for count, height, width, detail in ((1, 40, 64, 0.5), (3, 64, 48, 0.25), (2, 32, 56, 1.0)):
        pictures = trial.numbers.integers(0, 256, (count, height, width, 3), dtype=np.uint8)
        what = f"{count} pictures of {height} × {width} pixels at a detail of {detail}"
        got = trial.call(pictures, detail)
        small = (round(height * detail), round(width * detail))
        if np.shape(got) == (count, *small, 3) and detail < 1:
            refuse(
                f"Your pictures stay small: {small[0]} × {small[1]} pixels. Enlarge them again to {height} × {width}."
            )
        if np.shape(got) == (count, width, height, 3):
            refuse("Height and width are exchanged: an array's shape has its rows first, and `cv2.resize` the width.")
        right = trial.expected(pictures, detail)
        got = array_of(got, right.shape, what)

        def resized(down: int, up: int, size: tuple[int, int], back: tuple[int, int], some=pictures) -> np.ndarray:
            return np.stack(
                [cv2.resize(cv2.resize(each, size, interpolation=down), back, interpolation=up) for each in some]
            )

        area, linear, nearest = cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_NEAREST
        size, back = small[::-1], (width, height)
        slips = {
            "On the way down single pixels are picked, so fine patterns turn into wrong coarse ones. Average them with "
            "`cv2.INTER_AREA`.": resized(linear, linear, size, back),
            "On the way down single pixels are picked by `INTER_NEAREST`. Average them with `cv2.INTER_AREA`.": (
                resized(nearest, linear, size, back)
            ),
            "The pictures come back as large squares. Fill in smoothly with `cv2.INTER_LINEAR` on the way up.": (
                resized(area, nearest, size, back)
            ),
            "With `INTER_AREA` on the way UP you get squares. Fill in smoothly with `cv2.INTER_LINEAR`.": (
                resized(area, area, size, back)
            ),
            "Nothing was shrunk: the pictures came back as they went in.": pictures,
            "Only the width was shrunk.": resized(area, linear, (small[1], height), back),
            "Only the height was shrunk.": resized(area, linear, (width, small[0]), back),
            "That keeps a share of the PIXELS. `detail` is a share of the side.": (
                resized(area, linear, tuple(max(1, round(n * detail**0.5)) for n in back), back)
            ),
        }
        if detail < 1:
            known_slips(got, right, slips, tolerance=1e-3)
        close(got, right, what, tolerance=1.01)


def gain(rows, experiment, over, column):
    """The reference of `data-decides.gain`."""
    values = {(row["experiment"], row["seed"]): row[column] for row in rows}
    seeds = [row["seed"] for row in rows if row["experiment"] == experiment]
    gains = np.array([values[experiment, seed] - values[over, seed] for seed in seeds])
    half = stats.t.ppf(0.975, len(gains) - 1) * stats.sem(gains)
    return gains.mean(), gains.mean() - half, gains.mean() + half


@exercise("data-decides.gain", reference=gain)
def check_gain(trial: Trial) -> None:
    """Three seeds and five, rows in disorder, other experiments and columns among them; the slips have names."""
    for seeds in (3, 5):
        rows, one, other = _some_rows(trial, seeds)
        got = numbers_of(trial.call(rows, "sharp", "soft", "explained_ab"), 3, "mean, low and high")
        gains, n = one - other, len(one)
        t, error = stats.t.ppf(0.975, n - 1), stats.sem(gains)

        def around(half: float, middle: float = gains.mean()) -> tuple[float, float, float]:
            return middle, middle - half, middle + half

        apart = stats.t.ppf(0.975, 2 * n - 2) * np.sqrt(one.var(ddof=1) / n + other.var(ddof=1) / n)
        by_place = [row["explained_ab"] for row in rows if row["experiment"] == "sharp"]
        by_place = np.array(by_place) - [row["explained_ab"] for row in rows if row["experiment"] == "soft"]
        slips = {
            "The wrong way round: `experiment` minus `over` is wanted.": around(t * error, -gains.mean()),
            "Each experiment has its own spread in your interval. Subtract seed by seed first, and take the spread of "
            "the differences.": around(apart),
            "The rows were subtracted as they stand, but the second seed of one experiment need not stand second "
            "among those of the other. Match them by their seeds.": around(t * stats.sem(by_place), by_place.mean()),
            f"1.96 belongs to many seeds. With {n} differences Student's t is wider: `stats.t.ppf(0.975, {n - 1})`.": (
                around(1.96 * error)
            ),
            "0.95 leaves 5 % on EITHER side. 0.975 leaves 2.5 % on each, which makes 95 % in between.": (
                around(stats.t.ppf(0.95, n - 1) * error)
            ),
            f"Student's t wants {n - 1} degrees of freedom for {n} differences, one fewer than there are.": (
                around(stats.t.ppf(0.975, n) * error)
            ),
            "That is the spread of the single differences. The mean of several is steadier: take the standard ERROR.": (
                around(t * gains.std(ddof=1))
            ),
            "The standard error comes from the sample's deviation, which divides by n − 1. `stats.sem` does it.": (
                around(t * gains.std() / np.sqrt(n))
            ),
            "The half width came back instead of both ends: mean, low, high are wanted.": (
                gains.mean(),
                t * error,
                t * error,
            ),
            "High and low are exchanged.": around(-t * error),
        }
        expected = around(t * error)
        known_slips(got, np.array(expected), {words: np.array(wrong) for words, wrong in slips.items()}, 1e-6)
        close(got, np.array(expected), "mean, low and high", tolerance=1e-6)


def _some_rows(trial: Trial, seeds: int) -> tuple[list[dict], np.ndarray, np.ndarray]:
    """Rows of three experiments in disorder, and the values of two by seed: what a seed does, it does to all."""
    luck = 0.1 * trial.normal(seeds)
    values = {name: luck + level + 0.02 * trial.normal(seeds) for name, level in (("sharp", 0.6), ("soft", 0.5))}
    values["third"] = trial.uniform(seeds)
    rows = [
        {
            "experiment": name,
            "seed": seed,
            "explained_ab": float(some[seed]),
            "explained_ba": float(trial.uniform(1)[0]),
        }
        for name, some in values.items()
        for seed in range(seeds)
    ]
    order = trial.numbers.permutation(len(rows))
    while [rows[i]["seed"] for i in order if rows[i]["experiment"] == "sharp"] == [
        rows[i]["seed"] for i in order if rows[i]["experiment"] == "soft"
    ]:
        order = trial.numbers.permutation(len(rows))
    return [rows[i] for i in order], values["sharp"], values["soft"]


def my_experiment(seeds, **settings):
    """The reference of `data-decides.experiment`: one of many."""
    question = "Does Ada → Bo suffer when only Ada's pictures are few?"
    tried = {"Ada few": Experiment(Data(20), Data(300)), "both many": Experiment(Data(300), Data(300))}
    rows = atlas_rows(tried.values(), seeds, **settings)
    names = [name for name in tried for _ in seeds]
    return question, tried, [row | {"experiment": name} for row, name in zip(rows, names, strict=True)]


@exercise("data-decides.experiment", reference=my_experiment)
def check_experiment(trial: Trial) -> str:
    """The parts, then a run of few steps over two seeds, one row of which is run again."""
    settings, seeds = {"steps": 2, "held_out": 8}, (trial.whole_number(50, 5), trial.whole_number(100, 60))
    got = trial.call(seeds, **settings)
    if not isinstance(got, tuple | list) or len(got) != 3:
        refuse("Three things are wanted: the question, the two experiments by name, and the rows.")
    question, tried, rows = got
    require(
        isinstance(question, str) and question.rstrip().endswith("?"),
        f"The question should be a sentence that ends with a question mark; got {question!r}.",
    )
    require(
        len(question.split()) >= 4,
        f"{question!r} is too short to tell what you ask. Name what you change, and what you look at.",
    )
    if not isinstance(tried, dict) or not all(isinstance(each, Experiment) for each in tried.values()):
        refuse("The experiments should be a dict: a name for each Experiment.")
    require(len(tried) == 2, f"Two experiments are compared; got {len(tried)}.")
    first, second = tried.values()
    require(first != second, "Your two experiments are the same, so whatever differs between their rows is luck.")
    changed = _changes(first, second)
    require(
        len(changed) == 1,
        f"Two things or more differ between your experiments: {', '.join(changed)}. Change one, or you can't say which "
        "of them made the difference. (The same change on both sides counts as one.)",
    )
    has_columns(rows, {"experiment": str, "seed": int, "steps": int, "explained_ab": float, "explained_ba": float})
    strangers = sorted({row["experiment"] for row in rows} - set(tried))
    require(
        not strangers,
        f"Rows are called {', '.join(map(repr, strangers))}, but your experiments are {', '.join(map(repr, tried))}. "
        "Write the right name into each row.",
    )
    for name in tried:
        ran = sorted(row["seed"] for row in rows if row["experiment"] == name)
        require(
            ran == sorted(seeds),
            f"Asked for the seeds {', '.join(map(str, sorted(seeds)))}, “{name}” has rows of {ran or 'none'}. "
            "Every experiment runs once from each of `seeds`.",
        )
    require(
        all(row["steps"] == 2 for row in rows),
        f"Asked for 2 steps, a row has {next((row['steps'] for row in rows if row['steps'] != 2), 2)}. "
        "Hand `**settings` on to `atlas_rows`.",
    )
    chosen = rows[trial.whole_number(len(rows))]
    again = atlas_row(tried[chosen["experiment"]], chosen["seed"], **settings)
    for column in ("explained_ab", "explained_ba"):
        what = f"`{column}` of “{chosen['experiment']}”, seed {chosen['seed']}, run again,"
        close(chosen[column], again[column], what, tolerance=1e-5)
    return f"You compare {' with '.join(tried)}, and change one thing: {changed[0]}. A row run again came out the same."


def _changes(first: Experiment, second: Experiment) -> list[str]:
    """What differs between two experiments, in words; the same change of both sides counts once."""
    words = {"pictures": "the number of pictures", "detail": "how fine they are", "ranges": "what is left out"}
    found = [words[part] for part in words if _sides(first, part) != _sides(second, part)]
    if first.names != second.names:
        found.append("the characters")
    if first.acted != second.acted:
        found.append("what is acted")
    if first.shrunk != second.shrunk:
        found.append("how fine the swapped pictures are")
    return found


def _sides(experiment: Experiment, part: str) -> list:
    return [getattr(data, part) for data in (experiment.first, experiment.second)]
