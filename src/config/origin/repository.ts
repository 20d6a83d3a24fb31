// Finds the git repository of a folder and the name of its remote. Reads git's files, since starting git takes longer.
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type GitConfig, parseGitConfig } from './git-config.ts';
import { remoteName } from './remote-name.ts';

export interface Repository {
  /** The top folder of the working tree. */
  dir: string;
  /** `github.com/acme/shop` */
  remote: string;
}

/** undefined: the folder is in no repository, or the repository has no remote on another machine. */
export async function findRepository(
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<Repository | undefined> {
  const found = await findGitDir(folder);
  const text = found && (await textOf(join(found.common, 'config')));
  if (!text) return undefined;
  const config = parseGitConfig(text);
  const url = remoteUrl(config);
  if (url === undefined) return undefined;
  const remote = remoteName(rewritten(url, [...(await userConfigs(env)), config]));
  return remote === undefined ? undefined : { dir: found.dir, remote };
}

/** `common`: the folder with git's config. Worktrees and submodules have a file `.git`, which says where theirs is. */
async function findGitDir(folder: string): Promise<{ dir: string; common: string } | undefined> {
  for (let dir = folder; ; dir = dirname(dir)) {
    const git = join(dir, '.git');
    const info = await stat(git).catch(() => undefined);
    if (info?.isDirectory() && (await textOf(join(git, 'HEAD'))) !== undefined) return { dir, common: git };
    const named = info?.isFile() ? /^gitdir: (.+)/.exec((await textOf(git)) ?? '')?.[1] : undefined;
    if (named !== undefined) {
      const own = resolve(dir, named.trim());
      const shared = await textOf(join(own, 'commondir'));
      return { dir, common: shared === undefined ? own : resolve(own, shared.trim()) };
    }
    if (dirname(dir) === dir) return undefined;
  }
}

/** The URL of `origin`, or else of the remote that the file names first. */
function remoteUrl(config: GitConfig): string | undefined {
  const remotes = config.filter(({ section, key }) => section === 'remote' && key === 'url');
  return (remotes.find(({ subsection }) => subsection === 'origin') ?? remotes[0])?.value;
}

/** The URL after `url.BASE.insteadOf`: the longest match counts. */
function rewritten(url: string, configs: readonly GitConfig[]): string {
  const [best] = configs
    .flat()
    .filter(({ section, key, value }) => section === 'url' && key === 'insteadof' && url.startsWith(value))
    .toSorted((a, b) => b.value.length - a.value.length);
  return best ? best.subsection + url.slice(best.value.length) : url;
}

async function userConfigs(env: NodeJS.ProcessEnv): Promise<GitConfig[]> {
  const home = env.HOME || env.USERPROFILE;
  const folder = env.XDG_CONFIG_HOME || (home && join(home, '.config'));
  const files = env.GIT_CONFIG_GLOBAL
    ? [env.GIT_CONFIG_GLOBAL]
    : [...(folder ? [join(folder, 'git', 'config')] : []), ...(home ? [join(home, '.gitconfig')] : [])];
  const texts = await Promise.all(files.map(textOf));
  return texts.map((text = '') => parseGitConfig(text));
}

function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
