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
# **What gives a forged face away, and does it still do so after the film has been compressed?**
#
# | | |
# |---|---|
# | Time | 105 minutes: Core 70, Further 35 |
# | You need | lesson 00 (the game and the 95 % interval), lesson 04 (the swap), lesson 08 (how a face is put back; Lab and ΔE) |
# | You will be able to | turn a suspicion into a number, judge it with a ROC, and say on which fakes it works and on which it fails |
#
# "Look at the edges" and "watch the blinking" are pieces of advice that you find everywhere, and hardly anybody says how often they help.
# In this lesson each of them becomes a function from a clip to a number, which you'll try on five forgers and four compressions.
# We begin with the oldest detector there is, which is you.

# %% id="clues-imports" tags=["setup"]
import inspect
from collections import Counter
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import auc

from unmasked import makers, toons, widgets
from unmasked.course import check
from unmasked.experiments.tables import load_table
from unmasked.forensics import clues as seven
from unmasked.forensics import combine, contest, face_crops, people, regions
from unmasked.forensics.compression import LEVELS, compressed
from unmasked.forensics.roc import auc_interval, criterion, d_prime
from unmasked.makers import stills
from unmasked.metrics import wilson_interval
from unmasked.training.progress import progress_bar
from unmasked.widgets import alt_text, predict, predictions, quiz, show, show_pictures, show_table

# %% [markdown] id="clues-play-words"
# ## 1 · Spot the fake, again  (Core, 12 min)
#
# In lesson 00 *spot the fake* told you your score, but not which answers were right.
# Now you play on twenty new pictures and you're told after each one, so this is also a small experiment on whether looking can be trained.
#
# If the new pictures were easier you'd seem to have learned, so the second game should be about as hard as the first.
# Every fake has a true picture, and so we can measure how far it's off, in grey levels. Of three possible games the cell takes the one that is nearest to lesson 00's.

# %% id="clues-game"
first = stills.items(seed=0)
candidates = [stills.items(seed=seed) for seed in (1, 2, 3)]
second = min(candidates, key=lambda items: abs(stills.difficulty(items) - stills.difficulty(first)))
games = {"the first game": first} | {f"candidate {number}": items for number, items in enumerate(candidates, start=1)}
off_by = {name: stills.difficulty(items) for name, items in games.items()}
show_table(off_by, ["fakes off by"], form=".1f", caption="How far fakes are off, in grey levels")
print(f"you play the one with {stills.difficulty(second):.1f}")

# %% id="clues-score-predict"
predict("clues.score")

# %% id="clues-spot"
widgets.spot_the_fake(second, game="second", feedback=True)

# %% [markdown] id="clues-unsealed-words"
# If you finished lesson 00's game, here are its twenty pictures as well, unsealed.

# %% id="clues-unsealed"
done = len(widgets.results("first")) == len(first)
widgets.spot_the_fake(first, game="first", feedback=True) if done else print("lesson 00's game isn't finished")

# %% [markdown] id="clues-score-words"
# Accuracy mixes two things, how well you tell the two kinds apart and which way you lean when you aren't sure. Somebody who calls everything fake catches every fake and has learned nothing.
# So we take two shares, the fakes that you *caught* and the recordings that you *accused*, and turn each into z, which counts standard deviations along the bell curve (z of a half is 0, z of 84 % is about 1).
#
# [d′](../lessons/glossary.md#d-prime), say *d prime*, is z(caught) − z(accused) and tells how far apart the two kinds lie for you. At 0 you're guessing, 1 is fair, 3 is nearly perfect, and below 0 you're wrong more often than right.
# The [criterion](../lessons/glossary.md#criterion) is −(z(caught) + z(accused)) / 2 and tells how you lean. Above 0 you'd rather say *real*, below 0 rather *fake*. (Half an answer is added to each count, so that a perfect score stays finite.)


# %% id="clues-score"
def taken_apart(hits, fakes, alarms, reals):
    """The shares of fakes caught and of recordings accused, and what they say."""
    shares = {"caught": f"{hits / fakes:.0%}", "accused": f"{alarms / reals:.0%}"}
    counts = hits, fakes, alarms, reals
    return shares | {"d′": d_prime(*counts), "criterion": criterion(*counts)}


def score_row(answers):
    """A game's row of the table."""
    said, fakes = Counter((one["fake"], one["said"]) for one in answers), sum(one["fake"] for one in answers)
    if fakes in (0, len(answers)):
        return {"right": "not played yet, or hardly"}
    right, count = sum(one["right"] for one in answers), len(answers)
    low, high = wilson_interval(right, count)
    row = {"right": f"{right / count:.0%} of {count}", "95 % interval": f"{low:.0%} to {high:.0%}"}
    return row | taken_apart(said[True, "fake"], fakes, said[False, "fake"], count - fakes)


