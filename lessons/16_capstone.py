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
# **You've built both sides of this game. How good is yours before strangers that it has never met, and how sure can you be of it?**
#
# | | |
# |---|---|
# | Time | 225 minutes: Core 195, Further 30 |
# | You need | the clues, makers and ROC of lesson 12, the AUC of lesson 13; blending (08) and the model card (14) help |
# | You will be able to | plan an entry before you see its score, run makers and examiners that may crash, compare two of them on the same characters, and report what you found |
#
# Four exercises have an answer, and the entry itself has none: there's no model solution of it anywhere in this course.
# You get a forger and an examiner that work and aren't good, a contest that scores them honestly, and as much time as you like to improve one of them.
# (Durations are those of a machine that has nothing else to do.)

# %% id="capstone-imports" tags=["setup"]
import json
import math
from datetime import date
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from unmasked import makers, toons, widgets
from unmasked.course import certificate, check, handin, lesson
from unmasked.experiments import capstone
from unmasked.experiments.tables import load_table
from unmasked.forensics import contestant, kept, leaderboard, quality, roc, score, standings
from unmasked.forensics.clues import clue_values
from unmasked.forensics.compression import compressed
from unmasked.forensics.roc import auc as area
from unmasked.forensics.splits import FINAL_FROM
from unmasked.makers.clip import recorded_again
from unmasked.provenance import cards
from unmasked.widgets import alt_text, guessed, predict, predictions, quiz, show, show_pictures, show_table

LEVELS = list(capstone.LEVELS)  # JPEG 95 and H.264 40, everywhere in this lesson
table = load_table("capstone")  # the course's examiners before its makers, on many strangers


def show_makers(ranks, near=True):
    """How makers hide, the best hidden first, and how near they come to the truth."""
    rows = {}
    for name, row in ranks["makers"].items():
        rows[name] = {"AUC": row["found"], "low": row["low"], "high": row["high"], "found by": row["by"]}
        if near:
            rows[name]["quality"] = row["quality"]["mean"] if row["quality"] else None
        rows[name]["not ranked"] = row["unranked"]
    show_table(rows, names="maker", caption="Found by the examiner that finds it best")


def show_examiners(ranks):
    """What examiners find, the best first, and for how many clips they had an answer."""
    rows = {}
    for name, row in ranks["examiners"].items():
        cells = {"AUC": row["auc"], "low": row["low"], "high": row["high"], "answered": f"{row['coverage']:.0%}"}
        rows[name] = cells | {"weakest on": row["weakest"]["maker"]}
    show_table(rows, names="examiner", caption="Mean AUC against the course's five makers")


# %% [markdown] id="capstone-hall-words"
# Here's one moment of a clip, six times.
# One of the six is the recording, and the other five are fakes that the course's own [makers](../lessons/glossary.md#maker) made of it, in which the same character does something else.
# A good forger would stand in this row without being noticed.

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
# You'll enter a maker or an examiner, and the other one stays as you find it here.
# If you could try as often as you like on the very clips that decide, patience alone would win the contest.
# So this one has two kinds of seeds, and a seed fixes who is filmed and every random choice of the makers.
# *Practice seeds* lie below 1000. They're yours, and you can look at their scores a hundred times.
# The *final seed* is 1000 or more and is for one run, at the very end.
# In a class the instructor announces it after everybody has handed in; alone, you get the one that the course draws from your plan.
#
# Strangers that are kept back like this are a [sealed set](../lessons/glossary.md#sealed-set).
# Ours is sealed by an agreement only: nothing stops somebody from filming the final strangers early, so the contest keeps every final run and counts them.
# (The course's five makers aren't sealed, since you can read their source.)
#
# The second protection is to write down what you claim before you know, with a number in it, and what would make you give the claim up.
# Here's such a plan as a form, like lesson 14's model card, which a program can check for gaps.
# It's the course's example and it still has a gap.
# Make it yours in section 6, when you've seen what the starters can do.

# %% id="capstone-plan"
NAME = "me"  # short and yours alone, real or made up: your board and what you hand in are called so
plan = {
    "entry": "examiner",  # or "maker"
    "claim": "My examiner's AUC is higher than that of the clue spectrum, by more than 0.05.",
    "compared_with": "spectrum",  # a clue or a detector of the course; for a maker, one of its makers
    "better_by": 0.05,
    "wrong_if": "",
    "practice_seeds": [101, 102, 103],
    "characters": 32,  # in the final run, which then takes about three minutes
    "hours": 2,
}
Path("plan.json").write_text(json.dumps(plan, indent=1), encoding="utf-8")
print("\n".join(capstone.plan_gaps(plan, table["rows"])) or "The plan is complete.")
print("plan.json is written, and its fingerprint is", leaderboard.plan_fingerprint(plan))

