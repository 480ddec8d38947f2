# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] id="two-decoders-card"
# # 04 · One encoder, two decoders
#
# **How can a network put one face's expression on another, when it has never seen the two do the same thing?**
#
# | | |
# |---|---|
# | Time | 120 minutes: Core 92, Further 28 |
# | You need | lesson 01: tensors, the training loop, held-out data; lesson 02: the autoencoder, its code, the probe |
# | You will be able to | build a face swap, train it in a minute, say with a number how good it is, and say what makes it work |
#
# You'll train one network for each of two faces and find out whether the two can be crossed.
# Then you'll change one line and train again.
# Ada and Bo are [toons](../lessons/glossary.md#toon), so the perfect swap exists as a picture, and you can measure every claim against it.
# Faces first have to be found and cut out, which is the subject of lesson 05; here the library does it for you.

# %% id="two-decoders-imports" tags=["setup"]
import inspect
import itertools
import statistics

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from unmasked import losses, metrics, tensors, toons, widgets
from unmasked.course import check
from unmasked.experiments.swap import MATCH, RATES, Batches, swap_loss, swap_run
from unmasked.experiments.tables import load_table
from unmasked.experiments.two_decoders_why import two_decoders_why_row
from unmasked.faces import draw_faces
from unmasked.models import weights
from unmasked.models.df import DF
from unmasked.models.liae import LIAE
from unmasked.models.original import Original
from unmasked.models.swap import SPREAD, Decoder, Encoder, Layout, Standardise, SwapNet
from unmasked.training import Muon, cosine, set_rate, train
from unmasked.training.muon import orthogonalised
from unmasked.widgets import alt_text, predict, predictions, quiz, show, show_pictures, show_table
from unmasked.widgets.benches.describe import LABELS


def side_by_side(columns, alt, count=3):
    """A performance a row, a maker a column."""
    rows = [[some[i] for some in columns.values()] for i in range(count)]
    show_pictures(rows, list(columns), alt=alt, smooth=True, scale=2.6)


# %% [markdown] id="two-decoders-machine-words"
# Here's the whole machine, already trained.
# The encoder turns a picture into a code, the layout spreads the code over a coarse map of the face, and a decoder draws a face from the map.
# A cable decides which of two decoders gets the map, so plug it into the other one, and then try other performances.

# %% id="two-decoders-machine"
performances = toons.sample_performances(np.random.default_rng(40), 40)
pairs = {name: draw_faces(toons.CAST[name], performances) for name in ("ada", "bo")}
widgets.plugs(
    {"One shared encoder": weights.load("swap-ada-bo")},
    {name: some.pictures for name, some in pairs.items()},
    {name: some.masks for name, some in pairs.items()},
)

# %% [markdown] id="two-decoders-machine-told-words"
# This network was never told what a smile is, and it never saw Ada and Bo in the same performance.
# While it trained, though, the drawing told it where the points of each face lie and how the light falls (section 7 says more).
# The networks that you'll train yourself do without such help.

# %% [markdown] id="two-decoders-note-card" tags=["instructor"]
# *For the instructor.* 3 minutes. The usual confusion is that "it copies Ada's pixels", so ask which of her pixels are in the swap: none are, because only the code passes from her to Bo.

# %% [markdown] id="two-decoders-data-words"
# ## 1 · Two characters, no pairs  (Core, 6 min)
#
# We begin with pictures to learn from.
# `toons.sample_performances` draws random poses, expressions and lights, and `draw_faces` draws a character in them and cuts out an [aligned crop](../lessons/glossary.md#aligned-crop), where eyes and nose always lie in about the same place.
# Ada and Bo get *different* performances, so no picture of Ada has a partner among Bo's.
# The drawing takes some seconds.

# %% id="two-decoders-data"
numbers = np.random.default_rng(4)
ada = draw_faces(toons.CAST["ada"], toons.sample_performances(numbers, 2000))
bo = draw_faces(toons.CAST["bo"], toons.sample_performances(numbers, 2000))
faces = {"ada": ada, "bo": bo}
print(ada.pictures.shape, ada.pictures.dtype)

# %% id="two-decoders-data-look" tags=["figure"]
show_pictures([ada.pictures[:4], bo.pictures[:4]], rows=["Ada", "Bo"], alt="two-decoders.unpaired", smooth=True)

# %% [markdown] id="two-decoders-truth-words"
# To measure a swap, we also need the truth, so we draw both characters in the SAME 150 new performances.
# Bo's picture is then exactly what a perfect swap of Ada's would be, and training never sees these pairs.
# Beside them stands the [baseline](../lessons/glossary.md#baseline), the average face of each character, which a swap has to beat.


# %% id="two-decoders-truth"
def pictures_of(faces, count):
    """name → the first `count` pictures of it: float (count, 3, 64, 64) in 0…1."""
    return {name: tensors.to_tensor(some.pictures[:count]) for name, some in faces.items()}


held_out = toons.sample_performances(numbers, 150)
truth = {name: draw_faces(toons.CAST[name], held_out) for name in faces}
shown = pictures_of(truth, 150)
inside = {name: tensors.masks_to_tensor(some.masks) for name, some in truth.items()}
averages = {name: pictures.mean(0) for name, pictures in pictures_of(faces, 600).items()}

# %% id="two-decoders-truth-look" tags=["figure"]
show_pictures(
    [[*shown[name][:3], averages[name]] for name in faces],
    titles=["", "", "", "average"],
    rows=["Ada", "Bo"],
    alt="two-decoders.pairs",
    smooth=True,
)

# %% [markdown] id="two-decoders-note-data" tags=["instructor"]
# *For the instructor.* 6 minutes. Many texts say that such a network trains on pairs, so ask what the pairs are for here (only for measuring).

