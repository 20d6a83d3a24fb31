// Event filters: their check, and which events pass.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
import type { FilterCriteria } from '@aws-sdk/client-lambda';
import { compilePattern } from '../../../event-patterns/pattern.ts';
import { invalid } from '../errors.ts';

/** The limits of a mapping. */
const mostFilters = 5;
const longestPattern = 4096;

/** Whether an event passes. Its body or data is parsed, if it is JSON. */
export type Filter = (event: object) => boolean;

/** @throws InvalidParameterValueException for filters that are not valid */
export function checkFilters(criteria: FilterCriteria | undefined): void {
  const filters = criteria?.Filters ?? [];
  if (filters.length > mostFilters) {
    throw invalid(`Maximum filters per event source mapping exceeded. The limit is ${mostFilters}.`);
  }
  for (const { Pattern } of filters) {
    if (Pattern !== undefined && Pattern.length > longestPattern) {
      throw invalid(`Filter pattern exceeds the limit of ${longestPattern} characters.`);
    }
    if (!compiled(Pattern)) throw invalid('Invalid filter pattern definition.');
  }
}

/** An event passes when one of the filters matches it; without filters every event passes. */
export function filterOf(criteria: FilterCriteria | undefined): Filter | undefined {
  const patterns = (criteria?.Filters ?? []).flatMap(({ Pattern }) => compiled(Pattern) ?? []);
  return patterns.length === 0 ? undefined : (event) => patterns.some((matches) => matches(event));
}

function compiled(text: string | undefined): Filter | undefined {
  if (!text || text === '{}') return text ? () => true : undefined;
  try {
    const matches = compilePattern(text);
    const inside = membersInside(JSON.parse(text));
    return (event) => !inside.some((name) => typeof read(event, name) === 'string') && matches(event);
  } catch {
    return undefined;
  }
}

const read = (event: object, name: string): unknown => (event as Record<string, unknown>)[name];

/** A pattern for members of a body or of data does not match a text, not even when it asks for absence. */
const membersInside = (pattern: object): string[] =>
  ['body', 'data'].filter((name) => {
    const asked = read(pattern, name);
    return typeof asked === 'object' && !Array.isArray(asked);
  });

/** The text as filters see it: its JSON, if it is an object or a list. */
export function parsedText(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
