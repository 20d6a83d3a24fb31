// The fields of a layer in slsctl.yml. Their names are shorter than PublishLayerVersion's.
import { fields, list, oneOf, short, text } from './checks.ts';
import { runtimes } from './function.ts';

export const layerSchema = fields(
  {
    path: text('the path of a folder or a ready zip').meta({
      description:
        'Folder or ready zip with the content of the layer. Lambda unpacks it under /opt, so Python packages belong in python/ and npm packages in nodejs/node_modules/.',
      examples: ['layer'],
    }),
    runtimes: list(oneOf(runtimes), 'a list of runtimes', 15)
      .nullable()
      .optional()
      .meta({
        description:
          'Runtimes that the layer is for. slsctl refuses a function of another runtime that lists the layer.',
        examples: [['python3.12', 'python3.13']],
      }),
    architectures: list(oneOf(['x86_64', 'arm64']), 'a list of x86_64 and arm64', 2)
      .nullable()
      .optional()
      .meta({
        description:
          'Instruction sets that the layer is for. slsctl refuses a function of another one that lists the layer.',
        examples: [['arm64']],
      }),
    description: short(256)
      .nullable()
      .optional()
      .meta({
        description: 'What the layer contains. slsctl appends the owner to the description on AWS.',
        examples: ['shared libraries'],
      }),
    license: short(512)
      .nullable()
      .optional()
      .meta({
        description: 'Licence of the layer: an SPDX identifier, an address or the text.',
        examples: ['MIT'],
      }),
  },
  'a map with path',
);
