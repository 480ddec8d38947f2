"""The landmarks' names."""

from itertools import pairwise

from unmasked import toons


def test_landmarks_are_named_and_complete():
    spans = sorted((part.start, part.stop) for part in toons.LANDMARKS.values())
    assert spans[0][0] == 0 and spans[-1][1] == 68
    assert all(stop == start for (_, stop), (start, _) in pairwise(spans)), "names overlap or leave gaps"
    assert toons.LANDMARKS["lips"].stop - toons.LANDMARKS["lips"].start == 18
