"""What notifications holds of people: given out whole, and forgotten whole."""

from omnilife.core.personal_data import Person
from omnilife.notifications.preferences import Preferences
from omnilife.notifications.recipients import Device
from omnilife.notifications.store_deliveries import DeliveryStore
from omnilife.notifications.store_people import held_by_notifications

ADA = Person("user-1", ("ada@example.com",))


def fill(house):
    """One of everything, for user-1 and for user-2."""
    deliveries = DeliveryStore(house.notes.table, house.clock)
    for user in ("user-1", "user-2"):
        told = house.told(user_id=user)
        house.create(user_id=user, send_in=600)
        archived = house.told(user_id=user)
        after = archived.model_copy(update={"archived_at": house.clock.now()})
        house.notes.table.transact([house.notes.seen(archived, after)])
        house.recipients.prefer(user, Preferences(phone="+491711234567"), now=house.clock.now())
        house.recipients.add_device(user, Device("d1", "ios", "secret-token"), now=house.clock.now())
        house.recipients.suppress(user, "email", "bounced", now=house.clock.now())
        assert told.user_id == user
    for order in house.queues.orders:
        deliveries.claim(order)


def rows_of(house, user):
    pages = house.notes.table._client().get_paginator("scan").paginate(TableName=house.notes.table.name)
    return [row for page in pages for row in page["Items"] if user in str(row)]


def test_an_export_has_all_of_it_and_no_token(house):
    fill(house)
    held, records, after = held_by_notifications(house.notes.table), [], None
    while True:
        portion = held.export(ADA, after)
        records += portion.records
        after = portion.after
        if after is None:
            break

    assert sorted(each["entity"] for each in records) == (
        ["notification_logs"] * 2 + ["notifications"] * 3 + ["user_notification_preferences"] * 4
    )
    assert "secret-token" not in str(records)
    assert "+491711234567" in str(records)


def test_an_erasure_leaves_nothing_of_one_and_all_of_the_other(house):
    fill(house)
    others = len(rows_of(house, "user-2"))

    assert held_by_notifications(house.notes.table).erase(ADA).finished

    assert rows_of(house, "user-1") == []
    assert len(rows_of(house, "user-2")) == others
