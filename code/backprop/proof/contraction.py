"""A sum over indices as a NumPy expression: a matrix product, a sum over axes, or
``np.einsum``.

``write`` is the ``ArrayCode`` that writes the parts.
"""

from itertools import combinations, permutations
from string import ascii_lowercase

from sympy import Add, Indexed, Mul, Sum

from .arraytext import ATOM, MATMUL, RAISED, Code, in_order, placed, sizes_of, spelled

LETTERS = {*ascii_lowercase}


def sum_code(write, e, layout):
    """A sum of a product: what does not depend on its indices stands before it."""
    factors, indices = Mul.make_args(e.function), frozenset(e.variables)
    outside = [a for a in factors if not write.axes(a) & indices]
    inside = [a for a in factors if write.axes(a) & indices]
    idle = indices - write.axes(*inside)
    groups = connected(write, inside, indices)
    if outside or idle or len(groups) != 1:
        outside += [write.sizes[i] for i in in_order(idle)]
        parts = [summed(write, g, indices & write.axes(*g)) for g in groups]
        return write.times([*outside, *parts], layout)
    found = [
        *matrix_products(write, inside, indices, layout),
        *reductions(write, inside, indices, layout),
        *einsums(write, inside, indices, layout),
    ]
    arrays = [a for e in inside for a in e.atoms(Indexed)]
    axes = max((len(write.axes(a)) for a in arrays), default=0)
    if all(code.axes > axes for code in found):
        found += distributed(write, inside, indices, layout)
    return min(found, key=lambda code: code.cost(axes))


def summed(write, factors, indices):
    """A product under a sum over these indices."""
    limits = [(i, 1, write.sizes[i]) for i in in_order(indices)]
    return Sum(Mul(*factors), *limits) if limits else Mul(*factors)


def connected(write, factors, indices):
    """Groups of factors that share no index of the sum with each other."""
    groups = []
    for a in factors:
        linked = [g for g in groups if write.axes(*g) & write.axes(a) & indices]
        groups = [g for g in groups if g not in linked]
        groups.append([b for g in linked for b in g] + [a])
    return groups


def matrix_products(write, factors, indices, layout):
    """Two groups of factors that share one index of the sum, and no other."""
    order = order_of(write, factors, indices, layout)
    for left, right in splits(factors):
        shared = write.axes(*left) & write.axes(*right) & indices
        if len(shared) == 1:
            (r,) = shared
            sides = [
                summed(write, side, indices & write.axes(*side) - shared)
                for side in (left, right)
            ]
            for layouts in matmul_layouts(order, *map(write.axes, sides), r):
                codes = [write(*pair) for pair in zip(sides, layouts, strict=True)]
                yield placed(matmul(*codes, order), order, layout)


def reductions(write, factors, indices, layout):
    """Sums over axes, which stay with length 1 where the layout has a gap."""
    order = order_of(write, factors, indices, layout)
    gaps = [i for i in layout if i not in order]
    if order and len(gaps) == len(indices):
        for inner in permutations(in_order(indices)):
            full = dict(zip(gaps, inner, strict=True))
            inner = [full.get(i, i) for i in layout]
            yield reduced(write, factors, indices, inner, order, keep=True)
    for inner in permutations([*order, *in_order(indices)]):
        if [i for i in inner if i in order] == order:
            code = reduced(write, factors, indices, inner, order)
            yield placed(code, order, layout)


def reduced(write, factors, indices, inner, order, keep=False):
    body = write.times(factors, inner)
    axes = [p for p, i in enumerate(inner) if i in indices]
    axis = f"axis={axes[0] if len(axes) == 1 else tuple(axes)}" if order else ""
    text = f"{body.within(ATOM)}.sum({axis}{', keepdims=True' if keep else ''})"
    axes, loops = max(body.axes, len(order)), max(body.loops, len(inner))
    return Code(text, ATOM, axes, loops, is_sum=True)


def einsums(write, factors, indices, layout):
    """Every factor with the letters of its axes."""
    if len(factors) > 1:
        order = order_of(write, factors, indices, layout)
        operands = [cheapest(write, a) for a in factors]
        letters = letters_of([i for axes, _ in operands for i in axes])
        before = ",".join(spelled(axes, letters) for axes, _ in operands)
        texts = ", ".join(code.text for _, code in operands)
        text = f'np.einsum("{before}->{spelled(order, letters)}", {texts})'
        axes, loops = sizes_of([code for _, code in operands])
        axes, loops = max(len(order), *axes), max(len(letters), *loops)
        yield placed(Code(text, ATOM, axes, loops), order, layout)


def distributed(write, factors, indices, layout):
    """Term by term, where the terms together have more axes than one of them."""
    for a in factors:
        if isinstance(a, Add) and any(write.axes(t) < write.axes(a) for t in a.args):
            others = [b for b in factors if b is not a]
            terms = [summed(write, [t, *others], indices) for t in a.args]
            yield write(Add(*terms), layout)


def order_of(write, factors, indices, layout):
    """The axes of the sum, in the order of the layout."""
    own = write.axes(*factors) - indices
    return [i for i in layout if i in own]


def cheapest(write, e):
    """An order of the axes in which a part is written best."""
    orders = permutations(in_order(write.axes(e)))
    found = ((order, write(e, order)) for order in orders)
    return min(found, key=lambda pair: pair[1].cost())


def letters_of(indices):
    """A letter for each index: its own name if that is a letter still free."""
    found, names = {}, {i.name for i in indices}
    spare = iter(sorted(LETTERS - names))
    for i in dict.fromkeys(indices):
        own = i.name in LETTERS and i.name not in found.values()
        found[i] = i.name if own else next(spare)
    return found


def splits(factors):
    """Every way to part factors into two groups, in both orders."""
    for count in range(1, len(factors)):
        for chosen in combinations(range(len(factors)), count):
            left = [a for p, a in enumerate(factors) if p in chosen]
            yield left, [a for p, a in enumerate(factors) if p not in chosen]


def matmul_layouts(order, left, right, r):
    """The layouts in which ``left @ right`` sums over r and has the axes ``order``."""
    if left == right == {r}:
        yield [r], [r]
    elif left == {r} and order[-1] in right:
        yield [r], [*order[:-1], r, order[-1]]
    elif right == {r} and order[-1] in left:
        yield [*order, r], [r]
    elif len(order) > 1 and order[-2] in left - right and order[-1] in right - left:
        yield [*order[:-1], r], [*order[:-2], r, order[-1]]


def matmul(left, right, order):
    text = f"{left.within(MATMUL)} @ {right.within(RAISED)}"
    axes, loops = sizes_of([left, right])
    return Code(text, MATMUL, max(len(order), *axes), max(len(order) + 1, *loops))
