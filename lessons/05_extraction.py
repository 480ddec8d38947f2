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

# %% [markdown] id="extraction-card"
# # 05 · Find, align, mask: extraction
#
# **A film has frames, but a swap learns from faces. How do the faces get out of the frames, and what does it cost when that goes wrong?**
#
# | | |
# |---|---|
# | Time | 85 minutes: Core 62, Further 23 |
# | You need | lesson 01: convolutions, the training loop; lesson 04: the swap, and what *explained* means |
# | You will be able to | find faces of all sizes in a frame, align them, mask them, throw out the bad ones, and say with a number what each step costs the swap |
#
# In every lesson so far, the drawing told you where the face is, down to the last landmark.
# Nobody who has a film is told that.
# From here on you only get frames, and the truth is kept for measuring.
# People call this step *extraction*, and it decides a good part of how a swap comes out.

# %% id="extraction-imports" tags=["setup"]
import inspect
from types import SimpleNamespace

import cv2
import matplotlib.pyplot as plt
import numpy as np
import torch

from unmasked import extract, tensors, toons, widgets
from unmasked.course import check
from unmasked.experiments.extraction import extraction_row
from unmasked.experiments.extraction_recall import SIZES, recall_rows
from unmasked.experiments.face_finder import draw_frames, window
from unmasked.experiments.tables import load_table
from unmasked.extract.finding import shipped_finder
from unmasked.models import weights
from unmasked.models.finder import Finder, finder_loss, targets
from unmasked.toons.crowds import sample_crowd
from unmasked.training import Muon, cosine, set_rate, train
from unmasked.widgets import alt_text, predict, predictions, quiz, show, show_pictures, show_table

GREEN, ORANGE, WHITE = (26, 127, 55), (209, 108, 12), (255, 255, 255)


def with_boxes(picture, boxes, scale=2):
    """The picture, larger, with boxes drawn into it."""
    drawn = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    for box in np.rint(np.asarray(boxes) * scale).astype(int).reshape(-1, 4).tolist():
        for colour, thick in ((WHITE, 3), (ORANGE, 1)):
            cv2.rectangle(drawn, box[:2], box[2:], colour, thick, cv2.LINE_AA)
    return drawn


def with_points(picture, points, scale=4):
    """The picture, larger, with landmarks drawn into it."""
    drawn = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    for x, y in np.rint((np.asarray(points) + 0.5) * scale).astype(int).tolist():
        for colour, radius in ((WHITE, 4), (GREEN, 3)):
            cv2.circle(drawn, (x, y), radius, colour, -1, cv2.LINE_AA)
    return drawn


# %% [markdown] id="extraction-frames-words"
# ## 1 · Frames  (Core, 3 min)
#
# `sample_crowd` films up to four [toons](../lessons/glossary.md#toon) at once: near and far, tilted up to 45°, some cut by the frame's edge, some behind a hand or behind somebody else's head.
# They're strangers, drawn anew each time, and a camera adds its blur, noise and JPEG.
# Each face comes with its [bounding box](../lessons/glossary.md#bounding-box), its landmarks and the mask of what's visible, but only so that we can measure.

# %% id="extraction-frames"
numbers = np.random.default_rng(9)
crowds = [sample_crowd(numbers, count=count) for count in (3, 4, 2, 1, 0, 3)]
faces = [face for crowd in crowds for face in crowd.faces]
sides = [face.side for face in faces]
hidden = sum(not face.whole for face in faces)
print(f"{len(crowds)} frames, {len(faces)} faces of {min(sides):.0f} to {max(sides):.0f} pixels, {hidden} not whole")

# %% id="extraction-frames-look" tags=["figure"]
show_pictures([crowd.picture for crowd in crowds[:3]], alt="extraction.frames", smooth=True)

# %% [markdown] id="extraction-predict-hard-words"
# You'll train a network to find such faces, and in section 8 you'll see which ones get away, so which would you expect?

# %% id="extraction-predict-hard"
predict("extraction.hard")

# %% [markdown] id="extraction-note-frames" tags=["instructor"]
# *For the instructor.* 3 minutes; the usual confusion is that a box should end where the face is hidden; here it surrounds the whole face, hidden or not, because that's where the crop will be cut.

# %% [markdown] id="extraction-finder-words"
# ## 2 · A finder in a minute  (Core, 8 min)
#
# Imagine a small network that looks at one patch and answers *is this the middle of a face?*
# To search a frame, you'd lay it on every place, and once more for every size.
# But convolutions already lay one set of weights on every place, so a network of nothing *but* convolutions, a [fully convolutional](../lessons/glossary.md#fully-convolutional) one, answers for all places at once, whatever the size of the frame.
#
# Ours gives two things for each cell of 4 × 4 pixels: the **heat**, which is how sure it is that a face's middle lies there, and the **box** that this face would have.
# Inside, the map is shrunk several times, so that a place on a coarse level sees a large face whole, and then the levels are added up again on the fine one.
# So one pass finds all sizes, and the finder has learned them from frames with the answers drawn in: the heat should be 1 at each middle and fall off around it.

# %% id="extraction-targets"
picture = crowds[0].picture
true_heat, _ = targets([torch.from_numpy(crowds[0].boxes).float()], picture.shape[:2])
print(inspect.getsource(Finder.forward))

# %% id="extraction-targets-look" tags=["figure"]
hill = cv2.resize(true_heat[0, 0].numpy(), picture.shape[1::-1], interpolation=cv2.INTER_NEAREST)
show_pictures([picture, hill], ["a frame", "the heat that it should give"], alt="extraction.targets", smooth=True)

# %% [markdown] id="extraction-loss-words"
# A frame has thousands of cells and only a handful of middles, so a network that always says *no* would be nearly right everywhere.
# The first part of the loss, the *focal loss* of the heat, therefore hardly counts a cell that is right already, and blames cells close to a middle less.
# The second part asks how far the four edges of the boxes near the middles are off, in shares of the face's side.

# %% id="extraction-loss"
print(inspect.getsource(finder_loss))

# %% [markdown] id="extraction-train-words"
# Now you'll train one yourself.
# Drawing the frames takes longer than the training itself, and each step cuts eight windows out of them, zoomed, shifted, mirrored and recoloured, which is the augmentation of lesson 03.
# The loop and Muon are the ones from lesson 04.

