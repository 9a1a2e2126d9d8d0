"""What its place on the page says of a line: the body, lists, cards, captions, forms."""

import pytest

from schemas import Metadata, RemovalReason, Removed
from services.clean.sweep import Swept, sweep
from services.clean.template import Template, observe

ONE = "The harbour will stay closed until Monday because of works on the quay, the city said on Friday."
TWO = "“We had no choice,” said Mary Miller, who runs the works. “The quay would have fallen into the water.”"
THREE = "Fishermen have to land their catch in the next port, an hour away, until the quay is safe again."
FOUR = "The city expects the works to cost two million crowns, twice as much as the council had been told."
STORY = f"{ONE}\n\n{TWO}\n\n{THREE}"


def sweep_text(text: str, metadata: Metadata | None = None) -> Swept:
    return sweep(text, metadata or Metadata())


def keep(text: str) -> list[str]:
    return [line.text for line in sweep_text(text).kept]


def test_a_clean_text_stays_as_it_is():
    assert keep(STORY) == [ONE, TWO, THREE]
    assert sweep_text(STORY).removed == ()


def test_menus_in_front_and_behind_fall_off():
    menu = "Harbour\nCity\nSports desk\nObituaries\nLetters"
    assert keep(f"{menu}\n\n{STORY}\n\n{menu}\nOur shops") == [ONE, TWO, THREE]


def test_links_to_other_articles_behind_the_story_fall_off():
    links = "\n".join(f"Council argues about budget number {number}" for number in range(5))
    assert keep(f"{STORY}\n\n{links}") == [ONE, TWO, THREE]


def test_a_list_of_links_within_the_story_falls_out():
    links = "\n".join(f"Council argues {name}" for name in ("again", "still", "anew", "today"))
    assert keep(f"{ONE}\n{TWO}\n{links}\n{THREE}\n{FOUR}") == [ONE, TWO, THREE, FOUR]


def test_a_subhead_and_a_short_list_stay():
    text = [ONE, "What happens next", TWO, "two tugs", "one dredger", THREE]
    assert keep("\n\n".join(text)) == text


def test_a_short_last_sentence_stays():
    assert keep(f"{STORY}\n\nIt will take weeks.\n\nNews\nSports desk\nLetters") == [
        ONE,
        TWO,
        THREE,
        "It will take weeks.",
    ]


def test_a_last_line_without_its_full_stop_stays():
    last = "The council wants to decide on a new quay in the spring"
    assert keep(f"{STORY}\n\n{last}") == [ONE, TWO, THREE, last]


def test_a_speech_that_repeats_a_line_keeps_it():
    refrain = "We shall sail again."
    text = [ONE, refrain, TWO, refrain, THREE, refrain]
    assert keep("\n\n".join(text)) == text


def test_a_line_of_the_menu_within_the_story_falls_out():
    menu = "Harbour desk\nCity desk\nSports desk"
    assert keep(f"{menu}\n\n{ONE}\n\nHarbour desk\n\n{TWO}\n\n{THREE}\n\n{menu}") == [ONE, TWO, THREE]


def test_a_subhead_that_stands_in_the_table_of_contents_too_stays():
    contents = "What was found\nWhat comes next"
    assert "What comes next" in keep(f"{contents}\n\n{ONE}\n\nWhat comes next\n\n{TWO}\n\n{THREE}")


def test_items_of_a_guide_are_no_links():
    items = "\n".join(f"{number} kinds of rope and their names in {number} ports" for number in range(3, 13))
    assert len(keep(f"{ONE}\n\n{items}\n\n{TWO}")) == 12


def test_a_long_paragraph_given_twice_stays_once():
    swept = sweep_text(f"{ONE}\n\n{TWO}\n\n{ONE}\n\n{THREE}")
    assert [line.text for line in swept.kept] == [ONE, TWO, THREE]
    assert [one.reason for one in swept.removed] == [RemovalReason.REMNANT]


def test_a_lead_that_stands_again_as_a_teaser_stays_in_its_place():
    assert keep(f"{STORY}\n\n{ONE}") == [ONE, TWO, THREE]


def test_an_article_given_twice_stays_once():
    assert keep(f"{STORY}\n\n{STORY}") == [ONE, TWO, THREE]


def test_what_follows_a_comment_form_goes_even_when_it_is_prose():
    comment = "I have lived by this harbour all my life and never saw such a mess, says an angry reader."
    swept = sweep_text(f"{STORY}\n\nLeave a Reply\n\n{comment}")
    assert [line.text for line in swept.kept] == [ONE, TWO, THREE]
    assert {one.reason for one in swept.removed} == {RemovalReason.COMMENT_FORM}


def test_a_comment_link_above_the_story_takes_nothing_with_it():
    assert keep(f"Leave a comment\n\n{STORY}") == [ONE, TWO, THREE]


def test_a_read_also_head_takes_its_links():
    links = "Gulls take over the town\nHow deep is the harbour, really"
    assert keep(f"{ONE}\n\nREAD MORE\n{links}\n\n{TWO}\n\n{THREE}") == [ONE, TWO, THREE]


