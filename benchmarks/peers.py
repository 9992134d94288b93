"""``make bench-peers``: the bot beside other programs that read feeds, in one run, on loopback.

reader, feed2toot and feediverse are installed from PyPI in environments of their own under
build/peers; newsboat and rss2email are measured where the system has them (Debian packages).
What is compared is processor time (user and system) a feed, without each program's start: the
difference between a run over all feeds and one over a single feed. Variants take turns; medians.
reader and newsboat only store what is new, rss2email puts a mail into a folder, feed2toot and
feediverse post to a loopback Mastodon, the bot understands the news and posts it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from benchmarks.polling import cpu
from benchmarks.rig import Rig, opened
from benchmarks.server import Server, running

ROOT = Path(__file__).resolve().parents[1] / "build" / "peers"
WORKS = ("unchanged", "changed")
#: what a run may take before it counts as stuck, in seconds
LONGEST = 300


class Peer(ABC):
    """A program, installed, with a folder of its own."""

    name: str
    packages: tuple[str, ...] = ()
    program: str = ""  # of the system, where there are no packages

    def __init__(self, server: Server) -> None:
        self.server = server

    @classmethod
    def python(cls) -> Path:
        return ROOT / cls.name / "bin" / "python"

    @classmethod
    def install(cls) -> bool:
        """Make its environment (once); False where it cannot be had."""
        if cls.program:
            return shutil.which(cls.program) is not None
        done = ROOT / cls.name / "done"
        if not done.exists():
            print(f"Installing {cls.name} into {ROOT / cls.name} (once)…", file=sys.stderr)
            venv.create(ROOT / cls.name, with_pip=True, clear=True)
            pip = [str(cls.python()), "-m", "pip", "install", "-qq", *cls.packages]
            if subprocess.run(pip, check=False).returncode:
                return False
            done.touch()
        return True

    @abstractmethod
    def prepare(self, folder: Path, urls: list[str]) -> None:
        """Write its configuration; then :meth:`run` once makes everything known."""

    @abstractmethod
    def command(self, folder: Path) -> list[str]:
        """One pass over its feeds."""

    def first(self, folder: Path) -> None:
        """The pass after which nothing is new."""
        self.run(folder)

    def run(self, folder: Path, *more: str) -> float:
        """Seconds of processor time of one pass."""
        before = cpu()
        environment = {**os.environ, "HOME": str(folder), "PYTHONWARNINGS": "ignore"}
        environment |= {"XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
        done = subprocess.run(
            [*self.command(folder), *more],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST,
            check=False,
            cwd=folder,
        )
        if done.returncode:
            msg = f"{self.name} ended with {done.returncode}: {done.stderr[-600:].decode()}"
            raise RuntimeError(msg)
        return cpu() - before


class Reader(Peer):
    """lemon24's reader, a library: its own update of all feeds."""

    name = "reader"
    packages = ("reader", "sgmllib3k")

    def prepare(self, folder: Path, urls: list[str]) -> None:
        (folder / "pass.py").write_text(
            "import sys\nfrom reader import make_reader\n"
            "reader = make_reader('reader.sqlite')\n"
            "[reader.add_feed(url.strip(), exist_ok=True) for url in open('urls')]\n"
            "reader.update_feeds(scheduled=False)\n"
        )
        (folder / "urls").write_text("\n".join(urls))

    def command(self, folder: Path) -> list[str]:
        return [str(self.python()), str(folder / "pass.py")]


class Feed2toot(Peer):
    """feed2toot, posting to a Mastodon."""

    name = "feed2toot"
    packages = ("feed2toot",)

    def prepare(self, folder: Path, urls: list[str]) -> None:
        (folder / "urls").write_text("\n".join(urls) + "\n")
        (folder / "client").write_text("id\nsecret\n")
        (folder / "user").write_text("token\n")
        (folder / "feed2toot.ini").write_text(
            f"[mastodon]\ninstance_url=http://127.0.0.1:{self.server.port}\n"
            f"user_credentials={folder}/user\nclient_credentials={folder}/client\n"
            f"[cache]\ncachefile={folder}/cache.db\ncache_limit=100000\n"
            f"[lock]\nlock_file={folder}/lock\n"
            f"[rss]\nuri_list={folder}/urls\ntoot={{title}} {{link}}\n[hashtaglist]\n"
        )

    def command(self, folder: Path) -> list[str]:
        program = self.python().parent / "feed2toot"
        return [str(program), "-c", str(folder / "feed2toot.ini"), "--limit", "25"]

    def first(self, folder: Path) -> None:
        self.run(folder, "--populate-cache")


class Feediverse(Peer):
    """feediverse, posting to a Mastodon."""

    name = "feediverse"
    packages = ("feediverse",)

    def prepare(self, folder: Path, urls: list[str]) -> None:
        feeds = "".join(f"- {{url: '{url}', template: '{{title}} {{url}}'}}\n" for url in urls)
        (folder / "config").write_text(
            f"name: bench\nurl: http://127.0.0.1:{self.server.port}\nclient_id: id\n"
            f"client_secret: secret\naccess_token: token\nfeeds:\n{feeds}"
            "updated: '2025-12-28T09:30:00+00:00'\n"  # its first pass posts a few of each feed
        )

    def command(self, folder: Path) -> list[str]:
        return [str(self.python().parent / "feediverse"), "-c", str(folder / "config")]


