"""The server's line to the page: small messages leave at once."""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

from unmasked.course.server import PromptConnection


def test_messages_leave_at_once_and_the_line_opens_as_ever(monkeypatch):
    told = []

    class Handler(KernelWebsocketHandler):
        def set_nodelay(self, value):
            told.append(value)

    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: "opened")
    connection = PromptConnection.__new__(PromptConnection)
    connection.websocket_handler = Handler.__new__(Handler)
    assert connection.connect() == "opened"
    assert told == [True]
