"""What a task is called, and where it is done: for the pages that list tasks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext

from klankbord.plugin import TaskKind, installed_plugins
from klankbord.tasks.services import TaskRow


@dataclass(frozen=True)
class Todo:
    """A task in the reader's language, with the page where it is done."""

    title: str
    explanation: str
    minutes: int
    icon: str
    url: str
    due_on: date
    overdue: bool


def todos(tasks: Iterable[TaskRow]) -> list[Todo]:
    """Return the tasks as pages show them, but those of a plugin that is gone."""
    kinds = {
        kind.name: kind
        for plugin in installed_plugins().values()
        for kind in plugin.tasks
    }
    return [_todo(kinds[task.kind], task) for task in tasks if task.kind in kinds]


def _todo(kind: TaskKind, task: TaskRow) -> Todo:
    subject: dict[str, Any] = {_argument(kind.endpoint): task.subject_id}
    return Todo(
        title=gettext(kind.title, **task.values),
        explanation=gettext(kind.explanation, **task.values)
        if kind.explanation
        else "",
        minutes=kind.minutes,
        icon=kind.icon,
        url=url_for(kind.endpoint, **subject),
        due_on=task.due_on,
        overdue=task.overdue,
    )


def _argument(endpoint: str) -> str:
    """Return the name of the one argument of a page's address."""
    (rule,) = (
        rule
        for rule in current_app.url_map.iter_rules(endpoint)
        if len(rule.arguments) == 1
    )
    (argument,) = rule.arguments
    return argument
