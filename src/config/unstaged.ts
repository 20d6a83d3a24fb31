// The part of slsctl.yml that says where a command goes, for commands that need no stage.
import { interpolate } from './interpolate.ts';
import { originOf } from './origin/origin.ts';
import { dotted } from './paths.ts';
import type { ProjectPlace } from './project.ts';
import { shapeProblems } from './schema/shape.ts';
import { readSource, type SourceOptions } from './source.ts';

const fields = ['project', 'region', 'profile', 'allowedAccounts'] as const;

interface Part {
  project: string;
  region?: string;
  profile?: string;
  allowedAccounts?: string[];
}

/**
 * The place as the file gives it for all stages. `allowedAccounts` has the accounts of every stage; it is empty when one
 * stage allows any. Rejects with a UserError (exit 2) when one of these fields is wrong.
 */
export async function unstagedPlace(
  options: SourceOptions & { region?: string; env: NodeJS.ProcessEnv },
): Promise<ProjectPlace> {
  const { file, yaml, problems } = await readSource(options);
  const origin = originOf(file, options.env);
  const whole = (yaml.value ?? {}) as Part & { stages: Record<string, Partial<Part> | null> };
  const written = Object.fromEntries(fields.map((name) => [name, whole[name]]));
  const sources = { region: options.region, env: options.env };
  const complain = (path: readonly PropertyKey[], message: string) =>
    problems.add(path, `${dotted(path)}: ${message}`);
  const { value, references } = interpolate(written, sources, complain);
  const stages = Object.fromEntries(
    Object.entries(whole.stages).map(([name, overlay]) => [name, guardOf(name, overlay)]),
  );
  problems.throwIfAny();
  const wrong = shapeProblems({ ...whole, ...value, stages }, references, yaml.literals).filter(
    ({ path }) => {
      const [first, , inStage] = path;
      return fields.some((name) => name === (first === 'stages' ? inStage : first));
    },
  );
  for (const { path, message } of wrong) problems.add(path, message);
  problems.throwIfAny();
  const { project: name, region, profile, allowedAccounts = [] } = value as unknown as Part;
  const lists = Object.values(stages).map((overlay) => overlay?.allowedAccounts ?? allowedAccounts);
  const any = lists.some((list) => list.length === 0);
  return {
    ...{ name, region, profile, stages: Object.keys(whole.stages), origin: await origin },
    allowedAccounts: any ? [] : [...new Set(lists.flat())],
  };

  /** The overlay with the references in its accounts replaced: the guard needs those of every stage. */
  function guardOf(name: string, overlay: Partial<Part> | null): Partial<Part> | null {
    if (!overlay?.allowedAccounts) return overlay;
    const stage = { name, overlay: name };
    const only = { stages: { [name]: { allowedAccounts: overlay.allowedAccounts } } };
    const { value: replaced } = interpolate(only, { ...sources, stage }, complain);
    return { ...overlay, ...replaced.stages[name] };
  }
}
