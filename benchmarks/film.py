"""How fast a film is made, and how steady it is: `python benchmarks/film.py`.

The whole chain converts two clips of 480 × 360 pixels, from files to a file: read, find, draw, colour, lay back, write,
on two threads of one process. Flicker, error and lag are read from the kept table (data/tables/film.json); `--clips N`
films and measures N held-out clips anew instead, about a minute each. The last line is JSON:

  frames_per_s  of the film that comes out, in seconds of the clock; both clips are read and searched for it.
  raw           nothing smoothed. `ema`, `kalman`, `offline`: of each the strength with the least flicker whose error is
                no more than the raw one's and a hundredth: {"flicker", "error", "lag"}, means over the clips.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from unmasked import film as films
from unmasked import tensors, toons
from unmasked.experiments import film
from unmasked.experiments.tables import load_table
from unmasked.extract.chain import shipped_nets
from unmasked.film.tracking import EVERY, track_landmarks
from unmasked.toons import scenes

SHAPE = (360, 480)
SHOWN = ("flicker", "error", "lag")


def filmed(folder: Path, frames: int, shape: tuple[int, int] = SHAPE) -> tuple[Path, Path]:
    """A body and a driver who do the same, as two files."""
    acted = toons.smooth_track(np.random.default_rng(12), frames)
    layout = scenes.sample_layout(np.random.default_rng(13), shape)
    studio = replace(layout, camera_seed=layout.camera_seed + 1, background_seed=film.WALLS[0])
    body = films.write_film(folder / "body.mp4", scenes.film(film.double(), acted, layout).pictures, crf=film.CRF)
    return body, films.write_film(
        folder / "driver.mp4", scenes.film(toons.CAST[film.SOURCE], acted, studio).pictures, crf=film.CRF
    )


def speed(frames: int, workers: int, repeats: int, shape: tuple[int, int] = SHAPE) -> list[float]:
    """Frames a second of each of `repeats` conversions, after a short one that loads all that there is to load."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        body, driver = filmed(folder, frames, shape)
        warm = {"model": film.network(), "source": film.SOURCE, "target": film.TARGET, "workers": workers}
        films.convert(films.read_film(body, most=2), out=folder / "warm.mp4", **warm)
        for _ in range(repeats):
            begun, busy = time.perf_counter(), time.process_time()
            films.convert(body, driver=driver, out=folder / "out.mp4", **warm)
            took, busy = time.perf_counter() - begun, time.process_time() - busy
            found.append(frames / took)
            cost = f"{1000 * busy / frames:.0f} ms of a core each"
            print(f"{frames} frames of {shape[1]} × {shape[0]}: {found[-1]:.1f} a second, {cost}", flush=True)
    return found


def tracking(clips: int, shape: tuple[int, int] = SHAPE) -> None:
    """Prints whether following a face finds it worse than looking at every frame whole."""
    nets = shipped_nets()
    print(f"\n{'search':24}{'ms a frame':>12}{'missed':>9}{'landmarks off':>15}{'tremble':>9}   (eye distances)")
    for every, words in ((1, "whole frame each time"), (EVERY, "near the last box")):
        rows = []
        for clip in range(clips):
            layout = scenes.sample_layout(np.random.default_rng([clip, 14]), shape)
            made = scenes.film(film.double(), film.performances(clip), layout)
            begun = time.process_time()
            track = track_landmarks(made.pictures, nets=nets, every=every)
            took = 1000 * (time.process_time() - begun) / len(made)
            eyes = np.linalg.norm(made.landmarks[:, 45] - made.landmarks[:, 36], axis=-1).mean()
            off = np.nanmean(np.linalg.norm(track - made.landmarks, axis=-1)) / eyes
            missed = np.isnan(track[:, 0, 0]).mean()
            rows.append((took, missed, off, films.landmark_jitter(track, made.landmarks)))
        took, missed, off, tremble = np.mean(rows, axis=0)
        print(f"{words:24}{took:12.1f}{missed:9.3f}{off:15.4f}{tremble:9.4f}")


def measures(rows: Sequence[film.Row]) -> dict[str, dict[str, float]]:
    """What the JSON line says of the rows: one entry a method."""
    means = {name: {one: values[one][0] for one in SHOWN} for name, values in film.summary(rows).items()}
    found = {"raw": means["raw"]}
    for method in film.METHODS:
        some = [str(film.Variant(method, amount)) for amount in film.AMOUNTS[method]]
        good = [name for name in some if means[name]["error"] <= 1.01 * means["raw"]["error"]] or some
        found[method] = means[min(good, key=lambda name: means[name]["flicker"])]
    return found


def table_of(rows: Sequence[film.Row]) -> str:
    """All variants with the ends of their 95 % intervals over the clips."""
    lines = [f"\n{'variant':24}" + "".join(f"{one:>26}" for one in film.MEASURES)]
    for name, values in film.summary(rows).items():
        cells = "".join(f"{f'{mean:.3f} ({low:.3f}…{high:.3f})':>26}" for mean, low, high in values.values())
        lines.append(f"{name:24}{cells}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--frames", type=int, default=150, help="of the clips that are converted (default: 150)")
    parser.add_argument("--workers", type=int, default=2, help="stretches of film in work at once (default: 2)")
    parser.add_argument("--repeats", type=int, default=3, help="of the conversion; the fastest counts")
    parser.add_argument("--clips", type=int, default=0, help="measure so many clips anew (0: the kept table)")
    parser.add_argument("--tracking", type=int, default=3, help="clips to compare the two ways of searching on")
    asked = parser.parse_args(arguments)
    if min(asked.frames, asked.repeats, asked.workers) < 1:
        parser.error("--frames, --repeats and --workers must be 1 or more")
    tensors.Machine("cpu", 1, "float32").apply()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "")
    fastest = max(speed(asked.frames, asked.workers, asked.repeats))
    if asked.tracking:
        tracking(asked.tracking)
    if asked.clips:
        wanted = [variant for variant in film.VARIANTS if variant.what == "tracks"]
        rows = []
        for clip in range(asked.clips):
            taken = film.take(clip)
            rows += [film.film_row(variant, clip, taken=taken) for variant in wanted]
    else:
        table = load_table(film.TABLE)
        rows = table["rows"]
        print(f"\nkept table of {table['command']}")
    print(table_of(rows))
    result = {"frames_per_s": round(fastest, 2)}
    result |= {name: {key: round(value, 4) for key, value in one.items()} for name, one in measures(rows).items()}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
