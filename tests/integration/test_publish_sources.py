"""`copydesk publish` from every kind of source: interrupted, gone on with, each article in the store once."""

import gzip

import pytest
from redis.asyncio import Redis

from schemas import ArticleIngested
from services.cli.exits import Exit
from services.kit.wire import FIELD
from services.store.tables import articles, cursors, revisions
from tests.fetching.archives import capture
from tests.fetching.site import Site, reply, serving
from tests.integration.house import INGEST, read_dead, read_rows, until_done
from tests.integration.publishing import FILES, NUMBER, interrupt, run, write_folder, write_page, write_story
from tests.integration.test_fetch import fetching_worker

pytestmark = [pytest.mark.usefixtures("house"), pytest.mark.slow, pytest.mark.timeout(300)]


def check_store(engine, number: int = NUMBER) -> None:
    """Each article is there once, with one revision, and nothing is left to go on with."""
    assert len(read_rows(engine, articles)) == number
    assert len(read_rows(engine, revisions)) == number
    assert read_dead(engine) == []
    assert read_rows(engine, cursors) == []


async def test_a_folder_of_mixed_files_is_interrupted_and_gone_on_with(redis, engine, servers, tmp_path):
    folder = write_folder(tmp_path / "copy")
    said = await interrupt(servers, redis, folder)
    assert "interrupted after 120 articles" in said
    assert len(read_rows(engine, cursors)) == 1
    async with fetching_worker(servers):
        await until_done(redis, INGEST)
        code, out, err = await run(servers, folder)
        await until_done(redis, INGEST)
    assert code == 0, err
    assert "going on where it was interrupted" in err
    assert len(out.splitlines()) == FILES - 100, "what was read before is not read again"
    assert (await redis.xinfo_stream(INGEST.source))["entries-added"] == FILES
    check_store(engine, FILES)


async def test_publishing_a_folder_again_leaves_out_what_is_known(redis, engine, servers, tmp_path):
    folder = write_folder(tmp_path / "copy")
    async with fetching_worker(servers):
        assert (await run(servers, folder))[0] == 0
        await until_done(redis, INGEST)
        code, out, err = await run(servers, folder)
    assert (code, out.count("(known)")) == (0, FILES)
    assert "300 of 300 were published before" in err
    check_store(engine, FILES)


async def test_a_folder_that_changed_meanwhile_is_read_from_its_start(redis, engine, servers, tmp_path):
    """A new file may stand in front of the place; what is known is left out in any case."""
    folder = write_folder(tmp_path / "copy")
    await interrupt(servers, redis, folder)
    (folder / "a.txt").write_text(write_story(FILES))
    async with fetching_worker(servers):
        await until_done(redis, INGEST)
        code, out, err = await run(servers, folder)
        await until_done(redis, INGEST)
    assert (code, len(out.splitlines())) == (0, FILES + 1), err
    check_store(engine, FILES + 1)


def fill_site(site: Site) -> list[str]:
    """A site with a page for each story; returns their addresses."""
    for number in range(NUMBER):
        site.pages[f"/story/{number}"] = reply(write_page(number))
    return [f"{site.url}/story/{number}" for number in range(NUMBER)]


async def test_a_sitemap_is_interrupted_and_gone_on_with(redis, engine, servers):
    """Sitemaps that were read in full are not asked for again, packed ones or not."""
    async with serving() as site:
        urls = fill_site(site)
        parts = [urls[:50], urls[50:90], urls[90:]]
        for number, part in enumerate(parts):
            listed = "".join(f"<url><loc>{url}</loc></url>" for url in part)
            body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()
            site.pages[f"/{number}.xml.gz"] = reply(gzip.compress(body), kind="application/gzip")
        named = "".join(f"<sitemap><loc>{site.url}/{n}.xml.gz</loc></sitemap>" for n in range(3))
        site.pages["/sitemap.xml"] = reply(f"<sitemapindex>{named}</sitemapindex>", kind="application/xml")
        await interrupt(servers, redis, "--sitemap", f"{site.url}/sitemap.xml")
        async with fetching_worker(servers):
            await until_done(redis, INGEST, seconds=60)
            code, _, err = await run(servers, "--sitemap", f"{site.url}/sitemap.xml")
            await until_done(redis, INGEST, seconds=60)
        assert code == 0, err
        assert (site.count("/0.xml.gz"), site.count("/1.xml.gz"), site.count("/2.xml.gz")) == (1, 1, 2)
        assert all(site.count(f"/story/{number}") == 1 for number in range(NUMBER))
    check_store(engine)


