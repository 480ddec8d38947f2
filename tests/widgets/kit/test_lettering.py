"""Words on pictures."""

from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked.widgets.kit.lettering import text_width, wrap


@settings(deadline=None, max_examples=30)
@given(st.text(st.characters(whitelist_categories=["L"]), max_size=60), st.integers(60, 400))
def test_wrapped_lines_fit_and_lose_no_word(words, width):
    words = " ".join(words[i : i + 7] for i in range(0, len(words), 7))
    lines = wrap(words, width, 13)
    assert " ".join(lines).split() == words.split()
    assert all(text_width(line, 13) <= width or " " not in line for line in lines)
