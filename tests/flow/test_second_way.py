"""What the admins' Matrix room cannot carry goes by e-mail or by a private post, once."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from mail_server import Authority, MailServer

from bot.channels.mail import send_mail
from bot.config.read import load
from bot.config.settings import BotSettings, NoticeSettings, SecondWay
from bot.config.wiring import AccountSettings
from bot.errors import ConfigError, Gone, Locked, NotNow
from bot.sources.memory import Memory

#: the mail server would rather have TLS before a login, which nobody needs on loopback
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

LABEL = "obtient le niveau 5 du label Territoire Numérique Libre 2025"
ACCOUNT = SimpleNamespace(
    id="element",
    settings=SimpleNamespace(admin_room="!admins", server="https://matrix.example.org"),
)


class Room:
    """An admins' room that can be out of reach."""

    def __init__(self) -> None:
        self.away, self.pulse, self.texts, self.starts = False, 0, [], 0

    async def tell_admins(self, key, text, html=None, *, moderators=False):
        if self.away:
            raise NotNow(channel="salon", cause="?")
        self.texts.append(text)
        return "!admins", f"$event{len(self.texts)}"

    async def start(self):
        self.starts += 1

    def beat(self):
        self.pulse += 0 if self.away else 1
        return self.pulse


@pytest.fixture
def room():
    return Room()


@pytest.fixture
async def reached(make_rig, room):
    """A bot whose admins are told in ``room``, or by a second way."""

    async def start(accounts=None, **way):
        rig = await make_rig()
        house = rig.house
        bot = BotSettings(
            news=house.config.bot.news,
            notices=NoticeSettings(sign_of_life=""),
            second_way=SecondWay(**way),
        )
        given = {name: getattr(house.config, name) for name in house.config.__dataclass_fields__}
        house.config = type(house.config)(**{**given, "bot": bot, "accounts": accounts or {}})
        for channel in house.channels.values():
            channel.account, channel.pulse = ACCOUNT, room.beat
            channel.tell_admins, channel.start = room.tell_admins, room.start
        return rig

    return start


async def minutes(rig, number):
    for _ in range(0, number, 5):
        for what in ("collect", "deliver", "remind"):
            await rig.work(what)
        rig.now += timedelta(minutes=5)


def words(letter):
    return letter.get_content()


async def test_a_refused_token_goes_by_letter_at_once_and_once(reached, room):
    with MailServer() as post:
        rig = await reached(
            email="moi@exemple.org", smtp=post.address, security="none", sender="bot@exemple.org"
        )
        room.away = True
        for town in ("Claix", "Vizille"):
            rig.publish(town, f"{town} {LABEL}")
        rig.side().fail(*["lock"] * 1000)
        await minutes(rig, 30)
        [letter] = post.letters
        assert letter["To"] == "moi@exemple.org"
        assert letter["From"] == "bot@exemple.org"
        assert letter["Subject"].startswith("AlpOSS a besoin de vous\u00a0: ")
        assert letter["Auto-Submitted"] == "auto-generated"
        assert "refuse mon accès" in words(letter)
        assert "2 messages attendent." in words(letter)
        assert "alposs-bot setup" in words(letter)
        assert "ne vient qu’une fois" in words(letter)
        await minutes(rig, 300)
        assert len(post.letters) == 1
        # It is over; should it come again, it is told again.
        rig.side().faults.clear()
        room.away = False
        await rig.settle(20)
        assert await rig.house.store.read(lambda tx: tx.notices.all()) == []
        room.away = True
        rig.publish("Domène", f"Domène {LABEL}")
        rig.side().fail(*["lock"] * 1000)
        await minutes(rig, 120)
        assert len([one for one in post.letters if "refuse mon accès" in words(one)]) == 2


