"""Reviewing what one received, and reading what others say."""

from collections.abc import Callable

from omnilife.catalogue.access import no_such_product
from omnilife.catalogue.events import ProductReviewed
from omnilife.catalogue.problems import AlreadyReviewed, BusyProduct, NotReceived
from omnilife.catalogue.review_models import NewReview, Review, ReviewPage
from omnilife.catalogue.store.reviews import ReviewStore
from omnilife.core.clock import Clock, system_clock
from omnilife.core.cursors import CursorCodec
from omnilife.core.errors import NotFound
from omnilife.core.idempotency import Idempotency, recall
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed

ATTEMPTS = 40
"""Of writers of one product's rating at one instant, one gets through at each try of all."""

type HasReceived = Callable[[str, str], bool]
"""(user, product) → whether it was delivered to them."""


def review_product(
    reviews: ReviewStore,
    product_id: str,
    new: NewReview,
    *,
    user_id: str,
    has_received: HasReceived,
    idempotency: Idempotency | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Review:
    """Publish a buyer's one review of a product; the product's rating changes in the same transaction.

    Raises:
        NotFound: nothing of that id is on sale.
        NotReceived: it was not delivered to this user.
        AlreadyReviewed: they have reviewed it.
        IdempotencyConflict: the key was used with another body.
        BusyProduct: too many review it at this moment.
    """
    now = clock.now()
    if idempotency and recall(reviews.table, idempotency, now) is not None:
        return _written_before(reviews, product_id, user_id)
    if not has_received(user_id, product_id):
        raise NotReceived("Reviews are for those to whom the product was delivered.")
    review = Review(review_id=make_id(), product_id=product_id, created_at=now, **new.model_dump())
    event_id = make_id()
    for _ in range(ATTEMPTS):
        before = reviews.tally(product_id)
        if before is None:
            raise no_such_product()
        after = before.with_rating(review.rating)
        event = ProductReviewed.of(review, after, event_id=event_id, actor=f"user:{user_id}")
        try:
            first = reviews.publish(user_id, review, before, after, event, idempotency=idempotency)
        except ConditionFailed as failed:
            if failed.part == "review":
                raise AlreadyReviewed from failed
            continue
        return review if first is None else _written_before(reviews, product_id, user_id)
    raise BusyProduct("Many review this product now. Try again.")


def list_reviews(
    reviews: ReviewStore,
    product_id: str,
    *,
    cursors: CursorCodec,
    limit: int = 20,
    cursor: str | None = None,
) -> ReviewPage:
    """A page of a product's reviews, newest first. Cost: one read and one query of an index.

    Raises:
        NotFound: nothing of that id is on sale.
        BadCursor: not one of ours, or of another product.
    """
    query = f"reviews:{product_id}"
    before = cursors.read(cursor, bound_to=query) if cursor else None
    tally = reviews.tally(product_id)
    if tally is None:
        raise no_such_product()
    items, position = reviews.page(product_id, before=before, limit=limit)
    return ReviewPage(
        items=items,
        next_cursor=cursors.issue(position, bound_to=query) if position else None,
        rating=None if tally.mean is None else float(tally.mean),
        review_count=tally.count,
        stars={str(stars): tally.stars.get(stars, 0) for stars in range(1, 6)},
    )


def _written_before(reviews: ReviewStore, product_id: str, user_id: str) -> Review:
    review = reviews.find(product_id, user_id)
    if review is None:
        raise NotFound("The review that this key wrote is gone.")
    return review
