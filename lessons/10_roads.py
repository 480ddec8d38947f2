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

# %% [markdown] id="roads-card"
# # 10 · Other roads to the same face
#
# **One encoder and two decoders are only one way to a false face. How do the others work, and which of them gets nearest to the truth?**
#
# | | |
# |---|---|
# | Time | 165 minutes: Core 158, Further 7 |
# | You need | lesson 04 (the swap and *explained*), lesson 07 (losses and *sharpness*), lesson 09 (flow) |
# | You will be able to | read a face by drawing it, train a network for one target without a single pair, bring one still picture to life by keypoints that nobody named, and compare six roads fairly |
#
# Below is **one** picture of a character that no network has ever seen.
# Ada acts under one light, and the still follows her.
# Not everywhere, though: look at its closed eyes in the third frame and at its smile in the fourth.

# %% id="roads-imports" tags=["setup"]
import inspect
from dataclasses import replace

import cv2
import numpy as np
import torch

from unmasked import metrics, tensors, toons, widgets
from unmasked.course import check
from unmasked.experiments import first_order_motion as still_life
from unmasked.experiments import judges, korshunova_bo
from unmasked.experiments.pairs import true_faces, truth_of
from unmasked.experiments.roads import ROADS, load_examples
from unmasked.experiments.tables import load_table
from unmasked.faces import draw_faces, unpaired_faces
from unmasked.makers import face2face
from unmasked.models import weights
from unmasked.models.identity import embed, likeness
from unmasked.models.korshunova import Korshunova
from unmasked.models.motion import dense_flow, look_up, places, relative_motion
from unmasked.widgets import guessed, predict, predictions, quiz, show_pictures, show_table

ADA, BO = toons.CAST["ada"], toons.CAST["bo"]


def in_rows(rows, alt, count=6, scale=2):
    """A row of pictures for each name; a batch becomes pictures."""
    some = [row[:count] for row in rows.values()]
    some = [tensors.to_pictures(row) if torch.is_tensor(row) else row for row in some]
    show_pictures(some, rows=list(rows), alt=alt, smooth=True, scale=scale)


def dotted(picture, points):
    """A picture, enlarged, with a dot at each keypoint (K, 2) in −1…1."""
    large = cv2.resize(picture, (192, 192), interpolation=cv2.INTER_CUBIC)
    for x, y in ((points.numpy() + 1) * 96).astype(int).tolist():
        cv2.circle(large, (x, y), 5, (255, 255, 255), -1, cv2.LINE_AA)
        cv2.circle(large, (x, y), 3, (20, 20, 20), -1, cv2.LINE_AA)
    return large


def body(thing):
    """The source of a function or class, without its docstring."""
    parts = inspect.getsource(thing).split('"""')
    return parts[0].rstrip() + parts[2] if len(parts) > 2 else parts[0]


# %% id="roads-drive" tags=["figure"]
stranger = toons.sample_identity(still_life.NEVER_SEEN + 7)
motion_model = weights.load("first-order-motion")
calm = toons.Performance().to_array()
track = toons.smooth_track(np.random.default_rng(3), 60)
track[:, -2:] = calm[-2:]  # one light
actor = draw_faces(ADA, track).pictures
first, still = (tensors.to_tensor(draw_faces(one, calm[None]).pictures) for one in (ADA, stranger))
with torch.no_grad():
    brought = motion_model.drive(still, tensors.to_tensor(actor), True, first)["prediction"].clamp(0, 1)
chosen = np.arange(0, 60, 10)
in_rows({"one still": still, "Ada acts": actor[chosen], "from the still": brought[chosen]}, "roads.opening")

# %% [markdown] id="roads-drive-words"
# In section 6 you'll drive such a still yourself, and by then you'll know what moves it.
# The texts that this course grew from name five systems that aren't two decoders.
# Two of them make faces speak, and they wait in lesson 11.
# The other three you'll build in small here: *Face2Face* (2016), *Korshunova's* fast face-swap (2017) and *First Order Motion* (2019).
# They want different things from you (pictures, minutes of training, knowledge), so at the end all of them stand in one table, beside the shared encoder that you know.

# %% [markdown] id="roads-note-drive" tags=["instructor"]
# *For the instructor.* 3 minutes. Ask what a picture that shows one moment can't tell about a face (its teeth behind closed lips, the far cheek, the face in another light), and keep the list for section 7.

# %% [markdown] id="roads-test-words"
# ## 1 · One test for every road  (Core, 14 min)
#
# A comparison is only fair if everyone sits the same exam, so let's write the exam first.
# **Ada** acts sixty performances that nobody trains on, **Bo** is wanted, and because this world is drawn we also have the answer, which is Bo in the same sixty performances.

# %% id="roads-test"
truth = true_faces(("ada", "bo"), 60, seed=10)
acted, wanted = truth["ada"].pictures, truth["bo"]
average = wanted.pictures.mean(0)
who, reader = weights.load(judges.WHO), weights.load(judges.WHAT)
known_bo = embed(who, tensors.to_tensor(unpaired_faces(("bo",), 100, seed=3)["bo"].pictures))


def measure(drawn):
    """How near pictures of Bo come to the truth, what can be read off them, and how much they look like him."""
    inside, calm, features = wanted.masks, wanted.neutral, wanted.features
    r2 = metrics.recovery(judges.read(reader, drawn), wanted.performances)
    return {
        "explained": metrics.explained_swap(drawn, wanted.pictures, average, inside),
        "expression": metrics.explained_expression(drawn, wanted.pictures, calm, features),
        "read": float(np.mean([r2[name] for name in toons.EXPRESSION])),
        "identity": float(likeness(embed(who, drawn), known_bo).mean()),
        "sharpness": metrics.sharpness(drawn, wanted.pictures, inside),
    }


# %% [markdown] id="roads-measures-words"
# Two of the columns are old friends: *explained* compares with Bo's average face, and *sharpness* with the truth's fine detail.
# *Expression* is like *explained*, but it looks at eyes and mouth only and compares with Bo's calm face in the same pose and light, so a swap that turns the head correctly and wipes the smile off gets a 0.
#
# The other two are networks' opinions.
# *Read* asks a network that reads the eleven numbers off a face, and takes the mean R² of the six that make an expression.
# So it asks whether a smile can still be *recognised*, also where it isn't drawn as Bo's own smile would be.
#
# *Identity* asks another one, which turns each picture into 64 numbers, its [embedding](../lessons/glossary.md#embedding).
# It was trained on three hundred sampled characters so that pictures of one character point in the same direction, whatever that character does.
# The score is the cosine of the angle to Bo's mean direction: 1 is the same direction, and 0 is what two strangers have on average.
# Both of them learned from strangers, and no road in this lesson has had their help.

