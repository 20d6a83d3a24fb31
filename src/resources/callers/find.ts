// Finds the callers of functions. A separate file: it loads the clients of services that few commands use.
import type { Aws } from '../../aws/aws.ts';
import { scopeOf } from '../../errors/describe-error.ts';
import { qualifiersOf } from '../alias/list.ts';
import { readPolicy, type Statement } from '../attachments/statements.ts';
import { callerKinds } from './all.ts';
import type { Caller, Place, Sight } from './caller.ts';

export type { Caller } from './caller.ts';

export interface Callers {
  /** Sorted by kind and name. */
  readonly found: readonly Caller[];
  /** The kinds that could not be looked for, and why. */
  readonly unknown: readonly { readonly what: string; readonly error: unknown }[];
}

/** The resource policy of a function, or of one of its aliases. */
export interface Policy {
  /** The alias. */
  readonly qualifier?: string;
  readonly statements?: readonly Statement[];
}

/**
 * The resource policies of a function and of all its aliases. Those of `aliases` (names that slsctl.yml declares) are
 * read at once, and not after the list of aliases.
 */
export async function readPolicies(
  aws: Aws,
  FunctionName: string,
  aliases: readonly string[] = [],
): Promise<Policy[]> {
  const ofAlias = async (qualifier: string): Promise<Policy> => ({
    qualifier,
    statements: await readPolicy(aws, { FunctionName, Qualifier: qualifier }),
  });
  const [statements, declared, live] = await Promise.all([
    readPolicy(aws, { FunctionName }),
    Promise.all(aliases.map(ofAlias)),
    qualifiersOf(aws, FunctionName),
  ]);
  const others = live.flatMap((name) => (name === undefined || aliases.includes(name) ? [] : name));
  return [{ statements }, ...declared, ...(await Promise.all(others.map(ofAlias)))];
}

/**
 * Everything that names one of these functions (ARNs without qualifier), or a version or alias of one. A service that
 * the endpoint does not have names none. `known`: policies that were read already, by the function's name.
 */
export async function findCallers(
  aws: Aws,
  functionArns: readonly string[],
  known: ReadonlyMap<string, Promise<Policy[]>> = new Map(),
): Promise<Callers> {
  if (functionArns.length === 0) return { found: [], unknown: [] };
  const unknown: { what: string; error: unknown }[] = [];
  const or =
    <T>(what: string, nothing: T) =>
    (error: Error): T => {
      // A region need not have every service that calls functions.
      if (!/^(call|service)$/.test(scopeOf(error))) throw error;
      if (!isMissingService(error)) unknown.push({ what, error });
      return nothing;
    };
  const places = await Promise.all(
    functionArns.map(async (arn): Promise<Place[]> => {
      const name = arn.slice(arn.lastIndexOf(':') + 1);
      const policies = await (known.get(name) ?? readPolicies(aws, name)).catch(
        or<Policy[]>('resource policies', [{}]),
      );
      return policies.map(({ qualifier, statements = [] }) => ({
        arn: qualifier === undefined ? arn : `${arn}:${qualifier}`,
        statements,
      }));
    }),
  );
  const missed = (what: string, error: unknown) => void unknown.push({ what, error });
  const sight: Sight = { ...sightOf(aws, functionArns, places.flat()), missed };
  const found = await Promise.all(callerKinds.map((kind) => kind.find(sight).catch(or(kind.what, []))));
  const key = ({ kind, name }: Caller) => `${kind}\0${name}`;
  return { found: found.flat().toSorted((a, b) => (key(a) < key(b) ? -1 : 1)), unknown };
}

function sightOf(aws: Aws, functionArns: readonly string[], places: readonly Place[]): Omit<Sight, 'missed'> {
  const known = new Set(functionArns);
  return {
    aws,
    places,
    isNamed: (arn): arn is string =>
      arn !== undefined && (known.has(arn) || known.has(arn.slice(0, arn.lastIndexOf(':')))),
  };
}

/** An emulator of AWS answers so for a service or an operation that it does not have. */
function isMissingService(error: Error): boolean {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return (
    $metadata?.httpStatusCode === 501 ||
    /^(UnknownService|UnsupportedOperation|UnknownOperation|NotImplemented)/.test(error.name)
  );
}
