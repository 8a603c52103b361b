// The page: takes a file or a text, and says what was found in words that the portal put beside it.
"use strict";

const readBeside = (id) => JSON.parse(document.getElementById(id).textContent);
const WORDS = readBeside("words");
const CARRIED = readBeside("carried");
const LARGEST = 10 * 1024 * 1024;

const say = (key, values = {}) =>
  (WORDS[key] || key).replace(/\{(\w+)\}/g, (_, name) => (name in values ? values[name] : ""));

/** An element with a class and what stands in it; texts are never read as markup. */
const made = (tag, className, ...inside) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...inside);
  return element;
};

const icon = (name) => document.getElementById(`icon-${name}`).content.cloneNode(true);

const LOOKS = { signature_good: "info", expired: "ended", not_yet_valid: "clock", changed: "cross", compromised: "cross" };
const MARKS = { ok: "tick", failed: "cross", not_checked: "question" };
// What follows from another check or is never checked here; the reason stands elsewhere.
const CONSEQUENCES = ["issuer_claimed", "proof_unreached", "status_offline", "print_compare", "endorsement_left"];
const OWN_SENTENCE = ["signature_good", "expired", "not_yet_valid", "changed", "unknown_issuer"];

// The portal writes days as Britain does.
const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const moment = (at) => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(at);

/** A day as the document writes it, in its own time zone; an end at midnight is the day before. */
const day = (text, isEnd) => {
  const isMidnight = text.slice(11, 19) === "00:00:00";
  const start = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  const shown = isEnd && isMidnight ? start - 24 * 60 * 60 * 1000 : start;
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(shown);
};

const shownAs = (value, kind) => {
  if (kind === "number") return new Intl.NumberFormat(locale).format(value);
  return kind === "text" ? value : day(value, kind === "end");
};

const verdictBlock = (report, name) => {
  const values = { issuer: report.issuerName, portal: CARRIED.portal.url };
  const worst = ["failed", "not_checked"]
    .map((state) => report.checks.find((check) => check.state === state && !CONSEQUENCES.includes(check.code)))
    .find(Boolean);
  const sentence =
    OWN_SENTENCE.includes(report.verdict) || !worst
      ? say(`verdict_${report.verdict}_told`, values)
      : say(worst.code, worst.values);
  const stone = made("div", "verdict-stone", icon(LOOKS[report.verdict] || "question"));
  const word = made("h2", "verdict-word", say(`verdict_${report.verdict}`));
  word.id = "verdict-word";
  word.tabIndex = -1;
  const text = made(
    "div",
    "verdict-text",
    word,
    made("p", "verdict-sentence", sentence),
    made("p", "verdict-moment", say("checked_at", { file: name, moment: moment(report.at) })),
  );
  const block = made("section", `verdict verdict-${report.verdict}`, stone, text);
  block.setAttribute("aria-labelledby", "verdict-word");
  return block;
};

const factsBlock = (report) => {
  const list = made("dl", "facts");
  let last = "";
  for (const [label, value, kind] of report.facts) {
    const told = made("dd", kind === "text" ? "words" : "", shownAs(value, kind));
    if (kind === "text") told.dir = "auto";
    if (label !== last) list.append(made("dt", "", say(`fact_${label}`)));
    list.append(told);
    last = label;
  }
  return made("section", "section", made("h2", "", say("facts")), made("p", "soft", say("facts_told")), list);
};

const checksBlock = (report) => {
  const list = made("ul", "check-list");
  for (const { name, state, code, values } of report.checks) {
    const text = made(
      "div",
      "",
      made("strong", "", say(`check_${name}`)),
      " ",
      made("span", "check-state", say(`state_${state}`)),
      made("p", "check-detail", say(code, values)),
    );
    list.append(made("li", `check check-${state}`, icon(MARKS[state]), text));
  }
  const block = made("section", "section", made("h2", "", say("checks")), list);
  if (report.digest) block.append(made("p", "soft small code", say("digest", { digest: report.digest })));
  return block;
};

/** Whether a typed address is the recipient's; the file holds only its salted hash (Open Badges 3.0, IdentityObject). */
const isRecipient = async (report, typed) => {
  const subject = many(report.document.credentialSubject)[0];
  for (const one of many(subject.identifier).filter(isObject)) {
    if (one.identityType !== "emailAddress" || one.hashed !== true) continue;
    const salted = typed.trim().toLowerCase() + (typeof one.salt === "string" ? one.salt : "");
    if (one.identityHash === `sha256$${hex(await sha256(salted))}`) return true;
  }
  return false;
};

const personBlock = (report) => {
  const input = made("input", "form-control");
  Object.assign(input, { id: "person", type: "email", autocomplete: "off" });
  const label = made("label", "", say("person_label"));
  label.htmlFor = "person";
  const button = made("button", "btn btn-secondary", say("person_compare"));
  button.type = "submit";
  const answer = made("p", "person-answer");
  answer.setAttribute("role", "status");
  const form = made("form", "form-inline", made("div", "field", label, input), button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const isSame = await isRecipient(report, input.value);
    answer.replaceChildren(icon(isSame ? "tick" : "cross"), ` ${say(isSame ? "person_same" : "person_other")}`);
  });
  form.noValidate = true;
  return made("section", "section no-print", made("h2", "", say("person")), form, answer);
};

const isHashed = (report) =>
  many(many(report.document.credentialSubject)[0].identifier).some(
    (one) => isObject(one) && one.identityType === "emailAddress" && one.hashed === true,
  );

let newest = 0;

const show = async (bytes, name) => {
  newest += 1;
  const mine = newest;
  const place = document.getElementById("result");
  place.setAttribute("aria-busy", "true");
  place.replaceChildren(made("p", "soft", say("checking")));
  const report = await checkFile(bytes, CARRIED, Date.now());
  // A second file that was dropped meanwhile has the place.
  if (mine !== newest) return;
  report.issuerName = report.checks.find((check) => check.name === "issuer")?.values.issuer;
  place.replaceChildren(verdictBlock(report, name));
  if (report.facts.length) place.append(factsBlock(report));
  if (report.document && isHashed(report)) place.append(personBlock(report));
  place.append(checksBlock(report));
  const print = made("button", "btn btn-secondary no-print", say("print"));
  print.type = "button";
  print.addEventListener("click", () => window.print());
  place.append(print);
  place.removeAttribute("aria-busy");
  document.getElementById("verdict-word").focus();
};

const showFile = async (file) => {
  // Read no more than it takes to see that a file is too large.
  show(new Uint8Array(await file.slice(0, LARGEST + 1).arrayBuffer()), file.name);
};

document.getElementById("file").addEventListener("change", (event) => {
  if (event.target.files.length) showFile(event.target.files[0]);
  // The same file may be chosen again after it was mended.
  event.target.value = "";
});

document.getElementById("paste").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = document.getElementById("text").value.trim();
  if (text) show(new TextEncoder().encode(text), say("pasted"));
  else document.getElementById("text").focus();
});

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("is-over");
});
document.addEventListener("dragleave", () => document.body.classList.remove("is-over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("is-over");
  if (event.dataTransfer.files.length) showFile(event.dataTransfer.files[0]);
});

document.getElementById("tools").hidden = false;
