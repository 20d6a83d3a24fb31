// Finds the names that a Python module binds when it is imported, from its text alone. No code is run.
import { posix } from 'node:path';

export interface ModuleNames {
  names: Set<string>;
  /** The module may bind further names that its text does not show. */
  open: boolean;
}

/**
 * The module surely lacks `wanted` only if the word is nowhere in the code, and no code binds names that it does not
 * spell; in any other case the answer is `open`. Tolerant of syntax errors and of the syntax of newer versions.
 */
export function pythonNames(source: string, wanted: string): ModuleNames {
  // As Python: all three line endings are one, and names are in normal form KC.
  const text = source.replaceAll(/\r\n?/g, '\n').normalize('NFKC');
  const names = new Set<string>();
  /** Indentation of the function or class whose body is being skipped. */
  let skipped = Number.POSITIVE_INFINITY;
  const { lines, strings, braced, whole } = logicalLines(text);
  for (const { indent, code } of lines) {
    if (indent > skipped) continue;
    skipped = Number.POSITIVE_INFINITY;
    for (const statement of code.split(';')) {
      const [, name] = /^\s*(?:async\s+)?(?:def|class)\s+([\p{L}_][\p{L}\p{N}_]*)/u.exec(statement) ?? [];
      if (name !== undefined) {
        names.add(name);
        skipped = indent;
      } else for (const bound of boundBy(statement)) names.add(bound);
    }
  }
  const code = [...lines.map((line) => line.code), ...braced].join('\n');
  const open = dynamic.test(code) || strings.includes(wanted) || hasWord(whole ? code : text, wanted);
  return { names, open };
}

/**
 * The same for a module of the package. Another module of the package that it imports may set names in it, so these are
 * searched for the word, too.
 */
export async function namesOfModule(
  path: string,
  wanted: string,
  read: (path: string) => Promise<Buffer | undefined>,
): Promise<ModuleNames> {
  const textOf = async (file: string) => (await read(file))?.toString('utf8');
  const text = (await textOf(path)) ?? '';
  const moduleNames = pythonNames(text, wanted);
  if (moduleNames.open || moduleNames.names.has(wanted)) return moduleNames;
  const module = modulePath(path).split('/').pop() as string;
  const seen = new Set([path]);
  const queue = importedBy(text, path);
  for (const importedPath of queue) {
    if (seen.has(importedPath)) continue;
    seen.add(importedPath);
    const imported = await textOf(importedPath);
    if (imported === undefined) continue;
    if (hasWord(imported, wanted) && (hasWord(imported, module) || hasWord(imported, 'modules'))) {
      return { names: moduleNames.names, open: true };
    }
    queue.push(...importedBy(imported, importedPath));
  }
  return moduleNames;
}

/** Paths at which the package may have the modules that this one imports. */
function importedBy(source: string, path: string): string[] {
  const { lines } = logicalLines(source.replaceAll(/\r\n?/g, '\n'));
  const folder = posix.dirname(path);
  return lines.flatMap(({ code }) => {
    const [, from, names = ''] = /^\s*(?:from\s+([.\w]+)\s+)?import\b(.*)$/su.exec(code) ?? [];
    const parts = names.match(/[\w.]+/gu) ?? [];
    const modules = from === undefined ? parts : [from, ...parts.map((part) => `${from}/${part}`)];
    return modules.flatMap((module) => {
      const [, dots = '', rest = ''] = /^(\.*)(.*)$/s.exec(module) ?? [];
      const base = dots === '' ? '.' : posix.join(folder, '../'.repeat(dots.length - 1));
      const file = posix.join(base, rest.replaceAll('.', '/'));
      return [`${file}.py`, `${file}/__init__.py`];
    });
  });
}

function modulePath(path: string): string {
  return path.replace(/(\/__init__)?\.py$/, '');
}

function hasWord(text: string, word: string): boolean {
  return text.split(/[^\p{L}\p{M}\p{N}_]+/u).includes(word);
}

/**
 * Code that can bind names without spelling them: star imports, namespace dictionaries, the table of modules, code made
 * from text, and `__name__` passed to other code. Comparing `__name__` and giving it to getLogger are harmless.
 */
