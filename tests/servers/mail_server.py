"""A mail server on loopback that keeps what it is given (needs aiosmtpd)."""

from __future__ import annotations

import email
import email.policy
import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from synapse_server import free_port


class MailServer:
    """``letters`` holds what came; ``refuse`` is answered to the next recipients."""

    def __init__(
        self, *, user: str = "", password: str = "", tls: ssl.SSLContext | None = None
    ) -> None:
        self.letters: list[EmailMessage] = []
        self.refuse = ""
        self.encrypted = False  # the last letter came over TLS
        self._login = (user.encode(), password.encode())
        self.address = f"127.0.0.1:{free_port()}"
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=int(self.address.rpartition(":")[2]),
            authenticator=self._authenticate if user else None,
            auth_required=bool(user),
            auth_require_tls=tls is not None,
            tls_context=tls,
            require_starttls=tls is not None,
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
        self.encrypted = session.ssl is not None
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"


class Authority:
    """A certificate authority of our own: ``root`` is the file that whoever trusts it names."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, folder / "root.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Essai")])
        basic = x509.BasicConstraints(ca=True, path_length=None)
        made = self._begun(self._name, self._key).add_extension(basic, critical=True)
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
            key_encipherment=False, data_encipherment=False, key_agreement=False,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        made = made.add_extension(usage, critical=True)
        signed = made.sign(self._key, hashes.SHA256())
        self.root.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def server(self, address: str = "127.0.0.1", *, over: bool = False) -> ssl.SSLContext:
        """What a server of this address or name shows; ``over``: it was valid until yesterday."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        try:
            called: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(address))
        except ValueError:
            called = x509.DNSName(address)
        names = x509.SubjectAlternativeName([called])
        made = self._begun(name, key, over=over).add_extension(names, critical=False)
        whole = made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        whole += key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = self.folder / f"server-{address}-{over}.pem"
        path.write_bytes(whole)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _begun(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, *, over: bool = False
    ) -> x509.CertificateBuilder:
        now, day = datetime.now(UTC), timedelta(days=1)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 3 * day)
            .not_valid_after(now - day if over else now + day)
        )
