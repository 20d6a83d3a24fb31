// The local AWS with boto3, where boto3 sends or parses something differently from the SDK for JavaScript.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonWithBoto3, type Told } from '../support/boto3/boto3.ts';
import { account, arnOf, echo, region, type Seen, seenByBoto3, trust } from '../support/boto3/fixture.ts';
import { filesZip } from './zip.ts';

const python = await pythonWithBoto3();
const other = filesZip({ 'index.py': 'def handler(event, context):\n    return 2\n' });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');
const lambda = trust({ Service: 'lambda.amazonaws.com' });

/** The names of an answer's members, sorted. */
const members = (value: unknown): string =>
  Object.keys(value as object)
    .filter((name) => name !== 'status' && name !== 'headers')
    .sort()
    .join(' ');
const first = (list: unknown): Told => (list as Told[])[0] as Told;
const time = { time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/) };

describe.skipIf(!python)('boto3', () => {
  let boto3: Seen;
  let call: Seen['call'];
  const configuration = (FunctionName: string) => call('lambda get_function_configuration', { FunctionName });

  beforeAll(async () => {
    boto3 = await seenByBoto3(python as string);
    call = boto3.call;
    await boto3.create('f');
    for (const QueueName of ['jobs', 'status']) await call('sqs create_queue', { QueueName });
  });
  afterAll(() => boto3?.stop());

  describe('of Lambda', () => {
    const always =
      'Architectures CodeSha256 CodeSize Description EphemeralStorage FunctionArn FunctionName Handler';
    const rest =
      'LoggingConfig MemorySize PackageType RevisionId Role Runtime RuntimeVersionConfig SnapStart State';

    it('creates a function and reads its whole configuration, pending and then active', async () => {
      const made = await boto3.create('new', { Environment: { Variables: {} } });
      expect(members(made)).toBe(
        `${always} LastModified ${rest} StateReason StateReasonCode Timeout TracingConfig Version`.replace(
          'Ephemeral',
          'Environment Ephemeral',
        ),
      );
      expect(made).toMatchObject({
        Architectures: ['x86_64'],
        CodeSha256: sha256(echo),
        Environment: { Variables: {} },
        LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
        MemorySize: 128,
        RuntimeVersionConfig: {
          RuntimeVersionArn: expect.stringMatching(
            new RegExp(`^arn:aws:lambda:${region}::runtime:[0-9a-f]{64}$`),
          ),
        },
        State: 'Pending',
        StateReasonCode: 'Creating',
      });
      const now = await configuration('new');
      expect(now).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
      expect(now.RevisionId).not.toBe(made.RevisionId);
      expect(members(await configuration('f'))).toBe(
        `${always} LastModified LastUpdateStatus ${rest} Timeout TracingConfig Version`,
      );
    });

    it('sends and reads maps, lists and numbers with a fraction', async () => {
      const set = {
        Environment: { Variables: { STAGE: 'dev' } },
        VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
        DeadLetterConfig: { TargetArn: `arn:aws:sqs:${region}:${account}:dead` },
      };
      await boto3.create('set', { ...set, Tags: { team: 'a' } });
      expect(await configuration('set')).toMatchObject(set);
      expect((await call('lambda list_tags', { Resource: arnOf('set') })).Tags).toEqual({ team: 'a' });
      for (const ZipFile of [other, echo]) {
        await call('lambda update_function_code', { FunctionName: 'set', ZipFile });
        await call('lambda publish_version', { FunctionName: 'set' });
      }
      const RoutingConfig = { AdditionalVersionWeights: { 2: 0.5 } };
      const alias = { FunctionName: 'set', Name: 'canary', FunctionVersion: '1', RoutingConfig };
      expect((await call('lambda create_alias', alias)).RoutingConfig).toEqual(RoutingConfig);
    });

    it('creates and updates with code that it has put into S3', async () => {
      const place = { S3Bucket: 'boto3-code', S3Key: 'code.zip' };
      await call('s3 create_bucket', { Bucket: place.S3Bucket });
      await call('s3 put_object', { Bucket: place.S3Bucket, Key: place.S3Key, Body: other });
      await boto3.create('from-s3', { Code: place });
      expect((await configuration('from-s3')).CodeSha256).toBe(sha256(other));
      await call('lambda update_function_code', { FunctionName: 'f', ...place });
      expect((await configuration('f')).CodeSha256).toBe(sha256(other));
      await call('lambda update_function_code', { FunctionName: 'f', ZipFile: echo });
    });

    it('reads the body of an answer from a stream, and its members from headers', async () => {
      const invoke = (event: unknown, more: object = {}) =>
        call('lambda invoke', { FunctionName: 'f', Payload: JSON.stringify(event), ...more });
      const answered = { StatusCode: 200, ExecutedVersion: '$LATEST' };
      expect(await invoke({})).toMatchObject({ ...answered, Payload: { stream: 'null' } });
      const { Payload } = await invoke({ a: [1, 'ü'] });
      expect(JSON.parse((Payload as { stream: string }).stream)).toEqual({ a: [1, 'ü'] });
      const failed = await invoke('raise', { LogType: 'Tail' });
      expect(failed).toMatchObject({ ...answered, FunctionError: 'Unhandled' });
      const { stream } = failed.Payload as { stream: string };
      expect(JSON.parse(stream)).toMatchObject({ errorType: 'ValueError', errorMessage: 'no good' });
      expect(Buffer.from(failed.LogResult as string, 'base64').toString()).toContain(
        `START RequestId: ${failed.headers['x-amzn-requestid']} `,
      );
      for (const [InvocationType, StatusCode] of [
        ['Event', 202],
        ['DryRun', 204],
      ]) {
        const queued = await invoke({}, { InvocationType });
        expect(queued).toMatchObject({ StatusCode, Payload: { stream: '' } });
        expect(queued.ExecutedVersion).toBeUndefined();
      }
    });

    it('reads times: some are text, some are numbers', async () => {
      const FunctionName = 'f';
      const limits = await call('lambda put_function_event_invoke_config', {
        FunctionName,
        MaximumEventAgeInSeconds: 60,
      });
      expect(members(limits)).toBe('DestinationConfig FunctionArn LastModified MaximumEventAgeInSeconds');
      expect(limits.LastModified).toEqual(time);
      const EventSourceArn = `arn:aws:sqs:${region}:${account}:jobs`;
      const mapping = await call('lambda create_event_source_mapping', { FunctionName, EventSourceArn });
      expect(members(mapping)).toBe(
        'BatchSize EventSourceArn EventSourceMappingArn FunctionArn FunctionResponseTypes LastModified MaximumBatchingWindowInSeconds State StateTransitionReason UUID',
      );
      expect(mapping).toMatchObject({
        EventSourceMappingArn: `arn:aws:lambda:${region}:${account}:event-source-mapping:${mapping.UUID}`,
        LastModified: time,
      });
      const url = await call('lambda create_function_url_config', { FunctionName, AuthType: 'NONE' });
      expect(members(url)).toBe('AuthType CreationTime FunctionArn FunctionUrl');
      expect(url.CreationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
      const layer = await call('lambda publish_layer_version', {
        LayerName: 'timed',
        Content: { ZipFile: echo },
      });
      expect(layer.CreatedDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    });

    it('gets the HTTP status that AWS answers with', async () => {
      const FunctionName = 'status';
      const named = { FunctionName };
      const Resource = arnOf(FunctionName);
      const layer = { LayerName: 'status', VersionNumber: 1 };
      const StatementId = 's';
      const permission = { StatementId, Action: 'lambda:InvokeFunction', Principal: '*' };
      const share = { StatementId, Action: 'lambda:GetLayerVersion', Principal: '*' };
      const source = { EventSourceArn: `arn:aws:sqs:${region}:${account}:status` };
      const calls: [string, number, object][] = [
        ['create_function', 201, boto3.functionInput(named)],
        ['publish_version', 201, named],
        ['create_alias', 201, { ...named, Name: 'live', FunctionVersion: '1' }],
        ['delete_alias', 204, { ...named, Name: 'live' }],
        ['tag_resource', 204, { Resource, Tags: { a: 'b' } }],
        ['untag_resource', 204, { Resource, TagKeys: ['a'] }],
        ['add_permission', 201, { ...named, ...permission }],
        ['remove_permission', 204, { ...named, StatementId }],
        ['put_function_concurrency', 200, { ...named, ReservedConcurrentExecutions: 5 }],
        ['delete_function_concurrency', 204, named],
        ['create_function_url_config', 201, { ...named, AuthType: 'NONE' }],
        ['publish_layer_version', 201, { LayerName: 'status', Content: { ZipFile: echo } }],
        ['add_layer_version_permission', 201, { ...layer, ...share }],
        ['remove_layer_version_permission', 204, { ...layer, StatementId }],
        ['delete_layer_version', 204, layer],
        ['create_event_source_mapping', 202, { ...named, ...source }],
        ['delete_function', 204, named],
      ];
      for (const [operation, status, input] of calls) {
        expect([operation, (await call(`lambda ${operation}`, input)).status]).toEqual([operation, status]);
      }
      const { EventSourceMappings } = await call('lambda list_event_source_mappings', source);
      const { UUID } = first(EventSourceMappings);
      expect((await call('lambda delete_event_source_mapping', { UUID })).status).toBe(202);
    });

    it('pages through lists, and waits until functions are active and updated', async () => {
      await boto3.create('waited');
      await boto3.wait('lambda', 'function_active_v2', { FunctionName: 'waited' });
      await call('lambda update_function_configuration', { FunctionName: 'waited', Timeout: 4 });
      await boto3.wait('lambda', 'function_updated_v2', { FunctionName: 'waited' });
      await boto3.wait('lambda', 'function_exists', { FunctionName: 'waited' });
      const pages = await boto3.pages('lambda', 'list_functions', 1);
      const names = pages.flatMap(({ Functions }) => (Functions as Told[]).map((one) => one.FunctionName));
      expect(names).toEqual(expect.arrayContaining(['f', 'waited']));
      expect(pages.length).toBeGreaterThanOrEqual(names.length);
    });
  });

  describe('is told of an error of Lambda', () => {
    it('with its type in a header and in the body', async () => {
      const told = await boto3.tell('lambda update_function_code', {
        FunctionName: 'f',
        ZipFile: Buffer.from('no zip'),
      });
      const unzip = 'Could not unzip uploaded file. Please check your file, then try to upload again.';
      expect(told).toMatchObject({
        status: 400,
        Type: 'User',
        message: unzip,
        Error: { Code: 'InvalidParameterValueException', Message: unzip },
      });
      expect(told.headers['x-amzn-errortype']).toBe('InvalidParameterValueException');
      expect(members(told)).toBe('Error Type message');
    });

    it('with a capital in its Message when a function is not found', async () => {
      const told = await boto3.tell('lambda get_function', { FunctionName: 'nobody' });
      const Message = `Function not found: ${arnOf('nobody')}`;
      expect(told).toMatchObject({ status: 404, Type: 'User', Message });
      expect(told.Error).toEqual({ Code: 'ResourceNotFoundException', Message });
      expect(members(told)).toBe('Error Message Type');
    });

    it('without a type when the input breaks the model', async () => {
      const told = await boto3.tell('lambda get_function', { FunctionName: 'f!' });
      expect(told.headers['x-amzn-errortype']).toBe('ValidationException');
      expect(told.Type).toBeUndefined();
    });

    it('with a reason beside its message when concurrency is used up', async () => {
      const FunctionName = 'f';
      const put = { FunctionName, ReservedConcurrentExecutions: 0 };
      await call('lambda put_function_concurrency', put);
      expect(await boto3.tell('lambda invoke', { FunctionName })).toMatchObject({
        status: 429,
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        Error: { Code: 'TooManyRequestsException', Message: 'Rate Exceeded.' },
      });
      await call('lambda delete_function_concurrency', { FunctionName });
    });

    it('with lists as [a, b] and maps as {2=2.0} in its message', async () => {
      const both = boto3.functionInput({ FunctionName: 'g', Architectures: ['x86_64', 'arm64'] });
      expect(await boto3.refusal('lambda create_function', both)).toBe(
        "400 ValidationException: 1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
      );
      const RoutingConfig = { AdditionalVersionWeights: { 2: 2 } };
      const alias = { FunctionName: 'f', Name: 'a', FunctionVersion: '1', RoutingConfig };
      expect(await boto3.refusal('lambda create_alias', alias)).toContain(
        "Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must",
      );
    });

    it('of the region that it signs for, in the account of its key', async () => {
      const elsewhere = await boto3.tell('lambda get_function', { FunctionName: 'f' }, 'eu-west-3');
      const arn = arnOf('f').replace(region, 'eu-west-3');
      expect(elsewhere.Error?.Message).toBe(`Function not found: ${arn}`);
      expect((await call('sts get_caller_identity')).Account).toBe(account);
    });
  });

  describe('of CloudWatch Logs', () => {
    const logGroupName = '/boto3/group';
    const arn = `arn:aws:logs:${region}:${account}:log-group:${logGroupName}`;
    const stream = { logGroupName, logStreamName: 'stream' };
    beforeAll(async () => {
      await call('logs create_log_group', { logGroupName });
      await call('logs create_log_stream', stream);
    });

    it('describes groups', async () => {
      const { logGroups } = await call('logs describe_log_groups', { logGroupNamePrefix: logGroupName });
      const group = first(logGroups);
      expect(members(group)).toBe(
        'arn creationTime deletionProtectionEnabled logGroupArn logGroupClass logGroupName metricFilterCount storedBytes',
      );
      expect(group).toMatchObject({
        arn: `${arn}:*`,
        creationTime: expect.any(Number),
        logGroupArn: arn,
        logGroupClass: 'STANDARD',
        metricFilterCount: 0,
        storedBytes: 0,
      });
    });

    it('finds groups by a part of their name, with less of each, and a token that leads to an empty page', async () => {
      const search = { logGroupNamePattern: 'oto3/gro' };
      const found = await call('logs describe_log_groups', search);
      expect(members(found)).toBe('logGroups nextToken');
      expect(members(first(found.logGroups))).toBe(
        'arn creationTime logGroupArn logGroupClass logGroupName metricFilterCount',
      );
      const { nextToken } = found;
      const end = await call('logs describe_log_groups', { ...search, nextToken });
      expect(members(end)).toBe('logGroups');
      expect(end.logGroups).toEqual([]);
      expect(await boto3.pages('logs', 'describe_log_groups', 50, search)).toHaveLength(2);
    });

    it('reads what was put, and errors without a header', async () => {
      const message = 'täglich';
      const logEvents = [{ timestamp: Date.now(), message }];
      expect(members(await call('logs put_log_events', { ...stream, logEvents }))).toBe('nextSequenceToken');
      expect(first((await call('logs get_log_events', stream)).events).message).toBe(message);
      const old = { ...stream, logEvents: [{ timestamp: 1, message }] };
      expect((await call('logs put_log_events', old)).rejectedLogEventsInfo).toEqual({
        tooOldLogEventEndIndex: 1,
      });
      expect(await boto3.refusal('logs get_log_events', { ...stream, logGroupName: '/boto3/nobody' })).toBe(
        '400 ResourceNotFoundException: The specified log group does not exist.',
      );
    });
  });

  describe('of IAM and STS', () => {
    const made = 'Arn AssumeRolePolicyDocument CreateDate Path RoleId RoleName';

    it('creates, gets and lists roles, each with its members, its document decoded', async () => {
      const input = { RoleName: 'made', Path: '/team/', AssumeRolePolicyDocument: lambda };
      const { Role } = await call('iam create_role', input);
      expect(members(Role)).toBe(made);
      expect(Role).toMatchObject({
        Arn: `arn:aws:iam::${account}:role/team/made`,
        AssumeRolePolicyDocument: JSON.parse(lambda),
        CreateDate: time,
      });
      const tagged = { ...input, RoleName: 'tagged', Tags: [{ Key: 'a', Value: 'b' }] };
      expect(members((await call('iam create_role', tagged)).Role)).toBe(`${made} Tags`);
      const got = (await call('iam get_role', { RoleName: 'made' })).Role;
      expect(members(got)).toBe(
        made.replace(' Path', ' MaxSessionDuration Path').replace('RoleId', 'RoleId RoleLastUsed'),
      );
      expect(got).toMatchObject({ MaxSessionDuration: 3600, RoleLastUsed: {} });
      const pages = await boto3.pages('iam', 'list_roles', 1, { PathPrefix: '/team/' });
      const roles = pages.flatMap(({ Roles }) => Roles as Told[]);
      expect(roles.map(({ RoleName }) => RoleName)).toEqual(['made', 'tagged']);
      for (const one of roles) {
        expect(members(one)).toBe(made.replace(' Path', ' MaxSessionDuration Path'));
      }
    });

    const nothing = `arn:aws:iam::${account}:policy/nothing`;
    const named = { RoleName: 'worker', PolicyName: 'p' };
    it.each<[string, object, string]>([
      [
        'iam create_policy',
        { PolicyName: 'p', PolicyDocument: '{' },
        '400 MalformedPolicyDocument: This policy contains invalid Json',
      ],
      [
        'iam put_role_policy',
        { ...named, PolicyDocument: 'no json' },
        '400 MalformedPolicyDocument: This policy contains invalid Json',
      ],
      [
        'iam attach_role_policy',
        { RoleName: 'worker', PolicyArn: 'longpolicynamebutnoarn' },
        '400 ValidationError: ARN longpolicynamebutnoarn is not valid.',
      ],
      [
        'iam get_policy',
        { PolicyArn: 'longpolicynamebutnoarn' },
        '400 ValidationError: Invalid ARN:  Could not be parsed!',
      ],
      [
        'iam attach_role_policy',
        { RoleName: 'worker', PolicyArn: nothing },
        `404 NoSuchEntity: Policy ${nothing} does not exist or is not attachable.`,
      ],
      ['iam delete_policy', { PolicyArn: nothing }, `404 NoSuchEntity: Policy ${nothing} was not found.`],
      [
        'iam get_role',
        { RoleName: 'nobody' },
        '404 NoSuchEntity: The role with name nobody cannot be found.',
      ],
      [
        'sts assume_role',
        { RoleArn: 'nothing-of-the-kind', RoleSessionName: 'session' },
        '400 ValidationError: nothing-of-the-kind is invalid',
      ],
    ])('cannot %s with %j', async (operation, input, refused) => {
      expect(await boto3.refusal(operation, input)).toBe(refused);
    });

    it('assumes roles that trust the account', async () => {
      const AssumeRolePolicyDocument = trust({ AWS: account });
      const created = await call('iam create_role', { RoleName: 'trusting', AssumeRolePolicyDocument });
      const { Arn, RoleId } = created.Role as { Arn: string; RoleId: string };
      const assumed = await call('sts assume_role', { RoleArn: Arn, RoleSessionName: 'session' });
      expect(assumed.AssumedRoleUser).toEqual({
        Arn: `arn:aws:sts::${account}:assumed-role/trusting/session`,
        AssumedRoleId: `${RoleId}:session`,
      });
      expect(members(assumed.Credentials)).toBe('AccessKeyId Expiration SecretAccessKey SessionToken');
      expect(assumed.Credentials).toMatchObject({ Expiration: time });
    });
  });
});
