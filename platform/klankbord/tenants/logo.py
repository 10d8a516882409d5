"""The logo of an organisation: one small raster image, made anew by us."""

from sqlalchemy import select

from klankbord.context import Context
from klankbord.errors import N_
from klankbord.permissions import EVERYBODY, Permission
from klankbord.tenants.models import TenantProfile

SEE_LOOK = Permission("tenants.see_look", N_("See the organisation's look"), EVERYBODY)


def read_logo(ctx: Context) -> bytes | None:
    """Return the logo as PNG, or None while the organisation has none."""
    ctx.require(SEE_LOOK)
    return ctx.session.scalar(select(TenantProfile.logo))
