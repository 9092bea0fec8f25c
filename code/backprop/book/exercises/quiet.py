"""Run a reader's function without NumPy's warnings, where a mistake overflows."""


def quietly(answer, *arguments):
    import numpy as np

    with np.errstate(all="ignore"):
        return answer(*arguments)