# %% [markdown] id="capstone-plan-after"
# The fingerprint is a short hash of the plan, and a leaderboard shows it beside your entry.
# The final seed isn't part of the plan, so you can hand in plan and fingerprint before anybody knows the seed.
# Then everybody can see afterwards whether the run was made with the plan that you handed in.

# %% [markdown] id="capstone-rubric-words"
# **How this is judged.** This is the rubric, and nothing in it asks you to win.
#
# | | all 4 points | 2 points |
# |---|---|---|
# | the plan | claim with a number, comparison and what would refute it, before the final run, which your board counts once | a claim without a number, a plan written afterwards and said to be, or several final runs and said to be |
# | the entry | runs in the arena without help, answers for every clip, and does something that neither the starter nor one of the course's own makers and examiners does | runs, and changes a number of the starter or puts together what the course has |
# | the result | with interval, coverage and verdict, whether or not the claim held | a score and a rank |
# | the other side | a maker: how well it hides AND its quality; an examiner: where it's weakest, and why | one of the two |
# | the card | its numbers come from the run, and a user learns what the entry can't do | complete by the form alone |
#
# That's 20 points, and the four exercises have 8 more.
#
# **What an entry can use.** Everything in the course: clues, blending, your own nets, your own data of practice seeds.
# You can put a shipped detector, network or maker into it as well if your card names it, and then the comparison has to be with that one: an examiner that returns the shipped detector's number is exactly as good as the shipped detector.

# %% [markdown] id="capstone-note-plan" tags=["instructor"]
# *For the instructor.* 15 minutes.
# The usual confusion is that a plan must come true, so say that a claim which fails as announced is worth as many points as one that holds.
# Ask what a class should do with an entrant who ran the final seed twice "because the first run had crashed".

# %% [markdown] id="capstone-forger-words"
# ## 2 · A forger in a file  (Core, 12 min)
#
# An entry is a file, because it must run where you aren't.
# A maker has a `name` and a `make(clip, rng)`, as in lesson 12, and gives back a fake: its frames, the truth about what was forged, and what it shows the character doing.
#
# The starter lets somebody else act, turns the face into the clip's character by a network that comes with the course, and lays it over the head.
# Its edge is as hard as if it had been cut with scissors, and it matches neither colour nor grain.
# Leave it as it is for now, and run the cell, which writes the file.

# %% id="capstone-forger"
FORGER = """
from unmasked.makers import laying
from unmasked.makers.swaps import AUTOENCODER, swapped


class Forger:
    name = "starter forger"

    def make(self, clip, rng):
        shape = clip.masks.shape[1:]  # height and width of a frame
        crops, shown = swapped(clip, rng, AUTOENCODER)  # somebody else acts it
        faces = laying.placed(crops, clip.landmarks, shape)
        masks = laying.outlines(clip.landmarks, shape, 1.0)
        return laying.composed(clip, faces, masks, shown)


MAKER = Forger()
"""
print(Path("forger.py").write_text(FORGER, encoding="utf-8"), "characters written to forger.py")

# %% [markdown] id="capstone-forger-try-words"
# Let it forge another stranger.
# Because this maker says what it shows, we can film the truth: the same character really doing that, in the same room and before the same camera.

# %% id="capstone-forger-try"
stage = makers.record(toons.sample_identity(1617), seed=2, hand=False)
(forger,) = contestant.load("forger.py")
fake = makers.forge(forger.player, stage, seed=3)
truth = recorded_again(stage, fake.performances)
print(f"{forger.name}: quality {quality.explained(fake, stage):.2f}")

# %% id="capstone-forger-look" tags=["figure"]
show_pictures(
    [stage.frames[4], fake.frames[4], truth[4]],
    titles=["recording", forger.name, "the truth"],
    alt="capstone.fake",
    scale=2.9,
    smooth=True,
)

# %% [markdown] id="capstone-quality-words"
# The *quality* of a fake says how much of the way from the recording to the truth it has gone, where something was forged.
# It's 1 for the truth itself and 0 for the recording left as it was, and below 0 the fake is farther from the truth than doing nothing would have been.
# It's a strict number: the grain that a fake brings along counts as an error, since it isn't the grain that the camera would have left.
#
# There are two rules for makers.
# A maker mustn't film the truth, as we've just done, and one that does is turned away.
# And it must really forge: at least a quarter of the face, moved at least half as far as the truth would move it.
# Otherwise a maker that changes a single pixel would be the best hidden of all; in the tables, such a one stands behind all the others, and so does one that doesn't say what it shows.

# %% [markdown] id="capstone-note-forger" tags=["instructor"]
# *For the instructor.* 12 minutes.
# The usual confusion is between hiding and being right; ask for a fake that nobody can find and that's still wrong (one with another smile than it claims).

