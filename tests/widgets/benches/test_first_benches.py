"""The benches' plain functions at the ends of their knobs, the quiz, the predictions and the game."""

import threading

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_in import StandIn, run

from unmasked import toons
from unmasked.course import lesson, record
from unmasked.course.lesson import Question
from unmasked.faces import draw_faces
from unmasked.widgets import plugs, predict, predictions, puppet, quiz, results, spot, spot_the_fake, theatre
from unmasked.widgets.asking import Quiz
from unmasked.widgets.benches.describe import LABELS, describe
from unmasked.widgets.benches.nets import swap_pictures
from unmasked.widgets.benches.puppet import Puppet


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def faces():
    performances = toons.sample_performances(np.random.default_rng(3), 4)
    return {name: draw_faces(toons.character(name), performances) for name in ("ada", "bo")}


@pytest.fixture(scope="module")
def mean(faces):
    return faces["bo"].pictures.mean(0).astype(np.uint8)


@pytest.fixture(scope="module")
def game_items():
    return spot.items(1, 5, model=StandIn())


# ---- puppet


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
    assert "Explained swap of this picture: 1.00" in frame.words


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


def test_every_parameter_has_a_label_and_the_words_follow_it():
    assert set(LABELS) == set(toons.PARAMETERS)
    assert "turned 30° to the right" in describe(toons.Performance(yaw=30))
    assert "eyes shut" in describe(toons.Performance(lids=0))
    extremes = [describe(toons.Performance(**{name: end})) for name, ends in toons.RANGES.items() for end in ends]
    assert len(set(extremes)) >= 2 * len(toons.PARAMETERS) - 3


# ---- plugs


def test_plugs_go_every_way(faces):
    shared, separate = StandIn(), StandIn(separate=True)
    pictures = {name: face.pictures for name, face in faces.items()}
    bench = plugs({"shared": shared, "separate": separate}, pictures, {n: face.masks for n, face in faces.items()})
    diagrams = set()
    for network in ("shared", "separate"):
        for picture in ("ada", "bo"):
            for encoder in ("ada", "bo"):
                for decoder in ("ada", "bo"):
                    for moment in (1, 4):
                        frame = bench.set(
                            network=network, picture=picture, encoder=encoder, decoder=decoder, moment=moment
                        )
                        diagram, given, out, wanted = (panel.picture for panel in frame.panels)
                        assert (given == pictures[picture][moment - 1]).all()
                        assert (wanted == pictures[decoder][moment - 1]).all()
                        assert (out == swap_pictures(shared, given[None], picture, decoder)[0]).all()
                        diagrams.add(diagram.tobytes())
                        assert frame.idle == (("encoder",) if network == "shared" else ())
    assert len(diagrams) == 4 + 8, "each wiring must have a diagram of its own"


def test_plugs_need_matched_pictures(faces):
    ada = faces["ada"].pictures
    with pytest.raises(ValueError, match="faces"):
        plugs({"one": StandIn()}, {"ada": ada})
    with pytest.raises(ValueError, match="faces"):
        plugs({"one": StandIn()}, {"ada": ada, "bo": ada[:2]})
    with pytest.raises(ValueError, match="networks"):
        plugs({}, {"ada": ada, "bo": ada})


# ---- theatre


@pytest.fixture
def stage(faces):
    made = []

    def build(steps=60, make=None, **more):
        bench = theatre(
            make or (lambda: run(steps)), faces["ada"].pictures, faces["bo"].pictures, masks=faces["bo"].masks, **more
        )
        made.append(bench)
        return bench

    yield build
    for bench in made:
        bench.close()


def until(bench, condition):
    """Waits for the theatre's own thread, not for a clock: it ends when the training pauses or is done."""
    seen = threading.Event()
    check = lambda change: seen.set() if condition() else None  # noqa: E731
    bench.observe(check, "frame")
    check(None)
    assert seen.wait(30), f"it never came; the theatre says: {bench.shown.words}"
    bench.unobserve(check, "frame")


