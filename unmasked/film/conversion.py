"""Two clips in, a film out: found, drawn, put back. Each stage is kept: an interruption loses next to nothing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from torch import nn

from unmasked import extract
from unmasked.arguments import checked_choice, checked_kind, checked_number, checked_pictures, checked_whole
from unmasked.blend.masks import box_mask, face_mask, grow
from unmasked.blend.recipe import Recipe, put_back
from unmasked.extract.chain import Nets, shipped_nets
from unmasked.extract.masks import learned_mask
from unmasked.film.codec import FPS, FRAMES
from unmasked.film.colour import recoloured, transfers
from unmasked.film.reading import Film, iter_film, read_sound
from unmasked.film.shelf import CHUNK, Shelf, joined, keep_picture, kept_picture
from unmasked.film.smoothing import bridge
from unmasked.film.sound import Sound
from unmasked.film.tracking import track_landmarks
from unmasked.film.writing import checked_film_path, write_film
from unmasked.fingerprints import fingerprint
from unmasked.models.swapping import one_thread, own_copy, side_of, swap_pictures
from unmasked.training.progress import progress_bar

RECIPE = Recipe(mask="given", grow=-3, feather=6, colour="reinhard")
LONGEST = 5  # frames without a face that are bridged: a fifth of a second
Clip = str | Path | bytes | Film | np.ndarray
Smoother = Callable[[np.ndarray], np.ndarray]


class Converted(NamedTuple):
    """What `convert` made: the film's `path`, how many `frames` it has, and the numbers of those that are as they were
    filmed, for want of a face: `missing`."""

    path: Path
    frames: int
    missing: tuple[int, ...]


class Drawn(NamedTuple):
    """New faces before they are put back, one a frame: `crops` uint8 (T, S, S, 3); `masks` uint8 (T, S, S), what of the
    crop is face in the frame; `matrices` float64 (T, 2, 3), frame → crop; `transfers` float64 (T, 2, 3) of colours.
    Where there is no face: black, empty and NaN."""

    crops: np.ndarray
    masks: np.ndarray
    matrices: np.ndarray
    transfers: np.ndarray


def convert(
    film: Clip,
    model,
    source: str,
    target: str,
    out: str | Path,
    *,
    driver: Clip | None = None,
    recipe: Recipe = RECIPE,
    smooth: Smoother | None = None,
    nets: Nets | None = None,
    longest: int = LONGEST,
    fps: float = FPS,
    crf: int = 18,
    workers: int = 2,
    label: str = "converting",
) -> Converted:
    """A film with a new face: found (lesson 05), drawn (04), put back (08), frame by frame.

    film      whose body and scene stay: a path, a film's bytes, a `Film`, or frames uint8 (T, H, W, 3) at `fps`.
    driver    whose face is read and drawn anew, `source` to `target`, by `model` (encode and decode, as lesson 04's):
              another clip of as many frames; the film's own face where None.
    out       of the new film, .mp4, with the sound that `film` has.
    recipe    masks "box", "hull" and "given", which is what the segmenter sees; without warp.
    smooth    steadies a track with time first, such as `partial(ema, share=0.5)`: landmarks of both clips, and what is
              done to the colours.
    longest   so many frames in a row without a face are bridged; others stay as they were filmed.
    workers   chunks of 25 frames in work at once.
    Finished work lies in a folder beside `out`, "….frames", until the film is whole: after an interruption the same
    call goes on there, and leaves no folder. Raises TypeError or ValueError in words, also where no frame has a face.
    """
    out, model = checked_film_path(out, "out"), own_copy(model)
    checked_kind(recipe, Recipe, "recipe", "a blend.Recipe")
    checked_choice(recipe.mask, ("box", "hull", "given"), "recipe.mask")
    if recipe.warp:
        raise ValueError(f"recipe.warp: wanted 0, for the new face's landmarks are not known here, got {recipe.warp:g}")
    checked_whole(crf, "crf", 0, 51)
    longest, workers = checked_whole(longest, "longest"), checked_whole(workers, "workers", 1)
    clips = {"film": film} | ({} if driver is None else {"driver": driver})
    times = {name: _times(clip, fps, name) for name, clip in clips.items()}
    count = len(times["film"])
    if len(times.get("driver", times["film"])) != count:
        raise ValueError(f"driver: wanted as many frames as the film has, {count}, got {len(times['driver'])}")
    nets = shipped_nets() if nets is None else nets
    content = fingerprint(*map(_content, clips.values()), *map(_content, nets))
    shelf = Shelf(out.with_name(out.stem + ".frames"), workers)
    # The workers share the cores among themselves.
    with one_thread(), progress_bar(label, 0, (len(clips) + 2) * count) as bar:
        try:
            tracks = {}
            for name, clip in clips.items():
                files = shelf.stage(f"{name}-found", content, _frames(clip), _finding(nets), bar.update)
                track = joined(files, "landmarks")
                if np.isnan(track).all():
                    shelf.clear()
                    raise ValueError(f"{name}: no face was found in any of its {count} frames")
                track = bridge(track, longest)
                tracks[name] = track if smooth is None else _smoothed(track, smooth)
            landmarks, acted = tracks["film"], tracks.get("driver", tracks["film"])

            def draw(start: int, both: list) -> dict[str, np.ndarray]:
                some, (frames, acting) = slice(start, start + len(both)), zip(*both, strict=True)
                drawn = drawn_faces(frames, landmarks[some], acting, acted[some], model, source, target, nets)
                return drawn._asdict()

            key = fingerprint(content, landmarks, acted, _content(model), source, target)
            both = zip(_frames(film), _frames(film if driver is None else driver), strict=True)
            files = shelf.stage("drawn", key, both, draw, bar.update)
            colours = joined(files, "transfers")
            if smooth is not None and recipe.colour == "reinhard" and not np.isnan(colours).all():
                colours = _smoothed(colours, smooth)

            key = fingerprint(key, recipe, colours)
            place = shelf.place("laid back", key)
            pictures = [place / f"{t:06d}.png" for t in range(count)]

            def lay(start: int, frames: list) -> dict[str, np.ndarray]:
                with np.load(files[start // CHUNK]) as arrays:
                    drawn = Drawn(*(arrays[name] for name in Drawn._fields))
                new = np.zeros(len(frames), bool)
                for i, (t, frame) in enumerate(enumerate(frames, start)):
                    if not pictures[t].exists():
                        one = Drawn(drawn.crops[i], drawn.masks[i], drawn.matrices[i], colours[t])
                        made = laid_back(frame, one, landmarks[t], recipe)
                        keep_picture(pictures[t], made)
                    else:
                        made = kept_picture(pictures[t])
                    new[i] = not np.array_equal(made, frame)
                return {"new": new}

            new = joined(shelf.stage("laid back", key, _frames(film), lay, bar.update), "new")
            moments = times["film"] if count > 1 else None
            write_film(out, map(kept_picture, pictures), fps, crf, moments, sound=_sound(film))
        except KeyboardInterrupt as error:
            error.add_note(f"What is finished lies in {shelf.folder}, and the same call goes on there.")
            raise
    shelf.clear()
    return Converted(out, count, tuple(int(t) for t in np.flatnonzero(~new)))


def drawn_faces(
    frames: Iterable[np.ndarray],
    landmarks: np.ndarray,
    acting: Iterable[np.ndarray],
    acted: np.ndarray,
    model,
    source: str,
    target: str,
    nets: Nets | None = None,
) -> Drawn:
    """The new faces of a stretch of film: read from the `acting` frames, to be put back into `frames`.

    Both are pictures uint8 (H, W, 3), as many; `landmarks` and `acted` float (T, 68, 2) of the faces in them, NaN where
    there is none. `model`, `source`, `target` as in `convert`.
    """
    frames, acting, side = list(frames), list(acting), side_of(model)
    there = np.flatnonzero(~np.isnan(np.asarray(landmarks)[:, 0, 0] + np.asarray(acted)[:, 0, 0]))
    crops = np.zeros((len(frames), side, side, 3), np.uint8)
    masks, matrices, track = np.zeros(crops.shape[:3], np.uint8), *np.full((2, len(frames), 2, 3), np.nan)
    if len(there):
        matrices[there] = extract.align_matrix(landmarks[there], side)
        seen = np.stack([extract.warp(frames[t], matrices[t], side) for t in there])
        crops[there] = swap_pictures(
            model, np.stack([extract.align(acting[t], acted[t], side) for t in there]), source, target
        )
        masks[there] = learned_mask(seen, None if nets is None else nets.segmenter)
        for t, old in zip(there, seen, strict=True):
            # Beyond the frame's edge its border is repeated: nothing is there to be taken.
            inside = np.full(frames[t].shape[:2], 255, np.uint8)
            masks[t] = np.minimum(masks[t], cv2.warpAffine(inside, matrices[t], (side, side), flags=cv2.INTER_NEAREST))
            if (masks[t] > 127).any():
                track[t] = transfers(crops[t : t + 1], old[None], masks[t : t + 1])[0]
            else:
                matrices[t] = np.nan
    return Drawn(crops, masks, matrices, track)


def laid_back(frame: np.ndarray, drawn: Drawn, landmarks: np.ndarray, recipe: Recipe = RECIPE) -> np.ndarray:
    """A frame uint8 (H, W, 3) with its new face, one of `Drawn`; as it was filmed where there is none."""
    if np.isnan(drawn.matrices).any():
        return frame
    side = len(drawn.crops)
    here, matrix = _window(frame.shape[:2], drawn.matrices, side, recipe)
    part = frame[here]
    shape = part.shape[:2]
    if recipe.mask == "given":
        mask = cv2.warpAffine(drawn.masks, extract.invert(matrix), shape[::-1])
    elif recipe.mask == "hull":
        mask = face_mask(landmarks - (here[1].start, here[0].start), shape, recipe.forehead)
    else:
        mask = box_mask(shape, matrix, recipe.box, side)
    if not (grow(mask, recipe.grow) >= 0.5).any():
        return frame
    crop = drawn.crops
    if recipe.colour == "reinhard":
        crop = recoloured(crop[None], drawn.transfers[None])[0]
        recipe = replace(recipe, colour="none")
    made = frame.copy()
    made[here] = put_back(part, crop, matrix, replace(recipe, mask="given"), mask=mask).picture
    return made


def _window(
    shape: tuple[int, int], matrix: np.ndarray, side: int, recipe: Recipe
) -> tuple[tuple[slice, slice], np.ndarray]:
    """Rows and columns of the frame that the crop's square can reach, and the matrix from there: all else stays."""
    ends = side * 0.5 * (1 + recipe.scale * np.array([-1, 1])) - 0.5
    corners = extract.move(np.array([(x, y) for x in ends for y in ends]), extract.invert(matrix))
    margin = abs(recipe.grow) + recipe.feather + 8
    low = np.floor(corners.min(0) - margin).clip(0, np.array(shape[::-1]) - 16).astype(int)
    high = np.ceil(corners.max(0) + margin).clip(low + 16, shape[::-1]).astype(int)
    moved = matrix.copy()
    moved[:, 2] += matrix[:, :2] @ low
    return (slice(low[1], high[1]), slice(low[0], high[0])), moved


def _finding(nets: Nets) -> Callable[[int, list], dict[str, np.ndarray]]:
    return lambda start, frames: {"landmarks": track_landmarks(frames, nets=nets)}


def _smoothed(track: np.ndarray, smooth: Smoother) -> np.ndarray:
    """The track as `smooth` makes it, but NaN where it was: what a smoother guesses there, nobody has seen."""
    steady = np.array(smooth(track), np.float64)
    if steady.shape != track.shape:
        raise ValueError(f"smooth: wanted a function that keeps a track's shape {track.shape}, got {steady.shape}")
    steady[np.isnan(track)] = np.nan
    return steady


def _times(clip: Clip, fps: float, name: str) -> np.ndarray:
    """When each frame is shown, in seconds."""
    if isinstance(clip, Film):
        return clip.times
    if isinstance(clip, np.ndarray):
        return np.arange(len(checked_pictures(clip, name, FRAMES))) / checked_number(fps, "fps", 1e-3, 240)
    return np.array([moment.time for moment in iter_film(clip)])


def _frames(clip: Clip) -> Iterator[np.ndarray]:
    if isinstance(clip, Film | np.ndarray):
        return iter(clip.frames if isinstance(clip, Film) else clip)
    return (moment.picture for moment in iter_film(clip))


def _sound(clip: Clip) -> Sound | None:
    """What is heard meanwhile, if a film could be written with it."""
    if isinstance(clip, np.ndarray):
        return None
    return clip.sound if isinstance(clip, Film) else read_sound(clip)


def _content(part) -> str:
    """A hash of a clip or a net."""
    if part is None or isinstance(part, bytes | np.ndarray | Film | nn.Module):
        return fingerprint(part)
    if isinstance(part, str | Path):
        return fingerprint(Path(part))
    return fingerprint(type(part))
