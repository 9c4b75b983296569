"""`ReviewStore`: reviews, and the rating that each product's own item holds."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from omnilife.catalogue.events import ProductReviewed
from omnilife.catalogue.review_models import Review
from omnilife.catalogue.store.items import product_key, tally_attributes, tally_of
from omnilife.catalogue.store.products import FIRST, CatalogueSettings
from omnilife.catalogue.tally import Tally
from omnilife.core import outbox
from omnilife.core.attributes import Item
from omnilife.core.clock import parse_rfc3339, rfc3339
from omnilife.core.conditions import attribute, missing
from omnilife.core.idempotency import transact_once
from omnilife.core.table import Key, Put, Table, Update

if TYPE_CHECKING:
    from omnilife.core.idempotency import Idempotency


class ReviewStore:
    """See this package's docstring for the keys."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def from_environment(cls) -> Self:
        return cls(Table(CatalogueSettings.from_environment().catalogue_table))

    def tally(self, product_id: str) -> Tally | None:
        """The rating of a product that is on sale, strongly consistent; else None. 1 RCU each 4 KB."""
        key = product_key(product_id)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return tally_of(item) if item and item["status"] == "active" else None

    def publish(
        self,
        user_id: str,
        review: Review,
        before: Tally,
        after: Tally,
        event: ProductReviewed,
        *,
        idempotency: "Idempotency | None",
    ) -> Mapping[str, Any] | None:
        """A review with its product's next rating, if that still is as it was read. Cost: 6 WCU and more.

        The product's own version stays: who edits it neither waits for reviews nor undoes them.

        Returns:
            What the idempotency key's first use left, if this is not it.

        Raises:
            ConditionFailed: of part `review`: this user has one; of `product`: read it again.
        """
        seen = (
            missing("rating_version")
            if before.version == 0
            else attribute("rating_version") == before.version
        )
        return transact_once(
            self.table,
            [
                Put(_item(user_id, review), condition=missing("pk"), name="review"),
                Update(
                    product_key(review.product_id),
                    set=dict(tally_attributes(after).items()),
                    condition=(attribute("status") == "active") & seen,
                    name="product",
                ),
                outbox.announce(event, pk=_partition(review.product_id)),
            ],
            idem=idempotency,
            reference={"review_id": review.review_id},
            now=review.created_at,
        )

    def find(self, product_id: str, user_id: str) -> Review | None:
        """A user's review of a product, strongly consistent. 1 RCU."""
        key = _key(product_id, user_id)
        item = self.table.get(key["pk"], key["sk"], consistent=True)
        return None if item is None else _review(item)

    def page(self, product_id: str, *, before: str | None, limit: int) -> tuple[Sequence[Review], str | None]:
        """Reviews before a position, newest first, and the last one's position if there may be more."""
        page = self.table.query(
            _listed(product_id),
            index="index1",
            between=(FIRST, before or "~"),
            limit=limit + 1,
            forward=False,
        )
        # BETWEEN includes its bounds, and `before` has been given already.
        items = [item for item in page.items if item["i1sk"] != before]
        more = len(items) > limit or page.last_key is not None
        shown = items[:limit]
        return [_review(item) for item in shown], shown[-1]["i1sk"] if more and shown else None


def reviewer_partition(user_id: str) -> str:
    return f"REVIEWER#{user_id}"


def _partition(product_id: str) -> str:
    return f"REVIEW#{product_id}"


def _listed(product_id: str) -> str:
    return f"REVIEWS#{product_id}"


def _key(product_id: str, user_id: str) -> Key:
    return {"pk": _partition(product_id), "sk": f"BY#{user_id}"}


def _item(user_id: str, review: Review) -> Item:
    position = f"{rfc3339(review.created_at)}#{review.review_id}"
    return {
        **_key(review.product_id, user_id),
        "entity": "reviews",
        "review_id": review.review_id,
        "product_id": review.product_id,
        "rating": review.rating,
        "title": review.title,
        "text": review.text,
        "name": review.name,
        "created_at": rfc3339(review.created_at),
        "i1pk": _listed(review.product_id),
        "i1sk": position,
        "i2pk": reviewer_partition(user_id),
        "i2sk": position,
    }


def _review(item: Item) -> Review:
    return Review(
        review_id=item["review_id"],
        product_id=item["product_id"],
        rating=item["rating"],
        title=item.get("title", ""),
        text=item.get("text", ""),
        name=item.get("name", ""),
        created_at=parse_rfc3339(item["created_at"]),
    )
