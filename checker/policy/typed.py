"""JMESPath expressions, checked against the facts before they run."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions

from checker.errors import did_you_mean
from checker.policy.expression import Expression, Node, Path
from checker.policy.shapes import ANY, BOOLEAN, NUMBER, TEXT, Shape, shape_of, shape_of_value

Typed = tuple[Shape, Path | None]
_FUNCTIONS = Functions.FUNCTION_TABLE
_PLAIN = ("text", "number", "boolean")
_ORDERINGS = ("lt", "lte", "gt", "gte")
_RETURNED = {
    **dict.fromkeys(("contains", "starts_with", "ends_with"), BOOLEAN),
    **dict.fromkeys(("length", "abs", "avg", "ceil", "floor", "sum", "to_number"), NUMBER),
    **dict.fromkeys(("join", "to_string", "type"), TEXT),
    "keys": Shape("list", item=TEXT),
}


class ExpressionError(Exception):
    """An expression that is no JMESPath or names what the facts don't have; `hint` mends it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def typed(text: str, shape: Shape) -> Expression:
    """The expression over facts of this shape. Raises ExpressionError."""
    try:
        parsed: Node = jmespath.compile(text).parsed
    except (JMESPathError, RecursionError) as error:
        raise ExpressionError(f"not JMESPath: {_first_line(error)}") from None
    try:
        return Expression(text, parsed, _Checker(shape).check(parsed))
    except RecursionError:
        raise ExpressionError("nested too deep to be checked") from None


class _Checker:
    """Walks the syntax tree with the shape that each node is applied to."""

    def __init__(self, root: Shape) -> None:
        self.root = root
        self.reads: set[Path] = set()

    def check(self, node: Node) -> tuple[Path, ...]:
        self.value(node, (self.root, ()))
        return tuple(sorted(self.reads))

    def value(self, node: Node, current: Typed) -> Shape:
        """The shape of a node whose value is used as a whole, so what it reads is noted."""
        shape, path = self.visit(node, current)
        if path is not None:
            self.reads.add(path)
        return shape

    def visit(self, node: Node, current: Typed) -> Typed:
        visitor: Callable[[Node, Typed], Typed] | None = getattr(self, f"_{node['type']}", None)
        if visitor is None:
            raise ExpressionError(f"{node['type']} is not supported here")
        return visitor(node, current)

    def _field(self, node: Node, current: Typed) -> Typed:
        shape, path = current
        below = None if path is None else (*path, node["value"])
        return _member(shape, node["value"], path), below

    def _subexpression(self, node: Node, current: Typed) -> Typed:
        for child in node["children"]:
            current = self.visit(child, current)
        return current

    def _index_expression(self, node: Node, current: Typed) -> Typed:
        """`a[0][1]` has all its indices in one node; a slice leaves the list that it is."""
        first, *indices = node["children"]
        shape = self.value(first, current)
        for index in indices:
            item = _item(shape)
            shape = Shape("list", item=item) if index["type"] == "slice" else item
        return shape, None

    def _projection(self, node: Node, current: Typed) -> Typed:
        left, right = node["children"]
        item = _item(self.value(left, current))
        return Shape("list", item=self.value(right, (item, None))), None

    def _value_projection(self, node: Node, current: Typed) -> Typed:
        left, right = node["children"]
        item = _named(self.value(left, current))
        return Shape("list", item=self.value(right, (item, None))), None

    def _filter_projection(self, node: Node, current: Typed) -> Typed:
        left, right, condition = node["children"]
        item = _item(self.value(left, current))
        self.value(condition, (item, None))
        return Shape("list", item=self.value(right, (item, None))), None

    def _flatten(self, node: Node, current: Typed) -> Typed:
        shape = self.value(node["children"][0], current)
        inner = shape.item if shape.item and shape.item.kind == "list" else shape
        return inner, None

    def _comparator(self, node: Node, current: Typed) -> Typed:
        left, right = node["children"]
        shapes = self.value(left, current), self.value(right, current)
        if node["value"] in _ORDERINGS:
            _check_numbers(shapes)
        for shape, other in zip(shapes, (right, left), strict=True):
            _check_literal(shape, other)
        return BOOLEAN, None

    def _all(self, node: Node, current: Typed) -> Typed:
        shapes = [self.value(child, current) for child in node["children"]]
        return (shapes[0] if all(s == shapes[0] for s in shapes) else ANY), None

    _or_expression = _and_expression = _all

    def _not_expression(self, node: Node, current: Typed) -> Typed:
        self.value(node["children"][0], current)
        return BOOLEAN, None

    def _pipe(self, node: Node, current: Typed) -> Typed:
        left, right = node["children"]
        return self.value(right, (self.value(left, current), None)), None

    def _literal(self, node: Node, current: Typed) -> Typed:  # noqa: ARG002  same for every node
        return shape_of_value(node["value"]), None

    def _current(self, node: Node, current: Typed) -> Typed:  # noqa: ARG002
        return current

    _identity = _current

    def _multi_select_list(self, node: Node, current: Typed) -> Typed:
        for child in node["children"]:
            self.value(child, current)
        return Shape("list", item=ANY), None

    def _multi_select_dict(self, node: Node, current: Typed) -> Typed:
        for child in node["children"]:
            self.value(child["children"][0], current)
        return ANY, None

    def _function_expression(self, node: Node, current: Typed) -> Typed:
        name, arguments = node["value"], node["children"]
        _check_call(name, len(arguments))
        shapes = [self.value(a, current) for a in arguments if a["type"] != "expref"]
        by_element = any(a["type"] == "expref" for a in arguments)
        item = _item(shapes[0]) if shapes and by_element else ANY
        for argument in arguments:
            if argument["type"] == "expref":
                made = self.value(argument["children"][0], (item, None))
                if name == "map":
                    return Shape("list", item=made), None
        return _returned(name, shapes, item), None


