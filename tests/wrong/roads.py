# ruff: noqa: F811
"""Answers to lesson 10 that its checks must refuse, and unusual ones that they must accept."""

import numpy as np
import torch
from scipy.optimize import lsq_linear

from unmasked.models.motion import places
from wrong import right_answer, wrong_answer


def parts(draw, wanted, numbers, width):
    """What is missing (M,), and how the drawing changes with each number (M, P)."""
    moves = np.where(numbers + width <= 1, width, -width)
    drawn = draw(np.vstack([numbers, numbers + np.diag(moves)]))
    return wanted - drawn[0], (drawn[1:] - drawn[0]).T / moves


def solved(jacobian, missing, damping):
    square = jacobian.T @ jacobian
    return np.linalg.solve(square + damping * np.eye(len(square)), jacobian.T @ missing)


@wrong_answer("roads.step", "the other way")
def fitting_step(draw, wanted, numbers, width=0.05, damping=1.0):
    missing, jacobian = parts(draw, wanted, numbers, width)
    return np.clip(numbers - solved(jacobian, missing, damping), 0, 1)


@wrong_answer("roads.step", "the change alone")
def fitting_step(draw, wanted, numbers, width=0.05, damping=1.0):
    missing, jacobian = parts(draw, wanted, numbers, width)
    return solved(jacobian, missing, damping)


@wrong_answer("roads.step", "not divided by the width")
def fitting_step(draw, wanted, numbers, width=0.05, damping=1.0):
    missing, jacobian = parts(draw, wanted, numbers, width)
    return np.clip(numbers + solved(jacobian * width, missing, damping), 0, 1)


@wrong_answer("roads.step", "no damping")
def fitting_step(draw, wanted, numbers, width=0.05, damping=1.0):
    missing, jacobian = parts(draw, wanted, numbers, width)
    return np.clip(numbers + np.linalg.lstsq(jacobian, missing, rcond=None)[0], 0, 1)


@wrong_answer("roads.step", "damping on every entry")
def fitting_step(draw, wanted, numbers, width=0.05, damping=1.0):
    missing, jacobian = parts(draw, wanted, numbers, width)
    change = np.linalg.solve(jacobian.T @ jacobian + damping, jacobian.T @ missing)
    return np.clip(numbers + change, 0, 1)


@wrong_answer("roads.step", "along the gradient only")
def fitting_step(draw, wanted, numbers, width=0.05, damping=1.0):
    missing, jacobian = parts(draw, wanted, numbers, width)
    return np.clip(numbers + jacobian.T @ missing, 0, 1)


@wrong_answer("roads.step", "each number by itself")
def fitting_step(draw, wanted, numbers, width=0.05, damping=1.0):
    missing, jacobian = parts(draw, wanted, numbers, width)
    change = [column @ missing / (column @ column + damping) for column in jacobian.T]
    return np.clip(numbers + change, 0, 1)


@wrong_answer("roads.step", "leaves 0…1")
def fitting_step(draw, wanted, numbers, width=0.05, damping=1.0):
    missing, jacobian = parts(draw, wanted, numbers, width)
    return numbers + solved(jacobian, missing, damping)


@wrong_answer("roads.step", "moves beyond 1")
def fitting_step(draw, wanted, numbers, width=0.05, damping=1.0):
    drawn = draw(np.vstack([numbers, numbers + width * np.eye(len(numbers))]))
    jacobian = (drawn[1:] - drawn[0]).T / width
    return np.clip(numbers + solved(jacobian, wanted - drawn[0], damping), 0, 1)


@right_answer("roads.step", "one drawing at a time, and least squares with the damping's rows below")
def fitting_step(draw, wanted, numbers, width=0.05, damping=1.0):
    now = draw(numbers[None])[0]
    columns = []
    for k in range(len(numbers)):
        moved = numbers.copy()
        move = width if numbers[k] + width <= 1 else -width
        moved[k] += move
        columns.append((draw(moved[None])[0] - now) / move)
    rows = np.vstack([np.stack(columns, 1), np.sqrt(damping) * np.eye(len(numbers))])
    change = lsq_linear(rows, np.concatenate([wanted - now, np.zeros(len(numbers))])).x
    return np.minimum(np.maximum(numbers + change, 0), 1)