# %% [markdown] id="capstone-examiner-words"
# ## 3 · An examiner in a file  (Core, 12 min)
#
# The other side has a `name` and an `examine(frames, landmarks)`, and gives one number, the greater the more the clip looks forged.
# It isn't told which clip is real, clips come in a shuffled order, and each one has to be judged alone: an examiner that remembers earlier clips breaks the rules.
#
# The starter knows a single thing: a network's face has little grain of its own, so it changes less from frame to frame than the band of picture around it.
# The number is the logarithm of that ratio, turned so that a face which is too calm scores high.

# %% id="capstone-examiner"
EXAMINER = """
import numpy as np
from unmasked.forensics import face_crops, regions


class Examiner:
    name = "starter examiner"

    def examine(self, frames, landmarks):
        crops = face_crops(frames, landmarks).astype(float)  # (T, 64, 64, 3)
        inside, around = regions(landmarks, 64)  # (T, 64, 64), bool
        change = np.abs(np.diff(crops, axis=0)).mean(-1)
        skin, band = (np.median(change[where[1:]]) for where in (inside, around))
        return float(np.log((band + 0.5) / (skin + 0.5)))


EXAMINER = Examiner()
"""
print(Path("examiner.py").write_text(EXAMINER, encoding="utf-8"), "characters written to examiner.py")

# %% id="capstone-examiner-try"
(examiner,) = contestant.load("examiner.py")
says = {}
for name, frames in {"recording": stage.frames, forger.name: fake.frames}.items():
    says[name] = {level: examiner.player.examine(compressed(frames, level), stage.landmarks) for level in LEVELS}
show_table(says, names="clip", caption=f"What the {examiner.name} says")

# %% [markdown] id="capstone-examiner-saw" tags=["saw"]
# Compare the two rows within a column, and then the columns.
# 0.00 means that the face changes exactly as much as the band around it, and a number below 0 that it changes more, as a face does that acts.
# So a fake needn't be above 0 to betray itself: it's enough that it stands above the recordings.
# Hard compression takes away grain on all sides, so a number made of grain has little left to compare.
# One clip is an anecdote, though, and the next section brings more of them.

# %% [markdown] id="capstone-note-examiner" tags=["instructor"]
# *For the instructor.* 12 minutes.
# The usual confusion is about direction: a number that is smaller for fakes is as good as one that is greater, once its sign is turned on practice clips, and never on the final ones.
# Ask what an examiner could learn from the ORDER of the clips if they weren't shuffled.

# %% [markdown] id="capstone-arena-words"
# ## 4 · The arena  (Core, 22 min)
#
# Other people's code may crash, hang, fill the memory or end Python.
# So in the arena each entry runs in a [process](../lessons/glossary.md#process) of its own: pictures go in as files and answers come out as files, there's a limit of seconds (and of memory, where the system has one; Windows doesn't), and when it's over, what the entry started is ended with it.
# That's a guard against accidents and not against malice, so don't run files from people you wouldn't trust with your computer.
#
# To see it hold, we add a third entry, which ends its process in the middle of the first clip.
# The contest films five strangers, sends everything through the hard compression of the two, and takes about half a minute.

# %% id="capstone-rude"
RUDE = """
import os


def make(clip, rng):
    os._exit(1)  # no exception: the process is gone
"""
print(Path("rude.py").write_text(RUDE, encoding="utf-8"), "characters written to rude.py")


# %% id="capstone-first"
def compete(seed, characters, entries=("forger.py", "examiner.py"), levels=LEVELS, final=False):
    """A contest of files, with the course's five makers and its examiners; says who was not scored."""
    if seed >= FINAL_FROM and not final:
        raise ValueError(f"seed: {seed} is a final one; practise below {FINAL_FROM}")
    held = score.compete(list(entries), seed, characters, levels, progress=lambda who: print(who, end=" · "))
    print("\n", *(f"Not scored: {words}" for words in held.errors.values()), sep="\n")
    return held


first = compete(100, 5, ["forger.py", "examiner.py", "rude.py"], levels=LEVELS[1:])

# %% id="capstone-first-table"
ranks = score.told(first, 100, 5, LEVELS[1:])["standings"]
show_makers(ranks, near=False)
show_examiners(ranks)

# %% id="capstone-hall-again" tags=["figure"]
for part in ("ABC", "DEF"):
    titles = [f"{one}: {letters[one]}" for one in part]
    show_pictures(
        [hall[letters[one]][4] for one in part], titles=titles, alt="capstone.hall-again", scale=2.6, smooth=True
    )
guessed("capstone.real")

