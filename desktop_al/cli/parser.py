"""The parser: every verb with its options, and wrong usage as a sentence."""

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

import desktop_al
from desktop_al.cli import (
    verbs_annotate,
    verbs_batch,
    verbs_demo,
    verbs_filters,
    verbs_insights,
    verbs_inspect,
    verbs_labels,
    verbs_list,
    verbs_pool,
    verbs_select,
    verbs_window,
)
from desktop_al.cli.verb import Verb
from desktop_al.domain.errors import UsageError
from desktop_al.domain.sentence import say

VERBS: tuple[Verb, ...] = (
    *verbs_window.VERBS,
    *verbs_demo.VERBS,
    *verbs_pool.VERBS,
    *verbs_select.VERBS,
    *verbs_batch.VERBS,
    *verbs_labels.VERBS,
    *verbs_annotate.VERBS,
    *verbs_list.VERBS,
    *verbs_filters.VERBS,
    *verbs_insights.VERBS,
    *verbs_inspect.VERBS,
)


class Parser(argparse.ArgumentParser):
    """Raises `UsageError` where argparse would print and exit, so that ``--json`` can answer too."""

    def error(self, message: str) -> NoReturn:
        """Raise ``message`` as one sentence that names the help."""
        sentence = message[:1].upper() + message[1:].rstrip(".")
        raise UsageError(say("{sentence}; see `{prog} --help`.", sentence=sentence, prog=self.prog))


class VerbParser(Parser):
    """Takes samples and options in any order, as in ``tag PROJECT NAME --remove 1 2``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._mixing = False

    def parse_known_args(  # type: ignore[override]  # argparse overloads it for namespaces of other types
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse the options first and what is left after them."""
        if self._mixing:
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False


class _VerbHelp(argparse._HelpAction):
    """Fills in what is looked up only when help is asked for, then prints the help."""

    def __call__(self, parser: argparse.ArgumentParser, *args: object, **kwargs: object) -> None:
        verb = next((verb for verb in VERBS if parser.prog.endswith(f" {verb.name}")), None)
        parser.epilog = verb.details() if verb else None
        super().__call__(parser, *args, **kwargs)  # type: ignore[arg-type]  # passed through as argparse gave them


def _common(parser: argparse.ArgumentParser) -> None:
    """The options that every verb takes."""
    group = parser.add_argument_group("common options")
    group.add_argument("-h", "--help", action=_VerbHelp, help="show this help and exit")
    group.add_argument("--json", action="store_true", help="print one JSON object on standard output, nothing else")
    group.add_argument("--debug", action="store_true", help="show a traceback where something goes wrong")


def build_parser() -> Parser:
    """The parser of all verbs; ``args.verb`` holds the `Verb` that was chosen, or None."""
    parser = Parser(
        prog="desktop-al",
        description="Pick the images whose labels buy the most. Without a verb: the window, on the last project.",
        epilog="Exit status: 0 done; 1 it could not be done, and nothing was lost; 2 wrong usage; 130 interrupted.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"desktop-al {desktop_al.__version__}")
    parser.set_defaults(verb=None, json=False, debug=False)
    verbs = parser.add_subparsers(metavar="VERB", parser_class=VerbParser)
    for verb in VERBS:
        sub = verbs.add_parser(
            verb.name,
            help=verb.help,
            description=verb.help[:1].upper() + verb.help[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            add_help=False,
        )
        verb.configure(sub)
        _common(sub)
        sub.set_defaults(verb=verb)
    return parser
