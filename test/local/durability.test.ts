// Acknowledged changes of the local AWS survive five kills of its process under a mixed load.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectSlsctl, homeFolder } from '../support/cli.ts';
import { type LocalAws, startLocal } from '../support/local.ts';
import { zipOf } from '../support/zip.ts';

const clients = 24;
/** The number of kills under load, and of acknowledged writes before each; as many follow the last kill. */
const kills = 5;
const writesBefore = 3000;

const allow = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

let local: LocalAws;
let settings: { endpoint: string; region: string; maxAttempts: number; credentials: object };

beforeAll(async () => {
  local = await startLocal();
  settings = {
    endpoint: local.endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: {
      accessKeyId: local.env.AWS_ACCESS_KEY_ID,
      secretAccessKey: local.env.AWS_SECRET_ACCESS_KEY,
    },
  };
});
afterAll(() => local.stop());

/** The server was killed before it answered: the write may or may not have taken effect. */
class Unknown extends Error {}

async function acknowledged<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if ((error as { $response?: unknown }).$response === undefined) throw new Unknown();
    throw error;
  }
}

/** One client: writes its own resources one after the other, and remembers the acknowledged writes. */
class Client {
  readonly iam = new IAMClient(settings as never);
  readonly lambda = new LambdaClient(settings as never);
  readonly logs = new CloudWatchLogsClient(settings as never);
  readonly name: string;
  readonly zip: Uint8Array;
  /** The acknowledged state; undefined means deleted. For an absent name the state is not known. */
  readonly policies = new Map<string, string | undefined>();
  readonly roles = new Map<string, 'there' | undefined>();
  readonly functions = new Map<string, { timeout: number; versions: number } | undefined>();
  readonly messages: string[] = [];
  writes = 0;
  cutOff = 0;
  private turn = 0;

  constructor(index: number, zip: Uint8Array) {
    this.name = `c${index}`;
    this.zip = zip;
  }

  async prepare(): Promise<void> {
    await this.iam.send(new CreateRoleCommand({ RoleName: this.name, AssumeRolePolicyDocument: trust }));
    await this.logs.send(new CreateLogGroupCommand({ logGroupName: this.name }));
    await this.logs.send(new CreateLogStreamCommand({ logGroupName: this.name, logStreamName: 's' }));
  }

  async run(until: () => boolean): Promise<void> {
    while (!until()) {
      this.turn += 1;
      const steps = [this.policy, this.role, this.log, this.fun];
      try {
        await (steps[this.turn % steps.length] as () => Promise<void>).call(this);
      } catch (error) {
        if (!(error instanceof Unknown)) throw error;
        this.cutOff += 1;
        await sleep(100);
      }
    }
  }

  private async write<T>(forget: () => void, send: () => Promise<T>, remember: (answer: T) => void) {
    forget();
    const answer = await acknowledged(send());
    remember(answer);
    this.writes += 1;
  }

  private async policy(): Promise<void> {
    const { name: RoleName, policies } = this;
    const PolicyName = `p${this.turn % 7}`;
    const forget = () => policies.delete(PolicyName);
    if (policies.get(PolicyName) && this.turn % 3 === 0) {
      const gone = () => this.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
      return this.write(forget, gone, () => policies.set(PolicyName, undefined));
    }
    const PolicyDocument = allow(`s3:Get${this.turn}`);
    const put = () => this.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    return this.write(forget, put, () => policies.set(PolicyName, PolicyDocument));
  }

  private async role(): Promise<void> {
    const RoleName = `${this.name}-${this.turn}`;
    const before = [...this.roles].find(([, state]) => state === 'there')?.[0];
    if (before && this.turn % 3 === 0) {
      const gone = () => this.iam.send(new DeleteRoleCommand({ RoleName: before }));
      return this.write(
        () => this.roles.delete(before),
        gone,
        () => this.roles.set(before, undefined),
      );
    }
    const made = () => this.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    return this.write(
      () => {},
      made,
      () => this.roles.set(RoleName, 'there'),
    );
  }

  private async log(): Promise<void> {
    const message = `${this.name} ${this.turn}`;
    const logEvents = [{ timestamp: Date.now(), message }];
    const put = () =>
      this.logs.send(new PutLogEventsCommand({ logGroupName: this.name, logStreamName: 's', logEvents }));
    return this.write(
      () => {},
      put,
      () => this.messages.push(message),
    );
  }

