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
# | Time | 60 minutes: Core 52, Further 8 |
# | You need | lessons 04 and 05: the swap, the aligned crop and its way back |
# | You will be able to | lay a face into a frame, name the trace that each step leaves, and measure it against the truth |
#
# The network gives you 128 × 128 pixels. The film has 256 × 256, with a neck, hair and a wall. This lesson is about the seam between the two. Much
# of what betrays a face swap is made here, not in the network, and in lesson 12 you will look for it.

# %% id="blending-imports" tags=["setup"]
import cv2
import numpy as np

from unmasked import blend, extract, toons, widgets
from unmasked.blend import Recipe
from unmasked.course import check
from unmasked.faces import draw_faces
from unmasked.models import weights
from unmasked.widgets import predict, predictions, quiz, show_pictures, show_table

# %% [markdown] id="blending-truth-words"
# ## 1 · One frame, and the frame that should come out  (Core, 6 min)
#
# Three characters play. **Kit** is filmed, and his frame is what the forger gets: a recording, with a camera's blur, noise and JPEG, and the
# [landmarks](../lessons/glossary.md#landmarks) and [mask](../lessons/glossary.md#mask) of the face in it (here the drawing's own, so that lesson 05's errors don't mix in). **Ada** repeats what Kit did, before another camera. The network of
# lesson 04 turns her into **Bo**. Bo's face is to appear on Kit. Why Kit? His blue is much nearer to Bo's
# violet than Ada's green is. A stand-in of like complexion makes the rest easier, and section 4 shows what happens without one.

# %% id="blending-shoot"
model = weights.load("swap-ada-bo-128")
numbers = np.random.default_rng(8)
acted = {name: toons.sample_performances(numbers, 100) for name in ("ada", "bo")}
faces = {name: draw_faces(toons.CAST[name], some, size=128) for name, some in acted.items()}
shift = faces["bo"].landmarks.mean(0) - faces["ada"].landmarks.mean(0)  # Bo's landmarks, less Ada's, on average

performance = toons.Performance(yaw=8, smile=0.6, jaw=0.3)
layout = toons.scenes.Layout((256, 256), x=128, y=132, side=225, tilt=3, background_seed=5, camera_seed=7)
shot = blend.shoot(model, performance, layout, shift)

# %% [markdown] id="blending-hybrid-words"
# What would a perfect forger hand in? Everything but the face stays as it was filmed: head, hair, ears, neck, wall and light. The face gets
# Bo's eyes, brows, nose, mouth, freckles and glasses, in Kit's complexion, for a face must agree with its neck. Such a character can be *drawn*: it is Kit's
# [identity](../lessons/glossary.md#identity) with some fields taken from Bo's. Drawn in the same performance and filmed by the same camera it is the
# [true composite](../lessons/glossary.md#true-composite).

# %% id="blending-hybrid"
hybrid = blend.wearing_the_face_of(toons.CAST["kit"], toons.CAST["bo"])
true_scene = toons.scenes.render(hybrid, performance, layout)
untouched = np.abs(shot.frame.astype(int) - true_scene.picture).mean(-1)
apart = {"in the face": untouched[shot.mask > 127].mean(), "outside": untouched[shot.mask == 0].mean()}
show_table(apart, ["grey levels"], form=".1f", caption=f"{hybrid.name}: mean difference to Kit's frame")

# %% [markdown] id="blending-hybrid-look-words"
# Outside the face the two frames agree, but for what JPEG does to its 8 × 8 blocks. The forger never sees the last picture. You use it to measure.

# %% id="blending-hybrid-look" tags=["figure"]
show_pictures(
    [shot.frame, cv2.resize(shot.crop, (256, 256), interpolation=cv2.INTER_CUBIC), shot.truth],
    titles=["Kit, as filmed", "Bo, as the network draws him", "the true composite"],
    alt="Kit with white hair and cat ears; the network's crop of Bo, a little softer, with round glasses; Kit's head with Bo's features.",
    smooth=True,
)

# %% [markdown] id="blending-limit"
# One thing this truth cannot separate: the drawing gives brows the colour of the hair, so the true composite has Kit's white brows where
# Bo's are orange. The measures below count that against every recipe alike.

