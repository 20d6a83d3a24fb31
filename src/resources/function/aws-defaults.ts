// What AWS does when a setting is not given: what `null` in slsctl.yml goes back to.
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

/** In the words in which a request takes the setting back. */
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

/** Settings that AWS has a value for when none is given. */
export const resettable = Object.keys(awsDefaults('')) as (keyof FunctionSettings)[];

/** The settings that these resets stand for. */
export function resetSettings(
  functionName: string,
  resets: readonly (keyof FunctionSettings)[] = [],
): FunctionSettings {
  const all: FunctionSettings = awsDefaults(functionName);
  return Object.fromEntries(resets.filter((name) => name in all).map((name) => [name, all[name]]));
}
