"""The shipped swap as plain matrices in one block of bytes: what the page's convolutions take.

The page holds pictures and maps with the channels last, so here every weight is laid in that order once and for all:
the unfolding of pixels into channels, the flattening and the pixel shuffle then are plain reading in order.
"""

from __future__ import annotations

import numpy as np
import torch

from unmasked.models.swap import SPREAD, SwapNet, Upscale

PANEL = 4  # outputs that the page adds up at a time


class Block:
    """Collects arrays in one block of bytes. `put` returns where an array lies, how many numbers, in how many bits."""

    def __init__(self):
        self.parts: list[bytes] = []
        self.size = 0

    def put(self, array, bits: int = 16) -> dict[str, int]:
        """Keeps an array, flattened, as float16 or float32."""
        numbers = np.ascontiguousarray(array, np.float16 if bits == 16 else np.float32)
        raw = numbers.tobytes()
        raw += b"\0" * (-len(raw) % 4)
        place = {"at": self.size, "count": numbers.size, "bits": bits}
        self.parts.append(raw)
        self.size += len(raw)
        return place

    def bytes(self) -> bytes:
        """Everything that was put."""
        return b"".join(self.parts)


def packed(matrix: np.ndarray) -> np.ndarray:
    """A matrix (K, N), N a multiple of four, as panels (N / 4, K, 4): four outputs' weights lie beside each other."""
    inputs, outputs = matrix.shape
    if outputs % PANEL:
        raise ValueError(f"matrix: wanted a number of columns that is a multiple of {PANEL}, got {outputs}")
    return np.ascontiguousarray(matrix.reshape(inputs, outputs // PANEL, PANEL).swapaxes(0, 1))


def last(channels: int, places: int) -> np.ndarray:
    """Where, in torch's order (channel, place), the numbers of the order (place, channel) lie: int (C · P,)."""
    return np.arange(channels * places).reshape(channels, places).T.ravel()


def exported(model: SwapNet) -> tuple[dict, bytes]:
    """A plan of the layers, and the block of their weights.

    A dense layer is x @ W + b. What a character keeps, its code's mean, variance, middle and turn, becomes one such
    layer on the way `to` the common code and one on the way back, `out`.
    """
    block, folded = Block(), model.encoder.layers
    encoder = [_convolution(block, folded[1], inputs=last(3, 16)), *(_convolution(block, folded[i]) for i in (3, 5))]
    encoder.append(_dense(block, folded[8], inputs=last(folded[5].out_channels, 16)))
    layout = model.layout.layers
    common = [_dense(block, layout[0], outputs=last(layout[0].out_features // 16, 16), leaky=True)]
    common.append(_upscale(block, layout[3]))
    decoders = {}
    for name in model.names:
        layers = model.decoders[name].layers
        ups = [_upscale(block, one) for one in layers if isinstance(one, Upscale)]
        decoders[name] = [*ups, _shuffled(block, layers[-2], leaky=False)]
    plan = {
        "side": model.side,
        "code": model.config["code_size"],
        "unit": SPREAD,
        "encoder": encoder,
        "layout": common,
        "decoders": decoders,
        "characters": {name: _character(block, model.characters[name]) for name in model.names},
    }
    return plan, block.bytes()


def alignment(character) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """A character's way `to` the common code and `out` of it, each as a matrix (C, C) and what is added, (C,)."""
    keep = character.standardise
    spread = (keep.variance.double() + 1e-5).sqrt()
    turn, back, middle = character.turn.double(), character.back.double(), character.middle.double()
    added = (-keep.mean.double() / spread - middle) @ turn
    to = (torch.diag(1 / spread) @ turn).numpy(), added.numpy()
    return {"to": to, "out": (back.numpy(), middle.numpy())}


def _character(block: Block, character) -> dict:
    pictures = {name: block.put(getattr(character, name).permute(1, 2, 0).numpy()) for name in ("average", "spread")}
    ways = {
        # In 32 bits: they are small, and what they round would be multiplied by all that follows.
        name: {"in": len(added), "out": len(added), "w": block.put(packed(matrix), 32), "b": block.put(added, 32)}
        for name, (matrix, added) in alignment(character).items()
    }
    return pictures | ways


def _dense(block: Block, layer, inputs=None, outputs=None, leaky: bool = False) -> dict:
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()  # (out, in)
    weight = weight if inputs is None else weight[:, inputs]
    if outputs is not None:
        weight, bias = weight[outputs], bias[outputs]
    kind = {"in": weight.shape[1], "out": len(bias), "leaky": leaky}
    return kind | {"w": block.put(packed(weight.T)), "b": block.put(bias)}


def _convolution(block: Block, layer, inputs=None, outputs=None, leaky: bool = True) -> dict:
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()  # (out, in, 3, 3)
    weight = weight if inputs is None else weight[:, inputs]
    if outputs is not None:
        weight, bias = weight[outputs], bias[outputs]
    count, channels = weight.shape[:2]
    matrix = weight.transpose(2, 3, 1, 0).reshape(9 * channels, count)
    kind = {"in": channels, "out": count, "stride": layer.stride[0], "leaky": leaky, "shuffle": False}
    return kind | {"w": block.put(packed(matrix)), "b": block.put(bias)}


def _shuffled(block: Block, layer, leaky: bool) -> dict:
    """A convolution before a pixel shuffle: its outputs in the order (place in the 2 × 2, channel)."""
    return _convolution(block, layer, outputs=last(layer.out_channels // 4, 4), leaky=leaky) | {"shuffle": True}


def _upscale(block: Block, layer: Upscale) -> dict:
    return _shuffled(block, layer.convolution, leaky=True)
