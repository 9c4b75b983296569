"""What telling somebody something writes: counted, since each write is paid for."""

from omnilife.core import aws as aws_clients
from omnilife.core.table import Table
from omnilife.notifications.store_deliveries import DeliveryStore
from tests.support.faults import FaultyClient
from tests.support.notifications import House

WRITES = {"put_item", "update_item", "delete_item", "transact_write_items", "batch_write_item"}


def counting(notifications_table, clock, ids):
    client = FaultyClient(aws_clients.client("dynamodb"))
    return House(Table(notifications_table.name, client), clock, ids), client


def writes(client):
    return [operation for operation, _ in client.calls if operation in WRITES]


def tell(house, **wanted):
    house.told(**wanted)
    deliveries = DeliveryStore(house.notes.table, house.clock)
    for order in house.queues.orders:
        deliveries.claim(order)
        deliveries.sent(order, provider="ses", provider_id="1")


def test_a_mailed_notification_is_five_writes(notifications_table, clock, ids):
    house, client = counting(notifications_table, clock, ids)

    tell(house)

    assert writes(client) == ["put_item"] + ["update_item"] * 4


def test_without_the_inbox_it_is_four(notifications_table, clock, ids):
    house, client = counting(notifications_table, clock, ids)

    tell(house, inbox=False)

    assert len(writes(client)) == 4


def test_read_all_is_one_write_however_many_there_are(notifications_table, clock, ids):
    house, client = counting(notifications_table, clock, ids)
    for _ in range(5):
        house.told()
    before = len(writes(client))

    house.recipients.read_all("user-1", now=clock.now())

    assert len(writes(client)) - before == 1


def test_a_cancel_and_a_move_are_one_write_each(notifications_table, clock, ids):
    house, client = counting(notifications_table, clock, ids)
    made = house.create(send_in=60)
    before = len(writes(client))

    house.notes.move(made.notification_id, clock.now())
    house.notes.cancel(made.notification_id, now=clock.now())

    assert len(writes(client)) - before == 2


def test_the_request_for_many_is_one_write(notifications_table, clock, ids):
    house, client = counting(notifications_table, clock, ids)

    house.create(user_ids=[f"user-{number}" for number in range(1_000)])

    assert writes(client) == ["put_item"]
