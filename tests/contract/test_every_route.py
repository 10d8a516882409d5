"""Each route, for each role: an id of elsewhere answers as one that never was.

The routes come from the app's own url map, the rows from the demo's history: two
organisations with a year behind them, and a third whose plugins are off.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update
from subjects import spelled_out

from klankbord.accounts.models import Account
from klankbord.db import TenantSession
from klankbord.demo import history
from klankbord.people.models import CaseMember
from klankbord.permissions import Role
from klankbord.plugin import installed_plugins
from klankbord.routes import list_routes
from klankbord.tenants.models import PluginState, TenantPlugin
from klankbord.testing.tenants import Person, visitor

MOST_IDS = 90
MANY = 12
# These need a moment that the demo's history does not hold: an invitation on its way, a
# draft, a copy that was kept. The tests of their rooms open them.
NO_SUCH_MOMENT = {
    "invitations.": "tests/core/invitations",
    "questionnaires.": "tests/core/questionnaires",
    "samen_sterker.kept": "tests/plugins/samen_sterker",
    "samen_sterker.worker_kept": "tests/plugins/samen_sterker",
    "samen_sterker.throw_away": "tests/plugins/samen_sterker",
    "samen_sterker.worker_throw_away": "tests/plugins/samen_sterker",
    "samen_sterker.missed": "tests/plugins/samen_sterker",
}


@dataclass(frozen=True)
class Side:
    """An organisation of the demo, with a browser for each role in it."""

    tenant: object
    browsers: dict[str, object]
    ids: dict[str, list[str]]
    members: list[tuple[str, str]]


def ids_by_table(make, tenant, tables):
    with TenantSession(make.engine, tenant.id) as session:
        return {
            table: [
                str(found)
                for found in session.scalars(
                    text(
                        f"select id from {table} where tenant_id = :tenant_id"  # noqa: S608
                        f" order by id limit {MOST_IDS}"
                    )
                )
            ]
            for table in tables
        }


def members(make, tenant):
    """Return who takes part in which case."""
    with TenantSession(make.engine, tenant.id) as session:
        rows = session.execute(select(CaseMember.case_id, CaseMember.client_id))
        return [(str(row.case_id), str(row.client_id)) for row in rows]


def browsers(make, app, tenant):
    with TenantSession(make.engine, tenant.id) as session:
        accounts = session.execute(
            select(Account.id, Account.roles, Account.client_id, Account.team_id)
            .where(Account.disabled_at.is_(None))
            .order_by(Account.created_at, Account.id)
        ).all()
    found = {"visitor": visitor(app, tenant)}
    for account in accounts:
        role = account.roles[0]
        person = Person(
            tenant,
            account.id,
            frozenset({Role(role)}),
            "",
            client_id=account.client_id,
            team_id=account.team_id,
        )
        number = sum(name.startswith(role) for name in found)
        if number < (MANY if role in {"parent", "youth", "child", "worker"} else 1):
            found[f"{role} {number}"] = make.sign_in(app, person)
    return found


@pytest.fixture(scope="module")
def routes(app):
    return [route for route in spelled_out(list_routes(app)) if tables_of(route)]


@pytest.fixture(scope="module")
def sides(app, config, session_maker, routes):
    """Two organisations with history, and one with the same whose plugins are off."""
    cast = history.prepare(app, config, progress=str)
    tables = sorted({table for route in routes for table in tables_of(route)})
    off = cast.tenants[2]
    with TenantSession(session_maker.operator, off.id) as session:
        session.execute(update(TenantPlugin).values(state=PluginState.FROZEN))
        session.commit()
    with session_maker.operator.begin() as connection:
        connection.execute(text("update tenant set revision = revision + 1"))
    return [
        Side(
            tenant,
            browsers(session_maker, app, tenant),
            ids_by_table(session_maker, tenant, tables),
            members(session_maker, tenant),
        )
        for tenant in cast.tenants
    ]


def tables_of(route):
    """Return the tables whose ids stand in the address."""
    return [route.rows[name] for name in re.findall(r"<uuid:(\w+)>", route.rule)]


def one_of_each(browsers):
    """Return one browser for each role: the first."""
    return [
        (name, one)
        for name, one in browsers.items()
        if not name.split()[-1].isdigit() or name.endswith(" 0")
    ]


def meant_for(route, browsers):
    """Return the browsers of the route's audience: the others are refused anyway."""
    portal = {"parent", "youth", "child", "buddy"}
    return [
        one
        for name, one in browsers.items()
        if route.audience == "public"
        or (name.split()[0] in portal) == (route.audience == "portal")
    ]


