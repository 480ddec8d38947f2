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
# | Time | 174 minutes: Core 162, Further 12 |
# | You need | lesson 03 (the denoiser), lesson 04 (the swap and *explained*), lesson 08 (colour transfer), lesson 10 (the embedding), lessons 12 to 14 (makers, AUC, detectors, signatures) |
# | You will be able to | train a net that says who a face is, tell a decoder whom to draw, turn noise into a face step by step, test what a generator has made, and say what the examiners make of all that |
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
from unmasked.experiments.roads import ROADS
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
CALM = toons.Performance()
TIMES = torch.tensor([0.3, 0.6, 0.9, 0.93, 0.96, 1.0])  # of noise, for section 5


def in_rows(rows, alt, count=6, scale=2.0, titles=()):
    """A row of pictures for each name; a batch in 0…1 becomes pictures."""
    some = [row[:count] for row in rows.values()]
    some = [tensors.to_pictures(row.clamp(0, 1)) if torch.is_tensor(row) else row for row in some]
    show_pictures(some, list(titles), rows=list(rows), alt=alt, smooth=True, scale=scale)


def pictures_of(who, *performances):
    """A character in some performances, as a batch in 0…1."""
    acted = np.stack([one.to_array() for one in performances])
    return tensors.to_tensor(draw_faces(who, acted).pictures)


def body(thing):
    """The source of a function or class, without its docstring."""
    parts = inspect.getsource(thing).split('"""')
    return parts[0].rstrip() + parts[2] if len(parts) > 2 else parts[0]


def numbers_in(*parts):
    """How many numbers some modules or tensors hold, learned or stored."""
    return sum(
        sum(n.numel() for n in p.state_dict().values()) if isinstance(p, nn.Module) else p.numel() for p in parts
    )


# %% id="new-makers-opening" tags=["figure"]
swapper = weights.load("one-shot")
track = toons.smooth_track(np.random.default_rng(15), 60)[::10]
acting = tensors.to_tensor(draw_faces(ADA, track).pictures)
still = pictures_of(CLEO, CALM)
with torch.no_grad():
    cleo = swapper.swap(acting, still).clamp(0, 1)
in_rows({"one picture": still, "Ada acts": acting, "drawn from it": cleo}, "new-makers.opening")

# %% [markdown] id="new-makers-opening-words"
# Most face-swap programs of recent years work like this: of ten methods in a collection of 2024 (DF40), eight need a single picture.
# They were trained once, on very many faces, and afterwards one picture of anybody is enough.
# In the first half of this lesson you'll build what such a program needs: something that reads *who* a face is, and a decoder that can be *told* whom to draw.
#
# The second half is about another kind of maker, which begins with nothing but noise.
# And at the end both of them meet the examiners of lessons 12 and 13, who have never seen their work.

# %% [markdown] id="new-makers-note-opening" tags=["instructor"]
# *For the instructor.* 3 minutes. Ask what the one picture can't know about Cleo (her teeth, her far cheek, how SHE smiles), and keep the list for section 4.

# %% [markdown] id="new-makers-where-words"
# ## 1 · Where does Bo live?  (Core, 6 min)
#
# First, why couldn't lesson 04's net draw Cleo?
# Let's ask it, and then count where a character is kept, in that net and in the one above.

# %% id="new-makers-where"
pair_net = weights.load("swap-ada-bo")
try:
    pair_net.decode(pair_net.encode(acting, "ada"), "cleo")
except ValueError as error:
    print(f"Lesson 04's net says: {error}")
kept = {"Bo, in lesson 04's net": numbers_in(pair_net.decoders["bo"], pair_net.characters["bo"])}
kept["Cleo, in the net above"] = numbers_in(swapper.identify(still))
show_table(kept, ["numbers kept for this one character"], form=",", names="who")

# %% [markdown] id="new-makers-where-saw" tags=["saw"]
# Bo lives in a whole decoder and in what is stored beside it, and it took thousands of his pictures to find those numbers.
# In the other net Cleo has only a short list of numbers, and no training was needed to find it: one picture went in, and the list came out.
# So everything depends on two questions.
# How do you make a list that says *who* and nothing else, and how does a decoder make use of it?

# %% [markdown] id="new-makers-note-where" tags=["instructor"]
# *For the instructor.* 6 minutes; the usual confusion is that a one-shot net "learns Cleo" from her picture. Ask which of its weights change when it gets her picture (none).

# %% [markdown] id="new-makers-people-words"
# ## 2 · Who is this?  (Core, 26 min)
#
# We begin with the list.
# Lesson 10 used one already, the [embedding](../lessons/glossary.md#embedding), in which all pictures of one character should point in the same direction, whatever that character does.
# Now you'll train a net that makes such embeddings, and it has to work for characters that it has never met.
#
# It learns from ninety sampled strangers and is tried on 51 others.
# To make it harder, each three of them share all their colours, as you see below.

# %% id="new-makers-people"
STRANGERS, OTHERS = 90, 51
people = identity.draw(identity.strangers(STRANGERS, 710_000), 8, seed=15)
others = identity.draw(identity.strangers(OTHERS, 720_000), 6, seed=16)
print("pictures to learn from:", people.pictures.shape, " to be tried on:", others.pictures.shape)

# %% id="new-makers-people-look" tags=["figure"]
in_rows({f"stranger {k + 1}": others.pictures[3 + k] for k in range(3)}, "new-makers.people")

# %% [markdown] id="new-makers-tried-words"
# How well does a net tell who somebody is, and how would you say it in numbers?
# The first number takes any two pictures and asks how alike they are, by the cosine of the angle between their embeddings; its [AUC](../lessons/glossary.md#auc) is the chance that two pictures of *one* character are more alike than two of *different* ones.
# The second asks what the police ask: when one picture of each of the 51 is on file and a new picture comes, whose file is nearest?
# The share of right answers is called [rank 1](../lessons/glossary.md#rank-1).
#
# The baseline comes first, and it's the mean colour of a picture, a list of three numbers that needs no training at all.


# %% id="new-makers-tried"
class MeanColour(nn.Module):
    """The cheapest embedding there is: three numbers, seen from the strangers' mean colour."""

    middle = tensors.to_tensor(people.pictures.reshape(-1, 64, 64, 3)).mean((0, 2, 3))

    def forward(self, pictures):
        return normalize(pictures.mean((2, 3)) - self.middle, dim=1)


