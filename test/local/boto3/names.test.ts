// The envelope of errors and the names of functions, as boto3 sees them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  account,
  arnOf,
  invalid,
  members,
  must,
  notFound,
  python,
  region,
  type Seen,
  seenByBoto3,
  violates,
} from './fixture.ts';

const strict =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';
const wide = strict
  .replace('([a-zA-Z0-9-_]+)(:(', '([a-zA-Z0-9-_\\.]+)(:(')
  .replace('\\$LATEST', '\\$LATEST(\\.PUBLISHED)?');
const matching = (value: string, place: string, pattern: string) =>
  must(value, place, `Member must satisfy regular expression pattern: ${pattern}`);

describe.skipIf(!python)('boto3', () => {
  let aws: Seen;
  const get = (FunctionName: string, more: object = {}) =>
    aws.call('lambda get_function_configuration', { FunctionName, ...more });
  const refused = (FunctionName: string, more: object = {}) =>
    aws.refusal('lambda get_function_configuration', { FunctionName, ...more });

  beforeAll(async () => {
    aws = await seenByBoto3();
    await aws.create('f');
    await aws.call('lambda publish_version', { FunctionName: 'f' });
  });
  afterAll(() => aws?.stop());

  it('gets an error with its type in a header and in the body', async () => {
    const unzip = 'Could not unzip uploaded file. Please check your file, then try to upload again.';
    const input = { FunctionName: 'f', ZipFile: Buffer.from('no zip') };
    const told = await aws.tell('lambda', 'update_function_code', input);
    expect(told).toMatchObject({ status: 400, Type: 'User', message: unzip });
    expect(told.headers['x-amzn-errortype']).toBe('InvalidParameterValueException');
    expect(members(told)).toBe('Error Type message');
  });

  it('gets the message of what is not found with a capital', async () => {
    const told = await aws.tell('lambda', 'get_function', { FunctionName: 'nobody' });
    expect(told).toMatchObject({ Type: 'User', Message: `Function not found: ${arnOf('nobody')}` });
    expect(members(told)).toBe('Error Message Type');
  });

  it('gets violations of the model without a type', async () => {
    const told = await aws.tell('lambda', 'get_function', { FunctionName: 'f!' });
    expect(told.headers['x-amzn-errortype']).toBe('ValidationException');
    expect(told.Type).toBeUndefined();
  });

  const least = (least: number) => `Member must have value greater than or equal to ${least}`;
  const most = (most: number) => `Member must have value less than or equal to ${most}`;
  const architectures =
    'Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]';
  it.each<[string, object, string[]]>([
    ['a number too small', { MemorySize: 1 }, [must('1', 'memorySize', least(128))]],
    ['a number too large', { Timeout: 901 }, [must('901', 'timeout', most(900))]],
    [
      'a text too long',
      { Description: 'd'.repeat(257) },
      [must('d'.repeat(257), 'description', 'Member must have length less than or equal to 256')],
    ],
    [
      'a value of no enumeration',
      { TracingConfig: { Mode: 'X' } },
      [must('X', 'tracingConfig.mode', 'Member must satisfy enum value set: [Active, PassThrough]')],
    ],
    ['a text of another form', { FunctionName: 'a b' }, [matching('a b', 'functionName', strict)]],
    ['nothing', { Role: undefined }, [must('null', 'role', 'Member must not be null')]],
    ['an item of a list', { Architectures: ['x'] }, [must('[x]', 'architectures', architectures)]],
    [
      'several at a time',
      { Timeout: 901, EphemeralStorage: { Size: 1 } },
      [must('901', 'timeout', most(900)), must('1', 'ephemeralStorage.size', least(512))],
    ],
  ])('is told in the words of the model what is wrong with %s', async (_what, more, problems) => {
    expect(await aws.refusedCreation(more)).toBe(violates(...problems));
  });

  it('reads lists as [a, b] and maps as {2=2.0}', async () => {
    expect(await aws.refusedCreation({ Architectures: ['x86_64', 'arm64'] })).toBe(
      violates(must('[x86_64, arm64]', 'architectures', 'Member must have length less than or equal to 1')),
    );
    const RoutingConfig = { AdditionalVersionWeights: { 2: 2 } };
    const alias = { FunctionName: 'f', Name: 'a', FunctionVersion: '1', RoutingConfig };
    expect(await aws.refusal('lambda create_alias', alias)).toContain(
      "Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must",
    );
  });

  it('is in the region that it signs for, and in the account of its key', async () => {
    const elsewhere = await aws.tell('lambda', 'get_function', { FunctionName: 'f' }, 'eu-west-3');
    expect(elsewhere.Error?.Message).toBe(`Function not found: ${arnOf('f').replace(region, 'eu-west-3')}`);
    expect((await aws.call('sts get_caller_identity')).Account).toBe(account);
  });

  it('names functions in five ways', async () => {
    const whole = arnOf('f');
    for (const name of ['f', `${account}:function:f`, `function:f`, whole])
      expect((await get(name)).FunctionArn).toBe(whole);
    for (const name of ['f:1', `${account}:function:f:1`, `${whole}:1`])
      expect((await get(name)).FunctionArn).toBe(`${whole}:1`);
  });

  it('may name a qualifier twice, when it is the same', async () => {
    expect((await get('f:1', { Qualifier: '1' })).Version).toBe('1');
    expect(await refused('f:1', { Qualifier: '$LATEST' })).toBe(
      invalid('The derived qualifier from the function name does not match the specified qualifier.'),
    );
  });

  it('reaches no other region and no other account', async () => {
    expect(await refused(arnOf('f').replace(region, 'us-west-2'))).toBe(
      notFound(`Functions from 'us-west-2' are not reachable in this region ('${region}')`),
    );
    expect(await refused(arnOf('f').replace(account, '1'.repeat(12)))).toMatch(/^403 AccessDeniedException/);
  });

  it('may give a function 64 characters', async () => {
    const long = 'a'.repeat(65);
    expect(await aws.refusedCreation({ FunctionName: long })).toBe(
      invalid(
        `1 validation error detected: ${must(long, 'functionName', 'Member must have length less than or equal to 64')}`,
      ),
    );
  });

  it.each(['get_function', 'delete_function', 'invoke'])('may name dots to %s', async (operation) => {
    expect(await aws.refusal(`lambda ${operation}`, { FunctionName: 'f!' })).toBe(
      violates(matching('f!', 'functionName', wide)),
    );
    expect(await aws.refusal(`lambda ${operation}`, { FunctionName: 'a.b' })).toMatch(
      /^404 ResourceNotFoundException: Function not found: /,
    );
  });
});
