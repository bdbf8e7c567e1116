"""A device with passkeys, in software: it answers as an authenticator does, and lies where a test wants it to."""

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG
NONE = FLAG(0)


class Device:
    """One passkey. `verifies` says whether it asks its person for a finger or a PIN."""

    def __init__(self, origin: str = "http://localhost", *, verifies: bool = True) -> None:
        self.origin, self.verifies = origin, verifies
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.user = b""

    def register(self, options: dict[str, Any]) -> str:
        """The answer to a page's `creation_options`, as its script posts it."""
        asked = options["publicKey"]
        self.user = websafe_decode(asked["user"]["id"])
        key = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, key)
        seen = self._seen(asked["rp"]["id"], FLAG.AT, credential)
        attestation = AttestationObject.create("none", seen, {})
        return self._answer(
            {
                "clientDataJSON": self._said("webauthn.create", asked),
                "attestationObject": websafe_encode(attestation),
            }
        )

    def answer(self, options: dict[str, Any]) -> str:
        """The answer to a page's `request_options`."""
        asked = options["publicKey"]
        said = self._said("webauthn.get", asked)
        seen = self._seen(asked["rpId"])
        signed = self.key.sign(
            bytes(seen) + hashlib.sha256(websafe_decode(said)).digest(), ec.ECDSA(SHA256())
        )
        return self._answer(
            {
                "clientDataJSON": said,
                "authenticatorData": websafe_encode(seen),
                "signature": websafe_encode(signed),
                "userHandle": websafe_encode(self.user),
            }
        )

    def _said(self, kind: str, asked: dict[str, Any]) -> str:
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": False}
        return websafe_encode(json.dumps(said).encode())

    def _seen(self, rp_id: str, flags: Any = NONE, credential: Any = b"") -> AuthenticatorData:
        flags |= FLAG.UP | (FLAG.UV if self.verifies else NONE)
        return AuthenticatorData.create(hashlib.sha256(rp_id.encode()).digest(), flags, 0, credential)

    def _answer(self, response: dict[str, str]) -> str:
        name = websafe_encode(self.id)
        whole = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(whole | {"clientExtensionResults": {"credProps": {"rk": True}}})
