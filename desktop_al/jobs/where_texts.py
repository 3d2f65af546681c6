"""Texts of a million rows, searched by compiled kernels in one array of their bytes."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_al.store.text_column import TextColumn

Mask = NDArray[np.bool_]
Spans = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]

FEW = 4096
"""Up to so many texts are searched one by one: loading the kernels would take longer."""
_BLOCK = 65_536
_SEVERAL = 16

ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, eq=False)
class Texts:
    """One text for each of n rows; with ``last``, only what stands behind the last slash of it counts."""

    strings: Sequence[str]
    last: bool = False
    few: int = FEW

    def __len__(self) -> int:
        return len(self.strings)

    def at(self, row: int) -> str:
        """The text of ``row``."""
        return self._of(self.strings[row])

    def _of(self, text: str) -> str:
        return text.replace("\\", "/").rsplit("/", 1)[-1] if self.last else text

    @cached_property
    def blob(self) -> Spans:
        """The bytes of all texts and where each begins and ends; see `desktop_al.numerics.text_kernels`."""
        return _packed(self.strings, self.last)

    @cached_property
    def ascii(self) -> bool:
        """Whether no text holds anything but ASCII."""
        return bool(len(self.blob[0]) == 0 or self.blob[0].max() < 128)

    @cached_property
    def stray(self) -> bool:
        """Whether there are bytes that are no UTF-8: they stand for characters whose order is another one."""
        try:
            self.ascii or self.blob[0].tobytes().decode()
        except UnicodeDecodeError:
            return True
        return False

    @cached_property
    def folded(self) -> "Texts":
        """The same texts with upper and lower case made one."""
        return Texts([self.at(row).casefold() for row in range(len(self))], few=self.few)

    def known(self) -> Mask:
        """Every row has a text, (n,)."""
        return np.ones(len(self), bool)

    def test(self, check: Callable[[str], bool]) -> Mask:
        """Where ``check`` holds, (n,), one text after another."""
        return np.fromiter((check(self._of(text)) for text in self.strings), bool, len(self))

    def equal(self, value: str) -> Mask:
        """Where the text is ``value``, (n,)."""
        if len(self) <= self.few:
            return self.test(value.__eq__)
        same: Mask = self._compared(value) == 0
        return same

    def within(self, values: Sequence[str]) -> Mask:
        """Where the text is one of ``values``, (n,)."""
        if len(values) <= _SEVERAL:
            return _any([self.equal(value) for value in values], len(self))
        return self.test(frozenset(values).__contains__)

    def ordered(self, op: str, value: str) -> Mask:
        """Where "the text ``op`` ``value``" holds, (n,), in the order of the characters' numbers."""
        if len(self) <= self.few or self.stray:
            return self.test(lambda text: bool(ORDERS[op](text, value)))
        held: Mask = ORDERS[op](self._compared(value), 0)
        return held

    def _compared(self, value: str) -> NDArray[np.int8]:
        from desktop_al.numerics.text_kernels import compare

        out = np.empty(len(self), np.int8)
        compare(*self.blob, _bytes(value), out)
        return out

    def contains(self, text: str, fold: bool = False) -> Mask:
        """Where ``text`` is part of it, (n,); with ``fold`` in whatever case."""
        if len(self) <= self.few:
            wanted = text.casefold()
            return self.test(lambda own: wanted in own.casefold() if fold else text in own)
        if fold and not self.ascii:
            return self.folded.contains(text.casefold())
        from desktop_al.numerics.text_kernels import contains

        out = np.empty(len(self), bool)
        contains(*self.blob, _bytes(text.casefold() if fold else text), fold, out)
        return out

    def like(self, pattern: str) -> Mask:
        """Where the whole text fits ``pattern``, (n,): "*" is any characters, "?" one."""
        if len(self) <= self.few or self.stray:
            return self.test(lambda own: glob(pattern).fullmatch(own) is not None)
        from desktop_al.numerics.text_kernels import fits

        out = np.empty(len(self), bool)
        fits(*self.blob, _bytes(pattern), out)
        return out

    def touches(self, text: str, at_end: bool) -> Mask:
        """Where it begins with ``text``, or ends with it, (n,)."""
        if len(self) <= self.few:
            return self.test(lambda own: own.endswith(text) if at_end else own.startswith(text))
        from desktop_al.numerics.text_kernels import touches

        out = np.empty(len(self), bool)
        touches(*self.blob, _bytes(text), at_end, out)
        return out


def glob(pattern: str) -> re.Pattern[str]:
    """``pattern`` as a regular expression: "*" is any characters, "?" one."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(character, re.escape(character)) for character in pattern), re.DOTALL)


def _any(masks: Sequence[Mask], n: int) -> Mask:
    found: Mask = np.logical_or.reduce([np.zeros(n, bool), *masks])
    return found


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogateescape"), np.uint8)


def _packed(strings: Sequence[str], last: bool) -> Spans:
    if isinstance(strings, TextColumn):
        return _spans(*strings.spans(), last)
    blobs, ends, total = [], [], 0
    for start in range(0, len(strings), _BLOCK):
        # Block by block, so that the window gets the interpreter in between.
        block = strings[start : start + _BLOCK]
        blob = np.frombuffer("\0".join([*block, ""]).encode("utf-8", "surrogateescape"), np.uint8)
        stops = np.flatnonzero(blob == 0)
        if len(stops) != len(block):
            stops = np.cumsum([len(text.encode("utf-8", "surrogateescape")) + 1 for text in block]) - 1
        blobs.append(blob)
        ends.append(stops + total)
        total += len(blob)
    if not blobs:
        return np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64)
    blob, stop = np.concatenate(blobs), np.concatenate(ends).astype(np.int64)
    begin = np.concatenate([np.zeros(1, np.int64), stop[:-1] + 1])
    # Like the bytes of a project, which nobody may write to: the kernels are compiled for one kind of array only.
    blob.setflags(write=False)
    return _spans(blob, begin, stop, last)


def warm() -> None:
    """Load the kernels, which are compiled when they are first used on a computer."""
    texts = Texts(["a/b"], last=True, few=-1)
    texts.equal("b")
    texts.contains("b", fold=True)
    texts.like("*")
    texts.touches("b", at_end=False)


def _spans(blob: NDArray[np.uint8], begin: NDArray[np.int64], stop: NDArray[np.int64], last: bool) -> Spans:
    """The texts, or with ``last`` what stands behind the last slash of each."""
    if not last:
        return blob, begin, stop
    from desktop_al.numerics.text_kernels import after_last

    behind = np.empty_like(begin)
    after_last(blob, begin, stop, ord("/"), ord("\\"), behind)
    return blob, behind, stop
