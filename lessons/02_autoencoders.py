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
# | Time | 60 minutes: Core 54, Further 6 |
# | You need | lesson 01: tensors, `nn.Module`, the training loop, convolution, held-out data |
# | You will be able to | build an encoder and a decoder, measure what a code keeps, and find out what is in it |
#
# In this lesson you build a network that squeezes a picture into a few numbers and draws it again from them. In lesson 04 two such networks
# will share their first half, and that is a face swap. All the rest of it you meet here.

# %% id="autoencoders-imports" tags=["setup"]
import inspect
import os

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from torch import nn

from unmasked import digits, losses, metrics, tensors, toons, widgets
from unmasked.course import check
from unmasked.experiments import autoencoders
from unmasked.experiments.tables import load_table
from unmasked.faces import draw_faces
from unmasked.models import weights
from unmasked.models.swap import SPREAD, Upscale
from unmasked.training import cosine, set_rate, train
from unmasked.widgets import predict, predictions, quiz, show, show_pictures, show_table

# %% [markdown] id="autoencoders-scrubber-words"
# Here is what it is about. Ada's faces have 12,288 numbers each: 64 × 64 pixels of three colours. Choose how many may pass, and look at
# what comes back, by an old method without training (PCA) and by trained networks. Nobody is best everywhere.

# %% id="autoencoders-scrubber"
numbers = np.random.default_rng(2)
ada = draw_faces(toons.CAST["ada"], toons.sample_performances(numbers, 1200))
new = draw_faces(toons.CAST["ada"], toons.sample_performances(numbers, 200))
shipped = {size: weights.load(f"autoencoder-ada-{size}") for size in (2, 8, 32, 128)}
widgets.code_size(shipped, ada.pictures, new.pictures[:100], new.masks[:100])

# %% [markdown] id="autoencoders-note-card" tags=["instructor"]
# *For the instructor.* 3 minutes. Let the class say what goes first when numbers get scarce (gaze and lips), and what stays (the turn of the head,
# the light). The usual confusion: "it is compression, like JPEG". Ask what JPEG knows about Ada: nothing. The network knows only her.

# %% [markdown] id="autoencoders-digits-words"
# ## 1 · Two numbers for a digit  (Core, 12 min)
#
# Begin small, with handwritten digits. An [autoencoder](../lessons/glossary.md#autoencoder) is two functions. The
# [encoder](../lessons/glossary.md#encoder) f squeezes a picture x into a [code](../lessons/glossary.md#code), h = f(x). The
# [decoder](../lessons/glossary.md#decoder) g rebuilds a picture from the code, r = g(h). Training makes r like x. No label is needed.
#
# The course brings small digits along. If you have a copy of MNIST, name its folder in the environment variable `UNMASKED_MNIST`.

# %% id="autoencoders-digits"
if os.environ.get("UNMASKED_MNIST"):
    ink, source = digits.mnist("test"), "MNIST, from your own copy"
else:
    ink, source = digits.bundled(), "the digits that come with scikit-learn"
order = np.random.default_rng(2).permutation(len(ink))
ink_pictures, labels = ink.pictures[order], ink.labels[order]
print(f"In use: {source}: {len(ink):,} pictures of {ink_pictures[0].shape[0]} × {ink_pictures[0].shape[1]} pixels")

# %% id="autoencoders-digits-split"
flat = torch.from_numpy(ink_pictures.reshape(len(ink), -1) / np.float32(255))
fifth = len(flat) // 5
new_digits, known_digits = flat[:fifth], flat[fifth:]
average_digit = known_digits.mean(0)
print(f"{len(known_digits):,} to learn from, {len(new_digits):,} held out, {flat.shape[1]} numbers each")

# %% [markdown] id="autoencoders-explained-words"
# First the [baseline](../lessons/glossary.md#baseline): show the *average digit* for every digit. It scores 0 by definition. Whoever rebuilds better scores more,
# up to 1 for a perfect copy. Call it the [explained reconstruction](../lessons/glossary.md#explained-reconstruction): the share of the
# average's squared error that is gone.


# %% id="autoencoders-explained"
def explained(rebuilt, true, average):
    """1 − squared error of `rebuilt` / squared error of always showing the average. 1 is perfect, 0 is the average."""
    return float(1 - (rebuilt - true).square().sum() / (average - true).square().sum())


