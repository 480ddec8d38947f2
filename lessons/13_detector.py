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

# %% [markdown] id="detector-card"
# # 13 · Train a detector
#
# **A network tells real from fake nearly without fault. Whose fakes, saved how, and what is its word worth?**
#
# | | |
# |---|---|
# | Time | 90 minutes: Core 78, Further 12 |
# | You need | lesson 12 (clues, ROC); lessons 01 and 04 for the training loop |
# | You will be able to | train a detector, split its data honestly, find what it cannot do, and say what a flag means |
#
# Below, a detector that comes with the course judges one recording and six fakes of it. It was trained on the fakes of one [maker](../lessons/glossary.md#maker), *box
# paste*. The number is the probability of "fake" that it gives to the frame shown. By the end you will know why the numbers differ so much, what was tried against it, and what that is worth.

# %% id="detector-imports" tags=["setup"]
import inspect

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from unmasked import makers, tensors, toons, widgets
from unmasked.course import check
from unmasked.experiments import detector as experiment
from unmasked.experiments.tables import load_table
from unmasked.forensics import calibration, detector, face_crops, self_blended
from unmasked.forensics.compression import compressed
from unmasked.models import weights
from unmasked.models.meso import Meso4
from unmasked.training import cosine, set_rate, train
from unmasked.widgets import predict, predictions, quiz, show, show_pictures, show_table

# %% id="detector-first"
shipped = weights.load("detector-one-maker")
clip = makers.record(toons.sample_identity(35), seed=2)
fakes = {name: makers.forge(maker, clip, seed=0) for name, maker in experiment.makers().items()}
films = {"recording": clip.frames} | {name: fake.frames for name, fake in fakes.items()}
firsts = {name: face_crops(frames, clip.landmarks)[:1] for name, frames in films.items()}
says = {name: calibration.sigmoid(detector.logits_of(shipped, crop))[0] for name, crop in firsts.items()}

# %% id="detector-first-look" tags=["figure"]
show_pictures(
    [[crop[0] for crop in firsts.values()]],
    titles=[f"{name} {value:.2f}" for name, value in says.items()],
    alt="A recording and six fakes of it, each with the detector's probability of a fake: "
    + ", ".join(f"{name} {value:.2f}" for name, value in says.items()),
)

# %% [markdown] id="detector-note-card" tags=["instructor"]
# *For the instructor.* 2 minutes. Don't explain the numbers yet. Ask which fake the class finds worst made, and whether the detector agrees. One frame proves nothing in either
# direction; keep a list of the reasons that are proposed and come back to it in section 5.

# %% [markdown] id="detector-data-words"
# ## 1 · Frames with answers  (Core, 7 min)
#
# A detector learns from pictures whose answer is known. `experiment.draw` films eighty strangers, a clip of three frames each, through a camera. Four makers forge every clip, everything is compressed in two ways and cut as in lesson 12. *Self-blended* has three versions of every frame, at the mild compression only. It takes some seconds.

# %% id="detector-data"
HARD = experiment.HARD
shown = (experiment.KNOWN, "feathered swap", "another network")
footage = experiment.draw(80, first=7_000_000, who=(*shown, experiment.WHOLE))
rows = [{"maker": maker, "compression": level, "shape": crops.shape} for (maker, level), crops in footage.crops.items()]
show_table(rows, caption="The crops, all uint8")

# %% id="detector-data-look" tags=["figure"]
rows = ["real", *shown]
show_pictures(
    [[footage.crops[maker, "JPEG 95"][number, 1] for number in range(8)] for maker in rows],
    rows=rows,
    alt="Eight characters in four rows: recordings, box pastes with a visible rectangle, feathered swaps, and swaps by another network.",
)

# %% [markdown] id="detector-data-saw"
# The shape reads: clips, frames, height, width, colours. *Box paste* lays a whole rectangle over the face. Two of the sets, *bent still* and *self-blended*, are explained in section 6.
#
# Baseline first. The cheapest detector there could be notices *clean pixels*: a drawing has no [grain](../lessons/glossary.md#grain), and a network's output hardly any. If that were enough, everything below would be for
# nothing. So every recording goes through a camera before anybody forges it. The cell films twenty strangers twice, with and without the camera, and ranks clips by how little most pixels change from frame to frame.


# %% id="detector-clean"
def cleanness(frames):
    """How little grain a clip has: minus the median change from frame to frame, in grey levels."""
    return -np.median(np.abs(np.diff(compressed(frames, "JPEG 95").astype(float), axis=0)))


strangers = [toons.sample_identity(7_100_000 + number) for number in range(20)]
filmed = [makers.record(one, 0, frames=3) for one in strangers]
grain = {"real": [cleanness(one.frames) for one in filmed]}
grain["never filmed"] = [cleanness(makers.record(one, 0, frames=3, filmed=False).frames) for one in strangers]
for name in shown:
    maker = experiment.makers()[name]
    grain[name] = [cleanness(makers.forge(maker, one, seed=0).frames) for one in filmed]
rows = {name: {"least": min(values), "most": max(values)} for name, values in grain.items()}
show_table(rows, names="clips", caption="How clean the pixels are")

# %% [markdown] id="detector-auc-words"
# Which ranges overlap, and how much? Lesson 12 drew the ROC and took the area under it, the [AUC](../lessons/glossary.md#auc). It can be had without a curve: it is the chance that a fake scores higher than a recording, when one of each is
# drawn at random.
#
# ### Your turn · AUC  (●●○, 4 min)
# Compare every fake with every recording. Count a win as 1, a tie as one half, and take the mean over all pairs.


