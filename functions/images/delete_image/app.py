"""DELETE /api/images/{image_id}: removes an image, its original and its variants."""

from omnilife.core.errors import Conflict, NotFound
from omnilife.core.http import endpoint
from omnilife.images import ImageStore, delete_image

api = endpoint(
    "DELETE",
    "/api/images/{image_id}",
    auth="user",
    tags=["images"],
    limit="write",
    status=204,
    problems=[NotFound, Conflict],
)


@api.route
def remove_image(image_id: str) -> None:
    delete_image(ImageStore.from_environment(), image_id, caller=api.caller)


handler = api.handler
