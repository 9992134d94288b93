"""``make conformance CORPUS=dir``: every file of any folder of feeds, read whole and cut.

Says how many files were read, refused, how many crashed or took over a second, and proves two
things: what is cut out changes nothing in what is left (the same items, whole or cut), and what
``sources/quick.py`` reads it reads as feedparser does. Fails otherwise.
"""

from __future__ import annotations

import collections
import json
import re
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from bot.errors import Unreadable
from bot.sources import cut, feedtext

_TYPES = ("", "application/xml; charset=utf-8", "text/xml")
_URL = "https://feed.example/feed.xml"
_COMMENTS = re.compile(rb"\A(\s*<\?xml[^>]*\?>)?(?:\s*<!--.*?-->)+", re.DOTALL)
SLOW = 1.0  # seconds


def with_neighbours(body: bytes, content_type: str) -> bytes:
    """The document with one plain entry before the first and one behind the last, so that a file
    of one entry too shows what entries do to each other."""
    scan = cut.scan(body, content_type)
    if scan is None:
        return body
    tag = b"entry" if body.startswith(b"<entry", scan.slices[0][0]) else b"item"
    plain = b"<%s><title>%s</title><link>/%s</link><guid>%s</guid></%s>"
    first, last = (plain % (tag, name, name, name, tag) for name in (b"before", b"behind"))
    start, end = scan.slices[0][0], scan.slices[-1][1]
    return body[:start] + first + body[start:end] + last + body[end:]


def without_comments(body: bytes) -> bytes:
    """The document without the comments before its root, which quick.py leaves to feedparser."""
    return _COMMENTS.sub(lambda hit: (hit[1] or b"").lstrip(), body).lstrip()


def quickly(body: bytes, content_type: str) -> bool | None:
    """Is it read as feedparser reads it? None: it is left to feedparser."""
    found = feedtext.quickly(body, content_type, _URL)
    return None if found is None else found == feedtext.thoroughly(body, content_type, _URL)


def differences(body: bytes, content_type: str, whole: dict[str, Any]) -> tuple[bool, list[str]]:
    """Whether the document can be cut, and what came out otherwise than whole."""
    scan = cut.scan(body, content_type)
    if scan is None or not whole["sound"] or len(whole["items"]) != len(scan.marks):
        return False, []
    found = []
    count = len(scan.marks)
    for name, known in (
        ("first known", {0}),
        ("last known", {count - 1}),
        ("even known", set(range(0, count, 2))),
        ("odd known", set(range(1, count, 2))),
    ):
        left = [number for number in range(count) if number not in known]
        if not left or not known:
            continue
        body_left = scan.without({scan.marks[number]: "" for number in known})
        part = feedtext.parse(body_left, content_type, _URL)
        if not part["sound"] or len(part["items"]) != len(left):
            continue  # seen, and then read whole
        if part["items"] != [whole["items"][number] for number in left]:
            found.append(name)
    return True, found


def main() -> int:
    """CORPUS as the only argument; the exit status."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.stderr.write("Give a folder of feeds: make conformance CORPUS=dir\n")
        return 2
    warnings.simplefilter("ignore")  # feedparser's own, of old dates
    counts: collections.Counter[str] = collections.Counter()
    failed = False
    for path in sorted(Path(sys.argv[1]).rglob("*")):
        if path.suffix.lower() not in (".xml", ".rss", ".atom", ".rdf") or not path.is_file():
            continue
        body = path.read_bytes()
        counts["files"] += 1
        for content_type in _TYPES:
            began = time.perf_counter()
            try:
                document = with_neighbours(body, content_type)
                whole = feedtext.thoroughly(document, content_type, _URL)
                json.dumps(whole)
                able, wrong = differences(document, content_type, whole)
                plain = without_comments(document)
                quick = quickly(plain, content_type)
            except Unreadable:
                counts["refused"] += 1
                continue
            except Exception as error:  # noqa: BLE001  # a crash is what is looked for
                print(f"{path}: {type(error).__name__}: {error}")
                counts["crashes (guarded: said as unreadable)"] += 1
                continue
            counts["read"] += 1
            counts["could be cut" if able else "always whole"] += 1
            counts["left to feedparser" if quick is None else "read quickly"] += 1
            if quick is False:
                wrong.append("read quickly")
            if time.perf_counter() - began > SLOW:
                counts["slow"] += 1
                print(f"{path}: slow, {time.perf_counter() - began:.1f} s")
            if wrong:
                failed = True
                counts["different"] += 1
                print(f"{path}: otherwise than whole: {', '.join(wrong)}")
    for name, number in counts.items():
        print(f"{number:7} {name}")
    return 1 if failed or not counts["files"] else 0


if __name__ == "__main__":
    sys.exit(main())
