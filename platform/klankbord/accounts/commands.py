"""`klankbord account …`: what the operator does when somebody is locked out."""

from datetime import timedelta
from uuid import UUID

import click
from sqlalchemy import select

from klankbord.accounts.models import Account, LinkPurpose
from klankbord.accounts.services.links import VALID_FOR, make_sign_in_link
from klankbord.accounts.services.sign_in import normal_email
from klankbord.accounts.tokens import use_secret
from klankbord.config import Config, load
from klankbord.context import SYSTEM, Context
from klankbord.db import TenantSession, open_engine
from klankbord.errors import KlankbordError
from klankbord.tenants.directory import Directory
from klankbord.tenants.models import Tenant

IN_THE_DEMO = timedelta(hours=24)


@click.group()
def account() -> None:
    """Help people who cannot sign in."""


@account.command("sign-in-link")
@click.option("--tenant", "slug", required=True, help="Short name of the organisation.")
@click.option("--account", "whose", required=True, help="E-mail address or id.")
@click.option("--reason", required=True, help="Why; the person is shown this.")
def sign_in_link(slug: str, whose: str, reason: str) -> None:
    """Print a link that signs somebody in once, within fifteen minutes.

    It is logged, and the person is told when it was used and why.
    """
    settings = load()
    use_secret(settings.secret_key)
    if not reason.strip():
        raise click.ClickException("Give a reason: the person is shown it.")
    try:
        click.echo(_make(settings, slug, whose, reason.strip()))
    except KlankbordError as error:
        raise click.ClickException(error.message_id) from error


def _make(settings: Config, slug: str, whose: str, reason: str) -> str:
    engine = open_engine(settings.database_url)
    with engine.connect() as connection:
        tenant_id = connection.scalar(select(Tenant.id).where(Tenant.slug == slug))
    if tenant_id is None:
        raise click.ClickException(f"There is no organisation {slug}.")
    with TenantSession(engine, tenant_id) as session:
        facts = Directory(engine, settings.base_url).read(session, tenant_id)
        ctx = Context(facts, SYSTEM, session)
        account_id = _find(ctx, whose)
        lasts = IN_THE_DEMO if settings.demo else VALID_FOR[LinkPurpose.SIGN_IN]
        url = make_sign_in_link(ctx, account_id, lasts, reason)
        ctx.finish(commit=True)
    engine.dispose()
    return url


def _find(ctx: Context, whose: str) -> UUID:
    try:
        wanted = Account.id == UUID(whose)
    except ValueError:
        wanted = Account.email == normal_email(whose)
    found = ctx.session.scalars(select(Account.id).where(wanted)).first()
    if found is None:
        raise click.ClickException(f"Nobody at {ctx.tenant.slug} has {whose}.")
    return found
