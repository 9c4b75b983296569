"""What security holds of people. The audit trail is not here: docs/security.md says why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from omnilife.core.attributes import Item
from omnilife.core.clock import rfc3339
from omnilife.core.config import Settings
from omnilife.core.personal_data import HeldInTable, Holding, Person, PersonalData, Redaction, delete, only
from omnilife.core.secrets import secret
from omnilife.core.table import Table
from omnilife.security.devices import Devices
from omnilife.security.risk import SIGNALS
from omnilife.security.store.attempts import account_place


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingSettings(Settings):
    security_table: str
    device_secret_arn: str


def personal_holdings() -> PersonalData:
    """Security's, by the environment."""
    settings = HoldingSettings.from_environment()
    return held_by_security(
        Table(settings.security_table), Devices(secret(settings.device_secret_arn).encode())
    )


def held_by_security(table: Table, devices: Devices) -> PersonalData:
    """Attempts, devices, events and risk. Events stay for their year, by the user's id alone."""

    def accounts(person: Person) -> Iterable[str]:
        return [account_place(devices.account_key(email)).pk for email in person.emails]

    return HeldInTable(
        table,
        (
            Holding(
                entity="devices",
                keys=lambda person: [f"USER#{person.user_id}"],
                index="index1",
                tell=only("first_seen"),
                forget=delete,
            ),
            Holding(
                entity="login_attempts", keys=accounts, begins_with="ACCOUNT", tell=_window, forget=delete
            ),
            Holding(
                entity="login_attempts", keys=accounts, begins_with="ADDRESS#", tell=_window, forget=delete
            ),
            Holding(
                entity="user_risk_profiles",
                keys=lambda person: [f"RISK#{person.user_id}"],
                begins_with="DAY#",
                tell=lambda item: {
                    "day": item["sk"].removeprefix("DAY#"),
                    **only(*SIGNALS)(item),
                },
                forget=delete,
            ),
            Holding(
                entity="security_events",
                keys=lambda person: [f"ABOUT#{person.user_id}"],
                index="index1",
                tell=_event,
                forget=Redaction(
                    set={
                        ("record", "address"): None,
                        ("record", "user_agent"): None,
                        ("record", "details"): {},
                    },
                    remove=["address", "i2pk", "i2sk"],
                ),
            ),
        ),
    )


def _window(item: Item) -> Mapping[str, Any]:
    attempts = [
        {"at": rfc3339(datetime.fromtimestamp(at / 1000, UTC)), "network": origin}
        for at, _, origin in item.get("attempts", [])
    ]
    return {"attempts": attempts, "lockouts": item.get("lockouts", 0)}


def _event(item: Item) -> Mapping[str, Any]:
    names = ("type", "at", "event_type", "address", "user_agent", "details")
    return only(*names)(item["record"])
