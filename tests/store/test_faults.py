"""Damaged, foreign, older, newer, deleted, locked, read-only and full: one sentence each, and nothing is lost."""

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import sqlite_utils

from desktop_al.domain.errors import ProjectError, ProjectLockedError, StorageError, WorldError
from desktop_al.store import arrays, migrations, models, samples, sources, vectors
from desktop_al.store.migrations import MIGRATIONS, Migration
from desktop_al.store.project import DATABASE_NAME, Mode, Project

ONE_SENTENCE = re.compile(r"[^\n]+[^.\n]\.")


def make(folder: Path, count: int = 3) -> Path:
    with Project.create(folder) as project:
        project.write(lambda db: sources.ensure(db, Path("/one")))
        project.write(lambda db: samples.insert(db, 1, [f"{n}" for n in range(count)], [1] * count, [1] * count))
        project.write(lambda db: models.ensure_model(db, "m", name="M", kind="t", dim=4))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "p.alproject")


def sentence(error: pytest.ExceptionInfo[WorldError]) -> str:
    assert ONE_SENTENCE.fullmatch(str(error.value)), str(error.value)
    return str(error.value)


def run_child(code: str, *arguments: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# Damage


@pytest.mark.parametrize("mode", ["r", "w"])
@pytest.mark.parametrize("damage", ["garbage", "header", "half", "schema"])
def test_that_a_damaged_database_is_named_and_left_as_it_is(folder: Path, damage: str, mode: Mode) -> None:
    database = folder / DATABASE_NAME
    whole = database.read_bytes()
    broken = {
        "garbage": b"no database at all" * 400,
        "header": b"\xff" * 100 + whole[100:],
        "half": whole[: len(whole) // 2],
        "schema": whole[:100] + bytes(3996) + whole[4096:],
    }[damage]
    database.write_bytes(broken)
    with pytest.raises(ProjectError, match=r"damaged.*backup") as caught:
        Project.open(folder, mode).samples()
    sentence(caught)
    assert database.read_bytes() == broken


def test_that_damage_found_while_reading_is_explained(tmp_path: Path) -> None:
    folder = make(tmp_path / "p", 5000)
    database = folder / DATABASE_NAME
    data = bytearray(database.read_bytes())
    # The first pages are the roots of the tables, which opening reads.
    for page in range(80, len(data) // 4096 - 5):
        data[page * 4096 : page * 4096 + 8] = b"\xff" * 8
    database.write_bytes(data)
    with Project.open(folder) as project, pytest.raises(ProjectError, match="damaged"):
        project.samples()


def test_that_an_empty_database_can_be_created_again(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / DATABASE_NAME).touch()
    with pytest.raises(ProjectError, match="interrupted: create the project again") as caught:
        Project.open(folder)
    sentence(caught)
    Project.create(folder).close()
    Project.open(folder, "w").close()


def test_that_a_creation_killed_in_its_first_transaction_is_rolled_back(tmp_path: Path) -> None:
    code = """
        import os, sqlite3, sys
        db = sqlite3.connect(sys.argv[1], isolation_level=None)
        db.execute("PRAGMA cache_size = 2")
        db.execute("BEGIN")
        db.execute("CREATE TABLE t (x)")
        db.executemany("INSERT INTO t VALUES (zeroblob(4000))", [()] * 100)
        os._exit(0)
    """
    run_child(code, tmp_path / DATABASE_NAME)
    assert (tmp_path / f"{DATABASE_NAME}-journal").stat().st_size > 0
    with pytest.raises(ProjectError, match="interrupted"):
        Project.open(tmp_path)
    Project.create(tmp_path).close()


def test_that_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    database = tmp_path / DATABASE_NAME
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE other (x)")
    connection.close()
    before = database.read_bytes()
    for mode in ("r", "w"):
        with pytest.raises(ProjectError, match="another program") as caught:
            Project.open(tmp_path, mode)
        sentence(caught)
    with pytest.raises(ProjectError, match="a project already"):
        Project.create(tmp_path)
    assert database.read_bytes() == before


# Missing and occupied folders


def test_that_a_folder_that_is_no_project_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(ProjectError, match="not a Desktop AL project") as caught:
            Project.open(path)
        sentence(caught)
    assert list(tmp_path.iterdir()) == []


def test_that_an_occupied_place_is_not_taken(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(ProjectError, match="a project already"):
        Project.create(folder)
    other = tmp_path / "photos"
    other.mkdir()
    (other / "a.jpg").touch()
    with pytest.raises(ProjectError, match="not empty") as caught:
        Project.create(other)
    sentence(caught)
    assert [file.name for file in other.iterdir()] == ["a.jpg"]
    for path in (other / "a.jpg", other / "a.jpg" / "below"):
        with pytest.raises(ProjectError, match="is a file"):
            Project.create(path)


@pytest.mark.parametrize("name", ["with space", "quo'te\"", "new\nline", "🦜", "50%?#x", "bad\udcff"])
def test_that_a_project_may_have_any_name(tmp_path: Path, name: str) -> None:
    with Project.create(tmp_path / name / f"{name}.alproject") as project:
        assert project.name == name
        assert project.counts().samples == 0
        with pytest.raises(ProjectLockedError) as caught:
            Project.open(project.path, "w")
        sentence(caught).encode()
    assert (tmp_path / name / f"{name}.alproject" / DATABASE_NAME).is_file()


@pytest.mark.parametrize("how", ["deleted", "moved", "replaced"])
def test_that_a_project_that_went_away_while_open_is_explained(folder: Path, how: str) -> None:
    with Project.open(folder, "w") as project:
        if how == "deleted":
            shutil.rmtree(folder)
        else:
            folder.rename(folder.with_name("elsewhere"))
        if how == "replaced":
            make(folder.with_name("new")).rename(folder)
        with pytest.raises(ProjectError, match="deleted or moved") as caught:
            project.write(lambda db: samples.mark_missing(db, [1]))
        sentence(caught)
        with pytest.raises(ProjectError, match="deleted or moved"):
            project.append_vectors("m", "embedding", [1], ["0" * 16], np.ones((1, 4)))
        if how != "replaced":
            with pytest.raises(ProjectError, match="deleted or moved"):
                project.save_array("m", "projection", [1], {"xy": np.ones((1, 2))}, {})
            with ThreadPoolExecutor(1) as thread, pytest.raises(ProjectError, match="deleted or moved"):
                thread.submit(project.samples).result()
            assert not folder.exists()
    if how != "deleted":
        with Project.open(folder.with_name("elsewhere")) as moved:
            assert moved.counts().missing == 0


def test_that_a_closed_project_says_so(folder: Path) -> None:
    project = Project.open(folder, "w")
    project.close()
    project.close()
    with pytest.raises(ProjectError, match="was closed"):
        project.samples()
    with pytest.raises(ProjectError, match="was closed"):
        project.write(lambda db: None)


def test_that_a_write_inside_a_write_is_our_own_fault(folder: Path) -> None:
    with Project.open(folder, "w") as project, pytest.raises(RuntimeError, match="inside a write"):
        project.write(lambda db: project.write(lambda inner: None))


# Lock


def test_that_the_other_process_is_named(folder: Path) -> None:
    code = """
        import sys
        from desktop_al.store.project import Project
        with Project.open(sys.argv[1], "w"):
            print("ready", flush=True)
            sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        with pytest.raises(ProjectLockedError, match=f"process {child.pid} on") as caught:
            Project.open(folder, "w")
        sentence(caught)
        with Project.open(folder) as reader:
            assert len(reader.samples()) == 3
        child.kill()
    # The lock of a killed process is free.
    Project.open(folder, "w").close()


def test_that_an_unreadable_owner_is_still_a_lock(folder: Path) -> None:
    with Project.open(folder, "w"):
        (folder / "project.lock").write_text("{")
        with pytest.raises(ProjectLockedError, match="in another process"):
            Project.open(folder, "w")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")
def test_that_a_child_that_is_about_to_start_keeps_no_lock(folder: Path) -> None:
    with Project.open(folder, "w"):
        lock = (folder / "project.lock").stat()
        # A forked child has all files open until its own program starts.
        copies = [os.dup(handle) for handle in open_files() if os.path.samestat(os.fstat(handle), lock)]
    assert copies
    Project.open(folder, "w").close()
    for copy in copies:
        os.close(copy)


def open_files() -> list[int]:
    """The numbers of all files that this process has open."""
    found = []
    for handle in range(4096):
        with contextlib.suppress(OSError):
            os.fstat(handle)
            found.append(handle)
    return found


# Versions


def add_column(db: sqlite_utils.Database) -> None:
    db.conn.execute("ALTER TABLE samples ADD COLUMN note TEXT NOT NULL DEFAULT ''")


def break_half_way(db: sqlite_utils.Database) -> None:
    db.conn.execute("CREATE TABLE half (x INTEGER) STRICT")
    raise KeyError("planted")


def columns_of(database: Path) -> set[str]:
    connection = sqlite3.connect(database)
    try:
        return {row[1] for row in connection.execute("PRAGMA table_info(samples)")}
    finally:
        connection.close()


def test_that_a_newer_project_is_refused_and_left_as_it_is(folder: Path) -> None:
    connection = sqlite3.connect(folder / DATABASE_NAME)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    before = (folder / DATABASE_NAME).read_bytes()
    for mode in ("r", "w"):
        with pytest.raises(ProjectError, match=r"newer Desktop AL.*update the program") as caught:
            Project.open(folder, mode)
        sentence(caught)
    assert (folder / DATABASE_NAME).read_bytes() == before


def test_that_an_older_project_is_copied_and_then_migrated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, Migration(add_column, "Let a sample have a note.")))
    with pytest.raises(ProjectError, match=r"older Desktop AL.*for writing") as caught:
        Project.open(folder)
    sentence(caught)
    with Project.open(folder, "w") as project:
        assert len(project.samples()) == 3
        records = project.read(lambda db: db.conn.execute("SELECT version, sentence FROM migrations").fetchall())
    assert records[-1] == (len(MIGRATIONS) + 1, "Let a sample have a note.")
    assert "note" in columns_of(folder / DATABASE_NAME)
    (copy,) = folder.glob("*.format-*.sqlite")
    assert "note" not in columns_of(copy)
    Project.open(folder, "w").close()
    assert len(list(folder.glob("*.format-*"))) == 1


def test_that_a_failing_migration_leaves_the_older_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as program:
        program.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, Migration(break_half_way, "Break.")))
        for _ in range(2):
            with pytest.raises(KeyError, match="planted"):
                Project.open(folder, "w")
    with Project.open(folder, "w") as project:
        assert len(project.samples()) == 3
        assert project.read(lambda db: db.conn.execute("PRAGMA user_version").fetchone()) == (len(MIGRATIONS),)
        assert not project.read(lambda db: db["half"].exists())
    copies = list(folder.glob("*.format-*.sqlite"))
    assert len(copies) == 2


# Full and read-only disks


def test_that_a_full_disk_is_explained_and_loses_nothing(folder: Path) -> None:
    with Project.open(folder, "w") as project:
        pages = project.write(lambda db: db.conn.execute("PRAGMA page_count").fetchone()[0])
        project.write(lambda db: db.conn.execute(f"PRAGMA max_page_count = {pages + 2}").fetchone())
        names = [f"more/{n}" for n in range(10_000)]
        with pytest.raises(StorageError, match="full") as caught:
            project.write(lambda db: samples.insert(db, 1, names, [1] * 10_000, [1] * 10_000))
        sentence(caught)
        assert len(project.samples()) == 3
        project.write(lambda db: db.conn.execute("PRAGMA max_page_count = 1000000").fetchone())
        project.write(lambda db: samples.insert(db, 1, names, [1] * 10_000, [1] * 10_000))
        assert len(project.samples()) == 10_003


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_that_a_full_disk_under_the_vectors_is_explained_and_loses_nothing(folder: Path) -> None:
    code = """
        import resource, sys
        import numpy as np
        from desktop_al.domain.errors import StorageError
        from desktop_al.store.project import Project
        with Project.open(sys.argv[1], "w") as project:
            project.append_vectors("m", "embedding", [1], [f"{1:016x}"], np.ones((1, 4)))
            project.save_array("m", "projection", [1], {"xy": np.ones((1, 2))}, {})
            limit = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limit[1]))
            big = np.ones((30_000, 4))
            many = range(1, 30_001)
            for attempt in (
                lambda: project.append_vectors("m", "embedding", many, [f"{n:016x}" for n in many], big),
                lambda: project.save_array("m", "projection", many, {"xy": big}, {}),
            ):
                try:
                    attempt()
                except StorageError as error:
                    print(error)
    """
    first, second = run_child(code, folder).splitlines()
    assert "full" in first
    assert ONE_SENTENCE.fullmatch(first)
    assert "full" in second
    with Project.open(folder, "w") as project:
        assert project.current_vectors().total == 1
        assert project.projection() is not None
        assert project.read(lambda db: vectors.problems(db, folder) + arrays.problems(db, folder)) == []
        assert len(list((folder / "vectors").iterdir())) == 2


READ_ONLY = """
    import os, sys
    import sqlite_utils  # nobody may lack the right to read it where Python is root's own
    from desktop_al.domain.errors import WorldError
    from desktop_al.store.project import Project
    if os.getuid() == 0:
        os.setuid(65534)
    try:
        with Project.open(sys.argv[1], sys.argv[2]) as project:
            print(len(project.samples()), project.counts().samples)
    except WorldError as error:
        print(type(error).__name__, error)
"""


@pytest.fixture
def sealed() -> Iterator[Path]:
    """A project in a folder that the process of `READ_ONLY` may read, not write."""
    base = Path(tempfile.mkdtemp())
    base.chmod(0o755)
    folder = make(base / "p.alproject")
    yield folder
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755)
    shutil.rmtree(base)


def seal(folder: Path) -> None:
    for path in folder.iterdir():
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_that_a_read_only_project_is_read_and_not_written(sealed: Path) -> None:
    seal(sealed)
    assert run_child(READ_ONLY, sealed, "r") == "3 3"
    answer = run_child(READ_ONLY, sealed, "w")
    assert re.fullmatch(r"StorageError The project .* cannot be written: [^\n]+\.", answer)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_that_an_unfinished_log_on_a_read_only_disk_is_not_passed_over(sealed: Path) -> None:
    code = """
        import os, sys
        from desktop_al.store import samples
        from desktop_al.store.project import Project
        project = Project.open(sys.argv[1], "w")
        project.write(lambda db: samples.insert(db, 1, ["new"], [1], [1]))
        os._exit(0)
    """
    run_child(code, sealed)
    assert (sealed / f"{DATABASE_NAME}-wal").stat().st_size > 0
    (sealed / f"{DATABASE_NAME}-shm").unlink()
    seal(sealed)
    assert "was not closed properly" in run_child(READ_ONLY, sealed, "r")


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_that_a_project_is_not_created_where_nothing_can_be_written() -> None:
    base = Path(tempfile.mkdtemp())
    base.chmod(0o555)
    code = READ_ONLY.replace("Project.open(sys.argv[1], sys.argv[2])", "Project.create(sys.argv[1])")
    try:
        assert "cannot be written" in run_child(code, base / "p", "w")
    finally:
        base.chmod(0o755)
        shutil.rmtree(base)


def test_that_the_file_descriptors_of_a_closed_project_are_free(folder: Path) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("open files are counted where /proc lists them")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with Project.open(folder, "w") as project, ThreadPoolExecutor(3) as threads:
            list(threads.map(lambda _: project.counts(), range(9)))
    assert len(os.listdir("/proc/self/fd")) == before
