"""OWASP's names for what happens, and how grave each is.

Source: OWASP Logging Vocabulary Cheat Sheet,
https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html; its INFO, WARN and
CRITICAL are `info`, `warning` and `critical` here. What it writes behind a colon is a field of its own here.
"""

from collections.abc import Mapping
from typing import Literal

type Severity = Literal["info", "warning", "critical"]

SEVERITIES: Mapping[str, Severity] = {
    "authn_login_success": "info",
    "authn_login_successafterfail": "info",
    "authn_login_fail": "warning",
    "authn_login_fail_max": "warning",
    "authn_login_lock": "warning",
    "authn_password_change": "info",
    "authn_password_change_fail": "critical",
    "authn_impossible_travel": "critical",
    "authn_token_created": "info",
    "authn_token_revoked": "info",
    "authn_token_reuse": "critical",
    "authn_token_delete": "warning",
    "authz_fail": "critical",
    "authz_change": "warning",
    "authz_admin": "warning",
    "excess_rate_limit_exceeded": "warning",
    "input_validation_fail": "warning",
    "malicious_excess_404": "warning",
    "malicious_extraneous": "critical",
    "malicious_attack_tool": "critical",
    "malicious_direct_reference": "critical",
    "privilege_permissions_changed": "warning",
    "sensitive_create": "warning",
    "sensitive_read": "warning",
    "sensitive_update": "warning",
    "sensitive_delete": "warning",
    "sequence_fail": "critical",
    "session_created": "info",
    "session_renewed": "info",
    "session_expired": "info",
    "session_use_after_expire": "critical",
    "user_created": "warning",
    "user_updated": "warning",
    "user_archived": "warning",
    "user_deleted": "warning",
}


def severity_of(vocabulary: str) -> Severity:
    """How grave; a name that OWASP does not have is a warning, so that nobody overlooks it."""
    return SEVERITIES.get(vocabulary, "warning")
