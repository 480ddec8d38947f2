"""DeepFaceLab's LIAE: ONE decoder for both characters; who appears is said by the code. Its wiring, at toy size.

Source: github.com/iperov/DeepFaceLab, SAEHD, where it is the default. Two Inters read the encoder's features: AB learns
from both characters, B from the destination alone. A code has two halves, and the decoder takes them together:

    source rebuilt        [AB(s), AB(s)]
    destination rebuilt   [ B(d), AB(d)]
    swap                  [AB(d), AB(d)]    the destination's performance, and no B to say "the destination": the source

What only the destination needs can go into B, so that AB is left with what both share. The swap goes one way: B never
saw the source, so the source's performance on the destination has no code that was trained.
"""

from collections.abc import Iterable

import torch
from torch import nn

from unmasked.arguments import checked_batch, checked_choice, checked_names, checked_whole
from unmasked.models.df import Decoder, Encoder, Inter


class LIAE(nn.Module):
    """The same face as the other swaps: `model.decode(model.encode(pictures, "bo"), "ada")` is the swap.

    `encode` gives both halves, [B(x), AB(x)], whoever the picture shows; `decode` chooses: for the source it puts AB
    into both places and never reads B, for the destination it takes both as they are. So

        decode(encode(s, source), source)             is [AB(s), AB(s)]: B gets no gradient from the source
        decode(encode(d, destination), destination)   is [ B(d), AB(d)]
        decode(encode(d, destination), source)        is [AB(d), AB(d)]: the swap
        decode(encode(s, source), destination)        is [ B(s), AB(s)]: B never saw s. Try it, and measure it

    names      (source, destination): the face that appears, the face that acts.
    width      channels of the first layer; even, because the last one halves it.
    code_size  the bottleneck of each Inter (DeepFaceLab's ae_dims, 256 there). Each half has twice as many channels.
    """

    def __init__(self, names: Iterable[str] = ("ada", "bo"), width: int = 16, code_size: int = 64):
        super().__init__()
        self.names = self.source, self.destination = checked_names(names, count=2)
        width, code_size = checked_whole(width, "width", 2, even=True), checked_whole(code_size, "code_size", 1)
        self.config = {"names": list(self.names), "width": width, "code_size": code_size}
        self.encoder = Encoder(width)
        self.inter_b = Inter(width, code_size, 2 * code_size)
        self.inter_ab = Inter(width, code_size, 2 * code_size)
        self.decoder = Decoder(width, 4 * code_size)  # both halves together

    def encode(self, pictures: torch.Tensor, name: str | None = None) -> torch.Tensor:
        """Pictures (N, 3, 64, 64) in 0…1 to codes (N, 2, 2·code_size, 8, 8): half 0 is B's, half 1 is AB's."""
        if name is not None:
            checked_choice(name, self.names, "name")
        features = self.encoder(checked_batch(pictures))  # (N, 128w)
        return torch.stack([self.inter_b(features), self.inter_ab(features)], dim=1)  # (N, 2, 2c, 8, 8)

    def decode(self, codes: torch.Tensor, name: str) -> torch.Tensor:
        """Codes to pictures (N, 3, 64, 64) in 0…1: AB twice for the source, B and AB for the destination."""
        b, ab = codes.unbind(1)  # (N, 2c, 8, 8) each
        first = ab if checked_choice(name, self.names, "name") == self.source else b
        return self.decoder(torch.cat([first, ab], dim=1))  # (N, 4c, 8, 8) → (N, 3, 64, 64)

    def forward(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        """Pictures of a character, rebuilt."""
        return self.decode(self.encode(pictures, name), name)
