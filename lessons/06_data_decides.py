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

# %% [markdown] id="data-decides-card"
# # 06 · The data decides: amount, quality, light and looks
#
# **You have an afternoon to make a better swap. Do you collect more pictures, or sharper ones?**
#
# | | |
# |---|---|
# | Time | 85 minutes: Core 73, Further 12 |
# | You need | the swap of lesson 04 and how far it explains the truth; the intervals over seeds of lesson 03 |
# | You will be able to | turn a question about data into an experiment, run it over seeds, and say what it decided |
#
# Until now we changed the network and kept the pictures.
# In this lesson the network stays as it is, down to the number of steps, and only the pictures change.
# People who make swaps give each other plenty of advice on this, and most of it was tried once and judged by eye.
# Because our characters are drawn, you can put such advice to the test.

# %% id="data-decides-imports" tags=["setup"]
import inspect

import cv2
import joblib
import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from unmasked import tensors, toons, widgets
from unmasked.course import check
from unmasked.experiments import data_decides
from unmasked.experiments.data_decides import EXPERIMENTS, GROUPS, Data, Experiment, atlas_row, atlas_rows
from unmasked.experiments.tables import load_table
from unmasked.faces import draw_faces
from unmasked.widgets import alt_text, predict, predictions, quiz, show, show_pictures, show_table

# %% [markdown] id="data-decides-start-words"
# We begin with the question above.
# One team has 3,000 pictures of each character, but they're so coarse that a face is 16 pixels wide.
# The other team has just 30 pictures of each, as sharp as this course draws them.
# Both train the same network for the same number of steps, and you get to see both results in section 5.

# %% id="data-decides-predict-amount"
predict("data-decides.amount")

# %% [markdown] id="data-decides-note-card" tags=["instructor"]
# *For the instructor.* 3 minutes.
# Let the class vote aloud and ask for reasons before anyone runs on, because the two reasons that people give ("more is more", "garbage in, garbage out") come back as the two axes of section 5.

# %% [markdown] id="data-decides-data-words"
# ## 1 · An experiment is two lists of pictures  (Core, 14 min)
#
# First we need a way to say what data a swap is trained on.
# The library keeps it short, and this is its source.

# %% id="data-decides-source"
print(inspect.getsource(Data))
print(inspect.getsource(Experiment))

# %% [markdown] id="data-decides-detail-words"
# So an experiment names two characters and says for each how many pictures there are, how fine they are, and which performances are missing.
# `detail` is the quality: at 0.25 a picture of 64 pixels is shrunk to 16 and enlarged again, as happens to faces that were far from the camera.
# Whatever was finer is gone, although the picture has as many pixels as before.
#
# ### Your turn · Shrink  (●○○, 6 min)
# Write that loss of quality yourself.
# `cv2.resize(picture, (width, height), interpolation=…)` does the work: `cv2.INTER_AREA` averages pixels on the way down, and `cv2.INTER_LINEAR` fills in smoothly on the way up.


# %% id="data-decides-shrink"
def shrink(pictures, detail):
    """Pictures uint8 (N, H, W, 3), shrunk to a share of their side and back again."""
    ### BEGIN SOLUTION
    height, width = pictures.shape[1:3]
    small = round(detail * width), round(detail * height)
    coarse = [cv2.resize(picture, small, interpolation=cv2.INTER_AREA) for picture in pictures]
    return np.stack([cv2.resize(each, (width, height), interpolation=cv2.INTER_LINEAR) for each in coarse])
    ### END SOLUTION


# %% id="data-decides-shrink-check"
shrink = check("data-decides.shrink", shrink)

# %% id="data-decides-shrink-look"
acted = toons.sample_performances(np.random.default_rng(4), 3)
sharp = {name: draw_faces(toons.character(name), acted).pictures for name in ("ada", "bo")}
rows = {
    f"{round(64 * detail)} pixels": [*shrink(sharp["ada"], detail), *shrink(sharp["bo"], detail)]
    for detail in (1, 0.5, 0.25)
}
show_pictures(list(rows.values()), rows=list(rows), alt="data-decides.details", scale=1.7, smooth=True)

