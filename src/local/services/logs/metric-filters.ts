// Metric filters: which events of a group to count. They are stored and described; no metrics are published here.

import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { MetricTransformation } from '@aws-sdk/client-cloudwatch-logs';
import { scopePrefix } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { checkLength, checkPattern } from './checks.ts';
import { invalid, invalidToken, notFound, overLimit, unsatisfied } from './errors.ts';
import { compilePattern, extractorOf } from './filter-pattern/pattern.ts';
import { keyOf, page } from './pages.ts';
import {
  type GroupRecord,
  groupKey,
  type LogsState,
  type MetricFilterRecord,
  requireGroup,
  streamPrefix,
} from './state.ts';

const mostFilters = 100;
const names = { shortest: 1, longest: 512, pattern: '[^:*]*' };

/** @throws InvalidParameterException */
export function checkFilterName(name: string, member = 'filterName'): void {
  checkLength(name, member, names.shortest, names.longest);
  checkPattern(name, member, names.pattern);
}

/** @throws InvalidParameterException for a pattern that is too long or not valid */
export function checkFilterPattern(pattern: string): void {
  checkLength(pattern, 'filterPattern', 0, 1024);
  compilePattern(pattern);
}

/** In Java's format, as messages about model violations show values. */
const printed = (transformations: readonly MetricTransformation[]): string => {
  const one = (transformation: MetricTransformation) => {
    const { metricName, metricNamespace, metricValue, defaultValue, unit } = transformation;
    const members = { metricName, metricNamespace, metricValue, defaultValue, unit, dimensions: null };
    const texts = Object.entries(members).map(([name, value]) => `${name}=${value ?? null}`);
    return `MetricTransformation(${texts.join(', ')})`;
  };
  return `[${transformations.map(one).join(', ')}]`;
};

function checkTransformations(transformations: readonly MetricTransformation[]): void {
  const place = 'metricTransformations';
  if (transformations.length < 1)
    throw unsatisfied('[]', place, 'Member must have length greater than or equal to 1');
  if (transformations.length > 1)
    throw unsatisfied(printed(transformations), place, 'Member must have length less than or equal to 1');
  for (const { metricName, metricNamespace, metricValue, defaultValue, dimensions } of transformations) {
    checkLength(metricName, `${place}.1.member.metricName`, 0, 255);
    checkPattern(metricName, `${place}.1.member.metricName`, '[^:*$]*');
    checkLength(metricNamespace, `${place}.1.member.metricNamespace`, 0, 255);
    checkPattern(metricNamespace, `${place}.1.member.metricNamespace`, '[^:*$]*', /^[^*$]*$/);
    checkLength(metricValue, `${place}.1.member.metricValue`, 0, 100);
    if (dimensions && Object.keys(dimensions).length > 0 && defaultValue !== undefined)
      throw invalid('Invalid metric transformation: dimensions and default value are mutually exclusive.');
  }
}

interface Found {
  readonly key: string;
  readonly name: string;
  readonly group: GroupRecord;
  readonly filter: MetricFilterRecord;
}

function* filtersOf(state: LogsState, group: GroupRecord, prefix: string): Generator<Found> {
  for (const [key, filter] of state.metricFilters.entries(prefix))
    yield { key, name: key.slice(prefix.length), group, filter };
}

export const metricFilters: Handlers<typeof sdk, LogsState> = {
  PutMetricFilter(input, { call, state }) {
    const { filterName = '', filterPattern = '', metricTransformations = [] } = input;
    checkFilterName(filterName);
    checkLength(filterPattern, 'filterPattern', 0, 1024);
    checkTransformations(metricTransformations);
    const group = requireGroup(state, call, input.logGroupName ?? '');
    checkFilterPattern(filterPattern);
    const key = streamPrefix(call, group) + filterName;
    const there = state.metricFilters.get(key);
    const count = group.metricFilters ?? 0;
    if (!there) {
      if (count >= mostFilters) throw overLimit();
      state.groups.put(groupKey(call, group.name), { ...group, metricFilters: count + 1 });
    }
    state.metricFilters.put(key, {
      created: state.now(),
      pattern: filterPattern,
      transformations: metricTransformations,
      applyOnTransformedLogs: input.applyOnTransformedLogs ?? false,
    });
    return {};
  },

  DescribeMetricFilters(input, { call, state }) {
    const { logGroupName, filterNamePrefix, metricName, metricNamespace, nextToken } = input;
    if (filterNamePrefix !== undefined) checkFilterName(filterNamePrefix, 'filterNamePrefix');
    checkLength(metricName, 'metricName', 0, 255);
    checkLength(metricNamespace, 'metricNamespace', 0, 255);
    if ((metricName === undefined) !== (metricNamespace === undefined))
      throw invalid('metricName and metricNamespace must be specified together.');
    const groups =
      logGroupName === undefined
        ? Array.from(state.groups.entries(scopePrefix(call)), ([, group]) => group)
        : [requireGroup(state, call, logGroupName)];
    const found = groups
      .filter(({ metricFilters }) => metricFilters)
      .flatMap((group) => [...filtersOf(state, group, streamPrefix(call, group))])
      .filter(({ name }) => name.startsWith(filterNamePrefix ?? ''))
      .filter(
        ({ filter }) =>
          metricName === undefined ||
          filter.transformations.some(
            (one) => one.metricName === metricName && one.metricNamespace === metricNamespace,
          ),
      );
    const order = ({ name, group }: Found) => `${name}/${group.name}`;
    found.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    const after = keyOf(nextToken);
    if (after !== undefined && !after.includes('/')) throw invalidToken();
    const left = found.filter((one) => after === undefined || order(one) > after);
    const { items, nextToken: next } = page(left, input.limit, order);
    return {
      metricFilters: items.map(({ name, group, filter }) => ({
        filterName: name,
        filterPattern: filter.pattern,
        metricTransformations: [...filter.transformations],
        creationTime: filter.created,
        logGroupName: group.name,
        applyOnTransformedLogs: filter.applyOnTransformedLogs,
      })),
      ...(next === undefined ? {} : { nextToken: next }),
    };
  },

  DeleteMetricFilter({ logGroupName, filterName = '' }, { call, state }) {
    checkFilterName(filterName);
    const group = requireGroup(state, call, logGroupName ?? '');
    const key = streamPrefix(call, group) + filterName;
    if (!state.metricFilters.get(key)) throw notFound('metric filter');
    state.metricFilters.remove(key);
    const left = (group.metricFilters ?? 1) - 1;
    state.groups.put(groupKey(call, group.name), { ...group, metricFilters: left });
    return {};
  },

  TestMetricFilter({ filterPattern = '', logEventMessages = [] }) {
    checkLength(filterPattern, 'filterPattern', 0, 1024);
    if (logEventMessages.length < 1)
      throw unsatisfied('[]', 'logEventMessages', 'Member must have length greater than or equal to 1');
    if (logEventMessages.length > 50)
      throw unsatisfied('[…]', 'logEventMessages', 'Member must have length less than or equal to 50');
    const matches = compilePattern(filterPattern);
    const extract = extractorOf(filterPattern);
    return {
      matches: logEventMessages.flatMap((eventMessage, index) =>
        matches(eventMessage)
          ? [{ eventNumber: index + 1, eventMessage, extractedValues: extract(eventMessage) }]
          : [],
      ),
    };
  },
};
