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

# %% [markdown] id="autoencoders-card"
# # 02 · Squeeze and rebuild: autoencoders
#
# **How much of a face fits into 32 numbers, and where does the rest go?**
#
# | | |
# |---|---|
# | Time | 78 minutes: Core 70, Further 8 |
# | You need | lesson 01: tensors, `nn.Module`, the training loop, convolution, held-out data |
# | You will be able to | build an encoder and a decoder, measure what comes back, and find out what a code holds |
# | Benches | a map of digits to walk on; how many numbers; through the code |
#
# Here are four of Ada's faces, with 12,288 numbers each, and below them what a network drew after only 32 numbers of each face had passed.
# In this lesson you build such a network, and in lesson 04 two of them, with their first half shared, will make a face swap.

# %% id="autoencoders-imports" tags=["setup"]
import inspect
import os

import numpy as np
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from unmasked import digits, metrics, tensors, toons, widgets
from unmasked.course import check
from unmasked.experiments import autoencoders
from unmasked.experiments.tables import load_table
from unmasked.faces import draw_faces
from unmasked.models import weights
from unmasked.models.swap import SPREAD, Upscale
from unmasked.training import cosine, set_rate, train
from unmasked.widgets import predict, predictions, quiz, show_pictures, show_table

# %% id="autoencoders-opening"
numbers = np.random.default_rng(2)
ada = draw_faces(toons.CAST["ada"], toons.sample_performances(numbers, 1200))
new = draw_faces(toons.CAST["ada"], toons.sample_performances(numbers, 200))
shipped = {size: weights.load(f"autoencoder-ada-{size}") for size in (2, 8, 32, 128)}
four = tensors.to_tensor(new.pictures[:4])
with torch.no_grad():
    through_32 = shipped[32](four).clamp(0, 1)
show_pictures([four, through_32], alt="autoencoders.opening", scale=2.6, smooth=True)

# %% [markdown] id="autoencoders-note-card" tags=["instructor"]
# *For the instructor.* Plan 2 minutes, and let the class say what got lost (gaze and lips) and what stayed (the turn of the head, the light).
# The usual confusion is "it's compression, like JPEG". Ask what JPEG knows about Ada (nothing, while this network has seen only her).

# %% [markdown] id="autoencoders-digits-words"
# ## 1 · Two numbers for a digit  (Core, 15 min)
#
# We'll begin small, with handwritten digits.
# An [autoencoder](../lessons/glossary.md#autoencoder) consists of two functions: the [encoder](../lessons/glossary.md#encoder) f squeezes a picture x into a [code](../lessons/glossary.md#code), h = f(x), and the [decoder](../lessons/glossary.md#decoder) g rebuilds a picture from that code, r = g(h).
# Training makes r like x, so it needs no labels.
#
# (The digits come with the course. If you have a copy of MNIST, name its folder in the environment variable `UNMASKED_MNIST`.)

# %% id="autoencoders-digits"
if os.environ.get("UNMASKED_MNIST"):
    ink, source = digits.mnist("test"), "MNIST, from your own copy"
else:
    ink, source = digits.bundled(), "the digits that come with scikit-learn"
order = np.random.default_rng(2).permutation(len(ink))
ink_pictures, labels = ink.pictures[order], ink.labels[order]
height, width = ink_pictures[0].shape
print(f"In use: {source}: {len(ink):,} pictures of {height} × {width} pixels")

# %% id="autoencoders-digits-split"
flat = torch.from_numpy(ink_pictures.reshape(len(ink), -1) / np.float32(255))
fifth = len(flat) // 5
new_digits, known_digits = flat[:fifth], flat[fifth:]
average_digit = known_digits.mean(0)
print(f"{len(known_digits):,} to learn from, {len(new_digits):,} held out, {flat.shape[1]} numbers each")

# %% [markdown] id="autoencoders-explained-words"
# The first [baseline](../lessons/glossary.md#baseline) shows the *average digit*, whatever digit went in.
# We score by the [explained reconstruction](../lessons/glossary.md#explained-reconstruction), the share of the average's squared error that is gone.
# By definition the average scores 0, and a perfect copy scores 1.


# %% id="autoencoders-explained"
def explained(rebuilt, true, average):
    """1 − squared error of `rebuilt` / squared error of always showing the average."""
    return float(1 - (rebuilt - true).square().sum() / (average - true).square().sum())


# %% [markdown] id="autoencoders-pca-words"
# The second baseline is over a hundred years old.
# [Principal component analysis](../lessons/glossary.md#principal-component-analysis), PCA for short, finds the directions along which the pictures vary most, and its code says how far to go along each.
# So it's an autoencoder whose f and g are one matrix each, and on the pictures that it was fitted to, no other pair of matrices has a smaller squared error.

# %% id="autoencoders-pca"
pca = PCA(2).fit(known_digits.numpy())
by_pca = torch.from_numpy(pca.inverse_transform(pca.transform(new_digits.numpy())).astype(np.float32))
pca_score = explained(by_pca, new_digits, average_digit)

# %% [markdown] id="autoencoders-small-words"
# Now we make f and g small networks of *dense* layers (`nn.Linear`, where every output is a weighted sum of all inputs).
# Only two numbers pass between them, and that narrow place is the [bottleneck](../lessons/glossary.md#bottleneck).
# Lesson 01's LeakyReLU lets the mapping curve, which a single matrix can't.
# The encoder's last layer has no activation, because a code may lie anywhere, and the decoder ends in a sigmoid, which keeps each pixel between 0 and 1.

