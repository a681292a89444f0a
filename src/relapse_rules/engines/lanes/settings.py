"""What holds at 判定时点: parameter values and readings, and the answer tables that depend on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relapse_rules.engines.lanes.answers import Answers
from relapse_rules.ir.nodes import Test
from relapse_rules.ir.program import DatedSetting, Program, in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``numbers``: 参数 name → integer or None (待定, or not yet in force). ``tables``: test node → its answers."""

    numbers: Mapping[str, int | None]
    tables: Mapping[int, Answers]


def settings_on(program: Program, today: int) -> Settings:
    """Return the settings of ``program`` on the date ``today`` (ordinal)."""
    values = {entry.name: _value(in_force(entry, today)) for entry in program.parameters}
    tables = {
        position: Answers(node, program.facts[node.fact].type, _asked(node, values))
        for position, node in enumerate(program.nodes)
        if isinstance(node, Test)
    }
    numbers = {name: value if isinstance(value, int) else None for name, value in values.items()}
    return Settings(numbers=numbers, tables=tables)


def _value(setting: DatedSetting | None) -> int | tuple[str, ...] | None:
    return None if setting is None else setting.value


def _asked(node: Test, values: Mapping[str, int | tuple[str, ...] | None]) -> tuple[str, ...] | None:
    if node.parameter is None:
        return node.values
    value = values[node.parameter]
    return value if isinstance(value, tuple) else None
