// Synchronous invocations by other services: results, failures told apart, and permissions.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compose } from '../../../../../src/local/compose.ts';
import type { EventSource, Functions } from '../../../../../src/local/faces.ts';
import type { Invocation, Outcome } from '../../../../../src/local/runtime/function-spec.ts';
import { createIamService } from '../../../../../src/local/services/iam/service.ts';
import { createLambdaService } from '../../../../../src/local/services/lambda/service.ts';
import { temporaryFolder } from '../../../../support/project.ts';
import { account, callerOf } from '../../../call.ts';
import { lonely, standIn, surroundings } from '../../../composed.ts';
import { functionArn, role, zip } from '../control.ts';

const arn = functionArn('f');
const source: EventSource = {
  principal: 'apigateway.amazonaws.com',
  sourceArn: `arn:aws:execute-api:eu-central-1:${account}:abc/$default/GET/users`,
  sourceAccount: account,
};

let call: ReturnType<typeof callerOf<typeof import('@aws-sdk/client-lambda'), never>>;
let functions: Functions;
let received: Invocation[];
/** What the function does. */
let behaviour: (invocation: Invocation) => Partial<Outcome>;

const { policies: _, ...others } = lonely;

beforeEach(async () => {
  received = [];
  behaviour = ({ payload }) => ({ payload });
  const factories = { createIamService, createLambdaService, rest: standIn(others) };
  const local = compose(factories, surroundings({ dir: await temporaryFolder('synchronous') }));
  const lambda = local.of(createLambdaService);
  call = callerOf(lambda) as never;
  functions = lambda.faces?.functions as Functions;
  vi.spyOn(lambda.state.pool, 'invoke').mockImplementation(async (_spec, invocation) => {
    received.push(invocation);
    await Promise.resolve();
    return { payload: new Uint8Array(0), failed: false, duration: 1, log: '', ...behaviour(invocation) };
  });
  await call('CreateFunction', {
    FunctionName: 'f',
    Role: role,
    Runtime: 'python3.13',
    Handler: 'index.handler',
    Code: { ZipFile: zip },
    Publish: true,
  });
});
afterEach(() => vi.restoreAllMocks());

describe('a synchronous invocation by another service', () => {
  it('hands the event over and has the answer, the version and the id of the invocation', async () => {
    const invocation = { event: { a: 1 }, requestId: 'r-1', traceId: 'Root=1' };
    expect(await functions.invoke(arn, invocation)).toEqual({
      result: 'answered',
      payload: Buffer.from('{"a":1}'),
      requestId: 'r-1',
      version: '$LATEST',
    });
    expect(await functions.invoke(`${arn}:1`, { event: null })).toMatchObject({
      result: 'answered',
      payload: Buffer.from('null'),
      version: '1',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(received[0]).toMatchObject({ invokedArn: arn, requestId: 'r-1', traceId: 'Root=1' });
    expect(received[1]).toMatchObject({ invokedArn: `${arn}:1` });
  });

  it('tells a function that fails from one that times out', async () => {
    const payload = Buffer.from('{"errorType":"Error","errorMessage":"no"}');
    behaviour = () => ({ failed: true, payload });
    expect(await functions.invoke(arn, { event: {} })).toMatchObject({
      result: 'failed',
      timedOut: false,
      payload,
    });
    behaviour = () => ({ failed: true, timedOut: true, payload });
    expect(await functions.invoke(arn, { event: {} })).toMatchObject({ result: 'failed', timedOut: true });
  });

  it('has the parts of a streamed response, unless the function fails before the first', async () => {
    behaviour = ({ onPart }) => {
      for (const part of ['a', 'b']) onPart?.(Buffer.from(part), 'text/plain');
      return { streamError: { type: 'T', details: 'd' }, failed: true };
    };
    const streamed = await functions.invoke(arn, { event: {}, stream: true });
    if (streamed.result !== 'streamed') throw new Error(streamed.result);
    const parts: string[] = [];
    for await (const part of streamed.parts) parts.push(Buffer.from(part).toString());
    expect(parts).toEqual(['a', 'b']);
    behaviour = () => ({ failed: true });
    expect(await functions.invoke(arn, { event: {}, stream: true })).toMatchObject({ result: 'failed' });
    behaviour = () => ({ payload: Buffer.from('"whole"') });
    expect(await functions.invoke(arn, { event: {}, stream: true })).toMatchObject({
      result: 'answered',
      payload: Buffer.from('"whole"'),
    });
  });

  it('is refused without a permission for the source, and needs none without a source', async () => {
    expect(await functions.invoke(arn, { event: {}, source })).toMatchObject({
      result: 'refused',
      reason: 'forbidden',
    });
    expect(received).toEqual([]);
    await call('AddPermission', {
      FunctionName: 'f',
      StatementId: 's',
      Action: 'lambda:InvokeFunction',
      Principal: source.principal,
      SourceArn: `arn:aws:execute-api:eu-central-1:${account}:abc/*/*/users`,
    });
    expect(await functions.invoke(arn, { event: {}, source })).toMatchObject({ result: 'answered' });
  });

  it('is refused when there is no such function, too many run, or the event is too large', async () => {
    const refused = async (to = arn, event: unknown = {}) => {
      const refusal = await functions.invoke(to, { event });
      return refusal.result === 'refused' ? [refusal.reason, refusal.error.message] : refusal.result;
    };
    expect(await refused(functionArn('none'))).toEqual([
      'missing',
      `Function not found: ${functionArn('none')}`,
    ]);
    expect(await refused(`${arn}:7`)).toEqual(['missing', `Function not found: ${arn}:7`]);
    expect(await refused(arn, 'x'.repeat(6_291_456))).toEqual([
      'too large',
      'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    ]);
    await call('PutFunctionConcurrency', { FunctionName: 'f', ReservedConcurrentExecutions: 0 });
    expect(await refused()).toEqual(['throttled', 'Rate Exceeded.']);
  });
});
