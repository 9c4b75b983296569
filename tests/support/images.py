"""A studio: the images' stores in moto, and a `process` that needs no decoder."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from omnilife.core import aws
from omnilife.core.auth import Caller
from omnilife.core.clock import FixedClock
from omnilife.core.ids import IdMaker
from omnilife.core.table import Table
from omnilife.images import ImageStore, Originals, S3Storage, Upload, process_upload
from omnilife.images.models import StoredImage, UploadParameters
from omnilife.images.open_uploads import upload_image
from omnilife.images.processed import Camera, ProcessedImage, Variant
from omnilife.images.store import Quota

QUOTA = Quota(images=100, bytes=10_000_000)


def user(name: str = "user-1", *roles: str) -> Caller:
    return Caller("user", "203.0.113.7", name, roles=frozenset(roles))


def processed(data: bytes, fingerprint: str | None = "00ff00ff00ff00ff") -> ProcessedImage:
    """What `process` might say of some bytes."""
    return ProcessedImage(
        format="jpeg",
        width=800,
        height=600,
        frames=1,
        has_alpha=False,
        sha256=hashlib.sha256(data).hexdigest(),
        fingerprint=fingerprint,
        dominant_color="#aabbcc",
        thumbhash=b"\x01\x02\x03",
        camera=Camera(make="Maker", latitude=1.5, longitude=2.5),
        variants=tuple(
            Variant(name=name, format=format_, width=width, height=width * 3 // 4, data=data + name.encode())
            for name, width in (("large", 800), ("medium", 600), ("thumbnail", 150))
            for format_ in ("avif", "jpeg")
        ),
    )


@dataclass
class Studio:
    """Uploads and processes images as the deployed functions do."""

    table: Table
    clock: FixedClock
    ids: IdMaker
    process: Callable[[bytes], ProcessedImage] = processed
    processed: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        s3 = aws.client("s3")
        for bucket in ("originals", "media"):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_bucket_versioning(Bucket="originals", VersioningConfiguration={"Status": "Enabled"})
        self.s3: Any = s3
        self.images = ImageStore(self.table)
        self.originals = Originals("originals")
        self.storage = S3Storage("media")

    def upload(self, data: bytes, *, owner: str = "user-1", purpose: str = "product", **more: Any) -> str:
        """An image whose file is there; its id."""
        image = upload_image(
            self.images,
            self.originals,
            data,
            UploadParameters.model_validate({"purpose": purpose, **more}),
            content_type="image/jpeg",
            caller=user(owner),
            quota=QUOTA,
            clock=self.clock,
            make_id=self.ids,
        )
        return image.image_id

    def handle(self, image_id: str, *, owner: str = "user-1") -> str:
        """Process an image's upload, as if S3 had announced it."""
        upload = self.originals.find(owner, image_id)
        return self.handle_upload(upload or Upload(f"originals/{owner}/{image_id}", 1, "v", "v"))

    def handle_upload(self, upload: Upload) -> str:
        def process(data: bytes) -> ProcessedImage:
            self.processed.append(data)
            return self.process(data)

        return process_upload(
            upload,
            images=self.images,
            originals=self.originals,
            storage=self.storage,
            process=process,
            clock=self.clock,
            make_id=self.ids,
        )

    def ready(self, data: bytes, **more: Any) -> StoredImage:
        """An image that is processed."""
        image_id = self.upload(data, **more)
        assert self.handle(image_id, owner=more.get("owner", "user-1")) == "ready"
        return self.image(image_id)

    def image(self, image_id: str) -> StoredImage:
        found = self.images.find(image_id)
        assert found is not None
        return found

    def files(self, bucket: str = "media") -> list[str]:
        return [each["Key"] for each in self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]

    def events(self, image_id: str) -> list[str]:
        """Types of the events in the outbox."""
        page = self.table.query(f"IMAGE#{image_id}", begins_with="EVENT#", limit=50)
        return [item["type"] for item in page.items]
