"""The keys by which anybody can check an access token."""

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.identity.models import KeySet, PublicKey
from omnilife.identity.store_keys import TrustedKeys


def list_public_keys(keys: TrustedKeys, *, clock: Clock = system_clock) -> KeySet:
    """All keys under which a valid token may stand, the next one included before it signs.

    Cost: one strongly consistent query, 0.5 to 1 RCU.

    Raises:
        Unavailable: the table does not answer.
    """
    now = epoch_seconds(clock.now())
    return KeySet(keys=[PublicKey.model_validate(key.jwk) for key in keys.all() if key.verifies_at(now)])