class Newsboat(Peer):
    """newsboat, which stores what is new."""

    name = "newsboat"
    program = "newsboat"

    def prepare(self, folder: Path, urls: list[str]) -> None:
        (folder / "urls").write_text("\n".join(urls) + "\n")
        (folder / "config").write_text("reload-threads 4\n")

    def command(self, folder: Path) -> list[str]:
        names = {"-u": "urls", "-C": "config", "-c": "cache.db"}
        files = [word for flag, name in names.items() for word in (flag, str(folder / name))]
        return ["newsboat", "-q", *files, "-x", "reload"]


class Rss2email(Peer):
    """rss2email, putting each entry into a mail folder."""

    name = "rss2email"
    program = "r2e"

    def prepare(self, folder: Path, urls: list[str]) -> None:
        feeds = "".join(f"[feed.f{number}]\nurl = {url}\n" for number, url in enumerate(urls))
        for part in ("cur", "new", "tmp"):
            (folder / "mail" / part).mkdir(parents=True)
        (folder / "r2e.cfg").write_text(
            "[DEFAULT]\nfrom = bot@bench.example\nto = you@bench.example\n"
            f"email-protocol = maildir\nmaildir-path = {folder}/mail\nmaildir-mailbox = \n{feeds}"
        )

    def command(self, folder: Path) -> list[str]:
        return ["r2e", "-c", str(folder / "r2e.cfg"), "-d", str(folder / "r2e.json"), "run"]

    def first(self, folder: Path) -> None:
        self.run(folder, "--no-send")


PEERS: tuple[type[Peer], ...] = (Reader, Feed2toot, Feediverse, Rss2email, Newsboat)


class Measured:
    """One program over all feeds, and over one of them."""

    def __init__(self, peer: Peer, folder: Path, urls: list[str]) -> None:
        self.peer = peer
        self.many, self.one = folder / f"{peer.name}-many", folder / f"{peer.name}-one"
        self.feeds = len(urls)
        for place, those in ((self.many, urls), (self.one, urls[:1])):
            place.mkdir()
            peer.prepare(place, those)
            peer.first(place)

    def a_feed(self) -> float:
        """Milliseconds of processor time a feed, without the start."""
        self.peer.server.set()
        one, many = self.peer.run(self.one), self.peer.run(self.many)
        asked = len(self.peer.server.set()["answered"])
        if asked < self.feeds + 1:
            msg = f"{self.peer.name} asked {asked} times instead of {self.feeds + 1}"
            raise RuntimeError(msg)
        return max(many - one, 0.0) / (self.feeds - 1) * 1000


async def measure(
    server: Server, feeds: int, rounds: int, works: Sequence[str]
) -> dict[str, dict[str, list[float]]]:
    """{program: {"unchanged" or "changed": milliseconds a feed}}, round by round."""
    urls = [server.url(number) for number in range(feeds)]
    found: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        server.set(mode="etag", generation=0, build=feeds)
        peers = []
        for kind in PEERS:
            if not await asyncio.to_thread(kind.install):
                print(f"{kind.name}: not here, not measured", file=sys.stderr)
                continue
            peers.append(await asyncio.to_thread(Measured, kind(server), Path(name), urls))
        async with opened(server, urls) as rig:
            await _posted(rig)
            for generation in range(1, rounds + 1):
                for work in works:
                    if work == "changed":
                        server.set(mode="etag", generation=generation, build=feeds)
                    before = cpu()
                    await _posted(rig)
                    mine = (cpu() - before) / feeds * 1000
                    found.setdefault("the bot", {}).setdefault(work, []).append(mine)
                    for one in peers:
                        spent = await asyncio.to_thread(one.a_feed)
                        found.setdefault(one.peer.name, {}).setdefault(work, []).append(spent)
    return found


async def _posted(rig: Rig) -> None:
    await rig.collect()
    await rig.deliver()


def main() -> None:
    """Measure and print a table."""
    asked = argparse.ArgumentParser(prog="make bench-peers", description=__doc__)
    asked.add_argument("--feeds", type=int, default=60)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--work", choices=WORKS, action="append", help="only this; both: twice")
    given = asked.parse_args()
    works = given.work or WORKS
    with running(given.feeds) as server:
        found = asyncio.run(measure(server, given.feeds, given.rounds, works))
    print(f"{'CPU a feed':<14}" + "".join(f" {work:>12} {'times':>8}" for work in works))
    mine = {work: statistics.median(found["the bot"][work]) for work in works}
    for name, values in found.items():
        cells = ""
        for work in works:
            value = statistics.median(values[work])
            cells += f" {value:9.2f} ms {value / mine[work]:7.1f} x"
        print(f"{name:<14}{cells}")


if __name__ == "__main__":
    main()
