"""aiohttp with a thin WSGI bridge: `python -m bench.servers.bridge PORT THREADS`."""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Final
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIEnvironment

from aiohttp import web

from bench.servers.application import Application, application

_LARGEST_BODY: Final = 20 * 1024 * 1024

Headers = list[tuple[str, str]]
ErrorInfo = (
    tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
)


class Bridge:
    """An aiohttp handler: a WSGI application in a pool of threads, its answer streamed."""

    def __init__(self, wsgi: Application, threads: int) -> None:
        self._wsgi = wsgi
        self._pool = ThreadPoolExecutor(threads)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Read the body, call the application in a thread, send what it gives as it comes."""
        loop = asyncio.get_running_loop()
        environ = _environ(request, await request.read())
        call = _Call()
        body = await loop.run_in_executor(self._pool, call.run, self._wsgi, environ)
        if isinstance(body, list):
            whole = b"".join(body)
            return web.Response(status=call.status, headers=call.headers, body=whole)
        response = web.StreamResponse(status=call.status, headers=call.headers)
        await response.prepare(request)
        pieces = iter(body)
        while piece := await loop.run_in_executor(self._pool, _next_piece, pieces):
            await response.write(piece)
        await response.write_eof()
        return response


class _Call:
    """One call of the application: what start_response was told."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: Headers = []
        self._written: list[bytes] = []

    def run(self, wsgi: Application, environ: WSGIEnvironment) -> Iterable[bytes]:
        """Return the body; what was given to write() comes first (PEP 3333)."""
        body = wsgi(environ, self._start)
        return [*self._written, *body] if self._written else body

    def _start(
        self, status: str, headers: Headers, error: ErrorInfo = None, /
    ) -> Callable[[bytes], object]:
        del error
        self.status, self.headers = int(status[:3]), headers
        return self._written.append


def _next_piece(pieces: Iterator[bytes]) -> bytes:
    return next(pieces, b"")


def _environ(request: web.Request, body: bytes) -> WSGIEnvironment:
    path, _, query = request.raw_path.partition("?")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": request.host,
        "SERVER_PORT": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.remote or "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ


def main() -> None:
    """Serve on the loopback interface; several such processes share a port."""
    port, threads = int(sys.argv[1]), int(sys.argv[2])
    site = web.Application(client_max_size=_LARGEST_BODY)
    site.router.add_route("*", "/{path:.*}", Bridge(application, threads).handle)
    web.run_app(site, host="127.0.0.1", port=port, reuse_port=True, print=None, access_log=None)


if __name__ == "__main__":
    main()
