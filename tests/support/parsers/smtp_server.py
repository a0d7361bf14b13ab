"""A mail server for tests (python3-aiosmtpd), told what to do line by line.

Started with one JSON argument: port (0: any), security (none, starttls, tls), certificate, key,
user, password, utf8. Prints one JSON object per line: {"listening": port}, then {"letter": ...} for
each letter taken and {"done": true} for each order carried out. Orders come as JSON lines on stdin;
when stdin ends, so does the server: none is left behind when a test dies.
"""

import asyncio
import base64
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

# It warns of passwords without TLS, which is what some tests are about.
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

SETUP = json.loads(sys.argv[1])
# Address -> what happens to its letters: {"do": "refuse" | "hang" | "drop" | "swallow", "reply": ...}
ADDRESSES = {}
# What happens to who connects: "open", "closed" (turned away), "silent" (never greeted).
DOOR = "open"
# The answer to MAIL FROM, if it is not yes.
SENDER_REPLY = None
# How many seconds it takes over a letter.
TAKES = 0


def say(**message):
    print(json.dumps(message), flush=True)


async def forever():
    await asyncio.Event().wait()


class Desk:
    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if SENDER_REPLY:
            return SENDER_REPLY
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        rule = ADDRESSES.get(address, {})
        if rule.get("do") == "refuse":
            return rule["reply"]
        if rule.get("do") == "hang":
            await forever()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(TAKES)
        does = {ADDRESSES.get(address, {}).get("do") for address in envelope.rcpt_tos}
        if "drop" not in does:
            raw = base64.b64encode(envelope.content).decode("ascii")
            say(letter={"from": envelope.mail_from, "to": envelope.rcpt_tos, "raw": raw})
        if does & {"drop", "swallow"}:
            server.transport.abort()
            await forever()
        return "250 OK"


class TurnedAway(asyncio.Protocol):
    def connection_made(self, transport):
        transport.write(b"554 no mail today\r\n")
        transport.close()


class Silent(asyncio.Protocol):
    pass


def authenticate(server, session, envelope, mechanism, data):
    given = (data.login.decode(), data.password.decode())
    # Not "handled": the library is to answer 535 itself.
    return AuthResult(success=given == (SETUP["user"], SETUP["password"]), handled=False)


def receive(tls):
    if DOOR == "closed":
        return TurnedAway()
    if DOOR == "silent":
        return Silent()
    return SMTP(
        Desk(),
        hostname="mail.test",
        enable_SMTPUTF8=SETUP["utf8"],
        tls_context=tls if SETUP["security"] == "starttls" else None,
        require_starttls=SETUP["security"] == "starttls",
        auth_required=SETUP["user"] is not None,
        auth_require_tls=SETUP["security"] == "starttls",
        authenticator=authenticate,
    )


def obey(order):
    global DOOR, SENDER_REPLY, TAKES
    if "address" in order:
        ADDRESSES[order["address"]] = order
    DOOR = order.get("door", DOOR)
    SENDER_REPLY = order.get("sender_reply", SENDER_REPLY)
    TAKES = order.get("takes", TAKES)
    if order.get("behave"):
        ADDRESSES.clear()
        DOOR, SENDER_REPLY, TAKES = "open", None, 0
    say(done=True)


async def orders():
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        obey(json.loads(line))


async def main():
    tls = None
    if SETUP["security"] != "none":
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(SETUP["certificate"], SETUP["key"])
    at_once = tls if SETUP["security"] == "tls" else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: receive(tls), "127.0.0.1", SETUP["port"], ssl=at_once)
    say(listening=server.sockets[0].getsockname()[1])
    await orders()


asyncio.run(main())
