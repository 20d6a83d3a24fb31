// The calls of Step Functions for a state machine. A separate file, so that the client is loaded only when needed.
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  ListTagsForResourceCommand,
  type LoggingConfiguration,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import type { Aws } from '../../aws/aws.ts';
import { absent } from '../absent.ts';
import type { Tags } from '../owned/ownership.ts';
import type { LiveMachine, MachineSettings } from './live.ts';

/** undefined: it does not exist, or AWS is deleting it. */
export async function readMachine(aws: Aws, stateMachineArn: string): Promise<LiveMachine | undefined> {
  const sfn = await aws.stepFunctions();
  const [answer, tagged] = await Promise.all([
    absent(() => sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))),
    absent(() => sfn.send(new ListTagsForResourceCommand({ resourceArn: stateMachineArn }))),
  ]);
  if (!answer || answer.status === 'DELETING') return undefined;
  const { loggingConfiguration: logs, tracingConfiguration: traces } = answer;
  const group = logs?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  return {
    settings: {
      Definition: parsed(answer.definition ?? ''),
      RoleArn: answer.roleArn ?? '',
      Type: answer.type ?? 'STANDARD',
      LoggingConfiguration: {
        level: logs?.level ?? 'OFF',
        includeExecutionData: logs?.includeExecutionData ?? false,
        ...(group === undefined ? {} : { logGroup: group }),
      },
      TracingConfiguration: traces?.enabled ?? false,
    },
    tags: Object.fromEntries((tagged?.tags ?? []).map(({ key = '', value = '' }) => [key, value])),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

type Settings = Partial<MachineSettings>;

function request({
  Definition,
  RoleArn,
  LoggingConfiguration: logs,
  TracingConfiguration: traces,
}: Settings) {
  return {
    ...(Definition === undefined ? {} : { definition: JSON.stringify(Definition) }),
    ...(RoleArn === undefined ? {} : { roleArn: RoleArn }),
    ...(logs === undefined ? {} : { loggingConfiguration: logging(logs) }),
    ...(traces === undefined ? {} : { tracingConfiguration: { enabled: traces } }),
  };
}

function logging({
  level,
  includeExecutionData,
  logGroup,
}: MachineSettings['LoggingConfiguration']): LoggingConfiguration {
  return {
    level: level as LoggingConfiguration['level'],
    includeExecutionData,
    ...(logGroup === undefined
      ? {}
      : { destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup } }] }),
  };
}

export async function createMachine(aws: Aws, name: string, settings: Settings, tags: Tags): Promise<void> {
  const sfn = await aws.stepFunctions();
  const type = settings.Type as 'STANDARD' | 'EXPRESS' | undefined;
  await sfn.send(
    new CreateStateMachineCommand({
      name,
      definition: '{}',
      roleArn: '',
      ...request(settings),
      ...(type === undefined ? {} : { type }),
      tags: tagItems(tags),
    }),
  );
}

export async function updateMachine(aws: Aws, stateMachineArn: string, settings: Settings): Promise<void> {
  const sfn = await aws.stepFunctions();
  await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, ...request(settings) }));
}

const tagItems = (tags: Tags) => Object.entries(tags).map(([key, value]) => ({ key, value }));

export async function tagMachine(aws: Aws, resourceArn: string, tags: Tags): Promise<void> {
  await (await aws.stepFunctions()).send(new TagResourceCommand({ resourceArn, tags: tagItems(tags) }));
}

export async function untagMachine(aws: Aws, resourceArn: string, tagKeys: string[]): Promise<void> {
  await (await aws.stepFunctions()).send(new UntagResourceCommand({ resourceArn, tagKeys }));
}

export async function deleteMachine(aws: Aws, stateMachineArn: string): Promise<void> {
  const sfn = await aws.stepFunctions();
  await absent(() => sfn.send(new DeleteStateMachineCommand({ stateMachineArn })));
}
