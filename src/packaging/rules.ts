// The rules that leave files out of a package: a built-in list, `.slsctlignore` files, and the config's exclude and
// include.
import ignore, { type Ignore } from 'ignore';
import type { CodeConfig } from '../config/project.ts';

/** Names that are left out in every folder: history, secrets, caches, files of editors and operating systems. */
const anywhere = new Set([
  ...['.git', '.hg', '.svn', '.gitignore', '.gitattributes', '.gitmodules', '.gitkeep', '.github', '.gitlab'],
  ...['.serverless', '.aws-sam', '.terraform', 'cdk.out'],
  ...['.env', '.envrc', '.npmrc', '.yarnrc', '.pypirc', '.netrc', '.aws', '.ssh', '.direnv'],
  ...['.DS_Store', 'Thumbs.db', 'desktop.ini', '__MACOSX', '.idea', '.vscode', '.vs', '.devcontainer'],
  ...['__pycache__', '.venv', 'venv', '.tox', '.nox', '.coverage', '.hypothesis', '.ipynb_checkpoints'],
  ...['.mypy_cache', '.pytest_cache', '.ruff_cache', '.pytype', '.cache', '.nyc_output', '.turbo'],
]);

/** Patterns of names of secrets, of compiled Python and of editors' temporary files. */
const patterns = /^\.env\.|^id_(rsa|dsa|ecdsa|ed25519)$|\.(pyc|pyo|swp|swo)$|~$/;

/** Names that are left out at the top of the code folder only: deeper, they may be packages of that name. */
const atTop = new Set([
  ...['test', 'tests', '__tests__', 'htmlcov', 'response.json', 'output.json'],
  ...['function.zip', 'deployment.zip', 'lambda.zip', 'package.zip'],
]);

export interface Verdict {
  ignored: boolean;
  /** The rule that decided: `built-in`, the path of a `.slsctlignore`, or `exclude` for the config. */
  by: string;
}

/** The rules that apply in a folder. `within` adds those of a folder below it. */
export class Rules {
  private readonly files: readonly { prefix: string; name: string; rules: Ignore }[];
  private readonly config: Ignore | undefined;
  private readonly include: readonly string[];
  private readonly own: string | undefined;

  constructor(
    { include, exclude }: Pick<CodeConfig, 'include' | 'exclude'>,
    /** Path in the code folder of the config, when it has another name than slsctl.yml. */
    own?: string,
    files: Rules['files'] = [],
    config = include.length + exclude.length > 0
      ? parse([...exclude, ...include.map((pattern) => `!${pattern}`)])
      : undefined,
  ) {
    this.include = include;
    this.own = own;
    this.files = files;
    this.config = config;
  }

  /** With the lines of a `.slsctlignore` in the folder `prefix` (`''`, or ending in `/`). */
  within(prefix: string, lines: string): Rules {
    const file = { prefix, name: `${prefix}.slsctlignore`, rules: parse(lines) };
    return new Rules({ include: this.include, exclude: [] }, this.own, [file, ...this.files], this.config);
  }

  /**
   * `path` has `/` between names, and at the end when it is a folder. The config decides first, then the nearest
   * `.slsctlignore`, then the built-in list.
   */
  judge(path: string): Verdict {
    if (isOwn(path) || path === this.own) return { ignored: true, by: 'built-in' };
    const byConfig = this.config?.test(path);
    if (byConfig?.ignored || byConfig?.unignored) return { ignored: byConfig.ignored, by: 'exclude' };
    for (const { prefix, name, rules } of this.files) {
      const { ignored, unignored } = rules.test(path.slice(prefix.length));
      if (ignored || unignored) return { ignored, by: name };
    }
    return { ignored: isBuiltIn(path), by: 'built-in' };
  }

  /** Whether `include` names files inside a folder that is left out. `path` ends in `/`. */
  reachesInto(path: string): boolean {
    return this.include.some((pattern) => pattern.replace(/^\//, '').startsWith(path));
  }
}

/** Case-sensitive on every system, so that the package is the same everywhere. */
function parse(rules: string | string[]): Ignore {
  return ignore({ ignorecase: false }).add(rules);
}

/** slsctl's own files, which no rule can include. The config could tell readers of the package too much. */
export function isOwn(path: string): boolean {
  return /^slsctl\.ya?ml$|(^|\/)\.slsctl(ignore$|\/$)/.test(path);
}

function isBuiltIn(path: string): boolean {
  const whole = path.endsWith('/') ? path.slice(0, -1) : path;
  const name = whole.slice(whole.lastIndexOf('/') + 1);
  if (anywhere.has(name) || atTop.has(whole)) return true;
  if (whole.endsWith('node_modules/.bin')) return true;
  return patterns.test(name);
}
