"""Speak to the one who answers: language, form, and the layout of the page."""

from collections.abc import Mapping

from flask import g
from flask_babel import gettext, refresh

from klankbord.i18n import RIGHT_TO_LEFT
from klankbord.plugin import RespondentKind
from klankbord.questionnaires.definition import Listener


def speak_to(listener: Listener) -> None:
    """Let this request's page speak as this person is spoken to."""
    g.language = listener.language
    if listener.kind is not RespondentKind.WORKER:
        g.formal = listener.formal
    refresh()


def layout_for(listener: Listener) -> str:
    """Return the layout: staff's own for a worker, the portal for everybody else."""
    staff = listener.kind is RespondentKind.WORKER
    return "layouts/staff.html" if staff else "layouts/portal.html"


def say(message: str, names: Mapping[str, str]) -> str:
    """Return a plugin's sentence in the page's language, names in their places."""
    if not message:
        return ""
    if g.language in RIGHT_TO_LEFT:
        names = {name: f"\u2068{value}\u2069" for name, value in names.items()}
    return str(gettext(message, **names))
