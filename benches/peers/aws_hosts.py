"""AWS's own host names, answered by the stand-in: for tools that know no other endpoint. A proxy on this machine ends their
TLS with a certificate made for it, and hands what they ask to the stand-in."""

import http.server
import os
import select
import socket
import ssl
import subprocess
import threading
from urllib.parse import urlsplit

HOSTS = ["oidc.us-east-1.amazonaws.com", "portal.sso.us-east-1.amazonaws.com", "sts.us-east-1.amazonaws.com"]


def certificate(folder):
    """Files of a certificate for HOSTS and its key."""
    cert, key = os.path.join(folder, "hosts.pem"), os.path.join(folder, "hosts.key")
    names = ",".join(f"DNS:{host}" for host in HOSTS)
    ask = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=stand-in"]
    subprocess.run([*ask, "-addext", f"subjectAltName={names}", "-out", cert, "-keyout", key], check=True, capture_output=True)
    return cert, key


class AwsHosts:
    """`variables`: what a tool needs to come here."""

    def __init__(self, folder, stand_in):
        cert, key = certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        to = urlsplit(stand_in)

        class Proxy(http.server.BaseHTTPRequestHandler):
            def do_CONNECT(self):
                self.send_response(200)
                self.end_headers()
                client = context.wrap_socket(self.connection, server_side=True)
                with client, socket.create_connection((to.hostname, to.port)) as server:
                    pass_on(client, server)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        # Who hangs up early sees for himself; what he lacks in the end is seen by its tool.
        self.server.handle_error = lambda *_: None
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        proxy = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.variables = {"HTTPS_PROXY": proxy, "NO_PROXY": "127.0.0.1,localhost", "SSL_CERT_FILE": cert}


def pass_on(client, server):
    while True:
        ready = [client] if client.pending() else select.select([client, server], [], [])[0]
        for one in ready:
            data = one.recv(65536)
            if not data:
                return
            (server if one is client else client).sendall(data)
