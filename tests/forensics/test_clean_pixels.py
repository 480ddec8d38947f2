"""No detector may win by clean pixels: every recording went through a camera, and fakes keep its grain."""

import cv2
import numpy as np

from unmasked import makers, toons
from unmasked.forensics import clues, face_crops, regions, roc
from unmasked.forensics.compression import compressed
from unmasked.forensics.roc import auc


def too_clean(frames):
    """How little a picture changes from frame to frame where nothing moves, in most of its pixels: grain does."""
    return -np.median(np.abs(np.diff(compressed(frames, "JPEG 95").astype(float), axis=0)))


def clean_face(frames, landmarks):
    """How little fine grain the face alone has, by what its neighbours in time do not explain."""
    crops = face_crops(compressed(frames, "JPEG 95"), landmarks, 96).astype(np.float32)
    rest = crops[1:-1] - (crops[:-2] + crops[2:]) / 2
    fine = np.stack([np.abs(one - cv2.blur(one, (3, 3))).mean(-1) for one in rest])
    flat = clues.flat_ground(crops.astype(np.uint8))[1:-1]
    return -np.median(fine[flat & regions(landmarks, 96)[0][1:-1]])


def test_clean_pixels_alone_do_not_win():
    """What never saw a camera is found at once by its lack of grain; the fakes of the five makers are not."""
    people = [toons.sample_identity(700 + i) for i in range(20)]
    clips = [makers.record(one, 0, frames=4) for one in people]
    drawn = [makers.record(one, 0, frames=4, filmed=False) for one in people]
    real = [too_clean(clip.frames) for clip in clips]
    faces = [clean_face(clip.frames, clip.landmarks) for clip in clips]
    assert roc.auc(real, [too_clean(clip.frames) for clip in drawn]) > 0.95, "the test itself is blind"
    for name, maker in makers.built_in().items():
        fakes = [makers.forge(maker, clip, 0).frames for clip in clips]
        whole = roc.auc(real, [too_clean(frames) for frames in fakes])
        assert 0.35 < whole < 0.65, f"{name} is given away by the picture's grain: AUC {whole:.2f}"
        face = roc.auc(faces, [clean_face(f, c.landmarks) for f, c in zip(fakes, clips, strict=True)])
        assert face < 0.9, f"the face's grain alone gives {name} away: AUC {face:.2f}"


def test_grain_alone_does_not_tell_real_from_fake():
    """Every recording went through a camera: who looks at nothing but grain must not tell real from fake for sure."""
    who = [toons.sample_identity(600 + number) for number in range(12)]
    clips = [makers.record(one, 0, frames=3) for one in who]

    def clean(films):  # the plainest detector: how little changes from frame to frame where nothing moves
        return -np.array([np.median(np.abs(np.diff(compressed(f, "JPEG 95").astype(float), axis=0))) for f in films])

    real = clean([clip.frames for clip in clips])
    for name, maker in makers.built_in().items():  # a bent still repeats one frame's grain: that is its own trace
        found = auc(real, clean([makers.forge(maker, clip, 0).frames for clip in clips]))
        assert 0.25 < found < 0.75, f"{name}: {found:.2f}"
    bare = clean([makers.record(one, 0, frames=3, filmed=False).frames for one in who])
    assert auc(real, bare) > 0.95, "the same detector sees at once what never went through a camera"
