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

# %% [markdown] id="new-makers-card"
# # 15 · New makers: one picture, and noise
#
# **What can a forger do with a single picture of somebody, and what with nothing but noise?**
#
# | | |
# |---|---|
# | Time | 138 minutes: Core 102, Further 36 |
# | You need | lessons 03 and 04 (the denoiser; the swap and *explained*), lesson 08 (colour transfer), lessons 12 to 14 (makers, AUC, detectors, signatures) |
# | You will be able to | train a net that says who a face is, tell a decoder whom to draw, turn noise into a face step by step, and say what the examiners make of all that |
#
# Lesson 04's net knew Ada and Bo, but it couldn't draw Cleo.
# The net below has never learned Cleo either.
# It gets **one** picture of her, and then Ada acts.

# %% id="new-makers-imports" tags=["setup"]
import inspect

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize

from unmasked import makers, metrics, tensors, toons, widgets
from unmasked.course import check
from unmasked.experiments import flow, identity, judges, new_makers, one_shot, repaint
from unmasked.experiments.pairs import true_faces
from unmasked.experiments.tables import load_table
from unmasked.faces import draw_faces
from unmasked.makers.repaint import inner_face
from unmasked.models import weights
from unmasked.models.flow import VelocityMLP
from unmasked.models.identity import IdentityNet, embed, likeness
from unmasked.models.one_shot import AdaIN, OneShotSwap
from unmasked.models.repaint import repaint as paint_anew
from unmasked.training import Muon, cosine, set_rate, train
from unmasked.widgets import guessed, predict, predictions, quiz, show_pictures, show_table

ADA, BO, CLEO = (toons.CAST[name] for name in ("ada", "bo", "cleo"))
TIMES = torch.tensor([0.3, 0.6, 0.9, 0.93, 0.96, 1.0])  # of noise, for section 5
TABLE = load_table("new-makers")


def in_rows(rows, alt, count=6, scale=2.0, titles=()):
    """A row of pictures for each name; a batch in 0…1 becomes pictures."""
    some = [row[:count] for row in rows.values()]
    some = [tensors.to_pictures(row.clamp(0, 1)) if torch.is_tensor(row) else row for row in some]
    show_pictures(some, list(titles), rows=list(rows), alt=alt, smooth=True, scale=scale)


def pictures_of(who, *performances):
    """A character in some performances, as a batch in 0…1."""
    acted = np.stack([one.to_array() for one in performances])
    return tensors.to_tensor(draw_faces(who, acted).pictures)


def body(thing, last=None):
    """The source of a function or class without its docstring, or its last lines."""
    parts = inspect.getsource(thing).split('"""')
    text = parts[0].rstrip() + parts[2] if len(parts) > 2 else parts[0]
    return text if last is None else "\n".join(text.rstrip().split("\n")[-last:])


def exam(what, /, **which):
    """The rows of one exam of the kept table."""
    rows = [row for row in TABLE["rows"] if row["exam"] == what]
    return [row for row in rows if all(row[key] == value for key, value in which.items())]


# %% id="new-makers-opening" tags=["figure"]
swapper = weights.load("one-shot")
track = toons.smooth_track(np.random.default_rng(15), 60)[::10]
acting = tensors.to_tensor(draw_faces(ADA, track).pictures)
still = pictures_of(CLEO, toons.Performance())
with torch.no_grad():
    cleo = swapper.swap(acting, still).clamp(0, 1)
in_rows({"one picture": still, "Ada acts": acting, "drawn from it": cleo}, "new-makers.opening")

# %% [markdown] id="new-makers-opening-words"
# This is a [one-shot swap](../lessons/glossary.md#one-shot-swap), which stood in lesson 10's table: one network for everybody, told by one picture whom to draw.
# Many newer face-swap programs work like this: of ten swaps in a collection of 2024 (DF40), eight need a single picture.
# They were trained once, on very many faces, and afterwards one picture of anybody is enough.
# You'll build what such a program needs, then a maker of another kind, which begins with nothing but noise.
# At the end both stand before the examiners of lessons 12 and 13, who have never seen their work.

# %% [markdown] id="new-makers-note-opening" tags=["instructor"]
# *For the instructor.* 3 minutes. Ask what the one picture can't know about Cleo (her teeth, her far cheek, how SHE smiles).

# %% [markdown] id="new-makers-where-words"
# ## 1 · Where does Bo live?  (Core, 3 min)
#
# Why couldn't lesson 04's net draw Cleo?
# Let's ask it, and then count the numbers that are kept for one character, in that net and in the one above.

# %% id="new-makers-where"
pair_net = weights.load("swap-ada-bo")
try:
    pair_net.decode(pair_net.encode(acting, "ada"), "cleo")
except ValueError as error:
    print(f"Lesson 04's net says: {error}")
kept = {"Bo's decoder, in lesson 04's net": sum(w.numel() for w in pair_net.decoders["bo"].parameters())}
kept["Cleo, in the net above"] = swapper.identify(still).numel()
show_table(kept, ["numbers kept for this one character"], form=",", names="who")

# %% [markdown] id="new-makers-where-saw" tags=["saw"]
# Bo lives in a decoder of his own, and it took thousands of his pictures to find those numbers.
# In the other net Cleo is a short list, her *identity code*, and nothing was trained to get it: one picture went in, and the list came out.
# So there are two things to build: a list that says *who* and little else, and a decoder that makes use of it.

# %% [markdown] id="new-makers-note-where" tags=["instructor"]
# *For the instructor.* 3 minutes; the usual confusion is that the net "learns Cleo" from her picture. Ask which of its weights change (none).

# %% [markdown] id="new-makers-people-words"
# ## 2 · Who is this?  (Core, 19 min)
#
# We begin with the list.
# A list of numbers that describes a picture is called an [embedding](../lessons/glossary.md#embedding), and here all pictures of one character should get nearly the same one, whatever that character does.
#
# The net that you'll train for it learns from ninety sampled strangers and is tried on 51 others.
# To make it harder, every three of them share the colours of skin, hair, eyes, lips and clothes, like these.

# %% id="new-makers-people"
STRANGERS, OTHERS = 90, 51
people = identity.draw(identity.strangers(STRANGERS, 710_000), 8, seed=15)  # 8 pictures of each
others = identity.draw(identity.strangers(OTHERS, 720_000), 6, seed=16)

# %% id="new-makers-people-look" tags=["figure"]
in_rows({f"stranger {k + 1}": others.pictures[3 + k] for k in range(3)}, "new-makers.people")

# %% [markdown] id="new-makers-tried-words"
# How well does an embedding tell who somebody is?
# We ask as the police do: one picture of each of the 51 is on file, a new picture comes, and we look up whose file is nearest.
# The share of right answers is called [rank 1](../lessons/glossary.md#rank-1).
# The baseline comes first: the mean colour of a picture, three numbers that need no training.


