// Log groups: CloudWatch Logs sends their log events to the function.
import type { Aws } from '../../aws/aws.ts';
import type { TriggerValues } from '../../config/triggers/all.ts';
import { arnIn } from '../arn.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { logGroupName } from '../names.ts';
import { bindingId, functionIn, isIdFor, qualifierIn } from './binding/own-binding.ts';
import { boundSources, type Permitted, permittedSources } from './binding/sources.ts';
import { isStatementOf, statementId } from './binding/statement-id.ts';
import type { Entry, TriggerKind } from './kind.ts';
import { DeclaredFilter, FilterResource, GroupEntries } from './log-group/filter.ts';

type Declared = TriggerValues['logs'];

function parse(declared: Declared) {
  const said = typeof declared === 'string' ? { logGroup: declared } : declared;
  const { logGroup, filterPattern, filterName } = said as Exclude<Declared, string>;
  const [, , , region, account, , name = logGroup] = logGroup.split(':');
  return { group: name, region, account, filterPattern: filterPattern ?? '', filterName };
}

export const logs: TriggerKind<Declared> = {
  resources(entries, { aws, host, owner, config, places, shared, logGroup }) {
    const own = logGroupName(host.name, config.settings);
    return numbered(entries).map(({ entry, number, filterName, ...said }) => {
      const { qualifier, index } = entry;
      const made = logGroup(said.group);
      return new DeclaredFilter(aws, host, {
        ...{ ...said, qualifier, index, owner, key: config.key, entry: entryOf },
        filterName: filterName ?? bindingId(host.name, number),
        from: labelOf(said.group, number),
        loops: said.group === own,
        siblings: shared(`log group ${said.group}`, () => new GroupEntries()),
        isMade: made !== undefined,
        needs: [...places.callable(qualifier), ...(made ? [made] : [])],
      });
    });
  },
  claims: {
    /** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html */
    of({ declared, qualifier }, { things }) {
      const { group, region, account } = parse(declared);
      const place = { region: region ?? things.place.region, account: account ?? things.place.account };
      const permission = {
        Action: 'lambda:InvokeFunction',
        Principal: 'logs.amazonaws.com',
        SourceArn: arnIn(place, 'logs', `log-group:${group}:*`),
        SourceAccount: place.account,
      };
      return [{ id: statementId('logs', group), qualifier, permission }];
    },
    owns: (id) => isStatementOf('logs', id),
  },
  every: async (aws, host) => filtersOf(await permittedSources(aws, host, 'logs'), aws, host),
  async leftBehind(entries, { aws, host }) {
    const declared = numbered(entries).map(({ group, number, filterName }) => ({
      group,
      filterName: filterName ?? bindingId(host.name, number),
    }));
    const live = await filtersOf(await boundSources(aws, host, 'logs', 'logs'), aws, host);
    return live.filter(
      ({ group, filterName }) =>
        isIdFor(host.name, filterName) &&
        !declared.some((one) => one.group === group && one.filterName === filterName),
    );
  },
};

/** The entries, each with its number among those of the same group. */
function numbered(entries: readonly Entry<Declared>[]) {
  const counts = new Map<string, number>();
  return entries.map((entry) => {
    const said = parse(entry.declared);
    const number = (counts.get(said.group) ?? 0) + 1;
    counts.set(said.group, number);
    return { entry, number, ...said };
  });
}

/** All filters of these groups that call the function. */
async function filtersOf(
  sources: readonly Permitted[],
  aws: Aws,
  host: FunctionResource,
): Promise<FilterResource[]> {
  const groups = new Set(sources.map(({ arn }) => arn.split(':')[6] ?? ''));
  // A resource policy may name groups by a pattern.
  const names = [...groups].filter((name) => /^[\w./#-]+$/.test(name));
  if (names.length === 0) return [];
  const { readFilters } = await import('./log-group/calls.ts');
  const found = await Promise.all(
    names.map(async (group) => {
      const filters = (await readFilters(aws, group)) ?? [];
      const here = filters.filter(({ destinationArn = '' }) => functionIn(destinationArn) === host.name);
      return here.map(({ filterName = '', destinationArn = '' }, index) => {
        const qualifier = qualifierIn(destinationArn);
        const from = labelOf(group, index + 1);
        return new FilterResource(aws, host, { group, filterName, qualifier, from, entry: entryOf });
      });
    }),
  );
  return found.flat();
}

function labelOf(group: string, number: number): string {
  return number === 1 ? group : `${group} (${number})`;
}

function entryOf(
  { filterName = '', filterPattern, destinationArn = '' }: Parameters<FilterResource['fields']>[0],
  group: string,
): Record<string, unknown> {
  const own = isIdFor(functionIn(destinationArn) ?? '', filterName);
  return { LogGroup: group, FilterPattern: filterPattern, ...(own ? {} : { FilterName: filterName }) };
}
