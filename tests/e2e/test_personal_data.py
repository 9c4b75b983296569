"""Somebody takes all that is held about them along, and is forgotten, on the deployed templates."""

from __future__ import annotations

import json
from typing import Any

from local.cloud import Cloud
from tests.e2e.person import PASSWORD, Person
from tests.e2e.shop import Shop, eventually


def everything(cloud: Cloud) -> dict[str, list[Any]]:
    """The rows of all tables but what waits in the outbox, or did for a week."""
    tables = [name for output, name in cloud.stack.outputs.items() if output.endswith("TableName")]
    pages = {name: cloud.client("dynamodb").get_paginator("scan").paginate(TableName=name) for name in tables}
    return {
        name: [row for page in found for row in page["Items"] if "event" not in row]
        for name, found in pages.items()
    }


def test_export_read_and_be_erased_from_all_tables(shop: Shop, cloud: Cloud, person: Person) -> None:
    person.register()
    tokens = person.verify().json()
    again = person.log_in().json()
    token, user_id = again["access_token"], again["user"]["user_id"]

    asked = person.send("me/export", token)
    assert asked.status_code == 202, asked.text
    place = asked.headers["location"]
    job = eventually(
        lambda: shop.call("GET", place, token=token).json(),
        until=lambda seen: seen["state"] in {"succeeded", "failed"},
        within=60.0,
    )
    assert job["state"] == "succeeded", job
    assert job["progress"]["done"] == job["progress"]["total"] >= 4
    downloaded = shop.client.get(job["result"]["url"])
    assert downloaded.status_code == 200, downloaded.text
    document = downloaded.json()
    (account,) = [each for each in document["data"]["identity"] if each["entity"] == "account"]
    assert account["email"] == person.email
    assert {each["entity"] for each in document["data"]["security"]} >= {"security_events", "devices"}
    assert person.await_mail("Your data is ready")

    wrong = shop.call("DELETE", "/api/auth/me", token=token, json={"password": "somebody else"})
    assert wrong.status_code == 403
    erased = shop.call("DELETE", "/api/auth/me", token=token, json={"password": PASSWORD})
    assert (erased.status_code, erased.json()["kind"]) == (202, "erasure"), erased.text
    assert {person.me(each).status_code for each in (token, tokens["access_token"])} == {401}
    assert person.send("refresh", refresh_token=again["refresh_token"]).status_code == 401
    assert person.log_in().status_code == 401

    receipt = {"pk": {"S": f"ERASURE#{erased.json()['job_id']}"}, "sk": {"S": "ERASURE"}}
    eventually(
        lambda: cloud.client("dynamodb").get_item(
            TableName=cloud.stack.outputs["IdentityTableName"], Key=receipt
        )["Item"]["state"]["S"],
        until=lambda state: state == "succeeded",
        within=60.0,
    )
    rows = everything(cloud)
    assert person.email not in json.dumps(rows, default=str)
    kinds = {
        row["pk"]["S"].partition("#")[0]
        for row in rows[cloud.stack.outputs["IdentityTableName"]]
        if user_id in json.dumps(row, default=str)
    }
    assert kinds <= {"ERASURE", "REFRESH"}
    assert person.await_mail("Your account is being erased")
    assert shop.client.get(job["result"]["url"]).status_code == 404

    assert person.register().status_code == 202
    # The mailbox still has the first link, which is dead.
    anew = eventually(person.verify, until=lambda answer: answer.status_code == 200)
    assert anew.json()["user"]["user_id"] != user_id
