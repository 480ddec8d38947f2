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

# %% [markdown] id="trust-card"
# # 14 · Trust
#
# **A detector asks whether a picture looks forged. Could the picture tell us itself where it comes from, and should we believe it?**
#
# | | |
# |---|---|
# | Time | 120 minutes: Core 85, Further 35 |
# | You need | lesson 04 (the swap), lesson 02 (the autoencoder); lesson 12 helps with false alarms |
# | You will be able to | sign a picture and read what a check says, find a stripped one again by its hash, hide a mark in a picture and test what it survives, and write a model card that a program can check |
#
# Lessons 12 and 13 looked for traces of a forgery, and you saw how quickly such traces are lost.
# This lesson turns the question round: the maker says something about the picture, and we ask what that is worth.

# %% id="trust-imports" tags=["setup"]
import hashlib
import json
from datetime import date

import cv2
import numpy as np
import torch
from matplotlib import pyplot as plt
from scipy import fft

from unmasked import film, metrics, paths, tensors, toons, widgets
from unmasked.course import check
from unmasked.experiments.tables import load_table
from unmasked.experiments.trust import shelf as table_shelf
from unmasked.faces import draw_faces
from unmasked.models import weights
from unmasked.provenance import cards, credentials, marks, tampering
from unmasked.provenance.certificate import course_signer, new_signer
from unmasked.provenance.containers import to_picture, to_png
from unmasked.toons.camera import jpeg
from unmasked.widgets import alt_text, guessed, predict, predictions, quiz, show, show_pictures, show_table

acts = toons.sample_performances(np.random.default_rng(14), 60)
acts[0] = toons.Performance(smile=0.6, jaw=0.2, yaw=-8).to_array()
ada = draw_faces(toons.CAST["ada"], acts)
ordinary = ada.pictures[28]  # its marks score about as those of the kept table do

kept = load_table("trust")
counts = {row["change"]: np.array(row["distances"]) for row in kept["rows"] if row["part"] == "hash"}
within = {name: np.cumsum(count) / count.sum() for name, count in counts.items()}  # share at 0, 1, … bits

KEY = 2026
poor_light = toons.camera.CameraSettings(noise=5.0)
recorded = toons.camera.record(ada.pictures[0], np.random.default_rng(14), poor_light)
two = [recorded, marks.embed(recorded, KEY, 2.5)]
places = np.random.default_rng(KEY).permutation(2)
pair = {name: two[place] for name, place in zip("AB", places, strict=True)}


def verdicts(files, trust=None):
    """What a check of the credentials says of each file, as a table."""
    rows = {}
    for name, data in files.items():
        found = credentials.verify(data, trust)
        because = "; ".join(found.problems).partition(": ")[0] or "–"
        signer = found.signer or "nobody"
        rows[name] = {"verdict": found.state, "signer": signer, "because": because}
    show_table(rows, names="file")


def label(axes, words, place, offset=(8, -14), color="0.3"):
    """Words beside a point of a plot: `offset` points to its right and above it."""
    side = "right" if offset[0] < 0 else "left"
    axes.annotate(words, place, offset, textcoords="offset points", color=color, ha=side)


# %% [markdown] id="trust-which-words"
# Here's Ada twice, as a camera recorded her in poor light.
# One of the two pictures is as it came out of the camera, and in the other one its maker has hidden a mark.
# Look at them for as long as you like.

# %% id="trust-which-look" tags=["figure"]
show_pictures(list(pair.values()), list(pair), alt="trust.which", smooth=True, scale=4)

# %% id="trust-predict-which"
predict("trust.which")

# %% [markdown] id="trust-which-after"
# In section 7 you'll find the mark yourself.
# It's one of three *ties* between a picture and the story of where it comes from, and in the end you can pull at all three.

# %% [markdown] id="trust-sign-words"
# ## 1 · A picture that says who made it  (Core, 9 min)
#
# Let's begin with something that we know to be forged: lesson 04's network draws Bo from Ada's performance.

# %% id="trust-swap"
net = weights.load("swap-ada-bo")  # or your own: weights.load_own(the name you saved it by)
taken = tensors.to_tensor(ada.pictures)
with torch.no_grad():
    drawn = net.decode(net.encode(taken, "ada"), "bo").clamp(0, 1)
bo = tensors.to_pictures(drawn)
titles = ["Ada acts", "Bo, by the network"]
show_pictures([ada.pictures[0], bo[0]], titles, alt="trust.swap", smooth=True, scale=3)

# %% [markdown] id="trust-digest-words"
# To say something about *this* file and no other, we need a name that fits it alone.
# A cryptographic hash is such a name: a number of fixed length, computed from all bytes of a file.
# Here's what becomes of it when one colour of one pixel changes by one grey level.

# %% id="trust-digest"
nudged = bo[0].copy()
nudged[32, 32, 1] += 1
for name, picture in {"the picture": bo[0], "one pixel off": nudged}.items():
    print(f"{name:14} {hashlib.sha256(to_png(picture)).hexdigest()[:32]}…")

# %% [markdown] id="trust-key-words"
# Nothing is left of the old name.
# Now the maker writes down this hash together with what is to be said of the picture, and signs both with a secret key, which is called a [digital signature](../lessons/glossary.md#digital-signature).
# Everybody can check it with the public half of the key, and nobody without the secret half can make another one.
# A [certificate](../lessons/glossary.md#certificate) says whose key it is, and it's signed in turn by somebody who vouches for that, and so on up to a *root*, which vouches for itself.
#
# The standard for this is C2PA, and what it puts into a file is called [Content Credentials](../lessons/glossary.md#content-credentials); camera makers, newspapers and picture programs use it, and so do we, through the library of the people who wrote it.
# The course has a key for learning, which lies open in `data/provenance`, so a signature by it proves nothing outside of this lesson.

# %% id="trust-sign"
plain = to_png(bo[0])
story = "Ada acted, and lesson 04's network drew Bo"
signed = credentials.sign(plain, "a trained network drew it", story)
print(f"{len(plain):,} bytes became {len(signed):,}")
print(f"the same pixels: {(to_picture(signed) == bo[0]).all()}")

# %% [markdown] id="trust-read-words"
# The pixels haven't changed, because the credentials stand beside them in the file.
# Reading them needs no key and no network, only a list of the people you believe to be who they say they are.
# On our list stands one root, the course's own.

