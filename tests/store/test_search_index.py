"""The full-text index: found by the beginnings of words, latest first, true after every change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.store import index
from bot.stories.story import Story, Witness

NOW = datetime(2026, 2, 11, tzinfo=UTC)


def story(id, title, *, kind="other", hours=0):
    at = NOW + timedelta(hours=hours)
    told = Witness(f"e-{id}", "ta", "TA", f"https://ta.example/{id}", at)
    return Story(id, kind, (), (told,), title, "", "fr", at, at)


async def saved(store, *stories):
    def work(tx):
        for one in stories:
            tx.stories.save(one)

    await store.write(work)


async def found(store, words, **more):
    return [one.id for one in await store.read(lambda tx: tx.index.find(words, **more))]


async def test_beginnings_of_all_words_latest_first(store):
    await saved(
        store,
        story("c", "Illogique, un logiciel propriétaire"),
        story("b", "Logiciels libres à Échirolles", hours=1),
        story("a", "Le logiciel libre à Échirolles", hours=2),
    )
    assert await found(store, "LOGICIELS libre echirolles") == ["a", "b"]
    assert await found(store, "logiciel") == ["a", "b", "c"]
    assert await found(store, "logiciel", n=2) == ["a", "b"]
    assert await found(store, "chirolles") == []
    assert await found(store, "!!!") == []


@pytest.mark.parametrize(
    "evil", ['" OR 1=1 --', "libre* NOT a", "a:* & !b", "NEAR(x y)", "(", "xx"]
)
async def test_what_people_type_is_never_a_query(store, evil):
    await saved(store, story("a", "Le logiciel libre"))
    await found(store, evil)
    await found(store, evil, kinds=("award",))


async def test_a_kind_narrows_it_down(store):
    await saved(store, *(story(f"n{n}", "un prix", hours=n) for n in range(20)))
    await saved(store, story("p", "un prix", kind="award"), story("l", "un prix", kind="label"))
    assert set(await found(store, "prix", kinds=("award", "label"), n=3)) == {"p", "l"}


async def test_what_changed_or_was_merged_is_found_by_its_new_words_alone(store):
    first = story("a", "Le marché de Noël")
    await saved(store, first, story("b", "Une rencontre"))
    await saved(store, replace(first, title="Le vide-grenier", kind="event"))
    assert await found(store, "noel") == []
    assert await found(store, "vide grenier", kinds=("event",)) == ["a"]
    await store.write(lambda tx: tx.stories.alias("b", "a"))
    assert await found(store, "rencontre") == []
    with store._writing.begin() as connection:
        if connection.dialect.name == "sqlite":  # FTS5, section 6.5: raises where it is not true
            connection.execute(text("INSERT INTO story_fts (story_fts) VALUES ('integrity-check')"))
            count = connection.execute(text("SELECT count(*) FROM story_fts_docsize")).scalar()
            assert count == 1


async def test_without_fts5_the_words_are_read_through(store, monkeypatch):
    monkeypatch.setattr(index.Index, "_fts", property(lambda self: False))
    await saved(store, story("a", "Le logiciel libre"), story("p", "logiciel", kind="award"))
    assert set(await found(store, "logiciels")) == {"a", "p"}
    assert await found(store, "logiciels", kinds=("award",)) == ["p"]
