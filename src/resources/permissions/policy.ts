// The least IAM policy for the caller: whoever runs slsctl on a project, on the resources that the project names.
import { partition } from '@aws-sdk/core/client';
import { apiName } from '../../config/apis/api.ts';
import { needsApi } from '../../config/apis/routes.ts';
import type { FunctionConfig, Project } from '../../config/project.ts';
import type { ThingKind } from '../../config/things/kinds.ts';
import { thingArn, thingName } from '../../config/things/names.ts';
import { isRecord } from '../compare.ts';
import { imageParts } from '../function/image-tag.ts';
import { accessLogName, layerName, logGroupName, roleName, rolePath, uploadPrefix } from '../names.ts';
import { machineRoleName } from '../state-machines/role.ts';
import { triggerKinds } from '../triggers/all.ts';
import { declaredKinds } from '../triggers/entries.ts';
import { groupOf, scheduleRoleName } from '../triggers/schedule.ts';
import { apiStatements } from './api-needs.ts';
import type { Need, Purpose } from './needs.ts';
import * as table from './needs.ts';
import { ownObjectNeeds, thingNeeds } from './thing-needs.ts';
import { triggerSources } from './trigger-sources.ts';

export interface PolicyStatement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string[] | '*';
  Condition?: Record<string, Record<string, string>>;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: PolicyStatement[];
}

export interface PolicyOptions {
  /** undefined: all commands. */
  purpose?: Purpose;
  /** `*`: any. */
  region: string;
  /** Zips above 50 MB go through a bucket. */
  uploads?: boolean;
}

