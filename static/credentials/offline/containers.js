// Which kind of file this is, by its first bytes and never by its name, and the credential inside it.
"use strict";

const MAXIMUM_PICTURE_BYTES = 5 * 1024 * 1024;
const MAXIMUM_CHUNKS = 1000;
const BAKED = "https://purl.imsglobal.org/ob/v3p0";

/** json, pdf, png, svg, jwt or unknown. */
const kindOf = (bytes) => {
  // TextDecoder takes "latin1" for Windows-1252, in which PNG's first byte is another letter.
  const start = String.fromCharCode(...bytes.subarray(0, 4096));
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (start.startsWith("%PDF-")) return "pdf";
  const words = start.trimStart();
  if (words.startsWith("{")) return "json";
  if (words.startsWith("<") && words.includes("<svg")) return "svg";
  return /^[\w-]+\.[\w-]*\.[\w-]+\s*$/.test(words) || /^eyJ[\w-]+\.[\w-]/.test(words) ? "jwt" : "unknown";
};

/** The credential's own bytes in a file of this kind. Throws Refused. */
const credentialIn = async (bytes, kind) => {
  if (kind === "json") return bytes;
  if (kind === "pdf") return attachmentOf(bytes);
  if (kind === "png") return bakedInPng(bytes);
  if (kind === "svg") return bakedInSvg(bytes);
  throw kind === "jwt" ? new Refused("file_jwt", { state: "not_checked" }) : new Refused("file_unknown");
};

/** The text of the only iTXt chunk `openbadgecredential` (Open Badges 3.0, section 5.3.1). */
const bakedInPng = (bytes) => {
  if (bytes.length > MAXIMUM_PICTURE_BYTES) throw new Refused("file_large");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = [];
  let name = "";
  for (let at = 8, count = 0; name !== "IEND"; count += 1) {
    if (count > MAXIMUM_CHUNKS || at + 12 > bytes.length) throw new Refused("picture_broken");
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) throw new Refused("picture_broken");
    name = new TextDecoder("latin1").decode(bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (name === "iTXt" && keywordOf(data) === "openbadgecredential") {
      if (view.getUint32(at + 8 + length) !== crcOf(bytes.subarray(at + 4, at + 8 + length))) {
        throw new Refused("picture_broken");
      }
      found.push(textIn(data));
    }
    at += 12 + length;
  }
  if (found.length !== 1) throw new Refused(found.length ? "picture_several" : "picture_nothing");
  return found[0];
};

const keywordOf = (data) => new TextDecoder("latin1").decode(data.subarray(0, Math.max(0, data.subarray(0, 80).indexOf(0))));

/** The text of an iTXt chunk: keyword, 0, compression flag and method, language, 0, translation, 0, text. */
const textIn = (data) => {
  const flags = data.indexOf(0) + 1;
  const translation = data.indexOf(0, flags + 2) + 1;
  const text = data.indexOf(0, translation) + 1;
  if (data[flags] !== 0 || data[flags + 1] !== 0 || !translation || !text) throw new Refused("picture_broken");
  return bounded(data.subarray(text));
};

const crcOf = (data) => {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
};

/** The text of the only `openbadges:credential` element. */
const bakedInSvg = (bytes) => {
  if (bytes.length > MAXIMUM_PICTURE_BYTES) throw new Refused("file_large");
  const text = textOf(bytes);
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw new Refused("picture_broken");
  const drawing = new DOMParser().parseFromString(text, "image/svg+xml");
  if (drawing.getElementsByTagName("parsererror").length) throw new Refused("picture_broken");
  const found = [...drawing.getElementsByTagNameNS(BAKED, "credential")];
  if (found.length !== 1) throw new Refused(found.length ? "picture_several" : "picture_nothing");
  if (found[0].hasAttribute("verify")) throw new Refused("file_jwt", { state: "not_checked" });
  return bounded(new TextEncoder().encode(found[0].textContent.trim()));
};
