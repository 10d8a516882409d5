"""Error pages: what happened, what to do now, and that nothing was lost.

One place turns an error into a page, or into problem+json for those who ask for it.
"""

import structlog
from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from sqlalchemy import exc
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from klankbord.context import FORBIDDEN, NOT_FOUND
from klankbord.errors import N_, Invalid, KlankbordError
from klankbord.forms import OUR_OWN, FormInvalid, messages
from klankbord.people.access import note_refused_role
from klankbord.web import AWAY

BROKEN = N_("Something went wrong on our side. We know about it. Try again later.")
STALE = N_("Somebody else changed this in the meantime. Open the page again.")
MESSAGES = {
    400: N_("This page does not understand the request. Go back and try again."),
    403: FORBIDDEN,
    404: NOT_FOUND,
    405: NOT_FOUND,
    409: STALE,
    413: N_("The file is too large. Choose a smaller one."),
    422: N_("Something is not filled in well yet. Go back and look at it."),
    429: N_("You tried this too often. Wait a few minutes and try again."),
    500: BROKEN,
    503: AWAY,
}
OPEN_TOO_LONG = N_(
    "You had this page open for a long time. Open it again and send once more."
)
LONG_ENOUGH_TO_KEEP = 20  # a sentence; never a password or a code
log = structlog.get_logger()


def init_problems(app: Flask) -> None:
    """Answer every error with a page that a person can act on."""

    @app.errorhandler(KlankbordError)
    def known(error: KlankbordError) -> ResponseReturnValue:
        message = error.message_id or MESSAGES[error.status]
        _note(error)
        fields: dict[str, list[str]] = {}
        if isinstance(error, Invalid):
            fields = {name: [message] for name, message in error.fields.items()}
        text = gettext(message, **error.values)
        return _answer(error.status, error.code, text, fields)

    @app.errorhandler(ValidationError)
    @app.errorhandler(FormInvalid)
    def unfit(error: ValidationError | FormInvalid) -> ResponseReturnValue:
        wrong = error.form.errors if isinstance(error, FormInvalid) else messages(error)
        return _answer(422, "invalid", gettext(MESSAGES[422]), dict(wrong))

    @app.errorhandler(exc.DataError)
    def unstorable(_error: exc.DataError) -> ResponseReturnValue:
        # A sign with number zero, or a number that no column holds.
        return _answer(422, "invalid", gettext(MESSAGES[422]))

    @app.errorhandler(StaleDataError)
    def stale(_error: StaleDataError) -> ResponseReturnValue:
        return _answer(409, "conflict", gettext(STALE))

    @app.errorhandler(exc.OperationalError)
    @app.errorhandler(exc.TimeoutError)
    def away(_error: Exception) -> ResponseReturnValue:
        log.warning("database away")
        return _answer(503, "unavailable", gettext(AWAY))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error
        cause = getattr(error, "original_exception", None)
        if isinstance(error, InternalServerError) and isinstance(
            cause, (exc.OperationalError, exc.TimeoutError)
        ):
            return away(cause)
        return _answer(status, "http", gettext(_message_of(error)))


def _note(error: KlankbordError) -> None:
    if error.message_id == FORBIDDEN and "context" in g:
        asked = request.view_args or {}
        note_refused_role(g.context, asked.get("client_id"), asked.get("case_id"))


def _message_of(error: HTTPException) -> str:
    if isinstance(error, CSRFError):
        return OPEN_TOO_LONG
    return MESSAGES.get(error.code or 500, MESSAGES[400])


HEADINGS = {
    403: N_("This page is not for you"),
    404: N_("We cannot find this page"),
    405: N_("We cannot find this page"),
    409: N_("This cannot be done now"),
    410: N_("This website is closed"),
    422: N_("Something needs another look"),
    429: N_("Please wait a moment"),
    503: N_("It does not work for a moment"),
}
OTHER_HEADING = N_("That did not work")


def _answer(
    status: int, code: str, text: str, fields: dict[str, list[str]] | None = None
) -> ResponseReturnValue:
    if _wants_json():
        body = {"status": status, "code": code, "title": text, "fields": fields or {}}
        answer = jsonify(body)
        answer.content_type = "application/problem+json"
        return answer, status
    page = render_template(
        "problem.html",
        layout="layouts/portal.html" if "tenant" in g else "layouts/plain.html",
        heading=gettext(HEADINGS.get(status, OTHER_HEADING)),
        text=text,
        fields=fields or {},
        typed=_typed() if status in {400, 409, 503} else [],
    )
    return page, status


def _wants_json() -> bool:
    kinds = ["text/html", "application/problem+json"]
    return request.accept_mimetypes.best_match(kinds) == kinds[1]


def _typed() -> list[tuple[str, str]]:
    """Return the words of the form, so that a refusal loses nothing."""
    return [
        (name, words)
        for name, words in request.form.items()
        if name not in OUR_OWN
        and "password" not in name
        and len(words) > LONG_ENOUGH_TO_KEEP
    ]
