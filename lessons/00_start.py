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

# %% [markdown] id="start-card"
# # 00 · Start here
#
# > **A note on content.** Section 8 of this lesson, and a line of section 3, name harm that is done with synthetic
# > faces: intimate pictures made without consent, fraud, political lies. They name it plainly and show none of it:
# > every face in this course is drawn. Nothing after section 8 depends on it, so you may read it at another time.
#
# | | |
# |---|---|
# | **Question** | How does a program put one face in the place of another, and would you notice? |
# | **Time** | 25 minutes for the sections marked Core, 5 more for the one marked Further |
# | **You need** | Python and a little NumPy. No knowledge of networks, no graphics card, no internet |
# | **You will be able to** | Move a swapped face and say how far it is from the truth; tell a face swap from its relatives; say where this came from, what it is good for and whom it harms; state your score in *spot the fake* with an honest range |
# | **Bench** | Puppet, in the next cell: you move Ada's face, and Bo does what she does |
#
# **How a lesson works.** Run a cell with Shift + Enter. Before an experiment you are asked what you expect; nobody
# marks that, and at the end you see it beside what came out. Where a cell holds `...` it is your turn to write. If you
# leave it open, the lesson says so and goes on.

# %% [markdown] id="start-puppet-words"
# ## 1 · Move Ada, and Bo follows (Core)
#
# Ada and Bo are drawn characters. A neural network, a program whose numbers are adjusted by examples until its output
# fits, has seen thousands of pictures of each. Now it gets a picture of Ada and draws Bo.
#
# Run the cell. Drag on the left picture to turn Ada's head, then move *Smile* from one end to the other. On the right
# stands the true Bo: what a perfect answer would be.

# %% id="start-puppet"
from unmasked import widgets
from unmasked.faces import draw_faces
from unmasked.models import weights

widgets.puppet(weights.load("swap-ada-bo-128"))

# %% [markdown] id="start-puppet-saw"
# The picture in the middle was made from the left one alone. The [identity](../lessons/glossary.md#identity), who it
# is, has changed. The [performance](../lessons/glossary.md#performance), what the face does, has stayed. That is a
# [face swap](../lessons/glossary.md#face-swap). The score below the pictures is 1 for the true Bo and 0 for Bo's mean
# picture, an average face that never changes; lesson 04 takes it apart.
#
# Say in one sentence what you saw: which part of a performance arrives in Bo, and which arrives blurred or not at all?

# %% [markdown] id="start-puppet-note" tags=["instructor"]
# *For the instructor.* 2 minutes. The usual confusion: that the middle picture is drawn by the same code as the right
# one. It is not; the network never sees the sliders. A question to ask: how could you show that the network looks at
# Ada's picture and not at the sliders? (Section 5 does it: give it another picture.)

# %% [markdown] id="start-doctor-words"
# ## 2 · Is this machine ready? (Core)
#
# The next cell looks at Python, the packages, the processor, memory and disk, trains a small network for a second, and
# ends with a slider to try. It takes some seconds. Where something is to be mended, an arrow says how. Everything it
# finds stays on this machine, as does all that the course keeps about you.

# %% id="start-doctor" tags=["hide-solved"]
from unmasked.course.doctor import doctor

doctor()

# %% [markdown] id="start-doctor-saw"
# Read the last line of the report: it says whether you can begin. If the slider answers, all benches will work. (The
# solved copy of this lesson leaves the report out: it would tell about somebody else's machine.)

# %% [markdown] id="start-doctor-note" tags=["instructor"]
# *For the instructor.* 1 minute, and the best moment to find the broken laptop. The usual confusion: no GPU is taken
# for a fault. None is needed. A question to ask: who has the most, who the fewest training steps a second?

# %% [markdown] id="start-kinds-words"
# ## 3 · What it is called, and how old it is (Core)
#
# [Synthetic media](../lessons/glossary.md#synthetic-media) are pictures, films and sound that a program made or changed
# so that they look recorded. For faces there are four kinds, and they differ in what stays and what is made. As our
# faces are drawn, we can draw all four. `toons.draw` takes an identity and a performance and gives the picture.

# %% id="start-kinds"
from unmasked import toons
from unmasked.widgets import show_pictures