# %% [markdown] id="capstone-first-saw" tags=["saw"]
# The rude entry is named in words and everybody else has a score.
# Makers stand with the best hidden first, and *found by* is the one of the course's ten numbers that does best against each of them: a forger has to get past all of them, so the strongest counts, and being the best of ten it's a little lucky, too.
# *Low* and *high* are the ends of the 95 % interval, from a bootstrap over the characters, and with five characters they can lie far apart.
# Where both are 1 that isn't certainty, because if all five were found, every redraw finds all five.
# This was the hard level alone, where all of them find less; from section 6 on, you're judged on both levels.
# The six pictures of the beginning stand here again, with the names of their makers.
# *Answered* is the [coverage](../lessons/glossary.md#coverage), the share of clips for which there was a number, and that's what we look at next.

# %% [markdown] id="capstone-silent-words"
# A score of an examiner means little as long as it can choose which clips it answers for.
# Say that one is never wrong, and answers only for every second clip, recordings and fakes alike; for the others it says "I don't know", which is NaN.
# In the arena a missing answer counts as wrong: the recording stands above everything, as if it had been accused with certainty, and the fake below everything.

# %% id="capstone-silent-predict"
predict("capstone.silent")

# %% [markdown] id="capstone-missing-words"
# ### Your turn · Missing is wrong  (●●○, 6 min)
# Without this rule, the best strategy in any contest would be to answer the easy half.
# Fill the gaps with finite numbers so that an examiner without an answer loses every comparison, however large the scores are, and leave all other scores as they are.
# (The arena has a function of its own that does the same.)


# %% id="capstone-missing"
def counted(real, fake):
    """The scores without NaN, a missing one standing where it loses: (real, fake).

    `real`: float (R,), recordings. `fake`: float (F,), fakes; greater means forged.
    Both come back in their shapes, all values finite.
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
# A pair is won only if both of its clips have an answer, which is ½ × ½ = ¼ of them.
# So silence is worse than a guess, which would win half of its pairs, and you'd better give a number for every clip.
# Whether that's fair depends on what the examiner is for: a person who must decide about every upload has no "I don't know" either.

# %% [markdown] id="capstone-note-arena" tags=["instructor"]
# *For the instructor.* 22 minutes.
# The usual confusion is that a process of its own makes foreign code safe; it can still read and delete files.
# Ask for a use in which "no answer" should cost less than a wrong one (a newsroom that can ask a colleague), and how one would score that.

# %% [markdown] id="capstone-compare-words"
# ## 5 · Is it really better?  (Core, 36 min)
#
# Your plan says that one entry is better than another, so how can a contest decide that?
# The kept table, computed beforehand by the command that the cell prints, has every single number that the course's examiners gave for the five makers.
# We take a small contest out of it, with one maker and one compression, and two of the examiners.

# %% id="capstone-table"
print(table["command"], table["settings"])
FEW, MAKER, LEVEL = 24, "Poisson swap", "H.264 40"
ONE, OTHER = "net, one maker", "all clues"


def pair_of(examiner, maker=MAKER, few=FEW):
    """The scores of the recordings and of the maker's fakes, a character each: (N,) and (N,)."""
    return tuple(capstone.scores_of(table["rows"], examiner, who, LEVEL)[:few] for who in ("real", maker))


# %% id="capstone-alone"
whose = np.arange(FEW)
alone = {}
for name in (ONE, OTHER):
    low, high = roc.auc_interval(*pair_of(name), whose, whose)
    alone[name] = {"AUC": area(*pair_of(name)), "low": low, "high": high}
show_table(alone, names="examiner", caption=f"{FEW} characters, {MAKER} at {LEVEL}")
overlap = max(row["low"] for row in alone.values()) < min(row["high"] for row in alone.values())
print("The two intervals overlap." if overlap else "The two intervals don't overlap.")

# %% [markdown] id="capstone-overlap-words"
# Each interval says how far that AUC would move if other characters had been filmed.
# Both examiners have seen the *same* characters, though, so we can also ask how far the *difference* would move.

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
# Two intervals that overlap don't settle whether two examiners of the same clips differ; the interval of the difference does.
# A character that is hard for one examiner is often hard for the other as well, and in the difference that cancels out.
# Where the interval holds 0, either of them could be ahead.
# (DeLong's test, of 1988, answers the same question by a formula. It takes recordings and fakes for independent of each other, while ours come in pairs, so we draw whole characters.)

# %% [markdown] id="capstone-verdict-words"
# ### Your turn · A verdict  (●○○, 3 min)
# A contest should say what an interval means before anybody knows whose it is.
# If less than nine in ten clips were answered there's no verdict at all.
# Then only an interval that lies wholly on one side of 0 decides, and one that ends at 0 itself is undecided.


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
# A claim holds if what you measure lies above it by at least a half width.
# So a practice run tells you how many characters the final one needs: so many that the half width is no larger than what you measured less what you claim.


