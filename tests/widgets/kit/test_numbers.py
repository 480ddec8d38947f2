"""Numbers as benches write them."""

from unmasked.widgets.kit import minus, two_digits


def test_scores_read_well():
    assert [two_digits(x) for x in (0.456, -0.5, -0.001, 1)] == ["0.46", "−0.50", "0.00", "1.00"]


def test_a_minus_sign_is_one():
    assert minus("-3 to -1") == "−3 to −1"
