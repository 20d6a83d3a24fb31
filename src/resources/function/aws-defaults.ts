// AWS's defaults for the settings of a function; `null` in slsctl.yml resets a setting to its default.
import type { FunctionSettings } from '../../config/project.ts';
import { logGroupName } from '../names.ts';

type Resettable = Required<
  Pick<
    FunctionSettings,
    | 'MemorySize'
    | 'Timeout'
    | 'Description'
    | 'Architectures'
    | 'EphemeralStorage'
    | 'Layers'
    | 'KMSKeyArn'
    | 'VpcConfig'
    | 'FileSystemConfigs'
    | 'TracingConfig'
    | 'LoggingConfig'
    | 'DeadLetterConfig'
    | 'SnapStart'
    | 'ImageConfig'
  >
>;

/** The request values that reset each setting. */
function awsDefaults(functionName: string): Resettable {
  return {
    MemorySize: 128,
    Timeout: 3,
    Description: '',
    Architectures: ['x86_64'],
    EphemeralStorage: { Size: 512 },
    Layers: [],
    KMSKeyArn: '',
    VpcConfig: { SubnetIds: [], SecurityGroupIds: [], Ipv6AllowedForDualStack: false },
    FileSystemConfigs: [],
    TracingConfig: { Mode: 'PassThrough' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: logGroupName(functionName) },
    DeadLetterConfig: { TargetArn: '' },
    SnapStart: { ApplyOn: 'None' },
    ImageConfig: { EntryPoint: [], Command: [], WorkingDirectory: '' },
  };
}

/** The settings that have a default. */
export const resettable = Object.keys(awsDefaults('')) as (keyof FunctionSettings)[];

/** The default values of the settings named in `resets`. */
export function resetSettings(
  functionName: string,
  resets: readonly (keyof FunctionSettings)[] = [],
): FunctionSettings {
  const all: FunctionSettings = awsDefaults(functionName);
  return Object.fromEntries(resets.filter((name) => name in all).map((name) => [name, all[name]]));
}
