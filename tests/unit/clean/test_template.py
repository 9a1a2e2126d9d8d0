"""What the pages of one source have in common is learnt from them, and an article loses no sentence by it."""

import pytest

from schemas import LONGEST_SOURCE, MediaType, Metadata, RemovalReason, Removed
from services.clean import Cleaned, Memory, Policy, clean, name_source
from services.clean.lines import Line, split_lines
from services.clean.template import MOST_PAGES, NOTHING_KNOWN, Page, Template, observe

ANYTHING = Policy(min_words=0)
NOUNS = ("harbour", "library", "orchard", "tramway", "theatre", "quarry")
SLOGAN = "The Paper is owned by those who work for it."
OFFER = "Our readers keep this paper alive, so please give what you can today."
BACKGROUND = "Twelve people died when the old bridge over the Tarn fell into the river in March 2019."


def tell(number: int) -> list[str]:
    """Four sentences about a thing of its own."""
    noun = NOUNS[number % len(NOUNS)] + str(number)
    return [
        f"The {noun} will be closed until Monday because of works on its roof, the city said on Friday.",
        f"Nobody who lives beside the {noun} was asked, said the head of the council of the {noun}.",
        f"The works at the {noun} are to cost two million crowns, which is more than was planned for.",
        f"Visitors of the {noun} get their money back, if they bring the ticket that they had bought.",
    ]


def page(number: int, *more: str) -> str:
    """A scraped page of one article, with lines of the site among its own."""
    return "\n\n".join([*tell(number)[:2], *more, *tell(number)[2:]])


def learn(*pages: str) -> Template:
    """The template after these pages, each cleaned with what was known before it."""
    memory = Memory()
    for number, text in enumerate(pages):
        cleaned = clean(text, MediaType.TEXT, Metadata(), ANYTHING, memory.find("paper", str(number)))
        assert isinstance(cleaned, Cleaned)
        memory.learn("paper", str(number), cleaned.text, cleaned.removed)
    return memory.find("paper", "another")


def lose(text: str, template: Template) -> list[str]:
    """The lines that a page loses because they are the site's."""
    cleaned = clean(text, MediaType.TEXT, Metadata(), ANYTHING, template)
    assert isinstance(cleaned, Cleaned)
    return [one.exact for one in cleaned.removed if one.reason is RemovalReason.TEMPLATE_LINE]


def test_nothing_is_known_of_the_first_page():
    assert lose(page(0, OFFER), NOTHING_KNOWN) == []


def test_a_sentence_to_the_reader_on_three_pages_is_the_sites():
    assert lose(page(2, OFFER), learn(page(0, OFFER), page(1, OFFER))) == [OFFER]


def test_a_sentence_on_two_pages_is_not_yet():
    assert lose(page(1, OFFER), learn(page(0, OFFER))) == []


def test_the_background_of_a_story_that_goes_on_stays():
    """It is neither short nor said to the reader, so it would take four different articles of seven."""
    seen = [page(number, BACKGROUND) for number in range(2)] + [page(number) for number in range(2, 6)]
    assert lose(page(6, BACKGROUND), learn(*seen)) == []


def test_any_sentence_that_half_the_pages_have_goes():
    assert lose(page(3, BACKGROUND), learn(*(page(number, BACKGROUND) for number in range(3)))) == [
        BACKGROUND
    ]


def test_a_sentence_that_stood_around_other_articles_goes_at_once():
    seen = Page("a", around=frozenset(observe("a", SLOGAN, ()).told))
    assert lose(page(1, SLOGAN), Template((seen,))) == [SLOGAN]


SUBHEAD = "What is new about it"


def list_around(*articles: str) -> Template:
    """Pages on which the subhead stood in a menu."""
    around = frozenset(observe("a", SUBHEAD, ()).within)
    return Template(tuple(Page(article, around=around) for article in articles))


def test_a_line_of_one_menu_goes_from_the_end_but_not_from_amid_an_article():
    """There it may be a subhead: two menus are asked for."""
    assert lose(page(1, SUBHEAD), list_around("a")) == []
    assert lose(f"{page(1)}\n\n{SUBHEAD}", list_around("a")) == [SUBHEAD]
    assert lose(page(1, SUBHEAD), list_around("a", "b")) == [SUBHEAD]


