"""One field as reading sees it: takes anything that may be stated of it, null and judgements with their record included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from relapse_rules.facts.case import Recorded, Value
from relapse_rules.facts.recorded import record_of
from relapse_rules.facts.stated import Converter, MismatchError, converter
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import FieldSpec, Origin


class FieldReader(NamedTuple):
    """One field. ``convert`` is the quick way for a bare value; `take` takes whatever may be stated.

    ``direct``: the values of an enumeration, 是 and 否 in their type's form, which need no converting.
    """

    fact: str
    direct: Mapping[object, Value]
    convert: Converter
    spec: FieldSpec
    nullable: bool
    is_judgement: bool

    def take(self, stated: object) -> tuple[Value | None, Recorded | None]:
        """Return a stated value in its type's form (None when unknown), and who recorded it when that is stated.

        Raises:
            MismatchError: the field does not take it.
        """
        recorded = None
        if isinstance(stated, Mapping):
            if not self.is_judgement:
                message = "要直接写值，这里是一个对象"
                raise MismatchError(message, "只有裁量字段可以写认定记录")
            stated, recorded = record_of(self.spec, stated)
            if isinstance(stated, Mapping):
                message = "的认定记录中 value 要直接写值，这里又是一个对象"
                raise MismatchError(message)
        if stated is not None:
            return self.convert(stated), recorded
        if not self.nullable:
            message = "不能填 null"
            raise MismatchError(message, "不知道的，整项不填")
        return None, recorded


def field_reader(spec: FieldSpec) -> FieldReader:
    """Return the reader of ``spec``."""
    return FieldReader(
        fact=spec.fact,
        direct=_direct(spec),
        convert=converter(spec),
        spec=spec,
        nullable=spec.nullable or spec.tri_state,
        is_judgement=spec.origin is Origin.JUDGEMENT,
    )


def _direct(spec: FieldSpec) -> dict[object, Value]:
    """Return what a text or a truth value stands for, as far as it can be listed."""
    match spec.type.kind:
        case Kind.CONDITION:
            return {True: True, False: False, "是": True, "否": False}
        case Kind.ENUM:
            return {value.name: value.name for value in spec.type.values}
        case _:
            return {}
