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

# %% [markdown] id="clues-card"
# # 12 · Look closely: clues as numbers
#
# **What gives a forged face away, and does it still do so after the film was compressed?**
#
# | | |
# |---|---|
# | Time | 60 minutes: Core 47, Further 13 |
# | You need | lesson 04 (the swap) and lesson 08 (how a face is put back); lesson 00's game helps |
# | You will be able to | turn a suspicion into a number, judge that number with a ROC, and say on which fakes it works and on which it fails |
#
# "Look at the edges", "look at the blinking": such advice is cheap. In this lesson every piece of advice becomes a function from a clip to a number, and every function is tried on five forgers and four compressions. First you play against the swap of lesson 00 once more.

# %% id="clues-imports" tags=["setup"]
import inspect
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import auc

from unmasked import makers, toons, widgets
from unmasked.course import check
from unmasked.experiments.tables import load_table
from unmasked.forensics import clues as seven
from unmasked.forensics import combine, contest, face_crops, regions
from unmasked.forensics.compression import LEVELS, compressed
from unmasked.forensics.roc import d_prime
from unmasked.makers import stills
from unmasked.metrics import wilson_interval
from unmasked.widgets import predict, predictions, quiz, show, show_pictures, show_table

# %% [markdown] id="clues-play-words"
# ## 1 · Spot the fake, again  (Core, 7 min)
#
# In lesson 00 you played *spot the fake* and were told nothing. Now you play on new pictures, and after each one you are told. For a fair comparison the
# new game should be as hard as the first. For every fake we know the true picture, so we can measure how far it is off, in grey levels. Of four
# possible games the cell takes the one whose fakes are off by nearly the same amount.

# %% id="clues-game"
first = stills.items(seed=0)
candidates = [stills.items(seed=seed) for seed in (1, 2, 3, 4)]
second = min(candidates, key=lambda items: abs(stills.difficulty(items) - stills.difficulty(first)))
games = {"the first game": first} | {f"candidate {number}": items for number, items in enumerate(candidates, start=1)}
off_by = {name: stills.difficulty(items) for name, items in games.items()}
show_table(off_by, ["fakes off by"], form=".1f", caption="How far fakes are off, in grey levels")
print(f"you play the one with {stills.difficulty(second):.1f}")

# %% id="clues-score-predict"
predict("clues.score")

# %% id="clues-spot"
widgets.spot_the_fake(second, game="second", feedback=True)

# %% [markdown] id="clues-score-words"
# Accuracy mixes two things: how well you tell the two kinds apart, and whether you lean towards calling things fake. [d′](../lessons/glossary.md#d-prime)
# (say *d prime*) keeps only the first: z(share of fakes you caught) − z(share of real ones you accused). z turns a share into standard deviations of the bell curve: z(50 %) = 0, z(84 %) is about 1, z(16 %) about −1. Half an answer is added to each count, so that a perfect score stays finite. 0 is guessing, 1 is fair, 3 is nearly perfect, below 0 you were more often wrong than right. The range beside the
# accuracy is the 95 % interval of lesson 00.


# %% id="clues-score"
def score_row(answers):
    """A game's row of the table: accuracy with its interval, and d′."""
    if {one["fake"] for one in answers} != {True, False}:
        return {"right": "not played yet, or hardly"}
    right, count = sum(one["right"] for one in answers), len(answers)
    low, high = wilson_interval(right, count)
    kinds = Counter((one["fake"], one["said"]) for one in answers)
    fakes = sum(one["fake"] for one in answers)
    distance = d_prime(kinds[True, "fake"], fakes, kinds[False, "fake"], count - fakes)
    return {
        "right": f"{right / count:.0%} of {count}",
        "95 % interval": f"{low:.0%} to {high:.0%}",
        "d′": f"{distance:.1f}",
    }


scores = {f"{game} game": score_row(widgets.results(game)) for game in ("first", "second")}
scores["people, over 56 papers"] = {"right": "55.5%", "95 % interval": "48.9% to 62.1%"}
show_table(scores, names="player")

# %% [markdown] id="clues-score-saw"
# If you played both games: does each score lie inside the other game's range? Then twenty pictures cannot say that you got better, even if you did. Do the ranges not even touch? Then the difference is hardly luck. Anything between leaves it open. The last row is from a study of 56 papers and 86,155 people
# (Diel and others, 2024); with training or aids people reached 65.1 %. Other pictures, so it is no opponent of yours, only a warning: looking is weak evidence. So let us measure.

# %% [markdown] id="clues-note-play" tags=["instructor"]
# *For the instructor.* 7 minutes. The usual confusion: a score that rose by two pictures taken for learning. Ask how many pictures it would take to tell 60 % from 70 % (several
# hundred). The two games are matched by one measured quantity; ask what it leaves out.

