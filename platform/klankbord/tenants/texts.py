"""The texts that an organisation may say in its own words.

They are words, never a program: a placeholder of a short list is filled in, and
everything else, braces too, stays as it was typed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from klankbord.context import TenantFacts
from klankbord.errors import N_

# The language of these texts; in other languages Klankbord's own sentence is shown.
LANGUAGE = "nl"
PLACEHOLDERS: Mapping[str, str] = {
    "organisation": N_("the name of your organisation"),
    "address": N_("the web address of your portal"),
}
UNKNOWN_PLACEHOLDER = N_(
    "A word between braces is unknown. Use only {organisation} and {address}."
)
NO_PLACEHOLDERS = N_("Leave out the word between braces. It is not filled in here.")
TOO_LONG = N_("This text is too long. Make it shorter.")
ONE_LINE = N_("Write this on one line.")

_PLACEHOLDER = re.compile(r"(?<!\{)\{([a-z_]+)\}(?!\})")


@dataclass(frozen=True)
class OwnText:
    """One text; `limit` is in characters. `line`: a single line, nothing filled in."""

    name: str
    title: str
    help: str
    limit: int
    line: bool = False


TEXTS = (
    OwnText(
        "welcome",
        N_("Welcome"),
        N_("The first words on the front page of the portal."),
        600,
    ),
    OwnText(
        "no_invitation",
        N_("No invitation?"),
        N_("What somebody without an invitation can do. It is on the front page."),
        400,
    ),
    OwnText(
        "mail_sender",
        N_("Sender of mails"),
        N_("This name is above our mails. Housemates may see it: keep it neutral."),
        60,
        line=True,
    ),
)
BY_NAME = {text.name: text for text in TEXTS}


def text_fault(text: OwnText, words: str) -> str | None:
    """Return the message that tells what is wrong with these words, if anything."""
    if len(words) > text.limit:
        return TOO_LONG
    if text.line and len(words.splitlines()) > 1:
        return ONE_LINE
    used = set(_PLACEHOLDER.findall(words))
    if text.line and used:
        return NO_PLACEHOLDERS
    return UNKNOWN_PLACEHOLDER if used - PLACEHOLDERS.keys() else None


def own_paragraphs(facts: TenantFacts, name: str, language: str) -> tuple[str, ...]:
    """Return the organisation's own text filled in, a paragraph a line, or nothing.

    Nothing too where another language is spoken than the text is written in.
    """
    if language != LANGUAGE:
        return ()
    values = {
        "organisation": facts.name,
        "address": facts.base_url.partition("://")[2],
    }
    filled = _PLACEHOLDER.sub(
        lambda match: values.get(match[1], match[0]), facts.texts.get(name, "")
    )
    return tuple(line.strip() for line in filled.splitlines() if line.strip())