# %% [markdown] id="blending-note-truth" tags=["instructor"]
# *For the instructor.* 6 minutes. The usual confusion: "the truth is Bo". Ask what else would have to change then (skin of neck and ears, hair), and who filmed it. Ask
# how one would measure a composite of photographs: nobody has the third picture.

# %% [markdown] id="blending-composite-words"
# ## 2 · Box, hull, mask  (Core, 13 min)
#
# The crop was cut out by a 2×3 matrix; the inverse matrix lays it back. Then each pixel must decide: the new face or the old frame? A
# mask α in 0…1 says how much of the new: α · face + (1 − α) · frame. This is called [alpha compositing](../lessons/glossary.md#alpha-compositing).
#
# ### Your turn · Composite  (●○○, 3 min)
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
# The baseline first: the whole square, hard. Then a tighter box, the convex hull of the landmarks, and the face mask.

# %% id="blending-masks"
laid = extract.warp(shot.crop, extract.invert(shot.matrix), (256, 256))
masks = {
    "box": blend.box_mask((256, 256), shot.matrix),
    "tighter box": blend.box_mask((256, 256), shot.matrix, share=0.6),
    # Landmarks end at the brows; the hull is lifted by 0.3 of the way from chin to brows.
    "hull": blend.face_mask(shot.landmarks, (256, 256), forehead=0.3),
    "face mask": shot.mask.astype(np.float32) / 255,
}
pasted = {name: composite(shot.frame, laid, mask) for name, mask in masks.items()}

# %% id="blending-masks-look" tags=["figure"]
show_pictures(
    [list(pasted.values()), list(masks.values())],
    titles=list(masks),
    alt="Bo's face on Kit, four ways: with the whole square, with a smaller square, with a hull that covers some hair, and with the face mask. Below, the masks.",
    smooth=True,
)

# %% [markdown] id="blending-step-words"
# An examiner does not know the truth. What could one measure without it? Walk along the edge of the mask and look two pixels across: how
# far apart are the colours? "How far" should mean what an eye would say. The colour space **Lab** was made for that: L is lightness, *a* runs from green to red, *b* from blue to
# yellow, and the plain distance between two colours in it is called [ΔE](../lessons/glossary.md#delta-e) (delta E). A ΔE of about 2 can just be seen between large patches.
#
# ### Your turn · Boundary step  (●●●, 7 min)
# Compare each pixel with the one two columns further and with the one two rows further. Keep the pairs of which *one* is inside the mask, and average their ΔE.


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
# You have four composites, each with an edge of its own. Decide first.

# %% id="blending-predict-mask"
predict("blending.mask")

# %% [markdown] id="blending-table-words"
# Beside the step stands what it takes to judge it: the step of the TRUE composite along the same edge. The *score* is an
# [explained](../lessons/glossary.md#explained-composite) error, as in lesson 04: 1 is the truth, 0 is Kit's frame left alone, below 0 is worse than doing nothing.


# %% id="blending-table"
def report(picture, mask):
    """A row of a table: how near to the truth, and how strong the edge."""
    score = blend.explained_composite(picture, shot.truth, shot.frame)
    step, true_step = boundary_step(picture, mask), boundary_step(shot.truth, mask)
    error = blend.mask_error(mask, shot.true_mask)
    return {"score": score, "step": step, "true step": true_step, "mask error": error}


EDGE = {"score": ".2f", "step": ".1f", "true step": ".1f", "mask error": ".2f"}
show_table({name: report(pasted[name], mask) for name, mask in masks.items()}, EDGE, names="mask")

# %% [markdown] id="blending-table-why"
# Read the truth's step along the face mask: an honest picture has edges too, where skin meets hair and chin meets neck. A step says nothing by
# itself. What counts is the step that was *added*. *Mask error* is the area that mask and true face disagree on, over the area of the face.
#
# And why does the tighter box score best? It lays down the least violet, and Kit's own skin has the right colour. Section 4 mends that.

# %% [markdown] id="blending-note-mask" tags=["instructor"]
# *For the instructor.* 13 minutes. The usual confusion: uint8 arithmetic wraps around, and a mask (H, W) does not fit a picture (H, W, 3) without a new axis. Ask why
# the hull takes some of the hair (landmarks end at the brows; the forehead is guessed) and why an examiner would rather know the frame before the forgery.

