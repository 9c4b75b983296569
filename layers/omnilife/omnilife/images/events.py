"""What images announce on the bus, as source `omnilife.images`."""

from typing import Literal

from omnilife.core.events import DomainEvent, EventData
from omnilife.images.models import Purpose
from omnilife.images.rejections import Reason


class ImageReadyData(EventData):
    """`duplicate_of` is an earlier image of the same owner that shows the same."""

    image_id: str
    owner_id: str
    purpose: Purpose
    duplicate_of: str | None


class ImageReady(DomainEvent):
    """All variants of an image can be served."""

    type: Literal["ImageReady"] = "ImageReady"
    aggregate: Literal["image"] = "image"
    data: ImageReadyData


class ImageRefusedData(EventData):
    """Why."""

    image_id: str
    owner_id: str
    purpose: Purpose
    reason: Reason


class ImageRefused(DomainEvent):
    """An uploaded file was not taken."""

    type: Literal["ImageRefused"] = "ImageRefused"
    aggregate: Literal["image"] = "image"
    data: ImageRefusedData


class ImageDeletedData(EventData):
    """`paths` are addresses of public files of which the edge may still hold copies: to be invalidated."""

    image_id: str
    owner_id: str
    purpose: Purpose
    sha256: str | None
    paths: list[str]


class ImageDeleted(DomainEvent):
    """An image is gone. Its files go too, unless another image has the same bytes."""

    type: Literal["ImageDeleted"] = "ImageDeleted"
    aggregate: Literal["image"] = "image"
    data: ImageDeletedData