# %% [markdown] id="data-decides-same-words"
# Everything else stays fixed in this lesson, so that a difference can only come from the data.
# Every row trains lesson 04's slim swap from nothing for equally many steps of 16 + 16 pictures, guided by the drawing's exact landmarks as in lesson 04.
# It's then measured on performances that no training saw, against the true swap, which is always sharp.

# %% [markdown] id="data-decides-note-data" tags=["instructor"]
# *For the instructor.* 14 minutes, six of them for the exercise.
# The usual confusion is that a picture of 64 × 64 pixels holds 64 × 64 pixels' worth of detail.
# Ask where people's own pictures lose detail (zoom, compression, motion).

# %% [markdown] id="data-decides-five-words"
# ## 2 · Five experiments of a founding text  (Core, 18 min)
#
# One of the texts that this course grew out of reports five trainings on one pair of people.
# In the first, one side's pictures were sharp and the other's soft, as they were found.
# Then its author softened the sharp side, but only when converting; then trained anew on fewer, softened pictures; and finally compared lamps from different sides with lamps from the same side.
# Each was run once and judged by eye, and from that the text concludes that amount beats quality.
#
# That conclusion is all we can quote.
# We couldn't check what its author read from each single experiment, so we don't put a reading into anyone's mouth, and everything that this section says of the five is what we measured.
# Here's how we rebuilt them, with Ada as the sharp side and Bo as the soft one.


# %% id="data-decides-five"
def in_words(data):
    low, high = data.ranges.get("light_azimuth", (-90, 90))
    lamp = "left" if high < 0 else "right" if low > 0 else "any side"
    return f"{data.pictures:,} of {round(64 * data.detail)} pixels, lamp {lamp}"


rows = {
    name: {"Ada's pictures": in_words(each.first), "Bo's pictures": in_words(each.second)}
    for name, each in GROUPS["five"].items()
}
show_table(rows, names="experiment")

# %% [markdown] id="data-decides-predict-five-words"
# The first two share their training.
# In the second, Ada's pictures get as soft as Bo's just before they go into the finished network.

# %% id="data-decides-predict-five"
predict("data-decides.conversion")

# %% [markdown] id="data-decides-gain-words"
# All the results of this lesson stand in one kept table, which we call the atlas.
# Every experiment was run from the same three seeds, so we can compare *seed by seed*, as in lesson 03.
# This is one of its rows, with the score of each direction under `explained_ab` (Ada → Bo) and `explained_ba`.

# %% id="data-decides-row"
atlas = load_table("data-decides")
print(atlas["command"])
print(atlas["rows"][0])

# %% [markdown] id="data-decides-gain-task"
# ### Your turn · A gain and its interval  (●●○, 9 min)
# How much does one experiment gain over another?
# Subtract seed by seed, and give the mean difference with its 95 % interval by Student's t.
# For n differences the interval reaches `stats.t.ppf(0.975, n - 1)` standard errors to either side, and `stats.sem` is the standard error.


# %% id="data-decides-gain"
def gain(rows, experiment, over, column):
    """(mean, low, high) of a column of one experiment less that of another, by seed."""
    ### BEGIN SOLUTION
    values = {(row["experiment"], row["seed"]): row[column] for row in rows}
    seeds = [row["seed"] for row in rows if row["experiment"] == experiment]
    gains = np.array([values[experiment, seed] - values[over, seed] for seed in seeds])
    half = stats.t.ppf(0.975, len(gains) - 1) * stats.sem(gains)
    return gains.mean(), gains.mean() - half, gains.mean() + half
    ### END SOLUTION


# %% id="data-decides-gain-check"
gain = check("data-decides.gain", gain)

# %% [markdown] id="data-decides-table-words"
# *Explained* is lesson 04's score, 0 for the target's average face and 1 for the true swap, and *sharp* compares the swap's fine detail with the truth's (where the net leaves speckle, that counts as detail, too).
# Every ± is the standard deviation over the seeds.

# %% id="data-decides-table"
COLUMNS = {
    "explained_ab": "Ada → Bo",
    "explained_ba": "Bo → Ada",
    "sharp_ab": "sharp, → Bo",
    "sharp_ba": "sharp, → Ada",
}


def by_seed(experiment, column):
    return [row[column] for row in atlas["rows"] if row["experiment"] == experiment]


