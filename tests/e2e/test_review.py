"""A review in the real window by mouse and keyboard: filters, the palette, the loupe, labels, keys of one's own."""

from typing import Any

from tests.e2e.conftest import IMAGES
from tests.e2e.program import Program


def chips(count: int, shown: int) -> Any:
    return lambda state: len(state["chips"]) == count and state["shown"] == shown and not state["busy"]


def test_that_filters_are_written_switched_undone_and_explained(review: Program) -> None:
    review.key("ctrl+f")
    review.type("lab")
    review.wait_for("the column that is offered", lambda state: "label" in state["offered"])
    review.key("Down", "Return")
    review.type("== d")
    review.wait_for("the value that is offered", lambda state: state["offered"] == ["dog"])
    review.key("Tab")
    review.wait_for("the value", lambda state: state["line"] == 'label == "dog" ')
    review.key("Return")
    state = review.wait_for("the filter", chips(1, 2))
    assert (state["chips"], state["undo"]) == (["label: dog · 2"], 'Filter label == "dog"')

    review.click("chip 0")
    review.wait_for("everything again", chips(1, IMAGES))
    review.key("ctrl+z")
    review.wait_for("the filter on", chips(1, 2))
    review.click("cross 0")
    review.wait_for("no filter", chips(0, IMAGES))
    review.key("ctrl+z")
    review.wait_for("the filter back", chips(1, 2))
    review.key("ctrl+shift+x")
    review.wait_for("no filter again", chips(0, IMAGES))

    review.click("filter")
    review.type("widht > 3")
    review.key("Return")
    problem = review.wait_for("what is wrong", lambda state: state["problem"])["problem"]
    assert problem == "There is no column “widht” (character 1); did you mean width?"
    review.click("instead")
    review.key("Return")
    review.wait_for("the mended filter", lambda state: state["chips"] == ["width > 3 · 40"])


def test_that_the_palette_does_what_a_few_letters_say(review: Program) -> None:
    review.key("ctrl+k")
    review.type("inv hi")
    review.wait_for("the command", lambda state: state["palette"][:1] == ["Invert highlight"])
    review.key("Return")
    review.wait_for("the highlight", lambda state: state["highlighted"] == IMAGES and not state["palette"])
    review.key("ctrl+k")
    review.type("id < 5")
    review.wait_for("the filter that is offered", lambda state: state["palette"] == ["Filter by id < 5"])
    review.key("Return")
    review.wait_for("the filter", chips(1, 4))
    review.key("ctrl+k", "Escape")
    review.wait_for("the palette closed", lambda state: not state["palette"])


def test_that_a_pick_is_seen_large_labelled_and_decided_on(review: Program) -> None:
    review.key("n")
    first = review.wait_for("a focused pick", lambda state: state["focus"] >= 0)["focus"]
    review.key("space")
    review.wait_for("the loupe", lambda state: state["loupe"])
    review.key("Escape")
    review.wait_for("the workspace", lambda state: not state["loupe"])
    review.key("p")
    review.wait_for("the next pick", lambda state: state["accepted"] == 1 and state["focus"] != first)
    review.key("1")
    review.wait_for("the label", lambda state: state["labelled"] == 5 and not state["busy"])
    review.key("ctrl+z")
    review.wait_for("the label gone", lambda state: state["labelled"] == 4 and not state["busy"])


def test_that_what_strikes_the_eye_is_written_down_and_is_there_the_next_day(review: Program) -> None:
    clicked = review.wait_for("what was clicked on", lambda state: state["focus"] >= 0)["focus"]
    review.key("n")
    first = review.wait_for("the first pick", lambda state: state["focus"] != clicked)["focus"]
    review.key("t")
    review.type("ask again")
    review.key("Return")
    review.wait_for("the tag", lambda state: state["tags"] == ["ask again"] and state["undo"].startswith("Tag 1 image"))
    review.key("w")
    review.type("1 hat or 2?")
    review.key("ctrl+Return")
    review.wait_for("the note", lambda state: state["notes"] == ["1 hat or 2?"])
    review.key("ctrl+shift+c")
    review.type("eel")
    review.key("Return")
    state = review.wait_for("the label", lambda state: state["labelled"] == 5)
    assert state["undo"] == "Label 1 image “eel”"
    second = review.wait_for("the next pick", lambda state: state["focus"] != first)["focus"]
    review.key("3")
    review.wait_for("the label by its key", lambda state: state["labelled"] == 6 and state["undo"].endswith("“eel”"))
    review.key("ctrl+z")
    review.wait_for("the label taken back", lambda state: state["labelled"] == 5)
    third = review.wait_for("a quiet moment", lambda state: not state["busy"])
    # Whoever takes a step back sees what it was about.
    assert third["focus"] == second != first
    # Ctrl+Enter left the note and selected no other batch.
    assert third["picks"] == 8

    review.key("ctrl+w")
    review.wait_for("the start page", lambda state: state["samples"] == 0 and not state["busy"])
    review.ask(f"open {third['project']}")
    again = review.wait_for("the project again", lambda state: state["samples"] == IMAGES and not state["busy"])
    assert {name: again[name] for name in ("focus", "tags", "notes", "labelled")} == {
        name: third[name] for name in ("focus", "tags", "notes", "labelled")
    }
    assert "You are back where you left" in again["message"]


def test_that_f6_goes_round_the_window_by_keys_alone(review: Program) -> None:
    seen = [review.ask("state")["in"]]

    def moved(state: dict[str, Any]) -> bool:
        return bool(state["in"] != seen[-1])

    for _ in range(6):
        review.key("F6")
        seen.append(review.wait_for("another part", moved)["in"])
    assert {"Filter", "Map", "Gallery"} <= set(seen)


def test_that_a_key_of_ones_own_works_at_once(review: Program) -> None:
    review.key("ctrl+i")
    review.wait_for("the highlight", lambda state: state["highlighted"] == IMAGES)
    review.key("F1")
    review.click("Search shortcuts")
    review.type("clear highlight")
    review.key("Tab", "Return", "ctrl+j", "Escape")
    review.click("gallery")
    review.key("ctrl+j")
    review.wait_for("no highlight", lambda state: state["highlighted"] == 0)
