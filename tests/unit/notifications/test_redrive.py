"""Dead letters: why they are there, and sent again, once."""

import pytest

from omnilife.core import aws as aws_clients
from omnilife.notifications.queues import Portion, Queues
from omnilife.notifications.redrive import DeadLetters, RedriveOrder
from omnilife.notifications.store_deliveries import DeliveryStore


@pytest.fixture
def queue(aws):
    sqs = aws_clients.client("sqs")
    return lambda name: sqs.create_queue(QueueName=name)["QueueUrl"]


@pytest.fixture
def urls(queue):
    return queue("emails"), queue("unsent")


@pytest.fixture
def letters(house, urls):
    return DeadLetters({"email": urls}, DeliveryStore(house.notes.table, house.clock))


def lay(house, url, count=1):
    """Dead letters of mails that were ordered and given back."""
    deliveries = DeliveryStore(house.notes.table, house.clock)
    for _ in range(count):
        house.told()
    for order in house.queues.orders:
        deliveries.claim(order)
        deliveries.give_back(order, "unreachable")
    Queues({"email": url, "push": url, "sms": url}).deliver(house.queues.orders)


def waiting(url):
    sqs = aws_clients.client("sqs")
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(told["Attributes"]["ApproximateNumberOfMessages"])


def test_letters_are_listed_with_their_reason_and_stay(house, urls, letters):
    lay(house, urls[1], count=12)

    found = letters.redrive(RedriveOrder(queue="email"))

    assert (found["sent"], len(found["letters"])) == (0, 12)
    assert {letter["reason"] for letter in found["letters"]} == {"unreachable"}
    assert (waiting(urls[0]), waiting(urls[1])) == (0, 12)


def test_all_are_sent_again_and_gone_from_the_dead_letters(house, urls, letters):
    lay(house, urls[1], count=3)

    assert letters.redrive(RedriveOrder(queue="email", send=True))["sent"] == 3
    assert letters.redrive(RedriveOrder(queue="email", send=True))["sent"] == 0

    assert (waiting(urls[0]), waiting(urls[1])) == (3, 0)


def test_some_are_sent_again_and_the_others_stay(house, urls, letters):
    lay(house, urls[1], count=3)
    chosen = letters.redrive(RedriveOrder(queue="email"))["letters"][1]["message_id"]

    assert letters.redrive(RedriveOrder(queue="email", send=True, message_ids=[chosen]))["sent"] == 1

    assert (waiting(urls[0]), waiting(urls[1])) == (1, 2)


def test_no_more_are_looked_at_than_was_said(house, urls, letters):
    lay(house, urls[1], count=5)

    assert letters.redrive(RedriveOrder(queue="email", send=True, most=2))["sent"] == 2


def test_a_letter_that_nobody_can_read_is_told_of_as_it_is(urls, letters):
    aws_clients.client("sqs").send_message(QueueUrl=urls[1], MessageBody="gibberish")

    (letter,) = letters.redrive(RedriveOrder(queue="email"))["letters"]

    assert (letter["type"], letter["reason"]) == ("unreadable", "see the log")


def test_a_letter_whose_message_nobody_ever_took_says_so(house, urls, letters):
    house.told()
    Queues({"email": urls[1], "push": "", "sms": ""}).deliver(house.queues.orders)

    (letter,) = letters.redrive(RedriveOrder(queue="email"))["letters"]

    assert (letter["reason"], letter["receives"]) == ("never claimed", 1)


def test_a_letter_of_another_kind_refers_to_the_log(house, urls, letters):
    Queues({"portion": urls[1]}).fan_out([Portion("n1", 0, 100)])

    (letter,) = letters.redrive(RedriveOrder(queue="email"))["letters"]

    assert (letter["type"], letter["notification_id"], letter["reason"]) == (
        "PortionOrdered",
        "n1",
        "see the log",
    )
