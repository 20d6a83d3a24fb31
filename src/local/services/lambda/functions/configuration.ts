// A function's record in the form of the API's answers.

import type {
  FunctionConfiguration,
  LastUpdateStatusReasonCode,
  LoggingConfig,
  SnapStartResponse,
} from '@aws-sdk/client-lambda';
import { runtimeVersionArn } from '../../../runtime/interpreters/runtime-version.ts';
import type { FunctionRecord } from '../records.ts';
import { arnOf } from '../state.ts';

const reason = 'The function is being created.';

/** With `qualifier`, the ARN ends with it. */
export function configurationOf(record: FunctionRecord, qualifier?: string): FunctionConfiguration {
  const { settings, layers, transition, code, region, name, version } = record;
  const arn = arnOf(record);
  const { Environment, VpcConfig, DeadLetterConfig, FileSystemConfigs, ImageConfig } = settings;
  const { Role, Handler, KMSKeyArn, PackageType = 'Zip', Runtime, TracingConfig } = settings;
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
    LastModified: lambdaDate(record.lastModified),
    Version: version,
    RevisionId: record.revisionId,
    PackageType,
    Architectures: settings.Architectures ?? ['x86_64'],
    EphemeralStorage: settings.EphemeralStorage ?? { Size: 512 },
    TracingConfig: { Mode: TracingConfig?.Mode ?? 'PassThrough' },
    SnapStart: snapStart(record),
    LoggingConfig: loggingConfig(settings.LoggingConfig, name),
    ...(Runtime ? { RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(region, Runtime) } } : {}),
    ...(Environment ? { Environment: { Variables: Environment.Variables ?? {} } } : {}),
    ...(layers.length > 0
      ? { Layers: layers.map((layer) => ({ Arn: layer.arn, CodeSize: layer.code.size })) }
      : {}),
    ...(VpcConfig ? { VpcConfig: vpcConfig(VpcConfig) } : {}),
    ...(DeadLetterConfig?.TargetArn ? { DeadLetterConfig } : {}),
    ...(KMSKeyArn ? { KMSKeyArn } : {}),
    ...(FileSystemConfigs?.length ? { FileSystemConfigs } : {}),
    ...(settings.DurableConfig ? { DurableConfig: settings.DurableConfig } : {}),
    ...(settings.CapacityProviderConfig ? { CapacityProviderConfig: settings.CapacityProviderConfig } : {}),
    ...(settings.TenancyConfig ? { TenancyConfig: settings.TenancyConfig } : {}),
    ...(ImageConfig && Object.keys(ImageConfig).length > 0 ? { ImageConfigResponse: { ImageConfig } } : {}),
    ...(transition?.kind === 'create'
      ? { State: 'Pending', StateReason: reason, StateReasonCode: 'Creating' }
      : { State: 'Active', ...updateStatus(record) }),
  };
}

function updateStatus({ transition }: FunctionRecord): FunctionConfiguration {
  return transition
    ? {
        LastUpdateStatus: 'InProgress',
        LastUpdateStatusReason: reason,
        // Real AWS answers this code, although the SDK's type does not have it.
        LastUpdateStatusReasonCode: 'Creating' as LastUpdateStatusReasonCode,
      }
    : { LastUpdateStatus: 'Successful' };
}

/** Only published versions have snapshots. */
function snapStart({ settings, version }: FunctionRecord): SnapStartResponse {
  const ApplyOn = settings.SnapStart?.ApplyOn ?? 'None';
  const taken = ApplyOn === 'PublishedVersions' && version !== '$LATEST';
  return { ApplyOn, OptimizationStatus: taken ? 'On' : 'Off' };
}

/** There are no networks here: all subnets belong to the same one. */
function vpcConfig({
  SubnetIds = [],
  SecurityGroupIds = [],
  Ipv6AllowedForDualStack = false,
}: NonNullable<FunctionRecord['settings']['VpcConfig']>): FunctionConfiguration['VpcConfig'] {
  const VpcId = SubnetIds.length > 0 ? 'vpc-00000000000000001' : '';
  return { SubnetIds, SecurityGroupIds, VpcId, Ipv6AllowedForDualStack };
}

export function loggingConfig(config: LoggingConfig | undefined, name: string): LoggingConfig {
  const LogFormat = config?.LogFormat ?? 'Text';
  const LogGroup = config?.LogGroup || `/aws/lambda/${name}`;
  if (LogFormat === 'Text') return { LogFormat, LogGroup };
  const { ApplicationLogLevel = 'INFO', SystemLogLevel = 'INFO' } = config ?? {};
  return { LogFormat, ApplicationLogLevel, SystemLogLevel, LogGroup };
}

/** `2025-01-01T00:00:00.000+0000` */
export function lambdaDate(time: number): string {
  return new Date(time).toISOString().replace('Z', '+0000');
}

/** The entry in lists, without the fields that only GetFunction and GetFunctionConfiguration answer. */
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
