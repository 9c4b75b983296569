"""What notifications holds of people, by the keys of its table."""

from omnilife.core.personal_data import HeldInTable, Holding, PersonalData, delete, only
from omnilife.core.table import Table
from omnilife.notifications.store import MailSettings


def personal_holdings() -> PersonalData:
    """Notifications', by the environment."""
    return held_by_notifications(Table(MailSettings.from_environment().notifications_table))


def held_by_notifications(table: Table) -> PersonalData:
    """What became of mails. Their texts and the addresses are nowhere."""
    return HeldInTable(
        table,
        (
            Holding(
                entity="notification_logs",
                keys=lambda person: [f"USER#{person.user_id}"],
                index="index1",
                tell=only("template", "state", "updated_at"),
                forget=delete,
            ),
        ),
    )
