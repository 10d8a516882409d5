"""B5, B16, B18, B19, B20: a signed-in list page of fifty rows, as a browser gets it."""

import logging
import statistics
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from flask import Flask
from measure import Row, at_least, at_most, single
from server import ROUNDS, serving
from sqlalchemy import event, insert
from world import World, add_tenants

from klankbord.accounts.door import hash_token
from klankbord.accounts.models import Account, AccountSession, Team
from klankbord.app import create_app
from klankbord.db import TenantSession, now
from klankbord.people.models import CaseFile, Family
from klankbord.permissions import Role

PAGE = "/gezinnen"
TOKEN = "a-session-token-of-the-benchmark"
MANY, FEW = 500, 5


def rows(world: World) -> Iterator[Row]:
    few, many = (_tenant(world, count) for count in (FEW, MANY))
    app = create_app(world.config)
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet)
    yield _queries_alike(app, few, many)
    yield _queries(app, many)
    yield from _served(world, app, many)


def _tenant(world: World, cases: int) -> UUID:
    """Make an organisation where one worker has so many families."""
    tenant_id = add_tenants(world, 1)[0]
    with TenantSession(world.app, tenant_id) as session:
        team = Team(id=uuid4(), name="Noord")
        session.add(team)
        session.flush()
        worker = Account(id=uuid4(), name="Karin", roles=[Role.WORKER], team_id=team.id)
        session.add(worker)
        session.flush()
        session.add(
            AccountSession(
                account_id=worker.id,
                token_hash=hash_token(TOKEN),
                expires_at=now() + timedelta(days=365),
            )
        )
        families = [
            {"id": uuid4(), "name": f"Familie {number:03}"} for number in range(cases)
        ]
        session.execute(insert(Family), families)
        session.execute(
            insert(CaseFile),
            [
                {
                    "id": uuid4(),
                    "family_id": family["id"],
                    "measure": "supervision_order",
                    "begins_on": now().date(),
                    "worker_id": worker.id,
                    "team_id": team.id,
                    "version": 1,
                }
                for family in families
            ],
        )
        session.commit()
    return tenant_id


def _browser(app: Flask, tenant_id: UUID) -> tuple[object, dict[str, str]]:
    """Return a browser that saw a page before: it sends back the cookie of that one."""
    host = f"b{tenant_id.hex}.example"
    client = app.test_client()
    with client.session_transaction(base_url=f"https://{host}") as cookie:
        cookie["_user_id"] = TOKEN
    client.get(PAGE, base_url=f"https://{host}")
    value = client.get_cookie("__Host-klankbord", domain=host).value
    return client, {"Host": host, "Cookie": f"__Host-klankbord={value}"}


def _count(app: Flask, tenant_id: UUID) -> int:
    client, _headers = _browser(app, tenant_id)
    base = f"https://b{tenant_id.hex}.example"
    client.get(PAGE, base_url=base)
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    engine = app.extensions["klankbord-engine"]
    event.listen(engine, "before_cursor_execute", note)
    answer = client.get(PAGE, base_url=base)
    event.remove(engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise RuntimeError(f"{PAGE}: {answer.status_code}")
    return len(seen)


def _queries_alike(app: Flask, few: UUID, many: UUID) -> Row:
    ratio = _count(app, many) / _count(app, few)
    return single(
        "B16",
        "queries of a list page at 500 rows / at 5",
        ratio,
        at_most(1.0),
        [ratio] * 2,
    )


def _queries(app: Flask, many: UUID) -> Row:
    count = float(_count(app, many))
    what = "queries of a signed-in list page, everything in"
    return single("B18", what, count, at_most(6), [count] * 2)


def _served(world: World, app: Flask, many: UUID) -> Iterator[Row]:
    _client, headers = _browser(app, many)
    environment = world.environment
    floor_environment = {
        **environment,
        "FLOOR_URL": world.free.url.set(drivername="postgresql").render_as_string(
            hide_password=False
        ),
        "FLOOR_TENANT": str(many),
    }
    with (
        serving(
            "klankbord.serve:application()", environment, headers, path=PAGE
        ) as ours,
        serving("floor:app", floor_environment, {}) as floor,
    ):
        ratios = []
        for server, path in ((ours, PAGE), (floor, "/")):
            server.per_cpu_second(path)
        for _ in range(ROUNDS):
            mine = ours.per_cpu_second(PAGE)
            ratios.append(mine / floor.per_cpu_second("/"))
        yield single(
            "B5",
            "list page of 50 rows per CPU second / bare floor",
            statistics.median(ratios),
            at_least(0.45),
            ratios,
        )
        size = ours.megabytes()
        yield single("B19", "MB of a web worker after load", size, at_most(150), [size])
        yield single(
            "B20",
            "seconds from start to the first page",
            ours.ready_after,
            at_most(3.0),
            [ours.ready_after],
        )
