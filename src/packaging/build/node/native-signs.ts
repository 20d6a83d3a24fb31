// Recognizes code that finds a native file or a program only when it runs, so that a bundle cannot contain it.
import type { Loader } from 'esbuild';

/** Matches the name of a package for one platform: `@img/sharp-linux-x64`. */
export const platformName = /(linux|darwin|win32)(musl)?-(x64|arm64)/;

/** What it does, as the end of a sentence about the file; the first match counts. The code is as esbuild prints it. */
const signs: [pattern: RegExp, does: string][] = [
  [/"[^"\n]*\.node"|\.node`|\bdlopen\b/, 'loads native code (.node)'],
  [/"[^"\n]*(linux|darwin|win32)(musl)?-(x64|arm64)[^"\n]*"/, 'loads a package for one platform'],
  [/\brequire\.resolve\b|\bimport\.meta\.resolve\b/, 'finds a file at run time (require.resolve)'],
  [/\b__(dirname|filename)\b|\bimport\.meta\b/, 'finds files beside it at run time (__dirname)'],
  [
    /\brequire\((?!"[^"]*"\))|\brequire\b(?!\()|\bcreateRequire\b|__non_webpack_require__|\bimport\((?!"[^"]*"[),])/,
    'loads a module that is chosen at run time',
  ],
];

/** undefined: all that the code loads is in its imports. */
export async function nativeSign(path: string, code: string): Promise<string | undefined> {
  const { transform } = await import('esbuild');
  const loader: Loader = /\.[cm]?tsx?$/.test(path) ? 'tsx' : 'jsx';
  // esbuild removes the comments, and writes all strings in one way.
  const printed = await transform(code, { loader, legalComments: 'none', logLevel: 'silent' }).then(
    (result) => result.code,
    () => code,
  );
  return signs.find(([pattern]) => pattern.test(printed))?.[1];
}
