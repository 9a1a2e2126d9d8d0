"""Attribution and check-worthiness as spaCy components.

Registered by entry points: after a tagger, a lemmatizer and a parser, `nlp.add_pipe("copydesk_attribution")`
gives `doc._.attributions`, and "copydesk_checkworthiness" `span._.check_worthiness` for any stretch of the
document. Both take the encoder's one reading of a text. What they write is kept in
`doc.user_data` as plain lists and arrays, so that a `Doc` can be written and read.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from spacy.language import Language
from spacy.tokens import Doc, Span

from schemas import CheckWorthiness, QuoteType
from services.claims.attribution import Attribution, attribute
from services.claims.decoding import Thresholds
from services.claims.readings import BASE_RATE, keep_worth, rate_words
from services.claims.tagging import tag
from services.encoder.sessions import SHIPPED, open_encoder

Method = Literal["model", "rules"]
FOUND = "copydesk_attributions"
NEEDED = ("TAG", "POS", "LEMMA", "DEP")


class Attributor:
    """Writes `doc._.attributions`; `rules` asks no model."""

    def __init__(self, name: str, method: Method, folder: Path) -> None:
        self.name = name
        self.encoder = open_encoder(folder) if method == "model" else None
        self.thresholds = Thresholds()

    def __call__(self, doc: Doc) -> Doc:
        """The document with its attributions; ValueError where it has not been parsed."""
        missing = [one for one in NEEDED if len(doc) and not doc.has_annotation(one)]
        if missing:
            raise ValueError(
                f"{self.name}: the document has no {', '.join(missing)}: put a tagger, a lemmatizer and a "
                f"parser before it in the pipeline"
            )
        text = doc.text
        tagged = tag(doc, self.encoder, self.encoder.read(text), self.thresholds) if self.encoder else None
        doc.user_data[FOUND] = [_write(one) for one in attribute(doc, tagged=tagged)]
        return doc


class CheckworthinessReader:
    """Keeps the encoder's reading of each token, from which any stretch of the document is rated.

    `base_rate` is the share of check-worthy statements where documents are from; with `rules` no encoder is
    asked, and signs alone speak.
    """

    def __init__(self, method: Method, folder: Path, base_rate: float | None) -> None:
        self.encoder = open_encoder(folder) if method == "model" else None
        self.base_rate = base_rate

    def __call__(self, doc: Doc) -> Doc:
        """The document with its readings."""
        if self.base_rate is not None:
            doc.user_data[BASE_RATE] = self.base_rate
        return keep_worth(doc, self.encoder.read(doc.text)) if self.encoder else doc


@Language.factory(
    "copydesk_attribution",
    assigns=["doc._.attributions"],
    requires=["token.tag", "token.pos", "token.lemma", "token.dep"],
    default_config={"method": "model", "folder": None},
)
def build_attribution(
    nlp: Language,  # noqa: ARG001 (spaCy gives it)
    name: str,
    method: Method,
    folder: str | None,
) -> Attributor:
    """The component of a pipeline; `folder` holds other models than the shipped ones."""
    return Attributor(name, method, Path(folder) if folder else SHIPPED)


@Language.factory(
    "copydesk_checkworthiness", default_config={"method": "model", "folder": None, "base_rate": None}
)
def build_checkworthiness(
    nlp: Language,  # noqa: ARG001 (spaCy gives it)
    name: str,  # noqa: ARG001 (spaCy gives it)
    method: Method,
    folder: str | None,
    base_rate: float | None,
) -> CheckworthinessReader:
    """The component of a pipeline; `folder` holds other models than the shipped ones."""
    return CheckworthinessReader(method, Path(folder) if folder else SHIPPED, base_rate)


def _get_attributions(doc: Doc) -> list[Attribution]:
    return [_read(one) for one in doc.user_data.get(FOUND, ())]


def _get_check_worthiness(span: Span) -> CheckWorthiness:
    return rate_words(span.doc, list(span))


def _write(attribution: Attribution) -> dict[str, Any]:
    return {**asdict(attribution), "quote_type": attribution.quote_type.value}


def _read(plain: dict[str, Any]) -> Attribution:
    spans = {role: tuple((start, end) for start, end in plain[role]) for role in ("source", "cue", "content")}
    return Attribution(**{**plain, **spans, "quote_type": QuoteType(plain["quote_type"])})


Doc.set_extension("attributions", getter=_get_attributions, force=True)
Span.set_extension("check_worthiness", getter=_get_check_worthiness, force=True)
