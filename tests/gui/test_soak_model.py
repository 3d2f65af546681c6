"""What the soak expects of the project is what was decided, and it notices a decision that is lost."""

from pytestqt.qtbot import QtBot

from desktop_al.domain.records import Decision
from desktop_al.gui.session import Session
from desktop_al.store import batches
from scripts.soak_parts.expected import Expected
from tests.gui.projects import settle


def test_that_decisions_undo_and_redo_are_followed_and_a_loss_is_noticed(qtbot: QtBot, session: Session) -> None:
    assert session.project is not None
    expected, order = Expected(session), session.pool.pick_order
    with expected.watching():
        session.decide(order[:3], Decision.ACCEPTED)
        session.pool.set_highlight(order[:2])
        session.decide(order[2:5], Decision.REJECTED)
        for back in (True, True, True, False, False):
            expected.step(back)
        session.decide(order[5:6], Decision.REJECTED)
    settle(qtbot, session)
    assert expected.made == 7
    assert expected.shown() == ""
    assert expected.lost(session.project.path) == []
    lost = int(session.pool.ids[order[0]])
    session.project.write(lambda db: batches.set_decisions(db, 1, {lost: Decision.REJECTED}))
    (sentence,) = expected.lost(session.project.path)
    assert f"sample {lost} of batch 1 is rejected, not accepted" in sentence
    expected.stop()
