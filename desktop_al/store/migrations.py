"""Migrations: each is a function and a sentence, and is committed together with its own record."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import desktop_al
from desktop_al.domain.errors import ProjectError
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown
from desktop_al.store.connection import APPLICATION_ID
from desktop_al.store.schema import VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5
from desktop_al.store.values import now

if TYPE_CHECKING:
    import sqlite_utils


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema; ``apply`` must not commit (no ``executescript``)."""

    apply: Callable[["sqlite_utils.Database"], None]
    sentence: str


def _executing(statements: tuple[str, ...]) -> Callable[["sqlite_utils.Database"], None]:
    """A function that runs ``statements`` one after the other."""

    def apply(db: "sqlite_utils.Database") -> None:
        for statement in statements:
            db.conn.execute(statement)

    return apply


MIGRATIONS: tuple[Migration, ...] = (
    Migration(_executing(VERSION_1), "Create the tables of the first version."),
    Migration(_executing(VERSION_2), "Keep a summary of each batch, and more of why each pick was picked."),
    Migration(_executing(VERSION_3), "Keep tags, notes, named highlights, and where the person was."),
    Migration(_executing(VERSION_4), "Keep filters by name."),
    Migration(_executing(VERSION_5), "Keep the samples in a file that is read at once."),
)

_RECORDS = """
    CREATE TABLE IF NOT EXISTS migrations (
        version INTEGER PRIMARY KEY,
        sentence TEXT NOT NULL,
        program TEXT NOT NULL,
        applied_at TEXT NOT NULL
    ) STRICT
"""


def version_of(db: "sqlite_utils.Database") -> int:
    """The schema version of the database; 0 while its creation has not been committed."""
    return int(db.conn.execute("PRAGMA user_version").fetchone()[0])


def check_version(db: "sqlite_utils.Database", folder: Path) -> int:
    """The schema version of a project that this program can use or migrate.

    Raises
    ------
    ProjectError
        The database is not ours, was never finished, or was written by a newer program.
    """
    version, known = version_of(db), len(MIGRATIONS)
    application = int(db.conn.execute("PRAGMA application_id").fetchone()[0])
    if version == 0 and application == 0 and not db.conn.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise ProjectError(
            say("The creation of “{folder}” was interrupted: create the project again.", folder=shown(folder))
        )
    if application != APPLICATION_ID:
        raise ProjectError(
            say("“{folder}” holds a database of another program: choose a Desktop AL project.", folder=shown(folder))
        )
    if version > known:
        raise ProjectError(
            say(
                "“{folder}” was written by a newer Desktop AL (format {version}; this program knows "
                "{known}): update the program.",
                folder=shown(folder),
                version=version,
                known=known,
            )
        )
    return version


def migrate(db: "sqlite_utils.Database") -> None:
    """Bring the database to the last version, one committed step after another."""
    while (version := version_of(db)) < len(MIGRATIONS):
        step = MIGRATIONS[version]
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            db.conn.execute(_RECORDS)
            step.apply(db)
            db.conn.execute(
                "INSERT INTO migrations VALUES (?, ?, ?, ?)",
                (version + 1, step.sentence, desktop_al.__version__, now()),
            )
            db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.conn.execute(f"PRAGMA user_version = {version + 1}")
            db.conn.execute("COMMIT")
        except BaseException:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
            raise


def back_up(db: "sqlite_utils.Database", database: Path, version: int) -> Path:
    """Copy the database beside itself before it is migrated, never over an earlier copy.

    The copy is staged and renamed, so that a file with the final name is always whole.
    """
    copy, number = database.with_name(f"{database.stem}.format-{version}.sqlite"), 1
    while copy.exists():
        number += 1
        copy = database.with_name(f"{database.stem}.format-{version}.{number}.sqlite")
    staged = database.with_name(f"{database.stem}.copy.partial")
    staged.unlink(missing_ok=True)
    target = sqlite3.connect(staged)
    try:
        db.conn.backup(target)
        # One file, without a write-ahead log beside it.
        target.execute("PRAGMA journal_mode = DELETE")
    finally:
        target.close()
    staged.replace(copy)
    return copy
