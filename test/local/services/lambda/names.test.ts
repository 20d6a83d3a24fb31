// The ways to name a function, and the refusal of invalid names.
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createFunction,
  functionInput,
  invalidParameter,
  type LambdaAws,
  notFound,
  refusal,
  startLambda,
  uniqueName,
  violation,
} from './fixture.ts';

let aws: LambdaAws;

beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws?.stop());

const create = (more: Partial<CreateFunctionCommandInput> = {}) =>
  aws.lambda.send(new CreateFunctionCommand(functionInput(aws, more)));
const get = (FunctionName: string, Qualifier?: string) =>
  aws.lambda.send(new GetFunctionCommand({ FunctionName, Qualifier }));
const configuration = (FunctionName: string, Qualifier?: string) =>
  aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }));

describe('names of functions', () => {
  const readPattern =
    '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?';
  const createPattern =
    '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';
  const unlike = (value: string, pattern: string, place = 'functionName') =>
    `Value '${value}' at '${place}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern}`;
  const tooLong = (value: string, most: number, place = 'functionName') =>
    `Value '${value}' at '${place}' failed to satisfy constraint: Member must have length less than or equal to ${most}`;

  it('may be names, partial ARNs and whole ARNs, with a qualifier in one place or both', async () => {
    const name = await createFunction(aws, { Publish: true });
    const { account, region } = aws;
    for (const form of [
      name,
      `function:${name}`,
      `${account}:function:${name}`,
      `${region}:${account}:function:${name}`,
      aws.arn(name),
    ]) {
      expect((await configuration(form)).FunctionArn).toBe(aws.arn(name));
      for (const version of ['1', '$LATEST']) {
        expect(await configuration(`${form}:${version}`)).toMatchObject({
          FunctionArn: `${aws.arn(name)}:${version}`,
          Version: version,
        });
      }
      expect((await configuration(`${form}:$LATEST`, '$LATEST')).FunctionArn).toBe(
        `${aws.arn(name)}:$LATEST`,
      );
    }
    expect((await create({ FunctionName: aws.arn(uniqueName('by-arn')) })).FunctionName).toMatch(/^by-arn-/);
  });

  it('with two different qualifiers are refused', async () => {
    const mismatch = invalidParameter(
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
    const FunctionName = `${aws.arn('some-function')}:1`;
    const Qualifier = '$LATEST';
    expect(await refusal(get(FunctionName, Qualifier))).toEqual(mismatch);
    expect(await refusal(configuration(FunctionName, Qualifier))).toEqual(mismatch);
    const remove = new DeleteFunctionCommand({ FunctionName, Qualifier });
    expect(await refusal(aws.lambda.send(remove))).toEqual(mismatch);
    const invoke = new InvokeCommand({ FunctionName, Qualifier });
    expect(await refusal(aws.lambda.send(invoke))).toEqual(mismatch);
  });

  it('of another region or account are refused', async () => {
    const elsewhere = aws.region === 'us-west-2' ? 'us-east-1' : 'us-west-2';
    const there = aws.arn('x').replace(aws.region, elsewhere);
    const refused = notFound(
      `Functions from '${elsewhere}' are not reachable in this region ('${aws.region}')`,
    );
    expect(await refusal(get(there))).toEqual(refused);
    expect(await refusal(aws.lambda.send(new InvokeCommand({ FunctionName: there })))).toEqual(refused);
    expect(await refusal(create({ FunctionName: there }))).toEqual(refused);
    const foreign = aws.arn('x').replace(aws.account, '999999999999');
    for (const call of [get(foreign), create({ FunctionName: foreign })]) {
      expect(await refusal(call)).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    }
  });

  it('refer to the region that a request is signed for', async () => {
    const name = await createFunction(aws);
    const { endpoint, env } = aws;
    const credentials = {
      accessKeyId: env.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
    };
    const there = new LambdaClient({ endpoint, credentials, region: 'ap-southeast-2' });
    const call = there.send(new GetFunctionCommand({ FunctionName: name }));
    expect(await refusal(call)).toEqual(
      notFound(`Function not found: arn:aws:lambda:ap-southeast-2:${aws.account}:function:${name}`),
    );
  });

  it('of a wrong form are refused by the model', async () => {
    const bad = [
      'my-function!',
      'invalid-account:function:my-function',
      `arn:aws:lambda:invalid-region:${aws.account}:function:my-function`,
      `arn:aws:ec2:${aws.region}:${aws.account}:instance:i-1234567890abcdef0`,
      `${aws.arn('my-function')}:1:2`,
      'function:my-function:$LATEST:extra',
      `arn:aws:lambda::${aws.account}:function:my-function`,
      `arn:aws:lambda:${aws.region}::function:my-function`,
      `${aws.arn('my-function')}:$LATES`,
    ];
    for (const FunctionName of bad) {
      expect(await refusal(get(FunctionName))).toEqual(violation(unlike(FunctionName, readPattern)));
      expect(await refusal(create({ FunctionName }))).toEqual(violation(unlike(FunctionName, createPattern)));
      for (const command of [
        new InvokeCommand({ FunctionName }),
        new DeleteFunctionCommand({ FunctionName }),
      ]) {
        const call = aws.lambda.send(command as InvokeCommand);
        expect(await refusal(call)).toEqual(violation(unlike(FunctionName, readPattern)));
      }
    }
    expect(await refusal(create({ FunctionName: 'a.b' }))).toEqual(violation(unlike('a.b', createPattern)));
    expect(await refusal(get('a.b'))).toEqual(notFound(`Function not found: ${aws.arn('a.b')}`));
    const dotted = { FunctionName: 'a.b' };
    expect(await refusal(aws.lambda.send(new DeleteFunctionCommand(dotted)))).toEqual(
      notFound(`Function not found: ${aws.arn('a.b')}`),
    );
    expect(await refusal(aws.lambda.send(new InvokeCommand(dotted)))).toEqual(
      notFound(`Function not found: ${aws.arn('a.b')}:$LATEST`),
    );
    expect(await refusal(get('my-function', 'invalid!'))).toEqual(
      violation(unlike('invalid!', '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+', 'qualifier')),
    );
    expect(await refusal(get('my-function', '$latest'))).toEqual(
      notFound(`Function not found: ${aws.arn('my-function')}:$latest`),
    );
  });

  it('that are too long are refused', async () => {
    const long = 'a'.repeat(65);
    expect(await refusal(create({ FunctionName: long }))).toEqual(
      invalidParameter(`1 validation error detected: ${tooLong(long, 64)}`),
    );
    // Only CreateFunction has this limit.
    expect(await refusal(get(long))).toEqual(notFound(`Function not found: ${aws.arn(long)}`));
    const longArn = aws.arn('a'.repeat(140));
    expect(await refusal(create({ FunctionName: longArn }))).toEqual(violation(tooLong(longArn, 140)));
    const qualifier = 'a'.repeat(129);
    expect(await refusal(get('f', qualifier))).toEqual(violation(tooLong(qualifier, 128, 'qualifier')));
    const worst = `arn:aws:lambda:invalid-region:${aws.account}:function:${'a'.repeat(256)}`;
    expect(await refusal(get(worst, qualifier))).toEqual(
      violation(tooLong(qualifier, 128, 'qualifier'), tooLong(worst, 256), unlike(worst, readPattern)),
    );
  });
});
