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
# | Time | 90 minutes: Core 86, Further 4 |
# | You need | Python and NumPy. No network trained before, no PyTorch seen |
# | You will be able to | train a small network, say what one step of training does, and measure it on pictures it has never seen |
# | Benches | fit a line by hand; six numbers forward and back; kernel painter; what each layer sees |
#
# You begin as the machine: you turn two knobs until a line fits. Then you teach the computer to turn them, first two knobs, then thousands. At
# the end a network reads off a drawn face how far its mouth is open, though nobody told it what a mouth is.

# %% id="machines-that-learn-imports" tags=["setup"]
import inspect

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from unmasked import digits, tensors, toons, widgets
from unmasked.course import check
from unmasked.faces import draw_faces
from unmasked.models import graph
from unmasked.training import cosine, set_rate, train
from unmasked.widgets import predict, predictions, quiz, show, show_pictures, show_table

# %% [markdown] id="machines-that-learn-line-words"
# ## 1 · You are the machine  (Core, 9 min)
#
# A toon's *jaw* is a number: 0 is shut, 1 is wide open. Suppose that you do not know it, and can only measure the gap between the lips in the
# picture. Can you work out the jaw from the gap? Here are 40 pictures of Ada, and both numbers for each.

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
order = np.argsort(jaw)[::6]
show_pictures(
    faces.pictures[order],
    titles=[f"gap {gap[i]:.2f}, jaw {jaw[i]:.2f}" for i in order],
    alt="Seven pictures of Ada, from a shut mouth on the left to a wide open one on the right, each with its gap and its jaw.",
)

# %% [markdown] id="machines-that-learn-loss-words"
# A [loss](../lessons/glossary.md#loss) is one number that says how wrong an answer is. Ours is the
# [mean squared error](../lessons/glossary.md#mean-squared-error): take each answer's difference from the truth, square it, and average. First the
# [baseline](../lessons/glossary.md#baseline), someone who never looks at the picture and always says the mean jaw.


# %% id="machines-that-learn-loss"
def loss_of(slope, bias, x, y):
    """Mean squared error of the line slope · x + bias."""
    return np.mean((slope * x + bias - y) ** 2)


print(f"always the mean, {jaw.mean():.2f}: loss {loss_of(0, jaw.mean(), gap, jaw):.4f}")

# %% [markdown] id="machines-that-learn-bench-words"
# Now turn the knobs. The line says *jaw = slope · gap + bias*; each thin stroke is one error. Make the loss as small as you can. When you have it,
# switch on *Show the map of the loss*: every pair of slope and bias is a place on it, and the loss is its height.

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
# Write your best slope and bias into the next cell. Then you have a score that the machine must beat.

# %% id="machines-that-learn-mine"
my_slope, my_bias = 0.5, 0.2
print(f"by hand: loss {loss_of(my_slope, my_bias, gap, jaw):.4f}")

# %% [markdown] id="machines-that-learn-mine-saw"
# Those two numbers are the line's [parameters](../lessons/glossary.md#parameter): what learning may change. You watched the loss and turned the
# knobs so that it fell. That *is* learning, in the sense of this course. What is left is to do it without eyes.

# %% [markdown] id="machines-that-learn-note-line" tags=["instructor"]
# *For the instructor.* 9 minutes. The usual confusion: that the slope of the line and the slope of the loss are the same thing. Ask: why is the valley on the
# map tilted? (A steeper line needs a smaller bias to pass through the same cloud.)

# %% [markdown] id="machines-that-learn-nudge-words"
# ## 2 · Downhill in the dark  (Core, 13 min)
#
# The computer has no map. It stands at one place and can only ask: if I turn this knob by a hair, does the loss rise or fall, and how steeply?
# Begin at the wrong place where the sliders stood.

# %% id="machines-that-learn-nudge"
hair = 1e-5
start = (-0.4, 0.8)
here = loss_of(*start, gap, jaw)
by_slope = (loss_of(start[0] + hair, start[1], gap, jaw) - here) / hair
by_bias = (loss_of(start[0], start[1] + hair, gap, jaw) - here) / hair
print(f"loss {here:.4f}; it changes by {by_slope:+.4f} per unit of slope and by {by_bias:+.4f} per unit of bias")

