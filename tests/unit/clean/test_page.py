"""Pages: the article in the HTML, and what the page says about itself."""

from datetime import UTC, datetime

import pytest

from schemas import MediaType, Metadata, RemovalReason, Skipped, Unprocessable
from services.clean import Cleaned, clean

PARAGRAPHS = [
    "The harbour will stay closed until Monday because of works on the quay, the city said on Friday.",
    "“We had no choice,” said Mary Miller, who runs the works. “The quay would have fallen into the water.”",
    "Fishermen have to land their catch in the next port, an hour away, until the quay is safe again.",
]


def build_page(*paragraphs: str, head: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<html lang="en-GB"><head><title>Harbour closed - The Paper</title>{head}</head><body>'
        '<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>'
        f"<article><h1>Harbour closed for the weekend</h1>{body}</article>"
        "<footer>© 2024 The Paper</footer></body></html>"
    )


def clean_page(html: str, metadata: Metadata | None = None) -> Cleaned:
    cleaned = clean(html, MediaType.HTML, metadata or Metadata())
    assert isinstance(cleaned, Cleaned)
    return cleaned


def test_a_page_becomes_its_paragraphs():
    assert clean_page(build_page(*PARAGRAPHS)).text.endswith("\n\n".join(PARAGRAPHS))


def test_menu_and_footer_are_left_behind():
    text = clean_page(build_page(*PARAGRAPHS)).text
    assert "Home" not in text
    assert "©" not in text


def test_what_survives_extraction_falls_under_the_same_rules():
    cleaned = clean_page(build_page(PARAGRAPHS[0], "Also read: Gulls take over", *PARAGRAPHS[1:]))
    assert "Gulls" not in cleaned.text
    removed = [one for one in cleaned.removed if one.reason is RemovalReason.READ_ALSO]
    assert [(one.exact, one.start, one.end) for one in removed] == [
        ("Also read: Gulls take over", None, None)
    ]


def test_the_page_tells_its_metadata():
    head = (
        '<meta name="author" content="Jane Doe"><meta property="og:site_name" content="The Paper">'
        '<meta property="article:published_time" content="2024-03-01T18:30:00+01:00">'
        '<link rel="canonical" href="https://paper.example/harbour">'
    )
    metadata = clean_page(build_page(*PARAGRAPHS, head=head)).metadata
    assert metadata.authors == ("Jane Doe",)
    assert metadata.published_at == datetime(2024, 3, 1, 17, 30, tzinfo=UTC)
    assert metadata.url == "https://paper.example/harbour"
    assert metadata.site_name == "The Paper"
    assert metadata.language == "en"
    assert metadata.title is not None
    assert "Harbour closed" in metadata.title


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Harbour closed - The Paper", "Harbour closed"),
        ("The Paper | Harbour closed for now", "Harbour closed for now"),
        ("Harbour closed for now | The Paper", "Harbour closed for now"),
        ("Harbour closed - for now at least", "Harbour closed - for now at least"),
    ],
)
def test_the_outlets_name_is_no_part_of_the_title(title: str, headline: str):
    head = f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="The Paper">'
    page = build_page(*PARAGRAPHS, head=head).replace("h1>", "h3>")
    assert clean_page(page).metadata.title == headline


def test_the_headline_that_the_page_shows_is_its_title():
    head = '<meta property="og:title" content="Harbour closed for a weekend: what you need to know">'
    assert clean_page(build_page(*PARAGRAPHS, head=head)).metadata.title == "Harbour closed for the weekend"


def test_a_heading_that_has_little_of_the_title_is_not_the_headline():
    head = '<meta property="og:title" content="Gulls have taken over the northern pier">'
    assert (
        clean_page(build_page(*PARAGRAPHS, head=head)).metadata.title
        == "Gulls have taken over the northern pier"
    )


def test_a_byline_that_is_no_person_is_told_apart():
    linked = '{"@type": "NewsArticle", "author": [{"name": "Jane Doe"}, {"name": "Reuters"}]}'
    head = f'<script type="application/ld+json">{linked}</script>'
    metadata = clean_page(build_page(*PARAGRAPHS, head=head)).metadata
    assert (metadata.authors, metadata.unpersonal_authors) == (("Jane Doe",), ("Reuters",))


def test_a_shown_byline_counts_where_the_head_names_nobody():
    byline = '<div class="byline">By Mary Miller, Harbour Correspondent</div>'
    page = build_page(*PARAGRAPHS).replace("</h1>", f"</h1>{byline}")
    cleaned = clean_page(page)
    assert cleaned.metadata.authors == ("Mary Miller",)
    assert "Correspondent" not in cleaned.text


