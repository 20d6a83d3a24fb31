// The commands of the local AWS.
import { type CommandSpec, choice, port } from './spec.ts';

export const local: CommandSpec[] = [
  {
    group: 'Without an account',
    usage: 'local',
    summary: 'the embedded local AWS',
    subcommands: [
      {
        usage: 'start',
        summary: 'start it in the background',
        options: [
          port,
          ['--latency <time>', 'slow like a network: each answer takes this long, 100ms say'],
          ['--iam-delay <time>', 'a new role cannot be assumed for this long'],
          ['--create-delay <time>', 'a new function stays Pending for this long'],
          ['--update-delay <time>', 'an update stays InProgress for this long'],
          [
            '--retry-delay <time>',
            'before a failed asynchronous invocation is tried again (AWS: 1m, then 2m)',
          ],
        ],
        run: async (context, args) => (await import('../commands/local.ts')).localStart(context, args),
        examples: ['slsctl local start --latency 100ms --iam-delay 8s --create-delay 3s --update-delay 2s'],
      },
      {
        usage: 'stop',
        summary: 'end it; what it holds is kept',
        run: async (context) => (await import('../commands/local.ts')).localStop(context),
      },
      {
        usage: 'status',
        summary: 'endpoint, account, process, data folder',
        run: async (context) => (await import('../commands/local.ts')).localStatus(context),
      },
      {
        usage: 'env',
        summary: 'shell exports for the aws CLI, boto3 or any SDK',
        options: [choice('--shell <name>', 'for which shell', ['sh', 'fish', 'powershell', 'cmd'])],
        run: async (context, args) => (await import('../commands/local.ts')).localEnv(context, args),
        examples: ['eval "$(slsctl local env)"'],
      },
      {
        usage: 'reset',
        summary: 'delete what it holds',
        run: async (context) => (await import('../commands/local.ts')).localReset(context),
      },
    ],
  },
  {
    usage: 'walkthrough',
    summary: 'the first nine steps with Lambda, live, on a throw-away local AWS',
    run: async (context) => (await import('../commands/walkthrough.ts')).walkthrough(context),
  },
];
