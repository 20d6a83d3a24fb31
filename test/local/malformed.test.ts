// Invalid requests are refused as AWS refuses them: never a crash, never a 200.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { role, zip } from './services/lambda/control.ts';
import { type Asked, type SignedServer, signedServer } from './signed-server.ts';

let server: SignedServer;

beforeAll(async () => {
  server = await signedServer();
  const Code = { ZipFile: zip.toString('base64') };
  const made = { FunctionName: 'f', Role: role, Runtime: 'python3.13', Handler: 'index.handler', Code };
  expect((await server.ask(lambda(JSON.stringify(made)))).status).toBe(201);
  const trust = encodeURIComponent(
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
  );
  const createRole = `Action=CreateRole&${version}&RoleName=f&AssumeRolePolicyDocument=${trust}`;
  expect((await server.ask(iam(createRole))).status).toBe(200);
  expect((await server.ask(logs('CreateLogGroup', '{"logGroupName":"f"}'))).status).toBe(200);
});
afterAll(() => server.close());

const functions = '/2015-03-31/functions';
const json11 = { 'content-type': 'application/x-amz-json-1.1' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const bytes = Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);

const lambda = (body: string | Uint8Array, more: Partial<Asked> = {}): Asked => ({
  service: 'lambda',
  path: functions,
  headers: { 'content-type': 'application/json' },
  body,
  ...more,
});
const logs = (operation: string, body: string | Uint8Array, headers: object = {}): Asked => ({
  service: 'logs',
  headers: { ...json11, 'x-amz-target': `Logs_20140328.${operation}`, ...headers },
  body,
});
const iam = (body: string | Uint8Array, more: Partial<Asked> = {}): Asked => ({
  service: 'iam',
  headers: form,
  body,
  ...more,
});
const version = 'Version=2010-05-08';
const named = (member: string) =>
  JSON.stringify({ FunctionName: 'f', Role: 'r', Code: {}, ...JSON.parse(member) });

