"""How a stated value answers a test: (yes, no) as bits 0 or 1."""

from __future__ import annotations

from relapse_rules.ir.nodes import Test
from relapse_rules.values.truth import Truth, all_of, any_of
from relapse_rules.values.types import NEVER, Type

Bits = tuple[int, int]
UNKNOWN: Bits = (0, 0)
_BITS: dict[Truth, Bits] = {True: (1, 0), False: (0, 1), None: UNKNOWN}


class Answers(dict[object, Bits]):
    """Answers to one test by stated value, worked out when first met. A value not stated (None) is unknown.

    ``values`` are those that the test asks for: its own, or its 参数's at 判定时点 (None: 待定, so every answer is unknown).
    """

    def __init__(self, test: Test, kind: Type, values: tuple[str, ...] | None) -> None:
        super().__init__({None: UNKNOWN})
        self._test = test
        self._type = kind
        self._values = values

    @property
    def values_asked(self) -> tuple[str, ...]:
        """The values that the test asks for; none while its 参数 is not set."""
        return self._values or ()

    def __missing__(self, stated: object) -> Bits:
        answer = _BITS[self._answer(stated)]
        if len(self) < _MOST_KEPT:
            self[stated] = answer
        return answer

    def _answer(self, stated: object) -> Truth:
        if self._test.kind == "true":
            return stated is True
        if self._test.kind == "empty":
            return not stated
        if self._values is None:
            return None
        if self._test.kind == "is":
            return any_of(self._matches(str(stated), value) for value in self._values)
        assert isinstance(stated, frozenset)
        each = (any_of(self._matches(element, value) for element in stated) for value in self._values)
        return any_of(each) if self._test.kind == "contains-any" else all_of(each)

    def _matches(self, stated: str, value: str) -> Truth:
        """Whether ``stated`` is ``value`` or narrower; unknown when it is broader."""
        if value in self._type.ancestors(stated):
            return True
        return None if stated in self._type.ancestors(value) else False


_MOST_KEPT = 4096
"""Open enumerations and texts must not fill the memory of a long-lived process."""


def happened(stated: int | None, now: int) -> Bits:
    """Whether a date or time has come by ``now`` (in the same steps)."""
    if stated is None:
        return UNKNOWN
    return (1, 0) if stated != NEVER and stated <= now else (0, 1)
