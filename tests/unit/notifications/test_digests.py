"""Digests: one message a window, that tells of all that was collected for it."""

from datetime import timedelta

import pytest

from omnilife.notifications.digests import GRACE, MOST_ITEMS
from omnilife.notifications.preferences import Preferences
from omnilife.notifications.rendering import render


@pytest.fixture
def daily(house):
    house.recipients.prefer("user-1", Preferences(digest="daily"), now=house.clock.now())
    return house


def collect(house, title="A lamp is cheaper", **more):
    return house.told(digest_key="wishes", content={"title": title, "text": "x"}, **more)


def open_digest(house, note):
    house.clock.advance(seconds=20 * 3600 + GRACE.total_seconds())
    assert house.fire(note.digest_id, 1)
    return house.note(note.digest_id)


def test_what_is_collected_is_in_the_inbox_and_not_sent(daily):
    note = collect(daily)

    assert (note.state, daily.queues.orders) == ("collected", [])
    assert daily.recipients.inbox("user-1").unread == 1


def test_a_window_has_one_digest_at_the_users_hour_that_tells_of_all(daily):
    first, second = collect(daily, "One"), collect(daily, "Two")
    assert first.digest_id == second.digest_id
    assert daily.note(first.digest_id).due_at == daily.clock.now() + timedelta(hours=20) + GRACE

    digest = open_digest(daily, first)

    assert digest.data == {"count": 2, "items": [{"title": "One"}, {"title": "Two"}]}
    assert [order.notification_id for order in daily.queues.orders] == [digest.notification_id]
    assert daily.recipients.inbox("user-1").unread == 2  # its members; the digest is no news of its own


def test_another_key_and_the_next_window_have_digests_of_their_own(daily):
    first = collect(daily)
    other = daily.told(digest_key="stock")
    daily.clock.advance(seconds=86_400)

    assert len({first.digest_id, other.digest_id, collect(daily).digest_id}) == 3


def test_a_long_digest_shows_the_last_and_says_how_many_there_are(daily):
    notes = [collect(daily, f"News {number}") for number in range(MOST_ITEMS + 3)]

    digest = open_digest(daily, notes[0])
    written = render("digest", 1, "en", "email", {"name": "Ada", **digest.data})

    assert written.subject == "23 news for you"
    assert "And 3 more in your inbox." in written.text
    assert "- News 22" in written.text


def test_a_template_without_a_title_is_called_by_its_name(daily):
    note = daily.told(digest_key="wishes", template="welcome")

    assert open_digest(daily, note).data["items"] == [{"title": "Welcome"}]


def test_high_priority_does_not_wait_for_a_digest(daily):
    assert collect(daily, priority="high").state == "queued"
