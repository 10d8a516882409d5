"""Write down what a parent said about a child, when it was not said in the portal."""

from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from klankbord.errors import N_
from klankbord.forms import Form
from klankbord.people import services, words
from klankbord.people.models import ConsentWay, Purpose
from klankbord.people.permissions import CHANGE
from klankbord.people.schemas import ConsentSchema
from klankbord.people.views.answering import answer
from klankbord.people.views.blueprint import blueprint
from klankbord.web import context, needs

WRITTEN = N_("It is written down. The parent can change it at any time.")
# Whether mail may come, everybody says for themselves.
PURPOSES = [purpose for purpose in Purpose if purpose is not Purpose.MAIL]
# What is said in the portal is kept by itself.
WAYS = [way for way in ConsentWay if way is not ConsentWay.PORTAL]


@blueprint.get("/personen/<uuid:client_id>/toestemming")
@needs(CHANGE, example={"client_id": "client"})
def new_consent(client_id: UUID) -> ResponseReturnValue:
    """Ask what which parent said, how and when; an earlier yes can be taken back."""
    values: dict[str, object] = {"on": context().tenant.today()}
    if request.args.get("purpose") in PURPOSES:
        values |= {
            "parent_id": request.args.get("parent_id", ""),
            "purpose": request.args["purpose"],
            "granted": False,
        }
    return _consent_form(client_id, Form(values))


@blueprint.post("/personen/<uuid:client_id>/toestemming")
@needs(CHANGE, example={"client_id": "client"})
def record_consent(client_id: UUID) -> ResponseReturnValue:
    """Write down the yes or no."""

    def do(values: dict[str, object]) -> str:
        services.record_consent(context(), client_id, **values)  # type: ignore[arg-type]  # as the schema made them
        flash(gettext(WRITTEN), "done")
        return url_for("people.client", client_id=client_id)

    return answer(ConsentSchema(), do, lambda form: _consent_form(client_id, form))


def _consent_form(client_id: UUID, form: Form) -> str:
    page = services.client_facts(context(), client_id)
    return render_template(
        "people/consent.html",
        form=form,
        name=page.facts.name,
        client_id=client_id,
        parents=services.custodian_choices(context(), client_id),
        purposes=[(one.value, gettext(words.ABOUT_SOMEBODY[one])) for one in PURPOSES],
        ways=[(way.value, gettext(words.WAYS[way])) for way in WAYS],
    )
