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

# %% [markdown] id="start-hello"
# # 00 · Start here
#
# **This is not Bo.** Click the line above his picture and press Shift + Enter: he begins to breathe, and then you can pull him off by his corner.
#
# *Content note:* every face in this course is drawn; section 8, which you can leave out, and a line of section 3 name harm that is done with the faces of real people.

# %% id="start-peel" tags=["opening"]
from unmasked import widgets

widgets.peel()

# %% [markdown] id="start-hello-puppet"
# What you've pulled off was perfect, because it was drawn: Bo's looks, in Ada's pose and with her grin.
# Now a neural network has to come as close to it as it can, and all that it gets is Ada's picture.
# Run the next cell in the same way, and drag the rings on her face, her head, or the sun.

# %% id="start-puppet"
from unmasked.models import weights

model = weights.load("swap-ada-bo-128").requires_grad_(False)  # learns no more, so it keeps no notes
widgets.puppet(model)

# %% [markdown] id="start-card"
# **How does a program put one face in the place of another, and would you notice?**
#
# | | |
# |---|---|
# | Time | 45 minutes: Core 39, Further 6 |
# | You need | Python and a little NumPy. No knowledge of networks, no graphics card, no internet |
# | You will be able to | move a swapped face and say how far it is from the truth; tell a face swap from its relatives; say where this came from, what it is good for and whom it harms; give your score in *spot the fake* with an honest range |
#
# **How a lesson works.** Before an experiment we ask what you expect; nobody marks that, and at the end you see it beside what came out.
# Where a cell holds `...` it's your turn to write, and if you leave it open, the lesson says so and goes on.

# %% [markdown] id="start-puppet-words"
# ## 1 · What you've just moved  (Core, 4 min)
#
# Ada and Bo are drawn characters, and between them stands a neural network, a program whose numbers were adjusted by thousands of pictures of each until it could draw both.
# It made Bo from Ada's picture alone and never sees your rings and sliders; the third face is the perfect answer, the true Bo.
# The [identity](../lessons/glossary.md#identity), who it is, has changed, while the [performance](../lessons/glossary.md#performance), what the face does, has stayed, and that's a [face swap](../lessons/glossary.md#face-swap).
# Its score, the *explained swap*, is 1 for the true Bo and 0 for Bo's average face, which never moves; lesson 04 takes that score apart.
#
# Which part of a performance arrives in Bo, and which part arrives blurred or not at all?

# %% [markdown] id="start-paint-words"
# If the network really looks at the picture, then you can talk to it with a brush.
# Paint on Ada, or press one of the four buttons, and guess each time before you look: does Bo shut his eyes when lids are only painted, and what becomes of a scribble?

# %% id="start-paint"
widgets.paint_on(model)

# %% [markdown] id="start-paint-saw" tags=["saw"]
# Painted lids shut his eyes, a painted frown turns his mouth down, and painted pupils turn his gaze, although not one of the three was drawn as the training pictures were.
# A scribble leaves no line on him: the network can read what moved in its training pictures, and it has no way to draw anything else.

# %% [markdown] id="start-puppet-note" tags=["instructor"]
# *For the instructor.* 4 minutes; the usual confusion is that the middle picture is drawn by the same code as the right one, although the network never sees the sliders.
# Ask how one could show that the network looks at Ada's picture and not at the sliders (the brush does, and so does section 5 with another picture).

# %% [markdown] id="start-doctor-words"
# ## 2 · Is this machine ready?  (Core, 1 min)
#
# Before we go on, let's see whether your machine is up to the course.
# The next cell looks at Python, the packages, memory and disk, trains a small network for a second, and ends with a slider to try.
# Where something has to be mended, an arrow says how, and everything it finds stays on this machine.

# %% id="start-doctor" tags=["hide-solved"]
from unmasked.course.doctor import doctor

doctor()

# %% [markdown] id="start-doctor-saw"
# The line below the list says whether you can begin, and if the slider answers, all benches of the course will work.

# %% [markdown] id="start-doctor-note" tags=["instructor"]
# *For the instructor.* 1 minute, and the best moment to find the broken laptop.
# The usual confusion is to take a missing GPU for a fault, though the course never needs one.
# Ask who gets the most training steps a second, and who the fewest.

