"""How the hand of the soak embeds: new images, another small model, stopped on its way or not, and the way back."""

from collections import Counter
from pathlib import Path

import numpy as np

from desktop_al.domain.specs import EmbedSpec
from desktop_al.gui import operations
from scripts.bench_parts.gui_desk import Desk
from scripts.soak_parts.expected import Expected
from scripts.soak_parts.hand import Hand
from scripts.soak_parts.project import IMAGES, MODEL, MODEL_FILE, paint

# Each is another model of the project; on the smallest images of the three it is soon done.
SIDES = (32, 48, 64)
MOST_NEW = 120
# From the first moment to well into the pass, as one is stopped by a person.
PAUSES_MS = (0, 50, 200, 600, 1500)


class Embedding(Hand):
    """Embeds with the small model beside each project, see ``ways``; ``new`` counts the images that came into each."""

    def __init__(self, desk: Desk, expected: Expected, rng: np.random.Generator) -> None:
        super().__init__(desk, expected, rng)
        self.new: Counter[Path] = Counter()
        self.ways = (("embeddings stopped on their way", 1.5, self._embed),)

    def _embed(self) -> None:
        """Let new images come or take another model, embed, and stop half-way; now and then take the first model."""
        window = self.desk.window
        project = window.session.project
        if project is None:
            return
        active = window.session.active_model()
        if active is not None and active.key != MODEL and self.one(2):
            window.session.run(operations.switch_model(MODEL))
            return
        chain = []
        if self.one(2) and self.new[project.path] < MOST_NEW:
            self._bring_images(project.path)
            chain.append(operations.add_folders())
        spec = EmbedSpec(str(project.path.parent / MODEL_FILE), size=SIDES[self.one(len(SIDES))], chunk=64)
        window.session.run_chain([*chain, operations.embed(spec)])
        self.desk.live(float(self.rng.choice(PAUSES_MS)))
        if self.one(4):
            window.actions_by_name.by_name["stop"].trigger()

    def _bring_images(self, project: Path) -> None:
        """Lay a few images into the folder of ``project`` that it does not know yet."""
        first, count = self.new[project], 1 + self.one(8)
        for number in range(first, first + count):
            path = project.parent / IMAGES / f"new {number:04d}.jpg"
            paint(path, self.rng.integers(60, 256, 3), self.rng)
        self.new[project] += count
