"""In which line of a TOML file each value stands.

tomllib gives no line numbers; tree-sitter-toml gives a syntax tree with positions, which is
folded here into ``path -> line``. A path is what pydantic calls ``loc``: keys and list indexes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

Path = tuple[str | int, ...]


class Lines:
    """The lines of one file; ``at`` never fails: it falls back to the table around."""

    def __init__(self, known: Mapping[Path, int]) -> None:
        self._known = known

    def at(self, path: Path) -> int:
        """The line (from 1) of ``path``, else of the nearest thing that holds it."""
        for length in range(len(path), 0, -1):
            if line := self._known.get(path[:length]):
                return line
        return 1


def lines(text: str) -> Lines:
    """Find the line of every key and list item of a well-formed TOML document (TOML 1.0)."""
    root = _parser().parse(text.encode("utf-8")).root_node
    known: dict[Path, int] = {}
    arrays: dict[Path, int] = {}  # arrays of tables seen so far -> index of the last
    for node in root.named_children:
        if node.type == "pair":
            _pair(node, (), known)
        elif node.type in ("table", "table_array_element"):
            path = _table(node, arrays, known)
            for child in node.named_children:
                if child.type == "pair":
                    _pair(child, path, known)
    return Lines(known)


@lru_cache(maxsize=1)
def _parser() -> Any:
    import tree_sitter_toml  # only needed once something is wrong
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_toml.language()))


def _table(node: Any, arrays: dict[Path, int], known: dict[Path, int]) -> Path:
    """Note ``[a.b]`` or ``[[a.b]]``; the path of what follows it."""
    names = _keys(node.named_children[0]) if node.named_children else []
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        last = position == len(names) - 1
        if last and node.type == "table_array_element":
            arrays[path] = arrays.get(path, -1) + 1
        known.setdefault(path, _line(node))
        if path in arrays:
            path = (*path, arrays[path])
            known.setdefault(path, _line(node))
    if path:
        known[path] = _line(node)
    return path


def _pair(node: Any, above: Path, known: dict[Path, int]) -> None:
    """Note ``key = value`` and everything inside the value. A loop: depth cannot break it."""
    waiting: list[tuple[Any, Path]] = [(node, above)]
    while waiting:
        thing, path = waiting.pop()
        if thing.type == "pair" and thing.named_children:
            key, *values = thing.named_children
            for name in _keys(key):
                path = (*path, name)
                known.setdefault(path, _line(key))
            waiting.extend((value, path) for value in values)
        elif thing.type == "inline_table":
            waiting.extend((child, path) for child in thing.named_children)
        elif thing.type == "array":
            items = [child for child in thing.named_children if child.type != "comment"]
            for index, item in enumerate(items):
                known.setdefault((*path, index), _line(item))
                waiting.append((item, (*path, index)))


def _keys(node: Any) -> list[str]:
    if node.type == "dotted_key":
        return [name for child in node.named_children for name in _keys(child)]
    text = node.text.decode("utf-8")
    if node.type == "quoted_key":
        return [next(iter(tomllib.loads(f"{text} = 0")))]
    return [text] if node.type == "bare_key" else []


def _line(node: Any) -> int:
    return int(node.start_point[0]) + 1
