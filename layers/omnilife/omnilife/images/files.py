"""Originals, in S3: where they are uploaded to, and reading them. Nobody is ever served one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from omnilife.core import aws
from omnilife.core.config import Settings

PREFIX = "originals/"


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalSettings(Settings):
    originals_bucket: str


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file, as S3 announced it. `version` tells it from a later upload under the same key."""

    key: str
    size: int
    version: str
    version_id: str

    @classmethod
    def announced(cls, detail: Mapping[str, Any]) -> Self:
        """From the `object` of S3's event `Object Created`."""
        version_id = detail.get("version-id", "")
        return cls(detail["key"], int(detail["size"]), version_id or detail["etag"], version_id)

    @property
    def image_id(self) -> str:
        """The image that the file belongs to: the key's last part."""
        return self.key.rpartition("/")[2]


class Originals:
    """Files at `originals/<owner id>/<image id>`."""

    def __init__(self, bucket: str, client: Any = None) -> None:
        self._bucket = bucket
        self._client = client or aws.client("s3")

    @classmethod
    def from_environment(cls) -> Self:
        return cls(OriginalSettings.from_environment().originals_bucket)

    def upload_form(
        self, owner_id: str, image_id: str, *, content_type: str, size: int, valid_s: int
    ) -> tuple[str, dict[str, str]]:
        """Where to post the file and with which fields; S3 enforces size, type and key. No request."""
        form = self._client.generate_presigned_post(
            self._bucket,
            key_of(owner_id, image_id),
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", size, size]],
            ExpiresIn=valid_s,
        )
        return form["url"], form["fields"]

    def put(self, owner_id: str, image_id: str, data: bytes, content_type: str) -> None:
        """Lay down a file that came in a request. One request."""
        self._client.put_object(
            Bucket=self._bucket, Key=key_of(owner_id, image_id), Body=data, ContentType=content_type
        )

    def read(self, upload: Upload, most: int) -> bytes | None:
        """The file as it was announced, `most` bytes and one of it; None if it is gone. One request."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        which = {"VersionId": upload.version_id} if upload.version_id else {"IfMatch": upload.version}
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=upload.key, **which)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion", "PreconditionFailed", "412"}:
                return None
            raise
        data: bytes = answer["Body"].read(most + 1)
        return data

    def find(self, owner_id: str, image_id: str) -> Upload | None:
        """The file that is there now, as S3 would announce it; None if there is none. One request."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 (deferred: see core.lazy)

        key = key_of(owner_id, image_id)
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
                return None
            raise
        return Upload.announced(
            {
                "key": key,
                "size": head["ContentLength"],
                "etag": head["ETag"].strip('"'),
                "version-id": head.get("VersionId", ""),
            }
        )

    def discard(self, upload: Upload) -> None:
        """Remove one upload alone: what was there before it is there again. One request."""
        which = {"VersionId": upload.version_id} if upload.version_id else {}
        self._client.delete_object(Bucket=self._bucket, Key=upload.key, **which)

    def remove(self, owner_id: str, image_id: str) -> None:
        """Remove a file with all its versions. Two requests."""
        key = key_of(owner_id, image_id)
        answer = self._client.list_object_versions(Bucket=self._bucket, Prefix=key)
        found = [
            {"Key": key, "VersionId": each["VersionId"]}
            for kind in ("Versions", "DeleteMarkers")
            for each in answer.get(kind, [])
            if each["Key"] == key
        ]
        if found:
            self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": found, "Quiet": True})


def key_of(owner_id: str, image_id: str) -> str:
    """Under its owner, so that a form of one user can never write over another's file."""
    return f"{PREFIX}{owner_id}/{image_id}"
