"""A voice swapped, and a verifier that is asked whose it is: the last rows of lesson 11's table (`lip_sync`)."""

from collections.abc import Iterator

import numpy as np
import torch

from unmasked import sound
from unmasked.arguments import checked_scores
from unmasked.models.voices import VoiceSwap
from unmasked.training import Run, cosine, set_rate

VOICES = ("ada", "bo")  # source and target
LEARNED, TESTED, EACH = 60.0, 30.0, 2.0  # seconds: of either voice, to test on, of a sample that a verifier hears
STRANGERS = 24  # voices to learn from, and as many others to test on
STEPS, BATCH, RATE = 500, 64, 0.003


def babbled(voice: sound.Voice, seconds: float, seed: int) -> tuple[sound.Speech, np.ndarray]:
    """About so many seconds of babble: what is said, and the log-mel spectrogram (T, 64) of a voice that says it."""
    generator = np.random.default_rng([seed, 13])
    said = sound.speak(sound.sample_script(generator, seconds), generator=generator)
    return said, spectrogram(said, voice, seed)


def spectrogram(said: sound.Speech, voice: sound.Voice, seed: int = 0) -> np.ndarray:
    """The log-mel spectrogram (T, 64) of a voice that says that."""
    return sound.log_mel(sound.synthesise(said, voice, seed))


