"""Confirming that somebody reads mail at an account's address."""

from contextlib import suppress

from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.events import DomainEvent
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed
from omnilife.identity.accounts import Accepted
from omnilife.identity.credential_events import MailWithheld
from omnilife.identity.events import EmailVerified
from omnilife.identity.mail_orders import may_mail, request_mail
from omnilife.identity.open_sessions import SessionOpener
from omnilife.identity.problems import DeadLink
from omnilife.identity.sessions import Client, SignedIn
from omnilife.identity.single_use import MailedTokens, SingleUseTokens
from omnilife.identity.store_accounts import AccountStore, nobody


def verify_email(
    text: str,
    *,
    accounts: AccountStore,
    tokens: MailedTokens,
    opener: SessionOpener,
    client: Client,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> SignedIn:
    """Confirm the address that the link was mailed to, and sign its owner in.

    Raises:
        DeadLink: the link does not work any more; nothing happened.
    """
    token = tokens.find("verify_email", text)
    account = accounts.find(token.user_id)
    if account is None or account.email != token.address or account.status != "unverified":
        raise DeadLink
    now = clock.now()
    verified = account.model_copy(update={"status": "active", "version": account.version + 1})
    change = accounts.change(account, status="active", verified_at=rfc3339(now), updated_at=rfc3339(now))
    event = EmailVerified.of(
        account.user_id, verified.version, event_id=make_id(), user_id=account.user_id, at=now
    )
    try:
        return opener.open(
            verified,
            client,
            method="email_link",
            account_part=change,
            parts=[token.spend, token.kill_tokens()],
            events=[event],
        )
    except ConditionFailed as failure:
        raise DeadLink from failure


def resend_verification(
    email: str,
    *,
    accounts: AccountStore,
    tokens: SingleUseTokens,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Accepted:
    """Mail another link, if there is an account that waits for one. The answer is the same if not.

    So is the work: a link is made, and one transaction of a check, a token and an event is written. The token
    of an address where nobody waits is told to nobody.
    """
    mailable = may_mail(accounts.table, email)
    account = accounts.find_by_email(email)
    user_id = account.user_id if account else make_id()
    token = tokens.issue("verify_email", user_id=user_id, address=email)
    now, mail_id = clock.now(), make_id()
    waiting = account is not None and account.status == "unverified"
    event: DomainEvent
    if account is not None and waiting and mailable:
        event = request_mail("verify", account, mail_id=mail_id, now=now, token_id=token.token_id)
    else:
        event = MailWithheld.of("verify", mail_id, now, "limited" if waiting else "nobody")
    check = nobody(user_id) if account is None else accounts.unchanged(account)
    with suppress(ConditionFailed):  # verified in this very moment: there is nothing to mail any more
        accounts.save([check, token.part], [event])
    return Accepted()
