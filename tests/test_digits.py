"""The bundled digits, and the reader of MNIST's files: whole ones, and all the ways a file can be broken."""

import gzip
import hashlib
import struct
import urllib.error
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked import digits

REAL = Path(__file__).resolve().parents[2] / "shared" / "mnist"  # the real test files, where a developer has them


def idx(array):
    """The bytes of an IDX file with this uint8 array."""
    magic = {3: 2051, 1: 2049}[array.ndim]
    return struct.pack(f">{1 + array.ndim}I", magic, *array.shape) + array.tobytes()


@pytest.fixture
def some():
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (7, 28, 20), dtype=np.uint8), rng.integers(0, 10, 7, dtype=np.uint8)


def write(folder, pictures, labels, pack=bytes, end=""):
    (folder / f"t10k-images-idx3-ubyte{end}").write_bytes(pack(idx(pictures)))
    (folder / f"t10k-labels-idx1-ubyte{end}").write_bytes(pack(idx(labels)))


def test_bundled_digits():
    found = digits.bundled()
    assert found.pictures.shape == (1797, 8, 8)
    assert found.pictures.dtype == np.uint8
    assert found.labels.dtype == np.int64
    assert set(found.labels) == set(range(10))
    assert (found.pictures.min(), found.pictures.max()) == (0, 255), "ink must use the whole range"
    assert len(found) == 1797


def test_bundled_digits_enlarged_are_the_same_digits():
    small, large = digits.bundled().pictures, digits.bundled(24).pictures
    assert large.shape == (1797, 24, 24)
    back = large.reshape(-1, 8, 3, 8, 3).mean((2, 4))
    assert np.abs(back - small).mean() < 14, "averaged back to 8×8 they must be about what they were"


@pytest.mark.parametrize("size", [0, 7, 257, 28.0, True, "28"])
def test_a_senseless_size_is_worded(size):
    with pytest.raises((TypeError, ValueError), match=r"size: wanted a whole number of pixels, 8…256, got"):
        digits.bundled(size)


# --- whole files ---


@pytest.mark.parametrize(("pack", "end"), [(bytes, ""), (gzip.compress, ".gz"), (gzip.compress, ""), (bytes, ".gz")])
def test_plain_and_gzip_whatever_the_name_says(tmp_path, some, pack, end):
    pictures, labels = some
    write(tmp_path, pictures, labels, pack, end)
    found = digits.mnist("test", tmp_path)
    np.testing.assert_array_equal(found.pictures, pictures)
    np.testing.assert_array_equal(found.labels, labels)
    assert found.labels.dtype == np.int64
    found.pictures[0] = 1  # a learner may write into them


def test_the_environment_names_the_folder(tmp_path, some, monkeypatch):
    write(tmp_path, *some)
    monkeypatch.setenv("UNMASKED_MNIST", str(tmp_path))
    assert len(digits.mnist()) == 7


def test_names_with_dots_and_the_training_part(tmp_path, some):
    pictures, labels = some
    (tmp_path / "train-images.idx3-ubyte").write_bytes(idx(pictures))
    (tmp_path / "train-labels.idx1-ubyte").write_bytes(idx(labels))
    assert len(digits.mnist("train", tmp_path)) == 7
    with pytest.raises(FileNotFoundError, match="t10k-images-idx3-ubyte"):
        digits.mnist("test", tmp_path)


@settings(deadline=None, max_examples=25)
@given(shape=st.tuples(*[st.integers(1, 6)] * 3), seed=st.integers(0, 999))
def test_any_shape_is_read_as_written(tmp_path_factory, shape, seed):
    wanted = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(idx(wanted))
    np.testing.assert_array_equal(digits.read_idx(path), wanted)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real MNIST files are not here")
def test_the_real_files():
    found = digits.mnist("test", REAL)
    assert found.pictures.shape == (10_000, 28, 28)
    assert hashlib.md5(idx(found.pictures)).hexdigest() == "2646ac647ad5339dbf082846283269ea"
    assert found.labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9], (
        "the first labels of the test part, as published"
    )
    assert np.bincount(found.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


# --- broken files ---


@settings(deadline=None, max_examples=60)
@given(data=st.data(), zipped=st.booleans())
def test_a_file_cut_anywhere_is_a_worded_error(tmp_path_factory, data, zipped):
    whole = idx(np.arange(60, dtype=np.uint8).reshape(3, 4, 5))
    whole = gzip.compress(whole) if zipped else whole
    path = tmp_path_factory.mktemp("cut") / "t10k-images-idx3-ubyte"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1), label="bytes kept")])
    with pytest.raises(ValueError, match="t10k-images-idx3-ubyte: "):
        digits.read_idx(path)