def voice_run(mels: dict[str, np.ndarray], *, steps: int = STEPS, seed: int = 0) -> tuple[VoiceSwap, Run]:
    """A voice swap for spectrograms (T, 64) of two voices, which say different things, and its training, not yet begun.

    What comes in is roughened by noise, what shall come out is not, as in lesson 03.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = VoiceSwap(tuple(mels))
    for name, mel in mels.items():
        model.fit_scale(name, mel)
    patches = {name: model.patches(mel, name).contiguous() for name, mel in mels.items()}
    optimiser = torch.optim.Adam(model.parameters())
    generator = torch.Generator().manual_seed(seed)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, RATE))
        loss = torch.zeros(())
        for name, known in patches.items():
            some = known[torch.randint(len(known), (BATCH,), generator=generator)]
            noisy = some + 0.5 * torch.randn(some.shape, generator=generator)
            loss = loss + (model.decode(model.encode(noisy, name), name) - some).abs().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    state = {"model": model, "optimiser": optimiser}
    return model, Run(step, steps=steps, state=state, generator=generator, label="one encoder, two voices")


def restated(model: VoiceSwap, mel: np.ndarray) -> np.ndarray:
    """Ada's spectrogram (T, 64) with the mean and spread of each of Bo's bands: what needs no network."""
    (mean, spread), (aim, aim_spread) = (
        (getattr(model, f"{name}_mean").numpy(), getattr(model, f"{name}_spread").numpy()) for name in VOICES
    )
    return (mel - mean) / spread * aim_spread + aim


def explained_voice(mel: np.ndarray, truth: np.ndarray, average: np.ndarray) -> float:
    """How much of the error of the target's average (64,) a spectrogram (T, 64) avoids: 1 − mean |mel − truth| over
    mean |average − truth|."""
    return float(1 - np.abs(mel - truth).mean() / np.abs(average - truth).mean())


# --- the verifier -----------------------------------------------------------------------------------------------------


def strangers(seed: int, count: int = STRANGERS) -> Iterator[np.ndarray]:
    """Spectrograms of voices that nobody knows, each about three samples long: (T, 64)."""
    generator = np.random.default_rng([seed, 14])
    for number in range(count):
        pitch, throat = np.exp(generator.uniform(np.log(75), np.log(290))), generator.uniform(0.78, 1.2)
        yield babbled(sound.Voice(float(pitch), float(throat)), 3 * EACH + 1, 1000 * seed + number)[1]


def samples_of(mel: np.ndarray) -> np.ndarray:
    """What a verifier sees of a spectrogram (T, 64), a sample of two seconds a row: mean and spread of its bands while
    something is heard, float64 (N, 128)."""
    length = round(100 * EACH)
    pieces = [mel[at : at + length] for at in range(0, len(mel) - length + 1, length)]
    heard = [piece[piece.mean(1) >= np.median(piece.mean(1))].astype(np.float64) for piece in pieces]
    return np.stack([np.concatenate([piece.mean(0), piece.std(0)]) for piece in heard])


class Verifier:
    """Tells how much a sample sounds like an enrolled voice: discriminants of strangers' voices, and a cosine.

    Source: the plan of i-vector and x-vector systems (Dehak and others 2011, Snyder and others 2018), very small.
    """

    def __init__(self, seed: int = 0, count: int = STRANGERS):
        # Here, because it brings 20 MB, and lesson 11 brings this module.
        from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

        known = [samples_of(mel) for mel in strangers(seed, count)]
        who = np.repeat(np.arange(len(known)), [len(one) for one in known])
        self.project = LinearDiscriminantAnalysis(solver="eigen", shrinkage="auto", n_components=8)
        self.project.fit(np.concatenate(known), who)

    def scores(self, enrolled: np.ndarray, mel: np.ndarray) -> np.ndarray:
        """Of each two seconds of a spectrogram (T, 64), −1…1: how near to those of the enrolled voice, (T, 64)."""
        voice = self.project.transform(samples_of(enrolled)).mean(0)
        seen = self.project.transform(samples_of(mel))
        return seen @ voice / (np.linalg.norm(seen, axis=1) * np.linalg.norm(voice))


def equal_error_rate(target: np.ndarray, others: np.ndarray) -> float:
    """The share of mistakes, 0…1, at the threshold where the target is turned away as often as others are let in.

    Both float (N,): scores. 0 where they never mix, 0.5 where the score says nothing; above, where others score higher.
    """
    from sklearn.metrics import roc_curve  # here for the same reason

    target, others = checked_scores(target, "target"), checked_scores(others, "others")
    truth = np.repeat([1, 0], [len(target), len(others)])
    wrong, right, _ = roc_curve(truth, np.concatenate([target, others]), drop_intermediate=False)
    # Both shares move in steps: in between, a straight line.
    gap = wrong - (1 - right)
    at = int(np.searchsorted(gap, 0.0))
    if at == 0 or gap[at] == 0:
        return float(wrong[at])
    share = -gap[at - 1] / (gap[at] - gap[at - 1])
    return float(wrong[at - 1] + share * (wrong[at] - wrong[at - 1]))


def voice_rows(seed: int) -> Iterator[dict]:
    """The rows of part "voice" for a seed.

    "swapped", "mean and spread" and "as it was" have `explained`, of Ada's spectrogram as Bo's, against Bo's own voice
    saying the same. "verifier" has two equal error rates, Bo's true voice being the target: `eer_before`, where
    strangers pretend to be Bo, and `eer_after`, where Ada does by the swap, made audible and heard again.
    """
    voices = {name: sound.VOICES[name] for name in VOICES}
    mels = {name: babbled(voice, LEARNED, 10 * seed + k)[1] for k, (name, voice) in enumerate(voices.items())}
    model, run = voice_run(mels, seed=seed)
    run.advance(run.steps)
    said, ada = babbled(voices["ada"], TESTED, 10 * seed + 5)
    true, average = spectrogram(said, voices["bo"], 10 * seed + 6), mels["bo"].mean(0)
    forged = model.eval().swap(ada, *VOICES)
    for setting, mel in {"swapped": forged, "mean and spread": restated(model, ada), "as it was": ada}.items():
        yield {"part": "voice", "setting": setting, "explained": explained_voice(mel, true, average)}
    verifier = Verifier(seed)
    target = verifier.scores(mels["bo"], true)
    pretending = np.concatenate([verifier.scores(mels["bo"], mel) for mel in strangers(seed + 100)])
    again = sound.log_mel(sound.from_log_mel(forged))
    yield {
        "part": "voice",
        "setting": "verifier",
        "eer_before": equal_error_rate(target, pretending),
        "eer_after": equal_error_rate(target, verifier.scores(mels["bo"], again)),
    }
