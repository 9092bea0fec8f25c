"""The package of the book *Executable Backpropagation*, in three rooms: the mathematics
here, in NumPy; ``proof``, the proof engine, in SymPy; ``book``, what a page needs.
"""