ada, bo, nobody = toons.character("ada"), toons.character("bo"), toons.sample_identity(7)
calm, lively = toons.Performance(), toons.Performance(yaw=18, smile=0.9, jaw=0.4, brows=0.5)
speaking = toons.Performance(smile=-0.2, jaw=0.6)
who = [(ada, lively), (ada, calm), (ada, calm), None]
becomes = [(bo, lively), (ada, lively), (ada, speaking), (nobody, lively)]
rows = [[pair and toons.draw(*pair, size=128).picture for pair in row] for row in (who, becomes)]
show_pictures(
    rows,
    titles=["Face swap", "Reenactment", "Lip-sync", "From nothing"],
    rows=["before", "after"],
    alt="Four columns, before above, after below. Face swap: Ada becomes Bo with the "
    "same smile and turn of the head. Reenactment: calm Ada becomes smiling, turned Ada. "
    "Lip-sync: only Ada's mouth opens. From nothing: there is no picture before, and a "
    "character appears who is not in the cast.",
)

# %% [markdown] id="start-kinds-saw"
# In a face swap the identity is made and the performance stays. In a [reenactment](../lessons/glossary.md#reenactment)
# it is the other way round. [Lip-sync](../lessons/glossary.md#lip-sync) makes the mouth alone, to fit a sound. The last
# kind shows somebody who never was. The word [deepfake](../lessons/glossary.md#deepfake) is used for all four, and
# began as a name for the first.

# %% id="start-year-predict"
from unmasked.widgets import predict

predict("start.year")

# %% id="start-year" tags=["figure"]
from matplotlib import pyplot as plt

from unmasked.widgets import show

history = {1997: "Video Rewrite", 2016: "Face2Face", 2017: "Synthesizing Obama; r/deepfakes"}
history |= {2019: "Deepfake Detection Challenge", 2023: "VALL-E"}
figure, axes = plt.subplots(figsize=(7, 2.2))
for height, (year, name) in enumerate(history.items(), start=1):
    axes.plot([year, year], [0, height], "o-", color="0.25", markevery=2, clip_on=False)
    axes.text(year - 0.4, height, f"{name} {year}", ha="right", va="center")
axes.set(xlim=(1987, 2027), ylim=(0, 5.5), yticks=[])
axes.spines[["left", "right", "top"]].set_visible(False)
# What comes out is noted, and shown beside your predictions at the end.
outcome = {"start.year": f"{min(history)}, {history[min(history)]}"}
events = "; ".join(f"{name} {year}" for year, name in history.items())
alt = f"A time line from 1987 to 2027 with five marks: {events}. Four stand after 2015."
show(figure, alt=alt)

# %% [markdown] id="start-history"
# | year | what | what was new |
# |---|---|---|
# | 1997 | *Video Rewrite* (Bregler and others) | a filmed mouth is rearranged, from stretches of the same film, to say other words; its authors thought of dubbing |
# | 2016 | *Face2Face* (Thies and others) | an actor before a camera gives their expression to a filmed face, live; a fitted 3-D model of the face carries it over |
# | 2017 | *Synthesizing Obama* (Suwajanakorn and others) | lip-sync from sound alone: a network turns speech into a mouth |
# | 2017 | *r/deepfakes*, a forum on Reddit | face swaps by anybody with a graphics card; used there above all to abuse actresses, and closed in February 2018 |
# | 2019 | *Deepfake Detection Challenge* (DFDC; results in 2020) | a contest to catch fakes. The best entry was right on 65 % of the hidden films |
# | today | for example *VALL-E* (Wang and others, 2023) | a voice copied from three seconds of speech; faces and whole films made from a sentence; swaps in a live call |
#
# The programs behind the word *deepfake* are [autoencoders](../lessons/glossary.md#autoencoder): one part squeezes a
# picture into a few numbers, another draws a picture from them. You often read that they are GANs
# ([generative adversarial networks](../lessons/glossary.md#generative-adversarial-network)), where a second network is
# trained to tell drawn from real. In DeepFaceLab, a widely used program, that part is switched off unless somebody asks
# for it.

# %% [markdown] id="start-history-note" tags=["instructor"]
# *For the instructor.* 3 minutes. The usual confusion: "deepfake" and "GAN" taken for one word. A question to ask:
# which of the four kinds is a dubbed film? Which is a filter that makes you look old? (The second is a good quarrel:
# identity or performance?)

# %% [markdown] id="start-distance-words"
# ## 4 · How far from the truth? (Core)
#
# With photographs nobody knows what the perfect swap would look like. Here we can draw it: the same performance with
# Bo's identity, the [true swap](../lessons/glossary.md#true-swap). So a swap can be measured. First, what do you
# expect?

# %% id="start-distance-predict"
predict("start.distance")