async def test_an_hour_of_silence_goes_by_letter_and_is_over_when_it_speaks_again(reached, room):
    with MailServer(user="bot", password="mot-de-passe-canari") as post:
        rig = await reached(
            email="moi@exemple.org",
            smtp=post.address,
            security="none",
            user="bot",
            password_file="secrets/mail",
        )
        secret = rig.folder / "data" / "secrets" / "mail"
        secret.parent.mkdir(parents=True)
        secret.touch(0o600)
        secret.write_text("mot-de-passe-canari")
        await minutes(rig, 60)
        assert room.starts == 0
        room.away = True
        await minutes(rig, 55)
        assert post.letters == []
        assert room.starts > 5  # it is tried again, though no message waits for it
        await minutes(rig, 180)
        [letter] = post.letters
        assert "Je n’entends plus https://matrix.example.org depuis une heure" in words(letter)
        assert "aucun message n’attend" in words(letter)
        room.away = False
        await minutes(rig, 20)
        assert await rig.house.store.read(lambda tx: tx.notices.all()) == []
        room.away = True
        await minutes(rig, 180)
        assert len(post.letters) == 2


async def test_what_the_room_hears_takes_no_second_way(reached, room):
    with MailServer() as post:
        rig = await reached(email="moi@exemple.org", smtp=post.address, security="none")
        Memory.hand_in(rig.sources[0], Gone())
        await minutes(rig, 180)
        assert len(room.texts) == 1
        assert post.letters == []


async def test_several_troubles_come_in_one_letter_and_a_closed_way_is_tried_again(
    reached, room, caplog
):
    with MailServer() as post:
        rig = await reached(email="moi@exemple.org", smtp=post.address, security="none")
        post.refuse = "550 no such person: mot-de-passe-canari"
        room.away = True
        Memory.hand_in(rig.sources[0], Gone())
        await minutes(rig, 120)
        assert post.letters == []
        assert "SMTP 550" in caplog.text or "SMTPRecipientsRefused" in caplog.text
        assert "canari" not in caplog.text
        post.refuse = ""
        await minutes(rig, 5)
        [letter] = post.letters
        assert "2 alertes" in letter["Subject"]
        assert "n’existe plus (410)" in words(letter)
        assert "Je n’entends plus" in words(letter)
    await minutes(rig, 30)


async def test_a_private_post_where_there_is_no_mail(reached, room, mastodon_server, tmp_path):
    """Also where a letter cannot be sent: the first way that works is enough."""
    token = tmp_path / "token"
    token.touch(0o600)
    token.write_text(mastodon_server.token)
    accounts = {
        "alpes": AccountSettings(kind="mastodon", server=mastodon_server.url, token_file=str(token))
    }
    rig = await reached(
        accounts,
        email="moi@exemple.org",
        smtp="127.0.0.1:9",
        security="none",
        mastodon="alpes",
        person="@moi@mamot.fr",
    )
    room.away = True
    await minutes(rig, 240)
    [status] = mastodon_server.statuses()
    assert status.visibility == "direct"
    assert status.text.startswith("@moi@mamot.fr Je n’entends plus https://matrix.example.org")
    assert len(status.text) <= 500


async def test_a_missing_password_is_told_while_the_room_still_hears(reached, room):
    rig = await reached(
        email="moi@exemple.org",
        smtp="smtp.example.org",
        user="bot",
        password_file="secrets/mail",
    )
    await minutes(rig, 30)
    [told] = room.texts
    assert told.startswith("smtp.example.org\u00a0: le secret ")
    assert "secrets/mail" in told
    assert "Écrivez le mot de passe dans ce fichier" in told
    secret = rig.folder / "data" / "secrets" / "mail"
    secret.parent.mkdir(parents=True)
    secret.touch(0o600)
    secret.write_text("canari")
    await minutes(rig, 5)
    assert await rig.house.store.read(lambda tx: tx.notices.all()) == []
    secret.chmod(0o644)
    await minutes(rig, 5)
    assert "chmod 600" in room.texts[-1]
    assert "canari" not in "".join(room.texts)


async def test_a_refused_login_is_told_without_the_password():
    with MailServer(user="bot", password="juste") as post:
        way = SecondWay(email="moi@exemple.org", smtp=post.address, security="none", user="bot")
        with pytest.raises(Locked) as raised:
            await send_mail(way, "mauvais-canari", "Sujet", "Texte")
        assert "SMTP 535" in raised.value.say("fr")
        assert "canari" not in repr(raised.value) + raised.value.say("fr")
        assert post.letters == []


