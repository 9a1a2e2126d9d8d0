"""What Prometheus and Grafana are given names what the code has, and the rules do what they say."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from schemas import TOPOLOGY
from services.control import gauges
from services.control.status import Word
from services.desk.webhooks import metrics as webhook_metrics
from services.kit import metrics
from tests.contracts.test_compose_file import SERVICES
from tests.contracts.test_docs import OPERATIONS, read_rows

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PROMETHEUS, GRAFANA = DEPLOY / "prometheus", DEPLOY / "grafana"
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
SCRAPE: dict[str, Any] = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["scrape_configs"][0]
DASHBOARD: dict[str, Any] = json.loads((GRAFANA / "dashboards" / "copydesk.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
each_panel = pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])


def find_series(module: ModuleType) -> Iterator[tuple[str, set[str]]]:
    """Name of each series that a module's metrics make, with its labels."""
    for metric in vars(module).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            labels = set(metric._labelnames)
            ends = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
            for end in ends:
                yield family.name + end, labels | ({"le"} if end == "_bucket" else set())


SERIES = {
    name: labels for module in (metrics, gauges, webhook_metrics) for name, labels in find_series(module)
}
OF_PROMETHEUS = {"instance", "job", "service"}


def check_expression(expression: str) -> None:
    """Fail where it names a metric or a label that nobody makes."""
    names = re.findall(r"copydesk_\w+", expression)
    unknown = set(names) - set(SERIES)
    assert not unknown, f"{expression}: nobody makes {unknown}"
    known = OF_PROMETHEUS | {label for name in names for label in SERIES[name]}
    used = re.findall(r"(?:by|on|without) \(([^)]*)\)", expression)
    assert {label.strip() for labels in used for label in labels.split(",")} <= known, expression
    for name, matchers in re.findall(r"(copydesk_\w+)\{([^}]*)\}", expression):
        assert set(re.findall(r"(\w+)\s*(?:=~|!=|!~|=)", matchers)) <= SERIES[name] | OF_PROMETHEUS, (
            expression
        )


# What is scraped


def test_whatever_stands_and_has_metrics_is_scraped_at_its_port():
    (discovery,) = SCRAPE["dns_sd_configs"]
    assert discovery["names"] == [*(row.stage.value for row in TOPOLOGY), "control", "webhooks"]
    ports = {SERVICES[name]["environment"]["COPYDESK_HEALTH_PORT"] for name in discovery["names"]}
    assert (discovery["type"], {str(discovery["port"])}) == ("A", ports)
    assert SCRAPE["metrics_path"] == "/metrics/"  # without the last slash each scrape would be redirected


def test_the_profile_gives_prometheus_and_grafana_their_files():
    for name in ("prometheus", "grafana"):
        assert SERVICES[name]["profiles"] == ["observability"]
        mounted = [volume.split(":") for volume in SERVICES[name]["volumes"]]
        folders = [(DEPLOY.parent / source, mode) for source, _, *mode in mounted if source.startswith("./")]
        assert folders
        assert all(folder.is_dir() and mode == ["ro"] for folder, mode in folders)


# The rules


@each_rule
def test_a_rule_asks_for_what_the_code_has(rule):
    check_expression(rule["expr"])
    words = re.findall(r'status="(\w+)"', rule["expr"])
    assert set(words) <= set(Word)


@each_rule
def test_a_rule_judges_by_time_and_status_and_never_by_how_much_waits(rule):
    counts = ("copydesk_backlog", "copydesk_pending", "copydesk_dead_letters", "copydesk_stream_entries")
    counts += ("copydesk_webhook_waiting",)
    assert not [name for name in re.findall(r"copydesk_\w+", rule["expr"]) if name.startswith(counts)]


@each_rule
def test_a_rule_says_how_bad_it_is_and_what_to_do(rule):
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert set(rule["annotations"]) == {"summary", "description"}


