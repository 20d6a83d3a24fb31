// `slsctl env unset`: removes environment variables from slsctl.yml and from AWS.
import { selectFunction } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { badInput } from '../../errors/user-error.ts';
import { changeVariables, isFunction } from './change.ts';

export async function envUnset(context: Context, { words }: { words: string[] }): Promise<number> {
  const project = await context.project();
  const [first = '', ...rest] = words;
  const named = isFunction(project, first);
  const unset = named ? rest : words;
  if (unset.length === 0) throw badInput(`which variables of ${first}?`, { next: 'give KEY…' });
  const target = selectFunction(project, named ? first : undefined);
  return changeVariables(context, { project, target, set: {}, unset });
}
