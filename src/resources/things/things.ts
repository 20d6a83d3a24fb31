// Finds what slsctl.yml names: a queue, topic, bucket, table, stream or state machine of this project by its key, or any by name or ARN.
import { partition } from '@aws-sdk/core/client';
import type { Aws } from '../../aws/aws.ts';
import type { Project } from '../../config/project.ts';
import { definitionOf } from '../../config/state-machines/definition.ts';
import type { StateMachineConfig, ThingConfig, ThingKind } from '../../config/things/kinds.ts';
import { type Place, thingArn, thingName } from '../../config/things/names.ts';
import { deadLetterOf } from '../../config/things/problems.ts';
import { queuesIn } from '../../config/things/queue-urls.ts';
import { triggerDeadLetters } from '../../config/things/triggers.ts';
import type { DeclaredResource, Resource } from '../../engine/resource.ts';
import { Apis } from '../apis/apis.ts';
import { DeclaredBucket } from '../buckets/bucket.ts';
import type { Adoption } from '../owned/adoption.ts';
import { ownerOf, tagsOf } from '../owned/ownership.ts';
import { type Permit, rulesPermit, topicPermit } from '../queues/permits.ts';
import { DeclaredQueue } from '../queues/queue.ts';
import { DeclaredStateMachine } from '../state-machines/machine.ts';
import { machineRole } from '../state-machines/role.ts';
import { machineStatements } from '../state-machines/statements.ts';
import { DeclaredStream } from '../streams/stream.ts';
import { DeclaredTable } from '../tables/table.ts';
import { DeclaredTopic } from '../topics/topic.ts';
import { nameIn } from './arns.ts';

/** A thing that slsctl.yml names. */
export interface Located extends Place {
  readonly kind: ThingKind;
  /** The physical name. */
  readonly name: string;
  readonly arn: string;
  /** The project makes it. */
  readonly own?: OwnThing;
}

/** A thing that the project makes. */
export interface OwnThing {
  readonly config: ThingConfig;
  /** It must be there before anything uses it. */
  readonly resource: DeclaredResource;
  /** What is made for it: its role. */
  readonly parts: readonly DeclaredResource[];
}

export interface ThingsOptions {
  adopt?: Adoption;
  /** Things that are removed are removed with their data. */
  deleteData?: boolean;
}

type Declared = Pick<Project, 'name' | 'stage' | 'origin' | 'things'> &
  Partial<Pick<Project, 'functions' | 'api'>>;

/** The things of a project. Makes no request; `aws` must know its account when there are any. */
export class Things {
  private readonly aws: Aws;
  /** Physical names of the project's things, by kind and key. */
  private readonly names = new Map<string, string>();
  private readonly own: ReadonlyMap<string, Located & { readonly own: OwnThing }>;
  /** The HTTP APIs of the routes. */
  readonly apis: Apis;

  constructor(project: Declared, aws: Aws, options: ThingsOptions = {}) {
    this.aws = aws;
    this.apis = new Apis(project, aws, options);
    const own = new Map<string, Located & { readonly own: OwnThing }>();
    this.own = own;
    for (const config of project.things) {
      this.names.set(keyOf(config.kind, config.key), thingName(config, project, this.place));
    }
    // A queue comes after the one behind it, and a state machine after the queues that its definition names.
    for (const config of [...project.things].sort(deadLettersFirst)) {
      const { kind, key } = config;
      const name = thingName(config, project, this.place);
      const { resource, parts = [] } =
        config.kind === 'state machine'
          ? this.machine(config, name, project, options)
          : { resource: this.resource(config, name, project, options) };
      own.set(keyOf(kind, key), { ...this.at(kind, name), own: { config, resource, parts } });
    }
  }

  /** All that the project makes. */
  get all(): readonly (Located & { readonly own: OwnThing })[] {
    return [...this.own.values()];
  }

  /** `reference`: a key of this project, or the name of any thing of the account and region, or the ARN of any. */
  locate(kind: ThingKind, reference: string): Located {
    const own = this.own.get(keyOf(kind, reference));
    if (own) return own;
    if (!reference.startsWith('arn:')) return this.named(kind, reference);
    const [, , , region = '', account = '', ...rest] = reference.split(':');
    const name = nameIn(kind, rest.join(':'));
    const known = this.named(kind, name);
    const place = { region: region || this.aws.region, account: account || this.aws.account };
    const same = known.own && (kind === 'bucket' || known.arn === thingArn(kind, name, place));
    // The ARN may say more than the name: the stream of a table.
    return same ? { ...known, arn: reference } : { kind, name, arn: reference, ...place };
  }

  /** A thing that the project makes. */
  ofProject(kind: ThingKind, key: string): Located & { readonly own: OwnThing } {
    const own = this.own.get(keyOf(kind, key));
    if (!own) throw new Error(`the project has no ${kind} ${key}`);
    return own;
  }

