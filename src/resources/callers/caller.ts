// A caller of a function: a part of another resource that names the function, and stays when the function is removed.
import type { Aws } from '../../aws/aws.ts';
import type { Statement } from '../attachments/statements.ts';

export interface Caller {
  /** `event source mapping` */
  readonly kind: string;
  readonly name: string;
  /** The ARN that it names: of the function, or of one of its versions or aliases. */
  readonly arn: string;
  /** Only a resource policy says so: nobody has looked into the caller. */
  readonly unsure?: boolean;
  /** Words of the `aws` command that removes it; undefined: no single command does. */
  readonly removal?: readonly string[];
}

/** A function or an alias, with the statements of its resource policy: these name the sources that may call it. */
export interface Place {
  readonly arn: string;
  readonly statements: readonly Statement[];
}

export type CallerName = Pick<Caller, 'kind' | 'name'>;

/** The functions whose callers are looked for. */
export interface Sight {
  readonly aws: Aws;
  readonly places: readonly Place[];
  /** Notes a part of a kind that was not looked into. */
  missed(what: string, error: unknown): void;
  /** Whether an ARN is one of the functions, or a version or alias of one. */
  isNamed(arn: string | undefined): arn is string;
}

export interface CallerKind {
  /** In the plural: `event source mappings`. */
  readonly what: string;
  /** Rejects with the error of AWS when it may not look. */
  find(sight: Sight): Promise<Caller[]>;
}

/** ARNs of sources of one service that the resource policies name. */
export function sourcesOf({ places }: Pick<Sight, 'places'>, service: string): string[] {
  const conditions = places.flatMap(({ statements }) => statements.map(({ Condition = {} }) => Condition));
  const arns = conditions.flatMap((condition) =>
    Object.values(condition).flatMap((keys) =>
      Object.entries(keys)
        .filter(([key]) => key.toLowerCase() === 'aws:sourcearn')
        .flatMap(([, value]) => value),
    ),
  );
  return [...new Set(arns.filter((arn) => arn.split(':')[2] === service))];
}