def test_a_teaser_card_goes_with_its_date():
    teaser = "Prices have risen for the third month in a row."
    card = f"Business\n\nFish gets dearer in Lowton\n\n{teaser}\n\nFeb. 15, 2024"
    assert keep(f"{ONE}\n\n{TWO}\n\n{card}\n\n{THREE}") == [ONE, TWO, THREE]


def test_a_timeline_keeps_its_dates():
    text = [
        ONE,
        TWO,
        THREE,
        "Feb. 15, 2024",
        "The first crack was found.",
        "March 2, 2024",
        "The quay was closed.",
    ]
    assert keep("\n\n".join(text)) == text


def test_a_caption_goes_with_the_credit_below_it():
    assert keep(
        f"{ONE}\n\n{TWO}\n\nA tug leaves the harbour at dawn.\n(Ann Example / Associated Press)\n\n{THREE}"
    ) == [
        ONE,
        TWO,
        THREE,
    ]


def test_a_paragraph_above_a_credit_stays_where_an_empty_line_parts_them():
    assert keep(f"{ONE}\n\n{TWO}\n\n(Ann Example / Associated Press)\n\n{THREE}") == [ONE, TWO, THREE]


def test_the_other_lines_of_a_form_go_with_it():
    form = "Never miss a ship again\nEnter your email address\nSign up\nSubscribe"
    assert keep(f"{ONE}\n\n{TWO}\n\n{form}\n\n{THREE}") == [ONE, TWO, THREE]


@pytest.mark.parametrize(
    "headline",
    ["Harbour closed for the weekend, city says", "Harbour closed for the weekend, city says | The Paper"],
)
def test_the_headline_goes_to_the_metadata(headline: str):
    swept = sweep_text(f"{headline}\n\n{STORY}")
    assert swept.metadata.title == "Harbour closed for the weekend, city says"
    assert [line.text for line in swept.kept] == [ONE, TWO, THREE]
    assert [one.reason for one in swept.removed] == [RemovalReason.HEADLINE]


def test_the_headline_in_front_of_a_caption_is_a_repetition():
    headline = "Harbour closed for the weekend"
    swept = sweep_text(f"{headline}\n\nLowton: {headline}.\n\n{STORY}")
    assert [one.reason for one in swept.removed] == [RemovalReason.HEADLINE, RemovalReason.HEADLINE_REPEATED]


def test_a_given_title_is_looked_for_and_wins():
    swept = sweep_text(
        f"Home port\n\nHarbour closed for now\n\n{STORY}", Metadata(title="Harbour closed for now")
    )
    assert swept.metadata.title == "Harbour closed for now"
    assert [line.text for line in swept.kept] == [ONE, TWO, THREE]


def test_a_standfirst_below_the_headline_stays():
    standfirst = "Works on the quay keep ships away for longer than planned"
    text = f"Harbour closed for the weekend\n\n{standfirst}\n\nBy Jane Doe\n2 March 2024\n\n{STORY}"
    assert keep(text) == [standfirst, ONE, TWO, THREE]


def test_byline_and_date_go_to_the_metadata():
    swept = sweep_text(f"Harbour closed for the weekend\nBy Jane Doe\nMarch 1, 2024 6:30pm GMT\n\n{STORY}")
    assert swept.metadata.authors == ("Jane Doe",)
    assert str(swept.metadata.published_at) == "2024-03-01 18:30:00+00:00"
    assert [line.text for line in swept.kept] == [ONE, TWO, THREE]


def test_dates_and_bylines_of_other_articles_say_nothing_of_this_one():
    swept = sweep_text(f"{STORY}\n\nMore stories\nGulls take over\nBy John Public\nMarch 1, 2024")
    assert swept.metadata.authors == ()
    assert swept.metadata.published_at is None


def test_the_dateline_is_cut_from_the_first_paragraph():
    swept = sweep_text(f"LOWTON (AP) — {STORY}")
    assert swept.metadata.dateline == "LOWTON (AP)"
    assert swept.kept[0].text == ONE
    assert [(one.reason, one.exact, one.start) for one in swept.removed] == [
        (RemovalReason.DATELINE, "LOWTON (AP) —", 0)
    ]


def test_a_dateline_other_than_the_given_one_stays():
    assert sweep_text(f"LOWTON – {STORY}", Metadata(dateline="HIGHTON")).kept[0].text.startswith("LOWTON – ")


def test_endless_datelines_come_to_an_end():
    text = "(AP) — " * 30 + ONE
    assert len(sweep_text(text).removed) == 12


def test_a_line_of_the_sources_template_goes():
    line = "The Paper has told the truth since 1901 and is still not tired of it."
    template = Template((observe("another", "", [Removed(reason=RemovalReason.NOTICE, exact=line)]),))
    swept = sweep(f"{STORY}\n\n{line}", Metadata(), template)
    assert [one.reason for one in swept.removed] == [RemovalReason.TEMPLATE_LINE]


def test_neighbouring_lines_of_a_menu_are_one_span():
    swept = sweep_text(f"Home\nMenu\nSearch\n\n{STORY}")
    assert [(one.exact, one.start, one.end) for one in swept.removed] == [("Home\nMenu\nSearch", 0, 16)]


def test_a_text_of_few_words_is_not_judged_by_place():
    assert keep("two tugs\none dredger\nmany gulls") == ["two tugs", "one dredger", "many gulls"]
