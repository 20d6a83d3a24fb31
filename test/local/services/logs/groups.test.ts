import { describe, expect, it } from 'vitest';
import { call, day, logsFixture, start } from './fixture.ts';

const missing = 'ResourceNotFoundException: The specified log group does not exist.';
const arn = (name: string): string => `arn:aws:logs:eu-west-1:123456789012:log-group:${name}`;

describe('log groups', () => {
  it('are described as AWS does', async () => {
    const { run, clock } = logsFixture();
    await run('CreateLogGroup', { logGroupName: '/aws/lambda/hello' });
    await run('CreateLogStream', { logGroupName: '/aws/lambda/hello', logStreamName: 's' });
    await run('PutRetentionPolicy', { logGroupName: '/aws/lambda/hello', retentionInDays: 7 });
    await run('PutLogEvents', {
      logGroupName: '/aws/lambda/hello',
      logStreamName: 's',
      logEvents: [{ timestamp: clock.now, message: 'é' }],
    });
    expect(await run('DescribeLogGroups', {})).toEqual({
      logGroups: [
        {
          logGroupName: '/aws/lambda/hello',
          creationTime: start,
          retentionInDays: 7,
          metricFilterCount: 0,
          arn: `${arn('/aws/lambda/hello')}:*`,
          storedBytes: 28,
          logGroupClass: 'STANDARD',
          logGroupArn: arn('/aws/lambda/hello'),
          deletionProtectionEnabled: false,
        },
      ],
    });
  });

  it('exist once for each account and region', async () => {
    const { run, failure } = logsFixture();
    await run('CreateLogGroup', { logGroupName: 'a' });
    expect(await failure('CreateLogGroup', { logGroupName: 'a' })).toBe(
      'ResourceAlreadyExistsException: The specified log group already exists',
    );
    await run('CreateLogGroup', { logGroupName: 'a' }, { ...call, region: 'eu-west-2' });
    expect((await run('DescribeLogGroups', {})).logGroups).toHaveLength(1);
  });

  it('have names of at most 512 valid characters', async () => {
    const { failure } = logsFixture();
    expect(await failure('CreateLogGroup', { logGroupName: 'a b' })).toBe(
      "InvalidParameterException: 1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
    );
    expect(await failure('CreateLogGroup', { logGroupName: 'a'.repeat(513) })).toBe(
      'InvalidParameterException: Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
    );
    expect(await failure('CreateLogGroup', { logGroupName: '' })).toMatch(
      /Member must have length greater than or equal to 1$/,
    );
  });

  it('are listed by prefix, by pattern, by identifier, and in pages', async () => {
    const { run, failure } = logsFixture();
    for (const name of ['b', 'a/2', 'a/1', 'xa/1', 'c']) await run('CreateLogGroup', { logGroupName: name });
    const names = async (input: Parameters<typeof run<'DescribeLogGroups'>>[1]) =>
      (await run('DescribeLogGroups', input)).logGroups?.map(({ logGroupName }) => logGroupName);
    expect(await names({})).toEqual(['a/1', 'a/2', 'b', 'c', 'xa/1']);
    expect(await names({ logGroupNamePrefix: 'a/' })).toEqual(['a/1', 'a/2']);
    expect(await names({ logGroupNamePattern: 'a/1' })).toEqual(['a/1', 'xa/1']);
    expect(await names({ logGroupIdentifiers: ['c', arn('b')] })).toEqual(['b', 'c']);
    expect((await run('DescribeLogGroups', { logGroupNamePattern: 'c' })).logGroups).toEqual([
      {
        logGroupName: 'c',
        creationTime: start,
        metricFilterCount: 0,
        arn: `${arn('c')}:*`,
        logGroupClass: 'STANDARD',
        logGroupArn: arn('c'),
      },
    ]);

    const paged: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await run('DescribeLogGroups', { limit: 2, nextToken });
      expect(page.logGroups?.length).toBeLessThanOrEqual(2);
      paged.push(...(page.logGroups ?? []).map(({ logGroupName }) => logGroupName));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(paged).toEqual(['a/1', 'a/2', 'b', 'c', 'xa/1']);

    expect(await failure('DescribeLogGroups', { nextToken: 'nonsense' })).toBe(
      'InvalidParameterException: The specified nextToken is invalid.',
    );
    expect(await failure('DescribeLogGroups', { limit: 51 })).toMatch(
      /Value '51' at 'limit' .* Member must have value less than or equal to 50$/,
    );
    expect(await failure('DescribeLogGroups', { logGroupNamePrefix: 'a', logGroupNamePattern: 'a' })).toMatch(
      /mutually exclusive/,
    );
  });

  it('are deleted with their content', async () => {
    const { run, failure, sink, size } = logsFixture();
    sink.append(call, 'g', 's', [{ timestamp: start, message: 'x' }]);
    sink.append(call, 'g2', 's', [{ timestamp: start, message: 'y' }]);
    await run('DeleteLogGroup', { logGroupName: 'g' });
    expect([size('logs.groups'), size('logs.streams'), size('logs.events')]).toEqual([1, 1, 1]);
    expect(await failure('DeleteLogGroup', { logGroupName: 'g' })).toBe(missing);
    sink.append(call, 'g', 't', [{ timestamp: start, message: 'z' }]);
    const { logStreams } = await run('DescribeLogStreams', { logGroupName: 'g' });
    expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['t']);
  });
});