# %% id="roads-baselines"
with torch.no_grad():
    model = weights.load("swap-ada-bo")
    shared = model.decode(model.encode(acted, "ada"), "bo").clamp(0, 1)
found = {"the true Bo": wanted.pictures, "Ada herself": acted}
found |= {"Bo's average face": average.expand_as(acted), "the shared encoder": shared}
show_table({name: measure(some) for name, some in found.items()}, names="pictures")

# %% id="roads-baselines-look" tags=["figure"]
in_rows(found, "roads.baselines")

# %% [markdown] id="roads-baselines-saw" tags=["saw"]
# Look at the second row first: Ada's own pictures are sharp, and whoever reads them sees all that she does, but they're nowhere near Bo in the other columns.
# In the first row you see what the two networks say of the true Bo.
# Neither says 1, because the reader makes mistakes, and because each of his pictures points a little elsewhere, so this row is a yardstick and not a limit: Ada's face is read a little better than Bo's.
# And then look at *identity* in the third row: the average face does nothing at all, and it looks more like Bo than Bo does.
# So *identity* alone is easy to please, and it needs the other columns beside it.
# It even gets a little *expression* without expressing anything, because a ghost of a half-open mouth is on average nearer than Bo's calm one, so low scores in that column say little.

# %% [markdown] id="roads-note-test" tags=["instructor"]
# *For the instructor.* 14 minutes; the usual confusion is to take identity for quality. Ask which road would get the best *identity* of all and deserve nothing (a photo of Bo, whatever Ada does).

# %% [markdown] id="roads-face2face-words"
# ## 2 · Face2Face: read a face by drawing it  (Core, 32 min)
#
# The oldest of the three roads has no network that draws.
# It has a *model* of a face, a drawing with a few numbers to turn, and it turns them until the drawing looks like the picture.
# That's called [analysis by synthesis](../lessons/glossary.md#analysis-by-synthesis), and once the numbers are known, anybody can be drawn with them.
#
# Our model is the toon's own drawing with its eleven numbers, each as a share of its range so that all of them run from 0 to 1.
# `draw` takes rows of eleven numbers and gives back rows of pixels.

# %% id="roads-face2face"
picture = tensors.to_pictures(acted)[4]
draw = face2face.drawing(ADA, side=32)  # numbers (N, 11) → pixels (N, 3072), 0…1
start = face2face.to_numbers(calm)
goal = face2face.flattened(cv2.resize(picture, (32, 32), interpolation=cv2.INTER_AREA)[None])[0]
print(f"{len(start)} numbers, {len(goal)} pixel values")
off = 255 * np.sqrt(np.square(draw(start[None])[0] - goal).mean())
print(f"the calm drawing is {off:.0f} grey levels off (root mean square)")

# %% [markdown] id="roads-step-words"
# Which way should the eleven numbers go?
# We have no formula for this drawing's derivative, but we can *try*: move one number a little, draw again, and see which pixels changed and by how much.
# Divided by how far the number was moved, that's a [finite difference](../lessons/glossary.md#finite-difference), and the eleven of them side by side are the [Jacobian](../lessons/glossary.md#jacobian) $J$, with a row for each pixel value and a column for each number.
#
# If pixels followed the numbers along straight lines, a change $\delta$ of the numbers would change the picture by $J\delta$, and we'd want that to be what's *missing*, $r$.
# There are far more pixel values than numbers, so we take the $\delta$ with the smallest squared error, and we keep it short by a *damping* $\lambda$, because drawings don't follow straight lines very far.
# So $\lVert J\delta - r\rVert^2 + \lambda\lVert\delta\rVert^2$ is to be as small as possible, and where its derivative is 0 we find
#
# $$\delta = (J^\top J + \lambda I)^{-1} J^\top r$$
#
# ### Your turn · One step of the fit  (●●●, 10 min)
# Draw the numbers as they are and with each of them moved, make the Jacobian, and take the step.
# `moves` is given: a number that couldn't go up without leaving 1 goes down instead.


# %% id="roads-step"
def fitting_step(draw, wanted, numbers, width=0.05, damping=1.0):
    """The numbers after one step towards `wanted`, kept within 0…1: float (P,).

    `draw` takes rows of numbers, (N, P), and returns rows of pixels, (N, M).
    `wanted`: the picture's pixels, (M,). `numbers`: where we are, (P,).
    """
    moves = np.where(numbers + width <= 1, width, -width)  # (P,)
    ### BEGIN SOLUTION
    drawn = draw(np.vstack([numbers, numbers + np.diag(moves)]))  # (1 + P, M)
    jacobian = ((drawn[1:] - drawn[0]) / moves[:, None]).T  # (M, P)
    missing = wanted - drawn[0]
    square = jacobian.T @ jacobian + damping * np.eye(len(numbers))
    return np.clip(numbers + np.linalg.solve(square, jacobian.T @ missing), 0, 1)
    ### END SOLUTION


# %% id="roads-step-check"
fitting_step = check("roads.step", fitting_step)

# %% [markdown] id="roads-predict-blur-words"
# A step is only as good as its straight lines.
# So here's a question before we take a dozen of them: we can compare the drawing with the picture as they are, or blur both of them first.

# %% id="roads-predict-blur"
predict("roads.blur")


# %% id="roads-blur"
def follow(picture, blur, steps=12):
    """Where the numbers go in a dozen steps from the calm face: (steps + 1, 11)."""
    draw = face2face.drawing(ADA, 32, blur)
    small = cv2.resize(picture, (32, 32), interpolation=cv2.INTER_AREA)
    wanted = face2face.flattened(small[None], blur)[0]
    path = [start]
    for _ in range(steps):
        path.append(fitting_step(draw, wanted, path[-1], width=0.08))
    return np.stack(path)


def error(path, picture):
    """How far off each drawing on the path is, in grey levels, at full size and unblurred."""
    drawn = face2face.drawing(ADA)(path)
    off = drawn - face2face.flattened(picture[None])
    return 255 * np.sqrt(np.square(off).mean(1))


