"""A plugin reads the core's rows, and changes them through the core's services only.

It selects columns and never whole rows of the core, so it holds none to change; and it
makes, inserts, updates or deletes none. Both are read in its source.
"""

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from klankbord.db import Base
from klankbord.plugin import installed_plugins

ROOT = Path(__file__).parents[2]
OUTSIDE = ROOT / "tests/outside/klankbord_visitor_book/klankbord_visitor_book"
GETS_A_ROW = {"get", "take", "select", "insert", "update", "delete", "get_one"}


def folders() -> dict[str, Path]:
    """Where the source of each plugin is: the installed ones, and the outside one."""
    found = {OUTSIDE.name: OUTSIDE}
    for plugin in installed_plugins().values():
        for blueprint in plugin.blueprints:
            package = blueprint.import_name.partition(".")[0]
            spec = find_spec(package)
            assert spec
            assert spec.origin
            found[package] = Path(spec.origin).parent
    return found


def known_of_core(tree: ast.Module) -> dict[str, object]:
    """Return what a file imports from the core, by the name it has there."""
    known: dict[str, object] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        if node.module.partition(".")[0] != "klankbord":
            continue
        module = import_module(node.module)
        for alias in node.names:
            what = getattr(module, alias.name, None)
            if what is None:
                what = import_module(f"{node.module}.{alias.name}")
            known[alias.asname or alias.name] = what
    return known


def writes(source: str) -> Iterator[str]:
    """Yield each call that makes, takes, changes or deletes a row of the core."""
    tree = ast.parse(source)
    known = known_of_core(tree)

    def is_row(node: ast.expr) -> bool:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            what = getattr(known.get(node.value.id), node.attr, None)
            module = isinstance(known.get(node.value.id), ModuleType)
            return module and isinstance(what, type) and issubclass(what, Base)
        what = known.get(node.id) if isinstance(node, ast.Name) else None
        return isinstance(what, type) and issubclass(what, Base)

    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = getattr(called, "attr", getattr(called, "id", ""))
        if (name in GETS_A_ROW and any(map(is_row, node.args))) or is_row(called):
            yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("package", folders())
def test_a_plugin_writes_no_rows_of_the_core(package: str):
    sources = sorted(folders()[package].rglob("*.py"))
    assert sources
    found = {path.name: list(writes(path.read_text("utf-8"))) for path in sources}
    assert {name: calls for name, calls in found.items() if calls} == {}


IMPORT = """
from sqlalchemy import delete, insert, select, update
from klankbord.people.models import CaseFile, Client
from klankbord.people import models
from klankbord.people.models import ClientKind
from klankbord_visitor_book.models import Entry
"""


@pytest.mark.parametrize(
    "line",
    [
        "ctx.session.add(Client(given_name='Noor'))",
        "ctx.session.add(models.Client(given_name='Noor'))",
        "ctx.session.execute(update(Client).values(given_name='Noor'))",
        "ctx.session.execute(insert(CaseFile), rows)",
        "ctx.session.execute(delete(Client).where(Client.id == client_id))",
        "ctx.get(Client, client_id).given_name = 'Noor'",
        "ctx.session.scalar(select(Client)).given_name = 'Noor'",
    ],
)
def test_each_way_of_writing_is_noticed(line: str):
    assert list(writes(IMPORT + line))


@pytest.mark.parametrize(
    "line",
    [
        "ctx.session.execute(select(Client.given_name).join(CaseFile))",
        "select(Entry).join(Client, Client.id == Entry.client_id)",
        "ctx.session.add(Entry(client_id=client_id))",
        "ctx.session.execute(delete(Entry))",
        "ClientKind('parent')",
        "models.ClientKind('parent')",
    ],
)
def test_reading_the_core_and_writing_ones_own_is_fine(line: str):
    assert list(writes(IMPORT + line)) == []
