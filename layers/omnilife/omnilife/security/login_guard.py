"""The login guard: whether an attempt to sign in may be checked at all, counted before it is.

| what is counted                | budget                       | whom it locks                         |
|--------------------------------|------------------------------|---------------------------------------|
| an account, all strangers      | MAX_LOGIN_ATTEMPTS (5) in    | unknown devices, for this account     |
|                                | LOGIN_LOCKOUT_DURATION (900) |                                       |
| an account from one address    | 4 times that in a day        | this address, for this account        |
| an address, all accounts       | 10 times that in the same    | unknown devices at this address       |
| a known device and its account | as an account                | this device, for this account         |

The first lockout lasts LOGIN_LOCKOUT_DURATION, each further one twice as long, up to a day; a day without
one forgets them. A device that has signed in before (see `devices`) is counted by its own budget only:
strangers can lock themselves out, never its owner. An account that does not exist is counted the same way.

A function that signs people in needs, on the security table, BatchGetItem, Query, PutItem, UpdateItem and
DeleteItem of `LOGIN#*` and `NETWORK#*`, and the secret that DEVICE_SECRET_ARN names.

    admitted = guard.admit(email, caller.address, device_cookie)    # AccountLocked: let it be answered
    …check the password; if it is wrong, `admitted.locks` says whether that locked something…
    signed_in = guard.succeeded(admitted, user_id)     # a cookie to set; whether to tell the owner
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Self

from omnilife.core.clock import Clock, system_clock
from omnilife.core.retries import Retrying
from omnilife.core.secrets import secret
from omnilife.security.devices import KEPT_S, Devices
from omnilife.security.login_policy import LoginSettings, Policy, Subject, network_of
from omnilife.security.problems import AccountLocked
from omnilife.security.scoring import score
from omnilife.security.standing import Counted, Standing, factors_of, instant, longest_lock, seconds_until
from omnilife.security.store.attempts import (
    AttemptStore,
    Place,
    account_place,
    device_place,
    network_place,
    pair_place,
)
from omnilife.security.windows import Attempt, Window

if TYPE_CHECKING:
    from omnilife.core.events import DomainEvent


@dataclass(frozen=True, slots=True)
class Admitted:
    """An attempt that may be checked. It counts already, and keeps counting unless `succeeded` takes it back.

    Attributes:
        account: what the account is called here: a keyed hash.
        device: the known device's nonce, or None.
        attempts_left: how many more there are after this one.
        locks: until when this attempt locks, if it fails; None if others are left.
        version: of the first subject's window, with this attempt in it.
        risk: 0 to 1.
        suspicious: whether that is from SUSPICIOUS_ACTIVITY_THRESHOLD on.
    """

    attempt_id: str
    account: str
    network: str
    device: str | None
    attempts_left: int
    locks: datetime | None
    version: int
    risk: float
    suspicious: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that succeeded.

    Attributes:
        device_token: for the device's cookie; None for a device that has one.
        new_device: the account was signed in to before, from other devices only: tell its owner.
    """

    device_token: str | None
    new_device: bool


