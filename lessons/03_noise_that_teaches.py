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

# %% [markdown] id="noise-that-teaches-card"
# # 03 · Noise that teaches: denoising and augmentation
#
# **Why would you spoil pictures before you let a network learn from them?**
#
# | | |
# |---|---|
# | Time | 60 minutes: Core 48, Further 12 |
# | You need | the training loop and held-out data of lesson 01; the autoencoder and explained reconstruction of lesson 02 |
# | You will be able to | see overfitting, train a denoiser, crumple a face with a 5 × 5 grid, and measure which of these tricks helps |
#
# A network that has seen few pictures is often lost when a new one comes.
# So you'll spoil pictures in six ways and teach networks to undo the damage.
# Then you'll ask what most tutorials leave out, which is whether it helped.

# %% id="noise-that-teaches-imports" tags=["setup"]
import inspect

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy import stats
from torch import nn
from torch.nn import functional

from unmasked import augment, metrics, tensors, toons, widgets
from unmasked.course import check
from unmasked.experiments import noise_that_teaches
from unmasked.experiments.tables import load_table
from unmasked.faces import draw_faces
from unmasked.models.autoencoder import Autoencoder
from unmasked.models.swapping import swap_pictures
from unmasked.training import cosine, set_rate, train
from unmasked.widgets import alt_text, predict, predictions, quiz, show, show_pictures, show_table

# %% id="noise-that-teaches-opening" tags=["figure"]
acts, chance = toons.sample_performances(np.random.default_rng(3), 2), torch.Generator().manual_seed(2)
couple = draw_faces([toons.CAST["ada"], toons.CAST["bo"]], acts, size=128).pictures
couple = tensors.to_tensor(couple)
six = [augment.add_noise(couple, chance, 0.15), augment.occlude(couple, chance, 1.0, 0.2, 0.6)]
six += [augment.grid_warp(couple, chance, 0.06)[0], augment.affine(couple, chance, 20, 0.1, 0.1)]
six += [augment.flip(couple, chance, 1.0), augment.colour_jitter(couple, chance, 0.4)]
titles = ["noise", "occlusion", "warp", "move", "flip", "colour"]
show_pictures(list(zip(*six, strict=True)), titles, alt="noise-that-teaches.opening", smooth=True)

# %% [markdown] id="noise-that-teaches-crumple-words"
# These are the six.
# We begin with the oddest of them, the warp, in which a grid of 25 points crumples a face.
# Drag its points below, and the middle picture shows what the network gets to see.
# The right one shows what it's asked to draw.
# Before you try, guess what the button *Move all points* does to the right one.

# %% id="noise-that-teaches-predict-target"
predict("noise-that-teaches.target")

# %% id="noise-that-teaches-crumple"
widgets.guessed("noise-that-teaches.target")
widgets.crumple("ada")

# %% [markdown] id="noise-that-teaches-crumple-saw" tags=["saw"]
# When you drag one point, the picture on the right hardly stirs, but when you move all of them it goes along.
# The people who built this warp decided so, and section 4 tells you why.

# %% [markdown] id="noise-that-teaches-note-card" tags=["instructor"]
# *For the instructor.* 3 minutes.
# Let the class guess why the right picture follows all points and hardly follows one; section 4 answers it.
# The usual confusion comes with the code of section 4, where the grid says where the network's picture is looked up: what your hand drags to the right here, the code looks up farther to the LEFT.

# %% [markdown] id="noise-that-teaches-data-words"
# ## 1 · A hundred faces, or 3,000  (Core, 8 min)
#
# First you'll see the trouble that all this spoiling is meant to cure.
# We draw 3,000 pictures of Ada to learn from and 300 that no training will see.
# Then we pretend to be poor and keep a hundred.

# %% id="noise-that-teaches-data"
numbers = np.random.default_rng(3)
many = draw_faces(toons.CAST["ada"], toons.sample_performances(numbers, 3000))
new = draw_faces(toons.CAST["ada"], toons.sample_performances(numbers, 300))
few = many[:100]
print(len(many), "and", len(few), "pictures to learn from;", len(new), "held out")


# %% [markdown] id="noise-that-teaches-score-words"
# The score is lesson 02's [explained reconstruction](../lessons/glossary.md#explained-reconstruction), taken inside the face.
# A perfect picture scores 1, and one that's no better than Ada's average face scores 0.
# With `given` you can hand the network something else than the clean picture, which you'll need in section 2.


# %% id="noise-that-teaches-score"
@torch.no_grad()
def score(model, faces, given=None):
    """Explained reconstruction of `faces` when the model sees `given`, or else the faces themselves."""
    true, inside = tensors.to_tensor(faces.pictures), tensors.masks_to_tensor(faces.masks)
    drawn = model(true if given is None else given).clamp(0, 1)
    return metrics.explained(drawn, true, true.mean(0), inside)


# %% [markdown] id="noise-that-teaches-train-words"
# The training step is the one you know, with one new place in it.
# `corrupt` makes two pictures out of each one, what goes in and what should come out.
# For now both are the picture itself.
# Every 50 steps `train` calls `look`, which notes a score on pictures learned from and one on held-out ones.


# %% id="noise-that-teaches-train"
STEPS = 250


