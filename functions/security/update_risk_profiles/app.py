"""Queue consumer: counts what happens to an account towards its risk."""

from omnilife.core.consumer import consumer, one_by_one
from omnilife.core.events import ReceivedEvent
from omnilife.security import RiskStore, update_risk_profile


def update(event: ReceivedEvent) -> None:
    update_risk_profile(RiskStore.from_environment(), event)


handler = consumer(one_by_one(update))