  /** By its physical name, which may be that of a thing of the project. */
  private named(kind: ThingKind, name: string): Located {
    const own = this.all.find((one) => one.kind === kind && one.name === name);
    return own ?? this.at(kind, name);
  }

  private at(kind: ThingKind, name: string): Located {
    return { kind, name, arn: thingArn(kind, name, this.place), ...this.place };
  }

  /** The account and region of the run. */
  get place(): Place {
    return { account: this.aws.account, region: this.aws.region };
  }

  /** What the triggers of the project need in the policy of the queue. */
  private permits(name: string, { functions = [] }: Declared): Permit[] {
    const { arn } = this.at('queue', name);
    const all = triggerDeadLetters(functions).flatMap(({ queue, topic }): Permit[] => {
      if (this.arnOf('queue', queue) !== arn) return [];
      return [
        topic === undefined
          ? rulesPermit(arn, this.place.account)
          : topicPermit(arn, this.arnOf('topic', topic)),
      ];
    });
    return [...new Map(all.map((permit) => [permit.Sid, permit])).values()];
  }

  /** While the things are made: a key stands for the name that it has on AWS. */
  private arnOf(kind: ThingKind, reference: string): string {
    if (reference.startsWith('arn:')) return reference;
    const own = this.names.get(keyOf(kind, reference));
    return this.at(kind, own ?? reference).arn;
  }

  /** Tells the state machines what must be there of the functions that their definitions name. */
  knowFunctions(named: (texts: readonly string[]) => readonly Resource[]): void {
    for (const { own } of this.all) {
      if (own.resource instanceof DeclaredStateMachine) own.resource.know(named(own.resource.texts));
    }
  }

  private machine(
    config: StateMachineConfig,
    name: string,
    project: Declared,
    { adopt, deleteData }: ThingsOptions,
  ): { resource: DeclaredResource; parts?: DeclaredResource[] } {
    const { retain, leavingTags, fields } = config;
    const owner = ownerOf(project);
    const tags = tagsOf(owner, config.tags);
    const { logging, tracing } = fields;
    const facts = {
      ...this.place,
      partition: partition(this.place.region).name,
      name,
      queueOf: (url: string) => this.queueOf(url),
    };
    const statements = machineStatements(definitionOf(fields.definition), facts, {
      logs: Boolean(logging && logging.level !== 'OFF'),
      traces: tracing === true,
    });
    const role =
      fields.role === undefined ? machineRole(this.aws, { name, owner, tags, statements }) : undefined;
    const resource = new DeclaredStateMachine(this.aws, {
      ...{ name, owner, adopt, deleteData, retain, tags, leavingTags, fields },
      uses: {
        role,
        queue: (key) => this.ofProject('queue', key).own.resource as DeclaredQueue,
      },
    });
    return { resource, parts: role ? [role.role, role.policies] : [] };
  }

  /** The ARN of the queue with this URL, or with the mark that stands for it. */
  private queueOf(url: string): string | undefined {
    const [key] = queuesIn(url);
    if (key !== undefined) return this.arnOf('queue', key);
    const [, account, name] = /^https?:\/\/[^/]+\/(\d{12})\/([\w.-]+)$/.exec(url) ?? [];
    return account === undefined || name === undefined
      ? undefined
      : thingArn('queue', name, { account, region: this.place.region });
  }

  private resource(
    config: Exclude<ThingConfig, StateMachineConfig>,
    name: string,
    project: Declared,
    { adopt, deleteData }: ThingsOptions,
  ): DeclaredResource {
    const owner = ownerOf(project);
    const { retain, leavingTags } = config;
    const tags = tagsOf(owner, config.tags);
    const common = { name, owner, adopt, deleteData, retain, tags, leavingTags };
    switch (config.kind) {
      case 'queue': {
        const behind = deadLetterOf(config);
        const target = behind === undefined ? undefined : this.own.get(keyOf('queue', behind));
        const given =
          typeof config.fields.deadLetter === 'object' ? config.fields.deadLetter?.queue : undefined;
        return new DeclaredQueue(this.aws, {
          ...common,
          fields: config.fields,
          deadLetterArn: target?.arn ?? given,
          permits: this.permits(name, project),
          needs: target ? [target.own.resource] : [],
        });
      }
      case 'topic':
        return new DeclaredTopic(this.aws, { ...common, fields: config.fields });
      case 'bucket':
        return new DeclaredBucket(this.aws, { ...common, fields: config.fields });
      case 'table':
        return new DeclaredTable(this.aws, { ...common, fields: config.fields });
      case 'stream':
        return new DeclaredStream(this.aws, { ...common, fields: config.fields });
    }
  }
}

function keyOf(kind: ThingKind, key: string): string {
  return `${kind} ${key}`;
}

function deadLettersFirst(one: ThingConfig, other: ThingConfig): number {
  const waits = (config: ThingConfig) =>
    config.kind === 'state machine'
      ? 2
      : Number(config.kind === 'queue' && deadLetterOf(config) !== undefined);
  return waits(one) - waits(other);
}