# %% [markdown] id="two-decoders-separate-words"
# ## 2 · Two autoencoders, crossed  (Core, 21 min)
#
# Now we build one [autoencoder](../lessons/glossary.md#autoencoder) for Ada and another for Bo, as you know them from lesson 02.
# `Encoder` is the one that you built there, only wider: it turns a picture into 128 numbers, the [code](../lessons/glossary.md#code).
# Your decoder of lesson 02 is cut into two parts, because we'll soon want to share one of them.
# `Layout` spreads the code over a coarse map of the face, 8 × 8 places, and `Decoder` draws from the map.

# %% id="two-decoders-source"
for part in (Layout, Decoder):
    print(part.__name__, inspect.getsource(part.__init__), sep="\n")

# %% [markdown] id="two-decoders-average-words"
# One habit of lesson 02 stays: the network sees how a picture *differs from the character's average face*, and it draws differences from that average.
# So before any training it already draws about the average face, and everything it learns improves on that.
#
# Next comes the loss of a batch, which holds pictures and a weight for each pixel, 1 inside the face and a tenth outside.
# `l1_l2` adds the mean absolute error and twelve times the mean squared error, because the first keeps edges sharp and the second pulls hardest where the error is large.


# %% id="two-decoders-loss"
def rebuild_loss(model, batch, name):
    """How badly `name` is rebuilt: a 0-d tensor.

    `batch`: pictures (N, 3, 64, 64), pixel weights (N, 1, 64, 64), and more, unused here.
    """
    pictures, weight, *_ = batch
    rebuilt = model.decode(model.encode(pictures, name), name)
    return losses.l1_l2(rebuilt, pictures, weights=weight)


# %% [markdown] id="two-decoders-step-words"
# ### Your turn · The joint step  (●●○, 6 min)
# Both characters learn in the same step, because later they'll share a part of the network that has to serve both at once.
# So add Ada's loss and Bo's loss, and let the optimiser step once on the sum.


# %% id="two-decoders-step"
def joint_step(model, optimiser, ada_batch, bo_batch):
    """One optimiser step on Ada's loss plus Bo's.

    Returns {"ada": loss, "bo": loss}, two numbers, as they were before the step.
    """
    ### BEGIN SOLUTION
    ada_loss = rebuild_loss(model, ada_batch, "ada")
    bo_loss = rebuild_loss(model, bo_batch, "bo")
    optimiser.zero_grad()
    (ada_loss + bo_loss).backward()
    optimiser.step()
    return {"ada": ada_loss.item(), "bo": bo_loss.item()}
    ### END SOLUTION


# %% id="two-decoders-step-check"
joint_step = check("two-decoders.step", joint_step)

# %% [markdown] id="two-decoders-predict-words"
# You're about to train both autoencoders and then cross them: Ada's picture goes into *Ada's* encoder, and the 128 numbers go into *Bo's* decoder.
# Before you do, say what you expect.

# %% id="two-decoders-predict"
predict("two-decoders.cross")

# %% [markdown] id="two-decoders-train-words"
# The loop is the one from lesson 01: draw a batch of each character, do a step, repeat.
# The learning rate rises over the first 20 steps, the warm-up, and then falls to 0 along half a cosine.
#
# Only the optimiser is new.
# Adam, from lesson 01, chooses a step for each weight by itself.
# *Muon* takes the weights of a layer as the matrix that they form, and makes the update *orthogonal*: the layer then moves equally far in every direction, also in the weak ones that hold a glance or a raised brow.
# Biases don't form a matrix, so Adam still moves those.
# Here is the heart of Muon, as the library has it.

# %% id="two-decoders-muon"
print(inspect.getsource(orthogonalised))

# %% [markdown] id="two-decoders-train-loop-words"
# Each pass of that loop lifts the weak directions most.
# Now for the training: we'll compare three networks, so all of them get the same pictures and the same number of steps, even if a slow machine has to stop the first one early.

# %% id="two-decoders-train"
STEPS = 300


def train_swap(model, label, steps=STEPS, seconds=None, one_step=joint_step):
    """Trains on 16 pictures of each character a step, at rates planned for STEPS; returns its history."""
    generator = torch.Generator().manual_seed(0)
    of_ada, of_bo = (Batches(faces[name], generator) for name in ("ada", "bo"))
    optimiser = Muon(model.parameters())

    def step(i):
        set_rate(optimiser, cosine(i, STEPS, RATES["muon"], warmup=20))
        return one_step(model.train(), optimiser, of_ada.draw(16), of_bo.draw(16))

    history = train(step, steps=steps, seconds=seconds, label=label)
    model.eval().zero_grad()  # the last gradients take as much memory as the weights, and nothing needs them now
    return history


# %% [markdown] id="two-decoders-train-separate-words"
# `SwapNet` is the library's network, and `shared=False` makes it two autoencoders.
# It keeps the average face of each character, and measures differences in units of `SPREAD`, their typical size, as you did in lesson 02.
# The first line tries how many threads are fastest on your machine.

# %% id="two-decoders-train-separate"
print(tensors.probe(precision="float32").apply())
torch.manual_seed(0)
separate = SwapNet(shared=False, aligned=False).store_averages(pictures_of(faces, 600))
for character in separate.characters.values():
    character.spread.fill_(SPREAD)
history = train_swap(separate, "two autoencoders", seconds=60)
print(history)

# %% [markdown] id="two-decoders-cross-words"
# Each autoencoder has now learned to rebuild its own character.
# Cross them, and look at the third column: what did Bo's decoder make of Ada's numbers?

# %% id="two-decoders-cross"
with torch.no_grad():
    codes = separate.encode(shown["ada"][:3], "ada")  # three are enough to look at
    rebuilt = separate.decode(codes, "ada").clamp(0, 1)
    crossed = separate.decode(codes, "bo").clamp(0, 1)

# %% id="two-decoders-cross-look" tags=["figure"]
columns = {"Ada": shown["ada"], "Ada rebuilt": rebuilt, "Ada's code, Bo's decoder": crossed, "true Bo": shown["bo"]}
side_by_side(columns, "two-decoders.crossed")
widgets.guessed("two-decoders.cross")

