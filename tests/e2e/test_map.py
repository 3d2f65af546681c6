"""The map under a real hand: shapes that add, subtract and intersect, growing, the way back, what is kept by name."""

from tests.e2e.conftest import IMAGES
from tests.e2e.program import Point, Program, State


def highlighted(review: Program, what: str, count: int) -> State:
    return review.wait_for(what, lambda state: state["highlighted"] == count and not state["busy"])


def test_that_shapes_are_drawn_joined_grown_kept_and_forgotten(review: Program) -> None:
    review.key("ctrl+shift+d")
    whole: tuple[Point, Point] = (review.part("points", -0.05, -0.05), review.part("points", 1.05, 1.05))
    half: tuple[Point, Point] = (review.part("points", -0.05, -0.05), review.part("points", 0.5, 1.05))
    review.click("Rectangle (R)")
    review.drag(*half)
    left = review.wait_for("one side", lambda state: 0 < state["highlighted"] < IMAGES)["highlighted"]
    review.drag(*whole, held="shift")
    highlighted(review, "all added", IMAGES)
    review.drag(*half, held="alt")
    highlighted(review, "one side taken away", IMAGES - left)
    review.key("ctrl+i")
    highlighted(review, "the other side", left)
    review.click("Intersect")
    review.drag(review.part("points", 0.5, -0.05), whole[1])
    highlighted(review, "nothing in common", 0)
    review.key("ctrl+z")
    highlighted(review, "the step back", left)
    review.click("Replace")

    review.click("Lasso (L)")
    corners = ((-0.05, -0.05), (1.05, -0.05), (1.05, 1.05), (-0.05, 1.05), (-0.05, 0))
    review.drag(*(review.part("points", across, down) for across, down in corners))
    highlighted(review, "all in the lasso", IMAGES)
    review.key("Escape")
    highlighted(review, "nothing", 0)

    row = review.ask("state")["rows"][0]
    review.click("Brush (D)")
    review.click(f"point {row}")
    state = review.wait_for("what was painted", lambda state: 0 < state["highlighted"] < IMAGES)
    painted = state["highlighted"]
    review.key("ctrl+g")
    review.wait_for("its neighbours", lambda state: state["highlighted"] > painted and not state["busy"])
    review.key("ctrl+z")
    highlighted(review, "what was painted", painted)

    review.click("Saved highlights")
    review.type("odd ones")
    review.key("Return")
    review.wait_for("the saved highlight", lambda state: state["saved"] == {"odd ones": painted})
    review.key("Escape", "ctrl+a")
    highlighted(review, "everything", IMAGES)
    review.click("Saved highlights")
    review.click("Take odd ones out of the highlight")
    highlighted(review, "the others", IMAGES - painted)
    review.click(f"Highlight odd ones, {painted} image{'s' * (painted > 1)}")
    highlighted(review, "the saved ones", painted)
    review.click("Forget odd ones; the images stay as they are")
    review.wait_for("nothing saved", lambda state: not state["saved"] and state["in"] == "Name of the highlight")
    review.key("Escape")
    review.wait_for("the map", lambda state: state["in"] == "Map")
    review.key("ctrl+z")
    review.wait_for("the highlight saved again", lambda state: state["saved"] == {"odd ones": painted})


def view(state: State) -> list[float]:
    found: list[float] = state["map"]["view"]
    return found


def test_that_one_finds_ones_way_on_the_map(review: Program) -> None:
    def rests(state: State) -> bool:
        return bool(state["map"]["settled"])

    begin = view(review.settled())
    review.click("Pan")
    review.wheel(review.part("map", 0.3, 0.4), 6)
    near = view(review.wait_for("a closer look", lambda state: state["map"]["minimap"] and rests(state)))
    assert near[2] > 2 * begin[2]
    review.drag(review.part("minimap", 0.4, 0.4), review.part("minimap", 0.7, 0.6))
    far = view(review.wait_for("another place", lambda state: view(state)[:2] != near[:2] and rests(state)))
    assert far[2] == near[2]
    assert far[0] > near[0]
    assert far[1] < near[1]
    review.drag(review.part("map", 0.5, 0.5), review.part("map", 0.4, 0.5))
    moved = view(review.wait_for("a shift", lambda state: view(state)[0] > far[0] and rests(state)))

    review.click("Back (Backspace)")
    review.wait_for("the place before", lambda state: view(state) == far and rests(state))
    review.click("Back (Backspace)")
    review.wait_for("the first closer look", lambda state: view(state) == near and rests(state))
    review.key("shift+BackSpace")
    review.wait_for("forward again", lambda state: view(state) == far and rests(state))
    review.key("shift+BackSpace")
    review.wait_for("forward to the end", lambda state: view(state) == moved and not state["map"]["forward"])
    review.key("f")
    review.wait_for("everything", lambda state: view(state) == begin and not state["map"]["minimap"])

    review.key("m")
    review.wait_for("a second map", lambda state: state["second"].get("settled"))
    review.wheel(review.part("second", 0.5, 0.5), 3)
    both = review.wait_for("both closer", lambda state: view(state)[2] > begin[2] and rests(state))
    assert both["second"]["view"] == view(both)
    row = both["rows"][0]
    review.click(f"cell {row}")
    review.click("Two maps (M)")
    review.wait_for("one map", lambda state: not state["second"] and state["focus"] == row)
    status, errors = review.quit()
    assert (status, "Traceback" in errors) == (0, False)
