"""Short names can be told apart."""

import pytest

from desktop_al.gui.short_names import short_names

CLOTHES = ("T-Shirt", "Pants", "Shoes", "Dress", "Longsleeve", "Shorts", "Outwear", "Hat", "Shirt")


def narrow(text: str) -> float:
    """A measure in which dots are as wide as two letters."""
    return 7.0 * (len(text) + text.count("…"))


@pytest.mark.parametrize("longest", range(2, 25))
@pytest.mark.parametrize(
    "names",
    [
        CLOTHES,
        tuple(f"kind {place} of bird" for place in range(9)),
        ("cat red", "cat rod", "cat blue", "cat", "cats", "dog"),
        ("Shoes", "Shorts", "Skirt", "Skins", "Sh", "S"),
        ("a…b", "a", "ab", "abc"),
    ],
)
def test_that_no_two_classes_look_alike(names: tuple[str, ...], longest: int) -> None:
    short = short_names(names, longest, narrow)
    assert len(set(short)) == len(names)
    assert all(text[0] == name[0] for name, text in zip(names, short, strict=True))


def test_that_a_name_is_short_only_where_that_saves_room() -> None:
    assert short_names(("Pants", "Outwear", "Hat"), 4, narrow) == ["Pants", "Out…", "Hat"]
    assert short_names(("Shoes", "Shorts"), 4, lambda text: 9 * len(text)) == ["S…es", "S…rt"]
    assert short_names(CLOTHES, 24, narrow) == list(CLOTHES)
