"""The demo's mail sink: takes every mail, delivers none, and shows them on a page."""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask, abort, render_template
from flask.typing import ResponseReturnValue
from werkzeug.serving import BaseWSGIServer, make_server

from klankbord.db import now

MOST_MAILS = 500


@dataclass(frozen=True)
class Received:
    """A mail as it came in."""

    number: int
    at: datetime
    to: str
    subject: str
    text: str
    html: str


class Mailbox:
    """Keeps the newest mails in memory: they are gone when the demo stops."""

    def __init__(self) -> None:
        self._mails: deque[Received] = deque(maxlen=MOST_MAILS)
        self._count = 0
        self._lock = threading.Lock()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
    ) -> str:
        """Take a mail."""
        message = message_from_bytes(
            envelope.original_content or b"", EmailMessage, policy=policy.default
        )
        self.keep(message, ", ".join(envelope.rcpt_tos))
        return "250 kept"

    def keep(self, message: EmailMessage, to: str) -> None:
        """Put a mail in front."""
        with self._lock:
            self._count += 1
            self._mails.appendleft(
                Received(
                    number=self._count,
                    at=now(),
                    to=to,
                    subject=str(message["Subject"] or ""),
                    text=_part(message, "plain"),
                    html=_part(message, "html"),
                )
            )

    def newest_first(self) -> list[Received]:
        """Return what came in."""
        with self._lock:
            return list(self._mails)

    def number(self, number: int) -> Received | None:
        """Return one mail."""
        found = (mail for mail in self.newest_first() if mail.number == number)
        return next(found, None)


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def start_smtp(mailbox: Mailbox, port: int) -> Controller:
    """Listen for mail on this machine only."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    return controller


def start_page(mailbox: Mailbox, port: int) -> BaseWSGIServer:
    """Show the mails on a page of this machine only; runs in a thread."""
    server = make_server("127.0.0.1", port, _page(mailbox), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _page(mailbox: Mailbox) -> Flask:
    app = Flask("klankbord.demo")

    @app.get("/")
    def every() -> ResponseReturnValue:
        return render_template("mailbox.html", mails=mailbox.newest_first())

    @app.get("/<int:number>")
    def one(number: int) -> ResponseReturnValue:
        mail = mailbox.number(number)
        if mail is None:
            abort(404)
        return render_template("mail.html", mail=mail)

    @app.get("/style.css")
    def style() -> ResponseReturnValue:
        return app.send_static_file("style.css")

    return app
