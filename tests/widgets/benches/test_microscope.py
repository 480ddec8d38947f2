"""The clue microscope: its plain function at every choice, its words and its maps."""

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest

from unmasked import makers, toons
from unmasked.forensics import clues
from unmasked.makers import Fake
from unmasked.widgets import microscope
from unmasked.widgets.benches.clue_maps import ENLARGED, VIEWS
from unmasked.widgets.benches.microscope import (
    FACE,
    FACE_MAP,
    GLASSES,
    NUMBERS,
    RADIUS,
    REAL,
    REAL_MAP,
    SHARP,
    ZOOM,
    coloured,
    draw_arrow,
    line_of_numbers,
    outlined,
    reach,
    ringed,
    verdict,
)


class Tint:
    name = "tint"

    def make(self, clip, rng):
        masks = (clip.masks > 127).astype(np.float32)
        return Fake(np.clip(clip.frames + 40 * masks[..., None], 0, 255).astype(np.uint8), masks)


@pytest.fixture(scope="module")
def clip():
    return makers.record(toons.sample_identity(28), 3, frames=4, hand=True)


@pytest.fixture(scope="module")
def bench(clip):
    return microscope(clip, {"tint": Tint()}, levels=["JPEG 95", "JPEG 60"])


@pytest.fixture(scope="module")
def cut(bench):
    """What the bench looks at: the crops of the recording and of the fake, and the two regions."""
    scope = bench.scene
    return scope.crops["", "JPEG 95"], scope.crops["tint", "JPEG 95"], scope.inside, scope.around


def test_every_clue_has_a_view_and_its_own_number(cut):
    recording, fake, inside, around = cut
    assert list(VIEWS) == list(clues.CLUES)
    for name, view in VIEWS.items():
        for crops in (recording, fake):
            look = view.look(crops, inside, around)
            assert look.number == pytest.approx(clues.CLUES[name](crops, inside, around), abs=1e-4)
            assert len(look.told) == len(look.maps) == (1 if view.still else len(crops))
            assert np.isfinite(look.maps).any() and bool(view.parts) == bool(look.parts)


def test_the_boundary_map_shows_what_is_added(cut):
    for crops in cut[:2]:
        lab, inside = clues.to_lab(crops), cut[2]
        look = VIEWS["boundary step"].look(crops, inside, cut[3])
        sides = clues.box_sides(lab)
        assert np.median([step for _, step in sides.values()]) == pytest.approx(clues.box_step(lab), abs=1e-5)
        rim, box = (float(part) for part in look.parts.split(" + "))
        assert (rim, box) == pytest.approx((clues.rim_step(lab, inside), clues.box_step(lab)), abs=0.01)
        for name, (place, step) in sides.items():
            at = (1, 40, place) if name in ("left", "right") else (1, place, 40)
            assert look.maps[at] == pytest.approx(max(0, step), abs=1e-4), f"the {name} side is not on the map"


def test_a_pasted_box_is_found_where_it_lies_and_is_brightest(cut):
    _, _, inside, around = cut
    boxed = np.random.default_rng(0).integers(95, 105, (*inside.shape, 3), dtype=np.uint8)
    boxed[:, 14:84, 15:83] += 45
    sides = clues.box_sides(clues.to_lab(boxed))
    for name, place in {"left": 15, "right": 83, "top": 14, "bottom": 84}.items():
        assert abs(sides[name][0] - place) <= 1, f"{name}: {sides[name][0]} for {place}"
    look = VIEWS["boundary step"].look(boxed, inside, around)
    assert np.nanmax(look.maps) == pytest.approx(max(step for _, step in sides.values()), abs=1e-3)


