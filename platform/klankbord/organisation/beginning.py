"""An organisation begins: its defaults, and the account of its first admin."""

from dataclasses import dataclass
from uuid import uuid4

from marshmallow import validate

from klankbord.accounts.models import Account, LinkPurpose
from klankbord.accounts.services.links import make_link, url_of
from klankbord.accounts.services.sign_in import normal_email
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import AMSTERDAM, Context
from klankbord.i18n import LANGUAGE_NAMES
from klankbord.organisation.permissions import BEGIN
from klankbord.outbox import services as outbox
from klankbord.permissions import Role
from klankbord.plugin import installed_plugins
from klankbord.tenants.description import HOST, SLUG, Description


@dataclass(frozen=True)
class Admin:
    """Who administers the organisation first."""

    email: str
    name: str


def describe(slug: str, name: str, host: str) -> Description:
    """Return an organisation with the defaults; it may use each installed method.

    Raises:
        ValidationError: the short name, the name or the host can't be used.

    """
    validate.Regexp(SLUG, error="SLUG: small letters, digits and dashes.")(slug)
    validate.Length(1, 120, error="--name: 1 to 120 characters.")(name.strip())
    validate.Regexp(HOST, error="--host: a host name in small letters.")(host)
    return Description(
        slug=slug,
        name=name.strip(),
        hosts=(host,),
        languages=tuple(LANGUAGE_NAMES),
        formal=True,
        time_zone=AMSTERDAM,
        phone_numbers={},
        plugins={name: {"on": False, "settings": {}} for name in installed_plugins()},
    )


def check_admin(email: str, name: str) -> Admin:
    """Return the admin; without a name the address stands in for it.

    Raises:
        ValidationError: the address is none.

    """
    address = normal_email(email)
    validate.Email(error="--admin: an e-mail address.")(address)
    return Admin(address, name.strip() or address.partition("@")[0])


def add_admin(ctx: Context, admin: Admin) -> str:
    """Make the admin's account and mail the link to begin with; return that link."""
    ctx.require(BEGIN)
    account = Account(
        id=uuid4(), email=admin.email, name=admin.name, roles=[Role.TENANT_ADMIN]
    )
    ctx.session.add(account)
    ctx.session.flush()
    link = make_link(ctx, account.id, LinkPurpose.SET_UP)
    outbox.queue(
        ctx,
        template="accounts.set_up",
        account_id=account.id,
        values={"link_id": str(link.id)},
        dedupe_key=f"link:{link.id}",
    )
    record(
        ctx,
        None,
        Category.ACCOUNT,
        Action.CREATE,
        Ground.SYSTEM,
        object_id=account.id,
    )
    return url_of(ctx, link.id)