# %% [markdown] id="machines-that-learn-gradient-words"
# These two numbers together are the [gradient](../lessons/glossary.md#gradient). It points uphill, so a step *against* it goes down. Nudging every knob
# is slow, and there is a formula. Call *error* the line's answer less the truth. Turn the slope by a hair, and each error changes by x hairs; its square
# changes 2 · error times as much. Turn the bias by a hair, and each error changes by one hair. So the loss changes:
#
# - by slope: the mean of 2 · error · x
# - by bias: the mean of 2 · error
#
# ### Your turn · A step downhill  (●●○, 6 min)
# Take one step of [gradient descent](../lessons/glossary.md#gradient-descent). The *rate* says how long the step is: new = old − rate · gradient.


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
# One step is little. Repeat it, from the same wrong place, and write down where it goes.


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
# The [learning rate](../lessons/glossary.md#learning-rate) was 0.4. Before you run the next cell, decide what twice that rate will do.

# %% id="machines-that-learn-rate-predict"
predict("machines-that-learn.rate")

# %% id="machines-that-learn-rate"
RATES = (0.05, 0.4, 0.8)
paths = {rate: walk(rate) for rate in RATES}
losses = {rate: {f"step {i}": loss_of(*path[i], gap, jaw) for i in (0, 2, 5, 20, 60)} for rate, path in paths.items()}
show_table(losses, names="rate", form=".4f", caption="The loss on the way, for three rates")


# %% id="machines-that-learn-rate-look" tags=["figure"]
def on_the_map(axes, path, title):
    slopes, biases = np.meshgrid(np.linspace(-1.2, 2, 80), np.linspace(-0.9, 1.2, 80))
    losses = np.mean((slopes[..., None] * gap + biases[..., None] - jaw) ** 2, -1)
    axes.contourf(slopes, biases, np.log(losses), 12, cmap="Blues_r")
    axes.plot(*path.T, "o-", color="#d16c0c", markersize=3, linewidth=1)
    axes.set(title=title, xlabel="slope", xlim=(-1.2, 2), ylim=(-0.9, 1.2))


figure, axes = plt.subplots(1, 3, figsize=(9, 3), sharey=True)
for place, (rate, path) in zip(axes, paths.items(), strict=True):
    on_the_map(place, path, f"rate {rate}")
axes[0].set_ylabel("bias")
show(
    figure,
    alt="Three maps of the loss with the way of the steps. Rate 0.05 creeps along the valley. Rate 0.4 reaches its bottom. "
    "Rate 0.8 jumps from wall to wall, each time higher, and leaves the map.",
)

# %% [markdown] id="machines-that-learn-rate-saw"
# Too small a rate creeps. Too large a rate can look good at first, for it runs down the length of the valley fast. But across the valley each step lands a
# little higher on the other wall than the one before, where the gradient is steeper and the next step longer. In the end the loss grows without limit: the training *diverges*.
# You will meet it again. When a loss explodes, first try a smaller rate.

# %% [markdown] id="machines-that-learn-note-step" tags=["instructor"]
# *For the instructor.* 13 minutes. The usual confusion: the rate as a speed ("more is faster"). Ask: at which rate between 0.4 and 0.8 does it tip, and why does that depend on the data?
# (Where rate · steepest curvature reaches 2; larger gaps make the valley steeper.) Let a pair find the tipping rate by trying.

# %% [markdown] id="machines-that-learn-pixels-words"
# ## 3 · A neuron is a weighted sum  (Core, 10 min)
#
# So far someone measured the gap for us. From now on the machine gets the picture itself, and a picture is nothing but numbers. These are
# 1,797 handwritten digits of 8 × 8 pixels. 0 is paper, 255 is ink.

# %% id="machines-that-learn-pixels"
handwritten = digits.bundled()
print(handwritten.pictures.shape, "the first one is a", handwritten.labels[0])
print(handwritten.pictures[0])

# %% [markdown] id="machines-that-learn-sum-words"
# A line has one input. A [neuron](../lessons/glossary.md#neuron) has many: it multiplies each by a weight of its own, adds everything up, and adds a bias. With 64 pixels
# it has 64 weights, so its weights are a picture too. Several neurons that look at the same inputs are a *layer*.
#
# ### Your turn · Weighted sums  (●○○, 4 min)
# Work out a layer: for each of N inputs and each of K neurons one number.


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
# Which weights find a 3? Try the obvious: the average of all 3s. Ten averages make ten neurons, and the one with the largest sum names the digit. (The bias
# takes off half the sum of the average's squared pixels; without it, averages with much ink would always win.) The averages come from 1,200 digits, the score from the other 597.

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
    templates.reshape(10, 8, 8),
    titles=[str(digit) for digit in range(10)],
    alt="The average picture of each digit from 0 to 9, blurred but easy to read: the weights of ten neurons.",
)

# %% [markdown] id="machines-that-learn-templates-saw"
# Ten weighted sums read most digits, and nothing was trained. But we guessed the weights. Better ones exist, and the way to them is the one you know: a
# loss, its gradient, a step. Only, there are 650 knobs now: ten neurons with 64 weights and a bias each.

