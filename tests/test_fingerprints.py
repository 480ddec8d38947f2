"""Fingerprints: the same for the same, another for all the rest."""

import numpy as np
import pytest
import torch
from tiny_training import Job
from torch import nn

from unmasked.training import History, cosine, fingerprint, train


class TestFingerprint:
    def test_is_the_same_for_the_same_and_differs_for_the_rest(self, tmp_path):
        (tmp_path / "a").write_bytes(b"x")
        parts = [
            None, True, 1, 1.0, "1", b"1", [1], [1, 2], [[1], 2], {"a": 1}, {"a": 2}, {1}, (), {},
            np.arange(6), np.arange(6).reshape(2, 3), np.arange(6.0), torch.arange(6), torch.arange(6.0), np.float32(1),
            torch.Generator().manual_seed(1), torch.Generator().manual_seed(2), np.random.default_rng(1),
            np.random.default_rng(2), train, cosine, Job, Job.step, pytest, tmp_path / "a", History(), History("b"),
        ]  # fmt: skip
        hashes = [fingerprint(part) for part in parts]
        assert len(set(hashes)) == len(parts), "two different things got the same fingerprint"
        assert hashes == [fingerprint(part) for part in parts]

    def test_does_not_run_parts_together(self):
        assert len({fingerprint("ab", "c"), fingerprint("a", "bc"), fingerprint("abc"), fingerprint(["ab", "c"])}) == 4

    def test_does_not_depend_on_the_order_of_a_dict_or_on_memory(self):
        assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
        table = np.arange(12).reshape(3, 4)
        assert fingerprint(table.T) == fingerprint(np.ascontiguousarray(table.T))

    def test_sees_weights(self):
        one = nn.Linear(2, 2)
        before = fingerprint(one)
        with torch.no_grad():
            one.bias += 1
        assert fingerprint(one) != before

    def test_reads_a_class_made_in_a_notebook_by_its_methods(self, monkeypatch):
        real = __import__("inspect").getsource

        def without_classes(part):
            if isinstance(part, type):
                raise TypeError("is a built-in class")
            return real(part)

        monkeypatch.setattr("unmasked.fingerprints.inspect.getsource", without_classes)
        assert len({fingerprint(Job), fingerprint(History)}) == 2

    def test_refuses_what_it_cannot_hash(self):
        with pytest.raises(TypeError, match="cannot hash object"):
            fingerprint(object())
        with pytest.raises(TypeError, match="objects"):
            fingerprint(np.array([object()]))
        with pytest.raises(TypeError, match="source"):
            fingerprint(int)
