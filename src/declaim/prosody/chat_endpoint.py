"""An OpenAI-compatible endpoint: one question, one answer, within a deadline or not at all."""

from __future__ import annotations

import os
import time
import weakref
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, SecretStr, ValidationError

from declaim.errors import ConfigError
from declaim.retry_after import seconds_to_wait

try:
    import httpx2
except ImportError as error:
    raise ConfigError(
        "asking a chat model needs the httpx2 package", hint='Install it: pip install "declaim[chat]"'
    ) from error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from declaim.config import Config

_KEYS = ("DECLAIM_CHAT_API_KEY", "OPENAI_API_KEY")

_SCHEMA, _OBJECT = "json_schema", "json_object"
_FORMS: tuple[Mapping[str, Any], ...] = (
    {"response_format": _SCHEMA, "temperature": 0},
    {"response_format": _SCHEMA},  # reasoning models refuse a temperature
    {"response_format": _OBJECT, "temperature": 0},
    {},
)
"""What is asked for besides an answer, each less than the one before. A server that answers 400 gets the
next, and from then on the one that it took."""
_REFUSED = {400, 422}
"""The server does not know a parameter."""
_PASSING = {408, 429, 500, 502, 503, 504}
"""Worth a second try."""
_SECOND_TRY = 0.5
"""Seconds until then, unless the server says when."""
_LONGEST_ANSWER = 1_000_000
"""Bytes."""
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_REASONS = {
    401: "the key is not accepted",
    403: "the key is not accepted",
    404: "no such model, or the base URL lacks its path (most end in /v1)",
    429: "too many requests, or nothing left to spend",
}


class EndpointError(Exception):
    """No usable answer. Says why, in words that hold neither the key nor what was asked.

    Attributes:
        wait: seconds that the server wants to be left alone.
    """

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


class ChatEndpoint:
    """Asks one model. Threads may share it.

    Args:
        base_url: what comes before ``/chat/completions``.
        model: its name there.
        key: sent as a bearer token; None sends none.
    """

    def __init__(self, base_url: str, model: str, key: SecretStr | None = None) -> None:
        address = httpx2.URL(base_url)
        self._url = address.copy_with(path=f"{address.path.rstrip('/')}/chat/completions")
        self._model = model
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
        # The environment's proxy is for other machines.
        self._client = httpx2.Client(headers=headers, trust_env=address.host not in _LOOPBACK)
        self._form = 0
        weakref.finalize(self, self._client.close)

    @classmethod
    def configured(cls, config: Config) -> Self:
        """The endpoint that the configuration names; its key comes from the environment alone.

        Raises:
            ConfigError: no endpoint or no model is named, or the key cannot be sent.
        """
        if config.chat_base_url is None or not config.chat_model:
            raise ConfigError(
                "a chat model needs both chat_base_url and chat_model",
                hint="name a model that the endpoint has",
            )
        return cls(str(config.chat_base_url), config.chat_model, _key())

    def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], until: float) -> str:
        """The model's answer.

        Args:
            messages: the chat so far.
            schema: the JSON schema of the answer.
            until: the deadline on :func:`time.monotonic`'s clock. A server that sends its headers drop by
                drop, or a resolver, may hold the call up for longer.

        Raises:
            EndpointError: there is none.
        """
        form = self._form
        while True:
            status, headers, body = self._second_try(self._request(form, messages, schema), until)
            if status not in _REFUSED or form == len(_FORMS) - 1:
                break
            form += 1
        if status != httpx2.codes.OK:
            reason = _REASONS.get(status, "")
            raise EndpointError(
                f"it answered {status}{reason and f': {reason}'}",
                seconds_to_wait(headers.get("Retry-After", "")),
            )
        self._form = form
        return _content(body)

    def _request(
        self, form: int, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any]
    ) -> dict[str, Any]:
        request = {"model": self._model, "messages": messages, **_FORMS[form]}
        kind = request.get("response_format")
        if kind is not None:
            request["response_format"] = {"type": kind}
        if kind == _SCHEMA:
            # Not "strict", which has no optional fields: they cost time that speech waits for.
            request["response_format"][kind] = {"name": "scores", "schema": schema}
        return request

    def _second_try(self, request: dict[str, Any], until: float) -> tuple[int, httpx2.Headers, bytes]:
        """The server's answer, or that to a second try if the first failed in passing and there is time."""
        status, headers, body = self._send(request, until)
        wait = seconds_to_wait(headers.get("Retry-After", "")) or _SECOND_TRY
        if status not in _PASSING or time.monotonic() + wait >= until:
            return status, headers, body
        time.sleep(wait)
        return self._send(request, until)

    def _send(self, request: dict[str, Any], until: float) -> tuple[int, httpx2.Headers, bytes]:
        left = until - time.monotonic()
        if left <= 0:
            raise EndpointError("it took too long")
        try:
            with self._client.stream("POST", self._url, json=request, timeout=left) as response:
                return response.status_code, response.headers, _body(response, until)
        except httpx2.TimeoutException as error:
            raise EndpointError("it took too long") from error
        except (httpx2.HTTPError, OSError, ValueError) as error:  # ValueError: a name that is no host's
            raise EndpointError(f"{type(error).__name__}: {error}") from error


def _body(response: httpx2.Response, until: float) -> bytes:
    """What the server sends, if it comes to an end. A read's timeout bounds one packet, not all of them."""
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > _LONGEST_ANSWER:
            raise EndpointError("its answer is too long")
        if time.monotonic() > until:
            raise EndpointError("it took too long")
    return bytes(body)


def _key() -> SecretStr | None:
    """The key from the first variable that is set; a variable set to nothing means no key.

    Raises:
        ConfigError: it has characters that no HTTP header may have.
    """
    name = next((name for name in _KEYS if name in os.environ), None)
    key = os.environ[name].strip() if name else ""
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(f"{name} holds no key", hint="a key is one line of ASCII characters")
    return SecretStr(key) if key else None


class _Message(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    choices: list[_Choice]


def _content(body: bytes) -> str:
    """The text in a chat completion.

    Raises:
        EndpointError: it is no chat completion.
    """
    try:
        choices = _Completion.model_validate_json(body).choices
    except ValidationError as error:
        raise EndpointError("what it sent is no chat completion") from error
    if not choices:
        raise EndpointError("it sent no choice")
    return choices[0].message.content
