"""POST /api/images/upload: takes a small image (up to 1 MiB) in the request itself."""

from typing import Annotated

from omnilife.core.errors import IdempotencyConflict, Invalid
from omnilife.core.http import Query, Reply, endpoint
from omnilife.images import (
    DIRECT_TYPES,
    ImageStore,
    Originals,
    QuotaExceeded,
    UploadedImage,
    UploadParameters,
    upload_image,
    upload_quota,
)

api = endpoint(
    "POST",
    "/api/images/upload",
    auth="user",
    tags=["images"],
    limit="write",
    accepts=DIRECT_TYPES,
    raw_body=True,
    status=202,
    problems=[IdempotencyConflict, Invalid, QuotaExceeded],
)


@api.route
def take_image(parameters: Annotated[UploadParameters, Query()]) -> Reply[UploadedImage]:
    image = upload_image(
        ImageStore.from_environment(),
        Originals.from_environment(),
        api.raw,
        parameters,
        content_type=api.headers.get("content-type", "application/octet-stream"),
        caller=api.caller,
        quota=upload_quota(),
        idempotency=api.idempotency,
    )
    return Reply(image, headers={"Location": f"/api/images/{image.image_id}"})


handler = api.handler
