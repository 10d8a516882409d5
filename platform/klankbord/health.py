"""Two addresses for who watches over the processes; they know no tenant.

`/healthz`: this process answers. `/readyz`: it can serve people, that is, the database
is there and has the schema that this version wants. Without Valkey pages work, so its
state is told but does not count.
"""

from functools import cache
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from redis import RedisError
from sqlalchemy import Engine, exc, text

from klankbord import jobs
from klankbord.plugin import installed_plugins
from klankbord.web import tenant_free

if TYPE_CHECKING:
    from klankbord.config import Config

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@tenant_free
def alive() -> ResponseReturnValue:
    """Say that this process answers."""
    return jsonify(process="ok")


@blueprint.get("/readyz")
@tenant_free
def ready() -> ResponseReturnValue:
    """Say whether this process can serve people, and what it misses."""
    database, migrations = _database()
    state = {"database": database, "migrations": migrations, "valkey": _valkey()}
    return jsonify(state), 200 if database == migrations == "ok" else 503


def _database() -> tuple[str, str]:
    engine: Engine = current_app.extensions["klankbord-engine"]
    try:
        with engine.connect() as connection:
            found = connection.scalars(text("select version_num from alembic_version"))
            return "ok", "ok" if set(found) == _wanted() else "behind"
    except (exc.OperationalError, exc.TimeoutError):
        return "away", "unknown"


@cache
def _wanted() -> frozenset[str]:
    """Return the newest revisions; one that another depends on is not written down."""
    # Only asked for here, and a tenth of the start of every web process.
    from alembic.script import ScriptDirectory  # noqa: PLC0415
    from alembic.util import to_tuple  # noqa: PLC0415

    from klankbord.schema.migrate import alembic_config  # noqa: PLC0415

    script = ScriptDirectory.from_config(alembic_config("", installed_plugins()))
    depended_on = {
        name
        for revision in script.walk_revisions()
        for name in to_tuple(revision.dependencies, default=())
    }
    return frozenset(script.get_heads()) - depended_on


def _valkey() -> str:
    config: Config = current_app.extensions["klankbord-config"]
    try:
        with jobs.connect(config.redis_url, seconds=jobs.WEB_SECONDS) as connection:
            connection.ping()
    except RedisError:
        return "away"
    return "ok"