def train_on(model, faces, corrupt, label, steps=STEPS, look_every=50):
    """Teaches `model` to make wanted of given, both from corrupt(batch). Rows: (steps, known, new)."""
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3, betas=(0.9, 0.95))
    generator = torch.Generator().manual_seed(0)
    curve = []

    def step(i):
        set_rate(optimiser, cosine(i, STEPS, 3e-3, warmup=20))
        chosen = torch.randint(len(faces), (16,), generator=generator).numpy()
        given, wanted = corrupt(tensors.to_tensor(faces.pictures[chosen]))
        loss = (model(given) - wanted).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    def look(done):
        curve.append((done, score(model, faces[:100]), score(model, new[:100])))

    train(step, steps=steps, seconds=60, label=label, preview=look, preview_every=look_every)
    return np.array(curve)


# %% [markdown] id="noise-that-teaches-predict-overfit-words"
# Two networks with the same first weights get the same number of steps, one on the hundred pictures and one on the 3,000.

# %% id="noise-that-teaches-predict-overfit"
predict("noise-that-teaches.overfit")


# %% id="noise-that-teaches-overfit"
def clean(batch):
    return batch, batch


def fresh(faces):
    # The library's `Autoencoder` is yours of lesson 02. Its average face is that of its own pictures.
    torch.manual_seed(0)
    return Autoencoder(code_size=64).store_average(tensors.to_tensor(faces.pictures))


print(tensors.probe(precision="float32").apply())
from_few, from_many = fresh(few), fresh(many)
curves = {"100 pictures": train_on(from_few, few, clean, "100 pictures")}
taken = int(curves["100 pictures"][-1, 0])  # if the clock stopped it early, the others get as many steps
curves["3,000 pictures"] = train_on(from_many, many, clean, "3,000 pictures", taken)

# %% [markdown] id="noise-that-teaches-overfit-look-words"
# Dashed is the score on pictures that the network learned from, and solid the score on pictures it never saw.
# Look at how far apart the two end, left and right.


# %% id="noise-that-teaches-overfit-look" tags=["figure"]
# Told apart by dash and shade, not by hue alone; the names stand at the lines' ends.
LINES = (1, "--o", "#b3620c", "learned from"), (2, "-s", "#12355f", "never seen")


def curve_figure(curves, alt):
    figure, panels = plt.subplots(1, len(curves), figsize=(8, 3.4), sharey=True)
    for panel, (label, curve) in zip(panels, curves.items(), strict=True):
        for column, line, colour, name in LINES:
            panel.plot(curve[:, 0], curve[:, column], line, color=colour, markersize=4)
            other = curve[-1, 3 - column]
            panel.annotate(
                name,
                curve[-1, [0, column]],
                xytext=(0, 9 if curve[-1, column] >= other else -17),
                textcoords="offset points",
                ha="right",
                color=colour,
            )
        panel.set(xlabel="steps", ylim=(0, 1))
        panel.set_title(label, fontsize=13)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("explained reconstruction")
    show(figure, alt=alt)


def gap(curve):
    """How much better the pictures learned from are rebuilt than the ones never seen, at the end."""
    return curve[-1, 1] - curve[-1, 2]


gaps = {label: gap(curve) for label, curve in curves.items()}
said = ", ".join(f"{label} {value:.2f}" for label, value in gaps.items())
curve_figure(curves, alt_text("noise-that-teaches.overfit", gaps=said))
show_table(gaps, ["gap at the end"], names="learned from")
widgets.guessed("noise-that-teaches.overfit")

# %% [markdown] id="noise-that-teaches-overfit-after" tags=["saw"]
# The gap between the two lines is called [overfitting](../lessons/glossary.md#overfitting).
# It's what the network has learned about *these* hundred pictures and not about Ada.
# By the dashed line alone you'd have praised the wrong network, so from here on every score is taken on held-out pictures.

# %% [markdown] id="noise-that-teaches-note-overfit" tags=["instructor"]
# *For the instructor.* 8 minutes.
# The usual confusion is that overfitting means too many steps, although both networks had equally many.
# Ask how often each network met each picture (16 · steps / pictures), and what one would do with photographs, where a hundred may be all there is.

# %% [markdown] id="noise-that-teaches-noise-words"
# ## 2 · Noise in, clean out  (Core, 12 min)
#
# More pictures would close that gap, but often there are no more to be had.
# The cheapest way out is to change each picture a little every time you show it, so that the network never meets the same one twice.
# The simplest change is *noise*, where every value of every pixel gets a random number of its own.
# We draw it from the bell curve with mean 0 and [standard deviation](../lessons/glossary.md#standard-deviation) σ ("sigma", the typical size of a draw).
#
# ### Your turn · Add noise  (●○○, 4 min)
# You'll spoil every batch of this section with it, and you'll want to repeat a run exactly.
# So let all chance come from `generator`, and cut off whatever leaves 0…1.


# %% id="noise-that-teaches-noise"
def add_noise(pictures, sigma, generator):
    """`pictures` plus bell-curve noise of standard deviation `sigma`, cut off to 0…1.

    `pictures`: (N, 3, H, W) in 0…1.
    """
    ### BEGIN SOLUTION
    noise = torch.randn(pictures.shape, generator=generator)
    return (pictures + sigma * noise).clamp(0, 1)
    ### END SOLUTION


# %% id="noise-that-teaches-noise-check"
add_noise = check("noise-that-teaches.noise", add_noise)

# %% [markdown] id="noise-that-teaches-noisy-words"
# Here are two held-out faces under three amounts of noise, at 64 × 64 pixels, as the network sees them.
# Your eye still finds the smile in the last column, because you know what faces look like.

