"""A change of the contract is deliberate: it shows in docs/, and past messages still parse."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from schemas import (
    ArticleCleaned,
    ArticleIngested,
    ArticleSubmitted,
    ClaimsDetected,
    EntitiesExtracted,
    Message,
    Span,
)
from schemas.export import DOCS, EXPORTED, MESSAGES, find_stale, name_schema

GOLDEN = Path(__file__).parent / "golden"
RENEW = """
out of date: {stale}
The contract changed. Where that is meant, run

    python -m schemas.export

and commit docs/ with it. Within one version of the messages changes are additive only: a field may come,
with a default; none goes, none changes its meaning. Anything else needs a new version and new golden
messages beside the old ones, which must go on parsing.
"""
PAST = sorted(GOLDEN.rglob("*.json"))


def read_golden(path: Path) -> tuple[type[Message], dict]:
    """The model and the fields of a golden message: `article_submitted.full.json` is an ArticleSubmitted."""
    models = {name_schema(model).removesuffix(".json"): model for model in MESSAGES}
    return models[path.name.partition(".")[0]], json.loads(path.read_text(encoding="utf-8"))


def add_unknown(value):
    """The same JSON with a field of a later release in every object."""
    if isinstance(value, dict):
        return {name: add_unknown(inner) for name, inner in value.items()} | {"of_a_later_release": [1, {}]}
    if isinstance(value, list):
        return [add_unknown(inner) for inner in value]
    return value


def find_spans(value):
    """Every span in a record, at any depth."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, BaseModel):
        yield from find_spans(list(vars(value).values()))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from find_spans(inner)


def test_the_documentation_says_what_the_models_say():
    stale = find_stale(DOCS)

    assert not stale, RENEW.format(stale=", ".join(str(path.relative_to(DOCS.parent)) for path in stale))


def test_no_schema_is_left_of_a_model_that_is_gone():
    kept = {path.name for path in (DOCS / "schemas").glob("*.json")}

    assert kept == {name_schema(model) for model in EXPORTED}


@pytest.mark.parametrize("version", ["v1"])
@pytest.mark.parametrize("model", MESSAGES, ids=lambda model: model.__name__)
def test_every_message_has_a_golden_one_of_each_version(model, version):
    assert any(read_golden(path)[0] is model for path in (GOLDEN / version).glob("*.json"))


@pytest.mark.parametrize("path", PAST, ids=lambda path: path.stem)
def test_a_message_of_the_past_still_parses(path):
    model, fields = read_golden(path)

    message = model.model_validate_json(path.read_bytes())

    assert message.model_fields_set == set(fields)


@pytest.mark.parametrize("path", PAST, ids=lambda path: path.stem)
def test_a_message_of_the_past_loses_nothing_on_its_way_through(path):
    model, _ = read_golden(path)
    message = model.model_validate_json(path.read_bytes())

    assert model.model_validate_json(message.model_dump_json(exclude_none=True)) == message


@pytest.mark.parametrize("path", PAST, ids=lambda path: path.stem)
def test_fields_of_a_later_release_are_ignored_at_every_depth(path):
    model, fields = read_golden(path)

    newer = model.model_validate_json(json.dumps(add_unknown(fields)))

    assert newer == model.model_validate_json(path.read_bytes())


def test_spans_of_the_past_still_fit_the_text_they_were_cut_from():
    extracted = read_message("entities_extracted.json", EntitiesExtracted)
    detected = read_message("claims_detected.json", ClaimsDetected)
    spans = [*find_spans(extracted), *find_spans(detected)]

    assert len(spans) > 15
    assert all(span.fits(extracted.text) for span in spans)


def test_removed_stretches_of_the_past_still_stand_in_the_text_that_was_given():
    given = read_message("article_ingested.json", ArticleIngested).content
    removed = read_message("article_cleaned.json", ArticleCleaned).removed

    assert removed
    assert all(given[stretch.start : stretch.end] == stretch.exact for stretch in removed)


def test_bytes_of_the_past_are_decoded():
    submitted = read_message("article_submitted.raw.json", ArticleSubmitted)

    assert submitted.raw is not None
    assert submitted.raw.decode("cp1252") == "<p>“Fees rise,” she said in the café.</p>"


def read_message(name, model):
    """A golden message of version 1."""
    return model.model_validate_json((GOLDEN / "v1" / name).read_bytes())
