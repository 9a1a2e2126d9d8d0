"""What the pages say is what is there: links, commands, diagram, tables, decisions."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import typer.main
from prometheus_client.metrics import MetricWrapperBase
from spacy.tokens import Doc
from typer.core import TyperCommand, TyperGroup

from schemas import STREAMS, TOPOLOGY, Outcome, StageName
from services.claims import attribute
from services.cli.exits import Exit
from services.cli.lag_table import draw_table
from services.cli.main import app
from services.control import gauges
from services.control.lag import KEPT, WINDOW
from services.control.status import SURE_AFTER, Word
from services.desk.webhooks import metrics as webhook_metrics
from services.kit import metrics
from services.kit.presence import SILENT_AFTER
from services.store.tables import metadata

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
CODE = re.compile(r"^```\w*\n(.*?)^```$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


def name_page(page: Path) -> str:
    return str(page.relative_to(ROOT))


def read_codes(page: Path) -> Iterator[str]:
    """Every piece of code on a page, one line each."""
    for block, inline in CODE.findall(page.read_text(encoding="utf-8")):
        yield from (block or inline).splitlines()


def read_prose(page: Path) -> str:
    return CODE.sub("", page.read_text(encoding="utf-8"))


def read_rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table after a heading, without its head."""
    (section,) = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL)
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[1:]]


