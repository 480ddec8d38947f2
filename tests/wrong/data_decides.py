# ruff: noqa: F811
"""Answers to lesson 06 that its checks must refuse, and unusual ones that they must accept."""

from dataclasses import replace

import cv2
import numpy as np
from scipy import stats

from unmasked.experiments.data_decides import Data, Experiment, atlas_row, atlas_rows
from wrong import right_answer, wrong_answer


def _resized(pictures, detail, down=cv2.INTER_AREA, up=cv2.INTER_LINEAR):
    height, width = pictures.shape[1:3]
    small = round(detail * width), round(detail * height)
    return np.stack(
        [
            cv2.resize(cv2.resize(each, small, interpolation=down), (width, height), interpolation=up)
            for each in pictures
        ]
    )


@wrong_answer("data-decides.shrink", "stays small")
def shrink(pictures, detail):
    height, width = pictures.shape[1:3]
    small = round(detail * width), round(detail * height)
    return np.stack([cv2.resize(each, small, interpolation=cv2.INTER_AREA) for each in pictures])


@wrong_answer("data-decides.shrink", "picks single pixels on the way down")
def shrink(pictures, detail):
    return _resized(pictures, detail, down=cv2.INTER_LINEAR)


@wrong_answer("data-decides.shrink", "squares on the way up")
def shrink(pictures, detail):
    return _resized(pictures, detail, up=cv2.INTER_NEAREST)


@wrong_answer("data-decides.shrink", "takes the default both ways and the height first")
def shrink(pictures, detail):
    height, width = pictures.shape[1:3]
    small = round(detail * height), round(detail * width)
    return np.stack([cv2.resize(cv2.resize(each, small), (height, width)) for each in pictures])


@wrong_answer("data-decides.shrink", "only the width")
def shrink(pictures, detail):
    height, width = pictures.shape[1:3]
    narrow = [cv2.resize(each, (round(detail * width), height), interpolation=cv2.INTER_AREA) for each in pictures]
    return np.stack([cv2.resize(each, (width, height)) for each in narrow])


@wrong_answer("data-decides.shrink", "a share of the pixels instead of the side")
def shrink(pictures, detail):
    return _resized(pictures, detail**0.5)


@wrong_answer("data-decides.shrink", "blurs instead")
def shrink(pictures, detail):
    return np.stack([cv2.GaussianBlur(each, (0, 0), 1 / detail) for each in pictures])


@wrong_answer("data-decides.shrink", "spoils the pictures that it was given")
def shrink(pictures, detail):
    pictures[:] = _resized(pictures, detail)
    return pictures


@wrong_answer("data-decides.shrink", "only the first picture, for all")
def shrink(pictures, detail):
    return np.stack([_resized(pictures[:1], detail)[0]] * len(pictures))


@wrong_answer("data-decides.shrink", "does nothing")
def shrink(pictures, detail):
    return pictures


@right_answer("data-decides.shrink", "averages blocks by hand where they fit, else by area")
def shrink(pictures, detail):
    made = np.empty_like(pictures)
    height, width = pictures.shape[1:3]
    for one, out in zip(pictures, made, strict=True):
        small = cv2.resize(one, None, fx=detail, fy=detail, interpolation=cv2.INTER_AREA)
        cv2.resize(small, (width, height), dst=out, interpolation=cv2.INTER_LINEAR)
    return made


@right_answer("data-decides.shrink", "channels as a stack of grey pictures")
def shrink(pictures, detail):
    return np.stack([_resized(pictures[..., c], detail) for c in range(3)], -1)


def _gains(rows, experiment, over, column):
    values = {(row["experiment"], row["seed"]): row[column] for row in rows}
    return np.array([v - values[over, seed] for (name, seed), v in values.items() if name == experiment])


def _around(gains, half):
    return gains.mean(), gains.mean() - half, gains.mean() + half


@wrong_answer("data-decides.gain", "the wrong way round")
def gain(rows, experiment, over, column):
    gains = _gains(rows, over, experiment, column)
    return _around(gains, stats.t.ppf(0.975, len(gains) - 1) * stats.sem(gains))


