"""Two people may edit the same thing: the second is shown both texts."""

from collections.abc import Iterable
from typing import TypeVar, cast
from uuid import UUID

from klankbord.context import NOT_FOUND, Context
from klankbord.db import TenantOwned, Versioned
from klankbord.errors import NotFound, Overtaken

Row = TypeVar("Row", bound=TenantOwned)


def take(
    ctx: Context, model: type[Row], row_id: UUID, version: int, fields: Iterable[str]
) -> Row:
    """Return a versioned row, locked until the end of the work, to change its fields.

    Raises:
        NotFound: there is no such row.
        Overtaken: it is no longer the version that the person looked at.

    """
    row = ctx.session.get(
        model,
        (ctx.tenant_id, row_id),
        with_for_update=True,
        populate_existing=True,
    )
    if row is None:
        raise NotFound(NOT_FOUND)
    now = cast("Versioned", row).version
    if now != version:
        raise Overtaken(now, {name: getattr(row, name) for name in fields})
    return row
