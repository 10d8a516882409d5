"""Who looks at which pages: each page and each template is in one part."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """What one walk must come to: endpoints and templates."""

    pages: frozenset[str]
    templates: frozenset[str]


def _part(pages: str, templates: str) -> Part:
    return Part(_names(pages, "."), _names(templates, "/", ".html"))


def _names(words: str, mark: str, end: str = "") -> frozenset[str]:
    """Read `folder: one two; other: three`."""
    found = set()
    for group in words.split(";"):
        folder, names = group.split(":")
        found |= {f"{folder.strip()}{mark}{name}{end}" for name in names.split()}
    return frozenset(found)


PARTS = {
    "visitors": _part(
        "accounts: choose_password code forgot forgot_sent link second_step"
        " set_up_factor sign_in staff_sign_in; invitations: letter_code; portal: front",
        "accounts: choose_password code forgot link recovery_codes second_step"
        " set_up_factor sign_in staff_sign_in; invitations: letter_code; portal: front",
    ),
    "clients": _part(
        "accounts: devices; invitations: mailbox mailbox_code; portal: agreements"
        " consent data home language log who_sees workers; questionnaires: check"
        " question sent start; samen_sterker: kept mine review share_form; startvragen:"
        " earlier line mine own_paper part readers",
        "accounts: devices; invitations: mailbox mailbox_code; portal: agreements"
        " buddy_home consent data home language log who_sees workers; questionnaires:"
        " check question sent start; samen_sterker: kept mine review share;"
        " startvragen: earlier line mine paper part readers",
    ),
    "workers": _part(
        "accounts: factor own password recovery_codes; actions: close_form promised;"
        " people: ask_cancel ask_end ask_end_of_custody ask_leave case"
        " change_appointment change_case change_client client emergency families"
        " new_appointment new_client new_consent new_custody new_event new_family;"
        " samen_sterker: begin_form overview prepare worker_kept worker_review;"
        " startvragen: card family family_paper overview; workspace: home tasks",
        "accounts: factor new_codes own password; actions: close promised;"
        " people: appointment cancel case change_case client client_form consent"
        " custody emergency end_case end_custody event families leave new_family;"
        " samen_sterker: begin overview prepare worker_review; startvragen:"
        " card family overview; workspace: home tasks",
    ),
    "others": _part(
        "people: change_staff; samen_sterker: missed team",
        "people: change_staff; samen_sterker: missed team",
    ),
    "admins": _part(
        "accounts: ask_step colleague invite staff team teams; methods: erase_form"
        " frozen index off settings; organisation: ask_remove_logo ask_reset facts look"
        " texts; outbox: messages; oversight: ask_erase find_person log;"
        " questionnaires: compare instruments preview versions words",
        "accounts: colleague invite_staff staff staff_step team teams; methods: erase"
        " frozen index off settings; organisation: facts look remove_logo reset texts;"
        " outbox: messages; oversight: erase find_person log; questionnaires: compare"
        " instruments preview versions words",
    ),
    "passed_phone": _part(
        "accounts: own_device; invitations: ask_withdraw letter new show welcome;"
        " questionnaires: hand_back pass_phone unlock",
        "accounts: own_device; invitations: letter new show welcome withdraw;"
        " questionnaires: hand_back pass_phone unlock",
    ),
}
# What clients and visitors see is whole in Arabic; the phone passed stays in the
# language of who passed it, and who forgot a password is a member of staff.
IN_ARABIC = (
    PARTS["visitors"].pages
    | PARTS["clients"].pages
    | {"accounts.own_device", "invitations.welcome"}
) - {"accounts.second_step", "accounts.set_up_factor", "samen_sterker.kept"}

# These hand over a file, lead on to a page, or are for machines.
FILES = {
    "accounts.open_link": "leads on: to link, choose_password or welcome",
    "accounts.staff_table": "CSV",
    "health.alive": "for machines",
    "health.ready": "for machines",
    "invitations.letter_pdf": "PDF",
    "look.logo": "an image",
    "look.theme": "a style sheet",
    "people.families_file": "CSV",
    "portal.calendar": "a file for a calendar",
    "samen_sterker.team_csv": "CSV",
    "startvragen.family_pdf": "PDF",
    "startvragen.own_pdf": "PDF",
    "static": "files",
}
# Templates that are no page of one address.
NO_PAGE = {
    "outbox/mail.html": "a mail",
    "problem.html": "an error, of any address",
    "questionnaires/page.html": "the frame of the pages with questions",
}
# A panel is a method's card on the page of a case.
PIECES = re.compile(r"(macros|layouts|parts)/|.*/_|.*/panel(_\w+)?\.html|README")
