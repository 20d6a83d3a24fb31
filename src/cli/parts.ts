// Commands for the parts of a function, and for what is live.
import { adoptOptions, assignments, type CommandSpec, choice, confirmOption } from './spec.ts';

export const parts: CommandSpec[] = [
  {
    group: 'Parts of a function',
    usage: 'env',
    summary: 'environment variables, in slsctl.yml and on AWS together',
    subcommands: [
      {
        usage: 'list [function]',
        summary: 'list the variables; values are masked without --show-values',
        run: async (context, args) => (await import('../commands/env/list.ts')).envList(context, args),
        examples: ['slsctl env list --show-values'],
      },
      {
        usage: 'set <words...>',
        syntax: '[function] KEY=VALUE...',
        summary: 'write variables to slsctl.yml and to AWS',
        options: [['--references', `\${…} in a value is a reference; without it, it is text`]],
        run: async (context, args) => (await import('../commands/env/set.ts')).envSet(context, args),
        examples: [
          'slsctl env set TABLE_NAME=my-users STAGE=dev',
          'slsctl env set my-first-function STAGE=dev',
          `slsctl env set --references 'API_KEY=\${ssm:/hello/api-key}'`,
        ],
      },
      {
        usage: 'unset <words...>',
        syntax: '[function] KEY...',
        summary: 'remove variables from slsctl.yml and from AWS',
        run: async (context, args) => (await import('../commands/env/unset.ts')).envUnset(context, args),
        examples: ['slsctl env unset TABLE_NAME'],
      },
    ],
  },
  {
    usage: 'layer',
    summary: 'layers of the project',
    subcommands: [
      {
        usage: 'list',
        summary: 'list the layers, their versions and the functions that use them',
        run: async (context) => (await import('../commands/layer/list.ts')).layerList(context),
      },
      {
        usage: 'publish [layer]',
        summary: 'publish layers that have changed; functions get them with the next deploy',
        options: [
          ['--prune', 'then remove old versions that no function uses'],
          ...adoptOptions('layers'),
          confirmOption,
        ],
        run: async (context, args) =>
          (await import('../commands/layer/publish.ts')).layerPublish(context, args),
        examples: ['slsctl layer publish', 'slsctl layer publish shared-libs --prune'],
      },
      {
        usage: 'attach <layer> [function]',
        summary: 'add a layer (a name, or the ARN of a version) to the function, in slsctl.yml and on AWS',
        run: async (context, args) =>
          (await import('../commands/layer/attach.ts')).layerAttach(context, args),
        examples: [
          'slsctl layer attach shared-libs',
          'slsctl layer attach arn:aws:lambda:us-east-1:123456789012:layer:tools:3 hello',
        ],
      },
      {
        usage: 'detach <layer> [function]',
        summary: 'remove a layer from the function, in slsctl.yml and on AWS',
        run: async (context, args) =>
          (await import('../commands/layer/attach.ts')).layerDetach(context, args),
        examples: ['slsctl layer detach shared-libs'],
      },
      {
        usage: 'prune [layer]',
        summary: 'remove old versions that no function of the account and region uses',
        options: [['--dry-run', 'only show which versions'], confirmOption],
        run: async (context, args) => (await import('../commands/layer/prune.ts')).layerPrune(context, args),
      },
    ],
  },
  {
    usage: 'role',
    summary: 'execution role of the function',
    subcommands: [
      {
        usage: 'show [function]',
        summary: 'show who may assume the role, its policies, and the functions that use it',
        run: async (context, args) => (await import('../commands/role/show.ts')).roleShow(context, args),
      },
      {
        usage: 'create [function]',
        summary: 'create the role before the function',
        run: async (context, args) => (await import('../commands/role/create.ts')).roleCreate(context, args),
      },
      {
        usage: 'delete [function]',
        summary: 'remove the role that slsctl created',
        options: [confirmOption],
        run: async (context, args) => (await import('../commands/role/delete.ts')).roleDelete(context, args),
      },
    ],
  },
  {
    usage: 'trigger',
    summary: 'what calls the function: queues, streams, buckets, topics, schedules and events',
    subcommands: [
      {
        usage: 'list [function]',
        summary: 'list the declared triggers and other live ones, and whether they match slsctl.yml',
        run: async (context, args) =>
          (await import('../commands/trigger/list.ts')).triggerList(context, args),
        examples: ['slsctl trigger list', 'slsctl trigger list my-first-function --output json'],
      },
      {
        usage: 'add <kind> <source> [function]',
        summary: 'add a trigger to the function, in slsctl.yml and on AWS',
        options: [
          assignments('--set <field>', 'a further field, as FIELD=VALUE; the value is YAML'),
          [
            '--qualifier <alias>',
            'call this alias, or $LATEST; default: the alias that follows the deployments',
          ],
        ],
        run: async (context, args) =>
          (await import('../commands/trigger/change.ts')).triggerAdd(context, args),
        examples: [
          'slsctl trigger add sqs orders',
          'slsctl trigger add sqs orders --set batchSize=5 --set reportBatchItemFailures=true',
          'slsctl trigger add dynamodb users my-first-function --set startingPosition=LATEST',
        ],
      },
      {
        usage: 'remove <kind> [source] [function]',
        summary: 'remove a trigger from the function, in slsctl.yml and on AWS',
        run: async (context, args) =>
          (await import('../commands/trigger/change.ts')).triggerRemove(context, args),
        examples: ['slsctl trigger remove sqs orders'],
      },
    ],
  },
  {
    usage: 'policy',
    summary: 'print the least IAM policy for whoever runs slsctl on this project',
    options: [
      choice('--for <purpose>', 'only for plan, status and list (read), or for one command', [
        'read',
        'code-only',
        'deploy',
        'destroy',
      ]),
      ['--uploads', 'also for zips above 50 MB, which go through S3'],
    ],
    run: async (context, args) => (await import('../commands/policy.ts')).policy(context, args),
    examples: ['slsctl policy > policy.json', 'slsctl policy --for deploy --stage prod'],
  },
  {
    group: 'What is live',
    usage: 'status',
    summary: 'show the live state of this project',
    run: async (context) => (await import('../commands/status.ts')).status(context),
  },
  {
    usage: 'list',
    summary: 'list everything that slsctl manages in the account and region',
    options: [
      ['--all-regions', 'list all regions of the account'],
      ['--orphans', 'list only what slsctl.yml does not declare, and how to remove it'],
    ],
    run: async (context, args) => (await import('../commands/list.ts')).list(context, args),
    examples: ['slsctl list --local', 'slsctl list --all-regions', 'slsctl list --orphans'],
  },
];
