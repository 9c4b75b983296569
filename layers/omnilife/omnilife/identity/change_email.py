"""Another address for an account: confirmed at the new one, told to the old one."""

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, rfc3339, system_clock
from omnilife.core.conditions import attribute, missing
from omnilife.core.errors import FieldError, Invalid
from omnilife.core.events import DomainEvent
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed, Delete, Part, Put
from omnilife.identity.credential_events import EmailChanged
from omnilife.identity.credential_models import EmailChange, EmailChangeState
from omnilife.identity.mail_orders import may_mail, request_mail
from omnilife.identity.problems import ChangedMeanwhile, DeadLink
from omnilife.identity.prove_password import account_of, prove_password
from omnilife.identity.single_use import MailedTokens, SingleUseTokens, dead_link
from omnilife.identity.store_accounts import ADDRESS, AccountStore


def request_email_change(
    change: EmailChange,
    *,
    accounts: AccountStore,
    tokens: SingleUseTokens,
    caller: Caller,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> EmailChangeState:
    """Mail a link to the new address. Whether somebody else has that address is not told, but to its owner.

    Raises:
        WrongPassword, TooManyRequests: see `prove_password`.
        Invalid: it is the account's own address.
    """
    account = prove_password(
        accounts, caller, change.password, pointer="/password", clock=clock, make_id=make_id
    )
    if change.email == account.email:
        raise Invalid(errors=[FieldError("/email", "is the account's address")])
    mailable = may_mail(accounts.table, change.email)
    other = accounts.find_by_email(change.email)
    token = tokens.issue("change_email", user_id=account.user_id, address=change.email)
    parts: list[Part] = [accounts.unchanged(account)]
    mail_id, now = make_id(), clock.now()
    mail: DomainEvent
    if other is None:
        parts.append(token.part)
        mail = request_mail(
            "verify", account, mail_id=mail_id, now=now, token_id=token.token_id, what="e-mail address"
        )
    else:
        mail = request_mail("already_registered", other, mail_id=mail_id, now=now)
    try:
        accounts.save(parts, [mail] if mailable else [])
    except ConditionFailed as failure:
        raise ChangedMeanwhile from failure
    return EmailChangeState(status="verification_sent")


def confirm_email_change(
    text: str,
    *,
    accounts: AccountStore,
    tokens: MailedTokens,
    caller: Caller,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> EmailChangeState:
    """Give the caller's account the address that the link was mailed to, and tell the old one.

    Older links die: they were mailed to an address that is the account's no more. Sessions go on.

    Raises:
        DeadLink: it does not work any more, is another account's, or somebody else has the address by now.
        ChangedMeanwhile: the account was changed in this moment; the link still works.
    """
    token = tokens.find("change_email", text)
    account = account_of(accounts, caller)
    if token.user_id != account.user_id:
        raise DeadLink
    now = clock.now()
    new = {"pk": f"EMAIL#{token.address}", "sk": "EMAIL", "user_id": account.user_id}
    parts: list[Part] = [
        token.spend,
        token.kill_tokens(),
        Put(new, condition=missing("pk"), name=ADDRESS),
        Delete(
            {"pk": f"EMAIL#{account.email}", "sk": "EMAIL"},
            condition=attribute("user_id") == account.user_id,
            name="old address",
        ),
        accounts.change(account, email=token.address, previous_email=account.email, updated_at=rfc3339(now)),
    ]
    changed = EmailChanged.about(account, event_id=make_id(), actor=caller.actor, at=now)
    told = request_mail("changed", account, mail_id=make_id(), now=now, what="e-mail address")
    told = told.model_copy(update={"data": told.data.model_copy(update={"recipient": "previous"})})
    try:
        accounts.save(parts, [changed, told])
    except ConditionFailed as failure:
        if dead_link(failure) or failure.part == ADDRESS:
            raise DeadLink from failure
        raise ChangedMeanwhile from failure
    return EmailChangeState(status="changed")
