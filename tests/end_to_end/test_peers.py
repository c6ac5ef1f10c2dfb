"""Interoperability: cosign, in-toto, securesystemslib, openssl and JSON Schema accept what we sign, and we what they sign."""

from __future__ import annotations

import base64
import json
import os
import shutil
from pathlib import Path

from . import flake, peers
from .support import ROOT, Done, FolderTest, run

GOLDEN = ROOT / "crates/sample-files/golden"
SCHEMAS = ROOT / "docs/schemas"
BUILDER = "https://example.org/builders/1"
TYPE = "application/vnd.in-toto+json"


def change(text: bytes) -> bytes:
    """Returns the statement with another subject digest."""
    statement = json.loads(text)
    digest = statement["subject"][0]["digest"]
    digest["sha256"] = digest["sha256"][::-1]
    return json.dumps(statement).encode()


class PeerTest(FolderTest):
    """A statement about `server`, and a key of each kind that openssl generated."""

    outputs = ("rebuild-verifier",)

    def setUp(self) -> None:
        super().setUp()
        self.verifier = flake.built("rebuild-verifier") / "bin/rebuild-verifier"
        for tree in ("a", "b"):
            (self.folder / tree / "bin").mkdir(parents=True)
            (self.folder / tree / "bin/server").write_text("same bits\n")
            (self.folder / tree / "bin/server").chmod(0o755)
        shutil.copy(self.folder / "a/bin/server", self.folder / "server")
        shutil.copy(GOLDEN / "definition.json", self.folder)
        self.rebuild_verifier("attest", "a", "b", "--definition", "definition.json", "--builder-id", BUILDER, "--out", "result")
        shutil.copy(self.folder / "result/statement.json", self.folder)
        self.keys = {"ed25519": ["ED25519"], "p256": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]}
        for name, kind in self.keys.items():
            run(peers.tool("openssl"), "genpkey", "-algorithm", *kind, "-out", f"{name}.key", folder=self.folder)
            (self.folder / f"{name}.key").chmod(0o600)
            run("openssl", "pkey", "-in", f"{name}.key", "-pubout", "-out", f"{name}.pub", folder=self.folder)

    def rebuild_verifier(self, *arguments: str | Path, status: int = 0, **environment: str) -> Done:
        """Runs rebuild-verifier in this test's folder."""
        return run(self.verifier, *arguments, status=status, folder=self.folder, **environment)

    def sign(self, key: str, out: str, statement: str = "statement.json") -> dict:
        """Signs the statement and returns the written document."""
        self.rebuild_verifier("sign", "--key", f"{key}.key", statement, "-o", out)
        return json.loads((self.folder / out).read_text())

    def tampered(self, bundle: dict, name: str) -> None:
        """Writes the bundle with another payload and the same signature."""
        envelope = bundle["dsseEnvelope"]
        payload = change(base64.b64decode(envelope["payload"]))
        changed = {**bundle, "dsseEnvelope": {**envelope, "payload": base64.b64encode(payload).decode()}}
        (self.folder / name).write_text(json.dumps(changed))


class Cosign(PeerTest):
    """cosign, offline and with a bare public key."""

    def cosign(self, *arguments: str | Path) -> Done:
        """Runs cosign without network and with an empty home; allows any exit status."""
        nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
        return run(peers.cosign(), *arguments, folder=self.folder, status=None, HOME=str(self.folder), COSIGN_PASSWORD="", **nowhere)

    def accepts(self, key: str, bundle: str, artifact: str = "server") -> bool:
        """Returns whether cosign verifies the artifact; any output but a verdict fails the test."""
        done = self.cosign(
            "verify-blob-attestation", "--key", f"{key}.pub", "--bundle", bundle, "--insecure-ignore-tlog",
            "--type", "slsaprovenance1", artifact,
        )
        if done.status == 0:
            self.assertIn("Verified OK", done.err + done.out, done)
            return True
        self.assertRegex(done.err, "failed to verify signature|could not verify|invalid signature", done)
        return False

    def test_cosign_accepts_our_bundles_and_nothing_else(self):
        (self.folder / "other").write_text("other bits\n")
        for key, other in (("ed25519", "p256"), ("p256", "ed25519")):
            with self.subTest(key):
                bundle = self.sign(key, "bundle.json")
                self.assertTrue(self.accepts(key, "bundle.json"))
                self.assertFalse(self.accepts(key, "bundle.json", "other"))
                self.assertFalse(self.accepts(other, "bundle.json"))
                self.tampered(bundle, "tampered.json")
                self.assertFalse(self.accepts(key, "tampered.json"))
                self.rebuild_verifier("verify", "server", "--attestation", "tampered.json", "--key", f"{key}.pub", status=1)

    def test_we_accept_what_cosign_signs(self):
        self.assertEqual(self.cosign("generate-key-pair").status, 0)
        done = self.cosign(
            "attest-blob", "--key", "cosign.key", "--statement", "statement.json", "--bundle", "cosign.json",
            "--tlog-upload=false", "--use-signing-config=false",
        )
        self.assertEqual(done.status, 0, done)
        self.rebuild_verifier("verify", "server", "--attestation", "cosign.json", "--key", "cosign.pub")
        self.tampered(json.loads((self.folder / "cosign.json").read_text()), "tampered.json")
        self.rebuild_verifier("verify", "server", "--attestation", "tampered.json", "--key", "cosign.pub", status=1)
        # cosign encrypts its keys.
        (self.folder / "cosign.key").chmod(0o600)
        refused = self.rebuild_verifier("sign", "--key", "cosign.key", "statement.json", "-o", "x", status=2)
        self.assertIn("ENCRYPTED", refused.err)


