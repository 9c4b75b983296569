"""Money, numbers and times as their reader writes them."""

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError

from omnilife.notifications.formats import FORMATS

AT = "2026-12-24T23:30:00Z"


def render(source, *, language="en", zone="UTC", **data):
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    environment.filters.update(FORMATS)
    wanted = {"language": language, "lang": "en", "time_zone": zone}
    return environment.from_string(source).render(wanted | data)


@pytest.mark.parametrize(
    ("amount", "currency", "language", "text"),
    [
        (129_900, "EUR", "en", "\u20ac1,299.00"),
        (129_900, "EUR", "de", "1.299,00\u00a0\u20ac"),
        (1_299, "JPY", "en", "\u00a51,299"),
        (1_299, "KWD", "en", "KWD1.299"),
        (-50, "USD", "en", "-$0.50"),
    ],
    ids=["english", "german", "no decimals", "three decimals", "given back"],
)
def test_money_has_its_currencys_decimals(amount, currency, language, text):
    total = {"amount": amount, "currency": currency}
    assert render("{{ total|money }}", language=language, total=total) == text


def test_numbers_are_grouped_as_the_language_does():
    assert render("{{ n|number }}", n=1234.5) == "1,234.5"
    assert render("{{ n|number }}", n=1234.5, language="de") == "1.234,5"


def test_a_day_is_that_of_its_reader():
    assert render("{{ at|date }}", at=AT) == "December 24, 2026"
    assert render("{{ at|date }}", at=AT, zone="Europe/Berlin", language="de") == "25. Dezember 2026"


def test_a_time_of_day_is_that_of_its_reader():
    assert render("{{ at|time }}", at=AT, zone="Europe/Berlin", language="de") == "00:30"


def test_a_time_with_its_day_names_the_zone():
    said = render("{{ at|datetime }}", at=AT, zone="Europe/Berlin", language="de")
    assert said.startswith("25.12.2026, 00:30:00 ")
    assert said.endswith("MEZ")


def test_a_language_nobody_knows_is_written_as_the_templates_own():
    assert render("{{ n|number }}", n=1234.5, language="zz-ZZZZ") == "1,234.5"


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_missing_variable_is_named(name):
    with pytest.raises(UndefinedError, match="'gone' is undefined"):
        render("{{ gone|" + name + " }}")
