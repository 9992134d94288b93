"""Stories merged, split, corrected and withdrawn from a room: who may, in both languages."""

from dataclasses import replace
from datetime import timedelta

import pytest
from mouth import ONE, hear
from told_stories import NOW, story

from bot.config.read import language_folders
from bot.languages import read_all
from bot.opening import close_house, open_house
from bot.stories.story import Witness
from bot.understanding.fact import AwardFact

TNL = {"award_id": "territoire-numerique-libre", "award": "Label Territoire Numérique Libre"}


def award(id, town, *more):
    fact = AwardFact(**TNL, label=True, year=2025, laureates=(town,), level="Bronze")
    told = Witness(
        f"e2-{id}", "lettre", "La lettre", f"https://lettre.example/{id}", NOW, facts=(fact,),
        title=f"{town} labellisée",
    )  # fmt: skip
    one = story(id, fact, title=f"{town} reçoit le label", witnesses=(told,) if more else ())
    [*others, last] = one.witnesses
    return one.__class__(
        **{name: getattr(one, name) for name in one.__slots__}
        | {"witnesses": (*others, last.__class__(
            **{name: getattr(last, name) for name in last.__slots__} | {"facts": (fact,)}
        ))}
    )  # fmt: skip


@pytest.fixture
async def room(admin_room, store, tmp_path):
    """The room of a bot that runs: its house is real, its channels are in memory."""
    house = await open_house(
        admin_room.config(), store, read_all(language_folders(admin_room.folder)),
        data_dir=tmp_path / "data", now=admin_room.now, say=lambda *_: None, language="fr",
    )  # fmt: skip

    async def running():
        return house

    admin_room.more["house"] = running
    yield admin_room
    await close_house(house)


async def test_a_field_is_shown_and_corrected_in_reply_or_by_number(room, announced):
    number = await announced(award("aaaaaaaaaaaa", "Claix"), remote="$post")
    shown = await room.hears(f"!corriger {number}", power=50)
    assert "niveau = Bronze" in shown
    assert "lauréats = Claix" in shown
    assert "level = Bronze" in await room.hears(f"!correct {number}", power=50)
    said = await room.hears(f"!correct {number} level Or", power=50)
    assert "Corrected (level: Bronze → Or)" in said
    assert "niveau\u00a0: Or → Argent" in await room.hears(f"!corriger {number} niveau Argent")
    assert "C’est annulé" in await room.hears("!annuler")
    assert "niveau = Or" in await room.hears(f"!corriger {number}")
    assert [one.command for one in await room.changes()] == ["correct", "correct", "undo"]


async def test_two_are_merged_and_one_is_split_in_both_languages(room, announced):
    first = await announced(award("aaaaaaaaaaaa", "Claix", 2), remote="$1")
    second = await announced(award("bbbbbbbbbbbb", "Vizille"), remote="$2")
    assert "C’est une seule nouvelle" in await room.hears(f"!fusionner {first} {second}", power=50)
    assert "one story already" in await room.hears(f"!merge {first} {second}", power=50)
    assert "Undone: change" in await room.hears("!undo")
    assert "They are one story" in await room.hears(f"!merge {first} {second}")
    await room.hears("!undo")
    assert "2. " in await room.hears(f"!separer {first}", power=50)
    assert "tells of something else" in await room.hears(f"!split {first} 1", power=50)
    assert "one source only" in await room.hears(f"!split {first} 1", power=50)


async def test_s7_whoever_may_merge_may_take_it_back_but_nothing_that_is_set(room, announced):
    first = await announced(award("aaaaaaaaaaaa", "Claix", 2), remote="$1")
    second = await announced(award("bbbbbbbbbbbb", "Vizille"), remote="$2")
    assert "!annuler" in await room.hears(f"!fusionner {first} {second}", power=50)
    await room.hears("!reglage salon par-heure 7")
    assert "réservé aux admins" in await room.hears("!annuler 2", power=50)
    assert "C’est annulé" in await room.hears("!annuler", power=50)
    assert "réservé aux admins" in await room.hears("!annuler", power=50)
    assert "for the admins" in await room.hears("!undo 999", power=50)
    assert room.config().channels["salon"].per_hour == 7
    assert "réservé aux modératrices" in await room.hears("!annuler", power=0)


async def test_s6_a_change_whose_answer_was_lost_is_not_made_again(room, announced, store):
    number = await announced(award("aaaaaaaaaaaa", "Claix"), remote="$post")
    await room.hears(f"!corriger {number} niveau Or")
    await room.hears(f"!corriger {number} niveau Argent")
    undone = await room.hears("!annuler")
    assert "C’est annulé" in undone
    asked = (await room.changes())[-1].event
    await store.write(lambda tx: tx.heard.forget(room.at + timedelta(days=2)))  # a kill came first
    again = replace(ONE, event=asked, sender="@camille:x", text="!annuler")
    await hear(room.mouth, again)
    assert [one.command for one in await room.changes()] == ["correct", "correct", "undo"]


async def test_an_announcement_is_withdrawn_only_after_a_yes(room, announced, store):
    number = await announced(award("aaaaaaaaaaaa", "Claix"), remote="$post")
    withdrawn = lambda: store.read(lambda tx: [one.action for one in tx.deliveries.waiting()])
    asked = await room.hears(f"!retirer {number}", power=50)
    assert asked.startswith("Retirer partout (Le salon)")
    assert await room.taps("❌", power=50) == "Je n’y touche pas."
    assert await room.taps("✅", power=50) == ""  # answered already
    assert await withdrawn() == []
    assert "Withdraw everywhere" in await room.hears("!withdraw", reply_to="$post")
    assert await room.taps("✅", sender="@other:x") == ""
    assert await room.hears("oui", power=0) == ""
    assert await withdrawn() == []
    assert "retiré de\u00a0: Le salon" in await room.hears("oui")
    assert await withdrawn() == ["withdraw"]
    assert "nothing left to withdraw" in await room.hears(f"!withdraw {number}")
    [change] = await room.changes()
    assert (change.command, change.after) == ("retract", "withdrawn")


