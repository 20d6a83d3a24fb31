// The fields that say how a package is made of the code.
import * as z from 'zod';
import { fields, list, matching, oneOf, text, yesOrNo } from './checks.ts';
import type { packagingNames } from './field-names.ts';

const command = said('a command for the shell');
const commands = list(command, 'a list of commands');

function said(allowed: string) {
  return matching(/\S/, allowed);
}

/** The fields of a function; none of them is the API's. */
export const packaging = {
  dependencies: text('auto, none, or the path of a requirements file')
    .min(1, { error: 'auto, none, or the path of a requirements file' })
    .describe(
      'auto (installs what requirements.txt, uv.lock, pyproject.toml or package.json says), none, or a requirements file',
    ),
  layer: oneOf(['auto', 'none']).describe(
    'auto: dependencies go into a layer, shared by functions that have the same',
  ),
  bundle: z
    .union(
      [
        yesOrNo,
        fields({
          external: list(text(), 'a list of packages')
            .optional()
            .describe('Packages that are installed beside the bundle instead of put into it'),
          awsSdk: yesOrNo.optional().describe('Puts the AWS SDK into it; default false: the runtime has it'),
          minify: yesOrNo.optional().describe('Shortened code; default false'),
          sourceMap: yesOrNo.optional().describe('A source map beside the bundle; default true'),
          format: oneOf(['esm', 'cjs']).optional().describe('Default: that of the file of the handler'),
        }),
      ],
      { error: 'true, false, or { external, awsSdk, minify, sourceMap, format }' },
    )
    .describe('One file made by esbuild from the handler, in JavaScript or TypeScript (Node.js)'),
  build: z
    .union(
      [
        command,
        commands,
        fields({
          command: z
            .union([command, commands], { error: 'a command, or a list of commands' })
            .describe('What is run in the code folder, by the shell'),
          artifact: said('the path of what the build makes')
            .optional()
            .describe('What it makes: a file, folder or zip; it becomes the package'),
          inputs: list(said('a path'), 'a list of paths')
            .optional()
            .describe('What it reads outside of the folder of the project'),
        }),
      ],
      { error: 'a command, a list of commands, or { command, artifact, inputs }' },
    )
    .describe('Commands that make the package; their result is bootstrap for provided.* runtimes'),
} satisfies Record<(typeof packagingNames)[number], z.ZodType>;

export type PackagingFile = { [K in keyof typeof packaging]?: z.infer<(typeof packaging)[K]> };
