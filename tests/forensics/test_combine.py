"""Several clues as one number."""

import numpy as np
import pytest

from unmasked.forensics import clues, combine, roc


def test_the_combination_finds_the_clue_that_matters():
    generator = np.random.default_rng(2)
    fake = np.arange(200) % 2 == 1
    values = generator.normal(0, [1.0, 5.0, 0.1], (200, 3))
    values[fake, 2] += 0.3
    found = combine.fit(values, fake, ["a", "b", "c"])
    assert abs(found.weights[2]) > 3 * max(abs(found.weights[0]), abs(found.weights[1]))
    assert roc.auc(found.score(values)[~fake], found.score(values)[fake]) > 0.95
    again = combine.Combination(**found.to_dict())
    np.testing.assert_allclose(again.score(values), found.score(values))


def test_no_clip_is_scored_by_what_saw_its_character():
    """Labels by character and a number that names the character: whoever peeks is perfect, whoever does not guesses."""
    generator = np.random.default_rng(3)
    characters = np.repeat(np.arange(40), 6)
    signature = generator.normal(0, 1, (40, 4))[characters]
    fake = (generator.random(40) < 0.5)[characters]
    scores = combine.held_out_scores(signature, fake, characters, list("abcd"))
    assert 0.2 < roc.auc(scores[~fake], scores[fake]) < 0.8
    order = generator.permutation(len(fake))
    again = combine.held_out_scores(signature[order], fake[order], characters[order], list("abcd"))
    np.testing.assert_allclose(again, scores[order], atol=1e-4)


def test_the_combination_refuses_in_words():
    values, fake = np.zeros((4, 2)), np.array([True, False, True, False])
    with pytest.raises(ValueError, match=r"values.*NaN"):
        combine.fit(values * np.nan, fake, ["a", "b"])
    with pytest.raises(ValueError, match="both recordings and fakes"):
        combine.fit(values, fake | True, ["a", "b"])
    with pytest.raises(ValueError, match=r"values.*\(4, 3\)"):
        combine.fit(values, fake, ["a", "b", "c"])
    with pytest.raises(ValueError, match="5 folds"):
        combine.held_out_scores(values, fake, np.arange(4), ["a", "b"])


def test_the_shipped_combination_takes_the_seven_clues():
    assert combine.shipped().names == tuple(clues.CLUES)
