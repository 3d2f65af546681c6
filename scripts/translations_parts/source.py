"""The words of the window, read off the code: what `tr`, `say` and their kin are called with, and the catalogues."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop_al.gui.export_dialog import summary_sentence
from desktop_al.gui.fields import title_of
from desktop_al.jobs.catalogue import presets, strategy_infos
from desktop_al.jobs.export import format_infos

GUI = Path("desktop_al/gui")
# The rooms whose progress the window shows.
ROOMS = ("jobs", "engines", "strategies", "numerics", "models", "media", "exchange")
# The rooms whose sentences the window shows, and a module beside them; the command line speaks English.
TELLERS = (*ROOMS, "store", "settings.py")
# Rows of tables that are shown with `tr`, and how many of their first arguments are words.
TABLES = {"ActionSpec": 2, "_dock": 1}
# Each function of `desktop_al.gui.i18n` and `desktop_al.domain.sentence` that marks words, with how many of its first
# arguments are words; where there are two, a singular and its plural.
PLURAL = {"trn", "say_n", "templates"}
KEYWORDS = {"tr": 1, "later": 1, "say": 1, "template": 1, **dict.fromkeys(PLURAL, 2), **TABLES}


@dataclass(frozen=True, slots=True)
class Message:
    """A text of the window: ``many`` is its plural, "" for none; ``where`` names the file that shows it."""

    one: str
    many: str
    where: str


def _texts(node: ast.expr | None) -> list[str]:
    """The literal that ``node`` is, or the two of an ``a if b else c``."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def messages_in(code: str, where: str) -> Iterator[Message]:
    """Every text that ``code`` marks."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call) or _name(node) not in KEYWORDS:
            continue
        texts = [_texts(argument) for argument in node.args[: KEYWORDS[_name(node)]]]
        if _name(node) in PLURAL and all(texts):
            yield Message(texts[0][0], texts[1][0], where)
        elif _name(node) not in PLURAL:
            yield from (Message(text, "", where) for several in texts for text in several)


def _menus(code: str, where: str) -> Iterator[Message]:
    """The titles of the menus: the keys of the table ``MENUS``."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "MENUS":
            keys = node.value.keys if isinstance(node.value, ast.Dict) else []
            yield from (Message(text, "", where) for key in keys for text in _texts(key))


def stages_in(code: str, where: str) -> Iterator[Message]:
    """The stages and units that jobs report as their progress."""
    for node in ast.walk(ast.parse(code)):
        found: list[ast.expr | None] = []
        if isinstance(node, ast.Call):
            found = [keyword.value for keyword in node.keywords if keyword.arg in ("stage", "unit")]
            if _name(node) == "report":
                found += [*node.args[:1], *node.args[3:4]]
        elif isinstance(node, ast.arguments):
            named = [*node.posonlyargs, *node.args]
            defaults = [
                *zip(named[::-1], node.defaults[::-1], strict=False),
                *zip(node.kwonlyargs, node.kw_defaults, strict=True),
            ]
            found = [default for argument, default in defaults if argument.arg in ("stage", "unit")]
        elif isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "STAGE" for target in node.targets):
            found = [node.value]
        yield from (Message(text, "", where) for expression in found for text in _texts(expression))


def _of_jobs(root: Path) -> Iterator[Message]:
    for room in ROOMS:
        for file in sorted((root / "desktop_al" / room).rglob("*.py")):
            yield from stages_in(file.read_text(encoding="utf-8"), file.relative_to(root).as_posix())


def _of_tellers(root: Path) -> Iterator[Message]:
    """The sentences that jobs, strategies, store and their kin compose."""
    for name in TELLERS:
        place = root / "desktop_al" / name
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            yield from messages_in(file.read_text(encoding="utf-8"), file.relative_to(root).as_posix())


def _of_catalogue() -> Iterator[Message]:
    """What the window shows of strategies, presets and formats, which know no window."""
    where = "desktop_al/jobs/catalogue.py"
    for preset in presets():
        yield from (Message(text, "", where) for text in (preset.title, preset.sentence))
    for info in strategy_infos():
        yield from (Message(text, "", where) for text in (info.title, info.summary))
        for option in info.options:
            texts = (title_of(option.name), option.help, *(choice for choice in option.choices if choice.isalpha()))
            yield from (Message(text, "", where) for text in texts)
    yield from (Message(summary_sentence(info), "", "desktop_al/jobs/export.py") for info in format_infos())


def in_two_forms(root: Path) -> list[str]:
    """The texts that are shown with a plural in one place and without in another: gettext keeps but one of both."""
    forms: dict[str, set[bool]] = {}
    for file in sorted((root / "desktop_al").rglob("*.py")):
        for message in messages_in(file.read_text(encoding="utf-8"), file.name):
            forms.setdefault(message.one, set()).add(bool(message.many))
    return [text for text, known in forms.items() if len(known) > 1]


def messages(root: Path) -> list[Message]:
    """Every text of the window below the checkout ``root``, each once, in the order of the files."""
    found: dict[str, Message] = {}
    for file in sorted((root / GUI).rglob("*.py")):
        code, where = file.read_text(encoding="utf-8"), file.relative_to(root).as_posix()
        for message in (*messages_in(code, where), *_menus(code, where)):
            known = found.get(message.one)
            if known is None or not known.many:
                found[message.one] = message
    for message in (*_of_catalogue(), *_of_jobs(root), *_of_tellers(root)):
        found.setdefault(message.one, message)
    return [message for message in found.values() if message.one]
