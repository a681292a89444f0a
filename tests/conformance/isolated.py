"""The durable engine in a process of its own: a crash of its C module is a failed test, not the end of the run."""

from __future__ import annotations

import contextlib
import pickle
import subprocess
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from random import Random
from typing import IO, Any

from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails

_ROOT = Path(__file__).parents[2]


class EngineCrashedError(AssertionError):
    """The process of the engine died."""


class _Worker:
    """One process, started when first needed and again after a crash; it holds one program at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._held: int | None = None

    def ask(self, key: int, program: Program, *arguments: object) -> object:
        """Return what `_answer` gives for ``arguments``, from the evaluator of ``program``, which ``key`` names."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.conformance.isolated"],
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        request = (program if self._held != key else None, *arguments)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            pickle.dump(request, self._process.stdin)
            self._process.stdin.flush()
            answer = pickle.load(self._process.stdout)
        except (EOFError, BrokenPipeError) as error:
            code = self._process.wait()
            self.close()
            message = f"durable_rules ended its process with code {code}"
            raise EngineCrashedError(message) from error
        self._held = key
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """End the process."""
        process, self._process, self._held = self._process, None, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()


WORKER = _Worker()
_KEYS = count()


class IsolatedEvaluator:
    """What `relapse_rules.engines.durable.compile_program` returns, in another process."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._key = next(_KEYS)

    def run(self, case: Case, readings: Mapping[str, str] | None = None) -> Rails:
        rails = WORKER.ask(self._key, self._program, case, readings, None)
        assert isinstance(rails, Rails)
        return rails

    def shuffled_trace(self, case: Case, seed: int) -> Any:
        """Return the trace of ``case`` with the literals asserted in another order."""
        return WORKER.ask(self._key, self._program, case, None, seed)


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    from relapse_rules.engines.durable import compile_program  # noqa: PLC0415 - only where it may crash

    evaluator: Any = None
    while True:
        try:
            program, case, readings, seed = pickle.load(requests)
        except EOFError:
            return
        answer: Any
        try:
            if program is not None:
                if evaluator is not None:
                    evaluator.close()
                evaluator = compile_program(program)
            answer = _answer(evaluator, case, readings, seed)
        except Exception as error:  # noqa: BLE001 - handed to the one who asked
            answer = error
        pickle.dump(answer, answers)
        answers.flush()


def _answer(evaluator: Any, case: Case, readings: Mapping[str, str] | None, seed: int | None) -> object:
    if seed is None:
        return evaluator.run(case, readings)
    rng = Random(seed)
    return evaluator.trace(case, readings, arrange=lambda told: rng.sample(told, len(told)))


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
