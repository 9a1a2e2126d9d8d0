"""What Lighthouse says of each page of a desk that runs: four scores each, on a desktop and on a phone.

    npm install --prefix /tmp/lighthouse --ignore-scripts lighthouse@12
    copydesk run examples/ --serve      # in another terminal; it prints the address
    PATH=/tmp/lighthouse/node_modules/.bin:$PATH python -m bench.lighthouse ADDRESS [--runs 3] [--json]

It needs `lighthouse` on the path (Node 18 or newer) and Debian's chromium; neither is installed by Copydesk.
ADDRESS is the one that signs you in, with its token; without one the pages are those that everybody reads.
A score is the median of the runs; a run that fails is tried again. The command ends with 1 where a score is
below the floor, a page cannot be measured, or there is none of its kind: hand in what makes one.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from urllib.parse import parse_qs, urlsplit

import httpx

PAGES = {
    "/claims": "",
    "/claims?q=dam+or+budget+or+water": "",
    "/claims/…": "/claims",
    "/claims/…/again": "/claims?order=repetition",
    "/articles": "",
    "/articles/…": "/articles",
    "/entities": "",
    "/entities/…": "/entities",
    "/digest": "",
    "/pipeline": "",
    "/dead-letters": "",
    "/dead-letters/…": "/dead-letters",
    "/try": "",
    "/sign-in": "",
}
"""Every page; of one with "…" the first that is linked from the list beside it."""
PARTS = ("performance", "accessibility", "best-practices", "seo")
CHROMIUM = "/usr/bin/chromium"
FLAGS = "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
FORMS = {"desktop": ("--preset=desktop",), "phone": ()}
FLOOR = 95
TRIES = 3
WITHIN = 240
"""Seconds that a run may take."""
Report = dict


@dataclass(frozen=True)
class Measured:
    """A page in one form."""

    page: str
    form: str
    scores: Mapping[str, int]
    """Empty where no run came to an end."""
    wanting: Sequence[str]
    """The audits that cost points, in the last run."""

    def reaches(self, floor: int) -> bool:
        """Whether there are scores, and all of them are good enough."""
        return bool(self.scores) and min(self.scores.values()) >= floor


def main() -> None:
    """Ask for each page in each form; print a table, and under it what costs points."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("--only", default="", help="pages whose address has these words")
    parser.add_argument("--parts", default=",".join(PARTS), help="which scores")
    parser.add_argument("--runs", type=int, default=3, help="of each page; the median counts")
    parser.add_argument("--floor", type=int, default=FLOOR, help="what every score has to reach")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    parts = urlsplit(given.address)
    address, token = f"{parts.scheme}://{parts.netloc}", parse_qs(parts.query).get("token", [""])[0]
    headers = {"Cookie": f"copydesk_token={token}"} if token else {}
    pages = {page: path for page, path in find_pages(address, headers) if given.only in page}
    measured = []
    for page, path in pages.items():
        for form in FORMS:
            measured.append(measure(page, form, address + path, headers, given))
            print(describe(measured[-1]), file=sys.stderr, flush=True)
    show(measured, given)
    lacking = [page for page in PAGES if given.only in page and page not in pages]
    print("".join(f"none of {page} is there\n" for page in lacking), end="", file=sys.stderr)
    sys.exit(int(bool(lacking) or not all(one.reaches(given.floor) for one in measured)))


def find_pages(address: str, headers: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each page with an address of it, where there is one."""
    with httpx.Client(base_url=address, headers={**headers, "Accept": "text/html"}, timeout=60) as desk:
        for page, listed in PAGES.items():
            if not listed:
                yield page, page
                continue
            before, _, after = map(re.escape, page.partition("…"))
            found = re.search(rf'href="({before}[0-9a-f-]+{after})["#]', desk.get(listed).text)
            if found is not None:
                yield page, found[1]


def measure(page: str, form: str, url: str, headers: dict[str, str], given: argparse.Namespace) -> Measured:
    """The page's scores: the median of those runs that came to an end."""
    flags = [*FORMS[form], f"--only-categories={given.parts}"]
    reports = [report for _ in range(given.runs) if (report := ask(url, headers, flags))]
    scores = {
        part: round(median(100 * report["categories"][part]["score"] for report in reports))
        for part in given.parts.split(",")
        if reports
    }
    return Measured(page, form, scores, list(list_wanting(reports[-1])) if reports else ["no run ended"])


def ask(url: str, headers: dict[str, str], flags: list[str]) -> Report | None:
    """Lighthouse's report of a page; None where it fails each time."""
    command = ["lighthouse", url, "--quiet", "--output=json", f"--chrome-flags={FLAGS}", *flags]
    command += ["--disable-full-page-screenshot", f"--extra-headers={json.dumps(headers)}"]
    for _ in range(TRIES):
        report = run(command)
        if report is not None and all(one["score"] is not None for one in report["categories"].values()):
            return report
    return None


def run(command: list[str]) -> Report | None:
    """What it prints; None, and why on stderr, where it fails. No browser is left behind."""
    environment = {**os.environ, "CHROME_PATH": CHROMIUM}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        said, complaint = process.communicate(timeout=WITHIN)
        report: Report = json.loads(said)
    except (subprocess.TimeoutExpired, ValueError) as error:
        why = f"more than {WITHIN} s" if isinstance(error, subprocess.TimeoutExpired) else complaint.decode()
        print(f"a run failed: {why.strip()[-300:]}", file=sys.stderr)
        return None
    finally:
        end(process)
    if "runtimeError" in report:
        print(f"a run failed: {report['runtimeError']['message']}", file=sys.stderr)
        return None
    return report


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a run that did not end, its browser with it."""
    if process.poll() is None:
        os.killpg(process.pid, 9)
        process.communicate()


def list_wanting(report: Report) -> Iterator[str]:
    """The audits that cost points, with the first place of each."""
    for part in report["categories"].values():
        for one in part["auditRefs"]:
            audit = report["audits"][one["id"]]
            if one["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                items = (audit.get("details") or {}).get("items") or [{}]
                node = items[0].get("node", {}).get("snippet", "")
                yield f"{one['id']} {audit.get('displayValue', '')} {node}".strip()


def describe(one: Measured) -> str:
    """A line of the table."""
    return f"| `{one.page}` | {one.form} | {' | '.join(map(str, one.scores.values())) or 'failed'} |"


def show(measured: Sequence[Measured], given: argparse.Namespace) -> None:
    """The table, or the same as JSON."""
    if given.json:
        print(json.dumps([asdict(one) for one in measured], indent=2))
        return
    wanted = given.parts.split(",")
    print("| page | form |", " | ".join(wanted), "|\n|---|---|" + "---|" * len(wanted))
    print(*map(describe, measured), "", sep="\n")
    print(*(f"{one.page}, {one.form}: {words}" for one in measured for words in one.wanting), sep="\n")
    print(f"load average while measuring: {os.getloadavg()[1]:.1f}", file=sys.stderr)


if __name__ == "__main__":
    main()
