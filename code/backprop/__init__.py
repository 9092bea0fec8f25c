"""The package of the book *Executable Backpropagation*:
one module for each chapter, and the tools that prove.
"""
