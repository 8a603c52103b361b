// The one file attached to a PDF as the portal writes it: objects one after the other, each with its length.
// Every object is walked over, so an attachment that another program would not show is still counted.
"use strict";

const MAXIMUM_PDF_BYTES = 10 * 1024 * 1024;
const MAXIMUM_PDF_OBJECTS = 20000;
const MAXIMUM_PDF_DEPTH = 32;

/** The bytes of the only attachment. Throws Refused. */
const attachmentOf = async (bytes) => {
  if (bytes.length > MAXIMUM_PDF_BYTES) throw new Refused("file_large");
  const found = new PdfWalker(bytes).embedded();
  if (found.length === 0) throw new Refused("pdf_nothing");
  if (found.length > 1) throw new Refused("pdf_several");
  const [{ fields, data }] = found;
  if (fields.DecodeParms) throw new Refused("pdf_unlike_ours");
  const filter = [fields.Filter].flat();
  if (filter.length === 1 && filter[0] === undefined) return bounded(data);
  if (filter.length !== 1 || filter[0] !== "/FlateDecode") throw new Refused("pdf_unlike_ours");
  return inflated(data);
};

const bounded = (data) => {
  if (data.length > MAXIMUM_BYTES) throw new Refused("json_large");
  return data;
};

/** The data inflated, but never beyond what a credential may weigh. */
const inflated = async (data) => {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  const feed = (async () => {
    // In small bites: a browser inflates each bite whole, however large it grows.
    for (let at = 0; at < data.length; at += 1024) await writer.write(data.subarray(at, at + 1024));
    await writer.close();
  })();
  feed.catch(() => {});
  const reader = stream.readable.getReader();
  const parts = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MAXIMUM_BYTES) throw new Refused("json_large");
      parts.push(value);
    }
    await feed;
  } catch (wrong) {
    reader.cancel().catch(() => {});
    throw wrong instanceof Refused ? wrong : new Refused("pdf_unlike_ours");
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

class PdfWalker {
  constructor(bytes) {
    // One letter for each byte, so that places in the text are places in the file.
    const text = new TextDecoder("latin1").decode(bytes);
    Object.assign(this, { bytes, text, at: 0 });
  }

  /** Each embedded file: its dictionary's fields and its raw bytes. */
  embedded() {
    const found = [];
    this.take(/%PDF-1\.[0-7]\s/y);
    for (let count = 0; this.more(); count += 1) {
      if (count > MAXIMUM_PDF_OBJECTS) throw new Refused("pdf_unlike_ours");
      if (this.tries(/startxref\s+[0-9]+/y)) continue;
      if (this.tries(/xref\s[0-9 \r\nfn]*trailer/y)) this.refuseLocked(this.value());
      else {
        this.take(/[0-9]{1,10}\s+[0-9]{1,5}\s+obj/y);
        const fields = this.value();
        this.refuseLocked(fields);
        const data = this.tries(/stream\r?\n/y) ? this.data(fields) : null;
        this.take(/endobj/y);
        if (data && fields.Type === "/EmbeddedFile") found.push({ fields, data });
      }
    }
    return found;
  }

  refuseLocked(fields) {
    if (isObject(fields) && "Encrypt" in fields) throw new Refused("pdf_locked");
  }

  data(fields) {
    const length = fields.Length;
    if (!Number.isInteger(length) || length < 0 || this.at + length > this.bytes.length) {
      throw new Refused("pdf_unlike_ours");
    }
    const data = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    this.take(/endstream/y);
    return data;
  }

  /** Whether something follows after white space and comments. */
  more() {
    this.tries(/(?:[\0\t\n\f\r ]|%[^\r\n]*)*/y, { isSpace: true });
    return this.at < this.text.length;
  }

  tries(pattern, { isSpace = false } = {}) {
    if (!isSpace) this.more();
    pattern.lastIndex = this.at;
    const [word] = pattern.exec(this.text) || [null];
    if (word !== null) this.at = pattern.lastIndex;
    return word;
  }

  take(pattern) {
    // The header itself looks like a comment, so nothing is skipped before the first byte.
    const word = this.tries(pattern, { isSpace: this.at === 0 });
    if (word === null) throw new Refused("pdf_unlike_ours");
    return word;
  }

  /** One value: a dictionary as an object, a name with its stroke, a number; what else there is as null. */
  value(depth = 0) {
    if (depth > MAXIMUM_PDF_DEPTH) throw new Refused("pdf_unlike_ours");
    if (this.tries(/<</y)) {
      const fields = Object.create(null);
      while (!this.tries(/>>/y)) {
        const name = this.take(/\/[^\0\t\n\f\r ()<>[\]{}/%]*/y).slice(1);
        if (name in fields) throw new Refused("pdf_unlike_ours");
        fields[name] = this.value(depth + 1);
      }
      return fields;
    }
    if (this.tries(/\[/y)) {
      const items = [];
      while (!this.tries(/\]/y)) items.push(this.value(depth + 1));
      return items;
    }
    if (this.tries(/\(/y)) return this.string();
    if (this.tries(/<[0-9A-Fa-f\s]*>/y)) return null;
    const name = this.tries(/\/[^\0\t\n\f\r ()<>[\]{}/%]*/y);
    // A name may be written with its letters as numbers; ours are not.
    if (name !== null) return name.replace(/#([0-9A-Fa-f]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
    if (this.tries(/[0-9]+\s+[0-9]+\s+R\b/y)) return null;
    if (this.tries(/(?:true|false|null)\b/y)) return null;
    return Number(this.take(/[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)/y));
  }

  string() {
    for (let open = 1; open > 0; this.at += 1) {
      const letter = this.text[this.at];
      if (letter === undefined) throw new Refused("pdf_unlike_ours");
      if (letter === "\\") this.at += 1;
      else if (letter === "(") open += 1;
      else if (letter === ")") open -= 1;
    }
    return null;
  }
}
