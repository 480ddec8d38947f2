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

# %% [markdown] id="sharper-card"
# # 07 · Sharper: losses, masks and adversaries
#
# **Every swap so far comes out a little soft. Is that the network's fault, or did we ask it for the wrong thing?**
#
# | | |
# |---|---|
# | Time | 115 minutes: Core 103, Further 12 |
# | You need | lesson 04: the swap, the step that trains it, *explained*; lesson 01: gradients |
# | You will be able to | say what a loss looks at and what it overlooks, build two sharper ones, let a decoder draw its own mask, and train against a discriminator without wrecking the swap |
#
# A network does what its loss asks, and nothing else.
# So before we blame the network for a soft face, let's look at the question that we put to it.

# %% id="sharper-imports" tags=["setup"]
import inspect
from copy import deepcopy
from functools import partial

import cv2
import numpy as np
import torch
from torch import nn

from unmasked import losses, metrics, tensors, toons, widgets
from unmasked.course import check
from unmasked.experiments import sharper, sharper_hands
from unmasked.experiments.sharper import drawn_for, load_examples, sharper_row
from unmasked.experiments.tables import load_table
from unmasked.faces import draw_faces
from unmasked.models import weights
from unmasked.models.alpha import AlphaSwapNet
from unmasked.models.patch import PatchDiscriminator
from unmasked.training import Run, cosine, set_rate, train
from unmasked.widgets import guessed, predict, predictions, quiz, show_pictures, show_table
from unmasked.widgets.benches.blind_pairs import wins
from unmasked.widgets.benches.gan_duel import variety, verdict_maps


def body(function):
    """The source of a function, without its docstring."""
    parts = inspect.getsource(function).split('"""')
    return parts[0].rstrip() + parts[-1] if len(parts) == 3 else parts[0]


def in_rows(rows, alt, count=5):
    """A row of pictures for each name; a batch becomes pictures."""
    some = [row[:count] for row in rows.values()]
    some = [tensors.to_pictures(row) if torch.is_tensor(row) else row for row in some]
    show_pictures(some, rows=list(rows), alt=alt, smooth=True)


# %% [markdown] id="sharper-data-words"
# Here are Ada and Bo again, unpaired for training and in the same performances for measuring, with the swap that the course ships.

# %% id="sharper-data"
numbers = np.random.default_rng(7)
faces = {}
for name in ("ada", "bo"):
    faces[name] = draw_faces(toons.CAST[name], toons.sample_performances(numbers, 400))
held_out = toons.sample_performances(numbers, 60)
truth = {name: draw_faces(toons.CAST[name], held_out) for name in faces}
pictures = {name: tensors.to_tensor(some.pictures) for name, some in faces.items()}
shown = {name: tensors.to_tensor(some.pictures) for name, some in truth.items()}
inside = tensors.masks_to_tensor(truth["bo"].masks)
model, reader = weights.load("swap-ada-bo"), weights.load("regressor")

# %% [markdown] id="sharper-microscope-words"
# And here's a microscope for losses: a true picture of Bo, and a copy of it that you can blur, shift, tint and roughen.
# Each bar says how much a loss minds the copy, where 1 is what it would say of Bo's average face.
# MAE, the mean absolute error, and MSE, the mean squared one, you know; the next ones you'll build in this lesson.
#
# Before you touch it, take a guess.

# %% id="sharper-predict-minds"
predict("sharper.minds")

# %% [markdown] id="sharper-microscope-task-words"
# Turn one knob at a time, and watch which bar answers.
# The third picture shows where the chosen loss would pull: it's grey where the loss is content.

# %% id="sharper-microscope"
LOSSES = {
    "MAE": losses.mae,
    "MSE": losses.mse,
    "DSSIM": losses.dssim,
    "DSSIM + MSE": losses.dssim_mse,
    "Edges": losses.edge_loss,
    "Perceptual": partial(losses.perceptual, features=reader.maps),
}
widgets.loss_microscope(truth["bo"].pictures[:12], LOSSES)

# %% [markdown] id="sharper-minds-words"
# Here it is in numbers, over all held-out faces, with your guess below the table.

# %% id="sharper-minds"
average = shown["bo"].mean(0, keepdim=True).expand_as(shown["bo"])
bo = truth["bo"].pictures
copies = {
    "blurred": np.stack([cv2.GaussianBlur(one, (0, 0), 1.0) for one in bo]),
    "shifted by a pixel": np.roll(bo, 1, axis=2),
    "warmer": np.clip(bo + np.array([20, 0, -20]), 0, 255).astype(np.uint8),
}
copies = {what: tensors.to_tensor(copy) for what, copy in copies.items()}


@torch.no_grad()
def cost(loss, copy):
    """What the loss says of a copy, as a share of what it says of the average face."""
    return float(loss(copy, shown["bo"]) / loss(average, shown["bo"]))


minded = {}
for what, copy in copies.items():
    minded[what] = {name: cost(loss, copy) for name, loss in LOSSES.items()}
show_table(minded, names="the copy is", caption="As a share of what the average face costs")
guessed("sharper.minds")

# %% [markdown] id="sharper-minds-saw" tags=["saw"]
# Read the table by rows.
# To MSE and MAE the tint is bad, since every pixel is off by a little, while DSSIM and *Edges* let it pass almost unseen, because every pattern and every edge is still there.
# With the blur it's the other way round: only pixels near an edge are off, so MSE shrugs, and it's *Edges* that cries loudest.
# And look at the shift: hardly anybody would see that a face has moved by one pixel of sixty-four, yet by its edges it's nearly as wrong as the average face.
# If you haven't yet, go back to the microscope and find a change that MSE minds a lot and *Edges* hardly at all, and then one that does the opposite.
#
# No row is the truth about "how wrong" a picture is, because each loss has an opinion of its own.

# %% [markdown] id="sharper-note-microscope" tags=["instructor"]
# *For the instructor.* 7 minutes; the usual confusion is to compare two bars as if they had one unit, so ask what 1 means (the average face, by that loss).
# Ask why MAE's pull has the same strength everywhere: its gradient is a sign.

