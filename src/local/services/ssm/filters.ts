// The filters of DescribeParameters and GetParametersByPath.
import {
  InvalidFilterKey,
  InvalidFilterOption,
  InvalidFilterValue,
  type ParameterStringFilter,
} from '@aws-sdk/client-ssm';
import { Violations } from '../lambda/violations.ts';
import { invalid } from './errors.ts';
import { pathRules } from './names.ts';
import { types } from './put.ts';
import type { ParameterRecord, VersionRecord } from './state.ts';

const $metadata = {};
const tiers = ['Standard', 'Advanced', 'Intelligent-Tiering'];
const typesInOrder = [...types].reverse();

const badKey = (message: string) => new InvalidFilterKey({ message, $metadata });
const badOption = (message: string) => new InvalidFilterOption({ message, $metadata });
const badValue = (message: string) => new InvalidFilterValue({ message, $metadata });

/** @throws in AWS's order: first violations of the model, then keys, values and options in the order of the filters */
export function checkFilters(filters: readonly ParameterStringFilter[], byPath: boolean): void {
  const violations = new Violations();
  filters.forEach(({ Key, Option, Values }, index) => {
    const place = `parameterFilters.${index + 1}.member`;
    violations
      .pattern(Key, `${place}.key`, 'tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType')
      .length(Key, `${place}.key`, 132, 1)
      .length(Option, `${place}.option`, 10, 1)
      .length(Values, `${place}.values`, 50, 1);
  });
  violations.refuse();
  const seen = new Set<string>();
  for (const { Key = '', Option, Values = [] } of filters) {
    checkKey(Key, byPath);
    if (Values.length === 0 && !Key.startsWith('tag:'))
      throw badValue(`The following filter values are missing : null for filter key ${Key}.`);
    if (seen.has(Key)) {
      throw badKey(
        `The following filter is duplicated in the request: ${Key}. A request can contain only one occurrence of a specific filter.`,
      );
    }
    seen.add(Key);
    checkOption(Key, Option);
    checkValues(Key, Values);
  }
}

function checkKey(key: string, byPath: boolean): void {
  if (!byPath && key === 'Label') {
    throw badKey(
      'The following filter key is not valid: Label. Valid filter keys include: [Path, Name, Type, KeyId, Tier].',
    );
  }
  if (byPath && (['Name', 'Path', 'Tier', 'DataType'].includes(key) || key.startsWith('tag:'))) {
    throw badKey(`The following filter key is not valid: ${key}. Valid filter keys include: [Type, KeyId].`);
  }
}

function checkOption(key: string, option: string | undefined): void {
  if (option === undefined) return;
  if (key === 'Path') {
    if (!['Recursive', 'OneLevel'].includes(option))
      throw badOption(
        `The following filter option is not valid: ${option}. Valid options include: [Recursive, OneLevel].`,
      );
    return;
  }
  if (!['Equals', 'BeginsWith', ...(key === 'Name' ? ['Contains'] : [])].includes(option)) {
    throw badOption(
      `The following filter option is not valid: ${option}. Valid options include: [BeginsWith, Equals].`,
    );
  }
}

function checkValues(key: string, values: readonly string[]): void {
  for (const value of values) {
    if (key === 'Path') {
      if (/^\/(aws|ssm)/i.test(value)) {
        throw invalid(
          'Filters for common parameters can\'t be prefixed with "aws" or "ssm" (case-insensitive). When using global parameters, please specify within a global namespace.',
        );
      }
      if (value.includes('//') || !value.startsWith('/') || !/^[a-zA-Z0-9_.\-/]*$/.test(value))
        throw invalid(pathRules);
    }
    const known = key === 'Tier' ? tiers : key === 'Type' ? typesInOrder : undefined;
    if (known && !known.includes(value)) {
      throw badOption(
        `The following filter value is not valid: ${value}. Valid values include: [${known.join(', ')}].`,
      );
    }
  }
}

/** Whether the parameter passes every filter. */
export function matches(
  parameter: ParameterRecord,
  version: VersionRecord,
  filters: readonly ParameterStringFilter[],
): boolean {
  return filters.every(({ Key = '', Option, Values = [] }) => {
    if (Key === 'Label') return Values.some((value) => version.labels.includes(value));
    if (Key === 'Path') return Values.some((value) => below(parameter.name, value, Option === 'Recursive'));
    if (Key.startsWith('tag:')) {
      const value = parameter.tags[Key.slice('tag:'.length)];
      return value !== undefined && (Values.length === 0 || compare(value, Option, Values));
    }
    if (Key === 'Name') return compareNames(parameter.name, Option, Values);
    const fields: Record<string, string | undefined> = {
      Type: version.type,
      KeyId: version.keyId,
      Tier: version.tier,
      DataType: version.dataType,
    };
    const field = fields[Key];
    return field !== undefined && compare(field, Option, Values);
  });
}

function compare(text: string, option: string | undefined, values: readonly string[]): boolean {
  if (option === 'BeginsWith') return values.some((value) => text.startsWith(value));
  if (option === 'Contains') return values.some((value) => text.includes(value));
  return values.includes(text);
}

/** A slash before a name without hierarchy makes no difference. */
function compareNames(name: string, option: string | undefined, values: readonly string[]): boolean {
  const bare = (text: string) => text.replace(/^\//, '');
  return option === 'Contains'
    ? compare(name, option, values)
    : compare(bare(name), option, values.map(bare));
}

function below(name: string, path: string, recursive: boolean): boolean {
  const full = name.startsWith('/') ? name : `/${name}`;
  const folder = path.endsWith('/') ? path : `${path}/`;
  return full.startsWith(folder) && (recursive || !full.slice(folder.length).includes('/'));
}
