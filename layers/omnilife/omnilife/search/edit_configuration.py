"""Changing synonyms and rules. A change is in force for the very next search: see `generations`."""

from collections.abc import Callable

from omnilife.core.auth import Caller
from omnilife.core.clock import Clock, system_clock
from omnilife.core.cursors import CursorCodec
from omnilife.core.errors import NotFound, PreconditionFailed
from omnilife.core.ids import IdMaker, new_id
from omnilife.core.table import ConditionFailed
from omnilife.search.events import (
    RuleChanged,
    RuleData,
    RuleDeleted,
    SynonymsChanged,
    SynonymsChangedData,
)
from omnilife.search.generations import Announce
from omnilife.search.problems import BusyConfiguration, TooManyRules
from omnilife.search.rules import MAX_RULES, Rule, RuleChange, RulePage
from omnilife.search.store_configuration import ConfigurationStore, Head
from omnilife.search.synonyms import SynonymChange, Synonyms, check_synonyms

ATTEMPTS = 8

_LIST = "rules/1"


def replace_synonyms(
    store: ConfigurationStore,
    change: SynonymChange,
    *,
    caller: Caller,
    announce: Announce,
    if_match: int | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Synonyms:
    """Put a whole set in the place of the one in force.

    Args:
        announce: tells the new generation to those who search.
        if_match: the version that the caller has seen.

    Raises:
        Invalid: see `check_synonyms`.
        PreconditionFailed: the set is no longer at `if_match`.
        BusyConfiguration: others kept changing synonyms or rules.
    """
    check_synonyms(change.entries)

    def attempt(head: Head) -> Synonyms:
        before = store.synonyms().version
        _check_version(before, if_match)
        after = Synonyms(entries=change.entries, version=head.generation + 1, updated_at=clock.now())
        changed = SynonymsChanged(
            id=make_id(),
            time=clock.now(),
            aggregate_id="synonyms",
            version=after.version,
            actor=caller.actor,
            data=SynonymsChangedData(entries=len(after.entries)),
        )
        store.save_synonyms(after, head=head, before=before, events=[changed])
        return after

    return _change(store, attempt, announce)


def find_rule(store: ConfigurationStore, rule_id: str) -> Rule:
    """One rule.

    Raises:
        NotFound: there is none.
    """
    if (rule := store.rule(rule_id)) is None:
        raise NotFound("There is no such rule.")
    return rule


def list_rules(
    store: ConfigurationStore, *, limit: int, cursor: str | None, cursors: CursorCodec
) -> RulePage:
    """A page of the rules, in the order of their ids.

    Raises:
        BadCursor: it was not issued for this list.
    """
    after = None if cursor is None else cursors.read(cursor, bound_to=_LIST)
    items, last = store.rules(limit=limit, after=after)
    return RulePage(items=items, next_cursor=last and cursors.issue(last, bound_to=_LIST))


def put_rule(
    store: ConfigurationStore,
    rule_id: str,
    change: RuleChange,
    *,
    caller: Caller,
    announce: Announce,
    if_match: int | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> Rule:
    """Write a rule: a new one, or in the place of the one with this id.

    Raises:
        PreconditionFailed: it is no longer at `if_match`, or there is none.
        TooManyRules: there are as many as there may be.
        BusyConfiguration: others kept changing synonyms or rules.
    """

    def attempt(head: Head) -> Rule:
        before = store.rule(rule_id)
        _check_version(before.version if before else 0, if_match)
        if before is None and head.rules >= MAX_RULES:
            raise TooManyRules(MAX_RULES)
        after = Rule(**dict(change), rule_id=rule_id, version=head.generation + 1, updated_at=clock.now())
        changed = RuleChanged(
            id=make_id(),
            time=clock.now(),
            aggregate_id=rule_id,
            version=after.version,
            actor=caller.actor,
            data=RuleData(rule_id=rule_id),
        )
        store.save_rule(after, head=head, before=before, events=[changed])
        return after

    return _change(store, attempt, announce)


def delete_rule(
    store: ConfigurationStore,
    rule_id: str,
    *,
    caller: Caller,
    announce: Announce,
    if_match: int | None = None,
    clock: Clock = system_clock,
    make_id: IdMaker = new_id,
) -> None:
    """Take a rule away.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it is no longer at `if_match`.
        BusyConfiguration: others kept changing synonyms or rules.
    """

    def attempt(head: Head) -> None:
        rule = find_rule(store, rule_id)
        _check_version(rule.version, if_match)
        deleted = RuleDeleted(
            id=make_id(),
            time=clock.now(),
            aggregate_id=rule_id,
            version=head.generation + 1,
            actor=caller.actor,
            data=RuleData(rule_id=rule_id),
        )
        store.delete_rule(rule, head=head, events=[deleted])

    _change(store, attempt, announce)


def _change[Result](
    store: ConfigurationStore, attempt: Callable[[Head], Result], announce: Announce
) -> Result:
    for _ in range(ATTEMPTS):
        head = store.head()
        try:
            result = attempt(head)
        except ConditionFailed:
            continue
        announce(head.generation + 1)
        return result
    raise BusyConfiguration("Others keep changing synonyms or rules. Try again.")


def _check_version(current: int, seen: int | None) -> None:
    if seen is not None and seen != current:
        raise PreconditionFailed(f"The version is {current}.")
