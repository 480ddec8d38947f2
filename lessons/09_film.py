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

# %% [markdown] id="film-card"
# # 09 · From pictures to film
#
# **Every frame of a forged film can be good, and the film still gives itself away. What happens between the frames?**
#
# | | |
# |---|---|
# | Time | 96 minutes: Core 64, Further 32 |
# | You need | lesson 04 (the swap), 05 (finding faces) and 08 (putting a face back) |
# | You will be able to | turn two clips into a forged film, measure how it flickers, steady it, and say what that costs |
#
# You can find a face, draw another one in its place, and lay it back into a frame.
# A film asks for this over and over, and it asks for one thing more: that neighbouring frames agree with each other.
# Everything that was a little off in one picture, and off by something else in the next, now begins to move.

# %% id="film-imports" tags=["setup"]
import inspect
from dataclasses import replace

import cv2
import numpy as np
import torch
from matplotlib import pyplot as plt

from unmasked import blend, extract, film, paths, tensors, toons, widgets
from unmasked.blend import Recipe
from unmasked.course import check
from unmasked.experiments.film import Variant, film_row, front, summary, take
from unmasked.experiments.tables import load_table
from unmasked.models import weights
from unmasked.widgets import alt_text, play, predict, predictions, quiz, show, show_pictures, show_table

FPS = 18  # frames a second
folder = paths.user_folder() / "film"
folder.mkdir(exist_ok=True)


def by_side(*films):
    """Films of one size, side by side."""
    return np.concatenate(films, axis=2)


# %% [markdown] id="film-clips-words"
# ## 1 · Two clips  (Core, 11 min)
#
# As in lesson 08, **Kit** is filmed, **Ada** repeats what he did before another camera, and **Bo** is to appear on Kit.
# This time Kit wears make-up in Bo's violet, because a forger looks for a double whose skin matches, and we want to study motion here and not paint.
# Both clips last three seconds, at 18 frames a second.

# %% id="film-clips"
kit = replace(toons.CAST["kit"], skin=toons.CAST["bo"].skin)
ranges = {"yaw": (-20, 20), "pitch": (-10, 10)}
acted = toons.smooth_track(np.random.default_rng(9), 3 * FPS, FPS, ranges)
place = toons.scenes.Layout((256, 256), x=128, y=134, side=190, tilt=4, background_seed=5, camera_seed=9)
elsewhere = replace(place, tilt=-3, background_seed=8, camera_seed=20)
body = toons.scenes.film(kit, acted, place)
ada = toons.scenes.film(toons.CAST["ada"], acted, elsewhere)
play(by_side(body.pictures, ada.pictures), FPS, alt="film.clips", label="Kit in make-up, and Ada", scale=1.3)

# %% [markdown] id="film-minute-words"
# Before we start, estimate how much work waits for you.

# %% id="film-predict-minute"
predict("film.minute")

# %% id="film-minute"
minute = 60 * FPS
print(f"A minute at {FPS} frames a second has {minute:,} frames.")
print(f"18,000 frames last {18_000 / minute:.1f} minutes, or one minute at {18_000 // 60} a second.")
widgets.guessed("film.minute")

# %% [markdown] id="film-minute-saw" tags=["saw"]
# The number 18,000 isn't made up: one of the texts that this course grew from gives it for one minute at 18 frames a second.
# It's easy to check such a number, and it's worth the habit, because it decides whether you wait for an hour or for a day.

# %% [markdown] id="film-file-words"
# A film in a file isn't a pile of pictures.
# [H.264](../lessons/glossary.md#h264) keeps a whole picture only now and then, and for the frames between it writes what moved and what changed, so a frame that's like its neighbour costs few bytes.
# `write_film` and `read_film` do that through PyAV, a Python door to the FFmpeg libraries.

# %% id="film-file"
path = film.write_film(folder / "kit.mp4", body.pictures, FPS)
read = film.read_film(path)
off = cv2.absdiff(read.frames, body.pictures).mean()
sizes = {"raw pixels": body.pictures.nbytes, "H.264": path.stat().st_size}
show_table({name: {"kilobytes": size / 1000} for name, size in sizes.items()}, form=",.0f")
print(f"read back: {len(read)} frames at {read.fps:.0f} a second, on average {off:.1f} grey levels off")

# %% [markdown] id="film-clock-words"
# A file also says *when* each frame is shown, and you should listen to that.
# A phone that gets busy drops frames, and then the number of a frame no longer tells its time, which is called a [variable frame rate](../lessons/glossary.md#variable-frame-rate).
# Here we drop three frames on purpose, write the file, and read it in both ways.

# %% id="film-clock"
kept = np.delete(np.arange(len(body)), [10, 11, 30])
phone = film.read_film(film.write_film(folder / "phone.mp4", body.pictures[kept], FPS, times=kept / FPS))
even = len(film.at_rate(phone, FPS))  # the nearest frame in time at every tick
late = {"counted at 18 a second": 40 / FPS, "the file's own clock": phone.times[40]}
show_table(late, ["seconds"], caption=f"When frame 40 of {len(phone)} is shown")
print(f"at an even rate there are {even} frames again")

# %% [markdown] id="film-clock-saw" tags=["saw"]
# Three frames are a sixth of a second.
# If you count frames while the sound goes by the clock, lips and voice have parted by then, and they never come together again.

