"""``split``: a story holds two happenings; one source's telling becomes its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands import _stories, _told
from bot.commands._message_number import number
from bot.commands.command import Answer, Argument, Command, Context
from bot.config.spelling import nearest
from bot.errors import CommandError
from bot.steps import retell
from bot.stories import merge
from bot.understanding.language import fold

if TYPE_CHECKING:
    from bot.store.database import Tx
    from bot.stories.story import Story, Witness


class Split(Command):
    """One source tells of something else."""

    kind = "split"
    names = {"fr": ("separer",), "en": ("split",)}
    help = {
        "fr": "Dit qu’une source d’une annonce parle d’autre chose\u00a0: elle devient une nouvelle à "
        "part, et le message est corrigé. Sans source, montre lesquelles il y a.",
        "en": "Say that one source of an announcement tells of something else: it becomes a story "
        "of its own, and the message is corrected. Without a source, shows which there are.",
    }
    arguments = (
        Argument(
            "number",
            {"fr": "le numéro de l’annonce", "en": "the announcement’s number"},
            required=True,
            said={"fr": "numéro", "en": "number"},
        ),
        Argument(
            "source",
            {
                "fr": "la source qui parle d’autre chose, par son nom ou son rang",
                "en": "the source that tells of something else, by its name or its place",
            },
            said={"fr": "source", "en": "source"},
        ),
    )
    role = "moderator"
    faces = frozenset({"terminal", "chat"})
    texts = {
        "done": {
            "fr": "{name} parle d’autre chose\u00a0: {line} Messages corrigés\u00a0: {edits}\u202f; "
            "annoncée à part\u00a0: {told}. Revenir en arrière\u00a0: !annuler",
            "en": "{name} tells of something else: {line} Messages corrected: {edits}; announced "
            "apart: {told}. To go back: !undo",
        },
        "which": {"fr": "Cette annonce vient de\u00a0:", "en": "This announcement comes from:"},
        "one": {"fr": "{n}. {name}\u00a0: {title}", "en": "{n}. {name}: {title}"},
        "how": {
            "fr": "Séparer la deuxième\u00a0: !separer {number} 2",
            "en": "To split the second: !split {number} 2",
        },
        "alone": {
            "fr": "Cette annonce n’a qu’une source\u00a0: il n’y a rien à séparer.",
            "en": "This announcement has one source only: there is nothing to split.",
        },
        "alone-next": {
            "fr": "La corriger\u00a0: !corriger {number}",
            "en": "To correct it: !correct {number}",
        },
        "unknown": {
            "fr": "Aucune source de cette annonce ne s’appelle «\u00a0{word}\u00a0».{near}",
            "en": "No source of this announcement is called “{word}”.{near}",
        },
        "near": {
            "fr": " Vouliez-vous dire «\u00a0{near}\u00a0»\u202f?",
            "en": " Did you mean “{near}”?",
        },
        "unknown-next": {
            "fr": "Lesquelles\u00a0: !separer {number}",
            "en": "Which: !split {number}",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Split it, or show what there is to split. Raises CommandError."""
        asked, word = str(arguments["number"]), str(arguments.get("source") or "").strip()
        said, now = context.language, context.now()
        store = await context.store()
        if not word:
            story = await store.read(partial(_stories.story_of, context=context, word=asked))
            return self._show(story, asked, said)
        async with _stories.house_of(context) as house:

            def work(tx: Tx) -> tuple[Story, int, int]:
                story = _stories.story_of(tx, context, asked)
                witness = self._witness(story, word, asked, said)
                rest, alone = merge.split(story, witness, house.knowledge, now)

                def act() -> list[str]:
                    tx.stories.save(rest)
                    tx.stories.save(alone)
                    return [rest.id, alone.id]

                _stories.change(tx, context, self.kind, [story.id], act)
                edits = retell.retell(tx, house, rest, now)
                return alone, edits, retell.tell(tx, house, alone, now)

            alone, edits, told = await store.write(work)
            house.wake.set()
        line = _told.line(alone, await _told.voice_of(context), now)
        fields = {"name": alone.witnesses[0].name, "line": line, "edits": edits, "told": told}
        return Answer(self.tell("done", said, **fields), data={"story": alone.id, "edits": edits})

    def _show(self, story: Story, asked: str, said: str) -> Answer:
        lines = [
            self.tell("one", said, n=n, name=one.name, title=one.title)
            for n, one in enumerate(story.witnesses, 1)
        ]
        if len(lines) > 1:
            lines.append(self.tell("how", said, number=asked))
        data = [{"source": one.source, "url": one.url} for one in story.witnesses]
        return Answer("\n".join([self.tell("which", said), *lines]), data=data)

    def _witness(self, story: Story, word: str, asked: str, said: str) -> Witness:
        if len(story.witnesses) < 2:
            raise CommandError(
                what=self.tell("alone", said), next=self.tell("alone-next", said, number=asked)
            )
        place = number(word)
        if 1 <= place <= len(story.witnesses):
            return story.witnesses[place - 1]
        for one in story.witnesses:
            if fold(word) in (fold(one.name), fold(one.source)) or word == one.url:
                return one
        close = nearest(word, [one.name for one in story.witnesses])
        near = self.tell("near", said, near=close) if close else ""
        raise CommandError(
            what=self.tell("unknown", said, word=word[:60], near=near),
            next=self.tell("unknown-next", said, number=asked),
        )
