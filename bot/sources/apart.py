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
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.errors import Unreadable

#: bytes; feedparser needs about 0.35 ms of processor time for each kilobyte
LARGE = 128 * 1024
SECONDS = 10.0
MEMORY = 512 * 1024 * 1024

_TOO_HARD = {
    "fr": "trop long ou trop lourd à lire",
    "en": "it takes too long or too much memory to read",
}
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from bot.sources.apart import child; child()"


async def run(function: Callable[..., Any], body: bytes, *texts: str) -> Any:
    """``function(body, *texts)``, a module-level function whose result JSON can carry.

    Raises Unreadable when it takes over SECONDS or MEMORY, and whatever ``function`` raises as
    Unreadable: no document may bring the bot down.
    """
    if len(body) < LARGE:
        return await asyncio.to_thread(_guarded, function, body, texts)
    return await asyncio.to_thread(_in_process, function, body, texts)


def _guarded(function: Callable[..., Any], body: bytes, texts: tuple[str, ...]) -> Any:
    try:
        return function(body, *texts)
    except Unreadable:
        raise
    except Exception as error:  # R1: parsers fail in ways nobody has listed
        raise _unreadable(type(error).__name__) from error


def _in_process(function: Callable[..., Any], body: bytes, texts: tuple[str, ...]) -> Any:
    order = json.dumps(
        [function.__module__, function.__qualname__, list(texts), SECONDS, MEMORY]
    ).encode()
    root = str(Path(__file__).resolve().parents[2])
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code; the body is stdin
            [sys.executable, "-I", "-c", _CHILD, root],
            input=order + b"\n" + body,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(cause=_TOO_HARD) from None
    if done.returncode != 0:
        raise Unreadable(cause=_TOO_HARD)
    said = json.loads(done.stdout)
    if "error" in said:
        raise Unreadable(cause=said["error"])
    return said["result"]


def child() -> None:
    """What the process does: the order and the document on stdin, the result on stdout."""
    module, name, texts, seconds, memory = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 5, int(seconds) + 5))
    body = sys.stdin.buffer.read()
    function = getattr(importlib.import_module(module), name)
    try:
        said = {"result": _guarded(function, body, tuple(texts))}
    except Unreadable as error:
        said = {"error": error.fields.get("cause")}
    sys.stdout.write(json.dumps(said))


def _unreadable(name: str) -> Unreadable:
    return Unreadable(
        cause={"fr": f"document mal formé, {name}", "en": f"malformed document, {name}"}
    )
