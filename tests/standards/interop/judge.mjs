// Judges credentials with published libraries alone: `node judge.mjs CONTEXTS < cases.json`, without any network.
//
// CONTEXTS  a folder with index.json: address of a context -> file
// stdin     {"documents": {address: document}, "cases": {name: signed document}}
// stdout    {name: {"verified": true|false, "why": "...", "quads": "canonical N-Quads of the unsigned document"}}
import fs from 'node:fs';
import path from 'node:path';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import jsonld from 'jsonld';
import jsigs from 'jsonld-signatures';

const MULTIKEY = 'https://w3id.org/security/multikey/v1';
const folder = process.argv[2];
const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
const contexts = read('index.json').contexts;
const { documents, cases } = JSON.parse(fs.readFileSync(0, 'utf8'));

async function documentLoader(url) {
  const [address, fragment] = url.split('#');
  let document = contexts[address] ? read(contexts[address].file) : documents[address];
  if (!document) throw new Error(`out of reach: ${url}`);
  if (fragment && document.verificationMethod) {
    document = document.verificationMethod.find((method) => method.id === url);
    if (!document) throw new Error(`no such key: ${url}`);
    document = { '@context': MULTIKEY, ...document };
  }
  return { contextUrl: null, documentUrl: url, document, tag: contexts[address] ? 'static' : undefined };
}

function reasons(error) {
  return [error?.message, ...(error?.errors ?? []).flatMap(reasons)].filter(Boolean);
}

async function judged(document) {
  const { proof, ...unsigned } = document;
  const answer = {};
  try {
    answer.quads = await jsonld.canonize(unsigned, {
      algorithm: 'RDFC-1.0',
      format: 'application/n-quads',
      safe: true,
      documentLoader,
    });
    const result = await jsigs.verify(document, {
      suite: new DataIntegrityProof({ cryptosuite }),
      purpose: new jsigs.purposes.AssertionProofPurpose(),
      documentLoader,
    });
    answer.verified = result.verified;
    answer.why = reasons(result.error).join('; ');
  } catch (error) {
    answer.verified = false;
    answer.why = reasons(error).join('; ');
  }
  return answer;
}

const answers = {};
for (const [name, document] of Object.entries(cases)) answers[name] = await judged(document);
console.log(JSON.stringify(answers));
