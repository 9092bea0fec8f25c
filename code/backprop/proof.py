"""``prove`` proves or raises; ``refute`` shows a counterexample;
``agree`` and ``gradient_check`` compare numbers.

Chapter 00 explains the difference. A proof covers every size, every real number and
every function that its display names. A check covers the numbers that were drawn and
never calls itself more.
"""

import math
import random
from dataclasses import dataclass, field

import mpmath
import numpy as np
import sympy as sp
from sympy import Gt, Indexed, IndexedBase, Ne, Piecewise, Symbol

from .shapes import InputError
from .symbolic import (
    DECLARED,
    Arbitrary,
    BookFunction,
    entry,
    fresh,
    latex,
    normal,
    partial,
    relu,
    step,
    unfold_shorthand,
)
from .witness import (
    WORKING,
    World,
    counterexample,
    definition,
    evaluate,
    free_indices,
    places,
    size_symbols,
)

KINKS = (relu, step, sp.Abs, sp.Max, sp.Min, sp.sign, Piecewise)


class NotProved(AssertionError):
    """The two sides were not shown to be equal;
    the message carries what is left of their difference.
    """


class Disagreement(AssertionError):
    """A check by numbers failed; the message carries the numbers."""


# -------------------------------------------------------------------------------- prove


def prove(left, right, name="", given=(), rests_on=(), where=None):
    """Prove that two expressions are equal for every size and every value
    that they range over, or raise.

    Parameters
    ----------
    left, right : SymPy expressions;
        ``partial(y, x)`` and ``entry(M, n, k)`` may stand in them unevaluated.
    name : what the book calls the result.
    given : conditions in words, beyond those that the machine finds by itself.
    rests_on : the proofs that this result uses.
    where : abbreviations such as ``{Z[n, k]: Sum(...)}``;
        they are displayed, and written out before proving.

    Returns
    -------
    Proof, which a notebook displays together with what it holds for.

    Raises
    ------
    NotProved if the difference does not vanish (with what is left, and a counterexample
    where one is found), or if the two sides differ when they are evaluated
    with 50 digits at small sizes.
    InputError for a NaN or an infinity,
    and for an index that runs to two different sizes.

    How: by ``backprop.symbolic.normal``. Where that is not enough, fractions get a
    common denominator, named functions are replaced by their definitions, a difference
    of logarithms is exponentiated, and a kink is split into z > 0, z < 0 and z = 0.
    Nothing is sampled; the second witness, ``backprop.witness``, can only refuse.
    Chapter 00.

    Examples
    --------
    >>> from backprop.symbolic import partial, reals, sigmoid
    >>> z = reals("z")
    >>> prove(partial(sigmoid(z), z), sigmoid(z)*sigmoid(-z))
    ∂[sigmoid(z)]/∂z = sigmoid(-z)*sigmoid(z)   for real z   ∎
    """
    proof = Proof(
        sp.sympify(left),
        sp.sympify(right),
        name,
        tuple(given),
        tuple(rests_on),
        dict(where or {}),
    )
    found = counterexample(*proof.sides)
    residual = what_is_left(proof.sides[0] - proof.sides[1], proof.conditions)
    if residual != 0:
        more = (
            f"Counterexample: {report(*found)}."
            if found
            else "The numbers agree: a step may be missing."
        )
        raise NotProved(
            f"{name or 'not proved'}: left - right leaves {residual}, not 0. {more}"
        )
    if found:
        raise NotProved(
            f"{name or 'not proved'}: SymPy finds the sides equal, "
            f"50 digits do not: {report(*found)}."
        )
    return proof


def refute(left, right, name="", where=None):
    """Show numbers for which the two sides differ, or raise NotProved if none is found.

    >>> from backprop.symbolic import reals
    >>> z = reals("z")
    >>> refute((z + 1)**2, z**2 + 1)
    (z + 1)**2 ≠ z**2 + 1   for z = 1: 4 against 2   ✗
    """
    claim = Proof(sp.sympify(left), sp.sympify(right), name, where=dict(where or {}))
    found = counterexample(
        *claim.sides, draw=lambda rng: rng.choice([-3, -2, -1, 1, 2, 3])
    )
    if not found:
        raise NotProved(
            f"{name or 'not refuted'}: no counterexample found "
            f"for {claim.left} = {claim.right}."
        )
    return Refutation(claim, report(*found))


