"""Account protection: who tries too often, from where, what happened, and who changed what."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.security.attempt_models import AccountStanding as AccountStanding
    from omnilife.security.attempt_models import Email as Email
    from omnilife.security.attempt_models import LoginReport as LoginReport
    from omnilife.security.attempt_models import LoginStanding as LoginStanding
    from omnilife.security.login_guard import Admitted as Admitted
    from omnilife.security.login_guard import LoginGuard as LoginGuard
    from omnilife.security.login_guard import SignedIn as SignedIn
    from omnilife.security.problems import AccountLocked as AccountLocked
    from omnilife.security.record_attempts import record_login_attempt as record_login_attempt
    from omnilife.security.tell_standing import tell_standing as tell_standing

__getattr__ = exports(
    __name__,
    {
        "AccountLocked": "problems",
        "AccountStanding": "attempt_models",
        "Admitted": "login_guard",
        "Email": "attempt_models",
        "LoginGuard": "login_guard",
        "LoginReport": "attempt_models",
        "LoginStanding": "attempt_models",
        "SignedIn": "login_guard",
        "record_login_attempt": "record_attempts",
        "tell_standing": "tell_standing",
    },
)
