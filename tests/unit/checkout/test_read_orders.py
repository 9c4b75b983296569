import pytest

from omnilife.checkout.cancel_orders import cancel_order
from omnilife.checkout.list_merchant_orders import list_merchant_orders
from omnilife.checkout.order_problems import BusyOrder, NoSuchOrder, NotInState
from omnilife.checkout.project_orders import project_orders
from omnilife.checkout.read_orders import MerchantOrder, OrderView, find_order, list_orders
from omnilife.checkout.receipts import receipt_page
from omnilife.checkout.store_order_views import OrderViewStore
from omnilife.checkout.store_orders import order_key
from omnilife.core.attributes import item_to_wire
from omnilife.core.cursors import BadCursor, CursorCodec
from omnilife.core.table import ConditionFailed
from tests.unit.catalogue.shop import ADMIN, MERCHANT, STRANGER
from tests.unit.checkout.ordering import ADA, BOB, HOME

pytestmark = pytest.mark.unit

CURSORS = CursorCodec(b"0123456789abcdef0123456789abcdef")


def record(ordering, order, number="1"):
    key = order_key(order.order_id)
    item = ordering.table.get(key["pk"], key["sk"], consistent=True)
    return {"dynamodb": {"NewImage": item_to_wire(item), "SequenceNumber": number}}


def parts(ordering, merchant=MERCHANT, **more):
    views = OrderViewStore(ordering.table)
    return list_merchant_orders(views, caller=merchant, cursors=CURSORS, **more)


def test_an_order_is_its_buyers_and_the_administrators(ordering):
    order = ordering.order(ordering.product("a", 5), 1)
    assert find_order(ordering.desk.orders, order.order_id, caller=ADA) == order
    assert find_order(ordering.desk.orders, order.order_id, caller=ADMIN) == order
    for stranger in (BOB, MERCHANT):
        with pytest.raises(NoSuchOrder):
            find_order(ordering.desk.orders, order.order_id, caller=stranger)


def test_a_view_tells_the_client_secret_only_while_the_payment_is_open(ordering):
    placed = ordering.place(ordering.quote([(ordering.product("a", 5), 1)]), "pm_3ds")
    assert OrderView.of(placed.order, placed.intent).payment.client_secret == "pi_1_secret"
    assert OrderView.of(placed.order).payment.client_secret is None
    ordering.gateway.confirm("pi_1")
    paid = ordering.settle(placed.order)
    assert OrderView.of(paid, placed.intent).payment.client_secret is None


def test_own_orders_are_listed_newest_first_a_page_at_a_time(ordering):
    product = ordering.product("a", 9)
    made = []
    for _ in range(3):
        made.append(ordering.order(product, 1).order_id)
        ordering.wait(seconds=1)
    listed = {"caller": ADA, "cursors": CURSORS, "limit": 2}
    first = list_orders(ordering.desk.orders, **listed)
    second = list_orders(ordering.desk.orders, cursor=first.next_cursor, **listed)
    assert [each.order_id for each in [*first.items, *second.items]] == made[::-1]
    assert second.next_cursor is None
    assert (first.items[0].units, first.items[0].total.amount) == (1, 4900)


def test_a_cursor_of_another_user_is_refused(ordering):
    product = ordering.product("a", 9)
    for _ in range(2):
        ordering.order(product, 1)
    page = list_orders(ordering.desk.orders, caller=ADA, cursors=CURSORS, limit=1)
    with pytest.raises(BadCursor):
        list_orders(ordering.desk.orders, caller=BOB, cursors=CURSORS, cursor=page.next_cursor)


def test_a_merchant_lists_its_parts_of_paid_orders(ordering):
    mine, other = ordering.product("a", 5), ordering.product("b", 5, merchant=STRANGER)
    order = ordering.place(ordering.quote([(mine, 2), (other, 1)]), "pm_ok").order
    unpaid = ordering.order(mine, 1)
    records = [record(ordering, order, "1"), record(ordering, unpaid, "2")]
    assert list(project_orders(OrderViewStore(ordering.table), records)) == []
    (part,) = parts(ordering).items
    assert (part.order_id, part.state, part.address) == (order.order_id, "open", HOME)
    assert [(line.sku, line.quantity) for line in part.lines] == [("a", 2)]


