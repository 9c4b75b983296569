"""What one row of an import changes, given what is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from omnilife.catalogue.edit_products import announcements, changed_fields, editable
from omnilife.catalogue.events import ProductChanged, StockAdjusted
from omnilife.catalogue.import_rows import BadRow
from omnilife.catalogue.merge_patch import merge_patch
from omnilife.catalogue.models import EDITABLE, Product, ProductFields, Sku, Units
from omnilife.catalogue.prices import check_currency
from omnilife.catalogue.stock import Stock, StockChange
from omnilife.catalogue.store.writes import Write, change, creation, restocking
from omnilife.catalogue.stored import StoredProduct
from omnilife.catalogue.stored_import import Outcome, StoredImport
from omnilife.catalogue.validation import check
from omnilife.core.errors import Invalid
from omnilife.core.ids import Identifier, IdMaker

CARRIED = ("rating", "review_count")
ADMIN_ONLY = ("merchant_id", *CARRIED)


class RowKey(BaseModel):
    """What a row says beside what a merchant decides about a product.

    `merchant_id`, `rating` and `review_count` are for administrators' imports: they carry over what another
    shop has collected.
    """

    model_config = ConfigDict(frozen=True)

    sku: Sku
    merchant_id: Identifier | None = None
    stock_on_hand: Units | None = None
    rating: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] | None = None
    review_count: Annotated[int, Field(ge=0, le=10**9)] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row that could be read: which product it is about, and a merge patch on it."""

    number: int
    merchant_id: str
    key: RowKey
    patch: Mapping[str, Any]

    @property
    def identity(self) -> tuple[str, str]:
        return self.merchant_id, self.key.sku


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a row comes to. `product_id` is a new one for a new product; an empty `write` changes nothing."""

    row: Row
    outcome: Outcome
    product_id: str
    write: Write


@dataclass(frozen=True, slots=True)
class Loading:
    """What all rows of one try to load a chunk share."""

    job: StoredImport
    currency: str
    at: datetime
    make_id: IdMaker


def identify(number: int, patch: Mapping[str, Any], job: StoredImport) -> Row:
    """A row's product and patch.

    Raises:
        BadRow: no SKU, or something that only administrators' imports may say.
    """
    refused = [name for name in ADMIN_ONLY if patch.get(name) is not None and not job.by_admin]
    if refused:
        raise BadRow.at(number, refused[0], "only an administrator's import may set this")
    names = RowKey.model_fields.keys() & patch.keys()
    key = _checked(number, RowKey, {name: patch[name] for name in names})
    rest = {name: value for name, value in patch.items() if name not in names or name == "sku"}
    return Row(number, key.merchant_id or job.owner, key, rest)


def change_of(row: Row, found: StoredProduct | None, loading: Loading) -> RowChange:
    """What the row changes of the product that has its SKU, or the product that it makes.

    Raises:
        BadRow: the outcome is not a valid product, or fewer units than orders have reserved.
    """
    fields = _fields(row, found, loading.currency)
    if found is None:
        return _new(row, fields, loading)
    product = found.product
    carried = {name: getattr(row.key, name) for name in CARRIED if getattr(row.key, name) is not None}
    after = product.model_copy(update={name: getattr(fields, name) for name in EDITABLE} | carried)
    changed = changed_fields(product, after) | {n for n in carried if carried[n] != getattr(product, n)}
    write = Write(())
    if changed:
        after = after.model_copy(update={"version": product.version + 1, "updated_at": loading.at})
        events = announcements(product, after, changed, actor=loading.job.actor, make_id=loading.make_id)
        write += change(product, after, events, import_id=loading.job.import_id)
    write += _restocked(row, found.stock, loading)
    outcome = "updated" if write.parts else _outcome_before(found, loading.job)
    return RowChange(row, outcome, product.product_id, write)


def _outcome_before(found: StoredProduct, job: StoredImport) -> Outcome:
    """Nothing is left to change: perhaps since an earlier try of the same chunk did it."""
    if found.import_id == job.import_id and found.product.version == 1:
        return "created"
    return "updated" if job.import_id in {found.import_id, found.stock.import_id} else "unchanged"


def _new(row: Row, fields: ProductFields, loading: Loading) -> RowChange:
    units = row.key.stock_on_hand or 0
    product = Product(
        **{name: getattr(fields, name) for name in EDITABLE},
        product_id=loading.make_id(),
        merchant_id=row.merchant_id,
        stock_on_hand=units,
        rating=row.key.rating,
        review_count=row.key.review_count or 0,
        version=1,
        created_at=loading.at,
        updated_at=loading.at,
    )
    stock = Stock(
        product_id=product.product_id,
        on_hand=units,
        version=1,
        last_change=_stock_change(units, loading),
        import_id=loading.job.import_id,
    )
    event = ProductChanged.of(product, EDITABLE, event_id=loading.make_id(), actor=loading.job.actor)
    write = creation(product, stock, event, import_id=loading.job.import_id)
    return RowChange(row, "created", product.product_id, write)


def _restocked(row: Row, stock: Stock, loading: Loading) -> Write:
    """The row's count of units in place of the stock's, unless this import has set it before.

    Sales go on between two tries of a chunk. A second try must not put back what was sold.
    """
    units = row.key.stock_on_hand
    if units is None or units == stock.on_hand or stock.import_id == loading.job.import_id:
        return Write(())
    if units < stock.reserved:
        raise BadRow.at(row.number, "stock_on_hand", f"{stock.reserved} units are reserved by orders")
    after = stock.changed(_stock_change(units - stock.on_hand, loading), import_id=loading.job.import_id)
    return restocking(stock, after, StockAdjusted.of(after, event_id=loading.make_id()))


def _stock_change(delta: int, loading: Loading) -> StockChange:
    return StockChange(
        reason="import",
        actor=loading.job.actor,
        at=loading.at,
        delta=delta,
        note=f"import {loading.job.import_id}",
    )


def _checked[M: BaseModel](number: int, model: type[M], document: Any) -> M:
    try:
        return check(model, document)
    except Invalid as refused:
        raise BadRow.of(number, refused.errors) from None


def _fields(row: Row, found: StoredProduct | None, currency: str) -> ProductFields:
    """What the product is to be, once the row's patch is laid over it."""
    target = editable(found.product) if found else {}
    fields = _checked(row.number, ProductFields, merge_patch(target, row.patch))
    try:
        check_currency(fields, currency)
    except Invalid as refused:
        raise BadRow.of(row.number, refused.errors) from None
    return fields