# %% [markdown] id="sharper-soft-words"
# ## 1 · How soft is it?  (Core, 10 min)
#
# Softness needs a number, too.
# Fine detail is whatever a slight blur takes away from a picture, and its *energy* is the sum of its squares, so half the contrast at every edge makes a quarter of the energy.
# [Sharpness](../lessons/glossary.md#sharpness) is that energy inside the face, as a share of the truth's.


# %% id="sharper-soft"
@torch.no_grad()
def swap_by(net):
    """Bo in the held-out performances, as a net draws him from Ada."""
    return net.decode(net.encode(shown["ada"], "ada"), "bo").clamp(0, 1)


def measure(drawn):
    """Sharpness and explained swap of pictures of Bo in the held-out performances."""
    explained = metrics.explained_swap(drawn, shown["bo"], shown["bo"].mean(0), inside)
    return {"sharpness": metrics.sharpness(drawn, shown["bo"], inside), "explained": explained}


swapped = swap_by(model)
grain = 0.04 * torch.randn(swapped.shape, generator=torch.Generator().manual_seed(0))
seen = {"the truth": shown["bo"], "the shipped swap": swapped}
seen |= {"the same with grain": (swapped + grain).clamp(0, 1), "Bo's average face": average}
show_table({name: measure(some) for name, some in seen.items()}, names="pictures")

# %% id="sharper-soft-look" tags=["figure"]
in_rows(seen, "sharper.soft", count=4)

# %% [markdown] id="sharper-soft-saw" tags=["saw"]
# The swap is close to the truth, and still some of its detail is missing.
# The third row is a warning: a little grain brings *sharpness* up without a single right eyelash, so sharpness says how much detail there is and never whether it's the right one.
# From now on the two columns go together.

# %% [markdown] id="sharper-note-soft" tags=["instructor"]
# *For the instructor.* 3 minutes; ask for other pictures with a high sharpness and no face (a chessboard), and what a detector of lesson 12 would make of too little detail.

# %% [markdown] id="sharper-unsure-words"
# ## 2 · The best answer to "I don't know"  (Core, 9 min)
#
# Why would a network draw a soft face, when it has never been shown one?
# Suppose that its code tells it pose and light, and nothing about eyes and mouth.
# It still has to draw *something*, and the loss decides what is best.
# So let's take forty pictures of Bo that agree in pose and light and differ in expression, and look for the ONE picture that is nearest to all of them.

# %% id="sharper-unsure"
forty = toons.sample_performances(np.random.default_rng(5), 40)
for name in ("yaw", "pitch", "roll", "light_azimuth", "light_strength"):
    forty[:, toons.PARAMETERS.index(name)] = 0
expressions = draw_faces(toons.CAST["bo"], forty)
many, face = tensors.to_tensor(expressions.pictures), tensors.masks_to_tensor(expressions.masks)

# %% id="sharper-unsure-look" tags=["figure"]
show_pictures(expressions.pictures[:6], alt="sharper.forty", smooth=True)

# %% [markdown] id="sharper-predict-unsure-words"
# In some of them the eyes are open and in others shut, so what will the best picture look like?

# %% id="sharper-predict-unsure"
predict("sharper.unsure")

# %% [markdown] id="sharper-nearest-words"
# No network is needed to find it: the picture itself is what we train, starting from the mean of all forty.


# %% id="sharper-nearest"
def nearest(loss, steps=60, rate=0.02):
    """The one picture (1, 3, 64, 64) that is nearest to all of `many`, by this loss."""
    one = many.mean(0, keepdim=True).clone().requires_grad_(True)
    optimiser = torch.optim.Adam([one], lr=rate)
    for i in range(steps):
        optimiser.param_groups[0]["lr"] = rate * (1 - i / steps)
        optimiser.zero_grad()
        loss(one.expand_as(many), many).backward()
        optimiser.step()
    return one.detach().clamp(0, 1)


best = {name: nearest(LOSSES[name]) for name in ("MSE", "MAE", "DSSIM")}
sharp = {name: metrics.sharpness(one.expand_as(many), many, face) for name, one in best.items()}
show_table(sharp, ["sharpness"], names="nearest by")

# %% id="sharper-nearest-look" tags=["figure"]
found = [tensors.to_pictures(one)[0] for one in best.values()]
show_pictures(found, list(best), alt="sharper.nearest", smooth=True, scale=3)
guessed("sharper.unsure")

# %% [markdown] id="sharper-nearest-saw" tags=["saw"]
# That's where the softness comes from.
# By squared error, a ghost with every mouth at once is the *best* answer: the mean was where we started, and nothing moved.
# By absolute error the best answer for each pixel is the middle value, the *median*, so it sides with the majority, and edges come out firmer.
# DSSIM asks for a pattern as strong as a true one, so a washed-out mouth costs it dearly.
#
# A longer training or a better code leaves fewer things open, and that helps by every loss.
# What stays open, though, is drawn as the loss likes it.

# %% [markdown] id="sharper-note-unsure" tags=["instructor"]
# *For the instructor.* 9 minutes; the usual confusion is that the network "averages its memories", so ask who does the averaging here, where no network is involved.
# Ask for the best answer to a coin toss by squared and by absolute error (one half; anything between, so whichever side has one more).

# %% [markdown] id="sharper-dssim-words"
# ## 3 · Compare patterns: DSSIM  (Core, 14 min)
#
# DSSIM comes from SSIM, the *structural similarity* of two pictures (Wang and others, 2004), which looks at small windows and asks three things of each: are both equally bright, do both vary equally much, and do they vary *together*?
# The first fraction asks the first question, and the second one asks the other two at once.
# Under a window, $\mu$ is the mean, $\sigma^2$ the variance and $\sigma_{ab}$ the covariance, and the small constants keep the fractions quiet where both pictures are even.
#
# $$\text{SSIM} = \frac{2\mu_a\mu_b + c_1}{\mu_a^2 + \mu_b^2 + c_1} \cdot \frac{2\sigma_{ab} + c_2}{\sigma_a^2 + \sigma_b^2 + c_2}$$
#
# Each fraction is 1 where the two pictures agree, and smaller otherwise.
# [DSSIM](../lessons/glossary.md#dssim) turns that into a loss, (1 − SSIM) / 2, averaged over all windows and colours.
# The window is a soft one, 11 pixels wide with most of its weight in the middle, and `local` takes the mean under it; you needn't read how.

