"""Pictures and batches; the choice of threads and precision."""

import platform

import numpy as np
import psutil
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from unmasked import tensors

PICTURES = arrays.arrays(np.uint8, st.tuples(*(st.integers(1, 5) for _ in range(3)), st.just(3)))


@settings(deadline=None, max_examples=30)
@given(pictures=PICTURES)
def test_pictures_survive_the_way_there_and_back(pictures):
    batch = tensors.to_tensor(pictures)
    count, height, width, _ = pictures.shape
    assert batch.shape == (count, 3, height, width), "a batch is N×3×H×W, whatever the picture's sides"
    assert batch.dtype == torch.float32
    np.testing.assert_array_equal(tensors.to_pictures(batch), pictures, "there and back must change nothing")


def test_every_pixel_and_channel_lands_where_it_belongs():
    pictures = np.random.default_rng(0).integers(0, 256, (2, 4, 7, 3), dtype=np.uint8)
    batch = tensors.to_tensor(pictures)
    for n, y, x, c in np.ndindex(pictures.shape):
        assert batch[n, c, y, x].item() == pytest.approx(pictures[n, y, x, c] / 255, abs=1e-7)
    assert batch.is_contiguous(memory_format=torch.channels_last), "channels last is what convolutions on a CPU like"


def test_one_picture_is_a_batch_of_one():
    picture = np.full((5, 8, 3), 51, np.uint8)
    batch = tensors.to_tensor(picture)
    assert batch.shape == (1, 3, 5, 8)
    assert torch.allclose(batch, torch.full((1, 3, 5, 8), 0.2))
    assert tensors.to_pictures(batch[0]).shape == (1, 5, 8, 3)


def test_the_input_is_neither_changed_nor_shared():
    pictures = np.full((1, 2, 2, 3), 255, np.uint8)
    pictures.flags.writeable = False
    tensors.to_tensor(pictures).zero_()
    assert (pictures == 255).all()


def test_values_outside_are_clipped_and_rounded():
    batch = torch.tensor([-0.5, 0.0, 0.4999 / 255, 0.5001 / 255, 1.0, 7.0]).view(1, 1, 1, 6).expand(1, 3, 1, 6)
    assert tensors.to_pictures(batch)[0, 0, :, 0].tolist() == [0, 0, 0, 1, 255, 255]


def test_bfloat16_and_gradients_make_pictures_too():
    batch = torch.ones(2, 3, 4, 5, dtype=torch.bfloat16, requires_grad=True)
    assert (tensors.to_pictures(batch) == 255).all()


def test_masks_and_grey_pictures():
    masks = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    batch = tensors.masks_to_tensor(masks)
    assert batch.shape == (2, 1, 3, 4)
    np.testing.assert_allclose(batch[:, 0].numpy(), masks / 255, rtol=1e-6)
    assert tensors.masks_to_tensor(masks[0]).shape == (1, 1, 3, 4)
    np.testing.assert_array_equal(tensors.to_pictures(batch), np.repeat(masks[..., None], 3, -1))


@pytest.mark.parametrize(
    ("function", "argument", "error", "words"),
    [
        (tensors.to_tensor, np.zeros((2, 4, 4, 3), np.float32), TypeError, "pictures.*uint8.*float32"),
        (tensors.to_tensor, [[1, 2, 3]], TypeError, "pictures.*list"),
        (
            tensors.to_tensor,
            np.zeros((2, 3, 4, 4), np.uint8),
            ValueError,
            r"pictures: wanted shape \(N, H, W, 3\) or \(H, W, 3\), got \(2, 3, 4, 4\)",
        ),
        (tensors.masks_to_tensor, np.zeros((2, 4, 4, 3), np.uint8), ValueError, r"masks: wanted shape \(N, H, W\) or"),
        (tensors.masks_to_tensor, np.zeros((4, 4), bool), TypeError, "masks.*bool"),
        (tensors.to_pictures, torch.zeros(2, 4, 4, 3), ValueError, r"tensor: wanted shape \(N, 3, H, W\)"),
        (tensors.to_pictures, torch.zeros(1, 3, 4, 4, dtype=torch.uint8), TypeError, "floating.*uint8"),
        (tensors.to_pictures, np.zeros((1, 3, 4, 4)), TypeError, "ndarray of float64"),
        (tensors.to_pictures, torch.full((1, 3, 2, 2), torch.nan), ValueError, "NaN"),
    ],
)
def test_wrong_input_is_named(function, argument, error, words):
    with pytest.raises(error, match=words):
        function(argument)


# --- the machine ---


