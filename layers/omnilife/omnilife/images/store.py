"""`ImageStore`: images, what is known of their contents, and what finds those that look alike.

| entity | pk | sk | indexes |
|---|---|---|---|
| images | IMAGE#<id> | IMAGE | 1: OWNER#<owner>, <id> |
| | | | 2, until settled: UNSETTLED#<shard 0..15>, <time> |
| | | | 2, when ready: READY#<pipeline>#<shard>, <id> |
| | | | 3, when ready: SAME#<owner>#<sha256>, <id> |
| contents | CONTENT#<public or private>#<sha256> | CONTENT | 2, until referred to: UNUSED#<shard>, <time> |
| bands | BAND#<owner>#<number>#<value> | <image id> | |
| quotas | QUOTA#<owner> | DAY#<date> | |

A content has the variants of all images with the same bytes, and counts the images that refer to it. It is
written before its files and removed after them, so that there is never a file that no row knows of. Ids are
UUIDv7: their order is that of time. What is known of a picture is one text of JSON: nothing asks for a part
of it, and it has numbers that DynamoDB has none for.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from omnilife.core.attributes import Item
from omnilife.core.clock import epoch_seconds, rfc3339
from omnilife.core.conditions import Path, attribute, exists, missing
from omnilife.core.config import Settings
from omnilife.core.events import DomainEvent
from omnilife.core.idempotency import Idempotency, transact_once
from omnilife.core.outbox import announce
from omnilife.core.table import ConditionFailed, Delete, Page, Part, Put, Table, Update
from omnilife.core.transactions import Key
from omnilife.images.bands import bands, lookups
from omnilife.images.models import Picture, Rejection, StoredImage

SHARDS = 16
PICTURES_A_BAND = 50
"""Pictures of one owner that share a band are this many at most, but for series of one scene."""

_READERS = 16
_QUOTA_KEPT = timedelta(days=3)


class ContentBusy(Exception):  # noqa: N818 (what happened)
    """The content's files are being removed at this moment: come again."""


