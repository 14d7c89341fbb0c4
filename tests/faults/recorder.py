"""A man in the middle who passes everything on, and remembers what the client said."""

import select
import socket
import threading

import zmtp


class Recorder:
    def __init__(self, endpoint):
        self.target = endpoint
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.said = []  # a bytearray for each connection
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            record = bytearray()
            self.said.append(record)
            thread = threading.Thread(target=self._pass_on, args=(client, record), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _pass_on(self, client, record):
        with client, zmtp.connect(self.target) as server:
            other = {client: server, server: client}
            while True:
                for side in select.select(list(other), [], [])[0]:
                    try:
                        data = side.recv(65536)
                        if side is client:
                            record += data
                        if not data:
                            return
                        other[side].sendall(data)
                    except ConnectionError:
                        return

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