tried = {"as they are": 0.0, "blurred first": 2.5}
some = tensors.to_pictures(acted)[:16]
paths = {name: [follow(picture, blur) for picture in some] for name, blur in tried.items()}
ends = {}
for name, path in paths.items():
    errors = np.array([error(one, picture) for one, picture in zip(path, some, strict=True)])
    ends[name] = {"before": errors[:, 0].mean(), "after 12 steps": errors[:, -1].mean()}
show_table(ends, form=".1f", names="compared", caption="Grey levels off, mean over faces")
guessed("roads.blur")

# %% id="roads-blur-look" tags=["figure"]
steps = [0, 1, 2, 4, 8, 12]
rows = {}
for name, path in paths.items():
    rows[name] = draw_faces(ADA, face2face.to_performances(path[4][steps])).pictures
rows["the picture"] = np.stack([some[4]] * len(steps))
show_pictures(list(rows.values()), [f"step {i}" for i in steps], rows=list(rows), alt="roads.fit", smooth=True, scale=2)

# %% [markdown] id="roads-blur-saw" tags=["saw"]
# Compared as they are, the drawing comes some of the way and then gets lost: look how the first row ends, turned the wrong way and laughing.
# An edge that lies three pixels away gives hardly a hint, because after a small move the drawing's edge still doesn't touch the picture's.
# Blurred edges overlap from afar, so such fits usually begin coarse and end fine.
# The blurred row isn't there yet either, as you can see at its mouth.
# `face2face.fit` does the same as your loop, first blurred and small, then sharper and larger.
# It tries several dampings at each step, and halfway it sweeps each number of the expression over its range, because no small step leads from raised brows to lowered ones if everything in between looks worse.

# %% [markdown] id="roads-transfer-words"
# With the numbers read, drawing is all that's left.
# The third row is Bo with Ada's eleven numbers, which is our exam's question.
# The real Face2Face did something else, and you see it in the fifth row: the target's own film stays as it is, with its pose and light, and only the expression is exchanged.

# %% id="roads-transfer"
read = face2face.fit_all(some[:8], ADA)
own = toons.sample_performances(np.random.default_rng(4), 8, {"yaw": (-20, 20)})
mixed = toons.with_expression(own, read)  # Bo's pose and light, Ada's expression
films = {"Ada acts": some[:8], "read and drawn": draw_faces(ADA, read).pictures}
films |= {"Bo, all of it": draw_faces(BO, read).pictures}
films |= {"Bo's own film": draw_faces(BO, own).pictures}
films |= {"only expression": draw_faces(BO, mixed).pictures}

# %% id="roads-transfer-look" tags=["figure"]
in_rows(films, "roads.transfer")

# %% [markdown] id="roads-alone-words"
# This question has a true answer as well, namely Bo in the poses and the light of his own film, with the expressions that Ada *really* makes.
# So how near does the fifth row come?

# %% id="roads-alone"
answer = truth_of(BO, draw_faces(BO, toons.with_expression(own, truth["ada"].performances[:8])))
alone = tensors.to_tensor(films["only expression"])
near = metrics.explained_swap(alone, answer.pictures, answer.pictures.mean(0), answer.masks)
said = metrics.explained_expression(alone, answer.pictures, answer.neutral, answer.features)
print(f"only expression: explained {near:.2f}, expression {said:.2f}")

# %% [markdown] id="roads-unfair-words"
# That looks almost too good, and it is: **the model that fits is the same program that drew the picture**, down to the last eyelash.
# With photographs nobody has that.
# Face2Face had a statistical model of faces, made of laser scans, and it fitted that model's shape to the person first.
# So let's take a little of our unfair knowledge away and give the fit an Ada with somewhat larger eyes, a wider mouth and a darker skin.

# %% id="roads-predict-unfair"
predict("roads.unfair")

# %% id="roads-unfair"
skin = tuple(int(0.85 * channel) for channel in ADA.skin)
almost = replace(ADA, eye_size=1.15 * ADA.eye_size, mouth_width=1.15 * ADA.mouth_width, skin=skin)
misread = face2face.fit_all(some[:8], almost)
scores, apart = {}, {}
for name, numbers in {"the right Ada": read, "almost Ada": misread}.items():
    bo = tensors.to_tensor(draw_faces(BO, numbers).pictures)
    scores[name] = metrics.explained_swap(bo, wanted.pictures[:8], average, wanted.masks[:8])
    shares = face2face.to_numbers(numbers) - face2face.to_numbers(truth["ada"].performances[:8])
    apart[name] = dict(zip(toons.PARAMETERS, np.abs(shares).mean(0), strict=True))
show_table(scores, ["explained"], names="fitted by")
by_number = {name: {fit: off[name] for fit, off in apart.items()} for name in toons.PARAMETERS}
show_table(by_number, form=".2f", names="number", caption="Misread by, as a share of each range")
guessed("roads.unfair")

# %% [markdown] id="roads-unfair-saw" tags=["saw"]
# The fit can't make the eyes smaller, so it turns what it *can* turn, and the second table says which numbers took up what the model gets wrong.
# Those aren't the ones you'd guess: lids and smile hardly moved, while the brows are off by a good part of their range.
# And even the right Ada isn't read without fault, least of all in her vertical gaze, which hardly shows under lowered lids.
# That's what analysis by synthesis does everywhere: it explains the picture with the knobs it has, and whatever no knob can say leaks into the ones there are.

# %% [markdown] id="roads-note-face2face" tags=["instructor"]
# *For the instructor.* 32 minutes; the usual confusion is that a network is at work. Ask where the eleven numbers of a photograph would come from, and what a face model without glasses does with glasses.
# Roll is misread even by the right Ada: aligned pictures are turned upright, so it hardly shows in them.

# %% [markdown] id="roads-korshunova-words"
# ## 3 · Korshunova: one network for one target  (Core, 20 min)
#
# The second road asks for no model of a face.
# It's a network that only ever learns to draw **one** person, takes a picture of somebody else and repaints it: what's done in the picture stays, and who does it changes.
# Its authors saw it as a kind of *style transfer*, where the target's face is the style.
#
# The picture goes in at several sizes, each with a *branch* of convolutions.
# From the smallest up, a branch's result is doubled in size and laid beside the next one's, and at the end a 1×1 convolution makes three colours of all channels.