def test_every_word_that_is_not_well_has_a_rule():
    named = {word for rule in RULES for word in re.findall(r'status="(\w+)"', rule["expr"])}
    assert named == set(Word) - {Word.OK}


def test_every_rule_is_explained():
    explained = [(row[0].strip("`"), row[1]) for row in read_rows(OPERATIONS, "Alerts")]
    assert explained == [(rule["alert"], rule["labels"]["severity"]) for rule in RULES]


def test_every_rule_is_tested():
    tests = yaml.safe_load((PROMETHEUS / "alerts_test.yml").read_text())["tests"]
    fired = {
        check["alertname"]
        for test in tests
        for check in test.get("alert_rule_test", [])
        if check.get("exp_alerts")
    }
    assert fired == {rule["alert"] for rule in RULES}


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("no promtool here; on Debian: apt-get install prometheus")
    return found


@pytest.mark.parametrize(
    "words",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "rules", "alerts.yml"),
        ("test", "rules", "alerts_test.yml"),
    ],
    ids=" ".join,
)
def test_prometheus_accepts_the_configuration_and_the_rules_do_what_they_say(promtool, words):
    done = subprocess.run(
        [promtool, *words], cwd=PROMETHEUS, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


# The dashboard


def test_the_dashboard_is_whole():
    panels = DASHBOARD["panels"]
    assert DASHBOARD["uid"] == "copydesk"
    assert [panel["id"] for panel in panels] == list(range(1, len(panels) + 1))
    assert len({panel["title"] for panel in PANELS}) == len(PANELS)
    assert DASHBOARD["templating"]["list"][0]["query"]["query"] == "label_values(copydesk_status, stage)"


def test_no_panel_lies_on_another():
    cells = [
        (column, line)
        for place in (panel["gridPos"] for panel in DASHBOARD["panels"])
        for column in range(place["x"], place["x"] + place["w"])
        for line in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(column for column, _ in cells) < 24


@each_panel
def test_a_panel_asks_the_provisioned_source_for_what_the_code_has(panel):
    sources = yaml.safe_load((GRAFANA / "provisioning" / "datasources" / "prometheus.yml").read_text())
    (source,) = sources["datasources"]
    assert panel["targets"]
    for one in (panel, *panel["targets"]):
        assert one["datasource"] == {"type": source["type"], "uid": source["uid"]}
    for target in panel["targets"]:
        check_expression(target["expr"])
    assert panel["description"]


@each_panel
def test_prometheus_reads_every_question_of_a_panel(promtool, panel, tmp_path):
    """Grafana puts its own numbers in; as recording rules the questions can be checked."""
    questions = [
        target["expr"].replace("$__rate_interval", "1m").replace("$stage", ".*")
        for target in panel["targets"]
    ]
    rules = [{"record": f"question_{number}", "expr": one} for number, one in enumerate(questions)]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "panel", "rules": rules}]}))
    done = subprocess.run(
        [promtool, "check", "rules", str(tmp_path / "rules.yml")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_shows_every_measure_of_the_house_but_bookkeeping():
    """What is measured and shown to nobody helps nobody."""
    asked = {
        name
        for panel in PANELS
        for target in panel["targets"]
        for name in re.findall(r"copydesk_\w+", target["expr"])
    }
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked}
    measured = {
        re.sub(r"_(bucket|sum|count)$", "", name)
        for module in (gauges, webhook_metrics)
        for name, _ in find_series(module)
    }
    assert measured - families == {
        "copydesk_sampled_timestamp_seconds",
        "copydesk_status_since_timestamp_seconds",
    }


def test_grafana_finds_the_dashboard_where_compose_puts_it():
    provider = yaml.safe_load((GRAFANA / "provisioning" / "dashboards" / "copydesk.yml").read_text())
    path = provider["providers"][0]["options"]["path"]
    assert f"./deploy/grafana/dashboards:{path}:ro" in SERVICES["grafana"]["volumes"]
    assert "./deploy/grafana/provisioning:/etc/grafana/provisioning:ro" in SERVICES["grafana"]["volumes"]