scores = {f"{game} game": score_row(widgets.results(game)) for game in ("first", "second")}
show_table(scores, names="you", form=".1f")
widgets.guessed("clues.score")

# %% [markdown] id="clues-score-saw" tags=["saw"]
# If each of your two scores lies inside the other game's interval, twenty pictures can't say that you got better, even if you did.
# If they don't even touch, luck alone hardly explains the difference, and anything between leaves it open.
#
# Then look at where a change came from. If you caught more *and* accused more, your criterion fell, and unless d′ rose as well, you've become more suspicious without seeing any better.

# %% [markdown] id="clues-people-words"
# How do other people do, and does training help them? Take a guess before the next cell tells.

# %% id="clues-training-predict"
predict("clues.training")

# %% id="clues-people"
rows = {
    kind: {"right": f"{right:.1%}", "95 % interval": f"{low:.1%} to {high:.1%}"}
    for kind, (right, low, high) in people.RIGHT.items()
}
show_table(rows, names="people", caption="56 papers, 86,155 people (Diel and others, 2024)")
trained = {group: taken_apart(*counts) for group, counts in people.TRAINED.items()}
show_table(trained, names="people", form=".1f", caption="Faces drawn whole by a network (Gray and others, 2025)")
widgets.guessed("clues.training")

# %% [markdown] id="clues-people-saw" tags=["saw"]
# Over all media, and for images and video alone, the interval includes one half, so people as a group can't be told from guessers. With training or aids they were right about two times in three. Those were other pictures than yours, so they're a warning and not an opponent.
#
# Untrained people took drawn faces for real more often than real ones, and so their d′ lies below 0. After five minutes of training another group caught far more fakes and accused about as many real faces, which brought them up to about guessing.
# Looking is weak evidence, even with a checklist in your head, and so from here on we measure.

# %% [markdown] id="clues-note-play" tags=["instructor"]
# *For the instructor.* 12 minutes, of which the game takes seven. The usual confusion is to take a score that rose by two pictures for learning.

# %% [markdown] id="clues-film-words"
# ## 2 · Recordings and forgers  (Core, 8 min)
#
# Twenty pictures left your own score wide open, so an experiment needs many recordings of many characters, and forgers who never tire.
# `makers.record` films a stranger for eight frames. Every recording goes through a camera of its own, with some lens blur, [grain](../lessons/glossary.md#grain), colour and JPEG, and in about one clip in three a hand passes in front.
# Here the same stranger is filmed without and with a hand, and five [makers](../lessons/glossary.md#maker) forge both takes.

# %% id="clues-film"
stranger, forgers = toons.sample_identity(203), makers.built_in()


def film(side, hand):
    """A take of `side` pixels; its frames, and those of the five fakes made of it."""
    clip = makers.record(stranger, seed=1, side=side, hand=hand)
    fakes = {name: makers.forge(maker, clip, seed=0).frames for name, maker in forgers.items()}
    return clip, {"recording": clip.frames} | fakes


(_, free), (_, passing) = film(256, hand=False), film(256, hand=True)

# %% [markdown] id="clues-film-look-words"
# Look at the edges, at the eyes, and at what becomes of the hand. Which of the five would you have believed?

# %% id="clues-film-look" tags=["figure"]
names = list(free)
for three, alt in ((names[:3], "clues.makers"), (names[3:], "clues.makers-more")):
    rows = [[free[name][0] for name in three], [passing[name][3] for name in three]]
    show_pictures(rows, titles=three, rows=["frame 1", "with a hand"], scale=0.8, smooth=True, alt=alt)

# %% [markdown] id="clues-makers-words"
# Each maker gets the recording and gives back a fake of the same character doing something else.
#
# - A **box paste** comes from a cousin of lesson 04's autoencoder that draws anybody whose average face it's shown. It's pasted as a rectangle, in the network's own colours.
# - In a **feathered swap** the same network's face stays inside the outline, with a wide soft edge, matched colours and matched grain.
# - In a **Poisson swap** it's Poisson-blended, each frame by itself.
# - The maker called **another network** has no bottleneck and learned from true pairs, which only a drawn world has. Its mask is the drawing's own, so it knows what passes in front.
# - A **splice** needs no network, because it's the character's own face from a recording of another day.
#
# The first four take an actor's expression, the splice that of the other day. No maker sees what the character would truly have looked like.

