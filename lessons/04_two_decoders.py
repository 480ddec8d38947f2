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
# | Time | 80 minutes: Core 60, Further 20 |
# | You need | lessons 01 to 03: training loop, autoencoder, held-out data |
# | You will be able to | build a face swap, train it in a minute, and say with a number how good it is |
#
# In this lesson you train two networks that cannot swap faces, change one line, and train one that can. Ada and Bo are
# [toons](../lessons/glossary.md#toon): they are drawn, so the perfect swap exists as a picture and every claim below is measured against it.

# %% id="two-decoders-imports" tags=["setup"]
import copy
import inspect
import itertools

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from unmasked import extract, losses, metrics, tensors, toons, widgets
from unmasked.course import check
from unmasked.models import swap as parts
from unmasked.models import weights
from unmasked.models.df import DF
from unmasked.models.liae import LIAE
from unmasked.models.original import Original
from unmasked.models.swap import Decoder, Encoder, Layout, SwapNet
from unmasked.recipes import swap as recipe
from unmasked.recipes import tables
from unmasked.training import cosine, set_rate, train
from unmasked.widgets import predict, predictions, quiz, show, show_pictures

# %% [markdown] id="two-decoders-puppet-words"
# Here is where you will arrive. Ada acts on the left. The network was never told what a smile is, and it never saw Ada and Bo in
# the same performance. Drag *smile* and *yaw*, and compare the swap with the true Bo.

# %% id="two-decoders-puppet"
shipped = weights.load("swap-ada-bo")
widgets.puppet(shipped, a="ada", b="bo")

# %% [markdown] id="two-decoders-note-card" tags=["instructor"]
# *For the instructor.* 5 minutes. Let the class find one performance that the network gets wrong (try shut lids with a strong gaze).
# The usual confusion: "it copies Ada's pixels". Ask: which pixels of Ada are in the swap? None: only numbers pass from her to Bo.

# %% [markdown] id="two-decoders-data-words"
# ## 1 · Two characters, no pairs  (Core, 6 min)
#
# `toons.sample_performances` draws random poses, expressions and lights. `extract.aligned` draws a character in them and cuts out an
# [aligned crop](../lessons/glossary.md#aligned-crop): eyes and nose always lie in about the same place. Ada and Bo get *different*
# performances. No picture of Ada has a partner among Bo's.

# %% id="two-decoders-data"
numbers = np.random.default_rng(4)
ada = extract.aligned(toons.CAST["ada"], toons.sample_performances(numbers, 3000), workers=2)
bo = extract.aligned(toons.CAST["bo"], toons.sample_performances(numbers, 3000), workers=2)
print(ada.pictures.shape, ada.pictures.dtype)

# %% id="two-decoders-data-look" tags=["figure"]
show_pictures(
    [ada.pictures[:8], bo.pictures[:8]],
    rows=["Ada", "Bo"],
    alt="Eight training pictures of Ada and eight of Bo. Each picture shows another pose, expression and light; no two match.",
)

# %% [markdown] id="two-decoders-truth-words"
# For measuring only, draw both characters in the SAME 300 new performances. These pairs are the truth: what a perfect swap would
# look like. Training never sees them. Beside them, the baseline: Bo's average face.

# %% id="two-decoders-truth"
held_out = toons.sample_performances(numbers, 300)
truth = {name: extract.aligned(toons.CAST[name], held_out) for name in ("ada", "bo")}
averages = {"ada": tensors.to_tensor(ada.pictures).mean(0), "bo": tensors.to_tensor(bo.pictures).mean(0)}

# %% id="two-decoders-truth-look" tags=["figure"]
show_pictures(
    [[*truth[name].pictures[:7], averages[name]] for name in ("ada", "bo")],
    titles=[""] * 7 + ["average"],
    rows=["Ada", "Bo"],
    alt="Seven pairs: Ada above, Bo below, in the same performance. On the right the blurred average face of each.",
)

# %% [markdown] id="two-decoders-note-data" tags=["instructor"]
# *For the instructor.* 6 minutes. Many texts say that such a network trains on pairs. Ask for what the pairs are used here
# (measuring only) and how one would measure a swap of photographs, where no pair exists.

# %% [markdown] id="two-decoders-separate-words"
# ## 2 · Two autoencoders that cannot be crossed  (Core, 12 min)
#
# Begin with what you know from lesson 02: one [autoencoder](../lessons/glossary.md#autoencoder) for Ada, another for Bo. Both are made of
# three parts. `Encoder` turns a picture into 128 numbers, `Layout` spreads them over a coarse map of the face, and
# `Decoder` draws from the map. Here is the encoder's real source.

# %% id="two-decoders-source"
print(inspect.getsource(Encoder))

# %% [markdown] id="two-decoders-average-words"
# One habit of this net: it sees *differences from the character's average face* and draws differences from it. So before any
# training it already draws the average face, the baseline of lesson 02. What it learns is the rest.
#
# Now the loss of one batch. A batch holds pictures and a weight for each pixel: 1 inside the face, a tenth outside.


