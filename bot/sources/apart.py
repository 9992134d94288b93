"""Parsing away from the event loop: a thread for what is small, a process for what is large.

A thread keeps the loop alive only as long as no single C call holds the interpreter for long;
a large document goes to a process of its own that ends after 10 s or at 512 MB (R1). One process
per large document: nothing to look after, and its memory goes back at once.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import resource
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from bot import thrift
from bot.errors import Unreadable

#: bytes; feedparser needs about 0.35 ms of processor time for each kilobyte
LARGE = 128 * 1024
SECONDS = 10.0
MEMORY = 512 * 1024 * 1024
#: processes at the same time: a first start may bring many large documents at once
AT_ONCE = 2
_places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

_TOO_HARD = {
    "fr": "trop long ou trop lourd à lire",
    "en": "it takes too long or too much memory to read",
}
_ROOT = str(Path(__file__).resolve().parents[2])  # where this very bot is imported from
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from bot.sources.apart import child; child()"


def _same(found: Any) -> Any:
    return found


async def run(
    function: Callable[..., Any],
    body: bytes,
    *texts: str,
    aside: bool = False,
    then: Callable[[Any], Any] = _same,
) -> Any:
    """``function(body, *texts)``, a module-level function whose result JSON can carry.

    :param then: makes a value of that result, in this process.
    :param aside: in a process of its own, however small ``body`` is: its time is not its length's.

    Raises Unreadable when it takes over SECONDS or MEMORY, and whatever ``function`` raises as
    Unreadable: no document may bring the bot down.
    """
    if len(body) < LARGE and not aside:
        return await thrift.aside(lambda: then(guarded(function, body, texts)))
    places = _places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with places:
        said = await _in_process(function, body, texts)
    return await thrift.aside(lambda: then(_result(said)))


def guarded(function: Callable[..., Any], body: bytes, texts: tuple[str, ...]) -> Any:
    """``function(body, *texts)``, here and now; whatever it raises is Unreadable."""
    try:
        return function(body, *texts)
    except Unreadable:
        raise
    except Exception as error:  # R1: parsers fail in ways nobody has listed
        raise _unreadable(type(error).__name__) from error


async def _in_process(function: Callable[..., Any], body: bytes, texts: tuple[str, ...]) -> bytes:
    order = [function.__module__, function.__qualname__, list(texts), SECONDS, MEMORY]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", _CHILD, _ROOT, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    try:
        async with asyncio.timeout(SECONDS):
            said, _ = await process.communicate(json.dumps(order).encode() + b"\n" + body)
    except TimeoutError:
        raise Unreadable(cause=_TOO_HARD) from None
    finally:  # also when the bot is told to stop meanwhile
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise Unreadable(cause=_TOO_HARD)
    return said


def _result(said: bytes) -> Any:
    answer = json.loads(said)
    if "error" in answer:
        raise Unreadable(cause=answer["error"])
    return answer["result"]


def child() -> None:
    """What the process does: the order and the document on stdin, the result on stdout."""
    module, name, texts, seconds, memory = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 5, int(seconds) + 5))
    body = sys.stdin.buffer.read()
    function = getattr(importlib.import_module(module), name)
    try:
        said = {"result": guarded(function, body, tuple(texts))}
    except Unreadable as error:
        said = {"error": error.fields.get("cause")}
    sys.stdout.write(json.dumps(said))


def _unreadable(name: str) -> Unreadable:
    return Unreadable(
        cause={"fr": f"document mal formé, {name}", "en": f"malformed document, {name}"}
    )