# %% [markdown] id="clues-crops-words"
# You've looked at 256 pixels, where a network that draws 64 looks soft at once. From here on we measure on 96, because a face has hardly more pixels there than the network drew, and so blur alone doesn't settle everything.
#
# You're the examiner, and you get the frames and the landmarks, the same for a recording and its fakes. The landmarks are the drawing's own and exact, as no film would give them (lesson 05 finds them instead).
# `face_crops` uses points on the skull to cut out the face with a margin, and `regions` uses those of jaw and nose to tell where in the crop the face is and which band lies right around it. Where a crop leaves the frame, its last pixels are repeated.

# %% id="clues-crops"
clip, films = film(96, hand=False)
crops = face_crops(clip.frames, clip.landmarks, side=96)
inside, around = regions(clip.landmarks, side=96)
print(crops.shape, inside.shape, inside.dtype)

# %% id="clues-crops-look" tags=["figure"]
tinted = crops[0].copy()
tinted[inside[0], 0] = 255
tinted[around[0], :2] = 255
show_pictures(
    [crops[0], tinted, face_crops(films["box paste"], clip.landmarks, side=96)[0]],
    titles=["crop", "inside (red), around (yellow)", "the box paste, same crop"],
    scale=2.3,
    smooth=True,
    alt="clues.crops",
)

# %% [markdown] id="clues-note-makers" tags=["instructor"]
# *For the instructor.* 8 minutes. The usual confusion is that the camera is there for looks. Without it clean pixels would betray every fake (section 10 tries it). Ask which of the five the class would publish.

# %% [markdown] id="clues-blur-words"
# ## 3 · A first clue, and how to judge it  (Core, 18 min)
#
# You've seen the first suspicion with your own eyes: *a network draws softer than a lens*.
# The [Laplacian](../lessons/glossary.md#laplacian) says how sharp a pixel is, by how far it lies from the mean of its four neighbours.
# A sharp camera and a blurred one give different numbers for honest faces too, so we compare the face with what surrounds it in the same picture.
#
# ### Your turn · Blur ratio  (●○○, 3 min)
# This is your first clue, and most others follow its pattern of face against surroundings.
# `sharp` holds the size of the Laplacian of every pixel. Take its mean around and its mean inside, each over all frames together, and return the logarithm of the first over the second. It's 0 when both are alike and above 0 when the face is softer.


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
# One clip proves nothing, so we film sixteen strangers and let all five makers forge each of them.
# `measure` also sends everything through the mildest compression, since any clip that reaches you has been saved at least once.

# %% id="clues-clips"
clips = contest.film(characters=16, seed=2)
forged = {"real": [one.frames for one in clips]}
with progress_bar("makers", 0, len(forgers)) as bar:
    for name, maker in forgers.items():
        forged[name] = [makers.forge(maker, one, seed=0).frames for one in clips]
        bar.update()


@cache  # the recordings are asked for again with every maker
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
# Don't be surprised by means below 0, because eyes and mouth have more edges than a cheek or a wall. What counts is how far the fakes lie above the recordings, and since the ranges overlap, no line between them is free of mistakes.
#
# Choose a threshold all the same, and call everything at or above it fake. The **hit rate** is the share of fakes that you catch, the **false-alarm rate** the share of recordings that you accuse, and as the threshold slides from high to low the two draw a curve, the [ROC](../lessons/glossary.md#roc).
#
# ### Your turn · ROC  (●●○, 5 min)
# With this function you can judge any clue there is without choosing a threshold.
# The thresholds are given, from "nothing is fake" down to the lowest score. Work out both rates for each of them.


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
# The area under the curve, [AUC](../lessons/glossary.md#auc), puts it in one number. It's the chance that a fake drawn at random scores higher than a recording drawn at random, so 0.5 is guessing and 1 is perfect.
# A curve that hugs the diagonal belongs to a clue that knows nothing about that maker.

# %% id="clues-roc-look" tags=["figure"]
figure, axes = plt.subplots(figsize=(5.4, 4.8))
for maker, dash in zip(forgers, ["-", "--", "-.", ":", (0, (1, 1))], strict=True):
    alarms, hits = roc(blur["real"], blur[maker])
    axes.plot(alarms, hits, linestyle=dash, linewidth=2, label=f"{maker}, AUC {auc(alarms, hits):.2f}")
axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
axes.set(xlabel="false alarms (recordings accused)", ylabel="hits (fakes caught)", title="ROC of the blur ratio")
axes.legend(frameon=False, fontsize=9, loc="lower right")
areas = {maker: auc(*roc(blur["real"], blur[maker])) for maker in forgers}
show(figure, alt=alt_text("clues.roc", areas=", ".join(f"{maker} {area:.2f}" for maker, area in areas.items())))