# %% [markdown] id="start-pairs-words"
# We draw Ada and Bo in the same random performances; `draw_faces` cuts out each face so that the eyes always lie in
# about the same place. `pictures` holds whole numbers from 0, dark, to 255, bright, for red, green and blue. The network
# was never given such pairs: it was trained on pictures of Ada and on other pictures of Bo. The pairs are here to measure
# with. The puppet's network draws 128 × 128 pixels; for measuring we take its smaller sister of 64 × 64, the size that
# you'll train yourself.

# %% id="start-pairs"
import numpy as np

from unmasked.course import check, hint

model = weights.load("swap-ada-bo")
performances = toons.sample_performances(np.random.default_rng(1), 200)
acting, truth = draw_faces(ada, performances), draw_faces(bo, performances)
print("performances", performances.shape, "each of them", len(toons.PARAMETERS), "numbers")
print("pictures", acting.pictures.shape, acting.pictures.dtype)

# %% [markdown] id="start-swap-words"
# The swap takes two steps. `encode` turns a picture into a [code](../lessons/glossary.md#code), a short list of
# numbers; `decode` draws a picture from a code. Both are told a name. Encode as Ada and decode as Bo, and the face is
# swapped. (The other two calls change the format only: what a network works on is called a tensor, and lesson 01 is
# about those.)

# %% id="start-swap"
from unmasked.tensors import to_pictures, to_tensor


def swap(pictures, source, target):
    """Pictures of `source` become pictures of `target`: uint8 (N, 64, 64, 3) in and out."""
    codes = model.encode(to_tensor(pictures), source)
    return to_pictures(model.decode(codes, target))


swapped = swap(acting.pictures, "ada", "bo")
show_pictures(
    [acting.pictures[:5], swapped[:5], truth.pictures[:5]],
    rows=["Ada acts", "Bo, swapped", "the true Bo"],
    alt="Three rows of five faces: Ada acts, Bo as the network draws it, the true Bo.",
)

# %% [markdown] id="start-difference-words"
# ### Your turn · Difference  (●○○, 3 min)
#
# How far apart are two sets of pictures, inside the face? Take the difference of the numbers, without its sign, and its
# mean over all places where `face` is `True`. An array of shape (N, H, W, 3) can be indexed with a mask of shape
# (N, H, W): `a[face]` keeps the pixels where the [mask](../lessons/glossary.md#mask) is `True`. One trap waits:
# in `uint8`, 3 − 5 is 254.
#
# This is your first exercise. Replace the `...` in the next cell and run it. The cell below it tries your function on
# fresh inputs and says in words what it found. If yours does not hold yet, the lesson goes on with the course's own
# answer.


# %% id="start-difference"
def difference(a, b, face):
    """Mean absolute difference of two sets of pictures, inside the face.

    `a`, `b`: uint8 (N, H, W, 3); `face`: bool (N, H, W), True inside. Returns a number.
    """
    ### BEGIN SOLUTION
    return np.abs(a.astype(float) - b)[face].mean()
    ### END SOLUTION


# %% id="start-difference-check"
difference = check("start.difference", difference)

# %% [markdown] id="start-hint-words" tags=["hide-solved"]
# For every exercise there are three hints, from a nudge to nearly the answer. Each time you run the next cell you get
# one more. Later lessons leave this cell out; the check tells you what to type.

# %% id="start-hint" tags=["hide-solved"]
hint("start.difference")

# %% [markdown] id="start-baseline-words"
# A number means little alone. So here is a [baseline](../lessons/glossary.md#baseline), the score of somebody who does
# not try: Bo's average face, the same for every performance. And a second comparison: each swap against the true Bo of
# *another* performance. A network that ignored Ada would do as well there. `masks` holds numbers from 0, outside the
# face, to 255, inside: more than 127 counts as the face.

# %% id="start-baseline"
from unmasked.widgets import show_table

face = truth.masks > 127
others = draw_faces(bo, toons.sample_performances(np.random.default_rng(2), 200))
average = others.pictures.mean(0).astype(np.uint8)[None].repeat(200, axis=0)
mismatched = np.roll(swapped, 1, axis=0)
off = difference(swapped, truth.pictures, face)
outcome["start.distance"] = f"{off:.1f} of 255"
compared = {
    "the swap": off,
    "Bo's average face": difference(average, truth.pictures, face),
    "a swap of another picture": difference(mismatched, truth.pictures, face),
}
show_table(compared, ["off by"], form=".1f", caption="How far from the true Bo, of 255?")