@pytest.fixture
def plain_environment(monkeypatch):
    for variable in ("UNMASKED_THREADS", "UNMASKED_PRECISION", "UNMASKED_DEVICE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(tensors, "_cache", {})
    return monkeypatch


@pytest.mark.parametrize(
    ("speeds", "wanted"),
    [
        ({(1, "float32"): 100, (2, "float32"): 180, (1, "bfloat16"): 40, (2, "bfloat16"): 50}, (2, "float32")),
        ({(1, "float32"): 100, (2, "float32"): 12, (1, "bfloat16"): 90, (2, "bfloat16"): 3}, (1, "float32")),
        ({(1, "float32"): 100, (2, "float32"): 180, (1, "bfloat16"): 190, (2, "bfloat16"): 350}, (2, "bfloat16")),
        ({(1, "float32"): 100, (2, "float32"): 108, (1, "bfloat16"): 105, (2, "bfloat16"): 109}, (1, "float32")),
        ({(2, "float32"): 100, (2, "bfloat16"): 105}, (2, "float32")),
        ({(1, "float32"): 60, (8, "float32"): 97, (4, "float32"): 100}, (4, "float32")),
    ],
)
def test_the_fastest_wins_and_a_tie_goes_to_the_steadier(speeds, wanted):
    assert tensors.choose(speeds) == wanted


def test_nothing_measured_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        tensors.choose({})


def test_the_probe_tries_all_and_leaves_torch_as_it_was(plain_environment):
    plain_environment.setattr(tensors, "_most_threads", lambda: 2)
    plain_environment.setattr(tensors, "_SECONDS", 0.2)
    before, state = torch.get_num_threads(), torch.get_rng_state()
    machine = tensors.probe()
    assert torch.get_num_threads() == before, "the probe must not change the number of threads: apply does that"
    assert torch.equal(torch.get_rng_state(), state), "the probe must not draw from the learner's random numbers"
    assert machine.device == "cpu"
    assert (machine.threads, machine.precision) in machine.speeds
    assert all(speed > 0 for speed in machine.speeds.values())
    assert (1, "float32") in machine.speeds
    assert tensors.probe() is machine, "within a process the answer is kept"


def test_apply_and_autocast():
    before = torch.get_num_threads()
    try:
        machine = tensors.Machine("cpu", 1, "bfloat16").apply()
        assert torch.get_num_threads() == 1
        layer = torch.nn.Linear(3, 2)
        with machine.autocast():
            assert layer(torch.ones(1, 3)).dtype == torch.bfloat16
        with tensors.Machine("cpu", 1, "float32").autocast():
            assert layer(torch.ones(1, 3)).dtype == torch.float32
    finally:
        torch.set_num_threads(before)


def test_arguments_and_environment_decide_without_a_probe(plain_environment):
    machine = tensors.probe(threads=3, precision="bf16")
    assert (machine.threads, machine.precision, machine.speeds) == (3, "bfloat16", {})
    plain_environment.setenv("UNMASKED_THREADS", "2")
    plain_environment.setenv("UNMASKED_PRECISION", "fp32")
    assert str(tensors.probe()).startswith("2 threads, float32, CPU (as asked, no probe")
    assert tensors.probe(threads=1).threads == 1, "an argument comes before the environment"
    assert str(tensors.probe(threads=1)).startswith("1 thread, ")


def test_the_line_says_what_was_measured():
    line = str(tensors.Machine("cpu", 2, "float32", {(1, "float32"): 399.6, (2, "float32"): 1234.0}))
    assert line == "2 threads, float32, CPU (probe: 1×float32 400/s, 2×float32 1,234/s)"


@pytest.mark.parametrize("value", ["none", "0", "-2", "1.5", "5000", "two"])
def test_nonsense_in_the_environment_is_worded(plain_environment, value):
    plain_environment.setenv("UNMASKED_THREADS", value)
    with pytest.raises(ValueError, match=f"UNMASKED_THREADS: wanted a whole number.*{value}"):
        tensors.probe(precision="float32")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"threads": 0}, "threads: wanted"),
        ({"threads": True}, "threads: wanted"),
        ({"precision": "float16"}, "precision: wanted float32.*float16"),
        ({"device": "tpu"}, "device: wanted cpu, cuda, mps or auto.*tpu"),
    ],
)
def test_nonsense_in_arguments_is_worded(plain_environment, arguments, words):
    with pytest.raises(ValueError, match=words):
        tensors.probe(**arguments)


def test_an_empty_variable_counts_as_unset(plain_environment):
    plain_environment.setenv("UNMASKED_THREADS", "")
    plain_environment.setenv("UNMASKED_PRECISION", "float32")
    assert tensors.probe(threads=1).threads == 1


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA card here")
def test_a_missing_card_is_worded(plain_environment):
    plain_environment.setenv("UNMASKED_DEVICE", "cuda")
    with pytest.raises(ValueError, match=r"UNMASKED_DEVICE.*no CUDA"):
        tensors.probe()


def test_thread_counts_are_powers_of_two_and_all(plain_environment):
    plain_environment.setattr(tensors, "_most_threads", lambda: 6)
    assert tensors._thread_counts() == [1, 2, 4, 6]
    plain_environment.setattr(tensors, "_most_threads", lambda: 1)
    assert tensors._thread_counts() == [1]


def test_omp_num_threads_is_a_ceiling(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert tensors._most_threads() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "1000000")
    assert tensors._most_threads() == tensors.cores()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep or return memory as they like")
def test_a_large_array_goes_back_to_the_system_when_it_is_freed():
    def resident():
        return psutil.Process().memory_info().rss

    for _ in range(3):  # from these glibc by itself would learn to keep what is as large
        torch.ones(6 << 20)
    large, above = torch.ones(4 << 20), torch.ones(4 << 20)
    held = resident()
    del large
    assert held - resident() > 12 << 20, "16 MB were freed, yet the process still holds them"
    assert above[0] == 1
