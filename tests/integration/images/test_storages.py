"""One contract: a folder, and Cloudinary's own library against a local server. S3 is in the unit tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cloudinary.exceptions import AuthorizationRequired

from omnilife.core.clock import FixedClock
from omnilife.images.storage import Storage
from omnilife.images.storage_cloudinary import CloudinaryStorage
from omnilife.images.storage_folder import FolderStorage
from tests.support.cloudinary import SECRET, Account, account
from tests.support.pictures import encoded, picture

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PUBLIC, PRIVATE = "media/ab12/1/large.jpeg", "private/cd34/1/large.webp"


@dataclass
class Kept:
    """A storage, and a look behind it."""

    storage: Storage
    folder: Path
    server: Account

    def data(self, key: str) -> bytes | None:
        if isinstance(self.storage, FolderStorage):
            path = self.folder / key
            return path.read_bytes() if path.exists() else None
        name, _, ending = key.rpartition(".")
        kind = "upload" if key.startswith("media/") else "authenticated"
        return self.server.files.get((kind, f"{name}-{ending}"))


@pytest.fixture
def server() -> Iterator[Account]:
    with account() as running:
        yield running


@pytest.fixture(params=["folder", "cloudinary"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, server: Account) -> Kept:
    storage: Storage
    if request.param == "folder":
        storage = FolderStorage(
            tmp_path, "https://pictures.example/", secret=b"s" * 16, clock=FixedClock(NOON)
        )
    else:
        storage = CloudinaryStorage(
            cloud_name="shop",
            api_key="key",
            api_secret=SECRET,
            upload_prefix=server.url,
            clock=FixedClock(NOON),
        )
    return Kept(storage, tmp_path, server)


def test_what_is_kept_is_there_until_it_is_removed(kept: Kept) -> None:
    data = encoded(picture(), "JPEG")
    for key in (PUBLIC, PRIVATE):
        kept.storage.put(key, data, "image/jpeg")
        kept.storage.put(key, data, "image/jpeg")
    assert [kept.data(key) for key in (PUBLIC, PRIVATE)] == [data, data]

    kept.storage.remove([PUBLIC, PRIVATE])
    kept.storage.remove([PUBLIC])

    assert [kept.data(key) for key in (PUBLIC, PRIVATE)] == [None, None]


def test_a_public_address_lasts_and_a_private_one_is_signed(kept: Kept) -> None:
    public, private = kept.storage.url(PUBLIC), kept.storage.url(PRIVATE)

    assert public.startswith("https://")
    assert public.endswith((".jpeg",))
    assert "signature" in parse_qs(urlsplit(private).query)


def test_formats_of_one_picture_do_not_write_over_each_other(kept: Kept) -> None:
    for ending in ("jpeg", "webp", "avif"):
        kept.storage.put(f"media/ab12/1/large.{ending}", ending.encode(), f"image/{ending}")

    assert kept.data("media/ab12/1/large.webp") == b"webp"


def test_cloudinary_s_private_address_downloads_and_a_changed_one_does_not(server: Account) -> None:
    storage = CloudinaryStorage(cloud_name="shop", api_key="key", api_secret=SECRET, upload_prefix=server.url)
    storage.put(PRIVATE, b"picture", "image/webp")

    address = storage.url(PRIVATE)

    assert httpx.get(address, timeout=5).content == b"picture"
    assert httpx.get(address.replace("expires_at=", "expires_at=9"), timeout=5).status_code == 404


def test_cloudinary_drops_what_its_edge_holds(server: Account) -> None:
    storage = CloudinaryStorage(cloud_name="shop", api_key="key", api_secret=SECRET, upload_prefix=server.url)

    storage.remove([PUBLIC])

    assert server.invalidated == ["1"]


def test_a_wrong_secret_keeps_nothing(server: Account) -> None:
    storage = CloudinaryStorage(cloud_name="shop", api_key="key", api_secret="no", upload_prefix=server.url)

    with pytest.raises(AuthorizationRequired):
        storage.put(PUBLIC, b"picture", "image/jpeg")
    assert server.files == {}


def test_a_folder_s_signature_holds_for_its_file_and_five_minutes(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    storage = FolderStorage(tmp_path, "https://pictures.example", secret=b"s" * 16, clock=clock)
    asked = parse_qs(urlsplit(storage.url(PRIVATE)).query)
    expires, signature = int(asked["expires"][0]), asked["signature"][0]

    assert storage.permits(PRIVATE, expires, signature)
    assert not storage.permits("private/other.webp", expires, signature)
    assert not storage.permits(PRIVATE, expires + 1, signature)
    clock.advance(seconds=301)
    assert not storage.permits(PRIVATE, expires, signature)


def test_a_folder_is_not_left(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path / "media", "https://pictures.example", secret=b"s" * 16)

    for key in ("../secret", "/etc/passwd", ""):
        with pytest.raises(ValueError, match="out of the folder"):
            storage.put(key, b"x", "image/webp")
    with pytest.raises(ValueError, match="16 bytes"):
        FolderStorage(tmp_path, "https://pictures.example", secret=b"short")
