// A function's record as the API answers it.
import type {
  FunctionConfiguration,
  LastUpdateStatusReasonCode,
  Layer,
  LoggingConfig,
} from '@aws-sdk/client-lambda';
import { runtimeVersionArn } from '../../runtime/runtime-version.ts';
import { arnOf, type FunctionRecord } from './state.ts';

const reason = 'The function is being created.';

/** With `qualifier` the ARN carries it. */
export function configurationOf(record: FunctionRecord, qualifier?: string): FunctionConfiguration {
  const { settings, transition, code, region, name, version } = record;
  const arn = arnOf(record);
  const { Environment, Layers, VpcConfig, DeadLetterConfig, FileSystemConfigs, ImageConfig } = settings;
  const { Role, Handler, KMSKeyArn, PackageType = 'Zip', Runtime, SnapStart, TracingConfig } = settings;
  const pending = transition?.kind === 'create';
  return {
    FunctionName: name,
    FunctionArn: qualifier === undefined ? arn : `${arn}:${qualifier}`,
    Runtime,
    Role,
    Handler,
    CodeSize: code.size,
    CodeSha256: code.sha256,
    Description: settings.Description ?? '',
    Timeout: settings.Timeout ?? 3,
    MemorySize: settings.MemorySize ?? 128,
    LastModified: new Date(record.lastModified).toISOString().replace('Z', '+0000'),
    Version: version,
    RevisionId: record.revisionId,
    PackageType,
    Architectures: settings.Architectures ?? ['x86_64'],
    EphemeralStorage: settings.EphemeralStorage ?? { Size: 512 },
    TracingConfig: { Mode: TracingConfig?.Mode ?? 'PassThrough' },
    SnapStart: {
      ApplyOn: SnapStart?.ApplyOn ?? 'None',
      OptimizationStatus: 'Off',
    },
    LoggingConfig: loggingConfig(settings.LoggingConfig, name),
    ...(Runtime ? { RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(region, Runtime) } } : {}),
    ...(Environment ? { Environment: { Variables: Environment.Variables ?? {} } } : {}),
    ...(Layers?.length ? { Layers: Layers.map((Arn): Layer => ({ Arn, CodeSize: 0 })) } : {}),
    ...(VpcConfig ? { VpcConfig: { SubnetIds: [], SecurityGroupIds: [], VpcId: '', ...VpcConfig } } : {}),
    ...(DeadLetterConfig?.TargetArn ? { DeadLetterConfig } : {}),
    ...(KMSKeyArn ? { KMSKeyArn } : {}),
    ...(FileSystemConfigs?.length ? { FileSystemConfigs } : {}),
    ...(ImageConfig ? { ImageConfigResponse: { ImageConfig } } : {}),
    ...(pending
      ? { State: 'Pending', StateReason: reason, StateReasonCode: 'Creating' }
      : { State: 'Active', ...updateStatus(record) }),
  };
}

function updateStatus({ transition }: FunctionRecord): FunctionConfiguration {
  return transition
    ? {
        LastUpdateStatus: 'InProgress',
        LastUpdateStatusReason: reason,
        // Recorded so, though the SDK's type does not know the code.
        LastUpdateStatusReasonCode: 'Creating' as LastUpdateStatusReasonCode,
      }
    : { LastUpdateStatus: 'Successful' };
}

export function loggingConfig(config: LoggingConfig | undefined, name: string): LoggingConfig {
  const LogFormat = config?.LogFormat ?? 'Text';
  const LogGroup = config?.LogGroup || `/aws/lambda/${name}`;
  if (LogFormat === 'Text') return { LogFormat, LogGroup };
  const { ApplicationLogLevel = 'INFO', SystemLogLevel = 'INFO' } = config ?? {};
  return { LogFormat, ApplicationLogLevel, SystemLogLevel, LogGroup };
}

/** As lists answer it: without what only a look at the function itself tells. */
export function listEntry(record: FunctionRecord, qualifier?: string): FunctionConfiguration {
  const {
    State,
    StateReason,
    StateReasonCode,
    LastUpdateStatus,
    LastUpdateStatusReason,
    LastUpdateStatusReasonCode,
    RuntimeVersionConfig,
    ...entry
  } = configurationOf(record, qualifier);
  return entry;
}
