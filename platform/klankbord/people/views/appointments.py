"""Make, move and cancel a meeting."""

from datetime import datetime
from uuid import UUID

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, gettext

from klankbord.errors import N_, Invalid
from klankbord.forms import Form
from klankbord.people import services
from klankbord.people.permissions import CHANGE
from klankbord.people.schemas import (
    AppointmentSchema,
    NewAppointmentSchema,
    VersionSchema,
)
from klankbord.people.views.answering import answer
from klankbord.people.views.blueprint import blueprint
from klankbord.web import context, needs

MADE = N_("The appointment is made.")
MOVED = N_("The appointment is moved.")
CANCELLED = N_("The appointment is cancelled.")
PAST = N_("This moment has gone by. Choose a later one.")


@blueprint.get("/gezinnen/<uuid:case_id>/gesprek")
@needs(CHANGE, example={"case_id": "case_file"})
def new_appointment(case_id: UUID) -> ResponseReturnValue:
    """Ask with whom, when and where."""
    return _new_form(case_id, Form())


@blueprint.post("/gezinnen/<uuid:case_id>/gesprek")
@needs(CHANGE, example={"case_id": "case_file"})
def make_appointment(case_id: UUID) -> ResponseReturnValue:
    """Make the appointment."""

    def do(values: dict[str, object]) -> str:
        services.make_appointment(context(), case_id=case_id, **_moment(values))  # type: ignore[arg-type]  # as the schema made them
        flash(gettext(MADE), "done")
        return url_for("people.case", case_id=case_id)

    return answer(NewAppointmentSchema(), do, lambda form: _new_form(case_id, form))


def _new_form(case_id: UUID, form: Form) -> str:
    facts = services.case_facts(context(), case_id)
    return render_template(
        "people/appointment.html",
        form=form,
        title=gettext(
            "Make an appointment with family %(family)s", family=facts.family
        ),
        clients=services.client_choices(context(), case_id),
        back_url=url_for("people.case", case_id=case_id),
    )


@blueprint.get("/gesprekken/<uuid:appointment_id>/verzetten")
@needs(CHANGE, example={"appointment_id": "appointment"})
def change_appointment(appointment_id: UUID) -> ResponseReturnValue:
    """Show when and where it is, to change it."""
    row = services.appointment_facts(context(), appointment_id)
    values = {
        "version": row.version,
        "on": row.begins_at.date(),
        "at": row.begins_at.strftime("%H:%M"),
        "place": row.place,
    }
    return _move_form(appointment_id, Form(values))


@blueprint.post("/gesprekken/<uuid:appointment_id>/verzetten")
@needs(CHANGE, example={"appointment_id": "appointment"})
def move_appointment(appointment_id: UUID) -> ResponseReturnValue:
    """Move the appointment."""

    def do(values: dict[str, object]) -> str:
        case_id = services.move_appointment(
            context(),
            appointment_id,
            **_moment(values),  # type: ignore[arg-type]  # as the schema made them
        )
        flash(gettext(MOVED), "done")
        return url_for("people.case", case_id=case_id)

    return answer(
        AppointmentSchema(), do, lambda form: _move_form(appointment_id, form)
    )


def _move_form(appointment_id: UUID, form: Form) -> str:
    row = services.appointment_facts(context(), appointment_id)
    stored = form.stored.get("begins_at")
    both = []
    if isinstance(stored, datetime):
        typed = f"{form.values.get('on')} {form.values.get('at')}"
        both.append((gettext("When"), _said(stored), typed))
    if "place" in form.stored:
        both.append((gettext("Where"), form.stored["place"], str(form.values["place"])))
    return render_template(
        "people/appointment.html",
        form=form,
        title=gettext("Move the appointment with %(name)s", name=row.client),
        back_url=url_for("people.case", case_id=row.case_id),
        both=both,
    )


@blueprint.get("/gesprekken/<uuid:appointment_id>/afzeggen")
@needs(CHANGE, example={"appointment_id": "appointment"})
def ask_cancel(appointment_id: UUID) -> ResponseReturnValue:
    """Say what cancelling does, and ask whether it should be done."""
    return _cancel_form(appointment_id, Form())


@blueprint.post("/gesprekken/<uuid:appointment_id>/afzeggen")
@needs(CHANGE, example={"appointment_id": "appointment"})
def cancel_appointment(appointment_id: UUID) -> ResponseReturnValue:
    """Cancel the appointment."""

    def do(values: dict[str, object]) -> str:
        case_id = services.cancel_appointment(context(), appointment_id, **values)  # type: ignore[arg-type]  # as the schema made them
        flash(gettext(CANCELLED), "done")
        return url_for("people.case", case_id=case_id)

    return answer(VersionSchema(), do, lambda form: _cancel_form(appointment_id, form))


def _cancel_form(appointment_id: UUID, form: Form) -> str:
    row = services.appointment_facts(context(), appointment_id)
    return render_template("people/cancel.html", row=row, form=form)


def _moment(values: dict[str, object]) -> dict[str, object]:
    """Make one moment, in the tenant's time zone, of the day and the time."""
    ctx = context()
    zone = ctx.tenant.time_zone
    begins_at = datetime.combine(values.pop("on"), values.pop("at"), zone)  # type: ignore[arg-type]  # a date and a time
    if begins_at <= datetime.now(zone):
        raise Invalid("", on=PAST)
    return {**values, "begins_at": begins_at}


def _said(moment: datetime) -> str:
    return str(format_datetime(moment, "d MMMM y HH:mm"))