# %% [markdown] id="film-note-clips" tags=["instructor"]
# *For the instructor.* 11 minutes; let the class guess the minute first by show of hands, because the wrong figure comes with an air of authority.
# The usual confusion is that frame rate is a property of the film, when it's only an average of its times.
# Ask why Kit wears make-up, and who'd be the make-up in a real forgery (the choice of the target).

# %% [markdown] id="film-chain-words"
# ## 2 · The whole chain  (Core, 8 min)
#
# Now put three lessons in a row: find the faces in both clips (05), let Bo's decoder draw what Ada's face does (04), and lay each drawing into Kit's frame (08).
# `track_faces` is the finder of lesson 05 with a memory: it looks near the last place first and searches the whole frame now and then.
# A dozen lines are all there is to it.

# %% id="film-chain"
net = weights.load("swap-ada-bo")
recipe = Recipe("given", grow=-3, feather=6, colour="reinhard")
kit_faces, ada_faces = (film.track_faces(clip.pictures) for clip in (body, ada))  # lesson 05
with torch.no_grad():
    seen = tensors.to_tensor(np.stack([face.crop for face in ada_faces]))
    codes = net.encode(seen, "ada")  # lesson 04
    bo = tensors.to_pictures(net.decode(codes, "bo").clamp(0, 1))
raw = []
for frame, face, crop in zip(body.pictures, kit_faces, bo, strict=True):
    mask = cv2.warpAffine(face.mask, extract.invert(face.matrix), (256, 256))
    raw.append(blend.put_back(frame, crop, face.matrix, recipe, mask=mask).picture)  # lesson 08
raw = np.stack(raw)

# %% [markdown] id="film-watch-words"
# Watch the film before you measure anything, and watch it twice.
# First stop it anywhere and look at one frame, and then let it run.

# %% id="film-play"
path = film.write_film(folder / "bo.mp4", raw, FPS)
play(film.read_film(path), alt="film.raw", label="Bo on Kit", scale=1.6)

# %% [markdown] id="film-play-saw" tags=["saw"]
# A single frame looks fine, apart from being a little soft.
# When it runs, the glasses and the eyes seem to float a bit over the skin, and now and then something shivers that you can't point at in any frame.
# (`film.convert` does the same as these lines for long films: it shows a progress bar, keeps what is finished, and goes on there after an interruption.)

# %% [markdown] id="film-note-chain" tags=["instructor"]
# *For the instructor.* 8 minutes; ask what happens in the loop when a face isn't found (the list holds `None`, and section 8 is about that).
# Ask which of the two clips decides where the new face lies, and which one decides what it does.

# %% [markdown] id="film-flicker-words"
# ## 3 · A number for the shiver  (Core, 16 min)
#
# Let's find a number for what you saw.
# Comparing each frame with the next won't do, because Kit moves, and motion isn't a fault.
# But we have what no real forger's judge has, which is the [true composite](../lessons/glossary.md#true-composite): the same performance, filmed of a Kit who was drawn with Bo's features.
# So look at what is *off* in each frame, which is the forged colour minus the true one, and ask how much that changes from one frame to the next.
# A face that's off by the same amount in every frame gets a 0.
#
# Two precautions remain.
# The head moves, so we cut both films out along the head's true landmarks first, and then a fault that sits still on the face also sits still in the crop.
# And only pixels count that belong to the face in both of two neighbouring frames.

# %% id="film-truth"
hybrid = blend.wearing_the_face_of(kit, toons.CAST["bo"])
true = toons.scenes.film(hybrid, acted, place)
quiet = replace(place, camera=toons.camera.CameraSettings(noise=0.0, jpeg_quality=None))
goal = film.steadied(toons.scenes.film(hybrid, acted, quiet).pictures, true.landmarks)  # without grain
inside = film.steadied(true.masks, true.landmarks) > 250


def on_face(frames):
    return film.steadied(frames, true.landmarks)


# %% [markdown] id="film-flicker-turn-words"
# ### Your turn · Flicker  (●●○, 7 min)
# Lesson 08 compared the mean colour of the skin, which can't notice a face that slips or trembles.
# This time every pixel is compared with itself.
# ΔE is the length of a difference in Lab, so subtract the colours first and take the length afterwards.


# %% id="film-flicker"
def flicker(clip, masks, truth):
    """How much the error changes from frame to frame, in ΔE: a float.

    `clip`, `truth`: uint8 (T, H, W, 3). `masks`: bool (T, H, W). For each pair of
    neighbouring frames the mean over pixels that are inside in both; then their mean.
    """
    pairs = zip(clip, truth, strict=True)  # each `off` below is float (H, W, 3)
    off = [blend.to_lab(mine) - blend.to_lab(right) for mine, right in pairs]
    ### BEGIN SOLUTION
    jumps = []
    for t in range(1, len(off)):
        both = masks[t - 1] & masks[t]
        jumps.append(np.linalg.norm(off[t][both] - off[t - 1][both], axis=-1).mean())
    return float(np.mean(jumps))
    ### END SOLUTION


# %% id="film-flicker-check"
flicker = check("film.flicker", flicker)

# %% [markdown] id="film-flicker-table-words"
# Beside the forged film stand two that nobody forged: Kit himself in his make-up, and the true composite as the camera recorded it.
# The truth that all three are measured against is the drawing without the camera's grain.
# The *error* is the mean ΔE to the truth, frame by frame, and says nothing about time.

