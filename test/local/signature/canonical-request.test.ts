// Our signatures compared with those of the SDK's own signer, for generated requests.
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureOf } from '../../../src/local/signature/canonical-request.ts';
import { sha256 } from '../../../src/local/signature/signing-key.ts';
import { Sha256 } from '../signed-server.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const segment = fc.oneof(
  text.map(encodeURIComponent),
  fc.constantFrom('.', '..', '', 'a:b', "it's (*)", '%2F'),
);
const requests = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  path: fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join('/')}`),
  // The SDK's signer collects names as fields of an object, and loses `__proto__`.
  query: fc.uniqueArray(
    fc.tuple(
      text.filter((name) => name !== '__proto__'),
      text,
    ),
    { maxLength: 5, selector: ([name]) => name },
  ),
  headers: fc.dictionary(
    fc.stringMatching(/^x-amz-[a-z]{1,8}$/),
    fc.stringMatching(/^[ -~]{0,20}$/).map((value) => value.trim()),
    { maxKeys: 4 },
  ),
  body: fc.string(),
  secretAccessKey: fc.string({ minLength: 1 }),
  service: fc.constantFrom('lambda', 's3', 'iam'),
});

describe('The signature of a request', () => {
  it('is the one that the SDK makes, however odd path, query and headers are', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ method, path, query, headers, body, secretAccessKey, service }) => {
        const signed = { ...headers, host: 'localhost:4586', 'x-amz-date': '20260131T120000Z' };
        const signer = new SignatureV4({
          service,
          region: 'eu-west-1',
          credentials: { accessKeyId: 'A', secretAccessKey },
          sha256: Sha256,
          applyChecksum: false,
          uriEscapePath: service !== 's3',
        });
        const { headers: answered } = await signer.sign(
          {
            method,
            protocol: 'http:',
            hostname: 'localhost',
            path,
            query: Object.fromEntries(query),
            headers: { ...signed },
            body,
          },
          { signingDate: new Date('2026-01-31T12:00:00Z'), signableHeaders: new Set(Object.keys(signed)) },
        );
        const signature = signatureOf(
          {
            request: { method, path, headers: signed },
            query,
            signedHeaders: Object.keys(signed).sort(),
            payload: sha256(body),
            stamp: '20260131T120000Z',
            scope: { date: '20260131', region: 'eu-west-1', service },
          },
          secretAccessKey,
        );
        expect(answered.authorization).toMatch(new RegExp(`Signature=${signature}$`));
      }),
      { numRuns: 300 },
    );
  });
});
