"""Ports, folders and commands of the embedded cloud, without starting it."""

from dataclasses import replace
from pathlib import Path

import pytest

from local.cloud import Cloud, Ports, state_folder
from local.errors import LocalError
from local.paths import STATE


def test_ports_come_from_the_environment():
    assert Ports.from_environment({"PORT": "9000"}).front == 9000
    assert Ports.from_environment({}).front == 8000


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_named(text: str):
    with pytest.raises(LocalError, match="PORT is not a port number"):
        Ports.from_environment({"PORT": text})


def test_another_state_folder_makes_another_cloud():
    assert state_folder({}) == STATE
    assert state_folder({"OMNILIFE_STATE": "/elsewhere"}) == Path("/elsewhere")


def test_commands_of_a_cloud_that_does_not_run_say_how_to_start_it(tmp_path: Path):
    with pytest.raises(LocalError, match="make run"):
        Cloud.attach(tmp_path)


def test_a_running_cloud_is_not_reset(tmp_path: Path):
    (tmp_path / "running.json").write_text("{}")
    with pytest.raises(LocalError, match="is running"):
        Cloud(tmp_path, Ports(1, 2, 9201, 4, 5), environ={}).reset()


@pytest.mark.parametrize(
    ("address", "listening_on"),
    [
        ("127.0.0.1", ["127.0.0.1"]),
        ("0.0.0.0", ["0.0.0.0"]),  # noqa: S104
        ("172.17.0.1", ["127.0.0.1", "172.17.0.1"]),
    ],
)
def test_everything_listens_where_bind_says_and_for_itself(
    tmp_path: Path, address: str, listening_on: list[str]
):
    ports = replace(Ports.from_environment({"BIND": address}), search=9201)
    cloud = Cloud(tmp_path, ports, environ={})
    assert cloud.emulator.addresses == cloud.search.addresses == cloud.cache.addresses == listening_on
    assert cloud.base_url == "http://localhost:8000"


def test_nobody_but_this_machine_is_let_in_unless_it_is_asked_for():
    assert Ports.from_environment({}).bind == "127.0.0.1"


@pytest.mark.parametrize("text", ["localhost", "::", "172.17.0.1:80"])
def test_an_address_that_is_none_is_named(tmp_path: Path, text: str):
    with pytest.raises(LocalError, match="BIND is not an IPv4 address"):
        Cloud(tmp_path, Ports.from_environment({"BIND": text}), environ={})
