"""What the audit log says of each sort of change, in both languages."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.commands import _changed
from bot.store.audit import Change

NOW = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
SOURCE = {"kind": "feed", "url": "https://ville.example/rss"}


def at(when):
    """As a person of Grenoble reads it."""
    return f"{when.astimezone(ZoneInfo('Europe/Paris')):%H:%M}"


def change(command, thing, before=None, after=None, face="chat"):
    return Change(NOW, "@camille:x", command, thing, before, after, face)


@pytest.mark.parametrize(
    ("one", "french", "english"),
    [
        (
            change("setting", "set channels/salon/per_hour", {}, {"channels/salon/per_hour": 4}),
            "!reglage (le canal salon : par-heure) ce que dit le fichier → 4",
            "!setting (channel salon: per-hour) what the file says → 4",
        ),
        (
            change(
                "setting",
                "set channels/salon/per_day, channels/salon/per_hour",
                {"channels/salon/per_day": 8, "channels/salon/per_hour": 2},
                {"channels/salon/per_day": 6, "channels/salon/per_hour": 1},
            ),
            (
                "!reglage (le canal salon : par-jour, par-heure) par-jour 8, par-heure 2 → "
                "par-jour 6, par-heure 1"
            ),
            (
                "!setting (channel salon: per-day, per-hour) per-day 8, per-hour 2 → "
                "per-day 6, per-hour 1"
            ),
        ),
        (
            change("source", "set sources/ville/", {}, {"sources/ville/": SOURCE}),
            (
                "!source (la source ville : ajoutée en salon) ce que dit le fichier → "
                "https://ville.example/rss"
            ),
            "!source (source ville: added in a room) what the file says → https://ville.example/rss",
        ),
        (
            change(
                "pause", "set channels/salon/pause", {}, {"channels/salon/pause": {"until": None}}
            ),
            "!pause (le canal salon : pause) pas en pause → en pause",
            "!pause (channel salon: pause) not paused → paused",
        ),
        (
            change(
                "pause",
                "set channels/salon/pause",
                {"channels/salon/pause": {"until": "2026-02-03T21:05:00+00:00"}},
                {},
            ),
            "!pause (le canal salon : pause) en pause jusqu’à 22:05 → pas en pause",
            "!pause (channel salon: pause) paused until 22:05 → not paused",
        ),
        (
            change("setting", "set bot/bot/news.flood_cap", {}, {"bot/bot/news.flood_cap": 12}),
            "!reglage (le bot : flot) ce que dit le fichier → 12",
            "!setting (the bot: flood) what the file says → 12",
        ),
        (
            change("drafts", "draft 12", "draft", "yes"),
            "relecture (le brouillon n° 12) à relire → publié",
            "approval (draft no. 12) to be looked at → published",
        ),
        (
            change("retry", "delivery 3", "aside", "queued", "terminal"),
            "alposs-bot retry (le message n° 3) mis de côté → à envoyer",
            "alposs-bot retry (message no. 3) set aside → to be sent",
        ),
        (
            change("renew", "channel toot", "refused", "renewed"),
            "code d’accès (le canal toot) accès refusé → accès renouvelé",
            "access code (channel toot) access refused → access renewed",
        ),
        (
            change(
                "reload",
                "files",
                None,
                {
                    "sources": {"new": ["trois"], "changed": [], "gone": []},
                    "channels": {"new": [], "changed": [], "gone": []},
                    "bot": [],
                    "restart": [],
                    "knowledge": True,
                },
            ),
            "!recharger (les fichiers) rien → sources en plus trois, connaissances oui",
            "!reload (the files) nothing → sources new trois, knowledge yes",
        ),
        (
            change("retract", "announcement abc", ["salon", "toot"], "withdrawn"),
            "!retirer (une annonce) salon, toot → retiré",
            "!withdraw (an announcement) salon, toot → withdrawn",
        ),
    ],
    ids=lambda value: value.thing if isinstance(value, Change) else "",
)
def test_a_change_is_told_in_words(one, french, english):
    for language, expected in (("fr", french), ("en", english)):
        said = (
            f"{_changed.command(one, language)} ({_changed.thing(one, language)}) "
            f"{_changed.before(one, language, at)} → {_changed.after(one, language, at)}"
        )
        assert said.replace("\u00a0", " ").replace("\u202f", " ") == expected


def test_a_story_is_named_by_the_title_it_was_told_with():
    kept = {"stories": {"0123456789ab": {"witnesses": [{"title": "Le NEC d’or à Claix"}]}}}
    one = change("correct", "story 0123456789ab", kept, kept)
    assert _changed.thing(one, "fr") == "une nouvelle, Le NEC d’or à Claix"
    assert _changed.is_of_stories(one)


def test_s11_what_a_thing_holds_pings_nobody():
    one = change("drafts", "draft 1", "@room et @camille@x.example", "mieux")
    assert "@room" not in _changed.before(one, "fr", at)


def test_what_is_not_known_is_shown_as_it_stands():
    one = change("later-command", "moon 3", {"a": True}, 4)
    assert _changed.command(one, "en") == "later-command"
    assert _changed.thing(one, "en") == "moon 3"
    assert (_changed.before(one, "en", at), _changed.after(one, "en", at)) == ("a yes", "4")