@wrong_answer("data-decides.gain", "rows as they stand")
def gain(rows, experiment, over, column):
    a, b = (np.array([row[column] for row in rows if row["experiment"] == name]) for name in (experiment, over))
    return _around(a - b, stats.t.ppf(0.975, len(a) - 1) * stats.sem(a - b))


@wrong_answer("data-decides.gain", "two independent means")
def gain(rows, experiment, over, column):
    a, b = (np.array([row[column] for row in rows if row["experiment"] == name]) for name in (experiment, over))
    error = np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    half = stats.t.ppf(0.975, len(a) + len(b) - 2) * error
    return a.mean() - b.mean(), a.mean() - b.mean() - half, a.mean() - b.mean() + half


@wrong_answer("data-decides.gain", "1.96 standard errors")
def gain(rows, experiment, over, column):
    gains = _gains(rows, experiment, over, column)
    return _around(gains, 1.96 * stats.sem(gains))


@wrong_answer("data-decides.gain", "0.95 on each side")
def gain(rows, experiment, over, column):
    gains = _gains(rows, experiment, over, column)
    return _around(gains, stats.t.ppf(0.95, len(gains) - 1) * stats.sem(gains))


@wrong_answer("data-decides.gain", "n degrees of freedom")
def gain(rows, experiment, over, column):
    gains = _gains(rows, experiment, over, column)
    return _around(gains, stats.t.ppf(0.975, len(gains)) * stats.sem(gains))


@wrong_answer("data-decides.gain", "deviation instead of error")
def gain(rows, experiment, over, column):
    gains = _gains(rows, experiment, over, column)
    return _around(gains, stats.t.ppf(0.975, len(gains) - 1) * gains.std(ddof=1))


@wrong_answer("data-decides.gain", "the population's deviation")
def gain(rows, experiment, over, column):
    gains = _gains(rows, experiment, over, column)
    return _around(gains, stats.t.ppf(0.975, len(gains) - 1) * gains.std() / len(gains) ** 0.5)


@wrong_answer("data-decides.gain", "the other column")
def gain(rows, experiment, over, column):
    gains = _gains(rows, experiment, over, "explained_ba")
    return _around(gains, stats.t.ppf(0.975, len(gains) - 1) * stats.sem(gains))


@wrong_answer("data-decides.gain", "mean and half width")
def gain(rows, experiment, over, column):
    gains = _gains(rows, experiment, over, column)
    half = stats.t.ppf(0.975, len(gains) - 1) * stats.sem(gains)
    return gains.mean(), half, half


@wrong_answer("data-decides.gain", "sorts the rows that it was given")
def gain(rows, experiment, over, column):
    rows.sort(key=lambda row: row["seed"])
    gains = _gains(rows, experiment, over, column)
    return _around(gains, stats.t.ppf(0.975, len(gains) - 1) * stats.sem(gains))


@right_answer("data-decides.gain", "through SciPy's own interval of a paired test")
def gain(rows, experiment, over, column):
    a, b = ({r["seed"]: r[column] for r in rows if r["experiment"] == name} for name in (experiment, over))
    test = stats.ttest_rel([a[seed] for seed in a], [b[seed] for seed in a])
    low, high = test.confidence_interval()
    return np.float64((low + high) / 2), low, high


@right_answer("data-decides.gain", "as an array")
def gain(rows, experiment, over, column):
    gains = _gains(rows, experiment, over, column)
    low, high = stats.t.interval(0.95, len(gains) - 1, gains.mean(), stats.sem(gains))
    return np.array([gains.mean(), low, high])


def _named(tried, seeds, rows):
    return [row | {"experiment": name} for row, name in zip(rows, [n for n in tried for _ in seeds], strict=True)]


FEW, MANY = Data(12), Data(40)
QUESTION = "Does it matter how many pictures Ada has?"


@wrong_answer("data-decides.experiment", "no question")
def my_experiment(seeds, **settings):
    tried = {"few": Experiment(FEW, MANY), "many": Experiment(MANY, MANY)}
    return "Ada", tried, _named(tried, seeds, atlas_rows(tried.values(), seeds, **settings))


@wrong_answer("data-decides.experiment", "a question about nothing in particular")
def my_experiment(seeds, **settings):
    tried = {"few": Experiment(FEW, MANY), "many": Experiment(MANY, MANY)}
    return "Is it better?", tried, _named(tried, seeds, atlas_rows(tried.values(), seeds, **settings))


