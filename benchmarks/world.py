"""What the functions find when they start: tables, keys, secrets, what their samples speak of, a cache."""

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Self

from moto import mock_aws

from benchmarks.stand_ins import REGION
from local.valkey import Valkey
from omnilife.catalogue import UploadedFile
from omnilife.core import aws
from omnilife.core.clock import FixedClock, system_clock
from omnilife.core.ids import new_id
from omnilife.core.table import Table
from tests.conftest import ENVIRONMENT, create_table, forget_everything
from tests.support.templates import table_properties
from tests.support.tokens import SigningKey, access_claims
from tests.unit.catalogue.shop import MERCHANT, ImportRun, Shop, lamp, lines

VALUES = {name: value for name, value in ENVIRONMENT.items() if not name.startswith("AWS_")}


class World:
    """moto, filled as a deployment is; a context within which it answers."""

    tables = tuple(value for name, value in VALUES.items() if name.endswith("_TABLE"))

    def __init__(self) -> None:
        os.environ.update(ENVIRONMENT)
        self.key = SigningKey.generate()
        self.mock: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._forget()

    def fill(self, sample: Mapping[str, Any]) -> dict[str, Any]:
        """Start anew, with what `sample` speaks of; whatever an earlier function wrote is gone.

        Returns the sample with what only then is known: a good token, and the file that was uploaded.
        """
        self._forget()
        self.mock = mock_aws()
        self.mock.start()
        tables = {
            name: create_table(name, table_properties(f"{name.capitalize()}Table")) for name in self.tables
        }
        catalogue, trust = tables["catalogue"], tables["trust"]
        trust.put({"pk": "KEYS", "sk": self.key.kid, "jwk": json.dumps(self.key.jwk()), "state": "signing"})
        aws.client("s3").create_bucket(
            Bucket="imports", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        aws.client("events").create_event_bus(Name="omnilife")
        for variable in ("CURSOR_SECRET_ARN", "EDGE_SECRET_ARN"):
            aws.client("secretsmanager").create_secret(Name=VALUES[variable], SecretString="s" * 43)
        upload = self._stock(catalogue, json.dumps(sample))
        if upload and "object" in sample:
            file = {
                "key": upload.key,
                "size": upload.size,
                "etag": upload.etag,
                "version-id": upload.version_id,
            }
            return {**sample, "object": {**sample["object"], **file}}
        if "headers" in sample:
            return {**sample, "headers": self._signed_in(sample["headers"])}
        return dict(sample)

    def _stock(self, table: Table, text: str) -> UploadedFile | None:
        """Two products and their events, the sample's own ones, and its import up to its loading."""
        for number, product_id in enumerate({*_named("product_id", text), new_id(), new_id()}):
            _shop(table, product_id).create(sku=f"stocked-{number}", stock_on_hand=100)
        for import_id in _named("import_id", text) | set(re.findall(r"imports/([\w.-]+)/rows", text)):
            run = ImportRun(_shop(table, import_id))
            file = run.upload(run.open("jsonl"), lines([lamp(sku=f"row-{row}") for row in range(10)]))
            if '"object"' not in text:
                run.plan(file)
            return file
        return None

    def _signed_in(self, headers: Mapping[str, str]) -> dict[str, str]:
        """A request's headers; a token among them becomes one of a merchant who is also an admin."""
        if not any(name.lower() == "authorization" for name in headers):
            return dict(headers)
        claims = access_claims(
            None,
            MERCHANT.subject,
            issuer=VALUES["TOKEN_ISSUER"],
            audience=VALUES["TOKEN_AUDIENCE"],
            changed={"roles": ["merchant", "admin"], "exp": 2**33},  # for as long as all runs take
        )
        kept = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        return {**kept, "authorization": f"Bearer {self.key.sign(claims)}"}

    def _forget(self) -> None:
        forget_everything()
        if self.mock:
            self.mock.stop()
            self.mock = None


def _named(field: str, text: str) -> set[str]:
    """The values of a field in JSON, and in JSON that stands as text inside of it."""
    return set(re.findall(rf'{field}\\*"\s*:\s*\\*"([\w.-]+)', text))


def _shop(table: Table, first_id: str) -> Shop:
    """A shop that gives `first_id` to what it makes first."""
    ids = chain([first_id], (new_id() for _ in repeat(None)))
    return Shop(table, FixedClock(system_clock.now()), lambda: next(ids))


@contextmanager
def valkey(url: str) -> Iterator[str]:
    """The URL of a real Valkey, run as a one-node cluster: the one given, or one started for this."""
    with tempfile.TemporaryDirectory(prefix="cold-start-valkey-") as folder:
        server = Valkey(Path(folder), url=url)
        server.start()
        try:
            yield server.url
        finally:
            server.stop()
