"""What a fault carries."""

import pickle

from desktop_al.domain.errors import ModelError, Remedy
from desktop_al.domain.sentence import Sentence, say


def test_that_a_fault_keeps_its_sentence_and_its_remedies_on_the_way_between_processes() -> None:
    came = pickle.loads(pickle.dumps(ModelError(say("{path} is refused.", path="m.pt"), (Remedy.TRUST_MODEL,))))
    assert isinstance(came, ModelError)
    assert isinstance(came.args[0], Sentence)
    assert came.args[0].values == {"path": "m.pt"}
    assert came.remedies == (Remedy.TRUST_MODEL,)