@dataclass(frozen=True, slots=True)
class LoginGuard:
    """Counts attempts to sign in, before they are checked."""

    store: AttemptStore
    devices: Devices
    policy: Policy = field(default_factory=Policy)
    clock: Clock = field(default=system_clock, kw_only=True)
    make_id: Callable[[], str] = field(default=lambda: secrets.token_hex(6), kw_only=True)
    retrying: Retrying = field(default_factory=Retrying, kw_only=True)

    @classmethod
    def from_environment(cls) -> Self:
        """By `LoginSettings`."""
        from omnilife.core.table import Table  # noqa: PLC0415 (deferred: see core.lazy)

        settings = LoginSettings.from_environment()
        return cls(
            AttemptStore(Table(settings.security_table)),
            Devices(secret(settings.device_secret_arn).encode()),
            Policy(
                settings.max_login_attempts,
                settings.login_lockout_duration,
                settings.suspicious_activity_threshold,
            ),
        )

    def admit(
        self,
        account: str,
        address: str,
        device: str | None = None,
        *,
        announce: "Callable[[Admitted], Sequence[DomainEvent]]" = lambda _: (),
    ) -> Admitted:
        """Count an attempt, if one is left: in all its windows or, when one has changed, anew from reading.

        Args:
            account: the e-mail address as it was typed.
            address: the client's.
            device: the device cookie, if the client sent one; a bad one counts as none.
            announce: events of security's own that are to be written together with the count.

        Cost: a read and a transaction; 3 RCU and 6 to 10 WCU for a stranger, 1 and 2 for a known device. One
        who is locked out costs the read alone.

        Raises:
            AccountLocked: no attempt is left; nothing was counted.
            Unavailable: others kept counting at the same time. Nothing may be checked.
        """
        key = self.devices.account_key(account)
        network = network_of(address)
        nonce = self.devices.read(key, device, self._now() // 1000)
        subjects = self._subjects(key, network, nonce)
        attempt_id = self.make_id()
        for _ in self.retrying.attempts():
            now = self._now()
            counted = self._read(subjects)
            if lock := longest_lock(counted, now):
                raise AccountLocked(lock.reason, lock.until, retry_after=seconds_until(lock.until, now))
            attempt = Attempt(now, attempt_id, network)
            after = [each.kept.window.counted(each.budget, attempt) for each in counted]
            admitted = self._admitted(counted, after, attempt, key, nonce)
            changes = [(c.place, c.budget, c.kept, window) for c, window in zip(counted, after, strict=True)]
            if self.store.write(changes, now=now, announce=announce(admitted)):
                return admitted
        raise AssertionError("attempts() ends by raising")  # pragma: no cover

    def succeeded(self, admitted: Admitted, user_id: str) -> SignedIn:
        """Take the attempt back, with the account's earlier ones from the same address or device.

        What an address tried with other accounts stays counted: an attacker's own account must not wipe it.
        Source: NIST SP 800-63B, 5.2.2 (disregard earlier failures of that user from the same address).

        Raises:
            Unavailable: others kept counting at the same time; the attempt may still count.
        """
        self._forgive(admitted.account, admitted.network, admitted.device, admitted.attempt_id)
        if admitted.device is not None:
            return SignedIn(None, new_device=False)
        nonce, token = self.devices.issue(admitted.account, self._now() // 1000)
        had_another = self.store.remember_device(
            admitted.account, nonce, user_id=user_id, at=self.clock.now(), kept_s=KEPT_S
        )
        return SignedIn(token, new_device=had_another)

    def disregard(self, account: str, address: str, device: str | None = None) -> None:
        """Forget an account's failures from this address or device: its owner signed in there otherwise.

        Raises:
            Unavailable: others kept counting at the same time.
        """
        key = self.devices.account_key(account)
        self._forgive(key, network_of(address), self.devices.read(key, device, self._now() // 1000))

    def knows(self, account: str, device: str | None) -> bool:
        """Whether that is the cookie of a device that signed in to this account before."""
        key = self.devices.account_key(account)
        return self.devices.read(key, device, self._now() // 1000) is not None

    def has_devices(self, account: str) -> bool:
        """Whether devices are known that signed in to this account. Cost: 0.5 to 1 RCU."""
        return self.store.has_device(self.devices.account_key(account), self._now() // 1000)

    def device_token(self, account: str, user_id: str) -> str:
        """A token for a device that proved to be its owner's in another way: by a mailed link, say."""
        key = self.devices.account_key(account)
        nonce, token = self.devices.issue(key, self._now() // 1000)
        self.store.remember_device(key, nonce, user_id=user_id, at=self.clock.now(), kept_s=KEPT_S)
        return token

    def unlock(self, account: str) -> None:
        """End an account's lockouts: its owner proved to read its mail. The next one is no shorter for it.

        Raises:
            Unavailable: others kept counting at the same time.
        """
        key = self.devices.account_key(account)
        budget = self.policy.budget("account")
        for _ in self.retrying.attempts():
            places = self.store.places_of(key)
            found = zip(places, self.store.read(places), strict=True)
            changes = [(place, budget, kept, kept.window.unlocked()) for place, kept in found if kept.version]
            if self.store.write(changes, now=self._now()):
                return

    def standing(self, account: str, address: str, device: str | None = None) -> Standing:
        """How somebody stands, without counting anything. Cost: 1 to 3 RCU."""
        key = self.devices.account_key(account)
        nonce = self.devices.read(key, device, self._now() // 1000)
        return self._standing(self._subjects(key, network_of(address), nonce))

    def standing_of_user(self, user_id: str, address: str) -> Standing:
        """The same of a user. The account of one who never signed in is one that nobody tried.

        Cost: 0.5 RCU more.
        """
        key = self.store.account_of(user_id) or f"USER#{user_id}"  # no keyed hash, so nothing stands there
        return self._standing(self._subjects(key, network_of(address), None))

    def _standing(self, subjects: Sequence[tuple[Subject, Place]]) -> Standing:
        now = self._now()
        counted = self._read(subjects)
        windows = [each.kept.window.at(each.budget, now) for each in counted]
        factors = factors_of(counted, windows, now)
        return Standing(
            lock=longest_lock(counted, now),
            attempts_left=min(each.kept.window.left(each.budget, now) for each in counted),
            risk=score(factors),
            factors=tuple(factors),
        )

    def _subjects(self, account: str, network: str, nonce: str | None) -> list[tuple[Subject, Place]]:
        if nonce is not None:
            return [("device", device_place(account, nonce, KEPT_S))]
        return [
            ("account", account_place(account)),
            ("account_and_address", pair_place(account, network)),
            ("address", network_place(network)),
        ]

    def _read(self, subjects: Sequence[tuple[Subject, Place]]) -> list[Counted]:
        kept = self.store.read([place for _, place in subjects])
        return [
            Counted(subject, place, self.policy.budget(subject), each)
            for (subject, place), each in zip(subjects, kept, strict=True)
        ]

    def _admitted(
        self,
        counted: Sequence[Counted],
        after: Sequence[Window],
        attempt: Attempt,
        account: str,
        nonce: str | None,
    ) -> Admitted:
        left = min(each.budget.attempts - len(w.attempts) for each, w in zip(counted, after, strict=True))
        locks = [window.locked_until for window in after if window.locked(attempt.at)]
        risk = score(factors_of(counted, after, attempt.at))
        return Admitted(
            attempt_id=attempt.attempt_id,
            account=account,
            network=attempt.origin,
            device=nonce,
            attempts_left=left,
            locks=instant(max(locks)) if locks else None,
            version=counted[0].kept.version + 1,
            risk=risk,
            suspicious=risk >= self.policy.suspicious_from,
        )

    def _forgive(self, account: str, network: str, nonce: str | None, attempt_id: str | None = None) -> None:
        def forgiven(subject: Subject) -> Callable[[Attempt], bool]:
            if subject == "device":
                return lambda _: True
            if subject == "address":
                return lambda attempt: attempt.attempt_id == attempt_id
            return lambda attempt: attempt.origin == network

        for _ in self.retrying.attempts():
            now = self._now()
            counted = self._read(self._subjects(account, network, nonce))
            after = [each.kept.window.without(forgiven(each.subject), now) for each in counted]
            changes = [
                (each.place, each.budget, each.kept, window)
                for each, window in zip(counted, after, strict=True)
                if window is not each.kept.window
            ]
            if self.store.write(changes, now=now):
                return

    def _now(self) -> int:
        return round(self.clock.now().timestamp() * 1000)
