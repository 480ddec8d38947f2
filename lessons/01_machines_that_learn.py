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

# %% [markdown] id="machines-that-learn-card"
# # 01 · Machines that learn
#
# **How can a program get better at something that nobody wrote down?**
#
# | | |
# |---|---|
# | Time | 115 minutes: Core 100, Further 15 |
# | You need | Python and NumPy. You don't need to have trained a network or seen PyTorch |
# | You will be able to | train a small network, say what one step of training does, and measure it on pictures it has never seen |
# | Benches | fit a line by hand, and walk its loss down; six numbers forward and back; kernel painter; what each layer sees |
#
# In this lesson you begin as the machine: you turn two knobs until a line fits.
# Then you teach the computer to turn them itself, first two knobs and later thousands.
# At the end a network reads off faces that it has never seen how far the mouth is open, because it was shown 1,200 others with the right number for each.
# Ada and her performances come from lesson 00; finding a face and its landmarks in a picture is lesson 05, so here the drawing itself gives us both.

# %% id="machines-that-learn-imports" tags=["setup"]
import inspect

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from unmasked import digits, tensors, toons, widgets
from unmasked.course import check
from unmasked.faces import draw_faces
from unmasked.models import graph, weights
from unmasked.training import cosine, set_rate, train
from unmasked.widgets import predict, predictions, quiz, show, show_pictures, show_table

# %% id="machines-that-learn-opening" tags=["figure"]
opened = {-20: 0, 12: 0.35, -6: 0.7, 22: 1}  # yaw: jaw
acts = [toons.Performance(yaw=yaw, smile=0.5, jaw=opened[yaw]).to_array() for yaw in opened]
acts = np.stack(acts)
small, large = (draw_faces(toons.CAST["ada"], acts, size=size).pictures for size in (64, 168))
with torch.no_grad():
    read = weights.load("regressor")(tensors.to_tensor(small))[:, toons.PARAMETERS.index("jaw")]
titles = [f"jaw read: {number:.2f}".replace("-", "−") for number in read.tolist()]
show_pictures(large, titles, alt="machines-that-learn.opening")

# %% [markdown] id="machines-that-learn-line-words"
# ## 1 · You are the machine  (Core, 10 min)
#
# The network that read these four mouths got nothing but the pictures, and nobody wrote down for it what a mouth is.
# A toon's *jaw* is a number, where 0 means shut and 1 means wide open, and the true ones are 0, 0.35, 0.7 and 1.
# By the end you'll have trained a reader of your own, and we'll start with a task that you can do by hand.
# Could you work it out if you could only measure the gap between the lips?
# Here are 40 pictures of Ada with both numbers for each. (The gap is measured on the drawing's own landmarks, so it's exact.)

# %% id="machines-that-learn-gap"
numbers = np.random.default_rng(1)
faces = draw_faces(toons.CAST["ada"], toons.sample_performances(numbers, 40))
JAW = toons.PARAMETERS.index("jaw")
jaw = faces.performances[:, JAW].astype(float)


def lip_gap(faces):
    """From the upper to the lower lip, along the middle, in units of 10 pixels."""
    lips = faces.landmarks[:, toons.LANDMARKS["lips"]]
    return (lips[:, 16, 1] - lips[:, 12, 1]).astype(float) / 10


gap = lip_gap(faces)

# %% id="machines-that-learn-gap-look" tags=["figure"]
order = np.argsort(jaw)[[0, 13, 26, 39]]
show_pictures(
    draw_faces(toons.CAST["ada"], faces.performances[order], size=168).pictures,
    titles=[f"gap {gap[i]:.2f}, jaw {jaw[i]:.2f}" for i in order],
    alt="machines-that-learn.gap",
)

# %% [markdown] id="machines-that-learn-loss-words"
# To fit anything, you need one number that says how wrong an answer is, and it's called the [loss](../lessons/glossary.md#loss).
# Ours is the [mean squared error](../lessons/glossary.md#mean-squared-error), which takes each answer's difference from the truth, squares it, and averages the squares.
# The [baseline](../lessons/glossary.md#baseline) to beat is somebody who never looks at the picture and always says the mean jaw.


# %% id="machines-that-learn-loss"
def loss_of(slope, bias, x, y):
    """Mean squared error of the line slope · x + bias."""
    return np.mean((slope * x + bias - y) ** 2)


print(f"always the mean, {jaw.mean():.2f}: loss {loss_of(0, jaw.mean(), gap, jaw):.4f}")

# %% [markdown] id="machines-that-learn-bench-words"
# Now drag the line by its ends, or the dot on the map, until the loss is as small as you can make it.
# The line says *jaw = slope · gap + bias*, each thin stroke is one picture's error, and the loss is the mean of the squares on them.
# On the map every pair of slope and bias is a place, and the loss is its height.

# %% id="machines-that-learn-bench"
widgets.line_fit(
    gap,
    jaw,
    slopes=(-1, 1.5),
    biases=(-0.6, 1),
    start=(-0.4, 0.8),
    across="lip gap, in units of 10 pixels",
    upward="jaw",
)

# %% [markdown] id="machines-that-learn-mine-words"
# Write your best slope and bias into the next cell, so that the machine has a score to beat.

# %% id="machines-that-learn-mine"
my_slope, my_bias = 0.5, 0.2
print(f"by hand: loss {loss_of(my_slope, my_bias, gap, jaw):.4f}")

# %% [markdown] id="machines-that-learn-mine-saw"
# Those two numbers are the line's [parameters](../lessons/glossary.md#parameter), the numbers that learning is allowed to change.
# You watched the loss and turned the knobs so that it fell, and in this course that's exactly what we mean by learning.
# What is left is to do it without eyes.

# %% [markdown] id="machines-that-learn-note-line" tags=["instructor"]
# *For the instructor.* Plan 10 minutes. The usual confusion is that the slope of the line and the slope of the loss are the same thing.
# Ask why the valley on the map is tilted. (A steeper line needs a smaller bias to pass through the same cloud.)

