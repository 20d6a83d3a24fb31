// The sources that call the functions of a project, by their kinds, as the policy of the caller names them.
import type { Aws } from '../../aws/aws.ts';
import type { Project } from '../../config/project.ts';
import type { TriggerKindName } from '../../config/triggers/all.ts';
import { Things } from '../things/things.ts';
import { triggersByKind } from '../triggers/entries.ts';

/** ARNs, without repetition. `*` stands for an account that is not known. */
export function triggerSources(
  project: Project,
  place: { readonly account: string; readonly region: string },
): Map<TriggerKindName, string[]> {
  const things = new Things(project, place as Aws);
  const found = new Map<TriggerKindName, string[]>();
  for (const { name, attachments } of project.functions) {
    for (const { name: of, kind, entries } of triggersByKind(attachments?.triggers, () => undefined)) {
      const claims = entries.flatMap((entry) => kind.claims?.of(entry, { name, things }) ?? []);
      const arns = claims.flatMap(({ permission }) => permission.SourceArn ?? []);
      found.set(of, [...new Set([...(found.get(of) ?? []), ...arns])]);
    }
  }
  return found;
}
