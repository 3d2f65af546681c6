"""Files and folders that appear whole or not at all."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_al.domain.errors import ExportError, Remedy, StorageError
from desktop_al.domain.sentence import say
from desktop_al.domain.text import shown


def storage_error(error: OSError, to: Path) -> StorageError:
    """What an operating system's refusal to write ``to`` means to the user."""
    reasons = {
        errno.ENOSPC: say("the disk is full; free some space and export again"),
        errno.EDQUOT: say("your share of the disk is used up; free some space and export again"),
        errno.EROFS: say("the disk is read-only; choose another place"),
        errno.EACCES: say("you may not write there; choose another place"),
        errno.EPERM: say("you may not write there; choose another place"),
        errno.ENAMETOOLONG: say("the name is too long; choose a shorter one"),
    }
    reason = reasons.get(error.errno or 0, say("{why}; choose another place", why=error.strerror or str(error)))
    return StorageError(say("“{to}” could not be written: {reason}.", to=shown(to), reason=reason))


@contextmanager
def staged(to: Path, overwrite: bool) -> Iterator[Path]:
    """A place beside ``to`` to write to, which takes its name once the block ends well; otherwise nothing stays.

    Raises
    ------
    ExportError
        Something is at ``to`` already and ``overwrite`` does not allow to replace it.
    StorageError
        The disk is full, read-only or failing.
    """
    refuse_existing(to, overwrite)
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=".desktop-al-", dir=to.parent))
    except OSError as error:
        raise storage_error(error, to) from error
    try:
        place = room / "staged"
        yield place
        if place.is_file():
            _sync(place)
        # Checked again: another program may have written meanwhile.
        refuse_existing(to, overwrite)
        _replace(place, to, room / "replaced")
    except OSError as error:
        raise storage_error(error, to) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)


def refuse_existing(to: Path, overwrite: bool) -> None:
    """Raise `ExportError` where something is at ``to`` that may not be replaced."""
    if os.path.lexists(to) and not overwrite:
        raise ExportError(
            say("“{to}” exists already; choose another name, or allow to replace it.", to=shown(to)),
            (Remedy.REPLACE_FILE,),
        )


def _sync(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def _replace(place: Path, to: Path, aside: Path) -> None:
    """Put ``place`` at ``to``; a folder in the way steps aside first and comes back where the move fails."""
    if not to.is_dir() or to.is_symlink():
        place.replace(to)
        return
    to.rename(aside)
    try:
        place.rename(to)
    except OSError:
        aside.rename(to)
        raise