const dynamic =
  /\bimport\s*\(?\s*\*|\b(globals|vars|locals|exec|eval|setattr|__dict__|__getattr__|modules|__import__|import_module|__builtins__|__class__|_getframe|currentframe|inspect|runpy)\b|(?<!getLogger\(\s*)\b__name__\b(?!\s*==)|\ufffd/;

const identifier = /[\p{L}_][\p{L}\p{N}_]*/gu;

function boundBy(statement: string): string[] {
  const imported = /^\s*(?:from\b.*?\bimport|import)\b(.*)$/s.exec(statement)?.[1];
  if (imported !== undefined) {
    const parts = imported.replaceAll(/[()]/g, ' ').split(',');
    return parts.flatMap((part) => {
      const [, plain = '', renamed] = /^\s*([\p{L}\p{N}_.]+)(?:\s+as\s+([\p{L}\p{N}_]+))?/u.exec(part) ?? [];
      return [renamed ?? (plain.split('.')[0] as string)];
    });
  }
  const names: string[] = [];
  // `for x in`, `with a as x`, `except E as x`, `x := 1`
  for (const [, loop, given] of statement.matchAll(/\bfor\s+(.+?)\s+in\b|\bas\s+([\p{L}\p{N}_(), ]+)/gu)) {
    names.push(...((loop ?? given ?? '').match(identifier) ?? []));
  }
  for (const [, name = ''] of statement.matchAll(/([\p{L}\p{N}_]+)\s*:=/gu)) names.push(name);
  // `a = b, c = 1`, `a: int = 1`: the targets are before an equals sign that is neither a comparison nor a keyword argument
  const plain = statement.replaceAll(/[([{][^()[\]{}]*=[^()[\]{}]*[)\]}]/g, '()');
  const sides = plain.split(/(?<![=!<>+\-*/%&|^@:])=(?!=)/);
  for (const side of sides.slice(0, -1)) {
    const target =
      side.replace(/^\s*(if|else|elif|try|with|for|while|finally)\b.*?:/, '').split(':')[0] ?? '';
    if (!/[.[]/.test(target)) names.push(...(target.match(identifier) ?? []));
  }
  return names;
}

interface Lines {
  lines: { indent: number; code: string }[];
  /** Contents of the string literals. */
  strings: string[];
  /** Contents of f-strings and t-strings, which have code in braces. */
  braced: string[];
  /** Every string has its closing quote. If not, some of the code may have been taken for a string. */
  whole: boolean;
}

/** Lines of code, joined across brackets, triple quotes and backslashes. Strings are emptied, comments removed. */
function logicalLines(text: string): Lines {
  const tokens =
    /("""|''')(?:\\.|(?!\1).)*(?:\1|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|#[^\n]*|\\\n|\n|[()[\]{}]|[^"'#\\\n()[\]{}]+|./gs;
  const result: Lines = { lines: [], strings: [], braced: [], whole: true };
  let code = '';
  let depth = 0;
  const end = () => {
    if (code.trim() !== '') result.lines.push({ indent: indentOf(code), code });
    code = '';
  };
  for (const [token] of `${text}\n`.matchAll(tokens)) {
    if (token[0] === '"' || token[0] === "'") {
      const [, quotes = '', inner = ''] = /^("""|'''|["'])(.*)\1$/s.exec(token) ?? [];
      if (quotes === '') result.whole = false;
      result.strings.push(inner);

      if (/[ft]r?$/i.test(code) && inner.includes('{')) result.braced.push(inner);
      code += "''";
    } else if (token[0] === '#') continue;
    else if (token.endsWith('\n')) {
      if (token[0] === '\\' || depth > 0) code += ' ';
      else end();
    } else {
      if (/^[([{]$/.test(token)) depth += 1;
      else if (/^[)\]}]$/.test(token)) depth = Math.max(0, depth - 1);
      code += token;
    }
  }
  end();
  return result;
}

function indentOf(code: string): number {
  const blanks = /^[ \t\ufeff\f]*/.exec(code)?.[0] ?? '';
  return blanks.replaceAll('\t', '        ').replaceAll(/[\ufeff\f]/g, '').length;
}
