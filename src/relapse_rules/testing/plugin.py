"""The pytest plugin: collects the 用例 and 性质 of ``.policy`` files, so that a county runs ``pytest policies/``.

Imported in every run of pytest where this package is installed, so it imports nothing itself before a ``.policy`` file is met.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from relapse_rules.testing.option import OPTION


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--policy-local``, and the same as an ini option."""
    told = "县里的补充文件,与每个收集到的规则文件一起用,可以写几次"
    group = parser.getgroup("relapse_rules", "relapse_rules:.policy 文件里的用例和性质")
    group.addoption("--policy-local", dest=OPTION, action="append", default=[], metavar="FILE", help=told)
    parser.addini(OPTION, told, type="paths", default=[])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a ``.policy`` file, unless another that is collected too imports it."""
    if file_path.suffix != ".policy":
        return None
    from relapse_rules.testing.collecting import collected  # noqa: PLC0415 - whoever has no policies must not wait for it

    return collected(file_path, parent)
