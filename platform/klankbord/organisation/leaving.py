"""An organisation leaves: everything of it in one document, to take along."""

from base64 import b64encode
from typing import Any

from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Mapper

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import Context
from klankbord.db import Base, TenantOwned, now
from klankbord.keepers import keepers
from klankbord.organisation.permissions import TAKE_OUT
from klankbord.people.models import Client
from klankbord.privacy.rows import rows_of
from klankbord.privacy.text import ClientText
from klankbord.questionnaires.models import Answer, AnswerDraft
from klankbord.tenants.models import TenantProfile

# What may still be sealed is known by its keeper only, which exports it per client.
PER_CLIENT = (Answer, AnswerDraft)
SECRET = frozenset({"password_hash", "recovery_code_hashes"})


def export(ctx: Context) -> dict[str, Any]:
    """Return everything of the organisation: its rows by table, its clients' words.

    Clients' words come from their keepers, so sealed answers stay out. Secrets stay
    out too: hashes, second factors, keys.
    """
    ctx.require(TAKE_OUT)
    record(ctx, None, Category.EVERYTHING, Action.EXPORT, Ground.SYSTEM)
    return {
        "organisation": ctx.tenant.slug,
        "made_at": now(),
        "tables": {
            mapper.class_.__tablename__: _rows(ctx, mapper)
            for mapper in _owned()
            if mapper.class_ not in PER_CLIENT
        },
        "logo": _logo(ctx),
        "clients": _clients(ctx),
    }


def _owned() -> list[Mapper[Any]]:
    owned = (
        one for one in Base.registry.mappers if issubclass(one.class_, TenantOwned)
    )
    return sorted(owned, key=lambda mapper: str(mapper.class_.__tablename__))


def _rows(ctx: Context, mapper: Mapper[Any]) -> list[dict[str, Any]]:
    columns = [
        getattr(mapper.class_, attribute.key)
        for attribute in mapper.column_attrs
        if attribute.key not in SECRET
        # Sealed words are bytes in the database, like hashes and second factors.
        and not isinstance(attribute.columns[0].type, LargeBinary | ClientText)
    ]
    return rows_of(ctx, select(*columns).order_by(mapper.class_.id))


def _logo(ctx: Context) -> str | None:
    logo = ctx.session.scalar(select(TenantProfile.logo))
    return b64encode(logo).decode() if logo else None


def _clients(ctx: Context) -> dict[str, dict[str, Any]]:
    found = ctx.session.scalars(select(Client.id).order_by(Client.id)).all()
    return {
        str(client_id): {
            name: keeper.export(ctx, client_id) for name, keeper in keepers().items()
        }
        for client_id in found
    }