# %% [markdown] id="blending-feather-words"
# ## 3 · The edge: feather, shrink, grow  (Core, 7 min)
#
# Nothing obliges α to jump from 0 to 1. A [feather](../lessons/glossary.md#feather) lets it rise over some pixels. Yours shall rise *inwards* from the mask's edge, so that no pixel outside the face is touched.
#
# ### Your turn · Feather  (●●○, 4 min)
# `depth` says for each pixel how far it lies from the nearest pixel outside the mask: 0 outside, 1 for the first pixel inside, then 2, … The edge runs between pixels, half a pixel before the first.


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
# A second way to move the seam: shrink the mask (erode) before feathering, so that it stays clear of hair and neck, or grow it (dilate). `blend.grow` does both, by the sign of its pixels.
# What it returns is hard, so its first row differs a little from *face mask* above, which had mixed pixels along its edge.

# %% id="blending-grow"
edges, rows = {}, {}
for pixels, width in ((0, 0), (0, 8), (-4, 8), (8, 8)):
    name, mask = f"grow {pixels}, feather {width}", feather(blend.grow(shot.mask, pixels), width)
    edges[name] = composite(shot.frame, laid, mask)
    rows[name] = report(edges[name], mask)
show_table(rows, EDGE, names="mask")

# %% id="blending-grow-look" tags=["figure"]
show_pictures(
    [picture[40:250, 25:235] for picture in edges.values()],
    titles=list(edges),
    alt="Four composites: hard edge; feathered; shrunk and feathered; grown and feathered, with a rim of the network's hair and background round the face.",
    smooth=True,
)

# %% [markdown] id="blending-grow-why"
# The feather takes the step away and leaves a soft border of half Kit, half Bo. (The truth's step falls too: it is measured where α is one half, and that line has moved off the hair, into plain skin.) The grown mask brings along what the crop shows beside the face: a halo.

# %% [markdown] id="blending-note-edge" tags=["instructor"]
# *For the instructor.* 7 minutes. Many tools feather by blurring the mask, which reaches past the face on both sides. Ask which of the two you would want where the face ends at a neck, and where it ends at
# glasses. If time is short, give the feather away and let them play with `grow`.

# %% [markdown] id="blending-colour-words"
# ## 4 · The colour  (Core, 9 min)
#
# Bo is violet, Kit is blue. The oldest remedy is due to Reinhard and others (2001): in a Lab-like space, give the face the *mean* and the *spread* of the frame's face, channel by channel.
#
# $$x' = \frac{x - \text{mean(face)}}{\text{std(face)}} \cdot \text{std(frame)} + \text{mean(frame)}$$
#
# Here *x* is one channel of one pixel, and std is the standard deviation. Means and spreads are taken inside the mask; the formula goes over the whole picture. `blend.from_lab` leads back to a picture.
#
# ### Your turn · Reinhard's transfer  (●●○, 6 min)


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
# Beside it stands a second way: match the *histograms* of red, green and blue, so that inside the mask as many pixels are as dark or as bright as in the frame.

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
show_pictures(
    [picture[40:250, 25:235] for picture in coloured.values()],
    titles=list(coloured),
    alt="Three composites: Bo's violet skin on Kit; toned to Kit's blue by Reinhard; and by histograms, with specks of wrong colour at the mouth.",
    smooth=True,
)

# %% [markdown] id="blending-break-words"
# Now break it on purpose. Why was a stand-in needed at all? Film Ada herself, put Bo's face on *her*, and let the same transfer carry violet to mint green.
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
show_pictures(
    [picture[40:250, 25:235] for picture in (*(made.picture for made in tried.values()), ada_shot.truth)],
    titles=["none", "Reinhard", "the true composite"],
    alt="Bo's face on Ada's head: violet without transfer; greyish with glaring glasses and teeth after it; and the true composite, mint green.",
    smooth=True,
)