# %% id="detector-auc"
def area(real, fake):
    """The AUC of scores that are greater for fakes, a number in 0…1.

    `real`: (R,), `fake`: (F,).
    """
    ### BEGIN SOLUTION
    wins = (fake[:, None] > real).mean()
    ties = (fake[:, None] == real).mean()
    return float(wins + ties / 2)
    ### END SOLUTION


# %% id="detector-auc-check"
area = check("detector.auc", area)

# %% id="detector-clean-auc"
scores = {name: np.array(values) for name, values in grain.items()}
areas = {name: area(scores["real"], scores[name]) for name in ("never filmed", *shown)}
show_table(areas, ["AUC"], names="against", caption="Clean pixels alone")

# %% [markdown] id="detector-clean-saw"
# 0.5 is guessing, 1 is perfect. Compare the first row with the others. What never went through a camera would be found at once, by one line of code. The makers get filmed frames and change only the face, so most pixels are still the camera's own, and clean pixels alone decide little. (A number below 0.5 is a clue too, if a weak one: such fakes change *more* from frame to frame.) Whatever a network reaches beyond these numbers it must have found elsewhere.

# %% [markdown] id="detector-note-data" tags=["instructor"]
# *For the instructor.* 7 minutes. The usual confusion: AUC taken for accuracy. Ask what AUC a detector has that is right about every fake and wrong about every recording (it depends on the order, so nothing can be said). Ask for
# other cheap give-aways of a data set: resolution, file names, the length of clips.

# %% [markdown] id="detector-split-words"
# ## 2 · Whose frames?  (Core, 7 min)
#
# What was learned from must not be used to judge. That sounds easy: put a third of the frames aside. But the frames of a clip are nearly the same picture, and all clips of a character show the same face. Where some people are only real and others only fake, a detector that has learned a *face* would look as if it had learned *forgeries*. So whole characters are put aside.
#
# ### Your turn · The clean split  (●●○, 5 min)
# Deal out characters, not frames. The whole number nearest to `share` of them go to the learning side, chosen by `generator`; all frames of a character go the same way.


# %% id="detector-split"
def clean_split(whose, share, generator):
    """True for frames to learn from: bool (N,).

    `whose`: int (N,), the character of every frame. `share`: of the characters, 0…1.
    `generator`: a NumPy generator, the only source of chance.
    """
    ### BEGIN SOLUTION
    names = generator.permutation(np.unique(whose))
    return np.isin(whose, names[: round(share * len(names))])
    ### END SOLUTION


# %% id="detector-split-check"
clean_split = check("detector.split", clean_split)

# %% id="detector-split-run"
whose = np.repeat(footage.characters, 3)  # three frames of each
frames_side = clean_split(whose, 0.7, np.random.default_rng(13))
side = frames_side.reshape(-1, 3).all(axis=1)  # a clip goes where its frames go
learn, judge = np.flatnonzero(side), np.flatnonzero(~side)
print(
    f"{frames_side.sum()} frames of {len(learn)} characters to learn from, {(~frames_side).sum()} of {len(judge)} to be judged by"
)

# %% [markdown] id="detector-note-split" tags=["instructor"]
# *For the instructor.* 7 minutes. The usual confusion: "random is fair". Random over what? Ask what else may have to stay on one side: the actor, the room, the camera, the day of filming.

# %% [markdown] id="detector-net-words"
# ## 3 · A net of 27,977 numbers  (Core, 9 min)
#
# MesoNet (2018) is a small [convolution](../lessons/glossary.md#convolution) net made for this task; its variant Meso4 is short enough to be read at a glance. One part is new. *BatchNorm* brings every feature map to mean 0 and spread 1 over the batch; when the net is used, averages kept from the training stand in. *Dropout* you know from lesson 01: half of the numbers are set to 0 at random while it learns. Here is its real source.

# %% id="detector-source"
print(inspect.getsource(Meso4.__init__))
print(inspect.getsource(Meso4.forward))

# %% id="detector-count"
torch.manual_seed(0)
net = Meso4()
print(f"{sum(p.numel() for p in net.parameters()):,} parameters")
before = torch.sigmoid(net.eval()(tensors.to_tensor(footage.crops["real", "JPEG 95"][:4, 0])))
print("untrained, four recordings:", before.detach().numpy().round(2))

# %% [markdown] id="detector-loss-words"
# It gives one number for a picture, the [logit](../lessons/glossary.md#logit): the logarithm of the odds. The sigmoid $1 / (1 + e^{-x})$ makes a probability of it. The loss is the [cross-entropy](../lessons/glossary.md#cross-entropy) that you
# know: how surprised the net is by the right answer.
#
# A batch holds half recordings and half fakes, mirrored by the toss of a coin, with the three colour channels in random order: a toon's colours are no evidence. `Batches` does that.


# %% id="detector-train"
def train_net(model, batches, steps, label):
    """Trains a detector in place, from what `batches` draws."""
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)

    def step(i):
        set_rate(optimiser, cosine(i, steps, 2e-3, warmup=20))
        pictures, fake, _ = batches.draw(32)
        loss = binary_cross_entropy_with_logits(model(pictures), fake)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    model.train()
    print(train(step, steps=steps, seconds=50, state={"model": model}, label=label))
    return model.eval()


# %% [markdown] id="detector-train-run-words"
# The first net learns from recordings and *box paste*, nothing else. The first line below tries how many threads are fastest here.

