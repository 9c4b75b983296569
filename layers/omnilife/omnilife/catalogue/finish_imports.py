"""The end of an import."""

from omnilife.catalogue.store.files import import_of
from omnilife.catalogue.store.imports import ImportStore
from omnilife.core.clock import Clock, system_clock
from omnilife.core.jobs import JobProblem

BROKEN = JobProblem(
    type="/problems/import-failed",
    title="The import broke off",
    detail="Some rows may have been loaded. Start another import with the same file: it loads the rest.",
)


def finish_import(
    imports: ImportStore, key: str, *, broken: bool = False, clock: Clock = system_clock
) -> None:
    """End the import whose file has that key: succeeded, or failed when it broke off. Safe to repeat."""
    imports.finish(import_of(key), problem=BROKEN if broken else None, now=clock.now())
