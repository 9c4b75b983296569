"""POST /api/images/batch: opens up to fifty images, with one answer a file."""

from omnilife.core.errors import IdempotencyConflict
from omnilife.core.http import endpoint
from omnilife.images import (
    Batch,
    ImageStore,
    NewImages,
    Originals,
    QuotaExceeded,
    create_uploads,
    upload_quota,
)

api = endpoint(
    "POST",
    "/api/images/batch",
    auth="user",
    tags=["images"],
    limit="write",
    status=201,
    problems=[IdempotencyConflict, QuotaExceeded],
)


@api.route
def open_uploads(batch: NewImages) -> Batch:
    return create_uploads(
        ImageStore.from_environment(),
        Originals.from_environment(),
        batch,
        caller=api.caller,
        quota=upload_quota(),
        idempotency=api.idempotency,
    )


handler = api.handler
