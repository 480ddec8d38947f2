"""Telling real recordings from fakes: crops, clues, detectors, and the scores of both on any maker.

An examiner sees frames and where the head is, never whether or how they were forged:

    crops = face_crops(frames, landmarks)            uint8 (T, S, S, 3), for real and fake alike
    inside, around = regions(landmarks, side)        where in the crop the face is, and what lies right around it

An *examiner* takes frames and landmarks of a clip and gives numbers by name, each the greater the more the clip looks
forged. `clues.clue_values` is one, with seven numbers; a detector becomes one by giving its own; `examiners.shipped`
lists them all. `python -m unmasked.forensics.score MODULE --seed N` tries them on the makers of any module.
"""

from unmasked.forensics.crops import REACH, face_crops, regions

__all__ = ["REACH", "face_crops", "regions"]
