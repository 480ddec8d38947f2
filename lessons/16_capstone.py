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

# %% [markdown] id="capstone-card"
# # 16 · Capstone: forger and examiner
#
# **You've built both sides of this game. How good are yours against makers and examiners that you don't control, and how sure can you be of it?**
#
# | | |
# |---|---|
# | Time | 180 minutes: Core 145, Further 35 |
# | You need | the clues, makers and ROC of lesson 12, the AUC of lesson 13; blending (08) and the model card (14) help |
# | You will be able to | plan an entry before you see its score, run makers and examiners that may crash, compare two examiners on the same characters, and report what you found |
#
# There's nothing to copy in this lesson.
# You get a forger and an examiner that work and aren't good, a contest that scores them honestly, and as much time as you like to improve them.

# %% id="capstone-imports" tags=["setup"]
import math
from datetime import date
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from unmasked import makers, toons, widgets
from unmasked.course import certificate, check, lesson
from unmasked.experiments import capstone
from unmasked.experiments.tables import load_table
from unmasked.forensics import contestant, leaderboard, quality, roc, score
from unmasked.forensics.compression import compressed
from unmasked.forensics.roc import auc as area
from unmasked.makers.clip import recorded_again
from unmasked.provenance import cards
from unmasked.widgets import alt_text, guessed, predict, predictions, quiz, show, show_pictures, show_table

# %% [markdown] id="capstone-hall-words"
# Here's one moment of a clip, six times.
# One of the six is the recording, and the other five are fakes that the course's own [makers](../lessons/glossary.md#maker) made of it, in which the same character does something else.
# Your forger will have to stand in this row.

# %% id="capstone-hall"
clip = makers.record(toons.sample_identity(1616), seed=3, hand=False)
hall = {"recording": clip.frames}
for name, maker in makers.built_in().items():
    hall[name] = makers.forge(maker, clip, seed=3).frames
letters = dict(zip("ABCDEF", np.random.default_rng(7).permutation(list(hall)), strict=True))

# %% id="capstone-hall-look" tags=["figure"]
for part in ("ABC", "DEF"):
    show_pictures(
        [hall[letters[one]][4] for one in part], titles=list(part), alt="capstone.hall", scale=2.6, smooth=True
    )

# %% id="capstone-hall-predict"
predict("capstone.real")

# %% [markdown] id="capstone-note-card" tags=["instructor"]
# *For the instructor.* 2 minutes.
# Let everybody vote by hand before they click, and write the counts on the board; section 4 says who was right.

# %% [markdown] id="capstone-plan-words"
# ## 1 · A plan before a score  (Core, 15 min)
#
# You'll enter a maker, an examiner, or both.
# A contest in which you may try as often as you like, on the clips that decide, is one that you can win by patience alone.
# So this one has two kinds of seeds.
# A seed says which strangers are filmed, and all chance of the makers with it.
# *Practice seeds* are yours, and you can look at their scores a hundred times.
# The *final seed* is for one run, at the very end, and in a class the instructor announces it after everybody has handed in.
# What is kept back in this way is called a [sealed set](../lessons/glossary.md#sealed-set).
#
# The second protection is to write down what you claim before you know, and what would make you give the claim up.
# Here is such a plan as a form, like lesson 14's model card, which a program can check for gaps.
# It's the course's example and it has a gap; make it yours, and come back to it after section 5, where you'll learn how many characters your claim needs.

# %% id="capstone-plan"
plan = {
    "entry": "examiner",  # or "maker"
    "claim": "One number, the grain inside the face, finds half of the sealed makers.",
    "compared_with": "all clues",
    "wrong_if": "",
    "practice_seeds": [101, 102, 103],
    "final_seed": 16,
    "characters": 8,
    "hours": 2,
}
print("\n".join(cards.validate(plan, cards.PLAN)) or "The plan is complete.")
print("The final seed is kept apart:", plan["final_seed"] not in plan["practice_seeds"])

# %% [markdown] id="capstone-note-plan" tags=["instructor"]
# *For the instructor.* 15 minutes.
# The usual confusion is that a plan must come true, so say that a claim which fails as announced is worth as many points as one that holds.
# Ask what a class would do with an entrant who ran the final seed twice "because the first run had crashed".

