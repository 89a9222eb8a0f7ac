"""`vrcnn run --resolution`: a factor for the headset's recommended size, and what is none is refused."""

from __future__ import annotations

import pytest

from vrcnn.cli import BAD_INPUT, _parser, main


@pytest.mark.parametrize("factor", ["0.4", "1.6", "-1", "half", "nan", ""])
def test_a_resolution_that_is_none(factor: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main(["run", "net.py", f"--resolution={factor}"])
    except SystemExit as end:
        code = end.code
    assert code == BAD_INPUT
    said = f'--resolution: "{factor}" is no resolution: give a factor from 0.5 to 1.5'
    assert said in capsys.readouterr().err


def test_a_resolution_is_a_number() -> None:
    assert _parser().parse_args(["run", "--resolution", "1.25"]).resolution == 1.25
    assert _parser().parse_args(["run"]).resolution is None
