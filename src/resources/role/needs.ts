// What the settings of a function need its role to be allowed, and nothing beyond.
import type { FunctionConfig } from '../../config/project.ts';
import { attachmentRoleStatements } from '../attachments/attachments.ts';
import { awsPolicy } from '../names.ts';
import { type RoleStatement, sendStatements } from './grants.ts';

export interface Needs {
  /** Managed policies of AWS. */
  attached: string[];
  statements: RoleStatement[];
}

/** Source: AWS Lambda Developer Guide, "Lambda execution role" and the pages of the features. */
export function roleNeeds({ settings, attachments }: FunctionConfig, region: string): Needs {
  const { VpcConfig, TracingConfig, FileSystemConfigs = [], DeadLetterConfig, KMSKeyArn } = settings;
  const attached = [awsPolicy(region, 'service-role/AWSLambdaBasicExecutionRole')];
  if (VpcConfig?.SubnetIds?.length) {
    attached.push(awsPolicy(region, 'service-role/AWSLambdaVPCAccessExecutionRole'));
  }
  const statements: RoleStatement[] = [];
  const allow = (Sid: string, Action: string | string[], Resource: string, more?: Partial<RoleStatement>) =>
    statements.push({ Sid, Effect: 'Allow', Action, Resource, ...more });
  if (TracingConfig?.Mode === 'Active') {
    // X-Ray has no resources that could be named.
    allow('Tracing', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*');
  }
  for (const { Arn = '' } of FileSystemConfigs) {
    if (Arn.split(':')[2] !== 'elasticfilesystem') continue;
    // The file system that the access point is of is not named in the settings.
    allow('FileSystem', ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'], '*', {
      Condition: { StringEquals: { 'elasticfilesystem:AccessPointArn': Arn } },
    });
  }
  if (KMSKeyArn) allow('EnvironmentKey', 'kms:Decrypt', KMSKeyArn);
  statements.push(...sendStatements('DeadLetterTarget', DeadLetterConfig?.TargetArn));
  statements.push(...attachmentRoleStatements(attachments));
  return { attached, statements };
}

/** Settings for which Lambda looks at the role's permissions when they are made. */
export function checksPermissions({ settings, attachments }: FunctionConfig): boolean {
  return Boolean(
    settings.VpcConfig?.SubnetIds?.length ||
      settings.DeadLetterConfig?.TargetArn ||
      settings.FileSystemConfigs?.length ||
      settings.KMSKeyArn ||
      attachmentRoleStatements(attachments).length > 0,
  );
}
