"""Types of arguments, each refusing with words that name what is allowed."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from desktop_al.domain.errors import SourceError
from desktop_al.domain.records import Source
from desktop_al.domain.sentence import say

BEYOND = 2**63
"""No sample, batch or count is as large: neither SQLite nor an array holds it."""


def count(text: str) -> str:
    """A budget: auto, a whole number from 1, or a percentage such as 5%."""
    if text == "auto" or (re.fullmatch(r"[0-9]+", text) and int(text) > 0):
        return text
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?%", text) and 0 < float(text[:-1]) <= 100:
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is neither auto, nor a number from 1 on, nor a percentage such as 5%")


def seed(text: str) -> int:
    """A seed: a whole number from 0 to 2**63 - 1."""
    if re.fullmatch(r"[0-9]+", text) and int(text) < BEYOND:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on")


def batch(text: str) -> int | None:
    """A batch: its number, or last (None)."""
    if text == "last":
        return None
    if re.fullmatch(r"[0-9]+", text) and 0 < int(text) < BEYOND:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is neither last nor the number of a batch")


def strategy(text: str) -> str:
    """The name of a query strategy."""
    # Looked up only where one is named: the strategies are slow to import.
    from desktop_al.jobs.catalogue import strategy_infos

    names = list(dict.fromkeys(["auto", *(info.name for info in strategy_infos())]))
    if text in names:
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is no strategy; choose one of {', '.join(names)}")


def preset(text: str) -> str:
    """The name of a preset."""
    from desktop_al.jobs.catalogue import presets

    names = [known.key for known in presets()]
    if text in names:
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is no preset; choose one of {', '.join(names)}")


def option(text: str) -> tuple[str, str]:
    """An option of a strategy, K=V."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return key.strip(), value


def target(text: str) -> tuple[str, float]:
    """The target of a stratum, NAME=SHARE; the name may hold an equals sign."""
    name, equals, value = text.rpartition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=SHARE, such as night=30%")
    return name, share(value)


def share(text: str) -> float:
    """A share from 0 to 1, or a percentage such as 5%."""
    number = text.strip().removesuffix("%")
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?|\.[0-9]+", number):
        value = float(number) / (100 if text.strip().endswith("%") else 1)
        if value <= 1:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is neither a share from 0 to 1 nor a percentage such as 5%")


def amount(text: str) -> float:
    """A number of at least 0."""
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?|\.[0-9]+", text.strip()):
        return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of at least 0 in plain digits, such as 2.5")


def source_of(sources: Sequence[Source], text: str) -> Source:
    """The source that ``text`` names by its folder or its number; raises `SourceError` where there is none."""
    for source in sources:
        if text == str(source.id) or Path(text).absolute() == source.root:
            return source
    known = ", ".join(f"{source.id} ({source.root})" for source in sources) or "none"
    raise SourceError(say("The project has no source “{source}”; its sources are {known}.", source=text, known=known))


def positive(text: str) -> int:
    """A whole number from 1."""
    if re.fullmatch(r"[0-9]+", text) and 0 < int(text) < BEYOND:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")


def batch_or_strategy(text: str) -> int | str:
    """A batch by its number, or else the name of a query strategy."""
    return positive(text) if re.fullmatch(r"[0-9]+", text) else strategy(text)


def sample_or_file(text: str) -> int | Path:
    """A sample by its number, or else the path of a file; a file whose name is a number is given as ./12."""
    return positive(text) if re.fullmatch(r"[0-9]+", text) else path(text)


def path(text: str) -> Path:
    """A path; an empty one, as an unset variable of a script leaves it, would mean the working folder."""
    if text:
        return Path(text)
    raise argparse.ArgumentTypeError("an empty name is no path")


def limit(text: str) -> str:
    """What limits a selection; an empty one, as an unset variable of a script leaves it, would limit nothing."""
    if text.strip():
        return text
    raise argparse.ArgumentTypeError("nothing is given, which would limit nothing; leave the option out for that")


def project(parser: argparse.ArgumentParser) -> None:
    """Add the project, which every verb takes first."""
    parser.add_argument("project", metavar="PROJECT", type=path, help="the project folder, NAME.alproject")
