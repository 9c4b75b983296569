"""What telling people costs and how punctual it is: `python -m benchmarks.notifications`.

On an embedded cloud of its own (`OPENSEARCH_URL` and `VALKEY_URL` spare it two engines): how many requests
are accepted a second, how long a mail takes from the request to the mail server's receipt, how late timers
are that were set 5 to 60 seconds ahead, and how long a list of recipients takes until each has been decided
about. What a notification writes is counted in tests/performance/notifications.

Nothing is asserted. The tables go to docs/benchmarks.md.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from local.cloud import Cloud, Ports
from local.paths import STATE
from omnilife.core.table import Table
from omnilife.notifications.fan_out import child_id
from omnilife.notifications.lists import key_of
from omnilife.notifications.store_notes import NoteStore

REQUESTS_A_TOKEN = 100
"""A caller may write 120 times a minute."""

CLIENTS = 4
PATIENCE_S = 600


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--requests", type=int, default=200)
    options.add_argument("--timers", type=int, default=60)
    options.add_argument("--recipients", type=int, default=10_000)
    chosen = options.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}; load {os.getloadavg()[0]:.1f}\n")
    with (
        tempfile.TemporaryDirectory() as folder,
        Cloud(Path(folder), Ports.free(), environ=os.environ, built=STATE / "sam") as cloud,
    ):
        cloud.build()
        cloud.deploy()
        house = House(cloud)
        house.warm_up()
        house.at_once(chosen.requests)
        house.timers(chosen.timers)
        house.fan_out(chosen.recipients)


class House:
    """The deployed product, and people with addresses in its table."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.client = httpx.Client(timeout=60, limits=httpx.Limits(max_connections=CLIENTS))
        outputs = cloud.stack.outputs
        self.notes = NoteStore(Table(outputs["NotificationsTableName"], cloud.client("dynamodb")))
        self.identity = Table(outputs["IdentityTableName"], cloud.client("dynamodb"))
        self.tokens: list[str] = []
        self.sent = 0

    def people(self, count: int) -> list[str]:
        """Accounts, as far as whoever delivers looks at them."""
        users = [uuid.uuid4().hex for _ in range(count)]
        self.identity.batch_put(
            {"pk": f"USER#{user}", "sk": "USER", "name": "Mina", "email": address_of(user)} for user in users
        )
        return users

    def create(self, number: int, **wanted: Any) -> dict[str, Any]:
        while len(self.tokens) <= number // REQUESTS_A_TOKEN:
            self.tokens.append(self.cloud.token("admin", f"admin-{uuid.uuid4().hex}"))
        body = {"category": "account", "channels": ["email"], "template": "welcome", **wanted}
        answer = self.client.post(
            f"{self.cloud.base_url}/api/notifications/create",
            json=body,
            headers={"authorization": f"Bearer {self.tokens[number // REQUESTS_A_TOKEN]}"},
        )
        answer.raise_for_status()
        made: dict[str, Any] = answer.json()
        return made

    def received(self) -> dict[str, float]:
        """Address → when the mail server had its first mail, seconds since 1970."""
        found = self.client.get(f"{self.cloud.base_url}/mailbox/messages").json()["messages"]
        mails = [mail for each in found.values() for mail in each]
        first: dict[str, float] = {}
        for mail in sorted(mails, key=lambda mail: -mail["Timestamp"]):
            for address in mail["To"]:
                first[address] = mail["Timestamp"]
        return first

    def await_all(self, users: list[str]) -> dict[str, float]:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            received = self.received()
            times = {user: received[address_of(user)] for user in users if address_of(user) in received}
            if len(times) == len(users):
                return times
            time.sleep(1)
        print(f"{len(users) - len(times)} of {len(users)} have not come")
        return times

    def warm_up(self) -> None:
        users = self.people(8)
        for number, user in enumerate(users):
            self.create(number, user_id=user)
        self.await_all(users)

    def at_once(self, requests: int) -> None:
        users = self.people(requests)
        asked: dict[str, float] = {}
        spent: list[float] = []

        def ask(number: int) -> None:
            began = time.time()
            asked[users[number]] = began
            self.create(number + REQUESTS_A_TOKEN, user_id=users[number])
            spent.append(time.time() - began)

        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(ask, range(requests)))
        took = time.perf_counter() - began
        received = self.await_all(users)
        waits = [received[user] - asked[user] for user in received]
        print(f"| accepted, {CLIENTS} clients | {requests / took:.0f} a second |")
        print(f"| answer, p50 and p99 | {spread(spent)} |")
        print(f"| from the request to the mail server, p50 and p99 | {spread(waits)} |")

    def timers(self, count: int) -> None:
        users = self.people(count)
        due: dict[str, float] = {}

        def ask(number: int) -> None:
            made = self.create(number + 50_000, user_id=users[number], send_in=5 + number * 55 // count)
            due[users[number]] = datetime.fromisoformat(made["send_at"]).timestamp()

        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(ask, range(count)))
        received = self.await_all(users)
        late = [received[user] - due[user] for user in received]
        print(f"| {count} timers 5 to 60 s ahead, late at the mail server by, p50 and p99 | {spread(late)} |")
        print(f"| the earliest and the latest of them | {min(late):.2f} s, {max(late):.2f} s |")

    def fan_out(self, recipients: int) -> None:
        users = [f"nobody-{uuid.uuid4().hex}" for _ in range(recipients)]
        list_id = uuid.uuid4().hex
        lines = "".join(json.dumps({"user_id": user}) + "\n" for user in users)
        bucket = self.cloud.stack.outputs["ImportsBucketName"]
        self.cloud.client("s3").put_object(Bucket=bucket, Key=key_of(list_id), Body=lines.encode())
        began = time.perf_counter()
        # To an inbox and no address: how fast they are made and decided about, not how fast mail goes.
        made = self.create(60_000, list_id=list_id, category="marketing", channels=["sms"])
        answered = time.perf_counter() - began
        parent = self.notes.get(made["notification_id"])
        assert parent is not None
        left = {child_id(parent, user) for user in users}
        while left and time.perf_counter() - began < PATIENCE_S:
            rows = self.notes.table.batch_get({"pk": f"NOTE#{each}", "sk": "NOTE"} for each in sorted(left))
            left -= {row["notification_id"] for row in rows if row["state"] != "due"}
            time.sleep(1)
        took = time.perf_counter() - began
        print(f"| a list of {recipients:,}: answered after | {answered:.2f} s |")
        rate = (recipients - len(left)) / took
        print(f"| every one of them decided about after | {took:.0f} s, {rate:.0f} a second |")
        if left:
            print(f"| not decided about | {len(left)} |")


def address_of(user: str) -> str:
    return f"{user}@example.com"


def spread(seconds: list[float]) -> str:
    hundredths = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"{hundredths[49]:.2f} s, {hundredths[98]:.2f} s"


if __name__ == "__main__":
    sys.exit(main())