# %% [markdown] id="start-worst-words"
# A mean hides the single picture. Which swaps came out worst? Look for what these faces have in common before you read
# on.

# %% id="start-worst"
one_by_one = zip(swapped, truth.pictures, face, strict=True)
each = np.array([difference(a[None], b[None], inside[None]) for a, b, inside in one_by_one])
worst = each.argsort()[::-1][:5]
show_pictures(
    [acting.pictures[worst], swapped[worst], truth.pictures[worst]],
    titles=[f"off by {value:.1f}" for value in each[worst]],
    rows=["Ada acts", "Bo, swapped", "the true Bo"],
    alt="The five worst swaps, each with how far it is off: Ada, swapped Bo, true Bo.",
)

# %% [markdown] id="start-link-words"
# Your eye has a guess; the numbers can have one too. For each of the eleven numbers of a performance: does the error
# grow when that number is far from its calm value? A correlation is 1 when two lists rise and fall together, and 0 when
# one says nothing about the other.

# %% id="start-worst-saw"
best, middle, most = each.min(), np.median(each), each.max()
print(f"off by {best:.1f} in the best, {middle:.1f} in the middle, {most:.1f} in the worst picture")
extreme = np.abs(performances - toons.Performance().to_array())
link = {name: np.corrcoef(extreme[:, i], each)[0, 1] for i, name in enumerate(toons.PARAMETERS)}
strongest = sorted(link, key=link.get, reverse=True)[:3]
caption = "A large error goes with an extreme …"
show_table({name: link[name] for name in strongest}, ["correlation"], names="number", caption=caption)

# %% [markdown] id="start-worst-read"
# Did you see in the five pictures what the numbers say? Five pictures are few. And correlations well below one half say
# that no single number of the performance explains the errors.

# %% [markdown] id="start-distance-note" tags=["instructor"]
# *For the instructor.* 5 minutes. The usual confusion: `np.abs(a - b)` in `uint8` wraps around and still looks
# plausible. Let somebody print `np.uint8([3]) - np.uint8([5])`. A question to ask: could a swap with a smaller mean
# difference look worse? (A blurred face can: lesson 04.)

# %% [markdown] id="start-break-words"
# ## 5 · Break it on purpose (Core)
#
# You learn most about a machine by feeding it wrongly. Cleo is a third character; the network has never seen her. We
# say that she is Ada and ask for Bo.

# %% id="start-third-predict"
predict("start.third")

# %% id="start-third"
cleo = draw_faces(toons.character("cleo"), performances)
from_cleo = swap(cleo.pictures, "ada", "bo")
show_pictures(
    [cleo.pictures[:5], from_cleo[:5], truth.pictures[:5]],
    rows=["Cleo acts", "drawn as Bo", "the true Bo"],
    alt="Three rows of five faces: Cleo acts, what the network draws, the true Bo.",
)

# %% [markdown] id="start-third-words"
# Now in numbers, inside the face again: is what came out near to Cleo, to the Bo that you would wish for, to Bo's average
# face, or to none of them? Hold them against the mismatched swap of section 4: there Bo did something else.

# %% id="start-third-measured"
reached = {
    "Cleo": difference(from_cleo, cleo.pictures, face),
    "the true Bo": difference(from_cleo, truth.pictures, face),
    "Bo's average face": difference(from_cleo, average, face),
}
rows = [{"drawn from": "Cleo", "compared with": what, "off by": steps} for what, steps in reached.items()]
for source, steps in {"Ada": off, "Ada in another picture": compared["a swap of another picture"]}.items():
    rows.append({"drawn from": source, "compared with": "the true Bo", "off by": steps})
show_table(rows, form=".1f", caption="What came out, and how far it is off, of 255")
outcome["start.third"] = f"{reached['the true Bo']:.0f} of 255 from the true Bo; from Ada {off:.0f}"

# %% [markdown] id="start-ways-words"
# One more way to use it wrongly, and one to use it differently: decode Ada as Ada, so that nothing is swapped; and let
# Bo act, so that Ada appears. Both directions were trained at once.

# %% id="start-ways"
rows = []
for source, target, given, wanted in [
    ("ada", "ada", acting, acting),
    ("ada", "bo", acting, truth),
    ("bo", "ada", truth, acting),
]:
    drawn = swap(given.pictures, source, target)
    steps = difference(drawn, wanted.pictures, wanted.masks > 127)
    rows.append({"encode as": source, "decode as": target, "off by": steps})
