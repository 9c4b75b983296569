"""Single-use tokens, as mails carry them: to verify or change an address, set a new password, unlock.

| entity | pk              | sk     | members                                                       |
|--------|-----------------|--------|---------------------------------------------------------------|
| tokens | TOKEN#<id>      | TOKEN  | purpose, user_id, address, hash, issued_at (ms), expires_at,  |
|        |                 |        | valid_until, spent_at (ms; absent until it is);               |
|        |                 |        | index 1: LINKS#<user id>, <id>, for whoever is to be erased   |
| since  | USER#<user id>  | TOKENS | valid_from (ms): tokens issued before are dead                |

A token's text is `<id>.<HMAC-SHA256 of the id, base64url>`, under a secret of Secrets Manager. It is made
when the mail is written and is nowhere before: events, queues and rows hold the id alone, the row also the
text's SHA-256. Reading the table or the queue therefore opens nothing, and neither does the secret without
the table: a row must be there, for that purpose, unspent and in time.

A password change moves `valid_from`, so that a link in an old mail dies with the old password.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Self

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.conditions import attribute, exists, missing
from omnilife.core.config import Settings
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.secrets import secret
from omnilife.core.table import Check, ConditionFailed, Put, Table, Update
from omnilife.identity.problems import DeadLink
from omnilife.identity.store_expired import ending

type Purpose = Literal["verify_email", "reset_password", "unlock_account", "change_email"]

LIFETIMES: dict[Purpose, timedelta] = {
    "verify_email": timedelta(hours=24),
    "reset_password": timedelta(minutes=30),
    "unlock_account": timedelta(hours=2),
    "change_email": timedelta(hours=1),
}
KEPT_AFTER_EXPIRY = timedelta(days=1)
"""How long the row stays, for whoever asks why a link did not work."""

MAX_TEXT = 128
_TEXT = re.compile(r"([A-Za-z0-9-]{1,64})\.([A-Za-z0-9_-]{43})")
_SPEND, _SINCE = "single-use token", "tokens valid from"


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleUseSettings(Settings):
    identity_table: str
    single_use_secret_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemSettings(Settings):
    identity_table: str


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token: its id, for the event that orders the mail, and the part to write with that event."""

    token_id: str
    part: Put


@dataclass(frozen=True, slots=True)
class Redeemable:
    """A token that holds now; `spend` and `not_overtaken` make sure, in the transaction that it allows.

    Attributes:
        address: where it was sent: proof that the holder reads mail there, and no other address.
    """

    token_id: str
    purpose: Purpose
    user_id: str
    address: str
    issued_at: int
    now: int

    @property
    def spend(self) -> Update:
        """Its one use. The condition fails for the second of two who come at once."""
        return Update(
            {"pk": f"TOKEN#{self.token_id}", "sk": "TOKEN"},
            set={"spent_at": self.now},
            condition=exists("pk") & missing("spent_at"),
            name=_SPEND,
        )

    @property
    def not_overtaken(self) -> Check:
        """No password change came between. Not beside `kill_tokens`, which checks the same itself."""
        return Check(
            since_key(self.user_id),
            condition=missing("valid_from") | (attribute("valid_from") <= self.issued_at),
            name=_SINCE,
        )

    def kill_tokens(self) -> Update:
        """All of the user's tokens die, this one's last use included: for a new password by this token."""
        return Update(
            since_key(self.user_id),
            set={"valid_from": self.now},
            condition=missing("valid_from") | (attribute("valid_from") <= self.issued_at),
            name=_SINCE,
        )


def since_key(user_id: str) -> dict[str, str]:
    return {"pk": f"USER#{user_id}", "sk": "TOKENS"}


def kill_tokens(user_id: str, clock: Clock = system_clock) -> Update:
    """The part by which all of a user's tokens die: for a password change, or an address's."""
    return Update(since_key(user_id), set={"valid_from": _milliseconds(clock)}, name=_SINCE)


def dead_link(failure: ConditionFailed) -> bool:
    """Whether a transaction failed because its token was spent or overtaken meanwhile."""
    return failure.part in {_SPEND, _SINCE}


@dataclass(frozen=True, slots=True)
class MailedTokens:
    """Tokens, found again by the text that a mail carried. The row's hash tells; it takes no secret."""

    table: Table
    clock: Clock = field(default=system_clock, kw_only=True)

    @classmethod
    def to_redeem(cls) -> Self:
        """For those who only redeem."""
        return cls(Table(RedeemSettings.from_environment().identity_table))

    def find(self, purpose: Purpose, text: str) -> Redeemable:
        """The token, to be spent in the transaction of what it allows. Cost: two consistent reads.

        Raises:
            DeadLink: unknown, of another purpose, spent, expired, or older than the password.
        """
        match = _TEXT.fullmatch(text)
        if match is None:
            raise DeadLink
        row = self.table.get(f"TOKEN#{match[1]}", "TOKEN", consistent=True)
        if (
            row is None
            or not hmac.compare_digest(row["hash"], _sha256(text))
            or row["purpose"] != purpose
            or "spent_at" in row
            or row["valid_until"] <= epoch_seconds(self.clock.now())
        ):
            raise DeadLink
        key = since_key(row["user_id"])
        since = self.table.get(key["pk"], key["sk"], consistent=True)
        if since is not None and row["issued_at"] < since["valid_from"]:
            raise DeadLink
        return Redeemable(
            token_id=match[1],
            purpose=purpose,
            user_id=row["user_id"],
            address=row["address"],
            issued_at=row["issued_at"],
            now=_milliseconds(self.clock),
        )

    def redeem(self, purpose: Purpose, text: str) -> Redeemable:
        """Find and spend it at once: for what needs no transaction of its own.

        Raises:
            DeadLink: as `find`, or somebody was faster.
        """
        token = self.find(purpose, text)
        try:
            self.table.transact([token.spend, token.not_overtaken])
        except ConditionFailed as failure:
            raise DeadLink from failure
        return token


@dataclass(frozen=True, slots=True)
class SingleUseTokens(MailedTokens):
    """Tokens, for those who issue them or write the mails: by the secret that texts are derived from."""

    key: Callable[[], str] = field(repr=False)
    make_id: IdMaker = field(default=new_id, kw_only=True)

    @classmethod
    def from_environment(cls) -> Self:
        settings = SingleUseSettings.from_environment()
        return cls(Table(settings.identity_table), lambda: secret(settings.single_use_secret_arn))

    def issue(self, purpose: Purpose, *, user_id: str, address: str) -> IssuedToken:
        """A token for who reads mail at `address`. Nothing is written until `part` is."""
        token_id, now = self.make_id(), self.clock.now()
        expires = now + LIFETIMES[purpose]
        pk = f"TOKEN#{token_id}"
        row = {
            "pk": pk,
            "sk": "TOKEN",
            "entity": "token",
            "purpose": purpose,
            "user_id": user_id,
            "i1pk": f"LINKS#{user_id}",
            "i1sk": token_id,
            "address": address,
            "hash": _sha256(self.text(token_id)),
            "issued_at": _milliseconds(self.clock),
            "valid_until": epoch_seconds(expires),
            **ending(pk, epoch_seconds(expires + KEPT_AFTER_EXPIRY)),
        }
        return IssuedToken(token_id, Put(row, condition=missing("pk"), name="new token"))

    def text(self, token_id: str) -> str:
        """What the mail carries."""
        mac = hmac.digest(self.key().encode(), token_id.encode(), "sha256")
        return f"{token_id}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _milliseconds(clock: Clock) -> int:
    return round(clock.now().timestamp() * 1000)
