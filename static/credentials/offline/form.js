// Whether a document is formed as an Open Badge of ours, what its fields say, and what the signature covers.
"use strict";

const CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2";
const OPEN_BADGES = /^https:\/\/purl\.imsglobal\.org\/spec\/ob\/v3p0\/context(-3\.[0-9]\.[0-9])?\.json$/;
const BADGE_TYPES = ["OpenBadgeCredential", "AchievementCredential"];
// What an endorsement may say of the credential it endorses, and a text with its language.
const REFERENCE = ["id", "type", "endorsementComment"];
const VALUE_OBJECT = ["@value", "@language", "@direction"];
const THINKING_TIME = 5000;

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const many = (value) => (value === undefined ? [] : [value].flat());
const identity = (thing) => (isObject(thing) ? thing.id : thing);

/** Every context is carried here, named once, in order, and none is written inside. Throws Refused. */
const checkContexts = (document, carried) => {
  const named = document["@context"];
  if (!Array.isArray(named) || !named.every((name) => typeof name === "string")) throw new Refused("context_own");
  if (new Set(named).size !== named.length) throw new Refused("context_order");
  // An endorsement is a credential of its own and may name its contexts itself, under the same rules.
  const endorsements = endorsementsOf(document).filter((one) => isObject(one) && "@context" in one);
  if (innerContexts(document, endorsements).some((inner) => JSON.stringify(inner) !== JSON.stringify(named))) {
    throw new Refused("context_own");
  }
  const unknown = named.find((name) => !Object.hasOwn(carried.contexts, name));
  if (unknown) throw new Refused("context_unknown", { state: "not_checked", context: unknown.slice(0, 200) });
  if (named[0] !== CREDENTIALS_V2 || !OPEN_BADGES.test(named[1] || "")) throw new Refused("context_order");
  endorsements.forEach((one) => checkContexts(one, carried));
};

/** The contexts written inside the document, but for those of the objects `apart`. */
const innerContexts = (value, apart, isOutermost = true) => {
  if (Array.isArray(value)) return value.flatMap((part) => innerContexts(part, apart, false));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    if (key === "@context") return isOutermost || apart.includes(value) ? [] : [part];
    return innerContexts(part, apart, false);
  });
};

/** The endorsements embedded in a credential, its achievement and its issuer, signed or as JWT. */
const endorsementsOf = (document) =>
  [document, many(document.credentialSubject)[0]?.achievement, document.issuer]
    .filter(isObject)
    .flatMap((holder) => [...many(holder.endorsement), ...many(holder.endorsementJwt)]);

/** It is one Open Badge about one person, from an issuer, with dates. Answers its period. Throws Refused. */
const checkForm = (document) => {
  const types = many(document.type);
  if (!types.includes("VerifiableCredential") || !types.some((type) => BADGE_TYPES.includes(type))) {
    throw new Refused("form_type");
  }
  const subjects = many(document.credentialSubject);
  if (subjects.length !== 1 || !isObject(subjects[0])) throw new Refused("form_subject");
  if (!isObject(subjects[0].achievement)) throw new Refused("form_type");
  if (typeof identity(document.issuer) !== "string" || typeof document.id !== "string") throw new Refused("form_issuer");
  const moments = {};
  for (const field of ["validFrom", "validUntil", "awardedDate"]) {
    if (document[field] === undefined) continue;
    moments[field] = momentOf(document[field]);
    if (moments[field] === null) throw new Refused("form_dates");
  }
  const { validFrom, validUntil } = moments;
  if (validFrom === undefined || (validUntil !== undefined && validUntil < validFrom)) throw new Refused("form_dates");
  return { validFrom, validUntil };
};

/** Milliseconds since 1970 of an XML Schema dateTime with a time zone, or null. */
const momentOf = (text) => {
  const written = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$/;
  const parts = typeof text === "string" ? written.exec(text) : null;
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  // A browser makes 2 March out of 30 February.
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (local.toISOString().slice(0, 19) !== text.slice(0, 19)) return null;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? null : moment;
};

