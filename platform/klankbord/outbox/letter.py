"""Make the message that goes out, of what a mail says: plain text and HTML.

It names nobody in its headers but the receiver, and is neutral about the sender unless
the organisation chose a name for it.
"""

from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit
from uuid import UUID

from flask import render_template
from flask_babel import gettext

from klankbord.context import TenantFacts
from klankbord.errors import N_
from klankbord.i18n import speaking
from klankbord.plugin import Mail

# The tenant's own text that names the sender of its mails; neutral without.
SENDER_NAME = "mail_sender"
AUTOMATIC = N_("A computer sent this mail. You cannot answer it.")


class AddressUnusable(Exception):
    """What was filled in as an e-mail address is none."""


def compose(
    mail: Mail,
    *,
    message_id: UUID,
    tenant: TenantFacts,
    sender: str,
    receiver: str,
    at: datetime,
) -> EmailMessage:
    """Return the message, in the language being spoken.

    Its id depends on the stored message alone, so that a second copy is known as one.

    Raises:
        AddressUnusable: nothing can be sent to this address.

    """
    host = urlsplit(tenant.base_url).hostname
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(
        _line(tenant.texts.get(SENDER_NAME, "")), addr_spec=sender
    )
    message["To"] = _address(receiver)
    message["Subject"] = _line(mail.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    url = tenant.base_url + mail.url if mail.url else ""
    automatic = gettext(AUTOMATIC)
    parts = [*mail.sentences, mail.code, url and f"{mail.button}:\n{url}", automatic]
    message.set_content("\n\n".join(part for part in parts if part) + "\n")
    page = render_template("outbox/mail.html", mail=mail, url=url, automatic=automatic)
    message.add_alternative(page, subtype="html")
    message["Content-Language"] = speaking()[0]
    return message


def _line(text: str) -> str:
    """Return the text on one line: a line break in a header would start another."""
    return " ".join(text.split())


def _address(text: str) -> Address:
    try:
        return Address(addr_spec=text)
    except (
        ValueError,
        IndexError,
        MessageError,
    ) as error:  # what the standard library raises
        raise AddressUnusable from error
