"""Thumbnails for every view: asked for while painting, decoded in threads, delivered on the GUI thread.

Worker threads never touch a Qt signal: finished images wait until a timer of the GUI thread takes them, while requests
are open. Requests are addressed by sample id. What is pending and what is finished is capped, newest first, so that a
fast scroll does not pay for what it has passed.
"""

import heapq
import itertools
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from desktop_al import settings
from desktop_al.media.decode import DecodeError, decode
from desktop_al.media.model_input import thumbnail_jpeg
from desktop_al.media.pixels import BACKGROUND
from desktop_al.media.thumbs import ThumbCache

THUMB_SIDE = 256
MAX_PENDING = 600
MAX_BYTES = 192 * 2**20
DELIVERY_INTERVAL_MS = 10
# So long the GUI thread may take finished images in, each time; one is taken in any case.
DELIVERY_S = 0.012
MAX_FINISHED = 400
READ_AT_ONCE = 6
# How far JPEG may move a colour of a plain corner.
CORNER_TOLERANCE = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """A thumbnail that somebody asked for: ``key`` is the content hash, "" while it is unknown, ``turn`` counts up."""

    sample: int
    key: str
    path: Path
    turn: int = 0


def read_thumbnail(wanted: Wanted, cache: ThumbCache, blob: bytes | None = None) -> QImage:
    """The thumbnail from ``blob``, else decoded from the file and cached; a null image where it is unreadable."""
    if blob is None:
        try:
            decoded = decode(wanted.path, max_pixels=settings.read()[0].max_pixels, min_side=THUMB_SIDE)
        except DecodeError:
            return QImage()
        blob = thumbnail_jpeg(decoded.rgb, THUMB_SIDE)
        cache.put_many({decoded.hash: blob})
    return QImage.fromData(blob)


def on_background(image: QImage) -> bool:
    """Whether two corners of ``image`` or more have the colour on which transparent images are laid."""
    if image.isNull():
        return False
    right, bottom = image.width() - 1, image.height() - 1
    corners = [image.pixelColor(x, y) for x in (0, right) for y in (0, bottom)]
    colours = np.array([(corner.red(), corner.green(), corner.blue()) for corner in corners])
    near = np.abs(colours - BACKGROUND).max(axis=1) <= CORNER_TOLERANCE
    return int(np.count_nonzero(near)) >= 2


