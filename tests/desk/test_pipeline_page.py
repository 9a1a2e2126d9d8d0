"""The pipeline page: the numbers of the lag as a picture, and what an operator may do."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import html

from schemas import TOPOLOGY, Outcome, StageName, find_stage
from services.control.history import EVERY, LENGTH, Point, history_key, read_history
from services.control.lag import measure_lag, read_lag, samples_key
from services.desk.flow import Drop, fold
from services.desk.pages.sparklines import HEIGHT, SPANS, WIDTH, choose_span, draw_plot
from services.kit.gate import held_key
from services.store.articles import save_arrival
from services.store.dead_letters import DeadFilter, add_dead_letters, list_dead_letters
from services.store.ledger import record_entries
from tests.integration.records import make_arrival, make_entry, make_letter

PERSON = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
NOW = 1_800_000_000.0


def say(element) -> str:
    return " ".join(element.text_content().split())


async def test_every_stage_is_there_with_its_word(desk, redis, engine):
    async with desk.client(headers=PERSON) as client:
        page = html.fromstring((await client.get("/pipeline")).text)
    stages = page.xpath("//li[starts-with(@id, 'stage-')]")
    assert [one.get("id") for one in stages] == [f"stage-{row.stage}" for row in TOPOLOGY]
    assert all("stopped" in say(one.xpath(".//*[contains(@class, 'state')]")[0]) for one in stages)
    streams = [say(one) for one in page.xpath("//li[@class='stream']/code")]
    assert streams == [*(row.source for row in TOPOLOGY), TOPOLOGY[-1].target]


async def test_what_waits_is_counted(desk, redis):
    for _ in range(3):
        await redis.xadd(TOPOLOGY[0].source, {"__data__": "{}"})
    async with desk.client(headers=PERSON) as client:
        page = html.fromstring((await client.get("/pipeline/now")).text)
    assert say(page.xpath("//li[@id='stage-ingest']//*[@class='backlog']")[0]) == "3 waiting"


async def test_who_may_only_read_sees_no_button_and_is_refused(desk, redis, engine):
    hold = json.dumps({"reason": "50 dead letters in a row", "since": time.time() - 60})
    await redis.set(held_key(find_stage("clean")), hold)
    for scope, buttons, status in (("read", 0, 403), ("submit", 0, 403), ("operate", 1, 303)):
        async with desk.client(scope, headers=PERSON) as client:
            page = html.fromstring((await client.get("/pipeline")).text)
            assert "50 dead letters in a row" in page.text_content()
            assert len(page.xpath("//form[contains(@action, '/resume')]")) == buttons
            assert (await client.post("/pipeline/clean/resume")).status_code == status
    assert await redis.get(held_key(find_stage("clean"))) is None


async def test_dead_letters_of_a_stage_go_back_to_its_stream(desk, redis, engine):
    letters = [make_letter(1), make_letter(2), make_letter(3, StageName.INGEST)]
    with engine.begin() as tx:
        add_dead_letters(tx, letters)
    async with desk.client("operate", headers=PERSON) as client:
        answer = await client.post("/pipeline/clean/replay")
    assert (answer.status_code, answer.headers["location"]) == (303, "/pipeline?done=replayed")
    assert await redis.xlen(find_stage("clean").source) == 2
    with engine.connect() as tx:
        assert [row.stage for row in list_dead_letters(tx, DeadFilter())] == ["ingest"]


@pytest.mark.parametrize("path", ["/pipeline/clean/resume", "/pipeline/clean/replay"])
async def test_another_sites_page_presses_no_button(desk, path):
    async with desk.client("operate", headers={"Sec-Fetch-Site": "cross-site"}) as client:
        assert (await client.post(path)).status_code == 403


# The lag, looked at by many


async def test_many_readers_add_no_samples_while_somebody_measures(redis, engine, house):
    await measure_lag(redis, engine)
    before = await redis.llen(samples_key(TOPOLOGY[0]))
    for _ in range(5):
        statuses = await read_lag(redis, engine)
    assert [one.stage for one in statuses] == list(StageName)
    assert await redis.llen(samples_key(TOPOLOGY[0])) == before


async def test_a_reader_measures_where_nobody_else_does(redis, engine, house):
    assert [one.backlog for one in await read_lag(redis, engine)] == [0, 0, 0, 0]
    assert await redis.llen(samples_key(TOPOLOGY[0])) == 1


# The last hour


def point(at: float, backlog: int | None) -> Point:
    return Point(at, "ok", backlog, None, None, None, None)


async def test_only_the_last_hour_is_read(redis):
    key = history_key(TOPOLOGY[0])
    for at in (NOW - 4_000, NOW - 30, NOW - 15):
        await redis.lpush(key, json.dumps(vars(point(at, 1))))
    history = await read_history(redis, NOW)
    assert [one.at for one in history["ingest"]] == [NOW - 30, NOW - 15]
    assert history["claims"] == []


def test_a_line_stays_within_its_plot_and_is_broken_where_nothing_is_known():
    times = [NOW - 600, NOW - 585, NOW - 570, NOW - 60, NOW - 45]
    plot = draw_plot(
        [point(at, number) for number, at in enumerate(times)], NOW, LENGTH, {"backlog": lambda p: p.backlog}
    )
    (line,) = plot.lines
    assert len(line.paths) == 2
    pairs = [pair.split(",") for path in line.paths for pair in path.split()]
    assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in pairs)
    assert (line.now, plot.most) == (4, 4)


def test_a_point_alone_and_what_is_unknown_draw_nothing():
    plot = draw_plot([point(NOW - EVERY, None), point(NOW, 3)], NOW, LENGTH, {"backlog": lambda p: p.backlog})
    assert plot.empty
    assert draw_plot([], NOW, LENGTH, {"backlog": lambda p: p.backlog}).empty


@pytest.mark.parametrize(("age", "span"), [(30, 300), (301, 600), (1700, 1800), (9000, LENGTH), (0, 300)])
def test_an_axis_goes_back_to_the_first_point_of_any_stage_and_an_hour_at_most(age, span):
    histories = [[], [point(NOW - age, 1), point(NOW, 1)], [point(NOW, 1)]]
    assert choose_span(histories, NOW) == span
    assert choose_span([[], []], NOW) == SPANS[0]


def test_what_lies_before_the_axis_is_not_drawn_and_does_not_raise_its_edge():
    points = [point(NOW - 2 * LENGTH, 90), point(NOW - 2 * EVERY, 3), point(NOW - EVERY, 2)]
    plot = draw_plot(points, NOW, LENGTH, {"backlog": lambda p: p.backlog})
    assert plot.most == 3
    [path] = plot.lines[0].paths
    assert len(path.split()) == 2


# What became of it


async def test_each_outlet_has_its_ends_and_reasons(desk, engine):
    ends = [
        ("Ilva Post", StageName.CLAIMS, Outcome.DONE, None),
        (
            "Ilva Post",
            StageName.CLEAN,
            Outcome.SKIPPED,
            "only 12 words of article text; at least 40 are needed",
        ),
        (
            "Ilva Post",
            StageName.CLEAN,
            Outcome.SKIPPED,
            "only 31 words of article text; at least 40 are needed",
        ),
        ("Oster <b>Courier</b>", StageName.CLEAN, Outcome.DEAD, "too long"),
        ("Oster <b>Courier</b>", StageName.CLEAN, Outcome.DONE, None),
    ]
    for number, (source, stage, outcome, reason) in enumerate(ends):
        publish(engine, number, source, stage, outcome, reason)
    with engine.begin() as tx:
        add_dead_letters(tx, [replace(make_letter(9), article_id=None, source="Ilva Post")])
    async with desk.client(headers=PERSON) as client:
        text = (await client.get("/pipeline")).text
    page = html.fromstring(text)
    rows = {
        say(row.find("th")): [say(cell) for cell in row.findall("td")]
        for row in page.xpath("//table[@class='drops']/tbody/tr")
    }
    # Published, the bar, done, on the way, skipped, superseded, dead, why.
    why = "2 at clean: only # words of article text; at least # are needed"
    assert rows["Ilva Post"] == ["4", "", "1", "", "2", "", "1", why]
    assert rows["Oster <b>Courier</b>"] == ["2", "", "", "1", "", "", "1", ""]
    assert "<b>Courier" not in text


async def test_what_the_page_draws_is_there_for_programs(desk, redis, engine):
    publish(engine, 1, "Ilva Post", StageName.CLEAN, Outcome.SKIPPED, "only 12 words")
    await redis.lpush(history_key(TOPOLOGY[0]), json.dumps(vars(point(time.time() - 5, 7))))
    async with desk.client(headers=PERSON) as client:
        page = html.fromstring((await client.get("/pipeline")).text)
        links = page.xpath("//p[@class='forms']/a/@href")
        stages, history, drops = [(await client.get(link)).json() for link in links]
    assert [one["stage"] for one in stages["stages"]] == list(StageName)
    assert [one["backlog"] for one in history["stages"]["ingest"]] == [7]
    (drop,) = drops["sources"]
    assert (drop["source"], drop["published"], drop["skipped"]) == ("Ilva Post", 1, 1)
    assert drop["reasons"] == [{"stage": "clean", "reason": "only # words", "entries": 1}]


def publish(engine, number: int, source: str, stage: StageName, outcome: Outcome, reason: str | None) -> None:
    """An article that ingest is done with, and that another stage ended."""
    now = datetime.now(UTC)
    with engine.begin() as tx:
        save_arrival(tx, make_arrival(number, source=source))
        record_entries(
            tx,
            [
                make_entry(number, finished_at=now),
                make_entry(number, stage=stage, outcome=outcome, reason=reason, finished_at=now),
            ],
        )


def test_many_outlets_are_folded_into_one_row_without_losing_any():
    drops = [Drop(f"outlet {number}", published=2, done=1, dead=1) for number in range(20)]
    folded = fold(drops, most=5)
    assert len(folded) == 6
    assert sum(one.published for one in folded) == 40
    assert (folded[-1].source, folded[-1].others) == (None, 15)
