"""The rules, in the order of their codes. A new one is a module of its own and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from relapse_rules.analysis.lint.compared_with_itself import compared_with_itself
from relapse_rules.analysis.lint.count_of_all_or_one import count_of_all_or_one
from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.analysis.lint.double_negation import double_negation
from relapse_rules.analysis.lint.empty_text import empty_text
from relapse_rules.analysis.lint.list_of_one import list_of_one
from relapse_rules.analysis.lint.names_sound_alike import names_sound_alike
from relapse_rules.analysis.lint.needless_brackets import needless_brackets
from relapse_rules.analysis.lint.only_another_name import only_another_name
from relapse_rules.analysis.lint.opposites_together import opposites_together
from relapse_rules.analysis.lint.repeated_cite import repeated_cite
from relapse_rules.analysis.lint.repeated_condition import repeated_condition
from relapse_rules.analysis.lint.repeated_import import repeated_import
from relapse_rules.analysis.lint.repeated_number import repeated_number
from relapse_rules.analysis.lint.repeated_operand import repeated_operand
from relapse_rules.analysis.lint.rule_without_cites import rule_without_cites
from relapse_rules.diagnostics import Diagnostic

RULES: Final[tuple[Callable[[Desk], Iterator[Diagnostic]], ...]] = (
    double_negation,
    needless_brackets,
    list_of_one,
    count_of_all_or_one,
    repeated_operand,
    repeated_cite,
    repeated_import,
    empty_text,
    repeated_condition,
    repeated_number,
    names_sound_alike,
    only_another_name,
    compared_with_itself,
    opposites_together,
    rule_without_cites,
)