# %% [markdown] id="capstone-forger-words"
# ## 2 · A forger in a file  (Core, 28 min)
#
# An entry is a file, because it must run where you aren't.
# A maker has a `name` and a `make(clip, rng)`, as in lesson 12, and gives back a `Fake`: the frames, the truth about what was forged, and, if it likes, what it shows the character doing.
#
# The starter below lets somebody else act, turns the face into the clip's character by a network that comes with the course, and lays it over the head.
# Its edge is as hard as if it had been cut with scissors, and it matches neither colour nor grain.
# Change it here, in the cell, since running the cell writes the file anew.

# %% id="capstone-forger"
FORGER = """
from unmasked.makers import laying
from unmasked.makers.swaps import AUTOENCODER, swapped


class Forger:
    name = "scissors"

    def make(self, clip, rng):
        shape = clip.masks.shape[1:]  # height and width of a frame
        crops, shown = swapped(clip, rng, AUTOENCODER)  # somebody else acts it
        faces = laying.placed(crops, clip.landmarks, shape)
        masks = laying.outlines(clip.landmarks, shape, 1.0)
        return laying.composed(clip, faces, masks, shown)


MAKER = Forger()
"""
print(Path("forger.py").write_text(FORGER), "characters written to forger.py")

# %% [markdown] id="capstone-forger-try-words"
# Let it forge the clip of the beginning.
# Because this maker says what it shows, we can film the truth: the same character really doing that, in the same room and before the same camera.
# No maker may look at that picture, but we can measure by it.

# %% id="capstone-forger-try"
(mine,) = contestant.load("forger.py")
fake = makers.forge(mine.player, clip, seed=3)
truth = recorded_again(clip, fake.performances)
print(f"{mine.name}: quality {quality.explained(fake, clip):.2f}")

# %% id="capstone-forger-look" tags=["figure"]
show_pictures(
    [clip.frames[4], fake.frames[4], truth[4]],
    titles=["recording", "your fake", "the truth"],
    alt="capstone.fake",
    scale=2.9,
    smooth=True,
)

# %% [markdown] id="capstone-quality-words"
# The *quality* of a fake says how much of the way from the recording to the truth it has gone, where something was forged.
# It's 1 for the truth itself and 0 for the recording left as it was, and below 0 the fake is farther from the truth than doing nothing would have been.
# It's a strict number: the grain that a fake brings along counts as an error, since it isn't the grain that the camera would have left.
#
# | what betrays a fake | where you learned what to do about it |
# |---|---|
# | a hard edge, another colour | lesson 08: `laying.feathered`, `laying.coloured` |
# | no grain, or too much of it | lesson 12: `laying.matched_grain`, `laying.grained` |
# | a face that jumps | lesson 09: smooth the landmarks before you place it |
# | a hand that vanishes behind the face | lessons 07 and 12: `clip.masks` knows what is in front |
# | the network's own softness | lessons 04, 07 and 13: another network, or your own by `weights.save_own` |

# %% [markdown] id="capstone-note-forger" tags=["instructor"]
# *For the instructor.* 28 minutes, of which most should be the learners' own.
# The usual confusion is to improve what one sees; ask after each change which number was supposed to move, and whether it did.

# %% [markdown] id="capstone-examiner-words"
# ## 3 · An examiner in a file  (Core, 22 min)
#
# The other side has a `name` and an `examine(frames, landmarks)`, and gives one number, the greater the more the clip looks forged.
# It never learns which clip is real, and clips come in a shuffled order.
#
# The starter knows a single thing: a network's face has little grain of its own, so it changes less from frame to frame than the band of picture around it.
# The number is the logarithm of that ratio, turned so that a face which is too calm scores high.

