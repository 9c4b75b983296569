"""What security refuses, beyond the problems that every domain has."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from omnilife.core.clock import rfc3339
from omnilife.core.errors import FieldError, Invalid, TooManyRequests


class AccountLocked(TooManyRequests):
    """Too many attempts to sign in. Says the same of accounts that exist and of those that do not."""

    slug = "account-locked"
    title = "Too many attempts"

    _TEXTS: ClassVar[Mapping[str, str]] = {
        "account": "Signing in to this account from new devices is locked for a while.",
        "account_and_address": "Signing in to this account from this address is locked for a while.",
        "address": "Signing in from this address is locked for a while.",
        "device": "Signing in to this account from this device is locked for a while.",
    }

    def __init__(self, reason: str, until: datetime, *, retry_after: int) -> None:
        super().__init__(
            self._TEXTS[reason],
            retry_after=retry_after,
            extensions={"reason": reason, "until": rfc3339(until)},
        )
        self.reason = reason
        self.until = until


class BlocksCaller(Invalid):
    """The blacklist would then refuse the very administrator who writes it."""

    slug = "blocks-caller"
    title = "It would block you"

    def __init__(self, address: str) -> None:
        super().__init__(
            f"Your own address, {address}, would be blocked.",
            errors=[FieldError("/cidr", "contains your own address")],
        )


class BlacklistFull(Invalid):
    """All entries together are more than each function holds in memory."""

    slug = "blacklist-full"
    title = "The blacklist is full"

    def __init__(self, size: int) -> None:
        super().__init__(
            f"All entries would take {size} bytes; 100000 is the limit. Use fewer, wider ranges.",
            errors=[FieldError("/cidr", "no room for it")],
        )