def test_theatre_trains_nothing_before_its_button_is_pressed(stage):
    bench = stage()
    assert bench._run.history.steps == 0 and bench._thread is None
    assert "Step 0 of 60" in bench.shown.words and "ready" in bench.shown.words


def test_theatre_trains_to_the_end_in_the_background_and_its_loss_falls(stage):
    bench = stage(steps=40)
    bench.on_press("go")
    until(bench, lambda: "done" in bench.shown.words)
    losses = bench._run.history.losses["loss"]
    assert len(losses) == 40 and np.mean(losses[-5:]) < np.mean(losses[:5])
    assert "Step 40 of 40" in bench.frame["words"] and "after 40 steps" in bench.frame["alt"]
    assert next(b for b in bench.buttons if b["name"] == "go")["disabled"]


def test_theatre_pauses_resumes_steps_and_starts_again(stage):
    bench = stage(steps=100_000)
    bench.on_press("go")
    until(bench, lambda: bench._run.history.steps >= 1)
    bench.on_press("go")
    bench._wait()
    paused = bench._run.history.steps
    assert paused < 100_000 and "paused" in bench.shown.words
    bench.on_press("step")
    assert bench._run.history.steps == paused + 1
    bench.on_press("go")
    until(bench, lambda: bench._run.history.steps > paused + 1)
    bench.on_press("again")
    assert bench._run.history.steps == 0 and bench._thread is None and "ready" in bench.shown.words


def test_theatre_shows_steps_trained_before_it_opens(stage):
    assert "Step 3 of 60" in stage(first_steps=3).shown.words


def test_theatre_says_what_broke_its_training(stage):
    from unmasked.training import Run

    model = StandIn()

    def step(i):
        if i == 2:
            raise RuntimeError("the optimiser fell over")
        return {"loss": 0.1}

    bench = stage(make=lambda: Run(step, steps=9, state={"model": model}, say=lambda words: None))
    bench.on_press("go")
    bench._thread.join(30)
    assert "the optimiser fell over" in bench.frame["error"]
    assert next(b for b in bench.buttons if b["name"] == "go")["label"] == "Resume"


def test_theatre_pauses_when_nobody_watches_or_the_kernel_is_interrupted(stage):
    from unmasked.widgets.kit import interrupts

    for stop in (lambda bench: bench.on_view(-1), lambda bench: interrupts._interrupted()):
        bench = stage(steps=100_000)
        bench.on_view(1)
        bench.on_press("go")
        until(bench, lambda bench=bench: bench._run.history.steps >= 1)
        stop(bench)
        bench._thread.join(30)
        assert not bench._thread.is_alive() and "paused" in bench.shown.words


def test_theatre_ends_with_its_bench(stage):
    bench = stage(steps=100_000)
    bench.start()
    thread = bench._thread
    bench.close()
    assert not thread.is_alive(), "it trains on behind a closed bench"
    bench.start()
    assert bench._thread is None


def test_theatre_refuses_what_it_cannot_train(stage, faces):
    with pytest.raises(TypeError, match="make_run: wanted it to return"):
        stage(make=lambda: object())
    with pytest.raises(ValueError, match="same shape"):
        theatre(lambda: run(1), faces["ada"].pictures, faces["bo"].pictures[:2])


# ---- the quiz and the predictions

QUESTIONS = [
    Question("Why share the encoder?", ("Memory", "One language"), 1, ("It fits twice.", "Yes, both read it.")),
    Question("What is <b>?", ("x & y", "z"), 0, ("Right so.", "No.")),
]


