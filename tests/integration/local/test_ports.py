"""Ports, real ones: sockets are shut in unit tests."""

import socket

import pytest

from local.errors import LocalError
from local.ports import first_free, is_free, require_free

pytestmark = pytest.mark.integration


def test_a_taken_port_is_one_sentence_that_names_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_free(port)
        with pytest.raises(
            LocalError, match=rf"Port {port}, for the API, is taken .* with PORT\."
        ) as refused:
            require_free(port, "the API", "PORT")
        assert "\n" not in str(refused.value)


def test_the_first_free_port_is_taken_of_several() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalError, match="No port is free"):
            first_free([port], "OpenSearch")
