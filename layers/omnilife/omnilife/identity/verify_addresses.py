"""Confirming that somebody reads mail at an account's address."""

from contextlib import suppress

from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed, Part
from omnilife.identity.accounts import Accepted
from omnilife.identity.events import EmailRequested, EmailVerified
from omnilife.identity.mail_orders import may_mail, request_mail
from omnilife.identity.open_sessions import SessionOpener
from omnilife.identity.problems import DeadLink
from omnilife.identity.sessions import Client, SignedIn
from omnilife.identity.single_use import MailedTokens, SingleUseTokens
from omnilife.identity.store_accounts import AccountStore


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

    So is the work: an address nobody has, or that was verified long ago, has a link made and a row written.
    """
    mailable = may_mail(accounts.table, email)
    account = accounts.find_by_email(email)
    parts: list[Part] = []
    mails: list[EmailRequested] = []
    token = tokens.issue("verify_email", user_id=account.user_id if account else make_id(), address=email)
    if account is not None and account.status == "unverified" and mailable:
        parts = [token.part, accounts.unchanged(account)]
        mails = [request_mail("verify", account, mail_id=make_id(), now=clock.now(), token_id=token.token_id)]
    else:
        # Its text is told to nobody, so that it is never redeemed.
        parts = [token.part]
    with suppress(ConditionFailed):  # verified in this very moment: there is nothing to mail any more
        accounts.save(parts, mails)
    return Accepted()
