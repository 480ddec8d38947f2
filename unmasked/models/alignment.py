"""The alignment of codes: after training, every character's codes are turned until those of all vary alike."""

from collections.abc import Mapping

import torch

from unmasked.models.swap import Standardise, SwapNet


@torch.no_grad()
def match_codes(net: SwapNet, pictures: Mapping[str, torch.Tensor]) -> SwapNet:
    """Turns the codes of every character so that those of all vary alike; to be called once, after training.

    By stored means and covariances: each character's codes move, by the shortest way, to the covariance of the last
    name's, and back again before their own decoder. What is rebuilt hardly changes; what is swapped does.
    `pictures`: float (N, 3, S, S) a name, more pictures than a code has numbers; training ones will do. Returns `net`.
    Source: the map between Gaussians of Dowson and Landau (1982); the idea of Sun and others, CORAL (2016).
    """
    was_training = net.training
    net.eval()
    covariances = {}
    for name, batch in pictures.items():
        raw = torch.cat([net.raw_codes(part, name) for part in batch.split(100)])
        character = net.characters[name]
        if isinstance(character.standardise, Standardise):
            # The running statistics tremble with the last few batches; these are of all the pictures given.
            character.standardise.mean.copy_(raw.mean(0))
            character.standardise.variance.copy_(raw.var(0))
        codes = character.standardise(raw).double()
        character.middle.copy_(codes.mean(0))
        # The ridge leaves directions in which hardly anything varies as they are.
        covariances[name] = torch.cov(codes.T) + 0.05 * torch.eye(codes.shape[1], dtype=torch.float64)
    target = covariances[net.names[-1]]
    for name, covariance in covariances.items():
        root, inverse_root = _power(covariance, 0.5), _power(covariance, -0.5)
        net.characters[name].turn_by(inverse_root @ _power(root @ target @ root, 0.5) @ inverse_root)
    return net.train(was_training)


def _power(matrix: torch.Tensor, exponent: float) -> torch.Tensor:
    """A power of a symmetric matrix without negative eigenvalues."""
    values, vectors = torch.linalg.eigh(matrix)
    return (vectors * values.clamp_min(1e-9) ** exponent) @ vectors.T
