// The runtime's description of a function, from its record.

import type { FunctionSpec } from '../../../runtime/function-spec.ts';
import type { FunctionRecord } from '../records.ts';
import type { LambdaState } from '../state.ts';
import { loggingConfig } from './configuration.ts';

const known = new WeakMap<FunctionRecord, FunctionSpec>();

export function specOf(state: LambdaState, record: FunctionRecord): FunctionSpec {
  let spec = known.get(record);
  if (!spec) {
    spec = makeSpec(state, record);
    known.set(record, spec);
  }
  return spec;
}

function makeSpec(state: LambdaState, record: FunctionRecord): FunctionSpec {
  const { settings, name, version, account, region, code } = record;
  const role = settings.Role ?? '';
  const logging = loggingConfig(settings.LoggingConfig, name);
  return {
    revision: record.contentId,
    account,
    region,
    name,
    version,
    runtime: settings.Runtime ?? '',
    handler: settings.Handler ?? '',
    memorySize: settings.MemorySize ?? 128,
    timeout: settings.Timeout ?? 3,
    variables: settings.Environment?.Variables ?? {},
    codeDir: state.code.files(code),
    optDir: state.code.opt(record.layers.map((layer) => layer.code)),
    logGroup: logging.LogGroup as string,
    logging: {
      format: logging.LogFormat ?? 'Text',
      applicationLevel: logging.ApplicationLogLevel,
      systemLevel: logging.SystemLogLevel,
    },
    ephemeralStorage: settings.EphemeralStorage?.Size,
    tenantIsolation: settings.TenancyConfig?.TenantIsolationMode === 'PER_TENANT',
    credentials: () => state.host.face('roles').session(role, sessionNameOf(name)),
  };
}

/** A session name has at least two characters. */
const sessionNameOf = (name: string): string => (name.length === 1 ? `${name}@lambda_function` : name);
