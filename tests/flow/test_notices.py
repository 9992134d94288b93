"""What admins are told: each trouble once, in their room, until it is over; and a sign of life."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from bot import pipeline
from bot.config.settings import BotSettings, NoticeSettings
from bot.errors import Gone, NotNow, Refused
from bot.notices.concerns import locked_out
from bot.sources.memory import Memory

LABEL = "obtient le niveau 5 du label Territoire Numérique Libre 2025"


class Room:
    """The admins' room: what it heard."""

    def __init__(self) -> None:
        self.heard: dict[tuple[str, str], str] = {}
        self.away = False
        self.beats = itertools.count(1)  # its server is there all the time

    def pulse(self):
        return next(self.beats)

    async def tell_admins(self, key, text, html=None, *, moderators=False):
        if self.away:
            raise NotNow(channel="salon", cause="?")
        self.heard.setdefault((key, text), f"$event{len(self.heard)}")
        return "!admins", self.heard[key, text]

    @property
    def texts(self):
        return [text for _, text in self.heard]


@pytest.fixture
def admins(monkeypatch):
    """Gives every house of a rig an admins' room."""
    room = Room()

    def enter(rig, **notices):
        settings = NoticeSettings(**{"sign_of_life": "", **notices})
        house = rig.house
        bot = BotSettings(news=house.config.bot.news, notices=settings)
        house.config = type(house.config)(**{**vars_of(house.config), "bot": bot})
        for channel in house.channels.values():
            channel.tell_admins, channel.pulse = room.tell_admins, room.pulse
            channel.account = SimpleNamespace(
                id="alpes", settings=SimpleNamespace(admin_room="!admins")
            )
        return room

    return enter


def vars_of(config):
    return {name: getattr(config, name) for name in config.__dataclass_fields__}


async def tick(rig, hours=1.0):
    for what in ("collect", "deliver", "remind"):
        await rig.work(what)
    rig.now += timedelta(hours=hours)


async def test_a_source_that_fails_for_a_day_is_told_once_and_forgotten_when_over(make_rig, admins):
    rig = await make_rig()
    room = admins(rig)
    [source] = rig.sources
    Memory.hand_in(source, Refused(status=404))
    for _ in range(23):
        await tick(rig)
    assert room.texts == []
    for _ in range(30):
        await tick(rig)
    [told] = room.texts
    assert told.startswith(
        "La lettre 0 ne répond plus depuis hier (page introuvable). Je réessaie "
    )
    assert told.endswith(".\nChercher la nouvelle adresse\u00a0: ✅. Ne plus la lire\u00a0: ❌.")
    asked = await rig.house.store.read(lambda tx: tx.asked.get("$event0"))
    assert (asked.kind, asked.about, asked.room) == ("failing", source, "!admins")
    rig.show()  # it answers again
    for _ in range(30):
        await tick(rig)
    assert await rig.house.store.read(lambda tx: tx.notices.all()) == []
    Memory.hand_in(source, Refused(status=500))
    for _ in range(60):
        await tick(rig)
    assert len(room.texts) == 2
    assert "le serveur a répondu 500" in room.texts[1]


async def test_a_source_that_never_answered_is_told_of_after_a_day(make_rig, admins):
    rig = await make_rig()
    await rig.down()
    (rig.folder / "config" / "sources" / "neuve.toml").write_text(
        'kind = "memory"\nname = "La neuve"\nrole = "press"\n'
    )
    from bot.config.read import load

    rig.config = load(rig.folder / "config", {})
    Memory.hand_in("neuve", Refused(status=403))
    await rig.up()
    room = admins(rig)
    for _ in range(12):
        await tick(rig)
    assert room.texts == []
    for _ in range(36):
        await tick(rig)
    [told] = room.texts
    assert told.startswith("La neuve n’a encore jamais répondu (le serveur a répondu 403)")
    Memory.hand_in("neuve", ())


async def test_p11_a_source_that_is_gone_is_told_once_by_its_name(make_rig, admins):
    rig = await make_rig()
    room = admins(rig)
    Memory.hand_in(rig.sources[0], Gone())
    for _ in range(50):
        await tick(rig)
    [told] = room.texts
    assert told.startswith("La lettre 0\u00a0: cette source n’existe plus (410)")


async def test_what_the_room_cannot_hear_is_told_when_it_can(make_rig, admins):
    rig = await make_rig()
    room = admins(rig)
    room.away = True
    Memory.hand_in(rig.sources[0], Gone())
    await tick(rig, hours=0)
    assert room.texts == []
    room.away = False
    await pipeline.housekeeping(rig.house, rig.now)
    await pipeline.housekeeping(rig.house, rig.now)
    assert len(room.texts) == 1


