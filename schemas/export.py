"""The contract as other languages and people read it: JSON Schemas and the tables of docs/messages.md.

`python -m schemas.export` writes them, `python -m schemas.export --check` tells what is out of date.
Both are derived from the models, so that neither can say something else than the code does.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from schemas.articles import MediaType, Metadata, RemovalReason, Removed
from schemas.claims import (
    CheckReason,
    CheckWorthiness,
    Claim,
    Claimant,
    ClaimKind,
    Cue,
    FoundBy,
    Modality,
    Polarity,
    Provenance,
    QuoteType,
    Reason,
    Standalone,
    StandaloneEdit,
)
from schemas.entities import Entity, EntityKind, Mention
from schemas.messages import (
    ArticleCleaned,
    ArticleIngested,
    ArticleMessage,
    ArticleSubmitted,
    ClaimsDetected,
    EntitiesExtracted,
    Message,
)
from schemas.record import Record
from schemas.spans import Span
from schemas.topology import STREAMS, TOPOLOGY

DOCS = Path(__file__).resolve().parent.parent / "docs"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
CONTENTS = ("text", "html", "raw")

MESSAGES: tuple[type[Message], ...] = (
    ArticleSubmitted,
    ArticleIngested,
    ArticleCleaned,
    EntitiesExtracted,
    ClaimsDetected,
)
EXPORTED: tuple[type[Record], ...] = (*MESSAGES, Claim, Entity, Mention, Metadata)
RECORDS: tuple[type[Record], ...] = (
    Metadata,
    Removed,
    Span,
    Mention,
    Entity,
    Claim,
    Claimant,
    Cue,
    Standalone,
    CheckWorthiness,
    Reason,
    Provenance,
)
LABELS: tuple[type[StrEnum], ...] = (
    MediaType,
    RemovalReason,
    EntityKind,
    ClaimKind,
    QuoteType,
    Polarity,
    Modality,
    FoundBy,
    StandaloneEdit,
    CheckReason,
)


class _Schema(GenerateJsonSchema):
    """Without a title for each field: it would only repeat the field's name."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002
        return False


def build_schema(model: type[Record]) -> dict[str, Any]:
    """The JSON Schema of `model`: what may be handed in for a submission, what is written for the rest."""
    mode: Literal["validation", "serialization"] = (
        "validation" if model is ArticleSubmitted else "serialization"
    )
    schema = {"$schema": DIALECT, **model.model_json_schema(schema_generator=_Schema, mode=mode)}
    if model is ArticleSubmitted:
        contents = [_with(name) for name in CONTENTS]
        schema["oneOf"] = [*contents, {**_with("url"), "not": {"anyOf": contents}}]
    return schema


def _with(name: str) -> dict[str, Any]:
    return {"properties": {name: {"type": "string"}}, "required": [name]}


