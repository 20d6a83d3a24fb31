// CloudWatch Logs, IAM and STS as boto3 sees them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Told } from '../../support/boto3/boto3.ts';
import { account, members, python, region, type Seen, seenByBoto3, trust } from './fixture.ts';

const first = (list: unknown): Told => (list as Told[])[0] as Told;

describe.skipIf(!python)('boto3', () => {
  let aws: Seen;
  beforeAll(async () => {
    aws = await seenByBoto3();
  });
  afterAll(() => aws?.stop());

  describe('of CloudWatch Logs', () => {
    const logGroupName = '/boto3/group';
    const arn = `arn:aws:logs:${region}:${account}:log-group:${logGroupName}`;
    const stream = { logGroupName, logStreamName: 'stream' };
    const put = (...logEvents: { timestamp: number; message: string }[]) => ({ ...stream, logEvents });

    beforeAll(async () => {
      await aws.call('logs create_log_group', { logGroupName });
      await aws.call('logs create_log_stream', stream);
    });

    it('describes groups', async () => {
      const { logGroups } = await aws.call('logs describe_log_groups', { logGroupNamePrefix: logGroupName });
      const group = first(logGroups);
      expect(members(group)).toBe(
        'arn creationTime deletionProtectionEnabled logGroupArn logGroupClass logGroupName metricFilterCount storedBytes',
      );
      expect(group).toMatchObject({
        arn: `${arn}:*`,
        logGroupArn: arn,
        logGroupClass: 'STANDARD',
        metricFilterCount: 0,
        storedBytes: 0,
      });
    });

    it('finds groups by a part of their name, with less of each, and a token that leads to an empty page', async () => {
      const search = { logGroupNamePattern: 'oto3/gro' };
      const found = await aws.call('logs describe_log_groups', search);
      expect(members(found)).toBe('logGroups nextToken');
      expect(members(first(found.logGroups))).toBe(
        'arn creationTime logGroupArn logGroupClass logGroupName metricFilterCount',
      );
      const { nextToken } = found;
      const rest = await aws.call('logs describe_log_groups', { ...search, nextToken });
      expect(members(rest)).toBe('logGroups');
      expect(rest.logGroups).toEqual([]);
    });

    it('is told what was put, and what came too late', async () => {
      const now = Date.now();
      const answer = await aws.call('logs put_log_events', put({ timestamp: now, message: 'm' }));
      expect(members(answer)).toBe('nextSequenceToken');
      const old = await aws.call('logs put_log_events', put({ timestamp: 1, message: 'm' }));
      expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    });

    const nobody = { logGroupName: '/boto3/nobody' };
    const nowhere = { logGroupName, logStreamName: 'nowhere' };
    const event = { timestamp: 2, message: 'm' };
    it.each<[string, object, string]>([
      [
        'create_log_group',
        { logGroupName },
        'ResourceAlreadyExistsException: The specified log group already exists',
      ],
      [
        'create_log_stream',
        stream,
        'ResourceAlreadyExistsException: The specified log stream already exists',
      ],
      ['delete_log_group', nobody, 'ResourceNotFoundException: The specified log group does not exist.'],
      [
        'get_log_events',
        { ...stream, ...nobody },
        'ResourceNotFoundException: The specified log group does not exist.',
      ],
      ['get_log_events', nowhere, 'ResourceNotFoundException: The specified log stream does not exist.'],
      [
        'put_log_events',
        { ...nowhere, logEvents: [event] },
        'ResourceNotFoundException: The specified log stream does not exist.',
      ],
      [
        'get_log_events',
        { ...stream, nextToken: 'no token' },
        'InvalidParameterException: The specified nextToken is invalid.',
      ],
      [
        'put_log_events',
        put(event, { ...event, timestamp: 1 }),
        'InvalidParameterException: Log events in a single PutLogEvents request must be in chronological order.',
      ],
      [
        'create_log_group',
        { logGroupName: 'g'.repeat(513) },
        'InvalidParameterException: Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
      ],
      [
        'create_log_stream',
        { logGroupName, logStreamName: 's'.repeat(513) },
        'InvalidParameterException: Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
      ],
    ])('cannot %s of %j', async (operation, input, refusal) => {
      expect(await aws.refusal(`logs ${operation}`, input)).toBe(`400 ${refusal}`);
    });
  });

  describe('of IAM', () => {
    const roleArn = `arn:aws:iam::${account}:role/team/made`;
    const made = 'Arn AssumeRolePolicyDocument CreateDate Path RoleId RoleName';

    it('creates, gets and lists roles, each with its members', async () => {
      const input = { RoleName: 'made', Path: '/team/', AssumeRolePolicyDocument: trust() };
      const { Role } = await aws.call('iam create_role', input);
      expect(members(Role)).toBe(made);
      expect(Role).toMatchObject({ Arn: roleArn, AssumeRolePolicyDocument: JSON.parse(trust()) });
      const tagged = { ...input, RoleName: 'tagged', Tags: [{ Key: 'a', Value: 'b' }] };
      expect(members((await aws.call('iam create_role', tagged)).Role)).toBe(`${made} Tags`);
      const got = (await aws.call('iam get_role', { RoleName: 'made' })).Role;
      expect(members(got)).toBe(
        made.replace(' Path', ' MaxSessionDuration Path').replace('RoleId', 'RoleId RoleLastUsed'),
      );
      expect(got).toMatchObject({ MaxSessionDuration: 3600, RoleLastUsed: {} });
      const { Roles } = await aws.call('iam list_roles', { PathPrefix: '/team/' });
      for (const role of Roles as Told[])
        expect(members(role)).toBe(made.replace(' Path', ' MaxSessionDuration Path'));
    });

    const nothing = `arn:aws:iam::${account}:policy/nothing`;
    it.each<[string, object, string]>([
      [
        'create_policy',
        { PolicyName: 'p', PolicyDocument: '{' },
        '400 MalformedPolicyDocument: This policy contains invalid Json',
      ],
      [
        'put_role_policy',
        { RoleName: 'made', PolicyName: 'p', PolicyDocument: 'no json' },
        '400 MalformedPolicyDocument: This policy contains invalid Json',
      ],
      [
        'attach_role_policy',
        { RoleName: 'made', PolicyArn: 'longpolicynamebutnoarn' },
        '400 ValidationError: ARN longpolicynamebutnoarn is not valid.',
      ],
      [
        'get_policy',
        { PolicyArn: 'longpolicynamebutnoarn' },
        '400 ValidationError: Invalid ARN:  Could not be parsed!',
      ],
      [
        'attach_role_policy',
        { RoleName: 'made', PolicyArn: nothing },
        `404 NoSuchEntity: Policy ${nothing} does not exist or is not attachable.`,
      ],
      ['delete_policy', { PolicyArn: nothing }, `404 NoSuchEntity: Policy ${nothing} was not found.`],
      ['get_role', { RoleName: 'nobody' }, '404 NoSuchEntity: The role with name nobody cannot be found.'],
    ])('cannot %s of %j', async (operation, input, refusal) => {
      expect(await aws.refusal(`iam ${operation}`, input)).toBe(refusal);
    });

    it('assumes roles that trust the account', async () => {
      const AssumeRolePolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
      });
      const created = await aws.call('iam create_role', { RoleName: 'trusting', AssumeRolePolicyDocument });
      const { Arn, RoleId } = created.Role as { Arn: string; RoleId: string };
      const assumed = await aws.call('sts assume_role', { RoleArn: Arn, RoleSessionName: 'session' });
      expect(assumed.AssumedRoleUser).toEqual({
        Arn: `arn:aws:sts::${account}:assumed-role/trusting/session`,
        AssumedRoleId: `${RoleId}:session`,
      });
      expect(members(assumed.Credentials)).toBe('AccessKeyId Expiration SecretAccessKey SessionToken');
    });

    it('is told of ARNs that are none', async () => {
      const input = { RoleArn: 'nothing-of-the-kind', RoleSessionName: 'session' };
      expect(await aws.refusal('sts assume_role', input)).toBe(
        '400 ValidationError: nothing-of-the-kind is invalid',
      );
    });
  });
});
