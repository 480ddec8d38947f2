"""The truth that comes with a portrait agrees with it: landmarks, parts, mask, and what each parameter does."""

from itertools import pairwise

import numpy as np
import pytest

from unmasked import toons
from unmasked.toons import LANDMARKS, Performance
from unmasked.toons.identity import Identity

SIZE = 96
POSES = [
    Performance(),
    Performance(yaw=35, pitch=-12),
    Performance(yaw=-30, pitch=18, roll=12),
    Performance(roll=-15, jaw=0.8),
]
CAST = sorted(toons.CAST)
# No parting, no quiff, no freckles: the same on both sides.
EVEN = Identity(
    "Even", (120, 200, 190), (60, 40, 120), (120, 80, 40), (200, 70, 120), (200, 180, 90), hair_style="bald"
)


def draw(name, size=SIZE, **changes):
    one = toons.CAST[name] if isinstance(name, str) else name
    return toons.draw(one, changes.pop("performance", None) or Performance(**changes), size)


def area(drawn, *names):
    return int((toons.part_mask(drawn.parts, *names) > 0).sum())


def near(drawn, point, names, radius=2):
    """Whether a pixel of these parts lies within `radius` of a point."""
    x, y = np.rint(point).astype(int)
    height, width = drawn.parts.shape
    window = drawn.parts[
        max(0, y - radius) : min(height, y + radius + 1), max(0, x - radius) : min(width, x + radius + 1)
    ]
    return window.size > 0 and bool((toons.part_mask(window, *names) > 0).any())


@pytest.mark.parametrize("name", CAST)
@pytest.mark.parametrize("performance", POSES, ids=["front", "right", "left", "open"])
def test_landmarks_lie_where_their_parts_are_drawn(name, performance):
    drawn = draw(name, performance=performance)
    points = drawn.landmarks
    for index, point in enumerate(points[LANDMARKS["lips"]]):
        assert near(drawn, point, ("mouth", "teeth")), f"lip point {index} of {name} is not at the mouth: {point}"
    # The pupil on the far side may be hidden by hair when the head is turned: the near one must be seen.
    sides = [0, 1] if performance.yaw == 0 else [0 if performance.yaw > 0 else 1]
    for side in sides:
        point = points[LANDMARKS["pupils"]][side]
        assert near(drawn, point, ("eyes",), 1), f"pupil {side} of {name} is not in an eye: {point}"
        eye = points[LANDMARKS[("right_eye", "left_eye")[side]]]
        assert all(near(drawn, p, ("eyes", "eyelids", "glasses")) for p in eye), f"eye {side} of {name} is off its rim"
    tip = points[LANDMARKS["nose"]][4]
    assert near(drawn, tip, ("skin",), 1), f"the tip of {name}'s nose is not on skin: {tip}"
    chin = points[LANDMARKS["jaw"]][8]
    assert near(drawn, chin, ("skin", "neck"), 3), f"the chin of {name} is not at the face: {chin}"


@pytest.mark.parametrize("name", ["ada", "gus", "joy"])
def test_landmarks_keep_their_order_from_left_to_right(name):
    points = draw(name).landmarks
    assert points[LANDMARKS["right_eye"]][:, 0].max() < points[LANDMARKS["left_eye"]][:, 0].min()
    assert np.all(np.diff(points[LANDMARKS["jaw"]][3:14, 0]) > 0), "the jaw does not run from left to right"
    for part in ("right_brow", "left_brow"):
        assert np.all(np.diff(points[LANDMARKS[part]][:, 0]) > 0), f"{part} does not run from left to right"
    lips = points[LANDMARKS["lips"]]
    assert lips[0, 0] == lips[:10, 0].min() and lips[5 - 1, 0] == lips[:10, 0].max(), (
        "outer lips start at the left corner"
    )
    assert lips[2, 1] < lips[7, 1], "the upper lip comes before the lower"
    assert np.all(np.diff(points[LANDMARKS["nose"]][:5, 1]) > 0), "the bridge of the nose runs downwards"