# %% [markdown] id="clues-film-words"
# ## 2 · Recordings and forgers  (Core, 5 min)
#
# An experiment needs many recordings of many characters. `makers.record` films a stranger for eight frames. Every recording goes through a camera first, and every camera is a little different: lens
# blur, [grain](../lessons/glossary.md#grain), colour, JPEG. In about one clip in three a hand passes in front of the face; here is the same stranger without and with one.

# %% id="clues-film"
stranger = toons.sample_identity(203)
clip, crossed = (makers.record(stranger, seed=1, hand=hand) for hand in (False, True))
forgers = makers.built_in()
fakes, crossed_fakes = (
    {name: makers.forge(maker, one, seed=0).frames for name, maker in forgers.items()} for one in (clip, crossed)
)
print(clip.frames.shape, clip.frames.dtype)

# %% id="clues-film-look" tags=["figure"]
free, passing = [clip.frames, *fakes.values()], [crossed.frames, *crossed_fakes.values()]
show_pictures(
    [[frames[t] for frames in films] for films, t in ((free, 0), (free, 7), (passing, 3))],
    titles=["recording", *fakes],
    rows=["frame 1", "frame 8", "with a hand"],
    alt="Two frames of a recording and of the five fakes made of it, and a frame of another take in which an orange hand passes before the mouth. In some fakes the hand is painted over.",
)

# %% [markdown] id="clues-makers-words"
# Each [maker](../lessons/glossary.md#maker) gets the recording and gives back a fake of the same character doing something else. Compare the last row with the list:
#
# - **Box paste**: the autoencoder of lesson 04, taught to draw anybody, pasted in a rectangle with the network's own colours.
# - **Feathered swap**: the same network inside the face's outline, with a wide soft edge, matched colours and matched grain.
# - **Poisson swap**: the same network, Poisson-blended frame by frame (lesson 08).
# - **Another network**: a network without a bottleneck that works at several scales; its mask knows what is in front.
# - **Splice**: no network at all; the character's own face, cut from a recording of another day.
#
# In the first four, an actor's expression is put on the character. The splice has the expression of the other day. No maker sees what the character would truly have looked like.

# %% [markdown] id="clues-crops-words"
# The examiner, you, gets frames and the place of the head, for real and fake alike. `face_crops` cuts out the face with a margin. `regions` says where in the crop the face is and which band lies right around it; both
# use only points on the skull and the jaw, so they tell nothing about the forging.

# %% id="clues-crops"
crops = face_crops(clip.frames, clip.landmarks, side=96)
inside, around = regions(clip.landmarks, side=96)
print(crops.shape, inside.shape, inside.dtype)
tinted = crops[0].copy()
tinted[inside[0], 0] = 255
tinted[around[0], :2] = 255

# %% id="clues-crops-look" tags=["figure"]
show_pictures(
    [crops[0], tinted, face_crops(fakes["box paste"], clip.landmarks, side=96)[0]],
    titles=["crop", "inside (red), around (yellow)", "the box paste, same crop"],
    alt="A crop of the face; the same crop with the face tinted red and a band around it yellow; and the same crop of the box paste, whose rectangle reaches over part of the band.",
)

# %% [markdown] id="clues-note-makers" tags=["instructor"]
# *For the instructor.* 5 minutes. The usual confusion: that the camera is there for looks. Without it every fake would betray itself by clean pixels, and all that follows would be worthless (section 9 tries it). Ask which of
# the five the class would publish.

# %% [markdown] id="clues-blur-words"
# ## 3 · A first clue, and how to judge it  (Core, 11 min)
#
# Suspicion: *a network draws softer than a lens.* How sharp a pixel is, the [Laplacian](../lessons/glossary.md#laplacian) says: how far it is from the mean of its four neighbours, taken as a size, never below 0. But a sharp camera and a
# blurred one give different numbers for honest faces too. So compare the face with what surrounds it in the same picture.
#
# ### Your turn · Blur ratio  (●○○, 3 min)
# `sharp` holds the Laplacian of every pixel. Return the logarithm of its mean around over its mean inside, each mean over all frames together: 0 when both are alike, above 0 when the face is softer.


# %% id="clues-blur"
def blur_ratio(crops, inside, around):
    """How much softer the face is than what surrounds it, one number for a clip.

    `crops`: uint8 (T, S, S, 3); `inside`, `around`: bool (T, S, S).
    """
    sharp = seven.laplacian(crops)  # float (T, S, S)
    ### BEGIN SOLUTION
    return np.log(sharp[around].mean() / sharp[inside].mean())
    ### END SOLUTION


# %% id="clues-blur-check"
blur_ratio = check("clues.blur", blur_ratio)

# %% [markdown] id="clues-blur-one-words"
# One clip proves nothing, so film more: sixteen strangers, each forged by all five. The next cell also sends everything through the mildest compression, as any clip you
# are sent has been saved at least once.

# %% id="clues-clips"
clips = contest.film(characters=16, seed=2)
forged = {name: [makers.forge(maker, one, seed=0).frames for one in clips] for name, maker in forgers.items()}
forged["real"] = [one.frames for one in clips]


