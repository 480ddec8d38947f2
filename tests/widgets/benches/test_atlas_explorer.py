"""The atlas explorer: every experiment can be chosen, its pictures and scores are its own, a smaller group clips."""

import cv2
import numpy as np
import pytest

from unmasked.experiments.data_decides import EXPERIMENTS, GROUPS
from unmasked.widgets.benches.atlas_explorer import Atlas, atlas_explorer


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    numbers = np.random.default_rng(0)
    return [
        {"experiment": name, "seed": seed, "explained_ab": numbers.uniform(-0.5, 1), "explained_ba": numbers.uniform()}
        for name in EXPERIMENTS
        for seed in range(3)
    ]


@pytest.fixture(scope="module")
def examples() -> dict[str, np.ndarray]:
    numbers = np.random.default_rng(1)
    return {name: numbers.integers(0, 256, (8, 64, 64, 3), dtype=np.uint8) for name in EXPERIMENTS}


@pytest.mark.parametrize("group", list(GROUPS))
@pytest.mark.parametrize("way", ["ab", "ba"])
def test_every_group_shows_its_scores_and_the_pictures_of_the_chosen_one(rows, examples, group, way):
    bench = atlas_explorer(rows, examples)
    for which in (0, 4, 99):
        name = list(GROUPS[group])[min(which, len(GROUPS[group]) - 1)]
        frame = bench.draw({"group": group, "which": which, "way": way})
        mean = np.mean([row[f"explained_{way}"] for row in rows if row["experiment"] == name])
        assert f"{name}: " in frame.words and f"{mean:.2f}".lstrip("-") in frame.words
        chart, pictures = frame.panels
        assert all(each in chart.alt for each in GROUPS[group]) and name in pictures.title
        assert chart.picture.shape[0] / 2 <= 400 and pictures.picture.shape[0] <= 400


def test_the_pictures_are_the_kept_ones_of_that_way(rows, examples):
    scene = Atlas(rows, examples)
    for way, faces in (("ab", slice(0, 4)), ("ba", slice(4, 8))):
        sheet = scene.pictures("as found", way)
        swap = sheet[92:180, 50:138, :3].astype(float)
        kept = [
            np.corrcoef(
                cv2.resize(swap, (16, 16), interpolation=cv2.INTER_AREA)[..., 0].ravel(),
                cv2.resize(face.astype(float), (16, 16), interpolation=cv2.INTER_AREA)[..., 0].ravel(),
            )[0, 1]
            for face in examples["as found"]
        ]
        assert int(np.argmax(kept)) == faces.start


def test_a_click_on_a_line_chooses_it_and_a_smaller_group_takes_its_last(rows, examples):
    bench = atlas_explorer(rows, examples)
    bench.set(group="amount and quality", which=11)
    assert bench.grids[0]["at"] == 11 and len(bench.grids[0]["values"]) == 12
    bench.set(group="shut eyes")
    assert bench.grids[0]["at"] == 3 and list(GROUPS["shut eyes"])[3] in bench.shown.words


def test_an_experiment_without_rows_or_pictures_is_named(rows, examples):
    with pytest.raises(ValueError, match="rows: wanted some of every experiment, got none of 'as found'"):
        atlas_explorer([row for row in rows if row["experiment"] != "as found"], examples)
    fewer = {name: pictures for name, pictures in examples.items() if name != "same light"}
    with pytest.raises(ValueError, match="got none of 'same light'"):
        atlas_explorer(rows, fewer)