def tried(model, people=others):
    """AUC of pairs, of all and of those who share their colours, and rank 1 with one picture of each on file."""
    codes = embed(model.eval(), tensors.to_tensor(people.pictures.reshape(-1, 64, 64, 3)))
    codes = codes.view(*people.pictures.shape[:2], -1)  # (characters, pictures, size)
    nearest = (codes[:, 1:] @ codes[:, 0].T).argmax(-1)  # whose file is nearest: (characters, pictures − 1)
    right = (nearest == torch.arange(len(codes))[:, None]).float().mean()
    pairs = identity.verification(model, people)
    return {"AUC, any two": pairs["auc"], "AUC, of one colour": pairs["alike"], "rank 1 of 51": float(right)}


scores = {"mean colour": tried(MeanColour())}
show_table(scores, names="embedding")

# %% [markdown] id="new-makers-margin-words"
# Colours alone tell any two apart quite well, so what could a net add?
#
# The oldest idea is to let a net name things, as in lesson 01, with ninety characters for ninety answers and the [cross-entropy](../lessons/glossary.md#cross-entropy) as its loss.
# Each character gets a *direction* in the space of embeddings, which is learned as well, and the logits are the cosines between a picture's embedding and all ninety directions.
# After training, the directions are thrown away, because the strangers of the exam aren't among them.
#
# But a net that only names is content as soon as the right direction is the nearest, if only by a hair.
# For strangers we want pictures of one character to lie close together with room around them.
# So we make it harder.
# The right character's cosine is lowered by a [margin](../lessons/glossary.md#margin-loss) before the softmax.
# To win all the same, the picture has to be nearer to its own direction *by that margin*.
#
# One more thing is needed, because cosines lie between −1 and 1, and a softmax of such small numbers is nearly flat, so they're multiplied by a *scale* first.

# %% id="new-makers-scale"
for scale in (1, 16):
    best = torch.tensor([1.0] + [0.0] * (STRANGERS - 1)) * scale  # a perfect net: cosine 1, and 0 to all others
    print(f"scale {scale:2}: the right one's share can reach {float(best.softmax(0)[0]):.3f}")

# %% [markdown] id="new-makers-margin-turn"
# ### Your turn · The margin loss  (●●○, 8 min)
# The embeddings have length 1, while the directions can have any length, so they have to be normalised to give cosines.
# Take off the margin first, then multiply by the scale, and then comes the softmax.
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

# %% [markdown] id="new-makers-alike-words"
# Now you'll train it, a small convolution net with 48 pictures a step, each of them blurred and tinted a little, as a camera would.
# Before that, make a guess: three strangers of one colour differ in the shape of the face and its features, in the hair, and perhaps in glasses, and the net has never seen them.

# %% id="new-makers-predict-alike"
predict("new-makers.alike")

# %% id="new-makers-name"
NAMING = 150


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
namers = {"yours": train_namer(0.2, "with the margin"), "yours, margin 0": train_namer(0.0, "without")}

# %% id="new-makers-alike"
scores |= {name: tried(net) for name, net in namers.items()}
scores["shipped"] = tried(weights.load("identity"))
show_table(scores, names="embedding")
guessed("new-makers.alike")

# %% [markdown] id="new-makers-alike-saw" tags=["saw"]
# Your net has never seen these 51, and after its 150 steps it's better than the colours in every column, most clearly where colours can't help.
# The margin, on the other hand, doesn't pay here: the net without it does about as well.
# Ninety strangers and seconds of training are little, and the gains that its authors report are of nets for many thousands of people.
#
# The shipped one has the same plan, more channels, 300 strangers to learn from and about ten times as many steps, and it's the one that sits inside the swapper.
# Look at the middle column once more, though: those who share their colours are told apart clearly worse, by every net.
# Whatever uses such an embedding inherits that.
#
# With photographs it's the same plan with millions of pictures: *ArcFace* (2019) puts its margin on the angle, and the *CosFace* of 2018 puts it on the cosine, as you did.
# Nets of this family are made to recognise people, and a face-swap program takes one as it is.
# So here forger and examiner use one and the same tool.

# %% [markdown] id="new-makers-note-people" tags=["instructor"]
# *For the instructor.* 26 minutes; the usual confusion is that the net can only know the ninety it learned from: the directions know only them, the embedding knows no one by name.
# Ask what a margin of 2 would ask for (the right cosine would have to be 1 while all others are below −1, which can't be).

# %% [markdown] id="new-makers-adain-words"
# ## 3 · Tell a decoder whom to draw  (Core, 20 min)
#
# Now the list exists, and a decoder has to use it.
# You could lay the numbers beside the code, at its entrance, and hope that they find their way through all layers.
# One-shot swappers do something better, which comes from style transfer, and you know its simplest case already.
#
# In lesson 08 you gave a face the colours of another picture by shifting and stretching each channel until its mean and its spread were the other's.
# A decoder's [feature maps](../lessons/glossary.md#feature-map) are like such channels, only there are dozens of them, and each says *where* something is: an edge, a dark spot, the rim of a pair of glasses.
# So take away each map's own mean and spread, and give it new ones that are *told from outside*.
# That moves nothing: the pattern of the map stays, and only its strength and level come from the identity.
# That's [adaptive instance normalisation](../lessons/glossary.md#adaptive-instance-normalisation), AdaIN for short.
#
# ### Your turn · AdaIN  (●●○, 6 min)
# Each map of each picture has a mean and a spread of its own.
# Bring each to mean 0 and spread (standard deviation) 1 over its places, multiply it by its scale and add its shift.
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
# Try it first where you can see what it does, on the three colour channels of Ada's own picture.
# They get the mean and spread of Bo's.

# %% id="new-makers-colours"
bo = tensors.to_tensor(draw_faces(BO, track).pictures)
spread, mean = torch.std_mean(bo, (2, 3), unbiased=False)
restyled = adain(acting, spread, mean)

# %% id="new-makers-colours-look" tags=["figure"]
in_rows({"Ada": acting, "Bo": bo, "Ada, restyled": restyled}, "new-makers.colours", count=4, scale=2.6)

# %% [markdown] id="new-makers-colours-saw" tags=["saw"]
# That's a cousin of lesson 08's colour transfer (which worked in Lab and inside a mask), and no shape has moved, because three maps of colour don't say where an eye ends.
# In the middle of a decoder the maps do say such things, and the convolutions between two styles mix them.
# So turning some maps up and others down chooses which shapes get drawn, although the code is only Ada's performance.
# Here is how the net of the opening is built, with a style for the maps at every size.

# %% id="new-makers-source"
print(body(AdaIN.forward))
print(body(OneShotSwap.decode))
with torch.no_grad():
    maps = swapper.layout(swapper.encode(acting))
    who = swapper.identify(still).expand(len(maps), -1)
    layer = swapper.coarse.styles[0]
    scale, shift = layer.style(who).chunk(2, 1)
    off = (adain(maps, 1 + scale, shift) - layer(maps, who)).abs().max()
