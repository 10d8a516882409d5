"""Hand one message to the mail server within a limit of time.

`KLANKBORD_SMTP_URL`: `smtps://user:password@host` (TLS), `smtp+starttls://…` (TLS or
nothing), or `smtp://host` for a relay on this machine.
"""

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from threading import Timer
from urllib.parse import SplitResult, unquote, urlsplit

# Less than the lease of a message: nobody else sends it meanwhile.
SECONDS = 15.0
SECONDS_PER_STEP_TO_OPEN = 5.0
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
CLOSING = 421


class NotSent(Exception):
    """The server did not take the message, or did not say so."""


class ServerAway(NotSent):
    """The server can't be reached or used: other messages would fail too."""


class TryLater(NotSent):
    """The server does not take this message now (4xx)."""


class Refused(NotSent):
    """The server will never take this message (5xx)."""


def send(url: str, message: EmailMessage, sender: str, receiver: str) -> None:
    """Send the message to one receiver.

    Raises:
        ServerAway: also when the connection broke after the message was handed over.
        TryLater: with the server's answer in three digits.
        Refused: with the server's answer in three digits.

    """
    try:
        with _opened(url, sender) as client:
            client.send_message(message, sender, [receiver])
            with suppress(smtplib.SMTPException, OSError):  # it has the message
                client.quit()
    except smtplib.SMTPRecipientsRefused as error:
        code, _words = error.recipients[receiver]
        raise _answered(code) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _answered(error.smtp_code) from None
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        raise Refused("address not supported") from None
    except (smtplib.SMTPException, OSError) as error:
        raise ServerAway(type(error).__name__) from None


def _answered(code: int) -> NotSent:
    if code == CLOSING:
        return ServerAway(str(code))
    return TryLater(str(code)) if 400 <= code < 500 else Refused(str(code))


@contextmanager
def _opened(url: str, sender: str) -> Iterator[smtplib.SMTP]:
    where = urlsplit(url)
    ends_at = time.monotonic() + SECONDS
    client = _connect(where, sender.rpartition("@")[2])
    # The socket's own limit counts from byte to byte; this one ends it all.
    guard = Timer(max(0, ends_at - time.monotonic()), _break_off, [client])
    guard.start()
    try:
        if client.sock:
            client.sock.settimeout(SECONDS)
        if where.scheme == "smtp+starttls":
            client.starttls(context=ssl.create_default_context())
        if where.username:
            client.login(unquote(where.username), unquote(where.password or ""))
        yield client
    finally:
        guard.cancel()
        client.close()


def _connect(where: SplitResult, our_name: str) -> smtplib.SMTP:
    host, port = where.hostname or "localhost", where.port or PORTS[where.scheme]
    limit = SECONDS_PER_STEP_TO_OPEN
    if where.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, our_name, timeout=limit, context=context)
    return smtplib.SMTP(host, port, our_name, timeout=limit)


def _break_off(client: smtplib.SMTP) -> None:
    connection = client.sock
    if connection:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
