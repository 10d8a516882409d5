"""The pages of a member and the worker, without JavaScript."""

import re

WORDS = "Zeg het rustig, en nog een keer."
CHOICES = {
    "reading": "fine",
    "explaining": "pictures",
    "steps": "step",
    "doing": "example",
    "repeating": "again",
    "language": "dutch",
    "share": "yes",
}
ORDER = (
    *("reading", "explaining", "steps", "doing", "repeating", "company"),
    *("moment", "helpers", "language", "never", "share"),
)


def text(response):
    assert response.status_code == 200, response.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def answer_all(browser, first):
    """Walk through the questions as a form, check, and send."""
    base = first.rsplit("/", 1)[0]
    for number, key in enumerate(ORDER, start=1):
        typed = {"answer": CHOICES[key]} if key in CHOICES else {"words": WORDS}
        assert browser.post(f"{base}/{number}", data=typed).status_code == 303
    assert browser.post(f"{base}/controle").status_code == 303
    return base


def test_a_mother_is_asked_answers_shares_and_her_worker_reads(
    app, make, sheets, in_time
):
    family = sheets.family
    worker = make.sign_in(app, family.worker)
    page = f"/startvragen/{family.case_id}"
    assert "Nog niet gevraagd" in text(worker.get(page))
    asked = {"client_id": str(family.mother.client_id), "how": "alone"}
    assert worker.post(page, data=asked).status_code == 303
    mother = make.sign_in(app, family.mother)
    own = f"/zo-werkt-het/{sheets.part(family.mother).id}"
    assert own in mother.get("/start").text
    begun = mother.post(f"{own}/begin").headers["Location"]
    assert "Mag Karin dit lezen?" not in text(mother.get(begun))
    first = mother.post(begun).headers["Location"]
    answer_all(mother, first)
    assert "Over vijf minuten" in text(mother.get(own))
    assert WORDS not in text(worker.get(page))
    with in_time(minutes=6):
        worker, mother = (
            make.sign_in(app, family.worker),
            make.sign_in(app, family.mother),
        )
        assert WORDS in text(worker.get(page))
        assert WORDS in text(worker.get(f"/gezinnen/{family.case_id}"))
        seen = text(mother.get(own))
        assert WORDS in seen
        assert "Karin las dit op" in seen
        assert mother.post(f"{own}/niemand").status_code == 303
        assert WORDS not in text(worker.get(page))
        assert WORDS not in text(worker.get(f"/gezinnen/{family.case_id}"))


def test_when_the_case_is_over_no_page_says_that_somebody_reads_or_may_be_asked(
    app, make, sheets, in_time
):
    family = sheets.family
    part_id = sheets.filled(family.mother, share=True)
    with in_time(minutes=10):
        mother = make.sign_in(app, family.mother)
        worker = make.sign_in(app, family.worker)
        own, case = f"/zo-werkt-het/{part_id}", f"/startvragen/{family.case_id}"
        one_line = sheets.lines(family.mother)["company"].id
        one = {f"line_{one_line}": ["worker"]}
        mother.post(f"{own}/wie-per-onderwerp", data=one)
        assert "Mag dit lezen: je jeugdbeschermer" in text(mother.get(own))
        assert "Doe het nu samen" in text(worker.get(case))
        sheets.end_case()
        after = text(mother.get(own))
        assert "Niemand anders leest dit blad nu" in after
        assert "Mijn tante." in after
        assert "Mag dit lezen" not in after
        after = text(worker.get(case))
        assert "De maatregel is voorbij" in after
        assert "Wie vult het in" not in after
        assert "Niets met jou gedeeld" not in after
