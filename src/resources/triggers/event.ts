// Events: a rule of EventBridge calls the function with those that match its pattern.
import { apiNames } from '../../config/api-names.ts';
import { cut } from '../../config/cut.ts';
import type { TriggerValues } from '../../config/triggers/all.ts';
import { arnIn } from '../arn.ts';
import { foreignTags, tagsOf } from '../owned/ownership.ts';
import type { Things } from '../things/things.ts';
import { boundSources, permittedSources } from './binding/sources.ts';
import { isStatementOf, statementId } from './binding/statement-id.ts';
import { jsonInput } from './json-input.ts';
import type { Entry, TriggerKind } from './kind.ts';
import type { RuleName } from './rule/calls.ts';
import { DeclaredRule, type TargetMembers } from './rule/declared.ts';
import { RuleResource, ruleCalls } from './rule/rule.ts';

type Declared = TriggerValues['event'];

/** The rule of an entry. Its name is the same in every run. */
function ruleOf({ declared, number }: Entry<Declared>, functionName: string, things: Things): RuleName {
  const [, , , , , named = 'default'] = (declared.bus ?? 'default').startsWith('arn:')
    ? (declared.bus as string).split(':')
    : ['', '', '', '', '', declared.bus];
  const bus = named.replace(/^event-bus\//, '');
  const name = declared.name ?? cut(`${functionName}-event${number === 1 ? '' : `-${number}`}`);
  const rule = bus === 'default' ? name : `${bus}/${name}`;
  return { bus, name, arn: arnIn(things.place, 'events', `rule/${rule}`) };
}

export const event: TriggerKind<Declared> = {
  resources(entries, { aws, host, owner, config, places, things }) {
    return entries.map((entry) => {
      const { declared, qualifier, index } = entry;
      const queue = declared.deadLetter ? things.locate('queue', declared.deadLetter) : undefined;
      return new DeclaredRule(aws, host, {
        ...{ owner, qualifier, index, key: config.key },
        rule: ruleOf(entry, host.name, things),
        pattern: typeof declared.pattern === 'string' ? declared.pattern : JSON.stringify(declared.pattern),
        enabled: declared.enabled,
        description: declared.description,
        target: membersOf(declared, queue?.arn),
        deadLetter: queue,
        wrongBus: wrongBus(declared.bus, things),
        tags: tagsOf(owner, config.tags),
        needs: [...places.callable(qualifier), ...(queue?.own ? [queue.own.resource] : [])],
      });
    });
  },
  claims: {
    /** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html */
    of(entry, { name, things }) {
      const { bus, name: rule, arn } = ruleOf(entry, name, things);
      const permission = {
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: arn,
      };
      const id = statementId('event', bus === 'default' ? rule : `${bus}/${rule}`);
      return [{ id, qualifier: entry.qualifier, permission }];
    },
    owns: (id) => isStatementOf('event', id),
  },
  async every(aws, host) {
    const sources = await permittedSources(aws, host, 'events');
    return sources.flatMap(({ arn, qualifier }) => {
      const rule = ruleIn(arn);
      return rule ? [new RuleResource(aws, host, { rule, qualifier, owner: undefined })] : [];
    });
  },
  async leftBehind(entries, { aws, host, owner, things }) {
    const declared = entries.map((entry) => ruleOf(entry, host.name, things).arn);
    const sources = await boundSources(aws, host, 'event', 'events');
    const left = sources.flatMap(({ arn, qualifier }) => {
      const rule = declared.includes(arn) ? undefined : ruleIn(arn);
      return rule ? [new RuleResource(aws, host, { rule, qualifier, owner })] : [];
    });
    const own = await Promise.all(
      left.map(async ({ rule }) => {
        const { readRule } = await ruleCalls();
        const live = await readRule(aws, rule);
        return typeof live === 'object' && foreignTags(owner, live.tags) === undefined;
      }),
    );
    return left.filter((_, index) => own[index]);
  },
};

/** undefined: the ARN is a pattern. */
function ruleIn(arn: string): RuleName | undefined {
  const [, bus, name] = /:rule\/(?:([\w.-]+)\/)?([\w.-]+)$/.exec(arn) ?? [];
  return name === undefined ? undefined : { bus: bus ?? 'default', name, arn };
}

function wrongBus(bus: string | undefined, { place }: Things): string | undefined {
  if (!bus?.startsWith('arn:')) return undefined;
  const [, , , region, account] = bus.split(':');
  if (region === place.region && account === place.account) return undefined;
  return `is ${bus}; a rule is made on a bus of its own account and region: ${place.account}, ${place.region}`;
}

function membersOf(declared: Declared, queueArn: string | undefined): TargetMembers {
  const { input, inputPath, inputTransformer, deadLetter, retryPolicy } = declared;
  return {
    ...(input === undefined ? {} : { Input: input === null ? undefined : jsonInput(input) }),
    ...(inputPath === undefined ? {} : { InputPath: inputPath ?? undefined }),
    ...(inputTransformer === undefined
      ? {}
      : {
          InputTransformer: inputTransformer
            ? { InputPathsMap: inputTransformer.inputPathsMap, InputTemplate: inputTransformer.inputTemplate }
            : undefined,
        }),
    ...(deadLetter === undefined ? {} : { DeadLetterConfig: queueArn ? { Arn: queueArn } : undefined }),
    ...(retryPolicy === undefined ? {} : { RetryPolicy: retryPolicy ? apiNames(retryPolicy) : undefined }),
  };
}
