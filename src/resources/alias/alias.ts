// An alias of a function: moved to what a deployment publishes, or kept at a version; with what is kept ready for it.
import {
  type AliasConfiguration,
  CreateAliasCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  type FunctionConfiguration,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { attachmentFields } from '../../config/from-api.ts';
import type { Attachments } from '../../config/schema/attachments.ts';
import { forUpdates, lookUntil } from '../../engine/patience.ts';
import type { Change, Report } from '../../engine/resource.ts';
import { UserError } from '../../errors/user-error.ts';
import { absent } from '../absent.ts';
import { Attachment } from '../attachments/attachment.ts';
import { differences, sameJson } from '../compare.ts';
import { type FunctionResource, knownAfterApply } from '../function/function.ts';
import { isOvertaken } from '../function/state.ts';
import { sameVersion } from '../function/versions.ts';
import { aliasesOf } from './list.ts';
import { type LiveProvisioned, provision, provisionedChanges, readProvisioned } from './provisioned.ts';
import { moved, parseDescription, writeDescription } from './record.ts';
import { type AliasParts, partsInWords, readAliasParts, removeAlias } from './remove.ts';

export type WantedAlias = NonNullable<NonNullable<Attachments['aliases']>[string]>;

export interface LiveAlias {
  readonly alias: AliasConfiguration;
  /** What it points to; asked when it follows the deployments. */
  readonly target?: FunctionConfiguration;
  /** undefined: there is none, or nobody asked. */
  readonly provisioned?: LiveProvisioned;
  /** What hangs on it; asked when it is to go. */
  readonly parts?: AliasParts;
}

export interface AliasOptions {
  /** An alias that follows the deployments stays where it is. */
  stay?: boolean;
  /** The new version gets this part of the requests (0 to 1), and the rest stays where it is. */
  canary?: number;
}

const weightsPath = 'RoutingConfig.AdditionalVersionWeights';

export class AliasResource extends Attachment<WantedAlias, LiveAlias> {
  readonly kind = 'alias';
  override readonly name: string;
  readonly alias: string;
  private readonly options: AliasOptions;
  private seen = false;

  constructor(
    aws: Aws,
    host: FunctionResource,
    alias: string,
    wanted: WantedAlias | null,
    options: AliasOptions = {},
  ) {
    super(aws, host, wanted);
    this.alias = alias;
    this.name = `${host.name}:${alias}`;
    this.options = options;
  }

  /** It is moved by deployments. */
  get follows(): boolean {
    return this.wanted !== null && this.wanted.version === undefined;
  }

  async read(): Promise<LiveAlias | undefined> {
    const { alias: Name, wanted } = this;
    const FunctionName = this.partOf.name;
    if (wanted === null) return this.readWhole();
    const provided = wanted.provisionedConcurrentExecutions !== undefined;
    const follows = this.follows && !this.options.stay;
    const [alias, target, provisioned] = await Promise.all([
      this.readAlias(),
      follows
        ? absent(() =>
            this.aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: Name })),
          )
        : undefined,
      provided || this.options.canary !== undefined
        ? readProvisioned(this.aws, FunctionName, Name)
        : undefined,
    ]);
    return alias && { alias, target, provisioned };
  }

  /** At first with all the others of the function, in one question; later by itself. */
  private async readAlias(): Promise<AliasConfiguration | undefined> {
    const FunctionName = this.partOf.name;
    const again = this.seen;
    this.seen = true;
    if (again) {
      return absent(() => this.aws.lambda.send(new GetAliasCommand({ FunctionName, Name: this.alias })));
    }
    return (await aliasesOf(this.aws, FunctionName)).find(({ Name }) => Name === this.alias);
  }

  private async readWhole(): Promise<LiveAlias | undefined> {
    const [alias, parts] = await Promise.all([
      this.readAlias(),
      readAliasParts(this.aws, this.partOf.name, this.alias),
    ]);
    return alias && { alias, provisioned: parts.provisioned, parts };
  }

  protected compare(live: LiveAlias | undefined, wanted: WantedAlias): Change[] {
    const { text } = parseDescription(live?.alias.Description);
    const { description, provisionedConcurrentExecutions } = wanted;
    return [
      ...(this.options.canary === undefined || !live
        ? [...this.versionChanges(live, wanted), ...this.weightChanges(live, wanted)]
        : this.canaryChanges(live, this.options.canary)),
      ...(description === undefined ? [] : differences(description ?? '', text, 'Description')),
      ...provisionedChanges(provisionedConcurrentExecutions, live?.provisioned),
    ];
  }

  private versionChanges(live: LiveAlias | undefined, { version }: WantedAlias): Change[] {
    const from = live?.alias.FunctionVersion;
    if (version !== undefined) return differences(String(version), from, 'FunctionVersion');
    if (live && (this.options.stay || this.isCurrent(live))) return [];
    return [{ path: 'FunctionVersion', from, to: knownAfterApply }];
  }

  /** What it points to is what the function is, and will be: a version, since $LATEST is whatever comes. */
  private isCurrent({ alias, target }: LiveAlias): boolean {
    const { pending, version, configuration } = this.partOf;
    if (pending || alias.FunctionVersion === '$LATEST') return false;
    if (version !== undefined && version === alias.FunctionVersion) return true;
    return Boolean(
      target &&
        configuration &&
        target.Version === alias.FunctionVersion &&
        sameVersion(target, configuration),
    );
  }

  private weightChanges(live: LiveAlias | undefined, { routingConfig, version }: WantedAlias): Change[] {
    const to = routingConfig?.additionalVersionWeights ?? {};
    const from = weightsOf(live);
    // AWS moves an alias with provisioned concurrency by weights of its own, until the new version is ready.
    const moving = live?.provisioned?.status === 'IN_PROGRESS';
    if (sameJson(from, to) || moving || (version === undefined && this.options.stay)) return [];
    return [{ path: weightsPath, from: none(from), to: none(to) }];
  }

  private canaryChanges(live: LiveAlias, weight: number): Change[] {
    const { version, pending } = this.partOf;
    const from = weightsOf(live);
    const started = version !== undefined && !pending && sameJson(from, { [version]: weight });
    if (started || (this.isCurrent(live) && sameJson(from, {}))) return [];
    return [{ path: weightsPath, from: none(from), to: { [knownAfterApply]: weight } }];
  }

  declare({ alias, provisioned }: LiveAlias): Partial<Attachments> | undefined {
    const said = {
      Version: alias.FunctionVersion,
      Description: parseDescription(alias.Description).text,
      RoutingConfig: alias.RoutingConfig,
      ProvisionedConcurrentExecutions: provisioned?.requested,
    };
    return attachmentFields({ Aliases: { [this.alias]: said } });
  }

  loss({ alias, parts }: LiveAlias): string {
    const more = parts ? partsInWords(parts) : '';
    return `the name for version ${alias.FunctionVersion}${more}; callers get errors`;
  }

  protected losses({ alias, provisioned }: LiveAlias): Change[] {
    return [
      { path: 'FunctionVersion', from: alias.FunctionVersion, to: undefined },
      ...(provisioned ? provisionedChanges(null, provisioned) : []),
    ];
  }

  notes(live: LiveAlias): string[] {
    return [...this.ended(live), ...this.rolledBack(live)];
  }

  /** Of a canary, of somebody else or of an interrupted run, that this deployment ends. */
  private ended(live: LiveAlias): string[] {
    const [beside] = Object.entries(weightsOf(live));
    if (!beside || !this.follows || !this.diff(live).some(({ path }) => path === weightsPath)) return [];
    const part = `${Math.round(beside[1] * 1000) / 10} %`;
    return [
      `version ${beside[0]} gets ${part} of the requests, by a canary that is under way or was left; this ends it`,
    ];
  }

  private rolledBack(live: LiveAlias): string[] {
    const { alias } = live;
    const { record } = parseDescription(alias.Description);
    if (record?.from === undefined || record.current !== alias.FunctionVersion) return [];
    if (!this.follows || this.options.stay || this.isCurrent(live)) return [];
    return [`rolled back from version ${record.from}; a deployment moves it forward again`];
  }

  async apply(live: LiveAlias | undefined, changes: Change[], report?: Report): Promise<LiveAlias> {
    const FunctionName = this.partOf.name;
    const wanted = this.wanted as WantedAlias;
    const own = changes.filter(({ path }) => !path.startsWith('Provisioned'));
    const alias = await this.knownVersion(() => {
      if (!live) return this.create(wanted, report);
      return own.length > 0 ? this.update(live, wanted, own, report) : Promise.resolve(live.alias);
    });
    const count = wanted.provisionedConcurrentExecutions;
    if (count) {
      await provision(this.aws, { FunctionName, Qualifier: this.alias, count, changes, report });
    } else if (count === null && live?.provisioned) await this.unprovision();
    if (count || live?.provisioned) return this.after();
    // AWS answers the alias itself: reading it again could only find an older copy.
    const stays = alias.FunctionVersion === live?.alias.FunctionVersion;
    return { alias, target: stays ? live?.target : undefined };
  }

  /** Says of a version that is not there that it is this that is missing. */
  private async knownVersion<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      const { name, message } = cause as Error;
      const missing = name === 'ResourceNotFoundException' && /:(\d+)$/.exec(message)?.[1];
      if (!missing) throw cause;
      throw new UserError(`version ${missing} of ${this.partOf.name} is not there`, 1, {
        next: [
          { command: `versions ${this.partOf.name}` },
          ', then ',
          { command: `alias set ${this.partOf.name} ${this.alias} --to VERSION` },
        ],
        cause,
      });
    }
  }

  private async create(wanted: WantedAlias, report?: Report): Promise<AliasConfiguration> {
    const FunctionVersion = String(wanted.version ?? (await this.partOf.publishedVersion(report)));
    return this.aws.lambda.send(
      new CreateAliasCommand({
        FunctionName: this.partOf.name,
        Name: this.alias,
        FunctionVersion,
        Description: described(wanted.description ?? '', undefined, FunctionVersion),
        RoutingConfig: wanted.routingConfig ? routing(wanted) : undefined,
      }),
    );
  }

  private async update(
    { alias }: LiveAlias,
    wanted: WantedAlias,
    changes: readonly Change[],
    report?: Report,
  ): Promise<AliasConfiguration> {
    const { canary } = this.options;
    const changed = new Set(changes.map(({ path }) => path));
    const { text } = parseDescription(alias.Description);
    const from = alias.FunctionVersion;
    const published =
      changes.some(({ to }) => to === knownAfterApply) || (canary && changed.has(weightsPath));
    const version = published ? await this.partOf.publishedVersion(report) : wanted.version;
    const to = String((canary ? from : version) ?? from);
    const weights = canary && changed.has(weightsPath) ? { [String(version)]: canary } : undefined;
    return updateAlias(this.aws, {
      FunctionName: this.partOf.name,
      Name: this.alias,
      FunctionVersion: to === from ? undefined : to,
      Description: described(wanted.description === undefined ? text : (wanted.description ?? ''), alias, to),
      RoutingConfig: changed.has(weightsPath)
        ? weights
          ? { AdditionalVersionWeights: weights }
          : routing(wanted)
        : undefined,
      RevisionId: alias.RevisionId,
    });
  }

  /** Once AWS has let go of the weights by which it moves an alias. */
  protected override async after(): Promise<LiveAlias> {
    const settled = (live: LiveAlias | undefined) =>
      !live?.provisioned || this.diff(live).every(({ path }) => path !== weightsPath);
    return (await lookUntil(() => this.read(), settled, forUpdates)) as LiveAlias;
  }

  private async unprovision(): Promise<void> {
    const FunctionName = this.partOf.name;
    const command = new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: this.alias });
    await absent(() => this.aws.lambda.send(command));
  }

  async remove({ parts }: LiveAlias): Promise<void> {
    const { aws, alias, partOf } = this;
    await removeAlias(aws, partOf.name, alias, parts ?? (await readAliasParts(aws, partOf.name, alias)));
  }
}