print(f"your AdaIN and the one in the net differ by {float(off):.6f} at most")

# %% [markdown] id="new-makers-source-saw" tags=["saw"]
# A linear layer makes the scales and shifts out of the identity code, so the net learns for itself what "glasses" or "a wide jaw" means for each of its maps.
# *SimSwap* (2020) does this in blocks between its encoder and its decoder, where it keeps whole feature maps and no small code, and it trains with a discriminator, which ours doesn't.

# %% [markdown] id="new-makers-lesson-words"
# What is such a net trained on?
# Again nobody has matched pairs, with one stranger doing what another does.
# As in lesson 04 each picture is rebuilt from its own code, and the new part is where the identity comes from.

# %% id="new-makers-loss"
print(body(one_shot.parts_of_loss))

# %% [markdown] id="new-makers-loss-saw" tags=["saw"]
# Look for `identity.roll(batch, 0)`, because that's the heart of it: two pictures of each stranger are drawn, and each is rebuilt with the identity that was read from the *other* one.
# So the identity gains nothing by holding the smile, because it comes from a picture with another smile.
#
# The other way round, nothing so simple keeps *who* out of the code, and four things work at it.
# The encoder sees every picture in random colours (`recoloured`), the guide asks that landmarks can be read off a code, as in lesson 04, and *kinship* makes small whatever the codes of two pictures of one character have in common.
# Last, the net practises what it will be used for: it swaps two strangers, and although no truth says what should come out, the swap's code should be the actor's (*same*) and its embedding the target's (*alike*).
#
# The identity code has two halves.
# One is the embedding of section 2, which was made to tell people apart and needn't hold everything that a drawing shows.
# So a second encoder, trained along with the decoder, adds numbers of its own.

# %% [markdown] id="new-makers-note-adain" tags=["instructor"]
# *For the instructor.* 20 minutes; the usual confusion is to think that scale and shift move things: they're one number each for a whole map, so they can't.
# Ask what would go wrong if the identity were read from the very picture that is rebuilt (it could carry the smile, and the code might stay empty).

# %% [markdown] id="new-makers-cleo-words"
# ## 4 · Cleo, from one picture  (Core, 27 min)
#
# Does it do what it looks like?
# Ada acts sixty performances, and this world is drawn, so Cleo can be drawn in the same sixty.
# Two judges read the pictures, of whom one says whose face it is, and the other how far it smiles.
# Both were trained on strangers of their own and had no part in making the swapper, because a net that helped to draw a picture would praise its own work.

# %% id="new-makers-cleo"
truth = true_faces(("ada", "cleo"), 60, seed=15)
sixty, wanted = truth["ada"].pictures, truth["cleo"]
judge_who, judge_what = weights.load(judges.WHO), weights.load(judges.WHAT)
known_cleo = embed(judge_who, wanted.pictures)
SMILE = toons.PARAMETERS.index("smile")


def measure(drawn):
    """How near pictures of Cleo come to the truth, whether they look like her, and what can be read in them."""
    read = judges.read(judge_what, drawn)
    r2 = metrics.recovery(read, wanted.performances)
    return {
        "explained": metrics.explained_swap(drawn, wanted.pictures, wanted.pictures.mean(0), wanted.masks),
        "identity": float(likeness(embed(judge_who, drawn), known_cleo).mean()),
        "smile, R²": r2["smile"],
        "jaw, R²": r2["jaw"],
        "sharpness": metrics.sharpness(drawn, wanted.pictures, wanted.masks),
        "mean smile": float(read[:, SMILE].mean()),
    }


def from_one(picture):
    """Cleo in Ada's sixty performances, from one picture (1, 3, 64, 64)."""
    with torch.no_grad():
        return swapper.swap(sixty, picture).clamp(0, 1)


found = {"the true Cleo": wanted.pictures, "Ada herself": sixty, "from one picture": from_one(still)}
measured = {name: measure(some) for name, some in found.items()}
COLUMNS = ["explained", "identity", "smile, R²", "jaw, R²", "sharpness"]
show_table({name: {c: row[c] for c in COLUMNS} for name, row in measured.items()}, names="pictures")

# %% id="new-makers-cleo-look" tags=["figure"]
in_rows(
    {"Ada acts": sixty, "from one picture": found["from one picture"], "true Cleo": wanted.pictures},
    "new-makers.cleo",
    scale=2.2,
)

# %% [markdown] id="new-makers-cleo-saw" tags=["saw"]
# *Explained* compares with Cleo's average face, which the net never had: it would have taken many pictures of her.
# *Identity* is the cosine of the judge, and the first row shows what the true Cleo gets, so that's the most one could wish for.
#
# Now look at the faces, and at what no column says.
# Pose, mouth and lids are Ada's, and the skin is Cleo's, but her yellow irises are gone, her hair has become a cloud, and fine lines are missing, which is what *sharpness* counts.
# A list of 128 numbers has to say all that, and the loss that made it cared most for what fills many pixels.

# %% [markdown] id="new-makers-laugh-words"
# All this came from one *calm* picture, seen from the front.
# A forger takes what there is, say a picture in which Cleo laughs, or one in which she looks away.
# What does it matter which one it is?

# %% id="new-makers-predict-laugh"
predict("new-makers.laugh")

# %% id="new-makers-laugh"
given = {"calm": CALM, "laughing": toons.Performance(smile=1, jaw=0.7), "frowning": toons.Performance(smile=-1)}
given |= {
    "turned away": toons.Performance(yaw=35),
    "lit from the side": toons.Performance(light_azimuth=90, light_strength=1),
}
stills = {name: pictures_of(CLEO, one) for name, one in given.items()}
by_still = {name: measure(from_one(one)) for name, one in stills.items()}
asked_for = measured["the true Cleo"]["mean smile"]
SHOWN = ["explained", "identity", "smile, R²", "mean smile"]
show_table({name: {c: row[c] for c in SHOWN} for name, row in by_still.items()}, names="the one picture")
print(f"the true Cleo's mean smile, as the judge reads it: {asked_for:.2f} (−1 is a frown and 1 a broad smile)")
spread_of = max(row["mean smile"] for row in by_still.values()) - min(row["mean smile"] for row in by_still.values())
print(f"between the five pictures the mean smile differs by {spread_of:.2f} at most")
guessed("new-makers.laugh")

# %% id="new-makers-laugh-look" tags=["figure"]
rows = [[tensors.to_pictures(one)[0], *tensors.to_pictures(from_one(one)[:4])] for one in stills.values()]
rows.append([np.full((64, 64, 3), 255, np.uint8), *tensors.to_pictures(wanted.pictures[:4])])
show_pictures(
    rows, ["the one picture", "", "", "", ""], rows=[*stills, "truth"], alt="new-makers.laugh", smooth=True, scale=2
)

