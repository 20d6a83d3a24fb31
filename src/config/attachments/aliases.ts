// `aliases`: names for versions of a function.
import * as z from 'zod';
import { fields, matching, short, whole } from '../schema/checks.ts';

/** AWS allows 256 characters. slsctl uses the rest for its record of earlier versions. */
const maxDescriptionLength = 200;

const aliasName = matching(
  /^(?![0-9]+$)[a-zA-Z0-9-_]{1,128}$/,
  'names of letters, digits, - and _, at most 128, not of digits alone',
);
const publishedVersion = matching(/^[1-9]\d{0,9}$/, 'the number of a version, in quotes');

const alias = fields(
  {
    description: short(maxDescriptionLength).nullable().optional().describe('What the alias is for.'),
    version: z
      .union([publishedVersion, z.literal('$LATEST'), z.int().positive().max(9_999_999_999)], {
        error: 'the number of a version, or $LATEST',
      })
      .optional()
      .describe(
        'Version that the alias keeps. Without it, the alias follows the deployments: each one publishes a version and moves the alias to it.',
      ),
    routingConfig: fields({
      additionalVersionWeights: z
        .record(
          publishedVersion,
          z
            .number({ error: 'a number from 0 to 1' })
            .min(0, { error: 'a number from 0 to 1' })
            .max(1, { error: 'a number from 0 to 1' }),
          { error: 'a map of a version to its part of the requests' },
        )
        .refine((weights) => Object.keys(weights).length <= 1, { error: 'one version at most' })
        .describe('The second version, and the part of the requests that it gets, from 0 to 1.'),
    })
      .nullable()
      .optional()
      .describe('Gives a part of the requests to a second version.'),
    provisionedConcurrentExecutions: whole({ min: 1, max: 100_000 })
      .nullable()
      .optional()
      .describe('Number of environments that Lambda keeps ready, so that requests meet no cold start.'),
  },
  '{} or a map of its settings, or null',
);

export const aliases = z
  .record(aliasName, alias.nullable(), { error: 'a map of alias names to their settings' })
  .meta({
    description: 'Aliases: names for versions. {} follows the deployments, null removes an alias.',
    examples: [{ live: {}, stable: { version: '3' } }],
  });
