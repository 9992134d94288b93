"""Statements that are run all day: built once, at import, and on SQLite run by the driver itself.

SQLAlchemy builds a statement in 50 to 200 µs and runs a built one in 70; the driver needs 5. What
each poll and each message runs is a constant of its module, a :class:`Statement`. SQLAlchemy still
writes its SQL and converts its values, once; on PostgreSQL it runs it too.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, SelectBase
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, PendingRollbackError

Values = Mapping[str, Any]
#: converts one value on its way into or out of the database; None: it goes as it is
Change = Callable[[Any], Any] | None


class _Sql(NamedTuple):
    """A statement as the driver of SQLite takes it."""

    text: str
    #: name, must it be given, its own value, change, a list?
    inputs: tuple[tuple[str, bool, Any, Change, bool], ...]
    #: where all must be given and none is a list: takes the values out, in order
    plain: Callable[[Values], list[Any]] | None
    row: Callable[[Sequence[Any]], Any]  # what the driver gives -> with its columns' names


class Statement:
    """One statement. Its ``bindparam`` names are what it is run with.

    :param made: of SQLAlchemy; a list for ``in_`` is an ``expanding`` parameter.
    :param keys: the columns that an insert is given, where it does not say so itself.
    """

    def __init__(self, made: Any, keys: tuple[str, ...] | None = None) -> None:
        self._made = made
        self._keys = keys
        self._sql: _Sql | None = None

    def rows(self, db: Connection, /, **values: Any) -> list[Any]:
        """Its rows; their columns are attributes."""
        return list(self.each(db, **values))

    def each(self, db: Connection, /, **values: Any) -> Iterator[Any]:
        """Its rows one by one: those that nobody asks for are not fetched."""
        if db.dialect.name != "sqlite":
            yield from db.execute(self._made, values)
            return
        sql = self._ready(db.dialect)
        text, sent = _filled(sql, values)
        rows = _run(db, text, sent)
        try:  # reading on may fail too, where the disk or the file does (C16)
            yield from map(sql.row, rows)
        except sqlite3.Error as error:
            raise _told(db, text, error) from error

    def first(self, db: Connection, /, **values: Any) -> Any:
        """Its first row, or None."""
        if db.dialect.name != "sqlite":
            return db.execute(self._made, values).first()
        sql = self._ready(db.dialect)
        text, sent = _filled(sql, values)
        rows = _run(db, text, sent)
        try:
            raw = rows.fetchone()
        except sqlite3.Error as error:
            raise _told(db, text, error) from error
        return None if raw is None else sql.row(raw)

    def run(self, db: Connection, /, **values: Any) -> int:
        """Run it for its effect; how many rows it met."""
        if db.dialect.name != "sqlite":
            return int(db.execute(self._made, values).rowcount)
        return int(_run(db, *_filled(self._ready(db.dialect), values)).rowcount)

    def run_each(self, db: Connection, rows: Sequence[Values], /) -> None:
        """Run it once for each of ``rows``; it has no list."""
        if not rows:
            return
        if db.dialect.name != "sqlite":
            db.execute(self._made, rows)
            return
        sql = self._ready(db.dialect)
        driver = _driver(db)
        try:
            driver.executemany(sql.text, [_filled(sql, values)[1] for values in rows])
        except sqlite3.Error as error:
            raise _told(db, sql.text, error) from error

    def _ready(self, dialect: Dialect) -> _Sql:
        if self._sql is None:
            self._sql = _written(self._made, self._keys, dialect)
        return self._sql


def _written(made: Any, keys: tuple[str, ...] | None, dialect: Dialect) -> _Sql:
    """Let SQLAlchemy write the SQL, and note how each value goes in and comes out."""
    compiled = made.compile(dialect=dialect, column_keys=keys)
    inputs = []
    for name in compiled.positiontup or ():
        bind = compiled.binds[name]
        change = bind.type.dialect_impl(dialect).bind_processor(dialect)
        own = None if bind.required else bind.effective_value
        inputs.append((name, bind.required, own, change, bind.expanding))
    columns = list(made.exported_columns) if isinstance(made, SelectBase) or _returns(made) else []
    kinds = [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns]
    row = namedtuple("Row", [one.key for one in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024  # its names are known only now
    outputs = [(at, change) for at, change in enumerate(kinds) if change is not None]

    def made_of(raw: Sequence[Any]) -> Any:
        values = list(raw)
        for column, change in outputs:
            values[column] = change(values[column])
        return row._make(values)

    simple = all(must and not several for _, must, _, _, several in inputs)
    plain = _plainly([(name, change) for name, _, _, change, _ in inputs]) if simple else None
    return _Sql(compiled.string, tuple(inputs), plain, made_of if outputs else row._make)


def _plainly(inputs: Sequence[tuple[str, Change]]) -> Callable[[Values], list[Any]]:
    """Takes values out in the order of ``inputs``, and changes those that need it."""
    names = [name for name, _ in inputs]
    changes = [(at, change) for at, (_, change) in enumerate(inputs) if change is not None]
    # one name alone would come without a tuple around it
    taken: Callable[[Values], Iterable[Any]] = (
        itemgetter(*names) if len(names) > 1 else lambda values: [values[name] for name in names]
    )

    def filled(values: Values) -> list[Any]:
        sent = list(taken(values))
        for at, change in changes:
            sent[at] = change(sent[at])
        return sent

    return filled


def _returns(made: Any) -> bool:
    return bool(getattr(made, "_returning", ()))


def _filled(sql: _Sql, values: Values) -> tuple[str, list[Any]]:
    if sql.plain is not None:
        return sql.text, sql.plain(values)
    text, sent = sql.text, list[Any]()
    for name, required, own, change, several in sql.inputs:
        value = values[name] if required else values.get(name, own)
        if several:
            # a power of two, the last one again: few texts, which the driver keeps prepared
            every = list(value) or [None]
            every += every[-1:] * ((1 << (len(every) - 1).bit_length()) - len(every))
            text = text.replace(f"__[POSTCOMPILE_{name}]", ", ".join("?" * len(every)))
            sent += [change(one) for one in every] if change else every
        else:
            sent.append(change(value) if change else value)
    return text, sent


def directly(db: Connection, text: str) -> None:
    """Run a statement without values (BEGIN, SAVEPOINT…) by the driver of SQLite, which needs a
    tenth of SQLAlchemy's time for it. Raises as SQLAlchemy would."""
    driver = cast(sqlite3.Connection, db.connection.dbapi_connection)
    try:
        driver.execute(text)
    except sqlite3.Error as error:
        raise _told(db, text, error) from error


def _driver(db: Connection) -> sqlite3.Connection:
    """The driver's own connection, inside SQLAlchemy's transaction."""
    driver = cast(sqlite3.Connection, db.connection.dbapi_connection)
    if not driver.in_transaction:
        if db.in_transaction():  # a full disk ended it: what follows must not stand alone
            raise PendingRollbackError
        db.begin()
    return driver


def _run(db: Connection, text: str, sent: list[Any]) -> sqlite3.Cursor:
    driver = _driver(db)
    try:
        return driver.execute(text, sent)
    except sqlite3.Error as error:
        raise _told(db, text, error) from error


def _told(db: Connection, text: str, error: sqlite3.Error) -> BaseException:
    """As SQLAlchemy would tell it, without the values."""
    told: BaseException = DBAPIError.instance(
        text, None, error, sqlite3.Error, hide_parameters=True, dialect=db.dialect
    )
    return told
