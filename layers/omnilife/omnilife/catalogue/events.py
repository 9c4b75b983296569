"""What catalogue announces on the bus, as source `omnilife.catalogue`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, Self

from omnilife.catalogue.models import Product, Status
from omnilife.catalogue.stock import Stock, StockReason
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