def test_the_arrows_are_the_jumps(cut):
    recording, _, inside, around = cut
    shaken = recording.copy()
    shaken[1:3] = np.roll(shaken[1:3], 1, axis=2)
    look = VIEWS["flicker"].look(shaken, inside, around)
    jumps = [clues.jumps(clues.soft_grey(shaken), where) for where in (inside, around)]
    for t, number in enumerate((0, 0, 1, 1)):
        first, *others = look.arrows[t]
        assert first[2:] == pytest.approx((*(ENLARGED * jumps[0][number]), True)) and len(others) == 4
        assert all(other[2:] == pytest.approx((*(ENLARGED * jumps[1][number]), False)) for other in others)
    assert "right" in look.told[1] and "px" in look.told[1]


def test_it_draws_at_every_choice(bench):
    told = set()
    for clue, level, frame in itertools.product(clues.CLUES, ("JPEG 95", "JPEG 60"), (1, 3, 4)):
        shown = bench.set(clue=clue, level=level, frame=frame)
        face, numbers, *maps, recording = shown.panels
        assert face.picture.shape == recording.picture.shape == (96, 96, 3) and "96 × 96 pixels" in face.title
        assert face.picture.shape[1] * face.scale == pytest.approx(FACE)
        assert numbers.picture.shape[1] == NUMBERS[0] * SHARP and numbers.drawing
        assert len({round(one.picture.shape[1] * one.scale) for one in maps}) == 1 and len(maps) == 2
        assert clue in shown.alt and level in shown.words
        told.add(shown.words)
    assert len(told) == 2 * len(clues.CLUES), "the numbers belong to the clip, not to the frame"


def test_the_alt_text_changes_with_the_picture(bench):
    heard, pictures = set(), set()
    for clue, level, frame in itertools.product(clues.CLUES, ("JPEG 95", "JPEG 60"), (1, 2, 3, 4)):
        shown = bench.set(clue=clue, level=level, frame=frame)
        assert f"Frame {frame} " in shown.alt
        heard.add(shown.alt)
        pictures.add(b"".join(panel.picture.tobytes() for panel in shown.panels))
    assert len(heard) == len(pictures) == 2 * 4 * len(clues.CLUES)


def test_the_explanation_says_what_bright_means_and_where_the_face_ends(bench):
    for clue in clues.CLUES:
        shown = bench.set(clue=clue, level="JPEG 95", frame=2)
        assert shown.words.startswith(clue) and "\n" not in shown.words and len(shown.words) < 200
        *parts, last = shown.more.split("\n")
        assert last.startswith("Bright: ") and last in shown.alt and len(shown.more) < 420
        assert len(parts) == bool(VIEWS[clue].parts) and all("recording" in line for line in parts)
        assert "where the face region ends" in last or clue == "spectrum"
    assert "no frame to choose" in bench.set(clue="spectrum").words
    assert "on both sides of the outline" in bench.set(clue="occlusion").more
    assert f"{ENLARGED} times" in bench.set(clue="flicker").more


def test_numbers_that_read_alike_are_about_the_same():
    assert "about the same" in verdict(0.6512, 0.6549) and "about the same" in verdict(-0.001, 0.001)
    assert "more forged" in verdict(0.66, 0.65) and "less forged" in verdict(-0.71, 0.72)


def test_a_clue_is_worked_out_once_for_the_fake_and_once_for_the_recording(clip, monkeypatch):
    worked_out = []

    def counted(clue, look):
        return lambda *given: (worked_out.append(clue), look(*given))[1]

    for clue, view in VIEWS.items():
        monkeypatch.setitem(VIEWS, clue, replace(view, look=counted(clue, view.look)))
    bench = microscope(clip, {"tint": Tint()}, levels=["JPEG 95"])
    worked_out.clear()  # what the bench shows at first
    first = bench.settings["clue"]
    for clue in [clue for clue in clues.CLUES if clue != first] + [first]:
        for frame in (1, 2, 3):
            bench.set(clue=clue, frame=frame)
        assert worked_out == ([clue, clue] if clue != first else []), "moving from frame to frame works nothing out"
        worked_out.clear()


