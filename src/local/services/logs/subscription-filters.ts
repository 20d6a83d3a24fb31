// Subscription filters. Those that send to functions and streams are carried out; the others are only stored.
import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AccessDeniedException } from '@aws-sdk/client-cloudwatch-logs';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { isRefusal, ServiceError } from '../../service-error.ts';
import { checkEnum } from './checks.ts';
import { invalid, invalidToken, notFound, overLimit } from './errors.ts';
import { checkFilterName, checkFilterPattern } from './metric-filters.ts';
import { keyOf, page } from './pages.ts';
import { type GroupRecord, type LogsState, requireGroup, streamPrefix } from './state.ts';
import { isFunction, isStream, sourceOf, tryStream } from './subscriptions.ts';

const mostFilters = 2;

/** @throws InvalidParameterException, AccessDeniedException */
function checkDestination(arn: string, roleArn: string | undefined, call: Call): void {
  const [, vendor, , account] = /^arn:[\w-]+:([^:]+):([^:]*):([^:]*):.+$/.exec(arn) ?? [];
  if (vendor === undefined) throw invalid(`destinationArn ${arn} is not valid.`);
  if (vendor === 'lambda') {
    if (account === call.account) return;
    throw new AccessDeniedException({
      message:
        'Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.',
      $metadata: {},
    });
  }
  if (vendor !== 'kinesis' && vendor !== 'firehose' && vendor !== 'logs')
    throw invalid(`PutSubscriptionFilter operation cannot work with destinationArn for vendor ${vendor}`);
  if (vendor !== 'logs' && roleArn === undefined)
    throw invalid(`destinationArn for vendor ${vendor} cannot be used without roleArn`);
}

/** @throws InvalidParameterException when CloudWatch Logs cannot invoke the function. AWS does not invoke it to find out. */
function checkFunction(state: LogsState, call: Call, group: GroupRecord, functionArn: string): void {
  if (state.host.face('functions').accepts(functionArn, sourceOf(call, group))) return;
  throw invalid(
    'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
  );
}

/** @throws InvalidParameterException when CloudWatch Logs cannot write to the stream with this role */
function checkStream(
  state: LogsState,
  call: Call,
  group: GroupRecord,
  { destinationArn, roleArn = '' }: { destinationArn: string; roleArn: string | undefined },
): void {
  try {
    if (!state.host.face('policies').allowsRole(roleArn, 'kinesis:PutRecord', destinationArn)) {
      throw new ServiceError('AccessDeniedException', `${roleArn} may not write to ${destinationArn}`);
    }
    tryStream(state, call, group, destinationArn);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw invalid(
      'Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in ACTIVE state.',
    );
  }
}

export const subscriptionFilters: Handlers<typeof sdk, LogsState> = {
  PutSubscriptionFilter(input, { call, state }) {
    const { filterName = '', filterPattern = '', destinationArn = '', roleArn, distribution } = input;
    checkFilterName(filterName);
    checkEnum(distribution, 'distribution', ['Random', 'ByLogStream']);
    checkDestination(destinationArn, roleArn, call);
    checkFilterPattern(filterPattern);
    const group = requireGroup(state, call, input.logGroupName ?? '');
    const prefix = streamPrefix(call, group);
    const there = state.subscriptionFilters.get(prefix + filterName);
    if (!there && [...state.subscriptionFilters.entries(prefix)].length >= mostFilters) throw overLimit();
    if (isFunction(destinationArn)) checkFunction(state, call, group, destinationArn);
    if (isStream(destinationArn)) checkStream(state, call, group, { destinationArn, roleArn });
    state.subscriptions.delete(group.id);
    state.subscriptionFilters.put(prefix + filterName, {
      created: there?.created ?? state.now(),
      pattern: filterPattern,
      destinationArn,
      ...(roleArn === undefined ? {} : { roleArn }),
      distribution: distribution ?? 'ByLogStream',
      applyOnTransformedLogs: input.applyOnTransformedLogs ?? false,
    });
    return {};
  },

  DescribeSubscriptionFilters(input, { call, state }) {
    const { logGroupName, filterNamePrefix } = input;
    if (filterNamePrefix !== undefined) checkFilterName(filterNamePrefix, 'filterNamePrefix');
    const group = requireGroup(state, call, logGroupName ?? '');
    const prefix = streamPrefix(call, group);
    const after = keyOf(input.nextToken);
    if (after !== undefined && !after.startsWith(prefix)) throw invalidToken();
    const found = [...state.subscriptionFilters.entries(prefix + (filterNamePrefix ?? ''))].filter(
      ([key]) => after === undefined || key > after,
    );
    const { items, nextToken } = page(found, input.limit, ([key]) => key);
    return {
      subscriptionFilters: items.map(([key, filter]) => ({
        filterName: key.slice(prefix.length),
        logGroupName: group.name,
        filterPattern: filter.pattern,
        destinationArn: filter.destinationArn,
        ...(filter.roleArn === undefined ? {} : { roleArn: filter.roleArn }),
        distribution: filter.distribution,
        applyOnTransformedLogs: filter.applyOnTransformedLogs,
        creationTime: filter.created,
      })),
      ...(nextToken === undefined ? {} : { nextToken }),
    };
  },

  DeleteSubscriptionFilter({ logGroupName, filterName = '' }, { call, state }) {
    checkFilterName(filterName);
    const group = requireGroup(state, call, logGroupName ?? '');
    const key = streamPrefix(call, group) + filterName;
    if (!state.subscriptionFilters.get(key)) throw notFound('subscription filter');
    state.subscriptionFilters.remove(key);
    state.subscriptions.delete(group.id);
    return {};
  },
};