# %% id="detector-train-run"
print(tensors.probe(precision="float32").apply())
real, _ = experiment.chosen(footage, ["real"], "JPEG 95", learn)
pastes, masks = experiment.chosen(footage, [experiment.KNOWN], "JPEG 95", learn)
one_maker = train_net(net, experiment.Batches(real, pastes, masks, seed=0), 350, "one maker")


# %% id="detector-known"
def frames_of(maker, level="JPEG 95", rows=slice(None)):
    """All frames of a maker as one list: uint8 (N, 64, 64, 3)."""
    return experiment.chosen(footage, [maker], level, rows)[0]


def judged(model, maker, level="JPEG 95"):
    """The logits of a maker's frames, of the characters put aside."""
    return detector.logits_of(model, frames_of(maker, level, judge))


known = area(judged(one_maker, "real"), judged(one_maker, experiment.KNOWN))
print(f"one maker, judged by {experiment.KNOWN}, strangers: AUC {known:.2f}")

# %% [markdown] id="detector-known-saw"
# So small a net, so short a training, and strangers' faces. This is the number that would stand in an advertisement. The rest of the lesson asks what it means.

# %% [markdown] id="detector-note-net" tags=["instructor"]
# *For the instructor.* 9 minutes. Have the class count the last dense layer (1,024 · 16 + 16) and see that it holds more than half of all numbers. The usual confusion: reading 0.99 as "99 % of fakes found"; no threshold has been chosen yet.

# %% [markdown] id="detector-leak-words"
# ## 4 · Break it: a leaky split  (Core, 6 min)
#
# Many collections were made like this: recordings of some people, fakes of *other* people. The cell builds such a set, small and with a hard maker: twelve characters only real, twelve only fake. Then it is split in two ways. *Leaky*: every frame by
# the toss of a coin. *Clean*: your split. Same frames, same net, as many steps.

# %% id="detector-leak-predict"
predict("detector.leak")

# %% id="detector-leak"
pictures, is_fake, owner = experiment.collected(footage, "another network", seed=0)
dice = np.random.default_rng(1)
leaky = dice.random(len(owner)) < 0.7
clean = np.empty(len(owner), bool)
for kind in (False, True):  # each kind by itself, so that both are on both sides
    clean[is_fake == kind] = clean_split(owner[is_fake == kind], 0.7, dice)

# %% id="detector-leak-run"
leak, rows = {}, {}
for name, chosen in (("leaky", leaky), ("clean", clean)):
    leak[name] = experiment.split_scores(pictures, is_fake, chosen, 250, seed=0, label=name)
    shared = len(set(owner[chosen]) & set(owner[~chosen]))
    rows[name] = {"AUC": leak[name], "characters on both sides": shared}
show_table(rows, names="split")

# %% [markdown] id="detector-leak-table-words"
# One run is an anecdote. Your clean run was judged by eight characters and trained for half as many steps as the table's, so it may stray far from it. The table was made beforehand with three seeds, by the command that the cell prints; each seed has twenty-four strangers of its own for this experiment. ± is the standard deviation over the three seeds, here and in every table below.

# %% id="detector-leak-table"
table = load_table("detector")
print(table["command"], table["settings"])


def over_seeds(**which):
    """Mean ± standard deviation of the AUC over the table's seeds."""
    mean, spread = experiment.mean_and_spread(table["rows"], **which)
    return f"{mean:.2f} ± {spread:.2f}"


auc = {name: over_seeds(experiment="split", variant=name) for name in ("leaky", "clean")}
show_table(auc, ["AUC"], names="split")

# %% [markdown] id="detector-leak-saw"
# The leaky number is not a lie about the frames. In this set a face is only real or only fake, so a net that knows a face again knows the answer. That is what it measured. Whenever a detector seems perfect, ask first how its data were split.

# %% [markdown] id="detector-note-leak" tags=["instructor"]
# *For the instructor.* 6 minutes. The usual confusion: calling this overfitting. The leaky net does well on frames it never saw; what it learned is of no use elsewhere. Ask how one would notice without knowing the split (judge it by another collection).

# %% [markdown] id="detector-unseen-words"
# ## 5 · Somebody else's fakes  (Core, 10 min)
#
# Your net knows one maker at one compression. *Feathered swap* uses the very same network and only blends it otherwise. *Another network* does not even share that. And a clip may be compressed more before you get it.

# %% id="detector-unseen-predict"
predict("detector.unseen")

# %% id="detector-unseen"
rows = {maker: {} for maker in shown}
for level in ("JPEG 95", HARD):
    for maker in shown:
        rows[maker][level] = area(judged(one_maker, "real", level), judged(one_maker, maker, level))
show_table(rows, names="judged by", caption="AUC of your net, taught by one maker")

# %% [markdown] id="detector-unseen-table-words"
# Now the same over three seeds, against all makers, with two rows for comparison. *Three blends* learned from the known network, blended in three ways. *Every maker* learned from the five that blend, not from *bent still* (section 6). It shows roughly what this net reaches when a maker is known. Where that row is low too, the maker is hard for this net. Only the gap up to that row is the price of not having met a maker, and differences within ± count for nothing.
#
# *The four others*, from here on, are the four that blend and that *one maker* never met: feathered swap, Poisson swap, another network, splice. *Bent still* is not among them.

# %% id="detector-table"
VARIANTS = ["one maker", "three blends", "every maker"]
who = (*experiment.BLENDED, experiment.WHOLE)


def show_variants(variants, level="JPEG 95"):
    """A variant a row, a maker a column."""
    rows = {name: {maker: over_seeds(variant=name, maker=maker, level=level) for maker in who} for name in variants}
    show_table(rows, names="learned from", caption=f"AUC at {level}, against each maker")


