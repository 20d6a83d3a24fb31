// The resources of tasks: functions, activities, optimized integrations, and any operation of the SDK.
export type TaskResource = ArnResource | ServiceResource;

export interface ArnResource {
  readonly kind: 'function' | 'activity';
  readonly arn: string;
}

export interface ServiceResource {
  readonly kind: 'optimized' | 'sdk';
  /** `lambda`, `sqs`; of the SDK: `secretsmanager`. */
  readonly service: string;
  /** `sendMessage` */
  readonly operation: string;
  readonly pattern: Pattern;
  /** In the history: `sendMessage.waitForTaskToken`, `aws-sdk:sqs`. */
  readonly resource: string;
  readonly resourceType: string;
}

/** Request and answer; wait for the end of what was started; wait until somebody sends the token. */
export type Pattern = 'call' | 'sync' | 'sync2' | 'token';

const patterns: Readonly<Record<string, Pattern>> = {
  '': 'call',
  '.sync': 'sync',
  '.sync:2': 'sync2',
  '.waitForTaskToken': 'token',
};

export function parseResource(arn: string): TaskResource {
  if (/^arn:[\w-]+:states:[\w-]+:\d+:activity:/.test(arn)) return { kind: 'activity', arn };
  const [, path] = /^arn:[\w-]+:states:[\w-]*:\d*:(.+)$/.exec(arn) ?? [];
  if (path === undefined) return { kind: 'function', arn };
  const sdk = path.startsWith('aws-sdk:');
  const [service = '', ...rest] = (sdk ? path.slice('aws-sdk:'.length) : path).split(':');
  const resource = rest.join(':');
  const [, operation = '', suffix = ''] = /^(\w+)(\.[\w:]+)?$/.exec(resource) ?? [];
  return {
    kind: sdk ? 'sdk' : 'optimized',
    service,
    operation,
    pattern: patterns[suffix] ?? 'call',
    resource,
    resourceType: sdk ? `aws-sdk:${service}` : service,
  };
}
