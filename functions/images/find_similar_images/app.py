"""GET /api/images/{image_id}/similar: near duplicates among the owner's images, with their distance."""

from omnilife.core.errors import NotFound
from omnilife.core.http import endpoint
from omnilife.images import ImageStore, S3Storage, SimilarImages, find_similar_images

api = endpoint(
    "GET",
    "/api/images/{image_id}/similar",
    auth="user/admin",
    tags=["images"],
    limit="read",
    problems=[NotFound],
)


@api.route
def find_look_alikes(image_id: str) -> SimilarImages:
    return find_similar_images(
        ImageStore.from_environment(), S3Storage.from_environment(), image_id, caller=api.caller
    )


handler = api.handler
