"""Everything remembered, noun by noun, on both databases: in as value objects, out the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.announcements.announcement import Announcement
from bot.entries.entry import Entry, Publisher
from bot.sources.source import Media
from bot.store.sources import SourceRow
from bot.stories.story import Story, Witness
from bot.understanding.fact import AwardFact, CallFact, EventFact, Evidence, Reason, Understanding

DAY = timedelta(days=1)


@pytest.fixture
def entry(now):
    def make(id="ta/1", source="ta", **more):
        values = {
            "id": id,
            "publisher": Publisher(source, "Le Travailleur alpin", "press"),
            "url": f"https://ta.example/{id}",
            "title": "Échirolles reçoit le NEC d’or",
            "summary": "Deux\nparagraphes",
            "content": "",
            "language": "fr",
            "published": now,
            "fingerprint": "f1",
            "links": ("https://a.example/",),
            "media": (Media("https://a.example/i.png", "image/png", "Un trophée", 12),),
        }
        return Entry(**values | more)

    return make


FACTS = (
    AwardFact(
        award_id="nec-d-or",
        award="NEC d’or",
        year=2025,
        laureates=("Échirolles",),
        confidence=0.9,
        evidence=(Evidence("level", "l’or", "title"),),
    ),
    EventFact(series="alposs", name="AlpOSS", start="2026-02-17"),
    CallFact(series=None, event="AlpOSS", deadline="2025-12-14"),
)


@pytest.fixture
def story(now):
    def make(id="s1", keys=("award:nec-d-or:2025",), entries=("ta/1",), **more):
        witnesses = tuple(
            Witness(one, "ta", "Le Travailleur alpin", None, now, official=True, facts=FACTS[:1])
            for one in entries
        )
        values = {
            "id": id,
            "kind": "award",
            "facts": FACTS,
            "witnesses": witnesses,
            "title": "Titre",
            "summary": "",
            "language": "fr",
            "created": now,
            "updated": now,
            "keys": keys,
            "signature": (1, 2, 2**63),
        }
        return Story(**values | more)

    return make


# -- sources -----------------------------------------------------------------------------------


async def test_p4_a_source_is_remembered_with_its_validators(store, now):
    row = SourceRow(
        "ta",
        state={"etag": 'W/"a"', "modified": "Tue, 3 Feb", "digest": [1, None]},
        title="Le TA",
        first_seen=now,
        next_due=now + DAY,
        last_try=now,
        last_ok=now,
        changed_at=now,
        failures=2,
        error="404",
        disabled=True,
        moved={"to": "https://b.example/", "since": "x"},
    )
    await store.write(lambda tx: tx.sources.put(row))
    assert await store.read(lambda tx: tx.sources.get("ta")) == row
    again = replace(row, state={}, failures=0)
    await store.write(lambda tx: tx.sources.put(again))
    assert await store.read(lambda tx: tx.sources.all()) == [again]
    assert await store.read(lambda tx: tx.sources.get("new")) == SourceRow("new")


async def test_sources_that_are_due(store, now):
    rows = [
        SourceRow("late", next_due=now - DAY),
        SourceRow("now", next_due=now),
        SourceRow("soon", next_due=now + DAY),
        SourceRow("off", next_due=now - DAY, disabled=True),
        SourceRow("unread"),
    ]
    await store.write(lambda tx: [tx.sources.put(row) for row in rows])
    due = await store.read(lambda tx: tx.sources.due(now))
    assert [row.id for row in due] == ["unread", "late", "now"]
    due = await store.read(lambda tx: tx.sources.due(now, ["fresh", "now", "off", "soon"]))
    assert [row.id for row in due] == ["fresh", "now"]


async def test_times_come_back_in_utc_and_naive_ones_are_refused(store, now):
    paris = now.astimezone(timezone(timedelta(hours=2)))
    await store.write(lambda tx: tx.sources.put(SourceRow("a", next_due=paris)))
    back = (await store.read(lambda tx: tx.sources.get("a"))).next_due
    assert (back, back.tzinfo) == (now, UTC)
    naive = datetime(2026, 1, 1)
    with pytest.raises(Exception, match="naive"):
        await store.write(lambda tx: tx.sources.put(SourceRow("a", next_due=naive)))


# -- entries -----------------------------------------------------------------------------------


async def test_an_entry_comes_back_whole(store, entry, now):
    understood = Understanding(
        "award", True, FACTS, (Reason("award", {"award": "NEC d’or"}),), 0.9, alposs=True
    )
    decision = {"key": "told", "story": "s1"}
    await store.write(lambda tx: tx.entries.save(entry(), understood, decision, now=now))
    row = await store.read(lambda tx: tx.entries.get("ta/1"))
    assert (row.entry, row.understanding, row.decision) == (entry(), understood, decision)
    assert row.first_seen == row.last_seen == now
    assert await store.read(lambda tx: tx.entries.get("ta/2")) is None
    assert await store.read(lambda tx: tx.entries.by_url("https://ta.example/ta/1")) == [row]


async def test_r10_an_edited_entry_keeps_its_first_sight(store, entry, now):
    await store.write(lambda tx: tx.entries.save(entry(), now=now))
    edited = entry(fingerprint="f2", title="Corrigé")
    await store.write(lambda tx: tx.entries.save(edited, now=now + DAY))
    row = await store.read(lambda tx: tx.entries.get("ta/1"))
    assert (row.entry, row.first_seen, row.last_seen) == (edited, now, now + DAY)
    await store.write(lambda tx: tx.entries.decide("ta/1", {"key": "old"}))
    assert (await store.read(lambda tx: tx.entries.get("ta/1"))).decision == {"key": "old"}


async def test_r7_known_answers_by_id_and_by_other_names(store, entry, now):
    first = entry("ta/1", alternates=("u:1", "t:same"))
    second = entry("ta/2", alternates=("u:2", "t:same"))
    other = entry("gre/1", source="gre", alternates=("u:1",))
    await store.write(lambda tx: [tx.entries.save(e, now=now) for e in (first, second, other)])
    read = [entry("ta/9", alternates=("u:1", "t:same", "u:none")), entry("ta/2")]
    known = await store.read(lambda tx: tx.entries.known("ta", read))
    assert known == {"ta/2": "f1", "u:1": "ta/1", "t:same": "ta/1"}
    everything = await store.read(lambda tx: tx.entries.known("ta"))
    assert everything == known | {"ta/1": "f1", "u:2": "ta/2"}
    assert await store.read(lambda tx: tx.entries.known("ta", [])) == {}


async def test_known_asks_about_thousands_at_once(store, entry, now):
    every = [entry(f"ta/{n}", alternates=(f"u:{n}",)) for n in range(1200)]
    await store.write(lambda tx: [tx.entries.save(e, now=now) for e in every[:700]])
    known = await store.read(lambda tx: tx.entries.known("ta", every))
    assert len(known) == 1400


async def test_r6_what_vanished_stays_and_what_is_shown_or_told_is_kept(store, entry, story, now):
    every = [entry(f"ta/{n}", alternates=(f"u:{n}",)) for n in range(3)]
    await store.write(lambda tx: [tx.entries.save(e, now=now) for e in every])
    await store.write(lambda tx: tx.stories.save(story(entries=("ta/1",))))
    later = now + 100 * DAY
    await store.write(lambda tx: tx.entries.seen(["ta/0"], later))
    assert await store.write(lambda tx: tx.entries.forget(now)) == 0
    assert await store.write(lambda tx: tx.entries.forget(later)) == 1
    left = await store.read(lambda tx: tx.entries.latest("ta"))
    assert {row.entry.id for row in left} == {"ta/0", "ta/1"}
    assert "u:2" not in await store.read(lambda tx: tx.entries.known("ta"))


async def test_r6_what_was_only_remembered_is_forgotten_with_its_entries(
    store, entry, story, letter, now
):
    late = now + 61 * DAY
    soon = f"{late:%Y-%m-%d}"
    fair = EventFact(series=None, name="Foire du libre", start=soon)
    with_draft = Announcement("d1", "held", "new")
    digest = Announcement("d2", "a digest", "digest", stories=("digested",))
    every = {
        "overheard": {},
        "recent": {"updated": now + 2 * DAY},
        "relevant": {"relevant": True},
        "posted": {},
        "held": {},
        "digested": {},
        "merged": {},
        "to come": {"facts": (fair,)},
        "named": {"keys": (f"heard|crolles/{soon}",)},
        "corrected": {"apart": ("ta/other",)},
    }

    def fill(tx):
        for id, more in every.items():
            tx.entries.save(entry(f"ta/{id}", alternates=(f"u:{id}",)), now=now)
            bare = {"facts": (), "relevant": False, "keys": ("heard|award/x",)}
            tx.stories.save(story(id, entries=(f"ta/{id}",), **bare | more))
        tx.stories.save(story("old", relevant=False))
        tx.stories.alias("old", "merged")
        tx.announcements.save(with_draft, now)
        tx.announcements.save(digest, now)
        tx.deliveries.add([letter(story="posted")])

    await store.write(fill)
    assert await store.write(lambda tx: tx.stories.forget(now, late)) == 0
    assert await store.write(lambda tx: tx.stories.forget(now + DAY, late)) == 1
    left = await store.read(lambda tx: [id for id in every if tx.stories.get(id)])
    assert left == [id for id in every if id != "overheard"]
    found = await store.read(lambda tx: tx.stories.candidates(["heard|award/x"]))
    assert "overheard" not in {one.id for one in found}
    assert await store.read(lambda tx: tx.stories.of_entry("ta/overheard")) == []
    assert await store.write(lambda tx: tx.entries.forget(now + 90 * DAY)) == 1
    assert await store.read(lambda tx: tx.entries.get("ta/overheard")) is None
    assert await store.read(lambda tx: tx.entries.get("ta/relevant")) is not None


async def test_no_more_stories_are_forgotten_at_once_than_allowed(store, story, now):
    bare = {"facts": (), "relevant": False, "keys": ()}
    every = [story(f"s{n}", entries=(f"ta/{n}",), **bare) for n in range(7)]
    await store.write(lambda tx: [tx.stories.save(one) for one in every])
    late = now + 61 * DAY
    gone = [await store.write(lambda tx: tx.stories.forget(now + DAY, late, 3)) for _ in range(4)]
    assert gone == [3, 3, 1, 0]


async def test_the_latest_entries(store, entry, now):
    for n in range(3):
        await store.write(lambda tx, n=n: tx.entries.save(entry(f"ta/{n}"), now=now + n * DAY))
    await store.write(lambda tx: tx.entries.save(entry("gre/1", source="gre"), now=now))
    latest = await store.read(lambda tx: tx.entries.latest("ta", 2))
    assert [row.entry.id for row in latest] == ["ta/2", "ta/1"]
    assert len(await store.read(lambda tx: tx.entries.latest())) == 4


# -- stories -----------------------------------------------------------------------------------


async def test_a_story_comes_back_whole(store, story):
    await store.write(lambda tx: tx.stories.save(story()))
    assert await store.read(lambda tx: tx.stories.get("s1")) == story()
    assert await store.read(lambda tx: tx.stories.get("s2")) is None


async def test_stories_are_found_by_key_time_and_entry(store, story, now):
    old = story("old", keys=("k", "x"), created=now - 9 * DAY, updated=now - 9 * DAY)
    new = story("new", keys=("k",), entries=("ta/1", "ta/2"))
    await store.write(lambda tx: [tx.stories.save(one) for one in (old, new)])
    ask = store.read
    assert await ask(lambda tx: tx.stories.candidates(["k", "z"])) == [new, old]
    assert await ask(lambda tx: tx.stories.candidates(["k"], now - DAY)) == [new]
    assert await ask(lambda tx: tx.stories.candidates(["z"])) == []
    assert await ask(lambda tx: tx.stories.candidates([])) == []
    assert await ask(lambda tx: tx.stories.of_entry("ta/1")) == [old, new]
    assert await ask(lambda tx: tx.stories.recent(now - DAY)) == [new]
    assert await ask(lambda tx: tx.stories.recent(n=1)) == [new]


async def test_a_changed_story_loses_its_old_keys(store, story):
    await store.write(lambda tx: tx.stories.save(story(keys=("a", "b"))))
    changed = story(keys=("b", "c"), entries=("ta/2",))
    await store.write(lambda tx: tx.stories.save(changed))
    assert await store.read(lambda tx: tx.stories.candidates(["a"])) == []
    assert await store.read(lambda tx: tx.stories.candidates(["c"])) == [changed]
    assert await store.read(lambda tx: tx.stories.of_entry("ta/1")) == []


async def test_a_merged_story_answers_to_all_its_names(store, story):
    await store.write(lambda tx: [tx.stories.save(story(id, keys=(id,))) for id in "abc"])
    await store.write(lambda tx: tx.stories.alias("a", "b"))
    await store.write(lambda tx: tx.stories.alias("b", "c"))
    assert (await store.read(lambda tx: tx.stories.get("a"))).id == "c"
    assert await store.read(lambda tx: tx.stories.aliases("c")) == ["a", "b"]
    assert await store.read(lambda tx: tx.stories.candidates(["a", "b"])) == []
    with pytest.raises(ValueError, match="itself"):
        await store.write(lambda tx: tx.stories.alias("c", "a"))


# -- announcements, channels, notices, meta ----------------------------------------------------


async def test_announcements_are_kept_as_they_were_first_saved(store, letter, now):
    first = Announcement("a", "s", "update", "moved", "z", 10, now)
    await store.write(lambda tx: tx.announcements.save(first, now))
    await store.write(lambda tx: tx.announcements.save(replace(first, priority=0), now))
    other = Announcement("b", "t", "new")
    await store.write(lambda tx: tx.announcements.save(other, now + DAY))
    await store.write(lambda tx: tx.deliveries.add([letter("a"), letter("a", channel="d")]))
    assert await store.read(lambda tx: tx.announcements.get("a")) == first
    assert await store.read(lambda tx: tx.announcements.get("z")) is None
    assert await store.read(lambda tx: tx.announcements.of_story("s", "t")) == [first, other]
    assert await store.read(lambda tx: tx.announcements.told("s")) == {("a", "c"), ("a", "d")}
    assert await store.read(lambda tx: tx.announcements.told("t")) == set()


async def test_a_story_knows_the_digests_that_told_it(store, now):
    digest = Announcement("d", "flood", "digest", stories=("s", "t"))
    await store.write(lambda tx: tx.announcements.save(digest, now))
    await store.write(lambda tx: tx.announcements.save(digest, now))
    assert await store.read(lambda tx: tx.announcements.digests_of("x", "t")) == [digest]
    assert await store.read(lambda tx: tx.announcements.digests_of("x")) == []


async def test_a_channel_begins_when_it_is_first_met(store, now):
    assert (await store.write(lambda tx: tx.channels.meet("c", now))).first_seen == now
    assert (await store.write(lambda tx: tx.channels.meet("c", now + DAY))).first_seen == now
    await store.write(lambda tx: tx.channels.pause("d", now, "admin"))
    assert (await store.write(lambda tx: tx.channels.meet("d", now))).paused_why == "admin"
    await store.write(lambda tx: tx.channels.resume("d"))
    assert (await store.read(lambda tx: tx.channels.get("d"))).paused_until is None


async def test_p11_an_admin_is_told_once_until_it_is_over(store, now):
    async def tell():
        return await store.write(lambda tx: tx.notices.once("gone:ta", "parti", now))

    assert [await tell(), await tell()] == [True, False]
    [notice] = await store.read(lambda tx: tx.notices.all())
    assert (notice.key, notice.text, notice.since) == ("gone:ta", "parti", now)
    assert await store.write(lambda tx: tx.notices.clear("gone:ta"))
    assert not await store.write(lambda tx: tx.notices.clear("gone:ta"))
    assert await tell()


async def test_small_values_by_key(store):
    assert await store.read(lambda tx: tx.meta.get("x", 7)) == 7
    await store.write(lambda tx: tx.meta.put("x", {"a": [1, None]}))
    assert await store.read(lambda tx: tx.meta.get("x")) == {"a": [1, None]}
    await store.write(lambda tx: tx.meta.put("x", 2))
    assert await store.read(lambda tx: tx.meta.get("x")) == 2
    await store.write(lambda tx: tx.meta.drop("x"))
    assert await store.read(lambda tx: tx.meta.get("x")) is None
