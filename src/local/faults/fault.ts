// A fault that a user has set: its kind, the requests that it meets, and how a request to set one is checked.
import { type Operation, operationsOf } from '../protocols/operations.ts';
import type { Service } from '../service.ts';
import { ServiceError } from '../service-error.ts';

/**
 * `throttle`, `500` and `503` are answers in place of the operation. `cut-before` drops the connection before the
 * operation takes effect, `cut-after` when it has taken effect and before its answer is sent. `slow` delays the
 * operation.
 */
export const kinds = ['throttle', '500', '503', 'cut-before', 'cut-after', 'slow'] as const;
export type Kind = (typeof kinds)[number];

export interface FaultSettings {
  readonly kind: Kind;
  /** `lambda:CreateFunction`, `iam:*`, `lambda:Create*`; `*` means every request, `writes` those that change something. */
  readonly operation: string;
  /** Only the Nth request that matches, from 1. */
  readonly nth?: number;
  /** A share of the requests that match, from 0 to 1. The same seed chooses the same requests. */
  readonly share?: number;
  readonly seed?: number;
  /** The fault ends after so many requests were met. */
  readonly count?: number;
  /** Milliseconds, for `slow`. */
  readonly delay?: number;
}

export interface Fault extends FaultSettings {
  readonly id: number;
  /** Requests so far that match the operation. */
  readonly matched: number;
  /** Requests so far that the fault met. */
  readonly met: number;
}

const longestDelay = 15 * 60_000;
const known = ['kind', 'operation', 'nth', 'share', 'seed', 'count', 'delay'];

/** @throws ServiceError InvalidFault, with a text for the user, for settings that are not valid */
export function checkedFault(given: unknown, services: readonly Service[]): FaultSettings {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid('a fault is a JSON object');
  }
  const fault = given as FaultSettings;
  const unknown = Object.keys(fault).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(`a fault has no ${unknown}; it has ${known.join(', ')}`);
  const { kind, operation, nth, share, seed, count, delay } = fault;
  if (!kinds.includes(kind)) throw invalid(`the kind is ${shown(kind)}; allowed: ${kinds.join(', ')}`);
  checkOperation(operation, services);
  whole('--nth', nth, 1);
  whole('--count', count, 1);
  whole('--seed', seed, 0);
  if (share !== undefined && !(typeof share === 'number' && share > 0 && share <= 1)) {
    throw invalid(`--share is ${shown(share)}; allowed: more than 0% and at most 100%, written like 10%`);
  }
  if (nth !== undefined && share !== undefined) throw invalid('--nth and --share exclude each other');
  if (nth !== undefined && count !== undefined) {
    throw invalid('--nth and --count exclude each other: --nth means one request');
  }
  if (seed !== undefined && share === undefined) throw invalid('--seed is for --share only');
  if ((kind === 'slow') !== (delay !== undefined)) {
    throw invalid(
      kind === 'slow'
        ? 'slow needs --delay, the time, written like 2s'
        : `--delay is for slow only, not for ${kind}`,
    );
  }
  if (delay !== undefined && !(typeof delay === 'number' && delay >= 0 && delay <= longestDelay)) {
    throw invalid(
      `--delay is ${shown(delay)}; allowed: 0 to ${longestDelay / 60_000}m, written like 100ms or 2s`,
    );
  }
  return fault;
}

export const invalid = (message: string) => new ServiceError('InvalidFault', message);

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

function whole(flag: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  throw invalid(`${flag} is ${shown(value)}; allowed: a whole number from ${least}`);
}

function checkOperation(text: unknown, services: readonly Service[]): void {
  if (text === '*' || text === 'writes') return;
  const forms = 'allowed: SERVICE:OPERATION (lambda:CreateFunction, lambda:Create*, iam:*), writes, *';
  const [, name, pattern] = /^([a-z0-9-]+):([A-Za-z0-9*]+)$/.exec(String(text)) ?? [];
  if (name === undefined || pattern === undefined) throw invalid(`the operation is ${shown(text)}; ${forms}`);
  const service = services.find((one) => one.name === name);
  if (!service) {
    const names = services.map((one) => one.name).sort();
    throw invalid(`the local AWS has no service ${name}; it has ${names.join(', ')}`);
  }
  const operations = Object.keys(service.handlers);
  if (operations.some((operation) => matchesPattern(pattern, operation))) return;
  const [verb = ''] = /^[A-Z]?[a-z]*/.exec(pattern) ?? [];
  const alike = operations.filter((operation) => verb !== '' && operation.startsWith(verb)).sort();
  const some = alike.length > 0 ? alike : operations.sort();
  throw invalid(
    `${name} has no operation ${pattern}; it has ${some.slice(0, 12).join(', ')}${some.length > 12 ? ' …' : ''}`,
  );
}

export function matches(pattern: string, service: string, operation: Operation): boolean {
  if (pattern === '*') return true;
  if (pattern === 'writes') return changes(operation);
  const [name, rest = ''] = pattern.split(':');
  return name === service && matchesPattern(rest, operation.name);
}

function matchesPattern(pattern: string, operation: string): boolean {
  return new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(operation);
}

const reads =
  /^(Get|List|Describe|Head|BatchGet|TransactGet|Query|Scan|Filter|Simulate|Test|Assume|StartLiveTail)/;
const runs = /^Invoke/;

/** Whether the operation changes something. An invocation changes nothing by itself. */
const changes = ({ name }: Operation) => !reads.test(name) && !runs.test(name);

/** The operations of these services that a fault on `writes` meets: `iam:CreateRole`. */
export function writesOf(services: readonly Service[]): string[] {
  return services.flatMap(({ name, sdk, handlers }) =>
    [...operationsOf(sdk as object).values()]
      .filter((operation) => operation.name in handlers && changes(operation))
      .map((operation) => `${name}:${operation.name}`),
  );
}
