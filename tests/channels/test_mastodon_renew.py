"""A refused access is opened again by a code: which, whose, kept where, told to whom."""

import stat
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from bot.channels import mastodon_renew
from bot.channels.account import Account, write_secret
from bot.channels.mastodon import Mastodon, MastodonOptions
from bot.channels.mastodon_setup import WrongCode
from bot.config.wiring import AccountSettings
from bot.errors import Locked
from bot.reactions.locked import LockedOut


@dataclass
class Refused:
    server: object
    account: Account
    channel: Mastodon

    @property
    def token(self):
        return self.account.data_dir / "secrets" / "alpes.token"


@pytest.fixture
async def refused(tmp_path, mastodon_server):
    """A channel whose token was revoked over there."""
    path = tmp_path / "secrets" / "alpes.token"
    write_secret(path, mastodon_server.token)
    settings = AccountSettings(
        kind="mastodon", server=mastodon_server.url, user="alpes", token_file=str(path)
    )
    account = Account("alpes", settings, tmp_path)
    channel = Mastodon("pouet", MastodonOptions(account="alpes"), account)
    await channel.start()
    mastodon_server.revoke()
    yield Refused(mastodon_server, account, channel)
    await channel.stop()


def named(refused, user):
    """The same account, its file naming this user."""
    settings = refused.account.settings.model_copy(update={"user": user})
    account = Account("alpes", settings, refused.account.data_dir)
    return Mastodon("pouet", MastodonOptions(account="alpes"), account), account


async def test_a_code_opens_the_access_again_without_a_restart(refused):
    link = await refused.channel.renewal(boost=False)
    assert link.startswith(f"{refused.server.url}/oauth/authorize?client_id=")
    assert "redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob" in link
    host = refused.server.url.partition("://")[2]
    assert await refused.channel.renew(refused.server.authorize(link)) == f"@alpes@{host}"
    assert refused.token.read_text().strip() in refused.server.tokens
    await refused.channel.start()
    assert await refused.channel.renewal(boost=False) is None  # it is open


async def test_s11_what_is_kept_is_closed_to_others_and_shown_nowhere(refused, caplog):
    caplog.set_level("DEBUG")
    link = await refused.channel.renewal(boost=False)
    code = refused.server.authorize(link)
    await refused.channel.renew(code)
    app = mastodon_renew.app_file(refused.account.data_dir, "alpes")
    for path in (app, refused.token):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [known] = refused.server.apps.values()
    for secret in (known["secret"], refused.token.read_text().strip(), code):
        assert secret not in caplog.text
        assert secret not in link
        assert secret not in repr(refused.account)


async def test_the_same_registration_serves_again_unless_it_may_do_too_little(refused):
    first = await refused.channel.renewal(boost=False)
    assert await refused.channel.renewal(boost=False) == first
    assert len(refused.server.apps) == 1
    more = await refused.channel.renewal(boost=True)
    assert "read%3Asearch" in more
    assert len(refused.server.apps) == 2


async def test_a_code_works_once_and_the_next_one_of_the_same_link_too(refused):
    link = await refused.channel.renewal(boost=False)
    code = refused.server.authorize(link)
    await refused.channel.renew(code)
    for wrong in (code, "x" * 43):
        with pytest.raises(WrongCode) as caught:
            await refused.channel.renew(wrong)
        assert "rouvrez l’adresse, acceptez, et recopiez le code" in caught.value.say("fr")
    assert await refused.channel.renew(refused.server.authorize(link))


async def test_the_code_of_another_account_is_not_kept(refused):
    link = await refused.channel.renewal(boost=False)
    before = refused.token.read_text()
    refused.server.account["acct"] = refused.server.account["username"] = "voisine"
    with pytest.raises(mastodon_renew.OtherAccount) as caught:
        await refused.channel.renew(refused.server.authorize(link))
    assert "ouvre le compte @voisine@" in caught.value.say("fr")
    assert "connecté à @alpes@" in caught.value.say("fr")
    assert refused.token.read_text() == before
    assert refused.server.tokens == {}  # given back


async def test_a_foreign_code_is_refused_though_it_cannot_be_given_back(refused):
    link = await refused.channel.renewal(boost=False)
    refused.server.account["acct"] = refused.server.account["username"] = "voisine"
    refused.server.faults("503", on="POST /oauth/revoke")
    with pytest.raises(mastodon_renew.OtherAccount):
        await refused.channel.renew(refused.server.authorize(link))
    assert refused.token.read_text().strip() not in refused.server.tokens


@pytest.mark.parametrize("user", ["@Alpes", "alpes@mairie.example", "@ALPES@mairie.example"])
async def test_the_own_account_is_known_however_its_user_is_written(refused, user):
    channel, _ = named(refused, user)
    link = await channel.renewal(boost=False)
    assert (await channel.renew(refused.server.authorize(link))).startswith("@alpes@")
    refused.server.revoke()
    refused.server.account["acct"] = refused.server.account["username"] = "voisine"
    with pytest.raises(mastodon_renew.OtherAccount):
        await channel.renew(refused.server.authorize(link))