# %% id="film-flicker-table"
films = {"forged": raw, "Kit, as filmed": body.pictures, "the truth, as filmed": true.pictures}
rows = {}
for name, frames in films.items():
    crops = on_face(frames)
    errors = [blend.composite_error(*three) for three in zip(crops, goal, inside * 1.0, strict=True)]
    rows[name] = {"flicker": flicker(crops, inside, goal), "error": np.mean(errors)}
show_table(rows, names="film", caption="In ΔE, over the face")

# %% [markdown] id="film-flicker-saw" tags=["saw"]
# The last row is what the camera's own grain and JPEG leave, and no honest film from this camera gets below it (a face without grain could).
# Kit's row is a useful surprise: nothing about his film trembles, and yet it has flicker, because his eyes and mouth aren't Bo's, and when they move, the *difference* moves along.
# So this number counts more than the word flicker says: everything that's off by something new, whatever made it so.

# %% [markdown] id="film-timeline-words"
# Here you can see it happen.
# Drag the curtain over the picture to compare two films at the same moment, and drag along the strip to look for the jumps.
# Then let it play, and slow it down.

# %% id="film-timeline"
strips = {name: film.changes(on_face(frames), inside, goal) for name, frames in films.items()}
widgets.timeline(films, strips, fps=FPS, alt=alt_text("film.timeline"))

# %% [markdown] id="film-timeline-saw" tags=["saw"]
# The largest bars stand where something moves quickly, such as the blink or a turn of the head.
# A still frame taken from there looks no worse than the others.

# %% [markdown] id="film-note-flicker" tags=["instructor"]
# *For the instructor.* 16 minutes; the usual confusion is to compare the sizes of two errors, so that an error which turns from red to blue counts as none.
# Ask how one could measure flicker without the truth (optical flow: warp one frame onto the next and look at what is left), and what that would miss.

# %% [markdown] id="film-source-words"
# ## 4 · Where does it come from?  (Core, 9 min)
#
# Four things in the chain are done for each frame by itself, and each of them can be off by something else in the next one: the network draws, the landmarks are found, the colours are matched, and, if you use it, Poisson blending solves its equation.
# The library's experiment forges the same clips again and again.
# It begins with the network alone, by the drawing's own landmarks and in the network's own colours, and then lets in one of the others at a time.

# %% id="film-predict-source"
predict("film.source")

# %% [markdown] id="film-paired-words"
# Clips differ a lot, because some heads turn more than others, so we compare ways *on the same clip* and average the differences.
# A 95 % interval over clips stands behind each mean, and the column *of the mean colour* is lesson 08's flicker.
# These films went through H.264, so their numbers aren't quite those of section 3.


# %% id="film-source"
table = load_table("film")
own = summary(table["rows"])  # each way's means with their 95 % intervals
clips = len({row["clip"] for row in table["rows"]})
KEYS = ("flicker", "colour_flicker", "error")


def beyond(base):
    """Each way's mean and interval, after what `base` has on the same clip is taken off."""
    of = {row["clip"]: row for row in table["rows"] if row["variant"] == base}
    rows = [(row, of[row["clip"]]) for row in table["rows"]]
    return summary([row | {key: row[key] - other[key] for key in KEYS} for row, other in rows])


def written(mean, low, high):
    return f"{mean:+.2f} ({low:+.2f} to {high:+.2f})".replace("-", "−")


titles = dict(zip(KEYS, ("flicker", "of the mean colour", "error"), strict=True))
added = {"the network, beyond an honest film": beyond("honest")["network"]}
more = {"detection": "found landmarks", "colour": "matched colours", "poisson": "Poisson"}
added |= {f"{words}, beyond the network": beyond("network")[name] for name, words in more.items()}
rows = {name: {title: written(*one[key]) for key, title in titles.items()} for name, one in added.items()}
whole = {title: written(*own["honest"][key]).replace("+", "") for key, title in titles.items()}
show_table(
    {"an honest film, all of it": whole} | rows,
    names="what is added by",
    caption=f"ΔE, means over {clips} clips with 95 % intervals ({table['command']})",
)
widgets.guessed("film.source")

# %% [markdown] id="film-source-saw" tags=["saw"]
# The first row is mostly grain, which a drawn face hardly has, so of what *forging* adds, the network's share is the largest and may be larger still than its row says.
# That needn't be trembling: like Kit's own eyes in section 3, Bo's soft edges, or brows in another colour than the truth's, are off by something new whenever the face moves, and section 6 will test which it is.
# Landmarks that are found anew in every frame come second.
#
# An interval that reaches over 0 says that these clips can't tell whether something was added at all.
# Look for *Poisson* in the middle column: it takes its colours from the pixels along the mask's edge, and those change with every frame.

# %% [markdown] id="film-map-words"
# Where on the face does it sit?
# Here is the same change once more, averaged over time and not over pixels, so that each pixel shows how much its error changes from frame to frame.
# White is 8 ΔE or more.

# %% id="film-map"
poisson = []
for frame, face, crop in zip(body.pictures, kit_faces, bo, strict=True):
    mask = cv2.warpAffine(face.mask, extract.invert(face.matrix), (256, 256))
    way = Recipe("given", grow=-3, poisson=True)
    poisson.append(blend.put_back(frame, crop, face.matrix, way, mask=mask).picture)