class QuotaReached(Exception):  # noqa: N818 (what happened)
    """The day's images or bytes are used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSettings(Settings):
    images_table: str


@dataclass(frozen=True, slots=True)
class Quota:
    """What an owner may upload in a day."""

    images: int
    bytes: int


def image_key(image_id: str) -> Key:
    return {"pk": f"IMAGE#{image_id}", "sk": "IMAGE"}


def content_key(*, public: bool, sha256: str) -> Key:
    return {"pk": f"CONTENT#{'public' if public else 'private'}#{sha256}", "sk": "CONTENT"}


def band_key(owner_id: str, number: int, value: int) -> str:
    return f"BAND#{owner_id}#{number}#{value:03x}"


def ready_partition(pipeline: int, shard: int) -> str:
    return f"READY#{pipeline}#{shard}"


class ImageStore:
    """Images in the `images` table."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(ImageSettings.from_environment().images_table))

    # -- uploads -----------------------------------------------------------------------------------------

    def create(
        self,
        images: Sequence[StoredImage],
        *,
        size: int,
        quota: Quota,
        idempotency: Idempotency | None,
        now: datetime,
    ) -> list[StoredImage]:
        """Write new images of one owner and count them, all or none; at a repeat those that the first made.

        Args:
            size: bytes of all of them together.

        Raises:
            QuotaReached: the day's quota does not allow for them.
            IdempotencyConflict: the key was used with another body.
        """
        counted = Update(
            {"pk": f"QUOTA#{images[0].owner_id}", "sk": f"DAY#{now.date().isoformat()}"},
            set={"entity": "quotas", "expires_at": epoch_seconds(now + _QUOTA_KEPT)},
            add={"images": len(images), "bytes": size},
            condition=missing("pk")
            | (
                (attribute("images") <= quota.images - len(images))
                & (attribute("bytes") <= quota.bytes - size)
            ),
            name="quota",
        )
        puts = [Put(_image_item(image), condition=missing("pk"), name="image") for image in images]
        if len(images) > quota.images or size > quota.bytes:
            raise QuotaReached
        try:
            first = transact_once(
                self.table,
                [counted, *puts],
                idem=idempotency,
                reference={"image_ids": [image.image_id for image in images]},
                now=now,
            )
        except ConditionFailed as failed:
            if failed.part == "quota":
                raise QuotaReached from None
            raise
        return list(images) if first is None else self.find_many(first["image_ids"])

    def left_today(self, owner_id: str, quota: Quota, *, now: datetime) -> Quota:
        """What is left of an owner's quota. Cost: one read unit."""
        item = self.table.get(f"QUOTA#{owner_id}", f"DAY#{now.date().isoformat()}", consistent=True) or {}
        return Quota(quota.images - item.get("images", 0), quota.bytes - item.get("bytes", 0))

    # -- reading -----------------------------------------------------------------------------------------

    def find(self, image_id: str) -> StoredImage | None:
        """An image, strongly consistent."""
        key = image_key(image_id)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return None if item is None else _image(item)

    def find_many(self, image_ids: Iterable[str]) -> list[StoredImage]:
        """Those images that are there, in that order; strongly consistent."""
        return [_image(item) for item in self.table.batch_get(map(image_key, image_ids), consistent=True)]

    def list_of(
        self, owner_id: str, *, limit: int, after: str | None
    ) -> tuple[list[StoredImage], str | None]:
        """An owner's images, newest first, and the id after which to go on."""
        pk = f"OWNER#{owner_id}"
        start = None if after is None else {**image_key(after), "i1pk": pk, "i1sk": after}
        page = self.table.query(pk, index="index1", limit=limit, after=start, forward=False)
        return [_image(item) for item in page.items], page.last_key["i1sk"] if page.last_key else None

    def content(self, *, public: bool, sha256: str) -> Picture | None:
        """What is known of a content whose variants are there, strongly consistent."""
        key = content_key(public=public, sha256=sha256)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        if item is None or item.get("removing") or "picture" not in item:
            return None
        return Picture.model_validate_json(item["picture"])

    def same(self, owner_id: str, sha256: str) -> str | None:
        """The owner's first image with the same bytes. Indexes lag: one of the last moments may be missed."""
        page: Page = self.table.query(f"SAME#{owner_id}#{sha256}", index="index3", limit=1)
        return page.items[0]["image_id"] if page.items else None

    def look_alikes(self, owner_id: str, fingerprint: int) -> Mapping[str, int]:
        """Ids of the owner's images that may be near, with their fingerprints. Cost: 70 small queries."""

        def read(band: tuple[int, int]) -> list[Item]:
            pk = band_key(owner_id, *band)
            return self.table.query(pk, limit=PICTURES_A_BAND).items

        with ThreadPoolExecutor(_READERS) as readers:
            found = [item for items in readers.map(read, lookups(fingerprint)) for item in items]
        return {item["sk"]: int(item["fingerprint"], 16) for item in found}

    # -- processing --------------------------------------------------------------------------------------

    def start(self, image_id: str, upload_version: str, *, now: datetime) -> StoredImage | None:
        """Take on an image's upload; None if it is settled, or another upload of it was taken on."""
        try:
            item = self.table.update(
                image_key(image_id),
                set={"state": "processing", "upload_version": upload_version, "i2sk": rfc3339(now)},
                condition=(attribute("state") == "pending")
                | ((attribute("state") == "processing") & (attribute("upload_version") == upload_version)),
            )
        except ConditionFailed:
            return None
        return _image(item)

    def expect_content(self, *, public: bool, sha256: str, keys: Sequence[str], now: datetime) -> None:
        """Say which files are about to be kept for a content.

        Raises:
            ContentBusy: its files are being removed at this moment.
        """
        key = content_key(public=public, sha256=sha256)
        there = self.table.get(key["pk"], key["sk"], consistent=True) or {}
        # Files of an earlier pipeline stay: pages that are open still ask for them.
        all_keys = list(dict.fromkeys([*there.get("keys", []), *keys]))
        try:
            self.table.update(
                key,
                set={"entity": "contents", "keys": all_keys, **_unused(key, now)},
                add={"references": 0},
                condition=missing("removing"),
            )
        except ConditionFailed:
            raise ContentBusy(sha256) from None

    def reject(self, image: StoredImage, rejection: Rejection, event: DomainEvent, *, now: datetime) -> None:
        """Settle an image that is not taken."""
        settled: dict[str | Path, Any] = {"state": "rejected", "rejection": rejection.model_dump()}
        self._settle(image, settled, [], event, now=now, remove=["i2pk", "i2sk"])

    def finish(
        self,
        image: StoredImage,
        picture: Picture,
        event: DomainEvent,
        *,
        duplicate_of: str | None,
        now: datetime,
    ) -> None:
        """Settle an image whose variants are there: it now refers to their content.

        Raises:
            ContentBusy: the content's files were being removed.
        """
        reference = Update(
            content_key(public=image.public, sha256=picture.sha256),
            set={"picture": picture.model_dump_json()},
            add={"references": 1},
            remove=["i2pk", "i2sk"],
            condition=exists("pk") & missing("removing"),
            name="content",
        )
        places = bands(int(picture.fingerprint, 16)) if picture.fingerprint is not None else ()
        rows = [
            Put(
                {
                    "pk": band_key(image.owner_id, number, value),
                    "sk": image.image_id,
                    "entity": "bands",
                    "fingerprint": picture.fingerprint,
                }
            )
            for number, value in places
        ]
        settled: dict[str | Path, Any] = {
            "state": "ready",
            **_ready(image.image_id, picture.pipeline),
            "picture": picture.model_dump_json(),
            "i3pk": f"SAME#{image.owner_id}#{picture.sha256}",
            "i3sk": image.image_id,
            **({"duplicate_of": duplicate_of} if duplicate_of else {}),
        }
        try:
            self._settle(image, settled, [reference, *rows], event, now=now)
        except ConditionFailed as failed:
            if failed.part == "content":
                raise ContentBusy(picture.sha256) from None
            raise

    # -- processing anew ---------------------------------------------------------------------------------

    def of_pipeline(self, pipeline: int, shard: int, *, limit: int) -> list[StoredImage]:
        """Some ready images whose variants an earlier pipeline made."""
        page = self.table.query(ready_partition(pipeline, shard), index="index2", limit=limit)
        return [_image(item) for item in page.items]

    def renew(self, image: StoredImage, picture: Picture | None, *, pipeline: int) -> None:
        """Give a ready image what a later pipeline made of it; None keeps what it has, and asks no more."""
        ready = (attribute("state") == "ready") & (attribute("version") == image.version)
        moved = _ready(image.image_id, pipeline)
        made: dict[str | Path, Any] = {} if picture is None else {"picture": picture.model_dump_json()}
        parts: list[Part] = [Update(image_key(image.image_id), set={**moved, **made}, condition=ready)]
        if picture is not None:
            content = content_key(public=image.public, sha256=picture.sha256)
            parts.append(Update(content, set=made, condition=exists("pk") & missing("removing")))
        with suppress(ConditionFailed):  # deleted meanwhile
            self.table.transact(parts)

    # -- sweeping ----------------------------------------------------------------------------------------

    def unsettled(self, *, before: datetime, limit: int) -> list[StoredImage]:
        """Images that wait since before an instant, `limit` a shard."""
        return [_image(item) for item in self._waiting("UNSETTLED", before, limit)]

    def unused(self, *, before: datetime, limit: int) -> list[tuple[bool, str]]:
        """Contents that perhaps nothing refers to since before an instant: whether public, and their hash."""
        keys = [item["pk"].split("#") for item in self._waiting("UNUSED", before, limit)]
        return [(visibility == "public", sha256) for _, visibility, sha256 in keys]

    def keep_content(self, *, public: bool, sha256: str) -> None:
        """Take a content that is in use out of the sweep's sight."""
        with suppress(ConditionFailed):
            self.table.update(
                content_key(public=public, sha256=sha256),
                remove=["i2pk", "i2sk"],
                condition=attribute("references") > 0,
            )

    def note_try(self, image: StoredImage, *, now: datetime) -> int:
        """Count a new try of an unsettled image, from now on; returns which one it is, 0 if it is settled."""
        try:
            item = self.table.update(
                image_key(image.image_id),
                set={"i2sk": rfc3339(now)},
                add={"tries": 1},
                condition=attribute("state").is_in(["pending", "processing"]),
            )
        except ConditionFailed:
            return 0
        return int(item["tries"])

    def drop(self, image: StoredImage) -> None:
        """Remove an image whose file never came."""
        with suppress(ConditionFailed):
            self.table.delete(
                image_key(image.image_id), condition=attribute("state").is_in(["pending", "processing"])
            )

    def _waiting(self, kind: str, before: datetime, limit: int) -> list[Item]:
        return [
            item
            for shard in range(SHARDS)
            for item in self.table.query(
                f"{kind}#{shard}", index="index2", between=("0", rfc3339(before)), limit=limit
            ).items
        ]

    # -- deleting ----------------------------------------------------------------------------------------

    def delete(self, image: StoredImage, event: DomainEvent, *, now: datetime) -> bool:
        """Remove an image and what finds it, and its reference to its content.

        Returns:
            False if the image changed meanwhile; nothing was removed.
        """
        parts: list[Part] = [
            Delete(
                image_key(image.image_id),
                condition=(attribute("state") == image.state) & (attribute("version") == image.version),
                name="image",
            )
        ]
        if image.picture is not None:
            content = content_key(public=image.public, sha256=image.picture.sha256)
            parts += [
                Update(content, set=_unused(content, now), add={"references": -1}, condition=exists("pk")),
                *(Delete(key) for key in _band_keys(image, image.picture)),
            ]
        try:
            self.table.transact([*parts, announce(event, pk=image_key(image.image_id)["pk"])])
        except ConditionFailed as failed:
            if failed.part != "image":
                raise
            return False
        return True

    def claim_content(self, *, public: bool, sha256: str) -> list[str] | None:
        """Take a content that nothing refers to out of use; its files' keys, or None if it is in use."""
        try:
            item = self.table.update(
                content_key(public=public, sha256=sha256),
                set={"removing": True},
                condition=attribute("references") == 0,
            )
        except ConditionFailed:
            return None
        keys: list[str] = item["keys"]
        return keys

    def forget_content(self, *, public: bool, sha256: str) -> None:
        """Remove a claimed content whose files are gone."""
        self.table.delete(content_key(public=public, sha256=sha256))

    def _settle(
        self,
        image: StoredImage,
        settled: Mapping[str | Path, Any],
        more: Sequence[Part],
        event: DomainEvent,
        *,
        now: datetime,
        remove: Sequence[str | Path] = (),
    ) -> None:
        """Once however often it is tried: an image that was settled or deleted meanwhile stays as it is."""
        update = Update(
            image_key(image.image_id),
            set={**settled, "settled_at": rfc3339(now), "version": event.version},
            remove=remove,
            condition=(attribute("state") == "processing")
            & (attribute("upload_version") == image.upload_version),
            name="image",
        )
        try:
            self.table.transact([update, *more, announce(event, pk=image_key(image.image_id)["pk"])])
        except ConditionFailed as failed:
            if failed.part != "image":
                raise


