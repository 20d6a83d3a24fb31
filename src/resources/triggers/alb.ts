// Load balancers: a rule of a listener forwards requests to the function, by a target group of its own.
import { cut } from '../../config/cut.ts';
import type { TriggerValues } from '../../config/triggers/all.ts';
import { arnIn } from '../arn.ts';
import { foreignTags, tagsOf } from '../owned/ownership.ts';
import { boundSources, type Permitted, permittedSources } from './binding/sources.ts';
import { isStatementOf, statementId } from './binding/statement-id.ts';
import type { Entry, TriggerKind } from './kind.ts';
import { DeclaredForwarding } from './target-group/declared.ts';
import { ForwardingResource, groupCalls } from './target-group/forwarding.ts';

type Declared = TriggerValues['alb'];

/** The longest name of a target group. */
const longest = 32;

/** The target group of an entry. Its name is the same in every run; it has no underscores. */
function groupName({ number }: Pick<Entry<Declared>, 'number'>, functionName: string): string {
  const whole = `${functionName}-alb${number === 1 ? '' : `-${number}`}`;
  return cut(whole.replace(/_/g, '-').replace(/^-+/, ''), longest);
}

export const alb: TriggerKind<Declared> = {
  resources(entries, { aws, host, owner, config, places }) {
    return entries.map((entry) => {
      const { declared, qualifier, index } = entry;
      return new DeclaredForwarding(aws, host, {
        ...{ group: groupName(entry, host.name), qualifier, owner, index, key: config.key },
        declared,
        tags: tagsOf(owner, config.tags),
        needs: places.callable(qualifier),
      });
    });
  },
  claims: {
    /**
     * The end of the ARN of a target group is not known before it exists.
     * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
     */
    of(entry, { name, things }) {
      const group = groupName(entry, name);
      const permission = {
        Action: 'lambda:InvokeFunction',
        Principal: 'elasticloadbalancing.amazonaws.com',
        SourceArn: arnIn(things.place, 'elasticloadbalancing', `targetgroup/${group}/*`),
      };
      return [{ id: statementId('alb', group), qualifier: entry.qualifier, permission }];
    },
    owns: (id) => isStatementOf('alb', id),
  },
  async every(aws, host) {
    const sources = await permittedSources(aws, host, 'elasticloadbalancing');
    return sources.flatMap((source) => {
      const group = groupIn(source);
      const { qualifier } = source;
      return group === undefined
        ? []
        : [new ForwardingResource(aws, host, { group, qualifier, owner: undefined })];
    });
  },
  async leftBehind(entries, { aws, host, owner }) {
    const declared = entries.map((entry) => groupName(entry, host.name));
    const sources = await boundSources(aws, host, 'alb', 'elasticloadbalancing');
    const left = sources.flatMap((source) => {
      const group = groupIn(source);
      if (group === undefined || declared.includes(group)) return [];
      return [new ForwardingResource(aws, host, { group, qualifier: source.qualifier, owner })];
    });
    const own = await Promise.all(
      left.map(async ({ group }) => {
        const { readGroup } = await groupCalls();
        const live = await readGroup(aws, group);
        return live !== undefined && foreignTags(owner, live.tags) === undefined;
      }),
    );
    return left.filter((_, index) => own[index]);
  },
};

const groupIn = ({ arn }: Permitted): string | undefined => /:targetgroup\/([\w-]+)\//.exec(arn)?.[1];
