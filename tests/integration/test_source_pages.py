"""What the clean stage learns of a source, on real servers: from the second article on, by all workers."""

import asyncio

import pytest
from click.testing import Result
from sqlalchemy import select, text
from typer.testing import CliRunner

from schemas import ArticleCleaned, ArticleSubmitted, EntitiesExtracted, Outcome, StageName
from services.cli.main import app
from services.kit.wire import FIELD
from services.kit.work import Job, while_current
from services.store.articles import save_arrival
from services.store.entities import save_entities
from services.store.ledger import record_entries
from services.store.source_pages import SourcePage, recall_pages, remember_pages
from services.store.tables import source_pages, texts
from services.store.texts import save_texts
from tests.integration.house import CLEAN, at_work, read_ledger, read_rows, submit, until_done
from tests.integration.records import NOON, make_arrival, make_entry

pytestmark = pytest.mark.usefixtures("house")

OFFER = "Our readers keep this paper alive, so please give what you can today."


def tell(number: int, more: str = OFFER) -> ArticleSubmitted:
    """An article about a harbour of its own, on a page that asks for money."""
    name = ("Aldermouth", "Brinsea", "Corport", "Dunhaven", "Eelness")[number]
    return ArticleSubmitted(
        source="Harbour Post",
        source_id=str(number),
        text=f"The harbour of {name} will close to lorries from next spring, the council said on Tuesday.\n\n"
        f"{more}\n\nEngineers had found cracks in two piers of {name} during an inspection last month.\n\n"
        f'"We would rather close {name} a year too early than a day too late," said Ilse Brandt, the mayor.',
    )


async def clean(redis, servers, *given: ArticleSubmitted) -> list[ArticleCleaned]:
    """Hand in one article after the other, and return what the clean stage handed on."""
    async with at_work(servers):
        for one in given:
            await submit(redis, one)
            await until_done(redis)
        await until_done(redis)
    entries = await redis.xrange(CLEAN.target)
    return [ArticleCleaned.model_validate_json(fields[FIELD]) for _, fields in entries]


async def test_a_line_of_the_source_is_gone_from_the_third_article(redis, servers):
    cleaned = await clean(redis, servers, *(tell(number) for number in range(4)))
    assert [OFFER in one.text for one in cleaned] == [True, True, False, False]


async def test_what_is_learnt_outlives_the_worker(redis, servers):
    await clean(redis, servers, tell(0), tell(1))
    assert OFFER not in (await clean(redis, servers, tell(2)))[-1].text


async def test_articles_of_one_batch_learn_from_one_another(redis, servers):
    await submit(redis, *(tell(number) for number in range(3)))
    cleaned = await clean(redis, servers, tell(3))
    assert [OFFER in one.text for one in cleaned] == [True, True, False, False]


async def test_a_revision_replaces_the_page_of_its_article(redis, servers, engine):
    """However often an article is corrected, its lines count once."""
    first = tell(0).text
    versions = [tell(0).model_copy(update={"text": f"{first} And {word}."}) for word in ("so", "on", "more")]
    cleaned = await clean(redis, servers, *versions, tell(1))
    assert [OFFER in one.text for one in cleaned] == [True] * 4
    assert len(read_rows(engine, source_pages)) == 2


async def test_an_article_of_no_source_is_not_remembered(redis, servers, engine):
    await clean(redis, servers, tell(0).model_copy(update={"source": None}))
    assert len(read_rows(engine, texts)) == 1
    assert read_rows(engine, source_pages) == []


@pytest.mark.parametrize("refused", [(), ("hashjoin", "hashagg", "material", "sort", "indexscan")])
def test_of_each_source_only_the_newest_pages_are_kept(engine, refused):
    """By whatever plan: one that asks for the oldest pages anew for each row once deleted them all."""
    arrivals = [make_arrival(number, minute=number) for number in range(5)]
    pages = [
        SourcePage("paper", one.article.article_id, one.article.submitted_at, (1, -(2**63)), (), (2**63 - 1,))
        for one in arrivals
    ]
    with engine.begin() as tx:
        for way in refused:
            tx.execute(text(f"SET LOCAL enable_{way} = off"))
        for one in arrivals:
            save_arrival(tx, one)
        remember_pages(tx, pages, most=3)
        remember_pages(tx, [SourcePage("other", pages[0].article_id, NOON, (), (), ())], most=3)
        kept = [row.article_id for row in recall_pages(tx, ["paper"])]
        others = tx.execute(select(source_pages).where(source_pages.c.source == "other")).all()
    assert kept == [page.article_id for page in pages[2:]]
    assert len(others) == 1


async def test_the_first_articles_are_cleaned_anew_once_more_is_known(redis, servers, engine):
    """The text that counts is the new one, and what the later stages owe is owed again."""
    first = (await clean(redis, servers, *(tell(number) for number in range(3))))[0]
    end_at_entities(engine, first)
    said = await asyncio.to_thread(reclean, servers, "--source", "harbour post", "--dry-run")
    assert "2 articles would be cleaned anew" in said.stderr
    said = await asyncio.to_thread(reclean, servers)
    assert [line.split("\t")[0] for line in said.stdout.splitlines()].count(str(first.article_id)) == 1
    cleaned = await clean(redis, servers)
    assert [OFFER in row.text for row in read_rows(engine, texts)] == [False] * 3
    assert len(cleaned) == 5
    assert [stage for stage, *_ in read_ledger(engine)].count("entities") == 0
    assert "0 articles are cleaned anew" in (await asyncio.to_thread(reclean, servers)).stderr


async def test_a_late_result_from_the_old_text_changes_nothing(redis, servers, engine):
    """It ends as a duplicate, which leaves no trace in the ledger: the result from the new text counts."""
    (article,) = await clean(redis, servers, tell(0))
    newer = article.model_copy(update={"text": article.text.replace(OFFER, "")})
    with engine.begin() as tx:
        save_texts(tx, [newer])
    settle = while_current(save_entities)
    with engine.begin() as tx:
        ends = [settle(tx, [(job_of(one), find_nothing_in(one))]) for one in (article, newer)]
    assert ends == [[Outcome.DUPLICATE], [Outcome.DONE]]


def reclean(servers, *arguments: str) -> Result:
    """The command, against the test's servers."""
    environment = {"COPYDESK_REDIS_URL": servers.redis_url, "COPYDESK_DATABASE_URL": servers.database_url}
    result = CliRunner().invoke(app, ["reclean", *arguments], env=environment)
    assert result.exit_code == 0, result.output
    return result


def end_at_entities(engine, article: ArticleCleaned) -> None:
    """As if the entities stage had worked on the article."""
    with engine.begin() as tx:
        record_entries(
            tx,
            [make_entry(revision=article.revision, stage=StageName.ENTITIES, article_id=article.article_id)],
        )


def job_of(article: ArticleCleaned) -> Job[ArticleCleaned]:
    """The entities stage's work on a text."""
    return Job(article, "1-1", 1, NOON, NOON)


def find_nothing_in(article: ArticleCleaned) -> EntitiesExtracted:
    """A result of the entities stage."""
    fields = article.model_dump(exclude={"removed"})
    return EntitiesExtracted(**fields)
