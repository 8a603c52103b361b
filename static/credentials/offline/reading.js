// A stranger's text, read strictly: one JSON object that two readers would understand alike, or a refusal.
// JSON.parse keeps the last of two equal keys in silence, so it reads single words here and never a whole file.
"use strict";

const MAXIMUM_BYTES = 256 * 1024;
const MAXIMUM_DEPTH = 64;
const MAXIMUM_DIGITS = 32;
const MAXIMUM_ITEMS = 1000;
const MAXIMUM_VALUES = 10000;

/** What stops a check. `code` names its words, `values` what stands in them; `state` is failed or not_checked. */
class Refused extends Error {
  constructor(code, { state = "failed", ...values } = {}) {
    super(code);
    Object.assign(this, { code, state, values });
  }
}

/** Bytes as strict UTF-8 text. Throws Refused. */
const textOf = (bytes) => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused("json_utf8");
  }
};

/** The one JSON object in these bytes. Throws Refused: too large, nested too deeply, a key twice, huge numbers. */
const readJson = (bytes) => {
  if (bytes.length > MAXIMUM_BYTES) throw new Refused("json_large");
  const document = new JsonReader(textOf(bytes)).whole();
  if (typeof document !== "object" || document === null || Array.isArray(document)) throw new Refused("json_object");
  return document;
};

class JsonReader {
  constructor(text) {
    Object.assign(this, { text, at: 0, depth: 0, values: 0 });
  }

  whole() {
    const value = this.value();
    this.space();
    if (this.at !== this.text.length) throw new Refused("json_malformed");
    return value;
  }

  space() {
    while (" \t\n\r".includes(this.text[this.at] || "x")) this.at += 1;
  }

  /** Step over `mark` if it comes next. */
  meets(mark) {
    this.space();
    if (!this.text.startsWith(mark, this.at)) return false;
    this.at += mark.length;
    return true;
  }

  expect(mark) {
    if (!this.meets(mark)) throw new Refused("json_malformed");
  }

  value() {
    this.values += 1;
    if (this.values > MAXIMUM_VALUES) throw new Refused("json_many");
    if (this.meets("{")) return this.inside(() => this.fields());
    if (this.meets("[")) return this.inside(() => this.items());
    if (this.text[this.at] === '"') return this.string();
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
      if (this.meets(word)) return value;
    }
    return this.number();
  }

  inside(read) {
    this.depth += 1;
    if (this.depth > MAXIMUM_DEPTH) throw new Refused("json_deep");
    const value = read();
    this.depth -= 1;
    return value;
  }

  fields() {
    const found = {};
    if (this.meets("}")) return found;
    do {
      this.space();
      const key = this.string();
      // An object of JavaScript would take this key for its own ancestry.
      if (key === "__proto__") throw new Refused("json_malformed");
      if (Object.hasOwn(found, key)) throw new Refused("json_twice", { field: key.slice(0, 60) });
      this.expect(":");
      found[key] = this.value();
    } while (this.meets(","));
    this.expect("}");
    return found;
  }

  items() {
    const found = [];
    if (this.meets("]")) return found;
    do {
      found.push(this.value());
      if (found.length > MAXIMUM_ITEMS) throw new Refused("json_many");
    } while (this.meets(","));
    this.expect("]");
    return found;
  }

  string() {
    const start = this.at;
    if (this.text[start] !== '"') throw new Refused("json_malformed");
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === "\\" ? 2 : 1;
    this.at = end + 1;
    let word;
    try {
      word = JSON.parse(this.text.slice(start, this.at));
    } catch {
      throw new Refused("json_malformed");
    }
    if (/[\0\p{Cs}]/u.test(word)) throw new Refused("json_characters");
    return word;
  }

  number() {
    const written = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    written.lastIndex = this.at;
    const [word] = written.exec(this.text) || [];
    if (!word) throw new Refused("json_malformed");
    this.at += word.length;
    const number = Number(word);
    // Beyond 2**53 readers no longer agree on a whole number.
    const isWhole = !/[.eE]/.test(word);
    if (word.length > MAXIMUM_DIGITS || !Number.isFinite(number) || (isWhole && !Number.isSafeInteger(number))) {
      throw new Refused("json_number");
    }
    return number;
  }
}
