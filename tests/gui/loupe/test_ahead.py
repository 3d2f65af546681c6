from desktop_al.gui.loupe.ahead import Course


def test_that_both_sides_are_read_until_it_is_known_where_one_goes() -> None:
    course = Course()
    assert course.ahead(10, 100) == [11, 9, 12, 8]
    assert course.ahead(10, 100) == [11, 9, 12, 8]


def test_that_more_is_read_where_one_goes_and_less_behind() -> None:
    course = Course()
    course.ahead(10, 100)
    assert course.ahead(11, 100) == [12, 13, 14, 10, 15, 9]
    assert course.ahead(10, 100) == [9, 8, 7, 11, 6, 12]
    assert course.ahead(60, 100) == [61, 59, 62, 58]


def test_that_nothing_is_read_beyond_the_ends() -> None:
    course = Course()
    assert course.ahead(0, 1) == []
    assert course.ahead(0, 3) == [1, 2]
    assert Course().ahead(99, 100) == [98, 97]
