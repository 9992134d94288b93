"""A mail server on loopback that keeps what it is given (needs aiosmtpd)."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from synapse_server import free_port


class MailServer:
    """``letters`` holds what came; ``refuse`` is answered to the next recipients."""

    def __init__(self, *, user: str = "", password: str = "") -> None:
        self.letters: list[EmailMessage] = []
        self.refuse = ""
        self._login = (user.encode(), password.encode())
        self.address = f"127.0.0.1:{free_port()}"
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=int(self.address.rpartition(":")[2]),
            authenticator=self._authenticate if user else None,
            auth_required=bool(user),
            auth_require_tls=False,
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def _authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == self._login
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"
