"""Who somebody is: accounts, sign-in, the tokens that prove it, and their keys."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.identity.list_public_keys import list_public_keys as list_public_keys
    from omnilife.identity.models import KEYS_FRESH_S as KEYS_FRESH_S
    from omnilife.identity.models import KeySet as KeySet
    from omnilife.identity.store_keys import TrustedKeys as TrustedKeys

__getattr__ = exports(
    __name__,
    {
        "KEYS_FRESH_S": "models",
        "KeySet": "models",
        "TrustedKeys": "store_keys",
        "list_public_keys": "list_public_keys",
    },
)
