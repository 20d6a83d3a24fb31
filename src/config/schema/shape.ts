// Checks slsctl.yml against its schema. It is loaded only for a file that is not known to have passed.
import type * as z from 'zod';
import { isSecretName } from '../../secrets/names.ts';
import { nearest } from '../did-you-mean.ts';
import { withPlaceholders } from '../interpolate.ts';
import { dotted, placeKey, valueAt } from '../paths.ts';
import type { Reference } from '../project.ts';
import type { Literal } from '../text/yaml.ts';
import { fileSchema, knownKeys } from './file.ts';
import { isEntry, takesText } from './texts.ts';

export interface Problem {
  path: readonly PropertyKey[];
  message: string;
}

/**
 * `raw` is the file as data. The values of `references` are not known yet. `literals` has the text of its numbers, true,
 * false and null.
 */
export function shapeProblems(
  raw: unknown,
  references: readonly Reference[],
  literals: readonly Literal[] = [],
): Problem[] {
  const problems: Problem[] = [];
  const checked = fileSchema.safeParse(withPlaceholders(raw) ?? {});
  const unknown = new Set(references.map(({ path }) => placeKey(path)));
  const texts = new Map(literals.map(({ path, text }) => [placeKey(path), text]));
  for (const issue of checked.error?.issues ?? []) complain(issue, raw, { problems, unknown, texts });
  for (const literal of literals) problems.push(...literalProblems(literal, raw));
  return problems;
}

/** Problems of literals that are valid, but may not be what was meant. */
function literalProblems({ path, text, value }: Literal, raw: unknown): Problem[] {
  const field = fieldName(path);
  if (typeof valueAt(raw, path) === 'number' && /^[-+]?0\d/.test(text)) {
    return [{ path, message: `${field} is ${text}; allowed: a number without a leading zero` }];
  }
  if (value !== null || text === 'null' || !takesText(path) || !isEntry(path)) return [];
  const given = text === '' ? 'has no value' : `is ${text}, which YAML reads as null`;
  const advice = 'write null to remove it from AWS, or put the text in quotes';
  // In { s3cr3t } the name is the value that was meant.
  const named = text !== '' || path.at(-2) !== 'environment' || /^[A-Z\d_]+$/.test(String(path.at(-1)));
  return [{ path, message: `${named ? field : unnamed(path)} ${given}; ${advice}` }];
}

/**
 * The path with dots. Of a variable whose name cannot be one, the name is left out: it may be a secret that stands in
 * the wrong place.
 */
function fieldName(path: readonly PropertyKey[]): string {
  const isName = path.at(-2) !== 'environment' || /^[\w.-]{1,64}$/.test(String(path.at(-1)));
  return isName ? dotted(path) : unnamed(path);
}

function unnamed(path: readonly PropertyKey[]): string {
  return `a name in ${dotted(path.slice(0, -1))}`;
}

interface Collected {
  problems: Problem[];
  /** Keys of the places whose values are not known yet. */
  unknown: ReadonlySet<string>;
  /** The texts of literals, by place. */
  texts: ReadonlyMap<string, string>;
}

/** Adds the problem of an issue, unless the value at its path is not known yet. */
function complain(issue: z.core.$ZodIssue, raw: unknown, collected: Collected): void {
  const { problems, unknown, texts } = collected;
  const add = (path: readonly PropertyKey[], message: string) => problems.push({ path, message });
  const { path, message } = issue;
  const value = valueAt(raw, path);
  if (unknown.has(placeKey(path)) || isOfOtherStage(path, value)) return;
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) add([...path, key], unknownKey(path, key));
    return;
  }
  if (issue.code === 'invalid_union') {
    // If the value has the type of only one alternative, the issues of that alternative are reported.
    const fitting = issue.errors.filter(
      (issues) => !issues.some((inner) => inner.path.length === 0 && inner.code === 'invalid_type'),
    );
    const [issues] = fitting;
    if (issues && fitting.length === 1 && typeof value === 'object') {
      for (const inner of issues) complain({ ...inner, path: [...path, ...inner.path] }, raw, collected);
      return;
    }
  }
  if (issue.code === 'invalid_key') {
    add(path, `${dotted(path)} has an invalid name; allowed: ${issue.issues[0]?.message}`);
    return;
  }
  if (issue.code === 'custom' && issue.params?.sentence) {
    add(path, `${fieldName(path)} ${message}`);
    return;
  }
  const guess =
    issue.code === 'invalid_value' && typeof value === 'string' && nearest(value, issue.values.map(String));
  const isMap = issue.code === 'invalid_type' && /^(object|record)$/.test(issue.expected);
  const quotes = typeof value === 'boolean' && takesText(path) ? '; put it in quotes if it is text' : '';
  const hint = guess ? `; did you mean ${guess}?` : quotes;
  add(path, `${dotted(path)} is ${given(raw, path, { texts, isMap })}; allowed: ${message}${hint}`);
}

/** Whether the value has references that are replaced only when its stage is used: it is checked then. */
function isOfOtherStage([section]: readonly PropertyKey[], value: unknown): boolean {
  return section === 'stages' && typeof value === 'string' && value.includes('${');
}

function unknownKey(path: readonly PropertyKey[], key: string): string {
  const known = knownKeys(path);
  const guess = nearest(key, known);
  const misplaced = path.at(-1) === 'defaults' && knownKeys(['functions', 'NAME']).includes(key);
  const hint = misplaced
    ? `${key} belongs to a function: functions.NAME.${key}`
    : guess
      ? `did you mean ${guess}?`
      : known.length > 0
        ? `allowed: ${known.join(', ')}`
        : 'leave it out';
  return `${dotted([...path, key])} is not known; ${hint}`;
}

function given(
  raw: unknown,
  path: readonly PropertyKey[],
  { texts, isMap }: { texts: ReadonlyMap<string, string>; isMap: boolean },
): string {
  const value = valueAt(raw, path);
  // Values of environment variables may be secrets, also when they are in a wrong place.
  if (path.some((key) => key === 'environment' || isSecretName(String(key)))) {
    return Array.isArray(value) ? 'a list' : '***';
  }
  // Text in the place of a map may be a variable that is indented too little.
  if (typeof value === 'string' && isMap) return 'text';
  const text = typeof value === 'string' ? undefined : texts.get(placeKey(path));
  const shown = text || (JSON.stringify(value) ?? 'missing');
  return shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
}
