"""The account's identity, as ``setup`` settles it: by it other people's clients trust the bot's
device, and its recovery key makes the next device trusted too."""

from __future__ import annotations

from typing import Literal

from bot.channels.matrix_identity import Keeper, sign_where_ours
from bot.commands._setup_answers import Answers
from bot.errors import ChannelError, CommandError

#: the answer of somebody who has no recovery key
NONE = ("", "-")


async def identify(answers: Answers, keeper: Keeper, password: str) -> None:
    """Make, recover or renew the identity, show a new recovery key, sign the device.

    What goes wrong here is told and stops nothing: the bot works with an unsigned device too.
    """
    try:
        standing = await keeper.standing()
        made = standing.identity == "none"
        if made:
            await keeper.make(password)
        elif standing.identity == "foreign":
            claimed = await _claim(answers, keeper, password)
            if not claimed:
                answers.say("identity-foreign")
                return
            made = claimed == "made"
        if made or not await keeper.recoverable():
            words = await keeper.store()
            answers.say("recovery-key", words=words)
            answers.shown["recovery_key"] = words
        if keeper.opened:
            await sign_where_ours(keeper)
            answers.say("device-signed")
        elif not standing.signed:
            answers.say("device-signed-later")
    except ChannelError as error:
        answers.show(error.say(answers.context.language))
        answers.say("identity-later")


async def _claim(
    answers: Answers, keeper: Keeper, password: str
) -> Literal["recovered", "made", ""]:
    """Get hold of an identity that was made elsewhere, or put a new one in its place."""

    async def check(words: str) -> bool:
        if words in NONE:
            return False
        await keeper.recover(words)
        return True

    try:
        claimed = await answers.until_right(
            "matrix-recovery-key", answers.tell("ask-recovery"), check, secret=True, default="-"
        )
    except CommandError as error:  # a wrong key, and nobody there to give another
        answers.show(error.say(answers.context.language))
        return ""
    if claimed:
        return "recovered"
    question = answers.tell("ask-new-identity")
    if not await answers.agree("matrix-new-identity", question, default=False, alone=False):
        return ""
    if not password:
        password = await answers.ask(
            "matrix-password", answers.tell("ask-password"), secret=True, default="-"
        )
    await keeper.make(password)
    return "made"