# %% id="sharper-local"
bell = torch.exp(-0.5 * ((torch.arange(11) - 5) / 1.5) ** 2)
bell = bell / bell.sum()


def local(x):
    """Means under the window, wherever it fits: (N, C, H, W) → (N, C, H − 10, W − 10)."""
    window = (bell[:, None] * bell).to(x)[None, None]
    return nn.functional.conv2d(x.flatten(0, 1)[:, None], window)[:, 0].unflatten(0, x.shape[:2])


# %% [markdown] id="sharper-dssim-exercise-words"
# ### Your turn · DSSIM  (●●○, 7 min)
# With `local` everything is within reach.
# A variance is the mean of the squares less the square of the mean, and a covariance is the mean of the products less the product of the means.


# %% id="sharper-dssim"
def dssim(a, b):
    """(1 − SSIM) / 2, averaged over windows, colours and pictures: a 0-d tensor.

    `a`, `b`: float (N, 3, H, W) in 0…1; `local` gives (N, 3, H − 10, W − 10).
    """
    c1, c2 = 0.01**2, 0.03**2
    mean_a, mean_b = local(a), local(b)
    ### BEGIN SOLUTION
    variances = local(a * a) - mean_a**2 + local(b * b) - mean_b**2
    covariance = local(a * b) - mean_a * mean_b
    levels = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    patterns = (2 * covariance + c2) / (variances + c2)
    return (1 - (levels * patterns).mean()) / 2
    ### END SOLUTION


# %% id="sharper-dssim-check"
dssim = check("sharper.dssim", dssim)

# %% [markdown] id="sharper-deepfacelab-words"
# DeepFaceLab, the program behind many swaps, trains by ten times DSSIM plus ten times MSE. (Its window is smaller, a twelfth of the picture, and so is the one behind the microscope's bar.)
# The microscope's tint shows why the second part is there: DSSIM alone hardly minds a face of the wrong colour.

# %% id="sharper-deepfacelab"
sums = {}
for what, copy in copies.items():
    parts_of = {"10 · DSSIM": dssim, "10 · MSE": losses.mse}
    sums[what] = {name: float(10 * loss(copy, shown["bo"])) for name, loss in parts_of.items()}
show_table(sums, names="the copy is", form=".3f")

# %% [markdown] id="sharper-note-dssim" tags=["instructor"]
# *For the instructor.* 14 minutes; the usual slips are a variance that still holds the mean, and a mean over the whole picture instead of a window.
# Ask what SSIM says of a picture and its negative (the covariance is negative, so the loss passes one half).

# %% [markdown] id="sharper-edges-words"
# ## 4 · Compare edges, eyes and features  (Core, 13 min)
#
# faceswap-GAN (2018), a widely copied program, adds a loss of a simpler kind: it compares the *first differences*, how much each pixel differs from its neighbour.
#
# ### Your turn · Edges  (●●○, 4 min)
# A difference of pictures has the same edges as the pictures, so start from `a - b`, and compare neighbours below each other (dimension 2) and beside each other (dimension 3).


# %% id="sharper-edges"
def edge_loss(a, b):
    """How unlike the edges of two batches (N, 3, H, W) are: a 0-d tensor.

    The mean absolute value of the first differences of a − b going down, plus the
    same going across.
    """
    ### BEGIN SOLUTION
    gap = a - b
    down, across = gap[:, :, 1:] - gap[:, :, :-1], gap[..., 1:] - gap[..., :-1]
    return down.abs().mean() + across.abs().mean()
    ### END SOLUTION


# %% id="sharper-edges-check"
edge_loss = check("sharper.edges", edge_loss)

# %% [markdown] id="sharper-eyes-words"
# All losses so far treat an eyelid and a patch of cheek alike.
# To somebody who looks at a face that's absurd, so let's ask how much each loss cares whether Bo's eyes are open: the copy here has them shut, and everything else is the same.

# %% id="sharper-eyes"
shut = held_out.copy()
shut[:, toons.PARAMETERS.index("lids")] = 0
blink = tensors.to_tensor(draw_faces(toons.CAST["bo"], shut).pictures)
parts = tensors.masks_to_tensor(metrics.eyes_and_mouth(truth["bo"].landmarks))
weight = 0.1 + 0.9 * inside + 10 * parts  # outside the face, in it, in eyes and mouth
kinds = LOSSES | {"MAE, eyes and mouth weighted": partial(losses.mae, weights=weight)}
costs = {name: cost(loss, blink) for name, loss in kinds.items()}
area = f"Eyes and mouth are {parts.mean():.0%} of the crop"
show_table(costs, ["shut eyes cost"], names="loss", caption=area)

# %% id="sharper-eyes-look" tags=["figure"]
in_rows({"the truth": shown["bo"], "shut eyes": blink}, "sharper.blink")

# %% [markdown] id="sharper-eyes-saw" tags=["saw"]
# Eyes and mouth are a small share of the crop, so a plain loss hears little of them, and weighting these pixels makes it listen.
# faceswap weighs eyes three times and mouths twice as much as the rest, and faceswap-GAN the eyes thirty times.
#
# *Perceptual* arrives there by another road.
# It doesn't compare pixels at all, but what a trained network sees in them, here the course's own reader of performances: a network that learned to read lids and lips cares for lids and lips.

# %% id="sharper-perceptual"
print(body(type(reader).maps))
print(body(losses.perceptual))

# %% [markdown] id="sharper-note-edges" tags=["instructor"]
# *For the instructor.* 13 minutes; the usual confusion is that a perceptual loss "knows what people see", so ask what this one was trained for, and what VGG, which faceswap-GAN uses, was trained for (naming objects in photographs).

