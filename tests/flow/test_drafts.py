"""From a memory source to people, and from their yes to a memory channel: drafts in flow."""

from dataclasses import replace
from datetime import timedelta

import pytest
from rig import Rig

from bot.commands._traces import find
from bot.config.read import load
from bot.errors import NotNow

LABEL = "{town} obtient le niveau {level} du label Territoire Numérique Libre 2024"
ASKED = "moderated = true\n[approval]\n"


def told(rig, index=0):
    return [one.text for one in rig.side(index).there()]


def shown(rig, index=0):
    """What the moderators were asked, in order; see below for how the bot introduces itself."""
    return [text for text in everything(rig, index) if not text.startswith("Je suis installé")]


def everything(rig, index=0):
    return list(rig.side(index).asked.values())


async def ahead(rig, minutes=15, *verbs):
    """Time passes and the bot works."""
    rig.now += timedelta(minutes=minutes)
    for verb in verbs or ("collect", "deliver", "deliver"):
        assert await rig.work(verb)


async def drafts(rig):
    if rig.house is None:
        await rig.up()
    return await rig.house.store.read(lambda tx: tx.drafts.waiting())


@pytest.fixture
def one(make_rig):
    """A bot with one draft, shown."""

    async def make(settings="", channels=1):
        rig = await make_rig(more=ASKED + settings, channels=channels)
        await rig.up() if rig.house is None else None
        rig.publish("claix", LABEL.format(town="Claix", level=3))
        await ahead(rig, 60, "collect")
        await ahead(rig, 15, "deliver")
        return rig

    return make


async def test_in_the_first_days_a_draft_is_shown_as_it_will_be_posted_and_waits(one):
    rig = await one()
    [question] = shown(rig)
    assert question.startswith("À relire (n°\u00a01), pour ")
    assert "\n\nClaix obtient le niveau 3 sur 5" in question
    assert "Je demande parce que tout est relu les 14 premiers jours." in question
    assert "✅ publier, ❌ non, ⏳ demain 9\u00a0h" in question
    assert "Sans réponse avant jeudi 6 novembre à" in question
    await ahead(rig, 600)
    assert told(rig) == []
    assert len(shown(rig)) == 1


async def test_yes_posts_exactly_what_was_shown_once(one):
    rig = await one()
    [question] = shown(rig)
    [said] = await rig.decide("yes")
    assert said.startswith("Noté\u00a0: je publie le brouillon 1")
    assert await rig.decide("yes") == []
    await ahead(rig)
    [post] = told(rig)
    assert post in question
    await rig.down()
    await rig.settle(3)
    assert told(rig) == [post]


async def test_no_means_never_whatever_comes_later(one):
    rig = await one()
    await rig.decide("no")
    rig.publish("claix", LABEL.format(town="Claix", level=4))
    await rig.settle(30)
    assert told(rig) == []
    assert len(shown(rig)) == 1


async def test_later_shows_it_again_the_next_morning_at_nine(one):
    rig = await one()
    [said] = await rig.decide("later")
    assert said == "Noté\u00a0: je remontre le brouillon 1 demain à 9 h 00."
    await ahead(rig, 12 * 60)
    assert len(shown(rig)) == 1
    await ahead(rig, 12 * 60)
    assert len(shown(rig)) == 2
    await rig.decide("yes")
    await ahead(rig)
    assert len(told(rig)) == 1


async def test_unanswered_it_is_kept_not_posted_and_can_still_be_posted(one):
    rig = await one("days = 1\n")
    await ahead(rig, 25 * 60)
    [draft] = await drafts(rig)
    assert not draft.open(rig.now)
    await ahead(rig, 60)
    assert (told(rig), len(shown(rig))) == ([], 1)
    await rig.decide("yes")
    await ahead(rig)
    assert len(told(rig)) == 1


async def test_after_thirty_days_an_unanswered_draft_is_given_up(one):
    rig = await one()
    await ahead(rig, 31 * 24 * 60, "housekeeping")
    assert await drafts(rig) == []
    counts = await rig.house.store.read(lambda tx: tx.deliveries.counts())
    assert counts == {(rig.channels[0], "expired"): 1}


async def test_newer_words_are_shown_anew_and_the_old_question_counts_no_more(one):
    rig = await one()
    rig.publish("claix", LABEL.format(town="Claix", level=4))
    await ahead(rig, 60)
    assert len(shown(rig)) == 2
    assert "niveau 4 sur 5" in shown(rig)[1]
    house = rig.house
    first, second = list(rig.side().asked)[-2:]
    old = await house.store.read(lambda tx: tx.asked.get(first))
    assert old.settled is not None
    assert (await house.store.read(lambda tx: tx.asked.get(second))).settled is None
    await rig.decide("yes")
    await ahead(rig)
    assert ["niveau 4 sur 5" in text for text in told(rig)] == [True]


