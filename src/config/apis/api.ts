// The HTTP API of a project: its section of slsctl.yml, and its name.
import type * as z from 'zod';
import type { apiSchema } from '../schema/api.ts';

/** The section `api:`. */
export type ApiFile = z.infer<typeof apiSchema>;
export type AuthorizerFile = NonNullable<ApiFile['authorizers']>[string];

/** The authorizer that slsctl.yml need not declare: requests are signed as those to AWS are. */
export const iamAuthorizer = 'iam';

/** `PROJECT[-STAGE]`, unless `name:` says otherwise. */
export function apiName({ name, stage, api }: { name: string; stage?: string; api?: ApiFile }): string {
  return api?.name ?? [name, ...(stage === undefined ? [] : [stage])].join('-');
}
