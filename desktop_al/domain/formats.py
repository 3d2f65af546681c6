"""What can be chosen when a batch leaves the project or labels come back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """An export format: ``folder`` says whether it writes a folder, ``images`` whether it takes the image files along.

    ``suffix`` is the usual ending of its file, "" for a folder.
    """

    name: str
    summary: str
    suffix: str
    folder: bool
    images: bool