async def test_undo_after_what_cannot_be_undone_never_means_something_older(room, announced):
    number = await announced(award("aaaaaaaaaaaa", "Claix"), remote="$post")
    await room.hears("!pause salon")
    await room.hears("!reprise")
    await room.hears(f"!retirer {number}")
    await room.hears("oui")
    refused = await room.hears("!annuler")
    assert "le n°\u00a03 (une annonce)" in refused
    assert "!annuler 2" in refused
    assert room.config().pauses == {}  # still resumed
    assert "cannot be undone" in await room.hears("!undo")
    assert "C’est annulé" in await room.hears("!annuler 2")


@pytest.mark.parametrize(
    "name", ["fusionner 1 2", "separer 1", "corriger 1", "retirer 1"]
)  # fmt: skip
async def test_s7_members_are_told_that_it_is_for_moderators(room, name):
    assert "réservé aux modératrices" in await room.hears(f"!{name}", power=0)


@pytest.mark.parametrize("name", ["merge 1 2", "split 1", "correct 1", "withdraw 1"])
async def test_s7_the_same_in_english(room, name):
    assert "for the room’s moderators" in await room.hears(f"!{name}", power=0)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("!corriger", "Il manque quelque chose. Écrivez\u00a0: !corriger numéro [champ] [valeur]"),
        ("!merge 1", "Something is missing. Write: !merge number number"),
        ("!retirer", "De quelle annonce s’agit-il"),
        ("!withdraw 77", "I do not know announcement no. 77"),
        ("!corriger 1 nivau Or", "Vouliez-vous dire «\u00a0niveau\u00a0»"),
        ("!correct 1 levle Or", "Did you mean “level”"),
        ("!separer 1 personne", "une source"),
    ],
)
async def test_what_cannot_be_done_is_told_with_the_nearest(room, announced, asked, told):
    await announced(award("aaaaaaaaaaaa", "Claix"), remote="$post")
    assert told in await room.hears(asked)
    assert await room.changes() == []


async def test_health_is_what_the_bot_that_answers_knows_of_itself(room):
    house = await room.more["house"]()
    assert "ces canaux ne sont pas ouverts\u00a0: salon, toot" in await room.hears("!sante")
    house.started |= set(house.channels)
    assert "channels open: 2 of 2" in await room.hears("!health")
    assert "réservé aux admins" in await room.hears("!santé", power=50)


async def test_s7_a_moderator_decides_about_what_was_told_in_their_room(room, announced, store):
    here = await announced(award("aaaaaaaaaaaa", "Claix"), remote="$1")
    there = await announced(award("bbbbbbbbbbbb", "Vizille"), channel="toot", remote="$2")
    own = "n’a pas été annoncée dans ce salon. Qui modère un salon décide de ce qui y est annoncé"
    for words in (f"!corriger {there} niveau Or", f"!separer {there}", f"!retirer {there}",
                  f"!fusionner {here} {there}", "!corriger bbbbbbbbbbbb niveau Or"):  # fmt: skip
        assert own in await room.hears(words, power=50), words
    assert "was not announced in this room" in await room.hears(f"!retract {there}", power=50)
    assert await room.changes() == []
    assert "C’est corrigé" in await room.hears(f"!corriger {here} niveau Or", power=50)
    assert "C’est corrigé" in await room.hears(f"!corriger {there} niveau Or")  # an admin
    assert "de leur salon\u202f; le reste est réservé aux admins" in await room.hears(
        "!annuler 2", power=50
    )
    assert "C’est annulé" in await room.hears("!annuler", power=50)  # the one of their own room
    assert (await room.changes())[0].undone is not None


async def test_s7_a_moderator_withdraws_from_their_room_and_an_admin_everywhere(
    room, announced, store
):
    number = await announced(award("aaaaaaaaaaaa", "Claix"), remote="$1")
    await announced(award("aaaaaaaaaaaa", "Claix"), channel="toot", remote="$2")

    async def withdrawn():
        waiting = await store.read(lambda tx: tx.deliveries.waiting())
        return [one.channel for one in waiting if one.action == "withdraw"]

    asked = await room.hears(f"!retirer {number}", power=50)
    assert asked.startswith("Retirer de ce salon (Le salon)\u00a0: «")
    assert await room.taps("✅", power=50) == "C’est retiré de\u00a0: Le salon."
    assert await withdrawn() == ["salon"]
    assert "plus rien à retirer" in await room.hears(f"!retirer {number}", power=50)
    assert "Retirer partout (Mastodon)" in await room.hears(f"!retirer {number}")
    assert "Mastodon" in await room.taps("✅")
    assert await withdrawn() == ["salon", "toot"]


async def test_s7_in_the_moderators_own_room_all_of_it_may_be_decided(room, announced, monkeypatch):
    from mouth import Channel

    monkeypatch.setattr(Channel, "place", "!salon:x")  # what is asked is not asked there
    there = await announced(award("bbbbbbbbbbbb", "Vizille"), channel="toot", remote="$2")
    assert "C’est corrigé" in await room.hears(f"!corriger {there} niveau Or", power=50)
