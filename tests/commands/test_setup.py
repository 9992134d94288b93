"""``setup``: from nothing to a first real post, with answers, options, or nobody at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from element import Strict

from bot.app import App
from bot.commands._setup_files import amended
from bot.commands.journal import Journal
from bot.commands.setup import Setup
from bot.commands.test_post import TestPost
from bot.config.read import load
from bot.errors import BotError, CommandError

Reply = str | Callable[["Person"], str]


class Person(App):
    """A person at the terminal: answers by what a question contains; one asked more often than
    there are answers gets up and goes."""

    def __init__(self, tmp_path, replies: dict[str, list[Reply]] | None, language="fr") -> None:
        super().__init__(
            language=language,
            config_dir=str(tmp_path / "config"),
            data_dir=str(tmp_path / "data"),
        )
        self.replies = {key: list(values) for key, values in (replies or {}).items()}
        self.alone = replies is None
        self.said: list[str] = []
        self.secrets_asked: list[str] = []

    def say(self, progress) -> None:
        self.said.append(progress.text)

    async def ask(self, question: str, *, default: str = "", secret: bool = False) -> str:
        if self.alone:
            raise CommandError(what="nobody", next="")
        if secret:
            self.secrets_asked.append(question)
        for part, values in self.replies.items():
            if part in question and values:
                reply = values.pop(0)
                return (reply if isinstance(reply, str) else reply(self)) or default
        raise AssertionError(f"asked without an answer: {question}")

    @property
    def all_said(self) -> str:
        return "\n".join(self.said)


@pytest.fixture(autouse=True)
def no_variables(monkeypatch) -> None:
    for name in list(os.environ):
        if name.startswith("ALPOSS_"):
            monkeypatch.delenv(name)


def agree_in_browser(server) -> Callable[[Person], str]:
    def copy_code(person: Person) -> str:
        address = re.findall(r"http\S+/oauth/authorize\S+", person.all_said)[-1]
        return server.authorize(address)

    return copy_code


def toml(tmp_path, path: str) -> dict:
    return tomllib.loads((tmp_path / "config" / path).read_text(encoding="utf-8"))


async def test_from_nothing_to_a_first_real_post(tmp_path, mastodon_server):
    person = Person(
        tmp_path,
        {
            "Fédivers (Mastodon": ["oui"],
            "Sur quel serveur est le compte": [
                "nulle-part.invalid",
                f"@alpes@{mastodon_server.url}",
                mastodon_server.url,
            ],
            "Le code": ["faux", "", agree_in_browser(mastodon_server)],
            "automatisé": ["peut-être", "oui"],
            "À qui écrire": ["contact@alposs.example"],
            "salon Matrix": ["non"],
            "message d’essai": ["oui"],
        },
    )
    answer = await person.perform(Setup(), {})
    assert answer.ok
    assert person.said.count("Répondez oui ou non.") == 1
    assert answer.data["channels"] == answer.data["tested"] == ["mastodon"]
    [status] = mastodon_server.statuses()
    assert status.text.startswith("Essai du bot AlpOSS\u00a0: ceci n’est pas une annonce.")
    assert status.visibility == "direct"
    assert mastodon_server.account["bot"] is True
    assert mastodon_server.account["fields"] == [
        {"name": "Contact", "value": "contact@alposs.example"}
    ]
    said = person.all_said
    for expected in (
        "nulle-part.invalid",
        "invalid_grant",
        "Le code est vide",
        "Pas de spam.",
        "500 caractères",
        "@alpes@",
    ):
        assert expected in said
    # what was written is a right configuration, without the secret in it
    config = load(tmp_path / "config", {})
    assert config.channels["mastodon"].account == "mastodon"
    assert config.channels["mastodon"].visibility == "public"
    assert len(config.sources) > 5
    secret = tmp_path / "data" / "secrets" / "mastodon.token"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    token = secret.read_text().strip()
    assert token in mastodon_server.tokens
    for path in (tmp_path / "config").rglob("*.toml"):
        assert token not in path.read_text(encoding="utf-8")
    assert token not in said + answer.text
    assert not (tmp_path / "data" / "secrets" / "pending-fediverse.json").exists()
    kept = tmp_path / "data" / "secrets" / "mastodon.app"  # to renew a refused access by a code
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text())["client_id"] in mastodon_server.apps


async def test_a_profile_that_cannot_be_marked_does_not_end_the_setup(tmp_path, mastodon_server):
    mastodon_server.faults("422", on="PATCH /api/v1/accounts/update_credentials")
    contact = b"Andr\xe9".decode("utf-8", "surrogateescape")  # a terminal that writes Latin-1
    for expected in ([], [{"name": "Contact", "value": "André"}]):
        person = Person(
            tmp_path, {"Le code": [agree_in_browser(mastodon_server)], "À qui écrire": [contact]}
        )
        given = {"mastodon-server": mastodon_server.url, "mastodon-bot": "oui", "test-post": "non"}
        answer = await person.perform(Setup(), given)
        assert answer.data["channels"] == ["mastodon"]
        assert ("n’a pas pu être marqué" in person.all_said) is not expected
        assert mastodon_server.account["fields"] == expected
    assert mastodon_server.account["bot"] is True


async def test_the_scopes_are_the_least_that_works(tmp_path, mastodon_server):
    await connect(tmp_path, mastodon_server)
    token = (tmp_path / "data/secrets/mastodon.token").read_text().strip()
    assert set(mastodon_server.tokens[token].split()) == {
        "read:accounts",
        "read:statuses",
        "write:accounts",
        "write:media",
        "write:statuses",
    }


async def test_hearing_followers_takes_two_scopes_more_only_where_it_is_wanted(
    tmp_path, mastodon_server
):
    hearing = {"read:follows", "read:notifications"}

    def granted() -> set[str]:
        token = (tmp_path / "data/secrets/mastodon.token").read_text().strip()
        return set(mastodon_server.tokens[token].split())

    await connect(tmp_path, mastodon_server)
    assert not granted() & hearing
    assert "replies" not in toml(tmp_path, "channels/mastodon.toml")
    channel = tmp_path / "config/channels/mastodon.toml"
    channel.write_text("# à moi\n" + channel.read_text())
    await connect(tmp_path, mastodon_server, **{"mastodon-replies": "oui"})
    assert granted() >= hearing
    assert toml(tmp_path, "channels/mastodon.toml")["replies"] is True
    assert channel.read_text().startswith("# à moi\n")
    await connect(tmp_path, mastodon_server)  # renewed: it still hears
    assert granted() >= hearing
    await connect(tmp_path, mastodon_server, **{"mastodon-replies": "non"})
    assert not granted() & hearing
    assert toml(tmp_path, "channels/mastodon.toml")["replies"] is False


async def test_fetching_posts_to_boost_takes_a_scope_only_where_a_source_says_so(
    tmp_path, mastodon_server
):
    await connect(tmp_path, mastodon_server)
    source = tmp_path / "config/sources/la-guilde.toml"
    source.write_text(
        'kind = "fediverse"\nname = "La Guilde"\nurl = "@guilde@m.example"\nboost = true\n'
    )
    await connect(tmp_path, mastodon_server)
    token = (tmp_path / "data/secrets/mastodon.token").read_text().strip()
    assert "read:search" in mastodon_server.tokens[token].split()


async def connect(tmp_path, server, **options) -> Person:
    """Connected by options, the code copied by a person."""
    person = Person(tmp_path, {"Le code": [agree_in_browser(server)]})
    given = {"mastodon-server": server.url, "mastodon-bot": "non", "test-post": "non", **options}
    await person.perform(Setup(), given)
    return person


async def test_a_gotosocial_gets_the_broad_scopes_and_a_test(tmp_path, make_mastodon_server):
    server = make_mastodon_server("gotosocial")
    await connect(tmp_path, server, **{"test-post": "oui"})
    assert len(server.statuses()) == 1


async def test_run_again_it_renews_the_secret_and_leaves_the_rest(tmp_path, mastodon_server):
    await connect(tmp_path, mastodon_server)
    account = tmp_path / "config/accounts/mastodon.toml"
    channel = tmp_path / "config/channels/mastodon.toml"
    channel.write_text(channel.read_text() + "per_day = 2\n")
    before = account.read_text(), channel.read_text()
    first = (tmp_path / "data/secrets/mastodon.token").read_text()
    mastodon_server.revoke()
    person = await connect(tmp_path, mastodon_server)
    assert (tmp_path / "data/secrets/mastodon.token").read_text() != first
    assert (account.read_text(), channel.read_text()) == before
    assert "rien à y changer" in person.all_said


async def test_s13_what_was_connected_is_in_the_audit_log_without_its_secret(
    tmp_path, mastodon_server
):
    await connect(tmp_path, mastodon_server)
    person = await connect(tmp_path, mastodon_server)
    store = await person.store()
    again, first = await store.read(lambda tx: tx.audit.latest())
    shown = (await Journal().run(person, {})).text
    await store.close()
    assert (first.command, first.thing, first.before) == ("setup", "channel mastodon", None)
    there = {"account": "mastodon", "server": mastodon_server.url, "user": "alpes"}
    assert first.after == again.after == there
    assert again.before == "connected"
    assert (again.face, bool(again.sender)) == ("terminal", True)
    assert "alposs-bot setup (le canal mastodon), connecté → compte mastodon" in shown


async def test_an_account_written_by_hand_keeps_its_words_and_its_secret_s_place(
    tmp_path, mastodon_server
):
    mine = tmp_path / "config/accounts/alpes.toml"
    mine.parent.mkdir(parents=True)
    told = (
        f'# à moi\nkind = "mastodon"  # oui\nserver = "{mastodon_server.url}"\n'
        'token_file = "../data/mon-jeton"\nadmins = ["@moi@mamot.fr"]\n'
    )
    mine.write_text(told)
    await connect(tmp_path, mastodon_server)
    assert mine.read_text() == told + 'user = "alpes"\n'
    token = (tmp_path / "data/mon-jeton").read_text().strip()
    assert token in mastodon_server.tokens
    assert [p.name for p in mine.parent.iterdir()] == ["alpes.toml"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('a = "x"\n', 'a = "y"\n'),
        ('# a = 1\nb = 2\n  a = "x" # z\n', '# a = 1\nb = 2\na = "y"\n'),
        ("b = 2", 'b = 2\na = "y"\n'),
        ('a = "y" # so\n', 'a = "y" # so\n'),
    ],
)
def test_a_changed_value_leaves_the_rest_of_a_file(old, new):
    assert amended(old, {"a": "y"}) == new


async def test_a_folder_that_cannot_be_written_is_told(tmp_path, mastodon_server, monkeypatch):
    monkeypatch.setenv("ALPOSS_MASTODON_TOKEN", mastodon_server.token)
    (tmp_path / "data").write_text("un fichier, pas un dossier")
    with pytest.raises(CommandError, match="data"):
        await Person(tmp_path, None).perform(Setup(), {"mastodon-server": mastodon_server.url})


async def test_a_channel_that_was_locked_out_goes_on_after_renewal(tmp_path, mastodon_server):
    person = await connect(tmp_path, mastodon_server)
    store = await person.store()
    later = datetime.now(UTC) + timedelta(hours=1)
    await store.write(lambda tx: tx.channels.pause("mastodon", later, "locked"))
    await store.write(lambda tx: tx.notices.once("locked:mastodon", "x", later))
    await store.close()
    person = await connect(tmp_path, mastodon_server)
    store = await person.store()
    row = await store.read(lambda tx: tx.channels.get("mastodon"))
    notices = await store.read(lambda tx: tx.notices.all())
    await store.close()
    assert row.paused_until is None
    assert notices == []


async def test_a_second_account_gets_files_of_its_own(tmp_path, make_mastodon_server):
    one, two = make_mastodon_server(), make_mastodon_server()
    await connect(tmp_path, one)
    await connect(tmp_path, two)
    config = load(tmp_path / "config", {})
    assert {a.server for a in config.accounts.values()} == {one.url, two.url}
    assert len([c for c in config.channels.values() if c.kind == "mastodon"]) == 2


async def test_a_file_that_says_something_else_is_replaced_only_on_a_yes(tmp_path, mastodon_server):
    path = tmp_path / "config/channels/mastodon.toml"
    path.parent.mkdir(parents=True)
    path.write_text('kind = "console"\nname = "à moi"\n')
    person = Person(
        tmp_path,
        {"Le code": [agree_in_browser(mastodon_server)], "Le remplacer": ["non"]},
    )
    given = {"mastodon-server": mastodon_server.url, "mastodon-bot": "non", "test-post": "non"}
    await person.perform(Setup(), given)
    assert path.read_text() == 'kind = "console"\nname = "à moi"\n'
    assert "reste comme il était" in person.all_said
    await connect(tmp_path, mastodon_server, overwrite="oui")
    assert toml(tmp_path, "channels/mastodon.toml")["kind"] == "mastodon"


async def test_existing_profile_lines_stay(tmp_path, mastodon_server):
    mine = [{"name": "Site", "value": "https://alposs.fr"}]
    mastodon_server.account["source"]["fields"] = mine
    await connect(
        tmp_path, mastodon_server, **{"mastodon-bot": "oui", "mastodon-contact": "@moi@mamot.fr"}
    )
    assert mastodon_server.account["fields"] == [
        *mine,
        {"name": "Contact", "value": "@moi@mamot.fr"},
    ]


# -- without a terminal --------------------------------------------------------------------------


async def test_with_every_answer_by_variable_nothing_is_asked(
    tmp_path, mastodon_server, monkeypatch
):
    monkeypatch.setenv("ALPOSS_MASTODON_TOKEN", mastodon_server.token)
    person = Person(tmp_path, None)
    answer = await person.perform(
        Setup(), {"mastodon-server": mastodon_server.url, "test-post": "oui"}
    )
    assert answer.data["tested"] == ["mastodon"]
    assert mastodon_server.account["bot"] is True
    assert len(mastodon_server.statuses()) == 1


async def test_without_a_yes_nobody_there_means_no_test(tmp_path, mastodon_server, monkeypatch):
    monkeypatch.setenv("ALPOSS_MASTODON_TOKEN", mastodon_server.token)
    await Person(tmp_path, None).perform(Setup(), {"mastodon-server": mastodon_server.url})
    assert mastodon_server.statuses() == []


async def test_a_wrong_token_is_told_and_nothing_is_written(tmp_path, mastodon_server, monkeypatch):
    monkeypatch.setenv("ALPOSS_MASTODON_TOKEN", "canari-faux-jeton")
    with pytest.raises(BotError) as caught:
        await Person(tmp_path, None).perform(Setup(), {"mastodon-server": mastodon_server.url})
    said = caught.value.say("fr")
    assert "Développement" in said
    assert "canari" not in said
    assert not (tmp_path / "config/accounts").exists()


async def test_a_token_of_a_file_that_is_not_there(tmp_path, mastodon_server):
    given = {"mastodon-server": mastodon_server.url, "mastodon-token-file": str(tmp_path / "rien")}
    with pytest.raises(CommandError, match="rien"):
        await Person(tmp_path, None).perform(Setup(), given)


def test_s11_no_option_takes_a_secret_itself():
    for argument in Setup.arguments:
        if any(word in argument.name for word in ("token", "password", "secret")):
            assert argument.name.endswith("-file")


def run(tmp_path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {
        "LANG": "fr_FR.UTF-8",
        "PYTHONUTF8": "1",
        "ALPOSS_CONFIG": str(tmp_path / "config"),
        "ALPOSS_DATA": str(tmp_path / "data"),
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", "setup"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_in_a_container_the_code_comes_in_a_second_run(tmp_path, mastodon_server):
    first = run(tmp_path, ALPOSS_MASTODON_SERVER=mastodon_server.url)
    assert first.returncode == 2
    assert "ALPOSS_MASTODON_CODE" in first.stderr
    [address] = re.findall(r"http\S+/oauth/authorize\S+", first.stderr)
    code = mastodon_server.authorize(address)
    second = run(
        tmp_path,
        ALPOSS_MASTODON_SERVER=mastodon_server.url,
        ALPOSS_MASTODON_CODE=code,
        ALPOSS_TEST_POST="oui",
    )
    assert second.returncode == 0, second.stderr
    assert "mastodon" in second.stdout
    assert len(mastodon_server.statuses()) == 1


def test_nobody_and_no_answers_is_told_with_what_to_give(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 2
    assert "ALPOSS_MASTODON_SERVER" in done.stderr
    assert "Traceback" not in done.stderr


async def test_declining_both_leaves_the_preview(tmp_path):
    person = Person(tmp_path, {"Fédivers": ["non"], "Matrix": ["n"]})
    answer = await person.perform(Setup(), {})
    assert answer.data == {"channels": []}
    assert "alposs-bot run" in answer.text


async def test_it_speaks_english_too(tmp_path, mastodon_server):
    person = Person(tmp_path, {"The code": [agree_in_browser(mastodon_server)]}, language="en")
    given = {"mastodon-server": mastodon_server.url, "mastodon-bot": "no", "test-post": "no"}
    answer = await person.perform(Setup(), given)
    assert answer.text == "It is ready: mastodon. To begin: alposs-bot run"
    assert "Open this address" in person.all_said


# -- test-post -------------------------------------------------------------------------------


async def test_test_post_queues_and_sends_nothing_itself(tmp_path, mastodon_server):
    await connect(tmp_path, mastodon_server)
    person = Person(tmp_path, None)
    answer = await person.perform(TestPost(), {})
    assert [one["channel"] for one in answer.data["queued"]] == ["mastodon"]
    assert mastodon_server.statuses() == []
    store = await person.store()
    row = await store.write(
        lambda tx: tx.deliveries.claim("mastodon", person.now(), lease=timedelta(1))
    )
    await store.close()
    assert row[0].message.visibility == "direct"
    assert row[0].priority >= 10


async def test_test_post_names_the_nearest_channel(tmp_path, mastodon_server):
    await connect(tmp_path, mastodon_server)
    with pytest.raises(CommandError) as caught:
        await Person(tmp_path, None).perform(TestPost(), {"channels": ("mastodont",)})
    assert "Vouliez-vous dire «\u00a0mastodon\u00a0»" in caught.value.say("fr")


# -- Matrix ----------------------------------------------------------------------------------


@pytest.mark.servers
async def test_matrix_from_nothing_to_a_first_message(tmp_path, synapse):
    password = "canari-mot-de-passe"
    bot = synapse.enrol("annonces", password)
    admin = synapse.enrol("responsable")
    made = synapse.request(
        "POST",
        "/_matrix/client/v3/createRoom",
        {"name": "Logiciel libre", "preset": "private_chat", "invite": [bot.user_id]},
        admin.token,
    )
    replies: dict[str, list[Reply]] = {
        "Fédivers (Mastodon": ["non"],
        "salon Matrix": ["oui"],
        "Sur quel serveur Matrix": ["", synapse.url],
        "identifiant du compte": ["@annonces", bot.user_id],
        "mot de passe": ["faux", password],
        "Dans quel salon": ["99", f"#personne:{synapse.server_name}", "1"],
        "Qui prévenir": ["pas-un-identifiant", admin.user_id],
        "message d’essai": ["oui"],
    }
    person = Person(tmp_path, replies)
    answer = await person.perform(Setup(), {})
    assert answer.data["tested"] == ["matrix"]
    assert "Les 14 premiers jours" in answer.text
    assert "rien ne part sans votre ✅" in answer.text
    for told in (
        "ne répond à «\u00a0\u00a0» (ce n’est pas une adresse)",
        "«\u00a0@annonces\u00a0» n’est pas un identifiant Matrix",
        f"ne trouve pas le salon «\u00a0#personne:{synapse.server_name}\u00a0»",
    ):
        assert told in person.all_said
    account = toml(tmp_path, "accounts/matrix.toml")
    assert account["user"] == bot.user_id
    assert account["admins"] == [admin.user_id]
    assert toml(tmp_path, "channels/matrix.toml")["room"] == made["room_id"]
    page = synapse.request(
        "GET",
        f"/_matrix/client/v3/rooms/{made['room_id']}/messages?dir=b&limit=5",
        None,
        admin.token,
    )
    bodies = [event["content"].get("body", "") for event in page["chunk"]]
    assert any(body.startswith("Essai du bot AlpOSS") for body in bodies)
    joined = synapse.request("GET", "/_matrix/client/v3/sync", None, admin.token)
    assert account["admin_room"] in joined["rooms"]["invite"]
    assert password not in person.all_said
    assert len(person.secrets_asked) == 2
    strict = Strict(synapse, admin)
    assert strict.trusts(bot.user_id, account["device"])
    words = answer.data["recovery_key"]
    assert words in person.all_said
    kept = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not any(words.encode() in one for one in kept)  # only the person has it
    # run again: the device stays, nothing is asked but what is not known
    again = Person(tmp_path, None)
    given = {
        "matrix-server": synapse.url,
        "matrix-user": bot.user_id,
        "matrix-room": made["room_id"],
    }
    await again.perform(Setup(), given)
    assert toml(tmp_path, "accounts/matrix.toml") == account
    assert "déjà connecté" in again.all_said
    assert words not in again.all_said
    # The store is lost: a new device, trusted again by the recovery key (D9). Without the key,
    # the bot works, and says what is missing.
    shutil.rmtree(tmp_path / "data" / "matrix")
    shutil.rmtree(tmp_path / "data" / "secrets")
    secret = tmp_path / "password"
    secret.write_text(password)
    given |= {"matrix-password-file": str(secret), "overwrite": "oui"}
    without = Person(tmp_path, None)
    await without.perform(Setup(), given)
    assert "L’appareil reste non signé" in without.all_said
    assert not strict.trusts(bot.user_id, toml(tmp_path, "accounts/matrix.toml")["device"])
    key = tmp_path / "key"
    for typed in ("EsTc faux", words):
        key.write_text(typed)
        person = Person(tmp_path, None)
        await person.perform(Setup(), {**given, "matrix-recovery-key-file": str(key)})
    assert "au prochain démarrage" in person.all_said
    assert words not in person.all_said
    # Or a new identity takes its place, by the password.
    (tmp_path / "data" / "matrix" / "matrix" / "cross-signing.json").unlink()
    renewed = Person(tmp_path, None)
    answer = await renewed.perform(Setup(), {**given, "matrix-new-identity": "oui"})
    assert answer.data["recovery_key"] != words