poisson = np.stack(poisson)


def change_map(frames):
    pairs = zip(on_face(frames), goal, strict=True)
    off = np.stack([blend.to_lab(mine) - blend.to_lab(right) for mine, right in pairs])
    change = np.linalg.norm(np.diff(off, axis=0), axis=-1).mean(0)
    return np.where(inside.any(0), np.clip(change / 8, 0, 1), 0)


# %% id="film-map-look" tags=["figure"]
maps = [on_face(raw)[0], *(change_map(frames) for frames in (raw, poisson, true.pictures))]
titles = ["a forged frame", "matched colours", "Poisson", "the truth, as filmed"]
show_pictures(maps, titles, alt="film.maps", smooth=True, scale=2.6)

# %% [markdown] id="film-map-saw" tags=["saw"]
# Mouth, eyes and glasses light up, because they move and have edges, and an edge that's misplaced by a fraction of a pixel changes a lot of colour.
# (The brows move, too, and Bo's decoder paints them orange where the true composite has Kit's white ones.)
# The truth's own map is the camera's grain.

# %% [markdown] id="film-note-source" tags=["instructor"]
# *For the instructor.* 9 minutes; ask why a network that makes the same error in every frame wouldn't flicker, and what a network could be given to agree with itself (its own last frame; a loss on neighbouring frames).
# DeepFaceLab has no such loss, and works against jitter at the landmarks: it averages them over shifted crops.

# %% [markdown] id="film-ema-words"
# ## 5 · Smoothing  (Core, 12 min)
#
# What trembles can be averaged, and the plainest average over time is this one.
# Each frame takes a share of what was found now and keeps the rest of what came out one frame before:
#
# $$\text{out}_t = s \cdot \text{found}_t + (1 - s) \cdot \text{out}_{t-1}$$
#
# It's called an [exponential moving average](../lessons/glossary.md#exponential-moving-average), because the weight of an old frame shrinks by the factor 1 − s with each frame that follows.
#
# ### Your turn · Moving average  (●○○, 3 min)
# Write it once for arrays with time first, whatever stands behind, and it'll smooth landmarks, colours and codes alike.
# The first frame has nothing before it, so it comes out as it is.


# %% id="film-ema"
def ema(track, share):
    """The exponential moving average along time: an array of the same shape.

    `track`: float (T, …), time first. `share`: of the new frame, above 0 and up to 1.
    """
    ### BEGIN SOLUTION
    smooth = [track[0]]
    for value in track[1:]:
        smooth.append(share * value + (1 - share) * smooth[-1])
    return np.stack(smooth)
    ### END SOLUTION


# %% id="film-ema-check"
ema = check("film.ema", ema)

# %% [markdown] id="film-predict-lag-words"
# An average over the past can't be free, so think about a face that moves steadily to the right.
# By how many frames the average comes later than the face is called its [lag](../lessons/glossary.md#lag).

# %% id="film-predict-lag"
predict("film.lag")

# %% id="film-lag"
steady = np.arange(40.0)  # one pixel further in every frame
for share in (0.75, 0.5, 0.25):
    print(f"share {share}: the average is {steady[-1] - ema(steady, share)[-1]:.2f} frames late")
widgets.guessed("film.lag")

# %% [markdown] id="film-lag-saw" tags=["saw"]
# The lag is (1 − s) / s frames.
# In each frame the average first falls one pixel further behind and then makes up the share s of its gap, so in the end gap = (1 − s) · (gap + 1), and that's the formula.

# %% [markdown] id="film-dial-words"
# So there's a bargain: a small share calms the track and makes it late.
# Turn the dial and watch the point move over the plane, which has the remaining [jitter](../lessons/glossary.md#jitter), the landmarks' trembling, upwards and the lag to the right.
# The trace below shows how far Ada's eyes are open, with her blink in it.

# %% id="film-dial"
ada_track = film.face_track(ada_faces)  # landmarks as found, (T, 68, 2)
widgets.smoothing_dial(ada.pictures, ada_track, ada.landmarks, fps=FPS)

# %% [markdown] id="film-dial-saw" tags=["saw"]
# The first steps down are cheap: much of the jitter goes before the lag reaches a frame.
# Then the curve turns flat, and further smoothing buys nothing but lag.
# Now look at the trace: the blink takes a fifth of a second, and at a share of a quarter the average is less than half way down when the eyes open again.

# %% [markdown] id="film-note-ema" tags=["instructor"]
# *For the instructor.* 12 minutes; the usual confusions are to average found values instead of what came out, and to begin at zero.
# Ask what an average over five frames that looks two frames ahead would cost (no lag, but the film must be there), and where that's impossible (a live call).

# %% [markdown] id="film-blink-words"
# ## 6 · A smoothed blink  (Core, 8 min)
#
# If most flicker is the network's own, why not smooth what the network reads?
# Between encoder and decoder stands the [code](../lessons/glossary.md#code), 128 numbers a frame, and your `ema` doesn't care what it averages.

# %% id="film-predict-blink"
predict("film.blink")

# %% id="film-blink"
ways = {"raw": codes.numpy()}
ways |= {f"share {share}": ema(codes.numpy(), share) for share in (0.5, 0.25)}
with torch.no_grad():
    drawn = {
        name: tensors.to_pictures(net.decode(torch.from_numpy(track).float(), "bo").clamp(0, 1))
        for name, track in ways.items()
    }