def what_is_left(difference, conditions=()):
    """0 if the difference is shown to vanish; otherwise what remains of it."""
    e = unfold_shorthand(difference)
    for way in (
        normal,
        over_common_denominator,
        by_definitions,
        by_exponential,
        by_terms,
    ):
        if way(e) == 0:
            return sp.Integer(0)
    return by_sign(e, conditions)


def over_common_denominator(e):
    """The numerator over a common denominator."""
    return normal(sp.fraction(sp.together(normal(e)))[0])


def by_definitions(e):
    """Named functions replaced by what they are defined as."""
    return over_common_denominator(written_in_exp(e))


def written_in_exp(e):
    def named(a):
        return (
            isinstance(a, BookFunction) and not isinstance(a, Arbitrary) and not a.kink
        )

    while any(map(named, e.atoms(BookFunction))):
        e = e.replace(named, definition)
    return e.replace(
        lambda a: isinstance(a, sp.tanh | sp.sinh | sp.cosh),
        lambda a: a.rewrite(sp.exp),
    )


def by_exponential(e):
    """A real number is 0 exactly when its exponential is 1."""
    e = written_in_exp(e)
    return (
        over_common_denominator(sp.exp(sp.expand(e)) - 1)
        if e.has(sp.log) and e.is_real
        else e
    )


def by_terms(e):
    """Sums over one range become one sum, which vanishes if each of its terms does;
    a constant is spread evenly.
    """
    bodies, rest = {}, sp.Integer(0)
    for term in sp.Add.make_args(normal(e)):
        sums = [a for a in sp.Mul.make_args(term) if isinstance(a, sp.Sum)]
        if len(sums) != 1:
            rest += term
            continue
        names = {
            i: sp.Dummy(str(p), dummy_index=-p, integer=True)
            for p, i in enumerate(sums[0].variables, start=1)
        }
        ranges = tuple(high for _, _, high in sums[0].limits)
        bodies[ranges] = bodies.get(ranges, 0) + (
            term / sums[0] * sums[0].function
        ).xreplace(names)
    if len(bodies) != 1:
        return e
    ((ranges, body),) = bodies.items()
    return what_is_left(body + rest / sp.Mul(*ranges))


def by_sign(e, conditions):
    """Every real z is positive, negative or zero;
    a condition z ≠ 0 leaves out the last.
    """
    bent = [a for a in e.atoms(*KINKS) if not a.has(Indexed)]
    unsigned = {
        s
        for a in bent
        for s in a.free_symbols
        if s.is_real and not s.is_integer and s.is_zero is None
    }
    if not unsigned:
        return normal(e)
    z = min(unsigned, key=str)
    cases = [Symbol(z.name, positive=True), Symbol(z.name, negative=True)]
    if Ne(z, 0) not in conditions:
        cases.append(sp.Integer(0))
    left = (what_is_left(e.subs(z, case), conditions) for case in cases)
    return next((r for r in left if r != 0), sp.Integer(0))


def conditions(*sides):
    """What must hold for the two sides to be defined:
    no division by 0, logarithms of positive numbers, no kink.
    """
    found = []
    for e in sides:
        for a in sp.preorder_traversal(unfold_entries(e)):
            if isinstance(a, partial):
                found += [
                    c
                    for kink in a.args[0].atoms(*KINKS)
                    if depends(kink, a.args[1])
                    for c in off_kink(kink)
                ]
            elif (
                isinstance(a, sp.Pow)
                and a.exp.could_extract_minus_sign()
                and a.base.is_zero is not False
            ):
                found.append(Ne(a.base, 0))
            elif (
                isinstance(a, sp.Pow)
                and not a.exp.is_integer
                and not a.base.is_positive
            ):
                found.append(Gt(a.base, 0))
            elif isinstance(a, sp.log) and not a.args[0].is_positive:
                found.append(Gt(a.args[0], 0))
    return list(dict.fromkeys(found))


def unfold_entries(e):
    return e.replace(lambda a: isinstance(a, entry), lambda a: a.doit())


