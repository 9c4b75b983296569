"""Asking for uploads: a form that S3 itself enforces, for one image or many, or the image in the request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from pydantic import ValidationError

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, epoch_seconds, system_clock
from omnilife.core.config import Settings
from omnilife.core.errors import FieldError, Invalid, Problem
from omnilife.core.idempotency import Idempotency
from omnilife.core.ids import IdMaker, new_id
from omnilife.images.files import Originals
from omnilife.images.models import (
    Batch,
    BatchItem,
    ImageTicket,
    NewImage,
    NewImages,
    StoredImage,
    UploadedImage,
    UploadForm,
    UploadParameters,
)
from omnilife.images.problems import QuotaExceeded
from omnilife.images.store import ImageStore, Quota, QuotaReached

UPLOAD_TIME = timedelta(minutes=15)
DIRECT_TYPES = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "image/avif",
    "image/heic",
    "image/heif",
    "image/tiff",
    "image/bmp",
    "application/octet-stream",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaSettings(Settings):
    images_per_day: int = 500
    image_bytes_per_day: int = 2 * 1024**3


def upload_quota() -> Quota:
    """What a user may upload in a day (UTC), by the environment."""
    settings = QuotaSettings.from_environment()
    return Quota(settings.images_per_day, settings.image_bytes_per_day)


def create_upload(
    images: ImageStore,
    originals: Originals,
    new: NewImage,
    *,
    caller: Caller,
    quota: Quota,
    idempotency: Idempotency | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> ImageTicket:
    """Open an image and say where its file goes, for fifteen minutes.

    The same idempotency key again gives the same image, with a form made anew for what is left of the time.

    Raises:
        QuotaExceeded: the day's images or bytes are used up.
        IdempotencyConflict: the key was used with another body.
    """
    now = clock.now()
    image = _new(new, caller, now, make_id())
    (kept,) = _create(images, [image], new.size, quota=quota, idempotency=idempotency, now=now)
    return _ticket(kept, new, originals, now)


def create_uploads(
    images: ImageStore,
    originals: Originals,
    batch: NewImages,
    *,
    caller: Caller,
    quota: Quota,
    idempotency: Idempotency | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Batch:
    """Open up to fifty images, one answer a file: what is wrong or over the quota holds up no other.

    Raises:
        IdempotencyConflict: the key was used with another body.
        QuotaExceeded: two requests at once used up what was left.
    """
    now = clock.now()
    judged = [_judge(number, each) for number, each in enumerate(batch.images)]
    left = images.left_today(caller.subject, quota, now=now)
    opened: list[tuple[NewImage, StoredImage]] = []
    answers: list[Problem | int] = []
    taken = 0
    for each in judged:
        if isinstance(each, Problem):
            answers.append(each)
        elif idempotency is None and (len(opened) >= left.images or taken + each.size > left.bytes):
            answers.append(_exceeded(now))
        else:
            answers.append(len(opened))
            opened.append((each, _new(each, caller, now, make_id())))
            taken += each.size
    kept = _create(
        images, [image for _, image in opened], taken, quota=quota, idempotency=idempotency, now=now
    )
    tickets = [_ticket(image, new, originals, now) for image, (new, _) in zip(kept, opened, strict=True)]
    return Batch(
        items=[
            BatchItem(problem=answer.to_dict())
            if isinstance(answer, Problem)
            else BatchItem(ticket=tickets[answer])
            for answer in answers
        ]
    )


def upload_image(
    images: ImageStore,
    originals: Originals,
    data: bytes,
    parameters: UploadParameters,
    *,
    content_type: str,
    caller: Caller,
    quota: Quota,
    idempotency: Idempotency | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> UploadedImage:
    """Take an image that came in the request; it is processed like any other.

    Raises:
        Invalid: there is nothing in it.
        QuotaExceeded: the day's images or bytes are used up.
        IdempotencyConflict: the key was used with another body.
    """
    if not data:
        raise Invalid("The image has no bytes.")
    now = clock.now()
    image = StoredImage(
        image_id=make_id(),
        owner_id=caller.subject,
        purpose=parameters.purpose,
        keep_location=parameters.keep_location,
        state="pending",
        created_at=now,
        upload_until=now + UPLOAD_TIME,
    )
    (kept,) = _create(images, [image], len(data), quota=quota, idempotency=idempotency, now=now)
    # Also at a repeat: the first try may have been cut off between the two.
    if kept.state == "pending":
        originals.put(kept.owner_id, kept.image_id, data, content_type)
    return UploadedImage(
        image_id=kept.image_id, purpose=kept.purpose, state=kept.state, created_at=kept.created_at
    )


def _create(
    images: ImageStore,
    new: Sequence[StoredImage],
    size: int,
    *,
    quota: Quota,
    idempotency: Idempotency | None,
    now: datetime,
) -> list[StoredImage]:
    if not new:
        return []
    try:
        return images.create(new, size=size, quota=quota, idempotency=idempotency, now=now)
    except QuotaReached:
        raise _exceeded(now) from None


def _exceeded(now: datetime) -> QuotaExceeded:
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    return QuotaExceeded(
        "Today's images or bytes are used up; there are new ones at midnight UTC.",
        retry_after=epoch_seconds(tomorrow) - epoch_seconds(now),
    )


def _judge(number: int, document: dict[str, object]) -> NewImage | Problem:
    try:
        return NewImage.model_validate(document)
    except ValidationError as error:
        errors = [
            FieldError("/".join(["", "images", str(number), *map(str, each["loc"])]), each["msg"])
            for each in error.errors(include_url=False, include_input=False)
        ]
        return Invalid("This image of the batch is not valid.", errors=errors)


def _new(new: NewImage, caller: Caller, now: datetime, image_id: str) -> StoredImage:
    return StoredImage(
        image_id=image_id,
        owner_id=caller.subject,
        purpose=new.purpose,
        keep_location=new.keep_location,
        state="pending",
        created_at=now,
        upload_until=now + UPLOAD_TIME,
    )


def _ticket(image: StoredImage, new: NewImage, originals: Originals, now: datetime) -> ImageTicket:
    left = max(1, epoch_seconds(image.upload_until) - epoch_seconds(now))
    url, fields = originals.upload_form(
        image.owner_id, image.image_id, content_type=new.content_type, size=new.size, valid_s=left
    )
    return ImageTicket(
        image_id=image.image_id,
        purpose=image.purpose,
        state=image.state,
        created_at=image.created_at,
        upload=UploadForm(url=url, fields=fields, expires_at=image.upload_until),
    )
