// An event source mapping: Lambda reads a queue, a stream, a broker or a cluster, and calls the function.
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingRequest,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  TagResourceCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../../aws/aws.ts';
import type { Qualifier } from '../../../config/qualifiers.ts';
import { forUpdates, lookUntil, tryWhile, waiting } from '../../../engine/patience.ts';
import type { Change, DeclaredResource, Owner, Report } from '../../../engine/resource.ts';
import { UserError } from '../../../errors/user-error.ts';
import { absent } from '../../absent.ts';
import type { RoleAccess } from '../../attachments/kind.ts';
import type { CallerName } from '../../callers/caller.ts';
import { mappingCaller } from '../../callers/event-source-mappings.ts';
import type { DeclaredFunction } from '../../function/function.ts';
import type { FunctionResource } from '../../function/function-resource.ts';
import { foreignTags, type Tags, tagChanges } from '../../owned/ownership.ts';
import type { RoleStatement } from '../../role/grants.ts';
import { type Checked, entryProblems, type TriggerProblem } from '../problem.ts';
import { Trigger, type TriggerOptions } from '../trigger.ts';
import { type Mapping, mappingsAt, tagsOfMapping } from './live.ts';
import { roleRefused, whileRoleIsNew } from './role.ts';
import { type Declaration, fixedNotes, type Settings, settingChanges, updateOf } from './settings.ts';
import type { Look, MappingSource } from './source.ts';

export interface LiveMapping {
  readonly mapping: Mapping;
  /** It calls another place of the function, and moves to the declared one. */
  readonly moves?: true;
  /** Read only when the mapping may not be the project's own. */
  readonly tags?: Tags;
}

interface CommonOptions extends TriggerOptions {
  /** `sqs` */
  trigger: string;
  /** The entry that declares it, in the API's names. */
  entry(mapping: Mapping): Record<string, unknown>;
}

abstract class AnyMapping extends Trigger<LiveMapping> {
  readonly kind: string;
  private readonly entry: CommonOptions['entry'];

  constructor(aws: Aws, host: FunctionResource, options: CommonOptions) {
    super(aws, host, options);
    this.kind = `${options.trigger} trigger`;
    this.entry = options.entry;
  }

  fields({ mapping }: LiveMapping): Record<string, unknown> {
    return { Triggers: [{ ...this.entry(mapping), Qualifier: this.qualifier }] };
  }

  override callers({ mapping }: LiveMapping): CallerName[] {
    return [mappingCaller(mapping)];
  }

  removal({ mapping: { EventSourceArn, UUID } }: LiveMapping): Change[] {
    return [{ path: 'EventSourceArn', from: EventSourceArn ?? UUID, to: undefined }];
  }

  remove({ mapping }: LiveMapping, report?: Report): Promise<void> {
    return removeMapping(this.aws, mapping, report);
  }
}

/** A mapping that is live, known by its id. */
export class MappingResource extends AnyMapping {
  private readonly uuid: string;

  constructor(aws: Aws, host: FunctionResource, options: CommonOptions & { uuid: string }) {
    super(aws, host, options);
    this.uuid = options.uuid;
  }

  async read(): Promise<LiveMapping | undefined> {
    const mapping = await getMapping(this.aws, this.uuid);
    return mapping && mapping.State !== 'Deleting' ? { mapping } : undefined;
  }
}

export interface DeclaredMappingOptions extends Omit<CommonOptions, 'from'> {
  source: MappingSource;
  /** Of the function in slsctl.yml. */
  key: string;
  /** Its place in the list of triggers. */
  index: number;
  declaration: Declaration;
  defaults: Settings;
  /** Members for a new mapping where slsctl.yml says nothing. */
  initial: Settings;
  /** Other places of the function where the mapping may be live. */
  elsewhere: readonly Qualifier[];
  /** Whether another entry declares the mapping of this source there. */
  isDeclaredAt(qualifier: Qualifier): boolean;
  owner: Owner;
  tags: Tags;
  /** Of the function, in seconds. */
  timeout: number | undefined;
  role: RoleAccess;
  readonly statements: readonly RoleStatement[];
}

/** A mapping of slsctl.yml, known by its source and the place that it calls. */
export class DeclaredMapping extends AnyMapping implements DeclaredResource<LiveMapping>, Checked {
  private readonly options: DeclaredMappingOptions;
  private look: Look = {};

  constructor(aws: Aws, host: DeclaredFunction, options: DeclaredMappingOptions) {
    super(aws, host, { ...options, from: options.source.label });
    this.options = options;
  }