# %% [markdown] id="sharper-pairs-words"
# ## 5 · Your own eye  (Core, 6 min)
#
# Before you see a single score, be the judge yourself.
# Networks of the same size were trained on the same faces for the same number of steps, each by another loss, and you'll see pairs of their swaps without being told which is which.
# Take the one that looks more real to you, because your choices are kept and will stand beside the measures.

# %% id="sharper-pairs"
examples = load_examples()
TITLES = {name: loss.title for name, loss in sharper.LOSSES.items()}
JUDGED = ("mae", "mse", "dssim", "adversary")
makers = {TITLES[name]: examples[name] for name in JUDGED}
widgets.blind_pairs(makers, "sharper", source=examples["seen"])

# %% [markdown] id="sharper-note-pairs" tags=["instructor"]
# *For the instructor.* 6 minutes; pool the class's choices before you go on, because one person's twelve choices say little, and ask what they looked at first.

# %% [markdown] id="sharper-table-words"
# ## 6 · Which loss is best at what?  (Core, 12 min)
#
# Now the measures.
# Each row is a swap trained from nothing by one loss, and ± is the spread over three seeds.
# *Expression* is an explained error as well, only in eyes and mouth, and held against the calm face in the same pose: 0 would be a face with its expression wiped off.
#
# A loss that speaks in larger numbers would outvote what else the training asks for (lesson 04, section 7), so the losses were brought to one scale first, but for the weights of eyes and mouth.

# %% id="sharper-predict-table"
predict("sharper.table")

# %% id="sharper-table"
kept = load_table("sharper")
later = ("adversary",)  # section 8 shows it
names = [name for name in kept["losses"] if name not in later]
show_table([{"loss": TITLES[name], "what it compares": kept["losses"][name]} for name in names])
MEASURES = {
    "explained": "explained",
    "expression": "expression",
    "dssim": "DSSIM to the truth",
    "sharpness": "sharpness",
}


def both_ways(row, key):
    return (row[f"{key}_ab"] + row[f"{key}_ba"]) / 2


def over_seeds(rows, column, names, keys):
    """{name: {title: one number a seed}}, both ways averaged."""
    by_name = {name: [row for row in rows if row[column] == name] for name in names}
    return {
        name: {title: [both_ways(row, key) for row in some] for key, title in keys.items()}
        for name, some in by_name.items()
    }


table = over_seeds(kept["rows"], "loss", kept["losses"], MEASURES)
forms = dict.fromkeys(MEASURES.values(), ".2f") | {MEASURES["dssim"]: ".3f"}
rows = {TITLES[name]: table[name] for name in names}
show_table(rows, forms, names="loss", caption=f"Both ways averaged ({kept['command']})")

# %% id="sharper-table-look" tags=["figure"]
strip = ("seen", "truth", "mse", "mae", "l1_l2", "dssim", "dssim_mse", "eyes_mouth")
in_rows({TITLES.get(name, name): examples[name] for name in strip}, "sharper.strip", count=6)

# %% [markdown] id="sharper-best-words"
# Whether a difference is more than luck shows best seed by seed, since in each seed all losses had the same faces and the same first weights.
# Three seeds agree on a sign by luck one time in four, so look at how large a difference is as well.

# %% id="sharper-best"


def less(loss, other, title):
    """The differences of two losses, one for each seed, in words."""
    pairs = zip(table[loss][title], table[other][title], strict=True)
    return " ".join(f"{a - b:+.3f}" for a, b in pairs).replace("-", "−")


compared_with = ("mae", "mse", "dssim", "dssim_mse", "mae_edge", "mae_perceptual", "eyes_mouth", "same_seconds")
titles = [MEASURES[key] for key in ("explained", "expression", "sharpness")]
less_own = {TITLES[name]: {title: less(name, "l1_l2", title) for title in titles} for name in compared_with}
show_table(less_own, names="loss", caption="Less the course's own loss, seed by seed")
guessed("sharper.table")

# %% [markdown] id="sharper-table-saw" tags=["saw"]
# At equal steps, no loss leads in all columns.
#
# By *explained*, squared errors do well, which is no wonder, because *explained* is made of squared errors: a loss tends to do best by its own measure. (MSE's lead over the course's own loss is so small that we'd call it a tie.)
# By *sharpness*, DSSIM is far ahead of the losses that compare pixels only, with MSE beside it or without, and the price in *explained* is small.
# More weight on eyes and mouth buys a little *expression* at a high price: the rest of the face suffers, and its DSSIM is the worst of all.
#
# But wait: section 2 promised firmer edges by absolute error, and here MAE is softer than MSE.
# Section 2 was about what stays open in the *end*; after these few steps MAE seems to have learned less (see *explained*), and what isn't learned yet is soft.
# Beside MAE, edges bring a little sharpness and features bring none, and neither catches up with the course's own loss.
#
# The last row isn't another loss at all: it's the course's own for seven tenths more steps, and that beats every change of loss in *explained* and in *expression*.
# It's what section 2 said, since a network that has learned longer leaves less open.
# Both hints went into the course's 128-pixel swap: it trained for long, and then its decoders went on by DSSIM + MSE (`swap_ada_bo --then dssim_mse`), which made it clearly sharper for about a hundredth of *explained*.
#
# For the question that the measures can't settle, there are your own choices.

# %% id="sharper-wins"
won = {name: counts for name, counts in wins("sharper", makers).items() if counts[1]}
rows = {name: {"preferred": f"{right} of {count}"} for name, (right, count) in won.items()}
if rows:
    show_table(rows, names="network", caption="Five of six comes by coin one time in nine")
else:
    print("You haven't chosen between any pairs yet: section 5 has them.")

# %% [markdown] id="sharper-row-words"
# Any row can be made again.
# The next cell trains one much smaller and shorter, so expect lower scores, and put in another loss to compare.

