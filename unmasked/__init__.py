"""Unmasked: how synthetic faces are made, and how they are caught. The library behind the lessons."""

__version__ = "0.1.0"