rows = {name: {title: by_seed(name, column) for column, title in COLUMNS.items()} for name in GROUPS["five"]}
show_table(rows, names="experiment", caption="Five experiments")

# %% id="data-decides-five-look" tags=["figure"]
kept = data_decides.load_examples()


def swaps_figure(names, alt, ways=(0,), count=2):
    """For each experiment what went in, what the kept swap of seed 0 made of it, and the true swap."""
    rows = []
    for name in names:
        row = []
        for way in ways:
            experiment = EXPERIMENTS[name]
            seen, truth = data_decides.swapped_faces(experiment, 0, count, experiment.names[way])
            swaps = kept[name][way * data_decides.SHOWN :][:count]
            row += [*seen, *swaps, *truth.pictures]
        rows.append(row)
    titles = [title for _ in ways for title in ("in", "swap", "truth") for _ in range(count)]
    show_pictures(rows, titles=titles, rows=list(names), alt=alt, scale=2, smooth=True)


swaps_figure(GROUPS["five"], "data-decides.five", ways=(0, 1), count=1)

# %% [markdown] id="data-decides-bars-words"
# The same numbers as a picture: each dot is a mean over the seeds, and its bar reaches one standard deviation to either side.

# %% id="data-decides-bars" tags=["figure"]
figure, panels = plt.subplots(1, len(COLUMNS), figsize=(9, 2.8), sharey=True)
for panel, (column, title) in zip(panels, COLUMNS.items(), strict=True):
    for at, name in enumerate(GROUPS["five"]):
        values = by_seed(name, column)
        panel.errorbar(np.mean(values), -at, xerr=np.std(values, ddof=1), fmt="o", color="#12355f", capsize=4)
    panel.set_title(title, fontsize=13)
    panel.axvline(0, color="#c8c8c8", zorder=0)
    panel.set_xlim(-0.2, 1.1)
    panel.spines[["top", "right"]].set_visible(False)
panels[0].set_yticks(range(0, -len(GROUPS["five"]), -1), list(GROUPS["five"]))
told = "; ".join(f"{name} {np.mean(by_seed(name, 'explained_ab')):.2f}" for name in GROUPS["five"])
show(figure, alt=alt_text("data-decides.bars", told=told))

# %% [markdown] id="data-decides-five-gains-words"
# Which of these differences are more than luck?
# Each cell below is your gain's interval, and one that reaches across 0 decides nothing.

# %% id="data-decides-five-gains"
COMPARED = {
    "softened at conversion, over as found": ("degraded at conversion", "as found"),
    "trained on fewer and softened, over as found": ("fewer and degraded", "as found"),
    "same light, over other light": ("same light", "other light"),
}
WAYS = {"Ada → Bo": "explained_ab", "Bo → Ada": "explained_ba"}


def verdict(mean, low, high):
    if low == high == 0:
        return "the same, by construction"
    word = "helps" if low > 0 else "harms" if high < 0 else "undecided"
    return f"{word} ({low:+.3f} to {high:+.3f})"


rows = {
    what: {way: verdict(*gain(atlas["rows"], *pair, column)) for way, column in WAYS.items()}
    for what, pair in COMPARED.items()
}
show_table(rows, names="gain of", caption="Gain in the explained swap, 95 % interval")
widgets.guessed("data-decides.conversion")

# %% [markdown] id="data-decides-five-saw" tags=["saw"]
# The lamp outweighs everything else here.
# A decoder that has only ever drawn Bo lit from the right can't draw him lit from the left, so Ada → Bo explains little, and Bo → Ada is no better than the average face.
#
# Softness is a matter of the *target's* pictures.
# The swap to the soft Bo has little of the truth's fine detail in all of the first three experiments, because his decoder draws what it saw.
# Softening Ada before the swap doesn't help that (it even costs a little), and the third experiment shows what it costs to train on soft pictures of Ada: she gets soft as well.
# The way to Ada clearly loses there, but amount and quality changed together, so this experiment can't say which of the two it was.

# %% [markdown] id="data-decides-note-five" tags=["instructor"]
# *For the instructor.* 18 minutes, nine of them for the exercise.
# The usual confusion is that a soft result means a bad training, although a decoder that has only seen soft pictures can't draw anything else.
# Ask what the author of a single run could have known of these intervals.