async def test_a_correction_of_what_was_approved_is_a_new_draft(one):
    rig = await one()
    await rig.decide("yes")
    await ahead(rig)
    rig.publish("claix", LABEL.format(town="Claix", level=4))
    await ahead(rig, 60)
    assert "niveau 3" in told(rig)[0]
    assert "ce qui a été approuvé a changé" in shown(rig)[1]
    [draft] = await drafts(rig)
    await rig.decide("no", draft.id)
    await ahead(rig, 60)
    assert "niveau 3" in told(rig)[0]
    rig.publish("claix", LABEL.format(town="Claix", level=5))
    await ahead(rig, 60)
    await rig.decide("yes")
    await ahead(rig)
    assert ["niveau 5 sur 5" in text for text in told(rig)] == [True]


async def test_a_moderators_words_are_shown_posted_and_kept(one):
    rig = await one()
    [said] = await rig.decide("Bravo à Claix !")
    assert "Je montre le brouillon 1 tel qu’il sera publié" in said
    await ahead(rig, 1, "deliver")
    assert "Bravo à Claix !\n\nSource\u00a0: La lettre 0" in shown(rig)[1]
    await rig.decide("yes")
    await ahead(rig)
    [post] = told(rig)
    assert post.startswith("Bravo à Claix !\n\nSource")
    await rig.settle(5)  # the same news again changes nothing
    assert told(rig) == [post]
    rig.publish("claix", LABEL.format(town="Claix", level=4))
    await ahead(rig, 60)
    assert told(rig) == [post]
    assert len(await drafts(rig)) == 1


async def test_words_that_are_too_long_are_refused_with_their_length(one):
    rig = await one()
    [said] = await rig.decide("x" * 600)
    assert "C’est trop long" in said
    assert "500 au plus" in said
    await ahead(rig, 1, "deliver")
    assert len(shown(rig)) == 1


async def test_one_draft_speaks_of_all_channels_and_words_may_be_for_one_alone(one):
    rig = await one(channels=2)
    [question] = shown(rig)
    assert " et ".join(rig.channels) in question
    await rig.decide(f"{rig.channels[1]} : Bravo !")
    await ahead(rig, 1, "deliver")
    assert len(shown(rig)) == 2
    await rig.decide("yes")
    await ahead(rig)
    assert told(rig, 0)[0].startswith("Claix obtient")
    assert told(rig, 1)[0].startswith("Bravo !")


async def test_what_is_certain_goes_out_unasked_after_the_first_days(one):
    rig = await one("first_days = 0\nnew_source = false\n")
    await ahead(rig)
    assert len(told(rig)) == 1
    assert shown(rig) == []


async def test_a_new_source_s_first_post_is_asked_for_and_its_second_is_not(one):
    rig = await one("first_days = 0\n")
    assert "première annonce qui vient de cette source, La lettre 0" in shown(rig)[0]
    await rig.decide("yes")
    await ahead(rig)
    rig.publish("vif", LABEL.format(town="Vizille", level=3))
    await ahead(rig, 90)
    await ahead(rig, 90)
    assert len(told(rig)) == 2
    assert len(shown(rig)) == 1


async def test_what_was_not_let_through_is_in_no_digest(one):
    rig = await one("first_days = 0\n")
    rig.publish("vif", LABEL.format(town="Vizille", level=3))
    await ahead(rig, 60)
    unapproved = await rig.house.store.read(lambda tx: tx.drafts.unapproved(rig.channels[0]))
    assert len(unapproved) == 2
    await rig.decide("no")
    assert unapproved == await rig.house.store.read(
        lambda tx: tx.drafts.unapproved(rig.channels[0])
    )


async def test_a_draft_survives_a_restart_and_is_not_shown_twice(one):
    rig = await one()
    await rig.down()
    await rig.settle(3)
    assert len(shown(rig)) == 1
    await rig.decide("yes")
    await ahead(rig)
    assert len(told(rig)) == 1


async def test_without_a_room_for_moderators_nothing_is_held(make_rig):
    rig = await make_rig()
    rig.publish("claix", LABEL.format(town="Claix", level=3))
    await rig.settle(2)
    assert len(told(rig)) == 1


TOWNS = ("Claix", "Vizille", "Domène", "Seyssins", "Meylan", "Voreppe", "Voiron")
FLOOD = ASKED + "first_days = 0\nnew_source = false\n"


