"""How risky an account is: what happened to it in thirty days, by kind, and what each kind weighs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from omnilife.core.events import ReceivedEvent
from omnilife.security.scoring import Factor, factor, score

WINDOW_DAYS = 30
HISTORY_DAYS = 90

SIGNALS: Mapping[str, tuple[float, int]] = {
    "failed_attempts": (0.3, 20),
    "lockouts": (0.5, 3),
    "new_devices": (0.3, 5),
    "suspicious_attempts": (0.4, 3),
    "token_reuse": (0.8, 1),
}
"""Signal → its weight, and how many in thirty days are all of it. One reused token is a stolen one until
somebody knows better; anybody mistypes a password now and then."""


class RiskDay(BaseModel):
    """One day's signals, and the score of the thirty days that end with it."""

    model_config = ConfigDict(frozen=True)

    day: date
    score: Annotated[float, Field(ge=0, le=1)]
    signals: dict[str, int]


class RiskProfile(BaseModel):
    """An account's risk, 0 to 1, with the factors that make it and the days on which something happened."""

    model_config = ConfigDict(frozen=True)

    user_id: str
    score: Annotated[float, Field(ge=0, le=1)]
    suspicious: bool
    factors: list[Factor]
    history: list[RiskDay]


def signals_of(event: ReceivedEvent) -> Counter[str]:
    """What an event says about its account's risk; empty for most."""
    data, found = event.data, Counter[str]()
    name = data.get("vocabulary")
    if name in {"authn_login_fail", "authn_login_lock"}:
        found["failed_attempts"] += 1
        found["lockouts"] += name == "authn_login_lock"
        found["suspicious_attempts"] += data.get("suspicious") is True
    elif name == "authn_login_success":
        found["new_devices"] += data.get("known_device") is False
    elif name == "authn_token_reuse":
        found["token_reuse"] += 1
    return +found


def factors_of(days: Sequence[tuple[date, Mapping[str, int]]], today: date) -> list[Factor]:
    """The factors of the thirty days that end with `today`."""
    total: Counter[str] = Counter()
    for day, signals in days:
        if 0 <= (today - day).days < WINDOW_DAYS:
            total.update(signals)
    return [factor(name, weight, total[name], full) for name, (weight, full) in SIGNALS.items()]


def profile_of(
    user_id: str, days: Sequence[tuple[date, Mapping[str, int]]], *, today: date, suspicious_from: float
) -> RiskProfile:
    """The profile that an account's days make, newest first."""
    factors = factors_of(days, today)
    found = score(factors)
    return RiskProfile(
        user_id=user_id,
        score=found,
        suspicious=found >= suspicious_from,
        factors=factors,
        history=[
            RiskDay(day=day, score=score(factors_of(days, day)), signals=dict(signals))
            for day, signals in days
        ],
    )