def render_schema(model: type[Record]) -> str:
    """The schema as the file holds it: sorted keys, two spaces, a newline at the end."""
    return json.dumps(build_schema(model), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def name_schema(model: type[Record]) -> str:
    """`ArticleSubmitted` is in `article_submitted.json`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower() + ".json"


def describe_type(prop: dict[str, Any]) -> str:
    """A property of a JSON Schema in words, such as `list of [Span](#span)` or `text (uuid), or null`."""
    if "anyOf" in prop:
        return ", or ".join(describe_type(choice) for choice in prop["anyOf"])
    if "$ref" in prop:
        name = str(prop["$ref"]).rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in prop:
        return f"`{json.dumps(prop['const'])}`"
    if prop["type"] == "array":
        return f"list of {describe_type(prop['items'])}{describe_limits(prop)}"
    kind = "text" if prop["type"] == "string" else str(prop["type"])
    return kind + describe_limits(prop)


def describe_limits(prop: dict[str, Any]) -> str:
    """What a property asks of its value, in brackets; nothing where it asks nothing."""
    limits = [
        prop.get("format", ""),
        f"`{prop['pattern']}`" if "pattern" in prop else "",
        f"at least {prop['minItems']}" if "minItems" in prop else "",
        f"at least {prop['minimum']}" if "minimum" in prop else "",
        f"at most {prop['maximum']}" if "maximum" in prop else "",
    ]
    said = ", ".join(limit for limit in limits if limit)
    return f" ({said})" if said else ""


def describe_default(field: FieldInfo, prop: dict[str, Any]) -> str:
    """What counts where the field is not given."""
    if field.is_required():
        return "required"
    default = prop.get("default")
    return f"`{json.dumps(default)}`" if default and not isinstance(default, dict) else ""


def render_fields(model: type[Record], without: type[Record] | None = None) -> str:
    """The fields of `model` as a Markdown table, without those of the class `without`."""
    properties = build_schema(model)["properties"]
    known = without.model_fields if without else {}
    rows = [
        render_field(name, field, properties[name])
        for name, field in model.model_fields.items()
        if name not in known
    ]
    return "\n".join([render_row("Field", "Type", "Default", "Meaning"), "|---|---|---|---|", *rows])


def render_field(name: str, field: FieldInfo, prop: dict[str, Any]) -> str:
    """The row of one field."""
    return render_row(
        f"`{name}`", describe_type(prop), describe_default(field, prop), field.description or ""
    )


def render_row(*cells: str) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def render_streams() -> str:
    """Streams, messages and who writes and reads them, as a Markdown table."""
    writers = ["any publisher", *(f"`{row.stage}`" for row in TOPOLOGY)]
    readers = [*(f"`{row.stage}`" for row in TOPOLOGY), "anyone"]
    rows = [
        render_row(
            f"`{stream}`",
            f"[{message.__name__}](#{message.__name__.lower()})",
            writer,
            reader,
            f"[{name_schema(message)}](schemas/{name_schema(message)})",
        )
        for stream, message, writer, reader in zip(STREAMS, MESSAGES, writers, readers, strict=True)
    ]
    head = render_row("Stream", "Message", "Written by", "Read by", "JSON Schema")
    return "\n".join([head, "|---|---|---|---|---|", *rows])


def render_labels() -> str:
    """Each enumeration under its own heading, with its values."""
    return "\n\n".join(
        f"### {label.__name__}\n\n{label.__doc__}\n\n" + ", ".join(f"`{value}`" for value in label)
        for label in LABELS
    )


def render_records() -> str:
    """Each record under its own heading, with its fields."""
    return "\n\n".join(
        f"### {record.__name__}\n\n{describe_class(record)}\n\n{render_fields(record)}" for record in RECORDS
    )


def describe_class(model: type[Record]) -> str:
    """The first sentence or sentences of the class's docstring."""
    return (model.__doc__ or "").split("\n\n")[0].strip()


def render_tables() -> dict[str, str]:
    """The generated parts of docs/messages.md by the name in their marker."""
    common = {"streams": render_streams(), "records": render_records(), "labels": render_labels()}
    stages = {model.__name__: render_fields(model, without=ArticleMessage) for model in MESSAGES[1:]}
    return {
        **common,
        "ArticleSubmitted": render_fields(ArticleSubmitted),
        "ArticleMessage": render_fields(ArticleMessage),
        **stages,
    }


def fill_tables(page: str) -> str:
    """`page` with each `<!-- table: NAME -->` … `<!-- end -->` filled; KeyError for an unknown name."""
    tables = render_tables()
    return re.sub(
        r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}\n{tables[found[2]]}\n\n{found[3]}",
        page,
        flags=re.DOTALL,
    )


def render_files(docs: Path) -> Iterator[tuple[Path, str]]:
    """Every file that derives from the contract, with the text it should hold."""
    for model in EXPORTED:
        yield docs / "schemas" / name_schema(model), render_schema(model)
    page = docs / "messages.md"
    yield page, fill_tables(page.read_text(encoding="utf-8"))


def find_stale(docs: Path) -> list[Path]:
    """The files that are missing or say something else than the models."""
    return [
        path
        for path, text in render_files(docs)
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]


def write_files(docs: Path) -> None:
    """Write every file that derives from the contract under `docs`."""
    (docs / "schemas").mkdir(parents=True, exist_ok=True)
    for path, text in render_files(docs):
        path.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or check them: 1 where one is out of date."""
    parser = argparse.ArgumentParser(prog="python -m schemas.export", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="only tell which files are out of date")
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder of the documentation")
    options = parser.parse_args(arguments)
    if not options.check:
        write_files(options.docs)
        return 0
    stale = find_stale(options.docs)
    for path in stale:
        print(f"{path} is out of date: run python -m schemas.export", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
