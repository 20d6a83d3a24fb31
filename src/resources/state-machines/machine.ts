// A state machine of Step Functions that the project makes. It holds no data.
import type { Aws } from '../../aws/aws.ts';
import { definitionOf } from '../../config/state-machines/definition.ts';
import type { ThingFields } from '../../config/things/kinds.ts';
import { thingArn } from '../../config/things/names.ts';
import { queuesIn, urlAfterApply, withQueueUrls } from '../../config/things/queue-urls.ts';
import { tryWhile, waiting } from '../../engine/patience.ts';
import type { Change, DeclaredResource, Report, Resource } from '../../engine/resource.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import type { DeclaredQueue } from '../queues/queue.ts';
import {
  applyTags,
  changedSettings,
  type DeclaredTags,
  newTags,
  settingChanges,
  shown,
  type ThingIdentity,
  ThingResource,
} from '../things/thing.ts';
import type { LiveMachine, MachineSettings } from './live.ts';
import type { MachineRole } from './role.ts';
import { textsIn } from './statements.ts';

const calls = () => import('./calls.ts');

/** How long to retry while Step Functions refuses a new role. */
const forNewRoles = { budget: 60_000, first: 500, longest: 3000 };

export class StateMachineResource extends ThingResource<LiveMachine> {
  readonly kind = 'state machine';

  override addresses(): string[] {
    return [this.arn];
  }

  get arn(): string {
    return thingArn('state machine', this.name, this.aws);
  }

  protected async find(): Promise<LiveMachine | undefined> {
    return (await calls()).readMachine(this.aws, this.arn);
  }

  protected holds(): undefined {
    return undefined;
  }

  async remove(): Promise<void> {
    await (await calls()).deleteMachine(this.aws, this.arn);
  }
}

/** What the definition names beside itself. */
export interface MachineNeeds {
  /** The role that slsctl makes; undefined: the user supplies one. */
  readonly role: MachineRole | undefined;
  queue(key: string): DeclaredQueue;
}

export interface MachineIdentity extends ThingIdentity, DeclaredTags {
  owner: NonNullable<ThingIdentity['owner']>;
  fields: ThingFields<'state machine'>;
  uses: MachineNeeds;
}

export class DeclaredStateMachine extends StateMachineResource implements DeclaredResource<LiveMachine> {
  private readonly settings: MachineIdentity;
  /** The definition; queues have marks in the place of their URLs. */
  private readonly text: string;
  private readonly before: Resource[];

  constructor(aws: Aws, settings: MachineIdentity) {
    const needs: Resource[] = [];
    super(aws, { ...settings, needs });
    this.settings = settings;
    this.before = needs;
    this.text = JSON.stringify(definitionOf(settings.fields.definition) ?? {});
    const { role } = settings.uses;
    needs.push(...(role ? [role.role, role.policies] : []), ...this.queues);
  }

  /** The texts in the definition: some are names of functions. */
  get texts(): string[] {
    return textsIn(JSON.parse(this.text));
  }

  /** What must be there before the machine, too: functions are made later than this resource. */
  know(functions: readonly Resource[]): void {
    this.before.push(...functions);
  }

  private get queues(): DeclaredQueue[] {
    return [...new Set(queuesIn(this.text))].map((key) => this.settings.uses.queue(key));
  }

  protected override async find(): Promise<LiveMachine | undefined> {
    const unknown = this.queues.filter(({ url }) => url === undefined);
    const [live] = await Promise.all([super.find(), ...unknown.map((queue) => queue.read())]);
    return live;
  }

  diff(live: LiveMachine | undefined): Change[] {
    const changes = settingChanges({ ...this.declared }, live && { ...live.settings });
    return [
      ...changes.map((change) => (change.path === 'Type' && live ? { ...change, ...otherType } : change)),
      ...this.tagChanges(this.settings, live),
    ];
  }

