"""Exports and erasures: what is asked for, the steps, and the state machines over them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from omnilife.core import aws
from omnilife.core.clock import FixedClock
from omnilife.core.errors import Invalid, NotFound, TooManyRequests
from omnilife.core.personal_data import Erased, Person, PersonalData, Place, Portion
from omnilife.core.table import ConditionFailed, Table
from omnilife.identity import (
    BadCode,
    BadCredentials,
    DeadLink,
    ErasureProof,
    ExportFiles,
    ExportJob,
    JobStore,
    SecretBox,
    WrongPassword,
    begin_erasure,
    begin_export,
    erase_user_data,
    export_user_data,
    fail_erasure,
    fail_export,
    find_export,
    finish_erasure,
    finish_export,
    request_erasure,
    request_export,
)
from omnilife.identity.mails import mail_for
from omnilife.identity.run_erasures import NotToBeErased
from omnilife.identity.run_exports import NoSuchJob
from omnilife.identity.store_people import IdentityData
from omnilife.notifications.store_people import held_by_notifications
from omnilife.security.devices import Devices
from omnilife.security.store.people import held_by_security
from tests.support.machine import Failed, Machine
from tests.unit.identity.people import EMAIL, PASSWORD, Identity

DEVICES = Devices(b"d" * 32)
BOX = SecretBox("key", "totp")
BY_PASSWORD = ErasureProof(password=PASSWORD)


class Deployment:
    """Identity, security and notifications, with the machines over them."""

    def __init__(self, identity: Identity, security: Table, notifications: Table) -> None:
        self.identity = identity
        self.store = JobStore(identity.table)
        self.files = ExportFiles("exports")
        self.security = security
        self.holders: dict[str, PersonalData] = {
            "notifications": held_by_notifications(notifications),
            "security": held_by_security(security, DEVICES),
            "identity": IdentityData(identity.table, self.files),
        }
        self.waited: list[int] = []

    def erase(self, tokens: Any, proof: ErasureProof = BY_PASSWORD) -> str:
        return request_erasure(
            self.identity.sessions,
            BOX,
            proof,
            caller=self.identity.caller(tokens),
            clock=self.identity.clock,
            make_id=self.identity.make_id,
        ).job_id

    def export(self, tokens: Any) -> ExportJob:
        return request_export(
            self.store,
            caller=self.identity.caller(tokens),
            clock=self.identity.clock,
            make_id=self.identity.make_id,
        )

    def find(self, tokens: Any, job_id: str) -> ExportJob:
        caller = self.identity.caller(tokens)
        return find_export(self.store, self.files, job_id, caller=caller, clock=self.identity.clock)

    def run(self, name: str, user_id: str, job_id: str) -> None:
        machine = Machine(name, self._task, waited=self.waited.append)
        machine.run({"detail": {"data": {"user_id": user_id, "job_id": job_id}}})

    def document(self, user_id: str, job_id: str) -> Any:
        key = f"exports/{user_id}/{job_id}.json"
        return json.loads(aws.client("s3").get_object(Bucket="exports", Key=key)["Body"].read())

    def objects(self) -> list[str]:
        found = aws.client("s3").list_objects_v2(Bucket="exports").get("Contents", [])
        return [each["Key"] for each in found]

    def _task(self, name: str, payload: Mapping[str, Any]) -> Any:  # noqa: PLR0911 (one for each step)
        given = {key: value for key, value in payload.items() if key in {"user_id", "job_id"}}
        domains, clock, make_id = list(self.holders), self.identity.clock, self.identity.make_id
        match name:
            case "BeginErasure":
                return {"domains": begin_erasure(self.store, **given, domains=domains, clock=clock)}
            case "EraseUserData":
                holder = self.holders[payload["domain"]]
                done = erase_user_data(self.store, holder, **given, domain=payload["domain"], work_s=60)
                return {"finished": done}
            case "FinishErasure":
                if payload["failed"]:
                    return fail_erasure(self.store, **given, clock=clock)
                return finish_erasure(self.store, **given, clock=clock, make_id=make_id)
            case "BeginExport":
                return {"domains": begin_export(self.store, **given, domains=domains, clock=clock)}
            case "ExportUserData":
                return export_user_data(
                    self.store,
                    self.files,
                    self.holders[payload["domain"]],
                    **given,
                    domain=payload["domain"],
                    place=payload["place"],
                    work_s=60,
                )
            case _:
                if payload["failed"]:
                    return fail_export(self.store, **given, clock=clock)
                return finish_export(
                    self.store,
                    self.files,
                    **given,
                    left_out={"search": "nothing"},
                    clock=clock,
                    make_id=make_id,
                )


@pytest.fixture
def shop(identity: Identity, security_table: Table, notifications_table: Table) -> Deployment:
    aws.client("s3").create_bucket(
        Bucket="exports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    return Deployment(identity, security_table, notifications_table)


def test_the_owner_erases_and_is_refused_at_once(shop: Deployment) -> None:
    tokens = shop.identity.join()
    link = shop.identity.mailed_text()

    shop.erase(tokens)

    assert shop.identity.denied(tokens)
    with pytest.raises(BadCredentials):
        shop.identity.attempt()
    with pytest.raises(DeadLink):
        shop.identity.verify(link)
    with pytest.raises(Exception, match="refresh"):
        shop.identity.refresh(tokens.refresh_token)


def test_a_stolen_session_erases_nothing(shop: Deployment) -> None:
    tokens = shop.identity.join()

    with pytest.raises(WrongPassword):
        shop.erase(tokens, ErasureProof(password="not the password"))
    with pytest.raises(Invalid):
        shop.erase(tokens, ErasureProof(code="123456"))

    account = shop.identity.accounts.find(tokens.user.user_id)
    assert account is not None
    assert account.status == "active"
    assert not shop.identity.denied(tokens)


def test_where_there_is_a_second_factor_its_code_is_what_proves(shop: Deployment) -> None:
    tokens = shop.identity.join()
    account = shop.identity.accounts.find(tokens.user.user_id)
    assert account is not None
    shop.identity.accounts.save([shop.identity.accounts.change(account, mfa_enabled=True)])

    with pytest.raises(Invalid):
        shop.erase(tokens)
    with pytest.raises(BadCode):
        shop.erase(tokens, ErasureProof(code="123456"))


@pytest.mark.parametrize("given", [{}, {"password": "x", "code": "123456"}])
def test_one_proof_is_given(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="password"):
        ErasureProof(**given)


def test_an_erasure_leaves_a_receipt_and_nothing_of_the_person(shop: Deployment) -> None:
    tokens = shop.identity.join()
    device = shop.identity.sign_in()
    assert device.device_token
    with pytest.raises(BadCredentials):
        shop.identity.attempt(EMAIL, "wrong lanterns ahead")
    user_id = tokens.user.user_id
    job_id = shop.erase(tokens)

    shop.run("erase_user", user_id, job_id)

    kept = [row for row in shop.identity.rows() if "event" not in row]
    assert "mina@example.com" not in json.dumps(kept, default=str).lower()
    assert {row["pk"]["S"].partition("#")[0] for row in kept} <= {"ERASURE", "REFRESH", "LIMIT"}
    job = shop.store.find_erasure(job_id)
    assert job is not None
    assert (job.state, set(job.through)) == ("succeeded", set(shop.holders))
    assert job.records["identity"] >= 4
    rows = shop.security._client().scan(TableName="security")["Items"]
    assert [row for row in rows if row["pk"]["S"].startswith("LOGIN#")] == []
    (told,) = shop.identity.events("UserErased")
    assert told["data"]["user_id"] == user_id
    assert shop.waited == [10, 3600]


def test_the_last_mail_still_finds_the_address(shop: Deployment) -> None:
    tokens = shop.identity.join()
    shop.erase(tokens)

    order = shop.identity.mails()[-1]
    assert order["template"] == "erasing"
    addressee = mail_for(user_id=order["user_id"], tokens=shop.identity.tokens)
    assert addressee is not None
    assert addressee.address == EMAIL


def test_the_address_is_free_again_for_another_account(shop: Deployment) -> None:
    first = shop.identity.join()
    shop.run("erase_user", first.user.user_id, shop.erase(first))
    shop.identity.clock.advance(seconds=2)

    second = shop.identity.join()

    assert second.user.user_id != first.user.user_id
    assert not shop.identity.denied(second)


def test_an_erasure_can_break_off_anywhere_and_be_run_again(
    shop: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = shop.identity.join()
    job_id, whole = shop.erase(tokens), shop.holders["security"]

    class Broken:
        def export(self, person: Person, after: Place | None) -> Portion:  # noqa: ARG002 (the protocol's)
            raise OSError

        def erase(self, person: Person) -> Erased:  # noqa: ARG002
            raise OSError

    shop.holders["security"] = Broken()
    with pytest.raises(Failed):
        shop.run("erase_user", tokens.user.user_id, job_id)
    broken = shop.store.find_erasure(job_id)
    assert broken is not None
    assert (broken.state, broken.problem is not None) == ("failed", True)
    assert shop.identity.accounts.find(tokens.user.user_id) is not None

    shop.holders["security"] = whole
    shop.run("erase_user", tokens.user.user_id, job_id)
    shop.run("erase_user", tokens.user.user_id, job_id)

    job = shop.store.find_erasure(job_id)
    assert job is not None
    assert (job.state, job.problem) == ("succeeded", None)
    assert len(shop.identity.events("UserErased")) == 1
    fail_erasure(shop.store, job_id=job_id)
    assert (shop.store.find_erasure(job_id) or job).state == "succeeded"


def test_an_account_in_use_is_erased_by_nobody(shop: Deployment, clock: FixedClock) -> None:
    tokens = shop.identity.join()
    user_id = tokens.user.user_id
    shop.store.table.transact([shop.store.new_erasure(user_id, "job-1", clock.now())])

    with pytest.raises(NotToBeErased):
        erase_user_data(shop.store, shop.holders["identity"], job_id="job-1", domain="identity", work_s=1)
    with pytest.raises(ConditionFailed):
        shop.holders["identity"].erase(Person(user_id, (EMAIL,)))
    assert shop.identity.accounts.find(user_id) is not None


@pytest.mark.parametrize("step", [begin_erasure, finish_erasure])
def test_a_step_of_a_job_that_is_not_there_fails(shop: Deployment, step: Any) -> None:
    given = {"domains": []} if step is begin_erasure else {}
    with pytest.raises(NoSuchJob):
        step(shop.store, job_id="nothing", **given)


def test_an_export_has_all_that_is_held_and_no_secret(shop: Deployment) -> None:
    tokens = shop.identity.join()
    shop.identity.sign_in()
    user_id = tokens.user.user_id
    job = shop.export(tokens)
    assert (job.state, job.progress.total) == ("queued", 0)
    assert shop.export(tokens).job_id == job.job_id

    shop.run("export_user", user_id, job.job_id)

    document = shop.document(user_id, job.job_id)
    assert document["left_out"] == {"search": "nothing"}
    assert set(document["data"]) == set(shop.holders)
    entities = {record["entity"] for record in document["data"]["identity"]}
    assert {"account", "sessions", "mailed_links", "exports"} <= entities
    (account,) = [r for r in document["data"]["identity"] if r["entity"] == "account"]
    assert (account["email"], account["roles"]) == (EMAIL, ["customer"])
    assert [record["entity"] for record in document["data"]["security"]].count("devices") == 1
    text = json.dumps(document)
    assert "argon2" not in text
    assert "hash" not in text
    assert shop.objects() == [f"exports/{user_id}/{job.job_id}.json"]
    assert shop.identity.mails()[-1]["template"] == "export_ready"

    told = shop.find(tokens, job.job_id)
    assert told.state == "succeeded"
    assert told.result is not None
    assert told.result.bytes > 200
    assert "X-Amz-Signature" in told.result.url
    shop.run("export_user", user_id, job.job_id)
    assert len([m for m in shop.identity.mails() if m["template"] == "export_ready"]) == 1


def test_an_export_is_given_out_for_a_week_and_to_its_owner_only(shop: Deployment) -> None:
    tokens = shop.identity.join()
    job = shop.export(tokens)
    shop.run("export_user", tokens.user.user_id, job.job_id)
    other = shop.identity.join("bob@example.com")

    with pytest.raises(NotFound):
        shop.find(other, job.job_id)
    caller = shop.identity.caller(tokens)
    shop.identity.clock.advance(seconds=8 * 86_400)
    late = find_export(shop.store, shop.files, job.job_id, caller=caller, clock=shop.identity.clock)
    assert late.result is None
    shop.identity.clock.advance(seconds=8 * 86_400)
    with pytest.raises(NotFound):
        find_export(shop.store, shop.files, job.job_id, caller=caller, clock=shop.identity.clock)


def test_an_export_goes_with_its_user(shop: Deployment) -> None:
    tokens = shop.identity.join()
    job = shop.export(tokens)
    shop.run("export_user", tokens.user.user_id, job.job_id)
    unfinished = shop.export(tokens)

    shop.run("erase_user", tokens.user.user_id, shop.erase(tokens))

    assert shop.objects() == []
    with pytest.raises(Failed):
        shop.run("export_user", tokens.user.user_id, unfinished.job_id)


def test_an_export_that_broke_off_says_so_and_another_may_be_asked_for(shop: Deployment) -> None:
    tokens = shop.identity.join()
    job = shop.export(tokens)
    del shop.holders["security"]
    shop.store.begin(  # a domain that the steps do not know
        {"pk": f"USER#{tokens.user.user_id}", "sk": f"EXPORT#{job.job_id}"}, 3, shop.identity.clock.now()
    )
    fail_export(shop.store, user_id=tokens.user.user_id, job_id=job.job_id)
    fail_export(shop.store, user_id=tokens.user.user_id, job_id="nothing")

    told = shop.find(tokens, job.job_id)
    assert (told.state, told.result) == ("failed", None)
    assert told.problem is not None
    assert shop.export(tokens).job_id != job.job_id


def test_exports_are_limited_by_the_day(shop: Deployment) -> None:
    tokens = shop.identity.join()
    for _ in range(5):
        job = shop.export(tokens)
        fail_export(shop.store, user_id=tokens.user.user_id, job_id=job.job_id)

    with pytest.raises(TooManyRequests):
        shop.export(tokens)


def test_a_big_export_is_made_of_parts(shop: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omnilife.core.personal_data.PAGE", 1)
    monkeypatch.setattr("omnilife.identity.run_exports.PART_RECORDS", 1)
    tokens = shop.identity.join()
    for _ in range(3):
        shop.identity.sign_in()
    job = shop.export(tokens)

    shop.run("export_user", tokens.user.user_id, job.job_id)

    document = shop.document(tokens.user.user_id, job.job_id)
    assert [r["entity"] for r in document["data"]["identity"]].count("sessions") == 4