shut = int(film.eye_opening(ada.landmarks).argmin())
print(f"the eyes are shut in frame {shut}")

# %% id="film-blink-look" tags=["figure"]
moments = [shut + step for step in (-3, -1, 0, 1, 3)]
times = ["3 frames before", "1 before", "eyes shut", "1 after", "3 after"]
eyes = [[one[14:44] for one in some[moments]] for some in (goal, *drawn.values())]
show_pictures(eyes, times, ["the truth", *ways], alt="film.blinks", smooth=True, scale=2)
widgets.guessed("film.blink")

# %% [markdown] id="film-blink-saw" tags=["saw"]
# Follow the column *eyes shut* down: the smaller the share, the less the eyes close, and when they do, it's too late.
# A half-shut eye looks like any half-open one, so nothing in a single frame tells you that a blink went missing.
# People blink every few seconds, and in 2018 missing blinks were proposed as a sign of fakes; here it was the smoothing that took them, and not the training data as in lesson 06.

# %% [markdown] id="film-codes-words"
# Was that bad luck with one blink?
# The experiment has smoothed the codes of all its clips, and measures the blink in the picture itself: how much of what changes around the true eyes also changes in the forged ones, beside the raw film of the same clip.
# One of its ways, *offline*, also uses the frames that come later (section 7 has more of it).

# %% id="film-codes"
seen_raw = {row["clip"]: row["blink_seen"] for row in table["rows"] if row["variant"] == "raw"}
rows, blinks = {}, {}


def called(way):
    return way.replace("ema", "average").replace("kalman", "Kalman")


for name in [name for name in own if name.endswith("of codes")]:
    shares = [row["blink_seen"] / seen_raw[row["clip"]] for row in table["rows"] if row["variant"] == name]
    blinks[name] = f"{np.mean(shares):.0%}"
    rows[called(name)] = {"of the raw film's blink": blinks[name]}
    rows[called(name)]["flicker beyond raw"] = written(*beyond("raw")[name]["flicker"])
show_table(rows, names="codes smoothed", caption=f"{clips} clips; the number is the share, or the filter's strength")

# %% [markdown] id="film-codes-saw" tags=["saw"]
# The stronger the smoothing, the less of the blink is left, and the last column says that it doesn't even buy calm.
# Not with the offline way either, which isn't late, so little in these codes trembles from frame to frame that an average could take out.
# That answers section 4: what the network adds is mostly a picture that's wrong in the same way, on a face that moves.

# %% [markdown] id="film-lids-words"
# Landmarks lose their blinks by the same average, which matters to everybody who draws a face from them.

# %% id="film-lids"
rows = {"the truth": true.landmarks, "found": film.face_track(kit_faces)}
rows |= {f"share {share}": ema(rows["found"], share) for share in (0.5, 0.25)}
opening = film.eye_opening(true.landmarks)
left = {name: film.blink_kept(film.eye_opening(some), opening) for name, some in rows.items()}
show_table(left, ["of the blink is left"], form=".0%", names="landmarks")

# %% [markdown] id="film-note-blink" tags=["instructor"]
# *For the instructor.* 8 minutes; ask which other quick things an average takes away (lips that close for a p, b or m), and for whom that matters most (lesson 11).

# %% [markdown] id="film-front-words"
# ## 7 · Looking ahead, and the plane  (Further, 12 min)
#
# A [Kalman filter](../lessons/glossary.md#kalman-filter) does better than an average, because it expects motion.
# It keeps a place *and* a speed, predicts where the point will be, and corrects the prediction by a share of what was found, so a steady motion comes out without lag.
# This is the library's whole step, for one value and its speed.

# %% id="film-kalman-source"
print(inspect.getsource(film.kalman_step))

# %% [markdown] id="film-front-more-words"
# The first line predicts, and the two under the `if` correct.
# `gain` is the share of what was found that the filter believes: close to 1 while it's unsure of its own prediction, and lower as it grows surer.
#
# Heads turn back, though, and then a speed that's believed too long makes it late as well.
# faceswap-GAN steadies its boxes by such a filter, or by a moving average.
#
# And a forger with a file has time to run the filter once more from the end, which is the *offline* way: each frame then knows what comes after it.
# The experiment has forged every clip with each of them and smoothed the landmarks of both clips and the colour transfer, all alike.
# The number behind an average is its share, and the number behind a filter says how much it expects the speed to change: the smaller, the smoother.
# A plane shows what each of them bought, and the best there are the ways on the [Pareto front](../lessons/glossary.md#pareto-front): those that no other beats in both numbers.

# %% id="film-front"
methods = ("ema", "kalman", "offline")
ways = ["raw"] + [name for name in own if name.startswith(methods) and "codes" not in name]
against = beyond("raw")
live = [name for name in ways if not name.startswith("offline")]
best = front({name: (against[name]["flicker"][0], abs(own[name]["lag"][0])) for name in live})
three = ["ema 0.6", "ema 0.4", "ema 0.15", "kalman 1", "kalman 0.1", "kalman 0.001"]
three += ["offline 1", "offline 0.01", "offline 0.001"]
rows = {}
for name in ["raw", *three]:
    row = {key: written(*against[name][key]) for key in ("flicker", "error")}
    row["lag"] = f"{abs(own[name]['lag'][0]):.1f}"
    for title, key in (("blink of landmarks", "blink"), ("in the picture", "blink_seen")):
        row[title] = f"{max(0, own[name][key][0]):.0%}"
    rows[called(name)] = row