# %% id="noise-that-teaches-noisy"
SIGMA = 0.2
true_new = tensors.to_tensor(new.pictures)
noisy_new = add_noise(true_new, SIGMA, torch.Generator().manual_seed(1))

# %% id="noise-that-teaches-noisy-look" tags=["figure"]
pair = true_new[[0, 4]]
amounts = [pair]
for sigma in (0.1, SIGMA, 0.4):
    amounts.append(add_noise(pair, sigma, torch.Generator().manual_seed(1)))
show_pictures(
    list(zip(*amounts, strict=True)),
    titles=["clean", "σ = 0.1", f"σ = {SIGMA}", "σ = 0.4"],
    alt="noise-that-teaches.noisy",
    scale=2.6,
    smooth=True,
)

# %% [markdown] id="noise-that-teaches-denoise-words"
# Now we turn the spoiling into a task, in which the noisy picture goes in and the *clean* one must come out.
# A network that's trained this way is called a [denoising](../lessons/glossary.md#denoising) autoencoder.
# Why should that teach it more than rebuilding does?
# To find out we take away the bottleneck, which kept lesson 02's network from merely copying.
# `Wide` holds as many numbers at every layer as the picture does.
# Its layers draw a *correction* that's added to the input.


# %% id="noise-that-teaches-wide"
class Wide(nn.Module):
    """Pictures plus a correction, without a bottleneck: 48 · 16 · 16 = 12,288 numbers all the way."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(  # (N, 3, 64, 64)
            nn.PixelUnshuffle(4),  # (N, 48, 16, 16)
            nn.Conv2d(48, 48, 3, padding=1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(48, 48, 3, padding=1),
            nn.PixelShuffle(4),  # (N, 3, 64, 64)
        )

    def forward(self, pictures):
        return pictures + self.layers(pictures - 0.5)


# %% [markdown] id="noise-that-teaches-predict-copy-words"
# We train `Wide` twice, once to rebuild clean pictures and once to denoise, and then both get the noisy held-out faces.
# What will the first one, which has never seen noise, make of them?

# %% id="noise-that-teaches-predict-copy"
predict("noise-that-teaches.copy")

# %% id="noise-that-teaches-denoise"
noise_source = torch.Generator().manual_seed(2)


def noisy(batch):
    return add_noise(batch, SIGMA, noise_source), batch


torch.manual_seed(0)
wide_clean, wide_noisy, narrow_noisy = Wide(), Wide(), fresh(many)
for model, corrupt, label in (
    (wide_clean, clean, "wide, rebuilding"),
    (wide_noisy, noisy, "wide, denoising"),
    (narrow_noisy, noisy, "bottleneck, denoising"),
):
    train_on(model, many, corrupt, label, taken, look_every=STEPS)

# %% [markdown] id="noise-that-teaches-denoise-table-words"
# How good is the result when a clean picture goes in, and how good when a noisy one does?
# All four networks had the same number of steps, and *copy*, which hands its input back, is there to compare with.

# %% id="noise-that-teaches-denoise-table"
ways = {
    "copy": lambda pictures: pictures,
    "wide, rebuilding": wide_clean,
    "wide, denoising": wide_noisy,
    "bottleneck, rebuilding": from_many,
    "bottleneck, denoising": narrow_noisy,
}
denoised = {name: score(way, new, noisy_new) for name, way in ways.items()}
rows = {name: {"clean in": score(way, new), "noisy in": denoised[name]} for name, way in ways.items()}
show_table(rows, names="way", caption="Explained, of the clean picture")

# %% id="noise-that-teaches-denoise-look" tags=["figure"]
with torch.no_grad():
    seen = {"noisy, as it goes in": noisy_new[4], "the clean truth": true_new[4]}
    seen |= {name: way(noisy_new[4:5])[0].clamp(0, 1) for name, way in ways.items() if name != "copy"}
for titles in (["noisy, as it goes in", *list(seen)[2:4]], ["the clean truth", *list(seen)[4:]]):
    show_pictures(
        [seen[title] for title in titles],
        titles=titles,
        alt=alt_text("noise-that-teaches.denoised", ways="; ".join(titles)),
        scale=3,
        smooth=True,
    )
widgets.guessed("noise-that-teaches.copy")

# %% [markdown] id="noise-that-teaches-denoise-after" tags=["saw"]
# Rebuilding asks nothing of a wide network, because a correction of zero already gives a perfect copy.
# So it hands the noise through.
# The denoiser can't win by copying, since the clean value isn't in its input.
# It has to guess each pixel from its neighbours and from what it knows of faces.
# The corruption did here what the bottleneck did in lesson 02, which is to make the short cut worthless.
#
# The bottleneck's own rows surprise many people.
# Noise hardly disturbs it, whether it was trained with noise or not, because 64 numbers have no room for noise.
# What it lacks is detail.

# %% [markdown] id="noise-that-teaches-note-noise" tags=["instructor"]
# *For the instructor.* 12 minutes.
# The usual confusion is that the network learns the noise, although the noise is new at every step and there's nothing in it to learn.
# Ask what would happen if `noise_source` were seeded anew in every step, and whether the best denoiser can reach 1 (it can't, because what the noise hides must be guessed).

# %% [markdown] id="noise-that-teaches-wall-words"
# ## 3 · Six ways to spoil a picture  (Further, 5 min)
#
# Noise is one of many ways to spoil pictures for training, which together are called [augmentation](../lessons/glossary.md#augmentation).
# Turn each of the six up slowly.
# At which strength would *you* no longer know what Ada is doing?
#
# - **Noise** is the one you've built, and **[occlusion](../lessons/glossary.md#occlusion)** covers a part with one colour, so that the network must draw what's behind.
# - **Warp** crumples the face by a grid of points, while **move** turns, zooms and shifts the whole of it.
# - **Flip** mirrors the picture left to right, and **colour** changes its light and tint.

# %% id="noise-that-teaches-wall"
widgets.wall(np.stack([new.pictures[k] for k in (1, 4, 6)]))

# %% [markdown] id="noise-that-teaches-pairs-words"
# You can sort them by asking whether the network should *undo* the change or *draw what it sees*.
# Noise, occlusion and colour are undone, so the clean picture comes out.
# A face that's turned or mirrored is still a face, so it's moved in the input *and* in the target.
# The warp of section 4 lies in between.
#
# In your training loop all of this comes down to the function that you passed as `corrupt`.
# Here are the library's two ways to make one, as section 6 uses them.
# The `weights` say which pixels the loss counts, so they follow a picture that's moved.

# %% id="noise-that-teaches-pairs"
print(inspect.getsource(noise_that_teaches.input_only))
print(inspect.getsource(noise_that_teaches.alike))

# %% [markdown] id="noise-that-teaches-note-wall" tags=["instructor"]
# *For the instructor.* 5 minutes.
# One question has no clean answer, which is whether a swap network should undo a change of colour or follow it as it follows the light.

# %% [markdown] id="noise-that-teaches-field-words"
# ## 4 · The grid that crumples a face  (Core, 13 min)
#
# We come back to the bench you began with, and you'll build its warp yourself.
# faceswap has used it since its first version of 2017, and it takes two functions.
# The first turns 25 pushes into a step (x, y) for every pixel, which is called a [displacement field](../lessons/glossary.md#displacement-field).
# Between the points the steps change evenly, like a sheet of rubber that's pinned at the points.
#
# ### Your turn · The displacement field  (●●○, 5 min)
# You know the push at 25 places, and you need it at every pixel in between.
# `functional.interpolate(values, size=(height, width), mode="bilinear", align_corners=True)` stretches a small map (N, C, 5, 5) to (N, C, height, width), with the first point on the first pixel and the last point on the last.
# Mind where it wants the channels.


# %% id="noise-that-teaches-field"
def displacement_field(push, height, width):
    """A step for every pixel from a step for every point; x first, then y.

    (N, 5, 5, 2) in, (N, height, width, 2) out.
    """
    ### BEGIN SOLUTION
    channels_first = push.permute(0, 3, 1, 2)
    field = functional.interpolate(channels_first, size=(height, width), mode="bilinear", align_corners=True)
    return field.permute(0, 2, 3, 1)
    ### END SOLUTION


# %% id="noise-that-teaches-field-check"
displacement_field = check("noise-that-teaches.field", displacement_field)

# %% [markdown] id="noise-that-teaches-warp-words"
# The second function applies the field, and it fills the new picture pixel by pixel.
# The pixel at (x, y) *looks up* the old picture at (x + step x, y + step y).
# So where the field points to the right, the face moves to the left.
# A place between pixels is mixed from the four around it, which is called [bilinear interpolation](../lessons/glossary.md#bilinear-interpolation), and beyond the edge the edge is repeated.
#
# ### Your turn · Warp  (●●○, 6 min)
# With this you can bend any picture by any field, as the bench at the top does.
# `functional.grid_sample(pictures, places, padding_mode="border", align_corners=True)` does the looking up.
# It counts places from −1, the first pixel, to 1, the last one, and it wants x before y.


# %% id="noise-that-teaches-warp"
def warp(pictures, field):
    """Looks up `pictures` at each pixel's own place plus `field`.

    `pictures`: (N, C, H, W). `field`: (N, H, W, 2), in pixels, x first.
    """
    height, width = pictures.shape[-2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    ### BEGIN SOLUTION
    places = torch.stack([x, y], -1) + field
    last = torch.tensor([width - 1, height - 1])
    return functional.grid_sample(pictures, 2 * places / last - 1, padding_mode="border", align_corners=True)
    ### END SOLUTION


# %% id="noise-that-teaches-warp-check"
warp = check("noise-that-teaches.warp", warp)

# %% [markdown] id="noise-that-teaches-crumpled-words"
# faceswap pushes each point by a bell curve whose σ is 5 pixels on a grid of 160, which makes 2 pixels on our 64.
# All pictures here get one and the same push, so that you can see it best on the last one, a chequered board.

# %% id="noise-that-teaches-crumpled"
push = 64 * 5 / 160 * torch.randn(1, 5, 5, 2, generator=torch.Generator().manual_seed(5))
field = displacement_field(push, 64, 64)
board = (torch.arange(64)[:, None] // 8 + torch.arange(64) // 8) % 2
subjects = torch.cat([true_new[[1, 4, 6]], (0.2 + 0.6 * board).expand(1, 3, 64, 64)])
crumpled = warp(subjects, field.expand(4, -1, -1, -1))

# %% id="noise-that-teaches-crumpled-look" tags=["figure"]
show_pictures(
    [subjects, crumpled],
    rows=["as drawn", "crumpled"],
    alt="noise-that-teaches.crumpled",
    scale=2.6,
    smooth=True,
)

# %% [markdown] id="noise-that-teaches-statistics-words"
# How strong is that, over a thousand random fields?
# The cell measures how far a pixel moves on average and how far the most moved one goes, beside what faceswap's own code does (measured in `tests/test_augment.py`).


# %% id="noise-that-teaches-statistics"
def how_far(pushes):
    """How far the fields of some pushes move a pixel: the average one, and the most moved one of each."""
    moved = displacement_field(pushes, 64, 64).norm(dim=-1)
    return {"mean": moved.mean(), "most moved": moved.amax((1, 2)).mean()}


pushes = 64 * 5 / 160 * torch.randn(1000, 5, 5, 2, generator=torch.Generator().manual_seed(6))
rows = {
    "yours": how_far(pushes),
    "faceswap": {"mean": 1.63, "most moved": 5.1},
}
caption = "Pixels moved, in a picture of 64"
show_table(rows, {"mean": ".2f", "most moved": ".1f"}, names="field", caption=caption)

# %% [markdown] id="noise-that-teaches-target-words"
# What should the network draw when it sees a crumpled face?
# The obvious target is the picture as it was, but think of 25 pushes that happen to point the same way.
# That face is shifted, not crumpled, and the network can undo a shift only if it can see one.
# In crops cut as evenly as ours it can, because a face off its usual place shows.
# In loosely cut crops it can't, and would draw all likely places at once, which is a blur.
#
# The faceswap of 2017 avoids the question, because its target follows the part of the push that's a plain turn, zoom and shift.
# That's the [similarity transform](../lessons/glossary.md#similarity-transform) which fits the pushed points best (Umeyama, 1991), so only the bending is left to undo.
# Today's faceswap and DeepFaceLab leave this step out and ask for the unwarped picture.
#
# `augment.grid_warp` follows the version of 2017, here at double strength.
# To which of the two targets is the crumpled picture nearer?

# %% id="noise-that-teaches-target"
drawn, inside = true_new[:100], tensors.masks_to_tensor(new.masks[:100])
bent, wanted = augment.grid_warp(drawn, torch.Generator().manual_seed(7), spread=2 * 5 / 160)
targets = {"the picture as it was": drawn, "the target of 2017": wanted}
apart = {}
for name, target in targets.items():
    apart[name] = (inside * (bent - target).square()).sum() / (3 * inside.sum())
show_table(apart, ["mean squared error"], names="crumpled input against", form=".4f")

# %% id="noise-that-teaches-target-look" tags=["figure"]
show_pictures(
    [(drawn[k], bent[k], wanted[k]) for k in (0, 4)],
    titles=["as drawn", "seen, crumpled", "target, moved along"],
    alt="noise-that-teaches.target",
    scale=3,
    smooth=True,
)

# %% [markdown] id="noise-that-teaches-target-saw" tags=["saw"]
# The target of 2017 lies nearer, because it already has the turn, zoom and shift of the crumpled picture; what's left is bending.

# %% [markdown] id="noise-that-teaches-note-warp" tags=["instructor"]
# *For the instructor.* 13 minutes.
# The usual confusion is the direction of the lookup, which the board shows, and the usual bug is to exchange x and y, so the checks use unequal sides.
# Ask what the network learns from this pair that rebuilding doesn't teach (to find eyes and mouth out of their places, and to put them right).

# %% [markdown] id="noise-that-teaches-colour-words"
# ## 5 · Move, mirror, recolour  (Further, 7 min)
#
# Three of the six are left, and they go quickly.
# *Move* is a random similarity transform, in the library as `augment.affine` (and *affine* in the table of section 6).
# *Flip* needs a second thought, which comes below, and *colour* is yours to build.
#
# ### Your turn · Colour jitter  (●●○, 5 min)
# Two films never have quite the same light, so you'd like a network that doesn't depend on one.
# Give every picture, for each of its three colours, a *gain* and an *offset* that hold for all its pixels.
# New = 0.5 + gain · (old − 0.5) + offset, which is built around 0.5 so that a gain leaves mid-grey alone.
# Draw the gain evenly from 1 ± strength and the offset evenly from ± strength / 2.


# %% id="noise-that-teaches-colour"
def colour_jitter(pictures, strength, generator):
    """`pictures` with random gains and offsets, one each a picture and colour.

    `pictures`: (N, 3, H, W) in 0…1; so is the result, cut off.
    """
    ### BEGIN SOLUTION
    shape = (len(pictures), 3, 1, 1)
    gain = 1 + strength * (2 * torch.rand(shape, generator=generator) - 1)
    offset = strength / 2 * (2 * torch.rand(shape, generator=generator) - 1)
    return (0.5 + gain * (pictures - 0.5) + offset).clamp(0, 1)
    ### END SOLUTION


# %% id="noise-that-teaches-colour-check"
colour_jitter = check("noise-that-teaches.colour", colour_jitter)

# %% id="noise-that-teaches-three-look" tags=["figure"]
changes = [
    pair,
    augment.affine(pair, torch.Generator().manual_seed(8)),
    pair.flip(-1),
    colour_jitter(pair, 0.3, torch.Generator().manual_seed(8)),
]
show_pictures(
    list(zip(*changes, strict=True)),
    titles=["as drawn", "moved", "mirrored", "recoloured"],
    alt="noise-that-teaches.three",
    scale=2.6,
    smooth=True,
)

# %% [markdown] id="noise-that-teaches-mirror-words"
# Is a mirrored Ada still Ada?
# In a drawn world you can measure it.
# The cell mirrors her *performance* (turn, tilt, gaze and light change sides), draws her anew, and compares that with the mirrored picture.
# Whatever is missing to 1 comes from what isn't symmetric in her: a parting, a mark or the fall of her hair.

# %% id="noise-that-teaches-mirror"
sides = np.ones(len(toons.PARAMETERS), np.float32)
sides[[toons.PARAMETERS.index(name) for name in ("yaw", "roll", "gaze_x", "light_azimuth")]] = -1
mirrors = {}
for name in ("ada", "bo", "cleo"):
    faces = draw_faces(toons.CAST[name], new.performances[:100])
    other_side = draw_faces(toons.CAST[name], new.performances[:100] * sides)
    mirrored = tensors.to_tensor(faces.pictures).flip(-1)
    # In place of a network stands a function that gives the mirrored pictures, whatever it sees.
    mirrors[name] = score(lambda _, m=mirrored: m, other_side)
show_table(mirrors, ["explained"], form=".3f", caption="The mirrored picture against the true one")

# %% [markdown] id="noise-that-teaches-mirror-after" tags=["saw"]
# For these toons a mirror is nearly a gift, a second and almost true picture of each.
# A face with a scar or a parting pays more for it, because a network trained on flips may blur the mark or draw it twice.

# %% [markdown] id="noise-that-teaches-note-colour" tags=["instructor"]
# *For the instructor.* 7 minutes.
# The usual confusion is that flipping needs no thought, so ask for things that must not be mirrored (text, a watch, a heart).

# %% [markdown] id="noise-that-teaches-measure-words"
# ## 6 · Did it help?  (Core, 12 min)
#
# Now it's time to ask what the six are good for, and to measure it we borrow lesson 04's main idea.
# Give *one* encoder two decoders, train Ada's to rebuild Ada and Bo's to rebuild Bo, then encode Ada and let Bo's decoder draw.
# Out comes Bo in Ada's performance, a [face swap](../lessons/glossary.md#face-swap), and lesson 04 tells you why that works.
# Here it gives us a stricter measure, the [explained swap](../lessons/glossary.md#explained-swap), which compares the result with Bo drawn in the same performance; Bo's average face scores 0.
#
# Each augmentation was tried alone, and then move, flip, warp and colour together, as face-swap programs use them.
# All of it was done with 100 and with 3,000 pictures of each character, from three seeds, for the same number of steps.

# %% id="noise-that-teaches-predict-helps"
predict("noise-that-teaches.helps")

# %% [markdown] id="noise-that-teaches-table-words"
# The table took 48 trainings, so it was computed beforehand, by the command that the cell prints.
# *Learned from* and *never seen* are reconstructions, the mean of Ada's and Bo's, and *swap* is the mean of both directions.
# Every ± is the standard deviation over the three seeds.

# %% id="noise-that-teaches-table"
table = load_table("noise-that-teaches")
names, counts = table["augmentations"], table["settings"]["counts"]
MEASURES = {
    "learned from": ("train_a", "train_b"),
    "never seen": ("held_out_a", "held_out_b"),
    "swap": ("swap_ab", "swap_ba"),
}


def by_seed(name, count, measure):
    """One score a seed, in order of the seeds."""
    rows = [row for row in table["rows"] if (row["augmentation"], row["pictures"]) == (name, count)]
    return np.array([np.mean([row[key] for key in MEASURES[measure]]) for row in rows])


print(table["command"])
for count in counts:
    rows = {name: {measure: by_seed(name, count, measure) for measure in MEASURES} for name in names}
    show_table(rows, names="augmentation", caption=f"Explained, with {count:,} pictures")

# %% [markdown] id="noise-that-teaches-luck-words"
# Which of these differences are real?
# Every augmentation shares its seed's faces, first weights and batches with *none*, so we compare seed by seed.
# It's tempting to believe a gain if all three seeds agree on its sign, but three coins fall alike one time in four.
# Of 28 gains that makes seven by luck alone.
# So we take the 95 % interval of the mean gain, by Student's t, and believe it only if the whole interval lies on one side of 0.
# Luck does that about one time in twenty.


# %% id="noise-that-teaches-luck"
def interval(gains):
    """The 95 % interval of the mean of a few gains, by Student's t: (low, high)."""
    half = stats.t.ppf(0.975, len(gains) - 1) * stats.sem(gains)
    return gains.mean() - half, gains.mean() + half