@pytest.fixture
def flooded(make_rig):
    """A bot that holds a flood of seven."""

    async def make(more=FLOOD, **settings):
        rig = await make_rig(more=more, flood_cap=5, **settings)
        if rig.house is None:
            await rig.up()
        for town in TOWNS:
            rig.publish(town, LABEL.format(town=town, level=3))
        await ahead(rig, 60, "collect")
        await ahead(rig, 15, "deliver")
        return rig

    return make


async def test_r8_more_than_the_cap_at_once_is_held_whole_and_asked_about_once(flooded):
    rig = await flooded()
    [question] = shown(rig)
    assert question.startswith(
        "7 nouvelles d’un coup de La lettre 0 (brouillon 1). 1️⃣ tout, au rythme habituel\u202f; "
        "2️⃣ un résumé\u202f; 3️⃣ ignorer. En attendant, je garde tout."
    )
    rig.publish("Claix", LABEL.format(town="Claix", level=4))
    await rig.down()
    await rig.settle(40)
    assert told(rig) == []
    assert len(shown(rig)) == 1
    await rig.decide("yes")
    await ahead(rig)
    assert len(told(rig)) == 7  # each in its last words
    assert sum("niveau 4" in text for text in told(rig)) == 1


async def test_r8_a_summary_is_made_of_all_of_it_once(flooded):
    rig = await flooded(channels=2)
    assert len(shown(rig)) == 1
    assert await rig.decide("digest") == ["Noté\u00a0: j’en fais un résumé."]
    await rig.down()
    await rig.settle(4)
    for index in (0, 1):
        everything = "\n".join(told(rig, index))
        counts = {town: everything.count(f" {town}") for town in TOWNS}
        assert set(counts.values()) == {1}, everything
        assert len(told(rig, index)) < 7
    # Another source that tells one of them later is no reason to tell it anew.
    rig.publish("Claix", LABEL.format(town="Claix", level=3))
    posts = len(told(rig))
    await rig.settle(3)
    assert len(told(rig)) == posts


async def test_r8_what_is_ignored_is_never_told(flooded):
    rig = await flooded()
    assert await rig.decide("no") == ["Noté\u00a0: je n’en publie aucune."]
    rig.publish("Claix", LABEL.format(town="Claix", level=4))
    await rig.settle(10)
    assert told(rig) == []


@pytest.mark.parametrize("setting", ["flood = false\n", 'when = "never"\n'])
async def test_r8_without_the_breaker_the_cap_and_the_digest_remain(flooded, setting):
    rig = await flooded(more=FLOOD + setting)
    await rig.settle(3)
    assert shown(rig) == []
    assert 5 < len(told(rig)) <= 7


async def test_r8_the_first_run_offers_three_recent_stories_and_posts_nothing_by_itself(
    tmp_path,
):
    rig = Rig(tmp_path / "first", sources=2, more=ASKED)
    for at, town in enumerate(TOWNS[:5]):
        rig.publish(town, LABEL.format(town=town, level=3), source=at % 2)
        rig.now += timedelta(minutes=1)
    try:
        await rig.settle(2)
        if len(everything(rig)) < 4:  # polls are written together: the offer may come a tick later
            await rig.settle(1)
        intro, *questions = everything(rig)
        assert intro == (
            "Je suis installé et je n’ai rien publié. Sources lues\u00a0: 2 sur 2. Trois nouvelles "
            "récentes ci-dessous\u00a0: ✅ sous celles à publier. Sans réponse, rien ne part."
        )
        assert len(questions) == 3
        assert [town for town in TOWNS if any(f"{town} obtient" in q for q in questions)] == list(
            TOWNS[2:5]
        )
        await rig.down()
        await rig.settle(3)
        assert told(rig) == []
        assert len(everything(rig)) == 4
        await rig.decide("yes", 2)
        await ahead(rig)
        assert len(told(rig)) == 1
        await rig.settle(80)  # unanswered ones are kept
        assert len(told(rig)) == 1
    finally:
        await rig.down()


async def test_the_first_run_says_so_where_nothing_is_recent(make_rig):
    rig = await make_rig(more=ASKED)
    await rig.settle(2)
    [intro] = everything(rig)
    assert "Aucune nouvelle récente à proposer" in intro


async def test_a_bot_that_has_posted_before_makes_no_offer(make_rig):
    rig = await make_rig()
    rig.publish("claix", LABEL.format(town="Claix", level=3))
    await rig.settle(3)
    assert len(told(rig)) == 1
    await rig.down()
    for id in rig.channels:
        path = rig.folder / "config" / "channels" / f"{id}.toml"
        path.write_text(path.read_text() + ASKED)
    rig.config = load(rig.folder / "config", {})
    await rig.settle(3)
    assert everything(rig) == []
    assert len(told(rig)) == 1


