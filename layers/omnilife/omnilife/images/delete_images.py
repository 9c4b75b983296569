"""Deleting images: the row at once, its files behind it."""

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import Conflict, NotFound
from omnilife.core.events import ReceivedEvent
from omnilife.core.ids import IdMaker, new_id
from omnilife.images.events import ImageDeleted, ImageDeletedData
from omnilife.images.files import Originals
from omnilife.images.models import StoredImage
from omnilife.images.storage import PUBLIC, Storage
from omnilife.images.store import ImageStore

_TRIES = 3


def delete_image(
    images: ImageStore,
    image_id: str,
    *,
    caller: Caller,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> None:
    """Delete an image of the caller's own; an administrator any. Its addresses stop working within moments.

    Raises:
        NotFound: there is none, or it is another's.
        Conflict: it is being processed at this very moment, again and again.
    """
    for _ in range(_TRIES):
        image = images.find(image_id)
        if image is None or not (caller.is_admin or caller.subject == image.owner_id):
            raise NotFound("There is no such image.")
        if images.delete(image, deleted(image, caller.actor, clock, make_id), now=clock.now()):
            return
    raise Conflict("The image is changing at this moment. Try again.")


def deleted(image: StoredImage, actor: str, clock: Clock, make_id: IdMaker) -> ImageDeleted:
    """The event that an image is gone."""
    variants = image.picture.variants if image.picture else []
    return ImageDeleted(
        id=make_id(),
        time=clock.now(),
        aggregate_id=image.image_id,
        version=image.version + 1,
        actor=actor,
        data=ImageDeletedData(
            image_id=image.image_id,
            owner_id=image.owner_id,
            purpose=image.purpose,
            sha256=image.picture.sha256 if image.picture else None,
            paths=[f"/{each.key}" for each in variants if each.key.startswith(PUBLIC)],
        ),
    )


def remove_files(event: ReceivedEvent, *, images: ImageStore, originals: Originals, storage: Storage) -> None:
    """Remove what a deleted image leaves: its original, and its variants unless another image has them."""
    data = ImageDeletedData.model_validate(event.data)
    originals.remove(data.owner_id, data.image_id)
    if data.sha256 is not None:
        remove_content(images, storage, public=data.purpose != "private", sha256=data.sha256)


def remove_content(images: ImageStore, storage: Storage, *, public: bool, sha256: str) -> bool:
    """Remove the files of a content that nothing refers to; False if something does."""
    keys = images.claim_content(public=public, sha256=sha256)
    if keys is None:
        return False
    storage.remove(keys)
    images.forget_content(public=public, sha256=sha256)
    return True
