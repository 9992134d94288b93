"""Sources added, muted, removed, tried and exported from a room."""

from pathlib import Path

import pytest
from feed_server import News

from bot.commands.source import SourceCommand

PRIZE = News(
    "Échirolles remporte le NEC d’or 2025 de la cohérence",
    "La ville d’Échirolles a remporté, mercredi 29 octobre 2025 à Strasbourg, le NEC d’or 2025 de "
    "la cohérence.",
)
MARKET = News("Le marché du samedi déménage")


@pytest.fixture
def feed(feed_server):
    feed_server.news = [PRIZE, MARKET]
    return feed_server


def added(room):
    return {id for id in room.config().sources if id != "lettre"}


async def test_a_source_is_shown_as_it_would_be_announced_and_added_by_one_tap(admin_room, feed):
    said = await admin_room.hears(f"!source ajouter {feed.url}")
    assert "Ses dernières nouvelles, et ce que j’en annoncerais" in said
    assert "reçoit le NEC d’or 2025 de la cohérence" in said
    assert "Le marché du samedi déménage\u00a0: je n’en dirais rien" in said
    assert added(admin_room) == set()  # nothing yet
    said = await admin_room.taps("✅")
    assert said.startswith("Je lis désormais")
    [id] = added(admin_room)
    assert admin_room.config().sources[id].url == feed.url
    assert await admin_room.taps("✅") == ""  # once
    [change] = await admin_room.changes()
    assert (change.command, change.sender, change.after[f"sources/{id}/"]["url"]) == (
        "source",
        "@camille:x",
        feed.url,
    )
    assert "Je lis déjà ce flux" in await admin_room.hears(f"!source ajouter {feed.url}")
    assert f"({id}, ajoutée par commande)" in await admin_room.hears("!source liste")
    assert "n°\u00a01" in await admin_room.hears("!annuler")
    assert added(admin_room) == set()
    await admin_room.hears("!annuler 2")
    assert added(admin_room) == {id}


@pytest.mark.parametrize("yes", ["oui", "Yes!"])
async def test_a_plain_yes_after_the_question_is_enough(admin_room, feed, yes):
    await admin_room.hears(f"!source add {feed.url}")
    assert "I read" in (said := await admin_room.hears(yes)) or "Je lis désormais" in said
    assert len(added(admin_room)) == 1
    assert await admin_room.hears(yes) == ""  # and it is no answer to anything any more


@pytest.mark.parametrize("no", ["non", "❌"])
async def test_no_leaves_everything_as_it_is(admin_room, feed, no):
    await admin_room.hears(f"!source ajouter {feed.url}")
    said = await (admin_room.taps(no) if no == "❌" else admin_room.hears(no))
    assert said == "Rien n’est changé."
    assert added(admin_room) == set()
    assert await admin_room.hears("oui") == ""
    assert await admin_room.changes() == []


async def test_s7_somebody_else_cannot_say_yes_and_members_cannot_ask(admin_room, feed):
    assert "réservé aux admins" in await admin_room.hears(f"!source ajouter {feed.url}", power=50)
    assert "for the admins" in await admin_room.hears(f"!source add {feed.url}", power=0)
    await admin_room.hears(f"!source ajouter {feed.url}")
    assert await admin_room.taps("✅", sender="@other:x") == ""
    assert await admin_room.hears("oui", sender="@other:x") == ""
    assert await admin_room.taps("✅", power=50) == ""  # no admin any more
    assert added(admin_room) == set()


async def test_a_source_is_muted_and_speaks_again(admin_room):
    assert "Je ne lis plus La lettre" in await admin_room.hears("!source muet la lettre")
    assert not admin_room.config().sources["lettre"].enabled
    assert "déjà muette" in await admin_room.hears("!source muet lettre")
    assert "muette" in await admin_room.hears("!source liste")
    assert "I read La lettre again" in await admin_room.hears("!source unmute lettre")
    assert admin_room.config().overrides == ()
    assert "n’est pas muette" in await admin_room.hears("!source parler lettre")