# %% [markdown] id="machines-that-learn-note-sum" tags=["instructor"]
# *For the instructor.* 10 minutes. The usual confusion: that a neuron "fires" or decides; it adds. Ask: what does a negative weight at a pixel mean? (Ink there speaks against this digit.) Which
# pixels would tell a 3 from an 8?

# %% [markdown] id="machines-that-learn-graph-words"
# ## 4 · Backwards through a graph  (Core, 13 min)
#
# Nudging 650 knobs one by one costs 650 runs for a single step. [Backpropagation](../lessons/glossary.md#backpropagation) gets the whole gradient from one run forward and
# one run back. Here is a neuron with one input, taken apart into six numbers: weight *w*, input *x*, bias *b*,
# weighted sum *s* = *w* · *x* + *b*, activation *a*, and loss *L* = (*a* − 1)²: the neuron should have said 1.
#
# The [activation](../lessons/glossary.md#activation) is new. Sums of sums are again only sums, so without it many layers could do no more than one. We use the
# *LeakyReLU* of the face swaps to come: what is above 0 passes as it is, what is below 0 is multiplied by 0.1.

# %% [markdown] id="machines-that-learn-graph-bench-words"
# Press *One on* and go to the loss, then on, backwards. Each step back asks one question: if this number grew by a little, how many times as much would the loss grow?
# That is written dL/dw, for *w*. Each step needs only the answer of the number to its right and one small rule. When you are through, move *w*, *x* and *b* and go back and forth.

# %% id="machines-that-learn-graph"
widgets.graph_stepper(w=0.6, x=1.5, b=-0.4)

# %% [markdown] id="machines-that-learn-zero-words"
# Now think of a neuron whose input is 0, a pixel without ink. Decide first, then set *x* to 0 in the bench and step through.

# %% id="machines-that-learn-zero-predict"
predict("machines-that-learn.zero")

# %% [markdown] id="machines-that-learn-autograd-words"
# A weight whose input is 0 had no part in the error: its gradient is 0, and only the bias can learn.
#
# Nobody does this by hand for a large network. A [tensor](../lessons/glossary.md#tensor) of PyTorch is an array that can remember how it was made. Tell it that you will want a
# gradient, compute forward as usual, call `backward()`, and every input has its gradient in `.grad`. This is [autograd](../lessons/glossary.md#autograd).

# %% id="machines-that-learn-autograd"
w, x, b = (torch.tensor(value, requires_grad=True) for value in (0.6, 1.5, -0.4))
s = w * x + b
a = nn.functional.leaky_relu(s, 0.1)
loss = (a - 1) ** 2
loss.backward()
print(f"loss {loss.item():.4f}   dL/dw {w.grad.item():.4f}   dL/dx {x.grad.item():.4f}   dL/db {b.grad.item():.4f}")

# %% [markdown] id="machines-that-learn-agree-words"
# Compare with the bench, with *w*, *x* and *b* where they stood at first: the numbers are the same. Here is all that the bench does on its way back.

# %% id="machines-that-learn-agree-source"
print(inspect.getsource(graph.backward))


# %% [markdown] id="machines-that-learn-agree-many"
# One neuron may agree by chance. Try a thousand random ones, in double precision, and keep the greatest difference of any gradient.


# %% id="machines-that-learn-agree"
def by_autograd(w, x, b):
    w, x, b = (torch.tensor(float(value), dtype=torch.float64, requires_grad=True) for value in (w, x, b))
    ((nn.functional.leaky_relu(w * x + b, 0.1) - 1) ** 2).backward()
    return [w.grad.item(), x.grad.item(), b.grad.item()]


worst = 0.0
for triple in numbers.uniform(-2, 2, (1000, 3)):
    by_bench = graph.backward(graph.forward(*triple))
    worst = max(worst, *np.abs(np.subtract([by_bench[name] for name in "wxb"], by_autograd(*triple))))
print(f"greatest difference over 1,000 neurons: {worst:.1e}")

# %% [markdown] id="machines-that-learn-agree-saw"
# The rules on the way back are the chain rule of school, applied once a number. Only one thing is added in a larger network: where a number feeds several others, what comes back from each
# of them is summed. That is all of backpropagation. It makes nothing better by itself: it only says which way is downhill, for every parameter at once.

# %% [markdown] id="machines-that-learn-note-graph" tags=["instructor"]
# *For the instructor.* 13 minutes. The usual confusion: backpropagation taken for the learning itself; it is the gradient, the step is something else. Ask: for w = −1, x = 1, b = 0 the gradient at w is small. Why,
# and what would a plain ReLU (0 below 0) do here? (It would be 0: the neuron could never come back.)

