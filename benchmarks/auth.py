"""What signing in and being signed in cost. Prints; asserts nothing.

    python benchmarks/auth.py            in process: nothing is started

Verifying against PyJWT's bare decode with the same key; argon2id settings; round trips and read units of an
authenticated request; the limiter's decisions against an exact model; the times of register, resend, forgot
and login for addresses that have an account and that have none, and how far apart their distributions are.
"""

import hashlib
import json
import math
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from fractions import Fraction
from ipaddress import IPv6Address
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers/omnilife")]

from tests.conftest import ENVIRONMENT  # noqa: E402

os.environ.update(ENVIRONMENT)

import jwt  # noqa: E402
from argon2 import PasswordHasher  # noqa: E402
from moto import mock_aws  # noqa: E402

from omnilife.core import aws, jws  # noqa: E402
from omnilife.core.clock import FixedClock, system_clock  # noqa: E402
from omnilife.core.ids import new_id  # noqa: E402
from omnilife.core.limits import DynamoLimiter, Limit, gcra  # noqa: E402
from omnilife.core.table import Table  # noqa: E402
from omnilife.core.tokens import TokenVerifier  # noqa: E402
from omnilife.core.trust import TrustStore  # noqa: E402
from omnilife.identity import BadCredentials, Client, forgot_password  # noqa: E402
from omnilife.identity.accounts import Account  # noqa: E402
from omnilife.identity.passwords import hash_password  # noqa: E402
from tests.support.faults import FaultyClient  # noqa: E402
from tests.support.templates import table_properties  # noqa: E402
from tests.support.tokens import SigningKey, access_claims  # noqa: E402
from tests.unit.identity.people import Identity  # noqa: E402

VERIFICATIONS = 3000
WARMING = 3
"""Answers before the first that counts: imports and connections are of the first ones."""

SETTINGS = [(19_456, 2), (47_104, 1), (65_536, 1), (65_536, 3), (131_072, 3)]


def main() -> None:
    machine = f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}")
    with mock_aws():
        make_tables()
        verifying()
        hashing()
        authenticating()
        limiting()
        answering()


def make_tables() -> None:
    """Empty ones: moto copies whole tables in each transaction, so that many rows take long."""
    client = aws.client("dynamodb")
    for name in client.list_tables()["TableNames"]:
        client.delete_table(TableName=name)
    for name in ("trust", "identity", "security"):
        client.create_table(TableName=name, **table_properties(f"{name.capitalize()}Table"))


