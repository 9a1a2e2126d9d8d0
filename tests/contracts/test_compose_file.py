"""docker-compose.yml and the Dockerfile keep what the topology and the settings promise."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas import TOPOLOGY
from services.desk.settings import DeskSettings
from services.fetching import FetchSettings
from services.kit.settings import Settings

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
STAGES = [row.stage.value for row in TOPOLOGY]
OURS = {name: service for name, service in SERVICES.items() if "copydesk" in service["image"]}
STANDING = {name: service for name, service in SERVICES.items() if name not in {"setup", "cli"}}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
FINAL_STAGE = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]

each_worker = pytest.mark.parametrize("stage", [*STAGES, "control", "feeds", "webhooks"])
each_of_ours = pytest.mark.parametrize("name", OURS)
each_service = pytest.mark.parametrize("name", SERVICES)


def set_by_default(value: str) -> str:
    """The value with each ${NAME:-default} replaced by its default."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def read_seconds(duration: str) -> float:
    """Seconds in a duration such as 60s."""
    match = re.fullmatch(r"(\d+)s", duration)
    assert match, duration
    return float(match[1])


def read_names(lines: list[str]) -> set[str]:
    """Normalised names of the distributions in requirement lines."""
    found = [re.match(r"[A-Za-z0-9][\w.-]*", line) for line in lines]
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}


def test_the_workers_are_the_stages_of_the_topology():
    commands = {name: service["command"] for name, service in OURS.items() if name not in {"setup", "cli"}}

    assert commands == {
        **{stage: f"worker {stage}" for stage in STAGES},
        "control": "control",
        "desk": "desk",
        "feeds": "feeds poll --every 900",
        "webhooks": "webhooks run",
    }


@each_worker
def test_a_worker_waits_for_groups_and_tables(stage):
    assert SERVICES[stage]["depends_on"] == {"setup": {"condition": "service_completed_successfully"}}


def test_groups_and_tables_wait_for_servers_that_answer():
    assert SERVICES["setup"]["command"] == "topology apply"
    healthy = {"condition": "service_healthy"}
    assert SERVICES["setup"]["depends_on"] == {"redis": healthy, "postgres": healthy}


@each_worker
def test_a_worker_may_be_there_more_than_once(stage):
    assert not {"ports", "container_name", "hostname"} & set(SERVICES[stage])


@each_service
def test_no_service_has_a_name_that_only_one_project_can_have(name):
    assert "container_name" not in SERVICES[name]


@each_service
def test_ports_are_open_to_this_machine_only(name):
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


def test_default_settings_find_what_is_published_on_the_host():
    published = {
        set_by_default(port)
        for service in SERVICES.values()
        if "profiles" not in service
        for port in service.get("ports", [])
    }
    defaults = {
        name: field.default.get_secret_value()
        for name, field in Settings.model_fields.items()
        if name.endswith("_url")
    }

    desk = f"127.0.0.1:{DeskSettings.model_fields['port'].default}:8400"
    assert published == {"127.0.0.1:6379:6379", "127.0.0.1:5432:5432", desk}
    assert defaults["redis_url"] == "redis://127.0.0.1:6379/0"
    within = set_by_default(OURS["cli"]["environment"]["COPYDESK_DATABASE_URL"])
    assert defaults["database_url"] == within.replace("@postgres:", "@127.0.0.1:")


def test_the_password_in_the_address_is_the_one_of_the_server():
    password = SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"]

    assert f":{password}@postgres:5432" in OURS["cli"]["environment"]["COPYDESK_DATABASE_URL"]


@each_worker
def test_every_variable_given_to_a_worker_is_a_setting(stage):
    known = {f"COPYDESK_{name}".upper() for name in Settings.model_fields}
    known |= {f"COPYDESK_FETCH_{name}".upper() for name in FetchSettings.model_fields}

    assert set(SERVICES[stage]["environment"]) <= known


def test_the_desk_waits_for_groups_and_tables_and_knows_every_variable_that_it_is_given():
    desk, known = SERVICES["desk"], {f"COPYDESK_{name}".upper() for name in Settings.model_fields}
    known |= {f"COPYDESK_FETCH_{name}".upper() for name in FetchSettings.model_fields}
    known |= {f"COPYDESK_DESK_{name}".upper() for name in DeskSettings.model_fields}

    assert desk["depends_on"] == {"setup": {"condition": "service_completed_successfully"}}
    assert set(desk["environment"]) <= known
    own = {
        name.removeprefix("COPYDESK_DESK_").lower(): set_by_default(value)
        for name, value in desk["environment"].items()
        if name.startswith("COPYDESK_DESK_")
    }
    settings = DeskSettings(**own)
    assert settings.lets_everybody_read()
    assert settings.read_tokens() == ()


