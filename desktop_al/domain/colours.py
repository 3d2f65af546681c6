"""The colours of states and classes on light and on dark ground, for the window and for pictures without one.

Those of Okabe and Ito (2008) stay apart for colour-blind eyes.
"""

import colorsys
from dataclasses import dataclass

from desktop_al.domain.records import SampleState

# The least ratios of WCAG 2.2, level AA: of text (1.4.3), and of graphics and outlines of the focus (1.4.11).
TEXT, GRAPHICS = 4.5, 3.0
# Without black, in the order in which classes take them.
OKABE_ITO = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#D55E00", "#F0E442")
LIGHTER, DARKER = 1.45, 1.5

Parts = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Colours:
    """What is drawn on ``canvas``, as ``#RRGGBB``.

    ``states`` are in the order of `SampleState`; ``further`` are the colours of classes after those of Okabe and Ito:
    chosen so that the least difference (CIEDE2000) between any two classes, the unlabelled and the highlight is as
    large as can be found among colours that stand out from the canvas.
    """

    canvas: str
    states: tuple[str, str, str, str, str]
    further: tuple[str, ...]

    def of_class(self, code: int) -> str:
        """The colour of class ``code``, -1 for none; after all that there are come lighter and darker rounds of them.

        Each is as much lighter or darker as it takes to stand out from the canvas.
        """
        if code < 0:
            return self.states[SampleState.UNLABELLED]
        colours = (*OKABE_ITO, *self.further)
        base, turn = colours[code % len(colours)], code // len(colours) % 3
        return standing_out(base if turn == 0 else _turned(base, turn == 1), self.canvas)


def parts(colour: str) -> Parts:
    """Red, green and blue of ``colour``, each from 0 to 1."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red / 255, green / 255, blue / 255


def named(colour: Parts) -> str:
    """The opposite of `parts`."""
    return "#" + "".join(f"{round(255 * part):02X}" for part in colour)


def luminance(colour: str) -> float:
    """The relative luminance of ``colour``, from 0 for black to 1 for white (WCAG 2.2, after sRGB)."""
    linear: list[float] = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(a: str, b: str) -> float:
    """The contrast of ``a`` and ``b``, from 1 to 21."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def standing_out(colour: str, back: str, least: float = GRAPHICS) -> str:
    """``colour``, as much lighter or darker as it takes to reach the contrast ``least`` with ``back``."""
    away = "#FFFFFF" if luminance(back) < 0.18 else "#000000"
    for step in range(20):
        part = step / 20
        red, green, blue = ((1 - part) * a + part * b for a, b in zip(parts(colour), parts(away), strict=True))
        found = named((red, green, blue))
        if ratio(found, back) >= least:
            return found
    return away


def _turned(colour: str, lighter: bool) -> str:
    """``colour`` of another value; what would be lighter than the lightest loses colour instead."""
    hue, saturation, value = colorsys.rgb_to_hsv(*parts(colour))
    value = value * LIGHTER if lighter else value / DARKER
    saturation = max(0.0, saturation - max(0.0, value - 1.0))
    return named(colorsys.hsv_to_rgb(hue, saturation, min(value, 1.0)))


ON_DARK = Colours(
    canvas="#0E1013",
    states=("#7C8797", "#D55E00", "#E69F00", "#00B080", "#56B4E9"),
    further=(
        "#00FF00",
        "#C00054",
        "#FCB49C",
        "#00F0F0",
        "#78603C",
        "#CCC0FF",
        "#849C0C",
        "#0C6C6C",
        "#CC00FF",
        "#785484",
        "#3C6C24",
        "#B4D8A8",
        "#FF4854",
    ),
)
ON_LIGHT = Colours(
    canvas="#FFFFFF",
    states=("#7D8796", "#C24400", "#B97A00", "#008F68", "#0072B2"),
    further=(
        "#6C0084",
        "#840000",
        "#184824",
        "#543C00",
        "#FF1848",
        "#B40C60",
        "#243C78",
        "#906054",
        "#5448FF",
        "#E400FF",
        "#006C6C",
        "#786084",
        "#48780C",
    ),
)
