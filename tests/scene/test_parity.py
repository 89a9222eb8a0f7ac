"""The table of abilities on the command line and from Python: every way that it tells of is there."""

from __future__ import annotations

import argparse
import inspect
import re
from functools import cache
from importlib import import_module

import pytest

import vrcnn
from vrcnn.cli import _parser
from vrcnn.scene.abilities import ABILITIES, GROUPS
from vrcnn.scene.elsewhere import ALONE, ELSEWHERE, elsewhere


@cache
def commands() -> dict[str, argparse.ArgumentParser]:
    """The parser of each command, by its name."""
    return parts(_parser())


def parts(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def function(name: str) -> object:
    """What a name of vrcnn calls; packages that can be called stand for the function of their name."""
    found = getattr(vrcnn, name)
    return getattr(import_module("vrcnn.python.showing"), name) if inspect.ismodule(found) else found


@pytest.mark.parametrize("words", [words for words, ways in ELSEWHERE.items() if ways.command])
def test_every_command_and_its_options_are_there(words: str):
    name, *options = elsewhere(words).command.split()
    parser = commands()[name]
    while options and not options[0].startswith("-"):  # a command's part, such as `study measure`
        parser = parts(parser)[options.pop(0)]
    known = {option for action in parser._actions for option in action.option_strings}
    assert set(options) <= known


@pytest.mark.parametrize("words", [words for words, ways in ELSEWHERE.items() if ways.python])
def test_every_function_and_its_arguments_are_there(words: str):
    told = re.fullmatch(r"(\w+)\(([^)]*)\)(?:\.(\w+)\(\))?", elsewhere(words).python)
    assert told is not None, "a call, and a method of what it returns"
    name, arguments, method = told.groups()
    called = function(name)
    assert name in vrcnn.__all__
    given = {argument.strip(" =") for argument in arguments.split(",") if argument.strip()}
    assert given <= set(inspect.signature(called).parameters)
    if method:
        returned = str(inspect.signature(called).return_annotation).strip("'")
        assert callable(getattr(getattr(vrcnn, returned), method))


def test_every_ability_has_a_way_elsewhere_or_its_group_says_why_it_has_none():
    names = {ability.words for ability in ABILITIES}
    assert not {words for words in ELSEWHERE if words not in names}, "ways of nothing"
    for title, group in GROUPS:
        if not all(elsewhere(each.words).command and elsewhere(each.words).python for each in group):
            assert ALONE.get(title), title


def test_every_command_is_told_of():
    told = {ways.command.split()[0] for ways in ELSEWHERE.values() if ways.command}
    about_files_and_machines = {"check", "graph", "doctor", "bench", "open", "tour"}
    assert told | about_files_and_machines >= set(commands())