# %% [markdown] id="machines-that-learn-batch-words"
# ## 5 · A network, and digits it has not seen  (Core, 18 min)
#
# Networks get many pictures at once, as a [batch](../lessons/glossary.md#batch). Its shape is always N × C × H × W: pictures, channels, height, width. A grey picture has one channel,
# a colour picture three. `tensors` turns whole bytes 0 … 255 into numbers 0 … 1 in that order. Colours come last in a picture, and second in a batch; many shape errors are that.
#
# The first line chooses on how many processor threads PyTorch works, and with which precision. For networks as small as these one thread is best: two would mostly wait for each other.

# %% id="machines-that-learn-batch"
print(tensors.probe(threads=1, precision="float32").apply())
pictures = tensors.masks_to_tensor(handwritten.pictures)  # masks are grey pictures too
targets = torch.from_numpy(handwritten.labels)
print("digits", handwritten.pictures.shape, "→", tuple(pictures.shape))
print("toons ", faces.pictures.shape, "→", tuple(tensors.to_tensor(faces.pictures).shape))

# %% [markdown] id="machines-that-learn-module-words"
# An `nn.Module` is a network in PyTorch. Its `__init__` makes the layers, whose parameters it then knows, and its `forward` says how a batch goes through them. `nn.Sequential` sends it through one
# after the other, and `nn.Linear(64, 48)` is your layer of weighted sums, with 48 neurons. They are called *hidden*, as they are neither picture nor answer. A layer's first weights are small random numbers, so a [seed](../lessons/glossary.md#seed) is set before.


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
# "Right or wrong" has no slope to go down. So the ten sums are first turned into shares that are above 0 and add up to 1 ([softmax](../lessons/glossary.md#softmax): e to the power of each sum, divided by the total of all ten), and the loss is minus the logarithm of the share that the right digit got:
# [cross-entropy](../lessons/glossary.md#cross-entropy). It is 0 for full confidence in the right digit, and grows without limit for confidence in a wrong one. PyTorch's
# `cross_entropy` does both steps: it takes the sums as they are. Before training the shares are about equal.

# %% id="machines-that-learn-entropy"
before = nn.functional.cross_entropy(network(pictures[:100]), targets[:100])
print(f"untrained: {before.item():.3f}   equal shares of a tenth: {np.log(10):.3f}")

# %% [markdown] id="machines-that-learn-fit-words"
# An [optimiser](../lessons/glossary.md#optimiser) holds the parameters and takes the steps. `torch.optim.SGD` takes yours: new = old − rate · gradient. It does not take it on all pictures but on a few drawn at random:
# cheaper by far, and good enough on average (*stochastic* gradient descent). `draws` makes those batches; the seed makes them the same every time.


# %% id="machines-that-learn-draws"
def draws(count, steps, seed=0, size=32):
    """`steps` batches of indices, each `size` drawn at random from 0 … count − 1."""
    generator = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        yield torch.randint(count, (size,), generator=generator)


# %% [markdown] id="machines-that-learn-fit-turn"
# ### Your turn · The training loop  (●●○, 8 min)
# For every batch of indices: the pictures through the model, the loss, old gradients cleared with `optimiser.zero_grad()` (PyTorch *adds* new gradients to old ones), backwards from the loss, and a step with `optimiser.step()`.
# Keep each loss as a plain number, as `.item()` gave it in section 4.


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
# Train on the 1,200 digits that made the averages, and look at the loss. It trembles, for every batch is another handful of digits.

# %% id="machines-that-learn-train"
torch.manual_seed(0)
network = TwoLayers()
optimiser = torch.optim.SGD(network.parameters(), lr=0.5)
honest_losses = fit(network, optimiser, pictures[seen], targets[seen], draws(len(seen), 400))
print(
    f"loss of the first 20 steps {np.mean(honest_losses[:20]):.3f}, of the last 20 {np.mean(honest_losses[-20:]):.3f}"
)

# %% [markdown] id="machines-that-learn-accuracy-words"
# What counts is the score on digits that took no part: the [held-out data](../lessons/glossary.md#held-out-data). Inside `torch.no_grad()` PyTorch keeps no notes for a way back: we only look, we do not learn.


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
# Why so strict about it? Break it on purpose. Take 200 digits and *shuffle their labels*: the picture of a 4 may now be called 7. There is nothing to learn any more. Train a wider network on them.

# %% id="machines-that-learn-memory-predict"
predict("machines-that-learn.memory")