def gains(name, count, measure):
    return by_seed(name, count, measure) - by_seed("none", count, measure)


judged = ("never seen", "swap")
cells = [gains(name, count, measure) for name in names[1:] for count in counts for measure in judged]
alike = sum(len(set(np.sign(some))) == 1 for some in cells)
clear = sum(not low <= 0 <= high for low, high in map(interval, cells))
rows = {"all three seeds agree": {"gains": alike, "expected by luck": len(cells) / 4}}
rows["the interval leaves out 0"] = {"gains": clear, "expected by luck": len(cells) / 20}
caption = f"How many of {len(cells)} gains pass"
show_table(rows, {"gains": None, "expected by luck": ".1f"}, names="rule", caption=caption)


# %% id="noise-that-teaches-verdict"
def verdict(some):
    low, high = interval(some)
    word = "helps" if low > 0 else "harms" if high < 0 else "undecided"
    return f"{word} ({low:+.3f} to {high:+.3f})"


for count in counts:
    rows = {n: {m: verdict(gains(n, count, m)) for m in judged} for n in names[1:]}
    caption = f"Gain over none with {count:,} pictures, 95 % interval"
    show_table(rows, names="augmentation", caption=caption)
more = {m: verdict(by_seed("none", 3000, m) - by_seed("none", 100, m)) for m in judged}
show_table({"none": more}, names="augmentation", caption="Gain of 3,000 pictures over 100, 95 % interval")


