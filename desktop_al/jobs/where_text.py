"""The text of a filter and the tree that it means; see docs/filters.md for the language.

The text is read by a parser of our own and never evaluated as code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from desktop_al.domain.errors import FilterError
from desktop_al.domain.sentence import say
from desktop_al.jobs.where_syntax import (
    EXAMPLE,
    META,
    PACKED,
    RESERVED,
    WORDS,
    Comparison,
    Field,
    Join,
    Listed,
    Node,
    Not,
    Operand,
    Packed,
    Quoted,
    Search,
    Span,
    Word,
)

LONGEST = 200_000
"""Characters of a filter, without those of what is packed, which may be as many again twenty times."""
MOST = 20 * LONGEST
"""Characters of a filter in all."""
_DEEPEST = 100

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<saved>@(?:"(?:[^"\\]|\\.)*"|[^\s"'()\[\]{},<>=!@]+))
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<symbol>==|!=|<=|>=|<|>|=)
    | (?P<bracket>[()\[\]{},])
    | (?P<word>[^\s"'()\[\]{},<>=!]+)
    """,
    re.VERBOSE | re.DOTALL,
)
_PACKED = re.compile(rf'{PACKED}\("[A-Za-z0-9+/=]*"\)')
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "a": "\a", "v": "\v", "\n": ""}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a filter and where it stands."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def at(self) -> Span:
        """Where it stands."""
        return self.start, self.end


def parse(text: str) -> Node | None:
    """The tree that ``text`` means, None where it is empty; raises `FilterError`."""
    if not text.strip():
        return None
    if len(text) > LONGEST and (len(text) > MOST or len(_PACKED.sub("", text)) > LONGEST):
        raise too_long(text)
    return _Parser(text).whole()


def too_long(text: str) -> FilterError:
    """The error of a filter that ``text`` makes too long."""
    return FilterError(say("The filter is longer than {most:,} characters; shorten it.", most=LONGEST), 0, len(text))


def parts(text: str) -> list[str]:
    """The filters that ``text`` joins with "and", each as it is written there; raises `FilterError`."""
    tree = parse(text)
    if tree is None:
        return []
    if isinstance(tree, Join) and tree.every:
        return [text[slice(*part.at)] for part in tree.parts]
    return [text.strip()]


def joined(filters: list[str]) -> str:
    """The one filter that holds where all of ``filters`` do."""
    if len(filters) == 1:
        return filters[0]
    return " and ".join(f"({one})" if isinstance(parse(one), Join) else one for one in filters)


