"""The words of the window."""

import pytest

from desktop_al.domain.sentence import say, say_n
from desktop_al.gui.i18n import later, tr, trn
from desktop_al.gui.sentences import told


def test_that_values_stand_in_their_places() -> None:
    assert tr("Opening {name}…", name="a{b}") == "Opening a{b}…"


def test_that_text_without_values_keeps_its_braces() -> None:
    assert tr(later("{}")) == "{}"


def test_that_counts_choose_the_form() -> None:
    assert trn("{count:,} image", "{count:,} images", 1) == "1 image"
    assert trn("{count:,} image of {name}", "{count:,} images of {name}", 2000, name="x") == "2,000 images of x"


@pytest.mark.parametrize(
    ("text", "values", "shown"),
    [
        ("{size:.1f} MB", {"size": 1.5}, "1.5\u00a0MB"),
        ("at {share} %, as 5 px", {"share": 7}, "at 7\u00a0%, as 5\u00a0px"),
        ("{count} sheep and {count} images", {"count": 3}, "3 sheep and 3 images"),
    ],
)
def test_that_no_line_breaks_between_a_number_and_its_unit(text: str, values: dict[str, object], shown: str) -> None:
    assert tr(text, **values) == shown
    assert told(say(text, **values)) == shown


def test_that_a_plural_holds_its_unit_as_well() -> None:
    assert trn("{count:,} image, {share} %", "{count:,} images, {share} %", 2, share=9) == "2 images, 9\u00a0%"
    assert told(say_n("{count} s", "{count} s", 9)) == "9\u00a0s"