# %% [markdown] id="two-decoders-separate-why" tags=["saw"]
# Bo's decoder draws Bo, because that's all it has learned and because Ada's numbers are about as large as those it knows. (Numbers far from them would give nobody at all, as you'll see in section 10.)
# But this Bo doesn't follow Ada.
# Number 17 of Ada's code may speak of her mouth, while number 17 of Bo's code speaks of the light: each of the two autoencoders has invented a language of its own.

# %% [markdown] id="two-decoders-note-separate" tags=["instructor"]
# *For the instructor.* 21 minutes. The usual confusion is "train longer and it will work", so ask what in the loss could ever make the two languages alike; nothing does.

# %% [markdown] id="two-decoders-share-words"
# ## 3 · Share the encoder  (Core, 22 min)
#
# If two encoders speak two languages, let there be only one.
# That was the idea of r/deepfakes in 2017, and it takes a single line: *use the same encoder for both*.
# Such a [shared encoder](../lessons/glossary.md#shared-encoder) *allows* one language, although nothing in the loss demands it, and section 5 tests how far it went.
# The layout, which says what is where, is shared too, and only what draws a character's looks stays separate.
#
# ### Your turn · The shared net  (●●○, 8 min)
# Build it from the parts that you've seen, `Encoder()`, `Layout()` and `Decoder()`, called as they stand here.
# Put the decoders into an `nn.ModuleDict`, a dict whose networks PyTorch can see, because networks in a plain dict would never be trained.


# %% id="two-decoders-net"
class TwoDecoders(nn.Module):
    """One encoder and one layout for all characters, one decoder a name.

    `averages`: name → average face, float (3, 64, 64).
    """

    def __init__(self, averages):
        super().__init__()
        self.averages = averages
        ### BEGIN SOLUTION
        self.encoder = Encoder()
        self.layout = Layout()
        self.decoders = nn.ModuleDict({name: Decoder() for name in averages})
        ### END SOLUTION

    def encode(self, pictures, name):
        """Codes (N, 128) of the differences (pictures − average) / SPREAD."""
        ### BEGIN SOLUTION
        return self.encoder((pictures - self.averages[name]) / SPREAD)
        ### END SOLUTION

    def decode(self, codes, name):
        """Pictures (N, 3, 64, 64): the average of `name` + SPREAD · what comes out
        when its decoder draws from the layout of the codes (N, 128)."""
        ### BEGIN SOLUTION
        return self.averages[name] + SPREAD * self.decoders[name](self.layout(codes))
        ### END SOLUTION


# %% id="two-decoders-net-check"
TwoDecoders = check("two-decoders.net", TwoDecoders)

# %% [markdown] id="two-decoders-predict-loss-words"
# The shared network has to serve two characters with one encoder.
# Will it rebuild its pictures as well as the autoencoders, which had an encoder each?

# %% id="two-decoders-predict-loss"
predict("two-decoders.loss")

# %% [markdown] id="two-decoders-share-train-words"
# Train it with the very step that trained the separate ones, on the same pictures and for as many steps.

# %% id="two-decoders-share-train"
torch.manual_seed(0)
shared = TwoDecoders(averages)
train_swap(shared, "one encoder, two decoders", steps=history.steps)

# %% [markdown] id="two-decoders-swap-words"
# ### Your turn · Swap  (●○○, 3 min)
# Training has only ever rebuilt each face as itself, so the swap is still to be written, and it takes a single line.


# %% id="two-decoders-swap"
def swap(model, pictures, actor, face):
    """`face` doing what `actor` does; both are names.

    `pictures` of `actor`: float (N, 3, 64, 64) in 0…1. Returns the same shape.
    """
    ### BEGIN SOLUTION
    return model.decode(model.encode(pictures, actor), face)
    ### END SOLUTION


# %% id="two-decoders-swap-check"
swap = check("two-decoders.swap", swap)

# %% [markdown] id="two-decoders-both-words"
# Every step trained both decoders, so you get both directions for the price of one: Ada → Bo in the second column, and Bo → Ada in the last.

# %% id="two-decoders-both"
with torch.no_grad():
    to_bo = swap(shared, shown["ada"], "ada", "bo").clamp(0, 1)
    to_ada = swap(shared, shown["bo"][:3], "bo", "ada").clamp(0, 1)

# %% id="two-decoders-both-look" tags=["figure"]
columns = {"Ada": shown["ada"], "Ada → Bo": to_bo, "true Bo": shown["bo"], "Bo → Ada": to_ada}
side_by_side(columns, "two-decoders.both")

# %% [markdown] id="two-decoders-plugs-words"
# After all 300 steps Bo follows Ada, if still a little blurred.
# Here are the plugs again, with your own two networks one below the other, so a cable that you move is moved in both.
# Which plug goes where?
# In *Two autoencoders* a swap takes Ada's code to a decoder that never learned her encoder's language, whereas *One shared encoder* has a single socket for any picture.

# %% id="two-decoders-plugs"
widgets.plugs(
    {"One shared encoder": shared, "Two autoencoders": separate},
    {name: some.pictures[:40] for name, some in truth.items()},
    {name: some.masks[:40] for name, some in truth.items()},
)

# %% [markdown] id="two-decoders-theatre-words"
# How does a swap come to be?
# The theatre trains a new copy of your network, and no later cell depends on it.
# Press *Train* and watch when the pose comes, when the mouth, and when the gaze.
# Beside the losses it draws the *explained swap*, the score that you'll build in the next section: 0 is as good as always showing Bo's average face, and 1 is the true Bo.


# %% id="two-decoders-theatre"
def new_run():
    torch.manual_seed(1)
    run = {"steps": 4000, "seed": 1, "match": 0.0, "guided": False}
    return swap_run(TwoDecoders(averages), faces, label="theatre", **run)