def test_quiz_answers_in_words_and_keeps_the_record():
    bench = Quiz("try-it", QUESTIONS)
    bench._on_message(None, {"answer": {"question": 0, "value": 0}}, [])
    assert bench.answered[0]["words"] == "Not this one. It fits twice."
    assert bench.answered[0]["marks"] == {0: "✗ not this"}
    bench.answer(0, 1)
    assert bench.answered[0]["words"] == "Right. Yes, both read it."
    bench.answer(1, 0)
    assert "All answered: 1 of 2 right at the first try" in bench.words
    lines = [(e["question"], e["choice"], e["right"], e["attempt"]) for e in record.read("try-it")]
    assert lines == [(0, 0, False, 1), (0, 1, True, 2), (1, 0, True, 1)]


@pytest.mark.parametrize(
    "answer", [{"question": 9, "value": 0}, {"question": 0, "value": 5}, {"question": 0, "value": "x"}]
)
def test_quiz_says_when_an_answer_could_not_be_kept(answer):
    bench = Quiz("try-it", QUESTIONS)
    bench._on_message(None, {"answer": answer}, [])
    assert "could not be kept" in bench.error and bench.trace
    assert record.read("try-it") == []
    bench._on_message(None, {"answer": {"question": 0, "value": 0}}, [])
    assert bench.error == ""


def test_an_unwritable_record_is_said_and_not_swallowed(home):
    (home / "record").write_text("a file where a folder should be")
    bench = Quiz("try-it", QUESTIONS)
    bench._on_message(None, {"answer": {"question": 0, "value": 0}}, [])
    assert "could not be kept" in bench.error


def test_the_still_quiz_has_its_answers_folded_away_and_is_safe_html():
    data, _ = Quiz("try-it", QUESTIONS)._repr_mimebundle_()
    assert data["text/html"].count("<details>") == 2
    assert "What is &lt;b&gt;?" in data["text/html"] and "x &amp; y" in data["text/html"]
    assert "Why share the encoder?" in data["text/plain"]


def test_the_quiz_of_an_unknown_lesson_is_a_clear_error():
    with pytest.raises(ValueError, match="has no lesson"):
        quiz("no-such-lesson")


def test_predictions_come_back_beside_what_came_out():
    one = predict("try-it.smile", "What will Bo do?", ["smile", "frown"])
    two = predict("try-it.score", "Which score?", unit=" dB")
    one._on_message(None, {"answer": {"question": 0, "value": 1}}, [])
    one.answer(0, 0)
    two._on_message(None, {"answer": {"question": 0, "value": 21.5}}, [])
    assert "Noted: 21.5 dB" in two.answered[0]["words"]
    table = predictions("try-it", {"try-it.score": 24.123, "try-it.open": "a face"})
    assert table.rows == [
        ["What will Bo do?", "smile", ""],
        ["Which score?", "21.5 dB", "24.1"],
        ["try-it.open", "(no prediction)", "a face"],
    ]
    assert "24.1" in table._repr_html_() and "smile" in repr(table)


def test_without_predictions_the_lesson_goes_on():
    assert "no prediction" in repr(predictions("try-it"))


@pytest.mark.parametrize("id", ["smile", "", ".x", None])
def test_prediction_ids_carry_a_topic(id):
    with pytest.raises(ValueError, match="id"):
        predict(id, "What?", ["a", "b"])


def test_predictions_refuse_what_makes_no_sense():
    with pytest.raises(ValueError, match="two or more"):
        predict("try-it.x", "What?", ["only one"])
    with pytest.raises(ValueError, match="not a prediction of the lesson"):
        predictions("try-it", {"other.x": 1})
    with pytest.raises(ValueError):
        predict("no-such-lesson.x")


def test_the_lessons_own_words_are_used(tmp_path, monkeypatch):
    from unmasked import paths

    (tmp_path / "04_try_it.toml").write_text(
        'title = "T"\ntopic = "try-it"\nminutes = 1\n[predictions."try-it.cross"]\nquestion = "What comes out?"\n'
        'choices = ["a", "b"]\n[[quiz]]\nquestion = "Q?"\nchoices = ["a", "b"]\nanswer = 0\nwhy = ["yes", "no"]\n'
    )
    monkeypatch.setattr(paths, "LESSONS", tmp_path)
    assert predict("try-it.cross").questions[0]["question"] == "What comes out?"
    assert quiz("try-it").questions == [{"question": "Q?", "choices": ["a", "b"]}]
    with pytest.raises(ValueError, match="plans no prediction"):
        predict("try-it.other")
    assert predictions("try-it", {"try-it.cross": 1}).rows[0][0] == "What comes out?"
    assert lesson.questions("try-it")[0].answer == 0


