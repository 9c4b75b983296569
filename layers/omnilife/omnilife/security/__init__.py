"""Account protection: who tries too often, from where, what happened, and who changed what."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.security.attempt_models import AccountStanding as AccountStanding
    from omnilife.security.attempt_models import Email as Email
    from omnilife.security.attempt_models import LoginReport as LoginReport
    from omnilife.security.attempt_models import LoginStanding as LoginStanding
    from omnilife.security.audit import AuditPage as AuditPage
    from omnilife.security.audit_trail import AuditFilters as AuditFilters
    from omnilife.security.audit_trail import Verification as Verification
    from omnilife.security.audit_trail import append_audit as append_audit
    from omnilife.security.audit_trail import list_audit as list_audit
    from omnilife.security.audit_trail import verify_audit_chain as verify_audit_chain
    from omnilife.security.blacklist_models import Entry as Entry
    from omnilife.security.blacklist_models import EntryPage as EntryPage
    from omnilife.security.blacklist_models import NewEntry as NewEntry
    from omnilife.security.keep_blacklist import add_blacklist_entry as add_blacklist_entry
    from omnilife.security.keep_blacklist import delete_blacklist_entry as delete_blacklist_entry
    from omnilife.security.keep_blacklist import list_blacklist as list_blacklist
    from omnilife.security.keep_blacklist import refresh_blacklist as refresh_blacklist
    from omnilife.security.login_guard import Admitted as Admitted
    from omnilife.security.login_guard import LoginGuard as LoginGuard
    from omnilife.security.login_guard import SignedIn as SignedIn
    from omnilife.security.payment_webhooks import WebhookAnswer as WebhookAnswer
    from omnilife.security.payment_webhooks import WebhookDesk as WebhookDesk
    from omnilife.security.payment_webhooks import take_payment_webhook as take_payment_webhook
    from omnilife.security.problems import AccountLocked as AccountLocked
    from omnilife.security.problems import BlacklistFull as BlacklistFull
    from omnilife.security.problems import BlocksCaller as BlocksCaller
    from omnilife.security.record_attempts import record_login_attempt as record_login_attempt
    from omnilife.security.risk import RiskProfile as RiskProfile
    from omnilife.security.score_payments import PaymentFacts as PaymentFacts
    from omnilife.security.score_payments import PaymentVerdict as PaymentVerdict
    from omnilife.security.score_payments import score_payment as score_payment
    from omnilife.security.security_events import EventFilters as EventFilters
    from omnilife.security.security_events import SecurityEventPage as SecurityEventPage
    from omnilife.security.security_events import keep_security_event as keep_security_event
    from omnilife.security.security_events import list_security_events as list_security_events
    from omnilife.security.store.audit import AuditStore as AuditStore
    from omnilife.security.store.blacklist import BlacklistStore as BlacklistStore
    from omnilife.security.store.events import SecurityEventStore as SecurityEventStore
    from omnilife.security.store.people import personal_holdings as personal_holdings
    from omnilife.security.store.risk import RiskStore as RiskStore
    from omnilife.security.tell_standing import tell_standing as tell_standing
    from omnilife.security.watch_risk import find_risk_profile as find_risk_profile
    from omnilife.security.watch_risk import update_risk_profile as update_risk_profile

__getattr__ = exports(
    __name__,
    {
        "AccountLocked": "problems",
        "AccountStanding": "attempt_models",
        "Admitted": "login_guard",
        "AuditFilters": "audit_trail",
        "AuditPage": "audit",
        "AuditStore": "store.audit",
        "BlacklistFull": "problems",
        "BlacklistStore": "store.blacklist",
        "BlocksCaller": "problems",
        "Email": "attempt_models",
        "Entry": "blacklist_models",
        "EntryPage": "blacklist_models",
        "EventFilters": "security_events",
        "LoginGuard": "login_guard",
        "LoginReport": "attempt_models",
        "LoginStanding": "attempt_models",
        "NewEntry": "blacklist_models",
        "PaymentFacts": "score_payments",
        "PaymentVerdict": "score_payments",
        "RiskProfile": "risk",
        "RiskStore": "store.risk",
        "SecurityEventPage": "security_events",
        "SecurityEventStore": "store.events",
        "SignedIn": "login_guard",
        "Verification": "audit_trail",
        "WebhookAnswer": "payment_webhooks",
        "WebhookDesk": "payment_webhooks",
        "add_blacklist_entry": "keep_blacklist",
        "append_audit": "audit_trail",
        "delete_blacklist_entry": "keep_blacklist",
        "find_risk_profile": "watch_risk",
        "keep_security_event": "security_events",
        "list_audit": "audit_trail",
        "list_blacklist": "keep_blacklist",
        "list_security_events": "security_events",
        "personal_holdings": "store.people",
        "record_login_attempt": "record_attempts",
        "refresh_blacklist": "keep_blacklist",
        "score_payment": "score_payments",
        "take_payment_webhook": "payment_webhooks",
        "tell_standing": "tell_standing",
        "update_risk_profile": "watch_risk",
        "verify_audit_chain": "audit_trail",
    },
)
