"""The two families of errors.

`WorldError` and its children are faults of the world: their message is one sentence that says what
happened and what to do, it is shown to the user as it stands or in the language of the window, and
nothing was lost. Any other exception is a fault of ours and ends in a crash report.
"""

from enum import Enum, auto

from desktop_al.domain.sentence import Sentence


class Remedy(Enum):
    """What the person could allow or name to go on; each face of the program has its own way to say how."""

    REPLACE_FILE = auto()
    NAME_FORMAT = auto()
    NAME_KEY_COLUMN = auto()
    NAME_LABEL_COLUMN = auto()
    IMPORT_THE_REST = auto()
    REPLACE_LABELS = auto()
    TRUST_MODEL = auto()
    LIST_SAMPLES = auto()
    ADD_FOLDER = auto()
    RELINK_FOLDER = auto()


class WorldError(Exception):
    """A fault of the world; ``str(error)`` is the sentence that the user reads, a `Sentence` still.

    The sentence holds for every face of the program. ``remedies`` are what the person can do about it where doing it
    differs: an option on the command line, a button in the window.
    """

    def __init__(self, sentence: Sentence, remedies: tuple[Remedy, ...] = ()) -> None:
        super().__init__(sentence)
        self.remedies = remedies


class UsageError(WorldError):
    """The request itself is wrong (exit status 2 on the command line)."""


class ProjectError(WorldError):
    """The project folder cannot be used: missing, corrupt, newer than the program, read-only."""


class ProjectLockedError(ProjectError):
    """Another process has the project open for writing."""


class SourceError(WorldError):
    """An image folder is missing, unreadable, or holds no image."""


class ModelError(WorldError):
    """A model file cannot be used."""


class UntrustedModelError(ModelError):
    """A model file could run code of its own; ``content`` is the SHA-256 of the file that was refused."""

    def __init__(self, sentence: Sentence, content: str = "") -> None:
        super().__init__(sentence, (Remedy.TRUST_MODEL,))
        self.content = content


class EmbeddingError(WorldError):
    """Embeddings are missing, or not fit for what was asked."""


class SelectionError(WorldError):
    """A batch cannot be selected as asked."""


class SelectionUsageError(SelectionError, UsageError):
    """What a batch is to be is not understood: an option, a filter or a name is wrong."""


class FilterError(SelectionUsageError):
    """A filter is not understood; what is meant is the part from ``start`` to ``end`` of its text, in characters.

    ``instead`` are words that could stand there instead.
    """

    def __init__(self, sentence: Sentence, start: int, end: int, instead: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.start, self.end, self.instead = start, end, instead


class LabelError(WorldError):
    """Labels cannot be imported as they are."""


class ExportError(WorldError):
    """A batch cannot be exported as asked."""


class StorageError(WorldError):
    """The disk is full, read-only or failing."""


class WorkerLostError(WorldError):
    """The worker process ended unexpectedly; what was committed stays."""


class CancelledError(Exception):
    """A person asked the job to stop; what was committed stays."""