# %% id="capstone-examiner"
EXAMINER = """
import numpy as np
from unmasked.forensics import face_crops, regions


class Examiner:
    name = "calm skin"

    def examine(self, frames, landmarks):
        crops = face_crops(frames, landmarks).astype(float)  # (T, 64, 64, 3)
        inside, around = regions(landmarks, 64)  # (T, 64, 64), bool
        change = np.abs(np.diff(crops, axis=0)).mean(-1)
        skin, band = (np.median(change[where[1:]]) for where in (inside, around))
        return float(np.log((band + 0.5) / (skin + 0.5)))


EXAMINER = Examiner()
"""
print(Path("examiner.py").write_text(EXAMINER), "characters written to examiner.py")

# %% id="capstone-examiner-try"
(eye,) = contestant.load("examiner.py")
says = {}
for name, frames in {**hall, mine.name: fake.frames}.items():
    levels = ("JPEG 95", "H.264 40")
    says[name] = {level: eye.player.examine(compressed(frames, level), clip.landmarks) for level in levels}
shown = {name: row for name, row in says.items() if name in ("recording", mine.name)}
show_table(shown, names="clip", caption=f"What {eye.name} says")

# %% [markdown] id="capstone-examiner-saw" tags=["saw"]
# Compare the two rows within a column, and then the columns: hard compression takes away grain on all sides, so a number made of grain has little left to compare.
# One clip is an anecdote, though, and the next section brings more of them.

# %% [markdown] id="capstone-note-examiner" tags=["instructor"]
# *For the instructor.* 22 minutes.
# The usual confusion is about direction: a number that is smaller for fakes is as good as one that is greater, once its sign is turned on practice clips, and never on the final ones.
# Ask what an examiner could learn from the ORDER of the clips if they weren't shuffled.

# %% [markdown] id="capstone-arena-words"
# ## 4 · The arena  (Core, 20 min)
#
# Other people's code may crash, hang, fill the memory or end Python.
# So in the arena each entry runs in a [process](../lessons/glossary.md#process) of its own: pictures go in as files and answers come out as files, there's a limit of seconds and of memory, and when it's over everything that the entry started is ended with it.
# That's a guard against accidents and not against malice, so don't run files from people you wouldn't trust with your computer.
#
# To see it hold, we add a third entry, which ends its process in the middle of the first clip.

# %% id="capstone-rude"
RUDE = """
import os


def make(clip, rng):
    os._exit(1)  # no exception: the process is gone
"""
print(Path("rude.py").write_text(RUDE), "characters written to rude.py")

# %% id="capstone-practice"
seed = plan["practice_seeds"][0]
entries = ["forger.py", "examiner.py", "rude.py"]
practice = score.score(entries, seed, characters=5, levels=["JPEG 95"], progress=lambda who: print(who, end=" · "))
print("\n\nNot scored:", *practice["errors"].values(), sep="\n")


# %% id="capstone-practice-table"
def show_makers(found):
    """How makers hide, the best hidden first, and how near they come to the truth."""
    rows = {}
    for name, row in found["standings"]["makers"].items():
        near = row["quality"]["mean"] if row["quality"] else None
        rows[name] = {
            "AUC": row["found"],
            "low": row["low"],
            "high": row["high"],
            "found by": row["by"],
            "quality": near,
        }
    show_table(rows, names="maker", caption="Found by the examiner that finds it best")


def show_examiners(found):
    """What examiners find, the best first, and how many clips they answered for."""
    rows = {}
    for name, row in found["standings"]["examiners"].items():
        cells = {"AUC": row["auc"], "low": row["low"], "high": row["high"], "answered": f"{row['coverage']:.0%}"}
        rows[name] = cells | {"weakest on": row["weakest"]["maker"]}
    show_table(rows, names="examiner", caption="Mean AUC against the course's five makers")


show_makers(practice)
show_examiners(practice)
print("The recording of the beginning was", next(letter for letter, name in letters.items() if name == "recording"))
guessed("capstone.real")

# %% [markdown] id="capstone-practice-saw" tags=["saw"]
# The rude entry is named in words and everybody else has a score.
# Makers stand with the best hidden first, and *found by* is the one of the course's examiners that does best against each of them: a forger has to get past all of them, so the strongest counts.
# *Low* and *high* are the ends of the 95 % interval, from a bootstrap over the characters, and with five characters many of them are as wide as half of the scale.
# An interval that begins and ends at 1 isn't certainty, because a bootstrap can only draw what it has.

