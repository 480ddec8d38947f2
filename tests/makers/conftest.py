"""What the makers' tests share: a clip in which a hand passes before the face."""

import pytest

from unmasked import toons
from unmasked.makers import record


@pytest.fixture(scope="session")
def clip():
    return record(toons.sample_identity(21), 3, frames=4, hand=True)
