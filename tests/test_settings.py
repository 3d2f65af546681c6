"""Settings: where they come from, and that a bad one never blocks."""

import hashlib
import os
from pathlib import Path

import pytest

from desktop_al import settings
from desktop_al.settings import (
    TABLE,
    Settings,
    as_table,
    forget_project,
    read,
    recent_projects,
    remember_project,
    save,
)


def test_that_the_defaults_hold_where_nothing_is_set(tmp_path: Path) -> None:
    assert read(tmp_path, {}) == (Settings(), [])


def test_that_every_setting_says_what_it_is_and_what_it_may_be() -> None:
    for setting in TABLE:
        assert setting.description
        assert setting.range
        assert setting.kind in (str, int, float, bool)


def test_that_the_environment_goes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    save({"device": "cpu", "thumbnail_px": 64}, tmp_path)
    settings, warnings = read(tmp_path, {"DESKTOP_AL_DEVICE": "cuda:1"})
    assert (settings.device, settings.thumbnail_px, settings.theme, warnings) == ("cuda:1", 64, "system", [])


@pytest.mark.parametrize("value", ["cpu", 'a "quoted" \\ path', "/photos/ü\n\t", "\U0001f600"])
def test_that_a_text_is_stored_as_it_is(value: str, tmp_path: Path) -> None:
    assert save({"model": value}, tmp_path).model == value
    assert read(tmp_path, {})[0].model == value


@pytest.mark.parametrize(("text", "value"), [("0", False), ("off", False), ("TRUE", True), (" yes ", True)])
def test_that_a_switch_is_read_from_words(text: str, value: bool, tmp_path: Path) -> None:
    assert read(tmp_path, {"DESKTOP_AL_REOPEN_LAST": text})[0].reopen_last is value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("THUMBNAIL_PX", "wide"),
        ("THUMBNAIL_PX", "9999"),
        ("REOPEN_LAST", "maybe"),
        ("THEME", "plaid"),
        ("MAX_PIXELS", "-1"),
    ],
)
def test_that_a_bad_variable_is_told_and_ignored(name: str, text: str, tmp_path: Path) -> None:
    settings, warnings = read(tmp_path, {f"DESKTOP_AL_{name}": text})
    assert settings == Settings()
    assert len(warnings) == 1
    assert f"DESKTOP_AL_{name}" in warnings[0]
    assert repr(text) in warnings[0]


def test_that_a_bad_variable_gives_way_to_a_good_file(tmp_path: Path) -> None:
    save({"thumbnail_px": 64}, tmp_path)
    settings, warnings = read(tmp_path, {"DESKTOP_AL_THUMBNAIL_PX": "wide"})
    assert (settings.thumbnail_px, len(warnings)) == (64, 1)


@pytest.mark.parametrize(
    "data", [b"device = ", b"\xff\xfe\x00", b"thumbnail_px = 'wide'\nreopen_last = 1", b"[a]\nb=1"]
)
def test_that_a_bad_file_never_blocks(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(data)
    settings, _ = read(tmp_path, {})
    assert settings == Settings()
    assert save({"device": "cpu"}, tmp_path).device == "cpu"


def test_that_a_bad_value_in_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("thumbnail_px = 'wide'\ndevice = 'cpu'\n")
    settings, warnings = read(tmp_path, {})
    assert settings.device == "cpu"
    assert warnings == [
        f"The setting thumbnail_px in {tmp_path / 'settings.toml'} is 'wide', which is not 48 to 256; it is ignored."
    ]


def test_that_an_unreadable_folder_never_blocks(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    settings, warnings = read(tmp_path / "file", {})
    assert (settings, len(warnings)) == (Settings(), 1)


def test_that_a_bad_value_cannot_be_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="plaid"):
        save({"theme": "plaid"}, tmp_path)
    with pytest.raises(KeyError):
        save({"nonsense": 1}, tmp_path)
    assert not list(tmp_path.iterdir())


def test_that_saving_leaves_no_other_file(tmp_path: Path) -> None:
    save({"theme": "dark"}, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["settings.toml"]


def test_that_the_table_shows_what_is_in_force() -> None:
    assert {row.name: value for row, value in as_table(Settings(theme="dark"))}["theme"] == "dark"


def test_that_recent_projects_are_newest_first_once_each_and_there(tmp_path: Path) -> None:
    projects = [tmp_path / f"{number}.alproject" for number in range(20)]
    for project in projects:
        project.mkdir()
        remember_project(project, tmp_path)
    remember_project(projects[15], tmp_path)
    projects[18].rmdir()
    recent = recent_projects(tmp_path)
    assert recent[:3] == [projects[15], projects[19], projects[17]]
    assert len(recent) == len(set(recent)) <= 12
    forget_project(projects[19], tmp_path)
    assert projects[19] not in recent_projects(tmp_path)


def test_that_a_recent_project_may_have_any_name(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"latin-\xe9 \n.alproject")
    odd.mkdir()
    remember_project(odd, tmp_path)
    assert recent_projects(tmp_path) == [odd]


@pytest.mark.parametrize("data", [b"", b"{}", b"[1, null]", b"\xff", b'["/gone"]', b'["a\\u0000b"]'])
def test_that_a_bad_list_of_recent_projects_is_an_empty_one(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "recent.json").write_bytes(data)
    assert recent_projects(tmp_path) == []


def test_that_a_place_that_cannot_be_written_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    remember_project(tmp_path, tmp_path / "file")
    assert recent_projects(tmp_path / "file") == []


def test_that_a_model_file_is_trusted_by_what_it_holds(tmp_path: Path) -> None:
    model = tmp_path / "model.pt"
    model.write_bytes(b"some code")
    assert settings.trusted_models(tmp_path) == ()
    settings.trust_model(model, tmp_path)
    settings.trust_model(model, tmp_path)
    (known,) = settings.trusted_models(tmp_path)
    assert known == hashlib.sha256(b"some code").hexdigest()
    assert settings.embed_spec(settings.Settings(model="m.pt"), tmp_path).trusted == (known,)
    settings.trust_model(tmp_path / "gone.pt", tmp_path)
    model.write_bytes(b"other code")
    settings.trust_model(model, tmp_path)
    assert settings.trusted_models(tmp_path)[0] == known
    (tmp_path / settings.TRUSTED).write_bytes(b"\xff\xfe")
    assert settings.trusted_models(tmp_path) == ()
