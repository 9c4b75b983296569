"""Delivering: each mail once, to the right address, with nothing secret left behind."""

import json
from dataclasses import dataclass, field

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from omnilife.core import aws as aws_clients
from omnilife.core.consumer import consumer
from omnilife.identity import Addressee
from omnilife.identity.single_use import SingleUseTokens
from omnilife.notifications.claims import CLAIM_S
from omnilife.notifications.mail_post import MailPost, deliver_mails
from omnilife.notifications.mailer import NotSent, Ses
from omnilife.notifications.store import MailStore
from omnilife.notifications.templates import Mail
from tests.support.faults import FaultyClient, refusal

ADA = Addressee("ada@example.com", "Ada", "id.secret-text")


@dataclass
class FakeCarrier:
    """Takes mails, or fails as it is told to."""

    name: str = "fake"
    failures: list = field(default_factory=list)
    mails: list = field(default_factory=list)

    def send(self, mail, *, to):
        failure = self.failures.pop(0) if self.failures else None
        if isinstance(failure, NotSent):
            raise failure
        self.mails.append((to, mail))
        if failure is not None:
            raise failure
        return f"carried-{len(self.mails)}"


@pytest.fixture
def carrier():
    return FakeCarrier()


@pytest.fixture
def post(notifications_table, clock, carrier):
    return MailPost(MailStore(notifications_table, clock), carrier, "https://shop.example", lambda _: ADA)


@pytest.fixture
def deliver(post):
    """`deliver({…order…}, …)`: sends orders as one batch; returns the records that are to come again."""

    def run(*orders, post=post):
        records = [record(number, order) for number, order in enumerate(orders)]
        answer = consumer(lambda envelopes: deliver_mails(envelopes, post))({"Records": records}, None)
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    return run


def record(number, order):
    event = {
        "id": f"event-{number}",
        "type": "EmailRequested",
        "time": "2026-11-24T12:00:00.000Z",
        "aggregate": "user",
        "aggregate_id": "user-1",
        "version": 1,
        "correlation_id": "request-1",
        "actor": "anonymous",
        "data": order,
    }
    return {"messageId": f"record-{number}", "body": json.dumps({"detail": event})}


def order(mail_id="mail-1", template="verify", **more):
    return {"mail_id": mail_id, "template": template, "user_id": "user-1", "token_id": "id", **more}


def kept(table, mail_id="mail-1"):
    return table.get(f"MAIL#{mail_id}", "MAIL")


def test_a_mail_is_written_sent_and_noted(deliver, carrier, notifications_table):
    assert deliver(order()) == []

    [(to, mail)] = carrier.mails
    assert to == "ada@example.com"
    assert "https://shop.example/account/verify-email#token=id.secret-text" in mail.text
    row = kept(notifications_table)
    assert (row["state"], row["carrier"], row["carrier_id"]) == ("sent", "fake", "carried-1")


def test_the_same_order_twice_is_one_mail(deliver, carrier):
    assert deliver(order(), order()) == []
    assert deliver(order()) == []

    assert len(carrier.mails) == 1


def test_neither_address_nor_token_nor_text_is_kept_or_logged(deliver, notifications_table, capsys):
    deliver(order())

    left = str(kept(notifications_table)) + capsys.readouterr().out
    assert "mail-1" in left
    for secret in ("ada@example.com", "secret-text", "Hello"):
        assert secret not in left


def test_what_the_carrier_did_not_take_comes_again_at_once(deliver, carrier, notifications_table):
    carrier.failures = [NotSent("Throttling")] * 5

    for _ in range(5):
        assert deliver(order()) == ["record-0"]
    assert deliver(order()) == []
    assert len(carrier.mails) == 1
    assert kept(notifications_table)["tries"] == 6


def test_a_mail_whose_sending_died_is_tried_once_more_and_then_left(
    deliver, carrier, clock, notifications_table
):
    carrier.failures = [TimeoutError(), TimeoutError()]
    assert deliver(order()) == ["record-0"]
    assert deliver(order()) == ["record-0"]  # still claimed: nobody sends it beside the first
    assert len(carrier.mails) == 1
    clock.advance(seconds=CLAIM_S)
    assert deliver(order()) == ["record-0"]
    clock.advance(seconds=CLAIM_S)

    assert deliver(order()) == []
    assert len(carrier.mails) == 2
    assert kept(notifications_table)["state"] == "uncertain"


def test_one_bad_mail_does_not_hold_up_the_others(deliver, carrier):
    unknown = order("mail-2", "changed")  # its template misses what changed
    assert deliver(unknown, order("mail-3"), {"mail_id": "mail-4"}) == ["record-0", "record-2"]
    assert len(carrier.mails) == 1