# %% [markdown] id="machines-that-learn-nudge-words"
# ## 2 · Downhill in the dark  (Core, 15 min)
#
# You could see the whole map, but the computer stands at one place and can only ask how steeply the loss rises or falls when it turns a knob by a hair.
# Let's ask that where the dot stood at first.

# %% id="machines-that-learn-nudge"
hair = 1e-5
start = (-0.4, 0.8)
here = loss_of(*start, gap, jaw)
by_slope = (loss_of(start[0] + hair, start[1], gap, jaw) - here) / hair
by_bias = (loss_of(start[0], start[1] + hair, gap, jaw) - here) / hair
rises = {"slope": by_slope, "bias": by_bias}
caption = f"At the start, loss {here:.4f}"
show_table(rises, ["the loss rises by"], names="per unit of", form="+.4f", caption=caption)

# %% [markdown] id="machines-that-learn-gradient-words"
# These two numbers together are the [gradient](../lessons/glossary.md#gradient).
# It points uphill, so a step *against* it goes down.
#
# Nudging every knob is slow, but there's a formula that gives the same numbers at once.
# Call the line's answer minus the truth the *error* of a picture.
# If you turn the slope by a hair, each error changes by x hairs, and its square by 2 · error times as much.
# If you turn the bias by a hair, each error changes by one hair. So the loss changes
#
# - by the mean of 2 · error · x for the slope,
# - and by the mean of 2 · error for the bias.
#
# ### Your turn · A step downhill  (●●○, 6 min)
# Every network in this course is trained by repeating one small step, and here you write it.
# Take one step of [gradient descent](../lessons/glossary.md#gradient-descent), which moves each knob to new = old − rate · gradient.
# The *rate* says how long the step is.


# %% id="machines-that-learn-step"
def gradient_step(slope, bias, x, y, rate):
    """One step downhill on the mean squared error of slope · x + bias.

    `x`, `y`: (N,). Returns the new (slope, bias).
    """
    ### BEGIN SOLUTION
    error = slope * x + bias - y
    return slope - rate * np.mean(2 * error * x), bias - rate * np.mean(2 * error)
    ### END SOLUTION


# %% id="machines-that-learn-step-check"
gradient_step = check("machines-that-learn.step", gradient_step)

# %% [markdown] id="machines-that-learn-walk-words"
# One step doesn't get far, so we'll repeat it and write down where it goes.


# %% id="machines-that-learn-walk"
def walk(rate, steps=60):
    """Every (slope, bias) on the way, (steps + 1, 2)."""
    path = [start]
    for _ in range(steps):
        path.append(gradient_step(*path[-1], gap, jaw, rate))
    return np.array(path)


path = walk(rate=0.4)
found = {"the start": path[0], f"after {len(path) - 1} steps": path[-1], "by hand": (my_slope, my_bias)}
rows = {name: {"slope": s, "bias": b, "loss": loss_of(s, b, gap, jaw)} for name, (s, b) in found.items()}
show_table(rows, {"slope": ".2f", "bias": ".2f", "loss": ".4f"}, names="line")

# %% [markdown] id="machines-that-learn-rate-words"
# That walk had a [learning rate](../lessons/glossary.md#learning-rate) of 0.4.
# Before you run the next cell, decide what twice that rate will do.

# %% id="machines-that-learn-rate-predict"
predict("machines-that-learn.rate")

# %% id="machines-that-learn-rate"
RATES = (0.05, 0.4, 0.8)
paths = {rate: walk(rate) for rate in RATES}
stops = (0, 2, 5, 20, 60)
losses = {rate: {f"step {i}": loss_of(*path[i], gap, jaw) for i in stops} for rate, path in paths.items()}
show_table(losses, names="rate", form=",.4f", caption="The loss on the way, for three rates")


# %% id="machines-that-learn-rate-look" tags=["figure"]
def on_the_map(axes, path, title):
    slopes, biases = np.meshgrid(np.linspace(-1.2, 2, 80), np.linspace(-0.9, 1.2, 80))
    losses = np.mean((slopes[..., None] * gap + biases[..., None] - jaw) ** 2, -1)
    axes.contourf(slopes, biases, np.log(losses), 12, cmap="Blues_r")
    axes.plot(*path.T, "o-", color="#d16c0c", markersize=3, linewidth=1)
    axes.set(title=title, xlabel="slope", xlim=(-1.2, 2), ylim=(-0.9, 1.2))


figure, axes = plt.subplots(1, 3, figsize=(9, 3.2), sharey=True)
for place, (rate, path) in zip(axes, paths.items(), strict=True):
    on_the_map(place, path, f"rate {rate}")
axes[0].set_ylabel("bias")
show(figure, alt="machines-that-learn.rates")
widgets.guessed("machines-that-learn.rate")

# %% [markdown] id="machines-that-learn-rate-saw" tags=["saw"]
# The smallest rate creeps. The largest one looks good at first, since it runs down the length of the valley fast.
# But across the valley every step lands a little higher on the other wall than the one before, where the gradient is steeper and so the next step is longer.
# In the end its loss grows without limit, and we say that the training *diverges*.
# When a loss explodes, a smaller rate is the first thing to try.

# %% [markdown] id="machines-that-learn-tipping-words"
# Now walk on the map yourself. Choose a rate, take steps from where you drag the dot, and find the rate at which the steps begin to lead up.

# %% id="machines-that-learn-tipping"
widgets.line_fit(
    gap,
    jaw,
    slopes=(-1, 1.5),
    biases=(-0.6, 1),
    start=start,
    across="lip gap, in units of 10 pixels",
    upward="jaw",
    rates=(0.05, 0.1, 0.2, 0.4, 0.6, 0.65, 0.75, 0.8, 0.9),
)

# %% [markdown] id="machines-that-learn-note-step" tags=["instructor"]
# *For the instructor.* Plan 15 minutes, six of them for the exercise.
# The usual confusion is to read the rate as a speed, so that more of it is always faster.
# Ask why the tipping rate depends on the data. (It tips where rate · steepest curvature reaches 2, and larger gaps make the valley steeper.)

