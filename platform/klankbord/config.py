"""Settings of this installation, read once from the environment."""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingMissing(RuntimeError):
    """A setting that Klankbord can't run without is absent or unusable."""


@dataclass(frozen=True)
class Config:
    """What an installation decides; what a tenant decides stands in the database.

    `master_key` wraps the tenants' keys (32 bytes). `secret_key` signs cookies.
    """

    database_url: str
    keys_database_url: str
    redis_url: str
    secret_key: str
    master_key: bytes
    smtp_url: str = ""
    mail_from: str = "noreply@localhost"
    scheme: str = "https"
    port: int | None = None
    owner_database_url: str = ""
    operator_database_url: str = ""
    sentry_dsn: str = ""
    demo: bool = False
    pool_size: int = 5

    def base_url(self, host: str) -> str:
        """Return the address of a tenant's host: the only source of absolute links."""
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port else "")


def load() -> Config:
    """Read the settings of a command; without any they are those of a demo that runs.

    The demo's folder is DEMO_DIR, or `var/demo` where the command is typed.

    Raises:
        SettingMissing: names the variable that is absent or unusable.

    """
    demo = Path(os.environ.get("DEMO_DIR") or "var/demo") / "environment.json"
    if demo.exists() and not any(name.startswith("KLANKBORD_") for name in os.environ):
        return from_environment(json.loads(demo.read_text("utf-8")))
    return from_environment(os.environ)


def from_environment(environment: Mapping[str, str]) -> Config:
    """Read the settings of a process.

    Raises:
        SettingMissing: names the variable that is absent or unusable.

    """

    def required(name: str) -> str:
        value = environment.get(f"KLANKBORD_{name}", "")
        if not value:
            raise SettingMissing(f"Set KLANKBORD_{name}; deploy/README.md tells how.")
        return value

    def optional(name: str, default: str = "") -> str:
        return environment.get(f"KLANKBORD_{name}", "") or default

    port = optional("PORT")
    return Config(
        database_url=required("DATABASE_URL"),
        keys_database_url=required("KEYS_DATABASE_URL"),
        redis_url=required("REDIS_URL"),
        secret_key=required("SECRET_KEY"),
        master_key=_master_key(required("MASTER_KEY")),
        smtp_url=optional("SMTP_URL"),
        mail_from=optional("MAIL_FROM", "noreply@localhost"),
        scheme=optional("BASE_SCHEME", "https"),
        port=int(port) if port else None,
        owner_database_url=optional("OWNER_DATABASE_URL"),
        operator_database_url=optional("OPERATOR_DATABASE_URL"),
        sentry_dsn=environment.get("SENTRY_DSN", ""),
        demo=optional("DEMO") == "1",
        pool_size=int(optional("POOL_SIZE", "5")),
    )


def _master_key(encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise SettingMissing("KLANKBORD_MASTER_KEY must be 32 bytes in base64.")
    return key
