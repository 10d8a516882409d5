"""The page of a client, and what can be changed there."""

from dataclasses import asdict
from datetime import date, time
from enum import StrEnum
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext

from klankbord.errors import N_
from klankbord.forms import Form
from klankbord.i18n import LANGUAGE_NAMES
from klankbord.people import services, words
from klankbord.people.models import ClientKind
from klankbord.people.permissions import CHANGE, SEE
from klankbord.people.schemas import (
    LONGEST_REACH,
    ClientSchema,
    CustodySchema,
    DaySchema,
    NewClientSchema,
)
from klankbord.people.services import ClientFacts
from klankbord.people.views.answering import answer
from klankbord.people.views.blueprint import blueprint
from klankbord.web import context, needs

ADDED = N_("The person is added. You can send an invitation now.")
CHANGED = N_("It is saved.")
LEFT = N_("It is saved. This person takes no more part from that day on.")
RETURNED = N_("This person takes part again.")
LABELS = {
    "kind": N_("Who is it?"),
    "given_name": N_("First name"),
    "family_name": N_("Last name"),
    "salutation": N_("How do we address this person?"),
    "birth_date": N_("Day of birth"),
    "language": N_("Language"),
    "easy_mode": N_("Easy texts"),
    "email": N_("E-mail address"),
    "email_alone": N_("E-mail: for this person alone"),
    "phone": N_("Telephone"),
    "phone_alone": N_("Telephone: for this person alone"),
    "do_not_mail": N_("Do not mail"),
    "safe_from": N_("Safe from"),
    "safe_until": N_("Safe until"),
    "how_to_reach": N_("How to reach this person"),
}


@blueprint.get("/personen/<uuid:client_id>")
@needs(SEE, example={"client_id": "client"})
def client(client_id: UUID) -> ResponseReturnValue:
    """Show what is kept of somebody."""
    return render_template(
        "people/client.html", client=services.client_page(context(), client_id)
    )


@blueprint.get("/gezinnen/<uuid:case_id>/personen/nieuw")
@needs(CHANGE, example={"case_id": "case_file"})
def new_client(case_id: UUID) -> ResponseReturnValue:
    """Ask for somebody who takes part."""
    values = {"language": context().tenant.languages[0]}
    return _new_client(case_id, Form(values))


@blueprint.post("/gezinnen/<uuid:case_id>/personen/nieuw")
@needs(CHANGE, example={"case_id": "case_file"})
def add_client(case_id: UUID) -> ResponseReturnValue:
    """Add somebody to the case."""

    def do(values: dict[str, object]) -> str:
        begins_on = values.pop("begins_on")
        facts = ClientFacts(**values)  # type: ignore[arg-type]  # as the schema made them
        services.add_client(context(), case_id, facts, begins_on)  # type: ignore[arg-type]
        flash(gettext(ADDED), "done")
        return url_for("people.case", case_id=case_id)

    return answer(NewClientSchema(), do, lambda form: _new_client(case_id, form))


def _new_client(case_id: UUID, form: Form) -> str:
    facts = services.case_facts(context(), case_id)
    return _client_form(
        form,
        gettext("Add somebody to family %(family)s", family=facts.family),
        url_for("people.case", case_id=case_id),
        new=True,
    )


@blueprint.get("/personen/<uuid:client_id>/wijzigen")
@needs(CHANGE, example={"client_id": "client"})
def change_client(client_id: UUID) -> ResponseReturnValue:
    """Show what is kept of somebody, to change it."""
    page = services.client_facts(context(), client_id)
    return _change_client(
        client_id, Form({**asdict(page.facts), "version": page.version})
    )


@blueprint.post("/personen/<uuid:client_id>/wijzigen")
@needs(CHANGE, example={"client_id": "client"})
def save_client(client_id: UUID) -> ResponseReturnValue:
    """Save what is kept of somebody."""

    def do(values: dict[str, object]) -> str:
        version = values.pop("version")
        facts = ClientFacts(**values)  # type: ignore[arg-type]  # as the schema made them
        services.change_client(context(), client_id, version, facts)  # type: ignore[arg-type]
        flash(gettext(CHANGED), "done")
        return url_for("people.client", client_id=client_id)

    return answer(ClientSchema(), do, lambda form: _change_client(client_id, form))


def _change_client(client_id: UUID, form: Form) -> str:
    page = services.client_facts(context(), client_id)
    return _client_form(
        form,
        gettext("Change the data of %(name)s", name=page.facts.name),
        url_for("people.client", client_id=client_id),
    )