# %% id="autoencoders-small"
torch.manual_seed(2)
pixels = flat.shape[1]
f = nn.Sequential(nn.Linear(pixels, 128), nn.LeakyReLU(0.1), nn.Linear(128, 64), nn.LeakyReLU(0.1))
f = f.extend([nn.Linear(64, 2)])
g = nn.Sequential(nn.Linear(2, 64), nn.LeakyReLU(0.1), nn.Linear(64, 128), nn.LeakyReLU(0.1))
g = g.extend([nn.Linear(128, pixels), nn.Sigmoid()])

# %% [markdown] id="autoencoders-small-train-words"
# The loop is lesson 01's with one change, which is that the target is the input itself.

# %% id="autoencoders-small-train"
print(tensors.probe(precision="float32").apply())
optimiser = torch.optim.Adam([*f.parameters(), *g.parameters()], lr=2e-3)
generator = torch.Generator().manual_seed(2)


def digit_step(i):
    batch = known_digits[torch.randint(len(known_digits), (64,), generator=generator)]
    loss = (g(f(batch)) - batch).square().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return {"loss": loss}


train(digit_step, steps=1500, seconds=30, label="digits through two numbers")

# %% id="autoencoders-small-score"
with torch.no_grad():
    codes = f(flat)
    net_score = explained(g(codes[:fifth]), new_digits, average_digit)
by_average = explained(average_digit.expand_as(new_digits), new_digits, average_digit)
scores = {"average digit": by_average, "PCA": pca_score, "network": net_score}
show_table(scores, ["explained"], caption="New digits, through two numbers")

# %% [markdown] id="autoencoders-map-words"
# All that a decoder can draw from two numbers is a sheet among all possible pictures, and where PCA's sheet is flat, the network can bend its own.
# And since a code of two numbers is a place on a map, you can look at the whole sheet.
# Before you open the map, decide what it holds.

# %% id="autoencoders-map-predict"
predict("autoencoders.between")

# %% [markdown] id="autoencoders-map-bench-words"
# Each numeral stands where the code of such a digit lies.
# Drag the point, and the decoder draws whatever place you show it.
# Then switch the map to *what is drawn where*.

# %% id="autoencoders-map"
widgets.guessed("autoencoders.between")
widgets.latent_map(g, codes.numpy(), ink_pictures, labels)

# %% [markdown] id="autoencoders-map-saw" tags=["saw"]
# Between the digits the decoder draws something in between, though not always a digit that anyone would write.
# No label was ever used, and yet digits of a kind mostly lie together, because they look alike.

# %% [markdown] id="autoencoders-walk-words"
# ### Your turn · A walk through codes  (●○○, 4 min)
# You dragged the point by hand; a program can walk from one code to another, and that's how you'd make one face turn into the next.
# Go in equal steps along a straight line and draw every stop, which is called [interpolation](../lessons/glossary.md#interpolation).


# %% id="autoencoders-walk"
def walk(decode, start, end, stops):
    """What `decode` draws at `stops` evenly spaced codes, `start` and `end` included.

    `decode`: codes (N, C) to pictures (N, …); `start`, `end`: (C,).
    Returns pictures (stops, …).
    """
    ### BEGIN SOLUTION
    along = torch.linspace(0, 1, stops)[:, None]
    return decode(start + along * (end - start))
    ### END SOLUTION


# %% id="autoencoders-walk-check"
walk = check("autoencoders.walk", walk)

# %% [markdown] id="autoencoders-walk-look-words"
# Walk from a 0 to a 1. The lower row is the walk of somebody without a code, so it fades one picture out and the other in.

# %% id="autoencoders-walk-run"
zero, one = (int(np.flatnonzero(labels == digit)[0]) for digit in (0, 1))
with torch.no_grad():
    by_code = walk(g, codes[zero], codes[one], 7)
by_pixel = walk(lambda pictures: pictures, flat[zero], flat[one], 7)

# %% id="autoencoders-walk-look" tags=["figure"]
shape = (7, *ink_pictures[0].shape)
show_pictures(
    [1 - by_code.reshape(shape), 1 - by_pixel.reshape(shape)],
    rows=["through codes", "through pixels"],
    alt="autoencoders.walk",
    scale=80 / max(shape[1:]),
)

# %% [markdown] id="autoencoders-walk-after" tags=["saw"]
# The fade shows both digits at once, while the walk through codes draws one shape at every stop.

# %% [markdown] id="autoencoders-note-digits" tags=["instructor"]
# *For the instructor.* Plan 15 minutes, four of them for the exercise.
# The usual confusion is "the network has classified the digits". It never saw a label, so let somebody find two different digits in one place.
# Ask what would happen with one number instead of two. (The map becomes a line, on which everything has only two sides for neighbours.)

# %% [markdown] id="autoencoders-faces-words"
# ## 2 · Faces: the average and PCA  (Core, 7 min)
#
# Now we turn to Ada. `draw_faces` drew her above and cut out [aligned crops](../lessons/glossary.md#aligned-crop), in which eyes and nose lie at about the same place whatever the pose, so that the code is free for what the face does.
# Beside each picture lies its [mask](../lessons/glossary.md#mask), which says how far each pixel belongs to the face.
# (Here both come from the drawing itself, and lesson 05 finds them in pictures.)
#
# The 1,200 pictures to learn from stay as they were drawn, with a byte for each number.
# As a tensor of 32-bit floats they'd take four times the memory, so we make one only where it's needed, and in training that's for 16 pictures at a time.

# %% id="autoencoders-faces"
known = ada.pictures
asked, inside = tensors.to_tensor(new.pictures), tensors.masks_to_tensor(new.masks)
average = tensors.to_tensor(known).mean(0)
print("to learn from", known.shape, " held out", tuple(asked.shape), " masks", tuple(inside.shape))

