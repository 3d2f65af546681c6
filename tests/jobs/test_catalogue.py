"""Presets: each is a selection that the registry knows, and changes nothing beside."""

from dataclasses import replace

import pytest

from desktop_al.domain.errors import SelectionUsageError
from desktop_al.domain.specs import Aims, Constraints, SelectSpec
from desktop_al.jobs.catalogue import presets, strategy_infos, with_preset
from desktop_al.strategies.base import complete
from desktop_al.strategies.registry import strategy


def test_that_the_first_of_each_is_the_default() -> None:
    assert strategy_infos()[0].name == presets()[0].strategy == SelectSpec().strategy
    assert with_preset(SelectSpec(), presets()[0].key) == SelectSpec()


def test_that_every_preset_is_a_strategy_with_its_options() -> None:
    assert len({preset.key for preset in presets()}) == len({preset.title for preset in presets()}) == len(presets())
    for preset in presets():
        spec = with_preset(SelectSpec(), preset.key)
        assert complete(strategy(spec.strategy), spec.options) is not None


def test_that_what_a_preset_says_nothing_of_stays() -> None:
    mine = SelectSpec(count="7", seed=3, constraints=Constraints(pins=(4,)), aims=Aims(strata="time", priority="sharp"))
    found = with_preset(mine, "balance")
    assert found == replace(mine, strategy="coverage", aims=replace(mine.aims, balance=1.0))


def test_that_an_unknown_preset_is_a_sentence() -> None:
    with pytest.raises(SelectionUsageError, match="choose one of automatic"):
        with_preset(SelectSpec(), "guess")


def test_that_each_strategy_has_a_title_of_its_own_in_plain_words() -> None:
    titles = [info.title for info in strategy_infos()]
    assert all(titles)
    assert len(set(titles)) == len(titles)
