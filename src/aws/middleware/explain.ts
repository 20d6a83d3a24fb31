// `--explain`: prints each API call, when it starts, as the `aws` command that does the same.
import { type AwsCommandOptions, awsCommand, connection } from '../command.ts';
import { shellLine } from '../shell.ts';
import { type Middleware, type Operation, operationOf } from './middleware.ts';
import { resourceOf } from './resource-of.ts';

interface Call extends Operation {
  input: Record<string, unknown>;
}

/** Calls of a multipart upload. They are not printed; one `aws s3 cp` is printed for all of them. */
const partsOfCopy =
  /^(CreateMultipartUpload|UploadPart|CompleteMultipartUpload|ListParts|ListMultipartUploads)$/;

/** Operations that AWS completes in the background, and the CLI's waiter for each. */
const waits: Record<string, string> = {
  CreateFunction: 'function-active-v2',
  UpdateFunctionCode: 'function-updated-v2',
  UpdateFunctionConfiguration: 'function-updated-v2',
};
const polls = /^GetFunction(Configuration)?$/;

/** For a call that polls, the words of the CLI's wait command; undefined: the call is not a poll. */
function waiter(): (call: Call) => string[] | undefined {
  const changed = new Map<string, string>();
  return ({ operation, input: { FunctionName, Qualifier, Publish } }) => {
    const name = String(FunctionName);
    const wait = waits[operation];
    if (wait) changed.set(name, wait);
    if (Publish || operation === 'PublishVersion') changed.set(`${name}:version`, 'published-version-active');
    if (!polls.test(operation)) return undefined;
    const version = /^\d+$/.test(String(Qualifier));
    const key = version ? `${name}:version` : name;
    const waiterName = Qualifier === undefined || version ? changed.get(key) : undefined;
    changed.delete(key);
    const at = ['--function-name', name, ...(version ? ['--qualifier', String(Qualifier)] : [])];
    return waiterName === undefined ? undefined : ['aws', 'lambda', 'wait', waiterName, ...at];
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
 * Prints a call's command, unless the previous command about the same resource was identical. So polling and
 * retries appear once, even when several resources are polled at the same time.
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
    // RevisionId guards against concurrent changes. It would be wrong when the user types the command later.
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