# %% id="clues-roc-saw"
best, worst = max(areas, key=areas.get), min(areas, key=areas.get)
print(f"blur catches {best} best (AUC {areas[best]:.2f}) and {worst} worst (AUC {areas[worst]:.2f})")

# %% [markdown] id="clues-own-words"
# Your own answers, from *surely real* to *surely fake*, are scores too, so you can be judged as a clue is.

# %% id="clues-own"
kinds = {False: [], True: []}
for one in widgets.results("second"):
    kinds[one["fake"]].append(one["rating"])
own = f"{auc(*roc(kinds[False], kinds[True])):.2f}" if all(kinds.values()) else "not known before you've played"
print("your AUC in the second game:", own)

# %% [markdown] id="clues-sides-words"
# Does the maker that is caught worst draw the sharpest face? Look at the two sides of your ratio.


# %% id="clues-sides"
def sharpness(crops, inside, around):
    sharp = seven.laplacian(crops)
    return sharp[inside].mean(), sharp[around].mean()


rows = {}
for maker in ("real", "box paste", "Poisson swap", "splice"):
    face, band = np.mean(measure(sharpness, maker), axis=0)
    rows[maker] = {"inside": face, "around": band}
show_table(rows, names="maker", caption="Sharpness")

# %% [markdown] id="clues-roc-read" tags=["saw"]
# Compare *box paste* with *real*. Its face is soft, but its rectangle also covers part of the band around the face, so both sides of the ratio are soft and the ratio says little.
# The splice, which no network has touched, is softer inside than a recording too. Its face was cut out of one film, turned, scaled and laid into another, and each of these steps mixes pixels.
# A clue measures something *near* the suspicion behind it, and not always the thing itself.

# %% [markdown] id="clues-note-roc" tags=["instructor"]
# *For the instructor.* 18 minutes. The usual confusion is to read AUC as accuracy. AUC needs no threshold and no share of fakes, and accuracy needs both (lesson 13).

# %% [markdown] id="clues-flicker-words"
# ## 4 · A second clue: the face trembles  (Core, 11 min)
#
# Blur looks at one frame at a time, and a film has something that a picture lacks, which is time.
# Each frame is forged by itself, so the suspicion is that *the face trembles*, because it sits on the head a little differently each time.
#
# ### Your turn · Trembling  (●●○, 3 min)
# A head that moves steadily isn't trembling, so we need something that leaves steady motion out.
# Take three frames in a row. If nothing trembles, the middle one lies on the straight line between its neighbours, and what the line doesn't explain is $f_{t-1} - 2 f_t + f_{t+1}$, the second difference.
# Return its size for all pixels and all frames that have two neighbours, so that T frames give T − 2. You need no loop.


# %% id="clues-flicker"
def trembling(grey):
    """|f(t−1) − 2·f(t) + f(t+1)|: float (T, H, W) in, float (T − 2, H, W) out."""
    ### BEGIN SOLUTION
    return np.abs(grey[:-2] - 2 * grey[1:-1] + grey[2:])
    ### END SOLUTION


# %% id="clues-flicker-check"
trembling = check("clues.flicker", trembling)

# %% [markdown] id="clues-flicker-look-words"
# Here it is in a recording and in two of its fakes. What trembles in an honest face, and how does the box paste differ from the Poisson swap?

# %% id="clues-flicker-look" tags=["figure"]
three = ["recording", "Poisson swap", "box paste"]
greys = {name: seven.soft_grey(face_crops(films[name], clip.landmarks, 96)) for name in three}
shaken = {name: trembling(grey)[2] for name, grey in greys.items()}
top = max(one.max() for one in shaken.values())
show_pictures(
    [[greys[name][3] / 255 for name in three], [np.minimum(1, 2 * shaken[name] / top) for name in three]],
    titles=three,
    rows=["frame 4", "its trembling"],
    scale=2.1,
    smooth=True,
    alt="clues.trembling",
)

# %% [markdown] id="clues-flicker-ratio-words"
# A mouth trembles too, and so does a hand. What gives a fake away is that the face jumps *as one piece*.
# For each frame `jumps` finds the one shift, in pixels, that explains most of the second difference (after Lucas and Kanade). The clue then compares the face with its surroundings, as your first one did.


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

# %% [markdown] id="clues-jumps-saw" tags=["saw"]
# In the box paste the band jumps along with the face, so the ratio hides the jump as it hid the blur before.

# %% [markdown] id="clues-four-words"
# Three clips don't make a rule, so let's put both clues before all five makers and say how sure we are.
# Draw sixteen characters out of our sixteen, the same one possibly several times, work out the AUC again, and do so 400 times. The middle 95 % of the results are its interval, and the procedure is called *bootstrap*.
# We call a clue *alive* against a maker if the whole interval lies above 0.5, and *dead* otherwise.

