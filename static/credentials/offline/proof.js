// Data Integrity proofs of the suite eddsa-rdfc-2022, checked with the browser's own Ed25519 and the carried keys.
"use strict";

const SUITE = "eddsa-rdfc-2022";
const MAXIMUM_PROOFS = 4;
const CLOCK_TOLERANCE = 5 * 60 * 1000;
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** The carried issuer whose DID the document names. Throws Refused. */
const issuerOf = (document, carried) => {
  const did = identity(document.issuer);
  const issuer = carried.issuers.find((one) => one.did === did && one.document.id === did);
  if (!issuer) throw new Refused("issuer_unknown", { issuer: did.slice(0, 200) });
  return issuer;
};

const proofsOf = (document) => {
  const proofs = many(document.proof);
  if (!proofs.length || proofs.length > MAXIMUM_PROOFS || !proofs.every(isObject)) throw new Refused("proof_missing");
  return proofs;
};

/** All of a proof that needs no key. Answers the moment at which it says that it was made. Throws Refused. */
const checkProofForm = (proof, document, at) => {
  if (proof.type !== "DataIntegrityProof" || proof.cryptosuite !== SUITE || "previousProof" in proof) {
    throw new Refused("proof_kind", { state: "not_checked" });
  }
  if (proof.proofPurpose !== "assertionMethod" || "domain" in proof || "challenge" in proof) {
    throw new Refused("proof_purpose");
  }
  if ("@context" in proof && JSON.stringify(proof["@context"]) !== JSON.stringify(document["@context"])) {
    throw new Refused("context_own");
  }
  const created = momentOf(proof.created);
  const expires = proof.expires === undefined ? Infinity : momentOf(proof.expires);
  if (created === null || expires === null) throw new Refused("form_dates");
  if (created > at + CLOCK_TOLERANCE) throw new Refused("proof_later");
  if (expires <= at) throw new Refused("proof_expired");
  return created;
};

/** The key that a proof names, out of its issuer's carried document: {method, history}. Throws Refused. */
const keyOf = (proof, issuer, created, carried) => {
  const name = String(proof.verificationMethod);
  const [controller] = name.split("#");
  if (controller !== issuer.did) throw new Refused("key_foreign");
  const method = issuer.document.verificationMethod.find((one) => one.id === name);
  if (!method) {
    if (created > Date.parse(carried.made_at)) throw new Refused("key_newer", { state: "not_checked" });
    throw new Refused("key_foreign");
  }
  const history = issuer.keys.find((key) => key.id === name);
  if (method.controller !== issuer.did || !history) throw new Refused("key_foreign");
  if (!issuer.document.assertionMethod.includes(name) && history.state !== "compromised") throw new Refused("key_foreign");
  return { method, history };
};

/** What is to be said of a key whose signature fits: nothing, or that others may have had it. Throws Refused. */
const checkKeyHistory = ({ history }, created) => {
  if (history.state !== "compromised") return;
  const since = history.not_believed_from && Date.parse(history.not_believed_from);
  // What a proof says of its own moment is the signer's word: only the portal's ledger can confirm it.
  if (since && created < since) throw new Refused("key_compromised_later", { state: "not_checked" });
  throw new Refused("key_compromised");
};

/** Whether the signature fits (Data Integrity EdDSA Cryptosuites v1.0, section 3.2). Throws Refused. */
const checkSignature = async (proof, document, quads, { method }, carried) => {
  const { proofValue, ...options } = proof;
  const about = await quadsOf({ "@context": document["@context"], ...options }, carried);
  const signed = new Uint8Array([...(await sha256(about)), ...(await sha256(quads))]);
  const signature = typeof proofValue === "string" && proofValue.startsWith("z") ? base58(proofValue.slice(1)) : null;
  if (!signature || signature.length !== 64) throw new Refused("proof_wrong");
  const key = await publicKey(method.publicKeyMultibase);
  if (!(await crypto.subtle.verify({ name: "Ed25519" }, key, signature, signed))) throw new Refused("proof_wrong");
};

const publicKey = (multikey) => {
  const raw = base58(multikey.slice(1));
  if (!multikey.startsWith("z") || raw.length !== 34 || raw[0] !== 0xed || raw[1] !== 0x01) throw new Refused("key_foreign");
  return imported(raw.slice(2));
};

const imported = (raw) => crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);

/** Whether this browser has all that a check needs. Asked first: an older one would fail in the middle. */
const isAble = async () => {
  try {
    // The public key of RFC 8032, section 7.1, test 1.
    await imported(Uint8Array.from("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a".match(/../g), (pair) => parseInt(pair, 16)));
    return Boolean(Object.hasOwn && DecompressionStream && AbortSignal.timeout && "".isWellFormed);
  } catch {
    return false;
  }
};

/** The bytes of a base58btc text. */
const base58 = (text) => {
  if (text.length > 128) throw new Refused("proof_wrong");
  let number = 0n;
  for (const letter of text) {
    const digit = BASE58.indexOf(letter);
    if (digit < 0) throw new Refused("proof_wrong");
    number = number * 58n + BigInt(digit);
  }
  const bytes = [];
  for (; number > 0n; number >>= 8n) bytes.unshift(Number(number & 255n));
  const zeros = text.length - text.replace(/^1+/, "").length;
  return new Uint8Array([...new Array(zeros).fill(0), ...bytes]);
};

const sha256 = async (data) => {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
};

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
