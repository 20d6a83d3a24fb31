// `slsctl policy`: prints the least IAM policy for whoever runs slsctl on this project.
import type { Context } from '../context.ts';
import type { Purpose } from '../resources/permissions/needs.ts';
import { callerPolicy } from '../resources/permissions/policy.ts';

export interface PolicyArgs {
  for?: Purpose;
  uploads?: boolean;
}

/** Characters that AWS allows in a managed policy, without blanks. */
const maxLength = 6144;

/** Needs no credentials: the policy is wanted before anybody may call. */
export async function policy(context: Context, { for: purpose, uploads }: PolicyArgs): Promise<void> {
  const { ui, options } = context;
  const project = await context.project();
  const region = options.local ? (options.region ?? project.region ?? 'us-east-1') : await context.region();
  const document = callerPolicy(project, { purpose, region, uploads });
  ui.print(JSON.stringify(document, undefined, 2));
  ui.goesTo({ account: options.local ? 'local' : 'unknown', region, stage: project.stage });
  ui.answer({ for: purpose ?? 'all', policy: document });
  const { length } = JSON.stringify(document);
  if (length > maxLength) {
    ui.warn(
      `this policy has ${length} characters; a managed policy takes ${maxLength}: split its statements`,
    );
  }
  if (!uploads && !project.bucket && purpose !== 'read') {
    ui.note('zips above 50 MB go through S3: slsctl policy --uploads adds the permissions for that');
  }
}
