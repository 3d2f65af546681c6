"""The classes that the user's own model knows, as far as the project was told their names."""

from desktop_al.domain.records import ModelRecord


def named_classes(model: ModelRecord) -> tuple[str, ...]:
    """The names of the classes of ``model`` in the order of its scores; none where it does not name each by its own.

    What stands in the project may be anything, since a project can come from anywhere.
    """
    told = model.details.get("classes")
    if not isinstance(told, list) or not all(isinstance(name, str) and name for name in told):
        return ()
    names = tuple(told)
    return names if len(names) == model.n_classes == len(set(names)) else ()
