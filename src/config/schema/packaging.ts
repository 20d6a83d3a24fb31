// The fields about building the package.
import * as z from 'zod';
import { fields, list, matching, oneOf, text, yesOrNo } from './checks.ts';
import type { packagingNames } from './field-names.ts';

const command = nonEmpty('a command for the shell');
const commands = list(command, 'a list of commands');

function nonEmpty(allowed: string) {
  return matching(/\S/, allowed);
}

/** Fields of a function that slsctl adds: none of them exists in the API. */
export const packaging = {
  dependencies: text('auto, none, or the path of a requirements file')
    .min(1, { error: 'auto, none, or the path of a requirements file' })
    .meta({
      description:
        'Dependencies that slsctl installs into the package. auto: what requirements.txt, uv.lock, pyproject.toml or package.json beside the code lists. none: nothing. A path: what this requirements file lists (Python).',
      default: 'auto',
      examples: ['requirements/prod.txt'],
    }),
  layer: oneOf(['auto', 'none']).meta({
    description:
      'Where the dependencies go. auto: into a layer of their own, which functions with the same dependencies share. none: into the package.',
    default: 'none',
    examples: ['auto'],
  }),
  bundle: z
    .union(
      [
        yesOrNo,
        fields({
          external: list(text(), 'a list of packages')
            .optional()
            .describe(
              'Packages that slsctl installs beside the bundle and does not put into it. List a package here too if a layer of the function contains it.',
            ),
          noExternal: list(text(), 'a list of packages')
            .optional()
            .describe(
              'Packages that go into the bundle although they have native code, which slsctl otherwise installs beside it.',
            ),
          awsSdk: yesOrNo.optional().meta({
            description: 'Puts the AWS SDK into the bundle. Lambda has it already.',
            default: false,
          }),
          minify: yesOrNo.optional().meta({ description: 'Shortens the code.', default: false }),
          sourceMap: yesOrNo.optional().meta({
            description: 'Writes a source map beside the bundle.',
            default: true,
          }),
          format: oneOf(['esm', 'cjs'])
            .optional()
            .describe('Module format of the bundle. Without it, the format of the file with the handler.'),
        }),
      ],
      { error: 'true, false, or { external, noExternal, awsSdk, minify, sourceMap, format }' },
    )
    .meta({
      description:
        'Bundles the handler and everything that it imports into one file, with esbuild. For Node.js, in JavaScript or TypeScript.',
      default: false,
      examples: [true],
    }),
  build: z
    .union(
      [
        command,
        commands,
        fields({
          command: z
            .union([command, commands], { error: 'a command, or a list of commands' })
            .describe('Command, or several, that the shell runs in the code folder.'),
          artifact: nonEmpty('the path of what the build makes')
            .optional()
            .describe(
              'File, folder or zip that the build writes, relative to the code folder. It becomes the package.',
            ),
          inputs: list(nonEmpty('a path'), 'a list of paths')
            .optional()
            .describe(
              'Files and folders outside of the project that the build reads. slsctl builds again when one of them changes.',
            ),
        }),
      ],
      { error: 'a command, a list of commands, or { command, artifact, inputs }' },
    )
    .meta({
      description:
        'Command that builds the package, for languages that need a compiler. For provided.* runtimes the file that it writes becomes bootstrap.',
      examples: [{ command: 'GOOS=linux go build -o app .', artifact: 'app' }],
    }),
} satisfies Record<(typeof packagingNames)[number], z.ZodType>;

export type PackagingFile = { [K in keyof typeof packaging]?: z.infer<(typeof packaging)[K]> };