# %% id="new-makers-tried"
class MeanColour(nn.Module):
    """The cheapest embedding there is: the mean colour, seen from that of all strangers."""

    middle = tensors.to_tensor(people.pictures.reshape(-1, 64, 64, 3)).mean((0, 2, 3))

    def forward(self, pictures):
        return normalize(pictures.mean((2, 3)) - self.middle, dim=1)


def rank_1(model):
    """The share of pictures whose nearest file is right, with each character's first one on file."""
    codes = embed(model.eval(), tensors.to_tensor(others.pictures.reshape(-1, 64, 64, 3)))
    codes = codes.view(OTHERS, -1, codes.shape[1])  # (characters, pictures, size), of length 1
    nearest = (codes[:, 1:] @ codes[:, 0].T).argmax(-1)  # by cosine: (characters, pictures − 1)
    return float((nearest == torch.arange(OTHERS)[:, None]).float().mean())


known_by = {"mean colour": rank_1(MeanColour())}
show_table(known_by, ["rank 1 of 51"], names="embedding")

# %% [markdown] id="new-makers-margin-words"
# Guessing would be right once in 51.
# The mean colour finds about half, because it also says how much of a picture is hair and how much is skin.
# What could a net add?
#
# The oldest idea is to let it *name* things, as in lesson 01: ninety characters, ninety answers, and the [cross-entropy](../lessons/glossary.md#cross-entropy) as the loss.
# Each character gets a *direction* in the space of embeddings, which is learned as well, and the logits are the cosines between a picture's embedding and all ninety directions.
# After training the directions are thrown away, because the 51 aren't among them.
#
# But once the right direction wins clearly enough, cross-entropy hardly pulls any more, and people whom the net never met may need more room than that.
# So the right character's cosine is lowered by a [margin](../lessons/glossary.md#margin-loss) before the softmax. (Section 9 tests whether that pays here.)
# To win all the same, the picture has to be nearer to its own direction *by that margin*.
#
# ### Your turn · The margin loss  (●●○, 8 min)
# The embeddings have length 1, while the directions can have any length, so normalise those to get cosines.
# Take off the margin, then multiply by `scale`, because a softmax of numbers between −1 and 1 is nearly flat.
# `cross_entropy(logits, whose)` takes the softmax itself and gives the mean over the pictures.


# %% id="new-makers-margin"
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    """The mean cross-entropy, with the right character's cosine lowered: a 0-d tensor.

    `embeddings`: (N, size), each of length 1. `directions`: (characters, size).
    `whose`: int64 (N,), the number of each picture's character.
    """
    ### BEGIN SOLUTION
    cosines = embeddings @ normalize(directions, dim=1).T  # (N, characters)
    right = nn.functional.one_hot(whose, len(directions))
    return cross_entropy(scale * (cosines - margin * right), whose)
    ### END SOLUTION


# %% id="new-makers-margin-check"
margin_loss = check("new-makers.margin", margin_loss)

# %% [markdown] id="new-makers-rank-words"
# Now train a small convolution net with your loss, on pictures that are blurred, tinted and moved a little.
# First a guess, because it will be tried on people whom it has never seen.

# %% id="new-makers-predict-rank"
predict("new-makers.rank")

# %% id="new-makers-name"
NAMING = 120


def train_namer(margin, label):
    """A small identity net, trained by your loss on the ninety."""
    torch.manual_seed(0)
    net, directions = IdentityNet(width=12), nn.Parameter(torch.randn(STRANGERS, 64))
    optimiser = Muon(net.parameters(), 0.02, by_adam=[directions], adam_share=0.1)
    chance = torch.Generator().manual_seed(0)

    def step(i):
        set_rate(optimiser, cosine(i, NAMING, 0.02, warmup=15))
        pictures, whose = people.batch(48, chance)
        loss = margin_loss(net(pictures), directions, whose, margin)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    train(step, steps=NAMING, seconds=60, state={"model": net}, label=label)
    return net


print(tensors.probe(precision="float32").apply())
namer = train_namer(0.2, "who is this?")

# %% id="new-makers-rank"
known_by |= {"yours": rank_1(namer), "shipped": rank_1(weights.load("identity"))}
show_table(known_by, ["rank 1 of 51"], names="embedding")
guessed("new-makers.rank")

# %% [markdown] id="new-makers-rank-saw" tags=["saw"]
# Your net has never seen these 51, and after 120 steps of training it finds more of them than their colours do.
# The shipped one has the same plan, more channels, 300 strangers to learn from and over ten times as many steps; it's the one inside the swapper, where it gives half of Cleo's 128 numbers.
# The other half come from a second encoder, which was trained together with the decoder, for what tells nobody apart and has to be drawn all the same.
#
# With photographs it's the same plan and millions of pictures: *CosFace* (2018) puts its margin on the cosine, as you did, and *ArcFace* (2019) on the angle.
# Nets like these are made to recognise people, and a face-swap program takes one as it is.
# So forger and examiner use one and the same tool.

# %% [markdown] id="new-makers-note-people" tags=["instructor"]
# *For the instructor.* 19 minutes; the usual confusion is that the net can only know the ninety: the directions know only them, the embedding knows no one by name.

# %% [markdown] id="new-makers-adain-words"
# ## 3 · Tell a decoder whom to draw  (Core, 12 min)
#
# Now the list exists, and a decoder has to use it.
# In lesson 08 you gave a face the colours of another picture: you shifted and stretched each channel until its mean and its spread were the other's.
# A decoder's [feature maps](../lessons/glossary.md#feature-map) are like such channels, only there are dozens of them, and each says *where* something is: an edge, a dark spot, perhaps the outline of a jaw.
#
# So take away each map's own mean and spread, and give it new ones that are *told from outside*.
# The pattern of the map stays where it is, and only its strength and level come from the identity.
# That's [adaptive instance normalisation](../lessons/glossary.md#adaptive-instance-normalisation), AdaIN for short, and it comes from style transfer.
#
# ### Your turn · AdaIN  (●●○, 6 min)
# Bring each map of each picture to mean 0 and spread (standard deviation) 1 over its places, multiply it by its scale and add its shift.
# A map can be flat, so keep the division from meeting a 0, for instance by 1e-5 added to the variance.


# %% id="new-makers-adain"
def adain(maps, scale, shift):
    """Each map with mean `shift` and spread `scale`, strong where it was: (N, C, H, W).

    `maps`: (N, C, H, W). `scale`, `shift`: (N, C), two numbers for each map.
    """
    ### BEGIN SOLUTION
    mean = maps.mean((2, 3), keepdim=True)
    variance = maps.var((2, 3), keepdim=True, unbiased=False)
    calm = (maps - mean) / (variance + 1e-5).sqrt()
    return scale[:, :, None, None] * calm + shift[:, :, None, None]
    ### END SOLUTION


