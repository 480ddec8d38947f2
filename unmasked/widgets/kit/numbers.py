"""Numbers as benches write them."""


def minus(words: str) -> str:
    """`words`, a written number, with a minus sign that is one instead of a hyphen."""
    return words.replace("-", "−")


def two_digits(score: float) -> str:
    """A score as −0.12: two digits after the point, and no −0.00."""
    return minus(f"{score:.2f}").replace("−0.00", "0.00")
