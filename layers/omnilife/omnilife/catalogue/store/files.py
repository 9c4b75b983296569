"""The files of imports, in S3: where they are uploaded to, and reading parts of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from omnilife.catalogue.import_records import ImportFormat
from omnilife.core import aws
from omnilife.core.config import Settings

PREFIX = "imports/"
PIECE_BYTES = 256 * 1024
MEDIA_TYPES: dict[ImportFormat, str] = {"csv": "text/csv", "jsonl": "application/x-ndjson"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFileSettings(Settings):
    imports_bucket: str


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file as it was when its upload was announced: a later upload to the same key is another one.

    `version_id` is empty in a bucket without versions; then the entity tag tells files apart.
    """

    key: str
    size: int
    etag: str
    version_id: str = ""

    @classmethod
    def announced(cls, detail: Mapping[str, Any]) -> Self:
        """From the `object` of S3's event `Object Created`."""
        return cls(detail["key"], detail["size"], detail["etag"], detail.get("version-id", ""))


class FileReplaced(Exception):  # noqa: N818 (what happened)
    """The file that was announced is gone, or another one stands in its place."""


class ImportFiles:
    """Uploads of imports, at `imports/<import id>/rows.<format>`."""

    def __init__(self, bucket: str, client: Any = None) -> None:
        self._bucket = bucket
        self._client = client or aws.client("s3")

    @classmethod
    def from_environment(cls) -> Self:
        return cls(ImportFileSettings.from_environment().imports_bucket)

    def upload_form(
        self, import_id: str, kind: ImportFormat, *, max_bytes: int, valid_s: int
    ) -> tuple[str, dict[str, str]]:
        """Where to post the file and with which fields; S3 itself enforces size, type and key. No request."""
        media_type = MEDIA_TYPES[kind]
        form = self._client.generate_presigned_post(
            self._bucket,
            f"{PREFIX}{import_id}/rows.{kind}",
            Fields={"Content-Type": media_type},
            Conditions=[{"Content-Type": media_type}, ["content-length-range", 1, max_bytes]],
            ExpiresIn=valid_s,
        )
        return form["url"], form["fields"]

    def read(self, file: UploadedFile, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes of a file from `start` on, piece by piece. One request.

        Raises:
            FileReplaced: it is not there as it was announced.
        """
        from botocore.exceptions import ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        end = file.size if length is None else start + length
        which = {"VersionId": file.version_id} if file.version_id else {"IfMatch": file.etag}
        try:
            answer = self._client.get_object(
                Bucket=self._bucket, Key=file.key, Range=f"bytes={start}-{end - 1}", **which
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion", "PreconditionFailed", "412"}:
                raise FileReplaced(file.key) from None
            raise
        yield from answer["Body"].iter_chunks(PIECE_BYTES)


def import_of(key: str) -> str:
    """The import that an object's key belongs to; empty for a key that is none of ours."""
    prefix, _, rest = key.partition("/")
    import_id, _, name = rest.partition("/")
    return import_id if f"{prefix}/" == PREFIX and name.startswith("rows.") else ""
