"""``status`` and ``why``, told from a store in which things happened."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.announcements.announcement import Announcement, Message
from bot.commands._audit import login, note
from bot.commands.command import Question
from bot.commands.drop import Drop
from bot.commands.status import Status
from bot.commands.why import Why
from bot.config.settings import BotSettings
from bot.config.wiring import ChannelSettings, SourceSettings
from bot.entries.entry import Entry, Publisher
from bot.outbox import decide
from bot.outbox.decide import Settlement
from bot.outbox.delivery import Delivery
from bot.store.database import Store
from bot.store.drafts import Draft
from bot.store.sources import SourceRow
from bot.stories.story import Story, Witness
from bot.understanding.fact import Reason, Understanding

NOW = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Paris
HOUR = timedelta(hours=1)
URL = "https://ta.example/nec"


class Asked:
    """A context over one store."""

    def __init__(self, store, language="fr"):
        self._store = store
        self.language = language
        self.question = None
        self.at = NOW
        self.pauses = ()
        self.config_dir = Path(__file__).parents[2] / "config"
        self.settings = SimpleNamespace(
            paused=lambda channel, now: channel in self.pauses,
            bot=BotSettings(),
            sources={
                "ta": SourceSettings(name="Le Travailleur alpin"),
                "gre": SourceSettings(name="Grenoble"),
                "off": SourceSettings(name="Arrêtée", enabled=False),
            },
            accounts={},
            channels={
                "toot": ChannelSettings(kind="mastodon", name="Mastodon"),
                "salon": ChannelSettings(kind="matrix", name="le salon", kinds=("event",)),
            },
        )

    def now(self):
        return self.at

    def config(self):
        return self.settings

    async def store(self):
        return self._store


@pytest.fixture
async def store(tmp_path):
    opened = await Store.open(data_dir=tmp_path / "data")
    yield opened
    await opened.close()


@pytest.fixture
def asked(store):
    return Asked(store)


def publisher(source="ta"):
    return Publisher(source, {"ta": "Le Travailleur alpin", "gre": "Grenoble"}[source])


def article(id="ta/1", url=URL, source="ta", published=NOW):
    return Entry(id, publisher(source), url, "Le NEC d’or", "", "", "fr", published, "f")


UNDERSTOOD = Understanding("award", True, (), (Reason("nowhere", {}),), 0.9)


async def happened(
    store, *, understood=UNDERSTOOD, decision=None, first=NOW - 9 * HOUR, queue=True, published=NOW,
    boosts="",
):  # fmt: skip
    """An article was read an hour ago; by default it is queued for Mastodon."""
    entry = article(published=published)
    witnesses = (
        Witness(entry.id, "ta", "Le Travailleur alpin", URL, NOW),
        Witness("gre/9", "gre", "Grenoble", None, NOW),
    )
    story = Story("s", "award", (), witnesses, "T", "", "fr", NOW, NOW)
    row = SourceRow("ta", first_seen=first, last_try=NOW, last_ok=NOW, next_due=NOW + HOUR)
    message = Message("Le NEC d’or\nfin", boosts=boosts)
    letter = Delivery(0, "toot", "a", "s", 0, "post", "k", message, NOW, NOW - HOUR)

    def work(tx):
        tx.sources.put(row)
        tx.entries.save(entry, understood, decision, now=NOW - HOUR)
        if queue:
            tx.stories.save(story)
            tx.announcements.save(Announcement("a", "s", "new"), NOW)
            tx.deliveries.add([letter])

    await store.write(work)


async def outcome(store, settlement, at=NOW):
    def work(tx):
        [one] = tx.deliveries.claim("toot", at, lease=decide.LEASE)
        assert tx.deliveries.settle(one, settlement, at)

    await store.write(work)


async def why(asked, what=URL):
    return await Why().run(asked, {"what": what})


async def status(asked):
    return await Status().run(asked, {})


# -- status ------------------------------------------------------------------------------------


async def test_a_new_bot_says_how_to_begin(asked):
    answer = await status(asked)
    assert "Aucune source n’a encore été lue. Lancez le bot" in answer.text
    assert answer.ok
    assert [row[:2] for row in answer.rows[:2]] == [
        ("Le Travailleur alpin", "pas encore lue"),
        ("Grenoble", "pas encore lue"),
    ]


async def test_all_is_well(asked, store):
    await happened(store)
    await outcome(store, decide.done("1", "https://toot.example/1"))
    answer = await status(asked)
    assert answer.text.splitlines() == [
        "Tout va bien.",
        "Sources\u00a0: 1 sur 2 répondent. Prochaine lecture\u00a0: aujourd’hui à 11 h 00.",
        "Sur Mastodon, messages publiés\u00a0: 1\u202f; en attente\u00a0: 0.",
        "Sur le salon, messages publiés\u00a0: 0\u202f; en attente\u00a0: 0.",
        (
            "Rien n’est relu avant d’être publié\u00a0: aucun compte Matrix n’a de salon pour cela "
            "(admin_room). Pour en créer un\u00a0: alposs-bot setup"
        ),
    ]
    assert answer.ok


async def test_a_boost_is_called_one(asked, store):
    post = "https://mairie.example/@claix/1"
    await happened(store, boosts=post)
    await outcome(store, decide.done("1", post))
    [row] = [row for row in (await status(asked)).rows if row[0] == "Mastodon"]
    assert row[2].endswith(", partage (boost)")
    told = await why(asked)
    assert f"Partagée (boost) sur Mastodon aujourd’hui à 10 h 00, car le message de son auteur dit tout\u00a0: {post}." in told.text  # fmt: skip
    [delivery] = told.data["found"][0]["deliveries"]
    assert delivery["boosted"] is True


async def test_what_was_told_in_words_after_all_is_no_boost(asked, store):
    await happened(store, boosts="https://mairie.example/@claix/1")
    await outcome(store, decide.done("1", "https://toot.example/1"))
    text = (await why(asked)).text
    assert "Annoncée sur Mastodon" in text
    assert "boost" not in text + str((await status(asked)).rows)


async def test_what_waits_says_until_when(asked, store):
    await happened(store)
    asked.at = datetime(2026, 2, 3, 22, 0, tzinfo=UTC)
    text = (await status(asked)).text
    assert "en attente\u00a0: 1, le prochain demain à 8 h 00." in text


async def test_d7_what_is_set_aside_asks_for_a_person(asked, store):
    await happened(store)
    await outcome(store, Settlement("aside", error="Mastodon refuse ce message (422)"))
    answer = await status(asked)
    assert "Message 1 pour Mastodon, mis de côté\u00a0: Mastodon refuse ce message" in answer.text
    assert "alposs-bot retry 1\u202f; pour y renoncer\u00a0: alposs-bot drop 1" in answer.text
    assert not answer.ok


async def test_d_what_is_held_says_to_look_over_there(asked, store):
    await happened(store)
    await outcome(store, Settlement("aside", doubt=True))
    text = (await status(asked)).text
    assert "Message 1 pour Mastodon, peut-être déjà publié\u00a0: vérifiez là-bas" in text
    assert "«\u00a0Le NEC d’or\u00a0»" in text
    assert "alposs-bot drop 1\u202f; pour chercher encore\u00a0: alposs-bot retry 1" in text


async def test_d7_a_locked_channel_says_that_nothing_is_lost(asked, store):
    await happened(store)
    later = NOW + HOUR
    await outcome(store, Settlement("queued", later, error="401", pause=later, tell="locked"))
    answer = await status(asked)
    assert "Mastodon est en pause jusqu’à aujourd’hui à 11 h 00" in answer.text
    assert "alposs-bot setup" in answer.text
    assert "rien n’est perdu, messages en attente\u00a0: 1." in answer.text
    assert not answer.ok


async def test_a_source_that_fails_or_is_gone_is_named(asked, store):
    rows = [
        SourceRow("ta", failures=5, last_try=NOW, last_ok=NOW - 30 * HOUR, error="pas de réponse"),
        SourceRow("gre", disabled=True, last_try=NOW, error="410"),
    ]
    await store.write(lambda tx: [tx.sources.put(row) for row in rows])
    answer = await status(asked)
    said = "Le Travailleur alpin ne répond plus depuis hier à 4 h 00\u00a0: pas de réponse"
    assert said in answer.text
    assert "Grenoble n’est plus lue\u00a0: 410" in answer.text
    assert not answer.ok


async def test_status_for_machines_is_json(asked, store):
    await happened(store)
    data = json.loads(json.dumps((await status(asked)).data))
    assert data["channels"]["toot"]["states"] == {"queued": 1}
    assert data["sources"]["ta"]["last_ok"] == NOW.isoformat()
    assert data["oldest_waiting"] == (NOW - HOUR).isoformat()


async def test_status_in_english(store):
    await happened(store)
    asked = Asked(store, "en")
    text = (await status(asked)).text
    assert "All is well." in text
    assert "Sources: 1 of 2 answer. Next read: today at 11:00." in text


# -- why ---------------------------------------------------------------------------------------


async def test_why_told_says_when_where_and_the_link(asked, store):
    await happened(store)
    await outcome(store, decide.done("1", "https://toot.example/1"))
    answer = await why(asked)
    assert answer.ok
    lines = answer.text.splitlines()
    assert (
        lines[0] == "«\u00a0Le NEC d’or\u00a0», lue aujourd’hui à 9 h 00 chez Le Travailleur alpin."
    )
    assert lines[1] == "Comprise comme\u00a0: un prix (sûr à 90 %)."
    assert "La même nouvelle vient aussi de\u00a0: Grenoble." in lines
    assert (
        "Annoncée sur Mastodon aujourd’hui à 10 h 00\u00a0: https://toot.example/1" in answer.text
    )
    assert "Pas annoncée sur le salon\u00a0: ce canal ne prend que\u00a0: un événement." in lines


@pytest.mark.parametrize(
    "what",
    ["ta/1", "s", f"{URL}/", "http://ta.example/nec?utm_source=x", "https://toot.example/1"],
)
async def test_why_answers_to_every_name_of_a_news_item(asked, store, what):
    await happened(store)
    await outcome(store, decide.done("1", "https://toot.example/1"))
    assert "«\u00a0Le NEC d’or\u00a0»" in (await why(asked, what)).text


@pytest.mark.parametrize("said", ["fr", "en"])
async def test_why_says_by_what_it_was_put_with_the_others(store, said):
    alike = ("award/nec-dor", "day/2026-02-02", "here/crolles", "word/tabuli")
    entry = replace(article(), summary="À CROLLES, Tabulix a été primé hier.")
    witnesses = (
        Witness("gre/9", "gre", "Grenoble", None, NOW),
        Witness(entry.id, "ta", "Le Travailleur alpin", URL, NOW, alike=alike),
    )

    def work(tx):
        tx.sources.put(SourceRow("ta", first_seen=NOW, last_try=NOW, last_ok=NOW, next_due=NOW))
        tx.entries.save(entry, UNDERSTOOD, None, now=NOW)
        tx.stories.save(Story("s", "award", (), witnesses, "T", "", "fr", NOW, NOW))

    await store.write(work)
    asked = Asked(store, said)
    name = SimpleNamespace(fr="le NEC d’or", en="the NEC d’or")
    asked.settings.awards = {"nec-dor": SimpleNamespace(name=name)}
    answer = await why(asked)
    day = "02/02/2026" if said == "fr" else "2026-02-02"
    assert f"{getattr(name, said)}, {day}, CROLLES, Tabulix." in answer.text


async def test_why_told_in_a_digest(asked, store):
    await happened(store)
    digest = Announcement("d", "flood", "digest", stories=("s",))
    letter = Delivery(
        0, "toot", "d", None, 0, "post", "d", Message("En bref"), NOW, NOW, priority=1
    )

    def work(tx):
        tx.announcements.save(digest, NOW)
        tx.deliveries.add([letter])

    await store.write(work)
    await outcome(store, decide.done("2"))
    text = (await why(asked)).text
    assert "Annoncée dans un résumé sur Mastodon aujourd’hui à 10 h 00. «\u00a0En bref" in text
    assert "Attend son tour sur Mastodon" in text


async def test_why_waiting_says_until_when(asked, store):
    await happened(store)
    assert "Attend son tour sur Mastodon, dès que le bot tourne." in (await why(asked)).text
    asked.at = datetime(2026, 2, 3, 22, 0, tzinfo=UTC)
    text = (await why(asked)).text
    assert "Attend son tour sur Mastodon, au plus tôt demain à 8 h 00" in text


async def test_why_failing_says_the_error_and_the_next_try(asked, store):
    await happened(store)
    await outcome(store, Settlement("queued", NOW + HOUR, error="trop de demandes."))
    text = (await why(asked)).text
    assert "Pas encore passée sur Mastodon (essais\u00a0: 1)\u00a0: trop de demandes." in text
    assert "Nouvel essai aujourd’hui à 11 h 00." in text


@pytest.mark.parametrize(
    ("settlement", "words"),
    [
        (Settlement("aside", error="422"), "Mise de côté sur Mastodon\u00a0: 422."),
        (Settlement("aside", doubt=True), "Peut-être déjà publiée sur Mastodon"),
        (Settlement("expired"), "N’est pas partie à temps sur Mastodon"),
        (
            Settlement("withdrawn"),
            "Pas publiée sur Mastodon\u00a0: elle a été abandonnée avant d’être envoyée.",
        ),
        (
            Settlement("withdrawn", doubt=True),
            "Sur Mastodon, elle a été abandonnée sans que je sache si elle y est.",
        ),
    ],
)
async def test_why_every_end_is_said(asked, store, settlement, words):
    await happened(store)
    await outcome(store, settlement)
    assert words in (await why(asked)).text


DROPPED = "Pas publiée sur Mastodon\u00a0: elle a été abandonnée avant d’être envoyée"


@pytest.mark.parametrize(
    ("question", "by"),
    [
        (None, ", par {login}, aujourd’hui à 10 h 00."),
        (Question("@mod:x", "!r", role="moderator"), ", par @mod:x, aujourd’hui à 10 h 00."),
    ],
)
async def test_why_says_who_dropped_a_message_and_when(asked, store, question, by):
    await happened(store)
    asked.question = question
    await Drop().run(asked, {"id": "1"})
    text = (await why(asked)).text
    assert DROPPED + by.format(login=login()) in text
    assert "retirée" not in text
    asked.language = "en"
    text = (await why(asked)).text
    assert "Not published on Mastodon: it was given up before it was sent, by " in text
    asked.language, asked.question = "fr", Question("@member:x", "!r")
    text = (await why(asked)).text
    assert f"{DROPPED}, aujourd’hui à 10 h 00." in text, "who it was is not everybody's business"
    await store.write(lambda tx: tx.audit.forget("@mod:x"))
    asked.question = Question("@admin:x", "!r", role="admin")
    assert "forgotten" not in (await why(asked)).text


async def test_why_says_that_a_post_was_taken_back_after_it_was_there(asked, store):
    await happened(store)
    await outcome(store, decide.done("1", "https://toot.example/1"))

    def take_back(tx):
        [post] = tx.deliveries.of_announcement("a")
        more = {"id": 0, "action": "withdraw", "revision": 1, "key": "k1", "state": "queued"}
        tx.deliveries.add([replace(post, **more)])
        note(tx, asked, "retract", "announcement a", ["toot"], "withdrawn")
        [one] = tx.deliveries.claim("toot", NOW, lease=decide.LEASE)
        assert tx.deliveries.settle(one, decide.done("1"), NOW)

    await store.write(take_back)
    said = (await why(asked)).text
    assert f"Sur Mastodon, l’annonce a été retirée, par {login()}, aujourd’hui à 10 h 00." in said
    assert "Sur Mastodon, l’annonce a été retirée aujourd’hui à 10 h 00." in said
    assert "de Mastodon" not in said


@pytest.mark.parametrize(
    ("occasion", "said"), [("flood", True), ("flood part 2", True), ("week 2026-02-02", False)]
)
@pytest.mark.parametrize("sent", [False, True])
async def test_why_says_that_a_flood_made_it_a_digest(asked, store, occasion, said, sent):
    await happened(store)
    await Drop().run(asked, {"id": "1"})
    stories = ("s", *(f"s{n}" for n in range(6)))
    digest = Announcement("d", "digest-1", "digest", occasion, stories=stories)
    message = Message("En bref")
    letter = Delivery(0, "toot", "d", None, 0, "post", "d", message, NOW, NOW)

    def work(tx):
        tx.announcements.save(digest, NOW)
        tx.deliveries.add([letter])

    await store.write(work)
    if sent:
        await outcome(store, decide.done("2"))
    text = (await why(asked)).text
    assert ("le résumé en rassemble 7 ([news] flood_cap)." in text) is said
    asked.language = "en"
    text = (await why(asked)).text
    assert (
        "Too much news came at once to be told one by one: the digest gathers 7" in text
    ) is said


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"understood": Understanding("other", False)}, "Pas annoncée\u00a0: elle ne parle ni de"),
        ({"first": NOW - HOUR}, "déjà là à la première lecture"),
        ({"decision": {"key": "first"}}, "déjà là à la première lecture"),
        ({"decision": {"key": "flood"}}, "trop de nouvelles à la fois"),
        ({"published": NOW - 400 * HOUR * 24}, "elle date de lundi 30 décembre 2024"),
        ({"understood": Understanding("award", True, confidence=0.4)}, "40 %, il faut 60 %"),
    ],
)
async def test_why_not_told_says_the_cause(asked, store, how, words):
    await happened(store, queue=False, **how)
    assert words in (await why(asked)).text


async def test_why_not_on_a_channel_that_is_not_connected(asked, store):
    asked.settings.sources["ta"] = SourceSettings(name="Le TA", channels=("salon",))
    await happened(store, queue=False)
    text = (await why(asked)).text
    assert "Pas annoncée sur Mastodon\u00a0: cette source n’y est pas reliée." in text
    asked.settings.channels.clear()
    assert "aucun canal n’est actif" in (await why(asked)).text


async def test_why_unknown_says_what_is_read_and_when_next(asked, store):
    await happened(store)
    answer = await why(asked, "https://elsewhere.example/")
    assert not answer.ok
    assert "Je n’ai pas lu «\u00a0https://elsewhere.example/\u00a0». Mes sources (2)" in answer.text
    assert "Prochaine lecture\u00a0: Le Travailleur alpin, aujourd’hui à 11 h 00." in answer.text


async def test_why_tells_the_reasons_in_the_language_s_words(asked, store, tmp_path):
    folder = tmp_path / "config" / "languages"
    folder.mkdir(parents=True)
    (folder / "fr.toml").write_text('[reasons]\n"nowhere" = "Le titre le dit."\n', encoding="utf-8")
    asked.config_dir = folder.parent
    await happened(store)
    assert "Le titre le dit." in (await why(asked)).text.splitlines()


async def test_why_in_english_and_for_machines(store):
    await happened(store)
    answer = await why(Asked(store, "en"))
    assert "“Le NEC d’or”, read today at 09:00 from Le Travailleur alpin." in answer.text
    [found] = json.loads(json.dumps(answer.data))["found"]
    assert found["deliveries"][0]["state"] == "queued"


def test_every_text_is_there_in_both_languages():
    for command in (Status, Why):
        for key, pair in command.texts.items():
            assert set(pair) == {"fr", "en"}, key


# -- drafts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("", "Attend d’être relue pour Mastodon (brouillon 1)."),
        ("no", "N’a pas été retenue à la relecture pour Mastodon (brouillon 1)."),
    ],
)
async def test_both_know_what_people_look_at_first(asked, store, choice, told):
    await happened(store, queue=True)

    def work(tx):
        id = tx.drafts.begin(Draft(0, "announcement", {"key": "always"}, "reaction", NOW, NOW))
        [letter] = tx.deliveries.of_announcement("a")
        newer = replace(letter, id=0, revision=1, action="edit", key="k1", state="draft", draft=id)
        tx.deliveries.drop(letter.id)
        [held] = tx.deliveries.add([replace(newer, action="post")])
        if choice:
            tx.drafts.reject(id, choice, "@m:x", NOW)
        return held

    assert (await store.write(work)).state == "draft"
    assert told in (await why(asked)).text
    answer = await status(asked)
    assert ("À relire\u00a0: 1." in answer.text) == (not choice)
    assert answer.data["drafts"] == (0 if choice else 1)
