"""What the hand of the soak does to a whole batch or window: pins, vetoes, sizes, saved filters, languages."""

import numpy as np

from desktop_al import settings
from desktop_al.gui.filter_chips import Chip
from desktop_al.gui.i18n import LANGUAGES
from desktop_al.gui.marks import Mark
from scripts.bench_parts.gui_desk import Desk
from scripts.soak_parts.expected import Expected
from scripts.soak_parts.hand import Hand

SAVED = ("exposure > 1", 'site == "site 4" or site == "site 5"', "id < 900")


class Reshaping(Hand):
    """More ways to act on ``desk``, see ``ways``; ``wrong`` collects what must not be."""

    def __init__(self, desk: Desk, expected: Expected, rng: np.random.Generator) -> None:
        super().__init__(desk, expected, rng)
        self.ways = (
            ("decisions looked up in the project", 3, self.look_up),
            ("pins and vetoes", 1.5, self._mark),
            ("sizes of the batch", 0.8, self._resize),
            ("saved filters", 2, self._save_filter),
            ("languages", 0.25, self._language),
        )

    def _idle(self) -> None:
        self.desk.until("the jobs", lambda: not self.desk.window.bridge.busy)

    def look_up(self) -> None:
        """Hold what the project has stored so far against what was decided."""
        project = self.desk.window.session.project
        if project is not None:
            self._idle()
            self.expected.settle()
            self.wrong += [f"in the project, {lost}" for lost in self.expected.lost(project.path)[:3]]

    def _mark(self) -> None:
        """Keep or veto some picks, or free some."""
        window = self.desk.window
        order = window.session.pool.pick_order
        self._idle()
        if len(order):
            rows = self.rng.choice(order, min(len(order), 1 + self.one(4)), replace=False)
            window.commands.mark_on(rows, list(Mark)[self.one(len(Mark))])
            self.look_up()

    def _resize(self) -> None:
        session = self.desk.window.session
        self._idle()
        if session.pool.batch is not None:
            session.batch_steps.resize(session.pool.batch.number, 20 + self.one(200))
            self.look_up()

    def _save_filter(self) -> None:
        """Keep a filter by a name, use one, or forget one."""
        window, filters = self.desk.window, self.desk.workspace.filters
        names = list(window.session.pool.saved_filters)
        kind = self.one(4)
        if kind == 0 and names:
            window.session.annotations.forget_filter(names[self.one(len(names))])
        elif kind == 1 and names:
            filters.apply_saved(names[self.one(len(names))])
        elif kind == 2:
            filters.set_chips((Chip(SAVED[self.one(len(SAVED))]),), "filter")
        elif window.session.project is not None:
            window.annotating.save_filter(f"kept {self.one(3)}", SAVED[self.one(len(SAVED))])

    def _language(self) -> None:
        """Choose another language and let the window be opened anew in it."""
        codes = list(LANGUAGES)
        settings.save({"language": codes[self.one(len(codes))]})
        self._idle()
        self.expected.leave()
        self.desk.open_anew()
        self.expected.follow(self.desk.window.session)
