// Notes the values of environment variables in slsctl.yml, so that no message shows them.
import type { Secrets } from '../../secrets/secrets.ts';
import type { Literal } from './yaml.ts';

export type NotedSecrets = Pick<Secrets, 'variable' | 'ordinary'>;

/**
 * Every text below an `environment` is a value of a variable, also where the map is written wrongly. Every other text of
 * the file is shown by commands, and is no secret. `isUnknown`: whether the text has references that are not replaced.
 */
export function noteValues(
  raw: unknown,
  literals: readonly Literal[],
  secrets: NotedSecrets,
  isUnknown: (text: string, path: readonly PropertyKey[]) => boolean,
): void {
  const others: string[] = [];
  const note = (text: string, path: readonly PropertyKey[]) => {
    if (isUnknown(text, path)) return;
    const inside = path.indexOf('environment');
    if (inside < 0) others.push(text);
    else secrets.variable(String(path[inside + 1] ?? ''), text);
  };
  const visit = (node: unknown, path: readonly PropertyKey[]): void => {
    if (typeof node === 'string') note(node, path);
    else if (typeof node === 'object' && node !== null) {
      for (const [key, item] of Object.entries(node)) {
        if (!path.includes('environment')) others.push(key);
        visit(item, [...path, key]);
      }
    }
  };
  visit(raw, []);
  for (const { path, text } of literals) note(text, path);
  secrets.ordinary(...others);
}