# %% [markdown] id="capstone-silent-words"
# A score of an examiner means little as long as it may choose which clips it answers for.
# Say that one is never wrong, and answers only for every second clip, recordings and fakes alike; for the others it says "I don't know", which is NaN.
# In the arena a missing answer counts as wrong: the recording stands above everything, as if it had been accused with certainty, and the fake below everything.

# %% id="capstone-silent-predict"
predict("capstone.silent")

# %% [markdown] id="capstone-missing-words"
# ### Your turn · Missing is wrong  (●●○, 6 min)
# Without this rule, the best strategy in any contest would be to answer the easy half.
# Fill the gaps so that whoever gave no answer loses every comparison, and leave all other scores as they are.


# %% id="capstone-missing"
def counted(real, fake):
    """The scores without NaN, a missing one standing where it loses: (real, fake).

    `real`: float (R,), recordings. `fake`: float (F,), fakes; greater means forged.
    """
    ### BEGIN SOLUTION
    both = np.concatenate([real, fake])
    above, below = np.nanmax(both) + 1, np.nanmin(both) - 1
    return np.where(np.isnan(real), above, real), np.where(np.isnan(fake), below, fake)
    ### END SOLUTION


# %% id="capstone-missing-check"
counted = check("capstone.missing", counted)

# %% id="capstone-silent"
real, sure = np.arange(100.0), np.arange(100.0) + 1000  # every fake above every recording
every_second = np.arange(100) % 2 == 0
half = [np.where(every_second, side, np.nan) for side in (real, sure)]
silent = {
    "answers for all": area(real, sure),
    "every second, others left out": area(real[every_second], sure[every_second]),
    "every second, missing is wrong": area(*counted(*half)),
}
show_table(silent, ["AUC"], names="an examiner that is never wrong")
guessed("capstone.silent")

# %% [markdown] id="capstone-silent-saw" tags=["saw"]
# A pair is won only if both of its clips have an answer, which is half of one half.
# So silence is worse than a guess, which would win half of its pairs, and you'd better give a number for every clip.
# Whether that's fair depends on what the examiner is for: a person who must decide about every upload has no "I don't know" either.

# %% [markdown] id="capstone-note-arena" tags=["instructor"]
# *For the instructor.* 20 minutes.
# The usual confusion is that a process of its own makes foreign code safe; it can still read and delete files.
# Ask for a use in which "no answer" should cost less than a wrong one (a newsroom that can ask a colleague), and how one would score that.

# %% [markdown] id="capstone-compare-words"
# ## 5 · Is it really better?  (Core, 28 min)
#
# Now for the question of your plan: is one examiner better than another?
# The kept table has every number that the course's examiners gave for the five makers, on strangers of its own.
# We take a small contest out of it, with one maker and one compression, and two of the examiners.

# %% id="capstone-table"
table = load_table("capstone")
print(table["command"], table["settings"])
FEW, MAKER, LEVEL = 24, "splice", "H.264 40"
ONE, OTHER = "all clues", "net, one maker"


def pair_of(examiner):
    """The scores of the recordings and of the maker's fakes, a character each: (N,) and (N,)."""
    return tuple(capstone.scores_of(table["rows"], examiner, who, LEVEL)[:FEW] for who in ("real", MAKER))


whose = np.arange(FEW)
alone = {}
for name in (ONE, OTHER):
    low, high = roc.auc_interval(*pair_of(name), whose, whose)
    alone[name] = {"AUC": area(*pair_of(name)), "low": low, "high": high}
show_table(alone, names="examiner", caption=f"{FEW} characters, {MAKER} at {LEVEL}")

# %% [markdown] id="capstone-overlap-words"
# The two intervals overlap.
# Each says how far the AUC would move if other characters had been filmed.
# But both examiners have seen the *same* characters, and a character that is hard for one is often hard for the other as well.

# %% id="capstone-overlap-predict"
predict("capstone.overlap")