show_table(rows, form=".1f", caption="How far from the true Ada or Bo, of 255?")

# %% [markdown] id="start-ways-saw"
# The name given to `decode` decides who appears. A decoder draws one character, whatever the code; the code has to say
# what that character does. From a stranger's picture nobody taught the network to make such a code.

# %% [markdown] id="start-break-note" tags=["instructor"]
# *For the instructor.* 2 minutes. The usual confusion: "it copies Ada's pixels onto Bo". Cleo's row is the answer: her
# skin and hair do not get through. A question to ask: what would you have to train to give Cleo a place? (A decoder of
# her own, on the shared encoder: lesson 04.)

# %% [markdown] id="start-direct-words"
# ## 6 · Direct a performance (Core)
#
# In this course you are the director too. A performance has a name for each of its numbers; the next cell prints them
# with their limits. Negative `yaw` turns to the left of the picture, and 0 shuts the lids.

# %% id="start-ranges"
limits = {name: {"least": low, "most": high} for name, (low, high) in toons.RANGES.items()}
show_table(limits, names="number", form="g")

# %% [markdown] id="start-laughing-words"
# ### Your turn · Laughing  (●○○, 2 min)
#
# Let the face laugh: a broad smile (0.7 or more), the mouth open (`jaw` 0.3 or more), the eyes shut (`lids` 0.1 or
# less), and the head turned by the `yaw` that is handed in. Everything else is up to you.


# %% id="start-laughing"
def laughing(yaw):
    """A Performance that laughs with its eyes shut.

    `yaw`: how far the head is turned, −35…35 degrees.
    """
    ### BEGIN SOLUTION
    return toons.Performance(yaw=yaw, smile=1, jaw=0.6, lids=0, brows=0.4)
    ### END SOLUTION


# %% id="start-laughing-check"
laughing = check("start.laughing", laughing)

# %% id="start-laughing-show"
scene = np.stack([laughing(yaw).to_array() for yaw in (-30, -10, 10, 30)])
actress, target = draw_faces(ada, scene), draw_faces(bo, scene)
laughter = swap(actress.pictures, "ada", "bo")
show_pictures(
    [actress.pictures, laughter, target.pictures],
    rows=["Ada laughs", "Bo, swapped", "the true Bo"],
    alt="Ada laughs with her eyes shut, her head turned from left to right in four "
    "pictures; below her the swapped Bo, and below him the true Bo.",
)
steps = difference(laughter, target.pictures, target.masks > 127)
print(f"This laugh is off by {steps:.1f}; the random performances were off by {off:.1f}.")

# %% [markdown] id="start-laughing-saw"
# You gave the orders, Ada acted, and Bo never did it. With a drawn Bo nobody is wronged. With a person, the first
# question is what that person said to it.

# %% [markdown] id="start-direct-note" tags=["instructor"]
# *For the instructor.* 2 minutes. The usual confusion: left and right; all signs are as seen in the picture. A question
# to ask: which expression would you choose to make the swap look bad? Try it at the puppet.

# %% [markdown] id="start-uses-words"
# ## 7 · Good uses, and consent (Core)
#
# The technique is the same in all that follows. What differs is who agreed.
#
# - **Dubbing.** The mouth is made to fit the translation. *Video Rewrite* named this use in 1997.
# - **Restoring.** Scratches and missing frames of old film are filled in; people who lose their voice to an illness get
#   a copy of their own.
# - **De-ageing.** Actors play their younger selves, and take part: the film *Here* (2024).
# - **Protecting a witness.** In the documentary *Welcome to Chechnya* (2020) persecuted people speak with the faces of
#   volunteers: you see them laugh and cry, and do not learn who they are. An autoencoder, the kind of network of this
#   course, was part of the method.
#
# **[Consent](../lessons/glossary.md#consent)** means that a person knew what would be made, was free to say no, said
# yes, and can take it back. A face on the internet is no consent, nor is fame. The more than 3,000 actors in the films
# of the Deepfake Detection Challenge were paid, and had agreed to have their faces changed.
#
# **The house rules of this course**
#
# 1. Toons and digits only. No person's face is in it anywhere, and nothing in it accepts a photo or a camera.
# 2. Making and catching belong together: you learn both, and each is measured.
# 3. Your predictions, answers and scores stay in a folder of yours on this machine. Nothing is sent anywhere.
# 4. What you learn here you use on people only with their consent, and you say so on what you publish.
#
# Say in one sentence: in each of the four good uses, whose consent is needed?

