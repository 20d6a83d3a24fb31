// Refuses triggers whose source is missing or cannot call the function, before anything is changed.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { dotted } from '../../config/paths.ts';
import { Problems } from '../../config/text/problems.ts';
import { YamlText } from '../../config/text/yaml.ts';
import { sectionOf } from '../../config/things/kinds.ts';
import type { Context } from '../../context.ts';
import { changesOf, type Plan } from '../../engine/plan.ts';
import { isChecked, type Missing } from '../../resources/triggers/problem.ts';

/** The commands that list what is there. */
const lists: Record<Missing, string> = {
  bucket: 'aws s3api list-buckets',
  queue: 'aws sqs list-queues',
  topic: 'aws sns list-topics',
  table: 'aws dynamodb list-tables',
  stream: 'aws kinesis list-streams',
  'log group': 'aws logs describe-log-groups',
  'event bus': 'aws events list-event-buses',
  'state machine': 'aws stepfunctions list-state-machines',
};

/** What to do when something is missing. */
function adviceOf(missing: Missing | undefined): string | undefined {
  if (missing === undefined) return undefined;
  const section = missing in sectionOf ? sectionOf[missing as keyof typeof sectionOf] : undefined;
  const make = section && `; to let slsctl make it, write its key under ${section}:`;
  return `${lists[missing]} shows what is there${make ?? ''}`;
}

/**
 * Rejects with a UserError (exit 2) that names file, line and reason of each problem of what the plan would change.
 * `edited`: the text of slsctl.yml that is not written yet.
 */
export async function refuseTriggers(context: Context, plan: Plan, edited?: string): Promise<void> {
  const found = changesOf(plan).flatMap(({ resource, action }) =>
    action !== 'delete' && isChecked(resource) ? resource.problems : [],
  );
  if (found.length === 0) return;
  const { file, overlay } = await context.project();
  const shown = relative(context.cwd, file) || file;
  const onDisk = new YamlText(await readFile(file, 'utf8'));
  const yaml = edited === undefined ? onDisk : new YamlText(edited);
  const problems = new Problems(shown, yaml, onDisk);
  for (const one of found) {
    const { sentence } = one;
    if ('path' in one) {
      const staged = overlay === undefined ? one.path : ['stages', overlay, ...one.path];
      problems.add(
        problems.has(staged) ? staged : one.path,
        `${dotted(one.path)} ${sentence}; nothing was changed`,
      );
      continue;
    }
    const { function: key, index, field } = one;
    const path: (string | number)[] = [...problems.placeOf(overlay, key, 'triggers'), index, ...field];
    // The short form has no field of its own.
    if (yaml.placeOf(path) === undefined) path.pop();
    problems.add(path, `${dotted(path)} ${sentence}; nothing was changed`);
  }
  const missing = found.flatMap((one) => ('missing' in one ? (one.missing ?? []) : []));
  problems.throwIfAny(adviceOf(missing[0]));
}
