"""The keys of clients' words, in a database of their own.

The master key wraps a tenant's key, that one wraps a client's. Deleting the row of a
client makes every text sealed with it unreadable, also in older backups of the content.
"""

import os
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, text

SCHEMA = """
create table if not exists tenant_key (
    tenant_id uuid primary key, wrapped bytea not null);
create table if not exists client_key (
    tenant_id uuid not null, client_id uuid not null, wrapped bytea not null,
    primary key (tenant_id, client_id));
"""
REMEMBERED_SECONDS = 60
REMEMBERED_KEYS = 20_000


class Keyring:
    """Finds, makes and destroys keys; remembers opened ones for a minute at most."""

    def __init__(self, engine: Engine, master_key: bytes) -> None:
        self._engine = engine
        self._master = AESGCM(master_key)
        self._opened: OrderedDict[tuple[UUID, UUID | None], tuple[float, AESGCM]]
        self._opened = OrderedDict()
        self._lock = Lock()

    @staticmethod
    def nonce() -> bytes:
        """Return 12 random bytes: a nonce is never used twice with a key."""
        return os.urandom(12)

    def find(self, tenant_id: UUID, client_id: UUID) -> AESGCM | None:
        """Return the client's key, or None when there is none (any more)."""
        known = self._remembered((tenant_id, client_id))
        if known:
            return known
        with self._begin(tenant_id) as connection:
            wrapped = connection.scalar(
                text(
                    "select wrapped from client_key"
                    " where tenant_id = :tenant_id and client_id = :client_id"
                ),
                {"tenant_id": tenant_id, "client_id": client_id},
            )
            if wrapped is None:
                return None
            return self._open_client(connection, tenant_id, client_id, wrapped)

    def obtain(self, tenant_id: UUID, client_id: UUID) -> AESGCM:
        """Return the client's key, made now if it did not exist."""
        known = self.find(tenant_id, client_id)
        if known:
            return known
        with self._begin(tenant_id) as connection:
            tenant_key = self._tenant_key(connection, tenant_id)
            nonce = self.nonce()
            made = nonce + tenant_key.encrypt(nonce, os.urandom(32), client_id.bytes)
            # Two processes may make the key at once: the first one's stays.
            wrapped = connection.scalar(
                text(
                    "insert into client_key values (:tenant_id, :client_id, :made)"
                    " on conflict (tenant_id, client_id) do update"
                    " set wrapped = client_key.wrapped returning wrapped"
                ),
                {"tenant_id": tenant_id, "client_id": client_id, "made": made},
            )
            return self._open_client(connection, tenant_id, client_id, wrapped)

    def tenant_key(self, tenant_id: UUID) -> AESGCM:
        """Return the tenant's own key, for secrets that are no client's (TOTP)."""
        with self._begin(tenant_id) as connection:
            return self._tenant_key(connection, tenant_id)

    def destroy(self, tenant_id: UUID, client_id: UUID) -> None:
        """Delete the client's key: what it sealed can't be read again."""
        with self._begin(tenant_id) as connection:
            connection.execute(
                text(
                    "delete from client_key"
                    " where tenant_id = :tenant_id and client_id = :client_id"
                ),
                {"tenant_id": tenant_id, "client_id": client_id},
            )
        with self._lock:
            self._opened.pop((tenant_id, client_id), None)

    def destroy_all(self, tenant_id: UUID) -> None:
        """Delete every key of a tenant: nothing it sealed can be read again."""
        with self._begin(tenant_id) as connection:
            for table in ("client_key", "tenant_key"):
                connection.execute(
                    text(f"delete from {table} where tenant_id = :tenant_id"),  # noqa: S608 - names of ours
                    {"tenant_id": tenant_id},
                )
        with self._lock:
            for name in [name for name in self._opened if name[0] == tenant_id]:
                del self._opened[name]

    def close(self) -> None:
        """Close the connections that wait in the pool."""
        self._engine.dispose()

    def _tenant_key(self, connection: Connection, tenant_id: UUID) -> AESGCM:
        known = self._remembered((tenant_id, None))
        if known:
            return known
        nonce = self.nonce()
        made = nonce + self._master.encrypt(nonce, os.urandom(32), tenant_id.bytes)
        wrapped = connection.scalar(
            text(
                "insert into tenant_key values (:tenant_id, :made)"
                " on conflict (tenant_id) do update"
                " set wrapped = tenant_key.wrapped returning wrapped"
            ),
            {"tenant_id": tenant_id, "made": made},
        )
        raw = bytes(wrapped)
        key = AESGCM(self._master.decrypt(raw[:12], raw[12:], tenant_id.bytes))
        self._remember((tenant_id, None), key)
        return key

    def _open_client(
        self,
        connection: Connection,
        tenant_id: UUID,
        client_id: UUID,
        wrapped: Any,  # noqa: ANN401 - bytea arrives as bytes or memoryview
    ) -> AESGCM:
        raw = bytes(wrapped)
        tenant_key = self._tenant_key(connection, tenant_id)
        key = AESGCM(tenant_key.decrypt(raw[:12], raw[12:], client_id.bytes))
        self._remember((tenant_id, client_id), key)
        return key

    @contextmanager
    def _begin(self, tenant_id: UUID) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            connection.exec_driver_sql(f"set local klankbord.tenant = '{tenant_id}'")
            yield connection

    def _remembered(self, name: tuple[UUID, UUID | None]) -> AESGCM | None:
        with self._lock:
            until, key = self._opened.get(name, (0.0, None))
            return key if until > time.monotonic() else None

    def _remember(self, name: tuple[UUID, UUID | None], key: AESGCM) -> None:
        with self._lock:
            self._opened[name] = (time.monotonic() + REMEMBERED_SECONDS, key)
            while len(self._opened) > REMEMBERED_KEYS:
                self._opened.popitem(last=False)


_keyrings: list[Keyring] = []


def use_keyring(keyring: Keyring) -> None:
    """Set the keyring of this process: column types have no other way to reach it."""
    _keyrings[:] = [keyring]


def keyring() -> Keyring:
    """Return the keyring of this process.

    Raises:
        RuntimeError: none was set; without keys no client's words are read or kept.

    """
    if not _keyrings:
        raise RuntimeError("use_keyring(...) first")
    return _keyrings[0]