def _band_keys(image: StoredImage, picture: Picture) -> list[Key]:
    if picture.fingerprint is None:
        return []
    return [
        {"pk": band_key(image.owner_id, number, value), "sk": image.image_id}
        for number, value in bands(int(picture.fingerprint, 16))
    ]


def _ready(image_id: str, pipeline: int) -> dict[str | Path, Any]:
    """Where a reprocess finds the images of a pipeline."""
    return {"i2pk": ready_partition(pipeline, zlib.crc32(image_id.encode()) % SHARDS), "i2sk": image_id}


def _unused(key: Key, now: datetime) -> dict[str | Path, Any]:
    """Where the sweep finds a content that nothing may refer to."""
    return {"i2pk": f"UNUSED#{zlib.crc32(key['pk'].encode()) % SHARDS}", "i2sk": rfc3339(now)}


def _image(item: Item) -> StoredImage:
    picture = {"picture": Picture.model_validate_json(item["picture"])} if "picture" in item else {}
    return StoredImage.model_validate({**item, **picture}, extra="ignore")


def _image_item(image: StoredImage) -> Item:
    return {
        **image_key(image.image_id),
        "entity": "images",
        "i1pk": f"OWNER#{image.owner_id}",
        "i1sk": image.image_id,
        "i2pk": f"UNSETTLED#{zlib.crc32(image.image_id.encode()) % SHARDS}",
        "i2sk": rfc3339(image.created_at),
        **image.model_dump(exclude_none=True),
    }
