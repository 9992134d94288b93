"""``suggest``: “can you add this feed?”: the address goes to the humans, who decide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.announcements.words import safe_link
from bot.commands import _admins
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


class Suggest(Command):
    """A source that the bot should read."""

    kind = "suggest"
    names = {"fr": ("proposer", "suggerer"), "en": ("suggest", "propose")}
    help = {
        "fr": "Propose aux humains un site ou un flux que le bot devrait lire.",
        "en": "Suggest to the humans a site or a feed that the bot should read.",
    }
    arguments = (
        Argument(
            "what",
            {"fr": "l’adresse du site ou du flux", "en": "the address of the site or of the feed"},
            many=True,
            said={"fr": "adresse", "en": "address"},
        ),
    )
    role = "member"
    faces = frozenset({"chat"})
    questions = {
        "fr": (
            (
                r"^(?:(?:tu peux|peux[- ]tu|vous pouvez|pouvez[- ]vous|tu pourrais|pourrais[- ]tu|"
                r"est[- ]ce que tu peux) )?(?:ajouter|ajoute|suivre|lire) (?:ce|cette|le|la|mon|"
                r"notre) (?:flux|site|source|page|blog|adresse)\b(?P<what>.*)$"
            ),
        ),
        "en": (
            (
                r"^(?:(?:can|could|will|would) you )?(?:please )?(?:add|follow|read) "
                r"(?:this|that|the|my|our) (?:feed|site|source|page|blog|address)\b(?P<what>.*)$"
            ),
        ),
    }
    texts = {
        "done": {
            "fr": "Merci\u00a0: je l’ai transmis aux humains, qui décident de ce que je lis.",
            "en": "Thank you: I have passed it on to the humans, who decide what I read.",
        },
        "which": {"fr": "Quelle adresse\u202f?", "en": "Which address?"},
        "how": {
            "fr": "Écrivez\u00a0: !proposer https://…",
            "en": "Write: !suggest https://…",
        },
        "notice": {
            "fr": "{person} propose une source\u00a0: {url}",
            "en": "{person} suggests a source: {url}",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Pass the address on."""
        said, question = context.language, context.question
        hit = _ADDRESS.search(" ".join(arguments.get("what") or ()))
        url = safe_link(hit[0]) if hit else None
        if url is None or question is None:
            raise CommandError(what=self.tell("which", said), next=self.tell("how", said))
        theirs = context.config().bot.language
        notice = self.tell("notice", theirs, person=question.sender, url=url[: _admins.WORDS])
        await _admins.tell(context, url[: _admins.WORDS], notice)
        return Answer(self.tell("done", said))