def depends(e, x):
    return e.has(x.base) if isinstance(x, Indexed) else e.has(x)


def off_kink(kink):
    """Where a function with a kink is differentiable."""
    if isinstance(kink, Piecewise):
        return [Ne(c.lhs, c.rhs) for _, c in kink.args if c != sp.true]
    if isinstance(kink, sp.Max | sp.Min):
        return [Ne(a, b) for a, b in zip(kink.args, kink.args[1:], strict=False)]
    return [Ne(kink.args[0], 0)]


def write_out(e, where):
    """Replace each abbreviation by what it stands for;
    indices cannot be captured, since every sum gets new ones.
    """
    e = fresh(e)
    for _ in where:
        for short, long in where.items():
            if isinstance(short, Indexed):
                e = e.replace(
                    lambda a, s=short: isinstance(a, Indexed) and a.base == s.base,
                    lambda a, s=short, m=long: fresh(m).xreplace(
                        dict(zip(s.indices, a.indices, strict=True))
                    ),
                )
            else:
                e = e.xreplace({short: fresh(long)})
    return e


# ------------------------------------------------------------------------------ display


def in_text(e):
    return f"{e.lhs} ≠ {e.rhs}" if isinstance(e, Ne) else str(e)


@dataclass(frozen=True, eq=False)
class Proof:
    """A proved equation.

    ``left`` and ``right`` are SymPy expressions to compute with;
    a notebook displays the rest.
    """

    left: sp.Expr
    right: sp.Expr
    name: str = ""
    given: tuple = ()
    rests_on: tuple = ()
    where: dict = field(default_factory=dict)

    def __post_init__(self):
        for other in self.rests_on:
            if not isinstance(other, Proof):
                raise InputError(f"rests_on: expected proofs, received {other!r}.")
        for side in self.sides:
            if side.has(sp.nan, sp.oo, -sp.oo, sp.zoo):
                raise InputError(f"expected finite real expressions, received {side}.")
        free_indices(*self.sides)  # refuses an index with two ranges

    @property
    def sides(self):
        """Both sides with every abbreviation written out."""
        return write_out(self.left, self.where), write_out(self.right, self.where)

    @property
    def conditions(self):
        """What the machine found must hold:
        no division by 0, no kink, logarithms of positive numbers.
        """
        return conditions(*self.sides)

    @property
    def domain(self):
        """What the equation holds for, as pairs of words and symbols,
        read off the expressions.
        """
        sides = sp.Tuple(*self.sides)
        arrays = sorted(
            sides.atoms(IndexedBase),
            key=lambda a: (DECLARED.get(str(a.label), 0), str(a)),
        )
        typed = sp.Tuple(
            self.left, self.right, *self.where.values()
        ).free_symbols - set(self.where)
        labels = {
            a.label
            for a in sp.Tuple(
                self.left, self.right, *self.where, *self.where.values()
            ).atoms(IndexedBase)
        }
        free = {s for s in sides.free_symbols | typed if type(s) is Symbol} - labels
        indices, found = free_indices(*sides), size_symbols(*sides)
        named = [size for a in arrays for size in a.shape if size in found]
        counts = sorted((s for s in free if s.is_integer and s.is_positive), key=str)
        sizes = list(dict.fromkeys(named + found + counts))
        numbers = sorted((s for s in free if not s.is_integer), key=str)
        written = sp.Tuple(*(unfold_shorthand(s) for s in sides))
        functions = {}
        for f in written.atoms(Arbitrary):
            functions[f.letter] = max(functions.get(f.letter, 0), sum(f.orders))
        return arrays, indices, sizes, numbers, functions

    def domain_in_words(self, show):
        """``show`` turns a SymPy object into text or LaTeX."""
        arrays, indices, sizes, numbers, functions = self.domain
        dollar = "$" if show is latex else ""

        def quote(text):
            return f"{dollar}{text}{dollar}"

        at_least, to = (r" \ge 1", r"1, \dots, ") if dollar else (" ≥ 1", "1..")
        parts = []
        if sizes:
            parts.append("all " + quote(", ".join(map(show, sizes)) + at_least))
        parts += [quote(f"{show(i)} = {to}{show(size)}") for i, size in indices.items()]
        real = [*numbers, *(a.label for a in arrays)]
        kinds = {"positive": [], "negative": [], "real": []}
        for s in real:
            kinds[
                "positive" if s.is_positive else "negative" if s.is_negative else "real"
            ].append(show(s))
        parts += [
            f"{kind} {quote(', '.join(names))}"
            for kind, names in kinds.items()
            if names
        ]
        often = {
            0: "every function",
            1: "every differentiable",
            2: "every twice differentiable",
        }
        for order in sorted(set(functions.values())):
            letters = ", ".join(
                sorted(f for f, times in functions.items() if times == order)
            )
            parts.append(
                f"{often.get(order, f'every {order} times differentiable')} "
                f"{quote(letters)}"
            )
        parts += [quote(show(c)) for c in self.conditions] + list(self.given)
        return "; ".join(parts)

    def __repr__(self):
        title = f"{self.name}: " if self.name else ""
        domain = self.domain_in_words(in_text)
        where = "".join(f"   where {a} = {b}" for a, b in self.where.items())
        rests = (
            "   rests on: " + ", ".join(p.name for p in self.rests_on)
            if self.rests_on
            else ""
        )
        return (
            f"{title}{self.left} = {self.right}{where}"
            + (f"   for {domain}" if domain else "")
            + f"{rests}   ∎"
        )

    def _repr_markdown_(self):
        return display(
            self.name,
            latex(self.left),
            "=",
            latex(self.right),
            r"\;\blacksquare",
            [
                *(
                    rf"where $\displaystyle {latex(a)} = {latex(b)}$"
                    for a, b in self.where.items()
                ),
                f"for {d}" if (d := self.domain_in_words(latex)) else "",
                f"rests on: {', '.join(p.name for p in self.rests_on)}"
                if self.rests_on
                else "",
            ],
        )


