"""What holds in the window now, and what its actions can do and are called because of it."""

from typing import TYPE_CHECKING

from desktop_al.domain.records import Decision, SampleState
from desktop_al.gui.i18n import tr
from desktop_al.gui.marks import Mark
from desktop_al.gui.sample_menu import decision_text, have, mark_words
from desktop_al.gui.targets import sparing

if TYPE_CHECKING:
    from desktop_al.gui.main_window import MainWindow

# The name that `desktop_al.jobs.demo` gives its project; that module is too heavy for the start.
DEMO_NAME = "Emoji demo.alproject"
DECISIONS = {"accept": Decision.ACCEPTED, "reject": Decision.REJECTED, "clear": Decision.PENDING}


def show_facts(window: "MainWindow") -> None:
    """Enable the actions of ``window`` that can do something, and let those that decide say to how many."""
    pool = window.session.pool
    targets, markable = window.commands.aim().count, window.commands.mark_aim()
    waiting = int(pool.pick_state_counts[SampleState.PENDING])
    facts = {
        "project": window.session.project is not None,
        "images": len(pool) > 0,
        "usable": pool.counts.usable,
        "embedded": pool.counts.embedded > 0,
        "picks": len(pool.picks) > 0,
        "pending": waiting > 0,
        "decided": pool.decided > 0,
        "demo": window.session.project is not None and window.session.project.path.name == DEMO_NAME,
        "target": targets > 0,
        "markable": markable.count > 0,
        "highlight": pool.highlighted > 0,
        "focused": pool.focus >= 0,
        "filtered": window.workspace is not None and bool(window.workspace.filters.chips),
    }
    window.actions_by_name.enable({name for name, holds in facts.items() if holds})
    hidden, left = window.commands.spared(), window.commands.spared_marks()
    for name, decision in DECISIONS.items():
        text = sparing(decision_text(decision, max(1, targets)), hidden)
        window.actions_by_name.by_name[name].setText(text)
    for name, mark in (("pin", Mark.PINNED), ("veto", Mark.VETOED)):
        window.actions_by_name.by_name[name].setText(
            sparing(mark_words(mark, markable.count, have(pool, markable, mark)), left)
        )
    rest = tr("Accept all {count:,} &pending", count=waiting) if waiting else tr("Accept all &pending")
    window.actions_by_name.by_name["accept_rest"].setText(rest)
    window.annotating.update(window.actions_by_name)