# %% [markdown] id="capstone-gaps-words"
# ### Your turn · The same draws for both  (●●●, 9 min)
# A [paired bootstrap](../lessons/glossary.md#paired-bootstrap) asks about the difference directly.
# Draw as many characters as there are, with replacement; take the recordings and the fakes of exactly those characters, for both examiners; and write down by how much their AUCs differ.
# Do so `draws` times. (`area(real, fake)` is lesson 13's AUC.)


# %% id="capstone-compare"
def gaps(one, other, draws, generator):
    """The AUC of `one` minus that of `other`, in each draw: float (draws,).

    `one`, `other`: (real, fake) of an examiner, float (N,) each; character i has
    the recording real[i] and the fake fake[i]. `generator`: a NumPy generator.
    """
    ### BEGIN SOLUTION
    count = len(one[0])
    chosen = generator.integers(0, count, (draws, count))
    return np.array([area(one[0][c], one[1][c]) - area(other[0][c], other[1][c]) for c in chosen])
    ### END SOLUTION


# %% id="capstone-compare-check"
gaps = check("capstone.compare", gaps)

# %% id="capstone-gaps"
found_gaps = gaps(pair_of(ONE), pair_of(OTHER), 1000, np.random.default_rng(16))
low, high = np.quantile(found_gaps, [0.025, 0.975])
difference = alone[ONE]["AUC"] - alone[OTHER]["AUC"]
print(f"{ONE} minus {OTHER}: {difference:+.2f}, from {low:+.2f} to {high:+.2f}")
guessed("capstone.overlap")

# %% id="capstone-gaps-look" tags=["figure"]
figure, axes = plt.subplots(figsize=(7.5, 2.8), layout="constrained")
axes.hist(found_gaps, 40, color="0.75")
axes.axvline(0, color="0.2", lw=1.5)
axes.annotate("no difference", (0, 0.9), (6, 0), xycoords=("data", "axes fraction"), textcoords="offset points")
axes.plot([low, high], [0, 0], lw=8, solid_capstyle="butt", color="#0b7a75", clip_on=False)
axes.set(xlabel=f"AUC of {ONE} minus AUC of {OTHER}", ylabel="draws")
show(figure, alt=alt_text("capstone.gaps", low=f"{low:+.2f}", high=f"{high:+.2f}"))

# %% [markdown] id="capstone-gaps-saw" tags=["saw"]
# Two overlapping intervals don't settle whether two examiners of the same clips differ; the interval of the difference does.
# Where it holds 0, either of them could be ahead.
# (DeLong's test, of 1988, answers the same question by a formula. It takes recordings and fakes for independent of each other, while ours come in pairs, so we draw whole characters.)

# %% [markdown] id="capstone-verdict-words"
# ### Your turn · A verdict  (●○○, 3 min)
# A contest should say what an interval means before anybody knows whose it is.
# If less than nine in ten clips were answered there's no verdict at all; and then only an interval that lies wholly on one side of 0 decides.


# %% id="capstone-verdict"
def verdict(low, high, answered):
    """ "better", "worse", "undecided" or "no verdict", of one examiner beside another.

    `low`, `high`: ends of the interval of the difference. `answered`: a share, 0…1.
    """
    ### BEGIN SOLUTION
    if answered < 0.9:
        return "no verdict"
    return "better" if low > 0 else "worse" if high < 0 else "undecided"
    ### END SOLUTION


# %% id="capstone-verdict-check"
verdict = check("capstone.verdict", verdict)

# %% [markdown] id="capstone-needed-words"
# ### Your turn · How many characters?  (●●○, 4 min)
# An undecided contest was often too small.
# The half width of an interval shrinks with the root of the number of characters: four times as many make it half as wide.
# So a practice run tells you how many the final one needs for the difference that your plan claims.


# %% id="capstone-needed"
def needed(characters, half, difference):
    """How many characters make the interval's half width `difference`: a whole number.

    `half`: the half width that so many `characters` gave.
    """
    ### BEGIN SOLUTION
    return math.ceil(characters * (half / difference) ** 2)
    ### END SOLUTION


# %% id="capstone-needed-check"
needed = check("capstone.needed", needed)

# %% id="capstone-verdicts"
half = (high - low) / 2
print(f"{ONE} beside {OTHER}, {FEW} characters: {verdict(low, high, 1.0)}")
for wanted in (0.1, 0.05, 0.02):
    print(f"to tell a difference of {wanted}: {needed(FEW, half, wanted)} characters")

