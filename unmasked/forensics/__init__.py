"""Telling real recordings from fakes: crops, clues, detectors, and the scores of both on any maker.

An examiner sees frames and where the head is, never whether or how they were forged:

    crops = face_crops(frames, landmarks)            uint8 (T, S, S, 3), for real and fake alike
    inside, around = regions(landmarks, side)        where in the crop the face is, and what lies right around it

A *scorer* is anything that gives a clip one number, the greater the more it looks forged. The seven clues are scorers,
and a detector becomes one (`scorers.Scorer`). `python -m unmasked.forensics.score MODULE --seed N` tries them all on
the makers of any module.
"""

from unmasked.forensics.crops import REACH, face_crops, regions

__all__ = ["REACH", "face_crops", "regions"]