def median_us(act: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter_ns()
        act()
        taken.append(time.perf_counter_ns() - begun)
    return statistics.median(taken) / 1000


def signed() -> tuple[SigningKey, str, Table]:
    key, trust = SigningKey.generate(), Table("trust")
    trust.put({"pk": "KEYS", "sk": key.kid, "jwk": json.dumps(key.jwk()), "state": "signing"})
    claims = access_claims(
        None, "user-1", issuer=ENVIRONMENT["TOKEN_ISSUER"], audience=ENVIRONMENT["TOKEN_AUDIENCE"], changed={}
    )
    return key, key.sign(claims), trust


def verifying() -> None:
    key, token, trust = signed()
    jwk, public = key.jwk(), key.private.public_key()
    issuer, audience = ENVIRONMENT["TOKEN_ISSUER"], ENVIRONMENT["TOKEN_AUDIENCE"]
    verifier = TokenVerifier(TrustStore(trust), issuer=issuer, audience=audience)
    ways: dict[str, Callable[[], object]] = {
        "PyJWT, bare decode": lambda: jwt.decode(token, public, algorithms=["ES256"], audience=audience),
        "`core.jws.verify`": lambda: jws.verify(token, jwk),
        "`TokenVerifier.verify`": lambda: verifier.verify(token),
    }
    rounds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(5):  # in turn, so that a busy machine is busy for all
        for name, way in ways.items():
            rounds[name].append(median_us(way, VERIFICATIONS // 5))
    base = statistics.median(rounds["PyJWT, bare decode"])
    print("\n| verifying | p50, µs | against PyJWT |\n|---|---|---|")
    for name, taken in rounds.items():
        print(f"| {name} | {statistics.median(taken):.0f} | {statistics.median(taken) / base:.2f} |")


def hashing() -> None:
    print("\n| argon2id | memory, MiB | one, ms | sign-ins a second, one core | memory of 8 at once, MiB |")
    print("|---|---|---|---|---|")
    for memory, passes in SETTINGS:
        hasher = PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1)
        kept = hasher.hash("tangled-otter-veranda")
        ms = median_us(lambda: hasher.verify(kept, "tangled-otter-veranda"), 7) / 1000  # noqa: B023
        row = f"t={passes}, p=1 | {memory // 1024} | {ms:.0f} | {1000 / ms:.1f} | {8 * memory // 1024}"
        print(f"| {row} |")


def authenticating() -> None:
    signed()
    client = FaultyClient(aws.client("dynamodb"))
    store = TrustStore(Table("trust", client))
    store.signing_key("key-1")
    store.blocks("203.0.113.9")
    client.calls.clear()
    store.denied(session_id="s", family="f", subject="u", issued_at=1)
    print("\n| authenticated request, warm | round trips | read units |\n|---|---|---|")
    for operation, arguments in client.calls:
        keys = arguments["RequestItems"]["trust"]["Keys"]
        print(f"| DynamoDB `{operation}`, of {len(keys)} rows, consistent | 1 | {len(keys)} |")
    print("| Valkey, one script for the limit, beside it | 1 | |")


def exact(limit: Limit, arrivals: list[int]) -> list[bool]:
    """GCRA by fractions, of the definition: let in when the bucket, which leaks evenly, has room for one."""
    level, last, decisions = Fraction(0), 0, []
    for now in arrivals:
        level = max(Fraction(0), level - Fraction(now - last, limit.interval))
        last = now
        decisions.append(level + 1 <= (limit.burst or limit.requests))
        level += decisions[-1]
    return decisions


def limiting() -> None:
    draw, limit = random.Random(7), Limit("bench", 60, 60, 10)  # noqa: S311 (a recorded sequence)
    now, arrivals = 1_790_000_000_000_000, []
    for _ in range(20_000):
        now += draw.choice([0, 1000, 250_000, 1_000_000, 4_000_000])
        arrivals.append(now)
    tat, pure = 0, []
    for at in arrivals:
        decision, tat = gcra(tat, at, limit)
        pure.append(decision.allowed)
    clock = FixedClock(datetime.fromtimestamp(arrivals[0] / 1e6, UTC))
    limiter, stored, before = DynamoLimiter(Table("identity"), clock=clock), [], arrivals[0]
    for at in arrivals[:500]:
        clock.advance(seconds=(at - before) / 1e6)
        before = at
        stored.append(limiter.check("somebody", limit).allowed)
    model = exact(limit, arrivals)
    differing = sum(a != b for a, b in zip(pure, model, strict=True))
    in_table = sum(a != b for a, b in zip(stored, model, strict=False))
    print(
        "\n| limiter against the exact model | requests | let in | decisions that differ |\n|---|---|---|---|"
    )
    print(f"| `core.limits.gcra` | {len(pure)} | {sum(pure)} | {differing} |")
    print(f"| `DynamoLimiter` | {len(stored)} | {sum(stored)} | {in_table} |")


def account(email: str, kept: str, status: str) -> Account:
    now = datetime.now(UTC)
    return Account(
        user_id=new_id(),
        email=email,
        name="Ada",
        roles=["customer"],
        status=status,
        password_hash=kept,
        version=1,
        created_at=now,
        updated_at=now,
    )


def answering() -> None:
    """Each route that must not tell who has an account, asked of addresses in turn that have one or not."""
    people = Identity(Table("identity"), Table("security"), Table("trust"), system_clock, new_id)
    kept = hash_password("tangled-otter-veranda")

    def refused(email: str) -> None:
        with suppress(BadCredentials):
            people.attempt(email, "wrong-otter-veranda", client=Client(address_of(email), "bench"))

    ways: list[tuple[str, Callable[[str], object], str, int]] = [
        ("register", lambda email: people.register(email, "tangled-otter-balcony"), "active", 40),
        ("resend", people.resend, "unverified", 40),
        (
            "forgot",
            lambda email: forgot_password(email, accounts=people.accounts, tokens=people.tokens),
            "active",
            40,
        ),
        ("login", refused, "active", 40),
    ]
    print("\n| time of | address | n | p10, ms | p50, ms | p90, ms | KS distance (p) | one answer tells |")
    print("|---|---|---|---|---|---|---|---|")
    for name, way, status, times in ways:
        taken: dict[str, list[float]] = {"known": [], "unknown": []}
        make_tables()
        for number in range(times + WARMING):
            email = f"known{number}@{name}.example.com"
            people.accounts.save(people.accounts.create_parts(account(email, kept, status)))
            asked = [("known", email), ("unknown", f"nobody{number}@{name}.example.com")]
            for kind, address in asked if number % 2 else asked[::-1]:  # a busy machine is busy for both
                begun = time.perf_counter()
                way(address)
                taken[kind].append((time.perf_counter() - begun) * 1000)
        samples = {kind: sample[WARMING:] for kind, sample in taken.items()}
        distance, chance = kolmogorov_smirnov(samples["known"], samples["unknown"])
        for kind, sample in samples.items():
            deciles = statistics.quantiles(sample, n=10)
            row = f"{deciles[0]:.1f} | {statistics.median(sample):.1f} | {deciles[-1]:.1f}"
            print(
                f"| {name} | {kind} | {times} | {row} | {distance:.2f} ({chance:.2f}) | "
                f"{50 + 50 * distance:.0f} % |"
            )


def address_of(email: str) -> str:
    """An address of its own, so that nobody is locked out for what the others tried."""
    return str(IPv6Address(int.from_bytes(hashlib.sha256(email.encode()).digest()[:16])))


def kolmogorov_smirnov(some: list[float], others: list[float]) -> tuple[float, float]:
    """How far two samples' distributions are apart at most, 0 to 1, and how often chance makes it as far.

    The asymptotic form. Source: Numerical Recipes, 3rd edition, 14.3.3.
    """
    distance = max(
        abs(sum(x <= at for x in some) / len(some) - sum(x <= at for x in others) / len(others))
        for at in [*some, *others]
    )
    size = math.sqrt(len(some) * len(others) / (len(some) + len(others)))
    scaled = (size + 0.12 + 0.11 / size) * distance
    chance = 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * scaled * scaled) for k in range(1, 101))
    return distance, min(max(chance, 0.0), 1.0)


if __name__ == "__main__":
    main()
