"""Recipient lists: files of JSON Lines in S3, `{"user_id": "…"}` a line, up to 100,000 lines.

A file is read in portions of bytes. A line belongs to the portion in which it begins, so that portions of any
borders name each line exactly once.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from omnilife.core import aws
from omnilife.core.config import Settings
from omnilife.core.errors import FieldError, Invalid
from omnilife.core.ids import Identifier
from omnilife.notifications.problems import ListNotUploaded, TooManyRecipients

MAX_LINES = 100_000
MAX_BYTES = 12_000_000
MAX_LINE = 400
"""Bytes; a user id has 64 characters."""

PREFIX = "recipients/"
MEDIA_TYPE = "application/x-ndjson"
MOST_ERRORS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSettings(Settings):
    imports_bucket: str


@dataclass(frozen=True, slots=True)
class RecipientLists:
    """The files."""

    bucket: str
    client: Any = None

    @classmethod
    def from_environment(cls) -> Self:
        return cls(ListSettings.from_environment().imports_bucket)

    def upload_form(self, list_id: str, *, valid_s: int) -> tuple[str, dict[str, str]]:
        """Where to post a file and with which fields; S3 itself enforces size, type and key. No request."""
        form = self._s3().generate_presigned_post(
            self.bucket,
            key_of(list_id),
            Fields={"Content-Type": MEDIA_TYPE},
            Conditions=[{"Content-Type": MEDIA_TYPE}, ["content-length-range", 1, MAX_BYTES]],
            ExpiresIn=valid_s,
        )
        return form["url"], form["fields"]

    def size(self, list_id: str, version: str = "") -> int:
        """Bytes of a list.

        Raises:
            ListNotUploaded: it is not there.
        """
        from botocore.exceptions import ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        try:
            head = self._s3().head_object(Bucket=self.bucket, Key=key_of(list_id), **_which(version))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
                raise ListNotUploaded("There is no list of this id: upload it first.") from None
            raise
        size: int = head["ContentLength"]
        return size

    def check(self, list_id: str) -> tuple[int, str]:
        """How many users a list names, each line of it looked at; and the version of the file that was.

        Whoever fans out reads that version, whatever is uploaded after it.

        Raises:
            ListNotUploaded, TooManyRecipients
            Invalid: lines that are none; the first 20 are named.
        """
        if self.size(list_id) > MAX_BYTES:
            raise TooManyRecipients(MAX_LINES, "/list_id")
        answer = self._s3().get_object(Bucket=self.bucket, Key=key_of(list_id))
        text: bytes = answer["Body"].read()
        lines = [line for line in text.split(b"\n") if line.strip()]
        if len(lines) > MAX_LINES:
            raise TooManyRecipients(MAX_LINES, "/list_id")
        wrong = [number for number, line in enumerate(lines, 1) if _user_of(line) is None]
        if wrong or not lines:
            raise Invalid(
                'A list has a line such as {"user_id": "…"} for each user.',
                errors=[
                    FieldError("/list_id", f"line {number} names no user") for number in wrong[:MOST_ERRORS]
                ]
                or [FieldError("/list_id", "the list is empty")],
            )
        return len(lines), answer.get("VersionId", "")

    def users(self, list_id: str, start: int, end: int, version: str = "") -> Iterator[str]:
        """The users whose lines begin within these bytes of a list."""
        first = max(0, start - 1)  # the byte before says whether a line begins at `start`
        answer = self._s3().get_object(
            Bucket=self.bucket,
            Key=key_of(list_id),
            Range=f"bytes={first}-{end + MAX_LINE}",
            **_which(version),
        )
        text: bytes = answer["Body"].read()
        place = 0 if start == 0 else text.find(b"\n") + 1
        if start and place == 0:
            return
        while first + place < end and place < len(text):
            stop = text.find(b"\n", place)
            line = text[place:] if stop < 0 else text[place:stop]
            if user_id := _user_of(line):
                yield user_id
            if stop < 0:
                return
            place = stop + 1

    def _s3(self) -> Any:
        return self.client or aws.client("s3")


def _which(version: str) -> dict[str, str]:
    return {"VersionId": version} if version else {}


def key_of(list_id: str) -> str:
    """Where a list's file lies."""
    return f"{PREFIX}{list_id}.jsonl"


def _user_of(line: bytes) -> str | None:
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 (deferred: see core.lazy)

    if len(line) > MAX_LINE:
        return None
    try:
        record = json.loads(line)
        return TypeAdapter(Identifier).validate_python(record["user_id"], strict=True)
    except (ValueError, TypeError, KeyError, RecursionError, ValidationError):
        return None
