// esbuild plugins that leave out parts of packages which slsctl does not use.
import { readdir } from 'node:fs/promises';

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
