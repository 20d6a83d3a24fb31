// The sets of receipt rules in the store, their keys, and the errors of SES in AWS's words.
import { type ReceiptRule, RuleSetDoesNotExistException } from '@aws-sdk/client-ses';
import { type Scope, scopePrefix } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import type { Collection } from '../../store/store.ts';

export interface RuleSetRecord {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly created: number;
  /** In the order in which SES evaluates them. */
  readonly rules: readonly ReceiptRule[];
}

export interface SesState {
  /** Keys: `account/region/name`. */
  readonly sets: Collection<RuleSetRecord>;
  /** The name of the active set. Keys: `account/region/`. */
  readonly active: Collection<string>;
  readonly host: ServiceHost;
}

export const createSesState = (host: ServiceHost): SesState => ({
  sets: host.store.collection<RuleSetRecord>('ses.rule-sets'),
  active: host.store.collection<string>('ses.active'),
  host,
});

export const setKey = (scope: Scope, name: string): string => scopePrefix(scope) + name;

/** The source ARN by which the policies of functions know a rule. */
export const ruleArn = ({ account, region }: Scope, set: string, rule: string): string =>
  `arn:${partitionOf(region)}:ses:${region}:${account}:receipt-rule-set/${set}:receipt-rule/${rule}`;

/** @throws RuleSetDoesNotExistException */
export function requireSet(state: SesState, scope: Scope, name = ''): RuleSetRecord {
  const set = state.sets.get(setKey(scope, name));
  if (set) return set;
  throw new RuleSetDoesNotExistException({
    message: `Rule set does not exist: ${name}`,
    Name: name,
    $metadata: {},
  });
}

export const putSet = (state: SesState, scope: Scope, set: RuleSetRecord): void =>
  state.sets.put(setKey(scope, set.name), set);

/** @throws ServiceError InvalidParameterValue for a name that is not valid */
export function checkName(name: string, member: string): string {
  if (/^[a-zA-Z0-9]([\w-]{0,62}[a-zA-Z0-9])?$/.test(name)) return name;
  throw new ServiceError('InvalidParameterValue', `Invalid ${member} '${name}'`);
}