show_variants(VARIANTS)


# %% id="detector-table-look" tags=["figure"]
def bars(variants, title):
    """A group of bars for each maker, one bar a variant, whiskers of one standard deviation; returns alt text's end."""
    figure, axes = plt.subplots(figsize=(7.4, 3.2))
    told = []
    for number, (name, hatch) in enumerate(zip(variants, ["", "//", "..", "xx"], strict=False)):
        cells = [experiment.mean_and_spread(table["rows"], variant=name, maker=m, level="JPEG 95") for m in who]
        at = np.arange(len(who)) + (number - (len(variants) - 1) / 2) * 0.8 / len(variants)
        colour = ["#1c63b7", "#d16c0c", "#9aa4ae", "#3d444b"][number]
        means, spreads = np.array(cells).T
        axes.bar(
            at,
            means - 0.5,
            0.76 / len(variants),
            0.5,
            yerr=spreads,
            color=colour,
            hatch=hatch,
            edgecolor="1.0",
            label=name,
            capsize=2,
        )
        told.append(f"{name}: " + ", ".join(f"{m} {mean:.2f}" for m, (mean, _) in zip(who, cells, strict=True)))
    axes.set_xticks(range(len(who)), [name.replace(" ", "\n", 1) for name in who], fontsize=9)
    axes.set(ylim=(0.45, 1.02), ylabel="AUC (0.5 is guessing)")
    axes.set_title(title, loc="left", fontsize=10, pad=22)
    axes.legend(frameon=False, fontsize=8, ncols=4, loc="lower left", bbox_to_anchor=(0, 1.0))
    axes.spines[["top", "right"]].set_visible(False)
    show(figure, alt=f"{title}. " + "; ".join(told))


bars(VARIANTS, "What each net learned from, and whom it meets")

# %% [markdown] id="detector-row-words"
# A table that nobody can repeat is a decoration. The next cell trains one of its variants anew for one seed, on fewer characters and with fewer steps to be quick: expect lower scores, and *box paste* first again.

# %% id="detector-row"
again = experiment.maker_rows("three blends", seed=0, steps=200, learned=40, judged=20, who=shown)
areas = {row["maker"]: row["auc"] for row in again if row["level"] == "JPEG 95"}
show_table(areas, ["AUC"], names="maker", caption=f"Three blends, seed 0, {again[0]['steps']} steps, at JPEG 95")

# %% id="detector-unseen-saw"
unseen = (*experiment.SAME_NETWORK, *experiment.OTHERS)
mean_of = {
    name: experiment.mean_and_spread(table["rows"], variant=name, maker=unseen, level="JPEG 95")[0]
    for name in table["variants"]
}
at_home = experiment.mean_and_spread(table["rows"], variant="one maker", maker=experiment.KNOWN, level="JPEG 95")[0]
squeezed = experiment.mean_and_spread(table["rows"], variant="one maker", maker=experiment.KNOWN, level=HARD)[0]
print(
    f"one maker: {at_home:.2f} on its own maker, {squeezed:.2f} on it at {HARD}, {mean_of['one maker']:.2f} on the four others"
)
print(f"a net that learned from all of them reaches {mean_of['every maker']:.2f} on those four")

# %% [markdown] id="detector-unseen-known"
# This is not a weakness of toons. Trained on one collection of films of persons (FaceForensics++) and judged by another, DeepfakeBench reports AUCs for single frames: Meso4 .61 at home and .56 on DFDC; Xception, a large net, .96 at
# home and .71 on DFDC. The "Deepfakes" in that collection are blended in a rectangle, so a detector may have learned the rectangle. In the DFDC contest the winner was right on 65.18 % of a hidden set.

# %% [markdown] id="detector-note-unseen" tags=["instructor"]
# *For the instructor.* 10 minutes. The usual confusion: "more layers would help". Xception is large and falls as well. Ask what the net may have learned from box paste besides the rectangle (a network's softness, which other makers share), and how one would find out (section 11).

# %% [markdown] id="detector-blend-words"
# ## 6 · Learn the seam, not the forger  (Core, 13 min)
#
# Five of the six makers *blend*: they lay a foreign face over a recording by a [mask](../lessons/glossary.md#mask) m. Where m goes from 0 to 1, two pictures meet. **Face X-ray** (2020) asks the net to draw that boundary, 4·m·(1 − m): 1 where both pictures have half a share, 0 where there is only
# one. **Self-blended images** (2022) go further: to learn what blending leaves, no forger is needed. Blend a recording with a slightly changed copy of *itself*.
#
# ### Your turn · Blend a picture with itself  (●●○, 5 min)
# `changed` is the copy, with other colours, sharpness or grain. Take it where the mask is 1, the picture where it is 0, and mix in between. Return the blended picture, as uint8, and the boundary.


# %% id="detector-blend"
def self_blend(picture, changed, mask):
    """The blended picture, uint8 (H, W, 3), and the boundary 4·m·(1 − m), float (H, W).

    `picture`, `changed`: uint8 (H, W, 3). `mask`: float (H, W) in 0…1.
    """
    ### BEGIN SOLUTION
    share = mask[..., None]
    blended = share * changed + (1 - share) * picture
    return np.rint(blended).astype(np.uint8), 4 * mask * (1 - mask)
    ### END SOLUTION


# %% id="detector-blend-check"
self_blend = check("detector.blend", self_blend)

# %% id="detector-blend-try"
dice = np.random.default_rng(12)
picture = clip.frames[0]
copy = self_blended.changed(picture, dice)
mask = self_blended.random_mask(clip.landmarks[0], picture.shape[:2], dice)
blended, boundary = self_blend(picture, copy, mask)
change = np.clip(4 * np.abs(blended.astype(int) - picture), 0, 255).astype(np.uint8)