# %% [markdown] id="start-kinds-words"
# ## 3 · What it is called, and how old it is  (Core, 5 min)
#
# You've met one kind of [synthetic media](../lessons/glossary.md#synthetic-media), which are pictures, films and sound that a program made or changed so that they look recorded.
# For faces there are four kinds, and they differ in what stays and what is made.
# Our faces are drawn, so we can draw all four, because `toons.draw` takes an identity and a performance and gives the picture.

# %% id="start-kinds"
from unmasked import toons
from unmasked.widgets import show_pictures

ada, bo, nobody = toons.character("ada"), toons.character("bo"), toons.sample_identity(7)
calm, lively = toons.Performance(), toons.Performance(yaw=18, smile=0.9, jaw=0.4, brows=0.5)
speaking = toons.Performance(smile=-0.2, jaw=0.6)
who = [(ada, lively), (ada, calm), (ada, calm), None]
becomes = [(bo, lively), (ada, lively), (ada, speaking), (nobody, lively)]
rows = [[pair and toons.draw(*pair, size=320).picture for pair in row] for row in (who, becomes)]
kinds = ["Face swap", "Reenactment", "Lip-sync", "From nothing"]
show_pictures(rows, titles=kinds, rows=["before", "after"], alt="start.kinds")

# %% [markdown] id="start-kinds-saw"
# In a face swap the identity is made and the performance stays, and in a [reenactment](../lessons/glossary.md#reenactment) it's the other way round.
# [Lip-sync](../lessons/glossary.md#lip-sync) makes the mouth alone, so that it fits a sound, and the last kind shows somebody who never existed.
# The word [deepfake](../lessons/glossary.md#deepfake) began as a name for the first kind and is used for all four today.

# %% id="start-year-predict"
from unmasked.widgets import predict

predict("start.year")

# %% [markdown] id="start-year-saw" tags=["saw"]
# In 1997 *Video Rewrite*, by Bregler and others, put stretches of a filmed mouth into a new order, so that it said other words.
# Its authors thought of dubbing, so the idea is decades older than the word *deepfake*.

# %% [markdown] id="start-history"
# This is how the idea went on, once graphics cards and networks had caught up with it:
#
# | year | what | what was new |
# |---|---|---|
# | 2016 | *Face2Face* (Thies and others) | an actor before a camera gives their expression to a filmed face, live, by way of a fitted 3-D model |
# | 2017 | *Synthesizing Obama* (Suwajanakorn and others) | lip-sync from sound alone: a network turns speech into a mouth |
# | 2017 | *r/deepfakes*, a forum on Reddit | face swaps by anybody with a graphics card; used there above all to abuse actresses, and closed in February 2018 |
# | 2019 | *Deepfake Detection Challenge* (results in 2020) | a contest to catch fakes, whose best entry was right on 65 % of the hidden films |
# | 2020 | *SimSwap* (Chen and others) | one network for all faces: it takes the identity from a single picture. Later ones of this kind, such as inswapper in roop and FaceFusion, work live before a camera |
# | 2022 | *latent diffusion* (Rombach and others) | a network turns noise into a picture in small steps: faces from a sentence, or repainted inside a mask |
# | 2023 | *VALL-E* (Wang and others) | a voice copied from three seconds of speech |
# | 2024 | *EMO* (Tian and others) | one picture and a voice become a talking, singing head |
#
# The programs of 2017 that gave us the word are [autoencoders](../lessons/glossary.md#autoencoder): one part squeezes a picture into a few numbers, another draws a picture from them.
# You often read that deepfakes are GANs ([generative adversarial networks](../lessons/glossary.md#generative-adversarial-network)), in which a second network is trained to tell drawn from real.
# In DeepFaceLab, a widely used program of that line, this part is off unless you ask for it, whereas SimSwap does train with one.

# %% [markdown] id="start-history-note" tags=["instructor"]
# *For the instructor.* 5 minutes; the usual confusion is to take "deepfake" and "GAN" for one word.
# Ask which of the four kinds a dubbed film is, and a filter that makes you look old.