# %% id="extraction-train"
STEPS = 240
frames = draw_frames(200, seed=5)
print(tensors.Machine("cpu", 1, "float32").apply())
torch.manual_seed(0)
own = Finder().to(memory_format=torch.channels_last)
optimiser = Muon(own.parameters())
chance = np.random.default_rng(0)


def step(i):
    set_rate(optimiser, cosine(i, STEPS, 0.03, warmup=20))
    chosen = chance.integers(len(frames.pictures), size=8)
    cut = [window(frames.pictures[n], frames.boxes[n], 192, chance) for n in chosen]
    wanted = targets([torch.from_numpy(boxes) for _, boxes in cut], (192, 192))
    missed, off = finder_loss(*own(tensors.to_tensor(np.stack([one for one, _ in cut]))), *wanted)
    optimiser.zero_grad()
    (missed + 2 * off).backward()
    optimiser.step()
    return {"heat": missed, "boxes": off}


history = train(step, steps=STEPS, seconds=120, label="face finder")
own.eval()
print(history)

# %% [markdown] id="extraction-train-saw" tags=["saw"]
# The line says how many steps were taken and what the two parts of the loss were at the end.
# If a cap stopped it early, your machine is slow or busy, and your finder knows less than the next sections expect; running the cell again on a quieter machine helps.
# *heat* has no unit, so only its fall tells you something. *boxes* does have one: it's the sum over a box's four edges, so a quarter of it is how far one edge is off, as a share of the face's side.

# %% [markdown] id="extraction-heat-words"
# Beside your finder, we'll look at the *shipped* one.
# It's the same network, trained by `python -m unmasked.experiments.face_finder` on many more frames and for many more steps.

# %% id="extraction-heat"
finders = {"yours": own, "shipped": shipped_finder()}
heats = {name: [extract.heat_map(crowd.picture, net) for crowd in crowds] for name, net in finders.items()}
for name, maps in heats.items():
    empty = maps[4].max()  # the frame without a face
    print(f"{name}: the warmest cell of a frame with faces {maps[0].max():.2f}, of the empty frame {empty:.2f}")

# %% id="extraction-heat-look" tags=["figure"]
# The root makes what is weak brighter.
rows = [[crowds[n].picture, *(np.kron(np.sqrt(heats[name][n]), np.ones((4, 4))) for name in finders)] for n in (0, 1)]
show_pictures(rows, ["the frame", "your heat", "the shipped one's"], alt="extraction.heat", smooth=True)

# %% [markdown] id="extraction-heat-saw" tags=["saw"]
# Even so short a training shows roughly where faces are, because eyes and a mouth in a closed outline look like nothing else on these walls.
# What takes the long training is the rest: small faces, faces half outside, and being *sure*, so that a threshold can tell a face from a round patch of the wall.

# %% [markdown] id="extraction-wider-words"
# Nothing in such a network fixes the size of the frame, so the same weights search a wider one in one pass as well.

# %% id="extraction-wider" tags=["figure"]
wide = sample_crowd(np.random.default_rng(12), (360, 480), 4)
boxes = [one.box for one in extract.find(wide.picture)]
print(f"{len(boxes)} found, {len(wide.faces)} faces, in a frame of {wide.picture.shape[1]} × {wide.picture.shape[0]}")
show_pictures([with_boxes(wide.picture, boxes)], alt="extraction.wider", smooth=True)

# %% [markdown] id="extraction-note-finder" tags=["instructor"]
# *For the instructor.* 8 minutes, one of them training; the usual confusion is that the network "looks for eyes"; ask what it was told about eyes (nothing).
# Ask why the same weights work at 20 and at 160 pixels: the coarser levels see further, and the training windows are zoomed.

# %% [markdown] id="extraction-overlap-words"
# ## 3 · Many boxes, one face  (Core, 12 min)
#
# Around a middle, several cells are warm, and each of them names a box.
# So at first you get a heap of boxes for every face, and the heap has to become one.


# %% id="extraction-warm"
@torch.no_grad()
def warm_cells(picture, finder, least):
    """The boxes (N, 4) and scores (N,) of all cells whose heat is `least` or more."""
    heat, boxes = finder(tensors.to_tensor(picture[None]))
    heat = heat[0, 0].sigmoid()
    warm = heat >= least
    return boxes[0][:, warm].T.double().numpy(), heat[warm].double().numpy()


boxes, scores = warm_cells(picture, own, 0.2)
print(f"{len(boxes)} boxes for {len(crowds[0].faces)} faces")

# %% [markdown] id="extraction-iou-words"
# To clear up, we need to say when two boxes mean the same face.
# [Intersection over union](../lessons/glossary.md#intersection-over-union), IoU for short, divides the area that two boxes share by the area that they cover together.
# It's 1 for equal boxes and 0 for boxes apart, and it doesn't care how large they are.
#
# ### Your turn · Overlap  (●●○, 4 min)
# A box is four numbers: x0, y0 is its upper left corner, and x1, y1 its lower right one.
# Compare one box with many at once.


