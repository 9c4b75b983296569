"""The API's types of images, and an image as it is stored."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from omnilife.core.clock import Timestamp
from omnilife.core.ids import Identifier
from omnilife.images.caps import MAX_BYTES
from omnilife.images.headers.header import Format
from omnilife.images.processed import VariantFormat, VariantName
from omnilife.images.rejections import Reason

type Purpose = Literal["product", "avatar", "private"]
"""`product` and `avatar` are public once they are ready; `private` is for its owner's eyes."""

type State = Literal["pending", "processing", "ready", "rejected"]

ContentType = Literal[
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "image/avif",
    "image/heic",
    "image/heif",
    "image/tiff",
    "image/bmp",
]

MAX_BATCH = 50


class NewImage(BaseModel):
    """An image to come. The upload must have this type and exactly this size; its content decides the rest.

    `keep_location`: whether the place in a photo's EXIF is kept, for the owner alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    content_type: ContentType
    size: Annotated[int, Field(ge=1, le=MAX_BYTES, description="bytes")]
    purpose: Purpose
    keep_location: bool = False


class NewImages(BaseModel):
    """Up to 50 images at once, each judged by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    images: Annotated[list[dict[str, object]], Field(min_length=1, max_length=MAX_BATCH)]


class UploadParameters(BaseModel):
    """Of an image that comes in the request itself."""

    model_config = ConfigDict(frozen=True)

    purpose: Purpose
    keep_location: bool = False


class UploadForm(BaseModel):
    """A form to post the file with: `fields` first, then the file as `file` (multipart/form-data)."""

    url: str
    fields: dict[str, str]
    expires_at: Timestamp


class CameraDetails(BaseModel):
    """How a photo was taken, as its EXIF says. The place only if its owner asked for it."""

    model_config = ConfigDict(frozen=True)

    make: str | None = None
    model: str | None = None
    lens: str | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    taken_at: str | None = Field(None, description="the camera's local time; EXIF rarely knows the zone")
    latitude: float | None = None
    longitude: float | None = None


class StoredVariant(BaseModel):
    """A variant's file. `key` is where the storage has it."""

    model_config = ConfigDict(frozen=True)

    name: VariantName
    format: VariantFormat
    width: int
    height: int
    bytes: int
    key: str


class Picture(BaseModel):
    """What is known of a file's content: the same for all who uploaded it."""

    model_config = ConfigDict(frozen=True)

    format: Format
    width: int
    height: int
    aspect_ratio: float
    frames: int
    bytes: int
    has_alpha: bool
    sha256: str
    fingerprint: str | None
    dominant_color: str
    thumbhash: str = Field(description="base64; evanw.github.io/thumbhash")
    camera: CameraDetails
    variants: list[StoredVariant]
    pipeline: int = Field(description="version of the program that made the variants")


class Rejection(BaseModel):
    """Why an image was not taken."""

    model_config = ConfigDict(frozen=True)

    reason: Reason
    detail: str


class StoredImage(BaseModel):
    """An image as it is stored."""

    model_config = ConfigDict(frozen=True)

    image_id: Identifier
    owner_id: Identifier
    purpose: Purpose
    keep_location: bool
    state: State
    created_at: Timestamp
    settled_at: Timestamp | None = None
    upload_until: Timestamp
    version: int = 1
    upload_version: str | None = None
    rejection: Rejection | None = None
    picture: Picture | None = None
    duplicate_of: str | None = None

    @property
    def public(self) -> bool:
        return self.purpose != "private"


class Variant(BaseModel):
    """One size in one format. What is at a public address never changes; a private one lasts minutes."""

    name: VariantName
    format: VariantFormat
    width: int
    height: int
    bytes: int
    url: str


class UploadedImage(BaseModel):
    """An image. What it shows is there once it is `ready`; camera and duplicate_of are for its owner.

    `srcset` has a text for each format, as the attribute of HTML's `source` takes it, smallest first.
    """

    image_id: Identifier
    purpose: Purpose
    state: State
    created_at: Timestamp
    settled_at: Timestamp | None = None
    rejection: Rejection | None = None
    format: Format | None = None
    width: int | None = None
    height: int | None = None
    aspect_ratio: float | None = None
    frames: int | None = None
    bytes: int | None = None
    has_alpha: bool | None = None
    dominant_color: str | None = None
    thumbhash: str | None = None
    variants: list[Variant] = []
    srcset: dict[VariantFormat, str] = {}
    camera: CameraDetails | None = None
    duplicate_of: Identifier | None = None


class ImagePage(BaseModel):
    """Some of one's own images, newest first."""

    items: list[UploadedImage]
    next_cursor: str | None = None


class ImageFilters(BaseModel):
    """A list's parameters."""

    model_config = ConfigDict(frozen=True)

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=3000)] | None = None


class ImageTicket(UploadedImage):
    """A new image and where its file goes."""

    upload: UploadForm


class BatchItem(BaseModel):
    """The answer about one file of a batch: a ticket, or the problem with it."""

    ticket: ImageTicket | None = None
    problem: dict[str, object] | None = None


class Batch(BaseModel):
    """One answer a file, in the request's order."""

    items: list[BatchItem]
