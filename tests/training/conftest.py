import pytest


@pytest.fixture(autouse=True)
def no_cap(monkeypatch):
    monkeypatch.delenv("UNMASKED_MAX_STEPS", raising=False)
