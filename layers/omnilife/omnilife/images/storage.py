"""Where variants are kept and served from, behind one protocol; S3 is the default."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, Self

from omnilife.core import aws
from omnilife.core.config import Settings

PUBLIC, PRIVATE = "media/", "private/"
"""What the edge may read, and what it may not."""

SIGNED_FOR_S = 300
_KEYS_A_CALL = 1000


class Storage(Protocol):
    """Files by keys whose first part says whether they are public. A key's content never changes."""

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Keep a file; one that is there already is the same one."""
        ...

    def remove(self, keys: Iterable[str]) -> None:
        """Remove files; those that are not there are no error."""
        ...

    def url(self, key: str) -> str:
        """Where a file is fetched: a public one under a lasting address, a private one for five minutes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings(Settings):
    media_bucket: str
    media_base_url: str = ""


class S3Storage:
    """Files in a bucket that CloudFront reads `media/*` of.

    Args:
        base_url: of the edge; empty gives addresses without a host, relative to the API's own.
    """

    def __init__(self, bucket: str, base_url: str = "", client: Any = None) -> None:
        self._bucket = bucket
        self._base_url = base_url.rstrip("/")
        self._client = client or aws.client("s3")

    @classmethod
    def from_environment(cls) -> Self:
        settings = StorageSettings.from_environment()
        return cls(settings.media_bucket, settings.media_base_url)

    def put(self, key: str, data: bytes, content_type: str) -> None:
        public = key.startswith(PUBLIC)
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=data,
            ContentType=content_type,
            CacheControl=f"{'public' if public else 'private'}, max-age=31536000, immutable",
        )

    def remove(self, keys: Iterable[str]) -> None:
        wanted = [{"Key": key} for key in keys]
        for start in range(0, len(wanted), _KEYS_A_CALL):
            some = wanted[start : start + _KEYS_A_CALL]
            self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": some, "Quiet": True})

    def url(self, key: str) -> str:
        if key.startswith(PUBLIC):
            return f"{self._base_url}/{key}"
        url: str = self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=SIGNED_FOR_S
        )
        return url
