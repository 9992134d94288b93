from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.entries.changes import changes, lookups
from bot.entries.clean import clean
from bot.entries.entry import Publisher
from bot.sources.source import Item

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
PUBLISHER = Publisher("journal", "Journal")


def entry(
    number, *, guid="{}", url="https://a.example/2026/nouvelle-{}", title="Nouvelle {}", text=""
):
    item = Item(
        guid=guid.format(number),
        url=url.format(number),
        title=title.format(number),
        summary=text or f"Texte {number}",
        published=NOW - timedelta(days=number),
    )
    found = clean(item, PUBLISHER, now=NOW, language="fr", base=None)
    assert found is not None
    return found


def stored(entries):
    known = {e.id: e.fingerprint for e in entries}
    for e in entries:
        known.update({key: e.id for key in e.alternates if key not in known})
    return known


def test_new_edited_known():
    first, second = entry(1), entry(2)
    corrected = entry(2, text="Texte corrigé")
    found = changes([first, corrected, entry(3)], stored([first, second]))
    assert (found.known, found.edited, found.new) == ((first,), (corrected,), (entry(3),))
    assert not found.renamed


def test_first_read_is_all_new():
    entries = tuple(entry(n) for n in range(5))
    assert changes(entries, {}).new == entries


def test_r7_all_guids_changed_but_the_pages_are_known():
    before = [entry(n) for n in range(10)]
    now_https = [entry(n, guid="https://a.example/{}") for n in range(10)]
    found = changes(now_https, stored(before))
    assert (found.new, found.edited, found.renamed) == ((), (), True)
    assert [e.id for e in found.known] == [e.id for e in before]


def test_r7_a_new_cms_changes_addresses_too():
    before = [entry(n) for n in range(10)]
    after = [entry(n, guid="new-{}", url="https://www.a.example/?p={}") for n in range(10)]
    found = changes(after, stored(before))
    assert (found.new, found.renamed) == ((), True)


def test_r7_what_is_younger_than_all_the_rest_is_still_news():
    before = [entry(n) for n in range(2, 10)]
    after = [entry(n, guid="https://a.example/{}") for n in range(1, 10)]
    found = changes(after, stored(before))
    assert found.renamed
    assert [e.title for e in found.new] == ["Nouvelle 1"]


def test_r7_one_entry_with_another_guid_is_the_same_entry():
    before = [entry(1), entry(2)]
    found = changes([entry(1), entry(2, guid="other")], stored(before))
    assert found.new == ()
    assert not found.renamed
    assert {e.id for e in found.known} == {e.id for e in before}


def test_two_entries_of_one_title_and_day_are_two():
    one, two = (entry(1, guid=g, url="https://a.example/" + g, title="Permanence") for g in "ab")
    assert one.id != two.id
    assert changes([one, two], stored([one])).new == (two,)
    alone = changes([two], stored([one]))
    assert (alone.new, alone.renamed) == ((two,), False)


def test_a_feed_of_entirely_other_entries_is_not_renamed():
    found = changes([entry(n) for n in range(20, 30)], stored([entry(n) for n in range(10)]))
    assert (len(found.new), found.renamed) == (10, False)


def test_lookups_are_ids_and_alternates():
    one = entry(1)
    assert set(lookups([one, one])) == {one.id, *one.alternates}
    assert "/" in one.id
    assert all(":" in key and "/" not in key for key in one.alternates)


_numbers = st.lists(st.integers(0, 12), max_size=12)


@given(_numbers, _numbers, _numbers)
def test_each_entry_stands_in_exactly_one_place(before, now, edited):
    known = stored([entry(n) for n in before])
    read = [entry(n, text="Autre" if n in edited else "") for n in now]
    found = changes(read, known)
    ids = [e.id for e in (*found.new, *found.edited, *found.known)]
    assert sorted(ids) == sorted({e.id for e in read})
    assert {e.id for e in found.new} == {e.id for e in read} - set(known)
    assert all(known[e.id] != e.fingerprint for e in found.edited)
    assert all(known[e.id] == e.fingerprint for e in found.known)
    # read again, once stored: nothing is new or edited
    again = changes(read, {**known, **stored(read), **{e.id: e.fingerprint for e in read}})
    assert (again.new, again.edited) == ((), ())


@given(st.lists(st.integers(0, 30), min_size=2, unique=True))
def test_r7_no_rename_announces_anything(numbers):
    before = [entry(n) for n in numbers]
    after = [replace(entry(n), id=f"journal/new{n}") for n in numbers]
    found = changes(after, stored(before))
    assert (found.new, found.edited, found.renamed) == ((), (), True)
