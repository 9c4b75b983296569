"""The same people as in the unit tests."""

from tests.unit.identity.conftest import call, fast_argon, identity

__all__ = ["call", "fast_argon", "identity"]
