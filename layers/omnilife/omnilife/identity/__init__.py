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
    from omnilife.identity.addresses import normalise_email as normalise_email
    from omnilife.identity.answer_mfa import MfaSignIn as MfaSignIn
    from omnilife.identity.api_keys import ApiKey as ApiKey
    from omnilife.identity.api_keys import ApiKeyPage as ApiKeyPage
    from omnilife.identity.api_keys import CreatedApiKey as CreatedApiKey
    from omnilife.identity.api_keys import NewApiKey as NewApiKey
    from omnilife.identity.change_email import confirm_email_change as confirm_email_change
    from omnilife.identity.change_email import request_email_change as request_email_change
    from omnilife.identity.close_accounts import request_erasure as request_erasure
    from omnilife.identity.credential_models import EmailChange as EmailChange
    from omnilife.identity.credential_models import EmailChangeState as EmailChangeState
    from omnilife.identity.credential_models import EmailConfirmation as EmailConfirmation
    from omnilife.identity.credential_models import NewPassword as NewPassword
    from omnilife.identity.credential_models import PasswordChange as PasswordChange
    from omnilife.identity.credential_models import ResetSent as ResetSent
    from omnilife.identity.credential_models import Roles as Roles
    from omnilife.identity.credential_problems import BadCode as BadCode
    from omnilife.identity.credential_problems import MfaAlreadyOn as MfaAlreadyOn
    from omnilife.identity.credential_problems import TicketOver as TicketOver
    from omnilife.identity.credential_problems import WrongPassword as WrongPassword
    from omnilife.identity.device_cookies import DEVICE_COOKIE as DEVICE_COOKIE
    from omnilife.identity.device_cookies import device_cookie as device_cookie
    from omnilife.identity.edit_profile import edit_profile as edit_profile
    from omnilife.identity.edit_profile import find_profile as find_profile
    from omnilife.identity.end_sessions import end_session as end_session
    from omnilife.identity.end_sessions import list_sessions as list_sessions
    from omnilife.identity.end_sessions import log_out as log_out
    from omnilife.identity.end_sessions import log_out_everywhere as log_out_everywhere
    from omnilife.identity.export_files import ExportFiles as ExportFiles
    from omnilife.identity.key_service import KeyMaker as KeyMaker
    from omnilife.identity.list_public_keys import list_public_keys as list_public_keys
    from omnilife.identity.mails import Addressee as Addressee
    from omnilife.identity.mails import mail_for as mail_for
    from omnilife.identity.manage_api_keys import create_api_key as create_api_key
    from omnilife.identity.manage_api_keys import list_api_keys as list_api_keys
    from omnilife.identity.manage_api_keys import note_key_use as note_key_use
    from omnilife.identity.manage_api_keys import revoke_api_key as revoke_api_key
    from omnilife.identity.manage_second_factor import confirm_totp as confirm_totp
    from omnilife.identity.manage_second_factor import enroll_totp as enroll_totp
    from omnilife.identity.manage_second_factor import remove_totp as remove_totp
    from omnilife.identity.models import KEYS_FRESH_S as KEYS_FRESH_S
    from omnilife.identity.models import KeySet as KeySet
    from omnilife.identity.open_sessions import SessionOpener as SessionOpener
    from omnilife.identity.order_exports import find_export as find_export
    from omnilife.identity.order_exports import request_export as request_export
    from omnilife.identity.personal_data_jobs import ErasureJob as ErasureJob
    from omnilife.identity.personal_data_jobs import ErasureProof as ErasureProof
    from omnilife.identity.personal_data_jobs import ExportJob as ExportJob
    from omnilife.identity.problems import BadCredentials as BadCredentials
    from omnilife.identity.problems import ChangedMeanwhile as ChangedMeanwhile
    from omnilife.identity.problems import DeadLink as DeadLink
    from omnilife.identity.problems import InvalidRefreshToken as InvalidRefreshToken
    from omnilife.identity.problems import WeakPassword as WeakPassword
    from omnilife.identity.purge_expired import purge_expired_tokens as purge_expired_tokens
    from omnilife.identity.refresh_sessions import Refresher as Refresher
    from omnilife.identity.register_accounts import register as register
    from omnilife.identity.rotate_keys import rotate_signing_key as rotate_signing_key
    from omnilife.identity.run_erasures import begin_erasure as begin_erasure
    from omnilife.identity.run_erasures import erase_user_data as erase_user_data
    from omnilife.identity.run_erasures import fail_erasure as fail_erasure
    from omnilife.identity.run_erasures import finish_erasure as finish_erasure
    from omnilife.identity.run_exports import begin_export as begin_export
    from omnilife.identity.run_exports import export_user_data as export_user_data
    from omnilife.identity.run_exports import fail_export as fail_export
    from omnilife.identity.run_exports import finish_export as finish_export
    from omnilife.identity.second_factors import Code as Code
    from omnilife.identity.second_factors import Enrolment as Enrolment
    from omnilife.identity.second_factors import MfaAnswer as MfaAnswer
    from omnilife.identity.second_factors import RecoveryCodes as RecoveryCodes
    from omnilife.identity.secret_box import SecretBox as SecretBox
    from omnilife.identity.sessions import Client as Client
    from omnilife.identity.sessions import MfaRequired as MfaRequired
    from omnilife.identity.sessions import RefreshRequest as RefreshRequest
    from omnilife.identity.sessions import SessionPage as SessionPage
    from omnilife.identity.sessions import SignedIn as SignedIn
    from omnilife.identity.sessions import Tokens as Tokens
    from omnilife.identity.set_passwords import change_password as change_password
    from omnilife.identity.set_passwords import forgot_password as forgot_password
    from omnilife.identity.set_passwords import reset_password as reset_password
    from omnilife.identity.set_roles import make_first_admin as make_first_admin
    from omnilife.identity.set_roles import set_roles as set_roles
    from omnilife.identity.sign_in import PasswordSignIn as PasswordSignIn
    from omnilife.identity.signatures import public_jwk as public_jwk
    from omnilife.identity.signatures import raw_signature as raw_signature
    from omnilife.identity.single_use import MailedTokens as MailedTokens
    from omnilife.identity.single_use import SingleUseTokens as SingleUseTokens
    from omnilife.identity.store_accounts import AccountStore as AccountStore
    from omnilife.identity.store_api_keys import ApiKeyStore as ApiKeyStore
    from omnilife.identity.store_expired import ExpiredTokens as ExpiredTokens
    from omnilife.identity.store_jobs import JobStore as JobStore
    from omnilife.identity.store_keys import TrustedKeys as TrustedKeys
    from omnilife.identity.store_people import personal_holdings as personal_holdings
    from omnilife.identity.store_second_factors import FactorStore as FactorStore
    from omnilife.identity.store_sessions import SessionStore as SessionStore
    from omnilife.identity.unlock_account import unlock_account as unlock_account
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
        "BadCode": "credential_problems",
        "BadCredentials": "problems",
        "ChangedMeanwhile": "problems",
        "Client": "sessions",
        "Code": "second_factors",
        "CreatedApiKey": "api_keys",
        "Credentials": "accounts",
        "DEVICE_COOKIE": "device_cookies",
        "DeadLink": "problems",
        "EmailChange": "credential_models",
        "EmailChangeState": "credential_models",
        "EmailConfirmation": "credential_models",
        "EmailOnly": "accounts",
        "Enrolment": "second_factors",
        "ErasureJob": "personal_data_jobs",
        "ErasureProof": "personal_data_jobs",
        "ExpiredTokens": "store_expired",
        "ExportFiles": "export_files",
        "ExportJob": "personal_data_jobs",
        "FactorStore": "store_second_factors",
        "InvalidRefreshToken": "problems",
        "JobStore": "store_jobs",
        "KEYS_FRESH_S": "models",
        "KeyMaker": "key_service",
        "KeySet": "models",
        "MailedToken": "accounts",
        "MailedTokens": "single_use",
        "MfaAlreadyOn": "credential_problems",
        "MfaAnswer": "second_factors",
        "MfaRequired": "sessions",
        "MfaSignIn": "answer_mfa",
        "NewAccount": "accounts",
        "NewApiKey": "api_keys",
        "NewPassword": "credential_models",
        "PasswordChange": "credential_models",
        "PasswordSignIn": "sign_in",
        "ProfilePatch": "accounts",
        "RecoveryCodes": "second_factors",
        "RefreshRequest": "sessions",
        "Refresher": "refresh_sessions",
        "ResetSent": "credential_models",
        "Roles": "credential_models",
        "SecretBox": "secret_box",
        "SessionOpener": "open_sessions",
        "SessionPage": "sessions",
        "SessionStore": "store_sessions",
        "SignedIn": "sessions",
        "SingleUseTokens": "single_use",
        "TicketOver": "credential_problems",
        "Tokens": "sessions",
        "TrustedKeys": "store_keys",
        "User": "accounts",
        "WeakPassword": "problems",
        "WrongPassword": "credential_problems",
        "begin_erasure": "run_erasures",
        "begin_export": "run_exports",
        "change_password": "set_passwords",
        "confirm_email_change": "change_email",
        "confirm_totp": "manage_second_factor",
        "create_api_key": "manage_api_keys",
        "device_cookie": "device_cookies",
        "edit_profile": "edit_profile",
        "end_session": "end_sessions",
        "enroll_totp": "manage_second_factor",
        "erase_user_data": "run_erasures",
        "export_user_data": "run_exports",
        "fail_erasure": "run_erasures",
        "fail_export": "run_exports",
        "find_export": "order_exports",
        "find_profile": "edit_profile",
        "finish_erasure": "run_erasures",
        "finish_export": "run_exports",
        "forgot_password": "set_passwords",
        "list_api_keys": "manage_api_keys",
        "note_key_use": "manage_api_keys",
        "list_public_keys": "list_public_keys",
        "list_sessions": "end_sessions",
        "log_out": "end_sessions",
        "log_out_everywhere": "end_sessions",
        "mail_for": "mails",
        "make_first_admin": "set_roles",
        "normalise_email": "addresses",
        "personal_holdings": "store_people",
        "public_jwk": "signatures",
        "purge_expired_tokens": "purge_expired",
        "raw_signature": "signatures",
        "register": "register_accounts",
        "remove_totp": "manage_second_factor",
        "request_email_change": "change_email",
        "request_erasure": "close_accounts",
        "request_export": "order_exports",
        "resend_verification": "verify_addresses",
        "reset_password": "set_passwords",
        "revoke_api_key": "manage_api_keys",
        "rotate_signing_key": "rotate_keys",
        "set_roles": "set_roles",
        "unlock_account": "unlock_account",
        "verify_email": "verify_addresses",
    },
)