def tokens(text: str) -> Iterator[Token]:
    """The words of ``text``; raises `FilterError` where there is none."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or "\0" in found[0]:
            if found is None and text[at] in "\"'":
                raise FilterError(say("The quote at character {at} is never closed.", at=at + 1), at, len(text))
            raise FilterError(
                say(
                    "The filter is not understood at character {at}; write for example {example}.",
                    at=at + 1,
                    example=EXAMPLE,
                ),
                at,
                at + 1,
            )
        if found.lastgroup != "space":
            yield Token(found.lastgroup or "", found[0], at, found.end())
        at = found.end()


def unescaped(text: str) -> str:
    """The text that ``text`` means, which stands in quotes."""

    def plain(found: re.Match[str]) -> str:
        digits = found[1] or found[2] or found[3]
        if digits:
            return chr(int(digits, 16)) if int(digits, 16) < 0x110000 else "?"
        return _ESCAPED.get(found[4], found[4] if found[4] in "\\'\"" else found[0])

    return _ESCAPE.sub(plain, text[1:-1])


class _Parser:
    """Reads one text by recursive descent."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._at = 0
        self._depth = 0
        self._check_neighbours()

    def _check_neighbours(self) -> None:
        for place, (one, other) in enumerate(zip(self._tokens, self._tokens[1:], strict=False)):
            touch = one.end == other.start
            compared = place > 0 and self._tokens[place - 1].text.lower() in ("in", "==", "!=", "=")
            if touch and one.text == PACKED and other.text == "(" and compared:
                continue
            if touch and one.kind == "word" and other.text == "(" and one.text.lower() not in RESERVED:
                raise FilterError(
                    say(
                        "“{text}(” at character {at} is not understood: a filter knows no functions.",
                        text=one.text,
                        at=one.start + 1,
                    ),
                    *one.at,
                )
            if touch and {one.kind, other.kind} <= {"word", "text"}:
                raise FilterError(
                    say(
                        "There is no space before “{text}” at character {at}.",
                        text=other.text,
                        at=other.start + 1,
                    ),
                    one.start,
                    other.end,
                )

    # Tokens

    def _peek(self, ahead: int = 0) -> Token | None:
        place = self._at + ahead
        return self._tokens[place] if place < len(self._tokens) else None

    def _is(self, *words: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token is not None and token.kind != "text" and token.text.lower() in words

    def _next(self) -> Token:
        token = self._peek()
        if token is None:
            end = len(self._text.rstrip())
            raise FilterError(
                say("The filter ends too early; write for example {example}.", example=EXAMPLE), end, len(self._text)
            )
        self._at += 1
        return token

    def _unexpected(self, token: Token) -> FilterError:
        return FilterError(
            say(
                "“{text}” at character {at} is not understood there; write for example {example}.",
                text=token.text,
                at=token.start + 1,
                example=EXAMPLE,
            ),
            *token.at,
        )

    # Conditions

    def whole(self) -> Node:
        """The tree of the whole text."""
        tree = self._any()
        token = self._peek()
        if token is not None:
            raise self._unexpected(token)
        return tree

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FilterError(say("The filter is nested too deeply; simplify it."), 0, len(self._text))

    def _any(self) -> Node:
        self._deeper()
        found = [self._all()]
        while self._is("or"):
            self._next()
            found.append(self._all())
        self._depth -= 1
        return self._joined(found, every=False)

    def _all(self) -> Node:
        found = [self._one()]
        while self._peek() is not None and not self._is("or", ")"):
            # Conditions that stand side by side must hold both, as search words do.
            if self._is("and"):
                self._next()
            found.append(self._one())
        return self._joined(found, every=True)

    @staticmethod
    def _joined(found: list[Node], every: bool) -> Node:
        return found[0] if len(found) == 1 else Join(every, tuple(found), (found[0].at[0], found[-1].at[1]))

    def _one(self) -> Node:
        if self._is("not"):
            self._deeper()
            start = self._next().start
            part = self._one()
            self._depth -= 1
            return Not(part, (start, part.at[1]))
        if self._is("("):
            start = self._next().start
            inner = self._any()
            end = self._close(")", start)
            return _spanning(inner, (start, end))
        return self._comparison()

    def _close(self, bracket: str, start: int) -> int:
        token = self._peek()
        if token is None:
            raise FilterError(
                say("The bracket at character {at} is never closed.", at=start + 1), start, len(self._text)
            )
        if token.text != bracket:
            raise self._unexpected(token)
        return self._next().end

    def _comparison(self) -> Node:
        first = self._operand()
        operands, operators = [first], []
        while (found := self._operator()) is not None:
            operators.append(found)
            operands.append(self._operand(listed=True))
        if operators:
            return Comparison(tuple(operands), tuple(operators), (first.at[0], operands[-1].at[1]))
        if isinstance(first, Word | Quoted):
            return Search(first.text, isinstance(first, Word), first.at)
        what = self._text[slice(*first.at)]
        raise FilterError(say('“{what}” is no condition; write for example {what} == "…".', what=what), *first.at)

    def _operator(self) -> str | None:
        token = self._peek()
        if token is None or token.kind == "text":
            return None
        if token.kind == "symbol":
            return "==" if self._next().text == "=" else token.text
        if self._is("not") and self._is(*WORDS, ahead=1) and not self._is("is", ahead=1):
            self._next()
            return f"not {self._next().text.lower()}"
        if not self._is(*WORDS):
            return None
        name = self._next().text.lower()
        if name == "is":
            if self._is("not"):
                self._next()
                return "!="
            return "=="
        return name

    # Operands

    def _operand(self, listed: bool = False) -> Operand:
        token = self._next()
        if token.kind == "text":
            return Quoted(unescaped(token.text), token.at)
        if token.kind == "saved":
            sentence = say("“{text}” is the name of a saved filter, and none are known here.", text=token.text)
            raise FilterError(sentence, *token.at)
        if token.text in ("(", "[", "{"):
            if not listed:
                raise self._unexpected(token)
            return self._list(token)
        if token.kind != "word" or token.text.lower() in RESERVED:
            raise self._unexpected(token)
        bracket = self._peek()
        if token.text == META and bracket is not None and bracket.text == "[" and bracket.start == token.end:
            self._next()
            name = self._next()
            if name.kind != "text":
                raise FilterError(
                    say("{meta}[…] takes the name of a column in quotes.", meta=META), token.start, name.end
                )
            return Field(unescaped(name.text), (token.start, self._close("]", bracket.start)))
        if listed and token.text == PACKED and bracket is not None and bracket.text == "(":
            return self._packed(token)
        return Word(token.text, token.at)

    def _packed(self, name: Token) -> Packed:
        opened, token = self._next(), self._next()
        if token.kind != "text":
            raise FilterError(say("{packed}(…) takes one text in quotes.", packed=PACKED), name.start, token.end)
        return Packed(unescaped(token.text), (name.start, self._close(")", opened.start)))

    def _list(self, opened: Token) -> Listed:
        closes = {"(": ")", "[": "]", "{": "}"}[opened.text]
        items: list[Word | Quoted] = []
        while not self._is(closes):
            item = self._operand()
            if not isinstance(item, Word | Quoted):
                raise FilterError(say("A list holds numbers and texts only."), *item.at)
            items.append(item)
            if not self._is(","):
                break
            self._next()
        return Listed(tuple(items), (opened.start, self._close(closes, opened.start)))


def _spanning(node: Node, at: Span) -> Node:
    """``node`` with the brackets around it."""
    if isinstance(node, Comparison):
        return Comparison(node.operands, node.operators, at)
    if isinstance(node, Search):
        return Search(node.text, node.bare, at)
    if isinstance(node, Not):
        return Not(node.part, at)
    return Join(node.every, node.parts, at)