def _client_form(form: Form, title: str, back_url: str, *, new: bool = False) -> str:
    offered = context().tenant.languages
    return render_template(
        "people/client_form.html",
        form=form,
        title=title,
        back_url=back_url,
        new=new,
        kinds=[(kind.value, gettext(name)) for kind, name in words.KINDS.items()],
        languages=[(code, LANGUAGE_NAMES.get(code, code)) for code in offered],
        longest=LONGEST_REACH,
        both=[
            (gettext(label), _said(form.stored[name]), _said(form.values.get(name)))
            for name, label in LABELS.items()
            if name in form.stored
        ],
    )


def _said(value: object) -> str:
    """Return a stored value as a person reads it."""
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    if isinstance(value, ClientKind):
        return str(gettext(words.KINDS[value]))
    if isinstance(value, date):
        return str(format_date(value, "d MMMM y"))
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return "" if value is None or isinstance(value, StrEnum) else str(value)


@blueprint.get("/gezinnen/<uuid:case_id>/personen/<uuid:client_id>/weg")
@needs(CHANGE, example={"case_id": "case_file", "client_id": "client"})
def ask_leave(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Say what leaving the case means, and ask for the day."""
    return _leave_form(case_id, client_id, Form({"on": context().tenant.today()}))


@blueprint.post("/gezinnen/<uuid:case_id>/personen/<uuid:client_id>/weg")
@needs(CHANGE, example={"case_id": "case_file", "client_id": "client"})
def leave(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Let somebody take no more part."""

    def do(values: dict[str, object]) -> str:
        services.leave_case(context(), case_id, client_id, **values)  # type: ignore[arg-type]  # as the schema made them
        flash(gettext(LEFT), "done")
        return url_for("people.case", case_id=case_id)

    return answer(DaySchema(), do, lambda form: _leave_form(case_id, client_id, form))


def _leave_form(case_id: UUID, client_id: UUID, form: Form) -> str:
    return render_template(
        "people/leave.html",
        form=form,
        name=services.member_name(context(), case_id, client_id),
        case_id=case_id,
    )


@blueprint.post("/gezinnen/<uuid:case_id>/personen/<uuid:client_id>/terug")
@needs(CHANGE, example={"case_id": "case_file", "client_id": "client"})
def come_back(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Let somebody who left take part again."""
    services.return_to_case(context(), case_id, client_id)
    flash(gettext(RETURNED), "done")
    return redirect(url_for("people.case", case_id=case_id), 303)


@blueprint.get("/personen/<uuid:client_id>/gezag")
@needs(CHANGE, example={"client_id": "client"})
def new_custody(client_id: UUID) -> ResponseReturnValue:
    """Ask which parent has custody of this youth."""
    return _custody_form(client_id, Form())


@blueprint.post("/personen/<uuid:client_id>/gezag")
@needs(CHANGE, example={"client_id": "client"})
def give_custody(client_id: UUID) -> ResponseReturnValue:
    """Write down that a parent has custody."""

    def do(values: dict[str, object]) -> str:
        services.give_custody(context(), youth_id=client_id, **values)  # type: ignore[arg-type]  # as the schema made them
        flash(gettext(CHANGED), "done")
        return url_for("people.client", client_id=client_id)

    return answer(CustodySchema(), do, lambda form: _custody_form(client_id, form))


def _custody_form(client_id: UUID, form: Form) -> str:
    page = services.client_facts(context(), client_id)
    return render_template(
        "people/custody.html",
        form=form,
        name=page.facts.name,
        client_id=client_id,
        parents=services.parent_choices(context(), client_id),
    )


@blueprint.get("/gezag/<uuid:custody_id>/eindigt")
@needs(CHANGE, example={"custody_id": "custody"})
def ask_end_of_custody(custody_id: UUID) -> ResponseReturnValue:
    """Ask from which day on the custody holds no longer."""
    return _custody_end_form(custody_id, Form({"on": context().tenant.today()}))


@blueprint.post("/gezag/<uuid:custody_id>/eindigt")
@needs(CHANGE, example={"custody_id": "custody"})
def end_custody(custody_id: UUID) -> ResponseReturnValue:
    """End the custody on a day."""

    def do(values: dict[str, object]) -> str:
        youth_id = services.end_custody(context(), custody_id, **values)  # type: ignore[arg-type]  # as the schema made them
        flash(gettext(CHANGED), "done")
        return url_for("people.client", client_id=youth_id)

    return answer(DaySchema(), do, lambda form: _custody_end_form(custody_id, form))


def _custody_end_form(custody_id: UUID, form: Form) -> str:
    return render_template(
        "people/end_custody.html",
        form=form,
        custody=services.custody_facts(context(), custody_id),
    )
