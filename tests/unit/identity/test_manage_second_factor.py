"""The second factor: in force after its first code, each code once, few guesses, and a way out."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from omnilife.core import aws
from omnilife.core.auth import Caller
from omnilife.core.clock import epoch_seconds
from omnilife.core.errors import NotFound, TooManyRequests, Unavailable
from omnilife.core.table import ConditionFailed
from omnilife.identity.credential_problems import BadCode, MfaAlreadyOn
from omnilife.identity.manage_second_factor import check_code, confirm_totp, enroll_totp, remove_totp
from omnilife.identity.problems import ChangedMeanwhile
from omnilife.identity.secret_box import SecretBox
from omnilife.identity.store_accounts import AccountStore
from omnilife.identity.store_second_factors import FactorStore
from tests.support.faults import FaultyClient, refusal
from tests.unit.identity.owners import People


class Phone:
    """A user with an authenticator app."""

    def __init__(self, people: People) -> None:
        people.add()
        self.people = people
        self.caller = people.sign_in()
        arn = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
        self.box = SecretBox(arn, "totp")
        self.store = FactorStore(people.identity)
        self.secret = ""

    def code(self, steps: int = 0) -> str:
        now = epoch_seconds(self.people.clock.now())
        return pyotp.TOTP(self.secret).at(now + 30 * steps)

    def enroll(self) -> None:
        self.secret = enroll_totp(self.store, self.box, caller=self.caller).secret

    def confirm(self, code: str) -> list[str]:
        clock, ids = self.people.clock, self.people.ids
        return confirm_totp(
            self.store, self.box, code, caller=self.caller, clock=clock, make_id=ids
        ).recovery_codes

    def turn_on(self) -> list[str]:
        self.enroll()
        codes = self.confirm(self.code())
        self.people.clock.advance(seconds=900)
        return codes

    def use(self, code: str) -> None:
        part = check_code(self.store, self.box, "user-1", code, clock=self.people.clock)
        self.people.identity.transact([part])

    def remove(self, code: str) -> None:
        clock, ids = self.people.clock, self.people.ids
        remove_totp(self.store, self.box, code, caller=self.caller, clock=clock, make_id=ids)


@pytest.fixture
def phone(people: People) -> Phone:
    return Phone(people)


def test_a_factor_is_in_force_once_its_app_has_shown_a_code(phone: Phone) -> None:
    phone.enroll()
    assert not phone.people.account().mfa_enabled
    with pytest.raises(BadCode):
        phone.use(phone.code())

    assert len(phone.confirm(phone.code())) == 10
    assert phone.people.account().mfa_enabled
    assert phone.people.events("SecondFactorChanged")[0]["data"]["enabled"] is True


def test_a_code_works_once_and_an_earlier_one_not_after_it(phone: Phone) -> None:
    phone.turn_on()
    phone.use(phone.code())

    for code in (phone.code(), phone.code(-1)):
        with pytest.raises(BadCode):
            phone.use(code)
    phone.use(phone.code(1))


def test_the_code_that_confirmed_does_not_sign_in(phone: Phone) -> None:
    phone.enroll()
    phone.confirm(phone.code())

    with pytest.raises(BadCode):
        phone.use(phone.code())


def test_of_many_who_saw_one_code_one_gets_in(phone: Phone) -> None:
    phone.turn_on()
    parts = [
        check_code(phone.store, phone.box, "user-1", phone.code(), clock=phone.people.clock) for _ in range(4)
    ]
    outcomes = []
    for part in parts:
        try:
            phone.people.identity.transact([part])
            outcomes.append(True)
        except ConditionFailed:
            outcomes.append(False)

    assert outcomes == [True, False, False, False]


def test_a_recovery_code_stands_in_for_the_app_once(phone: Phone) -> None:
    codes = phone.turn_on()
    phone.use(codes[3].upper())

    with pytest.raises(BadCode):
        phone.use(codes[3])
    phone.use(codes[4])


def test_five_guesses_and_no_more_even_all_at_once(phone: Phone) -> None:
    phone.turn_on()

    def guess(_: int) -> str:
        try:
            phone.use("000000")
        except (BadCode, TooManyRequests, Unavailable) as problem:
            return type(problem).__name__
        return "in"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(40)))
    assert 1 <= outcomes.count("BadCode") <= 5
    assert "in" not in outcomes
    with pytest.raises(TooManyRequests):
        phone.use(phone.code())


def test_a_wrong_code_confirms_nothing(phone: Phone) -> None:
    with pytest.raises(BadCode):
        phone.confirm("123456")
    phone.enroll()
    with pytest.raises(BadCode):
        phone.confirm(phone.code(5))

    assert not phone.people.account().mfa_enabled


def test_a_second_offer_replaces_one_that_was_never_confirmed_and_none_in_force(phone: Phone) -> None:
    phone.enroll()
    earlier = phone.code()
    phone.enroll()
    if earlier != phone.code():
        with pytest.raises(BadCode):
            phone.confirm(earlier)
    phone.confirm(phone.code())

    with pytest.raises(MfaAlreadyOn):
        phone.enroll()
    with pytest.raises(MfaAlreadyOn):
        phone.confirm("123456")


def test_an_offer_that_was_replaced_in_this_moment_is_not_confirmed(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.enroll()
    code, seen = phone.code(), phone.store.find("user-1")
    phone.enroll()
    monkeypatch.setattr(FactorStore, "find", lambda *_: seen)

    with pytest.raises(ChangedMeanwhile):
        phone.confirm(code)


def test_removing_takes_a_code(phone: Phone) -> None:
    phone.turn_on()
    with pytest.raises(BadCode):
        phone.remove("000000")
    assert phone.people.account().mfa_enabled

    phone.remove(phone.code())
    assert not phone.people.account().mfa_enabled
    assert phone.store.find("user-1") is None
    with pytest.raises(BadCode):
        phone.remove(phone.code())


def test_a_recovery_code_removes_a_lost_app(phone: Phone) -> None:
    phone.remove(phone.turn_on()[0])

    assert not phone.people.account().mfa_enabled


def test_a_removal_meets_another_use_of_the_code(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    phone.turn_on()
    seen = phone.store.find("user-1")
    phone.use(phone.code(-1))
    monkeypatch.setattr(FactorStore, "find", lambda *_: seen)

    with pytest.raises(ChangedMeanwhile):
        phone.remove(phone.code())


def test_a_factor_that_goes_between_two_looks_is_no_factor(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.turn_on()
    looks = iter([phone.store.find("user-1"), None])
    monkeypatch.setattr(FactorStore, "find", lambda *_: next(looks))

    with pytest.raises(BadCode):
        phone.remove(phone.code())


def test_who_is_gone_has_no_factor(phone: Phone) -> None:
    nobody = Caller("user", "203.0.113.9", "nobody")

    with pytest.raises(NotFound):
        enroll_totp(phone.store, phone.box, caller=nobody)


def test_neither_secret_nor_codes_are_stored_or_announced(phone: Phone) -> None:
    codes = phone.turn_on()
    stored = phone.people.everything_stored()

    assert phone.secret not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_a_sealed_secret_opens_for_its_user_only(phone: Phone) -> None:
    sealed = phone.box.seal("user-1", "secret")

    assert phone.box.open("user-1", sealed) == "secret"
    with pytest.raises(Unavailable):
        phone.box.open("user-2", sealed)
    assert "secret" not in repr(sealed)


def test_without_kms_there_is_no_second_factor_and_no_way_around_it(phone: Phone) -> None:
    phone.turn_on()
    broken = FaultyClient(aws.client("kms"), decrypt=[refusal("KMSInternalException", status=500)])

    with pytest.raises(Unavailable):
        check_code(
            phone.store,
            SecretBox(phone.box.key_arn, "totp", broken),
            "user-1",
            phone.code(),
            clock=phone.people.clock,
        )


def test_an_account_that_changes_meanwhile_is_told(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    phone.enroll()
    stale = phone.people.account().model_copy(update={"version": 7})
    monkeypatch.setattr(AccountStore, "find", lambda *_: stale)

    with pytest.raises(ChangedMeanwhile):
        phone.confirm(phone.code())
