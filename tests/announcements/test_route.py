"""Who hears a story, how many stories at once, and what is brought to mind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.announcements.announcement import announcement_id
from bot.announcements.digest import compose_digest, flood, week
from bot.announcements.remind import reminders
from bot.announcements.route import announcement, changed, edits, route
from bot.config.settings import BotSettings
from bot.config.wiring import ChannelSettings, SourceSettings
from bot.understanding.fact import AwardFact, CallFact, EventFact

NOW = datetime(2025, 11, 1, 12, tzinfo=UTC)
NEC = AwardFact(award_id="nec-dor", award="NEC d’or", year=2025, laureates=("Échirolles",))
ALPOSS = EventFact(series="alposs", name="AlpOSS", start="2026-02-17", city="Échirolles")
CALL = CallFact(series="alposs", event="AlpOSS", deadline="2025-12-14", event_start="2026-02-17")
SOURCES = {"s": SourceSettings(name="Le Travailleur alpin")}
FIRST = announcement_id("story", "new")


def channel(**more: Any) -> ChannelSettings:
    return ChannelSettings(kind=more.pop("kind", "memory"), **more)


def heard(before, after, channels=None, told=(), **more: Any):
    values = {"sources": SOURCES, "now": NOW, "settings": BotSettings(), **more}
    return route(before, after, channels or {"c": channel()}, told=set(told), **values)


def said(found):
    return [(one.purpose, one.occasion, to) for one, to in found]


@pytest.mark.parametrize(
    ("options", "hears"),
    [
        ({}, True),
        ({"enabled": False}, False),
        ({"kinds": ("award", "label")}, True),
        ({"kinds": ("event",)}, False),
        ({"confidence": 1.0}, True),
    ],
)
def test_a_new_story_is_told_where_it_is_wanted(tell, options, hears):
    found = heard(None, tell.story(NEC), {"c": channel(**options)})
    assert said(found) == ([("new", "", "c")] if hears else [])


def test_the_same_story_is_told_once(tell):
    told = tell.story(NEC)
    assert heard(None, told, told={(FIRST, "c")}) == ()
    more = replace(told, witnesses=(*told.witnesses, tell.witness("Autre")))
    assert heard(told, more, told={(FIRST, "c")}) == ()


def test_a_merged_story_was_told_under_its_other_name(tell):
    merged = replace(tell.story(NEC), id="kept")
    more = replace(merged, witnesses=(*merged.witnesses, tell.witness("Autre")))
    assert heard(merged, more, told={(FIRST, "c")}, aliases=("story",)) == ()
    assert heard(merged, more, told={(FIRST, "c")}) != ()


def test_unsure_facts_need_a_source_that_may_be_told_plainly(tell):
    unsure = tell.story(replace(NEC, confidence=0.2))
    assert heard(None, unsure) == ()
    plain = {"s": SourceSettings(name="S", plain=True)}
    assert said(heard(None, unsure, sources=plain)) == [("new", "", "c")]


def test_a_source_reaches_only_its_channels(tell):
    both = {"a": channel(), "b": channel()}
    only = {"s": SourceSettings(name="S", channels=("b",))}
    assert said(heard(None, tell.story(NEC), both, sources=only)) == [("new", "", "b")]
    sample = {"s": SourceSettings(name="S", sample=True)}
    assert heard(None, tell.story(NEC), both, sources=sample) == ()
    assert heard(None, tell.story(NEC), both, sources={}) == ()


def test_r8_first_sight_tells_the_public_nothing(tell):
    both = {"public": channel(), "preview": channel(public=False)}
    assert said(heard(None, tell.story(NEC), both, first_sight=True)) == [("new", "", "preview")]


@pytest.mark.parametrize(
    ("fact", "published", "hears"),
    [
        (NEC, NOW - timedelta(days=13), True),
        (NEC, NOW - timedelta(days=15), False),
        (replace(ALPOSS, start="2025-10-31"), NOW, False),
        (replace(ALPOSS, start="2025-11-01"), NOW, True),
        (replace(ALPOSS, start="2025-10"), NOW, False),
        (replace(ALPOSS, start="2025-10-31", status="past"), NOW, True),
        (replace(CALL, deadline="2025-10-31"), NOW, False),
        (CALL, NOW, True),
        (EventFact(series="guilde", name="Install party", start="2025-12-01"), NOW, False),
    ],
)
def test_r9_what_is_no_news_any_more_stays_out_of_public(tell, knowledge, fact, published, hears):
    told = tell.story(fact, witnesses=(tell.witness(published=published, facts=(fact,)),))
    assert bool(heard(None, told, knowledge=knowledge)) is hears
    assert heard(None, told, {"c": channel(public=False)}, knowledge=knowledge)


def test_a_move_and_a_cancellation_answer_the_first_post(tell):
    before = tell.story(ALPOSS, kind="event")
    fact = replace(ALPOSS, status="moved", place="La Rampe", previous_place="hôtel de ville")
    moved = tell.story(fact, kind="event_update")
    ((one, to),) = heard(before, moved, told={(FIRST, "c")})
    assert (one.purpose, one.reply_to, one.priority, to) == ("update", FIRST, 0, "c")
    assert heard(moved, moved, told={(FIRST, "c"), (one.id, "c")}) == ()
    off = tell.story(replace(fact, status="cancelled"), kind="event_update")
    ((last, _),) = heard(moved, off, told={(FIRST, "c"), (one.id, "c")})
    assert (last.purpose, last.reply_to, last.priority) == ("cancellation", FIRST, 10)


def test_an_event_that_moves_back_is_told_to_each_time_and_not_for_ever(tell):
    """A, then B, C, B: whoever has read B and C has to learn of B again."""
    there = {
        place: tell.story(replace(ALPOSS, status="moved", place=place), kind="event_update")
        for place in ("La Rampe", "Le Summum")
    }
    story, told, heard_of = tell.story(ALPOSS, kind="event"), {(FIRST, "c")}, []
    for place in ("La Rampe", "Le Summum") * 6:
        found = heard(story, there[place], told=told)
        story = there[place]
        for one, channel_ in found:
            assert (one.id, channel_) not in told
            assert (one.purpose, one.reply_to) == ("update", FIRST)
            told.add((one.id, channel_))
            heard_of.append(place)
        assert heard(story, story, told=told) == ()  # the same said once more is nothing new
    assert heard_of == ["La Rampe", "Le Summum"] * 4


def test_a_move_that_the_channel_was_not_told_of_needs_no_way_back(tell):
    first = tell.story(ALPOSS, kind="event")
    one = tell.story(replace(ALPOSS, status="moved", place="La Rampe"), kind="event_update")
    unsure = tell.story(
        replace(ALPOSS, status="moved", place="Le Summum", confidence=0.1), kind="event_update"
    )
    ((moved, _),) = heard(first, one, told={(FIRST, "c")})
    told = {(FIRST, "c"), (moved.id, "c")}
    assert heard(one, unsure, told=told) == ()
    assert heard(unsure, one, told=told) == ()


def test_a_channel_for_events_hears_that_its_event_moved(tell):
    before = tell.story(ALPOSS, kind="event")
    moved = replace(
        tell.story(replace(ALPOSS, status="moved", place="La Rampe"), kind="event_update"),
        witnesses=(tell.witness(kind="event"), tell.witness("OW2", kind="event_update")),
    )
    found = heard(before, moved, {"c": channel(kinds=("event",))}, told={(FIRST, "c")})
    assert [one.purpose for one, _ in found] == ["update"]


def test_where_it_was_never_told_a_moved_event_is_new(tell):
    before = tell.story(ALPOSS, kind="event")
    moved = tell.story(replace(ALPOSS, status="moved", place="La Rampe"), kind="event_update")
    fresh = replace(moved, witnesses=(tell.witness(published=NOW),))
    assert said(heard(before, fresh)) == [("new", "", "c")]


def test_a_longer_deadline_is_told(tell):
    before = tell.story(CALL, kind="call_for_papers")
    after = tell.story(replace(CALL, deadline="2025-12-31", extended=True))
    assert said(heard(before, after, told={(FIRST, "c")})) == [
        ("update", "deadline 2025-12-31", "c")
    ]


def test_r10_only_changed_facts_edit_a_post(tell):
    before = tell.story(NEC)
    same = replace(
        tell.story(replace(NEC, confidence=0.7)), witnesses=(tell.witness(), tell.witness("B"))
    )
    better = tell.story(replace(NEC, category="cohérence"))
    settings = BotSettings()
    assert not changed(before, same)
    assert changed(before, better)
    assert edits(before, better, form="status", made=2, also=0, settings=settings)
    assert not edits(before, better, form="status", made=3, also=0, settings=settings)
    assert not edits(before, same, form="status", made=0, also=0, settings=settings)
    assert edits(before, same, form="room", made=1, also=1, settings=settings)
    assert not edits(before, same, form="room", made=2, also=2, settings=settings)
    assert not edits(before, better, form="room", made=24, also=0, settings=settings)


# --- floods -------------------------------------------------------------------------------


def many(count, to="c"):
    return [(announcement(f"s{at}", "new"), to) for at in range(count)]


@pytest.mark.parametrize(
    ("count", "cap", "alone", "held"),
    [(5, 5, 5, 0), (6, 5, 4, 2), (24, 5, 5, 19), (24, 0, 24, 0), (0, 5, 0, 0), (2, 1, 0, 2)],
)
def test_r8_a_flood_is_a_few_and_a_digest(count, cap, alone, held):
    kept, digests = flood(many(count), cap)
    assert len(kept) == alone
    stories = [story for one, _ in digests for story in one.stories]
    assert len(stories) == held
    assert {one.story for one, _ in kept} | set(stories) == {f"s{at}" for at in range(count)}


def test_a_flood_of_one_channel_leaves_another_alone_and_no_answer_waits():
    answers = [(announcement(f"s{at}", "cancellation", "x", priority=10), "a") for at in range(9)]
    kept, digests = flood([*many(9, "a"), *answers, *many(2, "b")], 5)
    assert sum(to == "b" for _, to in kept) == 2
    assert sum(one.purpose == "cancellation" for one, _ in kept) == 9
    assert [to for _, to in digests] == ["a"]


def stories_of(tell, count, words="Échirolles"):
    return {
        f"s{at}": replace(
            tell.story(
                replace(NEC, laureates=(f"{words} {at}",)),
                witnesses=(tell.witness(url=f"https://example.org/{at}", entry=f"e{at}"),),
            ),
            id=f"s{at}",
        )
        for at in range(count)
    }


@pytest.mark.parametrize("form", ["status", "room"])
def test_a_digest_loses_nothing_in_parts_within_the_limit(tell, languages, knowledge, form):
    stories = stories_of(tell, 24)
    _, ((whole, _),) = flood([(announcement(id, "new"), "c") for id in stories], 2)
    limits = tell.limits(500, 23, form == "room", form)
    parts = compose_digest(whole, stories, channel(), limits, languages["fr"], knowledge, now=NOW)
    assert len(parts) > 1
    assert len({one.id for one, _ in parts}) == len(parts)
    assert {one.reply_to for one, _ in parts[1:]} == {whole.id}
    links = [link for _, message in parts for link in message.links]
    assert sorted(links) == sorted(stories[id].witnesses[0].url for id in whole.stories)
    from bot.announcements.words import count

    for _, message in parts:
        assert count(message.text, 23) <= 500
        assert all(link in message.text for link in message.links)
    title = (
        f"{len(whole.stories)} nouvelles en bref" if form == "status" else "En bref\u00a0: 22 prix"
    )
    assert parts[0][1].text.startswith(f"{title} (1 sur ")


@pytest.mark.parametrize("form", ["status", "room"])
def test_r8_a_digest_of_hundreds_is_no_flood_itself(tell, languages, knowledge, form):
    stories = stories_of(tell, 300)
    _, ((whole, _),) = flood([(announcement(id, "new"), "c") for id in stories], 5)
    limits = tell.limits(500, 23, form == "room", form)
    parts = compose_digest(whole, stories, channel(), limits, languages["fr"], knowledge, now=NOW)
    assert len(parts) == 6
    last = parts[-1][1]
    told = sum(len(message.links) for _, message in parts) - 1  # the last link leads to the rest
    assert f"Et {len(whole.stories) - told} autres nouvelles\u00a0:" in last.text
    assert last.links[-1] == "https://example.org/"
    assert last.text.endswith("https://example.org/")
    for _, message in parts:
        from bot.announcements.words import count

        assert count(message.text, 23) <= 500


def test_a_line_too_long_for_a_part_keeps_its_link(tell, languages, knowledge):
    stories = stories_of(tell, 3, "Ville " * 200)
    _, ((whole, _),) = flood([(announcement(id, "new"), "c") for id in stories], 1)
    for _, message in compose_digest(
        whole, stories, channel(), tell.limits(200), languages["fr"], knowledge
    ):
        assert len(message.links) == 1
        assert message.links[0] in message.text
        assert len(message.text) <= 200


def test_week_groups_what_is_new_and_what_is_due(tell, languages, knowledge):
    now = datetime(2026, 2, 9, 7, 30, tzinfo=UTC)
    new = replace(tell.story(NEC), id="new", created=now - timedelta(days=2))
    old = replace(tell.story(NEC), id="old", created=now - timedelta(days=20))
    due = replace(tell.story(replace(ALPOSS, start="2026-02-14"), kind="event"), id="due")
    assert week([new, old], "c", now, knowledge) is None
    whole = week([due, old, new], "c", now, knowledge)
    assert whole.stories == ("new", "due")
    again = week([due, new, replace(new, id="x")], "c", now + timedelta(hours=3), knowledge)
    assert again.id == whole.id
    ((_, message),) = compose_digest(
        whole, {"new": new, "due": due}, channel(), tell.limits(), languages["fr"], knowledge
    )
    assert message.text.startswith(
        "Logiciel libre autour de Grenoble, semaine du 9 au 15 février 2026.\n\nPrix\u00a0:"
    )


def test_week_as_a_post_leads_to_the_rest(tell, languages, knowledge):
    nec = replace(tell.story(NEC), id="nec")
    due = replace(tell.story(replace(ALPOSS, start="2026-02-14"), kind="event"), id="due")
    call = replace(tell.story(CALL, kind="call_for_papers"), id="call")
    now = datetime(2026, 2, 9, 7, 30, tzinfo=UTC)
    fresh = {one.id: replace(one, created=now) for one in (nec, due, call)}
    whole = week(fresh.values(), "c", now, knowledge)

    def post(size):
        ((_, message),) = compose_digest(
            whole,
            fresh,
            channel(),
            tell.limits(size),
            languages["fr"],
            knowledge,
            url="https://alposs.fr/semaine",
        )
        return message.text

    assert post(600) == (
        "Logiciel libre autour de Grenoble, semaine du 9 au 15 février 2026.\n\n"
        "Prix\u00a0: Échirolles reçoit le NEC d’or 2025 (ANCT). "
        "À venir\u00a0: AlpOSS 2026, samedi 14 février 2026, Échirolles. "
        "Date limite\u00a0: appel à conférences d’AlpOSS 2026, dimanche 14 décembre 2025.\n\n"
        "Toute la semaine\u00a0: https://alposs.fr/semaine"
    )
    assert post(180).endswith(
        "reçoit le NEC d’or 2025 (ANCT).\n\n2 autres nouvelles\u00a0: https://alposs.fr/semaine"
    )


# --- reminders ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead", "kind", "occasion"),
    [
        (30, "matrix", None),
        (8, "matrix", None),
        (7, "matrix", "7d"),
        (7, "mastodon", "7d"),
        (4, "mastodon", "7d"),
        (2, "matrix", None),
        (1, "matrix", "1d"),
        (1, "mastodon", None),
        (0, "matrix", None),
    ],
)
@pytest.mark.parametrize("fact", [ALPOSS, CALL])
def test_reminders_are_few(tell, knowledge, fact, ahead, kind, occasion):
    told = tell.story(fact)
    day = "2026-02-17" if fact is ALPOSS else "2025-12-14"
    now = datetime.fromisoformat(f"{day}T10:00:00+01:00") - timedelta(days=ahead)
    told = replace(told, created=now - timedelta(days=30))
    channels = {"c": channel(kind=kind)}
    found = reminders([told], channels, now, knowledge, {(FIRST, "c")})
    assert [one.occasion for one, _ in found] == ([f"{occasion} {day}"] if occasion else [])
    for one, to in found:
        assert reminders([told], channels, now, knowledge, {(FIRST, "c"), (one.id, to)}) == ()
        assert one.expires.date().isoformat() == day


def test_no_reminder_of_what_was_not_told_or_is_off_or_is_fresh(tell, knowledge):
    now = datetime(2026, 2, 10, 12, tzinfo=UTC)
    told = replace(tell.story(ALPOSS), created=now - timedelta(days=30))
    channels = {"c": channel()}
    assert reminders([told], channels, now, knowledge, {(FIRST, "c")})
    assert not reminders([told], channels, now, knowledge)
    fresh = replace(told, created=now - timedelta(days=1))
    assert not reminders([fresh], channels, now, knowledge, {(FIRST, "c")})
    off = replace(told, facts=(replace(ALPOSS, status="cancelled"),))
    assert not reminders([off], channels, now, knowledge, {(FIRST, "c")})
    early = now.replace(hour=6)
    assert not reminders([told], channels, early, knowledge, {(FIRST, "c")})
    small = replace(told, facts=(replace(ALPOSS, series=None),))
    assert not reminders([small], channels, now, knowledge, {(FIRST, "c")})