# %% id="sharper-row"
few = drawn_for(seed=0, pictures=150, held_out=20)
row = sharper_row("dssim_mse", seed=0, steps=60, drawn=few, width=24)
scores = {title: both_ways(row, key) for key, title in MEASURES.items()}
show_table({TITLES[row["loss"]]: scores}, names="loss", caption=f"Seed 0, small, {row['seconds']:.1f} s")

# %% [markdown] id="sharper-note-table" tags=["instructor"]
# *For the instructor.* 12 minutes; ask which column they'd trust for a film that people will watch, and which column an examiner would use (only sharpness, because nobody has the truth).

# %% [markdown] id="sharper-alpha-words"
# ## 7 · A decoder that draws its own mask  (Core, 13 min)
#
# A hand passes in front of Ada's face.
# The swap redraws the whole crop, so what becomes of the hand?

# %% id="sharper-predict-hand"
predict("sharper.hand")

# %% id="sharper-hand"
hands = sharper_hands.draw_hands(truth["ada"].landmarks[:6], seed=10**6)
covered, true_covered = hands.before(shown["ada"][:6]), hands.before(shown["bo"][:6])
with torch.no_grad():
    redrawn = model.decode(model.encode(covered, "ada"), "bo").clamp(0, 1)

# %% id="sharper-hand-look" tags=["figure"]
in_rows({"Ada, as filmed": covered, "the swap": redrawn, "the truth": true_covered}, "sharper.hand")

# %% [markdown] id="sharper-alpha-idea-words"
# faceswap-GAN lets the decoder answer with *four* numbers a pixel: a colour, and a share [α](../lessons/glossary.md#alpha-compositing) that says how much of that colour belongs there.
# Where α is 0, the filmed picture stays.
#
# ### Your turn · Composite by α  (●○○, 2 min)
# In lesson 08 a mask is made by hand and then applied; here it's one line inside the network, so the mask is trained along with the rest.


# %% id="sharper-composite"
def composite(colour, alpha, pictures):
    """α of the colour and 1 − α of the pictures.

    `colour`, `pictures`: float (N, 3, H, W) in 0…1; `alpha`: (N, 1, H, W) in 0…1.
    Returns (N, 3, H, W).
    """
    ### BEGIN SOLUTION
    return alpha * colour + (1 - alpha) * pictures
    ### END SOLUTION


# %% id="sharper-composite-check"
composite = check("sharper.composite", composite)

# %% [markdown] id="sharper-alpha-train-words"
# How does a decoder learn where the face ends?
# faceswap-GAN's is told nothing about it, and is only kept from shutting its mask altogether.
# Ours gets more help: it's trained on faces with hands pasted in front of them, so the colour can be compared with the face *behind* the hand, and α with where no hand is.
# With photographs you'd paste hands in, too, and know as much.
# In the source below, `known` holds the picture as seen (3 channels), the face without the hand (3), and the hand's share of each pixel.

# %% id="sharper-alpha-source"
print(body(AlphaSwapNet.decode))
print(body(sharper_hands.unveiled))

# %% [markdown] id="sharper-alpha-run-words"
# The course ships a small one, trained by `python -m unmasked.experiments.sharper_hands --ship`, and your `composite` puts its two answers together.

# %% id="sharper-alpha"
masked = weights.load("swap-ada-bo-hands")
with torch.no_grad():
    colour, alpha = masked.decode(masked.encode(covered, "ada"), "bo")
    kept_hand = composite(colour, alpha, covered).clamp(0, 1)

# %% id="sharper-alpha-look" tags=["figure"]
answers = {"colour": colour.clamp(0, 1), "α": alpha.expand_as(colour), "together": kept_hand}
in_rows({"as filmed": covered} | answers | {"the truth": true_covered}, "sharper.alpha")
guessed("sharper.hand")

# %% id="sharper-alpha-table"
of_hands = load_table("sharper-hands")
variants = of_hands["variants"]
NETS = sharper_hands.TITLES
show_table([{"net": NETS[name], "what it is": words} for name, words in variants.items()])
COLUMNS = {"hand": "off on the hand", "face": "explained beside it", "behind": "explained behind it"}
hand_rows = over_seeds(of_hands["rows"], "variant", variants, COLUMNS)
hand_rows = {NETS[name]: row for name, row in hand_rows.items()}
digits = {COLUMNS["hand"]: ".1f", COLUMNS["face"]: ".2f", COLUMNS["behind"]: ".2f"}
show_table(hand_rows, digits, names="net", caption=f"Off in grey levels ({of_hands['command']})")

# %% [markdown] id="sharper-alpha-saw" tags=["saw"]
# The first column says what α is for.
# The net that never saw a hand repaints it, and the one that was trained with hands has to redraw every hand from its code, which works only roughly, while with α the error is about a quarter of the first row's.
# (It isn't 0, because the mask is soft along the hand's edge and sometimes errs.)
#
# The last column asks what lies *behind* the hand.
# Nobody can see it, so the drawn truth has to tell us, and only the net with the mask was asked for a face there, guessed from the parts that can be seen; the second one was asked to draw the hand, so its number is no fault.
# You'll never see that guess in the finished picture.
# The net with the mask also leads in the column between, perhaps because its code needn't hold the hand.

# %% [markdown] id="sharper-note-alpha" tags=["instructor"]
# *For the instructor.* 13 minutes; the usual confusion is that α is lesson 05's mask. That one is made from the picture before the swap; this one comes out of the swap itself, and knows the target's outline.
# Ask what α might do if nothing asked it to stay open (shut altogether, and leave Ada as she is): faceswap-GAN therefore penalises it.

# %% [markdown] id="sharper-adversary-words"
# ## 8 · Ask a second network  (Core, 22 min)
#
# Every loss so far was written by somebody.
# An *adversary* is a loss that is learned: a second network, the [discriminator](../lessons/glossary.md#discriminator), sees true pictures of Bo and drawn ones, and learns to call the first 1 and the second 0.
# The decoder, which in this pair is called the *generator*, learns to be called 1.
# Such a pair is a [generative adversarial network](../lessons/glossary.md#generative-adversarial-network), a GAN.
#
# Ours is a small *patch* discriminator: it doesn't judge the whole face, but gives 8 × 8 verdicts, each of which sees 38 × 38 pixels of it.
# (`spectral` can wait until section 9.)

