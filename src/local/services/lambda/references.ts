// The ways to name a function (name, name:qualifier, account:function:name, ARN), and the record of that function.

import type { Call, Scope } from '../../call.ts';
import { accessDenied, invalid, notFound } from './errors.ts';
import { matcher, qualifierPattern } from './patterns.ts';
import type { AliasRecord, FunctionRecord } from './records.ts';
import { arnOf, keyOf, type LambdaState, settled } from './state.ts';
import { Violations } from './violations.ts';

export interface Reference {
  readonly name: string;
  /** A version, an alias or `$LATEST`; undefined when the request gives none. */
  readonly qualifier: string | undefined;
  /** The ARN without a qualifier. */
  readonly arn: string;
}

export const namePattern =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';
const namespacedPattern = namePattern
  .replace('([a-zA-Z0-9-_]+)(:', '([a-zA-Z0-9-_\\.]+)(:')
  .replace('\\$LATEST|', '\\$LATEST(\\.PUBLISHED)?|');

export interface ReferenceRules {
  /** Operations that change a function accept no dots, and at most 140 characters. */
  readonly plain?: boolean;
  /** The pattern of the Qualifier parameter in the operation's model. */
  readonly qualifierPattern?: string;
  /** Other violations of the model in the request, reported together with those of the name. */
  readonly violations?: Violations;
}

/** @throws Lambda's errors for malformed names and contradicting qualifiers */
export function parseReference(
  text: string | undefined,
  call: Scope,
  qualifier?: string,
  {
    plain = false,
    qualifierPattern: rule = qualifierPattern,
    violations = new Violations(),
  }: ReferenceRules = {},
): Reference {
  const given = text ?? '';
  const pattern = plain ? namePattern : namespacedPattern;
  violations
    .length(qualifier, 'qualifier', 128, 1)
    .pattern(qualifier, 'qualifier', rule)
    .length(given, 'functionName', plain ? 140 : 256, 1)
    .pattern(given, 'functionName', pattern)
    .refuse();
  // The groups: region, account, name and qualifier, the first two with their colons.
  const found = matcher(pattern).exec(given) ?? [];
  const [region, account, derived] = [found[3], found[9], found[13]];
  const name = found[11] ?? '';
  if (region !== undefined && region !== `${call.region}:`) {
    throw notFound(
      `Functions from '${region.slice(0, -1)}' are not reachable in this region ('${call.region}')`,
    );
  }
  if (account !== undefined && account !== `${call.account}:`) throw accessDenied();
  if (derived !== undefined && qualifier !== undefined && derived !== qualifier) {
    throw invalid('The derived qualifier from the function name does not match the specified qualifier.');
  }
  const { account: owner, region: home } = call;
  return { name, qualifier: derived ?? qualifier, arn: arnOf({ account: owner, region: home, name }) };
}

/** The function itself, whatever the qualifier. @throws ResourceNotFoundException */
export function findLatest(state: LambdaState, call: Call, { name, arn }: Reference): FunctionRecord {
  return findFunction(state, call, { name, arn, qualifier: undefined });
}

/** The function or version of the reference, in its current state. @throws ResourceNotFoundException */
export function findFunction(state: LambdaState, call: Call, reference: Reference): FunctionRecord {
  return resolveInvoked(state, call, reference, () => 1).record;
}

/** `random` returns numbers from 0 to 1, like Math.random. @throws ResourceNotFoundException */
export function resolveInvoked(
  state: LambdaState,
  call: Scope,
  { name, qualifier, arn }: Reference,
  random: () => number = Math.random,
): { record: FunctionRecord; executedVersion: string } {
  const alias = qualifier === undefined ? undefined : state.aliases.get(keyOf(call, name, qualifier));
  const version = alias ? pick(alias, random) : (qualifier ?? '$LATEST');
  const record = state.functions.get(keyOf(call, name, version));
  if (!record) throw notFound(`Function not found: ${qualifier === undefined ? arn : `${arn}:${qualifier}`}`);
  return { record: settled(record), executedVersion: version };
}

/** The version to which an alias sends a request: its weights decide how often an additional version is used. */
function pick({ functionVersion, weights = {} }: AliasRecord, random: () => number): string {
  let rest = random();
  for (const [version, weight] of Object.entries(weights)) {
    if (rest < weight) return version;
    rest -= weight;
  }
  return functionVersion;
}
