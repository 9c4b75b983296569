"""What readers do with mails: only what their links were signed for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnilife.notifications.answers import PIXEL, Answers, left
from omnilife.notifications.models import CATEGORIES, MANDATORY
from omnilife.notifications.preferences import Preferences
from omnilife.notifications.problems import BadLink
from omnilife.notifications.signed_links import SignedLinks
from omnilife.notifications.store_deliveries import DeliveryStore

LINKS = SignedLinks("l" * 43, "https://api.shop.example")
USER = "0199b2c4-2222-7000-8000-000000000001"
LINK = "https://shop.example/x?a=1&b=2"


@pytest.fixture
def answers(house, notifications_table, clock):
    return Answers(LINKS, house.notes, DeliveryStore(notifications_table, clock), house.recipients, clock)


@pytest.fixture
def sent(house, answers):
    """A mail that a provider has."""
    note = house.told()
    order = house.queues.orders[-1]
    answers.deliveries.claim(order)
    answers.deliveries.sent(order, provider="ses", provider_id="1")
    return note.notification_id


def token(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


def state(answers, notification_id):
    [found] = answers.deliveries.of("user-1", notification_id)
    return found.state


def test_one_click_switches_off_mails_of_that_category_and_nothing_else(answers, clock):
    answers.recipients.prefer(USER, Preferences(categories={"order": {"sms": False}}), now=clock.now())
    answers.unsubscribe(token(LINKS.unsubscribe_url(USER, "order")))
    wishes = answers.recipients.preferences(USER)
    assert not wishes.wants("order", "email")
    assert not wishes.wants("order", "sms")
    assert wishes.wants("order", "push")
    assert wishes.wants("account", "email")


def test_unsubscribing_again_changes_nothing(answers):
    for _ in range(2):
        answers.unsubscribe(token(LINKS.unsubscribe_url(USER, "marketing")))
    assert answers.recipients.preferences(USER).version == 1


def test_the_page_asks_first_and_changes_nothing(answers):
    page = answers.ask(token(LINKS.unsubscribe_url(USER, "price_alert")))
    assert '<form method="post">' in page
    assert "prices that you watch" in page
    assert answers.recipients.preferences(USER).wants("price_alert", "email")
    assert "no more mails about offers" in left("marketing")


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_what_is_mandatory_has_no_link_and_everything_else_one_that_fits_a_path(category):
    url = LINKS.unsubscribe_url(USER, category)
    assert bool(url) == (category not in MANDATORY)
    assert len(token(url)) <= 64
    assert len(token(LINKS.open_url(USER))) <= 64
    assert len(token(LINKS.click_url(USER, LINK))) <= 64


def test_an_odd_long_id_has_no_link():
    assert not LINKS.unsubscribe_url("u" * 41, "order")


@pytest.mark.parametrize("use", ["unsubscribe", "ask", "opened"])
def test_a_forged_token_does_nothing(answers, use):
    good = token(LINKS.unsubscribe_url(USER, "order"))
    forged = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "m" + good[1:],
        good.partition(".")[0],
        "",
        "é.é",
    ]
    others = SignedLinks("x" * 43, LINKS.base_url)
    forged += [token(others.unsubscribe_url(USER, "order")), token(LINKS.click_url(USER, LINK))]
    for each in forged:
        with pytest.raises(BadLink):
            getattr(answers, use)(each)
    assert answers.recipients.preferences(USER).wants("order", "email")


def test_an_opened_mail_is_noted_and_ends_its_escalation(answers, sent, house):
    assert answers.opened(token(LINKS.open_url(sent))) == PIXEL
    assert state(answers, sent) == "opened"
    assert house.note(sent).opened_at is not None


def test_a_click_is_noted_and_leads_to_its_link(answers, sent):
    url = LINKS.click_url(sent, LINK)
    assert answers.clicked(token(url), LINK) == LINK
    assert state(answers, sent) == "clicked"
    answers.opened(token(LINKS.open_url(sent)))
    assert state(answers, sent) == "clicked"


@pytest.mark.parametrize("link", ["https://evil.example/", LINK + "#", "javascript:alert(1)", ""])
def test_a_click_never_leads_to_a_link_that_the_mail_had_not(answers, sent, link):
    with pytest.raises(BadLink):
        answers.clicked(token(LINKS.click_url(sent, LINK)), link)
    assert state(answers, sent) == "sent"


def test_a_link_of_one_mail_is_not_one_of_another(answers, sent):
    other = LINKS.click_url("another", LINK).replace("another", sent)
    with pytest.raises(BadLink):
        answers.clicked(token(other), LINK)


def test_a_mail_that_is_forgotten_still_leads_on(answers):
    assert answers.clicked(token(LINKS.click_url(USER, LINK)), LINK) == LINK
    assert answers.opened(token(LINKS.open_url(USER))) == PIXEL


def test_links_of_a_mail_are_counted_but_our_own_are_not():
    leave = LINKS.unsubscribe_url(USER, "order")
    html = f'<body><a class="b" href="https://x.example/?a=1&amp;b=2">x</a><a href="{leave}">u</a></body>'
    counted = LINKS.follow(html, "n1")
    assert f'href="{leave}"' in counted
    assert "to=https%3A%2F%2Fx.example%2F%3Fa%3D1%26b%3D2" in counted
    assert counted.endswith('alt=""></body>')
    assert LINKS.follow("plain", "n1").startswith("plain<img")


@given(text=st.text(max_size=64))
def test_no_token_that_was_not_signed_is_read(text):
    assert LINKS.read_unsubscribe(text) is None
    assert LINKS.read_open(text) is None
    assert LINKS.read_click(text, LINK) is None


def test_a_secret_key_is_not_shown():
    assert "lll" not in repr(LINKS)
