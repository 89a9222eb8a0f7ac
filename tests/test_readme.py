"""What the README promises is there: its commands, its options, and the network in its example."""

import json
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
    """The table of commands: what each row says, by the words of the command, such as "study train"."""
    rows = re.findall(r"^\| `vrcnn ([a-z]+(?: [a-z]+)*)[^|]*\| (.*) \|$", README, re.MULTILINE)
    assert len(dict(rows)) == len(rows) > 0
    return dict(rows)


def test_the_table_names_every_command_that_there_is(capsys):
    listed = re.findall(r"^ {4}(\w+)(?: |$)", help_of(capsys=capsys), re.MULTILINE)
    assert sorted({words.split()[0] for words in rows_of_commands()}) == sorted(listed)


@pytest.mark.parametrize(("command", "words"), rows_of_commands().items())
def test_every_option_of_the_table_exists(command, words, capsys):
    explained = help_of(*command.split(), capsys=capsys)
    options = re.findall(r"`?(--[a-z-]+)", words)
    assert [option for option in options if option not in explained] == []


def blocks_of_code() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_network_of_the_readme_loads_as_it_stands(tmp_path):
    from vrcnn.network.source import LoadOptions, load

    code = blocks_of_code()[0]
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


def test_the_words_of_the_readme_do_what_their_comments_say(tmp_path, capsys):
    words = blocks_of_code()[1]
    assert len([line for line in words.splitlines() if line]) <= 12
    for word in ("probe", "hide", "group", "label", "position"):
        assert f"vrcnn.{word}(" in words
    (tmp_path / "net.py").write_text(f"from torch import nn\n{words}\nmodel = Net()\n", encoding="utf-8")
    assert main(["graph", str(tmp_path / "net.py"), "--json", "--input-size", "3x32x32"]) == 0
    said = json.loads(capsys.readouterr().out)
    nodes = {node["title"]: node for node in said["nodes"]}
    assert nodes["stem"]["position"] == [1, 1]
    assert nodes["gated"]["probed"] is True
    assert nodes["head"]["channels"] == ["edge", "corner"]
    assert [group["title"] for group in said["groups"] if group["path"] == "body"] == ["Body"]
    assert not any(name.startswith("gate.") for name in nodes)


def test_the_documents_link_to_places_that_are_there():
    for document in ("README.md", "docs/capture.md", "docs/architecture.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        headings = {
            re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-")
            for title in re.findall(r"^#+ (.*)", text, re.M)
        }
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            path, _, heading = target.partition("#")
            assert path or heading in headings, f"{document} links to #{heading}"
            if path and not path.startswith("http"):
                assert (ROOT / document).parent.joinpath(path).exists(), f"{document} links to {path}"