# %% id="sharper-patch"
judge = PatchDiscriminator(spectral=False)
print(body(PatchDiscriminator.__init__))
count = sum(p.numel() for p in judge.parameters())
print(f"{count:,} parameters; two pictures get verdicts of shape {tuple(judge(shown['bo'][:2]).shape)}")
for loss in (losses.discriminator_loss, losses.generator_loss):
    print(body(loss))

# %% [markdown] id="sharper-discriminator-words"
# ### Your turn · The discriminator's step  (●●○, 5 min)
# One step of the discriminator goes as every step does, with one catch.
# The drawn pictures come out of the generator, and a gradient that ran on into it would ask it to be *caught*, and would use up the graph that its own step still needs; `drawn.detach()` cuts them loose.


# %% id="sharper-discriminator"
def discriminator_step(discriminator, optimiser, real, drawn):
    """One step on `losses.discriminator_loss`; returns that loss, as before the step.

    `real`, `drawn`: pictures float (N, 3, S, S) in 0…1. What drew them isn't touched.
    """
    ### BEGIN SOLUTION
    loss = losses.discriminator_loss(discriminator(real), discriminator(drawn.detach()))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.detach()
    ### END SOLUTION


# %% id="sharper-discriminator-check"
discriminator_step = check("sharper.discriminator", discriminator_step)

# %% [markdown] id="sharper-judge-words"
# First let it learn alone, while the shipped swap stays as it is.
# It's fed with true pictures of Bo and with swaps of Ada's training faces, so can such a small network tell the two apart after a few seconds?

# %% id="sharper-judge"
with torch.no_grad():
    codes = {name: model.encode(some, name) for name, some in pictures.items()}
    swaps = model.decode(codes["ada"], "bo")
generator = torch.Generator().manual_seed(0)
optimiser = torch.optim.Adam(judge.parameters(), betas=(0.5, 0.95))


def judge_step(i):
    set_rate(optimiser, cosine(i, 400, 4e-3))
    chosen, other = torch.randint(400, (2, 8), generator=generator)
    return {"loss": discriminator_step(judge, optimiser, pictures["bo"][other], swaps[chosen])}


train(judge_step, steps=400, seconds=60, label="discriminator")
with torch.no_grad():
    said = {name: judge(some)[:, 0] for name, some in {"true": shown["bo"], "swapped": swapped}.items()}
means = {name: verdicts.mean((1, 2)) for name, verdicts in said.items()}
told = (means["true"] > means["swapped"]).float().mean()
print(f"mean verdict: true {means['true'].mean():.2f}, swapped {means['swapped'].mean():.2f}")
print(f"of a true face and its swap, both held out, it prefers the true one in {told:.0%}")

# %% id="sharper-judge-look" tags=["figure"]
rows = {}
for name, some in {"true": shown["bo"], "swapped": swapped}.items():
    large = [cv2.resize(one, (132, 132), interpolation=cv2.INTER_CUBIC) for one in tensors.to_pictures(some[:4])]
    rows |= {name: large, f"verdict on {name}": verdict_maps(said[name][:4].numpy())}
in_rows(rows, "sharper.verdicts", count=4)

# %% [markdown] id="sharper-judge-saw" tags=["saw"]
# White patches it takes for real and dark ones for drawn.
# It was never told what to look at, and it has found something that gives a swap away, although you'd be hard put to say what.
# As a *detector* it's only good against this one swap, as lesson 13 shows, but as a loss that's all we need: it can say of each patch which change would make it look more real.

# %% [markdown] id="sharper-duel-words"
# Now both learn, in turns.
# We train Bo's decoder only, starting from the shipped one, and it's asked for two things: to rebuild Bo's own pictures by the course's usual loss, and to get its *swaps* of Ada past the discriminator.
# Notice what that second part is: no loss before could say anything about a swap, because nobody who has a film has the true swap to compare with.


# %% id="sharper-step"
pixel_weights = 0.1 + 0.9 * tensors.masks_to_tensor(faces["bo"].masks)


def duel_step(swap, judge, optimisers, rules, generator):
    """The discriminator's step or steps, then the decoder's; returns three losses."""
    chosen, acting, other = torch.randint(400, (3, 8), generator=generator)
    real, drawn = pictures["bo"][other], swap.decode(codes["ada"][acting], "bo")
    for _ in range(rules["rounds"]):
        discriminator_step(judge, optimisers["judge"], real, drawn)
    rebuilt = swap.decode(codes["bo"][chosen], "bo")
    picture = losses.l1_l2(rebuilt, pictures["bo"][chosen], weights=pixel_weights[chosen])
    fooled = losses.generator_loss(judge(drawn))
    optimisers["decoder"].zero_grad()
    (rules["picture_loss"] * picture + rules["adversary"] * fooled).backward()
    optimisers["decoder"].step()
    told = losses.discriminator_loss(judge(real).detach(), judge(drawn.detach()).detach())
    return {"picture": picture, "generator": fooled, "discriminator": told}


# %% [markdown] id="sharper-run-words"
# The rules say how much the discriminator's word weighs, how many steps it gets for each of the decoder's, and whether the picture loss is kept.
# The discriminator begins with what it has just learned.


# %% id="sharper-run"
def duel_run(rules, steps=120, swap=None, pace=3e-4):
    """A new duel from a swap, the shipped one if none is given; the rules may change while it runs."""
    swap = (swap or weights.load("swap-ada-bo")).requires_grad_(False)
    opponent, decoder = deepcopy(judge), swap.decoders["bo"].requires_grad_(True)
    asked = {"betas": (0.5, 0.95), "fused": True}
    optimisers = {"judge": torch.optim.Adam(opponent.parameters(), 1e-3, **asked)}
    optimisers["decoder"] = torch.optim.Adam(decoder.parameters(), pace, **asked)
    generator = torch.Generator().manual_seed(0)
    state = {"model": swap, "discriminator": opponent} | optimisers

    def step(i):
        return duel_step(swap, opponent, optimisers, rules, generator)

    return Run(step, steps=steps, state=state, generator=generator, label="duel")