# %% id="machines-that-learn-memory"
nonsense = targets[torch.randperm(len(targets), generator=torch.Generator().manual_seed(1))]
some = seen[:200]
torch.manual_seed(0)
memory = TwoLayers(hidden=256)
optimiser = torch.optim.SGD(memory.parameters(), lr=0.5)
losses = fit(memory, optimiser, pictures[some], nonsense[some], draws(len(some), 1000))
memorised, held_out = (accuracy(memory, pictures[part], nonsense[part]) for part in (some, unseen))
print(f"loss of the first 20 steps {np.mean(losses[:20]):.3f}, of the last 20 {np.mean(losses[-20:]):.3f}")
right = {"the 200 digits it was trained on": memorised, "held-out digits": held_out}
show_table(right, ["right"], form=".1%", names="asked about")

# %% id="machines-that-learn-memory-look" tags=["figure"]
figure, axes = plt.subplots(figsize=(7, 2.6))
for values, style, label in (
    (honest_losses, "-", "true labels, 1,200 digits"),
    (losses, "--", "shuffled labels, 200 digits"),
):
    means = np.reshape(values, (-1, 20)).mean(1)
    axes.plot(
        20 * np.arange(len(means)) + 10, means, style, color="#1c63b7" if style == "-" else "#d16c0c", label=label
    )
axes.set(xlabel="step", ylabel="loss, mean of 20 steps", ylim=(0, None))
axes.legend(frameon=False)
show(
    figure,
    alt="Two falling curves of the training loss: with true labels and, more slowly, with shuffled ones. Both come close to 0.",
)

# %% [markdown] id="machines-that-learn-memory-saw"
# The loss fell, only later. The network learned the nonsense *by heart*, and on new digits it is about as good as a guess. From its training side you would take it for a network that has understood. So no number in this course is worth
# anything unless it was measured on pictures that took no part in training.

# %% [markdown] id="machines-that-learn-note-network" tags=["instructor"]
# *For the instructor.* 18 minutes. The usual confusion: "it is 100 % right, so it has understood". Ask what would happen to the held-out score if the same digits stood in both sets. Second question: this file may hold several digits by the
# same hand; what would be a stricter split? (By writer. Lesson 13 comes back to it.)

# %% [markdown] id="machines-that-learn-shift-words"
# ## 6 · Nine numbers, everywhere: convolution  (Core, 15 min)
#
# Here is a weakness. Move every held-out digit by one pixel to the right. You would hardly notice; ask the network of section 5.

# %% id="machines-that-learn-shift"
moved = nn.functional.pad(pictures, (1, -1))  # a column of paper on the left, one column less on the right
places = {"in place": pictures, "one pixel to the right": moved}
right = {name: accuracy(network, some[unseen], targets[unseen]) for name, some in places.items()}
show_table(right, ["right"], form=".1%", names="held-out digits")

# %% [markdown] id="machines-that-learn-painter-words"
# Each weight belongs to one pixel. What was learned at one place is unknown next door. A [convolution](../lessons/glossary.md#convolution) has only a small window of weights, its [kernel](../lessons/glossary.md#kernel), and lays it on *every* place of the picture: the same
# weighted sum everywhere. The sums make a new picture, the [feature map](../lessons/glossary.md#feature-map): how much is there, at this place, of what the kernel looks for?
#
# Paint a kernel. Begin with the ready ones, then find one that answers to the lips and not to the upright sides of the hair. Can you find one for the mouth and nothing else?

# %% id="machines-that-learn-painter"
four = handwritten.pictures[4]
widgets.kernel_painter({"Ada": faces.pictures[order[3]], "a 4": four})

# %% [markdown] id="machines-that-learn-painter-saw"
# Nine numbers blur, sharpen, or find edges of one direction, wherever they are. They see too little to know a mouth from a brow: for that, section 7 stacks layers. A kernel whose numbers add up to 0 says nothing on even ground. With a [stride](../lessons/glossary.md#stride) of 2 the window visits every second place: the map has half the
# height and width, which is how networks get from many pixels to few.

# %% [markdown] id="machines-that-learn-conv-words"
# ### Your turn · Convolution  (●●●, 8 min)
# Write it in NumPy, for one grey picture. The window stays inside the picture; it moves `stride` pixels from place to place. (As in all of deep learning, the kernel is not flipped.)


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
# PyTorch's version takes batches N × C × H × W and many kernels at once. It also takes [padding](../lessons/glossary.md#padding): a frame of zeros around the picture, so that a 3 × 3 kernel with padding 1 and stride 1 keeps the size. Compare, and count parameters.
#
# Its kernels have four axes: kernels, channels, height, width. `nn.Conv2d(3, 8, 3)` has 8 kernels for pictures of 3 channels, 3 × 3 in size: each is a window of 3 × 3 × 3 weights that sums over all channels, and makes one channel of the result.

