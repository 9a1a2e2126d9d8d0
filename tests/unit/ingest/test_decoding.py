"""Bytes become the words that were meant."""

import gzip
import io
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import MediaType, Unprocessable
from services.ingest.charsets import read_charset
from services.ingest.decoding import decode, decode_exactly, repair

SENTENCES = {
    "cp1252": "The café’s owner said the “naïve” plan would cost £5m – far too much.",
    "cp1250": "Předseda řekl, že příští týden začnou jednání o míru a že věří v úspěch.",
    "cp1251": "Президент заявил, что переговоры начнутся в пятницу утром.",
    "koi8_r": "Президент заявил, что переговоры начнутся в пятницу утром.",
    "cp1253": "Ο πρόεδρος είπε ότι οι συνομιλίες θα αρχίσουν την Παρασκευή.",
    "cp1255": "הנשיא אמר כי השיחות יחלו ביום שישי בבוקר, והוסיף כי הוא אופטימי.",
    "cp1256": "قال الرئيس إن المحادثات ستبدأ يوم الجمعة المقبل",
    "cp932": "大統領は金曜日に交渉を始めると述べた。首相はまだ答えていない。",
    "gb18030": "总统表示谈判将于星期五开始。总理尚未作出回应。",
    "big5": "總統表示談判將於星期五開始。總理尚未作出回應,記者仍在等待消息。",
    "cp949": "대통령은 금요일에 협상이 시작될 것이라고 말했다.",
}
DECLARED = {
    "windows-1252": "cp1252",
    "ISO-8859-1": "cp1252",
    "us-ascii": "cp1252",
    "windows-1251": "cp1251",
    "KOI8-R": "koi8_r",
    "Shift_JIS": "cp932",
    "GB2312": "gb18030",
    "EUC-KR": "cp949",
    "Big5": "big5",
}
FILES = {
    "a PDF document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "a PNG image": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "a JPEG image": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "a gzip archive": gzip.compress(b"An article, but packed."),
    "a program": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff",
    "an RTF document": rb"{\rtf1\ansi The bridge opens.}",
    "a sound or video file": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00",
    "binary data": bytes(range(256)) * 8,
}


def zip_file() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", SENTENCES)
def test_the_charset_is_known_by_the_letters(encoding: str) -> None:
    text = "\n".join([SENTENCES[encoding]] * 3)
    assert decode(text.encode(encoding)) == (text, MediaType.TEXT)


@pytest.mark.parametrize("charset", DECLARED)
@pytest.mark.parametrize(
    "page",
    [
        '<html><head><meta charset="{}"></head><body><p>{}</p></body></html>',
        '<!DOCTYPE html><meta http-equiv="Content-Type" content="text/html; charset={}"><p>{}</p>',
        '<?xml version="1.0" encoding="{}"?><html><body><p>{}</p></body></html>',
    ],
)
def test_the_charset_that_a_page_declares_is_used(charset: str, page: str) -> None:
    text = page.format(charset, SENTENCES[DECLARED[charset]])
    assert decode(text.encode(DECLARED[charset])) == (text, MediaType.HTML)


def test_a_page_in_japanese_escapes_is_read_by_its_declaration() -> None:
    text = f'<html><meta charset="iso-2022-jp"><body>{SENTENCES["cp932"]}</body></html>'
    assert decode(text.encode("iso-2022-jp"))[0] == text


@pytest.mark.parametrize(
    "charset", ["windows-1251", "rot13", "hex", "unicode_escape", "no-such", "utf-16", "cp037"]
)
def test_what_is_utf_8_is_read_as_utf_8_whatever_it_declares(charset: str) -> None:
    text = f'<html><meta charset="{charset}"><body><p>{SENTENCES["cp1252"]}</p></body></html>'
    assert decode(text.encode())[0] == text


@pytest.mark.parametrize("charset", ["rot13", "hex", "unicode_escape", "no-such", "utf-16", "cp037"])
def test_a_declaration_that_cannot_be_is_passed_over(charset: str) -> None:
    text = f'<html><meta charset="{charset}"><body><p>{SENTENCES["cp1252"]}</p></body></html>'
    assert decode(text.encode("cp1252"))[0] == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_names_the_encoding_and_is_no_part_of_the_text(encoding: str) -> None:
    assert decode("The bridge opens.".encode(encoding))[0] == "The bridge opens."


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_without_its_mark(encoding: str) -> None:
    assert decode(SENTENCES["cp1252"].encode(encoding))[0] == SENTENCES["cp1252"]


def test_one_broken_byte_does_not_make_a_text_another_encoding() -> None:
    data = SENTENCES["cp1252"].encode() + b" \xff The end."
    assert decode(data)[0] == SENTENCES["cp1252"] + " \ufffd The end."


def test_a_text_cut_within_a_letter_keeps_the_rest() -> None:
    data = SENTENCES["cp1251"].encode()[:-2]
    assert decode(data)[0].startswith("Президент заявил")


@pytest.mark.parametrize("kind", FILES)
def test_other_kinds_of_files_are_refused_by_their_name(kind: str) -> None:
    with pytest.raises(Unprocessable, match=f"^content looks like {kind}; submit its text or HTML$"):
        decode(FILES[kind])