# %% id="noise-that-teaches-table-look" tags=["figure"]
MARKS = ("never seen", "s", "#12355f"), ("swap", "^", "#b3620c")


def gain_figure():
    figure, panels = plt.subplots(1, len(counts), figsize=(8, 4), sharey=True, sharex=True)
    for panel, count in zip(panels, counts, strict=True):
        panel.axvline(0, color="#9a9a9a", linewidth=1, zorder=0)
        for place, (measure, marker, colour) in enumerate(MARKS):
            for row, name in enumerate(names[1:]):
                low, high = interval(gains(name, count, measure))
                at = row + 0.3 * (place - 0.5)
                panel.plot([low, high], [at, at], color=colour, linewidth=2)
                label = measure if row == 0 else None
                panel.plot((low + high) / 2, at, marker, color=colour, markersize=6, label=label)
        panel.set_title(f"{count:,} pictures", fontsize=13)
        panel.set(xlabel="gain over none", xlim=(-0.25, 0.25))
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_yticks(range(len(names) - 1), names[1:])
    panels[0].invert_yaxis()
    panels[0].legend(frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0, 1.08))
    show(figure, alt="noise-that-teaches.gains")


gain_figure()
widgets.guessed("noise-that-teaches.helps")

# %% [markdown] id="noise-that-teaches-discussion" tags=["saw"]
# A line that crosses the grey one is undecided, and the widest run out of the figure.
# Read soberly, the table doesn't say what one usually hears.
#
# - **More pictures helped the swap.** For the reconstruction even that is undecided, because one of the three seeds gained almost nothing.
# - **With a hundred pictures, flip helped the reconstruction.** It adds new and almost true pictures, as section 5 measures. Noise cost the reconstruction a little, and all together cost both.
# - **With 3,000 pictures no augmentation helped**, and affine and all together harmed the swap. In 300 steps of 16 a network meets each picture only once or twice, so there's nothing to learn by heart, and a corruption only makes the task harder.
# - **The warp's gain for the swap** at a hundred pictures has one sign in all three seeds, and still its interval reaches across 0.
# - **Colour jitter is undecided everywhere.** A pilot for this course had found with one seed that it helps the swap, and that's what one seed is worth.
#
# All of this holds for 300 steps; whether a longer training turns a harm into a help hasn't been measured here.

