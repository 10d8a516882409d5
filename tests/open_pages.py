"""The session's app in a real browser: served on this machine, somebody signed in."""

import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from browser import PHONE, chromium
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy.dialects.postgresql import insert
from werkzeug.serving import make_server

from klankbord.accounts.door import hash_token
from klankbord.accounts.models import AccountSession
from klankbord.context import TenantFacts
from klankbord.db import now
from klankbord.tenants.models import TenantHost
from klankbord.testing.tenants import Maker, Person


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run a browser for the tests of one file."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def port(app: Flask) -> Iterator[int]:
    """Serve the app on this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def address_of(make: Maker, port: int) -> Callable[[TenantFacts], str]:
    """Give an organisation a host that a browser finds here, and takes for secure."""

    def address_of_(tenant: TenantFacts) -> str:
        host = f"{tenant.slug}.localhost"
        with make.operator.begin() as connection:
            connection.execute(
                insert(TenantHost)
                .values(host=host, tenant_id=tenant.id, canonical=False)
                .on_conflict_do_nothing()
            )
        return f"http://{host}:{port}"

    return address_of_


@pytest.fixture
def open_as(
    make: Maker,
    app: Flask,
    browser: Browser,
    address_of: Callable[[TenantFacts], str],
) -> Iterator[Callable[..., Page]]:
    """Open a page on a phone in which somebody is signed in."""
    contexts = []

    def open_as_(person: Person, language: str = "nl", **options: Any) -> Page:
        address = address_of(person.tenant)
        token = secrets.token_urlsafe(32)
        make.add(
            person.tenant,
            AccountSession(
                account_id=person.account_id,
                token_hash=hash_token(token),
                expires_at=now() + timedelta(days=1),
            ),
        )
        signer = app.session_interface.get_signing_serializer(app)
        cookie = {
            "name": "__Host-klankbord",
            "value": signer.dumps({"_user_id": token, "language": language}),
            "domain": f"{person.tenant.slug}.localhost",
            "path": "/",
            "secure": True,
        }
        context = browser.new_context(viewport=PHONE, base_url=address, **options)
        contexts.append(context)
        context.add_cookies([cookie])
        return context.new_page()

    yield open_as_
    for context in contexts:
        context.close()
