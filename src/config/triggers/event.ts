// `event`: a rule of EventBridge calls the function with the events that match its pattern.
import * as z from 'zod';
import { fields, matching, refuse, text, yesOrNo } from '../schema/checks.ts';
import { bus } from './sources.ts';
import { delivery, description, jsonInput } from './target.ts';

const path = text('a path such as $.detail').regex(/^\$/, { error: 'a path that starts with $' });

export const event = fields(
  {
    pattern: z
      .union([z.record(text(), z.unknown()), text()], { error: 'an event pattern, as a map or as JSON text' })
      .describe('Only events that match this pattern call the function.'),
    bus: bus.optional().meta({ description: 'The event bus: its name or its ARN.', default: 'default' }),
    name: matching(/^[\w.-]{1,64}$/, 'letters, digits, ., - and _, at most 64')
      .optional()
      .describe('Name of the rule. Without it, slsctl gives one that does not change.'),
    description,
    enabled: yesOrNo.optional().meta({ description: 'Whether the rule calls the function.', default: true }),
    input: jsonInput
      .nullable()
      .optional()
      .describe('What the function gets in place of the event: any value, or JSON text.'),
    inputPath: path.max(256).nullable().optional().describe('The part of the event that the function gets.'),
    inputTransformer: fields({
      inputPathsMap: z
        .record(matching(/^[\w-]+$/, 'names of letters, digits, - and _'), path, {
          error: 'a map of names to paths such as $.detail.id',
        })
        .optional()
        .describe('Names for parts of the event.'),
      inputTemplate: text().describe('What the function gets; <name> stands for the part with this name.'),
    })
      .nullable()
      .optional()
      .describe('Makes what the function gets out of parts of the event.'),
    ...delivery,
  },
  'a map with pattern',
)
  .superRefine((entry, context) => {
    const given = (['input', 'inputPath', 'inputTransformer'] as const).filter(
      (name) => entry[name] !== undefined && entry[name] !== null,
    );
    if (given.length > 1) {
      refuse(context, `stands beside ${given[0]}; allowed: one of input, inputPath and inputTransformer`, [
        given[1] as string,
      ]);
    }
    const names = Object.keys(entry.inputTransformer?.inputPathsMap ?? {});
    const unknown = [...(entry.inputTransformer?.inputTemplate.matchAll(/<([\w-]+)>/g) ?? [])]
      .map(([, name = '']) => name)
      .find((name) => !names.includes(name));
    if (unknown !== undefined) {
      refuse(context, `names <${unknown}>, which inputPathsMap does not have`, [
        'inputTransformer',
        'inputTemplate',
      ]);
    }
    if (typeof entry.pattern === 'string' && !isMap(entry.pattern)) {
      refuse(context, 'is not a JSON object', ['pattern']);
    }
  })
  .meta({
    description: 'Amazon EventBridge calls the function with the events of a bus that match a pattern.',
    examples: [{ pattern: { source: ['my.shop'], 'detail-type': ['order placed'] } }],
  });

function isMap(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
