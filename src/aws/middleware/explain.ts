// `--explain`: says each API call, when it starts, as the `aws` command that does the same.
import { type AwsCommandOptions, awsCommand, connection } from '../command.ts';
import { shellLine } from '../shell.ts';
import { type Middleware, type Operation, operationOf } from './middleware.ts';
import { resourceOf } from './resource-of.ts';

interface Call extends Operation {
  input: Record<string, unknown>;
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

/** Explains each call once, before its first attempt. */
export function explainCalls(
  print: (command: string) => void,
  options: Omit<AwsCommandOptions, 'schema'>,
): Middleware {
  const explain = explainer(print, options);
  return (stack) => {
    stack.add(
      (next, context) => async (args) => {
        const operation = operationOf(context);
        const input = Object.fromEntries(Object.entries(args.input));
        if (operation.schema) explain({ ...operation, input });
        return next(args);
      },
      { step: 'initialize', name: 'slsctlExplain', priority: 'high' },
    );
  };
}

/**
 * Prints a call's command, unless the last one about the same resource was the very same: polling and
 * repeated attempts appear once, also when several resources are polled side by side.
 */
function explainer(
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
