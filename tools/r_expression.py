"""A small parser of the R expressions that occur in published grading criteria; nothing is ever run.

Grammar, loosest first (R's own precedence): ``~``, ``|``, ``&``, ``!``, comparison, ``+ -``, ``* /``,
``%in%``, unary minus, call, name, number, string. The result is a tree of :class:`Node`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_.][\w.]*)|(?P<string>\"[^\"]*\")"
    r"|(?P<op>%in%|<=|>=|==|[<>!&|~()+\-*/,=]))"
)
#: Binary operators and how tightly they bind.
_BINDS = {"~": 1, "|": 2, "&": 3, "<": 5, "<=": 5, ">": 5, ">=": 5, "==": 5}
_BINDS |= {"+": 6, "-": 6, "*": 7, "/": 7, "%in%": 8}
_NOT_BINDS, _MINUS_BINDS = 4, 9


class ParseError(ValueError):
    """The text is not in the grammar."""


@dataclass(frozen=True)
class Node:
    """A tree: ``kind`` is an operator, ``call``, ``name``, ``number`` or ``string``.

    Parameters
    ----------
    kind
        What the node is.
    text
        Name of the function or variable, digits, or content of the string.
    parts
        Operands or arguments.
    """

    kind: str
    text: str = ""
    parts: tuple[Node, ...] = ()


def tokenize(text: str) -> list[tuple[str, str]]:
    """Split into (kind, text) pairs.

    Raises
    ------
    ParseError
        At the first character that starts no token.
    """
    tokens, at = [], 0
    body = text.rstrip()
    while at < len(body):
        match = _TOKEN.match(body, at)
        if match is None:
            raise ParseError(f"cannot read {body[at : at + 20]!r} in {text!r}")
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        at = match.end()
    return tokens


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> tuple[str, str]:
        if self.at >= len(self.tokens) or (expected and self.peek() != expected):
            raise ParseError(f"expected {expected or 'more'!r} at token {self.at} of {self.text!r}")
        self.at += 1
        return self.tokens[self.at - 1]

    def expression(self, binds: int = 0) -> Node:
        left = self.prefix()
        while _BINDS.get(self.peek(), 0) > binds:
            operator = self.take()[1]
            left = Node(operator, parts=(left, self.expression(_BINDS[operator])))
        return left

    def prefix(self) -> Node:
        kind, text = self.take()
        if text == "!":
            return Node("!", parts=(self.expression(_NOT_BINDS),))
        if text == "-":
            return Node("negative", parts=(self.expression(_MINUS_BINDS),))
        if text == "(":
            inner = self.expression()
            self.take(")")
            return inner
        if kind == "name" and self.peek() == "(":
            return Node("call", text, self.arguments())
        if kind == "op":
            raise ParseError(f"unexpected {text!r} in {self.text!r}")
        return Node(kind, text.strip('"'))

    def arguments(self) -> tuple[Node, ...]:
        self.take("(")
        found: list[Node] = []
        while self.peek() != ")":
            found.append(self.argument())
            if self.peek() == ",":
                self.take(",")
        self.take(")")
        return tuple(found)

    def argument(self) -> Node:
        is_named = self.at + 1 < len(self.tokens) and self.tokens[self.at + 1][1] == "="
        if not is_named:
            return self.expression()
        name = self.take()[1]
        self.take("=")
        return Node("argument", name, (self.expression(),))


def parse_list(text: str) -> tuple[Node, ...]:
    """Parse comma-separated expressions; commas inside brackets do not split.

    Raises
    ------
    ParseError
        If something is left over or missing.
    """
    parser = _Parser(text)
    found = [parser.expression()]
    while parser.peek() == ",":
        parser.take(",")
        found.append(parser.expression())
    if parser.at != len(parser.tokens):
        raise ParseError(f"left over from token {parser.at} of {text!r}")
    return tuple(found)


def parse(text: str) -> Node:
    """Parse exactly one expression."""
    nodes = parse_list(text)
    if len(nodes) != 1:
        raise ParseError(f"one expression expected, {len(nodes)} found in {text!r}")
    return nodes[0]