# %% id="clues-two"
whose = [one.identity.marks for one in clips]


def judged(clue, maker, level="JPEG 95"):
    """A clue's AUC against a maker, and the 95 % interval of it."""
    real, fake = (np.array(measure(clue, who, level)) for who in ("real", maker))
    low, high = auc_interval(real, fake, whose, whose)
    return {"auc": auc(*roc(real, fake)), "low": low, "high": high}


def in_words(found):
    return f"{found['auc']:.2f} ({found['low']:.2f} to {found['high']:.2f})"


mine = {"blur ratio": blur_ratio, "flicker": flicker}
rows = {maker: {name: in_words(judged(clue, maker)) for name, clue in mine.items()} for maker in forgers}
show_table(rows, names="maker", caption="AUC at JPEG 95, with its 95 % interval")

# %% [markdown] id="clues-two-saw" tags=["saw"]
# Read the column of *flicker* from top to bottom. Poisson swap and another network place the face by points that shake from frame to frame, while feathered swap and splice have a steady hand. The box paste shakes most, and takes its surroundings along.
# So a clue isn't good or bad in itself but good *against some maker*, and somebody who tells you that fakes tremble has looked at certain makers only.

# %% [markdown] id="clues-sign-words"
# An AUC below 0.5 means that the fakes look *less* forged than the recordings. You might want to turn such a clue's sign, but then you'd fit it to the very clips that you score it on.
# Its direction has to come from the suspicion, before you look, or from other clips.

# %% [markdown] id="clues-note-more" tags=["instructor"]
# *For the instructor.* 11 minutes. The usual confusion is to look for the one clue that always works. Ask what the feathered swap does against each of the two, and what that costs its forger.

# %% [markdown] id="clues-three-words"
# ## 5 · Seven clues under the microscope  (Core, 8 min)
#
# Your two clues have five companions in the library, and each of them grew out of something that forgers do.
#
# | clue | suspicion |
# |---|---|
# | blur ratio | a network draws soft |
# | boundary step | the edge of the outline shows, or that of a box |
# | double edge | a pasted face brings a second jaw line |
# | spectrum | a network leaves out fine detail |
# | noise residual | the grain is missing |
# | flicker | the face jumps as one piece |
# | occlusion | what passes in front is painted over |
#
# Here is one of them as it stands in the library, and `inspect.getsource` shows you any other.
# `power` says how strong waves of each length are, by the [Fourier transform](../lessons/glossary.md#fourier-transform), which takes a picture apart into waves. `bands` takes two means of it, over waves of four to eight pixels and of two to under three, and `TINY` keeps the fraction from dividing by 0.

# %% id="clues-source"
print(inspect.getsource(seven.spectrum))

# %% [markdown] id="clues-microscope-words"
# Under the microscope lies the take with the hand. Choose a clue, a maker and how both films were saved (section 6 explains that), and the number line shows the clue for the fake and for its recording.
# The maps show where these numbers come from. Drag the loupe over the forged face to see a spot from close by, and switch it to *recording* to see what was there before.
# Try *occlusion* with *box paste*, and *flicker* with *Poisson swap*. What would a forger have to do so that the fake's map looks like the recording's?

# %% id="clues-microscope"
crossed = makers.record(stranger, seed=1, hand=True)
widgets.microscope(crossed, forgers)

# %% [markdown] id="clues-note-microscope" tags=["instructor"]
# *For the instructor.* 8 minutes. The usual confusion is to take a map that lights up for proof, although it lights up on recordings too. Ask for a clip where the recording scores higher than the fake.

# %% [markdown] id="clues-compression-words"
# ## 6 · Compression  (Core, 9 min)
#
# So far your clips were saved once, and mildly, while a real one is saved, sent, shown and saved again.
# [H.264](../lessons/glossary.md#h264), the usual format of films, throws away first what an eye misses least, and more of it the higher the number behind it. With JPEG, which saves each frame by itself, the number is the quality, so 60 throws away more than 95.

# %% id="clues-compression-predict"
predict("clues.compression")

# %% id="clues-compression"
rows = {level: {name: in_words(judged(clue, "Poisson swap", level)) for name, clue in mine.items()} for level in LEVELS}
show_table(rows, names="level", caption="AUC against Poisson swap, with its 95 % interval")

# %% [markdown] id="clues-table-words"
# Sixteen characters are few. The whole table, seven clues against five makers at four compressions, was worked out beforehand on forty, by the command that the cell prints.
# Each number in the picture is an AUC in percent, orange above guessing and violet below. An eighth row puts all clues together (section 8).

