// The commands for the parts of a function, and for what is live.
import type { CommandSpec } from './spec.ts';

export const parts: CommandSpec[] = [
  {
    group: 'Its parts',
    usage: 'env',
    summary: 'environment variables, in the config and on AWS together',
    subcommands: [
      {
        usage: 'list [function]',
        summary: 'variables, masked unless --show-values',
        run: async (context, args) => (await import('../commands/env.ts')).envList(context, args),
      },
      {
        usage: 'set <words...>',
        summary: '[function] KEY=VALUE…: write the config and apply it',
        run: async (context, args) => (await import('../commands/env.ts')).envSet(context, args),
        examples: [
          'slsctl env set TABLE_NAME=my-users STAGE=dev',
          'slsctl env set my-first-function STAGE=dev',
        ],
      },
      {
        usage: 'unset <words...>',
        summary: '[function] KEY…: remove from the config and from AWS',
        run: async (context, args) => (await import('../commands/env.ts')).envUnset(context, args),
        examples: ['slsctl env unset TABLE_NAME'],
      },
    ],
  },
  {
    usage: 'layer',
    summary: 'layers: publish folders, and give them to functions',
    subcommands: [
      {
        usage: 'list',
        summary: 'versions, and who uses them',
        run: async (context) => (await import('../commands/layer/list.ts')).layerList(context),
      },
      {
        usage: 'publish [layer]',
        summary: 'publish what has changed; functions get it with the next deploy',
        options: [
          ['--prune', 'then remove old versions that no function uses'],
          ['--adopt', 'go on with layers of these names that slsctl did not make'],
        ],
        run: async (context, args) =>
          (await import('../commands/layer/publish.ts')).layerPublish(context, args),
      },
      {
        usage: 'attach <layer> [function]',
        summary: 'write the config and give the function the layer (a name, or the ARN of a version)',
        run: async (context, args) =>
          (await import('../commands/layer/attach.ts')).layerAttach(context, args),
        examples: [
          'slsctl layer attach shared-libs',
          'slsctl layer attach arn:aws:lambda:us-east-1:123456789012:layer:tools:3 hello',
        ],
      },
      {
        usage: 'detach <layer> [function]',
        summary: 'the opposite',
        run: async (context, args) =>
          (await import('../commands/layer/attach.ts')).layerDetach(context, args),
      },
      {
        usage: 'prune [layer]',
        summary: 'remove old versions that no function of the account uses',
        options: [['--dry-run', 'only say which']],
        run: async (context, args) =>
          (await import('../commands/layer/publish.ts')).layerPrune(context, args),
      },
    ],
  },
  {
    usage: 'role',
    summary: 'the execution role',
    subcommands: [
      {
        usage: 'show [function]',
        summary: 'trust, policies, who uses it',
        run: async (context, args) => (await import('../commands/role.ts')).roleShow(context, args),
      },
      {
        usage: 'create [function]',
        summary: 'make the role before the function',
        run: async (context, args) => (await import('../commands/role.ts')).roleCreate(context, args),
      },
      {
        usage: 'delete [function]',
        summary: 'remove the role that slsctl made',
        run: async (context, args) => (await import('../commands/role.ts')).roleDelete(context, args),
      },
    ],
  },
  {
    usage: 'schema',
    summary: 'slsctl.yml as JSON Schema, for editors and other tools',
    run: async (context) => (await import('../commands/schema.ts')).schema(context),
    examples: ['slsctl schema > slsctl.schema.json'],
  },
  {
    usage: 'status',
    summary: 'the live state of this project',
    run: async (context) => (await import('../commands/status.ts')).status(context),
  },
  {
    usage: 'list',
    summary: 'everything that slsctl manages in the account',
    options: [['--orphans', 'only what stands in no config here, and how to remove it']],
    run: async (context, args) => (await import('../commands/list.ts')).list(context, args),
  },
];