@dataclass(frozen=True, eq=False)
class Refutation:
    """Two expressions that are not equal, with numbers that show it."""

    claim: Proof
    numbers: str

    def __repr__(self):
        title = f"{self.claim.name}: " if self.claim.name else ""
        return f"{title}{self.claim.left} ≠ {self.claim.right}   for {self.numbers}   ✗"

    def _repr_markdown_(self):
        left, right = latex(self.claim.left), latex(self.claim.right)
        name = f"Refuted: {self.claim.name}" if self.claim.name else ""
        return display(
            name, left, r"\ne", right, "", [f"✗ counterexample: {self.numbers}"]
        )


def display(name, left, relation, right, mark, notes):
    """Markdown that Jupyter, the website and GitHub typeset alike."""
    long = len(left) + len(right) > 150
    equation = (
        rf"\begin{{aligned}}&{left}\\ &\quad {relation} {right}{mark}\end{{aligned}}"
        if long
        else f"{left} {relation} {right}{mark}"
    )
    title = f"**{name[0].upper()}{name[1:]}.**\n\n" if name else ""
    return f"{title}$$\n{equation}\n$$\n\n" + "  \n".join(n for n in notes if n)


def report(world, left, right):
    """The numbers of a counterexample, in one line."""
    names = {}
    for key, value in world.values.items():
        if isinstance(key, tuple):
            names[f"{key[0].label}[{', '.join(map(str, key[1:]))}]"] = value
        elif not isinstance(key, sp.Dummy):
            names[str(key)] = value
    values = ", ".join(
        f"{name} = {mpmath.nstr(v, 6).removesuffix('.0')}" for name, v in names.items()
    )
    sides = " against ".join(
        mpmath.nstr(v, 6).removesuffix(".0") for v in (left, right)
    )
    return f"{values}: {sides}" if values else sides


# ------------------------------------------------------------------------------- checks


@dataclass(frozen=True)
class Check:
    """What a check compared. Its text says so, and never says proved."""

    text: str

    def __repr__(self):
        return f"check: {self.text}"