# %% id="machines-that-learn-conv-same"
kernel = np.array([[-1, 0, 1]] * 3) / 3
mine = conv2d(np.pad(four / 255, 1), kernel, stride=2)
theirs = nn.functional.conv2d(pictures[4:5], torch.tensor(kernel, dtype=torch.float32)[None, None], stride=2, padding=1)
print(
    f"mine {mine.shape}, PyTorch's {tuple(theirs.shape)}, greatest difference {np.abs(mine - theirs[0, 0].numpy()).max():.1e}"
)
layers = (nn.Linear(64, 8 * 64), nn.Conv2d(1, 8, 3, padding=1))
counts = {str(layer): sum(parameter.numel() for parameter in layer.parameters()) for layer in layers}
show_table(counts, ["parameters"], names="layer")

# %% [markdown] id="machines-that-learn-conv-saw"
# Both layers turn 64 pixels into 8 × 64 numbers. The convolution does it with a few dozen parameters, because every place shares them.

# %% [markdown] id="machines-that-learn-note-conv" tags=["instructor"]
# *For the instructor.* 15 minutes. The usual confusion: a kernel as a filter that one chooses; in a network it is learned, like every weight. A second one: with C input channels a kernel has C × 3 × 3 weights, not nine. Ask why the borders of the
# maps look odd (padding: beyond the edge there is 0).

# %% [markdown] id="machines-that-learn-cnn-words"
# ## 7 · A network that looks everywhere  (Core, 8 min)
#
# Back to the jaw, but without the gap: the network gets 32 × 32 pixels in colour and nothing else. It trains on 240 characters and is tested on 60 *others*: held out are whole characters, or it could learn faces by heart.


# %% id="machines-that-learn-people"
def crowd(seeds, each=5):
    people = [toons.sample_identity(seed) for seed in seeds for _ in range(each)]
    return draw_faces(people, toons.sample_performances(numbers, len(people)), size=32, workers=2)


known, strangers = crowd(range(240)), crowd(range(1000, 1060))
x_known, x_strangers = (tensors.to_tensor(faces.pictures) for faces in (known, strangers))
y_known, y_strangers = (torch.from_numpy(faces.performances[:, [JAW]]) for faces in (known, strangers))
print("training", tuple(x_known.shape), "→", tuple(y_known.shape), "  held out", tuple(x_strangers.shape))

# %% [markdown] id="machines-that-learn-net-words"
# Three convolutions with stride 2: 32 → 16 → 8 → 4 pixels a side, 3 → 8 → 16 → 32 channels. Less and less *where*, more and more *what*. The last layer is a weighted sum of all that is left. [Dropout](../lessons/glossary.md#dropout) sets a tenth of the
# numbers to 0, others in each step, so that the network cannot lean on any single one.


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
# Some layers behave otherwise while training. `model.train()` says that we train, `model.eval()` that we use it. Forget the second, and your scores tremble:

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
# Now the tools that carry the rest of the course.
#
# - [Adam](../lessons/glossary.md#adam) is an optimiser like SGD that also keeps an average of past gradients and gives every parameter a step length of its own.
# - `cosine` lowers the rate from full to nothing along a half wave: large steps first, fine ones last. `set_rate` tells the optimiser.
# - `train` is your loop with a progress bar, a record of the losses and a limit in seconds. It calls `step(i)`; what a step does stays in plain sight.


# %% id="machines-that-learn-jaw"
def train_jaw(model, steps, rate, seed=0):
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
    history = train(step, steps=steps, seconds=60, label=type(model).__name__)
    model.eval()
    return history


# %% [markdown] id="machines-that-learn-jaw-words"
# How much of the jaw did it get? [R²](../lessons/glossary.md#r²) compares with the baseline as in section 1: 1 − loss / loss of always saying the mean. 1 is perfect, 0 is the baseline. For comparison, a network of weighted sums without convolution
# trains on the same pictures, and the line of section 1 is tried on the strangers' measured gaps.

# %% id="machines-that-learn-jaw-predict"
predict("machines-that-learn.jaw")


# %% id="machines-that-learn-jaw-train"
def r_squared(model, pictures, wanted):
    with torch.no_grad():
        return 1 - ((model(pictures) - wanted) ** 2).mean().item() / wanted.var(correction=0).item()


class AllToAll(nn.Sequential):
    """Pictures (N, 3, 32, 32) to one number each, without convolution."""

    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(3 * 32 * 32, 16), nn.LeakyReLU(0.1), nn.Linear(16, 1))


print(train_jaw(cnn, steps=600, rate=5e-3))

