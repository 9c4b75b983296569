"""Images as their owners, and everybody else, see them."""

from omnilife.core.auth import Caller
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.errors import NotFound
from omnilife.images.models import ImageFilters, ImagePage, Picture, StoredImage, UploadedImage, Variant
from omnilife.images.processed import VariantFormat
from omnilife.images.storage import Storage
from omnilife.images.store import ImageStore

FORMATS: tuple[VariantFormat, ...] = ("avif", "webp", "jpeg")


def show_image(images: ImageStore, storage: Storage, image_id: str, *, caller: Caller) -> UploadedImage:
    """One image.

    Raises:
        NotFound: there is none, or it is not public (yet) and another's.
    """
    image = images.find(image_id)
    if image is None or not _may_see(caller, image):
        raise NotFound("There is no such image.")
    return image_of(image, storage, owner=_owns(caller, image))


def list_images(
    images: ImageStore, storage: Storage, filters: ImageFilters, *, caller: Caller, cursors: CursorCodec
) -> ImagePage:
    """The caller's own images, newest first.

    Raises:
        BadCursor: the cursor is none of this list.
    """
    bound_to = f"images of {caller.subject}"
    after = None if filters.cursor is None else cursors.read(filters.cursor, bound_to=bound_to)
    if after is not None and not isinstance(after, str):
        raise BadCursor
    found, last = images.list_of(caller.subject, limit=filters.limit, after=after)
    return ImagePage(
        items=[image_of(image, storage, owner=True) for image in found],
        next_cursor=None if last is None else cursors.issue(last, bound_to=bound_to),
    )


def image_of(image: StoredImage, storage: Storage, *, owner: bool) -> UploadedImage:
    """The answer about an image; to its owner with what concerns only them."""
    shown = UploadedImage(
        image_id=image.image_id,
        purpose=image.purpose,
        state=image.state,
        created_at=image.created_at,
        settled_at=image.settled_at,
        rejection=image.rejection,
    )
    picture = image.picture
    if picture is None:
        return shown
    variants = [
        Variant(url=storage.url(each.key), **each.model_dump(exclude={"key"})) for each in picture.variants
    ]
    names = {"format", "width", "height", "aspect_ratio", "frames", "bytes", "has_alpha"}
    return shown.model_copy(
        update={
            **picture.model_dump(include=names | {"dominant_color", "thumbhash"}),
            "variants": variants,
            "srcset": {each: _srcset(variants, each) for each in FORMATS},
            "camera": _camera(picture, image) if owner else None,
            "duplicate_of": image.duplicate_of if owner else None,
        }
    )


def _srcset(variants: list[Variant], format_: VariantFormat) -> str:
    """Widths as HTML wants them: each once, in order."""
    by_width = {
        each.width: each.url for each in variants if each.format == format_ and each.name != "animated"
    }
    return ", ".join(f"{url} {width}w" for width, url in sorted(by_width.items()))


def _camera(picture: Picture, image: StoredImage) -> object:
    if image.keep_location:
        return picture.camera
    return picture.camera.model_copy(update={"latitude": None, "longitude": None})


def _owns(caller: Caller, image: StoredImage) -> bool:
    return caller.is_admin or (caller.kind == "user" and caller.subject == image.owner_id)


def _may_see(caller: Caller, image: StoredImage) -> bool:
    return _owns(caller, image) or (image.public and image.state == "ready")
