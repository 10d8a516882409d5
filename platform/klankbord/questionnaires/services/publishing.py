"""Publish what plugins ship; find the version that is in use."""

from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from klankbord.context import Context
from klankbord.db import now
from klankbord.plugin import Questionnaire
from klankbord.questionnaires import registry
from klankbord.questionnaires.definition import Definition
from klankbord.questionnaires.models import (
    Instrument,
    InstrumentVersion,
    VersionState,
)
from klankbord.questionnaires.permissions import PUBLISH_SHIPPED
from klankbord.questionnaires.schemas import DefinitionSchema

MOST_REMEMBERED = 500


class Version(NamedTuple):
    """A version with its definition, ready to show."""

    id: UUID
    number: int
    definition: Definition


class VersionFacts(NamedTuple):
    """Where a version stands, without its words."""

    id: UUID
    number: int
    state: VersionState
    shipped_hash: str | None


_VERSIONS = (
    select(
        InstrumentVersion.id,
        InstrumentVersion.number,
        InstrumentVersion.state,
        InstrumentVersion.shipped_hash,
    )
    .join(Instrument, Instrument.id == InstrumentVersion.instrument_id)
    .where(Instrument.key == bindparam("key"))
    .order_by(InstrumentVersion.number.desc())
)
# Published wording never changes, so a process reads and checks it once.
_published: dict[tuple[UUID, UUID], Version] = {}


def publish_shipped(ctx: Context, questionnaire: Questionnaire) -> None:
    """Make the shipped wording a version of the tenant; again changes nothing.

    The first one becomes version 1. A file that changed becomes a new version; where
    the tenant's own wording is in use, it waits as a draft for the admin to compare.
    """
    ctx.require(PUBLISH_SHIPPED)
    current_version(ctx, questionnaire.key)


def current_version(ctx: Context, key: str) -> Version:
    """Return the version that new answers are given to, published now if need be."""
    shipped = registry.shipped(key)
    versions = facts_of(ctx, key)
    if shipped.hash not in {version.shipped_hash for version in versions}:
        _add_shipped(ctx, shipped)
        versions = facts_of(ctx, key)
    in_use = next(
        version for version in versions if version.state is VersionState.PUBLISHED
    )
    return version_of(ctx, in_use.id)


def facts_of(ctx: Context, key: str) -> list[VersionFacts]:
    """Return the versions of an instrument, the newest first."""
    rows = ctx.session.execute(_VERSIONS, {"key": key})
    return [VersionFacts(*row) for row in rows]


def version_of(ctx: Context, version_id: UUID) -> Version:
    """Return a version by its id, whatever its state."""
    known = _published.get((ctx.tenant_id, version_id))
    if known:
        return known
    row = ctx.session.execute(
        select(
            InstrumentVersion.number,
            InstrumentVersion.state,
            InstrumentVersion.definition,
        ).where(InstrumentVersion.id == version_id)
    ).one()
    version = Version(version_id, row.number, DefinitionSchema().load(row.definition))
    if row.state is not VersionState.DRAFT:
        if len(_published) >= MOST_REMEMBERED:
            _published.clear()
        _published[ctx.tenant_id, version_id] = version
    return version


def put_in_use(ctx: Context, instrument_id: UUID, version_id: UUID) -> None:
    """Publish a draft; the version before it stays as it was, for its answers."""
    ctx.session.execute(
        update(InstrumentVersion)
        .where(
            InstrumentVersion.instrument_id == instrument_id,
            InstrumentVersion.state == VersionState.PUBLISHED,
        )
        .values(state=VersionState.RETIRED)
    )
    ctx.session.execute(
        update(InstrumentVersion)
        .where(InstrumentVersion.id == version_id)
        .values(state=VersionState.PUBLISHED, published_at=now())
    )


def _add_shipped(ctx: Context, shipped: registry.Shipped) -> None:
    instrument_id = _lock_instrument(ctx, shipped)
    versions = facts_of(ctx, shipped.questionnaire.key)
    if shipped.hash in {version.shipped_hash for version in versions}:
        return  # another request was first
    added = InstrumentVersion(
        id=uuid4(),
        instrument_id=instrument_id,
        number=versions[0].number + 1 if versions else 1,
        definition=dict(shipped.definition),
        shipped_hash=shipped.hash,
    )
    ctx.session.add(added)
    ctx.session.flush()
    own_wording = any(
        version.state is VersionState.PUBLISHED and version.shipped_hash is None
        for version in versions
    )
    if not own_wording:
        put_in_use(ctx, instrument_id, added.id)


def _lock_instrument(ctx: Context, shipped: registry.Shipped) -> UUID:
    ctx.session.execute(
        insert(Instrument)
        .values(
            id=uuid4(),
            key=shipped.questionnaire.key,
            plugin=shipped.plugin,
            licence=shipped.definition["licence"],
        )
        .on_conflict_do_nothing()
    )
    return ctx.session.execute(
        select(Instrument.id)
        .where(Instrument.key == shipped.questionnaire.key)
        .with_for_update()
    ).scalar_one()
