"""What a shop's synonyms and rules make of a shopper's words, before the engine is asked.

`configuration` makes one, `matching` turns it into a query. It holds no engine syntax but the clauses of
filters and boosts, which are built from checked values, never from text that somebody typed.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

type Clause = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Boost:
    """Products for which `clause` holds score `factor` times as much (0.1 to 10; below 1 buries)."""

    clause: Clause
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """One query as the shop understands it.

    Attributes:
        text: the words to look up, after replacements.
        variants: other texts that mean the same, by synonyms; the nearest first, without `text` itself.
        pinned: product ids to show on top under `relevance`, in this order, whether the words match or not.
        hidden: product ids never to show for this query.
        boosts: what is worth more, or less, for this query.
        filters: clauses that every product must fulfil.
        redirect: where the shop would rather send the shopper: a path of its own, or an https address.
        rules: ids of the rules that had a say, in the order in which they were applied.
    """

    text: str
    variants: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    boosts: tuple[Boost, ...] = ()
    filters: tuple[Clause, ...] = ()
    redirect: str | None = None
    rules: tuple[str, ...] = ()

    def beside(self, written: Self) -> Self:
        """This, the meaning of a corrected text, with what the shop wants for the text as it was `written`.

        Rules of both apply: those of what was written first, and each once.
        """
        return replace(
            self,
            pinned=tuple(each for each in self.pinned if each not in written.hidden),
            hidden=written.hidden | (self.hidden - set(written.pinned)),
            boosts=_each_once(written.boosts, self.boosts),
            filters=_each_once(written.filters, self.filters),
            redirect=written.redirect or self.redirect,
            rules=_each_once(written.rules, self.rules),
        )


def _each_once[Each](first: tuple[Each, ...], then: tuple[Each, ...]) -> tuple[Each, ...]:
    return first + tuple(each for each in then if each not in first)


def plain(text: str) -> Interpretation:
    """The text as it is: what it means where a shop has neither synonyms nor rules."""
    return Interpretation(text=text)
