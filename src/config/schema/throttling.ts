// Limits of requests to an HTTP API: of all routes together, or of one.
import { between, fields, whole } from './checks.ts';

export const throttling = fields(
  {
    burstLimit: whole({ min: 0, max: 1_000_000 }, 'requests')
      .optional()
      .describe('Requests that may come at once.'),
    rateLimit: between(0, 1_000_000).optional().describe('Requests per second.'),
  },
  'a map with burstLimit and rateLimit',
).meta({ examples: [{ burstLimit: 100, rateLimit: 50 }] });