def measure(clue, maker, level="JPEG 95"):
    """The clue's number for every clip of a maker ("real" for recordings): a list."""
    sent = [compressed(frames, level) for frames in forged[maker]]
    places = [one.landmarks for one in clips]
    return [clue(face_crops(f, p, 96), *regions(p, 96)) for f, p in zip(sent, places, strict=True)]


# %% id="clues-blur-values"
blur = {maker: measure(blur_ratio, maker) for maker in forged}
rows = {maker: {"mean": np.mean(some), "least": min(some), "most": max(some)} for maker, some in blur.items()}
show_table(rows, names="maker", caption="The blur ratio")

# %% [markdown] id="clues-roc-words"
# All means may be below 0: eyes and mouth have more edges than a cheek or a wall. What counts is how far the fakes lie above the recordings. The ranges overlap, so no line divides real from fake without mistakes. Choose a threshold and call everything at or above it fake. The **hit rate** is the share of fakes you catch, the **false-alarm rate**
# the share of recordings you accuse. Slide the threshold from high to low, and the two draw a curve: the
# [ROC](../lessons/glossary.md#roc) (receiver operating characteristic, a name from radar).
#
# ### Your turn · ROC  (●●○, 5 min)
# The thresholds are given, from "nothing is fake" down to the lowest score. For each, work out both rates.


# %% id="clues-roc"
def roc(real, fake):
    """False-alarm rates and hit rates as the threshold falls: two arrays of one length.

    `real`, `fake`: scores of recordings and of fakes, greater for what looks forged.
    A score AT the threshold counts as called fake.
    """
    real, fake = np.array(real), np.array(fake)
    thresholds = np.append(np.inf, np.unique(np.concatenate([real, fake]))[::-1])
    ### BEGIN SOLUTION
    alarms = np.array([(real >= threshold).mean() for threshold in thresholds])
    hits = np.array([(fake >= threshold).mean() for threshold in thresholds])
    return alarms, hits
    ### END SOLUTION


# %% id="clues-roc-check"
roc = check("clues.roc", roc)

# %% [markdown] id="clues-auc-words"
# The area under the curve, [AUC](../lessons/glossary.md#auc), puts it in one number: the chance that a fake drawn at random scores higher than a recording drawn at random. 0.5 is guessing, 1 is perfect. Below 0.5 the clue
# points the wrong way.

# %% id="clues-roc-look" tags=["figure"]
figure, axes = plt.subplots(figsize=(4.6, 4.2))
for (maker, values), dash in zip(
    [item for item in blur.items() if item[0] != "real"], ["-", "--", "-.", ":", (0, (1, 1))], strict=True
):
    alarms, hits = roc(blur["real"], values)
    axes.plot(alarms, hits, linestyle=dash, linewidth=2, label=f"{maker}, AUC {auc(alarms, hits):.2f}")
axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
axes.set(xlabel="false alarms (recordings accused)", ylabel="hits (fakes caught)", title="ROC of the blur ratio")
axes.legend(frameon=False, fontsize=8, loc="lower right")
areas = {maker: auc(*roc(blur["real"], values)) for maker, values in blur.items() if maker != "real"}
show(
    figure,
    alt="ROC curves of the blur ratio, one for each maker: " + ", ".join(f"{m} AUC {a:.2f}" for m, a in areas.items()),
)

# %% id="clues-roc-saw"
best, worst = max(areas, key=areas.get), min(areas, key=areas.get)
print(f"blur catches {best} best (AUC {areas[best]:.2f}) and {worst} worst (AUC {areas[worst]:.2f})")

# %% [markdown] id="clues-sides-words"
# Is the maker that is caught worst the one with the sharpest face? Look at the two sides of your ratio by themselves.


# %% id="clues-sides"
def sharpness(crops, inside, around):
    sharp = seven.laplacian(crops)
    return sharp[inside].mean(), sharp[around].mean()


rows = {}
for maker in ("real", "box paste", "Poisson swap", "splice"):
    face, band = np.mean(measure(sharpness, maker), axis=0)
    rows[maker] = {"inside": face, "around": band}
show_table(rows, names="maker", caption="Sharpness")

# %% [markdown] id="clues-roc-read"
# Compare *box paste* with *real*. Its face is soft, but its rectangle reaches over part of the band around the face as well: both sides of the ratio are soft, and the ratio says little. And the splice, which no network has touched, is softer inside
# than a recording: its face was cut out of one film, turned and scaled, and laid into another, and each time pixels are mixed. A clue measures something *near* the suspicion behind it.

# %% [markdown] id="clues-note-roc" tags=["instructor"]
# *For the instructor.* 11 minutes. The usual confusion: AUC read as accuracy. AUC needs no threshold and no share of fakes; accuracy needs both (lesson 13). Ask what a ROC below the diagonal means, and whether it would be fair to turn the clue
# round after having seen it (no: the direction is fixed by the suspicion, or on other data).