@right_answer("roads.step", "by the singular values of the Jacobian")
def fitting_step(draw, wanted, numbers, width=0.05, damping=1.0):
    missing, jacobian = parts(draw, wanted, numbers, width)
    u, s, vt = np.linalg.svd(jacobian, full_matrices=False)
    return (numbers + vt.T @ (s / (s**2 + damping) * (u.T @ missing))).clip(0, 1)


# --- soft-argmax ------------------------------------------------------------------------------------------------------


def grid_of(logits):
    return places(tuple(logits.shape[-2:])).to(logits)


@wrong_answer("roads.keypoints", "x and y exchanged")
def soft_argmax(logits, temperature=0.1):
    heat = (logits / temperature).flatten(2).softmax(-1)
    return heat @ grid_of(logits).flip(-1).flatten(0, 1)


@wrong_answer("roads.keypoints", "times the temperature")
def soft_argmax(logits, temperature=0.1):
    return (logits * temperature).flatten(2).softmax(-1) @ grid_of(logits).flatten(0, 1)


@wrong_answer("roads.keypoints", "no temperature")
def soft_argmax(logits, temperature=0.1):
    return logits.flatten(2).softmax(-1) @ grid_of(logits).flatten(0, 1)


@wrong_answer("roads.keypoints", "softmax along the rows")
def soft_argmax(logits, temperature=0.1):
    return (logits / temperature).softmax(-1).flatten(2) @ grid_of(logits).flatten(0, 1)


@wrong_answer("roads.keypoints", "softmax over the keypoints")
def soft_argmax(logits, temperature=0.1):
    return (logits / temperature).softmax(1).flatten(2) @ grid_of(logits).flatten(0, 1)


@wrong_answer("roads.keypoints", "a plain argmax")
def soft_argmax(logits, temperature=0.1):
    return grid_of(logits).flatten(0, 1)[logits.flatten(2).argmax(-1)]


@wrong_answer("roads.keypoints", "in pixels")
def soft_argmax(logits, temperature=0.1):
    height, width = logits.shape[-2:]
    heat = (logits / temperature).flatten(2).softmax(-1).view_as(logits)
    x = (heat.sum(2) * torch.arange(width)).sum(-1)
    y = (heat.sum(3) * torch.arange(height)).sum(-1)
    return torch.stack([x, y], -1)


@wrong_answer("roads.keypoints", "cut loose from the gradient")
def soft_argmax(logits, temperature=0.1):
    heat = (logits.detach() / temperature).flatten(2).softmax(-1)
    return heat @ grid_of(logits).flatten(0, 1)


@right_answer("roads.keypoints", "by the sums over rows and columns, exponentials by hand")
def soft_argmax(logits, temperature=0.1):
    sharp = logits / temperature
    heat = torch.exp(sharp - sharp.amax((2, 3), keepdim=True))
    heat = heat / heat.sum((2, 3), keepdim=True)
    height, width = logits.shape[-2:]
    x = torch.linspace(-1 + 1 / width, 1 - 1 / width, width)
    y = torch.linspace(-1 + 1 / height, 1 - 1 / height, height)
    return torch.stack([(heat.sum(2) * x).sum(-1), (heat.sum(3) * y).sum(-1)], -1)


@right_answer("roads.keypoints", "einsum in float64")
def soft_argmax(logits, temperature=0.1):
    heat = (logits.double() / temperature).flatten(2).softmax(-1).view_as(logits)
    return torch.einsum("nkhw,hwc->nkc", heat, places(tuple(logits.shape[-2:])).double())


# --- the motion near a keypoint ---------------------------------------------------------------------------------------


def by(matrix, vectors):
    """Matrices (N, K, 2, 2) times vectors (N, K, H, W, 2)."""
    return torch.einsum("nkij,nkhwj->nkhwi", matrix, vectors)


def wide(keypoints):
    return keypoints[:, :, None, None]


@wrong_answer("roads.affine", "the pictures exchanged")
def local_affine(grid, source, source_jacobian, driving, driving_jacobian):
    turn = driving_jacobian @ torch.linalg.inv(source_jacobian)
    return wide(driving) + by(turn, grid - wide(source))


@wrong_answer("roads.affine", "the matrices alone exchanged")
def local_affine(grid, source, source_jacobian, driving, driving_jacobian):
    turn = driving_jacobian @ torch.linalg.inv(source_jacobian)
    return wide(source) + by(turn, grid - wide(driving))


@wrong_answer("roads.affine", "nothing inverted")
def local_affine(grid, source, source_jacobian, driving, driving_jacobian):
    return wide(source) + by(source_jacobian @ driving_jacobian, grid - wide(driving))


