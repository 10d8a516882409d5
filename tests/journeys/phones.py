"""One organisation and its people, each with a browser on a phone of their own.

`PICTURES=<folder>` keeps a picture of every step.
"""

import os
from pathlib import Path

import pyotp
from browser import PHONE, access_faults, follow, send, sideways_scroll
from playwright.sync_api import Browser, Page, expect
from served import PASSWORD, Served

from klankbord.permissions import Role
from klankbord.testing.tenants import Person

PICTURES = os.environ.get("PICTURES", "")


class Phones:
    """Who goes where on which phone; with `axe` each page is asked whether it is open
    to everybody.
    """

    axe = False

    def __init__(
        self, served: Served, browser: Browser, slug: str, *, script: bool = True
    ) -> None:
        self.served = served
        self.browser = browser
        self.script = script
        self.name = f"{slug}{'' if script else '-no-script'}"
        self.tenant = served.organisation(slug)
        self.address = f"http://{slug}.localhost:{served.port}"
        self.admin = served.make.staff(
            self.tenant, Role.TENANT_ADMIN, name="Sanne Visser"
        )
        self.phones: dict[str, Page] = {}
        self.steps = 0

    def hand_out(self, who: str, language: str = "nl") -> Page:
        """Give somebody a phone."""
        context = self.browser.new_context(
            viewport=PHONE, locale=language, java_script_enabled=self.script
        )
        self.phones[who] = context.new_page()
        return self.phones[who]

    def go(self, who: str, path: str) -> Page:
        """Open a page of the organisation."""
        page = self.phones[who]
        page.goto(f"{self.address}{path}")
        return page

    def look(self, who: str, step: str) -> None:
        """Keep a picture; everybody can use the page, and nothing sticks out of it."""
        page, self.steps = self.phones[who], self.steps + 1
        if PICTURES:
            name = f"{self.name}-{self.steps:02}-{who}-{step}.png"
            page.screenshot(path=Path(PICTURES) / name, full_page=True)
        expect(page.locator("h1"), step).to_have_count(1)
        if self.script:
            assert sideways_scroll(page) <= 0, step
        if self.script and self.axe:
            assert access_faults(page) == [], step

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file beside the pictures."""
        if PICTURES:
            (Path(PICTURES) / f"{self.name}-{name}").write_bytes(content)

    def sign_in_staff(self, who: str, person: Person) -> None:
        """Come in with a password and a second step."""
        secret = self.served.let_sign_in(person)
        page = self.go(who, "/inloggen/medewerkers")
        page.fill("[name=email]", person.email or "")
        page.fill("[name=password]", PASSWORD)
        send(page)
        page.fill("[name=code]", pyotp.TOTP(secret).now())
        send(page)

    def sign_in_client(self, who: str, person: Person) -> Page:
        """Come in with a link that the operator made."""
        page = self.go(who, self.served.link_of(person))
        send(page)
        return page

    def switch_on(self, method: str) -> None:
        """Let the admin switch a method on."""
        self.hand_out("admin")
        self.sign_in_staff("admin", self.admin)
        page = self.go("admin", "/beheer/methodes/")
        self.look("admin", "methods")
        follow(page.locator(f"form[action$='/{method}/aan'] button"))
        self.look("admin", "switched-on")