describe('Lambda', () => {
  const notJson = [
    400,
    'InvalidRequestContentException',
    /^Could not parse request body into json: /,
  ] as const;
  const unreadable = (message: string | RegExp) => [400, 'SerializationException', message] as const;
  it.each([
    ['cut JSON', lambda('{"FunctionName":'), notJson],
    ['no JSON', lambda('FunctionName=f'), notJson],
    ['two documents', lambda('{} {}'), notJson],
    ['no UTF-8', lambda(bytes), notJson],
    ['a list for the document', lambda('[]'), unreadable(/./)],
    ['a number for the document', lambda('1'), unreadable(/./)],
    ['null for the document', lambda('null'), unreadable(/./)],
    [
      'a text for a number',
      lambda(named('{"Timeout":"3"}')),
      unreadable('STRING_VALUE can not be converted to an Integer'),
    ],
    [
      'a list for a number',
      lambda(named('{"Timeout":[3]}')),
      unreadable('Start of list found where not expected'),
    ],
    [
      'a structure for a number',
      lambda(named('{"Timeout":{}}')),
      unreadable('Start of structure or map found where not expected.'),
    ],
    [
      'a number for a text',
      lambda(named('{"Handler":1}')),
      unreadable('NUMBER_VALUE can not be converted to a String'),
    ],
    [
      'true for a text',
      lambda(named('{"Handler":true}')),
      unreadable('TRUE_VALUE can not be converted to a String'),
    ],
    [
      'a text for true',
      lambda(named('{"Publish":"true"}')),
      unreadable('STRING_VALUE can not be converted to a Boolean'),
    ],
    ['a text for a structure', lambda(named('{"Environment":"x"}')), unreadable('Unexpected field type')],
    ['a text for a list', lambda(named('{"Layers":"x"}')), unreadable('Unexpected field type')],
    ['a list for a map', lambda(named('{"Tags":[]}')), unreadable('Start of list found where not expected')],
    [
      'a number too large',
      lambda('{"FunctionName":"f","Role":"r","Code":{},"Timeout":1e400}'),
      unreadable('NUMBER_VALUE can not be converted to a Long'),
    ],
    [
      'no base64',
      lambda(named('{"Code":{"ZipFile":"%%%"}}')),
      unreadable('Illegal base64 encoding of a blob'),
    ],
    ['base64 cut short', lambda(named('{"Code":{"ZipFile":"QUJDR"}}')), unreadable(/base64/)],
    [
      'null in a list',
      lambda(named('{"Layers":["a",null]}')),
      [
        400,
        'ValidationException',
        "1 validation error detected: Value null at 'layers.2.member' failed to satisfy constraint: Member must not be null",
      ],
    ],
    [
      'nothing that is required',
      lambda('{}'),
      [
        400,
        'ValidationException',
        "3 validation errors detected: Value null at 'functionName' failed to satisfy constraint: Member must not be null; Value null at 'role' failed to satisfy constraint: Member must not be null; Value null at 'code' failed to satisfy constraint: Member must not be null",
      ],
    ],
    [
      'a timestamp that is none',
      lambda('{"FunctionName":"f","StartingPositionTimestamp":"yesterday"}', {
        path: '/2015-03-31/event-source-mappings',
      }),
      unreadable('STRING_VALUE can not be converted to a Timestamp'),
    ],
    [
      'a timestamp beyond time',
      lambda('{"FunctionName":"f","StartingPositionTimestamp":1e300}', {
        path: '/2015-03-31/event-source-mappings',
      }),
      unreadable('NUMBER_VALUE can not be converted to a Timestamp'),
    ],
    [
      'a text for a number in the query',
      lambda('', { method: 'GET', query: 'MaxItems=many' }),
      unreadable('STRING_VALUE can not be converted to an Integer'),
    ],
    [
      'hexadecimal in the query',
      lambda('', { method: 'GET', query: 'MaxItems=0x10' }),
      unreadable('STRING_VALUE can not be converted to an Integer'),
    ],
    ['a cut escape in the path', lambda('', { method: 'GET', path: `${functions}/a%zz` }), unreadable(/./)],
    ['an escape that is no UTF-8', lambda('', { method: 'GET', path: `${functions}/%ff` }), unreadable(/./)],
    [
      'a path that is none',
      lambda('', { path: '/2015-03-31/nothing' }),
      [403, 'AccessDeniedException', 'Unable to determine service/operation name to be authorized'],
    ],
    [
      'a method that is none',
      lambda('', { method: 'PATCH' }),
      [403, 'AccessDeniedException', 'Unable to determine service/operation name to be authorized'],
    ],
    [
      'a document that is no JSON to a function',
      lambda('{', { path: `${functions}/none/invocations` }),
      [404, 'ResourceNotFoundException', /./],
    ],
    [
      'a header that is no part of a message',
      lambda('{"a":1}', { headers: { 'content-type': 'text/plain' } }),
      [400, 'ValidationException', /./],
    ],
  ] as const)('refuses %s', async (_what, asked, [status, code, message]) => {
    const answer = await server.ask(asked as Asked);
    expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
    expect(answer.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });
});

describe('Logs', () => {
  const unreadable = (message: string | RegExp) => [400, 'SerializationException', message] as const;
  const unknown = [400, 'UnknownOperationException', /./] as const;
  it.each([
    ['cut JSON', logs('CreateLogGroup', '{"logGroupName":'), unreadable(/./)],
    ['no UTF-8', logs('CreateLogGroup', bytes), unreadable(/./)],
    [
      'a number for a text',
      logs('CreateLogGroup', '{"logGroupName":1}'),
      unreadable('NUMBER_VALUE can not be converted to a String'),
    ],
    [
      'a list for the document',
      logs('CreateLogGroup', '[]'),
      unreadable('Start of list found where not expected'),
    ],
    ['a text for the document', logs('CreateLogGroup', '"x"'), unreadable('Unexpected field type')],
    [
      'null, where nothing is required',
      logs('DescribeLogGroups', 'null'),
      unreadable('Unexpected field type'),
    ],
    [
      'a number, where nothing is required',
      logs('DescribeLogGroups', '7'),
      unreadable('Unexpected field type'),
    ],
    [
      'a list, where nothing is required',
      logs('DescribeLogGroups', '[]'),
      unreadable('Start of list found where not expected'),
    ],
    [
      'a text for a list',
      logs('PutLogEvents', '{"logGroupName":"g","logStreamName":"s","logEvents":"x"}'),
      unreadable('Unexpected field type'),
    ],
    [
      'nothing that is required',
      logs('CreateLogGroup', '{}'),
      [
        400,
        'InvalidParameterException',
        "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null",
      ],
    ],
    ['an unknown operation', logs('DoNothing', '{}'), unknown],
    ['no X-Amz-Target', { service: 'logs', headers: json11, body: '{}' }, unknown],
    [
      'another content type',
      logs('CreateLogGroup', '{"logGroupName":"g"}', { 'content-type': 'text/plain' }),
      unknown,
    ],
  ] as const)('refuses %s', async (_what, asked, [status, code, message]) => {
    const answer = await server.ask(asked as Asked);
    expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
    expect(JSON.parse(answer.body).__type).toBe(code);
    expect(answer.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });
});

describe('IAM', () => {
  it.each([
    [
      'an unknown action',
      iam(`Action=DoNothing&${version}`),
      [400, 'InvalidAction', 'Could not find operation DoNothing for version 2010-05-08'],
    ],
    [
      'no version',
      iam('Action=ListRoles'),
      [400, 'InvalidAction', 'Could not find operation ListRoles for version NO_VERSION_SPECIFIED'],
    ],
    [
      'no action',
      iam(version),
      [400, 'MissingAction', 'The request is missing an action or a required parameter.'],
    ],
    [
      'JSON',
      iam('{"Action":"ListRoles"}', { headers: { 'content-type': 'application/json' } }),
      [400, 'MissingAction', /./],
    ],
    [
      'nothing that is required',
      iam(`Action=GetRole&${version}`),
      [
        400,
        'ValidationError',
        "1 validation error detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null",
      ],
    ],
    [
      'a text for a number',
      iam(`Action=ListRoles&${version}&MaxItems=many`),
      [400, 'MalformedInput', 'STRING_VALUE can not be converted to an Integer'],
    ],
    [
      'a text for true',
      iam(`Action=CreatePolicyVersion&${version}&PolicyArn=a&PolicyDocument=b&SetAsDefault=perhaps`),
      [400, 'MalformedInput', 'STRING_VALUE can not be converted to a Boolean'],
    ],
    ['a cut escape', iam(`Action=GetRole&${version}&RoleName=%zz`), [404, 'MalformedQueryString', /./]],
    [
      'an escape that is no UTF-8',
      iam(`Action=GetRole&${version}&RoleName=%ff`),
      [404, 'MalformedQueryString', /./],
    ],
    ['no UTF-8', iam(bytes), [404, 'MalformedQueryString', /./]],
    [
      'a text for a list',
      iam(`Action=CreateRole&${version}&RoleName=r&AssumeRolePolicyDocument=x&Tags=x`),
      [400, 'MalformedInput', 'Unexpected list element termination'],
    ],
    [
      'a text for a structure',
      iam(`Action=CreateRole&${version}&RoleName=r&AssumeRolePolicyDocument=x&Tags.member.1=x`),
      [400, 'MalformedInput', 'Unexpected complex element termination'],
    ],
    [
      'an item without a number',
      iam(`Action=UntagRole&${version}&RoleName=r&TagKeys.member.x=1`),
      [400, 'MalformedInput', 'Start of structure or map found where not expected.'],
    ],
    [
      'a structure for a text that is not required',
      iam(`Action=ListRoles&${version}&PathPrefix.x=1`),
      [400, 'MalformedInput', 'Start of structure or map found where not expected.'],
    ],
    [
      'a text that is a structure, too',
      iam(`Action=GetRole&${version}&RoleName=f&RoleName.x=1`),
      [400, 'MalformedInput', 'Start of structure or map found where not expected.'],
    ],
    [
      'an item without its text',
      iam(`Action=UntagRole&${version}&RoleName=r&TagKeys.member.1.x=1`),
      [400, 'MalformedInput', 'Start of structure or map found where not expected.'],
    ],
    [
      'characters that XML cannot carry',
      iam(`Action=%00%01&${version}`),
      [400, 'InvalidAction', /^Could not find operation \ufffd\ufffd /],
    ],
  ] as const)('refuses %s', async (_what, asked, [status, code, message]) => {
    const answer = await server.ask(asked as Asked);
    expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
    const text = answer.message?.replaceAll('&apos;', "'");
    expect(text).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
    expect(answer.body).toMatch(
      /^<ErrorResponse xmlns="https:\/\/iam\.amazonaws\.com\/doc\/2010-05-08\/"><Error><Type>Sender<\/Type>/,
    );
  });
});
