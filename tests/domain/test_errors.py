"""What a fault carries."""

import pickle

from desktop_al.domain.errors import ModelError, Remedy, UntrustedModelError
from desktop_al.domain.sentence import Sentence, say


def test_that_a_fault_keeps_its_sentence_and_its_remedies_on_the_way_between_processes() -> None:
    came = pickle.loads(pickle.dumps(ModelError(say("{path} is refused.", path="m.pt"), (Remedy.TRUST_MODEL,))))
    assert isinstance(came, ModelError)
    assert isinstance(came.args[0], Sentence)
    assert came.args[0].values == {"path": "m.pt"}
    assert came.remedies == (Remedy.TRUST_MODEL,)


def test_that_a_refused_model_keeps_what_was_refused_on_that_way() -> None:
    came = pickle.loads(pickle.dumps(UntrustedModelError(say("It is refused."), "0f")))
    assert isinstance(came, UntrustedModelError)
    assert (came.content, came.remedies) == ("0f", (Remedy.TRUST_MODEL,))