class Libraries(PeerTest):
    """The Python libraries of in-toto and securesystemslib."""

    def test_in_toto_attestation_parses_our_statements(self):
        self.summarise()
        script = """
import sys
from google.protobuf.json_format import Parse, ParseDict, MessageToDict
from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
from in_toto_attestation.predicates.vsa.v1.vsa_pb2 import VerificationSummary
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1.statement_pb2 import Statement as Message
predicates = {"provenance/v1": Provenance, "verification_summary/v1": VerificationSummary}
for path in sys.argv[1:]:
    statement = Statement.copy_from_pb(Parse(open(path).read(), Message()))
    statement.validate()
    kind = next((kind for name, kind in predicates.items() if statement.pb.predicate_type.endswith(name)), None)
    if kind:
        predicate = MessageToDict(statement.pb.predicate)
        if kind is VerificationSummary:
            # The package is older than the SLSA specification: verifiedLevels is one string, and a verifier has no version.
            (predicate["verifiedLevels"], *_) = predicate["verifiedLevels"]
        ParseDict(predicate, kind(), ignore_unknown_fields=kind is VerificationSummary)
    print(statement.pb.predicate_type)
"""
        names = ("statement.json", "svr.json", "vsa.json")
        types = peers.python(script, *(self.folder / name for name in names)).out.split()
        self.assertEqual(types, [json.loads((self.folder / name).read_text())["predicateType"] for name in names])

    def summarise(self) -> None:
        """Writes svr.json and vsa.json."""
        self.sign("p256", "bundle.json")
        self.rebuild_verifier(
            "verify", "server", "--attestation", "bundle.json", "--key", "p256.pub", "--json", "verification.json",
            "--emit-svr", "svr.json", "--emit-vsa", "vsa.json", SOURCE_DATE_EPOCH="1785747939",
        )

    def test_securesystemslib_verifies_our_envelopes_and_no_others(self):
        script = """
import json, sys
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey
envelope = json.loads(open(sys.argv[1]).read())
public = load_pem_public_key(open(sys.argv[2], "rb").read())
key = SSlibKey.from_crypto(public, keyid=envelope["signatures"][0]["keyid"])
try:
    Envelope.from_dict(envelope).verify([key], 1)
except VerificationError:
    sys.exit(3)
"""
        for key, other in (("ed25519", "p256"), ("p256", "ed25519")):
            with self.subTest(key):
                envelope = self.sign(key, "signed.intoto.jsonl")
                verify = lambda public, status: peers.python(
                    script, self.folder / "signed.intoto.jsonl", self.folder / f"{public}.pub", status=status
                )
                verify(key, 0)
                verify(other, 3)
                payload = change(base64.b64decode(envelope["payload"]))
                envelope["payload"] = base64.b64encode(payload).decode()
                (self.folder / "signed.intoto.jsonl").write_text(json.dumps(envelope))
                verify(key, 3)

    def test_we_accept_links_that_in_toto_signs_and_no_others(self):
        script = """
import sys
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from in_toto.models.link import Link
from in_toto.models.metadata import Metablock
from securesystemslib.signer import CryptoSigner
key, digest, out = sys.argv[1:]
link = Link(name="rebuild server", materials={"server.buildinfo": {"sha256": digest}}, products={"server": {"sha256": digest}})
block = Metablock(signed=link, compact_json=True)
block.create_signature(CryptoSigner(load_pem_private_key(open(key, "rb").read(), None)))
block.dump(out)
"""
        statement = json.loads((self.folder / "statement.json").read_text())
        digest = statement["subject"][0]["digest"]["sha256"]
        for key in self.keys:
            with self.subTest(key):
                link = self.folder / f"{key}.link"
                peers.python(script, self.folder / f"{key}.key", digest, link)
                self.rebuild_verifier("verify", "server", "--attestation", link, "--key", f"{key}.pub")
                link.write_text(link.read_text().replace("server.buildinfo", "other.buildinfo"))
                self.rebuild_verifier("verify", "server", "--attestation", link, "--key", f"{key}.pub", status=1)

    def test_every_document_that_we_write_follows_its_schema(self):
        self.summarise()
        self.sign("ed25519", "signed.intoto.jsonl")
        (self.folder / "a/bin/server").write_text("other bits\n")
        self.rebuild_verifier("compare", "a", "b", "--json", "different.json", status=1)
        (self.folder / "manifest.json").write_text(self.rebuild_verifier("hash", "a", "b", "--json").out)
        self.rebuild_verifier("report", "result", "--json", "report.json")
        script = """
import json, sys
import jsonschema
for schema, document in zip(sys.argv[1::2], sys.argv[2::2]):
    schema = json.load(open(schema))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(json.load(open(document)))
    assert not validator.is_valid({}), schema["$id"]
"""
        documents = {
            "bundle": ["bundle.json"], "comparison": ["result/comparison.json", "different.json"],
            "definition": ["definition.json"], "envelope": ["signed.intoto.jsonl"], "manifest": ["manifest.json"],
            "report": ["report.json"], "statement": ["statement.json"], "svr": ["svr.json"],
            "verification": ["verification.json"], "vsa": ["vsa.json"],
        }
        words = [
            word
            for schema, names in documents.items()
            for name in names
            for word in (SCHEMAS / f"{schema}.schema.json", self.folder / name)
        ]
        peers.python(script, *words)

    def test_schema_and_program_agree_about_files_of_the_source(self):
        script = """
import json, sys
import jsonschema
validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
print(json.dumps([validator.is_valid(json.load(open(path))) for path in sys.argv[2:]]))
"""
        sha256 = {"sha256": "0" * 64}
        more = [
            *({"name": name, "digest": sha256} for name in ("x", "a b/größe", ".x", "...", "std-Cargo.lock", "Cargo.lock/x")),
            *({"name": name, "digest": sha256} for name in ("/x", "../x", "a/../x", "a/..", "./x", "a//x", "x/", ".", "..", "", "a/Cargo.lock", "a/flake.lock")),
            {"name": "x", "digest": {"sha1": "0" * 40}}, {"name": "../Cargo.lock", "digest": sha256, "uri": "urn:x:y"},
        ]
        definition = json.loads((GOLDEN / "definition.json").read_text())
        paths, accepted = [], []
        for number, dependency in enumerate(more):
            changed = {**definition, "resolvedDependencies": [*definition["resolvedDependencies"], dependency]}
            paths.append(self.folder / f"{number}.json")
            paths[-1].write_text(json.dumps(changed))
            done = self.rebuild_verifier(
                "attest", "a", "b", "--definition", paths[-1], "--builder-id", BUILDER, "--out", f"out-{number}", status=None,
            )
            self.assertIn(done.status, (0, 2))
            accepted.append(done.status == 0)
        self.assertEqual(accepted, [True] * 6 + [False] * 13 + [True])
        self.assertEqual(json.loads(peers.python(script, SCHEMAS / "definition.schema.json", *paths).out), accepted)


