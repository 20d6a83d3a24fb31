// The triggers of a function. What a trigger is on AWS depends on its kind: see src/resources/triggers/.
import type { Aws } from '../../aws/aws.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import { type Qualifier, qualifierOf } from '../../config/qualifiers.ts';
import type { Resource } from '../../engine/resource.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import type { RoleStatement } from '../role/grants.ts';
import type { Things } from '../things/things.ts';
import { triggerKinds } from '../triggers/all.ts';
import { triggersByKind } from '../triggers/entries.ts';
import type { FormerSite, TriggerKind } from '../triggers/kind.ts';
import type { Kind, Part } from './kind.ts';
import { FormerPermissions } from './permissions.ts';
import type { Places } from './places.ts';

type Declared = NonNullable<Attachments['triggers']>;

const kinds = Object.values(triggerKinds) as TriggerKind<unknown>[];

export const triggers: Kind<Declared> = {
  resources(declared, site) {
    const { places } = site;
    return triggersByKind(declared, (named) => places.qualifier(named)).flatMap(({ kind, entries }) =>
      entries.length > 0 ? kind.resources(entries, site) : [],
    );
  },
  every: everyTrigger,
  async leftBehind(declared, { aws, host, owner, things, places }) {
    const rows = triggersByKind(declared, (named) => places.qualifier(named));
    const found = await Promise.all(
      rows.map(async ({ name, kind, entries }) => {
        if (!(await host.hadTriggers(name))) return [];
        const aliases = new Set([...places.aliases, ...(await host.trafficAliases())]);
        const site = { aws, host, owner, things, qualifiers: [undefined, ...aliases] };
        const former = await kind.leftBehind(entries, site);
        places.triggers.push(...former);
        return declared ? former : [...former, ...formerStatements(kind, site, places)];
      }),
    );
    return found.flat();
  },
  claims: {
    outlasts: true,
    of: (declared, site) =>
      triggersByKind(declared, (named) => site.qualifier(named)).flatMap(({ kind, entries }) =>
        entries.flatMap((entry) => kind.claims?.of(entry, site) ?? []),
      ),
    owns: (id) => kinds.some(({ claims }) => claims?.owns(id)),
  },
};

/** All triggers of the function, of every kind, whoever made them. */
export async function everyTrigger(aws: Aws, host: FunctionResource): Promise<Part[]> {
  return (await Promise.all(kinds.map((kind) => kind.every(aws, host)))).flat();
}

/** The statements of a kind that the file does not name any more; where it declares triggers, permissions.ts finds them. */
function formerStatements(
  { claims }: TriggerKind<unknown>,
  { aws, host, qualifiers }: FormerSite,
  { triggers: outlives, claims: claimed }: Places,
): Resource[] {
  if (!claims) return [];
  return qualifiers.map(
    (qualifier) =>
      new FormerPermissions(aws, host, {
        qualifier,
        outlives,
        leaves: (id) => claims.owns(id) && !Object.hasOwn(claimed.at(qualifier).claimed, id),
        isOwn: async () => true,
        successor: () => undefined,
      }),
  );
}

/** The statements that the execution role needs for the triggers. */
export function triggerStatements(attachments: Attachments = {}, things: Things): RoleStatement[] {
  const rows = triggersByKind(attachments.triggers, (named) => qualifierOf(attachments, named));
  const all = rows.flatMap(({ kind, entries }) =>
    entries.flatMap((entry) => kind.roleStatements?.(entry, things) ?? []),
  );
  // Two entries may need the same.
  const different = [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
  const sids = different.map(({ Sid }) => Sid);
  return different.map((one, index) => {
    const before = sids.slice(0, index).filter((sid) => sid === one.Sid).length;
    return before === 0 ? one : { ...one, Sid: `${one.Sid}${before + 1}` };
  });
}

/** The aliases that the triggers call. */
export function triggerQualifiers(attachments: Attachments): Qualifier[] {
  return (attachments.triggers ?? []).map(({ qualifier }) => qualifierOf(attachments, qualifier));
}