# %% id="detector-blend-look" tags=["figure"]
show_pictures(
    [[picture, copy, mask, blended, boundary, change]],
    titles=["recording", "changed copy", "mask m", "self-blended", "4·m·(1 − m)", "change × 4"],
    scale=1.3,
    alt="A recording, its changed copy, a soft mask over the face, the picture blended with itself, a bright ring where the mask goes from 0 to 1, and what the blending changed, four times enlarged.",
)

# %% [markdown] id="detector-self-words"
# Can you find the edge of the mask in the fourth picture? Mostly it hides in the outline of hair and jaw; the sixth picture shows what was changed. That edge, and what differs inside of it, is all that a net gets to learn.
#
# The library's version also shifts and bends the copy, as a face that does not quite fit. Each change comes by a toss of its own; otherwise the net would learn the easiest and no other. The net below sees recordings and self-blended recordings, and
# *never a fake*.

# %% id="detector-self-train"
blends, outlines = experiment.chosen(footage, [experiment.SELF], "JPEG 95", learn)
torch.manual_seed(0)
self_taught = train_net(Meso4(), experiment.Batches(real, blends, outlines, seed=0), 350, "self-blended")
areas = {maker: area(judged(self_taught, "real"), judged(self_taught, maker)) for maker in shown}
show_table(areas, ["AUC"], names="judged by", caption="Your self-blended net")

# %% [markdown] id="detector-whole-words"
# And what if nothing was blended? *Bent still* takes one frame of the recording and bends the whole picture until the face does something else, as lesson 10's kind of system does. There is no mask and no seam. Predict before you run.
#
# In the second table, the rows that begin with *X-ray* belong to a second net, which draws the boundary; its score is how bright the brightest twentieth of its drawing is. The other rows are Meso4.

# %% id="detector-whole-predict"
predict("detector.whole")

# %% id="detector-whole"
yours = {"one maker": one_maker, "self-blended": self_taught}
areas = {name: area(judged(model, "real"), judged(model, experiment.WHOLE)) for name, model in yours.items()}
show_table(areas, ["AUC"], names="your net", caption=f"Judged by {experiment.WHOLE}")
NETS = ["one maker", "self-blended", "X-ray, one maker", "X-ray, self-blended"]
show_variants(NETS)

# %% id="detector-self-look" tags=["figure"]
bars(NETS, "The same two nets, taught by one maker and by recordings alone")

# %% [markdown] id="detector-whole-saw"
# Look at *bent still*: lower than what is blended, or near it, and *every maker* in section 5 did no better there. Nothing was blended, so there is no seam to be found. Where a number is above 0.5 all the same, the net has found something else, probably that bending
# a picture softens it a little.

# %% [markdown] id="detector-gap-words"
# How much of the fall does self-blending undo? The fall reaches from a net's own maker down to the four others; the share undone is how far the self-blended net climbs back. The last row of each is the same net taught by *every maker*.

# %% id="detector-gap"
rows = []
for kind, net_name in (("", "Meso4"), ("X-ray, ", "X-ray")):
    home = experiment.mean_and_spread(
        table["rows"], variant=f"{kind}one maker", maker=experiment.KNOWN, level="JPEG 95"
    )[0]
    taught, own = mean_of[f"{kind}one maker"], mean_of[f"{kind}self-blended"]
    more = {
        "one maker": {"at home": home},
        "self-blended": {"of the fall undone": f"{(own - taught) / (home - taught):+.0%}"},
        "every maker": {},
    }
    for name, cells in more.items():
        others = over_seeds(variant=kind + name, maker=unseen, level="JPEG 95")
        rows.append({"net": net_name, "learned from": name, "on the four others": others} | cells)
show_table(rows, ["net", "learned from", "at home", "on the four others", "of the fall undone"], caption="AUC")

# %% [markdown] id="detector-gap-saw"
# A minus sign means that the net fell further. Hold each change against the ± beside it.
#
# **Meso4** gained nothing, and what it lost is no more than seeds differ by. It looks at the whole crop, so from box paste it takes more than the rectangle: most likely the softness of a network's drawing. Three of the four others are drawn by networks, too. A
# recording blended with itself does not teach that. Look at *splice*, the one fake without any network: there the advantage of box paste is gone.
#
# **The X-ray** may only draw boundaries. From box paste it learns the rectangle and is near guessing elsewhere, so whatever self-blending teaches is a gain, far beyond the ±. *Every maker* even stays below it. Why, was not measured; perhaps the wide soft edges of five
# makers are harder to learn from than edges of every kind.
#
# On films of persons, with nets a thousand times larger, an X-ray reaches .96 at home, .68 on Celeb-DF and .63 on DFDC, two other collections (DeepfakeBench). A net taught by self-blending alone is reported at .94 on Celeb-DF and .73 on DFDC.

# %% [markdown] id="detector-note-blend" tags=["instructor"]
# *For the instructor.* 13 minutes. The usual confusion: that self-blended images are "fakes of lower quality". They are no fakes at all; nobody's face changes. Ask for a system in which nothing is blended (a whole picture from text, a bent still), and what a detector of seams is worth there.

# %% [markdown] id="detector-rough-words"
# ## 7 · Roughen what it learns from  (Further, 5 min)
#
# CNNDetection (2020) blurred its training pictures and sent them through JPEG at random, so that the detector could not rely on what any saving destroys. `roughen` does that, real and fake alike, and adds grain. What does it give at the compression
# that was never seen, and what does it cost?