# %% id="roads-branches"
print(body(Korshunova.forward))


def parameters(net):
    return sum(weight.numel() for weight in net.parameters())


made = {"32 channels, 128 pixels": Korshunova(32, 128), "8 channels, 64 pixels, ours": Korshunova(8)}
show_table({name: {"parameters": parameters(net)} for name, net in made.items()}, form=",")

# %% [markdown] id="roads-branches-saw" tags=["saw"]
# The paper gives a million parameters for 128 pixels, and a branch more for each doubling of the size; with 32 channels a branch our network has about that many.
# There's no bottleneck in it and no code, so nothing *forces* it to forget who acts.

# %% [markdown] id="roads-losses-words"
# So what teaches it?
# It never sees a pair, and there's no picture of Bo doing what Ada does, so lesson 04's picture loss isn't available.
# Instead there are four losses, and each of them watches over something else.
#
# | loss | asks |
# |---|---|
# | [content](../lessons/glossary.md#content-loss) | does a network that reads faces see the same *performance* in the drawing as in Ada's picture? |
# | [style](../lessons/glossary.md#style-loss) | is every small patch of the drawing like *some* patch, at the same place, of *some* picture of Bo? |
# | light | does the drawing have the light of Ada's picture? |
# | [variation](../lessons/glossary.md#total-variation) | do neighbouring pixels agree? |
#
# For style, sixteen pictures of Bo are chosen whose landmarks moved most nearly as Ada's did (the drawing's own exact landmarks; in photographs they'd have to be found), and each patch picks its favourite among them.
# Content, patches and light all come from the course's own reader of performances, which is a luxury: it learned on drawings of Ada and Bo whose eleven numbers are known, while the paper used a network that names things in photographs.

# %% id="roads-four"
print(body(korshunova_bo.FourLosses.__call__))

# %% [markdown] id="roads-four-words"
# `self.seen` is what the reader sees: its first map, which the patches are cut from, the numbers just before its answer, and what it says of the light.
# Now a small one learns before your eyes, from nothing.

# %% id="roads-korshunova"
faces = unpaired_faces(("ada", "bo"), 300, seed=1)
torch.manual_seed(0)
painter = Korshunova(8)
run = korshunova_bo.run_of(painter, faces["ada"], faces["bo"], steps=120)
snapshots = {}


def keep(steps):
    snapshots[f"{steps} steps"] = korshunova_bo.drawn_by(painter, acted[:6])


history = run.complete(seconds=60, preview=keep, preview_every=40)
last = {name: {"first steps": np.mean(v[:5]), "last steps": np.mean(v[-20:])} for name, v in history.losses.items()}
show_table(last, form=".3f", names="loss, weighted")

# %% id="roads-korshunova-look" tags=["figure"]
long = korshunova_bo.drawn_by(weights.load("korshunova-bo"), acted)
rows = {"Ada": acted} | snapshots | {"trained longer": long, "the true Bo": wanted.pictures}
in_rows(rows, "roads.korshunova")

# %% [markdown] id="roads-korshunova-saw" tags=["saw"]
# *Variation* grew a little, because a flat beginning has no differences between neighbours, and the other three losses fell.
# In the pictures Ada is repainted first, in colours that move towards Bo's, and only later do his features move in.
# *Trained longer* is a network of the same plan after some minutes, and it ships with the course.
# It found Bo's skin, hair and glasses, and it keeps Ada's smile and her turned head, although no picture showed it Bo doing exactly this: sixteen that came near had to do.
# But it's soft, and it still draws within Ada's outline: her chin and the shape of her mouth shine through, because content asks for what *she* does and no loss knows how Bo would do it.

# %% [markdown] id="roads-predict-stranger-words"
# One network a target, but for which actors?
# This one has only ever seen Ada act.

# %% id="roads-predict-stranger"
predict("roads.stranger")

# %% id="roads-stranger"
bo_net = weights.load("korshunova-bo")
by_actor, seen = {}, {}
for name in ("ada", "gus", "fay", "dot"):
    acting, shown = name.capitalize(), draw_faces(toons.CAST[name], wanted.performances).pictures
    drawn = korshunova_bo.drawn_by(bo_net, tensors.to_tensor(shown))
    by_actor[acting] = measure(drawn)
    seen |= {acting: shown, f"{acting} → Bo": drawn}
show_table(by_actor, ["explained", "expression", "identity"], names="who acts")
guessed("roads.stranger")

# %% id="roads-stranger-look" tags=["figure"]
in_rows(seen, "roads.stranger", count=5)

# %% [markdown] id="roads-stranger-saw" tags=["saw"]
# With all three strangers it scores below 0, so Bo's average face would have been nearer.
# Gus, whose skin is nearest to Bo's, loses least; with the other two you can see that the network learned what to do with *Ada's* colours.
# To let anybody act, you'd have to put many actors in front of it while it learns, and beside it a reader that can read them, because ours learned from Ada and Bo alone.
# You'd still need no pair, but we haven't tried it.

# %% [markdown] id="roads-note-korshunova" tags=["instructor"]
# *For the instructor.* 20 minutes; the usual confusion is that content and style are two *pictures* blended together. Both are questions about one drawing.
# Ask which loss would complain if the network drew one good still of Bo for every input (content and light), and which one if it returned Ada unchanged (style).

# %% [markdown] id="roads-keypoints-words"
# ## 4 · Keypoints that nobody named  (Core, 22 min)
#
# The third road wants no model, no training for this target, and only *one picture* of it.
# The idea: if we knew how every place of the actor's face has moved, we could move the still's pixels the same way.
# Landmarks would tell, but landmarks need somebody who labels them, and a method that should work for dogs and robots as well can't have that.
# So First Order Motion lets the network *find its own points*.
#
# A detector draws a heat map for each of ten points.
# The [keypoint](../lessons/glossary.md#keypoint) is the mean place under it, which you know from lesson 05 as the [soft-argmax](../lessons/glossary.md#soft-argmax): a softmax turns the map into shares, and the places are averaged by them.
# Dividing by a low *temperature* first makes the map steep, so that the hottest place counts most.
#
# ### Your turn · Soft-argmax  (●●○, 5 min)
# `grid` holds the place of every cell: x across and y down, from −1 to 1.


