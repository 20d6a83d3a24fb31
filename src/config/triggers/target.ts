// Fields that the targets of EventBridge rules and of schedules share.
import * as z from 'zod';
import { fields, short, whole } from '../schema/checks.ts';
import { queue } from './sources.ts';

/** A value as it is, or JSON text. */
export const jsonInput = z.unknown().refine((value) => value !== undefined, { error: 'any value' });

const nullable = <T extends z.ZodType>(schema: T) => schema.nullable().optional();

export const delivery = {
  deadLetter: nullable(queue).describe('Queue for events that cannot be delivered: its key, name or ARN.'),
  retryPolicy: nullable(
    fields({
      maximumRetryAttempts: whole({ min: 0, max: 185 })
        .optional()
        .meta({ description: 'Attempts after the first one.', default: 185 }),
      maximumEventAgeInSeconds: whole({ min: 60, max: 86_400 }, 'seconds')
        .optional()
        .meta({ description: 'After this time an event is given up.', default: 86_400 }),
    }),
  ).describe('What happens when the function cannot be called.'),
};

export const description = nullable(short(512)).describe('Description.');