async def test_an_account_that_locks_without_a_message_is_told(reached, room):
    rig = await reached()
    [channel] = rig.house.channels.values()
    error = Locked(channel="Matrix alpes", cause="M_UNKNOWN_TOKEN")
    concerns = {"locked": {"fr": error.say("fr"), "en": error.say("en")}}
    channel.concerns = lambda: concerns
    await minutes(rig, 15)
    [told] = room.texts
    assert "refuse mon accès (M_UNKNOWN_TOKEN)" in told
    assert told.endswith("Aucun message n’attend.")
    concerns = {}
    await minutes(rig, 5)
    assert await rig.house.store.read(lambda tx: tx.notices.all()) == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('email = "moi@exemple.org"', "email et smtp ensemble"),
        ('email = "moi"\nsmtp = "a.example"', "vous@exemple.org"),
        ('email = "a@b.example"\nsmtp = "http://a.example"', "smtp.exemple.org:587"),
        ('email = "a@b.example"\nsmtp = "a.example"\nsecurity = "none"', "localhost"),
        ('person = "@moi@mamot.fr"', "mastodon et person ensemble"),
        ('mastodon = "alpes"\nperson = "moi@mamot.fr"', "@vous@mamot.fr"),
        ('mastodon = "alpe"\nperson = "@moi@mamot.fr"', "alpe"),
        ('password = "canari"', "password_file"),
    ],
)
def test_what_is_wrong_in_the_settings_is_said(tmp_path, lines, expected):
    (tmp_path / "bot.toml").write_text(f"[second_way]\n{lines}\n")
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, {})
    said = raised.value.say("fr")
    assert expected in said
    assert "bot.toml, ligne " in said
    assert "canari" not in said


# -- STARTTLS, as it is by default ---------------------------------------------------------------


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """A certificate authority that this machine trusts as it trusts the others."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.root))
    return made


def starttls(post, **more):
    way = SecondWay(email="moi@exemple.org", smtp=post.address, user="bot", **more)
    assert way.security == "starttls"
    return way


async def test_s11_a_letter_and_its_password_go_over_starttls(authority):
    with MailServer(user="bot", password="juste", tls=authority.server()) as post:
        await send_mail(starttls(post), "juste", "Sujet", "Texte")
        [letter] = post.letters
        assert letter["Subject"] == "Sujet"
        assert post.encrypted


@pytest.mark.parametrize("server", ["over", "other address", "unknown authority"])
async def test_s11_a_server_that_cannot_prove_itself_gets_neither_letter_nor_password(
    authority, tmp_path, monkeypatch, server
):
    match server:
        case "over":
            tls = authority.server(over=True)
        case "other address":
            tls = authority.server("127.0.0.9")
        case _:
            (tmp_path / "other").mkdir()
            tls = Authority(tmp_path / "other").server()
    with MailServer(user="bot", password="canari", tls=tls) as post:
        with pytest.raises(NotNow) as raised:
            await send_mail(starttls(post), "canari", "Sujet", "Texte")
        assert post.letters == []
    assert "canari" not in raised.value.say("fr") + repr(raised.value)


async def test_s11_a_server_without_starttls_gets_nothing_in_clear(authority):
    with MailServer(user="bot", password="canari") as post:
        with pytest.raises(NotNow):
            await send_mail(starttls(post), "canari", "Sujet", "Texte")
        assert post.letters == []


async def test_a_trouble_reaches_the_admin_over_starttls(reached, room, authority):
    room.away = True
    with MailServer(tls=authority.server()) as post:
        rig = await reached(email="moi@exemple.org", smtp=post.address, sender="bot@exemple.org")
        await rig.house.notice("locked:x", "Un serveur refuse mon accès.", rig.now)
        await minutes(rig, 70)
        letters = [one for one in post.letters if "refuse mon accès" in words(one)]
        assert len(letters) == 1
        assert post.encrypted
