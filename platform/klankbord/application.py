"""Flask, with what every page does a hundred times done once a process."""

import gzip
from collections.abc import MutableMapping
from functools import cache
from importlib.resources import files
from mimetypes import guess_type
from typing import Any

from flask import Flask, Response, has_request_context, request
from flask.globals import request_ctx
from flask.templating import Environment

from klankbord.templating import ONE_YEAR, built_files

FOR_EVER = f"public, max-age={ONE_YEAR}, immutable"
# Fonts are packed already. A page is never packed: it holds secrets beside what
# somebody typed, and its size would give them away.
PACKED = (".css", ".js", ".svg")


class _Templates(Environment):
    def make_globals(
        self, d: MutableMapping[str, Any] | None
    ) -> MutableMapping[str, Any]:
        """Share the names of all templates: each import of a macro compares them."""
        return super().make_globals(d) if d else self.globals


class Application(Flask):
    """Flask that builds the address of a page once, and sends built files small."""

    jinja_environment = _Templates

    def __init__(self, name: str, *, static_folder: str) -> None:
        self._addresses: dict[tuple[Any, ...], str] = {}
        super().__init__(name, static_folder=static_folder)

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,  # noqa: ANN401 - as Flask has it
    ) -> str:
        """Return an address; one that is the same for everybody is remembered."""
        special = _anchor or _method or _scheme or _external is not None
        shared = not values or endpoint == "static" or values.keys() == {"revision"}
        if special or not shared or endpoint[0] == "." or not has_request_context():
            return super().url_for(
                endpoint,
                _anchor=_anchor,
                _method=_method,
                _scheme=_scheme,
                _external=_external,
                **values,
            )
        adapter: Any = request_ctx.url_adapter
        where = (adapter.script_name, adapter.default_method)
        key = (*where, endpoint, *values.values())
        if key not in self._addresses:
            self._addresses[key] = super().url_for(endpoint, **values)
        return self._addresses[key]

    def send_static_file(self, filename: str) -> Response:
        """Send a file; a built one bears its hash in its name and never changes."""
        if filename not in built_files().values():
            return super().send_static_file(filename)
        if filename.endswith(PACKED) and request.accept_encodings.quality("gzip"):
            response = Response(_packed(filename), mimetype=guess_type(filename)[0])
            response.content_encoding = "gzip"
        else:
            response = super().send_static_file(filename)
        response.headers["Cache-Control"] = FOR_EVER
        if filename.endswith(PACKED):
            response.vary.add("Accept-Encoding")
        return response


@cache
def _packed(filename: str) -> bytes:
    """Return the file as gzip: packed once a process, in a few milliseconds."""
    content = files("klankbord").joinpath("static", filename).read_bytes()
    return gzip.compress(content, mtime=0)
