// The entries of `triggers:` by their kinds.
import type { Attachments } from '../../config/attachments/all.ts';
import type { Qualifier } from '../../config/qualifiers.ts';
import { triggerNames } from '../../config/schema/field-names.ts';
import type { TriggerKindName } from '../../config/triggers/all.ts';
import { triggerKinds } from './all.ts';
import type { Entry, TriggerKind } from './kind.ts';

interface KindEntries {
  readonly name: TriggerKindName;
  readonly kind: TriggerKind<unknown>;
  readonly entries: readonly Entry<unknown>[];
}

/** Every kind, with its entries in this list. `qualifierOf`: the qualifier of an entry, from its field `qualifier`. */
export function triggersByKind(
  triggers: Attachments['triggers'],
  qualifierOf: (named?: string) => Qualifier,
): KindEntries[] {
  return triggerNames.map((name) => ({
    name,
    kind: triggerKinds[name] as TriggerKind<unknown>,
    entries: (triggers ?? [])
      .flatMap((one, index) =>
        one[name] === undefined ? [] : { declared: one[name], qualifier: qualifierOf(one.qualifier), index },
      )
      .map((entry, index) => ({ ...entry, number: index + 1 })),
  }));
}

/** The kinds of triggers that the function declares. */
export function declaredKinds(attachments: Pick<Attachments, 'triggers'> = {}): TriggerKindName[] {
  const { triggers } = attachments;
  return triggerNames.filter((name) => triggers?.some((one) => one[name] !== undefined));
}
