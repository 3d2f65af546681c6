"""Finds words and sentences that a person would see and that no catalog could translate, for the tests."""

import ast
import re
from collections.abc import Iterator

from desktop_al.domain.errors import WorldError

# Calls that show their texts. A keyword argument of any of them counts too.
SHOWS = {
    "Command", "Disclosure", "Elided", "Entry", "Note", "PathField", "QAction", "QCheckBox", "QDockWidget",
    "QGroupBox", "QLabel", "QPushButton", "QRadioButton", "QToolButton", "QUndoCommand", "ThumbStrip", "WorldError",
    "addAction", "addButton", "addItem", "addItems", "addMenu", "addRow", "addTab", "beginMacro", "createRedoAction",
    "createUndoAction", "drawText", "getExistingDirectory", "getOpenFileName", "getSaveFileName", "insertItem",
    "setAccessibleDescription", "setAccessibleName", "setDetailedText", "setIconText", "setInformativeText",
    "setItemText", "setLabelText", "setNameFilter", "setPlaceholderText", "setPrefix", "setSpecialValueText",
    "setStatusTip", "setSuffix", "setTabText", "setText", "setTitle", "setToolTip", "setWhatsThis", "setWindowTitle",
    "set_text", "show_message", "show_problem",
}  # fmt: skip
# Names that are the same in every language.
SAME = {"Desktop AL", "UMAP", "PCA", "EXIF"}
# Words that a person reads: two letters in a row, and not a key of ours such as "warning" or "folder-add".
WORD = re.compile(r"[^\W\d_]{2}")
KEY = re.compile(r"[a-z.-]+")


def _name(call: ast.Call) -> str:
    function = call.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _shown(node: ast.expr) -> Iterator[tuple[int, str]]:
    """The literal words that ``node`` comes to, as far as its form tells."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.Constant):
                yield node.lineno, str(part.value)
    elif isinstance(node, ast.IfExp):
        yield from _shown(node.body)
        yield from _shown(node.orelse)
    elif isinstance(node, ast.BinOp | ast.BoolOp):
        for part in (node.left, node.right) if isinstance(node, ast.BinOp) else node.values:
            yield from _shown(part)
    elif isinstance(node, ast.Tuple | ast.List):
        for part in node.elts:
            yield from _shown(part)


def _is_words(text: str) -> bool:
    return bool(WORD.search(text)) and text.strip() not in SAME and not KEY.fullmatch(text)


def bare_words(code: str) -> list[tuple[int, str]]:
    """The line and the text of each literal in ``code`` that is shown without a translation."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and _name(node) in SHOWS:
            # The first argument of a command of the palette is the name that its use is counted by.
            first = 1 if _name(node) == "Command" else 0
            arguments = [*node.args[first:], *(keyword.value for keyword in node.keywords)]
            texts = [text for argument in arguments for text in _shown(argument)]
            found += [(line, text) for line, text in texts if _is_words(text)]
    return sorted(found)


def _family(error: type[Exception]) -> set[str]:
    """The names of ``error`` and of all that derive from it."""
    return {error.__name__}.union(*map(_family, error.__subclasses__()))


def _is_bare(node: ast.expr) -> bool:
    """Whether ``node`` composes a text by itself, in whole or in part."""
    if isinstance(node, ast.IfExp):
        return _is_bare(node.body) or _is_bare(node.orelse)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and _is_bare(node.func.value)
    return isinstance(node, ast.JoinedStr | ast.BinOp) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def bare_sentences(code: str) -> list[tuple[int, str]]:
    """The line and the code of each sentence in ``code`` that the window is told and that has no template.

    These are the sentences of the world's faults, of messages of a job, and of changes.
    """
    faults = _family(WorldError) | {"DecodeError"}
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and node.args:
            name = _name(node)
            at = 0 if name in faults or ast.unparse(node.func) == "ctx.message" else 1 if name == "Change" else None
            if at is not None and at < len(node.args) and _is_bare(node.args[at]):
                found.append((node.lineno, ast.unparse(node.args[at])))
    return sorted(found)
