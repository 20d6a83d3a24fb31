// Subscription filters of log groups from slsctl.yml: deployed, changed, moved, and removed.
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeSubscriptionFiltersCommand,
  PutLogEventsCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { triggerBench } from '../../support/triggers/bench.ts';

const bench = triggerBench();
let group: string;
beforeEach(async () => {
  group = `/shop/${bench.name}`;
  await bench.clients.logs.send(new CreateLogGroupCommand({ logGroupName: group }));
});

async function filters(logGroupName = group) {
  const { logs } = bench.clients;
  const { subscriptionFilters = [] } = await logs.send(
    new DescribeSubscriptionFiltersCommand({ logGroupName }),
  );
  return subscriptionFilters;
}
const write = async (message: string) => {
  const at = { logGroupName: group, logStreamName: 'one' };
  await bench.clients.logs.send(new CreateLogStreamCommand(at)).catch(() => {});
  const logEvents = [{ timestamp: Date.now(), message }];
  await bench.clients.logs.send(new PutLogEventsCommand({ ...at, logEvents }));
};

describe('a log group in the short form', () => {
  it('calls the function on its alias, and nothing is left to plan', async () => {
    await bench.one([`logs: ${group}`], 'aliases: { live: {} }\n');
    expect((await bench.run('plan')).stdout).toContain(`logs trigger ${group} to ${bench.name}:live`);
    await bench.deploy();
    expect(await filters()).toMatchObject([
      {
        filterName: `slsctl.${bench.name}.1`,
        filterPattern: '',
        destinationArn: bench.arn(`${bench.name}:live`),
      },
    ]);
    const [statement] = await bench.statements('live');
    expect(statement).toMatchObject({
      Principal: { Service: 'logs.amazonaws.com' },
      Condition: {
        ArnLike: { 'AWS:SourceArn': `arn:aws:logs:us-east-1:000000000000:log-group:${group}:*` },
        StringEquals: { 'AWS:SourceAccount': '000000000000' },
      },
    });
    expect(await bench.differs()).toBe(false);
    await write('an order');
    await bench.printed('awslogs');
  });

  it('may be the log group of another function of the project', async () => {
    const source = `${bench.name}s`;
    await bench.write({ [bench.name]: `triggers: [{ logs: /aws/lambda/${source} }]\n`, [source]: '' });
    await bench.deploy();
    expect(await filters(`/aws/lambda/${source}`)).toHaveLength(1);
    await bench.run('destroy', '--yes');
  });
});

describe('changes', () => {
  it('are made in place: the pattern and the place', async () => {
    await bench.one([`logs: { logGroup: ${group}, filterPattern: ERROR }`]);
    await bench.deploy();
    await bench.one([`logs: { logGroup: ${group}, filterPattern: WARN }`], 'aliases: { live: {} }\n');
    await bench.deploy();
    expect(await filters()).toMatchObject([
      {
        filterName: `slsctl.${bench.name}.1`,
        filterPattern: 'WARN',
        destinationArn: bench.arn(`${bench.name}:live`),
      },
    ]);
    expect(await bench.differs()).toBe(false);
  });

  it('by hand are shown and taken back', async () => {
    await bench.one([`logs: { logGroup: ${group}, filterPattern: ERROR }`]);
    await bench.deploy();
    const [live] = await filters();
    await bench.clients.logs.send(
      new PutSubscriptionFilterCommand({
        logGroupName: group,
        filterName: live?.filterName,
        filterPattern: 'OTHER',
        destinationArn: live?.destinationArn,
      }),
    );
    expect(await bench.differs()).toBe(true);
    await bench.deploy();
    expect(await filters()).toMatchObject([{ filterPattern: 'ERROR' }]);
  });
});

describe('a trigger that the file no longer names', () => {
  it('is removed with its statement', async () => {
    await bench.one([`logs: ${group}`]);
    await bench.deploy();
    await bench.write({ [bench.name]: '' });
    await bench.deploy();
    expect(await filters()).toEqual([]);
    expect(await bench.statements()).toEqual([]);
  });

  it('leaves its place to the function that has the trigger now', async () => {
    const trigger = `triggers: [{ logs: ${group} }]\n`;
    await bench.write({ [`${bench.name}a`]: trigger, [`${bench.name}b`]: trigger });
    await bench.deploy();
    await bench.write({ [`${bench.name}c`]: trigger, [`${bench.name}d`]: trigger });
    await bench.deploy();
    const names = (await filters()).map(({ filterName }) => filterName);
    expect(names.sort()).toEqual([`slsctl.${bench.name}c.1`, `slsctl.${bench.name}d.1`]);
  });
});

describe('a wrong log group is refused with file and line', () => {
  const refused = async (reason: string) => {
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('slsctl.yml:7');
    expect(stderr).toContain(reason);
  };

  it('that does not exist', async () => {
    await bench.one(['logs: /no/such/group']);
    await refused('there is no such log group');
  });

  it('into which the function writes', async () => {
    await bench.one([`logs: /aws/lambda/${bench.name}`]);
    await refused('each call would make the next one');
  });

  it('that has two filters of others', async () => {
    const other = `${bench.name}-other`;
    await bench.write({ [other]: '' });
    await bench.deploy();
    await bench.clients.lambda.send(
      new AddPermissionCommand({
        FunctionName: other,
        StatementId: 'logs',
        Action: 'lambda:InvokeFunction',
        Principal: 'logs.amazonaws.com',
      }),
    );
    for (const filterName of ['one', 'two']) {
      await bench.clients.logs.send(
        new PutSubscriptionFilterCommand({
          logGroupName: group,
          filterName,
          filterPattern: '',
          destinationArn: bench.arn(other),
        }),
      );
    }
    await bench.one([`logs: ${group}`]);
    await refused('has the filters one and two');
  });
});