# %% id="autoencoders-faces-look" tags=["figure"]
show_pictures(
    [[*asked[:3], average], [*(asked[:3] * inside[:3]), None]],
    titles=["held out", "", "", "the average"],
    alt="autoencoders.faces",
    scale=2.6,
    smooth=True,
)

# %% [markdown] id="autoencoders-faces-score-words"
# From here on only what is *inside the face* is scored, because hair and background shouldn't buy points.
# `metrics.explained` is your formula with a mask, and the average face scores 0 again.
# Before you see what PCA does with faces, decide how a network will compare.

# %% id="autoencoders-sizes-predict"
predict("autoencoders.sizes")

# %% id="autoencoders-faces-pca"
fitted = PCA(128, svd_solver="randomized", random_state=0).fit(tensors.to_tensor(known).flatten(1).numpy())


def through_pca(pictures, size):
    """Pictures (N, 3, 64, 64), squeezed into `size` numbers by PCA and rebuilt."""
    codes = fitted.transform(pictures.flatten(1).numpy())[:, :size]  # f: one matrix
    rebuilt = codes @ fitted.components_[:size] + fitted.mean_  # g: one matrix, and the average face
    return torch.from_numpy(rebuilt.astype(np.float32)).reshape(pictures.shape).clamp(0, 1)


sizes = (2, 8, 32, 128)
face_pca = {size: metrics.explained(through_pca(asked, size), asked, average, inside) for size in sizes}
show_table(face_pca, ["explained by PCA"], names="numbers in the code")

# %% [markdown] id="autoencoders-faces-pca-why"
# Every further number helps a little, yet what Ada does, her [performance](../lessons/glossary.md#performance), is only eleven numbers, so a code that knew how a face is made could do with as many.
# PCA needs many more, because turning a head isn't a straight line in pixels.

# %% [markdown] id="autoencoders-note-faces" tags=["instructor"]
# *For the instructor.* Plan 7 minutes, and ask for a movement that IS nearly a straight line in pixels (a brighter light) and one that isn't (a pupil that moves, so that the pixel under it goes dark and light again).

# %% [markdown] id="autoencoders-build-words"
# ## 3 · Build an encoder and a decoder  (Core, 18 min)
#
# In this section you build the network of the first figure, with convolutions, because a picture is more than a list of pixels.
# A new layer, `PixelShuffle(2)`, takes four channels and deals them out as 2 × 2 pixels, so that the picture gets twice as wide and high, and `PixelUnshuffle(2)` does the opposite.

# %% id="autoencoders-shuffle"
channels = torch.arange(16).view(1, 4, 2, 2)
dealt = nn.PixelShuffle(2)(channels)
shapes = {"4 channels of 2 × 2": channels[0], "1 channel of 4 × 4": dealt[0, 0]}
show_table({name: str(values.tolist()) for name, values in shapes.items()}, ["numbers"])
print("and back again:", torch.equal(nn.PixelUnshuffle(2)(dealt), channels))

# %% [markdown] id="autoencoders-encoder-words"
# ### Your turn · The encoder  (●●○, 6 min)
# Lesson 04's swap begins with an encoder of this kind, so it pays to have built one from its shapes.
# Its input is a picture minus the average face, for a reason that you'll see when the net is put together.
# It folds 4 × 4 pixels into channels first, which leaves 16 times fewer places to visit and makes it quick enough for a laptop.
# After every convolution comes a `LeakyReLU(0.1)`, and after the last layer comes nothing.
#
# | layer | shape after it |
# |---|---|
# | the difference | (N, 3, 64, 64) |
# | `PixelUnshuffle(4)` | (N, 48, 16, 16) |
# | convolution 3 × 3 to 24 channels, padding 1 | (N, 24, 16, 16) |
# | convolution 3 × 3 to 48 channels, stride 2, padding 1 | (N, 48, 8, 8) |
# | convolution 3 × 3 to 72 channels, stride 2, padding 1 | (N, 72, 4, 4) |
# | `Flatten`, then a dense layer | (N, 1152), then (N, code_size) |