# %% id="new-makers-adain-check"
adain = check("new-makers.adain", adain)

# %% [markdown] id="new-makers-colours-words"
# Try it first where you can see what it does: Ada's three colour channels get the mean and spread of Bo's.

# %% id="new-makers-colours" tags=["figure"]
bo = tensors.to_tensor(draw_faces(BO, track).pictures)
spread, mean = torch.std_mean(bo, (2, 3), unbiased=False)
restyled = adain(acting, spread, mean)
in_rows({"Ada": acting, "Bo": bo, "Ada, restyled": restyled}, "new-makers.colours")

# %% [markdown] id="new-makers-colours-saw" tags=["saw"]
# No shape has moved, and none could, because AdaIN treats every place of a map alike and here nothing comes after it.
# Inside a decoder more layers follow, and they draw from all maps together, so turning some up and others down changes which shapes they draw.

# %% [markdown] id="new-makers-source-words"
# Here is how the net of the opening does it.
# A linear layer, `style`, makes the scales and shifts out of the identity code, and it does so for the maps of every size.

# %% id="new-makers-source"
print(body(AdaIN.forward))
print("    # the end of OneShotSwap.decode", body(OneShotSwap.decode, last=4), sep="\n")
with torch.no_grad():
    maps = swapper.layout(swapper.encode(acting))
    who = swapper.identify(still).expand(len(maps), -1)
    layer = swapper.coarse.styles[0]
    scale, shift = layer.style(who).chunk(2, 1)
    off = (adain(maps, 1 + scale, shift) - layer(maps, who)).abs().max()
print(f"\nyour AdaIN and the one in the net differ by {float(off):.6f} at most")

# %% [markdown] id="new-makers-source-saw" tags=["saw"]
# So training decides what "a wide jaw" or "long hair" means for each map, and it needs no matched pairs.
# As in lesson 04 each picture is rebuilt from its own code, but its identity is read from *another* picture of the same stranger.
# (Section 10 has the whole loss.)
# *SimSwap* (2020) tells its decoder in the same way.

# %% [markdown] id="new-makers-note-adain" tags=["instructor"]
# *For the instructor.* 12 minutes; the usual confusion is that scale and shift move things: they're one number each for a whole map.
# Ask what would go wrong if the identity were read from the very picture that is rebuilt (it could carry the smile).

# %% [markdown] id="new-makers-cleo-words"
# ## 4 · Cleo, from one picture  (Core, 14 min)
#
# Does it do what it looks like?
# Ada acts sixty performances, and this world is drawn, so the true Cleo can be drawn in the same sixty.
# Two judges read the pictures: one says whose face it is, and the other what it does.
# They had no part in making the swapper, because a net that helped to draw a picture would praise its own work.

# %% id="new-makers-cleo"
truth = true_faces(("ada", "cleo"), 60, seed=15)
sixty, wanted = truth["ada"].pictures, truth["cleo"]
judge_who, judge_what = weights.load(judges.WHO), weights.load(judges.WHAT)
known_cleo = embed(judge_who, wanted.pictures)


def measure(drawn):
    """How near pictures come to the true Cleo, how like her they are, and what they express."""
    r2 = metrics.recovery(judges.read(judge_what, drawn), wanted.performances)
    average = wanted.pictures.mean(0)
    return {
        "explained": metrics.explained_swap(drawn, wanted.pictures, average, wanted.masks),
        "identity": float(likeness(embed(judge_who, drawn), known_cleo).mean()),
        "smile, R²": r2["smile"],
        "jaw, R²": r2["jaw"],
        "sharpness": metrics.sharpness(drawn, wanted.pictures, wanted.masks),
    }


def from_one(picture):
    """Cleo in Ada's sixty performances, from one picture (1, 3, 64, 64)."""
    with torch.no_grad():
        return swapper.swap(sixty, picture).clamp(0, 1)


found = {"the true Cleo": wanted.pictures, "Ada herself": sixty}
found["from one picture"] = from_one(still)
show_table({name: measure(some) for name, some in found.items()}, names="pictures")

# %% id="new-makers-cleo-look" tags=["figure"]
in_rows(
    {"Ada acts": sixty, "from one picture": found["from one picture"], "true Cleo": wanted.pictures},
    "new-makers.cleo",
    scale=2.2,
)

# %% [markdown] id="new-makers-cleo-saw" tags=["saw"]
# *Identity* is the judge's cosine with the true Cleo: the first row shows the most that one could wish for, the second what doing nothing gets.
# *Explained* compares with Cleo's average face, which the net never had.
#
# Now look at what no column says.
# Head, mouth and lids do what Ada's do, and the skin is Cleo's, but her yellow irises are gone, her hair has become a cloud, and fine lines are missing, which is what *sharpness* counts.
# A list of 128 numbers has to say all that.
# The loss counted a pixel outside the face only a fifth as much as one inside, which fits the hair, but it counted eyes and mouth twice, so it doesn't explain the irises; why they're lost wasn't measured.

# %% [markdown] id="new-makers-mixer-words"
# Since identity is a list of numbers, you can walk from one character to another.
# Below, Ada acts, and two characters, each known from one picture, stand at the ends of a slider.
# Is the face halfway still a face, and does the performance survive the walk?
# (In this bench the 0 of *explained* is the unmoved picture; in the tables it's the average face.)

# %% id="new-makers-mixer"
widgets.identity_mixer(swapper)

# %% [markdown] id="new-makers-mixer-saw" tags=["saw"]
# Nobody is at the middle of the slider, and you still get a face that does what Ada does.
# So a forger can draw people who don't exist, too.

# %% [markdown] id="new-makers-pairs-words"
# Cleo is one character, so here is the exam that counts: fifty pairs of strangers whom no net has met, where one acts and the other is wanted.
# *Rank 1* asks the judge which of the fifty it sees.
# Beside the one-shot net stand the truth, the one picture left as it is, and lesson 04's own net, which takes everybody for Ada and draws Bo.
#
# For the first four pairs somebody went to more trouble: *a net for the pair* is lesson 04's, trained for a minute on 800 pictures of each of exactly these two.

# %% id="new-makers-predict-pairs"
predict("new-makers.pairs")

# %% id="new-makers-pairs"
WAYS = {"truth": "the truth", "still": "the one picture, unmoved"}
WAYS |= {"lesson 04": "lesson 04's own net", "one shot": "one-shot", "own pair": "a net for the pair"}
SWAPS = {"rank 1 of 50": "rank1", "smile, R²": "smile", "jaw, R²": "jaw", "explained": "explained"}
rows = {}
for row in exam("one shot"):
    of = "" if row["of"] == "all" else ", first four pairs"
    rows[WAYS[row["name"]] + of] = {title: row[key] for title, key in SWAPS.items()}