def test_fake_and_recording_are_told_apart_by_their_own_numbers(bench):
    for clue in clues.CLUES:
        shown = bench.set(clue=clue, level="JPEG 95", frame=2)
        fake, real = (shown.panels[at].picture for at in (FACE_MAP, REAL_MAP))
        assert not np.array_equal(fake, real), f"{clue}: one map for both"
        first = shown.words.partition(". ")[0]
        numbers = [float(word.replace("−", "-")) for word in re.findall(r"(?:fake|recording) (−?[\d.]+\d)", first)]
        assert len(numbers) == 2
        if abs(numbers[0] - numbers[1]) > 0.02:
            assert ("looks more forged" in shown.words) == (numbers[0] > numbers[1]), shown.words


def test_the_spectrum_has_one_map_a_clip(bench):
    assert bench.set(clue="spectrum").idle == ("frame",)
    assert bench.set(clue="flicker").idle == ()


def test_a_frame_without_two_neighbours_says_whose_jump_it_shows(bench):
    titles = [bench.set(clue="flicker", frame=frame).panels[FACE_MAP].title for frame in (1, 2, 3, 4)]
    assert titles == ["Fake, frame 2", "Fake", "Fake", "Fake, frame 3"]


def test_a_map_once_seen_is_kept(bench):
    kept = bench.scene.looked_at.cache_info
    bench.set(clue="occlusion", frame=1)
    before = kept().misses
    for frame in (2, 3, 4):
        bench.set(clue="occlusion", frame=frame)
    assert kept().misses == before, "a map is worked out again for every frame"


def test_the_loupe_reads_the_mean_of_what_it_shows(bench):
    scene = bench.scene
    for across, down in ((0.5, 0.5), (0.37, 0.61)):
        shown = bench.set(clue="blur ratio", maker="tint", level="JPEG 95", frame=2, across=across, down=down)
        for meter, who in zip(shown.meters, ("tint", ""), strict=True):
            values = scene.looked_at("blur ratio", who, "JPEG 95").maps[1]
            rows, columns = np.indices(values.shape)
            far = np.hypot((columns + 0.5) / 96 - across, (rows + 0.5) / 96 - down)
            assert float(meter.value) == pytest.approx(np.nanmean(values[far <= RADIUS / ZOOM]), abs=0.051)
    assert [meter.under for meter in shown.meters] == [FACE_MAP, REAL_MAP]
    assert f"fake {shown.meters[0].value}, recording {shown.meters[1].value}" in shown.alt
    corner = bench.set(across=0, down=0)
    assert [meter.value for meter in corner.meters] == ["–", "–"], "nothing is looked at there"
    assert "0 % from the left and 0 % from above" in corner.alt


def test_the_loupe_goes_to_the_brightest_place(bench):
    values = np.zeros((3, 96, 96), np.float32)
    values[:, 20:26, 70:76] = 9
    values[:, :8] = np.nan
    scene, look = bench.scene, VIEWS["blur ratio"].look(*bench_regions(bench))
    kept, scene.looked_at = scene.looked_at, lambda *_: replace(look, maps=values)
    try:
        across, down = scene.brightest({"clue": "blur ratio", "maker": "tint", "level": "JPEG 95", "frame": 2})
    finally:
        scene.looked_at = kept
    assert np.hypot(across - 73 / 96, down - 23 / 96) < RADIUS / ZOOM
    bench.set(clue="blur ratio", maker="tint", frame=2, across=0, down=0)
    bench.on_press("brightest")
    assert (bench.settings["across"], bench.settings["down"]) == scene.brightest(bench.settings) != (0, 0)
    assert scene.brightest({**bench.settings, "clue": "spectrum"}) == (0.5, 0.5)


def bench_regions(bench):
    return bench.scene.crops["tint", "JPEG 95"], bench.scene.inside, bench.scene.around


