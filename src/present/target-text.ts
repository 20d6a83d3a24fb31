// Shows the target of a run as text: in the first line of an answer, and in questions.
import type { Target } from '../aws/target.ts';
import type { Project } from '../config/project.ts';

/** `account 123456789012, eu-central-1, stage prod`; the local AWS is `local, us-east-1`. */
export function targetText({ account, region, stage, endpoint }: Target): string {
  return [
    account === 'local' ? 'local' : `account ${account}`,
    region,
    ...(stage === undefined ? [] : [`stage ${stage}`]),
    ...(account === 'local' || endpoint === undefined ? [] : [`endpoint ${endpoint}`]),
  ].join(', ');
}

/** `hello, stage prod`, or `hello` without a stage. */
export function stageOf({ name, stage }: Pick<Project, 'name' | 'stage'>): string {
  return stage === undefined ? name : `${name}, stage ${stage}`;
}

/** For a sentence that names the stage itself: `account 123456789012, eu-central-1` or `the local AWS, us-east-1`. */
export function accountText({ account, ...target }: Target): string {
  const text = targetText({ ...target, stage: undefined, account });
  return account === 'local' ? text.replace(/^local/, 'the local AWS') : text;
}
