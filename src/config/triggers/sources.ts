// The sources of triggers in slsctl.yml: a thing of the project by its key, or any by its name or ARN.
import { matching } from '../schema/checks.ts';

/** The ARN of a resource of this service, or a name. `rest`: what follows the account in the ARN, and the name alone. */
function source(service: string, { arn, name, noun }: { arn: string; name: string; noun: string }) {
  return matching(
    new RegExp(`^(?:arn:aws[\\w-]*:${service}:[\\w-]+:\\d{12}:${arn}|${name})$`),
    `a ${noun} of this project, or any ${noun} by name or ARN`,
  );
}

export const queue = source('sqs', {
  arn: '[\\w-]{1,80}(?:\\.fifo)?',
  name: '[\\w-]{1,80}(?:\\.fifo)?',
  noun: 'queue',
}).describe('The queue: its key under queues:, its name, or its ARN.');
