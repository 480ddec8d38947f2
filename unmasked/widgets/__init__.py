"""Benches, quizzes, figures and tables of the lessons.

For a lesson:

    show(figure, alt=)                              a Matplotlib figure with alt text that arrives
    show_pictures(pictures, titles=(), rows=(), alt=, scale=None, smooth=False)
                                                    a row or a grid of pictures, labelled; no Matplotlib needed
    alt_text(id, **values)                          a figure's words from the .toml; alt= takes the id alone, too
    play(frames, fps=25, alt=, label="", scale=1)   a film that plays in the page; in the solved notebook its stills
    show_table(rows, columns=None, caption=None, names="", form=".2f")
                                                    a table; several seeds in a cell become mean ± standard deviation
    quiz(topic)                                     the lesson's questions; answers go to the record
    predict(id, question=None, choices=None, unit="")
                                                    a prediction, recorded; question and choices come from the lesson's
                                                    .toml when left out; a question without choices asks for a number
    guessed(id)                                     the prediction once more, where its result is seen
    predictions(topic, outcome=None)                what was predicted, beside outcome = {id: what came out}
    peel()                                          Bo breathes and blinks; pulled off, there is Ada with the same grin
    puppet(model, a="ada", b="bo", start=None, mean_picture=None, seed=0)
                                                    rings on Ada's face to drag, a sun, sliders; Bo follows
    paint_on(model, a="ada", b="bo")                a brush on Ada; Bo answers to what the network can read in it
    theatre(make_run, pictures, truth, masks=None, mean_picture=None, a="ada", b="bo", first_steps=0)
                                                    make_run() -> training.Run with state["model"]
    code_size(models, known, faces, masks)          models = {numbers in a code: autoencoder}; PCA comes from `known`
    through_the_code(models, name="ada")            models = {label: autoencoder}: slide smile, gaze, light or skin;
                                                    picture in → code → picture out, and how much of it comes out
    latent_map(decode, codes, pictures, labels, start=None)
                                                    a map of two-number codes, with a point to drag
    plugs(networks, faces, masks=None)              cables to plug, in all networks = {label: model} at once;
                                                    faces = {"ada": pictures, "bo": pictures}
    crumple(character="ada", seed=0)                a 5×5 grid to drag: the bent picture and its clean target
    wall(pictures=None, seed=0)                     six corruptions of three pictures, a strength slider each
    line_fit(x, y, slopes, biases, start, across="x", upward="y", rates=())
                                                    a line to drag, its loss, and the map of the loss; with rates also
                                                    steps of gradient descent on that map
    graph_stepper(w, x, b)                          backpropagation on six numbers, forward and back
    kernel_painter(pictures, start="upright")       pictures = {label: picture}; nine numbers, the feature map, and the
                                                    sum under the pointer
    layer_viewer(network, pictures)                 what each channel of a convolution net answers to
    threshold_dial(real, fakes, prevalence=10)      scores of recordings, {maker: scores of fakes}: a line, a crowd, PPV
    attack_dial(detectors, crops)                   {name: (net, line)}, {name: fake}: one gradient step, its strength,
                                                    and what each detector says
    where_it_looks(detectors, crops)                {name: Meso4}, {name: crop}: a heat map, and a smear that tests it
    microscope(clip, makers, seed=0)                a loupe over a fake: where a clue's number comes from, and the real
    atlas_explorer(rows, examples)                  lesson 06's experiments: click one, its pictures beside its scores
    blending(shots, start=None)                     every stage of putting a face back, a knob; shots = [blend.shoot(…)]
    make_it_vanish(shots)                           the same knobs as a game: by eye first, best scores are recorded
    finder_threshold(crowds, finds, heats, heaps=None)
                                                    a face finder's heat map and threshold; what is found and missed
    landmark_dragger(picture, landmarks)            68 points to drag on a face; its crop is aligned again at once
    loss_microscope(pictures, losses)               a picture and a spoiled copy: what each loss says and
                                                    where it pulls; losses = {name: function of batches}
    blind_pairs(makers, topic, faces=2, source=None, seed=None)
                                                    {name: pictures}: which looks more real, names hidden; kept in the
                                                    record, and blind_pairs.wins reads the choices
    gan_duel(make_run, pictures, truth, masks=None, mean_picture=None, adversary=0.03, rounds=1, picture_loss=True)
                                                    make_run(rules) -> training.Run with a model and a discriminator
    sorted_wall(crops, measures, faults=())         crops in the order of a number, and a cut: {name: numbers}
    timeline(films, changes, fps=25, alt="")        {name: film} under a curtain, played; {name: change at each frame}
    smoothing_dial(frames, found, truth, fps=25)    landmarks found and true, and a dial: jitter is bought with lag
    lip_scrubber(films, sound, lips, features=None, marks=(), fps=25, rate=16000)
                                                    {name: film} with one sound over a line of time; move the sound
    n_slider(films, truth, scores, mouths, nearest) {n: film} of the median of n mouths: few flicker, many blur
    noise_scrubber(model, picture, hole, seeds=(0, 1, 2))
                                                    noise put into a face's hole and taken out again, in 1…32 steps
    drive_the_still(model, driver="ada", still="bo", pose=None, start=None, mode="relative")
                                                    one still, moved by a face that you turn: keypoints, flow, occlusion
    identity_mixer(model, performer="ada", people=None)
                                                    one performer, two people from one picture each, a slider between
    keypoint_inspector(model, frames, fps=25)       keypoints over a clip with trails; click one for its heat map
    mark_dial(picture, key=2026)                    a watermark's strength and a camera's grain: found, or seen?
    tamper(picture, model=None, key=2026)           a signed, marked picture; buttons that change it, and three lamps;
                                                    model = an autoencoder that can draw it anew
    ranking(rows)                                   lesson 16's kept table: what a contest of few characters would say
    spot_the_fake(items, game="first", feedback=False, topic="spot-the-fake")
                                                    items = stills.items(seed, count), of unmasked.makers;
                                                    results(game) reads the answers

`predict`, `quiz`, `predictions` and the benches RETURN what is to be shown: let the call be the last line of its cell.
`show`, `show_pictures`, `show_table` and `guessed` show at once. Pictures are uint8 (N, H, W, 3) unless something else
is said.

For a bench of your own: `Bench(draw, knobs)` with `draw(settings) -> Frame(picture or Panels, alt, words)` and knobs
made of `Slider`, `Choice`, `Toggle` and `Points`; `bench.draw(settings)` is the plain function, `bench.set(name=value)`
turns a knob. `Points(name, label, start)` are one or many points on a picture, dragged or moved by arrow keys: `draw`
gets them as an array (P, 2), x and y in 0…1 from edge to edge of the picture (`panel=0`); `lines` joins them.
"""

