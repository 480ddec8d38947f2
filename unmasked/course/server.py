"""What the course asks of Jupyter's server: pictures of benches leave at once.

`course/launch.py` names `PromptConnection` to the server; other ways to start Jupyter may, too:

    jupyter lab --ServerApp.kernel_websocket_connection_class=unmasked.course.server.PromptConnection
"""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """The server's own line between kernel and page, without Nagle's algorithm (RFC 896).

    A kernel says "busy" before it sends a bench's picture. Nagle's algorithm keeps the second message back until the
    browser has acknowledged the first, and browsers take their time over that: up to 40 ms on Linux, more elsewhere.
    """

    def connect(self):
        """Opens the line; what `connect` of the server's class returns."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
