"""Mails about agreements: only that there is something to read."""

from flask import url_for
from flask_babel import gettext

from klankbord.context import Context
from klankbord.errors import N_
from klankbord.plugin import Json, Mail, MailKind


def _changed(_ctx: Context, _values: Json) -> Mail:
    return Mail(
        subject=gettext("There is something new to read"),
        sentences=(gettext("You can read it on your own page."),),
        button=gettext("Go to your page"),
        url=url_for("portal.front"),
    )


MAILS = (MailKind("actions.changed", _changed, title=N_("An agreement changed")),)