def test_a_mail_that_could_not_be_written_may_be_tried_as_if_for_the_first_time(deliver, notifications_table):
    for _ in range(4):
        assert deliver(order(template="changed")) == ["record-0"]

    assert kept(notifications_table)["open_tries"] == 0


def test_a_user_who_is_gone_gets_nothing_and_it_is_noted(deliver, post, carrier, notifications_table):
    gone = MailPost(post.store, carrier, post.base_url, lambda _: None)

    assert deliver(order(), post=gone) == []
    assert carrier.mails == []
    assert kept(notifications_table)["state"] == "suppressed"


def test_only_what_a_template_takes_reaches_it(deliver, carrier):
    deliver(
        order(
            template="changed", data={"what": "password", "name": "Mallory", "link": "https://evil.example"}
        )
    )

    [(_, mail)] = carrier.mails
    assert "Your password was changed" in mail.text
    assert "Hello Ada" in mail.text
    assert "evil" not in mail.text + mail.html


# -- SES --------------------------------------------------------------------------------------------------

MAIL = Mail("Subject", "text", "<p>html</p>")


@dataclass
class FakeSes:
    answer: object
    asked: list = field(default_factory=list)

    def send_email(self, **arguments):
        self.asked.append(arguments)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_ses_gets_both_parts_and_gives_its_id():
    client = FakeSes({"MessageId": "ses-1"})

    assert Ses("no-reply@shop.example", client).send(MAIL, to="ada@example.com") == "ses-1"
    [asked] = client.asked
    assert asked["FromEmailAddress"] == "OmniLife <no-reply@shop.example>"
    assert asked["Destination"] == {"ToAddresses": ["ada@example.com"]}
    assert asked["Content"]["Simple"]["Body"]["Html"]["Data"] == "<p>html</p>"


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (refusal("MessageRejected"), "MessageRejected"),
        (refusal("TooManyRequestsException", status=429), "TooManyRequestsException"),
        (EndpointConnectionError(endpoint_url="https://email.example"), "unreachable"),
    ],
)
def test_a_refusal_of_ses_is_certain(failure, code):
    with pytest.raises(NotSent) as refused:
        Ses("a@shop.example", FakeSes(failure)).send(MAIL, to="ada@example.com")
    assert refused.value.code == code


@pytest.mark.parametrize(
    "failure", [refusal("InternalFailure", status=500), ReadTimeoutError(endpoint_url="x")]
)
def test_an_answer_that_never_came_leaves_it_open(failure):
    with pytest.raises(type(failure)):
        Ses("a@shop.example", FakeSes(failure)).send(MAIL, to="ada@example.com")


def test_ses_is_asked_once_and_not_again_by_botocore(aws):
    client = aws_clients.client("sesv2", attempts=1)

    assert client.meta.config.retries["total_max_attempts"] == 1
    assert aws_clients.client("sesv2", attempts=1) is client


# -- the function, from the queue to SES -------------------------------------------------------------------


def test_the_function_finds_the_address_and_the_token_by_itself(
    invoke, notifications_table, identity_table, secrets, monkeypatch
):
    identity_table.put({"pk": "USER#user-1", "sk": "USER", "name": "Ada", "email": "ada@example.com"})
    tokens = SingleUseTokens.from_environment()
    token = tokens.issue("verify_email", user_id="user-1", address="ada@example.com")
    identity_table.transact([token.part])
    carried = []
    monkeypatch.setattr(Ses, "send", lambda _, mail, *, to: carried.append((to, mail)) or "ses-1")

    answer = invoke("notifications/deliver_email", {"Records": [record(0, order(token_id=token.token_id))]})

    assert answer == {"batchItemFailures": []}
    [(to, mail)] = carried
    assert to == "ada@example.com"
    assert tokens.text(token.token_id) in mail.text


def test_faults_of_the_store_fail_that_mail_alone(deliver, post, carrier, clock):
    client = FaultyClient(
        aws_clients.client("dynamodb"), update_item=[refusal("InternalServerError", status=500)]
    )
    table = type(post.store.table)("notifications", client=client)
    shaky = MailPost(MailStore(table, clock), carrier, post.base_url, post.find_addressee)

    assert deliver(order("mail-1"), order("mail-2"), post=shaky) == ["record-0"]
    assert len(carrier.mails) == 1


@pytest.mark.parametrize(
    ("data", "page"),
    [({}, "/account/verify-email"), ({"what": "e-mail address"}, "/account/change-email")],
)
def test_the_link_of_a_new_address_leads_to_where_its_owner_is_signed_in(deliver, carrier, data, page):
    assert deliver(order(token_id="id", data=data)) == []

    ((_, mail),) = carrier.mails
    assert f"https://shop.example{page}#token=id.secret-text" in mail.text
