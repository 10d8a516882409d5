"""Taken along, everything is in it; erased, no row is left and others keep theirs."""

import pytest
from canaries import as_superuser, in_tables
from review_steps import later
from sqlalchemy import select

from klankbord.keepers import keepers
from klankbord.methods import services as methods
from klankbord.permissions import Role
from klankbord.privacy.services import erase_person, export_person
from klankbord.questionnaires.models import AnswerSet
from klankbord.questionnaires.services import answering
from klankbord.questionnaires.services.writing import Given
from klankbord_startvragen.models import KEY, Card, EarlierLine, Line, Part

OURS = [model.__tablename__ for model in (Part, Card, Line, EarlierLine)]
# What stays: the proof of who saw what, the erasure itself included.
STAYS = {"audit_entry"}
FIRST = "Teken het voor mij."
THEN = "Schrijf het op een briefje."


@pytest.fixture
def tables(postgres, databases):
    """Return every row of every table, as somebody sees it who may see all."""
    return lambda: in_tables(as_superuser(postgres, databases.owner_url))


@pytest.fixture
def officer(make, sheets):
    return make.staff(sheets.tenant, Role.PRIVACY_OFFICER)


def fill(sheets, client):
    """Bring everything about that Startvragen keeps of somebody."""
    with later(minutes=-20):
        sheets.filled(client, share=True, words=FIRST)
    sheets.write(client, "explaining", THEN, choice="talk")
    sheets.share_each(client, explaining=["worker", "expert"], company=["new_worker"])
    again = sheets.go_through(client)
    with sheets.as_(client) as ctx:
        begun = answering.begin(ctx, KEY, again, "nl")
        answering.save_answer(ctx, begun, "moment", Given(words="In de ochtend."))


def ids_of(sheets, client):
    """Return the ids of all that is kept of somebody."""
    with sheets.as_system() as ctx:
        found = {client.client_id}
        for model in (Part, Card, Line, EarlierLine, AnswerSet):
            query = select(model.id).where(model.client_id == client.client_id)
            found |= set(ctx.session.scalars(query))
        return {str(one) for one in found}


def naming(tables, words):
    """Count by table the rows in which one of the words stands."""
    counts = {
        table: sum(any(word in row for word in words) for row in rows.splitlines())
        for table, rows in tables.items()
    }
    return {table: count for table, count in counts.items() if count}


def named_in(tables, tenant, name):
    """Return the tables of an organisation that hold a name."""
    return {
        table
        for table, rows in tables.items()
        for row in rows.splitlines()
        if str(tenant.id) in row and name in row
    }


def erase(sheets, officer, client):
    with sheets.as_(officer) as ctx:
        erase_person(ctx, client.client_id, keepers())


def switch_off(make, sheets):
    with sheets.as_(make.staff(sheets.tenant, Role.TENANT_ADMIN)) as ctx:
        methods.switch_off(ctx, KEY)


def exported(sheets, client):
    with sheets.as_(client) as ctx:
        return export_person(ctx, client.client_id, keepers())["startvragen"]


@pytest.mark.parametrize("off", [False, True])
def test_who_takes_everything_along_gets_each_line_and_who_may_read_it(
    make, sheets, off
):
    mother = sheets.family.mother
    fill(sheets, mother)
    fill(sheets, sheets.family.father)
    if off:
        switch_off(make, sheets)

    [sheet] = exported(sheets, mother)["sheets"]

    lines = {line["topic"]: line for line in sheet["lines"]}
    assert len(lines) == 10
    said = lines["explaining"]
    assert (said["choice"], said["words"]) == ("talk", THEN)
    assert said["may_be_read_by"] == {
        "worker": "Karin de Wit",
        "new_worker": False,
        "behavioural_expert": True,
    }
    [before] = said["earlier"]
    assert (before["choice"], before["words"]) == ("pictures", FIRST)
    assert lines["company"]["may_be_read_by"] == {
        "worker": None,
        "new_worker": True,
        "behavioural_expert": False,
    }
    assert lines["moment"]["words"] is None
    assert sheet["filled_at"]


@pytest.mark.parametrize("off", [False, True])
def test_erased_no_table_holds_a_row_of_the_person_and_the_others_keep_theirs(
    make, sheets, officer, tables, off
):
    mother, father = sheets.family.mother, sheets.family.father
    fill(sheets, mother)
    fill(sheets, father)
    hers, his = ids_of(sheets, mother), ids_of(sheets, father)
    kept = naming(tables(), his)
    assert {*OURS, "answer_set", "answer", "answer_draft", "task"} <= set(kept)
    if off:
        switch_off(make, sheets)

    erase(sheets, officer, mother)

    left = tables()
    assert set(naming(left, hers)) <= STAYS
    assert named_in(left, sheets.tenant, mother.name) <= STAYS
    after = naming(left, his)
    assert {table: after[table] for table in OURS} == {
        table: kept[table] for table in OURS
    }
    assert after["answer"] == kept["answer"]
    with sheets.as_system() as ctx:
        words = ctx.session.scalars(select(Line.words)).all()
        assert THEN in words


def test_the_worker_keeps_a_task_without_the_name_of_who_was_erased(
    sheets, officer, tables
):
    mother = sheets.family.mother
    sheets.filled(mother, share=True)
    assert "startvragen.read" in sheets.tasks(sheets.family.worker)

    erase(sheets, officer, mother)

    assert "task" not in named_in(tables(), sheets.tenant, mother.name)


def test_the_last_one_erased_takes_the_tasks_about_the_family_along(
    sheets, officer, tables
):
    family = sheets.family
    sheets.filled(family.mother, share=True)
    for person in (family.mother, family.father, family.youth):
        erase(sheets, officer, person)

    assert "task" not in naming(tables(), [str(family.case_id)])


def test_the_whole_method_erased_leaves_other_methods_and_organisations_whole(
    make, sheets, officer, tables
):
    elsewhere = type(sheets)(make, make.family(make.tenant()))
    for place in (sheets, elsewhere):
        fill(place, place.family.mother)
    review_id = sheets.begin()
    switch_off(make, sheets)

    with sheets.as_(officer) as ctx:
        methods.erase(ctx, KEY)

    left = tables()
    ours = [
        row
        for table in [*OURS, "task", "message", "answer_set"]
        for row in left[table].splitlines()
        if str(sheets.tenant.id) in row
    ]
    assert [row for row in ours if "startvragen" in row] == []
    assert naming({table: left[table] for table in OURS}, [str(sheets.tenant.id)]) == {}
    assert set(naming(left, [str(review_id)])) >= {"samen_sterker_review", "task"}
    theirs = naming(left, ids_of(elsewhere, elsewhere.family.mother))
    assert set(OURS) <= set(theirs)
