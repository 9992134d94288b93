"""Pauses, channels, settings and undo, asked for in a room."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from told_stories import NOW

from bot.commands import _change, _settings
from bot.commands._duration import duration
from bot.config.overrides import PAUSE, Override
from bot.config.settings import BotSettings
from bot.config.wiring import ChannelSettings


async def test_a_pause_of_one_channel_with_a_duration_and_its_end(admin_room):
    said = await admin_room.hears("!pause mastodon 2 h")
    assert said == (
        "En pause jusqu’à aujourd’hui à 12 h 00\u00a0: Mastodon. Ce qui arrive attend. "
        "Reprendre\u00a0: !reprise"
    )
    assert admin_room.config().pauses == {"toot": NOW + timedelta(hours=2)}
    assert "en pause jusqu’à" in await admin_room.hears("!canal")
    assert (await admin_room.hears("!reprise toot")).startswith("C’est reparti\u00a0: Mastodon.")
    assert admin_room.config().pauses == {}
    assert await admin_room.hears("!reprise toot") == "Mastodon n’est pas en pause."
    assert await admin_room.hears("!resume") == "Nothing is paused."


async def test_everything_is_paused_and_it_says_so_when_it_is_already(admin_room):
    assert (await admin_room.hears("!pause")).startswith("En pause\u00a0: Le salon, Mastodon.")
    assert (await admin_room.hears("!pause")).startswith("Déjà en pause")
    assert (await admin_room.hears("!reprise")).startswith(
        "C’est reparti\u00a0: Le salon, Mastodon"
    )
    assert [one.command for one in await admin_room.changes()] == ["pause", "resume"]


async def test_s7_a_moderator_decides_about_the_room_only_and_a_member_about_nothing(admin_room):
    assert "réservé aux modératrices" in await admin_room.hears("!pause", power=0)
    assert "for the room’s moderators" in await admin_room.hears("!channel", power=0)
    assert "Le salon" in await admin_room.hears("!pause", power=50)
    assert list(admin_room.config().pauses) == ["salon"]
    assert "que ce salon" in await admin_room.hears("!pause toot", power=50)
    assert "that room only" in await admin_room.hears("!resume toot", power=50)
    assert "que ce salon" in await admin_room.hears("!canal toot pause", power=50)
    for name in ("!reglage", "!annuler", "!journal", "!recharger"):
        assert "réservé aux admins" in await admin_room.hears(name, power=50)
    for name in ("!setting", "!undo", "!log", "!reload"):
        assert "for the admins" in await admin_room.hears(name, power=50)
    assert len(await admin_room.changes()) == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("!pause masto", "Vouliez-vous dire «\u00a0Mastodon\u00a0»"),
        ("!pause toot longtemps", "comme une durée"),
        ("!canal slaon", "Vouliez-vous dire «\u00a0salon\u00a0»"),
        ("!canal salon puase", "Vouliez-vous dire «\u00a0pause\u00a0»"),
        ("!channel salon resme", "Did you mean “resume”?"),
        ("!reglage salon silense 21h", "Vouliez-vous dire «\u00a0silence\u00a0»"),
        ("!setting toot hush 3", "I do not know the setting “hush”"),
        ("!reglage salon par-heure beaucoup", "n’est pas un nombre entier"),
        ("!reglage salon par-heure -3", "hors des limites"),
        ("!reglage salon silence tard", "Je n’ai rien changé"),
        ("!reglage salon rythme 2", "deux nombres"),
        ("!annuler 77", "Aucun changement"),
        ("!annuler", "rien à annuler"),
        ("!undo", "nothing to undo"),
    ],
)
async def test_what_cannot_be_done_is_told_with_the_nearest_and_changes_nothing(
    admin_room, asked, told
):
    assert told in await admin_room.hears(asked)
    assert await admin_room.changes() == []


async def test_a_setting_is_shown_changed_and_taken_back(admin_room):
    listed = await admin_room.hears("!reglage toot")
    assert listed.startswith("Réglages de Mastodon\u00a0:")
    assert "par-heure = 0" in listed
    assert "server" not in listed
    said = await admin_room.hears("!reglage salon silence 22 h - 7h30")
    assert "silence de Le salon = 22:00-07:30 (avant\u00a0: 21:00-08:00)" in said
    assert admin_room.config().channels["salon"].quiet == "22:00-07:30"
    assert "(réglé par commande)" in await admin_room.hears("!reglage")
    assert "C’était déjà ainsi" in await admin_room.hears("!reglage silence 22:00-07:30")
    undone = await admin_room.hears("!annuler")
    assert "ce que dit le fichier" in undone
    assert admin_room.config().channels["salon"].quiet == "21:00-08:00"
    assert "rien à annuler" in await admin_room.hears("!annuler")
    await admin_room.hears("!annuler 2")  # the undoing is undone
    assert admin_room.config().channels["salon"].quiet == "22:00-07:30"


@pytest.mark.parametrize(
    ("asked", "where", "key", "value"),
    [
        ("!reglage salon rythme 3 9", "salon", "per_day", 9),
        ("!setting salon pace 3/h 9/d", "salon", "per_hour", 3),
        ("!reglage salon silence aucun", "salon", "quiet", ""),
        ("!reglage salon résumé jeudi 17 h", "salon", "digest", "thursday 17:00"),
        ("!setting salon digest friday 9:30", "salon", "digest", "friday 09:30"),
        ("!reglage salon genres award event", "salon", "kinds", ("award", "event")),
        ("!reglage salon genres aucun", "salon", "kinds", ()),
        ("!reglage salon certitude 0,8", "salon", "confidence", 0.8),
        ("!reglage salon relecture toujours", "salon", "approval.when", "always"),
        ("!setting salon doubt 0.9", "salon", "approval.below", 0.9),
        ("!reglage salon approval.new_source non", "salon", "approval.new_source", False),
        ("!reglage bot flot 3", None, "news.flood_cap", 3),
        ("!setting bot radius 50", None, "relevance.event_km", 50),
        ("!reglage bot relevance.flagships non", None, "relevance.flagships", False),
    ],
)
async def test_values_as_people_type_them(admin_room, asked, where, key, value):
    assert "!annuler" in (said := await admin_room.hears(asked)) or "!undo" in said, said
    config = admin_room.config()
    found = config.channels[where] if where else config.bot
    for part in key.split("."):
        found = getattr(found, part)
    assert found == value


async def test_default_goes_back_to_what_the_file_says(admin_room):
    await admin_room.hears("!reglage salon par-heure 7")
    await admin_room.hears("!reglage salon par-heure défaut")
    assert admin_room.config().channels["salon"].per_hour == 2
    assert admin_room.config().overrides == ()


async def test_what_was_changed_since_is_not_undone_blindly(admin_room):
    await admin_room.hears("!reglage salon par-heure 7")
    await admin_room.hears("!reglage salon par-heure 8")
    assert "changé de nouveau depuis" in await admin_room.hears("!annuler 1")
    assert "n°\u00a02" in await admin_room.hears("!annuler")
    assert admin_room.config().channels["salon"].per_hour == 7
    assert "déjà annulé (par le n°\u00a03)" in await admin_room.hears("!annuler 2")
    await admin_room.hears("!annuler")
    assert admin_room.config().channels["salon"].per_hour == 2


def test_no_place_and_no_secret_is_a_setting():
    from bot import kinds

    names = {
        key.key for kind in kinds.every("channel").values() for key in _settings.keys(kind.Options)
    }
    names |= {key.key for key in _settings.keys(BotSettings)}
    assert not names & {"room", "url", "account", "kind", "token_file", "secret_file", "store.url"}
    assert not [name for name in names if name.startswith("second_way")], (
        "S11: a password goes there"
    )
    assert {"per_hour", "quiet", "digest", "news.flood_cap"} <= names


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("2 h", timedelta(hours=2)), ("30min", timedelta(minutes=30)),
        ("une semaine", timedelta(weeks=1)), ("3 jours", timedelta(days=3)),
        ("for 2 days", timedelta(days=2)), ("trois", None), ("0 h", None), ("900 jours", None),
    ],
)  # fmt: skip
def test_durations(text, long):
    assert duration(text) == long


NAMES = st.sampled_from(
    [_change.name("channels", "salon", key) for key in ("per_hour", "per_day", "quiet", PAUSE)]
    + [_change.name("bot", "bot", "news.flood_cap")]
)
VALUES = st.one_of(st.none(), st.integers(0, 9), st.text(max_size=5), st.just({"until": None}))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.dictionaries(NAMES, VALUES.filter(lambda v: v is not None)),
    changed=st.dictionaries(NAMES, VALUES, min_size=1),
)
async def test_undo_restores_exactly_whatever_was_set(admin_room, start, changed):
    """Property: what is set after `!annuler` is what was set before the change."""
    store = await admin_room.store()

    def begin(tx):
        for one in tx.overrides.all():
            tx.overrides.drop(one.room, one.id, one.key)
        for name, value in start.items():
            room, id, key = name.split("/", 2)
            tx.overrides.put(Override(room, id, key, value), NOW)
        return tx.overrides.all()

    before = await store.write(begin)
    done = await _change.change(admin_room, "setting", changed)
    if done is None:
        return
    await admin_room.hears(f"!annuler {done.id}")
    assert await store.read(lambda tx: tx.overrides.all()) == before


def test_every_key_of_a_channel_has_a_name_that_is_its_own():
    for language in ("fr", "en"):
        called = [key.called(language) for key in _settings.keys(ChannelSettings)]
        assert len(set(called)) == len(called)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-02-14..2026-03-22",
        "14/2/2026 - 22/3/2026",
        "du 14.02.2026 au 22/03/2026",
    ],
)
async def test_an_election_reserve_is_set_as_people_write_days(admin_room, typed):
    said = await admin_room.hears(f"!reglage bot réserve {typed}")
    assert "2026-02-14..2026-03-22" in said
    assert admin_room.config().bot.news.reserve == "2026-02-14..2026-03-22"
    assert "réserve" in await admin_room.hears("!reglage bot")
    await admin_room.hears("!reglage bot réserve aucune")
    assert admin_room.config().bot.news.reserve == ""


async def test_days_that_make_no_reserve_are_refused_with_what_would(admin_room):
    for typed in ("14/2/2026", "22/3/2026 14/2/2026", "31/2/2026 au 1/3/2026", "bientôt"):
        said = await admin_room.hears(f"!reglage bot réserve {typed}")
        assert "2026-02-14..2026-03-22, le premier avant le dernier" in said
    assert "days like" in await admin_room.hears("!setting bot reserve soon")
    assert admin_room.config().bot.news.reserve == ""


async def test_days_that_are_over_are_taken_and_said_to_be_over(admin_room):
    assert "passés" in await admin_room.hears("!reglage bot réserve 2019-02-14..2019-03-22")
    assert "over" in await admin_room.hears("!setting bot reserve 2019-02-14..2019-03-23")
    assert "passés" not in await admin_room.hears("!reglage bot réserve 2099-02-14..2099-03-22")