  async apply(live: LiveMachine | undefined, changes: Change[], report?: Report): Promise<LiveMachine> {
    const missing = this.queues.filter(({ url }) => url === undefined).map(({ name }) => name);
    if (missing.length > 0) {
      throw new UserError(
        `the definition of ${this.name} has the URL of queue ${missing.join(', ')}, which does not exist yet`,
        exitCodes.failed,
        { next: { command: 'deploy' } },
      );
    }
    const { declared } = this;
    if (!live) return this.create(report);
    const { updateMachine, tagMachine, untagMachine } = await calls();
    const changed = Object.fromEntries(
      [...changedSettings(changes)].map((name) => [name, declared[name as keyof MachineSettings]]),
    );
    await Promise.all([
      Object.keys(changed).length > 0 &&
        this.withRole(report, () => updateMachine(this.aws, this.arn, changed)),
      applyTags(this.settings, live, changes, {
        tag: (tags) => tagMachine(this.aws, this.arn, tags),
        untag: (keys) => untagMachine(this.aws, this.arn, keys),
      }),
    ]);
    return (await shown(this, 'Step Functions', { report })) ?? live;
  }

  private async create(report?: Report): Promise<LiveMachine> {
    const { createMachine } = await calls();
    const { declared } = this;
    const tags = newTags(this.settings);
    await this.withRole(report, () => createMachine(this.aws, this.name, declared, tags));
    const settings: MachineSettings = {
      Type: 'STANDARD',
      LoggingConfiguration: { level: 'OFF', includeExecutionData: false },
      TracingConfiguration: false,
      ...declared,
    };
    // The answer is the new machine; a read could find it only later.
    this.live = { settings, tags };
    return this.live;
  }

  /** Repeats while AWS does not know a new role. */
  private withRole(report: Report | undefined, attempt: () => Promise<void>): Promise<void> {
    const { role } = this.settings.uses;
    const passing = (error: unknown) =>
      Boolean(role?.role.isNew || role?.policies.isNew) &&
      /AccessDenied|InvalidArn|ValidationException/.test((error as Error).name) &&
      /role|authorized|permission/i.test((error as Error).message);
    return tryWhile(attempt, passing, {
      ...forNewRoles,
      onWait: waiting(report, 'Step Functions to know the new role'),
    });
  }

  /** The declared settings, with all names in the definition. */
  private get declared(): Pick<MachineSettings, 'Definition' | 'RoleArn'> & Partial<MachineSettings> {
    const { fields, uses } = this.settings;
    const { logging, tracing, type } = fields;
    const text = withQueueUrls(this.text, (key) => uses.queue(key).url ?? urlAfterApply);
    return {
      Definition: JSON.parse(text) as unknown,
      RoleArn: fields.role ?? uses.role?.arn ?? '',
      ...(type === undefined ? {} : { Type: type }),
      ...(logging === undefined ? {} : { LoggingConfiguration: this.logs(logging) }),
      ...(tracing === undefined ? {} : { TracingConfiguration: tracing ?? false }),
    };
  }

  private logs(
    logging: NonNullable<ThingFields<'state machine'>['logging']> | null,
  ): MachineSettings['LoggingConfiguration'] {
    if (logging === null) return { level: 'OFF', includeExecutionData: false };
    const { level, includeExecutionData = false, logGroup } = logging;
    return {
      level,
      includeExecutionData,
      ...(logGroup === undefined ? {} : { logGroup: this.logGroupArn(logGroup) }),
    };
  }

  /** Step Functions takes the ARN with a star at its end. */
  private logGroupArn(given: string): string {
    const arn = given.startsWith('arn:')
      ? given
      : this.arn.replace(/:states:(.*):stateMachine:.*$/, `:logs:$1:log-group:${given}`);
    return arn.endsWith(':*') ? arn : `${arn}:*`;
  }
}

const otherType = {
  refused: 'AWS cannot change the type of a state machine',
  instead: 'declare it under another key or name, and remove this one',
};