# %% id="autoencoders-encoder"
class Encoder(nn.Module):
    """Differences from the average face (N, 3, 64, 64) to codes (N, code_size)."""

    def __init__(self, code_size=32):
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(4),
            nn.Conv2d(48, 24, 3, padding=1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(24, 48, 3, stride=2, padding=1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(48, 72, 3, stride=2, padding=1),
            nn.LeakyReLU(0.1),
            nn.Flatten(),
            nn.Linear(72 * 4 * 4, code_size),
        )
        ### END SOLUTION

    def forward(self, differences):
        ### BEGIN SOLUTION
        return self.layers(differences)
        ### END SOLUTION


# %% id="autoencoders-encoder-check"
Encoder = check("autoencoders.encoder", Encoder)

# %% [markdown] id="autoencoders-upscale-words"
# The decoder goes the other way, so its picture must grow.
# `Upscale` is the part that does it, here and in lesson 04, by a convolution that makes four times the channels and a shuffle that deals them out.
# It's often called a *deconvolution*, but it isn't one. That name belongs to another layer, `ConvTranspose2d`, which adds up overlapping stamps.

# %% id="autoencoders-upscale"
print(inspect.getsource(Upscale))

# %% [markdown] id="autoencoders-decoder-words"
# ### Your turn · The decoder  (●●○, 6 min)
# The decoder is the half that ends up knowing what Ada looks like, and in lesson 04 every character gets one.
# `Upscale(a, b)` turns a channels into b and brings its own LeakyReLU along.
#
# | layer | shape after it |
# |---|---|
# | the code | (N, code_size) |
# | a dense layer, `Unflatten(1, (72, 4, 4))`, `LeakyReLU(0.1)` | (N, 72, 4, 4) |
# | `Upscale` | (N, 48, 8, 8) |
# | `Upscale` | (N, 24, 16, 16) |
# | convolution 3 × 3 to 48 channels, padding 1 | (N, 48, 16, 16) |
# | `PixelShuffle(4)` | (N, 3, 64, 64) |


# %% id="autoencoders-decoder"
class Decoder(nn.Module):
    """Codes (N, code_size) to differences from the average face (N, 3, 64, 64)."""

    def __init__(self, code_size=32):
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.Sequential(
            nn.Linear(code_size, 72 * 4 * 4),
            nn.Unflatten(1, (72, 4, 4)),
            nn.LeakyReLU(0.1),
            Upscale(72, 48),
            Upscale(48, 24),
            nn.Conv2d(24, 48, 3, padding=1),
            nn.PixelShuffle(4),
        )
        ### END SOLUTION

    def forward(self, codes):
        ### BEGIN SOLUTION
        return self.layers(codes)
        ### END SOLUTION


# %% id="autoencoders-decoder-check"
Decoder = check("autoencoders.decoder", Decoder)

# %% [markdown] id="autoencoders-net-words"
# Put together, the encoder sees how a picture *differs from the average face*, and the decoder draws such a difference, so even an untrained network draws about the average face, your baseline, and only has to learn the rest.
# `SPREAD` is a typical size of a difference, so that the layers see numbers around 1, and lesson 04 keeps this habit.


# %% id="autoencoders-net"
class Autoencoder(nn.Module):
    """Pictures (N, 3, 64, 64) in 0…1, through codes (N, code_size), and back."""

    def __init__(self, average, code_size=32):
        super().__init__()
        self.average = average
        self.encoder, self.decoder = Encoder(code_size), Decoder(code_size)

    def encode(self, pictures):
        return self.encoder((pictures - self.average) / SPREAD)

    def decode(self, codes):
        return self.average + SPREAD * self.decoder(codes)

    def forward(self, pictures):
        return self.decode(self.encode(pictures))


# %% [markdown] id="autoencoders-train-words"
# The step is the one you know, with lesson 01's Adam and falling rate.
# What's new is `warmup`, which lets the rate climb over the first 20 steps, and `betas`, which say how far back Adam's averages reach.


# %% id="autoencoders-train"
def train_on(model, pictures, steps, label, seconds=None):
    """Trains `model` to rebuild `pictures`, uint8 (N, 64, 64, 3), 16 at a time; returns it and its steps."""
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3, betas=(0.9, 0.95))
    generator = torch.Generator().manual_seed(0)

    def step(i):
        set_rate(optimiser, cosine(i, steps, 3e-3, warmup=min(20, steps // 10)))
        drawn = torch.randint(len(pictures), (16,), generator=generator)
        batch = tensors.to_tensor(pictures[drawn.numpy()])  # (16, 3, 64, 64) in 0…1
        loss = (model(batch) - batch).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    history = train(step, steps=steps, seconds=seconds, label=label)
    return model.eval(), history.steps


# %% id="autoencoders-train-ada"
torch.manual_seed(0)
only_ada, steps = train_on(Autoencoder(average), known, 400, "Ada through 32 numbers", seconds=60)

# %% id="autoencoders-train-score"
with torch.no_grad():
    rebuilt = only_ada(asked).clamp(0, 1)
ada_score = metrics.explained(rebuilt, asked, average, inside)
scores = {"average face": 0.0, "PCA": face_pca[32], "your network": ada_score}
show_table(scores, ["explained"], caption=f"New pictures of Ada, through 32 numbers, after {steps} steps")

# %% id="autoencoders-train-look" tags=["figure"]
show_pictures(
    [list(row) for row in zip(asked[:3], through_pca(asked[:3], 32), rebuilt[:3], strict=True)],
    titles=["Ada, held out", "PCA, 32 numbers", "your network, 32 numbers"],
    alt="autoencoders.rebuilt",
    scale=3,
    smooth=True,
)

# %% [markdown] id="autoencoders-blur-words"
# Look at the kinds of error as well as at the scores.
# PCA leaves ghosts, because it can only add and subtract fixed pictures, while the network blurs whatever it isn't sure of.
# Why does it blur? Suppose that a pixel is dark (0) in six of ten pictures and bright (1) in four, and that the code can't tell which.

# %% id="autoencoders-blur"
truth, guess = torch.tensor([0.0] * 6 + [1.0] * 4), torch.linspace(0, 1, 101)
difference = guess[:, None] - truth  # (101, 10)
errors = {"squared error": difference.square(), "absolute error": difference.abs()}
best = {name: guess[each.mean(1).argmin()].item() for name, each in errors.items()}
show_table(best, ["best guess"], names="by")

# %% [markdown] id="autoencoders-blur-after"
# Squared error is content with grey, and absolute error takes a side.
# Lesson 04's loss adds the two, so that one keeps edges while the other pulls hard where errors are large.
# Here we stay with the square, because PCA is after the same.

# %% [markdown] id="autoencoders-note-build" tags=["instructor"]
# *For the instructor.* Plan 18 minutes, twelve of them for the exercises.
# The usual trouble is the number of channels that enters a layer, so let them read the table upwards from the layer they're at.
# Ask how many numbers the narrowest place holds (32) and how many weights the net has. The weights are shared by all pictures, and a code belongs to one.

# %% [markdown] id="autoencoders-sizes-words"
# ## 4 · How many numbers does a face need?  (Core, 12 min)
#
# You predicted how networks and PCA compare, and a single training can't answer that, because it's one throw of the dice.
# So every size was trained beforehand from three seeds, for equally many steps, by the command that the table names.
# In this lesson ± is the standard deviation over the three seeds.
# The last column belongs to the shipped networks, which were trained far longer and are tested on the pictures of this lesson.

# %% id="autoencoders-sizes"
kept = load_table("autoencoders")
rows, ahead = {}, {}
for size, model in shipped.items():
    of_size = [row for row in kept["rows"] if row["experiment"] == "sizes" and row["code_size"] == size]
    columns = {"PCA": "pca", "network": "autoencoder"}
    rows[size] = {who: [row[key] for row in of_size] for who, key in columns.items()}
    ahead[size] = max(rows[size], key=lambda who, size=size: np.mean(rows[size][who]))
    with torch.no_grad():
        longer = metrics.explained(model(asked).clamp(0, 1), asked, average, inside)
    rows[size] |= {"ahead": ahead[size], "network, trained longer": longer}
caption = f"Explained reconstruction after {kept['settings']['steps']} steps ({kept['command']})"
show_table(rows, names="numbers in the code", form=".3f", caption=caption)
widgets.guessed("autoencoders.sizes")

# %% [markdown] id="autoencoders-scrubber-words"
# To see what such scores look like, choose how many numbers may pass, and compare PCA with the shipped networks.

# %% id="autoencoders-scrubber"
widgets.code_size(shipped, known, new.pictures[:100], new.masks[:100])

# %% [markdown] id="autoencoders-sizes-why" tags=["saw"]
# With 2 or 8 numbers the network is ahead, as you'd expect of a mapping that can curve, and at 32 patience decides, as the last column shows.
# At 128 PCA stays ahead: it's solved exactly, and with enough straight directions it gets round any bend, while the network makes little use of the further numbers.
# So for 128 numbers take PCA, but we want something else from a code.

# %% [markdown] id="autoencoders-copy-words"
# If more numbers give better pictures, why not take *all* of them? Build an autoencoder without a bottleneck, whose code is as large as the picture, and give it as many steps.
# But what will it do with a picture of a kind that it has never seen?

# %% id="autoencoders-copy-predict"
predict("autoencoders.upside-down")

# %% id="autoencoders-copy"
torch.manual_seed(0)
wide = Autoencoder(average)
wide.encoder = nn.Sequential(nn.PixelUnshuffle(4), nn.Conv2d(48, 48, 1))
wide.decoder = nn.Sequential(nn.Conv2d(48, 48, 1), nn.PixelShuffle(4))
wide, _ = train_on(wide, known, steps, f"Ada through {wide.encode(asked[:1]).numel():,} numbers")

# %% [markdown] id="autoencoders-elsewhere-words"
# Both nets now get pictures from elsewhere: Bo, whom neither has seen, Ada upside down, and pure noise.
# This score compares with the average of the pictures given, over the whole picture.

# %% id="autoencoders-elsewhere"
bo = tensors.to_tensor(draw_faces(toons.CAST["bo"], new.performances[:100]).pictures)
noise = torch.rand(100, 3, 64, 64, generator=torch.Generator().manual_seed(0))
given = {"Ada": asked[:100], "Bo": bo, "upside down": asked[:100].flip(2), "noise": noise}
rows = {}
with torch.no_grad():
    for name, pictures in given.items():
        back = [model(pictures).clamp(0, 1) for model in (only_ada, wide)]
        scores = [explained(each, pictures, pictures.mean(0)) for each in back]
        rows[name] = {"32 numbers": scores[0], "12,288 numbers": scores[1]}
show_table(rows, names="given", caption="Explained")

# %% id="autoencoders-elsewhere-look" tags=["figure"]
firsts = torch.stack([pictures[0] for pictures in given.values()])
with torch.no_grad():
    back = [model(firsts).clamp(0, 1) for model in (only_ada, wide)]
show_pictures(
    [firsts, *back],
    titles=list(given),
    rows=["given", "32", "12,288"],
    alt="autoencoders.elsewhere",
    scale=2.6,
    smooth=True,
)
widgets.guessed("autoencoders.upside-down")

# %% [markdown] id="autoencoders-elsewhere-why" tags=["saw"]
# The wide net gives back whatever it gets, upside down as well as upright, so it has learned to copy and nothing about faces.
# (Of noise only a part comes back, because Ada's pictures have no such fine grain.)
# A perfect copy doesn't prove learning, since f(x) = x would make one without any training.
# The narrow net can't copy, so whatever goes in, its decoder answers in Ada's colours and shapes.
# Bo's code lies far from all of Ada's, so what comes out is not even a face, but broken pieces of one.

# %% [markdown] id="autoencoders-note-sizes" tags=["instructor"]
# *For the instructor.* Plan 12 minutes. "Lower loss is better" dies here, because the wide net has by far the lower loss.
# Ask for another way to keep a net from copying. (Spoil its input and ask for the clean picture, as in lesson 03.)

# %% [markdown] id="autoencoders-between-words"
# ## 5 · Half-way between two faces  (Further, 8 min)
#
# Your walk through digits had no right answer to compare with, but drawn faces do have one, because Ada can be drawn in the performance half-way between two others.
# For 100 pairs we fade the two pictures in half, or go half-way through the code of the shipped net with 32 numbers.

# %% id="autoencoders-between"
first, last = (toons.sample_performances(numbers, 100) for _ in range(2))
ends = [tensors.to_tensor(draw_faces(toons.CAST["ada"], acted).pictures) for acted in (first, last)]
middle = draw_faces(toons.CAST["ada"], (first + last) / 2)
true_middle, middle_inside = tensors.to_tensor(middle.pictures), tensors.masks_to_tensor(middle.masks)
with torch.no_grad():
    halfway_code = sum(shipped[32].encode(end) for end in ends) / 2
    ways = {"fade": sum(ends) / 2, "code": shipped[32].decode(halfway_code).clamp(0, 1)}
    ways["code of the true middle"] = shipped[32](true_middle).clamp(0, 1)

# %% id="autoencoders-between-scores"
errors = {name: metrics.masked_mse(way, true_middle, middle_inside).numpy() for name, way in ways.items()}
scores = {name: metrics.explained(way, true_middle, average, middle_inside) for name, way in ways.items()}
show_table(scores, ["explained"], names="half-way by")
gain = 1e3 * (errors["fade"] - errors["code"])
print(f"the code is nearer to the truth in {(gain > 0).mean():.0%} of {len(gain)} pairs, on average by")
standard_error = gain.std(ddof=1) / len(gain) ** 0.5
print(f"{gain.mean():.1f} thousandths of squared error (standard error {standard_error:.1f})")

# %% id="autoencoders-between-look" tags=["figure"]
pairs = [picture for pair in zip(*(end[:3] for end in ends), strict=True) for picture in pair]
titles = [title for number in (1, 2, 3) for title in (f"pair {number}: from", "to")]
show_pictures(pairs, titles, alt="autoencoders.ends", scale=1.6, smooth=True)
show_pictures(
    [list(row) for row in zip(ways["fade"][:3], ways["code"][:3], true_middle[:3], strict=True)],
    titles=["the fade", "through the code", "the true middle"],
    rows=["pair 1", "pair 2", "pair 3"],
    alt="autoencoders.middles",
    scale=2.6,
    smooth=True,
)

# %% [markdown] id="autoencoders-between-why"
# The *standard error* says how far a mean over 100 pairs typically strays because of which pairs were drawn.
# The last score of the table says how well this net could do at best, since it was handed the true middle itself.
# What the straight line misses beyond that is the bend in the code, because half-way between two codes need not be the code of half-way.

# %% [markdown] id="autoencoders-note-between" tags=["instructor"]
# *For the instructor.* Plan 8 minutes, and ask what a half-way picture of a photograph could be compared with (nothing), and why two faces that look alike are an easier test than one that looks left and one that looks right.

# %% [markdown] id="autoencoders-inside-words"
# ## 6 · In the code, or in the weights?  (Core, 16 min)
#
# A face that comes back was made from two things, its code and the decoder's weights, and accounts of face swapping disagree on which holds what.
# One says that the code holds *skin tone and light*, another that it *drops skin and hair*.
# To settle it for nets of your own, train a second net of the same size for as many steps and on as many pictures, but of six characters.

# %% id="autoencoders-several"
names = autoencoders.SEVERAL
crowd = {n: draw_faces(toons.CAST[n], toons.sample_performances(numbers, 200)) for n in names}
crowd_pictures = np.concatenate([some.pictures for some in crowd.values()])
torch.manual_seed(0)
of_six = Autoencoder(tensors.to_tensor(crowd_pictures).mean(0))
several, _ = train_on(of_six, crowd_pictures, steps, "six characters through 32 numbers")

# %% [markdown] id="autoencoders-contents-words"
# Now change one thing in a picture of Ada and let both nets rebuild it before and after. How much of the change comes out?

# %% id="autoencoders-contents-predict"
predict("autoencoders.contents")

# %% [markdown] id="autoencoders-through-words"
# Slide her smile, her gaze, the light and her skin, one at a time, and watch the code's bars as well as the pictures.
# For the skin, go towards Eli's first, which is about as light as Ada's, and then towards Bo's, which is darker.

# %% id="autoencoders-through-bench"
nets = {"Ada alone": only_ada, "six characters": several}
widgets.through_the_code(nets | {"Ada alone, shipped": shipped[32]})

# %% [markdown] id="autoencoders-share-words"
# That was one face, so let's measure it over fifty.
# The share of a change that comes out is 1 if all of it arrives and 0 if nothing does.
# For the skin, the five others go in, acting as Ada does, and we ask how much of the step from her mean colour to theirs comes out.
# Brightness is left aside there, because to a net that knows one skin, a dark skin looks like little light.


# %% id="autoencoders-through"
def share(change_in, change_out, inside=1):
    """How much of a change comes out: the slope of change_out over change_in, through 0."""
    return float((inside * change_in * change_out).sum() / (inside * change_in * change_in).sum())


def ada_with(**settings):
    """Ada in 50 held-out performances, with some parameters set: pictures and masks."""
    acted = new.performances[:50].copy()
    for name, value in settings.items():
        acted[:, toons.PARAMETERS.index(name)] = value
    faces = draw_faces(toons.CAST["ada"], acted)
    return tensors.to_tensor(faces.pictures), tensors.masks_to_tensor(faces.masks)


# %% id="autoencoders-through-run"
changes = {
    "smile": ({"smile": -1}, {"smile": 1}),
    "gaze": ({"gaze_x": -1}, {"gaze_x": 1}),
    "light": (
        {"light_azimuth": -60, "light_strength": 0.8},
        {"light_azimuth": 60, "light_strength": 0.8},
    ),
}
used = {}
with torch.no_grad():
    for name, settings in changes.items():
        (before, mask_before), (after, mask_after) = (ada_with(**each) for each in settings)
        face = torch.maximum(mask_before, mask_after)
        used[name] = {n: share(after - before, net(after) - net(before), face) for n, net in nets.items()}


# %% id="autoencoders-skin"
def skin_colour(faces, net):
    """The mean colour that `net` draws inside the faces, less its brightness: (N, 3)."""
    pictures, inside = net(tensors.to_tensor(faces.pictures)), tensors.masks_to_tensor(faces.masks)
    mean = (inside * pictures).sum((2, 3)) / inside.sum((2, 3))
    return mean - mean.mean(1, keepdim=True)


matched = [draw_faces(toons.CAST[n], new.performances[:100]) for n in names]  # Ada comes first
used["skin"] = {}
with torch.no_grad():
    unchanged = nn.Identity()  # a net that draws what it sees
    seen = torch.stack([skin_colour(some, unchanged) for some in matched])  # (6, 100, 3)
    for name, net in nets.items():
        drawn = torch.stack([skin_colour(some, net) for some in matched])
        used["skin"][name] = share(seen[1:] - seen[0], drawn[1:] - drawn[0])
show_table(used, names="changed", caption="Share of the change that comes out")

# %% id="autoencoders-skin-look" tags=["figure"]
with torch.no_grad():
    strangers = tensors.to_tensor(np.stack([matched[k].pictures[7] for k in (1, 3, 5)]))
    drawn = [net(strangers).clamp(0, 1) for net in nets.values()]
show_pictures(
    [list(row) for row in zip(strangers, *drawn, strict=True)],
    titles=["in", *(f"net of {name}" for name in nets)],
    alt="autoencoders.strangers",
    scale=2.6,
    smooth=True,
)
widgets.guessed("autoencoders.contents")

# %% [markdown] id="autoencoders-used-saw" tags=["saw"]
# The light comes through both nets. The skin comes through the net of six, and next to nothing of it through the net of Ada alone, which answers in her colours, broken where a code lies far from hers.
# So what a net's decoder *uses* isn't the same for both. Is the skin gone from the code as well?

# %% [markdown] id="autoencoders-probe-words"
# ### Your turn · A probe  (●●○, 5 min)
# To ask what a code holds, whether or not the decoder uses it, you need a [probe](../lessons/glossary.md#probe), a small model that tries to read one thing off a code.
# Take scikit-learn's `LinearRegression`, teach it on some codes, and measure on *others* by R².
# On the codes that it was trained on, a probe looks better than it is.


# %% id="autoencoders-probe"
def probe(codes, values, new_codes, new_values):
    """R² on the new codes of a linear regression, a float.

    It learned `values` (N,) from `codes` (N, C).
    """
    ### BEGIN SOLUTION
    return LinearRegression().fit(codes, values).score(new_codes, new_values)
    ### END SOLUTION


# %% id="autoencoders-probe-check"
probe = check("autoencoders.probe", probe)

# %% [markdown] id="autoencoders-probe-run-words"
# A probe needs a baseline too, and ours is a net of the same shape that was *not trained at all*.
# Each probe learns from the pictures that its net was trained on, and all are asked about the same new pictures of Ada.
# *Who it is* needs another kind of probe, a classifier, which would be right once in six by guessing.

# %% id="autoencoders-probe-codes"
torch.manual_seed(1)
nets = {"untrained": Autoencoder(average)} | nets
taught_on = dict.fromkeys(nets, (known, ada.performances))
crowd_acted = np.concatenate([some.performances for some in crowd.values()])
taught_on["six characters"] = (crowd_pictures, crowd_acted)


@torch.no_grad()
def codes_by(net, pictures):
    """The codes of many pictures, uint8 (N, 64, 64, 3), 100 at a time to spare memory: float32 (N, code_size)."""
    parts = np.array_split(pictures, len(pictures) // 100)
    return np.concatenate([net.encode(tensors.to_tensor(part)).numpy() for part in parts])


# %% id="autoencoders-probe-run"
read = {name: {} for name in (*autoencoders.PROBED, "who it is (right)")}
for name, net in nets.items():
    pictures, acted = taught_on[name]
    learned_from, asked_about = codes_by(net, pictures), codes_by(net, new.pictures)
    for parameter in autoencoders.PROBED:
        at = toons.PARAMETERS.index(parameter)
        read[parameter][name] = probe(learned_from, acted[:, at], asked_about, new.performances[:, at])
    of_each = [codes_by(net, some.pictures) for some in matched]  # six times 100
    halves = (slice(0, 50), slice(50, 100))
    learn, ask = (np.concatenate([codes[half] for codes in of_each]) for half in halves)
    classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    whose = np.repeat(names, 50)
    read["who it is (right)"][name] = classifier.fit(learn, whose).score(ask, whose)
show_table(read, names="R² of", caption="What a probe reads off the code")

# %% [markdown] id="autoencoders-probe-after" tags=["saw"]
# Even untrained weights leave something to read, because whatever is made from a picture depends on the picture.
# So look for what a trained net holds *beyond* that.
# *Who it is* can be read off the codes of all three, even off the net that was taught nothing and the one that never had to tell anybody apart.

# %% [markdown] id="autoencoders-contents-table-words"
# Now we put *read* and *used* side by side, over three seeds, from the table of section 4.
# In the last row, what is read is who it is (the share of right answers), and what is used is the skin's colour.

# %% id="autoencoders-contents-table"
kept_rows = [row for row in kept["rows"] if row["experiment"] == "contents"]
keys = {"smile": ("smile", "smile through"), "gaze": ("gaze_x", "gaze_x through")}
keys |= {"light": ("light_azimuth", "light_azimuth through"), "who, skin": ("who", "skin through")}
columns = {"untrained, read": (0, 0), "Ada alone, read": (1, 0), "Ada alone, used": (1, 1)}
columns |= {"six, read": (6, 0), "six, used": (6, 1)}
by_net = {n: [row for row in kept_rows if row["trained_on"] == n] for n in (0, 1, 6)}
rows = {
    name: {title: [row[pair[k]] for row in by_net[n]] for title, (n, k) in columns.items()}
    for name, pair in keys.items()
}
show_table(rows, names="what")

# %% [markdown] id="autoencoders-verdict"
# So both accounts are right, about different nets.
# The light varied for both, and both decoders take it from the code.
# The skin never varied for the net of Ada alone, so her decoder has it in its weights and draws nearly the same skin whatever goes in, although the last row says that a probe can read off the code who it was.
# For the net of six the skin varied, and its decoder takes it from the code.
# **These decoders use only what varied in their training pictures. More than that may be readable in the code.**
#
# Nor does a decoder use all that varied: after equally many steps hardly any smile or gaze comes out of the net of six, and a probe reads little more off its codes than off an untrained net's.
# Whether smile and gaze lacked room in the code or time in training, this table doesn't say.
#
# Keep this for lesson 04, where each character gets a decoder of its own.
# Bo's has then only ever learned to draw Bo, so it doesn't need the code to say whose face it is, and a face swap lets it draw from Ada's code.

# %% [markdown] id="autoencoders-note-inside" tags=["instructor"]
# *For the instructor.* Plan 16 minutes, five of them for the exercise.
# The usual confusion is to take a probe's success as proof that the net uses the thing, and the last row for Ada alone is made for that discussion.
# Ask where the light would be if every training picture had the same light, and how one would test it. (Train such a net, then measure the light's share.)

# %% [markdown] id="autoencoders-close"
# ## What you can now do
#
# - You can build an encoder and a decoder from a table of shapes, and train them on pictures alone.
# - You can give a score a floor, with the average face at 0, and name PCA as the rival to beat and say where it isn't beaten.
# - You can tell a net that learned from one that copies, by feeding it pictures from elsewhere.
# - You can walk through codes and compare with the true middle.
# - You can ask of anything whether it can be read off a code, and whether the decoder uses it.
#
# **Does this carry over to photographs?** The plan does: faceswap's Original squeezes a photograph of 12,288 numbers into 1,024.
# How many numbers a photographed face needs can't be known from here, because a toon has eleven parameters and a photograph has no such list.
#
# **Still open.** Nothing makes a single number of a code mean a single thing.
# Without labels or built-in assumptions that can't be had in general (Locatello and others, 2019), and which assumptions suit faces is an open question.

# %% [markdown] id="autoencoders-predictions-words"
# Here is what you predicted, beside what came out.

# %% id="autoencoders-predictions"
low, high = codes.quantile(0.01, 0), codes.quantile(0.99, 0)
grid = torch.cartesian_prod(torch.linspace(low[0], high[0], 20), torch.linspace(low[1], high[1], 20))
inked = float((g(grid).amax(1) > 0.5).float().mean())
upside_down = given["upside down"]
with torch.no_grad():
    copied = explained(wide(upside_down).clamp(0, 1), upside_down, average.flip(1))
told = {}
for name, row in used.items():
    told[name] = f"{row['Ada alone']:.2f} Ada alone, {row['six characters']:.2f} six"
predictions(
    "autoencoders",
    outcome={
        "autoencoders.between": f"something: ink at {inked:.0%} of the places on a grid over the map",
        "autoencoders.sizes": ", ".join(f"{size}: {who}" for size, who in ahead.items()),
        "autoencoders.upside-down": f"the faces, upside down: {copied:.2f} of them explained",
        "autoencoders.contents": "; ".join(f"{name}: {said}" for name, said in told.items()),
    },
)

# %% [markdown] id="autoencoders-quiz-words"
# Five questions on what people often get wrong wait for you here.

# %% id="autoencoders-quiz"
quiz("autoencoders")

# %% [markdown] id="autoencoders-sources"
# **Terms.** [aligned crop](../lessons/glossary.md#aligned-crop) · [autoencoder](../lessons/glossary.md#autoencoder) · [baseline](../lessons/glossary.md#baseline) ·
# [bottleneck](../lessons/glossary.md#bottleneck) · [code](../lessons/glossary.md#code) · [decoder](../lessons/glossary.md#decoder) · [encoder](../lessons/glossary.md#encoder) ·
# [explained reconstruction](../lessons/glossary.md#explained-reconstruction) · [interpolation](../lessons/glossary.md#interpolation) · [mask](../lessons/glossary.md#mask) ·
# [pixel shuffle](../lessons/glossary.md#pixel-shuffle) · [principal component analysis](../lessons/glossary.md#principal-component-analysis) ·
# [probe](../lessons/glossary.md#probe) · [reconstruction](../lessons/glossary.md#reconstruction)
#
# **Sources.** Pearson, *On lines and planes of closest fit*, 1901 (PCA). Turk and Pentland, *Eigenfaces for recognition*, 1991 (PCA of faces). Hinton and Salakhutdinov, *Reducing the dimensionality of data with neural networks*,
# 2006 (autoencoders beside PCA). Shi and others, *Real-time single image and video super-resolution using an efficient sub-pixel convolutional neural network*, 2016 (pixel shuffle). Odena and others, *Deconvolution and
# checkerboard artifacts*, 2016. Alain and Bengio, *Understanding intermediate layers using linear classifier probes*, 2016. Locatello and others, *Challenging common assumptions in the unsupervised learning of disentangled representations*, 2019.
# Alpaydin and Kaynak, *Optical recognition of handwritten digits*, UCI repository, 1998; LeCun, Cortes and Burges, the MNIST database. deepfakes/faceswap, `plugins/train/model/original.py`.
