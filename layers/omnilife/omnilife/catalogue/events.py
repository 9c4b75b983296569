"""What catalogue announces on the bus, as source `omnilife.catalogue`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, Self

from omnilife.catalogue.alert_models import AlertKind, PriceAlert
from omnilife.catalogue.models import Price, Product, Status
from omnilife.catalogue.review_models import Review
from omnilife.catalogue.stock import Stock, StockReason
from omnilife.catalogue.tally import Tally
from omnilife.core.events import DomainEvent, EventData


class ProductChangedData(EventData):
    """`fields` are the names of those that changed: all of them for a new product."""

    product_id: str
    merchant_id: str
    status: Status
    fields: list[str]


class ProductChanged(DomainEvent):
    """A product was created, or what its merchant decides about it changed. `version` is the product's."""

    type: Literal["ProductChanged"] = "ProductChanged"
    aggregate: Literal["product"] = "product"
    data: ProductChangedData

    @classmethod
    def of(cls, product: Product, fields: Iterable[str], *, event_id: str, actor: str) -> Self:
        return cls(
            id=event_id,
            time=product.updated_at,
            aggregate_id=product.product_id,
            version=product.version,
            actor=actor,
            data=ProductChangedData(
                product_id=product.product_id,
                merchant_id=product.merchant_id,
                status=product.status,
                fields=sorted(fields),
            ),
        )


class ProductDeletedData(EventData):
    """The product that is gone."""

    product_id: str
    merchant_id: str


class ProductDeleted(DomainEvent):
    """A product was deleted. `version` is that of its tombstone, and the product's last one."""

    type: Literal["ProductDeleted"] = "ProductDeleted"
    aggregate: Literal["product"] = "product"
    data: ProductDeletedData

    @classmethod
    def of(cls, product: Product, version: int, *, event_id: str, actor: str, at: datetime) -> Self:
        return cls(
            id=event_id,
            time=at,
            aggregate_id=product.product_id,
            version=version,
            actor=actor,
            data=ProductDeletedData(product_id=product.product_id, merchant_id=product.merchant_id),
        )


class StockAdjustedData(EventData):
    """What is there now, how much of it open orders hold, and why that changed."""

    product_id: str
    on_hand: int
    reserved: int
    stock_version: int
    reason: StockReason


class StockAdjusted(DomainEvent):
    """A product's stock was changed by its merchant or an import; sales tell of theirs themselves."""

    type: Literal["StockAdjusted"] = "StockAdjusted"
    aggregate: Literal["stock"] = "stock"
    data: StockAdjustedData

    @classmethod
    def of(cls, stock: Stock, *, event_id: str) -> Self:
        return cls(
            id=event_id,
            time=stock.last_change.at,
            aggregate_id=stock.product_id,
            version=stock.version,
            actor=stock.last_change.actor,
            data=StockAdjustedData(
                product_id=stock.product_id,
                on_hand=stock.on_hand,
                reserved=stock.reserved,
                stock_version=stock.version,
                reason=stock.last_change.reason,
            ),
        )


class PriceDroppedData(EventData):
    """The product, and its price before and now."""

    product_id: str
    merchant_id: str
    name: str
    before: Price
    price: Price


class PriceDropped(DomainEvent):
    """A product on sale became cheaper. `version` is the product's."""

    type: Literal["PriceDropped"] = "PriceDropped"
    aggregate: Literal["product"] = "product"
    data: PriceDroppedData

    @classmethod
    def of(cls, before: Product, after: Product, *, event_id: str, actor: str) -> Self:
        return cls(
            id=event_id,
            time=after.updated_at,
            aggregate_id=after.product_id,
            version=after.version,
            actor=actor,
            data=PriceDroppedData(
                product_id=after.product_id,
                merchant_id=after.merchant_id,
                name=after.name,
                before=before.price,
                price=after.price,
            ),
        )


class PriceAlertTriggeredData(EventData):
    """Whom to tell what. `price` is the product's now, `target_price` what was waited for."""

    alert_id: str
    user_id: str
    product_id: str
    name: str
    kind: AlertKind
    price: Price
    target_price: Price | None


class PriceAlertTriggered(DomainEvent):
    """What a shopper waited for has come: a price, or a product back in stock. Told once an alert."""

    type: Literal["PriceAlertTriggered"] = "PriceAlertTriggered"
    aggregate: Literal["price_alert"] = "price_alert"
    data: PriceAlertTriggeredData

    @classmethod
    def of(cls, user_id: str, alert: PriceAlert, product: Product, *, event_id: str, at: datetime) -> Self:
        return cls(
            id=event_id,
            time=at,
            aggregate_id=alert.alert_id,
            version=alert.revision + 1,
            actor="system:trigger_price_alerts",
            data=PriceAlertTriggeredData(
                alert_id=alert.alert_id,
                user_id=user_id,
                product_id=alert.product_id,
                name=product.name,
                kind=alert.kind,
                price=product.price,
                target_price=alert.target_price,
            ),
        )


class StockLevelData(EventData):
    """How many units can be sold, after the change of stock of that version."""

    product_id: str
    available: int
    stock_version: int


class BackInStock(DomainEvent):
    """A product of which nothing could be sold can be sold again. `version` is its stock's."""

    type: Literal["BackInStock"] = "BackInStock"
    aggregate: Literal["stock"] = "stock"
    data: StockLevelData

    @classmethod
    def of(cls, stock: Stock, *, event_id: str) -> Self:
        return cls.model_validate(_level(stock, event_id))


class StockRanLow(DomainEvent):
    """A product has five units left to sell, or fewer, or none. Told at five and at none."""

    type: Literal["StockRanLow"] = "StockRanLow"
    aggregate: Literal["stock"] = "stock"
    data: StockLevelData

    @classmethod
    def of(cls, stock: Stock, *, event_id: str) -> Self:
        return cls.model_validate(_level(stock, event_id))


def _level(stock: Stock, event_id: str) -> dict[str, Any]:
    return {
        "id": event_id,
        "time": stock.last_change.at,
        "aggregate_id": stock.product_id,
        "version": stock.version,
        "actor": stock.last_change.actor,
        "data": {
            "product_id": stock.product_id,
            "available": stock.available,
            "stock_version": stock.version,
        },
    }


class ProductReviewedData(EventData):
    """The review's stars, and the product's rating with it. What was written is read where it stands."""

    product_id: str
    review_id: str
    stars: int
    rating: float | None
    review_count: int


class ProductReviewed(DomainEvent):
    """A buyer reviewed a product. `version` is that of the product's rating."""

    type: Literal["ProductReviewed"] = "ProductReviewed"
    aggregate: Literal["rating"] = "rating"
    data: ProductReviewedData

    @classmethod
    def of(cls, review: Review, tally: Tally, *, event_id: str, actor: str) -> Self:
        return cls(
            id=event_id,
            time=review.created_at,
            aggregate_id=review.product_id,
            version=tally.version,
            actor=actor,
            data=ProductReviewedData(
                product_id=review.product_id,
                review_id=review.review_id,
                stars=review.rating,
                rating=None if tally.mean is None else float(tally.mean),
                review_count=tally.count,
            ),
        )