# %% id="two-decoders-loss"
def rebuild_loss(model, batch, name):
    """How badly `name` is rebuilt; `batch`: pictures (N, 3, 64, 64), pixel weights (N, 1, 64, 64), and more."""
    pictures, inside, *_ = batch
    rebuilt = model.decode(model.encode(pictures, name), name)
    return losses.l1_l2(rebuilt, pictures, weights=inside)


# %% [markdown] id="two-decoders-step-words"
# ### Your turn · The joint step  (●●○, 6 min)
# One step trains both characters: add Ada's loss and Bo's loss, and let the optimiser step once on the sum.


# %% id="two-decoders-step"
def joint_step(model, optimiser, ada_batch, bo_batch):
    """One optimiser step on Ada's loss plus Bo's; returns {"ada": loss, "bo": loss} as they were before the step."""
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
# You will train both autoencoders, then cross them: Ada's picture into *Ada's* encoder, the 128 numbers into *Bo's*
# decoder. Decide first.

# %% id="two-decoders-predict"
predict("two-decoders.cross")

# %% [markdown] id="two-decoders-train-words"
# The loop is the one from lesson 01: draw a batch of each, do a step, repeat. `train` adds a progress bar and a safety net of seconds.


# %% id="two-decoders-train"
def train_swap(model, steps, label):
    generator = torch.Generator().manual_seed(0)
    batches = [recipe.Batches(faces, generator) for faces in (ada, bo)]
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3, betas=(0.9, 0.95), fused=True)

    def step(i):
        set_rate(optimiser, cosine(i, steps, 2e-3, warmup=min(20, steps - 1)))
        return joint_step(model.train(), optimiser, batches[0].draw(16), batches[1].draw(16))

    state = {"model": model, "optimiser": optimiser}
    history = train(step, steps=steps, seconds=60, state=state, generator=generator, label=label)
    model.eval()
    return history


# %% id="two-decoders-train-separate"
print(tensors.probe(precision="float32").apply())
torch.manual_seed(0)
separate = SwapNet(shared=False, aligned=False).store_averages(
    {n: tensors.to_tensor(f.pictures[:1000]) for n, f in (("ada", ada), ("bo", bo))}
)
train_swap(separate, 500, "two autoencoders")

# %% [markdown] id="two-decoders-cross-words"
# Each rebuilds its own character. Now cross them. Look at the third row: what did Bo's decoder make of Ada's numbers?

# %% id="two-decoders-cross"
ada_test, bo_test = (tensors.to_tensor(truth[name].pictures) for name in ("ada", "bo"))
with torch.no_grad():
    codes = separate.encode(ada_test, "ada")
    rebuilt, crossed = separate.decode(codes, "ada"), separate.decode(codes, "bo")

# %% id="two-decoders-cross-look" tags=["figure"]
show_pictures(
    [ada_test[:8], rebuilt[:8].clamp(0, 1), crossed[:8].clamp(0, 1), bo_test[:8]],
    rows=["Ada", "Ada rebuilt", "crossed", "true Bo"],
    alt="Four rows of eight faces: Ada, Ada rebuilt well, the crossed picture that does not follow her, and the true Bo.",
)

# %% [markdown] id="two-decoders-separate-why"
# Bo's decoder draws Bo, for it can draw nothing else. But it does not follow Ada. Number 17 of Ada's code may speak of her
# mouth; number 17 of Bo's code may speak of the light. Each pair invented a language of its own.

# %% [markdown] id="two-decoders-note-separate" tags=["instructor"]
# *For the instructor.* 12 minutes. The usual confusion: "train longer and it will work". Ask what in the loss could ever make the two languages alike (nothing).
# If time is short, run the training cell and go straight to the picture.

# %% [markdown] id="two-decoders-share-words"
# ## 3 · Share the encoder  (Core, 16 min)
#
# The idea of r/deepfakes in 2017 is one line: *use the same encoder for both*. Then both decoders must read one
# language, because only one is spoken. Only what draws a character's looks stays separate.
#
# ### Your turn · The shared net  (●●○, 8 min)
# Build it from the parts. `averages` holds each character's average face; `SPREAD` is the unit in which differences are counted.

# %% id="two-decoders-net"
SPREAD = parts.SPREAD


class TwoDecoders(nn.Module):
    """One encoder and one layout for all characters, one decoder a name. `averages`: name → (3, 64, 64)."""

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
        """Pictures (N, 3, 64, 64): average + SPREAD · what the decoder of `name` makes of the layout of the codes."""
        ### BEGIN SOLUTION
        return self.averages[name] + SPREAD * self.decoders[name](self.layout(codes))
        ### END SOLUTION


# %% id="two-decoders-net-check"
TwoDecoders = check("two-decoders.net", TwoDecoders)

