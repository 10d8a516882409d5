"""Logs and error reports tell what happened where, and nothing about anybody."""

import gzip
import json
import logging
import socket
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest
import sentry_sdk
from process_logs import process_logs

from klankbord.app import create_app
from klankbord.observe import init_sentry
from klankbord.portal.permissions import ENTER
from klankbord.privacy import keys
from klankbord.testing.tenants import visitor
from klankbord.web import needs

CANARY = "kanarie-Samira-7f3a9c51d2e84b60"


@pytest.fixture
def lines():
    """Write logs as a real process does; return those so far."""
    with process_logs() as stream:
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def breaking(config):
    """Make an app with a page that breaks while it holds somebody's words."""
    before = list(keys._keyrings)
    app = create_app(config)
    app.config.update(PROPAGATE_EXCEPTIONS=False)

    @needs(ENTER, example={"word": "word"})
    def break_down(word):
        name = f"{word} {CANARY}"
        raise LookupError(name)

    app.add_url_rule("/stuk/<word>", "portal.break_down", break_down)
    yield app
    keys.keyring().close()
    keys._keyrings[:] = before
    app.extensions["klankbord-engine"].dispose()


def test_a_request_is_one_line_with_tenant_request_and_route(app, tenant, lines):
    answer = visitor(app, tenant).get("/?zoek=woord")

    [line] = [line for line in lines() if line["event"] == "request"]
    assert line["tenant"] == str(tenant.id)
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/", 200)


@pytest.mark.parametrize("path", [f"/u/{CANARY}", f"/{CANARY}", f"/?q={CANARY}"])
def test_no_part_of_an_address_is_logged(app, tenant, lines, path):
    visitor(app, tenant).get(path)

    read = lines()
    assert read
    assert CANARY not in json.dumps(read)


def test_what_a_form_holds_is_not_logged(app, tenant, lines):
    visitor(app, tenant).post("/taal", data={"language": CANARY})

    read = lines()
    assert read
    assert CANARY not in json.dumps(read)


def test_a_page_that_breaks_is_logged_with_its_places_but_without_words(
    breaking, tenant, lines
):
    answer = visitor(breaking, tenant).get(f"/stuk/{CANARY}")

    assert answer.status_code == 500
    read = lines()
    [broke] = [line for line in read if line["event"] == "request broke"]
    assert broke["error"] == "LookupError"
    assert any("break_down" in place for place in broke["places"])
    assert broke["tenant"] == str(tenant.id)
    assert CANARY not in json.dumps(read)


def test_lines_of_libraries_are_json_too_and_lose_secrets_and_addresses(lines):
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger("a.library").exception(
            "Error at /u/%s for %s", CANARY, "samira@voorbeeld.test"
        )

    [line] = lines()
    assert line["event"] == "Error at /u/… for …"
    assert line["error"] == "ValueError"


class Collector(BaseHTTPRequestHandler):
    """Stands in the place of Sentry's server, and keeps what comes."""

    kept: list[bytes]

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress}
        plain = unpack[self.headers["Content-Encoding"]](body)
        type(self).kept.append(self.headers.as_bytes() + plain)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words):
        pass


@pytest.fixture
def sentry():
    """Send errors to a server of this test; return what it got."""
    handler = type("Handler", (Collector,), {"kept": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield lambda: (sentry_sdk.flush(60), handler.kept)[1], server.server_port
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)
    server.shutdown()
    thread.join()
    server.server_close()


def dsn(config, port):
    return replace(config, sentry_dsn=f"http://key@127.0.0.1:{port}/1")


def test_an_error_reaches_sentry_without_words(breaking, tenant, config, sentry):
    got, port = sentry
    init_sentry(dsn(config, port))

    browser = visitor(breaking, tenant)
    browser.set_cookie("kanarie", CANARY, domain=f"{tenant.slug}.example")
    browser.get(f"/stuk/{CANARY}?q={CANARY}", headers={"X-Word": CANARY})

    sent = b"".join(got())
    assert b"LookupError" in sent
    assert b"break_down" in sent
    assert str(tenant.id).encode() in sent
    assert CANARY.encode() not in sent


def test_a_sentry_that_does_not_answer_has_no_effect(breaking, tenant, config):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        init_sentry(dsn(config, silent.getsockname()[1]))
        answer = visitor(breaking, tenant).get("/stuk/woord")
        fine = visitor(breaking, tenant).get("/")
        sentry_sdk.get_client().close(timeout=0.1)
        sentry_sdk.get_global_scope().set_client(None)

    assert answer.status_code == 500
    assert fine.status_code == 200


def test_without_a_dsn_nothing_is_sent(config):
    init_sentry(config)

    assert not sentry_sdk.get_client().is_active()
