"""`record_click`: feedback on a search, which nobody can inflate."""

from omnilife.core.clock import Clock, system_clock
from omnilife.core.errors import FieldError, Invalid
from omnilife.search.clicks import Click, ClickReceipt, ClickReport
from omnilife.search.problems import UnknownSearch
from omnilife.search.store_clicks import ClickStore
from omnilife.search.visitors import Pseudonyms


def record_click(
    report: ClickReport,
    *,
    address: str,
    store: ClickStore,
    pseudonyms: Pseudonyms,
    clock: Clock = system_clock,
) -> ClickReceipt:
    """Keep a report on what a search found; once for each product and kind, however often it comes.

    It counts for the visitor who searched, whoever sends it: once a product, kind and day (UTC). As clients
    choose their visitor ids themselves, what comes from one address is limited as well, to ten such counts.

    Args:
        address: the client's. Only its pseudonym of the day and the product is kept, for two days.

    Raises:
        UnknownSearch: there is no such search, or it has expired.
        Invalid: the search did not find as many products as the position says.
    """
    now = clock.now()
    search = store.searches.get(report.search_id)
    if search is None or search.expired(now):
        raise UnknownSearch
    if search.outcome is not None and report.position > search.outcome.total:
        raise Invalid(errors=[FieldError("/position", "the search did not find as many products")])
    click = Click(
        search_id=report.search_id,
        product_id=report.product_id,
        kind=report.kind,
        position=report.position,
        query=search.query,
        visitor=search.visitor,
        searched_at=search.at,
        at=now,
        counted=True,
    )
    source = pseudonyms.of("click", address, now.date().isoformat(), report.kind, report.product_id)
    kept = store.add(click, source=source)
    return ClickReceipt(
        search_id=kept.search_id, product_id=kept.product_id, kind=kept.kind, counted=kept.counted
    )
