// The stage `$default` of the project's API: it answers at the address itself, and deploys each change by itself.
import type { Stage } from '@aws-sdk/client-apigatewayv2';
import type { Aws } from '../../aws/aws.ts';
import type { ApiFile } from '../../config/apis/api.ts';
import type { Change, DeclaredResource, Elsewhere, Report, Resource } from '../../engine/resource.ts';
import { differences, sameJson } from '../compare.ts';
import { shown } from '../things/thing.ts';
import { apiCalls, type HttpApiResource } from './http-api.ts';

export const stageName = '$default';

/** What a line of the access log says, unless `format` does. */
const usualFormat = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  length: '$context.responseLength',
  latency: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
});

export class StageResource implements Resource<Stage> {
  readonly kind = 'API stage';
  readonly name: string;
  readonly needs: readonly Resource[];
  readonly partOf: HttpApiResource;
  protected readonly aws: Aws;

  constructor(aws: Aws, api: HttpApiResource, needs: readonly Resource[] = []) {
    this.aws = aws;
    this.partOf = api;
    this.name = `${stageName} of ${api.name}`;
    this.needs = [api, ...needs];
  }

  async read(): Promise<Stage | undefined> {
    const id = await this.partOf.knownId();
    if (id === undefined) return undefined;
    const { readParts } = await apiCalls();
    return (await readParts(this.aws, id))?.stages.find(({ StageName }) => StageName === stageName);
  }

  foreign(): string | undefined {
    return this.partOf.foreignReason && 'the API belongs to another owner';
  }

  createdElsewhere(): Elsewhere | undefined {
    return this.partOf.foundElsewhere;
  }

  async remove(): Promise<void> {
    const { deleteStage } = await import('./part-calls.ts');
    const id = await this.partOf.knownId();
    if (id !== undefined) await deleteStage(this.aws, id, stageName);
  }
}

export class DeclaredStage extends StageResource implements DeclaredResource<Stage> {
  private readonly api: ApiFile;
  private readonly logArn: string | undefined;

  /** `log`: where the access log goes, and its ARN. */
  constructor(aws: Aws, api: HttpApiResource, declared: ApiFile, log?: { group: Resource; arn: string }) {
    super(aws, api, log ? [log.group] : []);
    this.api = declared;
    this.logArn = log?.arn;
  }

  private get wanted(): Record<string, unknown> {
    const { throttling, detailedMetricsEnabled: metrics, accessLog } = this.api;
    return {
      AutoDeploy: true,
      DefaultRouteSettings: {
        ThrottlingBurstLimit: throttling?.burstLimit,
        ThrottlingRateLimit: throttling?.rateLimit,
        DetailedMetricsEnabled: metrics === null ? false : metrics,
      },
      AccessLogSettings: accessLog
        ? { DestinationArn: this.logArn, Format: accessLog.format ?? usualFormat }
        : undefined,
    };
  }

  diff(live: Stage | undefined): Change[] {
    const { accessLog, stageVariables } = this.api;
    const { AccessLogSettings: log, ...wanted } = this.wanted;
    const settings = live?.DefaultRouteSettings;
    // A limit of 0 is a limit.
    const limits = (['ThrottlingBurstLimit', 'ThrottlingRateLimit'] as const).flatMap((name) => {
      const to = (wanted.DefaultRouteSettings as Record<string, unknown>)[name];
      const from = settings?.[name];
      return to === undefined || to === from ? [] : [{ path: `DefaultRouteSettings.${name}`, from, to }];
    });
    const metrics = (wanted.DefaultRouteSettings as Record<string, unknown>).DetailedMetricsEnabled;
    const variables = Object.entries(this.variables(live)).flatMap(([name, to]) => {
      const from = live?.StageVariables?.[name] || undefined;
      return from === to ? [] : [{ path: `StageVariables.${name}`, from, to }];
    });
    return [
      ...(live?.AutoDeploy ? [] : [{ path: 'AutoDeploy', from: live?.AutoDeploy, to: true }]),
      ...limits,
      ...differences(
        metrics,
        settings?.DetailedMetricsEnabled,
        'DefaultRouteSettings.DetailedMetricsEnabled',
      ),
      ...(accessLog === null && live?.AccessLogSettings
        ? [{ path: 'AccessLogSettings', from: live.AccessLogSettings, to: undefined }]
        : []),
      ...(log && !sameJson(withoutMark(live?.AccessLogSettings), log)
        ? [{ path: 'AccessLogSettings', from: live?.AccessLogSettings, to: log }]
        : []),
      ...(stageVariables === undefined ? [] : variables),
    ];
  }

  /** undefined: the variable is to go. */
  private variables(live: Stage | undefined): Record<string, string | undefined> {
    const { stageVariables } = this.api;
    const gone = stageVariables === null ? Object.keys(live?.StageVariables ?? {}) : [];
    const said = Object.entries(stageVariables ?? {}).map(([name, value]) => [name, value ?? undefined]);
    return Object.fromEntries([...gone.map((name) => [name, undefined]), ...said]);
  }

  notes({ AccessLogSettings }: Stage): string[] {
    return AccessLogSettings && this.api.accessLog === undefined
      ? ['AccessLogSettings is live but not declared; kept (null removes it)']
      : [];
  }

  async apply(live: Stage | undefined, changes: Change[], report?: Report): Promise<Stage> {
    const { createStage, deleteAccessLog, updateStage } = await apiCalls();
    const ApiId = (await this.partOf.knownId()) as string;
    const { AccessLogSettings, DefaultRouteSettings } = this.wanted;
    const given = Object.entries(DefaultRouteSettings as object).filter(([, value]) => value !== undefined);
    const settings = { ...live?.DefaultRouteSettings, ...Object.fromEntries(given) };
    const variables = this.variables(live);
    const request = {
      ApiId,
      StageName: stageName,
      AutoDeploy: true,
      ...(given.length > 0 ? { DefaultRouteSettings: settings } : {}),
      ...(AccessLogSettings ? { AccessLogSettings } : {}),
    };
    if (!live) {
      const said = Object.entries(variables).filter(([, value]) => value !== undefined);
      const StageVariables =
        said.length > 0 ? (Object.fromEntries(said) as Record<string, string>) : undefined;
      await createStage(this.aws, { ...request, StageVariables });
    } else {
      const isChanged = (pattern: RegExp) => changes.some(({ path }) => pattern.test(path));
      if (this.api.accessLog === null && live.AccessLogSettings) {
        await deleteAccessLog(this.aws, ApiId, stageName);
      }
      // An empty text removes a variable.
      const texts = Object.entries(variables).map(([name, value]) => [name, value ?? '']);
      const changed = isChanged(/^StageVariables/) ? { StageVariables: Object.fromEntries(texts) } : {};
      await updateStage(this.aws, { ...request, ...changed });
    }
    return (await shown(this, 'API Gateway', { report })) as Stage;
  }
}

/** An ARN of a log group may be answered with `:*` at its end. */
function withoutMark(log: Stage['AccessLogSettings']): Stage['AccessLogSettings'] {
  return log && { ...log, DestinationArn: log.DestinationArn?.replace(/:\*$/, '') };
}
