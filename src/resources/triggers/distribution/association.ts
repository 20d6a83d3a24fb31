// A behavior of a distribution that runs a version of the function.
import type { Aws } from '../../../aws/aws.ts';
import type { Change, DeclaredResource, Owner, Report } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import type { DeclaredAlias } from '../../alias/alias.ts';
import type { LiveAlias } from '../../alias/alias-resource.ts';
import { arnIn } from '../../arn.ts';
import type { DeclaredFunction } from '../../function/function.ts';
import { knownAfterApply } from '../../function/function.ts';
import { FunctionResource } from '../../function/function-resource.ts';
import { functionIn } from '../binding/own-binding.ts';
import { type Checked, entryProblems, type Found, type TriggerProblem } from '../problem.ts';
import { Trigger, type TriggerOptions } from '../trigger.ts';
import type { EdgePlace, LambdaFunctionAssociation } from './calls.ts';

export const distributionCalls = () => import('./calls.ts');

interface Options extends Omit<TriggerOptions, 'from'>, EdgePlace {}

/** The only region whose functions CloudFront runs. */
const home = 'us-east-1';

export class EdgeAssociation extends Trigger<LambdaFunctionAssociation> {
  readonly kind = 'edge trigger';
  readonly place: EdgePlace;

  constructor(aws: Aws, host: FunctionResource, options: Options) {
    const { distribution, behavior, eventType } = options;
    const of = behavior === undefined ? '' : ` ${behavior}`;
    super(aws, host, { ...options, from: `${distribution}${of} ${eventType}` });
    this.place = { distribution, behavior, eventType };
  }

  async read(): Promise<LambdaFunctionAssociation | undefined> {
    const { associationIn, readDistribution } = await distributionCalls();
    const live = await readDistribution(this.aws, this.place.distribution);
    const found = live && associationIn(live.config, this.place);
    return found && this.isOwn(found) ? found : undefined;
  }

  protected isOwn({ LambdaFunctionARN = '' }: LambdaFunctionAssociation): boolean {
    return functionIn(LambdaFunctionARN) === this.boundTo.name;
  }

  fields({ IncludeBody }: LambdaFunctionAssociation): Record<string, unknown> {
    const { distribution, behavior, eventType } = this.place;
    return {
      Triggers: [
        {
          Edge: {
            Distribution: distribution,
            Behavior: behavior,
            EventType: eventType,
            ...(IncludeBody ? { IncludeBody } : {}),
          },
        },
      ],
    };
  }

  removal({ LambdaFunctionARN }: LambdaFunctionAssociation): Change[] {
    return [{ path: 'LambdaFunctionARN', from: LambdaFunctionARN, to: undefined }];
  }

  async remove(): Promise<void> {
    const { associate } = await distributionCalls();
    await associate(this.aws, this.place, undefined);
  }
}

interface DeclaredOptions extends Options {
  includeBody: boolean | undefined;
  /** The alias whose version runs; undefined: the function has none there. */
  alias: DeclaredAlias | undefined;
  owner: Owner;
  /** Why CloudFront would refuse the function. */
  limits: readonly string[];
  /** Of the function in slsctl.yml. */
  key: string;
  /** Its place in the list of triggers. */
  index: number;
}