# ---- spot the fake


def test_items_are_fixed_by_their_seed_and_half_are_fake(game_items):
    again = spot.items(1, 5, model=StandIn())
    assert all((a.picture == b.picture).all() and a.fake == b.fake for a, b in zip(game_items, again, strict=True))
    assert sum(item.fake for item in game_items) == 2
    other = spot.items(2, 2, model=StandIn())
    assert not (other[0].picture == game_items[0].picture).all()
    assert all((item.actor != "") == item.fake and item.actor != item.character for item in game_items)


def test_difficulty_is_how_far_the_fakes_are_off(game_items):
    assert all((item.off > 0) == item.fake == (item.truth is not None) for item in game_items)
    fakes = [item.off for item in game_items if item.fake]
    assert min(fakes) <= spot.difficulty(game_items) <= max(fakes)
    with pytest.raises(ValueError, match="none of them is a fake"):
        spot.difficulty([item for item in game_items if not item.fake])


def test_a_fake_differs_from_its_recording_only_in_the_face():
    generator = np.random.default_rng(5)
    from unmasked.toons import scenes

    layout = scenes.sample_layout(generator, (100, 140))
    first, second = toons.sample_performances(generator, 2)
    wanted = spot._with_expression(first, second)
    recording = scenes.render(toons.character("bo"), first, layout)
    forged = spot.forge(StandIn(), "bo", "ada", first, wanted, layout, 3.0)
    changed = (forged != recording.picture).any(2)
    # Half a pixel is lost on either way between frame and crop.
    face = np.pad(recording.mask, 2)
    around = np.max([face[dy : dy + 100, dx : dx + 140] for dy in range(5) for dx in range(5)], 0) > 0
    assert changed.any(), "the fake is the recording itself"
    assert not (changed & ~around).any(), "the fake reaches beyond the face"


@pytest.mark.parametrize("arguments", [{"count": 1}, {"count": 2.5}, {"names": ("ada", "ada")}, {"names": ("ada",)}])
def test_items_refuse_what_makes_no_game(arguments):
    with pytest.raises(ValueError):
        spot.items(model=StandIn(), **arguments)


def test_the_game_keeps_every_answer_says_nothing_and_can_be_taken_up_again(game_items):
    game = spot_the_fake(game_items)
    assert "1 of 5" in game.shown.alt
    told = []
    for number in range(3):
        game._on_message(None, {"said": "fake", "item": number, "sure": 2}, [])
        told.append(game.shown.words)
    assert set(told) == {"Real or fake?"}, "the first game must not tell"
    again = spot_the_fake(game_items)
    assert again.at == 3 and "4 of 5" in again.shown.alt
    again.answer("real")
    again.answer("real")
    right = sum(
        (said == "fake") == item.fake for said, item in zip(["fake"] * 3 + ["real"] * 2, game_items, strict=True)
    )
    assert again.over and f"right on {right} of 5" in again.shown.words and "95 %" in again.shown.words
    lines = results()
    assert [line["item"] for line in lines] == [0, 1, 2, 3, 4]
    assert [line["sure"] for line in lines] == [2, 2, 2, None, None]
    assert [line["fake"] for line in lines] == [item.fake for item in game_items]


def test_an_answer_to_a_picture_that_is_gone_is_refused(game_items):
    game = spot_the_fake(game_items)
    game.answer("real", item=0)
    game._on_message(None, {"said": "real", "item": 0}, [])
    assert "could not be kept" in game.error and game.at == 1 and len(results()) == 1
    game._on_message(None, {"said": "perhaps", "item": 1}, [])
    assert "could not be kept" in game.error and len(results()) == 1