# %% [markdown] id="blending-colour-why"
# Look at the glasses and the teeth. The formula knows no skin: whatever moves violet to green moves white as well. The further apart two complexions are, the more that shows. A histogram can bend each
# channel as it likes, and pays with colours that were never there. Where neither fits, brightness and contrast by hand are left: `blend.brightness_contrast`.

# %% [markdown] id="blending-note-colour" tags=["instructor"]
# *For the instructor.* 9 minutes. The usual confusion: means over the whole picture. Ask what happens to a face whose frame is half in shadow (one mean for both halves). Try `body="gus"` or
# `body="hana"` in `blend.shoot` and watch the transfer strain with the distance of the complexions.

# %% [markdown] id="blending-chain-words"
# ## 5 · The whole chain, and Poisson  (Core, 7 min)
#
# The library has all steps in one call, as you saw. `shot.put_back(Recipe(…))` warps the crop, lays it down, colours, sharpens, masks, feathers and blends; `shot.measure` compares
# with the truth (*error* is the mean ΔE inside the face). Three knobs are new. *Sharpen* adds back what a blur would take away, because 64 pixels were stretched over a larger face. *Opacity* multiplies α.
# *Warp* bends the new face until its landmarks fall on those of the face in the frame. (Where are the new face's landmarks? The forger takes Ada's and adds `shift`, the mean difference between Bo's and hers.)

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
# The last two do without α. **Poisson blending** (Pérez, Gangnet and Blake, 2003) keeps the *differences between neighbours* of the new face, fixes the colours along the mask's edge to those of the frame,
# and solves for the picture between: `cv2.seamlessClone`. So it should add next to no step. FaceForensics++, a well-known set of fakes, blended its "Deepfakes" this way inside a rectangle. Decide first.

# %% id="blending-predict-poisson"
predict("blending.poisson")

# %% id="blending-chain-table"
found = {name: shot.measure(made) for name, made in done.items()}
rows = {name: {key.replace("_", " "): value for key, value in row.items()} for name, row in found.items()}
show_table(rows, names="recipe")


# %% id="blending-chain-look" tags=["figure"]
def show_faces(pictures, alt):
    """Two rows of three, cut down to the head, each picture under its name."""
    names = list(pictures)
    for row in (names[:3], names[3:]):
        cut = [pictures[name].picture[40:250, 25:235] for name in row]
        show_pictures(cut, titles=row, alt=f"{alt} This row: {', '.join(row)}.", smooth=True)


show_faces(
    done, "Six composites, from a good one to Poisson in a box, where colours of wall and hair bleed into the face."
)

# %% [markdown] id="blending-chain-why"
# In the box, Poisson has hair, wall and neck on its edge, and carries their colours into the face. All the same it adds little to the truth's step there: the seam is gone and the harm has moved inwards.
# Inside the face mask the edge is skin nearly all the way, and Poisson even beats our *good*.
#
# Look at *opacity*, too. A see-through face shows two pairs of eyes. Where its score is good nevertheless, the reason is the measure: a squared error forgives two half mistakes
# more than one whole. And *warp* fits the face to Kit by giving it Kit's proportions. What fits better looks less like Bo.

# %% [markdown] id="blending-note-chain" tags=["instructor"]
# *For the instructor.* 7 minutes. Ask which column you would trust, and which an examiner has (only *step*). DeepFaceLab's merge modes are "original", "overlay", "hist-match", "seamless", "seamless-hist-match" and "raw"; have
# the class say which knob of ours each one is.

# %% [markdown] id="blending-gallery-words"
# ## 6 · A gallery of traces  (Core, 4 min)
#
# Six [artifacts](../lessons/glossary.md#artifact) have names among forgers and examiners. Make each one on purpose, and find a number that sees it.

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
show_faces(
    bad, "Six failures: a paper mask, a rim of foreign colour, two pairs of eyes, a tone step, a second chin, a blur."
)

# %% [markdown] id="blending-gallery-measure-words"
# Each trace needs a place to look at: the rim outside the face, its skin, its chin, its inside. The drawing knows them all.

# %% id="blending-places"
face = blend.grow(shot.true_mask, 0)
rim = blend.grow(face, 8) - face
skin = (toons.part_mask(shot.true_parts, "skin") > 0) * blend.grow(face, -8)
chin = shot.landmarks[toons.LANDMARKS["jaw"]][8, 1]  # the row of Kit's chin, in pixels
inside = blend.grow(face, -14)

