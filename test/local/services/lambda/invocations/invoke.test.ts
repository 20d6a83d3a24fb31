// Invocations from a client's view: answers and refusals.
import {
  CreateAliasCommand,
  InvokeCommand,
  type InvokeCommandInput,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesZip } from '../../../zip.ts';
import { createFunction, type LambdaAws, notFound, refusal, startLambda, violation } from '../fixture.ts';

const python = `import os, sys
def handler(event, context):
    do = event.get("do") if isinstance(event, dict) else None
    if do == "raise": raise ValueError("no good")
    if do == "exit": sys.exit(0)
    if do == "keys": return [os.environ[f"AWS_{name}"] for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")]
    if do == "big": return "a" * 6291555
    if do == "arn": return [context.invoked_function_arn, context.function_version, context.client_context and context.client_context.custom]
    return event if do == "echo" else None
`;

let aws: LambdaAws;
let name = '';

beforeAll(async () => {
  aws = await startLambda();
  name = await createFunction(aws, { Code: { ZipFile: filesZip({ 'index.py': python }) }, Timeout: 30 });
});
afterAll(() => aws?.stop());

async function invoke(more: Partial<InvokeCommandInput> = {}) {
  const { $metadata, Payload, LogResult, ...rest } = await aws.lambda.send(
    new InvokeCommand({ FunctionName: name, ...more }),
  );
  return {
    rest,
    requestId: $metadata.requestId,
    text: Payload?.transformToString() ?? '',
    log: LogResult === undefined ? undefined : Buffer.from(LogResult, 'base64').toString(),
  };
}
const told = (event: object) => ({ Payload: JSON.stringify(event) });