# %% [markdown] id="capstone-bench-words"
# The same for a whole ranking, with all makers and both compressions of the table.
# Film few characters and look at several contests one after the other: who is first, and how far do the bars reach?
# How many characters would you want before you called somebody the best?

# %% id="capstone-bench"
widgets.ranking(table["rows"])

# %% [markdown] id="capstone-bench-saw" tags=["saw"]
# With four characters the order changes from contest to contest, and with all of them it can't change any more, because there's only one such contest.
# Examiners far apart keep their places early, and neighbours change theirs for long, which is a reason to publish intervals and not only ranks.
# A class that compares thirty entries by their ranks alone hands the first place to luck.

# %% [markdown] id="capstone-note-compare" tags=["instructor"]
# *For the instructor.* 28 minutes; the compare exercise is the hardest of the lesson, and drawing four characters as cards helps.
# The usual confusion is that overlapping intervals mean "no difference".
# Ask what happens to the paired interval if the two examiners are nearly the same program (it becomes very narrow).

# %% [markdown] id="capstone-truth-words"
# A last look at the makers before the final run.
# The table also has the quality of the fakes, so we can ask whether the makers that hide well are those that come near the truth.

# %% id="capstone-truth-predict"
predict("capstone.truth")

# %% id="capstone-truth"
five = {}
for maker in capstone.makers_in(table["rows"]):
    near = next(row["quality"] for row in table["rows"] if row["maker"] == maker)
    some = [(capstone.scores_of(table["rows"], "all clues", who, "H.264 40")) for who in ("real", maker)]
    five[maker] = {"AUC of all clues, H.264 40": area(*some), "quality": float(np.mean(near))}
show_table(five, names="maker")
hidden, truest = (
    min(five, key=lambda m: five[m]["AUC of all clues, H.264 40"]),
    max(five, key=lambda m: five[m]["quality"]),
)
print(f"best hidden: {hidden}; nearest to the truth: {truest}")
guessed("capstone.truth")

# %% [markdown] id="capstone-truth-saw" tags=["saw"]
# To hide and to be right are two different aims, and a forger can reach one without the other.
# An examiner never knows the truth, and a viewer who is to be deceived doesn't either.
# That's why the rubric below counts both.

# %% [markdown] id="capstone-final-words"
# ## 6 · The sealed run  (Core, 15 min)
#
# Once your entries are as good as your hours allow, complete the plan and run the final seed, once.
# As long as the plan has a gap, the cell below takes a practice seed instead, so you can't run the final one by accident.
# It writes a leaderboard file, which holds your scores against the course's own makers and examiners, the names that you gave your entries and the fingerprints of their files, and nobody's name.
# From a terminal, in the folder of this notebook, the larger contest is
#
# `python -m unmasked.forensics.score forger.py examiner.py --seed 16 --characters 32 --board board-mine.json`
#
# and with `newer` behind the files it has the two makers of lesson 15 as well, which no examiner of the course was fitted on.

# %% id="capstone-final"
LEVELS = ["JPEG 95", "H.264 40"]
gaps_left = cards.validate(plan, cards.PLAN)
seed = plan["practice_seeds"][-1] if gaps_left else plan["final_seed"]
print("The plan has a gap, so this is one more practice run." if gaps_left else f"The final seed: {seed}.")
held = score.compete(["forger.py", "examiner.py"], seed, plan["characters"], LEVELS)
final = score.told(held, seed, plan["characters"], LEVELS)
print("\n".join(final["errors"].values()) or "Everybody was scored.")

# %% id="capstone-final-table"
show_makers(final)
show_examiners(final)
mine_now = leaderboard.entries(held, seed, plan["characters"], LEVELS)
for name in leaderboard.changed_since("board-mine.json", mine_now):
    print(f"{name} was changed after this seed had been run: say so in your report.")
leaderboard.write("board-mine.json", mine_now)

