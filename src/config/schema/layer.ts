// The fields of a layer in slsctl.yml: PublishLayerVersion's own names as far as they say something by themselves.
import { fields, list, oneOf, short, text } from './checks.ts';
import { runtimes } from './function.ts';

export const layerSchema = fields(
  {
    path: text('the path of a folder or a ready zip').describe(
      'Folder with python/, nodejs/node_modules/ and the like, or a ready zip: what is laid out under /opt',
    ),
    runtimes: list(oneOf(runtimes), 'a list of runtimes', 15)
      .nullable()
      .optional()
      .describe('Runtimes that it is for; functions of others are refused'),
    architectures: list(oneOf(['x86_64', 'arm64']), 'a list of x86_64 and arm64', 2)
      .nullable()
      .optional()
      .describe('Instruction sets that it is for'),
    description: short(256).nullable().optional().describe('What is in it'),
    license: short(512).nullable().optional().describe('An SPDX identifier, an address or the text'),
  },
  'a map with path',
);