# %% [markdown] id="new-makers-laugh-saw" tags=["saw"]
# The rows look alike, and the line below the table says the same in one number: it hardly matters for the results whether she laughs or frowns in her one picture.
# So hardly anything of the smile leaks, as one would hope from a training in which the identity always came from a picture that did something else.
# What does cost something is a picture that *hides* something: turned away, half of her face is out of sight, and both *explained* and *identity* fall.

# %% [markdown] id="new-makers-mixer-words"
# Since identity is a list of numbers, you can also walk from one character to another.
# Below somebody acts, and two characters, each known from one picture, stand at the ends of a slider.
# Is the face halfway still a face, and does the performance survive the walk?

# %% id="new-makers-mixer"
widgets.identity_mixer(swapper)

# %% [markdown] id="new-makers-mixer-saw" tags=["saw"]
# Nobody is at the middle of the slider, and you still get a face with an expression of Ada's, because identity and performance travel on lists that are mostly separate.
# That also means that a forger can draw people who don't exist.

# %% [markdown] id="new-makers-pairs-words"
# Cleo is one character, so here is the exam that counts: fifty pairs of strangers whom no net has met, one acts and the other is wanted.
# *Rank 1* asks the judge of identities which of the fifty it sees.
# Beside the one-shot net stand the truth, the one picture left as it is, and lesson 04's own net, which takes everybody for Ada and draws Bo.
#
# For the first four pairs somebody went to more trouble: *a net for the pair* is lesson 04's, trained from nothing for 500 steps, about a minute, on 800 pictures of each of exactly these two.

# %% id="new-makers-predict-pairs"
predict("new-makers.pairs")

# %% id="new-makers-pairs"
table = load_table("new-makers")
ROWS = {"truth": "the truth", "still": "the one picture, unmoved", "lesson 04": "lesson 04's own net"}
ROWS |= {"one shot": "one-shot", "own pair": "a net for the pair"}
SWAPS = {"rank 1 of 50": "rank1", "smile, R²": "smile", "jaw, R²": "jaw", "explained": "explained"}


def exam(name, **which):
    """The rows of one exam of the kept table."""
    rows = [row for row in table["rows"] if row["exam"] == name]
    return [row for row in rows if all(row[key] == value for key, value in which.items())]


for pairs in ("all", "first 4"):
    rows = {ROWS[row["name"]]: {t: row[key] for t, key in SWAPS.items()} for row in exam("one shot", of=pairs)}
    words = "All fifty pairs" if pairs == "all" else "The first four pairs"
    show_table(rows, names="drawn by", caption=f"{words} ({table['command']})")
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
# Read the second row of the first table before you praise any *rank 1*: the one picture, unmoved, has it too, and expresses nothing.
# Lesson 04's own net is the other way round, since something of the performance comes through, on the wrong face.
# So look for a row that's good in all four columns.
#
# In these four pairs the net for the pair explains far more, and that's what its pictures and its minute are worth.
# In rank 1 and in what can be read in the face there's little between the two.
# Look at the glasses in the figure: they come back where a net has seen them many times, and from one picture they don't.
# For a forger something else matters more, which is that the one-shot net was trained once, by somebody else, and serves whoever downloads it.

# %% [markdown] id="new-makers-roads-words"
# Lesson 10 had another road from a single picture, First Order Motion, and it didn't change the face: it moved the pixels of the still.
# Here both of them are in lesson 10's exam, where Ada acts and Bo is wanted, with the shared encoder of lesson 04 beside them.

# %% id="new-makers-roads"
MEASURES = ("explained", "expression", "identity", "sharpness")
by_road = {ROADS[road].words: {} for road in ("average", "shared", "still")}
for row in load_table("roads")["rows"]:
    if row["road"] in ("average", "shared", "still"):
        by_road[ROADS[row["road"]].words] = {name: row[name] for name in MEASURES}
by_road["one-shot"] = {name: exam("roads")[0][name] for name in MEASURES}
show_table(by_road, names="road", caption="Lesson 10's exam: 400 performances")

# %% [markdown] id="new-makers-roads-saw" tags=["saw"]
# On Bo the two roads from one picture end close together, and both stay far below the net that has seen thousands of pictures of him.
# They err in different ways, though.
# Moving pixels keeps what the still shows, so it's the sharper one.
# Drawing anew is softer, and glasses like Bo's are just the kind of fine line that it loses.
# Neither can know what the picture doesn't show.
#
# This is a good place to stop for today, because the second half begins anew.

# %% [markdown] id="new-makers-note-cleo" tags=["instructor"]
# *For the instructor.* 27 minutes; the usual confusion is that rank 1 means a good swap: a still photo of the target has rank 1 and expresses nothing.
# Ask for whom this changes the most (people of whom there are only a few pictures, which is nearly everybody).

# %% [markdown] id="new-makers-noise-words"
# ## 5 · From lesson 03's denoiser to a face  (Core, 27 min)
#
# The second maker needs no actor, because it begins with noise.
#
# In lesson 03 you trained a denoiser, with *one* strength of noise, and what was left under the noise was still a face.
# Let's ask more of it, namely all strengths, from a breath of noise to nothing but noise.
# We say how strong it is by a *time* t, so that at t = 0 there's the face, at t = 1 there's only noise, and in between
#
# $$x_t = (1 - t)\,x + t\,\varepsilon$$
#
# where ε ("epsilon") is a picture of noise from the bell curve.
# The face fades while the noise comes in, and it does so along a straight line.
# On that line the picture moves with a constant *velocity*, which is how $x_t$ changes as time passes: $\varepsilon - x$, the whole way from face to noise.
#
# ### Your turn · The noised picture and its target  (●○○, 4 min)
# The mixture is what a network will get, and the velocity is what it will have to say.
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
# For this we don't need a network, because the best answer can be worked out.
# If face $k$ is under it, the noise must have been $(x_t - (1 - t)\,x_k)\,/\,t$, and the bell curve says how likely such noise is.
# So weigh all 150 by how well they fit, and take their mean: no denoiser in the world has a smaller squared error on these faces.


# %% id="new-makers-guess"
KNOWN = 150
chance = np.random.default_rng(15)
crowd = draw_faces([toons.sample_identity(920_000 + k) for k in range(KNOWN)], toons.sample_performances(chance, KNOWN))
known = 2 * tensors.to_tensor(crowd.pictures) - 1  # in −1…1, so that they lie around 0 as the noise does