# %% [markdown] id="machines-that-learn-pixels-words"
# ## 3 · A neuron is a weighted sum  (Core, 10 min)
#
# So far somebody measured the gap for us, but from now on the machine gets the picture itself, which to a program is an array of numbers.
# Here are 1,797 handwritten digits of 8 × 8 pixels, in which 0 is paper and 255 is ink.

# %% id="machines-that-learn-pixels"
handwritten = digits.bundled()
print(handwritten.pictures.shape, "the first one is a", handwritten.labels[0])
print(handwritten.pictures[0])

# %% [markdown] id="machines-that-learn-sum-words"
# Your line had one input, and a [neuron](../lessons/glossary.md#neuron) has many: it multiplies each by a weight of its own, adds everything up, and adds a bias.
# With 64 pixels it has 64 weights, so you can look at its weights as a picture, too.
# Several neurons that look at the same inputs form a *layer*.
#
# ### Your turn · Weighted sums  (●○○, 4 min)
# Such a layer is part of every network in this course, and it fits into one line of code.
# For each of N inputs and each of K neurons, work out one number.


# %% id="machines-that-learn-sum"
def weighted_sums(inputs, weights, biases):
    """Neuron k's weighted sum of input n, plus its bias: (N, K).

    `inputs`: (N, D), `weights`: (K, D), `biases`: (K,).
    """
    ### BEGIN SOLUTION
    return inputs @ weights.T + biases
    ### END SOLUTION


# %% id="machines-that-learn-sum-check"
weighted_sums = check("machines-that-learn.sum", weighted_sums)

# %% [markdown] id="machines-that-learn-templates-words"
# Which weights find a 3? As a first guess, take the average of all 3s.
# Ten such averages make ten neurons, and the one with the largest sum names the digit.
# (The bias takes off half the sum of the average's squared pixels. Without it, averages with a lot of ink would win too often.)
# The averages come from 1,200 digits and the score from the other 597.

# %% id="machines-that-learn-templates"
shuffled = np.random.default_rng(0).permutation(len(handwritten))
seen, unseen = shuffled[:1200], shuffled[1200:]
flat = handwritten.pictures.reshape(-1, 64) / 255
labels = handwritten.labels
templates = np.stack([flat[seen][labels[seen] == digit].mean(0) for digit in range(10)])
sums = weighted_sums(flat[unseen], templates, -0.5 * (templates**2).sum(1))
template_score = np.mean(sums.argmax(1) == labels[unseen])
most_frequent = np.bincount(labels[unseen]).max() / len(unseen)
right = {"always the most frequent digit": most_frequent, "ten averages as weights": template_score}
show_table(right, ["right"], form=".1%")

# %% id="machines-that-learn-templates-look" tags=["figure"]
show_pictures(
    [templates[:5].reshape(5, 8, 8), templates[5:].reshape(5, 8, 8)],
    alt="machines-that-learn.templates",
    scale=12,
)

# %% [markdown] id="machines-that-learn-templates-saw"
# Ten weighted sums already read most digits, although we only guessed their weights.
# The way to better ones is the one you know, with a loss, its gradient and a step, but now with 650 knobs, because each of ten neurons has 64 weights and a bias.

# %% [markdown] id="machines-that-learn-note-sum" tags=["instructor"]
# *For the instructor.* Plan 10 minutes. The usual confusion is that a neuron "fires" or decides, when all it does is add.
# Ask what a negative weight at a pixel means (ink there speaks against this digit), and which pixels would tell a 3 from an 8.

# %% [markdown] id="machines-that-learn-graph-words"
# ## 4 · Backwards through a graph  (Core, 12 min)
#
# Nudging 650 knobs one by one would cost 650 runs for a single step.
# [Backpropagation](../lessons/glossary.md#backpropagation) gets the whole gradient from one run forward and one run back.
# To see how, we take a neuron with one input apart into six numbers, which are the weight *w*, the input *x*, the bias *b*, the weighted sum *s* = *w* · *x* + *b*, the activation *a*, and the loss *L* = (*a* − 1)², since this neuron should have said 1.
#
# The [activation](../lessons/glossary.md#activation) is new.
# Sums of sums are again only sums, so without something between them many layers could do no more than one.
# Ours is the *LeakyReLU* of the later face swaps, which lets numbers above 0 pass as they are and multiplies those below 0 by 0.1.

# %% [markdown] id="machines-that-learn-graph-bench-words"
# Press *One on* until you reach the loss, and then keep pressing to go backwards.
# Each step back asks one question: if this number grew by a little, how many times as much would the loss grow?
# For *w* the answer is written dL/dw.
# Each step needs only the answer of the number to its right and one small rule.
# Then drag the number in the box of *w* a little: the bench compares what the gradient promised with what the loss did.
# At the end weight and bias take a step downhill, and *Again* takes you round once more from there.

# %% id="machines-that-learn-graph"
widgets.graph_stepper(w=0.6, x=1.5, b=-0.4)

# %% [markdown] id="machines-that-learn-zero-words"
# Now think of a neuron whose input is 0, such as a pixel without ink.
# Decide first, then set *x* to 0 in the bench and step through.

# %% id="machines-that-learn-zero-predict"
predict("machines-that-learn.zero")

# %% [markdown] id="machines-that-learn-zero-saw" tags=["saw"]
# With *x* = 0 the weight had no part in the error, so its gradient is 0 and only the bias can learn from this picture.

# %% [markdown] id="machines-that-learn-autograd-words"
# Nobody does this by hand for a large network.
# A [tensor](../lessons/glossary.md#tensor) of PyTorch is an array that can remember how it was made.
# You tell it that you'll want a gradient, compute forward as usual and call `backward()`, and [autograd](../lessons/glossary.md#autograd) puts every input's gradient into its `.grad`.

# %% id="machines-that-learn-autograd"
w, x, b = (torch.tensor(value, requires_grad=True) for value in (0.6, 1.5, -0.4))
s = w * x + b
a = nn.functional.leaky_relu(s, 0.1)
loss = (a - 1) ** 2
loss.backward()
by_autograd = {"loss": loss, "dL/dw": w.grad, "dL/dx": x.grad, "dL/db": b.grad}
print("   ".join(f"{name} {value.item():.4f}" for name, value in by_autograd.items()))

