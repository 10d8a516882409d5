"""A tenant that holds talks, and a family with one talk to answer about."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from talk_plugin.plugin import TALKS, hold_talk, plugin

from klankbord.db import TenantSession
from klankbord.plugin import installed_plugins
from klankbord.questionnaires.registry import use_questionnaires
from klankbord.tenants.models import PluginState, TenantPlugin


@pytest.fixture(scope="session", autouse=True)
def _talks_are_installed(app):  # noqa: ARG001 - the app reads the real ones first
    use_questionnaires({**installed_plugins(), "talk": plugin})
    yield
    use_questionnaires(installed_plugins())


@pytest.fixture
def talks_on(make):
    """Switch the method of these tests on for a tenant."""

    def switch_on(tenant, state=PluginState.ON):
        make.add(tenant, TenantPlugin(plugin="talk", state=state))
        return make.facts(tenant.id)

    return switch_on


@pytest.fixture
def tenant(make, talks_on):
    return talks_on(make.tenant())


@pytest.fixture
def outsider(talks_on, outsider):
    talks_on(outsider.tenant)
    return outsider


@dataclass
class Scene:
    """A family, a talk of the mother and its worker, and who looks at it."""

    family: object
    subject_id: UUID

    @property
    def talk(self):
        return TALKS[self.subject_id]


@pytest.fixture
def scene(make, tenant):
    family = make.family(tenant)
    return Scene(family, hold_talk(family.mother, family.worker))


@pytest.fixture
def rows(make, tenant):
    """Read rows of the tenant straight from the database."""

    def read(query):
        with TenantSession(make.engine, tenant.id) as session:
            return session.execute(query).all()

    return read
