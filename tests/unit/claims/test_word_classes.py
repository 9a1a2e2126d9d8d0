"""Word classes that are remembered: what spaCy's attribute ruler gives, without asking it for each word."""

from spacy.language import Language
from spacy.tokens import Doc

from services.claims.word_classes import NAME, RULER, can_remember, quicken
from services.kit.pipelines import load_installed
from services.kit.settings import SPACY_PIPELINE

TEXTS = [
    "But the harbour is anything but calm, said Mara Lindqvist. \n\n She would rather wait than sail.",
    "That which we can't do, others did: as well as the crane, $40 of rope was what she'd ask for.",
    "Whether it is so or not, nobody knows; because of the storm, the boats weren't out, such as they are.",
    "It is due to the storm. Y'all ain't gonna sail? Nothin' doin'. Let's go (or don't), c'mon.",
    "",
]


def load(quick: bool) -> Language:
    """The small pipeline up to its word classes."""
    nlp = load_installed(SPACY_PIPELINE, "", "parser", ("ner", "lemmatizer"))
    if quick:
        quicken(nlp)
    return nlp


def write_down(doc: Doc) -> list[tuple[str, ...]]:
    """Each word with all that rules may give."""
    return [(one.text, one.pos_, str(one.morph), one.lemma_, one.tag_, one.dep_) for one in doc]


def test_words_get_the_class_that_the_ruler_gives_them() -> None:
    """Of texts read for the first time and again, when all is remembered."""
    plain, quick = load(quick=False), load(quick=True)
    assert quick.has_pipe(NAME)
    assert not quick.has_pipe(RULER)
    for text in TEXTS + TEXTS[::-1]:
        assert write_down(quick(text)) == write_down(plain(text))


def test_rules_over_several_words_hold() -> None:
    """A rule put before the others, over two words, takes its place among them."""
    plain, quick = load(quick=False), load(quick=False)
    for nlp in (plain, quick):
        ruler = nlp.get_pipe(RULER)
        ruler.add([[{"LOWER": "storm"}, {"LOWER": "boats"}]], {"POS": "X"}, index=1)  # type: ignore[attr-defined]
        ruler.add([[{"LOWER": "boats"}, {"LOWER": "sail"}]], {"POS": "INTJ"})  # type: ignore[attr-defined]
    quicken(quick)
    for text in ("The storm boats sail.", "The boats sail.", "The storm boats came. Boats sail."):
        assert write_down(quick(text)) == write_down(plain(text))
    assert [token.pos_ for token in quick("The storm boats came.")][2] == "X"


def test_a_ruler_with_rules_that_look_further_stays() -> None:
    nlp = load(quick=False)
    ruler = nlp.get_pipe(RULER)
    assert can_remember(ruler)  # type: ignore[arg-type]
    ruler.add([[{"SHAPE": "xxxx"}]], {"POS": "X"})  # type: ignore[attr-defined]
    quicken(nlp)
    assert nlp.has_pipe(RULER)
    assert not nlp.has_pipe(NAME)