# %% [markdown] id="start-distance-words"
# ## 4 · How far from the truth?  (Core, 8 min)
#
# The puppet looked good, and now we want to know how good it was.
# With photographs nobody knows what the perfect swap would look like, but here we can draw it: the same performance with Bo's identity, the [true swap](../lessons/glossary.md#true-swap).
# So a swap can be measured, and you can guess first how far off it is.

# %% id="start-distance-predict"
predict("start.distance")

# %% [markdown] id="start-pairs-words"
# To measure, we draw Ada and Bo in the same random performances; `draw_faces` cuts out each face so that the eyes always lie in about the same place.
# `pictures` holds whole numbers from 0, dark, to 255, bright, for red, green and blue.
# The network was trained on pictures of Ada and on other pictures of Bo, never on such pairs, which only serve to measure with.

# %% id="start-pairs"
import numpy as np

from unmasked.course import check, hint
from unmasked.faces import draw_faces

performances = toons.sample_performances(np.random.default_rng(1), 100)
acting, truth = (draw_faces(who, performances, size=model.side) for who in (ada, bo))
print("performances", performances.shape, "each of them", len(toons.PARAMETERS), "numbers")
print("pictures", acting.pictures.shape, acting.pictures.dtype)

# %% [markdown] id="start-swap-words"
# The swap takes two steps, in which `encode` turns a picture into a [code](../lessons/glossary.md#code), a short list of numbers, and `decode` draws a picture from a code.
# Both are told a name, so if you encode as Ada and decode as Bo, the face is swapped.
# (The other two calls only change the format, from pictures to tensors and back, as lesson 01 explains.)

# %% id="start-swap"
from unmasked.tensors import to_pictures, to_tensor


def swap(pictures, source, target):
    """Pictures of `source` become pictures of `target`: uint8 (N, S, S, 3) in and out."""
    codes = model.encode(to_tensor(pictures), source)
    return to_pictures(model.decode(codes, target))


swapped = swap(acting.pictures, "ada", "bo")
compared = ["Ada acts", "Bo, swapped", "the true Bo"]
few = slice(1, 4)
rows = [acting.pictures[few], swapped[few], truth.pictures[few]]
show_pictures(rows, rows=compared, smooth=True, scale=2, alt="start.swapped")

# %% [markdown] id="start-difference-words"
# Your eye compares the two lower rows at once; now we need a number that does the same.
#
# ### Your turn · Difference  (●○○, 3 min)
#
# How far apart are two sets of pictures, inside the face?
# Take the difference of the numbers, without its sign, and its mean over all places where `face` is `True`.
# An array of shape (N, H, W, 3) can be indexed with a mask of shape (N, H, W): `a[face]` keeps the pixels where the [mask](../lessons/glossary.md#mask) is `True`.
# One trap waits for you, because in `uint8`, 3 − 5 is 254.
#
# For this first exercise, replace the `...` in the next cell and run it.
# The cell below tries your function on fresh inputs and says in words what it found, and if yours doesn't hold yet, the lesson goes on with the course's own answer.


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
# Every exercise has three hints, from a nudge to nearly the answer.
# The button below a check gives one at a time, and so does each run of the next cell.

# %% id="start-hint" tags=["hide-solved"]
hint("start.difference")

# %% [markdown] id="start-baseline-words"
# A number means little alone, so we need a [baseline](../lessons/glossary.md#baseline), the score of somebody who doesn't try: Bo's average face, the same for every performance.
# As a second comparison we hold each swap against the true Bo of *another* performance, because a network that ignored Ada would be no further off there.
# `masks` holds numbers from 0, outside the face, to 255, inside, and we count more than 127 as the face.

# %% id="start-baseline"
from unmasked.widgets import show_table

face = truth.masks > 127
others = draw_faces(bo, toons.sample_performances(np.random.default_rng(2), 100), size=model.side)
average = others.pictures.mean(0).astype(np.uint8)[None].repeat(100, axis=0)
mismatched = np.roll(swapped, 1, axis=0)
off = difference(swapped, truth.pictures, face)
outcome = {"start.distance": f"{off:.1f} of 255"}  # noted, and shown beside your predictions at the end
apart = {
    "the swap": off,
    "Bo's average face": difference(average, truth.pictures, face),
    "a swap of another picture": difference(mismatched, truth.pictures, face),
}
show_table(apart, ["off by"], form=".1f", caption="How far from the true Bo, of 255?")
widgets.guessed("start.distance")

