"""A shop's synonyms and rules, ready for use: interpreting a query takes well below a millisecond.

First what is to be replaced is replaced (see `rewriting`), then synonyms of what it is now are looked up, and
then the rules, which match what the shopper wrote as well as what it became.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from omnilife.search.interpretation import Boost, Clause, Interpretation
from omnilife.search.rewriting import Alternatives, Replacements
from omnilife.search.rules import Rule
from omnilife.search.synonyms import AnyEntry, Replacement
from omnilife.search.words import Phrases, keys_of

MAX_APPLIED = 20
"""Rules that have a say in one query, and what they may do in it together:"""
MAX_PINNED = 50
MAX_HIDDEN = 500
MAX_BOOSTS = 40


@dataclass(frozen=True, slots=True)
class _CompiledRule:
    rule: Rule
    words: frozenset[str]
    boosts: tuple[Boost, ...]
    filters: tuple[Clause, ...]

    def is_in_force(self, now: datetime) -> bool:
        begins, ends = self.rule.valid_from, self.rule.valid_to
        return (begins is None or begins <= now) and (ends is None or now < ends)


class Configuration:
    """Synonyms and rules of one generation. It never changes, and so may be shared by threads."""

    def __init__(
        self, entries: Iterable[AnyEntry] = (), rules: Iterable[Rule] = (), *, generation: int = 0
    ) -> None:
        self.generation = generation
        entries = tuple(entries)
        self._replacements = Replacements.of([each for each in entries if isinstance(each, Replacement)])
        self._alternatives = Alternatives([each for each in entries if not isinstance(each, Replacement)])
        self._always: list[_CompiledRule] = []
        self._exact: dict[tuple[str, ...], list[_CompiledRule]] = {}
        self._contained: Phrases[_CompiledRule] = Phrases()
        self._by_word: dict[str, list[_CompiledRule]] = {}
        for rule in rules:
            if rule.enabled:
                self._add(rule)

    def interpret(self, text: str, now: datetime) -> Interpretation:
        """What `text`, which may be empty, means in this shop at `now`."""
        replaced = self._replacements.apply(text)
        written, meant = keys_of(text), keys_of(replaced)
        applied = self._applied([written] if meant == written else [written, meant], now)
        return _interpretation(replaced, self._alternatives.variants(replaced), applied)

    # -- rules -------------------------------------------------------------------------------------------

    def _add(self, rule: Rule) -> None:
        keys = keys_of(rule.match.text)
        compiled = _CompiledRule(
            rule,
            frozenset(keys),
            tuple(Boost(boost.clause, boost.factor) for boost in rule.actions.boost),
            rule.actions.filter.clauses if rule.actions.filter else (),
        )
        match rule.match.kind:
            case "any":
                self._always.append(compiled)
            case "exact":
                self._exact.setdefault(keys, []).append(compiled)
            case "contains":
                self._contained.add(keys, compiled)
            case "all_words":
                self._by_word.setdefault(min(keys), []).append(compiled)

    def _applied(self, texts: Sequence[tuple[str, ...]], now: datetime) -> list[_CompiledRule]:
        matching = {each.rule.rule_id: each for each in self._matching(texts) if each.is_in_force(now)}
        order = sorted(matching.values(), key=lambda each: (-each.rule.priority, each.rule.rule_id))
        return order[:MAX_APPLIED]

    def _matching(self, texts: Sequence[tuple[str, ...]]) -> Iterator[_CompiledRule]:
        yield from self._always
        for keys in texts:
            yield from self._exact.get(keys, ())
            yield from self._contained.anywhere(keys)
            words = frozenset(keys)
            for word in words:
                yield from (each for each in self._by_word.get(word, ()) if each.words <= words)


def _interpretation(text: str, variants: Sequence[str], applied: Sequence[_CompiledRule]) -> Interpretation:
    pinned: list[str] = []
    hidden: set[str] = set()
    redirect = None
    for each in applied:
        actions = each.rule.actions
        pinned += [each for each in actions.pin if each not in hidden and each not in pinned]
        hidden.update(each for each in actions.hide if each not in pinned)
        redirect = redirect or actions.redirect
    return Interpretation(
        text=text,
        variants=tuple(variants),
        pinned=tuple(pinned[:MAX_PINNED]),
        hidden=frozenset(sorted(hidden)[:MAX_HIDDEN]),
        boosts=tuple(boost for each in applied for boost in each.boosts)[:MAX_BOOSTS],
        filters=tuple(clause for each in applied for clause in each.filters),
        redirect=redirect,
        rules=tuple(each.rule.rule_id for each in applied),
    )
