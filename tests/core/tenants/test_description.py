"""An organisation is described in a folder; what is unknown is refused in words."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from klankbord.plugin import installed_plugins
from klankbord.tenants.description import DescriptionInvalid, read
from klankbord.testing.servers import environment_of

KLANKBORD = Path(sys.executable).with_name("klankbord")
TENANTS = Path(__file__).parents[3] / "tenants"


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "zilverwiek"
    shutil.copytree(TENANTS / "zilverwiek", copy)
    return copy


def klankbord(databases, valkey, *words):
    return subprocess.run(
        [KLANKBORD, *words],
        env=environment_of(databases, valkey),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("slug", ["wsg", "jgb", "zilverwiek"])
def test_the_three_organisations_of_the_demo_are_well_described(slug):
    assert read(TENANTS / slug, installed_plugins()).slug == slug


WRONG = {
    "an unknown key": ('colour = "red"\n', "colour"),
    "an unknown language": ('languages = ["xx"]\n', "languages"),
    "a host with a path": ('hosts = ["evil.example/x"]\n', "hosts"),
    "a host in capitals": ('hosts = ["WSG.example"]\n', "hosts"),
    "a time zone of nowhere": ('time_zone = "Mars/Base"\n', "time_zone"),
    "no toml at all": ("= = =", "can't be read"),
    "a plugin that is not installed": ("[plugins.unknown]\n", "not installed"),
    "a setting that does not exist": (
        "[plugins.samen_sterker.settings]\nunknown = 1\n",
        "plugins.samen_sterker.settings",
    ),
}


@pytest.mark.parametrize(("toml", "named"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_named(folder, toml, named):
    path = folder / "tenant.toml"
    kept = [
        line
        for line in path.read_text().splitlines()
        if "=" not in line or line.split(" =")[0] != toml.split(" =")[0]
    ]
    path.write_text(
        toml + "\n".join(kept) if not toml.startswith("[") else path.read_text() + toml
    )
    with pytest.raises(DescriptionInvalid, match=named.replace(".", r"\.")):
        read(folder, installed_plugins())


def test_a_theme_that_is_hard_to_read_is_refused_by_name(folder):
    path = folder / "theme.css"
    path.write_text(
        path.read_text().replace("color-default: #", "color-default: #ffff")
    )
    with pytest.raises(DescriptionInvalid, match=r"theme\.css"):
        read(folder, installed_plugins())


def test_applying_twice_makes_one_organisation(own_databases, valkey, folder):
    first = klankbord(own_databases, valkey, "tenant", "apply", str(folder))
    assert first.returncode == 0, first.stderr
    assert klankbord(own_databases, valkey, "tenant", "apply", folder).returncode == 0
    listed = klankbord(own_databases, valkey, "tenant", "list").stdout
    assert listed == "zilverwiek\tactive\tzilverwiek.localhost\n"


def test_a_host_of_another_organisation_is_refused(own_databases, valkey, folder):
    assert klankbord(own_databases, valkey, "tenant", "apply", folder).returncode == 0
    other = folder.with_name("other")
    shutil.copytree(folder, other)
    done = klankbord(own_databases, valkey, "tenant", "apply", other)
    assert done.returncode == 1
    assert "belongs to another organisation" in done.stderr


def test_suspending_resuming_and_closing_show_in_the_list(
    own_databases, valkey, folder
):
    klankbord(own_databases, valkey, "tenant", "apply", folder)
    klankbord(own_databases, valkey, "tenant", "suspend", "zilverwiek")
    assert "suspended" in klankbord(own_databases, valkey, "tenant", "list").stdout
    klankbord(own_databases, valkey, "tenant", "resume", "zilverwiek")
    assert "active" in klankbord(own_databases, valkey, "tenant", "list").stdout
    closed = klankbord(own_databases, valkey, "tenant", "close", "zilverwiek")
    assert "klankbord tenant delete zilverwiek" in closed.stdout
    assert "closed" in klankbord(own_databases, valkey, "tenant", "list").stdout
    missing = klankbord(own_databases, valkey, "tenant", "suspend", "nobody")
    assert "There is no organisation nobody" in missing.stderr


def test_a_command_without_any_setting_is_for_the_demo_that_runs_here(
    databases, valkey, tmp_path
):
    def list_tenants():
        return subprocess.run(
            [KLANKBORD, "tenant", "list"],
            env={"DEMO_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    without = list_tenants()
    assert "Set KLANKBORD_DATABASE_URL" in without.stderr

    settings = json.dumps(environment_of(databases, valkey))
    (tmp_path / "environment.json").write_text(settings)
    assert (list_tenants().returncode, list_tenants().stderr) == (0, "")


def test_a_missing_setting_is_told_in_a_sentence(databases, valkey):
    environment = environment_of(databases, valkey)
    del environment["KLANKBORD_REDIS_URL"]
    done = subprocess.run(
        [KLANKBORD, "tenant", "list"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Set KLANKBORD_REDIS_URL" in done.stderr
    assert "Traceback" not in done.stderr