@pytest.mark.parametrize(
    "protected",
    [
        "“Our readers keep this paper alive, so please give what you can,” said the head of the council.",
        "Correction: our article of Monday gave a wrong name, which you may have read.",
        "Jane Doe contributed reporting to our series that you can read here.",
    ],
)
def test_quotes_corrections_and_sign_offs_are_never_the_sites(protected: str):
    assert lose(page(4, protected), learn(*(page(number, protected) for number in range(4)))) == []


def test_new_versions_of_one_story_are_one_article():
    """However often a wire story is sent again, its sentences are not the site's."""
    versions = [page(0, f"Version {number} has a new sentence that the others lack.") for number in range(5)]
    template = learn(*versions)
    assert len(template.pages) == 1
    assert lose(page(0, "The sixth has one too, as it must."), template) == []


def test_a_story_that_is_told_again_says_nothing_of_itself():
    template = Template.learn([observe("a", page(0, OFFER), ())])
    assert template.apart_from(split_lines(page(0))).pages == ()
    assert template.apart_from(split_lines(page(1))) is template


def test_the_same_article_counts_once_and_not_for_itself():
    memory = Memory()
    for text in (page(0), page(1)):
        memory.learn("paper", "one", text, ())
    assert memory.find("paper", "one").pages == ()
    assert len(memory.find("paper", "two").pages) == 1


def test_a_short_line_that_stood_around_one_article_goes_from_another():
    template = Template.learn(
        [observe("a", page(0), [Removed(reason=RemovalReason.NAVIGATION, exact="City desk today")])]
    )
    assert template.holds(Line(0, "City Desk Today"))


def test_a_name_that_stood_around_one_article_stays_in_another():
    """It may be a tag or the author of the first, and in a list of winners of the second."""
    removed = [Removed(reason=RemovalReason.NAVIGATION, exact="Mary Miller")]
    pages = [observe(str(number), page(number), removed) for number in range(2)]
    assert not Template.learn(pages[:1]).holds(Line(0, "Mary Miller"))
    assert Template.learn(pages).holds(Line(0, "Mary Miller"))


def test_a_subhead_that_few_articles_have_stays():
    seen = [page(number, "What comes next") for number in range(2)] + [page(number) for number in range(2, 6)]
    assert lose(page(6, "What comes next"), learn(*seen)) == []


def test_each_line_of_a_removed_list_is_remembered():
    removed = [Removed(reason=RemovalReason.RELATED_LIST, exact="Gulls take over\nTugs on strike")]
    template = Template.learn([observe("a", page(0), removed)])
    assert template.holds(Line(0, "Tugs on strike"))


def test_the_headline_of_an_article_says_nothing_of_the_others():
    removed = [Removed(reason=RemovalReason.HEADLINE, exact="Gulls take over")]
    assert observe("a", page(0), removed).around == frozenset()


def test_a_headline_that_other_pages_list_is_the_headline_on_its_own():
    listed = [Removed(reason=RemovalReason.RELATED_LIST, exact="Gulls take over the town")]
    template = Template.learn([observe("a", page(0), listed)])
    cleaned = clean(f"Gulls take over the town\n\n{page(1)}", MediaType.TEXT, Metadata(), ANYTHING, template)
    assert isinstance(cleaned, Cleaned)
    assert [one.reason for one in cleaned.removed] == [RemovalReason.HEADLINE]
    assert cleaned.metadata.title == "Gulls take over the town"


def test_only_the_newest_pages_are_remembered():
    template = Template.learn(observe(str(number), page(number), ()) for number in range(MOST_PAGES + 3))
    assert [one.article for one in template.pages] == [str(number) for number in range(3, MOST_PAGES + 3)]


def test_a_source_is_known_by_its_name_else_by_its_host():
    assert name_source(Metadata(source="The Paper", url="https://www.paper.example/a")) == "the paper"
    assert name_source(Metadata(url="https://www.paper.example/a")) == "paper.example"
    assert name_source(Metadata()) is None


def test_no_name_of_a_source_is_longer_than_an_index_holds():
    """Small letters may be more than the large ones they come from."""
    host = f"https://{'a' * 600}.example/"
    for known in (Metadata(source="\N{LATIN CAPITAL LETTER SHARP S}" * 600), Metadata(url=host)):
        assert len(name_source(known)) == LONGEST_SOURCE


def test_articles_of_no_source_teach_nothing():
    memory = Memory()
    memory.learn(None, "a", page(0), ())
    assert memory.find(None, "b") is NOTHING_KNOWN
