"""GET /api/images/{image_id}: an image's state, and all that it is shown by."""

from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint
from omnilife.images import ImageStore, S3Storage, UploadedImage, show_image

api = endpoint(
    "GET",
    "/api/images/{image_id}",
    auth="public/user",
    tags=["images"],
    limit="read",
    problems=[NotFound],
)


@api.route
def get_image(image_id: str) -> UploadedImage:
    return show_image(
        ImageStore.from_environment(), S3Storage.from_environment(), image_id, caller=api.caller
    )


handler = api.handler