# %% [markdown] id="two-decoders-share-train-words"
# Train it with the very step that trained the separate ones, on the same pictures, for as many steps.

# %% id="two-decoders-share-train"
torch.manual_seed(0)
shared = TwoDecoders(averages)
train_swap(shared, 500, "one encoder, two decoders")

# %% [markdown] id="two-decoders-swap-words"
# ### Your turn · Swap  (●○○, 3 min)
# Ada acts, Bo appears. Encode Ada's pictures under her own name, decode them under his.


# %% id="two-decoders-swap"
def swap(model, pictures, actor, face):
    """`face` doing what `actor` does. `pictures` of `actor`: float (N, 3, 64, 64) in 0…1; returns the same shape."""
    ### BEGIN SOLUTION
    return model.decode(model.encode(pictures, actor), face)
    ### END SOLUTION


# %% id="two-decoders-swap-check"
swap = check("two-decoders.swap", swap)

# %% [markdown] id="two-decoders-both-words"
# Both decoders were trained, so both directions come for free. You will see Ada, Bo as Ada acts, the true Bo, and the way back.

# %% id="two-decoders-both"
with torch.no_grad():
    to_bo = swap(shared, ada_test, "ada", "bo").clamp(0, 1)
    to_ada = swap(shared, bo_test, "bo", "ada").clamp(0, 1)

# %% id="two-decoders-both-look" tags=["figure"]
show_pictures(
    [ada_test[:8], to_bo[:8], bo_test[:8], to_ada[:8]],
    rows=["Ada", "Ada → Bo", "true Bo", "Bo → Ada"],
    alt="Four rows of eight faces: Ada, the swap to Bo, which follows her pose and much of her face, the true Bo, and the swap back.",
)

# %% [markdown] id="two-decoders-plugs-words"
# Try every combination of picture, encoder and decoder yourself. With *two autoencoders* a swap needs a foreign plug; with *one encoder* there is
# only one socket.

# %% id="two-decoders-plugs"
widgets.plugs(
    {"One shared encoder": shared, "Two autoencoders": separate},
    {name: faces.pictures[:40] for name, faces in truth.items()},
    {name: faces.masks[:40] for name, faces in truth.items()},
)

# %% [markdown] id="two-decoders-note-share" tags=["instructor"]
# *For the instructor.* 16 minutes. The usual confusion: "the code holds Ada, the decoder removes her". Ask what happens if you feed a picture of
# Bo under Ada's name (try it in the bench): the encoder has no idea who it sees.

# %% [markdown] id="two-decoders-measure-words"
# ## 4 · Measure it against the truth  (Core, 14 min)
#
# "Looks good" is no measurement. The [explained swap](../lessons/glossary.md#explained-swap) compares the error of the swap with the error of always
# showing the average face: 1 − MSE(swap, truth) / MSE(average face, truth), inside the face. MSE is the mean squared error; 1 is perfect,
# 0 is no better than the average face, below 0 is worse.
#
# ### Your turn · The score  (●●○, 6 min)


# %% id="two-decoders-score"
def explained(swapped, true, average, inside):
    """1 − squared error of `swapped` / squared error of `average`, over all pixels weighted by `inside`.

    `swapped`, `true`: (N, 3, H, W); `average`: (3, H, W); `inside`: (N, 1, H, W) in 0…1. Returns a float.
    """
    ### BEGIN SOLUTION
    error = (inside * (swapped - true) ** 2).sum()
    baseline = (inside * (average - true) ** 2).sum()
    return float(1 - error / baseline)
    ### END SOLUTION


# %% id="two-decoders-score-check"
explained = check("two-decoders.score", explained)

# %% [markdown] id="two-decoders-predict-loss-words"
# You have two trainings behind you, and the loss of each. Before you look at the scores, decide.

# %% id="two-decoders-predict-loss"
predict("two-decoders.loss")

# %% [markdown] id="two-decoders-table-words"
# For each way of making "Bo", the table prints the mean absolute error (MAE, the loss most tutorials watch) and the explained swap.
# *Shuffled* is the shared net's swap held against the truth of another performance.

# %% id="two-decoders-table"
inside = tensors.masks_to_tensor(truth["bo"].masks)
ways = {
    "average face": averages["bo"].expand_as(bo_test),
    "two autoencoders": crossed,
    "one encoder": to_bo,
    "shuffled": to_bo.roll(1, 0),
}
for name, picture in ways.items():
    mae = (inside * (picture - bo_test).abs()).sum() / (3 * inside.sum())
    print(f"{name:18} MAE {mae:.4f}   explained {explained(picture, bo_test, averages['bo'], inside):6.2f}")

# %% [markdown] id="two-decoders-lies-words"
# Read the MAE column: the average face, which follows nobody, does not look bad in it. That is why loss alone lies. A low
# loss says that pictures are *near*; only the truth says whether they *follow*. Shuffling is the test that needs no formula: a swap that follows Ada must
# get worse when it is held against the wrong moment.
#
# Both nets also rebuild their own characters. Compare how well.

