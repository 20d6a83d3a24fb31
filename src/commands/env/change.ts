// Changes environment variables in slsctl.yml and on AWS together.
import { functionPath } from '../../config/edit.ts';
import type { FunctionConfig, Project } from '../../config/project.ts';
import { selectFunction } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import type { LiveFunction } from '../../resources/function/settings.ts';
import { environmentScope } from '../../resources/scope.ts';
import { changeConfig } from '../../workflow/change-config.ts';
import { stillInherited } from '../../workflow/inherited.ts';

export function isFunction({ functions }: Project, word: string): boolean {
  return functions.some(({ key, name }) => key === word || name === word);
}

interface Variables {
  project: Project;
  target: FunctionConfig;
  /** Values as slsctl.yml has them. */
  set: Record<string, string>;
  unset: string[];
}

export function changeVariables(
  context: Context,
  { project, target, set, unset }: Variables,
): Promise<number> {
  const place = [...functionPath(target.key, project.overlay), 'environment'];
  const known = knownNames(target);
  const isMissing = (live: LiveFunction | undefined) => {
    const variables = live?.configuration.Environment?.Variables ?? {};
    return (name: string) => !known.has(name) && !Object.hasOwn(variables, name);
  };
  return changeConfig(context, {
    target,
    edits: [
      ...Object.entries(set).map(([key, value]) => ({ path: [...place, key], value })),
      ...unset.map((key) => ({ path: [...place, key], value: undefined })),
    ],
    done: (live) =>
      unset.length > 0
        ? `removed ${unset.filter((name) => !isMissing(live)(name)).join(', ')}`
        : `set ${Object.keys(set).join(', ')}`,
    ...(unset.length > 0 && { missing: (live) => unset.filter(isMissing(live)) }),
    versioned: true,
    check: (edited) => refuseInherited(edited, target, unset),
    scope: environmentScope(unset),
    data: { set: Object.keys(set), unset },
  });
}

/** The variables that slsctl.yml declares, or declares to be absent (null). */
function knownNames({ settings, removals }: FunctionConfig): Set<string> {
  const removed = removals?.variables ?? [];
  return new Set([
    ...Object.keys(settings.Environment?.Variables ?? {}),
    ...(removed === 'all' ? [] : removed),
  ]);
}

/** Removing the function's own entry is not enough if the variable also comes from defaults or a stage. */
function refuseInherited(project: Project, target: FunctionConfig, unset: string[]): void {
  const declared = selectFunction(project, target.key).settings.Environment?.Variables ?? {};
  const inherited = unset.filter((name) => Object.hasOwn(declared, name));
  if (inherited.length === 0) return;
  throw stillInherited(`${inherited.join(', ')} would still be declared`, target, project);
}