def shares(x, times):
    """How likely each known face is under the noise: (N, known), each row with a sum of 1."""
    t = times.view(-1, 1, 1)
    noise = (x.flatten(1)[:, None] - (1 - t) * known.flatten(1)) / t  # what it would have to be: (N, known, pixels)
    return (-noise.square().sum(2) / 2).softmax(1)


def best_guess(x, times):
    """The mean of all known faces, weighed by how likely they are: like x."""
    return (shares(x, times) @ known.flatten(1)).view_as(x)


# %% [markdown] id="new-makers-predict-guess-words"
# Thirty of the 150 are now put under noise, one after the other, and the best denoiser may say which of them it thinks likeliest.
# From which amount of noise on will it be wrong more often than right?

# %% id="new-makers-predict-guess"
predict("new-makers.guess")

# %% id="new-makers-guess-run"
grain = torch.randn(30, 3, 64, 64, generator=torch.Generator().manual_seed(1))
found_at = {}
for t in TIMES:
    times = t.expand(30)
    mixed, _ = noised(known[:30], grain, times)
    likeliest = torch.cat([shares(*some).argmax(1) for some in zip(mixed.split(6), times.split(6), strict=True)])
    found_at[f"t = {t:.2f}"] = float((likeliest == torch.arange(30)).float().mean())
show_table(found_at, ["right face found"], form=".0%")
guessed("new-makers.guess")


# %% id="new-makers-guess-look" tags=["figure"]
def seen(pictures):
    return (pictures + 1) / 2


one = known[[4]].expand(len(TIMES), -1, -1, -1)
mixed, _ = noised(one, grain[[4]].expand_as(one), TIMES)
two = {"the mixture": seen(mixed), "best guess": seen(best_guess(mixed, TIMES))}
in_rows(two, "new-makers.guess", titles=[f"t = {t:.2f}" for t in TIMES])

# %% [markdown] id="new-makers-guess-saw" tags=["saw"]
# You can hardly see a face in the third mixture, and the denoiser still knows whose it is, because 12,288 noisy numbers together are a great deal of evidence.
# Close to t = 1 it begins to waver, and where nothing of the face is left, its best guess is the *mean* of all 150, the same ghost that you've met since lesson 02.
# That's no weakness of the denoiser, because where everything is possible, the mean has the smallest squared error.

# %% [markdown] id="new-makers-step-words"
# So a single look at pure noise gives a ghost, but you needn't jump all the way.
# The mixture and the guess together say where the noise must be, and so which way the velocity points:
#
# $$v = \varepsilon - x = \frac{x_t - x}{t}$$
#
# Take a *small* step against it, towards the face, and a little less noise is left.
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
    return torch.stack(stages)


# %% [markdown] id="new-makers-predict-way-words"
# Now you have everything you need, six pictures of fresh noise, twenty steps, and the best denoiser there is.
# What will stand at the end of the way?

# %% id="new-makers-predict-way"
predict("new-makers.way")


# %% id="new-makers-way"
def levels_off(some, other):
    """How far apart pictures in −1…1 are, in grey levels (root mean square): (N,)."""
    return 127.5 * (some - other).square().mean((1, 2, 3)).sqrt()


fresh = torch.randn(6, 3, 64, 64, generator=torch.Generator().manual_seed(2))
stages = walk(perfect, fresh, 20)
away = torch.stack([levels_off(stages[-1], one) for one in known])  # (known, 6)
nearest = away.min(0)
show_table(
    {"one step": levels_off(walk(perfect, fresh, 1)[-1], known.mean(0)).max()},
    ["grey levels from the mean face"],
    form=".1f",
)
show_table(
    {
        f"noise {k + 1}": {"nearest known face": number, "grey levels away": value}
        for k, (number, value) in enumerate(zip(nearest.indices.tolist(), nearest.values.tolist(), strict=True))
    },
    form=".1f",
)
guessed("new-makers.way")

# %% id="new-makers-way-look" tags=["figure"]
way = {f"t = {1 - i / 20:.2f}": seen(stages[i]) for i in (0, 1, 4, 12, 20)}
in_rows(way | {"nearest known": seen(known[nearest.indices])}, "new-makers.way")

# %% [markdown] id="new-makers-way-saw" tags=["saw"]
# Noise became faces, and not one of them is new.
# Each is one of the 150, exact to the grey level, because a denoiser that knows only these faces can lead nowhere else.
# It's worth remembering that **a perfect denoiser of a finite set copies.**
# A network that draws something new does so because it's imperfect.
# A small convolution net, for one, looks at patches and not at the whole, and so it mixes patches of different pictures (Kamb and Ganguli, 2024).
# How much it fills in and how much it copies isn't settled by the method, so it has to be measured, each time.
# From a large model trained on pictures of the web, copies of some training photographs were recovered (Carlini and others, 2023).

# %% [markdown] id="new-makers-note-noise" tags=["instructor"]
# *For the instructor.* 27 minutes; the usual confusion is that the steps "clean" the picture; nothing is under the fresh noise, and every step makes something up.
# Ask what decides which of the 150 comes out (the noise alone, since nothing else in here is random).

# %% [markdown] id="new-makers-codes-words"
# ## 6 · A network in its place  (Core, 18 min)
#
# Weighing all known faces is out of the question with millions of them, and it would only copy.
# So we let a network take its place, which sees the mixture and the time, and learns to say the velocity.
# That's all of [flow matching](../lessons/glossary.md#flow-matching), the plainest member of the family that's often called [diffusion](../lessons/glossary.md#diffusion).
# (Many papers let time run the other way, with the noise at 0.)
#
# On pictures that takes an hour, which section 7 spares you.
# But a picture of Ada is 12,288 numbers only for a screen; lesson 04's encoder says it in 128.
# So you'll let noise become *codes of Ada*, and her decoder draws them.

# %% id="new-makers-codes"
codes = flow.codes_of(pair_net, "ada", held_out=1600)  # 800 to learn from; each number has mean 0 and spread 1


def learn_codes(train_on, steps, label):
    """A network that says the velocity of noisy codes, trained by your `noised`."""
    torch.manual_seed(0)
    net, generator = VelocityMLP(train_on.shape[1]), torch.Generator().manual_seed(0)
    optimiser = Muon(net.parameters(), flow.RATE, adam_share=0.1)

    def step(i):
        set_rate(optimiser, cosine(i, steps, flow.RATE))
        x = train_on[torch.randint(len(train_on), (256,), generator=generator)]
        noise, times = torch.randn(x.shape, generator=generator), torch.rand(len(x), generator=generator)
        mixed, velocity = noised(x, noise, times)
        loss = (net(mixed, times) - velocity).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    train(step, steps=steps, seconds=60, state={"model": net}, label=label)
    return net


from_many = learn_codes(codes.train, 700, "flow, 800 codes")
from_few = learn_codes(codes.few(32).train, 700, "flow, 32 codes")

