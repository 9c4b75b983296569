"""The pricing engine: each rule on an example that can be checked by hand, and what must always hold."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnilife.checkout.price_quotes import (
    CouponUse,
    PointsOffer,
    Pricing,
    TaxRules,
    admit_coupons,
    half_even,
    price_lines,
    rates_at,
    tax_factors,
)
from omnilife.checkout.pricing_models import PricedLine, ShippingLine
from omnilife.checkout.pricing_problems import (
    CouponMinimum,
    CouponNotApplicable,
    CouponNotValidNow,
    CouponNotYours,
    CouponsDoNotStack,
    CouponUsedUp,
    TooManyPoints,
    UnknownCoupon,
)
from omnilife.checkout.problems import TotalTooLarge
from omnilife.core.money import allocate
from tests.unit.checkout.pricing import (
    ADDRESS,
    COUPONS,
    LINES,
    NOW,
    OFFERS,
    PARCELS,
    TAXES,
    coupon,
    line,
    parcel,
    rate,
)

NO_TAX = TaxRules()


def price(
    lines: Sequence[PricedLine],
    shipping: Sequence[ShippingLine] = (),
    *coupons: CouponUse,
    tax: TaxRules = NO_TAX,
    points: PointsOffer | None = None,
) -> Pricing:
    return price_lines(lines, shipping, tax=tax, coupons=coupons, points=points)


# -- coupons and points


def test_without_rules_the_total_is_the_subtotal_and_the_shipping():
    priced = price([line(1999, 2), line(500, number=2)], [parcel(700)])

    assert (priced.subtotal, priced.shipping_total, priced.total) == (4498, 700, 5198)


def test_a_percentage_is_rounded_half_to_even_and_shared_by_largest_remainder():
    # 10 % of 1,005 is 100.5, whose even neighbour is 100: 33.3 a line, and the first has one more.
    priced = price([line(335, number=n) for n in (1, 2, 3)], (), CouponUse(coupon()))

    assert priced.discount == 100
    assert [each.discount for each in priced.lines] == [34, 33, 33]


def test_an_amount_takes_no_more_than_the_goods_cost():
    priced = price([line(300)], [parcel(500)], CouponUse(coupon(kind="amount", amount=1000)))

    assert (priced.discount, priced.total) == (300, 500)


def test_a_percentage_is_taken_before_an_amount_whatever_the_order_of_codes():
    ten, off = coupon("ZTEN"), coupon("ALESS", kind="amount", amount=100)

    priced = price([line(1000)], (), CouponUse(off), CouponUse(ten))

    assert [(each.code, each.discount) for each in priced.coupons] == [("ZTEN", 100), ("ALESS", 100)]
    assert priced.total == 800


def test_a_coupon_of_a_category_takes_from_it_and_below_it_only():
    lines = [line(1000), line(1000, number=2, category=["home"]), line(1000, number=3, category=["homes"])]

    priced = price(lines, (), CouponUse(coupon(categories=[["home"]])))

    assert [each.discount for each in priced.lines] == [100, 100, 0]


def test_free_shipping_takes_the_shipping_and_nothing_else():
    priced = price([line(1000)], [parcel(500), parcel(300, "m-2")], CouponUse(coupon(kind="free_shipping")))

    assert [each.total for each in priced.shipping] == [0, 0]
    assert (priced.discount, priced.shipping_total, priced.total) == (800, 800, 1000)


def test_two_coupons_of_free_shipping_do_not_take_it_twice():
    uses = [CouponUse(coupon(code, kind="free_shipping")) for code in ("ONE", "TWO")]

    assert price([line(1000)], [parcel(500)], *uses).total == 1000


def test_points_pay_for_goods_after_coupons_and_round_down():
    # 250 points at 3 for 2 are worth 166.67.
    priced = price([line(600), line(300, number=2)], [parcel(500)], points=PointsOffer(250, 3, 2))

    assert priced.points_worth == 166
    assert [each.points_discount for each in priced.lines] == [111, 55]
    assert priced.total == 900 + 500 - 166


def test_points_worth_more_than_the_goods_are_refused_with_the_most_there_could_be():
    with pytest.raises(TooManyPoints) as refused:
        price([line(100)], [parcel(500)], points=PointsOffer(1000, 10, 2))

    assert refused.value.extensions["most"] == 500


# -- who may use a coupon


def admit(use: CouponUse | None, *, user_id: str | None = "user-1", lines: Sequence[PricedLine] = ()) -> None:
    uses = {} if use is None else {use.coupon.code: use}
    admit_coupons(uses, ["TEN"], lines or [line(1000)], user_id=user_id, now=NOW)


def test_a_coupon_that_holds_is_admitted():
    use = CouponUse(
        coupon(
            limit=2,
            uses=1,
            limit_per_user=2,
            user_id="user-1",
            minimum=1000,
            starts_at=NOW,
            ends_at=NOW + timedelta(milliseconds=1),
        ),
        used_by_user=1,
    )

    assert admit_coupons({"TEN": use}, ["TEN"], [line(1000)], user_id="user-1", now=NOW) == [use]


@pytest.mark.parametrize(
    ("use", "problem"),
    [
        (None, UnknownCoupon),
        (CouponUse(coupon(active=False)), UnknownCoupon),
        (CouponUse(coupon(user_id="user-2")), CouponNotYours),
        (CouponUse(coupon(starts_at=NOW + timedelta(milliseconds=1))), CouponNotValidNow),
        (CouponUse(coupon(ends_at=NOW)), CouponNotValidNow),
        (CouponUse(coupon(limit=2, uses=2)), CouponUsedUp),
        (CouponUse(coupon(limit_per_user=1), used_by_user=1), CouponUsedUp),
        (CouponUse(coupon(minimum=1001)), CouponMinimum),
        (CouponUse(coupon(categories=[["garden"]])), CouponNotApplicable),
    ],
    ids=[
        "unknown",
        "switched-off",
        "anothers",
        "too-early",
        "over",
        "used-up",
        "used-up-by-user",
        "below-minimum",
        "of-another-category",
    ],
)
def test_a_coupon_that_does_not_hold_says_why(use: CouponUse | None, problem: type[Exception]):
    with pytest.raises(problem):
        admit(use)


def test_a_coupon_that_is_counted_by_user_needs_a_user():
    with pytest.raises(CouponNotYours):
        admit(CouponUse(coupon(limit_per_user=3)), user_id=None)


def test_the_minimum_counts_the_goods_that_the_coupon_is_for():
    use = CouponUse(coupon(categories=[["home"]], minimum=1500))

    with pytest.raises(CouponMinimum):
        admit(use, lines=[line(1000), line(1000, number=2, category=["garden"])])


def test_coupons_that_stack_come_together_and_one_that_does_not_stands_alone():
    uses = {
        code: CouponUse(coupon(code, stacks=stacks))
        for code, stacks in (("ONE", True), ("TWO", True), ("ALONE", False))
    }

    def together(*codes: str) -> int:
        return len(admit_coupons(uses, codes, [line(1000)], user_id=None, now=NOW))

    assert together("ONE", "TWO") == 2
    assert together("ALONE") == 1
    for codes in (("ONE", "ALONE"), ("ALONE", "ONE"), ("ONE", "ONE")):
        with pytest.raises(CouponsDoNotStack):
            together(*codes)


# -- tax


def test_tax_comes_on_top_where_prices_exclude_it():
    priced = price([line(1000)], tax=TaxRules([rate()]))

    assert (priced.tax, priced.total) == (89, 1089)  # 88.75


def test_tax_is_taken_out_where_prices_include_it():
    priced = price([line(1190)], tax=TaxRules([rate(rate=190_000)], included=True))

    assert (priced.tax, priced.total) == (190, 1190)


def test_half_a_unit_of_tax_goes_to_the_even_neighbour():
    halves = TaxRules([rate(rate=50_000)])

    assert [price([line(cents)], tax=halves).tax for cents in (10, 30, 50)] == [0, 2, 2]


def test_rounded_a_line_three_small_lines_pay_other_tax_than_rounded_an_order():
    lines = [line(10, number=n) for n in (1, 2, 3)]

    by_line = price(lines, tax=TaxRules([rate(rate=60_000)]))
    by_order = price(lines, tax=TaxRules([rate(rate=60_000)], rounding="order"))

    assert [each.tax for each in by_line.lines] == [1, 1, 1]
    assert [each.tax for each in by_order.lines] == [1, 1, 0]  # 1.8 is 2


def test_a_compound_rate_takes_the_taxes_below_it_too():
    gst, qst = rate("gst", rate=50_000), rate("qst", rate=100_000, priority=1, compound=True)

    priced = price([line(10_000)], tax=TaxRules([qst, gst]))

    assert {each.rate_id: each.amount for each in priced.taxes} == {"gst": 500, "qst": 1050}


def test_rates_of_one_priority_do_not_take_each_other():
    rates = [rate("a", rate=100_000, compound=True), rate("b", rate=100_000, compound=True)]

    assert price([line(1000)], tax=TaxRules(rates)).tax == 200


def test_a_rate_takes_lines_of_its_class_and_any_class_takes_all():
    rates = [rate("books", rate=70_000, tax_class="books"), rate("all", rate=10_000, tax_class="*")]
    lines = [line(1000, tax_class="books"), line(1000, number=2), line(1000, number=3, tax_class="zero")]

    assert [each.tax for each in price(lines, tax=TaxRules(rates)).lines] == [80, 10, 10]


def test_shipping_is_taxed_by_the_rates_that_say_so():
    rates = [rate("goods", rate=100_000), rate("both", rate=50_000, on_shipping=True)]

    priced = price([line(1000)], [parcel(1000)], tax=TaxRules(rates))

    assert (priced.lines[0].tax, priced.shipping[0].tax) == (150, 50)


def test_tax_is_on_what_is_asked_for_after_coupons_and_points():
    tax = TaxRules([rate(rate=100_000)])

    priced = price([line(1000)], (), CouponUse(coupon()), tax=tax, points=PointsOffer(100, 1, 1))

    assert (priced.tax, priced.total) == (80, 880)


def test_rates_hold_in_their_country_and_in_their_region_whatever_its_case():
    here = [rate("country"), rate("region", region="ny")]
    elsewhere = [rate("other", country="CA"), rate("ca", region="CA"), rate("off", active=False)]

    assert rates_at([*here, *elsewhere], ADDRESS) == here


def test_a_currency_without_decimals_is_reckoned_in_whole_units():
    tax = TaxRules([rate(rate=100_000)])

    priced = price([line(999, currency="JPY")], [parcel(100)], tax=tax)

    assert (priced.tax, priced.total) == (100, 1199)


def test_a_currency_of_three_decimals_is_reckoned_in_thousandths():
    priced = price([line(10_005, currency="KWD")], (), CouponUse(coupon()))

    assert (priced.discount, priced.total) == (1000, 9005)


def test_a_total_beyond_all_money_is_refused():
    with pytest.raises(TotalTooLarge):
        price([line(10**12, 999), line(10**12, 999, number=2)])


# -- what always holds


@settings(max_examples=150)
@given(LINES, PARCELS, TAXES, COUPONS, OFFERS)
def test_all_parts_add_up_to_the_whole(lines, parcels, tax, coupons, points):
    try:
        priced = price(lines, parcels, *coupons, tax=tax, points=points)
    except TooManyPoints as refused:
        most = refused.extensions["most"]
        priced = price(
            lines, parcels, *coupons, tax=tax, points=PointsOffer(most, points.points, points.worth)
        )

    on_top = 0 if tax.included else priced.tax
    assert priced.total == sum(each.total for each in (*priced.lines, *priced.shipping))
    assert priced.total == (
        priced.subtotal - priced.discount - priced.points_worth + priced.shipping_total + on_top
    )
    assert priced.tax == sum(each.tax for each in (*priced.lines, *priced.shipping))
    assert priced.tax == sum(each.amount for each in priced.taxes)
    assert priced.discount == sum(each.discount for each in priced.coupons)
    assert priced.points_worth == sum(each.points_discount for each in priced.lines)
    for each in priced.lines:
        assert min(each.discount, each.points_discount, each.net, each.tax, each.total) >= 0
    for each in priced.shipping:
        assert 0 <= each.discount <= each.price
        assert each.total >= 0


@settings(max_examples=100)
@given(LINES, PARCELS, TAXES)
def test_tax_is_within_half_a_unit_of_what_it_exactly_is(lines, parcels, tax):
    priced = price(lines, parcels, tax=tax)
    exact = Fraction(0)
    for each, base, shipping in (
        *((each, each.subtotal, False) for each in lines),
        *((each, each.price, True) for each in parcels),
    ):
        whole = sum(
            tax_factors(tax.rates, "standard" if shipping else each.tax_class, shipping=shipping).values(),
            Fraction(0),
        )
        exact += base * whole / (1 + whole) if tax.included else base * whole

    parts = 1 if tax.rounding == "order" else len(lines) + len(parcels)
    assert abs(priced.tax - exact) <= Fraction(parts, 2)


@settings(max_examples=100)
@given(LINES, PARCELS, TAXES, COUPONS, st.randoms(use_true_random=False))
def test_the_same_cart_costs_the_same_whatever_the_order_of_its_coupons(lines, parcels, tax, coupons, chance):
    shuffled = list(coupons)
    chance.shuffle(shuffled)

    assert price(lines, parcels, *coupons, tax=tax) == price(lines, parcels, *shuffled, tax=tax)


@settings(max_examples=100)
@given(LINES, TAXES, COUPONS)
def test_refunding_every_unit_one_by_one_gives_back_what_was_paid(lines, tax, coupons):
    priced = price(lines, (), *coupons, tax=tax)

    given_back = sum(sum(allocate(each.total, [1] * each.quantity)) for each in priced.lines)

    assert given_back == priced.total


@given(st.fractions(max_denominator=1000).filter(lambda each: abs(each) < 10**6))
def test_rounding_goes_to_a_nearest_number_and_of_two_to_the_even_one(value):
    rounded = half_even(value)

    assert abs(rounded - value) <= Fraction(1, 2)
    if abs(rounded - value) == Fraction(1, 2):
        assert rounded % 2 == 0
