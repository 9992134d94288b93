"""A server that speaks Mastodon's client API and keeps Mastodon's real rules, on loopback.

The fixture ``mastodon_server`` gives one that runs in a thread of its own, so that a bot in
another process can use it: ``.url``, ``.token``, ``.statuses()``, ``.faults(…)``,
``.advance(seconds)``, ``.account``, ``.authorize(url)``. ``flavour`` makes it a GoToSocial or a
Pleroma. It is written against docs.joinmastodon.org and Mastodon's source; ``mastodon_mock``
from PyPI stands beside it in the tests.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from mastodon_media_rules import Media, Refusal
from mastodon_rules import Clock, Faults, Keys, Rates, length, to_html

OOB = "urn:ietf:wg:oauth:2.0:oob"
INVALID = {
    "WWW-Authenticate": 'Bearer realm="Doorkeeper", error="invalid_token", '
    'error_description="The access token is invalid"'
}
VERSIONS = {
    "mastodon": ("4.5.3", "https://github.com/mastodon/mastodon"),
    "gotosocial": ("0.20.1+git-a1b2c3d", "https://codeberg.org/superseriousbusiness/gotosocial"),
    "pleroma": ("2.7.2 (compatible; Pleroma 2.9.1)", "https://git.pleroma.social/pleroma/pleroma"),
}


@dataclass
class Status:
    """One status, as the server holds it."""

    id: str
    account: str
    text: str
    language: str
    visibility: str
    spoiler: str
    reply_to: str | None
    at: Any
    key: str
    edits: list[str] = field(default_factory=list)
    boosts: str = ""  # the id of somebody's status
    media: list[str] = field(default_factory=list)  # ids of what it shows


class MastodonServer:
    """One instance with one account."""

    def __init__(self, flavour: str = "mastodon") -> None:
        self.flavour = flavour
        self.url = ""
        self.clock = Clock()
        self.keys = Keys(self.clock, kept=None if flavour == "gotosocial" else timedelta(hours=1))
        self.rates = Rates(self.clock)
        self._faults = Faults()
        self.characters = 5000 if flavour == "gotosocial" else 500
        self.repeats_answer_500 = False  # Mastodon 4.6.0 to 4.6.5
        self.has_v2 = True
        self.account: dict[str, Any] = {
            "id": "1",
            "username": "alpes",
            "acct": "alpes",
            "display_name": "AlpOSS",
            "bot": False,
            "locked": False,
            "fields": [],
            "source": {"privacy": "public"},
        }
        self.rules = ["Pas de spam.", "Les robots se déclarent."]
        self.token = secrets.token_urlsafe(32)
        self.tokens: dict[str, str] = {self.token: "read write"}  # token -> scopes
        self.apps: dict[str, dict[str, str]] = {}
        self.codes: dict[str, str] = {}  # code -> client id
        self.all: list[Status] = []  # every status ever made
        self.deleted: set[str] = set()
        self.foreign: dict[str, dict[str, Any]] = {}  # statuses of others, by id
        self.not_fetched: dict[str, dict[str, Any]] = {}  # that this server would have to fetch
        self.media = Media(self.clock)
        self.seen: list[tuple[str, str]] = []  # method, path
        self.headers_seen: list[dict[str, str]] = []
        self._numbers = iter(range(110_000_000, 2_000_000_000, 7))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    # -- what tests use ---------------------------------------------------------------------

    def statuses(self) -> list[Status]:
        """What is there, oldest first."""
        return [status for status in self.all if status.id not in self.deleted]

    def faults(self, *names: str, on: str = "POST /api/v1/statuses") -> None:
        """The next requests to ``on`` (method, beginning of the path) fail so, one fault each."""
        self._faults.add(on, *names)

    def advance(self, seconds: float) -> None:
        """Move the server's clock."""
        self.clock.shift += timedelta(seconds=seconds)

    def revoke(self) -> None:
        """No token is valid any more."""
        self.tokens.clear()

    def delete(self, id: str) -> None:
        """A moderator takes a status away."""
        self.deleted.add(id)

    def authorize(self, address: str) -> str:
        """What a person does in the browser: open the address, agree, copy the code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["redirect_uri"] == OOB
        app = self.apps[asked["client_id"]]
        assert set(asked["scope"].split()) <= set(app["scopes"].split())
        code = secrets.token_urlsafe(24)
        self.codes[code] = asked["client_id"]
        app["granted"] = asked["scope"]
        return code

    def foreign_post(self, text: str, visibility: str = "public", *, known: bool = True) -> str:
        """Somebody's status on another server; its address. ``known``: this server has it."""
        id = str(next(self._numbers))
        address = f"https://mairie.example/@claix/{id}"
        status = Status(
            id, "2", text, "fr", visibility, "", None, self.clock.now(), ""
        )  # fmt: skip
        shown = self._shown(status) | {
            "url": address,
            "uri": f"https://mairie.example/users/claix/statuses/{id}",
            "account": {"id": "2", "username": "claix", "acct": "claix@mairie.example"},
        }
        (self.foreign if known else self.not_fetched)[id] = shown
        return address

    def boosts(self) -> list[str]:
        """The addresses that the account passes on, oldest first."""
        return [str(self.foreign[s.boosts]["url"]) for s in self.statuses() if s.boosts]

    def count(self, method: str, path: str) -> int:
        """How many requests there were."""
        return sum(m == method and p.startswith(path) for m, p in self.seen)

    # -- life -------------------------------------------------------------------------------

    def start(self) -> MastodonServer:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def stop(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(10)

    def _serve(self, ready: threading.Event) -> None:
        self._loop = loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, shutdown_timeout=0.05)
        loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        loop.run_until_complete(site.start())
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ready.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    # -- one request ------------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path.rstrip("/")
        self.seen.append((request.method, path))
        self.headers_seen.append(dict(request.headers))
        fault = self._faults.next(request.method, path)
        if fault == "cut":
            return self._hang_up(request)
        if fault == "hang":
            await asyncio.sleep(10)
        headers: dict[str, str] = {}
        try:
            self._fail_before(fault)
            body, headers = await self._act(request, path, fault)
            if fault == "500-after":
                raise Refusal(500, "We're sorry, but something went wrong on our end.")
        except Refusal as refusal:
            body = {"error": refusal.text}
            headers |= refusal.headers
            if refusal.status == 422 and self.flavour == "gotosocial":
                refusal.status = 400
            return web.json_response(body, status=refusal.status, headers=headers | self._date())
        if fault in ("lose", "500-before-key"):
            return self._hang_up(request)
        status = self.media.answer(path) if "/media" in path else 200
        return web.json_response(body, status=status, headers=headers | self._date())

    def _date(self) -> dict[str, str]:
        return {"Date": format_datetime(self.clock.now(), usegmt=True)}

    def _fail_before(self, fault: str) -> None:
        if fault == "429":
            soon = (self.clock.now() + timedelta(seconds=90)).isoformat().replace("+00:00", "Z")
            raise Refusal(
                429,
                "Too many requests",
                {
                    "X-RateLimit-Limit": "300",
                    "X-RateLimit-Remaining": "0",
                    "X-RateLimit-Reset": soon,
                },
            )
        if fault == "401":
            raise Refusal(401, "The access token is invalid", INVALID)
        if fault == "redirect":
            raise Refusal(301, "moved", {"Location": "https://elsewhere.invalid/"})
        if fault in ("403", "404", "422", "500", "502", "503"):
            raise Refusal(int(fault), f"La validation a échoué ({fault})")
        if fault == "200-error":
            raise Refusal(200, "Something is wrong")
        if fault == "html":
            raise web.HTTPOk(text="<html>Connexion</html>", content_type="text/html")

    def _hang_up(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        raise asyncio.CancelledError

    async def _act(self, request: web.Request, path: str, fault: str) -> tuple[Any, dict[str, str]]:
        given = await _given(request)
        public: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
            ("POST", "/api/v1/apps"): self._register,
            ("POST", "/oauth/token"): self._token,
            ("POST", "/oauth/revoke"): self._revoke,
            ("GET", "/.well-known/oauth-authorization-server"): self._oauth_server,
            ("GET", "/api/v2/instance"): self._instance,
            ("GET", "/api/v1/instance"): self._instance_v1,
        }
        if (request.method, path) in public:
            return public[request.method, path](given), {}
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise Refusal(401, "The access token is invalid", INVALID)
        allowed, headers = self.rates.take("request", token)
        if not allowed:
            raise Refusal(429, "Too many requests", headers)
        needed = "read" if request.method == "GET" else "write"
        if not any(s.partition(":")[0] == needed for s in self.tokens[token].split()):
            raise Refusal(403, "This action is outside the authorized scopes", headers)
        parts = path.removeprefix("/api/v1/").split("/")
        granted = set(self.tokens[token].split())
        match request.method, parts:
            case "GET", ["accounts", "lookup"]:
                known = given.get("acct") == "claix@mairie.example" and self.foreign
                if not known:
                    raise Refusal(404, "Record not found", headers)
                return {"id": "2", "acct": given["acct"]}, headers
            case "GET", ["accounts", "2", "statuses"]:
                return list(reversed(self.foreign.values())), headers
            case "GET", ["", "api", "v2", "search"]:
                if not granted & {"read", "read:search"}:
                    raise Refusal(403, "This action is outside the authorized scopes", headers)
                return self._search(given), headers
            case "POST", ["statuses", id, "reblog"] if id in self.foreign:
                return self._boost(id, given), headers
            case "POST", ["statuses", id, "unreblog"] if id in self.foreign:
                self.deleted |= {s.id for s in self.all if s.boosts == id}
                return self.foreign[id], headers
            case "GET", ["accounts", "verify_credentials"]:
                return self.account, headers
            case "PATCH", ["accounts", "update_credentials"]:
                return self._update(given), headers
            case "GET", ["accounts", id, "statuses"] if id == self.account["id"]:
                return self._own(given), headers
            case "POST", ["", "api", "v2", "media"]:
                if not granted & {"write", "write:media"}:
                    raise Refusal(403, "This action is outside the authorized scopes", headers)
                allowed, limits = self.rates.take("media", self.account["id"])
                if not allowed:
                    raise Refusal(429, "Too many requests", limits)
                return self.media.take(given), limits
            case "GET", ["media", id]:
                return self.media.look(id), headers
            case "POST", ["statuses"]:
                key = request.headers.get("Idempotency-Key", "")
                return self._post(given, key, fault), headers
            case method, ["statuses", id, *rest]:
                return self._one(method, id, rest, given), headers
        raise Refusal(404, "Record not found", headers)

    # -- statuses ---------------------------------------------------------------------------

    def _post(self, given: dict[str, Any], key: str, fault: str) -> dict[str, Any]:
        first = self.keys.first(self.account["id"], key)
        if first is not None:
            if self.repeats_answer_500:
                raise Refusal(500, "We're sorry, but something went wrong on our end.")
            return self._shown(next(s for s in self.all if s.id == first))
        allowed, headers = self.rates.take("status", self.account["id"])
        if not allowed:
            raise Refusal(429, "Too many requests", headers)
        reply_to = given.get("in_reply_to_id")
        if reply_to and not any(s.id == reply_to for s in self.statuses()):
            raise Refusal(404, "The post you are trying to reply to does not appear to exist.")
        text, spoiler = self._checked(given)
        media = self.media.attachable(given.get("media_ids[]", []))
        status = Status(
            str(next(self._numbers)),
            self.account["id"],
            text,
            given.get("language", "en"),
            given.get("visibility", "public"),
            spoiler,
            reply_to,
            self.clock.now(),
            key,
            media=media,
        )
        self.media.attach(media, status.id)
        self.all.append(status)
        if fault != "500-before-key":
            self.keys.keep(self.account["id"], key, status.id)
        return self._shown(status)

    def _boost(self, id: str, given: dict[str, Any]) -> dict[str, Any]:
        """One that is there already is the answer, whatever the key."""
        if self.foreign[id]["visibility"] not in ("public", "unlisted"):
            raise Refusal(404, "Record not found")
        status = next((s for s in self.statuses() if s.boosts == id), None)
        if status is None:
            seen = given.get("visibility", "public")
            status = Status(
                str(next(self._numbers)), self.account["id"], "", "fr", seen, "", None,
                self.clock.now(), "", boosts=id,
            )  # fmt: skip
            self.all.append(status)
        return self._shown(status)

    def _search(self, given: dict[str, Any]) -> dict[str, Any]:
        """By address; with ``resolve`` what is elsewhere is fetched."""
        if given.get("resolve") in ("1", "true", "True", True):
            for id, status in list(self.not_fetched.items()):
                if given["q"] == status["url"]:
                    self.foreign[id] = self.not_fetched.pop(id)
        found = [one for one in self.foreign.values() if one["url"] == given["q"]]
        return {"accounts": [], "hashtags": [], "statuses": found}

    def _checked(self, given: dict[str, Any]) -> tuple[str, str]:
        text, spoiler = str(given.get("status", "")), str(given.get("spoiler_text", ""))
        if not text.strip():
            raise Refusal(422, "La validation a échoué : Le texte ne peut pas être vide")
        per_url = 23 if self.flavour == "mastodon" else None
        if length(text, spoiler, per_url) > self.characters:
            raise Refusal(
                422, f"La validation a échoué : limite de {self.characters} caractères dépassée"
            )
        return text.strip(), spoiler

    def _one(self, method: str, id: str, rest: list[str], given: dict[str, Any]) -> Any:
        status = next((s for s in self.statuses() if s.id == id), None)
        if status is None:
            raise Refusal(404, "Record not found")
        match method, rest:
            case "GET", []:
                return self._shown(status)
            case "GET", ["source"]:
                return {"id": id, "text": status.text, "spoiler_text": status.spoiler}
            case "PUT", [] if status.boosts:
                raise Refusal(404, "Record not found")
            case "PUT", []:
                text, spoiler = self._checked(given)
                # what an edit does not name is no longer shown
                status.media = self.media.attachable(given.get("media_ids[]", []), status.id)
                if (text, spoiler) != (status.text, status.spoiler):
                    status.edits.append(status.text)
                status.text, status.spoiler = text, spoiler
                status.language = given.get("language", status.language)
                return self._shown(status)
            case "DELETE", []:
                allowed, headers = self.rates.take("deletion", self.account["id"])
                if not allowed:
                    raise Refusal(429, "Too many requests", headers)
                self.deleted.add(id)
                return self._shown(status) | {"text": status.text}
        raise Refusal(404, "Record not found")

    def _own(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        """Newest first, a page at a time, below ``max_id``."""
        newest = [s for s in reversed(self.statuses()) if s.account == self.account["id"]]
        if given.get("exclude_reblogs") in ("1", "true", "True", True):
            newest = [s for s in newest if not s.boosts]
        if given.get("max_id"):
            newest = [s for s in newest if int(s.id) < int(given["max_id"])]
        return [self._shown(s) for s in newest[: min(int(given.get("limit", 20)), 40)]]

    def _shown(self, status: Status) -> dict[str, Any]:
        return {
            "id": status.id,
            "created_at": status.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "edited_at": None,
            "in_reply_to_id": status.reply_to,
            "sensitive": bool(status.spoiler),
            "spoiler_text": status.spoiler,
            "visibility": status.visibility,
            "language": status.language,
            "uri": f"{self.url}/users/alpes/statuses/{status.id}",
            "url": f"{self.url}/@alpes/{status.id}",
            "content": to_html(status.text),
            "reblog": self.foreign[status.boosts] if status.boosts else None,
            "account": self.account,
            "media_attachments": [self.media.shown(id) for id in status.media],
            "mentions": [],
            "tags": [],
            "emojis": [],
        }

    # -- the account and its tokens -----------------------------------------------------------

    def _update(self, given: dict[str, Any]) -> dict[str, Any]:
        if "bot" in given:
            self.account["bot"] = given["bot"] in ("1", "true", True)
        fields = [
            {
                "name": given[f"fields_attributes[{i}][name]"],
                "value": given[f"fields_attributes[{i}][value]"],
            }
            for i in range(4)
            if f"fields_attributes[{i}][name]" in given
        ]
        if fields:
            self.account["fields"] = self.account["source"]["fields"] = fields
        return self.account

    def _register(self, given: dict[str, Any]) -> dict[str, Any]:
        if not given.get("client_name"):
            raise Refusal(422, "Validation failed: Application name can't be blank")
        id, secret = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self.apps[id] = {
            "secret": secret,
            "name": given["client_name"],
            "scopes": given.get("scopes", "read"),
        }
        return {"id": "7", "name": given["client_name"], "client_id": id, "client_secret": secret}

    def _token(self, given: dict[str, Any]) -> dict[str, Any]:
        app = self.apps.get(given.get("client_id", ""))
        if app is None or app["secret"] != given.get("client_secret"):
            raise Refusal(401, "invalid_client")
        client = self.codes.pop(given.get("code", ""), None)
        if given.get("grant_type") != "authorization_code" or client != given.get("client_id"):
            raise Refusal(400, "invalid_grant")
        token = secrets.token_urlsafe(32)
        self.tokens[token] = app["granted"]
        return {
            "access_token": token,
            "token_type": "Bearer",
            "scope": app["granted"],
            "created_at": int(self.clock.now().timestamp()),
        }

    def _revoke(self, given: dict[str, Any]) -> dict[str, Any]:
        app = self.apps.get(given.get("client_id", ""))
        if app is None or app["secret"] != given.get("client_secret"):
            raise Refusal(403, "unauthorized_client")
        self.tokens.pop(given.get("token", ""), None)
        return {}

    def _oauth_server(self, given: dict[str, Any]) -> dict[str, Any]:
        if self.flavour != "mastodon":
            raise Refusal(404, "Record not found")
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/oauth/authorize",
            "token_endpoint": f"{self.url}/oauth/token",
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "scopes_supported": ["read", "write"],
        }

    def _instance(self, given: dict[str, Any]) -> dict[str, Any]:
        if not self.has_v2:
            raise Refusal(404, "Record not found")
        version, source = VERSIONS[self.flavour]
        return {
            "domain": "alpes.test",
            "title": "Alpes",
            "version": version,
            "source_url": source,
            "configuration": {
                "statuses": {
                    "max_characters": self.characters,
                    "characters_reserved_per_url": 23 if self.flavour == "mastodon" else 25,
                    "max_media_attachments": 4,
                },
                "media_attachments": {
                    "supported_mime_types": list(self.media.types),
                    "image_size_limit": self.media.largest,
                    "description_limit": 1500,
                },
            },
            "rules": [{"id": str(n), "text": text} for n, text in enumerate(self.rules, 1)],
        }

    def _instance_v1(self, given: dict[str, Any]) -> dict[str, Any]:
        version, _ = VERSIONS[self.flavour]
        return {
            "uri": "alpes.test",
            "title": "Alpes",
            "version": version,
            "max_toot_chars": self.characters,
            "rules": [],
        }


async def _given(request: web.Request) -> dict[str, Any]:
    """The parameters, from the query, a form or JSON: Rails takes all three."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        given |= json.loads(await request.text() or "{}")
    elif request.can_read_body:
        form = await request.post()
        for name, value in form.items():
            if isinstance(value, web.FileField):
                with value.file as file:
                    given[name] = (value.content_type, file.read())
            else:
                given[name] = str(value)
        if "media_ids[]" in form:
            given["media_ids[]"] = [str(id) for id in form.getall("media_ids[]")]
    return given


@pytest.fixture
def make_mastodon_server() -> Iterator[Callable[..., MastodonServer]]:
    """Start servers: ``make_mastodon_server("gotosocial")``."""
    running: list[MastodonServer] = []

    def make(flavour: str = "mastodon") -> MastodonServer:
        running.append(MastodonServer(flavour).start())
        return running[-1]

    yield make
    for server in running:
        server.stop()


@pytest.fixture
def mastodon_server(make_mastodon_server: Callable[..., MastodonServer]) -> MastodonServer:
    """A Mastodon with one account."""
    return make_mastodon_server()
