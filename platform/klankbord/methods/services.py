"""Switch a method on, freeze it, and clear what it kept.

Switching off erases nothing: the method is frozen. Its pages are gone, its messages and
deadlines wait, and its data can be exported. From there it goes back on as it was, or
the privacy officer exports and erases it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.editing import take
from klankbord.errors import N_, Conflict, NotFound
from klankbord.methods.permissions import CLEAR, SEE, SWITCH
from klankbord.outbox.models import Message, MessageState
from klankbord.people.models import Client
from klankbord.plugin import Json, Plugin, installed_plugins
from klankbord.questionnaires.services.publishing import publish_shipped
from klankbord.tasks.models import Task, TaskState
from klankbord.tenants.models import PluginState, TenantPlugin
from klankbord.tenants.revision import raise_revision

NOT_ON = N_("This method is not on.")
NOT_FROZEN = N_("Switch this method off first. Then it can be erased.")


@dataclass(frozen=True)
class Method:
    """A method that the organisation may use, as the admin sees it."""

    name: str
    title: str
    summary: str
    state: PluginState
    changed_at: datetime
    settings: Mapping[str, Any]
    version: int
    row_id: UUID


@dataclass(frozen=True)
class Preview:
    """What waits when the method is switched off: numbers only."""

    open_tasks: int
    people_with_tasks: int
    waiting_messages: int
    kept_rows: int


def list_methods(ctx: Context) -> list[Method]:
    """Return what the organisation may use, by title."""
    ctx.require(SEE)
    plugins = installed_plugins()
    rows = ctx.session.execute(_ALLOWED)
    found = [_method(plugins[row.plugin], row) for row in rows if row.plugin in plugins]
    return sorted(found, key=lambda method: method.title)


_ALLOWED = select(
    TenantPlugin.id,
    TenantPlugin.plugin,
    TenantPlugin.state,
    TenantPlugin.settings,
    TenantPlugin.changed_at,
    TenantPlugin.version,
)


def _method(plugin: Plugin, row: Any) -> Method:  # noqa: ANN401 - a row of _ALLOWED
    return Method(
        name=plugin.name,
        title=plugin.title,
        summary=plugin.summary,
        state=row.state,
        changed_at=row.changed_at,
        settings=row.settings,
        version=row.version,
        row_id=row.id,
    )


def find_method(ctx: Context, name: str) -> Method:
    """Return one method.

    Raises:
        NotFound: the organisation may not use it.

    """
    ctx.require(SEE)
    plugin = installed_plugins().get(name)
    row = ctx.session.execute(_ALLOWED.where(TenantPlugin.plugin == name)).first()
    if plugin is None or row is None:
        raise NotFound(NOT_FOUND)
    return _method(plugin, row)


def preview(ctx: Context, name: str) -> Preview:
    """Count what would wait, or be erased."""
    find_method(ctx, name)
    tasks = ctx.session.execute(
        select(func.count(), func.count(Task.account_id.distinct())).where(
            _of(Task.kind, name), Task.state == TaskState.OPEN
        )
    ).one()
    messages = ctx.session.scalar(
        select(func.count())
        .select_from(Message)
        .where(
            _of(Message.template, name),
            Message.state.in_([MessageState.QUEUED, MessageState.PAUSED]),
        )
    )
    kept = sum(
        ctx.session.scalar(select(func.count()).select_from(model)) or 0
        for model in installed_plugins()[name].models
    )
    return Preview(tasks[0], tasks[1], messages or 0, kept)


def switch_on(ctx: Context, name: str) -> None:
    """Switch a method on: as it was, when it was frozen."""
    ctx.require(SWITCH)
    method = find_method(ctx, name)
    if method.state is PluginState.ON:
        return
    for questionnaire in installed_plugins()[name].questionnaires:
        publish_shipped(ctx, questionnaire)
    _set_state(ctx, method, PluginState.ON)


def switch_off(ctx: Context, name: str) -> None:
    """Freeze a method: nothing is erased and nothing goes out.

    Raises:
        Conflict: it is not on.

    """
    ctx.require(SWITCH)
    method = find_method(ctx, name)
    if method.state is not PluginState.ON:
        raise Conflict(NOT_ON)
    _set_state(ctx, method, PluginState.FROZEN)


def change_settings(
    ctx: Context, name: str, version: int, settings: Mapping[str, Any]
) -> None:
    """Keep settings that the plugin's own schema accepted.

    Raises:
        Overtaken: somebody else changed them in the meantime.

    """
    ctx.require(SWITCH)
    method = find_method(ctx, name)
    row = take(ctx, TenantPlugin, method.row_id, version, ["settings"])
    row.settings = dict(settings)
    raise_revision(ctx)
    _log(ctx, Action.UPDATE, method.row_id)


def export(ctx: Context, name: str) -> Iterator[Json]:
    """Yield what the method kept, one client at a time; sealed answers stay out."""
    ctx.require(CLEAR)
    method = find_method(ctx, name)
    keeper = installed_plugins()[name].data_subject
    _log(ctx, Action.EXPORT, method.row_id)
    if keeper is None:
        return
    for client_id in ctx.session.scalars(select(Client.id).order_by(Client.id)).all():
        kept = keeper.export(ctx, client_id)
        # A remark alone, such as what is left out, says that nothing is kept.
        if any(rows for rows in kept.values() if not isinstance(rows, str)):
            record(ctx, client_id, Category.EVERYTHING, Action.EXPORT, Ground.ROLE)
            yield {"client": str(client_id), **kept}


def erase(ctx: Context, name: str) -> None:
    """Erase everything the method kept; afterwards it can be switched on anew.

    Raises:
        Conflict: it is on.

    """
    ctx.require(CLEAR)
    method = find_method(ctx, name)
    if method.state is not PluginState.FROZEN:
        raise Conflict(NOT_FROZEN)
    plugin = installed_plugins()[name]
    if plugin.data_subject:
        for client_id in ctx.session.scalars(select(Client.id)).all():
            plugin.data_subject.erase(ctx, client_id)
    for model in reversed(plugin.models):
        ctx.session.execute(delete(model))
    ctx.session.execute(delete(Task).where(_of(Task.kind, name)))
    ctx.session.execute(delete(Message).where(_of(Message.template, name)))
    _set_state(ctx, method, PluginState.ALLOWED)
    _log(ctx, Action.DELETE, method.row_id)


def _of(column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    """Match the kinds of one plugin: their names start with the plugin's."""
    return column.startswith(f"{name}.", autoescape=True)


def _set_state(ctx: Context, method: Method, state: PluginState) -> None:
    row = ctx.get(TenantPlugin, method.row_id)
    row.state = state
    row.changed_at = now()
    raise_revision(ctx)
    _log(ctx, Action.UPDATE, method.row_id)


def _log(ctx: Context, action: Action, row_id: UUID) -> None:
    record(ctx, None, Category.SETTINGS, action, Ground.ROLE, object_id=row_id)