# %% [markdown] id="start-worst-words"
# The swap is off by far less than the average face and a swap of another picture by more, so the network does follow Ada.
# But a mean hides the single picture, so let's look at the swaps that came out worst.
# What has the network lost in them that Ada's picture shows?

# %% id="start-worst"
one_by_one = zip(swapped, truth.pictures, face, strict=True)
each = np.array([difference(a[None], b[None], inside[None]) for a, b, inside in one_by_one])
worst = each.argsort()[::-1][:3]
titles = [f"off by {value:.1f}" for value in each[worst]]
bad = [acting.pictures[worst], swapped[worst], truth.pictures[worst]]
show_pictures(bad, titles, compared, smooth=True, scale=2, alt="start.worst")

# %% [markdown] id="start-distance-note" tags=["instructor"]
# *For the instructor.* 8 minutes; the usual confusion is that `np.abs(a - b)` in `uint8` wraps around and still looks plausible, so let somebody print `np.uint8([3]) - np.uint8([5])`.
# Ask whether a swap with a smaller mean difference could look worse (a blurred one can, as lesson 04 shows).

# %% [markdown] id="start-break-words"
# ## 5 · A stranger comes in  (Core, 4 min)
#
# You learn a lot about a machine by giving it what it wasn't made for.
# Cleo is a third character, and the network has never seen her.
# We say that she is Ada and ask for Bo.

# %% id="start-third-predict"
predict("start.third")

# %% id="start-third"
cleo = draw_faces(toons.character("cleo"), performances, size=model.side)
from_cleo = swap(cleo.pictures, "ada", "bo")
rows = ["Cleo acts", "drawn as Bo"]
show_pictures([cleo.pictures[few], from_cleo[few]], rows=rows, smooth=True, scale=2, alt="start.third")
widgets.guessed("start.third")

# %% [markdown] id="start-third-words"
# Let's measure inside the face again whether what came out is near to Cleo, to the Bo that you'd wish for, or to Bo's average face.
# The last row shows what the network manages with Ada, whom it knows.

# %% id="start-third-measured"
reached = {
    "Cleo": difference(from_cleo, cleo.pictures, face),
    "the true Bo": difference(from_cleo, truth.pictures, face),
    "Bo's average face": difference(from_cleo, average, face),
}
rows = [{"drawn from": "Cleo", "compared with": what, "off by": steps} for what, steps in reached.items()]
rows.append({"drawn from": "Ada", "compared with": "the true Bo", "off by": off})
show_table(rows, form=".1f", caption="What came out, and how far it is off, of 255")
to_cleo, to_bo = reached["Cleo"], reached["the true Bo"]
outcome["start.third"] = f"neither: {to_cleo:.0f} of 255 from Cleo, {to_bo:.0f} from the true Bo"

# %% [markdown] id="start-why-words"
# Why? The network is shown how a picture differs from Ada's average face, and Cleo's looks differ from it everywhere, whatever she does.
# So let's look at her codes, and at one more try in which Cleo's average face is replaced by Ada's, so that her looks mostly drop out.

# %% id="start-why"
moved = cleo.pictures - cleo.pictures.mean(0) + acting.pictures.mean(0)
moved = np.clip(moved, 0, 255).astype(np.uint8)
fed = {"Ada": acting.pictures, "Cleo": cleo.pictures, "Cleo on Ada's average": moved}
codes = {who: model.encode(to_tensor(some), "ada") for who, some in fed.items()}
sizes = {who: code.square().mean().sqrt().item() for who, code in codes.items()}
show_table(sizes, ["typical size"], form=".1f", names="code of", caption="How large are its numbers?")
pair, rows = [moved[few], swap(moved[few], "ada", "bo")], ["on Ada's average", "drawn as Bo"]
show_pictures(pair, rows=rows, smooth=True, scale=2, alt="start.moved")

