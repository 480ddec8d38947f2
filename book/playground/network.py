"""The shipped swaps as plain matrices in the page's block of bytes: what its convolutions take.

The page holds pictures and maps with the channels last, so here every weight is laid in that order once and for all:
the unfolding of pixels into channels, the flattening and the pixel shuffle then are plain reading in order.
"""

from __future__ import annotations

import numpy as np
import torch

from book.playground.pack import Pack
from unmasked.models.swap import SPREAD, SwapNet, Upscale

PANEL = 4  # outputs that the page adds up at a time
# Bits a weight. What 8 bits do to a picture was measured layer by layer: in the encoder they cost up to 76 grey levels
# (codes are turned afterwards, which makes small errors large), in a decoder 7, in the layout 2. One more bit halves
# it.
ENCODER, LAYOUT, DECODER = 16, 10, 12
FEW = 50_000  # so few weights that rounding them isn't worth anybody's while


class Block:
    """Lays arrays into a pack and counts their numbers. `put` returns where one lies, and how it is written."""

    def __init__(self, pack: Pack):
        self.pack = pack
        self.numbers = 0

    def put(self, array, bits: int = 16) -> dict:
        """Keeps an array, flattened, as float16 or float32."""
        numbers = np.ascontiguousarray(array, np.float16 if bits == 16 else np.float32)
        self.numbers += numbers.size
        return self.pack.put(numbers.tobytes()) | {"count": numbers.size, "bits": bits}

    def put_rounded(self, panels: np.ndarray, bits: int) -> dict:
        """Keeps panels (P, K, 4) as whole numbers of so many bits, times one unit for each of the 4 · P outputs."""
        most = 2 ** (bits - 1) - 1
        unit = (np.abs(panels).max(1, keepdims=True) / most).astype(np.float32)
        unit[unit == 0] = 1
        whole = (np.rint(panels / unit) + most).astype(np.uint16)
        places = np.arange(bits - 1, -1, -1, dtype=np.uint16)
        raw = np.packbits((whole.reshape(-1, 1) >> places & 1).astype(np.uint8)).tobytes()
        self.numbers += whole.size
        rows = {"rows": panels.shape[1], "unit": self.pack.put(unit.tobytes())["at"]}
        return self.pack.put(raw) | {"count": whole.size, "bits": bits} | rows


def packed(matrix: np.ndarray) -> np.ndarray:
    """A matrix (K, N), N a multiple of four, as panels (N / 4, K, 4): four outputs' weights lie beside each other."""
    inputs, outputs = matrix.shape
    if outputs % PANEL:
        raise ValueError(f"matrix: wanted a number of columns that is a multiple of {PANEL}, got {outputs}")
    return np.ascontiguousarray(matrix.reshape(inputs, outputs // PANEL, PANEL).swapaxes(0, 1))


def last(channels: int, places: int) -> np.ndarray:
    """Where, in torch's order (channel, place), the numbers of the order (place, channel) lie: int (C · P,)."""
    return np.arange(channels * places).reshape(channels, places).T.ravel()


def exported(model: SwapNet, pack: Pack) -> dict:
    """A plan of the layers; their weights go into `pack`.

    A dense layer is x @ W + b. What a character keeps, its code's mean, variance, middle and turn, becomes one such
    layer on the way `to` the common code and one on the way back, `out`.
    """
    block, folded = Block(pack), model.encoder.layers
    encoder = [_convolution(block, folded[1], inputs=last(3, 16)), *(_convolution(block, folded[i]) for i in (3, 5))]
    encoder.append(_dense(block, folded[8], inputs=last(folded[5].out_channels, 16)))
    layout = model.layout.layers
    common = [_dense(block, layout[0], outputs=last(layout[0].out_features // 16, 16), leaky=True, bits=LAYOUT)]
    common.append(_upscale(block, layout[3], LAYOUT))
    decoders = {}
    for name in model.names:
        layers = model.decoders[name].layers
        ups = [_upscale(block, one, DECODER) for one in layers if isinstance(one, Upscale)]
        decoders[name] = [*ups, _shuffled(block, layers[-2], False, DECODER)]
    plan = {
        "side": model.side,
        "code": model.config["code_size"],
        "unit": SPREAD,
        "encoder": encoder,
        "layout": common,
        "decoders": decoders,
        "characters": {name: _character(block, model.characters[name]) for name in model.names},
    }
    return plan | {"numbers": block.numbers}


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


def _put(block: Block, matrix: np.ndarray, bits: int) -> dict:
    panels = packed(matrix)
    return block.put(panels) if bits == 16 or panels.size < FEW else block.put_rounded(panels, bits)


def _dense(block: Block, layer, inputs=None, outputs=None, leaky: bool = False, bits: int = ENCODER) -> dict:
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()  # (out, in)
    weight = weight if inputs is None else weight[:, inputs]
    if outputs is not None:
        weight, bias = weight[outputs], bias[outputs]
    kind = {"in": weight.shape[1], "out": len(bias), "leaky": leaky}
    return kind | {"w": _put(block, weight.T, bits), "b": block.put(bias)}


def _convolution(block: Block, layer, inputs=None, outputs=None, leaky: bool = True, bits: int = ENCODER) -> dict:
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()  # (out, in, 3, 3)
    weight = weight if inputs is None else weight[:, inputs]
    if outputs is not None:
        weight, bias = weight[outputs], bias[outputs]
    count, channels = weight.shape[:2]
    matrix = weight.transpose(2, 3, 1, 0).reshape(9 * channels, count)
    kind = {"in": channels, "out": count, "stride": layer.stride[0], "leaky": leaky, "shuffle": False}
    return kind | {"w": _put(block, matrix, bits), "b": block.put(bias)}


def _shuffled(block: Block, layer, leaky: bool, bits: int) -> dict:
    """A convolution before a pixel shuffle: its outputs in the order (place in the 2 × 2, channel)."""
    inner = last(layer.out_channels // 4, 4)
    return _convolution(block, layer, outputs=inner, leaky=leaky, bits=bits) | {"shuffle": True}


def _upscale(block: Block, layer: Upscale, bits: int) -> dict:
    return _shuffled(block, layer.convolution, True, bits)
