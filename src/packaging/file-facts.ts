// What is learnt of a file from its content when it is packed, as far as somebody must be told of it.
import { headBytes, isPrivateKey, type Native, nativeOf } from './inspect/native-format.ts';

export interface FileFacts {
  /** What system and machine it is for, when it is a program or a library. */
  native?: Native;
  privateKey?: true;
  /** What is there in place of the file. */
  placeholder?: 'empty' | 'a Git LFS pointer';
  /** A URL in it has a password or a token. */
  credentials?: true;
}

/** Loaded by the system: nothing else than a library can be meant by the name. */
export const nativeName = /\.(so(\.\d+)*|node)$/;

/** Of tools that install packages. Those that these tools read credentials from are left out by the built-in rules. */
export const installersFile =
  /(^|\/)(pip\.(conf|ini)|uv\.(toml|lock)|pyproject\.toml|poetry\.lock|Pipfile(\.lock)?|[^/]*(requirements|constraints)[^/]*\.(txt|in)|requirements\/[^/]+\.(txt|in)|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|\.yarnrc\.yml|bunfig\.toml)$/;

/** `content`: at least the first bytes; of files of installers all of it. */
export function factsOfContent(path: string, content: Buffer): FileFacts {
  const head = content.subarray(0, headBytes);
  const native = nativeOf(head);
  const placeholder = placeholderOf(path, head);
  return {
    ...(native ? { native } : {}),
    ...(isPrivateKey(head) ? { privateKey: true } : {}),
    ...(placeholder ? { placeholder } : {}),
    ...(installersFile.test(path) && hasCredentials(content.toString('latin1')) ? { credentials: true } : {}),
  };
}

export function isNotable({ native, privateKey, placeholder, credentials }: FileFacts): boolean {
  return Boolean(native ?? privateKey ?? placeholder ?? credentials);
}

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const pointer = 'version https://git-lfs.github.com/spec/v';

function placeholderOf(path: string, head: Buffer): FileFacts['placeholder'] {
  if (head.length === 0) return nativeName.test(path) ? 'empty' : undefined;
  return head.toString('latin1', 0, pointer.length) === pointer ? 'a Git LFS pointer' : undefined;
}

/** With a password, or a name as long as tokens are; variables that are put in by the installer are none. */
function hasCredentials(text: string): boolean {
  const found = text.matchAll(/\bhttps?:\/\/([^\s/@:'"]*)(?::([^\s/@'"]+))?@/g);
  return [...found].some(([, name = '', password = '']) => isSecret(password, 1) || isSecret(name, 20));
}

function isSecret(text: string, shortest: number): boolean {
  return text.length >= shortest && !/^\$\{?\w+\}?$/.test(text);
}
