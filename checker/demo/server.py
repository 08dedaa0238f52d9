"""moto's server in this process, on the loopback interface, behind a thin front.

The front adds what moto lacks: interceptors see every call first and may answer it.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment
from xml.sax.saxutils import escape

_JSON_SERVICES = (
    "athena", "batch", "codebuild", "cognito-identity", "cognito-idp", "config", "dynamodb", "ecr",
    "eks", "elasticfilesystem", "events", "imagebuilder", "kms", "lambda", "logs", "organizations",
    "pcs", "ram", "rolesanywhere", "sagemaker", "secretsmanager", "sqs", "ssm",
)  # fmt: skip
_CREDENTIAL = re.compile(r"Credential=([^/]+)/[^/]+/([^/]+)/([^/]+)/")


@dataclass(frozen=True)
class ApiCall:
    """A call to an AWS service: who signed it, where, and what it asks.

    S3 has no actions: what is asked there is told by `method` and `path`, the query included.
    """

    access_key: str
    region: str
    service: str
    action: str
    parameters: dict[str, Any]
    path: str = ""
    method: str = ""

    @property
    def account(self) -> str:
        from moto.iam.models import get_account_id_from

        return str(get_account_id_from(self.access_key))


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    content_type: str = "text/xml"


Interceptor: TypeAlias = Callable[[ApiCall], Answer | None]
Wsgi: TypeAlias = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


def failure(call: ApiCall, code: str, message: str, status: int = 403) -> Answer:
    """An error in the protocol of the call's service."""
    if call.service in _JSON_SERVICES:
        body = json.dumps({"__type": code, "message": message})
        return Answer(status, body, "application/x-amz-json-1.1")
    error = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    if call.service == "ec2":
        return Answer(
            status, f"<Response><Errors>{error}</Errors><RequestID>r</RequestID></Response>"
        )
    return Answer(status, f"<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>")


_ONE_CALL = threading.Lock()
"""The emulator answers one at a time: its world is this process's, in plain dictionaries."""


class Front:
    """A WSGI application before another one."""

    def __init__(self, application: Wsgi, interceptors: tuple[Interceptor, ...]) -> None:
        self.application = application
        self.interceptors = interceptors
        self._over = False

    def end(self) -> None:
        """Waits for the call that is being answered; a late one must not meet the next AWS."""
        with _ONE_CALL:
            self._over = True

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        call = _parse(environ, body)
        for intercept in self.interceptors:
            answer = _asked(intercept, call, environ)
            if answer:
                headers = [("Content-Type", answer.content_type), ("x-amzn-requestid", "r")]
                start_response(f"{answer.status} Answer", headers)
                return [answer.body.encode()]
        with _ONE_CALL:
            if self._over:
                raise ConnectionResetError
            return self.application(environ, start_response)


def _asked(intercept: Interceptor, call: ApiCall, environ: WSGIEnvironment) -> Answer | None:
    """An interceptor may also cut the connection, by raising ConnectionResetError."""
    try:
        return intercept(call)
    except ConnectionResetError:
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise


def _parse(environ: WSGIEnvironment, body: bytes) -> ApiCall:
    signed = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    access_key, region, service = signed.groups() if signed else ("", "", "")
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target or environ.get("CONTENT_TYPE", "") == "application/json":
        parameters: dict[str, Any] = json.loads(body or b"{}")
    else:
        parameters = dict(parse_qsl(body.decode("utf-8", "replace")))
    action = target.rpartition(".")[2] or str(parameters.get("Action", ""))
    path = f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
    return ApiCall(access_key, region, service, action, parameters, path, environ["REQUEST_METHOD"])


def _emulator() -> Wsgi:
    """moto, which looks through its own folders to tell whose a call is: once for each host."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    emulator: Any = DomainDispatcherApplication(create_backend_app)
    emulator.get_backend_for_host = cache(emulator.get_backend_for_host)
    return cast(Wsgi, emulator)


@contextmanager
def serve(*interceptors: Interceptor) -> Iterator[str]:
    """The address of an empty AWS, for as long as the context lasts."""
    from moto.moto_api._internal import mock_random
    from moto.moto_api._internal.models import moto_api_backend
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)  # else every request is a line
    front = Front(_emulator(), interceptors)
    # Without its thousands of default images moto is ready at once.
    with replaced_environment({"MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}):
        moto_api_backend.reset()
        mock_random.seed(2026)  # the same ids each time
        server = make_server("127.0.0.1", 0, front, threaded=True)
        # polling for the end twice a second, as by default, would cost every test half a second
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            front.end()


@contextmanager
def aws_environment(endpoint: str, account: str) -> Iterator[None]:
    """An environment in which boto3 knows only `endpoint`, as somebody of `account`.

    No setting of the user's is read or touched: neither profiles nor credentials, nor endpoints
    of single services, nor a proxy that would carry the calls off this machine: the emulator is
    the proxy of what has a name.
    """
    isolated = dict.fromkeys((name for name in os.environ if name.startswith("AWS_")), None) | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint,
        # S3's control plane puts the account before the host's name, which an address cannot have
        "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.emulator",
        "HTTP_PROXY": endpoint,
        "http_proxy": endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
        "BOTO_CONFIG": os.devnull,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    with replaced_environment(isolated), replaced_environment(sign_in(account)):
        yield


def sign_in(account: str) -> dict[str, str | None]:
    """Credentials of an account, as environment variables: the emulator lets anybody in."""
    import boto3

    answer = (
        boto3.Session()
        .client("sts")
        .assume_role(RoleArn=f"arn:aws:iam::{account}:role/demo", RoleSessionName="demo")[
            "Credentials"
        ]
    )
    return {
        "AWS_ACCESS_KEY_ID": answer["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": answer["SecretAccessKey"],
        "AWS_SESSION_TOKEN": answer["SessionToken"],
    }


@contextmanager
def replaced_environment(values: dict[str, str | None]) -> Iterator[None]:
    """Environment variables for a while; None takes one away."""
    before = {name: os.environ.get(name) for name in values}
    _set_environment(values)
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