def test_the_health_check_of_the_desk_asks_where_it_listens_by_a_name_that_it_answers_to():
    desk = SERVICES["desk"]

    assert desk["healthcheck"]["test"] == SERVICES["clean"]["healthcheck"]["test"]
    assert desk["environment"]["COPYDESK_HEALTH_PORT"] == desk["environment"]["COPYDESK_DESK_PORT"]
    assert "127.0.0.1" in desk["environment"]["COPYDESK_DESK_HOSTS"].split()
    [port] = desk["ports"]
    assert port.endswith(f":{desk['environment']['COPYDESK_DESK_PORT']}")


def test_passwords_of_files_reach_every_service_that_has_them_in_the_environment():
    changed = yaml.load((ROOT / "deploy" / "compose.secrets.yml").read_text(), Loader=Plain)["services"]

    assert set(changed) == {*OURS, "postgres"}
    for name in OURS:
        assert "copydesk_database_url" in changed[name]["secrets"]
    assert changed["desk"]["environment"]["COPYDESK_DESK_TOKENS"] is None


class Plain(yaml.SafeLoader):
    """Reads Compose's own tag as the value it stands for."""


Plain.add_constructor("!reset", lambda loader, node: None)


def test_behind_a_proxy_desks_publish_no_port_and_the_proxy_has_theirs():
    changed = yaml.load((ROOT / "deploy" / "compose.proxy.yml").read_text(), Loader=Plain)["services"]

    assert changed["desk"]["ports"] is None
    assert changed["proxy"]["ports"] == SERVICES["desk"]["ports"]
    assert all((ROOT / volume.split(":")[0]).is_file() for volume in changed["proxy"]["volumes"])


@each_worker
def test_docker_waits_longer_than_work_in_hand_and_its_release_take(stage):
    grace = float(set_by_default(SERVICES[stage]["environment"]["COPYDESK_GRACE"]))

    assert grace == Settings.model_fields["grace"].default
    assert read_seconds(SERVICES[stage]["stop_grace_period"]) > 2 * grace


@each_worker
def test_a_worker_is_asked_whether_it_makes_progress(stage):
    service = SERVICES[stage]
    [health_check] = re.findall(r"^COPY (\S+) /opt/copydesk/$", FINAL_STAGE, re.MULTILINE)

    assert service["healthcheck"]["test"] == ["CMD", "python", f"/opt/copydesk/{Path(health_check).name}"]
    assert (ROOT / health_check).is_file()
    assert service["environment"]["COPYDESK_HEALTH_PORT"] == "8080"


@pytest.mark.parametrize("name", STANDING)
def test_what_is_meant_to_stand_is_started_again(name):
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]


@each_of_ours
def test_our_containers_cannot_gain_rights_or_change_themselves(name):
    service = SERVICES[name]

    assert (service["read_only"], service["cap_drop"], service["init"]) == (True, ["ALL"], True)
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"][0].startswith("/tmp:size=")


@each_service
def test_what_a_container_writes_to_the_log_is_bounded(name):
    assert set(SERVICES[name]["logging"]["options"]) == {"max-size", "max-file"}


def test_the_command_comes_only_when_called():
    assert SERVICES["cli"]["profiles"] == ["cli"]
    assert SERVICES["feeds"]["profiles"] == ["feeds"]
    assert SERVICES["cli"]["volumes"] == ["./examples:/examples:ro"]


def test_redis_keeps_every_entry():
    command = " ".join(SERVICES["redis"]["command"])

    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]


def test_one_image_is_built_once():
    assert [name for name, service in SERVICES.items() if "build" in service] == ["setup"]
    assert {service["image"] for service in OURS.values()} == {"${COPYDESK_IMAGE:-copydesk:local}"}


def test_the_image_runs_as_a_user_with_a_fixed_number():
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)

    assert users == ["10001:10001"]
    assert FINAL_STAGE.index("USER ") > FINAL_STAGE.rindex("RUN ")


def test_every_installed_distribution_is_pinned_by_its_hash():
    from_files = re.findall(r"pip (?:--python \S+ )?install (.+?-r \S+)", DOCKERFILE)

    assert len(from_files) == 2
    assert all("--require-hashes" in command for command in from_files)


def test_the_image_gets_all_that_the_project_depends_on_and_no_servers():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = read_names((ROOT / "requirements" / "run.txt").read_text().splitlines())

    assert read_names(project["dependencies"]) <= pinned
    assert not read_names(project["optional-dependencies"]["embedded"]) & pinned


def test_the_builder_is_given_all_that_the_image_is_made_of():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    given = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert {source for sources in copied for source in sources.split()} == given
