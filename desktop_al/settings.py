"""The settings: one table, one reader.

A setting comes from the environment (``DESKTOP_AL_DEVICE=cpu``), else from ``settings.toml`` in the user's
configuration folder, else from its default. A bad value never blocks the start: it is reported as one
sentence and its default is used.
"""

import hashlib
import json
import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs

from desktop_al.domain.sentence import say
from desktop_al.domain.specs import EmbedSpec

APP = "desktop-al"
ENVIRONMENT_PREFIX = "DESKTOP_AL_"
RECENT_LIMIT = 12
SHORTCUTS = "shortcuts"
TRUSTED = "trusted-models.txt"

TYPE_NAMES = {str: say("text"), int: say("whole number"), float: say("number"), bool: say("true or false")}

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table; ``low`` and ``high`` bound numbers, ``choices`` lists the words that a text may be."""

    name: str
    default: Value
    description: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def kind(self) -> type[Value]:
        """The type of the value."""
        return type(self.default)

    @property
    def range(self) -> str:
        """What is allowed, in words."""
        if self.choices:
            return ", ".join(self.choices)
        if self.low is not None:
            return say("{low:,} to {high:,}", low=self.low, high=self.high)
        return TYPE_NAMES[self.kind]


def _row(
    default: Value,
    description: str,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """A field of `Settings` that carries its row of the table."""
    return field(default=default, metadata={"description": description, "low": low, "high": high, "choices": choices})


@dataclass(frozen=True, slots=True)
class Settings:
    """The values in force; the fields are the table."""

    model: str = _row("builtin", "the embedder: builtin, builtin-lite2, or the path of a TorchScript or ONNX file")
    device: str = _row("auto", "where embeddings are computed: auto, cpu, cuda, cuda:N or mps")
    precision: str = _row("auto", "arithmetic of the embedder", choices=("auto", "f32", "bf16"))
    max_pixels: int = _row(178_956_970, "largest image that is decoded, in pixels", low=1_000_000, high=10_000_000_000)
    strategy: str = _row("auto", "the query strategy that is offered first")
    export_format: str = _row("csv", "the export format that is offered first")
    theme: str = _row("system", "colours of the window", choices=("system", "dark", "light"))
    language: str = _row("system", "language of the window", choices=("system", "en", "de", "ja"))
    reopen_last: bool = _row(True, "open the last project when the window starts")
    label_seconds: float = _row(10.0, "how long one label takes, in seconds", low=0, high=86_400)
    label_price: float = _row(0.0, "what one label costs, in your currency", low=0, high=1_000_000)
    thumbnail_px: int = _row(128, "size of the thumbnails in the gallery, in pixels", low=48, high=256)


_DEFAULTS = Settings()
TABLE = tuple(Setting(row.name, getattr(_DEFAULTS, row.name), **row.metadata) for row in fields(Settings))


def config_folder() -> Path:
    """The user's configuration folder; ``DESKTOP_AL_CONFIG_DIR`` moves it."""
    moved = os.environ.get(ENVIRONMENT_PREFIX + "CONFIG_DIR")
    return Path(moved) if moved else platformdirs.user_config_path(APP, appauthor=False)


def _parsed(setting: Setting, raw: object) -> Value:
    """``raw`` as a value of ``setting``; raises ValueError where it does not fit."""
    value: Value
    if isinstance(raw, str) and setting.kind is bool:
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if raw.strip().lower() not in words:
            raise ValueError(raw)
        value = words[raw.strip().lower()]
    elif isinstance(raw, str) and setting.kind in (int, float):
        value = setting.kind(raw)
    elif isinstance(raw, setting.kind) and (setting.kind is bool or not isinstance(raw, bool)):
        value = raw
    else:
        raise ValueError(raw)
    if setting.choices and value not in setting.choices:
        raise ValueError(raw)
    if setting.low is not None and setting.high is not None and not setting.low <= float(value) <= setting.high:
        raise ValueError(raw)
    return value