# %% [markdown] id="data-decides-eyes-words"
# ## 3 · Shut eyes  (Core, 9 min)
#
# So far both characters did everything while we collected their pictures.
# Now we leave out one thing: in training, one of them never has the lids less than half open.
# Then the other one acts with shut eyes.

# %% id="data-decides-predict-eyes"
predict("data-decides.eyes")

# %% id="data-decides-eyes-look" tags=["figure"]
swaps_figure(["both shut them", "Bo never does"], "data-decides.eyes")
widgets.guessed("data-decides.eyes")

# %% [markdown] id="data-decides-eyes-table-words"
# To score the eyes alone, the table takes the explained swap in and around them.
# Here 0 stands for the average of the true faces, whose eyes are all shut, so it's a strict measure: a swap with open eyes easily falls below 0.

# %% id="data-decides-eyes"
EYES = {"Ada → Bo": "eyes_ab", "Bo → Ada": "eyes_ba"}
rows = {name: {way: by_seed(name, column) for way, column in EYES.items()} for name in GROUPS["shut eyes"]}
show_table(rows, names="in training", caption="Explained in and around the eyes, all eyes shut")

# %% [markdown] id="data-decides-eyes-saw" tags=["saw"]
# What counts is whether the *target* was seen with shut eyes, and early detectors lived on that: hardly anyone is photographed while blinking, so people in swapped films hardly blinked.
# If Bo never shut his, his decoder has no shut eyes to draw and makes something between, although Ada's shut eyes are there for the encoder to see.
# If it was Ada who never did, the way to Bo suffers far less, and the way back suffers for it.
# So a forger who wants blinks needs pictures of the *target* blinking, and an examiner who counts blinks looks for a gap in the target's pictures.

# %% [markdown] id="data-decides-note-eyes" tags=["instructor"]
# *For the instructor.* 9 minutes.
# Ask the class which other expressions are rare in the pictures that people collect of a celebrity or a politician, and what a swap would do with them.

# %% [markdown] id="data-decides-looks-words"
# ## 4 · Does it help to look alike?  (Core, 8 min)
#
# Guides to face swapping advise you to choose two people who look alike (Zucconi 2018, Dayma 2019).
# So we let six characters act for Bo, one after the other, and measure how unlike each of them looks: the distance of their average face from his, in grey levels.
# Bo is the target every time, which keeps the scores comparable.

# %% id="data-decides-predict-looks"
predict("data-decides.looks")

# %% id="data-decides-looks-look" tags=["figure"]
distances = {name: data_decides.unlikeness(EXPERIMENTS[name].names[0], "bo") for name in GROUPS["looks"]}


def looks_figure():
    figure, panel = plt.subplots(figsize=(7, 3.6))
    for name, distance in distances.items():
        scores = by_seed(name, "explained_ab")
        panel.plot([distance] * len(scores), scores, "o", color="#12355f", markersize=5)
        near = any(0 <= distance - other < 1.5 for who, other in distances.items() if who != name)
        place, away = (min(scores), -18) if near else (max(scores), 8)  # below, where a neighbour's name stands above
        panel.annotate(name.split()[0], (distance, place), (0, away), textcoords="offset points", ha="center")
    panel.set(xlabel="distance of the average faces (grey levels)", ylabel="explained, → Bo", ylim=(0, 1))
    panel.margins(0.08, 0.2)
    panel.spines[["top", "right"]].set_visible(False)
    show(
        figure,
        alt=alt_text("data-decides.looks", places=", ".join(f"{n.split()[0]} {d:.0f}" for n, d in distances.items())),
    )


looks_figure()
widgets.guessed("data-decides.looks")
mean_scores = [np.mean(by_seed(name, "explained_ab")) for name in distances]
order = stats.spearmanr(list(distances.values()), mean_scores)
print(
    f"rank correlation of distance and explained swap: {order.statistic:.2f} (p = {order.pvalue:.2f}, six characters)"
)

# %% [markdown] id="data-decides-looks-saw" tags=["saw"]
# The points fall a little from left to right, but luck alone produces such an order of six about one time in six, and the whole difference is a few hundredths.
# Zucconi argues that between unlike faces a network has more to change, but here that hardly shows.
# A likely reason is how this net is built: each character's own average face is subtracted before the encoder sees anything, so what a face looks like hardly reaches it. (We haven't tested that reason.)
# In a film there's a second reason for the advice, because the new face has to fit into the actor's head, hair and neck.
# That's lesson 08's problem, and this number doesn't see it.