import importlib
from typing import Any

from IPython import get_ipython

from unmasked.course import hints
from unmasked.widgets import unfinished_figures
from unmasked.widgets.asking import guessed, predict, predictions, quiz
from unmasked.widgets.figures import alt_text, show, show_pictures
from unmasked.widgets.hint_button import HintButton
from unmasked.widgets.kit import Bench, Button, Choice, Frame, Panel, PictureView, Points, Slider, Toggle
from unmasked.widgets.player import play
from unmasked.widgets.tables import show_table

hints.make_button = HintButton  # below a check's words
unfinished_figures.protect(get_ipython())

# Loaded when a lesson first asks for them: some bring tens of megabytes that the others can do without.
BENCHES = (
    "atlas_explorer", "attack_dial", "blending", "blind_pairs", "code_size", "crumple", "drive_the_still",
    "finder_threshold", "gan_duel", "graph_stepper", "identity_mixer", "kernel_painter", "keypoint_inspector",
    "landmark_dragger", "latent_map", "layer_viewer", "line_fit", "lip_scrubber", "loss_microscope",
    "make_it_vanish", "mark_dial", "microscope", "n_slider", "noise_scrubber", "paint_on", "peel", "plugs",
    "puppet", "ranking", "results", "smoothing_dial", "sorted_wall", "spot_the_fake", "tamper", "theatre",
    "threshold_dial", "through_the_code", "timeline", "wall", "where_it_looks",
)  # fmt: skip

__all__ = [
    "Bench", "Button", "Choice", "Frame", "Panel", "PictureView", "Points", "Slider", "Toggle", "alt_text", "guessed",
    "play", "predict", "predictions", "quiz", "show", "show_pictures", "show_table", *BENCHES,
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in BENCHES:
        raise AttributeError(f"module 'unmasked.widgets' has no attribute {name!r}")
    file = "spot_the_fake" if name == "results" else name
    return getattr(importlib.import_module(f"unmasked.widgets.benches.{file}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *BENCHES})
