"""What admins should hear without asking: a source that fails for a day, and once a week that all
is well. Each trouble is said once, and is over once it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.config.syntax import last_time
from bot.house import House
from bot.notices.otherway import look_for_silence, take_the_second_way
from bot.store.database import Tx
from bot.store.sources import SourceRow

#: of ``meta``: the week whose sign of life was written
LIFE = "sign-of-life"
#: a source that has never answered is told of after so many tries: about a day, by their pauses
NEVER = 5

TEXTS: Mapping[str, Mapping[str, str]] = {
    "failing": {
        "fr": "{name} ne répond plus {since} ({cause}). Je réessaie {later}.",
        "en": "{name} has not answered {since} ({cause}). I try again {later}.",
    },
    "never": {
        "fr": "{name} n’a encore jamais répondu ({cause}). Je réessaie {later}.",
        "en": "{name} has never answered yet ({cause}). I try again {later}.",
    },
    "yesterday": {"fr": "depuis hier", "en": "since yesterday"},
    "days": {"fr": "depuis {days} jours", "en": "for {days} days"},
    "today": {"fr": "aujourd’hui", "en": "today"},
    "tonight": {"fr": "ce soir", "en": "tonight"},
    "tomorrow": {"fr": "demain", "en": "tomorrow"},
    "in-days": {"fr": "dans {days} jours", "en": "in {days} days"},
    "404": {"fr": "page introuvable", "en": "page not found"},
    "well": {
        "fr": "Tout va bien. Cette semaine\u00a0: {week}",
        "en": "All is well. This week: {week}",
    },
    "troubles": {
        "fr": "À regarder\u00a0: {troubles} (détails\u00a0: !statut). Cette semaine\u00a0: {week}",
        "en": "To look at: {troubles} (details: !status). This week: {week}",
    },
    "trouble": {"fr": "une alerte ouverte", "en": "one open alert"},
    "some": {"fr": "{count} alertes ouvertes", "en": "{count} open alerts"},
    "week": {
        "fr": "{sent}, {waiting} en attente, {lost}, {good}. Si vous ne recevez pas ce message {day} prochain, je suis en panne.",
        "en": "{sent} published, {waiting} waiting, {lost} lost, {good}. If you do not get this message next {day}, I am out of order.",
    },
}
DAYS: Mapping[str, tuple[str, ...]] = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


async def watch(house: House, now: datetime) -> None:
    """One look at everything. Raises DataError."""
    await _sources(house, now)
    await _sign_of_life(house, now)
    await look_for_silence(house, now)
    await take_the_second_way(house, now)


def _say(house: House, key: str, **fields: object) -> str:
    pair = TEXTS[key]
    return (pair.get(house.config.bot.language) or pair["en"]).format(**fields)


# -- sources -------------------------------------------------------------------------------------


async def _sources(house: House, now: datetime) -> None:
    rows = {row.id: row for row in await house.store.read(lambda tx: tx.sources.all())}
    told = {notice.key for notice in await house.store.read(lambda tx: tx.notices.all())}
    for key in told:
        kind, _, id = key.partition(":")
        row = rows.get(id)
        over = id not in house.sources or row is None or row.disabled or not row.failures
        if kind == "failing" and over:
            await house.settled(key)
    for id in house.sources:
        row = rows.get(id)
        if row is None or row.disabled or not row.failures or f"failing:{id}" in told:
            continue
        if row.last_ok is None:
            if row.failures >= NEVER:
                await house.notice(f"failing:{id}", _failing(house, row, now, "never"), now)
        elif now - row.last_ok >= timedelta(hours=house.config.bot.notices.failing_hours):
            await house.notice(f"failing:{id}", _failing(house, row, now, "failing"), now)


def _failing(house: House, row: SourceRow, now: datetime, key: str) -> str:
    zone = house.knowledge.timezone
    today = now.astimezone(zone).date()
    days = max(1, (today - (row.last_ok or now).astimezone(zone).date()).days)
    since = _say(house, "yesterday") if days == 1 else _say(house, "days", days=days)
    cause = row.error.replace("\u202f;", ";").partition(";")[0].strip()
    if cause.endswith(" 404"):
        cause = _say(house, "404")
    again = (row.next_due or now).astimezone(zone)
    name = house.sources[row.id].options.name
    return _say(house, key, name=name, since=since, cause=cause, later=_later(house, again, today))


def _later(house: House, again: datetime, today: date) -> str:
    days = (again.date() - today).days
    if days <= 0:
        return _say(house, "tonight" if again.hour >= 18 else "today")
    return _say(house, "tomorrow") if days == 1 else _say(house, "in-days", days=days)


# -- the sign of life ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Week:
    """What the sign of life tells."""

    sent: int
    waiting: int
    lost: int
    good: int
    troubles: int


async def _sign_of_life(house: House, now: datetime) -> None:
    """Once a week, exactly: the week is noted with the words, in one transaction; words that the
    room could not hear are tried again, the same ones."""
    due = last_time(house.config.bot.notices.sign_of_life, now, house.knowledge.timezone)
    if due is None or not _has_admins(house):
        return
    week = due.date().isoformat()
    key = f"life:{week}"

    def write(tx: Tx) -> str | None:
        known = tx.meta.get(LIFE)
        if known is None:
            tx.meta.put(LIFE, week)  # a bot that was just installed says nothing of last week
        if known is None or known == week:
            return None
        for notice in tx.notices.all():
            if notice.key.startswith("life:"):
                tx.notices.clear(notice.key)  # last week's, never heard
        tx.meta.put(LIFE, week)
        text = _words(house, _counted(tx, house, now), due)
        tx.notices.once(key, text, now)
        return text

    if await house.store.read(lambda tx: tx.meta.get(LIFE)) != week:
        await house.store.write(write)
    said = await house.store.read(lambda tx: [one for one in tx.notices.all() if one.key == key])
    for one in said:
        await house.pass_on(one.key, one.text, now)
        if await house.store.read(lambda tx: tx.notices.heard(key)):
            await house.settled(key)  # it is no trouble that stays open


def _has_admins(house: House) -> bool:
    return any(
        channel.account and channel.account.settings.admin_room
        for channel in house.channels.values()
    )


def _counted(tx: Tx, house: House, now: datetime) -> _Week:
    public = {id for id, channel in house.channels.items() if channel.options.public}
    states = tx.deliveries.fates(public, now - timedelta(days=7))
    failing = {row.id for row in tx.sources.all() if row.failures or row.disabled}
    troubles = [one for one in tx.notices.all() if _needs_somebody(one.key)]
    return _Week(
        sent=states["sent"],
        waiting=len([row for row in tx.deliveries.waiting() if row.channel in public]),
        lost=states["aside"] + states["expired"],
        good=len(set(house.sources) - failing),
        troubles=len(troubles),
    )


def _needs_somebody(key: str) -> bool:
    """Does a notice stay open until somebody acts? Others only tell, or count by themselves."""
    return key.partition(":")[0] not in ("said", "renamed", "source", "life", "failing")


def _words(house: House, week: _Week, due: datetime) -> str:
    french = house.config.bot.language == "fr"
    of = len(house.sources)
    good = f"{week.good} of {of} source{'s' * (of != 1)} answer{'s' * (of == 1)}"
    if french:
        few = week.good < 2
        good = f"{week.good} source{'' if few else 's'} sur {of} répond{'' if few else 'ent'}"
    said = _say(
        house,
        "week",
        sent=f"{week.sent} publiée{'s' * (week.sent > 1)}" if french else week.sent,
        waiting=week.waiting,
        lost=f"{week.lost} perdue{'s' * (week.lost > 1)}" if french else week.lost,
        good=good,
        day=(DAYS.get(house.config.bot.language) or DAYS["en"])[due.weekday()],
    )
    if not week.troubles:
        return _say(house, "well", week=said)
    one = _say(house, "trouble") if week.troubles == 1 else ""
    return _say(
        house, "troubles", troubles=one or _say(house, "some", count=week.troubles), week=said
    )
