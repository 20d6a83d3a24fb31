// `--explain`: says each API call, when it starts, as the `aws` command that does the same.
import { NormalizedSchema } from '@smithy/core/schema';
import { type AwsCommandOptions, awsCommand } from './command.ts';

export interface Call {
  /** The SDK's class name: `LambdaClient`. */
  client: string;
  /** The API's name: `CreateFunction`. */
  operation: string;
  input: Record<string, unknown>;
  /** The SDK's operation schema. */
  schema: unknown;
}

/** What one `aws s3 cp` does, in numbers that S3 gives anew each time; it is told in their place. */
const partsOfCopy =
  /^(CreateMultipartUpload|UploadPart|CompleteMultipartUpload|ListParts|ListMultipartUploads)$/;

/**
 * Prints a call's command, unless the last one about the same resource was the very same: polling and
 * repeated attempts appear once, also when several resources are polled side by side.
 */
export function explainer(
  print: (command: string) => void,
  options: Omit<AwsCommandOptions, 'schema'>,
): (call: Call) => void {
  const last = new Map<string, string>();
  return ({ client, operation, input: whole, schema }) => {
    if (client === 'S3Client' && partsOfCopy.test(operation)) return;
    // It guards against changes meanwhile, and is another one when the command is typed later or elsewhere.
    const { RevisionId: _, ...input } = whole;
    const command = awsCommand(client, operation, input, { ...options, schema });
    const { Qualifier = '' } = input;
    const subject = `${client} ${resourceOf(input, schema) ?? operation} ${Qualifier}`;
    if (last.get(subject) === command) return;
    last.set(subject, command);
    print(command);
  };
}

/**
 * The name or ARN of what a call is about: the first required member, which names the resource in every
 * AWS API. Undefined: the operation requires nothing.
 */
export function resourceOf(input: Record<string, unknown>, schema: unknown): string | undefined {
  const shape = NormalizedSchema.of((schema as unknown[])[4] as never);
  if (!shape.isStructSchema()) return undefined;
  // A structure's seventh place counts its required members, which come first.
  const [, , , , members, , required] = shape.getSchema() as unknown as unknown[];
  const first = required ? input[(members as string[])[0] ?? ''] : undefined;
  return typeof first === 'string' ? first : undefined;
}
