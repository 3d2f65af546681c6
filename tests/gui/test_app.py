"""The way the window answers signals."""

import os
import signal

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_al.gui.app import _Interrupts


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without asking it")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_a_signal_closes_the_window(qtbot: QtBot, number: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    interrupts = _Interrupts(window)  # type: ignore[arg-type]  # any widget can be closed
    try:
        os.kill(os.getpid(), number)
        qtbot.waitUntil(window.isHidden)
        if number == signal.SIGTERM:
            assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        interrupts.restore()
    assert {each: signal.getsignal(each) for each in before} == before