# %% id="detector-rough"
rows = []
for plain in ("one maker", "self-blended"):
    for level in ("JPEG 95", HARD):
        for makers_judging, maker in (("known", experiment.KNOWN), ("four others", unseen)):
            row = {"learned from": plain, "compression": level, "makers": makers_judging}
            for how, name in (("as it was", plain), ("roughened", f"{plain}, roughened")):
                row[how] = over_seeds(variant=name, maker=maker, level=level)
            rows.append(row)
show_table(rows, caption="AUC")

# %% [markdown] id="detector-rough-saw"
# Which row gained more than its ±, and which lost? Roughening takes fine traces away in training. *One maker* gained on its own maker at the hard compression, where saving destroys such traces anyway; nothing else gained, and several lost. Probably those traces
# were what carried over; that was not measured. There is no free augmentation: it says what shall not matter, and somebody has to be right about that.

# %% [markdown] id="detector-note-rough" tags=["instructor"]
# *For the instructor.* 5 minutes; may be left as reading. Ask which augmentation would be wrong to use here (adding blur to fakes only).

# %% [markdown] id="detector-threshold-words"
# ## 8 · A ranking is not a threshold  (Core, 8 min)
#
# AUC only ranks. To *flag* a clip, somebody has to draw a line. Say that 5 % of recordings may be accused. On recordings of half of the eighty strangers we look for the line; on the other half we use it. The net is the shipped one, which learned from more characters.

# %% id="detector-threshold"
tune, test = np.arange(0, 40), np.arange(40, 80)


def score(maker, level, who):
    return detector.logits_of(shipped, frames_of(maker, level, who))


def both(maker, who):
    """Logits and answers of recordings and a maker's fakes."""
    parts = [score(name, "JPEG 95", who) for name in ("real", maker)]
    return np.concatenate(parts), np.repeat([False, True], [len(part) for part in parts])


line = calibration.threshold_at(score("real", "JPEG 95", tune), alarm_rate=0.05)
rows = []
for level in ("JPEG 95", HARD):
    for maker in shown:
        some, others = score("real", level, test), score(maker, level, test)
        counts = calibration.confusion(some, others, line)
        rates = {"hits": counts.hit_rate, "false alarms": counts.alarm_rate, "right": counts.accuracy}
        rows.append({"compression": level, "maker": maker, "AUC": f"{area(some, others):.2f}"} | rates)
show_table(rows, form=".0%")

# %% [markdown] id="detector-threshold-saw"
# Compare AUC with the two rates, row by row. At JPEG 95 the line about keeps its promise of 5 %. Yet how many of the feathered swaps does it catch, for all their AUC? And at the hard compression the same line accuses far more recordings. It also catches more feathered swaps, and fewer box pastes: scores of all three kinds have moved past the line. The AUC fell as well, but of all this it tells you nothing, for it knows no line. The paper on CNNDetection shows it plainly: on StyleGAN2 its average precision, another number for ranking, was 98.0, yet at the usual threshold it was right on 68.4 %: ranking good, threshold not. On face swaps it was right on 51.1 %.

# %% [markdown] id="detector-note-threshold" tags=["instructor"]
# *For the instructor.* 8 minutes. The usual confusion: choosing the line on the clips that it is judged by. Ask who should choose the 5 %, and what a false alarm costs whom.

# %% [markdown] id="detector-ppv-words"
# ## 9 · What a flag is worth  (Core, 8 min)
#
# A detector catches 90 % of fakes and accuses 5 % of recordings. Where it works, one clip in a hundred is a fake. It flags a clip. How likely is it that the clip is a fake? Decide first.

# %% id="detector-base-predict"
predict("detector.base")

# %% [markdown] id="detector-ppv-rule"
# It depends on how rare fakes are where the clip came from: the *prevalence*, also called base rate. Think of a thousand clips. Some are fakes, and the hit rate says how many of these are flagged. The rest are recordings, and the false-alarm rate says how many of those are flagged too.
# The share of fakes among all flagged is the [positive predictive value](../lessons/glossary.md#positive-predictive-value), PPV.
#
# ### Your turn · PPV  (●○○, 4 min)


# %% id="detector-ppv"
def ppv(hit_rate, alarm_rate, prevalence):
    """Of what is flagged, the share that is fake. All in 0…1."""
    ### BEGIN SOLUTION
    caught = hit_rate * prevalence
    accused = alarm_rate * (1 - prevalence)
    return caught / (caught + accused)
    ### END SOLUTION


# %% id="detector-ppv-check"
ppv = check("detector.ppv", ppv)

# %% id="detector-ppv-run"
rows = []
for hits, alarms, prevalence in [*((0.90, 0.05, share) for share in (0.5, 0.1, 0.01, 0.001)), (0.99, 0.01, 0.001)]:
    rates = {"hit rate": f"{hits:.0%}", "false-alarm rate": f"{alarms:.0%}"}
    rows.append(rates | {"fakes among all": prevalence, "fakes among the flagged": ppv(hits, alarms, prevalence)})
show_table(rows, form=".1%")

# %% [markdown] id="detector-dial-words"
# The detector did not change between the first four rows; the crowd did. In the last row even a better one is mostly wrong when it flags. "A 99 % detector" says nothing without the data set, the compression, the split and the base rate. Now turn both dials yourself. The scores are those of section 8 at the mild compression, the mean over a clip's frames.


# %% id="detector-dial"
def by_clip(maker):
    return score(maker, "JPEG 95", test).reshape(len(test), -1).mean(axis=1)