# %% [markdown] id="machines-that-learn-agree-words"
# With *w*, *x* and *b* where they stood at first, the bench has the same numbers, and its whole way back is no more than this, where `TARGET` is 1 and `LEAK` is 0.1.

# %% id="machines-that-learn-agree-source"
print(inspect.getsource(graph.backward))

# %% [markdown] id="machines-that-learn-agree-saw"
# These rules are the chain rule you know from school, applied once to each number.
# A larger network adds one thing: where a number feeds several others, what comes back from each of them is summed.
# That's all of backpropagation, and it only says which way is downhill, for every parameter at once. The step is still yours.

# %% [markdown] id="machines-that-learn-note-graph" tags=["instructor"]
# *For the instructor.* Plan 12 minutes. The usual confusion is to take backpropagation for the learning itself, although it only finds the gradient and the step is something else.
# Ask why the gradient at w is small for w = −1, x = 1, b = 0, and what a plain ReLU (0 below 0) would do here. (It would give 0, and the neuron could never come back.)

# %% [markdown] id="machines-that-learn-batch-words"
# ## 5 · A network, and digits it hasn't seen  (Core, 20 min)
#
# Now you put the parts together and train a network.
# It gets many pictures at once, as a [batch](../lessons/glossary.md#batch), and its shape is always N × C × H × W, which stands for pictures, channels, height and width.
# A grey picture has one channel and a colour picture has three.
# In a picture the colours come last and in a batch they come second, so `tensors` reorders them, and it turns whole bytes 0 … 255 into numbers 0 … 1.
#
# The first line below chooses how many processor threads PyTorch uses, and with which precision.
# For networks as small as these we take one thread, because two would mostly wait for each other.

# %% id="machines-that-learn-batch"
print(tensors.probe(threads=1, precision="float32").apply())
pictures = tensors.masks_to_tensor(handwritten.pictures)  # masks are grey pictures too
targets = torch.from_numpy(handwritten.labels)
toon_batch = tensors.to_tensor(faces.pictures)
shapes = {"digits": (handwritten.pictures, pictures), "toons": (faces.pictures, toon_batch)}
rows = {name: {"as pictures": p.shape, "as a batch": tuple(t.shape)} for name, (p, t) in shapes.items()}
show_table(rows)

# %% [markdown] id="machines-that-learn-module-words"
# In PyTorch a network is an `nn.Module`.
# Its `__init__` makes the layers, whose parameters it then knows, and its `forward` says how a batch goes through them.
# `nn.Sequential` sends the batch through one layer after the other, and `nn.Linear(64, 48)` is your layer of weighted sums with 48 neurons.
# They're called *hidden*, because they are neither the picture nor the answer.
# A layer's first weights are small random numbers, so we set a [seed](../lessons/glossary.md#seed) before it's made.


# %% id="machines-that-learn-module"
class TwoLayers(nn.Module):
    """Digits (N, 1, 8, 8) to ten sums (N, 10), one a digit."""

    def __init__(self, hidden=48):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),  # (N, 64)
            nn.Linear(64, hidden),  # (N, hidden)
            nn.LeakyReLU(0.1),
            nn.Linear(hidden, 10),  # (N, 10)
        )

    def forward(self, pictures):
        return self.layers(pictures)


torch.manual_seed(0)
network = TwoLayers()
print(f"{sum(parameter.numel() for parameter in network.parameters()):,} parameters")

# %% [markdown] id="machines-that-learn-entropy-words"
# What loss should it have? "Right or wrong" won't do, because it has no slope to go down.
# So we first turn the ten sums into shares that are above 0 and add up to 1, by taking e to the power of each sum and dividing by the total of all ten ([softmax](../lessons/glossary.md#softmax)).
# The loss is then minus the logarithm of the share that the right digit got, and it's called the [cross-entropy](../lessons/glossary.md#cross-entropy).
# It is 0 for full confidence in the right digit, and it grows without limit for confidence in a wrong one.
# PyTorch's `cross_entropy` does both steps, so it takes the sums as they are.
# Before training the shares should be about equal.

# %% id="machines-that-learn-entropy"
before = nn.functional.cross_entropy(network(pictures[:100]), targets[:100])
print(f"untrained: {before.item():.3f}   equal shares of a tenth: {np.log(10):.3f}")

# %% [markdown] id="machines-that-learn-fit-words"
# An [optimiser](../lessons/glossary.md#optimiser) holds the parameters and takes the steps.
# `torch.optim.SGD` takes the very step that you wrote, new = old − rate · gradient, but it doesn't look at all pictures each time.
# It takes a few drawn at random, which is far cheaper and good enough on average, and that's why it is called *stochastic* gradient descent.
# `draws` makes those batches, and its seed makes them the same every time.


# %% id="machines-that-learn-draws"
def draws(count, steps, seed=0, size=32):
    """`steps` batches of indices, each `size` drawn at random from 0 … count − 1."""
    generator = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        yield torch.randint(count, (size,), generator=generator)


# %% [markdown] id="machines-that-learn-fit-turn"
# ### Your turn · The training loop  (●●○, 8 min)
# Every trained network has been through this loop, so it's worth writing it once yourself.
# For every batch of indices, send the pictures through the model and work out the loss.
# Then clear the old gradients with `optimiser.zero_grad()` (PyTorch *adds* new gradients to old ones), go backwards from the loss, and take a step with `optimiser.step()`.
# Keep each loss as a plain number, which `.item()` gave you in section 4.


# %% id="machines-that-learn-fit"
def fit(model, optimiser, pictures, targets, batches):
    """One step on the cross-entropy for each tensor of indices in `batches`.

    Returns the list of losses, before each step.
    """
    losses = []
    ### BEGIN SOLUTION
    for indices in batches:
        loss = nn.functional.cross_entropy(model(pictures[indices]), targets[indices])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses
    ### END SOLUTION


