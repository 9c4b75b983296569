"""Somebody registers, reads the mail, signs in and out, over HTTP on the deployed templates."""

from __future__ import annotations

from tests.e2e.person import PASSWORD, Person
from tests.e2e.shop import Shop


def test_register_read_the_mail_verify_and_log_out_and_be_refused_at_once(person: Person) -> None:
    registered = person.register()
    assert (registered.status_code, registered.json()) == (202, {"status": "verification_sent"})
    assert person.log_in().status_code == 401

    verified = person.verify()
    assert verified.status_code == 200, verified.text
    token = verified.json()["access_token"]
    me = person.me(token)
    assert (me.status_code, me.json()["email"]) == (200, person.email)
    sessions = person.shop.call("GET", "/api/auth/sessions", token=token).json()["items"]
    assert [session["current"] for session in sessions] == [True]

    assert person.send("logout", token).status_code == 204
    assert person.me(token).status_code == 401
    refreshed = person.send("refresh", refresh_token=verified.json()["refresh_token"])
    assert refreshed.status_code == 401


def test_a_second_registration_tells_the_owner_and_nobody_else(person: Person) -> None:
    first = person.register()
    assert person.verify().status_code == 200

    second = person.register("another good phrase")

    assert (second.status_code, second.text) == (first.status_code, first.text)
    assert person.await_mail("already")
    assert person.log_in().status_code == 200
    assert person.log_in("another good phrase").status_code == 401


def test_a_refresh_token_that_is_used_twice_ends_its_session(person: Person) -> None:
    person.register()
    first = person.verify().json()
    second = person.send("refresh", refresh_token=first["refresh_token"]).json()
    repeated = person.send("refresh", refresh_token=first["refresh_token"]).json()
    assert repeated["refresh_token"] == second["refresh_token"]
    third = person.send("refresh", refresh_token=second["refresh_token"]).json()
    assert person.me(third["access_token"]).status_code == 200

    assert person.send("refresh", refresh_token=first["refresh_token"]).status_code == 401

    assert person.me(third["access_token"]).status_code == 401
    assert person.send("refresh", refresh_token=third["refresh_token"]).status_code == 401


def test_sessions_are_ended_one_by_one_and_all_at_once(person: Person) -> None:
    person.register()
    person.verify()
    first, second, third = (person.log_in().json() for _ in range(3))

    ended = person.shop.call(
        "DELETE", f"/api/auth/sessions/{second['session_id']}", token=first["access_token"]
    )
    assert ended.status_code == 204
    assert person.me(second["access_token"]).status_code == 401
    assert person.me(third["access_token"]).status_code == 200

    assert person.send("logout-all", first["access_token"]).status_code == 204
    assert {person.me(each["access_token"]).status_code for each in (first, third)} == {401}
    again = person.log_in()
    assert person.me(again.json()["access_token"]).status_code == 200


def test_a_device_is_known_again_by_its_cookie(person: Person) -> None:
    person.register()
    person.verify()
    first = person.log_in()
    cookie = first.headers["set-cookie"].partition(";")[0]

    again = person.shop.call(
        "POST",
        "/api/auth/login",
        headers={"cookie": cookie},
        json={"email": person.email, "password": PASSWORD},
    )

    assert again.status_code == 200
    assert "set-cookie" not in again.headers


def test_the_keys_that_check_tokens_are_public(shop: Shop) -> None:
    answer = shop.call("GET", "/.well-known/jwks.json")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert {key["alg"] for key in answer.json()["keys"]} == {"ES256"}
