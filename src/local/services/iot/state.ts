// The rules in the store, and their keys.
import { InvalidRequestException, type TopicRulePayload, UnauthorizedException } from '@aws-sdk/client-iot';
import { type Scope, scopePrefix } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import type { Collection } from '../../store/store.ts';

export interface RuleRecord {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly created: number;
  readonly payload: TopicRulePayload;
  readonly tags: Readonly<Record<string, string>>;
}

export interface IotState {
  /** Keys: `account/region/name`. */
  readonly rules: Collection<RuleRecord>;
  readonly host: ServiceHost;
}

export const createIotState = (host: ServiceHost): IotState => ({
  rules: host.store.collection<RuleRecord>('iot.rules'),
  host,
});

export const ruleKey = (scope: Scope, name: string): string => scopePrefix(scope) + name;

export const ruleArn = ({ account, region }: Scope, name: string): string =>
  `arn:${partitionOf(region)}:iot:${region}:${account}:rule/${name}`;

export const invalid = (message: string) => new InvalidRequestException({ message, $metadata: {} });

/** @throws UnauthorizedException: so does AWS answer for a rule that does not exist */
export function requireRule(state: IotState, scope: Scope, name = ''): RuleRecord {
  const rule = state.rules.get(ruleKey(scope, name));
  if (rule) return rule;
  throw new UnauthorizedException({ message: `Access to topic rule '${name}' was denied`, $metadata: {} });
}
