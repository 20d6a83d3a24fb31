// What hangs on a function, as boto3 sees it: tags, policy, concurrency, limits of events, address.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  account,
  arnOf,
  conflict,
  invalid,
  members,
  notFound,
  python,
  region,
  type Seen,
  seenByBoto3,
} from './fixture.ts';

const missing = notFound('The resource you requested does not exist.');

describe.skipIf(!python)('boto3', () => {
  let aws: Seen;
  const F = arnOf('f');
  const FunctionName = 'f';
  const call = (operation: string, more: object = {}) =>
    aws.call(`lambda ${operation}`, { FunctionName, ...more });
  const refused = (operation: string, more: object = {}) =>
    aws.refusal(`lambda ${operation}`, { FunctionName, ...more });

  beforeAll(async () => {
    aws = await seenByBoto3();
    await aws.create('f');
    await call('publish_version');
    await call('create_alias', { Name: 'live', FunctionVersion: '1' });
  });
  afterAll(() => aws?.stop());

  describe('tags', () => {
    it('functions, which changes their revision', async () => {
      const revision = async () => (await call('get_function_configuration')).RevisionId;
      const before = await revision();
      const tagged = await aws.call('lambda tag_resource', { Resource: F, Tags: { team: 'a' } });
      expect(tagged.status).toBe(204);
      const between = await revision();
      expect((await aws.call('lambda list_tags', { Resource: F })).Tags).toEqual({ team: 'a' });
      const untagged = await aws.call('lambda untag_resource', { Resource: F, TagKeys: ['team'] });
      expect(untagged.status).toBe(204);
      expect(new Set([before, between, await revision()]).size).toBe(3);
    });

    it.each(['live', '1'])('neither versions nor aliases: %s', async (qualifier) => {
      expect(
        await aws.refusal('lambda tag_resource', { Resource: `${F}:${qualifier}`, Tags: { a: 'b' } }),
      ).toBe(
        invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.'),
      );
    });
  });

  describe('permits', () => {
    const base = { Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' };
    let count = 0;

    it.each<[string, object, object]>([
      [
        'a service for an ARN and an account',
        { SourceArn: 'arn:aws:s3:::uploads', SourceAccount: account },
        {
          Principal: { Service: 's3.amazonaws.com' },
          Condition: {
            ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::uploads' },
            StringEquals: { 'AWS:SourceAccount': account },
          },
        },
      ],
      ['an account', { Principal: account }, { Principal: { AWS: `arn:aws:iam::${account}:root` } }],
      ['everyone', { Principal: '*' }, { Principal: '*' }],
      [
        'an organization',
        { Principal: '*', PrincipalOrgID: 'o-1234567890' },
        { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } } },
      ],
      [
        'a token',
        { Principal: 'alexa-appkit.amazon.com', EventSourceToken: 'token' },
        {
          Principal: { Service: 'alexa-appkit.amazon.com' },
          Condition: { StringEquals: { 'lambda:EventSourceToken': 'token' } },
        },
      ],
      [
        'an address',
        { Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: 'NONE' },
        {
          Principal: '*',
          Action: 'lambda:InvokeFunctionUrl',
          Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
        },
      ],
    ])('%s', async (_what, more, statement) => {
      const Sid = `s${++count}`;
      const added = await call('add_permission', { ...base, StatementId: Sid, ...more });
      expect(added.status).toBe(201);
      const whole = { Sid, Effect: 'Allow', Action: base.Action, Resource: F, ...statement };
      expect(JSON.parse(added.Statement as string)).toEqual(whole);
      const policy = JSON.parse((await call('get_policy')).Policy as string);
      expect(policy).toMatchObject({ Version: '2012-10-17', Id: 'default' });
      expect(policy.Statement).toContainEqual(whole);
    });

    it('not everything', async () => {
      await call('add_permission', { ...base, StatementId: 'taken' });
      expect(await refused('add_permission', { ...base, StatementId: 'taken' })).toBe(
        conflict(
          'The statement id (taken) provided already exists. Please provide a new statement id, or remove the existing statement.',
        ),
      );
      expect(await refused('add_permission', { ...base, StatementId: 'x', Qualifier: '$LATEST' })).toBe(
        invalid('We currently do not support adding policies for $LATEST.'),
      );
      expect(await refused('add_permission', { ...base, StatementId: 'x', Principal: 'nobody' })).toBe(
        invalid('The provided principal was invalid. Please check the principal and try again.'),
      );
      const wrong = { ...base, StatementId: 'x', RevisionId: 'another' };
      expect(await refused('add_permission', wrong)).toBe(
        '412 PreconditionFailedException: The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id',
      );
    });

    it('no longer what is taken away', async () => {
      expect(await refused('remove_permission', { StatementId: 'taken', RevisionId: 'another' })).toMatch(
        /^412 PreconditionFailedException: .* Call the GetPolicy API to retrieve the latest Revision Id$/,
      );
      expect((await call('remove_permission', { StatementId: 'taken' })).status).toBe(204);
      expect(await refused('remove_permission', { StatementId: 'taken' })).toBe(
        notFound('Statement taken is not found in resource policy.'),
      );
      expect(await refused('remove_permission', { StatementId: 'x', Qualifier: '1' })).toBe(
        notFound('No policy is associated with the given resource.'),
      );
    });

    it('nobody: there is no policy then', async () => {
      expect(await refused('get_policy', { Qualifier: '1' })).toBe(missing);
      expect(await refused('get_policy', { FunctionName: 'nobody' })).toBe(missing);
    });
  });

  describe('reserves concurrency', () => {
    const put = (ReservedConcurrentExecutions: number) => ({ ReservedConcurrentExecutions });

    it('and takes it back', async () => {
      await call('put_function_concurrency', put(5));
      expect(await call('get_function_concurrency')).toMatchObject(put(5));
      expect((await call('delete_function_concurrency')).status).toBe(204);
      expect(members(await call('get_function_concurrency'))).toBe('');
    });

    it('of none, which lets nothing through', async () => {
      await call('put_function_concurrency', put(0));
      const told = await aws.tell('lambda', 'invoke', { FunctionName });
      expect(told).toMatchObject({
        status: 429,
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        Error: { Code: 'TooManyRequestsException', Message: 'Rate Exceeded.' },
      });
      await call('delete_function_concurrency');
    });

    it('up to the quota', async () => {
      expect(await refused('put_function_concurrency', put(901))).toBe(
        invalid(
          "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
        ),
      );
    });
  });

  describe('limits events', () => {
    const none = notFound(`The function ${F}:$LATEST doesn't have an EventInvokeConfig`);

    it('that are not limited at first', async () => {
      expect(await refused('get_function_event_invoke_config')).toBe(none);
      expect(await refused('update_function_event_invoke_config', { MaximumRetryAttempts: 1 })).toBe(none);
    });

    it('by what it gives, and no more', async () => {
      const put = await call('put_function_event_invoke_config', { MaximumRetryAttempts: 1 });
      expect(members(put)).toBe('DestinationConfig FunctionArn LastModified MaximumRetryAttempts');
      expect(put).toMatchObject({
        DestinationConfig: { OnSuccess: {}, OnFailure: {} },
        FunctionArn: `${F}:$LATEST`,
      });
      const age = await call('put_function_event_invoke_config', { MaximumEventAgeInSeconds: 60 });
      expect(members(age)).toBe('DestinationConfig FunctionArn LastModified MaximumEventAgeInSeconds');
    });

    it('of functions that are there, by something', async () => {
      for (const operation of ['put', 'update']) {
        const input = { FunctionName: 'nobody', MaximumRetryAttempts: 1 };
        expect(await refused(`${operation}_function_event_invoke_config`, input)).toBe(
          notFound("The function doesn't exist."),
        );
      }
      expect(await refused('put_function_event_invoke_config')).toBe(
        invalid('You must specify at least one of error handling or destination setting.'),
      );
    });
  });

  describe('gives an address', () => {
    it('with the members that belong to creation and to a look', async () => {
      const made = await call('create_function_url_config', { AuthType: 'NONE' });
      expect(made.status).toBe(201);
      expect(members(made)).toBe('AuthType CreationTime FunctionArn FunctionUrl');
      expect(made.FunctionUrl).toMatch(
        new RegExp(`^https://[a-z0-9]+\\.lambda-url\\.${region}\\.on\\.aws/$`),
      );
      const seen = await call('get_function_url_config');
      expect(members(seen)).toBe('AuthType CreationTime FunctionArn FunctionUrl InvokeMode LastModifiedTime');
      expect(seen).toMatchObject({ FunctionArn: F, FunctionUrl: made.FunctionUrl, InvokeMode: 'BUFFERED' });
      const streamed = { AuthType: 'NONE', Qualifier: 'live', InvokeMode: 'RESPONSE_STREAM' };
      expect((await call('create_function_url_config', streamed)).InvokeMode).toBe('RESPONSE_STREAM');
    });

    it('once, to functions that are there', async () => {
      expect(await refused('create_function_url_config', { AuthType: 'NONE' })).toBe(
        conflict(
          `Failed to create function url config for [functionArn = ${F}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
        ),
      );
      const unknown = { FunctionName: 'nobody', AuthType: 'NONE' };
      for (const operation of ['create', 'update'])
        expect(await refused(`${operation}_function_url_config`, unknown)).toBe(
          notFound('Function does not exist'),
        );
      for (const operation of ['get', 'delete'])
        expect(await refused(`${operation}_function_url_config`, { FunctionName: 'nobody' })).toBe(missing);
    });
  });
});
