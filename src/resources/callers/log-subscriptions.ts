// Subscription filters of log groups. Only the groups that a resource policy names are looked into.
import { paginateDescribeSubscriptionFilters } from '@aws-sdk/client-cloudwatch-logs';
import { allItems } from '../../aws/pages.ts';
import { absent } from '../absent.ts';
import { type CallerKind, sourcesOf } from './caller.ts';

export const logSubscriptions: CallerKind = {
  what: 'log subscriptions',
  async find(sight) {
    const groups = sourcesOf(sight, 'logs').map((arn) => arn.split(':')[6] ?? '');
    const found = await Promise.all(
      [...new Set(groups)].filter((name) => /^[\w./#-]+$/.test(name)).map((name) => filtersOf(name)),
    );
    return found.flat();

    async function filtersOf(logGroupName: string) {
      const pages = paginateDescribeSubscriptionFilters({ client: sight.aws.logs }, { logGroupName });
      const all = await absent(() => allItems(pages, ({ subscriptionFilters }) => subscriptionFilters));
      return (all ?? []).flatMap(({ filterName = '', destinationArn: arn }) => {
        if (!sight.isNamed(arn)) return [];
        return {
          kind: 'log subscription',
          name: `${filterName} of ${logGroupName}`,
          arn,
          removal: [
            ...['aws', 'logs', 'delete-subscription-filter', '--log-group-name', logGroupName],
            ...['--filter-name', filterName],
          ],
        };
      });
    }
  },
};