print(f"the average digit: {explained(average_digit.expand_as(new_digits), new_digits, average_digit):.2f}")

# %% [markdown] id="autoencoders-pca-words"
# The second baseline is over a hundred years old. [Principal component analysis](../lessons/glossary.md#principal-component-analysis), PCA, finds the
# directions along which the pictures vary most. The code says how far to go along each. It is an autoencoder whose f and g are one
# matrix each, and nothing made of straight lines can beat it on the pictures that it was fitted to.

# %% id="autoencoders-pca"
pca = PCA(2).fit(known_digits.numpy())
by_pca = torch.from_numpy(pca.inverse_transform(pca.transform(new_digits.numpy())).astype(np.float32))
pca_score = explained(by_pca, new_digits, average_digit)
print(f"PCA with two numbers: {pca_score:.2f}")

# %% [markdown] id="autoencoders-small-words"
# Now f and g as small networks of *dense* layers (`nn.Linear`: every output is a weighted sum of all inputs). Between them only two numbers pass: that is the
# [bottleneck](../lessons/glossary.md#bottleneck). The LeakyReLU of lesson 01 lets the way bend, which a matrix cannot. The last layer of the encoder has none, for a code may be any point. The decoder's
# sigmoid keeps each pixel between 0 and 1.

# %% id="autoencoders-small"
torch.manual_seed(2)
pixels = flat.shape[1]
f = nn.Sequential(nn.Linear(pixels, 128), nn.LeakyReLU(0.1), nn.Linear(128, 64), nn.LeakyReLU(0.1), nn.Linear(64, 2))
g = nn.Sequential(nn.Linear(2, 64), nn.LeakyReLU(0.1), nn.Linear(64, 128), nn.LeakyReLU(0.1), nn.Linear(128, pixels))
g.append(nn.Sigmoid())

# %% [markdown] id="autoencoders-small-train-words"
# The loop is that of lesson 01, with one change: the target is the input itself.

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
scores = {"average digit": 0.0, "PCA": pca_score, "network": net_score}
show_table(scores, ["explained"], caption="New digits, through two numbers")

# %% [markdown] id="autoencoders-map-words"
# The same two numbers, put to better use. All that a decoder can draw from two numbers is a sheet among all pictures: PCA's is flat, the network
# may bend its own through the digits. And a code of two numbers is a place on a map. Before you open the map, decide.

# %% id="autoencoders-map-predict"
predict("autoencoders.between")

# %% [markdown] id="autoencoders-map-bench-words"
# Each numeral stands where the code of such a digit lies. Drag the point: the decoder draws whatever place you show it, also where no digit is. Then
# switch the map to *what is drawn where*.

# %% id="autoencoders-map"
widgets.latent_map(g, codes.numpy(), ink_pictures, labels)

# %% [markdown] id="autoencoders-walk-words"
# No label was ever used, yet digits of a kind lie together, because they look alike. Between them the decoder draws something in between.
#
# ### Your turn · A walk through codes  (●○○, 4 min)
# Go from one code to another in equal steps along a straight line, and draw every stop. This is called [interpolation](../lessons/glossary.md#interpolation).


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
# Walk from a 0 to a 1. The row below fades one picture out and the other in, pixel by pixel: the walk of somebody who has no code.

# %% id="autoencoders-walk-run"
zero, one = (int(np.flatnonzero(labels == digit)[0]) for digit in (0, 1))
with torch.no_grad():
    by_code = walk(g, codes[zero], codes[one], 9)
by_pixel = walk(lambda pictures: pictures, flat[zero], flat[one], 9)

# %% id="autoencoders-walk-look" tags=["figure"]
shape = (9, *ink_pictures[0].shape)
show_pictures(
    [1 - by_code.reshape(shape), 1 - by_pixel.reshape(shape)],
    rows=["through codes", "through pixels"],
    alt="Two rows of nine pictures from a 0 to a 1. Above, the drawn digit changes its shape; below, the 0 fades while the 1 appears.",
    scale=64 / max(shape[1:]),
)

# %% [markdown] id="autoencoders-walk-after"
# A fade shows both digits at once. The walk draws one thing at every stop, though not always a digit that anyone would write.

# %% [markdown] id="autoencoders-note-digits" tags=["instructor"]
# *For the instructor.* 12 minutes. The usual confusion: "the network has classified the digits". It never saw a label; let somebody find two different digits in
# one place. Ask what would happen with one number instead of two (a line: neighbours have only two sides).

