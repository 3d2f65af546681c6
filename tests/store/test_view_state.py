"""Where the person was: read without trust."""

from pathlib import Path

import pytest

from desktop_al.domain.errors import ProjectError
from desktop_al.store import view_state
from desktop_al.store.project import Project


def test_that_what_is_broken_or_too_large_is_left_out(tmp_path: Path) -> None:
    rows = {
        "whole": '{"a": [1, null]}',
        "broken": "{",
        "no object": "[1]",
        "deep": "[" * 100_000,
        "large": '{"a": "' + "x" * view_state.LARGEST + '"}',
    }
    with Project.create(tmp_path / "p") as project:
        project.write(lambda db: db.conn.executemany("INSERT INTO view_state VALUES (?, ?)", list(rows.items())))
        assert project.view_state() == {"whole": {"a": [1, None]}}


def test_that_bytes_that_are_no_text_are_left_out_or_explained(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        rows = "('whole', '{}'), (CAST(x'ff' AS TEXT), '{}'), ('bytes', CAST(x'7b22ff227d' AS TEXT))"
        project.write(lambda db: db.conn.execute(f"INSERT INTO view_state VALUES {rows}"))
        assert project.view_state() == {"whole": {}}
        project.write(lambda db: db.conn.execute("INSERT INTO tags (name) VALUES (CAST(x'ff' AS TEXT))"))
        with pytest.raises(ProjectError, match="damaged"):
            project.tags()


def test_that_sections_are_kept_one_by_one(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        project.write(lambda db: view_state.write(db, {"map": {"x": 1}, "gallery": {"y": 2}}))
        project.write(lambda db: view_state.write(db, {"map": {"x": 3}, "large": {"a": "x" * view_state.LARGEST}}))
        assert project.view_state() == {"map": {"x": 3}, "gallery": {"y": 2}}
