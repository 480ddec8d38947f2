"""The checks of lesson 09: what flickers, what steadies it, and a frame between two others."""

import cv2
import numpy as np

from unmasked import blend, film
from unmasked.course.checks import (
    Trial,
    array_of,
    close,
    exercise,
    known_slips,
    nearly,
    picture_is,
    refuse,
    together,
)

# --- flicker ----------------------------------------------------------------------------------------------------------


def clip_of(trial: Trial, count: int, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A clip, masks that move, and a truth that changes by itself: uint8 (T, H, W, 3), bool (T, H, W), uint8."""
    height, width = shape
    walk = np.cumsum(trial.numbers.integers(-25, 26, (count, 1, 1, 3)), 0)
    truth = np.clip(trial.numbers.integers(70, 180, (1, *shape, 3)) + walk, 0, 255)
    clip = np.clip(truth + trial.numbers.integers(-30, 31, (count, *shape, 3)) + (25, 0, -15), 0, 255)
    masks = np.zeros((count, *shape), bool)
    for t in range(count):
        # Taller in some frames than in others, so that a mean of all pixels and a mean of means differ.
        masks[t, t % 3 : height - 1 - (3 * t) % 5, 1 + t % 2 : width - 2] = True
    loud = trial.numbers.integers(0, 256, clip.shape)  # where nobody should look
    return np.where(masks[..., None], clip, loud).astype(np.uint8), masks, truth.astype(np.uint8)


@exercise("film.flicker", reference=film.flicker)
def check_flicker(trial: Trial) -> str:
    """A steady error has no flicker, nor has the truth; random clips get the reference's value."""
    clip, masks, truth = clip_of(trial, 5, (11, 16))
    cases = [(clip, masks, truth), clip_of(trial, 2, (17, 12)), clip_of(trial, 7, (9, 14))]
    got = [trial.call(*case) for case in cases]
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_flicker_slips(*case) for case in cases]), tolerance=1e-3)
    for mine, right in zip(got, expected, strict=True):
        close(mine, right, "the flicker of a clip", 1e-3)
    still = np.repeat(truth[:1], 4, 0)
    steady = np.clip(still.astype(int) + 20, 0, 255).astype(np.uint8)
    close(trial.call(truth, masks, truth), 0.0, "the flicker of the truth itself")
    close(trial.call(steady, masks[:4], still), 0.0, "the flicker of a clip that is off by the same in every frame")
    return "What is always off by the same doesn't count, the truth's own changes don't either, and the rest does."


