// esbuild plugins that leave out parts of packages which slsctl does not use.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The server needs from the SDK's clients the description of an API, not the calls: less to load at each start. */
export const schemasAndModels = (root) => ({
  name: 'schemas-and-models',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/client-[\w-]+$/ }, ({ path }) => ({
      path,
      namespace: 'described',
    }));
    build.onLoad({ filter: /./, namespace: 'described' }, async ({ path: name }) => {
      const folders = ['schemas', 'models'].map((folder) => `node_modules/${name}/dist-es/${folder}`);
      const files = await Promise.all(
        folders.map(async (folder) => (await readdir(root + folder)).map((file) => `./${folder}/${file}`)),
      );
      const contents = files.flat().map((file) => `export * from '${file}';`);
      return { contents: contents.join('\n'), resolveDir: root };
    });
  },
});

/** commander can run commands that are programs; slsctl has none, and node:child_process takes long to load. */
export const emptyPrograms = {
  name: 'empty-programs',
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer, path }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path, namespace: 'empty' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'empty' }, () => ({ contents: '' }));
  },
};

/** The table of partitions is a small file of its own; the module that exports it brings much of the clients along. */
export const partitionTable = (root) => ({
  name: 'partition-table',
  setup(build) {
    const table = 'dist-es/submodules/client/util-endpoints/lib/aws/partition.js';
    build.onResolve({ filter: /^@aws-sdk\/core\/client$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]/.test(importer)
        ? undefined
        : { path: join(root, 'node_modules/@aws-sdk/core', table) },
    );
  },
});