describe('the answer to an invocation', () => {
  it('names the version, is null when nothing is returned, and has the log only on request', async () => {
    const { rest, text, log } = await invoke();
    expect([rest, text, log]).toEqual([{ StatusCode: 200, ExecutedVersion: '$LATEST' }, 'null', undefined]);
  });

  it('is the value that the function returned', async () => {
    const event = { do: 'echo', text: 'ü€😀', list: [1, null, true] };
    expect(JSON.parse((await invoke(told(event))).text)).toEqual(event);
  });

  it('of a dry run or of a queued event is empty', async () => {
    for (const [InvocationType, StatusCode] of [
      ['DryRun', 204],
      ['Event', 202],
    ] as const) {
      expect(await invoke({ InvocationType })).toMatchObject({ rest: { StatusCode }, text: '' });
      expect((await invoke({ InvocationType })).rest).toEqual({ StatusCode });
    }
  });

  it('of a failed function has status 200 and the error', async () => {
    const failed = { StatusCode: 200, ExecutedVersion: '$LATEST', FunctionError: 'Unhandled' };
    const raised = await invoke(told({ do: 'raise' }));
    expect([raised.rest, JSON.parse(raised.text)]).toEqual([
      failed,
      {
        errorMessage: 'no good',
        errorType: 'ValueError',
        requestId: raised.requestId,
        stackTrace: [expect.stringMatching(/^ {2}File "\/var\/task\/index\.py", line \d+, in handler\n/)],
      },
    ]);
    const left = await invoke(told({ do: 'exit' }));
    expect([left.rest, JSON.parse(left.text)]).toEqual([
      failed,
      {
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${left.requestId} Error: Runtime exited without providing a reason`,
      },
    ]);
    const big = await invoke(told({ do: 'big' }));
    expect([big.rest, JSON.parse(big.text)]).toEqual([
      failed,
      {
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
        errorType: 'Function.ResponseSizeTooLarge',
      },
    ]);
  });

  it('contains the end of the log on request', async () => {
    const { log, requestId } = await invoke({ LogType: 'Tail' });
    expect(log).toMatch(
      new RegExp(
        `^START RequestId: ${requestId} Version: \\$LATEST\nEND RequestId: ${requestId}\nREPORT RequestId: ${requestId}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\t`,
      ),
    );
  });

  it('has the ARN of the request in its context', async () => {
    await aws.lambda.send(new PublishVersionCommand({ FunctionName: name }));
    await aws.lambda.send(new CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: '1' }));
    const arn = aws.arn(name);
    for (const [more, invoked, version] of [
      [{}, arn, '$LATEST'],
      [{ Qualifier: '$LATEST' }, `${arn}:$LATEST`, '$LATEST'],
      [{ Qualifier: '1' }, `${arn}:1`, '1'],
      [{ FunctionName: `${arn}:live` }, `${arn}:live`, '1'],
      [{ FunctionName: `${name}:live` }, `${arn}:live`, '1'],
    ] as const) {
      const { rest, text } = await invoke({ ...told({ do: 'arn' }), ...more });
      expect([rest.ExecutedVersion, JSON.parse(text)]).toEqual([version, [invoked, version, null]]);
    }
  });

  it.each([
    ['of its name', 'named', 'named'],
    ['of a longer name when its own is a letter, too short for a session', 'f', 'f@lambda_function'],
  ])('is made with the keys of the role, in a session %s', async (_, FunctionName, session) => {
    await createFunction(aws, { FunctionName, Code: { ZipFile: filesZip({ 'index.py': python }) } });
    const [accessKeyId = '', secretAccessKey = '', sessionToken] = JSON.parse(
      (await invoke({ FunctionName, ...told({ do: 'keys' }) })).text,
    ) as string[];
    const sts = new STSClient({
      endpoint: aws.endpoint,
      region: aws.region,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::${aws.account}:assumed-role/worker/${session}`);
  });

  it("passes on the client's context", async () => {
    const ClientContext = Buffer.from(JSON.stringify({ custom: { a: 'ü' } })).toString('base64');
    expect(JSON.parse((await invoke({ ...told({ do: 'arn' }), ClientContext })).text)[2]).toEqual({ a: 'ü' });
  });
});

describe('an invocation is refused', () => {
  it('when the function or qualifier does not exist: $LATEST is named when the request has no qualifier', async () => {
    const arn = aws.arn('nowhere');
    expect(await refusal(invoke({ FunctionName: 'nowhere' }))).toEqual(
      notFound(`Function not found: ${arn}:$LATEST`),
    );
    expect(await refusal(invoke({ FunctionName: 'nowhere', Qualifier: 'q' }))).toEqual(
      notFound(`Function not found: ${arn}:q`),
    );
    expect(await refusal(invoke({ Qualifier: '77' }))).toEqual(
      notFound(`Function not found: ${aws.arn(name)}:77`),
    );
  });

  it('when its event is not JSON', async () => {
    for (const InvocationType of ['RequestResponse', 'Event', 'DryRun'] as const) {
      expect(await refusal(invoke({ Payload: '{"a":tru}', InvocationType }))).toEqual({
        name: 'InvalidRequestContentException',
        status: 400,
        message:
          "Could not parse request body into json: Could not parse payload into json: Unrecognized token 'tru': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 10]",
        Type: 'User',
      });
    }
  });

  it('when its event is too large', async () => {
    const Payload = `"${'a'.repeat(6_291_455)}"`;
    expect(await refusal(invoke({ Payload }))).toMatchObject({
      status: 413,
      message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    });
    expect((await invoke({ Payload: `"${'a'.repeat(6_291_454)}"` })).text).toBe('null');
  });

  it('when its context is not JSON in base64', async () => {
    expect(await refusal(invoke({ ClientContext: 'bm90IEpTT04=' }))).toMatchObject({
      name: 'InvalidRequestContentException',
      message: 'Client context must be a valid Base64-encoded JSON object.',
    });
  });

  it('when its type does not exist', async () => {
    const more = { InvocationType: 'Later' as never, LogType: 'All' as never };
    expect(await refusal(invoke(more))).toEqual(
      violation(
        "Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
        "Value 'All' at 'logType' failed to satisfy constraint: Member must satisfy enum value set: [None, Tail]",
      ),
    );
  });
});