  private async fun(): Promise<void> {
    const FunctionName = `${this.name}-f${this.turn % 5}`;
    const known = this.functions.get(FunctionName);
    const forget = () => this.functions.delete(FunctionName);
    const remember = (state: { timeout: number; versions: number } | undefined) => () =>
      this.functions.set(FunctionName, state);
    if (!known) {
      const { lambda, zip: ZipFile, name } = this;
      const Role = `arn:aws:iam::000000000000:role/${name}`;
      // After a kill it is not known whether it exists, so the test starts from nothing.
      await acknowledged(lambda.send(new DeleteFunctionCommand({ FunctionName }))).catch((error) => {
        if (error.name !== 'ResourceNotFoundException') throw error;
      });
      const create = new CreateFunctionCommand({
        FunctionName,
        Role,
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Code: { ZipFile },
      });
      return this.write(forget, () => lambda.send(create), remember({ timeout: 3, versions: 0 }));
    }
    if (this.turn % 11 === 0) {
      const gone = () => this.lambda.send(new DeleteFunctionCommand({ FunctionName }));
      return this.write(forget, gone, remember(undefined));
    }
    if (this.turn % 7 === 0) {
      const publish = () => this.lambda.send(new PublishVersionCommand({ FunctionName }));
      return this.write(forget, publish, ({ Version }) =>
        this.functions.set(FunctionName, { ...known, versions: Number(Version) }),
      );
    }
    const Timeout = 1 + (this.turn % 800);
    const update = () => this.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }));
    return this.write(forget, update, remember({ ...known, timeout: Timeout }));
  }

  /** Compares the acknowledged state with the stored one. */
  async check(): Promise<void> {
    const { iam, lambda, name: RoleName } = this;
    for (const [PolicyName, document] of this.policies) {
      const found = iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      if (document) expect(decodeURIComponent((await found).PolicyDocument ?? '')).toBe(document);
      else await expect(found).rejects.toThrow(/cannot be found/);
    }
    for (const [role, state] of this.roles) {
      const found = iam.send(new GetRoleCommand({ RoleName: role }));
      if (state) expect((await found).Role?.RoleName).toBe(role);
      else await expect(found).rejects.toThrow(/cannot be found/);
    }
    for (const [FunctionName, state] of this.functions) {
      const found = lambda.send(new GetFunctionCommand({ FunctionName }));
      if (!state) {
        await expect(found).rejects.toThrow(/Function not found/);
        continue;
      }
      const { Configuration, Code } = await found;
      expect(Configuration?.Timeout).toBe(state.timeout);
      expect((await fetch(Code?.Location ?? '')).status).toBe(200);
      if (state.versions > 0) {
        const Qualifier = String(state.versions);
        expect(
          (await lambda.send(new GetFunctionCommand({ FunctionName, Qualifier }))).Configuration?.Version,
        ).toBe(Qualifier);
      }
    }
    expect(await this.logged()).toEqual(expect.arrayContaining(this.messages));
  }

  private async logged(): Promise<string[]> {
    const found: string[] = [];
    let nextToken: string | undefined;
    for (;;) {
      const { events = [], nextForwardToken } = await this.logs.send(
        new GetLogEventsCommand({
          logGroupName: this.name,
          logStreamName: 's',
          startFromHead: true,
          nextToken,
        }),
      );
      found.push(...events.map(({ message = '' }) => message));
      if (nextForwardToken === nextToken) return found;
      nextToken = nextForwardToken;
    }
  }
}

it('a killed server loses no change that it acknowledged', async () => {
  const zip = await zipOf({ 'index.js': 'exports.handler = async () => 1;' });
  const all = Array.from({ length: clients }, (_, index) => new Client(index, zip));
  await Promise.all(all.map((client) => client.prepare()));

  const sum = (count: (client: Client) => number) => all.reduce((total, one) => total + count(one), 0);
  const writes = () => sum((client) => client.writes);
  let over = false;
  const starts: number[] = [];
  const load = Promise.all(all.map((client) => client.run(() => over))).finally(() => {
    over = true;
  });
  const moreWrites = async () => {
    for (const before = writes(); !over && writes() < before + writesBefore; ) await sleep(10);
  };
  for (let count = 0; count < kills; count++) {
    await moreWrites();
    const { pid } = JSON.parse(await readFile(join(local.home, 'local', 'server.json'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    const options = { cwd: await homeFolder(), env: { SLSCTL_HOME: local.home } };
    const killed = performance.now();
    await expectSlsctl(['local', 'start', '--port', String(local.port)], options);
    starts.push(performance.now() - killed);
  }
  await moreWrites();
  over = true;
  await load;

  process.stdout.write(
    `    ${writes()} acknowledged writes, ${sum(({ cutOff }) => cutOff)} cut off by ${kills} kills; started again in ${starts.map((ms) => ms.toFixed(0)).join(', ')} ms\n`,
  );
  expect(sum(({ cutOff }) => cutOff)).toBeGreaterThan(0);
  for (const client of all) expect(client.writes).toBeGreaterThan(0);
  await Promise.all(all.map((client) => client.check()));
});