def _flicker_slips(clip: np.ndarray, masks: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """The usual mistakes with the flicker: words → what they give."""
    mine, true = (np.stack([blend.to_lab(one) for one in some]) for some in (clip, truth))
    off = mine - true
    both = masks[1:] & masks[:-1]

    def score(track: np.ndarray, where: np.ndarray = both) -> float:
        sizes = np.linalg.norm(np.diff(track, axis=0), axis=-1)
        return float(np.mean([size[inside].mean() for size, inside in zip(sizes, where, strict=True)]))

    sizes = np.linalg.norm(np.diff(off, axis=0), axis=-1)
    each = np.array([size[inside].mean() for size, inside in zip(sizes, both, strict=True)])
    errors = np.linalg.norm(off, axis=-1)
    blended = np.array([one[mask].mean(0) for one, mask in zip(off, masks, strict=True)])
    signed = np.diff(errors, axis=0)
    plain = np.linalg.norm(np.diff(clip.astype(float) - truth, axis=0), axis=-1)
    return {
        "Those are distances in red, green and blue. The colours of `off`, in Lab, are wanted.": float(
            np.mean([size[inside].mean() for size, inside in zip(plain, both, strict=True)])
        ),
        "That is the mean error. Flicker asks how the error CHANGES from a frame to the next.": float(
            np.mean([error[mask].mean() for error, mask in zip(errors, masks, strict=True)])
        ),
        "The truth is not taken out: motion and light that belong there count as flicker.": score(mine),
        "Outside the mask something was counted, too.": float(sizes.mean()),
        "Pixels were counted that are inside in only ONE of the two frames. Both must have them inside.": (
            score(off, masks[1:] | masks[:-1])
        ),
        "Only the mask of the later frame was asked. A pixel must be inside in both.": score(off, masks[1:]),
        "Only the mask of the earlier frame was asked. A pixel must be inside in both.": score(off, masks[:-1]),
        "The sizes of the errors were compared. An error that changes its colour, and not its size, flickers as well: "
        "subtract the Lab colours first, then measure.": float(
            np.mean([np.abs(one[inside]).mean() for one, inside in zip(signed, both, strict=True)])
        ),
        "The colours of each frame were averaged first, so pixels that tremble in opposite directions cancel.": float(
            np.linalg.norm(np.diff(blended, axis=0), axis=-1).mean()
        ),
        "That is the sum over the pairs of frames. Take the mean.": float(each.sum()),
        "It was divided by the number of frames. There is one pair less than frames.": float(each.sum() / len(clip)),
        "Their median came. Take the mean.": float(np.median(each)),
        "The largest jump came. Take the mean over all pairs of frames.": float(each.max()),
        "All pixels went into one mean, so frames with a larger face count more. Average each pair first.": float(
            sizes[both].mean()
        ),
        "L, a and b were averaged separately. ΔE is the length of the difference: `np.linalg.norm` over them.": float(
            np.mean([np.abs(one[inside]).mean() for one, inside in zip(np.diff(off, axis=0), both, strict=True)])
        ),
        "Differences are squared: the root is missing.": float(
            np.mean([np.square(size[inside]).mean() for size, inside in zip(sizes, both, strict=True)])
        ),
    }


# --- smoothing --------------------------------------------------------------------------------------------------------


@exercise("film.ema", reference=film.ema)
def check_ema(trial: Trial) -> str:
    """Tracks of several shapes and shares; a constant stays, a share of 1 changes nothing, the first value stays."""
    cases = [
        (trial.normal(9), 0.25),
        (10 * trial.normal(12, 4) + 100, 0.6),
        (trial.normal(7, 5, 2), 0.35),
    ]
    got = [array_of(trial.call(*case), case[0].shape, "a smoothed track") for case in cases]
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_ema_slips(*case) for case in cases]))
    constant = np.full((6, 2), 40.0 + trial.whole_number(50))
    mine = array_of(trial.call(constant, 0.3), (6, 2), "a smoothed track")
    if np.abs(mine - constant).max() > 1e-9:
        refuse(
            f"A track that stands still at {constant[0, 0]:.0f} should stay there, from its first frame on; yours "
            f"begins at {mine[0, 0]:.3g} and ends at {mine[-1, 0]:.3g}."
        )
    for one, right, (track, share) in zip(got, expected, cases, strict=True):
        close(one, right, f"a track {track.shape} with a share of {share}")
    track = trial.normal(5, 3)
    close(
        array_of(trial.call(track, 1.0), (5, 3), "a track"), track, "a track with a share of 1, which changes nothing,"
    )
    return "Every frame takes its share of the new value and keeps the rest of what came out before."


def _ema_slips(track: np.ndarray, share: float) -> dict[str, np.ndarray]:
    """The usual mistakes with the moving average: words → what they give."""

    def run(step, first=None) -> np.ndarray:
        out = [track[0] if first is None else first]
        for t in range(1, len(track)):
            out.append(step(out[-1], t))
        return np.stack(out)

    zero = np.zeros_like(track[0])
    from_zero = [share * track[0]]
    for t in range(1, len(track)):
        from_zero.append(share * track[t] + (1 - share) * from_zero[-1])
    flat = track.reshape(-1)
    along = [flat[0]]
    for value in flat[1:]:
        along.append(share * value + (1 - share) * along[-1])
    return {
        "The two shares are exchanged: `share` belongs to the NEW value.": run(
            lambda last, t: (1 - share) * track[t] + share * last
        ),
        "The old value is the frame before as it was found. Take what CAME OUT one frame before: that remembers all "
        "earlier ones.": run(lambda last, t: share * track[t] + (1 - share) * track[t - 1]),
        "It begins at 0 and takes a while to arrive. The first value should come out as it is.": np.stack(from_zero),
        "The first frame came out as 0.": run(lambda last, t: share * track[t] + (1 - share) * last, zero),
        "The two parts don't add up to a whole: the old value is missing its share, 1 − share.": run(
            lambda last, t: share * track[t] + last
        ),
        "The new value is missing its share.": run(lambda last, t: track[t] + (1 - share) * last),
        "That is the mean of all frames so far, whatever the share.": np.cumsum(track, 0)
        / np.arange(1, len(track) + 1).reshape(-1, *[1] * (track.ndim - 1)),
        "It runs from the last frame to the first.": run_backwards(track, share),
        "Neighbouring numbers of one frame were mixed. Time is the FIRST axis.": np.array(along).reshape(track.shape),
        "Neighbouring numbers of one frame were mixed, along the last axis. Time is the FIRST axis.": (
            np.moveaxis(film.ema(np.moveaxis(track, -1, 0), share), 0, -1)
        ),
        "The track came back as it was.": track,
    }


def run_backwards(track: np.ndarray, share: float) -> np.ndarray:
    """The moving average from the end."""
    return film.ema(track[::-1], share)[::-1]


# --- between ----------------------------------------------------------------------------------------------------------


