"""How well a voice moves a mouth: `python -m unmasked.experiments.lip_sync` makes the table of lesson 11.

Bo talks; a network learns from a recording of him where his lips are at which sound, and moves them to words that he
never said. Whoever drew him knows what his mouth does then. Then the mouth is painted: from the frames of an old film,
or by a small decoder.
"""

import argparse
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

import cv2
import numpy as np
import torch
from torch.nn.functional import mse_loss
from torch.nn.utils import clip_grad_norm_

from unmasked import blend, extract, faces, metrics, sound, tensors, toons
from unmasked.arguments import checked_number
from unmasked.experiments.command import add_keeping, add_seeds, command_of, module_parser, settings_of
from unmasked.experiments.lip_sync_voice import voice_rows
from unmasked.experiments.tables import keep_rows
from unmasked.film.flicker import flicker
from unmasked.makers import talking
from unmasked.models.lips import PACE, LipNet, LipShapes, MouthNet, delayed, follow
from unmasked.toons.camera import CameraSettings, record
from unmasked.training import Muon, Run, cosine, set_rate

TABLE = "lip-sync"
SPEAKER, SIDE = "bo", 128
LEARNED, TESTED, FILMED, SAID = 120.0, 30.0, 16.0, 6.0  # seconds: to learn from, to test on, of old film, of new words
STEPS, BATCH, LENGTH, RATE = 300, 25, 100, 0.02  # a sequence lasts a second
STEP_MS = 10  # a step of the network
DELAYS = (0, 40, 80, 120, 160, 200, 300, 400)  # ms
BEST_DELAY = 200  # ms, by the table; the paper's, too
COUNTS = (1, 2, 4, 8, 16, 32, 64)
ENERGY = [13, 27]  # among the 28 features: the log energy and its difference
STUDIO = CameraSettings(white_balance=0.0, exposure=0.0)  # one lamp, one camera: blur, noise and JPEG
_JAW, _SMILE, _LIDS = (toons.PARAMETERS.index(name) for name in ("jaw", "smile", "lids"))
_HEAD = {"yaw": (-8, 8), "pitch": (-5, 5), "roll": (-4, 4), "light_azimuth": (-35, -35), "light_strength": (0.6, 0.6)}
Row = dict[str, str | int | float]


@dataclass(frozen=True)
class Recorded:
    """A voice and what the mouth did meanwhile: `said`, a sound.Speech; `samples` float32 (640 T,); `heard` float32
    (4 T, 28); `lips` float64 (T, 18, 2), as seen from the nose, in pixels of a crop of 128."""

    said: sound.Speech
    samples: np.ndarray
    heard: np.ndarray
    lips: np.ndarray


@dataclass(frozen=True)
class Filmed:
    """A film of somebody who says something: `said`; `acted` float32 (N, 11); `clip`, its aligned crops as the camera
    has them; `motion` float64 (N,), pixels by which the head moves in the frame."""

    said: sound.Speech
    acted: np.ndarray
    clip: talking.TargetClip
    motion: np.ndarray


# --- heard ------------------------------------------------------------------------------------------------------------


def recorded(seconds: float, seed: int, speaker: str = SPEAKER) -> Recorded:
    """Somebody of `sound.VOICES` says about so many seconds of babble, another for each `seed`."""
    generator = np.random.default_rng([seed, 11])
    said = sound.speak(sound.sample_script(generator, seconds), generator=generator)
    return heard_and_seen(said, speaker, seed)


def heard_and_seen(said: sound.Speech, speaker: str = SPEAKER, seed: int = 0) -> Recorded:
    """What it sounds and looks like when one of `sound.VOICES` says that."""
    samples = sound.synthesise(said, sound.VOICES[speaker], seed)
    return Recorded(said, samples, sound.features(samples), lips_of(said.mouth, speaker))


