"""What docs/messages.md tells publishers is what happens."""

import json
import re

import pytest

from schemas import STREAMS, ArticleSubmitted, Unprocessable
from schemas.export import DOCS, MESSAGES, RECORDS
from services.kit.wire import FIELD, decode

PAGE = (DOCS / "messages.md").read_text(encoding="utf-8")
JSON_BLOCKS = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"XADD (\S+) '\*' (\S+) '(\{.*\})'", PAGE)
WRONG_ONES = re.findall(r"^\| `([^`]*The mayor said[^`]*|\{[^`]+\})` \| (.+?) \|$", PAGE, re.MULTILINE)


def test_the_page_has_the_examples_that_are_tested_here():
    assert (len(JSON_BLOCKS), len(COMMANDS), len(WRONG_ONES)) == (2, 1, 11)


@pytest.mark.parametrize("block", JSON_BLOCKS)
def test_an_example_of_a_submission_is_one(block):
    article = decode(block.encode(), ArticleSubmitted)

    assert article.model_fields_set == set(json.loads(block))


@pytest.mark.parametrize(("stream", "field", "body"), COMMANDS)
def test_the_command_line_writes_a_submission_where_it_is_read(stream, field, body):
    assert stream == ArticleSubmitted.stream()
    assert field.encode() == FIELD
    assert decode(body.encode(), ArticleSubmitted).text


@pytest.mark.parametrize("language", ["js", "go"])
def test_the_snippets_write_to_the_stream_that_is_read(language):
    snippets = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    snippet = next(code for code in snippets if "Add(" in code)

    assert f'"{ArticleSubmitted.stream()}"' in snippet
    assert FIELD.decode() in snippet


@pytest.mark.parametrize(("body", "reason"), WRONG_ONES)
def test_a_wrong_submission_is_refused_for_the_reason_that_the_page_gives(body, reason):
    with pytest.raises(Unprocessable) as refusal:
        decode(body.encode(), ArticleSubmitted)

    named = re.fullmatch(r"(\w+): (.+)", reason)
    assert all(part in refusal.value.reason for part in (named.groups() if named else [reason]))


@pytest.mark.parametrize("name", [model.__name__ for model in (*MESSAGES, *RECORDS)])
def test_every_message_and_record_has_a_heading(name):
    assert f"\n### {name}\n" in PAGE


@pytest.mark.parametrize("stream", STREAMS)
def test_every_stream_is_on_the_page(stream):
    assert f"| `{stream}` |" in PAGE


def test_every_link_within_the_page_leads_to_a_heading():
    headings = {title.lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)}

    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= headings


def test_every_schema_that_is_linked_exists():
    linked = re.findall(r"\]\((schemas/\w+\.json)\)", PAGE)

    assert len(linked) == len(MESSAGES)
    assert all((DOCS / path).is_file() for path in linked)
