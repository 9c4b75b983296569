"""Making variants anew, after a change of what makes them: by a state machine, on command."""

from typing import TypedDict

from omnilife.core.clock import Clock, system_clock
from omnilife.core.metrics import count
from omnilife.images.caps import MAX_BYTES
from omnilife.images.files import Originals
from omnilife.images.process_uploads import PIPELINE, Process, picture_of
from omnilife.images.rejections import ImageRejected
from omnilife.images.storage import Storage
from omnilife.images.store import ImageStore

A_CALL = 10
"""Images of one call: under a minute at eight seconds for the worst of them, all but never reached."""


class Portion(TypedDict):
    """What a call did: how many images it renewed, and whether it found as many as it may take."""

    done: int
    more: bool


def reprocess_shard(
    shard: int,
    *,
    images: ImageStore,
    originals: Originals,
    storage: Storage,
    process: Process,
    pipeline: int = PIPELINE,
    clock: Clock = system_clock,
) -> Portion:
    """Renew some images of a shard whose variants are of an earlier pipeline. Repeating it does no harm.

    An image whose original is gone or is not taken any more keeps the variants that it has.

    Raises:
        ContentBusy: come again.
    """
    old = [
        image for earlier in range(1, pipeline) for image in images.of_pipeline(earlier, shard, limit=A_CALL)
    ][:A_CALL]
    for image in old:
        upload = originals.find(image.owner_id, image.image_id)
        data = None if upload is None else originals.read(upload, MAX_BYTES)
        picture = None
        if data is not None:
            try:
                picture = picture_of(
                    data,
                    image,
                    images=images,
                    storage=storage,
                    process=process,
                    now=clock.now(),
                    pipeline=pipeline,
                )
            except ImageRejected:
                picture = None
        images.renew(image, picture, pipeline=pipeline)
    count("ImagesReprocessed", len(old))
    return {"done": len(old), "more": len(old) == A_CALL}