def lips_of(mouth: np.ndarray, speaker: str = SPEAKER) -> np.ndarray:
    """Lip points float64 (T, 18, 2), as seen from the nose in a crop of 128 pixels, of jaw and smile (T, 2)."""
    acted = np.tile(toons.Performance().to_array(), (len(mouth), 1))
    acted[:, [_JAW, _SMILE]] = mouth
    # Landmarks come from the curves, whatever the size of the picture, and small ones are quick.
    marks = toons.draw_many(toons.character(speaker), acted, size=16).landmarks
    marks = extract.move(marks, extract.align_matrix(marks, SIDE)).astype(np.float64)
    return marks[:, toons.LANDMARKS["lips"]] - marks[:, None, talking.NOSE]


@cache
def resting_width(speaker: str = SPEAKER) -> float:
    """From corner to corner of the resting mouth, in pixels of a crop of 128."""
    lips = lips_of(np.array([[0.0, toons.Performance().smile]], np.float32), speaker)
    return float(np.ptp(lips[0, :, 0]))


def lip_error(lips: np.ndarray, truth: np.ndarray, speaker: str = SPEAKER) -> float:
    """How far lip points (T, 18, 2) are from the true ones on average, in percent of the resting mouth's width."""
    return float(100 * np.linalg.norm(lips - truth, axis=-1).mean() / resting_width(speaker))


def by_step(codes: np.ndarray) -> np.ndarray:
    """Rows by the frame (T, K) as rows by the step (4 T, K), in straight lines between."""
    frames = np.arange(PACE * len(codes)) / PACE
    return np.stack([np.interp(frames, np.arange(len(codes)), column) for column in codes.T], 1)


def lip_run(
    heard: np.ndarray, codes: np.ndarray, delay: int, *, steps: int = STEPS, batch: int = BATCH, seed: int = 0
) -> tuple[LipNet, Run]:
    """A network that shall answer `delay` steps late, and its training, not yet begun.

    heard  float (4 T, F), `codes` (T, K) of the same time: lip coefficients. `batch` sequences of a second a step.
    """
    heard = torch.from_numpy(heard).float()
    wanted = torch.from_numpy(delayed(by_step(codes), delay)).float()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = LipNet(heard.shape[1], outputs=wanted.shape[1])
    model.fit_scale(heard, wanted)
    optimiser = torch.optim.Adam(model.parameters(), RATE)
    generator = torch.Generator().manual_seed(seed)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, RATE, warmup=min(5, steps - 1)))
        begin = torch.randint(len(heard) - LENGTH, (batch, 1), generator=generator)
        some = begin + torch.arange(LENGTH)  # (batch, LENGTH)
        off = (model(heard[some]) - wanted[some]) / model.said_spread
        loss = off[:, delay:].square().mean()  # what it should say first was heard before the sequence began
        optimiser.zero_grad()
        loss.backward()
        clip_grad_norm_(model.parameters(), 10)
        optimiser.step()
        return {"loss": loss}

    state = {"model": model, "optimiser": optimiser}
    return model, Run(step, steps=steps, state=state, generator=generator, label=f"lips, {STEP_MS * delay} ms late")


def train_lips(
    known: Recorded, delay_ms: float = BEST_DELAY, *, features=slice(None), progress: bool = False, **settings
) -> tuple[LipNet, LipShapes]:
    """A network trained on a recording, in evaluation mode, and the shapes that it speaks in.

    delay_ms  by how much it answers late; `features`: which of the 28 it hears. `settings` are those of `lip_run`.
    """
    delay = round(checked_number(delay_ms, "delay_ms", 0, 10 * LENGTH - 100) / STEP_MS)
    shapes = LipShapes.fit(known.lips)
    model, run = lip_run(known.heard[:, features], shapes.encode(known.lips), delay, **settings)
    run.complete() if progress else run.advance(run.steps)
    return model.eval(), shapes


def moved_lips(
    model: LipNet, shapes: LipShapes, heard: np.ndarray, delay_ms: float = BEST_DELAY, features=slice(None)
) -> np.ndarray:
    """Lip points (T, 18, 2) to what is heard (4 T, 28), by a network of `train_lips`."""
    return shapes.decode(follow(model, heard[:, features], round(delay_ms / STEP_MS)))