async def test_without_a_user_only_whose_token_last_worked_is_taken(refused):
    """An admin who agrees as themselves does not become the bot's account."""
    channel, account = named(refused, None)
    refused.server.tokens[refused.token.read_text().strip()] = "read write"
    await channel.start()
    owner = account.data_dir / "secrets" / "alpes.owner"
    assert stat.S_IMODE(owner.stat().st_mode) == 0o600
    refused.server.revoke()
    before = refused.token.read_text()
    link = await channel.renewal(boost=False)
    own = dict(refused.server.account)
    refused.server.account.update(id="77", acct="admin", username="admin")
    with pytest.raises(mastodon_renew.OtherAccount) as caught:
        await channel.renew(refused.server.authorize(link))
    assert "connecté à @alpes@" in caught.value.say("fr")
    assert refused.token.read_text() == before
    refused.server.account.update(own)
    await channel.renew(refused.server.authorize(link))
    assert refused.token.read_text().strip() in refused.server.tokens
    await channel.stop()


async def test_where_nothing_says_whose_the_account_is_no_code_is_taken(refused):
    link = await refused.channel.renewal(boost=False)
    channel, _ = named(refused, None)
    assert await channel.renewal(boost=False) is None
    before = refused.token.read_text()
    with pytest.raises(mastodon_renew.WhoseUnknown) as caught:
        await channel.renew(refused.server.authorize(link))
    assert 'user = "nom" à accounts/alpes.toml' in caught.value.say("fr")
    assert "alposs-bot setup" in caught.value.say("en")
    assert refused.token.read_text() == before
    assert refused.server.tokens == {}


async def test_a_registration_that_the_server_forgot_is_made_anew(refused):
    first = await refused.channel.renewal(boost=False)
    with pytest.raises(WrongCode):  # of a wrong code alone, it is kept
        await refused.channel.renew("x" * 43)
    assert await refused.channel.renewal(boost=False) == first
    refused.server.apps.clear()
    with pytest.raises(WrongCode):
        await refused.channel.renew("x" * 43)
    again = await refused.channel.renewal(boost=False)
    assert again != first
    assert await refused.channel.renew(refused.server.authorize(again))


@pytest.fixture
def told(refused):
    """What the room is answered to these words, under the notice."""

    async def say(text):
        house = SimpleNamespace(
            channels={"pouet": refused.channel}, config=SimpleNamespace(sources={})
        )

        async def the_house():
            return house

        context = SimpleNamespace(language="fr", tools={"house": the_house})
        asked = SimpleNamespace(about="pouet")
        return (await LockedOut().said(context, asked, text)).text

    return say


async def test_access_is_called_open_only_where_the_server_says_so(refused, told):
    link = await refused.channel.renewal(boost=False)
    said = await told("x" * 43)
    assert "refuse ce code" in said
    assert said.endswith(link)
    refused.server.faults("503", "503", on="GET /api/v1/accounts/verify_credentials")
    said = await told("x" * 43)
    assert "refuse ce code" in said
    assert said.endswith("réessayez dans quelques minutes.")
    await refused.channel.renew(refused.server.authorize(link))  # somebody was faster
    assert await told("x" * 43) == "L’accès est déjà rétabli\u00a0: il n’y a rien à faire."


async def test_a_registration_that_cannot_be_kept_is_no_open_access(refused, told, monkeypatch):
    await refused.channel.renewal(boost=False)

    async def none(*_, **__):
        return None

    monkeypatch.setattr(refused.channel, "renewal", none)
    assert (await told("x" * 43)).endswith("réessayez dans quelques minutes.")


async def test_a_code_that_nobody_asked_for_is_refused(refused):
    with pytest.raises(WrongCode):
        await refused.channel.renew("x" * 43)


async def test_where_the_new_access_cannot_be_written_it_says_so(refused, monkeypatch):
    link = await refused.channel.renewal(boost=False)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mastodon_renew, "write_secret", full)
    with pytest.raises(mastodon_renew.NotWritten) as caught:
        await refused.channel.renew(refused.server.authorize(link))
    assert "le disque est plein" in caught.value.say("fr")
    assert await refused.channel.renewal(boost=True) is None  # nor can the registration be kept


async def test_a_lost_token_is_made_anew(refused):
    refused.token.unlink()
    link = await refused.channel.renewal(boost=False)
    await refused.channel.renew(refused.server.authorize(link))
    await refused.channel.start()


@pytest.mark.parametrize("fault", ["403", "503", "cut"])
async def test_no_code_is_asked_for_where_none_would_help(refused, fault):
    refused.server.faults(fault, on="GET /api/v1/accounts/verify_credentials")
    assert await refused.channel.renewal(boost=False) is None
    assert refused.server.apps == {}


async def test_a_token_of_the_environment_is_not_the_bots_to_write(refused, monkeypatch):
    monkeypatch.setenv("JETON_ALPES", "périmé")
    settings = refused.account.settings.model_copy(
        update={"token_file": None, "token_env": "JETON_ALPES"}
    )
    account = Account("alpes", settings, refused.account.data_dir)
    channel = Mastodon("pouet", MastodonOptions(account="alpes"), account)
    assert await channel.renewal(boost=False) is None


async def test_a_server_that_is_away_gives_no_link(refused, monkeypatch):
    async def away(*_):
        raise Locked(channel="x", cause="?")

    monkeypatch.setattr(mastodon_renew.setup, "register", away)
    assert await refused.channel.renewal(boost=False) is None