# %% [markdown] id="clues-more-words"
# ## 4 · Three more suspicions  (Core, 13 min)
#
# *The mask's edge shows.* A forger stops somewhere, and a wrong colour stops there too. `rim_pieces` cuts the outline into twelve pieces; each piece is two strips, one right inside and one right outside. In an honest picture both are
# mostly skin of the same face.
#
# ### Your turn · Rim step  (●●○, 4 min)
# For each piece take the mean colour of either strip over all frames, and the distance of the two: the length of the difference of two vectors of three numbers. Return the median over the pieces. The colours are in Lab (lesson 08), where
# equal distances look about equally different; such a distance is called [ΔE](../lessons/glossary.md#delta-e).


# %% id="clues-step"
def rim_step(crops, inside, around):
    """How far the colours right inside and right outside the outline are apart.

    The median over the pieces, in ΔE of Lab.
    """
    lab = seven.to_lab(crops)  # float (T, S, S, 3)
    pieces = seven.rim_pieces(inside)  # a list of (within, without), bool (T, S, S)
    ### BEGIN SOLUTION
    steps = [np.linalg.norm(lab[within].mean(axis=0) - lab[without].mean(axis=0)) for within, without in pieces]
    return np.median(steps)
    ### END SOLUTION


# %% id="clues-step-check"
rim_step = check("clues.step", rim_step)

# %% [markdown] id="clues-noise-words"
# *The grain is missing.* A network's output has no grain. A careful forger adds some, but enough, and of the right kind? `fine` is the speckle that a small [median filter](../lessons/glossary.md#median-filter) takes away from each pixel. An edge
# would be taken for speckle, so look on flat ground only.
#
# ### Your turn · Noise residual  (●○○, 2 min)
# Return the logarithm of the mean of `fine` on flat ground around over its mean on flat ground inside, all frames together: above 0 when the face has less.


# %% id="clues-noise"
def noise_residual(crops, inside, around):
    """How little fine speckle the face has for its surroundings, on flat ground."""
    fine = seven.residual(crops)  # float (T, S, S)
    flat = seven.flat_ground(crops)  # bool (T, S, S)
    ### BEGIN SOLUTION
    return np.log(fine[flat & around].mean() / fine[flat & inside].mean())
    ### END SOLUTION


# %% id="clues-noise-check"
noise_residual = check("clues.noise", noise_residual)

# %% [markdown] id="clues-flicker-words"
# *The face trembles.* Each frame is forged by itself, so the face may sit a little differently on the head each time. Three frames in a row: if the middle one lies on the straight line between its neighbours, nothing trembles. What a line does not explain is
# $f_{t-1} - 2 f_t + f_{t+1}$, the second difference.
#
# ### Your turn · Trembling  (●●○, 3 min)
# Return its size for all pixels and all frames that have two neighbours: from T frames come T − 2. No loop is needed.


# %% id="clues-flicker"
def trembling(grey):
    """|f(t−1) − 2·f(t) + f(t+1)|: float (T, H, W) in, float (T − 2, H, W) out."""
    ### BEGIN SOLUTION
    return np.abs(grey[:-2] - 2 * grey[1:-1] + grey[2:])
    ### END SOLUTION


# %% id="clues-flicker-check"
trembling = check("clues.flicker", trembling)

# %% [markdown] id="clues-flicker-look-words"
# Look at it: a recording and two of its fakes, all three at the same brightness. What trembles in an honest face? And how does the box paste differ from the Poisson swap?

# %% id="clues-flicker-look" tags=["figure"]
films = {"recording": clip.frames} | {name: fakes[name] for name in ("Poisson swap", "box paste")}
greys = {name: seven.soft_grey(face_crops(frames, clip.landmarks, 96)) for name, frames in films.items()}
shaken = {name: trembling(grey)[2] for name, grey in greys.items()}
top = max(one.max() for one in shaken.values())
show_pictures(
    [picture for name in films for picture in (greys[name][3] / 255, np.minimum(1, 2 * shaken[name] / top))],
    titles=[title for name in films for title in (name, "its trembling")],
    alt="A recording, a Poisson swap and a box paste, in grey, each beside its trembling. Recording: faint spots at mouth and eyes. Poisson swap: bright mouth and eyes inside a dark crop. Box paste: as bright, and so are hair, chin and the sides of the rectangle.",
)

# %% [markdown] id="clues-flicker-ratio-words"
# A mouth trembles too, and so does a hand. What gives a fake away is that the face jumps *as one piece*. `jumps` finds for each frame the one shift, in pixels, that explains most of its second difference (by least squares on the slopes, after
# Lucas and Kanade). The clue compares the face with its surroundings once more. Below it, the jumps of the three clips that you saw.


# %% id="clues-flicker-ratio"
def flicker(crops, inside, around):
    """How much more the face jumps as one piece than what surrounds it: log of the ratio of mean jumps."""
    grey = seven.soft_grey(crops)
    face, rest = (np.linalg.norm(seven.jumps(grey, where), axis=1).mean() for where in (inside, around))
    return np.log((face + 0.02) / (rest + 0.02))  # 0.02 pixels: smaller jumps are grain


