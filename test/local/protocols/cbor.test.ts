// Bodies of CBOR that are refused: cut, followed by something, or not a map.
import * as sdk from '@aws-sdk/client-cloudwatch';
import { cbor } from '@smithy/core/cbor';
import { expect, it } from 'vitest';
import { cborProtocol } from '../../../src/local/protocols/cbor.ts';
import { operationsOf } from '../../../src/local/protocols/operations.ts';

const protocol = cborProtocol({ sdk, target: 'GraniteServiceVersion20100801' });
const operation = operationsOf(sdk).get('ListMetrics') as NonNullable<ReturnType<typeof protocol.route>>;
const read = (body: Uint8Array) =>
  protocol.read(operation, { method: 'POST', path: '/', query: '', headers: {}, body: Buffer.from(body) });

const input = {
  Namespace: 'n',
  Dimensions: [{ Name: 'a', Value: 'b'.repeat(300) }],
  IncludeLinkedAccounts: true,
};
const whole = cbor.serialize(input);

it('a map is read, with a definite or an indefinite length', () => {
  expect(read(whole)).toEqual(input);
  expect(read(Uint8Array.of())).toEqual({});
  // {_ "Namespace": (_ "a", "b")}
  const indefinite = [0xbf, 0x69, ...Buffer.from('Namespace'), 0x7f, 0x61, 0x61, 0x61, 0x62, 0xff, 0xff];
  expect(read(Uint8Array.from(indefinite))).toEqual({ Namespace: 'ab' });
});

it('a map that is cut anywhere is refused', () => {
  for (let length = 1; length < whole.length; length++) {
    expect(() => read(whole.subarray(0, length)), String(length)).toThrow(/^The request is not CBOR/);
  }
});

it.each([
  ['a map and a byte', [...whole, 0]],
  ['two maps', [...whole, 0xa0]],
  ['a reserved length', [0xa1, 0x61, 0x61, 0x1c]],
  ['a string longer than the body', [0xa1, 0x7b, 0, 0, 0, 1, 0, 0, 0, 0]],
  ['more entries than the body has', [0xbb, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ['an indefinite map without an end', [0xbf, 0x61, 0x61, 0x01]],
  ['a thousand levels', [0xa1, 0x61, 0x61, ...Array<number>(1000).fill(0x81), 0]],
])('%s is refused', (_what, bytes) => {
  expect(() => read(Uint8Array.from(bytes))).toThrow(/^The request is not CBOR/);
});

it.each([
  ['a list', [0x80]],
  ['null', [0xf6]],
  ['a text', [0x61, 0x61]],
])('%s for the document is refused', (_what, bytes) => {
  expect(() => read(Uint8Array.from(bytes))).toThrow('The request is not a map of CBOR');
});
