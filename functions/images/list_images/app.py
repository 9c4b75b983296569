"""GET /api/images: one's own images, newest first."""

from typing import Annotated

from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.http import Query, endpoint
from omnilife.images import ImageFilters, ImagePage, ImageStore, S3Storage, list_images

api = endpoint("GET", "/api/images", auth="user", tags=["images"], limit="read", problems=[BadCursor])


@api.route
def list_own_images(filters: Annotated[ImageFilters, Query()]) -> ImagePage:
    return list_images(
        ImageStore.from_environment(),
        S3Storage.from_environment(),
        filters,
        caller=api.caller,
        cursors=CursorCodec.from_environment(),
    )


handler = api.handler
