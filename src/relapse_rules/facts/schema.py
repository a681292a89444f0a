"""JSON Schema (draft 2020-12) of a case, made from the vocabulary alone: the same vocabulary gives the same schema.

Each property stands under its English name and again under its Chinese name and aliases, referring to the same definition; that no
two names of one property are used together is checked by the reader, not by the schema. So are places on the calendar and decimals.
"""

from __future__ import annotations

from typing import Final, assert_never

from relapse_rules.facts.fields import FieldReader
from relapse_rules.facts.recorded import PARTS
from relapse_rules.facts.shape import Child, EntityReader, Place, shape_of
from relapse_rules.facts.stated import NEVER_TEXT, UNKNOWN_TEXT, number_scale, takes_never
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import FieldSpec, Origin, Vocabulary

Schema = dict[str, object]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_CASE: Final = "case"
_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
_AREA_CODE: Final[Schema] = {"type": "string", "pattern": "^[0-9]{6,12}$"}
_DATE: Final[Schema] = {"type": "string", "format": "date"}
_YEAR_MONTH: Final[Schema] = {"type": "string", "pattern": "^[0-9]{6}$"}
_TIME: Final[Schema] = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.0+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$",
}


def json_schema(vocabulary: Vocabulary) -> Schema:
    """Return the schema of a facts file. ``$defs`` has each entity and each field (``household.population``)."""
    shape = shape_of(vocabulary)
    definitions: dict[str, Schema] = {}
    _define(shape.outermost, definitions)
    case = definitions.pop(_CASE)
    return {"$schema": _DIALECT, **case, "$defs": dict(sorted(definitions.items()))}


def field_schema(spec: FieldSpec) -> Schema:
    """Return the schema of one field, with its Chinese name, supplier, kind and whether it is personal."""
    value = _value(spec)
    choices = [value]
    if takes_never(spec):
        choices.append({"const": NEVER_TEXT})
    if spec.tri_state and spec.type.kind is Kind.CONDITION:
        choices.append({"const": UNKNOWN_TEXT})
    if (spec.nullable or spec.tri_state) and not spec.required:
        choices.append({"type": "null"})
    if spec.origin is Origin.JUDGEMENT:
        choices.append(_record(list(choices)))
    schema: Schema = {"title": spec.name}
    if spec.description:
        schema["description"] = spec.description
    schema |= value if len(choices) == 1 else {"anyOf": choices}
    schema |= {
        "x-chinese": [spec.name, *spec.aliases],
        "x-kind": spec.origin.value,
        "x-personal": spec.personal,
    }
    if spec.supplier:
        schema["x-supplied-by"] = spec.supplier
    if spec.type.unit:
        schema["x-unit"] = spec.type.unit
    return schema


def _define(reader: EntityReader, definitions: dict[str, Schema]) -> None:
    name = reader.english or _CASE
    if name in definitions:
        return
    definitions[name] = {}  # an entity may stand in two places; it is defined once
    properties: dict[str, Schema] = {}
    for key, entry in reader.keys.items():
        definitions.setdefault(entry.fact, field_schema(entry.spec))
        properties[key] = {"$ref": f"#/$defs/{entry.fact}"}
    for key, child in reader.children_by_key.items():
        _define(child.reader, definitions)
        properties[key] = _under(child)
    schema: Schema = {"title": reader.name}
    if reader.spec is not None and reader.spec.description:
        schema["description"] = reader.spec.description
    schema |= {"type": "object", "additionalProperties": False, "properties": properties}
    needed = [*(_keys_of(reader, entry) for entry in reader.required), *_objects(reader)]
    if needed:
        schema["allOf"] = [{"anyOf": [{"required": [name]} for name in names]} for names in needed]
    definitions[name] = schema


def _keys_of(reader: EntityReader, entry: FieldReader) -> list[str]:
    return [key for key, other in reader.keys.items() if other is entry]


def _objects(reader: EntityReader) -> list[list[str]]:
    """Return all names of each object that must be stated."""
    return [
        [key for key, other in reader.children_by_key.items() if other is child]
        for child in reader.children
        if child.place is Place.OBJECT
    ]


def _under(child: Child) -> Schema:
    one: Schema = {"$ref": f"#/$defs/{child.reader.english}"}
    many: Schema = {"type": "array", "items": one}
    match child.place:
        case Place.OBJECT | Place.MERGED:
            return one
        case Place.LIST:
            return many
        case Place.NESTED:
            return {"anyOf": [one, many]}
        case _:
            assert_never(child.place)


def _record(values: list[Schema]) -> Schema:
    """Return the schema of a judgement with who made it."""
    parts: dict[str, Schema] = {"value": {"anyOf": values}}
    parts |= {part: {"anyOf": [_TEXT, {"type": "null"}]} for part in PARTS if part != "value"}
    properties = parts | {chinese: parts[english] for english, chinese in PARTS.items()}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "anyOf": [{"required": ["value"]}, {"required": [PARTS["value"]]}],
    }


def _value(spec: FieldSpec) -> Schema:
    match spec.type.kind:
        case Kind.CONDITION:
            return {"enum": [True, False, "是", "否"]}
        case Kind.INTEGER:
            return {"type": "integer", **_bounds(spec)}
        case Kind.DECIMAL | Kind.MONEY | Kind.RATIO | Kind.DURATION:
            return {"type": "number", **_bounds(spec)}
        case Kind.DATE:
            return dict(_DATE)
        case Kind.TIME:
            return dict(_TIME)
        case Kind.YEAR_MONTH:
            return dict(_YEAR_MONTH)
        case Kind.ENUM:
            return _choice(spec)
        case Kind.SET:
            return {"type": "array", "items": _item(spec)}
        case Kind.TEXT | Kind.REFERENCE:
            return dict(_TEXT)
        case Kind.AREA_CODE:
            return dict(_AREA_CODE)
        case _:
            assert_never(spec.type.kind)


def _item(spec: FieldSpec) -> Schema:
    match spec.type.item:
        case Kind.AREA_CODE:
            return dict(_AREA_CODE)
        case Kind.REFERENCE | Kind.TEXT:
            return dict(_TEXT)
        case _:
            return _choice(spec)


def _choice(spec: FieldSpec) -> Schema:
    names = [value.name for value in spec.type.values]
    if spec.type.is_open:
        return {**_TEXT, "examples": names}
    return {"enum": names}


def _bounds(spec: FieldSpec) -> Schema:
    scale = number_scale(spec)
    bounds: Schema = {}
    for word, steps in (("minimum", spec.low), ("maximum", spec.high)):
        if steps is not None:
            # A float, for JSON has no other fraction; nothing is decided with it.
            bounds[word] = steps // scale if steps % scale == 0 else steps / scale
    return bounds