# %% id="trust-read"
found = credentials.verify(signed)
print(found.state, "·", found.signer)
print("\n".join(found.said))

# %% [markdown] id="trust-read-saw" tags=["saw"]
# *Valid* means two things: somebody whom your list vouches for has signed this, and nothing that was signed has changed since.
# An honest maker of synthetic pictures uses it to say that they are synthetic.
# (The words are this course's. The standard itself calls our *valid* "trusted", and a file that's intact while nobody vouches for its signer is "valid" there and *untrusted* here.)

# %% [markdown] id="trust-note-sign" tags=["instructor"]
# *For the instructor.* 9 minutes; the usual confusion is between hiding and signing, so ask what of all this is secret (the private key alone).
# Ask what the hash would be good for without a signature (nothing: whoever changes the picture writes a new hash beside it).

# %% [markdown] id="trust-tamper-words"
# ## 2 · What a check notices  (Core, 9 min)
#
# Now let's mistreat the file in six ways, some of them harmless and some not.
# Before you see what the check makes of them, decide what it *can* see.

# %% id="trust-predict-tamper"
predict("trust.tamper")

# %% id="trust-tamper"
another = credentials.sign(to_png(bo[1]), "a camera took it", "Bo, in his garden")
files = {
    "as signed": signed,
    "one pixel changed, credentials left in": tampering.one_pixel(signed),
    "credentials stripped, pixels left alone": tampering.stripped(signed),
    "another picture's credentials put in": tampering.swapped(signed, another),
    "coarsened by JPEG 60 and saved anew": tampering.saved(signed, lambda picture: jpeg(picture, 60)),
    "cropped and saved anew": tampering.saved(signed, lambda picture: picture[4:-4, 4:-4]),
    "cut off after half of its bytes": signed[: len(signed) // 2],
}
verdicts(files)
guessed("trust.tamper")

# %% [markdown] id="trust-tamper-saw" tags=["saw"]
# A change of one grey level, which nobody could see, is reported, and so are credentials that belong to another picture.
# (*Damaged* only means that the file can't be read to its end.)
#
# But take the credentials *out*, and the check has nothing to say, whatever was done to the pixels.
# Often nobody even meant harm, because most programs that open a picture and save it again don't know about credentials and drop them.
#
# That's why *none* must never be read as *fake*: nearly every honest picture in the world has no credentials.
# And it's why credentials don't stop a forger, who'll strip them and say nothing.

# %% [markdown] id="trust-note-tamper" tags=["instructor"]
# *For the instructor.* 9 minutes; the usual confusion is that "tampered" means "fake" and "none" means "fake, too", so let the class name an honest way into each verdict (a messenger that recompresses; an old camera).
# Ask who'd gain if a platform hid all pictures without credentials.

# %% [markdown] id="trust-believe-words"
# ## 3 · Whom do you believe?  (Core, 8 min)
#
# The list of roots decides whom you believe to be who they are.
# To see what that's worth, let's have two signers say something false.
# A stranger makes a key of his own, which takes no more than a line, and both he and we now claim that a camera took our swap.

# %% id="trust-predict-lie"
predict("trust.lie")

# %% id="trust-lie"
stranger = new_signer("Press photographer", "The Daily Toon")
claim = ("a camera took it", "Bo, in his garden")
claims = {
    "signed by the stranger": credentials.sign(plain, *claim, signer=stranger),
    "signed by the course": credentials.sign(plain, *claim),
}
verdicts(claims)
print("the second one says:", *credentials.verify(claims["signed by the course"]).said)
guessed("trust.lie")

# %% [markdown] id="trust-lie-saw" tags=["saw"]
# The swap that a camera is said to have taken is *valid*, so valid doesn't mean true.
# Nobody checks a claim when it's signed: the signature says who said it, and that it hasn't changed since.
# What it gives you is somebody to hold responsible, and a false claim can cost that signer the place on your list.
#
# The stranger is *untrusted*, which isn't a charge against the picture either.
# Put his root on the list, and he's as valid as the course.

# %% id="trust-list"
lists = {
    "the course's root": [course_signer().root],
    "both roots": [course_signer().root, stranger.root],
    "nobody": [],
}
rows = {
    name: {file: credentials.verify(data, trust).state for file, data in claims.items()}
    for name, trust in lists.items()
}
show_table(rows, names="on the list")

# %% [markdown] id="trust-list-saw" tags=["saw"]
# The same bytes get another verdict by another list.
# So whoever keeps the list that your phone or browser uses has a say in whom you believe, and that's politics as much as it's mathematics.

# %% [markdown] id="trust-note-believe" tags=["instructor"]
# *For the instructor.* 8 minutes; the usual confusion is that a valid signature proves a fact.
# Ask what must happen when a newspaper's key is stolen (it's recalled, which needs a network and a date; our check asks neither), and what of the honest pictures signed before the theft.

# %% [markdown] id="trust-history-words"
# ## 4 · A signed step, and a film  (Further, 5 min)
#
# Saving a picture anew needn't end its story.
# A program that knows about credentials signs its own step, here a crop, and takes the earlier ones along.

# %% id="trust-history"
part = to_png(bo[0][4:-4, 4:-4])
cropped = credentials.sign(part, "a trained network drew it", "cropped", parent=signed)
print("\n".join(credentials.verify(cropped).said))

# %% [markdown] id="trust-film-words"
# A film is signed in the same way, and its hash runs over the parts of an MP4 file.

# %% id="trust-film"
clip = film.encode_h264(np.repeat(bo[:8], 3, axis=0))
signed_film = credentials.sign(clip, "a trained network drew it", "eight performances")
changed = bytearray(signed_film)
changed[signed_film.index(b"mdat") + 300] ^= 1  # one bit of what holds the pictures
verdicts({"the film": signed_film, "one bit changed": bytes(changed)})

# %% [markdown] id="trust-note-history" tags=["instructor"]
# *For the instructor.* 5 minutes; ask who has to sign in a newspaper between camera and page, and what happens if one of the programs on the way doesn't know about credentials.

# %% [markdown] id="trust-hash-words"
# ## 5 · A stripped picture, found again  (Core, 9 min)
#
# Now for the hole that you found: credentials that were stripped.
# The maker has kept a copy of them, and somebody meets the bare picture, which has also been through JPEG and made smaller.
# How can the two find each other again?
# A hash of the bytes is no help, because every byte is different.
#
# What helps is a hash of what the picture *looks like*, which is called a [perceptual hash](../lessons/glossary.md#perceptual-hash).
# This one shrinks the picture to 32 × 32, writes it as a sum of waves (a *cosine transform*, DCT), and keeps the 64 slowest waves, each as one bit: is it greater than their median or not?

# %% id="trust-hash"


def bits_of(picture):
    """The 64 bits of a picture uint8 (H, W, 3): bool (64,)."""
    small = cv2.resize(picture.mean(-1), (32, 32), interpolation=cv2.INTER_AREA)
    slow = fft.dctn(small, norm="ortho")[:8, :8].ravel()
    return slow > np.median(slow)


found_online = tampering.resized(jpeg(ada.pictures[5], 20), 0.75)
seen = {"on file": ada.pictures[5], "found online": found_online}
seen |= {"another Ada": ada.pictures[7], "Bo": bo[5]}

# %% id="trust-hash-look" tags=["figure"]
tiles = [np.kron(bits_of(picture).reshape(8, 8), np.ones((8, 8))) for picture in seen.values()]
pictures = [cv2.resize(picture, (64, 64)) for picture in seen.values()]
grey = [np.repeat((255 * tile[..., None]).astype(np.uint8), 3, 2) for tile in tiles]
show_pictures([pictures, grey], list(seen), ["pictures", "64 bits"], alt="trust.hash", scale=2.4)

# %% [markdown] id="trust-distance-words"
# ### Your turn · Distance  (●○○, 3 min)
# Two hashes are compared by counting in how many of their bits they differ, which is called their [Hamming distance](../lessons/glossary.md#hamming-distance).


# %% id="trust-distance"
def distance(one, other):
    """In how many places two hashes differ: a whole number.

    `one`, `other`: bool (64,).
    """
    ### BEGIN SOLUTION
    return int((one != other).sum())
    ### END SOLUTION


# %% id="trust-distance-check"
distance = check("trust.distance", distance)

# %% [markdown] id="trust-find-words"
# The maker has kept a *shelf* of sixty hashes, one for each signed picture of Ada.
# Which of them is nearest to the picture that was found online?

# %% id="trust-find"
shelf = [bits_of(picture) for picture in ada.pictures]
apart = [distance(bits_of(found_online), bits) for bits in shelf]
nearest = np.argsort(apart, kind="stable")[:3]
rows = {f"picture {place}": {"bits apart": apart[place]} for place in nearest}
show_table(rows, form=".0f")

# %% [markdown] id="trust-find-saw" tags=["saw"]
# Picture 5 is the nearest, and with it the maker's record comes back: who signed it, and what was said.
# At the ten bits of section 6, though, the two wrong pictures in this table would match as well.
# C2PA calls such a tie a [soft binding](../lessons/glossary.md#soft-binding), because it leads to the record without proving that the picture is unchanged. (A mark in the pixels can be one, too.)

# %% [markdown] id="trust-note-hash" tags=["instructor"]
# *For the instructor.* 9 minutes; the usual confusion is between the two kinds of hash: one changes completely with any change, and the other hardly at all, each on purpose.
# Ask which of them a platform needs to block a picture that must not be uploaded again, and who decides what is on that list.

# %% [markdown] id="trust-matches-words"
# ## 6 · How many bits may differ?  (Further, 6 min)
#
# A shelf must allow for some bits, or no copy would be found, and the more it allows, the more strangers it lets in.
# The kept table has both: copies of the published toons after various changes, and all pairs of *different* pictures among eleven characters with 120 portraits each.

# %% id="trust-predict-hash"
predict("trust.hash")

# %% id="trust-matches"
shown = ["JPEG 20", "JPEG 10", "resized to 50%", "cropped by 5%"]
shown += ["another performance", "another character"]
rows = {name: {f"{b} bits": 100 * within[name][b] for b in (4, 10, 16)} for name in shown}
caption = f"Taken for the same, in % ({kept['command']})"
show_table(rows, names="compared with", form=".2f", caption=caption)
guessed("trust.hash")

# %% id="trust-strangers"
bits, whose = table_shelf()  # the hashes of those portraits, and whom each shows
act = np.arange(len(bits)) % 120  # all characters have the same 120 performances
near = np.stack([(bits != one).sum(1) for one in bits]) <= 10
others, twins = whose != whose[:, None], act == act[:, None]
print(f"other characters: {1e6 * near[others].mean():.0f} false matches in a million")
print(f"of those in the very same performance: {twins[near & others].mean():.0%}")
print(f"without such pairs: {1e6 * near[others & ~twins].mean():.0f} in a million")

# %% id="trust-matches-look" tags=["figure"]
curves = {"JPEG 10": ("-", 2, (8, -12)), "cropped by 5%": ("--", 12, (8, -12))}
curves |= {"another performance": ("-.", 20, (-8, 4)), "another character": (":", 24, (8, -12))}
figure, axes = plt.subplots(figsize=(7.5, 3.6), layout="constrained")
for name, (style, bits, offset) in curves.items():
    share = 100 * within[name]
    line = axes.plot(np.arange(0, 33, 2), share[:33:2], style, lw=2)[0]
    label(axes, name, (bits, share[bits]), offset, line.get_color())
axes.axvline(10, color="0.6", lw=1)
axes.set(xlabel="bits that may differ", ylabel="taken for the same, %")
show(figure, alt=alt_text("trust.matches"))

# %% [markdown] id="trust-matches-saw" tags=["saw"]
# With ten bits allowed, every copy after JPEG is found, and of the copies that lost a twentieth at each edge about two in three.
# The price stands below: of two different portraits of one character, about one pair in twenty-five passes for the same picture, perhaps because 64 slow waves see little more than a pose.
#
# Between different characters far fewer pass, which sounds harmless until you think of a shelf with a million pictures, where even that makes hundreds of false matches for every search.
# (One in 120 of those pairs shows two characters in the very same performance, and such pairs make a quarter of the false matches; without them there'd be fewer, and still hundreds.)
# So a hash proposes, and somebody or something else has to confirm.

# %% [markdown] id="trust-note-matches" tags=["instructor"]
# *For the instructor.* 6 minutes; ask what a platform should do with a match: block it, or show it to somebody.

# %% [markdown] id="trust-mark-words"
# ## 7 · A mark in the pixels  (Core, 15 min)
#
# Credentials lie beside the pixels, and a hash lies on somebody's shelf.
# A [watermark](../lessons/glossary.md#watermark) lies in the pixels themselves, so it goes wherever they go.
#
# Ours takes the waves again, but not the slowest ones, of which the face is made, and not the fastest, which JPEG throws away.
# In between lie 946 waves (in the square below, the slow ones are top left), and a secret key tosses a sign for each of them: a plus puts the crests of a wave in one place, and a minus puts them where the troughs were.
# All those waves with their signs, added up, make a pattern, and we add a little of it to the picture.
# It's called [spread spectrum](../lessons/glossary.md#spread-spectrum), because the mark is spread over so many waves that none of them has to carry much.

# %% id="trust-pattern"
signs = marks.signs(KEY)
pattern = marks.pattern(KEY, (64, 64))
print(f"{len(signs)} signs, {np.mean(signs > 0):.0%} of them plus: {signs[:8].astype(int)}…")
print(f"pattern: mean {abs(pattern.mean()):.2f}, root mean square {pattern.std():.2f}")

# %% id="trust-pattern-look" tags=["figure"]
band = np.zeros((64, 64, 3), np.uint8)
band[:32, :32][marks.BAND] = np.where(signs[:, None] > 0, (255, 255, 255), (110, 110, 110))
grown = np.clip(128 + 40 * pattern, 0, 255).astype(np.uint8)
some = [band, np.repeat(grown[..., None], 3, 2)]
titles = ["waves: white +, grey −, black unused", "their sum, × 40"]
show_pictures(some, titles, alt="trust.pattern", scale=4)

# %% [markdown] id="trust-embed-words"
# ### Your turn · Embed  (●●○, 5 min)
# The pattern's values have a typical size of 1 (their root mean square), so a strength of 3 moves a pixel by about three grey levels, up or down.
# All three colours move alike, and the result must be a proper picture again: whole numbers from 0 to 255.


# %% id="trust-embed"
def embed(picture, pattern, strength):
    """A picture with the mark in it: uint8 (H, W, 3).

    `picture`: uint8 (H, W, 3). `pattern`: float (H, W), added to each colour.
    `strength`: how many grey levels a 1 in the pattern stands for.
    """
    ### BEGIN SOLUTION
    moved = picture + strength * pattern[..., None]
    return np.clip(np.rint(moved), 0, 255).astype(np.uint8)
    ### END SOLUTION


# %% id="trust-embed-check"
embed = check("trust.embed", embed)

# %% [markdown] id="trust-detect-words"
# Now for the other side: somebody has a picture and the key, and not the original.
# `waves_of` gives the picture's own 946 waves.
# The key's signs were tossed without a look at the picture, so in a picture that nobody marked, a wave agrees with its sign as often as a coin shows heads.
# A mark pushes every wave a little towards its sign, and then more of them agree.
#
# ### Your turn · Detect  (●●○, 6 min)
# Of $n$ coins, $n/2$ show heads on average, and the number of heads strays from that by a standard deviation of $\sqrt{n}/2$.
# The score says by how many standard deviations the agreements are above what coins would do.


# %% id="trust-detect"
def waves_of(picture):
    """The waves that can carry a mark: float (946,)."""
    return fft.dctn(picture.mean(-1), norm="ortho")[:32, :32][marks.BAND]


def detect(waves, signs):
    """How far the agreements of two lists of signs are above chance: a number.

    `waves`: float (n,), of which the sign alone counts. `signs`: float (n,), −1 or 1.
    """
    ### BEGIN SOLUTION
    agree = np.sum(np.sign(waves) == signs)
    return (agree - len(signs) / 2) / (np.sqrt(len(signs)) / 2)
    ### END SOLUTION


# %% id="trust-detect-check"
detect = check("trust.detect", detect)

# %% [markdown] id="trust-scores-words"
# How high must a score be to mean something?
# That's a question about *unmarked* pictures, and here we can answer it: try ten thousand keys on the unmarked one of your two.
# The kept table has tried other pictures, with fifty keys on each of forty a seed.

# %% id="trust-scores"
unmarked, marked = two
waves = waves_of(unmarked)
wrong = np.array([detect(waves, marks.signs(key)) for key in range(10_000)])
enough = marks.threshold(1e-3)
tries = {"one of your two": {"tries": len(wrong), "alarms": np.sum(wrong >= enough)}}
for row in kept["rows"]:
    if row["part"] == "false alarms":
        tries[f"kept, seed {row['seed']}"] = {name: row[name] for name in ("tries", "alarms")}
show_table(tries, names="unmarked", caption=f"Keys that reach a score of {enough:.2f}")
asked, got = (sum(row[name] for row in tries.values()) for name in ("tries", "alarms"))
print(f"{asked:,} tries should give about {asked / 1000:.0f} alarms; we got {got}")
for name, picture in pair.items():
    print(f"the right key in picture {name}: {detect(waves_of(picture), signs):.1f}")
guessed("trust.which")

# %% id="trust-scores-look" tags=["figure"]
figure, axes = plt.subplots(figsize=(7.5, 2.8), layout="constrained")
# Scores move in steps, one coin that agrees at a time, and each bar holds five of them.
axes.hist(wrong, np.arange(-62.5, 63, 5) * 2 / np.sqrt(len(signs)), color="0.7")
axes.axvline(enough, color="0.3", lw=1)
label(axes, "one key in a thousand", (enough, 900), (6, 0))
right = detect(waves_of(marked), signs)
axes.annotate("", (right, 0), (right, 450), arrowprops={"arrowstyle": "->", "color": "0.3"})
label(axes, "the right key, in the marked one", (enough, 450), (6, 4))
axes.set(xlabel="score", ylabel="wrong keys", xlim=(-4.5, max(8, right + 1)))
show(figure, alt=alt_text("trust.scores"))

# %% [markdown] id="trust-scores-saw" tags=["saw"]
# On the unmarked picture the keys make the bell that coins make, and alarms are about as rare as we asked for, give or take some luck.
# In the marked one the right key stands far outside of that bell.
# That's worth a pause, because the clues of lesson 12 had a false-alarm rate that we could only measure on pictures like the ones we had, while this one follows from counting coins, whatever the picture shows.
# (The threshold comes from how often 946 coins show how many heads, worked out exactly.)

# %% [markdown] id="trust-strength-words"
# What does a mark cost?
# A common measure of what is left of a picture is its [PSNR](../lessons/glossary.md#psnr), the mean squared error on a logarithmic scale: ten decibels (dB) more mean a tenth of the error.
# The kept table marks forty pictures of Ada a seed at four strengths; ± is the spread over three seeds.

# %% id="trust-strength"
found_rows = [row for row in kept["rows"] if row["part"] == "mark"]


def by_seed(strength, change):
    """Found, score and PSNR of a strength and a change, one number a seed."""
    rows = [r for r in found_rows if (r["strength"], r["change"]) == (strength, change)]
    found, score, psnr = ([row[key] for row in rows] for key in ("found", "score", "psnr"))
    shares = {"found, %": [100 * share for share in found], "score": score}
    return shares | {"PSNR, dB": None if None in psnr else psnr}


strengths = {f"{s} grey levels": by_seed(s, "nothing") for s in (2, 3, 4, 6)}
caption = f"At one false alarm in 1,000 ({kept['command']})"
show_table(strengths, names="strength", form=".1f", caption=caption)

# %% [markdown] id="trust-strength-saw" tags=["saw"]
# Twice the strength costs six decibels, which is four times the squared error.
# At strength 2 about a third of the marks are missed, and at 4 none in these three seeds.

# %% [markdown] id="trust-note-mark" tags=["instructor"]
# *For the instructor.* 15 minutes; the usual slips are pixels that wrap round from 255 to 0, and a score that isn't divided by anything.
# Ask what happens if the detector tries all of 10,000 keys to find out WHO made a picture (ten false alarms at this threshold), and where the threshold must go then.

# %% [markdown] id="trust-dial-words"
# ## 8 · Found, or seen?  (Further, 4 min)
#
# Try it yourself: from which strength on is the mark found, and from which on do you see it?
# Then add some of a camera's grain, which was in the picture before the mark came.

# %% id="trust-dial"
widgets.mark_dial(ordinary)

# %% [markdown] id="trust-dial-saw" tags=["saw"]
# On a clean wall, enlarged like this, you can see the mark at strength 4 and hardly at strength 2, where the table says that about a third of the pictures is missed.
# In grain it has something to hide in, and that's why you had a hard time with the two pictures at the beginning.
# It's the bargain of every mark, and those of today, which are placed by trained networks, get more out of it than our even one.

# %% [markdown] id="trust-note-dial" tags=["instructor"]
# *For the instructor.* 4 minutes; let everybody write down the strength at which they first see the mark, and compare screens.

# %% [markdown] id="trust-remove-words"
# ## 9 · What the mark survives  (Core, 10 min)
#
# A mark that only survives kindness is worth little.
# So here's what happens to pictures on their way, at strength 4: JPEG, new sizes, crops, and something that you've known since lesson 02.
# There you squeezed Ada through an autoencoder, which draws her *anew* from a few numbers.

# %% id="trust-predict-remove"
predict("trust.remove")

# %% id="trust-remove"
names = list(dict.fromkeys(row["change"] for row in found_rows))
after = {name: by_seed(4.0, name) for name in names}
caption = "Strength 4, three seeds. PSNR counts the mark as well; crops have none."
show_table(after, names="after", form=".1f", caption=caption)
guessed("trust.remove")

# %% id="trust-remove-look" tags=["figure"]
groups = {"JPEG": ("o-", (9, -9)), "resized": ("s", (7, 4)), "regenerated": ("^", (7, -14))}
figure, axes = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
for group, (marker, offset) in groups.items():
    inside = [name for name in names if name.startswith(group)]
    x, y = ([np.mean(after[n][title]) for n in inside] for title in ("PSNR, dB", "score"))
    line = axes.plot(x, y, marker, lw=1.5, ms=8)[0]
    for name, *place in zip(inside, x, y, strict=True):
        words = name.removeprefix("resized to ").removeprefix("regenerated from ")
        beside = (-7, 6) if words == "32 numbers" else offset
        label(axes, words, place, beside, line.get_color())
axes.axhline(enough, color="0.6", lw=1)
label(axes, "enough for one picture", (30, enough))
axes.set(xlabel="PSNR to the unmarked picture, dB", ylabel="mean score")
axes.set(xlim=(21.5, 34), ylim=(-1.5, 8))
show(figure, alt=alt_text("trust.remove"))

# %% id="trust-redraw"
autoencoder = weights.load("autoencoder-ada-128")  # lesson 02's, with 128 numbers in a code
marked = embed(ordinary, pattern, 4.0)
redrawn = tampering.regenerated(marked, autoencoder)
fates = {"marked": marked, "JPEG 20": jpeg(marked, 20), "drawn anew": redrawn}
found = [detect(waves_of(picture), signs) for picture in fates.values()]
titles = [f"{name}, score {score:.1f}" for name, score in zip(fates, found, strict=True)]
show_pictures(list(fates.values()), titles, alt="trust.redraw", smooth=True, scale=3.4)

# %% [markdown] id="trust-remove-saw" tags=["saw"]
# Look at the picture in the middle: JPEG 20 has crushed it worse than the autoencoder did, by PSNR as well as by eye, and still, at this strength, the detector finds the mark in more than half of such pictures (at strength 3 in about a third).
# The redrawn one is soft and has no blocks, and its score is one that many a wrong key gets: over all pictures of the table the mean is 0, as it is for coins.
#
# That's because a network that draws a face anew keeps what faces are made of, and a secret pattern isn't part of any face.
# The attack is called [regeneration](../lessons/glossary.md#regeneration), it needs no key, and it works on photographs too: with the large networks of today it removed one kind of invisible mark from 93 to 99 % of the pictures (Zhao and others, in the first version of their paper, 2023).
#
# A crop is a different case.
# One pixel less at each edge (2 %) does little, and three (5 %) are the end of it.
# The mark is still there, but its waves no longer lie where the detector looks, so a detector that tries many positions could find it again, and would have to ask for a higher score, because each try is another chance of a false alarm.

# %% [markdown] id="trust-note-remove" tags=["instructor"]
# *For the instructor.* 10 minutes; the usual confusion is that a better hidden mark is a stronger one, when hiding it well means putting it where a redrawing network sees nothing worth keeping.
# Ask why one doesn't put the mark into the slow waves (it would be seen), and what a maker could mark that a redrawing keeps (what the picture shows).

# %% [markdown] id="trust-bench-words"
# ## 10 · Three lamps  (Core, 6 min)
#
# Here are all three ties at one picture: it's signed, its hash is on file, and it carries a mark.
# Each button does something to it, and you can do several things one after the other.
# Which of the lamps can you put out alone, and which only together with another one?
# And can you get the signature back on?

# %% id="trust-bench"
widgets.tamper(ordinary, autoencoder)

# %% [markdown] id="trust-bench-saw" tags=["saw"]
# Stripping puts out the signature alone.
# Drawing anew puts out the mark, too, and so does JPEG 10, while the hash holds through both.
# The hash is the hardest: you have to change what the picture looks like, and a second crop does that, though the first one has already taken the mark along.
# So only the signature goes out alone, because whoever changes the pixels and saves them anew loses it anyway.
#
# Nor can you get it back on: only the maker's key can sign in the maker's name, and another picture's credentials read as changed.
# Did you sign the redrawn picture as a stranger?
# Then it has credentials that nothing contradicts, from somebody you don't know, and no tie leads back to its maker but the hash.

# %% [markdown] id="trust-proves-words"
# ## 11 · What none of them proves  (Core, 2 min)
#
# | a tie | says | is undone by | never says |
# |---|---|---|---|
# | signature | who claimed what, and that nothing has changed since | stripping, or saving anew | that the claim is true |
# | hash on a shelf | that something much like it is on file | a crop that is large enough | that it's the same picture |
# | mark in the pixels | that the holder of a key has marked it | drawing it anew | that an unmarked picture is genuine |
#
# Look at the last column: each of these can show that a picture *is* synthetic if its maker played along, and not one of them shows that a picture isn't.
# So people combine them, and they still ask the old questions: who says so, how do they know, and who else was there?

# %% [markdown] id="trust-note-bench" tags=["instructor"]
# *For the instructor.* 8 minutes for both sections; ask for a case in which each tie is the right one to have (a news agency, a platform that blocks uploads, a maker of synthetic pictures).

# %% [markdown] id="trust-model-card-words"
# ## 12 · A card for your swap  (Core, 11 min)
#
# So far a *picture* told its story.
# A model can, too: a [model card](../lessons/glossary.md#model-card) says what a model is for, what it was trained on, what was measured, and what it can't do (Mitchell and others, 2019).
# Let's write one for the swap, and let the numbers come from code, because numbers that are typed get old.
#
# First the measurements.
# *Explained* is lesson 04's, once over the face against Bo's average face, and once over eyes and mouth against his calm face, and here we keep one number for each held-out picture.


# %% id="trust-measure"
def explained(made, truth, baseline, where):
    """The share of the baseline's squared error that each picture takes away: float (N,)."""
    mine = (where * (made - truth) ** 2).sum((1, 2, 3))
    theirs = (where * (baseline - truth) ** 2).sum((1, 2, 3))
    return (1 - mine / theirs.mean()).numpy()


def measure(model, acts):
    """Both measures of the swap of some performances: name → float (N,)."""
    actor, bo = (draw_faces(toons.CAST[name], acts) for name in ("ada", "bo"))
    calm = draw_faces(toons.CAST["bo"], toons.neutral_expression(acts))
    with torch.no_grad():
        codes = model.encode(tensors.to_tensor(actor.pictures), "ada")
        made = model.decode(codes, "bo").clamp(0, 1)
    truth, calm_face = tensors.to_tensor(bo.pictures), tensors.to_tensor(calm.pictures)
    moving = metrics.eyes_and_mouth(bo.landmarks, calm.landmarks)
    face, features = tensors.masks_to_tensor(bo.masks), tensors.masks_to_tensor(moving)
    swap = explained(made, truth, truth.mean(0, keepdim=True), face)
    return {
        "explained swap": swap,
        "explained expression": explained(made, truth, calm_face, features),
    }


scores = measure(net, acts)
rows = {name: {"mean": values.mean(), "worst": values.min()} for name, values in scores.items()}
show_table(rows, form=".3f")

# %% [markdown] id="trust-words-words"
# Some fields only a person can fill in, and here they are; change them as you see fit.

# %% id="trust-words"
WORDS = {
    "name": "Ada's performances, Bo's face",
    "task": "face swap",
    "made_by": "the Unmasked course",
    "date": date.today().isoformat(),
    "trained_on": "drawn pictures of Ada and Bo, unpaired, in all poses and lights",
    "consent": "both are drawn characters, and no person's face is in the data",
    "measured_on": "60 performances that it wasn't trained on, against the drawn truth",
    "made_for": ["learning how a swap works and how it's measured"],
    "not_for": ["faces of people", "other characters than these two"],
    "limits": ["a little soft", "knows nothing of hands or hair in front of a face"],
}

# %% [markdown] id="trust-model-card-turn-words"
# ### Your turn · Fill the card  (●●○, 6 min)
# Two fields are missing below.
# `parameters` is how many numbers training could change.
# `measured` is a list with a form for each measure, and says how sure the mean is: 1.96 standard errors to either side of it, where a standard error is the standard deviation over the root of the count.


# %% id="trust-model-card"
def fill(words, model, pictures, scores):
    """A model card, as a dict: `words`, and what can be counted and measured.

    `model`: a torch module. `pictures`: tensor (N, C, H, W), as it takes and gives.
    `scores`: name → float (N,), one number a picture. Each becomes in "measured"
    {"what": name, "value": mean, "low": …, "high": …, "count": N}, in that order;
    the standard deviation is the sample's, with ddof=1.
    """
    _, channels, height, width = pictures.shape
    picture = {"kind": "picture", "channels": channels}
    picture |= {"height": height, "width": width}
    card = {**words, "inputs": picture, "outputs": dict(picture)}
    ### BEGIN SOLUTION
    card["parameters"] = sum(parameter.numel() for parameter in model.parameters())
    card["measured"] = []
    for what, values in scores.items():
        mean, off = values.mean(), 1.96 * values.std(ddof=1) / np.sqrt(len(values))
        form = {"what": what, "value": float(mean)}
        form |= {"low": float(mean - off), "high": float(mean + off), "count": len(values)}
        card["measured"].append(form)
    ### END SOLUTION
    return card


# %% id="trust-model-card-check"
fill = check("trust.model-card", fill)

# %% [markdown] id="trust-validate-words"
# A card is a form, and whether a form is filled in properly, a program can check.
# What it must look like stands in a *schema*: which fields there are, of which kind, and what they can say.
# `cards.validate` compares the two (through the library `jsonschema`) and gives a list of problems in words.

# %% id="trust-validate"
card = fill(WORDS, net, taken, scores)
print("problems:", cards.validate(card) or "none")
where = paths.user_folder() / "model-card.json"
where.write_text(json.dumps(card, indent=2, ensure_ascii=False), encoding="utf-8")
print(f"{card['parameters']:,} parameters")
for one in card["measured"]:
    print(f"{one['what']}: {one['value']:.3f}, with 95 % between", end=" ")
    print(f"{one['low']:.3f} and {one['high']:.3f}, from {one['count']} pictures")

# %% [markdown] id="trust-validate-saw" tags=["saw"]
# So the swap takes away about nine tenths of the error that Bo's average face makes, and nearly as large a share of his calm face's over eyes and mouth.
# The interval says how far those means could lie elsewhere with sixty other pictures; what another training would give, one network can't say.

# %% [markdown] id="trust-misplaced-words"
# One of the texts that this course grew from prints, as the card of its face swap, the card of a *language* model.
# The card below was written for this lesson in the same spirit: it reads well, and you may know a few that look like it.

# %% id="trust-misplaced"
rows = [{"field": name, "what it says": str(told)} for name, told in cards.MISPLACED.items()]
show_table(rows)

# %% id="trust-problems"
problems = cards.validate(cards.MISPLACED)
print(f"{len(problems)} problems, such as:")
print("\n".join(problems[::4]))

# %% [markdown] id="trust-note-card" tags=["instructor"]
# *For the instructor.* 11 minutes; the usual slips are to count layers instead of numbers, and to write a standard deviation where a standard error is asked for.
# Let pairs swap cards and find one sentence in the other's that a reader could misuse.

# %% [markdown] id="trust-dressed-words"
# ## 13 · The same card in the form  (Further, 9 min)
#
# A form helps: a text model has a vocabulary and no height, so its card doesn't pass.
# Then somebody sits down and moves that card into the form.

# %% id="trust-predict-dressed"
predict("trust.dressed")

# %% id="trust-dressed"
dressed = cards.DRESSED_UP
rows = [{"field": name, "what it says": str(told)} for name, told in dressed.items()]
show_table(rows)
print("problems:", cards.validate(dressed) or "none")
guessed("trust.dressed")

# %% [markdown] id="trust-dressed-saw" tags=["saw"]
# The form is content, although this is a face swap with seven billion parameters that was tried on school tests.
# A schema knows what a card may look like, and it can't know what's true.
# For that we need the model itself, and those numbers of a card that can be measured again, such as these of yours.

# %% id="trust-numbers"
print(*cards.numbers_in(card).items(), sep="\n")

# %% [markdown] id="trust-misfits-words"
# ### Your turn · Misfits  (●●○, 6 min)
# Below we measure the same things at the model anew, on sixty performances that your card knows nothing of, so even an honest card will be off a little.
# Find the names that don't fit: where the card is silent on a fact, where it tells something that wasn't measured, and where its number is off by more than 2 % *of the fact*.


# %% id="trust-misfits"
def misfits(told, facts, tolerance=0.02):
    """The names of what doesn't fit, sorted: a list. `told`, `facts`: name → number."""
    ### BEGIN SOLUTION
    wrong = []
    for name in sorted(set(told) | set(facts)):
        missing = name not in told or name not in facts
        if missing or abs(told[name] - facts[name]) > tolerance * abs(facts[name]):
            wrong.append(name)
    return wrong
    ### END SOLUTION


# %% id="trust-misfits-check"
misfits = check("trust.misfits", misfits)

# %% id="trust-facts"
fresh = toons.sample_performances(np.random.default_rng(15), 60)
facts = {"parameters": sum(p.numel() for p in net.parameters())}
for end, some in {"inputs": taken, "outputs": drawn}.items():
    facts |= {f"{end}.height": some.shape[2], f"{end}.width": some.shape[3]}
for what, values in measure(net, fresh).items():
    facts[f"measured.{what}"] = float(values.mean())
for name, some in {"your card": card, "the other card": dressed}.items():
    told = cards.numbers_in(some)
    wrong = misfits(told, facts)
    rows = {key: {"told": told.get(key), "fact": facts.get(key)} for key in facts | told}
    rows = {key: row | {"fits": key not in wrong} for key, row in rows.items()}
    show_table(rows, names=name, form=".3f")

# %% [markdown] id="trust-facts-saw" tags=["saw"]
# With the course's network your card fits, though its means come from other pictures than the facts.
# Of the other card's numbers none fits, and on one fact it's silent.
# Its *sentences* are still unread, though: no program here noticed that a face swap is said to be good for assistants that chat.
# So the form catches what's missing, the measurement catches what's false, and what's nonsense is for people to catch.

# %% [markdown] id="trust-note-dressed" tags=["instructor"]
# *For the instructor.* 9 minutes; the usual confusion is that a card which passes the form has been checked, so ask who checks the sentences.

# %% [markdown] id="trust-sheet-words"
# ## 14 · And a sheet for the data  (Further, 6 min)
#
# What a card is for a model, a [data sheet](../lessons/glossary.md#data-sheet) is for a set of data (Gebru and others, 2018): why it was made, what is in it, who agreed, and what it mustn't be used for.
# The published toons have one to read (`data/toons/DATASHEET.md`), and this one is filled in by counting.

# %% id="trust-sheet"
published = {name: toons.published(name) for name in toons.CAST}
height, width = published["ada"].pictures.shape[1:3]
sheet = {
    "name": "the published toons",
    "why": "learning how face swaps are made, measured and caught",
    "pictures": sum(len(some.pictures) for some in published.values()),
    "height": height,
    "width": width,
    "characters": {name: len(some.pictures) for name, some in published.items()},
    "persons": 0,
    "how_made": "drawn by a program, once through JPEG; nothing was photographed",
    "consent": "nobody is shown, so nobody had to be asked",
    "ranges": {name: np.array(ends, float).tolist() for name, ends in toons.RANGES.items()},
    "made_for": ["this course"],
    "not_for": ["anything about people, their looks or their groups"],
    "upkeep": "published again when the drawing changes",
}
print("problems:", cards.validate(sheet, cards.DATA_SHEET) or "none")
print(f"{sheet['pictures']:,} pictures of {len(published)} characters, {height} × {width}")

# %% [markdown] id="trust-sheet-saw" tags=["saw"]
# Imagine this sheet for a set of photographs of people.
# *Persons* and *consent* would be its hardest fields, and for many sets that were collected from the internet nobody can fill them in.

# %% [markdown] id="trust-note-sheet" tags=["instructor"]
# *For the instructor.* 6 minutes; let them fill in a sheet for the photo folder of a school's website, and see which fields stay empty.

# %% [markdown] id="trust-law-words"
# ## 15 · The law, as of November 2026, and a case  (Core, 6 min)
#
# This course gives dates and sources, and no legal advice.
#
# - **European Union.** Article 50 of the AI Act (Regulation 2024/1689) applies since 2 August 2026. Providers of systems that generate pictures, sound, film or text must mark what comes out in a way that machines can read, as far as that's technically feasible; systems that were on the market before have until 2 December 2026 for it. Those who use such a system to make a deepfake must say that it is one, with a lighter duty for what is plainly art.
# - **United States.** The TAKE IT DOWN Act was signed on 19 May 2025. It makes it a crime to publish intimate pictures of somebody without consent, synthetic ones included, and since 19 May 2026 platforms have to take them down within 48 hours of a valid request, and to make reasonable efforts to find known identical copies.
#
# Notice what the first one asks for: marks that machines can read.
# Credentials are such marks, which you stripped in section 2, and so are watermarks, which drawing the picture anew put out in section 9.
# And of the copies that the second one asks a platform to find, SHA-256 finds those that are identical; as soon as one is saved anew, it takes section 5's hash, false matches included.
#
# Now a case to argue, alone or, with more time, in roles.
# It's invented and has no one right answer: say which tie would have helped, whom it would have harmed, and what you'd decide.
#
# **1 · The premiere.** A theatre group shows a film in which a retired teacher appears as her younger self. She agreed to that evening. A year later a pupil posts a clip of it, signed by the group's own editing program.
# *Roles: the teacher, the pupil, the theatre group, the platform.*
#
# ### One more case, of two  (Further, 5 min)
#
# **2 · Two films of the mayor.** A local paper gets two films of the same evening that contradict each other. One is from a phone and has no credentials, and the other has valid credentials of a company that nobody at the paper has heard of. The paper goes to print in an hour.
# *Roles: the editor, the reader who sent the first film, the mayor, the company.*
#
# **3 · The stolen key.** A picture agency's key was stolen, and for three weeks somebody signed with it. The agency can recall the key, and then its honest pictures become untrusted as well, all those without a time stamp by somebody else.
# *Roles: the agency, a photographer whose best picture is among them, a court that needs it as evidence, the thief's lawyer.*

# %% [markdown] id="trust-note-law" tags=["instructor"]
# *For the instructor.* 11 minutes, and more with roles: five minutes to prepare, two a role, and then a vote that everybody has to justify in one sentence.
# Check the dates before you teach them, because laws move faster than lessons.

# %% [markdown] id="trust-close"
# ## What you can now do
#
# - Sign a picture and a film with Content Credentials, read them, and say what each verdict means and what it doesn't.
# - Find a stripped picture again by a perceptual hash, and say how many false matches that costs.
# - Hide a mark in a picture, detect it at a known rate of false alarms, and remove it by drawing the picture anew.
# - Fill a model card from measurements, and tell a wrong form from a wrong number and a wrong sentence.
#
# **Does this carry over to photographs?** The credentials do, since it's the same library and the same standard.
# Hashes and marks work on photographs too, but our numbers don't carry over: toons are even and small, and the marks of today are made by trained networks that place them better than ours.
# That drawing anew removes such marks was shown on photographs (Zhao and others, 2023).
#
# **Still open.** Nobody knows whether a mark can exist that survives every redrawing and stays invisible; there's an argument that for some kinds it can't.
# And who should keep the list of those whom everybody's devices believe is not a technical question at all.

# %% [markdown] id="trust-predictions-words"
# This is what you predicted, beside what came out.

# %% id="trust-predictions"
same = within["another performance"][10]
rights = [f"{name}: score {detect(waves_of(one), signs):.1f}" for name, one in pair.items()]
lost = {name: np.mean(row["found, %"]) for name, row in after.items()}
lost = [f"{name}: {lost[name]:.0f} % found" for name in ("JPEG 20", "regenerated from 128 numbers")]
verdict = credentials.verify(claims["signed by the course"]).state
predictions(
    "trust",
    outcome={
        "trust.which": "; ".join(rights),
        "trust.tamper": "one pixel: tampered; stripped: none",
        "trust.lie": f"the check said: {verdict}",
        "trust.hash": f"{100 * same:.1f} % of the pairs within ten bits",
        "trust.remove": "; ".join(lost),
        "trust.dressed": f"problems found by the form: {len(cards.validate(dressed))}",
    },
)

# %% [markdown] id="trust-quiz-words"
# Five questions follow, each on something that is often got wrong.

# %% id="trust-quiz"
quiz("trust")

# %% [markdown] id="trust-sources"
# **Terms.** [certificate](../lessons/glossary.md#certificate) · [Content Credentials](../lessons/glossary.md#content-credentials) · [data sheet](../lessons/glossary.md#data-sheet) · [digital signature](../lessons/glossary.md#digital-signature) · [Hamming distance](../lessons/glossary.md#hamming-distance) · [model card](../lessons/glossary.md#model-card) · [perceptual hash](../lessons/glossary.md#perceptual-hash) · [PSNR](../lessons/glossary.md#psnr) · [regeneration](../lessons/glossary.md#regeneration) · [soft binding](../lessons/glossary.md#soft-binding) · [spread spectrum](../lessons/glossary.md#spread-spectrum) · [watermark](../lessons/glossary.md#watermark)
#
# **Sources.** Coalition for Content Provenance and Authenticity, *Content Credentials: C2PA technical specification* (spec.c2pa.org), and the library c2pa-python; Zauner, *Implementation and benchmarking of perceptual image hash functions*, 2010; Cox and others, *Secure spread spectrum watermarking for multimedia*, 1997; Zhao and others, *Invisible image watermarks are provably removable using generative AI*, 2023 (arXiv 2306.01953); Mitchell and others, *Model cards for model reporting*, 2019; Gebru and others, *Datasheets for datasets*, 2018; Regulation (EU) 2024/1689, Article 50, as it stood in November 2026; TAKE IT DOWN Act, Public Law 119-12, 2025.