describe('log groups', () => {
  it('are listed by ListLogGroups, by a part or the start of their name', async () => {
    const { run, failure } = logsFixture();
    for (const name of ['app/one', 'app/two', 'my/app/one'])
      await run('CreateLogGroup', { logGroupName: name });
    await run('CreateLogGroup', { logGroupName: 'rare', logGroupClass: 'INFREQUENT_ACCESS' });
    expect(await run('ListLogGroups', { logGroupClass: 'INFREQUENT_ACCESS' })).toEqual({
      logGroups: [{ logGroupName: 'rare', logGroupArn: arn('rare'), logGroupClass: 'INFREQUENT_ACCESS' }],
    });
    const names = async (logGroupNamePattern: string) =>
      (await run('ListLogGroups', { logGroupNamePattern })).logGroups?.map(
        ({ logGroupName }) => logGroupName,
      );
    expect(await names('app/')).toEqual(['app/one', 'app/two', 'my/app/one']);
    expect(await names('^app/')).toEqual(['app/one', 'app/two']);
    expect(await names('two|rare')).toEqual(['app/two', 'rare']);
    expect(await names('no-such-group')).toEqual([]);
    const first = await run('ListLogGroups', { limit: 3 });
    const rest = await run('ListLogGroups', { limit: 3, nextToken: first.nextToken });
    expect([...(first.logGroups ?? []), ...(rest.logGroups ?? [])]).toHaveLength(4);
    expect(await failure('ListLogGroups', { limit: 1001 })).toMatch(/less than or equal to 1000$/);
  });

  it('are protected from deletion on request', async () => {
    const { run, failure } = logsFixture();
    const protectedOne = { logGroupName: 'g', deletionProtectionEnabled: true };
    await run('CreateLogGroup', protectedOne);
    expect((await run('DescribeLogGroups', {})).logGroups?.[0]).toMatchObject(protectedOne);
    expect(await failure('DeleteLogGroup', { logGroupName: 'g' })).toBe(
      'ValidationException: Cannot delete log group with deletion protection enabled. Disable deletion protection first.',
    );
    await run('PutLogGroupDeletionProtection', {
      logGroupIdentifier: arn('g'),
      deletionProtectionEnabled: false,
    });
    await run('DeleteLogGroup', { logGroupName: 'g' });
    expect((await run('DescribeLogGroups', {})).logGroups).toEqual([]);
  });

  it('have the KMS key that is associated', async () => {
    const { run } = logsFixture();
    const kmsKeyId = 'arn:aws:kms:eu-west-1:123456789012:key/k';
    await run('CreateLogGroup', { logGroupName: 'g' });
    await run('AssociateKmsKey', { logGroupName: 'g', kmsKeyId });
    expect((await run('DescribeLogGroups', {})).logGroups?.[0]?.kmsKeyId).toBe(kmsKeyId);
    await run('DisassociateKmsKey', { resourceIdentifier: arn('g') });
    expect((await run('DescribeLogGroups', {})).logGroups?.[0]).not.toHaveProperty('kmsKeyId');
  });
});