def _from_file(file: Path) -> tuple[Mapping[str, Any], list[str]]:
    """What the settings file holds, and what is wrong with it."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [
            say("The settings file {file} cannot be read ({why}); the defaults are used.", file=file, why=error)
        ]


def read(folder: Path | None = None, environment: Mapping[str, str] | None = None) -> tuple[Settings, list[str]]:
    """The settings in force and one sentence for each value that had to be ignored.

    ``folder`` and ``environment`` stand in for the user's own, in tests.
    """
    environment = os.environ if environment is None else environment
    file = (folder or config_folder()) / "settings.toml"
    stored, warnings = _from_file(file)
    values: dict[str, Any] = {}
    for setting in TABLE:
        variable = ENVIRONMENT_PREFIX + setting.name.upper()
        places = ((environment.get(variable), variable), (stored.get(setting.name), f"{setting.name} in {file}"))
        for raw, place in places:
            if raw is None:
                continue
            try:
                values[setting.name] = _parsed(setting, raw)
                break
            except ValueError:
                warnings.append(
                    say(
                        "The setting {place} is {raw}, which is not {range}; it is ignored.",
                        place=place,
                        raw=repr(raw),
                        range=setting.range,
                    )
                )
    return Settings(**values), warnings


def save(changes: Mapping[str, Value], folder: Path | None = None) -> Settings:
    """Store ``changes`` (name to value) and return the settings in force.

    Raises
    ------
    KeyError
        A name is not in the table.
    ValueError
        A value does not fit its setting.
    OSError
        The configuration folder cannot be written.
    """
    folder = folder or config_folder()
    table = {setting.name: setting for setting in TABLE}
    stored = dict(_from_file(folder / "settings.toml")[0])
    stored.update({name: _parsed(table[name], value) for name, value in changes.items()})
    _write(stored, folder)
    return read(folder)[0]


def _write(stored: Mapping[str, Any], folder: Path) -> None:
    """Write the settings of the table, and the shortcuts, that are among ``stored``."""
    known = [setting.name for setting in TABLE]
    lines = [f"{name} = {_toml(stored[name])}" for name in known if isinstance(stored.get(name), str | int | float)]
    keys = _texts(stored.get(SHORTCUTS))
    section = ["", f"[{SHORTCUTS}]", *(f"{_toml(name)} = {_toml(text)}" for name, text in keys.items())] if keys else []
    _replace(folder / "settings.toml", "\n".join(["# Desktop AL, settings", *lines, *section, ""]))


def _texts(found: object) -> dict[str, str]:
    """The entries of ``found`` that are texts, none where it is no table."""
    return {name: text for name, text in found.items() if isinstance(text, str)} if isinstance(found, dict) else {}


def shortcuts(folder: Path | None = None) -> dict[str, str]:
    """The keys that the user chose, by the name of the action, "" for none; what cannot be read is left out."""
    return _texts(_from_file((folder or config_folder()) / "settings.toml")[0].get(SHORTCUTS))


def save_shortcuts(changes: Mapping[str, str | None], folder: Path | None = None) -> dict[str, str]:
    """Store ``changes``, None being what is no longer chosen, and return all that is; raises OSError."""
    folder = folder or config_folder()
    stored = dict(_from_file(folder / "settings.toml")[0])
    chosen: dict[str, str | None] = {**_texts(stored.get(SHORTCUTS)), **changes}
    stored[SHORTCUTS] = {name: text for name, text in chosen.items() if text is not None}
    _write(stored, folder)
    return shortcuts(folder)


def _toml(value: Value) -> str:
    # A JSON string with its escapes is also a TOML basic string; JSON writes bool and numbers as TOML does.
    return json.dumps(value, ensure_ascii=False)


def _replace(file: Path, text: str) -> None:
    """Write ``text`` to ``file`` in one step."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)


def trusted_models(folder: Path | None = None) -> tuple[str, ...]:
    """The SHA-256 of the model files that the user let run code of their own; what cannot be read is left out."""
    try:
        lines = ((folder or config_folder()) / TRUSTED).read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(lines)


def trust_model(path: Path, folder: Path | None = None) -> bool:
    """Let the file ``path``, as it is now, run code of its own from now on; return whether that could be stored."""
    content = content_of(path)
    return bool(content) and trust_content(content, folder)


def content_of(path: Path) -> str:
    """The SHA-256 of the file ``path`` as it is now, "" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def trust_content(content: str, folder: Path | None = None) -> bool:
    """Let the model file whose SHA-256 is ``content`` run code of its own; return whether that could be stored."""
    folder = folder or config_folder()
    known = trusted_models(folder)
    try:
        if content not in known:
            _replace(folder / TRUSTED, "\n".join([*known, content, ""]))
    except OSError:
        return False
    return True


def recent_projects(folder: Path | None = None) -> list[Path]:
    """The projects opened last, newest first; those that are gone are left out."""
    try:
        text = ((folder or config_folder()) / "recent.json").read_text(encoding="utf-8", errors="surrogateescape")
        names = json.loads(text)
    except (OSError, ValueError):
        return []
    return (
        [Path(name) for name in names if isinstance(name, str) and _exists(Path(name))]
        if isinstance(names, list)
        else []
    )


def _exists(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def remember_project(path: Path, folder: Path | None = None) -> None:
    """Put ``path`` first among the recent projects; where that cannot be stored, nothing happens."""
    folder = folder or config_folder()
    path = path.absolute()
    names = [str(path), *(str(other) for other in recent_projects(folder) if other != path)]
    try:
        _replace(folder / "recent.json", json.dumps(names[:RECENT_LIMIT], indent=1))
    except OSError:
        return


def forget_project(path: Path, folder: Path | None = None) -> None:
    """Take ``path`` off the list of recent projects; the project itself stays."""
    folder = folder or config_folder()
    names = [str(other) for other in recent_projects(folder) if other != path.absolute()]
    try:
        _replace(folder / "recent.json", json.dumps(names, indent=1))
    except OSError:
        return


def embed_spec(values: Settings, folder: Path | None = None) -> EmbedSpec:
    """How ``values`` say to embed, with the model files that may run code of their own."""
    return EmbedSpec(
        values.model,
        values.device,
        values.precision,
        trusted=trusted_models(folder),
        max_pixels=values.max_pixels,
    )


def as_table(settings: Settings) -> list[tuple[Setting, Value]]:
    """Each setting with its value in force, for a settings page."""
    values = asdict(settings)
    return [(setting, values[setting.name]) for setting in TABLE]