# %% id="capstone-needed"
def needed(characters, half, difference):
    """How many characters make the interval's half width `difference`: a whole number.

    `half`: the half width that so many `characters` gave. `difference`: what was
    measured less what is claimed.
    """
    ### BEGIN SOLUTION
    return math.ceil(characters * (half / difference) ** 2)
    ### END SOLUTION


# %% id="capstone-needed-check"
needed = check("capstone.needed", needed)

# %% id="capstone-verdicts"
width = (high - low) / 2
print(f"{ONE} beside {OTHER}, {FEW} characters: {verdict(low, high, 1.0)}")
for wanted in (0.1, 0.05, 0.02):
    print(f"half width {wanted}: {needed(FEW, width, wanted)} characters")

# %% [markdown] id="capstone-needed-saw" tags=["saw"]
# Take that number for the least.
# In the next contest the difference comes out below today's as often as above it, so with exactly that many characters there's an even chance that the interval clears your claim.
# About twice as many make it four chances in five.
# And more characters don't help a claim that's as large as the truth: its interval lies above the claim about one time in forty, however many you film.
# So claim less than you expect to measure.

# %% [markdown] id="capstone-bench-words"
# Now rank all examiners, over all makers and both compressions of the table.
# Film few characters and look at several contests one after the other: who is first, and how far do the bars reach?
# How many characters would you want before you called somebody the best?

# %% id="capstone-bench"
widgets.ranking(table["rows"])

# %% [markdown] id="capstone-bench-saw" tags=["saw"]
# With four characters the order changes from contest to contest, and with all of them it can't change any more, because there's only one such contest.
# With so few, even the bars promise too much: here and there one doesn't reach the dark tick, because a bootstrap of four characters can only redraw those four.
# Examiners far apart keep their places early, and neighbours change theirs for long, which is a reason to publish intervals and not only ranks.
# A class that compares thirty entries by their ranks alone hands the first place to luck.

# %% [markdown] id="capstone-truth-words"
# The table also knows how near the makers come to the truth.
# Here the AUC is that of the examiner that finds a maker best, as in the arena.

# %% id="capstone-truth"
near = {row["maker"]: np.array(row["quality"]) for row in table["rows"] if row["quality"]}
five = {}
for maker, values in near.items():
    by, found = capstone.found_best(table["rows"], maker, LEVEL)
    five[maker] = {"AUC": found, "found by": by, "quality": values.mean()}
show_table(five, names="maker", caption=f"Hidden, and true, at {LEVEL}, {len(values)} characters")

# %% [markdown] id="capstone-truth-saw" tags=["saw"]
# Hiding and being right are two aims, and the two columns don't rank the makers alike.
# An examiner never knows the truth, and a viewer who is to be deceived doesn't either.
# That's why the rubric of this lesson asks a maker for both.

# %% [markdown] id="capstone-note-compare" tags=["instructor"]
# *For the instructor.* 36 minutes; the paired bootstrap is the hardest exercise of the lesson, and drawing four characters as cards helps.
# The usual confusion is that overlapping intervals mean "no difference".
# Ask what happens to the paired interval if the two examiners are nearly the same program (it becomes very narrow).

# %% [markdown] id="capstone-loop-words"
# ## 6 · Your own entry  (Core, 60 min)
#
# Now go back: complete the plan, choose a side, and change the forger in section 2 or the examiner in section 3.
# Give it a `name` that nobody else's has, such as *Kim's calm*, and run its cell.
# Then run the cell below it that tries it on one clip; that takes seconds and shows most slips.
# After that comes your loop, which holds a contest for each practice seed you give it, about half a minute for each, and says what becomes of your claim.
#
# | what betrays a fake | what a forger can do about it | lesson |
# |---|---|---|
# | a hard edge | `masks = laying.feathered(masks, 6)`, a soft edge of six pixels | 08 |
# | another colour | `faces = laying.coloured(faces, clip, masks)` before they're laid over | 08 |
# | no grain, or too much | `faces = laying.grained(faces, laying.matched_grain(clip), rng)` | 12 |
# | a hand that vanishes behind the face | `masks = masks * (clip.masks > 127)`, because `clip.masks` knows what is in front | 12 |
# | the network's own softness | another network, as below | 04, 07 |
#
# The first three rows together are the course's *feathered swap*.
# They're your starting line, and what you add to them is yours.
# For a network of your own, `python -m unmasked.experiments.anyone` trains one that can draw strangers.
# `weights.save_own(model, "mine")` of `unmasked.models` says where it keeps the model; copy that file to `mine.safetensors` beside `forger.py`, because your own folder isn't on the instructor's computer.
# The forger then begins with `MINE = weights.load_own(Path(__file__).with_name("mine.safetensors"))` and calls `swapped(clip, rng, MINE)`.
#
# An examiner can look for each of these traces, or for several at once: the next cell shows the seven numbers of lesson 12 for the recording and for the fake.
# They have units of their own, so before you add two of them divide each by its spread over recordings, or one of them drowns the rest.
# Change one thing at a time, and keep a list of what you tried and what came out, the failures too.