# %% [markdown] id="sharper-predict-adversary-words"
# Both runs start from the same weights and do the same number of steps, one with the discriminator's word and one without.

# %% id="sharper-predict-adversary"
predict("sharper.adversary")

# %% id="sharper-duel"
ALONE = {"adversary": 0.0, "rounds": 0, "picture_loss": True}
FAIR = {"adversary": 0.3, "rounds": 1, "picture_loss": True}
tried, compared = {"before": swapped}, {"before": measure(swapped) | {"seconds": 0.0}}
for name, rules in {"no adversary": ALONE, "adversary": FAIR}.items():
    run = duel_run(rules)

    def note(steps, name=name, run=run):
        tried[name] = swap_by(run.state["model"])
        compared[f"{name}, {steps} steps"] = measure(tried[name]) | {"seconds": run.history.seconds}

    run.complete(seconds=60, preview=note, preview_every=40)
show_table(compared, {"sharpness": ".2f", "explained": ".3f", "seconds": ".1f"}, names="swap")
with_it, without = (measure(tried[name]) for name in ("adversary", "no adversary"))
balance = [f"{name} {with_it[name] - without[name]:+.3f}" for name in with_it]
print("in the end, the adversary less no adversary:", ", ".join(balance))

# %% id="sharper-duel-look" tags=["figure"]
in_rows(tried | {"the truth": shown["bo"]}, "sharper.duel")
guessed("sharper.adversary")

# %% [markdown] id="sharper-duel-saw" tags=["saw"]
# Compare the adversary's rows with those without it, step for step, and then read the balance in the last line.
# The decoder is told to look like *a* Bo, and not like *this* Bo, so it can buy detail by leaving the truth a little, and it has most reason to while the discriminator still knows more than it does.
# If *sharpness* gains and *explained* loses, the two measures disagree about who has won, and it's for your eye to say whether the trade is a good one.
#
# The kept table has another duel, a tamer relative: trained from nothing, over three seeds, its discriminator judges *rebuilt* pictures, at a tenth of the weight and with `spectral` on.
# A step with a discriminator takes longer, so a fair comparison gives the plain loss that time, too, and the row *own, for longer* does.

# %% id="sharper-gan-table"
paired = {loss: table[loss] for loss in ("l1_l2", "adversary", "same_seconds")}
for loss, row in paired.items():
    row["seconds"] = [made["seconds"] for made in kept["rows"] if made["loss"] == loss]
paired = {TITLES[loss]: row for loss, row in paired.items()}
show_table(paired, forms | {"seconds": ".0f"}, names="loss", caption="From nothing, three seeds")

# %% [markdown] id="sharper-gan-saw" tags=["saw"]
# After equally many steps, these adversaries' swaps are sharper than those of the same loss without one, and a little further from the truth.
# Given the same time, though, the plain loss gets sharper still, and nearer to the truth as well.
# So for these toons, at this size and by these rules, the adversary loses: the time is better spent on more steps, or on DSSIM.

# %% [markdown] id="sharper-note-adversary" tags=["instructor"]
# *For the instructor.* 22 minutes; the usual confusion is that the discriminator compares a swap with *its* truth. It has never seen a pair, and that's its strength and its weakness.
# Ask why a loss that never stands still (both learn) has no value that says "done".

# %% [markdown] id="sharper-break-words"
# ## 9 · Break it, and mend it  (Further, 12 min)
#
# A duel is only of use while both can still learn from it.
# You're about to let the discriminator take four steps for each of the decoder's and to drop the picture loss, so say first what you expect.

# %% id="sharper-predict-break"
predict("sharper.break")

# %% [markdown] id="sharper-bench-words"
# Here's the bench: train, and change the rules while it runs.
# First watch a fair duel; then press *Start again*, let the discriminator take four steps for each of the decoder's, put its weight to 1, drop the picture loss, and see what becomes of Bo.

# %% id="sharper-bench"
eight = {name: some[:8] for name, some in truth.items()}
average_bo = tensors.to_pictures(average[:1])[0]
widgets.gan_duel(
    partial(duel_run, steps=4000, pace=1e-3),
    eight["ada"].pictures,
    eight["bo"].pictures,
    masks=eight["bo"].masks,
    mean_picture=average_bo,
    adversary=0.3,
)

# %% [markdown] id="sharper-break-run-words"
# The same as a measured run, so that the outcome can be compared.
# *Variety* says how much the drawn faces differ from each other, as a share of how much the true ones do.

# %% id="sharper-break"
STRONG = {"adversary": 1.0, "rounds": 4, "picture_loss": False}
broken = duel_run(STRONG, steps=60, pace=1e-3)
broken.complete(seconds=60)
tried["too strong"] = swap_by(broken.state["model"])

# %% [markdown] id="sharper-mend-words"
# Then we mend it, with the fair rules and smaller steps, and the decoder goes on from the wreck.

# %% id="sharper-mend"
mended = duel_run(FAIR, steps=60, swap=broken.state["model"])
mended.complete(seconds=60)
tried["mended"] = swap_by(mended.state["model"])
outcome = {}
for name, some in tried.items():
    outcome[name] = measure(some) | {"variety": variety(tensors.to_pictures(some), bo)}
show_table(outcome, names="swap")

# %% id="sharper-break-look" tags=["figure"]
last = {name: tried[name] for name in ("adversary", "too strong", "mended")}
in_rows(last | {"the truth": shown["bo"]}, "sharper.broken")
guessed("sharper.break")

