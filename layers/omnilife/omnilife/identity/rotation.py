"""When which signing key is used: a schedule that is fixed the moment a key is published.

    published             signs_from                     expires_at
    |------ LEAD_S -------|---- signs until the next ----|-- RETIRED_S after the next one's signs_from

A key is published longer before it signs than anybody keeps an older list of keys, and stays published after
it has signed for longer than its last token lives. A signer needs no message for it: of the keys that it has
read, the one with the latest `signs_from` that has come is the one that signs.
"""

from collections.abc import Iterable

from omnilife.core.tokens import LEEWAY_S
from omnilife.core.trust import KEYS_HELD_S
from omnilife.identity.models import KEYS_FRESH_S
from omnilife.identity.store_keys import TrustedKey

TOKEN_LIFE_S = 600

SIGNER_HELD_S = 60
"""How old a signer's list of keys may be. Without a younger one it signs nothing."""

CLOCK_MARGIN_S = 60
"""How far the clocks of two functions may differ."""

PERIOD_S = 90 * 86_400
LEAD_S = 3600
RETIRED_S = 3600

LONGEST_CACHE_S = KEYS_HELD_S + KEYS_FRESH_S + SIGNER_HELD_S + CLOCK_MARGIN_S
LAST_TOKEN_S = TOKEN_LIFE_S + LEEWAY_S + SIGNER_HELD_S + CLOCK_MARGIN_S


def signing_at(keys: Iterable[TrustedKey], now: int) -> TrustedKey | None:
    """The key that signs at `now`; None when there is none to sign with."""
    candidates = [key for key in keys if key.key_arn and key.signs_from <= now and key.verifies_at(now)]
    return max(candidates, key=lambda key: (key.signs_from, key.kid), default=None)