# %% [markdown] id="noise-that-teaches-outliers-words"
# Means hide single rows, so we list those whose swap falls below half of their reconstruction.

# %% id="noise-that-teaches-outliers"
outliers = []
for row in table["rows"]:
    rebuilt, swapped = (np.mean([row[key] for key in MEASURES[measure]]) for measure in judged)
    if swapped < rebuilt / 2:
        outliers.append(row | {"never seen": rebuilt, "swap": swapped})
show_table(outliers, ["augmentation", "pictures", "seed", "never seen", "swap"])

# %% [markdown] id="noise-that-teaches-again-words"
# These networks rebuild as well as their neighbours, and yet they can't swap.
# Let's make one of them again from nothing, also because a table that you can't check is only a claim.

# %% id="noise-that-teaches-again"
chosen = ("flip", 100, 0)
model, faces, truth = noise_that_teaches.trained(*chosen, steps=table["settings"]["steps"], progress=True)
row = noise_that_teaches.measured(model, faces, truth)
kept = next(r for r in table["rows"] if (r["augmentation"], r["pictures"], r["seed"]) == chosen)
versions = {"made now": row, "kept": kept}
rows = {m: {n: np.mean([r[k] for k in keys]) for n, r in versions.items()} for m, keys in MEASURES.items()}
show_table(rows, names="measure", form=".3f")