# %% [markdown] id="blending-measures-words"
# And each needs a number. `shine` asks how much of Kit's old face is left in the error: 1 if the forged face is Kit's own, 0 if it has nothing of him.


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
# From above: added step in ΔE; error in the rim; share of Kit that shines through; distance of the skin's mean colour in ΔE; pixels from the new face's lower end to Kit's chin; share of the fine detail that is lost. Nearly
# all of them use the truth. What an examiner can measure without it is the subject of lesson 12.

# %% [markdown] id="blending-note-gallery" tags=["instructor"]
# *For the instructor.* 4 minutes. Show the pictures without their names and let the class name them. Ask for which of the six the good recipe is not clean either (blur: the network draws 64 pixels).

# %% [markdown] id="blending-bench-words"
# ## 7 · The bench, and the game  (Core, 6 min)
#
# Every stage as a knob, on four frames. The knobs start at the baseline. Turn one at a time and watch the picture of differences: where does the error sit, and does the seam still show?

# %% id="blending-bench-shots"
ranges = {"yaw": (-20, 20), "pitch": (-10, 10)}
more = [blend.shoot(model, p, layout, shift) for p in toons.sample_performances(numbers, 3, ranges)]
widgets.blending([shot, *more])

# %% [markdown] id="blending-game-words"
# Now without numbers. Turn the knobs until *you* can see no seam. Then press *Measure it*. Your best score on each frame is kept in your record.

# %% id="blending-game"
widgets.make_it_vanish([shot, *more])

# %% [markdown] id="blending-note-game" tags=["instructor"]
# *For the instructor.* 6 minutes. Let pairs compete on frame 1 and say which knob won. Ask for a recipe that looks better and scores worse, and what that says about the score.

# %% [markdown] id="blending-clip-words"
# ## 8 · Frame after frame  (Further, 5 min)
#
# A film is many frames, and each was blended by itself. Does the colour hold still? [Flicker](../lessons/glossary.md#flicker) here is the mean ΔE by which the skin's mean colour jumps from one frame to the next, after
# the changes that the truth makes as well are taken out.

# %% id="blending-predict-flicker"
predict("blending.flicker")

# %% id="blending-clip"
small = toons.scenes.Layout((192, 192), x=96, y=99, side=168, tilt=3, background_seed=5, camera_seed=70)
clips = []
for seed in (1, 2, 3):
    track = toons.smooth_track(np.random.default_rng(seed), 24, 25, {"yaw": (-15, 15), "pitch": (-8, 8)})
    clips.append(blend.shoot_clip(model, track, small, shift))


# %% [markdown] id="blending-skin-words"
# Three clips of 24 frames each, for chance matters here. Blend them in four ways, every frame by itself, and add the film itself for comparison.

# %% id="blending-flicker"
ways = {
    "Kit, as filmed": None,
    "no colour transfer": Recipe("given", grow=-3, feather=6),
    "Reinhard": Recipe("given", grow=-3, feather=6, colour="reinhard"),
    "histogram": Recipe("given", grow=-3, feather=6, colour="histogram"),
    "Poisson": Recipe("given", grow=-3, poisson=True),
}


def flicker_of(clip, recipe):
    frames = np.stack([shot.put_back(recipe).picture if recipe else shot.frame for shot in clip])
    skins = [(toons.part_mask(one.true_parts, "skin") > 0) & (blend.grow(one.true_mask, -8) > 0) for one in clip]
    return blend.flicker(frames, np.stack(skins), np.stack([shot.truth for shot in clip]))


jumps = {name: [flicker_of(clip, recipe) for clip in clips] for name, recipe in ways.items()}
rows = {
    name: {"mean": np.mean(values)} | {f"clip {number}": value for number, value in enumerate(values, start=1)}
    for name, values in jumps.items()
}
show_table(rows, names="way", caption="Flicker, in ΔE")