def agree(expression, function, arguments, indices=(), draws=12, rtol=1e-10, seed=0):
    """Compare an expression, evaluated with 50 digits,
    with a NumPy function on random numbers.

    Parameters
    ----------
    expression : a SymPy expression, or a Proof (its right side is taken).
    function : called with NumPy arrays and floats in the order of ``arguments``;
        a float64 result is expected.
    arguments : the arrays and real symbols of the expression.
    indices : the free indices, in the order of the axes of the function's result.
    draws : how many random arguments;
        the symbolic sizes are pairwise different in each of them.
    rtol : the largest relative error allowed, entry by entry.

    Returns
    -------
    Check. Its text rounds the largest relative error up,
    so that it does not depend on the processor.

    Raises
    ------
    Disagreement if the shapes differ, a NaN appears, the error is larger than ``rtol``,
    every expected value is 0, or the draws never reach one of the branches
    of a piecewise function.

    >>> from sympy import Sum
    >>> from backprop.symbolic import array, indices, sizes
    >>> D, i = sizes("D"), indices("i")
    >>> x, w = array("x", D), array("w", D)
    >>> agree(Sum(x[i]*w[i], (i, 1, D)), lambda x, w: x @ w, (x, w))
    check: 12 draws, 1 <= D <= 9, largest relative error below 1e-14
    """
    e = expression.sides[1] if isinstance(expression, Proof) else sp.sympify(expression)
    missing = e.atoms(IndexedBase) - {
        a for a in arguments if isinstance(a, IndexedBase)
    }
    if missing:
        raise InputError(
            "arguments: expected every array of the expression, "
            f"{sorted(map(str, missing))} missing."
        )
    spans = {i: free_indices(e)[i] for i in indices}
    rng, branches, worst, largest = random.Random(seed), {}, 0.0, 0.0
    symbols = size_symbols(e)
    for _ in range(draws):
        sizes = dict(zip(symbols, rng.sample(range(1, 10), len(symbols)), strict=True))
        world = World({s: mpmath.mpf(v) for s, v in sizes.items()})
        world.branches = branches
        scale = rng.choice([0.25, 1.0, 4.0])
        received = np.asarray(
            function(*[draw_argument(a, sizes, world, rng, scale) for a in arguments])
        )
        shape = tuple(int(sp.sympify(size).subs(sizes)) for size in spans.values())
        if received.shape != shape:
            raise Disagreement(
                f"expected a result of shape {shape}, received {received.shape}."
            )
        with mpmath.workdps(WORKING):
            for place in places(spans, world, most=10**6):
                exact = evaluate(e, world)
                value = float(received[tuple(v - 1 for v in place)])
                error = relative_error(value, exact)
                if not error <= rtol:
                    at = f" at index {place}" if place else ""
                    raise Disagreement(
                        f"expected {mpmath.nstr(exact, 12)}, "
                        f"received {value:.12g}{at}, with sizes {sizes}: "
                        f"relative error {error:.2g}, more than {rtol:g}."
                    )
                worst, largest = max(worst, error), max(largest, abs(float(exact)))
    if largest == 0:
        raise Disagreement(
            "every expected value was 0, so that the check shows nothing."
        )
    for bent, reached in branches.items():
        if len(reached) < len(bent.args):
            unseen = [
                str(c)
                for number, (_, c) in enumerate(bent.args)
                if number not in reached
            ]
            raise Disagreement(
                f"the draws never reached the branch {', '.join(unseen)} of {bent}."
            )
    different = " pairwise different" if len(symbols) > 1 else ""
    spread = f"1 <= {', '.join(map(str, symbols))} <= 9{different}, " if symbols else ""
    return Check(f"{draws} draws, {spread}largest relative error below {below(worst)}")


def draw_argument(a, sizes, world, rng, scale):
    """A random array or number, known to ``world`` as well."""
    if not isinstance(a, IndexedBase):
        value = np.float64(rng.gauss(0, scale))
        value = abs(value) if a.is_positive else -abs(value) if a.is_negative else value
        world.values[a] = mpmath.mpf(float(value))
        return value
    shape = [int(sp.sympify(size).subs(sizes)) for size in a.shape]
    values = np.array([rng.gauss(0, scale) for _ in range(math.prod(shape))]).reshape(
        shape
    )
    values = abs(values) if a.is_positive else values
    for place, value in np.ndenumerate(values):
        world.values[a, *(p + 1 for p in place)] = mpmath.mpf(float(value))
    return values


