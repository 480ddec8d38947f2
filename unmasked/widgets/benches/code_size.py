"""The code-size scrubber: the same faces through 2, 8, 32 and 128 numbers, by PCA and by an autoencoder."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from unmasked.models import swapping
from unmasked.widgets.benches import scores
from unmasked.widgets.kit import Bench, Choice, Frame, Panel, enlarge, side_by_side, two_digits, write

FACE = 100  # CSS pixels of a face
GAP = 8  # CSS pixels between two
STRIP = 20  # CSS pixels: the line of errors
GREY = (118, 118, 118)  # letters that show on light and on dark ground


def code_size(models: Mapping[int, object], known: np.ndarray, faces: np.ndarray, masks: np.ndarray) -> Bench:
    """A bench that shows a row of faces, rebuilt from codes of a chosen size by PCA and by an autoencoder, with errors.

    models   numbers in a code → an autoencoder with `encode(pictures)` and `decode(codes)`.
    known    the pictures that average and PCA come from, uint8 (N, 64, 64, 3), more of them than the largest code has
             numbers.
    faces    the pictures to rebuild, none of them among `known`: uint8 (M, 64, 64, 3); the first six are shown, all are
             scored, inside `masks`, uint8 (M, 64, 64).
    Raises ValueError or TypeError for anything else.
    """
    scene = CodeSize(models, known, faces, masks)
    sizes = [(str(size), "0: the average face" if size == 0 else str(size)) for size in scene.sizes]
    return Bench(
        scene.draw,
        [Choice("size", "Numbers in the code", sizes, str(scene.sizes[min(2, len(scene.sizes) - 1)]))],
        title="How much of a face fits into a few numbers?",
    )


class CodeSize:
    """The bench's plain function. Everything is computed once: a choice only looks it up."""

    SHOWN = 6

    def __init__(self, models, known, faces, masks):
        if not models or not all(isinstance(size, int) and size > 0 for size in models):
            raise ValueError(f"models: wanted whole numbers above 0 → autoencoders, got {list(models)}")
        known, faces, masks = (np.asarray(array) for array in (known, faces, masks))
        if known.ndim != 4 or len(known) <= max(models):
            raise ValueError(f"known: wanted more than {max(models)} pictures (N, 64, 64, 3), got shape {known.shape}")
        if faces.ndim != 4 or faces.shape[1:] != known.shape[1:] or masks.shape != faces.shape[:3]:
            raise ValueError(
                f"faces, masks: wanted pictures like `known` and a mask each, got {faces.shape}, {masks.shape}"
            )
        self.sizes = (0, *sorted(models))
        self.pixels = known[0].size
        self.mean = scores.mean_picture(known)
        average = np.broadcast_to(self.mean, faces.shape)
        rebuilt = {0: (average, average)}
        for size, by_pca in _by_pca(known, faces, sorted(models)).items():
            rebuilt[size] = (by_pca, _by_network(swapping.own_copy(models[size]), faces))
        self.first = self._row(faces, "New pictures, never trained on", "Six faces")
        self.scores = {
            s: tuple(scores.explained(each, faces, self.mean, masks) for each in pair) for s, pair in rebuilt.items()
        }
        few = self.SHOWN
        self.errors = {
            s: tuple(_errors(each[:few], faces[:few], masks[:few]) for each in pair) for s, pair in rebuilt.items()
        }
        self.panels = {size: self._panels(size, pair) for size, pair in rebuilt.items()}

    def _row(self, pictures: np.ndarray, title: str, alt: str, errors: np.ndarray | None = None) -> Panel:
        """Faces beside each other; a line with their errors below them, or a line that is left free."""
        large = np.stack([enlarge(picture, FACE / picture.shape[1], smooth=True) for picture in pictures[: self.SHOWN]])
        row = side_by_side(large, GAP)
        if errors is None:
            return Panel(row, title, alt, smooth=True)
        row = np.pad(row, ((0, STRIP), (0, 0), (0, 0)))
        strip = row[-STRIP:]
        for number, error in enumerate(errors):
            write(strip, f"{error:.1f}", number * (FACE + GAP) + FACE / 2, STRIP / 2, 13, GREY, anchor="mm")
        return Panel(row, title, alt, smooth=True)

    def _panels(self, size: int, pair: tuple[np.ndarray, np.ndarray]) -> list[Panel]:
        names = ("PCA", "Autoencoder") if size else ("The average face", "The average face, once more")
        panels = [self.first]
        for name, rebuilt, score, errors in zip(names, pair, self.scores[size], self.errors[size], strict=True):
            title = f"{name}: explained {two_digits(score)}"
            told = ", ".join(f"{error:.1f}" for error in errors)
            panels.append(self._row(rebuilt, title, f"{title}. Errors under the faces: {told}", errors))
        return panels

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: size, as text. Returns the faces, and those rebuilt, each with a line of errors below."""
        size = int(settings["size"])
        by_pca, by_network = (two_digits(score) for score in self.scores[size])
        if size:
            what = f"{size} of {self.pixels:,} numbers. Explained: PCA {by_pca}, autoencoder {by_network}"
        else:
            what = f"No code at all: the average face for everyone. Explained {by_pca}"
        return Frame(
            self.panels[size],
            alt=f"Six faces, and below them the same faces rebuilt. {what}.",
            words=f"{what} (1 is perfect, 0 is the average face). Under each face: its error in levels of 0…255.",
        )


def _by_pca(known: np.ndarray, faces: np.ndarray, sizes: list[int]) -> dict[int, np.ndarray]:
    """Faces rebuilt from their `size` first principal components: one fit serves all sizes."""
    from sklearn.decomposition import PCA

    flat = known.reshape(len(known), -1).astype(np.float32)
    pca = PCA(max(sizes), svd_solver="randomized", random_state=0).fit(flat)
    codes = pca.transform(faces.reshape(len(faces), -1).astype(np.float32))
    found = {}
    for size in sizes:
        values = codes[:, :size] @ pca.components_[:size] + pca.mean_
        found[size] = np.rint(values.clip(0, 255)).astype(np.uint8).reshape(faces.shape)
    return found


def _by_network(model, faces: np.ndarray) -> np.ndarray:
    import torch

    from unmasked.tensors import to_pictures, to_tensor

    with torch.inference_mode(), swapping.one_thread():
        return to_pictures(model.decode(model.encode(to_tensor(faces))))


def _errors(rebuilt: np.ndarray, faces: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Root mean squared error of each picture inside its mask, in levels of 0…255: float (M,)."""
    weights = masks.astype(np.float64)[..., None] / 255
    squared = weights * (rebuilt.astype(np.float64) - faces) ** 2
    return np.sqrt(squared.sum((1, 2, 3)) / (3 * weights.sum((1, 2, 3))))
