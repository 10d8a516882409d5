"""What is done with families, cases and the people in them."""

from klankbord.people.ages import role_of
from klankbord.people.services.appointments import (
    appointment_facts,
    cancel_appointment,
    client_choices,
    make_appointment,
    move_appointment,
    own_appointments,
)
from klankbord.people.services.case_page import case_page, case_panels
from klankbord.people.services.cases import (
    case_facts,
    change_case,
    change_staff,
    end_case,
    knows_case,
    open_case,
    staff_choices,
    team_choices,
)
from klankbord.people.services.clients import (
    add_client,
    change_client,
    client_facts,
    client_page,
    leave_case,
    member_name,
    renew_roles,
    return_to_case,
)
from klankbord.people.services.consent import (
    consent_holds,
    consents_of,
    custodian_choices,
    give_consent,
    record_consent,
)
from klankbord.people.services.custody import (
    custody_facts,
    end_custody,
    give_custody,
    parent_choices,
)
from klankbord.people.services.emergency import open_in_emergency
from klankbord.people.services.events import record_event
from klankbord.people.services.families import (
    FamilyWish,
    Show,
    count_families,
    download_families,
    list_families,
)
from klankbord.people.services.rows import ClientFacts

__all__ = [
    "ClientFacts",
    "FamilyWish",
    "Show",
    "add_client",
    "appointment_facts",
    "cancel_appointment",
    "case_facts",
    "case_page",
    "case_panels",
    "change_case",
    "change_client",
    "change_staff",
    "client_choices",
    "client_facts",
    "client_page",
    "consent_holds",
    "consents_of",
    "count_families",
    "custodian_choices",
    "custody_facts",
    "download_families",
    "end_case",
    "end_custody",
    "give_consent",
    "give_custody",
    "knows_case",
    "leave_case",
    "list_families",
    "make_appointment",
    "member_name",
    "move_appointment",
    "open_case",
    "open_in_emergency",
    "own_appointments",
    "parent_choices",
    "record_consent",
    "record_event",
    "renew_roles",
    "return_to_case",
    "role_of",
    "staff_choices",
    "team_choices",
]