async def test_a_room_that_cannot_be_reached_is_tried_later_and_later_and_nothing_is_lost(one):
    rig = await one("when = 'always'\n")
    channel = rig.house.channels[rig.channels[0]]
    tries = []

    async def closed(*_, **__):
        tries.append(rig.now)
        raise NotNow(channel="mods", cause="503")

    there, channel.tell_admins = channel.tell_admins, closed
    rig.publish("vizille", LABEL.format(town="Vizille", level=3))
    await ahead(rig, 60, "collect")
    for _ in range(200):
        rig.now += timedelta(seconds=2)
        await rig.work("deliver")
    assert 5 <= len(tries) <= 10
    channel.tell_admins = there
    await ahead(rig, 15, "deliver")
    assert "Vizille" in shown(rig)[1]


async def test_a_change_that_answers_the_first_post_says_so(make_rig):
    rig = await make_rig(more=ASKED)
    await rig.up() if rig.house is None else None
    day = "mardi 24 mars 2026"
    rig.publish("alposs", f"AlpOSS 2026 aura lieu le {day} à l’hôtel de ville d’Échirolles")
    await ahead(rig, 60, "collect")
    await ahead(rig, 15, "deliver")
    await rig.decide("yes")
    await ahead(rig)
    rig.publish("cancelled", f"AlpOSS 2026, prévu le {day} à Échirolles, est annulé", source=0)
    await ahead(rig, 60)
    assert any("en réponse à la première annonce" in text for text in shown(rig)[1:])
    assert len(told(rig)) == 1


# -- the election reserve -----------------------------------------------------------------------


def reserve(rig, dates):
    """As `!reglage bot réserve …` sets it."""
    bot = rig.house.config.bot
    bot = bot.model_copy(update={"news": bot.news.model_copy(update={"reserve": dates})})
    rig.house.config = replace(rig.house.config, bot=bot)


@pytest.fixture
def reserved(make_rig):
    async def make(dates):
        rig = await make_rig(more=ASKED + 'when = "never"\n')
        await rig.up() if rig.house is None else None
        reserve(rig, dates)
        return rig

    return make


async def test_in_an_election_reserve_local_awards_are_asked_about_and_nothing_else(reserved):
    rig = await reserved("2025-10-20..2025-11-20")
    rig.publish("claix", LABEL.format(town="Claix", level=3))
    rig.publish("event", "AlpOSS 2026 aura lieu le 17 février 2026 à La Rampe, à Échirolles")
    await ahead(rig, 60)
    [event] = told(rig)
    assert "AlpOSS 2026" in event
    [question] = shown(rig)
    assert "Claix obtient le niveau 3" in question
    because = (
        "Je demande parce que c’est la réserve électorale jusqu’au 20 novembre 2025\u00a0: les prix "
        "des communes d’ici sont relus."
    )
    assert because in question
    [trace] = await rig.house.store.read(
        lambda tx: find(tx, what="https://lettre0.example/claix", config=rig.config, now=rig.now)
    )
    [waits] = [one for one in trace.deliveries if one.state == "draft"]
    assert trace.asked_because(waits, "fr") == because
    assert "until 20 November 2025" in trace.asked_because(waits, "en")
    await rig.decide("yes")
    await ahead(rig)
    assert len(told(rig)) == 2


async def test_outside_of_the_reserve_they_go_out(reserved):
    rig = await reserved("2025-10-01..2025-11-02, 2025-11-05..2025-11-20")
    rig.publish("claix", LABEL.format(town="Claix", level=3))
    await ahead(rig, 60)  # 3 November
    assert len(told(rig)) == 1
    rig.publish("claix", LABEL.format(town="Claix", level=4))  # on the eve: the correction too
    await ahead(rig, 26 * 60)
    assert "niveau 3" in told(rig)[0]
    await rig.decide("yes")
    await ahead(rig)
    assert "niveau 4" in told(rig)[0]


async def test_a_digest_that_tells_of_one_is_asked_about_too(reserved):
    from bot.announcements.announcement import Announcement
    from bot.steps import hold

    rig = await reserved("2025-10-01..2025-11-20")
    rig.publish("claix", LABEL.format(town="Claix", level=3))
    rig.publish("event", "AlpOSS 2026 aura lieu le 17 février 2026 à La Rampe, à Échirolles")
    await ahead(rig, 60)
    house = rig.house
    [channel] = house.channels.values()

    def why(tx, *kinds):
        told = tuple(one.id for one in tx.stories.recent(kinds=kinds))
        assert told
        digest = Announcement("d", "d", "digest", stories=told)
        return hold.why(tx, house, channel, digest, None, rig.now)

    assert (await house.store.read(lambda tx: why(tx, "label", "event")))["key"] == "reserve"
    assert await house.store.read(lambda tx: why(tx, "event")) is None
