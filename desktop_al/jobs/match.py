"""Finds the sample that a name in a label file means."""

import unicodedata
from collections.abc import Sequence

from desktop_al.domain.records import SampleTable

AMBIGUOUS = -1

Rows = int | list[int]


def _normal(text: str) -> str:
    # macOS stores names decomposed; label files hold them composed, or the other way round.
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


class SampleIndex:
    """The samples of a project by file name, with and without its ending."""

    def __init__(self, samples: SampleTable) -> None:
        self._samples = samples
        self._by_name: dict[str, Rows] = {}
        self._by_stem: dict[str, Rows] | None = None
        for row, relpath in enumerate(samples.relpaths):
            _put(self._by_name, _normal(relpath.replace("\\", "/").rpartition("/")[2]), row)

    def find(self, key: str, kind: str = "name") -> int | None:
        """The id of the sample that ``key`` means, None where there is none, `AMBIGUOUS` where there are several.

        ``kind`` "id" takes ``key`` as the id itself. Else ``key`` is a path, the end of one, or a file name with or
        without its ending. The file name must agree; among samples of the same name the one whose folders agree with
        more of ``key``, counted from the end, is meant.
        """
        if kind == "id":
            return self._by_id(key)
        for text in dict.fromkeys([key, key.strip(), key.strip().replace("\\", "/")]):
            rows = self._candidates(_normal(text))
            if rows:
                row = self._best(_normal(text), rows)
                return row if row == AMBIGUOUS else int(self._samples.ids[row])
        return None

    def _by_id(self, key: str) -> int | None:
        if not (key.isascii() and key.isdigit() and len(key) < 19):
            return None
        try:
            self._samples.row_of(int(key))
        except KeyError:
            return None
        return int(key)

    def _candidates(self, text: str) -> Sequence[int]:
        parts = _parts(text)
        if not parts:
            return []
        found = self._by_name.get(parts[-1])
        if found is None:
            found = self._stems().get(parts[-1])
        if found is None:
            return []
        return [found] if isinstance(found, int) else found

    def _stems(self) -> dict[str, Rows]:
        if self._by_stem is None:
            self._by_stem = {}
            for name, rows in self._by_name.items():
                stem = name.rpartition(".")[0]
                for row in [rows] if isinstance(rows, int) else rows:
                    _put(self._by_stem, stem or name, row)
        return self._by_stem

    def _best(self, text: str, rows: Sequence[int]) -> int:
        """The row among ``rows`` that agrees best with ``text``, `AMBIGUOUS` where two do."""
        if len(rows) == 1:
            return rows[0]
        scores = [self._agreement(text, row) for row in rows]
        best = max(scores)
        return rows[scores.index(best)] if scores.count(best) == 1 else AMBIGUOUS

    def _agreement(self, text: str, row: int) -> tuple[bool, int]:
        """Whether ``text`` is the whole path of ``row``, absolute or in its source, and how many folders agree."""
        relpath = _normal(self._samples.relpaths[row]).replace("\\", "/")
        path = _normal(str(self._samples.path(row))).replace("\\", "/")
        whole = any(text in (known, known.rpartition(".")[0]) for known in (relpath, path))
        count = 0
        for mine, theirs in zip(reversed(_parts(path)[:-1]), reversed(_parts(text)[:-1]), strict=False):
            if mine != theirs:
                break
            count += 1
        return whole, count


def _put(index: dict[str, Rows], name: str, row: int) -> None:
    known = index.get(name)
    if known is None:
        index[name] = row
    elif isinstance(known, list):
        known.append(row)
    else:
        index[name] = [known, row]
