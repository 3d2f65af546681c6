"""Looking closely in the real window: the loupe by mouse and keys, insights on the map, the legend, its histogram."""

import pytest

from tests.e2e.conftest import IMAGES
from tests.e2e.program import Program, State


def camera(state: State) -> list[float]:
    """How the loupe looks at its image: zoom, and the point of the image in its middle."""
    found: list[float] = state["loupe_camera"]
    return found


def test_that_images_are_looked_at_and_decided_on_in_the_loupe(review: Program) -> None:
    first = review.ask("state")["rows"][0]
    review.click(f"cell {first}", times=2)
    state = review.wait_for("the loupe", lambda state: state["loupe"] and state["in"] == "Loupe")
    assert state["loupe_rows"] == [first]
    assert state["loupe_place"] == "1 of 8"

    review.wheel(review.part("loupe", 0.5, 0.5), 4)
    zoomed = camera(review.wait_for("a closer look", lambda state: camera(state)[0] > 2))
    review.drag(review.part("loupe", 0.5, 0.5), review.part("loupe", 0.6, 0.3))
    moved = camera(review.wait_for("another part", lambda state: camera(state) != zoomed))
    assert moved[0] == zoomed[0]
    assert moved[2] > zoomed[2]
    review.click("loupe", times=2)
    review.wait_for("pixel for pixel", lambda state: state["loupe_exact"])
    review.key("z")
    review.wait_for("all of it", lambda state: camera(state)[0] == 0 and not state["loupe_exact"])

    review.key("Right")
    second = review.wait_for("the next image", lambda state: state["loupe_place"] == "2 of 8")["focus"]
    assert second != first
    review.key("x")
    state = review.wait_for("the rejected pick", lambda state: state["rejected"] == 1 and state["focus"] != second)
    assert state["loupe_rows"] == [state["focus"]]
    review.key("p")
    review.wait_for("the accepted pick", lambda state: state["accepted"] == 1)
    review.key("ctrl+z")
    review.wait_for("the way back", lambda state: (state["accepted"], state["rejected"]) == (0, 1))
    review.click("Next")
    review.click("Back to the workspace (Space or Esc)")
    review.wait_for("the workspace", lambda state: not state["loupe"] and state["in"] != "Loupe")

    review.key("ctrl+b", "shift+Return")
    several = review.wait_for("four beside each other", lambda state: len(state["loupe_rows"]) == 4)["loupe_rows"]
    review.key("Home")
    review.wait_for("the first of them", lambda state: state["focus"] == several[0])
    review.key("Right", "Right", "p")
    state = review.wait_for("one of them accepted", lambda state: state["accepted"] == 1)
    assert state["highlighted"] == 8
    review.key("Escape")
    review.wait_for("the workspace", lambda state: not state["loupe"])
    status, errors = review.quit()
    assert (status, "Traceback" in errors) == (0, False)


def choose_colour(review: Program, title: str, *, bar: bool) -> State:
    """Colour the map by the choice ``title``, and wait until its legend is there."""
    review.click("Colour by")
    review.click(f"choice {title}")
    return review.wait_for(
        title,
        lambda state: state["map"]["colour"] == title and state["map"]["bar"] is bar and state["map"]["settled"],
    )


@pytest.mark.parametrize("program", [(), ("--right-to-left",)], indirect=True, ids=["to the right", "to the left"])
def test_that_the_map_tells_doubt_novelty_and_numbers_and_filters_by_its_legend(review: Program) -> None:
    for title in ("Uncertainty", "Novelty", "Density"):
        assert choose_colour(review, title, bar=True)["map"]["note"] == ""
    choose_colour(review, "exposure", bar=True)
    # The bar runs from the least value to the largest, whichever way the language runs.
    review.drag(review.part("histogram", 0.55, 0.5), review.part("histogram", 0.98, 0.5))
    state = review.wait_for("the filter", lambda state: len(state["chips"]) == 1 and not state["busy"])
    assert state["chips"][0].startswith("exposure ≥")
    assert 0 < state["shown"] < IMAGES
    review.click("cross 0")
    review.wait_for("everything", lambda state: state["shown"] == IMAGES and not state["chips"])

    choose_colour(review, "Label", bar=False)
    review.click("cat")
    review.wait_for("no cats", lambda state: state["map"]["active"] == IMAGES - 2)
    review.click("dog")
    review.wait_for("no dogs either", lambda state: state["map"]["active"] == IMAGES - 4)
    review.click("cat", times=2)
    review.wait_for("cats only", lambda state: state["map"]["active"] == 2 and state["map"]["legend"] == ["cat"])
    review.click("dog")
    review.wait_for("dogs too", lambda state: state["map"]["active"] == 4)
    review.click("dog", button=3)
    review.wait_for("the menu", lambda state: state["popup"])
    review.key("Down", "Down", "Return")
    state = review.wait_for("the filter", lambda state: state["shown"] == 2 and state["chips"] and not state["busy"])
    assert state["chips"] == ["label: dog · 2"]
    review.key("ctrl+z")
    review.wait_for("everything", lambda state: state["shown"] == IMAGES)

    # What lies under the mouse is what is drawn there, in the gallery too.
    last = review.settled()["rows"][3]
    review.click(f"cell {last}")
    review.wait_for("the image clicked on", lambda state: state["focus"] == last)
    status, errors = review.quit()
    assert (status, "Traceback" in errors) == (0, False)


def test_that_a_panel_is_taken_out_of_the_window_and_put_back_with_the_mouse(review: Program) -> None:
    review.click("title gallery", times=2)
    review.wait_for("the panel in a window of its own", lambda state: state["floating"] == ["gallery"])
    before = review.place("title gallery")
    review.drag(before, (before[0] - 60, before[1] - 200))
    review.wait_for("the panel elsewhere", lambda _: review.place("title gallery")[1] < before[1] - 150)
    review.click("Put Gallery back into the window")
    review.wait_for("the panel in its place", lambda state: state["floating"] == [])
    x, y = review.place("title inspector")
    review.drag((x - 60, y), (x - 300, y + 200))
    review.wait_for("the panel that was pulled out", lambda state: state["floating"] == ["inspector"])
    review.click("title inspector", times=2)
    review.wait_for("the panel in its place", lambda state: state["floating"] == [])
    review.click("Close Gallery")
    review.wait_for("the rest", lambda state: "gallery" not in state["open"])