# %% id="clues-table"
table = load_table("clues")
print(table["command"], table["settings"])
names, who, levels = table["clues"], table["makers"], table["levels"]
area = {(row["clue"], row["maker"], row["level"]): row["auc"] for row in table["rows"]}
width = np.mean([row["high"] - row["low"] for row in table["rows"]])
print(f"{len(table['rows'])} cells; a 95 % interval is {width:.2f} wide on average")

# %% id="clues-table-look" tags=["figure"]
grid = np.array([[area[name, maker, level] for maker in who for level in levels] for name in names])
figure, axes = plt.subplots(figsize=(8.4, 4.6))
axes.imshow(grid, cmap="PuOr_r", vmin=0, vmax=1, aspect="auto")
for (row, column), value in np.ndenumerate(grid):
    ink = "0.0" if 0.13 < value < 0.87 else "1.0"
    axes.text(column, row, f"{100 * value:.0f}", ha="center", va="center", fontsize=9.5, color=ink)
for edge in range(1, len(who)):
    axes.axvline(len(levels) * edge - 0.5, color="1.0", linewidth=4)
axes.set_yticks(range(len(names)), names, fontsize=10)
axes.set_xticks(range(grid.shape[1]), levels * len(who), rotation=90, fontsize=9)
for number, maker in enumerate(who):
    axes.text(len(levels) * (number + 0.5) - 0.5, -0.8, maker, ha="center", fontsize=10)
axes.tick_params(length=0)
axes.spines[:].set_visible(False)
means = ", ".join(f"{name} {100 * grid[number].mean():.0f}" for number, name in enumerate(names))
show(figure, alt=alt_text("clues.table", means=means))

# %% [markdown] id="clues-dead-words"
# Which clues are alive at the mildest compression, and which of those does the strongest one kill?

# %% id="clues-dead"
alive = {(row["clue"], row["maker"], row["level"]) for row in table["rows"] if row["low"] > 0.5}
rows = {}
for name in names[:-1]:
    before = [maker for maker in who if (name, maker, levels[0]) in alive]
    killed = [maker for maker in before if (name, maker, levels[-1]) not in alive]
    rows[name] = {f"alive at {levels[0]}": f"{len(before)} of {len(who)}"}
    rows[name][f"{levels[-1]} kills"] = ", ".join(killed) or "nothing"
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
widgets.guessed("clues.compression")

# %% [markdown] id="clues-dead-saw" tags=["saw"]
# *Spectrum* falls furthest on the way to H.264 40, and *occlusion*, taken over all makers, hardly falls. Saving as JPEG 60 even *helped* spectrum against feathered swap and another network.
# An interval that barely clears 0.5 can be luck. Even if all 35 pairs were dead, about one of them would look alive at each compression, because a 95 % interval errs on that side one time in forty.
#
# This table is the result of the lesson. A claim such as "our tool looks at the spectrum" means nothing without its column.

# %% [markdown] id="clues-hand-words"
# One row is unfair, because occlusion can only speak where something passes in front. So here it is on the clips with a hand alone.

# %% id="clues-hand"
hands = {(one["maker"], one["level"]): one for one in table["occlusion_with_hand"]}
rows = {maker: {level: in_words(hands[maker, level]) for level in (levels[0], levels[-1])} for maker in who}
show_table(rows, names="maker", caption="AUC of occlusion where a hand passes, with its 95 % interval")

# %% [markdown] id="clues-hand-saw" tags=["saw"]
# *Another network* leaves the hand alone, because its mask knows the hand, and so occlusion can't tell it from a recording.
# An interval from 1.00 to 1.00 isn't certainty. The bootstrap can only draw what it has, and among these few clips every fake scored above every recording.

# %% [markdown] id="clues-note-compression" tags=["instructor"]
# *For the instructor.* 9 minutes. The usual confusion is "compression hides fakes". It hides some traces and adds its own to real and fake alike. Go back to the microscope for *spectrum* with *Poisson swap*, from JPEG 95 to H.264 40.