async def test_what_concerns_an_account_is_told_once_and_forgotten_when_over(make_rig, admins):
    rig = await make_rig(channels=2)
    room = admins(rig)
    concern = {"moved:!a:!b": {"fr": "Le salon a déménagé.", "en": "The room has moved."}}
    for channel in rig.house.channels.values():
        channel.concerns = lambda: concern
        channel.options = channel.options.model_copy(update={"account": "alpes"})
    for _ in range(3):
        await tick(rig)
    assert room.texts == ["Le salon a déménagé."]
    kept = await rig.house.store.read(lambda tx: tx.notices.all())
    assert [one.key for one in kept] == ["concern:alpes:moved:!a:!b"]
    concern = {}
    await tick(rig)
    assert await rig.house.store.read(lambda tx: tx.notices.all()) == []


async def test_a_link_that_could_not_be_had_at_first_is_asked_for_again_hourly(make_rig, admins):
    rig = await make_rig()
    room = admins(rig)
    [(id, channel)] = rig.house.channels.items()
    asked, link = [], "https://exemple.org/oauth/authorize?client_id=1"

    async def renewal(*, boost):
        asked.append(rig.now)
        return link if len(asked) > 2 else None

    channel.renewal = renewal
    channel.account.settings.server = "https://exemple.org"
    for minute in range(0, 300, 10):
        await locked_out(rig.house, channel, "exemple.org refuse mon accès.", rig.now)
        rig.now += timedelta(minutes=10)
        if minute < 100:
            assert room.texts == ["exemple.org refuse mon accès. Aucun message n’attend."]
    assert len(asked) == 3  # and never once there is one
    assert all(
        later - sooner >= timedelta(minutes=55) for sooner, later in itertools.pairwise(asked)
    )
    assert len(room.texts) == 2
    assert link in room.texts[1]
    [notice] = await rig.house.store.read(lambda tx: tx.notices.all())
    assert (notice.key, link in notice.text) == (f"locked:{id}", True)


async def test_the_sign_of_life_comes_once_a_week_across_restarts(make_rig, admins):
    """Mondays at nine, Paris time, through the change to summer time; never on the first day."""
    rig = await make_rig()
    await rig.down()
    rig.now = datetime(2026, 3, 16, 7, tzinfo=UTC)  # a Monday, 8:00 in Paris
    rig.publish("ancien", f"Vizille {LABEL}")
    await rig.up()
    room = admins(rig, sign_of_life="monday 09:00")
    told = []
    for hour in range(21 * 24):
        if hour == 200:
            rig.publish("claix", f"Claix {LABEL}")
        if hour % 37 == 0:
            await rig.down()
            await rig.up()
            admins(rig, sign_of_life="monday 09:00")
        room.away = hour in (169, 170)  # the room hears the second one late
        before = len(room.texts)
        await tick(rig)
        if len(room.texts) > before:
            told.append(rig.now - timedelta(hours=1))
    assert told == [
        datetime(2026, 3, 16, 8, tzinfo=UTC),
        datetime(2026, 3, 23, 10, tzinfo=UTC),
        datetime(2026, 3, 30, 7, tzinfo=UTC),
    ]
    assert room.texts[2] == (
        "Tout va bien. Cette semaine\u00a0: 1 publiée, 0 en attente, 0 perdue, 1 source sur 1 répond. "
        "Si vous ne recevez pas ce message lundi prochain, je suis en panne."
    )
    assert await rig.house.store.read(lambda tx: tx.notices.all()) == []


async def test_no_sign_of_life_where_none_is_wanted_or_on_the_day_of_installation(make_rig, admins):
    rig = await make_rig()
    room = admins(rig)
    for _ in range(8):
        await tick(rig, hours=24)
    assert room.texts == []
    admins(rig, sign_of_life="monday 09:00")
    await tick(rig)
    assert room.texts == []  # the last Monday was before it was switched on


async def test_the_sign_of_life_says_what_is_not_well(make_rig, admins):
    rig = await make_rig(sources=2)
    room = admins(rig, sign_of_life="monday 09:00")
    Memory.hand_in(rig.sources[0], Gone())
    for _ in range(9):
        await tick(rig, hours=24)
    told = room.texts[-1]
    assert told.startswith(
        "À regarder\u00a0: une alerte ouverte (détails\u00a0: !statut). Cette semaine"
    )
    assert "1 source sur 2 répond." in told
