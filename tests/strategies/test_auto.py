from tests.strategies.conformance import Conformance


class TestAuto(Conformance):
    name = "auto"
