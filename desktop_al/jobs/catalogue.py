"""What can be chosen, for forms and for the command line's help."""

from desktop_al.domain.catalogue import OptionInfo, StrategyInfo


def strategy_infos() -> tuple[StrategyInfo, ...]:
    """All query strategies, the default first."""
    from desktop_al.strategies.registry import strategies

    return tuple(
        StrategyInfo(
            strategy.name,
            strategy.summary,
            strategy.needs,
            tuple(
                OptionInfo(known.name, known.type, known.default, known.help, known.low, known.high, known.choices)
                for known in strategy.options
            ),
        )
        for strategy in strategies()
    )