# %% [markdown] id="data-decides-note-looks" tags=["instructor"]
# *For the instructor.* 8 minutes.
# The usual confusion is to read six points as a law.
# Ask what else differs between these characters besides their distance from Bo (glasses, hair over the brow, how much of the mouth shows).

# %% [markdown] id="data-decides-grid-words"
# ## 5 · Amount against quality  (Core, 10 min)
#
# Now you'll see how the two teams of the beginning did, and every mix between them.
# Each square is one amount and one quality, for both characters alike, and shows the mean of both directions over three seeds.

# %% id="data-decides-grid" tags=["figure"]
amounts, details = data_decides.AMOUNTS, data_decides.DETAILS


def cell(amount, detail):
    """The explained swap of one square, the mean of both directions: one number a seed."""
    name = f"{amount} pictures, {round(64 * detail)} pixels"
    return np.mean([by_seed(name, column) for column in WAYS.values()], 0)


def grid_figure():
    means = np.array([[cell(amount, detail).mean() for amount in amounts] for detail in details])
    figure, panel = plt.subplots(figsize=(7, 3.4))
    panel.imshow(means, cmap="cividis", aspect="auto")
    for (row, column), mean in np.ndenumerate(means):
        spread = cell(amounts[column], details[row]).std(ddof=1)
        ink = "black" if mean > means.mean() else "white"
        panel.text(column, row, f"{mean:.2f} ± {spread:.2f}", ha="center", va="center", color=ink, fontsize=12)
    panel.set_xticks(range(len(amounts)), [f"{amount:,}" for amount in amounts])
    panel.set_yticks(range(len(details)), [f"{round(64 * detail)} pixels" for detail in details])
    panel.set(xlabel="pictures of each character", ylabel="width of a face")
    told = "; ".join(f"{a:,} at {round(64 * d)} pixels {cell(a, d).mean():.2f}" for d in details for a in amounts)
    show(figure, alt=alt_text("data-decides.grid", cells=told))


grid_figure()
widgets.guessed("data-decides.amount")

# %% id="data-decides-teams" tags=["figure"]
swaps_figure(["3000 pictures, 16 pixels", "30 pictures, 64 pixels"], "data-decides.teams")

# %% [markdown] id="data-decides-grid-saw" tags=["saw"]
# Of the two teams, the one with the coarse pictures wins: thirty pictures are too few, however sharp they are.
# And yet the text's conclusion doesn't hold in general, because two hundred sharp pictures beat three thousand coarse ones clearly, in every seed.
# So neither axis wins everywhere.
# From the smallest amount to the next one up, more pictures help a lot at every quality, and beyond a thousand they hardly help any more in so few steps.
# Quality sets a ceiling that no amount lifts, because no decoder draws finer than what it saw.
# With thirty pictures the sharpest ones even do worse than those of 32 pixels, perhaps because there's more in them to learn by heart.

# %% [markdown] id="data-decides-atlas-words"
# The whole atlas is in this bench.
# Choose an experiment, and you see what went in, what came out, what would have been right, and how the score lies among those of its group.

# %% id="data-decides-atlas"
widgets.atlas_explorer(atlas["rows"], kept)

# %% [markdown] id="data-decides-again-words"
# A table that you can't check is only a claim, so let's make one of its rows again, from nothing.
# Change the name or the seed, and you can check any other row.

# %% id="data-decides-again"
print(tensors.probe(threads=1, precision="float32").apply())
chosen = ("30 pictures, 64 pixels", 0)
row = atlas_row(*chosen, atlas["settings"]["steps"], progress=True)
was = next(each for each in atlas["rows"] if (each["experiment"], each["seed"]) == chosen)
columns = {**WAYS, **{f"eyes, {way}": column for way, column in EYES.items()}}
rows = {what: {"made now": row[column], "kept": was[column]} for what, column in columns.items()}
show_table(rows, names="explained", form=".3f")

