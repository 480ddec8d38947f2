"""One encoder, two decoders, for voices: lesson 04's plan on spectrograms instead of faces."""

import numpy as np
import torch
from torch import nn

from unmasked.arguments import checked_choice, checked_names, checked_numbers, checked_tensor, checked_whole

ROWS, MELS = 8, 64  # of a patch: 80 ms of a log-mel spectrogram


class VoiceSwap(nn.Module):
    """Patches of a log-mel spectrogram through one encoder and a decoder a voice: (N, 8, 64) in and out.

    names    of the voices; `code`: numbers between encoder and decoder. Each voice is standardised band by band, see
             `fit_scale`, so that neither mean nor spread tells the encoder who speaks.
    """

    def __init__(self, names: tuple[str, ...] = ("ada", "bo"), code: int = 8, width: int = 256):
        super().__init__()
        self.names = checked_names(names)
        code, width = checked_whole(code, "code", 1), checked_whole(width, "width", 1)
        self.config = {"names": list(self.names), "code": code, "width": width}
        size = ROWS * MELS
        self.encoder = nn.Sequential(
            nn.Flatten(),  # (N, 512)
            nn.Linear(size, width),
            nn.LeakyReLU(0.1),
            nn.Linear(width, code),  # (N, code)
        )
        self.decoders = nn.ModuleDict(
            {
                name: nn.Sequential(
                    nn.Linear(code, width),  # (N, width)
                    nn.LeakyReLU(0.1),
                    nn.Linear(width, size),
                    nn.Unflatten(1, (ROWS, MELS)),  # (N, 8, 64)
                )
                for name in self.names
            }
        )
        for name in self.names:
            self.register_buffer(f"{name}_mean", torch.zeros(MELS))
            self.register_buffer(f"{name}_spread", torch.ones(MELS))

    def fit_scale(self, name: str, mel: np.ndarray) -> None:
        """Takes mean and spread of each band from a voice's log-mel spectrogram (T, 64)."""
        mel = torch.from_numpy(checked_numbers(mel, "mel", ("T", MELS), least=2))
        getattr(self, f"{self._known(name)}_mean").copy_(mel.mean(0))
        # A little more: bands in which hardly anything sounds would be all noise.
        getattr(self, f"{name}_spread").copy_(mel.std(0) + 0.1)

    def patches(self, mel: np.ndarray, name: str) -> torch.Tensor:
        """All patches of a voice's log-mel spectrogram (T, 64), standardised: float32 (T − 7, 8, 64)."""
        mel = torch.from_numpy(checked_numbers(mel, "mel", ("T", MELS), least=ROWS)).float()
        mean, spread = self._scale(name)
        return ((mel - mean) / spread).unfold(0, ROWS, 1).transpose(1, 2)

    def encode(self, patches: torch.Tensor, name: str) -> torch.Tensor:
        """Codes (N, code) of standardised patches (N, 8, 64); `name` is the voice's, and the encoder is the same."""
        self._known(name)
        return self.encoder(checked_tensor(patches, "patches", ("N", ROWS, MELS)))

    def decode(self, codes: torch.Tensor, name: str) -> torch.Tensor:
        """Standardised patches (N, 8, 64) of a voice, from codes (N, code)."""
        return self.decoders[self._known(name)](checked_tensor(codes, "codes", ("N", self.config["code"])))

    @torch.no_grad()
    def swap(self, mel: np.ndarray, source: str, target: str) -> np.ndarray:
        """A log-mel spectrogram (T, 64) of one voice as another says it: float32 (T, 64), the mean of the patches that
        lie over each row."""
        drawn = self.decode(self.encode(self.patches(mel, source), source), target).numpy()
        total, count = np.zeros((len(mel), MELS), np.float32), np.zeros((len(mel), 1), np.float32)
        for row in range(ROWS):
            total[row : row + len(drawn)] += drawn[:, row]
            count[row : row + len(drawn)] += 1
        mean, spread = self._scale(target)
        return total / count * spread.numpy() + mean.numpy()

    def _scale(self, name: str) -> tuple[torch.Tensor, torch.Tensor]:
        return getattr(self, f"{self._known(name)}_mean"), getattr(self, f"{name}_spread")

    def _known(self, name: str) -> str:
        return checked_choice(name, self.names, "name")
