"""Take along or erase everything that is kept about one person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import NotFound
from klankbord.plugin import DataSubject
from klankbord.privacy.keys import keyring
from klankbord.privacy.permissions import ERASE, EXPORT_OWN

# In Dutch, as the file is; who takes it elsewhere takes this sentence along.
SEALED = (
    "Antwoorden die nog verzegeld zijn, staan niet in dit bestand. "
    "Ze komen erbij als ze geopend zijn."
)


def export_person(
    ctx: Context, client_id: UUID, keepers: Mapping[str, DataSubject]
) -> dict[str, Any]:
    """Return everything about the person who is signed in, by keeper.

    Sealed answers are left out until they are opened, and the export says so.

    Raises:
        NotFound: it is about somebody else.

    """
    ctx.require(EXPORT_OWN)
    if client_id != ctx.actor.client_id:
        raise NotFound(NOT_FOUND)
    record(ctx, client_id, Category.EVERYTHING, Action.EXPORT, Ground.OWN)
    kept = {name: keeper.export(ctx, client_id) for name, keeper in keepers.items()}
    return {
        "organisation": ctx.tenant.name,
        "made_at": now(),
        "remark": SEALED,
        **kept,
    }


def erase_person(
    ctx: Context, client_id: UUID, keepers: Mapping[str, DataSubject]
) -> None:
    """Erase everything about a person, at every keeper; the access log stays.

    The key goes last, once the database accepted every deletion: with it go the words
    in older backups. When the commit still fails, the words are gone already; erasing
    again finishes it.
    """
    ctx.require(ERASE)
    record(ctx, client_id, Category.EVERYTHING, Action.DELETE, Ground.ROLE)
    for keeper in keepers.values():
        keeper.erase(ctx, client_id)
    ctx.session.flush()
    keyring().destroy(ctx.tenant_id, client_id)