# %% [markdown] id="data-decides-note-grid" tags=["instructor"]
# *For the instructor.* 10 minutes.
# Ask what the figure would look like after ten times as many steps, where 30 pictures have been seen a thousand times each; nobody has measured that here.

# %% [markdown] id="data-decides-own-words"
# ## 6 · Your own experiment  (Core, 14 min)
#
# You've now read other people's experiments, so it's time for one of your own.
# A good one has five parts: a question, what would decide it, the data, the runs, and a verdict that could have gone the other way.
#
# ### Your turn · One whole experiment  (●●●, 12 min)
# Choose a question that these pictures can answer.
# Some that we haven't asked: does Bo's swap suffer if only *Ada's* pictures are few? Does it help to leave out extreme poses (`ranges={"yaw": (-15, 15)}`)? Does it matter which side is soft?
#
# Return your question, your two experiments by name, and the rows of all seeds.
# `atlas_rows([experiment, …], seeds, **settings)` runs them all, the seeds of an experiment one after the other, and names every row "my own", so rename them.
# `settings` says how long a run is; hand it on as it comes. Forty steps are enough for a first answer.

# %% id="data-decides-own-seeds"
SEEDS = (0, 1, 2)


# %% id="data-decides-own"
def my_experiment(seeds, **settings):
    """Returns (question, {name: Experiment, …}, rows), the name in each row."""
    ### BEGIN SOLUTION
    question = "Does Ada → Bo suffer when only Ada's pictures are few?"
    tried = {"Ada few": Experiment(Data(20), Data(300)), "both many": Experiment(Data(300), Data(300))}
    rows = atlas_rows(tried.values(), seeds, **settings)
    names = [name for name in tried for _ in seeds]
    return question, tried, [row | {"experiment": name} for row, name in zip(rows, names, strict=True)]
    ### END SOLUTION


# %% id="data-decides-own-check"
my_experiment = check("data-decides.experiment", my_experiment)

# %% [markdown] id="data-decides-verdict-words"
# The verdict follows from the interval and from nothing else.
# If it crosses 0, your experiment has decided nothing yet, and the honest next step is more seeds.

# %% id="data-decides-verdict"
with joblib.parallel_config(backend="threading", n_jobs=2):  # two runs at a time, as section 7 explains
    question, tried, rows = my_experiment(SEEDS, steps=40)
first, second = tried
show_table(
    {name: {way: [r[c] for r in rows if r["experiment"] == name] for way, c in WAYS.items()} for name in tried},
    names="experiment",
    caption=question,
)
for way, column in WAYS.items():
    print(f"{way}: {first}, over {second}: {verdict(*gain(rows, first, second, column))}")

# %% [markdown] id="data-decides-own-verdict-words"
# The cell above has written down what the interval says, but a verdict is more than that, and it's yours to give.
# In a sentence or two, say what your experiment decided, how far that reaches (which pair, how many steps), and what would have made you say the opposite.

# %% id="data-decides-own-verdict"
my_verdict = "(not written yet)"
print(f"{question} {my_verdict}")

# %% [markdown] id="data-decides-note-own" tags=["instructor"]
# *For the instructor.* 14 minutes and the better part of an hour as homework.
# Have each group write down beforehand which result would change their mind.
# The usual confusion is to change two things at once.

# %% [markdown] id="data-decides-wide-words"
# ## 7 · Wider: more seeds, more machines  (Further, 12 min)
#
# Three seeds are few, and the intervals above are wide for that reason.
# Runs don't depend on each other, so they can go side by side.
# `atlas_rows` hands its rows to [joblib](https://joblib.readthedocs.io), and the line with `with` says where they run and how many at once.
#
# Here that's in two *threads* of this notebook's own process.
# They share its memory, and PyTorch lets go of Python's lock while it computes, so both can work at the same time.
# The danger is that they share more than memory: if two runs drew their first weights from one random generator at the same moment, each would get some of the other's numbers.
# The library lets only one run at a time draw them, so let's see whether that's enough.

# %% id="data-decides-wide"
few = [Experiment(Data(20), Data(20)), Experiment(Data(20), Data(20, detail=0.25))]
with joblib.parallel_config(backend="threading", n_jobs=2):
    side_by_side = atlas_rows(few, (0, 1), 10, held_out=20)