def measured_lips(lips: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """error: as `lip_error` has it. sync_ms: by how much the mouth opens later than the true one; 0 where it never
    does."""
    still = np.ptp(talking.opening(lips)) < 1e-6
    late = 0.0 if still else sound.offset_ms(talking.opening(lips), talking.opening(truth), sound.FPS)
    return {"error": lip_error(lips, truth), "sync_ms": late}


# --- seen -------------------------------------------------------------------------------------------------------------


def filmed(seconds: float, seed: int, speaker: str = SPEAKER) -> Filmed:
    """A film of somebody who says babble, and whose head moves as he speaks and rests in his pauses."""
    generator = np.random.default_rng([seed, 12])
    said = sound.speak(sound.sample_script(generator, seconds), generator=generator)
    acted = acting(said, generator)
    drawn = faces.draw_faces(toons.character(speaker), acted, SIDE)
    seen = extract.move(drawn.landmarks, extract.invert(drawn.matrices))
    clip = talking.TargetClip(record(drawn.pictures, generator, STUDIO), drawn.landmarks)
    return Filmed(said, acted, clip, talking.head_motion(seen))


def acting(said: sound.Speech, generator: np.random.Generator) -> np.ndarray:
    """What a speaker does: float32 (T, 11), the mouth as said, and a head for which time goes by only while there is
    something to hear."""
    time = np.cumsum(loudness(said) > 0.1)
    time = np.convolve(np.pad(time, 4, mode="edge"), np.ones(9) / 9, mode="valid")
    track = toons.smooth_track(generator, len(said) + 1, sound.FPS, _HEAD)
    acted = np.stack([np.interp(time, np.arange(len(track)), column) for column in track.T], 1).astype(np.float32)
    acted[:, _LIDS] = track[: len(said), _LIDS]  # eyes blink in pauses, too
    acted[:, [_JAW, _SMILE]] = said.mouth
    return acted


def true_film(
    old: Filmed,
    said: sound.Speech,
    frames: np.ndarray,
    speaker: str = SPEAKER,
    settings: CameraSettings = replace(STUDIO, noise=0.0, jpeg_quality=None),  # noqa: B008
) -> faces.Faces:
    """The old film's head in those `frames` (T,), its mouth saying the new words: drawn, and filmed without noise."""
    acted = old.acted[frames].copy()
    acted[:, [_JAW, _SMILE]] = said.mouth
    drawn = faces.draw_faces(toons.character(speaker), acted, SIDE)
    return replace(drawn, pictures=record(drawn.pictures, np.random.default_rng(0), settings))


def measured_film(made: np.ndarray, truth: faces.Faces) -> dict[str, float]:
    """A film uint8 (T, 128, 128, 3) round the mouth, against the truth.

    flicker    ΔE by which a place changes from frame to frame, beyond what the truth does.
    sharpness  fine detail, as a share of the truth's.
    error      mean ΔE to the truth. `chin`: the same along the jaw line.
    """
    mouth = metrics.hulls(("lips",), truth.landmarks, shape=SIDE)
    pictures, true = tensors.to_tensor(made), tensors.to_tensor(truth.pictures)
    inside = torch.from_numpy(mouth[:, None] / 255)
    return {
        "flicker": flicker(made, mouth, truth.pictures),
        "sharpness": metrics.sharpness(pictures, true, inside),
        "error": _error(made, truth.pictures, mouth),
        "chin": _error(made, truth.pictures, chin_masks(truth.landmarks)),
    }


def _error(made: np.ndarray, truth: np.ndarray, masks: np.ndarray) -> float:
    return float(np.mean([blend.composite_error(*three) for three in zip(made, truth, masks, strict=True)]))


def chin_masks(landmarks: np.ndarray) -> np.ndarray:
    """A band of 9 pixels along the jaw line from cheek to cheek: uint8 (T, 128, 128), 0 or 255."""
    masks = np.zeros((len(landmarks), SIDE, SIDE), np.uint8)
    for mask, points in zip(masks, landmarks[:, 3:14], strict=True):
        cv2.polylines(mask, [np.rint(16 * points).astype(np.int32)], False, 255, 9, cv2.LINE_8, 4)
    return masks


def loudness(said: sound.Speech) -> np.ndarray:
    """How loud each frame of what is said is: float64 (T,), smoothed over a fifth of a second."""
    ticks = (said.voice + said.hiss).reshape(len(said), -1).mean(1)
    return np.convolve(np.pad(ticks, 2, mode="edge"), np.ones(5) / 5, mode="valid")


def mouth_run(
    clip: talking.TargetClip, shapes: LipShapes, *, steps: int = 250, batch: int = 16, rate: float = 0.03, seed: int = 0
) -> tuple[MouthNet, Run]:
    """A decoder that shall draw the clip's mouths from their lip coefficients, and its training, not yet begun."""
    codes = torch.from_numpy(shapes.encode(clip.lips)).float()
    mouths = clip.mouths()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = MouthNet(codes.shape[1])
    model.fit_scale(codes)
    optimiser = Muon(model.parameters(), rate)
    generator = torch.Generator().manual_seed(seed)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, rate, warmup=min(10, steps - 1)))
        some = torch.randint(len(codes), (batch,), generator=generator)
        loss = mse_loss(model(codes[some]), tensors.to_tensor(mouths[some.numpy()]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    state = {"model": model, "optimiser": optimiser}
    return model, Run(step, steps=steps, state=state, generator=generator, label="the mouth's decoder")


@torch.no_grad()
def drawn_mouths(model: MouthNet, shapes: LipShapes, lips: np.ndarray) -> np.ndarray:
    """The decoder's pictures of lips (T, 18, 2): uint8 (T, 56, 72, 3)."""
    return tensors.to_pictures(model.eval()(torch.from_numpy(shapes.encode(lips)).float()))


# --- the table --------------------------------------------------------------------------------------------------------

MEANING = {
    "delay": "a network that answers so many milliseconds late; the whole of what is heard",
    "baseline": "without it: the average mouth, the energy alone, or another voice than it learned from",
    "median": "mouths out of so many candidates, not sharpened",
    "beside": "16 candidates with the teeth sharpened or the jaw as it was; a decoder; the truth itself, as the camera "
    "has it; the old film, unchanged",
    "retiming": "how far the head moves a frame, in pixels, in pauses and while something is said",
    "voice": "a voice swapped, and a verifier",
}
SETTINGS = {
    "delay": tuple(map(str, DELAYS)),
    "baseline": ("mean mouth", "energy alone", "another voice"),
    "median": tuple(map(str, COUNTS)),
    "beside": ("teeth sharpened", "jaw as it was", "decoder", "truth, as filmed", "old film"),
    "retiming": ("as filmed", "retimed"),
    "voice": ("swapped", "mean and spread", "as it was", "verifier"),
}
CANDIDATES = 16  # of "beside"


@cache
def _best(seed: int) -> tuple[LipNet, LipShapes]:
    return train_lips(recorded(LEARNED, seed), seed=seed)


def heard_rows(seed: int) -> Iterator[Row]:
    """The rows of "delay" and "baseline" for a seed: 120 seconds to learn from, 30 others to test on."""
    known, fresh = recorded(LEARNED, seed), recorded(TESTED, seed + 1000)
    for delay in DELAYS:
        model, shapes = _best(seed) if delay == BEST_DELAY else train_lips(known, delay, seed=seed)
        lips = moved_lips(model, shapes, fresh.heard, delay)
        yield {"part": "delay", "setting": str(delay)} | measured_lips(lips, fresh.lips)
    mean = np.broadcast_to(known.lips.mean(0), fresh.lips.shape)
    yield {"part": "baseline", "setting": "mean mouth"} | measured_lips(mean, fresh.lips)
    deaf, shapes = train_lips(known, features=ENERGY, seed=seed)
    lips = moved_lips(deaf, shapes, fresh.heard, features=ENERGY)
    yield {"part": "baseline", "setting": "energy alone"} | measured_lips(lips, fresh.lips)
    other = sound.features(sound.synthesise(fresh.said, sound.VOICES["ada"], seed))
    yield {"part": "baseline", "setting": "another voice"} | measured_lips(moved_lips(*_best(seed), other), fresh.lips)


def seen_rows(seed: int) -> Iterator[Row]:
    """The rows of "median", "beside" and "retiming" for a seed: 16 seconds of old film, 6 of new words, lips by ear."""
    model, shapes = _best(seed)
    new, old = recorded(SAID, seed + 2000), filmed(FILMED, seed)
    lips, loud = moved_lips(model, shapes, new.heard), loudness(new.said)
    frames = talking.retimed(old.motion, loud)
    truth = true_film(old, new.said, frames)

    def row(part: str, setting: str, made: np.ndarray) -> Row:
        return {"part": part, "setting": setting} | measured_film(made, truth)

    for count in COUNTS:
        yield row("median", str(count), talking.talk(old.clip, lips, frames, count, teeth=0))
    yield row("beside", "teeth sharpened", talking.talk(old.clip, lips, frames, CANDIDATES))
    yield row("beside", "jaw as it was", talking.talk(old.clip, lips, frames, CANDIDATES, teeth=0, jaw=False))
    painter, run = mouth_run(old.clip, shapes, seed=seed)
    run.advance(run.steps)
    mouths = drawn_mouths(painter, shapes, lips)
    yield row("beside", "decoder", talking.talk(old.clip, lips, frames, mouths=mouths, teeth=0))
    yield row("beside", "truth, as filmed", true_film(old, new.said, frames, settings=STUDIO).pictures)
    yield row("beside", "old film", old.clip.pictures[frames])
    for setting, shown in {"as filmed": np.arange(len(frames)), "retimed": frames}.items():
        moved = np.append(0.0, np.where(np.diff(shown) > 0, old.motion[shown[1:]], 0.0))
        pause = loud < 0.2 * loud.max()
        measures = {"pauses": float(moved[pause].mean()), "speech": float(moved[~pause].mean())}
        yield {"part": "retiming", "setting": setting} | measures


def rows_of(seed: int, lacking: Collection[tuple[str, str]]) -> Iterator[Row]:
    """Those rows of a seed whose part and setting are `lacking`, in the order of SETTINGS."""
    makers = {"delay baseline": heard_rows, "median beside retiming": seen_rows, "voice": voice_rows}
    for parts, make in makers.items():
        if any(part in parts.split() for part, _ in lacking):
            for row in make(seed):
                if (row["part"], row["setting"]) in lacking:
                    yield {"seed": seed} | row


def values(rows: list[Row], part: str, setting: str, column: str) -> list[float]:
    """One number a seed: what a column says of a part's setting. Raises ValueError where no row is so called."""
    found = [row[column] for row in rows if (row["part"], row["setting"]) == (part, setting)]
    if not found:
        raise ValueError(f"rows: there is no {setting!r} in part {part!r}")
    return found


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    add_seeds(parser, "setting")
    add_keeping(parser)
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    print(tensors.Machine("cpu", 1, "float32").apply())
    table = {"command": command_of(parser, asked), "settings": settings_of(asked), "parts": MEANING}
    order = [(part, setting) for part, settings in SETTINGS.items() for setting in settings]
    wanted = [(seed, *key) for seed in range(asked.seeds) for key in order]

    def make(missing: list[tuple[int, str, str]]) -> Iterator[Row]:
        for seed, some in groupby(missing, key=lambda key: key[0]):
            yield from rows_of(seed, {key[1:] for key in some})

    keep_rows(TABLE, table, ("seed", "part", "setting"), wanted, make, fresh=asked.fresh, folder=asked.folder)


if __name__ == "__main__":
    main()
