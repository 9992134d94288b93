"""A letter to an admin by SMTP (RFC 5321): the second way, where no room can carry it.

The one door for :mod:`smtplib`. It runs in a thread, with a time limit for each step.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from bot.causes import cause_of
from bot.config.settings import SecondWay
from bot.errors import ChannelError, Locked, NotNow, Rejected

#: seconds for one step of the conversation, and for all of it
STEP, TOTAL = 20.0, 90.0
#: where a server's address names no port (RFC 8314, section 3.3; RFC 6409)
PORTS = {"tls": 465, "starttls": 587, "none": 25}


async def send_mail(way: SecondWay, password: str | None, subject: str, text: str) -> None:
    """Send one letter. Raises ChannelError: Locked where the login is refused, Rejected where the
    letter is, NotNow where trying again may help."""
    assert way.email, "the settings have it, and the server with it"
    letter = EmailMessage()
    letter["Subject"] = " ".join(subject.splitlines())
    letter["From"] = way.sender or way.email
    letter["To"] = way.email
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain=(way.sender or way.email).rpartition("@")[2])
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    letter.set_content(text)
    try:
        async with asyncio.timeout(TOTAL):
            await asyncio.to_thread(_hand_over, way, password, letter)
    except smtplib.SMTPException as error:
        raise _meaning(way, error) from error
    except (OSError, TimeoutError) as error:  # SSLError and a closed port among them
        raise NotNow(channel=way.smtp, cause=cause_of(error)) from error


def _hand_over(way: SecondWay, password: str | None, letter: EmailMessage) -> None:
    host, _, port = (way.smtp or "").partition(":")
    number = int(port) if port else PORTS[way.security]
    trusted = ssl.create_default_context()
    if way.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, number, timeout=STEP, context=trusted)
    else:
        server = smtplib.SMTP(host, number, timeout=STEP)
    with server:
        if way.security == "starttls":
            server.starttls(context=trusted)
        if way.user and password:
            server.login(way.user, password)
        server.send_message(letter)


def _meaning(way: SecondWay, error: smtplib.SMTPException) -> ChannelError:
    """Never the server's own words: they may repeat what was sent (S11)."""
    code = getattr(error, "smtp_code", 0)
    cause = f"SMTP {code}" if code else type(error).__name__
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Locked(channel=way.smtp, cause=cause)
    refused = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused)
    if refused or 500 <= code < 600:
        return Rejected(channel=way.smtp, cause=cause)
    return NotNow(channel=way.smtp, cause=cause)
