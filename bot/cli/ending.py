"""How a command comes to its end: within seconds, whatever still hangs (O1).

``--help`` comes by here too: it imports nothing that takes time.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time

#: threads that may be left behind, by the beginnings of their names
_LEFT = ("asyncio", "thinker")


def leave(status: int) -> None:
    """Exit; at once where a thread still hangs in a call that cannot be cut off."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # it may have been closed before we began
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    if (thrift := sys.modules.get("bot.thrift")) is not None:
        thrift.rest()
    deadline = time.monotonic() + 1
    for thread in threading.enumerate():
        ours = not thread.daemon or thread.name.startswith(_LEFT)
        if thread is not threading.main_thread() and ours:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive() and thread.name.startswith(_LEFT):
                os._exit(status)
    sys.exit(status)


def drop_output() -> None:
    """What is still to be written goes nowhere: nobody takes it, and Python would complain of it at
    the exit."""
    if sys.stdout is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
