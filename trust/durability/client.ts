// A client of the local AWS that writes one thing after the other, and remembers what was acknowledged.
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

const allow = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

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
export class Client {
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
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

  constructor(index: number, zip: Uint8Array, settings: object) {
    this.iam = new IAMClient(settings);
    this.lambda = new LambdaClient(settings);
    this.logs = new CloudWatchLogsClient(settings);
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

  /** Compares the acknowledged state with the stored one. Resolves with what was lost. */
  async lost(): Promise<string[]> {
    const { iam, lambda, name: RoleName } = this;
    const lost: string[] = [];
    const wanted = (what: string, acknowledged: unknown, stored: unknown) => {
      if (stored !== acknowledged) lost.push(`${what} is ${stored}, and ${acknowledged} was acknowledged`);
    };
    for (const [PolicyName, document] of this.policies) {
      const found = await there(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })));
      const stored = found && decodeURIComponent(found.PolicyDocument ?? '');
      wanted(`policy ${RoleName} ${PolicyName}`, document, stored);
    }
    for (const [role, state] of this.roles) {
      const found = await there(iam.send(new GetRoleCommand({ RoleName: role })));
      wanted(`role ${role}`, state, found && 'there');
    }
    for (const [FunctionName, state] of this.functions) {
      const found = await there(lambda.send(new GetFunctionCommand({ FunctionName })));
      wanted(`function ${FunctionName}`, state?.timeout, found?.Configuration?.Timeout);
      if (!state || !found) continue;
      wanted(`code of ${FunctionName}`, 200, (await fetch(found.Code?.Location ?? '')).status);
      if (state.versions === 0) continue;
      const Qualifier = String(state.versions);
      const version = await there(lambda.send(new GetFunctionCommand({ FunctionName, Qualifier })));
      wanted(`version ${FunctionName} ${Qualifier}`, Qualifier, version?.Configuration?.Version);
    }
    const logged = new Map<string, number>();
    for (const message of await this.logged()) logged.set(message, (logged.get(message) ?? 0) + 1);
    for (const message of this.messages) wanted(`log event ${message}`, 1, logged.get(message));
    return lost;
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

/** undefined: it does not exist. */
async function there<T>(read: Promise<T>): Promise<T | undefined> {
  return read.catch((error) => {
    if (error.$metadata?.httpStatusCode === 404) return undefined;
    throw error;
  });
}