export class DeclaredAssociation
  extends EdgeAssociation
  implements DeclaredResource<LambdaFunctionAssociation>, Checked
{
  private readonly options: DeclaredOptions;
  private problem: Found | undefined;
  private live: LiveAlias | undefined;

  constructor(aws: Aws, host: DeclaredFunction, options: DeclaredOptions) {
    super(aws, host, options);
    this.options = options;
  }

  get problems(): TriggerProblem[] {
    return entryProblems('edge', this.options, [this.problem]);
  }

  override async read(): Promise<LambdaFunctionAssociation | undefined> {
    this.problem = this.known();
    if (this.problem) return undefined;
    const { associationIn, readDistribution } = await distributionCalls();
    const [found, alias] = await Promise.all([
      readDistribution(this.aws, this.place.distribution),
      this.options.alias?.read(),
    ]);
    this.live = alias;
    const live = found && associationIn(found.config, this.place);
    this.problem = await this.problemIn(found, live);
    return live && this.isOwn(live) ? live : undefined;
  }

  private known(): Found | undefined {
    const { alias, limits, eventType, includeBody } = this.options;
    if (this.aws.region !== home) {
      const sentence = `is of a function in ${this.aws.region}; CloudFront runs functions of ${home} only`;
      return { field: 'distribution', sentence };
    }
    if (!alias) {
      const sentence =
        'runs a version of the function, and the function has no alias that follows the deployments; write aliases: { live: {} }';
      return { field: 'distribution', sentence };
    }
    if (includeBody && eventType.endsWith('response')) {
      return { field: 'includeBody', sentence: `is true, and a ${eventType} has no body of the request` };
    }
    const [limit] = limits;
    return limit === undefined
      ? undefined
      : { field: 'eventType', sentence: `cannot be: the function ${limit}` };
  }

  private async problemIn(
    found: Awaited<ReturnType<Awaited<ReturnType<typeof distributionCalls>>['readDistribution']>>,
    live: LambdaFunctionAssociation | undefined,
  ) {
    const { behaviorIn } = await distributionCalls();
    const { distribution, behavior, eventType } = this.place;
    if (!found) {
      return { field: 'distribution', sentence: `is ${distribution}, and there is no such distribution` };
    }
    if (!behaviorIn(found.config, behavior)) {
      return { field: 'behavior', sentence: `is ${behavior}, and ${distribution} has no such behavior` };
    }
    const called = live && functionIn(live.LambdaFunctionARN ?? '');
    if (called === undefined || called === this.boundTo.name) return undefined;
    const host = new FunctionResource(this.aws, { name: called, owner: this.options.owner });
    const other = await host.read();
    if (other === undefined || host.foreign(other) === undefined) return undefined;
    const sentence = `is ${eventType}, for which ${distribution} runs ${live?.LambdaFunctionARN}; a behavior runs one function for each`;
    return { field: 'eventType', sentence };
  }

  diff(live: LambdaFunctionAssociation | undefined): Change[] {
    const { includeBody } = this.options;
    const to = this.versionArn();
    const from = live?.LambdaFunctionARN;
    const now = live?.IncludeBody ?? false;
    return [
      ...(from === to ? [] : [{ path: 'LambdaFunctionARN', from, to }]),
      ...(includeBody === undefined || now === includeBody
        ? []
        : [{ path: 'IncludeBody', from: live && now, to: includeBody }]),
    ];
  }

  /** The version that the alias points to after this deployment. */
  private versionArn(): string {
    const { alias } = this.options;
    const moves = alias?.diff(this.live).some(({ path }) => path === 'FunctionVersion');
    const version = moves ? knownAfterApply : this.live?.alias.FunctionVersion;
    return arnIn(this.aws, 'lambda', `function:${this.boundTo.name}:${version}`);
  }

  notes(): string[] {
    return [`CloudFront takes some minutes to bring a new version to its edge locations`];
  }

  async apply(
    live: LambdaFunctionAssociation | undefined,
    _changes: Change[],
    _report?: Report,
  ): Promise<LambdaFunctionAssociation> {
    const { associate } = await distributionCalls();
    await this.markPlace();
    this.live = await this.options.alias?.read();
    const version = this.live?.alias.FunctionVersion;
    const association = {
      EventType: this.place.eventType as LambdaFunctionAssociation['EventType'],
      LambdaFunctionARN: arnIn(this.aws, 'lambda', `function:${this.boundTo.name}:${version}`),
      IncludeBody: this.options.includeBody ?? live?.IncludeBody ?? false,
    };
    try {
      await associate(this.aws, this.place, association);
    } catch (error) {
      throw this.refused(error);
    }
    return association;
  }

  private refused(cause: unknown): unknown {
    const { name, message } = cause as Error;
    if (!/^(InvalidLambdaFunctionAssociation|TooMany\w+|InvalidArgument|AccessDenied)$/.test(name))
      return cause;
    const of = { reason: message, cause };
    return new UserError(`CloudFront refuses ${this.kind} ${this.name}`, exitCodes.failed, of);
  }
}
