"""What notifications holds of people, by the keys of its table."""

from omnilife.core.personal_data import HeldInTable, Holding, Person, PersonalData, delete, only
from omnilife.core.table import Table
from omnilife.notifications.store import MailSettings


def personal_holdings() -> PersonalData:
    """Notifications', by the environment."""
    return held_by_notifications(Table(MailSettings.from_environment().notifications_table))


def held_by_notifications(table: Table) -> PersonalData:
    """What they were told, what became of it, and how they want to be told. Addresses are nowhere.

    A list of many recipients has their ids until it was sent, and goes 90 days after; what it makes for
    somebody who is gone is suppressed, since there is no address any more.
    """
    return HeldInTable(
        table,
        (
            Holding(
                entity="notifications",
                keys=_user,
                index="index1",
                begins_with="INBOX#",
                tell=_TOLD,
                forget=delete,
            ),
            Holding(
                entity="notifications",
                keys=_user,
                index="index1",
                begins_with="ARCHIVED#",
                tell=_TOLD,
                forget=delete,
            ),
            Holding(
                entity="notifications",
                keys=_user,
                index="index1",
                begins_with="HIDDEN#",
                tell=_TOLD,
                forget=delete,
            ),
            Holding(
                entity="notification_logs",
                keys=_user,
                index="index1",
                begins_with="0",  # a mail's id, which is a UUIDv7; the others begin with their place
                tell=only("template", "state", "updated_at"),
                forget=delete,
            ),
            Holding(
                entity="notification_logs",
                keys=lambda person: [f"LOGS#{person.user_id}"],
                tell=only("notification_id", "channel", "category", "state", "reason", "updated_at"),
                forget=delete,
            ),
            Holding(
                entity="user_notification_preferences",
                keys=_user,
                tell=only("preferences", "platform", "reason", "unread", "updated_at"),
                forget=delete,
            ),
        ),
    )


_TOLD = only("category", "template", "data", "content", "state", "due_at", "created_at", "read_at")


def _user(person: Person) -> list[str]:
    return [f"USER#{person.user_id}"]