# %% id="machines-that-learn-fit-check"
fit = check("machines-that-learn.fit", fit)

# %% [markdown] id="machines-that-learn-train-words"
# Train it on the 1,200 digits that made the averages.
# Single losses tremble with their batches, so we average twenty at a time.

# %% id="machines-that-learn-train"
torch.manual_seed(0)
network = TwoLayers()
optimiser = torch.optim.SGD(network.parameters(), lr=0.5)
honest_losses = fit(network, optimiser, pictures[seen], targets[seen], draws(len(seen), 400))
ends = {"first 20 steps": np.mean(honest_losses[:20]), "last 20 steps": np.mean(honest_losses[-20:])}
show_table(ends, ["mean loss"], form=".3f")

# %% [markdown] id="machines-that-learn-accuracy-words"
# What counts is the score on digits that took no part, the [held-out data](../lessons/glossary.md#held-out-data).
# Inside `torch.no_grad()` PyTorch keeps no notes for a way back, because here we only look and don't learn.


# %% id="machines-that-learn-accuracy"
def accuracy(model, pictures, targets):
    """Share of pictures whose largest sum is the right digit's."""
    with torch.no_grad():
        return (model(pictures).argmax(1) == targets).float().mean().item()


right = {
    "the network, on the digits it was trained on": accuracy(network, pictures[seen], targets[seen]),
    "the network, on held-out digits": accuracy(network, pictures[unseen], targets[unseen]),
    "ten averages, on held-out digits": template_score,
}
show_table(right, ["right"], form=".1%")

# %% [markdown] id="machines-that-learn-memory-words"
# Why are we so strict about held-out digits? You can find out by breaking something on purpose.
# Take 200 digits and *shuffle their labels*, so that the picture of a 4 may now be called a 7 and a picture says nothing about its label any more.
# Then train a wider network on them, and look at its score on those same 200.

# %% id="machines-that-learn-memory-predict"
predict("machines-that-learn.shuffled")

# %% id="machines-that-learn-memory"
nonsense = targets[torch.randperm(len(targets), generator=torch.Generator().manual_seed(1))]
some = seen[:200]
torch.manual_seed(0)
wider = TwoLayers(hidden=256)
optimiser = torch.optim.SGD(wider.parameters(), lr=0.5)
losses = fit(wider, optimiser, pictures[some], nonsense[some], draws(len(some), 1000))
on_its_own, held_out = (accuracy(wider, pictures[part], nonsense[part]) for part in (some, unseen))
right = {"the 200 digits it was trained on": on_its_own, "held-out digits": held_out}
show_table(right, ["right"], form=".1%", names="asked about")

# %% id="machines-that-learn-memory-look" tags=["figure"]
figure, axes = plt.subplots(figsize=(7, 2.8))
for values, style, shade, label, place in (
    (honest_losses, "-", "#1c63b7", "true labels, 1,200 digits", (110, 0.5)),
    (losses, "--", "#d16c0c", "shuffled labels, 200 digits", (330, 1.5)),
):
    means = np.reshape(values, (-1, 20)).mean(1)
    axes.plot(20 * np.arange(len(means)) + 10, means, style, color=shade)
    axes.text(*place, label, color=shade)
axes.set(xlabel="step", ylabel="loss, mean of 20 steps", ylim=(0, None))
show(figure, alt="machines-that-learn.shuffled")
widgets.guessed("machines-that-learn.shuffled")

# %% [markdown] id="machines-that-learn-memory-saw" tags=["saw"]
# The loss fell here too; it just took longer.
# The network learned the nonsense *by heart*, and on new digits it does about as well as guessing.
# That's why, in this course, a score counts only if it was measured on pictures that took no part in training.

# %% [markdown] id="machines-that-learn-note-network" tags=["instructor"]
# *For the instructor.* Plan 20 minutes, eight of them for the exercise.
# The usual confusion is "it's 100 % right, so it has understood". Ask what would happen to the held-out score if the same digits stood in both sets.

# %% [markdown] id="machines-that-learn-shift-words"
# ## 6 · Nine numbers, everywhere: convolution  (Core, 17 min)
#
# The network of section 5 has a weakness.
# Move every held-out digit by one pixel to the right, so little that you'd still read them, and ask it again.

# %% id="machines-that-learn-shift"
moved = nn.functional.pad(pictures, (1, -1))  # a column of paper more on the left, one less on the right
places = {"in place": pictures, "one pixel to the right": moved}
right = {name: accuracy(network, some[unseen], targets[unseen]) for name, some in places.items()}
show_table(right, ["right"], form=".1%", names="held-out digits")

# %% [markdown] id="machines-that-learn-painter-words"
# The score falls because each weight belongs to one pixel, so what was learned at one place is unknown next door.
# A [convolution](../lessons/glossary.md#convolution) has only a small window of weights, its [kernel](../lessons/glossary.md#kernel), and lays it on *every* place of the picture: the same weighted sum everywhere.
# The sums make a new picture, the [feature map](../lessons/glossary.md#feature-map), which says how much of what the kernel looks for is at each place.
#
# Now paint a kernel. Begin with the ready ones, then find one that answers to the lips and not to the upright sides of the hair.
# Can you find one that answers to the mouth alone?
# While you look, move the pointer over the picture: below it, the nine products of the window add up to one number of the map.

# %% id="machines-that-learn-painter"
four = handwritten.pictures[4]
widgets.kernel_painter({"Ada": faces.pictures[order[2]], "a 4": four})

# %% [markdown] id="machines-that-learn-painter-saw" tags=["saw"]
# Nine numbers can blur, sharpen, or find edges of one direction, wherever those edges are.
# They see too little to know a mouth from a brow, so section 7 stacks them.
# A kernel whose numbers add up to 0 stays silent on even ground, because there its positive and negative weights cancel.

# %% [markdown] id="machines-that-learn-conv-words"
# ### Your turn · Convolution  (●●●, 8 min)
# Once you've written a convolution yourself, PyTorch's version holds no mystery, so write one in NumPy for one grey picture.
# The window stays inside the picture and moves `stride` pixels from place to place, so a [stride](../lessons/glossary.md#stride) of 2 visits every second place and the map gets about half the height and width.
# (Mathematics flips the kernel first, but deep learning doesn't.)