def drifting(trial: Trial, shape: tuple[int, int]) -> tuple[np.ndarray, ...]:
    """Two frames uint8 (H, W, 3), and flow both ways float32 (H, W, 2) that is not the same everywhere."""
    before, after = (cv2.blur(trial.numbers.integers(0, 256, (*shape, 3), dtype=np.uint8), (3, 3)) for _ in range(2))
    forward, backward = (
        cv2.blur(trial.numbers.uniform(-1, 1, (*shape, 2)).astype(np.float32), (5, 5)) + np.float32(by)
        for by in ((3.4, -1.6), (-2.3, 2.7))
    )
    return before, after, forward, backward


@exercise("film.between", reference=film.by_flow)
def check_between(trial: Trial) -> str:
    """Both ends, no flow at all, and random flow in frames that aren't square."""
    cases = [(*drifting(trial, shape), t) for shape, t in (((18, 27), 0.5), ((25, 16), 0.3), ((14, 20), 0.75))]
    made = [trial.call(*case) for case in cases]
    for mine, case in zip(made, cases, strict=True):
        picture_is(mine, case[0].shape[:2], "the frame between")
    got = [mine.astype(float) for mine in made]
    expected = [trial.expected(*case).astype(float) for case in cases]
    for words, wrong in together([_between_slips(*case) for case in cases]).items():
        apart = max(np.abs(mine - other).max() for mine, other in zip(got, wrong, strict=True))
        off = max(np.abs(mine - right).max() for mine, right in zip(got, expected, strict=True))
        if apart <= 2.01 < off:
            refuse(words)
    for mine, right, case in zip(got, expected, cases, strict=True):
        nearly(mine, right, f"the frame at t = {case[-1]}", 2.01)
    before, after, forward, backward = drifting(trial, (15, 22))
    none = np.zeros_like(forward)
    for t, right, what in ((0.0, before, "before"), (1.0, after, "after")):
        mine = trial.call(before, after, forward, backward, t)
        picture_is(mine, (15, 22), "the frame between")
        nearly(mine, right.astype(float), f"the frame at t = {t:g}, which is `{what}`", 1.01)
    mine = trial.call(before, after, none, none, 0.25)
    nearly(mine, 0.75 * before + 0.25 * after, "the frame a quarter of the way where nothing moves", 1.01)
    return "Both frames are moved along their own flow to meet at t, and mixed by how near each of them is."


def _fetch(picture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    places = x.astype(np.float32), y.astype(np.float32)
    return cv2.remap(picture, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(float)


def _between_slips(before, after, forward, backward, t) -> dict[str, np.ndarray]:
    """The usual mistakes with a frame between two: words → what they give."""
    y, x = np.mgrid[: before.shape[0], : before.shape[1]].astype(float)

    def meet(a: float, b: float, one=forward, other=backward, share: float = t) -> np.ndarray:
        first = _fetch(before, x - a * one[..., 0], y - a * one[..., 1])
        second = _fetch(after, x - b * other[..., 0], y - b * other[..., 1])
        return (1 - share) * first + share * second

    turned = [flow[..., ::-1] for flow in (forward, backward)]
    return {
        "That is a cross-fade: nothing was moved along the flow.": (1 - t) * before + t * after,
        "Pixels are fetched from where they GO. A pixel that arrives here after t · forward started that much earlier: "
        "subtract.": meet(-t, t - 1),
        "`before` is moved the whole way. At t it has gone t of it.": meet(1, 1 - t),
        "`after` is moved the whole way back. At t it has 1 − t to go.": meet(t, 1),
        "Both frames are moved their whole way. At t, one has gone t of its way, the other 1 − t.": meet(1, 1),
        "`after` is moved by t of its way. From the far end there are 1 − t to go.": meet(t, t),
        "t runs the wrong way: 0 is `before`, and 1 is `after`.": meet(1 - t, t, share=1 - t),
        "The two shares of the way are exchanged: `before` goes t, and `after` comes back 1 − t.": meet(1 - t, t),
        "`after` was moved along `forward`. Its own way leads back: `backward`.": meet(t, 1 - t, forward, forward),
        "`before` was moved along `backward`.": meet(t, 1 - t, backward, backward),
        "The two flows are exchanged.": meet(t, 1 - t, backward, forward),
        "x and y of the flow are exchanged: `flow[..., 0]` is x, which counts columns.": meet(t, 1 - t, *turned),
        "Both frames count by half. Near `before` it should be mostly `before`.": meet(t, 1 - t, share=0.5),
        "The weights are exchanged: at t = 0 all of `before` should show.": meet(t, 1 - t, share=1 - t),
        "Only `before` was moved, and `after` stays away.": meet(t, 1 - t, share=0.0),
        "Only `after` was moved, and `before` stays away.": meet(t, 1 - t, share=1.0),
        "`before` was moved and `after` was not.": meet(t, 0),
        "`after` was moved and `before` was not.": meet(0, 1 - t),
    }