# %% id="two-decoders-rebuild"
for label, model in (("two autoencoders", separate), ("one encoder", shared)):
    table = recipe.explained_table(model, truth)
    print(f"{label:18} " + "   ".join(f"{a} → {b} {value:5.2f}" for (a, b), value in table.items()))

# %% [markdown] id="two-decoders-rebuild-words"
# *ada → ada* and *bo → bo* are reconstructions, *ada → bo* and *bo → ada* are swaps. At equal steps the reconstructions are
# nearly alike. The swaps are not.
#
# Pose and light move many pixels, expression moves few. So ask for the expression by itself: eyes and mouth only, and the baseline is now Bo with a NEUTRAL
# face in the same pose and light.

# %% id="two-decoders-expression"
neutral = extract.aligned(toons.CAST["bo"], toons.neutral_expression(held_out))
features = tensors.masks_to_tensor(metrics.eyes_and_mouth(truth["bo"].landmarks, neutral.landmarks))
neutral_bo = tensors.to_tensor(neutral.pictures)
for label, picture in (("two autoencoders", crossed), ("one encoder", to_bo)):
    print(
        f"{label:18} explained expression {metrics.explained_expression(picture, bo_test, neutral_bo, features):6.2f}"
    )

# %% [markdown] id="two-decoders-recovery-words"
# And the sharpest question: can you *read the performance back* from the swap? A small regressor was trained once on true pictures. R² is 1 if a
# parameter can be read off exactly, and 0 if one may as well say its mean. The bars stand beside what the regressor reads off the TRUE Bo: its own limit.

# %% id="two-decoders-recovery"
reader = weights.load("regressor")
with torch.no_grad():
    from_truth = metrics.recovery(reader(bo_test), held_out)
    from_swap = metrics.recovery(reader(to_bo), held_out)


