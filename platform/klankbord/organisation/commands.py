"""`klankbord tenant create|export|delete`: an organisation begins, leaves, is gone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import orjson
from marshmallow import ValidationError

from klankbord.accounts.tokens import use_secret
from klankbord.config import Config, SettingMissing, load
from klankbord.context import SYSTEM, Context
from klankbord.db import TenantSession, open_engine
from klankbord.errors import KlankbordError
from klankbord.organisation import beginning, leaving
from klankbord.privacy.keys import Keyring, keyring, use_keyring
from klankbord.tenants import register
from klankbord.tenants.commands import operator
from klankbord.tenants.description import DescriptionInvalid
from klankbord.tenants.directory import Directory

ONLY_OWNER = 0o600


@click.command()
@click.argument("slug")
@click.option("--name", required=True, help="Name of the organisation.")
@click.option("--host", required=True, help="Host name, such as wsg.klankbord.nl.")
@click.option("--admin", "email", required=True, help="E-mail address of its admin.")
@click.option("--admin-name", default="", help="Name of its admin.")
def create(slug: str, name: str, host: str, email: str, admin_name: str) -> None:
    """Make an organisation and the account of its first admin.

    The admin gets a link by mail to choose a password; it is printed too.
    """
    settings = load()
    use_secret(settings.secret_key)
    try:
        wanted = beginning.describe(slug, name, host)
        admin = beginning.check_admin(email, admin_name)
        with operator() as engine:
            register.create(engine, wanted)
        with _inside(settings, settings.database_url, slug) as ctx:
            link = beginning.add_admin(ctx, admin)
    except (DescriptionInvalid, ValidationError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{slug} is made, at {settings.base_url(host)}.")
    click.echo(f"The link for {email}, good for seven days: {link}")


@click.command()
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(slug: str, file: Path) -> None:
    """Write everything of an organisation to FILE, as JSON.

    Reads content, so it needs KLANKBORD_OWNER_DATABASE_URL: the operator's own role
    sees none. The organisation finds it in its log. Answers that are still sealed stay
    out, and so do passwords and keys.
    """
    settings = load()
    if not settings.owner_database_url:
        raise SettingMissing("Set KLANKBORD_OWNER_DATABASE_URL; see deploy/README.md.")
    use_keyring(Keyring(open_engine(settings.keys_database_url), settings.master_key))
    with _new_file(file) as opened:
        with _inside(settings, settings.owner_database_url, slug) as ctx:
            everything = leaving.export(ctx)
        _write(opened, everything)
    keyring().close()
    click.echo(
        f"{file} holds everything of {slug}. Keep it safe, and erase it in time."
    )


@click.command()
@click.argument("slug")
def delete(slug: str) -> None:
    """Erase a stopped organisation: every row, every key. Nothing brings it back."""
    settings = load()
    with operator() as engine:
        try:
            tenant_id = register.find_stopped(engine, slug)
        except register.NoSuchTenant as error:
            raise click.ClickException(f"There is no organisation {slug}.") from error
        except register.StillActive as error:
            raise click.ClickException(
                f"{slug} is in use. Do first: klankbord tenant close {slug}"
            ) from error
        typed = click.prompt("Everything will be gone. Type its short name")
        if typed != slug:
            raise click.ClickException("That is another name. Nothing was erased.")
        register.delete(engine, tenant_id)
    keys = Keyring(open_engine(settings.keys_database_url), settings.master_key)
    keys.destroy_all(tenant_id)
    keys.close()
    click.echo(f"{slug} is gone, and so are its keys.")


COMMANDS = (create, export, delete)


@dataclass(frozen=True)
class _NewFile:
    path: Path
    descriptor: int


@contextmanager
def _new_file(path: Path) -> Iterator[_NewFile]:
    """Make a file that only its owner reads; an older one is never written over."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}.") from error
    try:
        yield _NewFile(path, descriptor)
    except BaseException:
        path.unlink()
        raise
    finally:
        os.close(descriptor)


def _write(opened: _NewFile, everything: object) -> None:
    written = orjson.dumps(everything, option=orjson.OPT_INDENT_2)
    with os.fdopen(os.dup(opened.descriptor), "wb") as stream:
        stream.write(written)


@contextmanager
def _inside(settings: Config, database_url: str, slug: str) -> Iterator[Context]:
    """Work inside one organisation as the system; what was done is committed."""
    engine = open_engine(database_url)
    try:
        tenant_id = register.find(engine, slug)
        with TenantSession(engine, tenant_id) as session:
            facts = Directory(engine, settings.base_url).read(session, tenant_id)
            ctx = Context(facts, SYSTEM, session)
            yield ctx
            ctx.finish(commit=True)
    except register.NoSuchTenant as error:
        raise click.ClickException(f"There is no organisation {slug}.") from error
    except KlankbordError as error:
        raise click.ClickException(error.message_id) from error
    finally:
        engine.dispose()
