"""The second step of a sign-in: a ticket and a code, both used up by the session that they open."""

from dataclasses import dataclass, field

import jwt
import pytest

from omnilife.core.errors import TooManyRequests, Unavailable
from omnilife.identity.answer_mfa import MfaSignIn
from omnilife.identity.credential_problems import BadCode, TicketOver
from omnilife.identity.mfa_tickets import MfaTickets
from omnilife.identity.open_sessions import SessionOpener
from omnilife.identity.second_factors import MfaAnswer
from omnilife.identity.sessions import Client, SignedIn
from omnilife.identity.sign_tokens import process_signer
from tests.unit.identity.owners import EMAIL, People
from tests.unit.identity.test_manage_second_factor import Phone

CLIENT = Client("203.0.113.9", "tests")


@dataclass
class Guard:
    """Stands in for the login guard, which has tests of its own."""

    known: bool = False
    earlier: bool = False
    down: bool = False
    forgiven: list[str] = field(default_factory=list)

    def knows(self, _account: str, device: str | None) -> bool:
        return self.known or device == "a known one"

    def has_devices(self, _account: str) -> bool:
        return self.earlier

    def disregard(self, account: str, _address: str, _device: str | None) -> None:
        if self.down:
            raise Unavailable
        self.forgiven.append(account)

    def device_token(self, _account: str, user_id: str) -> str:
        return f"device of {user_id}"


@dataclass
class SecondStep:
    """Somebody whose password was right."""

    phone: Phone
    sign_in: MfaSignIn
    guard: Guard
    codes: list[str]

    def ticket(self) -> str:
        text, part = self.sign_in.tickets.issue(self.phone.people.account())
        self.phone.people.identity.transact([part])
        return text

    def answer(self, ticket: str, code: str) -> SignedIn:
        return self.sign_in.answer(MfaAnswer(mfa_token=ticket, code=code), CLIENT)


@pytest.fixture
def step(people: People, kms_key: str) -> SecondStep:
    phone = Phone(people)
    codes = phone.turn_on()
    guard = Guard()
    sign_in = MfaSignIn(
        people.accounts,
        MfaTickets(people.identity, clock=people.clock),
        phone.store,
        phone.box,
        SessionOpener(people.sessions, process_signer(), clock=people.clock, make_id=people.ids),
        guard,  # type: ignore[arg-type]
        clock=people.clock,
    )
    return SecondStep(phone, sign_in, guard, codes)


def test_a_code_opens_the_session_and_the_attempt_is_taken_back(step: SecondStep) -> None:
    signed_in = step.answer(step.ticket(), step.phone.code())
    claims = jwt.decode(signed_in.access_token, options={"verify_signature": False})

    assert (claims["sub"], claims["sid"]) == ("user-1", signed_in.session_id)
    assert signed_in.device_token == "device of user-1"
    assert step.guard.forgiven == [EMAIL]
    (begun,) = step.phone.people.events("LoginSucceeded")
    assert (begun["data"]["method"], begun["data"]["known_device"]) == ("mfa", False)


def test_a_known_device_keeps_its_token(step: SecondStep) -> None:
    step.guard.known = True

    assert step.answer(step.ticket(), step.phone.code()).device_token is None


@pytest.mark.parametrize("way", ["cookie", "body"])
def test_a_new_device_is_told_to_the_owner_who_had_others_and_a_known_one_is_not(
    step: SecondStep, way: str
) -> None:
    def mails() -> list[str]:
        return [mail["data"]["template"] for mail in step.phone.people.events("EmailRequested")]

    def answer(code: str, device: str | None) -> None:
        in_body = device if way == "body" else None
        given = MfaAnswer(mfa_token=step.ticket(), code=code, device_token=in_body)
        step.sign_in.answer(given, CLIENT, device=device if way == "cookie" else None)

    before = mails()
    answer(step.codes[0], None)  # the account's first device
    step.guard.earlier = True
    answer(step.codes[1], "a known one")
    assert mails() == before

    answer(step.codes[2], "an unknown one")
    assert mails() == [*before, "new_device"]


def test_a_guard_that_is_down_turns_nobody_away(step: SecondStep) -> None:
    step.guard.down = True

    assert step.answer(step.ticket(), step.phone.code()).device_token is None


def test_a_recovery_code_does_as_well(step: SecondStep) -> None:
    assert step.answer(step.ticket(), step.codes[0]).session_id


def test_a_ticket_works_once_and_for_five_minutes(step: SecondStep) -> None:
    used, old = step.ticket(), step.ticket()
    step.answer(used, step.codes[0])
    with pytest.raises(TicketOver):
        step.answer(used, step.codes[1])
    step.phone.people.clock.advance(seconds=300)
    with pytest.raises(TicketOver):
        step.answer(old, step.codes[1])
    with pytest.raises(TicketOver):
        step.answer("made up", step.codes[1])


def test_a_wrong_code_leaves_the_ticket_and_six_use_up_the_attempts(step: SecondStep) -> None:
    ticket = step.ticket()
    for _ in range(5):
        with pytest.raises(BadCode):
            step.answer(ticket, "000000")
    with pytest.raises(TooManyRequests):
        step.answer(ticket, step.codes[0])


def test_sessions_that_ended_since_take_the_ticket_along(step: SecondStep) -> None:
    ticket = step.ticket()
    people = step.phone.people
    people.accounts.save([people.accounts.change(people.account(), epoch=9)])

    with pytest.raises(TicketOver):
        step.answer(ticket, step.phone.code())


@pytest.mark.parametrize(("spoiled", "problem"), [("code", BadCode), ("ticket", TicketOver)])
def test_what_is_used_in_the_very_moment_opens_nothing(
    step: SecondStep, monkeypatch: pytest.MonkeyPatch, spoiled: str, problem: type[Exception]
) -> None:
    ticket = step.ticket()
    before = step.phone.store.find("user-1")
    found = step.sign_in.tickets.find(ticket)
    assert found is not None
    if spoiled == "code":
        step.phone.use(step.phone.code())
    else:
        step.phone.people.identity.transact([found.spend])
    monkeypatch.setattr(type(step.phone.store), "find", lambda *_: before)
    monkeypatch.setattr(MfaTickets, "find", lambda *_: found)

    with pytest.raises(problem):
        step.answer(ticket, step.phone.code())
    assert step.phone.people.events("LoginSucceeded") == []