# %% id="machines-that-learn-conv"
def conv2d(picture, kernel, stride=1):
    """Weighted sums, ((H − h) // stride + 1, (W − w) // stride + 1) of them.

    `picture`: (H, W), `kernel`: (h, w).
    """
    ### BEGIN SOLUTION
    height, width = kernel.shape
    rows = (picture.shape[0] - height) // stride + 1
    columns = (picture.shape[1] - width) // stride + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = picture[i * stride : i * stride + height, j * stride : j * stride + width]
            result[i, j] = (window * kernel).sum()
    return result
    ### END SOLUTION


# %% id="machines-that-learn-conv-check"
conv2d = check("machines-that-learn.conv", conv2d)

# %% [markdown] id="machines-that-learn-conv-same-words"
# PyTorch's version takes whole batches N × C × H × W and many kernels at once.
# It also takes [padding](../lessons/glossary.md#padding), a frame of zeros around the picture, so that a 3 × 3 kernel with padding 1 and stride 1 keeps the size.
# Its kernels have four axes, which are kernels, channels, height and width.
# So `nn.Conv2d(3, 8, 3)` has 8 kernels for pictures of 3 channels; each is a window of 3 × 3 × 3 weights that sums over all channels and makes one channel of the result.

# %% id="machines-that-learn-conv-same"
kernel = np.array([[-1, 0, 1]] * 3) / 3
mine = conv2d(np.pad(four / 255, 1), kernel, 2)
as_batch = torch.tensor(kernel, dtype=torch.float32)[None, None]  # (1, 1, 3, 3)
theirs = nn.functional.conv2d(pictures[4:5], as_batch, stride=2, padding=1)
difference = np.abs(mine - theirs[0, 0].numpy()).max()
print(f"shapes {mine.shape} and {tuple(theirs.shape)}, greatest difference {difference:.1e}")
layers = (nn.Linear(64, 8 * 64), nn.Conv2d(1, 8, 3, padding=1))
counts = {str(layer): sum(parameter.numel() for parameter in layer.parameters()) for layer in layers}
show_table(counts, ["parameters"], names="layer")

# %% [markdown] id="machines-that-learn-conv-saw"
# Both layers turn 64 pixels into 8 × 64 numbers.
# The convolution does it with 80 parameters, because every place shares them.

# %% [markdown] id="machines-that-learn-note-conv" tags=["instructor"]
# *For the instructor.* Plan 17 minutes, eight of them for the exercise.
# The usual confusion is a kernel as a filter that one chooses; in a network it's learned.
# Ask why the borders of the maps look odd. (That's the padding, because beyond the edge there is 0.)

# %% [markdown] id="machines-that-learn-cnn-words"
# ## 7 · A network that looks everywhere  (Core, 13 min)
#
# Now back to the jaw, but this time nobody measures the gap.
# The network gets 32 × 32 pixels in colour and the right jaw for each picture, and nothing else.
# It trains on 240 characters and is tested on 60 *others*, because with the same characters on both sides it could score by knowing faces by heart.


# %% id="machines-that-learn-people"
def crowd(seeds, each=5):
    people = [toons.sample_identity(seed) for seed in seeds for _ in range(each)]
    return draw_faces(people, toons.sample_performances(numbers, len(people)), size=32, workers=2)


known, strangers = crowd(range(240)), crowd(range(1000, 1060))
x_known, x_strangers = (tensors.to_tensor(faces.pictures) for faces in (known, strangers))
y_known, y_strangers = (torch.from_numpy(faces.performances[:, [JAW]]) for faces in (known, strangers))
print("training", tuple(x_known.shape), "→", tuple(y_known.shape))
print("held out", tuple(x_strangers.shape))

# %% [markdown] id="machines-that-learn-net-words"
# Three convolutions with stride 2 take the picture from 32 to 16, 8 and 4 pixels a side, and from 3 to 8, 16 and 32 channels.
# The last layer is a weighted sum of all that is left.
# [Dropout](../lessons/glossary.md#dropout) sets a tenth of the numbers to 0, others in each step, so that the network can't lean on any single one.


