"""Articles become claims: attributions are found, their sources resolved, and every claim rated."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from spacy.language import Language
from spacy.tokens import Doc, Token

from schemas import (
    Claim,
    Claimant,
    ClaimKind,
    Cue,
    Entity,
    EntityKind,
    FoundBy,
    Mention,
    Metadata,
    Provenance,
    QuoteType,
    Span,
    derive_id,
)
from services.claims.attribution import RULES, VERSIONS, Attribution
from services.claims.cast import Cast, gather
from services.claims.claimants import resolve
from services.claims.lines import QUOTE_MARKS
from services.claims.nesting import find_enclosing
from services.claims.phrases import Range, lemma
from services.claims.readings import rate_words
from services.claims.stance import judge_modality, judge_polarity
from services.claims.standalone import Scene, leads_report, stand_alone
from services.claims.telling import tells_something
from services.claims.unmarked import TURN

ASSERTED_FROM = 0.83
"""Check-worthiness from which a sentence of the article itself counts as a claim: a quarter of the
news' own sentences, the share that checkers marked in debates (docs/check-worthiness.md)."""
SHORTEST = 6
"""Words that a sentence of the article itself must have to count as a claim."""
LEADING_THAT = re.compile(r"^that\b,?\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True)
class Article:
    """A clean text with what the stages before found in it."""

    article_id: UUID
    text: str
    metadata: Metadata
    mentions: tuple[Mention, ...]
    entities: tuple[Entity, ...]


def detect(
    nlp: Language, articles: Sequence[Article], batch_size: int = 4, asserted_from: float = ASSERTED_FROM
) -> list[tuple[Claim, ...]]:
    """The claims of each article, in the order of the articles and, within one, of the content.

    `nlp` is the pipeline of `load_pipeline`; each text is parsed once. Sentences of the articles themselves
    are claims from the score `asserted_from` on.
    """
    # The zone forgets the words of these articles: else each new one stays in the vocabulary for ever.
    with nlp.memory_zone():
        docs = nlp.pipe([article.text for article in articles], batch_size=batch_size)
        return [
            tuple(detect_in(doc, article, asserted_from)) for doc, article in zip(docs, articles, strict=True)
        ]


def detect_in(doc: Doc, article: Article, asserted_from: float = ASSERTED_FROM) -> list[Claim]:
    """The claims of one article whose text has been parsed, in the order of their content."""
    return make_claims(doc, article, doc._.attributions, asserted_from)


def make_claims(
    doc: Doc, article: Article, attributions: Sequence[Attribution], asserted_from: float = ASSERTED_FROM
) -> list[Claim]:
    """The claims that the attributions and the other sentences of a parsed text make, in order."""
    cast = gather(doc, article.mentions, article.entities)
    own = _asserted(doc, article, cast, attributions, asserted_from)
    claims = [*_attributed(doc, article, cast, attributions), *own]
    return sorted(claims, key=lambda claim: (claim.content[0].start, -claim.content[-1].end))


def _attributed(doc: Doc, article: Article, cast: Cast, attributions: Sequence[Attribution]) -> list[Claim]:
    """Outer claims first, since who reports others is known before who is reported."""
    parents = find_enclosing(attributions)
    order = sorted(
        range(len(attributions)),
        key=lambda index: (
            parents[index] is not None,
            (attributions[index].cue or attributions[index].content)[0],
        ),
    )
    made: dict[int, Claim] = {}
    told: dict[UUID, Claim] = {}
    for index in order:
        attribution, parent = attributions[index], parents[index]
        outer = made.get(parent) if parent is not None else None
        claimant = resolve(
            cast,
            attribution.source,
            carried=attribution.rule == "quote_carried",
            others=_not_meant(cast, attribution, outer),
            nested=outer is not None,
        )
        claim = _claim(doc, article, cast, attribution, claimant)
        made[index] = claim.model_copy(update={"nested_in": outer.claim_id}) if outer is not None else claim
        if tells_something(claim, outer):
            told[claim.claim_id] = made[index]
    return list(told.values())


def _not_meant(cast: Cast, attribution: Attribution, outer: Claim | None) -> frozenset[UUID]:
    """Speakers don't call themselves by name or "he" in words quoted from them."""
    others: set[UUID] = set()
    if attribution.quote_type is QuoteType.DIRECT:
        named = (mention for start, end in attribution.content for mention in cast.within(start, end))
        others.update(mention.entity_id for mention in named)
    if outer is not None and outer.quote_type is QuoteType.DIRECT and outer.claimant is not None:
        speaker = outer.claimant.entity_id
        others.update({speaker} if speaker is not None else ())
    return frozenset(others)


def _claim(
    doc: Doc, article: Article, cast: Cast, attribution: Attribution, claimant: Claimant | None
) -> Claim:
    content = _spans(article.text, attribution.content)
    words = _tokens(doc, [(span.start, span.end) for span in content])
    cue_words = _tokens(doc, attribution.cue)
    word = _lemma(doc, attribution)
    modality = judge_modality(words, word, attribution.rule)
    scene = Scene(
        attribution.quote_type,
        claimant,
        cited=bool(attribution.cue or attribution.source),
        modality=modality,
        rival=_has_rival(cast, words, claimant),
    )
    return Claim(
        claim_id=_identify(article, ClaimKind.ATTRIBUTED, content),
        kind=ClaimKind.ATTRIBUTED,
        content=content,
        text=_without_that(_one_line(content), attribution, words),
        standalone=stand_alone([_tokens(doc, [piece]) for piece in attribution.content], scene),
        claimant=claimant,
        cue=Cue(spans=_spans(article.text, attribution.cue), lemma=word) if attribution.cue else None,
        quote_type=attribution.quote_type,
        polarity=judge_polarity(cue_words, word),
        modality=modality,
        check_worthiness=rate_words(doc, words),
        about=_about(cast, content),
        provenance=_trace(attribution),
    )


def _trace(attribution: Attribution) -> Provenance:
    method = attribution.rule if attribution.method == RULES else attribution.method
    return Provenance(method=method, version=VERSIONS[attribution.method], confidence=attribution.confidence)


def _asserted(
    doc: Doc, article: Article, cast: Cast, attributions: Sequence[Attribution], least: float
) -> Iterator[Claim]:
    """Sentences in which nobody is cited and that call for a check."""
    cited = {token.i for one in attributions for token in _tokens(doc, (*one.source, *one.cue, *one.content))}
    claimant = _outlet(article.metadata)
    for sentence in doc.sents:
        words = [token for token in sentence if not (token.is_space or token.is_punct)]
        if len(words) < SHORTEST or any(token.i in cited for token in words) or TURN.match(sentence.text):
            continue
        worth = rate_words(doc, list(sentence))
        if worth.score >= least and any(token.pos_ in {"VERB", "AUX"} for token in words):
            content = _spans(article.text, [(words[0].idx, _end(words[-1]))])
            yield Claim(
                claim_id=_identify(article, ClaimKind.ASSERTED, content),
                kind=ClaimKind.ASSERTED,
                content=content,
                text=_one_line(content),
                standalone=stand_alone(
                    [_tokens(doc, [(words[0].idx, _end(words[-1]))])], Scene(None, claimant, cited=False)
                ),
                claimant=claimant,
                modality=judge_modality(list(sentence), "", "sentence"),
                check_worthiness=worth,
                about=_about(cast, content),
                provenance=Provenance(method="sentence", version=VERSIONS[RULES], confidence=0.5),
            )


def _has_rival(cast: Cast, words: Sequence[Token], claimant: Claimant | None) -> bool:
    """Whether the sentence names another person before the words, whom "he" or "she" may mean as well."""
    if not words or claimant is None:
        return False
    named = cast.within(words[0].sent.start_char, words[0].idx)
    kinds = ((one.entity_id, cast.entities[one.entity_id].kind) for one in named)
    return any(who != claimant.entity_id and kind is EntityKind.PERSON for who, kind in kinds)


def _end(last: Token) -> int:
    """Where a sentence ends that has `last` for its last word: a closing bracket goes with it."""
    after = last.doc[last.i + 1] if last.i + 1 < len(last.doc) else last
    return after.idx + len(after) if after.text in {")", "]"} else last.idx + len(last)


def _outlet(metadata: Metadata) -> Claimant | None:
    name = metadata.site_name or metadata.source
    host = (urlsplit(metadata.url).hostname or "").removeprefix("www.") if metadata.url else ""
    if not (name or host):
        return None
    return Claimant(name=name or host, found_by=FoundBy.NAME, confidence=0.9 if name else 0.7)


def _spans(text: str, bounds: Sequence[Range]) -> tuple[Span, ...]:
    return tuple(Span.cut(text, start, end) for start, end in bounds)


def _tokens(doc: Doc, bounds: Sequence[Range]) -> list[Token]:
    found: list[Token] = []
    for start, end in bounds:
        phrase = doc.char_span(start, end, alignment_mode="expand")
        found += list(phrase) if phrase is not None else []
    return found


def _lemma(doc: Doc, attribution: Attribution) -> str:
    if attribution.rule == "according_to":
        return "according to"
    words = _tokens(doc, attribution.cue)
    inside = {token.i for token in words}
    heads = [token for token in words if token.head.i not in inside or token.head == token]
    head = next((token for token in heads if token.pos_ in {"VERB", "NOUN", "ADJ"}), next(iter(heads), None))
    if head is None:
        return ""
    particle = next((token for token in words if token.dep_ == "prt" and token.head == head), None)
    return f"{lemma(head)} {particle.lower_}" if particle is not None else lemma(head)


def _about(cast: Cast, content: Sequence[Span]) -> tuple[UUID, ...]:
    found = (mention for span in content for mention in cast.within(span.start, span.end))
    return tuple(dict.fromkeys(mention.entity_id for mention in found))


def _identify(article: Article, kind: ClaimKind, content: Sequence[Span]) -> UUID:
    bounds = [bound for span in content for bound in (span.start, span.end)]
    return derive_id("claim", article.article_id, kind.value, *bounds)


def _one_line(content: Sequence[Span]) -> str:
    joined = " ".join(span.exact for span in content)
    return " ".join(QUOTE_MARKS.sub("", joined).split())


def _without_that(line: str, attribution: Attribution, words: Sequence[Token]) -> str:
    """The "that" which leads a reported clause belongs to the span (PARC) and not to what is claimed."""
    leads = attribution.rule.endswith("_that") or (bool(words) and leads_report(words[0]))
    return LEADING_THAT.sub("", line, count=1) if leads else line
