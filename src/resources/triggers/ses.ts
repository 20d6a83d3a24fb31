// Mail: a receipt rule of Amazon SES calls the function.
import { cut } from '../../config/cut.ts';
import type { TriggerValues } from '../../config/triggers/all.ts';
import { arnIn } from '../arn.ts';
import { boundSources, type Permitted, permittedSources } from './binding/sources.ts';
import { isStatementOf, statementId } from './binding/statement-id.ts';
import type { Entry, TriggerKind } from './kind.ts';
import { DeclaredReceiptRule, ReceiptRuleResource } from './receipt-rule/rule.ts';

type Declared = TriggerValues['ses'];

/** The rule of an entry. Its name is the same in every run. */
function ruleOf({ declared, number }: Entry<Declared>, functionName: string) {
  const made = cut(`${functionName}-ses${number === 1 ? '' : `-${number}`}`);
  return { set: declared.ruleSet, rule: declared.rule ?? made };
}

const arnOf = ({ set, rule }: ReturnType<typeof ruleOf>): string =>
  `receipt-rule-set/${set}:receipt-rule/${rule}`;

export const ses: TriggerKind<Declared> = {
  resources(entries, { aws, host, config, places }) {
    return entries.map((entry) => {
      const { ruleSet: _, rule: __, after, invocationType, ...settings } = entry.declared;
      const { qualifier, index } = entry;
      return new DeclaredReceiptRule(aws, host, {
        ...{ ...ruleOf(entry, host.name), qualifier, index, key: config.key },
        ...{ settings, after, invocationType },
        needs: places.callable(qualifier),
      });
    });
  },
  claims: {
    /** Source: https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html */
    of(entry, { name, things }) {
      const rule = ruleOf(entry, name);
      const permission = {
        Action: 'lambda:InvokeFunction',
        Principal: 'ses.amazonaws.com',
        SourceArn: arnIn(things.place, 'ses', arnOf(rule)),
        SourceAccount: things.place.account,
      };
      const id = statementId('ses', `${rule.set}/${rule.rule}`);
      return [{ id, qualifier: entry.qualifier, permission }];
    },
    owns: (id) => isStatementOf('ses', id),
  },
  async every(aws, host) {
    const sources = await permittedSources(aws, host, 'ses');
    return sources.flatMap((source) => {
      const rule = ruleIn(source);
      return rule ? [new ReceiptRuleResource(aws, host, rule)] : [];
    });
  },
  async leftBehind(entries, { aws, host }) {
    const declared = entries.map((entry) => arnOf(ruleOf(entry, host.name)));
    const sources = await boundSources(aws, host, 'ses', 'ses');
    return sources.flatMap((source) => {
      const rule = ruleIn(source);
      return rule && !declared.includes(arnOf(rule)) ? [new ReceiptRuleResource(aws, host, rule)] : [];
    });
  },
};

/** undefined: the ARN is a pattern. */
function ruleIn({ arn, qualifier }: Permitted) {
  const [, set, rule] = /:receipt-rule-set\/([\w-]+):receipt-rule\/([\w-]+)$/.exec(arn) ?? [];
  return set === undefined || rule === undefined ? undefined : { set, rule, qualifier };
}