show_table(rows, names="drawn by", caption=f"Pairs of strangers ({TABLE['command']})")
guessed("new-makers.pairs")

# %% id="new-makers-pairs-look" tags=["figure"]
strips = new_makers.load_examples()
names = {
    "acted": "who acts",
    "still": "the one picture",
    "one shot": "one-shot",
    "own pair": "net for the pair",
    "truth": "truth",
}
in_rows({words: strips[name] for name, words in names.items()}, "new-makers.pairs", count=4, scale=2.6)

# %% [markdown] id="new-makers-pairs-saw" tags=["saw"]
# Read the second row before you praise any *rank 1*: the one picture, unmoved, has it too, and expresses nothing.
# So look for a row that's good in all four columns.
#
# In these four pairs the net for the pair explains far more, although its smile is read no better, and four pairs are few.
# Look at the glasses: the one picture shows them, and yet our one-shot net loses them, while a net that has seen them hundreds of times brings them back.
# For a forger something else matters more: the one-shot net was trained once, by somebody else, and serves whoever downloads it.
#
# The second half of the Core begins anew, so this is a good place for a break.

# %% [markdown] id="new-makers-note-cleo" tags=["instructor"]
# *For the instructor.* 14 minutes; the usual confusion is that rank 1 means a good swap: a still photo of the target has it.
# Ask for whom this changes the most (nearly everybody: people of whom there are few pictures).

# %% [markdown] id="new-makers-noise-words"
# ## 5 · From lesson 03's denoiser to a face  (Core, 20 min)
#
# The second maker needs no actor, because it begins with noise.
# In lesson 03 you trained a denoiser for *one* strength of noise, and under the noise there was still a face.
# Let's ask for all strengths.
# A *time* t says how strong the noise is: at t = 0 there's the face, at t = 1 there's only noise, and in between
#
# $$x_t = (1 - t)\,x + t\,\varepsilon$$
#
# where ε ("epsilon") is a picture of noise from the bell curve.
# The face fades while the noise comes in, along a straight line, and on that line the picture moves with a constant *velocity*: $\varepsilon - x$, the whole way from face to noise.
#
# ### Your turn · The noised picture and its target  (●○○, 4 min)
# The mixture is what a network will get, and the velocity is its target, what it will have to say.
# `times` has one number for each row of `x`, and `x` can be pictures or codes, so bring `times` to as many axes as `x` has.


# %% id="new-makers-noised"
def noised(x, noise, times):
    """The mixture at `times`, and the velocity from `x` to `noise`: both like `x`.

    `x`, `noise`: (N, …), such as (N, 3, H, W) or (N, C). `times`: (N,), in 0…1.
    """
    ### BEGIN SOLUTION
    t = times.view(-1, *[1] * (x.ndim - 1))  # (N, 1, …)
    return (1 - t) * x + t * noise, noise - x
    ### END SOLUTION


# %% id="new-makers-noised-check"
noised = check("new-makers.noised", noised)

# %% [markdown] id="new-makers-guess-words"
# Suppose we know 150 faces, each of a stranger, and a noisy picture lies before us: which of them is under the noise?
# The best answer needs no network.
# If face $k$ is under it, the noise must have been $(x_t - (1 - t)\,x_k)\,/\,t$, and the bell curve says how likely such noise is.
# So weigh all 150 by how well they fit, and take their mean: on these faces no denoiser in the world has a smaller squared error.

# %% id="new-makers-guess"
KNOWN = 150
chance = np.random.default_rng(15)
crowd = [toons.sample_identity(920_000 + k) for k in range(KNOWN)]
faces = draw_faces(crowd, toons.sample_performances(chance, KNOWN))
known = 2 * tensors.to_tensor(faces.pictures) - 1  # in −1…1: around 0, as the noise


def best_guess(x, times):
    """The mean of all known faces, weighed by how likely each is under the noise: like x."""
    t = times.view(-1, 1, 1)
    # What the noise would have to be under each of them: (N, known, pixels)
    noise = (x.flatten(1)[:, None] - (1 - t) * known.flatten(1)) / t
    shares = (-noise.square().sum(2) / 2).softmax(1)
    return (shares @ known.flatten(1)).view_as(x)


def seen(pictures):
    return (pictures + 1) / 2  # back to 0…1


one = known[[4]].expand(len(TIMES), -1, -1, -1)  # one face, at six times
grain = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(5))
mixed, _ = noised(one, grain.expand_as(one), TIMES)

# %% id="new-makers-guess-look" tags=["figure"]
two = {"the mixture": seen(mixed), "best guess": seen(best_guess(mixed, TIMES))}
in_rows(two, "new-makers.guess", titles=[f"t = {t:.2f}" for t in TIMES])

# %% [markdown] id="new-makers-guess-saw" tags=["saw"]
# You can hardly see a face in the third mixture, and the denoiser still knows whose it is, because 12,288 noisy numbers together are a great deal of evidence.
# Further right it begins to waver, and where nothing of the face is left, its best guess is the *mean* of all 150, the ghost that you've met since lesson 02.

# %% [markdown] id="new-makers-step-words"
# So a single look at pure noise gives a ghost, but you needn't jump all the way.
# The mixture and the guess together say where the noise must be, and so which way the velocity points:
#
# $$v = \varepsilon - x = \frac{x_t - x}{t}$$
#
# Take a *small* step against it, and a little less noise is left.
# Now guess again, with a picture that has begun to lean towards something, and go on.
#
# ### Your turn · One step  (●●○, 5 min)
# Ask `net` for the velocity at the time where you are, and go straight on for as long as the time that passes.
# On the way to a face, `then` is less than `now`.


# %% id="new-makers-step"
def step_to(net, x, now, then):
    """`x`, as noisy as at the time `now`, moved on to the time `then`: like x.

    `net(x, times)` gives velocities like x, and wants `times` as a tensor (N,).
    `x`: (N, …). `now`, `then`: numbers in 0…1.
    """
    ### BEGIN SOLUTION
    velocity = net(x, torch.full((len(x),), float(now)))
    return x + (then - now) * velocity
    ### END SOLUTION


# %% id="new-makers-step-check"
step_to = check("new-makers.step", step_to)


# %% id="new-makers-walk"
def perfect(x, times):
    """The velocity that the best guess says."""
    return (x - best_guess(x, times)) / times.view(-1, 1, 1, 1)


@torch.no_grad()
def walk(net, noise, steps):
    """From noise, at t = 1, to whatever it becomes, at t = 0; every stage of the way."""
    stages = [noise]
    for i in range(steps):
        stages.append(step_to(net, stages[-1], 1 - i / steps, 1 - (i + 1) / steps))
    return stages