# %% id="roads-keypoints"
def soft_argmax(logits, temperature=0.1):
    """The keypoints of maps `logits` (N, K, H, W): x and y in −1…1, float (N, K, 2)."""
    grid = places(tuple(logits.shape[-2:]))  # (H, W, 2)
    ### BEGIN SOLUTION
    heat = (logits / temperature).flatten(2).softmax(-1)  # (N, K, H·W), each of sum 1
    return heat @ grid.flatten(0, 1)
    ### END SOLUTION


# %% id="roads-keypoints-check"
soft_argmax = check("roads.keypoints", soft_argmax)

# %% [markdown] id="roads-train-words"
# And what makes a point a good one?
# Only that it's *useful*: training takes two frames of one clip, calls one the still and the other the driver, and asks for the driver's frame, drawn from the still and the two sets of points.
# Points that say nothing about the motion don't help, so they wander until they do.
#
# A second loss keeps them honest.
# Turn and bend a picture, and its keypoints should turn and bend along, exactly.
# That property is called [equivariance](../lessons/glossary.md#equivariance), and checking it needs no label, because we know how *we* bent the picture.

# %% id="roads-predict-tells"
predict("roads.tells")

# %% [markdown] id="roads-train-run-words"
# Here's the loss, and then a smaller model that learns by it, from nothing, on sixty sampled characters.
# The first three parts follow the paper's idea: the drawing, and equivariance of places and of matrices (section 5 tells you what those are).
# The last two are additions: one minds when two points come too close, and the other puts a small price on whatever is drawn anew instead of moved.

# %% id="roads-loss"
print(body(still_life.parts_of_loss))

# %% id="roads-train"
clips = still_life.draw_clips(60, 12)
live, snapshots, run = still_life.train_live(clips, actor[[0, 30]], steps=100)
parts = {
    name: {"first steps": np.mean(v[:10]), "last steps": np.mean(v[-10:])} for name, v in run.history.losses.items()
}
show_table(parts, form=".3f", names="part of the loss")

