"""The desk of staff: "Mijn werk" and all tasks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext, ngettext

from klankbord.actions.permissions import LIST
from klankbord.actions.promises import promises
from klankbord.errors import N_
from klankbord.lists import PER_PAGE, page_number, page_of
from klankbord.people.permissions import SEE
from klankbord.people.words import REASONS
from klankbord.plugin import NavItem
from klankbord.tasks.todo import Todo, todos
from klankbord.web import context, needs
from klankbord.workspace import services
from klankbord.workspace.permissions import WORK

blueprint = Blueprint("workspace", __name__, template_folder="templates")
NAV = (
    NavItem(N_("My work"), "workspace.home", WORK, "house", services.count_tasks),
    NavItem(N_("Families"), "people.families", SEE, "users"),
)
MOST_SIGNALS = 3
MOST_TASKS = 6
MOST_PROMISES = 3
SOON = 3


@dataclass(frozen=True)
class Signal:
    """Something that asks for attention today, with its next action."""

    title: str
    words: str
    action: str
    url: str
    kind: str


@blueprint.get("/werk")
@needs(WORK)
def home() -> ResponseReturnValue:
    """Show what asks for attention now, the own tasks, and this week's appointments."""
    ctx = context()
    desk = services.desk(ctx)
    tasks = todos(desk.tasks)
    today = ctx.tenant.today()
    promised = promises(ctx, most=MOST_PROMISES) if ctx.actor.may(LIST) else None
    return render_template(
        "workspace/home.html",
        today=today,
        signals=_signals(tasks, desk.opened, today),
        urgent=sum(task.due_on <= today for task in tasks),
        due=_due_rows(tasks[:MOST_TASKS], today),
        tasks=len(tasks),
        desk=desk,
        promised=promised,
        days_left=lambda day: _state(day, today),
    )


@blueprint.get("/werk/taken")
@needs(WORK)
def tasks() -> ResponseReturnValue:
    """List every task of the actor by date."""
    every = todos(services.own_tasks(context()))
    first = (page_number() - 1) * PER_PAGE
    return render_template(
        "workspace/tasks.html",
        due=_due_rows(every[first : first + PER_PAGE], context().tenant.today()),
        page=page_of(len(every)),
        pages=len(every) > PER_PAGE,
    )


def _signals(
    tasks: Iterable[Todo], opened: Iterable[services.OpenedByOther], today: date
) -> list[Signal]:
    signals = [
        Signal(
            title=task.title,
            words=_when(task.due_on, today),
            action=gettext("Do it now"),
            url=task.url,
            kind="late" if task.overdue else "soon",
        )
        for task in tasks
        if task.due_on <= today
    ]
    signals += [
        Signal(
            title=gettext(
                "%(name)s opened family %(family)s in an emergency",
                name=row.colleague,
                family=row.family,
            ),
            words=gettext(REASONS[row.reason]),
            action=gettext("Look at the family"),
            url=url_for("people.case", case_id=row.case_id),
            kind="info",
        )
        for row in opened
    ]
    return signals[:MOST_SIGNALS]


def _when(due_on: date, today: date) -> str:
    if due_on == today:
        return str(gettext("Today is the last day."))
    day = format_date(due_on, "EEEE d MMMM")
    return str(gettext("It had to be done by %(day)s at the latest.", day=day))


def _due_rows(tasks: Iterable[Todo], today: date) -> list[tuple[str, ...]]:
    """Return the rows of `due_list`: the day in words, and how long there is."""
    return [
        (
            _day(task.due_on, today),
            format_date(task.due_on, "d MMM"),
            task.title,
            task.url,
            task.explanation,
            *_state(task.due_on, today),
        )
        for task in tasks
    ]


def _day(day: date, today: date) -> str:
    near = {0: gettext("Today"), 1: gettext("Tomorrow"), -1: gettext("Yesterday")}
    return str(near.get((day - today).days) or format_date(day, "EEE").capitalize())


def _state(day: date, today: date) -> tuple[str, str]:
    """Return the colour and the words of how long there is."""
    left = (day - today).days
    if left < 0:
        words = ngettext("%(num)s day too late", "%(num)s days too late", -left)
        return "late", words
    if left == 0:
        return "late", gettext("Last day")
    if left <= SOON:
        return "soon", ngettext("%(num)s day left", "%(num)s days left", left)
    return "done", gettext("On time")