# %% [markdown] id="start-why-saw" tags=["saw"]
# Compare the first two rows of the table: Cleo's codes lie far outside the region of Ada's, and Bo's decoder has only ever learned to draw from codes of that region.
# Out there it draws neither Bo nor Cleo, and the colours burn out, because nothing ever taught it where to stop.
# With most of her looks taken away, the codes come nearer, and you can judge for yourself how much of Bo comes back.

# %% [markdown] id="start-ways-words"
# There are two more ways to use the network: decode Ada as Ada, so that nothing is swapped, or let Bo act, so that Ada appears, since both directions were trained at once.

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
# The name that you give to `decode` chooses the decoder, and each decoder has learned to draw one character.
# That works as long as the code is like those it learned from; a code as far away as Cleo's gives neither of the two.

# %% [markdown] id="start-break-note" tags=["instructor"]
# *For the instructor.* 4 minutes; the usual confusion is "it copies Ada's pixels onto Bo", and Cleo answers it, because if it copied, her skin and hair would come through unharmed.
# Ask what you'd have to train to give Cleo a place (a decoder of her own on the shared encoder, in lesson 04).

# %% [markdown] id="start-direct-words"
# ## 6 · Direct a performance  (Core, 3 min)
#
# So far the performances were random, but in this course you're the director too.
# A performance has a name for each of its numbers, and the next cell prints them with their limits.
# Negative `yaw` turns the head to the left of the picture, and with `lids` at 0 the eyes are shut.

# %% id="start-ranges"
limits = {name: {"least": low, "most": high} for name, (low, high) in toons.RANGES.items()}
show_table(limits, names="number", form="g")

# %% [markdown] id="start-laughing-words"
# ### Your turn · Laughing  (●○○, 2 min)
#
# You'll need performances like this whenever you want to test one expression instead of all.
# Let the face laugh, with a broad smile (0.7 or more), an open mouth (`jaw` 0.3 or more), shut eyes (`lids` 0.1 or less), and the head turned by the `yaw` that is handed in; everything else is up to you.


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
scene = np.stack([laughing(yaw).to_array() for yaw in (-25, 0, 25)])
actress, target = (draw_faces(who, scene, size=model.side) for who in (ada, bo))
laughter = swap(actress.pictures, "ada", "bo")
laughs = [actress.pictures, laughter, target.pictures]
show_pictures(laughs, rows=compared, smooth=True, scale=2, alt="start.laughing")
steps = difference(laughter, target.pictures, target.masks > 127)
print(f"This laugh is off by {steps:.1f}; the random performances were off by {off:.1f}.")

# %% [markdown] id="start-laughing-saw"
# You gave the orders, Ada acted, and Bo appears to do what he never did.
# With a drawn Bo nobody is wronged, but with a person, the first question is what that person said to it.

# %% [markdown] id="start-direct-note" tags=["instructor"]
# *For the instructor.* 3 minutes; the usual confusion is left and right, because all signs are as seen in the picture.
# Ask which expression they'd choose to make the swap look bad, and let them try it at the puppet.

# %% [markdown] id="start-uses-words"
# ## 7 · Good uses, and consent  (Core, 3 min)
#
# What is it good for? The technique is the same in all that follows, and what differs is who agreed.
#
# - **Dubbing.** The mouth is made to fit the translation, the use that the oldest paper of section 3 already had in mind.
# - **Restoring.** Scratches and missing frames of old film are filled in, and people who lose their voice to an illness get a copy of their own.
# - **De-ageing.** Actors play their younger selves and take part in it, as in the film *Here* (2024).
# - **Protecting a witness.** In the documentary *Welcome to Chechnya* (2020) persecuted people speak with the faces of volunteers, so you see them laugh and cry and don't learn who they are.
#
# **[Consent](../lessons/glossary.md#consent)** means that a person knew what would be made, was free to say no, said yes, and can take it back.
# A face on the internet isn't consent, and neither is fame.
# More than 3,000 actors of the Deepfake Detection Challenge were paid and had agreed to have their faces changed.
#
# **The house rules** of this course are these:
#
# 1. Only toons and digits are in it, no person's face anywhere, and nothing accepts a photo or a camera.
# 2. Making and catching belong together, so you learn both, and each is measured.
# 3. What the course keeps about you stays in a folder on this machine, and nothing is sent anywhere.
# 4. You use what you learn on people only with their consent, and you say so on what you publish.
#
# Whose consent is needed in each of the four good uses?

