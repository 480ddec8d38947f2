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

# %% [markdown] id="blending-card"
# # 08 · Put it back: masks and blending
#
# **The network has drawn a face. How does it get into the frame so that nobody sees where it was put?**
#
# | | |
# |---|---|
# | Time | 85 minutes: Core 60, Further 25 |
# | You need | lesson 04, which trained the swap. Landmarks, the aligned crop and its way back belong to lesson 05: here the library makes them, and section 1 says what they are |
# | You will be able to | lay a face into a frame, name the trace that each step leaves, and measure it against the truth |
#
# The network gives you 128 × 128 pixels, and the film has 256 × 256, with a neck, hair and a wall.
# This lesson is about the seam between the two.
# Much of what betrays a face swap is made here and not in the network, so in lesson 12 you'll look for it.

# %% id="blending-imports" tags=["setup"]
import cv2
import numpy as np

from unmasked import blend, extract, toons, widgets
from unmasked.blend import Recipe
from unmasked.course import check
from unmasked.faces import draw_faces
from unmasked.models import weights
from unmasked.widgets import alt_text, predict, predictions, quiz, show_pictures, show_table


def in_twos(pictures, id):
    """Two large heads a row, each under its name; `id`: of the words for those who don't see them."""
    for at in range(0, len(pictures), 2):
        two = list(pictures)[at : at + 2]
        heads = [pictures[name][40:250, 25:235] for name in two]
        show_pictures(heads, titles=two, alt=alt_text(id, names=" and ".join(two)), smooth=True, scale=1.45)


# %% [markdown] id="blending-truth-words"
# ## 1 · One frame, and the frame that should come out  (Core, 7 min)
#
# Three characters play.
# **Kit** is filmed, and his frame is what the forger gets, with a camera's blur, noise and JPEG.
# **Ada** repeats what Kit did before another camera, and the network of lesson 04 turns her into **Bo**, whose face is to appear on Kit.
# We chose Kit because his blue is much nearer to Bo's violet than Ada's green is; section 4 shows what happens without such a stand-in.
#
# Three things come from lesson 05: the [landmarks](../lessons/glossary.md#landmarks), 68 points of a face; the [mask](../lessons/glossary.md#mask), the pixels that belong to it; and a matrix that moves, turns and scales the frame until the eyes lie where the network wants them.
# Here landmarks and mask are the drawing's own, exact ones, so no errors of finding them mix in.

# %% id="blending-shoot"
model = weights.load("swap-ada-bo-128")
numbers = np.random.default_rng(8)
acted = {name: toons.sample_performances(numbers, 100) for name in ("ada", "bo")}
faces = {name: draw_faces(toons.CAST[name], some, size=model.side) for name, some in acted.items()}
shift = faces["bo"].landmarks.mean(0) - faces["ada"].landmarks.mean(0)  # Bo's landmarks, less Ada's, on average

performance = toons.Performance(yaw=8, smile=0.6, jaw=0.3)
layout = toons.scenes.Layout((256, 256), x=128, y=132, side=225, tilt=3, background_seed=5, camera_seed=7)
shot = blend.shoot(model, performance, layout, shift)

# %% [markdown] id="blending-hybrid-words"
# What would a perfect forger hand in?
# Everything but the face stays as it was filmed, and the face gets Bo's eyes, brows, nose, mouth, freckles and glasses in Kit's complexion, because a face must agree with its neck.
# We can *draw* such a character: Kit's [identity](../lessons/glossary.md#identity) with some fields taken from Bo's.
# Filmed in the same performance by the same camera, it gives the [true composite](../lessons/glossary.md#true-composite).

# %% id="blending-hybrid"
hybrid = blend.wearing_the_face_of(toons.CAST["kit"], toons.CAST["bo"])
true_scene = toons.scenes.render(hybrid, performance, layout)
untouched = np.abs(shot.frame.astype(int) - true_scene.picture).mean(-1)
apart = {"in the face": untouched[shot.mask > 127].mean(), "outside": untouched[shot.mask == 0].mean()}
show_table(apart, ["grey levels"], form=".1f", caption=f"{hybrid.name}: mean difference to Kit's frame")

# %% [markdown] id="blending-hybrid-look-words"
# Outside the face the two frames agree, but for what JPEG does to its 8 × 8 blocks.
# The forger never sees the last of the three pictures below, and you only use it to measure.

