"""A real SMTP server on this machine that keeps what it gets, and can misbehave."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import BaseThreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Mail:
    """One message as it came in, with the addresses of its envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


class SmtpSink:
    """Keeps every message it accepts, until told to misbehave.

    Each way of misbehaving lasts until `recover`. `on_arrival` is called with a mail
    before it is acknowledged. `stop` and `start` make it
    unreachable and reachable on the same port.
    """

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.on_arrival: Callable[[Mail], None] = lambda _mail: None
        self._arrived = threading.Condition()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.recover()
        self.start()

    @property
    def url(self) -> str:
        """Where it listens, as KLANKBORD_SMTP_URL wants it."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen."""
        self._controller = _Controller(self, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        self._controller.stop()

    def refuse(self, answer: str) -> None:
        """Answer every message so, for instance "451 try again later"."""
        self._answer = answer

    def delay(self, seconds: float) -> None:
        """Take so long before every answer to a message."""
        self._delay = seconds

    def drop_after_data(self) -> None:
        """Keep every message, and break the connection instead of saying so."""
        self._drop = True

    def recover(self) -> None:
        """Accept again, at once."""
        self._answer = "250 kept"
        self._delay = 0.0
        self._drop = False

    def wait_for(self, count: int, *, seconds: float = 10) -> list[Mail]:
        """Return the messages once there are so many.

        Raises:
            TimeoutError: there were fewer when the time was over.

        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.mails) >= count, seconds):
                raise TimeoutError(f"{len(self.mails)} of {count} messages came")
            return list(self.mails)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take one message, as aiosmtpd hands it over."""
        await asyncio.sleep(self._delay)
        if not self._answer.startswith("250"):
            return self._answer
        content = envelope.original_content or b""
        mail = Mail(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            message=message_from_bytes(content, policy=policy.default),
        )
        self.on_arrival(mail)
        with self._arrived:
            self.mails.append(mail)
            self._arrived.notify_all()
        if self._drop and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return self._answer


class _Controller(BaseThreadedController):
    def __init__(self, sink: SmtpSink, *, port: int) -> None:
        super().__init__(sink)
        self.port = port

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, "127.0.0.1", self.port)

    def _trigger_server(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
            connection.recv(1024)


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """Start an SMTP server for this test alone."""
    sink = SmtpSink()
    yield sink
    sink.stop()
