"""Which language the window speaks, before its first widget: our own words, Qt's own words, numbers."""

from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from desktop_al.gui.i18n import ENGLISH, LANGUAGES, use_language

SYSTEM = "system"


def chosen(choice: str, system: Sequence[str]) -> str:
    """Return the language for ``choice``: for "system" the first of ``system`` (as "de-AT") that there is."""
    if choice != SYSTEM:
        return choice if choice in LANGUAGES else ENGLISH
    codes = (name.replace("_", "-").partition("-")[0].lower() for name in system)
    return next((code for code in codes if code in LANGUAGES), ENGLISH)


_qt_words: list[QTranslator] = []


def apply_language(app: QApplication, choice: str = SYSTEM) -> str:
    """Let ``app`` speak ``choice``, "system" or a code of `LANGUAGES`; returns the code in use."""
    code = use_language(chosen(choice, QLocale.system().uiLanguages()))
    while _qt_words:
        app.removeTranslator(_qt_words.pop())
    if code != ENGLISH:
        _translate_qt(app, code)
    # The country of the system where it speaks that language: its dates and its currency.
    system = QLocale.system()
    QLocale.setDefault(system if system.language() == QLocale(code).language() else QLocale(code))
    return code


def _translate_qt(app: QApplication, code: str) -> None:
    """Load the texts of Qt's own dialogs and standard buttons; where Qt has none, they stay English."""
    translator = QTranslator(app)
    if translator.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
        _qt_words.append(translator)
