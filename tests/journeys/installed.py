"""Organisations of the demo and of a test, served to a real browser."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from uuid import UUID

from browser import send
from flask import Flask
from installation import another_app, free_port
from playwright.sync_api import Browser, Page
from sqlalchemy import insert, select
from walk import new_page
from werkzeug.serving import make_server

from klankbord.accounts.models import Account
from klankbord.accounts.services.links import make_sign_in_link
from klankbord.context import SYSTEM, TenantFacts
from klankbord.databases import Databases
from klankbord.db import TenantSession
from klankbord.demo import history
from klankbord.embedded import ValkeyServer
from klankbord.people.models import Client
from klankbord.permissions import Role
from klankbord.tenants.models import TenantHost
from klankbord.testing.tenants import Maker, Person


class Installed:
    """An app, and browsers in which people sign in."""

    def __init__(self, app: Flask, make: Maker, port: int, browser: Browser) -> None:
        self.app = app
        self.make = make
        self.port = port
        self.browser = browser

    @cached_property
    def demo(self) -> dict[str, TenantFacts]:
        """The demo's organisations, with a year of history in them."""
        cast = history.prepare(self.app, self.make.config, progress=str)
        return {tenant.slug: tenant for tenant in cast.tenants}

    def root(self, tenant: TenantFacts) -> str:
        """Return where a browser on this machine finds an organisation."""
        return f"http://{tenant.slug}.localhost:{self.port}"

    def organisation(self) -> TenantFacts:
        """Make an organisation without any history."""
        tenant = self.make.tenant()
        with self.make.operator.begin() as connection:
            connection.execute(
                insert(TenantHost).values(
                    host=f"{tenant.slug}.localhost", tenant_id=tenant.id
                )
            )
        return tenant

    def person(self, tenant: TenantFacts, role: Role, given: str = "") -> Person:
        """Return somebody of the demo: the first of a role, or a client by name."""
        with TenantSession(self.make.engine, tenant.id) as session:
            query = (
                select(Account.id, Account.name, Account.client_id, Account.team_id)
                .outerjoin(Client, Client.id == Account.client_id)
                .where(Account.roles.contains([role.value]))
                .order_by(Account.created_at, Account.name)
            )
            if given:
                query = query.where(Client.given_name == given)
            row = session.execute(query).first()
        assert row
        return Person(
            tenant,
            row.id,
            frozenset({role}),
            row.name,
            client_id=row.client_id,
            team_id=row.team_id,
        )

    def visit(self, tenant: TenantFacts, language: str = "nl") -> Page:
        """Open a browser at the organisation's front page."""
        page = new_page(self.browser, language)
        page.goto(self.root(tenant))
        return page

    def sign_in(self, person: Person, language: str = "nl") -> Page:
        """Open a browser in which somebody came in with the operator's link."""
        page = self.visit(person.tenant, language)
        page.goto(self.link(person.tenant, person.account_id))
        send(page)
        return page

    def close_pages(self) -> None:
        """Close what a test left open in the browser."""
        for context in self.browser.contexts:
            context.close()

    def link(self, tenant: TenantFacts, account_id: UUID) -> str:
        """Return a link that signs somebody in once."""
        ctx = self.make.context_of(tenant, SYSTEM)
        url = make_sign_in_link(ctx, account_id, timedelta(minutes=15), "walk")
        ctx.finish(commit=True)
        return self.root(tenant) + url[url.index("/u/") :]


@contextmanager
def installed(
    databases: Databases, valkey: ValkeyServer, browser: Browser
) -> Iterator[Installed]:
    """Serve an app from this process for as long as the block lasts."""
    port = free_port()
    settings = {"BASE_SCHEME": "http", "PORT": str(port)}
    with another_app(databases, valkey, **settings) as running:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", port, running.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Installed(running.app, running.make, port, browser)
        server.shutdown()
        thread.join()
        server.server_close()