# %% [markdown] id="autoencoders-faces-words"
# ## 2 · Faces: the average and PCA  (Core, 5 min)
#
# Now Ada. `draw_faces` drew her above and cut out [aligned crops](../lessons/glossary.md#aligned-crop): whatever the pose, eyes and nose lie in about the same
# place. Where the head is and how large need not be learned, so all of the code is free for what the face does. Beside each picture lies
# its [mask](../lessons/glossary.md#mask): how far each pixel belongs to the face.

# %% id="autoencoders-faces"
known, asked = tensors.to_tensor(ada.pictures), tensors.to_tensor(new.pictures)
inside = tensors.masks_to_tensor(new.masks)
average = known.mean(0)
print("to learn from", tuple(known.shape), "  held out", tuple(asked.shape), "  masks", tuple(inside.shape))

# %% id="autoencoders-faces-look" tags=["figure"]
show_pictures(
    [[*asked[:6], average], [*(asked[:6] * inside[:6]), None]],
    titles=["held out"] + [""] * 5 + ["average"],
    rows=["Ada", "inside the mask"],
    alt="Six faces of Ada and, at the right, her blurred average face. Below, the same six with everything outside the face black.",
)

# %% [markdown] id="autoencoders-faces-score-words"
# From here on only what is *inside the face* is scored: hair and background should not buy points. `metrics.explained` is your formula with a mask. The
# average face scores 0 again. Before you see what PCA does, decide who wins where.

# %% id="autoencoders-sizes-predict"
predict("autoencoders.sizes")

# %% id="autoencoders-faces-pca"
fitted = PCA(128, svd_solver="randomized", random_state=0).fit(known.flatten(1).numpy())


def through_pca(pictures, size):
    """Pictures (N, 3, 64, 64), squeezed into `size` numbers by PCA and rebuilt."""
    codes = fitted.transform(pictures.flatten(1).numpy())[:, :size]  # f: one matrix
    rebuilt = codes @ fitted.components_[:size] + fitted.mean_  # g: one matrix, and the average face
    return torch.from_numpy(rebuilt.astype(np.float32)).reshape(pictures.shape).clamp(0, 1)


face_pca = {size: metrics.explained(through_pca(asked, size), asked, average, inside) for size in (2, 8, 32, 128)}
show_table(face_pca, ["explained by PCA"], names="numbers in the code")

# %% [markdown] id="autoencoders-faces-pca-why"
# Every further number helps a little. Yet what Ada does, her [performance](../lessons/glossary.md#performance), is only eleven numbers. A code that knew how a face is made
# could do with as many. PCA needs many more, for turning a head is no straight line in pixels.

# %% [markdown] id="autoencoders-note-faces" tags=["instructor"]
# *For the instructor.* 5 minutes. Ask for a movement that IS a straight line in pixels (a brighter light, nearly) and one that is not (a pupil that moves: the pixel under it goes dark and light again).

# %% [markdown] id="autoencoders-build-words"
# ## 3 · Build an encoder and a decoder  (Core, 14 min)
#
# A picture is no list of pixels, so use convolutions. Two layers need a word. `PixelShuffle(2)` takes four channels and deals them out as 2 × 2 pixels: the
# picture gets twice as wide and high. `PixelUnshuffle` is the way back. Neither has a weight.

# %% id="autoencoders-shuffle"
four = torch.arange(16).view(1, 4, 2, 2)
dealt = nn.PixelShuffle(2)(four)
print("4 channels of 2×2:", four[0].tolist())
print("1 channel of 4×4: ", dealt[0, 0].tolist())
print("and back again:", torch.equal(nn.PixelUnshuffle(2)(dealt), four))

# %% [markdown] id="autoencoders-encoder-words"
# ### Your turn · The encoder  (●●○, 6 min)
# What goes in is a picture less the average face; why, you will see when the net is put together. Fold 4 × 4 pixels into channels first. Then there are 16 times
# fewer places to visit, which is why it trains on a laptop. After every convolution comes a `LeakyReLU(0.1)`; after the last layer nothing.
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
# The decoder goes the other way, and a picture must grow. `Upscale` is the part that does it, here and in lesson 04: a convolution makes four
# times the channels, and the shuffle deals them out. It is often called *deconvolution*, and it is none: that would be another
# layer, `ConvTranspose2d`, which adds up overlapping stamps.