# %% id="machines-that-learn-net"
class SmallCNN(nn.Module):
    """Pictures (N, 3, 32, 32) to one number each (N, 1)."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1),  # (N, 8, 16, 16)
            nn.LeakyReLU(0.1),
            nn.Conv2d(8, 16, 3, stride=2, padding=1),  # (N, 16, 8, 8)
            nn.LeakyReLU(0.1),
            nn.Conv2d(16, 32, 3, stride=2, padding=1),  # (N, 32, 4, 4)
            nn.LeakyReLU(0.1),
            nn.Flatten(),  # (N, 512)
            nn.Dropout(0.1),
            nn.Linear(512, 1),  # (N, 1)
        )

    def forward(self, pictures):
        return self.layers(pictures)


# %% [markdown] id="machines-that-learn-modes-words"
# Some layers, such as dropout, behave differently while training.
# `model.train()` says that we train and `model.eval()` that we use the network.
# If you forget the second one, your scores tremble like this:

# %% id="machines-that-learn-modes"
torch.manual_seed(0)
cnn = SmallCNN()
answers = {}
with torch.no_grad():
    for mode in (cnn.train, cnn.eval):
        mode()
        answers[mode.__name__] = {time: cnn(x_known[:1]).item() for time in ("first time", "second time")}
show_table(answers, names="mode", form=".4f", caption="The same picture, twice")

# %% [markdown] id="machines-that-learn-tools-words"
# Three tools that carry the rest of the course now do the training.
#
# - [Adam](../lessons/glossary.md#adam) is an optimiser like SGD that also keeps an average of past gradients and gives every parameter a step length of its own.
# - `cosine` lowers the rate from full to nothing along a half wave, so that the steps are large at first and fine at the end, and `set_rate` tells the optimiser.
# - `train` is your loop with a progress bar, a record of the losses and a limit in seconds. It calls `step(i)`, and what a step does stays in plain sight.


# %% id="machines-that-learn-jaw"
def train_jaw(model, steps=400, rate=5e-3, seed=0, seconds=None):
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    batches = list(draws(len(x_known), steps, seed))

    def step(i):
        set_rate(optimiser, cosine(i, steps, rate))
        loss = nn.functional.mse_loss(model(x_known[batches[i]]), y_known[batches[i]])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    model.train()
    history = train(step, steps=steps, seconds=seconds, label=type(model).__name__)
    model.eval()
    return history


print(train_jaw(cnn, seconds=60))

# %% [markdown] id="machines-that-learn-jaw-words"
# How much of the jaw did it get? We use [R²](../lessons/glossary.md#r²), which compares with the baseline of section 1 as 1 − loss / loss of always saying the mean.
# So 1 is perfect and 0 means that saying the mean does as well.
# Beside the network stands the line that your steps fitted to Ada, tried on the strangers' gaps, which the drawing measured for it.


# %% id="machines-that-learn-jaw-score"
def r_squared(model, pictures, wanted):
    with torch.no_grad():
        return 1 - ((model(pictures) - wanted) ** 2).mean().item() / wanted.var(correction=0).item()


# The strangers' crops are half as large as Ada's, so each gap counts twice.
gap32, jaw32 = 2 * lip_gap(strangers), y_strangers[:, 0].numpy()
by_line = 1 - loss_of(*paths[0.4][-1], gap32, jaw32) / jaw32.var()
by_network = {
    "characters it knew": r_squared(cnn, x_known, y_known),
    "strangers": r_squared(cnn, x_strangers, y_strangers),
}
rows = {"the network, from pixels": by_network, "Ada's line, from gaps": {"strangers": by_line}}
show_table(rows, names="R² of the jaw")

# %% id="machines-that-learn-jaw-look" tags=["figure"]
chosen = np.arange(0, 300, 40)[[0, 2, 5, 7]]
people = [toons.sample_identity(1000 + i // 5) for i in chosen]
large = draw_faces(people, strangers.performances[chosen], size=160)
with torch.no_grad():
    read = cnn(x_strangers[chosen])[:, 0].numpy()
titles = [f"jaw {true:.2f}, read {guess:.2f}" for true, guess in zip(jaw32[chosen], read, strict=True)]
show_pictures(large.pictures, titles, alt="machines-that-learn.read")
show_pictures(strangers.pictures[chosen], scale=5, smooth=True, alt="machines-that-learn.pixels")

# %% [markdown] id="machines-that-learn-jaw-saw"
# Above you see four strangers as they were drawn, and below them the 32 × 32 pixels that the network got.
# It had never seen these characters, and yet its answers follow their mouths.
# The line does well, too, because somebody measured the right thing for it, and then two parameters go far.
# But for the network nobody wrote down what a mouth looks like.
# It had pictures, a number for each of them, a loss, and a way down.

# %% [markdown] id="machines-that-learn-note-cnn" tags=["instructor"]
# *For the instructor.* Plan 13 minutes. The usual confusion is that the network "knows what a mouth is". Ask what it would answer for a picture of a house (a number, because it can't refuse).

# %% [markdown] id="machines-that-learn-seeds-words"
# ## 8 · Is it the convolution?  (Further, 8 min)
#
# Was it the convolution that helped? A single training can't tell.
# `AllToAll`, a network of weighted sums without convolution, gets the same pictures and as many steps, and because it learns more slowly, we also train it for three times as many.

# %% id="machines-that-learn-jaw-predict"
predict("machines-that-learn.jaw")


# %% id="machines-that-learn-all"
class AllToAll(nn.Sequential):
    """Pictures (N, 3, 32, 32) to one number each, without convolution."""

    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(3 * 32 * 32, 16), nn.LeakyReLU(0.1), nn.Linear(16, 1))


# %% [markdown] id="machines-that-learn-dice-words"
# Every training is a throw of the dice, with other first weights and other batches.
# So each network is trained from three seeds, and ± is the [standard deviation](../lessons/glossary.md#standard-deviation) over them, which says how far a seed typically lies from their mean.
# (With the same seed, threads and precision, a training repeats exactly.)

# %% id="machines-that-learn-seeds"
runs = {
    "SmallCNN": (SmallCNN, 400, 5e-3),
    "AllToAll": (AllToAll, 400, 5e-4),
    "AllToAll, longer": (AllToAll, 1200, 5e-4),
}
scores = {}
for name, (make, steps, rate) in runs.items():
    size = sum(p.numel() for p in make().parameters())
    row = {"parameters": size, "steps": steps, "known": [], "strangers": []}
    for seed in range(3):
        torch.manual_seed(seed)
        model = make()
        train_jaw(model, steps, rate, seed)
        row["known"].append(r_squared(model, x_known, y_known))
        row["strangers"].append(r_squared(model, x_strangers, y_strangers))
    scores[name] = row
forms = {"parameters": ",", "steps": ",", "known": ".2f", "strangers": ".2f"}
show_table(scores, forms, names="R² of the jaw")
widgets.guessed("machines-that-learn.jaw")

# %% [markdown] id="machines-that-learn-scores-saw" tags=["saw"]
# Compare the last column's differences with their ±: the convolution is ahead even of the longer training, with less than a seventh of the parameters.
# The mouth isn't at the same pixels in every picture, and a kernel that has learned what a mouth looks like can use that at every place.

# %% [markdown] id="machines-that-learn-note-digits" tags=["instructor"]
# *For the instructor.* Plan 8 minutes. Ask for data on which sharing weights would gain little. (Anything that always stands at the same pixels; let somebody try the digits of section 5.)

# %% [markdown] id="machines-that-learn-layers-words"
# ## 9 · What each layer looks for  (Further, 7 min)
#
# Where in the network of section 7 does the mouth appear? You can look at every channel of every layer.
# The bench opens on the channel of the third layer whose strongest response follows the strangers' jaws most closely, by [correlation](../lessons/glossary.md#correlation) (1 means that the two rise together in a straight line, 0 that they don't).
# It also shows the patches of all held-out pictures that excite this channel most.
# Click a place of the map, a channel or a patch, and the frame on the picture shows what that place sees.

# %% id="machines-that-learn-layers"
with torch.no_grad():
    peaks = cnn.layers[:6](x_strangers).amax((2, 3)).numpy()  # (300, 32), each channel's strongest
follows = np.nan_to_num([np.corrcoef(jaw32, peak)[0, 1] for peak in peaks.T])
best = int(follows.argmax()) + 1
print(f"channel {best} of the third layer follows the jaw with a correlation of {follows.max():.2f}")
widgets.layer_viewer(cnn, strangers.pictures[jaw32.argsort()[::-1]], layer=3, channel=best)

# %% [markdown] id="machines-that-learn-layers-saw" tags=["saw"]
# A place of the first layer sees 3 × 3 pixels, which is enough for an edge or a colour, as your painted kernels were.
# A place of the third layer sees 15 × 15, enough for a part of a face.
# What do the patches of one channel have in common? Try to say it in a sentence before you look at the next.
# You'll find channels that answer to several things, such as hair at the edge as well as a mouth, because nothing in the loss asked them to be tidy.

# %% [markdown] id="machines-that-learn-note-layers" tags=["instructor"]
# *For the instructor.* Plan 7 minutes. The usual confusion is that each channel "is" a detector of eyes or mouths. Many answer to several things, and the patches show it.

# %% [markdown] id="machines-that-learn-close"
# ## What you can now do
#
# - You can say what a loss, a parameter, a gradient and a step are, and what a learning rate does when it's too large.
# - You can follow a gradient backwards through a graph, and let PyTorch do it for you.
# - You can read N × C × H × W, write an `nn.Module` and a training loop, and use `train`, Adam and a falling rate.
# - You can work out a convolution by hand, with stride, and say why it needs so few parameters.
# - You can measure on held-out data beside a baseline, and tell learning from learning by heart.
#
# **Does this carry over to photographs?** All of it does, since networks for photographs are trained by this very loop, with more layers and more pictures.
# That a network can learn meaningless labels by heart was shown on photographs (Zhang and others, 2017), and so was the order of edges first and parts later (Zeiler and Fergus, 2014).
#
# **Still open.** Networks with far more parameters than pictures often do well on held-out data, although they *could* learn everything by heart.
# Why they don't is argued about to this day.

# %% [markdown] id="machines-that-learn-predictions-words"
# Here is what you predicted, beside what came out.

# %% id="machines-that-learn-predictions"
at_zero = graph.backward(graph.forward(0.6, 0.0, -0.4))
last = loss_of(*paths[0.8][-1], gap, jaw)
zero = f"dL/dw = {at_zero['w']:z.3g}, dL/db = {at_zero['b']:.3g}".replace("-", "−")
by_heart = f"{on_its_own:.0%} on its own digits, {held_out:.0%} on held-out ones"
predictions(
    "machines-that-learn",
    outcome={
        "machines-that-learn.rate": f"rate 0.8, after 60 steps: loss {last:.3g}",
        "machines-that-learn.zero": zero,
        "machines-that-learn.shuffled": by_heart,
        "machines-that-learn.jaw": "R² "
        + ", ".join(f"{name} {np.mean(row['strangers']):.2f}" for name, row in scores.items()),
    },
)

# %% [markdown] id="machines-that-learn-quiz-words"
# Five questions on what people often get wrong wait for you here.

# %% id="machines-that-learn-quiz"
quiz("machines-that-learn")

# %% [markdown] id="machines-that-learn-sources"
# **Terms.** [activation](../lessons/glossary.md#activation) · [Adam](../lessons/glossary.md#adam) · [autograd](../lessons/glossary.md#autograd) ·
# [backpropagation](../lessons/glossary.md#backpropagation) · [baseline](../lessons/glossary.md#baseline) · [batch](../lessons/glossary.md#batch) ·
# [convolution](../lessons/glossary.md#convolution) · [correlation](../lessons/glossary.md#correlation) · [cross-entropy](../lessons/glossary.md#cross-entropy) ·
# [dropout](../lessons/glossary.md#dropout) · [feature map](../lessons/glossary.md#feature-map) · [gradient](../lessons/glossary.md#gradient) ·
# [gradient descent](../lessons/glossary.md#gradient-descent) · [held-out data](../lessons/glossary.md#held-out-data) · [kernel](../lessons/glossary.md#kernel) ·
# [learning rate](../lessons/glossary.md#learning-rate) · [loss](../lessons/glossary.md#loss) · [mean squared error](../lessons/glossary.md#mean-squared-error) ·
# [neuron](../lessons/glossary.md#neuron) · [optimiser](../lessons/glossary.md#optimiser) · [padding](../lessons/glossary.md#padding) ·
# [parameter](../lessons/glossary.md#parameter) · [R²](../lessons/glossary.md#r²) · [seed](../lessons/glossary.md#seed) · [softmax](../lessons/glossary.md#softmax) ·
# [standard deviation](../lessons/glossary.md#standard-deviation) ·
# [stride](../lessons/glossary.md#stride) · [tensor](../lessons/glossary.md#tensor)
#
# **Sources.** Alpaydin and Kaynak, *Optical recognition of handwritten digits*, UCI repository, 1998 (the digits). Rumelhart, Hinton and Williams, *Learning representations by back-propagating errors*, 1986. LeCun and others, *Gradient-based
# learning applied to document recognition*, 1998 (convolution). Maas, Hannun and Ng, 2013 (LeakyReLU). Kingma and Ba, *Adam*, 2015. Loshchilov and Hutter, *SGDR*, 2017 (the cosine). Srivastava and others, *Dropout*, 2014. Zhang, Bengio, Hardt, Recht and
# Vinyals, *Understanding deep learning requires rethinking generalization*, 2017 (shuffled labels). Zeiler and Fergus, *Visualizing and understanding convolutional networks*, 2014 (the patches that excite a channel). The graph of six numbers follows the spirit of Karpathy's *micrograd*.