@wrong_answer("data-decides.experiment", "two things at once")
def my_experiment(seeds, **settings):
    tried = {"few": Experiment(FEW, MANY), "many and soft": Experiment(replace(MANY, detail=0.5), MANY)}
    return QUESTION, tried, _named(tried, seeds, atlas_rows(tried.values(), seeds, **settings))


@wrong_answer("data-decides.experiment", "the same experiment twice")
def my_experiment(seeds, **settings):
    tried = {"one": Experiment(FEW, MANY), "other": Experiment(FEW, MANY)}
    return QUESTION, tried, _named(tried, seeds, atlas_rows(tried.values(), seeds, **settings))


@wrong_answer("data-decides.experiment", "rows still called my own")
def my_experiment(seeds, **settings):
    tried = {"few": Experiment(FEW, MANY), "many": Experiment(MANY, MANY)}
    return QUESTION, tried, atlas_rows(tried.values(), seeds, **settings)


@wrong_answer("data-decides.experiment", "names in the other order")
def my_experiment(seeds, **settings):
    tried = {"few": Experiment(FEW, MANY), "many": Experiment(MANY, MANY)}
    rows = atlas_rows(tried.values(), seeds, **settings)
    return QUESTION, tried, [row | {"experiment": name} for row, name in zip(rows, [*tried] * len(seeds), strict=True)]


@wrong_answer("data-decides.experiment", "names exchanged")
def my_experiment(seeds, **settings):
    tried = {"few": Experiment(FEW, MANY), "many": Experiment(MANY, MANY)}
    rows = atlas_rows(list(tried.values())[::-1], seeds, **settings)
    return QUESTION, tried, _named(tried, seeds, rows)


@wrong_answer("data-decides.experiment", "one seed")
def my_experiment(seeds, **settings):
    tried = {"few": Experiment(FEW, MANY), "many": Experiment(MANY, MANY)}
    return QUESTION, tried, _named(tried, seeds[:1], atlas_rows(tried.values(), seeds[:1], **settings))


@wrong_answer("data-decides.experiment", "steps of its own")
def my_experiment(seeds, **settings):
    tried = {"few": Experiment(FEW, MANY), "many": Experiment(MANY, MANY)}
    return QUESTION, tried, _named(tried, seeds, atlas_rows(tried.values(), seeds, **settings | {"steps": 3}))


@wrong_answer("data-decides.experiment", "polished numbers")
def my_experiment(seeds, **settings):
    tried = {"few": Experiment(FEW, MANY), "many": Experiment(MANY, MANY)}
    rows = _named(tried, seeds, atlas_rows(tried.values(), seeds, **settings))
    return QUESTION, tried, [row | {"explained_ab": row["explained_ab"] + 0.05} for row in rows]


@wrong_answer("data-decides.experiment", "rows of one experiment only")
def my_experiment(seeds, **settings):
    tried = {"few": Experiment(FEW, MANY), "many": Experiment(MANY, MANY)}
    rows = atlas_rows([tried["few"]], seeds, **settings)
    return QUESTION, tried, [row | {"experiment": "few"} for row in rows]


@right_answer("data-decides.experiment", "other characters, a row at a time, seeds outermost")
def my_experiment(seeds, **settings):
    tried = {"Gus": Experiment(FEW, MANY, names=("gus", "bo")), "Ivo": Experiment(FEW, MANY, names=("ivo", "bo"))}
    rows = [atlas_row(each, seed, **settings) | {"experiment": name} for seed in seeds for name, each in tried.items()]
    return "Does Gus act better for Bo than Ivo does?", tried, rows


@right_answer("data-decides.experiment", "the same change on both sides, rows with more columns")
def my_experiment(seeds, **settings):
    still = {"yaw": (-5.0, 5.0)}
    tried = {
        "all poses": Experiment(FEW, FEW),
        "only frontal": Experiment(replace(FEW, ranges=still), replace(FEW, ranges=still), acted={}),
    }
    rows = _named(tried, seeds, atlas_rows(tried.values(), seeds, **settings))
    return "Do the poses matter?", tried, [row | {"note": "short"} for row in rows]
