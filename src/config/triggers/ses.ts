// `ses`: mail that Amazon SES receives calls the function.
import * as z from 'zod';
import { fields, list, matching, oneOf, short, yesOrNo } from '../schema/checks.ts';

const name = (allowed: string) => matching(/^[a-zA-Z0-9](?:[\w-]{0,62}[a-zA-Z0-9])?$/, allowed);

export const ses = fields(
  {
    ruleSet: name('the name of a receipt rule set').describe('The set of receipt rules; it must exist.'),
    rule: name('letters, digits, - and _, at most 64')
      .optional()
      .describe(
        'The receipt rule. Without it, slsctl makes one with a name that does not change. A rule that others have made gets one more action.',
      ),
    recipients: list(short(320), 'a list of addresses and domains', 500)
      .optional()
      .describe('Addresses and domains. Without them, the rule is for all mail.'),
    invocationType: oneOf(['Event', 'RequestResponse']).optional().meta({
      description: 'With RequestResponse, SES waits for the function, which may stop the rules.',
      default: 'Event',
    }),
    after: name('the name of a receipt rule')
      .optional()
      .describe('A new rule comes after this one; without it, it comes first.'),
    enabled: yesOrNo.optional().meta({ description: 'Whether the rule is active.', default: true }),
    tlsPolicy: oneOf(['Optional', 'Require'])
      .optional()
      .meta({ description: 'Whether mail must come by TLS.', default: 'Optional' }),
    scanEnabled: z
      .boolean({ error: 'true or false' })
      .optional()
      .meta({ description: 'Whether mail is scanned for spam and viruses.', default: false }),
  },
  'a map with ruleSet',
).meta({
  description: 'Amazon SES calls the function with mail that it receives. Other actions of the rule stay.',
  examples: [{ ruleSet: 'default', recipients: ['support@example.org'] }],
});
