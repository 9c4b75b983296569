"""Queue consumer: removes the files that deleted images leave."""

from omnilife.core.consumer import consumer, one_by_one
from omnilife.core.events import ReceivedEvent
from omnilife.images import ImageStore, Originals, S3Storage, remove_files


def remove_image_files(event: ReceivedEvent) -> None:
    remove_files(
        event,
        images=ImageStore.from_environment(),
        originals=Originals.from_environment(),
        storage=S3Storage.from_environment(),
    )


handler = consumer(one_by_one(remove_image_files))