show_table(rows, names="smoothed", caption=f"{clips} clips; flicker and error beyond the raw film's, lag in frames")
print("of the ways that work live, none beats these in both flicker and lag:", ", ".join(map(called, best)))

# %% id="film-front-look" tags=["figure"]
figure, both = plt.subplots(1, 2, figsize=(7, 3.6), sharey=True)
for axes, x_of, words in zip(both, (own, against), ("lag, frames", "error beyond raw, ΔE"), strict=True):
    key = words.split()[0].strip(",")
    for method, colour in {"ema": "#d16c0c", "kalman": "#1c63b7", "offline": "#0f8577"}.items():
        mine = ["raw"] + [name for name in ways if name.startswith(method)]
        x, y = (np.array([values[name][k][0] for name in mine]) for values, k in ((x_of, key), (against, "flicker")))
        low, high = (np.array([against[name]["flicker"][end] for name in mine]) for end in (1, 2))
        axes.plot(x, y, "-", color=colour, lw=1.2)
        axes.vlines(x, low, high, color=colour, lw=0.8, alpha=0.6)
        for name, *at in zip(mine, x, y, strict=True):
            axes.plot(*at, "o", color=colour if name in best else "white", mec=colour, ms=6)
        at = len(mine) - 1 if method == "ema" else int(y.argmin())
        axes.annotate(called(method), (x[at], y[at]), (5, -13), textcoords="offset points", fontsize=9.5, color=colour)
    axes.axhline(0, color="#8c949d", lw=0.8)
    axes.set_xlabel(words)
    axes.margins(x=0.16)
    axes.spines[["top", "right"]].set_visible(False)
both[0].set_ylabel("flicker beyond raw, ΔE")
show(figure, alt="film.front")

# %% [markdown] id="film-front-saw" tags=["saw"]
# Each line begins at the raw film and goes to stronger and stronger smoothing; filled points are on the front of the ways that work live.
# The offline way, which no video call can have, wins back most of what the found landmarks had added in section 4.
# Every line turns up again at its strong end, and a strong moving average leaves the film worse than no smoothing at all, because a late face slips over the moving head.
#
# The offline way pays no lag at all.
# But look at the last two columns before you take it: an eye that shuts for a fifth of a second is noise to it, too, so no lag doesn't mean no loss.
# Our picture keeps its blink all the same, because here landmarks only hold the crop in its place, and the eight points that do so are none of the lids.
# A program that *draws* a face from its landmarks isn't so lucky.

# %% [markdown] id="film-row-words"
# Any row can be made again by `film_row`, and the next cell makes two from another, shorter performance, so compare them with each other and not with the table.
# Put in other variants, such as `Variant("ema", 0.4)` or `Variant("kalman", 0.01, "codes")`, or another clip.


# %% id="film-row"
def rows_again(*variants, clip=0, frames=36):
    """A row for each variant, all of them of the same short film."""
    taken = take(clip, frames)
    return [film_row(variant, clip, taken=taken) for variant in variants]


again = rows_again(Variant(), Variant("offline", 0.1))
show_table(
    {called(row["variant"]): {key: row[key] for key in ("flicker", "error", "lag")} for row in again},
    names="clip 0, 36 frames",
)

# %% [markdown] id="film-note-front" tags=["instructor"]
# *For the instructor.* 12 minutes; ask which point of the plane they'd choose for a video call and which one for a feature film.
# A student who likes matrices can read `film.kalman` around the step that section 7 shows, and the pass backward below it, in one sitting.

# %% [markdown] id="film-bad-words"
# ## 8 · Bad frames  (Further, 13 min)
#
# Sometimes a frame can't be saved: somebody walks through the picture, the head turns too far, the finder loses the face.
# A smoother would drag such a frame's mistake along, so it's better to find those frames, drop them, and draw them anew from their neighbours.
# `bad_frames` looks for frames without a face, for landmarks that jump away from those around them, and for scores that fall, all of which a forger can see without any truth.
# Here somebody walks past the camera, twice.


# %% id="film-walker"
walked = body.pictures.copy()
gaps = {"a blink": (shut - 1, shut, shut + 1), "a turning head": (44, 45, 46)}
for gap in gaps.values():
    for t, x in zip(gap, (60, 128, 196), strict=True):
        cv2.ellipse(walked[t], (x, 200), (85, 170), 0, 0, 360, (58, 62, 70), -1, cv2.LINE_AA)
seen = film.track_faces(walked)
scores = np.array([np.nan if face is None else face.score for face in seen])
bad = film.bad_frames(film.face_track(seen), scores)
print("walked through:", *gaps.values(), "· found bad:", np.flatnonzero(bad).tolist())

# %% id="film-walker-look" tags=["figure"]
times = gaps["a turning head"]
walkers = [walked[t] for t in times]
show_pictures(walkers, [f"frame {t}" for t in times], alt="film.walkers", smooth=True, scale=0.8)