@pytest.mark.parametrize("name", CAST)
@pytest.mark.parametrize("performance", POSES, ids=["front", "right", "left", "open"])
def test_the_mask_is_the_face(name, performance):
    drawn = draw(name, performance=performance)
    inside = drawn.mask > 250
    allowed = ("skin", "eyes", "mouth", "teeth", "eyelids", "brows", "glasses")
    share = (toons.part_mask(drawn.parts[inside], *allowed) > 0).mean()
    assert share > 0.99, f"{1 - share:.1%} of {name}'s mask is not face"
    outside = toons.part_mask(drawn.parts, "background", "hair", "ears", "neck", "clothes", "extras") > 0
    assert drawn.mask[outside].mean() < 6, f"{name}'s mask reaches beyond the face"
    for part in ("eyes", "mouth"):
        here = toons.part_mask(drawn.parts, part) > 0
        assert drawn.mask[here].mean() > 215, f"{name}'s mask leaves out the {part}"


def test_the_mask_of_a_bald_head_ends_at_the_forehead():
    drawn = draw("gus")
    top = np.flatnonzero((toons.part_mask(drawn.parts, "skin") > 0).any(1))[0]
    assert np.flatnonzero((drawn.mask > 127).any(1))[0] > top + 5, "the skull is no part of the face"


@pytest.mark.parametrize("name", CAST)
def test_the_jaw_opens_the_mouth(name):
    areas = [area(draw(name, jaw=jaw), "mouth", "teeth") for jaw in (0.0, 0.3, 0.6, 1.0)]
    assert all(a < b for a, b in pairwise(areas)), f"mouth areas {areas} should grow with the jaw"
    assert areas[-1] > 2.5 * areas[0], f"a wide open mouth should be much larger than a shut one: {areas}"
    chins = [draw(name, jaw=jaw).landmarks[8, 1] for jaw in (0.0, 1.0)]
    assert chins[1] > chins[0] + 2, "an open jaw lowers the chin"


