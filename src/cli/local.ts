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
        run: async (context, args) =>
          (await import('../commands/local/lifecycle.ts')).localStart(context, args),
        examples: ['slsctl local start --latency 100ms --iam-delay 8s --create-delay 3s --update-delay 2s'],
      },
      {
        usage: 'stop',
        summary: 'stop the local AWS; its data stays',
        run: async (context) => (await import('../commands/local/lifecycle.ts')).localStop(context),
      },
      {
        usage: 'status',
        summary: 'show endpoint, account, process and data folder',
        run: async (context) => (await import('../commands/local/lifecycle.ts')).localStatus(context),
      },
      {
        usage: 'env',
        summary: 'print the variables by which the aws CLI, boto3 or any SDK use the local AWS',
        options: [choice('--shell <name>', 'syntax of this shell', ['sh', 'fish', 'powershell', 'cmd'])],
        run: async (context, args) =>
          (await import('../commands/local/lifecycle.ts')).localEnv(context, args),
        examples: ['eval "$(slsctl local env)"'],
      },
      {
        usage: 'fault',
        summary: 'make requests to the local AWS fail, to rehearse what happens then',
        subcommands: [
          {
            usage: 'add <kind> [operation]',
            summary:
              'set a fault: throttle, 500, 503, cut-before (the connection is dropped, nothing happened), cut-after (it happened, the answer is lost) or slow; on an operation (lambda:CreateFunction, lambda:Create*, iam:*), on all that change something (writes), or on every request (*, the default)',
            options: [
              ['--nth <n>', 'only the Nth request that matches'],
              ['--count <n>', 'end after so many requests were met'],
              ['--share <percent>', 'a share of the requests that match, the same ones in each run'],
              ['--seed <n>', 'with --share: another number chooses other requests (default: 1)'],
              ['--delay <time>', 'with slow: the time, written like 2s'],
            ],
            run: async (context, args) =>
              (await import('../commands/local/fault.ts')).faultAdd(context, args),
            examples: [
              "slsctl local fault add throttle 'iam:*' --count 3",
              'slsctl local fault add cut-after lambda:CreateFunction --nth 1',
              'slsctl local fault add 503 writes --share 20% --seed 7',
              'slsctl local fault add slow lambda:Invoke --delay 2s',
            ],
          },
          {
            usage: 'list',
            summary: 'list the faults, and how many requests each has met',
            run: async (context) => (await import('../commands/local/fault.ts')).faultList(context),
          },
          {
            usage: 'clear [id]',
            summary: 'remove one fault, or all',
            run: async (context, args) =>
              (await import('../commands/local/fault.ts')).faultClear(context, args),
            examples: ['slsctl local fault clear', 'slsctl local fault clear 2'],
          },
        ],
      },
      {
        usage: 'reset',
        summary: 'delete all data of the local AWS',
        run: async (context) => (await import('../commands/local/lifecycle.ts')).localReset(context),
      },
    ],
  },
  {
    usage: 'walkthrough',
    summary: 'run the nine steps of a first function, live, on a temporary local AWS',
    options: [['--challenge', 'the next lesson: a function that uploads to a bucket call']],
    run: async (context, args) => (await import('../commands/walkthrough.ts')).walkthrough(context, args),
    examples: ['slsctl walkthrough', 'slsctl walkthrough --challenge'],
  },
  {
    usage: 'schema',
    summary: 'print the JSON Schema of slsctl.yml, for editors and other tools',
    run: async (context) => (await import('../commands/schema.ts')).schema(context),
    examples: ['slsctl schema > slsctl.schema.json'],
  },
];