# %% id="capstone-seven"
seven = {
    name: clue_values(frames, stage.landmarks) for name, frames in (("recording", stage.frames), ("fake", fake.frames))
}
show_table(
    {clue: {name: seven[name][clue] for name in seven} for clue in seven["fake"]},
    names="clue",
    caption="clue_values(frames, landmarks)",
)


# %% id="capstone-judged"
def entered(held):
    """The name of your entry in this contest, scored or not; None where its file couldn't be read."""
    return next((one.name for one in held.outside if one.kind == plan["entry"]), None)


def judged(held, plan):
    """What a contest says of the plan's claim: by how much better, the interval, and a verdict."""
    mine = entered(held)
    if mine not in held.coverage:
        return {"verdict on the claim": "not scored"}
    try:
        gap = standings.beside(held, LEVELS, mine, plan["compared_with"])
    except ValueError as error:
        return {"verdict on the claim": f"not judged: compared_with: {error}"}
    ends = [gap[end] - plan["better_by"] for end in ("low", "high")]
    row = {"better by": gap["difference"], "low": gap["low"], "high": gap["high"]}
    row |= {"seen by": gap["by"]} if gap["by"] else {}
    return row | {"answered": held.coverage[mine], "verdict on the claim": verdict(*ends, held.coverage[mine])}


# %% id="capstone-practice"
characters, seeds = 5, plan["practice_seeds"][:1]  # more seeds when you're in earnest
practised = {f"seed {seed}": compete(seed, characters) for seed in seeds}
rows = {name: judged(held, plan) for name, held in practised.items()}
show_table(rows, names="practice", caption=f"Your {plan['entry']} beside {plan['compared_with']}")
seed, held = seeds[-1], list(practised.values())[-1]
if "low" in (last := rows[f"seed {seed}"]):
    half_width, margin = (last["high"] - last["low"]) / 2, last["better by"] - plan["better_by"]
    print(f"half width {half_width:.2f}; measured less claimed: {margin:+.2f}")
    if margin > 0:
        print(
            f"so many characters clear the claim if that margin stays: {needed(characters, half_width, margin)} or more"
        )
    else:
        print("This run is below your claim.")

# %% [markdown] id="capstone-practice-saw" tags=["saw"]
# *Better by* is a difference of two AUCs on the same characters.
# For an examiner it's what it finds more than the one in your plan, against the five makers.
# For a maker it's how much less it's found than the other one, both *seen by* the examiner that finds yours best, so it isn't the difference of two numbers in the makers' table, where each stands with its own.
# The verdict is on your claim with its number, so *better* says that the whole interval lies above what you claimed, and *worse* that all of it lies below.
# If the run is below your claim, or the number of characters is larger than your patience, claim a smaller difference or compare with a weaker opponent; that's a decision for now and not for later.

# %% [markdown] id="capstone-note-loop" tags=["instructor"]
# *For the instructor.* 60 minutes, and a homework if you have one.
# The usual confusion is to improve what one sees; ask after each change which number was supposed to move, and whether it did.
# Pairs of a forger and an examiner who swap files after every round learn fastest.

# %% [markdown] id="capstone-final-words"
# ## 7 · The final run  (Core, 15 min)
#
# The cell below runs the final seed if you set `FINAL` to `True` and the plan has no gap, and otherwise it takes your last practice run.
# Do so once, when everything else is finished.
# The run is kept in a file, so after a restart the cell shows the same run again instead of making another.
# If it really has to be repeated, set `AGAIN` to `True` once: both runs are kept, and your board says that there were two.
# In a class it goes in four steps.
#
# 1. You practise, and hand in what the last cell of section 8 packs: the file of your entry and your plan.
# 2. The instructor closes the box and announces the final seed, such as 4207, which you put into `ANNOUNCED`.
# 3. You run it for your report. The instructor unpacks everybody's entry into one folder and runs them all, from a terminal:
#    `python -m unmasked.forensics.score handed-in/*/*.py --plan handed-in/*/plan.json --levels "JPEG 95" "H.264 40" --seed 4207 --characters 32 --board board-class.json`
# 4. Boards from several computers become one with `--merge`, as below.
#
# A word behind the files brings other makers: with `newer`, the two of lesson 15 take part as well, which no examiner of the course was fitted on.