  get problems(): TriggerProblem[] {
    const { source, trigger } = this.options;
    return entryProblems(trigger, this.options, [source.problem?.(this.aws.region) ?? this.look.problem]);
  }

  async read(): Promise<LiveMapping | undefined> {
    const { aws, boundTo: host } = this;
    const { elsewhere, source } = this.options;
    const [look, here, there] = await Promise.all([
      this.lookAtSource(),
      mappingsAt(aws, host.name, this.qualifier),
      Promise.all(elsewhere.map((qualifier) => mappingsAt(aws, host.name, qualifier))),
    ]);
    this.look = look;
    const own = here.find((mapping) => source.isOf(mapping));
    if (own) return this.known(own);
    const moving = await this.moving(elsewhere.map((qualifier, index) => [qualifier, there[index] ?? []]));
    return moving ?? this.moving(await this.atFormerAliases());
  }

  /** The mapping of another place, if slsctl made it: it moves to the declared place. */
  private async moving(
    places: readonly (readonly [Qualifier, Mapping[]])[],
  ): Promise<LiveMapping | undefined> {
    const { source, owner, isDeclaredAt } = this.options;
    for (const [qualifier, mappings] of places) {
      const mapping = mappings.find((one) => source.isOf(one));
      if (!mapping || isDeclaredAt(qualifier)) continue;
      const tags = await tagsOfMapping(this.aws, mapping);
      if (foreignTags(owner, tags) === undefined) return { mapping, moves: true };
    }
    return undefined;
  }

  /** The mappings of aliases that slsctl.yml does not declare any more. */
  private async atFormerAliases(): Promise<[Qualifier, Mapping[]][]> {
    const { aws, boundTo: host, qualifier } = this;
    const known = new Set([qualifier, ...this.options.elsewhere]);
    const former = (await host.trafficAliases()).filter((alias) => !known.has(alias));
    return Promise.all(
      former.map(async (alias) => [alias, await mappingsAt(aws, host.name, alias)] as [Qualifier, Mapping[]]),
    );
  }

  /** The tags say whether slsctl made it. Once it has made one of this kind, they are not read in each run. */
  private async known(mapping: Mapping): Promise<LiveMapping> {
    if (await this.boundTo.hadTriggers(this.options.trigger)) return { mapping };
    return { mapping, tags: await tagsOfMapping(this.aws, mapping) };
  }

  /** A source that these credentials may not read, or that the endpoint does not have, is left to Lambda. */
  private async lookAtSource(): Promise<Look> {
    const { source, timeout } = this.options;
    if (!source.look || source.problem?.(this.aws.region)) return {};
    try {
      return await source.look(this.aws, timeout);
    } catch (error) {
      if ((error as Error).name === 'AbortError' || error instanceof UserError) throw error;
      return {};
    }
  }

  diff(live: LiveMapping | undefined): Change[] {
    const { defaults, tags } = this.options;
    const mapping = live?.mapping;
    const declaration = mapping ? this.options.declaration : this.fresh;
    const { enabled = mapping ? undefined : true } = declaration;
    const arn = this.request.EventSourceArn;
    return [
      ...(live && !live.moves ? [] : [{ path: 'FunctionArn', from: mapping?.FunctionArn, to: this.target }]),
      ...(arn !== undefined && arn !== mapping?.EventSourceArn
        ? [{ path: 'EventSourceArn', from: mapping?.EventSourceArn, to: arn, ...(mapping && replaces) }]
        : []),
      ...settingChanges(declaration, mapping, defaults),
      ...(enabled === undefined || (mapping && isEnabled(mapping) === enabled)
        ? []
        : [{ path: 'Enabled', from: mapping && isEnabled(mapping), to: enabled }]),
      ...(mapping && isMoving(mapping)
        ? [
            {
              path: 'State',
              from: mapping.State,
              to: stateOf(enabled ?? isEnabled(mapping)),
              settling: true as const,
            },
          ]
        : []),
      ...(live?.tags ? tagChanges(tags, live.tags, [], { marks: true }) : []),
    ];
  }

  notes({ mapping }: LiveMapping): string[] {
    const { declaration } = this.options;
    const off = declaration.enabled === undefined && !isEnabled(mapping) && !isMoving(mapping);
    return [
      ...fixedNotes(declaration, mapping),
      ...(off ? ['it is disabled, and slsctl.yml does not say; enabled: true enables it'] : []),
    ];
  }

  /** What is declared for a mapping that does not exist yet. */
  private get fresh(): Declaration {
    const { declaration, initial } = this.options;
    return { ...declaration, settings: { ...initial, ...declaration.settings } };
  }