async def test_a_feed_is_interrupted_and_gone_on_with(redis, engine, servers):
    """The address alone is given: that there is a feed is found out, and said."""
    async with serving() as site:
        entries = "".join(
            f"<item><guid>{n}</guid><link>{url}</link></item>" for n, url in enumerate(fill_site(site))
        )
        feed = f'<rss version="2.0"><channel><title>The Herald</title>{entries}</channel></rss>'
        site.pages["/feed"] = reply(feed, kind="application/rss+xml")
        await interrupt(servers, redis, f"{site.url}/feed")
        async with fetching_worker(servers):
            await until_done(redis, INGEST, seconds=60)
            code, _, err = await run(servers, f"{site.url}/feed")
            await until_done(redis, INGEST, seconds=60)
        assert code == 0, err
        assert "reading a feed of 150 items" in err
        assert site.count("/feed") == 2, "once a run"
        assert all(site.count(f"/story/{number}") == 1 for number in range(NUMBER))
    check_store(engine)


async def test_a_list_of_addresses_is_interrupted_and_gone_on_with(redis, engine, servers, tmp_path):
    async with serving() as site:
        listed = tmp_path / "addresses.txt"
        listed.write_text("# The Herald\n" + "\n".join(fill_site(site)))
        await interrupt(servers, redis, listed)
        async with fetching_worker(servers):
            await until_done(redis, INGEST, seconds=60)
            code, out, err = await run(servers, listed)
            await until_done(redis, INGEST, seconds=60)
        assert (code, len(out.splitlines())) == (0, NUMBER - 100), err
        assert all(site.count(f"/story/{number}") == 1 for number in range(NUMBER))
    check_store(engine)


async def test_an_archive_is_interrupted_and_gone_on_with(redis, engine, servers, tmp_path):
    archive = tmp_path / "herald.warc.gz"
    archive.write_bytes(
        b"".join(capture(f"https://herald.example/{n}", reply(write_page(n))) for n in range(NUMBER))
    )
    await interrupt(servers, redis, archive)
    async with fetching_worker(servers):
        await until_done(redis, INGEST)
        code, out, err = await run(servers, archive)
        await until_done(redis, INGEST)
    assert (code, len(out.splitlines())) == (0, NUMBER - 100), err
    check_store(engine)


async def test_a_page_at_an_address_is_published_and_followed(redis, engine, servers):
    async with serving(a=reply(write_page(1))) as site, fetching_worker(servers):
        code, out, err = await run(servers, f"{site.url}/a")
        await until_done(redis, INGEST)
        assert code == 0, err
        assert "reading an article" in err
        assert site.count("/a") == 1, "it is handed in as it was fetched"
        assert f"{site.url}/a" in out
    check_store(engine, 1)


SAID = "Мэр заявил, что мост откроют в пятницу."
IN_1251 = f"<html><body><article><p>{SAID}</p></article></body></html>".encode("cp1251")


async def test_a_page_at_an_address_is_read_in_the_charset_of_its_server(redis, engine, servers):
    page = reply(IN_1251, kind="text/html; charset=windows-1251")
    async with serving(a=page) as site, fetching_worker(servers):
        code, _, err = await run(servers, f"{site.url}/a")
        await until_done(redis, INGEST)
    assert code == 0, err
    assert SAID in await read_content(redis)


async def test_a_page_in_an_archive_is_read_in_the_charset_of_its_server(redis, engine, servers, tmp_path):
    archive = tmp_path / "herald.warc.gz"
    archive.write_bytes(
        capture("https://herald.example/1", reply(IN_1251, kind="text/html; charset=windows-1251"))
    )
    async with fetching_worker(servers):
        code, _, err = await run(servers, archive)
        await until_done(redis, INGEST)
    assert code == 0, err
    assert SAID in await read_content(redis)


async def test_a_sitemap_at_an_address_is_fetched_once(redis, engine, servers):
    async with serving(a=reply(write_page(1))) as site, fetching_worker(servers):
        site.pages["/sitemap.xml"] = reply(
            f"<urlset><url><loc>{site.url}/a</loc></url></urlset>", kind="application/xml"
        )
        code, _, err = await run(servers, f"{site.url}/sitemap.xml")
        await until_done(redis, INGEST)
        assert code == 0, err
        assert (site.count("/sitemap.xml"), site.count("/a")) == (1, 1)


async def read_content(redis: Redis) -> str:
    """The content of the one article that ingest handed on."""
    ((_, fields),) = await redis.xrange(INGEST.target)
    return ArticleIngested.model_validate_json(fields[FIELD]).content


@pytest.mark.parametrize("option", ["--feed", "--sitemap"])
async def test_what_is_not_what_it_was_said_to_be_is_reported(redis, servers, option):
    async with serving(a=reply(write_page(1))) as site:
        code, out, err = await run(servers, option, f"{site.url}/a")
    assert (code, out) == (Exit.FAILED, "")
    assert f"there is no {option[2:]} at the address" in " ".join(err.split())


async def test_an_address_within_the_house_is_not_asked(redis, servers):
    async with serving(a=reply(write_page(1))) as site:
        code, _, err = await run(servers, f"{site.url}/a", COPYDESK_FETCH_ALLOW="")
        assert (code, site.asked) == (Exit.FAILED, [])
    assert "not a public address" in " ".join(err.split())


async def test_nothing_to_publish_is_wrong_use(servers):
    code, _, err = await run(servers)
    assert code == Exit.WRONG_USE
    assert "--sitemap" in err
