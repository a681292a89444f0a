"""Finds the grammar and the bundled policies, wherever the package runs from.

An installed wheel carries both folders inside the package; a source checkout keeps them at its root, beside
``src``. Nothing else in the package may guess where files lie.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent


def grammar_directory() -> Path:
    """Return the folder of ``.lark`` grammar files.

    Raises:
        FileNotFoundError: the installation is incomplete.

    >>> grammar_directory().name
    'grammar'
    """
    return _directory("grammar")


def policies_directory() -> Path:
    """Return the folder that holds one folder for each bundled policy.

    Raises:
        FileNotFoundError: the installation is incomplete.

    >>> policies_directory().is_dir()
    True
    """
    return _directory("policies")


def _directory(name: str) -> Path:
    for parent in (_PACKAGE, _CHECKOUT):
        candidate = parent / name
        if candidate.is_dir():
            return candidate
    message = f"安装不完整:找不到随包提供的“{name}”目录(应在 {_PACKAGE} 内)"
    raise FileNotFoundError(message)
