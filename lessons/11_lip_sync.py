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

# %% [markdown] id="lip-sync-card"
# # 11 · Talking toons: lip-sync
#
# **Can a network draw a moving mouth from nothing but a voice? And how would you notice?**
#
# | | |
# |---|---|
# | Time | 152 minutes: Core 127, Further 25 |
# | You need | lesson 01 (training a network), 04 (the decoder) and 09 (flicker, and films in files) |
# | You will be able to | turn a voice into numbers that describe a mouth, teach a network to move lips in time with it, paint those lips from old frames, and measure whether sound and film belong together |
#
# Every forgery so far took its motion from a second film.
# This one needs no second film at all: somebody speaks, and a mouth that never said those words moves along.
# Both the voice and the face are made of arithmetic here, so for every frame we know what the mouth really did.

# %% id="lip-sync-imports" tags=["setup"]
import inspect

import numpy as np
import torch
from IPython.display import Audio, display
from matplotlib import pyplot as plt
from scipy import fft, signal
from torch import nn

from unmasked import film, paths, sound, toons, widgets
from unmasked.course import check
from unmasked.experiments.lip_sync import (
    by_step,
    drawn_mouths,
    filmed,
    heard_and_seen,
    lip_error,
    loudness,
    measured_film,
    measured_lips,
    mouth_run,
    recorded,
    true_film,
)
from unmasked.experiments.tables import load_table
from unmasked.faces import draw_faces
from unmasked.makers import talking
from unmasked.makers.talking import nearness, opening, talk
from unmasked.models.lips import LipShapes
from unmasked.training import cosine, set_rate, train
from unmasked.widgets import alt_text, guessed, play, predict, predictions, quiz, show, show_pictures, show_table

FPS = sound.FPS  # frames a second
JAW, SMILE = toons.PARAMETERS.index("jaw"), toons.PARAMETERS.index("smile")
folder = paths.user_folder() / "lip_sync"
folder.mkdir(exist_ok=True)


def acting(said, seed):
    """Performances of a head that moves a little, with the mouth of what is said: float32 (T, 11)."""
    calm = {
        "yaw": (-8, 8),
        "pitch": (-5, 5),
        "roll": (-4, 4),
        "light_azimuth": (-35, -35),
        "light_strength": (0.6, 0.6),
    }
    acted = toons.smooth_track(np.random.default_rng(seed), len(said), FPS, calm)
    acted[:, [JAW, SMILE]] = said.mouth
    return acted


def signs(said):
    """When which phoneme begins, for a bench's line of time."""
    return [(float(start), name) for start, name in zip(said.starts, said.phonemes, strict=False)]


def hear_it(samples, words):
    """A sound to listen to, under a few words."""
    player = Audio(sound.wav_bytes(samples))._repr_html_()
    display({"text/html": f"<p>{words}</p>{player}", "text/plain": f"A sound: {words}"}, raw=True)


def settings_of(rows, part):
    """A part of the table: {its setting: a row for each seed}."""
    mine = [row for row in rows if row["part"] == part]
    return {
        one: [row for row in mine if row["setting"] == one] for one in dict.fromkeys(row["setting"] for row in mine)
    }


# %% [markdown] id="lip-sync-step-words"
# ## 1 · Out of step  (Core, 10 min)
#
# Here is Bo, who says a few syllables, and a slider that moves his voice against the film.
# Let it play, and move the sound a little further in each round.
# At which point do you begin to mind when it comes too early, and at which point when it comes too late?
# (Put on headphones if there are others in the room; those who can't hear it find the same thing in the curve of the lips and the signs above it.)

# %% id="lip-sync-step"
said = sound.speak("m a m a _ b o b o _ s i s i _ f u f u", generator=np.random.default_rng(1))
voice = sound.synthesise(said, sound.VOICES["bo"])
bo = draw_faces(toons.CAST["bo"], acting(said, seed=4), 128)
lips = bo.landmarks[:, toons.LANDMARKS["lips"]]  # (T, 18, 2), the drawing's own
opened = (lips[:, 15:18].mean(1) - lips[:, 11:14].mean(1))[:, 1]  # inner lower lip below the upper one
widgets.lip_scrubber(
    {"Bo": bo.pictures},
    voice,
    {"lips apart, pixels": opened},
    marks=signs(said),
    fps=FPS,
    alt=alt_text("lip-sync.step"),
)

# %% [markdown] id="lip-sync-step-saw" tags=["saw"]
# Most people put up with a late sound longer than with an early one, perhaps because a voice from across a street is always late.
# Broadcasters have tested it: on average viewers began to notice when the sound was 45 milliseconds early or 125 milliseconds late.
# One frame lasts 40 milliseconds here, so lips that are two frames off in the wrong direction are already beyond that.

# %% [markdown] id="lip-sync-note-step" tags=["instructor"]
# *For the instructor.* 10 minutes; collect everybody's two numbers on the board before you open "What you saw", because they scatter a lot and still lean to one side.
# The usual confusion is the sign: moving the sound *later* is the same as showing the film earlier.
# Ask why a video call forgives so much (nobody sees the truth beside it), and which syllable gave them the best hold (one with closed lips: an open m is wrong at once).

# %% [markdown] id="lip-sync-voice-words"
# ## 2 · A voice whose mouth we know  (Core, 17 min)
#
# If we recorded people, we'd have to guess what their lips did, so the voice is made of arithmetic, too.
# A script names the sounds one after another; each of them is called a [phoneme](../lessons/glossary.md#phoneme), and there are fifteen here, and a pause.
# For each phoneme a table says what the throat does, which is heard, and what the mouth does, which is seen.
#
# The sound itself has a *source* and a *filter*.
# The source of a vowel is the vocal cords, which let a puff of air through some hundred times a second, and how often they do it is the pitch.
# The filter is the throat and the mouth, a hollow space in which certain tones ring; these resonances are called [formants](../lessons/glossary.md#formant), and they're what makes an *a* an *a*.
# An *s* has no puffs at all, only hissing air.
# Let's build one vowel by hand, and then turn it into another one without touching the source.

