"""What other languages and people read of the contract derives from the models."""

import json
import re
import runpy
import sys

import pytest

from schemas import STREAMS, TOPOLOGY, ArticleCleaned, ArticleSubmitted, Claim, Metadata, export

PAGE = "# Messages\n\n<!-- table: streams -->\nold\n<!-- end -->\n\nKept.\n"


@pytest.fixture
def docs(tmp_path):
    """A folder of documentation with a page to fill."""
    (tmp_path / "messages.md").write_text(PAGE, encoding="utf-8")
    return tmp_path


def test_writing_makes_a_schema_for_each_model_and_fills_the_page(docs):
    assert export.main(["--docs", str(docs)]) == 0

    names = {path.name for path in (docs / "schemas").iterdir()}
    assert names == {export.name_schema(model) for model in export.EXPORTED}
    assert "article.submitted" in (docs / "messages.md").read_text(encoding="utf-8")


def test_a_check_passes_after_writing(docs):
    export.main(["--docs", str(docs)])

    assert export.main(["--docs", str(docs), "--check"]) == 0


def test_a_check_names_what_is_missing_and_changes_nothing(docs, capsys):
    assert export.main(["--docs", str(docs), "--check"]) == 1

    told = capsys.readouterr().err
    assert "claim.json is out of date: run python -m schemas.export" in told
    assert "messages.md is out of date" in told
    assert not (docs / "schemas").exists()
    assert (docs / "messages.md").read_text(encoding="utf-8") == PAGE


def test_a_check_finds_a_schema_that_was_edited_by_hand(docs):
    export.main(["--docs", str(docs)])
    edited = docs / "schemas" / "claim.json"
    edited.write_text("{}\n", encoding="utf-8")

    assert export.find_stale(docs) == [edited]


def test_the_module_runs_as_a_command(docs, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["export", "--docs", str(docs)])

    with pytest.raises(SystemExit) as end:
        runpy.run_path(export.__file__, run_name="__main__")

    assert end.value.code == 0


@pytest.mark.parametrize("model", export.EXPORTED, ids=lambda model: model.__name__)
def test_a_schema_file_has_sorted_keys_two_spaces_and_a_newline(model):
    text = export.render_schema(model)

    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_the_schema_of_a_submission_asks_for_exactly_one_content_or_an_address_alone():
    schema = export.build_schema(ArticleSubmitted)

    assert "required" not in schema
    assert [choice["required"] for choice in schema["oneOf"]] == [["text"], ["html"], ["raw"], ["url"]]
    assert schema["oneOf"][3]["not"]["anyOf"] == schema["oneOf"][:3]


@pytest.mark.parametrize(
    ("model", "name"),
    [(ArticleSubmitted, "article_submitted.json"), (Claim, "claim.json"), (Metadata, "metadata.json")],
)
def test_a_schema_file_is_named_after_its_model(model, name):
    assert export.name_schema(model) == name


def test_filling_a_page_keeps_everything_outside_the_markers():
    filled = export.fill_tables(PAGE)

    assert filled.startswith("# Messages\n\n<!-- table: streams -->\n\n| Stream |")
    assert filled.endswith("<!-- end -->\n\nKept.\n")
    assert "old" not in filled


def test_filling_a_page_twice_changes_nothing_more():
    filled = export.fill_tables(PAGE)

    assert export.fill_tables(filled) == filled


def test_a_marker_of_no_known_table_is_refused():
    with pytest.raises(KeyError, match="weather"):
        export.fill_tables("<!-- table: weather -->\n<!-- end -->\n")


def test_each_stream_has_a_row_with_its_writer_and_reader():
    rows = export.render_streams().splitlines()[2:]

    assert [re.findall(r"`([\w.]+)`", row)[0] for row in rows] == list(STREAMS)
    assert "any publisher" in rows[0]
    assert f"`{TOPOLOGY[0].stage}`" in rows[0]
    assert rows[-1].split(" | ")[3] == "anyone"


def test_a_table_has_one_row_for_each_field():
    rows = export.render_fields(Claim).splitlines()[2:]

    assert [re.findall(r"`(\w+)`", row)[0] for row in rows] == list(Claim.model_fields)


def test_a_table_can_leave_out_what_is_told_elsewhere():
    rows = export.render_fields(ArticleCleaned, without=export.ArticleMessage).splitlines()[2:]

    assert [row.split(" | ")[0] for row in rows] == ["| `text`", "| `removed`"]


@pytest.mark.parametrize(
    ("prop", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "format": "uuid"}, "text (uuid)"),
        ({"type": "string", "pattern": "^[a-z]+$"}, "text (`^[a-z]+$`)"),
        ({"type": "number", "minimum": 0, "maximum": 1}, "number (at least 0, at most 1)"),
        (
            {"type": "array", "items": {"$ref": "#/$defs/Span"}, "minItems": 1},
            "list of [Span](#span) (at least 1)",
        ),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer, or null"),
        ({"const": 1, "type": "integer"}, "`1`"),
    ],
)
def test_a_type_is_told_in_words(prop, words):
    assert export.describe_type(prop) == words


@pytest.mark.parametrize(
    ("name", "default"),
    [("kind", "required"), ("polarity", '`"affirmed"`'), ("nested_in", ""), ("about", "")],
)
def test_a_default_is_told_where_it_says_something(name, default):
    prop = export.build_schema(Claim)["properties"][name]

    assert export.describe_default(Claim.model_fields[name], prop) == default


def test_a_bar_within_a_cell_does_not_end_it():
    assert export.render_row("text|html", "one") == r"| text\|html | one |"
