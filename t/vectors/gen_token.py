#!/usr/bin/python3
# Copyright (C) the ngx_http_session_module authors

"""Cookie values, computed without the module's code.

    gen_token.py > token.h

docs/wire-format.md, "Cookie", says what is done here.
"""

import base64
import hashlib
import hmac

SECRETS = [b"0123456789abcdef0123456789abcdef",
           b"fedcba9876543210fedcba9876543210",
           b"a secret of more than one block of SHA-256, which is 64 bytes long"]

IDS = [hashlib.sha256(b"id %d" % n).digest() for n in range(3)]

# secret, manager, purpose, created, issued, signed, id

TOKENS = [
    (0, b"app", b"session cookie", 1700000000, 1700000000, 1700000000, 0),
    (0, b"app", b"session cookie", 1700000000, 1700003600, 1700007200, 1),
    (1, b"app", b"session cookie", 1700000000, 1700000000, 1700000000, 0),
    (2, b"app", b"session cookie", 1700000000, 1700000000, 1700000000, 2),
    (0, b"apps", b"ession cookie", 1700000000, 1700000000, 1700000000, 0),
    (0, b"", b"", 1700000000, 1700000000, 1700000000, 0),
    (0, b"n" * 255, b"p" * 255, 1700000000, 1700000000, 1700000000, 0),
    (0, b"app", b"session cookie", 0, 0, 0, 0),
    (0, b"app", b"session cookie", 2**40 - 1, 2**40 - 1, 2**40 - 1, 0),
]


def sign(secret, name, purpose, times, session_id, version=1, key_id=None):
    if key_id is None:
        key_id = hmac.digest(secret, b"key id", "sha256")[:4]
    signed = bytes([version]) + key_id
    signed += b"".join(time.to_bytes(5, "big") for time in times)
    signed += session_id
    context = bytes([len(name)]) + name + bytes([len(purpose)]) + purpose
    mac = hmac.digest(secret, context + signed, "sha256")
    return base64.urlsafe_b64encode(signed + mac).decode()


def string(data):
    return '"%s"' % "".join("\\x%02x" % byte for byte in data)


def row(secret, name, purpose, created, issued, signed, number):
    text = sign(SECRETS[secret], name, purpose, (created, issued, signed),
                IDS[number])
    print("    { %d, \"%s\", \"%s\"," % (secret, name.decode(),
                                         purpose.decode()))
    print("      %d, %d, %d, %d," % (created, issued, signed, number))
    print("      \"%s\" }," % text)


def odd(name, version=1, key_id=None):
    text = sign(SECRETS[0], b"app", b"session cookie", (1700000000,) * 3,
                IDS[0], version, key_id)
    print("static const char  %s[] =\n    \"%s\";\n" % (name, text))


def same_key_id():
    """Two secrets, by counting, that have the same key id."""
    seen = {}
    for n in range(2**24):
        secret = b"%032d" % n
        key_id = hmac.digest(secret, b"key id", "sha256")[:4]
        if key_id in seen:
            return seen[key_id], secret
        seen[key_id] = secret
    raise AssertionError("no two")


def main():
    print("/* written by gen_token.py */\n")
    print("static const char  *vector_secrets[] = {")
    for secret in SECRETS:
        print("    \"%s\"," % secret.decode())
    print("};\n\nstatic const char  *vector_ids[] = {")
    for session_id in IDS:
        print("    %s," % string(session_id))
    print("};\n\nstatic const vector_t  vectors[] = {")
    for token in TOKENS:
        row(*token)
    print("};\n")

    # rightly signed, but of another format; or naming another key
    second = hmac.digest(SECRETS[1], b"key id", "sha256")[:4]
    odd("vector_version_0", version=0)
    odd("vector_version_2", version=2)
    odd("vector_unknown_key", key_id=b"\0\0\0\0")
    odd("vector_wrong_key", key_id=second)

    print("static const char  *vector_same_key_id[] = {")
    for secret in same_key_id():
        print("    \"%s\"," % secret.decode())
    print("};")


if __name__ == "__main__":
    main()
