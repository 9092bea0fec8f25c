"""Run a reader's function: with a time limit, and with what it prints."""

import ctypes
import io
import threading
from contextlib import redirect_stdout

SECONDS, TRIES = 3.0, 20


class OutOfTime(BaseException):
    """Raised in the reader's function by the time limit; no ``except Exception``
    catches it.
    """


class Run:
    """A call that has ended: its ``value`` or its ``error``, and what it ``printed``."""

    def __init__(self, function, *arguments, seconds=None):
        self.value = self.error = None
        self.call, text = (function, arguments), io.StringIO()
        thread = threading.Thread(target=self.run, daemon=True)
        with redirect_stdout(text):
            thread.start()
            thread.join(seconds or SECONDS)
            for _ in range(TRIES):
                if thread.is_alive():
                    stop(thread)
                    thread.join(0.1)
            if thread.is_alive():
                self.error = OutOfTime()
        self.printed = text.getvalue()

    def run(self):
        function, arguments = self.call
        try:
            self.value = function(*arguments)
        except BaseException as error:  # of the reader's function, whatever it is
            self.error = error


def stop(thread):
    """Raise OutOfTime in a thread that runs Python."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(OutOfTime))
