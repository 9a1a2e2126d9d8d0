"""Words at the end of a role that lead on to something outside it: "the council on | Tuesday", "…, and"."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from spacy.tokens import Token

from services.claims.lexicon import words
from services.claims.phrases import child, is_edge

DAYS = words(
    "today yesterday tonight earlier later also monday tuesday wednesday thursday friday saturday sunday"
)
AGENTS = frozenset({"by", "from"})
JOINING = frozenset({"cc", "mark"})
RELATIVE = frozenset({"WDT", "WP", "WP$", "WRB"})
COMPARED = frozenset({"JJR", "RBR"})
CLAUSES = frozenset({"relcl", "acl"})


def cut_dangling(role: frozenset[int], token_at: Callable[[int], Token]) -> frozenset[int]:
    """The tokens of a role without those at its end that belong with what follows; all where none is left."""
    kept = set(role)
    while kept and _dangles(token_at(max(kept)), kept):
        kept.remove(max(kept))
        while kept and is_edge(token_at(max(kept))):
            kept.remove(max(kept))
    return frozenset(kept) or role


def _dangles(last: Token, role: AbstractSet[int]) -> bool:
    following = last.doc[min(last.i + 1, len(last.doc) - 1)]
    if last.tag_ in COMPARED and following.lower_ == "than":
        return True
    outside = last.head.i > last.i and last.head.i not in role
    if last.dep_ in JOINING or last.tag_ in RELATIVE:
        return last.head.i not in role or last.dep_ == "cc" or outside
    if last.dep_ == "prep" or last.tag_ == "TO":
        thing = child(last, "pobj", "pcomp")
        return outside or (thing is not None and thing.i > last.i and thing.i not in role)
    return False


def complete_clause(
    role: frozenset[int], token_at: Callable[[int], Token], taken: AbstractSet[int]
) -> frozenset[int]:
    """The tokens of a role with the whole of a relative clause it begins: "Ostrick, who runs | a camp"."""
    for index in role:
        for kid in token_at(index).children:
            clause = frozenset(range(kid.left_edge.i, kid.right_edge.i + 1))
            begun = kid.dep_ in CLAUSES and kid.left_edge.i in role and not clause <= role
            if begun and not clause & taken:
                return role | clause
    return role


def cut_circumstance(source: frozenset[int], token_at: Callable[[int], Token]) -> frozenset[int]:
    """A source without the "by" before it and without when it spoke: "by | Okafor", "Okafor | today"."""
    if len(source) < 2:
        return source
    first, last = token_at(min(source)), token_at(max(source))
    led = first.lower_ in AGENTS and first.pos_ == "ADP"
    timed = last.lower_ in DAYS and last.head.i not in source
    return source - ({first.i} if led else set()) - ({last.i} if timed else set())