eight = {name: some[:8] for name, some in truth.items()}
average_bo = tensors.to_pictures(averages["bo"][None])[0]
widgets.theatre(new_run, eight["ada"].pictures, eight["bo"].pictures, masks=eight["bo"].masks, mean_picture=average_bo)

# %% [markdown] id="two-decoders-note-share" tags=["instructor"]
# *For the instructor.* 22 minutes. The usual confusion is that "the code holds Ada, and the decoder removes her".
# Ask what happens to a picture of Bo under Ada's name: the encoder has no idea whom it sees.

# %% [markdown] id="two-decoders-measure-words"
# ## 4 · Measure it against the truth  (Core, 15 min)
#
# "Looks right" isn't a measurement, so here comes the number that the theatre drew.
# The [explained swap](../lessons/glossary.md#explained-swap) compares the error of your swap with the error of always showing the average face.
# It is 1 − MSE(swap, truth) / MSE(average face, truth), inside the face, where MSE is the mean squared error.
# A perfect swap scores 1, one that is no better than the average face scores 0, and a worse one falls below that.
#
# ### Your turn · The score  (●●○, 6 min)
# The score of a whole set of pictures is one fraction, so add up all the errors first and divide once.


# %% id="two-decoders-score"
def explained(swapped, true, average, inside):
    """1 − squared error of `swapped` / squared error of `average`.

    Both errors are summed over all pixels, weighted by `inside`. `swapped`, `true`:
    (N, 3, H, W); `average`: (3, H, W); `inside`: (N, 1, H, W) in 0…1. Returns a float.
    """
    ### BEGIN SOLUTION
    error = (inside * (swapped - true) ** 2).sum()
    baseline = (inside * (average - true) ** 2).sum()
    return float(1 - error / baseline)
    ### END SOLUTION


# %% id="two-decoders-score-check"
explained = check("two-decoders.score", explained)

# %% [markdown] id="two-decoders-table-words"
# Let's measure both networks in all directions: *ada → ada* and *bo → bo* are reconstructions, *ada → bo* and *bo → ada* are swaps.


# %% id="two-decoders-table"
@torch.no_grad()
def scores_of(model):
    """How much of the truth is explained, from each character to each, itself too."""
    scores = {}
    for a, b in itertools.product(faces, faces):
        drawn = swap(model, shown[a], a, b).clamp(0, 1)
        scores[f"{a} → {b}"] = explained(drawn, shown[b], averages[b], inside[b])
    return scores


results = {"two autoencoders": scores_of(separate), "one encoder": scores_of(shared)}
show_table(results, names="explained by")
widgets.guessed("two-decoders.loss")

# %% [markdown] id="two-decoders-lies-words" tags=["saw"]
# Compare the two networks first in the outer columns and then in the two middle ones.
# The [reconstruction](../lessons/glossary.md#reconstruction) loss is all that a training ever sees, and it looks at the outer columns only, where the two networks hardly differ.
# So a low loss doesn't make a good swap, and no value of the loss says when to stop training one.

# %% [markdown] id="two-decoders-shuffled-words"
# Does the score really measure whether Bo *follows* Ada?
# Hold every swap against the truth of another performance, the [shuffled truth](../lessons/glossary.md#shuffled-truth), and see whether the score notices.

# %% id="two-decoders-shuffled"
own = explained(to_bo, shown["bo"], averages["bo"], inside["bo"])
other = explained(to_bo.roll(1, 0), shown["bo"], averages["bo"], inside["bo"])
print(f"explained {own:.2f} at its own moment, {other:.2f} at another")

# %% [markdown] id="two-decoders-shuffled-saw" tags=["saw"]
# Held against the wrong moment, the swap is further from the truth than the average face is, because it shows a clear expression, only not this one.
#
# If one of your shared network's swaps is near 0 or below, you've hit lesson 03's coin toss: nothing ties Ada's left to Bo's left, so once in a while light or pose comes out mirrored.
# Put another number into the `torch.manual_seed` above its training and run again from there.

# %% [markdown] id="two-decoders-note-measure" tags=["instructor"]
# *For the instructor.* 15 minutes. The finding is general, so ask for other fields where a shared representation is hoped for and never checked.
# The usual confusion is a score below 0; it means that showing the average face would have done better.

# %% [markdown] id="two-decoders-align-words"
# ## 5 · Do the two share one code?  (Core, 19 min)
#
# The swap scores well below Bo's own reconstruction.
# Perhaps the one encoder speaks with two accents, so that Bo's decoder gets codes that it isn't used to.
# To find out, we ask a [probe](../lessons/glossary.md#probe) as in lesson 02: a linear classifier that sees codes only and has to say whose they are.
# If the codes held no trace of who it is, the probe could only guess.

# %% id="two-decoders-predict-probe"
predict("two-decoders.probe")


