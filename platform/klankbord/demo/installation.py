"""The demo's own installation in one folder: servers, secrets, ports, schema."""

import base64
import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from klankbord.databases import APP, OPERATOR, OWNER, create_databases
from klankbord.embedded import (
    PostgresServer,
    ValkeyServer,
    start_postgres,
    start_valkey,
)
from klankbord.schema import migrate

ENVIRONMENT = "environment.json"  # there while the demo runs
FIRST_PORTS = {"web": 8080, "mail": 8081, "smtp": 8025}


@dataclass(frozen=True)
class Installation:
    """What `klankbord` needs to run on this folder's servers."""

    folder: Path
    postgres: PostgresServer
    valkey: ValkeyServer
    ports: Mapping[str, int]
    environment: Mapping[str, str]

    def stop(self) -> None:
        """Stop the servers; their data stays."""
        (self.folder / ENVIRONMENT).unlink(missing_ok=True)
        self.valkey.stop()
        self.postgres.stop()


def start_servers(folder: Path) -> Installation:
    """Start PostgreSQL and Valkey on the folder's data, made the first time."""
    folder.mkdir(parents=True, exist_ok=True)
    postgres = start_postgres(folder / "postgres", durable=True)
    create_databases(postgres.url)
    valkey = start_valkey(folder / "valkey", persist=True)
    ports = _ports(folder / "ports.json")
    environment = _environment(folder, postgres, valkey, ports)
    _write_private(folder / ENVIRONMENT, environment)  # for `config.load`
    return Installation(
        folder=folder,
        postgres=postgres,
        valkey=valkey,
        ports=ports,
        environment=environment,
    )


def migrate_schema(installation: Installation) -> None:
    """Bring both databases to the newest revision."""
    environment = installation.environment
    migrate.upgrade(
        environment["KLANKBORD_OWNER_DATABASE_URL"],
        environment["KLANKBORD_KEYS_OWNER_DATABASE_URL"],
    )


def _environment(
    folder: Path,
    postgres: PostgresServer,
    valkey: ValkeyServer,
    ports: Mapping[str, int],
) -> dict[str, str]:
    keys = _secrets(folder / "secrets.json")
    return {
        "KLANKBORD_DATABASE_URL": postgres.url_of("klankbord", APP),
        "KLANKBORD_OWNER_DATABASE_URL": postgres.url_of("klankbord", OWNER),
        "KLANKBORD_OPERATOR_DATABASE_URL": postgres.url_of("klankbord", OPERATOR),
        "KLANKBORD_KEYS_DATABASE_URL": postgres.url_of("klankbord_keys", APP),
        "KLANKBORD_KEYS_OWNER_DATABASE_URL": postgres.url_of("klankbord_keys", OWNER),
        "KLANKBORD_REDIS_URL": valkey.url,
        "KLANKBORD_SECRET_KEY": keys["secret_key"],
        "KLANKBORD_MASTER_KEY": keys["master_key"],
        "KLANKBORD_SMTP_URL": f"smtp://127.0.0.1:{ports['smtp']}",
        "KLANKBORD_MAIL_FROM": "bericht@klankbord.localhost",
        "KLANKBORD_BASE_SCHEME": "http",
        "KLANKBORD_PORT": str(ports["web"]),
        "KLANKBORD_DEMO": "1",
    }


def _secrets(path: Path) -> dict[str, str]:
    if not path.exists():
        made = {
            "secret_key": secrets.token_urlsafe(32),
            "master_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        _write_private(path, made)
    read: dict[str, str] = json.loads(path.read_text())
    return read


def _write_private(path: Path, content: Mapping[str, str]) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)


def _ports(path: Path) -> dict[str, int]:
    """Return the ports of last time where they are free, so that links stay good."""
    wished = json.loads(path.read_text()) if path.exists() else FIRST_PORTS
    ports: dict[str, int] = {}
    for name, port in wished.items():
        ports[name] = _free_port(port, taken=set(ports.values()))
    path.write_text(json.dumps(ports))
    return ports


def _free_port(wished: int, taken: set[int]) -> int:
    for port in (wished, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
        if found not in taken:
            return found
    raise OSError("no free port on this machine")