def _member(shape: Shape, name: str, path: Path | None) -> Shape:
    if shape.kind == "any":
        return ANY
    if shape.kind == "map":
        return shape.item or ANY
    if shape.fields is not None:
        if name in shape.fields:
            return shape_of(shape.fields[name])
        where = ".".join(path) if path else "the facts"
        raise ExpressionError(f"{where} has no key {name!r}", _nearest(name, shape.fields))
    where = ".".join(path) if path else f"what stands before {name!r}"
    hint = "'!' binds tighter than '.': write !(a.b)" if shape is BOOLEAN and not path else None
    raise ExpressionError(f"{where} is a {shape.kind}: it has no key {name!r}", hint)


def _item(shape: Shape) -> Shape:
    """What `[…]` takes from it: of anything but a list JMESPath takes null."""
    if shape.kind not in ("list", "any"):
        hint = "write .*" if shape.kind in ("map", "object") else None
        raise ExpressionError(f"{_a(shape)} has no elements", hint)
    return shape.item or ANY


def _named(shape: Shape) -> Shape:
    """What `.*` takes from it."""
    if shape.kind not in ("map", "object", "any"):
        hint = "write [*]" if shape.kind == "list" else None
        raise ExpressionError(f"{_a(shape)} has no names", hint)
    return shape.item or ANY


def _a(shape: Shape) -> str:
    return f"an {shape.kind}" if shape.kind == "object" else f"a {shape.kind}"


def _check_numbers(shapes: tuple[Shape, ...]) -> None:
    for shape in shapes:
        if shape.kind not in ("number", "any"):  # JMESPath then answers null, which is false
            raise ExpressionError(
                f"only numbers have an order, not a {shape.kind}", "dates have days_left"
            )


def _check_literal(shape: Shape, other: Node) -> None:
    if other["type"] != "literal" or other["value"] is None:
        return
    value = other["value"]
    kind = shape_of_value(value).kind
    if shape.kind in _PLAIN and kind in _PLAIN and kind != shape.kind:
        raise ExpressionError(f"a {shape.kind} never equals the {kind} {value!r}")
    if shape.values is not None and value not in shape.values:
        raise ExpressionError(f"it is never {value!r}", _nearest(str(value), shape.values))


def _check_call(name: str, given: int) -> None:
    if name not in _FUNCTIONS:
        raise ExpressionError(f"no function is called {name!r}", _nearest(name, _FUNCTIONS))
    signature = _FUNCTIONS[name]["signature"]
    variadic = bool(signature and signature[-1].get("variadic"))
    if given < len(signature) or (given > len(signature) and not variadic):
        raise ExpressionError(f"{name}() takes {len(signature)} arguments, not {given}")


def _returned(name: str, shapes: list[Shape], item: Shape) -> Shape:
    if name in ("sort", "sort_by", "reverse"):
        return shapes[0] if shapes else ANY
    if name in ("max_by", "min_by"):
        return item
    if name in ("max", "min"):
        return _item(shapes[0])
    if name == "values":
        return Shape("list", item=shapes[0].item or ANY) if shapes[0].kind == "map" else ANY
    if name == "not_null":
        return shapes[0] if all(one == shapes[0] for one in shapes) else ANY
    if name == "to_array":
        return shapes[0] if shapes[0].kind in ("list", "any") else Shape("list", item=shapes[0])
    return _RETURNED.get(name, ANY)


def _nearest(name: str, known: Iterable[str]) -> str:
    return did_you_mean(name, known) or f"known: {', '.join(sorted(known))}"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