widgets.threshold_dial(by_clip("real"), {maker: by_clip(maker) for maker in shown})

# %% [markdown] id="detector-dial-saw"
# Choose *feathered swap* and raise the threshold at ten fakes in a thousand until no recording is accused. How many fakes do you still catch? The bench has seen only 40 recordings. If 7 in 100 were accused, none of the 40 would show it about one time in twenty, so 7 in 100 is not ruled out. What would a flag be worth then? Read the last line. Then press *Reset all*: from how many fakes in a thousand on are more than half of the flagged fakes?

# %% [markdown] id="detector-note-ppv" tags=["instructor"]
# *For the instructor.* 8 minutes. The usual confusion: the hit rate taken for the PPV. Let the class act it out with fifty cards, one of them a fake. Ask what a platform with a million uploads a day would do with 5 % false alarms.

# %% [markdown] id="detector-calibration-words"
# ## 10 · Does 0.9 mean nine in ten?  (Further, 7 min)
#
# A detector is [calibrated](../lessons/glossary.md#calibration) if, of all clips to which it gives 0.9, nine in ten are fakes. Collect the frames by what was said and look at what was so. The usual remedy is one number: divide all logits by a *temperature* T, fitted on clips put aside. Above 1 it makes the net less sure of itself. The *calibration error* is how far what was said lies from what was so, on average over all frames; 0 is best. The order stays, so the AUC stays. In the figure a larger mark stands for more frames.


# %% id="detector-temperature"
home, away = (calibration.fit_temperature(*both(maker, tune)) for maker in (experiment.KNOWN, "feathered swap"))
print(f"first temperature, fitted on {experiment.KNOWN}: {home:.2f}; second, on feathered swaps: {away:.2f}")
rows = {}
for maker in shown:
    logits, fake = both(maker, test)
    divided_by = {"as it is": 1, "first": home, "second": away}
    said = {how: calibration.sigmoid(logits / t) for how, t in divided_by.items()}
    rows[maker] = {how: calibration.calibration_error(values, fake) for how, values in said.items()}
show_table(rows, names="maker", caption="Calibration error, by temperature")

# %% id="detector-calibration-look" tags=["figure"]
figure, axes = plt.subplots(figsize=(4.4, 4.0))
axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
logits, fake = both("feathered swap", test)
told = []
for label, t, style in (("as it is", 1, "o-"), ("with the second temperature", away, "s--")):
    curve = calibration.reliability(calibration.sigmoid(logits / t), fake, bins=6)
    said, share, sizes = ([one[key] for one in curve] for key in ("said", "share", "count"))
    axes.plot(said, share, style, markersize=3, label=label)
    axes.scatter(said, share, s=[10 + 2 * size for size in sizes], alpha=0.35, marker=style[0])
    told.append(f"{label}: " + ", ".join(f"said {one['said']:.2f}, so {one['share']:.2f}" for one in curve))
axes.set(xlabel="probability of a fake, as said", ylabel="share of fakes, as it is", title="feathered swap")
axes.legend(frameon=False)
show(figure, alt="Calibration curve of the shipped detector on feathered swaps. " + "; ".join(told))

# %% [markdown] id="detector-calibration-saw"
# Said 0.02, and yet many were fakes: at home the net may be trusted, on feathered swaps its calm means little. A temperature only makes it less sure; it cannot move the point at which the net says one half. Fitted on feathered swaps it mends part of the error there and spoils the calibration on box paste. So a temperature belongs to the
# makers, the compression and the base rate it was fitted on (here half fakes), and a probability on a screen is only as good as its calibration set.

# %% [markdown] id="detector-note-calibration" tags=["instructor"]
# *For the instructor.* 7 minutes. The usual confusion: that calibration makes a detector better. It tells nothing apart that was not told apart before. Ask what T would be for a net that always answers one half.

# %% [markdown] id="detector-heat-words"
# ## 11 · Where does it look?  (Core, 7 min)
#
# A [heat map](../lessons/glossary.md#heat-map) shows which places spoke for "fake": the last feature maps, times the slope of the logit along them. Such maps look convincing, and that is their danger. So test them: hide the place. If the score changes no more than for a random place, the map was decoration. Begin with the picture *box paste*. Put the smear on the brightest place, then on the mouth, and watch the score; the probability stays near 1. A smear is soft, and softness may itself look forged: choose the *self-blended* net and watch for scores that rise. All maps of one net share one scale, so now choose *recording*: how bright does its map get?

# %% id="detector-heat"
own = weights.load("detector-self-blended")
looked_at = {name: firsts[name][0] for name in (experiment.KNOWN, "feathered swap", "recording")}
widgets.where_it_looks({"box paste": shipped, "self-blended": own}, looked_at)

# %% [markdown] id="detector-hiding-words"
# One picture is an anecdote here too, and the smear disturbs. In our world there is a better way to hide: the truth is known, so put the *recording's own pixels* back at that place. The cell does it with a disc of 20 pixels at the hottest place of forty box pastes, and at random places, and prints how much the logit changes on average. The map *passes* if the hottest place counts more than one and a half times as much as a random one.

# %% id="detector-hiding"
dice = np.random.default_rng(0)
undo = frames_of("real", "JPEG 95", test)[::3]
rows = {}
for name, model in (("box paste", shipped), ("self-blended", own)):
    found = detector.hiding_test(model, frames_of(experiment.KNOWN, "JPEG 95", test)[::3], undo, 20, dice)
    passes = found["hottest"] > 1.5 * max(found["random"], 0)
    rows[name] = {"hottest place": -found["hottest"], "random places": -found["random"], "the map passes": passes}
