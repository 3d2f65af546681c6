"""Why a sample was picked: its figures, what it stands for, what is nearest to it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_al.domain.records import PickRecord
from desktop_al.gui.batch_words import percent, small_percent
from desktop_al.gui.eliding import Elided
from desktop_al.gui.i18n import later, number, tr, trn
from desktop_al.gui.pool import Pool
from desktop_al.gui.text import readable
from desktop_al.gui.theme import MEDIUM, SMALL, TIGHT
from desktop_al.gui.thumb_strip import ThumbStrip
from desktop_al.gui.thumbs import ThumbLoader

ORIGINS = {
    "pin": later("Pick {rank:,} of {total:,}, because you keep it."),
    "random": later("Pick {rank:,} of {total:,}, at random."),
}


def rationale(pick: PickRecord, total: int) -> str:
    """Why the sample was picked, as a person would say it; ``total`` is the number of picks in its batch."""
    origin = ORIGINS.get(pick.origin, later("Pick {rank:,} of {total:,}."))
    stands = trn(
        "It stands for {count:,} image of the pool.", "It stands for {count:,} images of the pool.", pick.stands_for
    )
    return " ".join([tr(origin, rank=pick.rank, total=total), stands])


def facts(pick: PickRecord) -> list[tuple[str, str, str]]:
    """Title, value and explanation of every figure of ``pick`` that is known."""
    found = [
        (
            tr("Gain"),
            number(pick.gain, ".3g"),
            tr("What it added, as its strategy counts: for coverage, the share of the pool"),
        )
    ]
    if pick.uncertainty is not None:
        tip = tr("How unsure the model is about it: 0 % sure, 100 % guessing")
        found.append((tr("Doubt"), percent(pick.uncertainty), tip))
    if pick.predicted is not None:
        found.append((tr("Model's guess"), readable(pick.predicted), tr("The class that the model thinks likeliest")))
    if pick.stratum is not None:
        tip = tr("Its value in the column that the batch is balanced over")
        found.append((tr("Stratum"), readable(pick.stratum), tip))
    if pick.survives is not None:
        found.append(
            (
                tr("In a smaller batch"),
                tr("yes") if pick.survives else tr("no"),
                tr("Whether a batch that is 10 % smaller would hold it"),
            )
        )
    if pick.veto_cost is not None:
        tip = tr("The coverage that is lost where it goes and nothing takes its place")
        found.append((tr("A veto costs"), small_percent(pick.veto_cost), tip))
    return found


class RationaleView(QWidget):
    """Shows the rationale of one pick."""

    def __init__(self, pool: Pool, thumbs: ThumbLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._facts = QFormLayout()
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setHorizontalSpacing(MEDIUM)
        self._facts.setVerticalSpacing(TIGHT)
        self._facts.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        names = {
            "stands": tr("Images that this pick stands for"),
            "labelled": tr("Nearest labelled image"),
            "earlier": tr("Nearest earlier pick"),
        }
        self.strips = {key: ThumbStrip(pool, thumbs, name) for key, name in names.items()}
        self.titles = {key: QLabel() for key in names}
        self._parts: dict[str, QWidget] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addWidget(self.sentence)
        column.addLayout(self._facts)
        near = QHBoxLayout()
        near.setSpacing(SMALL)
        for key in names:
            part = self._part(key)
            if key == "stands":
                column.addWidget(part)
            else:
                near.addWidget(part, 1)
        column.addLayout(near)

    def _part(self, key: str) -> QWidget:
        part = self._parts[key] = QWidget()
        self.titles[key].setProperty("kind", "small")
        self.titles[key].setTextFormat(Qt.TextFormat.PlainText)
        self.titles[key].setWordWrap(True)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self.titles[key])
        column.addWidget(self.strips[key])
        column.addStretch(1)
        return part

    def show_pick(self, pick: PickRecord) -> None:
        """Show why ``pick`` was picked."""
        self.sentence.setText(rationale(pick, len(self._pool.picks)))
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for title, value, tip in facts(pick):
            name, text = QLabel(title), Elided(value, mode=Qt.TextElideMode.ElideRight)
            name.setProperty("kind", "muted")
            name.setToolTip(tip)
            text.setToolTip("\n".join([value, tip]))
            self._facts.addRow(name, text)
        self._strip("stands", pick.stands_for_nearest, tr("It stands for"))
        self._near("labelled", pick.nearest_labelled, pick.nearest_labelled_distance, tr("Nearest labelled"))
        self._near("earlier", pick.nearest_earlier, pick.nearest_earlier_distance, tr("Nearest earlier pick"))

    def _near(self, key: str, sample: int | None, distance: float | None, title: str) -> None:
        parts = []
        if sample is not None:
            row = self._pool.row_of(sample)
            if row >= 0 and self._pool.label_code[row] >= 0:
                parts.append(readable(self._pool.classes[int(self._pool.label_code[row])]))
        if distance is not None:
            parts.append(tr("{distance:.2f} away", distance=distance))
        self._strip(key, () if sample is None else (sample,), "\n".join([title, " · ".join(parts)]).strip())

    def _strip(self, key: str, samples: tuple[int, ...], title: str) -> None:
        self.strips[key].set_samples(samples)
        self.titles[key].setText(title)
        self._parts[key].setVisible(bool(samples))
