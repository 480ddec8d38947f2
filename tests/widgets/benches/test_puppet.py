"""The puppet at the ends of its knobs, its score, its copy of the network."""

import numpy as np
import pytest
import torch
from stand_in import StandIn

from unmasked import toons
from unmasked.faces import draw_faces
from unmasked.models.swapping import swap_pictures
from unmasked.widgets import puppet
from unmasked.widgets.benches.puppet import GRIPS, HERO, SHOWN, Puppet
from unmasked.widgets.benches.rings import REACH, sun


@pytest.fixture(scope="module")
def mean(faces):
    return faces["bo"].pictures.mean(0).astype(np.uint8)


def test_puppet_draws_at_every_knobs_least_default_and_greatest(mean):
    scene = Puppet(StandIn(), "ada", "bo", mean)
    calm = {name: getattr(toons.Performance(), name) for name in toons.PARAMETERS}
    told = {scene.draw(calm).alt}
    for name, ends in toons.RANGES.items():
        for value in ends:
            frame = scene.draw({**calm, name: value})
            assert [panel.picture.shape for panel in frame.panels] == [(64, 64, 3)] * 3
            told.add(frame.alt)
    assert len(told) > len(toons.PARAMETERS), "the alt text hardly changes with the knobs"
    scene.draw({name: low for name, (low, _) in toons.RANGES.items()})
    scene.draw({name: high for name, (_, high) in toons.RANGES.items()})


def test_every_grip_lies_on_the_face_and_goes_where_it_turns_it(mean):
    """Least, default and greatest of every parameter: the grip moves along the way that a hand would drag it."""
    scene = Puppet(StandIn(), "ada", "bo", mean)
    calm = {name: getattr(toons.Performance(smile=0.0, lids=1.0), name) for name in toons.PARAMETERS}
    for number, (grip, turns) in enumerate(zip(GRIPS, scene.turns(), strict=True)):
        assert set(turns) == set(grip.names)
        for name, turn in turns.items():
            places = []
            for value in (toons.RANGES[name][0], calm[name], toons.RANGES[name][1]):
                scene.draw({**calm, name: value})
                places.append(np.array(scene.places[number]))
                assert ((places[-1] > 0) & (places[-1] < 1)).all(), (grip.label, value)
            way, (low, high) = places[2] - places[0], toons.RANGES[name]
            assert way @ turn > 0, f"{grip.label}: dragged one way, it goes the other"
            assert way @ turn <= (high - low) * 1.02, f"{grip.label}: {name} runs ahead of the hand"
            assert np.hypot(*turn) * REACH <= (high - low) * 1.001


def test_what_is_dragged_as_far_as_the_face_goes_gets_there(mean):
    scene = Puppet(StandIn(), "ada", "bo", mean)
    ways = {grip.label: turns for grip, turns in zip(GRIPS, scene.turns(), strict=True)}
    (jaw,) = ways["Jaw, at the chin"].values()
    assert jaw[1] > 5 * abs(jaw[0]), "a chin goes down"
    assert ways["Brows"]["brows"][1] < 0 < ways["Light, the sun"]["light_azimuth"][0]
    left, right = (
        ways[label]["smile"] for label in ("Smile, at the corner of the mouth", "Smile, at the other corner")
    )
    assert left[0] == pytest.approx(-right[0], abs=0.3) and left[1] == pytest.approx(right[1], abs=0.3)


def test_the_sun_stands_where_the_light_comes_from():
    at = {az: sun(toons.Performance(light_azimuth=az)) for az in (-90, 0, 90)}
    assert at[-90][0] < 0.1 and at[0][0] == 0.5 and at[90][0] > 0.9
    weak, strong = (sun(toons.Performance(light_strength=value))[1] for value in (0, 1))
    assert 0 < strong < weak < 0.3


def test_the_still_picture_has_all_three_in_a_row(mean):
    bench = puppet(StandIn(), mean_picture=mean)
    high, wide, _ = bench.still().shape
    assert wide > 2 * (HERO + 2 * SHOWN) and high < 2 * (HERO + 160)
    bench.close()


def test_the_grips_travel_and_follow_what_is_set(mean):
    bench = puppet(StandIn(), mean_picture=mean)
    before = bench.places
    assert len(before) == len(bench.grips) == len(GRIPS) and all(grip["turns"] for grip in bench.grips)
    bench.set(jaw=1.0)
    assert bench.places != before and bench.places == bench.scene.places
    bench.close()
    bench.scene.draw(dict(bench.settings))  # nothing travels after the end


def test_puppet_shows_the_swap_of_the_picture_beside_the_truth(mean):
    model = StandIn()
    bench = puppet(model, mean_picture=mean)
    frame = bench.set(yaw=20, smile=-1)
    performance = toons.Performance(**bench.settings)
    ada, bo = (draw_faces(toons.character(n), performance.to_array()[None]).pictures[0] for n in ("ada", "bo"))
    assert (frame.panels[0].picture == ada).all() and (frame.panels[2].picture == bo).all()
    assert (frame.panels[1].picture == swap_pictures(model, ada[None], "ada", "bo")[0]).all()


def test_puppet_scores_the_truth_with_one(mean):
    class Perfect(StandIn):
        def decode(self, codes, name):
            return torch.as_tensor(self.answer).permute(0, 3, 1, 2) / 255

    model = Perfect()
    performance = toons.Performance(yaw=10)
    model.answer = draw_faces(toons.character("bo"), performance.to_array()[None]).pictures
    frame = Puppet(model, "ada", "bo", mean).draw({name: getattr(performance, name) for name in toons.PARAMETERS})
    (meter,) = frame.meters
    assert (meter.value, meter.share, meter.under) == ("1.00", 1.0, 1) and "Explained swap 1.00" in frame.alt


def test_puppet_keeps_the_weights_of_the_moment_it_was_made(mean):
    model = StandIn()
    bench = puppet(model, mean_picture=mean)
    before = bench.set(yaw=1).panels[1].picture
    with torch.no_grad():
        model.gain.zero_()
    assert (bench.set(yaw=1).panels[1].picture == before).all(), "training in another cell reaches into the bench"


def test_puppets_play_button_runs_through_allowed_settings_and_closes_its_loop(mean):
    bench = puppet(StandIn(), mean_picture=mean)
    assert bench.track[0] == bench.track[-1]
    for name, (low, high) in toons.RANGES.items():
        assert all(low <= step[name] <= high for step in bench.track)


def test_puppet_refuses_what_it_cannot_use(mean):
    with pytest.raises(TypeError, match="model: wanted encode"):
        puppet(object())
    with pytest.raises(ValueError, match="no character is called"):
        puppet(StandIn(), "nobody", "bo", mean_picture=mean)
