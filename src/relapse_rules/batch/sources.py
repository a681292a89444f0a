"""Where a county's tables are: a folder, a workbook, files or Arrow tables by entity, or a database. Each becomes a `Feed` of batches.

======================================  ===================================================================
a folder                                 files, sub-folders of files and workbooks called after entities
a workbook                               worksheets called after entities
a mapping                                entity → file, folder of parts, Arrow table, record-batch reader, DuckDB relation, or several
a DuckDB or ADBC connection              tables called after entities
``postgresql://…``                       the same, by ``adbc-driver-postgresql``
======================================  ===================================================================

A name may go on after its entity's (``家庭成员_2023.csv``, ``member-2.parquet``).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final, TypeAlias

import pyarrow as pa

from relapse_rules.batch.feeds import SHEETS, Feed, arrow_feed, file_feeds, reader_feed
from relapse_rules.batch.mapping import OwnNames
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.facts.shown import shorten
from relapse_rules.facts.stated import plain
from relapse_rules.tables.errors import InputError
from relapse_rules.tables.names import entity_named
from relapse_rules.values.vocabulary import EntitySpec, Vocabulary

Source: TypeAlias = Any
"""See the module."""

_SUFFIXES: Final = frozenset({".csv", ".txt", ".tsv", ".parquet", ".pq"}) | SHEETS
_GOES_ON: Final = re.compile(r"[\s_.\-(（0-9]")
_DATABASE: Final = ("postgresql://", "postgres://")


def set_aside(name: str) -> bool:
    """Return whether the name of a file or folder says that it is nobody's table, such as the ``~$…`` that Excel keeps beside a workbook that is open."""
    return name.startswith((".", "_", "~$"))


class Sources:
    """The tables found: ``feeds`` by English name of the entity, in the order of the vocabulary; ``notes`` on what was not used."""

    def __init__(self, vocabulary: Vocabulary, names: OwnNames) -> None:
        self._vocabulary = vocabulary
        self._names = names
        self._found: dict[str, list[Feed]] = {}
        self.notes: list[str] = []

    @property
    def feeds(self) -> Mapping[str, Sequence[Feed]]:
        """The tables by entity."""
        return {
            entity.english: self._found[entity.english]
            for entity in self._vocabulary.entities
            if entity.english in self._found
        }

    def add(self, source: Source) -> None:
        """Add everything that ``source`` holds.

        Raises:
            InputError: it is none of the kinds of sources, or a file is not what its name says.
            OSError: a file cannot be opened.
        """
        if isinstance(source, Mapping):
            for name, given in source.items():
                self._add_for(self.entity(str(name)), given)
        elif isinstance(source, str) and source.startswith(_DATABASE):
            self._add_database(_adbc(source))
        elif isinstance(source, str | PathLike):
            self._add_path(Path(fspath(source)))
        elif hasattr(source, "cursor") or (hasattr(source, "sql") and hasattr(source, "execute")):
            self._add_database(source)
        else:
            message = (
                f"不知道怎么读一个 {type(source).__name__} 值（给出文件夹、工作簿、数据库连接，或各实体的表）"
            )
            raise InputError(message)

    def entity(self, name: str) -> EntitySpec:
        """Return the entity that is called ``name``.

        Raises:
            InputError: none is.
        """
        found = self._known(name)
        if found is None:
            guess = closest(plain(name), {**self._vocabulary.by_name, **self._vocabulary.by_english})
            message = f"没有叫“{shorten(name)}”的表" + (f"（是不是“{guess}”）" if guess else "")
            raise InputError(message)
        return found

    def _known(self, name: str) -> EntitySpec | None:
        """Return the entity that a file, worksheet or table is called after."""
        whole = plain(name)
        cuts = [found.start() for found in _GOES_ON.finditer(whole)]
        for wanted in (whole, *(whole[:cut] for cut in reversed(cuts))):
            if wanted in self._names.tables:
                return self._vocabulary.by_english[self._names.tables[wanted]]
            found = entity_named(self._vocabulary, wanted) if wanted else None
            if found is not None:
                return found
        return None

    def _keep(self, entity: EntitySpec, feeds: Sequence[Feed]) -> None:
        if feeds:
            self._found.setdefault(entity.english, []).extend(feeds)

    # --- files --------------------------------------------------------------------------------------

    def _add_path(self, path: Path) -> None:
        if path.is_dir():
            self._add_folder(path)
        elif path.suffix.lower() in SHEETS:
            self._add_workbook(path)
        else:
            path.open("rb").close()
            entity = self._known(path.stem)
            if entity is None:
                message = f"“{path}”不像是哪个实体的表（文件名用实体的名称，如 农户.csv，或在对照表中写明）"
                raise InputError(message)
            self._keep(entity, file_feeds(path))

    def _add_folder(self, folder: Path) -> None:
        for path in sorted(folder.iterdir()):
            if set_aside(path.name):
                continue
            entity = self._known(path.stem if path.is_file() else path.name)
            if path.is_file() and path.suffix.lower() not in _SUFFIXES:
                continue
            if entity is not None:
                self._add_for(entity, path)
            elif path.suffix.lower() in SHEETS:
                self._add_workbook(path)
            else:
                self.notes.append(f"{path}：没有用到，名称不是任何实体的（可在对照表中写明）")
        if not self._found:
            message = f"“{folder}”里没有可用的表（文件名用实体的名称，如 农户.csv、家庭成员.parquet）"
            raise InputError(message)

    def _add_workbook(self, path: Path) -> None:
        for feed in file_feeds(path):
            entity = self._known(feed.title)
            if entity is None:
                self.notes.append(f"{feed.source}：工作表没有用到")
            else:
                self._keep(entity, (feed,))

    def _add_for(self, entity: EntitySpec, source: Source) -> None:
        """Add a source that holds one entity, whatever it is called itself."""
        if isinstance(source, list | tuple):
            for each in source:
                self._add_for(entity, each)
        elif isinstance(source, str | PathLike):
            self._keep(entity, self._files(entity, Path(fspath(source))))
        elif isinstance(source, pa.Table | pa.RecordBatch):
            table = pa.Table.from_batches([source]) if isinstance(source, pa.RecordBatch) else source
            self._keep(entity, (arrow_feed(f"{entity.name}表", table),))
        else:
            self._keep(entity, (_stream_feed(f"{entity.name}表", source),))

    def _files(self, entity: EntitySpec, path: Path) -> Sequence[Feed]:
        if path.is_dir():
            parts = [
                each
                for each in sorted(path.iterdir())
                if each.suffix.lower() in _SUFFIXES and not set_aside(each.name)
            ]
            if not parts:  # it does not say that there is nothing of the kind
                self.notes.append(f"{path}：里面没有表，当作没有给“{entity.name}”")
            return [feed for part in parts for feed in self._files(entity, part)]
        feeds = file_feeds(path)
        if path.suffix.lower() not in SHEETS:
            return feeds
        # In a workbook for one entity other worksheets may hold other entities; without any title that is known, the first is meant.
        for feed in feeds:
            other = self._known(feed.title)
            if other is not None and other is not entity:
                self._keep(other, (feed,))
        own = [feed for feed in feeds if self._known(feed.title) is entity]
        return own or feeds[:1]

    # --- databases ----------------------------------------------------------------------------------

    def _add_database(self, connection: Source) -> None:
        listed = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY table_name"
        # One query is through before the next begins: a connection has one result at a time.
        for name in _query(connection, listed)().read_all().column(0).to_pylist():
            entity = self._known(str(name))
            if entity is None:
                self.notes.append(f"数据库表“{shorten(str(name))}”：没有用到，名称不是任何实体的")
                continue
            # The database gave the name; a quotation mark in it is doubled, as SQL has it.
            query = 'SELECT * FROM "' + str(name).replace('"', '""') + '"'  # noqa: S608 - as said
            self._keep(entity, (_database_feed(f"数据库表 {name}", connection, query),))
        if not self._found:
            message = "数据库当前模式下没有叫实体名称的表"
            raise InputError(message)


