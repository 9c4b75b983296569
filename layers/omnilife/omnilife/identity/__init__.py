"""Who somebody is: accounts, sign-in, the tokens that prove it, and their keys."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.identity.api_keys import ApiKey as ApiKey
    from omnilife.identity.api_keys import ApiKeyPage as ApiKeyPage
    from omnilife.identity.api_keys import CreatedApiKey as CreatedApiKey
    from omnilife.identity.api_keys import NewApiKey as NewApiKey
    from omnilife.identity.key_service import KeyMaker as KeyMaker
    from omnilife.identity.list_public_keys import list_public_keys as list_public_keys
    from omnilife.identity.mails import Addressee as Addressee
    from omnilife.identity.mails import mail_for as mail_for
    from omnilife.identity.manage_api_keys import create_api_key as create_api_key
    from omnilife.identity.manage_api_keys import list_api_keys as list_api_keys
    from omnilife.identity.manage_api_keys import revoke_api_key as revoke_api_key
    from omnilife.identity.models import KEYS_FRESH_S as KEYS_FRESH_S
    from omnilife.identity.models import KeySet as KeySet
    from omnilife.identity.rotate_keys import rotate_signing_key as rotate_signing_key
    from omnilife.identity.signatures import public_jwk as public_jwk
    from omnilife.identity.signatures import raw_signature as raw_signature
    from omnilife.identity.store_api_keys import ApiKeyStore as ApiKeyStore
    from omnilife.identity.store_keys import TrustedKeys as TrustedKeys

__getattr__ = exports(
    __name__,
    {
        "Addressee": "mails",
        "ApiKey": "api_keys",
        "ApiKeyPage": "api_keys",
        "ApiKeyStore": "store_api_keys",
        "CreatedApiKey": "api_keys",
        "KEYS_FRESH_S": "models",
        "KeyMaker": "key_service",
        "KeySet": "models",
        "NewApiKey": "api_keys",
        "TrustedKeys": "store_keys",
        "create_api_key": "manage_api_keys",
        "list_api_keys": "manage_api_keys",
        "list_public_keys": "list_public_keys",
        "mail_for": "mails",
        "public_jwk": "signatures",
        "raw_signature": "signatures",
        "revoke_api_key": "manage_api_keys",
        "rotate_signing_key": "rotate_keys",
    },
)
