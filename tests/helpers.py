"""What several test files share."""

import pytest
from backprop.shapes import InputError


def refused(function, *args, **kwargs):
    """The message of the InputError that the call raises."""
    with pytest.raises(InputError) as caught:
        function(*args, **kwargs)
    message = str(caught.value)
    assert "expected" in message
    assert "received" in message
    assert "Likely cause: " in message
    assert len(message.split("Likely cause: ")[1]) > 10
    return message
