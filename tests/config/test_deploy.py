"""What stands in deploy/ and docs/operations.md is what the code does."""

import ast
import re
import subprocess

import pytest
import yaml

from config.embedded.folder import VARIABLES
from config.embedded.launch import commands
from tests.config.launching import CHECKOUT

COMPOSE = yaml.safe_load((CHECKOUT / "deploy" / "compose.yaml").read_text())
PAGE = (CHECKOUT / "docs" / "operations.md").read_text()
SERVICES = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat", "sealer", "backup")
#: Ours to set and nobody else's, or no business of ours at all.
NOT_SETTINGS = {"PROBITY_EMBEDDED", "PROBITY_LAUNCHER", "XDG_RUNTIME_DIR", "PATH", "MAKELEVEL"}


def variables():
    """What the code asks the environment for."""
    found = set()
    for source in [CHECKOUT / "manage.py", *(CHECKOUT / "config").rglob("*.py")]:
        for node in ast.walk(ast.parse(source.read_text())):
            name = None
            if isinstance(node, ast.Call) and node.args:
                if ast.unparse(node.func) in ("os.environ.get", "given", "secret", "database"):
                    name = node.args[0]
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                name = node.slice
            if isinstance(name, ast.Constant):
                found.add(name.value)
    return (found | set(VARIABLES.values())) - NOT_SETTINGS


def told():
    """The variables in the tables of the page."""
    return set(re.findall(r"^\| `([A-Z_]+)`", PAGE, re.MULTILINE))


def test_every_variable_is_told_and_no_other():
    there = {name.removesuffix("_FILE") for name in variables()}
    assert there == told()


def test_compose_gives_our_processes_only_variables_there_are():
    for name in OURS:
        given = {variable.removesuffix("_FILE") for variable in SERVICES[name]["environment"]}
        assert given <= told(), name


@pytest.mark.parametrize("name", ["web", "worker", "beat", "sealer"])
def test_compose_starts_what_the_launcher_starts(name):
    _python, *words = dict(commands("0.0.0.0", 8000))[name]

    assert SERVICES[name]["command"] == ["python", *words]


def test_only_what_migrates_and_backs_up_has_the_owners_address():
    for name in OURS:
        owner = "MIGRATOR_DATABASE_URL_FILE" in SERVICES[name]["environment"]
        assert owner is ("migrator_database_url" in SERVICES[name]["secrets"]), name
        assert owner is (name in ("migrate", "backup")), name


def test_every_secret_is_a_file_and_none_stands_in_the_environment():
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|TOKEN|_URL$|_URL_FILE", variable) and variable != "PUBLIC_URL":
                assert variable.endswith("_FILE"), variable
                assert value.removeprefix("/run/secrets/") in service["secrets"], (name, variable)
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])


def test_our_containers_have_no_root_no_capability_and_a_read_only_disk():
    for name in OURS:
        service = SERVICES[name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged"), name
    assert re.search(r"^USER probity$", (CHECKOUT / "deploy" / "Dockerfile").read_text(), re.MULTILINE)


def test_only_the_proxy_is_reached_from_outside_and_it_is_trusted():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    (subnet,) = COMPOSE["networks"]["proxied"]["ipam"]["config"]
    assert SERVICES["web"]["environment"]["TRUSTED_PROXIES"] == subnet["subnet"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_every_variable_that_compose_asks_for_has_an_example():
    text = (CHECKOUT / "deploy" / "compose.yaml").read_text()
    example = (CHECKOUT / "deploy" / ".env.example").read_text()
    asked = set(re.findall(r"\$\{([A-Z_]+)", text))
    assert asked == set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))


def test_every_alarm_has_a_paragraph_that_says_what_to_do():
    from foundation.jobs.alarms import conditions

    for condition in conditions():
        assert f"**`{condition.name}`**" in PAGE, condition.name


def test_every_command_on_the_page_is_one_there_is():
    from django.core.management import get_commands

    known = set(get_commands())
    named = set(re.findall(r"manage\.py (\w+)", PAGE))
    assert named
    assert named <= known
    targets = set(re.findall(r"^(\w[\w-]*):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    assert (
        set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(re.findall(r"`[^`]+`|```.*?```", PAGE, re.DOTALL))))
        <= targets
    )


def test_no_secret_can_be_committed_beside_compose():
    asked = ["deploy/secrets/database_url", "deploy/.env"]
    done = subprocess.run(
        ["git", "check-ignore", *asked], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == asked
