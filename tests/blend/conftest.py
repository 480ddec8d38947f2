"""A scene in which a face is put back, drawn once."""

import pytest

from unmasked import blend, extract, toons
from unmasked.toons import scenes

SHAPE = (180, 210)


@pytest.fixture(scope="session")
def scene():
    """A recording of Kit, the true composite with Bo's face, and Bo's face as a perfect network would draw it."""
    performance = toons.Performance(yaw=8, smile=0.6, jaw=0.3)
    layout = scenes.Layout(SHAPE, 105, 95, 160, 4.0, 5, 7)
    truth = blend.wearing_the_face_of(toons.CAST["kit"], toons.CAST["bo"])
    kit, true, bo = (scenes.render(who, performance, layout) for who in (toons.CAST["kit"], truth, toons.CAST["bo"]))
    crop, matrix = extract.align(bo.picture, bo.landmarks), extract.align_matrix(bo.landmarks)
    return {
        "kit": kit,
        "true": true,
        "crop": crop,
        "matrix": extract.align_matrix(kit.landmarks),
        "given": {
            "mask": kit.mask,
            "landmarks": kit.landmarks,
            "crop_landmarks": extract.move(bo.landmarks, matrix),
        },
    }