# %% [markdown] id="new-makers-predict-way-words"
# Now take six pictures of fresh noise, twenty steps, and the best denoiser there is.
# What will stand at the end of the way?

# %% id="new-makers-predict-way"
predict("new-makers.way")


# %% id="new-makers-way"
def levels_off(some, other):
    """How far apart pictures in −1…1 are, in grey levels (root mean square): (N,)."""
    return 127.5 * (some - other).square().mean((1, 2, 3)).sqrt()


fresh = torch.randn(6, 3, 64, 64, generator=torch.Generator().manual_seed(2))
ghost = levels_off(walk(perfect, fresh, 1)[-1], known.mean(0)).max()
stages = walk(perfect, fresh, 20)
nearest = torch.stack([levels_off(stages[-1], face) for face in known]).min(0)  # of the 150
print(f"one step: at most {float(ghost):.1f} grey levels from the mean of all 150")
print(f"twenty steps: at most {float(nearest.values.max()):.1f} grey levels from one of the 150")
guessed("new-makers.way")

# %% id="new-makers-way-look" tags=["figure"]
way = {f"t = {1 - i / 20:.2f}": seen(stages[i]) for i in (0, 8, 12, 16, 20)}
in_rows(way | {"nearest of the 150": seen(known[nearest.indices])}, "new-makers.way")

# %% [markdown] id="new-makers-way-saw" tags=["saw"]
# Noise became faces, and not one of them is new: each is one of the 150, exact to the grey level.
# One long step of the same denoiser led to the mean; in small steps it has nowhere else to go.
# **Followed in small steps, a perfect denoiser of a finite set copies.**
#
# A network draws something new because it's imperfect, for instance because it looks at patches and mixes those of different pictures (Kamb and Ganguli, 2024).
# How much it copies has to be measured: from a large model trained on pictures of the web, copies of some training photographs were recovered (Carlini and others, 2023).

# %% [markdown] id="new-makers-note-noise" tags=["instructor"]
# *For the instructor.* 20 minutes; the usual confusion is that the steps "clean" the picture; nothing is under fresh noise.
# Ask what decides which of the 150 comes out (the noise alone).

# %% [markdown] id="new-makers-codes-words"
# ## 6 · A network in its place  (Core, 7 min)
#
# With millions of faces the weighing would take forever, and it would only copy.
# So let a network take its place: it sees the mixture and the time, and learns to say the velocity.
# That's all of [flow matching](../lessons/glossary.md#flow-matching), the plainest member of the family that's often called [diffusion](../lessons/glossary.md#diffusion).
#
# On pictures that would take too long here, but lesson 04's encoder says a picture of Ada in 128 numbers.
# So let noise become *codes of Ada*, which her decoder draws.

# %% id="new-makers-codes"
# 800 to learn from; each of the 128 numbers has mean 0 and spread 1
pair_codes = flow.codes_of(pair_net, "ada", held_out=1600)


def learn_codes(train_on, label, steps=600):
    """A network that says the velocity of noisy codes, trained by your `noised`."""
    torch.manual_seed(0)
    net, generator = VelocityMLP(train_on.shape[1]), torch.Generator().manual_seed(0)
    optimiser = Muon(net.parameters(), flow.RATE, adam_share=0.1)

    def step(i):
        set_rate(optimiser, cosine(i, steps, flow.RATE))
        x = train_on[torch.randint(len(train_on), (256,), generator=generator)]
        noise = torch.randn(x.shape, generator=generator)
        times = torch.rand(len(x), generator=generator)
        mixed, velocity = noised(x, noise, times)
        loss = (net(mixed, times) - velocity).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    train(step, steps=steps, seconds=60, state={"model": net}, label=label)
    return net


noise = torch.randn(800, 128, generator=torch.Generator().manual_seed(3))
from_many = learn_codes(pair_codes.train, "flow, 800 codes")
made_up = walk(from_many, noise, 20)[-1]  # your steps, from noise to codes


# %% id="new-makers-codes-look" tags=["figure"]
@torch.no_grad()
def drawn_from(some):
    return pair_net.decode(pair_codes.back(some), "ada").clamp(0, 1)


_, which = flow.nearest(made_up[:6], pair_codes.train)
rows = {"from noise": made_up[:6], "nearest of the 800": pair_codes.train[which]}
in_rows({name: drawn_from(some) for name, some in rows.items()}, "new-makers.codes")

# %% [markdown] id="new-makers-codes-saw" tags=["saw"]
# Nobody acted for the first row, and no picture was encoded for it.
# Below each face stands the one of the 800 whose code lies nearest: similar, and not the same.
# (The loss stays far above 0, and it must, because many pairs of code and noise give one mixture. A net that always said 0 would stand at about 2.)
# Section 12 tests whether this net copies.

# %% [markdown] id="new-makers-note-codes" tags=["instructor"]
# *For the instructor.* 7 minutes. Ask why the loss can't fall to 0 (many pairs of code and noise give one mixture).

# %% [markdown] id="new-makers-repaint-words"
# ## 7 · Paint a face into a hole  (Core, 10 min)
#
# Now pixels.
# Some forgers want a face from nothing, for an account of somebody who doesn't exist.
# Here there's a picture, and the face in it is to become another.
# So cut out eyes, nose and mouth, and show the network the noisy hole, the picture around it, and the mask that says where the hole is.
# It learns velocities as above, and the surroundings tell it which skin, light and pose the face must fit.
#
# The course's network is a small [U-Net](../lessons/glossary.md#u-net), which squeezes the picture and spreads it out again, with shortcuts between layers of the same size; it learned from sampled strangers.
# Here are three that it never met, each with four different noises.

# %% id="new-makers-repaint"
painter = weights.load("repaint")
met = repaint.draw(6, 1, 15, repaint.NEVER_SEEN + 1000)  # strangers that it never met
pictures, holes = tensors.to_tensor(met.pictures), repaint.inner_faces(met)


def painted(number, seeds, steps=16):
    """One stranger's hole painted from several noises: (seeds, 3, 64, 64)."""
    chances = [torch.Generator().manual_seed(seed) for seed in seeds]
    noise = torch.cat([torch.randn(1, 3, 64, 64, generator=chance) for chance in chances])
    face, hole = (some[[number]].expand(len(noise), -1, -1, -1) for some in (pictures, holes))
    return paint_anew(painter, face, hole, noise, steps)


made = [painted(number, range(4)) for number in range(3)]

# %% id="new-makers-repaint-look" tags=["figure"]
rows = [
    [met.pictures[k], *tensors.to_pictures(torch.cat([pictures[[k]] * (1 - holes[[k]]), made[k]]))] for k in range(3)
]
show_pictures(
    rows,
    ["true", "with its hole", *(f"noise {k + 1}" for k in range(4))],
    alt="new-makers.repaint",
    smooth=True,
    scale=2,
)

