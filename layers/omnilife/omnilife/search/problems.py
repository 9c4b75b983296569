"""What search refuses, and how it says that its engine is down."""

from omnilife.core.errors import BadRequest, Conflict, NotFound, Unavailable

RETRY_AFTER_S = 5
"""Long enough for the breaker's next probe, short enough for a shopper who waits."""


class StaleCursor(BadRequest):
    """The list that a cursor continues is gone: the index was built anew, or nothing matches any more."""

    slug = "stale-cursor"
    title = "Cursor out of date"

    def __init__(self) -> None:
        super().__init__("The list that this cursor continues is gone; start again without it.")


class SearchUnavailable(Unavailable):
    """The engine does not answer. What it said, if anything, is for the log only."""

    slug = "search-unavailable"
    title = "Search is temporarily unavailable"

    def __init__(self) -> None:
        super().__init__(
            "Products can still be listed at /api/marketplace/products.", retry_after=RETRY_AFTER_S
        )


class UnknownSearch(NotFound):
    """No search has this id, or it was more than 30 days ago."""

    slug = "unknown-search"
    title = "Unknown search"

    def __init__(self) -> None:
        super().__init__("There is no such search; searches are kept for 30 days.")


class TooManyRules(Conflict):
    """There are as many rules as there may be; one must go before another comes."""

    slug = "too-many-rules"
    title = "Too many rules"

    def __init__(self, limit: int) -> None:
        super().__init__(f"There may be {limit} rules.")


class BusyConfiguration(Conflict):
    """Others keep changing synonyms or rules; no try got through."""

    slug = "busy-configuration"
    title = "Busy configuration"


class ReindexRunning(Conflict):
    """The index is being built anew already. `job_id` of the answer names the job."""

    slug = "reindex-running"
    title = "A reindex is running"

    def __init__(self, job_id: str) -> None:
        super().__init__(
            "One job at a time builds the index. Wait for it, or cancel it.", extensions={"job_id": job_id}
        )


class NothingToRollBackTo(Conflict):
    """No older generation of the index is kept."""

    slug = "nothing-to-roll-back-to"
    title = "Nothing to roll back to"

    def __init__(self) -> None:
        super().__init__("No older generation of the index is kept.")


class ReindexEnded(Conflict):
    """A job that can be cancelled no more."""

    slug = "reindex-ended"
    title = "The reindex has ended"

    def __init__(self) -> None:
        super().__init__("The job has ended, or its index is taking over at this moment.")
