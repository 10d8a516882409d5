"""The page of a case, and what can be changed there."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from klankbord.context import Context
from klankbord.errors import N_
from klankbord.forms import Form
from klankbord.people import services, words
from klankbord.people.models import MeasureKind
from klankbord.people.permissions import ASSIGN, CHANGE, SEE
from klankbord.people.schemas import CaseSchema, EndSchema, EventSchema, StaffSchema
from klankbord.people.services.events import RECORDED
from klankbord.people.views.answering import answer
from klankbord.people.views.blueprint import blueprint
from klankbord.permissions import Role
from klankbord.web import context, needs

CHANGED = N_("It is saved.")
HANDED_OVER = N_("It is saved. Somebody else works with this family now.")
RECORDED_NOW = N_("It is written down. The methods of this family know it too.")
ENDED = N_("The measure has ended. You find the family under: Ended.")
STAFF_LABELS = {
    "worker_id": N_("Youth protection worker"),
    "deputy_id": N_("Deputy"),
    "expert_id": N_("Behavioural expert"),
    "team_id": N_("Team"),
}


@blueprint.get("/gezinnen/<uuid:case_id>")
@needs(SEE, example={"case_id": "case_file"})
def case(case_id: UUID) -> ResponseReturnValue:
    """Show who takes part, who works here, and what happens."""
    ctx = context()
    return render_template(
        "people/case.html",
        case=services.case_page(ctx, case_id),
        panels=services.case_panels(ctx, case_id, g.language),
    )


@blueprint.get("/gezinnen/<uuid:case_id>/wijzigen")
@needs(CHANGE, example={"case_id": "case_file"})
def change_case(case_id: UUID) -> ResponseReturnValue:
    """Show the name, the measure and the start, to change them."""
    facts = services.case_facts(context(), case_id)
    values = {
        "version": facts.version,
        "family": facts.family,
        "measure": facts.measure,
        "begins_on": facts.begins_on,
    }
    return _case_form(case_id, Form(values))


@blueprint.post("/gezinnen/<uuid:case_id>/wijzigen")
@needs(CHANGE, example={"case_id": "case_file"})
def save_case(case_id: UUID) -> ResponseReturnValue:
    """Save the name, the measure and the start."""

    def do(values: dict[str, Any]) -> str:
        services.change_case(context(), case_id, **values)
        return _done(case_id, CHANGED)

    return answer(CaseSchema(), do, lambda form: _case_form(case_id, form))


def _done(case_id: UUID, message: str) -> str:
    """Say that it is done; return the page of the case to go to."""
    flash(gettext(message), "done")
    return url_for("people.case", case_id=case_id)


def _case_form(case_id: UUID, form: Form) -> str:
    labels = {
        "family": gettext("Name of the family"),
        "measure": gettext("Measure"),
        "begins_on": gettext("Begins on"),
    }
    facts = services.case_facts(context(), case_id)
    return render_template(
        "people/change_case.html",
        form=form,
        family=facts.family,
        case_id=case_id,
        both=[
            (label, _said(form.stored[name]), _said(form.values.get(name)))
            for name, label in labels.items()
            if name in form.stored
        ],
    )


def _said(value: object) -> str:
    if isinstance(value, MeasureKind):
        return str(gettext(words.MEASURES[value]))
    return "" if value is None else str(value)


@blueprint.get("/gezinnen/<uuid:case_id>/wie-werkt-er")
@needs(ASSIGN, example={"case_id": "case_file"})
def change_staff(case_id: UUID) -> ResponseReturnValue:
    """Show who works here, to change it."""
    facts = services.case_facts(context(), case_id)
    values = {name: getattr(facts, name) for name in STAFF_LABELS}
    return _staff_form(case_id, Form({**values, "version": facts.version}))


@blueprint.post("/gezinnen/<uuid:case_id>/wie-werkt-er")
@needs(ASSIGN, example={"case_id": "case_file"})
def save_staff(case_id: UUID) -> ResponseReturnValue:
    """Let these people work here from now on."""

    def do(values: dict[str, Any]) -> str:
        ctx = context()
        version = values.pop("version")
        services.change_staff(ctx, case_id, version, values)
        if services.knows_case(ctx, case_id):
            return _done(case_id, CHANGED)
        flash(gettext(HANDED_OVER), "done")
        return url_for("people.families")

    return answer(StaffSchema(), do, lambda form: _staff_form(case_id, form))


def _staff_form(case_id: UUID, form: Form) -> str:
    facts = services.case_facts(context(), case_id)
    staff = staff_options(context(), facts.worker_id, facts.deputy_id, facts.expert_id)
    names = {str(key): name for choices in staff.values() for key, name in choices}
    return render_template(
        "people/change_staff.html",
        form=form,
        staff=staff,
        family=facts.family,
        case_id=case_id,
        both=[
            (
                gettext(label),
                names.get(str(form.stored[name]), ""),
                names.get(str(form.values.get(name)), ""),
            )
            for name, label in STAFF_LABELS.items()
            if name in form.stored
        ],
    )


def staff_options(
    ctx: Context, *now_there: UUID | None
) -> Mapping[str, list[tuple[UUID, str]]]:
    """Return who can be chosen for each place, who is there now always among them."""
    worker_id, deputy_id, expert_id = (*now_there, None, None, None)[:3]
    both = (Role.WORKER, Role.DEPUTY)
    return {
        "worker_id": list(services.staff_choices(ctx, *both, also=worker_id)),
        "deputy_id": list(services.staff_choices(ctx, *both, also=deputy_id)),
        "expert_id": list(
            services.staff_choices(ctx, Role.BEHAVIOURAL_EXPERT, also=expert_id)
        ),
        "team_id": list(services.team_choices(ctx)),
    }


@blueprint.get("/gezinnen/<uuid:case_id>/gebeurtenis")
@needs(CHANGE, example={"case_id": "case_file"})
def new_event(case_id: UUID) -> ResponseReturnValue:
    """Ask what happened, or will."""
    return _event_form(case_id, Form())


@blueprint.post("/gezinnen/<uuid:case_id>/gebeurtenis")
@needs(CHANGE, example={"case_id": "case_file"})
def record_event(case_id: UUID) -> ResponseReturnValue:
    """Write down what happened, and tell the methods."""

    def do(values: dict[str, Any]) -> str:
        services.record_event(context(), case_id, **values)
        return _done(case_id, RECORDED_NOW)

    return answer(EventSchema(), do, lambda form: _event_form(case_id, form))


def _event_form(case_id: UUID, form: Form) -> str:
    facts = services.case_facts(context(), case_id)
    return render_template(
        "people/event.html",
        form=form,
        family=facts.family,
        case_id=case_id,
        kinds=[(kind.value, gettext(words.EVENTS[kind])) for kind in RECORDED],
    )


@blueprint.get("/gezinnen/<uuid:case_id>/beeindigen")
@needs(CHANGE, example={"case_id": "case_file"})
def ask_end(case_id: UUID) -> ResponseReturnValue:
    """Say what ending the measure does, and ask for the day."""
    facts = services.case_facts(context(), case_id)
    values = {"version": facts.version, "on": context().tenant.today()}
    return _end_form(case_id, Form(values))


@blueprint.post("/gezinnen/<uuid:case_id>/beeindigen")
@needs(CHANGE, example={"case_id": "case_file"})
def end_case(case_id: UUID) -> ResponseReturnValue:
    """End the measure."""

    def do(values: dict[str, Any]) -> str:
        services.end_case(context(), case_id, **values)
        return _done(case_id, ENDED)

    return answer(EndSchema(), do, lambda form: _end_form(case_id, form))


def _end_form(case_id: UUID, form: Form) -> str:
    facts = services.case_facts(context(), case_id)
    return render_template(
        "people/end_case.html",
        form=form,
        family=facts.family,
        case_id=case_id,
        today=context().tenant.today(),
    )
