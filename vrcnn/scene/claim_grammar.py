"""Reads what a stop claims. The grammar, in which every word that is not in quotes stands as it is written:

claim       = comparison { "and" comparison }
comparison  = sum ( "<" | "<=" | ">" | ">=" ) sum { ( "<" | "<=" | ">" | ">=" ) sum }
sum         = product { ( "+" | "-" ) product }
product     = factor { ( "*" | "/" ) factor }
factor      = NUMBER | "-" factor | "(" sum ")" | measure
measure     = [ "untrained" ] quantity [ "at" LAYER ] "of" NETWORK
quantity    = SIEVE | "flips" SIEVE | "unnormalized" SIEVE | "participation" | [ "train" | "test" ] "accuracy"

A SIEVE is what susceptibility/sieve.py reads ("low-pass:0.18"). Names that are more than letters, digits and _ . : # -
or begin with a digit are put in double quotes. A minus sign has a space before it, as names may hold one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from vrcnn.scene.claims import (
    ACCURACY,
    CHANGE,
    COMPARISONS,
    FLIPS,
    PARTICIPATION,
    PLAIN_WORD,
    UNNORMALIZED,
    Calculation,
    Claim,
    Comparison,
    Expression,
    Measure,
    Negative,
    Number,
)
from vrcnn.susceptibility.sieve import KINDS, parsed

LONGEST, DEEPEST = 500, 20  # characters of a claim, and brackets in brackets
OTHER_SIGNS = {"×": "*", "·": "*", "−": "-", "≤": "<=", "≥": ">=", "÷": "/"}
OF_A_SIEVE = {"flips": FLIPS, "unnormalized": UNNORMALIZED}
SETS = {"train": "train", "test": "pictures"}  # those of the tour are held out where somebody says "test"
_TOKEN = re.compile(
    rf'(?P<number>\d+(?:\.\d+)?%?)|(?P<word>{PLAIN_WORD.pattern})|"(?P<name>[^"]+)"|(?P<sign><=|>=|[-<>+*/()×·−≤≥÷])'
)
_EXPECTED = 'a number or a measure such as "shift:1 of NETWORK"'


class ClaimError(ValueError):
    """A claim that cannot be read; the message says what is wrong at which character, counted from 1."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int  # counted from 1


def claim_of(text: str) -> Claim:
    """The claim that the text states. Raises ClaimError."""
    return _Reader(text).claim()


class _Reader:
    """One token after the other; `_at` is the number of the next one."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._depth = text, 0, 0
        self._tokens = _tokens(text)

    def claim(self) -> Claim:
        conditions = [self._comparison()]
        while self._take("and"):
            conditions.append(self._comparison())
        if self._next.kind != "end":
            raise self._unexpected('"and" or the end')
        return Claim(self._text, tuple(conditions))

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *texts: str) -> str:
        """The next word or sign if it is one of these, else ""."""
        token = self._next
        if token.kind in ("word", "sign") and token.text in texts:
            self._at += 1
            return token.text
        return ""

    def _unexpected(self, expected: str) -> ClaimError:
        token = self._next
        found = "the end" if token.kind == "end" else f'"{token.text}"'
        return ClaimError(f"{expected} is expected at character {token.at}, where there is {found}")

    def _comparison(self) -> Comparison:
        values, signs = [self._sum()], list[str]()
        while sign := self._take(*COMPARISONS):
            signs.append(sign)
            values.append(self._sum())
        if not signs:
            raise self._unexpected("a comparison (<, <=, > or >=)")
        return Comparison(tuple(values), tuple(signs))

    def _sum(self) -> Expression:
        value = self._product()
        while sign := self._take("+", "-"):
            value = Calculation(sign, value, self._product())
        return value

    def _product(self) -> Expression:
        value = self._factor()
        while sign := self._take("*", "/"):
            value = Calculation(sign, value, self._factor())
        return value

    def _factor(self) -> Expression:
        token = self._next
        if token.kind == "number":
            self._at += 1
            share = token.text.endswith("%")
            return Number(float(token.text.rstrip("%")) / (100 if share else 1), token.text)
        opened = self._take("-", "(")
        if not opened:
            return self._measure()
        self._depth += 1
        if self._depth > DEEPEST:
            raise ClaimError(f"more than {DEEPEST} signs and brackets stand in each other at character {token.at}")
        value: Expression
        if opened == "-":
            value = Negative(self._factor())
        else:
            value = self._sum()
            if not self._take(")"):
                raise self._unexpected('")"')
            value = replace(value, closed=True) if isinstance(value, Calculation) else value
        self._depth -= 1
        return value

    def _measure(self) -> Measure:
        begin = self._at
        untrained = bool(self._take("untrained"))
        kind, what = self._quantity()
        layer = self._name("the name of a layer") if self._take("at") else ""
        if not self._take("of"):
            raise self._unexpected('"of" and the name of a network')
        network = self._name("the name of a network")
        if kind == PARTICIPATION and not layer:
            example = f'"participation at LAYER of {network}"'
            at = self._tokens[begin].at
            raise ClaimError(f"the participation at character {at} is of a layer: name it, as in {example}")
        if kind == ACCURACY and layer:
            raise ClaimError(f"the accuracy at character {self._tokens[begin].at} is of a network, not of a layer")
        return Measure(kind, what, network, layer, untrained)

    def _quantity(self) -> tuple[str, str]:
        word = self._take(*OF_A_SIEVE, "participation", "accuracy", *SETS)
        if word == "participation":
            return PARTICIPATION, ""
        if word == "accuracy":
            return ACCURACY, "pictures"
        if word in SETS:
            if not self._take("accuracy"):
                raise self._unexpected('"accuracy"')
            return ACCURACY, SETS[word]
        return OF_A_SIEVE.get(word, CHANGE), self._sieve("a sieve such as shift:1" if word else _EXPECTED)

    def _sieve(self, expected: str) -> str:
        token = self._next
        if token.kind != "word" or token.text.split(":")[0].split("#")[0] not in KINDS:
            raise self._unexpected(expected)
        try:
            sieve = parsed(token.text)
        except ValueError as error:
            raise ClaimError(f"at character {token.at} {error}") from error
        self._at += 1
        return sieve.text

    def _name(self, expected: str) -> str:
        token = self._next
        if token.kind not in ("word", "name"):
            raise self._unexpected(expected)
        self._at += 1
        return token.text


def _tokens(text: str) -> list[_Token]:
    if len(text) > LONGEST:
        raise ClaimError(f"it has {len(text):,} characters, and {LONGEST} are the most")
    tokens, at = list[_Token](), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _TOKEN.match(text, at)
        if found is None:
            hint = ": a quote is never closed" if text[at] == '"' else ""
            raise ClaimError(f"there is a {text[at]} at character {at + 1} that has no meaning here{hint}")
        kind = found.lastgroup or ""
        value = found[kind]
        tokens.append(_Token(kind, OTHER_SIGNS.get(value, value) if kind == "sign" else value, at + 1))
        at = found.end()
    return [*tokens, _Token("end", "", len(text) + 1)]
