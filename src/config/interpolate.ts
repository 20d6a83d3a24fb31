// Replaces `${stage}`, `${region}`, `${env:NAME}`, `${account}`, `${ssm:NAME}` and `${secret:NAME}` in the texts of
// slsctl.yml.
import type { Reference } from './project.ts';

export interface Sources {
  stage?: string;
  /** The region of the option or of the file. It takes precedence over the environment. */
  region?: string;
  env: NodeJS.ProcessEnv;
  /** Values by expression. A reference whose value only AWS knows stays as it is until the value is here. */
  values?: ReadonlyMap<string, string>;
}

/** Expressions whose values come from AWS: `account`, `ssm:/app/table`, `secret:app#password`; `region` if it is not set. */
const awsExpression = /^(account|region|ssm:\s*[\w./-]+(:\d+)?|secret:\s*[\w/+=.@:-]+(#[^}]+)?)$/;

/**
 * Replaces the expressions in every text of the value, except in other stages. `$${` gives a literal `${`. `complain` gets
 * the path and the message of each problem.
 */
export function interpolate<T>(
  value: T,
  sources: Sources,
  complain: (path: PropertyKey[], message: string) => void,
): { value: T; references: Reference[] } {
  const references: Reference[] = [];
  const replace = (text: string, path: PropertyKey[]) =>
    text.replace(/(\$?)\$\{([^}]*)\}/g, (whole, escaped: string, written: string) => {
      if (escaped) return whole.slice(1);
      const expression = written.trim();
      const known =
        sources.values?.get(expression) ?? (expression === 'region' ? regionOf(sources) : undefined);
      if (known !== undefined) return known;
      if (awsExpression.test(expression)) {
        if (expression.startsWith('secret:') && path.at(-2) !== 'environment') {
          complain(path, `${whole} is allowed only in environment: here the secret would be shown`);
        }
        references.push({ expression, path });
        return whole;
      }
      const result = resolve(expression, sources);
      if (typeof result === 'string') return result;
      complain(path, `${whole} ${result.problem}`);
      return whole;
    });
  const walk = (node: unknown, path: PropertyKey[]): unknown => {
    if (path.length === 2 && path[0] === 'stages' && path[1] !== sources.stage) return node;
    if (typeof node === 'string') return replace(node, path);
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...path, index]));
    if (node && typeof node === 'object') {
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, walk(item, [...path, key])]));
    }
    return node;
  };
  return { value: walk(value, []) as T, references };
}

function regionOf({ region, env }: Sources): string | undefined {
  return region || env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined;
}

/** Replaces `${account}` and `${region}` by values of the right form, so that the schema can check the rest of the text. */
export function withPlaceholders(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{\s*account\s*\}/g, '000000000000').replace(/\$\{\s*region\s*\}/g, 'us-east-1');
  }
  if (Array.isArray(value)) return value.map(withPlaceholders);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withPlaceholders(item)]));
}

const allowedExpressions = [
  'stage',
  'region',
  'account',
  'env:NAME',
  'env:NAME, fallback',
  'ssm:NAME',
  'secret:NAME',
];

/** Whether a part of the text is not known yet, so that the text cannot be checked. */
export function isUnknown(text: string): boolean {
  return /\$\{\s*((account|region)\s*\}|ssm:|secret:)/.test(text);
}

function resolve(expression: string, { stage, env }: Sources): string | { problem: string } {
  if (expression === 'stage') return stage ?? 'dev';
  const variable = /^env:\s*([A-Za-z_]\w*)\s*(?:,\s*(.*))?$/.exec(expression);
  if (variable)
    return (
      env[variable[1]!] ?? variable[2] ?? { problem: `has no value: ${variable[1]} is not set in this shell` }
    );
  return {
    problem: `is not known; allowed: ${allowedExpressions.map((allowed) => `\${${allowed}}`).join(', ')}`,
  };
}
