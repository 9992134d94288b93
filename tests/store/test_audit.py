"""The audit log: what changed, by whom; somebody forgotten stays as a keyed hash (S13)."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.store.audit import FORGOTTEN, Change

NOW = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
PAUSE = Change(
    NOW, "@camille:x", "pause", "channel toot", None, {"paused": True}, "chat", "$event", "!room"
)


async def noted(store, *changes):
    return await store.write(lambda tx: [tx.audit.note(one) for one in changes])


async def test_s13_a_change_is_kept_whole_with_its_sender_and_event(store):
    [change] = await noted(store, PAUSE)
    assert replace(change, id=0) == PAUSE
    assert await store.read(lambda tx: tx.audit.get(change.id)) == change
    assert await store.read(lambda tx: tx.audit.get(change.id + 1)) is None


async def test_the_latest_comes_first_and_a_word_chooses(store):
    other = replace(PAUSE, sender="@sam:y", command="retry", thing="delivery 4_2", event="$2")
    first, second = await noted(store, PAUSE, other)
    assert await store.read(lambda tx: tx.audit.latest()) == [second, first]
    assert await store.read(lambda tx: tx.audit.latest(1)) == [second]
    for word in ("CAMILLE", "pause", "toot"):
        assert await store.read(lambda tx, word=word: tx.audit.latest(about=word)) == [first]
    assert await store.read(lambda tx: tx.audit.latest(about="4%2")) == []  # no wildcard


async def test_s13_somebody_forgotten_is_a_keyed_hash_the_same_for_all_they_did(store):
    again, other = replace(PAUSE, event="$2"), replace(PAUSE, sender="@sam:y")
    await noted(store, PAUSE, again, other)
    assert await store.write(lambda tx: tx.audit.forget("@camille:x")) == 2
    later = await noted(store, PAUSE)  # who comes back is known again, and may be forgotten again
    assert later[0].sender == "@camille:x"
    assert await store.write(lambda tx: tx.audit.forget("@camille:x")) == 1
    senders = [one.sender for one in await store.read(lambda tx: tx.audit.latest())]
    assert senders[1] == "@sam:y"
    assert len({senders[0], senders[2], senders[3]}) == 1
    assert senders[0].startswith(FORGOTTEN)
    assert "camille" not in senders[0]


async def test_s13_another_database_makes_another_hash(store, tmp_path):
    """Nobody can compare two logs, nor guess a name and hash it without the key."""
    from bot.store.database import Store

    hashes = []
    elsewhere = await Store.open(data_dir=tmp_path / "elsewhere")
    for one in (store, elsewhere):
        await noted(one, PAUSE)
        await one.write(lambda tx: tx.audit.forget("@camille:x"))
        hashes.append((await one.read(lambda tx: tx.audit.latest()))[0].sender)
    await elsewhere.close()
    assert hashes[0] != hashes[1]


async def test_a_change_taken_back_says_by_which(store):
    first, second = await noted(store, PAUSE, replace(PAUSE, command="undo"))
    await store.write(lambda tx: tx.audit.take_back(first.id, second.id))
    assert (await store.read(lambda tx: tx.audit.get(first.id))).undone == second.id
