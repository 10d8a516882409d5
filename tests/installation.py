"""An app on servers of its own, beside the one that the session's tests share."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from klankbord import jobs
from klankbord.app import create_app
from klankbord.config import from_environment
from klankbord.databases import Databases
from klankbord.embedded import ValkeyServer
from klankbord.privacy import keys
from klankbord.testing.servers import environment_of
from klankbord.testing.tenants import Maker


@dataclass(frozen=True)
class Installation:
    """An app, who makes people in it, and the environment of its other processes."""

    app: Flask
    make: Maker
    environment: dict[str, str]


@contextmanager
def another_app(
    databases: Databases, valkey: ValkeyServer, **settings: str
) -> Iterator[Installation]:
    """Make an app for a while; afterwards the session's own finds its keys again."""
    wanted = {f"KLANKBORD_{name}": value for name, value in settings.items()}
    environment = environment_of(databases, valkey) | wanted
    config = from_environment(environment)
    keyrings, queues = list(keys._keyrings), list(jobs._queues)
    app = create_app(config)
    make = Maker(config)
    try:
        yield Installation(app, make, environment)
    finally:
        make.close()
        make.engine.dispose()
        make.operator.dispose()
        app.extensions["klankbord-engine"].dispose()
        keys.keyring().close()
        keys._keyrings[:], jobs._queues[:] = keyrings, queues


def where_it_is_noon() -> ZoneInfo:
    """Return a time zone in which clients may get mail now: none goes at night."""
    behind = datetime.now(UTC).hour - 12  # "Etc/GMT+3" is three hours behind Greenwich
    return ZoneInfo(f"Etc/GMT{behind:+d}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
