"""The status bar: the counts stay whole while a job runs beside them."""

import dataclasses
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from desktop_al.domain.context import Context, Progress
from desktop_al.domain.records import SampleState
from desktop_al.gui import jobs_panel
from desktop_al.gui.counts_bar import CountsBar
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.jobs_panel import StatusJob, progress_text
from desktop_al.gui.pool import Pool
from desktop_al.gui.pool_patch import PoolPatch
from desktop_al.jobs.runner import QUICK
from tests.gui.pools import full_pool, sample_table


def test_that_the_text_of_a_job_gives_way_to_the_counts(qtbot: QtBot, tmp_path: Path) -> None:
    bridge, window = JobBridge(), QMainWindow()
    qtbot.addWidget(window)
    counts = CountsBar(full_pool(tmp_path, [f"{i}.png" for i in range(50)], picks=10), window)
    job = StatusJob(bridge, lambda: None, window)
    window.statusBar().addWidget(counts)
    window.statusBar().addPermanentWidget(job)
    job._text.setText("Embed images · Embedding · 1,225 of 12,519 images · 69 images/s · 190 s left")
    job.show()
    whole = counts.sizeHint().width()
    window.resize(whole + 320, 200)
    window.show()
    qtbot.waitExposed(window)
    assert job._text.width() < job._text.sizeHint().width()
    assert counts.width() >= whole
    assert bridge.close()


def test_that_what_can_be_clicked_is_high_enough_in_small_letters(qtbot: QtBot, tmp_path: Path) -> None:
    pool = full_pool(tmp_path, [f"{i}.png" for i in range(50)], picks=10)
    pool.set_highlight(np.array([1, 2]))
    counts = CountsBar(pool)
    qtbot.addWidget(counts)
    font = counts.font()
    font.setPixelSize(6)
    counts.setFont(font)
    counts.show()
    assert counts.highlighted.height() >= 24


def test_that_a_job_is_shown_again_when_one_that_overtook_it_ended(qtbot: QtBot) -> None:
    bridge, window = JobBridge(), QMainWindow()
    qtbot.addWidget(window)
    job = StatusJob(bridge, lambda: None, window)
    window.statusBar().addPermanentWidget(job)
    window.show()
    go = threading.Event()

    def long(ctx: Context) -> None:
        ctx.report("Selecting", 1, 3)
        assert go.wait(10)

    bridge.run("Select a batch", long)
    qtbot.waitUntil(lambda: "Selecting" in job._text.text())
    bridge.run("Import labels", lambda _ctx: None, lane=QUICK)
    qtbot.waitUntil(lambda: len(bridge.listed_jobs()) == 1)
    assert job.isVisible()
    assert job._text.text() == "Select a batch · Selecting · 33\u00a0%"
    job._stop.click()
    assert job._text.text() == "Select a batch · stopping…"
    go.set()
    qtbot.waitUntil(lambda: not job.isVisible())
    assert bridge.close()


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress("Selecting", 64, 256, "", 2.2, 89.0), "Selecting · 25\u00a0%"),
        (Progress("Weighing", 4886, 4886, "images", 378_465.0, 0.0), "Weighing · 4,886 of 4,886 images"),
        (Progress("Weighing", 4000, 4886, "images", 9_000.0, 0.1), "Weighing · 4,000 of 4,886 images"),
        (
            Progress("Embedding", 10, 600, "images", 10.0, 59.0),
            "Embedding · 10 of 600 images · 10 images/s · 59\u00a0s left",
        ),
        (Progress("Scanning", 1200, None, "images", 300.0, None), "Scanning · 1,200 images · 300 images/s"),
    ],
)
def test_that_progress_names_a_rate_and_a_time_only_where_they_tell_something(progress: Progress, text: str) -> None:
    assert progress_text(progress) == text


def test_that_the_counts_leave_out_words_where_there_is_no_room_for_them_and_say_them_again(
    qtbot: QtBot, tmp_path: Path
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    counts = CountsBar(full_pool(tmp_path, [f"{i}.png" for i in range(50)], picks=10), window)
    window.statusBar().addWidget(counts)
    whole = counts.sizeHint().width()
    window.resize(whole + 60, 200)
    window.show()
    pending = counts.numbers[SampleState.PENDING]
    qtbot.waitUntil(lambda: pending.text().endswith("pending"))
    window.resize(whole - 40, 200)
    qtbot.waitUntil(lambda: pending.text().isdigit())
    assert pending.accessibleName().endswith("pending")
    assert ":" in counts.batch.text()
    window.resize(whole // 3, 200)
    qtbot.waitUntil(lambda: ":" not in counts.batch.text())
    assert ":" in counts.batch.toolTip()
    window.resize(whole + 60, 200)
    qtbot.waitUntil(lambda: pending.text().endswith("pending"))


def cut_off(counts: CountsBar) -> list[str]:
    """The texts of ``counts`` that have less room than they take."""
    labels = [label for label in counts.findChildren(QLabel) if label.isVisible()]
    return [label.text() for label in labels if label.width() < label.fontMetrics().horizontalAdvance(label.text())]


def test_that_counts_are_whole_from_the_moment_they_change(qtbot: QtBot, tmp_path: Path) -> None:
    window, pool = QMainWindow(), Pool()
    qtbot.addWidget(window)
    counts = CountsBar(pool, window)
    window.statusBar().addWidget(counts)
    window.resize(1200, 200)
    window.show()
    qtbot.waitExposed(window)
    # What follows leaves nothing to a later turn of the event loop.
    samples = sample_table(tmp_path, [f"{i}.png" for i in range(5000)])
    none = dataclasses.replace(pool.counts, samples=5000, present=5000)
    pool.load(PoolPatch(samples=samples, state=np.zeros(5000, np.uint8), counts=none))
    assert counts.head.text() == "5,000 images · none embedded"
    assert cut_off(counts) == []
    pool.load(PoolPatch(counts=dataclasses.replace(none, present=3000, missing=2000)))
    assert counts.head.text() == "5,000 images · none embedded · 2,000 missing"
    assert cut_off(counts) == []


def test_that_the_end_of_a_long_job_is_told(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, heard: list[tuple[str, str]]
) -> None:
    bridge, window = JobBridge(), QMainWindow()
    qtbot.addWidget(window)
    window.statusBar().addPermanentWidget(StatusJob(bridge, lambda: None, window))
    bridge.run("Save a label", lambda _ctx: None)
    qtbot.waitUntil(lambda: not bridge.busy)
    monkeypatch.setattr(jobs_panel, "TOLD_AFTER_S", 0.0)
    bridge.run("Embed images", lambda _ctx: None)
    qtbot.waitUntil(lambda: not bridge.busy)
    assert heard == [("say", "Embed images: done")]
    assert bridge.close()
