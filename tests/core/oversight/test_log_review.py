"""The privacy officer reviews who looked at whose data, and is seen doing so."""

import csv
import io
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from klankbord.audit.models import Action, AuditEntry, Category, Ground
from klankbord.permissions import Role


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


@pytest.fixture
def officer(make, app, tenant):
    """Give the browser of the privacy officer."""
    person = make.staff(tenant, Role.PRIVACY_OFFICER, name="Petra Bos")
    return make.sign_in(app, person)


@pytest.fixture
def looked(make, family):
    def look(**values) -> None:
        entry = {
            "account_id": family.worker.account_id,
            "role": "worker",
            "client_id": family.mother.client_id,
            "category": "case",
            "action": Action.READ,
            "ground": Ground.RELATION,
        }
        make.add(family.worker.tenant, AuditEntry(**(entry | values)))

    return look


def shown(browser, query: str = "") -> str:
    answer = browser.get(f"/logboek{query}")
    assert answer.status_code == 200
    return answer.text


def searched(browser, **wish):
    return browser.post("/logboek", data=wish, follow_redirects=True)


def test_the_officer_reads_who_did_what_with_whose_data(officer, looked):
    looked(ground=Ground.EMERGENCY)
    page = shown(officer)
    for words in ("Karin de Wit", "Samira Bakkali", "Bekeken", "Zaak", "Noodtoegang"):
        assert words in page


def test_what_a_client_did_bears_the_name_of_the_client(officer, family, looked):
    looked(account_id=family.father.account_id, role="parent", ground=Ground.OWN)
    assert "Youssef Bakkali" in shown(officer)


@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.PRIVACY_OFFICER, Role.SYSTEM, Role.ANONYMOUS})
)
def test_nobody_else_reviews_the_log(make, app, tenant, officer, role):
    other = make.sign_in(app, make.staff(tenant, role))
    assert other.get("/logboek").status_code == 403
    assert officer.get("/logboek").status_code == 200


def test_an_officer_of_elsewhere_sees_nothing_of_ours(
    make, app, officer, looked, outsider
):
    looked()
    assert "Samira" in shown(officer)
    page = shown(make.sign_in(app, outsider))
    assert "Samira" not in page


@pytest.mark.parametrize(
    ("wish", "there"),
    [
        ({"name": "samira"}, True),
        ({"name": "karin de"}, True),
        ({"name": "youssef"}, False),
        ({"name": "%"}, False),
        ({"ground": "relation"}, True),
        ({"ground": "emergency"}, False),
    ],
)
def test_the_log_narrows_by_name_and_ground(officer, looked, wish, there):
    looked()
    assert ("Samira Bakkali" in searched(officer, **wish).text) is there


def test_the_log_narrows_to_one_client_or_one_account(officer, family, looked):
    looked()
    looked(client_id=family.father.client_id)
    page = shown(officer, f"?client_id={family.father.client_id}")
    assert "Youssef" in page
    assert "Samira" not in page
    page = shown(officer, f"?account_id={family.mother.account_id}")
    assert "Samira" not in page


def test_the_log_narrows_to_a_period_with_both_days_in_it(tenant, officer, looked):
    day = tenant.today() - timedelta(days=20)
    looked(at=datetime.combine(day, time(12), tenant.time_zone))
    assert "Samira" in shown(officer, f"?since={day}&until={day}")
    after = day + timedelta(days=1)
    assert "Samira" not in shown(officer, f"?since={after}")


@pytest.mark.parametrize(
    "wrong", [{"since": "gisteren"}, {"ground": "omdat"}, {"client_id": "1"}]
)
def test_a_wish_that_cannot_be_is_refused_and_kept(officer, wrong):
    answer = searched(officer, name="bos", **wrong)
    assert answer.status_code == 422
    assert 'value="bos"' in answer.text


def test_looking_at_the_log_is_logged_and_the_client_sees_it(
    make, app, officer, family, looked
):
    looked()
    shown(officer)
    shown(officer, f"?client_id={family.mother.client_id}")
    rows = make.context(family.worker).session.execute(
        select(AuditEntry.client_id, AuditEntry.action).where(
            AuditEntry.category == Category.LOG, AuditEntry.role == "privacy_officer"
        )
    )
    assert {tuple(row) for row in rows} == {
        (None, Action.READ),
        (family.mother.client_id, Action.READ),
    }
    own = make.sign_in(app, family.mother).get("/wie-keek").text
    assert "Petra Bos" in own
    assert "privacyfunctionaris" in own


def test_the_download_holds_all_pages_and_no_formulas(make, tenant, officer, looked):
    dangerous = make.staff(tenant, Role.WORKER, name="=1+1")
    for _ in range(60):
        looked(account_id=dangerous.account_id)
    answer = officer.get("/logboek?as=csv")
    text = answer.data.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert head[:4] == ["Wanneer", "Wie", "Als", "Gegevens van"]
    assert len(rows) == 60
    assert {row[1] for row in rows} == {"'=1+1"}
    assert "1 tot en met 50 van 6" in shown(officer)
