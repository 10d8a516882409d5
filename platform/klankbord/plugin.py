"""The plugin contract: data, and a handful of functions that take a context first.

`plugins/README.md` describes each field; a test keeps the two alike.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.metadata import entry_points
from typing import Any, TypeAlias
from uuid import UUID

from flask import Blueprint
from marshmallow import Schema

from klankbord.context import Context
from klankbord.db import Base
from klankbord.permissions import Permission

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class NavItem:
    """A line in the menu for those who hold the permission; `count` says what waits."""

    title: str
    endpoint: str
    permission: Permission
    icon: str
    count: Callable[[Context], int] | None = None


@dataclass(frozen=True)
class Schedule:
    """A job that runs for each tenant that has the plugin on, and may run twice.

    Every `every`, or once a day at `at` in the tenant's own time zone. Besides, it runs
    at each moment that `jobs.plan(ctx, name, at)` was told of.
    """

    name: str
    job: Callable[[Context], None]
    every: timedelta = timedelta(days=1)
    at: time | None = None


@dataclass(frozen=True)
class InvitationKind:
    """What a client is invited to; the core sends, expires and counts attempts."""

    name: str
    title: str
    accepted: Callable[[Context, UUID], None]
    valid_for: timedelta = timedelta(days=14)


@dataclass(frozen=True)
class TaskKind:
    """Something somebody has to do; `endpoint` is the page where it is done.

    The task's subject is the page's one argument. The client's home shows `title`,
    `explanation` (both filled with the task's values) and about how many `minutes` it
    takes.
    """

    name: str
    title: str
    endpoint: str
    icon: str
    explanation: str = ""
    minutes: int = 0


class RespondentKind(StrEnum):
    """For whom a question is worded."""

    PARENT = "parent"
    YOUTH = "youth"
    CHILD = "child"
    WORKER = "worker"


@dataclass(frozen=True)
class Respondent:
    """Whose answers they are: a client's or a member of staff's, never both.

    With `passed_on` the actor of the context is the member of staff who handed over the
    phone; the client answers.
    """

    kind: RespondentKind
    client_id: UUID | None = None
    account_id: UUID | None = None
    passed_on: bool = False


@dataclass(frozen=True)
class Mail:
    """What a mail says: a neutral subject, short sentences, at most one button.

    `url` is a path of ours: sending puts the organisation's own address before it.
    `code` stands apart, large, to type over.
    """

    subject: str
    sentences: tuple[str, ...]
    button: str = ""
    url: str = ""
    code: str = ""


@dataclass(frozen=True)
class MailKind:
    """A mail that `outbox.services.queue` can send, known by its name.

    `write` words it at the moment of sending, in the receiver's language (gettext and
    `url_for` work), out of the ids in the message's values. A secret in it is computed
    there and then, so that nothing else ever holds it; written twice, it says the same.
    None means that the mail is no longer needed. `title` says to an admin what it is.
    `sent` is called once it was sent, in a transaction of its own. One that the person
    asked for this minute goes out `at_any_hour`, also outside the safe ones.
    """

    name: str
    write: Callable[[Context, Json], Mail | None]
    sent: Callable[[Context, Json], None] | None = None
    at_any_hour: bool = False
    title: str = ""


@dataclass(frozen=True)
class Answering:
    """What a person may know and do while answering about one subject.

    `owner_id` is the client whose key seals the words. `closed` says why answering is
    not possible (any more); empty while it is. `who_sees` stands below every question,
    `next_step` tells after sending what happens now. These three are message ids filled
    with `names`, which also fill the questions (the worker's name). `back_url` is the
    page of the subject, `until` the last day.
    """

    owner_id: UUID
    who_sees: str
    names: Mapping[str, str]
    closed: str = ""
    next_step: str = ""
    back_url: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Questionnaire:
    """An instrument that the plugin ships: a file of items in the plugin's package.

    The core asks `answering` before each page; it raises `NotFound` for a respondent
    who has no part in the subject, and for an actor who may not pass on the phone. The
    core calls `sent` and `taken_back` in the transaction of the answer set, with the
    subject's id, the respondent and the answer set's id.

    Before either, and before it locks the answer set, the core calls `lock_subject`:
    the plugin locks the subject's row. Who erases answers locks their subjects first
    too, so that two never wait for each other.
    """

    key: str
    title: str
    package: str
    path: str
    answering: Callable[[Context, UUID, Respondent], Answering]
    lock_subject: Callable[[Context, UUID], object]
    sent: Callable[[Context, UUID, Respondent, UUID], None]
    taken_back: Callable[[Context, UUID, Respondent, UUID], None]


class MeasureKind(StrEnum):
    """Whether a figure is about people or about the organisation's own conduct."""

    SCORE = "score"
    PROCESS = "process"


@dataclass(frozen=True)
class Contribution:
    """What a tenant gives to one cell: distinct persons, and their values' sum."""

    role: str
    age_band: str
    persons: int
    total: float


@dataclass(frozen=True)
class Measure:
    """A figure for the learning reports; a person's answers in a round count as one."""

    name: str
    title: str
    version: int
    kind: MeasureKind
    scale: tuple[float, float]
    contribute: Callable[[Context, date, date], Sequence[Contribution]]


@dataclass(frozen=True)
class DataSubject:
    """What the plugin keeps on one client, and how it forgets it, also when off."""

    export: Callable[[Context, UUID], Json]
    erase: Callable[[Context, UUID], None]


@dataclass(frozen=True)
class CaseEventHappened:
    """Something happened in a case that a method may have to react to."""

    case_id: UUID
    event_id: UUID
    kind: str


@dataclass(frozen=True)
class CasePanel:
    """A card of a method on the page of a case, drawn by the method's own template.

    The template finds `page`, plain typed data, as `panel.page`. `on_top` stands under
    the title, above all else: what the worker must know before going there.
    """

    template: str
    page: object
    on_top: bool = False


@dataclass(frozen=True)
class WhoSees:
    """A rule for clients on "Who sees what": a kind of words, who sees it, who never.

    All three are message ids.
    """

    what: str
    sees: str
    never: str


@dataclass(frozen=True)
class Plugin:
    """A method that a tenant can switch on; all but `name` and `title` is optional."""

    name: str
    title: str
    summary: str = ""
    models: tuple[type[Base], ...] = ()
    blueprints: tuple[Blueprint, ...] = ()
    permissions: tuple[Permission, ...] = ()
    nav: tuple[NavItem, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    invitations: tuple[InvitationKind, ...] = ()
    tasks: tuple[TaskKind, ...] = ()
    mails: tuple[MailKind, ...] = ()
    questionnaires: tuple[Questionnaire, ...] = ()
    measures: tuple[Measure, ...] = ()
    case_event: Callable[[Context, CaseEventHappened], None] | None = None
    case_panel: Callable[[Context, UUID, str], CasePanel | None] | None = None
    who_sees: tuple[WhoSees, ...] = ()
    data_subject: DataSubject | None = None
    settings: type[Schema] | None = None
    migrations: str = ""
    demo: Callable[[Context], None] | None = None

    def __post_init__(self) -> None:
        """Refuse at start what would hurt later."""
        for permission in self.permissions:
            if permission.owner != self.name:
                raise ValueError(f"{permission.name!r} must start with {self.name!r}")
        names = [part.name for part in self.schedules]
        names += [part.name for part in self.tasks]
        names += [part.name for part in self.mails]
        for name in names:
            if not name.startswith(f"{self.name}."):
                raise ValueError(f"{name!r} must start with '{self.name}.'")
        for model in self.models:
            if not model.__tablename__.startswith(f"{self.name}_"):
                table = model.__tablename__
                raise ValueError(f"table {table!r} must start with {self.name!r}")
        if self.models and self.data_subject is None:
            raise ValueError(f"{self.name} keeps data but cannot export or erase it")
        if self.models and not self.migrations:
            raise ValueError(f"{self.name} has models but no migrations")


@cache
def installed_plugins() -> Mapping[str, Plugin]:
    """Return every installed plugin by name, in name order.

    Raises:
        TypeError: an entry point is not a plugin of its own name.

    """
    plugins: dict[str, Plugin] = {}
    points = entry_points(group="klankbord.plugins")
    for point in sorted(points, key=lambda point: point.name):
        plugin = point.load()
        if not isinstance(plugin, Plugin) or plugin.name != point.name:
            raise TypeError(f"entry point {point.name!r} is not a plugin of that name")
        plugins[plugin.name] = plugin
    return plugins
