"""Webhooks: signed as Standard Webhooks says, sent to public addresses only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.announcements.announcement import Message
from bot.channels.account import write_secret
from bot.channels.webhook import Webhook, WebhookOptions, signature
from bot.errors import Locked, NotNow, Rejected, Unclear
from bot.outbox.delivery import Delivery

NOW = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"a secret of the alps, 32 bytes!!").decode()


def delivery(action="post", **more):
    return Delivery(
        id=1,
        channel="crochet",
        announcement="a1",
        story="s1",
        revision=0,
        action=action,
        key="cle-1",
        created=NOW,
        due=NOW,
        message=Message("Échirolles", links=("https://alposs.fr",), data={"kind": "award"}),
        **more,
    )


class Receiver:
    def __init__(self):
        self.got = []
        self.status = 204
        self.text = None
        self.headers = {}
        self.break_off = False
        self.callers = set()

    async def take(self, request):
        self.got.append((dict(request.headers), await request.read()))
        self.callers.add(request.transport.get_extra_info("peername"))
        if self.break_off:
            request.transport.abort()
        return web.Response(status=self.status, headers=self.headers, text=self.text)


@pytest.fixture
async def receiver():
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/crochet", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/crochet"
    yield receiver
    await runner.cleanup()


@pytest.fixture
async def make_webhook(receiver, tmp_path):
    made = []
    write_secret(tmp_path / "secret", SECRET)

    def make(url=None, **more):
        more = {"allow": ("127.0.0.0/8",), "secret_file": str(tmp_path / "secret"), **more}
        made.append(Webhook("crochet", WebhookOptions(url=url or receiver.url, **more)))
        return made[-1]

    yield make
    for webhook in made:
        await webhook.stop()


async def test_an_announcement_arrives_signed(make_webhook, receiver):
    receipt = await make_webhook().deliver(delivery())
    [(headers, body)] = receiver.got
    assert receipt.remote == headers["webhook-id"] == "cle-1"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 5
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    content = f"cle-1.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    told = json.loads(body)
    assert told["type"] == "announcement.new"
    assert told["data"]["text"] == "Échirolles"
    assert told["data"]["facts"] == {"kind": "award"}


async def test_d4_a_repeat_has_the_same_id_and_the_same_body(make_webhook, receiver):
    webhook = make_webhook()
    await webhook.deliver(delivery())
    await webhook.deliver(delivery())
    assert len({(headers["webhook-id"], body) for headers, body in receiver.got}) == 1


async def test_what_is_sent_besides_and_one_connection_for_all(make_webhook, receiver):
    receiver.status, receiver.text = 200, "thanks, " * 50
    webhook = make_webhook()
    for _ in range(3):
        await webhook.deliver(delivery())
    assert len(receiver.callers) == 1
    headers, body = receiver.got[-1]
    assert headers["User-Agent"].startswith("alposs-bot/")
    assert headers["Content-Type"] == "application/json"
    assert headers["Content-Length"] == str(len(body))
    assert set(map(str.lower, headers)) == {
        "host", "user-agent", "content-type", "content-length",
        "webhook-id", "webhook-timestamp", "webhook-signature",
    }  # fmt: skip


async def test_edits_and_withdrawals_name_the_first_sending(make_webhook, receiver):
    webhook = make_webhook()
    first = await webhook.deliver(delivery())
    await webhook.edit(first.remote, delivery("edit"))
    await webhook.withdraw(first.remote, delivery("withdraw"))
    told = [json.loads(body) for _, body in receiver.got]
    assert [t["type"] for t in told] == [
        "announcement.new",
        "announcement.edited",
        "announcement.withdrawn",
    ]
    assert {t["data"]["message"] for t in told} == {"cle-1"}
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 3


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, NotNow),
        (400, Rejected),
        (401, Locked),
        (403, Locked),
        (404, NotNow),
        (410, Rejected),
        (413, Rejected),
        (422, Rejected),
        (429, NotNow),
        (500, Unclear),
        (503, Unclear),
    ],
)
async def test_d7_each_answer_means_what_it_is(make_webhook, receiver, status, error):
    receiver.status = status
    receiver.headers = {"Retry-After": "120", "Location": "http://127.0.0.1:1/"}
    with pytest.raises(error) as caught:
        await make_webhook().deliver(delivery())
    assert len(receiver.got) == 1
    if status in (429, 503):
        assert caught.value.after == timedelta(seconds=120)


async def test_a_lost_answer_is_unclear_and_no_server_is_not_now(make_webhook, receiver):
    receiver.break_off = True
    with pytest.raises(Unclear):
        await make_webhook().deliver(delivery())
    with pytest.raises(NotNow):
        await make_webhook("http://127.0.0.1:1/").deliver(delivery())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
async def test_s1_an_inside_address_needs_the_allow_list(make_webhook, receiver, host):
    url = receiver.url.replace("127.0.0.1", host)
    with pytest.raises(Locked) as caught:
        await make_webhook(url, allow=()).deliver(delivery())
    assert receiver.got == []
    assert "allow" in caught.value.say("fr")


async def test_s11_no_secret_no_sending_and_no_error_shows_it(make_webhook, receiver, tmp_path):
    webhook = make_webhook()
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(Locked) as caught:
        await webhook.deliver(delivery())
    assert receiver.got == []
    assert SECRET not in caught.value.say("fr") + repr(webhook.options)


def test_the_signature_of_the_standards_own_example():
    # standard-webhooks, spec: the example that its libraries test against
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_that_is_no_base64_is_taken_as_text():
    assert signature("whsec_é!", "a", "1", b"") == signature("whsec_é!", "a", "1", b"")
    assert signature("whsec_é!", "a", "1", b"") != signature("autre", "a", "1", b"")