  private get request() {
    return this.options.source.request(this.look);
  }

  async apply(live: LiveMapping | undefined, changes: Change[], report?: Report): Promise<LiveMapping> {
    const paths = new Set(changes.map(({ path }) => path.split('.')[0]));
    if (!live || changes.some(({ replace }) => replace)) {
      const made = await this.create(report);
      if (live) await removeMapping(this.aws, live.mapping, report);
      return { mapping: made };
    }
    const { declaration, defaults, tags } = this.options;
    let mapping = await settled(this.aws, live.mapping, report);
    const update = {
      ...updateOf(declaration, mapping, changes, defaults),
      ...(paths.has('FunctionArn') ? { FunctionName: this.target } : {}),
      ...(paths.has('Enabled') ? { Enabled: declaration.enabled } : {}),
    };
    if (Object.keys(update).length > 0) {
      await this.markPlace();
      const { UUID } = mapping;
      const command = new UpdateEventSourceMappingCommand({ ...update, UUID });
      mapping = await this.permitted(() => whileInUse(() => this.aws.lambda.send(command), report), report);
      mapping = await settled(this.aws, mapping, report);
    }
    if (paths.has('Tags')) {
      const Resource = mapping.EventSourceMappingArn;
      await this.aws.lambda.send(new TagResourceCommand({ Resource, Tags: tags }));
    }
    return { mapping };
  }

  private async create(report?: Report): Promise<Mapping> {
    const { source, tags, timeout } = this.options;
    // A source that this run has made can be looked at only now.
    if (source.needsLook && this.look.arn === undefined)
      this.look = (await source.look?.(this.aws, timeout)) ?? {};
    await this.markPlace();
    const { enabled = true, settings } = this.fresh;
    const input: CreateEventSourceMappingRequest = {
      FunctionName: this.target,
      ...this.request,
      ...settings,
      Enabled: enabled,
      Tags: tags,
    };
    const send = () => this.aws.lambda.send(new CreateEventSourceMappingCommand(input));
    const created = await this.permitted(send, report);
    const now = await settled(this.aws, created, report);
    if (isEnabled(now) === enabled) return now;
    throw new UserError(`${this.kind} ${this.name} is ${now.State}: ${now.StateTransitionReason}`);
  }

  /** Retries while Lambda does not yet accept the role's new permissions. */
  private async permitted<T>(call: () => Promise<T>, report?: Report): Promise<T> {
    const { role, statements } = this.options;
    try {
      return await whileRoleIsNew(call, role, report);
    } catch (error) {
      throw roleRefused(error, { of: this, role, statements });
    }
  }
}

const replaces = { replace: true as const };

/** Whether AWS is still making a change of it. */
function isMoving({ State = '' }: Mapping): boolean {
  return /^(Creating|Enabling|Disabling|Updating)$/.test(State);
}

function isEnabled({ State = '' }: Mapping): boolean {
  return !/^Disabl/.test(State);
}

function stateOf(enabled: boolean): string {
  return enabled ? 'Enabled' : 'Disabled';
}

async function getMapping({ lambda }: Aws, UUID: string | undefined): Promise<Mapping | undefined> {
  return absent(() => lambda.send(new GetEventSourceMappingCommand({ UUID })));
}

/** The mapping after AWS's background work. */
async function settled(aws: Aws, mapping: Mapping, report?: Report): Promise<Mapping> {
  if (!isMoving(mapping)) return mapping;
  const now = await lookUntil(
    () => getMapping(aws, mapping.UUID),
    (live) => live === undefined || !isMoving(live),
    { ...forUpdates, onWait: waiting(report, 'Lambda to read the source') },
  );
  if (!now) throw new UserError('the event source mapping was removed meanwhile');
  return now;
}

async function removeMapping(aws: Aws, { UUID }: Mapping, report?: Report): Promise<void> {
  const command = new DeleteEventSourceMappingCommand({ UUID });
  await absent(() => whileInUse(() => aws.lambda.send(command), report));
  await lookUntil(
    () => getMapping(aws, UUID),
    (live) => live === undefined,
    { ...forUpdates, onWait: waiting(report, 'Lambda to leave the source') },
  );
}

/** AWS refuses a change of a mapping while it makes another one. */
function whileInUse<T>(call: () => Promise<T>, report?: Report): Promise<T> {
  const inUse = (error: unknown) => (error as Error).name === 'ResourceInUseException';
  return tryWhile(call, inUse, { ...forUpdates, onWait: waiting(report, 'the last change of the mapping') });
}
