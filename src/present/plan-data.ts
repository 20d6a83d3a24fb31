// A plan as programs read it.
import { lossOf, type Plan } from '../engine/plan.ts';

/** Stands for a secret value. */
export const mask = '***';

/** For JSON. Secrets are masked unless the user asks to see them. */
export function planData(plan: Plan, { showValues }: { showValues?: boolean }) {
  return plan.items.map((item) => ({
    kind: item.resource.kind,
    name: item.resource.name,
    action: item.action,
    changes: item.changes.map(({ path, from, to, secret, replace }) => {
      const value = (one: unknown) => (one === undefined ? null : secret && !showValues ? mask : one);
      return { path, from: value(from), to: value(to), ...(replace ? { replace } : {}) };
    }),
    notes: item.notes,
    reason: item.reason,
    lost: lossOf(item),
  }));
}
