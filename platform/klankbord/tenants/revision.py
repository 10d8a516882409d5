"""Every change to an organisation raises its revision: so each process hears of it."""

from sqlalchemy import update

from klankbord.context import Context
from klankbord.tenants.models import Tenant


def raise_revision(ctx: Context) -> None:
    """Let every process read the tenant's facts anew from the next request on."""
    ctx.session.flush()
    ctx.session.execute(
        update(Tenant)
        .where(Tenant.id == ctx.tenant_id)
        .values(revision=Tenant.revision + 1)
    )
