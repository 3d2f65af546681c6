"""What the actions do: one method per action of the table, besides what the panels ask for.

Here are those about projects and pools; those about batches are in `desktop_al.gui.reviewing`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_al import settings
from desktop_al.domain.context import Context
from desktop_al.domain.results import VerifyResult
from desktop_al.domain.specs import EmbedSpec, MapSpec, SelectSpec
from desktop_al.gui import operations, places, relinking
from desktop_al.gui.drops import Drop, folders_of, is_project, meaning, why_nothing
from desktop_al.gui.i18n import tr, trn
from desktop_al.gui.message_bar import MessageBar
from desktop_al.gui.reviewing import Reviewing
from desktop_al.gui.sentences import told
from desktop_al.gui.session import Session


class Commands(Reviewing):
    """Runs what the user asks for on the session and reports in the message bar.

    ``wanted`` tells what the first batch of a project is to be, None for none. Signal: ``image_dropped(path)`` an image
    file came in or was chosen, to be searched for.
    """

    image_dropped = Signal(object)

    def __init__(self, session: Session, messages: MessageBar, window: QWidget) -> None:
        super().__init__(session, messages, window)
        self.wanted: Callable[[], SelectSpec | None] = SelectSpec

    # Projects

    def new_project(self) -> None:
        """Ask for a folder of images and make a project of it."""
        folder = QFileDialog.getExistingDirectory(self.window, tr("Choose a folder of images"))
        if folder:
            self.create_from((Path(folder),))

    def create_from(self, folders: tuple[Path, ...]) -> None:
        """Make a project of ``folders`` beside the user's documents, and run everything up to the first batch."""
        path = places.new_project_path(folders[0].name)

        def begin() -> None:
            self.messages.show_message("info", tr("The project is kept in {path}.", path=path))
            self.run_all()

        self.session.create(path, folders, begin)

    def run_all(self) -> None:
        """Embed and map, then select, unless a person has asked for a batch meanwhile."""
        self.session.run_chain(self._embed_and_map(), self._select_first)

    def _select_first(self, _mapped: object) -> None:
        wanted = self.wanted()
        if wanted is not None:
            untouched = wanted == SelectSpec()
            spec = replace(wanted, strategy=settings.read()[0].strategy) if untouched else wanted
            self.select_first(spec)

    def _embed_and_map(self) -> list[operations.Operation]:
        return [operations.embed_again(self.embed_spec()), operations.draw_map(MapSpec())]

    def embed_spec(self) -> EmbedSpec:
        """Return how the settings say to embed."""
        values, _ = settings.read()
        trusted = settings.trusted_models()
        return EmbedSpec(values.model, values.device, values.precision, trusted=trusted, max_pixels=values.max_pixels)

    def open_project(self) -> None:
        """Ask for a project and open it."""
        folder = QFileDialog.getExistingDirectory(
            self.window, tr("Open a project (a folder that ends in .alproject)"), str(places.first_place())
        )
        if folder:
            self.session.open(Path(folder))

    def open_demo(self) -> None:
        """Open the demo project, made where it is not there yet, and run everything up to the first batch."""

        def make(ctx: Context) -> Path:
            from desktop_al.jobs.demo import ensure_demo

            path: Path = ensure_demo(ctx)
            return path

        def begin() -> None:
            if self.pool.batch is None:
                self.run_all()

        self.session.prepare(tr("Unpack the demo"), make, begin)

    def take_drop(self, paths: Sequence[Path]) -> None:
        """Do what dropped ``paths`` ask for: see `desktop_al.gui.drops`."""
        drop = self.meaning_of(paths)
        if drop is Drop.OPEN:
            self.session.open(next(filter(is_project, paths)))
        elif drop is Drop.CREATE:
            self.create_from(folders_of(paths))
        elif drop is Drop.ADD:
            self.add_folders(folders_of(paths))
        elif drop is Drop.SIMILAR:
            self.image_dropped.emit(paths[0])
        elif drop is Drop.IMPORT:
            self.import_labels(paths[0])
        else:
            self.messages.show_message("warning", why_nothing(drop))

    def meaning_of(self, paths: Sequence[Path]) -> Drop:
        """What ``paths`` ask for if they are dropped now."""
        return meaning(paths, self.session.project is not None, self.pool)

    def find_similar_file(self) -> None:
        """Ask for an image file and look for the images like it."""
        from desktop_al.media.scan import IMAGE_ENDINGS

        endings = " ".join(f"*{ending}" for ending in sorted(IMAGE_ENDINGS))
        name, _ = QFileDialog.getOpenFileName(
            self.window, tr("Choose an image"), "", tr("Images ({endings});;All files (*)", endings=endings)
        )
        if name:
            self.image_dropped.emit(Path(name))

    # Pool

    def add(self) -> None:
        """Ask for a folder and add it to the pool."""
        folder = QFileDialog.getExistingDirectory(self.window, tr("Add a folder of images"))
        if folder:
            self.add_folders((Path(folder),))

    def add_folders(self, folders: tuple[Path, ...]) -> None:
        """Add ``folders``, then embed and map what is new."""
        self.session.run_chain([operations.add_folders(folders), *self._embed_and_map()])

    def rescan(self) -> None:
        """Scan the sources again, then embed and map what is new."""
        self.session.run_chain([operations.add_folders(), *self._embed_and_map()])

    def look_for_folders(self) -> None:
        """Tell where an image folder of the project is not there."""
        relinking.look(self.session, self.messages, self.relink)

    def relink(self) -> None:
        """Ask which folder lies elsewhere now and where; scan it there, then embed and map what is new."""

        def run(source: int, folder: Path) -> None:
            self.session.run_chain([operations.relink(source, folder), *self._embed_and_map()])

        relinking.ask(self.session, self.window, run)

    def embed(self) -> None:
        """Embed what is missing and update the map."""
        self.session.run_chain(self._embed_and_map())

    def draw_map(self) -> None:
        """Place what is new in the map."""
        self.session.run(operations.draw_map(MapSpec()))

    def draw_map_afresh(self) -> None:
        """Forget the old map and make a new one."""
        self.session.run(operations.draw_map(MapSpec(fresh=True)))

    def choose_model(self) -> None:
        """Open the model chooser."""
        from desktop_al.gui.model_chooser import ModelChooser

        chooser = ModelChooser(self.session, self.window)
        chooser.embed_requested.connect(self.embed_with)
        chooser.switch_requested.connect(lambda key: self.session.run(operations.switch_model(key)))
        chooser.open()

    @Slot(object)
    def embed_with(self, spec: EmbedSpec) -> None:
        """Embed with another model and draw its map."""
        self.session.run_chain([operations.embed(spec), operations.draw_map(MapSpec())])

    def show_unreadable(self) -> None:
        """List the files that cannot be used."""
        from desktop_al.gui.unreadable_dialog import UnreadableDialog

        UnreadableDialog(self.pool, self.window).open()

    def verify(self) -> None:
        """Check the project."""

        def report(result: VerifyResult) -> None:
            if result.problems:
                sentence = trn(
                    "The project has {count:,} problem; see the details.",
                    "The project has {count:,} problems; see the details.",
                    len(result.problems),
                )
                self.messages.show_message("error", sentence, "\n".join(map(told, result.problems)))
            else:
                sentence = trn(
                    "The project is whole; {replayed:,} of {count:,} selection was replayed bit for bit.",
                    "The project is whole; {replayed:,} of {count:,} selections were replayed bit for bit.",
                    result.batches,
                    replayed=result.replayed,
                )
                self.messages.show_message("ok", sentence)

        self.session.run(operations.verify(), report)