@pytest.mark.parametrize("name", CAST)
def test_lids_cover_the_eyes(name):
    areas = [area(draw(name, lids=lids), "eyes") for lids in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert areas[0] == 0, f"{name}'s shut eyes still show {areas[0]} pixels"
    assert all(a < b for a, b in pairwise(areas)), f"eye areas {areas} should grow with the lids"
    assert area(draw(name, lids=0.0), "eyelids") > 0


@pytest.mark.parametrize("name", CAST)
def test_smile_and_brows_move_what_they_name(name):
    def corners(smile):
        lips = draw(name, smile=smile).landmarks[LANDMARKS["lips"]]
        return lips[[0, 4], 1].mean() - lips[[2, 7], 1].mean()

    assert corners(1) < corners(0) < corners(-1), "a smile lifts the corners of the mouth, a frown lowers them"

    def brows(value):
        points = draw(name, brows=value).landmarks
        return points[LANDMARKS["right_brow"], 1].mean() + points[LANDMARKS["left_brow"], 1].mean()

    assert brows(1) < brows(0), "raised brows lie higher"
    tilt = draw(name, brows=-1).landmarks
    assert tilt[21, 1] > draw(name).landmarks[21, 1], "an angry brow comes down at the nose"


def test_gaze_moves_the_pupils():
    def pupils(**gaze):
        return draw("dot", **gaze).landmarks[LANDMARKS["pupils"]].mean(0)

    assert pupils(gaze_x=1)[0] > pupils()[0] + 2 and pupils(gaze_x=-1)[0] < pupils()[0] - 2
    assert pupils(gaze_y=1)[1] > pupils()[1] + 1 and pupils(gaze_y=-1)[1] < pupils()[1] - 1


def test_pose_moves_the_nose_as_documented():
    def tip(**pose):
        return draw("cleo", **pose).landmarks[LANDMARKS["nose"]][4]

    assert tip(yaw=20)[0] > tip()[0] + 5, "positive yaw turns the face to the right of the picture"
    assert tip(pitch=15)[1] > tip()[1] + 4, "positive pitch turns the face down"
    eyes = draw("cleo", roll=10).landmarks
    right, left = eyes[LANDMARKS["right_eye"]].mean(0), eyes[LANDMARKS["left_eye"]].mean(0)
    angle = np.degrees(np.arctan2(*(left - right)[::-1]))
    assert abs(angle - 10) < 0.5, f"roll 10 tilts the eyes by {angle:.1f}° clockwise"


def test_parallax_the_nose_moves_further_than_the_eyes():
    front, turned = draw("ada").landmarks, draw("ada", yaw=15).landmarks
    moved = np.abs(turned - front)[:, 0]
    assert moved[LANDMARKS["nose"]][4] > moved[LANDMARKS["right_eye"]].mean() > moved[LANDMARKS["jaw"]][[0, 16]].mean()


def test_light_from_a_side_brightens_that_side():
    def halves(azimuth, strength=1.0):
        drawn = draw(EVEN, light_azimuth=azimuth, light_strength=strength)
        skin = toons.part_mask(drawn.parts, "skin") > 0
        columns = np.arange(SIZE)[None] + 0 * skin
        return [drawn.picture[skin & (columns < SIZE // 2)].mean(), drawn.picture[skin & (columns >= SIZE // 2)].mean()]

    left, right = halves(-70)
    assert left > 1.15 * right
    left, right = halves(70)
    assert right > 1.15 * left
    soft = halves(70, 0.0)
    assert abs(soft[0] - soft[1]) < 0.15 * soft[0], "soft light has no side"
    assert min(halves(90)) > 35, "details must not drown in the shadow"


@pytest.mark.parametrize("yaw", [0, 25])
def test_a_mirrored_performance_gives_the_mirrored_picture(yaw):
    there = Performance(yaw=yaw, roll=8, pitch=5, smile=0.7, jaw=0.5, gaze_x=0.6, light_azimuth=40)
    back = Performance(yaw=-yaw, roll=-8, pitch=5, smile=0.7, jaw=0.5, gaze_x=-0.6, light_azimuth=-40)
    first, second = toons.draw(EVEN, there, SIZE), toons.draw(EVEN, back, SIZE)
    mirrored = second.picture[:, ::-1].astype(int)
    differences = np.abs(first.picture.astype(int) - mirrored)
    assert differences.mean() < 1.5, f"mean difference {differences.mean():.2f}"
    assert (first.parts == second.parts[:, ::-1]).mean() > 0.98
    jaw = first.landmarks[LANDMARKS["jaw"]]
    other = second.landmarks[LANDMARKS["jaw"]][::-1] * [-1, 1] + [SIZE - 1, 0]
    assert np.abs(jaw - other).max() < 0.05


def test_landmarks_scale_with_the_size():
    small, large = draw("kit", 64).landmarks, draw("kit", 192).landmarks
    assert np.abs((small + 0.5) * 3 - (large + 0.5)).max() < 0.01


def test_the_whole_head_is_in_the_picture():
    for name, one in toons.CAST.items():
        drawn = toons.draw(one, Performance(), 64)
        head = toons.part_mask(drawn.parts, "skin", "hair", "ears", "eyes", "mouth") > 0
        rows, columns = np.flatnonzero(head.any(1)), np.flatnonzero(head.any(0))
        assert rows[0] > 0 and columns[0] > 0 and columns[-1] < 63, f"{name} is cut off at the edge"
        jaw, brows = drawn.landmarks[LANDMARKS["jaw"]], drawn.landmarks[LANDMARKS["right_brow"]]
        assert jaw[8, 1] < 62 and 18 < jaw[8, 1] - brows[:, 1].min() < 45, f"{name}'s face has an odd size"
