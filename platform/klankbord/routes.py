"""`klankbord routes`: every address of the app, and who it is for."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import click
import orjson
from flask import Flask
from werkzeug.routing import Rule

if TYPE_CHECKING:
    from klankbord.permissions import Permission


@dataclass(frozen=True)
class Route:
    """One address: `example` has invented ids, `rows` says of which kind they are."""

    endpoint: str
    rule: str
    methods: tuple[str, ...]
    permission: str
    plugin: str
    audience: str
    example: str
    rows: dict[str, str]


def list_routes(app: Flask) -> list[Route]:
    """Return every route, by its address."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    return [_route(app, rule) for rule in sorted(rules, key=lambda rule: rule.rule)]


def print_routes(routes: Iterable[Route], *, as_json: bool) -> None:
    """Write the routes to the shell, as a table or as JSON."""
    if as_json:
        options = orjson.OPT_INDENT_2
        click.echo(orjson.dumps([asdict(route) for route in routes], option=options))
        return
    for route in routes:
        methods = ",".join(route.methods)
        click.echo(f"{methods:7}{route.rule:60}{route.audience:8}{route.permission}")


def _route(app: Flask, rule: Rule) -> Route:
    view = app.view_functions[rule.endpoint].__dict__
    permission: Permission | None = view.get("permission")
    rows: dict[str, str] = view.get("example", {})
    owner = permission.owner if permission else ""
    return Route(
        endpoint=rule.endpoint,
        rule=rule.rule,
        methods=tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
        permission=permission.name if permission else "",
        plugin=owner if owner in app.extensions["klankbord-plugins"] else "",
        audience=permission.audience if permission else "public",
        example=_example(app, rule, rows),
        rows={name: rows[name] for name in sorted(rule.arguments) if name in rows},
    )


def _example(app: Flask, rule: Rule, rows: dict[str, str]) -> str:
    """Return an address that the rule matches, with the same invented ids each time."""
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]  # noqa: SLF001 - no public way to ask
        kind = type(converter).__name__
        if kind == "UUIDConverter":
            values[name] = uuid5(NAMESPACE_URL, rows.get(name, name))
        else:
            values[name] = 1 if kind == "IntegerConverter" else rows.get(name, name)
    built = app.url_map.bind("example.test").build(
        rule.endpoint, values, method=min(rule.methods or {"GET"})
    )
    return str(built)