class OpenSsl(PeerTest):
    """openssl, which verifies signatures over raw bytes."""

    def test_openssl_verifies_the_signature_over_the_encoding_that_dsse_describes(self):
        for key in self.keys:
            with self.subTest(key):
                envelope = self.sign(key, "bundle.json")["dsseEnvelope"]
                payload = base64.b64decode(envelope["payload"])
                self.assertEqual(payload, (self.folder / "statement.json").read_bytes())
                message = b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE.encode(), len(payload), payload)
                (self.folder / "signature").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
                self.assertTrue(self.verifies(key, message))
                self.assertFalse(self.verifies(key, message + b"\n"))
                self.assertFalse(self.verifies(key, payload))

    def verifies(self, key: str, message: bytes) -> bool:
        """Returns whether `signature` is the key's signature over the message."""
        (self.folder / "message").write_bytes(message)
        signature, public, content = (self.folder / name for name in ("signature", f"{key}.pub", "message"))
        if key == "p256":
            arguments = ["dgst", "-sha256", "-verify", public, "-signature", signature, content]
        else:
            arguments = ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", public, "-sigfile", signature, "-in", content]
        return peers.openssl_status(arguments) == 0

    def test_openssl_reads_our_keys_and_we_read_its(self):
        self.rebuild_verifier("keygen", "--out", "keys")
        derived = run("openssl", "pkey", "-in", "keys/signing.key", "-pubout", folder=self.folder).out
        self.assertEqual(derived, (self.folder / "keys/signing.pub").read_text())
        self.assertEqual(os.stat(self.folder / "keys/signing.key").st_mode & 0o777, 0o600)
        run("openssl", "pkcs8", "-topk8", "-in", "p256.key", "-passout", "pass:x", "-out", "locked.key", folder=self.folder)
        (self.folder / "locked.key").chmod(0o600)
        refused = self.rebuild_verifier("sign", "--key", "locked.key", "statement.json", "-o", "x", status=2)
        self.assertIn("openssl pkcs8 -in", refused.err)
        run("openssl", "ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", "p384.sec1", folder=self.folder)
        run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", "p384.sec1", "-out", "p384.key", folder=self.folder)
        (self.folder / "p384.key").chmod(0o600)
        refused = self.rebuild_verifier("sign", "--key", "p384.key", "statement.json", "-o", "x", status=2)
        self.assertIn("not P-256", refused.err)
        (self.folder / "p384.sec1").chmod(0o600)
        refused = self.rebuild_verifier("sign", "--key", "p384.sec1", "statement.json", "-o", "x", status=2)
        self.assertIn("-topk8 -nocrypt", refused.err)