# %% [markdown] id="new-makers-predict-bell-words"
# A second net has learned from only 32 of the codes, for the same number of steps, and a third generator needs no training at all: a bell curve that has the mean and the covariance of the 800 codes.
#
# Take 800 samples of each and ask two things.
# *Off* says how far their mean and their covariance, as a crowd, lie from those of held-out codes; the first row, true new codes, shows what chance alone makes of it.
# The last column is a test for copies: for each sample, the distance to the nearest code that was learned from, divided by the distance to the nearest of as many held-out ones, and then the median.
# Near 1 a sample lies no nearer to what was shown than to what wasn't, and near 0 it's a copy.

# %% id="new-makers-predict-bell"
predict("new-makers.bell")

# %% id="new-makers-samples"
noise = torch.randn(800, 128, generator=torch.Generator().manual_seed(3))
bell = noise @ torch.linalg.cholesky(codes.train.T.cov() + 1e-4 * torch.eye(128)).T  # right mean and covariance
samples = {"true, new": codes.held_out[800:], "bell curve": bell}
samples |= {"flow, 800 codes": walk(from_many, noise, 20)[-1], "flow, 32 codes": walk(from_few, noise, 20)[-1]}
RATIO = "nearest learned from / nearest held out"
tests = {}
for name, some in samples.items():
    off = flow.moments(some, codes.held_out[:800])
    ratio = flow.copying(some, codes.few(32) if name == "flow, 32 codes" else codes)
    tests[name] = {"mean off": off["mean"], "covariance off": off["covariance"], RATIO: float(ratio.median())}
show_table(tests, names="800 codes")


# %% id="new-makers-samples-look" tags=["figure"]
@torch.no_grad()
def drawn_from(some):
    return pair_net.decode(codes.back(some), "ada").clamp(0, 1)


rows = {name: drawn_from(some[:6]) for name, some in samples.items()}
_, which = flow.nearest(samples["flow, 32 codes"][:6], codes.few(32).train)
rows["nearest of the 32"] = drawn_from(codes.train[which])
in_rows(rows, "new-makers.samples")
guessed("new-makers.bell")

# %% [markdown] id="new-makers-samples-saw" tags=["saw"]
# Nobody acted for the third row, and no picture was encoded for it.
# Its net fills in between what it has seen: the ratio near 1 says that its samples lie no nearer to the codes it learned from than to codes that were held out, just as true new ones do.
# The net that saw only 32 codes has a much smaller ratio, and below its samples you see what it has in mind.
# It's on the way to copying, because it had too little to fill in between.
#
# The second row is there to keep you honest about the first two columns.
# A bell curve with the right mean and covariance gets good marks in both without any training, and its faces are ghosts more often than the flow's.
# So these moments are a necessary test and a weak one: a crowd can have the right mean and covariance and still hold faces that nobody would draw.

# %% [markdown] id="new-makers-note-codes" tags=["instructor"]
# *For the instructor.* 18 minutes; the usual confusion is that few training pictures only make the samples worse. They make them *copies*, which can look better than anything else in the figure.
# Ask why the ratio needs as many held-out codes as training codes.

# %% [markdown] id="new-makers-repaint-words"
# ## 7 · Paint a face into a hole  (Core, 20 min)
#
# Now pixels.
# A forger rarely wants a face from nothing; there's a picture, and the face in it shall become another.
# So cut out eyes, nose and mouth, and show the network three things: the noisy hole, the picture around it, and the mask that says where the hole is.
# It learns velocities as above, and what surrounds the hole tells it which skin, which light and which pose the face must fit.
#
# The network that comes with the course is a small [U-Net](../lessons/glossary.md#u-net), and it learned from sampled strangers.
# Here is one that it never met, with four different noises.

# %% id="new-makers-repaint"
painter = weights.load("repaint")
met = repaint.draw(6, 1, 15, repaint.NEVER_SEEN + 1000)  # strangers that it never met
pictures, holes = tensors.to_tensor(met.pictures), repaint.inner_faces(met)


def painted(number, seeds, steps=16):
    """One stranger's hole painted from several noises: (seeds, 3, 64, 64)."""
    noise = torch.cat([torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(s)) for s in seeds])
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
# The surroundings fix what they can, which is the skin, the light, and roughly where the features go.
# What they can't tell is left to the noise, so that another seed is another pair of eyes and another mouth.
# A small net makes its mistakes here, too: look whether both irises of a face agree, and whether glasses come back of which only the arms are still to be seen.

# %% [markdown] id="new-makers-predict-steps-words"
# These took sixteen steps, and each step costs a run of the network, so a forger would like to know how many are needed.
# The kept table tried from 1 to 32 on strangers that the network never met, and it has four columns.
# *Explained* compares with the face that was hidden, for one painting and for the mean of four; its 0 is what a retoucher's program makes of the hole, which spreads the colours of the edge inwards.
# *Sharpness* is fine detail as a share of the truth's, and *distance of crowds* says how far apart true and painted pictures lie as crowds, in what a trained network sees of them.

# %% id="new-makers-predict-steps"
predict("new-makers.steps")

# %% id="new-makers-steps"
quality = {row["steps"]: row for row in exam("diffusion")}
TITLES = {
    "one painting explains": "one",
    "mean of four explains": "mean",
    "sharpness": "sharpness",
    "distance of crowds": "distance",
}
show_table(
    {f"{n} step" + "s" * (n > 1): {t: row[key] for t, key in TITLES.items()} for n, row in quality.items()},
    names="from noise",
)
guessed("new-makers.steps")

# %% id="new-makers-steps-look" tags=["figure"]
some_steps = (1, 2, 4, 8, 16)
rows = [[met.pictures[k], *tensors.to_pictures(torch.cat([painted(k, [0], n) for n in some_steps]))] for k in range(3)]
show_pictures(
    rows,
    ["true", *(f"{n} steps" if n > 1 else "1 step" for n in some_steps)],
    alt="new-makers.steps",
    smooth=True,
    scale=2,
)

# %% [markdown] id="new-makers-steps-saw" tags=["saw"]
# The four columns don't agree, and that's the lesson of the table.
# By *explained* one step is hard to beat, because one step gives something like the mean of all faces that could be in the hole, and the mean has the smallest squared error.
# For the same reason the mean of four paintings beats a single one in every row.
# *Sharpness* and the *distance of crowds* ask whether the paintings look like faces at all.
# (With a network that names photographs, that distance is known as FID.)
# They want more steps, though from some number on more of them help little.
#
# So a forger who wants *the* hidden face back asks for something that nobody can give, because it isn't in the picture.
# A forger who wants *a* face takes the sharp one.