PICTURES = np.zeros((3, 4, 5), np.uint8)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (gzip.compress(b""), "empty"),
        (b"\x00\x00", "ends after 2 bytes"),
        (b"<html><body>404</body></html>", "wanted magic number 2051.*got 1013478509"),
        (struct.pack(">I", 2052) + bytes(40), "magic number.*2052"),
        (struct.pack("<I", 2051) + bytes(40), "magic number.*50855936"),
        (idx(PICTURES)[:10], "inside its header of 16 bytes"),
        (idx(PICTURES)[:-1], "wanted 60 bytes of 3×4×5 values.*only 59"),
        (idx(PICTURES) + b"x", "wanted 60 bytes.*got more"),
        (gzip.compress(idx(PICTURES))[:-9], "gzip file is damaged or cut short"),
        (gzip.compress(idx(PICTURES))[:-8] + b"\xff" * 8, "gzip file is damaged"),
        (struct.pack(">4I", 2051, 2**32 - 1, 2**32 - 1, 28), "its header says 4,294,967,295×4,294,967,295×28"),
        (struct.pack(">4I", 2051, 0, 28, 28), "its header says 0×28×28"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # the bytes of a gzip file hold the time of day
)
def test_broken_files_are_named_with_what_is_wrong(tmp_path, content, words):
    path = tmp_path / "a file.idx"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"a file.idx: .*{words}"):
        digits.read_idx(path)


def test_files_that_do_not_belong_together(tmp_path, some):
    pictures, labels = some
    write(tmp_path, pictures, labels[:5])
    with pytest.raises(ValueError, match=r"labels-idx1-ubyte: wanted a label for each of the 7 pictures.*got 5"):
        digits.mnist("test", tmp_path)
    write(tmp_path, pictures, np.full(7, 10, np.uint8))
    with pytest.raises(ValueError, match=r"labels 0…9, got 10"):
        digits.mnist("test", tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx(pictures))
    with pytest.raises(ValueError, match=r"labels-idx1-ubyte: wanted labels .*2049.*got pictures"):
        digits.mnist("test", tmp_path)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(labels))
    with pytest.raises(ValueError, match=r"images-idx3-ubyte: wanted pictures .*2051.*got labels"):
        digits.mnist("test", tmp_path)


def test_what_is_missing_is_named(tmp_path, some, monkeypatch):
    monkeypatch.delenv("UNMASKED_MNIST", raising=False)
    with pytest.raises(ValueError, match=r"UNMASKED_MNIST"):
        digits.mnist()
    with pytest.raises(ValueError, match=r"split: wanted one of 'train', 'test', got 'valid'"):
        digits.mnist("valid", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"nowhere is none"):
        digits.mnist("test", tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"wanted t10k-images-idx3-ubyte or t10k-images-idx3-ubyte\.gz"):
        digits.mnist("test", tmp_path)
    with pytest.raises(FileNotFoundError):
        digits.read_idx(tmp_path / "nothing")


# --- the fetcher, without a network ---


@pytest.mark.parametrize(
    "error", [urllib.error.URLError("no route"), TimeoutError("late"), ConnectionResetError("cut")]
)
def test_no_network_is_worded(monkeypatch, error):
    def fail(*arguments, **settings):
        raise error

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fail)
    with pytest.raises(ConnectionError, match=r"could not be fetched.*digits\.bundled\(\)"):
        digits.fetch_mnist()


def test_the_fetcher_splits_as_mnist_is_split(monkeypatch, tmp_path):
    asked = {}

    class Found:
        data = np.repeat(np.arange(70_000, dtype=np.float32)[:, None] % 251, 784, 1)
        target = (np.arange(70_000) % 10).astype(str)

    def fetch(name, **settings):
        asked.update(settings, name=name)
        return Found

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch)
    test, train = digits.fetch_mnist("test", tmp_path), digits.fetch_mnist("train")
    assert (len(test), len(train)) == (10_000, 60_000)
    assert test.pictures.shape == (10_000, 28, 28)
    assert (test.pictures.dtype, test.labels.dtype) == (np.uint8, np.int64)
    assert test.pictures[0, 3, 4] == 60_000 % 251
    assert asked["name"] == "mnist_784"
    Found.data = Found.data[:10]
    Found.target = Found.target[:10]
    with pytest.raises(ValueError, match=r"wanted 70,000 digits, got 10"):
        digits.fetch_mnist()
    with pytest.raises(ValueError, match=r"split"):
        digits.fetch_mnist("both")
