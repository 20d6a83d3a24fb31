// The stage of a run: the named one, or the default of slsctl.yml. It is never guessed.
import { badInput, exitCodes, UserError } from '../errors/user-error.ts';
import { interpolate } from './interpolate.ts';
import type { Stage } from './project.ts';
import type { Problems } from './text/problems.ts';
import type { YamlText } from './text/yaml.ts';

export interface Naming {
  /** `--stage`. */
  stage?: string;
  env: NodeJS.ProcessEnv;
}

/** The file has stages, and none is named (exit 2). */
export class NoStageNamed extends UserError {}

/** The overlay of stages that the file does not list. */
export const anyStage = '*';

const pattern = /^[a-zA-Z0-9-_]{1,64}$/;

/** The key under `stages:` for this stage; undefined: the file does not have the stage. */
export function overlayOf(stages: readonly string[], stage: string): string | undefined {
  if (!pattern.test(stage)) return undefined;
  return stages.includes(stage) ? stage : stages.find((name) => name === anyStage);
}

/** Throws a UserError (exit 2) when the file does not have the named stage, or when it has stages and none is named. */
export function chooseStage({ stage: option, env }: Naming, yaml: YamlText, problems: Problems): Stage {
  const stages = stagesIn(yaml);
  if (stages === undefined) return {};
  const { declared, defaultStage } = stages;
  const named = option ?? (env.SLSCTL_STAGE || undefined);
  if (named !== undefined) {
    const overlay = overlayOf(declared, named);
    if (overlay !== undefined) return { name: named, overlay };
    const source = option === undefined ? 'SLSCTL_STAGE' : '--stage';
    throw notDeclared(`${source} is ${JSON.stringify(named)}`, named, declared, problems.file);
  }
  if (defaultStage !== undefined) return byDefault(defaultStage, declared, env, problems);
  if (declared.length === 0) return {};
  const example = declared.find((name) => name !== anyStage) ?? 'dev';
  throw new NoStageNamed(`which stage? ${problems.file} has ${namesOf(declared)}`, exitCodes.usage, {
    next: `pass --stage ${example}, set SLSCTL_STAGE=${example}, or write defaultStage: ${example} into ${problems.file}`,
  });
}

function byDefault(
  text: string,
  declared: readonly string[],
  env: NodeJS.ProcessEnv,
  problems: Problems,
): Stage {
  const complain = (message: string) => problems.add(['defaultStage'], message);
  const { value: name } = interpolate(text, { env }, (_, message) => complain(`defaultStage: ${message}`));
  problems.throwIfAny();
  const overlay = overlayOf(declared, name);
  if (overlay === undefined) {
    const allowed = declared.length > 0 ? namesOf(declared) : 'a name under stages, and there is none';
    complain(`defaultStage is ${JSON.stringify(name)}; allowed: ${allowed}`);
    problems.throwIfAny();
  }
  return { name, overlay };
}

/** What the file says of stages, before it is checked; undefined: its form is wrong, and the schema refuses it. */
function stagesIn(yaml: YamlText): { declared: string[]; defaultStage?: string } | undefined {
  const { stages, defaultStage } = (yaml.value ?? {}) as Record<string, unknown>;
  if (stages && (typeof stages !== 'object' || Array.isArray(stages))) return undefined;
  const declared = Object.keys(stages ?? {});
  if (declared.some((name) => name !== anyStage && !pattern.test(name))) return undefined;
  // YAML reads some names as numbers.
  const literal = yaml.literals.find(({ path }) => path.length === 1 && path[0] === 'defaultStage');
  const text = literal?.text ?? defaultStage;
  if (text !== undefined && typeof text !== 'string') return undefined;
  return { declared, defaultStage: text };
}

function notDeclared(start: string, stage: string, declared: readonly string[], file: string): UserError {
  if (!pattern.test(stage)) return badInput(`${start}; allowed: letters, digits, - and _, at most 64`);
  const has = declared.length > 0 ? declared.join(', ') : 'no stages';
  return badInput(`${start}; ${file} has ${has}`, {
    next: `add it to ${file}: stages: { ${stage}: {} }; or allow any stage: stages: { "*": {} }`,
  });
}

function namesOf(declared: readonly string[]): string {
  const listed = declared.filter((name) => name !== anyStage);
  return [...listed, ...(declared.length > listed.length ? ['any other name'] : [])].join(', ');
}
