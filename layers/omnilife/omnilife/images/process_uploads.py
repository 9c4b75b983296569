"""From S3's announcement of an upload to an image that is ready, or rejected."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from omnilife.core.clock import Clock, system_clock
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.logging import logger
from omnilife.core.metrics import count
from omnilife.images.caps import MAX_BYTES
from omnilife.images.distances import DUPLICATE, distance
from omnilife.images.events import ImageReady, ImageReadyData, ImageRefused, ImageRefusedData
from omnilife.images.files import Originals, Upload
from omnilife.images.models import CameraDetails, Picture, Rejection, StoredImage, StoredVariant
from omnilife.images.processed import ProcessedImage
from omnilife.images.rejections import ImageRejected
from omnilife.images.storage import PRIVATE, PUBLIC, Storage
from omnilife.images.store import ImageStore

PIPELINE = 1
"""Version of what makes variants: a change of sizes, formats or qualities takes the next, and `reprocess`."""

_ACTOR = "system:process_image"

type Process = Callable[[bytes], ProcessedImage]


def process_upload(
    upload: Upload,
    *,
    images: ImageStore,
    originals: Originals,
    storage: Storage,
    process: Process,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> str:
    """Settle the image that an upload belongs to; told of one upload twice, it does so once.

    Returns:
        `ready`, `rejected`, or `skipped`: there is no such image (any more), or it is settled.

    Raises:
        ContentBusy: come again.
    """
    image = images.start(upload.image_id, upload.version, now=clock.now())
    if image is None:
        known = images.find(upload.image_id)
        if known is None or known.upload_version != upload.version:
            # Its form was posted after the image was deleted, or once more: nobody would ever remove it.
            originals.discard(upload)
        return "skipped"
    data = originals.read(upload, MAX_BYTES)
    if data is None:
        return "skipped"
    try:
        picture = picture_of(data, image, images=images, storage=storage, process=process, now=clock.now())
    except ImageRejected as rejected:
        reject_image(image, rejected, images=images, originals=originals, clock=clock, make_id=make_id)
        return "rejected"
    duplicate_of = _duplicate_of(image, picture, images)
    event_ready = ImageReady(
        id=make_id(),
        time=clock.now(),
        aggregate_id=image.image_id,
        version=image.version + 1,
        actor=_ACTOR,
        data=ImageReadyData(
            image_id=image.image_id,
            owner_id=image.owner_id,
            purpose=image.purpose,
            duplicate_of=duplicate_of,
        ),
    )
    images.finish(image, picture, event_ready, duplicate_of=duplicate_of, now=clock.now())
    return "ready"


def reject_image(
    image: StoredImage,
    rejected: ImageRejected,
    *,
    images: ImageStore,
    originals: Originals,
    clock: Clock,
    make_id: IdMaker,
) -> None:
    """Settle an image as not taken, and remove its file."""
    event = ImageRefused(
        id=make_id(),
        time=clock.now(),
        aggregate_id=image.image_id,
        version=image.version + 1,
        actor=_ACTOR,
        data=ImageRefusedData(
            image_id=image.image_id,
            owner_id=image.owner_id,
            purpose=image.purpose,
            reason=rejected.reason,
        ),
    )
    rejection = Rejection(reason=rejected.reason, detail=rejected.detail)
    images.reject(image, rejection, event, now=clock.now())
    originals.remove(image.owner_id, image.image_id)


def picture_of(
    data: bytes,
    image: StoredImage,
    *,
    images: ImageStore,
    storage: Storage,
    process: Process,
    now: datetime,
    pipeline: int = PIPELINE,
) -> Picture:
    """The variants of some bytes, in the storage: made now, unless the same bytes were processed before.

    Raises:
        ImageRejected: the bytes are no image that is taken.
        ContentBusy: the files of these bytes are being removed.
    """
    known = images.content(public=image.public, sha256=_sha256(data))
    if known is not None and known.pipeline == pipeline:
        return known
    made = process(data)
    folder = f"{PUBLIC if image.public else PRIVATE}{made.sha256[:40]}/{pipeline}"
    keys = [f"{folder}/{each.name}.{each.format}" for each in made.variants]
    # Told first, kept after: so the sweep finds what a try that breaks off has left.
    images.expect_content(public=image.public, sha256=made.sha256, keys=keys, now=now)
    variants = []
    for key, each in zip(keys, made.variants, strict=True):
        storage.put(key, each.data, each.content_type)
        variants.append(
            StoredVariant(
                name=each.name,
                format=each.format,
                width=each.width,
                height=each.height,
                bytes=len(each.data),
                key=key,
            )
        )
    return Picture(
        format=made.format,
        width=made.width,
        height=made.height,
        aspect_ratio=made.aspect_ratio,
        frames=made.frames,
        bytes=len(data),
        has_alpha=made.has_alpha,
        sha256=made.sha256,
        fingerprint=made.fingerprint,
        dominant_color=made.dominant_color,
        thumbhash=b64encode(made.thumbhash).decode(),
        camera=CameraDetails(**{name: getattr(made.camera, name) for name in CameraDetails.model_fields}),
        variants=variants,
        pipeline=pipeline,
    )


def upload_consumer(do: Callable[[Upload], str]) -> Callable[[Mapping[str, Any], Any], dict[str, Any]]:
    """A Lambda handler for the queue of S3's events, with `ReportBatchItemFailures`."""

    def handler(batch: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's own form)
        failed = []
        for record in batch["Records"]:
            try:
                outcome = do(Upload.announced(json.loads(record["body"])["detail"]["object"]))
            except Exception:  # noqa: BLE001 (the queue repeats it; the trace is logged, and the alarm counts)
                logger.exception("an upload was not processed", extra={"record": record["messageId"]})
                failed.append({"itemIdentifier": record["messageId"]})
                outcome = "failed"
            count("ImagesProcessed", outcome=outcome)
        return {"batchItemFailures": failed}

    return handler


def _duplicate_of(image: StoredImage, picture: Picture, images: ImageStore) -> str | None:
    """The owner's earliest image that shows the same, if there is one."""
    same = images.same(image.owner_id, picture.sha256)
    if same is not None or picture.fingerprint is None:
        return same
    bits = int(picture.fingerprint, 16)
    near = [
        image_id
        for image_id, other in images.look_alikes(image.owner_id, bits).items()
        if image_id != image.image_id and distance(bits, other) <= DUPLICATE
    ]
    return min(near, default=None)


def _sha256(data: bytes) -> str:

    return hashlib.sha256(data).hexdigest()
