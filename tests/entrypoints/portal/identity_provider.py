"""An identity provider on this machine: one that lets everybody in as whoever it was told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt


@dataclass(slots=True)
class Provider:
    """Who the next one to come is (claims), what was asked of it, and since when it knows them; it need not say."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    broken: bool = False
    auth_time: object = None


def _id_token(provider: Provider) -> dict[str, str]:
    if provider.auth_time is None:
        return {}
    claims = {"sub": "1", "iss": provider.address, "aud": "pleamar", "exp": time.time() + 60}
    return {"id_token": jwt.encode({**claims, "auth_time": provider.auth_time}, "k" * 32, algorithm="HS256")}


@contextmanager
def serving() -> Iterator[Provider]:
    """It answers while this lasts."""
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer()

        def _answer(self) -> None:
            provider.asked.append(self.path)
            base = provider.address
            told = {
                "/.well-known/openid-configuration": {
                    "issuer": base,
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                    "userinfo_endpoint": f"{base}/userinfo",
                    "jwks_uri": f"{base}/keys",
                },
                "/token": {"access_token": "a", "token_type": "Bearer", "expires_in": 60, **_id_token(provider)},
                "/userinfo": provider.claims,
            }.get(self.path, {})
            body = json.dumps(told).encode()
            self.send_response(500 if provider.broken else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            del arguments

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