# %% [markdown] id="machines-that-learn-probe-words"
# One training is one throw of the dice: other first weights, other batches, another score. So train each network again, three times, with three seeds. (With the same seed, threads and precision a training repeats exactly.)
#
# The network without convolution learns more slowly. So that it is not judged before it has learned, it gets three times as many steps.

# %% id="machines-that-learn-seeds"
scores = {}
for make, steps, rate in ((SmallCNN, 400, 5e-3), (AllToAll, 1200, 5e-4)):
    for seed in range(3):
        torch.manual_seed(seed)
        model = make()
        train_jaw(model, steps, rate, seed)
        scores.setdefault(make.__name__, []).append(
            (r_squared(model, x_known, y_known), r_squared(model, x_strangers, y_strangers))
        )

# %% id="machines-that-learn-scores"
# Their crops are half as large, so each gap counts twice.
gap32, jaw32 = 2 * lip_gap(strangers), y_strangers[:, 0].numpy()
line = 1 - loss_of(*paths[0.4][-1], gap32, jaw32) / jaw32.var()
rows = {
    "Ada's line, gaps measured": {"strangers": line, "parameters": 2},
    "SmallCNN, 600 steps": {"strangers": r_squared(cnn, x_strangers, y_strangers)},
}
for make in (SmallCNN, AllToAll):
    on_known, on_strangers = np.transpose(scores[make.__name__])
    row = {"strangers": on_strangers, "characters it knew": on_known}
    rows[f"{make.__name__}, 3 seeds"] = row | {"parameters": sum(p.numel() for p in make().parameters())}
columns = ["strangers", "characters it knew", "parameters"]
show_table(rows, columns, names="R² of the jaw", caption="± is the standard deviation over the three seeds")

# %% [markdown] id="machines-that-learn-scores-saw"
# Compare the two networks over their seeds (± is the [standard deviation](../lessons/glossary.md#standard-deviation) over the three seeds: how far a seed typically lies from their mean), and then their numbers of parameters. Compare the characters they knew with the strangers, too: which of the two loses more? The mouth is not at the same pixels in every picture, and a kernel that has learned what a mouth looks like knows it everywhere. And look at the line:
# where somebody measures the right thing, two parameters are hard to beat. The networks had nothing but pixels.

# %% id="machines-that-learn-jaw-look" tags=["figure"]
with torch.no_grad():
    read = cnn(x_strangers[::40])[:, 0].numpy()
show_pictures(
    strangers.pictures[::40],
    titles=[f"jaw {true:.2f}, read {guess:.2f}" for true, guess in zip(jaw32[::40], read, strict=True)],
    alt="Eight characters that the network never saw, each with its true jaw and what the network read off the picture.",
)

# %% [markdown] id="machines-that-learn-follow-words"
# Where in the network does the jaw appear? Take every channel of every layer, at every place, and see how closely its response to the 300 strangers follows their true jaw: the [correlation](../lessons/glossary.md#correlation), 1 for a perfect rising line, 0 for none.


# %% id="machines-that-learn-follow"
def standard(values):
    """Less the mean over the pictures, in units of the spread."""
    return (values - values.mean(0)) / (values.std(0) + 1e-9)


rows = []
for depth in (2, 4, 6):  # after the first, second and third activation
    with torch.no_grad():
        responses = cnn.layers[:depth](x_strangers).numpy()  # (300, channels, height, width)
    # A correlation is the mean product of two lists in these units.
    follows = np.tensordot(standard(jaw32), standard(responses), (0, 0)) / len(jaw32)
    best, row, column = np.unravel_index(follows.argmax(), follows.shape)
    place = {"row": row + 1, "column": column + 1, "of": follows.shape[1]}
    rows.append({"layer": depth // 2, "channel": best + 1} | place | {"correlation": follows.max()})
show_table(rows, caption="What follows the jaw best in each layer")

# %% [markdown] id="machines-that-learn-layers-words"
# Read the correlations from layer to layer, and find the places in the picture. The bench opens on the channel of the third layer whose *strongest* response, wherever it is, follows the jaw best. On the left is a held-out picture, with a frame around the place
# where the channel responds most; the first has the widest mouth, the last a shut one; the row below holds the patches, of all held-out pictures, that excite it most.

# %% id="machines-that-learn-layers"
peaks = responses.max((2, 3))  # (300, channels)
mouth = int((standard(jaw32) @ standard(peaks)).argmax())
widgets.layer_viewer(cnn, strangers.pictures[jaw32.argsort()[::-1]], layer=3, channel=mouth + 1)

# %% [markdown] id="machines-that-learn-layers-saw"
# A place of the first layer sees 3 × 3 pixels: enough for an edge or a colour, as your painted kernels did. A place of the third sees 15 × 15, enough for a part of a face. What do the patches of one channel have in common? Say it in a sentence before you look at the next. You will
# find channels that answer to several things, hair at the edge as well as a mouth: no one told them to be tidy. And go through the layers from the first on.
#
# Nobody wrote down what a mouth is; there was a loss, and a way down.

# %% [markdown] id="machines-that-learn-note-cnn" tags=["instructor"]
# *For the instructor.* 8 minutes. The usual confusion: each channel "is" an eye or a mouth detector. Many answer to several things; the patches show it.

# %% [markdown] id="machines-that-learn-digits-words"
# ## 8 · No magic  (Further, 4 min)
#
# One more measurement, so that you do not take convolution for magic. The same two kinds of network on the digits of section 5, each over three seeds, in place and moved by a pixel.


# %% id="machines-that-learn-digits-cnn"
class DigitCNN(nn.Sequential):
    """Digits (N, 1, 8, 8) to ten sums (N, 10)."""

    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 8, 3, padding=1),  # (N, 8, 8, 8)
            nn.LeakyReLU(0.1),
            nn.Conv2d(8, 16, 3, stride=2, padding=1),  # (N, 16, 4, 4)
            nn.LeakyReLU(0.1),
            nn.Conv2d(16, 16, 3, stride=2, padding=1),  # (N, 16, 2, 2)
            nn.LeakyReLU(0.1),
            nn.Flatten(),  # (N, 64)
            nn.Linear(64, 10),  # (N, 10)
        )


