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
# **Why would anybody spoil pictures before a network may learn from them?**
#
# | | |
# |---|---|
# | Time | 60 minutes: Core 48, Further 12 |
# | You need | lessons 01 and 02: the training loop, held-out data, the autoencoder, explained reconstruction |
# | You will be able to | see overfitting, train a denoiser, crumple a face with a 5 × 5 grid, and measure which of these tricks helps |
#
# A network that has few pictures learns them by heart. In this lesson you spoil pictures in six ways, teach a network to undo
# the damage, and then ask the question that most tutorials leave out: did it help?

# %% id="noise-that-teaches-imports" tags=["setup"]
import inspect

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from unmasked import augment, metrics, tensors, toons, widgets
from unmasked.course import check
from unmasked.experiments import noise_that_teaches
from unmasked.experiments.tables import load_table
from unmasked.faces import draw_faces
from unmasked.models.autoencoder import Autoencoder
from unmasked.training import cosine, set_rate, train
from unmasked.widgets import predict, predictions, quiz, show, show_pictures, show_table

# %% [markdown] id="noise-that-teaches-crumple-words"
# Here is the oddest of the six. Drag a point of the grid and look at the middle picture: that is what the network would see. On the right is what it
# must draw. Then press *Move all points* and see what becomes of the right one.

# %% id="noise-that-teaches-crumple"
widgets.crumple("ada")

# %% [markdown] id="noise-that-teaches-note-card" tags=["instructor"]
# *For the instructor.* 3 minutes. Let the class find out by themselves why the right picture follows *Move all points* and hardly follows one point; section 4 answers it. The usual
# confusion: a point dragged to the right moves the face to the LEFT, for the grid says where the network's picture is looked up.

# %% [markdown] id="noise-that-teaches-data-words"
# ## 1 · A hundred faces by heart  (Core, 8 min)
#
# Draw 3,000 pictures of Ada to learn from and 300 that no training will see. Then pretend to be poor: keep a hundred.

# %% id="noise-that-teaches-data"
numbers = np.random.default_rng(3)
many = draw_faces(toons.CAST["ada"], toons.sample_performances(numbers, 3000))
new = draw_faces(toons.CAST["ada"], toons.sample_performances(numbers, 300))
few = many[:100]
print(len(many), "and", len(few), "pictures to learn from;", len(new), "held out")


# %% [markdown] id="noise-that-teaches-score-words"
# The score is the [explained reconstruction](../lessons/glossary.md#explained-reconstruction) of lesson 02, inside the face: 1 is a perfect picture, 0 is no better than Ada's
# average face. `given` lets you hand the network something else than the clean picture.


# %% id="noise-that-teaches-score"
@torch.no_grad()
def score(model, faces, given=None):
    """Explained reconstruction of `faces` when the model sees `given` (the faces themselves if left out)."""
    true, inside = tensors.to_tensor(faces.pictures), tensors.masks_to_tensor(faces.masks)
    drawn = model(true if given is None else given).clamp(0, 1)
    return metrics.explained(drawn, true, true.mean(0), inside)


# %% [markdown] id="noise-that-teaches-train-words"
# The training step is the one you know, with one new place: `corrupt` makes two pictures of each batch, the one that goes in and the one that should
# come out. For now both are the picture itself. Every 50 steps `train` calls `look`, which notes two scores.