# %% id="two-decoders-recovery-look" tags=["figure"]
def recovery_figure(columns, alt):
    figure, axes = plt.subplots(figsize=(8, 3))
    # Light to dark, so that the bars stay apart in greyscale too.
    shades = ["#c9d3de", "#e39b32", "#1f4e8c"]
    for place, (label, scores) in enumerate(columns.items()):
        heights = [max(0, scores[name]) for name in toons.PARAMETERS]
        offset = 0.8 * (place - (len(columns) - 1) / 2) / len(columns)
        axes.bar(np.arange(11) + offset, heights, 0.75 / len(columns), label=label, color=shades[place])
    axes.set_xticks(range(11), [name.replace("_", "\n") for name in toons.PARAMETERS], fontsize=8)
    axes.set(ylim=(0, 1), ylabel="R², 0 where below")
    axes.legend(fontsize=8, ncols=3, loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    show(figure, alt=alt)


recovery_figure(
    {"true Bo": from_truth, "one encoder": from_swap},
    alt="Bars of R² for each of the eleven parameters: from the true Bo, and from the swap of the shared net, which is lower in most.",
)
print("  ".join(f"{name} {from_swap[name]:.2f}" for name in toons.PARAMETERS))

# %% [markdown] id="two-decoders-note-measure" tags=["instructor"]
# *For the instructor.* 14 minutes. Ask why roll can hardly be read at all (alignment removed it) and why gaze is never 1 (shut lids hide it). The usual
# confusion: R² below 0. It means worse than saying the mean.

# %% [markdown] id="two-decoders-align-words"
# ## 5 · Do the two share one code?  (Core, 16 min)
#
# Sharing the encoder *allows* one language. It does not *enforce* it: Ada's codes may live in one corner and Bo's in another. Ask a
# [probe](../lessons/glossary.md#probe): a linear classifier that sees codes only and must say whose they are. If the codes held no trace of who it is, it could only guess.

# %% id="two-decoders-predict-probe"
predict("two-decoders.probe")


# %% id="two-decoders-probe"
@torch.no_grad()
def who_is_it(model):
    """Share of held-out codes that a linear probe assigns to the right character; 0.5 is guessing."""
    train_codes = [model.encode(tensors.to_tensor(f.pictures[:600]), n) for n, f in (("ada", ada), ("bo", bo))]
    test_codes = [model.encode(pictures, n) for n, pictures in (("ada", ada_test), ("bo", bo_test))]
    labels = [np.repeat([0, 1], len(codes[0])) for codes in (train_codes, test_codes)]
    probe = LogisticRegression(max_iter=500).fit(torch.cat(train_codes).numpy(), labels[0])
    return probe.score(torch.cat(test_codes).numpy(), labels[1])


print(f"the probe is right in {who_is_it(shared):.0%} of the held-out codes")

# %% [markdown] id="two-decoders-standardise-words"
# So part of the code says who it is, and a decoder that was trained on one corner gets codes from another. The first remedy: *standardise*. Keep
# each character's mean and standard deviation for every number of the code, subtract the one and divide by the other. Keep them with the net: a
# code must not depend on which other pictures happen to be in the batch.
#
# ### Your turn · Standardise  (●○○, 4 min)


# %% id="two-decoders-standardise"
def standardise(codes, stored):
    """Codes (N, C) less the stored mean, over the stored standard deviation; `stored`: codes (M, C) kept from training."""
    ### BEGIN SOLUTION
    return (codes - stored.mean(0)) / stored.std(0)
    ### END SOLUTION


# %% id="two-decoders-standardise-check"
standardise = check("two-decoders.standardise", standardise)

# %% [markdown] id="two-decoders-restand-words"
# Try it on the net that you have. To decode as Bo, standardise Ada's codes with Ada's statistics, then stretch and shift them back with Bo's.

# %% id="two-decoders-restand"
with torch.no_grad():
    kept = {n: shared.encode(tensors.to_tensor(f.pictures[:1000]), n) for n, f in (("ada", ada), ("bo", bo))}
    moved = standardise(shared.encode(ada_test, "ada"), kept["ada"]) * kept["bo"].std(0) + kept["bo"].mean(0)
    print(f"as it was     {explained(to_bo, bo_test, averages['bo'], inside):.2f}")
    print(f"standardised  {explained(shared.decode(moved, 'bo').clamp(0, 1), bo_test, averages['bo'], inside):.2f}")

# %% [markdown] id="two-decoders-aligned-words"
# Afterwards is late: the decoders were trained without it. `SwapNet`, the library's net, standardises *while* it trains. And its recipe adds two more things:
#
# - **Match.** The codes of both characters should vary alike: the gap between their covariances joins the loss, with a small weight.
# - **Guide.** Extraction has found the [landmarks](../lessons/glossary.md#landmarks) of every face anyway. One linear layer, shared by both characters, must be able to read them
#   off the code, and the slope of the light too. Each is counted from the character's own mean, in its own spread, so it says what a face *does*, not whose it is.
#
# Neither uses a label or a pair. Here is the loss, as the library has it.

# %% id="two-decoders-aligned-source"
print(inspect.getsource(recipe.swap_loss))

# %% [markdown] id="two-decoders-aligned-train-words"
# Train it for under a minute. The theatre further down shows such a training in pictures.

# %% id="two-decoders-aligned-train"
torch.manual_seed(0)
aligned = SwapNet()
run = recipe.swap_run(aligned, {"ada": ada, "bo": bo}, steps=1000, label="aligned codes")
history = train(run.step, steps=1000, seconds=60, state=run.state, generator=run.generators, label="aligned codes")
print(history)

# %% [markdown] id="two-decoders-match-words"
# One more step costs no training. Your `standardise` matches each number of the code by itself. `match_codes` matches how they vary *together*: it
# measures both characters' covariances on their training pictures, stores them, and turns one into the other before a foreign decoder. Compare the swaps before and after.

# %% id="two-decoders-match"
before = recipe.explained_table(aligned.eval(), truth)
aligned.match_codes({"ada": tensors.to_tensor(ada.pictures), "bo": tensors.to_tensor(bo.pictures)})
after = recipe.explained_table(aligned, truth)
for label, table in (("as trained", before), ("matched", after)):
    print(f"{label:10} " + "   ".join(f"{a} → {b} {value:5.2f}" for (a, b), value in table.items()))

# %% id="two-decoders-aligned-scores"
nets = {"two autoencoders": separate, "one encoder": shared, "aligned codes": aligned, "shipped": shipped}
for label, model in nets.items():
    table = recipe.explained_table(model, truth)
    print(f"{label:18} " + "   ".join(f"{a} → {b} {value:5.2f}" for (a, b), value in table.items()))
print(f"the probe on the aligned codes: right in {who_is_it(aligned):.0%}")

# %% id="two-decoders-aligned-look" tags=["figure"]
with torch.no_grad():
    best, long = (swap(model, ada_test, "ada", "bo").clamp(0, 1) for model in (aligned, shipped))
show_pictures(
    [ada_test[:8], to_bo[:8], best[:8], long[:8], bo_test[:8]],
    rows=["Ada", "one encoder", "aligned codes", "shipped", "true Bo"],
    alt="Five rows of eight faces: Ada, three swaps from coarse to fine, and the true Bo. Lids, gaze and mouth follow better from row to row.",
)

# %% id="two-decoders-aligned-recovery" tags=["figure"]
with torch.no_grad():
    columns = {
        "true Bo": from_truth,
        "one encoder": from_swap,
        "aligned codes": metrics.recovery(reader(best), held_out),
    }
recovery_figure(
    columns, alt="Bars of R² for eleven parameters: true Bo, the shared net, and the net with aligned codes."
)

# %% [markdown] id="two-decoders-seeds-words"
# One training is one throw of the dice. The next table repeats every variant over seeds, with fewer steps, and was computed beforehand
# by the command that it prints. Then one cell repeats one row, so that you can see that it is no decoration. It uses fewer steps and pictures still, so its numbers are lower.

# %% id="two-decoders-seeds"
kept_table = tables.load_table("two-decoders")
print(kept_table["command"])
for variant in kept_table["variants"]:
    rows = [row for row in kept_table["rows"] if row["variant"] == variant]
    values = {key: np.array([row[key] for row in rows]) for key in ("explained_ab", "explained_ba", "probe_accuracy")}
    print(
        f"{variant:10} "
        + "   ".join(f"{key} {v.mean():5.2f} ± {v.std():.2f}" for key, v in values.items())
        + f"   ({len(rows)} seeds)"
    )

# %% id="two-decoders-seeds-one"
row = tables.two_decoders_row("guided", seed=0, steps=100, pictures=600, held_out=150)
print({key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()})

# %% [markdown] id="two-decoders-theatre-words"
# The theatre trains a net of its own, as long as you like. Press *Play*, watch when the pose comes, when the mouth, when the gaze; pause and step. No later
# cell depends on it.


# %% id="two-decoders-theatre"
def new_run():
    torch.manual_seed(1)
    return recipe.swap_run(SwapNet(), {"ada": ada, "bo": bo}, steps=4000, seed=1, label="theatre")


widgets.theatre(new_run, truth["ada"].pictures[:8], truth["bo"].pictures[:8], masks=truth["bo"].masks[:8])

# %% [markdown] id="two-decoders-note-align" tags=["instructor"]
# *For the instructor.* 16 minutes. The finding of this section is general: low reconstruction loss with a poor swap. Ask for other fields where a
# shared representation is hoped for and never checked. The usual confusion: taking the probe's accuracy as a measure of the swap; the table shows both.

# %% [markdown] id="two-decoders-original-words"
# ## 6 · The Original, layer by layer  (Core, 10 min)
#
# What you trained has under a million [parameters](../lessons/glossary.md#parameter). The net that became known as *deepfakes*, kept in the program faceswap as "Original", is built on the
# same plan: encoder, shared dense layers and one upscale, two decoders. There is no VGG in it and no adversary: it is no
# [GAN](../lessons/glossary.md#generative-adversarial-network). Its decoder uses no deconvolution either, but a 3×3 convolution and a pixel shuffle.
#
# ### Your turn · Count  (●○○, 4 min)
# How many numbers does a convolution learn? One weight for every input channel and place of the kernel, for every output channel, and one bias
# each.


# %% id="two-decoders-count"
def convolution_parameters(channels_in, channels_out, side):
    """The number of weights and biases of a convolution with a side × side kernel."""
    ### BEGIN SOLUTION
    return channels_out * (channels_in * side * side + 1)
    ### END SOLUTION


# %% id="two-decoders-count-check"
convolution_parameters = check("two-decoders.count", convolution_parameters)

# %% [markdown] id="two-decoders-layers-words"
# Now rebuild Original's count from its plan: four 5×5 convolutions, two dense layers, and upscales that each convolve to 4 times the
# channels before the shuffle. On the *meta* device PyTorch builds the net without filling any memory.

# %% id="two-decoders-layers"
channels = [3, 128, 256, 512, 1024]
encoder = sum(convolution_parameters(a, b, 5) for a, b in itertools.pairwise(channels))
dense = (4 * 4 * 1024 * 1024 + 1024) + (1024 * 4 * 4 * 1024 + 4 * 4 * 1024)
shared_part = encoder + dense + convolution_parameters(1024, 4 * 512, 3)
decoder = sum(convolution_parameters(a, 4 * b, 3) for a, b in ((512, 256), (256, 128), (128, 64)))
decoder += convolution_parameters(64, 3, 5)
print(f"encoder {shared_part:,}   decoder {decoder:,}   together {shared_part + 2 * decoder:,}")

# %% id="two-decoders-layers-check"
with torch.device("meta"):
    original = Original(("ada", "bo"))
print(f"the library's Original: {sum(p.numel() for p in original.parameters()):,}")
print(f"your SwapNet: {sum(p.numel() for p in aligned.parameters()):,}")

# %% [markdown] id="two-decoders-time-words"
# Training one like that is a matter of days. Users reported 20 hours for 240,000 iterations, 72 hours for a million on one graphics card, "about three
# days" for decent results (deepfakes/faceswap, forum and repository). Iterations are batches, not passes over the data. The next cell says how long the same number of *pictures* would take the
# machine in front of you with the slim net.

# %% id="two-decoders-time"
pictures_per_second = 32 * history.steps / history.seconds
hours = 240_000 * 2 * 64 / pictures_per_second / 3600
print(
    f"slim net: {pictures_per_second:,.0f} pictures a second here; 240,000 batches of 64 + 64 would take it {hours:,.1f} hours"
)

# %% [markdown] id="two-decoders-compare-words"
# Do not compare your score with theirs. Toons have eleven parameters and no pores; a photograph has far more that can vary, and for
# photographs the true swap does not exist, so an explained swap cannot even be computed. What carries over is the plan and the way it fails.
#
# "Too few parameters to remember the photos" is said of such nets, and it is wrong: Original has 82 million weights, a thousand 64×64 pictures hold 12.3 million numbers.
# What forces sharing is the bottleneck, the shared encoder and the corruption of its input (lesson 03).

# %% [markdown] id="two-decoders-note-original" tags=["instructor"]
# *For the instructor.* 10 minutes. Many pages call this net a VGG16 or a GAN; have the class find one and check it against the layer list. Ask which layer holds
# most of the weights (the dense layers and the first upscale).

# %% [markdown] id="two-decoders-liae-words"
# ## 7 · DF and LIAE  (Further, 6 min)
#
# DeepFaceLab offers two wirings. **DF** is yours: everything shared up to a middle part, two decoders. **LIAE** has ONE decoder and two middle
# parts, *AB* that sees both characters and *B* that sees only the destination. The decoder gets two halves: [AB, AB] for the source, [B, AB] for
# the destination, and [AB, AB] of the destination's picture for the swap. So identity sits in the middle, not in the decoder. LIAE swaps one way only.

# %% id="two-decoders-liae"
df, liae = DF(("ada", "bo")), LIAE(("bo", "ada"))
with torch.no_grad():
    print(
        "DF   codes",
        tuple(df.encode(ada_test[:2], "ada").shape),
        " swap",
        tuple(df.decode(df.encode(ada_test[:2], "ada"), "bo").shape),
    )
    halves = liae.encode(ada_test[:2], "ada")
    print("LIAE codes", tuple(halves.shape), " swap", tuple(liae.decode(halves, "bo").shape))
print("DF decoders:", [n for n, _ in df.named_children()], "  LIAE parts:", [n for n, _ in liae.named_children()])

# %% [markdown] id="two-decoders-third-words"
# ## 8 · A third character  (Further, 8 min)
#
# Feed the net somebody it never saw. Cleo acts; encode her as if she were Ada, decode as Bo. Predict before you run.

# %% id="two-decoders-predict-third"
predict("two-decoders.third")

# %% id="two-decoders-third"
cleo = extract.aligned(toons.CAST["cleo"], held_out)
with torch.no_grad():
    as_bo = swap(aligned, tensors.to_tensor(cleo.pictures), "ada", "bo").clamp(0, 1)
print(f"Cleo → Bo explained {explained(as_bo, bo_test, averages['bo'], inside):.2f}")

# %% id="two-decoders-third-look" tags=["figure"]
show_pictures(
    [cleo.pictures[:8], as_bo[:8], bo_test[:8]],
    rows=["Cleo", "Cleo → Bo", "true Bo"],
    alt="Eight pictures of Cleo, what the net makes of them as Bo, which is distorted and hardly follows her, and the true Bo.",
)

# %% [markdown] id="two-decoders-third-why"
# The encoder was shown differences from Ada's average face. Cleo's differences contain Cleo herself: skin, hair, the shape of her eyes. The net
# has no word for "someone else", so it reads her looks as a performance.
#
# The remedy in practice is a *pretrained* net: start from one that has seen Cleo's new decoder train for a short while only, with the encoder it already has.


# %% id="two-decoders-pretrained"
def fresh_cleo(start_from=None):
    torch.manual_seed(0)
    model = SwapNet(("ada", "bo", "cleo"))
    if start_from is not None:
        model.load_state_dict(start_from.state_dict(), strict=False)
        model.decoders["cleo"].load_state_dict(start_from.decoders["ada"].state_dict())
    return model


cleo_faces = extract.aligned(toons.CAST["cleo"], toons.sample_performances(numbers, 1000))
everyone = {"ada": ada, "bo": bo, "cleo": cleo_faces}
truth_of_three = truth | {"cleo": cleo}
for label, start in (("from nothing", None), ("from the net of two", aligned)):
    model = fresh_cleo(start)
    recipe.swap_run(model, everyone, steps=120, batch=8, rate=1e-3).advance(120)
    scores = recipe.explained_table(model, truth_of_three)
    print(f"{label:20} after 120 steps: ada → cleo {scores['ada', 'cleo']:.2f}   cleo → bo {scores['cleo', 'bo']:.2f}")

# %% [markdown] id="two-decoders-critic-words"
# ## 9 · A critic  (Further, 6 min)
#
# Another way to one code is adversarial: a small critic learns to tell Ada's codes from Bo's, and the encoder learns to leave it undecided. It is the
# *true face* option of DeepFaceLab, off by default. You can add it to any step. For a fair comparison, the shared net gets the same extra steps without a critic.

# %% id="two-decoders-critic"
critic = nn.Sequential(nn.Linear(128, 64), nn.LeakyReLU(0.1), nn.Linear(64, 1))
critic_optimiser = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.5, 0.9))


