// `${stage}`, `${region}`, `${env:NAME}`, `${account}`, `${ssm:NAME}` and `${secret:NAME}` in the texts of slsctl.yml.
import type { Reference } from './project.ts';

export interface Sources {
  stage?: string;
  /** As an option or the file names it; the environment comes after it. */
  region?: string;
  env: NodeJS.ProcessEnv;
  /** By expression; what AWS has to be asked for stays as it is until it is known. */
  values?: ReadonlyMap<string, string>;
}

/** What only AWS knows: `account`, `ssm:/app/table`, `secret:app`, `secret:app#password`; `region` when nobody names it. */
const askedFor = /^(account|region|ssm:\s*[\w./-]+(:\d+)?|secret:\s*[\w/+=.@:-]+(#[^}]+)?)$/;

/**
 * Replaces in every text of the value, other stages left out. `complain` is told the path and what is wrong.
 * `$${` is a `${` that stays.
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
      if (askedFor.test(expression)) {
        if (expression.startsWith('secret:') && path.at(-2) !== 'environment') {
          complain(path, `${whole} stands where it would be shown; allowed: in environment`);
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

/** The value as it could be once AWS has been asked, for its checks: an account has twelve digits. */
export function standIns(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{\s*account\s*\}/g, '000000000000').replace(/\$\{\s*region\s*\}/g, 'us-east-1');
  }
  if (Array.isArray(value)) return value.map(standIns);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, standIns(item)]));
}

const known = ['stage', 'region', 'account', 'env:NAME', 'env:NAME, fallback', 'ssm:NAME', 'secret:NAME'];

/** A text of which a part is not known yet, so that it cannot be checked. */
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
  return { problem: `is not known; allowed: ${known.map((one) => `\${${one}}`).join(', ')}` };
}
