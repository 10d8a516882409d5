"""What may be done with questionnaires."""

from klankbord.errors import N_
from klankbord.permissions import CASE_WORKERS, PORTAL, STAFF, Permission, Role

ANSWER = Permission(
    "questionnaires.answer",
    N_("Answer questions that are meant for me"),
    PORTAL | STAFF,
)
SUBMIT = Permission(
    "questionnaires.submit",
    N_("Answer a whole questionnaire at once"),
    PORTAL | STAFF | {Role.SYSTEM},
)
PASS_PHONE = Permission(
    "questionnaires.pass_phone",
    N_("Pass on the phone, so that a client can answer"),
    CASE_WORKERS,
)
EDIT_WORDING = Permission(
    "questionnaires.edit_wording",
    N_("Change the words of questionnaires"),
    frozenset({Role.TENANT_ADMIN}),
)
PUBLISH_SHIPPED = Permission(
    "questionnaires.publish_shipped",
    N_("Publish the questionnaires that a method brings"),
    frozenset({Role.SYSTEM, Role.TENANT_ADMIN}),
)
PERMISSIONS = (ANSWER, SUBMIT, PASS_PHONE, EDIT_WORDING, PUBLISH_SHIPPED)
