"""What Lighthouse says of each page of a desk that runs: four scores each, on a desktop and on a phone.

    npm install --prefix /tmp/lighthouse --ignore-scripts lighthouse@12
    copydesk run examples/ --serve      # in another terminal; it prints the address
    PATH=/tmp/lighthouse/node_modules/.bin:$PATH python -m bench.lighthouse ADDRESS

It needs `lighthouse` on the path (Node 18 or newer) and Debian's chromium; neither is installed by Copydesk.
ADDRESS is the one that signs you in, with its token; without one the pages are those that everybody reads.
"""

import argparse
import json
import os
import re
import subprocess
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx

PAGES = (
    "/claims",
    "/claims?q=dam+or+budget+or+water",
    "/claims/…",
    "/articles",
    "/articles/…",
    "/entities",
    "/entities/…",
    "/digest",
    "/pipeline",
    "/dead-letters",
    "/dead-letters/…",
    "/try",
    "/sign-in",
)
"""Where there is "…", the first one that the list leads to."""
PARTS = ("performance", "accessibility", "best-practices", "seo")
CHROMIUM = "/usr/bin/chromium"
FLAGS = "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
FORMS = {"desktop": ("--preset=desktop",), "phone": ()}


def main() -> None:
    """Ask for each page in each form; print a table, and under it what costs points."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("--only", default="", help="pages whose address has these words")
    parser.add_argument("--parts", default=",".join(PARTS), help="which scores")
    given = parser.parse_args()
    wanted = given.parts.split(",")
    parts = urlsplit(given.address)
    address, token = f"{parts.scheme}://{parts.netloc}", parse_qs(parts.query).get("token", [""])[0]
    headers = {"Cookie": f"copydesk_token={token}"} if token else {}
    print("| page | form |", " | ".join(wanted), "|\n|---|---|" + "---|" * len(wanted))
    wanting = []
    for page, path in find_pages(address, headers):
        for form, flags in FORMS.items():
            if given.only in page:
                report = ask(address + path, headers, [*flags, f"--only-categories={given.parts}"])
                scores = [round(100 * report["categories"][part]["score"]) for part in wanted]
                print(f"| `{page}` | {form} |", " | ".join(map(str, scores)), "|", flush=True)
                wanting += [f"{page}, {form}: {one}" for one in list_wanting(report)]
    print("", *wanting, sep="\n")


def find_pages(address: str, headers: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each page with an address of it; one of which there is none is left out, and said to be."""
    with httpx.Client(base_url=address, headers={**headers, "Accept": "text/html"}, timeout=60) as desk:
        for page in PAGES:
            before = page.partition("…")[0]
            if before == page:
                yield page, page
                continue
            found = re.search(rf'href="({re.escape(before)}[0-9a-f-]+)"', desk.get(before.rstrip("/")).text)
            if found is None:
                print(f"none of {page} is there: left out")
            else:
                yield page, found[1]


def ask(url: str, headers: dict[str, str], flags: list[str]) -> dict:
    """Lighthouse's report of a page."""
    command = ["lighthouse", url, "--quiet", "--output=json", f"--chrome-flags={FLAGS}", *flags]
    command += ["--disable-full-page-screenshot", f"--extra-headers={json.dumps(headers)}"]
    environment = {**os.environ, "CHROME_PATH": CHROMIUM}
    done = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=180)
    return json.loads(done.stdout)


def list_wanting(report: dict) -> Iterator[str]:
    """The audits that cost points, with the first place of each."""
    for part in report["categories"].values():
        for one in part["auditRefs"]:
            audit = report["audits"][one["id"]]
            if one["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                items = (audit.get("details") or {}).get("items") or [{}]
                node = items[0].get("node", {}).get("snippet", "")
                yield f"{one['id']} {audit.get('displayValue', '')} {node}".strip()


if __name__ == "__main__":
    main()
