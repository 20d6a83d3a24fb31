// `--explain`: says each API call, when it starts, as the `aws` command that does the same.
import { NormalizedSchema } from '@smithy/core/schema';
import { type AwsCommandOptions, awsCommand, connection } from './command.ts';
import { shellLine } from './shell.ts';

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

/** Changes that AWS ends in the background, by the CLI's command that waits for their end. */
const waits: Record<string, string> = {
  CreateFunction: 'function-active-v2',
  UpdateFunctionCode: 'function-updated-v2',
  UpdateFunctionConfiguration: 'function-updated-v2',
};
const looks = /^GetFunction(Configuration)?$/;

/** Answers the words of the command that waits where slsctl looks again and again; undefined: it need not wait. */
function waiter(): (call: Call) => string[] | undefined {
  const changed = new Map<string, string>();
  return ({ operation, input: { FunctionName, Qualifier, Publish } }) => {
    const name = String(FunctionName);
    const wait = waits[operation];
    if (wait) changed.set(name, wait);
    if (Publish || operation === 'PublishVersion') changed.set(`${name}:version`, 'published-version-active');
    if (!looks.test(operation)) return undefined;
    const version = /^\d+$/.test(String(Qualifier));
    const key = version ? `${name}:version` : name;
    const found = Qualifier === undefined || version ? changed.get(key) : undefined;
    changed.delete(key);
    const at = ['--function-name', name, ...(version ? ['--qualifier', String(Qualifier)] : [])];
    return found === undefined ? undefined : ['aws', 'lambda', 'wait', found, ...at];
  };
}

/**
 * Prints a call's command, unless the last one about the same resource was the very same: polling and
 * repeated attempts appear once, also when several resources are polled side by side.
 */
export function explainer(
  print: (command: string) => void,
  options: Omit<AwsCommandOptions, 'schema'>,
): (call: Call) => void {
  const last = new Map<string, string>();
  const waitFor = waiter();
  return (call) => {
    const { client, operation, input: whole, schema } = call;
    if (client === 'S3Client' && partsOfCopy.test(operation)) return;
    // It guards against changes meanwhile, and is another one when the command is typed later or elsewhere.
    const { RevisionId: _, ...input } = whole;
    const wait = client === 'LambdaClient' ? waitFor(call) : undefined;
    if (wait) print(shellLine([...wait, ...connection(options)]));
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