# %% id="lip-sync-voice"
puffs = np.zeros(sound.RATE // 2)
puffs[:: sound.RATE // 105] = 1.0  # the source: 105 puffs a second, for half a second


def ring(sound_in, hertz, wide=100):
    """One resonance: a filter that rings at a tone, and fades the sooner the wider it is."""
    size, turn = np.exp(-np.pi * wide / sound.RATE), 2 * np.pi * hertz / sound.RATE
    back = [1.0, -2 * size * np.cos(turn), size**2]
    return signal.lfilter([sum(back)], back, sound_in)


hear_it(0.5 * puffs, "the source alone")
for name in ("a", "i"):
    vowel = puffs
    for hertz in sound.PHONEMES[name].formants:
        vowel = ring(vowel, hertz)
    hear_it(0.8 * vowel / np.abs(vowel).max(), f"the same source through {sound.PHONEMES[name].formants} hertz: {name}")

# %% [markdown] id="lip-sync-voice-saw" tags=["saw"]
# A buzz has turned into two vowels, by three filters each.
# `sound.synthesise` does nothing else, except that its formants glide from one phoneme to the next, and that it adds the hiss where there is one.

# %% [markdown] id="lip-sync-alike-words"
# Now look at it from the other side, as somebody who reads lips.
# Before you see the table, say the pairs aloud in front of a mirror, or with a finger on your lips.

# %% id="lip-sync-predict-alike"
predict("lip-sync.alike")

# %% id="lip-sync-alike"
shown = {name: sound.PHONEMES[name] for name in "aoiszfpbm"}
rows = {name: {"formants, Hz": " ".join(f"{hertz:.0f}" for hertz in one.formants)} for name, one in shown.items()}
for name, one in shown.items():
    rows[name] |= {"cords": one.voice, "hiss": one.hiss, "jaw": one.jaw, "smile": f"{one.smile:.2f}".replace("-", "−")}
show_table(rows, names="phoneme", caption="Nine of them: what is heard, and what is seen")
mouths = {name: (one.jaw, one.smile) for name, one in sound.PHONEMES.items()}
alike = [f"{a} and {b}" for a in mouths for b in mouths if a < b and mouths[a] == mouths[b]]
print("exactly the same mouth:", ", ".join(alike))
guessed("lip-sync.alike")

# %% [markdown] id="lip-sync-alike-saw" tags=["saw"]
# What tells a *p* from a *b* is in the vocal cords and in a puff of air, where nobody can see it.
# So many sounds share few mouths, and a group of sounds that look alike is called a [viseme](../lessons/glossary.md#viseme).
# That's bad news for people who read lips, and good news for a forger, because a network that only has to draw the mouth may confuse all sounds that look the same.
# (A toon can't round its lips, so an *o* and a *u* draw the corners of the mouth in instead.)

# %% [markdown] id="lip-sync-lead-words"
# A mouth isn't a switch, either.
# It's still on its way from one phoneme when the next one already pulls at it, which is called [coarticulation](../lessons/glossary.md#coarticulation): you could see it in the curve above, where between two syllables the lips never quite close before they open again.
# That brings up a question about time.

# %% id="lip-sync-predict-lead"
predict("lip-sync.lead")

# %% [markdown] id="lip-sync-lead-how"
# To find out, we let Bo babble, which means syllables without a meaning, for twenty seconds, and compare two curves: how far his jaw is open, and how loud he is.
# Move one curve against the other by a number of milliseconds, take their [correlation](../lessons/glossary.md#correlation), and do this for every shift.
# The shift at which they agree best is their offset, and the method is called [cross-correlation](../lessons/glossary.md#cross-correlation).

# %% id="lip-sync-lead"
generator = np.random.default_rng(5)
babble = sound.speak(sound.sample_script(generator, 20), generator=generator)
babbled = sound.synthesise(babble, sound.VOICES["bo"])
loud = sound.log_energy(babbled)  # 100 numbers a second
jaw = np.interp(np.arange(len(loud)) / 100, np.arange(len(babble)) / FPS, babble.mouth[:, 0])
shifts = np.arange(-30, 31)  # of 10 ms each: below 0 the mouth comes first
middle = slice(30, -30)
agree = [np.corrcoef(jaw[middle], np.roll(loud, shift)[middle])[0, 1] for shift in shifts]
lead = sound.offset_ms(jaw, loud, rate=100)
print(f"the jaw against the sound: {lead:+.0f} ms (a minus means earlier)".replace("-", "−"))
print(f"the correlation there: {max(agree):.2f}")
guessed("lip-sync.lead")

# %% id="lip-sync-lead-look" tags=["figure"]
figure, axes = plt.subplots(figsize=(7, 2.8))
axes.plot(10 * shifts, agree, color="#1c63b7", lw=2)
axes.plot(10 * shifts[np.argmax(agree)], max(agree), "o", color="#d16c0c", ms=8)
axes.axvline(0, color="#8c949d", lw=0.8)
axes.set_xlabel("the mouth is seen before it's heard  ←  ms  →  the mouth comes late")
axes.set_ylabel("correlation")
axes.spines[["top", "right"]].set_visible(False)
show(figure, alt="lip-sync.lead")

# %% [markdown] id="lip-sync-lead-saw" tags=["saw"]
# The mouth is first: it has to take its place before the air can make the sound.
# The hill isn't high, because loudness only half tells how far a jaw is open (an *i* is loud and nearly shut), but all we need from it is the place of its top.
# In this world we put that in ourselves, as a tenth of a second (`sound.LEAD`), and the measure has found it again within a few milliseconds.
# How large it is among people is disputed: one study of 2009 found that the mouth's opening leads the voice by 100 to 300 milliseconds, and another one of 2014 answered that within running speech it's anything from a small lead of the sound to a large one of the mouth.

# %% [markdown] id="lip-sync-note-voice" tags=["instructor"]
# *For the instructor.* 17 minutes; let everybody hold an *m* with a hand on the throat and then an *s*, and they have source and filter under their fingers.
# The usual confusion is pitch and formant: sing one vowel on two notes (pitch moves, formants stay), then two vowels on one note.
# Ask how one would find the lead with a phone's camera and a handclap, and what a shutter of a twenty-fifth of a second does to the answer.

# %% [markdown] id="lip-sync-hear-words"
# ## 3 · Twenty-eight numbers  (Core, 20 min)
#
# A second of sound has 16,000 numbers, most of which say nothing about a mouth.
# So the sound is cut into overlapping pieces of 25 milliseconds, a hundred of them a second, and each piece is described by what rings in it.
# A [Fourier transform](../lessons/glossary.md#fourier-transform) says how strong each tone is, from 0 to 8,000 hertz.
# Then neighbouring tones are put together into 26 bands, narrow ones for low tones and wide ones for high tones, as ears do it; the scale on which they're evenly spaced is called [mel](../lessons/glossary.md#mel-scale).

# %% id="lip-sync-bands"
samples = signal.lfilter([1.0, -0.97], [1.0], babbled)  # lifts high tones, which are faint in every voice
pieces = sound.windows(samples) * np.hamming(400)  # (T, 400): 25 ms each, softly faded in and out
power = np.abs(np.fft.rfft(pieces, 512)) ** 2  # (T, 257)
bands = power @ sound.mel_filters() / 512 + 1e-8  # (T, 26); the last term so that silence has a logarithm
energy = np.square(sound.windows(babbled)).mean(1) + 1e-8  # (T,)
print("pieces", pieces.shape, "→ tones", power.shape, "→ bands", bands.shape)

# %% id="lip-sync-bands-look" tags=["figure"]
at = int(100 * next(start for start, name in zip(babble.starts, babble.phonemes, strict=False) if name == "a")) + 8
figure, (left, right) = plt.subplots(1, 2, figsize=(7.4, 3), gridspec_kw={"width_ratios": (3, 2)})
left.imshow(np.log(bands[:400]).T, origin="lower", aspect="auto", cmap="magma", extent=(0, 4, 0, 26))
left.set(xlabel="seconds", ylabel="band, low tones below")
tones = np.linspace(0, 8, 257)
right.plot(tones, np.log(power[at] / 512 + 1e-8), color="#8c949d", lw=1)
right.plot(tones[sound.mel_filters().argmax(0)], np.log(bands[at]), "o-", color="#1c63b7", ms=5, lw=1.5)
right.set(xlabel="kilohertz", ylabel="logarithm of energy", xlim=(0, 4))
right.spines[["top", "right"]].set_visible(False)
figure.tight_layout()
show(figure, alt="lip-sync.bands")

# %% [markdown] id="lip-sync-bands-saw" tags=["saw"]
# On the left, time runs to the right and tones go up.
# The brightest places are upright stripes near the top, which are hisses such as an *s*; the bands below them that rise, fall and break off are formants on their way from one phoneme to the next, and such a picture of sound is called a [spectrogram](../lessons/glossary.md#spectrogram).
# On the right is a single piece of an *a*, up to 4 kilohertz.
# The grey comb is the pitch, one tooth for each multiple of Bo's hundred puffs a second, and the blue dots are the bands.

# %% [markdown] id="lip-sync-hear-turn-words"
# The bands still say similar things, because neighbours rise and fall together.
# A cosine transform takes that apart: its first number is the bands' mean, the second one says whether low tones are stronger than high ones, and each further number describes a finer ripple over the bands.
# The first 13 of them are the [MFCC](../lessons/glossary.md#mfcc), short for *mel-frequency cepstral coefficients*.
#
# ### Your turn · What the network hears  (●●○, 8 min)
# Take logarithms, because ears do and because loud and soft then differ by a sum.
# Then 13 coefficients and the logarithm of the energy make 14 numbers, and the differences of these 14 from the moment before make 28.
# `fft.dct(x, norm="ortho")` is SciPy's cosine transform; it works along the last axis.


# %% id="lip-sync-hear"
def hear(bands, energy):
    """What a lip-sync network hears: float (T, 28).

    `bands`: float (T, 26), energies above 0. `energy`: float (T,), the loudness.
    Columns: 13 MFCC, the log energy, then how much each of these 14 has changed since
    the row before; for the first row that's 0.
    """
    ### BEGIN SOLUTION
    cepstra = fft.dct(np.log(bands), norm="ortho")[:, :13]
    heard = np.column_stack([cepstra, np.log(energy)])
    changes = np.diff(heard, axis=0, prepend=heard[:1])
    return np.hstack([heard, changes])
    ### END SOLUTION


# %% id="lip-sync-hear-check"
hear = check("lip-sync.hear", hear)

# %% [markdown] id="lip-sync-pitch-words"
# `sound.features` does all of this in one go, so let's see that it says the same.
# Then we test what these numbers keep.
# Bo says the whole babble again with a higher pitch, as if he sang it, and then at his own pitch, but through Ada's throat, which is shorter than his.
# Beside the 13 we look at the finest ripples, which the network never gets: numbers 21 to 26.

# %% id="lip-sync-predict-pitch"
predict("lip-sync.pitch")

# %% id="lip-sync-pitch"
heard = sound.features(babbled)
print(f"largest difference from sound.features: {np.abs(hear(bands, energy) - heard).max():.5f}")


def all_numbers(samples):
    """All 26 numbers of the cosine transform, and the energy's logarithm: float (T, 27)."""
    lifted = signal.lfilter([1.0, -0.97], [1.0], samples)
    power = np.abs(np.fft.rfft(sound.windows(lifted) * np.hamming(400), 512)) ** 2
    whole = fft.dct(np.log(power @ sound.mel_filters() / 512 + 1e-8), norm="ortho")
    return np.column_stack([whole, sound.log_energy(samples)])


own, throats = all_numbers(babbled), {name: voice.throat for name, voice in sound.VOICES.items()}
others = {"Bo's throat, pitch 180": (180, throats["bo"]), "Ada's throat, pitch 105": (105, throats["ada"])}
groups = {"MFCC 1–4": range(4), "5–9": range(4, 9), "10–13": range(9, 13), "21–26": range(20, 26), "energy": [26]}
rows = {}
for name, other in others.items():
    again = all_numbers(sound.synthesise(babble, sound.Voice(*other)))
    same = [np.corrcoef(own[:, k], again[:, k])[0, 1] for k in range(27)]
    rows[name] = {title: np.mean([same[k] for k in group]) for title, group in groups.items()}
sung = rows["Bo's throat, pitch 180"]
show_table(rows, names="the same babble by", caption="Correlation with Bo's own numbers (pitch 105)")
guessed("lip-sync.pitch")

# %% [markdown] id="lip-sync-pitch-saw" tags=["saw"]
# Sung higher, the first numbers follow their old selves closely and numbers 10 to 13 half-heartedly.
# Numbers 21 to 26 don't follow at all, because their ripples are as fine as the comb of the pitch.
# That's why people stop early: the finest ripples mostly tell the pitch, and pitch says nothing about lips.
# A throat of another length is another matter.
# It moves all formants, so 5 to 9 follow less closely and 10 to 13 hardly at all, although the pitch is the same, and a network that has only ever heard Bo will have its troubles with Ada.

# %% [markdown] id="lip-sync-note-hear" tags=["instructor"]
# *For the instructor.* 20 minutes; the usual confusion is what the second transform is for, so draw the blue dots of the figure on the board and ask for one number that tells a dark vowel from a bright one.
# Ask what the differences add that the network couldn't take itself (nothing: it has a memory, but it's spared the work), and why the loudness is kept apart though the first coefficient nearly has it.

# %% [markdown] id="lip-sync-lips-words"
# ## 4 · From a voice to lips  (Core, 28 min)
#
# Now for the other side of the bargain.
# The lips are the 18 [landmarks](../lessons/glossary.md#landmarks) that the drawing itself knows, as seen from the point under the nose, so that a head that turns doesn't count as a mouth that moves.
# Eighteen points are 36 numbers, but lips can't do anything they like, and [principal component analysis](../lessons/glossary.md#principal-component-analysis) finds the few directions in which they really move.
# We record two minutes of Bo's babble to learn from, and twenty seconds of other babble to test on.

# %% id="lip-sync-lips"
known, unheard = recorded(120, seed=1), recorded(20, seed=2)  # voice, features and lips of Bo
shapes = LipShapes.fit(known.lips, count=4)
codes = by_step(shapes.encode(known.lips))  # (T, 4), a row for each row of features
print(f"four numbers keep {shapes.explained:.2%} of how the 18 points move")
print("heard", known.heard.shape, "→ lips", codes.shape)

# %% id="lip-sync-lips-look" tags=["figure"]
figure, some = plt.subplots(2, 2, figsize=(7.4, 3.6), sharex=True, sharey=True)
for axes, (k, by) in zip(some.flat, [(0, -2), (0, 2), (1, -2), (1, 2)], strict=True):
    moved = np.zeros((1, 4))
    moved[0, k] = by * codes[:, k].std()
    for points, colour in ((shapes.decode(np.zeros((1, 4)))[0], "#c9ced4"), (shapes.decode(moved)[0], "#1c63b7")):
        for part in (points[:10], points[10:]):
            axes.plot(*np.vstack([part, part[:1]]).T, "o-", color=colour, ms=3, lw=1.2)
    axes.set_title(f"{('1st', '2nd')[k]} number, {'−' if by < 0 else '+'}2σ", fontsize=10)
    axes.set_aspect("equal")
    axes.axis("off")
axes.invert_yaxis()
figure.tight_layout()
show(figure, alt="lip-sync.lips")

# %% [markdown] id="lip-sync-net-words"
# In grey you see the mean mouth, and in blue what the first two numbers do to it, each two standard deviations (σ) below and above its mean: one opens the jaw, and the other one spreads the lips.
#
# A mouth depends on what came before, so the network needs a memory.
# An [LSTM](../lessons/glossary.md#lstm) (*long short-term memory*) reads one row after another and carries 60 numbers along, and at each step it decides what to keep of them, what to forget, and what to add.
# Here's the whole model; the 28 features and the 60 units are those of the paper that this lesson follows.


# %% id="lip-sync-net"
class Listener(nn.Module):
    """28 features a step to 4 numbers for the lips, from what was heard up to that step."""

    def __init__(self):
        super().__init__()
        self.memory = nn.LSTM(28, 60, batch_first=True)
        self.read = nn.Linear(60, 4)

    def forward(self, heard):  # (N, T, 28)
        remembered, _ = self.memory(heard)  # (N, T, 60)
        return self.read(remembered)  # (N, T, 4)


print(f"{sum(weight.numel() for weight in Listener().parameters()):,} weights")

# %% [markdown] id="lip-sync-delay-words"
# One difficulty is left, and it's the idea of this section.
# The mouth moves before the sound, but the network can only know what it has already heard: when the lips close for an *m*, the *m* isn't there yet.
# So we let it answer late.
# A network with a delay of 100 milliseconds listens a tenth of a second longer before it says where the lips *were*, and since we have the whole recording, we can move the answers back into their place afterwards.
#
# ### Your turn · Answer late  (●○○, 4 min)
# Turn the true lips into what the network will be asked for: at step *i*, the row that was due `delay` steps earlier.
# During the first steps no answer is due yet; let them repeat the first row, because the mouth rests then.


# %% id="lip-sync-delayed"
def delayed(targets, delay):
    """What is asked for at each step, if answers come `delay` steps late: float (T, K).

    `targets`: float (T, K), a row a step. `delay`: 0 or more steps, also more than T.
    """
    ### BEGIN SOLUTION
    waiting = np.repeat(targets[:1], delay, axis=0)
    return np.concatenate([waiting, targets])[: len(targets)]
    ### END SOLUTION


# %% id="lip-sync-delayed-check"
delayed = check("lip-sync.delayed", delayed)

# %% [markdown] id="lip-sync-predict-delay-words"
# How late should it answer?
# The mouth leads by 100 milliseconds in this world.

# %% id="lip-sync-predict-delay"
predict("lip-sync.delay")

# %% [markdown] id="lip-sync-train-words"
# In the training step, fifty sequences of a second each are cut out of the two minutes, and the loss compares all answers that are due.
# Both sides are [standardised](../lessons/glossary.md#standardise), and a gradient of a length above 10 is cut to that length, because memories that feed on themselves can give huge ones.


# %% id="lip-sync-train"
STEPS = 300


def standard(values, like):
    return torch.from_numpy((values - like.mean(0)) / like.std(0)).float()


def listen(delay):
    """A network that answers `delay` steps of 10 ms late."""
    torch.manual_seed(0)
    net, chance = Listener(), torch.Generator().manual_seed(0)
    optimiser = torch.optim.Adam(net.parameters())
    heard, asked = standard(known.heard, known.heard), standard(delayed(codes, delay), codes)

    def step(i):
        set_rate(optimiser, cosine(i, STEPS, 0.02, warmup=5))
        some = torch.randint(len(heard) - 100, (50, 1), generator=chance) + torch.arange(100)
        loss = (net(heard[some]) - asked[some])[:, delay:].square().mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 10)
        optimiser.step()
        return {"loss": loss}

    train(step, steps=STEPS, seconds=50, label=f"lips, {10 * delay} ms late")
    return net


# %% [markdown] id="lip-sync-answer-words"
# When it's used, the answers move back: the first `delay` of them are dropped, and every fourth one belongs to a frame of film.
# The error is how far the 18 points are from the true ones on average, in per cent of the width of Bo's mouth at rest.


# %% id="lip-sync-answer"
def lips_for(net, heard, delay):
    """Lip points (T, 18, 2) for features (4 T, 28)."""
    longer = np.concatenate([heard, heard[-1:].repeat(delay, 0)])  # the last answers come late, too
    with torch.no_grad():
        answers = net(standard(longer, known.heard)[None])[0, delay:]
    return shapes.decode(answers[::4].numpy() * codes.std(0) + codes.mean(0))


net = listen(delay=20)  # steps of 10 ms
answered = lips_for(net, unheard.heard, 20)
mean = np.broadcast_to(known.lips.mean(0), unheard.lips.shape)
print(f"error on unheard babble: {lip_error(answered, unheard.lips):.2f} % of the mouth's width")
print(f"the mean mouth all the time: {lip_error(mean, unheard.lips):.2f} %")

# %% [markdown] id="lip-sync-delays-words"
# That was one delay.
# The library's experiment has trained such networks for eight of them, each several times from other starts and on other babble, and the last column says by how much their mouths open later than the true ones.
# Three further rows are the mean mouth and two networks that answer after 200 ms: one hears nothing but the energy and its difference, and the other one is Bo's and listens to another voice, which is Ada's.

# %% id="lip-sync-delays"
table = load_table("lip-sync")
rows = {f"{ms} ms": some for ms, some in settings_of(table["rows"], "delay").items()}
late = {int(name.split()[0]): [row["error"] for row in some] for name, some in rows.items()}
others = {name: [row["error"] for row in some] for name, some in settings_of(table["rows"], "baseline").items()}
seeds = len(late[0])
shown = {}
for name, some in (rows | settings_of(table["rows"], "baseline")).items():
    late_by = [row["sync_ms"] for row in some]
    told = f"{np.mean(late_by):+.0f} ± {np.std(late_by, ddof=1):.0f}".replace("-", "−")
    shown[name] = {"error, %": [row["error"] for row in some], "late, ms": told}
shown["mean mouth"]["late, ms"] = "never moves"
caption = f"Error in % of the mouth's width; {seeds} seeds, ± standard deviation ({table['command']})"
show_table(shown, {"error, %": ".2f", "late, ms": ""}, names="answers after", caption=caption)
guessed("lip-sync.delay")

# %% id="lip-sync-delays-look" tags=["figure"]
figure, axes = plt.subplots(figsize=(7, 3))
places = np.array(sorted(late))
errors = np.array([late[ms] for ms in places])
axes.plot(places, errors.mean(1), "o-", color="#1c63b7", lw=2)
axes.plot(places, errors, ".", color="#8c949d", ms=5, zorder=0)
axes.axvline(1000 * sound.LEAD, color="#1f2328", lw=0.8, ls=":")
axes.annotate("the mouth's lead", (1000 * sound.LEAD, errors.max()), (6, -8), textcoords="offset points", fontsize=9.5)
for name, error in others.items():
    axes.axhline(np.mean(error), color="#d16c0c", lw=1)
    axes.annotate(
        name,
        (places.max(), np.mean(error)),
        (0, 3),
        textcoords="offset points",
        ha="right",
        fontsize=9.5,
        color="#d16c0c",
    )
axes.set(xlabel="delay of the answer, ms", ylabel="error, % of the mouth", ylim=(0, None))
axes.spines[["top", "right"]].set_visible(False)
show(figure, alt="lip-sync.delays")

# %% [markdown] id="lip-sync-delays-saw" tags=["saw"]
# A network that answers at once isn't much better than a mouth that never moves, because it would have to guess what it hasn't heard yet.
# The error falls until the network can hear the sound that belongs to the mouth, and it's lowest well after the mouth's lead: a phoneme isn't known from its first moments, and the mouth already leans towards the next one.
# After that, waiting costs.
# What was heard has to be carried through more and more rows of 10 ms, and perhaps 300 training steps are too few to learn that.
# The paper's authors let theirs answer 20 rows late, which is 200 milliseconds, too.
#
# The energy alone is better than nothing and far from all 28 numbers: it tells that a mouth moves, and hardly tells which one.

# %% [markdown] id="lip-sync-stranger-words"
# The error doesn't say by itself whether the lips come at the right time.
# So we also ask the cross-correlation by how much the drawn mouth opens later than the true one.
# And then we break it on purpose: **Ada** says the same words, with the very same mouth, and Bo's network listens to her.

# %% id="lip-sync-stranger"
ada = heard_and_seen(unheard.said, "ada")  # her voice
rows = {"Bo, whom it knows": answered, "Ada, a stranger": lips_for(net, ada.heard, 20), "the mean mouth": mean}
measured = {name: measured_lips(some, unheard.lips) for name, some in rows.items()}
for row in measured.values():
    row["late, ms"] = f"{row.pop('sync_ms'):+.0f}".replace("-", "−")
measured["the mean mouth"]["late, ms"] = "never moves"
show_table(measured, {"error": ".2f", "late, ms": ""}, names="who speaks", caption="Error in % of the mouth's width")

# %% [markdown] id="lip-sync-stranger-saw" tags=["saw"]
# With the voice it knows, the network's lips are in time to within a small part of a frame.
# With Ada's voice hardly anything of what it had gained over the mean mouth is left here, as the correlations in section 3 have foretold; over the three seeds of the table above about a fifth is, which is no more than the energy alone gains.
# What's left is most of the timing: in that table her mouth opens about a third of a frame too early, because loudness and pauses sound alike in every throat.
# The paper's network had heard one man for hours, too.
# Later systems such as Wav2Lip learned from a great many speakers instead, so that they can be used for anybody's voice.

# %% [markdown] id="lip-sync-note-lips" tags=["instructor"]
# *For the instructor.* 28 minutes with a training of some ten seconds; while it runs, ask who in the room has seen a live translation on television, and how late it comes (the same bargain: wait longer, say it better).
# The usual confusion is that a delay makes the film late, so draw the answers' row under the sound's row and slide it back.
# Ask what a live call would have to do (delay everybody's sound by as much, or guess).

# %% [markdown] id="lip-sync-texture-words"
# ## 5 · A mouth made of old mouths  (Core, 32 min)
#
# Points aren't a picture.
# The forger has an old film of Bo, in which he says something else, and that film is full of mouths: whenever a certain shape is wanted, some frame of it comes close.
# So no network draws anything here, and every value of every pixel once belonged to Bo.

# %% id="lip-sync-texture"
old = filmed(16, seed=0)  # Bo says something else: frames as a camera has them, and their landmarks
mouths = old.clip.mouths()  # a patch round each mouth, below the nose
new = recorded(6, seed=30)  # the words that he shall say
lips = lips_for(net, new.heard, 20)
print("mouths to choose from:", mouths.shape, "· wanted:", lips.shape)

# %% id="lip-sync-texture-look" tags=["figure"]
some = np.linspace(10, len(mouths) - 10, 12).astype(int)
show_pictures([mouths[some[:6]], mouths[some[6:]]], alt="lip-sync.mouths", smooth=True, scale=1.5)

# %% [markdown] id="lip-sync-nearest-words"
# ### Your turn · The nearest mouths  (●●○, 6 min)
# Which of the old mouths are most like the wanted one?
# The distance of two mouths is the mean, over the 18 points, of how far each point is from its partner, in pixels.
# Both are seen from the nose, so the head's own motion is already out.


# %% id="lip-sync-nearest"
def nearest(wanted, lips, count):
    """The mouths most like the wanted one: their places and distances, (count,) each.

    `wanted`: float (18, 2). `lips`: float (N, 18, 2). `count`: how many of the N.
    The nearest comes first; the places are whole numbers, the distances in pixels.
    """
    ### BEGIN SOLUTION
    distances = np.linalg.norm(lips - wanted, axis=-1).mean(-1)
    places = np.argsort(distances)[:count]
    return places, distances[places]
    ### END SOLUTION


# %% id="lip-sync-nearest-check"
nearest = check("lip-sync.nearest", nearest)

# %% id="lip-sync-nearest-look" tags=["figure"]
widest = int(opening(lips).argmax())
found = {f"frame {t}": nearest(lips[t], old.clip.lips, 4) for t in (widest, widest + 4, widest + 8)}
show_pictures(
    [mouths[places] for places, _ in found.values()],
    ["nearest", "second", "third", "fourth"],
    list(found),
    alt="lip-sync.nearest",
    smooth=True,
    scale=1.8,
)

# %% [markdown] id="lip-sync-median-words"
# You could lay the nearest mouth into each frame and be done.
# Then the next frame takes another one, from elsewhere in the old film, where the light, the turn of the head and the camera's grain were a little different, and the picture jumps.
# So several of the nearest mouths should agree on each pixel, and the nearer ones should have more to say.
# A mean would mix them all into a haze, as in lesson 02.
# A median doesn't mix: for each channel of a pixel it picks the value in the middle of the vote, so an odd one out is ignored.
#
# ### Your turn · A vote for each pixel  (●●●, 9 min)
# For each pixel and each channel, put the pictures' values in order, let their weights move along, and take the first value at which the weights so far reach half of them all.
# `np.argsort(…, axis=0)` gives the order at every place at once, and `np.take_along_axis` follows it.


# %% id="lip-sync-median"
def weighted_median(pictures, weights):
    """Every pixel by a vote: uint8 (H, W, 3).

    `pictures`: uint8 (n, H, W, 3). `weights`: float (n,), which add up to 1.
    """
    ### BEGIN SOLUTION
    order = np.argsort(pictures, axis=0)
    values = np.take_along_axis(pictures, order, axis=0)
    so_far = np.cumsum(weights[order], axis=0)  # at each place its own order
    middle = (so_far >= 0.5 - 1e-9).argmax(axis=0)
    return np.take_along_axis(values, middle[None], axis=0)[0]
    ### END SOLUTION


# %% id="lip-sync-median-check"
weighted_median = check("lip-sync.median", weighted_median)

# %% [markdown] id="lip-sync-n-words"
# How many should vote?
# We measure it in three ways, all around the mouth: the error to the truth in ΔE, lesson 09's [flicker](../lessons/glossary.md#flicker), which is how much that error changes from frame to frame, and lesson 07's [sharpness](../lessons/glossary.md#sharpness).

# %% id="lip-sync-predict-n"
predict("lip-sync.n")

# %% [markdown] id="lip-sync-votes-words"
# A mouth at a distance *d* gets a weight of exp(−*d*² / 2σ²) with σ of two pixels, and then all weights are divided by their sum.
# As long as all candidates are within about a pixel, that's nearly one mouth, one vote; only those far off have less to say.
# Here's the mouth that's widest open, voted on by more and more neighbours.

# %% id="lip-sync-votes"
voted = []
for n in (1, 4, 16, 64):
    places, distances = nearest(lips[widest], old.clip.lips, n)
    weights = nearness(distances)  # exp(−d² / 2σ²), 1 in sum
    voted.append(weighted_median(mouths[places], weights))
    print(f"n = {n}: up to {distances[-1]:.2f} pixels away, the nearest counts {weights[0]:.0%}")

# %% id="lip-sync-votes-look" tags=["figure"]
show_pictures(voted, ["one mouth", "median of 4", "of 16", "of 64"], alt="lip-sync.votes", smooth=True, scale=2.3)

# %% [markdown] id="lip-sync-n-bench-words"
# Move the slider over two seconds of the new words, and let them play at each end.

# %% id="lip-sync-n"
short = slice(20, 70)  # two seconds of the new words
frames = np.arange(len(lips))  # the old film's head as it comes
truth = true_film(old, new.said, frames)  # what the old film would have been with these words
films = {n: talk(old.clip, lips[short], frames[short], n, teeth=0) for n in (1, 2, 4, 8, 16, 32, 64)}
scores = {n: measured_film(made, truth[short]) for n, made in films.items()}
candidates = np.stack([nearest(one, old.clip.lips, 64)[0] for one in lips[short]])
widgets.n_slider(films, truth.pictures[short], scores, mouths, candidates, fps=FPS)

# %% [markdown] id="lip-sync-n-table-words"
# Two seconds are few, so here are the same measures from the library's experiment, over longer films and three seeds.
# Two rows stand beside them: a small decoder that draws the mouth from its four numbers, as lesson 04's decoder draws a face from a code, and the truth as the camera would have recorded it.

# %% id="lip-sync-n-table"
columns = {"flicker": ".2f", "sharpness": ".2f", "error": ".2f"}
parts = settings_of(table["rows"], "median"), settings_of(table["rows"], "beside")
rows = {(f"median of {n}" if n != "1" else "one mouth"): some for n, some in parts[0].items()}
rows |= {name: parts[1][name] for name in ("decoder", "truth, as filmed")}
voted_rows = {name: {key: [row[key] for row in some] for key in columns} for name, some in rows.items()}
voted_errors = {n: np.mean([row["error"] for row in some]) for n, some in parts[0].items()}
show_table(
    voted_rows,
    columns,
    names="mouths",
    caption=f"Flicker and error in ΔE; a sharpness of 1 is the truth's before noise and JPEG ({seeds} seeds)",
)
guessed("lip-sync.n")

# %% [markdown] id="lip-sync-decoder-words"
# What does such a decoder draw?
# Here one learns from the same old film for a few seconds: four numbers go in, a mouth comes out, and lesson 04's pixel shuffles are in between (`MouthNet`).

# %% id="lip-sync-decoder"
painter, run = mouth_run(old.clip, shapes)
history = run.complete(seconds=50)
drawn = drawn_mouths(painter, shapes, lips)

# %% id="lip-sync-decoder-look" tags=["figure"]
moments = [widest, widest + 4, widest + 8]
found = [nearest(lips[t], old.clip.lips, 16) for t in moments]
votes = [weighted_median(mouths[places], nearness(distances)) for places, distances in found]
show_pictures(
    [votes, drawn[moments]],
    [f"frame {t}" for t in moments],
    ["a vote of 16", "the decoder"],
    alt="lip-sync.decoder",
    smooth=True,
    scale=2,
)

# %% [markdown] id="lip-sync-n-saw" tags=["saw"]
# Two mouths are no vote, because the heavier one always wins.
# From there on up to 32, the vote calms the film and pays with fine detail, row by row: flicker and sharpness both go down.
# That's what the paper says of its films, where few candidates flicker and many blur.
# The error has its lowest place at 16 and 32, which nearly tie, and rises towards 64 in two of the three seeds.
# It's a shallow valley, in which the rows differ about as little as the seeds do, so look at both ends, and let your eyes decide in the middle.
#
# Two rows put the numbers in proportion.
# The reference has no grain and every filmed picture has some, so the truth as the camera records it isn't free of error and flicker either.
# A vote averages that grain away, too, and part of what it gains is only that.
# The decoder has a picture for every mouth and needs no old film once it's trained, but it's about as soft as the largest vote, and about as far off as a single mouth.

# %% [markdown] id="lip-sync-note-texture" tags=["instructor"]
# *For the instructor.* 32 minutes; the usual confusion in the median is that the weights must be sorted along with the values, so do three grey pixels with three weights on the board.
# Ask why lips are compared and not pictures (nobody has the picture that's wanted; that's the point).
# Ask what a film must contain so that this works (every mouth, in the light of every pose), and what it means for public speakers that there are hours of them.

# %% [markdown] id="lip-sync-film-words"
# ## 6 · Into the film  (Core, 14 min)
#
# Three repairs turn the voted mouth into a film.
# The first is for the chin.
# If the old frame's mouth was wide open and the new one is shut, the old chin hangs far below, so the jaw line goes up as far as the old film shows that it falls with such a mouth, and what comes to light behind it is taken from another frame.
# The second is for the teeth, which have the finest detail and blur first: whatever a blur would take away between the lips is added once more.
# The third is a soft edge, as in lesson 08.
# From here on sixteen mouths vote, because that's where the error was about lowest, and the detail that they lose is what the second repair is for.

# %% id="lip-sync-repairs"
ways = {
    "16 votes, old jaw": {"teeth": 0, "jaw": False},
    "and jaw moved": {"teeth": 0, "jaw": True},
    "and teeth sharpened": {"teeth": 0.25, "jaw": True},
}
repaired = {name: talk(old.clip, lips[short], frames[short], 16, **way) for name, way in ways.items()}
rows = {name: measured_film(made, truth[short]) for name, made in repaired.items()}
show_table(
    {
        name: {"sharpness": row["sharpness"], "error at the mouth": row["error"], "error at the chin": row["chin"]}
        for name, row in rows.items()
    },
    caption="Two seconds, errors in ΔE; a sharpness of 1 is the truth's before noise and JPEG",
)

# %% id="lip-sync-repairs-kept"
parts = settings_of(table["rows"], "median") | settings_of(table["rows"], "beside")
kept = ("jaw as it was", "16", "teeth sharpened", "truth, as filmed")
rows = {name: parts[one] for name, one in zip([*ways, kept[-1]], kept, strict=True)}
shown = {
    name: {key: [row[key] for row in some] for key in ("sharpness", "error", "chin")} for name, some in rows.items()
}
show_table(
    shown,
    names="films of the experiment",
    caption=f"The same measures over {seeds} seeds; chin is the error along the jaw line",
)

# %% id="lip-sync-repairs-look" tags=["figure"]
chins = [some[:, 8, 1] - some[:, talking.NOSE, 1] for some in (old.clip.landmarks[frames], truth.landmarks)]
worst = int((chins[0] - chins[1])[short].argmax())  # where the old chin hangs lowest
shown = {"old frame": old.clip.pictures[frames[short]], **repaired, "truth": truth.pictures[short]}
show_pictures(
    [[one[t, 52:, 26:102] for one in shown.values()] for t in (worst, int(opening(lips[short]).argmax()))],
    list(shown),
    alt="lip-sync.repairs",
    smooth=True,
    scale=1.8,
)

# %% [markdown] id="lip-sync-repairs-saw" tags=["saw"]
# The upper row shows why the jaw has to move: in the second picture there's a shut mouth in the middle of a face that's pulled long.
# Here the old frame was wrong and not just soft, so in both tables the error at the chin falls steeply, in the second one to little more than the camera's own.
# The lower row is for the teeth.
# Sharpening brings the detail back to about 1, which is a little more than a camera leaves of the truth, but it makes the error no smaller: what's added isn't what was lost, it only looks like it.

# %% [markdown] id="lip-sync-made-words"
# Now the whole sentence goes into a film, with its sound.
# `write_film` puts pictures as H.264 and sound as [AAC](../lessons/glossary.md#aac) into one file, each with its own clock.
# Do they belong together?
# Nobody else has the true lips, but anybody can set a mouth against the loudness of the sound, so we measure both.

# %% id="lip-sync-made"
made = talk(old.clip, lips, frames, 16)
path = film.write_film(folder / "bo_talks.mp4", made, FPS, sound=(new.samples, sound.RATE))
back = film.read_film(path)
samples, rate = back.sound
print(f"{path.stat().st_size / 1000:.0f} kilobytes: {len(back)} frames and {len(samples) / rate:.2f} seconds of sound")
off = sound.offset_ms(opening(lips), opening(new.lips), FPS)
print(f"the mouth opens {off:+.0f} ms later than the true one".replace("-", "−"))
loud = sound.log_energy(new.samples)[::4]  # one for each frame
for name, one in {"the made mouth": lips, "a true one": new.lips}.items():
    print(f"{name} against the loudness: {sound.offset_ms(opening(one), loud, FPS):+.0f} ms".replace("-", "−"))
play(back, alt="lip-sync.made", label="Bo says what he never said", scale=3)

# %% [markdown] id="lip-sync-made-bench-words"
# Compare it with the truth on one line of time: the made film and the true one, the sound, the 28 features that the network heard, and how far each mouth is open.
# Among the features the 13 MFCC are on top, then come the energy and the 14 changes; orange is above a number's own mean, and blue below.
# Play it, and then drag slowly over a place where the two curves part.

# %% id="lip-sync-made-bench"
both = {"made": made, "the truth": truth.pictures}
widgets.lip_scrubber(
    both,
    new.samples,
    {"made": opening(lips).clip(0), "true": opening(new.lips)},
    features=new.heard,
    marks=signs(new.said),
    fps=FPS,
    alt=alt_text("lip-sync.scrubber"),
    title="Where do the made mouth and the true one part?",
    unit="mouth open, px",
)

# %% [markdown] id="lip-sync-made-saw" tags=["saw"]
# At normal speed there's hardly anything to complain of, and the offset says the same: the mouth leads the loudness by about as much as a true one does.
# What's left is best seen at closed lips: an *m*, a *p* or a *b* needs the mouth shut for a moment, and if a smoothed or late mouth misses that moment, viewers who read lips notice at once.

# %% [markdown] id="lip-sync-note-film" tags=["instructor"]
# *For the instructor.* 14 minutes; ask which of the three repairs an examiner could look for (sharpness that ends at the lips, skin that stretches at the chin, a soft seam), and let them look for it in the film.
# Ask who'd notice a missed closure first (people who are hard of hearing), and what that says about who should test such systems.

# %% [markdown] id="lip-sync-rest-words"
# ## 7 · A head that rests  (Further, 9 min)
#
# Listen to the film once more and look at the head this time.
# People move their heads while they speak and hold still in a pause, but this head follows the *old* speech, so it nods in the new one's pauses.
# Nothing in any single frame is wrong, and it still looks odd.
#
# The paper's remedy is to choose anew which old frame is shown when.
# The old film may begin anywhere, and then it goes on frame by frame, but each frame may be shown twice, which costs a little.
# It costs more to show a moving head in a pause.
# Which path through the old film is the cheapest, all in all?
# That isn't guessed but solved, by [dynamic programming](../lessons/glossary.md#dynamic-programming): for every old frame one remembers the cheapest way to be there now, and builds the next moment on that.
# In the code, `new` and `again` are those prices, for a frame that's shown for the first and for the second time, and `came` notes which was lower, so that the path can be followed back from its end.
#
# By hand: three old frames move by 0, 1 and 0, in a pause of two moments.
# At the first moment `new` is (0, 1, 0).
# At the second one going on costs (∞, 1, 1), but staying costs only 0.1 more than `new` did, so the head rests, on the first frame or on the third.

# %% id="lip-sync-rest"
lines = inspect.getsource(talking.retimed).splitlines()
start = next(k for k, line in enumerate(lines) if "pausing[0]" in line)
print("\n".join(line.removeprefix("    ") for line in lines[start : start + 5]))
loud = loudness(new.said)
retimed = talking.retimed(old.motion, loud)
pause = loud < 0.2 * loud.max()
rows = {}
for name, some in {"as filmed": frames, "retimed": retimed}.items():
    moved = np.append(0, np.where(np.diff(some) > 0, old.motion[some[1:]], 0))  # shown twice: it rests
    rows[name] = {"in pauses": moved[pause].mean(), "in speech": moved[~pause].mean()}
show_table(
    rows,
    names="frames",
    caption="How far the head moves from frame to frame, in pixels",
)

# %% id="lip-sync-rest-play"
steady = talk(old.clip, lips, retimed, 16)
play(
    np.concatenate([made, steady], axis=2),
    FPS,
    sound=(new.samples, sound.RATE),
    alt="lip-sync.rest",
    label="Frames as filmed, and retimed",
    scale=2,
)

# %% [markdown] id="lip-sync-rest-saw" tags=["saw"]
# In the retimed film the head moves much less in the pauses, here and in each of the experiment's three seeds; while he speaks it moves now a little less and now a little more.
# All of this is less than a quarter of a pixel a frame, so look closely.
# No frame was changed for that, only where the old film begins and which of its frames are shown twice.
# And that's how it could be found out: such a frame comes again with all its grain, except at the mouth.

# %% [markdown] id="lip-sync-note-rest" tags=["instructor"]
# *For the instructor.* 9 minutes; the usual confusion is that the cheapest next step makes the cheapest path, so draw three frames and two moments on the board where it doesn't.
# Ask what an examiner could measure here (how head and voice go together; there are detectors built on just that).

# %% [markdown] id="lip-sync-voice-swap-words"
# ## 8 · The voice as well  (Further, 16 min)
#
# So far the voice was a real one, and only the mouth was forged.
# But a spectrogram is a picture, and you know how to swap pictures: one encoder for both voices, a decoder for each, and never a pair, because Ada and Bo babble different things here.
# Both voices are standardised band by band, so that neither mean nor spread tells the encoder who speaks.
# The spectrogram has 64 mel bands here and is taken as a logarithm, so it's called log-mel, and a picture is eight of its rows, which is not quite a tenth of a second.


# %% id="lip-sync-voices"
class VoiceSwap(nn.Module):
    """Eight rows of a log-mel spectrogram through one encoder and a decoder for each voice."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(512, 256), nn.LeakyReLU(0.1), nn.Linear(256, 8))
        self.decoders = nn.ModuleDict({name: self.decoder() for name in ("ada", "bo")})

    def decoder(self):
        return nn.Sequential(nn.Linear(8, 256), nn.LeakyReLU(0.1), nn.Linear(256, 512), nn.Unflatten(1, (8, 64)))

    def forward(self, rows, name):  # (N, 8, 64)
        return self.decoders[name](self.encoder(rows))  # (N, 8) in between


spoken = {"ada": recorded(60, seed=50, speaker="ada"), "bo": recorded(60, seed=51)}  # different words
mels = {name: sound.log_mel(one.samples) for name, one in spoken.items()}  # (T, 64), a hundred rows a second
scale = {name: (mel.mean(0), mel.std(0) + 0.1) for name, mel in mels.items()}


def rows_of(mel, name):
    """Every eight neighbouring rows, standardised: float (T − 7, 8, 64)."""
    centre, spread = scale[name]
    return torch.from_numpy((mel - centre) / spread).unfold(0, 8, 1).transpose(1, 2)  # a view: no row is held twice


# %% id="lip-sync-voices-train"
torch.manual_seed(0)
voices, chance = VoiceSwap(), torch.Generator().manual_seed(0)
optimiser = torch.optim.Adam(voices.parameters())
known_rows = {name: rows_of(mel, name) for name, mel in mels.items()}


def voice_step(i):
    set_rate(optimiser, cosine(i, 500, 0.003))
    loss = 0
    for name, rows in known_rows.items():
        some = rows[torch.randint(len(rows), (64,), generator=chance)]
        noisy = some + 0.5 * torch.randn(some.shape, generator=chance)  # lesson 03
        loss = loss + (voices(noisy, name) - some).abs().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return {"loss": loss}


history = train(voice_step, steps=500, seconds=50, label="one encoder, two voices")

# %% [markdown] id="lip-sync-voices-swap-words"
# Now Ada says something new, it's encoded as Ada and decoded as Bo, and each row is the mean of the eight patches that it lies in.
# The true swap is Bo's own voice saying the same.
# To hear them, the loudness of all tones isn't enough: a spectrogram doesn't say how their waves begin, and [Griffin-Lim](../lessons/glossary.md#griffin-lim) guesses that, going back and forth between sound and spectrogram until they agree.


# %% id="lip-sync-voices-swap"
def as_bo(mel):
    """Ada's log-mel spectrogram (T, 64) as Bo's."""
    with torch.no_grad():
        drawn = voices(rows_of(mel, "ada"), "bo").numpy()  # encoder once, Bo's decoder
    whole, count = np.zeros_like(mel), np.zeros((len(mel), 1))
    for k in range(8):
        whole[k : k + len(drawn)] += drawn[:, k]
        count[k : k + len(drawn)] += 1
    return whole / count * scale["bo"][1] + scale["bo"][0]


ada_says = recorded(4, seed=60, speaker="ada")
bo_says = heard_and_seen(ada_says.said, "bo")
before, true = sound.log_mel(ada_says.samples), sound.log_mel(bo_says.samples)
forged = as_bo(before)
for name, mel in {"Ada": before, "forged: Ada as Bo": forged, "the true Bo": true}.items():
    hear_it(sound.from_log_mel(mel), f"{name}, by Griffin-Lim")

# %% id="lip-sync-voices-look" tags=["figure"]
figure, some = plt.subplots(3, 1, figsize=(7, 4.6), sharex=True)
for axes, (name, mel) in zip(some, {"Ada": before, "Ada as Bo": forged, "the true Bo": true}.items(), strict=True):
    axes.imshow(
        mel.T[:32], origin="lower", aspect="auto", cmap="magma", extent=(0, len(mel) / 100, 0, 32), vmin=-9, vmax=-2
    )
    axes.set_ylabel(name)
    axes.set_yticks([])
some[-1].set_xlabel("seconds")
show(figure, alt="lip-sync.mels")

# %% [markdown] id="lip-sync-voices-score-words"
# How much of the difference between Bo's average and the true Bo does the forgery explain?
# Beside it stands what needs no network at all: Ada's bands with the mean and the spread of Bo's.

# %% id="lip-sync-voices-score"
restated = (before - scale["ada"][0]) / scale["ada"][1] * scale["bo"][1] + scale["bo"][0]
ways = {"swapped": forged, "mean and spread": restated, "as it was": before}
average = np.abs(scale["bo"][0] - true).mean()
kept = settings_of(table["rows"], "voice")
rows = {}
for name, mel in ways.items():
    rows[name] = {"here": 1 - np.abs(mel - true).mean() / average}
    rows[name][f"{seeds} seeds"] = [row["explained"] for row in kept[name]]
show_table(rows, names="Ada as Bo", caption="Explained: 0 for Bo's average, 1 for the true Bo")

# %% [markdown] id="lip-sync-verifier-words"
# Does it fool a machine that's meant to know voices?
# A *verifier* is one: from twenty-four other voices it has learned what tells voices apart, it scores how much two seconds of sound are like Bo, and a threshold decides.
# Its [equal error rate](../lessons/glossary.md#equal-error-rate) is the share of mistakes at the threshold where it turns the true Bo away as often as it lets somebody else in, so it's 0 for a perfect one and a half for a coin.
# First twenty-four new strangers claim to be Bo, and then Ada does, by the swap, in some fifteen pieces; the threshold is chosen anew for her, and only her voice has gone through Griffin-Lim.

# %% id="lip-sync-predict-swap"
predict("lip-sync.swap")

# %% id="lip-sync-verifier"
asked = {"strangers": "eer_before", "Ada, by the swap": "eer_after"}
errors = {name: [row[key] for row in kept["verifier"]] for name, key in asked.items()}
rows = {name: {f"seed {k}": one for k, one in enumerate(some)} for name, some in errors.items()}
show_table(rows, form=".1%", names="who claims to be Bo", caption="Equal error rate")
guessed("lip-sync.swap")

# %% [markdown] id="lip-sync-voices-saw" tags=["saw"]
# Look at the pictures first, which show the lower 32 of the 64 bands: the level stripes are the pitch, and in the forged one they lie as close together as the true Bo's.
# The network explains more than exchanged means and spreads do, so it has learned more of Bo than where his tones lie on average; but nearly a third of the way comes from doing nothing, because two voices that say the same are alike.
# The verifier, which is seldom wrong about a stranger, is wrong far more often about this one, in each of the three seeds.
# How often is another matter: in one seed it's 13 % and in another 53 %, where a coin would do as well, so don't take the mean for a law.
# Both networks are small, and both voices are cleaner than any recording.
# For real ones, all that can be said here is that detectors of forged speech do worse outside the laboratory: on fakes collected from the net in 2024, the AUC of openly available ones fell by 48 %.

# %% [markdown] id="lip-sync-note-voices" tags=["instructor"]
# *For the instructor.* 16 minutes; ask before the training which of lesson 04's arguments carry over (the shared encoder, the bottleneck) and which don't (nothing aligns two voices as crops align two faces).
# Ask what a bank's voice password is worth after this section, and what would be left if callers were asked for a sentence of the day.

# %% [markdown] id="lip-sync-whose-words"
# ## 9 · Whose voice?  (Core, 6 min)
#
# The plan of this lesson is that of *Synthesizing Obama*, which three researchers at the University of Washington published in 2017: 28 features, an LSTM of 60 units whose answer is delayed, 18 lip points, a weighted median of old frames, teeth, jaw and a retimed head.
# (Its teeth come from one frame picked by hand; ours are only sharpened.)
# They learned from seventeen hours of one man's weekly addresses, which is why a president was the example: so much film of one face, turned to the camera, lay open to everybody.
# The sound was a recording of him, made elsewhere or years before, and in one of their examples it was an impressionist's.
#
# A year later, in April 2018, a second film showed the same man saying what he never said, and it was made in another way: the comedian Jordan Peele spoke in an impression of him, and BuzzFeed laid Peele's mouth over an old film, with a program for film effects and with FakeApp, a program for swaps such as lesson 04's.
# It was a warning, and halfway through the film says so itself.
# So two quite different roads lead to the same picture: in one a network listens, and in the other one an actor speaks.
#
# Since then, voices are cloned as well.
# In January 2024 thousands of voters in New Hampshire were called by the cloned voice of the president, which told them not to vote in the primary.
# The Federal Communications Commission ruled in February that calls by cloned voices are illegal without consent, and it fined the consultant behind them six million dollars in September; in June 2025 a jury acquitted him of the state's charges.
# In the European Union, synthetic speech and film must be marked as such since 2 August 2026, and systems that were on the market before have until 2 December 2026.
# These dates were checked in November 2026, and they're no legal advice.
#
# The same tools dub films so that the lips fit the new language, and give people who've lost their voice one of their own back.
# The difference isn't in the network; it's whether the owner of the voice and of the face has said yes.

# %% [markdown] id="lip-sync-note-whose" tags=["instructor"]
# *For the instructor.* 6 minutes, and they deserve more: ask what the class would want to know before it believes a voice on the phone (call back on a known number; a word agreed on beforehand).
# Ask whether consent to be filmed includes consent to be dubbed.

# %% [markdown] id="lip-sync-close"
# ## What you can now do
#
# - Say what in a sound tells something about a mouth, and compute the 28 numbers that do.
# - Train a network with a memory, and give it a delay because lips move before they're heard.
# - Paint a mouth from old frames by a weighted vote, and say what few and many candidates cost.
# - Write a film with sound, and measure in milliseconds whether lips and voice belong together.
#
# **Does this carry over to photographs?** The plan does: it's the one of the 2017 paper, which made such films of a real person.
# The numbers don't: our voice is simpler than any person's, our lips have two ways to move, and nobody knows a real mouth's truth to a tenth of a pixel.
# Whether viewers notice an offset is known for broadcasts, and unknown for these films.
#
# **Still open.** Could a network that hears a second of the *future*, and not only of the past, do without a delay, and what would it cost a live call?

# %% [markdown] id="lip-sync-predictions-words"
# This is what you predicted, beside what came out.

# %% id="lip-sync-predictions"
means = {ms: np.mean(some) for ms, some in late.items()}
best = min(means, key=means.get)
predictions(
    "lip-sync",
    outcome={
        "lip-sync.alike": ", ".join(alike) + ": exactly the same mouth",
        "lip-sync.lead": f"{-lead:.0f} ms before",
        "lip-sync.pitch": "correlations " + ", ".join(f"{title} {value:.2f}" for title, value in sung.items()),
        "lip-sync.delay": f"least at {best} ms: {means[best]:.2f} %",
        "lip-sync.n": ", ".join(f"{n}: {error:.2f} ΔE" for n, error in voted_errors.items()),
        "lip-sync.swap": ", ".join(f"{name}: {np.mean(some):.0%} wrong" for name, some in errors.items()),
    },
)

# %% [markdown] id="lip-sync-quiz-words"
# Five questions follow, each on something that is often got wrong.

# %% id="lip-sync-quiz"
quiz("lip-sync")

# %% [markdown] id="lip-sync-sources"
# **Terms.** [AAC](../lessons/glossary.md#aac) · [coarticulation](../lessons/glossary.md#coarticulation) · [cross-correlation](../lessons/glossary.md#cross-correlation) · [dynamic programming](../lessons/glossary.md#dynamic-programming) · [equal error rate](../lessons/glossary.md#equal-error-rate) · [flicker](../lessons/glossary.md#flicker) · [formant](../lessons/glossary.md#formant) · [Griffin-Lim](../lessons/glossary.md#griffin-lim) · [lip-sync](../lessons/glossary.md#lip-sync) · [LSTM](../lessons/glossary.md#lstm) · [mel scale](../lessons/glossary.md#mel-scale) · [MFCC](../lessons/glossary.md#mfcc) · [phoneme](../lessons/glossary.md#phoneme) · [spectrogram](../lessons/glossary.md#spectrogram) · [viseme](../lessons/glossary.md#viseme) · [weighted median](../lessons/glossary.md#weighted-median)
#
# **Sources.** Suwajanakorn, Seitz and Kemelmacher-Shlizerman, *Synthesizing Obama: learning lip sync from audio*, 2017; Graves and Schmidhuber, *Framewise phoneme classification with bidirectional LSTM*, 2005 (the features); Hochreiter and Schmidhuber, *Long short-term memory*, 1997; Davis and Mermelstein, *Comparison of parametric representations for monosyllabic word recognition*, 1980; Klatt, *Software for a cascade/parallel formant synthesizer*, 1980; Peterson and Barney, *Control methods used in a study of the vowels*, 1952; Cohen and Massaro, *Modeling coarticulation in synthetic visual speech*, 1993; Griffin and Lim, *Signal estimation from modified short-time Fourier transform*, 1984; ITU-R BT.1359-1, *Relative timing of sound and vision for broadcasting*, 1998; Chandrasekaran and others, *The natural statistics of audiovisual speech*, 2009; Schwartz and Savariaux, *No, there is no 150 ms lead of visual speech on auditory speech*, 2014; Prajwal and others, *A lip sync expert is all you need* (Wav2Lip), 2020; Chandra and others, *Deepfake-Eval-2024*, 2025; Spangler, *Jordan Peele teams with BuzzFeed for Obama fake-news awareness video*, Variety, 17 April 2018; FCC, *Forfeiture order, Steve Kramer*, September 2024, and *Declaratory ruling on AI-generated voices*, February 2024; Regulation (EU) 2024/1689, Article 50.