# %% [markdown] id="new-makers-repaint-saw" tags=["saw"]
# The surroundings fix the skin, the light, and roughly where the features go.
# What they can't tell is left to the noise, so another seed is another pair of eyes and another mouth.

# %% [markdown] id="new-makers-predict-steps-words"
# Each of these took sixteen steps, and each step costs a run of the network, so how many are needed?
# The kept table tried from 1 to 32, on strangers that the network never met.
# *Explained* compares a painting with the hidden face; its 0 spreads the colours of the edge inwards, as a retoucher's program does.
# *Sharpness* is fine detail as a share of the truth's, and *distance of crowds* says how far true and painted pictures lie apart as crowds, in what a trained network sees of them (0 would be the same crowd, so smaller is better).

# %% id="new-makers-predict-steps"
predict("new-makers.steps")

# %% id="new-makers-steps"
quality = {row["steps"]: row for row in exam("diffusion")}
TITLES = {"explained": "one", "sharpness": "sharpness", "distance of crowds": "distance"}
show_table(
    {f"{n} step" + "s" * (n > 1): {t: row[key] for t, key in TITLES.items()} for n, row in quality.items()},
    names="from noise",
)
guessed("new-makers.steps")

# %% [markdown] id="new-makers-steps-saw" tags=["saw"]
# By *explained* one step is the best, because it gives something like the mean of all faces that could be in the hole.
# *Sharpness* asks how much fine detail there is, and *distance of crowds* whether all paintings together look like true faces to a network.
# Both get better with more steps, though from some number on more help little, and at the end there's still not half of the true detail, as the smeared eyes above show.
# (On photographs the usual distance of crowds is called FID.)
#
# So a forger who wants *the* hidden face back asks for something that isn't in the picture.
# A forger who wants *a* face takes the sharper one.

# %% [markdown] id="new-makers-scrubber-words"
# Scrub through it yourself, forward and back, in few steps and in many.
# When does each seed decide what it will become?
# (*Fine detail* is the table's *sharpness* for this one face, so it can differ much from the mean of all.)

# %% id="new-makers-scrubber"
widgets.noise_scrubber(painter, met.pictures[0], inner_face(met.landmarks[0]))

# %% [markdown] id="new-makers-scrubber-saw" tags=["saw"]
# Show *the face that the net expects*: early on it's nearly the same ghost for every seed, and then they part.
# Look whether large things, such as where the mouth lies, are settled before the fine lines are.

# %% [markdown] id="new-makers-note-repaint" tags=["instructor"]
# *For the instructor.* 10 minutes; the usual confusion is that the net restores what was there. Ask what follows for programs that "enhance" a blurred face.

# %% [markdown] id="new-makers-examiners-words"
# ## 8 · They meet the examiners  (Core, 9 min)
#
# Both nets become [makers](../lessons/glossary.md#maker) in the sense of lesson 12: a clip goes in, and a forged clip comes out.
# The *one-shot swap* reads its victim from one frame and lays the swap over as lesson 12's *feathered swap* did, with the same soft edge, colours and grain, so between those two only the network differs.
# The *diffusion repaint* paints the inner face of every frame, from the same noise each time, which is meant to keep it from flickering.

# %% id="new-makers-forge" tags=["figure"]
clip = makers.record(toons.sample_identity(41), seed=3)
forged = {name: makers.forge(maker, clip, seed=0).frames for name, maker in makers.newer().items()}
before = makers.forge(makers.built_in()["feathered swap"], clip, seed=0).frames
films = {"recording": clip.frames, "feathered swap": before} | forged
in_rows({name: frames[::2] for name, frames in films.items()}, "new-makers.forge", count=4, scale=2)

# %% [markdown] id="new-makers-forge-saw" tags=["saw"]
# All four rows show the same person at the same moment, and three of them never happened like this.
# Look at the glasses: what a network doesn't draw is painted over where the mask lies, and it stays where the mask ends.

# %% [markdown] id="new-makers-predict-examiners-words"
# No clue and no detector has ever seen anything from the two.
# Take lesson 13's self-blended net, which learned from recordings alone, so that it should need no maker at all.
# Which of the two will it find more surely?

# %% id="new-makers-predict-examiners"
predict("new-makers.examiners")

# %% id="new-makers-examiners"
MAKERS, LEVEL = ("feathered swap", *forged), "JPEG 95"
areas = {}
for row in exam("examiners", level=LEVEL):
    areas.setdefault(row["name"], {})[row["of"]] = row


def examined(names):
    """A row for each examiner: its AUC on every maker, and how far apart the two swaps are."""
    rows = {}
    for name in names:
        rows[name] = {who: "{auc:.2f} ({low:.2f}…{high:.2f})".format(**areas[name][who]) for who in MAKERS}
        apart = "{than_old:+.2f} ({than_old_low:+.2f}…{than_old_high:+.2f})"
        rows[name]["one-shot less feathered"] = apart.format(**areas[name]["one-shot swap"])
    caption = f"AUC of clips at {LEVEL} (95 % interval, 40 characters)"
    show_table(rows, names="examiner", caption=caption)


examined(["all clues", "net, one maker", "net, self-blended"])
guessed("new-makers.examiners")

# %% [markdown] id="new-makers-examiners-saw" tags=["saw"]
# *All clues* weighs lesson 12's clues as five old makers taught it, and the other two are the nets of lesson 13.
# Where an interval reaches down to 0.5, the examiner hasn't been shown to see anything, and where the last column's holds 0, no difference between the two swaps has been shown.
#
# So nothing broke down across the board: all clues together see both newcomers.
# But exchange the network behind one and the same soft edge, and the self-blended net falls from a fair examiner to one that hasn't been shown to see anything.
# The net that learned from box pastes alone (*one maker*) falls as well.
# On the repaint the self-blended net is the best of the three; why wasn't measured.

# %% [markdown] id="new-makers-lost-words"
# So what is lost, said plainly?
# A swap no longer needs many pictures of its victim.
# A detector that learned from no maker isn't therefore good against every maker.
# And which examiner helps depends on the maker: choose the best one on the repaint, and you take the net that isn't shown to see anything of the one-shot swap.
#
# What would be left if both makers drew much better?
# Content: however well a maker draws, it has to guess what its one picture didn't show, such as teeth behind closed lips or the way she smiles, and a guess can be held against other recordings of the person.
# And provenance, since lesson 14's signature asks where a picture is from and not how it looks.
#
# The Core ends here.
# If you've had enough, scroll on to *What you can now do*; the five sections before it can wait.

