"""Images that look alike."""

from pydantic import BaseModel

from omnilife.core.auth import Caller
from omnilife.core.errors import NotFound
from omnilife.core.ids import Identifier
from omnilife.images.distances import DUPLICATE, SIMILAR, distance
from omnilife.images.models import UploadedImage
from omnilife.images.show_images import image_of
from omnilife.images.storage import Storage
from omnilife.images.store import ImageStore

MOST = 100


class SimilarImage(BaseModel):
    """`distance` is how many of 64 bits differ: up to 6 is a duplicate, up to 10 similar."""

    image_id: Identifier
    distance: int
    duplicate: bool
    image: UploadedImage


class SimilarImages(BaseModel):
    """The nearest first."""

    items: list[SimilarImage]


def find_similar_images(
    images: ImageStore, storage: Storage, image_id: str, *, caller: Caller
) -> SimilarImages:
    """Images of the same owner that look like this one, up to a hundred.

    Raises:
        NotFound: there is no such image, or it is another's, or it is not ready.
    """
    image = images.find(image_id)
    if image is None or not (caller.is_admin or caller.subject == image.owner_id):
        raise NotFound("There is no such image.")
    if image.picture is None or image.picture.fingerprint is None:
        return SimilarImages(items=[])
    bits = int(image.picture.fingerprint, 16)
    near = sorted(
        (away, other_id)
        for other_id, other in images.look_alikes(image.owner_id, bits).items()
        if other_id != image_id and (away := distance(bits, other)) <= SIMILAR
    )[:MOST]
    found = {other.image_id: other for other in images.find_many(other_id for _, other_id in near)}
    return SimilarImages(
        items=[
            SimilarImage(
                image_id=other_id,
                distance=away,
                duplicate=away <= DUPLICATE,
                image=image_of(found[other_id], storage, owner=True),
            )
            for away, other_id in near
            if other_id in found
        ]
    )