# %% [markdown] id="film-between-words"
# How do you draw a frame that isn't there?
# A cross-fade mixes both neighbours, and then everything that moves is there twice.
# [Optical flow](../lessons/glossary.md#optical-flow) asks a better question: where has each pixel gone from one frame to the other?
# With the answer you can move both neighbours towards each other until they meet, and mix them only there.
#
# ### Your turn · Between two frames  (●●●, 9 min)
# `forward` says how far each pixel of `before` goes until it's in `after`, and `backward` the way back.
# At time *t*, a pixel of `before` has gone *t* of its way.
# As in lesson 05, pixels are pulled and not pushed: to fill a place, fetch the pixel that arrives there.
# (The flow is known where a pixel starts; take the flow at the place to fill, because neighbours move nearly alike.)
# Then mix the two, each weighed by how near it is in time.


# %% id="film-between"
def fetch(picture, x, y):
    """The picture's colours at places x, y, float (H, W), mixed from neighbours."""
    where = x.astype(np.float32), y.astype(np.float32)
    return cv2.remap(picture, *where, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def between(before, after, forward, backward, t):
    """The frame at time t, 0 for `before` and 1 for `after`: uint8 (H, W, 3).

    `before`, `after`: uint8 (H, W, 3). `forward`, `backward`: float (H, W, 2), x and y
    in pixels: where a pixel of `before` goes in `after`, and the reverse.
    """
    y, x = np.mgrid[: before.shape[0], : before.shape[1]]
    ### BEGIN SOLUTION
    first = fetch(before, x - t * forward[..., 0], y - t * forward[..., 1])
    second = fetch(after, x - (1 - t) * backward[..., 0], y - (1 - t) * backward[..., 1])
    return np.rint((1 - t) * first + t * second).astype(np.uint8)
    ### END SOLUTION


# %% id="film-between-check"
between = check("film.between", between)

# %% [markdown] id="film-fill-words"
# The flow itself comes from OpenCV, which looks for it in both directions (DIS, *dense inverse search*).
# We drop the bad frames from the forged film, fill both gaps in three ways, and compare with the frames that were there before anybody walked by.

# %% id="film-predict-fill"
predict("film.fill")


# %% id="film-fill"
def by_flow(before, after, t):
    return between(before, after, *film.flows(before, after), t)


fills = {"the frame before stands still": lambda before, after, t: before}
fills |= {"cross-fade": film.crossfade, "optical flow": by_flow}
filled = {name: film.fill(raw, bad, way) for name, way in fills.items()}
rows = {
    name: {
        title: np.mean([blend.composite_error(frames[t], raw[t], true.masks[t]) for t in gap])
        for title, gap in gaps.items()
    }
    for name, frames in filled.items()
}
show_table(rows, names="filled by", caption="Mean ΔE to the frames that were lost, over the face")
widgets.guessed("film.fill")

# %% id="film-fill-look" tags=["figure"]
middle = [gap[1] for gap in gaps.values()]
large = [film.steadied(frames[middle], true.landmarks[middle], 128) for frames in (*filled.values(), raw)]
show_pictures(list(zip(*large, strict=True)), [*filled, "what was lost"], list(gaps), alt="film.filled", smooth=True)

# %% [markdown] id="film-fill-saw" tags=["saw"]
# Where the head turns, flow carries the features along, and a cross-fade shows some of them twice.
# None of them brings the blink back, because no neighbour has shut eyes, so nothing tells anybody that there was a blink.
# Interpolation can move what it has seen and can't invent what it hasn't.

# %% [markdown] id="film-note-bad" tags=["instructor"]
# *For the instructor.* 13 minutes; the usual confusion is the sign, because a pixel that arrives here started *before* here.
# Ask what flow does where something appears that wasn't visible before, such as teeth, and why two frames can't tell.

# %% [markdown] id="film-examiner-words"
# ## 9 · An examiner's question  (Further, 7 min)
#
# Change sides for a moment.
# An examiner usually has no truth, but knows how honest films behave: the colour of a face drifts with light and pose, and hardly trembles.
# So the examiner measures the [tremor](../lessons/glossary.md#tremor) of the face's mean colour, as its second differences, the change of the change, which a steady drift doesn't have.
# Three films that are known to be honest say what's usual, all of the same performance (one is the true composite, so this examiner is lucky), and the Poisson film of section 4 is under suspicion.


# %% id="film-examiner"
def mean_colours(frames, faces):
    means = []
    for frame, face in zip(frames, faces, strict=True):
        crop = extract.warp(frame, face.matrix, 64)
        means.append(blend.lab_statistics(crop, face.mask)[0])
    return np.stack(means)


def tremor(frames, faces):
    """The mean ΔE of second differences of the face's mean colour."""
    return float(np.linalg.norm(np.diff(mean_colours(frames, faces), 2, axis=0), axis=-1).mean())


honest = {"Kit": (body.pictures, kit_faces), "Ada": (ada.pictures, ada_faces)}
honest["truth"] = true.pictures, kit_faces
usual = {name: tremor(*one) for name, one in honest.items()}
verdicts = {name: {"tremor": value, "verdict": "known to be honest"} for name, value in usual.items()}
limit = 1.1 * max(usual.values())

# %% [markdown] id="film-forger-words"
# The forger hears of it, and needs a few lines.
# They measure the same mean colours, smooth them offline, and shift each frame's face by what's missing.

# %% id="film-predict-check"
predict("film.check")

# %% id="film-forger"
colours = mean_colours(poisson, kit_faces)
shifts = film.forward_backward(colours, q=3) - colours
calm = []
for frame, face, shift in zip(poisson, kit_faces, shifts, strict=True):
    mask = cv2.warpAffine(face.mask, extract.invert(face.matrix), (256, 256))
    shifted = blend.from_lab(blend.to_lab(frame) + shift.astype(np.float32))
    calm.append(blend.composite(frame, shifted, mask / 255))
calm = np.stack(calm)
for name, frames in {"Poisson": poisson, "Poisson, calmed": calm}.items():
    value = tremor(frames, kit_faces)
    verdicts[name] = {"tremor": value, "verdict": "passes" if value <= limit else "caught"}
    verdicts[name]["flicker"] = f"{flicker(on_face(frames), inside, goal):.2f}"
show_table(verdicts, {"tremor": ".2f", "verdict": "", "flicker": ""}, names="film", caption=f"Caught above {limit:.2f}")
largest = np.linalg.norm(shifts, axis=-1).max()
print(f"the largest shift is {largest:.2f} ΔE; about 2 can just be seen between large patches")
widgets.guessed("film.check")

# %% id="film-forger-play"
play(by_side(poisson, calm), FPS, alt="film.calmed", label="Poisson, and Poisson calmed", scale=1.3)

# %% [markdown] id="film-forger-saw" tags=["saw"]
# Look for yourself whether you can tell the two films apart.
# The table's last column, which only we can have, says whether the second one came any nearer to the truth's own motion, so judge whether it has become a better film or has learned one examiner's question.
# That's the usual course of things: a published clue works for a season, and lasts longest where passing it would cost the forger something that viewers notice.

# %% [markdown] id="film-note-examiner" tags=["instructor"]
# *For the instructor.* 7 minutes; ask for a check that would be dear to pass (one that needs the truth of motion, such as reflections in glasses, or a pulse), and whether it should be published.

# %% [markdown] id="film-close"
# ## What you can now do
#
# - Read and write films, trust their clock, and turn two clips into a forged one.
# - Measure flicker against the truth's own motion, and find out which step made it.
# - Smooth landmarks, colours and codes, and say what a share costs in lag and in blinks.
# - Find bad frames, fill them along the optical flow, and say what no filling can bring back.
#
# **Does this carry over to photographs?** The tools do: faceswap and DeepFaceLab extract, convert and write films frame by frame, faceswap-GAN has a Kalman filter or a moving average of its boxes, and DeepFaceLab averages landmarks over shifted crops.
# The numbers don't, because nobody has the true composite of a real film, and cameras in hands shake.
# Whether flicker betrays a forgery to viewers is a question of its own, and unknown here.
#
# **Still open.** How would a network have to be trained to agree with its own last frame, and would it then lose blinks as an average does?

# %% [markdown] id="film-predictions-words"
# This is what you predicted, beside what came out.

# %% id="film-predictions"
made = {name.partition(",")[0]: f"{one['flicker'][0]:.2f}" for name, one in added.items()}
predictions(
    "film",
    outcome={
        "film.minute": f"{minute:,} frames",
        "film.source": "added flicker: " + ", ".join(f"{name} {value}" for name, value in made.items()),
        "film.lag": f"{steady[-1] - ema(steady, 0.25)[-1]:.1f} frames late",
        "film.blink": f"{blinks['ema 0.25 of codes']} of the blink is left in the picture, over {clips} clips",
        "film.fill": ", ".join(f"{name} {row['a blink']:.1f} ΔE" for name, row in rows.items()),
        "film.check": f"the calmed film: {verdicts['Poisson, calmed']['verdict']}, by shifts of {largest:.2f} ΔE at most",
    },
)

# %% [markdown] id="film-quiz-words"
# Five questions follow, each on something that is often got wrong.

# %% id="film-quiz"
quiz("film")

# %% [markdown] id="film-sources"
# **Terms.** [exponential moving average](../lessons/glossary.md#exponential-moving-average) · [flicker](../lessons/glossary.md#flicker) · [H.264](../lessons/glossary.md#h264) · [jitter](../lessons/glossary.md#jitter) · [Kalman filter](../lessons/glossary.md#kalman-filter) · [lag](../lessons/glossary.md#lag) · [optical flow](../lessons/glossary.md#optical-flow) · [Pareto front](../lessons/glossary.md#pareto-front) · [tremor](../lessons/glossary.md#tremor) · [true composite](../lessons/glossary.md#true-composite) · [variable frame rate](../lessons/glossary.md#variable-frame-rate)
#
# **Sources.** Kalman, *A new approach to linear filtering and prediction problems*, 1960; Rauch, Tung and Striebel, *Maximum likelihood estimates of linear dynamic systems*, 1965 (forward and backward); Kroeger, Timofte, Dai and Van Gool, *Fast optical flow using dense inverse search*, 2016; Soukupová and Čech, *Real-time eye blink detection using facial landmarks*, 2016; Li, Chang and Lyu, *In ictu oculi: exposing AI created fake videos by detecting eye blinking*, 2018; ITU-T H.264, *Advanced video coding*; shaoanlu/faceswap-GAN (Kalman filter or moving average of the box); Perov and others, *DeepFaceLab*, 2020; deepfakes/faceswap.
