"""The blending bench: every knob at its ends, and the measures."""

import numpy as np
import pytest

from unmasked import blend
from unmasked.widgets import blending, make_it_vanish
from unmasked.widgets.benches.blending import KNOBS, Blending, idle_knobs, recipe_of
from unmasked.widgets.kit.knobs import Choice, Slider

pytestmark = pytest.mark.usefixtures("learner_home")


def settings_of(bench):
    return {knob.name: knob.start for knob in bench.knobs()}


def test_every_knob_at_its_ends(shots):
    scene = Blending(shots)
    calm, said = settings_of(scene), set()
    for knob in KNOBS:
        values = [option for option, _ in knob.options] if isinstance(knob, Choice) else [knob.low, knob.high]
        for value in values:
            # A sharper start than the baseline, so that every knob has something to change.
            frame = scene.draw({**calm, "mask": "hull", knob.name: value})
            assert [panel.picture.shape for panel in frame.panels[:3]] == [(120, 150, 3)] * 3
            said.add(frame.alt)
    assert len(said) > len(KNOBS)
    for end in ("low", "high"):
        scene.draw(
            {
                **calm,
                "mask": "new hull",
                **{k.name: getattr(k, end) for k in KNOBS if isinstance(k, Slider) and k.name != "grow"},
            }
        )


def test_the_bench_says_what_the_library_measures(shots):
    bench = blending(shots)
    frame = bench.set(frame="1", mask="given", feather=5, grow=-2, colour="reinhard")
    made = shots[1].put_back(blend.Recipe("given", grow=-2, feather=5, colour="reinhard"))
    np.testing.assert_array_equal(frame.panels[0].picture, made.picture)
    np.testing.assert_array_equal(frame.panels[2].picture, shots[1].truth)
    found = shots[1].measure(made)
    assert f"Score {found['score']:.2f}".replace("-", "−") in frame.alt
    assert frame.meters[0].value == f"{found['score']:.2f}".replace("-", "−")
    assert f"Boundary step {found['step']:.1f} ΔE, in the truth {found['true_step']:.1f}" in frame.alt


def test_a_bench_may_start_at_any_recipe(shots):
    start = blend.Recipe("given", grow=-2, opacity=0.8, poisson=True)
    assert recipe_of(blending(shots[:1], start).settings) == start
    assert "frame" not in blending(shots[:1]).settings


def test_knobs_that_do_nothing_are_greyed_out(shots):
    calm = settings_of(Blending(shots))
    assert idle_knobs(calm) == ("forehead",)
    assert idle_knobs({**calm, "mask": "given", "blend": "poisson"}) == ("box", "forehead", "feather")
    scene = Blending(shots)
    for name in idle_knobs(calm):
        values = next(knob for knob in KNOBS if knob.name == name)
        first, second = (scene.draw({**calm, name: value}).alt for value in (values.low, values.high))
        assert first == second, f"{name} is greyed out and changes something"


def test_a_mask_shrunk_to_nothing_is_told_and_the_picture_stays(shots):
    bench = blending(shots)
    kept = bench.shown
    bench.set(mask="box", box=0.3, grow=-16)
    assert "no face" in bench.frame["error"]
    assert bench.shown is kept


def test_no_shots_is_refused_in_words():
    with pytest.raises(TypeError, match=r"shots.*blend\.shoot"):
        blending([])
    with pytest.raises(TypeError, match="shots"):
        make_it_vanish([np.zeros((9, 9, 3), np.uint8)])


def test_a_moved_slider_puts_one_face_back_and_measures_it_once(shots, monkeypatch):
    done = []

    def counted(name):
        work = getattr(blend.Shot, name)
        return lambda *given: (done.append(name), work(*given))[1]

    for name in ("put_back", "measure"):
        monkeypatch.setattr(blend.Shot, name, counted(name))
    bench = blending(shots)
    done.clear()  # what the bench shows at first
    bench.set(grow=-3)
    assert done == ["put_back", "measure"]
