// The least permissions that a function's settings need in its role.
import { partition } from '@aws-sdk/core/client';
import type { FunctionConfig } from '../../config/project.ts';
import { attachmentRoleStatements } from '../attachments/attachments.ts';
import { triggerStatements } from '../attachments/triggers.ts';
import { linkStatements } from '../things/grants.ts';
import type { Things } from '../things/things.ts';
import { type RoleStatement, sendStatements } from './grants.ts';

/** The part of a function's config that its role depends on. */
export type RoleConfig = Pick<FunctionConfig, 'settings' | 'attachments' | 'links'>;

export interface Needs {
  /** ARNs of AWS managed policies. */
  attached: string[];
  statements: RoleStatement[];
}

/** Source: AWS Lambda Developer Guide, "Lambda execution role" and the pages of the features. */
export function roleNeeds(
  { settings, attachments, links }: RoleConfig,
  region: string,
  things: Things,
): Needs {
  const { VpcConfig, TracingConfig, FileSystemConfigs = [], DeadLetterConfig, KMSKeyArn } = settings;
  const attached = [awsPolicy(region, 'service-role/AWSLambdaBasicExecutionRole')];
  if (VpcConfig?.SubnetIds?.length) {
    attached.push(awsPolicy(region, 'service-role/AWSLambdaVPCAccessExecutionRole'));
  }
  const statements: RoleStatement[] = [];
  const allow = (Sid: string, Action: string | string[], Resource: string, more?: Partial<RoleStatement>) =>
    statements.push({ Sid, Effect: 'Allow', Action, Resource, ...more });
  if (TracingConfig?.Mode === 'Active') {
    // X-Ray has no resource ARNs for these actions.
    allow('Tracing', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*');
  }
  for (const { Arn = '' } of FileSystemConfigs) {
    if (Arn.split(':')[2] !== 'elasticfilesystem') continue;
    // The settings name only the access point, not its file system.
    allow('FileSystem', ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'], '*', {
      Condition: { StringEquals: { 'elasticfilesystem:AccessPointArn': Arn } },
    });
  }
  if (KMSKeyArn) allow('EnvironmentKey', 'kms:Decrypt', KMSKeyArn);
  statements.push(...sendStatements('DeadLetterTarget', DeadLetterConfig?.TargetArn));
  statements.push(
    ...attachmentRoleStatements(attachments),
    ...triggerStatements(attachments, things),
    ...linkStatements(links, things),
  );
  return { attached, statements };
}

/** Whether Lambda checks the role's permissions when it applies these settings. */
export function checksPermissions({ settings, attachments }: RoleConfig): boolean {
  return Boolean(
    settings.VpcConfig?.SubnetIds?.length ||
      settings.DeadLetterConfig?.TargetArn ||
      settings.FileSystemConfigs?.length ||
      settings.KMSKeyArn ||
      attachmentRoleStatements(attachments).length > 0,
  );
}

/** ARN of an AWS managed policy, by its path and name: `service-role/AWSLambdaBasicExecutionRole`. */
function awsPolicy(region: string, name: string): string {
  return `arn:${partition(region).name}:iam::aws:policy/${name}`;
}