rows = {}
for name, grey in greys.items():
    face, rest = (np.linalg.norm(seven.jumps(grey, where), axis=1).mean() for where in (inside, around))
    rows[name] = {"face": face, "around": rest}
show_table(rows, names="clip", caption="Mean jump, in pixels")

# %% [markdown] id="clues-four-words"
# The box paste trembles most of the three, and takes its surroundings along: the same hiding place as before. Now all four clues against all five makers.

# %% id="clues-four"
mine = {"blur ratio": blur_ratio, "rim step": rim_step, "noise residual": noise_residual, "flicker": flicker}
rows = {}
for name, clue in mine.items():
    real = measure(clue, "real")
    rows[name] = {maker: auc(*roc(real, measure(clue, maker))) for maker in forgers}
show_table(rows, names="clue", caption="AUC against each maker")

# %% [markdown] id="clues-four-saw"
# AUC at the mildest compression, from sixteen characters, so each number may be off by 0.15 or more. Say that a clue works at 0.65 or more. Which works against which maker? And is there a maker against whom none of the four works?
#
# Read the row of *flicker* from left to right. Box paste, Poisson swap and another network place the face by points that shake from frame to frame, the other two by steady ones; and the box paste shakes the band as well. A clue is not good or bad. It is good against some maker, and whoever tells you "fakes tremble" has looked at fakes by certain makers only.

# %% [markdown] id="clues-note-more" tags=["instructor"]
# *For the instructor.* 13 minutes; split the class in three, a clue each. The usual confusion: looking for the one clue that always works. Ask what the feathered swap does against each of the four (wide edge, matched colours, matched
# grain, steady landmarks), and what it costs its forger.

# %% [markdown] id="clues-three-words"
# ## 5 · Seven clues under the microscope  (Core, 6 min)
#
# Three clues more stand in the library. **Double edge**: a pasted face brings a jaw of its own; is there a second line across the chin? **Spectrum**: how much fine detail there is for the coarse, by the
# [Fourier transform](../lessons/glossary.md#fourier-transform), which takes a picture apart into waves. **Occlusion**: something passes in front, and a band around the face changes there from one frame to the next; does the face right beside it
# change as well, or was the hand painted over? The library's **boundary step** is your rim step plus a search for the four straight sides of a box. Here is the spectrum. `power` says how strong waves of every length are, and `bands` takes two means of it: over waves of four to eight pixels, and over waves of two to under three. Like every clue it is given `inside` and `around`, but it compares fine with coarse detail in the middle of the crop, which is nearly all face. `TINY` keeps it from dividing by 0.

# %% id="clues-source"
print(inspect.getsource(seven.spectrum))

# %% [markdown] id="clues-seven-words"
# `contest.run` does for all seven what you did for one: every maker forges every clip, everything is compressed, every clue looks at it. So each clue gets a ROC of its own. Four compressions are at hand, and section 6 explains them: JPEG 95 is the
# mildest, H.264 40 the strongest.

# %% id="clues-seven"
few = contest.run(forgers, clips, [seven.clue_values], seed=0, levels=["JPEG 95", "H.264 23"])
show_table(few.rows[-3:], ["maker", "level", "blur ratio"], caption=f"The last three of {len(few.rows)} rows")

# %% id="clues-seven-look" tags=["figure"]
figure, grid = plt.subplots(2, 4, figsize=(8.4, 4.6), sharex=True, sharey=True)
dashes, spoken = dict(zip(forgers, ["-", "--", "-.", ":", (0, (1, 1))], strict=True)), []
for axes, name in zip(grid.flat, few.names, strict=False):
    for maker, dash in dashes.items():
        curve = roc(few.column(name, "real", "JPEG 95"), few.column(name, maker, "JPEG 95"))
        axes.plot(*curve, linestyle=dash, label=maker)
        spoken.append(f"{name} against {maker} {auc(*curve):.2f}")
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    axes.set_title(name, fontsize=9)
grid.flat[-1].axis("off")
grid.flat[-1].legend(*grid.flat[0].get_legend_handles_labels(), frameon=False, fontsize=8, loc="center")
figure.supxlabel("false alarms", fontsize=9)
figure.supylabel("hits", fontsize=9)
show(figure, alt="Seven small ROC figures at JPEG 95, one a clue, five makers in each. AUC: " + "; ".join(spoken))

# %% [markdown] id="clues-seven-saw"
# A curve that hugs the diagonal is a clue that says nothing about that maker. Below the diagonal the fakes look *less* forged than recordings. You may not turn such a clue's sign now: you would fit it to the very clips that you score it on. The
# direction comes from the suspicion, before you look.

