// DescribeLimits and DescribeEndpoints.
import type * as sdk from '@aws-sdk/client-dynamodb';
import type { Handlers } from '../../../service.ts';
import type { DynamoState } from '../state.ts';

export const limits: Handlers<typeof sdk, DynamoState> = {
  DescribeLimits() {
    return {
      AccountMaxReadCapacityUnits: 80_000,
      AccountMaxWriteCapacityUnits: 80_000,
      TableMaxReadCapacityUnits: 40_000,
      TableMaxWriteCapacityUnits: 40_000,
    };
  },

  /** Clients that look for an endpoint stay with this server. */
  DescribeEndpoints(_input, { call }) {
    return { Endpoints: [{ Address: new URL(call.endpoint).host, CachePeriodInMinutes: 1440 }] };
  },
};
