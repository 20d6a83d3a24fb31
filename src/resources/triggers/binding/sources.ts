// The sources of a function's triggers, as its resource policies name them.
import type { Aws } from '../../../aws/aws.ts';
import type { Qualifier } from '../../../config/qualifiers.ts';
import { qualifiersOf } from '../../alias/list.ts';
import { lookAtPolicy, permissionOf } from '../../attachments/statements.ts';
import { isStatementOf } from './statement-id.ts';

/** A source that may call the function, or an alias of it. */
export interface Permitted {
  readonly qualifier: Qualifier;
  /** Statement id. */
  readonly id: string;
  /** ARN of the source. */
  readonly arn: string;
}

/** The sources of one service that the policies of the function and of all its aliases name. */
export async function permittedSources(
  aws: Aws,
  { name }: { readonly name: string },
  service: string,
): Promise<Permitted[]> {
  const qualifiers = await qualifiersOf(aws, name);
  const found = await Promise.all(
    qualifiers.map(async (qualifier) => {
      const statements = await lookAtPolicy(aws, { FunctionName: name, Qualifier: qualifier });
      return (statements ?? []).flatMap((statement) => {
        const arn = permissionOf(statement)?.SourceArn;
        return arn?.split(':')[2] === service ? [{ qualifier, id: statement.Sid, arn }] : [];
      });
    }),
  );
  return found.flat();
}

/** Those whose statements slsctl made for triggers of this kind. */
export async function boundSources(
  aws: Aws,
  host: { readonly name: string },
  kind: string,
  service: string,
): Promise<Permitted[]> {
  const all = await permittedSources(aws, host, service);
  return all.filter(({ id }) => isStatementOf(kind, id));
}
