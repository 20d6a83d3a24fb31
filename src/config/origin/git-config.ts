// Parses git's config files (git help config, "Syntax").

export interface GitSetting {
  /** In lower case. */
  section: string;
  /** The text in quotes: `origin` in `[remote "origin"]`. */
  subsection: string;
  /** In lower case. */
  key: string;
  value: string;
}

/** In the order of the file. */
export type GitConfig = GitSetting[];

/** Skips what it does not understand; includes are not followed. */
export function parseGitConfig(text: string): GitConfig {
  const settings: GitConfig = [];
  let section = '';
  let subsection = '';
  for (let line of text.replace(/\\\r?\n/g, '').split(/\r?\n/)) {
    const header = /^\s*\[\s*([\w.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
    if (header) {
      const [whole, name = '', quoted] = header;
      // `[remote.origin]` is an old way to write `[remote "origin"]`.
      const dot = name.indexOf('.');
      section = (dot < 0 ? name : name.slice(0, dot)).toLowerCase();
      subsection = quoted?.replace(/\\(.)/g, '$1') ?? (dot < 0 ? '' : name.slice(dot + 1).toLowerCase());
      line = line.slice(whole.length);
    }
    const [, key, rest] = /^\s*([a-zA-Z][\w-]*)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || rest === undefined) continue;
    settings.push({ section, subsection, key: key.toLowerCase(), value: unquoted(rest) });
  }
  return settings;
}

/** Without quotes and comment. */
function unquoted(rest: string): string {
  const parts = rest.match(/"(?:[^"\\]|\\.)*"|\\.|[^"\\#;]+|[#;].*$/g) ?? [];
  return parts
    .filter((part) => !/^[#;]/.test(part))
    .map((part) => (part.startsWith('"') ? part.slice(1, -1) : part).replace(/\\(.)/g, '$1'))
    .join('')
    .trimEnd();
}