# %% [markdown] id="sharper-break-saw" tags=["saw"]
# By the number the second row is no softer than the truth, and still you wouldn't take it for a face of Bo: what the discriminator asked for was detail, and a fine grid is detail.
# With the picture loss gone, nobody says *what* to draw, so the decoder goes wherever the discriminator's latest objection pushes it, and a strong one objects to everything.
#
# *Variety* says that this is no *mode collapse*, in which all faces become one and the same: that happens to generators that draw from noise, while ours still gets its codes from Ada.
#
# What mends it is what the programs do: the picture loss says *what* to draw, the discriminator's word weighs little, and it gets one step for each of the decoder's.
# Another way is to tame it by *spectral normalisation*, which divides each layer's weights so that a verdict can't jump between two similar pictures; `PatchDiscriminator` has it as an option.

# %% [markdown] id="sharper-note-break" tags=["instructor"]
# *For the instructor.* 12 minutes; let them find rules of their own that break it, and ask which of the three numbers notices first.
# A generator that starts from noise, as in the GANs that draw whole faces, can end with one single face, which is called mode collapse; here the codes still come from Ada, so the usual end is a drift.

# %% [markdown] id="sharper-myths-words"
# ## 10 · Three sentences put right  (Core, 4 min)
#
# *"Deepfakes are GANs."* The swap programs of the line that began in 2017 are autoencoders: faceswap's Original has no discriminator, DeepFaceLab has one that is off unless you turn it on, late and at a small weight, and faceswap-GAN, as its name says, is a swap with one.
# The first order motion model, which lesson 10 builds, trains without one by default.
#
# *"A GAN beats a CNN."* One of the texts that this course grew from sets two programs beside each other, finds one of them better and concludes that.
# The two differ in nearly everything, a discriminator is a CNN as well, and nothing was measured.
# Section 8 has what such a sentence would need: the same network, start and pictures, with and without a discriminator, for as many steps and (in the kept table) for as many seconds.
#
# *"So adversaries don't matter."* That would be wrong today, because one-shot swappers such as SimSwap (2020), which need one picture of a face and no training of their own, do train with a discriminator: they draw faces that they've never seen, where a plain loss probably leaves far more open.
# Which of the two your own toon swap needs is a question of measuring, as you've just seen.

# %% [markdown] id="sharper-note-myths" tags=["instructor"]
# *For the instructor.* 4 minutes; let the class collect headlines that call something a GAN, and look up what it was.

# %% [markdown] id="sharper-close"
# ## What you can now do
#
# - Say what a loss looks at, by its bar and by its gradient, and why squared errors draw ghosts where something is left open.
# - Build DSSIM and an edge loss, and weigh what matters in a face.
# - Let a decoder draw its own mask, and measure what it keeps.
# - Train against a discriminator, measure what it brought, break it, and say what keeps it in check.
#
# **Does this carry over to photographs?** The losses do, since DeepFaceLab and faceswap train by these very ones.
# Whether the *order* in our table does is unknown: photographs have skin, hair and noise in places where toons are even, so there's more fine detail to be lost, and the discriminator may have more to say.
#
# **Still open.** A loss that agrees with people's eyes in general hasn't been found, and neither is it known whether a discriminator that sees swaps, as ours did, would win over seeds and seconds.

# %% [markdown] id="sharper-predictions-words"
# This is what you predicted, beside what came out.


# %% id="sharper-predictions"
def listed(values, form=".2f"):
    return ", ".join(f"{name} {value:{form}}" for name, value in values.items())


same_steps = [loss for loss in table if loss != "same_seconds"]
explained = {TITLES[loss]: np.mean(table[loss]["explained"]) for loss in same_steps}
leading = dict(sorted(explained.items(), key=lambda one: -one[1])[:3])
on_hand = {name: np.mean(row[COLUMNS["hand"]]) for name, row in hand_rows.items()}
predictions(
    "sharper",
    outcome={
        "sharper.minds": "MSE says: " + listed({what: row["MSE"] for what, row in minded.items()}),
        "sharper.unsure": "sharpness of the nearest picture: " + listed(sharp),
        "sharper.table": "highest explained at equal steps: " + listed(leading),
        "sharper.hand": "off on the hand, in grey levels: " + listed(on_hand, ".1f"),
        "sharper.adversary": "the adversary less no adversary: " + ", ".join(balance),
        "sharper.break": "too strong: " + listed(outcome["too strong"]),
    },
)

# %% [markdown] id="sharper-quiz-words"
# Five questions follow, each on something that is often got wrong.

# %% id="sharper-quiz"
quiz("sharper")

# %% [markdown] id="sharper-sources"
# **Terms.** [alpha compositing](../lessons/glossary.md#alpha-compositing) · [discriminator](../lessons/glossary.md#discriminator) · [DSSIM](../lessons/glossary.md#dssim) · [edge loss](../lessons/glossary.md#edge-loss) · [generative adversarial network](../lessons/glossary.md#generative-adversarial-network) · [generator](../lessons/glossary.md#generator) · [mean absolute error](../lessons/glossary.md#mean-absolute-error) · [mean squared error](../lessons/glossary.md#mean-squared-error) · [mode collapse](../lessons/glossary.md#mode-collapse) · [perceptual loss](../lessons/glossary.md#perceptual-loss) · [sharpness](../lessons/glossary.md#sharpness) · [spectral normalisation](../lessons/glossary.md#spectral-normalisation)
#
# **Sources.** Wang and others, *Image quality assessment: from error visibility to structural similarity*, 2004; Johnson, Alahi and Fei-Fei, *Perceptual losses for real-time style transfer and super-resolution*, 2016; Goodfellow and others, *Generative adversarial nets*, 2014; Mao and others, *Least squares generative adversarial networks*, 2017; Isola and others, *Image-to-image translation with conditional adversarial networks*, 2017 (patches); Miyato and others, *Spectral normalization for generative adversarial networks*, 2018; shaoanlu/faceswap-GAN, version 2.2, 2018 (edges, α, eyes); Perov and others, *DeepFaceLab*, 2020 (DSSIM + MSE); deepfakes/faceswap (weights of eyes and mouth); Siarohin and others, *First order motion model for image animation*, 2019; Chen and others, *SimSwap*, 2020.
