"""The status bar: the counts stay whole while a job runs beside them."""

from pathlib import Path

from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop_al.gui.counts_bar import CountsBar
from desktop_al.gui.job_bridge import JobBridge
from desktop_al.gui.jobs_panel import StatusJob
from tests.gui.pools import full_pool


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
