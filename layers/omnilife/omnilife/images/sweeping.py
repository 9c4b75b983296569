"""What was left lying: files that nothing refers to, uploads that never came, images that are stuck."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from omnilife.core import aws
from omnilife.core.clock import Clock, system_clock
from omnilife.core.config import Settings
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.metrics import count
from omnilife.images.delete_images import remove_content
from omnilife.images.files import Originals, Upload
from omnilife.images.process_uploads import reject_image
from omnilife.images.rejections import ImageRejected
from omnilife.images.storage import Storage
from omnilife.images.store import ImageStore

UNUSED_FOR = timedelta(hours=1)
"""Longer than any try to process an image, with all its repeats."""

STUCK_FOR = timedelta(minutes=20)
"""After the form's fifteen minutes, and the queue's repeats."""

MOST_TRIES = 3
A_SHARD = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings(Settings):
    uploads_queue_url: str


class UploadQueue:
    """The queue in which S3's announcements wait, for announcing an upload once more."""

    def __init__(self, url: str, client: Any = None) -> None:
        self._url = url
        self._client = client or aws.client("sqs")

    @classmethod
    def from_environment(cls) -> Self:
        return cls(QueueSettings.from_environment().uploads_queue_url)

    def announce(self, upload: Upload) -> None:
        """As S3 and EventBridge do."""
        described = {"key": upload.key, "size": upload.size, "etag": upload.version}
        if upload.version_id:
            described["version-id"] = upload.version_id
        self._client.send_message(
            QueueUrl=self._url, MessageBody=json.dumps({"detail": {"object": described}})
        )


def sweep_orphans(
    images: ImageStore,
    originals: Originals,
    storage: Storage,
    queue: UploadQueue,
    *,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Mapping[str, int]:
    """Put in order what is old enough, up to 50 of each kind a shard; the next sweep goes on.

    Returns:
        How many contents were `removed`, images `retried`, `given_up` and `dropped`.
    """
    now = clock.now()
    done = {"removed": 0, "retried": 0, "given_up": 0, "dropped": 0}
    for public, sha256 in images.unused(before=now - UNUSED_FOR, limit=A_SHARD):
        if remove_content(images, storage, public=public, sha256=sha256):
            done["removed"] += 1
        else:
            images.keep_content(public=public, sha256=sha256)
    for image in images.unsettled(before=now - STUCK_FOR, limit=A_SHARD):
        upload = originals.find(image.owner_id, image.image_id)
        if upload is None:
            images.drop(image)
            done["dropped"] += 1
            continue
        tries = images.note_try(image, now=now)
        if 0 < tries <= MOST_TRIES:
            queue.announce(upload)
            done["retried"] += 1
        elif tries and (started := images.start(image.image_id, upload.version, now=now)):
            given_up = ImageRejected("too-expensive", "The image could not be processed, several times.")
            reject_image(started, given_up, images=images, originals=originals, clock=clock, make_id=make_id)
            done["given_up"] += 1
    for outcome, number in done.items():
        count("OrphansSwept", number, outcome=outcome)
    return done