show_table(rows, names="net", form="+.2f", caption="Mean change of the logit when a place is hidden")

# %% [markdown] id="detector-hiding-saw"
# A map that does not pass may look as convincing as one that does, and without this test nobody would know. A map that passes points at something that matters to *this net*; whether it is evidence of forging or a habit of the data
# set, it cannot say. It has been found for several kinds of maps that they hardly change when the net's weights are replaced by chance (Adebayo and others, 2018).

# %% [markdown] id="detector-note-heat" tags=["instructor"]
# *For the instructor.* 7 minutes. The usual confusion: a bright spot taken for proof. Ask what the map of the *recording* shows, and what a lawyer would do with it.

# %% [markdown] id="detector-verdict-words"
# ## 12 · A verdict for a clip  (Core, 3 min)
#
# Nobody asks about a frame. `Detector` puts together what it takes: a net, a temperature (one number, fitted on recordings and box pastes, by which all logits are divided; section 10), a threshold. It cuts the crops, takes the mean of the frames' logits, and says how far the frames agree. Here is its core, then its word on the clip from the beginning. (Our line was chosen on frames and is used on means of frames here; for a real case you would choose it on clips.)

# %% id="detector-verdict"
print(inspect.getsource(detector.Detector.verdict))
temperature = calibration.fit_temperature(*both(experiment.KNOWN, tune))
threshold = float(calibration.sigmoid(line / temperature))
judge_of_clips = detector.Detector(shipped, "one maker", temperature, threshold)
verdicts = {name: str(judge_of_clips.verdict(frames, clip.landmarks)) for name, frames in films.items()}
show_table(verdicts, ["verdict"], names="clip")

# %% [markdown] id="detector-verdict-saw"
# Would you publish these verdicts? Write beneath each verdict what a reader has to know: learned from one maker, calibrated on it, at one compression, half of the clips fakes. Lesson 15 seals a set of other makers and scores your detector on it.

# %% [markdown] id="detector-note-verdict" tags=["instructor"]
# *For the instructor.* 3 minutes. The usual confusion: more frames, more certainty. Frames of one clip err together. Ask for a rule better than the mean (and how it would be chosen without looking at the test).

# %% [markdown] id="detector-close"
# ## What you can now do
#
# - Train a small detector and judge it by characters it never saw.
# - Recognise a leak by its too good number.
# - Measure what happens with an unseen maker, blend and compression, and compare with a net that had met the makers.
# - Teach a net the seam with recordings alone, and say when that cannot help.
# - Choose a threshold, compute what a flag is worth, check calibration, and test a heat map.
#
# **Does this carry over to photographs?** The falls do: DeepfakeBench, DFDC and CNNDetection report them for films and pictures of persons. Which remedy helps how much does not: on toons and with so small a net you saw your own table, and large nets on photographs have theirs.
#
# **Still open.** Is there a detector for makers that do not exist yet? Every one that was published so far fell when the makers changed.

# %% [markdown] id="detector-predictions-words"
# What you predicted, beside what came out:

# %% id="detector-predictions"
bent = experiment.mean_and_spread(table["rows"], variant="self-blended", maker=experiment.WHOLE, level="JPEG 95")[0]
blended_fakes = experiment.mean_and_spread(
    table["rows"], variant="self-blended", maker=experiment.BLENDED, level="JPEG 95"
)[0]
predictions(
    "detector",
    outcome={
        "detector.leak": f"leaky {leak['leaky']:.2f}, clean {leak['clean']:.2f}",
        "detector.unseen": f"{at_home:.2f} at home, {mean_of['one maker']:.2f} on four other makers",
        "detector.whole": f"self-blended: bent still {bent:.2f}, blended fakes {blended_fakes:.2f}",
        "detector.base": f"at 1 in 100: {ppv(0.90, 0.05, 0.01):.1%}; at one half: {ppv(0.90, 0.05, 0.5):.1%}",
    },
)

# %% [markdown] id="detector-quiz-words"
# Five questions on what is often got wrong.

# %% id="detector-quiz"
quiz("detector")

# %% [markdown] id="detector-sources"
# **Terms.** [AUC](../lessons/glossary.md#auc) · [calibration](../lessons/glossary.md#calibration) · [clean split](../lessons/glossary.md#clean-split) · [detector](../lessons/glossary.md#detector) · [heat map](../lessons/glossary.md#heat-map) ·
# [logit](../lessons/glossary.md#logit) · [maker](../lessons/glossary.md#maker) · [positive predictive value](../lessons/glossary.md#positive-predictive-value) · [self-blended image](../lessons/glossary.md#self-blended-image)
#
# **Sources.** Afchar and others, *MesoNet*, 2018. Rössler and others, *FaceForensics++*, 2019. Li and others, *Face X-ray for more general face forgery detection*, 2020. Shiohara and Yamasaki, *Detecting deepfakes with self-blended images*, 2022. Wang and others, *CNN-generated images are surprisingly easy to
# spot… for now*, 2020 (CNNDetection). Yan and others, *DeepfakeBench*, 2023. Dolhansky and others, *The DeepFake Detection Challenge (DFDC) dataset*, 2020. Guo and others, *On calibration of modern neural networks*, 2017. Draelos and Carin, *HiResCAM*, 2020; Selvaraju and others, *Grad-CAM*, 2017. Adebayo and others, *Sanity
# checks for saliency maps*, 2018. Bayes' rule in medicine's words: Gigerenzer and others, *Helping doctors and patients make sense of health statistics*, 2007.