def test_an_archive_is_refused() -> None:
    with pytest.raises(Unprocessable, match="ZIP archive"):
        decode(zip_file())


def test_a_tar_archive_is_refused() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("story.txt"))
    with pytest.raises(Unprocessable, match="tar archive"):
        decode(buffer.getvalue())


@pytest.mark.parametrize("root", ['<?xml version="1.0"?>\n<rss version="2.0">', '<feed xmlns="x">'])
def test_a_feed_is_no_article(root: str) -> None:
    with pytest.raises(Unprocessable, match="looks like a feed"):
        decode(root.encode())


def test_a_list_of_pages_is_no_article() -> None:
    with pytest.raises(Unprocessable, match="looks like a sitemap"):
        decode(b"<urlset ><url/></urlset>")


@pytest.mark.parametrize(
    "words", ["MZ was the designer’s signature.", "BMW said sales rose.", "RIFF is a format."]
)
def test_words_that_begin_as_a_program_does_are_words(words: str) -> None:
    assert decode(words.encode()) == (words, MediaType.TEXT)


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html>\n<title>Bridge</title>",
        "\n\n  <html lang=en><body>The bridge opens.",
        "<!-- saved on Monday --><HTML><body>The bridge opens.",
        "<p>The bridge opens.</p><p>Nobody was asked.</p>",
        '<div class="story">The bridge <br> opens.</div>',
    ],
)
def test_a_page_is_known_by_its_tags(page: str) -> None:
    assert decode(page.encode())[1] is MediaType.HTML


@pytest.mark.parametrize(
    "text",
    [
        "The bridge opens.",
        "Use <p> for a paragraph and </p> to end it.",
        "<Bridge opens> in May",
        "a < b > c",
    ],
)
def test_words_with_angle_brackets_are_text(text: str) -> None:
    assert decode(text.encode())[1] is MediaType.TEXT


@pytest.mark.parametrize("media_type", MediaType)
def test_what_the_publisher_says_of_the_kind_counts(media_type: MediaType) -> None:
    assert decode(b"<p>The bridge opens.</p><p>In May.</p>", media_type)[1] is media_type


def test_nuls_are_taken_out() -> None:
    assert decode(b"The bridge\x00 opens in May, the mayor of the town said.")[0].startswith(
        "The bridge opens"
    )


def test_halves_of_characters_are_joined_or_marked() -> None:
    assert repair("The mayor \ud83d\ude00 smiled \ud83d.") == "The mayor \U0001f600 smiled \ufffd."


@given(text=st.text())
def test_any_repaired_text_can_be_stored(text: str) -> None:
    repaired = repair(text)
    assert repaired.encode().decode() == repaired
    assert "\x00" not in repaired
    assert "\r" not in repaired
    assert repair(repaired) == repaired


@given(text=st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=80))
def test_utf_8_is_read_to_the_letter(text: str) -> None:
    text = "Line one\r\n\r\n" + text
    assert decode_exactly(text.encode()) == text


@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except Unprocessable:
        return
    assert repair(text) == text


RUSSIAN = SENTENCES["cp1251"]


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("cp1251", "windows-1251"),
        ("koi8_r", "KOI8-R"),
        ("utf-16-le", "UTF-16LE"),
        ("utf-16-be", "utf-16be"),
        ("iso2022_jp", "iso-2022-jp"),
    ],
)
def test_the_charset_that_the_server_names_counts(encoding: str, named: str) -> None:
    """Also for one short word, which its letters alone would not tell."""
    word = "日本" if encoding == "iso2022_jp" else "Мир"
    assert decode(f"<p>{word}</p>".encode(encoding), charset=named)[0] == f"<p>{word}</p>"


def test_what_the_server_names_goes_before_what_the_page_declares() -> None:
    page = f'<meta charset="koi8-r"><p>{RUSSIAN}</p>'
    assert RUSSIAN in decode(page.encode("cp1251"), charset="windows-1251")[0]


@pytest.mark.parametrize("named", ["utf-8", "x-unknown", "rot13", "utf-16", "gb18030\x00", ""])
def test_a_charset_in_which_the_bytes_are_not_does_not_count(named: str) -> None:
    """Then the page's own declaration does."""
    page = f'<meta charset="windows-1251"><p>{RUSSIAN}</p>'
    assert decode(page.encode("cp1251"), charset=named)[0] == page


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_server_that_is_wrong_about_utf_8_or_a_marked_text_is_not_believed(encoding: str) -> None:
    assert decode(RUSSIAN.encode(encoding), charset="windows-1251")[0] == RUSSIAN


def test_where_nothing_fits_the_bytes_that_do_not_are_marked() -> None:
    assert decode(b"<p>\xcf\xf0\x98</p>", charset="windows-1251")[0] == "<p>Пр\ufffd</p>"


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/html; charset=windows-1251", "windows-1251"),
        ('text/html;version=1; Charset = "KOI8-R"', "KOI8-R"),
        ("text/html;charset='utf-8'", "utf-8"),
        ("text/html", None),
        ("charset=utf-8", None),
        ("text/html; charset=", None),
        (None, None),
    ],
)
def test_the_charset_of_a_header(header: str | None, charset: str | None) -> None:
    assert read_charset(header) == charset