# %% id="blending-hybrid-look" tags=["figure"]
three = [shot.frame, cv2.resize(shot.crop, (256, 256), interpolation=cv2.INTER_CUBIC), shot.truth]
names = ["Kit, as filmed", "Bo, as the network draws him", "the true composite"]
show_pictures(three, titles=names, alt="blending.three", smooth=True)

# %% [markdown] id="blending-limit"
# One thing this truth can't separate: the drawing gives brows the colour of the hair, so the true composite has Kit's white brows where Bo's are orange.
# The measures below count that against every recipe alike.

# %% [markdown] id="blending-note-truth" tags=["instructor"]
# *For the instructor.* 7 minutes; the usual confusion is that "the truth is Bo".
# Ask what else would have to change then (skin of neck and ears, hair), and how one would measure a composite of photographs, when nobody has the third picture.

# %% [markdown] id="blending-composite-words"
# ## 2 · Box, hull, mask  (Core, 17 min)
#
# Now we lay the face down.
# A 2 × 3 matrix cut the crop out, so the inverse matrix lays it back, and then each pixel must decide between the new face and the old frame.
# A mask α in 0…1 says how much of the new one to take, as in α · face + (1 − α) · frame, and this is called [alpha compositing](../lessons/glossary.md#alpha-compositing).
#
# ### Your turn · Composite  (●○○, 3 min)
# Nearly every recipe of this lesson ends in this one line, so it's worth having it right.
# Pictures hold whole numbers from 0 to 255, and so must the result.


# %% id="blending-composite"
def composite(frame, face, mask):
    """α · face + (1 − α) · frame: uint8 (H, W, 3).

    `frame`, `face`: uint8 (H, W, 3). `mask`: float (H, W) in 0…1, the α of each pixel.
    """
    ### BEGIN SOLUTION
    alpha = mask[..., None]
    return np.rint(alpha * face + (1 - alpha) * frame).astype(np.uint8)
    ### END SOLUTION


# %% id="blending-composite-check"
composite = check("blending.composite", composite)

# %% [markdown] id="blending-baseline-words"
# We begin with the baseline, the crop's whole square with a hard edge.
# Then come a tighter box, the convex hull of the landmarks (a rubber band round them), and the face mask.

# %% id="blending-masks"
laid = extract.warp(shot.crop, extract.invert(shot.matrix), (256, 256))
masks = {
    "box": blend.box_mask((256, 256), shot.matrix, size=model.side),
    "tighter box": blend.box_mask((256, 256), shot.matrix, share=0.6, size=model.side),
    # Landmarks end at the brows; the hull is lifted by 0.3 of the way from chin to brows.
    "hull": blend.face_mask(shot.landmarks, (256, 256), forehead=0.3),
    "face mask": shot.mask.astype(np.float32) / 255,
}
pasted = {name: composite(shot.frame, laid, mask) for name, mask in masks.items()}

# %% id="blending-masks-look" tags=["figure"]
in_twos(pasted, "blending.pasted")
show_pictures(list(masks.values()), titles=list(masks), alt="blending.masks", smooth=True)

# %% [markdown] id="blending-step-words"
# You see the edges, but what could somebody measure who doesn't have the truth?
# Walk along the edge of the mask, look two pixels across, and ask how far apart the colours are.
# "How far" should mean what an eye would say, and the colour space **Lab** was made for that: L is lightness, *a* runs from green to red, *b* from blue to yellow.
# The plain distance between two colours in it is called [ΔE](../lessons/glossary.md#delta-e) (delta E), and a ΔE of about 2 can just be seen between large patches.
#
# ### Your turn · Boundary step  (●●●, 8 min)
# You're about to write the examiner's first tool, and lesson 12 uses it.
# Compare each pixel with the one two columns further and with the one two rows further, keep the pairs with exactly *one* pixel inside the mask, and average their ΔE.


# %% id="blending-step"
def boundary_step(picture, mask):
    """Mean ΔE over pairs of pixels two apart, one inside (mask ≥ 0.5) and one not.

    The pairs lie in rows and in columns.

    `picture`: uint8 (H, W, 3); `mask`: float (H, W). Returns a float.
    """
    lab = blend.to_lab(picture)  # float (H, W, 3)
    inside = mask >= 0.5
    ### BEGIN SOLUTION
    across = np.linalg.norm(lab[:, 2:] - lab[:, :-2], axis=-1)[inside[:, 2:] != inside[:, :-2]]
    down = np.linalg.norm(lab[2:] - lab[:-2], axis=-1)[inside[2:] != inside[:-2]]
    return float(np.concatenate([across, down]).mean())
    ### END SOLUTION


