"""The built assets are those of the committed sources, and templates keep to them."""

import hashlib
import json
import re
from pathlib import Path

from klankbord.app import CORE_NAV
from klankbord.plugin import installed_plugins

ROOT = Path(__file__).parents[2]
CORE = ROOT / "platform" / "klankbord"
STATIC = CORE / "static"
MANIFEST = json.loads((STATIC / "manifest.json").read_text("utf-8"))
TEMPLATES = [
    *CORE.rglob("*.html"),
    *(ROOT / "plugins").rglob("*.html"),
    *(ROOT / "tests" / "gallery").rglob("*.html"),
]
ICON = re.compile(r"""\bicon(?:_name)?(?:\(|=)\s*["']([a-z0-9-]+)["']""")
COMPONENT = re.compile(r"\b(utrecht-[a-z0-9_-]+)")
INLINE = re.compile(r"""<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=["']""")


def source_hash() -> str:
    """Return the same hash that assets/build.mjs writes into the manifest."""
    digest = hashlib.sha256()
    found = sorted(str(path) for path in (CORE / "assets").rglob("*") if path.is_file())
    for path in [*map(Path, found), ROOT / "package-lock.json"]:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def drawn_icons() -> set[str]:
    """Return the names of the icons that the build has drawn."""
    shapes = (CORE / "templates" / "macros" / "icon_shapes.html").read_text("utf-8")
    return set(re.findall(r'^  "([a-z0-9-]+)": ', shapes, re.MULTILINE))


def test_the_built_assets_are_as_new_as_their_sources():
    assert MANIFEST["sources"] == source_hash(), "run `make assets` and commit static/"


def test_every_file_of_the_manifest_is_there_and_nothing_else_is():
    there = {path.name for path in STATIC.iterdir() if path.is_file()}
    notices = {name for name in there if name.endswith(".LEGAL.txt")}
    assert there - notices == {*MANIFEST["files"].values(), "manifest.json"}


def test_the_licences_of_what_we_serve_are_served_with_it():
    notices = {path.name for path in (STATIC / "licences").iterdir()}
    assert notices == {
        "andika-OFL.txt",
        "lexend-OFL.txt",
        "lucide-ISC.txt",
        "utrecht-EUPL.txt",
        "vazirmatn-OFL.txt",
    }


def test_every_icon_that_a_template_names_is_drawn():
    named = {
        name for path in TEMPLATES for name in ICON.findall(path.read_text("utf-8"))
    }
    assert named
    assert named - drawn_icons() == set()


def test_every_icon_in_a_menu_or_of_a_task_is_drawn():
    plugins = installed_plugins().values()
    named = {item.icon for item in CORE_NAV}
    named |= {item.icon for plugin in plugins for item in plugin.nav + plugin.tasks}
    assert named
    assert named - drawn_icons() == set()


def test_every_component_that_a_template_uses_is_in_the_style_sheet():
    ours = set(json.loads((CORE / "assets" / "components.json").read_text("utf-8")))
    used = {
        name
        for path in TEMPLATES
        for name in COMPONENT.findall(path.read_text("utf-8"))
    }
    assert "utrecht-button" in used
    assert used - ours == set()


def test_no_template_holds_a_style_or_a_script_of_its_own():
    assert INLINE.search('<p style="x">')
    assert INLINE.search("<script>x</script>")
    found = {
        str(path.relative_to(ROOT))
        for path in TEMPLATES
        if INLINE.search(path.read_text("utf-8"))
    }
    assert found == set()


def test_the_lock_of_the_assets_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name
