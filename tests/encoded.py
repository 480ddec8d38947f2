"""Pictures read back from the text in which a page carries them."""

import base64

import cv2
import numpy as np


def pixels(encoded: str) -> np.ndarray:
    """The picture of a mime bundle, uint8 (H, W, 3) RGB."""
    return cv2.imdecode(np.frombuffer(base64.b64decode(encoded), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
