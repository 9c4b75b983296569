"""Risk profiles: fed by events, told to administrators."""

from dataclasses import dataclass

from omnilife.core.clock import Clock, system_clock
from omnilife.core.config import Settings
from omnilife.core.events import ReceivedEvent
from omnilife.security.risk import RiskProfile, profile_of, signals_of
from omnilife.security.store.risk import RiskStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdSettings(Settings):
    suspicious_activity_threshold: float = 0.7


def update_risk_profile(store: RiskStore, event: ReceivedEvent) -> bool:
    """Count what an event says about its account; False if that is nothing, or counted already."""
    own = event.aggregate_id if event.aggregate == "user" else None
    user_id = event.data.get("user_id") or own
    signals = signals_of(event)
    if not isinstance(user_id, str) or not user_id or not signals:
        return False
    return store.add(user_id, event, signals)


def find_risk_profile(store: RiskStore, user_id: str, *, clock: Clock = system_clock) -> RiskProfile:
    """An account's risk now; one that nothing was told of has none."""
    today = clock.now().date()
    threshold = ThresholdSettings.from_environment().suspicious_activity_threshold
    return profile_of(user_id, store.days(user_id, today), today=today, suspicious_from=threshold)
