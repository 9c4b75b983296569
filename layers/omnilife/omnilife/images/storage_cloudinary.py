"""Variants in a Cloudinary account, by Cloudinary's own library.

Source: Cloudinary, Upload API reference (upload, destroy) and Delivery URLs.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.images.storage import PUBLIC, SIGNED_FOR_S


class CloudinaryStorage:
    """Files as images of an account: public ones of type `upload`, private ones `authenticated`.

    A key's ending becomes a part of the public id, since one picture is kept in three formats.

    Args:
        upload_prefix: of the API; another than Cloudinary's own for tests.
    """

    def __init__(
        self,
        *,
        cloud_name: str,
        api_key: str,
        api_secret: str,
        upload_prefix: str = "https://api.cloudinary.com",
        clock: Clock = system_clock,
    ) -> None:
        self._account = {
            "cloud_name": cloud_name,
            "api_key": api_key,
            "api_secret": api_secret,
            "upload_prefix": upload_prefix,
        }
        self._clock = clock

    def put(self, key: str, data: bytes, content_type: str) -> None:  # noqa: ARG002 (Cloudinary looks itself)
        from cloudinary import uploader  # noqa: PLC0415 (deferred: see core.lazy)

        uploader.upload(data, overwrite=True, unique_filename=False, **self._named(key), **self._account)

    def remove(self, keys: Iterable[str]) -> None:
        """Also from Cloudinary's edge. One request a file."""
        from cloudinary import uploader  # noqa: PLC0415 (deferred: see core.lazy)

        for key in keys:
            named = self._named(key)
            uploader.destroy(named.pop("public_id"), invalidate=True, **named, **self._account)

    def url(self, key: str) -> str:
        from cloudinary import utils  # noqa: PLC0415 (deferred: see core.lazy)

        named = self._named(key)
        format_ = key.rpartition(".")[2]
        if key.startswith(PUBLIC):
            address, _ = utils.cloudinary_url(
                named["public_id"], format=format_, secure=True, **self._account
            )
            return str(address)
        expires_at = epoch_seconds(self._clock.now()) + SIGNED_FOR_S
        return str(
            utils.private_download_url(
                named["public_id"],
                format_,
                type=named["type"],
                expires_at=expires_at,
                **self._account,
            )
        )

    @staticmethod
    def _named(key: str) -> dict[str, Any]:
        kind = "upload" if key.startswith(PUBLIC) else "authenticated"
        named: Mapping[str, Any] = {"public_id": re.sub(r"\.(\w+)$", r"-\1", key), "type": kind}
        return dict(named)
