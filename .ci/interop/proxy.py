"""A connection that can be lost: between a program and its server."""

import contextlib, socket, socketserver, threading


class Proxy(socketserver.ThreadingTCPServer):
    """Passes on what comes, until it is cut; of what the server sends no more than so many octets."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, port, limit=float("inf")):
        self.target, self.limit, self.open, self.closed = port, limit, [], False
        super().__init__(("127.0.0.1", 0), None)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.cut()
        self.server_close()

    @property
    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"

    def finish_request(self, request, address):
        if self.closed:
            return
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.target)) as server:
            self.open += [request, server]
            back = threading.Thread(target=self.copy, args=(server, request, self.limit), daemon=True)
            back.start()
            self.copy(request, server)
            back.join()

    def copy(self, source, sink, limit=float("inf")):
        with contextlib.suppress(OSError):
            while octets := source.recv(65536):
                # behind the limit the server goes on, and nobody hears it
                sink.sendall(octets[:min(limit, len(octets))])
                limit -= min(limit, len(octets))
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        for end in self.open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.open = []
