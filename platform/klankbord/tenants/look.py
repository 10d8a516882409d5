"""The stylesheet and the logo of an organisation.

Pages name the tenant's revision in the address, so a browser keeps both for ever and
asks again after each change.
"""

from flask import Blueprint, Response, redirect
from flask.typing import ResponseReturnValue

from klankbord.templating import FAVICON, ONE_YEAR, asset
from klankbord.tenants.logo import SEE_LOOK, read_logo
from klankbord.tenants.theme import from_tokens, render
from klankbord.web import context, needs, open_when_locked, open_when_stopped

FOR_EVER = f"public, max-age={ONE_YEAR}, immutable"

blueprint = Blueprint("look", __name__, url_prefix="/look")


@blueprint.get("/theme.css")
@needs(SEE_LOOK)
@open_when_locked
@open_when_stopped
def theme() -> ResponseReturnValue:
    """Return the organisation's tokens; without a theme those of Klankbord hold."""
    tokens = context().tenant.theme
    sheet = render(from_tokens(tokens)) if tokens else ""
    return _kept(Response(sheet, mimetype="text/css"))


@blueprint.get("/logo")
@needs(SEE_LOOK)
@open_when_locked
@open_when_stopped
def logo() -> ResponseReturnValue:
    """Return the organisation's logo, or Klankbord's own sign."""
    image = read_logo(context())
    if image is None:
        return redirect(asset(FAVICON))
    return _kept(Response(image, mimetype="image/png"))


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = FOR_EVER
    return response
