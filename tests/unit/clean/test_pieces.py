"""Pieces: a page is cut at the edges of its blocks, and each piece knows what stands around it."""

from lxml.html import document_fromstring

from services.clean.markup import find_body
from services.clean.pieces import Around, Piece, cut


def cut_body(html: str) -> list[Piece]:
    return cut(find_body(document_fromstring(f"<html><body>{html}</body></html>")))


def test_blocks_part_pieces_and_inline_elements_do_not():
    pieces = cut_body("<div>One <b>bold</b> word<p>and  a\nparagraph</p>behind it</div>")
    assert [piece.text for piece in pieces] == ["One bold word", "and a paragraph", "behind it"]


def test_one_line_break_is_a_space_and_two_part_paragraphs():
    pieces = cut_body("<div>The first<br>line.<br> <br>The second.</div>")
    assert [(piece.text, piece.broken) for piece in pieces] == [
        ("The first line.", True),
        ("The second.", False),
    ]


def test_what_no_reader_sees_is_left_out():
    pieces = cut_body(
        "<script>var a</script>Shown<select><option>One</option></select><svg><text>x</text></svg>"
    )
    assert [piece.text for piece in pieces] == ["Shown"]


def test_links_and_emphasis_are_counted_in_characters():
    (piece,) = cut_body("<p><a href='/'>12345</a> and <strong>123</strong></p>")
    assert (piece.linked, piece.links, piece.emphasised) == (5, 1, 3)


def test_a_piece_knows_the_elements_around_it_and_what_they_are_called():
    near, far = cut_body(
        '<aside class="related-stories"><p>Near</p><div><div><div>Far</div></div></div></aside>'
    )
    assert near.near & Around.ASIDE
    assert near.near & Around.RELATED
    assert not far.near & Around.ASIDE
    assert far.around & Around.RELATED


def test_hidden_elements_are_known_by_attribute_and_by_style():
    pieces = cut_body('<p hidden>a</p><p style="display: none">b</p><p aria-hidden="true">c</p><p>d</p>')
    assert [bool(piece.near & Around.HIDDEN) for piece in pieces] == [True, True, True, False]


def test_pieces_of_one_list_have_the_same_holder():
    one, two, other = cut_body("<ul><li>a</li><li>b</li></ul><p>c</p>")
    assert one.holder == two.holder != other.holder