# %% id="machines-that-learn-digits"
rows = {}
for make in (TwoLayers, DigitCNN):
    right = []
    for seed in range(3):
        torch.manual_seed(seed)
        model = make()
        optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
        fit(model, optimiser, pictures[seen], targets[seen], draws(len(seen), 600, seed))
        right.append([accuracy(model, some[unseen], targets[unseen]) for some in (pictures, moved)])
    still, shifted = np.transpose(right)
    count = sum(parameter.numel() for parameter in model.parameters())
    rows[make.__name__] = {"parameters": count, "in place": still, "moved": shifted}
show_table(rows, {"parameters": ",", "in place": ".1%", "moved": ".1%"}, names="right on held-out digits")

# %% [markdown] id="machines-that-learn-digits-saw"
# On small digits that all stand in the middle the two are about alike, and sharing weights gains little. Where things move it gains, though neither network is safe from a single pixel. Which network is better is no property of the network alone: it depends on
# what varies in the data.

# %% [markdown] id="machines-that-learn-note-digits" tags=["instructor"]
# *For the instructor.* 4 minutes. Ask: what would you have to do so that the digit network does not mind the pixel? (Train on moved digits: augmentation, lesson 03.)

# %% [markdown] id="machines-that-learn-close"
# ## What you can now do
#
# - Say what a loss, a parameter, a gradient and a step are, and what a learning rate does when it is too large.
# - Follow a gradient backwards through a graph, and let PyTorch do it.
# - Read N × C × H × W, write an `nn.Module` and a training loop, and use `train`, Adam and a falling rate.
# - Work out a convolution by hand, with stride, and say why it needs so few parameters.
# - Measure on held-out data, beside a baseline, over seeds; and tell learning from learning by heart.
#
# **Does this carry over to photographs?** All of it: networks for photographs are trained by this very loop, with more layers and more pictures. That a network can learn labels by heart which mean nothing was shown on photographs
# (Zhang and others, 2017), and so was the order of edges first, parts later (Zeiler and Fergus, 2014).
#
# **Still open.** Networks with far more parameters than pictures often do well on held-out data, although they *could* learn everything by heart. Why they do not is argued to this day.

# %% [markdown] id="machines-that-learn-predictions-words"
# What you predicted, beside what came out:

# %% id="machines-that-learn-predictions"
at_zero = graph.backward(graph.forward(0.6, 0.0, -0.4))
mean_scores = {name: np.mean(rows, 0)[1] for name, rows in scores.items()}
predictions(
    "machines-that-learn",
    outcome={
        "machines-that-learn.rate": f"rate 0.8, after 60 steps: loss {loss_of(*paths[0.8][-1], gap, jaw):.3g}",
        "machines-that-learn.zero": f"dL/dw = {at_zero['w']:z.3g}, dL/db = {at_zero['b']:.3g}".replace("-", "−"),
        "machines-that-learn.memory": f"{memorised:.0%} on its own digits, {held_out:.0%} on held-out ones",
        "machines-that-learn.jaw": "R² " + ", ".join(f"{name} {score:.2f}" for name, score in mean_scores.items()),
    },
)

# %% [markdown] id="machines-that-learn-quiz-words"
# Five questions on what is often got wrong.

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
