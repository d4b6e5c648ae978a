# python3 sign.py CHANNEL RIGHTS ISSUED EXPIRES
import base64
import hashlib
import hmac
import json
import os
import re
import sys


def sign(secrets, channel, rights, issued, expires):
    """Signs a topic; the first of several secrets does. Rights are any of w (append) and d (remove), times are Unix seconds."""
    if not re.fullmatch(r"[A-Za-z0-9:._/@-]{1,256}", channel) or channel.startswith("log-stream/"):
        raise ValueError("This is not the name of a log.")
    claims = {"c": channel, "t": issued, "x": expires, **{right: 1 for right in rights}}
    payload = base64.b64encode(json.dumps(claims, separators=(",", ":")).encode()).decode()
    secret = secrets.split(",")[0].strip()
    return payload + "--" + hmac.new(secret.encode(), payload.encode(), hashlib.sha256).hexdigest()


channel, rights, issued, expires = sys.argv[1:]
print(sign(os.environ["LOG_STREAM_SECRET"], channel, rights, int(issued), int(expires)))
