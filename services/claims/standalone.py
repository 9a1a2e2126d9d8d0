"""A claim as a sentence that stands on its own, with what was changed in it.

The words are the content's. What surrounds them goes (quote marks, "that", the reporting clause), and a
leading pronoun gives way to the speaker's name only where nobody else can be meant and the verb is sure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from schemas import Claimant, FoundBy, Modality, QuoteType, Standalone, StandaloneEdit
from services.claims.lines import QUOTE_MARKS
from services.claims.phrases import FINITE, SUBJECTS

SURE = 0.7
"""Confidence in the claimant from which a pronoun is replaced."""
FIRST = frozenset({"i", "me", "my", "mine", "myself"})
THIRD = frozenset({"he", "she"})
BY_A_NAME = frozenset({FoundBy.NAME, FoundBy.TITLE, FoundBy.NOMINAL, FoundBy.PRONOUN})
AGREEING = {"am": "is", "'m": "is", "’m": "is", "have": "has", "'ve": "has", "’ve": "has", "do": "does"}
UNCHANGED = frozenset(
    {"will", "would", "can", "could", "may", "might", "must", "shall", "should", "'ll", "’ll"}
)
WRITTEN_OUT = {"'ll": "will", "’ll": "will"}
OPENERS = frozenset({"WRB", "WP", "WDT", "WP$"})


@dataclass(frozen=True)
class Scene:
    """What has to be known beside the words: how they are given, by whom, and whether others are about."""

    quote_type: QuoteType | None
    claimant: Claimant | None
    cited: bool
    """Whether a reporting clause surrounds the words."""
    modality: Modality = Modality.STATED
    rival: bool = False
    """Whether another person is named before the words in their sentence."""


def stand_alone(pieces: Sequence[Sequence[Token]], scene: Scene) -> Standalone | None:
    """The sentence that the pieces of a content make; none where they make none, such as an infinitive."""
    words = [token for piece in pieces for token in piece]
    if not _makes_sentence(words):
        return None
    edits = [StandaloneEdit.CLAUSE_REMOVED] if scene.cited else []
    openers = _find_openers(words, scene)
    edits += [StandaloneEdit.THAT_REMOVED] if openers else []
    changed = _name_the_speaker(words[words[0].i in openers :], scene)
    edits += [StandaloneEdit.PRONOUN_NAMED] if changed else []
    agreed = (token for token in words if token.i in changed and token.dep_ not in SUBJECTS)
    edits += [StandaloneEdit.VERB_AGREED] if any(changed[token.i] != _own(token) for token in agreed) else []
    line = _join(pieces, changed, openers)
    bare = " ".join(QUOTE_MARKS.sub("", line).split())
    if bare != line or scene.quote_type is QuoteType.DIRECT:
        edits.append(StandaloneEdit.MARKS_REMOVED)
    stop = "?" if scene.modality is Modality.QUESTIONED else "."
    return Standalone(text=_finish(bare, stop), edits=tuple(edits))


def _find_openers(words: Sequence[Token], scene: Scene) -> set[int]:
    """Each "that" which only the reporting clause called for: the leading one, and those of "and that"."""
    openers = [token for token in words if token.lower_ == "that" and token.dep_ == "mark"]
    led = words[0].dep_ == "mark" or scene.cited
    leading = {words[0].i} if led and leads_report(words[0]) else set[int]()
    further = [token for token in openers if token.i not in leading and not _is_below(token, words)]
    joined = scene.cited and all(token.nbor(-1).dep_ == "cc" for token in further)
    return leading | ({token.i for token in further} if joined else set())


def leads_report(word: Token) -> bool:
    """Whether a "that" before a report only opens it, whatever the parse says: "that | data were …"."""
    plural = word.dep_ == "det" and word.head.tag_ in {"NNS", "NNPS"} and word.head.dep_ in SUBJECTS
    told = any(kid.dep_ in SUBJECTS and kid.i > word.i for kid in word.head.children)
    marks = word.dep_ == "mark" and (told or word.head.pos_ != "ADJ")
    taken_for_relative = told and word.tag_ == "WDT" and word.dep_ not in SUBJECTS
    return word.lower_ == "that" and (plural or marks or taken_for_relative)


def _is_below(opener: Token, words: Sequence[Token]) -> bool:
    """Whether the clause belongs to a verb or noun of the content: "a guard had told him that …"."""
    above = opener.head.head
    return opener.head.dep_ in {"ccomp", "acl", "relcl"} and above in words


def _own(token: Token) -> str:
    return WRITTEN_OUT.get(token.lower_, token.text)


def _makes_sentence(words: Sequence[Token]) -> bool:
    plain = [token for token in words if not (token.is_punct or token.is_space or token.is_quote)]
    if not plain or plain[0].lower_ in {"whether", "if", "to"}:
        return False
    asking = plain[0].tag_ in OPENERS and not leads_report(plain[0])
    if asking and not any(token.text == "?" for token in words):
        return False
    inside = {token.i for token in words}
    return any(
        token.dep_ in SUBJECTS and _is_finite(token.head) and token.head.i in inside for token in plain
    )


def _is_finite(verb: Token) -> bool:
    return verb.tag_ in FINITE or any(
        kid.dep_ in {"aux", "auxpass"} and kid.tag_ in FINITE for kid in verb.children
    )


def _name_the_speaker(words: Sequence[Token], scene: Scene) -> dict[int, str]:
    """New words for the leading pronoun and its verb, by the number of the token; empty where not certain."""
    lead = next((token for token in words if not (token.is_punct or token.is_space or token.is_quote)), None)
    if lead is None or lead.dep_ not in {"nsubj", "nsubjpass"} or not _is_certain(lead, words, scene):
        return {}
    name = scene.claimant.name if scene.claimant else ""
    if lead.lower_ in THIRD:
        verb = words[words.index(lead) + 1] if lead != words[-1] else lead
        return {} if verb.text[:1] in "'’" else {lead.i: name}
    finite = _finite_verb(lead)
    agreed = _agree(finite) if finite is not None and finite.i > lead.i else None
    if finite is None or agreed is None:
        return {}
    return {lead.i: name, finite.i: agreed}


def _is_certain(lead: Token, words: Sequence[Token], scene: Scene) -> bool:
    who = scene.claimant
    if who is None or who.entity_id is None or who.confidence < SURE or who.found_by not in BY_A_NAME:
        return False
    if lead.text == "I":
        others = [token for token in words if token != lead and token.lower_ in FIRST]
        return scene.quote_type is QuoteType.DIRECT and not others
    quoted = scene.quote_type is QuoteType.DIRECT or (lead.i > 0 and lead.nbor(-1).is_quote)
    return lead.lower_ in THIRD and scene.cited and not quoted and not scene.rival


def _finite_verb(subject: Token) -> Token | None:
    verb = subject.head
    helpers = [kid for kid in verb.children if kid.dep_ in {"aux", "auxpass"} and kid.tag_ in FINITE]
    if helpers:
        return helpers[0]
    shared = any(kid.dep_ == "conj" and kid.tag_ == "VBP" for kid in verb.children)
    return verb if verb.tag_ in FINITE and not shared else None


def _agree(verb: Token) -> str | None:
    """The form that goes with "he" or "she" where "I" stood; none where that is not certain."""
    word = verb.lower_
    if word in AGREEING:
        return AGREEING[word]
    if word in UNCHANGED or (verb.tag_ == "VBD" and word[:1] not in "'’"):
        return WRITTEN_OUT.get(word, verb.text)
    if verb.tag_ != "VBP" or word != verb.lemma_ or not word.isalpha():
        return None
    if word.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"


def _join(pieces: Sequence[Sequence[Token]], changed: dict[int, str], left_out: set[int]) -> str:
    line = ""
    for piece in pieces:
        begins = bool(piece) and bool(line) and _begins_sentence(piece[0])
        line = f"{line}." if begins and line[-1] not in ".?!…" else line
        words = [token for token in piece if token.i not in left_out]
        line = f"{line} " if line else line
        for token in words:
            glued = token.i in changed and token.text[:1] in "'’" and not line.endswith(" ")
            line += f"{' ' if glued else ''}{changed.get(token.i, token.text)}{token.whitespace_}"
        line = line.rstrip()
    return " ".join(line.split())


def _begins_sentence(token: Token) -> bool:
    opening = token.nbor(-1) if token.i else token
    starts = token.is_sent_start or (opening.is_quote and opening.is_sent_start)
    return token.text[:1].isupper() and bool(starts)


def _finish(line: str, stop: str) -> str:
    """With a capital at its beginning and a stop at its end."""
    line = line.rstrip(" ,;:–—-")
    return f"{line[:1].upper()}{line[1:]}" + ("" if line.endswith((".", "?", "!", "…")) else stop)