# %% [markdown] id="start-uses-note" tags=["instructor"]
# *For the instructor.* 2 minutes. The usual confusion: consent to be filmed taken for consent to be changed. A question
# to ask: is a swap of a dead actor all right if the heirs agree? And a parody of a minister?

# %% [markdown] id="start-harms-words"
# ## 8 · Whom it harms (Core)
#
# *This is the section of the content note. You may go on to section 9 and come back.*
#
# Before you read on: what were most deepfake films that were found on the web?

# %% id="start-films-predict"
predict("start.films")

# %% [markdown] id="start-films-words"
# In 2019 the company Deeptrace counted the deepfake films that it found on the web: 14,678. The share below is from its
# report (Ajder and others, 2019). Each square stands for one film in a hundred.

# %% id="start-films"
share = 0.96
films = np.full((10, 10), 190)
films.flat[: round(100 * share)] = 40
page = np.full((10, 16, 10, 16), 255, np.uint8)
page[:, 1:15, :, 1:15] = films[:, None, :, None]
show_pictures(
    [page.reshape(160, 160)],
    scale=1,
    alt=f"A hundred squares, {round(100 * share)} of them dark: so many of every hundred "
    "deepfake films found in 2019 were pornography made without consent.",
)
outcome["start.films"] = f"pornography made without consent, {100 * share:.0f} %"
print(f"{100 * share:.0f} % of 14,678 films, about {share * 14_678:,.0f}: pornography made without consent")

# %% [markdown] id="start-harms"
# - **Abuse.** Those films were made of women, most of them actresses and singers, who had not agreed. The same happens
#   to private persons, at schools too. It is violence, whether or not the picture is "real".
# - **Fraud.** In Hong Kong in 2024 an employee paid out 200 million Hong Kong dollars after a video call with the
#   company's head of finance. The police said that everybody else in the call had been a fake.
# - **Political lies.** In January 2024 thousands of voters in New Hampshire were called by what sounded like President
#   Biden, asking them not to vote in the primary. The man behind it was fined six million dollars.
# - **Denial.** Once fakes are known to exist, somebody caught on a real recording can call it fake. Chesney and Citron
#   (2019) named this the *liar's dividend*.
#
# *If such a picture of you exists or is threatened:* it is not your fault, and there is help. StopNCII.org (for adults)
# and takeitdown.ncmec.org (for pictures from before you were 18) help to keep it from spreading; the picture itself
# never leaves your device.

# %% [markdown] id="start-harms-note" tags=["instructor"]
# *For the instructor.* 2 minutes; let whoever wants to skip it skip it, without a word. The usual confusion: that harm
# begins when viewers are deceived. The abuse does not need a deceived viewer. A question to ask: which of these harms
# would a perfect detector prevent?

# %% [markdown] id="start-spot-words"
# ## 9 · Spot the fake: your first score (Core)
#
# You will see 20 pictures, recorded with a simulated camera. Half are recordings of Ada or Bo. In the other half the
# face was swapped in by the network of section 1 and its edge blended. You are not told whether an answer was right:
# this score is your baseline. You play again in lesson 12, on other pictures, when you know what to look for.

# %% id="start-score-predict"
predict("start.score")

# %% [markdown] id="start-spot-how"
# Click the picture once; then press R for real and F for fake, and 1, 2 or 3 for how sure you are. The buttons do the
# same. What you have answered stays answered, even if you close the notebook in between.

# %% id="start-spot"
from unmasked.makers import stills

items = stills.items(seed=0, count=20)
widgets.spot_the_fake(items, game="first")

# %% [markdown] id="start-accuracy-words"
# ### Your turn · Accuracy  (●○○, 2 min)
#
# The [accuracy](../lessons/glossary.md#accuracy) is the share of right answers. An answer is right when it said "fake"
# and the picture was one, or said "real" and it was none.


# %% id="start-accuracy"
def accuracy(said, fake):
    """Share of right answers, 0…1.

    `said`: list of "real" or "fake"; `fake`: list of bool, as long.
    """
    ### BEGIN SOLUTION
    return np.mean((np.array(said) == "fake") == np.array(fake))
    ### END SOLUTION


# %% id="start-accuracy-check"
accuracy = check("start.accuracy", accuracy)

# %% [markdown] id="start-score-words"
# When you have played, run the next cell (again). With so few pictures luck counts for much. So beside the accuracy
# stands a [95 % interval](../lessons/glossary.md#confidence-interval): a range computed by a rule that catches the true
# value in 95 of 100 such games. The rule is Wilson's, of 1927. For comparison a player who calls everything real.