def candidates(tables, side):
    """Yield ids that may stand together in an address."""
    if set(tables) == {"case_file", "client"}:
        for case_id, client_id in side.members:
            yield {"case_file": case_id, "client": client_id}
        return
    for place in range(MOST_IDS):
        ids = {
            table: side.ids[table][place]
            for table in tables
            if place < len(side.ids[table])
        }
        if len(ids) < len(set(tables)):
            return
        yield ids


def address(route, ids):
    path = re.sub(r"<int:\w+>", "1", route.rule)
    for name, table in route.rows.items():
        path = path.replace(f"<uuid:{name}>", ids.get(table, str(uuid4())))
        path = re.sub(rf"<(\w+:)?{name}>", table, path)
    return path


def ask(browser, route, path):
    if "GET" in route.methods:
        return browser.get(path)
    return browser.post(path, data={})


def told(response, path):
    """Return all that somebody can tell apart, without chance and without the id."""
    ids = set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", path))
    body = response.text
    headers = dict(response.headers)
    for name in ("X-Request-Id", "Content-Length", "Set-Cookie", "Retry-After"):
        headers.pop(name, None)
    everything = f"{response.status_code}\n{sorted(headers.items())}\n{body}"
    for found in ids:
        everything = everything.replace(found, "ID").replace(
            found.replace("-", ""), "ID"
        )
    everything = re.sub(r'value="[0-9a-f-]{36}"', "KEY", everything)
    everything = re.sub(r'value="[\w.\-]{60,}"', "TOKEN", everything)
    return re.sub(r"nonce[-=]\"?[\w-]+", "NONCE", everything)


def test_an_id_of_elsewhere_is_answered_as_one_that_never_was(sides, routes):
    ours, theirs = sides[0], sides[1]
    faults = []
    for route in routes:
        foreign = {
            table: theirs.ids[table][0] if theirs.ids[table] else str(uuid4())
            for table in tables_of(route)
        }
        for name, browser in one_of_each(ours.browsers):
            here, nowhere = address(route, foreign), address(route, {})
            first = ask(browser, route, here)
            second = ask(browser, route, nowhere)
            if told(first, here) != told(second, nowhere):
                faults.append(f"{name}: {route.rule} tells a foreign id apart")
            if first.status_code not in {303, 403, 404}:
                faults.append(f"{name}: {route.rule} answers {first.status_code}")
    assert faults == []


def test_every_route_opens_for_somebody_with_an_id_of_their_own(sides, routes):
    """The positive control: otherwise 'always 404' would pass the test above."""
    ours = sides[0]
    opened = defaultdict(set)
    for route in sorted(routes, key=lambda one: "GET" not in one.methods):
        tables = tables_of(route)
        for ids in candidates(tables, ours):
            for browser in meant_for(route, ours.browsers):
                answer = ask(browser, route, address(route, ids))
                opened[route.endpoint].add(answer.status_code)
                if answer.status_code in GOOD["GET" in route.methods]:
                    break
            if opened[route.endpoint] & GOOD["GET" in route.methods]:
                break
    closed = [
        f"{route.rule}: {sorted(opened[route.endpoint])}"
        for route in routes
        if not opened[route.endpoint] & GOOD["GET" in route.methods]
        and not route.endpoint.startswith(tuple(NO_SUCH_MOMENT))
    ]
    assert not closed, "\n".join(closed)


GOOD = {True: {200, 302, 409}, False: {303, 400, 409, 422}}


def test_a_plugin_that_is_off_answers_as_for_an_id_that_never_was(sides, routes):
    off = sides[2]
    faults = []
    for route in (one for one in routes if one.plugin in installed_plugins()):
        own = {
            table: off.ids[table][0] if off.ids[table] else str(uuid4())
            for table in tables_of(route)
        }
        for name, browser in one_of_each(off.browsers):
            here, nowhere = address(route, own), address(route, {})
            if told(ask(browser, route, here), here) != told(
                ask(browser, route, nowhere), nowhere
            ):
                faults.append(f"{name}: {route.rule} shows that it exists")
    assert faults == []


def test_no_route_answers_with_an_error_of_ours(sides, app):
    """Every address without an id, for every role: never 500."""
    plain = [
        route
        for route in list_routes(app)
        if not route.rows and "<" not in route.rule and "sign-out" not in route.rule
    ]
    faults = [
        f"{name}: {route.rule}"
        for route in plain
        for name, browser in one_of_each(sides[0].browsers)
        if "GET" in route.methods and browser.get(route.rule).status_code >= 500
    ]
    assert faults == []