# %% [markdown] id="noise-that-teaches-light-words"
# What went wrong?
# In a drawn world you can test a suspicion, and ours is the light.
# The cell draws the truth once more with the light from the *other* side, and asks which of the two the swap is nearer to.
# The pictures below it show the mean of all faces lit from the right less the mean of those lit from the left.
# So a place is bright where light from the right makes it brighter.

# %% id="noise-that-teaches-light"
other_light = truth["ada"].performances.copy()
other_light[:, toons.PARAMETERS.index("light_azimuth")] *= -1
swaps, rows = {}, {}
for a, b in (("ada", "bo"), ("bo", "ada")):
    swaps[b] = swap_pictures(model, truth[a].pictures, a, b)
    turned = draw_faces(toons.CAST[b], other_light)
    right, wrong = (score(lambda _, b=b: tensors.to_tensor(swaps[b]), some) for some in (truth[b], turned))
    rows[f"{a} → {b}"] = {"light as it was": right, "light from the other side": wrong}
show_table(rows, names="swap", caption="Explained, by the truth in two lights")

# %% id="noise-that-teaches-light-look" tags=["figure"]
from_right = torch.from_numpy(truth["ada"].performances[:, toons.PARAMETERS.index("light_azimuth")] > 0)


def right_less_left(pictures):
    grey = tensors.to_tensor(pictures).mean(1)
    return (0.5 + 3 * (grey[from_right].mean(0) - grey[~from_right].mean(0))).clamp(0, 1)