# %% id="start-score"
from unmasked.metrics import wilson_interval

answers = widgets.results("first")
games = {"always real": (["real"] * 20, [item.fake for item in items])}
if answers:
    games["you"] = [one["said"] for one in answers], [one["fake"] for one in answers]
else:
    print("You have not played yet. Play above, then run this cell once more.")
rows = {}
for player, (said, fake) in games.items():
    right, count = round(accuracy(said, fake) * len(said)), len(said)
    low, high = (100 * end for end in wilson_interval(right, count))
    rows[player] = {"right": f"{right} of {count}", "share": f"{100 * right / count:.0f} %"}
    rows[player]["95 % interval"] = f"{low:.0f} % to {high:.0f} %"
    if player == "you":
        outcome["start.score"] = rows[player]["right"]
show_table(rows, names="player")

# %% [markdown] id="start-rate-words"
# Somebody who always says "real" is right half of the time here, as half of the pictures are fake. Now suppose that
# only one picture in a hundred is.

# %% id="start-rate"
said, fake = ["real"] * 100, [True] + [False] * 99
print(f"one fake in {len(fake)}: always saying real is right in {100 * accuracy(said, fake):.0f} %")
print(f"fakes found: {sum(word == 'fake' for word in said)}")

# %% [markdown] id="start-rate-saw"
# So "99 % accurate" says nothing until you know on which pictures, and how many of them were fake. Lesson 13 comes back
# to this. And people? Over 56 papers with 86,155 participants the accuracy was 55.5 %, 95 % interval 48.9 % to 62.1 %
# (Diel and others, 2024): not clearly better than a coin. With training or aids it was 65 %.

# %% [markdown] id="start-spot-note" tags=["instructor"]
# *For the instructor.* 5 minutes. Let nobody help: the first score is a baseline, and lesson 12 needs it. The usual
# confusion: 60 % of 20 taken for proof of skill. A question to ask: how many of us must be above 50 % if all of us
# guess?

# %% [markdown] id="start-guess-words"
# ## 10 · How good is guessing? (Further)
#
# Let ten thousand people guess by tossing a coin for each of 20 pictures. The spread of their scores is what luck alone
# can do.
#
# ### Your turn · Guessing  (●●○, 4 min)
#
# `generator.random(shape)` gives numbers spread evenly over 0…1, so half of them lie below 0.5. Count such a number as
# a right answer, and return each player's share of right answers. All chance comes from `generator`: the same
# generator gives the same game again.


# %% id="start-guessing"
def guessing(players, pictures, generator):
    """Each guessing player's share of right answers: float (players,).

    `generator`: a NumPy random Generator.
    """
    ### BEGIN SOLUTION
    right = generator.random((players, pictures)) < 0.5
    return right.mean(axis=1)
    ### END SOLUTION


# %% id="start-guessing-check"
guessing = check("start.guessing", guessing)

# %% id="start-guessing-show" tags=["figure"]
scores = guessing(10_000, 20, generator=np.random.default_rng(0))
levels, counts = np.unique(scores.round(2), return_counts=True)
figure, axes = plt.subplots(figsize=(6, 2.6))
axes.bar(levels * 20, counts, color="0.55")
if answers:
    axes.axvline(20 * accuracy(*games["you"]), color="0.0", linestyle="--", label="you")
    axes.legend(frameon=False)
axes.set(xlabel="right answers of 20", ylabel="guessing players", xticks=range(0, 21, 2))
axes.spines[["right", "top"]].set_visible(False)
most = levels[counts.argmax()] * 20
show(
    figure,
    alt=f"Bars: how many of 10,000 guessing players get 0 to 20 right answers. A hill with its top at {most:.0f}.",
)

# %% [markdown] id="start-lucky-words"
# How often does luck alone bring you to 10 right answers, or to 12? And from which score on is it rarer than one time
# in twenty?

# %% id="start-guessing-saw"
lucky = {right: 100 * np.mean(scores >= right / 20 - 1e-9) for right in range(10, 21)}
enough = next(right for right, chance in lucky.items() if chance < 5)
rows = {f"{right} or more": f"{lucky[right]:.1f} %" for right in (10, 12, enough)}
show_table(rows, ["of those who guess"], names="right of 20")

# %% [markdown] id="start-guess-saw"
# The last row names that score. Is yours as high? If not, you may still be good: 20 pictures are too few to tell.

