// Policy documents that IAM accepts, and its errors for others.
import { beforeEach, describe, expect, it } from 'vitest';
import { createIamService } from '../../../../src/local/services/iam/service.ts';
import { account, callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';

const bucket = 'arn:aws:s3:::example_bucket';
const good = { Effect: 'Allow', Action: 's3:ListBucket', Resource: bucket };
const { Action: _a, ...noAction } = good;
const { Resource: _r, ...noResource } = good;
const { Effect: _e, ...noEffect } = good;

/** A document with this statement (or these), and other members. */
const policy = (Statement: unknown, more: object = {}) => ({ Version: '2012-10-17', Statement, ...more });
const withCondition = (Condition: unknown) => policy({ ...good, Condition });
const dated = (value: unknown, operator = 'DateLessThanEquals') =>
  withCondition({ [operator]: { a: value } });
const unversioned = (Statement: unknown) => ({ Statement });

const syntax = 'Syntax errors in policy.';
const version = 'Policy document must be version 2012-10-17 or greater.';
const legacy = 'The policy failed legacy parsing';
const actions = 'Policy statement must contain actions.';
const resources = 'Policy statement must contain resources.';
const colons = 'Actions/Condition can contain only one colon.';
const vendor = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
const sids = 'Statement IDs (SID) in a single policy must be unique.';
const arnFormat = (resource: string) => `Resource ${resource} must be in ARN format or "*".`;
const partition = (name: string, arn: string) => `Partition "${name}" is not valid for resource "${arn}".`;

const refused: [document: unknown, message: string][] = [
  ['no policy', syntax],
  [unversioned(good), version],
  [policy(good, { Version: '2008-10-17' }), version],
  [policy(good, { Version: '2013-10-17' }), syntax],
  [{ Version: '2012-10-17' }, syntax],
  [policy(['afd']), syntax],
  [policy([]), syntax],
  [policy(good, { Extra: 'value' }), syntax],
  [policy({ ...good, Extra: 'value' }), syntax],
  [policy(good, { Id: ['a'] }), syntax],
  [policy(good, { Id: {} }), syntax],
  [policy({ ...good, Effect: 'invalid' }), syntax],
  [policy({ ...good, Action: 'invalid' }), vendor],
  [policy({ ...noAction, NotAction: '' }), vendor],
  [policy({ ...good, Action: 'a a:ListBucket' }), 'Vendor a a is not valid'],
  [policy({ ...good, Action: 's3:List:Bucket' }), colons],
  [policy([good, { ...good, Action: 's:3s:ListBucket' }]), colons],
  [policy({ ...good, Resource: 'invalid resource' }), arnFormat('invalid resource')],
  [policy([{ ...good, Resource: '' }]), arnFormat('')],
  [policy({ ...good, Action: 's:3:ListBucket', Resource: 'sdfsadf' }), arnFormat('sdfsadf')],
  [policy({ ...good, Resource: ['adf'] }), arnFormat('adf')],
  [policy({ ...good, Resource: 'a:bsdf' }), partition('bsdf', 'arn:bsdf:*:*:*:*')],
  [policy({ ...good, Resource: 'a:b:cad' }), partition('b', 'arn:b:cad:*:*:*')],
  [policy({ ...good, Resource: 'a:b:c:d:e:f:g:h' }), partition('b', 'arn:b:c:d:e:f:g:h')],
  [policy({ ...good, Resource: 'aws:s3:::bucket' }), partition('s3', 'arn:s3:::bucket:*')],
  [
    policy({ ...good, Resource: ['arn:error:s3:::bucket', 'arn:error:s3::bucket'] }),
    partition('error', 'arn:error:s3:::bucket'),
  ],
  [policy(noResource), resources],
  [policy({ ...good, Resource: [] }), resources],
  [policy({ ...noResource, Action: 'invalid' }), resources],
  [policy(noAction), actions],
  [policy({ Effect: 'Allow' }), actions],
  [policy({ ...good, Action: [] }), actions],
  [policy([{ Effect: 'Deny' }, good]), actions],
  [policy(noEffect), syntax],
  [
    policy({ ...good, Resource: 'arn:aws:iam:::example_bucket' }),
    'IAM resource path must either be "*", root, or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
  ],
  [policy({ ...good, Resource: 'arn:aws:s3::example_bucket' }), legacy],
  [policy({ ...noAction, Resource: 'arn:aws:s3::example_bucket' }), legacy],
  [policy({ ...noResource, NotResource: 'arn:aws:s3::example_bucket' }), legacy],
  [policy({ ...good, Resource: 'arn:aws::::example_bucket' }), legacy],
  [policy({ ...good, Resource: 'arn:aws::fdsasf' }), legacy],
  [
    policy({ ...good, Resource: 'arn:aws' }),
    'Resource vendor must be fully qualified and cannot contain regexes.',
  ],
  [policy({ ...good, Resource: { a: bucket } }), syntax],
  [policy({ ...good, Resource: ['adf', {}] }), syntax],
  [policy({ ...good, NotResource: [] }), syntax],
  [policy({ ...good, NotResource: '*' }), syntax],
  [policy({ ...good, Action: [[]] }), syntax],
  [policy({ ...good, Action: {} }), syntax],
  [policy({ ...good, NotAction: 'iam:x', Action: [] }), syntax],
  [policy({ ...good, NotAction: 'iam:x' }), syntax],
  [withCondition([]), syntax],
  [withCondition('a'), syntax],
  [withCondition({ a: 'b' }), syntax],
  [withCondition({ DateGreaterThan: 'b' }), syntax],
  [withCondition({ DateGreaterThan: [] }), syntax],
  [withCondition({ DateGreaterThan: { a: {} } }), syntax],
  [policy({ ...noAction, Condition: { DateGreaterThan: { a: {} } } }), syntax],
  [withCondition({ x: { a: '1' } }), syntax],
  [withCondition({ 'ForAnyValue::StringEqualsIfExists': { a: 'asf' } }), syntax],
  [withCondition([{ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'Department' } }]), syntax],
  [
    policy({ ...good, Resource: 'arn:aws:iam:us-east-1::example_bucket' }),
    'IAM resource arn:aws:iam:us-east-1::example_bucket cannot contain region information.',
  ],
  [
    policy({ ...good, Resource: 'arn:aws:s3:us-east-1::example_bucket' }),
    'Resource arn:aws:s3:us-east-1::example_bucket can not contain region information.',
  ],
  [policy({ ...good, Sid: {} }), syntax],
  [policy({ ...good, Sid: [] }), syntax],
  [
    policy([
      { ...good, Sid: 'sdf' },
      { Sid: 'sdf', Effect: 'Allow' },
    ]),
    sids,
  ],
  [
    unversioned([
      { ...good, Sid: 'sdf' },
      { Sid: 'sdf', Effect: 'Allow' },
    ]),
    version,
  ],
  [
    policy([
      { ...good, Sid: 'sdf', Effect: 'aLLow' },
      { Sid: 'sdf', Effect: 'Allow' },
    ]),
    legacy,
  ],
  [policy({ ...good, Effect: 'denY' }), legacy],
  [unversioned({ ...good, Effect: 'denY' }), version],
  [policy({ Effect: 'allow', Resource: 'arn:aws:s3:us-east-1::example_bucket' }), legacy],
  [dated('sdfdsf', 'DateGreaterThan'), legacy],
  [unversioned({ ...good, Condition: { DateGreaterThan: { a: 'sdfdsf' } } }), version],
  [policy({ Effect: 'Allow', Condition: { DateGreaterThan: { a: 'sdfdsf' } } }), legacy],
  [dated('234-13'), legacy],
  [dated('2016-12-13t2:00:00.593194+1'), legacy],
  [dated('2016-12-13t2:00:00.1999999999+10:59'), legacy],
  [dated('9223372036854775808', 'DateLessThan'), legacy],
  [
    policy({
      ...good,
      Resource: 'arn:error:s3:::example_bucket',
      Condition: { DateGreaterThan: { a: 'sdfdsf' } },
    }),
    legacy,
  ],
  [
    policy({ ...good, Sid: 'not-alnum' }),
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  ],
  [policy({ ...good, Principal: '*' }), 'Policy document should not specify a principal.'],
];