/** Makes no call. Where the account is not known from slsctl.yml, `*` takes its place: a policy allows nothing in another account. */
export function callerPolicy(project: Project, { purpose, region, uploads }: PolicyOptions): PolicyDocument {
  const { allowedAccounts, functions, name, stage } = project;
  const account = allowedAccounts.length === 1 ? `${allowedAccounts[0]}` : '*';
  const { name: aws } = partition(region);
  const arn = (service: string, rest: string) => `arn:${aws}:${service}:${region}:${account}:${rest}`;
  const iam = (rest: string) => `arn:${aws}:iam::${account}:${rest}`;
  const statements = new Statements(purpose);

  const own = functions.filter(({ role }) => role === undefined);
  const given = functions.flatMap(({ role }) => role ?? []);
  const path = rolePath(name);
  const roleOf = (config: FunctionConfig) => roleName(config.name, region);
  const roleArns = (config: FunctionConfig) => iam(`role${path}${roleOf(config)}`);
  for (const config of functions) {
    const { CodeSigning } = { CodeSigning: config.attachments?.codeSigningConfigArn };
    statements.add('Functions', table.functionNeeds, config, [
      arn('lambda', `function:${config.name}`),
      arn('lambda', `function:${config.name}:*`),
      ...(CodeSigning ? [CodeSigning] : []),
    ]);
  }
  for (const config of own) {
    // IAM takes no path for a role that does not exist yet.
    statements.add('Roles', table.ownRoleNeeds, config, [roleArns(config), iam(`role/${roleOf(config)}`)]);
  }
  statements.add('GivenRoles', table.givenRoleNeeds, undefined, given);
  statements.add('PassRoles', table.passRoleNeeds, undefined, [...own.map(roleArns), ...given], {
    StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' },
  });
  const groups = new Set(functions.map(({ name, settings }) => logGroupName(name, settings)));
  if (needsApi(functions) && project.api?.accessLog !== undefined)
    groups.add(accessLogName(apiName(project)));
  statements.add(
    'Logs',
    table.logGroupNeeds,
    undefined,
    [...groups].flatMap((group) => [arn('logs', `log-group:${group}`), arn('logs', `log-group:${group}:*`)]),
  );
  const layers = project.layers.map(({ key }) => layerName(name, key, stage));
  if (functions.some(({ packaging }) => packaging?.layer)) layers.push(`${name}-dependencies-*`);
  statements.add(
    'Layers',
    table.layerNeeds,
    undefined,
    layers.flatMap((layer) => [arn('lambda', `layer:${layer}`), arn('lambda', `layer:${layer}:*`)]),
  );
  const machineRoles = (machine: string) => {
    const role = machineRoleName(machine, region);
    return [iam(`role${path}${role}`), iam(`role/${role}`)];
  };
  for (const thing of project.things) {
    const { kind } = thing;
    // A name that is cut has its length from the account, which has 12 digits.
    const digits = account === '*' ? '0'.repeat(12) : account;
    const thingsName = thingName(thing, project, { account: digits, region });
    const known = account === '*' ? thingsName.replace(`-${digits}-`, '-*-') : thingsName;
    const arnOfThing = thingArn(kind, known, { account, region });
    statements.add(sectionTitles[kind], thingNeeds[kind], thing, [arnOfThing]);
    if (kind === 'bucket') statements.add('Objects', ownObjectNeeds, thing, [`${arnOfThing}/*`]);
    if (kind === 'state machine') {
      const { role } = thing.fields;
      const roles = role === undefined ? machineRoles(thingsName) : [role];
      if (role === undefined) statements.add('Roles', table.ownRoleNeeds, undefined as never, roles);
      statements.add('PassMachineRoles', table.passRoleNeeds, undefined, roles, {
        StringEquals: { 'iam:PassedToService': 'states.amazonaws.com' },
      });
    }
  }
  const named = functions.flatMap(({ settings }) => settings.Layers ?? []);
  const arns = (texts: readonly (string | undefined)[]) =>
    texts.filter((text) => text?.startsWith('arn:')) as string[];
  statements.add('GivenLayers', table.givenLayerNeeds, undefined, arns(named));
  statements.add(
    'Keys',
    table.keyNeeds,
    undefined,
    arns(functions.map(({ settings }) => settings.KMSKeyArn)),
  );
  statements.add(
    'Images',
    table.imageNeeds,
    undefined,
    functions.flatMap(({ image }) => repositoryArn(image, aws) ?? []),
  );
  const references = new Set(
    project.references.map(({ expression }) => expression.replace(/\$\{.*\}/g, '*')),
  );
  const referred = (kind: string) =>
    [...references].flatMap((text) =>
      text.startsWith(`${kind}:`) ? text.slice(kind.length + 1).trim() : [],
    );
  statements.add(
    'Parameters',
    table.parameterNeeds,
    undefined,
    referred('ssm').map((text) => arn('ssm', `parameter/${text.replace(/^\//, '').replace(/:\d+$/, '')}`)),
  );
  statements.add(
    'Secrets',
    table.secretNeeds,
    undefined,
    referred('secret').map((text) => secretArn(text, arn)),
  );
  const { bucket } = project;
  if (bucket || uploads) {
    const place = `arn:${aws}:s3:::${bucket ?? `slsctl-${account}-${region}`}`;
    statements.add('Bucket', table.bucketNeeds, { own: !bucket }, [place]);
    statements.add('Uploads', table.objectNeeds, undefined, [
      `${place}/${uploadPrefix({ project: name, stage })}*`,
    ]);
  }
  const sources = triggerSources(project, { account, region });
  statements.add('BucketTriggers', table.bucketTriggerNeeds, undefined, sources.get('s3') ?? []);
  const topics = sources.get('sns') ?? [];
  statements.add('TopicTriggers', table.topicTriggerNeeds, undefined, topics);
  if (topics.length > 0) statements.add('Subscriptions', table.subscriptionNeeds, undefined, '*');
  const timed = functions.filter(({ attachments }) => declaredKinds(attachments).includes('schedule'));
  statements.add(
    'Schedules',
    table.scheduleNeeds,
    undefined,
    timed.flatMap((config) => [
      arn('scheduler', `schedule-group/${groupOf(config.name)}`),
      arn('scheduler', `schedule/${groupOf(config.name)}/*`),
    ]),
  );
  if (timed.length > 0) statements.add('ScheduleLists', table.scheduleListNeeds, undefined, '*');
  const scheduleRoles = (config: FunctionConfig) => {
    const role = scheduleRoleName(config.name, region);
    return [iam(`role${path}${role}`), iam(`role/${role}`)];
  };
  for (const config of timed) statements.add('Roles', table.ownRoleNeeds, config, scheduleRoles(config));
  statements.add('PassScheduleRoles', table.passRoleNeeds, undefined, timed.flatMap(scheduleRoles), {
    StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
  });
  const rules = sources.get('event') ?? [];
  statements.add('Rules', table.ruleNeeds, undefined, rules);
  if (rules.length > 0) statements.add('Patterns', table.patternNeeds, undefined, '*');
  statements.add('LogTriggers', table.logTriggerNeeds, undefined, sources.get('logs') ?? []);
  const onApis = (path: string) => `arn:${aws}:apigateway:${region}::${path}`;
  const ofFunction = (of: string) => arn('lambda', `function:${of}`);
  for (const { title, needs, resources } of apiStatements(project, onApis, ofFunction)) {
    statements.add(title, needs, undefined, resources);
  }
  statements.add('PoolTriggers', table.poolTriggerNeeds, undefined, sources.get('cognito') ?? []);
  statements.add('TopicRules', table.topicRuleNeeds, undefined, sources.get('iot') ?? []);
  const forwarding = sources.get('alb') ?? [];
  statements.add('TargetGroups', table.targetGroupNeeds, undefined, [
    ...forwarding,
    ...(forwarding.length > 0 ? ['listener/app/*', 'listener-rule/app/*'] : []).map((resource) =>
      arn('elasticloadbalancing', resource),
    ),
  ]);
  if (forwarding.length > 0) statements.add('LoadBalancers', table.loadBalancerNeeds, undefined, '*');
  const distributions = functions.flatMap(({ attachments }) =>
    (attachments?.triggers ?? []).flatMap(({ edge }) => edge?.distribution.replace(/^.*\//, '') ?? []),
  );
  statements.add(
    'Distributions',
    table.distributionNeeds,
    undefined,
    distributions.map((id) => `arn:${aws}:cloudfront::${account}:distribution/${id}`),
  );
  if (distributions.length > 0) {
    const replicated = functions.map((config) => arn('lambda', `function:${config.name}:*`));
    statements.add('Replication', table.replicationNeeds, undefined, replicated);
    statements.add('DistributionLists', table.distributionListNeeds, undefined, '*');
  }
  if (sources.get('ses')?.length) statements.add('ReceiptRules', table.receiptRuleNeeds, undefined, '*');
  // AWS knows no resources for these actions.
  for (const config of functions) statements.add('Network', table.networkNeeds, config, '*');
  const declares = (field: 'aliases' | 'reservedConcurrentExecutions') =>
    functions.some(({ attachments }) => attachments?.[field] !== undefined);
  const kinds = functions.flatMap(({ attachments }) => declaredKinds(attachments));
  statements.add(
    'Lists',
    table.listNeeds,
    {
      aliases: declares('aliases'),
      reserved: declares('reservedConcurrentExecutions'),
      mappings: kinds.some((kind) => triggerKinds[kind].roleStatements),
      deadLetters: functions.some(({ attachments }) => namesDeadLetter(attachments?.triggers)),
      kinds,
    },
    '*',
  );
  return { Version: '2012-10-17', Statement: statements.list() };
}

const sectionTitles: Record<ThingKind, string> = {
  bucket: 'Buckets',
  queue: 'Queues',
  topic: 'Topics',
  table: 'Tables',
  stream: 'Streams',
  'state machine': 'StateMachines',
};

/** Collects statements; those with the same actions become one. */
class Statements {
  private readonly purpose?: Purpose;
  private readonly byActions = new Map<string, PolicyStatement>();

  constructor(purpose?: Purpose) {
    this.purpose = purpose;
  }

  add<Of>(
    Sid: string,
    needs: readonly Need<Of>[],
    of: Of,
    resources: readonly string[] | '*',
    Condition?: PolicyStatement['Condition'],
  ): void {
    const { purpose } = this;
    const needed = needs.filter(
      (need) => (!purpose || need.for.includes(purpose)) && (!need.when || need.when(of)),
    );
    const Action = [
      ...new Set(needed.flatMap(({ service, actions }) => actions.map((action) => `${service}:${action}`))),
    ].sort();
    if (Action.length === 0 || resources.length === 0) return;
    const key = `${Sid} ${Action.join()}`;
    const known = this.byActions.get(key);
    const all =
      resources === '*' || known?.Resource === '*'
        ? '*'
        : [...new Set([...(known?.Resource ?? []), ...resources])];
    this.byActions.set(key, { Sid, Effect: 'Allow', Action, Resource: all, ...(Condition && { Condition }) });
  }

  list(): PolicyStatement[] {
    const count = new Map<string, number>();
    return [...this.byActions.values()].map((statement) => {
      const number = (count.get(statement.Sid) ?? 0) + 1;
      count.set(statement.Sid, number);
      return number === 1 ? statement : { ...statement, Sid: `${statement.Sid}${number}` };
    });
  }
}

function namesDeadLetter(triggers: NonNullable<FunctionConfig['attachments']>['triggers']): boolean {
  return (triggers ?? []).some((entry) =>
    Object.values(entry).some(
      (said: unknown) => isRecord(said) && said.deadLetter !== undefined && said.deadLetter !== null,
    ),
  );
}

/** undefined: the image is not in Amazon ECR. */
function repositoryArn(image: string | undefined, aws: string): string | undefined {
  const { registryId, region, repositoryName } = imageParts(image ?? '') ?? {};
  return repositoryName && `arn:${aws}:ecr:${region}:${registryId}:repository/${repositoryName}`;
}

/** AWS adds six characters to the name of a secret. */
function secretArn(text: string, arn: (service: string, rest: string) => string): string {
  const name = text.split('#')[0] ?? '';
  return name.startsWith('arn:') ? name : arn('secretsmanager', `secret:${name}-??????`);
}