# %% [markdown] id="start-guess-note" tags=["instructor"]
# *For the instructor.* 5 minutes. The usual confusion: "one in twenty" read as the chance that *this* player guessed.
# It is the chance of such a score if somebody guesses. A question to ask: in a room of thirty guessers, how many will
# look gifted?

# %% [markdown] id="start-close"
# ## What you predicted, and what came out

# %% id="start-predictions"
from unmasked.widgets import predictions

predictions("start", outcome)

# %% [markdown] id="start-end"
# **You can now** move a swapped face and measure it against the truth; name the four kinds of synthetic faces; say
# where they came from and why consent decides; give a score with its interval.
#
# **Does this carry over to photographs?** The swap does: it was made for them (faceswap, 2017). The numbers of sections
# 4 and 5 do not: toons are far simpler than people, and for a photograph there is no true swap to measure against.
# Whether your score on toons says anything about your score on people: unknown.
#
# **Still open.** How to make people better at this for good: the gain from training in the studies above is modest and
# was mostly measured soon after. And what a society does when seeing is no longer believing.
#
# ## Five questions

# %% [markdown] id="start-close-note" tags=["instructor"]
# *For the instructor.* 2 minutes. The usual confusion: the quiz taken for an exam; it is there to be got wrong once. A
# question to ask: whose prediction was furthest from what came out, and what had they thought?

# %% id="start-quiz"
from unmasked.widgets import quiz

quiz("start")

# %% [markdown] id="start-terms"
# **Terms:** [accuracy](../lessons/glossary.md#accuracy) · [autoencoder](../lessons/glossary.md#autoencoder) ·
# [baseline](../lessons/glossary.md#baseline) · [code](../lessons/glossary.md#code) · [confidence
# interval](../lessons/glossary.md#confidence-interval) · [consent](../lessons/glossary.md#consent) ·
# [deepfake](../lessons/glossary.md#deepfake) · [face swap](../lessons/glossary.md#face-swap) · [generative adversarial
# network](../lessons/glossary.md#generative-adversarial-network) · [identity](../lessons/glossary.md#identity) ·
# [lip-sync](../lessons/glossary.md#lip-sync) · [mask](../lessons/glossary.md#mask) ·
# [performance](../lessons/glossary.md#performance) · [reenactment](../lessons/glossary.md#reenactment) · [synthetic
# media](../lessons/glossary.md#synthetic-media) · [true swap](../lessons/glossary.md#true-swap)
#
# **Sources**
#
# - C. Bregler, M. Covell, M. Slaney, *Video Rewrite: Driving Visual Speech with Audio*, 1997
# - J. Thies and others, *Face2Face: Real-time Face Capture and Reenactment of RGB Videos*, 2016
# - S. Suwajanakorn, S. Seitz, I. Kemelmacher-Shlizerman, *Synthesizing Obama: Learning Lip Sync from Audio*, 2017
# - deepfakes/faceswap, source code, from December 2017; I. Perov and others, *DeepFaceLab*, source code
# - S. Cole, *Reddit Just Shut Down the Deepfakes Subreddit*, Motherboard, 2018
# - H. Ajder and others, *The State of Deepfakes: Landscape, Threats, and Impact*, Deeptrace, 2019
# - B. Chesney, D. Citron, *Deep Fakes: A Looming Challenge for Privacy, Democracy, and National Security*, 2019
# - B. Dolhansky and others, *The DeepFake Detection Challenge (DFDC) Dataset*, 2020
# - *Protected by Deepfakes*, The Batch, 2020 (on *Welcome to Chechnya*)
# - C. Wang and others, *Neural Codec Language Models are Zero-Shot Text to Speech Synthesizers* (VALL-E), 2023
# - *Hong Kong finance worker falls prey to deepfake video call*, Mint, 2024
# - H. Ramer, A. Swenson, *Political consultant behind fake Biden robocalls faces $6 million fine*, Associated Press,
#   2024
# - A. Diel and others, *Human performance in detecting deepfakes: A systematic review and meta-analysis of 56 papers*,
#   2024
# - *This is the Insane De-Aging Tech Used in Tom Hanks' Movie 'Here'*, PetaPixel, 2025
# - E. B. Wilson, *Probable Inference, the Law of Succession, and Statistical Inference*, 1927
#
# **Next:** lesson 01 starts from one pixel and one neuron. If you are in a hurry to swap faces, the Core route goes 00,
# 01, 02, 03, 04, 08, 12, 14.
