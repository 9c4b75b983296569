"""Who somebody is: accounts, sign-in, the tokens that prove it, and their keys."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.identity.accounts import Accepted as Accepted
    from omnilife.identity.accounts import Credentials as Credentials
    from omnilife.identity.accounts import EmailOnly as EmailOnly
    from omnilife.identity.accounts import MailedToken as MailedToken
    from omnilife.identity.accounts import NewAccount as NewAccount
    from omnilife.identity.accounts import ProfilePatch as ProfilePatch
    from omnilife.identity.accounts import User as User
    from omnilife.identity.api_keys import ApiKey as ApiKey
    from omnilife.identity.api_keys import ApiKeyPage as ApiKeyPage
    from omnilife.identity.api_keys import CreatedApiKey as CreatedApiKey
    from omnilife.identity.api_keys import NewApiKey as NewApiKey
    from omnilife.identity.device_cookies import DEVICE_COOKIE as DEVICE_COOKIE
    from omnilife.identity.device_cookies import device_cookie as device_cookie
    from omnilife.identity.edit_profile import edit_profile as edit_profile
    from omnilife.identity.edit_profile import find_profile as find_profile
    from omnilife.identity.end_sessions import end_session as end_session
    from omnilife.identity.end_sessions import list_sessions as list_sessions
    from omnilife.identity.end_sessions import log_out as log_out
    from omnilife.identity.end_sessions import log_out_everywhere as log_out_everywhere
    from omnilife.identity.key_service import KeyMaker as KeyMaker
    from omnilife.identity.list_public_keys import list_public_keys as list_public_keys
    from omnilife.identity.mails import Addressee as Addressee
    from omnilife.identity.mails import mail_for as mail_for
    from omnilife.identity.manage_api_keys import create_api_key as create_api_key
    from omnilife.identity.manage_api_keys import list_api_keys as list_api_keys
    from omnilife.identity.manage_api_keys import revoke_api_key as revoke_api_key
    from omnilife.identity.models import KEYS_FRESH_S as KEYS_FRESH_S
    from omnilife.identity.models import KeySet as KeySet
    from omnilife.identity.open_sessions import SessionOpener as SessionOpener
    from omnilife.identity.problems import BadCredentials as BadCredentials
    from omnilife.identity.problems import ChangedMeanwhile as ChangedMeanwhile
    from omnilife.identity.problems import DeadLink as DeadLink
    from omnilife.identity.problems import InvalidRefreshToken as InvalidRefreshToken
    from omnilife.identity.problems import WeakPassword as WeakPassword
    from omnilife.identity.refresh_sessions import Refresher as Refresher
    from omnilife.identity.register_accounts import register as register
    from omnilife.identity.rotate_keys import rotate_signing_key as rotate_signing_key
    from omnilife.identity.sessions import Client as Client
    from omnilife.identity.sessions import MfaRequired as MfaRequired
    from omnilife.identity.sessions import RefreshRequest as RefreshRequest
    from omnilife.identity.sessions import SessionPage as SessionPage
    from omnilife.identity.sessions import SignedIn as SignedIn
    from omnilife.identity.sessions import Tokens as Tokens
    from omnilife.identity.sign_in import PasswordSignIn as PasswordSignIn
    from omnilife.identity.signatures import public_jwk as public_jwk
    from omnilife.identity.signatures import raw_signature as raw_signature
    from omnilife.identity.single_use import MailedTokens as MailedTokens
    from omnilife.identity.single_use import SingleUseTokens as SingleUseTokens
    from omnilife.identity.store_accounts import AccountStore as AccountStore
    from omnilife.identity.store_api_keys import ApiKeyStore as ApiKeyStore
    from omnilife.identity.store_keys import TrustedKeys as TrustedKeys
    from omnilife.identity.store_sessions import SessionStore as SessionStore
    from omnilife.identity.verify_addresses import resend_verification as resend_verification
    from omnilife.identity.verify_addresses import verify_email as verify_email

__getattr__ = exports(
    __name__,
    {
        "Accepted": "accounts",
        "AccountStore": "store_accounts",
        "Addressee": "mails",
        "ApiKey": "api_keys",
        "ApiKeyPage": "api_keys",
        "ApiKeyStore": "store_api_keys",
        "BadCredentials": "problems",
        "ChangedMeanwhile": "problems",
        "Client": "sessions",
        "CreatedApiKey": "api_keys",
        "Credentials": "accounts",
        "DEVICE_COOKIE": "device_cookies",
        "DeadLink": "problems",
        "EmailOnly": "accounts",
        "InvalidRefreshToken": "problems",
        "KEYS_FRESH_S": "models",
        "KeyMaker": "key_service",
        "KeySet": "models",
        "MailedToken": "accounts",
        "MailedTokens": "single_use",
        "MfaRequired": "sessions",
        "NewAccount": "accounts",
        "NewApiKey": "api_keys",
        "PasswordSignIn": "sign_in",
        "ProfilePatch": "accounts",
        "RefreshRequest": "sessions",
        "Refresher": "refresh_sessions",
        "SessionOpener": "open_sessions",
        "SessionPage": "sessions",
        "SessionStore": "store_sessions",
        "SignedIn": "sessions",
        "SingleUseTokens": "single_use",
        "Tokens": "sessions",
        "TrustedKeys": "store_keys",
        "User": "accounts",
        "WeakPassword": "problems",
        "create_api_key": "manage_api_keys",
        "device_cookie": "device_cookies",
        "edit_profile": "edit_profile",
        "end_session": "end_sessions",
        "find_profile": "edit_profile",
        "list_api_keys": "manage_api_keys",
        "list_public_keys": "list_public_keys",
        "list_sessions": "end_sessions",
        "log_out": "end_sessions",
        "log_out_everywhere": "end_sessions",
        "mail_for": "mails",
        "public_jwk": "signatures",
        "raw_signature": "signatures",
        "register": "register_accounts",
        "resend_verification": "verify_addresses",
        "revoke_api_key": "manage_api_keys",
        "rotate_signing_key": "rotate_keys",
        "verify_email": "verify_addresses",
    },
)
