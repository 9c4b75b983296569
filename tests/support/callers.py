"""Who calls, in tests of domain functions."""

from omnilife.core.auth import Caller

ADMIN = Caller("user", "203.0.113.9", "admin-1", roles=frozenset({"admin"}))