# %% id="extraction-overlap"
def overlap(box, boxes):
    """Intersection over union of a box with each of many.

    `box`: float (4,), x0 y0 x1 y1; `boxes`: float (N, 4). Returns float (N,).
    """
    ### BEGIN SOLUTION
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.maximum(sides, 0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / ((box[2:] - box[:2]).prod() + areas - shared)
    ### END SOLUTION


# %% id="extraction-overlap-check"
overlap = check("extraction.overlap", overlap)

# %% [markdown] id="extraction-suppression-words"
# With that, you can clear the heap by [non-maximum suppression](../lessons/glossary.md#non-maximum-suppression), which keeps the box with the best score, drops all that overlap it too much, and goes on with the best one that is left.
#
# ### Your turn · Suppress  (●●○, 5 min)
# Only boxes that stay may push others out, so a box that was dropped drops nobody.


# %% id="extraction-suppression"
def suppress(boxes, scores, limit):
    """The indices of the boxes that stay, the best score first: a list or array.

    A box goes if it overlaps a KEPT box with a better score by more than `limit`.
    `boxes`: float (N, 4); `scores`: float (N,), no two alike. N may be 0.
    """
    ### BEGIN SOLUTION
    left = np.argsort(-scores)
    kept = []
    while len(left):
        best, others = left[0], left[1:]
        kept.append(best)
        left = others[overlap(boxes[best], boxes[others]) <= limit]
    return np.array(kept, int)
    ### END SOLUTION


# %% id="extraction-suppression-check"
suppress = check("extraction.suppression", suppress)

# %% id="extraction-suppressed"
kept = suppress(boxes, scores, 0.4)
print(f"{len(kept)} of {len(boxes)} boxes stay, with scores {', '.join(f'{scores[i]:.2f}' for i in kept)}")

# %% id="extraction-suppressed-look" tags=["figure"]
pair = [with_boxes(picture, boxes), with_boxes(picture, boxes[kept])]
alt = alt_text("extraction.suppressed", boxes=len(boxes), kept=len(kept))
show_pictures(pair, ["every warm cell's box", "after suppression"], alt=alt, smooth=True)

# %% [markdown] id="extraction-suppressed-saw" tags=["saw"]
# Each heap has shrunk to its best box.
# If more boxes stay than there are faces, look at the scores: a box that overlaps its neighbours too little to be pushed out, or that lies on no face at all, usually has a low one.
# Suppression can't tell that such a box is wrong; that's the threshold's work.

# %% [markdown] id="extraction-threshold-words"
# What remains is a choice: from which score on do you believe the finder?
# Here are your own finder's finds in all six frames.
# Drag the line through the scores, and switch the suppression off for a moment.

# %% id="extraction-threshold"
heaps = [
    [SimpleNamespace(box=box, score=score) for box, score in zip(*warm_cells(crowd.picture, own, 0.1), strict=True)]
    for crowd in crowds
]
finds = [extract.find(crowd.picture, own, threshold=0.02) for crowd in crowds]
widgets.finder_threshold(crowds, finds, heats["yours"], heaps=heaps, threshold=0.25)

# %% [markdown] id="extraction-threshold-saw" tags=["saw"]
# A low threshold finds more faces, but also more patches that aren't faces, and a high one does the opposite, so no threshold is best for everybody.
# For a swap, a missed face costs one frame of training data, while a false one puts a piece of wall among the faces, so people set it high and sort afterwards (section 7).

# %% [markdown] id="extraction-note-overlap" tags=["instructor"]
# *For the instructor.* 12 minutes; the usual confusions are two negative sides that multiply to a positive area, and a dropped box that still drops its neighbours.
# Ask what suppression does to two faces cheek to cheek, and what a limit of 0 or 1 would do.

# %% [markdown] id="extraction-landmarks-words"
# ## 4 · Sixty-eight points  (Core, 4 min)
#
# A box says where a face is, but neither how it's tilted nor where its eyes are.
# A second small network reads that off a rough crop, a square around the box: it draws a heat map for each of the 68 [landmarks](../lessons/glossary.md#landmarks) and takes the mean place under it, the [soft-argmax](../lessons/glossary.md#soft-argmax), so a point may lie between two pixels.
# It looks twice, because a face that the first look has turned upright is easier to read, and the second look has a network of its own.

# %% id="extraction-landmarks"
close = sample_crowd(np.random.default_rng(3), count=1, sides=(110, 140), hand=False)
frame, one = close.picture, close.faces[0]
eyes = np.linalg.norm(one.landmarks[36] - one.landmarks[45])  # the outer corners
looks = {looks: extract.find_landmarks(frame, one.box, looks=looks) for looks in (1, 2)}
off = {f"after look {n}": np.linalg.norm(points - one.landmarks, axis=1).mean() for n, points in looks.items()}
show_table({name: {"pixels": value, "of the eye distance": value / eyes} for name, value in off.items()}, form=".3f")

# %% id="extraction-landmarks-look" tags=["figure"]
rough = extract.rough_matrix(one.box, 96)
crops = [with_points(extract.warp(frame, rough, 96), extract.move(points, rough), 3) for points in looks.values()]
show_pictures(crops, ["first look", "second look"], alt="extraction.landmarks", smooth=True)

# %% [markdown] id="extraction-landmarks-why"
# An error in pixels means little by itself, since faces come in all sizes.
# Dividing by the distance between the outer corners of the eyes makes it comparable, and that's how landmark finders are usually scored.

# %% [markdown] id="extraction-note-landmarks" tags=["instructor"]
# *For the instructor.* 4 minutes; ask where a hidden point should be put (where the rest of the face says it is), and how anybody would know that for a photograph (somebody guessed it when labelling).

# %% [markdown] id="extraction-similarity-words"
# ## 5 · Align, crop, and the way back  (Core, 19 min)
#
# A swap network has trouble enough with expressions, so position, size and tilt are taken out beforehand.
# We look for the [similarity transform](../lessons/glossary.md#similarity-transform), a turn, one scale and a shift, that brings a face's landmarks nearest to fixed places in the crop.
# No similarity fits all of them exactly, so we want the *least-squares* one, and Umeyama (1991) has its formula.
#
# Take the middle off both sets of points, which gives A and B, with a point in each row.
# Their product BᵀA is a matrix of 2 × 2 numbers which says how the one set's x and y go along with the other's.
# Any matrix can be written as a turn, then a stretch along the two axes, and then another turn; that's its *singular value decomposition*, and NumPy returns the three as `u`, `strength` (only the two stretches) and `vt`.
# If B were A turned, without a stretch between them, the two turns alone would already be that rotation, and least squares says to take them in any case: R = u · vt.
# The scale is the sum of the strengths over the sum of A's squares, which is how far B reaches along A, in A's own units.
# The one trap is a mirror image, because two turns can also hide a flip: if `u · vt` mirrors, the weaker direction's `sign` has to be −1 in both formulas.
#
# ### Your turn · Similarity  (●●●, 9 min)
# The decomposition and `sign` are given.
# Multiplying the columns of `u` by them is `u * sign`.


# %% id="extraction-similarity"
def similarity(source, target):
    """The similarity that brings `source` nearest to `target`, both float (P, 2).

    Returns float (2, 3), [scale · rotation | shift], to be used as matrix · point.
    """
    here, there = source.mean(0), target.mean(0)
    a, b = source - here, target - there
    u, strength, vt = np.linalg.svd(b.T @ a)
    sign = np.array([1, np.sign(np.linalg.det(u @ vt))])
    ### BEGIN SOLUTION
    rotation = (u * sign) @ vt
    scale = (strength * sign).sum() / (a**2).sum()
    return np.column_stack([scale * rotation, there - scale * rotation @ here])
    ### END SOLUTION


# %% id="extraction-similarity-check"
similarity = check("extraction.similarity", similarity)

# %% [markdown] id="extraction-crop-words"
# Which points should hold the crop in its place?
# The library uses eight that sit on the skull: the ends of the jaw at the ears, the corners of the eyes, and the nose.
# Brows, lips and chin are left out on purpose, and the bench below shows why.
#
# ### Your turn · Crop  (●●●, 7 min)
# The matrix leads from the frame to the crop.
# But to *fill* a crop, each of its pixels has to ask the other way round: where in the frame do I come from?
# So invert the matrix first; you'll also need the inverse to put a new face back.
# Take the nearest pixel of the frame, and beyond its edge repeat the border.


# %% id="extraction-crop"
def crop(picture, matrix, size):
    """The crop uint8 (size, size, 3), and the matrix (2, 3) of the way back.

    `picture`: uint8 (H, W, 3); `matrix`: float (2, 3), picture → crop. Whole numbers
    lie in the middle of pixels.
    """
    rows, columns = np.mgrid[:size, :size]  # the y and the x of every pixel of the crop
    ### BEGIN SOLUTION
    inverse = np.linalg.inv(matrix[:, :2])
    back = np.column_stack([inverse, -inverse @ matrix[:, 2]])
    x, y = (np.rint(row[0] * columns + row[1] * rows + row[2]).astype(int) for row in back)
    height, width = picture.shape[:2]
    return picture[y.clip(0, height - 1), x.clip(0, width - 1)], back
    ### END SOLUTION


# %% id="extraction-crop-check"
crop = check("extraction.crop", crop)

# %% [markdown] id="extraction-back-words"
# Together they cut a face out and put it back.
# The library's `warp` does the same and mixes neighbouring pixels, so its crops are smoother.

# %% id="extraction-back"
steady = extract.stable()
matrix = similarity(looks[2][steady], extract.TEMPLATE * 64 - 0.5)
cut, back = crop(frame, matrix, 64)
smooth = extract.warp(frame, matrix, 64)
inside = cv2.warpAffine(np.ones((64, 64), np.uint8), back, (256, 256))[..., None]
returned = np.where(inside > 0, extract.warp(cut, back, (256, 256)), frame // 2)
print(f"one pixel of the crop is {1 / np.sqrt(np.linalg.det(matrix[:, :2])):.1f} pixels of the frame")

# %% id="extraction-back-look" tags=["figure"]
titles = ["your crop", "with mixed neighbours", "laid back"]
large = [cv2.resize(one, (256, 256), interpolation=cv2.INTER_NEAREST) for one in (cut, smooth)]
show_pictures([*large, returned], titles, alt="extraction.back", smooth=True)

# %% [markdown] id="extraction-dragger-words"
# Here you can move the points themselves.
# First drag the chin, then the corner of an eye, and watch the crop.
# Then align by all 68 points and open the mouth.

# %% id="extraction-dragger"
widgets.landmark_dragger(frame, looks[2])

# %% [markdown] id="extraction-dragger-saw" tags=["saw"]
# With the eight steady points, an opening mouth leaves the crop where it is, so the network sees a mouth that opens.
# With all 68, the crop follows the chin: part of the expression is aligned away before the network ever sees it.
# There's a price, since each of the eight weighs more, and one badly found eye corner turns the whole face.

# %% [markdown] id="extraction-note-similarity" tags=["instructor"]
# *For the instructor.* 19 minutes; the usual confusion is the direction, because pixels are *pulled* from the frame, not pushed into the crop, and pushing would leave holes.
# If time is short, give the similarity away; one line with complex numbers does the same, which some students like to find.

# %% [markdown] id="extraction-mask-words"
# ## 6 · What of the crop is face?  (Core, 5 min)
#
# A crop also shows hair, a wall, and at times a hand.
# The [mask](../lessons/glossary.md#mask) says which pixels are face.
# The old way is the [convex hull](../lessons/glossary.md#convex-hull) of the landmarks, a rubber band around them.
# The newer one is a small network of its own that has learned masks from drawn ones, as DeepFaceLab's *XSeg* learns them from masks that people drew by hand.

# %% id="extraction-predict-mask"
predict("extraction.mask")

# %% id="extraction-mask"
covered = [sample_crowd(np.random.default_rng([6, n]), count=1, hand=n % 2 == 1, sides=(60, 150)) for n in range(40)]
kinds = {"free face": {"hull": [], "learned": []}, "behind a hand": {"hull": [], "learned": []}}
examples = []
for crowd in covered:
    for found in extract.extract_faces(crowd.picture, most=1):
        face = crowd.faces[0]
        truth = cv2.warpAffine(face.mask, found.matrix, (64, 64)) > 127
        hull = extract.hull_mask(extract.move(found.landmarks, found.matrix), 64, forehead=0.2) > 127
        for name, mask in (("hull", hull), ("learned", found.mask > 127)):
            kinds["behind a hand" if face.hand else "free face"][name].append(
                (mask & truth).sum() / (mask | truth).sum()
            )
        examples.append((found.crop, hull, found.mask, truth, face.hand))
show_table(
    {kind: {name: np.mean(of) for name, of in ways.items()} for kind, ways in kinds.items()}, names="IoU of the mask"
)
widgets.guessed("extraction.mask")

# %% id="extraction-mask-look" tags=["figure"]
shown = [next(one[:4] for one in examples if one[4] == hand) for hand in (False, True)]
shown = [[np.asarray(p, np.uint8) * (255 if p.dtype == bool else 1) for p in row] for row in shown]
show_pictures(shown, ["the crop", "hull", "learned", "the truth"], alt="extraction.mask", smooth=True, scale=2.4)

# %% [markdown] id="extraction-mask-saw" tags=["saw"]
# The hull depends on nothing but the landmarks, and those know nothing of a hand, so it takes whatever lies inside.
# It also has to guess the forehead, because landmarks end at the brows.
# A swap that is pasted by such a mask draws the new face *over* the hand.

# %% [markdown] id="extraction-note-mask" tags=["instructor"]
# *For the instructor.* 5 minutes; ask what a mask network would do with something that it never saw in front of a face, such as a microphone, and where its training masks come from in practice.

# %% [markdown] id="extraction-sort-words"
# ## 7 · Sort and filter  (Further, 12 min)
#
# Real footage yields thousands of crops, and some are bad: blurred, tiny, of somebody else, or nearly the same as the one before.
# People lay them on a wall, sort them by a number and cut.
# Let's film Ada in such a way that all of this happens.


# %% id="extraction-footage"
def filmed(seed, count=1, sides=(80, 150), camera=None):
    """Ada, alone or with a stranger, as a camera sees her."""
    people = [toons.CAST["ada"], toons.sample_identity(seed)][:count]
    chance = np.random.default_rng([7, seed])
    while True:
        crowd = sample_crowd(chance, (256, 256), count, camera, people, hand=False, sides=sides)
        if all(face.whole for face in crowd.faces):
            return crowd


plain = toons.camera.CameraSettings()
blurred = toons.camera.CameraSettings(blur=3.0)
footage = [filmed(n, camera=plain) for n in range(12)]
footage += [filmed(n, camera=blurred) for n in range(20, 24)]
footage += [filmed(n, camera=plain, sides=(24, 30)) for n in range(30, 34)]
footage += [filmed(n, 2, camera=plain) for n in range(40, 44)]
footage += [filmed(n, camera=toons.camera.CameraSettings(noise=3.0)) for n in range(3)]  # the first three again

# %% [markdown] id="extraction-footage-found-words"
# The chain finds the faces and cuts them out, and only the truth can tell us what's wrong with each.

# %% id="extraction-footage-found"
found = [extract.extract_faces(crowd.picture) for crowd in footage]
crops = [one for some in found for one in some]
pictures, masks = (np.stack([getattr(one, part) for one in crops]) for part in ("crop", "mask"))
reasons = np.repeat(["", "blurred", "small", "", "twin"], [12, 4, 4, 4, 3])
faults, lids = [], []
for crowd, some, reason in zip(footage, found, reasons.tolist(), strict=True):
    of_frame, open_by = ["no face"] * len(some), [0.0] * len(some)
    for face, at in zip(crowd.faces, extract.finding.matched(some, crowd.boxes), strict=True):
        if at >= 0:
            of_frame[at] = reason if face.identity.name == "Ada" else "stranger"
            open_by[at] = face.performance.lids
    faults, lids = faults + of_frame, lids + open_by
print(", ".join(f"{faults.count(fault)} {fault or 'good'}" for fault in sorted(set(faults))))

# %% [markdown] id="extraction-blur-words"
# What number says that a crop is blurred?
# A blur takes away edges, and the [Laplacian](../lessons/glossary.md#laplacian) answers to edges: four times a pixel, less its four neighbours.
# Where a crop is sharp, the Laplacian swings widely, so its *variance* is large.
#
# ### Your turn · The blur filter  (●●○, 4 min)
# Measure many crops at once.
# Make each grey first (the mean of its three channels), and use only pixels that have all four neighbours.


# %% id="extraction-blur"
def sharpness(crops):
    """The variance of each crop's Laplacian.

    `crops`: uint8 (N, H, W, 3). Returns float (N,).
    """
    ### BEGIN SOLUTION
    grey = crops.mean(-1)
    around = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
    return (4 * grey[:, 1:-1, 1:-1] - around).var((1, 2))
    ### END SOLUTION


# %% id="extraction-blur-check"
sharpness = check("extraction.blur", sharpness)

# %% [markdown] id="extraction-wall-words"
# The other numbers come from the library: the side of the box in pixels; how *like* the colours are to a few crops of which we know that they are Ada's; how many faces the frame has; and how far the landmarks are from those of the nearest earlier crop.
# Sort the wall by each of them, cut, and only then tick *Show what is wrong*.

# %% id="extraction-wall"
aligned = np.stack([extract.move(one.landmarks, one.matrix) for one in crops])
palettes = extract.palettes(pictures, masks)
measures = {
    "sharpness": sharpness(pictures),
    "size": extract.face_size(np.stack([one.box for one in crops])),
    "likeness to Ada": extract.likeness(palettes, palettes[:4]),
    "faces in the frame": extract.company([len(some) for some in found]),
    "distance to a twin": np.minimum(extract.novelty(aligned, 64), 0.2),
}
shown = np.random.default_rng(2).permutation(len(crops))[:28]
widgets.sorted_wall(
    pictures[shown],
    {name: values[shown] for name, values in measures.items()},
    [faults[i] for i in shown],
    least_first=["faces in the frame"],
)

# %% [markdown] id="extraction-filters-words"
# Each filter is a number with a threshold.
# How many of *its* bad crops does each one catch, and how many good ones does it throw away?

# %% id="extraction-filters"
faults = np.array(faults)
aims = [("sharpness", 150, "blurred"), ("sharpness", 1100, "blurred"), ("size", 40, "small")]
aims += [("likeness to Ada", 0.6, "stranger"), ("distance to a twin", 0.01, "twin")]
rows, stays = {}, np.ones(len(crops), bool)


def tally(dropped, fault):
    """What a filter catches of what it's meant to, and what it costs."""
    return {
        "meant to catch": fault,
        "caught": f"{dropped[faults == fault].sum()} of {(faults == fault).sum()}",
        "good ones lost": f"{dropped[faults == ''].sum()} of {(faults == '').sum()}",
    }


for name, least, fault in aims:
    dropped = measures[name] < least
    stays &= ~dropped | (least == 1100)
    rows[f"{name} ≥ {least}"] = tally(dropped, fault)
rows["faces in the frame: 1"] = tally(measures["faces in the frame"] > 1, "stranger")
show_table(rows, names="filter")
print(
    f"without the second and the last: {stays.sum()} of {len(crops)} crops stay, {(faults[stays] != '').sum()} of them bad"
)
sharp, good = measures["sharpness"] >= 1100, faults == ""
eyes = [np.array(lids)[good & some].mean() for some in (~sharp, sharp)]
print(f"lids (0 shut, 1 wide open) of the good ones that the second drops: {eyes[0]:.2f}, that it keeps: {eyes[1]:.2f}")

# %% [markdown] id="extraction-filters-saw" tags=["saw"]
# For each fault there's a number that finds it, as long as the cut lies well.
# The second row shows what a stricter one costs, and the last printed line what kind of crop falls first: an eye that is nearly shut has fewer edges than an open one.
# A filter therefore changes what the swap will learn, and a swap that never saw a blink can't show one.
# The last row throws away every frame with two faces in it, which people do when they can't tell the two apart. It catches all strangers here, just as likeness does, but each good face that stood beside one is lost along with it.

# %% [markdown] id="extraction-note-sort" tags=["instructor"]
# *For the instructor.* 12 minutes; ask which kinds of crop a sharpness filter throws away that the swap would have needed, and how "likeness" could go wrong for two characters with the same complexion.

# %% [markdown] id="extraction-measure-words"
# ## 8 · How well does it find?  (Core, 5 min)
#
# So far we've looked at single frames.
# To say which faces get away you need hundreds of frames, so a kept table has the counts: the whole chain, with the shipped networks, looked at 600 frames of strangers, 200 from each of three seeds.
#
# [Recall](../lessons/glossary.md#recall) is the share of faces that were found, at an IoU of 0.5 or more with the true box.
# **Precision** asks the other way round: what share of the *finds* is a face? A find has a size, but nobody knows the tilt of a face that isn't there, so precision stands only in the rows of sizes.

# %% id="extraction-recall"
counted = load_table("extraction-recall")
MEASURES = {"how many": "faces", "recall": "recall", "precision": "precision"}
MEASURES |= {"landmarks off, of the eye distance": "landmarks", "IoU of the mask": "mask"}


def by_group(rows):
    """What is kept of each group of faces, one number a seed."""
    groups = {}
    for row in rows:
        for title, key in MEASURES.items():
            if row[key] is not None:
                groups.setdefault(row["group"], {}).setdefault(title, []).append(row[key])
    return groups


table = by_group(counted["rows"])
FORMS = dict.fromkeys(MEASURES, ".2f") | {"how many": ".0f", "landmarks off, of the eye distance": ".3f"}
show_table(table, FORMS, names="faces", caption=f"Of each seed ({counted['command']})")
print(f"false finds a frame: {np.mean([row['false'] for row in counted['rows'] if row['false'] is not None]):.3f}")
widgets.guessed("extraction.hard")

# %% [markdown] id="extraction-recall-saw" tags=["saw"]
# Compare only what differs by more than the ±.
# The last row stands apart: what gets away most often is a face that the frame cuts off or somebody else's head covers.
# Small faces come next, and what's found in vain is mostly small as well.
# Tilt makes no difference that you could see here, since the finder was trained on tilted faces as much as on upright ones, and a hand costs little in finding.
# The landmarks get worse where a part of the face can't be seen, since a hidden point has to be guessed from the rest.

# %% [markdown] id="extraction-few-words"
# A smaller count of your own takes a few seconds; put in another seed, and see how far so few frames scatter.

# %% id="extraction-few"
few = by_group(recall_rows(seed=9, frames=20))
show_table({name: few[name] for name in ("all", *SIZES) if name in few}, FORMS, names="faces", caption="Of 20 frames")

# %% [markdown] id="extraction-note-measure" tags=["instructor"]
# *For the instructor.* 5 minutes; ask why a detector's recall "at 0.048 false finds a frame" says more than its recall alone.

# %% [markdown] id="extraction-swap-words"
# ## 9 · What it costs the swap  (Core, 6 min)
#
# Finding is never exact, so the question is whether that matters.
# The next table trains Ada and Bo's swap four times from the *same* frames, some of them with a stranger beside: on faces cut out with the drawing's own landmarks, on whatever the chain found, on what was left after filtering, and on squares around the found boxes, unaligned.
# In each row the landmarks that guide the training are the row's own, as in lesson 04's recipe.

# %% id="extraction-predict-swap"
predict("extraction.swap")

# %% id="extraction-swap-table"
kept_table = load_table("extraction")
show_table([{"faces": name, "how they are cut out": what} for name, what in kept_table["variants"].items()])
swap = {name: [row for row in kept_table["rows"] if row["variant"] == name] for name in kept_table["variants"]}
columns = {"ada → bo": "explained_ab", "bo → ada": "explained_ba"}
cost = {name: {title: [row[key] for row in rows] for title, key in columns.items()} for name, rows in swap.items()}
for name, rows in swap.items():
    cost[name]["crops of each"] = [(row["crops_a"] + row["crops_b"]) / 2 for row in rows]
COST_FORMS = {"ada → bo": ".2f", "bo → ada": ".2f", "crops of each": ".0f"}
show_table(cost, COST_FORMS, names="faces", caption=f"Explained ({kept_table['command']})")
widgets.guessed("extraction.swap")

# %% [markdown] id="extraction-swap-saw" tags=["saw"]
# Compare *found* with *true* first.
# Slightly wrong landmarks aren't what costs most here: the chain also finds whoever stands beside, so about a quarter of the crops show somebody else under Ada's or Bo's name.
# *Filtered* leaves those out and wins most of the loss back in every seed, with fewer crops.
# What still separates it from *true* is the price of finding.
#
# In the row *unaligned*, the network has to learn position, size and tilt along with everything else, from the same crops and in the same few steps, and comes out no better than the average face. (Its swap is laid over the true face by the true box before it's scored.)
# So aligning at all is worth far more than aligning exactly.

# %% [markdown] id="extraction-swap-one-words"
# You can make any row again, and the next cell makes one much smaller, from fewer frames and with fewer steps, so expect lower scores; put in another name from the table to compare.

# %% id="extraction-swap-one"
row = extraction_row("unaligned", seed=0, steps=40, batch=8, frames=22, held_out=8)
caption = f"Seed 0 again, {row['steps']} steps in {row['seconds']:.1f} s"
show_table({row["variant"]: {title: row[key] for title, key in columns.items()}}, names="faces", caption=caption)

# %% [markdown] id="extraction-note-swap" tags=["instructor"]
# *For the instructor.* 6 minutes; ask why *filtered* beats *found* with fewer crops, and what the table doesn't say (one pair of characters, one recipe).

# %% [markdown] id="extraction-jitter-words"
# ## 10 · Points that tremble  (Further, 6 min)
#
# In a clip every frame is searched by itself.
# Each landmark is a little off, and in each frame by something else, so the crop trembles although the head moves smoothly; this trembling is called [jitter](../lessons/glossary.md#jitter).

# %% id="extraction-predict-jitter"
predict("extraction.jitter")

# %% id="extraction-clip"
layout = toons.scenes.Layout((256, 256), x=128, y=134, side=190, tilt=8, background_seed=5, camera_seed=9)
track = toons.smooth_track(np.random.default_rng(3), 50, 25, {"yaw": (-20, 20), "pitch": (-10, 10)})
clip = toons.scenes.film(toons.CAST["ada"], track, layout)
found = [some[0] if some else None for some in extract.extract_clip(clip.pictures, most=1)]
print(f"found in {sum(one is not None for one in found)} of {len(clip)} frames")

# %% [markdown] id="extraction-jitter-measure-words"
# The jitter of a point is how far its *error* jumps from one frame to the next, so the head's own movement drops out.
# For the crop, we ask the same of the place where the tip of the nose lands in it.


# %% id="extraction-jitter"
def jumps(points):
    """How far errors (T, P, 2) move from frame to frame, on average."""
    return float(np.linalg.norm(np.diff(points, axis=0), axis=-1).mean())


there = np.array([n for n, one in enumerate(found) if one is not None])
points = np.stack([found[n].landmarks for n in there])
true = clip.landmarks[there]
smoothed = np.stack([points[max(0, t - 2) : t + 3].mean(0) for t in range(len(points))])
tips, noses = {}, {}
for name, some in {"true landmarks": true, "found": points, "mean of five frames": smoothed}.items():
    moved = extract.move(true, extract.align_matrix(some)) - extract.move(true, extract.align_matrix(true))
    noses[name] = moved[:, 30, 0]  # to the right, in the crop
    tips[name] = {
        "landmarks, pixels of the frame": jumps(some - true),
        "nose in the crop, pixels of 64": jumps(moved[:, 30:31]),
    }
show_table(tips, names="aligned by")
widgets.guessed("extraction.jitter")

# %% id="extraction-jitter-look" tags=["figure"]
figure, panels = plt.subplots(3, 1, figsize=(8, 4.8), sharex=True, sharey=True, layout="constrained")
for panel, (name, off), shade in zip(panels, noses.items(), ("#1d1d1f", "#d16c0c", "#0f8577"), strict=True):
    panel.plot(there, off, color=shade)
    panel.set_title(name, loc="left", color=shade, fontsize=13)
    panel.spines[["right", "top"]].set_visible(False)
figure.supylabel("the nose is off, pixels of 64", fontsize=13)
panels[-1].set_xlabel("frame")
show(figure, alt="extraction.trembling")

# %% [markdown] id="extraction-jitter-saw" tags=["saw"]
# Each line follows the tip of the nose, from left to right in the crop, and says how far it is from where true landmarks would have put it.
# By found landmarks it wanders slowly, along with the turning head, and on top of that it jumps a little from frame to frame.
# The jumps are far below a pixel here, which nobody sees in a single picture, but a film shows them as trembling.
# A swap passes all of this on, because the new face is put back by the inverse of the same trembling matrix, and lesson 09 meets it again as flicker.
# Averaging over five frames calms it, but it also smooths away quick movements, such as a blink.

# %% [markdown] id="extraction-gap-words"
# In a real clip there are also frames without a face.
# Here the camera swings to the side until Ada is out of the picture, and then back again.
# Each frame gives a list of faces, and an empty list is an answer, too.

# %% id="extraction-gap"
room = toons.scenes.Layout((256, 560), x=128, y=134, side=190, tilt=8, background_seed=5, camera_seed=9)
whole = toons.scenes.render(toons.CAST["ada"], track[0], room).picture
swing = np.rint(290 * np.sin(np.linspace(0, np.pi, 8)) ** 2).astype(int)
panned = [whole[:, at : at + 256] for at in swing]
faces_of = extract.extract_clip(panned, most=1)
rows = [with_boxes(frame, [one.box for one in some], 1) for frame, some in zip(panned, faces_of, strict=True)]
show_pictures(rows, [f"{len(some)} found" for some in faces_of], alt="extraction.gap", smooth=True)

# %% [markdown] id="extraction-note-jitter" tags=["instructor"]
# *For the instructor.* 6 minutes; ask why the crop trembles less than a single landmark (eight points are averaged), and what DeepFaceLab does against it (it averages landmarks over shifted crops of the same frame).

# %% [markdown] id="extraction-beard-words"
# ## 11 · The lost beard  (Further, 5 min)
#
# A crop ends somewhere, but what becomes of a face that goes on beyond it?
# The toons have no beards, so let's glue one on Ada and swap her face for Bo's.


# %% id="extraction-beard"
def with_beard(scene, length=0.75):
    """The frame with a beard on it, and where: uint8 (H, W, 3), bool (H, W)."""
    jaw, mouth = scene.landmarks[4:13], scene.landmarks[toons.LANDMARKS["lips"]]
    down = scene.landmarks[8] - scene.landmarks[27]  # from the top of the nose to the chin
    reach = np.sin(np.linspace(0.15, np.pi - 0.15, len(jaw)))[:, None] ** 2
    corners = mouth[[mouth[:, 0].argmax(), mouth[:, 0].argmin()]] + np.array([[5, 0], [-5, 0]])
    where = np.zeros(scene.picture.shape[:2], np.uint8)
    for upper in ((jaw + length * reach * down)[::-1], [corners[0], scene.landmarks[33], corners[1]]):
        cv2.fillPoly(where, [np.rint(np.concatenate([jaw, upper])).astype(np.int32)], 255)
    cv2.fillConvexPoly(where, cv2.convexHull(np.rint(mouth).astype(np.int32)), 0)
    curls = np.random.default_rng(0).normal(0, 14, (*where.shape, 1))
    hair = np.clip(np.array([112, 34, 98]) + cv2.GaussianBlur(curls, (0, 0), 1.2)[..., None] * 2, 0, 255)
    return np.where(where[..., None] > 0, hair, scene.picture).astype(np.uint8), where > 0


scene = toons.scenes.render(toons.CAST["ada"], toons.Performance(yaw=6, smile=0.5), layout)
bearded, where = with_beard(scene)

# %% [markdown] id="extraction-beard-swap-words"
# Then the chain does its work as always: find, align, mask, swap, and back by the inverse.

# %% id="extraction-beard-swap"
face = extract.extract_faces(bearded, most=1)[0]
net = weights.load("swap-ada-bo")
with torch.no_grad():
    bo = net.decode(net.encode(tensors.to_tensor(face.crop[None]), "ada"), "bo").clamp(0, 1)
back = extract.invert(face.matrix)
laid = extract.warp(tensors.to_pictures(bo)[0], back, (256, 256))
hull = extract.hull_mask(extract.move(face.landmarks, face.matrix), 64, forehead=0.2)
pasted, left = {}, {}
for name, mask in {"hull": hull, "learned mask": face.mask}.items():
    alpha = cv2.warpAffine(mask, back, (256, 256))[..., None] / 255
    pasted[name] = np.rint(alpha * laid + (1 - alpha) * bearded).astype(np.uint8)
    left[name] = f"{(alpha[where] < 0.5).mean():.0%}"
inside = cv2.warpAffine(where.astype(np.uint8), face.matrix, (64, 64)).sum() / np.linalg.det(face.matrix[:, :2])
show_table(
    left, ["of the beard is left"], names="pasted by", caption=f"{inside / where.sum():.0%} of it is in the crop"
)

# %% id="extraction-beard-look" tags=["figure"]
row = [bearded, *pasted.values()]
show_pictures([one[60:] for one in row], ["filmed", *pasted], alt="extraction.beard", smooth=True)

# %% [markdown] id="extraction-beard-wider-words"
# A wider crop would have the whole beard, so what would that cost?

# %% id="extraction-beard-wider"
rows = {}
for shrink in (1.0, 0.9, 0.8, 0.6):
    wider = (extract.TEMPLATE - 0.5) * shrink + [0.5, 0.25 + 0.25 * shrink]  # the room goes below
    matrix = extract.similarity(face.landmarks[steady], wider * 64 - 0.5)
    inside = cv2.warpAffine(where.astype(np.uint8), matrix, (64, 64)).sum() / np.linalg.det(matrix[:, :2])
    eyes = np.linalg.norm(np.subtract(*extract.move(face.landmarks[[36, 45]], matrix)))
    rows[f"{shrink:.0%}"] = {
        "beard in the crop": f"{min(1, inside / where.sum()):.0%}",
        "pixels between the eyes": f"{eyes:.0f}",
    }
show_table(rows, names="the face's size in the crop")

# %% [markdown] id="extraction-beard-saw" tags=["saw"]
# Whatever lies outside the crop, the network never sees, and whatever lies outside the mask stays as it was filmed.
# The hull lays Bo's chin over the beard, so only the end of it hangs out below, cut off along the jaw.
# The encoder has never met a beard either, so look at the mouth that it reads into this one.
# The learned mask hasn't met one and takes most of it for something in front of the face, as it would a hand, so the beard stays and Ada's own mouth can stay with it.
# One of the texts that this course grew from shows a lost beard of its own, and laughs about it.
# A wider crop takes the beard in and leaves fewer pixels for eyes and mouth.
# DeepFaceLab lets you choose, from *half face* to *whole face* and *head*, and each is such a bargain.

# %% [markdown] id="extraction-note-beard" tags=["instructor"]
# *For the instructor.* 5 minutes; ask what would happen the other way round, with a bearded character as the one who appears: the decoder draws the upper half of a beard that ends in a straight line.

# %% [markdown] id="extraction-close"
# ## What you can now do
#
# - Say how a network finds faces of all sizes in one pass, and clear its boxes up.
# - Align a face by a similarity that you fitted yourself, crop it, and lay it back.
# - Filter crops by numbers, and say what each filter costs.
# - Measure finding by recall, landmark error and mask IoU, and by what it does to the swap.
#
# **Does this carry over to photographs?** The steps do: faceswap and DeepFaceLab extract in this order, with finders and landmark networks that were trained on photographs.
# The numbers don't, because photographs have crowds, motion blur, make-up and beards, and their "true" landmarks were clicked by people, who disagree about the jaw.
#
# **Still open.** Which filter helps a swap most for each crop that it throws away? And could the swap network itself learn to align, if it had enough frames?

# %% [markdown] id="extraction-predictions-words"
# This is what you predicted, beside what came out.

# %% id="extraction-predictions"
named = ("20–32 pixels", "tilted 30–45°", "with a hand in front", "cut or behind others")
recall = {name: np.mean(table[name]["recall"]) for name in named}
both = {name: np.mean(cells["ada → bo"] + cells["bo → ada"]) for name, cells in cost.items()}
trembles = tips["found"]["nose in the crop, pixels of 64"]
hands = {name: np.mean(of) for name, of in kinds["behind a hand"].items()}
predictions(
    "extraction",
    outcome={
        "extraction.hard": "recall: " + ", ".join(f"{name} {value:.2f}" for name, value in recall.items()),
        "extraction.mask": "behind a hand: " + ", ".join(f"{name} IoU {value:.2f}" for name, value in hands.items()),
        "extraction.swap": "explained: " + ", ".join(f"{name} {value:.2f}" for name, value in both.items()),
        "extraction.jitter": f"the nose jumps by {trembles:.2f} pixels of 64 from frame to frame",
    },
)

# %% [markdown] id="extraction-quiz-words"
# Five questions follow, each on something that is often got wrong.

# %% id="extraction-quiz"
quiz("extraction")

# %% [markdown] id="extraction-sources"
# **Terms.** [bounding box](../lessons/glossary.md#bounding-box) · [convex hull](../lessons/glossary.md#convex-hull) · [fully convolutional](../lessons/glossary.md#fully-convolutional) · [intersection over union](../lessons/glossary.md#intersection-over-union) · [jitter](../lessons/glossary.md#jitter) · [landmarks](../lessons/glossary.md#landmarks) · [non-maximum suppression](../lessons/glossary.md#non-maximum-suppression) · [recall](../lessons/glossary.md#recall) · [similarity transform](../lessons/glossary.md#similarity-transform) · [soft-argmax](../lessons/glossary.md#soft-argmax)
#
# **Sources.** Zhou, Wang and Krähenbühl, *Objects as points* (CenterNet), 2019 (heat map and size); Lin and others, *Focal loss for dense object detection*, 2017; Sun and others, *Integral human pose regression*, 2018 (soft-argmax); Umeyama, *Least-squares estimation of transformation parameters between two point patterns*, 1991; Sagonas and others, *300 faces in-the-wild challenge*, 2013 (68 points, and the error over the distance of the eyes); Ronneberger and others, *U-Net*, 2015; Perov and others, *DeepFaceLab*, 2020, and its XSeg; deepfakes/faceswap, `plugins/extract`; Pech-Pacheco and others, *Diatom autofocusing in brightfield microscopy*, 2000 (variance of the Laplacian).
