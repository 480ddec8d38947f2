"""Seven clues: what gives a forged face away, each as one number for a clip.

Every clue takes `crops` uint8 (T, S, S, 3) from `face_crops`, and `inside` and `around`, bool (T, S, S), from
`regions`. It gives one number, the greater the more the clip looks forged. Which way is "more" was settled beforehand,
by what a forger does, not by which way happened to score better.
"""

from collections.abc import Callable

import cv2
import numpy as np

from unmasked import blend
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
    """How far the colours on the two sides of a forger's edge are apart, in ΔE of Lab.

    Two edges are looked for, the face's outline and the straight sides of a pasted box; their steps are added.
    """
    lab = to_lab(crops)
    return rim_step(lab, inside) + box_step(lab)


def double_edge(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> float:
    """Whether the jaw has a second line: the second-strongest edge along lines across it, over the strongest.

    A pasted face brings an outline of its own, which seldom falls on that of the head beneath it.
    """
    grey = crops.mean(-1, dtype=np.float32)
    return float(np.mean([_second_edge(one, mask) for one, mask in zip(grey, inside, strict=True)]))


def spectrum(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> float:
    """How little fine detail the face has for its coarse detail.

    The logarithm of power at middle over power at high frequencies, from the
    two-dimensional Fourier transform of the crop's middle. Networks draw less fine detail
    than a lens gives.
    """
    middle, high = bands(power(crops))
    return float(np.log((middle + TINY) / (high + TINY)))


def noise_residual(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> float:
    """How little fine speckle the face has for what surrounds it: log of the ratio of their means.

    The speckle is what a 3 × 3 median takes away, looked at on flat ground only. A network's output has next to none,
    and forgers who add some seldom add enough, or the right kind.
    """
    fine, flat = residual(crops), flat_ground(crops)
    face, rest = (fine[flat & where].mean() if (flat & where).any() else 0.0 for where in (inside, around))
    return float(np.log((rest + 0.05) / (face + 0.05)))


def flicker(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> float:
    """How much more the face jumps as one piece than what surrounds it: log of the ratio, from mean jumps in pixels.

    What a straight line through three frames does not explain, |f(t−1) − 2·f(t) + f(t+1)|, is trembling. A mouth and a
    lid tremble too. So for each frame the one shift is found that explains most of it, inside and around. Raises
    ValueError for fewer than three frames.
    """
    face, rest = (np.linalg.norm(jumps(soft_grey(crops), where), axis=1).mean() for where in (inside, around))
    return float(np.log((face + 0.02) / (rest + 0.02)))


def occlusion(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> float:
    """How much of the news around the face fails to go on inside: minus the slope of a line through pairs of the two.

    News: how far a pixel is from its own median over the clip. The band around and a strip right inside are cut into
    sectors; in an honest clip a hand makes news in both, at the same time and place, and the slope is near 1. A mask
    that knows nothing of the hand paints it over. Where nothing passes the number is near 0 and says little.
    """
    within, _ = rims(inside, width=9)
    outer, inner = [], []
    for fresh, strip, band in zip(news(crops), within, around, strict=True):
        piece = sectors(strip | band)
        outer.append(sector_means(fresh, piece, band))
        inner.append(sector_means(fresh, piece, strip))
    outer, inner = np.ravel(outer), np.ravel(inner)
    both = np.isfinite(outer) & np.isfinite(inner)
    outer, inner = (values[both] - values[both].mean() for values in (outer, inner))
    # 25: news of five grey levels and less is grain and breathing.
    return float(-(outer * inner).mean() / (np.square(outer).mean() + 25.0))


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


def flat_ground(crops: np.ndarray, most: float = 3.0) -> np.ndarray:
    """Where no edge is near: the slope of the blurred picture is at most `most` grey levels a pixel. Bool (T, S, S)."""
    flat = []
    for crop in crops:
        soft = cv2.GaussianBlur(crop.mean(-1, dtype=np.float32), (0, 0), 1.5)
        flat.append(slopes(soft[None])[0] <= most)
    return np.stack(flat)


def soft_grey(crops: np.ndarray) -> np.ndarray:
    """The crops in grey, slightly blurred so that grain counts less: float32 (T, S, S)."""
    return np.stack([cv2.GaussianBlur(crop.mean(-1, dtype=np.float32), (0, 0), 1.0) for crop in crops])


def slopes(grey: np.ndarray) -> np.ndarray:
    """How steep grey pictures (T, S, S) are, in grey levels a pixel: float32 (T, S, S)."""
    across, down = ([cv2.Sobel(one, cv2.CV_32F, *axis) for one in grey] for axis in ((1, 0), (0, 1)))
    return np.hypot(across, down) / 8


def trembling(grey: np.ndarray) -> np.ndarray:
    """|f(t−1) − 2·f(t) + f(t+1)| of pictures (T, S, S): float32 (T − 2, S, S)."""
    return np.abs(grey[:-2] - 2 * grey[1:-1] + grey[2:])


def jumps(grey: np.ndarray, where: np.ndarray) -> np.ndarray:
    """For each inner frame, the shift (x, y) in pixels that best explains its second difference: float64 (T − 2, 2).

    `grey` float (T, S, S); `where` bool (T, S, S), the pixels that count. Least squares on the slopes of the picture.
    Source: Lucas and Kanade, "An iterative image registration technique", 1981.
    """
    if len(grey) < 3:
        raise ValueError(f"frames: three or more are wanted to see a flicker, got {len(grey)}")
    found = []
    for before, now, after, mask in zip(grey[:-2], grey[1:-1], grey[2:], where[1:-1], strict=True):
        slope = np.stack([cv2.Sobel(now, cv2.CV_32F, *axis)[mask] / 8 for axis in ((1, 0), (0, 1))], 1)
        rest = (before - 2 * now + after)[mask]
        # The ridge keeps a flat picture, where any shift would do, at no shift.
        found.append(np.linalg.solve(slope.T @ slope + np.eye(2), slope.T @ rest))
    return np.array(found)


def to_lab(crops: np.ndarray) -> np.ndarray:
    """The crops in CIE Lab: float32 (T, S, S, 3). Equal distances look about equally different."""
    return np.stack([blend.to_lab(crop) for crop in crops])


def rim_step(lab: np.ndarray, inside: np.ndarray) -> float:
    """ΔE between the mean colours right inside and right outside the outline: the median over twelve pieces of it.

    Means over a piece: skin's texture averages out, a wrong colour does not. In an honest picture both sides are mostly
    the same skin, for the outline is drawn in.
    """
    pieces = rim_pieces(inside)
    if not pieces:
        return 0.0
    return float(np.median([np.linalg.norm(lab[a].mean(0) - lab[b].mean(0)) for a, b in pieces]))


def rim_pieces(inside: np.ndarray, width: int = 4, count: int = 12) -> list[tuple[np.ndarray, np.ndarray]]:
    """The rim cut into up to `count` pieces, each as two strips, right inside and right outside: bool (T, S, S) both.

    Pieces that are empty on one side are left out.
    """
    within, without = rims(inside, width)
    piece = np.stack([sectors(a | b, count) for a, b in zip(within, without, strict=True)])
    pairs = [(within & (piece == k), without & (piece == k)) for k in range(count)]
    return [(a, b) for a, b in pairs if a.any() and b.any()]


def news(crops: np.ndarray) -> np.ndarray:
    """How far each pixel is from its own median over the clip, in grey levels, slightly blurred: float32 (T, S, S)."""
    grey = cv2.blur(crops.mean(-1, dtype=np.float32).transpose(1, 2, 0), (3, 3))
    return np.abs(grey - np.median(grey, axis=2, keepdims=True)).transpose(2, 0, 1)


def rims(inside: np.ndarray, width: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """The strips of `width` pixels right inside and right outside an outline: two bool arrays (T, S, S)."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    faces = inside.astype(np.uint8)
    within = np.stack([face - cv2.erode(face, kernel, borderValue=0) for face in faces]) > 0
    without = np.stack([cv2.dilate(face, kernel) - face for face in faces]) > 0
    return within, without


def box_step(lab: np.ndarray) -> float:
    """How clear the four sides of a pasted box are, in ΔE: the median over the four. `lab` float32 (T, S, S, 3)."""
    return float(np.median([step for _, step in box_sides(lab).values()]))


def box_sides(lab: np.ndarray) -> dict[str, tuple[int, float]]:
    """The most likely sides of a pasted box: name → its column (or row) in the crop, and how clear it is, in ΔE.

    `lab` float32 (T, S, S, 3). The mean over the frames is taken first: a box stands still in the crop, the wall behind
    does not. A side is the one column (or row) of an outer third of the crop with the greatest step that 70 % of its
    middle half reach, less what is usual a few pixels beside it. Hair may draw one straight line, hardly four.
    """
    still = lab.mean(0)
    side = len(still)
    found = {}
    for names, turned in ((("left", "right"), still), (("top", "bottom"), still.transpose(1, 0, 2))):
        steps = np.linalg.norm(turned[:, 2:] - turned[:, :-2], axis=-1)[side // 4 : side - side // 4]
        most = np.quantile(steps, 0.3, axis=0)
        clear = most - np.median([np.roll(most, by) for by in (-5, -4, -3, 3, 4, 5)], axis=0)
        for name, (first, last) in zip(names, ((6, side // 3), (side - side // 3, side - 8)), strict=True):
            best = first + int(clear[first:last].argmax())
            found[name] = best + 1, float(clear[best])  # a step compares the columns on both sides of its middle
    return found


def power(crops: np.ndarray) -> np.ndarray:
    """Mean power spectrum of the crops' middles, float64 (S/2, S/2), the frequency 0 in the middle."""
    side = crops.shape[1]
    cut = slice(side // 4, side // 4 + side // 2)
    middle = crops[:, cut, cut].mean(-1, dtype=np.float64)
    # A window lets the borders fade: a cut would look like an edge and fill all frequencies.
    window = np.outer(np.hanning(middle.shape[1]), np.hanning(middle.shape[2]))
    waves = np.fft.fft2((middle - middle.mean((1, 2), keepdims=True)) * window)
    return np.fft.fftshift(np.square(np.abs(waves)).mean(0))


def bands(spread: np.ndarray) -> tuple[float, float]:
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


def sectors(where: np.ndarray, count: int = 24) -> np.ndarray:
    """Which of `count` sectors around the middle of `where` bool (S, S) each pixel belongs to: int (S, S)."""
    y, x = np.nonzero(where)
    down, across = np.mgrid[: where.shape[0], : where.shape[1]]
    angle = np.arctan2(down - y.mean(), across - x.mean())
    return ((angle + np.pi) / (2 * np.pi) * count).astype(int) % count


def sector_means(values: np.ndarray, piece: np.ndarray, where: np.ndarray, count: int = 24) -> np.ndarray:
    """The mean of the values of `where` in every sector, NaN where a sector is empty: float64 (count,)."""
    totals = np.bincount(piece[where], values[where], count)
    numbers = np.bincount(piece[where], minlength=count)
    return np.where(numbers > 0, totals / np.maximum(numbers, 1), np.nan)
