"""What can be done with the file of a sample outside the window: show it in its folder, copy its path or its pixels."""

import sys
from pathlib import Path

from PySide6.QtCore import QDir, QProcess, QUrl
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage

FILE_MANAGER = "org.freedesktop.FileManager1"


def reveal(path: Path) -> None:
    """Open the folder of ``path`` in the file manager, with the file chosen where the file manager can do that."""
    native = QDir.toNativeSeparators(str(path))
    if sys.platform == "win32" and path.exists():
        QProcess.startDetached("explorer.exe", [f"/select,{native}"])
    elif sys.platform == "darwin" and path.exists():
        QProcess.startDetached("open", ["-R", native])
    elif not _reveal_by_bus(path):
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def _reveal_by_bus(path: Path) -> bool:
    """Ask the file manager of a Linux desktop; returns whether there is one to ask."""
    bus = QDBusConnection.sessionBus()
    registry = bus.interface() if bus.isConnected() else None
    if registry is None or not registry.isServiceRegistered(FILE_MANAGER).value():
        return False
    call = QDBusMessage.createMethodCall(FILE_MANAGER, "/org/freedesktop/FileManager1", FILE_MANAGER, "ShowItems")
    call.setArguments([[QUrl.fromLocalFile(str(path)).toString()], ""])
    return bus.send(call)


def copy_path(path: Path) -> None:
    """Put ``path`` on the clipboard as text; undecodable bytes become question marks."""
    QGuiApplication.clipboard().setText(str(path).encode("utf-8", "replace").decode("utf-8"))


def copy_image(image: QImage) -> None:
    """Put the pixels of ``image`` on the clipboard."""
    QGuiApplication.clipboard().setImage(image)