def critic_step(ada_codes, bo_codes):
    """Teaches the critic to answer 1 for Ada and −1 for Bo."""
    loss = (critic(ada_codes.detach()) - 1).square().mean() + (critic(bo_codes.detach()) + 1).square().mean()
    critic_optimiser.zero_grad()
    loss.backward()
    critic_optimiser.step()


def confusion(ada_codes, bo_codes):
    """What the encoder gets: 0 when the critic cannot decide."""
    return critic(ada_codes).square().mean() + critic(bo_codes).square().mean()


# %% id="two-decoders-critic-train"
def train_with_critic(model, steps, weight):
    generator = torch.Generator().manual_seed(0)
    batches = {n: recipe.Batches(f, generator) for n, f in (("ada", ada), ("bo", bo))}
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.95), fused=True)
    for _ in range(steps):
        drawn = {name: some.draw(16) for name, some in batches.items()}
        ada_codes, bo_codes = (model.encode(drawn[name][0], name) for name in ("ada", "bo"))
        loss = sum(rebuild_loss(model, drawn[name], name) for name in drawn) + weight * confusion(ada_codes, bo_codes)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        critic_step(ada_codes, bo_codes)


for weight in (0.0, 0.02):
    model = copy.deepcopy(shared).train()
    train_with_critic(model, 150, weight)
    score = recipe.explained_table(model.eval(), truth)["ada", "bo"]
    print(f"150 more steps, critic's weight {weight}: ada → bo {score:.2f}, probe {who_is_it(model):.0%}")