def test_a_date_in_a_line_made_for_it_is_read():
    page = build_page(*PARAGRAPHS).replace("</h1>", '</h1><p class="published-date">March 1, 2024</p>')
    assert clean_page(page).metadata.published_at == datetime(2024, 3, 1, tzinfo=UTC)


def test_linked_data_wins_over_meta_elements_for_authors():
    linked = '{"@graph": [{"@type": "Article", "author": {"@type": "Person", "name": "Jane Doe"}}]}'
    head = f'<meta name="author" content="webmaster"><script type="application/ld+json">{linked}</script>'
    assert clean_page(build_page(*PARAGRAPHS, head=head)).metadata.authors == ("Jane Doe",)


def test_section_site_and_address_come_from_the_head():
    head = (
        '<meta property="article:section" content="Local"><meta property="og:url" content="https://paper.example/h">'
        '<link rel="canonical" href="/harbour"><meta name="application-name" content="The Paper">'
    )
    metadata = clean_page(build_page(*PARAGRAPHS, head=head)).metadata
    assert (metadata.section, metadata.site_name) == ("Local", "The Paper")
    assert metadata.url == "https://paper.example/harbour"


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("A tug leaves at dawn. Photograph: Ann Example", "Ann Example"),
        ("A tug leaves at dawn. (AP Photo/Ann Example)", "AP Photo/Ann Example"),
        (
            'A tug leaves. <span class="credit">Ann Example / Harbour Agency</span>',
            "Ann Example / Harbour Agency",
        ),
    ],
)
def test_a_picture_is_credited_apart_from_the_text(caption: str, credit: str):
    figure = f'<figure><img src="a.jpg"><figcaption>{caption}</figcaption></figure>'
    cleaned = clean_page(build_page(*PARAGRAPHS).replace("</h1>", f"</h1>{figure}"))
    assert cleaned.metadata.image_credits == (credit,)
    assert credit not in cleaned.text


@pytest.mark.parametrize("said", ["0001-01-01T00:00:00+14:00", "soon, very soon", "2024-99-99T00:00:00Z"])
def test_an_impossible_date_is_no_date(said: str):
    head = f'<meta property="article:published_time" content="{said}">'
    assert clean_page(build_page(*PARAGRAPHS, head=head)).metadata.published_at is None


def test_a_date_in_linked_data_is_read():
    linked = '{"@type": "NewsArticle", "datePublished": "2024-03-01T10:00:00Z"}'
    head = f'<script type="application/ld+json">{linked}</script>'
    assert clean_page(build_page(*PARAGRAPHS, head=head)).metadata.published_at == datetime(
        2024, 3, 1, 10, tzinfo=UTC
    )


def test_a_day_without_a_clock_stands_for_midnight():
    head = '<meta name="date" content="2024-03-01">'
    assert clean_page(build_page(*PARAGRAPHS, head=head)).metadata.published_at == datetime(
        2024, 3, 1, tzinfo=UTC
    )


def test_a_date_in_the_text_is_no_date_of_the_page():
    html = build_page(*PARAGRAPHS, "The works began on 3 February 2021 and were to last a year.")
    assert clean_page(html).metadata.published_at is None


def test_what_the_publisher_says_wins():
    said = Metadata(
        title="My title",
        authors=("A. Body",),
        url="https://other.example/1",
        site_name="Other",
        source="other",
        published_at=datetime(2020, 1, 1, tzinfo=UTC),
    )
    head = (
        '<meta name="author" content="Jane Doe">'
        '<meta property="article:published_time" content="2024-03-01T18:30:00Z">'
    )
    found = clean_page(build_page(*PARAGRAPHS, head=head), said).metadata
    assert found == said.model_copy(update={"language": "en"})


def test_a_page_without_an_article_is_skipped():
    cleaned = clean("<html><body><nav>Home</nav></body></html>", MediaType.HTML, Metadata())
    assert isinstance(cleaned, Skipped)
    assert "article text" in cleaned.reason


@pytest.mark.parametrize(
    "opening", ["<div>", "<b><i>", "<table><tr><td>", "<ul><li>", "<!--", "<", "<a href='"]
)
def test_hostile_nesting_neither_crashes_nor_hangs(opening: str):
    html = "<html><body>" + opening * 5000 + f"<p>{PARAGRAPHS[0]}</p>"
    assert isinstance(clean(html, MediaType.HTML, Metadata()), Cleaned | Skipped)


def test_a_page_of_endless_tags_is_refused():
    with pytest.raises(Unprocessable, match="tags"):
        clean("<p>a</p>" * 50_000, MediaType.HTML, Metadata())
