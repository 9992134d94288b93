"""A refused access is opened again by a code: which, whose, kept where, told to whom."""

import stat
from dataclasses import dataclass

import pytest

from bot.channels import mastodon_renew
from bot.channels.account import Account, write_secret
from bot.channels.mastodon import Mastodon, MastodonOptions
from bot.channels.mastodon_setup import WrongCode
from bot.config.wiring import AccountSettings
from bot.errors import Locked


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
    assert "No space left on device" in caught.value.say("fr")
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