alone = atlas_rows(few, (0, 1), 10, held_out=20)
same = sum(a == b for a, b in zip(side_by_side, alone, strict=True))
print(f"{same} of {len(alone)} rows are the same to the last digit, side by side and one after the other")

# %% [markdown] id="data-decides-cluster-words"
# Without `backend="threading"`, joblib starts two processes instead, which don't share anything, not even PyTorch: each of them loads it anew, and that takes memory.
# On a cluster the same call runs on many machines, again by changing nothing but the line with `with`.
# For this you install the extra `pip install -e ".[cluster]"` and start a [Dask](https://www.dask.org) scheduler, as the README says.
#
# ```python
# from dask.distributed import Client
#
# client = Client("tcp://the-scheduler:8786")        # or Client(n_workers=2), a small cluster on your own machine
# with joblib.parallel_config(backend="dask"):
#     rows = atlas_rows(EXPERIMENTS, range(10))
# ```
#
# If a machine fails in the middle, its rows are run again on another one, and nothing is lost.

# %% [markdown] id="data-decides-note-wide" tags=["instructor"]
# *For the instructor.* 12 minutes.
# Ask why each of the two runs computes with one thread only: with two each, on two cores, they'd get in each other's way.

# %% [markdown] id="data-decides-close"
# ## What you can now do
#
# - You can say precisely what data a swap was trained on, and change one thing about it.
# - You can compare two experiments seed by seed, and say when three seeds decide nothing.
# - You can tell what a decoder can't draw from what its pictures left out.
# - You can spread runs over cores or machines without changing the experiment.
#
# **Does this carry over to photographs?** The way of asking does, but the numbers don't.
# Missing blinks gave away early swaps of real people as well: Li, Chang and Lyu detected them by that in 2018, and makers then added pictures with shut eyes.
# How much photographs of one person need is unknown, because there is no true swap to measure against, and programs only report losses.
#
# **Still open.** All our runs are short, 300 steps. Whether amount or quality counts for more after days of training can't be read off this atlas. How could one find out without training for days a hundred times over?

# %% [markdown] id="data-decides-predictions-words"
# Here is what you predicted, beside what came out.

# %% id="data-decides-predictions"
teams = {
    name: np.mean([by_seed(name, c) for c in WAYS.values()])
    for name in ("3000 pictures, 16 pixels", "30 pictures, 64 pixels")
}
softened = verdict(*gain(atlas["rows"], "degraded at conversion", "as found", "explained_ab"))
eyes = {name: np.mean(by_seed(name, "eyes_ab")) for name in ("both shut them", "Bo never does", "Ada never does")}
predictions(
    "data-decides",
    outcome={
        "data-decides.amount": ", ".join(f"{name}: {score:.2f}" for name, score in teams.items()),
        "data-decides.conversion": f"softened at conversion, Ada → Bo: {softened}",
        "data-decides.eyes": "; ".join(f"{name}: {score:.2f}" for name, score in eyes.items()),
        "data-decides.looks": f"rank correlation {order.statistic:.2f}, p = {order.pvalue:.2f}",
    },
)

# %% [markdown] id="data-decides-quiz-words"
# To finish, here are five questions on what people often get wrong about data.

# %% id="data-decides-quiz"
quiz("data-decides")

# %% [markdown] id="data-decides-sources"
# **Terms.** [confidence interval](../lessons/glossary.md#confidence-interval) · [correlation](../lessons/glossary.md#correlation) · [explained swap](../lessons/glossary.md#explained-swap) · [seed](../lessons/glossary.md#seed) · [standard deviation](../lessons/glossary.md#standard-deviation)
#
# **Sources.** Li, Chang and Lyu, *In ictu oculi: exposing AI created fake videos by detecting eye blinking*, 2018 (the eye that never closed). Student, *The probable error of a mean*, 1908 (the interval). Spearman, *The proof and measurement of association between two things*, 1904 (the rank correlation).
# Zucconi, *How to create the perfect deepfakes*, 2018, and Dayma, *Improving deepfake performance with data*, 2019 (the advice to choose people who look alike).
# The five experiments are those of one of this course's founding texts, which reports one run of each, judged by eye. Its conclusion is quoted; its reading of each experiment isn't, because we couldn't check it.
