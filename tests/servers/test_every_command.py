"""Every command of the chat is asked for by its name in both languages, in a plain and in an
encrypted room, by somebody who may and by somebody who may not. A new command is asked too."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from talk import FREE, Talk

from bot import kinds
from bot.commands._parse import shown_as
from bot.ears import PER_MINUTE, QUEUE

CHAT = {kind: one for kind, one in kinds.every("command").items() if "chat" in one.faces}
FOR = {
    ("moderator", "fr"): "!{} est réservé aux modératrices et modérateurs du salon.",
    ("moderator", "en"): "!{} is for the room’s moderators.",
    ("admin", "fr"): "!{} est réservé aux admins du bot et du salon.",
    ("admin", "en"): "!{} is for the admins of the bot and of the room.",
}
#: the chat's answers to what is no command, to too many, and to a fault of its own
NO_ANSWER = re.compile("pas compris|not understand|Trop de|Too many|imprévue|unforeseen")
#: words of one language that the other has not
WORDS = {
    "fr": "le la les l de du des d un une et ou est a ont je vous il n ne pas rien aucun aucune "
    "quel quelle que qu qui ce pour par sur dans avec depuis sans manque écrivez possible parle attente",
    "en": "the of a an and or is are has i you it not no nothing none which what that this for by "
    "on in with since without missing write from to there speaks waiting",
}


@dataclass(frozen=True)
class Asked:
    """A question, and what must be said: ``words`` where they are known, else any answer."""

    line: str
    language: str
    words: str = ""

    def wrong(self, answer: str) -> str:
        """What is wrong with the answer; "" where nothing is."""
        if self.words:
            fault = answer != self.words
        else:
            fault = NO_ANSWER.search(answer) is not None or spoken(answer) != [self.language]
        return f"{self.line} ({self.language}): {answer}" if fault else ""


def spoken(text: str) -> list[str]:
    """The language that most of a text's small words are in; both, where that is not clear."""
    said = re.findall(r"\w+", re.sub(r"https?://\S+|![\w-]+", "", text.lower()))
    hits = {language: sum(word in few.split() for word in said) for language, few in WORDS.items()}
    return [language for language, number in hits.items() if number == max(hits.values())]


def line(kind: str, language: str) -> str:
    """How a command is asked for; with its first choice, where it has some, else with nothing:
    what is missing is an answer."""
    command = CHAT[kind]
    said = f"!{command.names[language][0]}"
    if command.arguments and command.arguments[0].choices:
        first = command.arguments[0]
        said += f" {shown_as(first, first.choices[0], language)}"
    return said


def asked(kind: str, room: str, *, refused: bool = False) -> list[Asked]:
    """A command's questions. One that is the same in both languages is answered in the room's."""
    both = {language: line(kind, language) for language in ("fr", "en")}
    if both["fr"] == both["en"]:
        both = {room: both[room]}
    return [
        Asked(
            said,
            language,
            FOR[CHAT[kind].role, language].format(CHAT[kind].names[language][0]) if refused else "",
        )
        for language, said in both.items()
    ]


def questions(room: str) -> dict[str, list[Asked]]:
    """What members and admins ask in a room that speaks ``room``."""
    found: dict[str, list[Asked]] = {"member": [], "admin": []}
    for kind, command in CHAT.items():
        if command.role == "member":
            found["member"] += asked(kind, room)
        else:
            found["admin"] += asked(kind, room)
            found["member"] += asked(kind, room, refused=True)
    return found


def by(things: Sequence[Asked], number: int) -> Iterator[Sequence[Asked]]:
    """So many at a time."""
    return (things[at : at + number] for at in range(0, len(things), number))


async def test_s7_every_command_is_answered_in_its_language_or_refused_with_its_role(
    talking, synapse, people, make_room, make_reader, bot_process
):
    # As many people as the questions that one person may ask in a minute make it.
    lists = [
        (room, role, mine, synapse.enrol(f"{role}-{room}-{number}"))
        for room in ("fr", "en")
        for role, every in questions(room).items()
        for number, mine in enumerate(by(every, PER_MINUTE))
    ]
    everybody = {room: [who for one, _, _, who in lists if one == room] for room in ("fr", "en")}
    plain = make_room()
    for who in everybody["fr"]:
        await plain.call("POST", "invite", {"user_id": who.user_id})
    bot_process.write(
        "channels/place.toml",
        f'kind = "matrix"\naccount = "element"\nroom = "{plain.id}"\nlanguage = "fr"\n{FREE}',
    )
    admins = ", ".join(f'"{who.user_id}"' for _, role, _, who in lists if role == "admin")
    sealed = await talking(
        encrypted=True,
        channel='language = "en"\n',
        account=f"admins = [{admins}]\n",
        invite_more=[who.user_id for who in everybody["en"]],
    )
    talks = {"fr": Talk(plain, people[1]), "en": sealed}
    await talks["fr"].until_joined()
    for room, _, _, who in lists:
        await talks[room].join(who)
    keys = {who: await make_reader(who) for who in everybody["en"]}
    wrong: list[str] = []
    for room, _, mine, who in lists:
        talk = Talk(talks[room].room, who, keys.get(who))
        for few in by(mine, QUEUE // 2):
            wrong += await faults(talk, few)
    assert not wrong, "\n\n".join(wrong)
    raw = await sealed.by(people[1]).latest(1000)
    said = {one["type"] for one in raw if one["sender"] == people[0].user_id}
    assert said == {"m.room.member", "m.room.encrypted"}
    assert "Traceback" not in bot_process.said()
    assert await asyncio.to_thread(bot_process.stop) == 0


async def faults(talk: Talk, few: Sequence[Asked]) -> list[str]:
    """Ask them, wait for all the answers; those that are not right."""
    events = {await talk.say(one.line): one for one in few}
    answers = await talk.replies(events)
    return [fault for event, one in events.items() if (fault := one.wrong(answers[event]))]