# %% [markdown] id="clues-microscope-words"
# Choose a clue, a maker and a compression. The maps show where the number comes from, in the fake and in the recording it was made of; it is the take with the hand. Try *occlusion* with *box paste*, then *spectrum* with *Poisson swap* from JPEG 95 to H.264 40.

# %% id="clues-microscope"
widgets.microscope(crossed, forgers)

# %% [markdown] id="clues-microscope-saw"
# Choose two clues. Say in one sentence for each: what would a forger have to do so that its map looks like the recording's?

# %% [markdown] id="clues-note-microscope" tags=["instructor"]
# *For the instructor.* 6 minutes. The usual confusion: a map that lights up taken for proof; it lights up on recordings too. Ask for a clip where the recording scores higher than the fake, and what that means for a court.

# %% [markdown] id="clues-compression-words"
# ## 6 · Compression  (Core, 5 min)
#
# A clip is saved, sent, shown and saved again. [H.264](../lessons/glossary.md#h264), the usual format of films, keeps what an eye would miss least; a higher number after it means that more is thrown away. With JPEG, which saves each frame by itself, it is the other way round: the number is the quality, so 60 throws away more than 95. What will it do to your clues?

# %% id="clues-compression-predict"
predict("clues.compression")

# %% id="clues-compression"
rows = {}
for name, clue in {"blur ratio": blur_ratio, "flicker": flicker}.items():
    found = {level: (measure(clue, "real", level), measure(clue, "Poisson swap", level)) for level in LEVELS}
    rows[name] = {level: auc(*roc(*scores)) for level, scores in found.items()}
show_table(rows, names="clue", caption="AUC against Poisson swap")

# %% [markdown] id="clues-table-words"
# Sixteen characters are few. The whole table, seven clues by five makers by four compressions, was worked out beforehand on forty, by the command that the cell prints. An eighth row puts all seven together; section 7 says how. In the picture each number is an AUC in percent: 50 is guessing, orange lies above it, violet below.

# %% id="clues-table"
table = load_table("clues")
print(table["command"], table["settings"])
area = {(row["clue"], row["maker"], row["level"]): row["auc"] for row in table["rows"]}
width = np.mean([row["high"] - row["low"] for row in table["rows"]])
print(f"{len(table['rows'])} cells; a 95 % interval is {width:.2f} wide on average")

# %% id="clues-table-look" tags=["figure"]
names, who, levels = table["clues"], table["makers"], table["levels"]
grid = np.array([[area[name, maker, level] for maker in who for level in levels] for name in names])
figure, axes = plt.subplots(figsize=(7.6, 3.6))
axes.imshow(grid, cmap="PuOr_r", vmin=0, vmax=1, aspect="auto")
for (row, column), value in np.ndenumerate(grid):
    axes.text(
        column,
        row,
        f"{100 * value:.0f}",
        ha="center",
        va="center",
        fontsize=7,
        color="0.0" if 0.13 < value < 0.87 else "1.0",
    )
for edge in range(1, len(who)):
    axes.axvline(len(levels) * edge - 0.5, color="1.0", linewidth=3)
axes.set_yticks(range(len(names)), names, fontsize=8)
axes.set_xticks(range(grid.shape[1]), levels * len(who), rotation=90, fontsize=7)
for number, maker in enumerate(who):
    axes.text(len(levels) * (number + 0.5) - 0.5, -0.8, maker, ha="center", fontsize=8)
axes.tick_params(length=0)
axes.spines[:].set_visible(False)
mean = {name: grid[number].mean() for number, name in enumerate(names)}
show(
    figure,
    alt="Table of AUC in percent, a row for each clue, five makers with four compressions each. Mean over a row: "
    + ", ".join(f"{name} {100 * value:.0f}" for name, value in mean.items()),
)

# %% [markdown] id="clues-dead-words"
# Each AUC has a 95 % interval. Draw forty characters out of the forty, the same one possibly several times, and work out the AUC again; do so 400 times. The middle 95 % of the results are the interval; the procedure is called *bootstrap*.
#
# A clue is *alive* against a maker if the whole interval of its AUC lies above 0.5, and *dead* otherwise. Which are alive at the mildest compression, and which of those does the strongest one kill?

# %% id="clues-dead"
alive = {(row["clue"], row["maker"], row["level"]) for row in table["rows"] if row["low"] > 0.5}
rows = {}
for name in names[:-1]:
    before = [maker for maker in who if (name, maker, levels[0]) in alive]
    killed = [maker for maker in before if (name, maker, levels[-1]) not in alive]
    rows[name] = {f"alive at {levels[0]}": f"{len(before)} of {len(who)}"}
    rows[name][f"{levels[-1]} kills"] = ", ".join(killed) or "none of them"
show_table(rows, names="clue")