@wrong_answer("roads.affine", "the other order")
def local_affine(grid, source, source_jacobian, driving, driving_jacobian):
    turn = torch.linalg.inv(driving_jacobian) @ source_jacobian
    return wide(source) + by(turn, grid - wide(driving))


@wrong_answer("roads.affine", "vector times matrix")
def local_affine(grid, source, source_jacobian, driving, driving_jacobian):
    turn = source_jacobian @ torch.linalg.inv(driving_jacobian)
    away = grid - wide(driving)
    return wide(source) + (away[..., None, :] @ wide(turn))[..., 0, :]


@wrong_answer("roads.affine", "no matrices")
def local_affine(grid, source, source_jacobian, driving, driving_jacobian):
    return wide(source) + grid - wide(driving)


@wrong_answer("roads.affine", "turns about the middle of the picture")
def local_affine(grid, source, source_jacobian, driving, driving_jacobian):
    turn = source_jacobian @ torch.linalg.inv(driving_jacobian)
    return wide(source) + by(turn, grid.expand(*source.shape[:2], *grid.shape))


@wrong_answer("roads.affine", "back to the driver's keypoint")
def local_affine(grid, source, source_jacobian, driving, driving_jacobian):
    turn = source_jacobian @ torch.linalg.inv(driving_jacobian)
    return wide(driving) + by(turn, grid - wide(driving))


@wrong_answer("roads.affine", "keypoints cut loose")
def local_affine(grid, source, source_jacobian, driving, driving_jacobian):
    turn = source_jacobian @ torch.linalg.inv(driving_jacobian)
    return wide(source.detach()) + by(turn, grid - wide(driving))


@right_answer("roads.affine", "one matrix of 2 × 3 for each keypoint, places with a 1 behind them")
def local_affine(grid, source, source_jacobian, driving, driving_jacobian):
    turn = torch.linalg.solve(driving_jacobian.mT, source_jacobian.mT).mT
    shift = source - (turn @ driving[..., None])[..., 0]
    matrix = torch.cat([turn, shift[..., None]], -1)  # (N, K, 2, 3)
    ones = torch.cat([grid, torch.ones_like(grid[..., :1])], -1)
    return torch.einsum("nkij,hwj->nkhwi", matrix, ones)


@right_answer("roads.affine", "a loop over pictures and keypoints")
def local_affine(grid, source, source_jacobian, driving, driving_jacobian):
    rows = []
    for n in range(len(source)):
        for k in range(source.shape[1]):
            undone = (grid - driving[n, k]) @ torch.linalg.inv(driving_jacobian[n, k]).T
            rows.append(source[n, k] + undone @ source_jacobian[n, k].T)
    return torch.stack(rows).unflatten(0, source.shape[:2])


# --- the occlusion blend ----------------------------------------------------------------------------------------------


@wrong_answer("roads.blend", "exchanged")
def occlusion_blend(moved, drawn, occlusion):
    return occlusion * drawn + (1 - occlusion) * moved


@wrong_answer("roads.blend", "the drawing forgotten")
def occlusion_blend(moved, drawn, occlusion):
    return occlusion * moved


@wrong_answer("roads.blend", "the drawing at full strength")
def occlusion_blend(moved, drawn, occlusion):
    return occlusion * moved + drawn


@wrong_answer("roads.blend", "all or nothing")
def occlusion_blend(moved, drawn, occlusion):
    return torch.where(occlusion > 0.5, moved, drawn)


@wrong_answer("roads.blend", "one number for the map")
def occlusion_blend(moved, drawn, occlusion):
    share = occlusion.mean()
    return share * moved + (1 - share) * drawn


@wrong_answer("roads.blend", "no gradient for the map")
def occlusion_blend(moved, drawn, occlusion):
    occlusion = occlusion.detach()
    return occlusion * moved + (1 - occlusion) * drawn


@wrong_answer("roads.blend", "writes into the still")
def occlusion_blend(moved, drawn, occlusion):
    moved *= occlusion
    moved += (1 - occlusion) * drawn
    return moved


@right_answer("roads.blend", "lerp")
def occlusion_blend(moved, drawn, occlusion):
    return torch.lerp(drawn, moved, occlusion.expand_as(moved))


@right_answer("roads.blend", "the difference, laid on")
def occlusion_blend(moved, drawn, occlusion):
    return moved - (1 - occlusion) * (moved - drawn)
