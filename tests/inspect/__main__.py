"""`make inspect`: the pages of the demo that runs, judged by vnu and by Lighthouse.

For each role of one organisation it signs in with the demo's own link, follows every
link of the page and the menu once, and keeps what it saw in `var/inspect/`. vnu (Java)
reads each page's HTML; Lighthouse (Node) judges each role's first page on a phone. A
link of the demo works once: start the demo again before a second round.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Response, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FOLDER = Path("var/inspect")
TOOLS = FOLDER / "node_modules"
CATEGORIES = ("performance", "accessibility", "best-practices")
MOST_PAGES = 12


@dataclass
class Visit:
    """What one role saw."""

    role: str
    home: str
    cookie: str = ""
    pages: list[tuple[str, Path]] = field(default_factory=list)


def main() -> None:
    """Print what is wrong, and leave the pages and the full reports in var/inspect."""
    options = argparse.ArgumentParser()
    options.add_argument("--organisation", default="", help="slug; the first if empty")
    wanted = options.parse_args().organisation
    demo = Path(os.environ.get("DEMO_DIR") or "var/demo") / "demo.json"
    if not demo.exists():
        sys.exit("Start the demo first, in another window: make demo")
    pages = FOLDER / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)
    visits = visit(json.loads(demo.read_text()), wanted, pages)
    faults = html_faults([path for one in visits for _, path in one.pages])
    for one in visits:
        scores = lighthouse(one)
        write(f"\n{one.role}: " + ", ".join(f"{n} {s}" for n, s in scores.items()))
        for address, path in one.pages:
            write(f"  {address}")
            for fault in faults.get(path.name, []):
                write(f"    {fault}")
    write(f"\nPages and reports: {FOLDER}")


def visit(demo: dict[str, Any], organisation: str, folder: Path) -> list[Visit]:
    """Sign in as one person of each role, and keep every page that is linked there."""
    slug = organisation or demo["organisations"][0]["slug"]
    people = {
        person["role"]: person
        for person in reversed(demo["people"])
        if person["organisation"] == slug
    }
    visits = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        for role, person in people.items():
            context = browser.new_context(viewport={"width": 390, "height": 844})
            visits.append(look_around(context, role, person["sign_in_url"], folder))
            context.close()
        browser.close()
    return visits


def look_around(context: BrowserContext, role: str, link: str, folder: Path) -> Visit:
    """Follow every link of the first page, signed in as this role."""
    page = context.new_page()
    page.goto(link)
    with page.expect_navigation():
        page.locator("main form button").first.click()
    seen = Visit(role, page.url)
    seen.cookie = "; ".join(f"{c['name']}={c['value']}" for c in context.cookies())
    keep(page.goto(seen.home), seen, folder)
    for address in links_of(page)[: MOST_PAGES - 1]:
        keep(page.goto(address), seen, folder)
    return seen


def links_of(page: Page) -> list[str]:
    """Return the addresses of this host that a page links, each once."""
    found: list[str] = page.eval_on_selector_all(
        "a[href]:not([download])", "all => all.map(one => one.href.split('#')[0])"
    )
    host = urlsplit(page.url).netloc
    here = page.url.split("#")[0]
    own = [one for one in dict.fromkeys(found) if urlsplit(one).netloc == host]
    return [one for one in own if one != here and "sign-out" not in one]


def keep(answer: Response | None, seen: Visit, folder: Path) -> None:
    """Keep a page's HTML as it came over the wire, before scripts touched it."""
    if answer and answer.ok and "text/html" in answer.headers.get("content-type", ""):
        path = folder / f"{seen.role}-{len(seen.pages):02}.html"
        path.write_text(answer.text())
        seen.pages.append((answer.url, path))


def html_faults(pages: list[Path]) -> dict[str, list[str]]:
    """Return what vnu finds in each page, by file name."""
    said = subprocess.run(
        [
            *("java", "-jar", str(TOOLS / "vnu-jar/build/dist/vnu.jar")),
            *("--format", "json", "--exit-zero-always", *map(str, pages)),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, list[str]] = {}
    for message in json.loads(said.stderr)["messages"]:
        name = Path(urlsplit(message["url"]).path).name
        line = f"{message['type']}: {message['message']} (line {message['lastLine']})"
        found.setdefault(name, []).append(line)
    return found


def lighthouse(seen: Visit) -> dict[str, int]:
    """Return Lighthouse's scores, of a hundred, for a role's first page on a phone."""
    base = FOLDER / seen.role
    subprocess.run(
        [
            *(str(TOOLS / ".bin/lighthouse"), seen.home, "--quiet"),
            *("--output=json", "--output=html", f"--output-path={base}"),
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox",
            f"--extra-headers={json.dumps({'Cookie': seen.cookie})}",
        ],
        check=True,
        env={**os.environ, "CHROME_PATH": CHROMIUM},
        stdout=subprocess.DEVNULL,
    )
    judged = json.loads(base.with_suffix(".report.json").read_text())["categories"]
    return {name: round(100 * judged[name]["score"]) for name in CATEGORIES}


def write(line: str) -> None:
    """Print, at once: a round takes minutes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


main()
