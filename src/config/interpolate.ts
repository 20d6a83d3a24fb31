// `${stage}`, `${region}`, `${env:NAME}` and `${env:NAME, fallback}` in the texts of slsctl.yml.

export interface Sources {
  stage?: string;
  region?: string;
  env: NodeJS.ProcessEnv;
}

/** Replaces in every text of the value. `complain` is told the path and what is wrong. */
export function interpolate<T>(
  value: T,
  sources: Sources,
  complain: (path: PropertyKey[], message: string) => void,
): T {
  const walk = (node: unknown, path: PropertyKey[]): unknown => {
    if (typeof node === 'string') {
      return node.replace(/\$\{([^}]*)\}/g, (whole, expression: string) => {
        const result = resolve(expression.trim(), sources);
        if (typeof result === 'string') return result;
        complain(path, `${whole} ${result.problem}`);
        return whole;
      });
    }
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...path, index]));
    if (node && typeof node === 'object') {
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, walk(item, [...path, key])]));
    }
    return node;
  };
  return walk(value, []) as T;
}

const known = ['stage', 'region', 'env:NAME', 'env:NAME, fallback'];

function resolve(expression: string, { stage, region, env }: Sources): string | { problem: string } {
  if (expression === 'stage') return stage ?? 'dev';
  if (expression === 'region')
    return (
      region ??
      env.AWS_REGION ??
      env.AWS_DEFAULT_REGION ?? { problem: 'has no value: give --region or `region:`' }
    );
  const variable = /^env:\s*([A-Za-z_]\w*)\s*(?:,\s*(.*))?$/.exec(expression);
  if (variable)
    return (
      env[variable[1]!] ?? variable[2] ?? { problem: `has no value: ${variable[1]} is not set in this shell` }
    );
  return { problem: `is not known; allowed: ${known.map((one) => `\${${one}}`).join(', ')}` };
}
