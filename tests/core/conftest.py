"""What the tests of several features use."""

from uuid import uuid4

import pytest

from klankbord.actions import services as actions


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


@pytest.fixture
def promise(make, family):
    """Give a function by which the worker promises the mother something."""

    def promise_(text="Ik bel altijd een dag van tevoren.", **values):
        ctx = make.context(family.worker)
        action_id = actions.promise(
            ctx,
            client_id=family.mother.client_id,
            case_id=family.case_id,
            source="test",
            source_id=uuid4(),
            text=text,
            **values,
        )
        ctx.finish(commit=True)
        return action_id

    return promise_