# %% [markdown] id="start-uses-note" tags=["instructor"]
# *For the instructor.* 3 minutes; the usual confusion is to take consent to be filmed for consent to be changed.
# Ask whether a swap of a dead actor is all right if the heirs agree, and what about a parody of a minister.

# %% [markdown] id="start-harms-words"
# ## 8 · Whom it harms  (Core, 4 min)
#
# *This is the section of the content note. It names intimate pictures made without consent, fraud and political lies, and shows no picture of them. You can go on to section 9 without it, because nothing after it depends on it.*
#
# Before you read on: what did most of the deepfake films found on the web show?

# %% id="start-films-predict"
predict("start.films")

# %% [markdown] id="start-films-words"
# In 2019 the company Deeptrace counted the deepfake films that it found on the web, 14,678 in all (Ajder and others, 2019).
# Each square stands for one film in a hundred, and the dark ones were of the most frequent kind.

# %% id="start-films"
share = 0.96  # of the films, as the report gives it
films = np.full((10, 10), 190)
films.flat[: round(100 * share)] = 40
page = np.full((10, 16, 10, 16), 255, np.uint8)
page[:, 1:15, :, 1:15] = films[:, None, :, None]
show_pictures([page.reshape(160, 160)], scale=1, alt="start.films")
widgets.guessed("start.films")

# %% [markdown] id="start-films-saw" tags=["saw"]
# The dark squares, 96 % of the films, are pornography made without the consent of the people in it.
# Those films were made of women, most of them actresses and singers.

# %% [markdown] id="start-harms"
# - **Abuse.** It's no longer aimed at the famous alone, because apps now "undress" a photo of anybody. In a survey of 1,200 young people in the United States one in eight knew somebody it had been done to, and one in seventeen had been the target (Thorn, 2025). It is violence, whether or not the picture is "real".
# - **Fraud.** In Hong Kong in 2024 an employee paid out 200 million Hong Kong dollars after a video call with the company's head of finance. According to the police, everybody else in the call was a fake.
# - **Political lies.** In January 2024 thousands of voters in New Hampshire were called by what sounded like President Biden, asking them not to vote in the primary. The man behind it was fined six million dollars by the Federal Communications Commission; a jury acquitted him of the state's charges in June 2025.
# - **Denial.** Once fakes are known to exist, somebody caught on a real recording can call it fake. Chesney and Citron (2019) named this the *liar's dividend*.
#
# **The law**, as it stood in November 2026 (we give dates, no legal advice).
# In the European Union, Article 50 of the AI Act has required since 2 August 2026 that synthetic media are marked, and systems that were on the market before have until 2 December 2026.
# In the United States the TAKE IT DOWN Act, signed on 19 May 2025, makes it a crime to publish intimate pictures without consent, synthetic ones included, and since 19 May 2026 platforms have had to remove them within 48 hours of a request.
#
# *If such a picture of you exists or is threatened,* it is not your fault, and there is help.
# StopNCII.org (for adults) and takeitdown.ncmec.org (for pictures from before you were 18) help to keep it from spreading, and the picture itself never leaves your device.

# %% [markdown] id="start-harms-note" tags=["instructor"]
# *For the instructor.* 4 minutes, and if somebody wants to skip it, let them, without a word.
# The usual confusion is that harm begins when viewers are deceived, although the abuse doesn't need a deceived viewer.
# Ask which of these harms a perfect detector would prevent.

# %% [markdown] id="start-spot-words"
# ## 9 · Spot the fake: your first score  (Core, 6 min)
#
# Could you tell? You will see 20 pictures, recorded with a simulated camera.
# Half are recordings of Ada or Bo, and in the other half the network of section 1 put in the face and its edge was blended.
# You aren't told whether an answer was right, because this score is your baseline: you play again in lesson 12, on other pictures, when you know what to look for.

# %% id="start-score-predict"
predict("start.score")

# %% [markdown] id="start-spot-how"
# You answer with four buttons, from *surely real* to *surely fake*, or with the keys 1 to 4 once you've clicked the picture.
# What you've answered stays answered, even if you close the notebook in between.

