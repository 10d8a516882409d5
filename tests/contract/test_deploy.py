"""What deploy/ tells an operator is what the code reads."""

import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
# What a process that answers strangers must never hold.
COMMANDS_ONLY = re.compile(r"SUPERUSER|OWNER|OPERATOR|BACKUP")


def settings_read() -> set[str]:
    """Every environment variable of ours that the code or a script asks for."""
    config = (ROOT / "platform/klankbord/config.py").read_text()
    names = {
        f"KLANKBORD_{name}"
        for name in re.findall(r'(?:required|optional)\("([A-Z_]+)"', config)
    }
    scripts = [*DEPLOY.glob("*.sh"), *ROOT.glob("platform/klankbord/**/*.py")]
    for script in scripts:
        if "testing" not in script.parts:
            names |= set(re.findall(r"\bKLANKBORD_[A-Z_]*[A-Z]\b", script.read_text()))
    return names | {"SENTRY_DSN"}


def names_in(path: Path) -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", path.read_text(), re.MULTILINE))


def test_every_setting_is_explained_and_no_other():
    table = re.findall(r"^\|(.*?)\|", (DEPLOY / "README.md").read_text(), re.MULTILINE)
    explained = {
        name
        for cell in table
        for name in re.findall(r"`((?:KLANKBORD|SENTRY)_[A-Z_]+)`", cell)
    }

    assert explained == settings_read()


@pytest.mark.parametrize(
    "example", sorted(DEPLOY.glob("*.env.example")), ids=lambda path: path.name
)
def test_an_example_sets_only_what_the_code_reads(example: Path):
    assert names_in(example)
    assert names_in(example) <= settings_read()


def test_the_processes_get_no_more_rights_than_they_need():
    web = names_in(DEPLOY / "klankbord.env.example")
    commands = names_in(DEPLOY / "operator.env.example")

    assert [name for name in web if COMMANDS_ONLY.search(name)] == []
    assert [name for name in commands if not COMMANDS_ONLY.search(name)] == []
    compose = (DEPLOY / "compose.yaml").read_text()
    assert compose.count("operator.env]") == 1  # only the service that migrates


@pytest.mark.parametrize(
    "script", sorted(DEPLOY.glob("*.sh")), ids=lambda path: path.name
)
def test_a_script_can_be_run_and_has_no_faults_of_syntax(script: Path):
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", script], check=True)


def test_the_proxy_keeps_every_address_with_a_secret_out_of_its_log(app: Flask):
    secret = {
        rule.rule for rule in app.url_map.iter_rules() if "token" in rule.arguments
    }

    assert secret
    assert {rule for rule in secret if not rule.startswith("/u/")} == set()
    assert "location /u/ { access_log off;" in (DEPLOY / "README.md").read_text()