# %% id="noise-that-teaches-train"
def train_on(model, faces, corrupt, steps, label, look_every=50):
    """Teaches `model` to make wanted of given, where given, wanted = corrupt(batch); returns (steps, known, new)."""
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3, betas=(0.9, 0.95))
    generator = torch.Generator().manual_seed(0)
    curve = []

    def step(i):
        set_rate(optimiser, cosine(i, steps, 3e-3, warmup=min(20, steps // 10)))
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
# Two networks, alike in everything, get equally many steps: one on the hundred, one on the 3,000. Decide before you train.

# %% id="noise-that-teaches-predict-overfit"
predict("noise-that-teaches.overfit")


# %% id="noise-that-teaches-overfit"
def clean(batch):
    return batch, batch


def fresh():
    # The library's `Autoencoder` is yours of lesson 02. All nets start from one average face, and so differ in nothing else.
    torch.manual_seed(0)
    return Autoencoder(code_size=64).store_average(tensors.to_tensor(many.pictures[:1000]))


print(tensors.probe(precision="float32").apply())
from_few, from_many = fresh(), fresh()
curves = {
    "100 pictures": train_on(from_few, few, clean, 300, "100 pictures"),
    "3,000 pictures": train_on(from_many, many, clean, 300, "3,000 pictures"),
}


# %% id="noise-that-teaches-overfit-look" tags=["figure"]
def curve_figure(curves, alt):
    figure, panels = plt.subplots(1, len(curves), figsize=(8, 2.8), sharey=True)
    for panel, (label, curve) in zip(panels, curves.items(), strict=True):
        # Told apart by dash and shade, not by hue alone.
        panel.plot(curve[:, 0], curve[:, 1], "--o", color="#b3620c", markersize=4, label="learned from")
        panel.plot(curve[:, 0], curve[:, 2], "-s", color="#12355f", markersize=4, label="never seen")
        panel.set(title=label, xlabel="steps", ylim=(0, 1))
        panel.title.set_fontsize(10)
    panels[0].set_ylabel("explained reconstruction")
    panels[0].legend(frameon=False, loc="lower right")
    show(figure, alt=alt)


def gap(curve):
    """How much better the pictures learned from are rebuilt than the ones never seen, at the end."""
    return curve[-1, 1] - curve[-1, 2]


gap_words = ", ".join(f"{label}: {gap(curve):.2f}" for label, curve in curves.items())
curve_figure(
    curves,
    alt=f"Two panels of explained reconstruction over steps, a line for pictures learned from and one for pictures never seen. The gap at the end: {gap_words}.",
)
print("gap at the end:", gap_words)

# %% [markdown] id="noise-that-teaches-overfit-after"
# The gap between the two lines is [overfitting](../lessons/glossary.md#overfitting): what was learned about *these* pictures and not about Ada. The dashed line alone would praise the wrong network. That is why
# every score from here on is taken on pictures that were held out.

# %% [markdown] id="noise-that-teaches-note-overfit" tags=["instructor"]
# *For the instructor.* 8 minutes. The usual confusion: "overfitting means too many steps". Here both had equally many; what differs is how many pictures share them. Ask how
# often each network met each picture (16 · steps / pictures), and what one would do with photographs, where a hundred may be all there is.

# %% [markdown] id="noise-that-teaches-noise-words"
# ## 2 · Noise in, clean out  (Core, 12 min)
#
# More pictures would help, but say there are none. The cheapest way to never show the same picture twice is to change it a little each time. Begin with
# *noise*: every value of every pixel gets a random number of its own added, drawn from the bell curve with mean 0 and
# [standard deviation](../lessons/glossary.md#standard-deviation) σ ("sigma", the typical size of a draw).
#
# ### Your turn · Add noise  (●○○, 4 min)
# All chance must come from `generator`, so that the same seed gives the same noise. Pictures stay in 0…1: what goes beyond is cut off.


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
# Here are held-out faces under three amounts of noise. Your eye finds the smile even in the last row. It can, because you know what
# faces look like.

# %% id="noise-that-teaches-noisy"
SIGMA = 0.2
true_new = tensors.to_tensor(new.pictures)
noisy_new = add_noise(true_new, SIGMA, torch.Generator().manual_seed(1))

# %% id="noise-that-teaches-noisy-look" tags=["figure"]
show_pictures(
    [true_new[:8]] + [add_noise(true_new[:8], sigma, torch.Generator().manual_seed(1)) for sigma in (0.1, SIGMA, 0.4)],
    rows=["clean", "σ = 0.1", f"σ = {SIGMA}", "σ = 0.4"],
    alt="Eight faces of Ada, clean and under three growing amounts of coloured grain; in the last row only pose and mouth can be made out.",
)

# %% [markdown] id="noise-that-teaches-denoise-words"
# Now turn the spoiling into a task: the noisy picture goes in, the CLEAN one must come out. A network trained so is a
# [denoising](../lessons/glossary.md#denoising) autoencoder. Why should that teach more than rebuilding? Take the bottleneck away to see.
#
# `Wide` has no narrow place: as many numbers at every layer as the picture has. Its layers draw a *correction* to the input, so nothing is easier for it than to
# copy: a correction of zero will do.


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
# `Wide` is trained twice: once to rebuild clean pictures, once to denoise. Then both get the noisy held-out faces. What will the first one do?

# %% id="noise-that-teaches-predict-copy"
predict("noise-that-teaches.copy")

# %% id="noise-that-teaches-denoise"
noise_source = torch.Generator().manual_seed(2)


def noisy(batch):
    return add_noise(batch, SIGMA, noise_source), batch


torch.manual_seed(0)
wide_clean, wide_noisy, narrow_noisy = Wide(), Wide(), fresh()
for model, corrupt, steps, label in (
    (wide_clean, clean, 200, "wide, rebuilding"),
    (wide_noisy, noisy, 200, "wide, denoising"),
    (narrow_noisy, noisy, 300, "bottleneck, denoising"),
):
    train_on(model, many, corrupt, steps, label, look_every=steps)

# %% [markdown] id="noise-that-teaches-denoise-table-words"
# Five ways, two questions: how good is the result when a clean picture goes in, and how good when a noisy one does? *Copy* is no network at all: it
# hands its input back.

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
    results = [way(noisy_new[:7]).clamp(0, 1) for way in ways.values()]
show_pictures(
    [*results, true_new[:7]],
    rows=[*ways, "truth"],
    alt="Seven noisy faces of Ada as five ways hand them back, and the truth. Copying and the wide network that rebuilds keep the grain; the wide network that denoises removes most of it; both bottlenecks draw smooth, blurred faces.",
)

# %% [markdown] id="noise-that-teaches-denoise-after"
# Rebuilding asks a wide network for nothing, and copying is a perfect answer to that. With noise at the door the same network can no longer win by
# copying: to guess the clean value of a pixel it must use its neighbours, and what it knows of faces. So the corruption does what the bottleneck did in lesson 02: it makes the short cut worthless.
#
# The bottleneck's own rows are a surprise to many. Grain hardly disturbs it, whether it was trained with grain or not: 64 numbers have no room for it. What it lacks is detail, with or without noise.

# %% [markdown] id="noise-that-teaches-note-noise" tags=["instructor"]
# *For the instructor.* 12 minutes. The usual confusion: "the network learns the noise". The noise is new at every step, so there is nothing in it to learn; ask what would happen if `noise_source` were
# seeded anew in every step (the same grain each time: it could be learned, and subtracted). A second question: can the best denoiser reach 1? No: what the grain hides must be guessed.

# %% [markdown] id="noise-that-teaches-wall-words"
# ## 3 · Six ways to spoil a picture  (Further, 5 min)
#
# Spoiling pictures for training is called [augmentation](../lessons/glossary.md#augmentation). Try each of the six slowly, from nothing to too much. At which strength would *you* no longer know the performance?
#
# - **Noise** you have built. **[Occlusion](../lessons/glossary.md#occlusion)** covers a part with one colour, and the network must draw what is behind.
# - **Warp** crumples the face by a grid of points. **Move** turns, zooms and shifts all of it.
# - **Flip** mirrors left and right. **Colour** changes light and tint.

# %% id="noise-that-teaches-wall"
widgets.wall(np.stack([new.pictures[k] for k in (1, 4, 6)]))

# %% [markdown] id="noise-that-teaches-pairs-words"
# They are not all of one kind. Ask of each: should the network *undo* it, or should it *draw what it sees*? Noise, occlusion and colour are undone: clean picture out.
# A face that is turned or mirrored is a face all the same: it is moved in the input AND in the target. The warp is in between, and has a section of its own.
#
# The function that `corrupt` was in your training is all that changes. Here are the library's, as the measurement below uses them. (Its
# `weights` say which pixels the loss counts, and must follow a picture that is moved.)

# %% id="noise-that-teaches-pairs"
print(inspect.getsource(noise_that_teaches.input_only))
print(inspect.getsource(noise_that_teaches.alike))

# %% [markdown] id="noise-that-teaches-note-wall" tags=["instructor"]
# *For the instructor.* 5 minutes. Ask for a corruption whose target would be wrong if it were treated as the other kind: a face moved in the input only would teach the network to ignore
# where the head is. A question without a clean answer: should a swap network undo a change of colour, or follow it as it follows the light?

# %% [markdown] id="noise-that-teaches-field-words"
# ## 4 · The grid that crumples a face  (Core, 13 min)
#
# faceswap has used this warp since its first version of 2017. Lay 5 × 5 points over the picture, push each by a random step, and let the picture follow. It takes two functions.
#
# The first turns 25 pushes into one for every pixel. Such a map, a step (x, y) for each pixel, is a
# [displacement field](../lessons/glossary.md#displacement-field). Between points it changes evenly, like a sheet of rubber fixed at the points.
#
# ### Your turn · The displacement field  (●●○, 5 min)
# `functional.interpolate(values, size=(height, width), mode="bilinear", align_corners=True)` stretches a small map (N, C, 5, 5) to (N, C, height, width): the first point lies on the
# first pixel, the last on the last. Mind where it wants the channels.


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
# The second function applies it. The new picture is filled pixel by pixel: the pixel at (x, y) LOOKS UP the old picture at (x + step x, y + step y). So where the field points to
# the right, the face moves to the left. Places between pixels are mixed from the four around them
# ([bilinear interpolation](../lessons/glossary.md#bilinear-interpolation)); beyond the edge, the edge is repeated.
#
# ### Your turn · Warp  (●●○, 6 min)
# `functional.grid_sample(pictures, places, padding_mode="border", align_corners=True)` looks up. It counts places from −1, the first pixel, to 1, the last one, x before y.


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
# faceswap pushes each point by a bell curve whose σ is 5 pixels on a grid of 160. On 64 pixels that is 2. The same push is used for all eight faces here, so that you can see it: the last picture is a
# chequered board under it.

# %% id="noise-that-teaches-crumpled"
push = 64 * 5 / 160 * torch.randn(1, 5, 5, 2, generator=torch.Generator().manual_seed(5))
field = displacement_field(push, 64, 64)
board = (torch.arange(64)[:, None] // 8 + torch.arange(64) // 8) % 2
subjects = torch.cat([true_new[:7], (0.2 + 0.6 * board).expand(1, 3, 64, 64)])
crumpled = warp(subjects, field.expand(8, -1, -1, -1))

# %% id="noise-that-teaches-crumpled-look" tags=["figure"]
show_pictures(
    [subjects, crumpled],
    rows=["as drawn", "crumpled"],
    alt="Seven faces of Ada and a chequered board, and the same crumpled: the faces lean and bulge a little, the lines of the board are bent.",
)

# %% [markdown] id="noise-that-teaches-statistics-words"
# How strong is it? Measure a thousand random fields: how far a pixel is moved on average, and how far the most moved pixel of a picture. Beside it stands what faceswap's own code does, measured step by step in this
# course's tests (`tests/test_augment.py`).

# %% id="noise-that-teaches-statistics"
pushes = 64 * 5 / 160 * torch.randn(1000, 5, 5, 2, generator=torch.Generator().manual_seed(6))
moved = displacement_field(pushes, 64, 64).norm(dim=-1)
rows = {
    "yours": {"mean": moved.mean(), "most moved": moved.amax((1, 2)).mean()},
    "faceswap": {"mean": 1.63, "most moved": 5.1},
}
show_table(rows, {"mean": ".2f", "most moved": ".1f"}, names="field", caption="Pixels moved, in a picture of 64")

# %% [markdown] id="noise-that-teaches-predict-target-words"
# Now the target. The obvious one is the picture as it was. But think of 25 pushes that all happen to point the same way.

# %% id="noise-that-teaches-predict-target"
predict("noise-that-teaches.target")

# %% [markdown] id="noise-that-teaches-target-words"
# A face shifted as a whole is not crumpled. No network can see that it was shifted, so none can undo it; asked to, it would learn to draw all shifts at once, which is a blur. So the target follows the *part of the push that is
# a plain turn, zoom and shift*: the [similarity transform](../lessons/glossary.md#similarity-transform) that fits the pushed points best, found in closed form by Umeyama in 1991. What is left to undo is the bending.
#
# `augment.grid_warp` gives both pictures, here at double strength, so that you can see it. To which of the two targets is the crumpled picture nearer? (The bench at the top shows the same as two distances.)

# %% id="noise-that-teaches-target"
seen, wanted = augment.grid_warp(true_new, torch.Generator().manual_seed(7), spread=2 * 5 / 160)
inside_new = tensors.masks_to_tensor(new.masks)
targets = {"the picture as it was": true_new, "the clean target": wanted}
apart = {
    name: (inside_new * (seen - target).square()).sum() / (3 * inside_new.sum()) for name, target in targets.items()
}
show_table(apart, ["mean squared error"], names="crumpled input against", form=".4f")

# %% id="noise-that-teaches-target-look" tags=["figure"]
show_pictures(
    [true_new[:8], seen[:8], wanted[:8]],
    rows=["as drawn", "seen, crumpled", "target, clean"],
    alt="Eight faces as drawn, crumpled at double strength, and their clean targets, which are turned, zoomed and shifted like the crumpled ones but not bent.",
)

# %% [markdown] id="noise-that-teaches-note-warp" tags=["instructor"]
# *For the instructor.* 13 minutes. The usual confusion is the direction of the lookup; the board shows it. The usual bug is x and y exchanged, which a square picture and a symmetric field hide: the checks use unequal sides.
# Ask what the network learns from this pair that rebuilding does not teach: to recognise eyes and mouth although they are not where they usually are, and to put them right.

# %% [markdown] id="noise-that-teaches-colour-words"
# ## 5 · Move, mirror, recolour  (Further, 7 min)
#
# Three more, quickly. *Move* is a random similarity transform: `augment.affine`, which has faceswap's amounts as its defaults (in the table below it is *affine*). *Colour* is yours to build.
#
# ### Your turn · Colour jitter  (●●○, 5 min)
# Every picture gets, for each of its three colours, a *gain* and an *offset*: new = 0.5 + gain · (old − 0.5) + offset. The gain is drawn evenly from 1 ± strength, the offset from ± strength / 2. Around
# 0.5, so that a gain changes the contrast and leaves mid-grey alone. It is the same for all pixels of a picture, and another one for every picture.


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
show_pictures(
    [
        true_new[:8],
        augment.affine(true_new[:8], torch.Generator().manual_seed(8)),
        true_new[:8].flip(-1),
        colour_jitter(true_new[:8], 0.3, torch.Generator().manual_seed(8)),
    ],
    rows=["as drawn", "moved", "mirrored", "recoloured"],
    alt="Eight faces as drawn, then slightly turned, zoomed and shifted, then mirrored, then with changed contrast and tint.",
)

# %% [markdown] id="noise-that-teaches-mirror-words"
# Is a mirrored Ada still Ada? In this world that can be measured. Mirror her performance instead (turn, tilt, gaze and light change sides), draw her, and compare with the mirrored picture. What scores below 1 is
# not symmetric in her: a parting, a mark, the fall of the hair.

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

# %% [markdown] id="noise-that-teaches-mirror-after"
# So for these toons a mirror is nearly a gift: a second, almost true picture of each. A face with a scar or a parting pays more for it, and a network trained on flips may blur or double the mark.

# %% [markdown] id="noise-that-teaches-note-colour" tags=["instructor"]
# *For the instructor.* 7 minutes. The usual confusion: flipping needs no thought. Ask for things that must not be mirrored: text, a watch, a name tag, a heart. Ask what colour jitter on the input only tells the network about light (ignore it), though the
# swap has to follow the light.

# %% [markdown] id="noise-that-teaches-measure-words"
# ## 6 · Did it help?  (Core, 12 min)
#
# A first look at what comes next. Give ONE encoder two decoders, Ada's and Bo's, and train each decoder to rebuild its own character. Then encode Ada and let Bo's decoder draw. You get Bo in Ada's performance: a
# [face swap](../lessons/glossary.md#face-swap). Lesson 04 is about why that works. Here it is only a second measure, and a stricter one: **how well does the true picture come back?** The
# [explained swap](../lessons/glossary.md#explained-swap) compares with Bo drawn in the same performance, and 0 is Bo's average face.
#
# Every augmentation was tried alone, and then move, flip, warp and colour together as face-swap programs have them: with 100 and with 3,000 pictures of each character, from three seeds, always for equally many steps. What do you expect?

# %% id="noise-that-teaches-predict-helps"
predict("noise-that-teaches.helps")

# %% [markdown] id="noise-that-teaches-table-words"
# The table was computed beforehand by the command that the cell prints; ± is the standard deviation over the three seeds. *Learned from* and *never seen* are
# reconstructions, the mean of Ada and Bo; *swap* is the mean of both directions.

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


# %% id="noise-that-teaches-table-look" tags=["figure"]
def table_figure():
    figure, panels = plt.subplots(1, len(counts), figsize=(8, 3.4), sharey=True, sharex=True)
    looks = {
        "learned from": ("o", "none", "#b3620c"),
        "never seen": ("s", "#12355f", "#12355f"),
        "swap": ("^", "#8a8a8a", "#3a3a3a"),
    }
    for panel, count in zip(panels, counts, strict=True):
        for place, (measure, (marker, face, edge)) in enumerate(looks.items()):
            cells = [by_seed(name, count, measure) for name in names]
            rows = np.arange(len(names)) + 0.22 * (place - 1)
            panel.errorbar(
                [cell.mean() for cell in cells],
                rows,
                xerr=[cell.std(ddof=1) for cell in cells],
                fmt=marker,
                mfc=face,
                mec=edge,
                ecolor=edge,
                capsize=2,
                markersize=5,
                label=measure,
            )
        panel.axvline(by_seed("none", count, "swap").mean(), color="#c0c0c0", linewidth=1, zorder=0)
        panel.axvline(by_seed("none", count, "never seen").mean(), color="#c0c0c0", linewidth=1, zorder=0)
        panel.set_title(f"{count:,} pictures", fontsize=10)
        panel.set_xlabel("explained")
    panels[0].set_yticks(range(len(names)), names)
    panels[0].invert_yaxis()
    panels[0].legend(fontsize=8, ncols=3, frameon=False, loc="lower left", bbox_to_anchor=(0, 1.08))
    show(
        figure,
        alt="Two panels, 100 and 3,000 pictures. For no augmentation and each of seven, three marks with error bars: reconstruction of pictures learned from, of pictures never seen, and the swap. Grey lines mark what no augmentation scores.",
    )


table_figure()

# %% [markdown] id="noise-that-teaches-verdict-words"
# Three seeds are few. So be strict: call it a help only if it is better than *none* in every one of the three, and a harm only if it is worse in every one.


# %% id="noise-that-teaches-verdict"
def verdict(name, count, measure):
    gains = by_seed(name, count, measure) - by_seed("none", count, measure)
    word = "helps" if (gains > 0).all() else "harms" if (gains < 0).all() else "undecided"
    return f"{word} {gains.mean():+.3f}"


for count in counts:
    rows = {name: {measure: verdict(name, count, measure) for measure in ("never seen", "swap")} for name in names[1:]}
    show_table(rows, names="augmentation", caption=f"Mean gain over none, with {count:,} pictures")

# %% [markdown] id="noise-that-teaches-discussion"
# Read it soberly, for it is not what one hears.
#
# - **Nothing did as much as more pictures.** Compare *none* in the two halves, in both columns.
# - **With a hundred pictures, flip lifted the reconstruction in all three seeds.** It is the one that adds new, almost true pictures, as you measured. The warp lifted the swap in all three, by little. Noise lowered the reconstruction, and all together lowered both.
# - **With 3,000, none of them was a decided help**, and occlusion, move and all together were harms. In 300 steps of 16 a network meets each of 3,000 pictures once or twice. There is nothing to learn by heart, so a corruption only makes the task harder.
# - **A small gap is no aim in itself.** Look at *affine* with a hundred pictures: *learned from* came down to meet *never seen*, which hardly moved.
# - **Colour jitter is undecided in every column.** A pilot for this course, with one seed, had found that it helps the swap. That is what one seed is worth.
#
# All this holds for 300 steps. Whether a longer training turns a harm into a help has not been measured here.

# %% [markdown] id="noise-that-teaches-outliers-words"
# Means hide single rows. List those whose swap falls below half of their reconstruction.

# %% id="noise-that-teaches-outliers"
outliers = []
for row in table["rows"]:
    rebuilt, swapped = (np.mean([row[key] for key in MEASURES[measure]]) for measure in ("never seen", "swap"))
    if swapped < rebuilt / 2:
        outliers.append(row | {"never seen": rebuilt, "swap": swapped})
show_table(outliers, ["augmentation", "pictures", "seed", "never seen", "swap"])

# %% [markdown] id="noise-that-teaches-again-words"
# These networks rebuild as well as their neighbours, and cannot swap. And a table that nobody can check is a claim. So make one of these rows again, from nothing. Choose another augmentation or seed
# if you like; on another processor the last digits may differ.

# %% id="noise-that-teaches-again"
chosen = ("flip", 100, 0)
model, faces, truth = noise_that_teaches.trained(*chosen, steps=table["settings"]["steps"])
row = noise_that_teaches.measured(model, faces, truth)
kept = next(r for r in table["rows"] if (r["augmentation"], r["pictures"], r["seed"]) == chosen)
both = {"made now": row, "kept": kept}
rows = {m: {name: np.mean([r[k] for k in keys]) for name, r in both.items()} for m, keys in MEASURES.items()}
show_table(rows, names="measure", form=".3f")

# %% [markdown] id="noise-that-teaches-light-words"
# What went wrong? In a drawn world a suspicion can be tested. Draw the truth once more with the light from the OTHER side, and see which of the two the swap is nearer to.
# The figure takes the mean of all pictures lit from the right, less the mean of those lit from the left: bright is what light from the right makes brighter.

# %% id="noise-that-teaches-light"
other_light = truth["ada"].performances.copy()
other_light[:, toons.PARAMETERS.index("light_azimuth")] *= -1
swaps, rows = {}, {}
for a, b in (("ada", "bo"), ("bo", "ada")):
    with torch.no_grad():
        swaps[b] = model.decode(model.encode(tensors.to_tensor(truth[a].pictures), a), b).clamp(0, 1)
    turned = draw_faces(toons.CAST[b], other_light)
    right, wrong = (score(lambda _, drawn=swaps[b]: drawn, some) for some in (truth[b], turned))
    rows[f"{a} → {b}"] = {"light as it was": right, "light from the other side": wrong}
show_table(rows, names="swap", caption="Explained, by the truth in two lights")

# %% id="noise-that-teaches-light-look" tags=["figure"]
from_right = torch.from_numpy(truth["ada"].performances[:, toons.PARAMETERS.index("light_azimuth")] > 0)


def right_less_left(pictures):
    grey = (pictures if torch.is_tensor(pictures) else tensors.to_tensor(pictures)).mean(1)
    return (0.5 + 3 * (grey[from_right].mean(0) - grey[~from_right].mean(0))).clamp(0, 1)


show_pictures(
    [right_less_left(some) for some in (truth["ada"].pictures, swaps["bo"], truth["bo"].pictures, swaps["ada"])],
    titles=["Ada", "Ada → Bo", "true Bo", "Bo → Ada"],
    alt="Four grey faces: what light from the right makes brighter or darker in Ada, in the swap to Bo, in the true Bo, and in the swap to Ada. "
    "In Ada and the true Bo the right half of the face is bright; compare the two swaps.",
    scale=2,
)

# %% [markdown] id="noise-that-teaches-light-after"
# If *light from the other side* scores higher, the network swaps with the light on the wrong side. Some direction of the shared code says on which side the light stands. Ada's faces need it, and Bo's, but each is rebuilt as well if
# "left" is written with a plus as with a minus, and light comes from both sides equally often. Nothing in the loss ties Ada's left to Bo's left. It is a toss of a coin, made by the seed, and mostly it falls well. (If it scores lower
# for you, your processor's rounding has tossed it the other way.)
#
# In the other row of the list a different coin fell badly: there Bo turns his head to the wrong side. Make that row in the cell above and mirror `yaw` and `roll` in place of the light to see it. Reconstruction can notice neither. Lesson 04
# begins with this very trouble, in a larger size.

# %% [markdown] id="noise-that-teaches-note-measure" tags=["instructor"]
# *For the instructor.* 12 minutes. Have each group argue for one row before the verdict is shown. The usual confusion: "augmentation always helps". Ask what "for equally many steps" does to the comparison: an augmented
# training has more to learn, and may go on gaining where the plain one has stopped. Two good exercises for home: four times the steps, one
# augmentation, one seed; and how much noise is right for a hundred pictures. Was it flip's fault that the light fell badly? The list has a warp in it, and flip's other seeds did well: two rows of 48 prove no cause.

# %% [markdown] id="noise-that-teaches-close"
# ## What you can now do
#
# - See overfitting as a gap between two lines, and say why the score on learned pictures is no score.
# - Turn any corruption into a task, and decide whether it is to be undone or to be followed.
# - Build a displacement field and a warp, and say which way it looks and what its target must be.
# - Read a table over seeds, and tell a help from chance.
#
# **Does this carry over to photographs?** The ways of spoiling do: they are faceswap's and DeepFaceLab's, and both crumple their inputs. Whether each one helps *there* cannot be read off toons. Photographs vary in more
# ways, runs last days instead of seconds, and the true swap does not exist, so nobody can print your table for them.
#
# **Still open.** Which corruption is worth its cost depends on data, net and time, and is found by trying. Can one know beforehand?

# %% [markdown] id="noise-that-teaches-predictions-words"
# What you predicted, beside what came out:

# %% id="noise-that-teaches-predictions"
best = max(names[1:], key=lambda name: (by_seed(name, 100, "swap") - by_seed("none", 100, "swap")).mean())
predictions(
    "noise-that-teaches",
    outcome={
        "noise-that-teaches.overfit": f"learned from: {curves['100 pictures'][-1, 1]:.2f} with 100, {curves['3,000 pictures'][-1, 1]:.2f} with 3,000; "
        f"never seen: {curves['100 pictures'][-1, 2]:.2f} and {curves['3,000 pictures'][-1, 2]:.2f}",
        "noise-that-teaches.copy": f"copy {denoised['copy']:.2f}, wide and rebuilding {denoised['wide, rebuilding']:.2f}, wide and denoising {denoised['wide, denoising']:.2f}",
        "noise-that-teaches.target": "the picture, turned, zoomed and shifted along: the best similarity transform",
        "noise-that-teaches.helps": f"largest mean gain for the swap at 100 pictures: {best}, {verdict(best, 100, 'swap')}",
    },
)

# %% [markdown] id="noise-that-teaches-quiz-words"
# Five questions on what is often got wrong.

# %% id="noise-that-teaches-quiz"
quiz("noise-that-teaches")

# %% [markdown] id="noise-that-teaches-sources"
# **Terms.** [augmentation](../lessons/glossary.md#augmentation) · [bilinear interpolation](../lessons/glossary.md#bilinear-interpolation) · [denoising](../lessons/glossary.md#denoising) ·
# [displacement field](../lessons/glossary.md#displacement-field) · [occlusion](../lessons/glossary.md#occlusion) · [overfitting](../lessons/glossary.md#overfitting) ·
# [similarity transform](../lessons/glossary.md#similarity-transform) · [standard deviation](../lessons/glossary.md#standard-deviation)
#
# **Sources.** Vincent and others, *Extracting and composing robust features with denoising autoencoders*, 2008 (noise in, clean out). Bishop, *Training with noise is equivalent to Tikhonov regularization*, 1995 (why noise smooths what is learned).
# deepfakes/faceswap, first commits of December 2017 and today's `lib/training` (the 5 × 5 warp, its Umeyama target, rotation, zoom, shift and flip). Umeyama, *Least-squares estimation of transformation parameters between two point patterns*, 1991.
# DeVries and Taylor, *Improved regularization of convolutional neural networks with cutout*, 2017 (occlusion).
