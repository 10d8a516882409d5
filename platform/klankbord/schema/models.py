"""Every model of the core in one place: the schema that migrations have to reach."""

from klankbord import idempotency
from klankbord.accounts import models as accounts
from klankbord.actions import models as actions
from klankbord.audit import models as audit
from klankbord.db import Base
from klankbord.outbox import models as outbox
from klankbord.people import models as people
from klankbord.questionnaires import models as questionnaires
from klankbord.tasks import models as tasks
from klankbord.tenants import models as tenants

FEATURES = (
    idempotency,
    accounts,
    actions,
    audit,
    outbox,
    people,
    questionnaires,
    tasks,
    tenants,
)
METADATA = Base.metadata