# %% id="clues-dead-count"
pairs = {
    level: {(name, maker) for name in names[:-1] for maker in who if (name, maker, level) in alive} for level in levels
}
dead = pairs[levels[0]] - pairs[levels[-1]]
outcome = {"clues.compression": f"{len(dead)} of {len(pairs[levels[0]])} pairs die"}
count = len(names[:-1]) * len(who)
show_table({level: f"{len(some)} of {count}" for level, some in pairs.items()}, ["pairs alive"], names="level")
print(f"of those alive at {levels[0]}, {outcome['clues.compression']} at {levels[-1]}")
caught = {maker for _, maker in pairs[levels[-1]]}
uncaught = [maker for maker in who if maker not in caught]
print(f"makers without any clue alive at {levels[-1]}: {', '.join(uncaught) or 'none, each leaves at least one'}")

# %% [markdown] id="clues-hand-words"
# A pair may also come alive on the way, and an interval that barely clears 0.5 can be luck: 35 pairs at four compressions are many throws.
#
# One row is unfair. Occlusion can only speak where something passes in front, which happens in about one clip in three. Here it is on those clips alone, at the mildest and at the strongest compression, each AUC with its interval.

# %% id="clues-hand"
hands = {(one["maker"], one["level"]): one for one in table["occlusion_with_hand"]}


def with_interval(found):
    return f"{found['auc']:.2f} ({found['low']:.2f} to {found['high']:.2f})"


rows = {maker: {level: with_interval(hands[maker, level]) for level in (levels[0], levels[-1])} for maker in who}
show_table(rows, names="maker", caption="AUC of occlusion where a hand passes, with its 95 % interval")

# %% [markdown] id="clues-dead-saw"
# Which maker leaves the hand alone? Its row shows it.
#
# Compare the rows of the table too. Which clue falls furthest on the way to H.264 40, and which hardly falls? Does saving as JPEG 60 ever *help* a clue? This table is the result of the lesson. A claim such as "our tool looks at the spectrum" means
# nothing without its column.

# %% [markdown] id="clues-note-compression" tags=["instructor"]
# *For the instructor.* 5 minutes. The usual confusion: "compression hides fakes". It hides some traces and adds its own to real and fake alike. Ask why real clips must go through the same compression (else the examiner detects the compression), and look for a cell below 50.

# %% [markdown] id="clues-combine-words"
# ## 7 · Together, and split honestly  (Further, 3 min)
#
# Seven witnesses may know more than one. [Logistic regression](../lessons/glossary.md#logistic-regression) weighs the clues and adds them up. It must be scored on characters it never saw: otherwise it may learn faces instead of forgeries. `held_out_scores` deals
# *characters* into five parts, fits on four and scores the fifth, each part in its turn.

# %% id="clues-combine"
rows = [row for row in few.rows if row["level"] == "H.264 23"]
values = np.array([[row[name] for name in seven.CLUES] for row in rows])
fake = np.array([row["maker"] != "real" for row in rows])
people = np.array([row["character"] for row in rows])
together = combine.held_out_scores(values, fake, people, list(seven.CLUES))
scores = dict(zip(seven.CLUES, values.T, strict=True)) | {"all clues": together}
areas = {name: auc(*roc(some[~fake], some[fake])) for name, some in scores.items()}
show_table(areas, ["AUC"], names="clue", caption="Five makers at once, at H.264 23")

# %% [markdown] id="clues-combine-saw"
# One set of weights has to serve all five makers; in the table's last row it has to serve all four compressions as well. With sixteen characters a few hundredths are no difference; so go back to the table and compare its last row with the best single clue above it, maker by maker.
# And the weights were taught by these five. What they do against a sixth is another question, and the most important one.

# %% [markdown] id="clues-sealed-words"
# ## 8 · A maker nobody has seen  (Further, 6 min)
#
# A maker is anything with a `name` and `make(clip, rng)`. Here is a crude one: it turns the face upside down inside its outline. One call puts it before the seven clues and their sum; the seed of `contest.film` says who is filmed.


# %% id="clues-sealed"
class UpsideDown:
    name = "upside down"

    def make(self, clip, rng):
        frames, masks = clip.frames.copy(), clip.masks > 127
        for frame, mask in zip(frames, masks, strict=True):
            rows = np.flatnonzero(mask.any(axis=1))
            if len(rows):
                face = slice(rows[0], rows[-1] + 1)
                frame[face] = np.where(mask[face, :, None], frame[face][::-1], frame[face])
        return makers.Fake(frames, masks.astype(np.float32))


turned = makers.forge(UpsideDown(), clip, seed=0).frames

# %% id="clues-sealed-look" tags=["figure"]
show_pictures(
    [clip.frames[0], turned[0]],
    titles=["recording", "upside down"],
    alt="A face, and the same face upside down inside its outline: the mouth stands above the eyes.",
)


# %% id="clues-sealed-score"
def every_clue(frames, landmarks):
    """The seven clues, and their sum by the weights that were found on the table's five makers."""
    return combine.with_all_clues(seven.clue_values(frames, landmarks))


