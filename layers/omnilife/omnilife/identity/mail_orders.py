"""Mails that identity asks for, and how many of them an address gets."""

import hashlib
from datetime import datetime

from omnilife.core.clock import rfc3339
from omnilife.core.limits import DynamoLimiter, Limit
from omnilife.core.table import Table
from omnilife.identity.accounts import Account
from omnilife.identity.events import EmailRequested, Template
from omnilife.identity.sessions import Client

MAILS = Limit("mail", 5, 3600)
"""To one address: nobody's mailbox is filled by whoever types the address of it."""


def may_mail(table: Table, email: str) -> bool:
    """Count a mail to an address, known or not; False if it has had enough.

    Raises:
        Unavailable: the table could not count it.
    """
    key = hashlib.sha256(email.encode()).hexdigest()
    return DynamoLimiter(table).check(key, MAILS).allowed


def request_mail(
    template: Template,
    account: Account,
    *,
    mail_id: str,
    now: datetime,
    token_id: str | None = None,
    **data: str,
) -> EmailRequested:
    """The event that asks for a mail, to be saved with whatever it tells of."""
    return EmailRequested.model_validate(
        {
            "id": mail_id,
            "time": now,
            "aggregate_id": mail_id,
            "version": 1,
            "actor": f"user:{account.user_id}",
            "data": {
                "mail_id": mail_id,
                "template": template,
                "user_id": account.user_id,
                "locale": account.locale,
                "token_id": token_id,
                "data": data,
            },
        }
    )


def new_device_mail(account: Account, client: Client, *, mail_id: str, now: datetime) -> EmailRequested:
    """The mail that tells an owner of a sign-in by a device that none of theirs was."""
    return request_mail(
        "new_device",
        account,
        mail_id=mail_id,
        now=now,
        address=client.address,
        user_agent=client.user_agent,
        at=rfc3339(now),
    )