# %% [markdown] id="new-makers-scrubber-words"
# Scrub through it yourself, forward and back.
# When does each seed decide what it will become, and what does the face that the net *expects* look like before that?

# %% id="new-makers-scrubber"
widgets.noise_scrubber(painter, met.pictures[0], inner_face(met.landmarks[0]))

# %% [markdown] id="new-makers-scrubber-saw" tags=["saw"]
# Early on, what it expects is the same ghost for every seed, and then they part.
# Look whether large things, such as where the mouth lies, are settled before the fine lines are.

# %% [markdown] id="new-makers-note-repaint" tags=["instructor"]
# *For the instructor.* 20 minutes; the usual confusion is that the net restores what was there. Let the class compare four seeds and ask which one is "right".
# Ask what follows for programs that "enhance" a blurred face on a surveillance picture.

# %% [markdown] id="new-makers-examiners-words"
# ## 8 · They meet the examiners  (Core, 15 min)
#
# Both nets become [makers](../lessons/glossary.md#maker) in the sense of lesson 12: a clip goes in, and a forged clip comes out.
# The *one-shot swap* reads its victim from one frame of the clip and lays the swap over as *feathered swap* did, with the same soft edge, matched colours and matched grain, so between those two only the network differs.
# The *diffusion repaint* cuts out and paints the inner face of every frame, from the same noise each time so that it doesn't flicker.

# %% id="new-makers-forge"
clip = makers.record(toons.sample_identity(41), seed=3)
forged = {name: makers.forge(maker, clip, seed=0).frames for name, maker in makers.newer().items()}
before = makers.forge(makers.built_in()["feathered swap"], clip, seed=0).frames
films = {"recording": clip.frames, "feathered swap": before} | forged

# %% id="new-makers-forge-look" tags=["figure"]
in_rows({name: frames[::2] for name, frames in films.items()}, "new-makers.forge", count=4, scale=2)

# %% [markdown] id="new-makers-forge-saw" tags=["saw"]
# All four rows show the same person at the same moment, and three of them never happened like this.
# Look at the glasses, because a thin frame is hard for every maker: what the network doesn't draw is painted over where the mask lies, and it stays where the mask ends.
# That's a trace which no seam and no grain would tell you about.

# %% [markdown] id="new-makers-predict-examiners-words"
# None of the clues and detectors has ever seen anything from the two.
# Take lesson 13's self-blended net, which learned from recordings alone, so that it should need no maker at all.
# Which of the two new ones will it find more surely?

# %% id="new-makers-predict-examiners"
predict("new-makers.examiners")

# %% id="new-makers-examiners"
LEVEL = "JPEG 95"
MAKERS = ("feathered swap", *forged)
UNTRAINED = ("autoencoder's error", "nearest features")  # for section 9
trained = [row for row in exam("examiners") if row["name"] not in UNTRAINED]
areas = {}
for row in trained:
    if row["level"] == LEVEL:
        areas.setdefault(row["name"], {})[row["of"]] = row


def in_interval(row):
    return f"{row['auc']:.2f} ({row['low']:.2f}…{row['high']:.2f})"


LESS = "one-shot less feathered"
rows = {}
for name, one in areas.items():
    low, than_old, high = (one["one-shot swap"][f"than_old{end}"] for end in ("_low", "", "_high"))
    rows[name] = {maker: in_interval(one[maker]) for maker in MAKERS} | {
        LESS: f"{than_old:+.2f} ({low:+.2f}…{high:+.2f})"
    }
show_table(rows, [*MAKERS, LESS], names="examiner", caption=f"AUC of clips at {LEVEL} (95 % interval, 40 characters)")
guessed("new-makers.examiners")

# %% [markdown] id="new-makers-examiners-saw" tags=["saw"]
# Read the intervals and not only the numbers, because forty characters are few.
# Every examiner judged both swaps on the same clips, so the last column can compare them character by character; where its interval holds 0, no difference has been shown.
# An interval that reaches down to 0.5 or below means that the examiner hasn't been shown to see anything.
#
# So nothing broke down across the board.
# All clues together do about as well on the one-shot swap as on the feathered swap, and most examiners see something of the repaint.
#
# But look along the rows.
# For three examiners a loss has been shown against the one-shot swap, and the largest by far is the self-blended net's.
# That net nearly misses the one-shot swap, which is laid over exactly as the feathered swap is, and it finds the repaint almost without fault; why it does wasn't measured.
# *Boundary step* and *double edge*, the two clues that look for an edge, are about guessing on the repaint, where painted skin goes on from real skin.
# *Blur ratio*, on the other hand, finds just that maker best, and its network does paint softly.

# %% [markdown] id="new-makers-lost-words"
# That was the mildest compression, so here are all three of the kept table, and two examiners that were chosen before looking: all clues together, weighed by what the five old makers taught, and the self-blended net.

# %% id="new-makers-lost"
CHOSEN = ("all clues", "net, self-blended")
lost = {}
for maker in MAKERS:
    for level in dict.fromkeys(row["level"] for row in exam("examiners")):
        rows = [row for row in trained if row["of"] == maker and row["level"] == level]
        cells = {row["name"]: in_interval(row) for row in rows if row["name"] in CHOSEN}
        shown = sum(row["low"] > 0.5 for row in rows)
        lost[f"{maker}, {level}"] = cells | {"shown to see something": f"{shown} of {len(rows)}"}
show_table(lost, names="maker and level")

# %% [markdown] id="new-makers-lost-saw" tags=["saw"]
# These three compressions change little, though lesson 12 had a stronger one that isn't in this table.
#
# So this is what is lost, said plainly.
# A swap no longer needs many pictures of its victim, because one is enough.
# A detector that learned from no maker isn't therefore good against every maker: exchange the network behind one and the same soft edge, and the self-blended net falls from a fair examiner to one that hasn't been shown to see anything.
# And which examiner helps depends on the maker, so whoever has only one of them, or takes the best of yesterday's table, can be blind to tomorrow's fake.
#
# What still finds both seems to be softness, since *spectrum* and *blur ratio* measure fine detail, and small nets draw less of it than there is.
# That's true of these two, and it's no law: a larger net draws finer.

# %% [markdown] id="new-makers-joined-words"
# What joins the two makers, and which evidence would survive if both drew much better?
# Today it's the missing detail, which *spectrum* and *all clues* pick up from both.
# If they drew better, it wouldn't be the pixels any more, but two other things would be left.
# Content remains: one-shot swaps show teeth that are nobody's and lose a pair of glasses, a painter makes up a face that isn't the one people know, and both can be held against other recordings of the person.
# And provenance remains, since lesson 14's signature asks where a picture is from and not how it looks.