# %% [markdown] id="new-makers-note-examiners" tags=["instructor"]
# *For the instructor.* 9 minutes; the usual confusion is to take the best examiner of a table for one to rely on: choose on some makers, and report on others.

# %% [markdown] id="new-makers-twins-words"
# ## 9 · Does the margin pay?  (Further, 6 min)
#
# Section 2 took the margin on trust, so train the same net without it.
# Two numbers look closer: the [AUC](../lessons/glossary.md#auc) is the chance that two pictures of *one* character are more alike than two of *different* ones, of any two or of those who share their colours.

# %% id="new-makers-twins"
nets = {"mean colour": MeanColour(), "yours": namer}
nets |= {"without margin": train_namer(0.0, "without margin"), "shipped": weights.load("identity")}
rows = {}
for name, net in nets.items():
    pairs = identity.verification(net, others)
    rows[name] = {"rank 1 of 51": rank_1(net), "AUC, any two": pairs["auc"]}
    rows[name]["AUC, of one colour"] = pairs["alike"]
show_table(rows, names="embedding")

# %% [markdown] id="new-makers-twins-saw" tags=["saw"]
# The two nets come out close together, so for ninety strangers and 120 steps no gain of the margin is shown.
# In the last column those who share their colours are told apart worse by every embedding.

# %% [markdown] id="new-makers-note-twins" tags=["instructor"]
# *For the instructor.* 6 minutes. Ask what it takes to write "the margin doesn't help" (several seeds, more strangers).

# %% [markdown] id="new-makers-lesson-words"
# ## 10 · The loss of a one-shot net  (Further, 5 min)
#
# Section 3 told half of how such a net is trained, and this is the whole.

# %% id="new-makers-loss"
print(body(one_shot.parts_of_loss))

# %% [markdown] id="new-makers-loss-saw" tags=["saw"]
# `identity.roll(batch, 0)` is the half you know: two pictures of each stranger, each rebuilt with the identity of the *other* one. (`:EMBEDDING` takes the first 64 of the 128 numbers, those of section 2's net.)
#
# Four things work at keeping *who* out of the code.
# The encoder sees every picture in random colours (`recoloured`), the guide asks that landmarks can be read off a code, as in lesson 04, and *kinship* makes small whatever the codes of two pictures of one character have in common.
# Last, the net swaps two strangers, and although no truth says what should come out, the swap's code should be the actor's (*same*) and its embedding the target's (*alike*).

# %% [markdown] id="new-makers-note-lesson" tags=["instructor"]
# *For the instructor.* 5 minutes. Ask which parts need no truth at all (*same* and *alike*).

# %% [markdown] id="new-makers-laugh-words"
# ## 11 · She laughs in her only picture  (Further, 6 min)
#
# All of section 4 came from one *calm* picture of Cleo, seen from the front.
# A forger takes what there is, say a picture in which she laughs or looks away.
# Does something of that come along?
# Think of how section 3 trained the net, and decide.

# %% id="new-makers-predict-laugh"
predict("new-makers.laugh")

# %% id="new-makers-laugh"
SMILE = toons.PARAMETERS.index("smile")
given = {"calm": toons.Performance(), "laughing": toons.Performance(smile=1, jaw=0.7)}
given |= {"frowning": toons.Performance(smile=-1), "turned away": toons.Performance(yaw=35)}
given |= {"lit from the side": toons.Performance(light_azimuth=90, light_strength=1)}
stills = {name: pictures_of(CLEO, one) for name, one in given.items()}


def mean_smile(drawn):
    return float(judges.read(judge_what, drawn)[:, SMILE].mean())  # −1 is a frown and 1 a broad smile


by_still = {}
for name, picture in stills.items():
    drawn = from_one(picture)
    by_still[name] = {key: measure(drawn)[key] for key in ("explained", "identity", "smile, R²")}
    by_still[name]["mean smile"] = mean_smile(drawn)
show_table(by_still, names="the one picture")
smiles = [row["mean smile"] for row in by_still.values()]
print(f"the five mean smiles differ by {np.ptp(smiles):.2f} at most")
print(f"the true Cleo's mean smile: {mean_smile(wanted.pictures):.2f}")
guessed("new-makers.laugh")

# %% id="new-makers-laugh-look" tags=["figure"]
rows = [[tensors.to_pictures(one)[0], *tensors.to_pictures(from_one(one)[:4])] for one in stills.values()]
rows.append([np.full((64, 64, 3), 255, np.uint8), *tensors.to_pictures(wanted.pictures[:4])])
show_pictures(
    rows, ["the one picture", "", "", "", ""], rows=[*stills, "truth"], alt="new-makers.laugh", smooth=True, scale=2
)

# %% [markdown] id="new-makers-laugh-saw" tags=["saw"]
# Whether she laughs or frowns in her one picture hardly matters, so hardly anything of the smile leaks.
# That's what the other picture was for: each picture was rebuilt with the identity of another one of the same stranger, whose smile was no help, so the identity had no reason to hold it.
# A picture in which she's turned away costs the most, probably because her far cheek is out of sight, and light from the side costs something, too.

# %% [markdown] id="new-makers-note-laugh" tags=["instructor"]
# *For the instructor.* 6 minutes. Ask what else a picture can hide (ears under hair), and what a forger would do about it (take two).

# %% [markdown] id="new-makers-bell-words"
# ## 12 · Made up, or copied?  (Further, 10 min)
#
# Section 6 looked at six samples, and looking proves little.
# A second net learns from only 32 of the codes, and a third generator needs no training: a bell curve with the mean and the covariance of the 800 codes.
#
# Take 800 samples of each and ask two things.
# *Off* says how far their mean and covariance lie from those of held-out codes; the first row, true new codes, shows what chance alone makes of it.
# The last column tests for copies: the distance to the nearest code that was learned from, divided by that to the nearest of as many held-out ones, in the median. Near 1 a sample lies no nearer to what was shown, and near 0 it's a copy.

# %% id="new-makers-predict-bell"
predict("new-makers.bell")

# %% id="new-makers-samples"
few = pair_codes.few(32)
covariance = pair_codes.train.T.cov() + 1e-4 * torch.eye(128)
bell = noise @ torch.linalg.cholesky(covariance).T
samples = {"true, new": pair_codes.held_out[800:], "bell curve": bell, "flow, 800 codes": made_up}
samples["flow, 32 codes"] = walk(learn_codes(few.train, "flow, 32 codes"), noise, 20)[-1]
RATIO = "nearest learned from / nearest held out"
tests = {}
for name, some in samples.items():
    off = flow.moments(some, pair_codes.held_out[:800])
    ratio = flow.copying(some, few if name == "flow, 32 codes" else pair_codes)
    tests[name] = {"mean off": off["mean"], "covariance off": off["covariance"]}
    tests[name][RATIO] = float(ratio.median())