describe('the retention of a log group', () => {
  it('is one of the days that AWS lists', async () => {
    const { run, failure } = logsFixture();
    await run('CreateLogGroup', { logGroupName: 'g' });
    await run('PutRetentionPolicy', { logGroupName: 'g', retentionInDays: 3653 });
    expect(await failure('PutRetentionPolicy', { logGroupName: 'g', retentionInDays: 2 })).toMatch(
      /^InvalidParameterException: 1 validation error detected: Value '2' at 'retentionInDays' failed/,
    );
    expect((await run('DescribeLogGroups', {})).logGroups?.[0]?.retentionInDays).toBe(3653);
    await run('DeleteRetentionPolicy', { logGroupName: 'g' });
    expect((await run('DescribeLogGroups', {})).logGroups?.[0]).not.toHaveProperty('retentionInDays');
    expect(await failure('PutRetentionPolicy', { logGroupName: 'no', retentionInDays: 1 })).toBe(missing);
    expect(await failure('DeleteRetentionPolicy', { logGroupName: 'no' })).toBe(missing);
  });

  it('hides expired events, and removes them when the group is described or written to', async () => {
    const { run, sink, clock, size } = logsFixture();
    sink.append(call, 'g', 's', [
      { timestamp: start, message: 'old' },
      { timestamp: start + 2 * day, message: 'new' },
    ]);
    clock.now = start + 2.5 * day;
    await run('PutRetentionPolicy', { logGroupName: 'g', retentionInDays: 1 });
    const { events } = await run('FilterLogEvents', { logGroupName: 'g' });
    expect(events?.map(({ message }) => message)).toEqual(['new']);
    const [group] = (await run('DescribeLogGroups', {})).logGroups ?? [];
    expect(group?.storedBytes).toBe(29);
    expect(size('logs.events')).toBe(1);
    expect((await run('DescribeLogStreams', { logGroupName: 'g' })).logStreams?.[0]).toMatchObject({
      firstEventTimestamp: start + 2 * day,
      lastEventTimestamp: start + 2 * day,
    });

    clock.now = start + 4 * day;
    const got = await run('GetLogEvents', { logGroupName: 'g', logStreamName: 's', startFromHead: true });
    expect(got.events).toEqual([]);
    sink.append(call, 'g', 's', [{ timestamp: clock.now, message: 'newest' }]);
    expect(size('logs.events')).toBe(1);
  });

  it('removes a limited number of events at a time', async () => {
    const { run, sink, clock, size } = logsFixture();
    const events = Array.from({ length: 2500 }, (_, index) => ({ timestamp: start + index, message: 'x' }));
    sink.append(call, 'g', 's', events);
    await run('PutRetentionPolicy', { logGroupName: 'g', retentionInDays: 1 });
    clock.now = start + 10 * day;
    const sizes: number[] = [];
    for (let count = 0; count < 4; count++) {
      sink.append(call, 'g', 's', [{ timestamp: clock.now, message: 'new' }]);
      sizes.push(size('logs.events'));
    }
    expect(sizes).toEqual([1501, 502, 3, 4]);
  });
});

describe('the tags of a log group', () => {
  it('are set and read by ARN and by name', async () => {
    const { run, failure } = logsFixture();
    await run('CreateLogGroup', { logGroupName: 'g', tags: { a: '1' } });
    await run('TagResource', { resourceArn: arn('g'), tags: { b: '2' } });
    await run('TagLogGroup', { logGroupName: 'g', tags: { a: '3', c: '' } });
    const all = { tags: { a: '3', b: '2', c: '' } };
    expect(await run('ListTagsForResource', { resourceArn: arn('g') })).toEqual(all);
    expect(await run('ListTagsForResource', { resourceArn: `${arn('g')}:*` })).toEqual(all);
    await run('UntagResource', { resourceArn: arn('g'), tagKeys: ['a', 'z'] });
    await run('UntagLogGroup', { logGroupName: 'g', tags: ['b'] });
    expect(await run('ListTagsLogGroup', { logGroupName: 'g' })).toEqual({ tags: { c: '' } });
    expect(await failure('ListTagsForResource', { resourceArn: arn('no') })).toBe(missing);
    expect(await failure('TagResource', { resourceArn: arn('g').replace('eu-west-1', 'x'), tags: {} })).toBe(
      missing,
    );
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, '']));
    expect(await failure('TagLogGroup', { logGroupName: 'g', tags: many })).toMatch(/^TooManyTagsException/);
  });
});

