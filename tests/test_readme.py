"""What the README promises is there: its commands, its options, and the network in its example."""

import re
import shutil
from pathlib import Path

import pytest

from vrcnn.cli import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def help_of(*command: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    return capsys.readouterr().out


def rows_of_commands() -> dict[str, str]:
    """The table of commands: what each row says, by the command's name."""
    rows = re.findall(r"^\| `vrcnn (\w+)[^|]*\| (.*) \|$", README, re.MULTILINE)
    assert rows
    return dict(rows)


def test_the_table_names_every_command_that_there_is(capsys):
    listed = re.findall(r"^ {4}(\w+) ", help_of(capsys=capsys), re.MULTILINE)
    assert sorted(rows_of_commands()) == sorted(listed)


@pytest.mark.parametrize(("command", "words"), rows_of_commands().items())
def test_every_option_of_the_table_exists(command, words, capsys):
    explained = help_of(command, capsys=capsys)
    options = re.findall(r"`?(--[a-z-]+)", words)
    assert [option for option in options if option not in explained] == []


def test_the_network_of_the_readme_loads_as_it_stands(tmp_path):
    from vrcnn.network.source import LoadOptions, load

    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len([line for line in code.splitlines() if line]) <= 10
    (tmp_path / "my_model.py").write_text(code, encoding="utf-8")
    photos = tmp_path / "photos"
    photos.mkdir()
    shutil.copy(ROOT / "assets" / "pictures" / "cat.jpg", photos)
    source = load(str(tmp_path / "my_model.py"), LoadOptions())
    assert source.labels == ("cat", "dog", "parrot")
    assert source.input_size == (3, 224, 224)
    assert [picture.name for picture in source.pictures] == ["cat.jpg"]
    assert source.module(*source.arguments, **source.keywords).shape == (1, 3)