# %% [markdown] id="new-makers-note-examiners" tags=["instructor"]
# *For the instructor.* 15 minutes; the usual confusion is to take the best examiner of a table for one that can be relied on: choose on some makers, and report on others.
# Ask what lesson 14's tools say about either maker (credentials don't care how a picture was made).

# %% [markdown] id="new-makers-untrained-words"
# ## 9 · Detectors that nobody trained  (Further, 12 min)
#
# If training on makers is the trouble, could a detector do without, as two ideas of recent years try?
#
# *AEROBLADE* (2024) is made for latent diffusion, whose pictures come out of an autoencoder's decoder: given to the same autoencoder again, they come back with little loss, while a recording has detail that no code holds.
# Ours takes the autoencoder *swap-anyone*, which also drew three of lesson 12's fakes, but neither of the two new ones.
# *UniversalFakeDetect* (2023) takes the frozen features of a large network that was made for something else, CLIP, and asks whether a picture lies nearer to known recordings or to known fakes.
# Both stand here in small, and the fakes that the second one knows come from the five *old* makers.

# %% id="new-makers-untrained"
rows = {}
for row in exam("examiners"):
    if row["name"] in UNTRAINED and row["of"] in MAKERS:
        rows.setdefault(f"{row['name']}, {row['level']}", {})[row["of"]] = in_interval(row)
show_table(rows, list(MAKERS), names="examiner and level")

# %% [markdown] id="new-makers-untrained-saw" tags=["saw"]
# The autoencoder's error sees something of all three, although two of them were drawn by other networks.
# It's far from the best examiner, but evenness is worth something against makers that don't exist yet.
# The nearest features aren't shown to see anything here: features that were learned for reading expressions say little about how a picture was made.
#
# "Without training" isn't "without assumptions", either.
# The first one assumes that its autoencoder loses more of a recording than of a fake, and the grain that a forger adds at the end is detail that no code holds.
# The second one needs known fakes and an honest set of recordings, and it inherits lesson 13's format trap.

# %% [markdown] id="new-makers-note-untrained" tags=["instructor"]
# *For the instructor.* 12 minutes; the usual confusion is that no training means no bias. Ask what the bank of known fakes stands for, and who would keep it up to date.

# %% [markdown] id="new-makers-close"
# ## What you can now do
#
# - Train a net that says who a face is, on characters it never met, and say where it's weak.
# - Tell a decoder whom to draw, by scaling and shifting its feature maps.
# - Measure what one picture gives and what it can't: identity, expression, the distance from the truth, and what leaks.
# - Turn noise into a face by small steps, and say why one step gives a ghost.
# - Test a generator for copies, and say why a perfect one would make nothing else.
# - Read a table of examiners by its intervals, and say what is lost.
#
# **Does this carry over to photographs?** The parts do: *SimSwap* (2020) and the *inswapper* model, which *roop* and *FaceFusion* use, put the identity vector of a recognition net into one decoder for all, and flow matching and diffusion draw the pictures that you meet on the web.
# Our numbers don't, because those nets are far larger, their faces are far sharper, and there's no drawn truth to hold them against.
# How often copies occur in them is known only where somebody looked.
#
# **Still open.** One picture never says how somebody smiles, and nobody has a good measure of a guess that's plausible and wrong.
# And whether any examiner can keep up with makers that are trained once and used by everybody, no one knows.

# %% [markdown] id="new-makers-predictions-words"
# This is what you predicted, beside what came out.


# %% id="new-makers-predictions"
def listed(values, form=".2f"):
    return ", ".join(f"{name} {np.mean(value):{form}}" for name, value in values.items())


alike = {name: row["AUC, of one colour"] for name, row in scores.items()}
smiles = {name: row["mean smile"] for name, row in by_still.items()}
predictions(
    "new-makers",
    outcome={
        "new-makers.alike": f"AUC, of one colour: {listed(alike)}; any two, yours: {scores['yours']['AUC, any two']:.2f}",
        "new-makers.laugh": f"mean smile: {listed(smiles)}; as it should be {asked_for:.2f}",
        "new-makers.pairs": "explained, four pairs: "
        + listed({ROWS[row["name"]]: row["explained"] for row in exam("one shot", of="first 4")}),
        "new-makers.guess": "right face found: " + listed(found_at, ".0%"),
        "new-makers.way": f"grey levels from the nearest known face: {float(nearest.values.max()):.1f} at most",
        "new-makers.bell": "covariance off: "
        + listed({name: row["covariance off"] for name, row in tests.items()})
        + "; see the faces",
        "new-makers.steps": f"1 and 32 steps: explained {quality[1]['one']:.2f} and {quality[32]['one']:.2f}, sharpness {quality[1]['sharpness']:.2f} and {quality[32]['sharpness']:.2f}, distance {quality[1]['distance']:.2f} and {quality[32]['distance']:.2f}",
        "new-makers.examiners": "AUC: " + listed({name: areas["net, self-blended"][name]["auc"] for name in MAKERS}),
    },
)

# %% [markdown] id="new-makers-quiz-words"
# Five questions follow, each on something that is often got wrong.

# %% id="new-makers-quiz"
quiz("new-makers")

# %% [markdown] id="new-makers-sources"
# **Terms.** [adaptive instance normalisation](../lessons/glossary.md#adaptive-instance-normalisation) · [diffusion](../lessons/glossary.md#diffusion) · [embedding](../lessons/glossary.md#embedding) · [flow matching](../lessons/glossary.md#flow-matching) · [margin loss](../lessons/glossary.md#margin-loss) · [one-shot swap](../lessons/glossary.md#one-shot-swap) · [rank 1](../lessons/glossary.md#rank-1) · [U-Net](../lessons/glossary.md#u-net)
#
# **Sources.** Wang and others, *CosFace*, 2018; Deng and others, *ArcFace*, 2019; Huang and Belongie, *Arbitrary style transfer in real-time with adaptive instance normalization*, 2017; Chen and others, *SimSwap*, 2020; Ho, Jain and Abbeel, *Denoising diffusion probabilistic models*, 2020; Lipman and others, *Flow matching for generative modeling*, 2022; Liu, Gong and Liu, *Flow straight and fast* (rectified flow), 2022; Heusel and others, 2017 (the distance of crowds); Saharia and others, *Palette*, 2022 (painting into holes); Carlini and others, *Extracting training data from diffusion models*, 2023; Kamb and Ganguli, *An analytic theory of creativity in convolutional diffusion models*, 2024; Ricker, Lukovnikov and Fischer, *AEROBLADE*, 2024; Ojha, Li and Lee, *Towards universal fake image detectors that generalize across generative models* (UniversalFakeDetect), 2023; Yan and others, *DF40*, 2024.
