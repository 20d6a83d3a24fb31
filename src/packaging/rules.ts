// What stays out of a package: the built-in list, `.slsctlignore` in any folder, and the config's exclude and include.
import ignore, { type Ignore } from 'ignore';
import type { CodeConfig } from '../config/project.ts';

/** Names that are left out in whatever folder they are: history, secrets, caches, what editors and systems leave. */
const anywhere = new Set([
  ...['.git', '.hg', '.svn', '.gitignore', '.gitattributes', '.gitmodules', '.gitkeep', '.github', '.gitlab'],
  ...['.serverless', '.aws-sam', '.terraform', 'cdk.out'],
  ...['.env', '.envrc', '.npmrc', '.yarnrc', '.pypirc', '.netrc', '.aws', '.ssh', '.direnv'],
  ...['.DS_Store', 'Thumbs.db', 'desktop.ini', '__MACOSX', '.idea', '.vscode', '.vs', '.devcontainer'],
  ...['__pycache__', '.venv', 'venv', '.tox', '.nox', '.coverage', '.hypothesis', '.ipynb_checkpoints'],
  ...['.mypy_cache', '.pytest_cache', '.ruff_cache', '.pytype', '.cache', '.nyc_output', '.turbo'],
]);

/** Secrets, compiled Python and what editors leave, by the shape of their names. */
const shapes = /^\.env\.|^id_(rsa|dsa|ecdsa|ed25519)$|\.(pyc|pyo|swp|swo)$|~$/;

/** Left out at the top of the code folder only: deeper they may be a package of that name. */
const onTop = new Set([
  ...['test', 'tests', '__tests__', 'htmlcov', 'response.json', 'output.json'],
  ...['function.zip', 'deployment.zip', 'lambda.zip', 'package.zip'],
]);

export interface Verdict {
  ignored: boolean;
  /** Which rule left it out: `built-in`, `.slsctlignore`, `exclude` of the config. */
  by: string;
}

/** The rules that hold in a folder; those of folders below come with `within`. */
export class Rules {
  private readonly files: readonly { prefix: string; name: string; rules: Ignore }[];
  private readonly config: Ignore | undefined;
  private readonly include: readonly string[];
  private readonly own: string | undefined;

  constructor(
    { include, exclude }: Pick<CodeConfig, 'include' | 'exclude'>,
    /** Path of slsctl.yml in the code folder, when it is there under another name. */
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
    const one = { prefix, name: `${prefix}.slsctlignore`, rules: parse(lines) };
    return new Rules({ include: this.include, exclude: [] }, this.own, [one, ...this.files], this.config);
  }

  /** `path` has `/`, and ends in one when it is a folder. The last word is the config's, then the nearest file's. */
  judge(path: string): Verdict {
    if (isOwn(path) || path === this.own) return { ignored: true, by: 'built-in' };
    const said = this.config?.test(path);
    if (said?.ignored || said?.unignored) return { ignored: said.ignored, by: 'exclude' };
    for (const { prefix, name, rules } of this.files) {
      const { ignored, unignored } = rules.test(path.slice(prefix.length));
      if (ignored || unignored) return { ignored, by: name };
    }
    return { ignored: isBuiltIn(path), by: 'built-in' };
  }

  /** Whether `include` names something in a folder that is left out; a path ends in `/`. */
  reachesInto(path: string): boolean {
    return this.include.some((pattern) => pattern.replace(/^\//, '').startsWith(path));
  }
}

/** Upper and lower case differ on every system, so that the package is the same. */
function parse(rules: string | string[]): Ignore {
  return ignore({ ignorecase: false }).add(rules);
}

/** What is slsctl's own: no rule brings it in. Of the config others could read more than they should. */
export function isOwn(path: string): boolean {
  return /^slsctl\.ya?ml$|(^|\/)\.slsctl(ignore$|\/$)/.test(path);
}

function isBuiltIn(path: string): boolean {
  const whole = path.endsWith('/') ? path.slice(0, -1) : path;
  const name = whole.slice(whole.lastIndexOf('/') + 1);
  if (anywhere.has(name) || onTop.has(whole)) return true;
  if (whole.endsWith('node_modules/.bin')) return true;
  return shapes.test(name);
}
