"""Sentences of jobs in the language of the window: fresh ones by their template, stored ones by the catalog."""

import gettext
import pickle
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from desktop_al.domain.sentence import say, say_n
from desktop_al.gui.i18n import ENGLISH, use_catalog, use_language
from desktop_al.gui.sentences import told
from desktop_al.numerics.budget import Stop
from desktop_al.strategies.budget_words import Chosen, note

NUMBERS = say_n(
    "{count:,} image was asked for; by coverage alone {enough:,} would do.",
    "{count:,} images were asked for; by coverage alone {enough:,} would do.",
    2000,
    enough=1500,
)
NUMBERS_DE = "2.000 Bilder wurden verlangt; für die Abdeckung allein genügten 1.500."
REACHED = say(
    "Batch {number} cannot be replayed. {why}",
    number=3,
    why=say(
        "Reached out, since the pool is dense with rare outskirts: covered the pool, the farthest hundredth of the "
        "images counting {times:.1f} times as much as a usual one.",
        times=1.5,
    ),
)
REACHED_DE = (
    "Batch 3 lässt sich nicht wiederholen. Hat nach außen gegriffen, denn der Bestand ist dicht, mit seltenen "
    "Außenbereichen: hat den Bestand abgedeckt, wobei das fernste Hundertstel der Bilder 1,5-mal so viel zählt wie ein "
    "gewöhnliches."
)
PLURAL = say_n(
    "From {count:,} pick on, 10 % more labels would buy less than 1 % more coverage beyond chance.",
    "From {count:,} picks on, 10 % more labels would buy less than 1 % more coverage beyond chance.",
    1200,
)


@pytest.fixture
def german() -> Iterator[None]:
    """Speak German for the length of a test."""
    assert use_language("de") == "de"
    yield
    use_catalog(ENGLISH, gettext.NullTranslations())


def test_that_english_stays_as_it_is() -> None:
    assert told(NUMBERS) == NUMBERS


@pytest.mark.parametrize("kept", [lambda text: text, str.__str__, lambda text: f"{text} And 3 GB more."])
def test_that_no_line_breaks_between_a_number_and_its_unit_in_what_is_told(kept: object) -> None:
    as_kept = kept if callable(kept) else str
    for code in (ENGLISH, "de"):
        use_language(code)
        text = told(as_kept(PLURAL))
        assert re.search(r"\d\s?(%|GB)", text)
        assert not re.search(r"\d (%|GB)", text)
    use_catalog(ENGLISH, gettext.NullTranslations())


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("kept", [lambda text: text, str.__str__, lambda text: pickle.loads(pickle.dumps(text))])
def test_that_a_sentence_is_told_with_its_values_fresh_and_stored(kept: object) -> None:
    as_kept = kept if callable(kept) else str
    assert told(as_kept(NUMBERS)) == NUMBERS_DE
    assert told(as_kept(REACHED)) == REACHED_DE
    assert told(as_kept(PLURAL)).startswith("Ab 1.200 Bildern brächten")
    assert told(as_kept(say("The file is empty."))) == "Die Datei ist leer."


@pytest.mark.usefixtures("german")
def test_that_a_stored_sentence_is_recognised_without_its_template() -> None:
    for sentence, german in ((NUMBERS, NUMBERS_DE), (REACHED, REACHED_DE)):
        plain = "".join(sentence)
        assert type(plain) is str
        assert told(plain) == german
    assert told("From 1 pick on, 10 % more labels would buy less than 1 % more coverage beyond chance.") == (
        "Ab 1 Bild brächten 10\u00a0% mehr Labels weniger als 1\u00a0% mehr Abdeckung über den Zufall hinaus."
    )
    # Of few words of its own, a number of images within another sentence would stay English.
    least = Chosen(40, None, 5000, 5000, Stop(40, 35, 44), 2.5)
    assert told("".join(note(least))) == "Ab 40 Bildern stünde ein weiteres Label für weniger als 2,5 Bilder."
    assert told("".join(note(replace(least, least_images=1)))).endswith(" für weniger als ein Bild.")
    assert told("The file holds a ZIP archive.") == "Die Datei enthält ein ZIP-Archiv."


@pytest.mark.usefixtures("german")
def test_that_what_is_no_sentence_of_ours_stays_as_it_is() -> None:
    for text in ("", "a note of a person, about 3 images", "The file is empty!", "/a/b.png", "{count} {nothing}"):
        assert told(text) == text


@pytest.mark.usefixtures("german")
def test_that_the_values_of_a_sentence_are_not_translated_where_they_are_names() -> None:
    sentence = say("No highlight is called “{name}”; the saved highlights are: {listed}.", name="Label", listed="a")
    assert told(sentence) == "Keine Markierung heißt „Label“; die gespeicherten Markierungen sind: a."


def test_that_a_plain_text_of_another_language_is_not_recognised_by_the_one_before() -> None:
    assert use_language("ja") == "ja"
    assert told("The file is empty.") == "ファイルが空です。"
    assert use_language("de") == "de"
    assert told("The file is empty.") == "Die Datei ist leer."
    use_catalog(ENGLISH, gettext.NullTranslations())
    assert told("The file is empty.") == "The file is empty."


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("piece", [" of", ", ", "cannot be read (", ". ", "Batch 1 cannot be replayed. ", "“x” "])
def test_that_a_hostile_text_of_a_project_is_read_in_no_time(piece: str) -> None:
    # Divided among the places of a template in every way there is, any of these would take for ever.
    short, long = (piece * 1990)[:1990], (piece * 1_000_000)[:1_000_000]
    assert told(short).endswith(short[-2:])
    assert told(long) == long
