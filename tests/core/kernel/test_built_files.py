"""Style sheet, scripts and fonts over HTTP: small, and never asked for twice."""

import gzip
import threading
from http.client import HTTPConnection

import pytest
from werkzeug.serving import make_server

from klankbord.templating import asset_file

FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def ask(app):
    """Ask a real server for a path below /static/; return the answer and its body."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def get(name, **headers):
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=20)
        connection.request("GET", f"/static/{name}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    yield get
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("name", ["app.css", "app.js", "favicon.svg"])
def test_text_is_sent_packed_to_who_can_unpack_it(ask, name):
    file = asset_file(name)
    plain, content = ask(file)
    packed, body = ask(file, **{"Accept-Encoding": "gzip, deflate, br"})

    assert plain.getheader("Content-Encoding") is None
    assert packed.getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(body) == content
    assert len(body) < len(content)
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.getheader("Vary")
        assert answer.getheader("Cache-Control") == FOR_EVER
        assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert packed.getheader("Content-Type") == plain.getheader("Content-Type")


def test_who_refuses_gzip_gets_the_text_as_it_is(ask):
    file = asset_file("app.js")

    answer, body = ask(file, **{"Accept-Encoding": "gzip;q=0"})

    assert answer.getheader("Content-Encoding") is None
    assert body.isascii()


def test_a_font_is_kept_for_ever_and_not_packed_twice(ask):
    answer, body = ask(asset_file("lexend.woff2"), **{"Accept-Encoding": "gzip"})

    assert answer.getheader("Content-Encoding") is None
    assert answer.getheader("Cache-Control") == FOR_EVER
    assert body.startswith(b"wOF2")


def test_a_file_without_a_hash_in_its_name_may_change(ask):
    answer, _body = ask("manifest.json", **{"Accept-Encoding": "gzip"})

    assert answer.status == 200
    assert "immutable" not in answer.getheader("Cache-Control")


@pytest.mark.parametrize("name", ["nothing.css", "..%2Fapp.py", "../app.py"])
def test_what_is_not_there_is_not_found(ask, name):
    answer, _body = ask(name, **{"Accept-Encoding": "gzip"})

    assert answer.status == 404
