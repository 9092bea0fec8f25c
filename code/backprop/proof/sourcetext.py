"""Python source as text: names for what mathematics calls Δ, ŷ and f′, and lines that
end before column 79.
"""

import keyword
import re
import textwrap
import unicodedata

from .vocabulary import Arbitrary

WIDTH = 79
MARKS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0307": "dot"}
MARKS |= {"′": "prime", "'": "prime", "+": "next", "-": "prev", "−": "prev"}
WORDS = {"ℓ": "ell", "λ": "lam", "Λ": "Lam"}  # lambda is a word of Python
OPERATORS = [(" + ", " - "), (" * ", " / ", " @ "), (" & ", " | ")]


def spoken(thing):
    """The Python name of an array, a symbol or a function.

    >>> [spoken(name) for name in ("Δ^o", "ŷ", "β_1", "h^-", "λ")]
    ['Delta_o', 'y_hat', 'beta_1', 'h_prev', 'lam']
    """
    if not isinstance(thing, type):
        return identifier(str(getattr(thing, "label", thing)))
    if not issubclass(thing, Arbitrary):
        return thing.__name__
    if len(thing.orders) == 1:
        return identifier(thing.letter) + "_prime" * thing.orders[0]
    marks = "".join(str(p) * k for p, k in enumerate(thing.orders, start=1))
    return identifier(f"{thing.letter}_{marks}")


def identifier(text):
    """A text as a Python name; "" if nothing is left of it."""
    words = "".join(WORDS.get(c) or word_of(c) for c in text)
    name = re.sub("_+", "_", re.sub(r"\W", "_", words)).strip("_")
    if name[:1].isdigit():
        name = f"x_{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def word_of(c):
    """Latin letters stay; a Greek letter is a word, an accent and a prime too."""
    if c.isascii() and c not in MARKS:
        return c
    c, *accents = unicodedata.normalize("NFKD", c)
    marks = "".join(f"_{MARKS[a]}_" for a in accents if a in MARKS)
    if c in MARKS:
        return f"_{MARKS[c]}_"
    *kind, last = unicodedata.name(c, "").split()
    if kind[:1] != ["GREEK"]:
        return c + marks
    word = WORDS.get(c) or (last.title() if "CAPITAL" in kind else last.lower())
    return f"_{word}_{marks}"


def title_name(title, most=40):
    """A function's name from the name of a proof, of so many columns.

    >>> title_name("Adam's step, as the program writes it")
    'adams_step_as_the_program_writes_it'
    """
    words = re.sub(r"[^\w]+", " ", re.sub("['’]", "", title.lower())).split()
    while words and words[0].isdigit():
        words = words[1:]
    while len("_".join(words)) > most:
        words.pop()
    return identifier("_".join(words))


# ------------------------------------------------------------------------------- lines


def signature(name, arguments):
    """The first lines of a function."""
    line = f"def {name}({', '.join(arguments)}):"
    if len(line) <= WIDTH:
        return [line]
    return [f"def {name}(", *filled(", ".join(arguments)), "):"]


def docstring(text):
    line = f'    """{text}"""'
    return [line] if len(line) <= WIDTH else [*filled(f'"""{text}'), '    """']


def filled(text):
    """Lines that break between arguments, not inside of a shape."""
    text = re.sub(r"\([^)]*\)", lambda shape: shape[0].replace(" ", "\0"), text)
    lines = textwrap.wrap(text, WIDTH - 4, break_long_words=False)
    return [f"    {line}".replace("\0", " ") for line in lines]


def broken(start, text):
    """The lines of a statement; one that is too long is broken in brackets before its
    operators.
    """
    if len(start + text) <= WIDTH:
        return [start + text]
    indent = " " * (len(start) - len(start.lstrip()))
    whole = [first == 0 for first, _ in bracketed(text)] == [True]
    if whole or not any(pieces(text, signs)[1:] for signs in OPERATORS):
        return opened(start, text, indent)
    return [f"{start}(", *lines_of(text, f"{indent}    "), f"{indent})"]


def lines_of(text, indent):
    """A text broken before its operators, weak ones first, else inside its brackets."""
    if len(indent + text) <= WIDTH:
        return [indent + text]
    for signs in OPERATORS:
        first, *others = pieces(text, signs)
        if others:
            found = lines_of(first, indent)
            for sign, piece in others:
                found += opened(f"{indent}{sign.strip()} ", piece, indent)
            return found
    return opened(indent, text, indent)


def opened(start, text, indent):
    """A text that begins after ``start``, broken inside its longest brackets."""
    groups = bracketed(text)
    if len(start + text) <= WIDTH or not groups:
        return [start + text]
    first, last = max(groups, key=lambda group: group[1] - group[0])
    inner, inside = text[first + 1 : last], f"{indent}    "
    parts = [piece for _, piece in split_at(inner, (", ",))]
    found = lines_of(inner, inside)
    if len(parts) > 1:
        found = [line for part in parts for line in lines_of(f"{part},", inside)]
    return [start + text[: first + 1], *found, indent + text[last:]]


def pieces(text, signs):
    """The first operand of a text, and a pair of sign and operand for each other."""
    (_, first), *others = split_at(text, signs)
    return [first, *others]


def split_at(text, signs):
    """Pairs of a sign and what follows it, outside of brackets."""
    found, depth, start, sign = [], 0, 0, ""
    for p, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        here = next((s for s in signs if text.startswith(s, p)), None)
        if depth == 0 and here:
            found.append((sign, text[start:p]))
            start, sign = p + len(here), here
    return [*found, (sign, text[start:])]


def bracketed(text):
    """The places of the outermost brackets of a text."""
    found, starts = [], []
    for p, c in enumerate(text):
        if c in "([":
            starts.append(p)
        elif c in ")]" and starts:
            first = starts.pop()
            found += [] if starts else [(first, p)]
    return found


def mentions(text, name):
    """Whether a source has this name, not as an attribute nor in quotes."""
    code = re.sub(r'"[^"]*"', '""', text)
    return re.search(rf"(?<![\w.]){name}\b(?!=)", code) is not None
