"""The tables of docs/settings.md, from the settings' classes and the command's options.

`python -m services.cli.settings_table` writes them; a test fails when they are out of date.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from pydantic import SecretStr
from pydantic_settings import BaseSettings
from typer.core import TyperCommand, TyperGroup, TyperOption

from services.claims.settings import ClaimsSettings
from services.clean.settings import CleanSettings
from services.cli.main import app
from services.control.settings import ControlSettings, RoomSettings
from services.desk.settings import DeskSettings
from services.desk.webhooks.settings import WebhookSettings
from services.entities.settings import EntitiesSettings
from services.fetching import FetchSettings
from services.ingest.settings import IngestSettings
from services.kit.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
TABLES: dict[str, type[BaseSettings]] = {
    "shared": Settings,
    "ingest": IngestSettings,
    "clean": CleanSettings,
    "entities": EntitiesSettings,
    "claims": ClaimsSettings,
    "control": ControlSettings,
    "full": RoomSettings,
    "fetch": FetchSettings,
    "desk": DeskSettings,
    "webhooks": WebhookSettings,
}
KINDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "array": "list of text, as JSON",
    "boolean": "true or false",
}
LIMITS = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
}


def render_settings(settings: type[BaseSettings]) -> str:
    """A row for each variable of a settings class: name, type, default, meaning."""
    prefix = settings.model_config.get("env_prefix", "")
    schema = settings.model_json_schema()
    kinds = {f"#/$defs/{name}": kind for name, kind in schema.get("$defs", {}).items()}
    properties = {name: kinds.get(prop.get("$ref"), prop) for name, prop in schema["properties"].items()}
    rows = [
        [
            f"`{prefix}{name}`".upper(),
            describe(properties[name]),
            show(field.default),
            field.description or "",
        ]
        for name, field in settings.model_fields.items()
    ]
    return render_table(["Variable", "Type", "Default", "Meaning"], rows)


def describe(prop: dict[str, Any]) -> str:
    """What a variable may hold, in words."""
    if "enum" in prop:
        return ", ".join(f"`{value}`" for value in prop["enum"])
    kind = next(one for one in prop.get("anyOf", [prop]) if one["type"] != "null")
    limits = [f"{words} {kind[name]}" for name, words in LIMITS.items() if name in kind]
    return ", ".join([KINDS[kind["type"]], *limits])


def show(default: object) -> str:
    """The default as it would be written in the environment; empty where there is none."""
    if default is None or default == "":
        return ""
    if isinstance(default, SecretStr):
        return f"`{default.get_secret_value()}`"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{json.dumps(sorted(default)) if isinstance(default, frozenset) else default}`"


def render_options() -> str:
    """A row for each variable that stands for an option of `copydesk`, in the order of their names."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for path, option in find_options(typer.main.get_command(app), ()):
        key = (str(option.envvar), option.opts[0], option.help or "")
        found.setdefault(key, []).append(" ".join(path))
    rows = [
        [f"`{variable}`", f"`{option}`", ", ".join(f"`{name}`" for name in sorted(commands)), help_text]
        for (variable, option, help_text), commands in sorted(found.items())
    ]
    return render_table(["Variable", "Option", "Of", "Meaning"], rows)


def find_options(command: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], TyperOption]]:
    """Every option below `command` that a variable can set, with the words that lead to it."""
    if isinstance(command, TyperGroup):
        for name, child in command.commands.items():
            yield from find_options(child, (*path, name))
    elif isinstance(command, TyperCommand):
        for parameter in command.params:
            if isinstance(parameter, TyperOption) and parameter.envvar:
                yield path, parameter


def render_table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def fill(page: str) -> str:
    """The page with each table between its marks made anew; KeyError for a table that is not known."""
    made = {name: render_settings(settings) for name, settings in TABLES.items()}
    made["options"] = render_options()
    marks = re.compile(r"(<!-- table: (\w+) -->\n)(?:.*?)(\n<!-- end -->)", re.DOTALL)
    return marks.sub(lambda mark: f"{mark[1]}\n{made[mark[2]]}\n{mark[3]}", page)


if __name__ == "__main__":
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