# %% id="start-spot"
from unmasked.makers import stills

items = stills.items(seed=0, count=20)
widgets.spot_the_fake(items, game="first")

# %% [markdown] id="start-accuracy-words"
# The game ends with your score, and because your answers are kept, you can work it out yourself.
#
# ### Your turn · Accuracy  (●○○, 2 min)
#
# The [accuracy](../lessons/glossary.md#accuracy) is the share of right answers, and you'll meet it wherever somebody praises a detector.
# An answer is right when it said "fake" and the picture was fake, or said "real" and the picture was real.


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
# When you've played, run the next cell (again).
# With so few pictures luck counts for much, so beside the accuracy stands a [95 % interval](../lessons/glossary.md#confidence-interval), a range computed by a rule that catches the true value in 95 of 100 such games.
# The rule is Wilson's, of 1927, and for comparison we add a player who calls everything real.

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
widgets.guessed("start.score")

# %% [markdown] id="start-rate-words"
# Somebody who always says "real" is right half of the time here, because half of the pictures are fake.
# Now suppose that only one picture in a hundred is.

# %% id="start-rate"
said, fake = ["real"] * 100, [True] + [False] * 99
print(f"one fake in {len(fake)}: always saying real is right in {100 * accuracy(said, fake):.0f} %")
print(f"fakes found: {sum(word == 'fake' for word in said)}")

# %% [markdown] id="start-rate-saw"
# So "99 % accurate" says nothing until you know on which pictures, and how many of them were fake; lesson 13 comes back to this.
#
# As for people, a review of 56 papers with 86,155 participants found them right in 55.5 % of cases over all media together, with a 95 % interval from 48.9 % to 62.1 %, which isn't clearly better than a coin (Diel and others, 2024).
# For pictures alone it was 53.2 % (42.1 % to 64.6 %) and for films 57.3 % (47.8 % to 66.6 %); with training or aids people reached 65.1 %.

# %% [markdown] id="start-spot-note" tags=["instructor"]
# *For the instructor.* 6 minutes, in which nobody should help, because the first score is a baseline and lesson 12 needs it.
# The usual confusion is to take 60 % of 20 for proof of skill.
# Ask how many of us must be above 50 % if all of us guess.

# %% [markdown] id="start-guess-words"
# ## 10 · How good is guessing?  (Further, 6 min)
#
# Your interval was wide, and here you see why.
# Let ten thousand people guess by tossing a coin for each of 20 pictures, and the spread of their scores is what luck alone can do.
#
# ### Your turn · Guessing  (●●○, 4 min)
#
# `generator.random(shape)` gives numbers spread evenly over 0…1, so half of them lie below 0.5.
# Count such a number as a right answer, and return each player's share of right answers.
# All chance comes from `generator`, so the same generator, started again from the same seed, gives the same game.


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
from matplotlib import pyplot as plt

from unmasked.widgets import show
from unmasked.widgets.figures import alt_text

scores = guessing(10_000, 20, np.random.default_rng(0))
levels, counts = np.unique(scores.round(2), return_counts=True)
figure, axes = plt.subplots(figsize=(6, 2.6))
axes.bar(levels * 20, counts, color="0.55")
if answers:
    axes.axvline(20 * accuracy(*games["you"]), color="0.0", linestyle="--", label="you")
    axes.legend(frameon=False)
axes.set(xlabel="right answers of 20", ylabel="guessing players", xticks=range(0, 21, 2))
axes.spines[["right", "top"]].set_visible(False)
most = levels[counts.argmax()] * 20
show(figure, alt=alt_text("start.guessing", most=f"{most:.0f}"))

# %% [markdown] id="start-lucky-words"
# How often does luck alone bring you to 10 right answers, or to 12, and from which score on is it rarer than one time in twenty?

# %% id="start-guessing-saw"
lucky = {right: 100 * np.mean(scores >= right / 20 - 1e-9) for right in range(10, 21)}
enough = next(right for right, chance in lucky.items() if chance < 5)
rows = {f"{right} or more": f"{lucky[right]:.1f} %" for right in (10, 12, enough)}
show_table(rows, ["of those who guess"], names="right of 20")