# %% id="roads-train-look" tags=["figure"]
some_steps = snapshots[:: max(1, (len(snapshots) - 1) // 5)]
rows = [[dotted(actor[frame], one.keypoints.value[k]) for one in some_steps] for k, frame in enumerate((0, 30))]
show_pictures(rows, [f"{one.steps} steps" for one in some_steps], rows=["a frame", "another"], alt="roads.settling")

# %% [markdown] id="roads-train-saw" tags=["saw"]
# At first all ten crowd in the middle of the picture, because a map without a hot place has its mean there.
# Then they part, and the table tells why: *crowded* fell most, so in these few steps they mainly learned to keep away from each other.
# *Value*, which asks whether they stick to the face, has fallen only a little, and several dots still slide from one frame to the other.
# Where this leads you'll see in the model that comes with the course.

# %% [markdown] id="roads-inspector-words"
# The shipped model has the same plan with more channels, and it had three quarters of an hour.
# Play the clip, click a keypoint to see the heat map behind it, and look for points that stay with a feature and for some that slide.

# %% id="roads-inspector"
widgets.keypoint_inspector(motion_model, draw_faces(stranger, track).pictures)

# %% [markdown] id="roads-tells-words"
# Did you find one that slides?
# Along an edge, such as that of the jaw, a point can slide without being punished for it, because every place there looks like the next.
# So do the points know what the face does?
# As in lesson 04, a probe tells: a linear rule that guesses each of Ada's numbers from the places of ten points, tried on pictures that it hasn't seen.


# %% id="roads-tells"
def told(points, numbers):
    """R² of each number, guessed linearly from points (N, K, 2); learned on one half, tried on the other."""
    inputs = np.column_stack([points.flatten(1).numpy(), np.ones(len(points))])
    half = len(inputs) // 2
    rule = np.linalg.lstsq(inputs[:half], numbers[:half], rcond=None)[0]
    return metrics.recovery(inputs[half:] @ rule, numbers[half:])


many = draw_faces(ADA, toons.sample_performances(np.random.default_rng(6), 300))
r2 = told(still_life.keypoints_of(motion_model, many), many.performances)
asked = {"the turn of the head": r2["yaw"], "the open jaw": r2["jaw"], "the gaze, sideways": r2["gaze_x"]}
show_table(asked | {"the light's side": r2["light_azimuth"]}, ["R²"], names="ten points tell")
guessed("roads.tells")

# %% [markdown] id="roads-tells-saw" tags=["saw"]
# Nobody told the points what to look for, and their places still carry the large motions well.
# What moves few pixels, or moves none and only changes colours, gave the training little reason to spend a point on it.

# %% [markdown] id="roads-note-keypoints" tags=["instructor"]
# *For the instructor.* 22 minutes; the usual confusion is to read keypoints as landmarks. Ask what would go wrong if all ten sat on the nose (nothing punishes it but the picture that comes out).
# Ask why a constant point in the middle of the picture isn't equivariant.

# %% [markdown] id="roads-affine-words"
# ## 5 · From ten points to every pixel  (Core, 28 min)
#
# Ten points have moved, and there are 4,096 pixels.
# If every place did exactly what its nearest point does, a turned head would be cut into shifted pieces.
# So each keypoint also knows how the picture is turned and stretched *around* it: a 2×2 matrix $J$, which is a [Jacobian](../lessons/glossary.md#jacobian) again, this time of a motion.
# The detector gives these four numbers for each keypoint, too, and they're learned as the places are: from the picture that comes out, and from equivariance (*jacobian* in the loss), because when we bend a picture in a way that we know, its matrices must turn and stretch along.
#
# Now take a place $z$ in the driver's frame, near a keypoint $k_d$ with matrix $J_d$.
# Where should we look in the still, whose keypoint is $k_s$ with matrix $J_s$?
# Undo the driver's turn, make the still's, and go on from the still's keypoint:
#
# $$T(z) = k_s + J_s J_d^{-1} (z - k_d)$$
#
# A motion described by its value and its first derivative is a *first-order* one, and that's where the method got its name.
#
# ### Your turn · The motion near a keypoint  (●●●, 8 min)
# Do it for all pictures, all keypoints and all places at once.
# A `None` in an index makes room for an axis: `driving[:, :, None, None]` lines up with the grid.


# %% id="roads-affine"
def local_affine(grid, source, source_jacobian, driving, driving_jacobian):
    """Where each place lies in the still, as each keypoint has it: (N, K, H, W, 2).

    `grid`: places (H, W, 2). Keypoints `source`, `driving`: (N, K, 2), and their
    matrices: (N, K, 2, 2).
    """
    ### BEGIN SOLUTION
    turn = source_jacobian @ torch.linalg.inv(driving_jacobian)  # (N, K, 2, 2)
    away = grid - driving[:, :, None, None]  # (N, K, H, W, 2)
    turned = (turn[:, :, None, None] @ away[..., None])[..., 0]
    return source[:, :, None, None] + turned
    ### END SOLUTION


# %% id="roads-affine-check"
local_affine = check("roads.affine", local_affine)

# %% [markdown] id="roads-flow-words"
# That makes ten suggestions for every place.
# A second network looks at all of them and says for each place how much of each suggestion to believe, and how much of *staying put*, because the background doesn't follow anybody. (The paper calls these maps *masks*.)
# The weighted mean is one flow for the whole picture, of the kind that you know from lesson 09.
#
# Here is Fay, whom the network has never seen, and Ada drives her.
# `relative_motion` moves Fay's keypoints by as much as Ada's have moved since her calm frame, and section 6 asks whether that's wise.

# %% id="roads-flow"
pose = toons.Performance(yaw=-5, smile=0.0)
doing = toons.Performance(yaw=20, smile=0.9, jaw=0.6, brows=0.6)
still, first, frame, true = (
    tensors.to_tensor(draw_faces(who_acts, what.to_array()[None]).pictures)
    for who_acts, what in ((toons.CAST["fay"], pose), (ADA, pose), (ADA, doing), (toons.CAST["fay"], doing))
)
with torch.no_grad():
    kp_still, kp_first, kp_frame = (motion_model.keypoints(one) for one in (still, first, frame))
    kp = relative_motion(kp_still, kp_frame, kp_first)
    made = motion_model.animate(still, kp_still, kp)
    grid = places(32)
    motions = local_affine(grid, *kp_still, *kp)  # (1, 10, 32, 32, 2)
    flow = dense_flow(made["masks"], motions, grid)  # (1, 32, 32, 2)
    moved = look_up(torch.nn.functional.avg_pool2d(still, 2), flow)  # (1, 3, 32, 32)
print(f"your flow and the network's own differ by {float((flow - made['flow']).abs().max()):.6f} at most")


# %% id="roads-flow-look" tags=["figure"]
def enlarged(pictures):
    return torch.nn.functional.interpolate(pictures, size=64, mode="bilinear")


shown = {"the still": still, "Ada": frame, "moved": moved, "trusted": made["occlusion"].expand(-1, 3, -1, -1)}
shown |= {"result": made["prediction"].clamp(0, 1), "truth": true}
shown = {name: tensors.to_pictures(enlarged(one))[0] for name, one in shown.items()}
show_pictures(list(shown.values()), list(shown), alt="roads.flow", smooth=True, scale=2.2)

# %% [markdown] id="roads-flow-saw" tags=["saw"]
# The third picture is coarse because flow and masks have 32 × 32 places, one for every four pixels.
# Moving gets surprisingly far, and then it meets a wall: the still's mouth is closed, so there are no teeth anywhere to be moved.
# That's what the fourth picture is for.
# It's the [occlusion map](../lessons/glossary.md#occlusion-map), bright where the moved still is trusted and dark where it's drawn anew: darkest at the mouth, where teeth appear, but dark at the eyes as well, although the still has both.

# %% [markdown] id="roads-blend-words"
# ### Your turn · Trust or draw  (●○○, 3 min)
# Where the map is 1 the moved still shows, and where it's 0 the network has to draw from imagination.


# %% id="roads-blend"
def occlusion_blend(moved, drawn, occlusion):
    """The moved still where it may be trusted, the drawing elsewhere: (N, C, H, W).

    `moved`, `drawn`: float (N, C, H, W). `occlusion`: (N, 1, H, W) in 0…1.
    """
    ### BEGIN SOLUTION
    return occlusion * moved + (1 - occlusion) * drawn
    ### END SOLUTION


# %% id="roads-blend-check"
occlusion_blend = check("roads.blend", occlusion_blend)

# %% [markdown] id="roads-blend-after"
# The map is learned like everything else in here, with no one to say what is hidden: it falls where drawing costs less than trusting.
# (In the paper of 2019 it multiplies *features* inside the generator. To mix the pictures themselves, as we do, is a simpler form of the same idea.)
# What's drawn there is a guess from all the faces of the training, so the teeth in the result are *some* teeth, and Fay's own may look different.

# %% [markdown] id="roads-note-affine" tags=["instructor"]
# *For the instructor.* 28 minutes; the usual confusion is the direction: a flow says for each place of the NEW picture where to look in the old one, so that no place stays empty.
# Ask what a detector of lesson 12 might find here (teeth that are nobody's, a background that is bent along).

# %% [markdown] id="roads-relative-words"
# ## 6 · Carry over the place, or the change?  (Core, 13 min)
#
# In the cell above, `relative_motion` moved Fay's keypoints by as much as Ada's had moved since her first frame.
# We could have taken Ada's keypoints as they are instead, which is called *absolute*.

# %% id="roads-predict-relative"
predict("roads.relative")

# %% id="roads-relative"
pairs = still_life.reenactments(6, 12, seed=5)  # strangers on both sides, never seen
shares = {"relative": still_life.explained(motion_model, pairs)}
shares["absolute"] = still_life.explained(motion_model, pairs, relative=False)
gain = np.subtract(shares["relative"], shares["absolute"]).tolist()
compared = shares | {"relative less absolute, pair by pair": gain}
show_table({name: {"explained": share} for name, share in compared.items()}, names="keypoints")
guessed("roads.relative")

# %% id="roads-relative-look" tags=["figure"]
pair = pairs[0]
rows = {"who acts": pair.acted.pictures[1:]}
rows |= {"relative": still_life.reenact(motion_model, pair)}
rows |= {"absolute": still_life.reenact(motion_model, pair, relative=False), "truth": pair.truth.pictures[1:]}
in_rows(rows, "roads.relative")

# %% [markdown] id="roads-relative-saw" tags=["saw"]
# Here *explained* compares with the still as it was, unmoved, and ± is the spread over six pairs of strangers.
# Some pairs are harder than others, so the last row is the one to read: it compares both ways on the same pair.
# Keypoints hold motion *and* shape, because a wide face has its points farther apart.
# Taken as they are, they pull the still's face into the driver's shape; taken as a change, the driver's shape drops out.
# In the pictures above the two heads are much alike, so you'll hardly see it there.
# (Every clip here stands in one light.)

# %% [markdown] id="roads-bench-words"
# Now drive one yourself.
# Drag Ada's mouth or use the sliders, and watch what the arrows do, where the moved still isn't trusted, and how far the result is from the truth.
# Then change to *absolute*, and look at the outline of the face.

# %% id="roads-bench"
widgets.drive_the_still(motion_model, ADA, stranger)

# %% [markdown] id="roads-bench-saw" tags=["saw"]
# Small moves are followed closely, and the larger ones show you the limits: teeth that are guessed, and a far cheek that has to be drawn from nothing.

# %% [markdown] id="roads-first-words"
# ### Another first frame  (Further, 7 min)
# A change needs a beginning.
# Relative motion supposes that the driver's first frame is posed like the still.
# What if we take the same clips, and the driver's *last* frame for the first one?

# %% id="roads-predict-first"
predict("roads.first")


# %% id="roads-first"
def reenacted(pair, start):
    """Explained, if the driver's frame number `start` is taken for the one that matches the still."""
    still, acted = tensors.to_tensor(pair.truth.pictures[:1]), tensors.to_tensor(pair.acted.pictures)
    with torch.no_grad():
        made = motion_model.drive(still, acted[1:], True, acted[start : start + 1])["prediction"].clamp(0, 1)
    inside = np.maximum(pair.truth.masks[1:], pair.truth.masks[:1])
    right = tensors.to_tensor(pair.truth.pictures[1:])
    return metrics.explained(made, right, still, tensors.masks_to_tensor(inside))


begun = {"the matching frame": 0, "another frame": 11}
starts = {name: [reenacted(pair, start) for pair in pairs] for name, start in begun.items()}
show_table({name: {"explained": share} for name, share in starts.items()}, names="begun from")
guessed("roads.first")

# %% [markdown] id="roads-first-saw" tags=["saw"]
# Motion is now counted from the wrong pose, so whatever the false beginning does differently is taken *off* every frame: if it smiles, every frame loses a smile.
# On average that still beats not moving at all, but most of the gain is gone.
# A forger therefore looks through the driver's clip for the frame that fits the still best, and starts there.

# %% [markdown] id="roads-note-relative" tags=["instructor"]
# *For the instructor.* 13 and 7 minutes; the usual confusion is that relative is always better. Ask for a case where absolute is right (a driver who is the same person as the still).

# %% [markdown] id="roads-table-words"
# ## 7 · All of them in one table  (Core, 22 min)
#
# Now to the exam: Ada acts, Bo is wanted, four hundred performances that none of them trained on, and that three times over.
# Face2Face gets both drawings' programs, Korshunova's network gets Bo's pictures, and First Order Motion gets a single calm picture of Bo and a calm first frame of Ada.
#
# Two more networks join them.
# *Original-shaped* is faceswap's first network in small, trained for three minutes without the help by which the course's own swap brings the two characters' codes together (lesson 04).
# *One-shot* also knows Bo from that one calm picture alone, but it doesn't move the picture's pixels: it reads from it who Bo is, and draws him anew.
# How it does that is lesson 15's question.

# %% id="roads-predict-table"
predict("roads.table")

# %% id="roads-table"
kept = load_table("roads")
TITLES = ("explained", "expression", "read", "identity", "sharpness", "one_light")
rows = {}
for made in kept["rows"]:
    row = rows.setdefault(ROADS[made["road"]].words, {})
    for title in TITLES:
        row.setdefault(title.replace("_", " "), []).append(made[title])
show_table(rows, form=".2f", names="road", caption=f"Three seeds ({kept['command']})")
missed = {road: 1 - np.mean(rows[ROADS[road].words]["explained"]) for road in ROADS}
avoided = 1 - missed["still"] / missed["unmoved"]
print(f"First Order Motion avoids {avoided:.2f} of the unmoved still's error")
guessed("roads.table")

# %% id="roads-table-look" tags=["figure"]
strips = load_examples()
named = {"Ada acts": strips["acted"]} | {ROADS[road].words: strips[road] for road in ROADS if road != "alone"}
in_rows(named, "roads.strip")

# %% [markdown] id="roads-table-saw" tags=["saw"]
# Here ± is the spread over three seeds, and each of them asks four hundred other performances (a hundred in the last column; Face2Face, which is slow, gets the first eighty).
# Only *Original-shaped* was trained anew for each.
# Of every shipped network there's one training, so ± doesn't say how another one would have turned out, and small differences mean nothing.
# The table is best read by columns.
#
# *Explained*: what knows most gets nearest, and that's the program that drew the pictures.
# Take a little of its knowledge away (*poorer model* is section 2's almost Ada), and it falls behind the shared encoder.
# *Expression alone* is held against an answer of its own, in which pose and light are Bo's, so there's less that it could get wrong.
#
# The two that start from one picture are far from the top, although the stills that you drove looked alive.
# Compare First Order Motion with the unmoved still that it starts from: the line below the table says how much of *that* error it avoids.
# It's less than in section 6, where every clip had one light and both faces were sampled as those it was trained on.
# This column's 0, though, is Bo's *average*, a ghost that lies in the middle of everything, and a squared error forgives a ghost more easily than a sharp nose in a slightly wrong place.
# *Sharpness* is on the other side: there the average has next to nothing, and the unmoved still, which is never turned away, has even more detail than the truth.
#
# *Read* asks what *expression* asks, and it gets other answers.
# Take the true Bo's row as the yardstick.
# The one-shot net comes close to it, and Korshunova's even passes it, because its content loss is a reader of the same kind: it was trained for nearly this question.
# In *expression* both are far below the shared encoder: what Ada does has arrived, and it isn't done with Bo's eyes and mouth.
# First Order Motion is about level with the one-shot net in *expression*, and yet much less can be read off it, as you could expect from section 4, where its points told less of the gaze than of the larger motions.
#
# *One light* is *explained* once more, with the lamp standing still in all performances.
# A road that moves pixels can't relight them, so First Order Motion gains there, and no other road does.
#
# *Identity* is the mildest judge: whoever copies Bo's own pixels keeps him, whatever he should have done, and so the unmoved still gets more than the true Bo.
# The lowest are Korshunova's network, in which Ada's outline shines through, and the one-shot net: look for Bo's glasses in the last row of the figure.

# %% [markdown] id="roads-needs-words"
# And what does each of them ask for?
# A comparison that leaves this out isn't one.
# The minutes are those of one core that was busy with other work as well, so they only tell minutes from hours; pictures seen compare better.

# %% id="roads-needs"
needs = {}
for road in list(ROADS.values())[2:]:
    needs[road.words] = {"pictures of the actor": road.actor, "of the target": road.target}
    needs[road.words] |= {"seen in training": road.seen, "minutes": road.minutes, "one serves": road.serves}
show_table(needs, names="road")

# %% [markdown] id="roads-needs-saw" tags=["saw"]
# Now the first table reads differently, because the roads didn't start with the same luggage: in its training the shared encoder has seen sixty-four times as many pictures as Korshunova's network.
# And that one had a teacher who isn't in the table: the reader in its losses learned beforehand, from twenty thousand drawings each of Ada and Bo whose numbers were known.
# With thousands of pictures of both, you'd take the shared encoder; with one picture of the target, only two roads even start, and both were trained on strangers by somebody else; and if you happen to own the program that draws the world, you need no network at all.

# %% [markdown] id="roads-note-table" tags=["instructor"]
# *For the instructor.* 22 minutes; let groups argue for one road each, with the second table in hand. Ask which of them a stranger's public photo is enough for.

# %% [markdown] id="roads-myths-words"
# ## 8 · Said wrong almost everywhere  (Core, 4 min)
#
# *"faceswap is a VGG16 CNN."* The faceswap program's Original has no VGG in it, as you saw layer by layer in lesson 04.
# What such pages describe, with branches at several sizes and a VGG that computes losses, is Korshunova's network, which is another system.
#
# *"A GAN beats a CNN."* One of our founding texts concludes this from two systems that differ in nearly everything, and it measured nothing; lesson 07 shows what such a claim would take.
# And the network that it takes for the GAN isn't one by default: First Order Motion trains with a picture loss and equivariance, and the discriminator is an option in its code.
#
# *"Face2Face is a deepfake network."* In the paper of 2016 no network draws: a face model is fitted and rendered, and the mouth comes from the target's own frames.
#
# These roads have successors.
# *LivePortrait* (2024) drives one portrait by learned keypoints, much as above, *EMO* (2024) makes a portrait speak and sing by diffusion, and *Wav2Lip* (2020) redraws only the mouth, from a sound, which is where lesson 11 goes.

# %% [markdown] id="roads-close"
# ## What you can now do
#
# - Read a face's numbers off a picture by drawing it, and say what happens when the model doesn't quite fit.
# - Say what four losses ask for when there is no pair to learn from.
# - Find keypoints without labels, move every pixel by them, and say where a moved still has to be drawn anew.
# - Compare methods on one exam, and beside what each of them needs.
#
# **Does this carry over to photographs?** All three were made for them: Face2Face with a face model from scans, Korshunova with photographs of its targets, First Order Motion with videos of people talking.
# Our *order* doesn't carry over, because no photograph was drawn by a program with eleven numbers, and Face2Face's first place rests on that: with the poorer model it fell behind the shared encoder.
# Whether the distances between the networks would be the same on photographs is unknown.
#
# **Still open.** One picture doesn't say how somebody smiles, so every road that starts from a still has to guess, and we know of no good measure for a guess that's plausible and wrong.

# %% [markdown] id="roads-predictions-words"
# This is what you predicted, beside what came out.


# %% id="roads-predictions"
def listed(values, form=".2f"):
    return ", ".join(f"{name} {np.mean(value):{form}}" for name, value in values.items())


of = {ROADS[road].words: rows[ROADS[road].words]["explained"] for road in ("shared", "average", "still")}
most = max(apart["almost Ada"], key=lambda name: apart["almost Ada"][name] - apart["the right Ada"][name])
predictions(
    "roads",
    outcome={
        "roads.blur": "grey levels off: " + listed({name: end["after 12 steps"] for name, end in ends.items()}, ".0f"),
        "roads.unfair": f"explained: {listed(scores)}; misread most: {most}",
        "roads.stranger": "explained: " + listed({name: one["explained"] for name, one in by_actor.items()}),
        "roads.tells": "R²: " + listed(asked),
        "roads.relative": "explained: " + listed(shares),
        "roads.first": "explained: " + listed(starts),
        "roads.table": "explained: " + listed(of),
    },
)

# %% [markdown] id="roads-quiz-words"
# Five questions follow, each on something that is often got wrong.

# %% id="roads-quiz"
quiz("roads")

# %% [markdown] id="roads-sources"
# **Terms.** [analysis by synthesis](../lessons/glossary.md#analysis-by-synthesis) · [content loss](../lessons/glossary.md#content-loss) · [embedding](../lessons/glossary.md#embedding) · [equivariance](../lessons/glossary.md#equivariance) · [finite difference](../lessons/glossary.md#finite-difference) · [Jacobian](../lessons/glossary.md#jacobian) · [keypoint](../lessons/glossary.md#keypoint) · [occlusion map](../lessons/glossary.md#occlusion-map) · [reenactment](../lessons/glossary.md#reenactment) · [soft-argmax](../lessons/glossary.md#soft-argmax) · [style loss](../lessons/glossary.md#style-loss) · [total variation](../lessons/glossary.md#total-variation)
#
# **Sources.** Thies and others, *Face2Face: real-time face capture and reenactment of RGB videos*, 2016; Levenberg, *A method for the solution of certain non-linear problems in least squares*, 1944; Korshunova, Shi, Dambre and Theis, *Fast face-swap using convolutional neural networks*, 2017; Siarohin and others, *First order motion model for image animation*, 2019; Wang and others, *CosFace: large margin cosine loss for deep face recognition*, 2018 (the identity net's loss); Guo and others, *LivePortrait*, 2024; Tian and others, *EMO: Emote Portrait Alive*, 2024; Prajwal and others, *A lip sync expert is all you need for speech to lip generation in the wild* (Wav2Lip), 2020; deepfakes/faceswap, `plugins/train/model/original.py`.
