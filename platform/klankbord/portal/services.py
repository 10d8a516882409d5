"""What people do in the portal for themselves."""

from typing import Any

from sqlalchemy import update

from klankbord.accounts.models import Account
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import N_, Invalid, NotFound
from klankbord.keepers import keepers
from klankbord.portal.permissions import SPEAK
from klankbord.privacy.services import export_person

NO_SUCH_LANGUAGE = N_("Choose one of the languages on this page.")


def choose_language(ctx: Context, language: str) -> None:
    """Speak this language from now on; for who is signed in, on every device.

    Raises:
        Invalid: the organisation does not offer the language.

    """
    ctx.require(SPEAK)
    if language not in ctx.tenant.languages:
        raise Invalid(NO_SUCH_LANGUAGE)
    if ctx.actor.account_id is not None:
        ctx.session.execute(
            update(Account)
            .where(Account.id == ctx.actor.account_id)
            .values(language=language)
        )


def own_data(ctx: Context) -> dict[str, Any]:
    """Return everything that is kept about the client who is signed in."""
    if ctx.actor.client_id is None:
        raise NotFound(NOT_FOUND)
    return export_person(ctx, ctx.actor.client_id, keepers())
