// A declared alias: follows the published version or stays at a fixed one, with its weights and provisioned concurrency.
import {
  type AliasConfiguration,
  CreateAliasCommand,
  GetFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import { forUpdates, lookUntil, waiting } from '../../engine/patience.ts';
import type { Change, DeclaredResource, Report } from '../../engine/resource.ts';
import { UserError } from '../../errors/user-error.ts';
import { absent } from '../absent.ts';
import { differences, sameJson } from '../compare.ts';
import { sameVersion } from '../function/content.ts';
import { type DeclaredFunction, knownAfterApply } from '../function/function.ts';
import { AliasResource, type LiveAlias, weightsOf } from './alias-resource.ts';
import { provision, provisionedChanges } from './provisioned.ts';
import { moved, parseDescription, writeDescription } from './record.ts';
import { updateAlias } from './update.ts';

type DeclaredSettings = NonNullable<NonNullable<Attachments['aliases']>[string]>;

export interface AliasOptions {
  /** Do not move an alias that follows the deployments. */
  stay?: boolean;
  /** The share of the requests (0 to 1) for the new version; the old version keeps the rest. */
  canary?: number;
}

const weightsPath = 'RoutingConfig.AdditionalVersionWeights';

export interface AliasSettings extends AliasOptions {
  /** The alias name without the function name. */
  name: string;
  declared: DeclaredSettings;
}

export class DeclaredAlias extends AliasResource implements DeclaredResource<LiveAlias> {
  declare readonly partOf: DeclaredFunction;
  private readonly declared: DeclaredSettings;
  private readonly options: AliasOptions;

  constructor(aws: Aws, host: DeclaredFunction, { name, declared, ...options }: AliasSettings) {
    super(aws, host, name);
    this.declared = declared;
    this.options = options;
  }

  /** Whether deployments move it. */
  get follows(): boolean {
    return this.declared.version === undefined;
  }

  override async read(): Promise<LiveAlias | undefined> {
    const { alias: Name, declared } = this;
    const FunctionName = this.partOf.name;
    const provided = declared.provisionedConcurrentExecutions !== undefined;
    const follows = this.follows && !this.options.stay;
    const [alias, target, provisioned] = await Promise.all([
      this.readAlias(),
      follows
        ? absent(() =>
            this.aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: Name })),
          )
        : undefined,
      provided || this.options.canary !== undefined ? this.provisioned.read() : undefined,
    ]);
    return alias && { alias, target, provisioned };
  }

  diff(live: LiveAlias | undefined): Change[] {
    const { text } = parseDescription(live?.alias.Description);
    const { description, provisionedConcurrentExecutions } = this.declared;
    return [
      ...(this.options.canary === undefined || !live
        ? [...this.versionChanges(live), ...this.weightChanges(live)]
        : this.canaryChanges(live, this.options.canary)),
      ...(description === undefined ? [] : differences(description ?? '', text, 'Description')),
      ...provisionedChanges(provisionedConcurrentExecutions, live?.provisioned),
    ];
  }

  private versionChanges(live: LiveAlias | undefined): Change[] {
    const { version } = this.declared;
    const from = live?.alias.FunctionVersion;
    if (version !== undefined) return differences(String(version), from, 'FunctionVersion');
    if (live && (this.options.stay || this.isCurrent(live))) return [];
    return [{ path: 'FunctionVersion', from, to: knownAfterApply }];
  }

  /** Whether it points to a version that equals the function, now and after this deployment; $LATEST is no version. */
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

  private weightChanges(live: LiveAlias | undefined): Change[] {
    const { routingConfig, version } = this.declared;
    const to = routingConfig?.additionalVersionWeights ?? {};
    const from = weightsOf(live);
    // While the new version gets ready, AWS itself sets weights on an alias with provisioned concurrency.
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

  notes(live: LiveAlias): string[] {
    return [...this.ended(live), ...this.rolledBack(live)];
  }

  /** The note about a running or interrupted canary that this deployment ends. */
  private ended(live: LiveAlias): string[] {
    const [beside] = Object.entries(weightsOf(live));
    if (!beside || !this.follows || !this.diff(live).some(({ path }) => path === weightsPath)) return [];
    const part = `${Math.round(beside[1] * 1000) / 10} %`;
    return [
      `version ${beside[0]} gets ${part} of the requests, by a canary that is running or was interrupted; this deployment ends it`,
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
    const own = changes.filter(({ path }) => !path.startsWith('Provisioned'));
    const alias = await this.knownVersion(() => {
      if (!live) return this.create(report);
      return own.length > 0 ? this.update(live, own, report) : Promise.resolve(live.alias);
    });
    const count = this.declared.provisionedConcurrentExecutions;
    if (count) {
      await provision(this.aws, { FunctionName, Qualifier: this.alias, count, changes, report });
    } else if (count === null && live?.provisioned) await this.provisioned.remove();
    if (count || live?.provisioned) return this.after(report);
    // The answer is the new alias; a read could return an older copy.
    const stays = alias.FunctionVersion === live?.alias.FunctionVersion;
    return { alias, target: stays ? live?.target : undefined };
  }

  /** Names the missing version in the error when an alias cannot point to it. */
  private async knownVersion<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      const { name, message } = cause as Error;
      const missing = name === 'ResourceNotFoundException' && /:(\d+)$/.exec(message)?.[1];
      if (!missing) throw cause;
      throw new UserError(`version ${missing} of ${this.partOf.name} does not exist`, 1, {
        next: [
          { command: `versions ${this.partOf.name}` },
          ', then ',
          { command: `alias set ${this.partOf.name} ${this.alias} --to VERSION` },
        ],
        cause,
      });
    }
  }

  private async create(report?: Report): Promise<AliasConfiguration> {
    const { declared } = this;
    const FunctionVersion = String(declared.version ?? (await this.partOf.publishedVersion(report)));
    return this.aws.lambda.send(
      new CreateAliasCommand({
        FunctionName: this.partOf.name,
        Name: this.alias,
        FunctionVersion,
        Description: described(declared.description ?? '', undefined, FunctionVersion),
        RoutingConfig: declared.routingConfig ? routing(declared) : undefined,
      }),
    );
  }

  private async update(
    { alias }: LiveAlias,
    changes: readonly Change[],
    report?: Report,
  ): Promise<AliasConfiguration> {
    const { declared } = this;
    const { canary } = this.options;
    const changed = new Set(changes.map(({ path }) => path));
    const { text } = parseDescription(alias.Description);
    const from = alias.FunctionVersion;
    const published =
      changes.some(({ to }) => to === knownAfterApply) || (canary && changed.has(weightsPath));
    const version = published ? await this.partOf.publishedVersion(report) : declared.version;
    const to = String((canary ? from : version) ?? from);
    const weights = canary && changed.has(weightsPath) ? { [String(version)]: canary } : undefined;
    return updateAlias(this.aws, this.partOf.name, alias, {
      FunctionVersion: to === from ? undefined : to,
      Description: described(
        declared.description === undefined ? text : (declared.description ?? ''),
        alias,
        to,
      ),
      RoutingConfig: changed.has(weightsPath)
        ? weights
          ? { AdditionalVersionWeights: weights }
          : routing(declared)
        : undefined,
    });
  }

  /** Waits until AWS has removed the weights with which it moves an alias. */
  protected override async after(report?: Report): Promise<LiveAlias> {
    const settled = (live: LiveAlias | undefined) =>
      !live?.provisioned || this.diff(live).every(({ path }) => path !== weightsPath);
    const patience = { ...forUpdates, onWait: waiting(report, 'AWS to move the alias') };
    return (await lookUntil(() => this.read(), settled, patience)) as LiveAlias;
  }
}

function routing({ routingConfig }: DeclaredSettings) {
  return { AdditionalVersionWeights: routingConfig?.additionalVersionWeights ?? {} };
}

function none(weights: Record<string, number>): Record<string, number> | undefined {
  return Object.keys(weights).length > 0 ? weights : undefined;
}

/** The description, with the record of the versions that ran before `to`. */
function described(text: string, alias: AliasConfiguration | undefined, to: string): string {
  const { record } = parseDescription(alias?.Description);
  const stays = record?.current === to && alias?.FunctionVersion === to;
  return writeDescription({ text, record: stays ? record : moved(record, alias?.FunctionVersion, to) });
}