# %% [markdown] id="start-guess-saw"
# The last row names that score, and if yours is lower, you can still be good, because 20 pictures are too few to tell.

# %% [markdown] id="start-guess-note" tags=["instructor"]
# *For the instructor.* 6 minutes; the usual confusion is to read "one in twenty" as the chance that *this* player guessed, when it's the chance of such a score if somebody guesses.
# Ask how many will look gifted in a room of thirty guessers.

# %% [markdown] id="start-close"
# ## What you predicted, and what came out

# %% id="start-predictions"
from unmasked.widgets import predictions

outcome["start.year"] = "1997, Video Rewrite"
outcome["start.films"] = f"pornography made without consent, {100 * share:.0f} %"
predictions("start", outcome)

# %% [markdown] id="start-end"
# **You can now** move a swapped face and measure it against the truth; name the four kinds of synthetic faces; say where they came from and why consent decides; give a score with its interval.
#
# **Does this carry over to photographs?** The swap does, because it was made for them (faceswap, 2017).
# The numbers don't, because toons are far simpler than people, and whether your score on toons says anything about your score on people is unknown.
#
# **Still open** is how people can be made better at this for good, and what a society does when seeing is no longer believing.
#
# ## Five questions

# %% [markdown] id="start-close-note" tags=["instructor"]
# *For the instructor.* 2 minutes; the usual confusion is to take the quiz for an exam, when it's there to be got wrong once.
# Ask whose prediction was furthest from what came out, and what they had thought.

# %% id="start-quiz"
from unmasked.widgets import quiz

quiz("start")

# %% [markdown] id="start-terms"
# **Terms:** [accuracy](../lessons/glossary.md#accuracy) · [autoencoder](../lessons/glossary.md#autoencoder) · [baseline](../lessons/glossary.md#baseline) · [code](../lessons/glossary.md#code) · [confidence interval](../lessons/glossary.md#confidence-interval) · [consent](../lessons/glossary.md#consent) · [deepfake](../lessons/glossary.md#deepfake) · [face swap](../lessons/glossary.md#face-swap) · [generative adversarial network](../lessons/glossary.md#generative-adversarial-network) · [identity](../lessons/glossary.md#identity) · [lip-sync](../lessons/glossary.md#lip-sync) · [mask](../lessons/glossary.md#mask) · [performance](../lessons/glossary.md#performance) · [reenactment](../lessons/glossary.md#reenactment) · [synthetic media](../lessons/glossary.md#synthetic-media) · [true swap](../lessons/glossary.md#true-swap)
#
# **Sources.** Bregler and others, *Video Rewrite*, 1997; Thies and others, *Face2Face*, 2016; Suwajanakorn and others, *Synthesizing Obama*, 2017; deepfakes/faceswap, from December 2017, and Perov and others, *DeepFaceLab*, source code; Cole, *Reddit Just Shut Down the Deepfakes Subreddit*, Motherboard, 2018; Ajder and others, *The State of Deepfakes*, Deeptrace, 2019; Chesney and Citron, *Deep Fakes: A Looming Challenge*, 2019; Dolhansky and others, *The DeepFake Detection Challenge Dataset*, 2020; Chen and others, *SimSwap*, 2020; *Protected by Deepfakes*, The Batch, 2020 (*Welcome to Chechnya*); Rombach and others, *Latent Diffusion Models*, 2022; Wang and others, *VALL-E*, 2023; Tian and others, *EMO*, 2024; *Hong Kong finance worker falls prey*, Mint, 2024; Ramer and Swenson, *Fake Biden robocalls*, Associated Press, 2024, and on the acquittal WMUR, June 2025; Diel and others, *Human performance in detecting deepfakes*, 2024; Thorn, *Deepfake Nudes & Young People*, 2025, and Education Week, March 2025; *De-Aging Tech in 'Here'*, PetaPixel, 2025; Regulation (EU) 2024/1689, Article 50, as amended in 2026; TAKE IT DOWN Act, Public Law 119-12; Wilson, *Probable Inference*, 1927.
#
# **Next:** in lesson 01 you fit a line by hand, and then the machine does it. If you're in a hurry to swap faces, the Core route goes 00, 01, 02, 03, 04, 08, 12, and 14 is to come.
