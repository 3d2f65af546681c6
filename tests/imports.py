"""Reads a package's internal imports, for the architecture tests."""

import ast
from collections.abc import Iterator
from pathlib import Path

ALL = {"domain", "numerics", "strategies", "media", "models", "exchange", "store", "engines", "jobs"}

# The import table of the architecture: package -> internal packages that it may import beside itself.
MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "settings": {"domain"},
    "numerics": {"domain"},
    "strategies": {"domain", "numerics"},
    "media": {"domain"},
    "models": {"domain", "numerics"},
    "exchange": {"domain"},
    "store": {"domain"},
    "engines": {"domain", "media", "models"},
    "jobs": ALL,
    "cli": {"domain", "store", "jobs", "settings"},
    "gui": {"domain", "store", "media", "jobs", "settings"},
    # The entry points choose between the two faces.
    "__main__": {"cli", "gui", "domain", "settings"},
    "__init__": {"store", "strategies"},
}
QT_PACKAGES = {"PySide6", "pyqtgraph", "shiboken6"}


def _modules(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every imported module with its line; ``from a import b`` gives both ``a`` and ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield "<relative>", node.lineno
            elif node.module:
                yield node.module, node.lineno
                for alias in node.names:
                    yield f"{node.module}.{alias.name}", node.lineno


def violations(package: Path) -> list[str]:
    """Each import below ``package`` that the table forbids, as ``file:line imports name``."""
    found: set[str] = set()
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package).with_suffix("").parts
        room = parts[0]
        where = file.relative_to(package.parent)
        if room not in MAY_IMPORT:
            found.add(f"{where}:1 is in a room that the table does not know: {room}")
            continue
        for name, line in _modules(ast.parse(file.read_text(encoding="utf-8"), str(file))):
            if name == "<relative>":
                found.add(f"{where}:{line} imports relatively")
            elif name.split(".")[0] in QT_PACKAGES and room != "gui":
                found.add(f"{where}:{line} imports {name.split('.')[0]}")
            elif name.startswith("desktop_al."):
                target = name.split(".")[1]
                if target != room and target in MAY_IMPORT and target not in MAY_IMPORT[room]:
                    found.add(f"{where}:{line} imports desktop_al.{target}")
    return sorted(found)