describe('log streams', () => {
  it('are described as AWS does', async () => {
    const { run, clock, failure } = logsFixture();
    await run('CreateLogGroup', { logGroupName: 'g' });
    await run('CreateLogStream', { logGroupName: 'g', logStreamName: '2026/01/15/[$LATEST]ab' });
    await run('CreateLogStream', { logGroupName: 'g', logStreamName: 'empty' });
    clock.now += 5;
    await run('PutLogEvents', {
      logGroupName: 'g',
      logStreamName: '2026/01/15/[$LATEST]ab',
      logEvents: [
        { timestamp: start + 1, message: 'a' },
        { timestamp: start + 3, message: 'b' },
      ],
    });
    const { logStreams } = await run('DescribeLogStreams', { logGroupIdentifier: arn('g') });
    expect(logStreams).toEqual([
      {
        logStreamName: '2026/01/15/[$LATEST]ab',
        creationTime: start,
        firstEventTimestamp: start + 1,
        lastEventTimestamp: start + 3,
        lastIngestionTime: start + 5,
        uploadSequenceToken: expect.stringMatching(/^\d{56}$/),
        arn: `${arn('g')}:log-stream:2026/01/15/[$LATEST]ab`,
        storedBytes: 0,
      },
      {
        logStreamName: 'empty',
        creationTime: start,
        arn: `${arn('g')}:log-stream:empty`,
        storedBytes: 0,
      },
    ]);
    expect(await failure('CreateLogStream', { logGroupName: 'g', logStreamName: 'empty' })).toBe(
      'ResourceAlreadyExistsException: The specified log stream already exists',
    );
    expect(await failure('CreateLogStream', { logGroupName: 'g', logStreamName: 'a:b' })).toMatch(
      /Value 'a:b' at 'logStreamName' failed .* pattern: \[\^:\*\]\*$/,
    );
    expect(await failure('CreateLogStream', { logGroupName: 'g', logStreamName: 's'.repeat(513) })).toBe(
      'InvalidParameterException: Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
    );
    await run('DeleteLogStream', { logGroupName: 'g', logStreamName: 'empty' });
    expect(await failure('DeleteLogStream', { logGroupName: 'g', logStreamName: 'empty' })).toBe(
      'ResourceNotFoundException: The specified log stream does not exist.',
    );
    expect(await failure('DescribeLogStreams', { logGroupName: 'no' })).toBe(missing);
    expect(await failure('DescribeLogStreams', {})).toMatch(/^ValidationException/);
    expect(await failure('DescribeLogStreams', { logGroupName: 'g', logGroupIdentifier: 'g' })).toBe(
      'ValidationException: LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    );
  });

  it('are listed by name or by their last event, in both directions, in pages', async () => {
    const { run, sink, failure } = logsFixture();
    for (const [name, at] of [
      ['b', 3],
      ['a1', 9],
      ['c', 6],
      ['a2', 6],
    ] as const) {
      sink.append(call, 'g', name, [{ timestamp: start + at, message: name }]);
    }
    await run('CreateLogStream', { logGroupName: 'g', logStreamName: 'd' });
    const all = async (input: Partial<Parameters<typeof run<'DescribeLogStreams'>>[1]>) => {
      const names: (string | undefined)[] = [];
      let nextToken: string | undefined;
      do {
        const page = await run('DescribeLogStreams', { logGroupName: 'g', limit: 2, ...input, nextToken });
        names.push(...(page.logStreams ?? []).map(({ logStreamName }) => logStreamName));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return names.join(' ');
    };
    expect(await all({})).toBe('a1 a2 b c d');
    expect(await all({ descending: true })).toBe('d c b a2 a1');
    expect(await all({ logStreamNamePrefix: 'a' })).toBe('a1 a2');
    expect(await all({ logStreamNamePrefix: 'a', descending: true, limit: 1 })).toBe('a2 a1');
    expect(await all({ orderBy: 'LastEventTime' })).toBe('d b a2 c a1');
    expect(await all({ orderBy: 'LastEventTime', descending: true })).toBe('a1 c a2 b d');
    expect(
      await failure('DescribeLogStreams', {
        logGroupName: 'g',
        orderBy: 'LastEventTime',
        logStreamNamePrefix: 'a',
      }),
    ).toBe('InvalidParameterException: Cannot order by LastEventTime with a logStreamNamePrefix.');
  });
});
