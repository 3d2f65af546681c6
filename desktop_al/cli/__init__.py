"""The command line: every verb calls the same job function as the window."""

import argparse
import contextlib
import errno
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop_al import settings
from desktop_al.cli.interrupt import interruptible
from desktop_al.cli.output import Output
from desktop_al.cli.parser import build_parser
from desktop_al.cli.remedies import told
from desktop_al.cli.verb import Answer, Call
from desktop_al.cli.verbs_window import no_verb
from desktop_al.domain.errors import CancelledError, UsageError, WorldError

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

# What the operating system refuses for reasons of the world's, wherever it happens.
_WORLDLY = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "your share of the disk is used up; free some space and try again",
    errno.EROFS: "the disk is read-only; choose another place",
    errno.EACCES: "access is not allowed; check the permissions",
    errno.EMFILE: "too many files are open; close some programs and try again",
    errno.EIO: "the disk fails to read or write; check it",
}

Window = Callable[[Path | None, bool], int]


def main(argv: Sequence[str] | None = None, window: Window | None = None) -> int:
    """Run one verb and return the exit status: 0 done, 1 not done, 2 wrong usage, 130 interrupted.

    ``window`` opens the window (project, whether it is the demo) and returns its exit status.
    """
    argv = list(sys.argv[1:] if argv is None else argv)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    # Known before parsing, so that wrong usage is answered in the form that was asked for.
    out = Output(as_json="--json" in argv)
    try:
        args = build_parser().parse_args(argv)
    except UsageError as error:
        return _fail(out, str(error), USAGE)
    except SystemExit as asked:
        # --help and --version have printed what was asked for.
        return int(asked.code or 0)
    out.as_json = args.json
    try:
        return _run(args, argv, out, window)
    except OSError as error:
        # Standard output takes no more; keep the interpreter from saying so again at its end.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if not isinstance(error, BrokenPipeError):
            why = (error.strerror or type(error).__name__).lower()
            out.message(f"desktop-al: The answer could not be printed ({why}), but what was done stays.")
        return FAILED


def _run(args: argparse.Namespace, argv: list[str], out: Output, window: Window | None) -> int:
    ctx = out.context()
    chosen, warnings = settings.read()
    for warning in warnings:
        out.message(warning)
    call = Call(args, out, ctx, chosen, window)
    try:
        with interruptible(ctx):
            answer: Answer = args.verb.run(call) if args.verb else no_verb(call)
    except UsageError as error:
        return _fail(out, told(error), USAGE, args.debug)
    except WorldError as error:
        return _fail(out, told(error), FAILED, args.debug)
    except (CancelledError, KeyboardInterrupt):
        return _fail(
            out, "Interrupted; what was done stays, and the same command goes on from there.", INTERRUPTED, args.debug
        )
    except BrokenPipeError:
        raise
    except MemoryError:
        return _fail(
            out, "There is not enough memory; close other programs, or work on fewer images.", FAILED, args.debug
        )
    except Exception as error:  # noqa: BLE001  # the one boundary of the process: a fault of ours ends in a report
        return _fail(out, _fault(error, argv), FAILED, args.debug)
    out.result(answer.fields, answer.text)
    return answer.status


def _fault(error: Exception, argv: list[str]) -> str:
    """One sentence about an error that no job foresaw; a fault of ours leaves a crash report."""
    from desktop_al.jobs.crash import write_crash_report

    if isinstance(error, OSError) and error.errno in _WORLDLY:
        return f"{error.filename or 'A file'} could not be used: {_WORLDLY[error.errno]}."
    report = write_crash_report(error, ["desktop-al", *argv])
    return f"This is a fault of the program, not yours, and nothing was lost; please send us the report {report}."


def _fail(out: Output, sentence: str, status: int, debug: bool = False) -> int:
    """Tell ``sentence`` and return ``status``."""
    if debug:
        out.settle()
        traceback.print_exc()
    out.message(f"desktop-al: {sentence}")
    if out.as_json:
        out.result({"error": sentence, "status": status}, "")
    return status
