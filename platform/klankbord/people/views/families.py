"""The list of families, a new one, and one of others in an emergency."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from klankbord.errors import N_
from klankbord.forms import Form
from klankbord.lists import (
    PER_PAGE,
    asked,
    beside,
    columns,
    csv_file,
    page_number,
    page_of,
    row_url,
    search,
)
from klankbord.people import services, words
from klankbord.people.permissions import EMERGENCY, OPEN, SEE
from klankbord.people.schemas import EmergencySchema, NewCaseSchema
from klankbord.people.services import FamilyWish, Show
from klankbord.people.views.answering import answer
from klankbord.people.views.blueprint import blueprint
from klankbord.people.views.cases import staff_options
from klankbord.web import context, needs

SHOWS = {
    Show.RUNNING: N_("Running now"),
    Show.ENDED: N_("Ended"),
    Show.ALL: N_("All"),
}
OPENED = N_("The family stands below. Now add the people who take part.")
OPENED_NOW = N_("You can read this family for twelve hours. The family sees that too.")


def _wish(*, everything: bool = False) -> FamilyWish:
    wish = asked(context(), "q")
    show = wish.get("show", "")
    return FamilyWish(
        q=wish["q"],
        show=Show(show) if show in set(Show) else Show.RUNNING,
        sort=wish.get("sort", "family"),
        offset=0 if everything else (page_number() - 1) * PER_PAGE,
        limit=None if everything else PER_PAGE,
    )


@blueprint.get("/gezinnen")
@needs(SEE)
def families() -> ResponseReturnValue:
    """List the families that the person works with, or leads a team for."""
    wish = _wish()
    rows, total = services.list_families(context(), wish)
    return render_template(
        "people/families.html",
        rows=rows,
        case_url=row_url("people.case", "case_id"),
        measures={kind: gettext(name) for kind, name in words.MEASURES.items()},
        page=page_of(total),
        csv_url=beside("people.families_file"),
        form=Form({"q": wish.q, "show": wish.show}),
        shows=[(show.value, gettext(title)) for show, title in SHOWS.items()],
        searched=bool(wish.q) or wish.show is not Show.RUNNING,
        columns=columns(
            [
                (gettext("Family"), "family"),
                (gettext("Measure"), ""),
                (gettext("Since"), "begins_on"),
                (gettext("Youth protection worker"), "worker"),
                (gettext("People"), ""),
                (gettext("Next appointment"), "next_at"),
            ]
        ),
        may_open=context().actor.may(OPEN),
        may_help=context().actor.may(EMERGENCY),
    )


@blueprint.post("/gezinnen")
@needs(SEE)
def search_families() -> ResponseReturnValue:
    """Narrow the list; the name that is looked for stays out of the address."""
    return search(context(), SEE, "people.families", "q")


@blueprint.get("/gezinnen.csv")
@needs(SEE)
def families_file() -> ResponseReturnValue:
    """Give the same list as a file, whole."""
    rows = services.download_families(context(), _wish(everything=True))
    head = (
        N_("Family"),
        N_("Measure"),
        N_("Since"),
        N_("Until"),
        N_("Youth protection worker"),
        N_("People"),
    )
    return csv_file(
        gettext("families"),
        [gettext(title) for title in head],
        (
            (
                row.family,
                gettext(words.MEASURES[row.measure]),
                row.begins_on,
                row.ended_on,
                row.worker,
                row.members,
            )
            for row in rows
        ),
    )


@blueprint.get("/gezinnen/nieuw")
@needs(OPEN)
def new_family() -> ResponseReturnValue:
    """Ask for a new family."""
    actor = context().actor
    today = context().tenant.today()
    values = {
        "worker_id": actor.account_id,
        "team_id": actor.team_id,
        "begins_on": today,
    }
    return _new_family(Form(values))


@blueprint.post("/gezinnen/nieuw")
@needs(OPEN)
def open_family() -> ResponseReturnValue:
    """Start with the family."""

    def do(values: dict[str, object]) -> str:
        case_id = services.open_case(context(), **values)  # type: ignore[arg-type]  # as the schema made them
        flash(gettext(OPENED), "done")
        return url_for("people.case", case_id=case_id)

    return answer(NewCaseSchema(), do, _new_family)


def _new_family(form: Form) -> str:
    return render_template(
        "people/new_family.html", form=form, staff=staff_options(context())
    )


@blueprint.get("/gezinnen/spoed")
@needs(EMERGENCY)
def emergency() -> ResponseReturnValue:
    """Ask for whom and why, before a family of others opens."""
    return render_template("people/emergency.html", form=Form())


@blueprint.post("/gezinnen/spoed")
@needs(EMERGENCY)
def open_in_emergency() -> ResponseReturnValue:
    """Open the family, or say that there is nobody of that name and age."""

    def do(values: dict[str, object]) -> str:
        case_id = services.open_in_emergency(context(), **values)  # type: ignore[arg-type]  # as the schema made them
        flash(gettext(OPENED_NOW), "soon")
        return url_for("people.case", case_id=case_id)

    def show(form: Form) -> str:
        return render_template("people/emergency.html", form=form)

    return answer(EmergencySchema(), do, show)