# %% id="capstone-final-verdict"
for pair in final["standings"]["compared"]:
    said = verdict(pair["low"], pair["high"], held.coverage[pair["one"]])
    gap = f"{pair['difference']:+.2f}, from {pair['low']:+.2f} to {pair['high']:+.2f}"
    print(f"{pair['one']} beside {pair['other']}: {said} ({gap})")

# %% [markdown] id="capstone-merge-words"
# In a class everybody hands in such a file, and the boards become one.
# Put your classmates' files beside this notebook, called `board-…json`, and run the next cell again.
# What was handed in twice counts once, and the same entry with two scores is refused, because one of the two must have been edited.

# %% id="capstone-merge"
boards = sorted(Path().glob("board-*.json"))
print(f"{len(boards)} file{'s' * (len(boards) != 1)}")
print("\n".join(leaderboard.lines(leaderboard.merge(boards))))

# %% [markdown] id="capstone-note-final" tags=["instructor"]
# *For the instructor.* 15 minutes and the machine's own time.
# Announce the final seed after the files are in, run everybody's entries yourself with `--characters 32` or more, and merge.
# The usual confusion is that a better rank is a better entry, so read the intervals aloud.

# %% [markdown] id="capstone-report-words"
# ## 7 · Say what you found  (Core, 15 min)
#
# A score without its conditions is an advertisement.
# So the entry gets a card, as in lesson 14, and its numbers come from the run and not from memory.
# The words are yours: fill the gaps until the form has no complaints.

# %% id="capstone-report"
ranks = final["standings"]
name = eye.name if eye.name in ranks["examiners"] else "all clues"  # if yours wasn't scored
mine, share = ranks["examiners"][name], ranks["examiners"][name]["coverage"]
measured = [{"what": "AUC", "value": mine["auc"], "low": mine["low"], "high": mine["high"]}]
measured += [{"what": "answered", "value": share, "low": share, "high": share}]
for gap in ranks["compared"][:1]:
    ends = {"value": gap["difference"], "low": gap["low"], "high": gap["high"]}
    measured.append({"what": "AUC minus the best examiner's of the course", **ends})
card = {"name": name, "task": "telling fakes from recordings", "made_by": "a learner", "measured": measured}
card |= {"date": date.today().isoformat(), "seed": seed, "characters": plan["characters"]}
card |= {"levels": LEVELS, "against": held.sealed["makers"], "consent": "nobody: all faces are drawn"}
card |= {"looks_at": "how much the skin changes from frame to frame", "fitted_on": "nothing at all"}
card |= {"made_for": ["learning how contests work"], "not_for": [], "limits": []}
print("\n".join(cards.validate(card, cards.EXAMINER_CARD)) or "The card is complete.")

# %% [markdown] id="capstone-rubric-words"
# This is the rubric, and half of its points can be had with an entry that loses.
#
# | points | for | full points if |
# |---|---|---|
# | 4 | the plan | claim, comparison and what would refute it were written before the final run, and the final seed was run once |
# | 4 | the entry | it runs in the arena without help, answers for every clip, and does something that the starter didn't |
# | 4 | the result | it's reported with interval, coverage and comparison, whether or not the claim held |
# | 4 | the other side | for a maker how well it hides AND its quality; for an examiner the maker on which it's weakest, and why |
# | 4 | the card | its numbers come from the run, and somebody who wants to use the entry learns what it can't do |

# %% [markdown] id="capstone-certificate-words"
# Last, what you've done in this course.
# Every check, prediction and quiz answer stands in your own record on your own computer, and the next cell makes a page of it that you can print or hand in.
# It needs no server, and says itself what it doesn't prove.
# (Minutes are those between two entries, with pauses left out; reading before the first leaves no trace.)

# %% id="capstone-certificate"
path = certificate.write("certificate.html", name="")  # your name, or a line to sign on
print("written:", path)
rows = {}
for topic in lesson.topics():
    done = certificate.progress(topic)
    if done:
        rows[done.title] = {
            "held": f"{done.held} of {done.exercises}",
            "predicted": f"{done.guesses} of {done.predictions}",
        }
if rows:
    show_table(rows, names="lesson")