def find_anchors(page: Path) -> set[str]:
    """What a link can lead to within a page, as its headings are named on the web."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


# Links


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_relative_links_lead_somewhere(page: Path):
    links = re.findall(r"\]\(([^)\s]+)\)", read_prose(page))
    for link in [link for link in links if "://" not in link]:
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"{name_page(page)}: {link} is not there"
        assert not anchor or anchor in find_anchors(path), f"{name_page(page)}: {link} has no such heading"


# Commands


def find_command(words: list[str]) -> tuple[TyperCommand | TyperGroup, list[str]]:
    """The command that the words lead to, and what is left of them."""
    command = typer.main.get_command(app)
    while isinstance(command, TyperGroup) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    assert isinstance(command, TyperCommand | TyperGroup)
    return command, words


def read_invocations() -> list[str]:
    """Every `copydesk …` of the pages, without comments and what follows a pipe."""
    lines = {re.split(r"\s+#|\s+[|;<>]\s", code)[0].strip() for page in PAGES for code in read_codes(page)}
    called = [re.search(r"(?:^|[ /])copydesk (?=[a-z])(.*)", line) for line in lines]
    return sorted({found[1] for found in called if found})


@pytest.mark.parametrize("invocation", read_invocations())
def test_every_command_and_option_on_the_pages_exists(invocation: str):
    command, left = find_command(invocation.split())
    assert not isinstance(command, TyperGroup) or not left, f"no such command: copydesk {invocation}"
    if isinstance(command, TyperCommand):
        known = {
            name for parameter in command.params for name in [*parameter.opts, *parameter.secondary_opts]
        }
        assert {word.partition("=")[0] for word in left if word.startswith("--")} <= known | {"--help"}


def test_the_pages_name_every_command():
    """A command that is on no page is found by nobody."""
    commands = typer.main.get_command(app).commands
    named = {invocation.split()[0] for invocation in read_invocations()}
    assert set(commands) <= named


def test_every_make_target_on_the_pages_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        found[1]
        for page in PAGES
        for code in read_codes(page)
        if (found := re.match(r"make ([a-z-]+)", code))
    }
    assert {"demo", "test", "contracts"} <= named <= targets


# The diagram and the tables of architecture.md


def test_the_diagram_is_the_topology():
    (diagram,) = re.findall(r"```mermaid\n(.*?)```", ARCHITECTURE, re.DOTALL)
    arrows = re.findall(
        r"^ *([\w.]+)\S*(?:\[[^\n]*?\])? *(?:\(\[.*?\]\))? *--> *([\w.]+)", diagram, re.MULTILINE
    )
    wanted = [arrow for row in TOPOLOGY for arrow in ((row.source, row.stage), (row.stage, row.target))]
    assert arrows == [("publisher", STREAMS[0]), *wanted, (STREAMS[-1], "anyone")]
    assert set(re.findall(r"([\w.]+)\(\[\1\]\)", diagram)) == set(STREAMS)
    assert f"{' & '.join(StageName)} -.-> store" in diagram


def test_every_stage_is_explained():
    assert [row[0] for row in read_rows(ARCHITECTURE, "The flow")] == [f"`{stage}`" for stage in StageName]


def test_every_room_is_explained():
    rooms = {path.name for path in (ROOT / "services").iterdir() if (path / "__init__.py").exists()}
    said = " ".join(row[0] for row in read_rows(ARCHITECTURE, "The rooms"))
    assert set(re.findall(r"(\w+)/", said)) == rooms | {"schemas", "services"}


def test_every_outcome_is_explained():
    said = [row[1] for row in read_rows(ARCHITECTURE, "How work ends")]
    assert {found[1] for cell in said if (found := re.match(r"`(\w+)`", cell))} == set(Outcome)


def test_every_table_of_the_store_is_explained():
    rows = read_rows(ARCHITECTURE, "What is stored where")
    tables = [row[0].strip("`") for row in rows if len(row) == 3]
    assert sorted(tables) == sorted(metadata.tables)


# The tables of operations.md


def test_every_column_of_the_lag_is_explained():
    explained = [name for row in read_rows(OPERATIONS, "Lag") for name in re.findall(r"`([^`]+)`", row[0])]
    columns = [str(column.header) for column in draw_table([]).columns]
    assert explained[: len(columns)] == columns


def test_every_status_word_is_explained():
    rows = re.findall(
        r"^\| `(\w+)` \| ", OPERATIONS.partition("| Word |")[2].partition("\n\n")[0], re.MULTILINE
    )
    assert sorted(rows) == sorted(Word)


def test_the_times_of_the_lag_are_those_of_the_code():
    assert f"looks of the last {WINDOW:g} s" in OPERATIONS
    assert f"(at most {KEPT})" in OPERATIONS
    assert f"sign of life in the last {SILENT_AFTER:g} s" in OPERATIONS
    assert f"the first look is {SURE_AFTER:g} s ago" in OPERATIONS


@pytest.mark.parametrize(
    ("heading", "module"),
    [
        ("Metrics", metrics),
        ("Metrics of the control service", gauges),
        ("Metrics of the webhooks", webhook_metrics),
    ],
)
def test_every_metric_is_explained_as_the_code_does(heading: str, module: ModuleType):
    assert read_rows(OPERATIONS, heading) == [describe_metric(metric) for metric in find_metrics(module)]


def find_metrics(module: ModuleType) -> list[MetricWrapperBase]:
    return [metric for metric in vars(module).values() if isinstance(metric, MetricWrapperBase)]


def describe_metric(metric: MetricWrapperBase) -> list[str]:
    """Name, type, labels and meaning."""
    (family,) = metric.describe()
    name = f"`{family.name}{'_total' if family.type == 'counter' else ''}`"
    labels = ", ".join(f"`{label}`" for label in metric._labelnames)
    return [name, family.type, labels, family.documentation]


def test_every_exit_code_is_explained():
    assert [row[0] for row in read_rows(OPERATIONS, "Exit codes")] == [str(code.value) for code in Exit]


def test_every_event_of_the_log_that_is_named_is_written_somewhere():
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "services" / "kit").glob("*.py"))
    named = [name for row in read_rows(OPERATIONS, "Logs") for name in re.findall(r"`(\w+)`", row[0])]
    written = re.findall(r'log\.\w+\(\s*"(\w+)"', code)
    assert sorted(named) == sorted(set(written))


# Decisions


def test_decisions_are_numbered_without_gaps():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=name_page)
def test_a_decision_has_context_a_line_to_quote_consequences_and_a_check(page: Path):
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences", "Check"]
    assert len(re.findall(r"^> .+$", text, re.MULTILINE)) == 1
    assert text.partition("## Check\n\n- ")[2]


@pytest.mark.parametrize("page", DECISIONS, ids=name_page)
def test_the_checks_that_a_decision_names_exist(page: Path):
    checks = page.read_text(encoding="utf-8").partition("## Check")[2]
    for path, name in re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", checks):
        assert (
            f"def {name}(" in (ROOT / path).read_text(encoding="utf-8") if name else (ROOT / path).is_file()
        )
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name in re.findall(r'contract "([^"]+)"', checks):
        assert f'name = "{name}"' in contracts


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=name_page)
def test_lock_lists_hold_hashes_and_no_address(path: Path):
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert pins
    for pin in pins:
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+ ", pin), pin
        assert "--hash=sha256:" in pin, pin
        assert not re.search(r"://|--\w*index|--find-links| @ ", pin), pin


def test_attribution_takes_a_parse_and_nothing_else():
    """The seam that a model can take: what has no default is the parsed text alone."""
    parameters = inspect.signature(attribute).parameters.values()
    needed = [one for one in parameters if one.default is inspect.Parameter.empty]
    assert [one.annotation for one in needed] == [Doc]