const taken: unknown[] = [
  policy({ ...good, Resource: [bucket, '*'] }),
  policy({ ...good, Action: 'iam: asdf safdsf af ' }),
  policy({ ...good, Action: '*' }),
  policy([good, { ...good, Sid: 'a' }]),
  policy([
    { ...good, Sid: '' },
    { ...good, Sid: '' },
  ]),
  policy(good, { Id: 'sdfsdfsdf' }),
  policy({ Effect: 'Deny', NotAction: 's3-s.x:*', NotResource: '*' }),
  ...[
    'arn:aws:iam:::user/example_bucket',
    'arn:aws:s33:::example_bucket',
    'arn:aws:fdsasf',
    'arn:aws:cloudwatch:us-east-1::example_bucket',
    'arn:aws:invalid-service:us-east-1::example_bucket',
    'arn:aws:iam::*:mfa/$' + '{aws:username}',
    'arn:aws:ec2:region:account-id:instance/*',
    'arn:aws:s3:us-west-2:123456789012:accesspoint/my-access-point/object/*',
    'arn:aws-cn:s3:::bucket',
  ].map((Resource) => policy({ ...good, Resource })),
  ...[
    {},
    { DateGreaterThan: {} },
    { DateGreaterThan: { a: [] } },
    { a: {} },
    { x: {}, y: {} },
    { StringEqualsIfExists: { a: 'asf' } },
    { 'ForAnyValue:StringEqualsIfExists': { a: 'asf' } },
    { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'Department' } },
    { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    { ArnEquals: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:*:*:instance/id' } },
  ].map(withCondition),
  ...[
    '2017-07-01T00:00:00Z',
    '01T',
    '2016-12-13T21:20:37.593194+00:00',
    '2016-12-13t2:00:00.593194+23',
    '-292275054',
  ].map((value) => dated(value)),
];

let call: ReturnType<typeof callerOf<ReturnType<typeof createIamService>['sdk'], unknown>>;

beforeEach(() => {
  call = callerOf(alone(createIamService)) as typeof call;
});

const create = (PolicyDocument: string) => call('CreatePolicy', { PolicyName: 'p', PolicyDocument });

describe('CreatePolicy', () => {
  it.each(refused)('refuses %j: %s', async (document, message) => {
    await expect(create(JSON.stringify(document))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message,
    });
  });

  it.each(taken)('accepts %j', async (document) => {
    expect((await create(JSON.stringify(document))).Policy?.PolicyName).toBe('p');
  });

  it('refuses text that is not JSON', async () => {
    await expect(create('{"Version": "2012-10-17",}')).rejects.toMatchObject({
      message: 'This policy contains invalid Json',
    });
  });
});