# %% [markdown] id="blending-flicker-why"
# The film's own value is what noise and JPEG leave; *no colour transfer* adds the network's unsteadiness. What a transfer adds to that comes of looking at one frame alone: a mouth opens, the face has
# other colours in it, and the skin is moved for them. Reinhard's mean and spread hardly suffer from it here; a whole histogram does. Poisson hangs on the pixels of the edge, and those change with every frame. A still picture shows none of this; lesson 09 takes it up.

# %% [markdown] id="blending-note-clip" tags=["instructor"]
# *For the instructor.* 5 minutes. Ask for a remedy before lesson 09: statistics kept from one frame, or smoothed over several. What would each cost when the light changes?

# %% [markdown] id="blending-back-words"
# ## 9 · Hand the frame back  (Further, 3 min)
#
# Kit's frame came from a camera, with noise on every pixel. The new face has hardly any: it is too clean. A careful forger adds some and saves the frame as the camera did. How much noise is there? What a
# small blur takes from the lightness of plain skin is mostly noise, and the *median* of its sizes does not mind a few freckles.


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
handed = tries[strength]
show_table({one: grain(made) for one, made in tries.items()}, ["grain"], names="noise, in grey levels")
print(f"nearest to Kit's: {strength} grey levels")
compared = {"Kit, as filmed": shot.frame, "good recipe": best.picture, "JPEG alone": tries[0], "handed back": handed}
rows = {}
for name, picture in compared.items():
    rows[name] = {"grain": grain(picture), "score": blend.explained_composite(picture, shot.truth, shot.frame)}
show_table(rows, names="picture")

# %% [markdown] id="blending-back-why"
# JPEG alone (strength 0) makes some grain as well. Compare its score with that of the frame handed back: fresh noise can never agree with the camera's own, so it does not bring the picture nearer to the truth. It only makes it harder to tell. Whoever minimises an error would never add it.

# %% [markdown] id="blending-close"
# ## What you can now do
#
# - Lay an aligned crop back into its frame, and say what each stage of the paste is for.
# - Build a composite, a feather and Reinhard's transfer, and measure the step along a seam.
# - Name six traces of blending, make each, and give a number that sees it.
# - Say why a small step does not prove a good composite, and why frames that look good one by one may flicker.
#
# **Does this carry over to photographs?** The stages do: DeepFaceLab's merger and faceswap's converter have them, with knobs for erosion, blur, colour transfer, sharpening and face size, and more modes than you saw. The numbers do not: no photograph comes
# with its true composite, complexions of people differ less than Bo's from Ada's, and skin has pores.
#
# **Still open.** Which measure agrees best with what people notice? And would a network that draws the seam itself leave a trace of another kind?

# %% [markdown] id="blending-predictions-words"
# What you predicted, beside what came out:


# %% id="blending-predictions"
def added(picture, mask):
    return boundary_step(picture, mask) - boundary_step(shot.truth, mask)


steps = {name: added(pasted[name], mask) for name, mask in masks.items()}
poisson = {name: shot.measure(done[name]) for name in ("Poisson", "Poisson in a box")}
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
# Five questions on what is often got wrong.

# %% id="blending-quiz"
quiz("blending")

# %% [markdown] id="blending-sources"
# **Terms.** [alpha compositing](../lessons/glossary.md#alpha-compositing) · [artifact](../lessons/glossary.md#artifact) ·
# [explained composite](../lessons/glossary.md#explained-composite) · [feather](../lessons/glossary.md#feather) · [flicker](../lessons/glossary.md#flicker) ·
# [mask](../lessons/glossary.md#mask) · [true composite](../lessons/glossary.md#true-composite) · [ΔE](../lessons/glossary.md#delta-e)
#
# **Sources.** Porter and Duff, *Compositing digital images*, 1984. Reinhard, Ashikhmin, Gooch and Shirley, *Color transfer between images*, 2001 (they work in lαβ; Lab is what DeepFaceLab's *rct* uses). Pérez, Gangnet and
# Blake, *Poisson image editing*, 2003. Bookstein, *Principal warps*, 1989 (the warp). CIE 15, *Colorimetry* (Lab and ΔE). Perov and others, *DeepFaceLab*, 2020, and its merger (modes and knobs). Rössler and others,
# *FaceForensics++*, 2019 (Poisson in a rectangle). deepfakes/faceswap, `plugins/convert` (masks, colour, scaling).
