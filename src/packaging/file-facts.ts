// Facts about a file's content that the user may have to be told: native code, private keys, placeholders, credentials.
import { libraryNeeds, type ReadAt } from './inspect/elf-needs.ts';
import { headBytes, isPrivateKey, type Native, nativeOf } from './inspect/native-format.ts';

export interface FileFacts {
  /** System and machine of a program or library. */
  native?: Native;
  privateKey?: true;
  /** What is there instead of the real content. */
  placeholder?: 'empty' | 'a Git LFS pointer';
  /** It contains a URL with a password or a token. */
  credentials?: true;
}

/** Names that only native libraries have. */
export const nativeName = /\.(so(\.\d+)*|node)$/;

/**
 * Files of package installers that may have URLs with credentials. Files that exist to hold credentials (`.npmrc`,
 * `.pypirc`) are not here: the built-in rules leave them out of the package.
 */
export const installersFile =
  /(^|\/)(pip\.(conf|ini)|uv\.(toml|lock)|pyproject\.toml|poetry\.lock|Pipfile(\.lock)?|[^/]*(requirements|constraints)[^/]*\.(txt|in)|requirements\/[^/]+\.(txt|in)|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|\.yarnrc\.yml|bunfig\.toml)$/;

/**
 * `content`: the first `headBytes` bytes are enough, but an installer's file must be whole. `read` reads the whole of a
 * native file.
 */
export function factsOfContent(path: string, content: Buffer, read: ReadAt = partOf(content)): FileFacts {
  const head = content.subarray(0, headBytes);
  const native = withNeeds(nativeOf(head), read);
  const placeholder = placeholderOf(path, head);
  return {
    ...(native ? { native } : {}),
    ...(isPrivateKey(head) ? { privateKey: true } : {}),
    ...(placeholder ? { placeholder } : {}),
    ...(installersFile.test(path) && hasCredentials(content.toString('latin1')) ? { credentials: true } : {}),
  };
}

/** Reads from content in memory. */
export function partOf(content: Buffer): ReadAt {
  return (offset, length) => content.subarray(offset, offset + length);
}

function withNeeds(native: Native | undefined, read: ReadAt): Native | undefined {
  if (native?.format !== 'ELF' || native.system !== 'Linux') return native;
  const needs = libraryNeeds(read);
  return Object.keys(needs).length > 0 ? { ...native, needs } : native;
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

/** Whether a URL has a password, or a user name as long as a token. Variables that the installer replaces do not count. */
function hasCredentials(text: string): boolean {
  const urls = text.matchAll(/\bhttps?:\/\/([^\s/@:'"]*)(?::([^\s/@'"]+))?@/g);
  return [...urls].some(([, name = '', password = '']) => isSecret(password, 1) || isSecret(name, 20));
}

function isSecret(text: string, minLength: number): boolean {
  return text.length >= minLength && !/^\$\{?\w+\}?$/.test(text);
}