function routing({ routingConfig }: WantedAlias) {
  return { AdditionalVersionWeights: routingConfig?.additionalVersionWeights ?? {} };
}

export function weightsOf(live: LiveAlias | undefined): Record<string, number> {
  return live?.alias.RoutingConfig?.AdditionalVersionWeights ?? {};
}

function none(weights: Record<string, number>): Record<string, number> | undefined {
  return Object.keys(weights).length > 0 ? weights : undefined;
}

/** The description with what ran before `to`. */
function described(text: string, alias: AliasConfiguration | undefined, to: string): string {
  const { record } = parseDescription(alias?.Description);
  const stays = record?.current === to && alias?.FunctionVersion === to;
  return writeDescription({ text, record: stays ? record : moved(record, alias?.FunctionVersion, to) });
}

/** UpdateAlias; whoever is overtaken by somebody else's change is told. */
export async function updateAlias(
  aws: Aws,
  input: ConstructorParameters<typeof UpdateAliasCommand>[0],
): Promise<AliasConfiguration> {
  try {
    return await aws.lambda.send(new UpdateAliasCommand(input));
  } catch (cause) {
    if (!isOvertaken(cause)) throw cause;
    const { FunctionName, Name } = input;
    const now = await absent(() => aws.lambda.send(new GetAliasCommand({ FunctionName, Name })));
    throw new OvertakenAlias(`${FunctionName}:${Name}`, now, cause);
  }
}

/** Somebody else has changed the alias since it was read; nothing was done to it. */
export class OvertakenAlias extends UserError {
  /** undefined: it is gone. */
  readonly now: AliasConfiguration | undefined;

  constructor(name: string, now: AliasConfiguration | undefined, cause: unknown) {
    super(`alias ${name} was changed by somebody else meanwhile`, 1, {
      reason: now ? `it points to version ${now.FunctionVersion} now` : 'it is not there any more',
      next: [{ command: 'plan' }, ', then deploy again'],
      cause,
    });
    this.now = now;
  }
}