/** The canonical N-Quads (RDFC-1.0) of what is signed: only carried contexts are ever asked. Throws Refused. */
const quadsOf = async (document, carried) => {
  const documentLoader = async (url) => {
    if (!Object.hasOwn(carried.contexts, url)) throw new Refused("context_unknown", { state: "not_checked", context: url });
    return { contextUrl: null, documentUrl: url, document: carried.contexts[url] };
  };
  try {
    return await jsonld.canonize(document, {
      base: null,
      documentLoader,
      // Whatever no context maps would not be signed: safe mode refuses it instead of leaving it out.
      safe: true,
      // Look-alikes are told apart, up to a bound: a stranger's knots of them would take ages to undo.
      canonizeOptions: { algorithm: "RDFC-1.0", maxWorkFactor: 1, signal: AbortSignal.timeout(THINKING_TIME) },
    });
  } catch (wrong) {
    if (wrong instanceof Refused) throw wrong;
    if (/deep iterations|Abort signal/.test(wrong.message)) throw new Refused("terms_heavy", { state: "not_checked" });
    throw /^jsonld\./.test(wrong.name) ? new Refused("terms_unsigned") : wrong;
  }
};

/** A field under another spelling of its name, or moved to a second object of the same id, keeps the
 *  signature good and hides an expiry date from its reader. Throws Refused. */
const checkPlainFields = (value, root, isOutermost = true) => {
  if (Array.isArray(value)) value.forEach((part) => checkPlainFields(part, root, false));
  if (!isObject(value)) return;
  const keys = Object.keys(value);
  if (keys.includes("@value") && keys.every((key) => VALUE_OBJECT.includes(key))) return;
  if (!isOutermost && value.id === root && !keys.every((key) => REFERENCE.includes(key))) {
    throw new Refused("terms_disguised");
  }
  for (const key of keys) {
    if (key.includes(":") || (key.startsWith("@") && key !== "@context")) throw new Refused("terms_disguised");
    checkPlainFields(value[key], root, false);
  }
};

/** What is shown of a credential: [label, value, kind] in the order of the page; kind is text, day, end or number. */
const factsOf = (document) => {
  const subject = many(document.credentialSubject)[0];
  const achievement = subject.achievement;
  const names = many(subject.identifier)
    .filter((one) => isObject(one) && one.identityType === "name" && one.hashed === false)
    .map((one) => ["recipient", one.identityHash, "text"]);
  const facts = [
    ...names,
    ["achievement", achievement.name, "text"],
    ["description", achievement.description, "text"],
    ["issuer", isObject(document.issuer) ? document.issuer.name : undefined, "text"],
    ["awarded", document.awardedDate, "day"],
    ["from", document.validFrom, "day"],
    ["until", document.validUntil, "end"],
    ["credits", subject.creditsEarned, "number"],
    ...evidenceOf(document),
    ["number", document.id, "text"],
  ];
  return facts.filter(([, value, kind]) => typeof value === (kind === "number" ? "number" : "string"));
};

const evidenceOf = (document) =>
  many(document.evidence)
    .filter(isObject)
    .map((item) => ["evidence", item.name === undefined ? item.id : item.name, "text"]);

/** Everything that is shown stands in the signed statements themselves. Throws Refused. */
const checkShown = (facts, quads) => {
  const signed = new Set();
  for (const [, text, address] of quads.matchAll(/"((?:[^"\\]|\\.)*)"|<([^>]*)>/g)) {
    signed.add(text === undefined ? address : plain(text));
  }
  const numbers = new Set([...signed].map(Number));
  for (const [, value, kind] of facts) {
    if (!(kind === "number" ? numbers.has(value) : signed.has(value))) throw new Refused("terms_unsigned");
  }
};

const ESCAPED = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };
const plain = (text) =>
  text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short, long, letter) =>
    letter === undefined ? String.fromCodePoint(parseInt(short || long, 16)) : ESCAPED[letter] || letter,
  );