async def test_a_removed_source_goes_and_one_of_a_file_is_only_muted(admin_room, feed):
    await admin_room.hears(f"!source ajouter {feed.url}")
    await admin_room.taps("✅")
    [id] = added(admin_room)
    await admin_room.hears(f"!source muet {id}")
    before = admin_room.config()
    assert "est retirée" in await admin_room.hears(f"!source retirer {id}")
    assert admin_room.config().overrides == ()
    await admin_room.hears("!annuler")
    assert admin_room.config().overrides == before.overrides  # with what was set of it
    said = await admin_room.hears("!source remove lettre")
    assert "comes from a file" in said
    assert not admin_room.config().sources["lettre"].enabled


async def test_a_source_is_tried_by_id_and_by_address_and_nothing_is_kept(admin_room, feed):
    admin_room.write("sources/ville.toml", f'kind = "feed"\nname = "Ville"\nurl = "{feed.url}"\n')
    await admin_room.reload()
    assert "NEC d’or 2025" in await admin_room.hears("!source tester ville")
    assert "what I would announce" in await admin_room.hears(f"!source test {feed.url}")
    assert await admin_room.changes() == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("!source muet letre", "Vouliez-vous dire «\u00a0lettre\u00a0»"),
        ("!source mute nowhere", "I do not know the source “nowhere”."),
        ("!source ajouter", "Il manque l’adresse"),
        ("!source zzz", "Possible\u00a0: liste, ajouter, retirer, muet, parler, tester, exporter."),
        ("!source exporter", "Aucune source n’a été ajoutée"),
        ("!source ajouter http://10.0.0.1/feed", "n’est pas publique"),
    ],
)
async def test_what_cannot_be_done_is_told_and_changes_nothing(admin_room, asked, told):
    assert told in await admin_room.hears(asked)
    assert await admin_room.changes() == []


async def test_a_mistyped_action_has_its_nearest_and_yes_takes_it(admin_room):
    said = await admin_room.hears("!source mueet lettre")
    assert said == (
        "Je ne connais pas «\u00a0mueet\u00a0» ici. Vouliez-vous dire «\u00a0muet\u00a0»\u202f? "
        "Répondez «\u00a0oui\u00a0»."
    )
    assert "Je ne lis plus" in await admin_room.hears("oui")
    said = await admin_room.hears("!source unmutte lettre")
    assert "«\u00a0parler\u00a0»" in said or "“unmute”" in said


async def test_source_with_a_number_or_in_reply_still_asks_where_it_comes_from(admin_room):
    assert "Je ne connais pas l’annonce n°\u00a012" in await admin_room.hears("!source 12")
    assert "Ce message n’est pas une de mes annonces" in await admin_room.hears(
        "!source ?", reply_to="$none"
    )


async def test_what_was_added_is_exported_as_files_and_the_file_takes_over(admin_room, feed):
    await admin_room.hears(f"!source ajouter {feed.url}")
    await admin_room.taps("✅")
    [id] = added(admin_room)
    shown = await admin_room.hears("!source exporter")
    assert f"config/sources/{id}.toml" in shown
    assert f'url = "{feed.url}"' in shown
    admin_room.language, admin_room.question = "fr", None
    source = admin_room.config().sources[id]
    answer = await SourceCommand().run(admin_room, {"action": "export"})
    path = Path(admin_room.folder) / "sources" / f"{id}.toml"
    assert str(path.parent) in answer.text
    assert admin_room.config().sources[id] == source
    assert admin_room.config().overrides == ()


async def test_on_the_terminal_it_asks_and_adds_the_same(admin_room, feed):
    asked = []

    async def ask(question, *, default="", secret=False):
        asked.append(question)
        return "oui"

    admin_room.ask = ask
    answer = await SourceCommand().run(admin_room, {"action": "add", "target": feed.url})
    assert "Lire cette source" in asked[0]
    assert answer.text.startswith("Je lis désormais")
    assert len(added(admin_room)) == 1