# %% id="blending-step-check"
boundary_step = check("blending.step", boundary_step)

# %% [markdown] id="blending-predict-mask-words"
# An honest picture has edges too, where skin meets hair and the chin meets the neck.
# So beside each step we hold the step of the TRUE composite along the same edge, and what the paste *added* is the difference of the two.
# You have four composites, so decide first.

# %% id="blending-predict-mask"
predict("blending.mask")

# %% [markdown] id="blending-table-words"
# The *score* in the table is an [explained](../lessons/glossary.md#explained-composite) error, as in lesson 04: 1 is the truth, 0 is Kit's frame left alone, and below 0 is worse than doing nothing.
# The *mask error* is the area that mask and true face disagree on, over the area of the face.


# %% id="blending-table"
def report(picture, mask):
    """A row of a table: how near to the truth, and how strong the edge."""
    score = blend.explained_composite(picture, shot.truth, shot.frame)
    step, true_step = boundary_step(picture, mask), boundary_step(shot.truth, mask)
    error = blend.mask_error(mask, shot.true_mask)
    return {"score": score, "step": step, "true step": true_step, "added": step - true_step, "mask error": error}


EDGE = {"score": ".2f", "step": ".1f", "true step": ".1f", "added": ".1f", "mask error": ".2f"}
rows = {name: report(pasted[name], mask) for name, mask in masks.items()}
show_table(rows, EDGE, names="mask")
print("best score:", max(rows, key=lambda name: rows[name]["score"]))
widgets.guessed("blending.mask")

# %% [markdown] id="blending-table-why" tags=["saw"]
# Compare *step* with *true step* in the row of the face mask: a large step there is mostly Kit's own, so a step says nothing by itself.
#
# A small box can score well in spite of its edges, because it lays down less violet and leaves Kit's own skin, which has the right colour.
# Section 4 mends the colour.

# %% [markdown] id="blending-note-mask" tags=["instructor"]
# *For the instructor.* 17 minutes; the usual confusion is that a mask (H, W) doesn't fit a picture (H, W, 3) without a new axis, and that uint8 arithmetic wraps around.
# Ask why the hull takes some of the hair (landmarks end at the brows, so the forehead is guessed) and why an examiner would like to have the frame before the forgery.

# %% [markdown] id="blending-feather-words"
# ## 3 · The edge: feather, shrink, grow  (Core, 9 min)
#
# So far α jumped from 0 to 1, but nothing obliges it to.
# A [feather](../lessons/glossary.md#feather) lets it rise over some pixels, and yours rises *inwards* from the mask's edge, so that no pixel outside the face is touched.
#
# ### Your turn · Feather  (●●○, 5 min)
# With this you decide how soft the new face's edge is.
# `depth` says for each pixel how far it lies from the nearest pixel outside the mask, so it's 0 outside, 1 for the first pixel inside, then 2, and so on.
# The edge itself runs between pixels, half a pixel before the first.