# %% [markdown] id="capstone-note-report" tags=["instructor"]
# *For the instructor.* 15 minutes.
# A certificate page proves little, and says so; a signature under it is yours to give.
# Ask what would have to be signed, by whom, and at what moment, for such a page to prove something (lesson 14).

# %% [markdown] id="capstone-open-words"
# ## 8 · The open end  (Further, 35 min)
#
# From here on it's your lesson, and these are roads that somebody could take.
#
# - **A forger that learns.** Train a swap with lesson 04's functions, or sharpen one with lesson 07's losses, keep it by `weights.save_own`, and load it in `forger.py` by `weights.load_own`. In the arena your own folder is where it always is.
# - **A forger that attacks.** Lesson 13's step against a net needs the net, and you have the course's. What does it do to the examiners that you didn't attack?
# - **An examiner that adds up.** `forensics.combine.fit` weighs several numbers against each other. Fit it on practice seeds, write the weights into your file, and see what is left on makers that weren't there.
# - **An examiner that was never shown a fake.** Lesson 13's self-blended images need recordings alone, and lesson 15's detectors without training need even less.
# - **An examiner of examiners.** Take a calm claim from a paper, build it in twenty lines, and let the arena speak.
#
# Whatever you choose, change one thing at a time, look at practice seeds only, and keep a list of what you tried and what came out, the failures too.

# %% [markdown] id="capstone-note-open" tags=["instructor"]
# *For the instructor.* 35 minutes and more; two people who build against each other, a forger and an examiner, learn faster than either alone.
# Let them swap files after every round, and count how many rounds it takes until an improvement on one side no longer helps on the other.

# %% [markdown] id="capstone-close"
# ## What you can now do
#
# - You can write a claim down before you test it, and keep the clips that decide apart.
# - You can run code that you don't trust to be correct, without letting it take everybody down.
# - You can compare two examiners on the same characters, and say how many a claim needs.
# - You can report a result with its interval, its coverage and its limits.
#
# **Does this carry over to photographs?** The rules do, because they're about contests and not about faces; DFDC, the large contest of 2020, kept a hidden set for the same reason, and there the order on the public set wasn't the order on the hidden one.
# The ranks don't: which of our makers hides best says nothing about films of persons.
#
# **Still open.** A sealed set wears out, because each contest on it tells a little about it, and how often one can use it is a question of research (*the reusable holdout*).
# And can an examiner be good against makers that don't exist yet? Seventeen lessons later, we still don't know.

# %% [markdown] id="capstone-predictions-words"
# Here is what you predicted, beside what came out.

# %% id="capstone-predictions"
predictions(
    "capstone",
    outcome={
        "capstone.real": next(letter for letter, name in letters.items() if name == "recording"),
        "capstone.silent": f"AUC {silent['every second, missing is wrong']:.2f}",
        "capstone.overlap": f"the difference lies between {low:+.2f} and {high:+.2f}",
        "capstone.truth": f"best hidden: {hidden}; nearest to the truth: {truest}",
    },
)

# %% [markdown] id="capstone-quiz-words"
# The last five questions of the course are on what people get wrong about contests.

# %% id="capstone-quiz"
quiz("capstone")

# %% [markdown] id="capstone-sources"
# **Terms.** [AUC](../lessons/glossary.md#auc) · [bootstrap](../lessons/glossary.md#bootstrap) · [coverage](../lessons/glossary.md#coverage) · [leaderboard](../lessons/glossary.md#leaderboard) · [maker](../lessons/glossary.md#maker) · [model card](../lessons/glossary.md#model-card) · [paired bootstrap](../lessons/glossary.md#paired-bootstrap) ·
# [process](../lessons/glossary.md#process) · [sealed set](../lessons/glossary.md#sealed-set)
#
# **Sources.** Efron, *Bootstrap methods: another look at the jackknife*, 1979. DeLong, DeLong and Clarke-Pearson, *Comparing the areas under two or more correlated receiver operating characteristic curves*, 1988. Dolhansky and others, *The DeepFake Detection Challenge (DFDC) dataset*, 2020. Dwork and others, *The reusable holdout: preserving validity in adaptive data analysis*, 2015.
# Mitchell and others, *Model cards for model reporting*, 2019.
