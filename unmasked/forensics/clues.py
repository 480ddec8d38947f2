"""Seven clues: what gives a forged face away, each as one number for a clip.

Every clue takes `crops` uint8 (T, S, S, 3) from `face_crops`, and `inside` and `around`, bool (T, S, S), from
`regions`. It gives one number, the greater the more the clip looks forged. Which way is "more" was settled beforehand,
by what a forger does, not by which way happened to score better.
"""

from collections.abc import Callable

import cv2
import numpy as np

from unmasked.forensics.crops import face_crops, regions

SIDE = 96  # about the frames' own scale: a clue that lives in single pixels must not be averaged away
TINY = 1e-6
Clue = Callable[[np.ndarray, np.ndarray, np.ndarray], float]


def blur_ratio(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> float:
    """How much softer the face is than what surrounds it: log of the ratio of their mean absolute Laplacians.

    A network draws soft edges, and warping softens once more; the hair around came straight from the lens.
    """
    sharp = laplacian(crops)
    return float(np.log((sharp[around].mean() + TINY) / (sharp[inside].mean() + TINY)))


def boundary_step(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> float:
    """How far the colours right inside the outline of a forger's mask are from those right outside, in ΔE of Lab.

    Two outlines are tried, the line of the face and the rectangle of a pasted box, and the greater step counts. Means
    over the whole rim are compared: skin texture averages out, a wrong colour does not. In an honest picture the two
    rims lie on the same skin; a box cuts through hair and wall, so its step is taken side by side.
    """
    lab = np.stack([cv2.cvtColor(crop.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) for crop in crops])
    within, without = rims(inside)
    face = np.linalg.norm(lab[within].mean(0) - lab[without].mean(0))
    return float(max(face, straight_step(lab)))


def double_edge(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> float:
    """Whether the jaw has a second line: the second-strongest edge along lines across it, over the strongest.

    A pasted face brings an outline of its own, which seldom falls on that of the head beneath it.
    """
    grey = crops.mean(-1, dtype=np.float32)
    return float(np.mean([_second_edge(one, mask) for one, mask in zip(grey, inside, strict=True)]))


def spectrum(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> float:
    """How little fine detail the face has for its coarse detail: log of power at middle over power at high frequencies.

    From the two-dimensional Fourier transform of the crop's middle. Networks draw less fine detail than a lens gives.
    """
    middle, high = _bands(power(crops))
    return float(np.log((middle + TINY) / (high + TINY)))


def noise_residual(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> float:
    """How unlike the grain of the face is to the grain around it, whichever is the stronger: |log of the ratio|.

    The grain is what a 3 × 3 median takes away, looked at on flat ground only.
    """
    fine, flat = residual(crops), flat_ground(crops)
    strengths = [np.abs(fine[flat & where]).mean() + 0.05 for where in (inside, around) if (flat & where).any()]
    return float(abs(np.log(strengths[0] / strengths[1]))) if len(strengths) == 2 else 0.0


def flicker(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> float:
    """How much more the face trembles from frame to frame than what surrounds it: log of the ratio.

    Trembling is what a straight line through three frames does not explain: |f(t−1) − 2·f(t) + f(t+1)|, in grey levels
    after a slight blur. Raises ValueError for fewer than three frames.
    """
    shake = trembling(crops)
    return float(np.log((shake[inside[1:-1]].mean() + 0.05) / (shake[around[1:-1]].mean() + 0.05)))


def occlusion(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> float:
    """Whether what passes in front stops at the face: news right outside the outline that has no partner inside.

    News: how far a pixel is from its own median over the clip. Outline and frames are cut into short pieces; a piece
    counts by how much greater its news is outside than inside, and the mean of the greatest twentieth is taken, in grey
    levels. A real hand goes on across the line; a mask that knows nothing of it paints it over.
    """
    grey = cv2.blur(crops.mean(-1, dtype=np.float32).transpose(1, 2, 0), (3, 3))
    news = np.abs(grey - np.median(grey, axis=2, keepdims=True)).transpose(2, 0, 1)
    within, without = rims(inside, width=4)
    missing = []
    for one, a, b in zip(news, within, without, strict=True):
        piece = _pieces(a | b)
        inner, outer = (_means(one, piece, rim) for rim in (a, b))
        missing.append(np.where(np.isnan(inner) | np.isnan(outer), 0.0, outer - inner))
    greatest = np.sort(np.concatenate(missing))
    return float(greatest[-max(1, len(greatest) // 20) :].mean())


CLUES: dict[str, Clue] = {
    "blur ratio": blur_ratio,
    "boundary step": boundary_step,
    "double edge": double_edge,
    "spectrum": spectrum,
    "noise residual": noise_residual,
    "flicker": flicker,
    "occlusion": occlusion,
}


def clue_values(frames: np.ndarray, landmarks: np.ndarray) -> dict[str, float]:
    """All seven clues of a clip: name → number. Raises TypeError or ValueError for frames or landmarks that are none,
    or fewer than three frames."""
    crops = face_crops(frames, landmarks, SIDE)
    if len(crops) < 3:
        raise ValueError(f"frames: a clip of at least 3 frames is wanted (flicker needs them), got {len(crops)}")
    inside, around = regions(landmarks, SIDE)
    return {name: clue(crops, inside, around) for name, clue in CLUES.items()}


# ---- the maps behind the numbers: float32, a value for every pixel


def laplacian(crops: np.ndarray) -> np.ndarray:
    """How much each pixel differs from the mean of its four neighbours, in grey levels: float32 (T, S, S)."""
    kernel = np.float32([[0, 1, 0], [1, -4, 1], [0, 1, 0]]) / 4
    return np.stack([np.abs(cv2.filter2D(crop.mean(-1, dtype=np.float32), -1, kernel)) for crop in crops])


def residual(crops: np.ndarray) -> np.ndarray:
    """What a 3 × 3 median takes away, in grey levels, the mean of the three channels' sizes: float32 (T, S, S)."""
    smooth = np.stack([cv2.medianBlur(np.ascontiguousarray(crop), 3) for crop in crops])
    return np.abs(crops.astype(np.float32) - smooth).mean(-1)


def flat_ground(crops: np.ndarray, most: float = 6.0) -> np.ndarray:
    """Where no edge is near: the slope of the blurred picture is at most `most` grey levels a pixel. Bool (T, S, S)."""
    flat = []
    for crop in crops:
        soft = cv2.GaussianBlur(crop.mean(-1, dtype=np.float32), (0, 0), 1.5)
        slope = np.hypot(cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)) / 8
        flat.append(slope <= most)
    return np.stack(flat)


def trembling(crops: np.ndarray) -> np.ndarray:
    """|f(t−1) − 2·f(t) + f(t+1)| of the slightly blurred grey crops: float32 (T − 2, S, S)."""
    if len(crops) < 3:
        raise ValueError(f"crops: three frames or more are wanted to see a flicker, got {len(crops)}")
    grey = np.stack([cv2.GaussianBlur(crop.mean(-1, dtype=np.float32), (0, 0), 1.0) for crop in crops])
    return np.abs(grey[:-2] - 2 * grey[1:-1] + grey[2:])


def rims(inside: np.ndarray, width: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """The strips of `width` pixels right inside and right outside an outline: two bool arrays (T, S, S)."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    faces = inside.astype(np.uint8)
    within = np.stack([face - cv2.erode(face, kernel, borderValue=0) for face in faces]) > 0
    without = np.stack([cv2.dilate(face, kernel) - face for face in faces]) > 0
    return within, without


def straight_step(lab: np.ndarray) -> float:
    """The greatest step along a straight line of the crop's own axes, where the edge of a pasted box would lie, in ΔE.

    `lab` float32 (T, S, S, 3). The mean over the frames is taken first: a box stands still in the crop, and so does its
    edge. For every column and row in the outer parts of the crop, the middle half of it is averaged; what is compared
    is how far this mean jumps beyond what its neighbours a little further on do.
    """
    mean = lab.mean(0)
    side = len(mean)
    middle = slice(side // 4, side - side // 4)
    jumps = []
    for profile in (mean[middle].mean(0), mean[:, middle].mean(1)):  # over rows: (S, 3); over columns: (S, 3)
        step = np.linalg.norm(profile[2:] - profile[:-2], axis=-1)
        nearby = np.maximum(np.roll(step, 4), np.roll(step, -4))
        outer = np.r_[4 : side // 3, side - side // 3 : side - 6]
        jumps.append(np.max((step - nearby)[outer]))
    return float(max(jumps))


def power(crops: np.ndarray) -> np.ndarray:
    """Mean power spectrum of the crops' middles, float64 (S/2, S/2), the frequency 0 in the middle."""
    side = crops.shape[1]
    cut = slice(side // 4, side // 4 + side // 2)
    middle = crops[:, cut, cut].mean(-1, dtype=np.float64)
    # A window lets the borders fade: a cut would look like an edge and fill all frequencies.
    window = np.outer(np.hanning(middle.shape[1]), np.hanning(middle.shape[2]))
    waves = np.fft.fft2((middle - middle.mean((1, 2), keepdims=True)) * window)
    return np.fft.fftshift(np.square(np.abs(waves)).mean(0))


def _bands(spread: np.ndarray) -> tuple[float, float]:
    """Mean power at middle (1/8 to 1/4 of a cycle a pixel) and high frequencies (3/8 to 1/2)."""
    frequency = np.fft.fftshift(np.fft.fftfreq(len(spread)))
    radius = np.hypot(*np.meshgrid(frequency, frequency))
    return spread[(radius >= 0.125) & (radius < 0.25)].mean(), spread[(radius >= 0.375) & (radius < 0.5)].mean()


def _second_edge(grey: np.ndarray, mask: np.ndarray, count: int = 40, reach: float = 0.22) -> float:
    """The second peak of the slope over the first: the median over lines from the face's middle across its chin."""
    side = len(grey)
    y, x = (float(place.mean()) for place in np.nonzero(mask))
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.8)
    angles = np.linspace(0.15 * np.pi, 0.85 * np.pi, count)  # downwards, from one cheek to the other
    radii = np.arange(0, 0.6 * side, 1.0, np.float32)
    at_x = (x + np.cos(angles)[:, None] * radii).astype(np.float32)
    at_y = (y + np.sin(angles)[:, None] * radii).astype(np.float32)
    profile = cv2.remap(smooth, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    face = cv2.remap(mask.astype(np.float32), at_x, at_y, cv2.INTER_LINEAR)
    rim = (face > 0.5).sum(1)
    slope = np.abs(np.gradient(profile, axis=1))
    ratios = []
    for line, edge in zip(slope, rim, strict=True):
        near = line[max(1, int(edge - reach * side / 2)) : int(edge + reach * side / 2)]
        peaks = np.sort(near[1:-1][(near[1:-1] > near[:-2]) & (near[1:-1] >= near[2:])])
        ratios.append(peaks[-2] / (peaks[-1] + TINY) if len(peaks) > 1 else 0.0)
    return float(np.median(ratios))


def _pieces(rim: np.ndarray, count: int = 32) -> np.ndarray:
    """Which of `count` sectors around the rim's middle each pixel belongs to: int (S, S)."""
    y, x = np.nonzero(rim)
    down, across = np.mgrid[: rim.shape[0], : rim.shape[1]]
    angle = np.arctan2(down - y.mean(), across - x.mean())
    return ((angle + np.pi) / (2 * np.pi) * count).astype(int) % count


def _means(values: np.ndarray, piece: np.ndarray, where: np.ndarray, count: int = 32) -> np.ndarray:
    """The mean of the values in every piece, NaN where a piece is empty: float64 (count,)."""
    totals = np.bincount(piece[where], values[where], count)
    numbers = np.bincount(piece[where], minlength=count)
    return np.where(numbers > 0, totals / np.maximum(numbers, 1), np.nan)