# %% [markdown] id="two-decoders-note-further" tags=["instructor"]
# *For the instructor.* Sections 7 to 9 stand alone; pick one. Ask why LIAE cannot swap back, and what a fair comparison of the critic would still need (more seeds).

# %% [markdown] id="two-decoders-close"
# ## What you can now do
#
# - Build a face swap from one encoder and two decoders, and say which part is shared and why.
# - Train both directions with one joint step, unpaired.
# - Measure a swap against the truth, against the average face and against shuffled truth, and see when a low loss lies.
# - Test with a probe whether two characters share a code, and align it.
# - Count a network's parameters, and place yours beside Original.
#
# **Does this carry over to photographs?** The plan does: it is how faceswap and DeepFaceLab work. The numbers do not. How much standardising, matching or a
# guide would gain on photographs of persons is unknown here; the systems named do without a guide.
#
# **Still open.** Why exactly do the codes drift apart when one trains longer? Is there a code that can be *proved* to be shared?

# %% [markdown] id="two-decoders-predictions-words"
# What you predicted, beside what came out:


# %% id="two-decoders-predictions"
def swap_score(model):
    return f"ada → bo explained {recipe.explained_table(model, truth)['ada', 'bo']:.2f}"


predictions(
    "two-decoders",
    outcome={
        "two-decoders.cross": f"separate autoencoders: {swap_score(separate)}",
        "two-decoders.loss": f"MAE rebuilt: {(rebuilt - ada_test).abs().mean():.3f} apart, {(swap(shared, ada_test, 'ada', 'ada') - ada_test).abs().mean():.3f} shared",
        "two-decoders.probe": f"right in {who_is_it(shared):.0%}",
        "two-decoders.third": f"Cleo → Bo explained {explained(as_bo, bo_test, averages['bo'], inside):.2f}",
    },
)

# %% [markdown] id="two-decoders-quiz-words"
# Five questions on what is often got wrong.

# %% id="two-decoders-quiz"
quiz("two-decoders")

# %% [markdown] id="two-decoders-sources"
# **Terms.** [aligned crop](../lessons/glossary.md#aligned-crop) · [autoencoder](../lessons/glossary.md#autoencoder) ·
# [explained swap](../lessons/glossary.md#explained-swap) · [expression recovery](../lessons/glossary.md#expression-recovery) ·
# [landmarks](../lessons/glossary.md#landmarks) · [parameter](../lessons/glossary.md#parameter) · [probe](../lessons/glossary.md#probe)
#
# **Sources.** deepfakes/faceswap, `plugins/train/model/original.py` and its first commits of December 2017 (architecture, recipe, reported runs). Perov and others, *DeepFaceLab*, 2020, and its
# `Model_SAEHD` (DF, LIAE, defaults). Sun and Saenko, *Deep CORAL*, 2016 (matching covariances). Ganin and Lempitsky, *Unsupervised domain adaptation
# by backpropagation*, 2015 (the critic's idea). Alain and Bengio, *Understanding intermediate layers using linear classifier probes*, 2016. Umeyama, 1991 (alignment).