# %% [markdown] id="clues-step-words"
# ## 7 · Two more suspicions: edge and grain  (Further, 13 min)
#
# You've built two of the table's seven rows, and here are two more to build.
#
# *The mask's edge shows.* A forger has to stop somewhere, and a wrong colour stops there too. `rim_pieces` cuts the outline into twelve pieces, each as two strips, one right inside and one right outside. In an honest picture both are mostly the same skin.
#
# ### Your turn · Rim step  (●●○, 4 min)
# Single pixels differ by texture and grain, so we compare means.
# For each piece take the mean colour of either strip over all frames, and then the length of the difference of the two, which are vectors of three numbers. Return the median over the pieces, so that one strand of hair can't decide. The colours are in Lab, so it's a [ΔE](../lessons/glossary.md#delta-e).


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
# *The grain is missing.* A network's output has no grain. A careful forger adds some, but is it enough, and is it of the right kind?
# `fine` is the speckle that a small [median filter](../lessons/glossary.md#median-filter) takes away from each pixel. It would take an edge for speckle, so we look on flat ground only.
#
# ### Your turn · Noise residual  (●○○, 2 min)
# It's the pattern of your blur ratio with one more condition.
# Return the logarithm of the mean of `fine` on flat ground around over its mean on flat ground inside, all frames together. It's above 0 when the face has less.


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

# %% id="clues-four"
more = {"rim step": rim_step, "noise residual": noise_residual}
rows = {maker: {name: in_words(judged(clue, maker)) for name, clue in more.items()} for maker in forgers}
show_table(rows, names="maker", caption="AUC at JPEG 95, with its 95 % interval")

# %% [markdown] id="clues-four-saw" tags=["saw"]
# Put this table beside the one of section 4: in our run no maker escaped all four.
# A wide soft edge and matched colours are made against the rim step, and matched grain against the noise residual. The feathered swap takes this trouble, and in our run only the grain paid.

# %% [markdown] id="clues-note-four" tags=["instructor"]
# *For the instructor.* 13 minutes. The usual confusion is to average distances instead of measuring the distance of averages, and the check names it.

# %% [markdown] id="clues-combine-words"
# ## 8 · Together, and split honestly  (Further, 7 min)
#
# Seven witnesses may know more than one alone, so [logistic regression](../lessons/glossary.md#logistic-regression) weighs the clues and adds them up.
# The sum has to be scored on characters that it never saw, because otherwise it could learn faces instead of forgeries. So `held_out_scores` deals *characters* into five parts and scores each part by weights from the other four.
# First `contest.run` does for all seven what you did for two.

# %% id="clues-seven"
with progress_bar("examined", 0, len(forgers) + 1) as bar:
    few = contest.run(
        forgers, clips, [seven.clue_values], seed=0, levels=["H.264 23"], progress=lambda who: bar.update()
    )
print(f"{len(few.rows)} rows, each with the numbers of {len(seven.CLUES)} clues")

# %% id="clues-combine"
values = np.array([[row[name] for name in seven.CLUES] for row in few.rows])
fake = np.array([row["maker"] != "real" for row in few.rows])
characters = np.array([row["character"] for row in few.rows])
together = combine.held_out_scores(values, fake, characters, list(seven.CLUES))
scores = dict(zip(seven.CLUES, values.T, strict=True)) | {"all clues": together}
areas = {name: auc(*roc(some[~fake], some[fake])) for name, some in scores.items()}
show_table(areas, ["AUC"], names="clue", caption="Five makers at once, at H.264 23")

# %% [markdown] id="clues-combine-saw" tags=["saw"]
# One set of weights has to serve all five makers here, and in the last row of the big table all four compressions as well. Maker by maker, that row is about as good as the best single clue above it, and you needn't know which clue that is.
# The weights were taught by these five makers. What they do against a sixth is the most important question.

# %% [markdown] id="clues-sealed-words"
# ## 9 · A maker nobody has seen  (Further, 9 min)
#
# So let's bring in a sixth. A maker is anything with a `name` and a `make(clip, rng)`, and here is a crude one that turns the face upside down inside its outline.
# One call puts it before the seven clues and their sum.


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


large = makers.record(stranger, seed=1, side=256, hand=False)
turned = makers.forge(UpsideDown(), large, seed=0).frames

# %% id="clues-sealed-look" tags=["figure"]
show_pictures(
    [large.frames[0], turned[0]], titles=["recording", "upside down"], scale=1.1, smooth=True, alt="clues.turned"
)


# %% id="clues-sealed-score"
def every_clue(frames, landmarks):
    """The seven clues, and their sum by the weights that were found on the table's five makers."""
    return combine.with_all_clues(seven.clue_values(frames, landmarks))


tried = contest.run({"upside down": UpsideDown()}, contest.film(12, seed=5), [every_clue], seed=5, levels=["H.264 23"])
found = {name: in_words(tried.area(name, "upside down", "H.264 23")) for name in tried.names}
show_table(found, ["AUC"], names="clue", caption="AUC against the upside-down maker, with its 95 % interval")

