"""Money, numbers and times as a reader's language and zone write them, by Babel.

In a template: `{{ total|money }}`, `{{ placed_at|date }}`, `{{ at|datetime }}`, `{{ count|number }}`. Money
is `{"amount": <minor units>, "currency": "EUR"}`, a time is RFC 3339 text.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context, Undefined

from omnilife.core.clock import parse_rfc3339
from omnilife.core.currencies import EXPONENTS

if TYPE_CHECKING:
    from babel import Locale


@pass_context
def money(context: Context, value: Any) -> str:
    """`{"amount": 129900, "currency": "EUR"}` → “€1,299.00”, “1.299,00 €”."""
    from babel.numbers import format_currency  # noqa: PLC0415 (deferred: see core.lazy)

    if isinstance(value, Undefined):
        return str(value)
    currency = str(value["currency"])
    amount = Decimal(int(value["amount"])).scaleb(-EXPONENTS[currency])
    return format_currency(amount, currency, locale=_locale(context))


@pass_context
def number(context: Context, value: Any) -> str:
    """1234.5 → “1,234.5”, “1.234,5”."""
    from babel.numbers import format_decimal  # noqa: PLC0415 (deferred: see core.lazy)

    if isinstance(value, Undefined):
        return str(value)
    return format_decimal(Decimal(str(value)), locale=_locale(context))


@pass_context
def date(context: Context, value: Any) -> str:
    """The day of a time, where its reader is: “24 December 2026”."""
    from babel.dates import format_date  # noqa: PLC0415 (deferred: see core.lazy)

    return format_date(_local(context, value), "long", locale=_locale(context))


@pass_context
def clock_time(context: Context, value: Any) -> str:
    """The time of day where its reader is."""
    from babel.dates import format_time  # noqa: PLC0415 (deferred: see core.lazy)

    return format_time(_local(context, value), "short", locale=_locale(context))


@pass_context
def date_and_time(context: Context, value: Any) -> str:
    """Both, and the zone: a time without one is read as the reader's own, also by those who moved."""
    from babel.dates import format_datetime, get_timezone_name  # noqa: PLC0415 (deferred: see core.lazy)

    at, locale = _local(context, value), _locale(context)
    return f"{format_datetime(at, 'medium', locale=locale)} {get_timezone_name(at, 'short', locale=locale)}"


FORMATS: Mapping[str, Callable[..., str]] = {
    "money": money,
    "number": number,
    "date": date,
    "time": clock_time,
    "datetime": date_and_time,
}


def _locale(context: Context) -> "Locale":
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 (deferred: see core.lazy)

    for tag in (context["language"], context["lang"]):
        try:
            return Locale.parse(str(tag), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def _local(context: Context, value: Any) -> datetime:
    if isinstance(value, Undefined):
        str(value)
    zone: tzinfo = ZoneInfo(context["time_zone"])
    return parse_rfc3339(str(value)).astimezone(zone)
