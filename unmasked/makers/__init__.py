"""Forgers, all with one small face: a clip of a character in, a fake clip and its true mask out.

A maker is anything with a `name` and `make(clip, rng)`:

    class Mirror:
        name = "mirror"
        def make(self, clip, rng):
            masks = (clip.masks > 127).astype(np.float32)[..., None]          # (T, H, W, 1), 0…1
            mirrored = clip.frames[:, :, ::-1]
            frames = np.rint(clip.frames + masks * (mirrored.astype(float) - clip.frames)).astype(np.uint8)
            return Fake(frames, masks[..., 0])

`clip` is a recording: its frames went through a camera. A fake shows the SAME character at the same place, doing or
saying something else, so that nobody but the forger knows. `rng` is a NumPy generator and the only source of chance.
The rules:

- Frames come back as they went in: uint8, same shape, still carrying the camera where nothing was forged.
- `Fake.masks` tells the truth: how much of each pixel is forged, 0…1.
- A forger may film the character again (`record`, never with `filmed=False`) and direct an actor by
  `clip.performances`. The true
  picture (this character, drawn in the fake's performance in this scene) is out of bounds: that would be no fake.

`built_in()` gives the five of this course, `newer()` two that came later.
`python -m unmasked.forensics.score MODULE --seed N` tries any other.
"""

from unmasked.makers.clip import Clip, Fake, Maker, MakerError, checked_clip, checked_fake, forge, record

__all__ = [
    "Clip",
    "Fake",
    "Maker",
    "MakerError",
    "built_in",
    "checked_clip",
    "checked_fake",
    "forge",
    "newer",
    "record",
]


def built_in() -> dict[str, Maker]:
    """The five makers of this course by name, ready to forge; the networks' weights are loaded when first used."""
    from unmasked.makers.splice import Splice
    from unmasked.makers.swaps import BoxPaste, FeatheredSwap, OtherNetwork, PoissonSwap

    makers = (BoxPaste(), FeatheredSwap(), PoissonSwap(), OtherNetwork(), Splice())
    return {maker.name: maker for maker in makers}


def newer() -> dict[str, Maker]:
    """The two makers of lesson 15 by name. No examiner of the course was fitted on them, so they stay out of
    `built_in()`."""
    from unmasked.makers.one_shot import OneShotForger
    from unmasked.makers.repaint import RepaintForger

    makers = (OneShotForger(), RepaintForger())
    return {maker.name: maker for maker in makers}
