"""A prepared entry: its text once, folded once, cut into sentences and words.

Everything here is for *matching*; what a fact shows is always cut from the original text.
Folding never changes the length of the text, so that any place found in ``folded`` is the same
place in ``text``: case, accents, apostrophes, hyphens, odd spaces and inclusive dots are made
alike (Unicode NFC first, UAX #15), and nothing is added or removed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Literal

import snowballstemmer

from bot.understanding import asides, tokens

if TYPE_CHECKING:
    from bot.entries.entry import Entry
    from bot.languages import Language
    from bot.understanding.knowledge import Knowledge

Where = Literal["title", "summary", "content"]

#: Snowball algorithms by ISO 639-1 code; other languages are read without stems.
_ALGORITHMS = {"fr": "french", "en": "english"}
#: Shorter than this nothing is left of a word worth stemming.
_SHORTEST_STEM = 4


class _Folds(dict[int, str]):
    """One character to one character, learned as texts come by."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in "‘’ʼ′‵`´＇":
            folded = "'"
        elif char in "\u2010\u2011\u2012\u2043\u00ad":
            folded = "-"
        elif char in "·•‧∙⋅・":
            folded = "·"
        elif char in "«»“”„‟″＂":
            folded = '"'
        elif char == "＠":
            folded = "@"
        elif char.isspace() and char not in "\n\r":
            folded = " "
        else:
            base = unicodedata.normalize("NFKD", char)
            base = "".join(part for part in base if not unicodedata.combining(part)).lower()
            folded = base if len(base) == 1 else char.lower()
            if len(folded) != 1:
                folded = char
            if folded != char:
                folded = self[ord(folded)]  # what is folded stays as it is when folded again
        self[code] = folded
        return folded


_FOLDS = _Folds()
_BEYOND = re.compile(r"[^\n -_a-~]")
#: "lauréat.e.s" and "lauréat(e)s" say the same as "lauréat·e·s"; the length stays.
_INCLUSIVE = re.compile(
    r"(?:\.(?<=[a-z]{3}\.)(?P<dot>e|ne|se|rice|trice|euse)(?:\.(?P<many>s))?"
    r"|\((?<=[a-z]{3}\()(?P<round>e|ne)\)(?P<s>s?))(?![a-z/])"
)
_BREAK = re.compile(
    r"[\n.!?…](?:(?<=\n)\n*"  # a line is a sentence: titles, list items
    r"|(?<!\n)(?P<gap>[\"')\]]*[ ]+)(?=[\"'(\[—–-]*[ ]?[A-ZÀ-ÖØ-ÞŒ0-9@#«“\"]))"
)
_ABBREVIATED = 8  # characters of the longest abbreviation, with its stop and what is before it
#: A full stop after one of these ends no sentence.
_SHORTENED = (
    *(
        "m",
        "mm",
        "mme",
        "mmes",
        "mlle",
        "dr",
        "pr",
        "st",
        "ste",
        "av",
        "bd",
        "ex",
        "no",
        "n",
        "art",
    ),
    *("cf", "vs", "pop", "mr", "mrs", "ms", "jr", "inc", "approx", "resp", "tel", "env"),
    *("janv", "fevr", "avr", "juil", "sept", "oct", "nov", "dec"),
    *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep"),
)
_GOES_ON = re.compile(
    r"\b(?:pour|a|au|de|est|par|et|to|for|is|the|and|by)\s?…$"
    rf"|(?:(?:^|[\s('\"])(?:{'|'.join(_SHORTENED)})|\b[a-z])\.$"
)


def _with_dots(hit: re.Match[str]) -> str:
    if hit["round"]:
        return f"·{hit['round']}·s" if hit["s"] else f"·{hit['round']} "
    return f"·{hit['dot']}" + ("·s" if hit["many"] else "")


def fold(text: str) -> str:
    """``text`` for matching, of the same length as its NFC form."""
    return _alike(unicodedata.normalize("NFC", text))


def _alike(text: str) -> str:
    """An NFC text folded: plain ASCII only loses its capitals, all other characters (and the
    backtick) are looked up, each once."""
    for char in set(_BEYOND.findall(text)):
        text = text.replace(char, _FOLDS[ord(char)])
    return text.lower()


#: a stemmer keeps its word inside itself; long entries are read in threads
_stemming = Lock()


@lru_cache(maxsize=4)
def _stemmer(language: str) -> snowballstemmer.stemmer | None:
    name = _ALGORITHMS.get(language)
    return snowballstemmer.stemmer(name) if name else None


@lru_cache(maxsize=20_000)
def stem(word: str, language: str) -> str:
    """The stem of a folded word: plural, gender and most conjugations fall together.

    Folded words have no accents, which Snowball's French relies on for its last steps, so
    the final -e and -ent are taken off here.
    """
    word = word.partition("·")[0]
    stemmer = _stemmer(language)
    if stemmer is None or len(word) < _SHORTEST_STEM:
        return word
    with _stemming:
        found: str = stemmer.stemWord(word)
    if language == "fr":
        found = found.rstrip("e")
        if len(found) > 6 and found.endswith("ent"):
            found = found[:-3]
        if len(found) > 4 and found[-1] == found[-2]:
            found = found[:-1]
    return found


@dataclass(slots=True)
class Sentence:
    """A sentence, a title or a line of a list: ``text[start:end]`` of its prepared entry."""

    prepared: Prepared = field(repr=False)
    index: int
    where: Where
    start: int
    end: int

    @property
    def text(self) -> str:
        """In the words of the entry."""
        return self.prepared.text[self.start : self.end]

    @property
    def folded(self) -> str:
        """For matching; of the same length as ``text``."""
        return self.prepared.folded[self.start : self.end]

    @property
    def words(self) -> range:
        """Indexes into ``prepared.words`` of the words in this sentence."""
        starts = self.prepared.word_starts
        return range(bisect_right(starts, self.start - 1), bisect_right(starts, self.end - 1))


@dataclass
class Prepared:
    """An entry ready to be read by matchers. Offsets count from the start of ``text``.

    ``text`` is title, summary and content on lines of their own, NFC; ``folded`` is the same
    text for matching, character for character; ``words`` are those of ``folded`` in order.
    """

    entry: Entry
    knowledge: Knowledge = field(repr=False)
    language: Language | None  # None: a language without a file in config/languages
    code: str  # ISO 639-1, also where there is no file
    text: str
    folded: str
    parts: tuple[tuple[Where, int, int], ...]  # where, start, end
    words: list[str] = field(repr=False)  # a run of @ is a word
    word_starts: list[int] = field(repr=False)  # the offset of each

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Title first, then sentences and lines in order."""
        found: list[Sentence] = []
        for where, start, end in self.parts:
            for first, last in self._cut(start, end):
                found.append(Sentence(self, len(found), where, first, last))
        return tuple(found)

    def _cut(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        at = start
        for hit in _BREAK.finditer(self.text, start, end):
            stop = hit.start("gap")  # -1: the line ends
            if stop < 0:
                stop = hit.start()
            elif self._goes_on(at, stop) or self._in_parentheses(at, stop):
                continue
            if self.text[at:stop].strip():
                yield at, stop
            at = hit.end()
        if self.text[at:end].strip():
            yield at, end

    def _goes_on(self, start: int, stop: int) -> bool:
        """Whether the full stop before ``stop`` only ends an abbreviation: a short word."""
        last = self.folded[max(start, stop - _ABBREVIATED) : stop]
        if last[-1] in "!?" or (len(last) == _ABBREVIATED and last[:-1].isalpha()):
            return False
        word = last[:-1].rpartition(" ")[2]
        if last[-1] == "." and len(word) > 1 and word.isalpha() and word not in _SHORTENED:
            return False
        return _GOES_ON.search(last) is not None

    def _in_parentheses(self, start: int, end: int) -> bool:
        """Whether a parenthesis opened since ``start`` is still open; a forgotten one closes
        after a while."""
        opened = self.text.rfind("(", max(start, end - 120), end)
        return (
            opened >= 0
            and self.text.find(")", opened, end) < 0
            and ")" in self.text[end : end + 120]
        )

    def word_end(self, index: int) -> int:
        """The offset after word ``index``."""
        return self.word_starts[index] + len(self.words[index])

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The different words of the entry."""
        return frozenset(self.words)

    def says(self, words: frozenset[str]) -> bool:
        """Whether any of ``words`` stands in the entry: without them a form need not be tried."""
        return not words.isdisjoint(self.vocabulary)

    def stem(self, index: int) -> str:
        """The stem of word ``index`` (see :func:`stem`)."""
        return stem(self.words[index], self.code)

    def sentence_at(self, offset: int) -> Sentence:
        """The sentence that holds ``offset`` (the one before it, between two)."""
        starts = self._sentence_starts
        return self.sentences[max(0, bisect_right(starts, offset) - 1)]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def let_go(self) -> None:
        """Forget the sentences, each of which points back here: what was read is then freed at
        once, and does not wait for the garbage collector."""
        vars(self).pop("sentences", None)
        vars(self).pop("award_text", None)

    def where(self, offset: int) -> Where:
        """In which part of the entry an offset lies."""
        for name, _, end in self.parts:
            if offset <= end:
                return name
        return self.parts[-1][0] if self.parts else "summary"

    def slice(self, start: int, end: int) -> str:
        """The original words between two offsets, without spaces around them."""
        return self.text[start:end].strip()


def prepare(entry: Entry, knowledge: Knowledge) -> Prepared:
    """Prepare ``entry``; the language of knowledge that bears the entry's code, if any."""
    pieces: list[str] = []
    parts: list[tuple[Where, int, int]] = []
    at = 0
    named: tuple[tuple[Where, str | None], ...] = (
        ("title", entry.title),
        ("summary", entry.summary),
        ("content", asides.without(entry.content or "")),
    )
    for where, raw in named:
        if raw and raw.strip():
            piece = unicodedata.normalize("NFC", raw)
            parts.append((where, at, at + len(piece)))
            pieces.append(piece)
            at += len(piece) + 1
    text = "\n".join(pieces)
    folded = _INCLUSIVE.sub(_with_dots, _alike(text))
    code = entry.language[:2].lower()
    words, starts = tokens.cut(folded)
    return Prepared(
        entry=entry,
        knowledge=knowledge,
        language=knowledge.languages.get(code),
        code=code,
        text=text,
        folded=folded,
        parts=tuple(parts),
        words=words,
        word_starts=starts,
    )
