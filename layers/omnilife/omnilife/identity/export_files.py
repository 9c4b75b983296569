"""The files of exports, in a bucket of their own: parts as they are collected, then one document.

| key                                        | what                | until                        |
|--------------------------------------------|---------------------|------------------------------|
| parts/<user>/<job>/<domain>/<number>.jsonl | records, one a line | the document is there; a day |
| exports/<user>/<job>.json                  | the document        | eight days, or erasure       |

The bucket keeps no versions: what is deleted is gone.
"""

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from omnilife.core import aws
from omnilife.core.config import Settings
from omnilife.core.personal_data import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFileSettings(Settings):
    exports_bucket: str


@dataclass(frozen=True, slots=True)
class ExportFiles:
    """The bucket of exports."""

    bucket: str
    client: Any = None

    @classmethod
    def from_environment(cls) -> Self:
        return cls(ExportFileSettings.from_environment().exports_bucket)

    def write_part(
        self, user_id: str, job_id: str, domain: str, number: int, records: Iterable[Record]
    ) -> None:
        """Write a part, over itself if it comes again. One request."""
        lines = [json.dumps(record, ensure_ascii=False, default=str) + "\n" for record in records]
        key = part_key(user_id, job_id, domain, number)
        self._s3().put_object(
            Bucket=self.bucket, Key=key, Body="".join(lines).encode(), ContentType="application/x-ndjson"
        )

    def assemble(self, user_id: str, job_id: str, parts: Mapping[str, int], head: Mapping[str, Any]) -> int:
        """Write the document: the members of `head`, then `data` with a list a domain; returns its bytes.

        It passes through a file, so that its size is bounded by the function's disk and not by its memory.
        """
        with tempfile.TemporaryFile() as file:
            file.write(json.dumps(head, ensure_ascii=False, indent=1).encode()[:-2] + b',\n "data": {')
            for index, (domain, count) in enumerate(sorted(parts.items())):
                file.write(b"," * bool(index) + f"\n  {json.dumps(domain)}: [".encode())
                first = True
                for number in range(count):
                    for line in self._part(user_id, job_id, domain, number):
                        file.write(b"\n   " if first else b",\n   ")
                        file.write(line)
                        first = False
                file.write(b"]")
            file.write(b"\n }\n}\n")
            size = file.tell()
            file.seek(0)
            self._s3().put_object(
                Bucket=self.bucket,
                Key=document_key(user_id, job_id),
                Body=file,
                ContentType="application/json",
                ContentDisposition='attachment; filename="omnilife-export.json"',
            )
        return size

    def remove_parts(self, user_id: str, job_id: str, parts: Mapping[str, int]) -> None:
        """Delete what the document was made of."""
        self._delete(
            [part_key(user_id, job_id, domain, n) for domain, count in parts.items() for n in range(count)]
        )

    def remove(self, user_id: str, job_ids: Sequence[str]) -> None:
        """Delete documents; those that are not there are none to delete."""
        self._delete([document_key(user_id, job_id) for job_id in job_ids])

    def url(self, user_id: str, job_id: str, life: timedelta) -> str:
        """An address that gives out the document to whoever has it. No request."""
        url: str = self._s3().generate_presigned_url(
            "get_object",
            Params={"Bucket": self.bucket, "Key": document_key(user_id, job_id)},
            ExpiresIn=int(life.total_seconds()),
        )
        return url

    def _part(self, user_id: str, job_id: str, domain: str, number: int) -> Iterable[bytes]:
        key = part_key(user_id, job_id, domain, number)
        body = self._s3().get_object(Bucket=self.bucket, Key=key)["Body"]
        return (line for line in body.iter_lines() if line)

    def _delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._s3().delete_object(Bucket=self.bucket, Key=key)

    def _s3(self) -> Any:
        return self.client or aws.client("s3")


def part_key(user_id: str, job_id: str, domain: str, number: int) -> str:
    return f"parts/{user_id}/{job_id}/{domain}/{number:05}.jsonl"


def document_key(user_id: str, job_id: str) -> str:
    return f"exports/{user_id}/{job_id}.json"
