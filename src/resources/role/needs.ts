// What the settings of a function need its role to be allowed, and nothing beyond.
import type { FunctionConfig } from '../../config/project.ts';
import { awsPolicy } from '../names.ts';

/** An IAM statement that slsctl adds by itself; its Sid says what for. */
export interface Statement {
  Sid: string;
  Effect: 'Allow';
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

export interface Needs {
  /** Managed policies of AWS. */
  attached: string[];
  statements: Statement[];
}

/** Source: AWS Lambda Developer Guide, "Lambda execution role" and the pages of the features. */
export function roleNeeds({ settings, attachments }: FunctionConfig, region: string): Needs {
  const { VpcConfig, TracingConfig, FileSystemConfigs = [], DeadLetterConfig, KMSKeyArn } = settings;
  const { onSuccess, onFailure } = attachments?.eventInvokeConfig ?? {};
  const attached = [awsPolicy(region, 'service-role/AWSLambdaBasicExecutionRole')];
  if (VpcConfig?.SubnetIds?.length) {
    attached.push(awsPolicy(region, 'service-role/AWSLambdaVPCAccessExecutionRole'));
  }
  const statements: Statement[] = [];
  const allow = (Sid: string, Action: string | string[], Resource: string, more?: Partial<Statement>) =>
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
  const targets = {
    DeadLetterTarget: DeadLetterConfig?.TargetArn,
    OnSuccess: onSuccess,
    OnFailure: onFailure,
  };
  for (const [sid, arn] of Object.entries(targets)) {
    for (const [index, [action, resource]] of (arn ? sending(arn) : []).entries()) {
      allow(index > 0 ? `${sid}${index + 1}` : sid, action, resource);
    }
  }
  return { attached, statements };
}

/** What it takes to send something there. */
function sending(arn: string): [action: string, resource: string][] {
  switch (arn.split(':')[2]) {
    case 'sns':
      return [['sns:Publish', arn]];
    case 'lambda':
      return [['lambda:InvokeFunction', arn]];
    case 'events':
      return [['events:PutEvents', arn]];
    case 's3':
      return [
        ['s3:PutObject', `${arn}/*`],
        ['s3:ListBucket', arn],
      ];
    default:
      return [['sqs:SendMessage', arn]];
  }
}

/** Settings for which Lambda looks at the role's permissions when they are made. */
export function checksPermissions({ settings, attachments }: FunctionConfig): boolean {
  return Boolean(
    settings.VpcConfig?.SubnetIds?.length ||
      settings.DeadLetterConfig?.TargetArn ||
      settings.FileSystemConfigs?.length ||
      settings.KMSKeyArn ||
      attachments?.eventInvokeConfig?.onFailure ||
      attachments?.eventInvokeConfig?.onSuccess,
  );
}
