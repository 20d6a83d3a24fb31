// The conditions of a rule: as slsctl.yml says them, and as the API has them.
import type { TriggerValues } from '../../../config/triggers/all.ts';
import type { RuleCondition } from './calls.ts';

type Conditions = TriggerValues['alb']['conditions'];

const simple = [
  ['path', 'path-pattern', 'PathPatternConfig'],
  ['host', 'host-header', 'HostHeaderConfig'],
  ['method', 'http-request-method', 'HttpRequestMethodConfig'],
  ['sourceIp', 'source-ip', 'SourceIpConfig'],
] as const;

/** In an order that does not change. */
export function conditionsOf(said: Conditions): RuleCondition[] {
  const { header = {}, query = {} } = said;
  const pairs = Object.entries(query).map(([Key, Value]) => ({ Key, Value }));
  return [
    ...simple.flatMap(([name, Field, member]) => {
      const value = said[name];
      return value === undefined ? [] : [{ Field, [member]: { Values: [value].flat() } }];
    }),
    ...Object.entries(header).map(([HttpHeaderName, value]) => ({
      Field: 'http-header',
      HttpHeaderConfig: { HttpHeaderName, Values: [value].flat() },
    })),
    ...(pairs.length > 0 ? [{ Field: 'query-string', QueryStringConfig: { Values: pairs } }] : []),
  ];
}

/** The same in slsctl.yml's words. */
export function conditionsIn(conditions: readonly RuleCondition[] = []): Conditions {
  const found: Record<string, unknown> = {};
  const oneOrAll = (values: readonly unknown[] = []) => (values.length === 1 ? values[0] : values);
  for (const condition of conditions) {
    const known = simple.find(([, field]) => field === condition.Field);
    if (known) {
      const [name, , member] = known;
      found[name] = oneOrAll(condition[member]?.Values ?? condition.Values);
    } else if (condition.HttpHeaderConfig) {
      const { HttpHeaderName = '', Values } = condition.HttpHeaderConfig;
      found.header = { ...(found.header as object), [HttpHeaderName]: oneOrAll(Values) };
    } else if (condition.QueryStringConfig) {
      const pairs = (condition.QueryStringConfig.Values ?? []).map(({ Key = '', Value }) => [Key, Value]);
      found.query = Object.fromEntries(pairs);
    }
  }
  return found as Conditions;
}
