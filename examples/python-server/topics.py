"""Signed topics: PROTOCOL.md section 2."""

import base64
import hashlib
import hmac
import json
import re
import time

CHANNEL = re.compile(r"[A-Za-z0-9:._/@-]{1,256}\Z")
SECRET_BYTES = 16


class Refused(Exception):
    """A refused topic; `code` is as in W23."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def read_secrets(text):
    """Parses secrets (T5) as bytes. Raises ValueError, which names a secret that is too short and how to make a good one."""
    secrets = [part.strip().encode() for part in text.split(",")]
    for number, secret in enumerate(secrets, 1):
        if len(secret) < SECRET_BYTES:
            raise ValueError(
                f"Secret {number} of {len(secrets)} has {len(secret)} bytes, and {SECRET_BYTES} are the least. "
                "Make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
    return secrets


def sign(secrets, claims):
    payload = base64.b64encode(json.dumps(claims, separators=(",", ":")).encode()).decode()
    return f"{payload}--{signature(secrets[0], payload)}"


def signature(secret, payload):
    return hmac.new(secret, payload.encode(), hashlib.sha256).hexdigest()


def read(signed):
    """The claims of a topic, without checking its signature (T2, T3). Raises Refused."""
    payload, dashes, _ = signed.rpartition("--")
    try:
        padded = payload.rstrip("=").replace("-", "+").replace("_", "/")
        claims = json.loads(base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True))
        channel, expires = claims["c"], claims.get("x")
        # A bool is an int in Python, but not in JSON.
        numbers = [claims["t"]] if expires is None else [claims["t"], expires]
        if not dashes or not CHANNEL.match(channel) or not all(type(number) in (int, float) for number in numbers):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("malformed", "This is not a signed topic: expected BASE64(JSON)--HEX.") from None
    return claims


def verify(secrets, signed):
    """The claims of a valid topic. Raises Refused, which never reveals the expected signature (T8)."""
    claims = read(signed)
    payload, _, given = signed.rpartition("--")
    # All secrets are compared, so that the time does not reveal which one matched (T5).
    matches = [hmac.compare_digest(signature(secret, payload).encode(), given.lower().encode()) for secret in secrets]
    if not any(matches):
        raise Refused("forbidden", "The signature does not match. Sign the topic with the secret of this server.")
    if claims.get("x") is not None and claims["x"] <= time.time():
        raise Refused("expired", "This topic has expired: sign it again.")
    return claims