class ThumbLoader(QObject):
    """Serves thumbnails to the map, the gallery and the inspector.

    Signals: ``ready(sample, image)`` on the GUI thread, once per request that was not dropped; the image is null where
    the file cannot be read.
    """

    ready = Signal(object, QImage)

    def __init__(self, cache: ThumbCache, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._cache = cache
        self._pixmaps: OrderedDict[int, QPixmap] = OrderedDict()
        self._keys: dict[int, str] = {}
        self._bytes = 0
        self._failed: set[int] = set()
        self._cut_out: set[int] = set()
        self._pending: OrderedDict[int, Wanted] = OrderedDict()
        self._open: set[int] = set()
        self._condition = threading.Condition()
        self._closing = False
        self._held = False
        # A heap: what was asked for last is delivered first, whenever it was finished.
        self._finished: list[tuple[int, Wanted, QImage, bool]] = []
        self._turns = itertools.count(1)
        # What was asked for before this turn is not wanted any more.
        self._since = 0
        self._timer = QTimer(self)
        self._timer.setInterval(DELIVERY_INTERVAL_MS)
        self._timer.timeout.connect(self._deliver)
        self._threads = [
            threading.Thread(target=self._work, name=f"thumbs-{i}", daemon=True) for i in range(max(1, threads))
        ]
        for thread in self._threads:
            thread.start()

    def pixmap(self, sample: int) -> QPixmap | None:
        """The thumbnail of ``sample`` where it is at hand; None asks the caller to `request` it."""
        pixmap = self._pixmaps.get(sample)
        if pixmap is not None:
            self._pixmaps.move_to_end(sample)
        return pixmap

    def lacks(self, sample: int) -> bool:
        """Whether ``sample`` is worth a request: neither at hand, nor about to be, nor known to fail."""
        return not (sample in self._pixmaps or sample in self._failed or sample in self._open)

    def failed(self, sample: int) -> bool:
        """Whether the file of ``sample`` could not be read when it was last asked for."""
        return sample in self._failed

    def cut_out(self, sample: int) -> bool:
        """Whether the thumbnail of ``sample`` lies on the background of transparent images, and may go on into it."""
        return sample in self._cut_out

    def request(self, sample: int, key: str, path: Path) -> None:
        """Ask for a thumbnail; the newest requests are served first and the oldest dropped beyond a cap."""
        if not self.lacks(sample):
            return
        with self._condition:
            self._pending.pop(sample, None)
            self._pending[sample] = Wanted(sample, key, path, next(self._turns))
            while len(self._pending) > MAX_PENDING:
                self._pending.popitem(last=False)
            self._condition.notify()
        if not self._timer.isActive():
            self._timer.start()

    def forget(self, samples: set[int] | None = None) -> None:
        """Drop what is at hand for ``samples``; where None of all, and what is on its way too: they are others now."""
        for sample in list(self._pixmaps) if samples is None else samples & self._pixmaps.keys():
            self._drop(sample)
        self._failed = set() if samples is None else self._failed - samples
        if samples is None:
            with self._condition:
                self._since = next(self._turns)
                self._pending.clear()
                self._open.clear()
                self._finished.clear()

    def follow(self, key: Callable[[int], str]) -> None:
        """Drop what is at hand of files that changed: ``key`` gives the content hash of a sample as it is now.

        What failed may be read by now and is tried again.
        """
        changed = {sample for sample, known in self._keys.items() if known and key(sample) != known}
        self.forget(changed | self._failed)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let no thread begin with another image meanwhile: painting hands the interpreter over at each call of Qt."""
        self._held = True
        try:
            yield
        finally:
            with self._condition:
                self._held = False
                self._condition.notify_all()

    def stop(self) -> Callable[[], None]:
        """Let the threads end once they have done what they do; return what waits for them, on any thread."""
        self._timer.stop()
        with self._condition:
            self._closing = True
            self._pending.clear()
            self._condition.notify_all()
        return self._wait

    def close(self) -> None:
        """Stop the threads and wait for them."""
        self.stop()()

    def _wait(self) -> None:
        for thread in self._threads:
            thread.join()
        # Each thread had a connection of its own.
        self._cache.close()

    def _work(self) -> None:
        while True:
            with self._condition:
                while (self._held or not self._pending) and not self._closing:
                    self._condition.wait()
                if self._closing:
                    return
                # The newest few: the cache answers for all of them at once.
                some = [self._pending.popitem()[1] for _ in range(min(READ_AT_ONCE, len(self._pending)))]
                self._open.update(wanted.sample for wanted in some)
            blobs = self._cache.get_many(wanted.key for wanted in some if wanted.key)
            for wanted in some:
                image = read_thumbnail(wanted, self._cache, blobs.get(wanted.key))
                finished = (-wanted.turn, wanted, image, on_background(image))
                with self._condition:
                    heapq.heappush(self._finished, finished)

    def _deliver(self) -> None:
        until = time.monotonic() + DELIVERY_S
        while self._finished:
            with self._condition:
                _, wanted, image, cut_out = heapq.heappop(self._finished)
            if wanted.turn < self._since:
                continue
            sample = wanted.sample
            self._open.discard(sample)
            if image.isNull():
                self._failed.add(sample)
            else:
                (self._cut_out.add if cut_out else self._cut_out.discard)(sample)
                self._keep(wanted, QPixmap.fromImage(image))
            self.ready.emit(sample, image)
            if time.monotonic() > until:
                break
        if len(self._finished) > MAX_FINISHED:
            # The rest was asked for long ago, and is asked for again where it is still seen.
            with self._condition:
                self._finished.sort()
                dropped = self._finished[MAX_FINISHED:]
                del self._finished[MAX_FINISHED:]
            self._open.difference_update(wanted.sample for _, wanted, _, _ in dropped)
        if not self._pending and not self._open and not self._finished:
            self._timer.stop()

    def _keep(self, wanted: Wanted, pixmap: QPixmap) -> None:
        if wanted.sample in self._pixmaps:
            self._drop(wanted.sample)
        self._pixmaps[wanted.sample], self._keys[wanted.sample] = pixmap, wanted.key
        self._bytes += _size(pixmap)
        while self._bytes > MAX_BYTES and len(self._pixmaps) > 1:
            self._drop(next(iter(self._pixmaps)))

    def _drop(self, sample: int) -> None:
        self._bytes -= _size(self._pixmaps.pop(sample))
        del self._keys[sample]


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
