// Shows a plan as JSON.
import { removedElsewhere } from '../engine/elsewhere.ts';
import { type Item, lossOf, type Plan } from '../engine/plan.ts';

/** Replaces a secret value. */
export const mask = '***';

/** For JSON. Secrets are masked unless the user asks to see them. */
export function planData(plan: Plan, { showValues }: { showValues?: boolean }) {
  return plan.items.map((item) => ({
    kind: item.resource.kind,
    name: item.resource.name,
    action: item.action,
    changes: item.changes.map(({ path, from, to, secret, replace, refused }) => {
      const shown = (value: unknown) => (value === undefined ? null : secret && !showValues ? mask : value);
      return { path, from: shown(from), to: shown(to), ...(replace ? { replace } : {}), refused };
    }),
    notes: item.notes,
    reason: item.reason,
    lost: lossOf(item),
    ...deployedFrom(item),
  }));
}

/** Of a removal: the other slsctl.yml that created the resource; null: unknown. */
function deployedFrom(item: Item): { deployedFrom?: string | null } {
  const [elsewhere] = removedElsewhere({ items: [item] });
  return elsewhere ? { deployedFrom: elsewhere.config ?? null } : {};
}
