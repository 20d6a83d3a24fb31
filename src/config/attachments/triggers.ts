// `triggers`: what calls a function.
import type * as z from 'zod';
import { fields, list, refuse } from '../schema/checks.ts';
import { triggerNames } from '../schema/field-names.ts';
import { triggerKinds } from '../triggers/all.ts';
import { qualifier } from './qualifier.ts';

type Optional<T extends z.ZodRawShape> = { [K in keyof T]: z.ZodOptional<T[K] & z.ZodType> };

const kinds = Object.fromEntries(
  Object.entries(triggerKinds).map(([kind, schema]) => [kind, (schema as z.ZodType).optional()]),
) as Optional<typeof triggerKinds>;

const trigger = fields({ ...kinds, qualifier }, 'a map with the kind of the trigger').superRefine(
  (entry, context) => {
    const named = triggerNames.filter((kind) => entry[kind] !== undefined);
    if (named.length === 1) return;
    const has = named.length === 0 ? 'names no kind' : `names ${named.join(' and ')}`;
    refuse(context, `${has}; allowed: one of ${triggerNames.join(', ')} in each entry`);
  },
);

export const triggers = list(trigger, 'a list of triggers').meta({
  description:
    'What calls the function: a list, each entry with its kind. Triggers call the alias that follows the deployments, if there is one. slsctl adds the permission or the statements of the role that they need.',
  examples: [[{ sqs: 'orders' }]],
});
