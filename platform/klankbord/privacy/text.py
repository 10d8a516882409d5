"""`ClientText`: the one column type for a client's own words.

The words are sealed with the client's key (AES-256-GCM); tenant, place and row id are
associated data, so that a sealed text moved to another row, column or tenant does not
open. Destroying the key erases the words everywhere, backups included.
"""

from typing import Any, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import (
    Dialect,
    LargeBinary,
    TypeDecorator,
    event,
    func,
    inspect,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement, Label

from klankbord.db import TenantOwned
from klankbord.privacy.keys import keyring

ADDRESS_BYTES = 48


class Words(str):  # noqa: SLOT000 - a str has no slots of its own to save
    """A client's words with the address at which they are sealed."""

    tenant_id: UUID
    client_id: UUID
    row_id: UUID

    def __new__(
        cls, words: str, tenant_id: UUID, client_id: UUID, row_id: UUID
    ) -> Self:
        """Bind words to one row of one client of one tenant."""
        addressed = super().__new__(cls, words)
        addressed.tenant_id = tenant_id
        addressed.client_id = client_id
        addressed.row_id = row_id
        return addressed


class ClientText(TypeDecorator[str]):
    """Words that only the client's key opens.

    `place` is `table.column`, and part of the seal; `client` names the column of the
    same row that holds the client's id. In memory it is `str`; a text whose key was
    destroyed reads as None.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str, client: str) -> None:
        super().__init__()
        self.place = place
        self.client = client

    def column_expression(self, column: ColumnElement[str]) -> ColumnElement[str]:
        """Select the sealed text with the address it was read at."""
        column = column.element if isinstance(column, Label) else column
        row: Any = column.table.c
        address = func.uuid_send(row.tenant_id).concat(func.uuid_send(row[self.client]))
        return type_coerce(address.concat(func.uuid_send(row.id)).concat(column), self)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Seal words that have an address; anything else is refused."""
        if value is None:
            return None
        if not isinstance(value, Words):
            raise TypeError(f"words for {self.place} have no address; flush the row")
        return seal(self.place, value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002, ANN401
        """Open the words, or give None when their key is gone."""
        if value is None:
            return None
        raw = bytes(value)
        tenant_id, client_id, row_id = (
            UUID(bytes=raw[start : start + 16]) for start in (0, 16, 32)
        )
        key = keyring().find(tenant_id, client_id)
        if key is None:
            return None
        sealed = raw[ADDRESS_BYTES:]
        try:
            plain = key.decrypt(
                sealed[:12], sealed[12:], _associated(self.place, tenant_id, row_id)
            )
        except InvalidTag as error:
            raise SealBroken(self.place) from error
        return plain.decode()


class SealBroken(RuntimeError):
    """A sealed text does not belong to the row it was read from."""


def seal(place: str, words: Words) -> bytes:
    """Return the words sealed for their address, as stored: nonce and ciphertext."""
    key = keyring().obtain(words.tenant_id, words.client_id)
    nonce = keyring().nonce()
    associated = _associated(place, words.tenant_id, words.row_id)
    return nonce + key.encrypt(nonce, words.encode(), associated)


def _associated(place: str, tenant_id: UUID, row_id: UUID) -> bytes:
    return b"|".join((place.encode(), tenant_id.bytes, row_id.bytes))


@event.listens_for(Session, "before_flush")
def _address_words(session: Session, *_: object) -> None:
    for row in (*session.new, *session.dirty):
        state = inspect(row)
        for attribute in state.mapper.column_attrs:
            kind = attribute.columns[0].type
            if not isinstance(kind, ClientText) or not isinstance(row, TenantOwned):
                continue
            history = state.attrs[attribute.key].history
            value = getattr(row, attribute.key) if history.added else None
            if value is not None:
                client_id = getattr(row, kind.client)
                words = Words(value, row.tenant_id, client_id, row.id)
                setattr(row, attribute.key, words)
