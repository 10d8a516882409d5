"""Who keeps something about a person: every core feature and every installed plugin.

Export and erasure go past all of them, also past a plugin that is off.
"""

from collections.abc import Mapping

from klankbord.accounts import privacy as accounts
from klankbord.actions import privacy as actions
from klankbord.audit import privacy as audit
from klankbord.outbox import privacy as outbox
from klankbord.people import privacy as people
from klankbord.plugin import DataSubject, installed_plugins
from klankbord.questionnaires import privacy as questionnaires
from klankbord.tasks import privacy as tasks

# In the order of erasing: what points at others goes first, the person goes last.
CORE: Mapping[str, DataSubject] = {
    "agreements": actions.KEEPER,
    "answers": questionnaires.KEEPER,
    "tasks": tasks.KEEPER,
    "messages": outbox.KEEPER,
    "access_log": audit.KEEPER,
    "account": accounts.KEEPER,
    "person": people.KEEPER,
}


def keepers() -> Mapping[str, DataSubject]:
    """Return every keeper by name, the plugins first."""
    brought = {
        plugin.name: plugin.data_subject
        for plugin in installed_plugins().values()
        if plugin.data_subject
    }
    return brought | dict(CORE)
