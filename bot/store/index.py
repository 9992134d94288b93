"""Stories found by word, by day and by deadline, for the questions of people.

``words`` holds every word of a story's title, summary and facts without accents and case, and its
kind as a word of its own. It is indexed as full text: by FTS5 in SQLite (``story_fts``, which keeps
no text itself), by a GIN index over ``tsvector`` in PostgreSQL. A SQLite without FTS5 reads the
column through. All three find the beginnings of words, so that "logiciel" finds "Logiciels".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    bindparam,
    column,
    delete,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy import text as sql

from bot.store.noun import Noun
from bot.store.statement import Statement
from bot.store.tables import stories, story_index
from bot.store.values import unpack
from bot.stories.story import Story
from bot.understanding.fact import AnyFact, AwardFact, CallFact, EventFact, Kind, ReleaseFact

_FTS = table(
    "story_fts", column("story_fts", Text), column("rowid", Integer), column("words", Text)
)
_NOTED = Statement(
    select(story_index.c.number, story_index.c.words).where(
        story_index.c.story == bindparam("which")
    )
)
_LAST = Statement(select(func.max(story_index.c.number).label("number")))
#: An index without text of its own is told what to forget (FTS5, section 6.4).
_OUT = Statement(_FTS.insert(), ("story_fts", "rowid", "words"))
_IN = Statement(_FTS.insert(), ("rowid", "words"))

#: characters of words that are kept of one story
MOST = 4000
_WORD = re.compile(r"[^\W_]+")
#: no character before it combines with another
_MARKS = "\u0300"
_ENDINGS = re.compile(r"(?:s|x|es)$")


def folded(text: str) -> str:
    """The words of a text without accents, case and punctuation, one space between.

    >>> folded("L’Œuvre, à Échirolles !")
    'l oeuvre a echirolles'
    """
    bare = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe").replace("æ", "ae")
    if not bare.isascii():
        bare = "".join([char for char in bare if char < _MARKS or not unicodedata.combining(char)])
    return " ".join(_WORD.findall(bare))


def wanted(text: str) -> tuple[str, ...]:
    """The words to look for: folded, a plural found by its singular, each once."""
    words = (_ENDINGS.sub("", word) if len(word) > 3 else word for word in folded(text).split())
    return tuple(dict.fromkeys(words))


class Index(Noun):
    """The stories by their words and days."""

    def note(self, story: Story, *, new: bool = False) -> None:
        """Index a story (again). Its own row has to be there.

        :param new: it was not there before, nor anything of it here.
        """
        events = [fact for fact in story.facts if isinstance(fact, EventFact) and fact.start]
        calls = [fact for fact in story.facts if isinstance(fact, CallFact)]
        series = [one.series for one in events] + [one.series for one in calls]
        said = [story.title, story.summary, *(word for fact in story.facts for word in _of(fact))]
        words = f" {folded(' '.join(said))[:MOST]} {_kind(story.kind)} "
        row = {
            "story": story.id,
            "words": words,
            "number": self._take(None if new else story.id, words),
            "series": next((one for one in series if one), ""),
            "first_day": min((one.start for one in events if one.start), default=None),
            "last_day": max((one.end or one.start or "" for one in events), default=None),
            "deadline": max((one.deadline for one in calls if one.deadline), default=None),
        }
        self._put(story_index, row)

    def drop(self, story: str) -> None:
        """Take a story out."""
        self._take(story, None)
        self._db.execute(delete(story_index).where(story_index.c.story == story))

    def _take(self, story: str | None, words: str | None) -> int | None:
        """Put a story's words at the end of the FTS5 index, in the place of those it has there (None:
        it has none); its number there. None where there is no such index."""
        if not self._fts:
            return None
        old = None if story is None else _NOTED.first(self._db, which=story)
        if old is not None and old.number is not None:
            _OUT.run(self._db, story_fts="delete", rowid=old.number, words=old.words)
        if words is None:
            return None
        last = _LAST.first(self._db).number
        number = int(last or 0) + 1
        _IN.run(self._db, rowid=number, words=words)
        return number

    @property
    def _fts(self) -> bool:
        """Is there an FTS5 index? Looked up once a connection."""
        known = self._db.info
        if "fts" not in known:
            query = sql("SELECT name FROM sqlite_master WHERE name = 'story_fts'")
            known["fts"] = not self.postgres and self._db.execute(query).first() is not None
        return bool(known["fts"])

    def find(self, text: str, *, kinds: Collection[Kind] = (), n: int = 200) -> list[Story]:
        """The stories that hold every word of ``text`` (their beginnings count), latest first; none
        for a text without words."""
        if not wanted(text):
            return []
        which: list[ColumnElement[bool]] = []
        if self._fts:
            which.append(story_index.c.number.in_(self._numbers(wanted(text), kinds, n)))
        elif self.postgres:
            asked = " & ".join(f"{word}:*" for word in wanted(text))
            which.append(_VECTOR.op("@@")(func.to_tsquery(literal_column("'simple'"), asked)))
        else:
            which += [func.instr(story_index.c.words, f" {word}") > 0 for word in wanted(text)]
        if kinds:
            which.append(stories.c.kind.in_(kinds))
        return self._stories(which, stories.c.updated.desc(), n)

    def _numbers(self, words: Iterable[str], kinds: Collection[Kind], n: int) -> list[int]:
        """The rows of the FTS5 index with all the words, those saved last; at most ``n``."""
        asked = " AND ".join(f'"{word}"*' for word in words)
        if kinds:
            asked += " AND (" + " OR ".join(f'"{_kind(kind)}"' for kind in kinds) + ")"
        query = sql(
            "SELECT rowid FROM story_fts WHERE story_fts MATCH :asked ORDER BY rowid DESC LIMIT :n"
        )
        return list(self._db.execute(query, {"asked": asked, "n": n}).scalars())

    def between(self, first: str, last: str, *, n: int = 500) -> list[Story]:
        """The events of a time, soonest first. Days are ISO 8601, both inclusive."""
        which = [story_index.c.last_day >= first, story_index.c.first_day <= last]
        return self._stories(which, story_index.c.first_day, n)

    def calls(self, since: str, *, n: int = 100) -> list[Story]:
        """The calls whose deadline is not before a day, soonest first."""
        return self._stories([story_index.c.deadline >= since], story_index.c.deadline, n)

    def last_call(self, before: str) -> Story | None:
        """The call that closed last."""
        which = [story_index.c.deadline < before]
        return next(iter(self._stories(which, story_index.c.deadline.desc(), 1)), None)

    def series(self, id: str, *, n: int = 200) -> list[Story]:
        """Everything about an event series, latest day first."""
        order = func.coalesce(story_index.c.last_day, story_index.c.deadline, "").desc()
        return self._stories([story_index.c.series == id], order, n)

    def _stories(self, which: Iterable[ColumnElement[bool]], order: Any, n: int) -> list[Story]:
        query = (
            select(stories.c.record)
            .join(story_index, story_index.c.story == stories.c.id)
            .where(*which)
            .order_by(order, stories.c.id)
            .limit(n)
        )
        return [unpack(Story, row.record) for row in self._db.execute(query)]


#: as the index in PostgreSQL is made (migration “search”): another expression would not use it
_VECTOR = func.to_tsvector(literal_column("'simple'"), story_index.c.words)


def _kind(kind: str) -> str:
    """A kind as a word among the words."""
    return f"xx{kind.replace('_', '')}"


def _of(fact: AnyFact) -> list[str]:
    """The words of a fact that people may look for."""
    said: list[object]
    if isinstance(fact, AwardFact):
        said = [fact.award, *fact.laureates, fact.level, fact.category, fact.organiser]
        said += [fact.place, fact.year, fact.date]
    elif isinstance(fact, EventFact):
        said = [fact.name, fact.place, fact.city, fact.organiser]
    elif isinstance(fact, CallFact):
        said = [fact.event, fact.city]
    else:
        assert isinstance(fact, ReleaseFact)
        said = [fact.project, fact.version, fact.publisher]
    return [str(word) for word in said if word]