def relative_error(value, exact):
    """|value - exact| / |exact|;
    infinite for a NaN and for a number where 0 is exact.
    """
    if math.isnan(value):
        return math.inf
    return (
        0.0
        if value == exact
        else float(mpmath.fabs(value - exact) / mpmath.fabs(exact))
        if exact
        else math.inf
    )


def below(error):
    """A round bound with room for another processor's rounding."""
    return next(
        (
            f"{rung:g}"
            for rung in (1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4)
            if 4 * error <= rung
        ),
        f"{error:.0e}",
    )


def gradient_check(
    function, gradient, at, directions=8, rtol=1e-6, complex_step=False, seed=0
):
    """Compare a gradient with difference quotients of its function
    along random directions.

    Parameters
    ----------
    function : takes an array of the shape of ``at`` and returns one real number.
    gradient : the array to be checked, of the same shape.
    at : float64 array, the point.
    directions : how many random unit directions v;
        the derivative along v is the sum of ``gradient * v``.
    rtol : the largest relative error allowed for central differences,
        whose own error is about 1e-10 to 1e-8.
    complex_step : also compare with Im f(at + i h v)/h for h = 1e-30,
        which subtracts nothing and must agree to 1e-12; only for a function made of
        analytic steps that accepts complex numbers (no abs, max, comparison).

    Raises
    ------
    Disagreement with both numbers, if they differ
    or if a kink lies inside the difference quotient's step.
    InputError for wrong shapes and for values that are not finite.

    Source: Martins, Sturdza and Alonso (2003) for the complex step.

    >>> theta = np.array([1.0, -2.0, 0.5])
    >>> gradient_check(lambda t: (t**3).sum(), 3*theta**2, theta, complex_step=True)
    check: 8 directions, central differences below 1e-06, complex step below 1e-14
    """
    at, gradient = np.asarray(at, dtype=float), np.asarray(gradient, dtype=float)
    if gradient.shape != at.shape:
        raise InputError(
            f"gradient: expected the shape {at.shape} of the point, "
            f"received {gradient.shape}."
        )
    if not (np.isfinite(gradient).all() and np.isfinite(at).all()):
        raise InputError(
            "gradient_check: expected finite numbers, received a NaN or an infinity."
        )
    rng, worst = (
        np.random.default_rng(seed),
        {"central differences": 0.0, "complex step": 0.0},
    )
    for _ in range(directions):
        v = rng.normal(size=at.shape)
        v /= np.linalg.norm(v)
        claimed = float(np.sum(gradient * v))
        found = {"central differences": (central_difference(function, at, v), rtol)}
        if complex_step:
            found["complex step"] = (
                float(np.imag(function(at + 1e-30j * v))) / 1e-30,
                1e-12,
            )
        for way, (slope, tolerance) in found.items():
            scale = max(
                abs(slope), abs(claimed), 1e-3 * float(np.linalg.norm(gradient))
            )
            error = abs(slope - claimed) / scale if scale else 0.0
            if not error <= tolerance:
                raise Disagreement(
                    f"{way}: slope {slope:.10g}, the gradient says {claimed:.10g}."
                )
            worst[way] = max(worst[way], error)
    ways = f"central differences below {rtol:g}"
    ways += (
        f", complex step below {below(worst['complex step'])}" if complex_step else ""
    )
    return Check(f"{directions} directions, {ways}")


def central_difference(function, at, v):
    """(f(at + hv) - f(at - hv)) / 2h, unless a kink lies in between."""
    h = 6e-6 * max(1.0, float(np.abs(at).max()))
    ahead, here, behind = (float(function(at + s * h * v)) for s in (1, 0, -1))
    if not all(map(math.isfinite, (ahead, here, behind))):
        raise InputError(
            f"function: expected finite values, received {ahead}, {here}, {behind}."
        )
    bend, slope = abs(ahead - 2 * here + behind) / h, abs(ahead - behind) / (2 * h)
    if bend > 1e-2 * max(slope, 1e-3) and bend * h > 1e-12 * max(abs(here), 1.0):
        raise Disagreement(
            f"the slopes on both sides differ by {bend:.3g}: "
            f"a kink lies within {h:.1g} of the point."
        )
    return (ahead - behind) / (2 * h)
