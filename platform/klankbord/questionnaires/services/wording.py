"""Change the words of a questionnaire: always as a new version, never the old one."""

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from marshmallow import ValidationError
from sqlalchemy import func, select

from klankbord.context import NOT_FOUND, Context
from klankbord.errors import N_, Conflict, Invalid, NotFound
from klankbord.plugin import RespondentKind
from klankbord.questionnaires import registry
from klankbord.questionnaires.definition import (
    FORMAL_DUTCH,
    Definition,
    Listener,
)
from klankbord.questionnaires.models import (
    Instrument,
    InstrumentVersion,
    Rendering,
    VersionState,
)
from klankbord.questionnaires.permissions import EDIT_WORDING
from klankbord.questionnaires.schemas import DefinitionSchema
from klankbord.questionnaires.services.publishing import (
    Version,
    current_version,
    put_in_use,
    version_of,
)

ALREADY_PUBLISHED = N_("This version is published. Make a new version to change words.")


class Stale(Conflict):
    """Somebody else saved this draft after it was opened."""


CHANGED_MEANWHILE = N_("Somebody else changed these texts. Look at both, then save.")
NOT_WHOLE = N_("These words do not fit. Look at the texts with a remark.")


class InstrumentRow(NamedTuple):
    """A questionnaire in the list of the admin; 0 where nothing is published yet."""

    key: str
    title: str
    licence: str
    number: int
    drafts: int


class VersionRow(NamedTuple):
    """A version in the list of the admin."""

    id: UUID
    number: int
    state: VersionState
    made_at: datetime
    published_at: datetime | None
    shipped: bool


class TextRow(NamedTuple):
    """One text that can be changed; `field` names it in the form."""

    field: str
    place: str
    kind: str
    rendering: str
    text: str
    dutch: str


class Changed(NamedTuple):
    """A text that two versions say differently; empty where one has none."""

    place: str
    kind: str
    language: str
    rendering: str
    before: str
    after: str


class Draft(NamedTuple):
    """A version with its words, and which row version was looked at."""

    key: str
    version: Version
    state: VersionState
    row_version: int


def list_instruments(ctx: Context) -> tuple[InstrumentRow, ...]:
    """Return the questionnaires of the methods that are on, in key order."""
    ctx.require(EDIT_WORDING)
    rows = ctx.session.execute(
        select(
            Instrument.key,
            func.max(InstrumentVersion.number).filter(
                InstrumentVersion.state == VersionState.PUBLISHED
            ),
            func.count().filter(InstrumentVersion.state == VersionState.DRAFT),
        )
        .join(InstrumentVersion, InstrumentVersion.instrument_id == Instrument.id)
        .group_by(Instrument.key)
    )
    found = {key: (number or 0, drafts) for key, number, drafts in rows}
    return tuple(
        InstrumentRow(
            shipped.questionnaire.key,
            shipped.questionnaire.title,
            shipped.definition["licence"],
            *found.get(shipped.questionnaire.key, (0, 0)),
        )
        for shipped in registry.all_shipped()
        if ctx.tenant.has_on(shipped.plugin)
    )


def list_versions(ctx: Context, key: str) -> tuple[VersionRow, ...]:
    """Return the versions of a questionnaire, the newest first."""
    ctx.require(EDIT_WORDING)
    _title(ctx, key)
    rows = ctx.session.execute(
        select(
            InstrumentVersion.id,
            InstrumentVersion.number,
            InstrumentVersion.state,
            InstrumentVersion.made_at,
            InstrumentVersion.published_at,
            InstrumentVersion.shipped_hash.is_not(None),
        )
        .join(Instrument, Instrument.id == InstrumentVersion.instrument_id)
        .where(Instrument.key == key)
        .order_by(InstrumentVersion.number.desc())
    )
    return tuple(VersionRow(*row) for row in rows)


def see_version(ctx: Context, version_id: UUID) -> Draft:
    """Return a version with its words.

    Raises:
        NotFound: there is none, or its method is off.

    """
    ctx.require(EDIT_WORDING)
    row = _row(ctx, version_id)
    return Draft(_key(ctx, row), version_of(ctx, version_id), row.state, row.version)


def begin_draft(ctx: Context, key: str) -> UUID:
    """Make a draft with the words in use, or return the one that is there."""
    ctx.require(EDIT_WORDING)
    _title(ctx, key)
    in_use = current_version(ctx, key)
    instrument_id = ctx.session.execute(
        select(Instrument.id).where(Instrument.key == key).with_for_update()
    ).scalar_one()
    for version in list_versions(ctx, key):
        if version.state is VersionState.DRAFT and not version.shipped:
            return version.id
    newest = max(version.number for version in list_versions(ctx, key))
    draft = InstrumentVersion(
        id=uuid4(),
        instrument_id=instrument_id,
        number=newest + 1,
        definition=copy.deepcopy(_row(ctx, in_use.id).definition),
    )
    ctx.session.add(draft)
    ctx.session.flush()
    return draft.id


def texts_in(definition: Definition, language: str) -> tuple[TextRow, ...]:
    """Return what can be said in a language: a field for each text that Dutch has."""
    rows = []
    for place, texts in definition.places():
        for kind, spoken, rendering, dutch in texts.walk():
            if spoken == "nl":
                said = texts.said[kind].get(language, {}).get(rendering, "")
                field = _field(place, kind, rendering)
                rows.append(TextRow(field, place, kind, rendering, said, dutch))
    return tuple(rows)