# %% id="capstone-final"
FINAL, AGAIN = False, False  # FINAL: True once, when your entry is finished
ANNOUNCED = None  # in a class: the seed that the instructor has announced
final_seed, judged_by = ANNOUNCED or leaderboard.seed_of(plan), plan
gaps_left = capstone.plan_gaps(plan, table["rows"])
if FINAL and gaps_left:
    print("Not run, because the plan has gaps:", *gaps_left, sep="\n")
elif FINAL:
    run = kept.final(lambda: compete(final_seed, plan["characters"], final=True), final_seed, plan, again=AGAIN)
    held, seed, judged_by = run.outcome, run.seed, run.plan
    characters = judged_by["characters"]
    print(*run.words(plan), sep="\n")

# %% id="capstone-final-table"
print(f"Seed {seed}, {characters} characters:", "the final run." if seed >= FINAL_FROM else "a practice run.")
ranks = score.told(held, seed, characters, LEVELS)["standings"]
show_makers(ranks)
show_examiners(ranks)
show_table({judged_by["compared_with"]: judged(held, judged_by)}, names=f"your {plan['entry']} beside")

# %% [markdown] id="capstone-board-words"
# A [leaderboard](../lessons/glossary.md#leaderboard) file keeps your scores against the course's own makers and examiners, the names of your entries, and the fingerprints that their files and your plan had when they ran; nobody's own name is in it unless you put it there.
# Every contest that you bring here stays on it, so it's also the list of what you tried.
# Put your classmates' boards beside this notebook and run the next cell again.
# What was handed in twice counts once, and the lines below the tables name each entry that ran a final seed more than once, with another file, or with two scores.
# The file is on your own computer, so an instructor who wants to be sure trusts step 3 and not the board.

# %% id="capstone-board"
plans = {entered(held): leaderboard.plan_fingerprint(judged_by)}
leaderboard.add(Path(f"board-{NAME}.json"), leaderboard.entries(held, seed, characters, LEVELS, plans))
boards = sorted(Path().glob("board-*.json"))
merged, remarks = leaderboard.merge(boards)
print(f"{len(boards)} file{'s' * (len(boards) != 1)}", *remarks, sep="\n")
for heading, entries in leaderboard.tables(merged).items():
    show_table(entries, names="entry", caption=heading)

# %% [markdown] id="capstone-note-final" tags=["instructor"]
# *For the instructor.* 15 minutes and the machine's own time.
# Draw the final seed yourself, between 1000 and 8999, and not before the box is closed.
# The zip holds the entry of the plan alone, so nobody's untouched starter comes along.
# The program counts runs on a student's own board, which a student can delete; your own run of step 3 is the one that counts.
# Read the intervals aloud before the ranks; the usual confusion is that a better rank is a better entry.
# Ask what one can learn from an entry that did worse on the final seed than on all practice seeds.

# %% [markdown] id="capstone-report-words"
# ## 8 · Say what you found  (Core, 20 min)
#
# A score without its conditions is an advertisement.
# So the entry gets a card, as in lesson 14, and its numbers come from the run and not from memory.
# The rubric in section 1 says what a reader will look for.


# %% id="capstone-numbers"
def measured(held):
    """What the contest measured of your entry, as its card wants it; nothing where it wasn't scored."""
    row, claim = ranks[f"{plan['entry']}s"].get(entered(held)), judged(held, judged_by)
    if row is None or "low" not in claim:
        return []
    finds = plan["entry"] == "examiner"
    what, value = ("AUC of finding", row["auc"]) if finds else ("AUC of being found", row["found"])
    some = {what: (value, row["low"], row["high"]), "coverage": (row["coverage"],) * 3}
    if row.get("quality"):
        some["quality"] = tuple(row["quality"][end] for end in ("mean", "low", "high"))
    some["better than the comparison by"] = tuple(claim[end] for end in ("better by", "low", "high"))
    return [{"what": what, "value": value, "low": low, "high": high} for what, (value, low, high) in some.items()]


# %% [markdown] id="capstone-words-words"
# These words are yours; fill them until the form below has no complaints.
# An examiner's strongest opponent is the maker that it finds worst, and a maker's is the examiner that finds it best: the next cell takes it from the run, and *why* it's the strongest belongs into the limits.

# %% id="capstone-words"
words = {
    "how_it_works": "",
    "fitted_on": "",
    "limits": [],
    "not_for": [],
    "made_for": ["learning how contests work"],
    "made_by": "a learner",
}

