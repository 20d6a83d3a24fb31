// Commands that need no AWS account.
import { type CommandSpec, choice, port } from './spec.ts';

export const local: CommandSpec[] = [
  {
    group: 'Without an account',
    usage: 'local',
    summary: 'local AWS on this machine',
    subcommands: [
      {
        usage: 'start',
        summary: 'start the local AWS in the background',
        options: [
          port,
          ['--latency <time>', 'delay each answer by this time, as a network would'],
          ['--iam-delay <time>', 'Lambda may not assume a new role for this time'],
          ['--create-delay <time>', 'a new function stays Pending for this time'],
          ['--update-delay <time>', 'an update stays InProgress for this time'],
          [
            '--retry-delay <time>',
            'wait this time before the first retry of a failed asynchronous invocation, and twice as long before the second (default: 1m, as on AWS)',
          ],
        ],
        run: async (context, args) => (await import('../commands/local.ts')).localStart(context, args),
        examples: ['slsctl local start --latency 100ms --iam-delay 8s --create-delay 3s --update-delay 2s'],
      },
      {
        usage: 'stop',
        summary: 'stop the local AWS; its data stays',
        run: async (context) => (await import('../commands/local.ts')).localStop(context),
      },
      {
        usage: 'status',
        summary: 'show endpoint, account, process and data folder',
        run: async (context) => (await import('../commands/local.ts')).localStatus(context),
      },
      {
        usage: 'env',
        summary: 'print the variables by which the aws CLI, boto3 or any SDK use the local AWS',
        options: [choice('--shell <name>', 'syntax of this shell', ['sh', 'fish', 'powershell', 'cmd'])],
        run: async (context, args) => (await import('../commands/local.ts')).localEnv(context, args),
        examples: ['eval "$(slsctl local env)"'],
      },
      {
        usage: 'reset',
        summary: 'delete all data of the local AWS',
        run: async (context) => (await import('../commands/local.ts')).localReset(context),
      },
    ],
  },
  {
    usage: 'walkthrough',
    summary: 'run the nine steps of a first function, live, on a temporary local AWS',
    run: async (context) => (await import('../commands/walkthrough.ts')).walkthrough(context),
    examples: ['slsctl walkthrough'],
  },
  {
    usage: 'schema',
    summary: 'print the JSON Schema of slsctl.yml, for editors and other tools',
    run: async (context) => (await import('../commands/schema.ts')).schema(context),
    examples: ['slsctl schema > slsctl.schema.json'],
  },
];
