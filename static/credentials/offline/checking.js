// A file, the carried keys and a moment: named checks and one verdict. The verdict is never a plain yes, because
// whether a credential was revoked stands on the portal alone.
"use strict";

// What a reader asks first, then whether the file itself is sound.
const ORDER = ["issuer", "proof", "key", "dates", "status", "print", "endorsement", "file", "json", "context", "form", "terms"];

/** Check one file. Answers {kind, checks, verdict, facts, document, digest}; each check has name, state, code, values. */
const checkFile = async (bytes, carried, at) => {
  const report = { kind: kindOf(bytes), checks: [], facts: [], document: null, digest: null, at };
  const add = (name, state, code, values = {}) => report.checks.push({ name, state, code, values });
  /** Do one step under its name. Answers its result, or undefined when it was refused. */
  const step = async (name, passed, act) => {
    try {
      const result = await act();
      if (passed) add(name, "ok", passed);
      return { result };
    } catch (wrong) {
      const refused = wrong instanceof Refused ? wrong : new Refused("unexpected", { state: "not_checked" });
      add(name, refused.state, refused.code, refused.values);
      return undefined;
    }
  };
  const isAdded = (name) => report.checks.some((check) => check.name === name);
  const finish = () => {
    if (!isAdded("issuer")) add("issuer", "not_checked", "issuer_claimed");
    if (!isAdded("proof")) add("proof", "not_checked", "proof_unreached");
    add("status", "not_checked", "status_offline", { portal: carried.portal.url });
    if (report.kind === "pdf" && report.document) add("print", "not_checked", "print_compare");
    report.checks.sort((one, other) => ORDER.indexOf(one.name) - ORDER.indexOf(other.name));
    report.verdict = verdictOf(report.checks);
    return report;
  };

  if (!(await isAble())) {
    add("file", "not_checked", "browser_old");
    return finish();
  }
  const found = await step("file", `file_${report.kind}`, () => credentialIn(bytes, report.kind));
  if (!found) return finish();
  report.digest = hex(await sha256(found.result));
  const read = await step("json", "json_ok", () => readJson(found.result));
  if (!read) return finish();
  const document = read.result;
  if (!(await step("context", "context_ok", () => checkContexts(document, carried)))) return finish();
  const formed = await step("form", "form_ok", () => checkForm(document));
  if (!formed) return finish();
  const { proof: _proof, ...unsigned } = document;
  const covered = await step("terms", "terms_ok", async () => {
    checkPlainFields(document, document.id);
    const quads = await quadsOf(unsigned, carried);
    const facts = factsOf(document);
    checkShown(facts, quads);
    return { quads, facts };
  });
  if (!covered) return finish();
  const { quads, facts } = covered.result;
  const known = await step("issuer", null, () => issuerOf(document, carried));
  if (!known) return finish();
  const issuer = known.result;
  if (await checkProofs({ document, quads, issuer, carried, at }, step)) {
    // Only what was signed, by whom it names, is shown.
    Object.assign(report, { document, facts });
    add("issuer", "ok", "issuer_ok", { issuer: issuer.name });
    await step("dates", "dates_ok", () => checkDates(formed.result, at, carried));
    if (endorsementsOf(document).length) add("endorsement", "not_checked", "endorsement_left");
  }
  return finish();
};

/** Every proof must be good; then whether its key may still be believed. Answers whether the signatures fit. */
const checkProofs = async ({ document, quads, issuer, carried, at }, step) => {
  const keys = [];
  const fitting = await step("proof", "proof_ok", async () => {
    for (const proof of proofsOf(document)) {
      const created = checkProofForm(proof, document, at);
      const key = keyOf(proof, issuer, created, carried);
      await checkSignature(proof, document, quads, key, carried);
      keys.push([key, created]);
    }
  });
  if (!fitting) return false;
  const isRetired = keys.some(([key]) => key.history.state === "retired");
  await step("key", isRetired ? "key_retired" : "key_ok", () => {
    for (const [key, created] of keys) checkKeyHistory(key, created);
  });
  return true;
};

const checkDates = ({ validFrom, validUntil }, at, carried) => {
  // A device whose clock stands before this copy was made cannot say what day it is.
  if (at + CLOCK_TOLERANCE < Date.parse(carried.made_at)) throw new Refused("dates_clock", { state: "not_checked" });
  if (validUntil !== undefined && at >= validUntil) throw new Refused("dates_expired");
  if (at < validFrom) throw new Refused("dates_early");
};

// The first line that holds. Left out on purpose: a word for "valid".
const VERDICTS = [
  ["unreadable", (is) => is("file", "failed") || is("json", "failed")],
  ["not_recognised", (is) => is("context", "failed") || is("form", "failed") || is("terms", "failed")],
  ["unknown_issuer", (is) => is("issuer", "failed")],
  ["changed", (is) => is("proof", "failed")],
  ["compromised", (is) => is("key", "failed")],
  ["cannot_check", (is) => ["file", "json", "context", "form", "terms", "proof", "key"].some((name) => is(name, "not_checked"))],
  ["expired", (is, code) => code("dates") === "dates_expired"],
  ["not_yet_valid", (is, code) => code("dates") === "dates_early"],
  ["cannot_check", (is) => !is("dates", "ok") || !is("issuer", "ok") || !is("proof", "ok") || !is("key", "ok")],
];

const verdictOf = (checks) => {
  const is = (name, state) => checks.some((check) => check.name === name && check.state === state);
  const code = (name) => checks.find((check) => check.name === name)?.code;
  const line = VERDICTS.find(([, holds]) => holds(is, code));
  return line ? line[0] : "signature_good";
};