_ROWS: Final = 1 << 17


def _query(connection: Source, text: str) -> Callable[[], pa.RecordBatchReader]:
    """Return what runs a query when it is called: of a DuckDB connection, or of one with ADBC cursors."""

    def run() -> pa.RecordBatchReader:
        if hasattr(connection, "sql"):
            relation = connection.sql(text)
            reader = getattr(relation, "to_arrow_reader", None) or relation.fetch_record_batch
            return reader(_ROWS)
        cursor = connection.cursor()
        cursor.execute(text)
        if not hasattr(cursor, "fetch_record_batch"):
            message = (
                "这个数据库连接不能给出 Arrow 数据（用 ADBC 的连接，如 adbc_driver_postgresql.dbapi.connect）"
            )
            raise InputError(message)
        return cursor.fetch_record_batch()

    return run


def _database_feed(title: str, connection: Source, query: str) -> Feed:
    names = _query(connection, query + " LIMIT 0")().read_all().column_names
    return reader_feed(title, names, _query(connection, query))


def _stream_feed(title: str, source: Source) -> Feed:
    """Return the feed of a source that can be read once: a record-batch reader, a query, or anything that gives Arrow streams."""
    run = getattr(source, "to_arrow_reader", None) or getattr(source, "fetch_record_batch", None)
    if run is not None and hasattr(source, "columns"):  # a relation of DuckDB, which runs when it is read
        return reader_feed(title, source.columns, lambda: run(_ROWS))
    if run is not None:  # a cursor with a query that has been run
        reader = run()
    elif hasattr(source, "__arrow_c_stream__"):
        reader = pa.RecordBatchReader.from_stream(source)
    else:
        message = f"“{title}”的来源是一个 {type(source).__name__} 值，读不了（给出文件、Arrow 表或能给出 Arrow 数据的对象）"
        raise InputError(message)
    return reader_feed(title, reader.schema.names, lambda: reader)


def _adbc(address: str) -> Source:
    try:
        driver = importlib.import_module("adbc_driver_postgresql.dbapi")
    except ImportError:
        message = "从 PostgreSQL 读取需要 adbc-driver-postgresql：pip install adbc-driver-postgresql"
        raise InputError(message) from None
    try:
        return driver.connect(address)
    except Exception as error:  # noqa: BLE001 - the driver's own classes are known only where it is installed
        # The address may hold a password.
        message = f"连不上数据库：{type(error).__name__}（核对地址、用户名和口令）"
        raise InputError(message) from None