# %% id="capstone-report"
row = ranks[f"{plan['entry']}s"].get(entered(held), {})
opponent = row.get("by") or row.get("weakest", {}).get("maker", "")
card = words | {"name": entered(held) or "", "entry": plan["entry"], "date": date.today().isoformat()}
card |= {"seed": seed, "characters": characters, "levels": LEVELS, "compared_with": judged_by["compared_with"]}
card |= {"against": held.sealed["makers" if plan["entry"] == "examiner" else "examiners"]}
card |= {"strongest_opponent": opponent, "measured": measured(held), "consent": "nobody: all faces are drawn"}
Path("card.json").write_text(json.dumps(card, indent=1), encoding="utf-8")
show_table(card["measured"], caption="On the card")
print("The strongest opponent:", opponent)
print("\n".join(cards.validate(card, cards.ENTRY_CARD)) or "The card is complete.")

# %% [markdown] id="capstone-handin-words"
# The last cell packs what you hand in: the file that your plan enters, the plan, and beside them the card, your board, final runs and models (`*.safetensors`), as far as they're there.

# %% id="capstone-handin"
print("written:", handin.write_entry(NAME))

# %% [markdown] id="capstone-note-report" tags=["instructor"]
# *For the instructor.* 20 minutes.
# The usual confusion is that a card with many limits is a poor card.
# A refuted claim that was announced and is reported with its interval gets all points of its row.
# Ask which line of the card a buyer would look for first, and which one a seller would leave out.

# %% [markdown] id="capstone-open-words"
# ## 9 · The open end  (Further, 30 min)
#
# From here on it's your lesson, and these are three roads that somebody could take.
#
# - **A forger that attacks.** Lesson 13's step against a net needs the net, and you have the course's. What does it do to the examiners that you didn't attack?
# - **An examiner that adds up.** `combine.fit` of `unmasked.forensics` weighs several numbers against each other. Fit it on practice seeds, write the weights into your file, and see what's left on makers that weren't there.
# - **An examiner that was never shown a fake.** Lesson 13's self-blended images need recordings alone, and lesson 15's detectors without training need even less.

# %% [markdown] id="capstone-note-open" tags=["instructor"]
# *For the instructor.* 30 minutes and more.
# Let a forger and an examiner build against each other, and count how many rounds it takes until an improvement on one side no longer helps on the other.

# %% [markdown] id="capstone-close"
# ## What you can now do
#
# - You can write a claim down before you test it, and keep the clips that decide apart.
# - You can run code that you don't trust to be correct, without letting it take everybody down.
# - You can compare two entries on the same characters, and say how many a claim needs.
# - You can report a result with its interval, its coverage and its limits.
#
# **Does this carry over to photographs?** The rules do, because they're about contests and not about faces; DFDC, the large contest of 2020, kept a hidden set for the same reason, and there the best on the public set wasn't the best on the hidden one.
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
    },
)

# %% [markdown] id="capstone-quiz-words"
# The last five questions of the course are on what people get wrong about contests.

# %% id="capstone-quiz"
quiz("capstone")

# %% [markdown] id="capstone-certificate-words"
# And this is what you've done in the course.
# Every check, prediction and quiz answer stands in your own record on your own computer, and the next cell makes a page of it that you can print or hand in.
# It needs no server, and it says itself what it doesn't prove.
# (Minutes are those between two entries, with pauses left out; reading before the first one leaves no trace.)

# %% id="capstone-certificate"
path = certificate.write("certificate.html", name="")  # your name, or a line to sign on
print("written:", path)
rows = {}
for topic in lesson.topics():
    if done := certificate.progress(topic):
        rows[done.title] = {"exercises held": f"{done.held} of {done.exercises}"}
        rows[done.title] |= {"predictions": f"{done.guesses} of {done.predictions}"}
if rows:
    show_table(rows, names="lesson")

# %% [markdown] id="capstone-sources"
# **Terms.** [AUC](../lessons/glossary.md#auc) · [bootstrap](../lessons/glossary.md#bootstrap) · [coverage](../lessons/glossary.md#coverage) · [leaderboard](../lessons/glossary.md#leaderboard) · [maker](../lessons/glossary.md#maker) · [model card](../lessons/glossary.md#model-card) · [paired bootstrap](../lessons/glossary.md#paired-bootstrap) ·
# [process](../lessons/glossary.md#process) · [sealed set](../lessons/glossary.md#sealed-set)
#
# **Sources.** Efron, *Bootstrap methods: another look at the jackknife*, 1979. DeLong, DeLong and Clarke-Pearson, *Comparing the areas under two or more correlated receiver operating characteristic curves*, 1988. Dolhansky and others, *The DeepFake Detection Challenge (DFDC) dataset*, 2020. Dwork and others, *The reusable holdout: preserving validity in adaptive data analysis*, 2015.
# Mitchell and others, *Model cards for model reporting*, 2019.
