// `slsctl env set`: writes environment variables to slsctl.yml and to AWS.
import { variableNameProblem } from '../../config/schema/function.ts';
import { selectFunction } from '../../config/select.ts';
import { asText } from '../../config/text/template.ts';
import type { Context } from '../../context.ts';
import { badInput } from '../../errors/user-error.ts';
import { changeVariables, isFunction } from './change.ts';

export interface EnvSetArgs {
  words: string[];
  /** `${…}` in a value is a reference, and not text. */
  references?: boolean;
}

export async function envSet(context: Context, { words, references }: EnvSetArgs): Promise<number> {
  const project = await context.project();
  const [first = '', ...rest] = words;
  const named = !first.includes('=') && isFunction(project, first);
  const set: Record<string, string> = {};
  for (const word of named ? rest : words) {
    const equals = word.indexOf('=');
    if (equals < 0) {
      const names = project.functions.map(({ key }) => key).join(', ');
      throw badInput(`${JSON.stringify(word)} is not KEY=VALUE`, {
        reason:
          word === first
            ? `it is not a function of this project either; the project has: ${names}`
            : undefined,
        next: { command: 'env set [function] KEY=VALUE…' },
      });
    }
    const key = word.slice(0, equals);
    checkName(key);
    const value = word.slice(equals + 1);
    set[key] = references ? value : asText(value);
  }
  if (Object.keys(set).length === 0) throw badInput('nothing to set', { next: 'give KEY=VALUE' });
  const target = selectFunction(project, named ? first : undefined);
  return changeVariables(context, { project, target, set, unset: [] });
}

function checkName(key: string): void {
  const problem = variableNameProblem(key);
  if (problem) throw badInput(`${JSON.stringify(key)} ${problem}`);
}