# %% id="two-decoders-probe"
@torch.no_grad()
def who_is_it(model):
    """Share of held-out codes that a linear probe gives to the right character.

    0.5 is guessing.
    """

    def codes_and_names(faces, count):
        codes = []
        for name, some in faces.items():
            parts = np.array_split(some.pictures[:count], count // 50)  # 50 at a time, to spare memory
            codes += [model.encode(tensors.to_tensor(part), name) for part in parts]
        return torch.cat(codes).numpy(), np.repeat(list(faces), count)

    probe = LogisticRegression(max_iter=500).fit(*codes_and_names(faces, 600))
    return probe.score(*codes_and_names(truth, len(held_out)))


told = who_is_it(shared)
print(f"the probe is right in {told:.0%} of the held-out codes")
widgets.guessed("two-decoders.probe")

# %% [markdown] id="two-decoders-probe-saw" tags=["saw"]
# Whatever the probe gets right beyond one half, it read off a trace of who it is.
# So sharing the encoder has allowed one language and has not enforced it: Ada's codes and Bo's lie apart, and each decoder has learned to read the corner where its own codes are.

# %% [markdown] id="two-decoders-standardise-words"
# Where codes lie apart, a remedy is to *[standardise](../lessons/glossary.md#standardise)* them: for each character, keep the mean and the standard deviation of every number of the code, then subtract the one and divide by the other.
# We keep the two with the network, because a picture's code mustn't depend on what else is in the batch.
#
# ### Your turn · Standardise  (●○○, 4 min)


# %% id="two-decoders-standardise"
def standardise(codes, stored):
    """Codes (N, C) less the stored mean, over the stored standard deviation.

    `stored`: codes (M, C) kept from training, with a mean and a deviation for each
    of the C numbers.
    """
    ### BEGIN SOLUTION
    return (codes - stored.mean(0)) / stored.std(0)
    ### END SOLUTION


# %% id="two-decoders-standardise-check"
standardise = check("two-decoders.standardise", standardise)

# %% [markdown] id="two-decoders-restand-words"
# First try it on the network that you have.
# For Bo's decoder, standardise Ada's codes with Ada's statistics, then stretch and shift them with Bo's.

# %% id="two-decoders-restand"
with torch.no_grad():
    kept = {name: shared.encode(some, name) for name, some in pictures_of(faces, 300).items()}
    plain = standardise(shared.encode(shown["ada"], "ada"), kept["ada"])
    moved = plain * kept["bo"].std(0) + kept["bo"].mean(0)
    restood = explained(shared.decode(moved, "bo").clamp(0, 1), shown["bo"], averages["bo"], inside["bo"])
print(f"explained {own:.2f} as it was, {restood:.2f} standardised")

# %% [markdown] id="two-decoders-aligned-words"
# That was an afterthought, for decoders that had already learned to read the raw codes.
# Now do it *while* the network trains: the library's `Standardise` does what your function does, except that its mean and deviation follow the batches.
# With it, your network needs two more lines.
#
# By itself that isn't enough, as section 7 shows: it makes means and spreads alike, but the numbers of Ada's codes can still rise and fall together in other ways than those of Bo's.
# *Covariances* say how two numbers do that, so the step below also *matches* them: it's your joint step, with the gap between both characters' covariances in the loss, at a small weight.


# %% id="two-decoders-aligned"
class OneCode(TwoDecoders):
    """TwoDecoders whose codes are standardised for each character, also while it trains."""

    def __init__(self, averages):
        super().__init__(averages)
        self.statistics = nn.ModuleDict({name: Standardise(128) for name in averages})

    def encode(self, pictures, name):
        return self.statistics[name](super().encode(pictures, name))


def matching_step(model, optimiser, ada_batch, bo_batch):
    """`joint_step`, with the gap between the characters' covariances in the loss."""
    batches = {"ada": ada_batch, "bo": bo_batch}
    codes = {name: model.encode(batch[0], name) for name, batch in batches.items()}
    parts = {
        name: losses.l1_l2(model.decode(codes[name], name), pictures, weights=weight)
        for name, (pictures, weight, *_) in batches.items()
    }
    parts["match"] = MATCH * losses.covariance_gap(codes["ada"], codes["bo"])
    optimiser.zero_grad()
    sum(parts.values()).backward()
    optimiser.step()
    return parts


# %% id="two-decoders-aligned-train"
torch.manual_seed(0)
one_code = OneCode(averages)
train_swap(one_code, "one code", steps=history.steps, one_step=matching_step)

# %% id="two-decoders-aligned-scores"
results["one code"] = scores_of(one_code)
probed = {"two autoencoders": who_is_it(separate), "one encoder": told, "one code": who_is_it(one_code)}
rows = {name: scores | {"probe right": f"{probed[name]:.0%}"} for name, scores in results.items()}
show_table(rows, names="explained by")

# %% [markdown] id="two-decoders-aligned-saw" tags=["saw"]
# Compare the second row with the third.
# In the outer columns, which are all that a reconstruction loss looks at, little has changed, so look for the difference in the two middle ones.
# The probe needn't go along with them, because it says whose a code is, and not whether the code means the same for both; section 7 shows the two over seeds.

# %% [markdown] id="two-decoders-recovery-words"
# What's that worth to somebody who watches Bo?
# The sharpest question is whether you can *read the performance back* from the swap, which is called [expression recovery](../lessons/glossary.md#expression-recovery).
# A regressor, a network that names the eleven numbers of a performance, was trained once on true pictures.
# Its R² is 1 if a number can be read off exactly, and 0 if guessing the mean would do as well.
#
# The light bars show what it reads off the TRUE Bo, which is its own limit.
# The next two are your networks, and the darkest is *shipped*, the one that opened this lesson: it's wider, it trained for longer on more pictures, and it had the help that section 7 describes.

# %% id="two-decoders-recovery"
reader, shipped = weights.load("regressor"), weights.load("swap-ada-bo")
with torch.no_grad():
    best, long = (swap(net, shown["ada"], "ada", "bo").clamp(0, 1) for net in (one_code, shipped))
    seen = {"true Bo": shown["bo"], "one encoder": to_bo, "one code": best, "shipped": long}
    recovered = {name: metrics.recovery(reader(pictures), held_out) for name, pictures in seen.items()}
smile = ", ".join(f"{name} {scores['smile']:.2f}" for name, scores in recovered.items())
print(f"R² of the smile: {smile}")


# %% id="two-decoders-recovery-look" tags=["figure"]
def recovery_figure(recovered, alt):
    figure, axes = plt.subplots(figsize=(8, 3.4))
    # Light to dark, so that the bars stay apart in greyscale too.
    shades = ["#c9d3de", "#e39b32", "#4f86c6", "#17325c"]
    width = 0.8 / len(recovered)
    for place, (label, scores) in enumerate(recovered.items()):
        heights = [max(0, scores[name]) for name in toons.PARAMETERS]
        offset = width * (place - (len(recovered) - 1) / 2)
        axes.bar(np.arange(11) + offset, heights, 0.92 * width, label=label, color=shades[place])
    axes.set_xticks(range(11), [LABELS[name][0].replace(" ", "\n") for name in toons.PARAMETERS], fontsize=9)
    axes.set(ylim=(0, 1), ylabel="R², 0 where below")
    axes.spines[["right", "top"]].set_visible(False)
    axes.legend(fontsize=9, ncols=4, frameon=False, loc="lower left", bbox_to_anchor=(0, 1))
    show(figure, alt=alt)


recovery_figure(recovered, alt_text("two-decoders.recovery", smile=smile))

# %% [markdown] id="two-decoders-recovery-saw" tags=["saw"]
# The line above the figure is the payoff of this section: how much of Ada's smile can be read off Bo, from your first swap to the shipped one.
# Where a bar is missing, guessing the mean would have done better.
# *Tilt* lives outside the face, because the aligned crop takes it out of the head, so only neck, shirt and wall still show it, and there a pixel weighs a tenth.

# %% id="two-decoders-aligned-look" tags=["figure"]
columns = {"one encoder": to_bo, "one code": best, "shipped": long, "true Bo": shown["bo"]}
side_by_side(columns, "two-decoders.shipped")

# %% [markdown] id="two-decoders-puppet-words"
# Here is the end of that road: the same plan and the same help, in a larger network for 128 × 128 pixels.
# Drag *Smile* and *Turn*, and compare the swap with the true Bo.

# %% id="two-decoders-puppet"
widgets.puppet(weights.load("swap-ada-bo-128"), a="ada", b="bo")

# %% [markdown] id="two-decoders-note-align" tags=["instructor"]
# *For the instructor.* 19 minutes. Ask why gaze is never 1 (shut lids hide it).
# The usual confusion is to take the probe's accuracy as a measure of the swap, so point out that the table shows both.

# %% [markdown] id="two-decoders-why-words"
# ## 6 · Why does sharing work?  (Core, 6 min)
#
# A shared encoder swaps although nothing asks it to.
# What, then, makes it use the same numbers for Ada's smile and for Bo's?
# Besides the encoder, the layout is shared; the network sees differences from *each character's own* average; and the code is linear, with no activation behind it.
# We can take these away one at a time.

# %% id="two-decoders-predict-why"
predict("two-decoders.why")

# %% [markdown] id="two-decoders-why-table-words"
# The next table does that with three seeds for each variant, and no variant gets any help.
# It was computed beforehand by the command above it, and ± is the sample standard deviation over the seeds, as everywhere in this lesson.

# %% id="two-decoders-why-table"
why = load_table("two-decoders-why")
show_table([{"variant": name, "what it has": what} for name, what in why["variants"].items()])
measures = {"ada → ada": "reconstruction_a", "ada → bo": "explained_ab", "bo → ada": "explained_ba"}


def over_seeds(table, measures):
    """variant → title → the values of all seeds."""
    rows = {name: [row for row in table["rows"] if row["variant"] == name] for name in table["variants"]}
    return {name: {title: [row[key] for row in of] for title, key in measures.items()} for name, of in rows.items()}


show_table(over_seeds(why, measures), names="variant", caption=f"Explained ({why['command']})")
widgets.guessed("two-decoders.why")

# %% [markdown] id="two-decoders-why-saw" tags=["saw"]
# The first column hardly moves: whatever we take away, the networks rebuild their faces about equally well, so the loss sees nothing of all this.
#
# The encoder matters most.
# With an encoder each and one layout, the swaps fall below 0 in every seed, because the layout draws clear faces from two languages, and they're the wrong ones.
# The layout comes second: with one each, more than half of the swap is gone.
# One average and spread for both costs something in every seed, but plain grey costs next to nothing, so subtracting the average can't be what makes a swap work.
# Nor does the code have to be linear.
#
# So a swap comes from the same weights looking at both faces, and the same weights placing what they found.
# Perhaps a smile changes the same places in both aligned crops, and so the same numbers of the code; the table doesn't show that part.

# %% [markdown] id="two-decoders-why-one-words"
# You shouldn't have to believe a table that you can't repeat, so the next cell makes one of its rows again.
# It takes fewer steps and pictures to be quick, so expect lower scores, and put in another variant if you like.

# %% id="two-decoders-why-one"
row = two_decoders_why_row("own layouts", seed=0, steps=100, pictures=600, held_out=150)
caption = f"Seed {row['seed']} again, {row['steps']} steps in {row['seconds']:.1f} s"
show_table({row["variant"]: {title: row[key] for title, key in measures.items()}}, names="variant", caption=caption)

# %% [markdown] id="two-decoders-note-why" tags=["instructor"]
# *For the instructor.* 6 minutes. Ask for an ablation that the table lacks, such as mirrored pictures of Bo, and what each outcome would mean.

# %% [markdown] id="two-decoders-help-words"
# ## 7 · What the shipped network was told  (Further, 7 min)
#
# The shipped networks standardise and match as yours does, and their recipe adds two things to the loss.
#
# - **Guide** asks that one linear layer, shared by both, can read two things off the code: the [landmarks](../lessons/glossary.md#landmarks), and how brightness changes across the skin. Both are standardised for each character separately, so identity drops out and the movement stays.
# - **Anchor** goes the other way round: a small shared network has to predict the code from landmarks and light, with a weight that falls to 0.
#
# Nothing here says "smile", and no picture of Ada is paired with one of Bo.
# But what *was* told is exact: the landmarks are the curves of the drawing, with pupils and points that hair or a turned head hides, and the light is measured on a part mask that only the drawing knows.
# For photographs all this would have to be found first, and less exactly, and below you'll see what that costs.

# %% id="two-decoders-help-source"
print(inspect.getsource(swap_loss))

# %% [markdown] id="two-decoders-help-table-words"
# What is each of them worth?
# In this table, computed like the last one, each variant adds one thing to the one above it. *Matched* is the recipe of your last network, and *guided* adds guide and anchor together.

# %% id="two-decoders-help-table"
ladder = load_table("two-decoders")
with_probe = measures | {"probe right": "probe_accuracy"}
show_table(over_seeds(ladder, with_probe), names="variant", caption=f"Explained ({ladder['command']})")
show_table({"shipped": scores_of(shipped) | {"probe right": who_is_it(shipped)}}, names="explained by")

# %% [markdown] id="two-decoders-help-saw" tags=["saw"]
# The reconstructions hardly differ from row to row, while the swaps do.
# Standardising alone puts the probe off and yet makes the swap worse in every seed; matching is what lifts it, and guide and anchor lift it further.
# Even the guided network's probe tells whose a code is more often than guessing would, so a good swap doesn't need a probe that fails.
# The shipped network's codes were matched once more after training, which takes from the probe most of what was left.

# %% [markdown] id="two-decoders-found-words"
# Does the guide survive without the drawing's help?
# Lesson 05 cuts faces out of frames with networks of its own, and trains this swap on what they found, guided by the landmarks that they found.
# Here is its table, made from the same frames in four ways; in the first row crops and landmarks are the drawing's own.

# %% id="two-decoders-found"
extracted = load_table("extraction")
show_table([{"faces": name, "how they are cut out": what} for name, what in extracted["variants"].items()])
rows = over_seeds(extracted, {"ada → bo": "explained_ab", "bo → ada": "explained_ba"})
show_table(rows, names="faces", caption=f"Explained, 300 steps ({extracted['command']})")

# %% [markdown] id="two-decoders-found-saw" tags=["saw"]
# Compare *filtered* with *true*: found landmarks cost a few hundredths in every seed, so the guide doesn't need exact ones, only landmarks that are right on the whole.
# *Found* costs more, because it also learns from strangers who stood in the frame, and faces that weren't aligned give no swap at all.
# (The scores are lower than those above, because lesson 05 trains on fewer pictures, after a camera, and for fewer steps.)

# %% [markdown] id="two-decoders-critic-words"
# Another way to a common code is adversarial: a small critic learns to tell whose a code is, and the encoder learns to leave it undecided.
# The *true face* option of DeepFaceLab works like that; it exists for DF only, acts on the codes of one side, and is off by default.

# %% [markdown] id="two-decoders-original-words"
# ## 8 · The Original, layer by layer  (Further, 8 min)
#
# What you trained has under a million [parameters](../lessons/glossary.md#parameter).
# The network that became known as *deepfakes*, kept in the program faceswap as "Original", follows the same plan: an encoder, shared dense layers and one upscale, and two decoders.
# Many pages call it a VGG, a network that classifies photographs, or a [GAN](../lessons/glossary.md#generative-adversarial-network), which needs an adversary, but it's neither.
# Its decoder uses no deconvolution either, but the upscale of lesson 02: a 3 × 3 convolution to four times the channels and a pixel shuffle.
#
# ### Your turn · Count  (●○○, 4 min)
# How many numbers does a convolution learn?
# For each output channel it has one weight for every input channel and place of the kernel, and one bias.


# %% id="two-decoders-count"
def convolution_parameters(channels_in, channels_out, side):
    """The number of weights and biases of a convolution with a side × side kernel."""
    ### BEGIN SOLUTION
    return channels_out * (channels_in * side * side + 1)
    ### END SOLUTION


# %% id="two-decoders-count-check"
convolution_parameters = check("two-decoders.count", convolution_parameters)

# %% [markdown] id="two-decoders-layers-words"
# Now you can rebuild Original's count from its plan: four 5 × 5 convolutions, two dense layers, and upscales that each convolve to four times the channels before the shuffle.

# %% id="two-decoders-layers"
channels = [3, 128, 256, 512, 1024]
encoder = sum(convolution_parameters(a, b, 5) for a, b in itertools.pairwise(channels))
dense = (4 * 4 * 1024 * 1024 + 1024) + (1024 * 4 * 4 * 1024 + 4 * 4 * 1024)
shared_part = encoder + dense + convolution_parameters(1024, 4 * 512, 3)
upscales = ((512, 256), (256, 128), (128, 64))
decoder = sum(convolution_parameters(a, 4 * b, 3) for a, b in upscales)
decoder += convolution_parameters(64, 3, 5)
counts = {"shared": shared_part, "a decoder": decoder, "together": shared_part + 2 * decoder}
show_table(counts, ["parameters"], names="part")

# %% [markdown] id="two-decoders-layers-check-words"
# Does the library's Original agree? On the *meta* device PyTorch builds a network without filling any memory.

# %% id="two-decoders-layers-check"
with torch.device("meta"):
    original = Original(("ada", "bo"))
nets = {"the library's Original": original, "the net that you trained": shared}
counts = {name: sum(p.numel() for p in net.parameters()) for name, net in nets.items()}
show_table(counts, ["parameters"], names="net")

# %% [markdown] id="two-decoders-compare-words"
# It's often said that such networks swap because they have "too few parameters to remember the photos".
# But Original's 82 million weights are more than enough for the 12.3 million numbers in a thousand pictures of 64 × 64 pixels.

# %% [markdown] id="two-decoders-note-original" tags=["instructor"]
# *For the instructor.* 8 minutes. Ask which layers hold most of the weights (the dense layers and the first upscale).

# %% [markdown] id="two-decoders-liae-words"
# ## 9 · DF and LIAE  (Further, 5 min)
#
# DeepFaceLab offers two wirings.
# **DF** is yours: everything is shared up to a middle part, called *inter*, and then there are two decoders.
# **LIAE** has ONE decoder and two middle parts, of which *AB* sees both characters and *B* sees only the one who acts, here Ada.
# Her code has two halves, [B, AB], and Bo's, whose face shall appear, is [AB, AB].
# For the swap, Ada's picture gets [AB, AB] too, so identity sits in the middle and not in the decoder, and LIAE swaps one way only.
# The two networks below are untrained, so look only at their parts and shapes: LIAE's codes have an axis more, for the two halves.

# %% id="two-decoders-liae"
rows = {}
for name, net in (("DF", DF(("ada", "bo"))), ("LIAE", LIAE(("bo", "ada")))):
    with torch.no_grad():
        codes = net.encode(shown["ada"][:2], "ada")
        drawn = net.decode(codes, "bo")
    parts = ", ".join(part for part, _ in net.named_children())
    rows[name] = {"codes": codes.shape, "swap": drawn.shape, "parts": parts}
show_table(rows, names="net")

# %% [markdown] id="two-decoders-third-words"
# ## 10 · A third character  (Further, 8 min)
#
# If two characters can share the encoder, can anybody?
# Cleo, whom the network never saw, acts; she is encoded as if she were Ada, and decoded as Bo.

# %% id="two-decoders-predict-third"
predict("two-decoders.third")


# %% id="two-decoders-third"
def size(codes):
    """How far codes lie from the middle: about 1 for codes that the net was trained on."""
    return codes.square().mean().sqrt()


cleo = draw_faces(toons.CAST["cleo"], held_out)
hers, as_bo, thirds = tensors.to_tensor(cleo.pictures), {}, {}
for name, net in (("your net", one_code), ("shipped", shipped)):
    with torch.no_grad():
        drawn = swap(net, hers, "ada", "bo").clamp(0, 1)
        own_size, her_size = (size(net.encode(some, "ada")) for some in (shown["ada"], hers))
    as_bo[name] = tensors.to_pictures(drawn[:3])
    score = explained(drawn, shown["bo"], averages["bo"], inside["bo"])
    thirds[name] = {"Cleo → Bo": score, "size of Ada's codes": own_size, "of Cleo's": her_size}
show_table(thirds, names="explained by")

# %% id="two-decoders-third-look" tags=["figure"]
columns = {"Cleo": hers, "by your net": as_bo["your net"], "shipped": as_bo["shipped"], "true Bo": shown["bo"]}
side_by_side(columns, "two-decoders.third")
widgets.guessed("two-decoders.third")

# %% [markdown] id="two-decoders-third-why" tags=["saw"]
# The encoder was shown how Cleo differs from *Ada's* average face, and those differences contain Cleo herself: her skin, her hair, the shape of her eyes.
# The network has no word for "somebody else", so it reads her looks as a performance, and as a wild one: compare the sizes of the codes in the table.
# The further out they lie, the less the picture resembles anybody, because nothing was ever trained out there.
#
# The remedy in practice is a decoder for Cleo in a *pretrained* network, one that knows many other characters; lesson 15 draws somebody from a single picture.

# %% [markdown] id="two-decoders-note-further" tags=["instructor"]
# *For the instructor.* Sections 7 to 10 stand alone, so pick one.
# Ask why LIAE can't swap back.

# %% [markdown] id="two-decoders-close"
# ## What you can now do
#
# - Build a face swap from one encoder and two decoders, and train it in both directions without pairs.
# - Measure a swap against the truth, and see when a low loss misleads.
# - Test with a probe whether two characters share a code, and bring their codes together.
# - Take a network's parts away, one at a time, to learn what each is good for.
#
# **Does this carry over to photographs?** The plan does: it's how faceswap and DeepFaceLab work.
# The numbers don't, because toons have eleven parameters and no pores.
#
# **Still open.** Do the codes of two characters drift apart when a network trains for days? And is there a code that can be *proved* to be shared?

# %% [markdown] id="two-decoders-predictions-words"
# Here is what you predicted, beside what came out.

# %% id="two-decoders-predictions"
apart, together = (results[name]["ada → ada"] for name in ("two autoencoders", "one encoder"))
means = {name: statistics.mean(scores["ada → bo"]) for name, scores in over_seeds(why, measures).items()}
hurts = min((name for name in means if name not in ("shared", "separate")), key=means.get)
swapped = results["two autoencoders"]["ada → bo"]
predictions(
    "two-decoders",
    outcome={
        "two-decoders.cross": f"separate autoencoders: ada → bo explained {swapped:.2f}",
        "two-decoders.loss": f"explained of Ada rebuilt: {apart:.2f} apart, {together:.2f} shared",
        "two-decoders.probe": f"right in {told:.0%}",
        "two-decoders.why": f"most was lost by {hurts}: {means[hurts]:.2f} instead of {means['shared']:.2f}",
        "two-decoders.third": f"Cleo → Bo explained {thirds['your net']['Cleo → Bo']:.2f}",
    },
)

# %% [markdown] id="two-decoders-quiz-words"
# Five questions follow, each on something that is often got wrong.

# %% id="two-decoders-quiz"
quiz("two-decoders")

# %% [markdown] id="two-decoders-sources"
# **Terms.** [aligned crop](../lessons/glossary.md#aligned-crop) · [explained swap](../lessons/glossary.md#explained-swap) · [expression recovery](../lessons/glossary.md#expression-recovery) · [probe](../lessons/glossary.md#probe) · [shared encoder](../lessons/glossary.md#shared-encoder)
#
# **Sources.** deepfakes/faceswap, `plugins/train/model/original.py` and its first commits of December 2017 (architecture). Perov and others, *DeepFaceLab*, 2020, and its `Model_SAEHD` (DF, LIAE, true face, defaults). Jordan and others, *Muon*, 2024. Sun and Saenko, *Deep CORAL*, 2016 (matching covariances). Ganin and Lempitsky, *Unsupervised domain adaptation by backpropagation*, 2015 (the critic's idea). Alain and Bengio, *Understanding intermediate layers using linear classifier probes*, 2016.