describe('a trust policy', () => {
  const trust = (statement: object, more: object = { Version: '2012-10-17' }) =>
    call('CreateRole', {
      RoleName: 'r',
      AssumeRolePolicyDocument: JSON.stringify({ ...more, Statement: [statement] }),
    });
  const lambda = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };

  it.each<[object, string]>([
    [{ ...lambda, Resource: bucket }, 'Has prohibited field Resource'],
    [
      { ...lambda, Action: 'sts:InvalidAction' },
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [{ Effect: 'Allow', Action: 'sts:AssumeRole' }, 'Missing required field Principal'],
    [{ ...lambda, Principal: { Service: 'lambda' } }, 'Invalid principal in policy: "SERVICE":"lambda"'],
    [
      { ...lambda, Principal: { AWS: `arn:aws:iam::${account}:role/none` } },
      `Invalid principal in policy: "AWS":"arn:aws:iam::${account}:role/none"`,
    ],
    [{ ...lambda, Effect: 'allow' }, legacy],
  ])('%j is refused: %s', async (statement, message) => {
    await expect(trust(statement)).rejects.toMatchObject({ message });
  });

  it('may name existing users, any principal of other accounts, and no version', async () => {
    await call('CreateUser', { UserName: 'u', Path: '/p/' });
    const AWS = [`arn:aws:iam::${account}:user/p/u`, 'arn:aws:iam::210987654321:role/any'];
    expect((await trust({ ...lambda, Principal: { AWS } }, {})).Role?.RoleName).toBe('r');
  });
});