compared = truth["ada"].pictures, swaps["bo"], truth["bo"].pictures, swaps["ada"]
show_pictures(
    [right_less_left(some) for some in compared],
    titles=["Ada", "Ada → Bo", "true Bo", "Bo → Ada"],
    alt="noise-that-teaches.light",
    scale=2.6,
    smooth=True,
)

# %% [markdown] id="noise-that-teaches-light-after" tags=["saw"]
# If *light from the other side* scores higher, the network swaps with the light on the wrong side.
# Some direction of the shared code says where the light stands, and each character is rebuilt equally well whether "left" is written there as a plus or as a minus.
# Light comes from both sides equally often, so nothing in the loss ties Ada's left to Bo's left.
# It's a coin toss, decided by the seed, and mostly it falls well.
# (If it scores lower for you, your processor's rounding has tossed the coin the other way.)
#
# In the other row of the list a different coin fell badly, and there Bo turns his head to the wrong side.
# You can see it if you make that row above and mirror `yaw` and `roll` in place of the light.
# The reconstruction notices neither of them, and lesson 04 begins with this very trouble in a larger size.

# %% [markdown] id="noise-that-teaches-note-measure" tags=["instructor"]
# *For the instructor.* 12 minutes.
# Have each group argue for one row before the verdict is shown.
# The usual confusion is that augmentation always helps, so ask what equal steps do to the comparison (an augmented training may go on gaining where the plain one has stopped).
# Was it flip's fault that the light fell badly? The list has a warp in it too, so two rows of 48 prove no cause.

# %% [markdown] id="noise-that-teaches-close"
# ## What you can now do
#
# - You can see overfitting as a gap between two lines, and say why the score on learned pictures tells you little.
# - You can turn any corruption into a task, and decide whether the network should undo it or follow it.
# - You can build a displacement field and a warp, and say which way it looks and what its target may be.
# - You can read a table over seeds, and tell a help from luck.
#
# **Does this carry over to photographs?** Some of the ways do, because faceswap and DeepFaceLab both crumple and move their pictures, while noise and occlusion are in neither.
# Whether each one helps *there* can't be read off toons.
# Photographs vary in more ways, runs last days, and there's no true swap to print your table with.
#
# **Still open.** Which corruption is worth its cost depends on data, net and time, and so far people find it by trying. Could one know beforehand?

# %% [markdown] id="noise-that-teaches-predictions-words"
# Here is what you predicted, beside what came out.

# %% id="noise-that-teaches-predictions"
best = max(names[1:], key=lambda name: gains(name, 100, "swap").mean())
poor, rich = (curves[label][-1] for label in ("100 pictures", "3,000 pictures"))
wide = [denoised[f"wide, {way}"] for way in ("rebuilding", "denoising")]
predictions(
    "noise-that-teaches",
    outcome={
        "noise-that-teaches.target": "it moves along with the points, as faceswap's target of 2017 does",
        "noise-that-teaches.overfit": f"learned from: {poor[1]:.2f} with 100, {rich[1]:.2f} with 3,000; "
        f"never seen: {poor[2]:.2f} and {rich[2]:.2f}",
        "noise-that-teaches.copy": f"copy {denoised['copy']:.2f}, "
        f"wide and rebuilding {wide[0]:.2f}, wide and denoising {wide[1]:.2f}",
        "noise-that-teaches.helps": f"largest mean gain for the swap at 100 pictures: "
        f"{best}, {verdict(gains(best, 100, 'swap'))}",
    },
)

# %% [markdown] id="noise-that-teaches-quiz-words"
# To finish, here are five questions on what people often get wrong.

# %% id="noise-that-teaches-quiz"
quiz("noise-that-teaches")

# %% [markdown] id="noise-that-teaches-sources"
# **Terms.** [augmentation](../lessons/glossary.md#augmentation) · [bilinear interpolation](../lessons/glossary.md#bilinear-interpolation) · [denoising](../lessons/glossary.md#denoising) ·
# [displacement field](../lessons/glossary.md#displacement-field) · [occlusion](../lessons/glossary.md#occlusion) · [overfitting](../lessons/glossary.md#overfitting) ·
# [similarity transform](../lessons/glossary.md#similarity-transform) · [standard deviation](../lessons/glossary.md#standard-deviation)
#
# **Sources.** Vincent and others, *Extracting and composing robust features with denoising autoencoders*, 2008 (noise in, clean out). Bishop, *Training with noise is equivalent to Tikhonov regularization*, 1995 (why noise smooths what is learned).
# deepfakes/faceswap, first commits of December 2017 (the 5 × 5 warp with its Umeyama target; rotation, zoom, shift and flip) and today's `lib/training` (the warp without that target; colour). iperov/DeepFaceLab (a warp of 2, 4 or 8 cells, its target unwarped). Umeyama, *Least-squares estimation of transformation parameters between two point patterns*, 1991.
# DeVries and Taylor, *Improved regularization of convolutional neural networks with cutout*, 2017 (occlusion). Student, *The probable error of a mean*, 1908 (the interval).
