"""What can be chosen, for forms and for the command line's help."""

from desktop_al.domain.catalogue import FormatInfo, OptionInfo, StrategyInfo


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


def format_infos() -> tuple[FormatInfo, ...]:
    """All export formats, the default first."""
    from desktop_al.exchange.registry import WRITERS

    return tuple(FormatInfo(known.name, known.summary, known.suffix, known.images) for known in WRITERS.values())
