// Whether the Condition of a policy statement is true in a context.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
import { isIPv4, isIPv6 } from 'node:net';
import { type Conditions, listOf, type Operator, operatorOf } from './document-syntax.ts';

/** Values by context key, the key in lower case. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** `*` and `?` match any text and any character; policy variables are replaced by their values. */
export function matchesPattern(pattern: string, text: string, context: Context, sensitive = true): boolean {
  const source = filled(pattern, context, (value) => value.replace(/[*?]/g, '\\$&'))
    .split(/(\\[*?]|\$\{[*?$]\}|[*?])/)
    .map((part) => {
      if (part === '*') return '.*';
      if (part === '?') return '.';
      const literal = /^\$\{([*?$])\}$/.exec(part)?.[1] ?? (/^\\[*?]$/.test(part) ? part.slice(1) : part);
      return literal.replace(/[\\^$.|+()[\]{}*?]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`, sensitive ? 's' : 'si').test(text);
}

/** Replaces `${aws:username}` and `${aws:username, 'nobody'}`; a variable without a value stays and matches nothing. */
function filled(text: string, context: Context, quoted: (value: string) => string): string {
  return text.replace(/\$\{([^}*?$,]+)(?:,\s*'([^']*)')?\}/g, (whole, key: string, fallback?: string) => {
    const [value] = context.get(key.trim().toLowerCase()) ?? [];
    return value === undefined ? (fallback ?? whole) : quoted(value);
  });
}

/** The names of the context keys in the conditions and texts of a statement. */
export function keysIn(conditions: Conditions, texts: readonly string[]): string[] {
  const values = Object.values(conditions).flatMap((keys) =>
    Object.values(keys).flatMap((one) => listOf(one)),
  );
  const variables = [...texts, ...values.map(String)].flatMap((text) =>
    [...text.matchAll(/\$\{([^}*?$,]+)(?:,[^}]*)?\}/g)].map(([, key = '']) => key.trim()),
  );
  return [...Object.values(conditions).flatMap((keys) => Object.keys(keys)), ...variables];
}

/** Whether every operator is true for each of its keys. */
export function conditionsHold(conditions: Conditions, context: Context): boolean {
  return Object.entries(conditions).every(([name, keys]) => {
    const operator = operatorOf(name);
    return Object.entries(keys).every(([key, wanted]) => {
      const values = listOf<string | number | boolean>(wanted).map(String);
      return operator !== undefined && holds(operator, values, context.get(key.toLowerCase()), context);
    });
  });
}

function holds(
  { quantifier, operator, ifExists }: Operator,
  wanted: readonly string[],
  given: readonly string[] | undefined,
  context: Context,
): boolean {
  const has = given !== undefined && given.length > 0;
  if (operator === 'null') return wanted.some((value) => (value.toLowerCase() === 'true') === !has);
  const negated = operator.includes('not');
  if (!has) return ifExists || quantifier === 'ForAllValues' || (negated && quantifier === undefined);
  const test = testOf(operator, context);
  // A negated operator is true for a value that matches none of the wanted values.
  const one = (value: string) => wanted.some((pattern) => test(pattern, value)) !== negated;
  return quantifier === 'ForAnyValue' ? given.some(one) : given.every(one);
}

type Test = (wanted: string, value: string) => boolean;

function testOf(operator: string, context: Context): Test {
  const plain = (text: string) => filled(text, context, (value) => value).replace(/\$\{([*?$])\}/g, '$1');
  switch (operator) {
    case 'stringequals':
    case 'stringnotequals':
    case 'binaryequals':
      return (wanted, value) => plain(wanted) === value;
    case 'stringequalsignorecase':
    case 'stringnotequalsignorecase':
      return (wanted, value) => plain(wanted).toLowerCase() === value.toLowerCase();
    case 'stringlike':
    case 'stringnotlike':
      return (wanted, value) => matchesPattern(wanted, value, context);
    case 'arnequals':
    case 'arnlike':
    case 'arnnotequals':
    case 'arnnotlike':
      return (wanted, value) => matchesArn(wanted, value, context);
    case 'bool':
      return (wanted, value) => wanted.toLowerCase() === value.toLowerCase();
    case 'ipaddress':
    case 'notipaddress':
      return (wanted, value) => isWithin(value, wanted);
    default:
      return operator.startsWith('numeric')
        ? compared(operator.slice('numeric'.length), Number)
        : compared(operator.slice('date'.length), timeOf);
  }
}

/** Each of the six parts is matched separately: an asterisk never crosses a colon, except in the last part. */
function matchesArn(wanted: string, value: string, context: Context): boolean {
  const parts = (arn: string) => {
    const found = arn.split(':');
    return [...found.slice(0, 5), found.slice(5).join(':')];
  };
  const given = parts(value);
  return parts(wanted).every((part, index) => matchesPattern(part, given[index] ?? '', context));
}

function compared(comparison: string, read: (text: string) => number): Test {
  return (wanted, value) => {
    const [a, b] = [read(value), read(wanted)];
    switch (comparison) {
      case 'lessthan':
        return a < b;
      case 'lessthanequals':
        return a <= b;
      case 'greaterthan':
        return a > b;
      case 'greaterthanequals':
        return a >= b;
      default:
        return a === b;
    }
  };
}

/** ISO 8601 or epoch seconds. */
const timeOf = (text: string): number => (/^-?\d{5,}$/.test(text) ? Number(text) * 1000 : Date.parse(text));

function isWithin(address: string, range: string): boolean {
  const [network = '', length] = range.split('/');
  const [a, b] = [bitsOf(address), bitsOf(network)];
  if (!a || !b || a.length !== b.length) return false;
  const compare = length === undefined ? a.length : Number(length);
  return a.slice(0, compare) === b.slice(0, compare);
}

/** The address as a string of zeros and ones; undefined when it is not an IP address. */
function bitsOf(address: string): string | undefined {
  if (isIPv4(address)) {
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  }
  if (!isIPv6(address)) return undefined;
  const [head = '', tail] = address.split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all =
    tail === undefined ? groups(head) : [...groups(head), ...Array(missing).fill('0'), ...groups(tail)];
  return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