# %% id="blending-feather"
def feather(mask, width):
    """0 at the mask's edge, rising straight to 1 over `width` pixels inwards.

    Returns float (H, W). A width of 0 is a hard mask.
    """
    inside = (mask >= 0.5).astype(np.uint8)
    depth = cv2.distanceTransform(np.pad(inside, 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    depth = depth[1:-1, 1:-1]
    ### BEGIN SOLUTION
    if width == 0:
        return inside.astype(np.float32)
    return np.clip((depth - 0.5) / width, 0, 1).astype(np.float32)
    ### END SOLUTION


# %% id="blending-feather-check"
feather = check("blending.feather", feather)

# %% [markdown] id="blending-grow-words"
# You can also move the seam: shrink the mask (erode it) before you feather, so that it stays clear of hair and neck, or grow it (dilate it).
# `blend.grow` does both, by the sign of its pixels, and returns a hard mask, whose edge is rougher than that of the drawn face mask.

# %% id="blending-grow"
edges, rows = {}, {}
for pixels, width in ((0, 0), (0, 8), (-4, 8), (8, 8)):
    name, mask = f"grow {pixels}, feather {width}", feather(blend.grow(shot.mask, pixels), width)
    edges[name] = composite(shot.frame, laid, mask)
    rows[name] = report(edges[name], mask)
show_table(rows, EDGE, names="mask")

# %% id="blending-grow-look" tags=["figure"]
in_twos(edges, "blending.edges")

# %% [markdown] id="blending-grow-why"
# The feather takes the step away and leaves a soft border that is half Kit and half Bo, while the grown mask brings along what the crop shows beside the face, and you see a halo.
# A negative *added* says that your seam is smoother than the truth is there.
# (The true step falls as well, because it's measured where α is one half, and that line has moved off the hair into plain skin.)

# %% [markdown] id="blending-note-edge" tags=["instructor"]
# *For the instructor.* 9 minutes; many tools feather by blurring the mask, which reaches past the face on both sides.
# Ask which of the two they'd want where the face ends at a neck, and where it ends at glasses, and if time is short, give the feather away and let them play with `grow`.

# %% [markdown] id="blending-colour-words"
# ## 4 · The colour  (Core, 10 min)
#
# The edge is soft now, but Bo is still violet and Kit blue.
# A classic remedy is due to Reinhard and others (2001): in a Lab-like space, give the face the *mean* and the *spread* of the frame's face, channel by channel.
#
# $$x' = \frac{x - \text{mean(face)}}{\text{std(face)}} \cdot \text{std(frame)} + \text{mean(frame)}$$
#
# Here *x* is one channel of one pixel, and std is the standard deviation.
#
# ### Your turn · Reinhard's transfer  (●●○, 6 min)
# DeepFaceLab offers this transfer too, and you'll see what it can't do.
# Take means and spreads inside the mask, and let the formula go over the whole picture; `blend.from_lab` leads back to a picture.


# %% id="blending-reinhard"
def reinhard(face, frame, mask):
    """`face` with the mean and standard deviation of `frame`, in Lab, where mask ≥ 0.5.

    All three as in `composite`.
    """
    face_lab, frame_lab = blend.to_lab(face), blend.to_lab(frame)  # float (H, W, 3)
    inside = mask >= 0.5
    ### BEGIN SOLUTION
    had, wanted = face_lab[inside], frame_lab[inside]  # (pixels, 3) each
    return blend.from_lab((face_lab - had.mean(0)) / had.std(0) * wanted.std(0) + wanted.mean(0))
    ### END SOLUTION


# %% id="blending-reinhard-check"
reinhard = check("blending.reinhard", reinhard)

# %% [markdown] id="blending-colour-run-words"
# Beside it stands a second way, which matches the *histograms* of red, green and blue, so that inside the mask both pictures have the same share of pixels at every brightness.

# %% id="blending-colour-run"
inner = blend.grow(shot.mask, -4)
soft = feather(inner, 8)
recoloured = {
    "none": laid,
    "Reinhard": reinhard(laid, shot.frame, inner),
    "histogram": blend.match_histogram(laid, shot.frame, inner),
}
coloured = {name: composite(shot.frame, face, soft) for name, face in recoloured.items()}
show_table({name: report(picture, soft) for name, picture in coloured.items()}, EDGE, names="transfer")

# %% id="blending-colour-look" tags=["figure"]
in_twos(coloured | {"the true composite": shot.truth}, "blending.coloured")

# %% [markdown] id="blending-break-words"
# Now let's break it on purpose, to see why a stand-in was needed at all.
# We film Ada herself, put Bo's face on *her*, and let the same transfer carry violet to mint green.
# A `Recipe` names what you did by hand, and `put_back` does it: the given mask, 4 pixels smaller, a feather of 8, and a colour transfer or none.

# %% id="blending-break"
ada_shot = blend.shoot(model, performance, layout, shift, body="ada")
on_ada = {
    "none": Recipe("given", grow=-4, feather=8),
    "Reinhard": Recipe("given", grow=-4, feather=8, colour="reinhard"),
}
tried = {name: ada_shot.put_back(recipe) for name, recipe in on_ada.items()}
scores = {name: ada_shot.measure(made)["score"] for name, made in tried.items()}
show_table(scores, ["score"], names="transfer", caption="Bo's face on Ada")

# %% id="blending-break-look" tags=["figure"]
on_ada = {"Ada, as filmed": ada_shot.frame} | {name: made.picture for name, made in tried.items()}
in_twos(on_ada | {"the true composite": ada_shot.truth}, "blending.on-ada")

# %% [markdown] id="blending-colour-why"
# Look at the glasses and the teeth.
# The formula knows nothing of skin, so whatever moves violet to green moves white as well, and the further apart two complexions are, the more that shows.
# A histogram can bend each channel as it likes, and can pay for it with colours that were never there.

# %% [markdown] id="blending-note-colour" tags=["instructor"]
# *For the instructor.* 10 minutes; the usual confusion is to take the means over the whole picture.
# Ask what happens to a face whose frame is half in shadow (one mean for both halves), and try `body="gus"` or `body="hana"` in `blend.shoot`.

# %% [markdown] id="blending-chain-words"
# ## 5 · The whole chain, and Poisson  (Core, 8 min)
#
# Now we put the steps together, with three new knobs.
# *Sharpen* adds back what a blur would take away, because the crop's pixels were stretched on the way back.
# *Opacity* multiplies α.
# *Warp* bends the new face until its landmarks fall on those of the face in the frame; the forger estimates the new face's landmarks as Ada's plus `shift`, the mean difference between Bo's and hers.

# %% id="blending-chain"
good = Recipe("given", grow=-4, feather=8, colour="reinhard")
chain = {
    "good": good,
    "sharper": Recipe("given", grow=-4, feather=8, colour="reinhard", sharpen=1),
    "opacity 0.7": Recipe("given", grow=-4, feather=8, colour="reinhard", opacity=0.7),
    "warped to Kit": Recipe("given", grow=-4, feather=8, colour="reinhard", warp=1),
    "Poisson": Recipe("given", grow=-4, poisson=True),
    "Poisson in a box": Recipe("box", box=0.75, poisson=True),
}
done = {name: shot.put_back(recipe) for name, recipe in chain.items()}

# %% [markdown] id="blending-poisson-words"
# The last two do without α.
# [Poisson blending](../lessons/glossary.md#poisson-blending) (Pérez, Gangnet and Blake, 2003) keeps the *differences between neighbours* of the new face, fixes the colours along the mask's edge to those of the frame, and solves for the picture between, here by `cv2.seamlessClone`.
# The "Deepfakes" of the set [FaceForensics++](../lessons/glossary.md#faceforensics) were put back in this way, inside the hull of the landmarks.
# We try it inside the face mask and, to see what an edge does, inside a box.

# %% id="blending-predict-poisson"
predict("blending.poisson")

# %% id="blending-chain-table"
found = {name: shot.measure(made) for name, made in done.items()}
rows = {name: {key.replace("_", " "): value for key, value in row.items()} for name, row in found.items()}
for row in rows.values():
    row["added"] = row["step"] - row["true step"]
columns = ["score", "error", "step", "true step", "added"]
show_table(rows, columns, names="recipe", caption="Error: mean ΔE to the truth inside the face, not squared")

# %% id="blending-chain-look" tags=["figure"]
in_twos({name: made.picture for name, made in done.items()}, "blending.chain")
widgets.guessed("blending.poisson")

# %% [markdown] id="blending-chain-why" tags=["saw"]
# In the box, Poisson has hair, wall and neck on its edge and carries their colours into the face.
# Its *step* isn't small, but most of it is the truth's own along that line, so little of it was *added*: the seam is gone, and the harm has moved inwards.
# Inside the face mask the edge is skin nearly all the way, and nothing foreign comes in.
#
# Look at *opacity*, too: Kit's eyes shine through Bo's, and yet neither *score* nor *error* punishes it.
# A mixture of two pictures that are wrong in different ways is often nearer to the truth than one of them alone, whether or not you square the errors, because they partly cancel.
# An eye doesn't judge like that.
# *Warp*, finally, fits the face to Kit by giving it Kit's proportions, so what fits better looks less like Bo.

# %% [markdown] id="blending-note-chain" tags=["instructor"]
# *For the instructor.* 8 minutes; ask which column they'd trust, and which one an examiner has (only *step*).
# DeepFaceLab's merge modes are "original", "overlay", "hist-match", "seamless", "seamless-hist-match" and "raw", and the class can say which knob of ours each one is.

# %% [markdown] id="blending-bench-words"
# ## 6 · The bench, and the game  (Core, 8 min)
#
# Here is every stage as a knob, on four frames, and the knobs start at the baseline.
# Turn one at a time and watch the picture of differences to see where the error sits, and whether the seam still shows.

# %% id="blending-bench-shots"
ranges = {"yaw": (-20, 20), "pitch": (-10, 10)}
more = [blend.shoot(model, p, layout, shift) for p in toons.sample_performances(numbers, 3, ranges)]
widgets.blending([shot, *more])

# %% [markdown] id="blending-game-words"
# Now try it without numbers: turn the knobs until *you* can see no seam, and then press *Measure it*.
# The game looks for what an eye would find, which is the step you added, ghosts of the old face and a wrong tint, and says how well it can be done.

# %% id="blending-game"
widgets.make_it_vanish([shot, *more])

# %% [markdown] id="blending-note-game" tags=["instructor"]
# *For the instructor.* 8 minutes, in which pairs can compete on frame 1 and say which knob won.
# Ask for a recipe that looks better and scores worse, and what that says about the score.

# %% [markdown] id="blending-gallery-words"
# ## 7 · A gallery of traces  (Further, 10 min)
#
# Each stage leaves its own trace when it goes wrong.
# Six such [artifacts](../lessons/glossary.md#artifact) have names among forgers and examiners, so let's make each one on purpose and find a number that sees it.

# %% id="blending-gallery"
gallery = {
    "paper mask": Recipe("given"),
    "halo": Recipe("given", grow=10, feather=3, colour="reinhard"),
    # "new hull": round the landmarks of the new face, here drawn smaller than it should be
    "double edge": Recipe("new hull", scale=0.9, forehead=0.1, colour="reinhard", opacity=0.6),
    "tone step": Recipe("given", grow=-4, feather=8),
    "ghost chin": Recipe("new hull", scale=0.82, forehead=0.1, feather=4, colour="reinhard"),
    "blur": Recipe("given", grow=-4, feather=8, colour="reinhard", sharpen=-1),
}
bad = {name: shot.put_back(recipe) for name, recipe in gallery.items()}

# %% id="blending-gallery-look" tags=["figure"]
in_twos({name: made.picture for name, made in bad.items()}, "blending.gallery")

# %% [markdown] id="blending-gallery-measure-words"
# Each trace needs a place to look at, such as the rim outside the face, its skin, its chin or its inside, and the drawing knows them all.

# %% id="blending-places"
face = blend.grow(shot.true_mask, 0)
rim = blend.grow(face, 8) - face
skin = (toons.part_mask(shot.true_parts, "skin") > 0) * blend.grow(face, -8)
chin = shot.landmarks[toons.LANDMARKS["jaw"]][8, 1]  # the row of Kit's chin, in pixels
inside = blend.grow(face, -14)

# %% [markdown] id="blending-measures-words"
# And each needs a number.
# `shine` asks how much of Kit's old face is left in the error: 1 if the forged face is Kit's own, 0 if it has nothing of him.


# %% id="blending-measures"
def shine(picture):
    old, now = (blend.to_lab(one)[inside > 0] - blend.to_lab(shot.truth)[inside > 0] for one in (shot.frame, picture))
    return (old * now).sum() / (old * old).sum()


def skin_tone(picture):
    return blend.lab_statistics(picture, skin)[0]


measures = {
    "paper mask": lambda made: boundary_step(made.picture, face) - boundary_step(shot.truth, face),
    "halo": lambda made: blend.composite_error(made.picture, shot.truth, rim),
    "double edge": lambda made: shine(made.picture),
    "tone step": lambda made: np.linalg.norm(skin_tone(made.picture) - skin_tone(shot.truth)),
    "ghost chin": lambda made: chin - np.flatnonzero((made.mask >= 0.5).any(1)).max(),
    "blur": lambda made: 1 - np.sqrt(blend.sharpness(made.picture, inside) / blend.sharpness(shot.truth, inside)),
}

# %% [markdown] id="blending-gallery-table-words"
# A measure is of use where the artifact and the good recipe lie far apart.

# %% id="blending-gallery-table"
best = shot.put_back(good)
rows = {name: {"artifact": measure(bad[name]), "good recipe": measure(best)} for name, measure in measures.items()}
show_table(rows, dict.fromkeys(["artifact", "good recipe"], ".2f"), names="measure of")

# %% [markdown] id="blending-gallery-why"
# From top to bottom, the table shows the added step in ΔE; the error in the rim; the share of Kit that shines through; the distance of the skin's mean colour in ΔE; the pixels from the new face's lower end to Kit's chin; and the share of fine detail that is lost.
# Nearly all of them use the truth, so what an examiner can measure without it is the subject of lesson 12.

# %% [markdown] id="blending-note-gallery" tags=["instructor"]
# *For the instructor.* 10 minutes; show the pictures without their names and let the class name them.
# Ask for which of the six the good recipe isn't clean either (blur, because the network's own pictures are soft).

# %% [markdown] id="blending-clip-words"
# ## 8 · Frame after frame  (Further, 9 min)
#
# A film is many frames, and each was blended by itself, so does the colour hold still?
# [Flicker](../lessons/glossary.md#flicker) here is the mean ΔE by which the skin's mean colour jumps from one frame to the next, after the changes that the truth makes as well are taken out.

# %% id="blending-predict-flicker"
predict("blending.flicker")

# %% [markdown] id="blending-skin-words"
# We take three clips of 24 frames each, because chance matters here, and blend every frame by itself in four ways.

# %% id="blending-clip"
small = toons.scenes.Layout((192, 192), x=96, y=99, side=168, tilt=3, background_seed=5, camera_seed=70)
clips = []
for seed in (1, 2, 3):
    track = toons.smooth_track(np.random.default_rng(seed), 24, 25, {"yaw": (-15, 15), "pitch": (-8, 8)})
    clips.append(blend.shoot_clip(model, track, small, shift))
ways = {
    "Kit, as filmed": None,
    "no colour transfer": Recipe("given", grow=-3, feather=6),
    "Reinhard": Recipe("given", grow=-3, feather=6, colour="reinhard"),
    "histogram": Recipe("given", grow=-3, feather=6, colour="histogram"),
    "Poisson": Recipe("given", grow=-3, poisson=True),
}


def blended(clip, recipe):
    return np.stack([shot.put_back(recipe).picture if recipe else shot.frame for shot in clip])


films = {name: [blended(clip, recipe) for clip in clips] for name, recipe in ways.items()}

# %% [markdown] id="blending-play-words"
# Press *Play* and watch the skin beside the truth, one way after the other, and only then run the numbers below.

# %% id="blending-play" tags=["figure"]
true_film = [shot.truth for shot in clips[0]]


def shown(settings):
    way, number = settings["way"], int(settings["frame"])
    pair = {way: films[way][0][number - 1], "the true composite": true_film[number - 1]}
    panels = [
        widgets.Panel(picture, name, f"{name}, frame {number}", 1.75, smooth=True) for name, picture in pair.items()
    ]
    return widgets.Frame(panels, alt=f"{way}, frame {number} of 24, beside the true composite.")


knobs = [
    widgets.Choice("way", "Way", [(name, name) for name in ways], "Kit, as filmed"),
    widgets.Slider("frame", "Frame", 1, 24, 1, 1),
]
widgets.Bench(shown, knobs, title="A clip, every frame by itself", track=[{"frame": number} for number in range(1, 25)])


# %% id="blending-flicker"
def flicker_of(frames, clip):
    skins = [(toons.part_mask(one.true_parts, "skin") > 0) & (blend.grow(one.true_mask, -8) > 0) for one in clip]
    return blend.flicker(frames, np.stack(skins), np.stack([shot.truth for shot in clip]))


jumps = {name: [flicker_of(*pair) for pair in zip(made, clips, strict=True)] for name, made in films.items()}
rows = {
    name: {"mean": np.mean(values)} | {f"clip {number}": value for number, value in enumerate(values, start=1)}
    for name, values in jumps.items()
}
show_table(rows, names="way", caption="Flicker, in ΔE")
forged = sorted((name for name in ways if ways[name]), key=lambda name: np.mean(jumps[name]))
print("from the steadiest to the one that flickers most:", ", ".join(forged))
widgets.guessed("blending.flicker")

# %% [markdown] id="blending-flicker-why" tags=["saw"]
# The film's own value is what noise and JPEG leave, and *no colour transfer* adds the network's unsteadiness to it.
# A transfer works in two directions: it ties every face to the frame's own mean, which steadies what the network drew, and it's misled by each frame's contents, as when the mouth opens and red enters the average.
# Its row against *no colour transfer* says which of the two won in these three clips.
# Poisson depends on the pixels along the edge, which change with every frame.
# A still picture shows nothing of this; lesson 09 will take it up.

# %% [markdown] id="blending-note-clip" tags=["instructor"]
# *For the instructor.* 9 minutes; ask for a remedy before lesson 09, such as statistics kept from one frame, or smoothed over several, and what each would cost when the light changes.

# %% [markdown] id="blending-back-words"
# ## 9 · Hand the frame back  (Further, 6 min)
#
# One trace is left: Kit's frame came from a camera, with noise on every pixel, and the new face came from a network.
# A careful forger saves the frame as the camera did, and adds noise where the face is too clean.
# To measure [grain](../lessons/glossary.md#grain), we blur the lightness of plain skin a little: what that takes away is mostly noise, and the *median* of its sizes hardly notices a few freckles.


# %% id="blending-back"
plain = blend.grow(toons.part_mask(shot.true_parts, "skin"), -4) * inside  # skin well away from eyes and mouth


def grain(picture):
    lightness = blend.to_lab(picture)[..., 0]
    return np.median(np.abs(lightness - cv2.GaussianBlur(lightness, (0, 0), 1))[plain > 0])


def with_noise(picture, strength):
    noise = np.random.default_rng(0).normal(0, strength, picture.shape) * best.mask[..., None]
    return toons.camera.jpeg(np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8), 90)


tries = {strength: with_noise(best.picture, strength) for strength in (0, 0.5, 1, 1.5, 2, 3)}
strength = min(tries, key=lambda one: abs(grain(tries[one]) - grain(shot.frame)))
compared = {"Kit, as filmed": shot.frame, "good recipe": best.picture, "JPEG alone": tries[0]}
compared[f"handed back, noise of {strength}"] = tries[strength]
rows = {}
for name, picture in compared.items():
    rows[name] = {"grain": grain(picture), "score": blend.explained_composite(picture, shot.truth, shot.frame)}
show_table(
    rows, names="picture", caption=f"Of six strengths, noise of {strength} grey levels comes nearest to Kit's grain"
)

# %% [markdown] id="blending-back-why"
# JPEG makes some grain by itself, so the noise only has to supply what is still missing.
# Compare the two last scores, too: fresh noise can't agree with the camera's own, so it doesn't bring the picture nearer to the truth and only takes away a clue.

# %% [markdown] id="blending-close"
# ## What you can now do
#
# - Lay an aligned crop back into its frame, and say what each stage of the paste is for.
# - Build a composite, a feather and Reinhard's transfer, and measure the step along a seam.
# - Name traces of blending, and say why a small added step doesn't prove a good composite.
#
# **Does this carry over to photographs?** The stages do, because DeepFaceLab's merger and faceswap's converter have them.
# The numbers don't, because no photograph comes with its true composite, complexions of people differ less than Bo's from Ada's, and skin has pores.
#
# **Still open.** Which measure agrees best with what people notice?
# And would a network that draws the seam itself leave a trace of another kind?

# %% [markdown] id="blending-predictions-words"
# This is what you predicted, beside what came out.


# %% id="blending-predictions"
def added(picture, mask):
    return boundary_step(picture, mask) - boundary_step(shot.truth, mask)


steps = {name: added(pasted[name], mask) for name, mask in masks.items()}
poisson = {name: found[name] for name in ("Poisson", "Poisson in a box")}
predictions(
    "blending",
    outcome={
        "blending.mask": "added step: " + ", ".join(f"{name} {value:.1f}" for name, value in steps.items()),
        "blending.poisson": ", ".join(
            f"{n}: score {f['score']:.2f}, added step {f['step'] - f['true_step']:.1f}" for n, f in poisson.items()
        ),
        "blending.flicker": ", ".join(f"{name} {np.mean(values):.2f}" for name, values in jumps.items()),
    },
)

# %% [markdown] id="blending-quiz-words"
# Here are five questions on what people often get wrong.

# %% id="blending-quiz"
quiz("blending")

# %% [markdown] id="blending-sources"
# **Terms.** [alpha compositing](../lessons/glossary.md#alpha-compositing) · [artifact](../lessons/glossary.md#artifact) · [explained composite](../lessons/glossary.md#explained-composite) · [feather](../lessons/glossary.md#feather) · [flicker](../lessons/glossary.md#flicker) · [mask](../lessons/glossary.md#mask) · [Poisson blending](../lessons/glossary.md#poisson-blending) · [true composite](../lessons/glossary.md#true-composite) · [ΔE](../lessons/glossary.md#delta-e)
#
# **Sources.** Porter and Duff, *Compositing digital images*, 1984; Reinhard, Ashikhmin, Gooch and Shirley, *Color transfer between images*, 2001 (they work in lαβ, and Lab is what DeepFaceLab's *rct* uses); Pérez, Gangnet and Blake, *Poisson image editing*, 2003; Bookstein, *Principal warps*, 1989 (the warp); CIE 15, *Colorimetry* (Lab and ΔE); Perov and others, *DeepFaceLab*, 2020, and its merger; Rössler and others, *FaceForensics++*, 2019, with ondyari/FaceForensics, `cli.py` and `Convert_Masked.py` (Poisson inside hull and crop; the exported mask is the hull's bounding rectangle); deepfakes/faceswap, `plugins/convert`.
