"""A refused Mastodon token, told in a real admins' room and renewed there by the code."""

from __future__ import annotations

import re

import pytest
from feed_server import News
from talk import Talk

LABEL = "{} obtient le niveau 5 du label Territoire Numérique Libre 2024"


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_a_refused_access_is_renewed_by_the_code_and_nothing_is_lost(
    talking,
    bot_process,
    people,
    make_room,
    make_reader,
    feed_server,
    mastodon_server,
    encrypted,
):
    bot, admin = people
    room = make_room(encrypted=encrypted, name="admins")
    admins = Talk(room, admin, await make_reader(admin) if encrypted else None)
    jeton = bot_process.secret("mastodon.token", mastodon_server.token)
    bot_process.write(
        "accounts/toot.toml",
        f'kind = "mastodon"\nserver = "{mastodon_server.url}"\nuser = "alpes"\n'
        f'token_file = "{jeton}"\n',
    )
    bot_process.write(
        "channels/toot.toml",
        'kind = "mastodon"\naccount = "toot"\nper_hour = 0\nper_day = 0\nquiet = ""\ngather = 0\n'
        '[approval]\nwhen = "never"\n',
    )
    bot_process.source("commune", feed_server.url)
    feed_server.news = [News("La piscine rouvre lundi")]
    await talking(account=f'admin_room = "{room.id}"\n', channel='[approval]\nwhen = "never"\n')
    await admins.announcement("Je suis installé", 60)

    mastodon_server.revoke()
    feed_server.news.insert(0, News(LABEL.format("Claix"), guid="claix"))
    bot_process.move_clock(3 * 3600)
    notice = await admins.announcement("refuse mon accès", 60)
    body = notice["content"]["body"]
    host = mastodon_server.url.partition("://")[2]
    assert body.startswith(f"{host} refuse mon accès. Rien n’est perdu\u00a0: 1 message attend. ")
    assert "Ouvrez ce lien, acceptez, recopiez le code ici, dans le salon des admins" in body
    link = re.search(r"http\S+", body)[0]
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": notice["event_id"]}}}

    # A wrong code says what to do, with the link again; so does that of another account.
    wrong = await admins.ask("Q" * 43, **reply)
    assert "refuse ce code" in wrong
    assert wrong.endswith(link)
    mastodon_server.account["acct"] = "voisine"
    other = await admins.ask(mastodon_server.authorize(link), **reply)
    assert "Ce code ouvre le compte @voisine@" in other
    mastodon_server.account["acct"] = "alpes"
    assert mastodon_server.statuses() == []

    # The right one, as the bot may moderate the room or not; alone, or in reply.
    levels = await room.call("GET", "state/m.room.power_levels")
    if not encrypted:
        levels["users"][bot.user_id] = 50
        await room.call("PUT", "state/m.room.power_levels", levels)
    code = mastodon_server.authorize(link)
    event = await admins.say(code, **(reply if encrypted else {}))
    answer = (await admins.answer(event, 60))["body"]
    assert answer.startswith(f"Merci\u00a0: j’écris de nouveau comme @alpes@{host}. Le message qui")
    assert ("il ne vaut plus rien, et peut rester là" if encrypted else "J’ai effacé") in answer
    if not encrypted:
        gone = await room.call("GET", f"event/{event}")
        assert gone["content"] == {}
    await admins.until(lambda: len(mastodon_server.statuses()) == 1)
    [status] = mastodon_server.statuses()
    assert "Claix" in status.text

    # It goes on by itself, and the log tells who did it; nothing secret was said or written.
    feed_server.news.insert(0, News(LABEL.format("Meylan"), guid="meylan"))
    bot_process.move_clock(3 * 3600)
    await admins.until(lambda: len(mastodon_server.statuses()) == 2)
    journal = await admins.ask("!journal")
    assert f"{admin.user_id}\u00a0: code d’accès (le canal toot)" in journal
    assert "accès refusé → accès renouvelé" in journal
    token = jeton.read_text().strip()
    assert token in mastodon_server.tokens
    assert jeton.stat().st_mode & 0o777 == 0o600
    [app] = mastodon_server.apps.values()
    everything = bot_process.said() + str(await admins.messages())
    for secret in (token, app["secret"]):
        assert secret not in everything
    assert code not in bot_process.said()
