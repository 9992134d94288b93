"""Shows drafts to the moderators, exactly as they will be posted, with why they are asked.

What they answer is understood by ``reactions/draft.py`` and done by ``store/drafts.py``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape

from bot.announcements.digest import compose_digest, summary
from bot.announcements.words import harmless
from bot.channels.channel import Limits
from bot.house import House
from bot.moments import full_day, moment
from bot.outbox import pace
from bot.outbox.delivery import Delivery
from bot.steps.settle import queue
from bot.store.database import Tx
from bot.store.drafts import Draft

log = logging.getLogger(__name__)

#: when a room that could not be reached is tried again: after the first time, and at most
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
#: of a flood so many are shown
SOME = 3

TEXTS: Mapping[str, Mapping[str, str]] = {
    "head": {
        "fr": "À relire (n°\u00a0{id}), pour {names}\u00a0:",
        "en": "To look at (no. {id}), for {names}:",
    },
    "head-edit": {
        "fr": "À relire (n°\u00a0{id})\u00a0: ce qui a été approuvé a changé. Nouveau texte pour "
        "{names}\u00a0:",
        "en": "To look at (no. {id}): what was approved has changed. New words for {names}:",
    },
    "head-answer": {
        "fr": "À relire (n°\u00a0{id}), en réponse à la première annonce, pour {names}\u00a0:",
        "en": "To look at (no. {id}), in reply to the first announcement, for {names}:",
    },
    "and": {"fr": " et ", "en": " and "},
    "warning": {
        "fr": "{name}, sous l’avertissement «\u00a0{spoiler}\u00a0»",
        "en": "{name}, under the warning “{spoiler}”",
    },
    "seen-by": {"fr": "{name} ({visibility})", "en": "{name} ({visibility})"},
    "boosting": {
        "fr": "{name} (partage du message {url}\u202f; ces mots, s’il n’est plus possible)",
        "en": "{name} (boosts the post {url}; these words, should that be impossible)",
    },
    "unlisted": {"fr": "non listé", "en": "unlisted"},
    "private": {"fr": "abonnés seulement", "en": "followers only"},
    "direct": {"fr": "direct", "en": "direct"},
    "picture": {
        "fr": "Avec l’image de l’article, décrite ainsi\u00a0: {alt}",
        "en": "With the article’s image, described so: {alt}",
    },
    "flood": {
        "fr": "{count} nouvelles d’un coup de {source} (brouillon {id}). 1️⃣ tout, au rythme "
        "habituel\u202f; 2️⃣ un résumé\u202f; 3️⃣ ignorer. En attendant, je garde tout.",
        "en": "{count} stories at once from {source} (draft {id}). 1️⃣ all, at the usual pace; "
        "2️⃣ a summary; 3️⃣ ignore. Until then I keep them all.",
    },
    "flood-words": {
        "fr": "Répondez «\u00a0tout\u00a0», «\u00a0résumé\u00a0» ou «\u00a0ignorer\u00a0».",
        "en": "Reply “all”, “summary” or “ignore”.",
    },
    "flood-some": {"fr": "Par exemple\u00a0:", "en": "For example:"},
    "why": {"fr": "Je demande parce que {cause}.", "en": "I ask because {cause}."},
    "why-always": {
        "fr": "tout y est relu avant d’être publié",
        "en": "everything is looked at there before it is posted",
    },
    "why-first-days": {
        "fr": "tout est relu les {days} premiers jours",
        "en": "everything is looked at in the first {days} days",
    },
    "why-unsure": {
        "fr": "je ne suis sûr qu’à {percent}\u00a0% d’avoir bien compris",
        "en": "I am only {percent}% sure to have understood it",
    },
    "why-new-source": {
        "fr": "c’est la première annonce qui vient de cette source, {source}",
        "en": "it is the first announcement from this source, {source}",
    },
    "why-cancellation": {
        "fr": "cette annulation ne vient pas de l’organisateur",
        "en": "this cancellation does not come from the organiser",
    },
    "why-reserve": {
        "fr": "c’est la réserve électorale jusqu’au {until}\u00a0: les prix des communes d’ici sont relus",
        "en": "the election reserve lasts until {until}: awards of places here are looked at",
    },
    "why-edited": {
        "fr": "la nouvelle a changé depuis",
        "en": "the news has changed since",
    },
    "why-first-run": {
        "fr": "vous pouvez commencer par une nouvelle récente",
        "en": "you can begin with recent news",
    },
    "taps": {
        "fr": "✅ publier, ❌ non, ⏳ demain 9\u00a0h, ou répondez avec votre texte.",
        "en": "✅ post, ❌ do not, ⏳ tomorrow at 9, or reply with your own words.",
    },
    "words": {
        "fr": "Répondez «\u00a0oui\u00a0», «\u00a0non\u00a0», «\u00a0demain\u00a0», ou votre texte.",
        "en": "Reply “yes”, “no”, “tomorrow”, or your own words.",
    },
    "which": {
        "fr": "Pour un seul des deux, commencez par son nom\u00a0: «\u00a0{name}\u00a0: votre "
        "texte\u00a0».",
        "en": "For only one of them, begin with its name: “{name}: your words”.",
    },
    "until": {
        "fr": "Sans réponse avant {until}, je ne publie pas\u202f; il reste dans !brouillons.",
        "en": "Without an answer before {until} I do not post it; it stays in !drafts.",
    },
}


def say(key: str, language: str, **fields: object) -> str:
    """One of the sentences."""
    return TEXTS[key].get(language, TEXTS[key]["en"]).format(**fields)


async def show_drafts(house: House, now: datetime) -> None:
    """Show the moderators what waits to be shown, as far as they can be reached now. A room that
    does not answer is tried again later and later."""
    if await house.store.read(lambda tx: tx.drafts.to_carry_out()):
        limits = house.known_limits()
        if await house.store.write(lambda tx: summarise(tx, house, limits, now)):
            house.wake.set()
    if house.ask_again is not None and now < house.ask_again:
        return
    for draft in await house.store.read(lambda tx: tx.drafts.to_show(now)):
        if house.stopping:
            return
        if not await _show(house, draft, now):
            house.unheard += 1
            pause = min(FIRST_PAUSE * 2 ** min(house.unheard - 1, 10), LONGEST_PAUSE)
            house.ask_again = now + pause
            return
        house.unheard, house.ask_again = 0, None


async def _show(house: House, draft: Draft, now: datetime) -> bool:
    """Show one; False: the room cannot be reached now."""
    letters, answers = await house.store.read(lambda tx: _letters(tx, draft))
    asleep = draft.reason["key"] != "first-run" and _quiet(house, letters, now)
    if not letters or asleep:
        return True
    if draft.kind == "flood":
        text, html = _flood(house, draft, letters)
    else:
        text, html = whole(house, draft, letters, now, answers=answers)

    def still(tx: Tx) -> bool:
        return tx.drafts.note_shown(draft, now)

    asked = await house.ask(
        "flood" if draft.kind == "flood" else "draft",
        draft.id,
        f"draft-{draft.id}-{draft.shows}",
        text,
        now,
        html=html,
        expires=draft.expires,
        moderators=True,
        taps=draft.by == "reaction",
        still=still,
    )
    if asked is None:
        log.info("draft not shown yet draft=%d", draft.id)
    return asked is not None


def _letters(tx: Tx, draft: Draft) -> tuple[Sequence[Delivery], bool]:
    """What the draft holds, and whether it answers an earlier post."""
    letters = tx.drafts.letters(draft.id)
    told = (tx.announcements.get(one.announcement) for one in letters)
    return letters, any(one is not None and one.reply_to for one in told)


def _quiet(house: House, letters: Sequence[Delivery], now: datetime) -> bool:
    """Is it the silent hour of every channel, and nothing urgent? Phones ring in that room."""
    zone = house.config.bot.timezone
    return all(
        pace.earliest(
            (),
            now,
            per_hour=0,
            per_day=0,
            quiet=house.channels[one.channel].options.quiet,
            timezone=zone,
            priority=one.priority,
        )
        > now
        for one in letters
        if one.channel in house.channels
    )


def whole(
    house: House, draft: Draft, letters: Sequence[Delivery], now: datetime, *, answers: bool
) -> tuple[str, str]:
    """A draft as the room shows it: text and HTML. ``answers``: it replies to an earlier post."""
    said = house.config.bot.language
    head = "head-answer" if answers else "head"
    head = "head-edit" if any(one.action == "edit" for one in letters) else head
    texts: dict[str, list[Delivery]] = {}
    for one in letters:
        texts.setdefault(one.message.text, []).append(one)
    plain, html = [], []
    for text, same in texts.items():
        names = say("and", said).join(_name(house, one, said) for one in same)
        title = say(head, said, id=draft.id, names=names)
        plain.append(f"{title}\n\n{text}")
        shown = next((one.message.html for one in same if one.message.html), None)
        quoted = shown or escape(text).replace("\n", "<br>")
        html.append(f"<p>{escape(title)}</p><blockquote>{quoted}</blockquote>")
        picture = next((one.message.picture for one in same if one.message.picture), None)
        if picture is not None and any(one.action == "post" for one in same):
            line = say("picture", said, alt=harmless(picture.alt))
            plain.append(line)
            html.append(f"<p>{escape(line)}</p>")
    foot = [say("why", said, cause=cause(draft, said))]
    foot.append(say("taps" if draft.by == "reaction" else "words", said))
    if len(letters) > 1:
        foot[-1] += " " + say("which", said, name=house.channel_name(letters[0].channel))
    if draft.expires is not None:
        until = moment(draft.expires, now, house.config.bot.timezone, said)
        foot.append(say("until", said, until=until))
    plain.append("\n".join(foot))
    html.append("<p>" + "<br>".join(escape(line) for line in foot) + "</p>")
    return "\n\n".join(plain), "".join(html)


def _flood(house: House, draft: Draft, letters: Sequence[Delivery]) -> tuple[str, str | None]:
    """The question about many at once, with a few of them."""
    said = house.config.bot.language
    fields = {"count": draft.reason["count"], "source": harmless(str(draft.reason["source"]))}
    lines = [say("flood", said, id=draft.id, **fields)]
    if draft.by == "message":
        lines.append(say("flood-words", said))
    first = dict.fromkeys(one.message.text.split("\n")[0] for one in letters)
    lines += [say("flood-some", said), *(f"- {words}" for words in list(first)[:SOME])]
    return "\n".join(lines), None


def summarise(tx: Tx, house: House, limits: Mapping[str, Limits], now: datetime) -> int:
    """Make the summaries that people have asked for in the place of a flood; how many messages
    that queued."""
    queued = 0
    for draft in tx.drafts.to_carry_out():
        told = tx.drafts.summarised(draft.id)
        for id, ids in told.items():
            channel = house.channels.get(id)
            stories = {one: found for one in ids if (found := tx.stories.get(one)) is not None}
            if channel is None or not stories:
                continue
            parts = compose_digest(
                summary(id, list(stories)),
                stories,
                channel.options,
                limits[id],
                house.tongue(channel),
                house.knowledge,
                now=now,
            )
            for announcement, message in parts:
                queued += queue(tx, house, now, channel, announcement, None, message, limits[id])
        tx.drafts.carried(draft.id, done=True)
    return queued


def cause(draft: Draft, said: str) -> str:
    """Why people are asked, as a half-sentence."""
    fields = {key: value for key, value in draft.reason.items() if key != "key"}
    if "until" in fields:
        fields["until"] = full_day(str(fields["until"]), said)
    return say(f"why-{draft.reason['key']}", said, **fields)


def _name(house: House, one: Delivery, said: str) -> str:
    name = house.channel_name(one.channel)
    if one.message.spoiler:
        name = say("warning", said, name=name, spoiler=one.message.spoiler)
    if one.message.visibility in ("unlisted", "private", "direct"):
        seen = say(one.message.visibility, said)
        name = say("seen-by", said, name=name, visibility=seen)
    if one.message.boosts:
        name = say("boosting", said, name=name, url=one.message.boosts)
    return name