def test_other_items_begin_anew(game_items):
    first = spot_the_fake(game_items)
    first.answer("real")
    assert spot_the_fake(game_items, "second", feedback=True).at == 0
    assert spot_the_fake(game_items[::-1]).at == 0
    assert len(results()) == 1 and results("second") == [] and results("third") == []


def test_feedback_keeps_the_picture_and_puts_the_truth_beside_a_fake(game_items):
    game = spot_the_fake(game_items, "second", feedback=True)
    for number, item in enumerate(game_items):
        (asked,) = game.shown.panels
        assert (asked.picture == item.picture).all() and game.verdict == ""
        said = "fake" if number % 2 else "real"
        game._on_message(None, {"said": said, "item": number, "sure": None}, [])
        assert game.at == number + 1 and f"{number + 1} of 5" in game.shown.alt and asked.alt != game.shown.alt
        right = (said == "fake") == item.fake
        assert game.verdict.startswith("✓ Right" if right else f"✗ No: you said {said}")
        assert game.verdict.endswith(f"picture {number + 1} is {'fake' if item.fake else 'real'}.")
        shown = [panel.picture for panel in game.shown.panels]
        if item.fake:
            mine, truth = shown
            assert mine.shape == truth.shape == (108, 80, 3) and f"{item.off:.1f}" in game.shown.words
            whole, kept = (np.abs(a.astype(int) - b).sum() for a, b in ((item.picture, item.truth), (mine, truth)))
            assert kept > 0.98 * whole > 0, "cut beside the face"
        else:
            assert len(shown) == 1 and (shown[0] == item.picture).all()
        game._on_message(None, {"next": number}, [])  # of a view that lags behind
        assert game.verdict
        game._on_message(None, {"next": number + 1}, [])
    assert game.over and not game.verdict and "of 5 pictures" in game.shown.words
    assert [line["item"] for line in results("second")] == [0, 1, 2, 3, 4]


def test_with_feedback_no_picture_is_answered_before_it_is_shown(game_items):
    game = spot_the_fake(game_items, "second", feedback=True)
    game.answer("real")
    game._on_message(None, {"said": "real", "item": 1}, [])
    assert "not shown yet" in game.error and len(results("second")) == 1
    again = spot_the_fake(game_items, "second", feedback=True)
    assert again.at == 1 and again.verdict == "" and "2 of 5" in again.shown.alt, "taken up with the next picture"
    game.go_on()
    game.go_on()
    assert "2 of 5" in game.shown.alt, "going on twice must not leave a picture out"


def test_before_an_answer_nothing_tells_whether_a_picture_is_fake(game_items):
    fakes = [item for item in game_items if item.fake]
    reals = [item for item in game_items if not item.fake]
    for first in (fakes[0], reals[0]):
        game = spot_the_fake([first, *game_items], "second", feedback=True)
        state = game.get_state()
        assert len(state["frame"]["panels"]) == 1 and state["verdict"] == ""
        assert state["frame"]["words"] == "Real or fake?" and state["frame"]["panels"][0]["title"] == "Picture 1 of 6"


def test_the_still_game_gives_nothing_away(game_items):
    data, _ = spot_the_fake(game_items)._repr_mimebundle_()
    assert "Real or fake?" in data["text/plain"] and {"image/png", "image/jpeg"} & set(data)
    assert str(game_items[0].fake) not in data["text/html"][:500]


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_its_share_and_mirrors(pair):
    right, count = pair
    low, high = spot.interval(right, count)
    assert 0 <= low <= right / count <= high <= 1
    mirrored = spot.interval(count - right, count)
    assert np.allclose([1 - high, 1 - low], mirrored)


def test_the_interval_agrees_with_statsmodels_numbers():
    assert np.allclose(spot.interval(13, 20), (0.43286, 0.81880), atol=1e-4)
    with pytest.raises(ValueError):
        spot.interval(3, 2)