show_table(tests, names="800 codes")

# %% id="new-makers-samples-look" tags=["figure"]
rows = {name: drawn_from(some[:6]) for name, some in samples.items()}
_, which = flow.nearest(samples["flow, 32 codes"][:6], few.train)
rows["nearest of the 32"] = drawn_from(few.train[which])
in_rows(rows, "new-makers.samples")
guessed("new-makers.bell")

# %% [markdown] id="new-makers-samples-saw" tags=["saw"]
# The flow of 800 codes has a ratio near 1, as true new codes do, so it doesn't copy.
# The net that saw only 32 has a much smaller one; it's on the way to copying, and below its samples you see what it has in mind.
#
# The second row is there to keep you honest about the first two columns.
# A bell curve gets good marks in both without any training, and yet of these six faces more are ghosts than of the flow's six, so agreement in mean and covariance is needed, and it isn't enough.

# %% [markdown] id="new-makers-note-bell" tags=["instructor"]
# *For the instructor.* 10 minutes; the usual confusion is that few training pictures make worse samples: they make copies.

# %% [markdown] id="new-makers-all-words"
# ## 13 · All examiners, and two untrained ones  (Further, 9 min)
#
# Here are all the examiners that section 8 left out, and below them two that nobody trained to detect.
#
# *Autoencoder's error* is AEROBLADE (2024) in small: what came out of an autoencoder's decoder comes back from the same autoencoder with little loss, while a recording has detail that no code holds.
# Ours is a net that drew three of lesson 12's fakes, but neither of the two new ones.
# *Nearest features* is UniversalFakeDetect (2023) in small: it takes the frozen features of a network that was made for something else, and asks whether a picture lies nearer to known recordings or to known fakes, which here come from the five *old* makers.

# %% id="new-makers-all"
examined(areas)
for maker in forged:
    at = {row["level"]: row["auc"] for row in exam("examiners", name="all clues", of=maker)}
    print(f"all clues, {maker}: " + ", ".join(f"{level} {value:.2f}" for level, value in at.items()))

# %% [markdown] id="new-makers-all-saw" tags=["saw"]
# *Boundary step* and *double edge*, the two clues that look for an edge, see little of anything here.
# *Spectrum*, *blur ratio*, *noise residual* and *occlusion* see something of both newcomers.
# The first two of these measure missing detail, and a larger net would probably leave less of that to see.
# *Flicker* sees something of the repaint, although every frame begins with the same noise.
#
# The autoencoder's error sees something of all three, although two of them were drawn by other networks.
# It's far from the best, but evenness is worth something against makers that don't exist yet.
# The nearest features aren't shown to see anything.
# And "without training" isn't "without assumptions": forgers can add the grain that no code holds, and whoever keeps a bank of known fakes inherits lesson 13's format trap.
#
# The lines below the table say what two stronger compressions do to the clues together.

# %% [markdown] id="new-makers-note-all" tags=["instructor"]
# *For the instructor.* 9 minutes; the usual confusion is that no training means no bias.

# %% [markdown] id="new-makers-close"
# ## What you can now do  (Core, 5 min)
#
# - Train a net that says who a face is, on characters it never met.
# - Tell a decoder whom to draw, by scaling and shifting its feature maps.
# - Turn noise into a face by small steps, and say why one step gives a ghost.
# - Say why a perfect denoiser copies, and how to test for copies.
# - Read a table of examiners by its intervals.
#
# **Does this carry over to photographs?** The parts do: *inswapper*, the model in *roop* and *FaceFusion*, puts the identity vector of a recognition net into one decoder for all, and flow matching and diffusion draw the pictures that you meet on the web.
# Our numbers don't, because those nets are far larger, and there's no drawn truth to hold them against.
#
# **Still open.** Nobody has a good measure of a guess that's plausible and wrong, such as how somebody smiles whose one picture is calm.
# And no one knows whether any examiner can keep up with makers that are trained once and used by everybody.

# %% [markdown] id="new-makers-predictions-words"
# This is what you predicted, beside what came out.


# %% id="new-makers-predictions"
def listed(values, form=".2f"):
    return ", ".join(f"{name} {np.mean(value):{form}}" for name, value in values.items())


four = {WAYS[row["name"]]: row["explained"] for row in exam("one shot", of="first 4")}
ends = [quality[n] for n in (1, 32)]
predictions(
    "new-makers",
    outcome={
        "new-makers.rank": f"rank 1 of 51: {listed(known_by)}",
        "new-makers.pairs": f"explained, four pairs: {listed(four)}",
        "new-makers.way": f"grey levels from the nearest of the 150: {float(nearest.values.max()):.1f} at most",
        "new-makers.steps": "1 and 32 steps: "
        + "; ".join(f"{title} {ends[0][key]:.2f} and {ends[1][key]:.2f}" for title, key in TITLES.items()),
        "new-makers.examiners": "AUC: " + listed({name: areas["net, self-blended"][name]["auc"] for name in MAKERS}),
        "new-makers.laugh": "mean smile: " + listed({name: row["mean smile"] for name, row in by_still.items()}),
        "new-makers.bell": "covariance off: "
        + listed({name: row["covariance off"] for name, row in tests.items()})
        + "; see the faces",
    },
)

# %% [markdown] id="new-makers-quiz-words"
# Five questions follow, each on something that is often got wrong.

# %% id="new-makers-quiz"
quiz("new-makers")

# %% [markdown] id="new-makers-sources"
# **Terms.** [adaptive instance normalisation](../lessons/glossary.md#adaptive-instance-normalisation) · [diffusion](../lessons/glossary.md#diffusion) · [embedding](../lessons/glossary.md#embedding) · [flow matching](../lessons/glossary.md#flow-matching) · [margin loss](../lessons/glossary.md#margin-loss) · [one-shot swap](../lessons/glossary.md#one-shot-swap) · [rank 1](../lessons/glossary.md#rank-1) · [U-Net](../lessons/glossary.md#u-net)
#
# **Sources.** Wang and others, *CosFace*, 2018; Deng and others, *ArcFace*, 2019; Huang and Belongie, 2017 (AdaIN); Chen and others, *SimSwap*, 2020; Ho, Jain and Abbeel, *Denoising diffusion probabilistic models*, 2020; Lipman and others, *Flow matching for generative modeling*, 2022; Heusel and others, 2017 (the distance of crowds); Saharia and others, *Palette*, 2022 (painting into holes); Carlini and others, *Extracting training data from diffusion models*, 2023; Kamb and Ganguli, *An analytic theory of creativity in convolutional diffusion models*, 2024; Ricker, Lukovnikov and Fischer, *AEROBLADE*, 2024; Ojha, Li and Lee, *UniversalFakeDetect*, 2023; Yan and others, *DF40*, 2024.