# %% [markdown] id="clues-sealed-saw" tags=["saw"]
# In the big table *all clues* does well at H.264 23. In our run it couldn't tell this maker's fakes from recordings, although boundary step and flicker were alive.
# Its weights were found on five other makers, and nothing obliges a sixth to resemble them.
#
# For a maker of your own, `python -m unmasked.forensics.score my_maker.py --seed 5` does the same from a terminal.

# %% [markdown] id="clues-clean-words"
# ## 10 · Were the pixels too clean?  (Further, 6 min)
#
# The last test is one of the lesson itself, because a drawn world makes one cheat easy: recordings that went through a camera, beside fakes that never did.
# The cell tries it with the plainest detector there is: how much most pixels change from frame to frame. A wall stands still, so what changes there is grain. *Never filmed* are the same clips without the camera.


# %% id="clues-clean"
def too_clean(frames):
    """How little grain a clip has: minus the median change from frame to frame, in grey levels."""
    return -np.median(np.abs(np.diff(compressed(frames, "JPEG 95").astype(float), axis=0)))


forged["never filmed"] = [makers.record(one.identity, one.seed, filmed=False).frames for one in clips]
grain = {maker: [too_clean(frames) for frames in films] for maker, films in forged.items()}
areas = {maker: auc(*roc(grain["real"], grain[maker])) for maker in ("never filmed", *forgers)}
show_table(areas, ["AUC"], names="against", caption="Clean pixels alone")

# %% [markdown] id="clues-clean-saw" tags=["saw"]
# Compare the first row with the others. Had our fakes skipped the camera, one line of code would have found most of them, and you'd have learned nothing about forging.
# The makers of this lesson change only the face, so most pixels are still the camera's own, and a number taken over the whole frame finds nothing.
# Whenever you read of a detector that is nearly always right, ask what else its two piles differ in.

# %% [markdown] id="clues-note-further" tags=["instructor"]
# *For the instructor.* Sections 7 to 10 stand alone, and 10 is the best discussion. Ask what else could give a data set away, such as file names or resolution.

# %% [markdown] id="clues-close"
# ## What you can now do  (Core, 4 min)
#
# - Score yourself by accuracy, d′ and criterion, and see when two scores can't be told apart.
# - Turn a suspicion into a number that compares the face with its own surroundings.
# - Draw a ROC, read its area, and say why a clue's direction is settled before you look.
# - Say against which maker and at which compression a clue is alive.
#
# **Does this carry over to photographs?** The method does. Clues of this kind, and their death by compression, are reported for films of persons as well, and FaceForensics++ keeps three compressions for that reason.
# The numbers don't, because toons have no pores, our clips are small and short, and the landmarks were exact.
#
# **Still open.** Is there a clue that every forger must leave? Each one in this lesson can be removed by somebody who knows it.

# %% [markdown] id="clues-predictions-words"
# What you predicted stands here beside what came out.

# %% id="clues-predictions"
played = widgets.results("second")
outcome["clues.score"] = f"{sum(one['right'] for one in played)} of {len(played)}" if played else "not played"
before, after = trained.values()
outcome["clues.training"] = ", ".join(f"{kind} {before[kind]} → {after[kind]}" for kind in ("caught", "accused"))
predictions("clues", outcome=outcome)

# %% [markdown] id="clues-quiz-words"
# Five questions are left, on what many get wrong.

# %% id="clues-quiz"
quiz("clues")

# %% [markdown] id="clues-sources"
# **Terms.** [AUC](../lessons/glossary.md#auc) · [criterion](../lessons/glossary.md#criterion) · [d′](../lessons/glossary.md#d-prime) · [grain](../lessons/glossary.md#grain) · [Laplacian](../lessons/glossary.md#laplacian) ·
# [logistic regression](../lessons/glossary.md#logistic-regression) · [maker](../lessons/glossary.md#maker) · [ROC](../lessons/glossary.md#roc)
#
# **Sources.** Diel and others, *Human performance in detecting deepfakes*, 2024. Gray and others, *Training human super-recognizers' detection and discrimination of AI-generated faces*, 2025 (StyleGAN3; typical ability).
# Green and Swets, *Signal detection theory and psychophysics*, 1966 (d′, criterion, ROC). Hautus, 1995 (d′ of small counts). Wilson, 1927 (the interval). Efron, *Bootstrap methods*, 1979. Rössler and others, *FaceForensics++*, 2019 (makers by compressions). Li and others, *Face X-ray*, 2020 (the blending boundary).
# Frank and others, *Leveraging frequency analysis for deep fake image recognition*, 2020 (spectrum). Matern and others, *Exploiting visual artifacts*, 2019 (clues by hand). Lucas and Kanade, 1981 (jumps). Korshunova and others, 2017 (the other network's plan).