def test_a_merchants_list_is_filtered_by_state_and_paged(ordering):
    product = ordering.product("a", 9)
    orders = []
    for _ in range(3):
        orders.append(ordering.order(product, 1, "pm_ok"))
        ordering.wait(seconds=1)
    ordering.advance(orders[0], "packed")
    list(project_orders(OrderViewStore(ordering.table), [record(ordering, each) for each in orders]))
    assert [each.order_id for each in parts(ordering, state="packed").items] == [orders[0].order_id]
    first = parts(ordering, limit=2)
    second = parts(ordering, limit=2, cursor=first.next_cursor)
    assert [each.order_id for each in [*first.items, *second.items]] == [
        each.order_id for each in orders[::-1]
    ]


def test_a_record_of_an_older_version_changes_nothing(ordering):
    order = ordering.order(ordering.product("a", 9), 1, "pm_ok")
    before = record(ordering, order)
    ordering.advance(order, "packed")
    views = OrderViewStore(ordering.table)
    list(project_orders(views, [record(ordering, order), before]))
    assert len(parts(ordering, state="packed").items) == 1


def test_what_is_no_order_is_not_projected_and_what_is_broken_stops_the_batch(ordering):
    order = ordering.order(ordering.product("a", 9), 1, "pm_ok")
    other = {"dynamodb": {"NewImage": {"entity": {"S": "carts"}}, "SequenceNumber": "1"}}
    broken = {"dynamodb": {"NewImage": {"entity": {"S": "orders"}}, "SequenceNumber": "2"}}
    records = [other, broken, record(ordering, order, "3")]
    assert list(project_orders(OrderViewStore(ordering.table), records)) == ["2"]
    assert parts(ordering).items == []


def test_a_merchant_without_a_part_sees_none(ordering):
    order = ordering.order(ordering.product("a", 9), 1, "pm_ok")
    with pytest.raises(NoSuchOrder):
        MerchantOrder.of(order, "merchant-2")


def test_calling_off_twice_is_calling_off_once(ordering):
    product = ordering.product("a", 5)
    order = ordering.order(product, 2, "pm_ok")
    first = cancel_order(ordering.desk, order.order_id, caller=ADA)
    assert cancel_order(ordering.desk, order.order_id, caller=ADA) == first
    ordering.settle(order)
    assert cancel_order(ordering.desk, order.order_id, caller=ADA).state == "refunded"
    assert ordering.stock(product) == (5, 0)
    assert ordering.gateway.held == 0


def test_orders_of_others_and_shipped_ones_are_not_called_off(ordering):
    order = ordering.order(ordering.product("a", 5), 2, "pm_ok")
    with pytest.raises(NoSuchOrder):
        cancel_order(ordering.desk, order.order_id, caller=BOB)
    ordering.advance(order, "packed")
    ordering.advance(order, "shipped")
    with pytest.raises(NotInState):
        cancel_order(ordering.desk, order.order_id, caller=ADA)


def test_an_order_that_others_keep_changing_is_not_called_off(ordering, monkeypatch):
    order = ordering.order(ordering.product("a", 5), 2)

    def lose(*_args, **_more):
        raise ConditionFailed("order", None)

    monkeypatch.setattr(type(ordering.desk.orders), "save", lose)
    with pytest.raises(BusyOrder):
        cancel_order(ordering.desk, order.order_id, caller=ADA)


def test_a_receipt_names_lines_and_amounts_and_escapes_what_people_wrote(ordering):
    product = ordering.shop.create(name="Lamp <script>alert(1)</script>", sku="x")
    address = HOME.model_copy(update={"name": "Ada & Co", "region": "IL", "line2": "Floor 2"})
    order = ordering.place(ordering.quote([(product, 2)], address=address), "pm_ok").order
    page = receipt_page(order)
    assert order.number in page
    assert "98.00 USD" in page
    assert "Ada &amp; Co" in page
    assert "<script>" not in page
    assert "Paid" in page


def test_a_receipt_tells_what_went_back(ordering):
    order = ordering.order(ordering.product("a", 5), 2, "pm_ok")
    ordering.call_off(order)
    assert "-98.00 USD" in receipt_page(ordering.settle(order))
