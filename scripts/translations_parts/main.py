"""Brings the catalogs up to date with the code, compiles them, and says what lacks."""

import argparse
import sys
from pathlib import Path

from scripts.translations_parts import catalogs, source

ROOT = Path(__file__).resolve().parents[2]


def update(root: Path) -> None:
    """Write the template, and bring each language to its texts; what was translated stays, what is gone goes."""
    template = catalogs.template(source.messages(root))
    catalogs.template_file(root).write_bytes(catalogs.written(template))
    for code in catalogs.CODES:
        file = catalogs.po_file(root, code)
        file.parent.mkdir(parents=True, exist_ok=True)
        catalog = catalogs.read(file, code) if file.exists() else catalogs.new(code)
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        file.write_bytes(catalogs.written(catalog))


def compile_all(root: Path) -> None:
    """Compile every language."""
    for code in catalogs.CODES:
        file = catalogs.po_file(root, code)
        file.with_suffix(".mo").write_bytes(catalogs.compiled(catalogs.read(file, code)))


def check(root: Path) -> list[str]:
    """What is wrong with the catalogs below ``root``, one sentence each."""
    template = catalogs.template(source.messages(root))
    found = [f"has a plural in one place and none in another: {text!r}" for text in source.in_two_forms(root)]
    if catalogs.template_file(root).read_bytes() != catalogs.written(template):
        found.append("the template is older than the code")
    for code in catalogs.CODES:
        file = catalogs.po_file(root, code)
        catalog = catalogs.read(file, code)
        known = {entry.id for entry in catalogs.entries(catalog)}
        lacks = [entry.id for entry in catalogs.entries(template) if entry.id not in known]
        found += [f"{code}: is not in the catalog: {text!r}" for text in lacks]
        found += [f"{code}: {fault}" for fault in catalogs.faults(catalog)]
        if file.with_suffix(".mo").read_bytes() != catalogs.compiled(catalog):
            found.append(f"{code}: the compiled catalog is older than the catalog")
    return found


def missing(root: Path) -> list[str]:
    """The texts that lack a translation in some language."""
    found: dict[tuple[str, ...], None] = {}
    for code in catalogs.CODES:
        for entry in catalogs.entries(catalogs.read(catalogs.po_file(root, code), code)):
            if not all(catalogs.translations(entry)):
                found[catalogs.sources(entry)] = None
    return [repr(texts) for texts in found]


def main() -> int:
    """Do what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/translations", description=__doc__)
    parser.add_argument("do", nargs="?", default="all", choices=("all", "update", "compile", "check", "missing"))
    do = parser.parse_args().do
    if do in ("all", "update"):
        update(ROOT)
    if do in ("all", "compile"):
        compile_all(ROOT)
    lines = missing(ROOT) if do == "missing" else check(ROOT) if do in ("all", "check") else []
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if lines and do == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