def save_texts(
    ctx: Context,
    version_id: UUID,
    language: str,
    typed: Mapping[str, str],
    row_version: int,
) -> None:
    """Put the words of one language into a draft.

    Empty means: no text of its own, which only the u-form and extra renderings may be.

    Raises:
        Conflict: it is published.
        Stale: somebody else saved it after `row_version`.
        Invalid: a name between %( )s is unknown, or a text is missing.

    """
    ctx.require(EDIT_WORDING)
    row = _locked(ctx, version_id)
    if row.state is not VersionState.DRAFT:
        raise Conflict(ALREADY_PUBLISHED)
    if row.version != row_version:
        raise Stale(CHANGED_MEANWHILE)
    before: Definition = DefinitionSchema().load(row.definition)
    if language not in (*before.languages, FORMAL_DUTCH):
        raise NotFound(NOT_FOUND)
    changed = copy.deepcopy(row.definition)
    for text in texts_in(before, language):
        place = _find(changed, text.place)
        by_rendering = place[text.kind].setdefault(language, {})
        words = typed.get(text.field, "").replace("\r\n", "\n").strip()
        by_rendering.pop(text.rendering, None)
        if words:
            by_rendering[text.rendering] = words
        if not by_rendering:
            del place[text.kind][language]
    try:
        DefinitionSchema().load(changed)
    except ValidationError as error:
        raise Invalid(NOT_WHOLE, **_by_field(error, language)) from error
    row.definition = changed
    ctx.session.flush()


def publish_draft(ctx: Context, version_id: UUID) -> None:
    """Use this wording for new answers from now on; again changes nothing."""
    ctx.require(EDIT_WORDING)
    row = _locked(ctx, version_id)
    if row.state is VersionState.DRAFT:
        put_in_use(ctx, row.instrument_id, version_id)


def delete_draft(ctx: Context, version_id: UUID) -> str:
    """Throw a draft away; return the questionnaire's key.

    Raises:
        Conflict: it is published.

    """
    ctx.require(EDIT_WORDING)
    row = _locked(ctx, version_id)
    key = _key(ctx, row)
    if row.state is not VersionState.DRAFT:
        raise Conflict(ALREADY_PUBLISHED)
    ctx.session.delete(row)
    ctx.session.flush()
    return key


def compare(before: Definition, after: Definition) -> tuple[Changed, ...]:
    """Return each text that differs, in the order of the questionnaire."""
    old, new = _by_place(before), _by_place(after)
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        Changed(*name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name) != new.get(name)
    )


def preview(
    kind: RespondentKind, language: str, rendering: Rendering, names: Mapping[str, str]
) -> Listener:
    """Return a listener who belongs to nobody, to show a version before it is used."""
    formal = language == FORMAL_DUTCH
    return Listener(kind, "nl" if formal else language, formal, rendering, names)


def _by_place(definition: Definition) -> dict[tuple[str, str, str, str], str]:
    return {
        (place, kind, language, rendering): text
        for place, texts in definition.places()
        for kind, language, rendering, text in texts.walk()
    }


def _by_field(error: ValidationError, language: str) -> dict[str, str]:
    """Return the first message of each text, by the field it was typed in."""
    found: dict[str, str] = {}
    messages = error.messages if isinstance(error.messages, dict) else {}
    for name, message in messages.items():
        place, _, rest = str(name).rpartition(f".{language}")
        if not place:
            continue
        path, _, kind = place.rpartition(".")
        rendering = rest.removeprefix(".") or Rendering.STANDARD.value
        found[_field(path, kind, rendering)] = message[0]
    return found


def _field(place: str, kind: str, rendering: str) -> str:
    """Return the name of a text in a form; a dot would mean nesting there."""
    return f"{place.replace('.', ':')}|{kind}|{rendering}"


def _find(definition: dict[str, Any], place: str) -> dict[str, Any]:
    """Return the stored texts at a place of `Definition.places`."""
    parts = place.split(".")
    found: Any = definition
    for part in parts:
        if isinstance(found, list):
            names = ("key", "value")
            found = next(
                entry for entry in found if part in {entry.get(name) for name in names}
            )
        else:
            found = found[part]
    texts: dict[str, Any] = found.get("text", found) if "text" in found else found
    return texts


def _title(ctx: Context, key: str) -> str:
    shipped = registry.shipped(key)
    if not ctx.tenant.has_on(shipped.plugin):
        raise NotFound(NOT_FOUND)
    return shipped.questionnaire.title


def _row(ctx: Context, version_id: UUID) -> InstrumentVersion:
    return ctx.get(InstrumentVersion, version_id)


def _locked(ctx: Context, version_id: UUID) -> InstrumentVersion:
    row = ctx.session.execute(
        select(InstrumentVersion)
        .where(InstrumentVersion.id == version_id)
        .with_for_update()
    ).scalar_one_or_none()
    if row is None:
        raise NotFound(NOT_FOUND)
    _key(ctx, row)
    return row


def _key(ctx: Context, row: InstrumentVersion) -> str:
    key = ctx.get(Instrument, row.instrument_id).key
    _title(ctx, key)
    return key
