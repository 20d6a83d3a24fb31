// Subscription filters of log groups.
import {
  DeleteSubscriptionFilterCommand,
  PutSubscriptionFilterCommand,
  type PutSubscriptionFilterRequest,
  paginateDescribeSubscriptionFilters,
  type SubscriptionFilter,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Aws } from '../../../aws/aws.ts';
import { allItems } from '../../../aws/pages.ts';
import { absent } from '../../absent.ts';
import { shared } from '../../shared-request.ts';

/** undefined: there is no such group. Concurrent calls share one request. */
export const readFilters = shared(
  (group: string) => group,
  (aws, logGroupName): Promise<SubscriptionFilter[] | undefined> => {
    const pages = paginateDescribeSubscriptionFilters({ client: aws.logs }, { logGroupName });
    return absent(() => allItems(pages, ({ subscriptionFilters }) => subscriptionFilters));
  },
);

export async function putFilter({ logs }: Aws, filter: PutSubscriptionFilterRequest): Promise<void> {
  await logs.send(new PutSubscriptionFilterCommand(filter));
}

export async function deleteFilter({ logs }: Aws, logGroupName: string, filterName: string): Promise<void> {
  await absent(() => logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName })));
}
