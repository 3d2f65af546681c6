"""Thumbnails for every view: asked for while painting, decoded in threads, delivered on the GUI thread.

Worker threads never touch a Qt signal: finished images wait in a queue that a timer of the GUI thread empties while
requests are open. Requests are addressed by sample id; what is pending is capped, newest first, so that a fast scroll
does not pay for what it has passed.
"""

import queue
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from desktop_al.media.decode import DecodeError, decode
from desktop_al.media.model_input import thumbnail_jpeg
from desktop_al.media.pixels import BACKGROUND
from desktop_al.media.thumbs import ThumbCache

THUMB_SIDE = 256
MAX_PENDING = 600
MAX_BYTES = 192 * 2**20
DELIVERY_INTERVAL_MS = 15
DELIVERED_AT_ONCE = 24
# How far JPEG may move a colour of a plain corner.
CORNER_TOLERANCE = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """A thumbnail that somebody asked for; ``key`` is the content hash, "" while it is unknown."""

    sample: int
    key: str
    path: Path


def read_thumbnail(wanted: Wanted, cache: ThumbCache) -> QImage:
    """The thumbnail from the cache, else decoded from the file and cached; a null image where it is unreadable."""
    blob = cache.get(wanted.key) if wanted.key else None
    if blob is None:
        try:
            decoded = decode(wanted.path, min_side=THUMB_SIDE)
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
        self._bytes = 0
        self._failed: set[int] = set()
        self._cut_out: set[int] = set()
        self._pending: OrderedDict[int, Wanted] = OrderedDict()
        self._open: set[int] = set()
        self._condition = threading.Condition()
        self._closing = False
        self._finished: queue.SimpleQueue[tuple[int, QImage]] = queue.SimpleQueue()
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

    def failed(self, sample: int) -> bool:
        """Whether the file of ``sample`` could not be read when it was last asked for."""
        return sample in self._failed

    def cut_out(self, sample: int) -> bool:
        """Whether the thumbnail of ``sample`` lies on the background of transparent images, and may go on into it."""
        return sample in self._cut_out

    def request(self, sample: int, key: str, path: Path) -> None:
        """Ask for a thumbnail; the newest requests are served first and the oldest dropped beyond a cap."""
        if sample in self._pixmaps or sample in self._failed or sample in self._open:
            return
        with self._condition:
            self._pending.pop(sample, None)
            self._pending[sample] = Wanted(sample, key, path)
            while len(self._pending) > MAX_PENDING:
                self._pending.popitem(last=False)
            self._condition.notify()
        if not self._timer.isActive():
            self._timer.start()

    def forget(self, samples: set[int] | None = None) -> None:
        """Drop what is at hand for ``samples`` (all where None), for example after their files changed."""
        for sample in list(self._pixmaps) if samples is None else samples & self._pixmaps.keys():
            self._bytes -= _size(self._pixmaps.pop(sample))
        self._failed = set() if samples is None else self._failed - samples

    def close(self) -> None:
        """Stop the threads and wait for them."""
        self._timer.stop()
        with self._condition:
            self._closing = True
            self._pending.clear()
            self._condition.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._condition:
                while not self._pending and not self._closing:
                    self._condition.wait()
                if self._closing:
                    return
                sample, wanted = self._pending.popitem()
                self._open.add(sample)
            self._finished.put((sample, read_thumbnail(wanted, self._cache)))

    def _deliver(self) -> None:
        for _ in range(DELIVERED_AT_ONCE):
            try:
                sample, image = self._finished.get_nowait()
            except queue.Empty:
                break
            self._open.discard(sample)
            if image.isNull():
                self._failed.add(sample)
            else:
                (self._cut_out.add if on_background(image) else self._cut_out.discard)(sample)
                self._keep(sample, QPixmap.fromImage(image))
            self.ready.emit(sample, image)
        if not self._pending and not self._open and self._finished.empty():
            self._timer.stop()

    def _keep(self, sample: int, pixmap: QPixmap) -> None:
        self._pixmaps[sample] = pixmap
        self._bytes += _size(pixmap)
        while self._bytes > MAX_BYTES and len(self._pixmaps) > 1:
            self._bytes -= _size(self._pixmaps.popitem(last=False)[1])


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
