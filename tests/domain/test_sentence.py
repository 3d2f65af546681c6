"""Sentences keep what they were made of: through faults, processes and copies."""

import copy
import json
import pickle

import numpy as np
import pytest

from desktop_al.domain.errors import FilterError, SourceError
from desktop_al.domain.sentence import Sentence, say, say_n
from desktop_al.media.content import DecodeError


def test_that_a_sentence_is_its_english_text_and_knows_its_parts() -> None:
    told = say("“{path}” holds {count:,} images.", path="/a", count=1234)
    assert told == "“/a” holds 1,234 images."
    assert told.template == "“{path}” holds {count:,} images."
    assert dict(told.values) == {"path": "/a", "count": 1234}
    assert json.loads(json.dumps({"note": told})) == {"note": "“/a” holds 1,234 images."}


def test_that_a_plural_is_chosen_by_its_count() -> None:
    assert say_n("{count:,} label", "{count:,} labels", 1) == "1 label"
    assert say_n("{count:,} label", "{count:,} labels", 2000) == "2,000 labels"
    assert say_n("one of {others}", "{count} of {others}", 0, others=3) == "0 of 3"


def test_that_braces_stand_for_themselves_without_values() -> None:
    assert say("[…] and {x} stay") == "[…] and {x} stay"


def test_that_a_place_without_a_value_is_a_fault() -> None:
    with pytest.raises(KeyError):
        say("{path} of {name}", path="a")


@pytest.mark.parametrize("again", [lambda s: pickle.loads(pickle.dumps(s)), copy.copy, copy.deepcopy, str])
def test_that_a_copy_is_the_same_sentence(again: object) -> None:
    inner = say("it lies in no class folder")
    told = say("line {line}: {reason}", line=np.int64(3), reason=inner)
    found = again(told)  # type: ignore[operator]  # the parameters are all functions
    assert isinstance(found, Sentence)
    assert found == told == "line 3: it lies in no class folder"
    assert found.template == told.template
    assert isinstance(found.values["reason"], Sentence)
    assert type(found.values["line"]) is int


def test_that_values_are_those_of_python_and_cannot_be_changed() -> None:
    told = say("{share:.0%} of {shape}", share=np.float32(0.5), shape=(2, 3))
    assert told == "50% of (2, 3)"
    assert [type(value) for value in told.values.values()] == [float, str]
    with pytest.raises(TypeError):
        told.values["share"] = 1  # type: ignore[index]  # that is the test


def test_that_a_fault_tells_its_sentence_also_from_another_process() -> None:
    fault = SourceError(say("“{path}” is gone.", path="/a"))
    for one in (fault, pickle.loads(pickle.dumps(fault))):
        found = str(one)
        assert isinstance(found, Sentence)
        assert found.template == "“{path}” is gone."
    decoding = pickle.loads(pickle.dumps(DecodeError(say("The file cannot be read: {why}.", why="busy"), "ab", True)))
    assert str(decoding) == "The file cannot be read: busy."
    assert isinstance(str(decoding), Sentence)
    assert (decoding.content_hash, decoding.missing) == ("ab", True)
    assert isinstance(str(FilterError(say("The filter ends too early."), 0, 1)), Sentence)


def test_that_what_is_cut_out_of_a_sentence_is_plain_text() -> None:
    assert type(say("The disk is full.")[4:8]) is str
