"""The words of the window."""

from desktop_al.gui.i18n import later, tr, trn


def test_that_values_stand_in_their_places() -> None:
    assert tr("Opening {name}…", name="a{b}") == "Opening a{b}…"


def test_that_text_without_values_keeps_its_braces() -> None:
    assert tr(later("{}")) == "{}"


def test_that_counts_choose_the_form() -> None:
    assert trn("{count:,} image", "{count:,} images", 1) == "1 image"
    assert trn("{count:,} image of {name}", "{count:,} images of {name}", 2000, name="x") == "2,000 images of x"