def test_the_still_picture_has_the_loupe_where_it_lies(bench):
    """In the middle of the loupe the shown picture lies as it is; away from it the face is untouched."""
    bench.set(clue="blur ratio", maker="tint", level="JPEG 95", frame=2, across=0.4, down=0.6)
    seen = {}
    for glass in GLASSES:
        shown = bench.set(glass=glass)
        face = bench.scene.under_glass(shown.panels, bench.settings)[0].picture
        assert face.shape == (FACE * SHARP, FACE * SHARP, 3)
        seen[glass] = face[round(0.6 * len(face)), round(0.4 * len(face))]
        through = shown.panels[{"map": FACE_MAP, "pixels": 0, "recording": REAL}[glass]].picture
        assert (seen[glass] == through[int(0.6 * 96), int(0.4 * 96)]).all(), glass
        assert f"shows the {glass}" in shown.alt
    corners = [
        bench.scene.under_glass(bench.set(glass=glass).panels, bench.settings)[0].picture[:200, :200]
        for glass in GLASSES
    ]
    assert all(np.array_equal(corners[0], other) for other in corners)
    assert bench.still().ndim == 3


def test_a_map_of_waves_has_no_places_so_the_loupe_shows_pixels(bench):
    shown = bench.set(clue="spectrum", glass="map", across=0.5, down=0.5)
    assert "shows the pixels" in shown.alt and {meter.value for meter in shown.meters} == {"–"}
    face = bench.scene.under_glass(shown.panels, bench.settings)[0].picture
    bench.set(glass="pixels")
    assert np.array_equal(face, bench.scene.under_glass(shown.panels, bench.settings)[0].picture)


def test_the_number_line_is_as_long_as_it_must_be_and_both_marks_are_on_it():
    assert reach((-1, 0.5), (-0.3, 0.2)) == (-1, 0.5) and reach((-1, 0.5), (-1.2, 0.7)) == (-1.5, 1.0)
    pictures = [line_of_numbers(fake, real, -1, 1) for fake, real in ((0.5, -0.5), (-0.5, 0.5), (0.1, 0.1), (-1, 1))]
    width, height = NUMBERS
    for picture in pictures:
        assert picture.shape == (height * SHARP, width * SHARP, 3)
        assert (picture[:, 0] == 255).all() and (picture[:, -1] == 255).all(), "something is cut off at an edge"
    assert len({picture.tobytes() for picture in pictures}) == 4


def test_colours_and_outlines():
    values = np.linspace(0, 1, 12).reshape(3, 4)
    picture = coloured(values, 1.0)
    grey = picture.mean(-1)
    assert picture.shape == (3, 4, 3) and grey.flat[0] < grey.flat[-1]
    assert (coloured(np.zeros((3, 4)), 0.0) == coloured(np.zeros((3, 4)), 1.0)).all()
    mask = np.zeros((9, 11), bool)
    mask[2:7, 3:8] = True
    black = np.zeros((9, 11, 3), np.uint8)
    assert outlined(black, mask)[2, 3].all() and not outlined(black, mask)[4, 5].any() and not black.any()


def test_where_a_clue_does_not_look_there_is_dim_grey():
    values = np.full((3, 4), np.nan)
    values[1, 1] = 1.0
    ground = np.full((3, 4, 3), (250, 10, 10), np.uint8)
    picture = coloured(values, 1.0, ground)
    assert np.ptp(picture[0, 0]) == 0 and 0 < picture[0, 0, 0] < 80 < picture[1, 1].mean()
    assert not coloured(values, 1.0)[0, 0].any()


def test_arrows_point_and_rings_are_round():
    picture = np.full((60, 60, 3), 128, np.uint8)
    draw_arrow(picture, 20, 30, 25, 0, thick=True)
    assert (picture[30, 22:44] > 200).all() and (picture[:, 50:] == 128).all() and (picture < 60).any()
    short = np.full((60, 60, 3), 128, np.uint8)
    draw_arrow(short, 20, 30, 1, 1, thick=True)
    assert (short[30, 20] == 255).all() and (short[:, 30:] == 128).all()
    rings = ringed(np.zeros((96, 96, 3), np.uint8))
    assert rings[48, 48 + 12].any() and rings[48 - 24, 48].any() and not rings[48, 48].any()