# %% id="autoencoders-upscale"
print(inspect.getsource(Upscale))

# %% [markdown] id="autoencoders-decoder-words"
# ### Your turn · The decoder  (●●○, 6 min)
# `Upscale(a, b)` turns a channels into b and brings its own LeakyReLU along. The end is the mirror of the encoder's beginning.
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
# Put them together. One habit makes it quick: the encoder sees the *difference from the average face*, and the decoder draws such a difference. So the untrained
# network already draws about the average face, your baseline, and learns the rest. `SPREAD` is a typical size of a difference, so that the layers
# see numbers around 1. Lesson 04 keeps this habit.


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
# The step is the one you know, with Adam and a falling rate, as in lesson 01. Two settings are new: `warmup` lets the rate climb over the first 20 steps,
# and `betas` say how far back Adam's averages reach.


# %% id="autoencoders-train"
def train_on(model, pictures, steps, label):
    """Trains `model` to rebuild `pictures` (N, 3, 64, 64), 16 at a time; returns it."""
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3, betas=(0.9, 0.95))
    generator = torch.Generator().manual_seed(0)

    def step(i):
        set_rate(optimiser, cosine(i, steps, 3e-3, warmup=min(20, steps // 10)))
        batch = pictures[torch.randint(len(pictures), (16,), generator=generator)]
        loss = (model(batch) - batch).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    print(train(step, steps=steps, seconds=60, label=label))
    return model.eval()


# %% id="autoencoders-train-ada"
torch.manual_seed(0)
only_ada = train_on(Autoencoder(average), known, 400, "Ada through 32 numbers")

# %% id="autoencoders-train-score"
with torch.no_grad():
    rebuilt = only_ada(asked).clamp(0, 1)
ada_score = metrics.explained(rebuilt, asked, average, inside)
scores = {"average face": 0.0, "PCA": face_pca[32], "your network": ada_score}
show_table(scores, ["explained"], caption="New pictures of Ada, through 32 numbers")

# %% id="autoencoders-train-look" tags=["figure"]
show_pictures(
    [asked[:7], through_pca(asked[:7], 32), rebuilt[:7]],
    rows=["Ada, held out", "PCA, 32", "yours, 32"],
    alt="Seven new faces of Ada; below, the same rebuilt by PCA with ghostly doubled edges; below, by the network, smooth and blurred.",
)

# %% [markdown] id="autoencoders-blur-words"
# PCA is ahead after so short a training; section 4 asks how far that goes. Look at the kinds of error, too. PCA leaves ghosts, because it can only add and
# subtract fixed pictures. The network blurs what it is not sure of. Why blur? Suppose a pixel is dark (0) in six of ten pictures and bright (1) in four, and the code cannot tell which.

# %% id="autoencoders-blur"
truth, guess = torch.tensor([0.0] * 6 + [1.0] * 4), torch.linspace(0, 1, 101)
squared = (guess[:, None] - truth).square().mean(1)
absolute = (guess[:, None] - truth).abs().mean(1)
print(f"best guess by squared error {guess[squared.argmin()]:.2f}, by absolute error {guess[absolute.argmin()]:.2f}")

# %% [markdown] id="autoencoders-blur-after"
# Squared error is content with grey, absolute error takes a side. So the loss of lesson 04, `losses.l1_l2`, adds the two: one keeps edges, the other pulls
# hard while errors are large. Here we stay with the square, so that PCA and network are after the same thing.

# %% id="autoencoders-l1l2"
print(inspect.getsource(losses.l1_l2))

# %% [markdown] id="autoencoders-note-build" tags=["instructor"]
# *For the instructor.* 14 minutes. The usual trouble: the number of channels that enters a layer. Let them read the table upwards from the layer they are at. Ask how many numbers the narrowest
# place holds (32) and how many weights the net has (0.3 million). The weights are shared by all pictures, the code belongs to one.

# %% [markdown] id="autoencoders-sizes-words"
# ## 4 · How many numbers, and the copy that learned nothing  (Core, 9 min)
#
# One training is one throw of the dice, so every size was trained from three seeds beforehand, by the command that the table prints. Every training
# had as many steps. ± is the standard deviation over the three seeds; in the figure below the thin lines on the bars show it.

# %% id="autoencoders-sizes"
kept = load_table("autoencoders")
keys, by_size = {"PCA": "pca", "autoencoder": "autoencoder"}, {}
for size in (2, 8, 32, 128):
    rows = [row for row in kept["rows"] if row["experiment"] == "sizes" and row["code_size"] == size]
    by_size[size] = {who: np.array([row[key] for row in rows]) for who, key in keys.items()}
ahead = {size: max(scores, key=lambda who: scores[who].mean()) for size, scores in by_size.items()}
caption = f"Explained reconstruction after {kept['settings']['steps']} steps ({kept['command']})"
rows = {size: scores | {"ahead": ahead[size]} for size, scores in by_size.items()}
show_table(rows, names="numbers in the code", form=".3f", caption=caption)

# %% id="autoencoders-sizes-look" tags=["figure"]
figure, axes = plt.subplots(figsize=(7, 2.8))
for place, (who, shade) in enumerate({"PCA": "#b8c4d0", "autoencoder": "#1f4e8c"}.items()):
    means = [by_size[size][who].mean() for size in by_size]
    spreads = [by_size[size][who].std(ddof=1) for size in by_size]
    axes.bar(np.arange(4) + 0.4 * place - 0.2, means, 0.38, yerr=spreads, label=who, color=shade, capsize=3)
axes.set_xticks(range(4), [f"{size}" for size in by_size])
axes.set(xlabel="numbers in the code", ylabel="explained reconstruction", ylim=(0, 1))
axes.legend(fontsize=9, frameon=False, loc="upper left")
show(
    figure,
    alt="Bars of explained reconstruction for codes of 2, 8, 32 and 128 numbers, PCA beside the autoencoder, with error bars: "
    "PCA goes on rising with the size of the code, the autoencoder levels off.",
)

# %% [markdown] id="autoencoders-sizes-one-words"
# Repeat one row, so that you can see that it is no decoration. It trains for fewer steps, so its network scores lower.

# %% id="autoencoders-sizes-one"
row = autoencoders.size_row(8, seed=0, steps=120, pictures=1000, held_out=100)
setting = {"numbers in the code": row["code_size"], "seed": row["seed"], "steps": row["steps"]}
show_table([setting | {who: row[key] for who, key in keys.items()}], form=".3f")

# %% [markdown] id="autoencoders-sizes-longer-words"
# Why does PCA win where it wins? Two suspects: the network has not finished learning, or its code is too small. The nets in the bench at the top had many more steps.
# The same test for them:

# %% id="autoencoders-sizes-longer"
rows = {}
with torch.no_grad():
    for size, model in shipped.items():
        score = metrics.explained(model(asked).clamp(0, 1), asked, average, inside)
        rows[size] = {"PCA": face_pca[size], "autoencoder, trained longer": score}
show_table(rows, names="numbers in the code")

# %% [markdown] id="autoencoders-sizes-why"
# With few numbers the network wins, for its way through the pictures may bend. At 32 patience decides: compare with the table. At 128 PCA stays ahead: it is solved exactly and in a second, and with enough straight directions it
# gets round any bend, while the network has little use for the further numbers. If you ever need 128 numbers quickly, take PCA. We want something else from a code.
#
# So why not take *all* the numbers? Build an autoencoder without a bottleneck: its code is as large as the picture. Decide first.

# %% id="autoencoders-copy-predict"
predict("autoencoders.copy")

# %% id="autoencoders-copy"
torch.manual_seed(0)
wide = Autoencoder(average)
wide.encoder = nn.Sequential(nn.PixelUnshuffle(4), nn.Conv2d(48, 48, 1))
wide.decoder = nn.Sequential(nn.Conv2d(48, 48, 1), nn.PixelShuffle(4))
print("numbers in its code:", wide.encode(known[:1]).numel())
wide = train_on(wide, known, 300, "Ada without a bottleneck")
# %% [markdown] id="autoencoders-elsewhere-words"
# Now give both nets pictures from elsewhere: Bo, whom neither has seen, Ada upside down, and pure noise. The score compares with the average of
# the pictures given, over the whole picture.

# %% id="autoencoders-elsewhere"
bo = tensors.to_tensor(draw_faces(toons.CAST["bo"], new.performances[:100]).pictures)
noise = torch.rand(100, 3, 64, 64, generator=torch.Generator().manual_seed(0))
given = {"Ada": asked[:100], "Bo": bo, "upside down": asked[:100].flip(2), "noise": noise}
back, rows = {}, {}
with torch.no_grad():
    for name, pictures in given.items():
        back[name] = [model(pictures).clamp(0, 1) for model in (only_ada, wide)]
        scores = [explained(each, pictures, pictures.mean(0)) for each in back[name]]
        rows[name] = {"32 numbers": scores[0], "12,288 numbers": scores[1]}
show_table(rows, names="given", caption="Explained")

# %% id="autoencoders-elsewhere-look" tags=["figure"]
show_pictures(
    [
        [picture for pictures in given.values() for picture in pictures[:2]],
        *([picture for pair in back.values() for picture in pair[k][:2]] for k in (0, 1)),
    ],
    titles=[title for name in given for title in (name, "")],
    rows=["in", "32 numbers", "12,288 numbers"],
    alt="Ada, Bo, Ada upside down and noise, two of each. Through 32 numbers everything comes back as something like Ada's upright face; "
    "through 12,288 numbers the faces come back as they went in, Bo and upside down too, and the noise in part.",
)

# %% [markdown] id="autoencoders-elsewhere-why"
# The wide net gives back whatever it gets, faces upside down as well as upright: it has learned to copy, and nothing about faces. (Of noise only a part comes back. Ada's pictures are smooth, so nobody asked it for the finest
# grain.) A perfect copy is no proof of learning; f(x) = x would do it without any training. The narrow net has no choice. It answers everything with something that it can draw, and all that it can draw is Ada.

# %% [markdown] id="autoencoders-note-sizes" tags=["instructor"]
# *For the instructor.* 9 minutes. "Lower loss is better" dies here: the wide net has by far the lower loss. Ask for another way to keep a net from copying (spoil its input and ask for the clean picture: lesson 03).

# %% [markdown] id="autoencoders-between-words"
# ## 5 · Half-way between two faces  (Further, 6 min)
#
# Photographs have no truth for "half-way". Drawn faces do: draw Ada in the performance half-way between two others. Take 100 pairs. Fade the two pictures in half, or
# walk half-way through the code of the net with 32 numbers, and compare each with the true middle.

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
standard_error = gain.std(ddof=1) / len(gain) ** 0.5
print(f"the code is nearer to the truth in {(gain > 0).mean():.0%} of {len(gain)} pairs, on average by")
print(f"{gain.mean():.1f} thousandths of squared error (standard error {standard_error:.1f})")

# %% id="autoencoders-between-look" tags=["figure"]
show_pictures(
    [ends[0][:7], ways["fade"][:7], ways["code"][:7], true_middle[:7], ends[1][:7]],
    rows=["one end", "fade", "through the code", "true middle", "other end"],
    alt="Seven pairs of Ada's faces with three middles: the fade has doubled eyes and mouths, the way through the code one blurred face, "
    "and the true middle is sharp.",
)

# %% [markdown] id="autoencoders-between-why"
# The *standard error* says how far a mean over 100 pairs typically strays by the luck of the pairs alone. The last score says how well the net could do at best: it was handed the true middle itself. What a straight line through the code misses beyond that
# is the bend in the code: half-way between two codes need not be the code of half-way.

# %% [markdown] id="autoencoders-note-between" tags=["instructor"]
# *For the instructor.* 6 minutes. Ask what one could compare a half-way picture of a photograph with (nothing), and why a pair of like faces is an easier test than a pair that looks left and right (look at the first two columns).

# %% [markdown] id="autoencoders-inside-words"
# ## 6 · In the code, or in the weights?  (Core, 11 min)
#
# A face that comes back was made from two things: its code, and the decoder's weights. Which holds what? Accounts of face swapping disagree. One says that the
# code holds *skin tone and light*, another that it *drops skin and hair*. You can settle it.
#
# Train a second net of the same size for as many steps, on as many pictures, but of six characters. Predict what its code will hold.

# %% id="autoencoders-contents-predict"
predict("autoencoders.contents")

# %% id="autoencoders-several"
names = autoencoders.SEVERAL
crowd = {n: draw_faces(toons.CAST[n], toons.sample_performances(numbers, 200)) for n in names}
crowd_pictures = torch.cat([tensors.to_tensor(some.pictures) for some in crowd.values()])
torch.manual_seed(0)
several = train_on(Autoencoder(crowd_pictures.mean(0)), crowd_pictures, 400, "six characters through 32 numbers")

# %% [markdown] id="autoencoders-probe-words"
# ### Your turn · A probe  (●●○, 5 min)
# A [probe](../lessons/glossary.md#probe) is a small model that tries to read one thing off a code. Take scikit-learn's `LinearRegression`. Teach it on some codes, then measure on *others* by
# R²: 1 if the value can be read off exactly, 0 if one may as well say the mean. Measured on its own codes, a probe of 32 numbers flatters itself.


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
# A probe needs a baseline too: a net of the same shape that was *not trained at all*. Each probe learns from the pictures that its net was trained on, and all are asked about the same
# new pictures of Ada.

# %% id="autoencoders-probe-codes"
torch.manual_seed(1)
nets = {"untrained": Autoencoder(average), "Ada alone": only_ada, "six characters": several}
crowd_acted = np.concatenate([some.performances for some in crowd.values()])
taught_on = {"untrained": (known, ada.performances), "Ada alone": (known, ada.performances)}
taught_on["six characters"] = (crowd_pictures, crowd_acted)


@torch.no_grad()
def codes_by(net, pictures):
    """The codes of many pictures, 250 at a time to spare memory: float32 (N, code_size)."""
    return np.concatenate([net.encode(part).numpy() for part in pictures.split(250)])


learned_from = {name: codes_by(net, taught_on[name][0]) for name, net in nets.items()}
asked_about = {name: codes_by(net, asked) for name, net in nets.items()}

# %% id="autoencoders-probe-run"
rows = {}
for parameter in autoencoders.PROBED:
    column = toons.PARAMETERS.index(parameter)
    rows[parameter] = {
        n: probe(learned_from[n], taught_on[n][1][:, column], asked_about[n], new.performances[:, column]) for n in nets
    }
show_table(rows, names="R² of")

# %% [markdown] id="autoencoders-probe-after"
# Even untrained weights leave something to read: whatever is made from a picture depends on the picture. Look for what a net
# holds *beyond* that.
#
# One thing is missing from the list: *who it is*. Now the probe is a classifier, and by guessing it would be right once in six.

# %% id="autoencoders-who"
matched = {n: draw_faces(toons.CAST[n], new.performances[:100]) for n in names}
halves = [{n: some[part] for n, some in matched.items()} for part in (slice(0, 50), slice(50, 100))]
right = {name: autoencoders.who_accuracy(net, *halves) for name, net in nets.items()}
show_table(right, ["right"], names="net", form=".0%", caption="Who it is, read off the code")

# %% [markdown] id="autoencoders-who-why"
# All three, even the net that was taught nothing, and the one that never had to tell anybody apart. A probe shows what *can be read* off a code. It does not show what the decoder *makes of it*. For that, change
# one thing in Ada's picture and see how much of the change comes out.


# %% id="autoencoders-through"
def share_through(net, before, after, inside):
    """How much of the change from `before` to `after` comes out of the net: 1 all of it, 0 nothing."""
    change_in, change_out = after - before, net(after) - net(before)
    # The slope of the line through 0 that fits change_out best, over change_in.
    return float((inside * change_in * change_out).sum() / (inside * change_in * change_in).sum())


# %% id="autoencoders-through-run"
rows = {}
with torch.no_grad():
    for parameter in autoencoders.CHANGES:
        pair = autoencoders.changed(parameter, new.performances[:50])
        rows[parameter] = {name: share_through(net, *pair) for name, net in nets.items()}
show_table(rows, names="changed", caption="Share of the change that comes through")

# %% [markdown] id="autoencoders-skin-words"
# And the skin: feed in the five others in Ada's performances, and ask how much of the way from Ada's skin colour to theirs comes out. Brightness is left aside, for a dark skin
# and little light look alike to a net that knows one skin.

# %% id="autoencoders-skin"
skin = {name: autoencoders.skin_through(net, matched) for name, net in nets.items()}
show_table({"skin colour": skin}, names="changed", caption="Share of the change that comes through")

# %% id="autoencoders-skin-look" tags=["figure"]
with torch.no_grad():
    strangers = torch.cat([tensors.to_tensor(matched[n].pictures[7:8]) for n in names])
    drawn = [net(strangers).clamp(0, 1) for net in (only_ada, several)]
show_pictures(
    [strangers, *drawn],
    titles=[toons.CAST[n].name for n in names],
    rows=["in", "net of Ada alone", "net of six"],
    alt="Six characters in one performance. The net of Ada alone draws a face with Ada's skin for each of them; the net of six draws each "
    "with skin and hair of its own, but with hardly any expression.",
)

# %% [markdown] id="autoencoders-contents-table-words"
# The same over three seeds, from the table of section 4. *Through* is the share of a change that comes out.

# %% id="autoencoders-contents-table"
measured = [*autoencoders.PROBED, "who", *(f"{name} through" for name in autoencoders.CHANGES), "skin through"]
kept_rows = [row for row in kept["rows"] if row["experiment"] == "contents"]
trained_on = {"untrained": 0, "Ada alone": 1, "six characters": 6}


def over_seeds(key, count):
    return [row[key] for row in kept_rows if row["trained_on"] == count]


show_table({key: {n: over_seeds(key, c) for n, c in trained_on.items()} for key in measured}, names="measured")

# %% [markdown] id="autoencoders-verdict"
# So both accounts are right, about different nets. **The code holds what varies in the training pictures; what never varies goes into the weights.** The light varies for both nets, and through both it comes.
# The skin never varied for the net of Ada alone: it sits in her decoder, and whoever goes in comes out nearly in Ada's colours. For the net of six the skin varies, and so its code carries it.
#
# That has a price. After equally many steps the net of six passes on hardly any smile or gaze. Skin, hair and pose move many pixels and are learned first; what is small comes last. Whether smile and gaze lack room in the code
# or time in training, this table does not say.
#
# Keep this for lesson 04. There every character gets a decoder of its own, and the skin stays in it. Ada's code then says only what she *does*, and Bo's decoder can draw it in Bo's colours. That is a face swap.

# %% [markdown] id="autoencoders-note-inside" tags=["instructor"]
# *For the instructor.* 11 minutes. The usual confusion: taking a probe's success as proof that the net uses the thing. The line on *who it is* for Ada alone is made for that discussion. Ask where the light would be
# if every training picture had the same light, and how one would test it (train such a net, then `share_through` for light).

# %% [markdown] id="autoencoders-close"
# ## What you can now do
#
# - Build an encoder and a decoder from a table of shapes, and train them on pictures alone.
# - Give a score a floor: the average face is 0, and PCA is the rival to beat. Say where it is not beaten.
# - Tell a net that learned from one that copies, by feeding it pictures from elsewhere.
# - Walk through codes, and compare with the true middle.
# - Ask of anything whether it is in the code or in the weights, by a probe and by a change that comes through or not.
#
# **Does this carry over to photographs?** The plan does: faceswap's Original squeezes a photograph of 12,288 numbers into 1,024. How many numbers a photographed face
# needs is not known from anything here: a toon has eleven parameters, a photograph has no such list. And for photographs there is no true middle to measure a walk against.
#
# **Still open.** Nothing makes a single number of a code mean a single thing. Without labels or assumptions built in that cannot be had in general (Locatello and others, 2019); which assumptions suit
# faces is an open question.

# %% [markdown] id="autoencoders-predictions-words"
# What you predicted, beside what came out:

# %% id="autoencoders-predictions"
low, high = codes.quantile(0.01, 0), codes.quantile(0.99, 0)
grid = torch.cartesian_prod(torch.linspace(low[0], high[0], 20), torch.linspace(low[1], high[1], 20))
inked = float((g(grid).amax(1) > 0.5).float().mean())
predictions(
    "autoencoders",
    outcome={
        "autoencoders.between": f"ink at {inked:.0%} of the places on a grid over the map",
        "autoencoders.sizes": ", ".join(f"{size}: {who}" for size, who in ahead.items()),
        "autoencoders.copy": "upside down, explained: "
        + " and ".join(
            f"{explained(each, given['upside down'], average.flip(1)):.2f}" for each in back["upside down"][::-1]
        )
        + " (without a bottleneck, and through 32 numbers)",
        "autoencoders.contents": f"skin through: {skin['Ada alone']:.2f} Ada alone, {skin['six characters']:.2f} six characters",
    },
)

# %% [markdown] id="autoencoders-quiz-words"
# Five questions on what is often got wrong.

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
