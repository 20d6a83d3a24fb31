// Messages of devices: a rule of AWS IoT calls the function with what its SQL statement selects.
import type { TriggerValues } from '../../config/triggers/all.ts';
import { arnIn } from '../arn.ts';
import { foreignTags, tagsOf } from '../owned/ownership.ts';
import { boundSources, permittedSources } from './binding/sources.ts';
import { isStatementOf, statementId } from './binding/statement-id.ts';
import type { Entry, TriggerKind } from './kind.ts';
import { DeclaredTopicRule, ruleCalls, TopicRuleResource } from './topic-rule/rule.ts';

type Declared = TriggerValues['iot'];

function parse(declared: Declared) {
  return (typeof declared === 'string' ? { sql: declared } : declared) as Exclude<Declared, string>;
}

/** The name is the same in every run. Names of rules have no hyphens. */
function ruleName({ declared, number }: Entry<Declared>, functionName: string): string {
  const made = `${functionName}_iot${number === 1 ? '' : `_${number}`}`;
  return parse(declared).name ?? made.replace(/-/g, '_');
}

export const iot: TriggerKind<Declared> = {
  resources(entries, { aws, host, owner, config, places, things }) {
    return entries.map((entry) => {
      const { sql, description, enabled, awsIotSqlVersion } = parse(entry.declared);
      const rule = ruleName(entry, host.name);
      return new DeclaredTopicRule(aws, host, {
        ...{ rule, owner, qualifier: entry.qualifier, key: config.key, index: entry.index },
        arn: arnIn(things.place, 'iot', `rule/${rule}`),
        ...{ sql, description, enabled, awsIotSqlVersion },
        tags: tagsOf(owner, config.tags),
        needs: places.callable(entry.qualifier),
      });
    });
  },
  claims: {
    /** Source: https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html */
    of(entry, { name, things }) {
      const rule = ruleName(entry, name);
      const permission = {
        Action: 'lambda:InvokeFunction',
        Principal: 'iot.amazonaws.com',
        SourceArn: arnIn(things.place, 'iot', `rule/${rule}`),
        SourceAccount: things.place.account,
      };
      return [{ id: statementId('iot', rule), qualifier: entry.qualifier, permission }];
    },
    owns: (id) => isStatementOf('iot', id),
  },
  async every(aws, host) {
    const sources = await permittedSources(aws, host, 'iot');
    return sources.flatMap(({ arn, qualifier }) => {
      const rule = ruleIn(arn);
      return rule === undefined
        ? []
        : [new TopicRuleResource(aws, host, { rule, arn, qualifier, owner: undefined })];
    });
  },
  async leftBehind(entries, { aws, host, owner }) {
    const declared = entries.map((entry) => ruleName(entry, host.name));
    const sources = await boundSources(aws, host, 'iot', 'iot');
    const left = sources.flatMap(({ arn, qualifier }) => {
      const rule = ruleIn(arn);
      if (rule === undefined || declared.includes(rule)) return [];
      return [new TopicRuleResource(aws, host, { rule, arn, qualifier, owner })];
    });
    const own = await Promise.all(
      left.map(async ({ rule, arn }) => {
        const { readTopicRule } = await ruleCalls();
        const live = await readTopicRule(aws, { rule, arn });
        return live !== undefined && foreignTags(owner, live.tags) === undefined;
      }),
    );
    return left.filter((_, index) => own[index]);
  },
};

/** undefined: the ARN is a pattern. */
const ruleIn = (arn: string): string | undefined => /:rule\/(\w+)$/.exec(arn)?.[1];
