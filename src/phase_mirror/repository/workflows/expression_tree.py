"""The syntax of expressions: tokens, a recursive descent parser, and the tree it makes.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#operators; for what the page
leaves out (words that are case-sensitive, signs of numbers, depth), the vendor's own lexer and parser:
https://github.com/actions/runner/tree/main/src/Sdk/Expressions
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.record import Record
from phase_mirror.repository.limits import DEFAULT_LIMITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class ExpressionError(ValueError):
    """An expression that cannot be parsed."""


class _Unknown:
    """The value that only a run can know."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()


class Literal(Record):
    """A number, text, boolean or null."""

    value: Any


class Context(Record):
    """A context such as `github`."""

    name: str


class Index(Record):
    """An access `inside.key` or `inside[key]`; no key stands for `.*`."""

    inside: Expression
    key: Expression | None


class Call(Record):
    """A function call."""

    name: str
    arguments: tuple[Expression, ...]


class Not(Record):
    """`!operand`."""

    operand: Expression


class Binary(Record):
    """An operator between two expressions."""

    operator: str
    left: Expression
    right: Expression


if TYPE_CHECKING:
    Expression = Literal | Context | Index | Call | Not | Binary

_SHAPES = r"""
    \s*(?:
      (?P<number>(?:0x[0-9A-Fa-f]{1,8}|0o[0-3]?[0-7]{1,10}|[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?
        |[+-]Infinity)(?![\w.]))
    | (?P<text>'(?:[^']|'')*')
    | (?P<name>[A-Za-z_][A-Za-z0-9_-]*)
    | (?P<sign>&&|\|\||==|!=|<=|>=|[!<>()\[\].,*])
    )"""
_WORDS = {"true": True, "false": False, "null": None, "NaN": float("nan"), "Infinity": float("inf")}
_TALLEST = 2 * DEFAULT_LIMITS.expression_depth
"""Levels of a tree: those that are written, and what balancing a long chain of `&&` or `||` adds."""
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))
"""Binary operators, the loosest first."""


@cache
def _token() -> re.Pattern[str]:
    return re.compile(_SHAPES, re.VERBOSE)


@cache
def parse(text: str) -> Expression:
    """Parse an expression, without `${{ }}`; results are kept, the same `if` stands in many jobs.

    Raises:
        ExpressionError: not an expression, or longer or deeper than the limits.
    """
    if len(text) > DEFAULT_LIMITS.expression_length:
        raise ExpressionError(f"longer than {DEFAULT_LIMITS.expression_length} characters")
    return _Parser(text).whole()


class _Parser:
    """Consumes tokens; `kind` and `value` are those of the next one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.heights: dict[int, int] = {}
        self.kind = ""
        self.value = ""
        self.advance()

    def fail(self, what: str) -> ExpressionError:
        return ExpressionError(f"{what} at character {self.at + 1}")

    def advance(self) -> None:
        """Read the next token; its kind is empty at the end."""
        match = _token().match(self.text, self.at)
        if match is None:
            if self.text[self.at :].strip():
                raise self.fail("not an expression")
            self.kind = self.value = ""
            return
        self.kind = match.lastgroup or ""
        self.value = match[self.kind]
        self.at = match.end()

    def take(self, sign: str) -> bool:
        """Consume a sign when it is next."""
        if self.kind == "sign" and self.value == sign:
            self.advance()
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise self.fail(f"'{sign}' is missing")

    def whole(self) -> Expression:
        node = self.binary(0)
        if self.kind:
            raise self.fail(f"'{self.value}' is not expected")
        return node

    def binary(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self.unary()
        node = self.binary(level + 1)
        operands = [node]
        while self.kind == "sign" and self.value in _LEVELS[level]:
            operator = self.value
            self.advance()
            right = self.binary(level + 1)
            if operator in {"&&", "||"}:
                operands.append(right)
            else:
                node = self.grown(Binary(operator, node, right), node, right)
        return self.balanced(_LEVELS[level][0], operands) if len(operands) > 1 else node

    def balanced(self, operator: str, operands: list[Expression]) -> Expression:
        """Join operands of an associative operator into a tree no deeper than it must be: a chain may be long."""
        if len(operands) == 1:
            return operands[0]
        middle = len(operands) // 2
        sides = self.balanced(operator, operands[:middle]), self.balanced(operator, operands[middle:])
        return self.grown(Binary(operator, *sides), *sides)

    def grown(self, node: Expression, *inside: Expression) -> Expression:
        """Note how tall a node is; whoever evaluates it calls itself so often."""
        height = 1 + max((self.heights.get(id(each), 1) for each in inside), default=0)
        if height > _TALLEST:
            raise self.fail(f"nested deeper than {DEFAULT_LIMITS.expression_depth} levels")
        self.heights[id(node)] = height
        return node

    def unary(self) -> Expression:
        if self.take("!"):
            self.deeper()
            operand = self.unary()
            self.depth -= 1
            return self.grown(Not(operand), operand)
        return self.primary()

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEFAULT_LIMITS.expression_depth:
            raise self.fail(f"nested deeper than {DEFAULT_LIMITS.expression_depth} levels")

    def accesses(self, node: Expression) -> Expression:
        """Read the `.key` and `[key]` behind a value."""
        while True:
            if self.take("."):
                node = self.grown(Index(node, self.key()), node)
            elif self.take("["):
                key = None if self.take("*") else self.inner()
                self.expect("]")
                node = self.grown(Index(node, key), *(inside for inside in (node, key) if inside is not None))
            else:
                return node

    def key(self) -> Expression | None:
        if self.take("*"):
            return None
        if self.kind != "name":
            raise self.fail("a key is missing")
        key = Literal(self.value)
        self.advance()
        return key

    def inner(self) -> Expression:
        self.deeper()
        node = self.binary(0)
        self.depth -= 1
        return node

    def primary(self) -> Expression:
        kind, value = self.kind, self.value
        if self.take("("):
            node = self.inner()
            self.expect(")")
            return self.accesses(node)
        if kind not in {"number", "text", "name"}:
            raise self.fail("a value is missing")
        self.advance()
        if kind == "number":
            return Literal(_number(value))  # nothing can be read out of a literal
        if kind == "text":
            return Literal(value[1:-1].replace("''", "'"))
        if self.take("("):
            arguments = self.arguments()
            return self.accesses(self.grown(Call(value, arguments), *arguments))
        return Literal(_WORDS[value]) if value in _WORDS else self.accesses(Context(value))

    def arguments(self) -> tuple[Expression, ...]:
        if self.take(")"):
            return ()
        found = [self.inner()]
        while self.take(","):
            found.append(self.inner())
        self.expect(")")
        return tuple(found)


def _number(text: str) -> int | float:
    if text[:2] in {"0x", "0o"}:
        return number_in_base(text)
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def number_in_base(text: str) -> int:
    """Return the number behind `0x` or `0o`, read into 32 bits as the runner does.

    Raises:
        ValueError: it is none, or larger.
    """
    value = int(text, 0)
    if "_" in text or value >= 2**32:
        raise ValueError(text)
    return value - 2**32 if value >= 2**31 else value