tried = contest.run({"upside down": UpsideDown()}, contest.film(12, seed=5), [every_clue], seed=5, levels=["H.264 23"])
found = {name: with_interval(tried.area(name, "upside down", "H.264 23")) for name in tried.names}
show_table(found, ["AUC"], names="clue", caption="AUC against the upside-down maker, with its 95 % interval")

# %% [markdown] id="clues-sealed-saw"
# Compare *all clues* with its row in the table, at H.264 23. Then look for single clues whose whole interval lies above 0.5: is the sum as good as they are? Its weights were found on five other makers; the sixth is under no duty to resemble them.
#
# From a terminal the same is `python -m unmasked.forensics.score my_maker.py --seed 5`. A maker that raises or gives back something that is no fake is told so in words, and the others are still scored. Lesson 15 uses it for a
# sealed set.

# %% [markdown] id="clues-clean-words"
# ## 9 · Were the pixels too clean?  (Further, 4 min)
#
# A drawn world makes one cheat easy: recordings that went through a camera, and fakes that never did. The cell tries it with the plainest detector there is: how much most pixels change from frame to frame. A wall stands
# still, so what changes there is grain. *Never filmed* are the same clips as drawn, without the camera.


# %% id="clues-clean"
def too_clean(frames):
    """How little grain a clip has: minus the median change from frame to frame, in grey levels."""
    return -np.median(np.abs(np.diff(compressed(frames, "JPEG 95").astype(float), axis=0)))


forged["never filmed"] = [makers.record(one.identity, one.seed, filmed=False).frames for one in clips]
grain = {maker: [too_clean(frames) for frames in films] for maker, films in forged.items()}
areas = {maker: auc(*roc(grain["real"], grain[maker])) for maker in ("never filmed", *forgers)}
show_table(areas, ["AUC"], names="against", caption="Clean pixels alone")

# %% [markdown] id="clues-clean-saw"
# Compare the first row with the others. Had our fakes skipped the camera, one line of code would have found them, and this lesson would have taught you nothing about forging. As it is, the makers change only the face. Most pixels are still the
# camera's own, so a number taken over the whole frame finds nothing. Whether the face itself still has its grain, your noise residual asks. Whenever you read of a detector that is nearly always right, ask what else its two piles differ in.

# %% [markdown] id="clues-note-further" tags=["instructor"]
# *For the instructor.* Sections 8 and 9 stand alone; 9 is the better discussion. Ask for other give-aways that a data set may carry: file names, resolution, the length of clips, one compression for all fakes.

# %% [markdown] id="clues-close"
# ## What you can now do
#
# - Score yourself with accuracy, d′ and an interval, and see when two scores cannot be told apart.
# - Turn a suspicion into a number that compares the face with its own surroundings.
# - Draw a ROC, read its area, and say why a clue's direction has to be settled before you look.
# - Say against which maker and at which compression a clue is alive.
# - Combine clues and score them on characters never seen.
#
# **Does this carry over to photographs?** The method does: clues of this kind, and their death by compression, are reported for films of persons as well (FaceForensics++ keeps three compressions for that reason). The numbers do not: toons have no pores, our clips are small and eight frames long, and
# which clue survives on photographs is another table.
#
# **Still open.** Is there a clue that every forger must leave? Each one here can be removed by somebody who knows it.

# %% [markdown] id="clues-predictions-words"
# What you predicted, beside what came out:

# %% id="clues-predictions"
played = widgets.results("second")
score = f"{sum(one['right'] for one in played)} of {len(played)}" if played else "not played"
predictions("clues", outcome={"clues.score": score} | outcome)

# %% [markdown] id="clues-quiz-words"
# Five questions on what is often got wrong.

# %% id="clues-quiz"
quiz("clues")

# %% [markdown] id="clues-sources"
# **Terms.** [AUC](../lessons/glossary.md#auc) · [d′](../lessons/glossary.md#d-prime) · [grain](../lessons/glossary.md#grain) · [Laplacian](../lessons/glossary.md#laplacian) ·
# [logistic regression](../lessons/glossary.md#logistic-regression) · [maker](../lessons/glossary.md#maker) · [ROC](../lessons/glossary.md#roc)
#
# **Sources.** Diel and others, *Human performance in detecting deepfakes: a systematic review and meta-analysis of 56 papers*, 2024. Green and Swets, *Signal detection theory and psychophysics*, 1966 (d′, ROC). Hautus, 1995 (d′ of small counts). Wilson,
# *Probable inference*, 1927 (the interval). Efron, *Bootstrap methods*, 1979. Rössler and others, *FaceForensics++*, 2019 (makers by compressions). Li and others, *Face X-ray*, 2020 (the blending boundary as a clue). Frank and others, *Leveraging frequency analysis for deep fake image recognition*, 2020 (spectrum).
# Matern and others, *Exploiting visual artifacts to expose deepfakes and face manipulations*, 2019 (clues by hand). Korshunova and others, *Fast face-swap using convolutional neural networks*, 2017 (the other network's plan). Reinhard and others, 2001 (colour transfer). Pérez and others, *Poisson image editing*, 2003.
